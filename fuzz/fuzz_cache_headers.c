/* Headers of answers, and what a feed's plan makes of them: ten lines a answer, in the
 * order of `take` below; answer after answer until the input ends. */
#include "fuzz.h"

#include "fetch/plan.h"

#define NOW ((int64_t)1772438400)

static struct kb_str take(struct kb_str *input) {
    size_t end = kb_str_find_byte(*input, '\n');
    struct kb_str line = kb_str_slice(*input, 0, end);
    *input = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*input, end + 1, input->n);
    return line;
}

static void check_headers(const struct kb_fetch_headers *headers, int64_t now) {
    struct kb_fetch_fresh fresh;
    int64_t date, wait = kb_fetch_retry_after(headers, now);
    kb_fetch_freshness(headers, now, &fresh);
    if (fresh.lifetime < 0 || fresh.left < 0 || fresh.left > fresh.lifetime)
        kb_fuzz_fail("an answer that is fresh for an impossible time");
    if (fresh.by == KB_FRESH_UNTOLD && fresh.lifetime)
        kb_fuzz_fail("a freshness that nobody told");
    if (wait < -1)
        kb_fuzz_fail("a negative wait");
    if (kb_fetch_date(headers->date, now, &date) &&
        (date < -11644473600 || date > 253402300800))
        kb_fuzz_fail("a date outside the years 1601 to 9999");
}

static void check_plan(const struct kb_fetch_state *next,
                       const struct kb_fetch_verdict *verdict, int64_t now) {
    const struct kb_fetch_policy *policy = &kb_fetch_policy_default;
    int64_t most = policy->dead_cap + policy->dead_cap / 10;
    if (memchr(verdict->says, 0, sizeof verdict->says) == NULL || !verdict->says[0])
        kb_fuzz_fail("nothing is said");
    if (next->gone ? verdict->next != KB_FETCH_NEVER
                   : verdict->next < now + policy->floor || verdict->next > now + most)
        kb_fuzz_fail("asked again too soon, or too late");
    if (next->rhythm.count > KB_LIMIT_RHYTHM_GAPS || next->rhythm.newest > now)
        kb_fuzz_fail("a rhythm that cannot be");
    if (!verdict->ask.address.n)
        kb_fuzz_fail("the address is lost");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str input = {(const char *)data, size};
    struct kb_fetch_state state = {.address = KB_STR("http://a.example/f")}, next;
    struct kb_fetch_verdict verdict;
    int64_t now = NOW, entries[8];
    while (input.n && !state.gone) {
        struct kb_str head = take(&input);
        struct kb_fetch_headers headers = {.cache_control = take(&input)};
        headers.expires = take(&input);
        headers.age = take(&input);
        headers.date = take(&input);
        headers.retry_after = take(&input);
        headers.etag = take(&input);
        headers.last_modified = take(&input);
        unsigned char c[8] = {0};
        memcpy(c, head.p ? head.p : "", head.n < 8 ? head.n : 8);
        struct kb_fetch_hop hops[2] = {{300 + c[0] % 10, take(&input)},
                                       {300 + c[1] % 10, take(&input)}};
        for (size_t i = 0; i < KB_COUNT(entries); i++)
            entries[i] = c[i] < 16 ? 0 : now - (c[i] - 100) * (int64_t)c[0] * 600;
        struct kb_fetch_answer answer = {
            .fault = c[2] < 16 ? (enum kb_fetch_outcome)(c[2] % 10) : KB_FETCH_ANSWERED,
            .status = c[3] > 64 ? 200 + c[3] % 5 * 100 + c[4] % 12 : 304,
            .conditional = c[5] & 1,
            .headers = headers,
            .pause = (c[4] - 100) * (int64_t)c[5] * 100,
            .hops = hops,
            .hop_count = hops[0].to.n == 0   ? 0u
                         : hops[1].to.n == 0 ? 1u
                                             : 2u,
            .is_feed = c[6] & 1,
            .body_hash = c[7],
            .entries = entries,
            .entry_count = c[6] % 9,
            .wishes = {c[0] * 100, c[1] * 100, c[2] * 65793u, (uint8_t)(c[3] & 127)},
        };
        if (answer.fault == KB_FETCH_SAME || answer.fault == KB_FETCH_GONE)
            answer.fault = KB_FETCH_TIMEOUT;
        check_headers(&headers, now);
        kb_fetch_plan(&state, &answer, &kb_fetch_policy_default, now, &next, &verdict);
        check_plan(&next, &verdict, now);
        state = next;
        now = verdict.next;
    }
    return 0;
}
