/* The shapes of a line: letters' case, words, sentence ends, addresses, dates.
 *
 * Enter short lines of UTF-8; leave yes or no.  Everything here is one pass over the line
 * without memory of its own.  Case and punctuation are Unicode's general categories, asked
 * of utf8proc (The Unicode Standard, section 4.5). */
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
    case UTF8PROC_CATEGORY_LT:
        return KB_LETTER_UPPER;
    case UTF8PROC_CATEGORY_LL:
        return KB_LETTER_LOWER;
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
        return KB_LETTER_PLAIN;
    case UTF8PROC_CATEGORY_ND:
        return KB_LETTER_DIGIT;
    default:
        return KB_LETTER_NONE;
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
        if (kind == KB_LETTER_PLAIN && utf8proc_category((utf8proc_int32_t)c) !=
                                           UTF8PROC_CATEGORY_MN)
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
    return c == ',' || c == '|' || c == ';' || c == 0x3001 || c == 0xFF0C || c == 0x060C ||
           c == 0xB7 || c == 0x2022;
}

struct kb_str kb_page_word(struct kb_str *rest) {
    const char *p = rest->p, *end = p + rest->n;
    size_t len = 0;
    uint32_t c = 0;
    while (p < end && (c = kb_utf8_next(p, end, &len), is_blank(c) || parts_names(c)))
        p += len;
    const char *start = p;
    while (p < end) {
        c = kb_utf8_next(p, end, &len);
        if (is_blank(c) || parts_names(c))
            break;
        p += len;
    }
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

/* ---- sentences ---------------------------------------------------------------------- */

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
    case 0x1362: /* Ethiopic */
        return true;
    default:
        return false;
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

/* A full stop counts where a space and a letter that is no small one follow, and a word of
 * three letters or more stands before: "Dr. No" and "J. Doe" are no sentence ends. */
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

/* ---- addresses ---------------------------------------------------------------------- */

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

/* ---- dates -------------------------------------------------------------------------- */

/* The value of a decimal digit in the scripts that news are written in, or -1. */
static int digit_value(uint32_t c) {
    static const uint32_t zeros[] = {'0', 0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10};
    for (size_t i = 0; i < KB_COUNT(zeros); i++)
        if (c >= zeros[i] && c <= zeros[i] + 9)
            return (int)(c - zeros[i]);
    return -1;
}

struct date_marks {
    int years, small, times, words, numbers;
    bool numeric; /* digits joined by . / or -, as in 3/5/2025 */
};

static void date_number(struct date_marks *marks, long value, int digits) {
    marks->numbers++;
    /* Gregorian; Buddhist and Solar Hijri years too. */
    if (digits == 4 && ((value >= 1900 && value <= 2099) ||
                        (value >= 2440 && value <= 2640) ||
                        (value >= 1340 && value <= 1470)))
        marks->years++;
    else if (digits <= 2 && value >= 1 && value <= 31)
        marks->small++;
    else
        marks->numbers += 100; /* no number of a date */
}

/* Reads a number and, where a colon joins it to another one, the whole time. */
static const char *date_digits(const char *p, const char *end, struct date_marks *marks) {
    long values[3] = {0};
    int digits[3] = {0}, count = 0;
    size_t len;
    while (p < end && count < 3) {
        int d;
        while (p < end && (d = digit_value(kb_utf8_next(p, end, &len))) >= 0) {
            if (++digits[count] > 4) {
                marks->numbers += 100;
                return p;
            }
            values[count] = values[count] * 10 + d;
            p += len;
        }
        count++;
        if (end - p < 2 || (*p != ':' && !(*p == 'h' && count == 1)) ||
            digit_value(kb_utf8_next(p + 1, end, &len)) < 0)
            break;
        p++;
    }
    if (count > 1 && values[0] < 25 && values[1] < 60 && digits[1] == 2)
        marks->times++;
    else
        date_number(marks, values[0], digits[0]);
    if (p + 1 < end && (*p == '/' || *p == '.' || *p == '-') &&
        digit_value(kb_utf8_next(p + 1, end, &len)) >= 0)
        marks->numeric = true;
    return p;
}

/* Reads a word; the signs for year, month and day behind digits count for nothing. */
static const char *date_word(const char *p, const char *end, struct date_marks *marks) {
    size_t len, letters = 0;
    bool wide = false;
    while (p < end) {
        uint32_t c = kb_utf8_next(p, end, &len);
        enum kb_letter kind = kb_page_letter(c);
        if (kind == KB_LETTER_NONE || kind == KB_LETTER_DIGIT)
            break;
        wide |= c >= 0x2E80 && c <= 0xD7FF;
        letters++;
        p += len;
    }
    if (letters > 12)
        marks->words += 100;
    else if (!(wide && letters == 1) && letters > 2)
        marks->words++;
    return p;
}

bool kb_page_is_date(struct kb_str s, bool *has_time) {
    struct date_marks marks = {0};
    const char *p = s.p, *end = p + s.n;
    size_t len;
    if (has_time)
        *has_time = false;
    if (s.n < 6 || s.n > 100)
        return false;
    while (p < end) {
        uint32_t c = kb_utf8_next(p, end, &len);
        if (digit_value(c) >= 0) {
            p = date_digits(p, end, &marks);
        } else if (kb_page_letter(c) != KB_LETTER_NONE) {
            p = date_word(p, end, &marks);
        } else if (c == '(' || c == ')' || c == '+' || !is_stop(c) || c == '.') {
            p += len;
        } else {
            return false;
        }
        if (marks.numbers > 10 || marks.words > 4)
            return false;
    }
    if (has_time)
        *has_time = marks.times > 0;
    if (marks.years == 1 && marks.small >= 1 && marks.small <= 3)
        return marks.words <= (marks.times ? 4 : 3) &&
               (marks.small >= 2 || marks.words >= 1);
    return marks.numeric && marks.small == 2 && marks.times == 1 && marks.words <= 1;
}
