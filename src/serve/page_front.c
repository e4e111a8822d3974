/* The front page: what is new, and who tells it.
 *
 * Stories come as the store ranks them: news first, and what many outlets tell before
 * what one does.  The first ones have their summary; each of the others is a line, so
 * that forty are seen at a glance.  A story is told in the reader's language where one of
 * its articles is in it. */
#include "serve/inner.h"
#include "serve/page_story.h"
#include "serve/pages.h"

enum { STORIES = 40, LEADS = 3, TOP = 8, SUMMARY_BYTES = 320, WIDE = 4 };

/* "de en id": how many. */
static int64_t count_words(struct kb_str s) {
    s = kb_str_trim(s);
    int64_t n = s.n > 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == ' ';
    return n;
}

void kb_pages_story_row(struct kb_view *view, yyjson_mut_val *item,
                        const struct kb_story_row *row) {
    kb_view_str(view, item, "id", row->id);
    kb_view_str(view, item, "title", row->title);
    kb_view_str(view, item, "title_language", row->language);
    kb_view_int(view, item, "articles", row->articles);
    kb_view_int(view, item, "outlets", row->outlets);
    kb_view_int(view, item, "languages", count_words(row->languages));
    kb_view_bool(view, item, "several", row->articles > 1);
    kb_view_bool(view, item, "many_languages", count_words(row->languages) > 1);
    kb_view_int(view, item, "since", row->first);
    kb_view_int(view, item, "last", row->last);
    kb_view_int(view, item, "unread", row->unread);
    kb_view_bool(view, item, "wide", row->outlets >= WIDE);
}

struct kb_str kb_pages_excerpt(struct kb_str text, size_t most, struct kb_arena *arena) {
    text = kb_str_trim(text);
    struct kb_str cut = kb_str_cut(text, most);
    if (cut.n == text.n)
        return text;
    size_t end = cut.n; /* at a word's end, where the script has words */
    while (end > most / 2 && !kb_is_space(cut.p[end - 1]))
        end--;
    if (end > most / 2)
        cut.n = end;
    cut = kb_str_trim(cut);
    char *whole = kb_arena_alloc(arena, cut.n + 4);
    if (!whole)
        return cut;
    memcpy(whole, cut.p, cut.n);
    memcpy(whole + cut.n, "…", sizeof("…"));
    return (struct kb_str){whole, cut.n + sizeof("…") - 1};
}

enum kb_status kb_pages_story_own(struct kb_http *req, struct kb_story_row *row,
                                  int64_t *article, struct kb_err *err) {
    struct kb_kept kept = {.store = req->store, .arena = req->arena};
    return kb_kept_told_in(&kept, kb_language_tag(kb_pages_language(req)), row, article,
                           err);
}

/* What an article says of itself. */
static enum kb_status add_summary(struct kb_http *req, struct kb_view *view,
                                  yyjson_mut_val *item, int64_t n, struct kb_err *err) {
    struct kb_str record;
    enum kb_status status = kb_store_record(req->store, n, req->arena, &record, err);
    if (status != KB_OK || !record.n)
        return status;
    yyjson_doc *doc = yyjson_read(record.p, record.n, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    static const char *const names[] = {"summary", "content_text"};
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        yyjson_val *text = yyjson_obj_get(root, names[i]);
        if (yyjson_get_len(text) == 0)
            continue;
        struct kb_str whole = {yyjson_get_str(text), yyjson_get_len(text)};
        kb_view_str(
            view, item, "summary",
            kb_arena_dup(req->arena, kb_pages_excerpt(whole, SUMMARY_BYTES, req->arena)));
        break;
    }
    yyjson_doc_free(doc);
    return KB_OK;
}

/* On top stands what most outlets tell of the first few. */
static void lift_widest(struct kb_story_row *rows, size_t count) {
    size_t widest = 0;
    for (size_t i = 1; i < count && i < TOP; i++)
        if (rows[i].outlets > rows[widest].outlets)
            widest = i;
    for (; widest; widest--) {
        struct kb_story_row row = rows[widest];
        rows[widest] = rows[widest - 1];
        rows[widest - 1] = row;
    }
}

/* "behind=BITS.NUMBER": heat and number of the last story of the page before.  Heat is
 * told by its bits, as a page has to go on just behind it. */
static bool read_place(const struct kb_http *req, struct kb_story_wish *wish) {
    struct kb_str text = kb_http_query(req, "behind");
    size_t dot = kb_str_find_byte(text, '.');
    int64_t bits, n;
    if (dot == KB_NOT_FOUND ||
        !kb_number(kb_str_slice(text, 0, dot), 0, INT64_MAX, &bits) ||
        !kb_number(kb_str_slice(text, dot + 1, text.n), 1, INT64_MAX, &n))
        return false;
    memcpy(&wish->behind.heat, &bits, sizeof bits);
    wish->behind.n = n;
    return true;
}

static struct kb_str place_of(struct kb_view *view, const struct kb_story_row *row) {
    int64_t bits;
    memcpy(&bits, &row->heat, sizeof bits);
    return kb_arena_printf(view->arena, "%lld.%lld", (long long)bits, (long long)row->n);
}

static enum kb_status front(struct kb_http *req, struct kb_reply *res,
                            struct kb_err *err) {
    struct kb_story_wish wish = {
        .user = req->who.user, .own = true, .limit = STORIES + 1};
    struct kb_story_row *rows;
    struct kb_view view;
    size_t count = 0;
    struct kb_buf number;
    int64_t newest;
    bool paged = read_place(req, &wish);
    enum kb_status status =
        kb_store_stories(req->store, &wish, req->arena, &rows, &count, err);
    if (status == KB_OK)
        status = kb_store_newest_story(req->store, &newest, err);
    if (status != KB_OK)
        return status;
    if (!kb_pages_view(req, &view, KB_STR("stories")))
        return KB_ENOMEM;
    kb_view_str(&view, NULL, "alternate", KB_STR("/stories.atom"));
    kb_view_str(&view, NULL, "title", kb_pages_message(req, "front.title"));
    if (count > STORIES) {
        count = STORIES;
        kb_view_str(&view, NULL, "more", place_of(&view, &rows[count - 1]));
    }
    if (!paged)
        lift_widest(rows, count);
    kb_view_bool(&view, NULL, "paged", paged);
    kb_buf_init(&number, KB_TIME_BYTES);
    kb_buf_printf(&number, "%lld", (long long)newest);
    kb_view_str(&view, NULL, "newest", kb_arena_dup(req->arena, kb_buf_view(&number)));
    kb_buf_free(&number);
    yyjson_mut_val *list = kb_view_list(&view, NULL, "stories");
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        yyjson_mut_val *item = kb_view_item(&view, list);
        bool lead = !paged && i < LEADS;
        int64_t article;
        status = kb_pages_story_own(req, &rows[i], &article, err);
        kb_pages_story_row(&view, item, &rows[i]);
        kb_view_bool(&view, item, "first", lead && i == 0);
        kb_view_bool(&view, item, "lead", lead && i > 0);
        if (status == KB_OK && lead)
            status = add_summary(req, &view, item, article, err);
    }
    return status == KB_OK ? kb_page(req, res, "front.html", &view, err) : status;
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/", KB_ROUTE_PAGE, KB_RANK_READER, 0, front, 0},
};
const struct kb_routes kb_routes_front = {routes, KB_COUNT(routes)};
