/* cache: what an answer's headers say of time: how long it is fresh (RFC 9111), dates
 * (RFC 9110, section 5.6.7), Retry-After (section 10.2.3).
 *
 * Values of headers enter, seconds leave.  Pure: `now` is handed in.  Times are seconds
 * since 1970 in UTC.  A header that came in several lines is one value here, the lines
 * joined with ", " (RFC 9110, section 5.3). */
#ifndef KB_FETCH_CACHE_H
#define KB_FETCH_CACHE_H

#include "base/base.h"

/* The headers of one answer; empty where they were not sent. */
struct kb_fetch_headers {
    struct kb_str cache_control, expires, age, date;
    struct kb_str etag, last_modified; /* sent back byte for byte */
    struct kb_str retry_after;
};

/* How long an answer is fresh, and who says so. */
struct kb_fetch_fresh {
    enum { KB_FRESH_UNTOLD, KB_FRESH_MAX_AGE, KB_FRESH_EXPIRES } by;
    int64_t lifetime; /* seconds from its making; 0: stale at once */
    int64_t left;     /* seconds from now; never below 0 */
};

/* What Cache-Control and Expires say to a private cache.  With no-store or no-cache, and
 * where neither header says anything, it is KB_FRESH_UNTOLD. */
void kb_fetch_freshness(const struct kb_fetch_headers *headers, int64_t now,
                        struct kb_fetch_fresh *fresh);

/* A date of HTTP in each of its three forms.  now places years of two digits.  False for
 * what is none, as "0" in Expires. */
bool kb_fetch_date(struct kb_str value, int64_t now, int64_t *seconds);

/* Seconds that Retry-After asks to wait from now; dates count from the server's own Date
 * where it sent one.  -1 where nothing is asked. */
int64_t kb_fetch_retry_after(const struct kb_fetch_headers *headers, int64_t now);

#endif
