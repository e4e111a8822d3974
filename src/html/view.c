/* The tree → lines for a person at a terminal.
 *
 * Headings bold, quotations behind a bar, lists with hanging indents, code set in by
 * four, tables in columns where they fit, pictures told by their caption.  Folding is
 * fold.c's; right-to-left text goes out in its logical order, turning it is the
 * terminal's work. Ends without a newline. */
#include "html/fold.h"

#include <stdio.h>

/* A table of more columns, or with more text, is shown row by row. */
#define MAX_COLUMNS 16
#define MAX_TABLE_BYTES ((size_t)64 << 10)

struct view {
    struct kb_fold fold;
    size_t nest[KB_NODE_IMAGE + 1];
};

static void picture(struct view *w, const struct kb_node *n) {
    unsigned style = w->fold.style;
    w->fold.style = KB_FOLD_DIM;
    kb_fold_text(&w->fold, n->text.n ? KB_STR("[picture: ") : KB_STR("[picture]"));
    if (n->text.n) {
        kb_fold_text(&w->fold, n->text);
        w->fold.space = false;
        kb_fold_text(&w->fold, KB_STR("]"));
    }
    w->fold.style = style;
}

static void inline_run(struct view *w, const struct kb_node *top,
                       const struct kb_node *from, const struct kb_node *stop) {
    struct kb_fold *f = &w->fold;
    unsigned base = f->style;
    for (struct kb_walk at = kb_walk_begin(top, from, stop); at.node;) {
        const struct kb_node *n = at.node;
        switch (n->kind) {
        case KB_NODE_TEXT:
        case KB_NODE_CODE_BLOCK:
            if (!at.leave)
                kb_fold_text(f, n->text);
            break;
        case KB_NODE_IMAGE:
            if (!at.leave)
                picture(w, n);
            break;
        case KB_NODE_BREAK: f->line_end = f->begun; break;
        case KB_NODE_LINK:
        case KB_NODE_STRONG:
            w->nest[n->kind] += at.leave ? (size_t)-1 : 1;
            f->style = base | (w->nest[KB_NODE_LINK] ? KB_FOLD_UNDERLINE : 0u) |
                       (w->nest[KB_NODE_STRONG] ? KB_FOLD_BOLD : 0u);
            break;
        default:
            if (!kb_node_is_inline(n))
                f->space = f->begun;
            break;
        }
        kb_walk_next(&at, false);
    }
    f->style = base;
}

static void paragraph(struct view *w, const struct kb_node *top,
                      const struct kb_node *from, const struct kb_node *stop,
                      unsigned style) {
    if (!from)
        return;
    kb_fold_begin(&w->fold);
    w->fold.style = style;
    inline_run(w, top, from, stop);
    kb_fold_end(&w->fold);
}

static void code_block(struct view *w, const struct kb_node *n) {
    struct kb_fold *f = &w->fold;
    struct kb_str rest = kb_code_text(n), line;
    if (!rest.n)
        return;
    kb_margin_push(&f->margin, "    ", "    ", 4);
    for (bool first = true; kb_next_line(&rest, &line); first = false) {
        if (first)
            kb_margin_lead(&f->margin, f->out);
        else if (line.n)
            kb_margin_line(&f->margin, f->out);
        else
            kb_margin_empty(&f->margin, f->out);
        kb_fold_plain(f->out, line, false);
    }
    kb_margin_pop(&f->margin);
}

static void rule(struct view *w) {
    kb_margin_lead(&w->fold.margin, w->fold.out);
    for (int i = 0; i < 10; i++)
        kb_buf_z(w->fold.out, "─");
}

/* The caption, else the first picture's alternative text. */
static void figure(struct view *w, const struct kb_node *n) {
    const struct kb_node *caption = NULL, *image = NULL;
    for (const struct kb_node *part = n->first; part; part = part->next) {
        if (part->kind == KB_NODE_CAPTION)
            caption = part;
        else if (part->kind == KB_NODE_IMAGE && (!image || !image->text.n))
            image = part;
    }
    kb_fold_begin(&w->fold);
    if (caption && caption->first) {
        w->fold.style = KB_FOLD_DIM;
        kb_fold_text(&w->fold, KB_STR("[picture: "));
        inline_run(w, caption, caption->first, NULL);
        w->fold.space = w->fold.line_end = false;
        kb_fold_text(&w->fold, KB_STR("]"));
    } else if (image) {
        picture(w, image);
    }
    w->fold.style = 0;
    kb_fold_end(&w->fold);
}

/* ---- tables ------------------------------------------------------------------------ */

/* Every cell's text, in order, each with a NUL behind it; columns of each table column.
 * False where the table does not fit. */
static bool measure(const struct kb_node *table, int width, int *columns, size_t *count,
                    struct kb_buf *cells) {
    struct kb_buf raw;
    kb_buf_init(&raw, MAX_TABLE_BYTES);
    *count = 0;
    bool fits = true;
    for (const struct kb_node *row = table->first; row && fits; row = row->next) {
        size_t i = 0;
        if (row->kind != KB_NODE_ROW)
            continue;
        for (const struct kb_node *cell = row->first; cell && fits; cell = cell->next) {
            size_t at = i;
            i += kb_cell_span(cell);
            if (i > MAX_COLUMNS) {
                fits = false;
                break;
            }
            kb_buf_clear(&raw);
            kb_node_text(cell, &raw);
            int n = kb_fold_plain(cells, kb_buf_view(&raw), true);
            kb_buf_char(cells, 0);
            if (i == at + 1 && n > columns[at]) /* one that spans several widens none */
                columns[at] = n;
            fits = raw.status == KB_OK && cells->status == KB_OK && n <= width;
        }
        *count = i > *count ? i : *count;
    }
    int sum = -2;
    for (size_t i = 0; i < *count; i++)
        sum += columns[i] + 2;
    kb_buf_free(&raw);
    return fits && sum <= width;
}

static void aligned_row(struct view *w, const struct kb_node *row, const int *columns,
                        const char **text) {
    struct kb_fold *f = &w->fold;
    int pad = 0;
    bool begun = false;
    for (const struct kb_node *cell = row->first; cell; cell = cell->next) {
        struct kb_str s = kb_str_z(*text);
        int width = 0;
        *text += s.n + 1;
        for (size_t i = kb_cell_span(cell); i; i--)
            width += *columns++ + 2;
        if (!s.n) {
            pad += width;
            continue;
        }
        if (!begun)
            kb_margin_lead(&f->margin, f->out);
        begun = true;
        for (; pad > 0; pad--)
            kb_buf_char(f->out, ' ');
        bool bold = cell->level && f->color;
        if (bold)
            kb_buf_z(f->out, "\033[1m");
        int n = kb_fold_plain(f->out, s, false);
        if (bold)
            kb_buf_z(f->out, "\033[0m");
        pad = width - n > 2 ? width - n : 2;
    }
}

static void long_row(struct view *w, const struct kb_node *row) {
    kb_fold_begin(&w->fold);
    for (const struct kb_node *cell = row->first; cell; cell = cell->next) {
        w->fold.style = cell->level ? KB_FOLD_BOLD : 0;
        if (cell->first)
            inline_run(w, cell, cell->first, NULL);
        w->fold.style = 0;
        w->fold.line_end = false;
        if (cell->next && w->fold.begun) {
            w->fold.space = true;
            kb_fold_text(&w->fold, KB_STR("|"));
            w->fold.space = true;
        }
    }
    kb_fold_end(&w->fold);
}

static void table(struct view *w, const struct kb_node *n) {
    struct kb_fold *f = &w->fold;
    int columns[MAX_COLUMNS] = {0};
    size_t count, start = f->margin.leads;
    struct kb_buf cells;
    kb_buf_init(&cells, MAX_TABLE_BYTES);
    bool fits = measure(n, f->width - f->margin.columns, columns, &count, &cells);
    const char *text = cells.p;
    for (const struct kb_node *row = n->first; row; row = row->next) {
        kb_margin_part(&f->margin, start, 1);
        if (row->kind != KB_NODE_ROW)
            paragraph(w, row, row->first, NULL, KB_FOLD_BOLD);
        else if (fits)
            aligned_row(w, row, columns, &text);
        else
            long_row(w, row);
    }
    kb_buf_free(&cells);
}

/* ---- containers -------------------------------------------------------------------- */

static void blocks(struct view *w, const struct kb_node *parent, int gap, int depth);

static void list(struct view *w, const struct kb_node *node, int depth) {
    struct kb_margin *margin = &w->fold.margin;
    size_t start = margin->leads;
    int gap = kb_list_is_loose(node) ? 2 : 1;
    unsigned number = node->number;
    for (const struct kb_node *n = node->first; n; n = n->next) {
        size_t before = margin->leads;
        char first[16] = "• ", rest[16] = "  ";
        if (node->level) {
            int width = snprintf(first, sizeof first, "%u. ", number);
            memset(rest, ' ', (size_t)width);
            rest[width] = 0;
        }
        kb_margin_part(margin, start, gap);
        kb_margin_push(margin, first, rest, (int)strlen(rest));
        blocks(w, n, kb_item_is_plain(n) ? 1 : 2, depth);
        kb_margin_pop(margin);
        number += margin->leads != before; /* an empty item has no number */
    }
}

static void definitions(struct view *w, const struct kb_node *node, int depth) {
    struct kb_margin *margin = &w->fold.margin;
    size_t start = margin->leads;
    for (const struct kb_node *n = node->first; n; n = n->next) {
        kb_margin_part(margin, start, 1);
        if (n->kind == KB_NODE_TERM) {
            paragraph(w, n, n->first, NULL, KB_FOLD_BOLD);
        } else {
            kb_margin_push(margin, "    ", "    ", 4);
            blocks(w, n, 1, depth);
            kb_margin_pop(margin);
        }
    }
}

static void block(struct view *w, const struct kb_node *n, int depth) {
    if (depth >= KB_LIMIT_DEPTH) {
        paragraph(w, n, n->first, NULL, 0);
        return;
    }
    switch (n->kind) {
    case KB_NODE_HEADING: paragraph(w, n, n->first, NULL, KB_FOLD_BOLD); break;
    case KB_NODE_LIST: list(w, n, depth + 1); break;
    case KB_NODE_DEFINITIONS: definitions(w, n, depth + 1); break;
    case KB_NODE_CODE_BLOCK: code_block(w, n); break;
    case KB_NODE_TABLE: table(w, n); break;
    case KB_NODE_RULE: rule(w); break;
    case KB_NODE_QUOTE:
        kb_margin_push(&w->fold.margin, "│ ", "│ ", 2);
        blocks(w, n, 2, depth + 1);
        kb_margin_pop(&w->fold.margin);
        break;
    case KB_NODE_FIGURE:
        figure(w, n);
        for (const struct kb_node *part = n->first; part; part = part->next)
            if (!kb_node_is_inline(part) && part->kind != KB_NODE_CAPTION)
                block(w, part, depth + 1);
        break;
    case KB_NODE_ROOT:
    case KB_NODE_ITEM:
    case KB_NODE_DETAIL:
    case KB_NODE_ROW:
    case KB_NODE_CELL: blocks(w, n, 2, depth + 1); break;
    default: paragraph(w, n, n->first, NULL, 0); break;
    }
}

/* A container's children; inline ones in a row make a paragraph. */
static void blocks(struct view *w, const struct kb_node *parent, int gap, int depth) {
    struct kb_margin *margin = &w->fold.margin;
    size_t start = margin->leads;
    for (const struct kb_node *n = parent->first; n;) {
        kb_margin_part(margin, start, gap);
        if (kb_node_is_inline(n)) {
            const struct kb_node *end = kb_inline_end(n);
            paragraph(w, parent, n, end, 0);
            n = end;
        } else {
            block(w, n, depth);
            n = n->next;
        }
    }
}

void kb_html_write_view(const struct kb_node *root, int width, bool color,
                        struct kb_buf *out) {
    struct view w = {0};
    kb_fold_init(&w.fold, width, color, out);
    blocks(&w, root, 2, 0);
}
