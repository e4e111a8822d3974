/* What people say of articles: read, starred, tags; and the searches that they keep.
 * Each person (people.h) has their own. */
#ifndef KB_STORE_MARKS_H
#define KB_STORE_MARKS_H

#include "store/file.h"

/* Bytes of a tag's or a saved search's name: a name is for a line on a screen. */
enum { KB_STORE_NAME_BYTES = 200 };

/* A name without white space around it; KB_EINPUT where it is empty, too long or has
 * control characters in it. */
enum kb_status kb_store_name(struct kb_str text, struct kb_str *name,
                             struct kb_err *err) KB_MUST_USE;

/* ---- an article's marks ------------------------------------------------------------ */

/* Each sets or takes away one mark; *changed tells whether it was another before.  An
 * article that is not there changes nothing.  at: when the star was given; 0 takes it
 * away. */
enum kb_status kb_store_set_read(struct kb_store *store, int64_t user, int64_t article,
                                 bool on, bool *changed, struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_set_starred(struct kb_store *store, int64_t user, int64_t article,
                                    int64_t at, bool *changed,
                                    struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_set_tag(struct kb_store *store, int64_t user, int64_t article,
                                struct kb_str name, bool on, bool *changed,
                                struct kb_err *err) KB_MUST_USE;

/* Which unread articles become read: all, or those of a feed, of a folder and those below
 * it, of a story, with a tag; and among them those before a time, and those up to a
 * number (0: any).  Who asks for "what I had seen" passes the largest number that was
 * shown: what came later has a larger one, whatever time it tells. */
struct kb_mark_wish {
    int64_t feed, story;
    struct kb_str folder, tag;
    int64_t before, up_to;
    bool no_feed;   /* those that came by no feed */
    bool no_folder; /* those of feeds in no folder */
};
/* Within a transaction, in bounded memory; *changed is how many they were.  All, or all
 * but the newest, go at once, whatever they are; less goes row by row, some ten
 * microseconds each. */
enum kb_status kb_store_mark_read(struct kb_store *store, int64_t user,
                                  const struct kb_mark_wish *wish, int64_t *changed,
                                  struct kb_err *err) KB_MUST_USE;

/* When the person last marked something, and what they marked at that second is unread
 * again: what one wish made read, as far as it was noted (the newest KB_UNDONE_MOST). */
enum { KB_UNDONE_MOST = 2000 };
enum kb_status kb_store_marked_last(struct kb_store *store, int64_t user, int64_t *at,
                                    struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_unmark(struct kb_store *store, int64_t user, int64_t at,
                               int64_t *changed, struct kb_err *err) KB_MUST_USE;

/* Clears a piece of what was let go of so, in a transaction of its own; *left tells
 * whether to call again. */
enum kb_status kb_store_clear(struct kb_store *store, bool *left,
                              struct kb_err *err) KB_MUST_USE;

/* Inside store: nothing is unread to a person, at once. */
enum kb_status kb_store_new_shelf(struct kb_store *store, int64_t user,
                                  struct kb_err *err) KB_MUST_USE;

/* Articles that a person read, unread, starred or unstarred since a time, the first
 * change first, at most limit; and when that was with one, 0 where it was not, or is
 * forgotten.  Of many that were marked by one wish the newest are told. */
enum kb_status kb_store_marked(struct kb_store *store, int64_t user, int64_t since,
                               size_t limit, struct kb_arena *arena, int64_t **articles,
                               size_t *count, struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_marked_at(struct kb_store *store, int64_t user, int64_t article,
                                  int64_t *at, struct kb_err *err) KB_MUST_USE;

/* How many are unread, of all feeds: a sum of one number a feed. */
enum kb_status kb_store_unread(struct kb_store *store, int64_t user, int64_t *count,
                               struct kb_err *err) KB_MUST_USE;

/* ---- tags -------------------------------------------------------------------------- */

struct kb_tag_row {
    struct kb_str name;
    int64_t articles, unread, last; /* last: the newest article's time */
};

/* All of a person's tags, by name. */
enum kb_status kb_store_tags(struct kb_store *store, int64_t user, struct kb_arena *arena,
                             struct kb_tag_row **rows, size_t *count,
                             struct kb_err *err) KB_MUST_USE;

/* One article's, by name. */
enum kb_status kb_store_article_tags(struct kb_store *store, int64_t user,
                                     int64_t article, struct kb_arena *arena,
                                     struct kb_str **names, size_t *count,
                                     struct kb_err *err) KB_MUST_USE;

/* A tag gets another name, or (to is empty) goes; *changed tells of how many articles. */
enum kb_status kb_store_tag_rename(struct kb_store *store, int64_t user,
                                   struct kb_str from, struct kb_str to, int64_t *changed,
                                   struct kb_err *err) KB_MUST_USE;

/* ---- saved searches ---------------------------------------------------------------- */

struct kb_saved_row {
    struct kb_str name, query;
    int64_t added;
};

/* Keeps a query under a name; one that was there is replaced. */
enum kb_status kb_store_save_search(struct kb_store *store, int64_t user,
                                    struct kb_str name, struct kb_str query, int64_t now,
                                    struct kb_err *err) KB_MUST_USE;
/* KB_EINPUT where there is none of that name, as with the next one. */
enum kb_status kb_store_forget_search(struct kb_store *store, int64_t user,
                                      struct kb_str name, struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_saved_search(struct kb_store *store, int64_t user,
                                     struct kb_str name, struct kb_arena *arena,
                                     struct kb_saved_row *row,
                                     struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_saved_searches(struct kb_store *store, int64_t user,
                                       struct kb_arena *arena, struct kb_saved_row **rows,
                                       size_t *count, struct kb_err *err) KB_MUST_USE;

#endif
