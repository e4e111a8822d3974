/* The desk: an article enters; it is looked up, judged by the rules of those whom it
 * comes to, put into a story and kept.  One desk writes to one store; who wants to write
 * beside it waits for its commit.
 *
 *     kb_desk_new(store, &options, &desk, &err);
 *     kb_desk_begin(desk, &err);
 *     kb_desk_take(desk, article, &origin, &taken, &err);     // as often as wanted
 *     kb_desk_commit(desk, &err);                             // now they are kept
 *     kb_desk_free(desk);
 */
#ifndef KB_WIRE_DESK_H
#define KB_WIRE_DESK_H

#include "article/article.h"
#include "store/store.h"
#include "wire/rules.h"

struct kb_desk;

/* The store stays the caller's and has to outlive the desk. */
enum kb_status kb_desk_new(struct kb_store *store, struct kb_desk **desk,
                           struct kb_err *err) KB_MUST_USE;
void kb_desk_free(struct kb_desk *desk);

/* Begins a transaction; what others have written since the last one is taken in. */
enum kb_status kb_desk_begin(struct kb_desk *desk, struct kb_err *err) KB_MUST_USE;

/* Takes it in before, so that the transaction need not: of a large wire that takes
 * seconds, and nobody else's writing waits here. */
enum kb_status kb_desk_ready(struct kb_desk *desk, struct kb_err *err) KB_MUST_USE;

/* Keeps what was taken since begin; after KB_OK it may be reported as stored. */
enum kb_status kb_desk_commit(struct kb_desk *desk, struct kb_err *err) KB_MUST_USE;

/* Takes it back. */
void kb_desk_rollback(struct kb_desk *desk);

/* For who takes no article for a while: lets go of articles that came too late to be
 * remembered, where these were many, and of memory that the last ones needed. */
void kb_desk_rest(struct kb_desk *desk);

/* Where an article comes from. */
struct kb_desk_origin {
    int64_t feed; /* 0: of no feed */
    struct kb_str feed_url, feed_title;
    int64_t now;   /* when it came */
    int64_t about; /* when it was written, where it does not say: that of what it came
                      with; 0: nothing tells */
    bool live;     /* it came soon after it was there, so now is not far off */
    bool entry;    /* it is what a feed tells, and may be a part of its page */
};

enum kb_desk_what {
    KB_TAKEN_NEW,
    KB_TAKEN_CHANGED,  /* a new version of one that was there */
    KB_TAKEN_COSMETIC, /* its record was replaced, and nobody need be told */
    KB_TAKEN_SAME,
    KB_TAKEN_DROPPED /* an owner's rule says so */
};

struct kb_taken {
    enum kb_desk_what what;
    int64_t n, story; /* 0 where it was dropped */
    bool founded;     /* the story is new with it */
    bool reprint;     /* its text was there already */
};

/* The article has an id; it stays the caller's. */
enum kb_status kb_desk_take(struct kb_desk *desk, const struct kb_article *article,
                            const struct kb_desk_origin *origin, struct kb_taken *taken,
                            struct kb_err *err) KB_MUST_USE;

/* Rules were changed by the desk's own store: they are read anew with the next
 * transaction. */
void kb_desk_rules_changed(struct kb_desk *desk);

/* Adds a rule as the file keeps it. */
enum kb_status kb_desk_add_rule(struct kb_rules *rules, const struct kb_rule_row *row,
                                struct kb_err *err) KB_MUST_USE;

/* Would a rule of an owner have the article's page fetched?  Between begin and commit. */
enum kb_status kb_desk_wants_page(struct kb_desk *desk, const struct kb_article *article,
                                  const struct kb_desk_origin *origin, bool *wants,
                                  struct kb_err *err) KB_MUST_USE;

#endif
