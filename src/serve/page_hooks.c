/* Hooks on the settings page: where new stories are sent, and in plain words how that
 * goes; one more, a trial, another try, another address or query, the end of one. */
#include "serve/hook.h"
#include "serve/inner.h"
#include "serve/page_settings.h"

/* ---- shown ------------------------------------------------------------------------- */

/* The end of a message's key "hooks.answer.…"; NULL: it was not asked yet. */
static const char *answer_of(const struct kb_hook_row *row) {
    static const struct {
        int from, to;
        const char *name;
    } answers[] = {{200, 299, "taken"},   {300, 399, "moved"},   {401, 401, "refused"},
                   {403, 403, "refused"}, {404, 405, "missing"}, {410, 410, "gone"},
                   {429, 429, "busy"},    {503, 503, "busy"},    {500, 599, "broken"}};
    if (!row->tried && !row->says.n)
        return NULL;
    if (!row->status)
        return "silent";
    for (size_t i = 0; i < KB_COUNT(answers); i++)
        if (row->status >= answers[i].from && row->status <= answers[i].to)
            return answers[i].name;
    return "other";
}

static const char *state_of(const struct kb_hook_row *row) {
    if (row->state == KB_HOOK_GONE)
        return "gone";
    if (row->state == KB_HOOK_RESTING)
        return row->failing ? "resting" : "paused";
    return row->failing ? "failing" : row->told ? "told" : "fresh";
}

enum kb_status kb_pages_hooks(struct kb_http *req, struct kb_view *view,
                              struct kb_err *err) {
    struct kb_hook_row *rows;
    size_t count;
    enum kb_status status =
        kb_store_hooks(req->store, req->who.user, req->arena, &rows, &count, err);
    yyjson_mut_val *list = kb_view_list(view, NULL, "hooks");
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        const struct kb_hook_row *row = &rows[i];
        yyjson_mut_val *item = kb_view_item(view, list);
        kb_view_int(view, item, "n", row->n);
        kb_view_str(view, item, "name", row->name);
        kb_view_str(view, item, "url", row->url);
        kb_view_str(view, item, "query", row->query);
        kb_view_str(view, item, "state", kb_str_z(state_of(row)));
        kb_view_int(view, item, "when", row->failing ? row->failing : row->told);
        kb_view_str(view, item, "answer", kb_str_z(answer_of(row)));
        kb_view_str(view, item, "status",
                    kb_arena_printf(view->arena, "%d", row->status));
        if (!row->status)
            kb_view_str(view, item, "says", row->says);
        if (row->state == KB_HOOK_ON && row->failing)
            kb_view_int(view, item, "next", row->next);
        kb_view_bool(view, item, "waits", row->state != KB_HOOK_ON || row->failing);
        kb_view_bool(view, item, "test_waits", row->test != 0);
        kb_view_int(view, item, "missed", row->missed);
    }
    return status;
}

/* ---- done -------------------------------------------------------------------------- */

static enum kb_status add_hook(struct kb_http *req, struct kb_reply *res,
                               struct kb_err *err) {
    char secret[KB_HOOK_SECRET_BYTES];
    const struct kb_hook_row row = {.name = kb_http_form(req, "name"),
                                    .url = kb_str_trim(kb_http_form(req, "url")),
                                    .query = kb_str_trim(kb_http_form(req, "query"))};
    int64_t n;
    enum kb_status status = kb_server_hook_add(req, &row, secret, &n, err);
    if (status != KB_OK)
        return kb_pages_settings_answer(req, res, status, err);
    const struct kb_said said = {.secret = kb_arena_dup(req->arena, kb_str_z(secret)),
                                 .secret_name = row.name};
    return kb_pages_settings(req, res, &said, err);
}

/* What is another than it was: a query that is set anew tells of nothing before. */
static enum kb_status edit_hook(struct kb_http *req, int64_t n, struct kb_err *err) {
    struct kb_hook_change changes[3];
    struct kb_hook_row *rows;
    size_t count, changed = 0, i = 0;
    enum kb_status status =
        kb_store_hooks(req->store, req->who.user, req->arena, &rows, &count, err);
    while (status == KB_OK && i < count && rows[i].n != n)
        i++;
    if (status != KB_OK || i == count)
        return status == KB_OK ? kb_err_set(err, KB_EINPUT, "there is no such hook")
                               : status;
    const struct {
        enum kb_hook_setting what;
        struct kb_str was, now;
    } fields[] = {
        {KB_HOOK_SET_NAME, rows[i].name, kb_str_trim(kb_http_form(req, "name"))},
        {KB_HOOK_SET_URL, rows[i].url, kb_str_trim(kb_http_form(req, "url"))},
        {KB_HOOK_SET_QUERY, rows[i].query, kb_str_trim(kb_http_form(req, "query"))}};
    for (size_t k = 0; k < KB_COUNT(fields); k++)
        if (!kb_str_equal(fields[k].was, fields[k].now))
            changes[changed++] = (struct kb_hook_change){fields[k].what, fields[k].now};
    return changed ? kb_server_hook_set(req, n, changes, changed, err) : KB_OK;
}

static enum kb_status post_hook(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    static const struct kb_hook_change wake = {KB_HOOK_SET_STATE, {"on", 2}};
    struct kb_str what = kb_http_form(req, "what");
    enum kb_status status;
    int64_t n;
    if (!kb_number(kb_http_form(req, "n"), 1, INT64_MAX, &n))
        return add_hook(req, res, err);
    if (kb_str_equal(what, KB_STR("test")))
        status = kb_server_hook_test(req, n, err);
    else if (kb_str_equal(what, KB_STR("wake")))
        status = kb_server_hook_set(req, n, &wake, 1, err);
    else if (kb_str_equal(what, KB_STR("edit")))
        status = edit_hook(req, n, err);
    else if (kb_str_equal(what, KB_STR("remove")))
        status = kb_server_hook_remove(req, n, err);
    else
        status = kb_err_set(err, KB_EINPUT, "there is nothing like that to do");
    return kb_pages_settings_answer(req, res, status, err);
}

static const struct kb_route routes[] = {
    {KB_HTTP_POST, "/settings/hook", KB_ROUTE_PAGE, KB_RANK_READER, 0, post_hook, 0},
};
const struct kb_routes kb_routes_hooks = {routes, KB_COUNT(routes)};
