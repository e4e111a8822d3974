/* A template's program and a view → a page. */
#include <stdio.h>
#include <yyjson.h>

#include "html/html.h"
#include "serve/http.h"
#include "serve/template_inner.h"

/* A section that is open: its value is looked into first. */
struct frame {
    yyjson_mut_val *value; /* of a list: the item */
    yyjson_mut_val *list;  /* NULL: no list */
    size_t left;
};

struct machine {
    const struct kb_template *t;
    const struct kb_template_use *use;
    struct kb_buf *out;
    struct frame frames[KB_LIMIT_TEMPLATE_DEPTH + 1];
    size_t depth;
    struct kb_buf *scratch;
};

/* ---- values ------------------------------------------------------------------------ */

static yyjson_mut_val *member(yyjson_mut_val *value, struct kb_str name) {
    return yyjson_mut_obj_getn(value, name.p, name.n);
}

static yyjson_mut_val *find(const struct machine *m, struct kb_path path) {
    yyjson_mut_val *value = NULL;
    size_t at = m->depth;
    if (!path.count)
        return m->frames[m->depth].value;
    do
        value = member(m->frames[at].value, path.names[0]);
    while (!value && at--);
    for (size_t i = 1; i < path.count && value; i++)
        value = member(value, path.names[i]);
    return value;
}

static int64_t number_of(yyjson_mut_val *value) {
    if (yyjson_mut_is_uint(value)) {
        uint64_t n = yyjson_mut_get_uint(value);
        return n > INT64_MAX ? INT64_MAX : (int64_t)n;
    }
    return yyjson_mut_is_sint(value) ? yyjson_mut_get_sint(value) : 0;
}

/* The text of a value; a number's is in room. */
static struct kb_str text_of(yyjson_mut_val *value, char room[32]) {
    if (yyjson_mut_is_str(value))
        return (struct kb_str){yyjson_mut_get_str(value), yyjson_mut_get_len(value)};
    if (yyjson_mut_is_int(value))
        return (struct kb_str){
            room, (size_t)snprintf(room, 32, "%lld", (long long)number_of(value))};
    return yyjson_mut_is_true(value) ? KB_STR("true") : KB_STR_NONE;
}

static bool is_there(yyjson_mut_val *value) {
    if (yyjson_mut_is_str(value) || yyjson_mut_is_raw(value))
        return yyjson_mut_get_len(value) > 0;
    if (yyjson_mut_is_arr(value))
        return yyjson_mut_arr_size(value) > 0;
    if (yyjson_mut_is_int(value))
        return number_of(value) != 0;
    return yyjson_mut_is_obj(value) || yyjson_mut_is_true(value);
}

/* ---- escaping ---------------------------------------------------------------------- */

/* May a link go there?  To the web, or to a path, a query or a place of ours. */
static bool is_address(struct kb_str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7F)
            return false;
    return kb_url_is_web(s) || kb_path_is_local(s) ||
           (s.n && (s.p[0] == '#' || s.p[0] == '?'));
}

static void escape(struct kb_buf *out, enum kb_escape how, struct kb_str s) {
    switch (how) {
    case KB_ESCAPE_HTML: kb_buf_html(out, s); return;
    case KB_ESCAPE_ADDRESS:
        kb_buf_html(out, is_address(s) ? s : s.n ? KB_STR("#") : KB_STR_NONE);
        return;
    case KB_ESCAPE_PATH: kb_buf_html(out, kb_path_is_local(s) ? s : KB_STR("/")); return;
    case KB_ESCAPE_PART: kb_percent_encode(out, s); return;
    }
}

/* A script element must not end before its end: "<" in JSON stands in strings only. */
static void put_jsonld(struct kb_buf *out, struct kb_str json) {
    kb_buf_z(out, "<script type=\"application/ld+json\">");
    while (json.n) {
        size_t less = kb_str_find_byte(json, '<');
        kb_buf_str(out, kb_str_slice(json, 0, less));
        if (less == KB_NOT_FOUND)
            break;
        kb_buf_z(out, "\\u003c");
        json = kb_str_slice(json, less + 1, json.n);
    }
    kb_buf_z(out, "</script>");
}

/* ---- operations -------------------------------------------------------------------- */

static void put_words(struct machine *m, const struct kb_op *op, yyjson_mut_val *value) {
    const struct kb_language *l = m->use->language;
    char stamp[KB_TIME_BYTES];
    int64_t n = number_of(value);
    if (!yyjson_mut_is_int(value))
        return;
    kb_buf_clear(m->scratch);
    switch (op->kind) {
    case KB_OP_NUMBER: kb_language_number(l, n, m->scratch); break;
    case KB_OP_DAY: kb_language_day(l, n, m->scratch); break;
    case KB_OP_TIME: kb_language_time(l, n, m->scratch); break;
    case KB_OP_AGO: kb_language_ago(l, n, m->use->now, m->scratch); break;
    default:
        kb_time_print(n, stamp);
        kb_buf_z(m->scratch, stamp);
        break;
    }
    escape(m->out, op->escape, kb_buf_view(m->scratch));
}

static yyjson_mut_val *arg(const struct machine *m, const struct kb_op *op,
                           struct kb_str name) {
    for (size_t i = 0; i < op->arg_count; i++)
        if (kb_str_equal(op->args[i].name, name))
            return find(m, op->args[i].path);
    return NULL;
}

static void put_message(struct machine *m, const struct kb_op *op) {
    const struct kb_language *l = m->use->language;
    size_t message = op->message, count;
    char room[32];
    if (message == KB_MESSAGE_NONE) {
        struct kb_str end = kb_str_cut(text_of(find(m, op->path), room), 200);
        kb_buf_clear(m->scratch);
        kb_buf_str(m->scratch, op->text);
        kb_buf_str(m->scratch, end);
        message = kb_messages_find(m->t->messages, kb_buf_view(m->scratch));
        if (message == KB_MESSAGE_NONE) { /* a name without words is told as it is */
            kb_buf_html(m->out, end);
            return;
        }
    }
    int64_t n = number_of(arg(m, op, KB_STR("n")));
    const struct kb_message_piece *pieces = kb_language_message(l, message, n, &count);
    for (size_t i = 0; i < count; i++) {
        kb_buf_html(m->out, pieces[i].text);
        if (!pieces[i].name.n)
            continue;
        yyjson_mut_val *value = arg(m, op, pieces[i].name);
        if (yyjson_mut_is_int(value)) {
            kb_buf_clear(m->scratch);
            if (kb_str_equal(pieces[i].name, KB_STR("when")))
                kb_language_ago(l, number_of(value), m->use->now, m->scratch);
            else
                kb_language_number(l, number_of(value), m->scratch);
            kb_buf_html(m->out, kb_buf_view(m->scratch));
        } else {
            kb_buf_html(m->out, text_of(value, room));
        }
    }
}

/* Enters a section, or goes behind it; what comes next. */
static size_t begin_section(struct machine *m, const struct kb_op *op, size_t at) {
    yyjson_mut_val *value = find(m, op->path);
    bool list = yyjson_mut_is_arr(value), there = is_there(value);
    char room[32];
    if (op->compares) {
        list = false;
        there = kb_str_equal(text_of(value, room), op->text);
    }
    if (there != (op->kind == KB_OP_SECTION))
        return op->jump;
    struct frame *frame = &m->frames[++m->depth];
    *frame = (struct frame){.value = value};
    if (op->kind == KB_OP_UNLESS || op->compares)
        frame->value = m->frames[m->depth - 1].value;
    else if (list)
        *frame = (struct frame){yyjson_mut_arr_get_first(value), value,
                                yyjson_mut_arr_size(value) - 1};
    return at + 1;
}

static size_t end_section(struct machine *m, const struct kb_op *op, size_t at) {
    struct frame *frame = &m->frames[m->depth];
    if (frame->left) {
        frame->left--;
        frame->value = frame->value->next;
        return op->jump + 1;
    }
    m->depth--;
    return at + 1;
}

static size_t run(struct machine *m, size_t at) {
    const struct kb_op *op = &m->t->ops[at];
    yyjson_mut_val *value;
    char room[32];
    switch (op->kind) {
    case KB_OP_BASE:
        kb_buf_html(m->out, m->use->base);
        kb_buf_str(m->out, op->text);
        break;
    case KB_OP_TEXT: kb_buf_str(m->out, op->text); break;
    case KB_OP_VALUE: escape(m->out, op->escape, text_of(find(m, op->path), room)); break;
    case KB_OP_NUMBER:
    case KB_OP_DAY:
    case KB_OP_TIME:
    case KB_OP_AGO:
    case KB_OP_STAMP: put_words(m, op, find(m, op->path)); break;
    case KB_OP_MESSAGE: put_message(m, op); break;
    case KB_OP_HTML:
    case KB_OP_JSONLD:
        value = find(m, op->path);
        if (!yyjson_mut_is_raw(value))
            break;
        struct kb_str raw = {yyjson_mut_get_raw(value), yyjson_mut_get_len(value)};
        if (op->kind == KB_OP_HTML)
            kb_buf_str(m->out, raw);
        else
            put_jsonld(m->out, raw);
        break;
    case KB_OP_SECTION:
    case KB_OP_UNLESS: return begin_section(m, op, at);
    case KB_OP_END: return end_section(m, op, at);
    }
    return at + 1;
}

enum kb_status kb_template_render(const struct kb_template *t,
                                  const struct kb_template_use *use, struct kb_buf *out,
                                  struct kb_err *err) {
    struct kb_buf scratch;
    struct machine m = {.t = t, .use = use, .out = out, .scratch = &scratch};
    size_t steps = 0;
    m.frames[0].value = use->root;
    kb_buf_init(&scratch, KB_LIMIT_TEMPLATE_WORDS);
    for (size_t at = 0; at < t->count && steps < KB_LIMIT_TEMPLATE_STEPS; steps++)
        at = run(&m, at);
    kb_buf_free(&scratch);
    if (steps == KB_LIMIT_TEMPLATE_STEPS)
        return kb_err_set(err, KB_ELIMIT, "this page is too long to be made");
    if (out->status != KB_OK)
        return kb_err_set(err, out->status, "this page is larger than it may be");
    return KB_OK;
}
