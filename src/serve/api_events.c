/* /api/v1/events: who asks is told of new stories for as long as they listen. */
#include "serve/api.h"
#include "serve/programs.h"

static bool copy(char *room, size_t n, struct kb_str text) {
    if (text.n >= n)
        return false;
    memcpy(room, text.n ? text.p : "", text.n);
    room[text.n] = '\0';
    return true;
}

static bool read_wish(const struct kb_http *req, struct kb_reply *res,
                      struct kb_tap_wish *wish) {
    *wish = (struct kb_tap_wish){.user = req->who.user};
    if (!kb_api_bool(req, res, "all", &wish->all))
        return false;
    if (copy(wish->language, sizeof wish->language, kb_http_query(req, "language")) &&
        copy(wish->outlet, sizeof wish->outlet, kb_http_query(req, "outlet")))
        return true;
    (void)!kb_refuse(res, 400, "language has at most %d bytes, outlet %d",
                     KB_TAP_LANGUAGE - 1, KB_TAP_OUTLET - 1);
    return false;
}

/* From where: behind Last-Event-ID, or behind the number that a page has, as far back as
 * it may be; else from now on.  A file that was put back to an earlier state knows no
 * such number: from now on as well. */
static bool read_mark(const struct kb_http *req, struct kb_reply *res, int64_t newest,
                      struct kb_tap_wish *wish) {
    struct kb_str last = kb_http_header(req, "Last-Event-ID");
    if (!last.n)
        last = kb_http_query(req, "after");
    wish->mark = newest;
    if (!last.n)
        return true;
    if (!kb_number(last, 0, INT64_MAX, &wish->mark)) {
        (void)!kb_refuse(res, 400, "Last-Event-ID, or after, is an event's id");
        return false;
    }
    if (wish->mark > newest)
        wish->mark = newest;
    if (newest - wish->mark > KB_LIMIT_EVENTS_BACK) {
        wish->mark = newest - KB_LIMIT_EVENTS_BACK;
        kb_buf_z(&res->body, "event: missed\ndata: {}\n\n");
    }
    return true;
}

static enum kb_status listen_to(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    enum { AGAIN_S = 5 };
    struct kb_tap_wish wish;
    int64_t newest;
    if (!read_wish(req, res, &wish))
        return KB_OK;
    enum kb_status status = kb_store_newest_story(req->store, &newest, err);
    if (status != KB_OK)
        return status;
    kb_buf_printf(&res->body, "retry: %d000\n\n", AGAIN_S);
    if (!read_mark(req, res, newest, &wish)) {
        kb_buf_clear(&res->body);
        return KB_OK;
    }
    res->type = "text/event-stream";
    kb_reply_header(res, "X-Accel-Buffering",
                    KB_STR("no")); /* nginx would hold it back */
    if (req->head)
        return KB_OK;
    status = kb_events_listen(req->server->events, &wish, &res->tap);
    if (status == KB_OK)
        return KB_OK;
    kb_buf_clear(&res->body);
    kb_reply_header(res, "Retry-After", KB_STR("60"));
    return status == KB_ELIMIT
               ? kb_refuse(res, 429, "you listen %d times already; end one of them",
                           KB_LIMIT_EVENTS_OF_ONE)
               : kb_refuse(res, 503, "as many listen as may: %d; come again later",
                           KB_LIMIT_EVENTS_LISTENERS);
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/api/v1/events", KB_ROUTE_API, KB_RANK_READER, KB_MAY_READ, listen_to,
     0},
};
const struct kb_routes kb_routes_api_events = {routes, KB_COUNT(routes)};
