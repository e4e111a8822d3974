/* Text with a bar where another element begins: names, places and dates of a byline have
 * elements of their own.
 *
 * Enter an element or a block; leaves "By | Ann Lee | 3 May". */
#include "page/cut.h"
#include "page/people.h"

enum { ELEMENT_BYTES = 200 };

uint32_t kb_page_block_in(const struct kb_blocks *blocks, lxb_dom_node_t *element) {
    int steps = 0;
    for (lxb_dom_node_t *n = element; n && steps < 60;
         n = kb_dom_next(n, element, false), steps++)
        if (n->type == LXB_DOM_NODE_TYPE_TEXT && n->user)
            return (uint32_t)(uintptr_t)n->user - 1;
    return (uint32_t)blocks->count;
}

/* last: the element of the text before it; NULL: another's. */
static void add_text(struct kb_buf *line, const lxb_dom_node_t *text, const void *last) {
    if (kb_page_tells_job(text->parent))
        return;
    if (line->n)
        kb_buf_z(line, last == text->parent ? " " : " | ");
    kb_buf_str(line, kb_dom_text(text));
}

bool kb_page_element_parts(lxb_dom_node_t *element, struct kb_buf *line) {
    int steps = 0;
    const void *block = NULL, *last = NULL;
    kb_buf_clear(line);
    for (lxb_dom_node_t *n = kb_dom_next(element, element, false); n;
         n = kb_dom_next(n, element, false)) {
        if (++steps > 120 || line->n > ELEMENT_BYTES)
            return false;
        if (n->type != LXB_DOM_NODE_TYPE_TEXT || !n->user)
            continue;
        add_text(line, n, block && block != n->user ? NULL : last);
        block = n->user;
        last = n->parent;
    }
    return line->n > 0;
}

void kb_page_block_parts(const struct kb_blocks *blocks, uint32_t block,
                         struct kb_buf *line) {
    lxb_dom_node_t *root = blocks->boxes[blocks->items[block].box].node;
    const lxb_dom_node_t *last = NULL;
    void *user = (void *)(uintptr_t)(block + 1);
    int steps = 0;
    for (lxb_dom_node_t *n = blocks->items[block].node; n && steps < 200;
         n = kb_dom_next(n, root, false), steps++) {
        if (n->type != LXB_DOM_NODE_TYPE_TEXT || !n->user)
            continue;
        if (n->user != user)
            break;
        add_text(line, n, last);
        last = n->parent;
    }
}
