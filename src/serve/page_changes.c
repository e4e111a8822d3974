/* What changed between two versions of an article: /article/ID/changes?from=1 compares a
 * version with the one behind it. */
#include "serve/inner.h"
#include "serve/page_story.h"
#include "serve/pages.h"

static enum kb_status load(struct kb_http *req, struct kb_kept *kept,
                           const struct kb_row *row, int number,
                           struct kb_article *article, struct kb_err *err) {
    struct kb_str record;
    int64_t seen;
    if (number >= row->versions)
        return kb_kept_article(kept, row, article, err);
    enum kb_status status =
        kb_store_version(req->store, row->n, number, req->arena, &record, &seen, err);
    return status == KB_OK ? kb_kept_load(&kept->loader, record, article, err) : status;
}

static void add_run(struct kb_view *view, yyjson_mut_val *runs, enum kb_change change,
                    struct kb_str text) {
    yyjson_mut_val *run = kb_view_item(view, runs);
    kb_view_str(view, run,
                change == KB_CHANGE_GONE  ? "gone"
                : change == KB_CHANGE_NEW ? "new"
                                          : "same",
                text);
}

/* Paragraphs that stayed are counted, the others shown. */
static void add_blocks(struct kb_view *view, const struct kb_changes *changes) {
    yyjson_mut_val *list = kb_view_list(view, NULL, "blocks");
    int64_t same = 0;
    for (size_t i = 0; i <= changes->block_count; i++) {
        const struct kb_change_block *b = &changes->blocks[i];
        bool end = i == changes->block_count;
        if (!end && b->change == KB_CHANGE_NONE) {
            same++;
            continue;
        }
        if (same)
            kb_view_int(view, kb_view_item(view, list), "stayed", same);
        same = 0;
        if (end)
            break;
        yyjson_mut_val *runs = kb_view_list(view, kb_view_item(view, list), "runs");
        if (b->change != KB_CHANGE_INSIDE)
            add_run(view, runs, b->change, b->text);
        for (size_t k = 0; b->change == KB_CHANGE_INSIDE && k < b->run_count; k++)
            add_run(view, runs, b->runs[k].change, b->runs[k].text);
    }
}

static void fill(struct kb_view *view, const struct kb_row *row,
                 const struct kb_changes *changes, int64_t from) {
    yyjson_mut_val *fields = kb_view_list(view, NULL, "fields");
    kb_view_str(view, NULL, "id", row->id);
    kb_view_str(view, NULL, "title", row->title);
    kb_view_str(view, NULL, "language", changes->language);
    kb_view_str(view, NULL, "direction", kb_str_z(changes->direction));
    kb_view_int(view, NULL, "from", from);
    kb_view_int(view, NULL, "to", from + 1);
    if (from > 1)
        kb_view_int(view, NULL, "older", from - 1);
    if (from + 1 < row->versions)
        kb_view_int(view, NULL, "newer", from + 1);
    kb_view_bool(view, NULL, "none", changes->none);
    kb_view_bool(view, NULL, "cosmetic", changes->cosmetic && !changes->none);
    for (size_t i = 0; i < changes->field_count; i++) {
        yyjson_mut_val *item = kb_view_item(view, fields);
        kb_view_str(view, item, "name", kb_str_z(changes->fields[i].name));
        kb_view_str(view, item, "gone", changes->fields[i].old);
        kb_view_str(view, item, "new", changes->fields[i].now);
    }
    add_blocks(view, changes);
}

static enum kb_status show(struct kb_http *req, struct kb_reply *res,
                           struct kb_err *err) {
    struct kb_kept kept = {
        .store = req->store, .user = req->who.user, .arena = req->arena};
    struct kb_article old = {.url = KB_STR_NONE}, now = {.url = KB_STR_NONE};
    struct kb_changes changes = {.none = true};
    struct kb_row row;
    struct kb_view view;
    int64_t from;
    enum kb_status status =
        kb_store_article(req->store, req->who.user, req->part[0], req->arena, &row, err);
    if (status == KB_EINPUT)
        return kb_refuse(res, 404, "%s", err->text);
    if (status != KB_OK)
        return status;
    if (row.versions < 2)
        return kb_refuse(res, 404, "this article has one version");
    if (!kb_number(kb_http_query(req, "from"), 1, row.versions - 1, &from))
        from = row.versions - 1;
    status = load(req, &kept, &row, (int)from, &old, err);
    if (status == KB_OK)
        status = load(req, &kept, &row, (int)from + 1, &now, err);
    if (status == KB_OK && !kept.lexicon)
        status = kb_lexicon_new(NULL, &kept.lexicon, err);
    if (status == KB_OK)
        status = kb_article_changes(req->arena, &old, &now, kept.lexicon, &changes, err);
    if (status == KB_OK && !kb_pages_view(req, &view, KB_STR_NONE))
        status = KB_ENOMEM;
    if (status == KB_OK) {
        fill(&view, &row, &changes, from);
        status = kb_page(req, res, "changes.html", &view, err);
    }
    kb_arena_free(&old.arena);
    kb_arena_free(&now.arena);
    kb_kept_free(&kept);
    return status;
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/article/:id/changes", KB_ROUTE_PAGE, KB_RANK_READER, 0, show, 0},
};
const struct kb_routes kb_routes_changes = {routes, KB_COUNT(routes)};
