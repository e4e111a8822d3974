/* JSON as it stands in pages: a script's text enters, a yyjson document leaves.
 *
 * yyjson reads JSON5 and control characters in strings; that and cutting the wrappings
 * off (HTML comments, CDATA, a trailing semicolon) reads all but a few pages in a
 * thousand. The rest is written anew by one pass over it that closes, parts and quotes
 * what a template forgot, and then read again.  Both passes are linear. */
#include "page/meta.h"

#include <stdlib.h>

enum {
    SMALL = 128 << 10,      /* documents up to here live in the arena */
    COUNT_FROM = 512 << 10, /* values are counted before parsing from here on */
    MEND_AT_MOST = 1 << 20,
    NEST = 256
};

/* ---- memory: the arena, for small documents ---------------------------------------- */

static void *arena_malloc(void *ctx, size_t size) {
    return kb_arena_alloc(ctx, size);
}

static void *arena_realloc(void *ctx, void *p, size_t old, size_t size) {
    void *q = kb_arena_alloc(ctx, size);
    if (q)
        memcpy(q, p, old < size ? old : size);
    return q;
}

static void arena_free(void *ctx, void *p) {
    (void)ctx, (void)p; /* the arena goes at once */
}

/* ---- what is not worth parsing ----------------------------------------------------- */

/* True where text holds more values than may be visited: counted without parsing, by what
 * parts values outside of strings. */
static bool too_many_values(struct kb_str text) {
    size_t values = 0;
    bool string = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                string = false;
        } else if (c == '"') {
            string = true;
        } else if (c == ',' || c == ':' || c == '[' || c == '{') {
            values++;
        }
    }
    return values > 2 * (size_t)KB_LIMIT_JSON_VALUES;
}

/* ---- wrappings --------------------------------------------------------------------- */

static struct kb_str unwrap(struct kb_str s) {
    static const char *const heads[] = {"\xEF\xBB\xBF",
                                        "<!--",
                                        "//<![CDATA[",
                                        "// <![CDATA[",
                                        "/*<![CDATA[*/",
                                        "/* <![CDATA[ */",
                                        "<![CDATA[",
                                        "//",
                                        ";"};
    for (size_t i = 0, rounds = 0; i < KB_COUNT(heads) && rounds < 8; i++) {
        s = kb_str_trim(s);
        if (kb_str_starts(s, kb_str_z(heads[i]))) {
            s = kb_str_slice(s, strlen(heads[i]), s.n);
            i = (size_t)-1;
            rounds++;
        }
    }
    s = kb_str_trim(s);
    if (kb_str_starts(s, KB_STR("/*"))) {
        size_t end = kb_str_find(s, KB_STR("*/"));
        s = end == KB_NOT_FOUND ? KB_STR_NONE
                                : kb_str_trim(kb_str_slice(s, end + 2, s.n));
    }
    return s;
}

/* ---- mending ----------------------------------------------------------------------- */

enum last { NOTHING, OPEN, KEY, COLON, VALUE, COMMA };

struct mender {
    struct kb_buf out;
    const char *p, *end;
    char nest[NEST]; /* '{' or '[' */
    size_t depth;
    enum last last;
};

static bool in_object(const struct mender *m) {
    return m->depth && m->nest[m->depth - 1] == '{';
}

/* A value or key is about to be written: what is missing before it. */
static void before_value(struct mender *m) {
    if (m->last == VALUE)
        kb_buf_char(&m->out, ',');
    else if (m->last == KEY)
        kb_buf_char(&m->out, ':');
}

/* Whether what comes next in an object is a member's name. */
static bool is_key_next(const struct mender *m) {
    return in_object(m) && (m->last == OPEN || m->last == COMMA || m->last == VALUE);
}

static void after_value(struct mender *m) {
    m->last = is_key_next(m) ? KEY : VALUE;
}

/* A member that was begun and has no value. */
static void finish_member(struct mender *m) {
    if (m->last == KEY)
        kb_buf_z(&m->out, ":null");
    else if (m->last == COLON)
        kb_buf_z(&m->out, "null");
    if (m->last == KEY || m->last == COLON)
        m->last = VALUE;
}

static void close_one(struct mender *m) {
    finish_member(m);
    kb_buf_char(&m->out, m->nest[--m->depth] == '{' ? '}' : ']');
    m->last = VALUE;
}

static void close_to(struct mender *m, char open) {
    size_t d = m->depth;
    while (d && m->nest[d - 1] != open)
        d--;
    if (!d)
        return; /* closes nothing that is open */
    while (m->depth > d)
        close_one(m);
    close_one(m);
}

static const char *past_spaces(const char *p, const char *end) {
    while (p < end && kb_is_space(*p))
        p++;
    return p;
}

/* Whether a bare word stands at q: a member's name in an object ("body:"), or one of a
 * list's variables, as scripts have them. */
static bool is_bare_word(const struct mender *m, const char *q) {
    const char *p = q;
    while (p < m->end && p - q < 40 &&
           (kb_is_alpha(*p) || kb_is_digit(*p) || *p == '_' || *p == '$'))
        p++;
    if (p == q || p == m->end)
        return false;
    return in_object(m) ? *p == ':' : *p == ',' || *p == ']';
}

/* Whether the quote at p ends its string, or is one that nobody escaped: told by what
 * follows it. */
static bool ends_string(const struct mender *m, const char *p) {
    const char *q = past_spaces(p + 1, m->end);
    bool key = in_object(m) && m->last != COLON;
    if (q == m->end)
        return true;
    if (*q == ':')
        return key;
    if (*q == '}' || *q == ']')
        return true;
    if (key ||
        *q != ',') /* two strings in a row: a comma was forgotten, if on a new line */
        return *q == '"' && memchr(p, '\n', (size_t)(q - p));
    q = past_spaces(q + 1, m->end);
    if (q == m->end || *q == '"' || *q == '}' || *q == ']' || is_bare_word(m, q))
        return true;
    return !in_object(m) && (*q == '{' || *q == '[' || *q == '-' || kb_is_digit(*q));
}

/* The value of "\uXXXX" at p, or -1. */
static int unicode_escape(const struct mender *m, const char *p) {
    int value = 0;
    if (m->end - p < 6 || p[0] != '\\' || p[1] != 'u')
        return -1;
    for (int i = 2; i < 6; i++) {
        int digit = kb_hex_digit(p[i]);
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* Writes the escape at p and returns its last byte.  One that JSON does not know loses
 * its backslash; half a surrogate pair is dropped. */
static const char *mend_escape(struct mender *m, const char *p) {
    int value = unicode_escape(m, p);
    if (value >= 0xD800 && value <= 0xDFFF) {
        int low = value < 0xDC00 ? unicode_escape(m, p + 6) : -1;
        if (low < 0xDC00 || low > 0xDFFF)
            return p + 5;
        kb_buf_add(&m->out, p, 12);
        return p + 11;
    }
    if (value >= 0 || (p[1] && strchr("\"\\/bfnrt", p[1]))) {
        size_t n = value >= 0 ? 6 : 2;
        kb_buf_add(&m->out, p, n);
        return p + n - 1;
    }
    if (p[1] == '\'') {
        kb_buf_char(&m->out, '\'');
        return p + 1;
    }
    return p;
}

static void mend_string(struct mender *m) {
    const char quote = *m->p;
    before_value(m);
    kb_buf_char(&m->out, '"');
    const char *p = m->p + 1;
    for (; p < m->end; p++) {
        if (*p == '\\' && p + 1 < m->end) {
            p = mend_escape(m, p);
        } else if (*p == quote && (quote != '"' || ends_string(m, p))) {
            break;
        } else if (*p == '"') {
            kb_buf_z(&m->out, "\\\"");
        } else if ((unsigned char)*p < ' ') {
            kb_buf_z(&m->out, *p == '\n' ? "\\n" : " ");
        } else {
            kb_buf_char(&m->out, *p);
        }
    }
    m->p = p < m->end ? p + 1 : m->end;
    kb_buf_char(&m->out, '"');
    after_value(m);
}

/* A number, a literal, or a word that should have been a string. */
static void mend_word(struct mender *m) {
    const char *p = m->p;
    while (p < m->end && !kb_is_space(*p) && !strchr(",:{}[]\"", *p))
        p++;
    if (p == m->p)
        p++; /* NUL, which strchr finds */
    struct kb_str word = {m->p, (size_t)(p - m->p)};
    m->p = p;
    if (kb_str_equal(word, KB_STR(";")))
        return;
    bool plain = kb_str_equal(word, KB_STR("true")) ||
                 kb_str_equal(word, KB_STR("false")) ||
                 kb_str_equal(word, KB_STR("null"));
    size_t digits = 0;
    while (digits < word.n && kb_is_digit(word.p[digits]))
        digits++;
    plain =
        plain || (digits == word.n && digits < 19 && (digits == 1 || word.p[0] != '0'));
    plain = plain && !is_key_next(m);
    before_value(m);
    if (plain) {
        kb_buf_str(&m->out, word);
    } else {
        struct kb_json json;
        kb_json_init(&json, &m->out, 0);
        kb_json_str(&json, word);
    }
    after_value(m);
}

static void mend(struct mender *m) {
    while (m->p < m->end && m->out.status == KB_OK) {
        char c = *m->p;
        if (kb_is_space(c)) {
            m->p++;
        } else if (c == '{' || c == '[') {
            before_value(m);
            if (m->depth == NEST)
                break;
            m->nest[m->depth++] = c;
            kb_buf_char(&m->out, c);
            m->last = OPEN;
            m->p++;
        } else if (c == '}' || c == ']') {
            close_to(m, c == '}' ? '{' : '[');
            m->p++;
            if (!m->depth)
                break;
        } else if (c == ',') {
            finish_member(m);
            if (m->last == VALUE) {
                kb_buf_char(&m->out, ',');
                m->last = COMMA;
            }
            m->p++;
        } else if (c == ':') {
            if (m->last == KEY) {
                kb_buf_char(&m->out, ':');
                m->last = COLON;
            }
            m->p++;
        } else if (c == '"' || c == '\'') {
            mend_string(m);
        } else {
            mend_word(m);
        }
    }
    while (m->depth)
        close_one(m);
}

/* ---- reading ----------------------------------------------------------------------- */

static yyjson_doc *read_plain(struct kb_str text, struct kb_arena *arena, size_t *used) {
    const yyjson_read_flag flags = YYJSON_READ_JSON5 | YYJSON_READ_ALLOW_INVALID_UNICODE |
                                   YYJSON_READ_ALLOW_BOM | YYJSON_READ_STOP_WHEN_DONE |
                                   YYJSON_READ_BIGNUM_AS_RAW;
    const yyjson_alc alc = {arena_malloc, arena_realloc, arena_free, arena};
    yyjson_doc *doc = yyjson_read_opts((char *)(uintptr_t)text.p, text.n, flags,
                                       text.n <= SMALL ? &alc : NULL, NULL);
    if (doc)
        *used = yyjson_doc_get_read_size(doc);
    return doc;
}

yyjson_doc *kb_page_json_read(struct kb_str text, struct kb_arena *arena,
                              struct kb_str *rest) {
    *rest = KB_STR_NONE;
    text = unwrap(text);
    if (!text.n || text.n > KB_LIMIT_JSON_BYTES)
        return NULL;
    if (!memchr("{[\"'", text.p[0], 4))
        return NULL; /* what follows a last value: "-->", "]]>", ";" */
    if (text.n > COUNT_FROM && too_many_values(text))
        return NULL;
    size_t used = 0;
    yyjson_doc *doc = read_plain(text, arena, &used);
    if (doc) {
        *rest = kb_str_slice(text, used, text.n);
        return doc;
    }
    if (text.n > MEND_AT_MOST || text.p[0] == '"' || text.p[0] == '\'')
        return NULL;
    /* "{&quot;@type&quot;: …": the whole script went through an HTML encoder */
    size_t first = kb_str_find_byte(text, '"');
    if (first == KB_NOT_FOUND && kb_str_find(text, KB_STR("&quot;")) != KB_NOT_FOUND) {
        text = kb_page_entities(arena, text);
        doc = read_plain(text, arena, &used);
        if (doc)
            return doc;
    }
    struct mender m = {.p = text.p, .end = text.p + text.n};
    kb_buf_init(&m.out, 4 * (size_t)MEND_AT_MOST);
    mend(&m);
    if (m.out.status == KB_OK && m.out.n) {
        doc = read_plain(kb_buf_view(&m.out), arena, &used);
        *rest = (struct kb_str){m.p, (size_t)(m.end - m.p)};
    }
    kb_buf_free(&m.out);
    return doc;
}
