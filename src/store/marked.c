/* Words of a text and where the query's stand among them enter; the text, or its best
 * place, with marks leaves.
 *
 * FTS5's own snippet() and highlight() expect words one behind the other; pairs of
 * characters overlap, and there they repeat text.  Here what touches is joined.  The best
 * place is the one with most of the query's words, then with most matches, then the
 * first. */
#include "store/marked.h"

#include <utf8proc.h>

#include "lang/lang.h"
#include "store/tokenizer.h"

/* What of a room may stand before the first mark, in parts of it. */
enum { LEAD_PARTS = 4 };

#define ELLIPSIS "\xE2\x80\xA6"

struct place {
    int phrase;
    int first, last;   /* words */
    size_t start, end; /* bytes */
};

struct marks {
    struct place places[KB_LIMIT_MARKS];
    size_t count;
};

/* ---- where ------------------------------------------------------------------------- */

/* Reads text to the last match.  The words are the tokenizer's, which gives each of them
 * one place. */
static void find(struct kb_str text, struct marks *m) {
    struct kb_pieces pieces = {.text = text};
    struct kb_piece piece;
    size_t next = 0;
    for (int at = 0; next < m->count && kb_pieces_next(&pieces, &piece); at++) {
        for (size_t i = next; i < m->count && m->places[i].first <= at; i++) {
            struct place *p = &m->places[i];
            if (p->first == at)
                p->start = piece.start;
            if (p->last >= at)
                p->end = piece.end;
        }
        while (next < m->count && m->places[next].last <= at)
            next++;
    }
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

void kb_mark(struct kb_str text, int column, const struct kb_match *matches, size_t count,
             const struct kb_mark_style *style, size_t room, struct kb_buf *out) {
    struct marks m = {.count = 0};
    text = kb_str_trim(kb_tag_skip(text));
    size_t from = 0, to = text.n;
    for (size_t i = 0; i < count && m.count < KB_LIMIT_MARKS; i++)
        if (matches[i].column == column)
            m.places[m.count++] = (struct place){.phrase = matches[i].phrase,
                                                 .first = matches[i].first,
                                                 .last = matches[i].last};
    find(text, &m);
    if (room)
        choose(text, &m, room, &from, &to);
    write(out, text, &m, from, to, style->begin, style->end);
}
