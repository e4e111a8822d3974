/* Nextcloud News's dialect (its API v1-2): Basic with an app password, and 200 for all
 * that went well. */
#include <yyjson.h>

#include "serve/apps.h"
#include "serve/inner.h"
#include "store/store.h"

static KB_APP_HANDLER(version) {
    kb_buf_z(&res->body, "{\"version\":\"18.1.1\"}");
    return KB_OK;
}

static KB_APP_HANDLER(service_status) {
    kb_buf_z(&res->body, "{\"version\":\"18.1.1\",\"warnings\":{"
                         "\"improperlyConfiguredCron\":false,"
                         "\"incorrectDbCharset\":false}}");
    return KB_OK;
}

static KB_APP_HANDLER(user) {
    struct kb_json json;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field_str(&json, "userId", req->who.name);
    kb_json_field_str(&json, "displayName", req->who.name);
    kb_json_field_int(&json, "lastLoginTimestamp", req->now);
    kb_json_key(&json, "avatar");
    kb_json_null(&json);
    kb_json_object_end(&json);
    return KB_OK;
}

static KB_APP_HANDLER(folders) {
    struct kb_app_feeds all;
    struct kb_json json;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &all, err);
    if (status != KB_OK)
        return status;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_key(&json, "folders");
    kb_json_array(&json);
    for (size_t i = 0; i < all.folder_count; i++) {
        kb_json_object(&json);
        kb_json_field_int(&json, "id", all.folders[i].n);
        kb_json_field_str(&json, "name", all.folders[i].name);
        kb_json_object_end(&json);
    }
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    return KB_OK;
}

static void print_feed(struct kb_json *json, const struct kb_app_feed *feed) {
    kb_json_object(json);
    kb_json_field_int(json, "id", feed->n);
    kb_json_field_str(json, "url", feed->url);
    kb_json_field_str(json, "title", feed->title);
    kb_json_field_str(json, "faviconLink", KB_STR(""));
    kb_json_field_int(json, "added", feed->added);
    kb_json_field_int(json, "folderId", feed->folder_n);
    kb_json_field_int(json, "unreadCount", feed->unread);
    kb_json_field_int(json, "ordering", 0);
    kb_json_field_str(json, "link", feed->home_url);
    kb_json_key(json, "pinned");
    kb_json_bool(json, false);
    kb_json_field_int(json, "updateErrorCount", feed->failing);
    kb_json_key(json, "lastUpdateError");
    kb_json_null(json);
    kb_json_object_end(json);
}

static KB_APP_HANDLER(feeds) {
    struct kb_store_counts counts;
    struct kb_app_feeds all;
    struct kb_json json;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_COUNTED, &all, err);
    if (status == KB_OK)
        status = kb_store_count(req->store, req->who.user, &counts, err);
    if (status != KB_OK)
        return status;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_key(&json, "feeds");
    kb_json_array(&json);
    for (size_t i = 0; i < all.count; i++)
        print_feed(&json, &all.feeds[i]);
    kb_json_array_end(&json);
    kb_json_field_int(&json, "starredCount", counts.starred);
    kb_json_object_end(&json);
    return KB_OK;
}

/* ---- items ------------------------------------------------------------------------- */

static void print_item(void *context, const struct kb_app_item *item,
                       const struct kb_app_feed *feed) {
    struct kb_json *json = context;
    (void)feed;
    char guid[KB_NEXTCLOUD_GUID_BYTES];
    kb_nextcloud_guid_print(item->id, guid);
    kb_json_object(json);
    kb_json_field_int(json, "id", kb_app_id_number(item->id, KB_APP_STORIES));
    kb_json_field_str(json, "guid", kb_str_z(guid));
    kb_json_field_str(json, "guidHash", kb_str_z(guid));
    kb_json_field_str(json, "url", item->url);
    kb_json_field_str(json, "title", item->title);
    kb_json_field_str(json, "author", item->author);
    kb_json_field_int(json, "pubDate", item->published);
    kb_json_field_str(json, "body", item->html);
    kb_json_key(json, "enclosureMime");
    if (item->picture.n)
        kb_json_str(json, KB_STR("image/jpeg"));
    else
        kb_json_null(json);
    kb_json_key(json, "enclosureLink");
    if (item->picture.n)
        kb_json_str(json, item->picture);
    else
        kb_json_null(json);
    kb_json_field_int(json, "feedId", item->feed);
    kb_json_key(json, "unread");
    kb_json_bool(json, !item->read);
    kb_json_key(json, "starred");
    kb_json_bool(json, item->starred);
    kb_json_field_int(json, "lastModified", item->seen);
    kb_json_field_str(json, "fingerprint", item->guid);
    kb_json_object_end(json);
}

static enum kb_status print_list(struct kb_http *req, struct kb_reply *res,
                                 const struct kb_app_wish *wish, struct kb_err *err) {
    struct kb_app_list list;
    struct kb_json json;
    size_t told;
    enum kb_status status = kb_app_list(req, wish, &list, err);
    if (status != KB_OK)
        return status;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_key(&json, "items");
    kb_json_array(&json);
    status = kb_app_each(req, &list, &res->body, print_item, &json, &told, err);
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    return status;
}

static enum kb_status list_items(struct kb_http *req, struct kb_reply *res, bool updated,
                                 struct kb_err *err) {
    struct kb_app_wish wish;
    int64_t folder;
    kb_nextcloud_list_read(req, &wish, &folder);
    if (folder)
        wish.feed = folder;
    if (updated) /* the oldest first: what is too much now comes with the next time */
        wish.oldest = true;
    else
        wish.since = 0;
    return print_list(req, res, &wish, err);
}

static KB_APP_HANDLER(items) {
    return list_items(req, res, false, err);
}
static KB_APP_HANDLER(items_updated) {
    return list_items(req, res, true, err);
}

/* ---- marks ------------------------------------------------------------------------- */

static bool read_verb(struct kb_str verb, struct kb_app_marks *marks) {
    marks->read = kb_str_equal(verb, KB_STR("read"))     ? 1
                  : kb_str_equal(verb, KB_STR("unread")) ? -1
                                                         : 0;
    marks->starred = kb_str_equal(verb, KB_STR("star"))     ? 1
                     : kb_str_equal(verb, KB_STR("unstar")) ? -1
                                                            : 0;
    return marks->read || marks->starred;
}

static enum kb_status finish(struct kb_reply *res, enum kb_status status) {
    if (status == KB_OK)
        kb_buf_z(&res->body, "[]");
    return status;
}

/* items/ID/read */
static KB_APP_HANDLER(mark_item) {
    struct kb_app_marks marks = {0};
    struct kb_app_id id;
    int64_t n;
    if (!read_verb(req->part[1], &marks) || !kb_number(req->part[0], 1, INT64_MAX, &n))
        return kb_refuse(res, 404, "there is no such item");
    id = kb_app_id_of(n, KB_APP_STORIES);
    marks.ids = &id;
    marks.id_count = 1;
    return finish(res, kb_app_mark(req, &marks, err));
}

/* items/FEED/GUID/star: by the guid or its hash, which are one here. */
static KB_APP_HANDLER(mark_guid) {
    struct kb_app_marks marks = {0};
    struct kb_app_id id;
    if (!read_verb(req->part[2], &marks) || !kb_nextcloud_guid_read(req->part[1], &id))
        return kb_refuse(res, 404, "there is no such item");
    marks.ids = &id;
    marks.id_count = 1;
    return finish(res, kb_app_mark(req, &marks, err));
}

static KB_APP_HANDLER(mark_several) {
    struct kb_app_marks marks = {0};
    if (!read_verb(req->part[0], &marks))
        return kb_refuse(res, 404, "there is nothing here");
    if (!kb_nextcloud_ids_read(req->arena, req->body, &marks))
        return kb_refuse(res, 400, "the body is {\"items\": [1, 2]}");
    return finish(res, kb_app_mark(req, &marks, err));
}

static enum kb_status mark_all(struct kb_http *req, struct kb_reply *res,
                               enum kb_app_of of, struct kb_err *err) {
    struct kb_app_wish wish = {.of = of};
    int64_t newest = 0;
    yyjson_doc *doc;
    if (of != KB_APP_ALL && !kb_number(req->part[0], 0, INT64_MAX, &wish.feed))
        return kb_refuse(res, 404, "there is nothing of this number");
    if (!kb_number(kb_http_field(req, "newestItemId"), 0, INT64_MAX, &newest)) {
        doc = yyjson_read(req->body.p ? req->body.p : "", req->body.n, 0);
        newest =
            yyjson_get_sint(yyjson_obj_get(yyjson_doc_get_root(doc), "newestItemId"));
        yyjson_doc_free(doc);
    }
    if (newest <= 0)
        return kb_refuse(res, 400, "newestItemId is missing: up to which item?");
    /* Feed 0 is what newsboat calls the starred items: a star is no reason to be read. */
    if (of != KB_APP_ALL && !wish.feed)
        return finish(res, KB_OK);
    return finish(res, kb_app_mark_all(req, &wish, 0, newest, err));
}

static KB_APP_HANDLER(mark_everything) {
    return mark_all(req, res, KB_APP_ALL, err);
}
static KB_APP_HANDLER(mark_feed) {
    return mark_all(req, res, KB_APP_FEED, err);
}
static KB_APP_HANDLER(mark_folder) {
    return mark_all(req, res, KB_APP_FOLDER, err);
}

/* Apps send what changes something by PUT or by POST. */
#define V(method, path, may, handle)                                                     \
    {                                                                                    \
        KB_HTTP_##method, "/index.php/apps/news/api/v1-2/" path, KB_ROUTE_NEXTCLOUD,     \
            KB_RANK_NOBODY, may, handle, 0                                               \
    }
#define GET(path, handle) V(GET, path, KB_MAY_READ, handle)
#define PUT(path, handle)                                                                \
    V(PUT, path, KB_MAY_MARK, handle), V(POST, path, KB_MAY_MARK, handle)
static const struct kb_route routes[] = {
    GET("version", version),
    GET("status", service_status),
    GET("user", user),
    GET("folders", folders),
    GET("feeds", feeds),
    GET("items", items),
    GET("items/updated", items_updated),
    PUT("items/:verb/multiple", mark_several),
    PUT("items/read", mark_everything),
    PUT("items/:id/:verb", mark_item),
    PUT("items/:feed/:guid/:verb", mark_guid),
    PUT("feeds/:id/read", mark_feed),
    PUT("folders/:id/read", mark_folder),
};
const struct kb_routes kb_routes_nextcloud = {routes, KB_COUNT(routes)};
