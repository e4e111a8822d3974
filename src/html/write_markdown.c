/* The tree → Markdown (CommonMark 0.31; tables and strikethrough as GitHub Flavored
 * Markdown has them).
 *
 * The blocks; markdown.c writes what stands in them.  What Markdown lacks is told by
 * what it has: a definition list is paragraphs with the term in bold, a figure is a
 * paragraph with the picture and one with the caption in emphasis, a table without
 * header cells gets an empty header row.  Two lists that follow one another have
 * different markers, which is what parts them.  Ends without a newline. */
#include "html/markdown.h"

#include <limits.h>
#include <stdio.h>

static void paragraph(struct kb_md *w, const struct kb_node *top,
                      const struct kb_node *from, const struct kb_node *stop,
                      enum kb_node_kind around) {
    if (!from)
        return;
    kb_md_begin(w, KB_MD_PARAGRAPH);
    if (around)
        kb_md_enter(w, around, NULL);
    kb_md_run(w, top, from, stop);
    if (around)
        kb_md_leave(w, around);
    kb_md_end(w);
}

static void heading(struct kb_md *w, const struct kb_node *n) {
    static const char marks[] = "###### ";
    size_t level = n->level < 1 ? 1 : n->level > 6 ? 6 : n->level;
    if (!n->first)
        return;
    kb_margin_push(&w->margin, marks + 6 - level, "", 0);
    kb_md_begin(w, KB_MD_HEADING);
    kb_md_run(w, n, n->first, NULL);
    kb_md_end(w);
    kb_margin_pop(&w->margin);
}

/* A fence is longer than every run of backticks inside. */
static void code_block(struct kb_md *w, const struct kb_node *n) {
    struct kb_str rest = kb_code_text(n), line;
    if (!rest.n)
        return;
    size_t longest = 2, run = 0;
    for (size_t i = 0; i < rest.n; i++) {
        run = rest.p[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    kb_margin_lead(&w->margin, w->out);
    for (size_t i = 0; i <= longest; i++)
        kb_buf_char(w->out, '`');
    while (kb_next_line(&rest, &line)) {
        if (!line.n) {
            kb_margin_empty(&w->margin, w->out);
            continue;
        }
        kb_margin_line(&w->margin, w->out);
        kb_write_code_line(w->out, line);
    }
    kb_margin_line(&w->margin, w->out);
    for (size_t i = 0; i <= longest; i++)
        kb_buf_char(w->out, '`');
}

/* ---- tables ------------------------------------------------------------------------ */

static size_t count_columns(const struct kb_node *row) {
    size_t columns = 0;
    for (const struct kb_node *cell = row->first; cell; cell = cell->next)
        columns += kb_cell_span(cell);
    return columns;
}

static void fill(struct kb_md *w, const char *z, size_t n) {
    for (size_t i = 0; i < n; i++)
        kb_buf_z(w->out, z);
}

/* A row, filled up to columns cells.  Behind a cell that spans several come empty ones.
 */
static void row(struct kb_md *w, const struct kb_node *n, size_t columns) {
    size_t done = 0;
    kb_margin_lead(&w->margin, w->out);
    kb_buf_char(w->out, '|');
    for (const struct kb_node *cell = n->first; cell; cell = cell->next) {
        kb_buf_char(w->out, ' ');
        kb_md_begin(w, KB_MD_CELL);
        w->begun = true;
        w->line = w->out->n;
        if (kb_node_is_inline(cell))
            kb_md_run(w, n, cell, cell->next);
        else if (cell->first)
            kb_md_run(w, cell, cell->first, NULL);
        kb_md_end(w);
        kb_buf_z(w->out, " |");
        fill(w, "  |", kb_cell_span(cell) - 1);
        done += kb_cell_span(cell);
    }
    if (done < columns)
        fill(w, "  |", columns - done);
}

static void table(struct kb_md *w, const struct kb_node *n) {
    size_t columns = 0, start = w->margin.leads;
    const struct kb_node *head = NULL, *r;
    for (r = n->first; r; r = r->next) {
        if (r->kind != KB_NODE_ROW) {
            paragraph(w, r, r->first, NULL, KB_NODE_EMPHASIS);
            kb_margin_part(&w->margin, start, 2);
            continue;
        }
        size_t count = count_columns(r);
        columns = count > columns ? count : columns;
        if (!head && count)
            head = r;
    }
    if (!columns)
        return;
    bool headed = true;
    for (const struct kb_node *cell = head->first; cell; cell = cell->next)
        headed = headed && cell->level == 1;
    if (headed) {
        row(w, head, columns);
    } else {
        kb_margin_lead(&w->margin, w->out);
        kb_buf_char(w->out, '|');
        fill(w, "  |", columns);
    }
    w->margin.gap = 1;
    kb_margin_line(&w->margin, w->out);
    kb_buf_char(w->out, '|');
    fill(w, " --- |", columns);
    for (r = headed ? head->next : head; r; r = r->next)
        if (r->kind == KB_NODE_ROW && r->first)
            row(w, r, 0);
}

/* ---- containers -------------------------------------------------------------------- */

static void blocks(struct kb_md *w, const struct kb_node *parent, int gap, int depth);

/* marker is '-' or '*', '.' or ')'. */
static void list(struct kb_md *w, const struct kb_node *node, char marker, int depth) {
    size_t start = w->margin.leads;
    bool loose = kb_list_is_loose(node);
    unsigned long number = node->number;
    for (const struct kb_node *n = node->first; n; n = n->next) {
        size_t before = w->margin.leads;
        char first[16] = {marker, ' ', 0}, rest[16];
        if (node->level)
            snprintf(first, sizeof first, "%lu%c ", number % 1000000000, marker);
        size_t width = strlen(first);
        memset(rest, ' ', width);
        rest[width] = 0;
        kb_margin_part(&w->margin, start, loose ? 2 : 1);
        kb_margin_push(&w->margin, first, rest, (int)width);
        blocks(w, n, loose ? 2 : 1, depth);
        kb_margin_pop(&w->margin);
        number += w->margin.leads != before; /* an empty item has no number */
    }
}

static void definitions(struct kb_md *w, const struct kb_node *node, int depth) {
    size_t start = w->margin.leads;
    for (const struct kb_node *n = node->first; n; n = n->next) {
        kb_margin_part(&w->margin, start, 2);
        if (n->kind == KB_NODE_TERM)
            paragraph(w, n, n->first, NULL, KB_NODE_STRONG);
        else
            blocks(w, n, 2, depth);
    }
}

static void block(struct kb_md *w, const struct kb_node *n, int depth) {
    if (depth >= KB_LIMIT_DEPTH) {
        paragraph(w, n, n->first, NULL, KB_NODE_ROOT);
        return;
    }
    switch (n->kind) {
    case KB_NODE_HEADING: heading(w, n); break;
    case KB_NODE_CODE_BLOCK: code_block(w, n); break;
    case KB_NODE_TABLE: table(w, n); break;
    case KB_NODE_DEFINITIONS: definitions(w, n, depth + 1); break;
    case KB_NODE_CAPTION: paragraph(w, n, n->first, NULL, KB_NODE_EMPHASIS); break;
    case KB_NODE_QUOTE:
        kb_margin_push(&w->margin, "> ", "> ", 2);
        blocks(w, n, 2, depth + 1);
        kb_margin_pop(&w->margin);
        break;
    case KB_NODE_RULE: /* not of - or *, which are list markers */
        kb_margin_lead(&w->margin, w->out);
        kb_buf_z(w->out, "___");
        break;
    case KB_NODE_ROOT:
    case KB_NODE_ITEM:
    case KB_NODE_DETAIL:
    case KB_NODE_FIGURE:
    case KB_NODE_ROW:
    case KB_NODE_CELL: blocks(w, n, 2, depth + 1); break;
    default: paragraph(w, n, n->first, NULL, KB_NODE_ROOT); break;
    }
}

/* A container's children; inline ones in a row make a paragraph. */
static void blocks(struct kb_md *w, const struct kb_node *parent, int gap, int depth) {
    size_t start = w->margin.leads;
    int lists[2] = {0, 0}; /* how many bullet and ordered lists directly precede */
    for (const struct kb_node *n = parent->first; n;) {
        const struct kb_node *next = n->next;
        size_t before = w->margin.leads;
        kb_margin_part(&w->margin, start, gap);
        if (kb_node_is_inline(n)) {
            next = kb_inline_end(n);
            paragraph(w, parent, n, next, KB_NODE_ROOT);
        } else if (n->kind == KB_NODE_LIST && depth < KB_LIMIT_DEPTH) {
            int ordered = n->level != 0;
            /* A list may interrupt a paragraph only where it begins with 1. */
            if (ordered && n->number != 1)
                kb_margin_part(&w->margin, start, 2);
            bool other = lists[ordered] % 2 == 1;
            list(w, n, ordered ? (other ? ')' : '.') : (other ? '*' : '-'), depth + 1);
            if (w->margin.leads != before) {
                lists[ordered]++;
                lists[!ordered] = 0;
                before = w->margin.leads;
            }
        } else {
            block(w, n, depth);
        }
        if (w->margin.leads != before)
            lists[0] = lists[1] = 0;
        n = next;
    }
}

void kb_html_write_markdown(const struct kb_node *root, struct kb_buf *out) {
    struct kb_md w = {.out = out};
    kb_margin_init(&w.margin, INT_MAX / 2);
    blocks(&w, root, 2, 0);
}
