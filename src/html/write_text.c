/* The tree → plain text: for search, statistics and people without a screen.
 *
 * One empty line between blocks, "- " and "1. " before items, a tab between cells;
 * pictures and their captions are left out, links leave their words.  Nothing is written
 * for a block before its first letter comes, so empty blocks leave no trace.  Ends
 * without a newline. */
#include "html/write.h"

#include <limits.h>
#include <stdio.h>

struct text {
    struct kb_buf *out;
    struct kb_margin margin;
    bool begun;           /* the block has its first letter */
    bool space, line_end; /* wait for the next letter, */
    size_t tabs;          /* as do the borders of a row's cells */
};

static void text_add(struct text *w, struct kb_str text) {
    bool before, after;
    struct kb_str s = kb_strip(text, &before, &after);
    w->space |= before;
    if (!s.n)
        return;
    if (!w->begun)
        kb_margin_lead(&w->margin, w->out);
    else if (w->line_end)
        kb_margin_line(&w->margin, w->out);
    else if (w->space && !w->tabs)
        kb_buf_char(w->out, ' ');
    for (; w->tabs; w->tabs--)
        kb_buf_char(w->out, '\t');
    w->begun = true;
    w->line_end = false;
    kb_write_clean(w->out, s);
    w->space = after;
}

/* Inline nodes; blocks among them (in a cell, or too deep) are parted by a space. */
static void inline_run(struct text *w, const struct kb_node *top,
                       const struct kb_node *from, const struct kb_node *stop,
                       bool breaks) {
    for (struct kb_walk at = kb_walk_begin(top, from, stop); at.node;) {
        const struct kb_node *n = at.node;
        bool skip = false;
        if (!kb_node_is_inline(n)) {
            w->space = true;
            skip = n->kind == KB_NODE_CAPTION && n->parent &&
                   n->parent->kind == KB_NODE_FIGURE;
            if (n->kind == KB_NODE_CODE_BLOCK && !at.leave)
                text_add(w, n->text);
        } else if (n->kind == KB_NODE_TEXT && !at.leave) {
            text_add(w, n->text);
        } else if (n->kind == KB_NODE_BREAK) {
            w->space = true;
            w->line_end = breaks;
        }
        kb_walk_next(&at, skip);
    }
}

static void paragraph(struct text *w, const struct kb_node *top,
                      const struct kb_node *from, const struct kb_node *stop) {
    w->begun = w->space = w->line_end = false;
    if (from)
        inline_run(w, top, from, stop, true);
}

static void code_block(struct text *w, const struct kb_node *block) {
    struct kb_str rest = kb_code_text(block), line;
    if (!rest.n)
        return;
    for (bool first = true; kb_next_line(&rest, &line); first = false) {
        if (first)
            kb_margin_lead(&w->margin, w->out);
        else if (line.n)
            kb_margin_line(&w->margin, w->out);
        else
            kb_margin_empty(&w->margin, w->out);
        kb_write_code_line(w->out, line);
    }
}

static void row(struct text *w, const struct kb_node *row_node) {
    w->begun = false;
    for (const struct kb_node *cell = row_node->first; cell; cell = cell->next) {
        w->space = w->line_end = false;
        if (kb_node_is_inline(cell))
            inline_run(w, row_node, cell, cell->next, false);
        else if (cell->first)
            inline_run(w, cell, cell->first, NULL, false);
        w->tabs++;
    }
    w->tabs = 0;
}

static void table(struct text *w, const struct kb_node *node) {
    size_t start = w->margin.leads;
    for (const struct kb_node *n = node->first; n; n = n->next) {
        kb_margin_part(&w->margin, start, 1);
        if (n->kind == KB_NODE_ROW)
            row(w, n);
        else
            paragraph(w, n, n->first, NULL);
    }
}

static void blocks(struct text *w, const struct kb_node *parent, int gap, int depth);

static void list(struct text *w, const struct kb_node *node, int depth) {
    size_t start = w->margin.leads;
    int gap = kb_list_is_loose(node) ? 2 : 1;
    unsigned number = node->number;
    for (const struct kb_node *n = node->first; n; n = n->next) {
        size_t before = w->margin.leads;
        char marker[16];
        if (node->level)
            snprintf(marker, sizeof marker, "%u. ", number);
        kb_margin_part(&w->margin, start, gap);
        kb_margin_push(&w->margin, node->level ? marker : "- ", "  ", 2);
        blocks(w, n, kb_item_is_plain(n) ? 1 : 2, depth);
        kb_margin_pop(&w->margin);
        number += w->margin.leads != before; /* an empty item has no number */
    }
}

static void definitions(struct text *w, const struct kb_node *node, int depth) {
    size_t start = w->margin.leads;
    for (const struct kb_node *n = node->first; n; n = n->next) {
        kb_margin_part(&w->margin, start, 1);
        if (n->kind == KB_NODE_TERM) {
            paragraph(w, n, n->first, NULL);
        } else {
            kb_margin_push(&w->margin, "  ", "  ", 2);
            blocks(w, n, 1, depth);
            kb_margin_pop(&w->margin);
        }
    }
}

static void block(struct text *w, const struct kb_node *n, int depth) {
    if (depth >= KB_LIMIT_DEPTH) {
        paragraph(w, n, n->first, NULL);
        return;
    }
    switch (n->kind) {
    case KB_NODE_ROOT:
    case KB_NODE_QUOTE:
    case KB_NODE_FIGURE:
    case KB_NODE_ITEM:
    case KB_NODE_DETAIL:
    case KB_NODE_ROW:
    case KB_NODE_CELL: blocks(w, n, 2, depth + 1); break;
    case KB_NODE_LIST: list(w, n, depth + 1); break;
    case KB_NODE_DEFINITIONS: definitions(w, n, depth + 1); break;
    case KB_NODE_CODE_BLOCK: code_block(w, n); break;
    case KB_NODE_TABLE: table(w, n); break;
    case KB_NODE_CAPTION:
        if (n->parent && n->parent->kind == KB_NODE_FIGURE)
            break;
        /* fall through */
    default: paragraph(w, n, n->first, NULL); break;
    }
}

/* A container's children; inline ones in a row make a paragraph. */
static void blocks(struct text *w, const struct kb_node *parent, int gap, int depth) {
    size_t start = w->margin.leads;
    for (const struct kb_node *n = parent->first; n;) {
        kb_margin_part(&w->margin, start, gap);
        if (kb_node_is_inline(n)) {
            const struct kb_node *end = kb_inline_end(n);
            paragraph(w, parent, n, end);
            n = end;
        } else {
            block(w, n, depth);
            n = n->next;
        }
    }
}

void kb_html_write_text(const struct kb_node *root, struct kb_buf *out) {
    struct text w = {.out = out};
    kb_margin_init(&w.margin, INT_MAX / 2);
    blocks(&w, root, 2, 0);
}
