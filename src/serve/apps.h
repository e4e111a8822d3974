/* What the reader apps' dialects share: lists, items and marks of the person who asks.
 *
 * "Stories" is a feed of its own in a label of its own, and its items are the stories
 * that several outlets have: an item is read when all of its articles are, and a star on
 * it is one on the first of them that comes to the person.  Apps that ask for everything
 * at once get them among the articles; what only one outlet has is told once. */
#ifndef KB_SERVE_APPS_H
#define KB_SERVE_APPS_H

#include "feed/feed.h"
#include "serve/apps_read.h"
#include "serve/serve.h"
#include "serve/who.h"

#define KB_MAYBE_UNUSED __attribute__((unused))
#define KB_APP_HANDLER(name)                                                             \
    enum kb_status name(struct kb_http *req KB_MAYBE_UNUSED,                             \
                        struct kb_reply *res KB_MAYBE_UNUSED,                            \
                        struct kb_err *err KB_MAYBE_UNUSED)

/* ---- feeds and folders ------------------------------------------------------------- */

struct kb_app_feed {
    int64_t n, folder_n; /* folder_n 0: in none */
    struct kb_str title, url, home_url, folder;
    int64_t unread, articles, newest, added;
    int64_t icon; /* its number; 0: none */
    struct kb_str icon_name;
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
/* All with what is counted in them, or the names alone, which is quicker. */
enum { KB_APP_FEEDS_COUNTED, KB_APP_FEEDS_NAMED };
enum kb_status kb_app_feeds(struct kb_http *req, int which, struct kb_app_feeds *out,
                            struct kb_err *err) KB_MUST_USE;
const struct kb_app_feed *kb_app_feed_at(const struct kb_app_feeds *feeds, int64_t n);
const struct kb_app_folder *kb_app_folder_at(const struct kb_app_feeds *feeds, int64_t n);

const struct kb_app_folder *kb_app_folder_called(const struct kb_app_feeds *feeds,
                                                 struct kb_str name);

/* An icon's address for apps (none where name is empty), and the picture as text:
 * "image/png;base64,…" (icons.c). */
struct kb_icon_row;
struct kb_str kb_icon_url(struct kb_http *req, struct kb_str name);
struct kb_str kb_icon_text(struct kb_arena *arena, const struct kb_icon_row *icon);

/* ---- what is followed (apps_edit.c) ------------------------------------------------ */

struct kb_app_edit {
    enum kb_app_act { KB_APP_FOLLOW, KB_APP_CHANGE, KB_APP_LEAVE } act;
    int64_t feed;        /* by its number, or by its address; out: the number */
    struct kb_str url;   /* to follow: a web address, or a host's name */
    struct kb_str title; /* empty: as it is */
    bool moves;
    struct kb_str folder; /* with moves; empty: into none */
};

/* A feed that the person follows, by its address, or (url is empty) by its number; n is 0
 * where they follow none such. */
enum kb_status kb_app_feed_row(struct kb_http *req, struct kb_store *store,
                               struct kb_str url, int64_t n, struct kb_feed_row *row,
                               struct kb_err *err) KB_MUST_USE;

/* All of them, or none.  KB_EINPUT where a feed is not followed, or a name is none: the
 * message is for the person. */
enum kb_status kb_app_edit(struct kb_http *req, struct kb_app_edit *edits, size_t count,
                           struct kb_err *err) KB_MUST_USE;

/* A folder is made (from is empty), renamed, or (to is empty) taken away, its feeds into
 * none.  Empty ones are kept for the apps that make them. */
enum kb_status kb_app_folder(struct kb_http *req, struct kb_str from, struct kb_str to,
                             struct kb_err *err) KB_MUST_USE;
enum kb_status kb_app_empty_folders(struct kb_http *req, struct kb_str **names,
                                    size_t *count, struct kb_err *err) KB_MUST_USE;

/* ---- lists ------------------------------------------------------------------------- */

struct kb_app_list {
    struct kb_app_id *ids;
    size_t count;
    bool more; /* there are, behind the last */
};
/* What a wish names that is not there, or not theirs, is an empty list. */
enum kb_status kb_app_list(struct kb_http *req, const struct kb_app_wish *wish,
                           struct kb_app_list *list, struct kb_err *err) KB_MUST_USE;

/* Of a list's articles those that a wish finds, in the list's order. */
enum kb_status kb_app_narrow(struct kb_http *req, const struct kb_app_wish *wish,
                             struct kb_app_list *list, struct kb_err *err) KB_MUST_USE;

/* Lists of stories (apps_stories.c): the newest, the latest change first, or last; those
 * of a wish with keys, in the order of their keys; the store's rows of both. */
struct kb_story_row;
enum kb_status kb_app_stories(struct kb_http *req, const struct kb_app_wish *wish,
                              struct kb_app_list *list, struct kb_err *err) KB_MUST_USE;
enum kb_status kb_app_stories_by_key(struct kb_http *req, const struct kb_app_wish *wish,
                                     struct kb_app_list *list,
                                     struct kb_err *err) KB_MUST_USE;
enum kb_status kb_app_story_rows(struct kb_http *req, const struct kb_app_wish *wish,
                                 struct kb_story_row **rows, size_t *count,
                                 struct kb_err *err) KB_MUST_USE;
void kb_app_sort(struct kb_app_list *list, bool oldest); /* by their keys */

/* The first article of a story that comes to the person, which a star on it is on; 0:
 * none does. */
enum kb_status kb_app_story_lead(struct kb_http *req, struct kb_store *store, int64_t n,
                                 int64_t *lead, struct kb_err *err) KB_MUST_USE;

/* What was written in this request is read from now on. */
enum kb_status kb_app_read_again(struct kb_http *req, struct kb_err *err) KB_MUST_USE;

/* ---- items ------------------------------------------------------------------------- */

struct kb_app_item {
    struct kb_app_id id;
    int64_t feed;                             /* as in kb_app_feeds */
    int64_t published, seen, changed, marked; /* marked 0: not known */
    bool read, starred, right_to_left;
    struct kb_str title, author, url, guid, html;
    struct kb_str *tags;
    size_t tag_count;
    struct kb_feed_attachment *files; /* the lead picture behind what can be played */
    size_t file_count;
};

/* What is told of each item: without the text a list is quicker. */
enum { KB_APP_WHOLE, KB_APP_HEAD };

/* In the arena, which is a list's for one item after the other.  *found is false where
 * the item is not there, or not the person's. */
enum kb_status kb_app_item(struct kb_http *req, struct kb_arena *arena,
                           struct kb_app_id id, int what, struct kb_app_item *item,
                           bool *found, struct kb_err *err) KB_MUST_USE;

/* The items of a list one after the other, each with its feed, until *out has more than
 * one answer holds; *told of them. */
enum kb_status kb_app_each(struct kb_http *req, const struct kb_app_list *list,
                           const struct kb_buf *out,
                           void (*print)(void *context, const struct kb_app_item *item,
                                         const struct kb_app_feed *feed),
                           void *context, size_t *told, struct kb_err *err) KB_MUST_USE;

/* The files but for pictures as HTML, for dialects that have no word for them. */
void kb_app_put_files(struct kb_buf *out, const struct kb_app_item *item);

/* An article's body with its footer, a story's page (apps_html.c). */
struct kb_row;
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

/* Fills req->who as the route's dialect is told it, and sets JSON as the answer's type;
 * refuses with 401, and with 403 what the token may not do. */
enum kb_status kb_app_who(struct kb_http *req, const struct kb_route *route,
                          struct kb_reply *res, struct kb_err *err) KB_MUST_USE;

/* The token that Google Reader's login gives, and the one that a request shows. */
struct kb_str kb_greader_token_print(struct kb_http *req, struct kb_str name,
                                     struct kb_str password);
struct kb_str kb_greader_token(const struct kb_http *req);

/* Whose form of refusal a path has that no route knows: a dialect's, the API's, else the
 * pages' (KB_ROUTE_OPEN). */
enum kb_route_kind kb_app_kind_of(struct kb_str path);

/* Lets any site's script read the answer, where the route is a dialect's; what is asked
 * before (OPTIONS); and res->says as the dialect's JSON, false where it has none. */
bool kb_app_cross_origin(enum kb_route_kind kind, struct kb_reply *res);
void kb_app_preflight(struct kb_reply *res);
bool kb_app_print_refusal(enum kb_route_kind kind, struct kb_reply *res);

#endif
