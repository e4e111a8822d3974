/* What the four writers of the tree share: the walk over inline nodes, the margin in
 * front of lines, and the copying of text without control characters.
 *
 * Enters: struct kb_node.  Leaves: bytes in a struct kb_buf, whose first failure sticks.
 * Blocks are walked by recursion down to KB_LIMIT_DEPTH (what lies deeper is written as
 * one paragraph), inline nodes by the tree's own pointers, so that no tree is too deep.
 */
#ifndef KB_HTML_WRITE_H
#define KB_HTML_WRITE_H

#include "html/html.h"

static inline bool kb_node_is_inline(const struct kb_node *node) {
    return node->kind >= KB_NODE_TEXT;
}

/* ---- inline nodes: enter and leave, in document order ------------------------------ */

/* The children of top from one node to before stop (NULL: to the last), with all that is
 * under them.  node is NULL at the end. */
struct kb_walk {
    const struct kb_node *node, *top, *stop;
    bool leave; /* node's children are done */
};

static inline struct kb_walk kb_walk_begin(const struct kb_node *top,
                                           const struct kb_node *from,
                                           const struct kb_node *stop) {
    return (struct kb_walk){from, top, stop, false};
}

static inline void kb_walk_next(struct kb_walk *at, bool skip) {
    const struct kb_node *node = at->node;
    if (!at->leave && !skip && node->first) {
        at->node = node->first;
    } else if (!at->leave) {
        at->leave = true;
    } else if (node->parent == at->top) {
        at->node = node->next == at->stop ? NULL : node->next;
        at->leave = false;
    } else if (node->next) {
        at->node = node->next;
        at->leave = false;
    } else {
        at->node = node->parent;
    }
}

/* The end of the run of inline siblings that begins with node. */
static inline const struct kb_node *kb_inline_end(const struct kb_node *node) {
    while (node && kb_node_is_inline(node))
        node = node->next;
    return node;
}

/* Columns that a cell spans, within reason: each costs bytes in every row. */
#define KB_MAX_SPAN 32

static inline size_t kb_cell_span(const struct kb_node *cell) {
    return cell->kind != KB_NODE_CELL || cell->number < 1 ? 1
           : cell->number > KB_MAX_SPAN                   ? KB_MAX_SPAN
                                                          : cell->number;
}

/* ---- lists ------------------------------------------------------------------------- */

/* What an item holds: one paragraph and lists (then its text needs no paragraph of its
 * own), or several blocks. */
bool kb_item_is_plain(const struct kb_node *item);

/* Whether an empty line belongs between the items: one of them has several blocks. */
bool kb_list_is_loose(const struct kb_node *list);

/* ---- the margin: what stands in front of lines ------------------------------------- */

/* Deeper containers add nothing to the margin: a line of one letter must not cost more
 * than this many prefixes. */
#define KB_MARGIN_LEVELS 32

struct kb_margin_level {
    char first[16], rest[16]; /* in front of its first line, of the others */
    uint8_t first_n, rest_n, columns;
    bool begun;
};

struct kb_margin {
    struct kb_margin_level level[KB_MARGIN_LEVELS];
    int depth, refused;
    int columns, max_columns; /* that rest takes on a terminal, and may take */
    int gap;      /* line ends before the next block: 1, or 2 for an empty line */
    size_t leads; /* blocks begun so far */
};

void kb_margin_init(struct kb_margin *m, int max_columns);

/* Enters a container; columns is the width of rest.  Every push needs its pop. */
void kb_margin_push(struct kb_margin *m, const char *first, const char *rest,
                    int columns);
void kb_margin_pop(struct kb_margin *m);

/* The line ends and prefixes before a block's first line; before its others; an empty
 * line inside it. */
void kb_margin_lead(struct kb_margin *m, struct kb_buf *out);
void kb_margin_line(struct kb_margin *m, struct kb_buf *out);
void kb_margin_empty(struct kb_margin *m, struct kb_buf *out);

/* Sets the gap unless nothing was written since leads had the value start: the first
 * block in a container stands where the container stands. */
static inline void kb_margin_part(struct kb_margin *m, size_t start, int gap) {
    if (m->leads != start)
        m->gap = gap;
}

/* ---- text -------------------------------------------------------------------------- */

/* Bytes that end a run: C0 and DEL, and 0xC2, which may open a C1 control. */
#define KB_STOP_CONTROLS                                                                 \
    [0] = 1, [1] = 1, [2] = 1, [3] = 1, [4] = 1, [5] = 1, [6] = 1, [7] = 1, [8] = 1,     \
    [9] = 1, [10] = 1, [11] = 1, [12] = 1, [13] = 1, [14] = 1, [15] = 1, [16] = 1,       \
    [17] = 1, [18] = 1, [19] = 1, [20] = 1, [21] = 1, [22] = 1, [23] = 1, [24] = 1,      \
    [25] = 1, [26] = 1, [27] = 1, [28] = 1, [29] = 1, [30] = 1, [31] = 1, [127] = 1,     \
    [0xC2] = 1

static inline size_t kb_run(const char *p, size_t n, const uint8_t stops[256]) {
    size_t i = 0;
    while (i < n && !stops[(uint8_t)p[i]])
        i++;
    return i;
}

/* Length of the C0, DEL or C1 control at p (n > 0), 0 where there is none. */
static inline size_t kb_control_length(const char *p, size_t n) {
    uint8_t c = (uint8_t)p[0];
    if (c < 0x20 || c == 0x7F)
        return 1;
    return c == 0xC2 && n > 1 && (uint8_t)p[1] < 0xA0 ? 2 : 0;
}

/* Appends s without control characters; white space becomes a space. */
void kb_write_clean(struct kb_buf *out, struct kb_str s);

/* The same for a line of code, whose tabs stay. */
void kb_write_code_line(struct kb_buf *out, struct kb_str line);

/* The next line of *rest without its line end and trailing \r; false at the end. */
bool kb_next_line(struct kb_str *rest, struct kb_str *line);

/* A code block's text without empty lines at its ends. */
struct kb_str kb_code_text(const struct kb_node *block);

/* s without the white space at its ends; *before and *after tell whether there was any.
 */
static inline struct kb_str kb_strip(struct kb_str s, bool *before, bool *after) {
    size_t from = 0, to = s.n;
    while (from < to && kb_is_space(s.p[from]))
        from++;
    while (to > from && kb_is_space(s.p[to - 1]))
        to--;
    *before = from > 0;
    *after = to < s.n;
    return (struct kb_str){from < to ? s.p + from : NULL, to - from};
}

#endif
