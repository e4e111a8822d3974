/* Google Reader's dialect: login, lists of feeds and labels, and its routes, below / (as
 * Miniflux has them) and below /api/greader.php (as FreshRSS has them).
 *
 * ClientLogin takes a name and an app password, and gives a token that is both: nothing
 * is kept for it, and it ends with the app password. */
#include "serve/greader.h"
#include "serve/inner.h"
#include "store/store.h"

/* ---- who asks ---------------------------------------------------------------------- */

static KB_APP_HANDLER(login) {
    struct kb_str password = kb_http_field(req, "Passwd");
    bool found = false, json = kb_str_equal(kb_http_field(req, "output"), KB_STR("json"));
    (void)kb_app_cross_origin(KB_ROUTE_GREADER, res);
    enum kb_status status =
        kb_who_by_app(req, kb_http_field(req, "Email"), password, res, &found, err);
    if (status != KB_OK || res->status)
        return status;
    if (!found)
        return kb_refuse(res, 401, "Error=BadAuthentication");
    struct kb_str token = kb_greader_token_print(req, req->who.name, password);
    if (json) {
        static const char *const keys[] = {"SID", "LSID", "Auth"};
        struct kb_json out;
        res->type = KB_TYPE_JSON;
        kb_json_init(&out, &res->body, 0);
        kb_json_object(&out);
        for (size_t i = 0; i < KB_COUNT(keys); i++)
            kb_json_field(&out, keys[i], token);
        kb_json_object_end(&out);
        return KB_OK;
    }
    res->type = KB_TYPE_TEXT;
    kb_buf_printf(&res->body, "SID=%.*s\nLSID=%.*s\nAuth=%.*s\n", (int)token.n, token.p,
                  (int)token.n, token.p, (int)token.n, token.p);
    return KB_OK;
}

/* What forms carry as T: the token of the login once more. */
static KB_APP_HANDLER(token) {
    res->type = KB_TYPE_TEXT;
    kb_buf_str(&res->body, kb_greader_token(req));
    kb_buf_char(&res->body, '\n');
    return KB_OK;
}

static KB_APP_HANDLER(user_info) {
    struct kb_json json;
    char number[24];
    struct kb_buf text;
    kb_buf_init(&text, sizeof number);
    kb_buf_printf(&text, "%lld", (long long)req->who.user);
    res->type = KB_TYPE_JSON;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field(&json, "userId", kb_buf_view(&text));
    kb_json_field(&json, "userName", req->who.name);
    kb_json_field(&json, "userProfileId", kb_buf_view(&text));
    kb_json_field_str(&json, "userEmail", KB_STR(""));
    kb_json_object_end(&json);
    kb_buf_free(&text);
    return KB_OK;
}

enum kb_status kb_greader_ok(struct kb_reply *res) {
    res->type = KB_TYPE_TEXT;
    kb_buf_z(&res->body, "OK");
    return KB_OK;
}

/* ---- feeds and labels -------------------------------------------------------------- */

void kb_greader_state(struct kb_json *json, const char *state) {
    struct kb_buf id;
    kb_buf_init(&id, 100);
    kb_buf_printf(&id, "user/-/state/com.google/%s", state);
    kb_json_str(json, kb_buf_view(&id));
    kb_buf_free(&id);
}

void kb_greader_label_id(struct kb_json *json, struct kb_str label) {
    struct kb_buf id;
    kb_buf_init(&id, KB_LIMIT_META_BYTES);
    kb_buf_z(&id, "user/-/label/");
    kb_buf_str(&id, label);
    kb_json_str(json, kb_buf_view(&id));
    kb_buf_free(&id);
}

static void feed_id(struct kb_json *json, int64_t n) {
    struct kb_buf id;
    kb_buf_init(&id, 40);
    kb_buf_printf(&id, "feed/%lld", (long long)n);
    kb_json_str(json, kb_buf_view(&id));
    kb_buf_free(&id);
}

static void subscription(struct kb_http *req, struct kb_json *json,
                         const struct kb_app_feed *feed) {
    kb_json_object(json);
    kb_json_key(json, "id");
    feed_id(json, feed->n);
    kb_json_field_str(json, "title", feed->title);
    kb_json_field_array(json, "categories");
    if (feed->folder.n) {
        kb_json_object(json);
        kb_json_key(json, "id");
        kb_greader_label_id(json, feed->folder);
        kb_json_field(json, "label", feed->folder);
        kb_json_object_end(json);
    }
    kb_json_array_end(json);
    kb_json_field_str(json, "url", feed->url);
    kb_json_field_str(json, "htmlUrl", feed->home_url);
    kb_json_field_str(json, "iconUrl", kb_icon_url(req, feed->icon_name));
    kb_json_object_end(json);
}

/* An app that has this list already gets 304. */
static KB_APP_HANDLER(subscriptions) {
    struct kb_app_feeds feeds;
    struct kb_json json;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &feeds, err);
    if (status != KB_OK)
        return status;
    res->type = KB_TYPE_JSON;
    res->tagged = true;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field_array(&json, "subscriptions");
    for (size_t i = 0; i < feeds.count; i++)
        subscription(req, &json, &feeds.feeds[i]);
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    return KB_OK;
}

static void tag(struct kb_json *json, struct kb_str label, const char *type) {
    kb_json_object(json);
    kb_json_key(json, "id");
    kb_greader_label_id(json, label);
    kb_json_field(json, "type", kb_str_z(type));
    kb_json_object_end(json);
}

static bool is_folder(const struct kb_app_feeds *feeds, struct kb_str name) {
    for (size_t i = 0; i < feeds->folder_count; i++)
        if (kb_str_equal(feeds->folders[i].name, name))
            return true;
    return false;
}

static KB_APP_HANDLER(tags) {
    struct kb_app_feeds feeds;
    struct kb_tag_row *rows;
    struct kb_json json;
    size_t count;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &feeds, err);
    if (status == KB_OK)
        status = kb_store_tags(req->store, req->who.user, req->arena, &rows, &count, err);
    if (status != KB_OK)
        return status;
    res->type = KB_TYPE_JSON;
    res->tagged = true;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field_array(&json, "tags");
    kb_json_object(&json);
    kb_json_key(&json, "id");
    kb_greader_state(&json, "starred");
    kb_json_object_end(&json);
    for (size_t i = 0; i < feeds.folder_count; i++)
        tag(&json, feeds.folders[i].name, "folder");
    for (size_t i = 0; i < count; i++)
        if (!is_folder(&feeds, rows[i].name))
            tag(&json, rows[i].name, "tag");
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    return KB_OK;
}

static void unread_rest(struct kb_json *json, int64_t count, int64_t newest) {
    struct kb_buf text;
    kb_buf_init(&text, 40);
    kb_buf_printf(&text, "%lld", (long long)newest * 1000000);
    kb_json_field_int(json, "count", count);
    kb_json_field(json, "newestItemTimestampUsec", kb_buf_view(&text));
    kb_json_object_end(json);
    kb_buf_free(&text);
}

static KB_APP_HANDLER(unread_count) {
    struct kb_app_feeds feeds;
    struct kb_json json;
    int64_t all = 0, newest = 0;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_COUNTED, &feeds, err);
    if (status == KB_OK)
        status = kb_store_unread(req->store, req->who.user, &all, err);
    if (status != KB_OK)
        return status;
    res->type = KB_TYPE_JSON;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    const struct kb_app_feed *stories = kb_app_feed_at(&feeds, KB_APP_FEED_STORIES);
    all += stories ? stories->unread : 0;
    kb_json_field_int(&json, "max", all);
    kb_json_field_array(&json, "unreadcounts");
    for (size_t i = 0; i < feeds.count; i++) {
        const struct kb_app_feed *feed = &feeds.feeds[i];
        if (feed->newest > newest)
            newest = feed->newest;
        kb_json_object(&json);
        kb_json_key(&json, "id");
        feed_id(&json, feed->n);
        unread_rest(&json, feed->unread, feed->newest);
    }
    for (size_t i = 0; i < feeds.folder_count; i++) {
        kb_json_object(&json);
        kb_json_key(&json, "id");
        kb_greader_label_id(&json, feeds.folders[i].name);
        unread_rest(&json, feeds.folders[i].unread, newest);
    }
    kb_json_object(&json);
    kb_json_key(&json, "id");
    kb_greader_state(&json, "reading-list");
    unread_rest(&json, all, newest);
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    return KB_OK;
}

/* ---- routes ------------------------------------------------------------------------ */

/* Apps that look for an order of feeds find none, and take the list's. */
static KB_APP_HANDLER(preferences) {
    res->type = KB_TYPE_JSON;
    kb_buf_z(&res->body, "{\"prefs\":[]}");
    return KB_OK;
}
static KB_APP_HANDLER(stream_preferences) {
    res->type = KB_TYPE_JSON;
    kb_buf_z(&res->body, "{\"streamprefs\":{}}");
    return KB_OK;
}

#define TWICE(method, path, kind, may, handle, max)                                      \
    {KB_HTTP_##method, path, kind, KB_RANK_NOBODY, may, handle, max}, {                  \
        KB_HTTP_##method, "/api/greader.php" path, kind, KB_RANK_NOBODY, may, handle,    \
            max                                                                          \
    }
#define ROUTE(method, path, may, handle)                                                 \
    TWICE(method, path, KB_ROUTE_GREADER, may, handle, 0)
#define API "/reader/api/0/"

static const struct kb_route routes[] = {
    TWICE(POST, "/accounts/ClientLogin", KB_ROUTE_APP, 0, login, 0),
    TWICE(GET, "/accounts/ClientLogin", KB_ROUTE_APP, 0, login, 0),
    ROUTE(GET, API "token", 0, token),
    ROUTE(GET, API "user-info", KB_MAY_READ, user_info),
    ROUTE(GET, API "preference/list", KB_MAY_READ, preferences),
    ROUTE(GET, API "preference/stream/list", KB_MAY_READ, stream_preferences),
    ROUTE(GET, API "subscription/list", KB_MAY_READ, subscriptions),
    ROUTE(GET, API "tag/list", KB_MAY_READ, tags),
    ROUTE(GET, API "unread-count", KB_MAY_READ, unread_count),
    ROUTE(GET, API "stream/items/ids", KB_MAY_READ, kb_greader_ids),
    ROUTE(GET, API "stream/items/contents", KB_MAY_READ, kb_greader_contents),
    ROUTE(POST, API "stream/items/contents", KB_MAY_READ, kb_greader_contents),
    ROUTE(GET, API "stream/contents", KB_MAY_READ, kb_greader_stream),
    ROUTE(GET, API "stream/contents/*", KB_MAY_READ, kb_greader_stream),
    ROUTE(GET, "/reader/atom/*", KB_MAY_READ, kb_greader_atom),
    ROUTE(POST, API "edit-tag", KB_MAY_MARK, kb_greader_edit_tag),
    ROUTE(POST, API "mark-all-as-read", KB_MAY_MARK, kb_greader_mark_all),
    ROUTE(POST, API "subscription/edit", KB_MAY_FEEDS, kb_greader_subscription_edit),
    ROUTE(POST, API "subscription/quickadd", KB_MAY_FEEDS, kb_greader_quickadd),
    TWICE(POST, API "subscription/import", KB_ROUTE_GREADER, KB_MAY_FEEDS,
          kb_greader_import, KB_LIMIT_UPLOAD_BYTES),
    ROUTE(GET, API "subscription/export", KB_MAY_READ, kb_greader_export),
    ROUTE(POST, API "rename-tag", KB_MAY_FEEDS, kb_greader_rename),
    ROUTE(POST, API "disable-tag", KB_MAY_FEEDS, kb_greader_disable),
};
const struct kb_routes kb_routes_greader = {routes, KB_COUNT(routes)};
