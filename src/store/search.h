/* Searches the articles: a query enters, a page of results leaves. */
#ifndef KB_STORE_SEARCH_H
#define KB_STORE_SEARCH_H

#include <sqlite3.h>

#include "store/marked.h"
#include "store/query.h"

enum kb_search_order {
    KB_SEARCH_RANK,  /* best first; of queries without words the newest */
    KB_SEARCH_NEWEST /* by the article's time */
};

struct kb_search_options {
    int64_t user;         /* whose marks, tags and folders the filters ask; 0: nobody's */
    size_t limit, offset; /* their sum at most KB_LIMIT_SEARCH_RESULTS */
    enum kb_search_order order;
    struct kb_mark_style style; /* what stands around a word that matched */
    size_t room;                /* columns of a snippet; 0: none */
    int64_t after, below;       /* numbers: after < n < below; 0: any */
    int64_t story;              /* only its articles; 0: any */
};

struct kb_search_hit {
    int64_t n; /* the article's row */
    struct kb_str id, title, snippet;
    int64_t time;
    double rank; /* bm25: the smaller the better; 0 without words */
};

struct kb_search_result {
    struct kb_search_hit *hits;
    size_t count;
    int64_t total; /* of all pages, */
    bool at_least; /* or more */
};

/* All of *out is in the arena; query is narrowed to what the index has.  Ranked and with
 * words, every article that matches is looked at once, so total is exact; without words
 * the list ends behind the page. */
enum kb_status kb_search_run(sqlite3 *db, struct kb_arena *arena, struct kb_query *query,
                             const struct kb_search_options *options,
                             struct kb_search_result *out,
                             struct kb_err *err) KB_MUST_USE;

#endif
