/* What RSS, Atom, Dublin Core and CDF say → the record; see xml_feeds.h. */
#include "feed/xml_feeds.h"

/* ---- formats ----------------------------------------------------------------------- */

static bool has(struct kb_str s, const char *word) {
    return kb_str_find_nocase(s, kb_str_z(word)) != KB_NOT_FOUND;
}

static const char *rss_format(struct kb_str version) {
    static const char *const known[][2] = {
        {"0.90", "rss-0.90"}, {"0.9", "rss-0.90"},  {"0.91", "rss-0.91"},
        {"0.92", "rss-0.92"}, {"0.93", "rss-0.93"}, {"0.94", "rss-0.94"},
        {"1.0", "rss-1.0"},
    };
    for (size_t i = 0; i < KB_COUNT(known); i++) {
        if (kb_str_equal(version, kb_str_z(known[i][0])))
            return known[i][1];
    }
    return kb_str_starts(version, KB_STR("2")) ? "rss-2.0" : "rss";
}

static const char *atom_format(struct kb_str space, struct kb_str version) {
    if (has(space, "2005/atom"))
        return "atom-1.0";
    if (has(space, "purl.org/atom/ns") || kb_str_equal(version, KB_STR("0.3")))
        return "atom-0.3";
    return kb_str_equal(version, KB_STR("1.0")) ? "atom-1.0" : "atom";
}

static void tell_format(struct kb_feed_xml *x, enum kb_feed_element element) {
    struct kb_feed *feed = x->feed;
    struct kb_str version = kb_xml_attribute(x, "version");
    if (x->undecided && element != KB_EL_RDF) { /* an RDF's first element of its own */
        x->undecided = false;
        feed->source_format = has(x->space, "netscape")       ? "rss-0.90"
                              : has(x->space, "purl.org/rss") ? "rss-1.0"
                                                              : "rss";
    }
    if (feed->source_format)
        return;
    switch (element) {
    case KB_EL_RSS: feed->source_format = rss_format(version); break;
    case KB_EL_RDF:
        feed->source_format = "rss-1.0";
        x->undecided = true;
        break;
    case KB_EL_FEED:
        feed->source_format = atom_format(x->space, version);
        x->atom = true;
        break;
    case KB_EL_CHANNEL: feed->source_format = "cdf"; break;
    case KB_EL_ITEM:
        x->atom = x->entry;
        feed->source_format = x->entry ? atom_format(x->space, version) : "rss";
        break;
    default: break;
    }
}

/* ---- elements that start ----------------------------------------------------------- */

/* CDF keeps an element's address and date in attributes. */
static void open_cdf(struct kb_feed_xml *x) {
    struct kb_str changed = kb_xml_attribute(x, "lastmod");
    struct kb_str address = kb_xml_attribute(x, "href");
    if (changed.n)
        x->scope->c->date_modified = kb_feed_date(x->make->arena, changed);
    if (address.n)
        kb_xml_open_link(x);
}

static void open_source(struct kb_feed_xml *x) {
    struct kb_feed *source = kb_feed_new(x->make);
    if (!source)
        return;
    source->source_format = x->feed->source_format;
    source->feed_url = kb_feed_url(x->make, kb_xml_attribute(x, "url"));
    x->item->source = source;
    x->scopes[2] = (struct kb_feed_scope){.c = &source->c, .feed = source};
    x->scope = &x->scopes[2];
}

static void open_cloud(struct kb_feed_xml *x) {
    struct kb_str domain = kb_xml_attribute(x, "domain");
    struct kb_str port = kb_xml_attribute(x, "port"), path = kb_xml_attribute(x, "path");
    bool secure = kb_str_starts(kb_xml_attribute(x, "protocol"), KB_STR("https")) ||
                  kb_str_equal(port, KB_STR("443"));
    struct kb_buf *out = x->make->scratch;
    if (!domain.n || x->scope->feed != x->feed)
        return;
    kb_buf_clear(out);
    kb_buf_z(out, secure ? "https://" : "http://");
    kb_buf_str(out, domain);
    if (port.n) {
        kb_buf_char(out, ':');
        kb_buf_str(out, port);
    }
    if (!kb_str_starts(path, KB_STR("/")))
        kb_buf_char(out, '/');
    kb_buf_str(out, path);
    struct kb_str url = kb_feed_url(x->make, kb_buf_view(out));
    kb_buf_clear(out);
    struct kb_feed_hub *hub = url.n ? kb_feed_add(x->make, &x->feed->hubs) : NULL;
    if (hub)
        *hub = (struct kb_feed_hub){KB_STR("rssCloud"), url};
}

static void open_category(struct kb_feed_xml *x, enum kb_feed_element element) {
    struct kb_feed_category *c = &x->category;
    struct kb_str scheme = kb_xml_attribute(x, "scheme");
    if (!scheme.n)
        scheme = kb_xml_attribute(x, "domain");
    if (!scheme.n && element == KB_EL_MEDIA_CATEGORY)
        scheme = KB_STR("http://search.yahoo.com/mrss/category_schema");
    c->term = kb_xml_dup(x, kb_xml_attribute(x, "term"));
    c->scheme = kb_xml_dup(x, scheme);
    c->label = kb_xml_dup(x, kb_xml_attribute(x, "label"));
    if (element == KB_EL_ITUNES_CATEGORY)
        kb_xml_category(x, kb_xml_attribute(x, "text"), KB_STR("http://www.itunes.com/"),
                        KB_STR_NONE);
}

static void open_generator(struct kb_feed_xml *x, enum kb_feed_element element) {
    struct kb_feed *feed = x->scope->feed;
    struct kb_str url = kb_xml_attribute(x, "uri");
    if (!url.n)
        url = kb_xml_attribute(x, element == KB_EL_GENERATOR ? "url" : "resource");
    if (!feed)
        return;
    if (url.n)
        feed->generator.url = kb_feed_url(x->make, url);
    if (element == KB_EL_GENERATOR)
        feed->generator.version = kb_xml_dup(x, kb_xml_attribute(x, "version"));
}

static void open_license(struct kb_feed_xml *x) {
    struct kb_str url = kb_xml_attribute(x, "resource");
    if (!url.n)
        url = kb_xml_attribute(x, "href");
    if (url.n)
        x->scope->c->license = kb_feed_url(x->make, url);
}

/* Boxes and attributes of the elements that have no content of their own. */
static bool open_plain(struct kb_feed_xml *x, enum kb_feed_element element) {
    switch (element) {
    case KB_EL_CATEGORY:
    case KB_EL_MEDIA_CATEGORY:
    case KB_EL_ITUNES_CATEGORY: open_category(x, element); break;
    case KB_EL_GENERATOR:
    case KB_EL_GENERATOR_AGENT: open_generator(x, element); break;
    case KB_EL_LICENSE: open_license(x); break;
    case KB_EL_CLOUD: open_cloud(x); break;
    case KB_EL_LINK: kb_xml_open_link(x); break;
    case KB_EL_GUID:
        x->permalink =
            !kb_str_equal_nocase(kb_xml_attribute(x, "ispermalink"), KB_STR("false"));
        break;
    case KB_EL_ENCLOSURE:
        if (x->item && !x->scope->feed)
            kb_xml_open_enclosure(x);
        break;
    case KB_EL_GML_POINT:
    case KB_EL_GML_LINE:
    case KB_EL_GML_POLYGON:
    case KB_EL_GML_BOX: return kb_xml_open_geo(x, element);
    default: kb_xml_open_media(x, element);
    }
    return false;
}

bool kb_xml_open(struct kb_feed_xml *x, enum kb_feed_element element) {
    tell_format(x, element);
    switch (element) {
    case KB_EL_CHANNEL: open_cdf(x); return false;
    case KB_EL_ITEM:
        kb_xml_open_item(x);
        open_cdf(x);
        return true;
    case KB_EL_SOURCE:
        if (!x->item || x->scope->feed)
            return false;
        open_source(x);
        return x->scope->feed != NULL;
    case KB_EL_IMAGE:
        if (x->in_image)
            return false;
        x->in_image = true;
        return true;
    case KB_EL_TEXT_INPUT: x->in_text_input = true; return true;
    case KB_EL_AUTHOR:
    case KB_EL_CONTRIBUTOR:
    case KB_EL_PUBLISHER:
    case KB_EL_OWNER:
    case KB_EL_PERSON: return kb_xml_open_person(x, element);
    default: return !x->in_text_input && open_plain(x, element);
    }
}

void kb_xml_close(struct kb_feed_xml *x, enum kb_feed_element element) {
    switch (element) {
    case KB_EL_ITEM:
        if (x->item) /* one that stood in this one has ended it otherwise */
            kb_xml_close_item(x);
        break;
    case KB_EL_SOURCE: x->scope = x->item ? &x->scopes[1] : &x->scopes[0]; break;
    case KB_EL_IMAGE: x->in_image = false; break;
    case KB_EL_TEXT_INPUT: x->in_text_input = false; break;
    case KB_EL_GML_POINT:
    case KB_EL_GML_LINE:
    case KB_EL_GML_POLYGON:
    case KB_EL_GML_BOX: kb_xml_close_geo(x, element); break;
    default: kb_xml_close_person(x, element);
    }
}

/* ---- text constructs --------------------------------------------------------------- */

static void image_text(struct kb_feed_xml *x, enum kb_feed_element element,
                       struct kb_str text) {
    struct kb_feed_image *image = x->scope->feed ? &x->scope->feed->image : NULL;
    if (!image)
        return;
    if (element == KB_EL_TITLE)
        image->title = text;
    else if (element == KB_EL_DESCRIPTION)
        image->description = text;
}

static void feed_text(struct kb_feed_xml *x, enum kb_feed_element element,
                      struct kb_str text) {
    struct kb_feed *feed = x->scope->feed;
    switch (element) {
    case KB_EL_DESCRIPTION:
    case KB_EL_SUMMARY:
    case KB_EL_SUBTITLE:
        if (text.n && kb_xml_may_set(x, KB_SLOT_DESCRIPTION))
            feed->description = text;
        break;
    case KB_EL_INFO: feed->user_comment = text; break;
    case KB_EL_ITUNES_SUMMARY: feed->c.itunes.summary = text; break;
    default: break;
    }
}

static void item_text(struct kb_feed_xml *x, enum kb_feed_element element,
                      const struct kb_feed_rich *rich) {
    switch (element) {
    case KB_EL_CONTENT:
    case KB_EL_ENCODED:
    case KB_EL_BODY:
        if (rich->raw.n && !x->has_content) {
            kb_xml_body(x, rich, &x->body);
            x->has_content = true;
        }
        break;
    case KB_EL_DESCRIPTION:
    case KB_EL_SUMMARY:
        if (!rich->raw.n || !kb_xml_may_set(x, KB_SLOT_DESCRIPTION))
            break;
        /* Of two, the second is the longer text. */
        kb_xml_body(x, rich,
                    x->description.there && !x->has_content ? &x->body : &x->description);
        break;
    case KB_EL_SUBTITLE:
    case KB_EL_INFO:
    case KB_EL_ITUNES_SUMMARY:
    case KB_EL_MEDIA_DESCRIPTION:
        if (rich->raw.n && !x->spare.there)
            kb_xml_body(x, rich, &x->spare);
        break;
    default: break;
    }
}

void kb_xml_rich(struct kb_feed_xml *x, enum kb_feed_element element,
                 const struct kb_feed_rich *rich) {
    if (x->in_text_input || x->person)
        return;
    if (x->in_image) {
        image_text(x, element, kb_xml_plain(x, rich));
        return;
    }
    if (element == KB_EL_TITLE) {
        struct kb_str title = kb_xml_plain(x, rich);
        if (title.n && kb_xml_may_set(x, KB_SLOT_TITLE))
            x->scope->c->title = title;
    } else if (element == KB_EL_MEDIA_TITLE) {
        if (!x->spare_title.n && !x->scope->feed)
            x->spare_title = kb_xml_plain(x, rich);
    } else if (element == KB_EL_RIGHTS) {
        struct kb_str rights = kb_xml_plain(x, rich);
        if (rights.n && kb_xml_may_set(x, KB_SLOT_RIGHTS))
            x->scope->c->rights = rights;
    } else if (x->scope->feed) {
        feed_text(x, element, kb_xml_plain(x, rich));
    } else {
        item_text(x, element, rich);
    }
}
