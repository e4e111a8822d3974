/* plan: what comes next for a feed: when it is asked again, where, with what, or never.
 *
 * A feed's state, the answer that came, the rules and `now` enter; the next state and a
 * verdict leave.  Pure, and without memory of its own: strings in what leaves are those
 * of what entered.  Times are seconds since 1970 in UTC, 0 for never yet.
 *
 * docs/fetching.md tells the rules to people. */
#ifndef KB_FETCH_PLAN_H
#define KB_FETCH_PLAN_H

#include "base/base.h"
#include "fetch/cache.h"

/* ---- a feed's rhythm (rhythm.c) ---------------------------------------------------- */

/* When its last entries came: the newest one, and the gaps before it, newest first. */
struct kb_fetch_rhythm {
    int64_t newest;
    uint32_t gaps[KB_LIMIT_RHYTHM_GAPS];
    uint32_t count;
};

/* Learns the times of new entries, in any order; those ahead of now, and undated ones
 * (0), came now.  Entries within `together` seconds are one piece of news. */
void kb_fetch_rhythm_learn(struct kb_fetch_rhythm *rhythm, const int64_t *times,
                           size_t count, int64_t together, int64_t now);

/* The usual gap, in seconds; 0 where too little is known. */
int64_t kb_fetch_rhythm_gap(const struct kb_fetch_rhythm *rhythm);

/* After how many seconds to look again: half of the usual gap, and at least an eighth of
 * the present silence.  0 where too little is known. */
int64_t kb_fetch_rhythm_wait(const struct kb_fetch_rhythm *rhythm, int64_t now);

/* ---- state ------------------------------------------------------------------------- */

/* How often a feed itself asks to be read; hours and days in UTC (Monday is 0) in which
 * not, as bits. */
struct kb_fetch_wishes {
    int64_t ttl, update; /* seconds, 0 where not told: ttl; sy:updatePeriod */
    uint32_t skip_hours;
    uint8_t skip_days;
};

struct kb_fetch_state {
    struct kb_str address;
    /* Where permanent redirects lead, until it is believed. */
    struct kb_str trial;
    int64_t trial_since;
    uint32_t trial_seen;
    /* The validators of the last feed that came, and whether to believe them. */
    struct kb_str etag, last_modified;
    int64_t full_at;         /* when a whole feed last came */
    uint32_t not_modified;   /* answers 304 since then */
    int64_t distrusted_till; /* no validators are sent before */
    uint64_t body_hash;      /* of the last feed; 0: none yet */
    int64_t last_success;
    uint32_t failures; /* in a row */
    int64_t failing_since;
    int64_t next;
    int64_t left_until; /* its host asked to be left alone until then (Retry-After) */
    bool gone;
    struct kb_fetch_rhythm rhythm;
    struct kb_fetch_wishes wishes;
    int64_t lease_until; /* a hub tells of news until then */
    uint64_t seed;       /* any number of the feed's own: spreads the feeds */
};

/* ---- answer ------------------------------------------------------------------------ */

/* How it went: code, what people are told, seconds before the first new try where it
 * failed.  The first four are no failures. */
#define KB_FETCH_OUTCOMES(X)                                                             \
    X(KB_FETCH_ANSWERED, "answered", 0)                                                  \
    X(KB_FETCH_SAME, "nothing new", 0)                                                   \
    X(KB_FETCH_GONE, "gone", 0)                                                          \
    X(KB_FETCH_PAUSED, "not asked: its host wants to be left alone", 0)                  \
    X(KB_FETCH_NO_NAME, "the host's name is not known", 3600)                            \
    X(KB_FETCH_NO_CONNECTION, "no connection to the host", 1800)                         \
    X(KB_FETCH_TLS, "no safe connection (TLS)", 3600)                                    \
    X(KB_FETCH_TIMEOUT, "no answer in time", 1800)                                       \
    X(KB_FETCH_BROKEN, "the answer broke off", 1800)                                     \
    X(KB_FETCH_TOO_LARGE, "the answer is larger than allowed", 21600)                    \
    X(KB_FETCH_REDIRECTS, "too many redirects", 3600)                                    \
    X(KB_FETCH_FORBIDDEN, "a private address or port; see allow-private", 21600)         \
    X(KB_FETCH_REFUSED, "the server refuses it", 3600)                                   \
    X(KB_FETCH_MISSING, "nothing is there", 3600)                                        \
    X(KB_FETCH_BUSY, "the server asks for fewer requests", 3600)                         \
    X(KB_FETCH_SERVER, "the server has a fault", 1800)                                   \
    X(KB_FETCH_NO_FEED, "what came is no feed", 3600)                                    \
    X(KB_FETCH_ODD, "an answer that makes no sense here", 3600)

enum kb_fetch_outcome {
#define X(code, text, wait) code,
    KB_FETCH_OUTCOMES(X)
#undef X
};

/* A redirect that was followed: the status that sent us on, and where to. */
struct kb_fetch_hop {
    int status;
    struct kb_str to; /* absolute */
};

struct kb_fetch_answer {
    enum kb_fetch_outcome fault; /* KB_FETCH_ANSWERED, or why no answer came */
    int status;                  /* of the last answer */
    bool conditional;            /* validators had been sent */
    bool pushed;                 /* a hub brought it, unasked */
    struct kb_fetch_headers headers;
    int64_t pause; /* with KB_FETCH_PAUSED: for how many seconds */
    const struct kb_fetch_hop *hops;
    size_t hop_count;
    bool is_feed;                  /* a feed was read from the body */
    struct kb_str instead;         /* what came where it is none, for people */
    uint64_t body_hash;            /* 0 where no body came */
    const int64_t *entries;        /* dates of its new entries, 0 where undated */
    size_t entry_count;            /* how many are new */
    struct kb_fetch_wishes wishes; /* where it is a feed */
};

/* ---- rules and verdict ------------------------------------------------------------- */

/* Seconds, but for the last three. */
struct kb_fetch_policy {
    int64_t floor, cap;        /* between two requests */
    int64_t first;             /* while nothing tells how often a feed changes */
    int64_t hub;               /* while a hub tells of news */
    int64_t retry_after_cap;   /* what a server may ask for */
    int64_t missing_after;     /* 404 for so long: as good as dead */
    int64_t dead_after;        /* any failure for so long: the same */
    int64_t dead_cap;          /* between two requests to the dead */
    int64_t move_after;        /* a permanent redirect is believed after … */
    int64_t forget_after;      /* validators are forgotten after … */
    int64_t distrust;          /* validators that lied are not used for … */
    uint32_t move_seen;        /* … and when seen so often */
    uint32_t forget_unchanged; /* … or after so many 304 */
    uint32_t jitter;           /* up to so many percent later */
};

extern const struct kb_fetch_policy kb_fetch_policy_default;

/* What to send: the address, and validators where they are to be sent. */
struct kb_fetch_ask {
    struct kb_str address, etag, last_modified;
};

#define KB_FETCH_NEVER INT64_MAX
enum { KB_FETCH_SAY_BYTES = 400 };

/* Who set the time of the next request … */
enum kb_fetch_reason {
    KB_FETCH_BY_DEFAULT,
    KB_FETCH_BY_RHYTHM,
    KB_FETCH_BY_TTL,
    KB_FETCH_BY_UPDATE,
    KB_FETCH_BY_MAX_AGE,
    KB_FETCH_BY_EXPIRES,
    KB_FETCH_BY_RETRY_AFTER,
    KB_FETCH_BY_BACK_OFF,
};

/* … and what moved it. */
enum kb_fetch_bound {
    KB_FETCH_FREE,
    KB_FETCH_AT_FLOOR,
    KB_FETCH_AT_CAP,
    KB_FETCH_AT_HUB,
    KB_FETCH_AT_SKIP,
    KB_FETCH_AT_DEAD,
};

struct kb_fetch_verdict {
    enum kb_fetch_outcome outcome;
    int64_t next; /* KB_FETCH_NEVER: only when a person asks for it */
    struct kb_fetch_ask ask;
    bool moved; /* the stored address is another one now */
    enum kb_fetch_reason reason;
    enum kb_fetch_bound bound;
    int64_t told; /* what the reason said, in seconds */
    char says[KB_FETCH_SAY_BYTES];
};

/* What to send for a feed at a time: now, for the first request of all. */
void kb_fetch_ask_for(const struct kb_fetch_state *state,
                      const struct kb_fetch_policy *policy, int64_t at,
                      struct kb_fetch_ask *ask);

/* *next may not be *state.  Its strings and the verdict's are borrowed from *state and
 * *answer. */
void kb_fetch_plan(const struct kb_fetch_state *state,
                   const struct kb_fetch_answer *answer,
                   const struct kb_fetch_policy *policy, int64_t now,
                   struct kb_fetch_state *next, struct kb_fetch_verdict *verdict);

/* "Not Found": RFC 9110's phrase for a status that people meet; "" for others. */
const char *kb_fetch_phrase(int status);

/* "2 h", "15 min", "3 days", as people say it; rounded to what matters. */
void kb_fetch_span(int64_t seconds, char *out, size_t size);

/* A verdict's sentence, kept since, as it is true now: `next` is when the feed is asked,
 * KB_FETCH_NEVER where that is not told.  False where it said nothing of it. */
bool kb_fetch_say_now(struct kb_str says, int64_t next, int64_t now, struct kb_buf *out);

/* ---- inner (plan_say.c) ------------------------------------------------------------ */

/* The sentence for people. */
void kb_fetch_plan_say(const struct kb_fetch_answer *answer,
                       const struct kb_fetch_state *next, int64_t now,
                       struct kb_fetch_verdict *verdict);

#endif
