/* A text that matched enters; the text, or its best place, with marks leaves.
 *
 * FTS5's own snippet() and highlight() expect words one behind the other; pairs of
 * characters overlap, and there they repeat text.  This one asks FTS5 which words
 * matched, the tokenizer where they stand, and joins what touches.  The best place is the
 * one with most of the query's words, then with most matches, then the first. */
#include "store/tokenizer.h"

#include <utf8proc.h>

#include "lang/lang.h"

/* What of a room may stand before the first mark, in parts of it. */
enum { LEAD_PARTS = 4 };

#define ELLIPSIS "\xE2\x80\xA6"

struct place {
    int phrase;
    int first, last;   /* tokens */
    size_t start, end; /* bytes */
};

struct marks {
    struct place places[KB_LIMIT_MARKS];
    size_t count, next; /* next: the first that no token has reached */
    int token;
};

/* ---- where ------------------------------------------------------------------------- */

static int take_token(void *context, int flags, const char *token, int bytes, int start,
                      int end) {
    struct marks *m = context;
    (void)token, (void)bytes;
    if (flags & FTS5_TOKEN_COLOCATED)
        return SQLITE_OK;
    while (m->next < m->count && m->places[m->next].last < m->token)
        m->next++;
    if (m->next == m->count)
        return SQLITE_DONE;
    for (size_t i = m->next; i < m->count && m->places[i].first <= m->token; i++) {
        struct place *p = &m->places[i];
        if (p->first == m->token)
            p->start = (size_t)start;
        if (p->last >= m->token)
            p->end = (size_t)end;
    }
    m->token++;
    return SQLITE_OK;
}

/* The matches in one column, in order of their first words. */
static int find(const Fts5ExtensionApi *api, Fts5Context *fts, int column,
                struct kb_str text, struct marks *m) {
    int count = 0, code = api->xInstCount(fts, &count);
    for (int i = 0; code == SQLITE_OK && i < count && m->count < KB_LIMIT_MARKS; i++) {
        int phrase, in, at;
        code = api->xInst(fts, i, &phrase, &in, &at);
        if (code != SQLITE_OK || in != column)
            continue;
        m->places[m->count++] =
            (struct place){.phrase = phrase,
                           .first = at,
                           .last = at + api->xPhraseSize(fts, phrase) - 1};
    }
    if (code != SQLITE_OK || !m->count)
        return code;
    code = api->xTokenize(fts, text.p, (int)text.n, m, take_token);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* ---- how much ---------------------------------------------------------------------- */

/* Columns that a character takes: 2 in scripts without spaces and Hangul. */
static size_t width(uint32_t c) {
    int w = c < 0x300 ? 1 : utf8proc_charwidth((utf8proc_int32_t)c);
    return w > 0 ? (size_t)w : 0;
}

/* Where s has used up room from `at`. */
static size_t go_right(struct kb_str s, size_t at, size_t room) {
    size_t used = 0, len;
    for (; at < s.n; at += len) {
        used += width(kb_utf8_next(s.p + at, s.p + s.n, &len));
        if (used > room)
            break;
    }
    return at;
}

static size_t go_left(struct kb_str s, size_t at, size_t room) {
    size_t used = 0, len;
    while (at) {
        size_t back = at - 1;
        while (back && at - back < 4 && ((unsigned char)s.p[back] & 0xC0) == 0x80)
            back--;
        used += width(kb_utf8_next(s.p + back, s.p + s.n, &len));
        if (used > room)
            break;
        at = back;
    }
    return at;
}

static bool is_blank_at(struct kb_str s, size_t at) {
    return kb_is_space(s.p[at]) ||
           (at + 3 <= s.n && !memcmp(s.p + at, "\xE3\x80\x80", 3));
}

/* Does a sentence begin at `at`? */
static bool begins_sentence(struct kb_str s, size_t at) {
    return at == 0 || s.p[at - 1] == '\n' ||
           (at > 2 && (!memcmp(s.p + at - 3, "\xE3\x80\x82", 3) ||
                       !memcmp(s.p + at - 3, "\xEF\xBC\x81", 3) ||
                       !memcmp(s.p + at - 3, "\xEF\xBC\x9F", 3))) ||
           (at > 1 && s.p[at - 1] == ' ' && strchr(".!?", s.p[at - 2]));
}

/* From start back to a sentence's beginning in reach, else to a word's. */
static size_t lead_in(struct kb_str s, size_t start, size_t room) {
    size_t least = go_left(s, start, room), word = KB_NOT_FOUND;
    for (size_t i = start; i > least; i--) {
        if (begins_sentence(s, i))
            return i;
        if (is_blank_at(s, i - 1))
            word = i;
    }
    if (begins_sentence(s, least))
        return least;
    return word == KB_NOT_FOUND ? least : word;
}

/* The end of what fits behind end: at a word's end where there is one. */
static size_t lead_out(struct kb_str s, size_t end, size_t most) {
    if (most >= s.n)
        return s.n;
    for (size_t i = most; i > end && most - i < 24; i--)
        if (is_blank_at(s, i))
            return i;
    return most > end ? most : end;
}

/* The best window: the bytes that the text is cut to. */
static void choose(struct kb_str s, const struct marks *m, size_t room, size_t *from,
                   size_t *to) {
    size_t best = 0, first = 0, last = 0;
    for (size_t i = 0; i < m->count; i++) {
        uint64_t phrases = 0;
        size_t score = 0, end = go_right(s, m->places[i].start, room), k = i;
        for (; k < m->count && m->places[k].end <= end; k++) {
            uint64_t bit = (uint64_t)1 << (m->places[k].phrase & 63);
            score += phrases & bit ? 1 : KB_LIMIT_MARKS;
            phrases |= bit;
        }
        if (score > best) {
            best = score;
            first = i;
            last = k - 1;
        }
    }
    *from = 0;
    if (best) {
        size_t start = m->places[first].start, used = 0, len;
        for (size_t at = start; at < m->places[last].end; at += len)
            used += width(kb_utf8_next(s.p + at, s.p + s.n, &len));
        size_t left = room > used ? room - used : 0, behind = 0, lead = room / LEAD_PARTS;
        for (size_t at = m->places[last].end; at < s.n && behind < left; at += len)
            behind += width(kb_utf8_next(s.p + at, s.p + s.n, &len));
        if (behind < left && left - behind > lead)
            lead = left - behind; /* nothing else wants it */
        *from = lead_in(s, start, lead < left ? lead : left);
    }
    *to = lead_out(s, best ? m->places[last].end : 0, go_right(s, *from, room));
    while (*to > *from && kb_is_space(s.p[*to - 1]))
        --*to;
}

/* ---- in what words ----------------------------------------------------------------- */

/* Control characters, which marks may be made of, and ends of lines become blanks. */
static void add_plain(struct kb_buf *out, struct kb_str s) {
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7F)
            continue;
        kb_buf_str(out, kb_str_slice(s, from, i));
        if (out->n && out->p[out->n - 1] != ' ')
            kb_buf_char(out, ' ');
        from = i + 1;
    }
    kb_buf_str(out, kb_str_slice(s, from, s.n));
}

static void write(struct kb_buf *out, struct kb_str s, const struct marks *m, size_t from,
                  size_t to, struct kb_str begin, struct kb_str end) {
    if (from > 0)
        kb_buf_z(out, ELLIPSIS);
    size_t at = from;
    for (size_t i = 0; i < m->count;) {
        size_t start = m->places[i].start, stop = m->places[i].end;
        for (i++; i < m->count && m->places[i].start <= stop; i++)
            if (m->places[i].end > stop)
                stop = m->places[i].end;
        if (stop <= at || start >= to)
            continue;
        start = start < at ? at : start;
        stop = stop > to ? to : stop;
        add_plain(out, kb_str_slice(s, at, start));
        kb_buf_str(out, begin);
        add_plain(out, kb_str_slice(s, start, stop));
        kb_buf_str(out, end);
        at = stop;
    }
    add_plain(out, kb_str_slice(s, at, to));
    if (to < s.n)
        kb_buf_z(out, ELLIPSIS);
}

void kb_excerpt(struct kb_str text, size_t room, struct kb_buf *out) {
    const struct marks none = {.count = 0};
    size_t from = 0, to;
    text = kb_str_trim(kb_tag_skip(text));
    to = text.n;
    if (room)
        choose(text, &none, room, &from, &to);
    write(out, text, &none, from, to, KB_STR_NONE, KB_STR_NONE);
}

static struct kb_str value_text(sqlite3_value *value) {
    const void *p = sqlite3_value_text(value);
    return (struct kb_str){p, p ? (size_t)sqlite3_value_bytes(value) : 0};
}

static void marked(const Fts5ExtensionApi *api, Fts5Context *fts,
                   sqlite3_context *context, int count, sqlite3_value **values) {
    struct marks m = {.count = 0};
    struct kb_str text = KB_STR_NONE;
    struct kb_buf out;
    int bytes = 0;
    if (count != 4) {
        sqlite3_result_error(context, "kb_marked takes column, begin, end, room", -1);
        return;
    }
    int column = sqlite3_value_int(values[0]), room = sqlite3_value_int(values[3]);
    int code = api->xColumnText(fts, column, &text.p, &bytes);
    text.n = bytes > 0 ? (size_t)bytes : 0;
    if (code == SQLITE_OK)
        code = find(api, fts, column, text, &m);
    if (code != SQLITE_OK) {
        sqlite3_result_error_code(context, code);
        return;
    }
    size_t tag = text.n - kb_tag_skip(text).n, from = 0;
    text = kb_tag_skip(text);
    size_t to = text.n;
    for (size_t i = 0; i < m.count; i++) { /* a tag has no words: none begins in it */
        m.places[i].start -= tag < m.places[i].start ? tag : m.places[i].start;
        m.places[i].end -= tag < m.places[i].end ? tag : m.places[i].end;
    }
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    if (room > 0)
        choose(text, &m, (size_t)room, &from, &to);
    write(&out, text, &m, from, to, value_text(values[1]), value_text(values[2]));
    if (out.status == KB_OK)
        sqlite3_result_text64(context, out.p ? out.p : "", out.n, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
    else
        sqlite3_result_error_nomem(context);
    kb_buf_free(&out);
}

enum kb_status kb_marked_register(struct fts5_api *api, struct kb_err *err) {
    int code = api->xCreateFunction(api, "kb_marked", NULL, marked, NULL);
    return code == SQLITE_OK
               ? KB_OK
               : kb_err_set(err, KB_ENOMEM, "kb_marked: %s", sqlite3_errstr(code));
}
