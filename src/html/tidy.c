/* The body's tree, put in order.
 *
 * Enters: the tree as the walk over the DOM left it; leaves: the same without empty
 * nodes, without tables that are only for layout, with captions where they belong.
 * Every node is taken from its parent's list and, when all under it is done, put back
 * or not: one pass, no memory, no recursion. */
#include "html/build.h"

enum { LONG_CELL = 600 }; /* bytes of text that a cell of data stays under */

static size_t text_bytes(const struct kb_node *node, size_t enough) {
    size_t n = 0;
    for (const struct kb_node *at = node; at && n <= enough;) {
        n += at->text.n;
        if (at->first) {
            at = at->first;
            continue;
        }
        while (at != node && !at->next)
            at = at->parent;
        at = at == node ? NULL : at->next;
    }
    return n;
}

/* A table whose cells hold more than a line of data is a page's scaffold. */
static bool is_layout(const struct kb_node *table) {
    size_t rows = 0, widest = 0, filled = 0;
    bool header = false, rich = false;
    for (const struct kb_node *row = table->first; row; row = row->next) {
        size_t cells = 0;
        if (row->kind != KB_NODE_ROW)
            continue;
        rows++;
        for (const struct kb_node *cell = row->first; cell; cell = cell->next) {
            cells++;
            if (!cell->first)
                continue;
            filled++;
            header |= cell->level == 1;
            rich |= cell->first->next || cell->first->kind != KB_NODE_PARAGRAPH ||
                    text_bytes(cell->first, LONG_CELL) > LONG_CELL;
        }
        widest = cells > widest ? cells : widest;
    }
    return rows < 2 || widest < 2 || filled < 2 || (rich && !header);
}

static void put_children(struct kb_node *parent, struct kb_node *node) {
    for (struct kb_node *child = node->first, *next; child; child = next) {
        next = child->next;
        kb_node_attach(parent, child);
    }
}

static void put_table(struct kb_node *parent, struct kb_node *table) {
    bool layout = is_layout(table);
    struct kb_node *rows = table->first, *next;
    table->first = table->last = NULL;
    for (struct kb_node *row = rows; row; row = next) {
        next = row->next;
        if (row->kind != KB_NODE_ROW) { /* its caption becomes a paragraph before it */
            row->kind = KB_NODE_PARAGRAPH;
            kb_node_attach(parent, row);
        } else if (!layout) {
            kb_node_attach(table, row);
        } else {
            for (struct kb_node *cell = row->first; cell; cell = cell->next)
                put_children(parent, cell);
        }
    }
    if (table->first)
        kb_node_attach(parent, table);
}

static void put_figure(struct kb_node *parent, struct kb_node *figure) {
    struct kb_node *only = figure->first;
    if (!only)
        return;
    /* What it was the figure of stands beside it as blocks. */
    if (only->kind == KB_NODE_CAPTION && figure->level) {
        only->kind = KB_NODE_PARAGRAPH;
        figure = only;
    }
    figure->level = 0;
    kb_node_attach(parent, figure);
}

static bool has_filled_cell(const struct kb_node *row) {
    for (const struct kb_node *cell = row->first; cell; cell = cell->next)
        if (cell->first)
            return true;
    return false;
}

/* All under node is in order; so is what stands before it.  *rule is a rule of the root's
 * that waits for something to part. */
static void settle(struct kb_node *parent, struct kb_node *node, struct kb_node **rule) {
    switch (node->kind) {
    case KB_NODE_RULE: *rule = parent->first ? node : NULL; return;
    case KB_NODE_TEXT:
    case KB_NODE_BREAK:
    case KB_NODE_IMAGE:
    case KB_NODE_CODE_BLOCK:
    case KB_NODE_CELL: break;
    case KB_NODE_ROW:
        if (!has_filled_cell(node))
            return;
        break;
    default:
        if (!node->first)
            return;
    }
    if (*rule && parent == (*rule)->parent) {
        kb_node_attach(parent, *rule);
        *rule = NULL;
    }
    if (node->kind == KB_NODE_TABLE)
        put_table(parent, node);
    else if (node->kind == KB_NODE_FIGURE)
        put_figure(parent, node);
    else
        kb_node_attach(parent, node);
}

void kb_tree_tidy(struct kb_node *root) {
    struct kb_node *node = root, *rule = NULL, *child, *next, *parent;
    for (;;) {
        while ((child = node->first)) {
            node->first = node->last = NULL;
            node = child;
        }
        for (;;) {
            if (node == root)
                return;
            next = node->next;
            parent = node->parent;
            settle(parent, node, &rule);
            if (next)
                break;
            node = parent;
        }
        node = next;
    }
}
