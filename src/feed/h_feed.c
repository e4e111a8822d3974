/* h-feed pages → the record: pages that carry their news as microformats.
 *
 * microformats2 (microformats.org/wiki/h-feed, h-entry and "parsing"): an element with
 * the class h-entry is an entry, elements in it with classes p-, u-, dt- and e- its
 * properties.  Where a page has none of these, hAtom's older classes (hentry,
 * entry-title …) are read by the same table.  Only known roots are roots: "h-full" is a
 * matter of style sheets.
 *
 * A single old hentry is an article of its own, and no feed. */
#include "feed/page.h"

#include <lexbor/html/serialize.h>

enum root { ROOT_NONE, ROOT_FEED, ROOT_ENTRY, ROOT_CARD, ROOT_OTHER };

enum property {
    NO_PROPERTY,
    NAME,
    SUMMARY,
    CONTENT_TEXT,
    CONTENT_HTML,
    AUTHOR,
    CATEGORY,
    URL,
    UID,
    PHOTO,
    FEATURED,
    AUDIO,
    VIDEO,
    PUBLISHED,
    UPDATED,
    EMAIL,
    REPLY,
    SYNDICATION,
    ELSEWHERE /* what an entry is about: a bookmark, a repost, a like */
};

static const struct {
    const char *name, *old;
    enum property is;
} properties[] = {
    {"p-name", "entry-title", NAME},
    {"p-summary", "entry-summary", SUMMARY},
    {"p-content", NULL, CONTENT_TEXT},
    {"e-content", "entry-content", CONTENT_HTML},
    {"p-author", "author", AUTHOR},
    {"u-author", NULL, AUTHOR},
    {"p-category", NULL, CATEGORY},
    {"u-category", NULL, CATEGORY},
    {"u-url", "url", URL},
    {"u-uid", NULL, UID},
    {"u-photo", "photo", PHOTO},
    {"u-logo", NULL, PHOTO},
    {"u-featured", NULL, FEATURED},
    {"u-audio", NULL, AUDIO},
    {"u-video", NULL, VIDEO},
    {"dt-published", "published", PUBLISHED},
    {"dt-updated", "updated", UPDATED},
    {"u-email", "email", EMAIL},
    {"u-in-reply-to", NULL, REPLY},
    {"u-syndication", NULL, SYNDICATION},
    {"u-bookmark-of", NULL, ELSEWHERE},
    {"u-repost-of", NULL, ELSEWHERE},
    {"u-like-of", NULL, ELSEWHERE},
    {NULL, "fn", NAME},
};

struct page {
    struct kb_feed_make *make;
    struct kb_buf text;
    bool old; /* hAtom's classes */
    struct kb_feed_person *person;
    struct kb_feed_item *item;
    struct kb_feed_common *common; /* the item's, or the feed's */
};

/* ---- classes ----------------------------------------------------------------------- */

static struct kb_str classes_of(lxb_dom_node_t *node) {
    return kb_dom_attr_id(node, LXB_DOM_ATTR_CLASS);
}

static enum root root_of(const struct page *p, lxb_dom_node_t *node) {
    static const struct {
        const char *name;
        bool old;
        enum root is;
    } roots[] = {
        {"h-entry", false, ROOT_ENTRY},  {"h-feed", false, ROOT_FEED},
        {"h-card", false, ROOT_CARD},    {"h-cite", false, ROOT_OTHER},
        {"h-event", false, ROOT_OTHER},  {"h-review", false, ROOT_OTHER},
        {"h-recipe", false, ROOT_OTHER}, {"h-item", false, ROOT_OTHER},
        {"h-adr", false, ROOT_OTHER},    {"h-geo", false, ROOT_OTHER},
        {"hentry", true, ROOT_ENTRY},    {"hfeed", true, ROOT_FEED},
        {"vcard", true, ROOT_CARD},
    };
    struct kb_str list = classes_of(node), word;
    while (kb_feed_word(&list, &word)) {
        if (kb_lower(word.p[0]) != 'h' && word.p[0] != 'v')
            continue;
        for (size_t i = 0; i < KB_COUNT(roots); i++) {
            if (roots[i].old == p->old && kb_str_equal(word, kb_str_z(roots[i].name)))
                return roots[i].is;
        }
    }
    return ROOT_NONE;
}

static enum property property_of(const struct page *p, struct kb_str word) {
    for (size_t i = 0; i < KB_COUNT(properties); i++) {
        const char *name = p->old ? properties[i].old : properties[i].name;
        if (name && kb_str_equal(word, kb_str_z(name)))
            return properties[i].is;
    }
    return NO_PROPERTY;
}

static bool has_property(const struct page *p, lxb_dom_node_t *node,
                         enum property wanted) {
    struct kb_str list = classes_of(node), word;
    while (kb_feed_word(&list, &word)) {
        if (property_of(p, word) == wanted)
            return true;
    }
    return false;
}

/* ---- values ("parsing a p-, u-, dt- property") ------------------------------------- */

static struct kb_str keep(struct page *p, struct kb_str text) {
    return kb_arena_dup(p->make->arena, kb_str_cut(text, KB_LIMIT_META_BYTES));
}

/* What attributes say in the text's place. */
static struct kb_str said_by_attribute(lxb_dom_node_t *node, bool date) {
    switch (kb_dom_tag(node)) {
    case LXB_TAG_TIME:
    case LXB_TAG_INS:
    case LXB_TAG_DEL: return date ? kb_dom_attr(node, "datetime") : KB_STR_NONE;
    case LXB_TAG_ABBR:
    case LXB_TAG_LINK: return kb_dom_attr_id(node, LXB_DOM_ATTR_TITLE);
    case LXB_TAG_DATA:
    case LXB_TAG_INPUT: return kb_dom_attr(node, "value");
    case LXB_TAG_IMG:
    case LXB_TAG_AREA: return kb_dom_attr_id(node, LXB_DOM_ATTR_ALT);
    default: return KB_STR_NONE;
    }
}

/* The value class pattern: the parts of class "value", or titles of "value-title". */
static struct kb_str parts(struct page *p, lxb_dom_node_t *node, bool date) {
    struct kb_buf *out = p->make->scratch;
    bool skip = false;
    kb_buf_clear(out);
    for (lxb_dom_node_t *at = kb_dom_next(node, node, false); at;
         at = kb_dom_next(at, node, skip)) {
        struct kb_str classes = classes_of(at), text = KB_STR_NONE;
        skip = kb_feed_has_word(classes, KB_STR("value"));
        if (kb_feed_has_word(classes, KB_STR("value-title"))) {
            text = kb_dom_attr_id(at, LXB_DOM_ATTR_TITLE);
        } else if (skip) {
            text = said_by_attribute(at, date);
            text = text.n ? text : kb_feed_node_text(p->make, at, &p->text);
        }
        if (text.n && out->n && date)
            kb_buf_char(out, ' ');
        kb_feed_gather(p->make, out, text);
    }
    struct kb_str value = out->n ? keep(p, kb_str_trim(kb_buf_view(out))) : KB_STR_NONE;
    kb_buf_clear(out);
    return value;
}

static struct kb_str text_value(struct page *p, lxb_dom_node_t *node) {
    struct kb_str value = parts(p, node, false);
    if (!value.n)
        value = kb_str_trim(said_by_attribute(node, false));
    if (!value.n)
        value = kb_feed_node_text(p->make, node, &p->text);
    return keep(p, value);
}

static struct kb_str date_value(struct page *p, lxb_dom_node_t *node) {
    struct kb_str value = parts(p, node, true);
    if (!value.n)
        value = said_by_attribute(node, true);
    if (!value.n)
        value = kb_feed_node_text(p->make, node, &p->text);
    return kb_feed_date(p->make->arena, value);
}

/* The address that an element leads to, as it is written. */
static struct kb_str address_of(lxb_dom_node_t *node) {
    switch (kb_dom_tag(node)) {
    case LXB_TAG_A:
    case LXB_TAG_AREA:
    case LXB_TAG_LINK: return kb_dom_attr_id(node, LXB_DOM_ATTR_HREF);
    case LXB_TAG_IMG: return kb_picture_address(node);
    case LXB_TAG_AUDIO:
    case LXB_TAG_VIDEO:
    case LXB_TAG_SOURCE: return kb_dom_attr_id(node, LXB_DOM_ATTR_SRC);
    case LXB_TAG_OBJECT: return kb_dom_attr(node, "data");
    default: return KB_STR_NONE;
    }
}

static struct kb_str url_value(struct page *p, lxb_dom_node_t *node) {
    struct kb_str value = address_of(node);
    if (!value.n)
        value = text_value(p, node);
    return kb_feed_url(p->make, value);
}

static unsigned serialize(const lxb_char_t *data, size_t n, void *out) {
    kb_buf_add(out, data, n);
    return LXB_STATUS_OK;
}

static struct kb_str html_value(struct page *p, lxb_dom_node_t *node) {
    kb_buf_clear(&p->text);
    if (lxb_html_serialize_deep_cb(node, serialize, &p->text) != LXB_STATUS_OK ||
        p->text.status == KB_ENOMEM)
        kb_feed_no_memory(p->make);
    return kb_feed_html(p->make, kb_buf_view(&p->text));
}

/* ---- properties -------------------------------------------------------------------- */

/* The first value of a property that has one counts; others are not made at all. */
static void set_once(struct page *p, struct kb_str *field, lxb_dom_node_t *node,
                     struct kb_str (*value)(struct page *, lxb_dom_node_t *)) {
    if (!field->n)
        *field = value(p, node);
}

/* Goes through an element's properties, and not into the roots in it. */
static void read_properties(struct page *p, lxb_dom_node_t *root,
                            void (*take)(struct page *, lxb_dom_node_t *,
                                         enum property)) {
    bool skip = false;
    for (lxb_dom_node_t *node = kb_dom_next(root, root, false); node;
         node = kb_dom_next(node, root, skip)) {
        skip = false;
        if (node->type != LXB_DOM_NODE_TYPE_ELEMENT)
            continue;
        struct kb_str list = classes_of(node), word;
        while (kb_feed_word(&list, &word)) {
            enum property property = property_of(p, word);
            if (property != NO_PROPERTY)
                take(p, node, property);
        }
        if (p->old && kb_dom_tag(node) == LXB_TAG_A) {
            struct kb_str rel = kb_dom_attr(node, "rel");
            if (kb_feed_has_word(rel, KB_STR("bookmark")))
                take(p, node, URL);
            if (kb_feed_has_word(rel, KB_STR("tag")))
                take(p, node, CATEGORY);
        }
        skip = root_of(p, node) != ROOT_NONE;
    }
}

static void take_of_card(struct page *p, lxb_dom_node_t *node, enum property property) {
    if (property == NAME)
        set_once(p, &p->person->name, node, text_value);
    else if (property == URL)
        set_once(p, &p->person->url, node, url_value);
    else if (property == PHOTO)
        set_once(p, &p->person->avatar, node, url_value);
    else if (property == EMAIL)
        set_once(p, &p->person->email, node, text_value);
}

/* An author: an h-card's properties, and those that are implied; else a text. */
static void take_author(struct page *p, lxb_dom_node_t *node) {
    struct kb_feed_person person = {.name = KB_STR_NONE};
    p->person = &person;
    if (root_of(p, node) == ROOT_CARD)
        read_properties(p, node, take_of_card);
    p->person = NULL;
    set_once(p, &person.name, node, text_value);
    bool skip = false;
    for (lxb_dom_node_t *at = node; at; at = kb_dom_next(at, node, skip)) {
        if (kb_dom_tag(at) == LXB_TAG_A)
            set_once(p, &person.url, at, url_value);
        else if (kb_dom_tag(at) == LXB_TAG_IMG)
            set_once(p, &person.avatar, at, url_value);
    }
    struct kb_feed_common *c = p->common;
    for (size_t i = 0; i < c->authors.count; i++) {
        if (kb_str_equal(c->authors.items[i].name, person.name))
            return;
    }
    struct kb_feed_person *author =
        person.name.n ? kb_feed_add(p->make, &c->authors) : NULL;
    if (author)
        *author = person;
}

static void take_category(struct page *p, lxb_dom_node_t *node) {
    struct kb_str term = text_value(p, node);
    if (kb_str_starts(term, KB_STR("#")))
        term = kb_str_slice(term, 1, term.n);
    struct kb_feed_category *category =
        term.n ? kb_feed_add(p->make, &p->common->categories) : NULL;
    if (category)
        category->term = term;
}

static void take_link(struct page *p, lxb_dom_node_t *node, struct kb_str rel) {
    struct kb_feed_link *link = kb_feed_add(p->make, &p->common->links);
    if (link) {
        link->href = url_value(p, node);
        link->rel = rel;
    }
}

static void take_media(struct page *p, lxb_dom_node_t *node) {
    struct kb_str url = url_value(p, node);
    struct kb_feed_attachment *a =
        url.n ? kb_feed_add(p->make, &p->item->attachments) : NULL;
    if (a) {
        a->url = url;
        a->mime_type = keep(p, kb_dom_attr_id(node, LXB_DOM_ATTR_TYPE));
    }
}

static void take_of_entry(struct page *p, lxb_dom_node_t *node, enum property property) {
    struct kb_feed_item *item = p->item;
    switch (property) {
    case NAME: /* the whole text of a note is no title */
        if (!has_property(p, node, CONTENT_HTML) && !has_property(p, node, CONTENT_TEXT))
            set_once(p, &item->c.title, node, text_value);
        break;
    case SUMMARY: set_once(p, &item->summary, node, text_value); break;
    case CONTENT_TEXT: set_once(p, &item->content_text, node, text_value); break;
    case CONTENT_HTML: set_once(p, &item->content_html, node, html_value); break;
    case AUTHOR: take_author(p, node); break;
    case CATEGORY: take_category(p, node); break;
    case URL: set_once(p, &item->url, node, url_value); break;
    case UID: set_once(p, &item->c.id, node, url_value); break;
    case PHOTO: set_once(p, &item->image, node, url_value); break;
    case FEATURED: set_once(p, &item->banner_image, node, url_value); break;
    case AUDIO:
    case VIDEO: take_media(p, node); break;
    case PUBLISHED: set_once(p, &item->c.date_published, node, date_value); break;
    case UPDATED: set_once(p, &item->c.date_modified, node, date_value); break;
    case REPLY: take_link(p, node, KB_STR("in-reply-to")); break;
    case SYNDICATION: take_link(p, node, KB_STR("syndication")); break;
    case ELSEWHERE: set_once(p, &item->external_url, node, url_value); break;
    case EMAIL:
    case NO_PROPERTY: break;
    }
}

static void take_of_feed(struct page *p, lxb_dom_node_t *node, enum property property) {
    struct kb_feed *feed = p->make->feed;
    if (property == NAME)
        set_once(p, &feed->c.title, node, text_value);
    else if (property == SUMMARY)
        set_once(p, &feed->description, node, text_value);
    else if (property == AUTHOR)
        take_author(p, node);
    else if (property == URL)
        set_once(p, &feed->home_page_url, node, url_value);
    else if (property == PHOTO)
        set_once(p, &feed->icon, node, url_value);
    else if (property == UPDATED)
        set_once(p, &feed->c.date_modified, node, date_value);
}

/* What is implied where an entry has no name, no address: its text, its one link. */
static void imply(struct page *p, lxb_dom_node_t *root) {
    struct kb_feed_item *item = p->item;
    lxb_dom_node_t *link = kb_dom_tag(root) == LXB_TAG_A ? root : NULL;
    size_t links = 0;
    for (lxb_dom_node_t *node = root; node && !link;
         node = kb_dom_next(node, root, false))
        links += kb_dom_tag(node) == LXB_TAG_A;
    for (lxb_dom_node_t *node = root; node && !link && links == 1;
         node = kb_dom_next(node, root, false))
        link = kb_dom_tag(node) == LXB_TAG_A ? node : NULL;
    if (link && !item->url.n)
        item->url = url_value(p, link);
    if (!item->c.title.n && !item->content_html.n && !item->content_text.n &&
        !item->summary.n)
        item->c.title = text_value(p, root);
}

/* ---- the page ---------------------------------------------------------------------- */

/* The entries under a node, from the outside; reads them, or counts them alone. */
static size_t entries(struct page *p, lxb_dom_node_t *under, bool read) {
    size_t count = 0;
    bool skip = false;
    for (lxb_dom_node_t *node = under; node; node = kb_dom_next(node, under, skip)) {
        skip = root_of(p, node) == ROOT_ENTRY;
        if (!skip)
            continue;
        count++;
        p->item = read ? kb_feed_item_add(p->make) : NULL;
        if (!p->item)
            continue;
        p->common = &p->item->c;
        p->item->c.language = keep(p, kb_dom_attr(node, "lang"));
        read_properties(p, node, take_of_entry);
        imply(p, node);
    }
    return count;
}

/* The h-feed around the first entry, or NULL. */
static lxb_dom_node_t *find_feed(struct page *p, lxb_dom_node_t *document) {
    lxb_dom_node_t *node = document;
    while (node && root_of(p, node) != ROOT_ENTRY)
        node = kb_dom_next(node, document, false);
    while (node && root_of(p, node) != ROOT_FEED)
        node = node->parent;
    return node;
}

/* Whether the page is a feed by one of the two vocabularies; *root is its h-feed. */
static bool is_feed(struct page *p, lxb_dom_node_t *document, lxb_dom_node_t **root) {
    *root = find_feed(p, document);
    size_t count = entries(p, *root ? *root : document, false);
    return count >= (*root && !p->old ? 1 : 2);
}

static bool choose(struct page *p, lxb_dom_node_t *document, lxb_dom_node_t **root) {
    p->old = false;
    return is_feed(p, document, root) || (p->old = true, is_feed(p, document, root));
}

static void read_page(struct page *p, lxb_dom_node_t *document, lxb_dom_node_t *root) {
    struct kb_feed *feed = p->make->feed;
    feed->source_format = p->old ? "hatom" : "h-feed";
    if (root) {
        p->common = &feed->c;
        read_properties(p, root, take_of_feed);
    }
    entries(p, root ? root : document, true);
    if (!feed->c.title.n)
        feed->c.title = keep(p, kb_feed_page_title(p->make, document, &p->text));
    feed->c.language = keep(p, kb_feed_page_language(document));
    feed->feed_url = kb_feed_url(p->make, p->make->hints->base_url);
    if (!feed->home_page_url.n)
        feed->home_page_url = feed->feed_url;
}

bool kb_feed_page_is_feed(struct kb_feed_make *make, lxb_dom_node_t *document) {
    struct page p = {.make = make};
    lxb_dom_node_t *root;
    return choose(&p, document, &root);
}

/* Says what the page is instead of a feed: its title often tells why, and it may name its
 * feed. */
static enum kb_status refuse(struct kb_feed_make *make, struct kb_str text,
                             struct kb_str title) {
    enum { TITLE_BYTES = 80, URL_BYTES = 120 }; /* an error has room for 256 */
    struct kb_discovery found = {.is_feed = false};
    struct kb_str feed = KB_STR_NONE;
    title = kb_arena_dup(make->arena, kb_str_cut(title, TITLE_BYTES));
    enum kb_status status = kb_feed_discover_page(make, text, &found);
    if (status == KB_OK && found.feeds.count && found.feeds.items[0].linked)
        feed = found.feeds.items[0].url;
    if (feed.n > URL_BYTES)
        feed = KB_STR_NONE;
    return kb_err_set(make->err, KB_EINPUT, "this is a web page, no feed%s%.*s%s%s%.*s",
                      title.n ? ": “" : "", (int)title.n, title.n ? title.p : "",
                      title.n ? "”" : "", feed.n ? "; its feed is " : "", (int)feed.n,
                      feed.n ? feed.p : "");
}

enum kb_status kb_feed_read_page(struct kb_feed_make *make, struct kb_str text) {
    struct page p = {.make = make};
    lxb_html_document_t *html;
    struct kb_html_notes notes = {.depth_cut = false};
    lxb_dom_node_t *root;
    enum kb_status status = kb_html_parse(make->html, text, 0, &html, &notes, make->err);
    if (status != KB_OK)
        return status;
    kb_buf_init(&p.text, KB_LIMIT_OUTPUT_BYTES);
    lxb_dom_node_t *document = lxb_dom_interface_node(html);
    kb_feed_page_base(document, make->urls, make->arena);
    if (choose(&p, document, &root)) {
        read_page(&p, document, root);
    } else {
        status = refuse(make, text, kb_feed_page_title(make, document, &p.text));
    }
    if (notes.nodes_cut)
        kb_feed_warn(make, "the page has more than %d elements (KB_LIMIT_NODES)",
                     KB_LIMIT_NODES);
    kb_buf_free(&p.text);
    return status;
}
