/* The client's answer becomes the plan's (asked.h): faults by a table, redirects as hops,
 * the body as a hash. */
#include "fetch/asked.h"

static const struct {
    enum kb_fault fault;
    enum kb_fetch_outcome outcome;
} outcomes[] = {
    {KB_FAULT_ADDRESS, KB_FETCH_FORBIDDEN},   {KB_FAULT_REFUSED, KB_FETCH_FORBIDDEN},
    {KB_FAULT_NAME, KB_FETCH_NO_NAME},        {KB_FAULT_CONNECT, KB_FETCH_NO_CONNECTION},
    {KB_FAULT_PROXY, KB_FETCH_NO_CONNECTION}, {KB_FAULT_TLS, KB_FETCH_TLS},
    {KB_FAULT_TIMEOUT, KB_FETCH_TIMEOUT},     {KB_FAULT_SLOW, KB_FETCH_TIMEOUT},
    {KB_FAULT_LOST, KB_FETCH_BROKEN},         {KB_FAULT_SHORT, KB_FETCH_BROKEN},
    {KB_FAULT_TOO_LARGE, KB_FETCH_TOO_LARGE}, {KB_FAULT_HEADERS, KB_FETCH_TOO_LARGE},
    {KB_FAULT_REDIRECTS, KB_FETCH_REDIRECTS}, {KB_FAULT_PAUSED, KB_FETCH_PAUSED},
};

static enum kb_fetch_outcome outcome_of(enum kb_fault fault) {
    if (fault == KB_FAULT_NONE)
        return KB_FETCH_ANSWERED;
    for (size_t i = 0; i < KB_COUNT(outcomes); i++)
        if (outcomes[i].fault == fault)
            return outcomes[i].outcome;
    return KB_FETCH_BROKEN;
}

void kb_fetch_asked(const struct kb_answer *answer, bool conditional,
                    struct kb_fetch_hop *hops, struct kb_fetch_answer *out) {
    *out = (struct kb_fetch_answer){
        .fault = outcome_of(answer->fault),
        .status = answer->status,
        .conditional = conditional,
        .headers = answer->cache,
        .pause = answer->retry_after,
        .hops = hops,
    };
    for (size_t i = 0; i + 1 < answer->hop_count && i <= KB_LIMIT_HOPS; i++)
        hops[out->hop_count++] =
            (struct kb_fetch_hop){answer->hops[i].status, answer->hops[i + 1].url};
    if (answer->fault == KB_FAULT_NONE && answer->body.n)
        out->body_hash = kb_hash(answer->body.p, answer->body.n, 0);
}
