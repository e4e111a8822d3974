/* Files of messages → tables by number.
 *
 * All languages have the same messages in the same order, so a template keeps a number.
 * A file that lacks one does not load: what is not translated would show nowhere else. */
#include <stdlib.h>

#include "serve/messages_inner.h"

struct reading {
    struct kb_arena *arena;
    struct kb_messages *messages;
    struct kb_language *language;
    struct kb_str file;
    size_t line;
    struct kb_err *err;
};

static enum kb_status wrong(const struct reading *r, const char *what,
                            struct kb_str name) {
    return kb_err_set(r->err, KB_EASSET, "%.*s:%zu: %s%s%.*s", (int)r->file.n, r->file.p,
                      r->line, what, name.n ? ": " : "", (int)kb_str_cut(name, 80).n,
                      name.n ? name.p : "");
}

static enum kb_status no_memory(const struct reading *r) {
    return kb_err_set(r->err, KB_ENOMEM, "not enough memory for the messages");
}

/* ---- one message ------------------------------------------------------------------- */

static bool is_name(struct kb_str s) {
    for (size_t i = 0; i < s.n; i++)
        if (!kb_is_alpha(s.p[i]) && s.p[i] != '_')
            return false;
    return s.n > 0;
}

/* "{n} outlets since {when}" in pieces. */
static enum kb_status read_form(struct reading *r, struct kb_str text,
                                struct kb_message_form *form) {
    size_t cap = 1;
    for (size_t i = 0; i < text.n; i++)
        cap += text.p[i] == '{';
    if (cap > KB_MESSAGE_PIECES)
        return wrong(r, "too many placeholders", KB_STR_NONE);
    form->pieces = kb_arena_zalloc(r->arena, cap, sizeof(*form->pieces));
    if (!form->pieces)
        return no_memory(r);
    while (text.n || !form->count) {
        struct kb_message_piece piece = {text, KB_STR_NONE};
        size_t open = kb_str_find_byte(text, '{');
        if (open != KB_NOT_FOUND) {
            struct kb_str rest = kb_str_slice(text, open + 1, text.n);
            size_t close = kb_str_find_byte(rest, '}');
            piece.text = kb_str_slice(text, 0, open);
            piece.name = kb_str_slice(rest, 0, close == KB_NOT_FOUND ? 0 : close);
            if (!is_name(piece.name))
                return wrong(r, "a placeholder is a name between { and }", text);
            text = kb_str_slice(rest, close + 1, rest.n);
        } else {
            text = KB_STR_NONE;
        }
        form->pieces[form->count++] = piece;
    }
    return KB_OK;
}

/* "key[few]" taken apart. */
static bool split_key(struct kb_str *key, enum kb_plural *form) {
    size_t open = kb_str_find_byte(*key, '[');
    *form = KB_PLURAL_OTHER;
    if (open == KB_NOT_FOUND)
        return true;
    struct kb_str name = kb_str_slice(*key, open + 1, key->n - 1);
    if (key->p[key->n - 1] != ']')
        return false;
    *key = kb_str_slice(*key, 0, open);
    for (size_t i = 0; i < KB_PLURAL_COUNT; i++)
        if (kb_str_equal(name, kb_str_z(kb_plural_names[i]))) {
            *form = (enum kb_plural)i;
            return true;
        }
    return false;
}

static enum kb_status read_message(struct reading *r, struct kb_str key,
                                   struct kb_str text) {
    enum kb_plural form;
    bool first = r->language == &r->messages->languages[0];
    struct kb_str whole = key;
    if (!split_key(&key, &form))
        return wrong(r, "a form is key[zero], [one], [two], [few], [many] or [other]",
                     whole);
    size_t at = kb_messages_find(r->messages, key);
    if (at == KB_MESSAGE_NONE)
        return wrong(r, first ? "keys stand in order, each once" : "no such message",
                     key);
    struct kb_message *message = &r->language->of[at];
    if (message->forms[form].count)
        return wrong(r, "a message stands here twice", whole);
    if (whole.n != key.n)
        message->plural = true;
    return read_form(r, text, &message->forms[form]);
}

/* ---- the head of a file ------------------------------------------------------------ */

static enum kb_status read_fact(struct reading *r, struct kb_str line) {
    size_t blank = kb_str_find_byte(line, ' ');
    struct kb_str name = kb_str_slice(line, 0, blank),
                  value = kb_str_trim(kb_str_slice(line, blank, line.n));
    struct kb_language *l = r->language;
    if (kb_str_equal(name, KB_STR("@language")))
        l->tag = value;
    else if (kb_str_equal(name, KB_STR("@name")))
        l->name = value;
    else if (kb_str_equal(name, KB_STR("@direction")))
        l->direction = value;
    else if (kb_str_equal(name, KB_STR("@group")))
        l->group = value;
    else if (kb_str_equal(name, KB_STR("@digits")) && kb_utf8_count(value) == 10)
        l->digits = value;
    else if (!kb_str_equal(name, KB_STR("@plural")) || !kb_plural_rule(value, &l->rule))
        return wrong(r, "an unknown fact, or value of one", line);
    return KB_OK;
}

/* ---- a file ------------------------------------------------------------------------ */

static bool next_line(struct reading *r, struct kb_str *text, struct kb_str *line) {
    while (text->n) {
        size_t end = kb_str_find_byte(*text, '\n');
        *line = kb_str_trim(kb_str_slice(*text, 0, end == KB_NOT_FOUND ? text->n : end));
        *text = kb_str_slice(*text, end == KB_NOT_FOUND ? text->n : end + 1, text->n);
        r->line++;
        if (line->n && line->p[0] != '#')
            return true;
    }
    return false;
}

/* The keys of the first file, sorted. */
static int by_text(const void *a, const void *b) {
    const struct kb_str *x = a, *y = b;
    int order = memcmp(x->p, y->p, x->n < y->n ? x->n : y->n);
    return order ? order : x->n < y->n ? -1 : x->n > y->n;
}

static enum kb_status read_keys(struct reading *r, struct kb_str text) {
    struct kb_messages *m = r->messages;
    struct kb_str line;
    size_t cap = 0;
    enum kb_plural form;
    while (next_line(r, &text, &line)) {
        size_t equals = kb_str_find(line, KB_STR(" ="));
        if (line.p[0] == '@' || equals == KB_NOT_FOUND)
            continue;
        struct kb_str key = kb_str_slice(line, 0, equals);
        (void)split_key(&key, &form);
        if (m->count && kb_str_equal(m->keys[m->count - 1], key))
            continue;
        if (!kb_arena_grow(r->arena, (void **)&m->keys, m->count, &cap, sizeof(*m->keys),
                           KB_LIMIT_MESSAGES))
            return r->arena->full ? no_memory(r) : wrong(r, "too many messages", key);
        m->keys[m->count++] = key;
    }
    if (m->count)
        qsort(m->keys, m->count, sizeof(*m->keys), by_text);
    return KB_OK;
}

/* The facts at a file's beginning. */
static enum kb_status read_head(struct reading *r, const struct kb_message_file *file) {
    struct kb_str line, text = file->text;
    enum kb_status status = KB_OK;
    struct kb_language *l = r->language;
    *l = (struct kb_language){.direction = KB_STR("ltr"),
                              .digits = KB_STR("0123456789"),
                              .messages = r->messages,
                              .file = *file};
    r->line = 0;
    while (status == KB_OK && next_line(r, &text, &line) && line.p[0] == '@')
        status = read_fact(r, line);
    if (status == KB_OK && (!l->tag.n || !l->name.n))
        status = wrong(r, "a file begins with @language and @name", KB_STR_NONE);
    return status;
}

static enum kb_status read_file(struct reading *r) {
    struct kb_str line, text = r->language->file.text;
    enum kb_status status = KB_OK;
    bool head = true;
    r->line = 0;
    while (status == KB_OK && next_line(r, &text, &line)) {
        size_t equals = kb_str_find(line, KB_STR(" ="));
        if (line.p[0] == '@' && head)
            continue;
        head = false;
        if (equals == KB_NOT_FOUND || line.p[0] == '@')
            status = wrong(r, "a line is KEY = TEXT, @FACT VALUE or # REMARK", line);
        else
            status = read_message(r, kb_str_slice(line, 0, equals),
                                  kb_str_trim(kb_str_slice(line, equals + 2, line.n)));
    }
    return status;
}

/* ---- is all there? ----------------------------------------------------------------- */

static bool has_name(const struct kb_message_form *form, struct kb_str name) {
    for (size_t i = 0; i < form->count; i++)
        if (kb_str_equal(form->pieces[i].name, name))
            return true;
    return false;
}

/* Each placeholder of a in b; {n} may be missing where the form says the number. */
static bool same_names(const struct kb_message_form *a, const struct kb_message_form *b) {
    for (size_t i = 0; i < a->count; i++) {
        struct kb_str name = a->pieces[i].name;
        if (name.n && !kb_str_equal(name, KB_STR("n")) && !has_name(b, name))
            return false;
    }
    return true;
}

static enum kb_status check(struct reading *r) {
    const struct kb_messages *m = r->messages;
    for (size_t i = 0; i < m->count; i++) {
        const struct kb_message *measure = &m->languages[0].of[i],
                                *message = &r->language->of[i];
        const struct kb_message_form *told = &measure->forms[KB_PLURAL_OTHER];
        if (measure->plural != message->plural && message->forms[KB_PLURAL_OTHER].count)
            return wrong(r, "has plural forms in one language only", m->keys[i]);
        for (size_t f = 0; f < KB_PLURAL_COUNT; f++) {
            const struct kb_message_form *form = &message->forms[f];
            bool wanted =
                f == KB_PLURAL_OTHER ||
                (message->plural && kb_plural_has(r->language->rule, (enum kb_plural)f));
            if (wanted != (form->count > 0))
                return wrong(r,
                             wanted ? "a message or form of one is missing"
                                    : "a form that this language does not have",
                             m->keys[i]);
            if (form->count && (!same_names(form, told) || !same_names(told, form)))
                return wrong(r, "has other placeholders", m->keys[i]);
        }
    }
    return KB_OK;
}

/* What the printers need by name. */
static enum kb_status find_own(struct reading *r) {
    static const char *const keys[KB_OWN_COUNT] = {
#define X(code, key) key,
        KB_OWN_LIST(X)
#undef X
    };
    for (size_t i = 0; i < KB_OWN_COUNT; i++) {
        r->messages->own[i] = kb_messages_find(r->messages, kb_str_z(keys[i]));
        if (r->messages->own[i] == KB_MESSAGE_NONE)
            return wrong(r, "a message is missing", kb_str_z(keys[i]));
    }
    return KB_OK;
}

enum kb_status kb_messages_read(struct kb_arena *arena,
                                const struct kb_message_file *files, size_t count,
                                struct kb_messages **out, struct kb_err *err) {
    struct kb_messages *m = kb_arena_zalloc(arena, 1, sizeof(*m));
    struct reading r = {.arena = arena, .messages = m, .err = err};
    enum kb_status status = KB_OK;
    *out = m;
    if (m)
        m->languages = kb_arena_zalloc(arena, count + 1, sizeof(*m->languages));
    if (!m || !m->languages)
        return no_memory(&r);
    if (!count)
        return kb_err_set(err, KB_EASSET, "there are no messages");
    r.file = files[0].name;
    status = read_keys(&r, files[0].text);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        r.file = files[i].name;
        r.language = &m->languages[i];
        m->language_count = i + 1;
        status = read_head(&r, &files[i]);
    }
    if (status == KB_OK)
        status = kb_messages_load(arena, m, &m->languages[0], err);
    r.file = files[0].name;
    return status == KB_OK ? find_own(&r) : status;
}

enum kb_status kb_messages_load(struct kb_arena *arena, struct kb_messages *m,
                                const struct kb_language *language, struct kb_err *err) {
    struct kb_language *l = &m->languages[language - m->languages];
    struct reading r = {
        .arena = arena, .messages = m, .language = l, .file = l->file.name, .err = err};
    if (l->of)
        return KB_OK;
    l->of = kb_arena_zalloc(arena, m->count + 1, sizeof(*l->of));
    if (!l->of)
        return no_memory(&r);
    enum kb_status status = read_file(&r);
    if (status == KB_OK)
        status = check(&r);
    if (status != KB_OK)
        l->of = NULL;
    return status;
}

/* ---- found by key ------------------------------------------------------------------ */

/* The first key that is not before this one. */
static size_t lower_bound(const struct kb_messages *m, struct kb_str key) {
    size_t from = 0, to = m->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (by_text(&m->keys[middle], &key) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

size_t kb_messages_find(const struct kb_messages *m, struct kb_str key) {
    size_t at = lower_bound(m, key);
    return at < m->count && kb_str_equal(m->keys[at], key) ? at : KB_MESSAGE_NONE;
}

bool kb_messages_begins(const struct kb_messages *m, struct kb_str beginning) {
    size_t at = lower_bound(m, beginning);
    return at < m->count && kb_str_starts(m->keys[at], beginning);
}
