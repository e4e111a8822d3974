/* Text → lines of a terminal's width.
 *
 * Widths are UAX #11's as utf8proc has them.  Lines end at spaces and between ideographs
 * and kana, where no closing mark may begin a line and no opening one may end it (the
 * rules that UAX #14 and JIS X 4051 share); a word longer than the line is broken.
 * Letters go straight into the output; when the line is full, the line end is put in at
 * the last place that allowed one, so that no byte is moved more than once.
 *
 * What never reaches a terminal: C0 and C1 controls with ESC among them, and the
 * characters that turn the direction of what follows (U+202A–202E, U+2066–2069). */
#include "html/fold.h"

#include <utf8proc.h>

void kb_fold_init(struct kb_fold *f, int width, bool color, struct kb_buf *out) {
    *f = (struct kb_fold){.out = out, .color = color, .break_at = KB_NOT_FOUND};
    f->width = width <= 0 ? 80 : width < 20 ? 20 : width;
    kb_margin_init(&f->margin, f->width / 2);
}

/* ---- letters ----------------------------------------------------------------------- */

enum letter { DROP, BLANK, MAY_BREAK, LETTER };

static enum letter letter_of(uint32_t c) {
    if (c < 0xA0)
        return c == ' ' || (c >= '\t' && c <= '\r') ? BLANK
               : c < 0x20 || c >= 0x7F              ? DROP
                                                    : LETTER;
    if (c == 0xAD || c == 0xFEFF || c == 0x2060 || (c >= 0x202A && c <= 0x202E) ||
        (c >= 0x2066 && c <= 0x2069))
        return DROP;
    if (c == 0x200B)
        return MAY_BREAK;
    return c == 0x2028 || c == 0x2029 || c == 0x3000 ? BLANK : LETTER;
}

static int columns_of(uint32_t c) {
    return c < 0x300 ? 1 : utf8proc_charwidth((utf8proc_int32_t)c);
}

static bool in_set(uint32_t c, const uint16_t *set, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (set[i] == c)
            return true;
    return false;
}

/* Closing brackets and quotation marks, stops, small kana, marks of length and
 * repetition. */
static bool never_first(uint32_t c) {
    static const uint16_t set[] = {
        0xBB,   0x2010, 0x2013, 0x2014, 0x2019, 0x201D, 0x2025, 0x2026, 0x2030, 0x203A,
        0x2103, 0x3001, 0x3002, 0x3005, 0x3009, 0x300B, 0x300D, 0x300F, 0x3011, 0x3015,
        0x3017, 0x3019, 0x301B, 0x301C, 0x301E, 0x301F, 0x303B, 0x3041, 0x3043, 0x3045,
        0x3047, 0x3049, 0x3063, 0x3083, 0x3085, 0x3087, 0x308E, 0x3095, 0x3096, 0x309D,
        0x309E, 0x30A0, 0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9, 0x30C3, 0x30E3, 0x30E5,
        0x30E7, 0x30EE, 0x30F5, 0x30F6, 0x30FB, 0x30FC, 0x30FD, 0x30FE, 0xFF01, 0xFF05,
        0xFF09, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F, 0xFF3D, 0xFF5D, 0xFF5E, 0xFF60,
        0xFF61, 0xFF63, 0xFF64, 0xFF65};
    if (c < 0x80)
        return c && strchr("!),.:;?]}%", (int)c) != NULL;
    return in_set(c, set, KB_COUNT(set));
}

/* Opening brackets and quotation marks, signs before an amount. */
static bool never_last(uint32_t c) {
    static const uint16_t set[] = {0xA3,   0xA5,   0xAB,   0x2018, 0x201C, 0x2039,
                                   0x20AC, 0x3008, 0x300A, 0x300C, 0x300E, 0x3010,
                                   0x3014, 0x3016, 0x3018, 0x301A, 0x301D, 0xFF04,
                                   0xFF08, 0xFF3B, 0xFF5B, 0xFF5F, 0xFF62, 0xFFE5};
    if (c < 0x80)
        return c && strchr("([{$#", (int)c) != NULL;
    return in_set(c, set, KB_COUNT(set));
}

/* Ideographs, kana and their punctuation: a line may end at their sides. */
static bool is_ideographic(uint32_t c) {
    return c >= 0x2E80 && ((c <= 0x312F) || (c >= 0x31A0 && c <= 0x9FFF) ||
                           (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFF00 && c <= 0xFFEF) ||
                           (c >= 0x20000 && c <= 0x3FFFF));
}

static bool may_break(uint32_t last, uint32_t c) {
    return last && (is_ideographic(last) || is_ideographic(c)) && !never_first(c) &&
           !never_last(last);
}

int kb_fold_plain(struct kb_buf *out, struct kb_str s, bool fold_spaces) {
    if (!s.n)
        return 0;
    const char *p = s.p, *end = s.p + s.n;
    bool space = false, begun = !fold_spaces;
    int columns = 0;
    for (size_t len; p < end; p += len) {
        uint32_t c = kb_utf8_next(p, end, &len);
        enum letter kind = letter_of(c);
        if (kind == BLANK && fold_spaces) {
            space = begun;
        } else if (kind == BLANK) {
            kb_buf_z(out, c == '\t' ? "    " : " ");
            columns += c == '\t' ? 4 : 1;
        } else if (kind == LETTER) {
            if (space)
                kb_buf_char(out, ' ');
            columns += columns_of(c) + space;
            kb_buf_add(out, p, len);
            space = false;
            begun = true;
        }
    }
    return columns;
}

int kb_html_line(struct kb_str s, int width, struct kb_buf *out) {
    const size_t at = out->n;
    int columns = kb_fold_plain(out, s, true), kept = 0;
    if (columns <= width || out->status != KB_OK)
        return columns;
    const char *p = out->p + at, *end = out->p + out->n;
    for (size_t len; p < end; p += len) {
        int wide = columns_of(kb_utf8_next(p, end, &len));
        if (kept + wide > width - 1)
            break;
        kept += wide;
    }
    out->n = (size_t)(p - out->p);
    kb_buf_z(out, "\xE2\x80\xA6");
    return kept + 1;
}

/* ---- lines ------------------------------------------------------------------------- */

static size_t style_codes(unsigned style, char *codes) {
    size_t n = 0;
    if (style & KB_FOLD_BOLD)
        memcpy(codes, "\033[1m", 4), n += 4;
    if (style & KB_FOLD_DIM)
        memcpy(codes + n, "\033[2m", 4), n += 4;
    if (style & KB_FOLD_UNDERLINE)
        memcpy(codes + n, "\033[4m", 4), n += 4;
    return n;
}

static void set_style(struct kb_fold *f, unsigned style) {
    char codes[16];
    if (!f->color || f->shown == style)
        return;
    if (f->shown & ~style) {
        kb_buf_add(f->out, "\033[0m", 4);
        f->shown = 0;
    }
    kb_buf_add(f->out, codes, style_codes(style & ~f->shown, codes));
    f->shown = style;
}

/* Ends the line at at, where style is in force; skip bytes there (a space) are left out.
 */
static void end_line(struct kb_fold *f, size_t at, size_t skip, unsigned style) {
    char line[KB_MARGIN_LEVELS * sizeof f->margin.level[0].rest + 32];
    size_t n = 0;
    struct kb_buf *out = f->out;
    if (style) {
        memcpy(line, "\033[0m", 4);
        n = 4;
    }
    line[n++] = '\n';
    for (int i = 0; i < f->margin.depth; i++) {
        const struct kb_margin_level *level = &f->margin.level[i];
        memcpy(line + n, level->rest, level->rest_n);
        n += level->rest_n;
    }
    n += style_codes(style, line + n);
    if (kb_buf_reserve(out, n)) {
        memmove(out->p + at + n, out->p + at + skip, out->n - at - skip);
        memcpy(out->p + at, line, n);
        out->n += n - skip;
    }
    f->break_at = KB_NOT_FOUND;
}

static void full_line(struct kb_fold *f) {
    if (f->break_at != KB_NOT_FOUND) {
        f->column += f->margin.columns - f->break_column;
        end_line(f, f->break_at, f->break_space, f->break_style);
    } else if (f->column > f->margin.columns) {
        size_t n = f->out->n, space = n && f->out->p[n - 1] == ' ';
        end_line(f, n - space, space, f->shown);
        f->column = f->margin.columns;
    }
}

void kb_fold_begin(struct kb_fold *f) {
    f->begun = f->space = f->line_end = false;
    f->last = 0;
    f->break_at = KB_NOT_FOUND;
}

void kb_fold_end(struct kb_fold *f) {
    set_style(f, 0);
    f->space = f->line_end = false;
}

/* A piece of text that holds no place to break, beginning with the letter c. */
static void put(struct kb_fold *f, const char *p, size_t n, uint32_t c, int columns) {
    if (!f->begun) {
        kb_margin_lead(&f->margin, f->out);
        f->column = f->margin.columns;
        f->begun = true;
    } else if (f->line_end) {
        set_style(f, 0);
        end_line(f, f->out->n, 0, 0);
        f->column = f->margin.columns;
        f->last = 0;
    } else if (columns && (f->space ? !never_first(c) || f->break_at == KB_NOT_FOUND
                                    : may_break(f->last, c))) {
        if (f->space)
            set_style(f, f->shown & f->style);
        f->break_at = f->out->n;
        f->break_space = f->space;
        f->break_style = f->shown;
        if (f->space)
            kb_buf_char(f->out, ' ');
        f->column += f->space;
        f->break_column = f->column;
    } else if (f->space) {
        set_style(f, f->shown & f->style);
        kb_buf_char(f->out, ' ');
        f->column++;
    }
    f->space = f->line_end = false;
    set_style(f, f->style);
    /* Twice where what is moved and what comes are longer than a line. */
    for (int i = 0; i < 2 && columns && f->column + columns > f->width; i++)
        full_line(f);
    kb_buf_add(f->out, p, n);
    f->column += columns;
}

void kb_fold_text(struct kb_fold *f, struct kb_str text) {
    if (!text.n)
        return;
    const char *p = text.p, *end = text.p + text.n;
    int room = f->width - f->margin.columns;
    while (p < end) {
        const char *q = p;
        while (q < end && q - p<room && * q> ' ' && *q < 0x7F)
            q++;
        /* A word that fits goes out in one piece, one that the line ends in by its
         * letters, each of which finds the place to break. */
        if (q > p) {
            bool fits =
                q - p < room && (!f->begun || f->column + f->space + (q - p) <= f->width);
            int n = fits ? (int)(q - p) : 1;
            for (; p < q; p += n)
                put(f, p, (size_t)n, (uint8_t)*p, n);
            f->last = (uint8_t)q[-1];
            continue;
        }
        size_t len;
        uint32_t c = kb_utf8_next(p, end, &len);
        switch (letter_of(c)) {
        case BLANK: f->space = f->begun; break;
        case MAY_BREAK:
            if (f->begun && !f->space) {
                f->break_at = f->out->n;
                f->break_space = false;
                f->break_style = f->shown;
                f->break_column = f->column;
            }
            break;
        case LETTER: {
            int columns = columns_of(c);
            put(f, p, len, columns ? c : 0, columns);
            if (columns)
                f->last = c;
            break;
        }
        case DROP: break;
        }
        p += len;
    }
}

void kb_html_wrap(struct kb_str text, int width, int indent, struct kb_buf *out) {
    struct kb_fold f;
    kb_fold_init(&f, width, false, out);
    for (int left = indent < f.width / 2 ? indent : f.width / 2; left > 0;) {
        char spaces[16] = "               ";
        int n = left < 15 ? left : 15;
        spaces[n] = 0;
        kb_margin_push(&f.margin, spaces, spaces, n);
        left -= n;
    }
    kb_fold_begin(&f);
    kb_fold_text(&f, text);
    kb_fold_end(&f);
}
