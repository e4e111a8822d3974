/* /api/v1/hooks: where a person's new stories are sent.  What is sent is hook.h's. */
#include "serve/api.h"
#include "serve/hook.h"
#include "serve/programs.h"

static void put_number(struct kb_json *json, const char *key, int64_t value) {
    if (!value)
        return;
    kb_json_field_int(json, key, value);
}

static void put_hook(struct kb_json *json, const void *item) {
    const struct kb_hook_row *row = item;
    kb_json_field_int(json, "id", row->n);
    kb_json_field(json, "name", row->name);
    kb_json_field(json, "url", row->url);
    kb_json_field_str(json, "query", row->query);
    kb_json_field(json, "state", kb_str_z(kb_hook_states[row->state]));
    kb_tell_time(json, "added", row->added);
    kb_tell_time(json, "told", row->told);
    kb_tell_time(json, "tried", row->tried);
    put_number(json, "status", row->status);
    kb_json_field(json, "says", row->says);
    put_number(json, "failures", row->failures);
    kb_tell_time(json, "failing_since", row->failing);
    if (row->failing && row->state == KB_HOOK_ON)
        kb_tell_time(json, "next", row->next);
    put_number(json, "missed", row->missed);
    kb_json_field_bool(json, "test_waits", row->test != 0);
}

static enum kb_status hooks(struct kb_http *req, struct kb_reply *res,
                            struct kb_err *err) {
    struct kb_hook_row *rows;
    size_t count;
    enum kb_status status =
        kb_store_hooks(req->store, req->who.user, req->arena, &rows, &count, err);
    return status == KB_OK
               ? kb_api_list(res, "hooks", rows, count, sizeof *rows, put_hook)
               : status;
}

/* The hook of the path's number, if it is theirs. */
static enum kb_status find(struct kb_http *req, struct kb_reply *res,
                           struct kb_hook_row *row, struct kb_err *err) {
    int64_t n;
    if (!kb_api_part(req, res, 0, &n))
        return KB_OK;
    return kb_api_missing(
        res, kb_store_hook(req->store, req->who.user, n, req->arena, row, err), "hook");
}

static enum kb_status hook(struct kb_http *req, struct kb_reply *res,
                           struct kb_err *err) {
    struct kb_hook_row row;
    struct kb_json json;
    enum kb_status status = find(req, res, &row, err);
    if (status != KB_OK || res->status)
        return status;
    kb_api_begin(res, &json);
    kb_json_field_object(&json, "hook");
    put_hook(&json, &row);
    kb_json_object_end(&json);
    return kb_api_end(res, &json);
}

/* What is wrong with what was sent is the sender's to mend. */
static enum kb_status refuse_wrong(struct kb_reply *res, enum kb_status status,
                                   const struct kb_err *err) {
    if (status == KB_EINPUT || status == KB_EUSAGE)
        return kb_refuse(res, 400, "%s", err->text);
    return status == KB_ELIMIT ? kb_refuse(res, 409, "%s", err->text) : status;
}

static enum kb_status put_secret(struct kb_reply *res, int status, int64_t n,
                                 const char *secret) {
    struct kb_json json;
    res->status = status;
    kb_api_begin(res, &json);
    kb_json_field_int(&json, "id", n);
    kb_json_field_str(&json, "secret", kb_str_z(secret)); /* told this once */
    return kb_api_end(res, &json);
}

static enum kb_status add_hook(struct kb_http *req, struct kb_reply *res,
                               struct kb_err *err) {
    char secret[KB_HOOK_SECRET_BYTES];
    struct kb_hook_row row = {.n = 0};
    yyjson_doc *doc;
    yyjson_val *root;
    bool has;
    enum kb_status status = KB_OK;
    if (!kb_api_body(req, res, &doc, &root))
        return KB_OK;
    if (kb_api_text(res, root, "name", &row.name, &has) &&
        kb_api_text(res, root, "url", &row.url, &has) &&
        kb_api_text(res, root, "query", &row.query, &has)) {
        status = kb_server_hook_add(req, &row, secret, &row.n, err);
        status = status == KB_OK ? put_secret(res, 201, row.n, secret)
                                 : refuse_wrong(res, status, err);
    }
    yyjson_doc_free(doc);
    return status;
}

static enum kb_status change_hook(struct kb_http *req, struct kb_reply *res,
                                  struct kb_err *err) {
    static const struct {
        const char *name;
        enum kb_hook_setting what;
    } members[] = {{"name", KB_HOOK_SET_NAME},
                   {"url", KB_HOOK_SET_URL},
                   {"query", KB_HOOK_SET_QUERY},
                   {"state", KB_HOOK_SET_STATE}};
    struct kb_hook_change changes[KB_COUNT(members)];
    struct kb_hook_row row;
    yyjson_doc *doc = NULL;
    yyjson_val *root;
    size_t count = 0;
    enum kb_status status = find(req, res, &row, err);
    if (status != KB_OK || res->status || !kb_api_body(req, res, &doc, &root))
        return status;
    for (size_t i = 0; i < KB_COUNT(members) && !res->status; i++) {
        bool has;
        if (!kb_api_text(res, root, members[i].name, &changes[count].value, &has))
            continue;
        changes[count].what = members[i].what;
        count += has;
    }
    if (!res->status) {
        status = kb_server_hook_set(req, row.n, changes, count, err);
        status = status == KB_OK ? kb_api_done(res, 1) : refuse_wrong(res, status, err);
    }
    yyjson_doc_free(doc);
    return status;
}

/* Deliveries are signed by a new secret from now on. */
static enum kb_status new_secret(struct kb_http *req, struct kb_reply *res,
                                 struct kb_err *err) {
    char secret[KB_HOOK_SECRET_BYTES];
    struct kb_hook_row row;
    enum kb_status status = find(req, res, &row, err);
    if (status != KB_OK || res->status)
        return status;
    status = kb_hook_secret_make(secret, err);
    if (status != KB_OK)
        return status;
    const struct kb_hook_change change = {KB_HOOK_SET_SECRET, kb_str_z(secret)};
    status = kb_server_hook_set(req, row.n, &change, 1, err);
    return status == KB_OK ? put_secret(res, 200, row.n, secret) : status;
}

static enum kb_status test_hook(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    struct kb_hook_row row;
    enum kb_status status = find(req, res, &row, err);
    if (status != KB_OK || res->status)
        return status;
    status = kb_server_hook_test(req, row.n, err);
    return status == KB_OK ? kb_api_done(res, 1) : kb_api_missing(res, status, "hook");
}

static enum kb_status remove_hook(struct kb_http *req, struct kb_reply *res,
                                  struct kb_err *err) {
    return kb_api_remove(req, res, kb_store_hook_remove, "hook", err);
}

/* An address may have a secret in it, so who may only read does not see them. */
static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/api/v1/hooks", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS, hooks, 0},
    {KB_HTTP_POST, "/api/v1/hooks", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS, add_hook,
     0},
    {KB_HTTP_GET, "/api/v1/hooks/:id", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS, hook,
     0},
    {KB_HTTP_PATCH, "/api/v1/hooks/:id", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS,
     change_hook, 0},
    {KB_HTTP_DELETE, "/api/v1/hooks/:id", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS,
     remove_hook, 0},
    {KB_HTTP_POST, "/api/v1/hooks/:id/secret", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS,
     new_secret, 0},
    {KB_HTTP_POST, "/api/v1/hooks/:id/test", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS,
     test_hook, 0},
};
const struct kb_routes kb_routes_api_hooks = {routes, KB_COUNT(routes)};
