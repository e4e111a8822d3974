/* Machine-readable dates: what meta tags, JSON-LD and time elements hold enters, RFC
 * 3339 leaves.
 *
 * The page's own zone and precision are kept: a date without a time stays a date, a time
 * without a zone gets none.  Read are ISO 8601 in its usual and its sloppy forms, RFC
 * 5322 ("Fri, 03 May 2024 10:15:00 +0200"), JavaScript's Date strings, seconds and
 * milliseconds since 1970, day.month.year, and English dates in words.  "03/05/2024" is
 * left unread where either number could be the month. */
#include "page/meta.h"
#include "page/when.h"

#include <stdio.h>

struct cursor {
    const char *p, *end;
};

static int left(const struct cursor *c) {
    return c->end - c->p > 1000 ? 1000 : (int)(c->end - c->p);
}

/* Reads between least and most digits, or leaves the cursor and returns -1. */
static int number(struct cursor *c, int least, int most) {
    int n = 0, value = 0;
    while (n < most && n < left(c) && kb_is_digit(c->p[n]))
        value = value * 10 + (c->p[n++] - '0');
    if (n < least || (n < left(c) && kb_is_digit(c->p[n])))
        return -1;
    c->p += n;
    return value;
}

static bool skip(struct cursor *c, char mark) {
    if (c->p < c->end && *c->p == mark) {
        c->p++;
        return true;
    }
    return false;
}

static void skip_spaces(struct cursor *c) {
    while (c->p < c->end && (kb_is_space(*c->p) || *c->p == ','))
        c->p++;
}

static bool word(struct cursor *c, const char *name) {
    struct kb_str rest = {c->p, (size_t)(c->end - c->p)};
    size_t n = strlen(name);
    if (!kb_str_starts_nocase(rest, kb_str_z(name)) ||
        (rest.n > n && kb_is_alpha(rest.p[n])))
        return false;
    c->p += n;
    return true;
}

static void read_zone(struct cursor *c, struct kb_moment *m) {
    static const struct {
        const char *name;
        int minutes;
    } zones[] = {{"Z", KB_ZULU}, {"UTC", KB_ZULU}, {"GMT", KB_ZULU}, {"EST", -300},
                 {"EDT", -240},  {"CST", -360},    {"CDT", -300},    {"MST", -420},
                 {"MDT", -360},  {"PST", -480},    {"PDT", -420},    {"BST", 60},
                 {"CET", 60},    {"CEST", 120},    {"MEZ", 60},      {"MESZ", 120},
                 {"EET", 120},   {"EEST", 180},    {"MSK", 180},     {"WIB", 420},
                 {"JST", 540},   {"KST", 540}};
    while (c->p < c->end && *c->p == ' ')
        c->p++;
    for (size_t i = 0; i < KB_COUNT(zones); i++) {
        if (!word(c, zones[i].name))
            continue;
        m->zoned = true;
        m->zone = zones[i].minutes;
        /* "GMT+0200" goes on with the offset */
        if (zones[i].minutes != KB_ZULU || c->p == c->end ||
            (*c->p != '+' && *c->p != '-'))
            return;
        break;
    }
    if (c->p == c->end || (*c->p != '+' && *c->p != '-'))
        return;
    struct cursor start = *c;
    int sign = *c->p++ == '-' ? -1 : 1, minutes = 0;
    int hours = number(c, 4, 4);
    if (hours >= 0) {
        minutes = hours % 100;
        hours /= 100;
    } else {
        hours = number(c, 1, 2);
        if (skip(c, ':'))
            minutes = number(c, 2, 2);
    }
    if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) {
        *c = start;
        return;
    }
    m->zoned = true;
    m->zone = sign * (hours * 60 + minutes);
}

/* "10:15", "10:15:30.123", "3:05 PM", "10.15 Uhr" is not read. */
static void read_time(struct cursor *c, struct kb_moment *m) {
    struct cursor start = *c;
    int hour = number(c, 1, 2), minute = -1, second = 0;
    if (hour >= 0 && (skip(c, ':') || skip(c, 'h')))
        minute = number(c, 2, 2);
    if (minute >= 0 && skip(c, ':'))
        second = number(c, 1, 2);
    if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60) {
        *c = start;
        return;
    }
    if (skip(c, '.') || skip(c, ',')) {
        while (c->p < c->end && kb_is_digit(*c->p))
            c->p++;
    }
    struct cursor half = *c;
    skip_spaces(&half);
    bool pm = word(&half, "pm") || word(&half, "p.m.");
    if (pm || word(&half, "am") || word(&half, "a.m.")) {
        if (hour <= 12)
            hour = hour % 12 + (pm ? 12 : 0);
        *c = half;
    }
    m->hour = hour % 24;
    m->minute = minute;
    m->second = second > 59 ? 59 : second;
    read_zone(c, m);
}

/* What stands between a date and its time. */
static void read_time_behind(struct cursor *c, struct kb_moment *m) {
    if (!skip(c, 'T') && !skip(c, 't')) {
        skip_spaces(c);
        if (skip(c, '-') || skip(c, '|') || word(c, "at"))
            skip_spaces(c);
    }
    read_time(c, m);
}

bool kb_moment_is_day(const struct kb_moment *m) {
    return m->year >= 1900 && m->year <= 2200 &&
           kb_date_exists(m->year, m->month, m->day);
}

void kb_moment_from_days(int64_t days, struct kb_moment *m) {
    kb_days_to_date(days, &m->year, &m->month, &m->day);
}

int64_t kb_moment_days(const struct kb_moment *m) {
    return kb_days_from_date(m->year, m->month, m->day);
}

static bool read_digits(struct kb_str s, struct kb_moment *m) {
    int64_t value = 0;
    for (size_t i = 0; i < s.n; i++)
        value = value * 10 + (s.p[i] - '0');
    if (s.n == 8 || s.n == 14) {
        int64_t date = s.n == 14 ? value / 1000000 : value;
        m->year = (int)(date / 10000), m->month = (int)(date / 100 % 100);
        m->day = (int)(date % 100);
        if (s.n == 14) {
            m->hour = (int)(value / 10000 % 100), m->minute = (int)(value / 100 % 100);
            m->second = (int)(value % 100);
        }
        return kb_moment_is_day(m) && m->hour < 24 && m->minute < 60 && m->second < 60;
    }
    if (s.n == 13)
        value /= 1000;
    else if (s.n != 9 && s.n != 10)
        return false;
    kb_moment_from_days(value / 86400, m);
    m->hour = (int)(value / 3600 % 24), m->minute = (int)(value / 60 % 60);
    m->second = (int)(value % 60);
    m->zoned = true, m->zone = KB_ZULU;
    return kb_moment_is_day(m);
}

/* 2024-05-03…, 2024/5/3, 2024.05.03, 20240503T101500Z. */
static bool read_year_first(struct cursor c, struct kb_moment *m) {
    struct cursor compact = c;
    int date = number(&compact, 8, 8);
    if (date > 0 && (skip(&compact, 'T') || skip(&compact, ' '))) {
        m->year = date / 10000, m->month = date / 100 % 100, m->day = date % 100;
        int time = number(&compact, 6, 6);
        if (time >= 0 && time / 10000 < 24 && time / 100 % 100 < 60 && time % 100 < 60) {
            m->hour = time / 10000, m->minute = time / 100 % 100, m->second = time % 100;
            read_zone(&compact, m);
        }
        return kb_moment_is_day(m);
    }
    m->year = number(&c, 4, 4);
    if (m->year < 0 || c.p == c.end || !strchr("-/.", *c.p))
        return false;
    char mark = *c.p++;
    m->month = number(&c, 1, 2);
    if (m->month < 0 || !skip(&c, mark))
        return false;
    m->day = number(&c, 1, 2);
    if (!kb_moment_is_day(m))
        return false;
    read_time_behind(&c, m);
    return true;
}

/* 3.5.2024, 03-05-2024, 25/12/2024, 12/25/2024. */
static bool read_day_first(struct cursor c, struct kb_moment *m) {
    int a = number(&c, 1, 2);
    if (a < 0 || c.p == c.end || !strchr("-/.", *c.p))
        return false;
    char mark = *c.p++;
    int b = number(&c, 1, 2);
    if (b < 0 || !skip(&c, mark))
        return false;
    m->year = number(&c, 4, 4);
    if (mark == '/' && a <= 12 && b <= 12 && a != b)
        return false;
    bool month_first = mark == '/' && b > 12;
    m->day = month_first ? b : a;
    m->month = month_first ? a : b;
    if (!kb_moment_is_day(m))
        return false;
    read_time_behind(&c, m);
    return true;
}

static int month_at(struct cursor *c) {
    static const char names[][10] = {"january",   "february", "march",    "april",
                                     "may",       "june",     "july",     "august",
                                     "september", "october",  "november", "december"};
    for (int i = 0; i < 12; i++) {
        struct kb_str rest = {c->p, (size_t)(c->end - c->p)};
        if (!kb_str_starts_nocase(rest, (struct kb_str){names[i], 3}))
            continue;
        size_t n = 3, whole = strlen(names[i]);
        while (n < whole && n < rest.n && kb_lower(rest.p[n]) == names[i][n])
            n++;
        if (n < rest.n && kb_is_alpha(rest.p[n]) &&
            !(i == 8 && n == 3 && rest.p[n] == 't'))
            continue;
        c->p += n + (i == 8 && n == 3 && n < rest.n && rest.p[n] == 't');
        return i + 1;
    }
    return 0;
}

/* "Fri, 03 May 2024 10:15:00 +0200", "May 3rd, 2024 at 3:05 PM", "Fri May 03 2024 …". */
static bool read_words(struct cursor c, struct kb_moment *m) {
    for (int step = 0; step < 24 && c.p < c.end; step++) {
        if (kb_is_alpha(*c.p)) {
            int month = m->month ? 0 : month_at(&c);
            if (month)
                m->month = month;
            else
                while (c.p < c.end && kb_is_alpha(*c.p))
                    c.p++;
        } else if (kb_is_digit(*c.p)) {
            struct cursor time = c;
            int hour = m->hour;
            read_time(&time, m);
            if (m->hour != hour) {
                c = time;
                continue;
            }
            int value = number(&c, 1, 4);
            if (value < 0)
                return false;
            if (value >= 1900 && !m->year)
                m->year = value;
            else if (value <= 31 && !m->day)
                m->day = value;
        } else {
            c.p++;
        }
    }
    return kb_moment_is_day(m);
}

bool kb_moment_read(struct kb_str raw, struct kb_moment *m) {
    raw = kb_str_trim(raw);
    if (raw.n < 8 || raw.n > 100)
        return false;
    size_t digits = 0;
    while (digits < raw.n && kb_is_digit(raw.p[digits]))
        digits++;
    struct cursor c = {raw.p, raw.p + raw.n};
    const struct kb_moment none = {.hour = -1};
    *m = none;
    if (digits == raw.n)
        return raw.n <= 14 && read_digits(raw, m);
    return read_year_first(c, m) || (*m = none, read_day_first(c, m)) ||
           (*m = none, read_words(c, m));
}

struct kb_str kb_moment_print(struct kb_arena *arena, const struct kb_moment *m) {
    char text[64];
    int n = snprintf(text, sizeof text, "%04d-%02d-%02d", m->year, m->month, m->day);
    if (m->hour >= 0)
        n += snprintf(text + n, sizeof text - (size_t)n, "T%02d:%02d:%02d", m->hour,
                      m->minute, m->second);
    if (m->hour >= 0 && m->zoned && m->zone == KB_ZULU)
        n += snprintf(text + n, sizeof text - (size_t)n, "Z");
    else if (m->hour >= 0 && m->zoned)
        n += snprintf(text + n, sizeof text - (size_t)n, "%c%02d:%02d",
                      m->zone < 0 ? '-' : '+', (m->zone < 0 ? -m->zone : m->zone) / 60,
                      (m->zone < 0 ? -m->zone : m->zone) % 60);
    return kb_arena_dup(arena, (struct kb_str){text, (size_t)n});
}

int64_t kb_moment_seconds(const struct kb_moment *m) {
    int64_t s = kb_moment_days(m) * 86400;
    if (m->hour < 0)
        return s;
    s += m->hour * 3600 + m->minute * 60 + m->second;
    return m->zoned && m->zone != KB_ZULU ? s - m->zone * 60 : s;
}

size_t kb_moment_zone(struct kb_str s, struct kb_moment *m) {
    struct cursor c = {s.p, s.p + s.n};
    read_zone(&c, m);
    return m->zoned ? (size_t)(c.p - s.p) : 0;
}

struct kb_str kb_page_date(struct kb_arena *arena, struct kb_str raw) {
    struct kb_moment m;
    return kb_moment_read(raw, &m) ? kb_moment_print(arena, &m) : KB_STR_NONE;
}

bool kb_page_date_name(struct kb_str name, bool *modified, uint8_t *rank) {
    static const char *const not_of_page[] = {"expir", "unpubl",  "birth", "event",
                                              "start", "valid",   "sale",  "deadline",
                                              "copyr", "update_f"};
    static const struct {
        const char *part;
        bool modified, alone; /* is a date without "date" or "time" in the name too */
        uint8_t rank;
    } parts[] = {{"modif", true, true, 6},    {"updat", true, true, 6},
                 {"changed", true, false, 7}, {"revis", true, false, 7},
                 {"review", true, false, 8},  {"publi", false, false, 6},
                 {"pubdate", false, true, 6}, {"issued", false, true, 6},
                 {"posted", false, false, 7}, {"release", false, false, 7},
                 {"creat", false, false, 8}};
    const struct kb_str date = KB_STR("date"), time = KB_STR("time");
    if (name.n < 4 || name.n > 40)
        return false;
    for (size_t i = 0; i < KB_COUNT(not_of_page); i++)
        if (kb_str_find_nocase(name, kb_str_z(not_of_page[i])) != KB_NOT_FOUND)
            return false;
    size_t at = kb_str_find_nocase(name, date);
    bool dated = at != KB_NOT_FOUND || kb_str_find_nocase(name, time) != KB_NOT_FOUND ||
                 kb_str_ends(name, KB_STR("published"));
    for (size_t i = 0; i < KB_COUNT(parts); i++) {
        if ((!dated && !parts[i].alone) ||
            kb_str_find_nocase(name, kb_str_z(parts[i].part)) == KB_NOT_FOUND)
            continue;
        *modified = parts[i].modified;
        *rank = parts[i].rank;
        return true;
    }
    *modified = false;
    *rank = 9;
    return at != KB_NOT_FOUND && at + date.n == name.n && at &&
           !kb_is_alpha(name.p[at - 1]);
}
