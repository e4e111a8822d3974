/* Who asks: found by what the request carries, as its route's kind says.
 *
 *     PAGE   the session's cookie; what is no GET carries the form's csrf field
 *     API    Bearer TOKEN, Basic with an app password, or the session (then what is no
 *            GET carries the csrf text in X-Csrf-Token)
 *     APP    its handler's own way
 *     reader apps' dialects: kb_app_who (apps_who.c)
 *
 * A proxy that logs people in (the option) is believed before all of these. */
#include <stdio.h>

#include "serve/apps.h"
#include "serve/inner.h"
#include "serve/rate.h"
#include "serve/who.h"
#include "wire/wire.h"

/* ---- what was shown ---------------------------------------------------------------- */

static void fill(struct kb_http *req, const struct kb_pass_row *pass, bool stale) {
    req->who = (struct kb_who){.user = pass->user,
                               .pass = pass->n,
                               .rank = pass->owner ? KB_RANK_OWNER : KB_RANK_READER,
                               .may = pass->scopes,
                               .name = pass->user_name};
    if (!pass->owner)
        req->who.may &= ~(unsigned)KB_SCOPE_ADMIN;
    if (stale)
        kb_server_used(req->server, pass->n, req->now,
                       pass->kind == KB_PASS_SESSION
                           ? req->now +
                                 (int64_t)kb_server_session_days(req->server) * 86400
                           : 0);
}

static enum kb_status by_secret(struct kb_http *req, enum kb_pass_kind kind,
                                struct kb_str secret, struct kb_pass_row *row,
                                bool *found, struct kb_err *err) {
    unsigned char hash[KB_SECRET_HASH_BYTES];
    bool stale = false;
    *found = false;
    if (!secret.n || secret.n >= KB_SECRET_BYTES)
        return KB_OK;
    kb_secret_hash(secret, hash);
    enum kb_status status =
        kb_store_pass(req->store, kind, (struct kb_str){(const char *)hash, sizeof(hash)},
                      req->now, req->arena, row, found, &stale, err);
    if (status == KB_OK && *found)
        fill(req, row, stale);
    return status;
}

/* Who guesses is slowed down: a try is taken, and given back where it was right.  Who may
 * not try is told so: an app that were told that its password is wrong would ask for
 * another one. */
static bool may_try(struct kb_http *req, struct kb_reply *res) {
    int64_t wait;
    if (kb_rate_take(req->server, KB_RATE_TOKEN, req->client, &wait))
        return true;
    (void)!kb_refuse_often(req, res, wait);
    return false;
}
static void was_right(struct kb_http *req) {
    kb_rate_give(req->server, KB_RATE_TOKEN, req->client);
}

enum kb_status kb_who_by_app(struct kb_http *req, struct kb_str name,
                             struct kb_str password, struct kb_reply *res, bool *found,
                             struct kb_err *err) {
    struct kb_pass_row row;
    *found = false;
    if (!may_try(req, res))
        return KB_OK;
    enum kb_status status = by_secret(req, KB_PASS_APP, password, &row, found, err);
    if (status == KB_OK && *found && !kb_str_equal_nocase(row.user_name, name)) {
        *found = false;
        req->who = (struct kb_who){0};
    }
    if (status == KB_OK && *found)
        was_right(req);
    return status;
}

enum kb_status kb_who_by_token(struct kb_http *req, struct kb_str secret,
                               struct kb_reply *res, bool *found, struct kb_err *err) {
    struct kb_pass_row row;
    *found = false;
    if (!may_try(req, res))
        return KB_OK;
    enum kb_status status = by_secret(req, KB_PASS_TOKEN, secret, &row, found, err);
    if (status == KB_OK && !*found)
        status = by_secret(req, KB_PASS_APP, secret, &row, found, err);
    if (status == KB_OK && *found)
        was_right(req);
    return status;
}

enum kb_status kb_who_by_fever(struct kb_http *req, struct kb_str key,
                               struct kb_reply *res, bool *found, struct kb_err *err) {
    struct kb_pass_row row;
    bool stale = false;
    *found = false;
    if (key.n != 32 || !may_try(req, res))
        return KB_OK;
    enum kb_status status = kb_store_pass_fever(req->store, key, req->now, req->arena,
                                                &row, found, &stale, err);
    if (status == KB_OK && *found) {
        fill(req, &row, stale);
        was_right(req);
    }
    return status;
}

/* ---- a browser --------------------------------------------------------------------- */

static enum kb_status read_settings(struct kb_http *req, struct kb_err *err) {
    struct kb_user_row user;
    enum kb_status status =
        kb_store_user_at(req->store, req->who.user, req->arena, &user, err);
    if (status == KB_OK)
        req->who.settings = user.settings;
    return status;
}

/* The proxy's word.  A name that is not known here is nobody. */
static enum kb_status by_proxy(struct kb_http *req, struct kb_err *err) {
    struct kb_user_row user;
    struct kb_err unknown;
    if (!req->proxy_user.n ||
        kb_store_user(req->store, req->proxy_user, req->arena, &user, &unknown) != KB_OK)
        return KB_OK;
    (void)err;
    req->who = (struct kb_who){.user = user.n,
                               .rank = user.owner ? KB_RANK_OWNER : KB_RANK_READER,
                               .may = KB_MAY_ALL,
                               .name = user.name,
                               .settings = user.settings};
    return KB_OK;
}

/* The text that this browser's forms are made by: the session's, or the person's name as
 * the proxy says it, with the server's own key. */
static struct kb_str form_secret(const struct kb_http *req) {
    return req->who.pass ? kb_session_secret(req) : kb_server_form_key(req);
}

static enum kb_status by_session(struct kb_http *req, struct kb_err *err) {
    struct kb_pass_row row;
    char csrf[KB_CSRF_BYTES];
    bool found = false;
    enum kb_status status = by_proxy(req, err);
    if (status == KB_OK && !req->who.user) {
        status =
            by_secret(req, KB_PASS_SESSION, kb_session_secret(req), &row, &found, err);
        if (status == KB_OK && found)
            status = read_settings(req, err);
    }
    if (status == KB_OK && req->who.user) {
        kb_csrf_print(form_secret(req), csrf);
        req->who.csrf = kb_arena_dup(req->arena, kb_str_z(csrf));
    }
    return status;
}

enum kb_status kb_who_refuse_scope(const struct kb_http *req,
                                   const struct kb_route *route, struct kb_reply *res) {
    char scopes[KB_SCOPES_BYTES];
    kb_scopes_print(route->may & ~req->who.may, scopes);
    return kb_refuse(res, 403, "this token may not do that; make one with the scope %s",
                     scopes);
}

/* ---- by the route ------------------------------------------------------------------ */

static bool is_safe(const struct kb_http *req) {
    return req->method == KB_HTTP_GET || req->method == KB_HTTP_OPTIONS;
}

/* To the login, and from there back; forms that were sent are lost, and it says so. */
static enum kb_status to_login(struct kb_http *req, struct kb_reply *res) {
    struct kb_buf where;
    if (!is_safe(req))
        return kb_refuse(res, 401,
                         "you are not logged in any more; go back, log in in "
                         "another window, and send the form again");
    kb_buf_init(&where, KB_LIMIT_URL_BYTES);
    kb_buf_z(&where, "/login?next=");
    kb_percent_encode(&where, req->path);
    if (req->query_text.n) {
        kb_buf_z(&where, "%3F");
        kb_percent_encode(&where, req->query_text);
    }
    struct kb_str path = kb_arena_dup(req->arena, kb_buf_view(&where));
    enum kb_status status = where.status;
    kb_buf_free(&where);
    return kb_redirect(req, res, status == KB_OK ? path : KB_STR("/login"));
}

/* A form that another site sent: browsers say so (Fetch Metadata; Origin, RFC 6454). */
static bool is_from_elsewhere(const struct kb_http *req) {
    struct kb_str site = kb_http_header(req, "Sec-Fetch-Site");
    struct kb_str origin = kb_http_header(req, "Origin");
    size_t at = kb_str_find(origin, KB_STR("://")),
           ours = kb_str_find(req->origin, KB_STR("://"));
    if (site.n)
        return !kb_str_equal(site, KB_STR("same-origin")) &&
               !kb_str_equal(site, KB_STR("none"));
    return origin.n &&
           (at == KB_NOT_FOUND || ours == KB_NOT_FOUND ||
            !kb_str_equal_nocase(kb_str_slice(origin, at, origin.n),
                                 kb_str_slice(req->origin, ours, req->origin.n)));
}

static enum kb_status find_page(struct kb_http *req, const struct kb_route *route,
                                struct kb_reply *res, struct kb_err *err) {
    enum kb_status status = by_session(req, err);
    if (status != KB_OK)
        return status;
    if (!is_safe(req) && is_from_elsewhere(req))
        return kb_refuse(res, 403, "this form came from another site");
    if (!req->who.user && route->least > KB_RANK_NOBODY)
        return to_login(req, res);
    if (req->who.rank < route->least)
        return kb_refuse(res, 403, "only an owner of this wire may do that");
    if (!is_safe(req) && req->who.user &&
        !kb_csrf_is(form_secret(req), kb_http_form(req, "csrf")))
        return kb_refuse(res, 403,
                         "this form is too old, or not from here; go back, "
                         "load the page anew and send it again");
    return KB_OK;
}

static enum kb_status find_api(struct kb_http *req, const struct kb_route *route,
                               struct kb_reply *res, struct kb_err *err) {
    struct kb_str shown = kb_http_header(req, "Authorization"), name, password;
    enum kb_status status = KB_OK;
    bool found = false;
    if (kb_str_starts_nocase(shown, KB_STR("Bearer "))) {
        status = kb_who_by_token(req, kb_str_trim(kb_str_slice(shown, 7, shown.n)), res,
                                 &found, err);
    } else if (kb_basic_parse(req->arena, shown, &name, &password)) {
        status = kb_who_by_app(req, name, password, res, &found, err);
    } else if (!shown.n) {
        status = by_session(req, err);
        if (status == KB_OK && req->who.user && !is_safe(req) &&
            !kb_csrf_is(form_secret(req), kb_http_header(req, "X-Csrf-Token")))
            return kb_refuse(res, 403, "X-Csrf-Token is missing or of another session");
    }
    if (status != KB_OK || res->status || route->least == KB_RANK_NOBODY)
        return status;
    if (!req->who.user) {
        kb_reply_header(res, "WWW-Authenticate", KB_STR("Bearer realm=\"kabar\""));
        return kb_refuse(res, 401,
                         "show a token: Authorization: Bearer TOKEN; `kabar "
                         "pass add` or the settings page makes one");
    }
    if (req->who.rank < route->least)
        return kb_refuse(res, 403, "only an owner of this wire may do that");
    if ((req->who.may & route->may) != route->may)
        return kb_who_refuse_scope(req, route, res);
    return KB_OK;
}

enum kb_status kb_who_find(struct kb_http *req, const struct kb_route *route,
                           struct kb_reply *res, struct kb_err *err) {
    switch (route->kind) {
    case KB_ROUTE_PAGE: return find_page(req, route, res, err);
    case KB_ROUTE_API: return find_api(req, route, res, err);
    case KB_ROUTE_OPEN:
        return !is_safe(req) && is_from_elsewhere(req)
                   ? kb_refuse(res, 403, "this form came from another site")
                   : by_session(req, err);
    case KB_ROUTE_GREADER:
    case KB_ROUTE_MINIFLUX:
    case KB_ROUTE_NEXTCLOUD: return kb_app_who(req, route, res, err);
    case KB_ROUTE_APP:
    case KB_ROUTE_FEVER:
    case KB_ROUTE_PLAIN: break;
    }
    return KB_OK;
}
