/* The tree → clean HTML (WHATWG HTML, "The HTML syntax"), a block a line.
 *
 * Only elements that the tree knows, no attributes but href, src, alt, start and colspan.
 * What turns out empty is taken back by cutting the buffer to where it began; line breaks
 * and spaces wait for the text behind them, so that none ends a block. */
#include "html/write.h"

struct html {
    struct kb_buf *out;
    size_t start;
    unsigned breaks; /* these two wait for the next letter */
    bool space;
    bool lead;                      /* at a block's start: spaces are dropped */
    size_t nest[KB_NODE_IMAGE + 1]; /* how often each inline kind is open */
    size_t at[KB_NODE_IMAGE + 1];   /* where its outermost tag begins, */
    size_t body[KB_NODE_IMAGE + 1]; /* and ends, */
    unsigned
        before[KB_NODE_IMAGE + 1]; /* and the line breaks and space that it let out */
    bool spaced[KB_NODE_IMAGE + 1];
};

static const char *const tags[KB_NODE_IMAGE + 1] = {
    [KB_NODE_LINK] = "a",      [KB_NODE_EMPHASIS] = "em", [KB_NODE_STRONG] = "strong",
    [KB_NODE_CODE] = "code",   [KB_NODE_SUB] = "sub",     [KB_NODE_SUP] = "sup",
    [KB_NODE_DELETED] = "del",
};

/* In text a quotation mark stays; in attributes it cannot. */
static void escape(struct kb_buf *out, struct kb_str s, bool attribute, bool lines) {
    static const uint8_t stops[256] = {
        KB_STOP_CONTROLS, ['&'] = 1, ['<'] = 1, ['>'] = 1, ['"'] = 1};
    size_t from = 0, i = 0;
    if (!s.n)
        return;
    for (;;) {
        i += kb_run(s.p + i, s.n - i, stops);
        if (i == s.n)
            break;
        char c = s.p[i];
        size_t len = kb_control_length(s.p + i, s.n - i);
        if ((c == '"' && !attribute) || ((uint8_t)c == 0xC2 && !len)) {
            i++;
            continue;
        }
        kb_buf_add(out, s.p + from, i - from);
        switch (c) {
        case '&': kb_buf_add(out, "&amp;", 5); break;
        case '<': kb_buf_add(out, "&lt;", 4); break;
        case '>': kb_buf_add(out, "&gt;", 4); break;
        case '"': kb_buf_add(out, "&quot;", 6); break;
        case '\n':
        case '\t': kb_buf_char(out, lines ? c : ' '); break;
        default:
            if (kb_is_space(c) && !lines)
                kb_buf_char(out, ' ');
            break;
        }
        from = i += len ? len : 1;
    }
    kb_buf_add(out, s.p + from, i - from);
}

/* ---- inline ------------------------------------------------------------------------ */

static void flush(struct html *w) {
    if (w->space && !w->breaks)
        kb_buf_char(w->out, ' ');
    for (; w->breaks; w->breaks--)
        kb_buf_add(w->out, "<br>", 4);
    w->lead = w->space = false;
}

static void add_text(struct html *w, struct kb_str text) {
    bool before, after;
    struct kb_str s = kb_strip(text, &before, &after);
    w->space |= before && !w->lead;
    if (!s.n)
        return;
    flush(w);
    escape(w->out, s, false, false);
    w->space = after;
}

static void image(struct html *w, const struct kb_node *n) {
    if (!n->url.n)
        return;
    flush(w);
    kb_buf_z(w->out, "<img src=\"");
    escape(w->out, n->url, true, false);
    kb_buf_z(w->out, "\" alt=\"");
    escape(w->out, n->text, true, false);
    kb_buf_z(w->out, "\">");
}

static void enter(struct html *w, const struct kb_node *n) {
    if (w->nest[n->kind]++)
        return;
    w->at[n->kind] = w->out->n;
    w->before[n->kind] = w->breaks;
    w->spaced[n->kind] = w->space;
    if (w->breaks || w->space)
        flush(w);
    kb_buf_char(w->out, '<');
    kb_buf_z(w->out, tags[n->kind]);
    if (n->kind == KB_NODE_LINK) {
        kb_buf_z(w->out, " href=\"");
        escape(w->out, n->url, true, false);
        kb_buf_char(w->out, '"');
    }
    kb_buf_char(w->out, '>');
    w->body[n->kind] = w->out->n;
}

static void leave(struct html *w, const struct kb_node *n) {
    if (--w->nest[n->kind] || w->out->status != KB_OK)
        return;
    if (w->out->n == w->body[n->kind]) {
        w->out->n = w->at[n->kind];
        w->breaks += w->before[n->kind];
        w->space |= w->spaced[n->kind];
        return;
    }
    kb_buf_add(w->out, "</", 2);
    kb_buf_z(w->out, tags[n->kind]);
    kb_buf_char(w->out, '>');
}

static void inline_run(struct html *w, const struct kb_node *top,
                       const struct kb_node *from, const struct kb_node *stop) {
    w->breaks = 0;
    w->space = false;
    w->lead = true;
    for (struct kb_walk at = kb_walk_begin(top, from, stop); at.node;) {
        const struct kb_node *n = at.node;
        if (tags[n->kind]) {
            if (at.leave)
                leave(w, n);
            else
                enter(w, n);
        } else if (n->kind == KB_NODE_TEXT || n->kind == KB_NODE_CODE_BLOCK) {
            if (!at.leave)
                add_text(w, n->text);
        } else if (n->kind == KB_NODE_IMAGE) {
            if (!at.leave)
                image(w, n);
        } else if (n->kind == KB_NODE_BREAK) {
            w->breaks += !at.leave && !w->lead;
        } else if (!w->lead) { /* a block among inline nodes */
            w->breaks = 1;
        }
        kb_walk_next(&at, false);
    }
    w->breaks = 0;
    w->space = false;
}

/* ---- blocks ------------------------------------------------------------------------ */

static void new_line(struct html *w) {
    if (w->out->n > w->start)
        kb_buf_char(w->out, '\n');
}

static void blocks(struct html *w, const struct kb_node *parent, bool plain, int depth);
static void block(struct html *w, const struct kb_node *n, int depth);

/* <tag>…</tag> around inline nodes, on a line of its own; nothing where they are empty.
 */
static void wrap(struct html *w, const char *tag, const struct kb_node *top,
                 const struct kb_node *from, const struct kb_node *stop) {
    size_t at = w->out->n;
    new_line(w);
    kb_buf_char(w->out, '<');
    kb_buf_z(w->out, tag);
    kb_buf_char(w->out, '>');
    size_t body = w->out->n;
    if (from)
        inline_run(w, top, from, stop);
    if (w->out->n == body) {
        w->out->n = at;
        return;
    }
    kb_buf_add(w->out, "</", 2);
    kb_buf_z(w->out, tag);
    kb_buf_char(w->out, '>');
}

/* What an item, a cell or a detail holds: one paragraph stands in it bare, several are
 * paragraphs. */
static void flow(struct html *w, const struct kb_node *n, int depth) {
    size_t body = w->out->n;
    bool plain = kb_item_is_plain(n);
    blocks(w, n, plain, depth);
    if (w->out->n > body && (!plain || (n->last && n->last->kind == KB_NODE_LIST)))
        kb_buf_char(w->out, '\n');
}

/* The same between tags, on a line of its own; nothing where it is empty. */
static void flow_line(struct html *w, const char *tag, const struct kb_node *n,
                      int depth) {
    size_t at = w->out->n;
    kb_buf_add(w->out, "\n<", 2);
    kb_buf_z(w->out, tag);
    kb_buf_char(w->out, '>');
    size_t body = w->out->n;
    flow(w, n, depth);
    if (w->out->n == body) {
        w->out->n = at;
        return;
    }
    kb_buf_add(w->out, "</", 2);
    kb_buf_z(w->out, tag);
    kb_buf_char(w->out, '>');
}

static void container(struct html *w, const char *open, const char *close,
                      const struct kb_node *n, int depth) {
    size_t at = w->out->n;
    new_line(w);
    kb_buf_z(w->out, open);
    size_t body = w->out->n;
    blocks(w, n, false, depth);
    if (w->out->n == body) {
        w->out->n = at;
        return;
    }
    kb_buf_char(w->out, '\n');
    kb_buf_z(w->out, close);
}

static void list(struct html *w, const struct kb_node *n, int depth) {
    size_t at = w->out->n;
    new_line(w);
    if (n->level && n->number != 1)
        kb_buf_printf(w->out, "<ol start=\"%u\">", (unsigned)n->number);
    else
        kb_buf_z(w->out, n->level ? "<ol>" : "<ul>");
    size_t body = w->out->n;
    for (const struct kb_node *item = n->first; item; item = item->next)
        flow_line(w, "li", item, depth);
    if (w->out->n == body)
        w->out->n = at;
    else
        kb_buf_z(w->out, n->level ? "\n</ol>" : "\n</ul>");
}

static void definitions(struct html *w, const struct kb_node *n, int depth) {
    size_t at = w->out->n;
    new_line(w);
    kb_buf_z(w->out, "<dl>");
    size_t body = w->out->n;
    for (const struct kb_node *part = n->first; part; part = part->next) {
        if (part->kind == KB_NODE_TERM)
            wrap(w, "dt", part, part->first, NULL);
        else
            flow_line(w, "dd", part, depth);
    }
    if (w->out->n == body)
        w->out->n = at;
    else
        kb_buf_z(w->out, "\n</dl>");
}

static void table(struct html *w, const struct kb_node *n, int depth) {
    size_t at = w->out->n;
    new_line(w);
    kb_buf_z(w->out, "<table>");
    size_t body = w->out->n;
    for (const struct kb_node *row = n->first; row; row = row->next)
        if (row->kind == KB_NODE_CAPTION)
            wrap(w, "caption", row, row->first, NULL);
    for (const struct kb_node *row = n->first; row; row = row->next) {
        if (row->kind != KB_NODE_ROW || !row->first)
            continue;
        kb_buf_z(w->out, "\n<tr>");
        for (const struct kb_node *cell = row->first; cell; cell = cell->next) {
            kb_buf_z(w->out, cell->level ? "<th" : "<td");
            if (cell->number > 1) /* 1000: HTML's own bound */
                kb_buf_printf(w->out, " colspan=\"%u\"",
                              cell->number > 1000 ? 1000u : (unsigned)cell->number);
            kb_buf_char(w->out, '>');
            flow(w, cell, depth);
            kb_buf_z(w->out, cell->level ? "</th>" : "</td>");
        }
        kb_buf_z(w->out, "</tr>");
    }
    if (w->out->n == body)
        w->out->n = at;
    else
        kb_buf_z(w->out, "\n</table>");
}

static void figure(struct html *w, const struct kb_node *n, int depth) {
    size_t at = w->out->n;
    new_line(w);
    kb_buf_z(w->out, "<figure>");
    size_t body = w->out->n;
    for (const struct kb_node *part = n->first; part;) {
        if (part->kind == KB_NODE_CAPTION) {
            wrap(w, "figcaption", part, part->first, NULL);
            part = part->next;
        } else if (kb_node_is_inline(part)) {
            const struct kb_node *end = kb_inline_end(part);
            size_t line = w->out->n;
            kb_buf_char(w->out, '\n');
            inline_run(w, n, part, end);
            if (w->out->n == line + 1)
                w->out->n = line;
            part = end;
        } else {
            block(w, part, depth);
            part = part->next;
        }
    }
    if (w->out->n == body)
        w->out->n = at;
    else
        kb_buf_z(w->out, "\n</figure>");
}

static void code_block(struct html *w, const struct kb_node *n) {
    struct kb_str text = kb_code_text(n);
    if (!text.n)
        return;
    new_line(w);
    kb_buf_z(w->out, "<pre><code>");
    escape(w->out, text, false, true);
    kb_buf_z(w->out, "\n</code></pre>");
}

static void block(struct html *w, const struct kb_node *n, int depth) {
    static const char *const headings[] = {"h1", "h2", "h3", "h4", "h5", "h6"};
    if (depth >= KB_LIMIT_DEPTH) {
        wrap(w, "p", n, n->first, NULL);
        return;
    }
    switch (n->kind) {
    case KB_NODE_HEADING:
        wrap(w,
             headings[n->level < 1   ? 0
                      : n->level > 6 ? 5
                                     : n->level - 1],
             n, n->first, NULL);
        break;
    case KB_NODE_QUOTE:
        container(w, "<blockquote>", "</blockquote>", n, depth + 1);
        break;
    case KB_NODE_LIST: list(w, n, depth + 1); break;
    case KB_NODE_DEFINITIONS: definitions(w, n, depth + 1); break;
    case KB_NODE_TABLE: table(w, n, depth + 1); break;
    case KB_NODE_FIGURE: figure(w, n, depth + 1); break;
    case KB_NODE_CODE_BLOCK: code_block(w, n); break;
    case KB_NODE_RULE:
        new_line(w);
        kb_buf_z(w->out, "<hr>");
        break;
    case KB_NODE_ROOT:
    case KB_NODE_ITEM:
    case KB_NODE_DETAIL:
    case KB_NODE_ROW:
    case KB_NODE_CELL: blocks(w, n, false, depth + 1); break;
    default: wrap(w, "p", n, n->first, NULL); break;
    }
}

/* A container's children.  plain: its paragraph stands without <p>. */
static void blocks(struct html *w, const struct kb_node *parent, bool plain, int depth) {
    for (const struct kb_node *n = parent->first; n;) {
        const struct kb_node *end = n->next;
        if (kb_node_is_inline(n)) {
            end = kb_inline_end(n);
            if (plain)
                inline_run(w, parent, n, end);
            else
                wrap(w, "p", parent, n, end);
        } else if (plain && n->kind == KB_NODE_PARAGRAPH) {
            if (n->first)
                inline_run(w, n, n->first, NULL);
        } else {
            block(w, n, depth);
        }
        n = end;
    }
}

void kb_html_write_html(const struct kb_node *root, struct kb_buf *out) {
    struct html w = {.out = out, .start = out->n};
    blocks(&w, root, false, 0);
}
