/* The record → text, Markdown, HTML, the reading view.  An article enters, bytes
 * leave. */
#include "article/article.h"

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

/* Byline, or the authors where no line was printed. */
static void names(const struct kb_article *a, struct kb_buf *out) {
    if (a->byline.n) {
        kb_buf_str(out, a->byline);
        return;
    }
    for (size_t i = 0; i < a->author_count && i < 5; i++) {
        if (i)
            kb_buf_z(out, ", ");
        kb_buf_str(out, a->authors[i].name);
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

/* What the page itself says about where its text is from. */
static void sources(const struct kb_article *a, int width, bool color,
                    struct kb_buf *out) {
    bool any = false;
    for (size_t i = 0; i < a->removed_count; i++) {
        enum kb_removed_kind kind = a->removed[i].kind;
        if (kind != KB_REMOVED_SOURCE_LINE && kind != KB_REMOVED_CREDIT_LINE)
            continue;
        if (!any) {
            kb_buf_char(out, '\n');
            style(out, color, "\033[1m");
            kb_buf_z(out, "Sources");
            style(out, color, "\033[0m");
            kb_buf_char(out, '\n');
        }
        any = true;
        kb_html_wrap(a->removed[i].text, width, 2, out);
        kb_buf_char(out, '\n');
    }
}

void kb_article_print_view(const struct kb_article *a, int width, bool color,
                           struct kb_buf *out) {
    struct kb_buf line;
    kb_buf_init(&line, KB_LIMIT_META_BYTES * 8);
    if (a->title.n) {
        style(out, color, "\033[1m");
        kb_html_wrap(a->title, width, 0, out);
        style(out, color, "\033[0m");
        kb_buf_char(out, '\n');
    }
    facts(a, &line);
    if (line.n) {
        style(out, color, "\033[2m");
        kb_html_wrap(kb_buf_view(&line), width, 0, out);
        style(out, color, "\033[0m");
        kb_buf_char(out, '\n');
    }
    if (out->n && a->body->first)
        kb_buf_char(out, '\n');
    kb_html_write_view(a->body, width, color, out);
    if (out->n && out->p[out->n - 1] != '\n')
        kb_buf_char(out, '\n');
    sources(a, width, color, out);
    for (size_t i = 0; i < a->warning_count; i++) {
        kb_buf_char(out, '\n');
        style(out, color, "\033[2m");
        kb_buf_z(out, "Note: ");
        kb_buf_z(out, a->warnings[i]);
        style(out, color, "\033[0m");
        kb_buf_char(out, '\n');
    }
    kb_buf_free(&line);
}
