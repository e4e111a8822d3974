/* An article: to be read; under it where it is from, with the page's own words, what was
 * taken out of it, how it changed, and the marks of who reads. */
#include "html/html.h"
#include "lang/lang.h"
#include "serve/inner.h"
#include "serve/page_story.h"
#include "serve/pages.h"

enum { MORE = 6 };

/* ---- pictures ---------------------------------------------------------------------- */

/* The value of an attribute as our own writer has it: name="…", escaped. */
static struct kb_str attribute(struct kb_str tag, struct kb_str name) {
    size_t at = kb_str_find(tag, name);
    if (at == KB_NOT_FOUND)
        return KB_STR_NONE;
    struct kb_str value = kb_str_slice(tag, at + name.n, tag.n);
    return kb_str_slice(value, 0, kb_str_find_byte(value, '"'));
}

/* Undoes the escapes of our own writer. */
static struct kb_str plain(struct kb_str s, struct kb_arena *arena) {
    static const struct {
        struct kb_str from;
        char to;
    } escapes[] = {{KB_STR("&amp;"), '&'},
                   {KB_STR("&lt;"), '<'},
                   {KB_STR("&gt;"), '>'},
                   {KB_STR("&quot;"), '"'}};
    char *out = kb_arena_alloc(arena, s.n + 1);
    size_t n = 0;
    while (out && s.n) {
        size_t i = 0, skip = 1;
        while (i < KB_COUNT(escapes) && !kb_str_starts(s, escapes[i].from))
            i++;
        if (i < KB_COUNT(escapes))
            skip = escapes[i].from.n;
        out[n++] = i < KB_COUNT(escapes) ? escapes[i].to : s.p[0];
        s = kb_str_slice(s, skip, s.n);
    }
    return (struct kb_str){out, n};
}

/* What a person reads in place of the picture: its own words, else its caption. */
static struct kb_str words_for(const struct kb_article *a, struct kb_str url,
                               struct kb_str alt) {
    for (size_t i = 0; !alt.n && i < a->image_count; i++)
        if (kb_str_equal(a->images[i].url, url))
            return a->images[i].caption;
    return alt;
}

static void put_link(struct kb_buf *out, struct kb_str url, struct kb_str alt,
                     struct kb_str word) {
    kb_buf_z(out, "<a class=\"picture\" rel=\"noreferrer\" href=\"");
    kb_buf_html(out, url);
    kb_buf_z(out, "\">");
    kb_buf_html(out, word);
    kb_buf_z(out, alt.n ? ": " : "");
    kb_buf_html(out, alt);
    kb_buf_z(out, "</a>");
}

/* Through our own server, as it comes into sight.  How large it is, is known where
 * somebody has looked at it lately: then the text does not jump. */
static bool put_picture(struct kb_http *req, struct kb_buf *out, struct kb_str url,
                        struct kb_str alt) {
    enum { SIDE_MOST = 32767 };
    struct kb_buf address;
    kb_buf_init(&address, KB_LIMIT_OUTPUT_BYTES);
    bool shown = kb_picture_url(req, url, &address);
    if (shown) {
        struct kb_picture_facts facts = kb_pictures_known(req->server->pictures, url);
        kb_buf_z(out, "<img src=\"");
        kb_buf_html(out, kb_buf_view(&address));
        kb_buf_z(out, "\" alt=\"");
        kb_buf_html(out, alt);
        kb_buf_z(out, "\" loading=\"lazy\" decoding=\"async\"");
        if (facts.width && facts.height && facts.width <= SIDE_MOST &&
            facts.height <= SIDE_MOST)
            kb_buf_printf(out, " width=\"%u\" height=\"%u\"", facts.width, facts.height);
        kb_buf_char(out, '>');
    }
    kb_buf_free(&address);
    return shown;
}

/* The body with its pictures through our own server, or as links where it shows none: no
 * page of ours asks anybody else for anything. */
static struct kb_str with_pictures(struct kb_http *req, const struct kb_article *a) {
    struct kb_str html = a->content_html, word = kb_pages_message(req, "article.picture");
    struct kb_buf out;
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    while (html.n) {
        size_t at = kb_str_find(html, KB_STR("<img "));
        kb_buf_str(&out, kb_str_slice(html, 0, at));
        if (at == KB_NOT_FOUND)
            break;
        html = kb_str_slice(html, at, html.n);
        struct kb_str tag = kb_str_slice(html, 0, kb_str_find_byte(html, '>'));
        struct kb_str url = plain(attribute(tag, KB_STR(" src=\"")), req->arena);
        struct kb_str alt = plain(attribute(tag, KB_STR(" alt=\"")), req->arena);
        html = kb_str_slice(html, tag.n + 1, html.n);
        alt = words_for(a, url, alt);
        if (kb_url_is_web(url) && !put_picture(req, &out, url, alt))
            put_link(&out, url, alt, word);
    }
    struct kb_str whole = kb_arena_dup(req->arena, kb_buf_view(&out));
    kb_buf_free(&out);
    return whole;
}

/* ---- what the page shows ----------------------------------------------------------- */

static void add_head(struct kb_view *view, const struct kb_row *row,
                     const struct kb_article *a) {
    kb_view_str(view, NULL, "id", row->id);
    kb_view_str(view, NULL, "title", a->title.n ? a->title : row->title);
    kb_view_str(view, NULL, "outlet",
                row->outlet_name.n ? row->outlet_name : row->outlet_domain);
    kb_view_str(view, NULL, "domain", row->outlet_domain);
    kb_view_str(view, NULL, "url", row->url);
    kb_view_str(view, NULL, "language", a->language);
    kb_view_str(view, NULL, "direction",
                kb_str_z(a->direction ? a->direction : kb_lang_direction(a->language)));
    kb_view_str(view, NULL, "byline", a->byline);
    kb_view_str(view, NULL, "place", a->dateline.place);
    kb_view_str(view, NULL, "section", a->section);
    kb_view_int(view, NULL, "time", row->published ? row->published : row->seen);
    kb_view_bool(view, NULL, "starred", row->starred);
    kb_view_bool(view, NULL, "unread", !row->is_read);
    if (row->versions > 1) {
        kb_view_int(view, NULL, "versions", row->versions);
        kb_view_int(view, NULL, "changed", row->changed);
    }
    if (a->byline.n)
        return;
    yyjson_mut_val *authors = kb_view_list(view, NULL, "authors");
    for (size_t i = 0; i < a->author_count; i++)
        kb_view_text(view, authors, a->authors[i].name);
}

static const char *rel_name(const struct kb_article *a, const struct kb_source *s) {
    enum kb_role role = kb_credit_role(a, s);
    return role == KB_ROLE_UNKNOWN ? kb_rel_name(s->rel) : kb_role_name(role);
}

static void add_sources(struct kb_view *view, const struct kb_article *a) {
    const struct kb_provenance *p = &a->provenance;
    yyjson_mut_val *list = kb_view_list(view, NULL, "sources"),
                   *roles = kb_view_list(view, NULL, "roles");
    for (size_t i = 0; i < p->role_count; i++)
        if (p->roles[i] != KB_ROLE_UNKNOWN)
            kb_view_text(view, roles, kb_str_z(kb_role_name(p->roles[i])));
    for (size_t i = 0; i < p->source_count; i++) {
        const struct kb_source *s = &p->sources[i];
        yyjson_mut_val *item = kb_view_item(view, list);
        kb_view_str(view, item, "name", s->name.n ? s->name : s->url);
        kb_view_str(view, item, "url", s->url);
        kb_view_str(view, item, "kind", kb_str_z(kb_source_kind_name(s->kind)));
        kb_view_str(view, item, "rel", kb_str_z(rel_name(a, s)));
        kb_view_str(view, item, "evidence", s->evidence);
        kb_view_int(view, item, "sure", (int64_t)(s->confidence * 100 + .5f));
    }
    kb_view_str(view, NULL, "original_url", p->original_url);
}

/* The last piece of an address's path: what people call a file that has no title. */
static struct kb_str file_name(struct kb_str url) {
    size_t end = 0, start;
    while (end < url.n && url.p[end] != '?' && url.p[end] != '#')
        end++;
    for (start = end; start && url.p[start - 1] != '/';)
        start--;
    return start < end ? kb_str_slice(url, start, end) : url;
}

/* "1:02:03", "12:03". */
static struct kb_str length_of(struct kb_http *req, double seconds) {
    struct kb_buf text;
    long long whole = (long long)(seconds + .5);
    if (whole < 1)
        return KB_STR_NONE;
    kb_buf_init(&text, KB_LIMIT_META_BYTES);
    if (whole >= 3600)
        kb_buf_printf(&text, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60,
                      whole % 60);
    else
        kb_buf_printf(&text, "%lld:%02lld", whole / 60, whole % 60);
    struct kb_str kept = kb_arena_dup(req->arena, kb_buf_view(&text));
    kb_buf_free(&text);
    return kept;
}

/* Links alone: a player would have the browser ask somebody else's server, and our own
 * cannot pass hours of film through.  A click opens the browser's own player. */
static void add_files(struct kb_http *req, struct kb_view *view,
                      const struct kb_article *a) {
    enum { MEGABYTE = 1000000 };
    yyjson_mut_val *list = kb_view_list(view, NULL, "files");
    for (size_t i = 0; i < a->attachment_count; i++) {
        const struct kb_feed_attachment *file = &a->attachments[i];
        bool audio = kb_str_starts_nocase(file->mime_type, KB_STR("audio/"));
        bool video = kb_str_starts_nocase(file->mime_type, KB_STR("video/"));
        yyjson_mut_val *item = kb_view_item(view, list);
        kb_view_str(view, item, "url", file->url);
        kb_view_str(view, item, "name",
                    file->title.n ? file->title : file_name(file->url));
        kb_view_str(view, item, "kind",
                    kb_str_z(audio   ? "audio"
                             : video ? "video"
                                     : "document"));
        kb_view_str(view, item, "length", length_of(req, file->seconds));
        kb_view_int(view, item, "size", (file->size + MEGABYTE / 2) / MEGABYTE);
    }
}

static void add_removed(struct kb_view *view, const struct kb_article *a) {
    yyjson_mut_val *list = kb_view_list(view, NULL, "removed");
    for (size_t i = 0; i < a->removed_count; i++) {
        yyjson_mut_val *item = kb_view_item(view, list);
        kb_view_str(view, item, "kind", kb_str_z(kb_removed_name(a->removed[i].kind)));
        kb_view_str(view, item, "text", a->removed[i].text);
    }
    kb_view_int(view, NULL, "removed_count", (int64_t)a->removed_count);
}

/* The story that it is part of, and some of its other articles, the newest first. */
static enum kb_status add_story(struct kb_http *req, struct kb_view *view,
                                const struct kb_row *row, struct kb_err *err) {
    struct kb_story_row story;
    struct kb_article_wish wish = {
        .user = req->who.user, .story = row->story, .limit = MORE + 1};
    struct kb_row other;
    int64_t *found, own;
    size_t count = 0, told = 0;
    enum kb_status status =
        kb_store_story_at(req->store, row->story, req->arena, &story, err);
    if (status != KB_OK || story.articles < 2)
        return status;
    status = kb_pages_story_own(req, &story, &own, err);
    if (status != KB_OK)
        return status;
    yyjson_mut_val *object = kb_view_object(view, NULL, "story");
    kb_pages_story_row(view, object, &story);
    status = kb_store_articles(req->store, &wish, req->arena, &found, &count, err);
    yyjson_mut_val *list = kb_view_list(view, object, "more");
    for (size_t i = 0; status == KB_OK && i < count && told < MORE; i++) {
        if (found[i] == row->n)
            continue;
        told++;
        status = kb_store_article_at(req->store, req->who.user, found[i], req->arena,
                                     &other, err);
        if (status != KB_OK)
            break;
        yyjson_mut_val *item = kb_view_item(view, list);
        kb_view_str(view, item, "id", other.id);
        kb_view_str(view, item, "title", other.title);
        kb_view_str(view, item, "language", other.language);
        kb_view_str(view, item, "direction", kb_pages_direction(other.language));
        kb_view_str(view, item, "outlet",
                    other.outlet_name.n ? other.outlet_name : other.outlet_domain);
        kb_view_int(view, item, "time", other.time);
    }
    return status;
}

static enum kb_status add_tags(struct kb_http *req, struct kb_view *view, int64_t article,
                               struct kb_err *err) {
    struct kb_str *names;
    size_t count = 0;
    enum kb_status status = kb_store_article_tags(req->store, req->who.user, article,
                                                  req->arena, &names, &count, err);
    yyjson_mut_val *list = kb_view_list(view, NULL, "tags");
    for (size_t i = 0; status == KB_OK && i < count; i++)
        kb_view_text(view, list, names[i]);
    return status;
}

static enum kb_status fill(struct kb_http *req, struct kb_view *view,
                           const struct kb_row *row, const struct kb_article *a,
                           struct kb_err *err) {
    struct kb_buf json;
    add_head(view, row, a);
    add_sources(view, a);
    add_files(req, view, a);
    add_removed(view, a);
    kb_view_raw(view, NULL, "body", with_pictures(req, a));
    kb_view_bool(view, NULL, "gone", !row->has_body);
    kb_buf_init(&json, KB_LIMIT_OUTPUT_BYTES);
    kb_article_print_jsonld(a, 0, &json);
    if (json.status == KB_OK)
        kb_view_raw(view, NULL, "jsonld",
                    kb_arena_dup(req->arena, kb_str_trim(kb_buf_view(&json))));
    kb_buf_free(&json);
    enum kb_status status = add_tags(req, view, row->n, err);
    return status == KB_OK ? add_story(req, view, row, err) : status;
}

static enum kb_status show(struct kb_http *req, struct kb_reply *res,
                           struct kb_err *err) {
    struct kb_kept kept = {
        .store = req->store, .user = req->who.user, .arena = req->arena};
    struct kb_article article = {.url = KB_STR_NONE};
    struct kb_row row;
    struct kb_view view;
    enum kb_status status =
        kb_store_article(req->store, req->who.user, req->part[0], req->arena, &row, err);
    if (status == KB_EINPUT)
        return kb_refuse(res, 404, "%s", err->text);
    if (status == KB_OK)
        status = kb_kept_article(&kept, &row, &article, err);
    if (status == KB_OK && !kb_pages_view(req, &view, KB_STR_NONE))
        status = KB_ENOMEM;
    if (status == KB_OK)
        status = fill(req, &view, &row, &article, err);
    if (status == KB_OK)
        status = kb_page(req, res, "article.html", &view, err);
    kb_arena_free(&article.arena);
    kb_kept_free(&kept);
    return status;
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/article/:id", KB_ROUTE_PAGE, KB_RANK_READER, 0, show, 0},
};
const struct kb_routes kb_routes_article = {routes, KB_COUNT(routes)};
