/* Inside wire and its callers: a feed and one of its entries enter; when the entry was
 * written leaves, where it does not say so itself.
 *
 * Feeds are in the order of time, so it is about as old as the nearest entry with a date;
 * where none has one it is no newer than the feed. */
#ifndef KB_WIRE_NEIGHBOURS_H
#define KB_WIRE_NEIGHBOURS_H

#include "feed/feed.h"

/* In seconds since 1970; 0 where nothing tells. */
int64_t kb_entry_about(const struct kb_feed *feed, size_t entry);

#endif
