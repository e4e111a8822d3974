/* The record → Atom 1.0 (RFC 4287) and RSS 2.0 (rssboard.org/rss-specification), with
 * content:encoded, dc:creator and atom:link where RSS has no word.
 *
 * What both can say is said: dates, people, categories, attachments, where an entry is
 * from (atom:source, RSS source) and where its text is from (links with rel="via").
 * Texts are escaped and what XML 1.0 cannot hold is left out, so that any record makes a
 * well-formed document. */
#include "feed/feed.h"

/* ---- pieces ------------------------------------------------------------------------ */

void kb_xml_text(struct kb_buf *out, struct kb_str s) {
    const char *end = s.p + s.n;
    size_t from = 0;
    for (size_t at = 0, n; at < s.n; at += n) {
        uint32_t c = kb_utf8_next(s.p + at, end, &n);
        if ((c < ' ' && c != '\t' && c != '\n') || c == 0xFFFE || c == 0xFFFF) {
            kb_buf_html(out, kb_str_slice(s, from, at));
            from = at + n;
        }
    }
    kb_buf_html(out, kb_str_slice(s, from, s.n));
}

/* <name>text</name>, nothing where text is empty. */
static void element(struct kb_buf *out, const char *name, struct kb_str text) {
    if (!text.n)
        return;
    kb_buf_printf(out, "<%s>", name);
    kb_xml_text(out, text);
    kb_buf_printf(out, "</%s>\n", name);
}

static void attribute(struct kb_buf *out, const char *name, struct kb_str value) {
    if (!value.n)
        return;
    kb_buf_printf(out, " %s=\"", name);
    kb_xml_text(out, value);
    kb_buf_char(out, '"');
}

static void link_to(struct kb_buf *out, const char *prefix, const char *rel,
                    const char *type, struct kb_str href, struct kb_str title) {
    if (!href.n)
        return;
    kb_buf_printf(out, "<%slink", prefix);
    attribute(out, "rel", kb_str_z(rel));
    attribute(out, "type", kb_str_z(type));
    attribute(out, "href", href);
    attribute(out, "title", title);
    kb_buf_z(out, "/>\n");
}

static void enclosure_link(struct kb_buf *out, const char *prefix,
                           const struct kb_feed_attachment *file) {
    kb_buf_printf(out, "<%slink", prefix);
    attribute(out, "rel", KB_STR("enclosure"));
    attribute(out, "type", file->mime_type);
    attribute(out, "href", file->url);
    attribute(out, "title", file->title);
    if (file->size)
        kb_buf_printf(out, " length=\"%lld\"", (long long)file->size);
    kb_buf_z(out, "/>\n");
}

/* The item's own links: its address is told already. */
static void links(struct kb_buf *out, const char *prefix,
                  const struct kb_feed_item *item) {
    for (size_t i = 0; i < item->c.links.count; i++) {
        const struct kb_feed_link *link = &item->c.links.items[i];
        if (!link->href.n || !link->rel.n ||
            kb_str_equal(link->rel, KB_STR("alternate")) ||
            kb_str_equal(link->rel, KB_STR("self")) ||
            kb_str_equal(link->rel, KB_STR("enclosure")))
            continue;
        kb_buf_printf(out, "<%slink", prefix);
        attribute(out, "rel", link->rel);
        attribute(out, "type", link->type);
        attribute(out, "hreflang", link->hreflang);
        attribute(out, "href", link->href);
        attribute(out, "title", link->title);
        kb_buf_z(out, "/>\n");
    }
}

static struct kb_str category_of(const struct kb_feed_category *category) {
    return category->term.n ? category->term : category->label;
}

/* ---- Atom -------------------------------------------------------------------------- */

/* An IRI (RFC 4287, section 4.2.6); what is none becomes a URN of its bytes. */
static void atom_id(struct kb_buf *out, struct kb_str id) {
    size_t colon = kb_str_find_byte(id, ':');
    kb_buf_z(out, "<id>");
    if (colon != KB_NOT_FOUND && colon > 0)
        kb_xml_text(out, id);
    else
        kb_buf_printf(out, "urn:x-kabar:%016llx",
                      (unsigned long long)kb_hash(id.p, id.n, 0));
    kb_buf_z(out, "</id>\n");
}

static struct kb_str updated_of(const struct kb_feed_common *c) {
    return c->date_modified.n    ? c->date_modified
           : c->date_published.n ? c->date_published
                                 : KB_STR("1970-01-01T00:00:00Z");
}

static void atom_person(struct kb_buf *out, const char *name,
                        const struct kb_feed_person *person) {
    kb_buf_printf(out, "<%s>", name);
    element(out, "name",
            person->name.n ? person->name
                           : (person->email.n ? person->email : KB_STR("unknown")));
    element(out, "uri", person->url);
    element(out, "email", person->email);
    kb_buf_printf(out, "</%s>\n", name);
}

static void atom_people(struct kb_buf *out, const struct kb_feed_common *c) {
    for (size_t i = 0; i < c->authors.count; i++)
        atom_person(out, "author", &c->authors.items[i]);
    for (size_t i = 0; i < c->contributors.count; i++)
        atom_person(out, "contributor", &c->contributors.items[i]);
    for (size_t i = 0; i < c->categories.count; i++) {
        const struct kb_feed_category *category = &c->categories.items[i];
        if (!category_of(category).n)
            continue;
        kb_buf_z(out, "<category");
        attribute(out, "term", category_of(category));
        attribute(out, "scheme", category->scheme);
        if (!kb_str_equal(category->label, category_of(category)))
            attribute(out, "label", category->label);
        kb_buf_z(out, "/>\n");
    }
    element(out, "rights", c->rights);
}

/* What feeds and sources have alike. */
static void atom_feed_head(struct kb_buf *out, const struct kb_feed *feed) {
    struct kb_str id = feed->c.id.n       ? feed->c.id
                       : feed->feed_url.n ? feed->feed_url
                                          : feed->home_page_url;
    atom_id(out, id);
    kb_buf_z(out, "<title>");
    kb_xml_text(out, feed->c.title);
    kb_buf_z(out, "</title>\n");
    element(out, "subtitle", feed->description);
    kb_buf_z(out, "<updated>");
    kb_xml_text(out, updated_of(&feed->c));
    kb_buf_z(out, "</updated>\n");
    link_to(out, "", "self", "", feed->feed_url, KB_STR_NONE);
    link_to(out, "", "alternate", "", feed->home_page_url, KB_STR_NONE);
    element(out, "icon", feed->favicon);
    element(out, "logo", feed->icon);
}

static void atom_text(struct kb_buf *out, const char *name, const char *type,
                      struct kb_str text) {
    if (!text.n)
        return;
    kb_buf_printf(out, "<%s type=\"%s\">", name, type);
    kb_xml_text(out, text);
    kb_buf_printf(out, "</%s>\n", name);
}

static void atom_entry(struct kb_buf *out, const struct kb_feed_item *item) {
    kb_buf_z(out, "<entry");
    attribute(out, "xml:lang", item->c.language);
    kb_buf_z(out, ">\n");
    atom_id(out, item->c.id.n ? item->c.id : item->url);
    kb_buf_z(out, "<title>");
    kb_xml_text(out, item->c.title);
    kb_buf_z(out, "</title>\n");
    element(out, "published", item->c.date_published);
    kb_buf_z(out, "<updated>");
    kb_xml_text(out, updated_of(&item->c));
    kb_buf_z(out, "</updated>\n");
    link_to(out, "", "alternate", "", item->url.n ? item->url : item->external_url,
            KB_STR_NONE);
    links(out, "", item);
    for (size_t i = 0; i < item->attachments.count; i++)
        enclosure_link(out, "", &item->attachments.items[i]);
    atom_people(out, &item->c);
    atom_text(out, "summary", "text", item->summary);
    if (item->content_html.n)
        atom_text(out, "content", "html", item->content_html);
    else
        atom_text(out, "content", "text", item->content_text);
    if (item->source) {
        kb_buf_z(out, "<source>\n");
        atom_feed_head(out, item->source);
        kb_buf_z(out, "</source>\n");
    }
    kb_buf_z(out, "</entry>\n");
}

void kb_feed_print_atom(const struct kb_feed *feed, struct kb_buf *out) {
    static const struct kb_feed_person nobody = {.name = {"unknown", 7}};
    kb_buf_z(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                  "<feed xmlns=\"http://www.w3.org/2005/Atom\"");
    attribute(out, "xml:lang", feed->c.language);
    kb_buf_z(out, ">\n");
    atom_feed_head(out, feed);
    link_to(out, "", "next", "", feed->next_url, KB_STR_NONE);
    for (size_t i = 0; i < feed->hubs.count; i++)
        link_to(out, "", "hub", "", feed->hubs.items[i].url, KB_STR_NONE);
    if (feed->generator.name.n) {
        kb_buf_z(out, "<generator");
        attribute(out, "uri", feed->generator.url);
        attribute(out, "version", feed->generator.version);
        kb_buf_char(out, '>');
        kb_xml_text(out, feed->generator.name);
        kb_buf_z(out, "</generator>\n");
    }
    if (!feed->c.authors.count) /* one is wanted where an entry has none */
        atom_person(out, "author",
                    feed->c.title.n ? &(struct kb_feed_person){.name = feed->c.title}
                                    : &nobody);
    atom_people(out, &feed->c);
    for (size_t i = 0; i < feed->items.count; i++)
        atom_entry(out, &feed->items.items[i]);
    kb_buf_z(out, "</feed>\n");
}

/* ---- RSS --------------------------------------------------------------------------- */

/* A date as RFC 822 has it, in UTC; nothing where it is none. */
static void rss_date(struct kb_buf *out, const char *name, struct kb_str date) {
    static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    enum { DAY = 86400, WEEK = 7 };
    int64_t seconds;
    int year, month, day;
    if (!date.n || !kb_date_seconds(date, &seconds))
        return;
    int64_t number = seconds / DAY - (seconds % DAY < 0);
    int time = (int)(seconds - number * DAY);
    kb_days_to_date(number, &year, &month, &day);
    kb_buf_printf(out, "<%s>%s, %02d %s %04d %02d:%02d:%02d GMT</%s>\n", name,
                  days[(number % WEEK + WEEK) % WEEK], day, months[month - 1], year,
                  time / 3600, time / 60 % 60, time % 60, name);
}

static void rss_source(struct kb_buf *out, const struct kb_feed *source) {
    struct kb_str url = source->feed_url.n ? source->feed_url : source->home_page_url;
    if (!url.n)
        return;
    kb_buf_z(out, "<source");
    attribute(out, "url", url);
    kb_buf_char(out, '>');
    kb_xml_text(out, source->c.title);
    kb_buf_z(out, "</source>\n");
}

/* An item has one enclosure; further files are links, as Atom has them. */
static void rss_enclosure(struct kb_buf *out, const struct kb_feed_attachment *file,
                          bool first) {
    if (!first) {
        enclosure_link(out, "atom:", file);
        return;
    }
    kb_buf_z(out, "<enclosure");
    attribute(out, "url", file->url);
    kb_buf_printf(out, " length=\"%lld\"", (long long)file->size);
    attribute(out, "type", kb_feed_attachment_type(file));
    kb_buf_z(out, "/>\n");
}

static void rss_item(struct kb_buf *out, const struct kb_feed_item *item) {
    kb_buf_z(out, "<item>\n");
    element(out, "title", item->c.title);
    element(out, "link", item->url.n ? item->url : item->external_url);
    kb_buf_z(out, "<guid isPermaLink=\"false\">");
    kb_xml_text(out, item->c.id.n ? item->c.id : item->url);
    kb_buf_z(out, "</guid>\n");
    rss_date(out, "pubDate",
             item->c.date_published.n ? item->c.date_published : item->c.date_modified);
    for (size_t i = 0; i < item->c.authors.count; i++)
        element(out, "dc:creator", item->c.authors.items[i].name);
    element(out, "dc:language", item->c.language);
    for (size_t i = 0; i < item->c.categories.count; i++)
        element(out, "category", category_of(&item->c.categories.items[i]));
    links(out, "atom:", item);
    if (item->source)
        rss_source(out, item->source);
    for (size_t i = 0; i < item->attachments.count; i++)
        rss_enclosure(out, &item->attachments.items[i], i == 0);
    /* One of title and description must be there. */
    if (item->summary.n || !item->c.title.n)
        element(out, "description", item->summary.n ? item->summary : item->content_text);
    if (item->content_html.n)
        element(out, "content:encoded", item->content_html);
    else if (item->content_text.n && !item->summary.n && item->c.title.n)
        element(out, "description", item->content_text);
    kb_buf_z(out, "</item>\n");
}

void kb_feed_print_rss(const struct kb_feed *feed, struct kb_buf *out) {
    struct kb_str home = feed->home_page_url.n ? feed->home_page_url : feed->feed_url;
    kb_buf_z(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                  "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" "
                  "xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" "
                  "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n<title>");
    kb_xml_text(out, feed->c.title);
    kb_buf_z(out, "</title>\n<link>");
    kb_xml_text(out, home);
    kb_buf_z(out, "</link>\n<description>");
    kb_xml_text(out, feed->description.n ? feed->description : feed->c.title);
    kb_buf_z(out, "</description>\n");
    element(out, "language", feed->c.language);
    element(out, "copyright", feed->c.rights);
    rss_date(out, "lastBuildDate", feed->c.date_modified);
    element(out, "generator", feed->generator.name);
    link_to(out, "atom:", "self", "application/rss+xml", feed->feed_url, KB_STR_NONE);
    link_to(out, "atom:", "next", "", feed->next_url, KB_STR_NONE);
    for (size_t i = 0; i < feed->hubs.count; i++)
        link_to(out, "atom:", "hub", "", feed->hubs.items[i].url, KB_STR_NONE);
    for (size_t i = 0; i < feed->items.count; i++)
        rss_item(out, &feed->items.items[i]);
    kb_buf_z(out, "</channel>\n</rss>\n");
}
