/* Sessions of browsers: a random text in a cookie, its hash in the file.
 *
 * The cookie is HttpOnly and SameSite=Lax, and Secure where the page came over TLS.
 * Forms carry a second text made of the first, so that another site's form is no form of
 * ours:  a nonce and HMAC-SHA256 of it by the session's hash (the OWASP cheat sheet's
 * signed double submit, bound to the session). */
#include <sodium.h>
#include <stdio.h>

#include "serve/inner.h"
#include "serve/who.h"
#include "wire/wire.h"

#define COOKIE "kabar_session"

enum { NONCE_BYTES = 16, MAC_BYTES = 16 };

/* ---- the cookie -------------------------------------------------------------------- */

struct kb_str kb_session_secret(const struct kb_http *req) {
    struct kb_str secret = kb_http_cookie(req, COOKIE);
    return secret.n && secret.n < KB_SECRET_BYTES ? secret : KB_STR_NONE;
}

static enum kb_status set_cookie(struct kb_http *req, struct kb_reply *res,
                                 struct kb_str secret, int64_t seconds) {
    struct kb_buf text;
    struct kb_str base = req->base;
    kb_buf_init(&text, 1024 + base.n);
    kb_buf_z(&text, COOKIE "=");
    kb_buf_str(&text, secret);
    kb_buf_z(&text, "; Path=");
    kb_buf_str(&text, base);
    kb_buf_printf(&text, "/; Max-Age=%lld; HttpOnly; SameSite=Lax%s", (long long)seconds,
                  req->secure ? "; Secure" : "");
    struct kb_str value = kb_arena_dup(req->arena, kb_buf_view(&text));
    enum kb_status status = text.status;
    kb_buf_free(&text);
    if (status == KB_OK)
        kb_reply_header(res, "Set-Cookie", value);
    return status;
}

enum kb_status kb_session_begin(struct kb_http *req, struct kb_reply *res, int64_t user,
                                struct kb_err *err) {
    char secret[KB_SECRET_BYTES];
    unsigned char hash[KB_SECRET_HASH_BYTES];
    struct kb_store *store;
    struct kb_pass_new pass = {
        .user = user,
        .now = req->now,
        .expires = req->now + (int64_t)kb_server_session_days(req->server) * 86400,
        .kind = KB_PASS_SESSION,
        .scopes = KB_SCOPES_ALL,
        .hash = {(const char *)hash, sizeof(hash)},
        .agent = kb_str_cut(kb_http_header(req, "User-Agent"), KB_LIMIT_AGENT_BYTES),
        .client = req->client};
    int64_t n, gone;
    enum kb_status status = kb_secret_make(secret, err);
    if (status != KB_OK)
        return status;
    kb_secret_hash(kb_str_z(secret), hash);
    status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_passes_expire(store, req->now, &gone, err);
    if (status == KB_OK)
        status = kb_store_pass_add(store, &pass, &n, err);
    if (status == KB_OK)
        status = kb_store_user_seen(store, user, req->now, err);
    status = kb_server_end(req->server, status, err);
    return status == KB_OK
               ? set_cookie(req, res, kb_str_z(secret),
                            (int64_t)kb_server_session_days(req->server) * 86400)
               : status;
}

enum kb_status kb_session_end(struct kb_http *req, struct kb_reply *res,
                              struct kb_err *err) {
    struct kb_store *store;
    if (!req->who.pass)
        return set_cookie(req, res, KB_STR_NONE, 0);
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_pass_end(store, req->who.user, req->who.pass, err);
    status = kb_server_end(req->server, status, err);
    return status == KB_OK ? set_cookie(req, res, KB_STR_NONE, 0) : status;
}

/* ---- forms ------------------------------------------------------------------------- */

static void mac(struct kb_str secret, const unsigned char nonce[NONCE_BYTES],
                unsigned char out[MAC_BYTES]) {
    unsigned char whole[KB_SECRET_HASH_BYTES];
    kb_secret_mac(secret, (struct kb_str){(const char *)nonce, NONCE_BYTES}, whole);
    memcpy(out, whole, MAC_BYTES);
}

void kb_csrf_print(struct kb_str secret, char text[KB_CSRF_BYTES]) {
    unsigned char bytes[NONCE_BYTES + MAC_BYTES];
    randombytes_buf(bytes, NONCE_BYTES);
    mac(secret, bytes, bytes + NONCE_BYTES);
    (void)sodium_bin2hex(text, KB_CSRF_BYTES, bytes, sizeof(bytes));
}

bool kb_csrf_is(struct kb_str secret, struct kb_str text) {
    unsigned char bytes[NONCE_BYTES + MAC_BYTES], wanted[MAC_BYTES];
    if (!secret.n || text.n != 2 * sizeof(bytes))
        return false;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        int high = kb_hex_digit(text.p[2 * i]), low = kb_hex_digit(text.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    mac(secret, bytes, wanted);
    return kb_secret_same(wanted, bytes + NONCE_BYTES, MAC_BYTES);
}

/* ---- passwords --------------------------------------------------------------------- */

enum kb_status kb_server_password_keep(struct kb_server *server, struct kb_str password,
                                       char kept[KB_PASSWORD_BYTES], struct kb_err *err) {
    (void)pthread_mutex_lock(&server->argon);
    enum kb_status status = kb_password_keep(password, kept, err);
    (void)pthread_mutex_unlock(&server->argon);
    return status;
}

bool kb_server_password_is(struct kb_server *server, struct kb_str kept,
                           struct kb_str password) {
    (void)pthread_mutex_lock(&server->argon);
    bool good = kb_password_is(kept, password);
    (void)pthread_mutex_unlock(&server->argon);
    return good;
}
