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

/* ---- values ------------------------------------------------------------------------ */

struct printer {
    struct kb_buf *out;
    struct kb_buf clean, html; /* a value on its way */
};

/* The value without what XML has no characters for, and the white space at its ends,
 * which nobody reads back.  What stays is judged, not what was there: without its control
 * "<\1b>" is a tag.  Stands in p->clean until the next one. */
static struct kb_str clean(struct printer *p, struct kb_str value) {
    kb_buf_clear(&p->clean);
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        struct kb_str rest = kb_str_slice(value, i, value.n);
        if (kb_str_starts(rest, KB_STR("\xEF\xBF\xBE")) ||
            kb_str_starts(rest, KB_STR("\xEF\xBF\xBF")))
            i += 2; /* U+FFFE, U+FFFF */
        else if (c >= ' ' || c == '\t' || c == '\n' || c == '\r')
            kb_buf_char(&p->clean, (char)c);
    }
    if (p->clean.status != KB_OK)
        p->out->status = p->clean.status;
    return kb_str_trim(kb_buf_view(&p->clean));
}

/* The same of a plain text where OPML 2.0 allows HTML: what would be read as markup is
 * escaped. */
static struct kb_str as_html(struct printer *p, struct kb_str text) {
    text = clean(p, text);
    if (!kb_opml_has_markup(text))
        return text;
    kb_buf_clear(&p->html);
    kb_buf_html(&p->html, text);
    if (p->html.status != KB_OK)
        p->out->status = p->html.status;
    return kb_buf_view(&p->html);
}

/* XML reads white space in an attribute as spaces, and a carriage return anywhere as a
 * line feed, but for what is written as a number. */
static void put(struct kb_buf *out, struct kb_str value) {
    for (size_t from = 0, at = 0; at <= value.n; at++) {
        unsigned char c = at < value.n ? (unsigned char)value.p[at] : 0;
        if (c >= ' ' && at < value.n)
            continue;
        kb_buf_html(out, kb_str_slice(value, from, at));
        from = at + 1;
        if (at < value.n)
            kb_buf_printf(out, "&#%d;", c);
    }
}

static void put_attribute(struct printer *p, const char *name, struct kb_str value) {
    if (!value.n)
        return;
    kb_buf_printf(p->out, " %s=\"", name);
    put(p->out, value);
    kb_buf_char(p->out, '"');
}

static void attribute(struct printer *p, const char *name, struct kb_str value) {
    put_attribute(p, name, clean(p, value));
}

static void text_attribute(struct printer *p, const char *name, struct kb_str text) {
    put_attribute(p, name, as_html(p, text));
}

static void element(struct printer *p, const char *name, struct kb_str value) {
    if (!value.n)
        return;
    kb_buf_printf(p->out, "    <%s>", name);
    put(p->out, value);
    kb_buf_printf(p->out, "</%s>\n", name);
}

/* ---- outlines ---------------------------------------------------------------------- */

static void indent(struct kb_buf *out, size_t levels) {
    for (size_t i = 0; i < levels + 2; i++)
        kb_buf_z(out, "  ");
}

/* Whether a tag is the path of the folders, which the outlines around it say already. */
static bool is_path(struct printer *p, const struct kb_feed_item *item,
                    struct kb_str term) {
    kb_buf_clear(&p->html);
    for (size_t i = 0; i < folder_count(item); i++) {
        kb_buf_z(&p->html, i ? "/" : "");
        kb_buf_str(&p->html, item->outline->folders.items[i]);
    }
    return p->html.n && kb_str_equal(term, kb_opml_cut(kb_buf_view(&p->html)));
}

/* "category" has commas between its tags, and paths begin with a slash. */
static void categories(struct printer *p, const struct kb_feed_item *item) {
    bool open = false;
    for (size_t i = 0; i < item->c.categories.count; i++) {
        struct kb_str term = item->c.categories.items[i].term;
        if (is_path(p, item, term) || kb_str_find_byte(term, ',') != KB_NOT_FOUND)
            continue;
        term = clean(p, term);
        if (!term.n)
            continue;
        kb_buf_z(p->out, open ? "," : " category=\"");
        kb_buf_z(p->out, kb_str_find_byte(term, '/') == KB_NOT_FOUND ? "" : "/");
        put(p->out, term);
        open = true;
    }
    kb_buf_z(p->out, open ? "\"" : "");
}

static void print_item(struct printer *p, const struct kb_feed_item *item) {
    struct kb_str type = KB_STR("rss"), title;
    char date[40];
    if (item->outline && item->outline->type.n)
        type = item->outline->type;
    bool plain =
        kb_str_equal(type, KB_STR("link")) || kb_str_equal(type, KB_STR("include"));
    indent(p->out, folder_count(item));
    kb_buf_z(p->out, "<outline");
    attribute(p, "type", type);
    title = as_html(p, item->c.title);
    if (title.n)
        put_attribute(p, "text", title);
    else
        attribute(p, "text", item->url);
    text_attribute(p, "title", item->c.title);
    attribute(p, plain ? "url" : "xmlUrl", item->url);
    attribute(p, "htmlUrl", item->external_url);
    text_attribute(p, "description", item->summary);
    attribute(p, "language", item->c.language);
    attribute(p, "created", old_date(item->c.date_created, date));
    if (item->outline)
        attribute(p, "version", item->outline->version);
    categories(p, item);
    kb_buf_z(p->out, "/>\n");
}

static void open_folder(struct printer *p, struct kb_str name, size_t level) {
    indent(p->out, level);
    kb_buf_z(p->out, "<outline");
    text_attribute(p, "text", name);
    kb_buf_z(p->out, ">\n");
}

/* Closes and opens folders on the way from the item before to this one. */
static void change_folder(struct printer *p, const struct kb_feed_item *from,
                          const struct kb_feed_item *to) {
    size_t had = from ? folder_count(from) : 0, has = to ? folder_count(to) : 0, same = 0;
    while (same < had && same < has &&
           kb_str_equal(from->outline->folders.items[same],
                        to->outline->folders.items[same]))
        same++;
    for (size_t level = had; level > same; level--) {
        indent(p->out, level - 1);
        kb_buf_z(p->out, "</outline>\n");
    }
    for (size_t level = same; level < has; level++)
        open_folder(p, to->outline->folders.items[level], level);
}

/* ---- the whole --------------------------------------------------------------------- */

void kb_opml_print(const struct kb_feed *feed, struct kb_buf *out) {
    const struct kb_feed_item *before = NULL;
    struct printer p = {.out = out};
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
    kb_buf_init(&p.clean, out->max);
    kb_buf_init(&p.html, out->max);
    kb_buf_z(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<opml version=\"2.0\">\n  <head>\n");
    element(&p, "title", as_html(&p, feed->c.title));
    element(&p, "dateCreated", old_date(feed->c.date_created, date));
    element(&p, "dateModified", old_date(feed->c.date_modified, date));
    if (feed->c.authors.count) {
        element(&p, "ownerName", clean(&p, feed->c.authors.items[0].name));
        element(&p, "ownerEmail", clean(&p, feed->c.authors.items[0].email));
        element(&p, "ownerId", clean(&p, feed->c.authors.items[0].url));
    }
    kb_buf_z(out, "  </head>\n  <body>\n");
    for (size_t i = 0; i < count; i++) {
        change_folder(&p, before, order[i]);
        print_item(&p, order[i]);
        before = order[i];
    }
    change_folder(&p, before, NULL);
    kb_buf_z(out, "  </body>\n</opml>\n");
    kb_buf_free(&p.html);
    kb_buf_free(&p.clean);
    free(order);
}
