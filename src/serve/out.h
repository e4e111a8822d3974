/* Inside serve: lists as feeds, and an article in other vocabularies. */
#ifndef KB_SERVE_OUT_H
#define KB_SERVE_OUT_H

#include "serve/inner.h"
#include "serve/who.h"

/* Who reads a feed: the key in the address (a token with the scope read, or an app
 * password), else as the API is told.  What is refused is in *res. */
enum kb_status kb_out_who(struct kb_http *req, struct kb_reply *res,
                          struct kb_err *err) KB_MUST_USE;

/* An article's and a story's page here, with the origin; in the arena. */
struct kb_str kb_out_link(const struct kb_http *req, struct kb_arena *arena,
                          const char *path, struct kb_str id);

/* A row as an entry: whole, with its sources as links with rel="via". */
enum kb_status kb_out_article(struct kb_http *req, struct kb_kept *kept,
                              const struct kb_row *row, struct kb_feed_item *item,
                              struct kb_err *err) KB_MUST_USE;

/* A story as an entry: who tells it, oldest first. */
enum kb_status kb_out_story(struct kb_http *req, const struct kb_story_row *row,
                            struct kb_feed_item *item, struct kb_err *err) KB_MUST_USE;

/* A moment as RFC 3339, in the arena; empty for 0. */
struct kb_str kb_out_time(struct kb_arena *arena, int64_t moment);

#endif
