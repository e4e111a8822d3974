/* What an app shows of an item: the kept body, which the sanitiser made, and below it in
 * a line where the article has its text from:
 *
 *     first: Outlet · also: Outlet, Outlet and 3 more · from: Agency, Outlet
 *
 * Names and addresses are other people's words and escaped here. */
#include <yyjson.h>

#include "article/article.h"
#include "serve/apps.h"
#include "store/store.h"

struct page {
    struct kb_http *req;
    struct kb_arena *arena;
    struct kb_buf out;
    yyjson_doc *record;
    yyjson_val *root;
};

static struct kb_str text_of(yyjson_val *object, const char *key) {
    yyjson_val *value = yyjson_obj_get(object, key);
    return (struct kb_str){yyjson_get_str(value), yyjson_get_len(value)};
}

static void link_to(struct kb_buf *out, struct kb_str url, struct kb_str text) {
    if (kb_url_is_web(url)) {
        kb_buf_z(out, "<a href=\"");
        kb_buf_html(out, url);
        kb_buf_z(out, "\">");
    }
    kb_buf_html(out, text);
    if (kb_url_is_web(url))
        kb_buf_z(out, "</a>");
}

/* The record, where the file still has it and it is one. */
static enum kb_status open_record(struct page *p, int64_t n, struct kb_err *err) {
    struct kb_str record;
    enum kb_status status = kb_store_record(p->req->store, n, p->arena, &record, err);
    if (status == KB_OK && record.n) {
        p->record = yyjson_read(record.p, record.n, 0);
        p->root = yyjson_doc_get_root(p->record);
    }
    return status;
}

static void add_files(struct page *p, struct kb_app_item *item) {
    struct kb_str picture = kb_arena_dup(p->arena, text_of(p->root, "image"));
    item->file_count = kb_record_attachments(p->root, p->arena, &item->files);
    if (picture.n && item->files)
        item->files[item->file_count++] = (struct kb_feed_attachment){
            .url = picture, .mime_type = kb_app_picture_type(picture)};
}

void kb_app_put_files(struct kb_buf *out, const struct kb_app_item *item) {
    for (size_t i = 0; i < item->file_count; i++) {
        const struct kb_feed_attachment *file = &item->files[i];
        if (kb_str_starts_nocase(file->mime_type, KB_STR("image/")))
            continue;
        kb_buf_z(out, "<p>");
        link_to(out, file->url, file->title.n ? file->title : file->url);
        kb_buf_z(out, " (");
        kb_buf_html(out, file->mime_type);
        kb_buf_z(out, ")</p>");
    }
}

static void add_body(struct page *p, struct kb_app_item *item) {
    struct kb_str html = text_of(p->root, "content_html");
    struct kb_str language = text_of(p->root, "language");
    bool right_to_left = kb_str_equal(text_of(p->root, "direction"), KB_STR("rtl"));
    add_files(p, item);
    item->right_to_left = right_to_left;
    if (right_to_left) {
        kb_buf_z(&p->out, "<div dir=\"rtl\" lang=\"");
        kb_buf_html(&p->out, language);
        kb_buf_z(&p->out, "\">");
    }
    if (html.n) {
        kb_buf_str(&p->out, html);
    } else if (text_of(p->root, "summary").n) {
        kb_buf_z(&p->out, "<p>");
        kb_buf_html(&p->out, text_of(p->root, "summary"));
        kb_buf_z(&p->out, "</p>");
    }
    if (right_to_left)
        kb_buf_z(&p->out, "</div>");
}

/* ---- the footer -------------------------------------------------------------------- */

struct footer {
    struct page *p;
    bool begun;
};

static void part(struct footer *f, const char *label) {
    kb_buf_z(&f->p->out, f->begun ? " · " : "<hr><p><small>");
    kb_buf_z(&f->p->out, label);
    kb_buf_z(&f->p->out, ": ");
    f->begun = true;
}

static bool is_self(const struct kb_teller *teller, const struct kb_row *row) {
    return teller->article == row->n ||
           (teller->outlet.n && (kb_str_equal(teller->outlet, row->outlet_name) ||
                                 kb_str_equal(teller->outlet, row->outlet_domain)));
}

static struct kb_str name_of(const struct kb_teller *teller) {
    return teller->outlet.n  ? teller->outlet
           : teller->title.n ? teller->title
                             : teller->url;
}

static void tellers(struct footer *f, const struct kb_row *row,
                    const struct kb_teller *rows, size_t count) {
    struct kb_buf *out = &f->p->out;
    size_t told = 0;
    int64_t left = count ? rows[0].all - 1 : 0;
    if (count && !is_self(&rows[0], row)) {
        part(f, "first");
        link_to(out, rows[0].url, name_of(&rows[0]));
        left--; /* … and itself */
    }
    for (size_t i = 1; i < count && told < KB_LIMIT_APP_ALSO; i++) {
        if (is_self(&rows[i], row))
            continue;
        if (told)
            kb_buf_z(out, ", ");
        else
            part(f, "also");
        link_to(out, rows[i].url, name_of(&rows[i]));
        told++;
    }
    if (told && left > (int64_t)told)
        kb_buf_printf(out, " and %lld more", (long long)(left - (int64_t)told));
}

/* Sources that the page itself names, each name once. */
static void sources(struct footer *f) {
    yyjson_val *list =
        yyjson_obj_get(yyjson_obj_get(f->p->root, "provenance"), "sources");
    yyjson_val *source, *before;
    size_t i, j, count, most, told = 0;
    yyjson_arr_foreach(list, i, count, source) {
        struct kb_str name = text_of(source, "name");
        bool again = false;
        yyjson_arr_foreach(list, j, most, before) {
            if (j >= i)
                break;
            again = again || kb_str_equal(name, text_of(before, "name"));
        }
        if (!name.n || again || told == KB_LIMIT_APP_ALSO)
            continue;
        if (told++)
            kb_buf_z(&f->p->out, ", ");
        else
            part(f, "from");
        link_to(&f->p->out, text_of(source, "url"), name);
    }
}

/* ---- the two kinds of items -------------------------------------------------------- */

static void outlets(struct footer *f, const struct kb_row *row,
                    const struct kb_teller *rows, size_t count) {
    struct kb_buf *out = &f->p->out;
    const int64_t all = count ? rows[0].all : 0;
    char time[KB_TIME_BYTES];
    (void)row;
    kb_buf_printf(out, "<hr><p>%lld %s</p><ol>", (long long)all,
                  all == 1 ? "outlet has it:" : "outlets have it, the first one first:");
    for (size_t i = 0; i < count; i++) {
        kb_time_print(rows[i].time, time);
        kb_buf_z(out, "<li>");
        kb_buf_html(out, rows[i].outlet);
        kb_buf_z(out, rows[i].outlet.n ? ": " : "");
        link_to(out, rows[i].url, rows[i].title.n ? rows[i].title : rows[i].url);
        kb_buf_printf(out, " (%.10s %.5s UTC", time, time + 11);
        if (rows[i].language.n) {
            kb_buf_z(out, ", ");
            kb_buf_html(out, rows[i].language);
        }
        kb_buf_z(out, ")</li>");
    }
    kb_buf_z(out, "</ol>");
    if (all > (int64_t)count)
        kb_buf_printf(out, "<p>and %lld more</p>", (long long)(all - (int64_t)count));
}

/* The article's text; who has its story, as put shows them; its sources. */
static enum kb_status put_item(struct kb_http *req, struct kb_arena *arena,
                               const struct kb_row *row, int64_t story, size_t most,
                               void (*put)(struct footer *f, const struct kb_row *row,
                                           const struct kb_teller *rows, size_t count),
                               struct kb_app_item *item, struct kb_err *err) {
    struct page page = {.req = req, .arena = arena};
    struct footer footer = {.p = &page};
    struct kb_teller *rows;
    size_t count;
    kb_buf_init(&page.out, KB_LIMIT_ANSWER_BYTES);
    enum kb_status status = open_record(&page, row->n, err);
    if (status == KB_OK)
        status = kb_store_tellers(req->store, story, most, arena, &rows, &count, err);
    if (status == KB_OK) {
        add_body(&page, item);
        put(&footer, row, rows, count);
        sources(&footer);
        if (footer.begun)
            kb_buf_z(&page.out, "</small></p>");
        status = page.out.status;
    }
    item->html = kb_arena_dup(arena, kb_buf_view(&page.out));
    yyjson_doc_free(page.record);
    kb_buf_free(&page.out);
    return status;
}

enum kb_status kb_app_article_html(struct kb_http *req, struct kb_arena *arena,
                                   const struct kb_row *row, struct kb_app_item *item,
                                   struct kb_err *err) {
    return put_item(req, arena, row, row->story, KB_LIMIT_APP_ALSO + 2, tellers, item,
                    err);
}

enum kb_status kb_app_story_html(struct kb_http *req, struct kb_arena *arena,
                                 const struct kb_story_row *story,
                                 const struct kb_row *row, struct kb_app_item *item,
                                 struct kb_err *err) {
    return put_item(req, arena, row, story->n, KB_LIMIT_APP_TELLERS, outlets, item, err);
}
