/* What the reader apps' dialects share: lists, items and marks of the person who asks.
 *
 * "Stories" is a feed of its own in a label of its own, and its items are the stories: an
 * item is read when all of its articles are, and a star on it is one on the first of them
 * that comes to the person.  It is no part of "everything", so that nothing is told
 * twice. */
#ifndef KB_SERVE_APPS_H
#define KB_SERVE_APPS_H

#include "serve/apps_read.h"
#include "serve/serve.h"
#include "serve/who.h"

#define KB_APP_HANDLER(name)                                                             \
    enum kb_status name(struct kb_http *req, struct kb_reply *res, struct kb_err *err)

/* ---- feeds and folders ------------------------------------------------------------- */

struct kb_app_feed {
    int64_t n, folder_n; /* folder_n 0: in none */
    struct kb_str title, url, home_url, folder;
    int64_t unread, articles, newest, added;
    bool failing;
};
struct kb_app_folder {
    int64_t n; /* made of the name; larger than any that an app keeps for its own */
    struct kb_str name;
    int64_t unread;
};
struct kb_app_feeds {
    struct kb_app_feed
        *feeds; /* those that the person follows, then those that are none */
    size_t count;
    struct kb_app_folder *folders; /* by name; "Stories" last */
    size_t folder_count;
};
enum { KB_APP_FEEDS_ALL, KB_APP_FEEDS_ARTICLES }; /* with the stories, or without */
enum kb_status kb_app_feeds(struct kb_http *req, int which, struct kb_app_feeds *out,
                            struct kb_err *err) KB_MUST_USE;
const struct kb_app_feed *kb_app_feed_at(const struct kb_app_feeds *feeds, int64_t n);
const struct kb_app_folder *kb_app_folder_at(const struct kb_app_feeds *feeds, int64_t n);

/* ---- lists ------------------------------------------------------------------------- */

struct kb_app_list {
    struct kb_app_id *ids;
    size_t count;
    bool more; /* there are, behind the last */
};
/* What a wish names that is not there, or not theirs, is an empty list. */
enum kb_status kb_app_list(struct kb_http *req, const struct kb_app_wish *wish,
                           struct kb_app_list *list, struct kb_err *err) KB_MUST_USE;

/* ---- items ------------------------------------------------------------------------- */

struct kb_app_item {
    struct kb_app_id id;
    int64_t feed; /* as in kb_app_feeds */
    int64_t published, seen, changed;
    bool read, starred;
    struct kb_str title, author, url, guid, html;
    struct kb_str *tags;
    size_t tag_count;
    struct kb_str picture; /* address of the lead picture; empty: none */
};

/* What is told of each item: without the text a list is quicker. */
enum { KB_APP_WHOLE, KB_APP_HEAD };

/* In the arena, which is a list's for one item after the other.  *found is false where
 * the item is not there, or not the person's. */
enum kb_status kb_app_item(struct kb_http *req, struct kb_arena *arena,
                           struct kb_app_id id, int what, struct kb_app_item *item,
                           bool *found, struct kb_err *err) KB_MUST_USE;

/* An article's body with its footer, a story's page (apps_html.c). */
struct kb_row;
struct kb_story_row;
enum kb_status kb_app_article_html(struct kb_http *req, struct kb_arena *arena,
                                   const struct kb_row *row, struct kb_app_item *item,
                                   struct kb_err *err) KB_MUST_USE;
enum kb_status kb_app_story_html(struct kb_http *req, struct kb_arena *arena,
                                 const struct kb_story_row *story,
                                 const struct kb_row *row, struct kb_app_item *item,
                                 struct kb_err *err) KB_MUST_USE;

/* ---- marks ------------------------------------------------------------------------- */

/* What is not the person's is passed over. */
enum kb_status kb_app_mark(struct kb_http *req, const struct kb_app_marks *marks,
                           struct kb_err *err) KB_MUST_USE;

/* All of a wish (its feed, label or folder) becomes read: what was here at a time (0:
 * now), up to a number (0: any). */
enum kb_status kb_app_mark_all(struct kb_http *req, const struct kb_app_wish *wish,
                               int64_t at, int64_t up_to, struct kb_err *err) KB_MUST_USE;

/* ---- who asks ---------------------------------------------------------------------- */

/* Basic with an app password, else a token in a header (NULL: none); refuses with 401,
 * and with 403 what the token may not do.  True where the handler may go on. */
enum kb_status kb_app_basic(struct kb_http *req, struct kb_reply *res, const char *header,
                            unsigned may, bool *goes_on, struct kb_err *err) KB_MUST_USE;

#endif
