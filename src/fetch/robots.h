/* robots: what a site asks of robots (RFC 9309).
 *
 * A robots.txt and the name of our product enter; the rules that are meant for us leave,
 * and for an address whether it may be fetched.  And: how an attempt to read the file
 * ended and `now` enter; what holds until it is read again leaves.  Pure.
 *
 * For whom it holds: pages and site maps that kabar finds by itself.  A feed that a
 * person subscribed to, or an address that a person typed, is fetched as by a browser. */
#ifndef KB_FETCH_ROBOTS_H
#define KB_FETCH_ROBOTS_H

#include "base/base.h"

/* ---- rules ------------------------------------------------------------------------- */

struct kb_robots_rule {
    struct kb_str text; /* as written: "/private/" */
    bool allow;
    bool anchored; /* ended with $ */
    const uint16_t *units;
    uint32_t count;
};

struct kb_robots {
    struct kb_robots_rule *rules; /* in the order of the file */
    size_t rule_count, rule_cap;
    struct kb_str *sitemaps; /* of the whole file, as written */
    size_t sitemap_count, sitemap_cap;
    int64_t crawl_delay; /* milliseconds between requests; -1: not told */
    bool cut;            /* a limit was reached, the rest is left out */
};

/* Reads the groups for product ("kabar-news": also those for "kabar" and "*", the longest
 * name counts).  All of *robots is in the arena or in bytes.  Nothing in a file is an
 * error; false only where the arena is full. */
bool kb_robots_parse(struct kb_arena *arena, struct kb_str bytes, struct kb_str product,
                     struct kb_robots *robots) KB_MUST_USE;

/* May url, an absolute address or a path with its query, be fetched?  The rule that
 * decided in *by, where by is not NULL; NULL where none did. */
bool kb_robots_allows(const struct kb_robots *robots, struct kb_str url,
                      const struct kb_robots_rule **by);

/* The part of an absolute address that one robots.txt holds for: "https://example.org".
 * Empty where the address has no scheme. */
struct kb_str kb_robots_origin(struct kb_str url);

/* ---- reading the file -------------------------------------------------------------- */

enum kb_robots_access {
    KB_ROBOTS_UNKNOWN, /* it was never read */
    KB_ROBOTS_RULES,   /* as the last copy of the file says */
    KB_ROBOTS_ALL,     /* there is none: everything is allowed */
    KB_ROBOTS_NOTHING, /* the server is ill: nothing is allowed */
};

struct kb_robots_state {
    enum kb_robots_access access;
    int64_t until;             /* read it again then */
    int64_t unreachable_since; /* 0: it is not */
};

/* How reading ended: the status of the last answer, after at most five redirects; 0 where
 * none came.  With KB_ROBOTS_RULES and a status of 2xx the body is the new file. */
void kb_robots_after(const struct kb_robots_state *state, int status, int64_t now,
                     struct kb_robots_state *next);

#endif
