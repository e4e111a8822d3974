/* Miniflux's dialect (its REST API, version 1): entries, marks, and all routes.  Ids fit
 * 31 bits, as its apps keep them. */
#include "serve/miniflux.h"

#include "serve/inner.h"
#include "store/store.h"

/* ---- entries ----------------------------------------------------------------------- */

struct talk {
    struct kb_http *req;
    struct kb_json json;
};

/* A file's id: its article's, and its place there. */
enum { ENCLOSURES = 2 * KB_LIMIT_ATTACHMENTS };

static void print_enclosure(struct talk *talk, const struct kb_app_item *item, size_t i) {
    const struct kb_feed_attachment *file = &item->files[i];
    struct kb_json *json = &talk->json;
    int64_t n = kb_app_id_number(item->id, KB_APP_STORIES_SMALL);
    kb_json_object(json);
    kb_json_field_int(json, "id", n * ENCLOSURES + (int64_t)i);
    kb_json_field_int(json, "user_id", talk->req->who.user);
    kb_json_field_int(json, "entry_id", n);
    kb_json_field_str(json, "url", file->url);
    kb_json_field_str(json, "mime_type", file->mime_type);
    kb_json_field_int(json, "size", file->size);
    kb_json_field_int(json, "media_progression", 0);
    kb_json_object_end(json);
}

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
    kb_miniflux_moment(json, "published_at", item->published);
    kb_miniflux_moment(json, "created_at", item->seen);
    kb_miniflux_moment(json, "changed_at",
                       item->marked > item->changed ? item->marked : item->changed);
    kb_json_field_str(json, "content", item->html);
    kb_json_field_str(json, "author", item->author);
    kb_json_field_str(json, "share_code", KB_STR(""));
    kb_json_field_bool(json, "starred", item->starred);
    kb_json_field_int(json, "reading_time", 0);
    kb_json_field_array(json, "enclosures");
    for (size_t i = 0; i < item->file_count; i++)
        print_enclosure(talk, item, i);
    kb_json_array_end(json);
    kb_json_field_array(json, "tags");
    for (size_t i = 0; i < item->tag_count; i++)
        kb_json_str(json, item->tags[i]);
    kb_json_array_end(json);
    kb_json_key(json, "feed");
    kb_miniflux_feed(req, json, feed);
    kb_json_object_end(json);
}

/* Is more wished than what is read, or unread? */
static bool is_narrowed(const struct kb_app_wish *wish) {
    return wish->starred || wish->unstarred || wish->after || wish->below ||
           wish->since || wish->before || wish->dated_since || wish->dated_before;
}

/* How many a wish finds without its page: unread ones are known, others are counted as
 * far as an app could page to. */
static enum kb_status count_all(struct kb_http *req, const struct kb_app_wish *wish,
                                const struct kb_app_list *page, int64_t *total,
                                struct kb_err *err) {
    struct kb_app_wish all = *wish;
    struct kb_app_list list;
    *total = (int64_t)(wish->skip + page->count);
    if (!page->more && (page->count || !wish->skip))
        return KB_OK;
    if (wish->of == KB_APP_ALL && wish->unread && !is_narrowed(wish))
        return kb_store_unread(req->store, req->who.user, total, err);
    all.skip = 0;
    all.limit = KB_LIMIT_APP_COUNTED;
    enum kb_status status = kb_app_list(req, &all, &list, err);
    if (status == KB_OK && (!page->count || (int64_t)list.count > *total))
        *total = (int64_t)list.count;
    return status;
}

/* What a query finds, the newest first.  Where more is wished than words, all that they
 * find is looked through. */
static enum kb_status search(struct kb_http *req, const struct kb_app_wish *wish,
                             struct kb_app_list *list, int64_t *total,
                             struct kb_err *err) {
    bool all = wish->of != KB_APP_ALL || wish->read || wish->unread || is_narrowed(wish);
    const struct kb_search_options options = {.user = req->who.user,
                                              .limit = all ? KB_LIMIT_SEARCH_RESULTS
                                                           : wish->limit,
                                              .offset = all ? 0 : wish->skip,
                                              .order = KB_SEARCH_NEWEST};
    struct kb_search_result result;
    *list = (struct kb_app_list){0};
    enum kb_status status = kb_store_search(req->store, kb_http_query(req, "search"),
                                            req->now, &options, req->arena, &result, err);
    if (status != KB_OK)
        return status;
    list->ids = kb_arena_zalloc(req->arena, result.count + 1, sizeof *list->ids);
    if (!list->ids)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the list");
    for (; list->count < result.count; list->count++)
        list->ids[list->count].n = result.hits[list->count].n;
    *total = result.total;
    if (!all)
        return KB_OK;
    status = kb_app_narrow(req, wish, list, err);
    *total = (int64_t)list->count;
    size_t from = wish->skip < list->count ? wish->skip : list->count;
    list->ids += from;
    list->count -= from;
    if (list->count > wish->limit)
        list->count = wish->limit;
    return status;
}

static enum kb_status find_entries(struct kb_http *req, const struct kb_app_wish *wish,
                                   struct kb_app_list *list, int64_t *total,
                                   struct kb_err *err) {
    if (kb_http_query(req, "search").n)
        return search(req, wish, list, total, err);
    enum kb_status status = kb_app_list(req, wish, list, err);
    return status == KB_OK ? count_all(req, wish, list, total, err) : status;
}

static enum kb_status print_entries(struct kb_http *req, struct kb_reply *res,
                                    const struct kb_app_wish *wish, struct kb_err *err) {
    struct kb_app_list list;
    struct talk talk = {.req = req};
    int64_t total = 0;
    size_t told;
    enum kb_status status = find_entries(req, wish, &list, &total, err);
    if (status == KB_EINPUT || status == KB_EUSAGE || status == KB_ELIMIT)
        return kb_refuse(res, 400, "search: %s", err->text);
    if (status != KB_OK)
        return status;
    kb_json_init(&talk.json, &res->body, 0);
    kb_json_object(&talk.json);
    kb_json_field_int(&talk.json, "total", total);
    kb_json_field_array(&talk.json, "entries");
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

/* Ids alone. */
static KB_APP_HANDLER(entry_ids) {
    enum { MOST = 10000 };
    struct kb_app_list list;
    struct kb_app_wish wish;
    struct kb_json json;
    const char *why;
    int64_t total = 0, limit = MOST;
    if (!kb_miniflux_list_read(req, &wish, &why))
        return kb_refuse(res, 400, "%s", why);
    (void)!kb_number(kb_http_query(req, "limit"), 1, MOST, &limit);
    wish.limit = (size_t)limit;
    wish.oldest = wish.by_time = false;
    enum kb_status status = kb_app_list(req, &wish, &list, err);
    if (status == KB_OK)
        status = count_all(req, &wish, &list, &total, err);
    if (status != KB_OK)
        return status;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field_int(&json, "total", total);
    kb_json_field_array(&json, "entry_ids");
    for (size_t i = 0; i < list.count; i++)
        kb_json_int(&json, kb_app_id_number(list.ids[i], KB_APP_STORIES_SMALL));
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    return KB_OK;
}

/* The item that the path names last; false: refused. */
static bool one_entry(struct kb_http *req, struct kb_reply *res, int what,
                      struct kb_app_item *item, enum kb_status *status,
                      struct kb_err *err) {
    struct kb_str name = req->part[1].n ? req->part[1] : req->part[0];
    int64_t n;
    bool found = false;
    *status = KB_OK;
    if (kb_number(name, 1, INT32_MAX, &n))
        *status = kb_app_item(req, req->arena, kb_app_id_of(n, KB_APP_STORIES_SMALL),
                              what, item, &found, err);
    if (*status == KB_OK && !found)
        *status = kb_refuse(res, 404, "there is no such entry");
    return *status == KB_OK && found;
}

static KB_APP_HANDLER(entry) {
    struct talk talk = {.req = req};
    struct kb_app_item item;
    enum kb_status status;
    if (!one_entry(req, res, KB_APP_HEAD, &item, &status, err))
        return status;
    struct kb_app_list list = {.ids = &item.id, .count = 1};
    size_t told;
    kb_json_init(&talk.json, &res->body, 0);
    return kb_app_each(req, &list, &res->body, print_entry, &talk, &told, err);
}

/* The text is the whole page's already. */
static KB_APP_HANDLER(fetch_content) {
    struct kb_app_item item;
    struct kb_json json;
    enum kb_status status;
    if (!one_entry(req, res, KB_APP_WHOLE, &item, &status, err))
        return status;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field_str(&json, "content", item.html);
    kb_json_field_int(&json, "reading_time", 0);
    kb_json_object_end(&json);
    return KB_OK;
}

static KB_APP_HANDLER(enclosure) {
    struct talk talk = {.req = req};
    struct kb_app_item item;
    enum kb_status status = KB_OK;
    int64_t n;
    bool found = false;
    if (kb_number(req->part[0], ENCLOSURES, (int64_t)INT32_MAX * ENCLOSURES, &n))
        status = kb_app_item(req, req->arena,
                             kb_app_id_of(n / ENCLOSURES, KB_APP_STORIES_SMALL),
                             KB_APP_WHOLE, &item, &found, err);
    if (status != KB_OK)
        return status;
    if (!found || (size_t)(n % ENCLOSURES) >= item.file_count)
        return kb_refuse(res, 404, "there is no such enclosure");
    kb_json_init(&talk.json, &res->body, 0);
    print_enclosure(&talk, &item, (size_t)(n % ENCLOSURES));
    return KB_OK;
}

static KB_APP_HANDLER(as_printed) {
    return kb_refuse(res, 403, "an article stays as its outlet printed it");
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
    return status == KB_OK ? kb_miniflux_done(res) : status;
}

static enum kb_status star(struct kb_http *req, struct kb_reply *res, bool toggle,
                           int answer, struct kb_err *err) {
    struct kb_app_item item;
    enum kb_status status;
    if (!one_entry(req, res, KB_APP_HEAD, &item, &status, err))
        return status;
    struct kb_app_marks marks = {
        .ids = &item.id, .id_count = 1, .starred = toggle && item.starred ? -1 : 1};
    status = kb_app_mark(req, &marks, err);
    if (status == KB_OK)
        status = kb_miniflux_done(res);
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
    return status == KB_OK ? kb_miniflux_done(res) : status;
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

#define ROUTE_OF(method, path, may, handle, max)                                         \
    { KB_HTTP_##method, "/v1/" path, KB_ROUTE_MINIFLUX, KB_RANK_NOBODY, may, handle, max }
#define ROUTE(method, path, may, handle) ROUTE_OF(method, path, may, handle, 0)
#define READ(path, handle) ROUTE(GET, path, KB_MAY_READ, handle)
#define MARK(path, handle) ROUTE(PUT, path, KB_MAY_MARK, handle)
#define FEEDS(method, path, handle) ROUTE(method, path, KB_MAY_FEEDS, handle)
static const struct kb_route routes[] = {
    READ("me", kb_miniflux_me),
    READ("users", kb_miniflux_users),
    READ("users/:id", kb_miniflux_user),
    READ("version", kb_miniflux_version),
    READ("integrations/status", kb_miniflux_integrations),
    READ("export", kb_miniflux_export),
    ROUTE_OF(POST, "import", KB_MAY_FEEDS, kb_miniflux_import, KB_LIMIT_UPLOAD_BYTES),
    FEEDS(POST, "discover", kb_miniflux_discover),
    READ("categories", kb_miniflux_categories),
    FEEDS(POST, "categories", kb_miniflux_category_add),
    FEEDS(PUT, "categories/:id", kb_miniflux_category_set),
    FEEDS(DELETE, "categories/:id", kb_miniflux_category_remove),
    READ("categories/:id/feeds", kb_miniflux_feeds),
    FEEDS(PUT, "categories/:id/refresh", kb_miniflux_refresh_category),
    READ("categories/:id/entries", category_entries),
    READ("categories/:id/entries/:entry", entry),
    MARK("categories/:id/mark-all-as-read", mark_category),
    READ("feeds", kb_miniflux_feeds),
    FEEDS(POST, "feeds", kb_miniflux_feed_add),
    READ("feeds/counters", kb_miniflux_counters),
    FEEDS(PUT, "feeds/refresh", kb_miniflux_refresh),
    READ("feeds/:id", kb_miniflux_feed_one),
    FEEDS(PUT, "feeds/:id", kb_miniflux_feed_set),
    FEEDS(DELETE, "feeds/:id", kb_miniflux_feed_remove),
    READ("feeds/:id/icon", kb_miniflux_feed_icon),
    READ("icons/:id", kb_miniflux_icon),
    FEEDS(PUT, "feeds/:id/refresh", kb_miniflux_refresh),
    READ("feeds/:id/entries", feed_entries),
    READ("feeds/:id/entries/:entry", entry),
    MARK("feeds/:id/mark-all-as-read", mark_feed),
    READ("entries", entries),
    MARK("entries", update_entries),
    READ("entries/ids", entry_ids),
    READ("entries/:id", entry),
    MARK("entries/:id", as_printed),
    MARK("entries/:id/bookmark", bookmark),
    MARK("entries/:id/star", bookmark),
    ROUTE(POST, "entries/:id/save", KB_MAY_MARK, save),
    READ("entries/:id/fetch-content", fetch_content),
    READ("enclosures/:id", enclosure),
    MARK("flush-history", kb_miniflux_flush),
    ROUTE(DELETE, "flush-history", KB_MAY_MARK, kb_miniflux_flush),
    MARK("users/:id/mark-all-as-read", mark_user),
};
const struct kb_routes kb_routes_miniflux = {routes, KB_COUNT(routes)};
