/* Inline nodes → Markdown (CommonMark 0.31, section 6; GitHub's tables and
 * strikethrough).
 *
 * Enters: one block's inline nodes; leaves: its text with everything escaped that could
 * be read as markup.  Three things are put off, because they depend on what comes:
 *   - Opening delimiters, spaces and line breaks wait for the next letter.  So spaces at
 *     an element's ends move out of it, and empty elements leave no trace.
 *   - Closing delimiters wait for the letter behind them.  Then both ends of an emphasis
 *     are known, and if its delimiters would not be left- and right-flanking (section
 *     6.2; "**重要。**之" is the common case) the opening one is replaced by a tag.
 *   - What has a meaning at a line's beginning only ("1. ", "#", "-") is looked for once
 *     the line is complete.
 * Every text's * is escaped, so each * in the output is a delimiter of ours. */
#include "html/markdown.h"

#include <utf8proc.h>

enum class { SPACE, PUNCTUATION, SYMBOL, LETTER };

/* Symbols count as punctuation since version 0.31 only: they are taken as whatever is
 * worse, so that older readers see the same. */
static enum class class_of(uint32_t c) {
    if (c < 0x80){if (c <= ' ') return SPACE;
                  return kb_is_alpha((char)c) || kb_is_digit((char)c) ? LETTER
                                                                      : PUNCTUATION;}
utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
if (category == UTF8PROC_CATEGORY_ZS)
    return SPACE;
if (category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO)
    return PUNCTUATION;
return category >= UTF8PROC_CATEGORY_SM && category <= UTF8PROC_CATEGORY_SO ? SYMBOL
                                                                            : LETTER;
}

static enum class class_after(const struct kb_buf *out, size_t at) {
    size_t len; return at < out->n
                           ? class_of(kb_utf8_next(out->p + at, out->p + out->n, &len))
                           : SPACE;
}

static enum class class_before(const struct kb_buf *out, size_t at) {
    size_t from = at, len; while (from && at - from < 4){
        from--;
        if (((uint8_t)out->p[from] & 0xC0) !=
            0x80) return class_of(kb_utf8_next(out->p + from, out->p + at, &len));}
return SPACE;
}

/* ---- changes to what is already written -------------------------------------------- */

/* Puts n bytes in the place of old bytes at at, and moves what is remembered behind it.
 */
static void replace(struct kb_md *w, size_t at, size_t old, const char *bytes, size_t n) {
    struct kb_buf *out = w->out;
    if (!kb_buf_reserve(out, n))
        return;
    memmove(out->p + at + n, out->p + at + old, out->n - at - old);
    memcpy(out->p + at, bytes, n);
    out->n += n - old;
    if (w->line > at)
        w->line += n - old;
    for (int i = 0; i < w->mark_count; i++)
        if (w->mark[i].state != KB_MD_WAITING && w->mark[i].at >= at + (old ? 1 : 0))
            w->mark[i].at += n - old;
}

static bool all_of(const char *p, const char *end, const char *set) {
    while (p < end && strchr(set, *p))
        p++;
    return p == end;
}

/* A backslash before whatever would make the finished line a block of its own. */
static void finish_line(struct kb_md *w) {
    if (w->place != KB_MD_PARAGRAPH || w->out->status != KB_OK)
        return;
    const char *p = w->out->p + w->line, *end = w->out->p + w->out->n, *q = p;
    if (p == end)
        return;
    char next = p + 1 < end ? p[1] : ' ';
    bool escape = false;
    switch (*p) {
    case '#':
        while (q < end && *q == '#')
            q++;
        escape = q - p <= 6 && (q == end || *q == ' ');
        q = p;
        break;
    case '+': escape = next == ' '; break;
    case '-': /* a list; a line under a heading or over a table's body */
        escape = next == ' ' || all_of(p, end, "-: |");
        break;
    case '=': escape = all_of(p, end, "= "); break;
    case ':': escape = next == '-'; break;
    case '>':
    case '|': escape = true; break;
    default:
        while (q < end && q - p < 9 && kb_is_digit(*q))
            q++;
        escape =
            q > p && q < end && (*q == '.' || *q == ')') && (q + 1 == end || q[1] == ' ');
        break;
    }
    if (escape)
        replace(w, (size_t)(q - w->out->p), 0, "\\", 1);
}

/* ---- elements ---------------------------------------------------------------------- */

static const struct {
    const char *delimiter, *open, *close;
} forms[KB_NODE_IMAGE + 1] = {
    [KB_NODE_LINK] = {"[", "[", "]"},
    [KB_NODE_EMPHASIS] = {"*", "<em>", "</em>"},
    [KB_NODE_STRONG] = {"**", "<strong>", "</strong>"},
    [KB_NODE_DELETED] = {"~~", "<del>", "</del>"},
    [KB_NODE_CODE] = {NULL, "<code>", "</code>"},
    [KB_NODE_SUB] = {NULL, "<sub>", "</sub>"},
    [KB_NODE_SUP] = {NULL, "<sup>", "</sup>"},
};

/* An entity with its semicolon, or one that a text that follows (more) might complete. */
static bool is_entity(struct kb_str s, bool more) {
    for (size_t i = 1; i < s.n && i < 34; i++) {
        if (s.p[i] == ';')
            return i > 1;
        if (!kb_is_alpha(s.p[i]) && !kb_is_digit(s.p[i]) && !(i == 1 && s.p[i] == '#'))
            return false;
    }
    return more && s.n < 34;
}

/* ( address ), in < > where it has spaces or parentheses. */
static void address(struct kb_md *w, struct kb_str url) {
    bool wrap = !url.n;
    for (size_t i = 0; i < url.n && !wrap; i++)
        wrap = url.p[i] == ' ' || url.p[i] == '(' || url.p[i] == ')';
    kb_buf_z(w->out, wrap ? "(<" : "(");
    static const uint8_t stops[256] = {
        KB_STOP_CONTROLS, ['<'] = 1, ['>'] = 1, ['\\'] = 1, ['&'] = 1, ['|'] = 1};
    for (size_t i = 0; i < url.n;) {
        size_t n = kb_run(url.p + i, url.n - i, stops);
        kb_buf_add(w->out, url.p + i, n);
        i += n;
        if (i == url.n)
            break;
        size_t control = kb_control_length(url.p + i, url.n - i);
        char c = url.p[i];
        if (c == '&' && is_entity(kb_str_slice(url, i, url.n), false)) {
            kb_buf_z(w->out, "&amp;"); /* cmark does not know \& in addresses */
        } else if (!control) {
            if (c == '<' || c == '>' || c == '\\' || (c == '|' && w->place == KB_MD_CELL))
                kb_buf_char(w->out, '\\');
            kb_buf_char(w->out, c);
        }
        i += control ? control : 1;
    }
    kb_buf_z(w->out, wrap ? ">)" : ")");
}

static void open_mark(struct kb_md *w, int i) {
    struct kb_md_mark *mark = &w->mark[i];
    const char *delimiter = forms[mark->kind].delimiter;
    struct kb_buf *out = w->out;
    char last = out->n > w->line ? out->p[out->n - 1] : ' ';
    if (mark->kind == KB_NODE_LINK && last == '!')
        replace(w, out->n - 1, 1, "\\!", 2);
    /* Beside a delimiter of another element it would become part of that one's run; only
     * the element directly around it may open in the same place. */
    if (delimiter && last == delimiter[0] && mark->kind != KB_NODE_LINK) {
        struct kb_md_mark *outer = i ? mark - 1 : NULL;
        if (!outer || outer->state != KB_MD_DELIMITED || outer->kind == KB_NODE_LINK ||
            outer->at + strlen(forms[outer->kind].delimiter) != out->n)
            delimiter = NULL;
        else
            outer->joined = mark->joined = true;
    } else if (delimiter && delimiter[0] == '*' && class_before(out, out->n) != SPACE) {
        /* What may close as well as open would close what is left of a run of three. */
        for (int k = 0; k < i; k++)
            if (w->mark[k].joined)
                delimiter = NULL;
    }
    mark->state = delimiter ? KB_MD_DELIMITED : KB_MD_TAGGED;
    mark->at = out->n;
    kb_buf_z(out, delimiter ? delimiter : forms[mark->kind].open);
}

/* Whether the delimiters at mark and at the end of out do what they are meant to. */
static bool is_flanking(const struct kb_md *w, const struct kb_md_mark *mark,
                        enum class next) {
    const struct kb_buf *out = w->out;
    char c = forms[mark->kind].delimiter[0];
    size_t from = mark->at, to = mark->at, end = out->n;
    while (from && mark->at - from < 2 && out->p[from - 1] == c)
        from--;
    while (to < end && to - mark->at < 3 && out->p[to] == c)
        to++;
    while (end > to && out->n - end < 3 && out->p[end - 1] == c)
        end--;
    enum class first = class_after(out, to);
    /* cmark-gfm looks through ~ to the letter before; the specification does not. */
    while (from && out->p[from - 1] == '~' && from + 4 > mark->at)
        from--;
    enum class before = class_before(out, from);
    enum class last = class_before(out, end);
    return first != SPACE && last != SPACE &&
           (first == LETTER || before == SPACE || before == PUNCTUATION) &&
           (last == LETTER || next == SPACE || next == PUNCTUATION);
}

static void close_mark(struct kb_md *w, struct kb_md_mark *mark, enum class next) {
    if (mark->kind == KB_NODE_LINK) {
        kb_buf_char(w->out, ']');
        address(w, mark->node->url);
        return;
    }
    const char *delimiter = forms[mark->kind].delimiter;
    if (mark->state == KB_MD_DELIMITED && w->out->status == KB_OK) {
        if (is_flanking(w, mark, next)) {
            kb_buf_z(w->out, delimiter);
            return;
        }
        const char *tag = forms[mark->kind].open;
        replace(w, mark->at, strlen(delimiter), tag, strlen(tag));
    }
    kb_buf_z(w->out, forms[mark->kind].close);
}

/* Writes the closing delimiters that wait; next is what stands behind them. */
static void close_marks(struct kb_md *w, enum class next) {
    int to = w->mark_count;
    while (to && w->mark[to - 1].state == KB_MD_WAITING)
        to--;
    int from = to;
    for (; from && w->mark[from - 1].closing; from--)
        close_mark(w, &w->mark[from - 1], next);
    if (from == to)
        return;
    memmove(w->mark + from, w->mark + to,
            (size_t)(w->mark_count - to) * sizeof w->mark[0]);
    w->mark_count -= to - from;
}

void kb_md_enter(struct kb_md *w, enum kb_node_kind kind, const struct kb_node *node) {
    if (w->nest[kind]++)
        return;
    /* <em>a</em><em>b</em> is one emphasis: the closing delimiter is called off. */
    int i = w->mark_count;
    while (i && w->mark[i - 1].closing)
        i--;
    if (i < w->mark_count && w->mark[i].kind == kind && !w->space && !w->breaks &&
        (kind == KB_NODE_EMPHASIS || kind == KB_NODE_STRONG)) {
        w->mark[i].closing = false;
        return;
    }
    if (w->mark_count < KB_MD_MARKS)
        w->mark[w->mark_count++] =
            (struct kb_md_mark){.node = node, .kind = kind, .state = KB_MD_WAITING};
}

void kb_md_leave(struct kb_md *w, enum kb_node_kind kind) {
    if (--w->nest[kind])
        return;
    for (int i = w->mark_count - 1; i >= 0; i--) {
        struct kb_md_mark *mark = &w->mark[i];
        if (mark->closing || mark->kind != kind)
            continue;
        if (mark->state != KB_MD_WAITING) {
            mark->closing = true;
        } else {
            memmove(mark, mark + 1, (size_t)(w->mark_count - i - 1) * sizeof *mark);
            w->mark_count--;
        }
        return;
    }
}

/* Everything that waited for a letter of this class. */
static void letter(struct kb_md *w, enum class next) {
    if (!w->begun) {
        kb_margin_lead(&w->margin, w->out);
        w->line = w->out->n;
        w->begun = true;
        w->space = false;
        w->breaks = 0;
    }
    int waiting = 0;
    bool deleted = false; /* see is_flanking */
    for (int i = w->mark_count; i && w->mark[i - 1].state == KB_MD_WAITING; i--) {
        waiting++;
        deleted |= w->mark[i - 1].kind == KB_NODE_DELETED;
    }
    close_marks(w, w->space || w->breaks ? SPACE
                   : waiting && !deleted ? PUNCTUATION
                                         : next);
    if (w->breaks && w->place == KB_MD_HEADING) {
        w->space = true;
        w->breaks = 0;
    }
    if (w->space && !w->breaks)
        kb_buf_char(w->out, ' ');
    for (; w->breaks; w->breaks--) {
        if (w->place == KB_MD_CELL) {
            kb_buf_z(w->out, "<br>");
            continue;
        }
        finish_line(w);
        kb_buf_char(w->out, '\\');
        kb_margin_line(&w->margin, w->out);
        w->line = w->out->n;
    }
    w->space = false;
    for (int i = w->mark_count - waiting; i < w->mark_count; i++)
        open_mark(w, i);
}

/* ---- text -------------------------------------------------------------------------- */

static bool needs_escape(const struct kb_md *w, struct kb_str s, size_t i) {
    char next = i + 1 < s.n ? s.p[i + 1] : 0;
    switch (s.p[i]) {
    case '_': /* inside a word it opens and closes nothing */
        return !(i && next && (kb_is_alpha(s.p[i - 1]) || kb_is_digit(s.p[i - 1])) &&
                 (kb_is_alpha(next) || kb_is_digit(next)));
    case '<': return !next || kb_is_alpha(next) || strchr("/!?", next) != NULL;
    case '&': return is_entity(kb_str_slice(s, i, s.n), w->more);
    case ']': return w->nest[KB_NODE_LINK] || w->nest[KB_NODE_IMAGE];
    case '#': return w->place == KB_MD_HEADING;
    case '|': return w->place == KB_MD_CELL;
    default: return true; /* \ ` * [ ~ */
    }
}

/* s with what could be markup escaped, controls dropped. */
static void escape(struct kb_md *w, struct kb_str s) {
    static const uint8_t stops[256] = {
        KB_STOP_CONTROLS, ['\\'] = 1, ['`'] = 1, ['*'] = 1, ['_'] = 1, ['['] = 1,
        [']'] = 1,        ['<'] = 1,  ['&'] = 1, ['~'] = 1, ['#'] = 1, ['|'] = 1};
    size_t from = 0, i = 0;
    if (!s.n)
        return;
    if (s.p[0] == '^' && w->out->n && w->out->p[w->out->n - 1] == '[')
        kb_buf_char(w->out, '\\'); /* [^ opens a footnote in GitHub's dialect */
    for (;;) {
        i += kb_run(s.p + i, s.n - i, stops);
        if (i == s.n)
            break;
        size_t control = kb_control_length(s.p + i, s.n - i);
        if (control) {
            kb_buf_add(w->out, s.p + from, i - from);
            if (kb_is_space(s.p[i]))
                kb_buf_char(w->out, ' ');
            from = i += control;
            continue;
        }
        if ((uint8_t)s.p[i] != 0xC2 && needs_escape(w, s, i)) {
            kb_buf_add(w->out, s.p + from, i - from);
            kb_buf_char(w->out, '\\');
            from = i;
        }
        i++;
    }
    kb_buf_add(w->out, s.p + from, i - from);
}

static void add_text(struct kb_md *w, struct kb_str text) {
    bool before, after;
    struct kb_str s = kb_strip(text, &before, &after);
    w->space |= before;
    if (!s.n)
        return;
    size_t len;
    letter(w, class_of(kb_utf8_next(s.p, s.p + s.n, &len)));
    escape(w, s);
    w->space = after;
}

static void image(struct kb_md *w, const struct kb_node *n) {
    if (!n->url.n)
        return;
    letter(w, PUNCTUATION);
    kb_buf_add(w->out, "![", 2);
    w->nest[KB_NODE_IMAGE]++;
    bool before, after;
    escape(w, kb_strip(n->text, &before, &after));
    w->nest[KB_NODE_IMAGE]--;
    kb_buf_char(w->out, ']');
    address(w, n->url);
}

/* A code span, if n holds text alone and can be one here; else false, and <code> is
 * written around its nodes. */
static bool code_span(struct kb_md *w, const struct kb_node *n) {
    const struct kb_node *only = n->first;
    if (!only || only->next || only->kind != KB_NODE_TEXT || w->nest[KB_NODE_CODE])
        return false;
    bool before, after;
    struct kb_str s = kb_strip(only->text, &before, &after);
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < s.n; i++) {
        run = s.p[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
        if ((s.p[i] == '|' && w->place == KB_MD_CELL) ||
            (kb_control_length(s.p + i, s.n - i) && !kb_is_space(s.p[i])))
            return false;
    }
    if (!s.n || longest > 8)
        return false;
    w->space |= before;
    letter(w, PUNCTUATION);
    struct kb_buf *out = w->out;
    if (out->n > w->line &&
        out->p[out->n - 1] == '`') { /* it would join that one's run */
        kb_buf_z(out, "<code>");
        escape(w, s);
        kb_buf_z(out, "</code>");
    } else {
        bool pad = s.p[0] == '`' || s.p[s.n - 1] == '`';
        for (size_t i = 0; i <= longest; i++)
            kb_buf_char(out, '`');
        kb_buf_z(out, pad ? " " : "");
        kb_write_clean(out, s);
        kb_buf_z(out, pad ? " " : "");
        for (size_t i = 0; i <= longest; i++)
            kb_buf_char(out, '`');
    }
    w->space = after;
    return true;
}

/* ---- a block's inline nodes -------------------------------------------------------- */

void kb_md_begin(struct kb_md *w, enum kb_md_place place) {
    w->place = place;
    w->begun = w->space = false;
    w->breaks = 0;
    w->mark_count = 0;
}

void kb_md_end(struct kb_md *w) {
    close_marks(w, SPACE);
    if (w->begun)
        finish_line(w);
    w->space = false;
    w->breaks = 0;
}

static bool has_text(const struct kb_md *w) {
    return w->begun && w->out->n > w->line;
}

void kb_md_run(struct kb_md *w, const struct kb_node *top, const struct kb_node *from,
               const struct kb_node *stop) {
    for (struct kb_walk at = kb_walk_begin(top, from, stop); at.node;) {
        const struct kb_node *n = at.node;
        bool skip = false;
        if (at.leave) {
            if (forms[n->kind].open && w->nest[n->kind])
                kb_md_leave(w, n->kind);
        } else if (n->kind == KB_NODE_TEXT || n->kind == KB_NODE_CODE_BLOCK) {
            w->more = n->next || (n->parent && kb_node_is_inline(n->parent));
            add_text(w, n->text);
        } else if (n->kind == KB_NODE_IMAGE) {
            image(w, n);
        } else if (n->kind == KB_NODE_BREAK) {
            w->breaks += has_text(w);
        } else if (n->kind == KB_NODE_CODE) {
            skip = code_span(w, n);
            if (skip)
                w->nest[KB_NODE_CODE]++; /* its leave must not touch a mark */
            else
                kb_md_enter(w, n->kind, n);
        } else if (forms[n->kind].open) {
            kb_md_enter(w, n->kind, n);
        }
        if (!kb_node_is_inline(n) && has_text(w))
            w->breaks = 1; /* a block among inline nodes, in a cell */
        kb_walk_next(&at, skip);
    }
}
