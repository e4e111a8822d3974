/* What reader apps change of what a person follows: feeds, their names and folders.
 *
 * A folder is a name that feeds have.  One that an app made and put nothing into yet
 * stands in the person's settings, as "folders", so that the app finds it again. */
#include <yyjson.h>

#include "html/html.h"
#include "serve/apps.h"
#include "serve/inner.h"
#include "store/store.h"

enum kb_status kb_app_read_again(struct kb_http *req, struct kb_err *err) {
    kb_store_rollback(req->store);
    return kb_store_begin_reading(req->store, err);
}

/* ---- feeds ------------------------------------------------------------------------- */

enum kb_status kb_app_feed_row(struct kb_http *req, struct kb_store *store,
                               struct kb_str url, int64_t n, struct kb_feed_row *row,
                               struct kb_err *err) {
    struct kb_err unknown;
    if (!url.n)
        return kb_store_feed_at(store, req->who.user, n, req->arena, row, err);
    *row = (struct kb_feed_row){.n = 0};
    enum kb_status status =
        kb_store_feed(store, req->who.user, url, req->arena, row, &unknown);
    if (status == KB_EINPUT) /* the store's words are for who has the file */
        return KB_OK;
    if (status != KB_OK)
        *err = unknown;
    return status;
}

static enum kb_status find(struct kb_http *req, struct kb_store *store,
                           struct kb_app_edit *edit, struct kb_err *err) {
    struct kb_feed_row row;
    bool fresh;
    if (edit->act == KB_APP_FOLLOW && (edit->url.n || !edit->feed)) {
        const struct kb_feed_new feed = {.url = kb_follow_address(req->arena, edit->url),
                                         .now = req->now};
        if (!kb_follow_may(feed.url))
            return kb_err_set(err, KB_EINPUT,
                              "a feed's address is missing, or is none of the web: "
                              "https://example.org/feed");
        return kb_store_feed_add(store, req->who.user, &feed, &edit->feed, &fresh, err);
    }
    enum kb_status status = kb_app_feed_row(req, store, edit->url, edit->feed, &row, err);
    if (status == KB_OK && !row.n)
        status = kb_err_set(err, KB_EINPUT, "you do not follow this feed");
    edit->feed = row.n;
    return status;
}

static enum kb_status change(struct kb_http *req, struct kb_store *store,
                             struct kb_app_edit *edit, struct kb_err *err) {
    bool gone;
    enum kb_status status = find(req, store, edit, err);
    if (status == KB_OK && edit->act == KB_APP_LEAVE)
        return kb_store_feed_remove(store, req->who.user, edit->feed, &gone, err);
    if (status == KB_OK && edit->title.n)
        status = kb_store_feed_set(store, req->who.user, edit->feed, KB_FEED_SET_NAME,
                                   edit->title, err);
    if (status == KB_OK && edit->moves)
        status = kb_store_feed_set(store, req->who.user, edit->feed, KB_FEED_SET_FOLDER,
                                   edit->folder, err);
    return status;
}

enum kb_status kb_app_edit(struct kb_http *req, struct kb_app_edit *edits, size_t count,
                           struct kb_err *err) {
    struct kb_store *store;
    bool follows = false;
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        status = change(req, store, &edits[i], err);
        follows = follows || edits[i].act == KB_APP_FOLLOW;
    }
    status = kb_server_end(req->server, status, err);
    if (status == KB_OK && follows)
        kb_server_wake(req->server);
    return status;
}

/* ---- folders ----------------------------------------------------------------------- */

enum kb_status kb_app_empty_folders(struct kb_http *req, struct kb_str **names,
                                    size_t *count, struct kb_err *err) {
    struct kb_user_row user;
    enum kb_status status =
        kb_store_user_at(req->store, req->who.user, req->arena, &user, err);
    *names = NULL;
    *count = 0;
    if (status != KB_OK || !user.settings.n)
        return status;
    yyjson_doc *doc = yyjson_read(user.settings.p, user.settings.n, 0);
    yyjson_val *list = yyjson_obj_get(yyjson_doc_get_root(doc), "folders"), *each;
    size_t at, most;
    *names = kb_arena_zalloc(req->arena, yyjson_arr_size(list) + 1, sizeof **names);
    yyjson_arr_foreach(list, at, most, each) {
        if (*names && yyjson_is_str(each))
            (*names)[(*count)++] = kb_arena_dup(
                req->arena, (struct kb_str){yyjson_get_str(each), yyjson_get_len(each)});
    }
    yyjson_doc_free(doc);
    return *names ? KB_OK : kb_err_set(err, KB_ENOMEM, "not enough memory");
}

/* Names without `gone`, and with `also`; either may be empty. */
static enum kb_status keep_empty(struct kb_http *req, struct kb_store *store,
                                 struct kb_str gone, struct kb_str also,
                                 struct kb_err *err) {
    struct kb_str *names;
    struct kb_buf text;
    struct kb_json json;
    size_t count;
    enum kb_status status = kb_app_empty_folders(req, &names, &count, err);
    if (status != KB_OK)
        return status;
    kb_buf_init(&text, KB_LIMIT_META_BYTES);
    kb_json_init(&json, &text, 0);
    kb_json_object(&json);
    kb_json_field_array(&json, "folders");
    for (size_t i = 0; i < count; i++)
        if (!kb_str_equal(names[i], gone) && !kb_str_equal(names[i], also))
            kb_json_str(&json, names[i]);
    if (also.n)
        kb_json_str(&json, also);
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    status = text.status == KB_OK
                 ? kb_store_user_set(store, req->who.user, KB_USER_SET_SETTINGS,
                                     kb_buf_view(&text), err)
                 : kb_err_set(err, KB_EINPUT, "there are too many empty folders");
    kb_buf_free(&text);
    return status;
}

enum kb_status kb_app_folder(struct kb_http *req, struct kb_str from, struct kb_str to,
                             struct kb_err *err) {
    struct kb_store *store;
    struct kb_str name = KB_STR_NONE;
    int64_t changed;
    enum kb_status status = to.n ? kb_store_name(to, &name, err) : KB_OK;
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    if (from.n)
        status = kb_store_folder_rename(store, req->who.user, from, name, &changed, err);
    if (status == KB_OK)
        status = keep_empty(req, store, from, name, err);
    return kb_server_end(req->server, status, err);
}
