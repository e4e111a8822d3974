/* A query as it is typed → tree and filters → FTS5's MATCH.
 *
 * A parser by recursive descent (Wirth), bounded in depth, over characters: keyboards and
 * telephones write other quotation marks, colons and spaces than ASCII's, and mean the
 * same.  OR binds least, then what stands side by side, then NOT and the minus sign, then
 * field: and parentheses.
 *
 * Nothing typed becomes FTS5's syntax: words enter quoted, operators are written anew
 * from the tree.  Filters stand beside the words, so a filter can be no alternative of a
 * word; only of other filters. */
#include "store/query.h"

#include <stdarg.h>
#include <stdio.h>

#include "lang/lang.h"
#include "store/query_tree.h"
#include "store/tokenizer.h"

/* What a value behind a colon belongs to. */
struct field {
    enum kb_column column;
    bool is_filter;
    enum kb_filter_kind filter;
};

const char *kb_filter_name(enum kb_filter_kind kind) {
#define X(code, name, other) name,
    static const char *const names[] = {KB_FILTER_LIST(X)};
#undef X
    return names[kind];
}

/* ---- errors ------------------------------------------------------------------------ */

static size_t column_of(const struct kb_query_parser *p, size_t at) {
    return kb_utf8_count(kb_str_slice(p->text, 0, at)) + 1;
}

void kb_query_fail(struct kb_query_parser *p, enum kb_status status, size_t at,
                   const char *format, ...) {
    char text[200];
    va_list args;
    if (p->status != KB_OK)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    p->status = kb_err_set(p->err, status, "column %zu: %s", column_of(p, at), text);
}

/* ---- characters -------------------------------------------------------------------- */

/* The character at `at` as ASCII would write it. */
static uint32_t look(const struct kb_query_parser *p, size_t at, size_t *len) {
    *len = 0;
    if (at >= p->text.n)
        return 0;
    uint32_t c = kb_utf8_next(p->text.p + at, p->text.p + p->text.n, len);
    switch (c) {
    case 0x201C: /* “ */
    case 0x201D: /* ” */
    case 0x201E: /* „ */
    case 0x201F: /* ‟ */
    case 0xAB:   /* « */
    case 0xBB:   /* » */
    case 0xFF02: return '"';
    case 0xFF08: return '(';
    case 0xFF09: return ')';
    case 0xFF0A: return '*';
    case 0xFF0D: return '-';
    case 0xFF1A: return ':';
    case 0xA0:
    case 0x202F:
    case 0x3000: return ' ';
    default: return c < 0x20 || c == 0x7F ? ' ' : c;
    }
}

static uint32_t peek(const struct kb_query_parser *p) {
    size_t len;
    return look(p, p->at, &len);
}

static uint32_t step(struct kb_query_parser *p) {
    size_t len;
    uint32_t c = look(p, p->at, &len);
    p->at += len;
    return c;
}

static void skip_blanks(struct kb_query_parser *p) {
    while (peek(p) == ' ')
        step(p);
}

static bool ends_word(uint32_t c) {
    return c == 0 || c == ' ' || c == '"' || c == '(' || c == ')';
}

/* True, and past it, where the word stands here in capitals. */
static bool take_operator(struct kb_query_parser *p, struct kb_str word) {
    struct kb_str rest = kb_str_slice(p->text, p->at, p->text.n);
    size_t len;
    if (!kb_str_starts(rest, word) || !ends_word(look(p, p->at + word.n, &len)))
        return false;
    p->at += word.n;
    skip_blanks(p);
    return true;
}

/* ---- nodes ------------------------------------------------------------------------- */

struct kb_query_node *kb_query_node_new(struct kb_query_parser *p,
                                        enum kb_query_kind kind, size_t at) {
    struct kb_query_node *node = kb_arena_zalloc(p->arena, 1, sizeof *node);
    if (!node) {
        kb_query_fail(p, KB_ENOMEM, at, "not enough memory for the query");
        return NULL;
    }
    node->kind = kind;
    node->at = at;
    return node;
}

struct kb_query_node *kb_query_node_not(struct kb_query_parser *p,
                                        struct kb_query_node *of, size_t at) {
    if (!of || of->kind == KB_QUERY_NOT)
        return of ? of->child : NULL;
    struct kb_query_node *node = kb_query_node_new(p, KB_QUERY_NOT, at);
    if (node)
        node->child = of;
    return node;
}

/* Blanks for what only looks like text; whether anything can be looked for, and how. */
static struct kb_query_node *new_words(struct kb_query_parser *p, struct kb_str text,
                                       size_t at, struct field field, bool star) {
    struct kb_pieces tokens = {.text = kb_arena_dup(p->arena, text)};
    struct kb_piece token;
    size_t count = 0;
    enum kb_piece_kind before = KB_PIECE_WORD, last = KB_PIECE_WORD;
    if (p->arena->full)
        kb_query_fail(p, KB_ENOMEM, at, "not enough memory for the query");
    for (size_t i = 0; i < tokens.text.n; i++)
        if ((unsigned char)tokens.text.p[i] < 0x20)
            ((char *)tokens.text.p)[i] = ' ';
    while (kb_pieces_next(&tokens, &token)) {
        before = last;
        last = token.kind;
        count++;
    }
    p->words += count;
    if (p->words > KB_LIMIT_QUERY_WORDS)
        kb_query_fail(p, KB_ELIMIT, at,
                      "a query may have %d words; leave the last ones out",
                      KB_LIMIT_QUERY_WORDS);
    struct kb_query_node *node = count ? kb_query_node_new(p, KB_QUERY_WORDS, at) : NULL;
    if (!node)
        return NULL;
    bool alone = last == KB_PIECE_LAST && (count == 1 || before != KB_PIECE_PAIR);
    node->words = tokens.text;
    node->column = field.column;
    node->prefix = star || alone;
    node->loose = star && last == KB_PIECE_WORD;
    return node;
}

static struct kb_query_node *new_filter(struct kb_query_parser *p, struct kb_str text,
                                        size_t at, struct field field) {
    const char *why;
    struct kb_query_node *node = kb_query_node_new(p, KB_QUERY_FILTER, at);
    if (!node)
        return NULL;
    if (++p->filters > KB_LIMIT_QUERY_FILTERS)
        kb_query_fail(p, KB_ELIMIT, at,
                      "a query may have %d filters; leave the last ones out",
                      KB_LIMIT_QUERY_FILTERS);
    else if (!kb_query_value(p->arena, field.filter, text, p->now, &node->filter, &why))
        kb_query_fail(p, KB_EINPUT, at, "%s: %s", kb_filter_name(field.filter), why);
    return node;
}

static struct kb_query_node *new_leaf(struct kb_query_parser *p, struct kb_str text,
                                      size_t at, struct field field, bool star) {
    return field.is_filter ? new_filter(p, text, at, field)
                           : new_words(p, text, at, field, star);
}

/* ---- the grammar ------------------------------------------------------------------- */

static struct kb_query_node *parse_or(struct kb_query_parser *p, struct field field);

/* A name before a colon: false where it is none that we know. */
static bool find_field(struct kb_str name, struct field *out) {
    static const char *const columns[] = {
#define X(code, name) [code] = name,
        KB_COLUMN_LIST(X)
#undef X
    };
    static const char *const others[] = {
#define X(code, name, other) other,
        KB_FILTER_LIST(X)
#undef X
    };
    *out = (struct field){.column = KB_COLUMN_ANY};
    for (size_t i = KB_COLUMN_ANY + 1; i < KB_COUNT(columns); i++) {
        if (kb_str_equal_nocase(name, kb_str_z(columns[i]))) {
            out->column = (enum kb_column)i;
            return true;
        }
    }
    out->is_filter = true;
    for (size_t i = 0; i < KB_FILTER_COUNT; i++) {
        out->filter = (enum kb_filter_kind)i;
        if (kb_str_equal_nocase(name, kb_str_z(kb_filter_name(out->filter))) ||
            (others[i][0] && kb_str_equal_nocase(name, kb_str_z(others[i]))))
            return true;
    }
    return false;
}

/* "title:" here: past it, and its field.  "10:30", "https://…" and "what:" are words;
 * another name with something behind it is a mistake that would find nothing. */
static bool take_field(struct kb_query_parser *p, struct field *field) {
    size_t end = p->at, len;
    while (end < p->text.n && kb_is_alpha(p->text.p[end]))
        end++;
    if (end == p->at || look(p, end, &len) != ':')
        return false;
    struct kb_str name = kb_str_slice(p->text, p->at, end);
    struct field found;
    size_t behind = end + len;
    uint32_t c = look(p, behind, &len);
    if (find_field(name, &found)) {
        p->at = behind;
        *field = found;
        return true;
    }
    if (c && c != ' ' && c != '/' && c != ')')
        kb_query_fail(
            p, KB_EINPUT, p->at,
            "there is no field %.*s: (docs/search.md has the list); to look for these "
            "words put them in quotation marks",
            (int)(name.n > 40 ? 40 : name.n), name.p);
    return false;
}

static struct kb_query_node *parse_phrase(struct kb_query_parser *p, struct field field) {
    size_t at = p->at, end;
    step(p);
    size_t from = p->at;
    uint32_t c;
    do {
        end = p->at;
        c = step(p);
    } while (c && c != '"');
    if (!c)
        kb_query_fail(
            p, KB_EINPUT, at,
            "this quotation mark is never closed; put another one behind the phrase");
    bool star = peek(p) == '*';
    while (peek(p) == '*')
        step(p);
    return new_leaf(p, kb_str_slice(p->text, from, end), at, field, star);
}

static struct kb_query_node *parse_word(struct kb_query_parser *p, struct field field) {
    size_t from = p->at, end = p->at;
    bool star = false;
    while (!ends_word(peek(p))) {
        star = step(p) == '*';
        if (!star)
            end = p->at;
    }
    return new_leaf(p, kb_str_slice(p->text, from, end), from, field, star);
}

static struct kb_query_node *parse_group(struct kb_query_parser *p, struct field field) {
    size_t at = p->at;
    step(p);
    if (++p->depth > KB_LIMIT_QUERY_DEPTH)
        kb_query_fail(p, KB_ELIMIT, at, "parentheses may nest %d deep; take some away",
                      KB_LIMIT_QUERY_DEPTH);
    if (p->status != KB_OK)
        return NULL;
    struct kb_query_node *node = parse_or(p, field);
    p->depth--;
    if (peek(p) == ')')
        step(p);
    else
        kb_query_fail(p, KB_EINPUT, at,
                      "this parenthesis is never closed; put a ) behind its words");
    return node;
}

/* One word, phrase, group or filter; NULL where what stands there says nothing. */
static struct kb_query_node *parse_one(struct kb_query_parser *p, struct field field) {
    size_t at = p->at, len;
    bool minus = false;
    if (peek(p) == '-') {
        (void)look(p, p->at, &len);
        uint32_t behind = look(p, p->at + len, &len);
        minus = behind && behind != ' ' && behind != ')';
    }
    if (minus)
        step(p);
    if (minus || take_operator(p, KB_STR("NOT"))) {
        if (++p->depth > KB_LIMIT_QUERY_DEPTH)
            kb_query_fail(p, KB_ELIMIT, at, "NOT may stand %d times; take some away",
                          KB_LIMIT_QUERY_DEPTH);
        if (ends_word(peek(p)) && peek(p) != '"' && peek(p) != '(')
            kb_query_fail(p, KB_EINPUT, at, "NOT needs a word behind it");
        struct kb_query_node *of = p->status == KB_OK ? parse_one(p, field) : NULL;
        p->depth--;
        return kb_query_node_not(p, of, at);
    }
    bool named = take_field(p, &field);
    if (named) {
        skip_blanks(p);
        if (!peek(p) || peek(p) == ')')
            kb_query_fail(p, KB_EINPUT, at,
                          "nothing stands behind the colon; write what it shall be");
    }
    if (p->status != KB_OK)
        return NULL;
    switch (peek(p)) {
    case '"': return parse_phrase(p, field);
    case '(': return parse_group(p, field);
    default: return parse_word(p, field);
    }
}

/* Nothing more to be read side by side: an OR, a parenthesis that closes, the end. */
static bool stops(struct kb_query_parser *p) {
    size_t at = p->at;
    bool stop = !peek(p) || peek(p) == ')' || take_operator(p, KB_STR("OR"));
    p->at = at;
    return stop;
}

static struct kb_query_node *parse_and(struct kb_query_parser *p, struct field field) {
    struct kb_query_node *all = kb_query_node_new(p, KB_QUERY_AND, p->at), *one;
    struct kb_query_node **last = all ? &all->child : NULL;
    skip_blanks(p);
    for (bool first = true; p->status == KB_OK && !stops(p); first = false) {
        size_t at = p->at;
        if (take_operator(p, KB_STR("AND")) && (first || stops(p)))
            kb_query_fail(p, KB_EINPUT, at, "AND needs words on both sides");
        one = p->status == KB_OK ? parse_one(p, field) : NULL;
        if (one) {
            *last = one;
            last = &one->next;
        }
        skip_blanks(p);
    }
    if (!all || p->status != KB_OK || !all->child)
        return NULL;
    return all->child->next ? all : all->child;
}

static struct kb_query_node *parse_or(struct kb_query_parser *p, struct field field) {
    struct kb_query_node *any = kb_query_node_new(p, KB_QUERY_OR, p->at);
    struct kb_query_node **last = any ? &any->child : NULL;
    bool more = true;
    for (size_t at = p->at; p->status == KB_OK && more;) {
        struct kb_query_node *one = parse_and(p, field);
        size_t end = p->at;
        more = p->status == KB_OK && take_operator(p, KB_STR("OR"));
        if (!one && (more || last != &any->child))
            kb_query_fail(p, KB_EINPUT, more ? end : at, "OR needs words on both sides");
        if (one) {
            *last = one;
            last = &one->next;
        }
        at = end;
    }
    if (!any || p->status != KB_OK || !any->child)
        return NULL;
    return any->child->next ? any : any->child;
}

/* ---- languages --------------------------------------------------------------------- */

static void add_language(struct kb_buf *tag, struct kb_str language) {
    char code[4];
    kb_lang_primary(language, code);
    if (!code[0])
        return;
    size_t at = 1, count = 0;
    while (at < tag->n) { /* codes with commas between them */
        struct kb_str rest = kb_str_slice(kb_buf_view(tag), at, tag->n);
        struct kb_str one = kb_str_slice(rest, 0, kb_str_find_byte(rest, ','));
        if (kb_str_equal(one, kb_str_z(code)))
            return;
        count++;
        at += one.n + 1;
    }
    if (count == KB_LIMIT_QUERY_LANGUAGES)
        return;
    if (count)
        kb_buf_char(tag, ',');
    kb_buf_z(tag, code);
}

static void make_tag(struct kb_query_parser *p, const struct kb_str *languages,
                     size_t count, struct kb_query *out) {
    struct kb_buf tag;
    kb_buf_init(&tag, KB_LIMIT_QUERY_BYTES);
    kb_buf_char(&tag, KB_TAG_BEGIN);
    for (size_t i = 0; i < out->filter_count; i++)
        if (out->filters[i].kind == KB_FILTER_LANGUAGE && !out->filters[i].negated)
            add_language(&tag, out->filters[i].value);
    bool asked = tag.n > 1;
    for (size_t i = 0; !asked && i < count; i++)
        add_language(&tag, languages[i]);
    kb_buf_z(&tag, tag.n > 1 ? ",-" : "-");
    kb_buf_char(&tag, KB_TAG_END);
    out->tag = kb_arena_dup(p->arena, kb_buf_view(&tag));
    if (tag.status != KB_OK || !out->tag.n)
        kb_query_fail(p, KB_ENOMEM, 0, "not enough memory for the query");
    kb_buf_free(&tag);
}

enum kb_status kb_query_parse(struct kb_arena *arena, struct kb_str text, int64_t now,
                              const struct kb_str *languages, size_t language_count,
                              struct kb_query *out, struct kb_err *err) {
    struct kb_query_parser p = {.arena = arena, .text = text, .now = now, .err = err};
    *out = (struct kb_query){.root = NULL};
    if (text.n > KB_LIMIT_QUERY_BYTES)
        return kb_err_set(err, KB_ELIMIT, "a query may have %d bytes, this one has %zu",
                          KB_LIMIT_QUERY_BYTES, text.n);
    struct kb_query_node *root = parse_or(&p, (struct field){.column = KB_COLUMN_ANY});
    if (p.at < text.n)
        kb_query_fail(&p, KB_EINPUT, p.at,
                      "this parenthesis closes nothing; take it away");
    if (!root)
        kb_query_fail(&p, KB_EINPUT, 0,
                      "nothing is asked for; write a word, or a filter such as "
                      "language:de");
    if (p.status == KB_OK)
        kb_query_sort(&p, root, out);
    if (p.status == KB_OK)
        make_tag(&p, languages, language_count, out);
    return p.status;
}
