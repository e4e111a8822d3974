/* Inside query: the tree that query.c reads and query_match.c sorts and writes. */
#ifndef KB_STORE_QUERY_TREE_H
#define KB_STORE_QUERY_TREE_H

#include "store/query.h"

enum kb_query_kind {
    KB_QUERY_WORDS,
    KB_QUERY_AND,
    KB_QUERY_OR,
    KB_QUERY_NOT,
    KB_QUERY_FILTER
};

/* Columns of the table `search`. */
#define KB_COLUMN_LIST(X)                                                                \
    X(KB_COLUMN_TITLE, "title")                                                          \
    X(KB_COLUMN_AUTHOR, "author")                                                        \
    X(KB_COLUMN_TEXT, "text")

enum kb_column {
    KB_COLUMN_ANY,
#define X(code, name) code,
    KB_COLUMN_LIST(X)
#undef X
};

struct kb_query_node {
    enum kb_query_kind kind;
    size_t at;                          /* where it was typed */
    struct kb_query_node *child, *next; /* the first below; the next beside */
    struct kb_str words;                /* WORDS: what FTS5's tokenizer is shown */
    struct kb_str tag;                  /* before them; empty: the query's */
    enum kb_column column;
    bool prefix, loose; /* the last word may go on; and may bend as well */
    struct kb_filter filter;
};

struct kb_query_parser {
    struct kb_arena *arena;
    struct kb_str text;
    size_t at;
    int64_t now;
    size_t depth, words, filters; /* so far */
    struct kb_err *err;
    enum kb_status status;
};

/* Notes what is wrong at a byte of the text, unless something was before. */
void kb_query_fail(struct kb_query_parser *p, enum kb_status status, size_t at,
                   const char *format, ...) KB_PRINTF(4, 5);

/* NULL, and p->status tells it, where there is no memory. */
struct kb_query_node *kb_query_node_new(struct kb_query_parser *p,
                                        enum kb_query_kind kind, size_t at);

/* What is not that; NULL of NULL. */
struct kb_query_node *kb_query_node_not(struct kb_query_parser *p,
                                        struct kb_query_node *of, size_t at);

/* Parts root into the words' tree and the filters. */
void kb_query_sort(struct kb_query_parser *p, struct kb_query_node *root,
                   struct kb_query *out);

#endif
