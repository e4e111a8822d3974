/* The record → a list for a terminal.
 *
 * Enters: a record and the terminal's width; leaves: the feed's title, then for each item
 * its title, date, author and address, and at the end how many there are and what was
 * wrong with the feed.  Texts are folded by html's writer, which also drops whatever
 * would steer a terminal. */
#include "feed/feed.h"

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define DOT " \xC2\xB7 "

/* Bytes of an item's text that stand in for a title that it has not. */
enum { TITLE_BYTES = 120 };

struct view {
    struct kb_buf *out;
    struct kb_buf line; /* one paragraph before it is folded */
    int width;
    bool color;
};

static void paragraph(struct view *v, int indent, const char *escape) {
    if (!v->line.n)
        return;
    if (v->color)
        kb_buf_z(v->out, escape);
    kb_html_wrap(kb_buf_view(&v->line), v->width, indent, v->out);
    if (v->color)
        kb_buf_z(v->out, "\033[0m");
    kb_buf_char(v->out, '\n');
    v->line.n = 0;
}

/* One more of the line's facts, behind a dot. */
static void fact(struct view *v, struct kb_str text) {
    if (!text.n)
        return;
    if (v->line.n)
        kb_buf_z(&v->line, DOT);
    kb_buf_str(&v->line, text);
}

/* "2026-03-05 14:30": the day and the time as the feed's own zone has them. */
static void date(struct view *v, struct kb_str date) {
    fact(v, kb_str_slice(date, 0, 10));
    if (date.n >= 16) {
        kb_buf_char(&v->line, ' ');
        kb_buf_str(&v->line, kb_str_slice(date, 11, 16));
    }
}

/* The text of safe HTML, up to max bytes of it: its writer escapes these alone. */
static void add_text(struct kb_buf *line, struct kb_str html, size_t max) {
    static const struct {
        const char *name, *text;
    } escapes[] = {
        {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&nbsp;", " "}};
    size_t i = 0, at = line->n;
    while (i < html.n && line->n - at < max) {
        struct kb_str rest = kb_str_slice(html, i, html.n);
        size_t n = 1;
        if (html.p[i] == '<') {
            n = kb_str_find_byte(rest, '>');
            n = n == KB_NOT_FOUND ? rest.n : n + 1;
            kb_buf_char(line, ' ');
        } else {
            const char *text = NULL;
            for (size_t k = 0; k < KB_COUNT(escapes) && html.p[i] == '&' && !text; k++) {
                if (!kb_str_starts(rest, kb_str_z(escapes[k].name)))
                    continue;
                text = escapes[k].text;
                n = strlen(escapes[k].name);
            }
            kb_buf_add(line, text ? text : rest.p, text ? 1 : n);
        }
        i += n;
    }
    /* What was cut may have ended inside a character. */
    line->n = at + kb_utf8_valid_prefix(kb_str_slice(kb_buf_view(line), at, line->n));
    if (i < html.n)
        kb_buf_z(line, "\xE2\x80\xA6");
}

/* Short messages have no title: the beginning of what they say stands there. */
static void title(struct view *v, const struct kb_feed_item *item) {
    struct kb_str plain = item->summary.n ? item->summary : item->content_text;
    if (item->c.title.n) {
        kb_buf_str(&v->line, item->c.title);
    } else if (plain.n) {
        struct kb_str cut = kb_str_cut(plain, TITLE_BYTES);
        kb_buf_str(&v->line, cut);
        kb_buf_z(&v->line, cut.n < plain.n ? "\xE2\x80\xA6" : "");
    } else {
        add_text(&v->line, item->content_html, TITLE_BYTES);
    }
    paragraph(v, 0, BOLD);
}

static void print_item(struct view *v, const struct kb_feed_item *item) {
    kb_buf_char(v->out, '\n');
    title(v, item);
    date(v, item->c.date_published.n ? item->c.date_published : item->c.date_modified);
    for (size_t i = 0; i < item->c.authors.count; i++) {
        const struct kb_feed_person *author = &item->c.authors.items[i];
        fact(v, author->name.n ? author->name : author->email);
    }
    fact(v, item->url.n ? item->url : item->external_url);
    if (!v->line.n && item->attachments.count)
        fact(v, item->attachments.items[0].url);
    paragraph(v, 2, DIM);
}

void kb_feed_print_view(const struct kb_feed *feed, int width, bool color,
                        struct kb_buf *out) {
    struct view v = {.out = out, .width = width, .color = color};
    size_t count = feed->items.count;
    kb_buf_init(&v.line, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_str(&v.line, feed->c.title);
    paragraph(&v, 0, BOLD);
    fact(&v, feed->home_page_url.n ? feed->home_page_url : feed->feed_url);
    fact(&v, feed->c.language);
    fact(&v, kb_str_z(feed->source_format));
    paragraph(&v, 0, DIM);
    kb_buf_str(&v.line, feed->description);
    paragraph(&v, 0, "");
    for (size_t i = 0; i < count; i++)
        print_item(&v, &feed->items.items[i]);
    kb_buf_printf(out, "\n%zu item%s\n", count, count == 1 ? "" : "s");
    for (size_t i = 0; i < feed->warnings.count; i++) {
        kb_buf_z(&v.line, "Note: ");
        kb_buf_str(&v.line, feed->warnings.items[i]);
        paragraph(&v, 0, DIM);
    }
    if (v.line.status != KB_OK && out->status == KB_OK)
        out->status = v.line.status;
    kb_buf_free(&v.line);
}
