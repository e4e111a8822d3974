/* The keys, for people. */
#include "serve/inner.h"
#include "serve/pages.h"

static enum kb_status help(struct kb_http *req, struct kb_reply *res,
                           struct kb_err *err) {
    struct kb_view view;
    if (!kb_pages_view(req, &view, KB_STR("keys")))
        return KB_ENOMEM;
    kb_pages_title(req, &view, "keys.title");
    return kb_page(req, res, "help.html", &view, err);
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/help", KB_ROUTE_OPEN, KB_RANK_NOBODY, 0, help, 0},
};
const struct kb_routes kb_routes_help = {routes, KB_COUNT(routes)};
