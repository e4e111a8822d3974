/* Site maps → the record: one address an item.
 *
 * The protocol is sitemaps.org's: a urlset of addresses, or an index of further site
 * maps; Google's extensions for news, pictures and videos and the alternates in other
 * languages (xhtml:link) stand in the same elements.  A text with one address a line is a
 * site map too.  Elements are told by their local names and by what they stand in,
 * because the prefixes' declarations are forgotten as often as not. */
#include "feed/xml.h"

enum {
    PROTOCOL_ENTRIES = 50000, /* what sitemaps.org allows in one file */
    PARTS = 8
};

/* What an element's children speak of. */
enum part { NOTHING, MAP, ENTRY, NEWS, PUBLICATION, IMAGE, VIDEO };

struct reader {
    struct kb_feed_make *make;
    struct kb_feed_item *item;
    struct kb_feed_image image;
    struct kb_feed_attachment video;
    struct kb_buf text;
    enum part parts[PARTS]; /* of the open elements that matter, the outermost first */
    size_t depths[PARTS];
    size_t count, depth;
    size_t entries, nameless;
    struct kb_str title; /* the publication that all entries name */
    bool titles_differ;
};

static enum part part_of(const struct reader *r) {
    return r->count ? r->parts[r->count - 1] : NOTHING;
}

static struct kb_str keep(struct reader *r, struct kb_str text) {
    return kb_arena_dup(r->make->arena, kb_str_cut(text, KB_LIMIT_META_BYTES));
}

static void keep_once(struct reader *r, struct kb_str *field, struct kb_str text) {
    if (!field->n && text.n)
        *field = keep(r, text);
}

static struct kb_str date(struct reader *r, struct kb_str text) {
    struct kb_str read = kb_feed_date(r->make->arena, text);
    if (text.n && !read.n)
        kb_feed_warn(r->make, "a date cannot be read: %.*s", (int)kb_str_cut(text, 40).n,
                     text.p);
    return read;
}

static void add_categories(struct reader *r, struct kb_str list, struct kb_str scheme) {
    while (list.n) {
        size_t comma = kb_str_find_byte(list, ',');
        struct kb_str term = kb_str_trim(kb_str_slice(list, 0, comma));
        list =
            comma == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(list, comma + 1, list.n);
        struct kb_feed_category *category =
            term.n ? kb_feed_add(r->make, &r->item->c.categories) : NULL;
        if (category) {
            category->term = keep(r, term);
            category->scheme = scheme;
        }
    }
}

/* ---- the parts' ends --------------------------------------------------------------- */

/* The first picture is the item's; the others are attached. */
static void end_image(struct reader *r) {
    struct kb_feed_image *image = &r->image;
    if (!image->url.n)
        return;
    if (!r->item->image.n) {
        r->item->image = image->url;
        return;
    }
    struct kb_feed_attachment *a = kb_feed_add(r->make, &r->item->attachments);
    if (a) {
        a->url = image->url;
        a->title = image->title.n ? image->title : image->description;
    }
}

static void end_video(struct reader *r) {
    struct kb_feed_attachment *a = NULL;
    if (r->video.url.n)
        a = kb_feed_add(r->make, &r->item->attachments);
    if (a)
        *a = r->video;
    keep_once(r, &r->item->c.title, r->video.title);
}

static void end_entry(struct reader *r) {
    struct kb_feed_item *item = r->item;
    struct kb_str name = item->c.publisher.name;
    r->item = NULL;
    if (!r->title.n)
        r->title = name;
    else if (name.n && !kb_str_equal(name, r->title))
        r->titles_differ = true;
    if (!item->url.n) {
        r->nameless++;
        r->make->feed->items.count--;
    }
}

/* "0.8": from 0 to 1, in thousandths. */
static double share(struct kb_str text) {
    int value = 0, unit = 1000;
    bool point = false;
    for (size_t i = 0; i < text.n && unit; i++) {
        if (kb_is_digit(text.p[i]))
            value += (text.p[i] - '0') * unit, unit = point ? unit / 10 : unit;
        else if (text.p[i] == '.' && !point)
            point = true, unit = 100;
        else
            return 0;
    }
    return value <= 1000 ? value / 1000.0 : 0;
}

/* ---- elements ---------------------------------------------------------------------- */

static void end_of_entry(struct reader *r, struct kb_str name, struct kb_str text) {
    struct kb_feed_item *item = r->item;
    if (kb_str_equal_nocase(name, KB_STR("loc")) && !item->url.n) {
        item->url = kb_feed_url(r->make, text);
    } else if (kb_str_equal_nocase(name, KB_STR("lastmod"))) {
        item->c.date_modified = date(r, text);
    } else if (kb_str_equal_nocase(name, KB_STR("changefreq"))) {
        item->change_frequency = keep(r, text);
    } else if (kb_str_equal_nocase(name, KB_STR("priority"))) {
        item->priority = share(text);
    }
}

static void end_of_news(struct reader *r, struct kb_str name, struct kb_str text) {
    struct kb_feed_item *item = r->item;
    if (kb_str_equal_nocase(name, KB_STR("title")))
        item->c.title = keep(r, text);
    else if (kb_str_equal_nocase(name, KB_STR("publication_date")))
        item->c.date_published = date(r, text);
    else if (kb_str_equal_nocase(name, KB_STR("keywords")))
        add_categories(r, text, KB_STR_NONE);
    else if (kb_str_equal_nocase(name, KB_STR("genres")))
        add_categories(r, text, KB_STR("news:genres"));
    else if (kb_str_equal_nocase(name, KB_STR("stock_tickers")))
        add_categories(r, text, KB_STR("news:stock_tickers"));
    else if (part_of(r) == PUBLICATION && kb_str_equal_nocase(name, KB_STR("name")))
        item->c.publisher.name = keep(r, text);
    else if (part_of(r) == PUBLICATION && kb_str_equal_nocase(name, KB_STR("language")))
        item->c.language = keep(r, text);
}

static void end_of_image(struct reader *r, struct kb_str name, struct kb_str text) {
    if (kb_str_equal_nocase(name, KB_STR("loc")))
        r->image.url = kb_feed_url(r->make, text);
    else if (kb_str_equal_nocase(name, KB_STR("title")))
        r->image.title = keep(r, text);
    else if (kb_str_equal_nocase(name, KB_STR("caption")))
        r->image.description = keep(r, text);
}

static void end_of_video(struct reader *r, struct kb_str name, struct kb_str text) {
    struct kb_feed_item *item = r->item;
    if (kb_str_equal_nocase(name, KB_STR("content_loc"))) {
        r->video.url = kb_feed_url(r->make, text);
    } else if (kb_str_equal_nocase(name, KB_STR("player_loc"))) {
        item->media.player = kb_feed_url(r->make, text);
    } else if (kb_str_equal_nocase(name, KB_STR("thumbnail_loc"))) {
        struct kb_feed_image *image = kb_feed_add(r->make, &item->media.thumbnails);
        if (image)
            image->url = kb_feed_url(r->make, text);
    } else if (kb_str_equal_nocase(name, KB_STR("title"))) {
        r->video.title = keep(r, text);
    } else if (kb_str_equal_nocase(name, KB_STR("description"))) {
        keep_once(r, &item->summary, text);
    } else if (kb_str_equal_nocase(name, KB_STR("duration"))) {
        for (size_t i = 0; i < text.n && i < 9 && kb_is_digit(text.p[i]); i++)
            r->video.seconds = r->video.seconds * 10 + (text.p[i] - '0');
    } else if (kb_str_equal_nocase(name, KB_STR("publication_date"))) {
        if (!item->c.date_published.n)
            item->c.date_published = date(r, text);
    } else if (kb_str_equal_nocase(name, KB_STR("expiration_date"))) {
        item->date_expires = date(r, text);
    } else if (kb_str_equal_nocase(name, KB_STR("tag")) ||
               kb_str_equal_nocase(name, KB_STR("category"))) {
        add_categories(r, text, KB_STR_NONE);
    }
}

static struct kb_str attribute(const struct kb_xml_attribute *attributes, size_t count,
                               struct kb_str name) {
    for (size_t i = 0; i < count; i++) {
        if (kb_str_equal_nocase(attributes[i].local, name))
            return kb_str_trim(attributes[i].value);
    }
    return KB_STR_NONE;
}

/* xhtml:link: the same page in another language. */
static void add_link(struct reader *r, const struct kb_xml_attribute *attributes,
                     size_t count) {
    struct kb_str href = attribute(attributes, count, KB_STR("href"));
    struct kb_feed_link *link = href.n ? kb_feed_add(r->make, &r->item->c.links) : NULL;
    if (!link)
        return;
    struct kb_str rel = attribute(attributes, count, KB_STR("rel"));
    link->href = kb_feed_url(r->make, href);
    link->rel = rel.n ? keep(r, rel) : KB_STR("alternate");
    link->hreflang = keep(r, attribute(attributes, count, KB_STR("hreflang")));
    link->type = keep(r, attribute(attributes, count, KB_STR("type")));
}

/* The part that an element opens inside of another, or NOTHING. */
static enum part opened(const struct reader *r, struct kb_str name) {
    static const struct {
        enum part in, is;
        const char *name;
    } parts[] = {{NOTHING, MAP, "urlset"}, {NOTHING, MAP, "sitemapindex"},
                 {MAP, ENTRY, "url"},      {MAP, ENTRY, "sitemap"},
                 {ENTRY, ENTRY, "url"},    {ENTRY, ENTRY, "sitemap"},
                 {ENTRY, NEWS, "news"},    {NEWS, PUBLICATION, "publication"},
                 {ENTRY, IMAGE, "image"},  {ENTRY, VIDEO, "video"}};
    for (size_t i = 0; i < KB_COUNT(parts); i++) {
        if (parts[i].in == part_of(r) &&
            kb_str_equal_nocase(name, kb_str_z(parts[i].name)))
            return parts[i].is;
    }
    return NOTHING;
}

static void start(void *context, const struct kb_xml_name *name,
                  const struct kb_xml_attribute *attributes, size_t count) {
    struct reader *r = context;
    enum part part = opened(r, name->local);
    kb_buf_clear(&r->text);
    r->depth++;
    if (part_of(r) == ENTRY && kb_str_equal_nocase(name->local, KB_STR("link")))
        add_link(r, attributes, count);
    if (part == NOTHING || r->count == PARTS)
        return;
    if (part == MAP)
        r->make->feed->source_format =
            kb_lower(name->local.p[0]) == 'u' ? "sitemap" : "sitemap-index";
    if (part == ENTRY) {
        if (part_of(r) == ENTRY) { /* the end tag of the one before is missing */
            end_entry(r);
            r->count--;
        }
        r->item = kb_feed_item_add(r->make);
        r->entries++;
        if (!r->item) /* what stands in it is passed over */
            return;
    }
    if (part == IMAGE)
        r->image = (struct kb_feed_image){.width = 0};
    if (part == VIDEO)
        r->video = (struct kb_feed_attachment){.size = 0};
    r->parts[r->count] = part;
    r->depths[r->count++] = r->depth;
}

static void end(void *context, const struct kb_xml_name *name) {
    struct reader *r = context;
    struct kb_str text = kb_str_trim(kb_buf_view(&r->text));
    enum part part = part_of(r);
    if (r->count && r->depths[r->count - 1] == r->depth) {
        r->count--;
        if (part == ENTRY)
            end_entry(r);
        else if (part == IMAGE)
            end_image(r);
        else if (part == VIDEO)
            end_video(r);
    } else if (part == ENTRY) {
        end_of_entry(r, name->local, text);
    } else if (part == NEWS || part == PUBLICATION) {
        end_of_news(r, name->local, text);
    } else if (part == IMAGE) {
        end_of_image(r, name->local, text);
    } else if (part == VIDEO) {
        end_of_video(r, name->local, text);
    }
    kb_buf_clear(&r->text);
    r->depth--;
}

static void text(void *context, struct kb_str text) {
    struct reader *r = context;
    if (r->item)
        kb_feed_gather(r->make, &r->text, text);
}

/* ---- the whole --------------------------------------------------------------------- */

/* Says what was wrong with the entries. */
static void finish(struct reader *r) {
    struct kb_feed_make *make = r->make;
    if (!r->titles_differ)
        make->feed->c.title = r->title;
    if (r->entries > PROTOCOL_ENTRIES)
        kb_feed_warn(make, "the site map has %zu entries; %d are allowed in one file",
                     r->entries, PROTOCOL_ENTRIES);
    if (r->nameless)
        kb_feed_warn(make, "entries without a valid address were left out: %zu",
                     r->nameless);
}

enum kb_status kb_feed_read_sitemap(struct kb_feed_make *make, struct kb_str xml) {
    struct reader r = {.make = make};
    const struct kb_xml_handler handler = {&r, start, end, text};
    kb_buf_init(&r.text, KB_LIMIT_FEED_BYTES);
    enum kb_status status = kb_xml_parse(make, xml, &handler);
    if (status == KB_OK && !make->feed->source_format)
        status = kb_err_set(make->err, KB_EINPUT,
                            "no site map: neither a urlset nor a sitemapindex");
    if (status == KB_OK)
        finish(&r);
    kb_buf_free(&r.text);
    return status;
}

enum kb_status kb_feed_read_sitemap_text(struct kb_feed_make *make, struct kb_str lines) {
    struct reader r = {.make = make};
    make->feed->source_format = "sitemap-text";
    while (lines.n) {
        size_t end = kb_str_find_byte(lines, '\n');
        struct kb_str line = kb_str_trim(kb_str_slice(lines, 0, end));
        lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(lines, end + 1, lines.n);
        if (!line.n)
            continue;
        r.entries++;
        bool address = kb_str_starts_nocase(line, KB_STR("http://")) ||
                       kb_str_starts_nocase(line, KB_STR("https://"));
        struct kb_str url = address ? kb_feed_url(make, line) : KB_STR_NONE;
        struct kb_feed_item *item = url.n ? kb_feed_item_add(make) : NULL;
        if (item)
            item->url = url;
        r.nameless += !url.n;
    }
    finish(&r);
    return KB_OK;
}
