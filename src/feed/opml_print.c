/* The record → OPML 2.0 (http://opml.org/spec2.opml): a list of feeds in their folders.
 *
 * The items are sorted by their folders, so that each folder is opened once; what a
 * reader of OPML made of a list is printed as a list that reads as the same record. */
#include "feed/make.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- the order --------------------------------------------------------------------- */

static size_t folder_count(const struct kb_feed_item *item) {
    return item->outline ? item->outline->folders.count : 0;
}

static int compare_text(struct kb_str a, struct kb_str b) {
    int order = a.n && b.n ? memcmp(a.p, b.p, a.n < b.n ? a.n : b.n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

/* Feeds before folders, folders by their names, else as they stand in the record. */
static int compare(const void *left, const void *right) {
    const struct kb_feed_item *a = *(struct kb_feed_item *const *)left;
    const struct kb_feed_item *b = *(struct kb_feed_item *const *)right;
    size_t na = folder_count(a), nb = folder_count(b);
    for (size_t i = 0; i < na && i < nb; i++) {
        int order =
            compare_text(a->outline->folders.items[i], b->outline->folders.items[i]);
        if (order)
            return order;
    }
    if (na != nb)
        return na < nb ? -1 : 1;
    return (a > b) - (a < b);
}

/* ---- dates ------------------------------------------------------------------------- */

/* A whole RFC 3339 date as RFC 822 has it, with four digits of the year, which the
 * specification asks for; empty where it is none. */
static struct kb_str old_date(struct kb_str date, char out[40]) {
    static const char days[] = "MonTueWedThuFriSatSun";
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t seconds;
    if (!kb_feed_instant(date, &seconds))
        return KB_STR_NONE;
    int year, month, day; /* in the date's own zone */
    year = (date.p[0] - '0') * 1000 + (date.p[1] - '0') * 100 + (date.p[2] - '0') * 10 +
           (date.p[3] - '0');
    month = (date.p[5] - '0') * 10 + (date.p[6] - '0');
    day = (date.p[8] - '0') * 10 + (date.p[9] - '0');
    int weekday = (int)((kb_days_from_date(year, month, day) % 7 + 10) % 7);
    struct kb_str zone = kb_str_slice(date, date.n - 6, date.n);
    bool utc = date.p[date.n - 1] == 'Z';
    int n = snprintf(out, 40, "%.3s, %02d %.3s %04d %.8s %.3s%.2s", days + weekday * 3,
                     day, months + (month - 1) * 3, year, date.p + 11,
                     utc ? "GMT" : zone.p, utc ? "" : zone.p + 4);
    return (struct kb_str){out, (size_t)n};
}

/* ---- outlines ---------------------------------------------------------------------- */

static void indent(struct kb_buf *out, size_t levels) {
    for (size_t i = 0; i < levels + 2; i++)
        kb_buf_z(out, "  ");
}

/* In an attribute white space is folded, but for what is written as a number. */
static void attribute(struct kb_buf *out, const char *name, struct kb_str value) {
    if (!value.n)
        return;
    kb_buf_printf(out, " %s=\"", name);
    for (size_t from = 0, at = 0; at <= value.n; at++) {
        unsigned char c = at < value.n ? (unsigned char)value.p[at] : 0;
        if (at < value.n && c >= ' ')
            continue;
        kb_buf_html(out, kb_str_slice(value, from, at));
        from = at + 1;
        if (at < value.n && kb_is_space((char)c) && c != '\v' && c != '\f')
            kb_buf_printf(out, "&#%d;", c); /* other controls are none of XML's */
    }
    kb_buf_char(out, '"');
}

/* A plain text where OPML 2.0 allows HTML: what would be read as markup is escaped.
 * html is scratch of the caller. */
static struct kb_str as_html(struct kb_buf *out, struct kb_buf *html,
                             struct kb_str text) {
    kb_buf_clear(html);
    if (!kb_opml_has_markup(text))
        return text;
    kb_buf_html(html, text);
    if (html->status != KB_OK)
        out->status = html->status;
    return kb_buf_view(html);
}

static void text_attribute(struct kb_buf *out, const char *name, struct kb_str text) {
    struct kb_buf html;
    kb_buf_init(&html, out->max);
    attribute(out, name, as_html(out, &html, text));
    kb_buf_free(&html);
}

/* Whether a tag is the path of the folders, which the outlines around it say already. */
static bool is_path(const struct kb_feed_item *item, struct kb_str term) {
    size_t at = 0, count = folder_count(item);
    for (size_t i = 0; i < count; i++) {
        struct kb_str name = item->outline->folders.items[i];
        if (i && (at >= term.n || term.p[at++] != '/'))
            return false;
        if (!kb_str_equal(kb_str_slice(term, at, at + name.n), name))
            return false;
        at += name.n;
    }
    return count && at == term.n;
}

/* "category" has commas between its tags, and paths begin with a slash. */
static void categories(struct kb_buf *out, const struct kb_feed_item *item) {
    bool open = false;
    for (size_t i = 0; i < item->c.categories.count; i++) {
        struct kb_str term = item->c.categories.items[i].term;
        if (!term.n || is_path(item, term) || kb_str_find_byte(term, ',') != KB_NOT_FOUND)
            continue;
        kb_buf_z(out, open ? "," : " category=\"");
        kb_buf_z(out, kb_str_find_byte(term, '/') == KB_NOT_FOUND ? "" : "/");
        kb_buf_html(out, term);
        open = true;
    }
    kb_buf_z(out, open ? "\"" : "");
}

static void print_item(struct kb_buf *out, const struct kb_feed_item *item) {
    struct kb_str type = KB_STR("rss");
    char date[40];
    if (item->outline && item->outline->type.n)
        type = item->outline->type;
    bool plain =
        kb_str_equal(type, KB_STR("link")) || kb_str_equal(type, KB_STR("include"));
    indent(out, folder_count(item));
    kb_buf_z(out, "<outline");
    attribute(out, "type", type);
    if (item->c.title.n)
        text_attribute(out, "text", item->c.title);
    else
        attribute(out, "text", item->url);
    text_attribute(out, "title", item->c.title);
    attribute(out, plain ? "url" : "xmlUrl", item->url);
    attribute(out, "htmlUrl", item->external_url);
    text_attribute(out, "description", item->summary);
    attribute(out, "language", item->c.language);
    attribute(out, "created", old_date(item->c.date_created, date));
    if (item->outline)
        attribute(out, "version", item->outline->version);
    categories(out, item);
    kb_buf_z(out, "/>\n");
}

static void open_folder(struct kb_buf *out, struct kb_str name, size_t level) {
    indent(out, level);
    kb_buf_z(out, "<outline");
    text_attribute(out, "text", name);
    kb_buf_z(out, ">\n");
}

/* Closes and opens folders on the way from the item before to this one. */
static void change_folder(struct kb_buf *out, const struct kb_feed_item *from,
                          const struct kb_feed_item *to) {
    size_t had = from ? folder_count(from) : 0, has = to ? folder_count(to) : 0, same = 0;
    while (same < had && same < has &&
           kb_str_equal(from->outline->folders.items[same],
                        to->outline->folders.items[same]))
        same++;
    for (size_t level = had; level > same; level--) {
        indent(out, level - 1);
        kb_buf_z(out, "</outline>\n");
    }
    for (size_t level = same; level < has; level++)
        open_folder(out, to->outline->folders.items[level], level);
}

/* ---- the whole --------------------------------------------------------------------- */

static void element(struct kb_buf *out, const char *name, struct kb_str value) {
    if (!value.n)
        return;
    kb_buf_printf(out, "    <%s>", name);
    kb_buf_html(out, value);
    kb_buf_printf(out, "</%s>\n", name);
}

static void title_element(struct kb_buf *out, struct kb_str title) {
    struct kb_buf html;
    kb_buf_init(&html, out->max);
    element(out, "title", as_html(out, &html, title));
    kb_buf_free(&html);
}

void kb_opml_print(const struct kb_feed *feed, struct kb_buf *out) {
    const struct kb_feed_item *before = NULL;
    size_t count = feed->items.count;
    char date[40];
    const struct kb_feed_item **order = count ? malloc(count * sizeof *order) : NULL;
    if (count && !order) {
        out->status = KB_ENOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++)
        order[i] = &feed->items.items[i];
    if (count)
        qsort(order, count, sizeof *order, compare);
    kb_buf_z(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<opml version=\"2.0\">\n  <head>\n");
    title_element(out, feed->c.title);
    element(out, "dateCreated", old_date(feed->c.date_created, date));
    element(out, "dateModified", old_date(feed->c.date_modified, date));
    if (feed->c.authors.count) {
        element(out, "ownerName", feed->c.authors.items[0].name);
        element(out, "ownerEmail", feed->c.authors.items[0].email);
        element(out, "ownerId", feed->c.authors.items[0].url);
    }
    kb_buf_z(out, "  </head>\n  <body>\n");
    for (size_t i = 0; i < count; i++) {
        change_folder(out, before, order[i]);
        print_item(out, order[i]);
        before = order[i];
    }
    change_folder(out, before, NULL);
    kb_buf_z(out, "  </body>\n</opml>\n");
    free(order);
}
