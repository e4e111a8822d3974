/* Buffers that grow up to a limit: bytes enter, one run of bytes leaves. */
#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void kb_buf_init(struct kb_buf *buf, size_t max) {
    *buf = (struct kb_buf){.max = max};
}

void kb_buf_clear(struct kb_buf *buf) {
    buf->n = 0;
    buf->status = KB_OK;
}

void kb_buf_free(struct kb_buf *buf) {
    free(buf->p);
    *buf = (struct kb_buf){.max = buf->max};
}

bool kb_buf_reserve(struct kb_buf *buf, size_t more) {
    if (buf->status != KB_OK)
        return false;
    if (more <= buf->cap - buf->n)
        return true;
    if (buf->n > buf->max || more > buf->max - buf->n) {
        buf->status = KB_ELIMIT;
        return false;
    }
    size_t cap = buf->cap ? buf->cap : 256;
    if (cap > buf->max) /* the memory never has more room than the limit gives */
        cap = buf->max;
    while (cap < buf->n + more)
        cap = cap > buf->max / 2 ? buf->max : cap * 2;
    char *p = realloc(buf->p, cap);
    if (!p) {
        buf->status = KB_ENOMEM;
        return false;
    }
    buf->p = p;
    buf->cap = cap;
    return true;
}

void kb_buf_add(struct kb_buf *buf, const void *p, size_t n) {
    if (n && kb_buf_reserve(buf, n)) {
        memcpy(buf->p + buf->n, p, n);
        buf->n += n;
    }
}

void kb_buf_char(struct kb_buf *buf, char c) {
    if (kb_buf_reserve(buf, 1))
        buf->p[buf->n++] = c;
}

void kb_buf_str(struct kb_buf *buf, struct kb_str s) {
    kb_buf_add(buf, s.p, s.n);
}

void kb_buf_z(struct kb_buf *buf, const char *z) {
    kb_buf_add(buf, z, strlen(z));
}

void kb_buf_printf(struct kb_buf *buf, const char *format, ...) {
    char small[256];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(small, sizeof small, format, args);
    if (n < 0) {
        buf->status = KB_EINPUT;
    } else if ((size_t)n < sizeof small) {
        kb_buf_add(buf, small, (size_t)n);
    } else if (kb_buf_reserve(buf, (size_t)n + 1)) {
        n = vsnprintf(buf->p + buf->n, (size_t)n + 1, format, again);
        if (n > 0)
            buf->n += (size_t)n;
    }
    va_end(again);
    va_end(args);
}

/* Eight bytes at a time: zero bytes, and ones below the space, are found as in Mycroft
 * (1987); " and &, as < and >, differ in one bit, so that two comparisons do. */
size_t kb_html_plain(struct kb_str s) {
    const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    size_t i = 0;
    for (uint64_t w; s.n - i >= 8; i += 8) {
        memcpy(&w, s.p + i, 8);
        uint64_t a = (w | ones * 0x04) ^ ones * '&', b = (w | ones * 0x02) ^ ones * '>';
        if ((((a - ones) & ~a) | ((b - ones) & ~b) | ((w - ones * ' ') & ~w)) & high)
            break;
    }
    while (i < s.n) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < ' ' || c == '&' || c == '<' || c == '>' || c == '"')
            break;
        i++;
    }
    return i;
}

void kb_buf_html(struct kb_buf *buf, struct kb_str s) {
    for (size_t from = 0; from < s.n;) {
        size_t n = kb_html_plain(kb_str_slice(s, from, s.n));
        kb_buf_add(buf, s.p + from, n);
        from += n;
        if (from == s.n)
            break;
        switch (s.p[from]) {
        case '&': kb_buf_z(buf, "&amp;"); break;
        case '<': kb_buf_z(buf, "&lt;"); break;
        case '>': kb_buf_z(buf, "&gt;"); break;
        case '"': kb_buf_z(buf, "&quot;"); break;
        default: kb_buf_char(buf, s.p[from]);
        }
        from++;
    }
}

void kb_percent_encode(struct kb_buf *out, struct kb_str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (kb_is_alpha(c) || kb_is_digit(c) || memchr("-._~", c, 4))
            kb_buf_char(out, c);
        else
            kb_buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
    }
}
