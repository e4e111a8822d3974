/* One walk over the DOM: the elements that later stages look at enter lists.
 *
 * In: a document.  Out: struct kb_page_nodes, in document order, in the arena.  One walk for
 * all of them, because a walk touches every node's cache line and so costs as much as the
 * questions themselves. */
#include "page/page.h"

struct list {
    lxb_dom_node_t **items;
    size_t count, cap;
};

static bool push(struct kb_arena *arena, struct list *list, lxb_dom_node_t *node) {
    if (list->count >= KB_LIMIT_LIST_ITEMS)
        return true; /* more of them than any page needs: the rest is not looked at */
    void *items = list->items;
    if (!kb_arena_grow(arena, &items, list->count, &list->cap, sizeof *list->items,
                       KB_LIMIT_LIST_ITEMS))
        return false;
    list->items = items;
    list->items[list->count++] = node;
    return true;
}

/* Scripts that hold data: typed as JSON, or untyped ones that begin like a state object. */
static bool holds_data(lxb_dom_node_t *script) {
    struct kb_str type = kb_dom_attr_id(script, LXB_DOM_ATTR_TYPE);
    if (kb_str_find_nocase(type, KB_STR("json")) != KB_NOT_FOUND)
        return true;
    if (type.n && kb_str_find_nocase(type, KB_STR("javascript")) == KB_NOT_FOUND &&
        kb_str_find_nocase(type, KB_STR("module")) == KB_NOT_FOUND)
        return false;
    if (!script->first_child || script->first_child->type != LXB_DOM_NODE_TYPE_TEXT)
        return false;
    struct kb_str head = kb_str_slice(kb_dom_text(script->first_child), 0, 256);
    static const char *const signs[] = {"__N", "__APOLLO", "_STATE__", "Fusion.",
                                        "__DATA", "__PRELOADED", "___gatsby"};
    for (size_t i = 0; i < KB_COUNT(signs); i++)
        if (kb_str_find(head, kb_str_z(signs[i])) != KB_NOT_FOUND)
            return true;
    return false;
}

enum kb_status kb_page_scan(lxb_html_document_t *document, struct kb_arena *arena,
                            struct kb_page_nodes *out) {
    struct list metas = {0}, scripts = {0}, headings = {0}, times = {0};
    lxb_dom_node_t *root = lxb_dom_interface_node(document);
    bool ok = true;
    *out = (struct kb_page_nodes){0};
    for (lxb_dom_node_t *n = root; n && ok; n = kb_dom_next(n, root, false)) {
        if (n->type != LXB_DOM_NODE_TYPE_ELEMENT)
            continue;
        switch (n->local_name) {
        case LXB_TAG_HTML:
            out->html = out->html ? out->html : n;
            break;
        case LXB_TAG_HEAD:
            out->head = out->head ? out->head : n;
            break;
        case LXB_TAG_BODY:
        case LXB_TAG_FRAMESET:
            out->body = out->body ? out->body : n;
            break;
        case LXB_TAG_META:
        case LXB_TAG_LINK:
        case LXB_TAG_BASE:
            ok = push(arena, &metas, n);
            break;
        case LXB_TAG_SCRIPT:
            ok = !holds_data(n) || push(arena, &scripts, n);
            break;
        case LXB_TAG_H1:
            ok = push(arena, &headings, n);
            break;
        case LXB_TAG_TIME:
            ok = push(arena, &times, n);
            break;
        case LXB_TAG_TITLE:
            if (!out->title && n->ns == LXB_NS_HTML)
                out->title = n;
            break;
        default:
            break;
        }
    }
    out->metas = metas.items, out->meta_count = metas.count;
    out->scripts = scripts.items, out->script_count = scripts.count;
    out->headings = headings.items, out->heading_count = headings.count;
    out->times = times.items, out->time_count = times.count;
    return ok ? KB_OK : KB_ENOMEM;
}
