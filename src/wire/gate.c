/* The gate: gate.h tells what waits and what passes. */
#include "wire/gate.h"

#include <stdlib.h>

struct kb_gate_host {
    struct kb_gate_host *next;
    struct kb_robots_host *robots;
    struct kb_gate_item *first, **last; /* who waits */
    size_t waiting;
    int64_t free_at; /* when the next may go, in steady milliseconds */
};

struct kb_gate {
    struct kb_gate_host *hosts;
    kb_gate_open *open;
    kb_gate_ask *ask;
    void *arg;
};

enum kb_status kb_gate_new(struct kb_gate **out, kb_gate_open *open, kb_gate_ask *ask,
                           void *arg, struct kb_err *err) {
    struct kb_gate *gate = *out = calloc(1, sizeof *gate);
    if (!gate)
        return kb_err_set(err, KB_ENOMEM, "not enough memory");
    gate->open = open;
    gate->ask = ask;
    gate->arg = arg;
    return KB_OK;
}

void kb_gate_free(struct kb_gate *gate) {
    if (!gate)
        return;
    while (gate->hosts) {
        struct kb_gate_host *host = gate->hosts;
        gate->hosts = host->next;
        kb_robots_host_free(host->robots);
        free(host);
    }
    free(gate);
}

static struct kb_gate_host *host_new(struct kb_gate *gate, struct kb_str url) {
    struct kb_gate_host *host = calloc(1, sizeof *host);
    if (!host)
        return NULL;
    host->robots = kb_robots_host_new(url);
    host->last = &host->first;
    if (!host->robots || !gate->ask(gate->arg, host->robots, host)) {
        kb_robots_host_free(host->robots);
        free(host);
        return NULL;
    }
    host->next = gate->hosts;
    gate->hosts = host;
    return host;
}

bool kb_gate_add(struct kb_gate *gate, struct kb_gate_item *item) {
    struct kb_str origin = kb_robots_origin(item->url);
    struct kb_gate_host *host = gate->hosts;
    if (!origin.n) { /* no address that can be asked */
        gate->open(gate->arg, item, KB_GATE_NEVER);
        return true;
    }
    while (host && !kb_str_equal(host->robots->origin, origin))
        host = host->next;
    if (!host && !(host = host_new(gate, item->url)))
        return false;
    item->next = NULL;
    *host->last = item;
    host->last = &item->next;
    host->waiting++;
    return true;
}

void kb_gate_answered(struct kb_gate *gate, struct kb_gate_host *host,
                      struct kb_answer *answer, int64_t now) {
    (void)gate;
    kb_robots_host_answered(host->robots, answer, now);
}

/* The first in line goes; returns false where it has to wait. */
static bool pass(struct kb_gate *gate, struct kb_gate_host *host, int64_t steady_ms) {
    const struct kb_robots_host *robots = host->robots;
    struct kb_gate_item *item = host->first;
    bool may = robots->state.access == KB_ROBOTS_ALL ||
               (robots->state.access == KB_ROBOTS_RULES &&
                kb_robots_allows(&robots->rules, item->url, NULL));
    if (may && host->free_at > steady_ms)
        return false;
    host->first = item->next;
    if (!host->first)
        host->last = &host->first;
    host->waiting--;
    if (may && robots->rules.crawl_delay > 0)
        host->free_at = steady_ms + robots->rules.crawl_delay;
    gate->open(gate->arg, item,
               may                                         ? KB_GATE_MAY
               : robots->state.access == KB_ROBOTS_NOTHING ? KB_GATE_LATER
                                                           : KB_GATE_NEVER);
    return true;
}

size_t kb_gate_turn(struct kb_gate *gate, int64_t steady_ms) {
    size_t waiting = 0;
    for (struct kb_gate_host *host = gate->hosts; host; host = host->next) {
        if (host->robots->answer) {
            while (host->first && pass(gate, host, steady_ms))
                continue;
            waiting += host->waiting;
        }
    }
    return waiting;
}
