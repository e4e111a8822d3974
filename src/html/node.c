/* The body's tree.
 *
 * Enters: kinds and strings; leaves: nodes in an arena, linked both ways down and up.
 * A node knows its parent, so that every walk can go without recursion: pages nest as
 * deep as their writers like. */
#include "html/html.h"

void kb_node_attach(struct kb_node *parent, struct kb_node *node) {
    node->parent = parent;
    node->next = NULL;
    if (parent->last)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
}

struct kb_node *kb_node_add(struct kb_arena *arena, struct kb_node *parent,
                            enum kb_node_kind kind) {
    struct kb_node *node = kb_arena_alloc(arena, sizeof *node);
    if (!node)
        return NULL;
    *node = (struct kb_node){.kind = kind};
    if (parent)
        kb_node_attach(parent, node);
    return node;
}

struct kb_node *kb_node_add_text(struct kb_arena *arena, struct kb_node *parent,
                                 struct kb_str text) {
    struct kb_node *node = kb_node_add(arena, parent, KB_NODE_TEXT);
    if (node)
        node->text = text;
    return node;
}

static bool is_block(enum kb_node_kind kind) {
    return kind < KB_NODE_TEXT;
}

/* Blocks that follow one another are parted by a line feed, so that words at their
 * borders stay two words; nothing is written before the first. */
static void part(struct kb_buf *out, size_t start) {
    if (out->n > start && out->p[out->n - 1] != '\n')
        kb_buf_char(out, '\n');
}

void kb_node_text(const struct kb_node *node, struct kb_buf *out) {
    size_t start = out->n;
    const struct kb_node *at = node;
    while (at) {
        if (at != node && is_block(at->kind))
            part(out, start);
        if (at->kind == KB_NODE_TEXT || at->kind == KB_NODE_CODE_BLOCK)
            kb_buf_str(out, at->text);
        else if (at->kind == KB_NODE_BREAK)
            part(out, start);
        if (at->first) {
            at = at->first;
            continue;
        }
        while (at != node && !at->next) {
            at = at->parent;
            if (at != node && is_block(at->kind))
                part(out, start);
        }
        at = at == node ? NULL : at->next;
    }
}
