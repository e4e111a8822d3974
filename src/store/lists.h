/* Lists of articles: by story, tag, star, language, outlet, feed and time. */
#ifndef KB_STORE_LISTS_H
#define KB_STORE_LISTS_H

#include "store/file.h"

/* Which articles; empty and 0 where it does not matter. */
struct kb_article_wish {
    int64_t since, before, story, feed;
    struct kb_str language, outlet, tag; /* outlet: domain or name */
    bool starred, unread;
    int64_t after;  /* only numbers above it: how long lists are gone through */
    bool by_number; /* in the order that they came; else the newest first */
    size_t limit;   /* 0: all */
};

/* The articles' numbers, in the arena. */
enum kb_status kb_store_articles(struct kb_store *store,
                                 const struct kb_article_wish *wish,
                                 struct kb_arena *arena, int64_t **articles,
                                 size_t *count, struct kb_err *err) KB_MUST_USE;

/* How much the file holds. */
struct kb_store_counts {
    int64_t articles, stories, outlets, feeds, unread, starred, first, last;
};
enum kb_status kb_store_count(struct kb_store *store, struct kb_store_counts *counts,
                              struct kb_err *err) KB_MUST_USE;

#endif
