/* The tree of a query → its words' part as FTS5's MATCH, its filters' part as a list.
 *
 * Filters come out as groups, an article having to pass one of each (conjunctive normal
 * form, of which no more is made than what was typed).  Operators are written with all
 * their parentheses; words stand in quotation marks, where FTS5 has no syntax but the
 * mark itself, doubled. */
#include "store/query_tree.h"

/* ---- words here, filters there ----------------------------------------------------- */

enum { HAS_WORDS = 1, HAS_FILTERS = 2 };

static int contents(const struct kb_query_node *node) {
    if (node->kind == KB_QUERY_FILTER)
        return HAS_FILTERS;
    int has = node->kind == KB_QUERY_WORDS ? HAS_WORDS : 0;
    for (const struct kb_query_node *c = node->child; c; c = c->next)
        has |= contents(c);
    return has;
}

/* Where parts of the query go. */
struct sorted {
    struct kb_query_node *words, **last; /* what must be there, or not (NOT) */
    struct kb_filter *filters;
    size_t count;
    unsigned groups;
};

/* The filters of one group: alternatives, or (negated) all of an AND. */
static void place_alternatives(struct kb_query_parser *p, struct kb_query_node *node,
                               bool negated, struct sorted *out) {
    if (node->kind == KB_QUERY_FILTER) {
        struct kb_filter *filter = &out->filters[out->count++];
        *filter = node->filter;
        filter->negated = negated;
        filter->group = out->groups;
    } else if (node->kind == KB_QUERY_NOT) {
        place_alternatives(p, node->child, !negated, out);
    } else if (node->kind == (negated ? KB_QUERY_AND : KB_QUERY_OR)) {
        for (struct kb_query_node *c = node->child; c; c = c->next)
            place_alternatives(p, c, negated, out);
    } else {
        kb_query_fail(
            p, KB_EINPUT, node->at,
            "of alternatives of filters each must be one filter; make two searches of "
            "these");
    }
}

static void place(struct kb_query_parser *p, struct kb_query_node *node, bool negated,
                  struct sorted *out) {
    int has = contents(node);
    struct kb_query_node *next;
    if (has == HAS_WORDS && !negated && node->kind != KB_QUERY_AND &&
        node->kind != KB_QUERY_NOT) {
        node->next = NULL;
        *out->last = node;
        out->last = &node->next;
    } else if (node->kind == KB_QUERY_NOT) {
        place(p, node->child, !negated, out);
    } else if (node->kind == (negated ? KB_QUERY_OR : KB_QUERY_AND)) {
        for (struct kb_query_node *c = node->child; c; c = next) {
            next = c->next;
            place(p, c, negated, out);
        }
    } else if (has == HAS_WORDS) {
        node->next = NULL;
        struct kb_query_node *not = kb_query_node_not(p, node, node->at);
        if (not ) {
            *out->last = not ;
            out->last = &not ->next;
        }
    } else if (has == HAS_FILTERS) {
        out->groups++;
        place_alternatives(p, node, negated, out);
    } else {
        kb_query_fail(
            p, KB_EINPUT, node->at,
            "words and filters cannot be alternatives; make two searches of these");
    }
}

/* FTS5 cannot look for what is not there: beside each NOT a word must stand. */
static void check(struct kb_query_parser *p, const struct kb_query_node *node) {
    bool found = node->kind != KB_QUERY_AND;
    for (const struct kb_query_node *c = node->child; c; c = c->next) {
        if (c->kind == KB_QUERY_NOT && node->kind == KB_QUERY_OR)
            found = false;
        else if (c->kind != KB_QUERY_NOT)
            found = found || node->kind == KB_QUERY_AND;
        check(p, c->kind == KB_QUERY_NOT ? c->child : c);
    }
    if (!found)
        kb_query_fail(
            p, KB_EINPUT, node->at,
            "an alternative that only leaves out finds everything; write a word before "
            "the NOT");
}

/* The words' conditions as one tree; *without where all of them leave out. */
static struct kb_query_node *join(struct kb_query_parser *p, struct sorted *sorted,
                                  bool *without) {
    struct kb_query_node *all = kb_query_node_new(p, KB_QUERY_AND, 0);
    *without = sorted->words != NULL;
    for (struct kb_query_node *c = sorted->words; c; c = c->next) {
        *without = *without && c->kind == KB_QUERY_NOT;
        check(p, c->kind == KB_QUERY_NOT ? c->child : c);
    }
    if (!all || !sorted->words)
        return NULL;
    all->child = sorted->words;
    if (*without) { /* what must not be found: any of these */
        all->kind = KB_QUERY_OR;
        for (struct kb_query_node **c = &all->child; *c; c = &(*c)->next) {
            (*c)->child->next = (*c)->next;
            *c = (*c)->child;
        }
    }
    return all->child->next || all->child->kind == KB_QUERY_NOT ? all : all->child;
}

void kb_query_sort(struct kb_query_parser *p, struct kb_query_node *root,
                   struct kb_query *out) {
    struct sorted sorted = {.last = &sorted.words};
    sorted.filters = kb_arena_zalloc(p->arena, p->filters + 1, sizeof *sorted.filters);
    if (!sorted.filters) {
        kb_query_fail(p, KB_ENOMEM, 0, "not enough memory for the query");
        return;
    }
    place(p, root, false, &sorted);
    if (p->status == KB_OK)
        out->root = join(p, &sorted, &out->without);
    out->filters = sorted.filters;
    out->filter_count = sorted.count;
}

/* ---- FTS5's expression ------------------------------------------------------------- */

static void add_string(const struct kb_query *query, const struct kb_query_node *node,
                       bool prefix, struct kb_buf *out) {
    kb_buf_char(out, '"');
    kb_buf_str(out, node->tag.n ? node->tag : query->tag);
    for (size_t i = 0; i < node->words.n; i++) {
        if (node->words.p[i] == '"')
            kb_buf_char(out, '"');
        kb_buf_char(out, node->words.p[i]);
    }
    kb_buf_z(out, prefix ? "\"*" : "\"");
}

static void add_words(const struct kb_query *query, const struct kb_query_node *node,
                      struct kb_buf *out) {
    static const char *const columns[] = {
#define X(code, name) [code] = name,
        KB_COLUMN_LIST(X)
#undef X
    };
    if (node->column != KB_COLUMN_ANY)
        kb_buf_printf(out, "%s:", columns[node->column]);
    if (node->loose)
        kb_buf_char(out, '(');
    add_string(query, node, node->prefix, out);
    if (!node->loose)
        return;
    kb_buf_z(out, " OR "); /* "elections*": the index has the stem "elect" alone */
    add_string(query, node, false, out);
    kb_buf_char(out, ')');
}

static void add_node(const struct kb_query *query, const struct kb_query_node *node,
                     struct kb_buf *out);

/* The children that are, or are not, left out, with an operator between them. */
static void add_children(const struct kb_query *query, const struct kb_query_node *node,
                         bool left_out, const char *between, struct kb_buf *out) {
    bool first = true;
    for (const struct kb_query_node *c = node->child; c; c = c->next) {
        if ((c->kind == KB_QUERY_NOT) != left_out)
            continue;
        if (!first)
            kb_buf_z(out, between);
        first = false;
        add_node(query, left_out ? c->child : c, out);
    }
}

/* Each list in one pair of parentheses: FTS5's parser has room for a hundred open
 * things. */
static void add_node(const struct kb_query *query, const struct kb_query_node *node,
                     struct kb_buf *out) {
    bool leaves_out = false;
    for (const struct kb_query_node *c = node->child; c; c = c->next)
        leaves_out = leaves_out || c->kind == KB_QUERY_NOT;
    if (node->kind == KB_QUERY_WORDS) {
        add_words(query, node, out);
        return;
    }
    kb_buf_z(out, leaves_out ? "((" : "(");
    add_children(query, node, false, node->kind == KB_QUERY_OR ? " OR " : " AND ", out);
    if (leaves_out) {
        kb_buf_z(out, ") NOT (");
        add_children(query, node, true, " OR ", out);
        kb_buf_char(out, ')');
    }
    kb_buf_char(out, ')');
}

void kb_query_match(const struct kb_query *query, struct kb_buf *out) {
    if (query->root)
        add_node(query, query->root, out);
}
