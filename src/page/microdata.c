/* Microdata (schema.org's vocabulary in itemprop attributes): the elements that the walk
 * noted enter, what they say of the page's article leaves.
 *
 * As with JSON-LD no processor: a property counts where it stands in the scope of an
 * article or in none, and not in one of another kind (a comment, a product, a teaser's
 * article).  Of several articles the one around the main heading is the page's.  Dates
 * are read elsewhere, with the other dates that are marked. */
#include "page/meta.h"

enum { MAX_MARKS = 400, MAX_UP = 60, MAX_DOWN = 60 };

static bool has_attribute(lxb_dom_node_t *node, const char *name) {
    return lxb_dom_element_has_attribute(lxb_dom_interface_element(node),
                                         (const lxb_char_t *)name, strlen(name));
}

/* The nearest element around node that opens an item; NULL where none does. */
static lxb_dom_node_t *scope_of(lxb_dom_node_t *node) {
    lxb_dom_node_t *n = node->parent;
    for (int up = 0; n && up < MAX_UP; n = n->parent, up++)
        if (n->type == LXB_DOM_NODE_TYPE_ELEMENT && has_attribute(n, "itemscope"))
            return n;
    return NULL;
}

static bool holds(const lxb_dom_node_t *outer, const lxb_dom_node_t *inner) {
    for (int up = 0; inner && up < MAX_UP; inner = inner->parent, up++)
        if (inner == outer)
            return true;
    return false;
}

static bool is_article(lxb_dom_node_t *scope) {
    struct kb_str type = kb_str_trim(kb_dom_attr(scope, "itemtype"));
    return kb_page_type_bits(type) & KB_TYPE_ARTICLE ||
           kb_str_ends(type, KB_STR("CreativeWork")) ||
           kb_str_ends(type, KB_STR("/Blog")) || kb_str_ends(type, KB_STR("Page"));
}

static bool is_word(struct kb_str list, const char *word) {
    size_t at = kb_str_find(list, kb_str_z(word)), n = strlen(word);
    return at != KB_NOT_FOUND && (!at || kb_is_space(list.p[at - 1])) &&
           (at + n == list.n || kb_is_space(list.p[at + n]));
}

/* The article's scope: of those that marks stand in, the one around the first heading,
 * else the only one. */
static lxb_dom_node_t *main_scope(const struct kb_page_nodes *nodes) {
    lxb_dom_node_t *only = NULL;
    bool several = false;
    for (size_t i = 0; i < nodes->mark_count && i < MAX_MARKS; i++) {
        lxb_dom_node_t *scope = scope_of(nodes->marks[i]);
        if (!scope || scope == only || !is_article(scope))
            continue;
        for (size_t h = 0; h < nodes->heading_count && h < 3; h++)
            if (holds(scope, nodes->headings[h]))
                return scope;
        several |= only != NULL;
        only = scope;
    }
    return several ? NULL : only;
}

/* What a property's element says: its content attribute, or its text. */
static struct kb_str value_of(struct kb_arena *arena, lxb_dom_node_t *node) {
    struct kb_str content = kb_dom_attr_id(node, LXB_DOM_ATTR_CONTENT);
    return content.n ? kb_page_clean(arena, content, KB_LIMIT_META_BYTES)
                     : kb_page_element_text(arena, node);
}

/* The property `name` of the item that node opens. */
static struct kb_str name_in(struct kb_arena *arena, lxb_dom_node_t *node) {
    int down = 0;
    for (lxb_dom_node_t *n = kb_dom_next(node, node, false); n && down < MAX_DOWN;
         n = kb_dom_next(n, node, false), down++)
        if (n->type == LXB_DOM_NODE_TYPE_ELEMENT &&
            is_word(kb_dom_attr(n, "itemprop"), "name"))
            return value_of(arena, n);
    return KB_STR_NONE;
}

/* The post that opens a thread; its answers are Comments and Answers. */
static bool is_post(lxb_dom_node_t *scope) {
    struct kb_str type = kb_str_trim(kb_dom_attr(scope, "itemtype"));
    return kb_page_type_bits(type) & KB_TYPE_FORUM && !kb_str_ends(type, KB_STR("Page"));
}

static void claim(struct kb_page_meta *meta, struct kb_arena *arena, lxb_dom_node_t *node,
                  const char *role, bool post) {
    struct kb_str type = kb_str_trim(kb_dom_attr(node, "itemtype"));
    struct kb_author_claim c = {.raw = name_in(arena, node),
                                .role = kb_str_z(role),
                                .from = KB_AUTHOR_MICRODATA,
                                .node = node,
                                .post = post,
                                .house = kb_str_ends(type, KB_STR("Organization"))};
    c.person = c.raw.n > 0;
    if (!c.raw.n)
        c.raw = value_of(arena, node);
    if (c.raw.n && c.raw.n < 500 && !kb_page_claim_author(meta, arena, &c))
        return; /* the arena is full: told at the end */
}

static void fill(struct kb_str *to, struct kb_arena *arena, lxb_dom_node_t *node) {
    if (!to->n)
        *to = value_of(arena, node);
}

static void read_property(struct kb_arena *arena, lxb_dom_node_t *node,
                          struct kb_str names, struct kb_page_meta *meta,
                          struct kb_jsonld *out) {
    static const char *const hands[][2] = {{"author", ""},
                                           {"creator", ""},
                                           {"editor", "editor"},
                                           {"translator", "translator"},
                                           {"contributor", "contributor"}};
    for (size_t i = 0; i < KB_COUNT(hands); i++)
        if (is_word(names, hands[i][0]))
            claim(meta, arena, node, hands[i][1], false);
    if (is_word(names, "articleSection"))
        fill(&out->section, arena, node);
    if (is_word(names, "keywords") && !out->tags.count)
        kb_page_tags_add(&out->tags, arena, value_of(arena, node));
    if (is_word(names, "inLanguage"))
        fill(&out->language, arena, node);
    if (is_word(names, "publisher") && !out->publisher.n)
        out->publisher = name_in(arena, node);
    if (is_word(names, "copyrightHolder") && !out->rights.holder.n) {
        struct kb_str name = name_in(arena, node);
        out->rights.holder = name.n ? name : value_of(arena, node);
    }
    if (is_word(names, "commentCount") && out->comment_count < 0) {
        struct kb_str digits = value_of(arena, node);
        long count = 0;
        size_t i = 0;
        for (; i < digits.n && i < 7 && kb_is_digit(digits.p[i]); i++)
            count = count * 10 + (digits.p[i] - '0');
        if (i)
            out->comment_count = count;
    }
}

void kb_page_microdata_read(const struct kb_page_nodes *nodes, struct kb_arena *arena,
                            struct kb_page_meta *meta, struct kb_jsonld *out) {
    lxb_dom_node_t *main = NULL;
    bool looked = false, posted = false;
    for (size_t i = 0; i < nodes->mark_count && i < MAX_MARKS; i++) {
        lxb_dom_node_t *node = nodes->marks[i];
        struct kb_str names = kb_dom_attr(node, "itemprop");
        if (!names.n)
            continue;
        lxb_dom_node_t *scope = scope_of(node);
        if (scope && !posted && is_word(names, "author") && is_post(scope)) {
            claim(meta, arena, node, "", true);
            posted = true;
            continue;
        }
        if (scope && !is_article(scope))
            continue;
        if (scope && !looked) {
            main = main_scope(nodes);
            looked = true;
        }
        if (!scope || scope == main)
            read_property(arena, node, names, meta, out);
    }
}
