/* /picture: a picture of somebody else's, so that no page of ours has to ask anybody but
 * us.
 *
 * Only addresses that this server has written into a page itself are asked: each carries
 * HMAC-SHA256 (RFC 2104) of itself by a key that the wire's file keeps, so nobody can
 * make the server ask elsewhere, and what was written before a restart is good after it.
 * pictures.h tells how it is fetched, and by what it is let wait.  What leaves is a kind
 * that its bytes show to be a picture, in a sandbox should anybody open it by itself. */
#include <sodium.h>
#include <stdio.h>

#include "serve/inner.h"
#include "serve/pages.h"

enum { SIGN_BYTES = 16, SIGN_TEXT = 2 * SIGN_BYTES };

/* ---- the key ----------------------------------------------------------------------- */

static const char key_name[] = "picture-key";

static enum kb_status read_key(struct kb_server *server, struct kb_err *err) {
    struct kb_arena arena;
    struct kb_str kept = KB_STR_NONE;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_store_get(server->writer, key_name, &arena, &kept, err);
    if (status == KB_OK && kept.n == KB_SECRET_BYTES - 1)
        memcpy(server->picture_key, kept.p, kept.n);
    kb_arena_free(&arena);
    return status;
}

/* Looks again with the pen: another server may have made it meanwhile. */
enum kb_status kb_server_picture_key(struct kb_server *server, struct kb_err *err) {
    enum kb_status status = read_key(server, err);
    if (status != KB_OK || server->picture_key[0])
        return status;
    status = kb_store_begin(server->writer, err);
    if (status != KB_OK)
        return status;
    status = read_key(server, err);
    if (status == KB_OK && !server->picture_key[0]) {
        status = kb_secret_make(server->picture_key, err);
        if (status == KB_OK)
            status = kb_store_set(server->writer, key_name, kb_str_z(server->picture_key),
                                  err);
    }
    return kb_server_end(server, status, err);
}

/* ---- addresses --------------------------------------------------------------------- */

static bool sign(const struct kb_server *server, struct kb_str url,
                 char text[SIGN_TEXT + 1]) {
    unsigned char whole[KB_SECRET_HASH_BYTES];
    text[0] = '\0';
    if (!server->picture_key[0] || !url.n || url.n > KB_LIMIT_URL_BYTES)
        return false;
    kb_secret_mac(kb_str_z(server->picture_key), url, whole);
    (void)sodium_bin2hex(text, SIGN_TEXT + 1, whole, SIGN_BYTES);
    return true;
}

bool kb_picture_url(const struct kb_http *req, struct kb_str url, struct kb_buf *out) {
    char text[SIGN_TEXT + 1];
    if (!sign(req->server, url, text))
        return false;
    kb_buf_str(out, req->base);
    kb_buf_z(out, "/picture?u=");
    kb_percent_encode(out, url);
    kb_buf_z(out, "&s=");
    kb_buf_z(out, text);
    return true;
}

static bool is_signed(const struct kb_server *server, struct kb_str url,
                      struct kb_str by) {
    char text[SIGN_TEXT + 1];
    return sign(server, url, text) && by.n == SIGN_TEXT &&
           kb_secret_same(text, by.p, SIGN_TEXT);
}

/* ---- the answer -------------------------------------------------------------------- */

enum kb_status kb_reply_picture(struct kb_reply *res, const char *type,
                                struct kb_str bytes, struct kb_err *err) {
    kb_reply_header(res, "Content-Security-Policy",
                    KB_STR("default-src 'none'; sandbox; frame-ancestors 'none'"));
    res->type = type;
    res->tagged = res->may_store = true;
    kb_buf_str(&res->body, bytes);
    return res->body.status == KB_OK
               ? KB_OK
               : kb_err_set(err, res->body.status, "not enough memory for the picture");
}

static enum kb_status send_picture(struct kb_http *req, struct kb_reply *res,
                                   struct kb_picture_facts facts, struct kb_str bytes,
                                   struct kb_err *err) {
    char name[64];
    (void)snprintf(name, sizeof(name), "attachment; filename=\"picture.%s\"",
                   kb_picture_end(facts.kind));
    kb_reply_header(res, "Content-Disposition", kb_arena_dup(req->arena, kb_str_z(name)));
    kb_reply_header(res, "Cache-Control", KB_STR("private, max-age=86400"));
    return kb_reply_picture(res, kb_picture_type(facts.kind), bytes, err);
}

/* In a line: who looks at a page sees its words for the picture, not a page in it. */
static enum kb_status refuse(struct kb_reply *res, int status, const char *says) {
    enum kb_status refused = kb_refuse(res, status, "%s", says);
    res->type = KB_TYPE_TEXT;
    kb_buf_printf(&res->body, "%s\n", says);
    return refused;
}

static enum kb_status later(struct kb_http *req, struct kb_reply *res, int status,
                            int64_t seconds, const char *says) {
    char text[24];
    (void)snprintf(text, sizeof(text), "%lld", (long long)seconds);
    kb_reply_header(res, "Retry-After", kb_arena_dup(req->arena, kb_str_z(text)));
    return refuse(res, status, says);
}

/* Called a second time, with req->picture, when what was waited for has happened. */
static enum kb_status show(struct kb_http *req, struct kb_reply *res,
                           struct kb_err *err) {
    enum { SOON_S = 10 };
    struct kb_pictures *pictures = req->server->pictures;
    struct kb_str url = kb_http_query(req, "u"), bytes;
    struct kb_picture_facts facts;
    const char *says;
    int64_t wait;
    bool again = req->picture != NULL;
    if (!pictures)
        return refuse(res, 404, "pictures are not shown here: its setting is off");
    if (!is_signed(req->server, url, kb_http_query(req, "s")))
        return refuse(res, 403, "this server did not write this address");
    if (!again) {
        if (!kb_rate_take(req->server, KB_RATE_PICTURE, req->client, &wait))
            return later(req, res, 429, wait, "too many pictures at once");
        req->picture = kb_pictures_take(pictures, url);
        if (!req->picture)
            return later(req, res, 503, SOON_S, "too many pictures are on their way");
    }
    int status = kb_pictures_look(pictures, req->picture, &facts, &bytes, &says);
    if (status == 200)
        return send_picture(req, res, facts, bytes, err);
    if (status)
        return refuse(res, status, says);
    if (again)
        return later(req, res, 504, SOON_S, "the picture is too long in coming");
    res->waits = true;
    return KB_OK;
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/picture", KB_ROUTE_PAGE, KB_RANK_READER, 0, show, 0},
};
const struct kb_routes kb_routes_picture = {routes, KB_COUNT(routes)};
