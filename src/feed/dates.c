/* Feeds' dates → RFC 3339: a date in any form that feeds have enters; a whole date and
 * time in its own zone leaves, or nothing.
 *
 * RFC 2822 is the form of RSS, RFC 3339 that of Atom, and neither is kept: seconds are
 * missing, months stand in full or in the writer's language, the year comes last or
 * first.  So there is no list of forms that are tried one after the other.  The text is
 * gone through once; each part is told by what it is (a clock, a zone, a month's name, a
 * number), and at the end the numbers are given to day, month and year.  Month names
 * and halves of the day are the language files' of all languages.  A part that is half
 * right (an hour 25, an offset "+00:zz") makes the whole unreadable: no date is better
 * than a wrong one.
 *
 * A time without a zone is taken as UTC; in Korean, which is written in one zone, as
 * Korea's. */
#include "feed/dates.h"

enum {
    DATE_BYTES = 160, /* longer texts are no dates */
    FIRST_YEAR = 100  /* below are programs that know none, or only its last digits */
};

struct scan {
    struct kb_feed_cursor c;
    const struct kb_lexicon *lexicon;
    struct kb_feed_time t;
    int number[3], digits[3], count; /* numbers of the date, in order */
    char mark[3];                    /* the byte before each */
    int era;                         /* the year that its year 1 is; 0: none */
    int half;                        /* of the day: -1 not told, 0 before noon, 1 after */
    bool dated;                      /* the day is known */
    bool offset;                     /* the zone is told as a number */
    bool english_half, words;        /* AM or PM; words that say nothing */
};

static struct kb_str rest(const struct scan *s) {
    return (struct kb_str){s->c.p, (size_t)(s->c.end - s->c.p)};
}

static bool is_letter(char c) {
    return kb_is_alpha(c) || (unsigned char)c >= 0x80;
}

/* ---- the text in a plain form ------------------------------------------------------ */

/* Digits of any script, odd spaces and dashes as ASCII; marks of direction go. */
static uint32_t plain_char(uint32_t c) {
    int digit = kb_digit_value(c);
    if (digit >= 0)
        return '0' + (uint32_t)digit;
    if (c > 0xFF00 && c < 0xFF5F)
        return c - 0xFEE0;
    if (c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x3000)
        return ' ';
    if ((c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || c == 0xFEFF ||
        c == 0xAD)
        return 0;
    return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 ? '-' : c;
}

static struct kb_str make_plain(struct kb_str raw, char out[DATE_BYTES], bool *korean) {
    size_t n = 0, len;
    for (size_t at = 0; at < raw.n && n + 4 < DATE_BYTES; at += len) {
        uint32_t c = kb_utf8_next(raw.p + at, raw.p + raw.n, &len);
        *korean = *korean || (c >= 0xAC00 && c <= 0xD7A3);
        c = plain_char(c);
        n += c ? kb_utf8_put(out + n, c) : 0;
    }
    return (struct kb_str){out, n};
}

/* ---- the clock --------------------------------------------------------------------- */

static void skip_spaces(struct scan *s) {
    while (s->c.p < s->c.end && kb_is_space(*s->c.p))
        s->c.p++;
}

/* "pm", "P.M." behind a clock. */
static void take_half(struct scan *s) {
    struct scan at = *s;
    skip_spaces(&at);
    char first = at.c.p < at.c.end ? kb_lower(*at.c.p) : ' ';
    if (first != 'a' && first != 'p')
        return;
    at.c.p += kb_feed_is(&at.c, 1, '.') ? 2 : 1;
    if (at.c.p == at.c.end || kb_lower(*at.c.p) != 'm')
        return;
    at.c.p++;
    if (at.c.p < at.c.end && is_letter(*at.c.p))
        return;
    s->half = first == 'p';
    s->english_half = true;
    s->c.p = at.c.p;
}

/* "10:15", "9:15:30.123", "10h15", "11:56:58:123PM"; basic: "101530", "1015", "10".  c
 * stands at a digit. */
static bool read_clock(struct scan *s, bool basic) {
    struct kb_feed_cursor *c = &s->c;
    struct kb_feed_time *t = &s->t;
    int n = kb_feed_digits(c);
    if (basic && (n == 4 || n == 6)) {
        t->hour = kb_feed_number(c, 2);
        t->minute = kb_feed_number(c, 2);
        t->second = n == 6 ? kb_feed_number(c, 2) : 0;
    } else if (n == 1 || n == 2) {
        t->hour = kb_feed_number(c, n);
        t->minute = t->second = 0;
        char mark = c->p < c->end ? *c->p : ' ';
        bool more = (mark == ':' || mark == '.' || kb_lower(mark) == 'h');
        if (more) {
            c->p++;
            if (kb_feed_digits(c) != 2)
                return false;
            t->minute = kb_feed_number(c, 2);
        } else if (!basic) {
            return false;
        }
        if (more && kb_feed_is(c, 0, mark) && kb_lower(mark) != 'h') {
            c->p++;
            n = kb_feed_digits(c);
            if (n < 1 || n > 2)
                return false;
            t->second = kb_feed_number(c, n);
        }
    } else {
        return false;
    }
    /* the database's ":123" stands for thousandths; four numbers with colons are none */
    bool thousandths = kb_feed_is(c, 0, ':') && c->end - c->p > 3;
    if (thousandths || kb_feed_is(c, 0, '.') || kb_feed_is(c, 0, ',')) {
        struct kb_feed_cursor at = {c->p + 1, c->end};
        n = kb_feed_digits(&at);
        if (n && (!thousandths || n == 3))
            c->p += 1 + n;
    }
    t->timed = true;
    if (!s->english_half)
        take_half(s);
    return !kb_feed_is(c, 0, ':') && (c->p == c->end || !kb_is_digit(*c->p));
}

/* Whether a clock stands at a number of n digits: not the first two of "03.05.2024". */
static bool is_clock(const struct scan *s, int n) {
    const struct kb_feed_cursor *c = &s->c;
    if (s->t.timed || n > 2 || c->end - c->p <= n + 1 || !kb_is_digit(c->p[n + 1]))
        return false;
    char mark = kb_lower(c->p[n]);
    return mark == ':' || mark == 'h' ||
           (mark == '.' && n == 2 && (s->dated || s->count == 3));
}

/* ---- parts ------------------------------------------------------------------------- */

static bool take_number(struct scan *s, const char *start) {
    int n = kb_feed_digits(&s->c);
    struct kb_time_name name;
    if (is_clock(s, n))
        return read_clock(s, false);
    if (!s->dated && !s->count && !s->t.month && kb_feed_iso_date(&s->c, &s->t)) {
        s->dated = true;
        return true;
    }
    char next = s->c.end - s->c.p > n ? s->c.p[n] : ' ';
    char after = s->c.end - s->c.p > n + 1 ? s->c.p[n + 1] : ' ';
    unsigned char sign = (unsigned char)(next == ' ' ? after : next);
    if (sign >= 0xE0 && n <= 2 && !s->t.month && !s->dated && /* "5月" is a name */
        kb_calendar_any(s->lexicon, rest(s), 0, 1u << KB_TIME_MONTH, &name)) {
        s->t.month = name.value;
        s->c.p += name.end;
        return true;
    }
    if (s->dated || s->count == 3 || n > 4)
        return false;
    s->mark[s->count] = s->c.p > start ? s->c.p[-1] : ' ';
    s->digits[s->count] = n;
    s->number[s->count++] = kb_feed_number(&s->c, n);
    return true;
}

/* An English month's or weekday's name in three letters: what nearly all feeds write.  0:
 * none, 13: a weekday. */
static int short_name(struct kb_str word) {
    static const char names[][4] = {"jan", "feb", "mar", "apr", "may", "jun", "jul",
                                    "aug", "sep", "oct", "nov", "dec", "mon", "tue",
                                    "wed", "thu", "fri", "sat", "sun"};
    if (word.n != 3)
        return 0;
    for (int i = 0; i < (int)KB_COUNT(names); i++) {
        if (kb_lower(word.p[0]) == names[i][0] && kb_lower(word.p[1]) == names[i][1] &&
            kb_lower(word.p[2]) == names[i][2])
            return i < 12 ? i + 1 : 13;
    }
    return 0;
}

/* A word of the calendar in any language; false where it is none. */
static bool take_name(struct scan *s) {
    const uint32_t kinds = 1u << KB_TIME_MONTH | 1u << KB_TIME_HALF | 1u << KB_TIME_ERA;
    struct kb_time_name name;
    if (!kb_calendar_any(s->lexicon, rest(s), 0, kinds, &name))
        return false;
    if (name.word == KB_TIME_MONTH)
        s->t.month = name.value;
    else if (name.word == KB_TIME_ERA)
        s->era = name.value;
    else if ((unsigned char)*s->c.p >= 0x80) /* "am" is a word in other languages */
        s->half = name.value;
    else
        return false;
    s->c.p += name.end;
    return true;
}

static bool take_word(struct scan *s, const char *start) {
    struct kb_feed_cursor *c = &s->c;
    struct kb_feed_cursor end = *c;
    bool digit_before = c->p > start && kb_is_digit(c->p[-1]);
    if (digit_before && (*c->p == 'T' || *c->p == 't') && !s->t.timed &&
        c->end - c->p > 1 && kb_is_digit(c->p[1])) {
        c->p++;
        return read_clock(s, true);
    }
    while (end.p < end.end && is_letter(*end.p))
        end.p++;
    struct kb_str word = {c->p, (size_t)(end.p - c->p)};
    int value = short_name(word);
    bool is_zone = s->t.timed && !s->t.zoned && (s->t.month || s->dated);
    if (is_zone || (s->dated && digit_before && kb_lower(*c->p) != 't')) {
        while (end.p < end.end &&
               (kb_is_alpha(*end.p) || ((*end.p == '/' || *end.p == '_') &&
                                        end.end - end.p > 1 && kb_is_alpha(end.p[1]))))
            end.p++;
        word.n = (size_t)(end.p - c->p);
        if (kb_feed_zone(word, &s->t.zone)) {
            s->t.zoned = true;
            c->p = end.p;
            return true;
        }
    }
    if (value && !(value < 13 && s->dated)) {
        s->t.month = value < 13 ? value : s->t.month;
        c->p = end.p;
        return true;
    }
    if (!s->offset && take_name(s))
        return true;
    /* "10:15 MST, 3 May 2004" */
    if (s->t.timed && !s->t.zoned && word.n > 1 && kb_feed_zone(word, &s->t.zone))
        s->t.zoned = true;
    else
        s->words = true;
    c->p = end.p;
    return true;
}

static bool take_sign(struct scan *s, const char *start) {
    struct kb_feed_cursor *c = &s->c;
    bool digit = c->end - c->p > 1 && kb_is_digit(c->p[1]);
    if (digit && (s->t.timed || s->dated) && !s->offset) {
        s->offset = s->t.zoned = true;
        return kb_feed_offset(c, &s->t.zone);
    }
    if (digit && *c->p == '-' && c->p == start && kb_feed_iso_date(c, &s->t)) {
        s->dated = true;
        return true;
    }
    c->p++;
    return true;
}

static bool take_part(struct scan *s, const char *start) {
    char c = *s->c.p;
    if (kb_is_digit(c))
        return take_number(s, start);
    if (is_letter(c))
        return take_word(s, start);
    if (c == '+' || c == '-')
        return take_sign(s, start);
    s->c.p++;
    if (c == '(') { /* RFC 2822's comment: "(CEST)", "(金)" */
        while (s->c.p < s->c.end && *s->c.p != ')')
            s->c.p++;
    }
    return true;
}

/* ---- numbers → day, month, year ---------------------------------------------------- */

static void set_year(struct scan *s, int at) {
    int year = s->number[at];
    s->t.year = s->era && s->digits[at] < 4 ? year + s->era - 1
                                            : kb_feed_year(year, s->digits[at]);
}

/* With a month's name: "3 May 2024", "May 3, 24", "2024 május 3", "May 2024". */
static bool with_month(struct scan *s) {
    if (s->count == 1 && s->digits[0] == 4 && !s->t.timed && !s->words) {
        set_year(s, 0);
        s->t.day = 1;
        return true;
    }
    if (s->count != 2)
        return false;
    bool year_first = s->digits[0] > 2 || (s->era && s->digits[1] < 3);
    set_year(s, year_first ? 0 : 1);
    s->t.day = s->number[year_first ? 1 : 0];
    return s->digits[year_first ? 1 : 0] <= 2 &&
           s->digits[year_first ? 0 : 1] > 1 - !!s->era;
}

/* Three numbers: the year first, or the day; the month where it has to be, and behind
 * which AM or PM stands: only Americans write both so.  "03/05/2024" alone is either. */
static bool in_numbers(struct scan *s) {
    if (s->count != 3 || s->digits[1] > 2)
        return false;
    if (s->digits[0] == 4) {
        set_year(s, 0);
        s->t.month = s->number[1];
        s->t.day = s->number[2];
        return s->digits[2] <= 2;
    }
    char mark = s->mark[1];
    int a = s->number[0], b = s->number[1];
    if (s->digits[0] > 2 || s->digits[2] < 2 || mark != s->mark[2] ||
        (mark != '/' && mark != '.' && mark != '-'))
        return false;
    bool month_first = mark == '/' && (b > 12 || s->english_half);
    if (mark == '/' && a <= 12 && b <= 12 && a != b && !s->english_half)
        return false;
    set_year(s, 2);
    s->t.month = month_first ? a : b;
    s->t.day = month_first ? b : a;
    return true;
}

/* Years of the Buddhist era, with which Thai feeds count, in ISO 8601's form too; none is
 * of 2443 yet. */
static bool is_buddhist(int year) {
    return year > 2442 && year < 2700;
}

/* The era, the half of the day, "24:00" and leap seconds made plain; false where there is
 * no such time or day. */
static bool settle(struct scan *s) {
    struct kb_feed_time *t = &s->t;
    t->year -= is_buddhist(t->year) ? 543 : 0;
    if (t->year < FIRST_YEAR || !kb_date_exists(t->year, t->month, t->day))
        return false;
    if (s->half >= 0 && t->timed && t->hour <= 12)
        t->hour = t->hour % 12 + (s->half ? 12 : 0);
    if (t->hour > 24 || t->minute > 59 || t->second > 60)
        return false;
    t->second -= t->second == 60;
    if (t->hour == 24) {
        if (t->minute || t->second)
            return false;
        t->hour = 0;
        kb_days_to_date(kb_days_from_date(t->year, t->month, t->day) + 1, &t->year,
                        &t->month, &t->day);
    }
    return t->year <= 9999 && !is_buddhist(t->year);
}

static bool read_date(struct kb_str raw, struct scan *s) {
    const char *start = s->c.p = raw.p;
    s->c.end = raw.p + raw.n;
    while (s->c.p < s->c.end)
        if (!take_part(s, start))
            return false;
    return (s->dated || (s->t.month ? with_month(s) : in_numbers(s))) && settle(s);
}

/* ---- RFC 3339 ---------------------------------------------------------------------- */

static char *put(char *p, int value, int digits) {
    for (int i = digits; i-- > 0; value /= 10)
        p[i] = (char)('0' + value % 10);
    return p + digits;
}

static struct kb_str print(const struct kb_feed_time *t, char out[32]) {
    int zone = t->zone < 0 ? -t->zone : t->zone;
    char *p = put(out, t->year, 4);
    *p++ = '-', p = put(p, t->month, 2);
    *p++ = '-', p = put(p, t->day, 2);
    *p++ = 'T', p = put(p, t->hour, 2);
    *p++ = ':', p = put(p, t->minute, 2);
    *p++ = ':', p = put(p, t->second, 2);
    if (zone) {
        *p++ = t->zone < 0 ? '-' : '+', p = put(p, zone / 60, 2);
        *p++ = ':', p = put(p, zone % 60, 2);
    } else {
        *p++ = 'Z';
    }
    return (struct kb_str){out, (size_t)(p - out)};
}

struct kb_str kb_feed_date(struct kb_arena *arena, struct kb_str raw) {
    char plain[DATE_BYTES], out[32];
    struct kb_lexicon *lexicon = NULL;
    bool korean = false;
    raw = kb_str_trim(raw);
    if (!raw.n || raw.n >= DATE_BYTES)
        return KB_STR_NONE;
    for (size_t i = 0; i < raw.n; i++) {
        if ((unsigned char)raw.p[i] >= 0x80) {
            raw = make_plain(raw, plain, &korean);
            break;
        }
    }
    /* the built-in tables, which nothing has to be made for and which never fail */
    if (kb_lexicon_new(NULL, &lexicon, NULL) != KB_OK)
        return KB_STR_NONE;
    struct scan s = {.lexicon = lexicon, .half = -1};
    if (!read_date(raw, &s))
        return KB_STR_NONE;
    if (korean && s.t.timed && !s.t.zoned)
        s.t.zone = 9 * 60;
    return kb_arena_dup(arena, print(&s.t, out));
}

/* Whole and with its zone, which a record's date need not be. */
bool kb_feed_instant(struct kb_str rfc3339, int64_t *seconds) {
    static const char form[] = "0000-00-00T00:00:00";
    const char *p = rfc3339.p;
    size_t n = rfc3339.n;
    return n >= sizeof form && p[10] == 'T' && p[16] == ':' &&
           (p[n - 1] == 'Z' || p[n - 6] == '+' || p[n - 6] == '-') &&
           kb_date_seconds(rfc3339, seconds);
}
