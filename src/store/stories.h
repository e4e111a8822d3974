/* Stories: their counts, their lists, their names, and a person's corrections. */
#ifndef KB_STORE_STORIES_H
#define KB_STORE_STORIES_H

#include "store/articles.h"
#include "store/file.h"

struct kb_story_row {
    int64_t n, articles, reports, outlets, first, last;
    int64_t unread; /* to whose list it is */
    double heat;
    struct kb_str id, title, languages; /* languages: "de en id" */
    struct kb_str language;             /* its title's */
};

/* A story by its id, the beginning of one, an id that was joined into it, or any of its
 * articles' ids. */
enum kb_status kb_store_story(struct kb_store *store, struct kb_str name,
                              struct kb_arena *arena, struct kb_story_row *row,
                              struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_story_at(struct kb_store *store, int64_t n,
                                 struct kb_arena *arena, struct kb_story_row *row,
                                 struct kb_err *err) KB_MUST_USE;

/* Which stories: those with an article since then, in a language, of an outlet (domain or
 * name), with a tag; empty and 0 where it does not matter. */
struct kb_story_wish {
    int64_t user; /* whose feeds, tags and marks; 0: the whole wire */
    bool own;     /* those that have an article of a feed that they follow, and for owners
                   * one of no feed */
    bool unread;  /* those with an article that is unread to them */
    int64_t since, before;
    struct kb_str language, outlet, tag;
    size_t limit, offset;
    struct kb_story_place {
        double heat;
        int64_t n;
    } behind;     /* where the page before ended, by heat; n 0: there was none */
    bool newest;  /* by time alone; else what is new and big first */
    int64_t from; /* not 0: founded by the article of this number or a later one, in
                   * their order */
    int64_t min_outlets;
};
/* The number of the article that founded the youngest story; 0: there is none. */
enum kb_status kb_store_newest_story(struct kb_store *store, int64_t *n,
                                     struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_stories(struct kb_store *store, const struct kb_story_wish *wish,
                                struct kb_arena *arena, struct kb_story_row **rows,
                                size_t *count, struct kb_err *err) KB_MUST_USE;

/* The numbers of a story's articles, oldest first; at most max. */
enum kb_status kb_store_story_articles(struct kb_store *store, int64_t story, size_t max,
                                       struct kb_arena *arena, int64_t **articles,
                                       size_t *count, struct kb_err *err) KB_MUST_USE;

/* How many of a story's articles are unread to a person. */
enum kb_status kb_store_story_unread(struct kb_store *store, int64_t user, int64_t story,
                                     int64_t *count, struct kb_err *err) KB_MUST_USE;

/* The story's first article in a language, "de", "de-AT" too, and its title; 0: none. */
enum kb_status kb_store_story_told(struct kb_store *store, int64_t story,
                                   struct kb_str language, struct kb_arena *arena,
                                   int64_t *article, struct kb_str *title,
                                   struct kb_err *err) KB_MUST_USE;

/* ---- corrections: they hold for ever, and the older id stays ----------------------- */

/* Two stories become one; the younger id is an alias from now on.  *kept is the older. */
enum kb_status kb_store_join(struct kb_store *store, int64_t a, int64_t b, int64_t now,
                             int64_t *kept, struct kb_err *err) KB_MUST_USE;

/* The same for two that prove to be one.  *kept is 0, and nothing is done, where a person
 * has placed an article of either. */
enum kb_status kb_store_merge(struct kb_store *store, int64_t a, int64_t b, int64_t now,
                              int64_t *kept, struct kb_err *err) KB_MUST_USE;

/* An article moves to another story, or (to is 0) founds its own with its id. */
enum kb_status kb_store_move(struct kb_store *store, int64_t article, int64_t to,
                             int64_t now, struct kb_err *err) KB_MUST_USE;

/* How often anything was corrected or merged: who holds stories in memory reads them
 * again when it changes. */
enum kb_status kb_store_corrections(struct kb_store *store, int64_t *count,
                                    struct kb_err *err) KB_MUST_USE;

/* ---- inside store: counts follow the articles -------------------------------------- */

struct kb_story_gain {
    int64_t story, outlet, report, time; /* report 0: its own */
    bool new_report, new_outlet;
    struct kb_str language;
};

/* The story with this id, or what it was joined into; 0 where there is none.  A founder
 * that was taken away and comes back finds its story by it. */
enum kb_status kb_story_home(struct kb_store *store, struct kb_str id, int64_t *n,
                             struct kb_err *err) KB_MUST_USE;

/* Before the article's row stands: are its outlet and its report new to the story? */
enum kb_status kb_story_before(struct kb_store *store, struct kb_story_gain *gain,
                               struct kb_err *err) KB_MUST_USE;
/* After: the story's counts, or a new story. */
enum kb_status kb_story_after(struct kb_store *store, const struct kb_story_gain *gain,
                              int64_t n, struct kb_str id, struct kb_str title,
                              struct kb_err *err) KB_MUST_USE;
/* All counts anew from its articles; a story without articles goes. */
enum kb_status kb_story_recount(struct kb_store *store, int64_t story,
                                struct kb_err *err) KB_MUST_USE;

#endif
