/* What a person types into a search box → a tree; the tree → FTS5's MATCH, and filters.
 *
 *     climate "sea level" (coast OR island) -opinion title:flood* language:de after:7d
 *
 * docs/search.md tells the language to people.  Pure: no SQL runs here, and the clock's
 * time is handed in. */
#ifndef KB_STORE_QUERY_H
#define KB_STORE_QUERY_H

#include "base/base.h"

/* What a query can ask of an article beside its words: name, and another name for it. */
#define KB_FILTER_LIST(X)                                                                \
    X(KB_FILTER_OUTLET, "outlet", "site")                                                \
    X(KB_FILTER_LANGUAGE, "language", "lang")                                            \
    X(KB_FILTER_AGENCY, "agency", "source")                                              \
    X(KB_FILTER_FEED, "feed", "")                                                        \
    X(KB_FILTER_FOLDER, "folder", "")                                                    \
    X(KB_FILTER_TAG, "tag", "")                                                          \
    X(KB_FILTER_ROLE, "role", "")                                                        \
    X(KB_FILTER_STORY, "story", "")                                                      \
    X(KB_FILTER_IS, "is", "")                                                            \
    X(KB_FILTER_AFTER, "after", "since")                                                 \
    X(KB_FILTER_BEFORE, "before", "until")                                               \
    X(KB_FILTER_ON, "on", "date")

enum kb_filter_kind {
#define X(kind, name, other) kind,
    KB_FILTER_LIST(X)
#undef X
        KB_FILTER_COUNT
};

/* The values of is:. */
enum kb_filter_is { KB_IS_STARRED, KB_IS_READ, KB_IS_UNREAD };

struct kb_filter {
    enum kb_filter_kind kind;
    bool negated;
    unsigned group;      /* an article must pass one filter of each group */
    struct kb_str value; /* folded words, as kb_pieces_words gives them; of LANGUAGE, ROLE
                          * and STORY the code, name or id; of IS and dates as typed */
    enum kb_filter_is is;
    int64_t from, to; /* of dates: seconds since 1970, to is the first behind them */
};

struct kb_query_node;

struct kb_query {
    struct kb_query_node *root; /* of the words; NULL where there are none */
    bool without;               /* root is what must not be found, and nothing must be */
    struct kb_filter *filters;  /* group by group */
    size_t filter_count;
    struct kb_str tag; /* the languages, as each of FTS5's strings begins with them */
};

/* now: seconds since 1970; days are UTC's.  languages: BCP 47 tags of the languages that
 * many articles are in, the commonest first; the query's own language: filters take their
 * place.  Past KB_LIMIT_QUERY_LANGUAGES none counts.  Errors (KB_EINPUT, KB_ELIMIT) name
 * the column, counted in characters from 1, and what to do.  What *out has is in the
 * arena or static. */
enum kb_status kb_query_parse(struct kb_arena *arena, struct kb_str text, int64_t now,
                              const struct kb_str *languages, size_t language_count,
                              struct kb_query *out, struct kb_err *err) KB_MUST_USE;

/* Looks which forms of the words the index has at all, so that no others are looked for:
 * FTS5 walks a word of one form twice as fast as one of two.  has tells it of a folded
 * form.  Before each search anew: the index grows. */
enum kb_status kb_query_narrow(struct kb_query *query, struct kb_arena *arena,
                               bool (*has)(void *context, struct kb_str form),
                               void *context, struct kb_err *err) KB_MUST_USE;

/* The MATCH expression, added to out: nothing where there are no words. */
void kb_query_match(const struct kb_query *query, struct kb_buf *out);

/* The filter's name. */
const char *kb_filter_name(enum kb_filter_kind kind);

/* query_value.c: *out of what a person typed behind a filter's colon; false, and in *why
 * what would be right, where it cannot be. */
bool kb_query_value(struct kb_arena *arena, enum kb_filter_kind kind, struct kb_str text,
                    int64_t now, struct kb_filter *out, const char **why);

#endif
