/* The plan's sentence for people: a verdict enters, one line leaves (plan.h).
 *
 * "3 new entries; asked again in 2 h: Cache-Control says max-age=7200".  First what
 * happened, then what follows, then who decided it: a person who wonders why a feed is
 * slow reads one line. */
#include "fetch/plan.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const texts[] = {
#define X(code, text, wait) text,
    KB_FETCH_OUTCOMES(X)
#undef X
};

/* Bytes of somebody else's text in our sentence. */
enum { SHOWN = 120 };

struct say {
    char *at;
    size_t left;
};

static void say(struct say *say, const char *format, ...) KB_PRINTF(2, 3);
static void say(struct say *say, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = vsnprintf(say->at, say->left, format, args);
    va_end(args);
    if (n < 0)
        return;
    size_t step = (size_t)n < say->left ? (size_t)n : say->left - 1;
    say->at += step;
    say->left -= step;
}

static void say_span(struct say *s, int64_t seconds) {
    char span[32];
    kb_fetch_span(seconds, span, sizeof span);
    say(s, "%s", span);
}

void kb_fetch_span(int64_t seconds, char *out, size_t size) {
    static const struct {
        int64_t from, unit; /* shown in this unit from here on */
        const char *name;
    } units[] = {{172800, 86400, "days"}, {86400, 86400, "day"}, {5400, 3600, "h"},
                 {3600, 60, "min"},       {90, 60, "min"},       {0, 1, "s"}};
    size_t i = 0;
    if (seconds < 0)
        seconds = 0;
    while (seconds < units[i].from)
        i++;
    if (seconds == 3600)
        snprintf(out, size, "1 h");
    else if (units[i].unit == 3600 && seconds % 3600 >= 360 && seconds < 36000)
        snprintf(out, size, "%.1f h", (double)seconds / 3600);
    else
        snprintf(out, size, "%lld %s", (long long)(seconds / units[i].unit),
                 units[i].name);
}

/* ---- what happened ----------------------------------------------------------------- */

/* The phrases of RFC 9110 for statuses that people meet. */
const char *kb_fetch_phrase(int status) {
    static const struct {
        int status;
        const char *phrase;
    } phrases[] = {
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {408, "Request Timeout"},
        {410, "Gone"},
        {429, "Too Many Requests"},
        {451, "Unavailable For Legal Reasons"},
        {500, "Internal Server Error"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
    };
    for (size_t i = 0; i < KB_COUNT(phrases); i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return "";
}

static void say_outcome(struct say *s, const struct kb_fetch_answer *answer,
                        const struct kb_fetch_verdict *verdict) {
    enum kb_fetch_outcome outcome = verdict->outcome;
    size_t n = answer->entry_count;
    if (outcome == KB_FETCH_ANSWERED && n)
        say(s, "%zu new %s", n, n == 1 ? "entry" : "entries");
    else if (outcome == KB_FETCH_ANSWERED)
        say(s, "no new entry");
    else if (outcome == KB_FETCH_SAME)
        say(s, answer->status == 304 ? "not modified" : "the same bytes as before");
    else if (answer->fault != KB_FETCH_ANSWERED)
        say(s, "%s", texts[outcome]);
    else if (outcome == KB_FETCH_NO_FEED)
        say(s, "%d, but %s%s%.*s", answer->status, texts[outcome],
            answer->instead.n ? ": " : "", (int)kb_str_cut(answer->instead, SHOWN).n,
            answer->instead.p);
    else if (kb_fetch_phrase(answer->status)[0])
        say(s, "%d %s", answer->status, kb_fetch_phrase(answer->status));
    else
        say(s, "%d: %s", answer->status, texts[outcome]);
}

static void say_moves(struct say *s, const struct kb_fetch_state *next,
                      const struct kb_fetch_verdict *verdict) {
    struct kb_str to = kb_str_cut(verdict->moved ? next->address : next->trial, SHOWN);
    if (verdict->moved)
        say(s, "; from now on at %.*s", (int)to.n, to.p);
    else if (to.n && next->last_success == next->trial_since)
        say(s, "; redirected for good to %.*s, which is believed when it has held",
            (int)to.n, to.p);
}

/* ---- why --------------------------------------------------------------------------- */

static void say_reason(struct say *s, const struct kb_fetch_verdict *verdict) {
    long long told = (long long)verdict->told;
    switch (verdict->reason) {
    case KB_FETCH_BY_DEFAULT: say(s, "how often it changes is not known yet"); return;
    case KB_FETCH_BY_MAX_AGE: say(s, "Cache-Control says max-age=%lld", told); return;
    case KB_FETCH_BY_RHYTHM: say(s, "it has news about every "); break;
    case KB_FETCH_BY_TTL: say(s, "the feed's ttl is "); break;
    case KB_FETCH_BY_UPDATE: say(s, "the feed says that it is updated every "); break;
    case KB_FETCH_BY_EXPIRES: say(s, "Expires gives "); break;
    case KB_FETCH_BY_RETRY_AFTER: say(s, "Retry-After asks for "); break;
    case KB_FETCH_BY_BACK_OFF:
        if (!told) {
            say(s, "it failed for the first time");
            return;
        }
        say(s, "it has failed for ");
    }
    say_span(s, told);
}

static void say_bound(struct say *s, const struct kb_fetch_verdict *verdict) {
    switch (verdict->bound) {
    case KB_FETCH_FREE: return;
    case KB_FETCH_AT_FLOOR: say(s, "; never sooner"); return;
    case KB_FETCH_AT_CAP: say(s, "; never later"); return;
    case KB_FETCH_AT_HUB: say(s, ", and a hub tells of news"); return;
    case KB_FETCH_AT_SKIP: say(s, ", outside its skipHours and skipDays"); return;
    case KB_FETCH_AT_DEAD: say(s, "; it seems to be dead"); return;
    }
}

static const char asked_again[] = "; asked again in ";

bool kb_fetch_say_now(struct kb_str says, int64_t next, int64_t now, struct kb_buf *out) {
    size_t from = kb_str_find(says, kb_str_z(asked_again));
    char span[32];
    kb_buf_str(out, kb_str_slice(says, 0, from));
    if (from == KB_NOT_FOUND || next == KB_FETCH_NEVER)
        return false;
    if (next <= now) {
        kb_buf_z(out, "; to be asked now");
        return true;
    }
    struct kb_str rest = kb_str_slice(says, from + sizeof asked_again - 1, says.n);
    kb_fetch_span(next - now, span, sizeof span);
    kb_buf_z(out, asked_again);
    kb_buf_z(out, span);
    kb_buf_str(out, kb_str_slice(rest, kb_str_find_byte(rest, ':'), rest.n));
    return true;
}

void kb_fetch_plan_say(const struct kb_fetch_answer *answer,
                       const struct kb_fetch_state *next, int64_t now,
                       struct kb_fetch_verdict *verdict) {
    struct say s = {verdict->says, sizeof verdict->says};
    say_outcome(&s, answer, verdict);
    if (answer->pushed) {
        say(&s, "; a hub brought this");
        return;
    }
    if (verdict->outcome == KB_FETCH_GONE) {
        say(&s, ": no longer asked");
        return;
    }
    say_moves(&s, next, verdict);
    say(&s, "%s", asked_again);
    say_span(&s, verdict->next - now);
    say(&s, ": ");
    say_reason(&s, verdict);
    say_bound(&s, verdict);
}
