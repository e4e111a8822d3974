/* An article's marks: forms that star it, mark it as read, and tag it. */
#include "serve/inner.h"
#include "serve/page_story.h"
#include "serve/pages.h"

enum mark { STAR, READ, TAG };

static enum kb_status set(struct kb_http *req, struct kb_store *store, enum mark mark,
                          int64_t article, struct kb_err *err) {
    bool on = kb_str_equal(kb_http_form(req, "on"), KB_STR("1")), changed;
    struct kb_str name;
    enum kb_status status;
    switch (mark) {
    case STAR:
        return kb_store_set_starred(store, req->who.user, article, on ? req->now : 0,
                                    &changed, err);
    case READ: return kb_store_set_read(store, req->who.user, article, on, &changed, err);
    case TAG:
        status = kb_store_name(kb_http_form(req, "name"), &name, err);
        return status == KB_OK ? kb_store_set_tag(store, req->who.user, article, name, on,
                                                  &changed, err)
                               : status;
    }
    return KB_OK;
}

static enum kb_status set_mark(struct kb_http *req, struct kb_reply *res, enum mark mark,
                               struct kb_err *err) {
    struct kb_row row;
    struct kb_store *store;
    enum kb_status status =
        kb_store_article(req->store, req->who.user, req->part[0], req->arena, &row, err);
    if (status == KB_EINPUT)
        return kb_refuse(res, 404, "%s", err->text);
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_server_end(req->server, set(req, store, mark, row.n, err), err);
    if (status != KB_OK)
        return status;
    return kb_pages_back(
        req, res, kb_arena_printf(req->arena, "/article/%.*s", (int)row.id.n, row.id.p));
}

static enum kb_status star(struct kb_http *req, struct kb_reply *res,
                           struct kb_err *err) {
    return set_mark(req, res, STAR, err);
}
static enum kb_status mark_read(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    return set_mark(req, res, READ, err);
}
static enum kb_status tag(struct kb_http *req, struct kb_reply *res, struct kb_err *err) {
    return set_mark(req, res, TAG, err);
}

/* What a list as a whole was marked as, a while ago, is taken back. */
static enum kb_status undo(struct kb_http *req, struct kb_reply *res,
                           struct kb_err *err) {
    struct kb_store *store;
    int64_t at, changed = 0;
    if (!kb_number(kb_http_form(req, "at"), 1, INT64_MAX, &at))
        return kb_refuse(res, 400, "the field at is missing");
    if (at <= req->now - KB_UNDO_S)
        return kb_refuse(res, 410, "that is too long ago to be taken back");
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_unmark(store, req->who.user, at, &changed, err);
    status = kb_server_end(req->server, status, err);
    return status == KB_OK ? kb_pages_back(req, res, KB_STR("/unread")) : status;
}

static const struct kb_route routes[] = {
    {KB_HTTP_POST, "/article/:id/star", KB_ROUTE_PAGE, KB_RANK_READER, 0, star, 0},
    {KB_HTTP_POST, "/article/:id/read", KB_ROUTE_PAGE, KB_RANK_READER, 0, mark_read, 0},
    {KB_HTTP_POST, "/article/:id/tag", KB_ROUTE_PAGE, KB_RANK_READER, 0, tag, 0},
    {KB_HTTP_POST, "/read/undo", KB_ROUTE_PAGE, KB_RANK_READER, 0, undo, 0},
};
const struct kb_routes kb_routes_marks = {routes, KB_COUNT(routes)};
