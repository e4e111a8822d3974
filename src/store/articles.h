/* Articles and their stories: kept, found, changed. */
#ifndef KB_STORE_ARTICLES_H
#define KB_STORE_ARTICLES_H

#include "article/article.h"
#include "store/file.h"

/* ---- one article's row ------------------------------------------------------------- */

struct kb_row {
    int64_t n, story, report, outlet, feed; /* 0 where there is none */
    int64_t time, published, seen, changed; /* 0 where not known */
    int versions;
    bool fixed, has_body;
    bool is_read, starred; /* by the person who asked; of nobody (0): false */
    double joined;
    struct kb_str id, url, title, author, language, roles;
    struct kb_str outlet_domain, outlet_name;
    struct kb_str story_id; /* the story's, after joins */
    int64_t story_articles; /* how many it has */
};

/* How an article is called by people: its id, or the beginning of one (four characters or
 * more) that no other has, or an address of it.  KB_EINPUT where there is none or there
 * are several, with the first of them named.  user: whose marks the row tells; 0:
 * nobody's. */
enum kb_status kb_store_article(struct kb_store *store, int64_t user, struct kb_str name,
                                struct kb_arena *arena, struct kb_row *row,
                                struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_article_at(struct kb_store *store, int64_t user, int64_t n,
                                   struct kb_arena *arena, struct kb_row *row,
                                   struct kb_err *err) KB_MUST_USE;

/* Articles with this address, oldest first; at most max. */
enum kb_status kb_store_find_address(struct kb_store *store, struct kb_str url,
                                     int64_t *found, size_t max, size_t *count,
                                     struct kb_err *err) KB_MUST_USE;

/* The record as JSON, in the arena; empty where retention took the body. */
enum kb_status kb_store_record(struct kb_store *store, int64_t n, struct kb_arena *arena,
                               struct kb_str *record, struct kb_err *err) KB_MUST_USE;

/* ---- keeping ----------------------------------------------------------------------- */

/* What a new article is to a person. */
struct kb_mark {
    int64_t user;
    bool is_read, starred;
    const struct kb_str *tags;
    size_t tag_count;
};

/* What a new article's row says that its record does not. */
struct kb_keep {
    int64_t seen;
    int64_t time;   /* what lists are ordered by; 0: kb_store_time's, else seen */
    int64_t counts; /* when it counts as from for stories; 0: when they begin */
    int64_t feed;   /* 0: none */
    int64_t story;  /* 0: it founds one, or goes back to the one that has its id */
    int64_t report; /* 0: its own */
    double joined;
    struct kb_str print;         /* packed; empty: not kept */
    const struct kb_mark *marks; /* of those who get it */
    size_t mark_count;
};

/* What is known of an article with this id; *n is 0 where it is new. */
struct kb_known {
    int64_t n, story;
    uint64_t text_hash;
    bool has_body;
};
enum kb_status kb_store_known(struct kb_store *store, struct kb_str id,
                              struct kb_known *known, struct kb_err *err) KB_MUST_USE;

/* When it happened, as it says itself: published, else modified, where it is neither
 * ahead of `seen` nor before 1990.  0 where it does not say. */
int64_t kb_store_time(const struct kb_article *article, int64_t seen, int64_t *published);

/* Keeps a new article; *n is its number, keep->story becomes its story's.  Its story's
 * counts follow.  Within a transaction. */
enum kb_status kb_store_keep(struct kb_store *store, const struct kb_article *article,
                             struct kb_keep *keep, int64_t *n,
                             struct kb_err *err) KB_MUST_USE;

/* A feed has an article that another brought first; *fresh is false where that is known.
 * Then it is brought to each who follows the feed: unread, and with these marks, where
 * it had not come to them before. */
enum kb_status kb_store_carry(struct kb_store *store, int64_t n, int64_t feed,
                              bool *fresh, struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_bring(struct kb_store *store, int64_t n, int64_t feed,
                              int64_t seen, const struct kb_mark *mark,
                              struct kb_err *err) KB_MUST_USE;

/* Keeps a newer record of an article, which stays where it is.  Where its text_hash is
 * another one the old record becomes a version; else the record is only replaced. */
enum kb_status kb_store_change(struct kb_store *store, int64_t n,
                               const struct kb_article *article, int64_t seen,
                               struct kb_str print, bool *new_version,
                               struct kb_err *err) KB_MUST_USE;

/* Keeps a record that is older than the one that is kept: as the version before it,
 * unless it is one of the versions already. */
enum kb_status kb_store_older(struct kb_store *store, int64_t n,
                              const struct kb_article *article, int64_t seen, bool *added,
                              struct kb_err *err) KB_MUST_USE;

/* An older version's record, 1 the first; in the arena. */
enum kb_status kb_store_version(struct kb_store *store, int64_t n, int number,
                                struct kb_arena *arena, struct kb_str *record,
                                int64_t *seen, struct kb_err *err) KB_MUST_USE;

/* Takes an article's text away, or all of it; of the latter the caller counts the story
 * again (kb_story_recount); 0: there was no such article. */
enum kb_status kb_store_drop_body(struct kb_store *store, int64_t n,
                                  struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_take_away(struct kb_store *store, int64_t n, int64_t *story,
                                  struct kb_err *err) KB_MUST_USE;

/* ---- fingerprints ------------------------------------------------------------------ */

/* Packed fingerprints of articles numbered above after and at most so many seconds older
 * than the newest (0: of all), by number.  Time is 0 where nothing was dated yet. */
enum kb_status kb_store_prints(struct kb_store *store, int64_t after, int64_t age,
                               enum kb_status (*each)(void *context, int64_t n,
                                                      int64_t story, int64_t time,
                                                      struct kb_str print,
                                                      struct kb_err *err),
                               void *context, struct kb_err *err) KB_MUST_USE;

/* Those that had no time count as from then. */
enum kb_status kb_store_date_prints(struct kb_store *store, int64_t time,
                                    struct kb_err *err) KB_MUST_USE;

/* Forgets those that are older. */
enum kb_status kb_store_forget_prints(struct kb_store *store, int64_t before,
                                      struct kb_err *err) KB_MUST_USE;

#endif
