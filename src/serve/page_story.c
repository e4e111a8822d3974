/* A story: the report, who says what, where it comes from, in which order. */
#include "serve/inner.h"
#include "serve/page_story.h"
#include "serve/pages.h"

enum {
    LEAD_BYTES = 700,
    VOICE_BYTES = 260,
    PIECE_BYTES = 600,
    PIECES = 3,
    OTHERS = 12,
    PAGE_ITEMS = 60
};

/* ---- an article of the story ------------------------------------------------------- */

static void add_article(struct kb_view *view, yyjson_mut_val *item,
                        const struct kb_kept_story *story, size_t place) {
    const struct kb_chain_article *a = &story->chain.articles[place];
    const struct kb_row *row = kb_kept_row(story, place);
    kb_view_str(view, item, "id", row->id);
    kb_view_str(view, item, "title", a->article->title);
    kb_view_str(view, item, "outlet", kb_pages_outlet(story, place));
    kb_view_str(view, item, "language", row->language);
    kb_view_str(view, item, "direction", kb_pages_direction(row->language));
    kb_view_int(view, item, "time", row->time);
    kb_view_bool(view, item, "unread", !row->is_read);
    kb_view_bool(view, item, "starred", row->starred);
    kb_view_bool(view, item, "guest", a->guest);
    kb_view_str(view, item, "story", row->story_id);
    yyjson_mut_val *roles = kb_view_list(view, item, "roles");
    for (size_t i = 0; i < a->article->provenance.role_count; i++) {
        enum kb_role role = a->article->provenance.roles[i];
        if (role != KB_ROLE_UNKNOWN)
            kb_view_text(view, roles, kb_str_z(kb_role_name(role)));
    }
}

struct kb_str kb_pages_outlet(const struct kb_kept_story *story, size_t place) {
    const struct kb_row *row = kb_kept_row(story, place);
    struct kb_str name = story->chain.articles[place].outlet;
    /* An outlet may have told its name elsewhere. */
    bool named = name.n && !kb_str_equal(name, row->outlet_domain);
    return named ? name : row->outlet_name.n ? row->outlet_name : row->outlet_domain;
}

static struct kb_str said(const struct kb_article *a, size_t most,
                          struct kb_arena *arena) {
    return kb_pages_excerpt(a->summary.n ? a->summary : a->content_text, most, arena);
}

/* ---- the report: in the reader's language where there is one, of the most ---------- */

static size_t choose_lead(const struct kb_http *req, const struct kb_kept_story *story) {
    struct kb_str wanted = kb_language_tag(kb_pages_language(req));
    size_t best = KB_CHAIN_NONE;
    int64_t best_score = -1;
    for (size_t i = 0; i < story->chain.report_count; i++) {
        const struct kb_chain_report *r = &story->chain.reports[i];
        size_t place = r->origin != KB_CHAIN_NONE ? r->origin : r->fullest;
        if (place >= story->chain.article_count)
            continue;
        const struct kb_article *a = story->chain.articles[place].article;
        int64_t score = 3 * (int64_t)r->outlet_count + (a->content_text.n > 400) +
                        (kb_str_starts(a->language, wanted) ? 1000 : 0);
        if (score > best_score) {
            best = place;
            best_score = score;
        }
    }
    return best;
}

static void add_lead(const struct kb_http *req, struct kb_view *view,
                     const struct kb_kept_story *story) {
    size_t place = choose_lead(req, story);
    if (place == KB_CHAIN_NONE)
        return;
    yyjson_mut_val *lead = kb_view_object(view, NULL, "lead");
    const struct kb_article *a = story->chain.articles[place].article;
    add_article(view, lead, story, place);
    struct kb_str text = kb_pages_excerpt(
        a->content_text.n ? a->content_text : a->summary, LEAD_BYTES, view->arena);
    yyjson_mut_val *list = kb_view_list(view, lead, "text");
    for (text = kb_str_trim(text); text.n; text = kb_str_trim(text)) {
        size_t end = kb_str_find(text, KB_STR("\n\n"));
        kb_view_text(view, list, kb_str_slice(text, 0, end));
        text = kb_str_slice(text, end == KB_NOT_FOUND ? text.n : end, text.n);
    }
}

/* ---- who says what ----------------------------------------------------------------- */

static void add_pieces(struct kb_view *view, yyjson_mut_val *item, const char *key,
                       const struct kb_kept_story *story, size_t place,
                       const struct kb_chain_piece *pieces, size_t count) {
    yyjson_mut_val *list = kb_view_list(view, item, key);
    if (place == KB_CHAIN_NONE)
        return;
    struct kb_str text = story->chain.articles[place].article->content_text;
    for (size_t i = 0; i < count && i < PIECES; i++)
        kb_view_text(view, list,
                     kb_pages_excerpt(kb_str_slice(text, pieces[i].from, pieces[i].to),
                                      PIECE_BYTES, view->arena));
}

static void add_voice(struct kb_view *view, yyjson_mut_val *item,
                      const struct kb_kept_story *story,
                      const struct kb_chain_report *r) {
    size_t place = r->articles[0];
    const struct kb_chain_article *a = &story->chain.articles[place];
    add_article(view, item, story, place);
    kb_view_str(view, item, "says", said(a->article, VOICE_BYTES, view->arena));
    add_pieces(view, item, "added", story, place, a->added, a->added_count);
    kb_view_int(view, item, "others", (int64_t)r->article_count - 1);
    yyjson_mut_val *others = kb_view_list(view, item, "with");
    for (size_t i = 1; i < r->article_count && i <= OTHERS; i++)
        add_article(view, kb_view_item(view, others), story, r->articles[i]);
}

/* ---- where it comes from ----------------------------------------------------------- */

static void add_edge(struct kb_view *view, yyjson_mut_val *item,
                     const struct kb_kept_story *story, const struct kb_chain_edge *e) {
    yyjson_mut_val *from = kb_view_object(view, item, "source_of");
    add_article(view, from, story, e->from);
    kb_view_str(view, item, "rel", kb_str_z(kb_rel_name(e->rel)));
    kb_view_str(view, item, "by", kb_str_z(kb_chain_by_name(e->by)));
    kb_view_bool(view, item, "page", e->by == KB_CHAIN_BY_PAGE);
    kb_view_int(view, item, "sure", (int64_t)(e->confidence * 100 + .5f));
    kb_view_str(view, item, "evidence", e->evidence);
    if (e->to != KB_CHAIN_NONE) {
        add_article(view, kb_view_object(view, item, "to"), story, e->to);
        return;
    }
    yyjson_mut_val *gap = kb_view_object(view, item, "gap");
    kb_view_str(view, gap, "name", e->name.n ? e->name : e->url);
    kb_view_str(view, gap, "url", e->url);
}

/* One list's part of a page: whether the next member stands on it. */
struct part {
    size_t from, to, at;
    bool *more;
};

static struct part part_of(size_t page, bool *more) {
    return (struct part){page * PAGE_ITEMS, (page + 1) * PAGE_ITEMS, 0, more};
}

static bool stands_on(struct part *part) {
    size_t at = part->at++;
    *part->more = *part->more || at >= part->to;
    return at >= part->from && at < part->to;
}

/* What the story's articles have from others, or what articles of other stories have from
 * them (taken); how many stand on this part. */
static size_t add_edges(struct kb_view *view, const struct kb_kept_story *story,
                        const char *key, bool taken, struct part part) {
    yyjson_mut_val *list = kb_view_list(view, NULL, key);
    for (size_t i = 0; i < story->chain.edge_count; i++) {
        const struct kb_chain_edge *e = &story->chain.edges[i];
        const struct kb_chain_article *from = &story->chain.articles[e->from];
        if (!e->carried && !from->folded && from->guest == taken && stands_on(&part))
            add_edge(view, kb_view_item(view, list), story, e);
    }
    return yyjson_mut_arr_size(list);
}

/* ---- the page ---------------------------------------------------------------------- */

static void add_first(struct kb_view *view, const struct kb_kept_story *story,
                      const char *key, size_t place, int64_t when) {
    if (place == KB_CHAIN_NONE)
        return;
    yyjson_mut_val *first = kb_view_object(view, NULL, key);
    kb_view_str(view, first, "outlet", kb_pages_outlet(story, place));
    kb_view_int(view, first, "when", when);
}

static void add_voices(struct kb_view *view, const struct kb_kept_story *story,
                       struct part part) {
    yyjson_mut_val *voices = kb_view_list(view, NULL, "voices");
    for (size_t i = 0; i < story->chain.report_count; i++)
        if (stands_on(&part))
            add_voice(view, kb_view_item(view, voices), story, &story->chain.reports[i]);
}

/* The report, its picture and who was first stand on the first page of a large story; the
 * lists go on. */
static void fill(const struct kb_http *req, struct kb_view *view,
                 const struct kb_kept_story *story, size_t page) {
    const struct kb_chain *chain = &story->chain;
    yyjson_mut_val *line, *versions;
    struct part timeline;
    bool revised = false, more = false;
    kb_pages_story_row(view, NULL, &story->row);
    kb_view_str(view, NULL, "alternate",
                kb_arena_printf(view->arena, "/story/%.*s.atom", (int)story->row.id.n,
                                story->row.id.p));
    if (chain->left_out)
        kb_view_int(view, NULL, "cut", story->row.articles);
    if (!page) {
        add_lead(req, view, story);
        kb_pages_chain(req, view, story);
    }
    kb_view_bool(view, NULL, "paged", page > 0);
    add_voices(view, story, part_of(page, &more));
    size_t edges = add_edges(view, story, "edges", false, part_of(page, &more));
    size_t taken = add_edges(view, story, "taken", true, part_of(page, &more));
    kb_view_bool(view, NULL, "sources", !page || edges || taken);
    kb_view_bool(view, NULL, "has_taken", taken > 0);
    timeline = part_of(page, &more);
    if (chain->first_seen != KB_CHAIN_NONE)
        add_first(view, story, "seen", chain->first_seen,
                  chain->articles[chain->first_seen].seen);
    if (chain->first_claimed != KB_CHAIN_NONE)
        add_first(view, story, "claimed", chain->first_claimed,
                  chain->articles[chain->first_claimed].published);
    line = kb_view_list(view, NULL, "timeline");
    versions = kb_view_list(view, NULL, "versions");
    for (size_t i = 0; i < chain->article_count; i++) {
        const struct kb_row *row = kb_kept_row(story, i);
        if (chain->articles[i].guest)
            continue;
        bool folded = chain->articles[i].folded;
        bool shown = folded ? !page : stands_on(&timeline);
        if (shown && !folded)
            add_article(view, kb_view_item(view, line), story, i);
        if (row->versions < 2 || !shown)
            continue;
        revised = true;
        yyjson_mut_val *item = kb_view_item(view, versions);
        add_article(view, item, story, i);
        kb_view_int(view, item, "times", row->versions - 1);
        kb_view_int(view, item, "changed", row->changed);
    }
    kb_view_bool(view, NULL, "revised", revised);
    if (more)
        kb_view_int(view, NULL, "more", (int64_t)page + 1);
}

static enum kb_status show(struct kb_http *req, struct kb_reply *res,
                           struct kb_err *err) {
    struct kb_kept kept = {
        .store = req->store, .user = req->who.user, .arena = req->arena};
    struct kb_kept_story story = {.count = 0};
    struct kb_story_row row;
    struct kb_view view;
    int64_t article, page = 0;
    enum kb_status status =
        kb_store_story(req->store, req->part[0], req->arena, &row, err);
    if (status == KB_EINPUT)
        return kb_refuse(res, 404, "%s", err->text);
    if (!kb_number(kb_http_query(req, "page"), 0, KB_LIMIT_CHAIN_ARTICLES, &page))
        page = 0;
    if (status == KB_OK)
        status = kb_kept_story(&kept, row.n, &story, err);
    if (status == KB_OK)
        status = kb_pages_story_own(req, &story.row, &article, err);
    if (status == KB_OK && !kb_pages_view(req, &view, KB_STR_NONE))
        status = KB_ENOMEM;
    if (status == KB_OK) {
        fill(req, &view, &story, (size_t)page);
        status = kb_page(req, res, "story.html", &view, err);
    }
    kb_kept_story_free(&story);
    kb_kept_free(&kept);
    return status;
}

static enum kb_status mark(struct kb_http *req, struct kb_reply *res,
                           struct kb_err *err) {
    struct kb_mark_wish wish = {0};
    struct kb_story_row row;
    struct kb_store *store;
    int64_t changed;
    enum kb_status status =
        kb_store_story(req->store, req->part[0], req->arena, &row, err);
    if (status == KB_EINPUT)
        return kb_refuse(res, 404, "%s", err->text);
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    wish.story = row.n;
    status = kb_store_mark_read(store, req->who.user, &wish, &changed, err);
    status = kb_server_end(req->server, status, err);
    return status == KB_OK ? kb_pages_back(req, res, KB_STR("/")) : status;
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/story/:id", KB_ROUTE_PAGE, KB_RANK_READER, 0, show, 0},
    {KB_HTTP_POST, "/story/:id/read", KB_ROUTE_PAGE, KB_RANK_READER, 0, mark, 0},
};
const struct kb_routes kb_routes_story = {routes, KB_COUNT(routes)};
