/* White space in running text.
 *
 * Enters: a text of the DOM; leaves: the same with its white space folded as CSS 2.2 does
 * (16.6.1) and without characters that show nothing.  Runs of words with single spaces,
 * which is most text, are copied at once. */
#include "html/build.h"

/* What a byte begins: 0 text, 1 white space, 2 nothing that shows, 3 and 4 perhaps one of
 * these, in two or three bytes. */
static unsigned byte_class(unsigned char c) {
    if (c <= ' ')
        return c == ' ' || (c >= '\t' && c <= '\r') ? 1 : 2;
    if (c < 0x7f)
        return 0;
    return c == 0x7f ? 2 : c == 0xc2 ? 3 : c == 0xe2 || c == 0xe3 || c == 0xef ? 4 : 0;
}

enum kb_glyph kb_text_look(const char *p, const char *end, size_t *n) {
    const unsigned char *u = (const unsigned char *)p;
    size_t left = (size_t)(end - p);
    *n = 1;
    switch (byte_class(*u)) {
    case 0: return KB_GLYPH;
    case 1: return KB_GLYPH_WHITE;
    case 2: return KB_GLYPH_NONE;
    case 3:
        if (left < 2)
            return KB_GLYPH;
        *n = 2;
        return u[1] == 0xa0   ? KB_GLYPH_STIFF
               : u[1] == 0xad ? KB_GLYPH_NONE
               : u[1] == 0x85 ? KB_GLYPH_WHITE
                              : KB_GLYPH;
    default:
        if (left < 3)
            return KB_GLYPH;
        *n = 3;
        if (u[0] == 0xe2 && u[1] == 0x80 && (u[2] == 0xa8 || u[2] == 0xa9))
            return KB_GLYPH_WHITE;
        if (u[0] == 0xe3 && u[1] == 0x80 && u[2] == 0x80)
            return KB_GLYPH_STIFF;
        return (u[0] == 0xe2 && u[1] == 0x80 && u[2] == 0x8b) ||
                       (u[0] == 0xef && u[1] == 0xbb && u[2] == 0xbf) ||
                       (u[0] == 0xef && u[1] == 0xbf && u[2] >= 0xbe) /* U+FFFE, U+FFFF */
                   ? KB_GLYPH_NONE
                   : KB_GLYPH;
    }
}

size_t kb_text_fold(struct kb_str s, char *out, bool *space) {
    const char *p = s.p, *end = p ? p + s.n : p, *from;
    char *o = out;
    bool pending = false;
    while (p < end) {
        size_t n, step;
        enum kb_glyph glyph = kb_text_look(p, end, &n);
        if (glyph == KB_GLYPH) {
            if (pending && o > out)
                *o++ = ' ';
            pending = false;
            for (from = p, p += n; p < end; p++)
                if (byte_class((unsigned char)*p) &&
                    !(*p == ' ' && p + 1 < end && !byte_class((unsigned char)p[1])))
                    break;
            memcpy(o, from, (size_t)(p - from));
            o += p - from;
            continue;
        }
        if (glyph == KB_GLYPH_STIFF && o > out && !pending && p + n < end &&
            kb_text_look(p + n, end, &step) == KB_GLYPH) {
            memcpy(o, p, n);
            o += n;
        } else if (glyph != KB_GLYPH_NONE) {
            pending = true;
        }
        p += n;
    }
    *space = pending;
    return (size_t)(o - out);
}
