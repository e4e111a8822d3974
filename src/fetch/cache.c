/* Cache headers, dates and Retry-After: values enter, seconds leave (cache.h).
 *
 * As RFC 9111 says it for a private cache: max-age goes before Expires, s-maxage is not
 * for us, an invalid Expires means stale, the first of several equal directives counts.
 * No heuristic freshness (section 4.2.2): how often a feed changes we learn ourselves,
 * and better than from one date. */
#include "cache.h"

/* Past this a time is "for ever"; RFC 9111, section 1.2.2, names the number. */
#define FOR_EVER ((int64_t)1 << 31)

/* ---- small readers ----------------------------------------------------------------- */

/* Digits at the head of *s, at most `most`; -1 where there are none. */
static int64_t take_number(struct kb_str *s, size_t most) {
    int64_t value = 0;
    size_t n = 0;
    while (n < s->n && n < most && kb_is_digit(s->p[n])) {
        value = value * 10 + (s->p[n] - '0');
        if (value > FOR_EVER)
            value = FOR_EVER;
        n++;
    }
    *s = kb_str_slice(*s, n, s->n);
    return n ? value : -1;
}

/* A whole value of digits alone, in quotes or not; -1 for what is none. */
static int64_t whole_seconds(struct kb_str s) {
    s = kb_str_trim(s);
    if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
        s = kb_str_slice(s, 1, s.n - 1);
    int64_t value = take_number(&s, SIZE_MAX);
    return s.n ? -1 : value;
}

/* The next word: letters; what stands before it is passed over, but for digits. */
static struct kb_str take_word(struct kb_str *s) {
    size_t from = 0, to;
    while (from < s->n && !kb_is_alpha(s->p[from]) && !kb_is_digit(s->p[from]))
        from++;
    for (to = from; to < s->n && kb_is_alpha(s->p[to]);)
        to++;
    struct kb_str word = kb_str_slice(*s, from, to);
    *s = kb_str_slice(*s, to, s->n);
    return word;
}

static void skip_to_digit(struct kb_str *s) {
    size_t n = 0;
    while (n < s->n && (s->p[n] == ' ' || s->p[n] == '-' || s->p[n] == ','))
        n++;
    *s = kb_str_slice(*s, n, s->n);
}

/* ---- dates ------------------------------------------------------------------------- */

/* Days from 1970-01-01 to a day of the Gregorian calendar; years begin with March, so
 * that the leap day is their last one. */
static int64_t days_to(int64_t year, int64_t month, int64_t day) {
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return y * 365 + y / 4 - y / 100 + y / 400 + in_year - 719468;
}

/* The year of a moment, for years of two digits. */
static int64_t year_of(int64_t seconds) {
    int64_t year = 1970 + seconds / 31556952;
    return days_to(year, 1, 1) * 86400 > seconds ? year - 1 : year;
}

static int month_of(struct kb_str word) {
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    if (word.n < 3)
        return 0;
    for (int i = 0; i < 12; i++)
        if (kb_str_equal_nocase(kb_str_slice(word, 0, 3),
                                (struct kb_str){names + (size_t)i * 3, 3}))
            return i + 1;
    return 0;
}

/* "08:49:37"; seconds of the day, -1 for what is none. */
static int64_t take_clock(struct kb_str *s) {
    int64_t part[3];
    skip_to_digit(s);
    for (int i = 0; i < 3; i++) {
        if (i) {
            if (!s->n || s->p[0] != ':')
                return -1;
            *s = kb_str_slice(*s, 1, s->n);
        }
        part[i] = take_number(s, 2);
        if (part[i] < 0 || part[i] > (i ? 59 + (i == 2) : 23))
            return -1;
    }
    return part[0] * 3600 + part[1] * 60 + part[2];
}

/* A year of two digits that seems to lie more than 50 years ahead is of the past. */
static int64_t take_year(struct kb_str *s, int64_t now) {
    skip_to_digit(s);
    size_t before = s->n;
    int64_t year = take_number(s, 4);
    if (before - s->n != 2)
        return year;
    int64_t this_year = year_of(now);
    year += this_year / 100 * 100;
    return year > this_year + 50 ? year - 100 : year;
}

/* UTC by any of its names, or nothing: HTTP knows no other zone. */
static bool is_utc(struct kb_str s) {
    s = kb_str_trim(s);
    return !s.n || kb_str_equal_nocase(s, KB_STR("GMT")) ||
           kb_str_equal_nocase(s, KB_STR("UTC")) || kb_str_equal_nocase(s, KB_STR("Z")) ||
           kb_str_equal(s, KB_STR("+0000"));
}

bool kb_fetch_date(struct kb_str value, int64_t now, int64_t *seconds) {
    static const char days[12] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct kb_str s = kb_str_trim(value);
    int64_t day, year, clock;
    int month;
    struct kb_str word = take_word(&s);
    if (word.n && !month_of(word))
        word = take_word(&s); /* the first one was the weekday */
    month = month_of(word);
    skip_to_digit(&s);
    day = take_number(&s, 2);
    if (month) { /* asctime: "Nov  6 08:49:37 1994" */
        clock = take_clock(&s);
        year = take_year(&s, now);
    } else { /* "06 Nov 1994 08:49:37 GMT", "06-Nov-94 08:49:37 GMT" */
        month = month_of(take_word(&s));
        year = take_year(&s, now);
        clock = take_clock(&s);
    }
    if (!month || day < 1 || day > days[month - 1] || year < 1601 || clock < 0 ||
        !is_utc(s))
        return false;
    *seconds = days_to(year, month, day) * 86400 + clock;
    return true;
}

/* ---- freshness --------------------------------------------------------------------- */

/* The next directive of Cache-Control: "name", "name=value", `name="a, b"`. */
static bool next_directive(struct kb_str *list, struct kb_str *name,
                           struct kb_str *value) {
    size_t end = 0, equal = KB_NOT_FOUND;
    bool quoted = false;
    while (end < list->n && (quoted || list->p[end] != ',')) {
        if (quoted && list->p[end] == '\\' && end + 1 < list->n)
            end++;
        else if (list->p[end] == '"')
            quoted = !quoted;
        else if (list->p[end] == '=' && equal == KB_NOT_FOUND)
            equal = end;
        end++;
    }
    if (!list->n)
        return false;
    *name = kb_str_trim(kb_str_slice(*list, 0, equal < end ? equal : end));
    *value = equal < end ? kb_str_trim(kb_str_slice(*list, equal + 1, end)) : KB_STR_NONE;
    *list = kb_str_slice(*list, end + 1, list->n);
    return true;
}

void kb_fetch_freshness(const struct kb_fetch_headers *headers, int64_t now,
                        struct kb_fetch_fresh *fresh) {
    struct kb_str list = headers->cache_control, name, value;
    int64_t made = now, expires, age = whole_seconds(headers->age);
    *fresh = (struct kb_fetch_fresh){.by = KB_FRESH_UNTOLD};
    while (next_directive(&list, &name, &value)) {
        /* no-cache="field" is about that field alone. */
        if (kb_str_equal_nocase(name, KB_STR("no-store")) ||
            (kb_str_equal_nocase(name, KB_STR("no-cache")) && !value.n)) {
            *fresh = (struct kb_fetch_fresh){.by = KB_FRESH_UNTOLD};
            return;
        }
        if (fresh->by == KB_FRESH_UNTOLD &&
            kb_str_equal_nocase(name, KB_STR("max-age"))) {
            int64_t seconds = whole_seconds(value);
            fresh->by = KB_FRESH_MAX_AGE;
            fresh->lifetime = seconds > 0 ? seconds : 0;
        }
    }
    if (fresh->by == KB_FRESH_UNTOLD && headers->expires.n) {
        kb_fetch_date(headers->date, now, &made);
        fresh->by = KB_FRESH_EXPIRES;
        if (kb_fetch_date(headers->expires, now, &expires) && expires > made)
            fresh->lifetime = expires - made > FOR_EVER ? FOR_EVER : expires - made;
    }
    fresh->left = age > 0 ? fresh->lifetime - age : fresh->lifetime;
    if (fresh->left < 0)
        fresh->left = 0;
}

int64_t kb_fetch_retry_after(const struct kb_fetch_headers *headers, int64_t now) {
    int64_t from = now, until, seconds = whole_seconds(headers->retry_after);
    if (seconds >= 0 || !kb_fetch_date(headers->retry_after, now, &until))
        return seconds;
    kb_fetch_date(headers->date, now, &from);
    return until > from ? until - from : 0;
}
