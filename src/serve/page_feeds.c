/* Feeds: what a person follows, by folder, and how each is; followed, named, put into a
 * folder, paused, left; lists of them in and out (OPML).
 *
 * Name and folder are the person's.  What is everybody's of a feed that others follow too
 * (full text, pause) is for owners to change. */
#include "fetch/fetch.h"
#include "html/html.h"
#include "serve/inner.h"
#include "serve/pages.h"

/* ---- the list ---------------------------------------------------------------------- */

/* How its last round went, and when it is asked again. */
static void add_says(struct kb_http *req, struct kb_view *view, yyjson_mut_val *to,
                     const struct kb_feed_row *feed) {
    struct kb_buf says;
    kb_buf_init(&says, KB_LIMIT_META_BYTES);
    (void)kb_fetch_say_now(feed->says, feed->paused ? KB_FETCH_NEVER : feed->next,
                           req->now, &says);
    kb_view_str(view, to, "says", kb_arena_dup(req->arena, kb_buf_view(&says)));
    kb_buf_free(&says);
}

/* It was added, and has not answered yet. */
static bool is_coming(const struct kb_feed_row *feed) {
    return !feed->last_success && !feed->failures && !feed->paused;
}

static void add_feed(struct kb_http *req, struct kb_view *view, yyjson_mut_val *list,
                     const struct kb_feed_row *feed) {
    yyjson_mut_val *item = kb_view_item(view, list);
    kb_view_int(view, item, "n", feed->n);
    kb_view_str(view, item, "name", kb_feed_row_name(feed));
    kb_view_str(view, item, "url", feed->url);
    kb_view_str(view, item, "icon", feed->icon_name);
    add_says(req, view, item, feed);
    kb_view_int(view, item, "articles", feed->articles);
    kb_view_int(view, item, "unread", feed->unread);
    kb_view_int(view, item, "newest", feed->newest);
    kb_view_bool(view, item, "paused", feed->paused);
    kb_view_bool(view, item, "failing", feed->failures > 0);
    kb_view_bool(view, item, "coming", is_coming(feed));
    if (feed->next > req->now && !feed->paused)
        kb_view_int(view, item, "next", feed->next);
}

/* wrong: a sentence, where an address could not be added; empty: it is none. */
static enum kb_status show_feeds(struct kb_http *req, struct kb_reply *res,
                                 const char *wrong, struct kb_err *err) {
    struct kb_feed_row *rows;
    struct kb_view view;
    struct kb_str folder = {"\1", 1}; /* none has that name */
    yyjson_mut_val *feeds = NULL;
    size_t count;
    int64_t added = 0;
    if (!kb_pages_view(req, &view, KB_STR("feeds")))
        return KB_ENOMEM;
    kb_pages_title(req, &view, "nav.feeds");
    enum kb_status status = kb_store_feeds(req->store, req->who.user, KB_FEEDS_ALL,
                                           req->arena, &rows, &count, err);
    if (status != KB_OK)
        return status;
    yyjson_mut_val *folders = kb_view_list(&view, NULL, "folders");
    for (size_t i = 0; i < count; i++) {
        if (!kb_str_equal(rows[i].folder, folder)) {
            folder = rows[i].folder;
            yyjson_mut_val *item = kb_view_item(&view, folders);
            kb_view_str(&view, item, "folder", folder);
            feeds = kb_view_list(&view, item, "feeds");
        }
        add_feed(req, &view, feeds, &rows[i]);
    }
    kb_view_int(&view, NULL, "count", (int64_t)count);
    kb_view_str(&view, NULL, "wrong", kb_str_z(wrong));
    kb_view_bool(&view, NULL, "no_address", wrong && !wrong[0]);
    kb_view_str(&view, NULL, "in_folder", kb_http_form(req, "folder"));
    if (kb_number(kb_http_query(req, "added"), 0, INT64_MAX, &added)) {
        kb_view_bool(&view, NULL, "was_added", true);
        kb_view_int(&view, NULL, "added", added);
    }
    kb_view_str(&view, NULL, "url", kb_http_field(req, "url"));
    if (wrong)
        res->status = 422;
    return kb_page(req, res, "feeds.html", &view, err);
}

static enum kb_status get_feeds(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    return show_feeds(req, res, NULL, err);
}

/* ---- following --------------------------------------------------------------------- */

static enum kb_status post_feeds(struct kb_http *req, struct kb_reply *res,
                                 struct kb_err *err) {
    const struct kb_feed_new feed = {
        .url = kb_follow_address(req->arena, kb_http_form(req, "url")),
        .folder = kb_str_trim(kb_http_form(req, "folder")),
        .now = req->now};
    struct kb_store *store;
    int64_t n;
    bool fresh = false;
    if (!kb_follow_may(feed.url))
        return show_feeds(req, res, "", err);
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_feed_add(store, req->who.user, &feed, &n, &fresh, err);
    status = kb_server_end(req->server, status, err);
    if (status == KB_EINPUT)
        return show_feeds(req, res, err->text, err);
    if (status != KB_OK)
        return status;
    kb_server_wake(req->server);
    return kb_redirect(req, res,
                       fresh ? KB_STR("/feeds?added=1") : KB_STR("/feeds?added=0"));
}

/* ---- one feed ---------------------------------------------------------------------- */

static bool find_feed(struct kb_http *req, struct kb_feed_row *feed) {
    struct kb_err err;
    int64_t n;
    return kb_number(req->part[0], 1, INT64_MAX, &n) &&
           kb_store_feed_at(req->store, req->who.user, n, req->arena, feed, &err) ==
               KB_OK &&
           feed->n;
}

/* By which hub its news come, until when; or what that hub said. */
static enum kb_status add_hub(struct kb_http *req, struct kb_view *view, int64_t feed,
                              struct kb_err *err) {
    struct kb_hub_row hub;
    enum kb_status status = kb_store_hub_of(req->store, feed, req->arena, &hub, err);
    if (status != KB_OK || !hub.n || !req->server->callback)
        return status;
    kb_view_str(view, NULL, "hub", kb_url_host(hub.hub));
    if (hub.lease_until > req->now)
        kb_view_int(view, NULL, "pushed_until", hub.lease_until);
    else
        kb_view_str(view, NULL, "hub_says", hub.says);
    return KB_OK;
}

static enum kb_status get_feed(struct kb_http *req, struct kb_reply *res,
                               struct kb_err *err) {
    struct kb_feed_row feed;
    struct kb_view view;
    if (!find_feed(req, &feed))
        return kb_refuse(res, 404, "you follow no feed of that number");
    if (!kb_pages_view(req, &view, KB_STR("feeds")))
        return KB_ENOMEM;
    kb_view_str(&view, NULL, "title", kb_feed_row_name(&feed));
    kb_view_int(&view, NULL, "n", feed.n);
    kb_view_str(&view, NULL, "name", feed.name);
    kb_view_str(&view, NULL, "own_title", feed.title.n ? feed.title : feed.url);
    kb_view_str(&view, NULL, "folder", feed.folder);
    kb_view_str(&view, NULL, "url", feed.url);
    kb_view_str(&view, NULL, "home_url", feed.home_url);
    add_says(req, &view, NULL, &feed);
    kb_view_str(&view, NULL, "full_text", feed.full_text);
    kb_view_int(&view, NULL, "articles", feed.articles);
    if (feed.next != KB_FETCH_NEVER)
        kb_view_int(&view, NULL, "next", feed.next);
    kb_view_int(&view, NULL, "last_success", feed.last_success);
    kb_view_bool(&view, NULL, "paused", feed.paused);
    kb_view_bool(&view, NULL, "failing", feed.failures > 0);
    kb_view_bool(&view, NULL, "owner", req->who.rank == KB_RANK_OWNER);
    enum kb_status status = add_hub(req, &view, feed.n, err);
    return status == KB_OK ? kb_page(req, res, "feed.html", &view, err) : status;
}

static enum kb_status change(struct kb_http *req, struct kb_store *store, int64_t n,
                             struct kb_err *err) {
    static const struct {
        const char *field;
        enum kb_feed_setting setting;
        bool shared;
    } fields[] = {{"name", KB_FEED_SET_NAME, false},
                  {"folder", KB_FEED_SET_FOLDER, false},
                  {"full_text", KB_FEED_SET_FULL_TEXT, true},
                  {"paused", KB_FEED_SET_PAUSED, true}};
    enum kb_status status = KB_OK;
    for (size_t i = 0; status == KB_OK && i < KB_COUNT(fields); i++) {
        struct kb_str value = kb_str_trim(kb_http_form(req, fields[i].field));
        if (!kb_pairs_has(req->form, fields[i].field) ||
            (fields[i].shared && req->who.rank != KB_RANK_OWNER))
            continue;
        if ((fields[i].setting == KB_FEED_SET_FULL_TEXT &&
             !kb_str_equal(value, KB_STR("auto")) &&
             !kb_str_equal(value, KB_STR("always")) &&
             !kb_str_equal(value, KB_STR("never"))) ||
            (fields[i].setting == KB_FEED_SET_PAUSED &&
             !kb_str_equal(value, KB_STR("0")) && !kb_str_equal(value, KB_STR("1"))))
            continue;
        status = kb_store_feed_set(store, req->who.user, n, fields[i].setting,
                                   kb_str_cut(value, KB_STORE_NAME_BYTES), err);
    }
    return status;
}

static enum kb_status post_feed(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    struct kb_feed_row feed;
    struct kb_store *store;
    bool leave = kb_pairs_has(req->form, "leave"), gone;
    if (!find_feed(req, &feed))
        return kb_refuse(res, 404, "you follow no feed of that number");
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    if (leave)
        status = kb_store_feed_remove(store, req->who.user, feed.n, &gone, err);
    else
        status = change(req, store, feed.n, err);
    if (status == KB_OK && kb_pairs_has(req->form, "refresh"))
        status = kb_store_feed_due(store, feed.n, req->now, err);
    status = kb_server_end(req->server, status, err);
    if (status != KB_OK)
        return status;
    kb_server_wake(req->server);
    return leave ? kb_redirect(req, res, KB_STR("/feeds"))
                 : kb_pages_back(req, res, KB_STR("/feeds"));
}

/* ---- OPML -------------------------------------------------------------------------- */

static enum kb_status post_opml(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    uint64_t fresh = 0;
    enum kb_status status = kb_server_follow(req, kb_http_form(req, "file"), &fresh, err);
    if (status == KB_EINPUT || status == KB_ELIMIT)
        return show_feeds(req, res, err->text, err);
    if (status != KB_OK)
        return status;
    kb_server_wake(req->server);
    return kb_redirect(
        req, res,
        kb_arena_printf(req->arena, "/feeds?added=%llu", (unsigned long long)fresh));
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/feeds", KB_ROUTE_PAGE, KB_RANK_READER, 0, get_feeds, 0},
    {KB_HTTP_POST, "/feeds", KB_ROUTE_PAGE, KB_RANK_READER, 0, post_feeds, 0},
    {KB_HTTP_GET, "/feed/:n/settings", KB_ROUTE_PAGE, KB_RANK_READER, 0, get_feed, 0},
    {KB_HTTP_POST, "/feed/:n/settings", KB_ROUTE_PAGE, KB_RANK_READER, 0, post_feed, 0},
    {KB_HTTP_GET, "/opml", KB_ROUTE_PAGE, KB_RANK_READER, 0, kb_server_opml, 0},
    {KB_HTTP_POST, "/opml", KB_ROUTE_PAGE, KB_RANK_READER, 0, post_opml,
     KB_LIMIT_UPLOAD_BYTES},
};
const struct kb_routes kb_routes_feeds = {routes, KB_COUNT(routes)};
