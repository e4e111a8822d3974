/* Small questions to a page's DOM; see page.h. */
#include "feed/page.h"

bool kb_feed_word(struct kb_str *list, struct kb_str *word) {
    size_t from = 0, end;
    while (from < list->n && kb_is_space(list->p[from]))
        from++;
    for (end = from; end < list->n && !kb_is_space(list->p[end]);)
        end++;
    *word = kb_str_slice(*list, from, end);
    *list = kb_str_slice(*list, end, list->n);
    return word->n > 0;
}

bool kb_feed_has_word(struct kb_str list, struct kb_str word) {
    struct kb_str one;
    while (kb_feed_word(&list, &one)) {
        if (kb_str_equal_nocase(one, word))
            return true;
    }
    return false;
}

/* ---- text -------------------------------------------------------------------------- */

/* Elements that nobody reads, and those at whose border a word ends. */
static bool is_unread(uintptr_t tag) {
    return tag == LXB_TAG_SCRIPT || tag == LXB_TAG_STYLE || tag == LXB_TAG_TEMPLATE ||
           tag == LXB_TAG_NOSCRIPT || tag == LXB_TAG_SVG;
}

static bool is_block(uintptr_t tag) {
    switch (tag) {
    case LXB_TAG_P:
    case LXB_TAG_DIV:
    case LXB_TAG_LI:
    case LXB_TAG_TR:
    case LXB_TAG_TD:
    case LXB_TAG_BR:
    case LXB_TAG_H1:
    case LXB_TAG_H2:
    case LXB_TAG_H3:
    case LXB_TAG_H4:
    case LXB_TAG_SECTION:
    case LXB_TAG_ARTICLE:
    case LXB_TAG_BLOCKQUOTE:
    case LXB_TAG_FIGCAPTION: return true;
    default: return false;
    }
}

static void add_folded(struct kb_buf *out, struct kb_str text) {
    for (size_t i = 0; i < text.n; i++) {
        if (!kb_is_space(text.p[i]))
            kb_buf_char(out, text.p[i]);
        else if (out->n && out->p[out->n - 1] != ' ')
            kb_buf_char(out, ' ');
    }
}

struct kb_str kb_feed_node_text(struct kb_feed_make *make, lxb_dom_node_t *node,
                                struct kb_buf *out) {
    struct kb_str alternative = KB_STR_NONE;
    bool skip = false;
    kb_buf_clear(out);
    for (lxb_dom_node_t *at = node; at && out->n <= KB_LIMIT_META_BYTES;
         at = kb_dom_next(at, node, skip)) {
        uintptr_t tag = kb_dom_tag(at);
        skip = is_unread(tag);
        if (at->type == LXB_DOM_NODE_TYPE_TEXT)
            add_folded(out, kb_dom_text(at));
        else if (is_block(tag))
            add_folded(out, KB_STR(" "));
        else if (tag == LXB_TAG_IMG && !alternative.n)
            alternative = kb_str_trim(kb_dom_attr_id(at, LXB_DOM_ATTR_ALT));
    }
    if (!kb_str_trim(kb_buf_view(out)).n) {
        kb_buf_clear(out);
        add_folded(out, alternative);
    }
    if (out->status == KB_ENOMEM)
        kb_feed_no_memory(make);
    return kb_str_cut(kb_str_trim(kb_buf_view(out)), KB_LIMIT_META_BYTES);
}

/* ---- the page ---------------------------------------------------------------------- */

static lxb_dom_node_t *first_of(lxb_dom_node_t *document, uintptr_t tag) {
    lxb_dom_node_t *node = document;
    while (node && kb_dom_tag(node) != tag)
        node = kb_dom_next(node, document, false);
    return node;
}

void kb_feed_page_base(lxb_dom_node_t *document, struct kb_urls *urls,
                       struct kb_arena *arena) {
    lxb_dom_node_t *base = first_of(document, LXB_TAG_BASE);
    struct kb_str href =
        base ? kb_str_trim(kb_dom_attr_id(base, LXB_DOM_ATTR_HREF)) : KB_STR_NONE;
    struct kb_str url = href.n && href.n <= KB_LIMIT_URL_BYTES
                            ? kb_urls_resolve(urls, arena, href, false)
                            : KB_STR_NONE;
    if (url.n)
        kb_urls_set_base(urls, url);
}

struct kb_str kb_feed_page_title(struct kb_feed_make *make, lxb_dom_node_t *document,
                                 struct kb_buf *out) {
    lxb_dom_node_t *title = first_of(document, LXB_TAG_TITLE);
    return title ? kb_feed_node_text(make, title, out) : KB_STR_NONE;
}

struct kb_str kb_feed_page_language(lxb_dom_node_t *document) {
    lxb_dom_node_t *html = first_of(document, LXB_TAG_HTML);
    return html ? kb_str_trim(kb_dom_attr(html, "lang")) : KB_STR_NONE;
}
