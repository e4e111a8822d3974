/* The date part of ISO 8601:2004's forms, extended and basic, whole and reduced: days,
 * weeks, ordinal days, months, years; with two digits of the year as its first edition
 * had them.  Numbers alone are read too: YYYYMMDDhhmmss, seconds and milliseconds since
 * 1970.
 *
 * What has no year ("--05-03") is no date of a feed. */
#include "feed/dates.h"

enum { SECONDS_A_DAY = 86400 };

/* Where a date may end: reduced forms at the text's end alone, whole ones before what
 * can follow a date. */
static bool ends(const struct kb_feed_cursor *c, bool reduced) {
    if (c->p == c->end)
        return true;
    if (reduced)
        return false;
    char next = *c->p, after = c->end - c->p > 1 ? c->p[1] : ' ';
    return kb_is_space(next) || next == ',' || next == ';' || next == 'Z' ||
           next == 'z' || ((next == 'T' || next == 't') && !kb_is_alpha(after)) ||
           ((next == '+' || next == '-') && kb_is_digit(after));
}

static bool set_day(struct kb_feed_time *t, int year, int month, int day) {
    t->year = year;
    t->month = month;
    t->day = day;
    return kb_date_exists(year, month, day);
}

static bool set_days(struct kb_feed_time *t, int64_t days) {
    kb_days_to_date(days, &t->year, &t->month, &t->day);
    return true;
}

static bool set_ordinal(struct kb_feed_time *t, int year, int day) {
    int64_t first = kb_days_from_date(year, 1, 1);
    return day >= 1 && first + day - 1 < kb_days_from_date(year + 1, 1, 1) &&
           set_days(t, first + day - 1);
}

/* Week 1 has the year's first Thursday, which its fourth of January is in. */
static bool set_week(struct kb_feed_time *t, int year, int week, int day) {
    int64_t fourth = kb_days_from_date(year, 1, 4);
    int64_t monday = fourth - (fourth + 3) % 7; /* 1970-01-01 was a Thursday */
    return week >= 1 && week <= 53 && day >= 1 && day <= 7 &&
           set_days(t, monday + (week - 1) * 7 + day - 1);
}

static bool set_seconds(struct kb_feed_time *t, int64_t seconds) {
    int rest = (int)(seconds % SECONDS_A_DAY);
    t->hour = rest / 3600;
    t->minute = rest / 60 % 60;
    t->second = rest % 60;
    t->timed = t->zoned = true;
    return set_days(t, seconds / SECONDS_A_DAY);
}

/* ---- numbers without marks --------------------------------------------------------- */

static bool read_long(struct kb_feed_cursor *c, int n, struct kb_feed_time *t) {
    if (n == 9 || n == 10 || n == 13) { /* since 1970: in milliseconds with 13 digits */
        int64_t value = 0;
        for (int i = 0; i < (n == 13 ? 10 : n); i++)
            value = value * 10 + (c->p[i] - '0');
        c->p += n;
        return ends(c, true) && set_seconds(t, value);
    }
    int date = kb_feed_number(c, 8);
    if (!set_day(t, date / 10000, date / 100 % 100, date % 100))
        return false;
    t->hour = kb_feed_number(c, 2);
    t->minute = kb_feed_number(c, 2);
    t->second = n == 14 ? kb_feed_number(c, 2) : 0;
    t->timed = true;
    return t->hour < 24 && t->minute < 60 && t->second < 60 && ends(c, false);
}

static bool read_run(struct kb_feed_cursor *c, int n, struct kb_feed_time *t) {
    if (n >= 9)
        return (n <= 10 || (n >= 12 && n <= 14)) && read_long(c, n, t);
    int value = kb_feed_number(c, n);
    if (!ends(c, false))
        return false;
    switch (n) {
    case 8: return set_day(t, value / 10000, value / 100 % 100, value % 100);
    case 7: return set_ordinal(t, value / 1000, value % 1000);
    case 6: return set_day(t, 2000 + value / 10000, value / 100 % 100, value % 100);
    case 5: return set_ordinal(t, 2000 + value / 1000, value % 1000);
    case 4: return ends(c, true) && set_day(t, value, 1, 1);
    default: return false;
    }
}

/* ---- what stands behind the year --------------------------------------------------- */

/* "W52", "W521", "W52-1". */
static bool read_week(struct kb_feed_cursor *c, int year, struct kb_feed_time *t) {
    c->p++;
    int n = kb_feed_digits(c), day = 1;
    if (n != 2 && n != 3)
        return false;
    int week = kb_feed_number(c, 2);
    if (n == 2 && kb_feed_is(c, 0, '-'))
        c->p++, n = kb_feed_digits(c) == 1 ? 3 : 0;
    if (n == 3)
        day = kb_feed_number(c, 1);
    return n && set_week(t, year, week, day) && ends(c, false);
}

/* "-05-03", "/5/3", "-05", "-123", and a month with a zero too many: "-005-03". */
static bool read_parts(struct kb_feed_cursor *c, int year, struct kb_feed_time *t) {
    char mark = *c->p++;
    if (mark == '-' && (kb_feed_is(c, 0, 'W') || kb_feed_is(c, 0, 'w')))
        return read_week(c, year, t);
    int n = kb_feed_digits(c);
    bool zero = n == 3 && *c->p == '0' && kb_feed_is(c, 3, mark);
    if (n < 1 || n > 3 || (n == 3 && mark != '-'))
        return false;
    int value = kb_feed_number(c, n);
    if (n == 3 && !zero)
        return set_ordinal(t, year, value) && ends(c, false);
    if (!kb_feed_is(c, 0, mark))
        return n == 2 && mark != '.' && ends(c, true) && set_day(t, year, value, 1);
    c->p++;
    n = kb_feed_digits(c);
    return n >= 1 && n <= 2 && set_day(t, year, value, kb_feed_number(c, n)) &&
           ends(c, false);
}

/* "-0312", "-03-12", "-03": two digits of a year and a month. */
static bool read_short(struct kb_feed_cursor *c, struct kb_feed_time *t) {
    c->p++;
    int n = kb_feed_digits(c), month = 1;
    if (n != 2 && n != 4)
        return false;
    int year = 2000 + kb_feed_number(c, 2);
    if (n == 2 && kb_feed_is(c, 0, '-'))
        c->p++, n = kb_feed_digits(c) == 2 ? 4 : 0;
    if (n == 4)
        month = kb_feed_number(c, 2);
    return n && ends(c, true) && set_day(t, year, month, 1);
}

bool kb_feed_iso_date(struct kb_feed_cursor *c, struct kb_feed_time *t) {
    struct kb_feed_cursor at = *c;
    struct kb_feed_time read = *t;
    int n = kb_feed_digits(&at);
    char next = at.end - at.p > n ? at.p[n] : ' ';
    bool ok = false;
    if (n == 0 && next == '-') {
        ok = read_short(&at, &read);
    } else if (n == 4 && (next == '-' || next == '/' || next == '.')) {
        int year = kb_feed_number(&at, 4);
        ok = read_parts(&at, year, &read);
    } else if (n == 4 && (next == 'W' || next == 'w')) {
        int year = kb_feed_number(&at, 4);
        ok = read_week(&at, year, &read);
    } else if (n == 2 && next == '-' && at.end - at.p > 5 && kb_is_digit(at.p[4]) &&
               (at.p[5] == '-' || kb_is_digit(at.p[5]))) {
        int year = 2000 + kb_feed_number(&at, 2); /* YY-MM-DD, YY-DDD */
        ok = read_parts(&at, year, &read);
    } else if (n > 3) {
        ok = read_run(&at, n, &read);
    }
    if (ok) {
        *c = at;
        *t = read;
    }
    return ok;
}
