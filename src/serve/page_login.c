/* Logging in and out, and the first visit, which makes the owner's account.
 *
 * A password takes a tenth of a second and 64 MiB to look at, so one is looked at a time,
 * and who is wrong too often waits: by address, and by name. */
#include <stdio.h>

#include "serve/inner.h"
#include "serve/pages.h"
#include "serve/rate.h"
#include "serve/who.h"

/* ---- the first visit --------------------------------------------------------------- */

/* Has anybody a password?  Until then whoever makes the first one owns the wire. */
static enum kb_status is_settled(struct kb_http *req, bool *settled, struct kb_err *err) {
    struct kb_user_row *rows;
    size_t count;
    enum kb_status status = kb_store_users(req->store, req->arena, &rows, &count, err);
    *settled = false;
    for (size_t i = 0; status == KB_OK && i < count; i++)
        *settled = *settled || rows[i].password.n;
    return status;
}

/* From this machine itself: not by a proxy, whose client may be anywhere (one may say
 * nothing of itself: where the settings speak of one, who is here shows the code too),
 * and not by a name that somebody else's page may point here (DNS rebinding). */
static bool is_from_here(const struct kb_http *req) {
    static const char *const told[] = {"Forwarded", "X-Forwarded-For", "X-Real-IP",
                                       "Via"};
    static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
    struct kb_str host = kb_http_header(req, "Host");
    bool local = kb_str_equal(req->client, KB_STR("127.0.0.1")) ||
                 kb_str_equal(req->client, KB_STR("::1"));
    bool named = false;
    if (req->server->public_url[0] || kb_trust_has(req->server->trust, req->client))
        return false;
    for (size_t i = 0; i < KB_COUNT(told); i++)
        if (kb_http_header(req, told[i]).n)
            return false;
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        struct kb_str name = kb_str_z(names[i]);
        named = named || (kb_str_starts_nocase(host, name) &&
                          (host.n == name.n || host.p[name.n] == ':'));
    }
    return local && named;
}

static bool has_code(const struct kb_http *req) {
    struct kb_str code = kb_str_z(req->server->setup_code);
    return code.n && kb_str_equal(kb_http_field(req, "code"), code);
}

static enum kb_status show_setup(struct kb_http *req, struct kb_reply *res,
                                 const char *wrong, struct kb_err *err) {
    struct kb_view view;
    if (!kb_pages_view(req, &view, KB_STR_NONE))
        return KB_ENOMEM;
    kb_pages_title(req, &view, "setup.title");
    kb_view_str(&view, NULL, "wrong", kb_str_z(wrong));
    kb_view_str(&view, NULL, "name", kb_http_form(req, "name"));
    kb_view_str(&view, NULL, "code", kb_http_field(req, "code"));
    if (wrong)
        res->status = 422;
    return kb_page(req, res, "setup.html", &view, err);
}

/* True where this visitor may make the owner's account; else *res says why not. */
static bool may_set_up(struct kb_http *req, struct kb_reply *res, enum kb_status *status,
                       struct kb_err *err) {
    bool settled;
    *status = is_settled(req, &settled, err);
    if (*status == KB_OK && settled)
        *status = kb_redirect(req, res, KB_STR("/login"));
    else if (*status == KB_OK && !is_from_here(req) && !has_code(req))
        *status = kb_refuse(res, 403,
                            "this wire has no owner yet; open the address that the log "
                            "shows, which has a code in it, or open this page on the "
                            "machine itself");
    else
        return *status == KB_OK;
    return false;
}

static enum kb_status get_setup(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    enum kb_status status;
    return may_set_up(req, res, &status, err) ? show_setup(req, res, NULL, err) : status;
}

/* Nobody may have been faster: asked again with the pen. */
static enum kb_status make_owner(struct kb_http *req, struct kb_str name,
                                 const char *kept, bool *made, struct kb_err *err) {
    struct kb_store *store;
    struct kb_user_row first;
    enum kb_status status = kb_server_begin(req->server, &store, err);
    *made = false;
    if (status != KB_OK)
        return status;
    status = kb_store_user_at(store, KB_USER_FIRST, req->arena, &first, err);
    if (status == KB_OK && !first.password.n) {
        *made = true;
        status = kb_store_user_set(store, KB_USER_FIRST, KB_USER_SET_NAME, name, err);
        if (status == KB_OK)
            status = kb_store_user_set(store, KB_USER_FIRST, KB_USER_SET_PASSWORD,
                                       kb_str_z(kept), err);
    }
    return kb_server_end(req->server, status, err);
}

static enum kb_status post_setup(struct kb_http *req, struct kb_reply *res,
                                 struct kb_err *err) {
    struct kb_str name = kb_str_trim(kb_http_form(req, "name"));
    struct kb_str password = kb_http_form(req, "password");
    char kept[KB_PASSWORD_BYTES];
    enum kb_status status;
    bool made = false;
    if (!may_set_up(req, res, &status, err))
        return status;
    status = kb_server_password_keep(req->server, password, kept, err);
    if (status == KB_OK)
        status = make_owner(req, name.n ? name : KB_STR("owner"), kept, &made, err);
    if (status == KB_EINPUT)
        return show_setup(req, res, err->text, err);
    if (status != KB_OK)
        return status;
    if (!made)
        return kb_redirect(req, res, KB_STR("/login"));
    req->server->setup_code[0] = '\0';
    status = kb_session_begin(req, res, KB_USER_FIRST, err);
    return status == KB_OK ? kb_redirect(req, res, KB_STR("/feeds")) : status;
}

/* ---- logging in -------------------------------------------------------------------- */

static enum kb_status show_login(struct kb_http *req, struct kb_reply *res,
                                 const char *wrong, int status, struct kb_err *err) {
    struct kb_view view;
    if (!kb_pages_view(req, &view, KB_STR("login")))
        return KB_ENOMEM;
    kb_pages_title(req, &view, "login.title");
    kb_view_str(&view, NULL, "wrong", kb_str_z(wrong));
    kb_view_str(&view, NULL, "name", kb_http_form(req, "name"));
    kb_view_str(&view, NULL, "next", kb_http_field(req, "next"));
    res->status = status;
    return kb_page(req, res, "login.html", &view, err);
}

static enum kb_status get_login(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    bool settled;
    enum kb_status status = is_settled(req, &settled, err);
    if (status != KB_OK)
        return status;
    if (!settled && !req->who.user)
        return kb_redirect(req, res, KB_STR("/setup"));
    return show_login(req, res, NULL, 200, err);
}

static enum kb_status post_login(struct kb_http *req, struct kb_reply *res,
                                 struct kb_err *err) {
    struct kb_str name = kb_str_trim(kb_http_form(req, "name"));
    struct kb_user_row user = {0};
    struct kb_err unknown;
    int64_t wait = 0;
    bool known = kb_store_user(req->store, name, req->arena, &user, &unknown) == KB_OK;
    if (known) /* however it was spelled */
        name = user.name;
    if (!kb_rate_take(req->server, KB_RATE_LOGIN, req->client, &wait) ||
        !kb_rate_take(req->server, KB_RATE_NAME, name, &wait))
        return kb_refuse_often(req, res, wait);
    if (!kb_server_password_is(req->server, known ? user.password : KB_STR_NONE,
                               kb_http_form(req, "password")))
        return show_login(req, res, "login.wrong", 401, err);
    kb_rate_give(req->server, KB_RATE_LOGIN, req->client);
    kb_rate_give(req->server, KB_RATE_NAME, name);
    enum kb_status status = kb_session_begin(req, res, user.n, err);
    return status == KB_OK ? kb_redirect(req, res, kb_http_form(req, "next")) : status;
}

static enum kb_status post_logout(struct kb_http *req, struct kb_reply *res,
                                  struct kb_err *err) {
    enum kb_status status = kb_session_end(req, res, err);
    return status == KB_OK ? kb_redirect(req, res, KB_STR("/login")) : status;
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/setup", KB_ROUTE_OPEN, KB_RANK_NOBODY, 0, get_setup, 0},
    {KB_HTTP_POST, "/setup", KB_ROUTE_OPEN, KB_RANK_NOBODY, 0, post_setup, 0},
    {KB_HTTP_GET, "/login", KB_ROUTE_OPEN, KB_RANK_NOBODY, 0, get_login, 0},
    {KB_HTTP_POST, "/login", KB_ROUTE_OPEN, KB_RANK_NOBODY, 0, post_login, 0},
    {KB_HTTP_POST, "/logout", KB_ROUTE_PAGE, KB_RANK_NOBODY, 0, post_logout, 0},
};
const struct kb_routes kb_routes_login = {routes, KB_COUNT(routes)};
