/* The page's metadata: its head, headings and JSON-LD enter, struct kb_page_meta leaves.
 *
 * One pass over the meta and link elements files each value under its field with the
 * rank of its name (a page's article:published_time before its "date"); then fields are
 * decided, JSON-LD first where it is the more careful source (dates, persons, section),
 * the head first where JSON-LD is often a template's default (description, picture,
 * address). Names: Open Graph protocol, Dublin Core (DCMI terms), WHATWG's
 * MetaExtensions, and the vendors' names that newsrooms' systems write (parsely,
 * sailthru, cXense). */
#include "page/meta.h"

#include <stdio.h>

enum { LABEL_BYTES = 200 /* a label with its value */ };

enum field {
    TITLE_OG,
    TITLE_TWITTER,
    TITLE_OTHER,
    DESCRIPTION,
    SITE,
    APPLICATION,
    URL,
    IMAGE,
    SECTION,
    AUTHOR,
    LABEL, /* what the next LABELLED is */
    LABELLED,
    PUBLISHED,
    MODIFIED,
    LOCALE,
    LANGUAGE,
    TYPE,
    KEYWORDS,
    TAG,
    CANONICAL,
    RIGHTS,
    HOLDER,
    TIER,   /* "free", "metered", "locked" */
    ACCESS, /* "true" or "false" */
    FIELDS
};

struct name {
    struct kb_str name; /* lower case */
    enum field field;
    uint8_t rank; /* the lowest wins */
};

#define NAME(text, field, rank)                                                          \
    { {text, sizeof(text) - 1}, field, rank }

static const struct name names[] = {
    NAME("og:title", TITLE_OG, 1),
    NAME("twitter:title", TITLE_TWITTER, 1),
    NAME("title", TITLE_OTHER, 3),
    NAME("headline", TITLE_OTHER, 1),
    NAME("dc.title", TITLE_OTHER, 2),
    NAME("dcterms.title", TITLE_OTHER, 2),
    NAME("parsely-title", TITLE_OTHER, 2),
    NAME("sailthru.title", TITLE_OTHER, 2),
    NAME("citation_title", TITLE_OTHER, 1),
    NAME("og:description", DESCRIPTION, 1),
    NAME("description", DESCRIPTION, 2),
    NAME("twitter:description", DESCRIPTION, 3),
    NAME("dc.description", DESCRIPTION, 4),
    NAME("dcterms.description", DESCRIPTION, 4),
    NAME("sailthru.description", DESCRIPTION, 4),
    NAME("og:site_name", SITE, 1),
    NAME("og:sitename", SITE, 2),
    NAME("application-name", APPLICATION, 1),
    NAME("apple-mobile-web-app-title", APPLICATION, 2),
    NAME("dc.publisher", APPLICATION, 3),
    NAME("copyright", RIGHTS, 1),
    NAME("dc.rights", RIGHTS, 2),
    NAME("dcterms.rights", RIGHTS, 2),
    NAME("dcterms.rightsholder", HOLDER, 1),
    NAME("article:content_tier", TIER, 1),
    NAME("isaccessibleforfree", ACCESS, 1),
    NAME("og:url", URL, 1),
    NAME("twitter:url", URL, 2),
    NAME("og:image:secure_url", IMAGE, 2),
    NAME("og:image", IMAGE, 1),
    NAME("og:image:url", IMAGE, 2),
    NAME("twitter:image", IMAGE, 4),
    NAME("twitter:image:src", IMAGE, 4),
    NAME("sailthru.image.full", IMAGE, 5),
    NAME("article:section", SECTION, 1),
    NAME("parsely-section", SECTION, 2),
    NAME("section", SECTION, 2),
    NAME("author", AUTHOR, 1),
    NAME("article:author", AUTHOR, 3),
    NAME("article:author_name", AUTHOR, 2),
    NAME("parsely-author", AUTHOR, 2),
    NAME("sailthru.author", AUTHOR, 2),
    NAME("byl", AUTHOR, 1),
    NAME("dc.creator", AUTHOR, 3),
    NAME("dcterms.creator", AUTHOR, 3),
    NAME("dc.contributor", AUTHOR, 4),
    NAME("dc:creator", AUTHOR, 3),
    NAME("cxenseparse:author", AUTHOR, 3),
    NAME("citation_author", AUTHOR, 2),
    NAME("og:author", AUTHOR, 3),
    NAME("twitter:label1", LABEL, 1),
    NAME("twitter:data1", LABELLED, 5),
    NAME("twitter:label2", LABEL, 1),
    NAME("twitter:data2", LABELLED, 5),
    NAME("article:published_time", PUBLISHED, 1),
    NAME("og:article:published_time", PUBLISHED, 2),
    NAME("og:published_time", PUBLISHED, 2),
    NAME("og:pubdate", PUBLISHED, 3),
    NAME("article:published", PUBLISHED, 2),
    NAME("datepublished", PUBLISHED, 2),
    NAME("parsely-pub-date", PUBLISHED, 3),
    NAME("sailthru.date", PUBLISHED, 4),
    NAME("cxenseparse:recs:publishtime", PUBLISHED, 3),
    NAME("publishdate", PUBLISHED, 3),
    NAME("publish-date", PUBLISHED, 3),
    NAME("publish_date", PUBLISHED, 3),
    NAME("published_time", PUBLISHED, 3),
    NAME("published-date", PUBLISHED, 3),
    NAME("publication_date", PUBLISHED, 3),
    NAME("pubdate", PUBLISHED, 3),
    NAME("dc.date.issued", PUBLISHED, 3),
    NAME("dcterms.issued", PUBLISHED, 3),
    NAME("dcterms.created", PUBLISHED, 4),
    NAME("dc.date.created", PUBLISHED, 4),
    NAME("dcterms.date", PUBLISHED, 4),
    NAME("dc.date", PUBLISHED, 4),
    NAME("dc:date", PUBLISHED, 4),
    NAME("citation_publication_date", PUBLISHED, 3),
    NAME("citation_online_date", PUBLISHED, 3),
    NAME("datecreated", PUBLISHED, 5),
    NAME("date", PUBLISHED, 5),
    NAME("article:modified_time", MODIFIED, 1),
    NAME("og:updated_time", MODIFIED, 2),
    NAME("datemodified", MODIFIED, 2),
    NAME("dcterms.modified", MODIFIED, 3),
    NAME("last-modified", MODIFIED, 4),
    NAME("og:locale", LOCALE, 1),
    NAME("content-language", LANGUAGE, 1),
    NAME("language", LANGUAGE, 2),
    NAME("dc.language", LANGUAGE, 2),
    NAME("dcterms.language", LANGUAGE, 2),
    NAME("inlanguage", LANGUAGE, 2),
    NAME("og:type", TYPE, 1),
    NAME("keywords", KEYWORDS, 2),
    NAME("news_keywords", KEYWORDS, 1),
    NAME("parsely-tags", KEYWORDS, 3),
    NAME("sailthru.tags", KEYWORDS, 3),
    NAME("article:tag", TAG, 1),
};

struct head {
    struct kb_arena *arena;
    struct kb_str value[FIELDS]; /* raw */
    uint8_t rank[FIELDS];
    struct kb_page_list tags;
    struct kb_page_meta *meta;
    size_t claimed;
    struct kb_claims *claims;
};

/* ---- the pass over meta and link --------------------------------------------------- */

static struct kb_str attr_text(const lxb_dom_attr_t *attr) {
    return attr->value
               ? (struct kb_str){(const char *)attr->value->data, attr->value->length}
               : KB_STR_NONE;
}

static const struct name *find_name(struct kb_str key) {
    for (size_t i = 0; i < KB_COUNT(names); i++)
        if (names[i].name.n == key.n &&
            kb_lower(key.p[key.n - 1]) == names[i].name.p[key.n - 1] &&
            kb_str_equal_nocase(names[i].name, key))
            return &names[i];
    return NULL;
}

/* Who wrote the page; or what a label says of it, among others that: "Written by". */
static void file_author(struct head *h, const struct name *name, struct kb_str content) {
    struct kb_author_claim claim = {
        .from = KB_AUTHOR_META,
        .rank = name->rank,
        .labelled = name->field == LABELLED,
        .person = kb_str_equal(name->name, KB_STR("citation_author"))};
    char line[LABEL_BYTES];
    if (claim.labelled) {
        int n = snprintf(line, sizeof line, "%.*s: %.*s", (int)h->value[LABEL].n,
                         h->value[LABEL].p, (int)content.n, content.p);
        if (!h->value[LABEL].n || n < 0 || (size_t)n >= sizeof line)
            return;
        content = (struct kb_str){line, (size_t)n};
    }
    claim.raw = kb_page_clean(h->arena, content, KB_LIMIT_META_BYTES);
    if (claim.raw.n && h->claimed++ <= KB_LIMIT_AUTHORS &&
        !kb_page_claim_author(h->meta, h->arena, &claim))
        return; /* the arena is full: told at the end */
}

static void file_value(struct head *h, const struct name *name, struct kb_str content) {
    if (name->field == TAG) {
        kb_page_tags_add(&h->tags, h->arena, content);
        return;
    }
    if (name->field == AUTHOR || name->field == LABELLED) {
        file_author(h, name, content);
        return;
    }
    if (name->field == LABEL) {
        h->value[LABEL] = content;
        return;
    }
    if (h->rank[name->field] && h->rank[name->field] <= name->rank)
        return;
    if (name->field == PUBLISHED || name->field == MODIFIED) {
        content = kb_page_date(h->arena, content);
        if (!content.n)
            return;
    }
    h->value[name->field] = content;
    h->rank[name->field] = name->rank;
}

static void read_meta(struct head *h, lxb_dom_node_t *node) {
    struct kb_str content = KB_STR_NONE, key[4];
    size_t keys = 0;
    for (lxb_dom_attr_t *a = lxb_dom_interface_element(node)->first_attr; a;
         a = a->next) {
        if (a->node.local_name == LXB_DOM_ATTR_CONTENT) {
            content = kb_str_trim(attr_text(a));
            continue;
        }
        if (a->node.local_name == LXB_DOM_ATTR_HTTP_EQUIV && keys < KB_COUNT(key)) {
            key[keys++] = attr_text(a);
            continue;
        }
        if (a->node.local_name < LXB_DOM_ATTR__LAST_ENTRY)
            continue;
        size_t n;
        const char *p = (const char *)lxb_dom_attr_local_name(a, &n);
        struct kb_str name = {p, p ? n : 0};
        if ((kb_str_equal(name, KB_STR("property")) ||
             kb_str_equal(name, KB_STR("name")) ||
             kb_str_equal(name, KB_STR("itemprop"))) &&
            keys < KB_COUNT(key))
            key[keys++] = attr_text(a);
    }
    for (size_t i = 0; i < keys && content.n; i++) {
        struct kb_str text = kb_str_trim(key[i]);
        const struct name *name = text.n ? find_name(text) : NULL;
        bool modified;
        uint8_t rank;
        if (text.n && !name && kb_page_date_name(text, &modified, &rank)) {
            const struct name date = {KB_STR_NONE, modified ? MODIFIED : PUBLISHED, rank};
            file_value(h, &date, content);
        } else if (name)
            file_value(h, name, content);
        else
            kb_page_claim_meta(h->claims, h->arena, text, content);
    }
}

static void read_link(struct head *h, lxb_dom_node_t *node) {
    struct kb_str rel = kb_str_trim(kb_dom_attr(node, "rel"));
    static const struct name canonical = {KB_STR_NONE, CANONICAL, 1};
    if (kb_str_equal_nocase(rel, KB_STR("canonical"))) {
        struct kb_str href = kb_str_trim(kb_dom_attr_id(node, LXB_DOM_ATTR_HREF));
        if (href.n)
            file_value(h, &canonical, href);
    }
}

/* ---- texts of elements ------------------------------------------------------------- */

struct kb_str kb_page_element_text(struct kb_arena *arena, lxb_dom_node_t *element) {
    char text[KB_LIMIT_META_BYTES];
    size_t n = 0, steps = 0;
    bool skip = false;
    for (lxb_dom_node_t *d = kb_dom_next(element, element, false);
         d && n < sizeof text - 1 && steps < 2000;
         d = kb_dom_next(d, element, skip), steps++) {
        uintptr_t tag = kb_dom_tag(d);
        skip = tag == LXB_TAG_SCRIPT || tag == LXB_TAG_STYLE || tag == LXB_TAG_SVG ||
               tag == LXB_TAG_NOSCRIPT || tag == LXB_TAG_TEMPLATE ||
               tag == LXB_TAG_BUTTON;
        if (tag == LXB_TAG_BR || tag == LXB_TAG_DIV || tag == LXB_TAG_P)
            text[n++] = ' ';
        if (d->type != LXB_DOM_NODE_TYPE_TEXT)
            continue;
        struct kb_str s = kb_str_cut(kb_dom_text(d), sizeof text - 1 - n);
        memcpy(text + n, s.p ? s.p : "", s.n);
        n += s.n;
    }
    return kb_page_clean(arena, (struct kb_str){text, n}, KB_LIMIT_META_BYTES);
}

/* ---- deciding ---------------------------------------------------------------------- */

/* A language tag in its usual spelling, "zh-Hant-TW"; empty where raw is none. */
static struct kb_str language_tag(struct kb_arena *arena, struct kb_str raw) {
    char out[36];
    size_t n = 0, part = 0, count = 0;
    raw = kb_str_trim(raw);
    for (size_t i = 0; i < raw.n; i++) { /* "en,de" and "de_DE.UTF-8" name the first */
        if (strchr(", ;.@", raw.p[i])) {
            raw.n = i;
            break;
        }
    }
    if (raw.n < 2 || raw.n > 35)
        return KB_STR_NONE;
    for (size_t i = 0; i <= raw.n; i++) {
        char c = i < raw.n ? raw.p[i] : '-';
        c = c == '_' ? '-' : c;
        if (c != '-') {
            if (!kb_is_alpha(c) && !kb_is_digit(c))
                return KB_STR_NONE;
            out[n++] = kb_lower(c);
            part++;
            continue;
        }
        if (!part || part > 8 || (count == 0 && (part < 2 || part > 3)))
            return KB_STR_NONE;
        if (count && part == 2)
            for (size_t k = n - 2; k < n; k++)
                out[k] = out[k] >= 'a' && out[k] <= 'z' ? (char)(out[k] - 32) : out[k];
        if (count && part == 4 && out[n - 4] >= 'a' && out[n - 4] <= 'z')
            out[n - 4] = (char)(out[n - 4] - 32);
        count++, part = 0;
        if (i < raw.n)
            out[n++] = '-';
    }
    struct kb_str tag = {out, n};
    if (kb_str_starts(tag, KB_STR("und")) || kb_str_starts(tag, KB_STR("mul")))
        return KB_STR_NONE;
    return kb_arena_dup(arena, tag);
}

static struct kb_str decide_language(const struct kb_page_nodes *nodes,
                                     const struct head *h, const struct kb_jsonld *ld) {
    struct kb_str raw[5] = {KB_STR_NONE, KB_STR_NONE, h->value[LOCALE],
                            h->value[LANGUAGE], ld->language};
    if (nodes->html) {
        raw[0] = kb_dom_attr(nodes->html, "lang");
        raw[1] = kb_dom_attr(nodes->html, "xml:lang");
    }
    for (size_t i = 0; i < KB_COUNT(raw); i++) {
        struct kb_str tag = language_tag(h->arena, raw[i]);
        if (tag.n)
            return tag;
    }
    return KB_STR_NONE;
}

static struct kb_str decide_title(const struct kb_page_nodes *nodes, const struct head *h,
                                  const struct kb_jsonld *ld, struct kb_str url) {
    struct kb_arena *arena = h->arena;
    struct kb_titles t = {0};
    const size_t max = KB_LIMIT_META_BYTES;
    kb_titles_site(&t, kb_page_clean(arena, h->value[SITE], max));
    kb_titles_site(&t, ld->publisher);
    kb_titles_site(&t, ld->site);
    kb_titles_site(&t, kb_page_clean(arena, h->value[APPLICATION], max));
    if (!h->value[APPLICATION].n)
        kb_titles_site(&t, kb_page_clean(arena, h->value[RIGHTS], max));
    t.article = ((ld->types | kb_page_type_bits(h->value[TYPE])) & KB_TYPE_ARTICLE) != 0;
    t.host = kb_url_host(url.n                   ? url
                         : h->value[CANONICAL].n ? h->value[CANONICAL]
                                                 : h->value[URL]);
    for (size_t i = 0; i < nodes->heading_count && i < 6; i++)
        kb_titles_add(&t, kb_page_element_text(arena, nodes->headings[i]), KB_TITLE_H1);
    kb_titles_add(&t, kb_page_clean(arena, h->value[TITLE_OG], max), KB_TITLE_OG);
    kb_titles_add(&t, ld->headline, KB_TITLE_LD);
    if (nodes->title)
        kb_titles_add(&t, kb_page_element_text(arena, nodes->title), KB_TITLE_DOCUMENT);
    kb_titles_add(&t, kb_page_clean(arena, h->value[TITLE_TWITTER], max),
                  KB_TITLE_TWITTER);
    kb_titles_add(&t, kb_page_clean(arena, h->value[TITLE_OTHER], max), KB_TITLE_OTHER);
    if (!t.count)
        return ld->name;
    return kb_titles_choose(&t, arena);
}

static struct kb_str resolve(struct kb_urls *urls, struct kb_arena *arena,
                             struct kb_str a, struct kb_str b) {
    struct kb_str url = KB_STR_NONE;
    if (a.n && a.n <= KB_LIMIT_META_BYTES)
        url = kb_urls_resolve(urls, arena, a, false);
    if (!url.n && b.n && b.n <= KB_LIMIT_META_BYTES)
        url = kb_urls_resolve(urls, arena, b, false);
    return url;
}

static struct kb_str either(struct kb_str a, struct kb_str b) {
    return a.n ? a : b;
}

static void decide_rights(const struct head *h, const struct kb_jsonld *ld,
                          struct kb_rights *rights) {
    const size_t max = KB_LIMIT_META_BYTES;
    struct kb_str tier = h->value[TIER], open = h->value[ACCESS];
    rights->holder =
        either(ld->rights.holder, kb_page_clean(h->arena, h->value[HOLDER], max));
    rights->notice =
        either(ld->rights.notice, kb_page_clean(h->arena, h->value[RIGHTS], max));
    rights->free = ld->rights.free;
    if (rights->free != KB_FREE_UNKNOWN)
        return;
    if (kb_str_equal_nocase(tier, KB_STR("locked")) ||
        kb_str_equal_nocase(tier, KB_STR("metered")) ||
        kb_str_equal_nocase(open, KB_STR("false")))
        rights->free = KB_FREE_NO;
    else if (kb_str_equal_nocase(tier, KB_STR("free")) ||
             kb_str_equal_nocase(open, KB_STR("true")))
        rights->free = KB_FREE_YES;
}

bool kb_page_claim_author(struct kb_page_meta *meta, struct kb_arena *arena,
                          const struct kb_author_claim *claim) {
    void *items = meta->author_claims;
    if (meta->author_claim_count >= KB_LIMIT_LIST_ITEMS)
        return true;
    if (!kb_arena_grow(arena, &items, meta->author_claim_count, &meta->author_claim_cap,
                       sizeof *meta->author_claims, KB_LIMIT_LIST_ITEMS))
        return false;
    meta->author_claims = items;
    meta->author_claims[meta->author_claim_count++] = *claim;
    return true;
}

static void decide(const struct kb_page_nodes *nodes, struct head *h,
                   const struct kb_jsonld *ld, struct kb_str url, struct kb_urls *urls,
                   struct kb_page_meta *meta) {
    struct kb_arena *arena = h->arena;
    const size_t max = KB_LIMIT_META_BYTES;
    meta->title = decide_title(nodes, h, ld, url);
    meta->site_name = either(kb_page_clean(arena, h->value[SITE], max),
                             either(ld->publisher, ld->site));
    meta->description =
        either(kb_page_clean(arena, h->value[DESCRIPTION], max), ld->description);
    meta->canonical_url = resolve(urls, arena, h->value[CANONICAL], h->value[URL]);
    meta->language = decide_language(nodes, h, ld);
    meta->date_published = either(ld->published, h->value[PUBLISHED]);
    meta->date_others[0] = h->value[PUBLISHED];
    meta->date_others[1] = ld->published_too;
    meta->date_modified = either(ld->modified, h->value[MODIFIED]);
    meta->section = either(ld->section, kb_page_clean(arena, h->value[SECTION], max));
    meta->image = resolve(urls, arena, h->value[IMAGE], ld->image);
    meta->image_credit = ld->image_credit;
    meta->houses[0] = ld->publisher;
    meta->houses[1] = ld->site;
    meta->houses[2] = kb_page_clean(arena, h->value[APPLICATION], max);
    if (!h->tags.count)
        h->tags = ld->tags;
    if (!h->tags.count)
        kb_page_tags_add(&h->tags, arena, h->value[KEYWORDS]);
    meta->tags = h->tags.items, meta->tag_count = h->tags.count;
    meta->types = ld->types | kb_page_type_bits(h->value[TYPE]);
    meta->body_text = ld->body;
    decide_rights(h, ld, &meta->rights);
    meta->comment_count = ld->comment_count;
}

enum kb_status kb_page_meta_read(const struct kb_page_nodes *nodes, struct kb_str url,
                                 struct kb_urls *urls, struct kb_arena *arena,
                                 struct kb_page_meta *meta, struct kb_err *err) {
    struct head h = {.arena = arena, .claims = &meta->claims, .meta = meta};
    struct kb_jsonld ld = {.claims = &meta->claims};
    *meta = (struct kb_page_meta){.comment_count = -1};
    for (size_t i = 0; i < nodes->meta_count; i++) {
        if (kb_dom_tag(nodes->metas[i]) == LXB_TAG_META)
            read_meta(&h, nodes->metas[i]);
        else if (kb_dom_tag(nodes->metas[i]) == LXB_TAG_LINK)
            read_link(&h, nodes->metas[i]);
    }
    struct kb_jsonld_hints hints = {url, h.value[CANONICAL], h.value[TITLE_OG]};
    if (!hints.title.n && nodes->title)
        hints.title = kb_page_element_text(arena, nodes->title);
    kb_page_jsonld_read(nodes, &hints, arena, meta, &ld);
    kb_page_microdata_read(nodes, arena, meta, &ld);
    decide(nodes, &h, &ld, url, urls, meta);
    if (arena->full)
        return kb_err_set(err, KB_ENOMEM, "no memory for the page's metadata (%zu bytes)",
                          arena->max);
    return KB_OK;
}
