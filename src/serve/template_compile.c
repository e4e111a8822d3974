/* A template's text → its program; what is wrong is told with name and line. */
#include <stdio.h>

#include "serve/template_inner.h"

/* Templates in each other, and sections in each other. */
enum { PARTS_DEEP = 8, SECTIONS_DEEP = KB_LIMIT_TEMPLATE_DEPTH };

struct section {
    size_t op;
    struct kb_str name; /* as its mark says: "list", "theme=dark" */
    struct kb_place place;
};

struct compiler {
    struct kb_arena *arena;
    const struct kb_template_from *from;
    struct kb_op *ops;
    size_t count, cap;
    struct kb_place place;
    struct section sections[SECTIONS_DEEP];
    size_t depth, parts;
    struct kb_str name; /* of the template that is read now, */
    size_t line;        /* and where */
    struct kb_err *err;
};

static enum kb_status wrong(struct compiler *c, const char *what, struct kb_str which) {
    return kb_err_set(c->err, KB_EASSET, "%.*s:%zu: %s%s%.*s", (int)c->name.n, c->name.p,
                      c->line, what, which.n ? ": " : "", (int)kb_str_cut(which, 60).n,
                      which.n ? which.p : "");
}

static enum kb_status no_memory(struct compiler *c) {
    return kb_err_set(c->err, KB_ENOMEM, "not enough memory for the templates");
}

static struct kb_op *add(struct compiler *c, enum kb_op_kind kind) {
    if (!kb_arena_grow(c->arena, (void **)&c->ops, c->count, &c->cap, sizeof(*c->ops),
                       KB_LIMIT_TEMPLATE_OPS))
        return NULL;
    c->ops[c->count] = (struct kb_op){.kind = kind};
    return &c->ops[c->count++];
}

/* ---- text -------------------------------------------------------------------------- */

static enum kb_status step(struct compiler *c, struct kb_str text) {
    for (size_t i = 0; i < text.n; i++) {
        const char *what = kb_place_step(&c->place, text.p[i]);
        if (what)
            return wrong(c, what, kb_str_slice(text, i, i + 20));
        c->line += text.p[i] == '\n';
    }
    return KB_OK;
}

/* White space that has a line feed in it becomes one: pages are lighter.  What begins a
 * line loses its blanks. */
static enum kb_status add_text(struct compiler *c, struct kb_str text, bool begins) {
    while (begins && text.n && (text.p[0] == ' ' || text.p[0] == '\t'))
        text = kb_str_slice(text, 1, text.n);
    char *out = kb_arena_alloc(c->arena, text.n + 1);
    size_t n = 0;
    if (!text.n)
        return KB_OK;
    if (!out)
        return no_memory(c);
    for (size_t i = 0; i < text.n;) {
        size_t end = i;
        bool lines = false;
        for (; end < text.n && kb_is_space(text.p[end]); end++)
            lines |= text.p[end] == '\n';
        if (lines) {
            out[n++] = '\n';
            i = end;
        } else {
            end += end == i;
            memcpy(out + n, text.p + i, end - i);
            n += end - i;
            i = end;
        }
    }
    enum kb_status status = step(c, text);
    struct kb_op *op = status == KB_OK ? add(c, KB_OP_TEXT) : NULL;
    if (!op)
        return status == KB_OK ? no_memory(c) : status;
    op->text = (struct kb_str){out, n};
    return KB_OK;
}

/* What is ours and fixed, in place of a hole: the base, an asset's address. */
static enum kb_status add_base(struct compiler *c, struct kb_str path) {
    struct kb_buf text;
    struct kb_op *op = add(c, KB_OP_BASE);
    kb_buf_init(&text, KB_LIMIT_URL_BYTES);
    kb_buf_html(&text, path);
    if (op)
        op->text = kb_arena_dup(c->arena, kb_buf_view(&text));
    enum kb_status status = text.status;
    kb_buf_free(&text);
    return op ? status : no_memory(c);
}

/* ---- holes ------------------------------------------------------------------------- */

static bool name_byte(char c) {
    return kb_is_alpha(c) || kb_is_digit(c) || c == '_' || c == '-';
}

/* "a.b" or "."; false where it is no path. */
static bool read_path(struct compiler *c, struct kb_str text, struct kb_path *path) {
    struct kb_str *names = NULL;
    size_t count = 0, cap = 0;
    *path = (struct kb_path){NULL, 0};
    if (kb_str_equal(text, KB_STR(".")))
        return true;
    while (true) {
        size_t dot = kb_str_find_byte(text, '.');
        struct kb_str name = kb_str_slice(text, 0, dot);
        bool good = name.n > 0;
        for (size_t i = 0; i < name.n; i++)
            good &= name_byte(name.p[i]);
        if (!good || !kb_arena_grow(c->arena, (void **)&names, count, &cap,
                                    sizeof(*names), KB_LIMIT_TEMPLATE_DEPTH))
            return false;
        names[count++] = name;
        if (dot == KB_NOT_FOUND)
            break;
        text = kb_str_slice(text, dot + 1, text.n);
    }
    *path = (struct kb_path){names, count};
    return true;
}

static struct kb_str next_word(struct kb_str *text) {
    *text = kb_str_trim(*text);
    size_t end = 0;
    while (end < text->n && !kb_is_space(text->p[end]))
        end++;
    struct kb_str word = kb_str_slice(*text, 0, end);
    *text = kb_str_trim(kb_str_slice(*text, end, text->n));
    return word;
}

static enum kb_escape escape_here(struct compiler *c) {
    enum kb_place_url url = c->place.url;
    if (c->place.kind != KB_PLACE_QUOTED || url == KB_URL_NONE)
        return KB_ESCAPE_HTML;
    c->place.url = KB_URL_INSIDE;
    return url == KB_URL_START  ? KB_ESCAPE_ADDRESS
           : url == KB_URL_BASE ? KB_ESCAPE_PATH
                                : KB_ESCAPE_PART;
}

static enum kb_status add_hole(struct compiler *c, enum kb_op_kind kind,
                               struct kb_str text) {
    const char *what = kb_place_hole(&c->place);
    struct kb_path path;
    if (what)
        return wrong(c, what, text);
    if (!read_path(c, text, &path))
        return wrong(c, "no name of a value", text);
    if ((kind == KB_OP_HTML || kind == KB_OP_JSONLD) && c->place.kind != KB_PLACE_TEXT)
        return wrong(c, "HTML stands in text only", text);
    enum kb_escape escape = escape_here(c);
    struct kb_op *op = add(c, kind);
    if (!op)
        return no_memory(c);
    op->escape = escape;
    op->path = path;
    return KB_OK;
}

/* ---- messages ---------------------------------------------------------------------- */

/* Does the template give each placeholder of the message? */
static enum kb_status check_args(struct compiler *c, const struct kb_op *op,
                                 struct kb_str key) {
    const struct kb_messages *m = c->from->messages;
    size_t count;
    const struct kb_message_piece *pieces =
        kb_language_message(kb_messages_language(m, 0), op->message, 5, &count);
    for (size_t i = 0; i < count; i++) {
        bool given = !pieces[i].name.n;
        for (size_t k = 0; k < op->arg_count; k++)
            given |= kb_str_equal(op->args[k].name, pieces[i].name);
        if (!given)
            return wrong(c, "the message has a placeholder that is not given", key);
    }
    return KB_OK;
}

static enum kb_status read_args(struct compiler *c, struct kb_str text,
                                struct kb_op *op) {
    while (text.n) {
        struct kb_str word = next_word(&text);
        size_t equals = kb_str_find_byte(word, '=');
        if (equals == KB_NOT_FOUND || op->arg_count == KB_TEMPLATE_ARGS ||
            !read_path(c, kb_str_slice(word, equals + 1, word.n),
                       &op->args[op->arg_count].path))
            return wrong(c, "a message is given values as name=value, four at most",
                         word);
        op->args[op->arg_count++].name = kb_str_slice(word, 0, equals);
    }
    return KB_OK;
}

static enum kb_status add_message(struct compiler *c, struct kb_str text) {
    struct kb_str key = next_word(&text);
    const char *what = kb_place_hole(&c->place);
    struct kb_op made = {.kind = KB_OP_MESSAGE, .escape = KB_ESCAPE_HTML};
    if (what || c->place.url != KB_URL_NONE)
        return wrong(c, what ? what : "an address is no place for words", key);
    size_t open = kb_str_find_byte(key, '[');
    made.message = KB_MESSAGE_NONE;
    if (open != KB_NOT_FOUND) {
        made.text = kb_str_slice(key, 0, open);
        if (key.p[key.n - 1] != ']' ||
            !read_path(c, kb_str_slice(key, open + 1, key.n - 1), &made.path) ||
            !kb_messages_begins(c->from->messages, made.text))
            return wrong(c, "no message begins so", key);
    } else {
        made.message = kb_messages_find(c->from->messages, key);
        if (made.message == KB_MESSAGE_NONE)
            return wrong(c, "no such message", key);
    }
    enum kb_status status = read_args(c, text, &made);
    if (status == KB_OK && made.message != KB_MESSAGE_NONE)
        status = check_args(c, &made, key);
    struct kb_op *op = status == KB_OK ? add(c, KB_OP_MESSAGE) : NULL;
    if (op)
        *op = made;
    return op || status != KB_OK ? status : no_memory(c);
}

/* ---- sections ---------------------------------------------------------------------- */

static enum kb_status begin_section(struct compiler *c, enum kb_op_kind kind,
                                    struct kb_str name) {
    const char *what = kb_place_section(&c->place);
    size_t equals = kb_str_find_byte(name, '=');
    struct kb_path path;
    if (what)
        return wrong(c, what, name);
    if (c->depth == SECTIONS_DEEP)
        return wrong(c, "sections are too deep in each other", name);
    if (!read_path(c, kb_str_slice(name, 0, equals), &path))
        return wrong(c, "no name of a value", name);
    c->sections[c->depth++] =
        (struct section){.op = c->count, .name = name, .place = c->place};
    struct kb_op *op = add(c, kind);
    if (!op)
        return no_memory(c);
    op->path = path;
    op->compares = equals != KB_NOT_FOUND;
    if (op->compares)
        op->text = kb_str_slice(name, equals + 1, name.n);
    return KB_OK;
}

static enum kb_status end_section(struct compiler *c, struct kb_str name) {
    const char *what = kb_place_section(&c->place);
    if (what)
        return wrong(c, what, name);
    if (!c->depth || !kb_str_equal(c->sections[c->depth - 1].name, name))
        return wrong(c, "ends a section that did not begin", name);
    struct section *section = &c->sections[--c->depth];
    if (!kb_place_join(&c->place, &section->place))
        return wrong(c, "a section ends elsewhere in the HTML than it begins", name);
    if (!add(c, KB_OP_END))
        return no_memory(c);
    c->ops[section->op].jump = c->count;
    c->ops[c->count - 1].jump = section->op;
    return KB_OK;
}

/* ---- marks ------------------------------------------------------------------------- */

static enum kb_status read_template(struct compiler *c, struct kb_str name);

static enum kb_status add_part(struct compiler *c, struct kb_str name) {
    struct kb_str outer = c->name;
    size_t line = c->line;
    if (c->parts == PARTS_DEEP)
        return wrong(c, "templates are too deep in each other", name);
    c->parts++;
    enum kb_status status = read_template(c, name);
    c->parts--;
    c->name = outer;
    c->line = line;
    return status;
}

/* {{base}}, {{asset NAME}}. */
static enum kb_status add_address(struct compiler *c, struct kb_str asset) {
    struct kb_str path = KB_STR_NONE;
    if (c->place.kind != KB_PLACE_QUOTED || c->place.url > KB_URL_START)
        return wrong(c, "an address of this server begins a value between quotes", asset);
    if (asset.n) {
        path = c->from->asset(c->from->context, asset);
        if (!path.n)
            return wrong(c, "no such asset", asset);
    }
    if (c->place.url == KB_URL_START)
        c->place.url = asset.n ? KB_URL_INSIDE : KB_URL_BASE;
    return add_base(c, path);
}

static enum kb_status read_mark(struct compiler *c, struct kb_str mark) {
    static const struct {
        const char *word;
        enum kb_op_kind kind;
    } words[] = {{"n", KB_OP_NUMBER},     {"day", KB_OP_DAY},     {"time", KB_OP_TIME},
                 {"ago", KB_OP_AGO},      {"stamp", KB_OP_STAMP}, {"html", KB_OP_HTML},
                 {"jsonld", KB_OP_JSONLD}};
    struct kb_str rest = kb_str_trim(mark);
    char sign = rest.n ? rest.p[0] : '\0';
    struct kb_str name = kb_str_trim(kb_str_slice(rest, 1, rest.n));
    switch (sign) {
    case '#': return begin_section(c, KB_OP_SECTION, name);
    case '^': return begin_section(c, KB_OP_UNLESS, name);
    case '/': return end_section(c, name);
    case '>': return add_part(c, name);
    case '!': return KB_OK;
    default: break;
    }
    struct kb_str word = next_word(&rest);
    if (!rest.n)
        return kb_str_equal(word, KB_STR("base")) ? add_address(c, rest)
                                                  : add_hole(c, KB_OP_VALUE, word);
    if (kb_str_equal(word, KB_STR("t")))
        return add_message(c, rest);
    if (kb_str_equal(word, KB_STR("asset")))
        return add_address(c, rest);
    for (size_t i = 0; i < KB_COUNT(words); i++)
        if (kb_str_equal(word, kb_str_z(words[i].word)))
            return add_hole(c, words[i].kind, rest);
    return wrong(c, "an unknown mark", mark);
}

/* ---- a template -------------------------------------------------------------------- */

static bool stands_alone(char sign) {
    return sign && strchr("#^/>!", sign) != NULL;
}

/* A mark that prints nothing and is alone on its line takes the line with it: *before
 * loses the blanks at its end, *after those and the line feed at its beginning. */
static void take_line(struct kb_str *before, struct kb_str *after, bool first) {
    size_t end = before->n, begin = 0;
    while (end && (before->p[end - 1] == ' ' || before->p[end - 1] == '\t'))
        end--;
    while (begin < after->n && (after->p[begin] == ' ' || after->p[begin] == '\t'))
        begin++;
    if ((end ? before->p[end - 1] != '\n' : !first) ||
        (begin < after->n && after->p[begin] != '\n'))
        return;
    before->n = end;
    *after = kb_str_slice(*after, begin + (begin < after->n), after->n);
}

static enum kb_status read_template(struct compiler *c, struct kb_str name) {
    enum kb_status status = KB_OK;
    struct kb_str text = c->from->find(c->from->context, name);
    bool first = true; /* nothing but whole lines stands before text */
    if (!text.p)
        return wrong(c, "no such template", name);
    c->name = name;
    c->line = 1;
    while (status == KB_OK && text.n) {
        size_t open = kb_str_find(text, KB_STR("{{"));
        if (open == KB_NOT_FOUND)
            return add_text(c, text, first);
        struct kb_str before = kb_str_slice(text, 0, open),
                      after = kb_str_slice(text, open + 2, text.n);
        size_t close = kb_str_find(after, KB_STR("}}"));
        if (close == KB_NOT_FOUND)
            return wrong(c, "a mark without its end",
                         kb_str_slice(text, open, open + 40));
        struct kb_str mark = kb_str_slice(after, 0, close);
        after = kb_str_slice(after, close + 2, after.n);
        size_t was = after.n;
        if (stands_alone(mark.n ? mark.p[0] : '\0'))
            take_line(&before, &after, first);
        status = add_text(c, before, first);
        first = after.n != was;
        if (status == KB_OK)
            status = read_mark(c, mark);
        c->line += first;
        text = after;
    }
    return status;
}

enum kb_status kb_template_compile(struct kb_arena *arena,
                                   const struct kb_template_from *from,
                                   struct kb_str name, struct kb_template **out,
                                   struct kb_err *err) {
    struct compiler c = {.arena = arena, .from = from, .name = name, .err = err};
    struct kb_template *t = kb_arena_zalloc(arena, 1, sizeof(*t));
    *out = NULL;
    if (!t)
        return no_memory(&c);
    enum kb_status status = read_template(&c, name);
    if (status == KB_OK && c.depth)
        status = wrong(&c, "a section without its end", c.sections[c.depth - 1].name);
    if (status == KB_OK && c.place.kind != KB_PLACE_TEXT)
        status = wrong(&c, "the template ends within a tag", KB_STR_NONE);
    if (status == KB_OK && arena->full)
        status = no_memory(&c);
    if (status != KB_OK)
        return status;
    *t = (struct kb_template){c.ops, c.count, from->messages};
    *out = t;
    return KB_OK;
}
