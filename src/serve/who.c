/* Who asks: found by what the request carries, as its route's kind says. */
#include "serve/inner.h"

enum kb_status kb_who_find(struct kb_http *req, const struct kb_route *route,
                           struct kb_reply *res, struct kb_err *err) {
    (void)err;
    if (route->kind != KB_ROUTE_PAGE && route->kind != KB_ROUTE_API)
        return KB_OK;
    if (req->who.rank < route->least)
        return kb_refuse(res, 401, "please log in first");
    return KB_OK;
}
