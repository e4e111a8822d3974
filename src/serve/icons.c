/* Feeds' icons: an address → the picture that the file keeps; and as text for apps.
 *
 * Apps show icons by plain requests, without a login, so an icon's address has a name
 * that nobody can guess. */
#include <sodium.h>

#include "serve/apps.h"
#include "serve/inner.h"
#include "store/store.h"

struct kb_str kb_icon_url(struct kb_http *req, struct kb_str name) {
    struct kb_buf url;
    if (!name.n)
        return KB_STR_NONE;
    kb_buf_init(&url, KB_LIMIT_URL_BYTES);
    kb_buf_str(&url, req->origin);
    kb_buf_str(&url, req->base);
    kb_buf_z(&url, "/icon/");
    kb_buf_str(&url, name);
    struct kb_str kept = kb_arena_dup(req->arena, kb_buf_view(&url));
    kb_buf_free(&url);
    return kept;
}

struct kb_str kb_icon_text(struct kb_arena *arena, const struct kb_icon_row *icon) {
    size_t head = icon->type.n + sizeof ";base64," - 1;
    size_t most =
        head + sodium_base64_encoded_len(icon->bytes.n, sodium_base64_VARIANT_ORIGINAL);
    char *text = kb_arena_alloc(arena, most);
    if (!text || !icon->bytes.n)
        return KB_STR_NONE;
    memcpy(text, icon->type.p, icon->type.n);
    memcpy(text + icon->type.n, ";base64,", head - icon->type.n);
    (void)sodium_bin2base64(text + head, most - head,
                            (const unsigned char *)icon->bytes.p, icon->bytes.n,
                            sodium_base64_VARIANT_ORIGINAL);
    return (struct kb_str){text, most - 1};
}

/* What it is was told by its bytes when it came, and browsers are to believe it. */
static enum kb_status show(struct kb_http *req, struct kb_reply *res,
                           struct kb_err *err) {
    struct kb_icon_row icon;
    enum kb_status status =
        kb_store_icon(req->store, 0, req->part[0], req->arena, &icon, err);
    if (status != KB_OK)
        return status;
    if (!icon.n)
        return kb_refuse(res, 404, "there is no such icon");
    kb_reply_header(res, "Content-Security-Policy",
                    KB_STR("default-src 'none'; sandbox; frame-ancestors 'none'"));
    kb_reply_header(res, "Cross-Origin-Resource-Policy", KB_STR("cross-origin"));
    kb_reply_header(res, "Cache-Control", KB_STR("private, max-age=604800, immutable"));
    res->type = icon.type.p;
    res->tagged = res->may_store = true;
    kb_buf_str(&res->body, icon.bytes);
    return res->body.status == KB_OK
               ? KB_OK
               : kb_err_set(err, res->body.status, "not enough memory for the icon");
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/icon/:name", KB_ROUTE_PLAIN, KB_RANK_NOBODY, 0, show, 0},
};
const struct kb_routes kb_routes_icons = {routes, KB_COUNT(routes)};
