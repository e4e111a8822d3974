/* Lists of articles: by what is unread, starred or tagged, by feed, folder, story,
 * language, outlet and time, in any order, a page at a time. */
#ifndef KB_STORE_LISTS_H
#define KB_STORE_LISTS_H

#include "store/file.h"

enum kb_list_order {
    KB_LIST_NEWEST, /* by the articles' times */
    KB_LIST_OLDEST,
    KB_LIST_LAST, /* by their numbers: as they came here, the last first */
    KB_LIST_FIRST
};

/* Which articles; empty and 0 where it does not matter. */
struct kb_article_wish {
    int64_t user; /* whose marks, tags, folders and feeds; 0: nobody's */
    bool own;     /* what comes to them: from feeds that they follow, and to
                                 * owners what is of no feed; else the whole wire */
    bool unread, read, starred, unstarred; /* to them */
    struct kb_str tag, folder;             /* theirs; with the folder those below it */
    bool no_folder;                        /* of feeds that they have in no folder */
    int64_t feed, story;                   /* with a feed no folder is asked */
    bool no_feed;                   /* what came by no feed, which is an owner's to see */
    struct kb_str language, outlet; /* outlet: domain or name */
    int64_t since, before;          /* times: since <= time < before */
    int64_t after, below;           /* numbers: after < n < below */
    enum kb_list_order order;
    /* Where the page before ended, by its last article: only what stands behind it in
     * this order.  n 0: the first page. */
    struct kb_list_place {
        int64_t time, n;
    } behind;
    size_t limit; /* 0: all */
    size_t skip;  /* so many of them first: each costs as if it were shown */
};

/* The articles' numbers, in the arena.  A page costs about the same whatever the wire
 * holds, where one of: unread, story, starred, tag, feed, folder is wished, or none; of
 * a folder it grows with its feeds. */
enum kb_status kb_store_articles(struct kb_store *store,
                                 const struct kb_article_wish *wish,
                                 struct kb_arena *arena, int64_t **articles,
                                 size_t *count, struct kb_err *err) KB_MUST_USE;

/* How many there are of them, all pages together; at most limit where that is set.  Of
 * what is unread, in a feed or a folder or all, this is read, not counted. */
enum kb_status kb_store_articles_count(struct kb_store *store,
                                       const struct kb_article_wish *wish, int64_t *count,
                                       struct kb_err *err) KB_MUST_USE;

/* The largest number of an article that was here at a time: "read up to then" means those
 * up to it.  0: none was.  Articles that an import dated back count by their number. */
enum kb_status kb_store_number_at(struct kb_store *store, int64_t time, int64_t *n,
                                  struct kb_err *err) KB_MUST_USE;

/* Outlets, those with the newest article first, at most limit. */
struct kb_outlet_row {
    struct kb_str domain, name;
    int64_t articles, last; /* last: its newest article's time */
};
enum kb_status kb_store_outlets(struct kb_store *store, size_t limit,
                                struct kb_arena *arena, struct kb_outlet_row **rows,
                                size_t *count, struct kb_err *err) KB_MUST_USE;

/* How much the file holds; unread and starred are the person's, feeds all that there
 * are. */
struct kb_store_counts {
    int64_t articles, stories, outlets, feeds, unread, starred, first, last;
};
enum kb_status kb_store_count(struct kb_store *store, int64_t user,
                              struct kb_store_counts *counts,
                              struct kb_err *err) KB_MUST_USE;

#endif
