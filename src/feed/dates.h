/* Inside feed: what the files share that read dates.  dates.c reads any form by its
 * parts, iso_dates.c those of ISO 8601, zones.c knows the names of zones. */
#ifndef KB_FEED_DATES_H
#define KB_FEED_DATES_H

#include "feed/make.h"

struct kb_feed_time {
    int year, month, day;
    int hour, minute, second;
    int zone; /* minutes east */
    bool timed, zoned;
};

/* A place in a text of ASCII digits: the rest is [p, end). */
struct kb_feed_cursor {
    const char *p, *end;
};

/* How many digits stand at c. */
static inline int kb_feed_digits(const struct kb_feed_cursor *c) {
    int n = 0;
    while (n < 20 && n < c->end - c->p && kb_is_digit(c->p[n]))
        n++;
    return n;
}

/* The number of the n digits at c (at most 9), which are taken. */
static inline int kb_feed_number(struct kb_feed_cursor *c, int n) {
    int value = 0;
    while (n-- > 0)
        value = value * 10 + (*c->p++ - '0');
    return value;
}

/* Whether the byte `ahead` of c is mark. */
static inline bool kb_feed_is(const struct kb_feed_cursor *c, int ahead, char mark) {
    return c->end - c->p > ahead && c->p[ahead] == mark;
}

/* Takes a date in one of ISO 8601's forms, seconds since 1970 (which set the time too),
 * or a number of the form YYYYMMDDhhmm[ss].  False, with c and t as they were, where
 * none stands there. */
bool kb_feed_iso_date(struct kb_feed_cursor *c, struct kb_feed_time *t);

/* Takes an offset from its sign on: "+02:00", "-0330", "+9".  False where it is none. */
bool kb_feed_offset(struct kb_feed_cursor *c, int *minutes);

/* The zone that a name stands for: "EST", "Etc/GMT"; false where it is not known. */
bool kb_feed_zone(struct kb_str name, int *minutes);

/* Two digits of a year as RFC 2822 means them (section 4.3), three as Y2K left them. */
static inline int kb_feed_year(int value, int digits) {
    return digits > 3 ? value : digits == 3 || value >= 50 ? 1900 + value : 2000 + value;
}

#endif
