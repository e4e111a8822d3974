/* Attributes that nobody asks for stay out of the DOM.
 *
 * Enters a token on its way to the tree builder; leaves the same one with the attributes
 * that are ever looked at.  Of a page's attributes four in ten are none of these
 * (data-, aria-, handlers, all that drawings have), and building one costs as much as
 * building an element, and as much memory.
 *
 * What the names say is remembered by the library's record of each, which it makes anew
 * for a document. */
#include "html/parse.h"

/* Asked for by the tree builder, and by build.c, grow.c and picture.c. */
#define N(name)                                                                          \
    { name, sizeof name - 1 }
static const struct kb_str always[] = {
    N("type"),       N("color"),           N("face"),
    N("size"),       N("encoding"),        N("alt"),
    N("class"),      N("colspan"),         N("href"),
    N("src"),        N("srcset"),          N("start"),
    N("poster"),     N("width"),           N("height"),
    N("data-src"),   N("data-original"),   N("data-lazy"),
    N("data-url"),   N("data-lazy-src"),   N("data-srcset"),
    N("data-image"), N("data-hi-res-src"), N("data-lazy-srcset"),
    N("ts"), /* the moment of an element that a script fills */
    {NULL, 0}};

static bool has_name(const struct kb_str *names, struct kb_str name) {
    for (; names->n; names++)
        if (kb_str_equal(*names, name))
            return true;
    return false;
}

static bool is_wanted(struct kb_html_wanted *w, const lxb_dom_attr_data_t *data) {
    uint32_t slot = (uint32_t)((uintptr_t)data >> 3) * 0x9E3779B1u >> 23;
    struct kb_html_seen *seen = &w->seen[slot % KB_COUNT(w->seen)];
    if (seen->data != data) {
        struct kb_str name = {(const char *)lexbor_hash_entry_str(&data->entry),
                              data->entry.length};
        *seen = (struct kb_html_seen){data,
                                      has_name(always, name) || has_name(w->names, name)};
    }
    return seen->wanted;
}

/* In drawings and formulas these decide where the tree builder leaves them. */
static bool is_plain_foreign(const lxb_html_token_t *token, const lxb_html_tree_t *tree) {
    const lxb_dom_node_t *top = kb_html_top(tree);
    return token->tag_id == LXB_TAG_SVG ||
           (top && top->ns == LXB_NS_SVG && token->tag_id != LXB_TAG_FONT);
}

void kb_html_drop_unwanted(struct kb_html_wanted *w, lxb_html_token_t *token,
                           const lxb_html_tree_t *tree) {
    lxb_html_token_attr_t *last = NULL, *next;
    if (!w->names || !token->attr_first)
        return;
    next = is_plain_foreign(token, tree) ? NULL : token->attr_first;
    token->attr_first = NULL;
    for (lxb_html_token_attr_t *a = next; a; a = next) {
        next = a->next;
        if (!is_wanted(w, a->name))
            continue;
        a->prev = last;
        *(last ? &last->next : &token->attr_first) = a;
        last = a;
    }
    if (last)
        last->next = NULL;
    token->attr_last = last;
}
