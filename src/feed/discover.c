/* A page → the feeds, hubs and links that it names.
 *
 * First come link elements, by which pages tell programs of their feeds (RSS
 * Autodiscovery; WHATWG HTML, "alternate" and the type; microformats' rel=feed), then
 * links that look like feeds by their address.  Comments' feeds come behind the page's
 * own, deep ones behind shallow ones.  WebSub's hub and self are taken too (W3C WebSub,
 * section 4). */
#include "feed/page.h"
#include "feed/shape.h"

#include <stdlib.h>

const struct kb_feed_path kb_feed_paths[] = {
    {"/feed", "WordPress, Substack, Medium"},
    {"/rss", "Ghost, Tumblr"},
    {"/rss.xml", "Drupal, Hexo, Gatsby"},
    {"/feed.xml", "Jekyll"},
    {"/atom.xml", "Hexo, Movable Type, Octopress"},
    {"/index.xml", "Hugo"},
    {"/feed.json", "micro.blog, Eleventy"},
    {"/feed.atom", "Pelican"},
    {"/feeds/posts/default", "Blogger"},
    {"/?format=rss", "Squarespace"},
    {"/?feed=rss2", "WordPress without permalinks"},
    {"/index.rdf", "older programs"},
    {"/rss/news", "news sites"},
    {"/blog/feed", "a blog beside a shop"},
};
const size_t kb_feed_path_count = KB_COUNT(kb_feed_paths);

struct candidate {
    struct kb_found_feed feed;
    int score;
    size_t order;
};

struct search {
    struct kb_feed_make *make;
    struct kb_discovery *found;
    struct kb_str host;
    struct kb_buf text;
    KB_FEED_LIST(struct candidate) candidates;
    KB_FEED_LIST(struct kb_feed_anchor) anchors;
    uint32_t *table; /* of anchors by address: index + 1; 0 is free */
    size_t links;
    int icon_score; /* of the icon that was found */
};

enum { TABLE = 1 << 15 /* three times KB_LIMIT_PAGE_LINKS, a power of two */ };

static struct kb_str keep(struct search *s, struct kb_str text) {
    return kb_arena_dup(s->make->arena, kb_str_cut(text, KB_LIMIT_META_BYTES));
}

static struct kb_str resolve(struct search *s, struct kb_str href) {
    href = kb_str_trim(href);
    if (!href.n || href.n > KB_LIMIT_URL_BYTES || href.p[0] == '#')
        return KB_STR_NONE;
    struct kb_str url = kb_urls_resolve(s->make->urls, s->make->arena, href, false);
    return kb_str_slice(url, 0, kb_str_find_byte(url, '#'));
}

/* ---- feeds ------------------------------------------------------------------------- */

/* How likely a link of that type leads to the feed of the page; 0: it is none. */
static int type_score(struct kb_str type, struct kb_str url, bool feed_rel) {
    static const struct {
        const char *type;
        int score;
    } types[] = {{"application/rss+xml", 100},  {"application/atom+xml", 100},
                 {"application/feed+json", 95}, {"application/rdf+xml", 90},
                 {"application/x.rss+xml", 90}, {"text/rss", 90},
                 {"text/mf2+html", 60}};
    struct kb_str name = kb_str_trim(kb_str_slice(type, 0, kb_str_find_byte(type, ';')));
    for (size_t i = 0; i < KB_COUNT(types); i++) {
        if (kb_str_equal_nocase(name, kb_str_z(types[i].type)))
            return types[i].score;
    }
    if (kb_str_equal_nocase(name, KB_STR("text/xml")) ||
        kb_str_equal_nocase(name, KB_STR("application/xml")))
        return 80;
    /* WordPress names its own programs' door so */
    if (kb_str_equal_nocase(name, KB_STR("application/json")))
        return kb_shape_is_feed(url) ? 80 : 0;
    if (feed_rel)
        return 60;
    return !name.n && kb_shape_is_feed(url) ? 70 : 0;
}

static int depth_of(struct kb_str url) {
    struct kb_shape shape;
    kb_shape_read(url, &shape);
    return shape.depth > 6 ? 6 : shape.depth;
}

static void add_feed(struct search *s, struct kb_str url, struct kb_str title,
                     struct kb_str type, int score, bool linked) {
    const struct kb_str comment = KB_STR("comment");
    if (kb_str_find_nocase(url, comment) != KB_NOT_FOUND ||
        kb_str_find_nocase(title, comment) != KB_NOT_FOUND)
        score -= 40;
    score -= 3 * depth_of(url);
    if (!linked && !kb_shape_same_site(kb_url_host(url), s->host))
        score -= 20;
    for (size_t i = 0; i < s->candidates.count; i++) {
        struct candidate *known = &s->candidates.items[i];
        if (!kb_str_equal(known->feed.url, url))
            continue;
        if (!known->feed.title.n)
            known->feed.title = keep(s, title);
        known->score = score > known->score ? score : known->score;
        return;
    }
    if (s->candidates.count >= KB_LIMIT_FOUND_FEEDS)
        return;
    struct candidate *c = kb_feed_add(s->make, &s->candidates);
    if (c) {
        c->feed = (struct kb_found_feed){url, keep(s, title), keep(s, type), linked};
        c->score = score;
        c->order = s->candidates.count;
    }
}

/* ---- the icon ---------------------------------------------------------------------- */

/* "32x32", "16x16 48x48": the first width; 0 where it tells none ("any"). */
static int width_of(struct kb_str sizes) {
    int width = 0;
    for (size_t i = 0; i < sizes.n && kb_is_digit(sizes.p[i]) && width < 10000; i++)
        width = width * 10 + (sizes.p[i] - '0');
    return width;
}

/* The smallest that fills 32 pixels, else the largest; one for a telephone's screen where
 * there is no other.  SVG can hold scripts and is none for us. */
static void take_icon(struct search *s, lxb_dom_node_t *node, struct kb_str rel,
                      struct kb_str url) {
    enum { WANTED = 32, FITS = 20000, BROWSERS = 40000 };
    struct kb_str type = kb_str_trim(kb_dom_attr_id(node, LXB_DOM_ATTR_TYPE));
    struct kb_str path = kb_str_slice(url, 0, kb_str_find_byte(url, '?'));
    int width = width_of(kb_str_trim(kb_dom_attr(node, "sizes"))), score = 1;
    bool icon = kb_feed_has_word(rel, KB_STR("icon"));
    if ((!icon && !kb_feed_has_word(rel, KB_STR("apple-touch-icon"))) ||
        kb_str_starts_nocase(type, KB_STR("image/svg")) ||
        kb_str_ends(path, KB_STR(".svg")))
        return;
    score += (icon ? BROWSERS : 0) + (width >= WANTED ? FITS - width : width);
    if (score <= s->icon_score)
        return;
    s->icon_score = score;
    s->found->icon = url;
}

static void take_link_element(struct search *s, lxb_dom_node_t *node) {
    struct kb_str rel = kb_dom_attr(node, "rel");
    struct kb_str url = resolve(s, kb_dom_attr_id(node, LXB_DOM_ATTR_HREF));
    if (!url.n)
        return;
    take_icon(s, node, rel, url);
    if (kb_feed_has_word(rel, KB_STR("hub"))) {
        struct kb_str *hub = s->found->hubs.count < KB_LIMIT_FOUND_FEEDS
                                 ? kb_feed_add(s->make, &s->found->hubs)
                                 : NULL;
        if (hub)
            *hub = url;
    }
    if (kb_feed_has_word(rel, KB_STR("self")) && !s->found->self.n)
        s->found->self = url;
    bool feed = kb_feed_has_word(rel, KB_STR("feed"));
    if (!feed && !kb_feed_has_word(rel, KB_STR("alternate")))
        return;
    struct kb_str type = kb_str_trim(kb_dom_attr_id(node, LXB_DOM_ATTR_TYPE));
    int score = type_score(type, url, feed);
    if (score)
        add_feed(s, url, kb_str_trim(kb_dom_attr_id(node, LXB_DOM_ATTR_TITLE)), type,
                 score, true);
}

static int compare(const void *left, const void *right) {
    const struct candidate *a = left, *b = right;
    return a->score != b->score ? b->score - a->score
                                : (a->order > b->order) - (a->order < b->order);
}

static void tell_feeds(struct search *s, struct kb_str page) {
    if (s->found->is_feed && page.n)
        add_feed(s, page, s->found->title, KB_STR("text/html"), 40, false);
    if (s->candidates.count)
        qsort(s->candidates.items, s->candidates.count, sizeof *s->candidates.items,
              compare);
    for (size_t i = 0; i < s->candidates.count; i++) {
        struct kb_found_feed *feed = kb_feed_add(s->make, &s->found->feeds);
        if (feed)
            *feed = s->candidates.items[i].feed;
    }
}

/* ---- links ------------------------------------------------------------------------- */

static bool is_heading(uintptr_t tag) {
    return tag == LXB_TAG_H1 || tag == LXB_TAG_H2 || tag == LXB_TAG_H3 ||
           tag == LXB_TAG_H4;
}

/* What a link stands in, up to a few elements. */
static void look_around(lxb_dom_node_t *node, bool *heading, bool *main) {
    enum { LEVELS = 24 };
    lxb_dom_node_t *at = node;
    for (int level = 0; at && level < LEVELS; level++, at = at->parent) {
        uintptr_t tag = kb_dom_tag(at);
        *heading = *heading || (level < 4 && is_heading(tag));
        if (tag == LXB_TAG_NAV || tag == LXB_TAG_FOOTER || tag == LXB_TAG_HEADER ||
            tag == LXB_TAG_ASIDE)
            *main = tag == LXB_TAG_HEADER && *heading;
        if (tag == LXB_TAG_ARTICLE || tag == LXB_TAG_MAIN || !*main)
            return;
    }
}

/* The heading in a link, or NULL: teasers are links as a whole. */
static lxb_dom_node_t *heading_in(lxb_dom_node_t *link) {
    enum { STEPS = 60 };
    int steps = 0;
    for (lxb_dom_node_t *at = link; at && steps < STEPS;
         at = kb_dom_next(at, link, false), steps++) {
        if (is_heading(kb_dom_tag(at)))
            return at;
    }
    return NULL;
}

static size_t weight_of(struct kb_str text) {
    size_t weight = 0, len;
    for (size_t at = 0; at < text.n; at += len)
        weight +=
            kb_is_han_like(kb_utf8_next(text.p + at, text.p + text.n, &len)) ? 2 : 1;
    return weight;
}

/* The anchor of an address, new or known; NULL past the limit. */
static struct kb_feed_anchor *anchor_of(struct search *s, struct kb_str url) {
    size_t i = kb_hash(url.p, url.n, 0) & (TABLE - 1);
    for (; s->table[i]; i = (i + 1) & (TABLE - 1)) {
        struct kb_feed_anchor *known = &s->anchors.items[s->table[i] - 1];
        if (kb_str_equal(known->url, url))
            return known;
    }
    if (s->anchors.count >= KB_LIMIT_PAGE_LINKS)
        return NULL;
    struct kb_feed_anchor *anchor = kb_feed_add(s->make, &s->anchors);
    if (anchor) {
        anchor->url = url;
        s->table[i] = (uint32_t)s->anchors.count;
    }
    return anchor;
}

static void take_anchor(struct search *s, lxb_dom_node_t *node) {
    if (s->links++ >= 4 * KB_LIMIT_PAGE_LINKS)
        return;
    struct kb_str url = resolve(s, kb_dom_attr_id(node, LXB_DOM_ATTR_HREF));
    if (!url.n)
        return;
    lxb_dom_node_t *title = heading_in(node);
    struct kb_str text = kb_feed_node_text(s->make, title ? title : node, &s->text);
    if (kb_shape_is_feed(url))
        add_feed(s, url, text, kb_str_trim(kb_dom_attr_id(node, LXB_DOM_ATTR_TYPE)), 50,
                 false);
    struct kb_feed_anchor *anchor = anchor_of(s, url);
    if (!anchor)
        return;
    bool heading = title != NULL, main = true;
    look_around(node, &heading, &main);
    size_t weight = weight_of(text);
    anchor->heading = anchor->heading || heading;
    anchor->main = anchor->main || main;
    if (weight > anchor->weight) {
        anchor->weight = weight;
        anchor->text = keep(s, text);
    }
}

/* ---- the page ---------------------------------------------------------------------- */

/* A page is a list where its address says nothing of an article and it links to many. */
static bool is_list(const struct search *s, lxb_dom_node_t *document,
                    struct kb_str address) {
    enum { MANY = 8 };
    struct kb_shape shape;
    kb_shape_read(address, &shape);
    bool index = kb_str_find(kb_shape_path(address), KB_STR("/index.")) == 0;
    if (address.n && ((shape.depth == 0 && !shape.query_id) || index))
        return true;
    for (lxb_dom_node_t *node = document; node;
         node = kb_dom_next(node, document, false)) {
        if (kb_dom_tag(node) == LXB_TAG_META &&
            kb_str_equal_nocase(kb_dom_attr(node, "property"), KB_STR("og:type")))
            return !kb_str_equal_nocase(kb_str_trim(kb_dom_attr(node, "content")),
                                        KB_STR("article"));
        if (kb_dom_tag(node) == LXB_TAG_BODY)
            break;
    }
    return (s->found->is_feed || s->found->articles.count >= MANY) &&
           kb_shape_score(&shape) < KB_SHAPE_ARTICLE;
}

enum kb_status kb_feed_discover_page(struct kb_feed_make *make, struct kb_str text,
                                     struct kb_discovery *found) {
    struct search s = {.make = make, .found = found};
    lxb_html_document_t *html;
    struct kb_html_notes notes;
    struct kb_str page = make->hints->base_url;
    enum kb_status status = kb_html_parse(make->html, text, 0, &html, &notes, make->err);
    if (status != KB_OK)
        return status;
    s.table = kb_arena_zalloc(make->arena, TABLE, sizeof *s.table);
    if (!s.table)
        return kb_err_set(make->err, KB_ENOMEM, "not enough memory for the page's links");
    kb_buf_init(&s.text, KB_LIMIT_OUTPUT_BYTES);
    lxb_dom_node_t *document = lxb_dom_interface_node(html);
    kb_feed_page_base(document, make->urls, make->arena);
    s.host = kb_url_host(page);
    found->title = keep(&s, kb_feed_page_title(make, document, &s.text));
    found->is_feed = kb_feed_page_is_feed(make, document);
    for (lxb_dom_node_t *node = document; node;
         node = kb_dom_next(node, document, false)) {
        if (kb_dom_tag(node) == LXB_TAG_LINK)
            take_link_element(&s, node);
        else if (kb_dom_tag(node) == LXB_TAG_A)
            take_anchor(&s, node);
    }
    tell_feeds(&s, page);
    kb_feed_find_articles(make, s.anchors.items, s.anchors.count, page, found);
    found->is_list = is_list(&s, document, page);
    kb_buf_free(&s.text);
    return KB_OK;
}
