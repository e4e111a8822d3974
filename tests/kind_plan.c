/* Kind `plan`: stories of feeds, asked again and again.
 *
 * The file want.plan is input and output in one.  A story begins with a line "== title";
 * lines that begin with ">" are what the plan said, and --accept writes them anew.  The
 * others:
 *
 *     state WORDS     the feed before its first request here
 *     rules WORDS     the policy, where it is not the default (jitter is 0 here)
 *     at TIME WORDS   a request at TIME and its answer; what follows is printed behind it
 *     # …             a remark
 *
 * WORDS are name=value with blanks between, values with blanks in single quotes.  TIME
 * and other moments are spans from the line before: 0, 90s, 15m, 2h, 3d, -1d12h; a story
 * begins on Monday, 2026-03-02, 08:00 UTC.  Of state: address, etag, last-modified, full,
 * unchanged, hash, success, failures, failing, gone, gaps=1h,2h, newest, trial,
 * trial-since, trial-seen, lease, seed, distrusted, ttl, update, skip-hours=0,23,
 * skip-days=0 (Monday).  Of answers: a status or the name of a fault; feed; new=N
 * (undated) or entries=-1h,-3h; hash; instead; pause; pushed; via=301:ADDRESS, again for
 * each hop; lease; ttl … and the headers by their names.  A request is conditional when
 * the plan sends validators. */
#include "runner.h"

#include "fetch/plan.h"

#include <stdlib.h>

enum { HOPS = 8, ENTRIES = 64 };

static const int64_t begin = 1772438400; /* 2026-03-02T08:00Z, a Monday */

struct story {
    struct kb_case *c;
    struct kb_buf *out;
    int64_t now;
    struct kb_fetch_state state;
    struct kb_fetch_policy policy;
    struct kb_fetch_answer answer;
    struct kb_fetch_hop hops[HOPS];
    int64_t entries[ENTRIES];
};

struct word {
    struct kb_str name, value;
};

static bool next_word(struct kb_str *line, struct word *word) {
    *line = kb_str_trim(*line);
    size_t end = 0, equal = KB_NOT_FOUND;
    bool quoted = false;
    for (; end < line->n && (quoted || line->p[end] != ' '); end++) {
        if (line->p[end] == '\'')
            quoted = !quoted;
        else if (line->p[end] == '=' && equal == KB_NOT_FOUND)
            equal = end;
    }
    if (!end)
        return false;
    word->name = kb_str_slice(*line, 0, equal < end ? equal : end);
    word->value = equal < end ? kb_str_slice(*line, equal + 1, end) : KB_STR_NONE;
    if (word->value.n >= 2 && word->value.p[0] == '\'')
        word->value = kb_str_slice(word->value, 1, word->value.n - 1);
    *line = kb_str_slice(*line, end, line->n);
    return true;
}

/* "-1d12h" in seconds; the next one behind a comma where *list goes on. */
static int64_t take_span(struct kb_str *list) {
    int64_t sum = 0, sign = 1;
    size_t i = 0;
    if (list->n && (list->p[0] == '-' || list->p[0] == '+'))
        sign = list->p[i++] == '-' ? -1 : 1;
    while (i < list->n && list->p[i] != ',') {
        int64_t value = 0, unit = 1;
        for (; i < list->n && kb_is_digit(list->p[i]); i++)
            value = value * 10 + list->p[i] - '0';
        switch (i < list->n ? list->p[i] : ',') {
        case 'd': unit = 86400; break;
        case 'h': unit = 3600; break;
        case 'm': unit = 60; break;
        case ',': i--; break;
        default: break;
        }
        sum += value * unit;
        i++;
    }
    *list = kb_str_slice(*list, i + 1, list->n);
    return sign * sum;
}

static int64_t span(struct kb_str text) {
    return take_span(&text);
}

static uint32_t bits(struct kb_str list) {
    uint32_t set = 0;
    while (list.n)
        set |= 1u << (take_span(&list) & 31);
    return set;
}

/* ---- words into structs ------------------------------------------------------------ */

static bool is(struct word *word, const char *name) {
    return kb_str_equal(word->name, kb_str_z(name));
}

static bool take_wish(struct kb_fetch_wishes *wishes, struct word *w) {
    if (is(w, "ttl"))
        wishes->ttl = span(w->value);
    else if (is(w, "update"))
        wishes->update = span(w->value);
    else if (is(w, "skip-hours"))
        wishes->skip_hours = bits(w->value);
    else if (is(w, "skip-days"))
        wishes->skip_days = (uint8_t)bits(w->value);
    else
        return false;
    return true;
}

static bool take_string(struct kb_fetch_state *s, struct kb_fetch_headers *h,
                        struct word *w) {
    struct kb_str unused;
    const struct {
        const char *name;
        struct kb_str *to;
    } names[] = {
        {"address", s ? &s->address : &unused},
        {"trial", s ? &s->trial : &unused},
        {"etag", s ? &s->etag : &h->etag},
        {"last-modified", s ? &s->last_modified : &h->last_modified},
        {"cache-control", h ? &h->cache_control : &unused},
        {"expires", h ? &h->expires : &unused},
        {"age", h ? &h->age : &unused},
        {"date", h ? &h->date : &unused},
        {"retry-after", h ? &h->retry_after : &unused},
    };
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        if (is(w, names[i].name)) {
            *names[i].to = w->value;
            return names[i].to != &unused;
        }
    }
    return false;
}

static void take_gaps(struct kb_fetch_rhythm *rhythm, struct kb_str list) {
    while (list.n && rhythm->count < KB_LIMIT_RHYTHM_GAPS)
        rhythm->gaps[rhythm->count++] = (uint32_t)take_span(&list);
}

static void take_state(struct story *t, struct word *w) {
    struct kb_fetch_state *s = &t->state;
    int64_t n = span(w->value);
    if (take_string(s, NULL, w) || take_wish(&s->wishes, w))
        return;
    if (is(w, "full"))
        s->full_at = t->now + n;
    else if (is(w, "unchanged"))
        s->not_modified = (uint32_t)n;
    else if (is(w, "hash"))
        s->body_hash = (uint64_t)n;
    else if (is(w, "success"))
        s->last_success = t->now + n;
    else if (is(w, "failures"))
        s->failures = (uint32_t)n;
    else if (is(w, "failing"))
        s->failing_since = t->now + n;
    else if (is(w, "gone"))
        s->gone = true;
    else if (is(w, "gaps"))
        take_gaps(&s->rhythm, w->value);
    else if (is(w, "newest"))
        s->rhythm.newest = t->now + n;
    else if (is(w, "trial-since"))
        s->trial_since = t->now + n;
    else if (is(w, "trial-seen"))
        s->trial_seen = (uint32_t)n;
    else if (is(w, "lease"))
        s->lease_until = t->now + n;
    else if (is(w, "distrusted"))
        s->distrusted_till = t->now + n;
    else if (is(w, "seed"))
        s->seed = (uint64_t)n;
    else
        kb_case_fail(t->c, "a state has no %.*s", (int)w->name.n, w->name.p);
}

static void take_rule(struct story *t, struct word *w) {
    struct kb_fetch_policy *p = &t->policy;
    const struct {
        const char *name;
        int64_t *to;
    } spans[] = {{"floor", &p->floor},
                 {"cap", &p->cap},
                 {"first", &p->first},
                 {"hub", &p->hub},
                 {"retry-after-cap", &p->retry_after_cap},
                 {"dead-cap", &p->dead_cap}};
    for (size_t i = 0; i < KB_COUNT(spans); i++) {
        if (is(w, spans[i].name)) {
            *spans[i].to = span(w->value);
            return;
        }
    }
    if (is(w, "jitter"))
        p->jitter = (uint32_t)span(w->value);
    else
        kb_case_fail(t->c, "there is no rule %.*s", (int)w->name.n, w->name.p);
}

static void take_fault(struct story *t, struct word *w) {
    static const struct {
        const char *name;
        enum kb_fetch_outcome fault;
    } faults[] = {
        {"no-name", KB_FETCH_NO_NAME},
        {"no-connection", KB_FETCH_NO_CONNECTION},
        {"tls", KB_FETCH_TLS},
        {"timeout", KB_FETCH_TIMEOUT},
        {"broken", KB_FETCH_BROKEN},
        {"too-large", KB_FETCH_TOO_LARGE},
        {"redirects", KB_FETCH_REDIRECTS},
        {"forbidden", KB_FETCH_FORBIDDEN},
        {"paused", KB_FETCH_PAUSED},
    };
    for (size_t i = 0; i < KB_COUNT(faults); i++) {
        if (is(w, faults[i].name)) {
            t->answer.fault = faults[i].fault;
            return;
        }
    }
    if (w->name.n == 3 && kb_is_digit(w->name.p[0]))
        t->answer.status = (int)span(w->name);
    else
        kb_case_fail(t->c, "an answer has no %.*s", (int)w->name.n, w->name.p);
}

static void take_answer(struct story *t, struct word *w) {
    struct kb_fetch_answer *a = &t->answer;
    if (take_string(NULL, &a->headers, w) || take_wish(&a->wishes, w))
        return;
    if (is(w, "feed")) {
        a->is_feed = true;
    } else if (is(w, "pushed")) {
        a->pushed = true;
    } else if (is(w, "pause")) {
        a->pause = span(w->value);
    } else if (is(w, "instead")) {
        a->instead = w->value;
    } else if (is(w, "hash")) {
        a->body_hash = (uint64_t)span(w->value);
    } else if (is(w, "lease")) {
        t->state.lease_until = t->now + span(w->value);
    } else if (is(w, "new")) {
        a->entry_count = (size_t)span(w->value);
        a->entries = NULL;
    } else if (is(w, "entries")) {
        struct kb_str list = w->value;
        while (list.n && a->entry_count < ENTRIES)
            t->entries[a->entry_count++] = t->now + take_span(&list);
        a->entries = t->entries;
    } else if (is(w, "via") && a->hop_count < HOPS) {
        t->hops[a->hop_count++] =
            (struct kb_fetch_hop){(int)span(kb_str_slice(w->value, 0, 3)),
                                  kb_str_slice(w->value, 4, w->value.n)};
    } else {
        take_fault(t, w);
    }
}

/* ---- what the plan says ------------------------------------------------------------ */

static void tell_span(struct kb_buf *out, int64_t s) {
    static const struct {
        int64_t seconds;
        char name;
    } units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
    if (!s)
        kb_buf_char(out, '0');
    for (size_t i = 0; i < KB_COUNT(units); i++) {
        if (s >= units[i].seconds)
            kb_buf_printf(out, "%d%c", (int)(s / units[i].seconds), units[i].name);
        s %= units[i].seconds;
    }
}

static void tell_text(struct story *t, const char *what, struct kb_str text) {
    kb_buf_printf(t->out, "> %s %.*s\n", what, (int)text.n, text.p);
}

static void tell(struct story *t, const struct kb_fetch_state *next,
                 const struct kb_fetch_verdict *v) {
    kb_buf_z(t->out, v->next == KB_FETCH_NEVER ? "> never" : "> next ");
    if (v->next != KB_FETCH_NEVER)
        tell_span(t->out, v->next - t->now);
    kb_buf_printf(t->out, "\n> %s\n", v->says);
    if (v->ask.etag.n)
        tell_text(t, "sends If-None-Match:", v->ask.etag);
    if (v->ask.last_modified.n)
        tell_text(t, "sends If-Modified-Since:", v->ask.last_modified);
    if (v->moved)
        tell_text(t, "address", v->ask.address);
    if (next->trial.n) {
        tell_text(t, "on trial", next->trial);
        kb_buf_printf(t->out, "> seen there %u times\n", next->trial_seen);
    }
    if (next->failures != t->state.failures)
        kb_buf_printf(t->out, "> failures %u\n", next->failures);
    if (next->left_until > t->now) {
        kb_buf_z(t->out, "> its host is left alone for ");
        tell_span(t->out, next->left_until - t->now);
        kb_buf_char(t->out, '\n');
    }
    if (next->distrusted_till > t->now)
        kb_buf_z(t->out, "> its validators are not believed\n");
    if (next->gone != t->state.gone)
        kb_buf_z(t->out, next->gone ? "> gone\n" : "> here again\n");
}

static void ask(struct story *t, struct kb_str line) {
    struct kb_fetch_state next;
    struct kb_fetch_verdict verdict;
    struct kb_fetch_ask sent;
    struct word w = {0};
    if (!next_word(&line, &w))
        kb_case_fail(t->c, "a line `at` without a time");
    t->now += span(w.name);
    t->answer = (struct kb_fetch_answer){.hops = t->hops};
    kb_fetch_ask_for(&t->state, &t->policy, t->now, &sent);
    t->answer.conditional = sent.etag.n || sent.last_modified.n;
    while (next_word(&line, &w))
        take_answer(t, &w);
    kb_fetch_plan(&t->state, &t->answer, &t->policy, t->now, &next, &verdict);
    tell(t, &next, &verdict);
    t->state = next;
}

static void take_line(struct story *t, struct kb_str line) {
    struct word w = {0};
    if (kb_str_starts(line, KB_STR("> ")))
        return;
    kb_buf_str(t->out, line);
    kb_buf_char(t->out, '\n');
    if (!line.n || line.p[0] == '#')
        return;
    if (kb_str_starts(line, KB_STR("== "))) {
        t->now = begin;
        t->state = (struct kb_fetch_state){.address = KB_STR("https://a.example/feed"),
                                           .full_at = begin};
        t->policy = kb_fetch_policy_default;
        t->policy.jitter = 0;
        return;
    }
    next_word(&line, &w);
    if (is(&w, "at")) {
        ask(t, line);
    } else if (is(&w, "state")) {
        while (next_word(&line, &w))
            take_state(t, &w);
    } else if (is(&w, "rules")) {
        while (next_word(&line, &w))
            take_rule(t, &w);
    } else {
        kb_case_fail(t->c, "no line begins with %.*s", (int)w.name.n, w.name.p);
    }
}

static void run(struct kb_case *c) {
    struct kb_str lines = kb_case_file(c, "want.plan");
    struct kb_buf out;
    struct story t = {.c = c, .out = &out};
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    while (lines.n) {
        size_t end = kb_str_find_byte(lines, '\n');
        take_line(&t, kb_str_slice(lines, 0, end));
        lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(lines, end + 1, lines.n);
    }
    kb_case_output(c, "plan", kb_buf_view(&out));
    kb_buf_free(&out);
}

const struct kb_test_kind kb_kind_plan = {"plan", run};
