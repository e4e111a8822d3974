/* Words that several verbs of the wire take: points in time, and several as one. */
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { DAY = 86400 };

/* The beginning of the day that is days before today's, here. */
static bool day_begins(int64_t now, int days, int64_t *moment) {
    struct tm tm;
    time_t t = (time_t)now;
    if (!localtime_r(&t, &tm))
        return false;
    tm.tm_mday -= days;
    tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
    tm.tm_isdst = -1;
    t = mktime(&tm);
    *moment = (int64_t)t;
    return t != (time_t)-1;
}

/* "7d", "12h", "90m", "2w", "1y". */
static bool ago(const char *text, int64_t now, int64_t *moment) {
    static const struct {
        char letter;
        int64_t seconds;
    } units[] = {{'m', 60}, {'h', 3600}, {'d', DAY}, {'w', 7 * DAY}, {'y', 365 * DAY}};
    char number[8];
    size_t n = strspn(text, "0123456789");
    long value;
    if (!n || n >= sizeof number || !text[n] || text[n + 1])
        return false;
    memcpy(number, text, n);
    number[n] = '\0';
    for (size_t i = 0; i < KB_COUNT(units); i++) {
        if (units[i].letter != text[n] || !kb_cli_number(number, 0, 9999999, &value))
            continue;
        *moment = now - value * units[i].seconds;
        return true;
    }
    return false;
}

/* "2026-11-01", with "T14:05" or " 14:05" behind it; here, as clocks are. */
static bool date(const char *text, int64_t *moment) {
    struct tm tm = {.tm_isdst = -1};
    char mark = 'T';
    int used = 0, got;
    if (strlen(text) < 10 || text[4] != '-' || text[7] != '-')
        return false;
    got = sscanf(text, "%4d-%2d-%2d%n%c%2d:%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
                 &used, &mark, &tm.tm_hour, &tm.tm_min, &used);
    if ((got != 3 && got != 6) || text[used] || (mark != 'T' && mark != ' ') ||
        !kb_date_exists(tm.tm_year, tm.tm_mon, tm.tm_mday) || tm.tm_hour > 24 ||
        tm.tm_min > 59)
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    time_t t = mktime(&tm);
    *moment = (int64_t)t;
    return t != (time_t)-1;
}

static bool read_when(const char *text, int64_t now, int64_t *moment) {
    static const char *const days[] = {"sunday",   "monday", "tuesday", "wednesday",
                                       "thursday", "friday", "saturday"};
    struct tm tm;
    time_t t = (time_t)now;
    if (strcasecmp(text, "now") == 0) {
        *moment = now;
        return true;
    }
    if (strcasecmp(text, "today") == 0)
        return day_begins(now, 0, moment);
    if (strcasecmp(text, "yesterday") == 0)
        return day_begins(now, 1, moment);
    for (int i = 0; i < 7; i++)
        if (strcasecmp(text, days[i]) == 0 && localtime_r(&t, &tm))
            return day_begins(now, (tm.tm_wday - i + 7) % 7, moment);
    if (ago(text, now, moment) || date(text, moment))
        return true;
    /* A whole date with a zone is one as feeds have it. */
    return kb_date_seconds(kb_str_z(text), moment);
}

int kb_cli_set_when(struct kb_cli_wire *w, unsigned option, const char *value,
                    int64_t *moment) {
    if (read_when(value, w->now, moment))
        return KB_CLI_OK;
    return kb_cli_wrong(w->verb,
                        "--%s wants a time, as in 12h, 7d, 2026-11-01, today or "
                        "yesterday, not '%s'",
                        w->verb->options[option].name, value);
}

struct kb_str kb_cli_wire_joined(struct kb_cli_wire *w) {
    struct kb_buf text;
    kb_buf_init(&text, KB_LIMIT_OUTPUT_BYTES);
    for (int i = 0; i < w->count; i++) {
        kb_buf_z(&text, i ? " " : "");
        kb_buf_z(&text, w->operands[i]);
    }
    struct kb_str joined = kb_arena_dup(&w->arena, kb_buf_view(&text));
    kb_buf_free(&text);
    return joined;
}

struct kb_str kb_cli_reader_language(void) {
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        const char *value = getenv(names[i]);
        size_t n = value ? strcspn(value, "_.@-") : 0;
        if (!n)
            continue;
        if (strcmp(value, "POSIX") == 0 || n < 2 || n > 3) /* "C", "C.UTF-8" */
            break;
        return (struct kb_str){value, n};
    }
    return KB_STR("en");
}
