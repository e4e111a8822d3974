/* The writers' common ground: lists, margins, text without control characters.
 *
 * Control characters are dropped from every printed form: a page may hold an escape
 * sequence (&#27;[…), no reader wants one, and texts are shown on terminals. */
#include "html/write.h"

static bool is_blank(const struct kb_node *node) {
    if (node->kind == KB_NODE_BREAK)
        return true;
    if (node->kind != KB_NODE_TEXT)
        return false;
    bool before, after;
    return kb_strip(node->text, &before, &after).n == 0;
}

bool kb_item_is_plain(const struct kb_node *item) {
    int others = 0;
    bool list = false;
    for (const struct kb_node *n = item->first; n;) {
        if (kb_node_is_inline(n)) {
            bool blank = true;
            for (; n && kb_node_is_inline(n); n = n->next)
                blank = blank && is_blank(n);
            if (!blank && (list || others++))
                return false;
            continue;
        }
        if (n->kind == KB_NODE_LIST)
            list = true;
        else if (list || others++ || n->kind != KB_NODE_PARAGRAPH)
            return false;
        n = n->next;
    }
    return true;
}

bool kb_list_is_loose(const struct kb_node *list) {
    for (const struct kb_node *n = list->first; n; n = n->next) {
        if (kb_item_is_plain(n))
            continue;
        /* One block alone, of whatever kind, sets nothing apart. */
        if (n->first != n->last)
            return true;
    }
    return false;
}

/* ---- margin ------------------------------------------------------------------------ */

void kb_margin_init(struct kb_margin *m, int max_columns) {
    m->depth = m->refused = m->columns = 0;
    m->max_columns = max_columns;
    m->gap = 0;
    m->leads = 0;
}

void kb_margin_push(struct kb_margin *m, const char *first, const char *rest,
                    int columns) {
    size_t first_n = strlen(first), rest_n = strlen(rest);
    struct kb_margin_level *level = &m->level[m->depth < KB_MARGIN_LEVELS ? m->depth : 0];
    if (m->refused || m->depth == KB_MARGIN_LEVELS || first_n > sizeof level->first ||
        rest_n > sizeof level->rest || m->columns + columns > m->max_columns) {
        m->refused++;
        return;
    }
    memcpy(level->first, first, first_n);
    memcpy(level->rest, rest, rest_n);
    level->first_n = (uint8_t)first_n;
    level->rest_n = (uint8_t)rest_n;
    level->columns = (uint8_t)columns;
    level->begun = false;
    m->columns += columns;
    m->depth++;
}

void kb_margin_pop(struct kb_margin *m) {
    if (m->refused)
        m->refused--;
    else if (m->depth)
        m->columns -= m->level[--m->depth].columns;
}

/* The prefixes of the containers that have begun, without spaces at the end. */
static void empty_prefix(struct kb_margin *m, struct kb_buf *out) {
    size_t start = out->n;
    for (int i = 0; i < m->depth && m->level[i].begun; i++)
        kb_buf_add(out, m->level[i].rest, m->level[i].rest_n);
    while (out->n > start && out->p[out->n - 1] == ' ')
        out->n--;
}

void kb_margin_lead(struct kb_margin *m, struct kb_buf *out) {
    if (m->leads++) {
        kb_buf_char(out, '\n');
        if (m->gap > 1) {
            empty_prefix(m, out);
            kb_buf_char(out, '\n');
        }
    }
    for (int i = 0; i < m->depth; i++) {
        struct kb_margin_level *level = &m->level[i];
        if (level->begun)
            kb_buf_add(out, level->rest, level->rest_n);
        else
            kb_buf_add(out, level->first, level->first_n);
        level->begun = true;
    }
}

void kb_margin_line(struct kb_margin *m, struct kb_buf *out) {
    kb_buf_char(out, '\n');
    for (int i = 0; i < m->depth; i++)
        kb_buf_add(out, m->level[i].rest, m->level[i].rest_n);
}

void kb_margin_empty(struct kb_margin *m, struct kb_buf *out) {
    kb_buf_char(out, '\n');
    empty_prefix(m, out);
}

/* ---- text -------------------------------------------------------------------------- */

void kb_write_clean(struct kb_buf *out, struct kb_str s) {
    static const uint8_t stops[256] = {KB_STOP_CONTROLS};
    size_t from = 0, i = 0;
    if (!s.n)
        return;
    for (;;) {
        i += kb_run(s.p + i, s.n - i, stops);
        if (i == s.n)
            break;
        size_t len = kb_control_length(s.p + i, s.n - i);
        if (!len) {
            i++;
            continue;
        }
        kb_buf_add(out, s.p + from, i - from);
        if (kb_is_space(s.p[i]))
            kb_buf_char(out, ' ');
        from = i += len;
    }
    kb_buf_add(out, s.p + from, i - from);
}

void kb_write_code_line(struct kb_buf *out, struct kb_str line) {
    for (;;) {
        size_t tab = kb_str_find_byte(line, '\t');
        kb_write_clean(out, kb_str_slice(line, 0, tab));
        if (tab == KB_NOT_FOUND)
            return;
        kb_buf_char(out, '\t');
        line = kb_str_slice(line, tab + 1, line.n);
    }
}

bool kb_next_line(struct kb_str *rest, struct kb_str *line) {
    if (!rest->p)
        return false;
    size_t end = kb_str_find_byte(*rest, '\n');
    if (end == KB_NOT_FOUND) {
        *line = *rest;
        *rest = KB_STR_NONE;
    } else {
        *line = (struct kb_str){rest->p, end};
        *rest = (struct kb_str){rest->p + end + 1, rest->n - end - 1};
    }
    while (line->n && line->p[line->n - 1] == '\r')
        line->n--;
    return true;
}

struct kb_str kb_code_text(const struct kb_node *block) {
    struct kb_str s = block->text;
    while (s.n && kb_is_space(s.p[s.n - 1]))
        s.n--;
    /* Spaces before the first line's text are its indentation: only whole lines go. */
    size_t start = 0;
    for (size_t i = 0; i < s.n && kb_is_space(s.p[i]); i++)
        if (s.p[i] == '\n')
            start = i + 1;
    return kb_str_slice(s, start, s.n);
}
