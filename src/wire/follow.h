/* Lists of feeds ↔ what a person follows. */
#ifndef KB_WIRE_FOLLOW_H
#define KB_WIRE_FOLLOW_H

#include "feed/feed.h"
#include "store/store.h"

/* An address as people type it, "example.org" or "feed://example.org/rss" too, as one
 * that can be asked; in the arena where it is not the same.  Empty without memory. */
struct kb_str kb_follow_address(struct kb_arena *arena, struct kb_str typed);

/* Whether it is one that can be followed: http or https, a host, no longer than is
 * kept. */
bool kb_follow_may(struct kb_str url);

/* The person follows every feed of a list (OPML, read by kb_feed_read), in the list's
 * folders; *fresh is how many they did not before.  Within a transaction. */
enum kb_status kb_follow_list(struct kb_store *store, int64_t user,
                              const struct kb_feed *list, int64_t now, uint64_t *fresh,
                              struct kb_err *err) KB_MUST_USE;

/* Adds what the person follows to out, as OPML 2.0; the arena takes the list. */
enum kb_status kb_follow_print(struct kb_store *store, int64_t user,
                               struct kb_arena *arena, struct kb_buf *out,
                               struct kb_err *err) KB_MUST_USE;

#endif
