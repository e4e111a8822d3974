/* What a reader app is told of an article beside its row: whether it is the person's to
 * see, by which feed it came, and who else has its story. */
#ifndef KB_STORE_ITEMS_H
#define KB_STORE_ITEMS_H

#include "store/file.h"

/* *theirs: it comes to them, or they have starred or tagged it; an article that is not
 * there is nobody's.  *feed: the feed that they follow by which it comes; 0: by none. */
enum kb_status kb_store_comes(struct kb_store *store, int64_t user, int64_t article,
                              bool *theirs, int64_t *feed,
                              struct kb_err *err) KB_MUST_USE;

/* Who has a story, each outlet with its first article of it, in order of time; at most
 * max of them. */
struct kb_teller {
    int64_t article, time;
    struct kb_str outlet, title, url, language; /* outlet: its name, else its domain */
    int64_t all;                                /* how many outlets have the story */
};
enum kb_status kb_store_tellers(struct kb_store *store, int64_t story, size_t max,
                                struct kb_arena *arena, struct kb_teller **rows,
                                size_t *count, struct kb_err *err) KB_MUST_USE;

#endif
