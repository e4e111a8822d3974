/* /api/v1: what its handlers share, and what it tells of itself. */
#include "serve/api.h"
#include "serve/api_files.h"
#include "serve/programs.h"

/* ---- answers ----------------------------------------------------------------------- */

void kb_api_begin(struct kb_reply *res, struct kb_json *json) {
    res->type = KB_TYPE_JSON;
    kb_json_init(json, &res->body, 0);
    kb_json_object(json);
}

enum kb_status kb_api_end(struct kb_reply *res, struct kb_json *json) {
    kb_json_object_end(json);
    kb_buf_char(&res->body, '\n');
    return res->body.status;
}

enum kb_status kb_api_list(struct kb_reply *res, const char *name, const void *rows,
                           size_t count, size_t size,
                           void (*put)(struct kb_json *json, const void *row)) {
    struct kb_json json;
    kb_api_begin(res, &json);
    kb_json_field_array(&json, name);
    for (size_t i = 0; i < count; i++) {
        kb_json_object(&json);
        put(&json, (const char *)rows + i * size);
        kb_json_object_end(&json);
    }
    kb_json_array_end(&json);
    return kb_api_end(res, &json);
}

enum kb_status kb_api_done(struct kb_reply *res, int64_t changed) {
    struct kb_json json;
    kb_api_begin(res, &json);
    kb_json_field_int(&json, "done", changed);
    return kb_api_end(res, &json);
}

enum kb_status kb_api_made(struct kb_reply *res, int64_t n) {
    struct kb_json json;
    res->status = 201;
    kb_api_begin(res, &json);
    kb_json_field_int(&json, "id", n);
    return kb_api_end(res, &json);
}

void kb_api_texts(struct kb_json *json, const char *key, const struct kb_str *texts,
                  size_t count) {
    kb_json_field_array(json, key);
    for (size_t i = 0; i < count; i++)
        kb_json_str(json, texts[i]);
    kb_json_array_end(json);
}

enum kb_status kb_api_missing(struct kb_reply *res, enum kb_status status,
                              const char *what) {
    return status == KB_EINPUT ? kb_refuse(res, 404, "there is no such %s", what)
                               : status;
}

/* ---- requests ---------------------------------------------------------------------- */

bool kb_api_number(const struct kb_http *req, struct kb_reply *res, const char *name,
                   int64_t usual, int64_t least, int64_t most, int64_t *value) {
    struct kb_str text = kb_http_query(req, name);
    *value = usual;
    if (!kb_pairs_has(req->query, name) || kb_number(text, least, most, value))
        return true;
    (void)!kb_refuse(res, 400, "%s is a whole number from %lld to %lld", name,
                     (long long)least, (long long)most);
    return false;
}

bool kb_api_moment(const struct kb_http *req, struct kb_reply *res, const char *name,
                   int64_t *moment) {
    *moment = 0;
    if (!kb_pairs_has(req->query, name) ||
        kb_date_seconds(kb_http_query(req, name), moment))
        return true;
    (void)!kb_refuse(res, 400, "%s is a date, as in 2026-03-01 or 2026-03-01T12:00:00Z",
                     name);
    return false;
}

bool kb_api_bool(const struct kb_http *req, struct kb_reply *res, const char *name,
                 bool *value) {
    struct kb_str text = kb_http_query(req, name);
    *value = kb_str_equal(text, KB_STR("true"));
    if (!kb_pairs_has(req->query, name) || *value || kb_str_equal(text, KB_STR("false")))
        return true;
    (void)!kb_refuse(res, 400, "%s is true or false", name);
    return false;
}

bool kb_api_part(const struct kb_http *req, struct kb_reply *res, size_t part,
                 int64_t *value) {
    if (kb_number(req->part[part], 0, INT64_MAX, value))
        return true;
    (void)!kb_refuse(res, 404, "there is nothing of that number");
    return false;
}

bool kb_api_body(const struct kb_http *req, struct kb_reply *res, yyjson_doc **doc,
                 yyjson_val **root) {
    *doc = yyjson_read(req->body.p ? req->body.p : "", req->body.n, 0);
    *root = yyjson_doc_get_root(*doc);
    if (yyjson_is_obj(*root))
        return true;
    yyjson_doc_free(*doc);
    *doc = NULL;
    (void)!kb_refuse(res, 400, "the body has to be a JSON object");
    return false;
}

bool kb_api_text(struct kb_reply *res, yyjson_val *root, const char *name,
                 struct kb_str *text, bool *has) {
    yyjson_val *value = yyjson_obj_get(root, name);
    *has = value && !yyjson_is_null(value);
    *text = KB_STR_NONE;
    if (!*has)
        return true;
    if (yyjson_is_str(value)) {
        *text = (struct kb_str){yyjson_get_str(value), yyjson_get_len(value)};
        if (kb_str_find_byte(*text, '\0') == KB_NOT_FOUND)
            return true;
    }
    (void)!kb_refuse(res, 400, "%s has to be a string", name);
    return false;
}

bool kb_api_flag(struct kb_reply *res, yyjson_val *root, const char *name, bool *value,
                 bool *has) {
    yyjson_val *found = yyjson_obj_get(root, name);
    *has = found && !yyjson_is_null(found);
    *value = yyjson_get_bool(found);
    if (!*has || yyjson_is_bool(found))
        return true;
    (void)!kb_refuse(res, 400, "%s has to be true or false", name);
    return false;
}

enum kb_status kb_api_article(struct kb_http *req, struct kb_reply *res, struct kb_str id,
                              struct kb_row *row, struct kb_err *err) {
    enum kb_status status =
        kb_store_article(req->store, req->who.user, id, req->arena, row, err);
    return kb_api_missing(res, status, "article");
}

enum kb_status kb_api_story(struct kb_http *req, struct kb_reply *res, struct kb_str id,
                            struct kb_story_row *row, struct kb_err *err) {
    return kb_api_missing(res, kb_store_story(req->store, id, req->arena, row, err),
                          "story");
}

enum kb_status kb_api_remove(struct kb_http *req, struct kb_reply *res,
                             enum kb_status (*remove)(struct kb_store *store,
                                                      int64_t user, int64_t n,
                                                      struct kb_err *err),
                             const char *what, struct kb_err *err) {
    struct kb_store *store;
    int64_t n;
    if (!kb_api_part(req, res, 0, &n))
        return KB_OK;
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_server_end(req->server, remove(store, req->who.user, n, err), err);
    return status == KB_OK ? kb_api_done(res, 1) : kb_api_missing(res, status, what);
}

/* ---- of itself --------------------------------------------------------------------- */

static enum kb_status openapi(struct kb_http *req, struct kb_reply *res,
                              struct kb_err *err) {
    (void)req, (void)err;
    res->type = KB_TYPE_JSON;
    res->tagged = true;
    kb_buf_str(&res->body, kb_api_file("openapi.json"));
    return res->body.status;
}

static enum kb_status counts(struct kb_http *req, struct kb_reply *res,
                             struct kb_err *err) {
    struct kb_store_counts c;
    struct kb_json json;
    enum kb_status status = kb_store_count(req->store, req->who.user, &c, err);
    if (status != KB_OK)
        return status;
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {{"articles", c.articles}, {"stories", c.stories},
                   {"outlets", c.outlets},   {"feeds", c.feeds},
                   {"unread", c.unread},     {"starred", c.starred}};
    kb_api_begin(res, &json);
    for (size_t i = 0; i < KB_COUNT(numbers); i++) {
        kb_json_field_int(&json, numbers[i].name, numbers[i].value);
    }
    kb_tell_time(&json, "first", c.first);
    kb_tell_time(&json, "last", c.last);
    return kb_api_end(res, &json);
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/api/v1/openapi.json", KB_ROUTE_PLAIN, KB_RANK_NOBODY, 0, openapi, 0},
    {KB_HTTP_GET, "/api/v1/counts", KB_ROUTE_API, KB_RANK_READER, KB_MAY_READ, counts, 0},
};
const struct kb_routes kb_routes_api = {routes, KB_COUNT(routes)};
