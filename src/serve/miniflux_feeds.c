/* Miniflux's dialect: feeds, categories, people, and what it tells of itself.
 *
 * A category is a folder by its number, or the one that all feeds without a folder are
 * in.  What its apps may ask and kabar has not (integrations) is told as absent in
 * the way that Miniflux does. */
#include <stdio.h>

#include "serve/api.h"
#include "serve/miniflux.h"
#include "store/store.h"

#define NO_FOLDER_NAME "All"

enum kb_status kb_miniflux_done(struct kb_reply *res) {
    res->status = 204;
    res->type = NULL;
    return KB_OK;
}

void kb_miniflux_moment(struct kb_json *json, const char *key, int64_t seconds) {
    char time[KB_TIME_BYTES];
    kb_time_print(seconds, time);
    kb_json_field_str(json, key, kb_str_z(time));
}

/* ---- people, and itself ------------------------------------------------------------ */

static void print_user(struct kb_json *json, int64_t n, struct kb_str name, bool owner,
                       int64_t seen) {
    static const struct {
        const char *key, *value;
    } texts[] = {{"theme", "system_serif"},
                 {"language", "en_US"},
                 {"timezone", "UTC"},
                 {"entry_sorting_direction", "desc"},
                 {"entry_sorting_order", "published_at"},
                 {"stylesheet", ""},
                 {"google_id", ""},
                 {"openid_connect_id", ""},
                 {"gesture_nav", "tap"},
                 {"display_mode", "standalone"},
                 {"default_home_page", "unread"},
                 {"categories_sorting_order", "alphabetical"},
                 {"block_filter_entry_rules", ""},
                 {"keep_filter_entry_rules", ""}};
    static const struct {
        const char *key;
        int64_t value;
    } numbers[] = {{"entries_per_page", 100},
                   {"default_reading_speed", 265},
                   {"cjk_reading_speed", 500},
                   {"media_playback_rate", 1}};
    static const char *const yes[] = {"keyboard_shortcuts", "show_reading_time",
                                      "entry_swipe", "mark_read_on_view"};
    kb_json_object(json);
    kb_json_field_int(json, "id", n);
    kb_json_field_str(json, "username", name);
    kb_json_field_bool(json, "is_admin", owner);
    for (size_t i = 0; i < KB_COUNT(texts); i++)
        kb_json_field_str(json, texts[i].key, kb_str_z(texts[i].value));
    for (size_t i = 0; i < KB_COUNT(numbers); i++)
        kb_json_field_int(json, numbers[i].key, numbers[i].value);
    for (size_t i = 0; i < KB_COUNT(yes); i++)
        kb_json_field_bool(json, yes[i], true);
    if (seen) {
        kb_miniflux_moment(json, "last_login_at", seen);
    } else {
        kb_json_key(json, "last_login_at");
        kb_json_null(json);
    }
    kb_json_object_end(json);
}

KB_APP_HANDLER(kb_miniflux_me) {
    struct kb_json json;
    kb_json_init(&json, &res->body, 0);
    print_user(&json, req->who.user, req->who.name, req->who.rank == KB_RANK_OWNER,
               req->now);
    return KB_OK;
}

/* All of them, or the one whom the path names, by number or name: an owner's to see, and
 * each one's own. */
static enum kb_status people(struct kb_http *req, struct kb_reply *res, bool all,
                             struct kb_err *err) {
    struct kb_user_row *rows;
    struct kb_json json;
    size_t count, told = 0;
    int64_t n = 0;
    bool owner = req->who.rank == KB_RANK_OWNER;
    enum kb_status status = kb_store_users(req->store, req->arena, &rows, &count, err);
    if (status != KB_OK)
        return status;
    if (all && !owner)
        return kb_refuse(res, 403, "only an owner of this wire sees its people");
    (void)!kb_number(req->part[0], 1, INT32_MAX, &n);
    kb_json_init(&json, &res->body, 0);
    if (all)
        kb_json_array(&json);
    for (size_t i = 0; i < count; i++) {
        bool named = rows[i].n == n || kb_str_equal_nocase(rows[i].name, req->part[0]);
        if (!all && (!named || told || (!owner && rows[i].n != req->who.user)))
            continue;
        print_user(&json, rows[i].n, rows[i].name, rows[i].owner, rows[i].seen);
        told++;
    }
    if (all)
        kb_json_array_end(&json);
    return told ? KB_OK : kb_refuse(res, 404, "there is no such person");
}

KB_APP_HANDLER(kb_miniflux_users) {
    return people(req, res, true, err);
}
KB_APP_HANDLER(kb_miniflux_user) {
    return people(req, res, false, err);
}

/* The version is the one whose API this is. */
KB_APP_HANDLER(kb_miniflux_version) {
    kb_buf_z(&res->body,
             "{\"version\":\"2.2.0\",\"commit\":\"\",\"build_date\":\"\","
             "\"go_version\":\"\",\"compiler\":\"\",\"arch\":\"\",\"os\":\"\"}");
    return KB_OK;
}

KB_APP_HANDLER(kb_miniflux_integrations) {
    kb_buf_z(&res->body, "{\"has_integrations\":false}");
    return KB_OK;
}

/* An icon's number, and its feed's. */
static void print_icon_ids(struct kb_json *json, const struct kb_app_feed *feed) {
    kb_json_key(json, "icon");
    if (feed->icon) {
        kb_json_object(json);
        kb_json_field_int(json, "feed_id", feed->n);
        kb_json_field_int(json, "icon_id", feed->icon);
        kb_json_object_end(json);
    } else {
        kb_json_null(json);
    }
}

/* How long what was read is kept is the wire's own setting: there is nothing to do. */
KB_APP_HANDLER(kb_miniflux_flush) {
    enum kb_status status = kb_miniflux_done(res);
    res->status = 202;
    return status;
}

/* ---- categories -------------------------------------------------------------------- */

static void category_members(struct kb_http *req, struct kb_json *json, int64_t n,
                             struct kb_str name) {
    kb_json_field_int(json, "id", n ? n : KB_APP_NO_FOLDER);
    kb_json_field_str(json, "title", n ? name : KB_STR(NO_FOLDER_NAME));
    kb_json_field_int(json, "user_id", req->who.user);
    kb_json_field_bool(json, "hide_globally", false);
}

static void print_category(struct kb_http *req, struct kb_json *json, int64_t n,
                           struct kb_str name) {
    kb_json_object(json);
    category_members(req, json, n, name);
    kb_json_object_end(json);
}

/* With how many feeds are in it and what is unread of them. */
static void print_counted(struct kb_http *req, struct kb_json *json,
                          const struct kb_app_feeds *feeds, int64_t n,
                          struct kb_str name) {
    int64_t count = 0, unread = 0;
    for (size_t i = 0; i < feeds->count; i++) {
        if (feeds->feeds[i].folder_n != n)
            continue;
        count++;
        unread += feeds->feeds[i].unread;
    }
    kb_json_object(json);
    category_members(req, json, n, name);
    kb_json_field_int(json, "feed_count", count);
    kb_json_field_int(json, "total_unread", unread);
    kb_json_object_end(json);
}

KB_APP_HANDLER(kb_miniflux_categories) {
    struct kb_app_feeds feeds;
    struct kb_json json;
    bool counts = kb_str_equal(kb_http_query(req, "counts"), KB_STR("true"));
    enum kb_status status = kb_app_feeds(
        req, counts ? KB_APP_FEEDS_COUNTED : KB_APP_FEEDS_NAMED, &feeds, err);
    if (status != KB_OK)
        return status;
    kb_json_init(&json, &res->body, 0);
    kb_json_array(&json);
    for (size_t i = 0; i <= feeds.folder_count; i++) {
        int64_t n = i ? feeds.folders[i - 1].n : 0;
        struct kb_str name = i ? feeds.folders[i - 1].name : KB_STR_NONE;
        if (counts)
            print_counted(req, &json, &feeds, n, name);
        else
            print_category(req, &json, n, name);
    }
    kb_json_array_end(&json);
    return KB_OK;
}

/* The folder that the path names by its number; empty, and refused, where there is none.
 * The one of all without a folder and the stories' are no folders to be changed. */
static enum kb_status path_folder(struct kb_http *req, struct kb_reply *res,
                                  struct kb_str *name, struct kb_err *err) {
    struct kb_app_feeds feeds;
    int64_t n;
    *name = KB_STR_NONE;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &feeds, err);
    if (status != KB_OK)
        return status;
    if (kb_number(req->part[0], 1, INT32_MAX, &n) && kb_app_folder_at(&feeds, n))
        *name = kb_app_folder_at(&feeds, n)->name;
    if (kb_str_equal(*name, KB_STR(KB_APP_STORIES_NAME)))
        *name = KB_STR_NONE;
    return name->n ? KB_OK : kb_refuse(res, 404, "there is no such category");
}

/* The category of a name, as the answer after it was made. */
static enum kb_status told_category(struct kb_http *req, struct kb_reply *res,
                                    struct kb_str name, struct kb_err *err) {
    struct kb_app_feeds feeds;
    struct kb_json json;
    enum kb_status status = kb_app_read_again(req, err);
    if (status == KB_OK)
        status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &feeds, err);
    const struct kb_app_folder *folder =
        status == KB_OK ? kb_app_folder_called(&feeds, kb_str_trim(name)) : NULL;
    if (!folder)
        return status;
    res->status = 201;
    kb_json_init(&json, &res->body, 0);
    print_category(req, &json, folder->n, folder->name);
    return KB_OK;
}

/* {"title": "…"} of a new one (from is empty), or of one that is renamed. */
static enum kb_status name_category(struct kb_http *req, struct kb_reply *res,
                                    struct kb_str from, struct kb_err *err) {
    yyjson_doc *doc;
    yyjson_val *root;
    struct kb_app_feeds feeds;
    struct kb_str title;
    bool has;
    if (!kb_api_body(req, res, &doc, &root))
        return KB_OK;
    enum kb_status status = KB_OK;
    if (!kb_api_text(res, root, "title", &title, &has))
        goto out;
    status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &feeds, err);
    if (status != KB_OK)
        goto out;
    if (kb_app_folder_called(&feeds, title))
        status = kb_refuse(res, 400, "this category exists already");
    else if (!kb_str_trim(title).n)
        status = kb_refuse(res, 400, "title is missing");
    else if ((status = kb_app_folder(req, from, title, err)) == KB_EINPUT)
        status = kb_refuse(res, 400, "%s", err->text);
    else if (status == KB_OK)
        status = told_category(req, res, title, err);
out:
    yyjson_doc_free(doc);
    return status;
}

KB_APP_HANDLER(kb_miniflux_category_add) {
    return name_category(req, res, KB_STR_NONE, err);
}

KB_APP_HANDLER(kb_miniflux_category_set) {
    struct kb_str name;
    enum kb_status status = path_folder(req, res, &name, err);
    return status == KB_OK && name.n ? name_category(req, res, name, err) : status;
}

KB_APP_HANDLER(kb_miniflux_category_remove) {
    struct kb_str name;
    enum kb_status status = path_folder(req, res, &name, err);
    if (status != KB_OK || !name.n)
        return status;
    status = kb_app_folder(req, name, KB_STR_NONE, err);
    return status == KB_OK ? kb_miniflux_done(res) : status;
}

/* ---- feeds ------------------------------------------------------------------------- */

void kb_miniflux_feed(struct kb_http *req, struct kb_json *json,
                      const struct kb_app_feed *feed) {
    static const char *const texts[] = {"etag_header",
                                        "last_modified_header",
                                        "parsing_error_message",
                                        "user_agent",
                                        "cookie",
                                        "username",
                                        "password",
                                        "scraper_rules",
                                        "rewrite_rules",
                                        "blocklist_rules",
                                        "keeplist_rules",
                                        "urlrewrite_rules"};
    static const char *const no[] = {
        "disabled",          "no_media_player",
        "ignore_http_cache", "allow_self_signed_certificates",
        "fetch_via_proxy",   "hide_globally",
        "disable_http2",     "crawler"};
    kb_json_object(json);
    kb_json_field_int(json, "id", feed->n);
    kb_json_field_int(json, "user_id", req->who.user);
    kb_json_field_str(json, "feed_url", feed->url);
    kb_json_field_str(json, "site_url", feed->home_url);
    kb_json_field_str(json, "title", feed->title);
    kb_miniflux_moment(json, "checked_at", feed->newest);
    kb_miniflux_moment(json, "next_check_at", feed->newest);
    kb_json_field_int(json, "parsing_error_count", feed->failing);
    for (size_t i = 0; i < KB_COUNT(texts); i++)
        kb_json_field_str(json, texts[i], KB_STR(""));
    for (size_t i = 0; i < KB_COUNT(no); i++)
        kb_json_field_bool(json, no[i], false);
    kb_json_key(json, "category");
    print_category(req, json, feed->folder_n, feed->folder);
    print_icon_ids(json, feed);
    kb_json_object_end(json);
}

/* All feeds, or a category's. */
KB_APP_HANDLER(kb_miniflux_feeds) {
    struct kb_app_feeds all;
    struct kb_json json;
    int64_t category = 0;
    bool of_category = req->part[0].n > 0;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &all, err);
    if (status != KB_OK)
        return status;
    if (of_category &&
        (!kb_number(req->part[0], 1, INT32_MAX, &category) ||
         (category != KB_APP_NO_FOLDER && !kb_app_folder_at(&all, category))))
        return kb_refuse(res, 404, "there is no such category");
    kb_json_init(&json, &res->body, 0);
    kb_json_array(&json);
    for (size_t i = 0; i < all.count; i++) {
        int64_t n = all.feeds[i].folder_n ? all.feeds[i].folder_n : KB_APP_NO_FOLDER;
        if (!of_category || n == category)
            kb_miniflux_feed(req, &json, &all.feeds[i]);
    }
    kb_json_array_end(&json);
    return KB_OK;
}

static enum kb_status told_feed(struct kb_http *req, struct kb_reply *res, int answer,
                                struct kb_err *err) {
    struct kb_app_feeds all;
    const struct kb_app_feed *found;
    struct kb_json json;
    int64_t n;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &all, err);
    if (status != KB_OK)
        return status;
    if (!kb_number(req->part[0], 1, INT32_MAX, &n) || !(found = kb_app_feed_at(&all, n)))
        return kb_refuse(res, 404, "there is no such feed");
    res->status = answer;
    kb_json_init(&json, &res->body, 0);
    kb_miniflux_feed(req, &json, found);
    return KB_OK;
}

KB_APP_HANDLER(kb_miniflux_feed_one) {
    return told_feed(req, res, 200, err);
}

KB_APP_HANDLER(kb_miniflux_counters) {
    static const char *const keys[] = {"reads", "unreads"};
    struct kb_app_feeds all;
    struct kb_json json;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_COUNTED, &all, err);
    if (status != KB_OK)
        return status;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    for (size_t k = 0; k < KB_COUNT(keys); k++) {
        kb_json_field_object(&json, keys[k]);
        for (size_t i = 0; i < all.count; i++) {
            const struct kb_app_feed *feed = &all.feeds[i];
            int64_t read = feed->articles - feed->unread;
            int64_t value = k ? feed->unread : read > 0 ? read : 0;
            char n[24];
            (void)snprintf(n, sizeof n, "%lld", (long long)feed->n);
            kb_json_field_int(&json, n, value);
        }
        kb_json_object_end(&json);
    }
    kb_json_object_end(&json);
    return KB_OK;
}

/* title, category_id and feed_url of a body into an edit; false: refused. */
static bool read_edit(struct kb_http *req, struct kb_reply *res, yyjson_val *root,
                      struct kb_app_edit *edit, enum kb_status *status,
                      struct kb_err *err) {
    struct kb_app_feeds all;
    bool has;
    *status = KB_OK;
    yyjson_val *category = yyjson_obj_get(root, "category_id");
    if (!kb_api_text(res, root, "title", &edit->title, &has))
        return false;
    if (edit->act == KB_APP_FOLLOW &&
        !kb_api_text(res, root, "feed_url", &edit->url, &has))
        return false;
    int64_t n = yyjson_is_int(category) ? yyjson_get_sint(category) : 0;
    if (n <= 0)
        return true;
    *status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &all, err);
    if (*status != KB_OK)
        return false;
    const struct kb_app_folder *folder = kb_app_folder_at(&all, n);
    if (!folder && n != KB_APP_NO_FOLDER) {
        *status = kb_refuse(res, 400, "there is no such category");
        return false;
    }
    edit->moves = true;
    edit->folder = folder ? folder->name : KB_STR_NONE;
    return true;
}

static enum kb_status edit_feed(struct kb_http *req, struct kb_reply *res,
                                struct kb_app_edit *edit, struct kb_err *err) {
    yyjson_doc *doc;
    yyjson_val *root;
    enum kb_status status;
    if (!kb_api_body(req, res, &doc, &root))
        return KB_OK;
    if (read_edit(req, res, root, edit, &status, err))
        status = kb_app_edit(req, edit, 1, err);
    yyjson_doc_free(doc);
    return status == KB_EINPUT ? kb_refuse(res, 400, "%s", err->text) : status;
}

KB_APP_HANDLER(kb_miniflux_feed_add) {
    struct kb_app_edit edit = {.act = KB_APP_FOLLOW};
    struct kb_json json;
    enum kb_status status = edit_feed(req, res, &edit, err);
    if (status != KB_OK || res->status)
        return status;
    res->status = 201;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field_int(&json, "feed_id", edit.feed);
    kb_json_object_end(&json);
    return KB_OK;
}

/* A feed that the person follows, by the path's number; false: refused. */
static bool path_feed(struct kb_http *req, struct kb_reply *res, struct kb_app_edit *edit,
                      enum kb_status *status, struct kb_err *err) {
    struct kb_app_feeds all;
    *status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &all, err);
    if (*status != KB_OK)
        return false;
    if (kb_number(req->part[0], 1, KB_APP_FEED_STORIES - 1, &edit->feed) &&
        kb_app_feed_at(&all, edit->feed))
        return true;
    *status = kb_refuse(res, 404, "there is no such feed");
    return false;
}

KB_APP_HANDLER(kb_miniflux_feed_set) {
    struct kb_app_edit edit = {.act = KB_APP_CHANGE};
    enum kb_status status;
    if (!path_feed(req, res, &edit, &status, err))
        return status;
    status = edit_feed(req, res, &edit, err);
    if (status == KB_OK && !res->status)
        status = kb_app_read_again(req, err);
    return status == KB_OK && !res->status ? told_feed(req, res, 201, err) : status;
}

KB_APP_HANDLER(kb_miniflux_feed_remove) {
    struct kb_app_edit edit = {.act = KB_APP_LEAVE};
    enum kb_status status;
    if (!path_feed(req, res, &edit, &status, err))
        return status;
    status = kb_app_edit(req, &edit, 1, err);
    return status == KB_OK ? kb_miniflux_done(res) : status;
}

/* ---- lists of feeds ---------------------------------------------------------------- */

KB_APP_HANDLER(kb_miniflux_export) {
    return kb_server_opml(req, res, err);
}

KB_APP_HANDLER(kb_miniflux_import) {
    uint64_t fresh;
    enum kb_status status = kb_server_follow(req, req->body, &fresh, err);
    if (status == KB_EINPUT)
        return kb_refuse(res, 400, "%s", err->text);
    res->status = 201;
    kb_buf_z(&res->body, "{\"message\":\"Feeds imported successfully\"}");
    return status;
}

/* Nothing waits for the network here: the address is what can be followed, and where it
 * is a page its feed is looked for in the next round. */
KB_APP_HANDLER(kb_miniflux_discover) {
    yyjson_doc *doc;
    yyjson_val *root;
    struct kb_str url;
    struct kb_json json;
    bool has;
    if (!kb_api_body(req, res, &doc, &root))
        return KB_OK;
    if (kb_api_text(res, root, "url", &url, &has)) {
        url = kb_follow_address(req->arena, url);
        if (!kb_follow_may(url))
            (void)!kb_refuse(res, 400, "url is an address that begins with https://");
    }
    if (!res->status) {
        kb_json_init(&json, &res->body, 0);
        kb_json_array(&json);
        kb_json_object(&json);
        kb_json_field_str(&json, "title", url);
        kb_json_field_str(&json, "url", url);
        kb_json_field_str(&json, "type", KB_STR("rss"));
        kb_json_object_end(&json);
        kb_json_array_end(&json);
    }
    yyjson_doc_free(doc);
    return KB_OK;
}

/* ---- asked now --------------------------------------------------------------------- */

/* One feed (n), a category's, or each that the person follows. */
static enum kb_status refresh(struct kb_http *req, struct kb_reply *res, int64_t feed,
                              int64_t category, struct kb_err *err) {
    struct kb_app_feeds all;
    struct kb_store *store;
    bool any = false;
    enum kb_status status = kb_app_feeds(req, KB_APP_FEEDS_NAMED, &all, err);
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    for (size_t i = 0; status == KB_OK && i < all.count; i++) {
        const struct kb_app_feed *f = &all.feeds[i];
        int64_t in = f->folder_n ? f->folder_n : KB_APP_NO_FOLDER;
        if (f->n >= KB_APP_FEED_STORIES || (feed && f->n != feed) ||
            (category && in != category))
            continue;
        any = true;
        status = kb_store_feed_due(store, f->n, req->now, err);
    }
    status = kb_server_end(req->server, status, err);
    if (status != KB_OK)
        return status;
    if (!any && (feed || category))
        return kb_refuse(res, 404, "there is no such feed or category");
    kb_server_wake(req->server);
    return kb_miniflux_done(res);
}

KB_APP_HANDLER(kb_miniflux_refresh) {
    int64_t n = 0;
    if (req->part[0].n && !kb_number(req->part[0], 1, INT32_MAX, &n))
        return kb_refuse(res, 404, "there is no such feed");
    return refresh(req, res, n, 0, err);
}

KB_APP_HANDLER(kb_miniflux_refresh_category) {
    int64_t n;
    if (!kb_number(req->part[0], 1, INT32_MAX, &n))
        return kb_refuse(res, 404, "there is no such category");
    return refresh(req, res, 0, n, err);
}
