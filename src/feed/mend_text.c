/* Long runs of text, which pass the parser by; see mend.h.
 *
 * Nine tenths of a feed are texts of entries: CDATA, or HTML with its "<" escaped.  The
 * parser would look at each of their characters, which the decoder and the mender have
 * done already.  So such a run leaves the XML, a processing instruction with its number
 * stands in its place, and the events have the run itself: the input's own bytes where
 * nothing in it is a reference. */
#include "feed/mend.h"

#include <stdio.h>

/* Shorter runs are not worth an instruction. */
enum { LONG_ENOUGH = 128 };

static bool put_by(struct kb_mend *m, size_t from, size_t to, struct kb_str run) {
    char mark[40];
    struct kb_str *place = kb_feed_add(m->make, m->runs);
    if (!place)
        return false;
    *place = run;
    int n = snprintf(mark, sizeof mark, "<?" KB_MEND_RUN " %zu?>", m->runs->count - 1);
    kb_mend_replace(m, from, to, (struct kb_str){mark, n > 0 ? (size_t)n : 0});
    return true;
}

/* XML's one line end: "\r\n" and "\r" are "\n".  In place. */
static size_t fold_lines(char *p, size_t n) {
    size_t to = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] != '\r')
            p[to++] = p[i];
        else if (i + 1 == n || p[i + 1] != '\n')
            p[to++] = '\n';
    }
    return to;
}

bool kb_mend_cdata(struct kb_mend *m, size_t from, size_t to) {
    struct kb_str run = kb_str_slice(m->text, from + 9, to - 3);
    if (run.n < LONG_ENOUGH)
        return false;
    if (memchr(run.p, '\r', run.n)) {
        char *copy = kb_arena_alloc(m->make->arena, run.n);
        if (!copy)
            return false;
        memcpy(copy, run.p, run.n);
        run = (struct kb_str){copy, fold_lines(copy, run.n)};
    }
    return put_by(m, from, to, run);
}

/* The character of one of XML's five references at p, and its length; 0 for others. */
static char predefined(struct kb_str s, size_t *n) {
    static const struct {
        const char *reference;
        uint8_t n;
        char c;
    } all[] = {
        {"&lt;", 4, '<'},   {"&gt;", 4, '>'},    {"&amp;", 5, '&'},
        {"&quot;", 6, '"'}, {"&apos;", 6, '\''},
    };
    for (size_t i = 0; i < KB_COUNT(all); i++) {
        if (s.n >= all[i].n && memcmp(s.p, all[i].reference, all[i].n) == 0) {
            *n = all[i].n;
            return all[i].c;
        }
    }
    return 0;
}

/* How far [from, to) has no reference but the five. */
static size_t plain_end(const struct kb_mend *m, size_t from, size_t to) {
    const char *p = m->text.p;
    size_t taken;
    while (from < to) {
        const char *mark = memchr(p + from, '&', to - from);
        if (!mark)
            return to;
        from = (size_t)(mark - p);
        if (!predefined(kb_str_slice(m->text, from, to), &taken))
            return from;
        from += taken;
    }
    return to;
}

/* Decodes [from, to), in which no other references are; returns the bytes in out. */
static size_t decode(const struct kb_mend *m, size_t from, size_t to, char *out) {
    const char *p = m->text.p;
    size_t n = 0;
    while (from < to) {
        const char *mark = memchr(p + from, '&', to - from);
        size_t plain = (mark ? (size_t)(mark - p) : to) - from, taken = 0;
        memcpy(out + n, p + from, plain);
        n += plain;
        from += plain;
        if (mark)
            out[n++] = predefined(kb_str_slice(m->text, from, to), &taken);
        from += taken;
    }
    return n;
}

size_t kb_mend_text(struct kb_mend *m, size_t from, size_t to) {
    if (to - from < LONG_ENOUGH || from < m->decoded)
        return from;
    to = m->decoded = plain_end(m, from, to);
    struct kb_str run = kb_str_slice(m->text, from, to);
    if (run.n < LONG_ENOUGH)
        return from;
    if (memchr(run.p, '&', run.n) || memchr(run.p, '\r', run.n)) {
        char *out = kb_arena_alloc(m->make->arena, run.n);
        if (!out)
            return from;
        size_t n = decode(m, from, to, out);
        run = (struct kb_str){out, memchr(out, '\r', n) ? fold_lines(out, n) : n};
    }
    return put_by(m, from, to, run) ? to : from;
}
