/* Hooks: the addresses to which a person's new stories are sent, and how far each has
 * been told.  Rows enter and leave; what is sent, and when, is serve/hooks.h's. */
#ifndef KB_STORE_HOOKS_H
#define KB_STORE_HOOKS_H

#include "store/file.h"
#include "store/stories.h"

enum kb_hook_state {
    KB_HOOK_ON,
    KB_HOOK_RESTING, /* it failed for long; a person wakes it */
    KB_HOOK_GONE     /* it said 410; so does this */
};
extern const char *const kb_hook_states[]; /* "on", "resting", "gone" */

struct kb_hook_row {
    int64_t n, user;
    struct kb_str name, url, query, secret;
    int64_t added;
    int64_t mark;   /* articles up to this number are told */
    int64_t up_to;  /* and up to this, once the delivery under way has come; 0: none is */
    int64_t missed; /* articles that were passed over, of which it is still to be told */
    int64_t edits;  /* how often a person changed or tried it */
    int64_t test;   /* when a trial was asked for; 0: none is to be made */
    enum kb_hook_state state;
    int64_t next, failing, told, tried; /* times; 0: at once, no, never, never */
    int64_t failures;                   /* in a row */
    int status;                         /* HTTP's; 0: none came */
    struct kb_str says;
};

/* A person's, the latest first; 0: everybody's, those that are on alone. */
enum kb_status kb_store_hooks(struct kb_store *store, int64_t user,
                              struct kb_arena *arena, struct kb_hook_row **rows,
                              size_t *count, struct kb_err *err) KB_MUST_USE;

/* One of theirs; KB_EINPUT where they have none of that number, as with those below. */
enum kb_status kb_store_hook(struct kb_store *store, int64_t user, int64_t n,
                             struct kb_arena *arena, struct kb_hook_row *row,
                             struct kb_err *err) KB_MUST_USE;

/* A new one (user, name, url, query, secret, added), which is told of what comes from now
 * on.  The name is kb_store_name's.  KB_ELIMIT past KB_LIMIT_HOOKS of one person. */
enum kb_status kb_store_hook_add(struct kb_store *store, const struct kb_hook_row *hook,
                                 int64_t *n, struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_hook_remove(struct kb_store *store, int64_t user, int64_t n,
                                    struct kb_err *err) KB_MUST_USE;

enum kb_hook_setting {
    KB_HOOK_SET_NAME,
    KB_HOOK_SET_URL,
    KB_HOOK_SET_QUERY, /* it is told of what comes from now on */
    KB_HOOK_SET_SECRET,
    KB_HOOK_SET_STATE /* "on" tries it at once; "resting" */
};
enum kb_status kb_store_hook_set(struct kb_store *store, int64_t user, int64_t n,
                                 enum kb_hook_setting what, struct kb_str value,
                                 struct kb_err *err) KB_MUST_USE;

/* A trial is to be made. */
enum kb_status kb_store_hook_test(struct kb_store *store, int64_t user, int64_t n,
                                  int64_t now, struct kb_err *err) KB_MUST_USE;

/* How far it is, and how it went: all from mark on, of a row that was read before.  Where
 * a person has changed the hook or asked for a trial since then, what they set stays:
 * test, state, next, failing and failures.  A mark never goes back; a hook that is not
 * there any more does not come back. */
enum kb_status kb_store_hook_note(struct kb_store *store, const struct kb_hook_row *row,
                                  struct kb_err *err) KB_MUST_USE;

/* ---- what is new to one ------------------------------------------------------------ */

/* A story, and the article by which it came onto the hook's list. */
struct kb_hook_news {
    int64_t story, article;
};

/* The largest number of an article. */
enum kb_status kb_store_newest_article(struct kb_store *store, int64_t *n,
                                       struct kb_err *err) KB_MUST_USE;

/* Stories that the hook's list has by an article with mark < number <= *up_to, and had by
 * none before; at most max, in the order in which they came.  Where there are more, or
 * where looking takes long, *up_to becomes less: there the next look goes on.
 * KB_EINPUT where the hook's query is wrong. */
enum kb_status kb_store_hook_news(struct kb_store *store, const struct kb_hook_row *hook,
                                  int64_t mark, int64_t *up_to, size_t max, int64_t now,
                                  struct kb_arena *arena, struct kb_hook_news **news,
                                  size_t *count, struct kb_err *err) KB_MUST_USE;

#endif
