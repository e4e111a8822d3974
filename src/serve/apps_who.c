/* How the dialects of reader apps begin and how they refuse: who asks, and the words of a
 * refusal in the form that each dialect's apps read.
 *
 * All of them want an app password (Miniflux's a token too); none looks at a cookie, so
 * scripts of any site may ask where they have one (CORS: the Fetch standard). */
#include "serve/apps.h"

/* ---- Google Reader's token: "name/password", the name percent-encoded -------------- */

struct kb_str kb_greader_token_print(struct kb_http *req, struct kb_str name,
                                     struct kb_str password) {
    struct kb_buf token;
    kb_buf_init(&token, KB_LIMIT_URL_BYTES);
    kb_percent_encode(&token, name);
    kb_buf_char(&token, '/');
    kb_buf_str(&token, password);
    struct kb_str kept = kb_arena_dup(req->arena, kb_buf_view(&token));
    kb_buf_free(&token);
    return kept;
}

struct kb_str kb_greader_token(const struct kb_http *req) {
    struct kb_str header = kb_http_header(req, "Authorization");
    if (kb_str_starts_nocase(header, KB_STR("GoogleLogin"))) {
        size_t at = kb_str_find_nocase(header, KB_STR("auth="));
        if (at != KB_NOT_FOUND)
            return kb_str_trim(kb_str_slice(header, at + 5, header.n));
    }
    return kb_http_field(req, "T");
}

static bool read_token(struct kb_http *req, struct kb_str *name,
                       struct kb_str *password) {
    struct kb_str token = kb_greader_token(req);
    size_t slash = kb_str_find_byte(token, '/');
    if (slash == KB_NOT_FOUND)
        return false;
    *name = kb_percent_decode(req->arena, kb_str_slice(token, 0, slash), false);
    *password = kb_str_slice(token, slash + 1, token.n);
    return true;
}

/* ---- who asks ---------------------------------------------------------------------- */

enum kb_status kb_app_who(struct kb_http *req, const struct kb_route *route,
                          struct kb_reply *res, struct kb_err *err) {
    bool greader = route->kind == KB_ROUTE_GREADER, found = false;
    struct kb_str name, password, token = KB_STR_NONE;
    enum kb_status status = KB_OK;
    if (route->kind == KB_ROUTE_MINIFLUX)
        token = kb_http_header(req, "X-Auth-Token");
    if (token.n)
        status = kb_who_by_token(req, token, res, &found, err);
    else if (greader ? read_token(req, &name, &password)
                     : kb_basic_parse(req->arena, kb_http_header(req, "Authorization"),
                                      &name, &password))
        status = kb_who_by_app(req, name, password, res, &found, err);
    if (status != KB_OK || res->status)
        return status;
    if (!found && greader) {
        kb_reply_header(res, "X-Reader-Google-Bad-Token", KB_STR("true"));
        kb_reply_header(res, "Google-Bad-Token", KB_STR("true"));
        return kb_refuse(res, 401, "log in first: POST accounts/ClientLogin");
    }
    if (!found) {
        kb_reply_header(res, "WWW-Authenticate", KB_STR("Basic realm=\"kabar\""));
        return kb_refuse(res, 401, "the name or the app password is wrong");
    }
    if ((req->who.may & route->may) != route->may)
        return kb_who_refuse_scope(req, route, res);
    res->type = KB_TYPE_JSON;
    return KB_OK;
}

/* ---- answers ----------------------------------------------------------------------- */

enum kb_route_kind kb_app_kind_of(struct kb_str path) {
    static const struct {
        const char *below;
        enum kb_route_kind kind;
    } places[] = {
        {"/reader/", KB_ROUTE_GREADER},      {"/api/greader.php", KB_ROUTE_GREADER},
        {"/accounts/", KB_ROUTE_GREADER},    {"/fever", KB_ROUTE_FEVER},
        {"/api/fever.php", KB_ROUTE_FEVER},  {"/v1/", KB_ROUTE_MINIFLUX},
        {"/index.php/", KB_ROUTE_NEXTCLOUD}, {"/api/", KB_ROUTE_API},
    };
    for (size_t i = 0; i < KB_COUNT(places); i++)
        if (kb_str_starts(path, kb_str_z(places[i].below)))
            return places[i].kind;
    return KB_ROUTE_OPEN;
}

static bool is_dialect(enum kb_route_kind kind) {
    return kind >= KB_ROUTE_GREADER && kind <= KB_ROUTE_NEXTCLOUD;
}

bool kb_app_cross_origin(enum kb_route_kind kind, struct kb_reply *res) {
    if (is_dialect(kind))
        kb_reply_header(res, "Access-Control-Allow-Origin", KB_STR("*"));
    return is_dialect(kind);
}

void kb_app_preflight(struct kb_reply *res) {
    kb_reply_header(res, "Access-Control-Allow-Methods",
                    KB_STR("GET, POST, PUT, DELETE, OPTIONS"));
    kb_reply_header(res, "Access-Control-Allow-Headers",
                    KB_STR("X-Auth-Token, Authorization, Content-Type, Accept"));
    kb_reply_header(res, "Access-Control-Max-Age", KB_STR("3600"));
    res->status = 204;
}

bool kb_app_print_refusal(enum kb_route_kind kind, struct kb_reply *res) {
    const char *key = kind == KB_ROUTE_MINIFLUX    ? "error_message"
                      : kind == KB_ROUTE_NEXTCLOUD ? "message"
                                                   : NULL;
    struct kb_json json;
    if (!key)
        return false;
    res->type = KB_TYPE_JSON;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field_str(&json, key, kb_str_z(res->says));
    kb_json_object_end(&json);
    return true;
}
