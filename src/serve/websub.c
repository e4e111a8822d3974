/* What hubs send → replies; news that they bring → the file (W3C WebSub, subscriber).
 *
 * A GET asks whether a subscription was meant (section 5.3); a POST brings news (section
 * 7).  Both come to an address whose end nobody can guess, and what is signed is checked
 * by it.  A POST is answered as soon as the file has it; the loop reads it. */
#include "serve/inner.h"
#include "serve/programs.h"

static enum kb_status reply_with(struct kb_reply *res,
                                 const struct kb_websub_reply *reply) {
    if (reply->status >= 400)
        return kb_refuse(res, reply->status, "%s", reply->says);
    res->status = reply->status;
    res->type = KB_TYPE_TEXT; /* a stranger wrote it */
    kb_buf_str(&res->body, reply->body);
    return KB_OK;
}

static enum kb_status nobody(struct kb_reply *res, int status) {
    return kb_refuse(res, status, "nobody here asked a hub for this");
}

/* Is there such a subscription?  A stranger does not get as far as the pen. */
static enum kb_status is_known(struct kb_http *req, bool *known, struct kb_err *err) {
    struct kb_hub_row row;
    enum kb_status status =
        kb_store_hub_named(req->store, req->part[0], req->arena, &row, err);
    *known = row.n != 0;
    return status;
}

static enum kb_status get(struct kb_http *req, struct kb_reply *res, struct kb_err *err) {
    struct kb_websub_query query;
    struct kb_websub_reply reply;
    struct kb_store *store;
    bool known;
    enum kb_status status = is_known(req, &known, err);
    if (status != KB_OK)
        return status;
    if (!known || !req->server->callback)
        return nobody(res, 404);
    if (!kb_websub_query_read(req->arena, req->query_text, &query))
        return KB_ENOMEM;
    status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status =
        kb_push_verify(store, req->part[0], &query, req->now, req->arena, &reply, err);
    status = kb_server_end(req->server, status, err);
    return status == KB_OK ? reply_with(res, &reply) : status;
}

static struct kb_str all_links(struct kb_http *req) {
    struct kb_buf out;
    kb_buf_init(&out, KB_LIMIT_SERVE_HEAD_BYTES);
    for (size_t i = 0; i < req->headers.count; i++) {
        if (!kb_str_equal_nocase(req->headers.items[i].name, KB_STR("Link")))
            continue;
        kb_buf_z(&out, out.n ? ", " : "");
        kb_buf_str(&out, req->headers.items[i].value);
    }
    struct kb_str links = kb_arena_dup(req->arena, kb_buf_view(&out));
    kb_buf_free(&out);
    return links;
}

/* What was packed for the way, unpacked as far as a push may be large (RFC 9110, section
 * 8.4); false: refused in *res, or no memory. */
static bool unpack(struct kb_http *req, struct kb_reply *res, struct kb_str *body,
                   enum kb_status *status) {
    struct kb_str coding = kb_str_trim(kb_http_header(req, "Content-Encoding"));
    struct kb_body bytes;
    *status = KB_OK;
    *body = req->body;
    if (!coding.n || kb_str_equal_nocase(coding, KB_STR("identity")))
        return true;
    if (!kb_str_equal_nocase(coding, KB_STR("gzip")) &&
        !kb_str_equal_nocase(coding, KB_STR("x-gzip"))) {
        *status = kb_refuse(res, 415, "bodies are taken as they are, or as gzip");
        return false;
    }
    kb_body_init(&bytes, KB_LIMIT_PUSH_BYTES);
    bool whole = kb_body_add(&bytes, req->body.p, req->body.n) && kb_body_end(&bytes) &&
                 bytes.unpacked;
    *body = kb_arena_dup(req->arena, kb_buf_view(&bytes.bytes));
    if (bytes.nomem)
        *status = KB_ENOMEM;
    else if (bytes.limited)
        *status = kb_refuse(res, 413, "unpacked the news are more than %zu bytes",
                            KB_LIMIT_PUSH_BYTES);
    else if (!whole)
        *status = kb_refuse(res, 400, "this is no gzip");
    kb_body_free(&bytes);
    return whole;
}

/* Hubs sign the news; some sign what they were packed into. */
static enum kb_status judge(struct kb_http *req, const struct kb_pushed *pushed,
                            struct kb_hub_row *hub, enum kb_websub_news *news,
                            struct kb_websub_reply *reply, struct kb_err *err) {
    struct kb_pushed packed = *pushed;
    enum kb_status status = kb_push_judge(req->store, req->part[0], pushed, req->arena,
                                          hub, news, reply, err);
    if (status != KB_OK || *news != KB_WEBSUB_IGNORE || pushed->body.p == req->body.p)
        return status;
    packed.body = req->body;
    return kb_push_judge(req->store, req->part[0], &packed, req->arena, hub, news, reply,
                         err);
}

static enum kb_status post(struct kb_http *req, struct kb_reply *res,
                           struct kb_err *err) {
    struct kb_pushed pushed = {.links = all_links(req),
                               .signature = kb_http_header(req, "X-Hub-Signature"),
                               .type = kb_http_header(req, "Content-Type"),
                               .body = req->body};
    struct kb_websub_reply reply;
    struct kb_hub_row hub;
    enum kb_websub_news news;
    struct kb_store *store;
    bool full, known;
    if (!req->server->callback)
        return nobody(res, 410);
    enum kb_status status = is_known(req, &known, err);
    if (status != KB_OK || !known)
        return status == KB_OK ? nobody(res, 410) : status;
    if (!unpack(req, res, &pushed.body, &status))
        return status;
    status = judge(req, &pushed, &hub, &news, &reply, err);
    if (status != KB_OK)
        return status;
    kb_metrics_push(&req->server->metrics, news);
    if (news == KB_WEBSUB_IGNORE)
        return reply_with(res, &reply);
    status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_push_keep(store, &hub, &pushed, news, req->now, &full, err);
    status = kb_server_end(req->server, status, err);
    if (status != KB_OK)
        return status;
    kb_server_wake(req->server);
    if (!full)
        return reply_with(res, &reply);
    kb_reply_header(res, "Retry-After", KB_STR("60"));
    return kb_refuse(res, 503, "what came before has not been read yet: bring it again");
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/websub/:token", KB_ROUTE_PLAIN, KB_RANK_NOBODY, 0, get, 0},
    {KB_HTTP_POST, "/websub/:token", KB_ROUTE_PLAIN, KB_RANK_NOBODY, 0, post,
     KB_LIMIT_PUSH_BYTES},
};
const struct kb_routes kb_routes_websub = {routes, KB_COUNT(routes)};
