/* What Google Reader's apps change: marks, labels, subscriptions. */
#include <stdio.h>

#include "serve/greader.h"
#include "serve/inner.h"
#include "store/store.h"

KB_APP_HANDLER(kb_greader_edit_tag) {
    struct kb_app_marks marks;
    if (!kb_greader_marks_read(req, &marks))
        return kb_refuse(res, 400, "more marks than one request may have");
    enum kb_status status = kb_app_mark(req, &marks, err);
    return status == KB_OK ? kb_greader_ok(res) : status;
}

/* ts is a moment of any scale, or the number of the last item that was seen. */
KB_APP_HANDLER(kb_greader_mark_all) {
    enum { LEAST_MOMENT = 100000000 }; /* 1973 */
    struct kb_app_wish wish = {.of = KB_APP_ALL};
    int64_t ts = 0;
    struct kb_str stream = kb_http_field(req, "s"), text = kb_http_field(req, "ts");
    if (!stream.n)
        return kb_refuse(res, 400, "s is missing: which stream is to be marked as read?");
    if (text.n && !kb_number(text, 0, INT64_MAX, &ts))
        return kb_refuse(res, 400, "ts is no number");
    kb_greader_stream_read(stream, &wish);
    bool moment = ts >= LEAST_MOMENT;
    enum kb_status status =
        kb_app_mark_all(req, &wish, moment ? kb_app_time(ts) : 0, moment ? 0 : ts, err);
    return status == KB_OK ? kb_greader_ok(res) : status;
}

/* ---- subscriptions ----------------------------------------------------------------- */

/* Each s names a feed; t, a and r say how all of them are called and where they stand. */
static enum kb_status read_edits(struct kb_http *req, struct kb_app_edit *edits,
                                 size_t most, size_t *count, struct kb_err *err) {
    static const char *const acts[] = {[KB_APP_FOLLOW] = "subscribe",
                                       [KB_APP_CHANGE] = "edit",
                                       [KB_APP_LEAVE] = "unsubscribe"};
    struct kb_str act = kb_http_field(req, "ac"), stream;
    struct kb_app_edit each = {.title = kb_http_field(req, "t"),
                               .folder = kb_greader_label(kb_http_field(req, "a"))};
    size_t what = 0;
    each.moves = each.folder.n || kb_greader_label(kb_http_field(req, "r")).n;
    while (what < KB_COUNT(acts) && !kb_str_equal(act, kb_str_z(acts[what])))
        what++;
    if (what == KB_COUNT(acts))
        return kb_err_set(err, KB_EINPUT, "ac is subscribe, edit or unsubscribe");
    each.act = (enum kb_app_act)what;
    for (size_t at = 0; *count < most && kb_http_each(req, "s", &at, &stream);) {
        struct kb_app_wish wish = {0};
        kb_greader_stream_read(stream, &wish);
        if (wish.of != KB_APP_FEED)
            return kb_err_set(err, KB_EINPUT,
                              "s names no feed: feed/NUMBER or feed/ADDRESS");
        edits[*count] = each;
        edits[*count].feed = wish.feed;
        edits[(*count)++].url = wish.url;
    }
    return KB_OK;
}

KB_APP_HANDLER(kb_greader_subscription_edit) {
    size_t most = req->form.count + req->query.count, count = 0;
    struct kb_app_edit *edits = kb_arena_zalloc(req->arena, most + 1, sizeof *edits);
    if (!edits)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the feeds");
    enum kb_status status = read_edits(req, edits, most, &count, err);
    if (status == KB_OK)
        status = kb_app_edit(req, edits, count, err);
    if (status == KB_EINPUT)
        return kb_refuse(res, 400, "%s", err->text);
    return status == KB_OK ? kb_greader_ok(res) : status;
}

static void told_added(struct kb_reply *res, struct kb_str query, struct kb_str url,
                       int64_t n, const char *error) {
    struct kb_json json;
    char id[40];
    int length = snprintf(id, sizeof id, "feed/%lld", (long long)n);
    res->type = KB_TYPE_JSON;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field_int(&json, "numResults", error ? 0 : 1);
    kb_json_field_str(&json, "query", query);
    if (error) {
        kb_json_field(&json, "error", kb_str_z(error));
    } else {
        kb_json_field(&json, "streamId", (struct kb_str){id, (size_t)length});
        kb_json_field(&json, "streamName", url);
    }
    kb_json_object_end(&json);
}

/* The address is asked in the next round: where it is a page, its feed is looked for
 * then. */
KB_APP_HANDLER(kb_greader_quickadd) {
    struct kb_str query = kb_http_field(req, "quickadd"), url = kb_str_trim(query);
    if (kb_str_starts(url, KB_STR("feed/")))
        url = kb_str_slice(url, 5, url.n);
    url = kb_follow_address(req->arena, url);
    struct kb_app_edit edit = {.act = KB_APP_FOLLOW, .url = url};
    enum kb_status status = kb_app_edit(req, &edit, 1, err);
    if (status != KB_OK && status != KB_EINPUT)
        return status;
    told_added(res, query, url, edit.feed, status == KB_OK ? NULL : err->text);
    return KB_OK;
}

/* ---- labels ------------------------------------------------------------------------ */

/* A folder and a tag of the name get another one, or (to is empty) go. */
static enum kb_status rename_label(struct kb_http *req, struct kb_reply *res,
                                   struct kb_str from, struct kb_str to,
                                   struct kb_err *err) {
    struct kb_store *store;
    int64_t changed;
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_folder_rename(store, req->who.user, from, to, &changed, err);
    if (status == KB_OK)
        status = kb_store_tag_rename(store, req->who.user, from, to, &changed, err);
    if (status == KB_OK)
        status = kb_server_commit(req->server, err);
    else
        kb_server_rollback(req->server);
    return status == KB_OK ? kb_greader_ok(res) : status;
}

/* Some apps send the label's bare name as t. */
static struct kb_str asked_label(const struct kb_http *req) {
    struct kb_str label = kb_greader_label(kb_http_field(req, "s"));
    return label.n ? label : kb_http_field(req, "t");
}

KB_APP_HANDLER(kb_greader_rename) {
    struct kb_str from = asked_label(req), to;
    struct kb_err why;
    if (!from.n ||
        kb_store_name(kb_greader_label(kb_http_field(req, "dest")), &to, &why) != KB_OK)
        return kb_refuse(res, 400, "s and dest are labels: user/-/label/NAME");
    return rename_label(req, res, from, to, err);
}

KB_APP_HANDLER(kb_greader_disable) {
    struct kb_str label = asked_label(req);
    if (!label.n)
        return kb_refuse(res, 400, "s is a label: user/-/label/NAME");
    return rename_label(req, res, label, KB_STR_NONE, err);
}

/* ---- lists of feeds ---------------------------------------------------------------- */

KB_APP_HANDLER(kb_greader_import) {
    uint64_t fresh;
    enum kb_status status = kb_server_follow(req, req->body, &fresh, err);
    if (status == KB_EINPUT)
        return kb_refuse(res, 400, "%s", err->text);
    return status == KB_OK ? kb_greader_ok(res) : status;
}

KB_APP_HANDLER(kb_greader_export) {
    return kb_server_opml(req, res, err);
}
