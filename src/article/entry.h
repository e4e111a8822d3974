/* What entry.c knows of a feed's entry, for merge.c too.  Internal to article. */
#ifndef KB_ARTICLE_ENTRY_H
#define KB_ARTICLE_ENTRY_H

#include "article/sources.h"
#include "feed/feed.h"

/* Tags and authors' elements of one entry that are taken: more name the whole site. */
enum { KB_ENTRY_TAGS = 100, KB_ENTRY_NAMES = 16 };

struct kb_str kb_entry_url(const struct kb_feed *feed, const struct kb_feed_item *item);
struct kb_str kb_entry_house(const struct kb_feed *feed, const struct kb_feed_item *item);

/* What its elements claim of where its text is from, added to claims; text is scratch. */
void kb_entry_claims(const struct kb_feed *feed, const struct kb_feed_item *item,
                     struct kb_arena *arena, struct kb_buf *text,
                     struct kb_claims *claims);

size_t kb_entry_tags(const struct kb_feed_item *item, struct kb_arena *arena,
                     struct kb_str **out);

/* Its files but for pictures, which the record has apart: those with an address on the
 * web, each once. */
size_t kb_entry_attachments(const struct kb_feed_item *item, struct kb_arena *arena,
                            struct kb_feed_attachment **out);

/* told: the persons that were read out of its authors' elements; where there is none, the
 * names stand as they are. */
size_t kb_entry_authors(const struct kb_feed *feed, const struct kb_feed_item *item,
                        const struct kb_author *told, size_t told_count,
                        struct kb_arena *arena, struct kb_author **out);

#endif
