/* What comes next for a feed: state, answer, rules and now enter; the next state and a
 * verdict leave (plan.h).
 *
 * One function that decides everything, so that no two places disagree about when a
 * server is asked, and so that each rule is a line in a table of tests (tests/plan).
 * Whose rules: RFC 9110 and 9111 for what headers and statuses mean; RSS 2.0 and its
 * module syndication for the feed's own wishes; the rest is what readers' authors and
 * servers' keepers asked for over the years.
 *
 * Who says when, the first that says something: Retry-After, Cache-Control's max-age,
 * Expires, ttl and sy:update…, our own learning.  A time below our floor says nothing: it
 * is the default of a cache in front, not a promise of news. */
#include "fetch/plan.h"

#define MINUTE 60
#define HOUR ((int64_t)3600)
#define DAY ((int64_t)86400)

/* clang-format off */
const struct kb_fetch_policy kb_fetch_policy_default = {
    .floor = 15 * MINUTE,      /* what servers' keepers call polite */
    .cap = DAY,                /* news older than a day is none */
    .first = HOUR,
    .hub = DAY,                /* hubs lose things: look for oneself now and then */
    .retry_after_cap = DAY,    /* longer ones seen were mistakes */
    .missing_after = 14 * DAY, /* a server's move may take a week or two */
    .dead_after = 30 * DAY,
    .dead_cap = 7 * DAY,       /* domains come back, seldom */
    .move_after = 3 * DAY,     /* maintenance pages and hotel networks redirect too */
    .move_seen = 3,
    .forget_after = 14 * DAY,  /* some servers answer 304 for ever */
    .forget_unchanged = 200,
    .distrust = 90 * DAY,
    .jitter = 10,
};
/* clang-format on */

static const int64_t first_waits[] = {
#define X(code, text, wait) wait,
    KB_FETCH_OUTCOMES(X)
#undef X
};

/* What one call works on. */
struct plan {
    const struct kb_fetch_state *state;
    const struct kb_fetch_answer *answer;
    const struct kb_fetch_policy *policy;
    int64_t now;
    struct kb_fetch_state *next;
    struct kb_fetch_verdict *verdict;
};

/* ---- outcome ----------------------------------------------------------------------- */

static bool is_permanent(int status) {
    return status == 301 || status == 308;
}

/* How many of the hops, from the first on, were permanent. */
static size_t permanent_hops(const struct kb_fetch_answer *answer) {
    size_t n = 0;
    while (n < answer->hop_count && is_permanent(answer->hops[n].status))
        n++;
    return n;
}

static enum kb_fetch_outcome outcome_of(const struct plan *p) {
    const struct kb_fetch_answer *answer = p->answer;
    int status = answer->status;
    if (answer->fault != KB_FETCH_ANSWERED)
        return answer->fault;
    if (status == 304) /* to a request without validators it is nonsense */
        return answer->conditional ? KB_FETCH_SAME : KB_FETCH_ODD;
    if (status >= 200 && status < 300) {
        if (answer->body_hash && answer->body_hash == p->state->body_hash)
            return KB_FETCH_SAME;
        return answer->is_feed ? KB_FETCH_ANSWERED : KB_FETCH_NO_FEED;
    }
    if (status == 410) /* a temporary redirect's end says nothing about our address */
        return permanent_hops(answer) == answer->hop_count ? KB_FETCH_GONE
                                                           : KB_FETCH_MISSING;
    if (status == 404)
        return KB_FETCH_MISSING;
    if (status == 429)
        return KB_FETCH_BUSY;
    if (status == 408)
        return KB_FETCH_TIMEOUT;
    if (status >= 400 && status < 500)
        return KB_FETCH_REFUSED;
    return status >= 500 && status < 600 ? KB_FETCH_SERVER : KB_FETCH_ODD;
}

/* ---- time of the next request ------------------------------------------------------ */

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* Who says when, in the order of their rank; seconds from now. */
static int64_t usual_wait(struct plan *p) {
    const struct kb_fetch_wishes *wishes = &p->next->wishes;
    struct kb_fetch_verdict *v = p->verdict;
    struct kb_fetch_fresh fresh;
    int64_t floor = p->policy->floor, wait;
    kb_fetch_freshness(&p->answer->headers, p->now, &fresh);
    if (fresh.by != KB_FRESH_UNTOLD && fresh.lifetime >= floor) {
        v->reason =
            fresh.by == KB_FRESH_MAX_AGE ? KB_FETCH_BY_MAX_AGE : KB_FETCH_BY_EXPIRES;
        v->told = fresh.lifetime;
        return fresh.left;
    }
    if (wishes->ttl >= floor || wishes->update >= floor) {
        bool ttl = wishes->ttl >= wishes->update;
        v->reason = ttl ? KB_FETCH_BY_TTL : KB_FETCH_BY_UPDATE;
        return v->told = ttl ? wishes->ttl : wishes->update;
    }
    wait = kb_fetch_rhythm_wait(&p->next->rhythm, p->now);
    v->reason = wait ? KB_FETCH_BY_RHYTHM : KB_FETCH_BY_DEFAULT;
    v->told = kb_fetch_rhythm_gap(&p->next->rhythm);
    return wait ? wait : p->policy->first;
}

static int64_t clamp(struct plan *p, int64_t wait, int64_t cap) {
    if (wait < p->policy->floor) {
        p->verdict->bound = KB_FETCH_AT_FLOOR;
        return p->policy->floor;
    }
    if (wait > cap) {
        p->verdict->bound = KB_FETCH_AT_CAP;
        return cap;
    }
    return wait;
}

static bool is_skipped(const struct kb_fetch_wishes *wishes, int64_t at) {
    int64_t hour = at / HOUR % 24,
            day = (at / DAY + 3) % 7; /* 1970 began on a Thursday */
    return (wishes->skip_hours >> hour & 1u) || (wishes->skip_days >> day & 1);
}

/* Out of the hours and days in which the feed wants to be left alone, but not past the
 * cap: a feed that skips everything is read once a day all the same. */
static int64_t unskip(struct plan *p, int64_t wait) {
    const struct kb_fetch_wishes *wishes = &p->next->wishes;
    int64_t at = p->now + wait, last = p->now + p->policy->cap;
    if (!is_skipped(wishes, at))
        return wait;
    while (at < last && is_skipped(wishes, at))
        at = (at / HOUR + 1) * HOUR;
    p->verdict->bound = at < last ? KB_FETCH_AT_SKIP : KB_FETCH_AT_CAP;
    return least(at, last) - p->now;
}

/* A little later, each feed by another bit: those that were asked, or failed, together
 * come apart.  Never sooner, so that what a server asked for holds. */
static int64_t jittered(const struct plan *p, int64_t wait) {
    const uint64_t mixed[2] = {p->state->seed, (uint64_t)p->now};
    uint64_t part = kb_hash(mixed, sizeof mixed, 0) % 1024;
    return wait + wait * p->policy->jitter * (int64_t)part / (100 * 1024);
}

static void wait_after_success(struct plan *p) {
    int64_t wait = clamp(p, usual_wait(p), p->policy->cap), left;
    left = p->next->lease_until - p->now;
    if (left > wait) { /* a hub tells of news: look by ourselves at the lease's end */
        int64_t slow = least(left, p->policy->hub);
        if (slow > wait) {
            p->verdict->bound = KB_FETCH_AT_HUB;
            wait = slow;
        }
    }
    p->verdict->next = p->now + jittered(p, unskip(p, wait));
}

/* As long as the failure's kind says, doubled with each further one. */
static void wait_after_failure(struct plan *p) {
    const struct kb_fetch_policy *policy = p->policy;
    int64_t failing = p->now - p->next->failing_since, cap = policy->cap, wait;
    wait = kb_fetch_retry_after(&p->answer->headers, p->now);
    p->verdict->reason = KB_FETCH_BY_RETRY_AFTER;
    p->verdict->told = wait;
    if (p->answer->fault == KB_FETCH_ANSWERED && wait > 0) {
        if (p->answer->status == 429 || p->answer->status == 503) /* of all the host */
            p->next->left_until = p->now + least(wait, policy->retry_after_cap);
        wait = clamp(p, wait, policy->retry_after_cap);
    } else {
        p->verdict->reason = KB_FETCH_BY_BACK_OFF;
        p->verdict->told = failing;
        if (failing >= policy->dead_after ||
            (p->verdict->outcome == KB_FETCH_MISSING && failing >= policy->missing_after))
            cap = policy->dead_cap;
        wait = first_waits[p->verdict->outcome];
        for (uint32_t i = 1; i < p->next->failures && wait < cap; i++)
            wait *= 2;
        wait = clamp(p, wait, cap);
        if (cap == policy->dead_cap)
            p->verdict->bound = KB_FETCH_AT_DEAD;
    }
    p->verdict->next = p->now + jittered(p, wait);
}

/* ---- validators -------------------------------------------------------------------- */

/* A Last-Modified ahead of the server's own clock never changes again: each later
 * version is "not modified since" then.  It is not kept. */
static bool is_ahead(const struct kb_fetch_headers *headers, int64_t now) {
    int64_t modified, date = now;
    kb_fetch_date(headers->date, now, &date);
    return kb_fetch_date(headers->last_modified, now, &modified) &&
           modified > (date > now ? date : now) + DAY;
}

static void keep_validators(struct plan *p) {
    const struct kb_fetch_headers *headers = &p->answer->headers;
    struct kb_fetch_state *next = p->next;
    struct kb_str modified =
        is_ahead(headers, p->now) ? KB_STR_NONE : headers->last_modified;
    bool told = next->etag.n || next->last_modified.n;
    /* The same validators with other entries, where we had been told "not modified"
     * meanwhile: those answers were wrong. */
    if (told && p->state->not_modified && !p->answer->conditional &&
        p->answer->entry_count && kb_str_equal(next->etag, headers->etag) &&
        kb_str_equal(next->last_modified, modified))
        next->distrusted_till = p->now + p->policy->distrust;
    next->etag = headers->etag;
    next->last_modified = modified;
    next->full_at = p->now;
    next->not_modified = 0;
}

void kb_fetch_ask_for(const struct kb_fetch_state *state,
                      const struct kb_fetch_policy *policy, int64_t at,
                      struct kb_fetch_ask *ask) {
    *ask = (struct kb_fetch_ask){.address = state->address};
    if (at < state->distrusted_till || at - state->full_at >= policy->forget_after ||
        state->not_modified >= policy->forget_unchanged)
        return;
    ask->etag = state->etag;
    ask->last_modified = state->last_modified;
}

/* ---- addresses --------------------------------------------------------------------- */

/* The same address but for https instead of http. */
static bool is_upgrade(struct kb_str from, struct kb_str to) {
    return kb_str_starts_nocase(from, KB_STR("http://")) &&
           kb_str_starts_nocase(to, KB_STR("https://")) &&
           kb_str_equal(kb_str_slice(from, 7, from.n), kb_str_slice(to, 8, to.n));
}

static bool is_downgrade(struct kb_str from, struct kb_str to) {
    return kb_str_starts_nocase(from, KB_STR("https://")) &&
           !kb_str_starts_nocase(to, KB_STR("https://"));
}

/* Follows permanent redirects with the stored address, once they have held. Called where
 * a feed was there. */
static void follow_moves(struct plan *p) {
    struct kb_fetch_state *next = p->next;
    size_t n = permanent_hops(p->answer), at = 0;
    struct kb_str to;
    while (at < n && is_upgrade(next->address, p->answer->hops[at].to)) {
        next->address = p->answer->hops[at++].to;
        p->verdict->moved = true;
    }
    to = at < n ? p->answer->hops[n - 1].to : KB_STR_NONE;
    if (!to.n || to.n > KB_LIMIT_URL_BYTES || is_downgrade(next->address, to) ||
        kb_str_equal(to, next->address)) {
        next->trial = KB_STR_NONE;
        next->trial_since = 0;
        next->trial_seen = 0;
        return;
    }
    if (!kb_str_equal(to, next->trial)) {
        next->trial = to;
        next->trial_since = p->now;
        next->trial_seen = 0;
    }
    next->trial_seen++;
    if (next->trial_seen < p->policy->move_seen ||
        p->now - next->trial_since < p->policy->move_after)
        return;
    next->address = to;
    next->trial = KB_STR_NONE;
    next->trial_since = 0;
    next->trial_seen = 0;
    p->verdict->moved = true;
}

/* ---- the endings ------------------------------------------------------------------- */

static void succeed(struct plan *p) {
    struct kb_fetch_state *next = p->next;
    const struct kb_fetch_answer *answer = p->answer;
    if (answer->status == 304)
        next->not_modified++;
    else
        keep_validators(p);
    if (p->verdict->outcome == KB_FETCH_ANSWERED) {
        next->body_hash = answer->body_hash;
        next->wishes = answer->wishes;
        kb_fetch_rhythm_learn(&next->rhythm, answer->entries, answer->entry_count,
                              p->policy->floor, p->now);
    }
    follow_moves(p);
    next->last_success = p->now;
    next->failures = 0;
    next->failing_since = 0;
    next->gone = false;
    wait_after_success(p);
}

static void fail(struct plan *p) {
    if (!p->next->failures++)
        p->next->failing_since = p->now;
    wait_after_failure(p);
}

/* News that a hub brought tell of the feed's rhythm.  When to ask, and with which
 * validators, stays: those are its own server's. */
static void take_push(struct plan *p) {
    struct kb_fetch_state *next = p->next;
    p->verdict->next = p->state->next;
    p->verdict->outcome = p->answer->is_feed ? KB_FETCH_ANSWERED : KB_FETCH_NO_FEED;
    if (!p->answer->is_feed)
        return;
    kb_fetch_rhythm_learn(&next->rhythm, p->answer->entries, p->answer->entry_count,
                          p->policy->floor, p->now);
    next->last_success = p->now;
}

/* Nobody was asked, so nothing is known of the feed: it only waits with its host's other
 * ones, and the jitter parts them. */
static void postpone(struct plan *p) {
    int64_t pause = p->answer->pause;
    if (p->state->left_until > p->now) /* seconds are not rounded up again and again */
        p->next->left_until = p->state->left_until;
    else
        p->next->left_until = p->now + least(pause, p->policy->retry_after_cap);
    p->verdict->reason = KB_FETCH_BY_RETRY_AFTER;
    p->verdict->told = pause;
    p->verdict->next = p->now + jittered(p, clamp(p, pause, p->policy->retry_after_cap));
}

void kb_fetch_plan(const struct kb_fetch_state *state,
                   const struct kb_fetch_answer *answer,
                   const struct kb_fetch_policy *policy, int64_t now,
                   struct kb_fetch_state *next, struct kb_fetch_verdict *verdict) {
    struct plan p = {state, answer, policy, now, next, verdict};
    *next = *state;
    *verdict = (struct kb_fetch_verdict){.next = KB_FETCH_NEVER};
    verdict->outcome = outcome_of(&p);
    if (!answer->pushed)
        next->left_until = 0;
    if (answer->pushed)
        take_push(&p);
    else if (verdict->outcome == KB_FETCH_ANSWERED || verdict->outcome == KB_FETCH_SAME)
        succeed(&p);
    else if (verdict->outcome == KB_FETCH_GONE)
        next->gone = true;
    else if (verdict->outcome == KB_FETCH_PAUSED)
        postpone(&p);
    else
        fail(&p);
    next->next = verdict->next;
    kb_fetch_ask_for(next, policy, verdict->next, &verdict->ask);
    kb_fetch_plan_say(answer, next, now, verdict);
}
