/* The addresses that articles name as their sources: an article's addresses in, those
 * that name it out. */
#ifndef KB_STORE_CITED_H
#define KB_STORE_CITED_H

#include "article/article.h"
#include "store/file.h"

/* Keeps what an article's record names, in the place of what it named before.  Within a
 * transaction. */
enum kb_status kb_store_cite(struct kb_store *store, int64_t n,
                             const struct kb_article *article,
                             struct kb_err *err) KB_MUST_USE;

/* Articles that name this address as their source, the newest first; at most max. */
enum kb_status kb_store_find_citing(struct kb_store *store, struct kb_str url,
                                    int64_t *found, size_t max, size_t *count,
                                    struct kb_err *err) KB_MUST_USE;

/* Whom an article of a story is by, and whom it names, each between U+001F. */
struct kb_named {
    struct kb_str outlet, sources;
};

/* Those of the story's articles from one time to another, of numbers below that, the
 * latest first; at most max. */
enum kb_status kb_store_story_names(struct kb_store *store, int64_t story, int64_t below,
                                    int64_t from, int64_t to, size_t max,
                                    struct kb_arena *arena, struct kb_named **rows,
                                    size_t *count, struct kb_err *err) KB_MUST_USE;

#endif
