/* Miniflux's dialect (its REST API, version 1): Basic with an app password, or one in the
 * header X-Auth-Token.  Ids fit 31 bits, as its apps keep them. */
#include "serve/apps.h"
#include "serve/inner.h"
#include "store/store.h"

/* A category is one of these, or a folder's number. */
enum { NO_FOLDER = 1 };
#define NO_FOLDER_NAME "All"

static enum kb_status done(struct kb_reply *res) {
    res->status = 204;
    res->type = NULL;
    return KB_OK;
}

static void moment(struct kb_json *json, const char *key, int64_t seconds) {
    char time[KB_TIME_BYTES];
    kb_time_print(seconds, time);
    kb_json_field_str(json, key, kb_str_z(time));
}

/* ---- feeds ------------------------------------------------------------------------- */

static void print_category(struct kb_http *req, struct kb_json *json, int64_t n,
                           struct kb_str name) {
    kb_json_object(json);
    kb_json_field_int(json, "id", n ? n : NO_FOLDER);
    kb_json_field_str(json, "title", n ? name : KB_STR(NO_FOLDER_NAME));
    kb_json_field_int(json, "user_id", req->who.user);
    kb_json_field_bool(json, "hide_globally", false);
    kb_json_object_end(json);
}

static void print_feed(struct kb_http *req, struct kb_json *json,
                       const struct kb_app_feed *feed) {
    kb_json_object(json);
    kb_json_field_int(json, "id", feed->n);
    kb_json_field_int(json, "user_id", req->who.user);
    kb_json_field_str(json, "title", feed->title);
    kb_json_field_str(json, "feed_url", feed->url);
    kb_json_field_str(json, "site_url", feed->home_url);
    moment(json, "checked_at", feed->newest);
    kb_json_field_int(json, "parsing_error_count", feed->failing);
    kb_json_field_bool(json, "disabled", false);
    kb_json_key(json, "category");
    print_category(req, json, feed->folder_n, feed->folder);
    kb_json_key(json, "icon");
    kb_json_null(json);
    kb_json_object_end(json);
}

static KB_APP_HANDLER(me) {
    struct kb_json json;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field_int(&json, "id", req->who.user);
    kb_json_field_str(&json, "username", req->who.name);
    kb_json_field_bool(&json, "is_admin", req->who.rank == KB_RANK_OWNER);
    kb_json_field_str(&json, "theme", KB_STR("system_serif"));
    kb_json_field_str(&json, "language", KB_STR("en_US"));
    kb_json_field_str(&json, "timezone", KB_STR("UTC"));
    kb_json_field_str(&json, "entry_sorting_direction", KB_STR("desc"));
    kb_json_field_int(&json, "entries_per_page", 100);
    kb_json_object_end(&json);
    return KB_OK;
}

static KB_APP_HANDLER(version) {
    kb_buf_z(&res->body, "{\"version\":\"2.2.0\"}");
    return KB_OK;
}

static KB_APP_HANDLER(categories) {
    struct kb_app_feeds feeds;
    struct kb_json json;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &feeds, err);
    if (status != KB_OK)
        return status;
    kb_json_init(&json, &res->body, 0);
    kb_json_array(&json);
    print_category(req, &json, 0, KB_STR_NONE);
    for (size_t i = 0; i < feeds.folder_count; i++)
        print_category(req, &json, feeds.folders[i].n, feeds.folders[i].name);
    kb_json_array_end(&json);
    return KB_OK;
}

/* All feeds, a category's, or one. */
static KB_APP_HANDLER(feeds) {
    struct kb_app_feeds all;
    struct kb_json json;
    int64_t category = 0;
    bool of_category = req->part[0].n > 0;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &all, err);
    if (status != KB_OK)
        return status;
    if (of_category && (!kb_number(req->part[0], 1, INT32_MAX, &category) ||
                        (category != NO_FOLDER && !kb_app_folder_at(&all, category))))
        return kb_refuse(res, 404, "there is no such category");
    kb_json_init(&json, &res->body, 0);
    kb_json_array(&json);
    for (size_t i = 0; i < all.count; i++) {
        int64_t n = all.feeds[i].folder_n ? all.feeds[i].folder_n : NO_FOLDER;
        if (!of_category || n == category)
            print_feed(req, &json, &all.feeds[i]);
    }
    kb_json_array_end(&json);
    return KB_OK;
}

static KB_APP_HANDLER(feed) {
    struct kb_app_feeds all;
    const struct kb_app_feed *found;
    struct kb_json json;
    int64_t n;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &all, err);
    if (status != KB_OK)
        return status;
    if (!kb_number(req->part[0], 1, INT32_MAX, &n) || !(found = kb_app_feed_at(&all, n)))
        return kb_refuse(res, 404, "there is no such feed");
    kb_json_init(&json, &res->body, 0);
    print_feed(req, &json, found);
    return KB_OK;
}

/* ---- entries ----------------------------------------------------------------------- */

struct talk {
    struct kb_http *req;
    struct kb_json json;
};

static void print_entry(void *context, const struct kb_app_item *item,
                        const struct kb_app_feed *feed) {
    struct talk *talk = context;
    struct kb_http *req = talk->req;
    struct kb_json *json = &talk->json;
    kb_json_object(json);
    kb_json_field_int(json, "id", kb_app_id_number(item->id, KB_APP_STORIES_SMALL));
    kb_json_field_int(json, "user_id", req->who.user);
    kb_json_field_int(json, "feed_id", item->feed);
    kb_json_field_str(json, "status", item->read ? KB_STR("read") : KB_STR("unread"));
    kb_json_field_str(json, "hash", item->guid);
    kb_json_field_str(json, "title", item->title);
    kb_json_field_str(json, "url", item->url);
    kb_json_field_str(json, "comments_url", KB_STR(""));
    moment(json, "published_at", item->published);
    moment(json, "created_at", item->seen);
    moment(json, "changed_at", item->changed);
    kb_json_field_str(json, "content", item->html);
    kb_json_field_str(json, "author", item->author);
    kb_json_field_str(json, "share_code", KB_STR(""));
    kb_json_field_bool(json, "starred", item->starred);
    kb_json_field_int(json, "reading_time", 0);
    kb_json_key(json, "enclosures");
    kb_json_array(json);
    if (item->picture.n) {
        kb_json_object(json);
        kb_json_field_str(json, "url", item->picture);
        kb_json_field_str(json, "mime_type", KB_STR("image/jpeg"));
        kb_json_object_end(json);
    }
    kb_json_array_end(json);
    kb_json_key(json, "tags");
    kb_json_array(json);
    for (size_t i = 0; i < item->tag_count; i++)
        kb_json_str(json, item->tags[i]);
    kb_json_array_end(json);
    kb_json_key(json, "feed");
    print_feed(req, json, feed);
    kb_json_object_end(json);
}

/* How many a wish finds without its page: unread ones are known, others are counted as
 * far as an app could page to. */
static enum kb_status count_all(struct kb_http *req, const struct kb_app_wish *wish,
                                const struct kb_app_list *page, int64_t *total,
                                struct kb_err *err) {
    struct kb_app_wish all = *wish;
    struct kb_app_list list;
    *total = (int64_t)(wish->skip + page->count);
    if (!page->more)
        return KB_OK;
    if (wish->of == KB_APP_ALL && wish->unread && !wish->starred && !wish->after &&
        !wish->below && !wish->since && !wish->before)
        return kb_store_unread(req->store, req->who.user, total, err);
    all.skip = 0;
    all.limit = KB_LIMIT_APP_COUNTED;
    enum kb_status status = kb_app_list(req, &all, &list, err);
    if (status == KB_OK && (int64_t)list.count > *total)
        *total = (int64_t)list.count;
    return status;
}

static enum kb_status print_entries(struct kb_http *req, struct kb_reply *res,
                                    const struct kb_app_wish *wish, struct kb_err *err) {
    struct kb_app_list list;
    struct talk talk = {.req = req};
    int64_t total = 0;
    size_t told;
    enum kb_status status = kb_app_list(req, wish, &list, err);
    if (status == KB_OK)
        status = count_all(req, wish, &list, &total, err);
    if (status != KB_OK)
        return status;
    kb_json_init(&talk.json, &res->body, 0);
    kb_json_object(&talk.json);
    kb_json_field_int(&talk.json, "total", total);
    kb_json_key(&talk.json, "entries");
    kb_json_array(&talk.json);
    status = kb_app_each(req, &list, &res->body, print_entry, &talk, &told, err);
    kb_json_array_end(&talk.json);
    kb_json_object_end(&talk.json);
    return status;
}

/* of: what the path's number is; KB_APP_ALL: there is none in it. */
static enum kb_status list_of(struct kb_http *req, struct kb_reply *res,
                              enum kb_app_of of, struct kb_err *err) {
    struct kb_str feed_id = kb_http_query(req, "feed_id");
    struct kb_str category_id = kb_http_query(req, "category_id");
    struct kb_app_wish wish;
    const char *why;
    if (!kb_miniflux_list_read(req, &wish, &why))
        return kb_refuse(res, 400, "%s", why);
    struct kb_str n = of == KB_APP_ALL ? feed_id.n ? feed_id : category_id : req->part[0];
    if (of == KB_APP_ALL && n.n)
        of = feed_id.n ? KB_APP_FEED : KB_APP_FOLDER;
    if (n.n && !kb_number(n, 1, INT32_MAX, &wish.feed))
        return kb_refuse(res, 404, "there is no such feed or category");
    if (wish.of != KB_APP_NOTHING && n.n)
        wish.of = of;
    return print_entries(req, res, &wish, err);
}

static KB_APP_HANDLER(entries) {
    return list_of(req, res, KB_APP_ALL, err);
}
static KB_APP_HANDLER(feed_entries) {
    return list_of(req, res, KB_APP_FEED, err);
}
static KB_APP_HANDLER(category_entries) {
    return list_of(req, res, KB_APP_FOLDER, err);
}

/* The item that the path names; false: refused. */
static bool one_entry(struct kb_http *req, struct kb_reply *res, struct kb_arena *arena,
                      int what, struct kb_app_item *item, enum kb_status *status,
                      struct kb_err *err) {
    int64_t n;
    bool found = false;
    *status = KB_OK;
    if (kb_number(req->part[0], 1, INT32_MAX, &n))
        *status = kb_app_item(req, arena, kb_app_id_of(n, KB_APP_STORIES_SMALL), what,
                              item, &found, err);
    if (*status == KB_OK && !found)
        *status = kb_refuse(res, 404, "there is no such entry");
    return *status == KB_OK && found;
}

static KB_APP_HANDLER(entry) {
    struct talk talk = {.req = req};
    struct kb_app_item item;
    enum kb_status status;
    if (!one_entry(req, res, req->arena, KB_APP_HEAD, &item, &status, err))
        return status;
    struct kb_app_list list = {.ids = &item.id, .count = 1};
    size_t told;
    kb_json_init(&talk.json, &res->body, 0);
    return kb_app_each(req, &list, &res->body, print_entry, &talk, &told, err);
}

/* ---- marks ------------------------------------------------------------------------- */

/* The body is JSON whatever its type says: newsboat calls it a form. */
static KB_APP_HANDLER(update_entries) {
    struct kb_app_marks marks;
    enum kb_status status = KB_OK;
    if (!kb_miniflux_marks_read(req->arena, req->body, &marks))
        return kb_refuse(res, 400,
                         "the body is {\"entry_ids\": [1, 2], \"status\": \"read\"}, or "
                         "\"unread\"");
    status = kb_app_mark(req, &marks, err);
    return status == KB_OK ? done(res) : status;
}

static enum kb_status star(struct kb_http *req, struct kb_reply *res, bool toggle,
                           int answer, struct kb_err *err) {
    struct kb_app_item item;
    enum kb_status status;
    if (!one_entry(req, res, req->arena, KB_APP_HEAD, &item, &status, err))
        return status;
    struct kb_app_marks marks = {
        .ids = &item.id, .id_count = 1, .starred = toggle && item.starred ? -1 : 1};
    status = kb_app_mark(req, &marks, err);
    if (status == KB_OK)
        status = done(res);
    res->status = answer;
    return status;
}

static KB_APP_HANDLER(bookmark) {
    return star(req, res, true, 204, err);
}
/* There is no other service to save it to: a star keeps it. */
static KB_APP_HANDLER(save) {
    return star(req, res, false, 202, err);
}

static enum kb_status mark_all(struct kb_http *req, struct kb_reply *res,
                               enum kb_app_of of, struct kb_err *err) {
    struct kb_app_wish wish = {.of = of};
    if (!kb_number(req->part[0], 1, INT32_MAX, &wish.feed) ||
        (of == KB_APP_ALL && wish.feed != req->who.user))
        return kb_refuse(res, 404, "there is nothing of this number");
    enum kb_status status = kb_app_mark_all(req, &wish, 0, 0, err);
    return status == KB_OK ? done(res) : status;
}

static KB_APP_HANDLER(mark_feed) {
    return mark_all(req, res, KB_APP_FEED, err);
}
static KB_APP_HANDLER(mark_category) {
    return mark_all(req, res, KB_APP_FOLDER, err);
}
static KB_APP_HANDLER(mark_user) {
    return mark_all(req, res, KB_APP_ALL, err);
}

/* The feed, or (without a number) each that the person follows, is asked now. */
static KB_APP_HANDLER(refresh) {
    struct kb_feed_row *rows;
    struct kb_store *store;
    size_t count;
    int64_t n = 0;
    bool any = false;
    if (req->part[0].n && !kb_number(req->part[0], 1, INT32_MAX, &n))
        return kb_refuse(res, 404, "there is no such feed");
    enum kb_status status = kb_store_feeds(req->store, req->who.user, KB_FEEDS_ALL,
                                           req->arena, &rows, &count, err);
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    for (size_t i = 0; status == KB_OK && i < count; i++)
        if (!n || rows[i].n == n) {
            any = true;
            status = kb_store_feed_due(store, rows[i].n, req->now, err);
        }
    status = kb_server_end(req->server, status, err);
    if (status != KB_OK)
        return status;
    if (n && !any)
        return kb_refuse(res, 404, "there is no such feed");
    kb_server_wake(req->server);
    return done(res);
}

#define ROUTE(method, path, may, handle)                                                 \
    { KB_HTTP_##method, "/v1/" path, KB_ROUTE_MINIFLUX, KB_RANK_NOBODY, may, handle, 0 }
static const struct kb_route routes[] = {
    ROUTE(GET, "me", KB_MAY_READ, me),
    ROUTE(GET, "version", KB_MAY_READ, version),
    ROUTE(GET, "categories", KB_MAY_READ, categories),
    ROUTE(GET, "categories/:id/feeds", KB_MAY_READ, feeds),
    ROUTE(GET, "categories/:id/entries", KB_MAY_READ, category_entries),
    ROUTE(PUT, "categories/:id/mark-all-as-read", KB_MAY_MARK, mark_category),
    ROUTE(GET, "feeds", KB_MAY_READ, feeds),
    ROUTE(PUT, "feeds/refresh", KB_MAY_FEEDS, refresh),
    ROUTE(GET, "feeds/:id", KB_MAY_READ, feed),
    ROUTE(PUT, "feeds/:id/refresh", KB_MAY_FEEDS, refresh),
    ROUTE(GET, "feeds/:id/entries", KB_MAY_READ, feed_entries),
    ROUTE(PUT, "feeds/:id/mark-all-as-read", KB_MAY_MARK, mark_feed),
    ROUTE(GET, "entries", KB_MAY_READ, entries),
    ROUTE(PUT, "entries", KB_MAY_MARK, update_entries),
    ROUTE(GET, "entries/:id", KB_MAY_READ, entry),
    ROUTE(PUT, "entries/:id/bookmark", KB_MAY_MARK, bookmark),
    ROUTE(POST, "entries/:id/save", KB_MAY_MARK, save),
    ROUTE(PUT, "users/:id/mark-all-as-read", KB_MAY_MARK, mark_user),
};
const struct kb_routes kb_routes_miniflux = {routes, KB_COUNT(routes)};
