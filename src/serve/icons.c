/* Feeds' icons: an address → the picture that the file keeps; and as text for apps.
 *
 * Apps show icons by plain requests, without a login, so an icon's address has a name
 * that nobody can guess. */
#include <sodium.h>

#include "serve/apps.h"
#include "serve/inner.h"
#include "serve/miniflux.h"
#include "serve/out.h"
#include "store/store.h"

struct kb_str kb_icon_url(struct kb_http *req, struct kb_str name) {
    return name.n ? kb_out_link(req, req->arena, "/icon/", name) : KB_STR_NONE;
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
    kb_reply_header(res, "Cross-Origin-Resource-Policy", KB_STR("cross-origin"));
    kb_reply_header(res, "Cache-Control", KB_STR("private, max-age=604800, immutable"));
    return kb_reply_picture(res, icon.type.p, icon.bytes, err);
}

/* ---- Miniflux's dialect ------------------------------------------------------------ */

static enum kb_status send_icon(struct kb_http *req, struct kb_reply *res, int64_t n,
                                struct kb_err *err) {
    struct kb_icon_row icon = {.n = 0};
    struct kb_json json;
    enum kb_status status =
        n ? kb_store_icon(req->store, n, KB_STR_NONE, req->arena, &icon, err) : KB_OK;
    if (status == KB_OK && !icon.n)
        return kb_refuse(res, 404, "there is no such icon");
    if (status != KB_OK)
        return status;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field_int(&json, "id", icon.n);
    kb_json_field_str(&json, "mime_type", icon.type);
    kb_json_field_str(&json, "data", kb_icon_text(req->arena, &icon));
    kb_json_object_end(&json);
    return KB_OK;
}

KB_APP_HANDLER(kb_miniflux_icon) {
    int64_t n = 0;
    (void)kb_number(req->part[0], 1, INT32_MAX, &n);
    return send_icon(req, res, n, err);
}

KB_APP_HANDLER(kb_miniflux_feed_icon) {
    struct kb_feed_row feed = {.n = 0};
    int64_t n;
    enum kb_status status = KB_OK;
    if (kb_number(req->part[0], 1, INT32_MAX, &n))
        status = kb_store_feed_at(req->store, req->who.user, n, req->arena, &feed, err);
    return status == KB_OK ? send_icon(req, res, feed.icon, err) : status;
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/icon/:name", KB_ROUTE_PLAIN, KB_RANK_NOBODY, 0, show, 0},
};
const struct kb_routes kb_routes_icons = {routes, KB_COUNT(routes)};
