/* The shapes of a line: letters' case, words, sentence ends, addresses, dates.
 *
 * Enter short lines of UTF-8; leave yes or no.  Everything here is one pass over the line
 * without memory of its own.  Case and punctuation are Unicode's general categories,
 * asked of utf8proc (The Unicode Standard, section 4.5). */
#include "page/line.h"

#include <utf8proc.h>

enum kb_letter kb_page_letter(uint32_t c) {
    if (c < 0x80) {
        if (kb_is_digit((char)c))
            return KB_LETTER_DIGIT;
        if (!kb_is_alpha((char)c))
            return KB_LETTER_NONE;
        return c & 0x20 ? KB_LETTER_LOWER : KB_LETTER_UPPER;
    }
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT: return KB_LETTER_UPPER;
    case UTF8PROC_CATEGORY_LL: return KB_LETTER_LOWER;
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC: return KB_LETTER_PLAIN;
    case UTF8PROC_CATEGORY_ND: return KB_LETTER_DIGIT;
    default: return KB_LETTER_NONE;
    }
}

enum kb_letter kb_page_first_letter(struct kb_str s) {
    const char *end = s.p + s.n;
    size_t len;
    for (const char *p = s.p; p < end; p += len) {
        enum kb_letter kind = kb_page_letter(kb_utf8_next(p, end, &len));
        if (kind != KB_LETTER_NONE)
            return kind;
    }
    return KB_LETTER_NONE;
}

bool kb_page_all_upper(struct kb_str s) {
    const char *end = s.p + s.n;
    size_t len, upper = 0;
    for (const char *p = s.p; p < end; p += len) {
        uint32_t c = kb_utf8_next(p, end, &len);
        enum kb_letter kind = kb_page_letter(c);
        if (kind == KB_LETTER_LOWER)
            return false;
        if (kind == KB_LETTER_PLAIN &&
            utf8proc_category((utf8proc_int32_t)c) != UTF8PROC_CATEGORY_MN)
            return false;
        upper += kind == KB_LETTER_UPPER;
    }
    return upper >= 2;
}

static bool is_blank(uint32_t c) {
    if (c < 0x80)
        return kb_is_space((char)c);
    return c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200F) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0xFEFF || c == 0x85;
}

static bool is_dressing(uint32_t c) {
    return is_blank(c) || kb_page_letter(c) == KB_LETTER_NONE;
}

/* s without the characters that drop says yes to, at both ends. */
static struct kb_str strip(struct kb_str s, bool (*drop)(uint32_t)) {
    size_t len;
    while (s.n && drop(kb_utf8_next(s.p, s.p + s.n, &len))) {
        s.p += len;
        s.n -= len;
    }
    while (s.n) {
        size_t at = s.n - 1;
        while (at && s.n - at < 4 && ((unsigned char)s.p[at] & 0xC0) == 0x80)
            at--;
        if (!drop(kb_utf8_next(s.p + at, s.p + s.n, &len)))
            break;
        s.n = at;
    }
    return s;
}

struct kb_str kb_page_bare(struct kb_str s) {
    return strip(s, is_dressing);
}

struct kb_str kb_page_trim(struct kb_str s) {
    return strip(s, is_blank);
}

static bool parts_names(uint32_t c) {
    return c == ',' || c == '|' || c == ';' || c == 0x3001 || c == 0xFF0C ||
           c == 0x060C || c == 0xB7 || c == 0x2022;
}

/* True where the character at p stands in no word; *len is its length. */
static bool is_between(const char *p, const char *end, size_t *len) {
    if ((unsigned char)*p < 0x80) {
        *len = 1;
        return is_blank((unsigned char)*p) || parts_names((unsigned char)*p);
    }
    uint32_t c = kb_utf8_next(p, end, len);
    return is_blank(c) || parts_names(c);
}

struct kb_str kb_page_word(struct kb_str *rest) {
    const char *p = rest->p, *end = p + rest->n;
    size_t len = 0;
    while (p < end && is_between(p, end, &len))
        p += len;
    const char *start = p;
    while (p < end && !is_between(p, end, &len))
        p += len;
    *rest = (struct kb_str){p, (size_t)(end - p)};
    return (struct kb_str){start, (size_t)(p - start)};
}

size_t kb_page_words(struct kb_str s) {
    size_t words = 0;
    while (words < 64 && kb_page_word(&s).n)
        words++;
    return words;
}

size_t kb_page_columns(struct kb_str s) {
    size_t columns = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char b = (unsigned char)s.p[i];
        columns += (b & 0xC0) != 0x80;
        columns += b >= 0xE3 && b <= 0xED;
    }
    return columns;
}

/* ---- characters and phrases -------------------------------------------------------- */

uint32_t kb_page_first_char(struct kb_str s) {
    size_t len;
    return s.n ? kb_utf8_next(s.p, s.p + s.n, &len) : 0;
}

bool kb_page_is_colon(uint32_t c) {
    return c == ':' || c == 0xFF1A || c == 0xFE55 || c == 0xA789;
}

bool kb_page_is_dash(uint32_t c) {
    return c == '-' || c == 0x2013 || c == 0x2014 || c == '|' || c == '>' || c == 0xBB ||
           c == 0x203A || c == 0x2192 || c == 0x2022 || c == 0xFF5C || c == 0x25B6;
}

bool kb_page_is_quote(uint32_t c) {
    return c == '"' || c == 0x201C || c == 0x201D || c == 0x201E || c == 0xAB ||
           c == 0x2018 || c == 0x300C || c == 0x300E;
}

bool kb_page_is_copyright(uint32_t c) {
    return c == 0xA9 || c == 0x24D2;
}

struct kb_str kb_page_behind_char(struct kb_str s) {
    size_t len;
    if (!s.n)
        return s;
    kb_utf8_next(s.p, s.p + s.n, &len);
    return kb_str_slice(s, len, s.n);
}

uint32_t kb_page_cut_phrase(struct kb_str s, size_t prefix, struct kb_str *phrase,
                            struct kb_str *rest) {
    *phrase = kb_str_slice(s, 0, prefix);
    *rest = kb_page_trim(kb_str_slice(s, prefix, s.n));
    struct kb_str bare = kb_page_bare(*phrase);
    size_t open = bare.n ? (size_t)(bare.p - s.p) + bare.n : 0;
    uint32_t c = kb_page_first_char(kb_page_trim(kb_str_slice(*phrase, open, phrase->n)));
    *phrase = bare;
    if (kb_page_is_colon(c))
        return c;
    c = kb_page_first_char(*rest);
    /* "Foto-Galerie" is one word. */
    if (c == '-' && rest->p == s.p + prefix && (rest->n < 2 || !kb_is_space(rest->p[1])))
        return 0;
    if (!kb_page_is_colon(c) && !kb_page_is_dash(c) && c != '/' && c != '=' &&
        c != 0xA9 && c != 0xFF0F)
        return 0;
    *rest = kb_page_trim(kb_page_behind_char(*rest));
    return c;
}

/* ---- sentences --------------------------------------------------------------------- */

static bool is_stop(uint32_t c) {
    switch (c) {
    case '.':
    case '!':
    case '?':
    case 0x2026: /* … */
    case 0x3002: /* 。 */
    case 0xFF01:
    case 0xFF1F:
    case 0xFF0E:
    case 0xFF61:
    case 0x061F: /* Arabic ? */
    case 0x06D4: /* Urdu . */
    case 0x0964: /* danda */
    case 0x0965:
    case 0x104B: /* Burmese */
    case 0x17D4: /* Khmer */
    case 0x0589: /* Armenian */
    case 0x1362: /* Ethiopic */ return true;
    default: return false;
    }
}

static bool closes(uint32_t c) {
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x201D || c == 0x2019 ||
           c == 0x201C || c == 0xBB || c == 0xAB || c == 0x300D || c == 0x300F ||
           c == 0xFF09 || c == 0x3011 || c == 0x203A;
}

bool kb_page_ends_sentence(struct kb_str s) {
    s = kb_page_trim(s);
    for (int back = 0; back < 4 && s.n; back++) {
        size_t at = s.n - 1, len;
        while (at && s.n - at < 4 && ((unsigned char)s.p[at] & 0xC0) == 0x80)
            at--;
        uint32_t c = kb_utf8_next(s.p + at, s.p + s.n, &len);
        if (is_stop(c))
            return true;
        if (!closes(c))
            return false;
        s.n = at;
    }
    return false;
}

/* A full stop counts where a space and a letter that is no small one follow, and a word
 * of three letters or more stands before: "Dr. No" and "J. Doe" are no sentence ends. */
bool kb_page_has_sentences(struct kb_str s) {
    const char *p = s.p, *end = p + s.n;
    size_t len, word = 0;
    while (p < end) {
        uint32_t c = kb_utf8_next(p, end, &len);
        p += len;
        bool wide = c == 0x3002 || c == 0xFF01 || c == 0xFF1F;
        if (wide && p < end && kb_page_bare((struct kb_str){p, (size_t)(end - p)}).n)
            return true;
        if (!wide && is_stop(c) && word >= 3 && p < end) {
            struct kb_str rest = {p, (size_t)(end - p)};
            if (is_blank(kb_utf8_next(p, end, &len)) && kb_page_bare(rest).n &&
                kb_page_first_letter(rest) != KB_LETTER_LOWER)
                return true;
        }
        word = kb_page_letter(c) != KB_LETTER_NONE ? word + 1 : 0;
    }
    return false;
}

/* ---- addresses --------------------------------------------------------------------- */

bool kb_page_is_url(struct kb_str s) {
    s = kb_page_trim(s);
    if (s.n > 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
        s = (struct kb_str){s.p + 1, s.n - 2};
    size_t from = kb_str_starts_nocase(s, KB_STR("https://"))  ? 8
                  : kb_str_starts_nocase(s, KB_STR("http://")) ? 7
                  : kb_str_starts_nocase(s, KB_STR("www."))    ? 4
                                                               : 0;
    if (!from || s.n < from + 4)
        return false;
    bool dot = false;
    for (size_t i = from; i < s.n; i++) {
        if (kb_is_space(s.p[i]) || s.p[i] == '<' || s.p[i] == '"')
            return false;
        dot |= s.p[i] == '.';
    }
    return dot;
}

bool kb_page_is_domain(struct kb_str s) {
    size_t label = 0, dots = 0, letters = 0;
    if (s.n < 4 || s.n > 60)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '.') {
            if (!label)
                return false;
            dots++;
            label = letters = 0;
        } else if (kb_is_alpha(c) || kb_is_digit(c) || c == '-') {
            label++;
            letters += kb_is_alpha(c);
        } else {
            return false;
        }
    }
    /* "U.S" has one letter behind its dot; top-level names have two to six. */
    return dots && label >= 2 && label <= 6 && letters == label;
}

/* ---- dates ------------------------------------------------------------------------- */

/* The value of a decimal digit in the scripts that news are written in, or -1. */
static int digit_value(uint32_t c) {
    static const uint32_t zeros[] = {'0', 0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10};
    for (size_t i = 0; i < KB_COUNT(zeros); i++)
        if (c >= zeros[i] && c <= zeros[i] + 9)
            return (int)(c - zeros[i]);
    return -1;
}

/* A line as a row of signs: Y a year, D a day's or month's number, W a word, s a word of
 * one or two letters, T a time, N another number. */
struct date_row {
    char signs[20];
    size_t n;
    bool numeric; /* digits joined by . / or -, as in 3/5/2025 */
    bool full;    /* too much for a date */
};

static void add_sign(struct date_row *row, char sign) {
    if (row->n + 1 < sizeof row->signs)
        row->signs[row->n++] = sign;
    else
        row->full = true;
}

static char number_sign(long value, int digits) {
    /* Gregorian; Buddhist and Solar Hijri years too. */
    if (digits == 4 &&
        ((value >= 1900 && value <= 2099) || (value >= 2440 && value <= 2640) ||
         (value >= 1340 && value <= 1470)))
        return 'Y';
    return digits <= 2 && value >= 1 && value <= 31 ? 'D' : 'N';
}

/* Reads a number and, where a colon joins it to another one, the whole time. */
static const char *date_digits(const char *p, const char *end, bool apart,
                               struct date_row *row) {
    long values[3] = {0};
    int digits[3] = {0}, count = 0, d;
    size_t len;
    while (p < end && count < 3) {
        while (p < end && (d = digit_value(kb_utf8_next(p, end, &len))) >= 0) {
            if (++digits[count] > 4) {
                row->full = true;
                return p;
            }
            values[count] = values[count] * 10 + d;
            p += len;
        }
        count++;
        /* "10.20" is a time where it stands apart, behind the date. */
        bool dot = end - p > 1 && *p == '.' && count == 1 && apart &&
                   memchr(row->signs, 'Y', row->n);
        if (end - p < 2 || (*p != ':' && !dot && !(*p == 'h' && count == 1)) ||
            digit_value(kb_utf8_next(p + 1, end, &len)) < 0)
            break;
        p++;
    }
    if (count > 1 && values[0] < 25 && values[1] < 60 && digits[1] == 2)
        add_sign(row, 'T');
    else
        add_sign(row, number_sign(values[0], digits[0]));
    if (p + 1 < end && (*p == '/' || *p == '.' || *p == '-') &&
        digit_value(kb_utf8_next(p + 1, end, &len)) >= 0)
        row->numeric = true;
    return p;
}

/* Reads a word; the signs for year, month and day behind digits count for nothing. */
static const char *date_word(const char *p, const char *end, struct date_row *row) {
    size_t len, letters = 0;
    bool wide = false;
    while (p < end) {
        uint32_t c = kb_utf8_next(p, end, &len);
        enum kb_letter kind = kb_page_letter(c);
        if (kind == KB_LETTER_NONE || digit_value(c) >= 0)
            break; /* digits that digit_value does not know are letters here */
        wide |= c >= 0x2E80 && c <= 0xD7FF;
        letters++;
        p += len;
    }
    if (letters > 12)
        row->full = true;
    else if (!wide || letters > 1)
        add_sign(row, letters <= 2 ? 's' : 'W');
    return p;
}

/* The row is one of the orders that dates are written in, with a weekday or an article
 * before it, a zone or a weekday behind it, and a time anywhere. */
static bool is_date_row(const struct date_row *row, bool time) {
    static const char *const orders[] = {
        "DWY",   "WDY",  "WDsY",  "DDY",    "YDD",  "YWD",
        "DsWsY", "DsWY", "DWDWY", "WDWDWY", "sDWY", "YWDWD",
    };
    struct kb_str signs = {row->signs, row->n};
    for (size_t i = 0; i < KB_COUNT(orders); i++) {
        struct kb_str order = kb_str_z(orders[i]);
        size_t at = kb_str_find(signs, order);
        if (at == KB_NOT_FOUND)
            continue;
        size_t before = at, behind = row->n - at - order.n;
        if (before <= (time ? 2u : 1u) && behind <= (time ? 4u : 1u) &&
            !strpbrk(row->signs + at + order.n, "NYD") && !memchr(row->signs, 'N', at) &&
            !memchr(row->signs, 'D', at))
            return true;
    }
    return row->numeric && time && row->n <= 4 && memcmp(row->signs, "DD", 2) == 0;
}

bool kb_page_is_date(struct kb_str s, bool *has_time) {
    struct date_row row = {0};
    const char *p = s.p, *end = p + s.n;
    size_t len;
    if (has_time)
        *has_time = false;
    if (s.n < 6 || s.n > 100)
        return false;
    while (p < end && !row.full) {
        uint32_t c = kb_utf8_next(p, end, &len);
        if (digit_value(c) >= 0)
            p = date_digits(p, end, p == s.p || kb_is_space(p[-1]), &row);
        else if (kb_page_letter(c) != KB_LETTER_NONE)
            p = date_word(p, end, &row);
        else if (!is_stop(c) || c == '.')
            p += len;
        else
            return false;
    }
    bool time = memchr(row.signs, 'T', row.n) != NULL;
    if (row.full || !is_date_row(&row, time))
        return false;
    if (has_time)
        *has_time = time;
    return true;
}

size_t kb_page_number_length(struct kb_str s) {
    size_t i = 0, len;
    bool digit = false;
    while (i < s.n) {
        uint32_t c = kb_utf8_next(s.p + i, s.p + s.n, &len);
        enum kb_letter kind = kb_page_letter(c);
        if (kind == KB_LETTER_DIGIT)
            digit = true;
        else if (c != '.' && c != ',' && c != '+' && c != 0x202F && c != 0x66C)
            break;
        i += len;
    }
    if (digit && i < s.n && (kb_lower(s.p[i]) == 'k' || kb_lower(s.p[i]) == 'm') &&
        (i + 1 == s.n || !kb_is_alpha(s.p[i + 1])))
        i++;
    return digit ? i : 0;
}

bool kb_page_has_digit(struct kb_str s) {
    size_t len;
    for (size_t i = 0; i < s.n; i += len)
        if (kb_page_letter(kb_utf8_next(s.p + i, s.p + s.n, &len)) == KB_LETTER_DIGIT)
            return true;
    return false;
}
