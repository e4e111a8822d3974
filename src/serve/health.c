/* Is it up (/healthz)?  Can it answer (/readyz)?  For who watches over services. */
#include "serve/inner.h"

static enum kb_status healthz(struct kb_http *req, struct kb_reply *res,
                              struct kb_err *err) {
    (void)req;
    (void)err;
    res->type = KB_TYPE_TEXT;
    kb_buf_z(&res->body, "ok\n");
    return KB_OK;
}

/* The file can be read, and is one of this kabar's. */
static enum kb_status readyz(struct kb_http *req, struct kb_reply *res,
                             struct kb_err *err) {
    int64_t corrections;
    enum kb_status status = kb_store_corrections(req->store, &corrections, err);
    if (status != KB_OK)
        return kb_refuse(res, 503, "the wire cannot be read: %s", err->text);
    res->type = KB_TYPE_TEXT;
    kb_buf_z(&res->body, "ready\n");
    return KB_OK;
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/healthz", KB_ROUTE_PLAIN, KB_RANK_NOBODY, 0, healthz, 0},
    {KB_HTTP_GET, "/readyz", KB_ROUTE_PLAIN, KB_RANK_NOBODY, 0, readyz, 0},
};
const struct kb_routes kb_routes_health = {routes, KB_COUNT(routes)};
