/* An article in other vocabularies: /article/ID.json (our record), .jsonld (schema.org),
 * .ninjs (IPTC), .md, .txt; and JSON-LD for its page. */
#include "serve/out.h"
#include "serve/programs.h"

static void print_jsonld(const struct kb_article *a, struct kb_buf *out) {
    kb_article_print_jsonld(a, 0, out);
}
static void print_json(const struct kb_article *a, struct kb_buf *out) {
    kb_article_print_json(a, 0, out);
}
static void print_ninjs(const struct kb_article *a, struct kb_buf *out) {
    kb_article_print_ninjs(a, 0, out);
}

static const struct {
    const char *ending, *type;
    void (*print)(const struct kb_article *article, struct kb_buf *out);
} formats[] = {
    {".json", KB_TYPE_JSON, print_json},
    {".jsonld", "application/ld+json; charset=utf-8", print_jsonld},
    {".ninjs", KB_TYPE_JSON, print_ninjs},
    {".md", "text/markdown; charset=utf-8", kb_article_print_markdown},
    {".txt", KB_TYPE_TEXT, kb_article_print_text},
};

static enum kb_status answer(struct kb_http *req, struct kb_reply *res,
                             struct kb_err *err) {
    struct kb_row row;
    struct kb_article article;
    enum kb_status status = kb_out_who(req, res, err);
    if (status != KB_OK || res->status)
        return status;
    status =
        kb_store_article(req->store, req->who.user, req->part[0], req->arena, &row, err);
    if (status == KB_EINPUT)
        return kb_refuse(res, 404, "there is no article of that id");
    if (status != KB_OK)
        return status;
    struct kb_kept kept = {
        .store = req->store, .user = req->who.user, .arena = req->arena};
    status = kb_kept_article(&kept, &row, &article, err);
    kb_kept_free(&kept);
    if (status != KB_OK)
        return status;
    for (size_t i = 0; i < KB_COUNT(formats); i++) {
        if (!kb_str_ends(req->path, kb_str_z(formats[i].ending)))
            continue;
        res->type = formats[i].type;
        formats[i].print(&article, &res->body);
        break;
    }
    res->tagged = true;
    kb_arena_free(&article.arena);
    return res->body.status;
}

#define FORMAT(ending)                                                                   \
    { KB_HTTP_GET, "/article/:id" ending, KB_ROUTE_APP, KB_RANK_NOBODY, 0, answer, 0 }

static const struct kb_route routes[] = {FORMAT(".json"), FORMAT(".jsonld"),
                                         FORMAT(".ninjs"), FORMAT(".md"), FORMAT(".txt")};
const struct kb_routes kb_routes_out_article = {routes, KB_COUNT(routes)};
