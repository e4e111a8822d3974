/* Nextcloud News's dialect (its API v1-2): Basic with an app password, and 200 for all
 * that went well. */
#include "serve/api.h"
#include "serve/apps.h"
#include "store/store.h"

static KB_APP_HANDLER(version) {
    kb_buf_z(&res->body, "{\"version\":\"18.1.1\"}");
    return KB_OK;
}

/* Which versions there are, for who does not know yet. */
static KB_APP_HANDLER(levels) {
    kb_buf_z(&res->body, "{\"apiLevels\":[\"v1-2\",\"v1-3\"]}");
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

static void print_feed(struct kb_http *req, struct kb_json *json,
                       const struct kb_app_feed *feed) {
    kb_json_object(json);
    kb_json_field_int(json, "id", feed->n);
    kb_json_field_str(json, "url", feed->url);
    kb_json_field_str(json, "title", feed->title);
    kb_json_field_str(json, "faviconLink", kb_icon_url(req, feed->icon_name));
    kb_json_field_int(json, "added", feed->added);
    kb_json_field_int(json, "folderId", feed->folder_n);
    kb_json_field_int(json, "unreadCount", feed->unread);
    kb_json_field_int(json, "ordering", 0);
    kb_json_field_str(json, "link", feed->home_url);
    kb_json_field_bool(json, "pinned", false);
    kb_json_field_int(json, "updateErrorCount", feed->failing);
    kb_json_key(json, "lastUpdateError");
    kb_json_null(json);
    kb_json_object_end(json);
}

static void print_folder(struct kb_http *req, struct kb_json *json,
                         const struct kb_app_feeds *all,
                         const struct kb_app_folder *folder) {
    kb_json_object(json);
    kb_json_field_int(json, "id", folder->n);
    kb_json_field_str(json, "name", folder->name);
    kb_json_field_bool(json, "opened", true);
    kb_json_field_array(json, "feeds");
    for (size_t i = 0; i < all->count; i++)
        if (all->feeds[i].folder_n == folder->n)
            print_feed(req, json, &all->feeds[i]);
    kb_json_array_end(json);
    kb_json_object_end(json);
}

/* All, or (named is not empty) the one of that name. */
static enum kb_status tell_folders(struct kb_http *req, struct kb_reply *res,
                                   struct kb_str named, struct kb_err *err) {
    struct kb_app_feeds all;
    struct kb_json json;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_COUNTED, &all, err);
    if (status != KB_OK)
        return status;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field_array(&json, "folders");
    for (size_t i = 0; i < all.folder_count; i++)
        if (!named.n || kb_str_equal(all.folders[i].name, named))
            print_folder(req, &json, &all, &all.folders[i]);
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    return KB_OK;
}

static KB_APP_HANDLER(folders) {
    return tell_folders(req, res, KB_STR_NONE, err);
}

/* All, or one (n is not 0). */
static enum kb_status tell_feeds(struct kb_http *req, struct kb_reply *res, int64_t n,
                                 struct kb_err *err) {
    struct kb_store_counts counts;
    struct kb_app_feeds all;
    struct kb_json json;
    int64_t newest = 0;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_COUNTED, &all, err);
    if (status == KB_OK)
        status = kb_store_count(req->store, req->who.user, &counts, err);
    if (status == KB_OK)
        status = kb_store_number_at(req->store, INT64_MAX, &newest, err);
    if (status != KB_OK)
        return status;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field_array(&json, "feeds");
    for (size_t i = 0; i < all.count; i++)
        if (!n || all.feeds[i].n == n)
            print_feed(req, &json, &all.feeds[i]);
    kb_json_array_end(&json);
    kb_json_field_int(&json, "starredCount", counts.starred);
    if (newest)
        kb_json_field_int(&json, "newestItemId", newest);
    kb_json_object_end(&json);
    return KB_OK;
}

static KB_APP_HANDLER(feeds) {
    return tell_feeds(req, res, 0, err);
}

/* ---- what is followed -------------------------------------------------------------- */

/* A member of the body, or the field of that name: apps send either. */
static struct kb_str told(struct kb_http *req, const char *name) {
    yyjson_doc *doc = yyjson_read(req->body.p ? req->body.p : "", req->body.n, 0);
    yyjson_val *value = yyjson_obj_get(yyjson_doc_get_root(doc), name);
    struct kb_buf number;
    struct kb_str text = {yyjson_get_str(value), yyjson_get_len(value)};
    kb_buf_init(&number, 32);
    if (yyjson_is_int(value))
        kb_buf_printf(&number, "%lld", (long long)yyjson_get_sint(value));
    text = kb_arena_dup(req->arena, number.n ? kb_buf_view(&number) : text);
    kb_buf_free(&number);
    yyjson_doc_free(doc);
    return text.n ? text : kb_http_field(req, name);
}

/* folderId of a request into an edit: 0 and null are none.  False where it is unknown. */
static bool read_folder(struct kb_http *req, const struct kb_app_feeds *all,
                        struct kb_app_edit *edit) {
    int64_t n = 0;
    const struct kb_app_folder *folder = NULL;
    (void)!kb_number(told(req, "folderId"), 0, INT32_MAX, &n);
    if (n && !(folder = kb_app_folder_at(all, n)))
        return false;
    edit->folder = folder ? folder->name : KB_STR_NONE;
    edit->moves = n || edit->act == KB_APP_CHANGE;
    return true;
}

static enum kb_status nothing(struct kb_reply *res, enum kb_status status) {
    if (status == KB_OK && !res->status)
        kb_buf_z(&res->body, "[]");
    return status;
}

static KB_APP_HANDLER(feed_add) {
    struct kb_app_feeds all;
    struct kb_app_edit edit = {.act = KB_APP_FOLLOW,
                               .url = kb_follow_address(req->arena, told(req, "url"))};
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &all, err);
    if (status != KB_OK)
        return status;
    if (!kb_follow_may(edit.url))
        return kb_refuse(res, 422, "url is an address that begins with https://");
    if (!read_folder(req, &all, &edit))
        return kb_refuse(res, 422, "there is no such folder");
    status = kb_app_edit(req, &edit, 1, err);
    if (status == KB_OK)
        status = kb_app_read_again(req, err);
    return status == KB_OK ? tell_feeds(req, res, edit.feed, err) : status;
}

/* A feed by the path's number; act is what becomes of it. */
static enum kb_status edit_feed(struct kb_http *req, struct kb_reply *res,
                                struct kb_app_edit edit, bool moves, struct kb_err *err) {
    struct kb_app_feeds all;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &all, err);
    if (status != KB_OK)
        return status;
    if (!kb_number(req->part[0], 1, KB_APP_FEED_STORIES - 1, &edit.feed) ||
        !kb_app_feed_at(&all, edit.feed))
        return kb_refuse(res, 404, "there is no such feed");
    if (moves && !read_folder(req, &all, &edit))
        return kb_refuse(res, 404, "there is no such folder");
    status = kb_app_edit(req, &edit, 1, err);
    if (status == KB_EINPUT)
        return kb_refuse(res, 422, "%s", err->text);
    return nothing(res, status);
}

static KB_APP_HANDLER(feed_remove) {
    return edit_feed(req, res, (struct kb_app_edit){.act = KB_APP_LEAVE}, false, err);
}
static KB_APP_HANDLER(feed_move) {
    return edit_feed(req, res, (struct kb_app_edit){.act = KB_APP_CHANGE}, true, err);
}
static KB_APP_HANDLER(feed_rename) {
    struct kb_app_edit edit = {.act = KB_APP_CHANGE, .title = told(req, "feedTitle")};
    return edit_feed(req, res, edit, false, err);
}

/* A folder's name, new (from is empty) or another one: 409 where there is one of it. */
static enum kb_status name_folder(struct kb_http *req, struct kb_reply *res,
                                  struct kb_str from, struct kb_err *err) {
    struct kb_str name = kb_str_trim(told(req, "name"));
    struct kb_app_feeds all;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &all, err);
    if (status != KB_OK)
        return status;
    if (!name.n)
        return kb_refuse(res, 422, "name is missing");
    if (kb_app_folder_called(&all, name))
        return kb_refuse(res, 409, "there is a folder of this name");
    status = kb_app_folder(req, from, name, err);
    if (status == KB_EINPUT)
        return kb_refuse(res, 422, "%s", err->text);
    if (status != KB_OK || from.n)
        return nothing(res, status);
    status = kb_app_read_again(req, err);
    return status == KB_OK ? tell_folders(req, res, name, err) : status;
}

static KB_APP_HANDLER(folder_add) {
    return name_folder(req, res, KB_STR_NONE, err);
}

/* The folder that the path names; NULL: refused, as the stories' is. */
static const struct kb_app_folder *path_folder(struct kb_http *req, struct kb_reply *res,
                                               struct kb_app_feeds *all,
                                               enum kb_status *status,
                                               struct kb_err *err) {
    const struct kb_app_folder *folder = NULL;
    int64_t n;
    *status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, all, err);
    if (*status != KB_OK)
        return NULL;
    if (kb_number(req->part[0], 1, INT32_MAX, &n))
        folder = kb_app_folder_at(all, n);
    if (folder && !kb_str_equal(folder->name, KB_STR(KB_APP_STORIES_NAME)))
        return folder;
    *status = kb_refuse(res, 404, "there is no such folder");
    return NULL;
}

static KB_APP_HANDLER(folder_rename) {
    struct kb_app_feeds all;
    enum kb_status status;
    const struct kb_app_folder *folder = path_folder(req, res, &all, &status, err);
    return folder ? name_folder(req, res, folder->name, err) : status;
}

static KB_APP_HANDLER(folder_remove) {
    struct kb_app_feeds all;
    enum kb_status status;
    const struct kb_app_folder *folder = path_folder(req, res, &all, &status, err);
    if (!folder)
        return status;
    return nothing(res, kb_app_folder(req, folder->name, KB_STR_NONE, err));
}

/* ---- items ------------------------------------------------------------------------- */

static void text_or_null(struct kb_json *json, const char *key, struct kb_str text) {
    kb_json_key(json, key);
    if (text.n)
        kb_json_str(json, text);
    else
        kb_json_null(json);
}

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
    text_or_null(json, "enclosureMime",
                 item->file_count ? item->files[0].mime_type : KB_STR_NONE);
    text_or_null(json, "enclosureLink",
                 item->file_count ? item->files[0].url : KB_STR_NONE);
    text_or_null(json, "mediaThumbnail", KB_STR_NONE);
    text_or_null(json, "mediaDescription", KB_STR_NONE);
    kb_json_field_int(json, "feedId", item->feed);
    kb_json_field_bool(json, "unread", !item->read);
    kb_json_field_bool(json, "starred", item->starred);
    kb_json_field_bool(json, "rtl", item->right_to_left);
    kb_json_field_int(json, "lastModified",
                      item->marked > item->seen ? item->marked : item->seen);
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
    kb_json_field_array(&json, "items");
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
    wish.touched = updated;
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
    return nothing(res, kb_app_mark(req, &marks, err));
}

/* items/FEED/GUID/star: by the guid or its hash, which are one here. */
static KB_APP_HANDLER(mark_guid) {
    struct kb_app_marks marks = {0};
    struct kb_app_id id;
    if (!read_verb(req->part[2], &marks) || !kb_nextcloud_guid_read(req->part[1], &id))
        return kb_refuse(res, 404, "there is no such item");
    marks.ids = &id;
    marks.id_count = 1;
    return nothing(res, kb_app_mark(req, &marks, err));
}

static KB_APP_HANDLER(mark_several) {
    struct kb_app_marks marks = {0};
    if (!read_verb(req->part[0], &marks))
        return kb_refuse(res, 404, "there is nothing here");
    if (!kb_nextcloud_ids_read(req->arena, req->body, &marks))
        return kb_refuse(res, 400, "the body is {\"items\": [1, 2]}");
    return nothing(res, kb_app_mark(req, &marks, err));
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
        return nothing(res, KB_OK);
    return nothing(res, kb_app_mark_all(req, &wish, 0, newest, err));
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

/* Apps send what changes something by PUT or by POST, some at the address of the version
 * after this one, whose answers are the same. */
#define AT(method, version, path, may, handle)                                           \
    {                                                                                    \
        KB_HTTP_##method, "/index.php/apps/news/api/" version "/" path,                  \
            KB_ROUTE_NEXTCLOUD, KB_RANK_NOBODY, may, handle, 0                           \
    }
#define V(method, path, may, handle)                                                     \
    AT(method, "v1-2", path, may, handle), AT(method, "v1-3", path, may, handle)
#define GET(path, handle) V(GET, path, KB_MAY_READ, handle)
#define PUT(path, may, handle) V(PUT, path, may, handle), V(POST, path, may, handle)
static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/index.php/apps/news/api", KB_ROUTE_NEXTCLOUD, KB_RANK_NOBODY,
     KB_MAY_READ, levels, 0},
    GET("version", version),
    GET("status", service_status),
    GET("user", user),
    GET("folders", folders),
    V(POST, "folders", KB_MAY_FEEDS, folder_add),
    V(PUT, "folders/:id", KB_MAY_FEEDS, folder_rename),
    V(DELETE, "folders/:id", KB_MAY_FEEDS, folder_remove),
    GET("feeds", feeds),
    V(POST, "feeds", KB_MAY_FEEDS, feed_add),
    V(DELETE, "feeds/:id", KB_MAY_FEEDS, feed_remove),
    PUT("feeds/:id/move", KB_MAY_FEEDS, feed_move),
    PUT("feeds/:id/rename", KB_MAY_FEEDS, feed_rename),
    GET("items", items),
    GET("items/updated", items_updated),
    PUT("items/:verb/multiple", KB_MAY_MARK, mark_several),
    PUT("items/read", KB_MAY_MARK, mark_everything),
    PUT("items/:id/:verb", KB_MAY_MARK, mark_item),
    PUT("items/:feed/:guid/:verb", KB_MAY_MARK, mark_guid),
    PUT("feeds/:id/read", KB_MAY_MARK, mark_feed),
    PUT("folders/:id/read", KB_MAY_MARK, mark_folder),
};
const struct kb_routes kb_routes_nextcloud = {routes, KB_COUNT(routes)};
