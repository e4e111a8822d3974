/* Dates that people read: a line enters, the dates in it leave.
 *
 * * The line is cut into numbers, calendar words (the language files') and the rest. A
 * date in numbers is three of them with one sign between. A date in words is found
 * from the month outwards: day and year are the numbers beside it, with at most two
 * other words or signs between, so that "3 de mayo de 2024", "2024 m. gegužės 3 d."
 * and "2024年5月3日" need no rules of their own. Years of other eras and calendars are
 * told by the words for era and month, and by their size: no page is of 2567, and 1403
 * is Iran's. What is not whole (a month without a year) is no date. One pass over a
 * bounded line. */
#include "page/line.h"
#include "page/when.h"

enum {
    LINE_BYTES = 400, /* of a line that are looked at */
    TOKENS = 128,
    GAP_TOKENS = 3, /* between a month and its day or year */
    GAP_BYTES = 24,
    TIME_TOKENS = 6, /* between a date and its time */
    CHANGED_BYTES = 60,
    ALONE_COLUMNS = 80, /* a line that is a date or two and nothing else */
    REST_COLUMNS = 6    /* what stands in it besides */
};

enum kind { NUMBER, NAME, TIME, WORD, MARK };

struct token {
    enum kind kind;
    int value, digits;        /* of a number; a mark's character */
    int hour, minute, second; /* of a time */
    struct kb_time_name name;
    size_t start, end;
    bool spaced; /* white space before it */
};

struct scan {
    const struct kb_spoken_hints *hints;
    struct kb_str s;
    struct token t[TOKENS];
    size_t n;
};

/* ---- cutting ----------------------------------------------------------------------- */

static uint32_t char_at(struct kb_str s, size_t at, size_t *len) {
    if ((unsigned char)s.p[at] < 0x80) {
        *len = 1;
        return (unsigned char)s.p[at];
    }
    return kb_utf8_next(s.p + at, s.p + s.n, len);
}

static bool is_space(uint32_t c) {
    return c == ' ' || (c >= 9 && c <= 13) || c == 0xA0 || c == 0x202F || c == 0x3000 ||
           (c >= 0x2000 && c <= 0x200F) || c == 0xFEFF || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

static void cut_number(struct scan *x, size_t at, struct token *t) {
    size_t len;
    int digit;
    t->kind = NUMBER;
    while (at < x->s.n && (digit = kb_digit_value(char_at(x->s, at, &len))) >= 0) {
        t->value = t->digits < 8 ? t->value * 10 + digit : t->value;
        t->digits++;
        at += len;
    }
    t->end = at;
}

/* A word's letters, or one character of a script that parts no words. */
static void cut_word(struct scan *x, size_t at, struct token *t) {
    size_t len;
    uint32_t c = char_at(x->s, at, &len);
    t->kind = WORD;
    t->end = at + len;
    if (kb_is_han_like(c) && !(c >= 0xE00 && c < 0xE80))
        return;
    while (t->end < x->s.n) {
        c = char_at(x->s, t->end, &len);
        if (!kb_is_word_char(c) || kb_digit_value(c) >= 0)
            break;
        t->end += len;
    }
}

static void cut(struct scan *x) {
    size_t len;
    bool spaced = true;
    for (size_t at = 0; at < x->s.n && x->n < TOKENS;) {
        uint32_t c = char_at(x->s, at, &len);
        if (is_space(c)) {
            spaced = true;
            at += len;
            continue;
        }
        struct token *t = &x->t[x->n++];
        *t = (struct token){.start = at, .spaced = spaced};
        spaced = false;
        if (kb_is_word_char(c) &&
            kb_calendar_at(x->hints->lexicon, x->s, at, x->hints->language, &t->name)) {
            t->kind = NAME;
            t->end = t->name.end;
        } else if (kb_digit_value(c) >= 0) {
            cut_number(x, at, t);
        } else if (kb_is_word_char(c)) {
            cut_word(x, at, t);
        } else {
            t->kind = MARK;
            t->value = (int)c;
            t->end = at + len;
        }
        at = t->end;
    }
}

static const struct token *token(const struct scan *x, size_t i) {
    static const struct token none = {.kind = MARK, .value = '|'};
    return i < x->n ? &x->t[i] : &none;
}

static bool is_mark(const struct scan *x, size_t i, int mark) {
    return token(x, i)->kind == MARK && token(x, i)->value == mark;
}

static bool is_name(const struct scan *x, size_t i, enum kb_time_word word) {
    return token(x, i)->kind == NAME && token(x, i)->name.word == word;
}

static void drop(struct scan *x, size_t at, size_t count) {
    memmove(&x->t[at], &x->t[at + count], (x->n - at - count) * sizeof x->t[0]);
    x->n -= count;
}

static bool is_word(const struct scan *x, size_t i, const char *word) {
    const struct token *t = token(x, i);
    return t->kind == WORD &&
           kb_str_equal_nocase(kb_str_slice(x->s, t->start, t->end), kb_str_z(word));
}

/* "10時15分", "10点15分", "10시 15분" */
static bool is_hour_word(const struct scan *x, size_t i) {
    static const char *const words[] = {"h", "時", "时", "点", "點", "시"};
    for (size_t k = 0; k < KB_COUNT(words); k++)
        if (is_word(x, i, words[k]))
            return true;
    return false;
}

/* "10:15", "10:15:30", "10h15": from numbers to one token, so that they are no days. */
static void join_times(struct scan *x) {
    for (size_t i = 0; i < x->n; i++) {
        struct token *t = &x->t[i];
        const struct token *minute = token(x, i + 2);
        if (t->kind != NUMBER || t->digits > 2 || t->value > 24)
            continue;
        if (!is_mark(x, i + 1, ':') && !is_mark(x, i + 1, 0xFF1A) &&
            !is_hour_word(x, i + 1))
            continue;
        bool apart = minute->spaced && !is_word(x, i + 1, "시");
        if (minute->kind != NUMBER || minute->digits != 2 || minute->value > 59 || apart)
            continue;
        size_t tokens = 3;
        t->hour = t->value % 24;
        t->minute = minute->value;
        if (is_mark(x, i + 3, ':') && token(x, i + 4)->kind == NUMBER &&
            token(x, i + 4)->digits == 2 && token(x, i + 4)->value < 60) {
            t->second = token(x, i + 4)->value;
            tokens = 5;
        }
        t->kind = TIME;
        t->end = token(x, i + tokens - 1)->end;
        drop(x, i + 1, tokens - 1);
    }
}

/* "令和6", "令和元", "พ.ศ. 2567": the year in our reckoning, as a number of four digits. */
static void join_eras(struct scan *x) {
    static const char first_year[] = "\xE5\x85\x83"; /* 元 */
    for (size_t i = 0; i + 1 < x->n; i++) {
        if (!is_name(x, i, KB_TIME_ERA))
            continue;
        const struct token *n = &x->t[i + 1];
        int year = n->kind == NUMBER ? n->value : is_word(x, i + 1, first_year) ? 1 : 0;
        if (!year)
            continue;
        x->t[i].kind = NUMBER;
        x->t[i].digits = 4;
        x->t[i].value = x->t[i].name.value + year - 1;
        x->t[i].end = n->end;
        drop(x, i + 1, 1);
    }
}

/* ---- days -------------------------------------------------------------------------- */

/* A year with four digits in the calendar of a month's name; 0 where it is none. */
static bool make_day(const struct scan *x, enum kb_time_word calendar, int y, int month,
                     int day, struct kb_moment *m) {
    *m = (struct kb_moment){.hour = -1};
    if (calendar == KB_TIME_PERSIAN_MONTH)
        return kb_persian_day(y, month, day, m) && kb_moment_is_day(m);
    if (calendar == KB_TIME_ISLAMIC_MONTH)
        return kb_islamic_day(y, month, day, m) && kb_moment_is_day(m);
    if (y >= 1300 && y <= 1500) { /* in numbers alone: the language tells which */
        if (kb_calendar_has(x->hints->lexicon, x->hints->language, KB_TIME_PERSIAN_MONTH))
            return kb_persian_day(y, month, day, m) && kb_moment_is_day(m);
        if (kb_calendar_has(x->hints->lexicon, x->hints->language, KB_TIME_ISLAMIC_MONTH))
            return kb_islamic_day(y, month, day, m) && kb_moment_is_day(m);
        return false;
    }
    m->year = y > 2400 && y < 2700 ? y - 543 : y; /* the Buddha's */
    m->month = month;
    m->day = day;
    return kb_moment_is_day(m);
}

/* Two digits of a year: those of the Buddha's calendar where the language reckons by
 * it. */
static int whole_year(const struct scan *x, int two) {
    if (kb_calendar_has(x->hints->lexicon, x->hints->language, KB_TIME_ERA) && two > 40 &&
        two < 90 && x->hints->order == KB_DATE_DMY)
        return 2500 + two;
    return two < 70 ? 2000 + two : 1900 + two;
}

static bool is_year(const struct token *t) {
    return t->kind == NUMBER && t->digits == 4;
}

static bool is_day_number(const struct token *t) {
    return t->kind == NUMBER && t->digits <= 2 && t->value >= 1 && t->value <= 31;
}

/* 3.5.2024, 2024-05-03, 05/03/2024, 3. 5. 2024, 8.5.12. */
static size_t in_numbers(const struct scan *x, size_t i, struct kb_spoken_date *d) {
    const struct token *a = token(x, i), *b = token(x, i + 2), *c = token(x, i + 4);
    const struct token *sign = token(x, i + 1), *sign2 = token(x, i + 3);
    if (a->kind != NUMBER || sign->kind != MARK || b->kind != NUMBER ||
        sign2->kind != MARK || sign->value != sign2->value || c->kind != NUMBER)
        return 0;
    int mark = sign->value;
    bool dash = mark == '-' || mark == 0x2011 || mark == 0x2010 || mark == 0x2013;
    bool slash = mark == '/' || mark == 0xFF0F;
    if ((!dash && !slash && mark != '.') || sign->spaced || sign2->spaced ||
        ((dash || slash) && (b->spaced || c->spaced)))
        return 0;
    /* no part of a longer run: a version, an address, a telephone number */
    const struct token *before = token(x, i - 1), *behind = token(x, i + 5);
    if (i && !a->spaced && before->kind == MARK &&
        (before->value == mark || before->value == '.' || before->value == '+'))
        return 0;
    if (!behind->spaced && behind->kind == MARK && behind->value == mark &&
        token(x, i + 6)->kind == NUMBER && !token(x, i + 6)->spaced)
        return 0;
    enum kb_date_order order = x->hints->order;
    int y, month, day;
    if (is_year(a) && b->digits <= 2 && c->digits <= 2) {
        y = a->value, month = b->value, day = c->value;
    } else if (a->digits <= 2 && b->digits <= 2 && (is_year(c) || c->digits == 2)) {
        bool two = c->digits == 2;
        if (two && (order == KB_DATE_YMD ? a->digits != 2 : dash))
            return 0;
        bool month_first = order == KB_DATE_MDY && mark != '.';
        day = month_first ? b->value : a->value;
        month = month_first ? a->value : b->value;
        y = two ? whole_year(x, c->value) : c->value;
        if (two && order == KB_DATE_YMD) {
            y = whole_year(x, a->value);
            month = b->value, day = c->value;
        } else if (month > 12 && day <= 12) {
            int swap = month;
            month = day, day = swap;
        } else {
            d->doubtful = (slash || order == KB_DATE_MDY) && month <= 12 && day <= 12 &&
                          month != day;
        }
        d->doubtful = d->doubtful || two;
    } else {
        return 0;
    }
    if (!make_day(x, KB_TIME_MONTH, y, month, day, &d->m))
        return 0;
    d->start = a->start;
    d->end = c->end;
    return 5;
}

/* The next number on one side of a month; TOKENS where none is near. */
static size_t number_beside(const struct scan *x, size_t at, int step) {
    size_t i = at;
    for (int gap = 0; gap <= GAP_TOKENS; gap++) {
        i = step > 0 ? i + 1 : i - 1;
        if (i >= x->n) /* also below 0 */
            return TOKENS;
        const struct token *t = &x->t[i];
        size_t bytes = step > 0 ? t->start - x->t[at].end : x->t[at].start - t->end;
        if (bytes > GAP_BYTES)
            return TOKENS;
        if (t->kind == NUMBER)
            return i;
        if (t->kind == TIME || (t->kind == NAME && t->name.word != KB_TIME_WEEKDAY &&
                                t->name.word != KB_TIME_HALF))
            return TOKENS;
        if (t->kind == MARK && (t->value == '|' || t->value == ';' || t->value == 0xB7))
            return TOKENS;
    }
    return TOKENS;
}

/* A year of two digits is one only in tight writing: "3-May-24", "May 3, '24", and where
 * the Buddha's years are written so. */
static int year_of(const struct scan *x, size_t i) {
    const struct token *t = token(x, i);
    if (is_year(t))
        return t->value;
    if (t->kind != NUMBER || t->digits != 2)
        return 0;
    int mark = i ? (token(x, i - 1)->kind == MARK ? token(x, i - 1)->value : 0) : 0;
    bool quoted = mark == '\'' || mark == 0x2019;
    bool tight = !t->spaced && (mark == '-' || mark == '/');
    bool era = kb_calendar_has(x->hints->lexicon, x->hints->language, KB_TIME_ERA) &&
               x->hints->order == KB_DATE_DMY && t->value > 40;
    return quoted || tight || era ? whole_year(x, t->value) : 0;
}

/* From a month's name outwards. */
static size_t in_words(const struct scan *x, size_t i, struct kb_spoken_date *d) {
    const struct token *name = &x->t[i];
    if (name->kind != NAME || name->name.word < KB_TIME_MONTH ||
        name->name.word > KB_TIME_ISLAMIC_MONTH)
        return 0;
    size_t left = number_beside(x, i, -1), right = number_beside(x, i, 1);
    size_t far = right < TOKENS ? number_beside(x, right, 1) : TOKENS;
    size_t before = left < TOKENS ? number_beside(x, left, -1) : TOKENS;
    size_t day = TOKENS, year = TOKENS;
    if (is_day_number(token(x, left)) && year_of(x, right)) {
        day = left, year = right;
    } else if (is_day_number(token(x, right)) && is_year(token(x, left))) {
        day = right, year = left;
    } else if (is_day_number(token(x, right)) && year_of(x, far)) {
        day = right, year = far;
    } else if (is_day_number(token(x, left)) && is_year(token(x, before))) {
        day = left, year = before;
    }
    if (day >= x->n || year >= x->n ||
        !make_day(x, name->name.word, year_of(x, year), name->name.value, x->t[day].value,
                  &d->m))
        return 0;
    size_t first = day < year ? day : year, last = day < year ? year : day;
    first = first < i ? first : i;
    last = last > i ? last : i;
    d->start = x->t[first].start;
    d->end = x->t[last].end;
    return last + 1 - i;
}

/* "3 hours ago": reckoned back from now; hours and minutes give a time, days none. */
static size_t ago(const struct scan *x, size_t i, struct kb_spoken_date *d) {
    if (!is_name(x, i, KB_TIME_AGO) || x->hints->now <= 0)
        return 0;
    struct kb_str s = kb_str_slice(x->s, x->t[i].start, x->t[i].end);
    int64_t count = 0, unit = x->t[i].name.value;
    size_t len;
    for (size_t at = 0; at < s.n && count < 10000; at += len) {
        int digit = kb_digit_value(char_at(s, at, &len));
        count = digit >= 0 ? count * 10 + digit : count;
    }
    int64_t at = x->hints->now - count * unit;
    if (count >= 10000 || at < 0)
        return 0;
    d->m = (struct kb_moment){.hour = -1};
    kb_moment_from_days(at / 86400, &d->m);
    if (unit < 86400) {
        d->m.hour = (int)(at / 3600 % 24);
        d->m.minute = unit < 3600 ? (int)(at / 60 % 60) : 0;
        d->m.zoned = true;
        d->m.zone = KB_ZULU;
    }
    d->start = x->t[i].start;
    d->end = x->t[i].end;
    d->relative = true;
    return kb_moment_is_day(&d->m) ? 1 : 0;
}

/* ---- what stands around a day ------------------------------------------------------ */

static void set_time(const struct scan *x, size_t i, struct kb_moment *m) {
    const struct token *t = &x->t[i];
    size_t half = is_name(x, i + 1, KB_TIME_HALF)        ? i + 1
                  : i && is_name(x, i - 1, KB_TIME_HALF) ? i - 1
                                                         : TOKENS;
    m->hour = t->hour;
    m->minute = t->minute;
    m->second = t->second;
    if (half < x->n && m->hour <= 12)
        m->hour = m->hour % 12 + (x->t[half].name.value ? 12 : 0);
    size_t end = half == i + 1 ? x->t[half].end : t->end;
    kb_moment_zone(kb_str_slice(x->s, end, x->s.n), m);
}

/* A name that another date is made of. */
static bool begins_date(const struct token *t) {
    return t->kind == NAME &&
           (t->name.word == KB_TIME_AGO || t->name.word == KB_TIME_ERA ||
            (t->name.word >= KB_TIME_MONTH && t->name.word <= KB_TIME_ISLAMIC_MONTH));
}

/* The time that stands behind the token `last`, else before `first`: not one of another
 * date. */
static void find_time(const struct scan *x, size_t first, size_t last,
                      struct kb_spoken_date *d) {
    for (size_t i = last + 1; i <= last + TIME_TOKENS && i < x->n; i++) {
        const struct token *t = &x->t[i], *minute = token(x, i + 2);
        if (t->kind == NUMBER && t->digits <= 2 && t->value < 24 &&
            minute->kind == NUMBER && is_mark(x, i + 1, '.') && minute->digits == 2 &&
            minute->value < 60 && !minute->spaced &&
            !is_mark(x, i + 3, '.')) { /* "10.15 Uhr" */
            d->m.hour = t->value;
            d->m.minute = minute->value;
            d->end = minute->end;
            return;
        }
        if (t->kind == NUMBER || begins_date(t))
            break;
        if (t->kind == TIME) {
            set_time(x, i, &d->m);
            d->end = t->end;
            return;
        }
    }
    for (size_t i = first; i-- > 0 && i + TIME_TOKENS >= first;) {
        if (x->t[i].kind == NUMBER)
            break;
        if (x->t[i].kind == TIME) {
            set_time(x, i, &d->m);
            d->start = x->t[i].start;
            return;
        }
    }
}

/* An Islamic day that a weekday says to be off by one is set right. */
static void correct(const struct scan *x, size_t first, size_t last, bool islamic,
                    struct kb_moment *m) {
    size_t from = first > 3 ? first - 3 : 0;
    for (size_t i = from; islamic && i < last + 4 && i < x->n; i++) {
        if (!is_name(x, i, KB_TIME_WEEKDAY))
            continue;
        int off = (x->t[i].name.value - kb_moment_weekday(m) + 10) % 7 - 3;
        if (off == 1 || off == -1)
            kb_moment_from_days(kb_moment_days(m) + off, m);
        return;
    }
}

/* Words between the date before and this one that say "updated". */
static bool says_changed(const struct scan *x, size_t from, size_t first) {
    for (size_t i = first; i-- > from;) {
        if (x->t[first].start - x->t[i].start > CHANGED_BYTES)
            break;
        if (is_name(x, i, KB_TIME_CHANGED))
            return true;
    }
    return false;
}

size_t kb_spoken_dates(struct kb_str line, const struct kb_spoken_hints *hints,
                       struct kb_spoken_date out[KB_SPOKEN_MAX]) {
    struct scan x = {.hints = hints, .s = kb_str_cut(line, LINE_BYTES)};
    size_t count = 0, from = 0;
    x.n = 0;
    cut(&x);
    join_times(&x);
    join_eras(&x);
    for (size_t i = 0; i < x.n && count < KB_SPOKEN_MAX;) {
        struct kb_spoken_date d = {.start = 0};
        size_t n = in_numbers(&x, i, &d);
        if (!n)
            n = in_words(&x, i, &d);
        if (!n)
            n = ago(&x, i, &d);
        if (!n) {
            i++;
            continue;
        }
        size_t first = i, last = i + n - 1;
        while (first > from && x.t[first].start > d.start)
            first--;
        correct(&x, first, last, is_name(&x, i, KB_TIME_ISLAMIC_MONTH), &d.m);
        d.changed = says_changed(&x, from, first);
        if (!d.relative)
            find_time(&x, first, last, &d);
        out[count++] = d;
        from = i = last + 1;
    }
    return count;
}

/* Columns of what stands between dates and is no label of theirs: "Updated:". */
static size_t beside_dates(const struct kb_lexicon *lexicon, struct kb_str part) {
    part = kb_page_bare(part);
    struct kb_phrase_hits hits = kb_lexicon_match(lexicon, part);
    if (hits.begins & 1u << KB_PHRASE_UPDATED)
        part = kb_page_bare(kb_str_slice(part, hits.prefix_bytes, part.n));
    return kb_page_columns(part);
}

bool kb_page_is_spoken_date(const struct kb_lexicon *lexicon, struct kb_str line) {
    const struct kb_spoken_hints hints = {.lexicon = lexicon, .order = KB_DATE_DMY};
    struct kb_spoken_date dates[KB_SPOKEN_MAX];
    size_t n = 0, rest = 0, from = 0;
    if (lexicon && kb_page_columns(line) <= ALONE_COLUMNS)
        n = kb_spoken_dates(line, &hints, dates);
    for (size_t i = 0; i < n; i++) {
        rest += beside_dates(lexicon, kb_str_slice(line, from, dates[i].start));
        from = dates[i].end;
    }
    rest += beside_dates(lexicon, kb_str_slice(line, from, line.n));
    return (n == 1 || n == 2) && rest <= REST_COLUMNS;
}
