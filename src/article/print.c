/* The record → text, Markdown, HTML, the reading view.  An article enters, bytes
 * leave. */
#include "article/print.h"

void kb_article_print_text(const struct kb_article *a, struct kb_buf *out) {
    kb_buf_str(out, a->content_text);
    if (a->content_text.n)
        kb_buf_char(out, '\n');
}

void kb_article_print_markdown(const struct kb_article *a, struct kb_buf *out) {
    if (a->title.n) { /* as a tree of one heading, so that the one writer escapes it */
        struct kb_node text = {.kind = KB_NODE_TEXT, .text = a->title};
        struct kb_node heading = {
            .kind = KB_NODE_HEADING, .level = 1, .first = &text, .last = &text};
        struct kb_node root = {.kind = KB_NODE_ROOT, .first = &heading, .last = &heading};
        text.parent = &heading;
        heading.parent = &root;
        kb_html_write_markdown(&root, out);
        kb_buf_char(out, '\n');
        if (a->content_text.n || a->body->first)
            kb_buf_char(out, '\n');
    }
    size_t before = out->n;
    kb_html_write_markdown(a->body, out);
    if (out->n > before && out->p[out->n - 1] != '\n')
        kb_buf_char(out, '\n');
    if (kb_told_any(a)) {
        kb_buf_z(out, out->n ? "\n---\n\n" : "");
        kb_told_line(a, kb_html_write_markdown, out);
        kb_buf_char(out, '\n');
    }
}

static void attribute(struct kb_buf *out, const char *name, struct kb_str value) {
    if (!value.n)
        return;
    kb_buf_printf(out, " %s=\"", name);
    kb_buf_html(out, value);
    kb_buf_char(out, '"');
}

static void element(struct kb_buf *out, const char *tag, struct kb_str text) {
    if (!text.n)
        return;
    kb_buf_printf(out, "<%s>", tag);
    kb_buf_html(out, text);
    kb_buf_printf(out, "</%s>\n", tag);
}

/* Byline, or the authors where no line was printed; those of another role with it, where
 * the line does not name them. */
static void names(const struct kb_article *a, struct kb_buf *out) {
    size_t told = 0;
    if (a->byline.n) {
        kb_buf_str(out, a->byline);
        told++;
    }
    for (size_t i = 0; i < a->author_count && told < 6; i++) {
        const struct kb_record_person p = kb_facts_person(a, i);
        bool author = kb_facts_has_role(&p, "author");
        if (!p.name.n || (a->byline.n && author) ||
            kb_str_find(a->byline, p.name) != KB_NOT_FOUND)
            continue;
        kb_buf_z(out, told++ ? ", " : "");
        kb_buf_str(out, p.name);
        if (!author) {
            kb_buf_z(out, " (");
            kb_buf_str(out, p.role);
            kb_buf_char(out, ')');
        }
    }
}

void kb_article_print_html(const struct kb_article *a, struct kb_buf *out) {
    kb_buf_z(out, "<!DOCTYPE html>\n<html");
    attribute(out, "lang", a->language);
    attribute(out, "dir", kb_str_z(a->direction));
    kb_buf_z(out, ">\n<head>\n<meta charset=\"utf-8\">\n");
    kb_buf_z(out, "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    kb_buf_html(out, a->title);
    kb_buf_z(out, "</title>\n");
    if (a->canonical_url.n || a->url.n) {
        kb_buf_z(out, "<link rel=\"canonical\"");
        attribute(out, "href", a->canonical_url.n ? a->canonical_url : a->url);
        kb_buf_z(out, ">\n");
    }
    kb_buf_z(out, "</head>\n<body>\n<article>\n");
    element(out, "h1", a->title);
    if (a->byline.n)
        element(out, "address", a->byline);
    if (a->date_published.n) {
        kb_buf_z(out, "<p><time");
        attribute(out, "datetime", a->date_published);
        kb_buf_char(out, '>');
        kb_buf_html(out, a->date_published);
        kb_buf_z(out, "</time></p>\n");
    }
    kb_buf_str(out, a->content_html);
    if (a->content_html.n && a->content_html.p[a->content_html.n - 1] != '\n')
        kb_buf_char(out, '\n');
    if (kb_told_any(a)) {
        kb_buf_z(out, "<footer>\n");
        kb_told_line(a, kb_html_write_html, out);
        kb_buf_z(out, "\n</footer>\n");
    }
    kb_buf_z(out, "</article>\n</body>\n</html>\n");
}

static void style(struct kb_buf *out, bool color, const char *escape) {
    if (color)
        kb_buf_z(out, escape);
}

/* Byline, date and publisher on one line. */
static void facts(const struct kb_article *a, struct kb_buf *line) {
    names(a, line);
    if (a->date_published.n) {
        kb_buf_z(line, line->n ? " \xC2\xB7 " : "");
        kb_buf_str(line, kb_str_slice(a->date_published, 0, 10));
        if (a->date_published.n >= 16) {
            kb_buf_char(line, ' ');
            kb_buf_str(line, kb_str_slice(a->date_published, 11, 16));
        }
    }
    struct kb_str house = a->publisher.n ? a->publisher : a->publisher_domain;
    if (house.n) {
        kb_buf_z(line, line->n ? " \xC2\xB7 " : "");
        kb_buf_str(line, house);
    }
}

/* ---- the view's end: where the text is from ---------------------------------------- */

struct view {
    const struct kb_article *article;
    struct kb_buf *out;
    struct kb_buf line; /* one paragraph before it is folded */
    int width;
    bool color;
};

/* What was put together in the line, folded and on lines of its own. */
static void paragraph(struct view *v, int indent, const char *escape) {
    if (!v->line.n)
        return;
    style(v->out, v->color, escape);
    kb_html_wrap(kb_buf_view(&v->line), v->width, indent, v->out);
    style(v->out, v->color, "\033[0m");
    kb_buf_char(v->out, '\n');
    v->line.n = 0;
}

static void paragraph_of(struct view *v, struct kb_str text, int indent,
                         const char *escape) {
    kb_buf_str(&v->line, text);
    paragraph(v, indent, escape);
}

/* The words that prove a source. */
static void evidence(struct view *v, const struct kb_source *s) {
    if (!s->evidence.n)
        return;
    kb_buf_z(&v->line, "\xE2\x80\x9C");
    kb_buf_str(&v->line, s->evidence);
    kb_buf_z(&v->line, "\xE2\x80\x9D");
    paragraph(v, 4, "\033[2m");
}

/* One source, with those behind it that the same words prove; returns the next one. */
static size_t told_source(struct view *v, const struct kb_record_facts *f, size_t i) {
    const struct kb_provenance *p = &v->article->provenance;
    const struct kb_source *s = &p->sources[i];
    const struct kb_str url = kb_facts_source_url(f, i);
    kb_buf_z(&v->line, kb_told_relation(v->article, s));
    kb_buf_char(&v->line, ' ');
    kb_buf_str(&v->line, s->name.n ? s->name : url);
    while (++i < p->source_count && !url.n && !kb_facts_source_url(f, i).n &&
           p->sources[i].rel == s->rel && p->sources[i].kind == s->kind &&
           kb_str_equal(p->sources[i].evidence, s->evidence)) {
        kb_buf_z(&v->line, ", ");
        kb_buf_str(&v->line, p->sources[i].name);
    }
    paragraph(v, 2, "");
    if (s->name.n && kb_str_find(s->evidence, url) == KB_NOT_FOUND)
        paragraph_of(v, url, 4, "");
    evidence(v, s);
    return i;
}

static void told_sources(struct view *v, const struct kb_record_facts *f) {
    const struct kb_article *a = v->article;
    const struct kb_provenance *p = &a->provenance;
    bool lone = p->original_url.n && f->original_source == KB_FACTS_NONE;
    kb_told_role(a, &v->line);
    paragraph(v, 2, "");
    if (lone) {
        kb_buf_z(&v->line, "original: ");
        paragraph_of(v, p->original_url, 2, "");
    }
    for (size_t i = 0; i < p->source_count;)
        i = told_source(v, f, i);
}

/* Lines of the page that speak of sources, and nobody knows which: as they stand. */
static bool is_untold(const struct kb_article *a, size_t i) {
    return a->removed[i].kind == KB_REMOVED_SOURCE_LINE ||
           a->removed[i].kind == KB_REMOVED_CREDIT_LINE;
}

static void sources(struct view *v) {
    const struct kb_article *a = v->article;
    struct kb_record_facts facts;
    bool told = kb_told_any(a);
    size_t first = 0;
    while (!told && first < a->removed_count && !is_untold(a, first))
        first++;
    if (!told && first == a->removed_count)
        return;
    kb_buf_char(v->out, '\n');
    paragraph_of(v, KB_STR("Sources"), 0, "\033[1m");
    if (told) {
        kb_facts_init(&facts, a);
        told_sources(v, &facts);
        kb_facts_end(&facts, v->out);
        return;
    }
    for (size_t i = first; i < a->removed_count; i++)
        if (is_untold(a, i))
            paragraph_of(v, a->removed[i].text, 2, "");
}

/* The dateline without the dash behind it. */
static struct kb_str dateline(const struct kb_article *a) {
    static const char *const ends[] = {"-", ":", "\xE2\x80\x93", "\xE2\x80\x94",
                                       "\xE2\x80\x95"};
    struct kb_str s = kb_str_trim(a->dateline.raw);
    for (size_t i = 0; i < KB_COUNT(ends); i++)
        if (kb_str_ends(s, kb_str_z(ends[i])))
            return kb_str_trim(kb_str_slice(s, 0, s.n - strlen(ends[i])));
    return s;
}

void kb_article_print_view(const struct kb_article *a, int width, bool color,
                           struct kb_buf *out) {
    struct view v = {.article = a, .out = out, .width = width, .color = color};
    kb_buf_init(&v.line, KB_LIMIT_META_BYTES * 8);
    paragraph_of(&v, a->title, 0, "\033[1m");
    facts(a, &v.line);
    paragraph(&v, 0, "\033[2m");
    paragraph_of(&v, dateline(a), 0, "\033[2m");
    if (out->n && a->body->first)
        kb_buf_char(out, '\n');
    kb_html_write_view(a->body, width, color, out);
    if (out->n && out->p[out->n - 1] != '\n')
        kb_buf_char(out, '\n');
    sources(&v);
    for (size_t i = 0; i < a->warning_count; i++) {
        kb_buf_char(out, '\n');
        kb_buf_z(&v.line, "Note: ");
        paragraph_of(&v, kb_str_z(a->warnings[i]), 0, "\033[2m");
    }
    kb_buf_free(&v.line);
}
