/* /api/v1: who asks, the people of this wire (owners alone), and a person's passes. */
#include "serve/api.h"
#include "serve/who.h"
#include "serve/programs.h"

/* ---- people ------------------------------------------------------------------------ */

static void put_user(struct kb_json *json, const void *item) {
    const struct kb_user_row *row = item;
    kb_json_field_int(json, "id", row->n);
    kb_json_field_str(json, "name", row->name);
    kb_json_field(json, "role", row->owner ? KB_STR("owner") : KB_STR("reader"));
    kb_tell_time(json, "added", row->added);
    kb_tell_time(json, "seen", row->seen);
}

static enum kb_status me(struct kb_http *req, struct kb_reply *res, struct kb_err *err) {
    char scopes[KB_SCOPES_BYTES];
    struct kb_user_row row;
    struct kb_json json;
    enum kb_status status =
        kb_store_user_at(req->store, req->who.user, req->arena, &row, err);
    if (status != KB_OK)
        return status;
    kb_scopes_print(req->who.may, scopes);
    kb_api_begin(res, &json);
    kb_json_field_object(&json, "user");
    put_user(&json, &row);
    kb_json_object_end(&json);
    kb_json_field_str(&json, "scopes", kb_str_z(scopes));
    return kb_api_end(res, &json);
}

static enum kb_status users(struct kb_http *req, struct kb_reply *res,
                            struct kb_err *err) {
    struct kb_user_row *rows;
    size_t count;
    enum kb_status status = kb_store_users(req->store, req->arena, &rows, &count, err);
    return status == KB_OK
               ? kb_api_list(res, "users", rows, count, sizeof *rows, put_user)
               : status;
}

static bool read_user(struct kb_reply *res, yyjson_val *root, struct kb_user_new *user,
                      struct kb_str *password) {
    struct kb_str role;
    bool has;
    if (!kb_api_text(res, root, "name", &user->name, &has) ||
        !kb_api_text(res, root, "password", password, &has) ||
        !kb_api_text(res, root, "role", &role, &has))
        return false;
    user->owner = kb_str_equal(role, KB_STR("owner"));
    if (!has || user->owner || kb_str_equal(role, KB_STR("reader")))
        return true;
    (void)!kb_refuse(res, 400, "role is owner or reader");
    return false;
}

static enum kb_status add_user(struct kb_http *req, struct kb_reply *res,
                               struct kb_err *err) {
    char kept[KB_PASSWORD_BYTES];
    struct kb_user_new user = {.now = req->now};
    struct kb_str password;
    struct kb_store *store;
    yyjson_doc *doc;
    yyjson_val *root;
    int64_t n;
    enum kb_status status = KB_OK;
    if (!kb_api_body(req, res, &doc, &root))
        return KB_OK;
    if (!read_user(res, root, &user, &password))
        goto out;
    if (password.n) {
        status = kb_server_password_keep(req->server, password, kept, err);
        user.password = kb_str_z(kept);
    }
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        goto out;
    status = kb_store_user_add(store, &user, &n, err);
    status = kb_server_end(req->server, status, err);
    if (status == KB_OK)
        status = kb_api_made(res, n);
out:
    yyjson_doc_free(doc);
    return status;
}

/* What is wrong with it is refused.  A new password ends the person's sessions. */
static enum kb_status set_user(struct kb_store *store, struct kb_str name,
                               struct kb_str role, struct kb_str password, int64_t n,
                               struct kb_err *err) {
    enum kb_status status = KB_OK;
    int64_t ended;
    if (name.n)
        status = kb_store_user_set(store, n, KB_USER_SET_NAME, name, err);
    if (status == KB_OK && role.n)
        status = kb_store_user_set(store, n, KB_USER_SET_ROLE, role, err);
    if (status == KB_OK && password.n)
        status = kb_store_user_set(store, n, KB_USER_SET_PASSWORD, password, err);
    if (status == KB_OK && password.n)
        status = kb_store_passes_end(store, n, KB_PASS_SESSION, 0, &ended, err);
    return status;
}

static enum kb_status change_user(struct kb_http *req, struct kb_reply *res,
                                  struct kb_err *err) {
    char kept[KB_PASSWORD_BYTES] = "";
    struct kb_str name, role, password;
    struct kb_user_row row;
    struct kb_store *store;
    yyjson_doc *doc;
    yyjson_val *root;
    int64_t n;
    bool has;
    if (!kb_api_part(req, res, 0, &n))
        return KB_OK;
    enum kb_status status = kb_store_user_at(req->store, n, req->arena, &row, err);
    if (status != KB_OK)
        return kb_api_missing(res, status, "person");
    if (!kb_api_body(req, res, &doc, &root))
        return KB_OK;
    if (!kb_api_text(res, root, "name", &name, &has) ||
        !kb_api_text(res, root, "role", &role, &has) ||
        !kb_api_text(res, root, "password", &password, &has))
        goto out;
    if (password.n)
        status = kb_server_password_keep(req->server, password, kept, err);
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    if (status == KB_OK) {
        status = set_user(store, name, role, kb_str_z(kept), n, err);
        status = kb_server_end(req->server, status, err);
    }
    if (status == KB_OK)
        status = kb_api_done(res, 1);
    else if (status == KB_EINPUT || status == KB_EUSAGE)
        status = kb_refuse(res, 400, "%s", err->text);
out:
    yyjson_doc_free(doc);
    return status;
}

static enum kb_status remove_user(struct kb_http *req, struct kb_reply *res,
                                  struct kb_err *err) {
    struct kb_user_row row;
    struct kb_store *store;
    int64_t n;
    if (!kb_api_part(req, res, 0, &n))
        return KB_OK;
    enum kb_status status = kb_store_user_at(req->store, n, req->arena, &row, err);
    if (status != KB_OK)
        return kb_api_missing(res, status, "person");
    status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_user_remove(store, n, err);
    status = kb_server_end(req->server, status, err);
    return status == KB_OK ? kb_api_done(res, 1) : status;
}

/* ---- passes ------------------------------------------------------------------------ */

static void put_pass(struct kb_json *json, const void *item) {
    const struct kb_pass_row *row = item;
    char scopes[KB_SCOPES_BYTES];
    kb_scopes_print(row->owner ? row->scopes : row->scopes & ~(unsigned)KB_SCOPE_ADMIN,
                    scopes);
    kb_json_field_int(json, "id", row->n);
    kb_json_field(json, "kind", kb_str_z(kb_pass_kinds[row->kind]));
    kb_json_field(json, "name", row->name);
    kb_json_field(json, "scopes", kb_str_z(scopes));
    kb_json_field(json, "agent", row->agent);
    kb_json_field(json, "client", row->client);
    kb_tell_time(json, "added", row->added);
    kb_tell_time(json, "used", row->used);
    kb_tell_time(json, "expires", row->expires);
}

static enum kb_status passes(struct kb_http *req, struct kb_reply *res,
                             struct kb_err *err) {
    struct kb_pass_row *rows;
    size_t count;
    enum kb_status status =
        kb_store_passes(req->store, req->who.user, req->arena, &rows, &count, err);
    if (status == KB_OK)
        kb_server_used_last(req->server, rows, count);
    return status == KB_OK
               ? kb_api_list(res, "passes", rows, count, sizeof *rows, put_pass)
               : status;
}

/* A token may do no more than who makes it. */
static bool read_token(struct kb_http *req, struct kb_reply *res, yyjson_val *root,
                       struct kb_pass_new *pass) {
    struct kb_str scopes, name;
    struct kb_err err = {.text = ""};
    bool has;
    if (!kb_api_text(res, root, "name", &name, &has) ||
        !kb_api_text(res, root, "scopes", &scopes, &has))
        return false;
    pass->scopes = KB_SCOPE_READ;
    if (has && kb_scopes_read(scopes, &pass->scopes, &err) != KB_OK) {
        (void)!kb_refuse(res, 400, "scopes: %s", err.text);
        return false;
    }
    if (kb_store_name(name, &pass->name, &err) != KB_OK) {
        (void)!kb_refuse(res, 400, "name: %s", err.text);
        return false;
    }
    if (!pass->scopes || (pass->scopes & ~req->who.may)) {
        (void)!kb_refuse(res, 403,
                         "a token can be given some of read, mark, feeds and "
                         "admin, and no more than this one may itself");
        return false;
    }
    return true;
}

static enum kb_status add_token(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    char secret[KB_SECRET_BYTES];
    unsigned char hash[KB_SECRET_HASH_BYTES];
    struct kb_pass_new pass = {.user = req->who.user,
                               .now = req->now,
                               .kind = KB_PASS_TOKEN,
                               .hash = {(const char *)hash, sizeof hash},
                               .client = req->client};
    struct kb_store *store;
    struct kb_json json;
    yyjson_doc *doc;
    yyjson_val *root;
    int64_t n;
    enum kb_status status = KB_OK;
    if (!kb_api_body(req, res, &doc, &root))
        return KB_OK;
    if (!read_token(req, res, root, &pass))
        goto out;
    status = kb_secret_make(secret, err);
    if (status != KB_OK)
        goto out;
    kb_secret_hash(kb_str_z(secret), hash);
    status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        goto out;
    status = kb_store_pass_add(store, &pass, &n, err);
    status = kb_server_end(req->server, status, err);
    if (status == KB_OK) {
        res->status = 201;
        kb_api_begin(res, &json);
        kb_json_field_int(&json, "id", n);
        kb_json_field_str(&json, "token",
                          kb_str_z(secret)); /* told this once, and kept nowhere */
        status = kb_api_end(res, &json);
    }
out:
    yyjson_doc_free(doc);
    return status;
}

static enum kb_status end_pass(struct kb_http *req, struct kb_reply *res,
                               struct kb_err *err) {
    return kb_api_remove(req, res, kb_store_pass_end, "pass", err);
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/api/v1/me", KB_ROUTE_API, KB_RANK_READER, KB_MAY_READ, me, 0},
    {KB_HTTP_GET, "/api/v1/users", KB_ROUTE_API, KB_RANK_OWNER, KB_MAY_ADMIN, users, 0},
    {KB_HTTP_POST, "/api/v1/users", KB_ROUTE_API, KB_RANK_OWNER, KB_MAY_ADMIN, add_user,
     0},
    {KB_HTTP_PATCH, "/api/v1/users/:id", KB_ROUTE_API, KB_RANK_OWNER, KB_MAY_ADMIN,
     change_user, 0},
    {KB_HTTP_DELETE, "/api/v1/users/:id", KB_ROUTE_API, KB_RANK_OWNER, KB_MAY_ADMIN,
     remove_user, 0},
    {KB_HTTP_GET, "/api/v1/passes", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS, passes,
     0},
    {KB_HTTP_POST, "/api/v1/tokens", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS,
     add_token, 0},
    {KB_HTTP_DELETE, "/api/v1/passes/:id", KB_ROUTE_API, KB_RANK_READER, KB_MAY_FEEDS,
     end_pass, 0},
};
const struct kb_routes kb_routes_api_people = {routes, KB_COUNT(routes)};
