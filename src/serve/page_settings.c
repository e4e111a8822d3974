/* Settings: how pages look, the password, what lets a person in (browsers, reader apps,
 * programs), and, for owners, the people of this wire.
 *
 * What a new app password or token is, is shown once, in the answer that made it. */
#include <stdio.h>

#include "serve/inner.h"
#include "serve/page_settings.h"
#include "serve/rate.h"
#include "serve/who.h"

/* ---- shown ------------------------------------------------------------------------- */

/* The first of the names that stands in text: what copies others' names stands before
 * them. */
static const char *name_in(struct kb_str text, const char *const (*names)[2],
                           size_t count) {
    for (size_t i = 0; i < count; i++)
        if (kb_str_find(text, kb_str_z(names[i][0])) != KB_NOT_FOUND)
            return names[i][1];
    return NULL;
}

/* "Firefox, Linux" of a User-Agent (RFC 9110, 10.1.5); the whole of one that is
 * unknown. */
static struct kb_str agent_name(struct kb_view *view, struct kb_str agent) {
    static const char *const browsers[][2] = {
        {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},   {"Edg", "Edge"},
        {"OPR/", "Opera"},       {"Vivaldi/", "Vivaldi"}, {"SamsungBrowser/", "Samsung"},
        {"CriOS/", "Chrome"},    {"Chrome/", "Chromium"}, {"Version/", "Safari"},
    };
    static const char *const systems[][2] = {
        {"Android", "Android"}, {"iPhone", "iPhone"},  {"iPad", "iPad"},
        {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"},
        {"Linux", "Linux"},     {"BSD", "BSD"},
    };
    const char *browser = name_in(agent, browsers, KB_COUNT(browsers));
    const char *system = name_in(agent, systems, KB_COUNT(systems));
    return browser && system ? kb_arena_printf(view->arena, "%s, %s", browser, system)
                             : agent;
}

static enum kb_status add_passes(struct kb_http *req, struct kb_view *view,
                                 struct kb_err *err) {
    struct kb_pass_row *rows;
    size_t count;
    enum kb_status status =
        kb_store_passes(req->store, req->who.user, req->arena, &rows, &count, err);
    if (status == KB_OK)
        kb_server_used_last(req->server, rows, count);
    yyjson_mut_val *lists[] = {
        [KB_PASS_SESSION] = kb_view_list(view, NULL, "sessions"),
        [KB_PASS_APP] = kb_view_list(view, NULL, "apps"),
        [KB_PASS_TOKEN] = kb_view_list(view, NULL, "tokens"),
    };
    size_t sessions = 0;
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        sessions += rows[i].kind == KB_PASS_SESSION;
        yyjson_mut_val *item = kb_view_item(view, lists[rows[i].kind]);
        char scopes[KB_SCOPES_BYTES];
        kb_scopes_print(rows[i].scopes, scopes);
        kb_view_int(view, item, "n", rows[i].n);
        kb_view_str(view, item, "name", rows[i].name);
        kb_view_str(view, item, "agent", agent_name(view, rows[i].agent));
        kb_view_str(view, item, "client", rows[i].client);
        kb_view_str(view, item, "scopes", kb_arena_dup(req->arena, kb_str_z(scopes)));
        kb_view_int(view, item, "added", rows[i].added);
        kb_view_int(view, item, "used", rows[i].used);
        kb_view_bool(view, item, "this", rows[i].n == req->who.pass);
    }
    kb_view_bool(view, NULL, "other_sessions", sessions > 1);
    return status;
}

static enum kb_status add_people(struct kb_http *req, struct kb_view *view,
                                 struct kb_err *err) {
    struct kb_user_row *rows;
    size_t count;
    if (req->who.rank < KB_RANK_OWNER)
        return KB_OK;
    enum kb_status status = kb_store_users(req->store, req->arena, &rows, &count, err);
    kb_view_bool(view, NULL, "owner", true);
    yyjson_mut_val *list = kb_view_list(view, NULL, "people");
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        yyjson_mut_val *item = kb_view_item(view, list);
        kb_view_int(view, item, "n", rows[i].n);
        kb_view_str(view, item, "name", rows[i].name);
        kb_view_bool(view, item, "owner", rows[i].owner);
        kb_view_bool(view, item, "locked", !rows[i].password.n);
        kb_view_bool(view, item, "self", rows[i].n == req->who.user);
        kb_view_int(view, item, "seen", rows[i].seen);
    }
    return status;
}

static void add_choice(struct kb_http *req, struct kb_view *view, const char *name) {
    struct kb_str value = kb_pages_setting(req, name);
    kb_view_str(view, NULL, name, value.n ? value : KB_STR("auto"));
}

enum kb_status kb_pages_settings(struct kb_http *req, struct kb_reply *res,
                                 const struct kb_said *said, struct kb_err *err) {
    struct kb_view view;
    enum kb_status status;
    if (said->secret.n) { /* what was made stands in the file behind this moment */
        kb_store_rollback(req->store);
        status = kb_store_begin_reading(req->store, err);
        if (status != KB_OK)
            return status;
    }
    if (!kb_pages_view(req, &view, KB_STR("settings")))
        return KB_ENOMEM;
    kb_pages_title(req, &view, "nav.settings");
    kb_view_str(&view, NULL, "done", kb_str_z(said->done));
    kb_view_str(&view, NULL, "wrong", kb_str_z(said->wrong));
    kb_view_str(&view, NULL, "secret", said->secret);
    kb_view_str(&view, NULL, "secret_name", said->secret_name);
    kb_view_str(&view, NULL, "address",
                kb_arena_printf(req->arena, "%.*s%.*s", (int)req->origin.n, req->origin.p,
                                (int)req->base.n, req->base.p));
    add_choice(req, &view, "language_choice");
    add_choice(req, &view, "theme");
    add_choice(req, &view, "font");
    add_choice(req, &view, "size");
    add_choice(req, &view, "keys");
    status = add_passes(req, &view, err);
    if (status == KB_OK)
        status = kb_pages_hooks(req, &view, err);
    if (status == KB_OK)
        status = add_people(req, &view, err);
    if (said->wrong)
        res->status = 422;
    return status == KB_OK ? kb_page(req, res, "settings.html", &view, err) : status;
}

static enum kb_status get_settings(struct kb_http *req, struct kb_reply *res,
                                   struct kb_err *err) {
    struct kb_str done = kb_http_query(req, "done");
    struct kb_said said = {0};
    if (kb_str_equal(done, KB_STR("saved")))
        said.done = "settings.saved";
    return kb_pages_settings(req, res, &said, err);
}

enum kb_status kb_pages_settings_answer(struct kb_http *req, struct kb_reply *res,
                                        enum kb_status status, struct kb_err *err) {
    char wrong[sizeof(err->text)];
    if (status == KB_OK)
        return kb_redirect(req, res, KB_STR("/settings?done=saved"));
    if (status != KB_EINPUT && status != KB_EUSAGE && status != KB_ELIMIT)
        return status;
    memcpy(wrong, err->text, sizeof(wrong));
    return kb_pages_settings(req, res, &(struct kb_said){.wrong = wrong}, err);
}

/* ---- how pages look ---------------------------------------------------------------- */

static const struct {
    const char *name, *values; /* a blank before and behind each */
} choices[] = {
    {"theme", " auto light dark "},        {"font", " auto serif sans "},
    {"size", " auto small large larger "}, {"keys", " auto off "},
    {"language", " auto en id de ar zh "},
};

/* Is value one of the words? */
static bool is_among(const char *values, struct kb_str value) {
    struct kb_str all = kb_str_z(values);
    for (size_t i = 0; i + value.n + 1 < all.n; i++)
        if (all.p[i] == ' ' && all.p[i + 1 + value.n] == ' ' &&
            memcmp(all.p + i + 1, value.p, value.n) == 0)
            return value.n > 0;
    return false;
}

static enum kb_status post_look(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    struct kb_store *store;
    struct kb_json json;
    struct kb_buf text;
    kb_buf_init(&text, KB_LIMIT_META_BYTES);
    kb_json_init(&json, &text, 0);
    kb_json_object(&json);
    for (size_t i = 0; i < KB_COUNT(choices); i++) {
        struct kb_str value = kb_http_form(req, choices[i].name);
        if (!is_among(choices[i].values, value))
            continue;
        kb_json_key(&json, choices[i].name);
        if (kb_str_equal(value, KB_STR("auto")))
            kb_json_null(&json); /* RFC 7396: it goes */
        else
            kb_json_str(&json, value);
    }
    kb_json_object_end(&json);
    enum kb_status status = text.status;
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    if (status == KB_OK) {
        status = kb_store_user_set(store, req->who.user, KB_USER_SET_SETTINGS,
                                   kb_buf_view(&text), err);
        status = kb_server_end(req->server, status, err);
    }
    kb_buf_free(&text);
    return kb_pages_settings_answer(req, res, status, err);
}

/* ---- the password ------------------------------------------------------------------ */

/* Keeps a person's new password; all their other browsers are logged out. */
static enum kb_status set_password(struct kb_http *req, int64_t user,
                                   struct kb_str password, struct kb_err *err) {
    char kept[KB_PASSWORD_BYTES];
    struct kb_store *store;
    int64_t ended;
    enum kb_status status = kb_server_password_keep(req->server, password, kept, err);
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_user_set(store, user, KB_USER_SET_PASSWORD, kb_str_z(kept), err);
    if (status == KB_OK)
        status =
            kb_store_passes_end(store, user, KB_PASS_SESSION,
                                user == req->who.user ? req->who.pass : 0, &ended, err);
    return kb_server_end(req->server, status, err);
}

static enum kb_status post_password(struct kb_http *req, struct kb_reply *res,
                                    struct kb_err *err) {
    struct kb_user_row user;
    int64_t wait;
    enum kb_status status =
        kb_store_user_at(req->store, req->who.user, req->arena, &user, err);
    if (status != KB_OK)
        return status;
    if (!kb_rate_take(req->server, KB_RATE_NAME, user.name, &wait))
        return kb_refuse_often(req, res, wait);
    bool good = !user.password.n || kb_server_password_is(req->server, user.password,
                                                          kb_http_form(req, "old"));
    if (!good)
        return kb_pages_settings(
            req, res, &(struct kb_said){.wrong = "the present password is another"}, err);
    kb_rate_give(req->server, KB_RATE_NAME, user.name);
    status = set_password(req, req->who.user, kb_http_form(req, "password"), err);
    return kb_pages_settings_answer(req, res, status, err);
}

/* ---- what lets them in ------------------------------------------------------------- */

static enum kb_status read_scopes(const struct kb_http *req, unsigned *scopes,
                                  struct kb_err *err) {
    struct kb_str word;
    *scopes = 0;
    for (size_t at = 0; kb_http_each(req, "scope", &at, &word);) {
        unsigned one;
        enum kb_status status = kb_scopes_read(word, &one, err);
        if (status != KB_OK)
            return status;
        *scopes |= one;
    }
    return *scopes ? KB_OK
                   : kb_err_set(err, KB_EINPUT, "say what the token may do: choose one");
}

static enum kb_status post_pass(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    unsigned char hash[KB_SECRET_HASH_BYTES];
    char secret[KB_SECRET_BYTES], fever[KB_FEVER_KEY_BYTES] = "";
    struct kb_pass_new pass = {.user = req->who.user,
                               .now = req->now,
                               .kind = KB_PASS_APP,
                               .scopes = KB_SCOPES_ALL,
                               .hash = {(const char *)hash, sizeof(hash)}};
    struct kb_store *store;
    int64_t n;
    enum kb_status status = kb_secret_make(secret, err);
    if (status == KB_OK)
        status = kb_store_name(kb_http_form(req, "name"), &pass.name, err);
    if (status == KB_OK && kb_str_equal(kb_http_form(req, "kind"), KB_STR("token"))) {
        pass.kind = KB_PASS_TOKEN;
        status = read_scopes(req, &pass.scopes, err);
    } else if (status == KB_OK) {
        status = kb_secret_fever(req->who.name, kb_str_z(secret), fever, err);
        pass.fever = kb_str_z(fever);
    }
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    else
        return kb_pages_settings_answer(req, res, status, err);
    if (status != KB_OK)
        return status;
    kb_secret_hash(kb_str_z(secret), hash);
    status = kb_store_pass_add(store, &pass, &n, err);
    status = kb_server_end(req->server, status, err);
    if (status != KB_OK)
        return kb_pages_settings_answer(req, res, status, err);
    return kb_pages_settings(
        req, res,
        &(struct kb_said){.secret = kb_arena_dup(req->arena, kb_str_z(secret)),
                          .secret_name = pass.name},
        err);
}

/* One of theirs ends ("n"), or all other browsers ("others"). */
static enum kb_status post_end(struct kb_http *req, struct kb_reply *res,
                               struct kb_err *err) {
    struct kb_store *store;
    int64_t n = 0, ended;
    bool others = kb_http_form(req, "others").n > 0;
    if (!others && !kb_number(kb_http_form(req, "n"), 1, INT64_MAX, &n))
        return kb_refuse(res, 400, "which one? the field n is missing");
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = others ? kb_store_passes_end(store, req->who.user, KB_PASS_SESSION,
                                          req->who.pass, &ended, err)
                    : kb_store_pass_end(store, req->who.user, n, err);
    status = kb_server_end(req->server, status, err);
    return kb_pages_settings_answer(req, res, status, err);
}

/* ---- people, for owners ------------------------------------------------------------ */

static enum kb_status add_person(struct kb_http *req, struct kb_err *err) {
    char kept[KB_PASSWORD_BYTES];
    struct kb_store *store;
    int64_t n;
    enum kb_status status =
        kb_server_password_keep(req->server, kb_http_form(req, "password"), kept, err);
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_user_add(
        store,
        &(struct kb_user_new){
            .name = kb_str_trim(kb_http_form(req, "name")),
            .password = kb_str_z(kept),
            .owner = kb_str_equal(kb_http_form(req, "role"), KB_STR("owner")),
            .now = req->now},
        &n, err);
    return kb_server_end(req->server, status, err);
}

static enum kb_status change_person(struct kb_http *req, int64_t n, struct kb_err *err) {
    struct kb_str what = kb_http_form(req, "what");
    struct kb_store *store;
    if (kb_str_equal(what, KB_STR("password")))
        return set_password(req, n, kb_http_form(req, "password"), err);
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    if (kb_str_equal(what, KB_STR("remove")))
        status = kb_store_user_remove(store, n, err);
    else if (kb_str_equal(what, KB_STR("owner")) || kb_str_equal(what, KB_STR("reader")))
        status = kb_store_user_set(store, n, KB_USER_SET_ROLE, what, err);
    else
        status = kb_err_set(err, KB_EINPUT, "there is nothing like that to do");
    return kb_server_end(req->server, status, err);
}

static enum kb_status post_people(struct kb_http *req, struct kb_reply *res,
                                  struct kb_err *err) {
    int64_t n;
    enum kb_status status = kb_number(kb_http_form(req, "n"), 1, INT64_MAX, &n)
                                ? change_person(req, n, err)
                                : add_person(req, err);
    return kb_pages_settings_answer(req, res, status, err);
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/settings", KB_ROUTE_PAGE, KB_RANK_READER, 0, get_settings, 0},
    {KB_HTTP_POST, "/settings", KB_ROUTE_PAGE, KB_RANK_READER, 0, post_look, 0},
    {KB_HTTP_POST, "/settings/password", KB_ROUTE_PAGE, KB_RANK_READER, 0, post_password,
     0},
    {KB_HTTP_POST, "/settings/pass", KB_ROUTE_PAGE, KB_RANK_READER, 0, post_pass, 0},
    {KB_HTTP_POST, "/settings/end", KB_ROUTE_PAGE, KB_RANK_READER, 0, post_end, 0},
    {KB_HTTP_POST, "/settings/people", KB_ROUTE_PAGE, KB_RANK_OWNER, 0, post_people, 0},
};
const struct kb_routes kb_routes_settings = {routes, KB_COUNT(routes)};
