/* Token buckets in a table of one size: rate.h tells what enters and leaves.
 *
 * A bucket is kept as one number, the time at which it will be full again (the generic
 * cell rate algorithm, ITU-T I.371): what is full needs no place.  A key may stand in one
 * of WAYS places; where all are taken it gets that of the key that is full the
 * soonest.  So who asks too often keeps his place, and who has many addresses gains what
 * many addresses have anyway. */
#include "serve/rate.h"

#include <pthread.h>
#include <stdlib.h>

#include "fetch/fetch.h"
#include "serve/inner.h"

enum { WAYS = 8, SETS = KB_LIMIT_RATE_KEYS / WAYS };

struct kb_rate {
    pthread_mutex_t lock;
    uint64_t seed;
    struct place {
        uint64_t key;
        int64_t full_ms; /* when the bucket is full; the past: it is */
    } places[SETS][WAYS];
};

static const struct {
    int64_t burst, step_ms;
} kinds[] = {
#define X(code, burst, step_ms) {burst, step_ms},
    KB_RATE_LIST(X)
#undef X
};

struct kb_rate *kb_rate_new(uint64_t seed) {
    struct kb_rate *rate = calloc(1, sizeof *rate);
    if (rate && pthread_mutex_init(&rate->lock, NULL) != 0) {
        free(rate);
        return NULL;
    }
    if (rate)
        rate->seed = seed;
    return rate;
}

void kb_rate_free(struct kb_rate *rate) {
    if (!rate)
        return;
    (void)pthread_mutex_destroy(&rate->lock);
    free(rate);
}

/* Half of an IPv6 address is its owner's to choose; ::/64 is no net of anybody's, but
 * holds what IPv4 is written as there. */
static uint64_t hash(const struct kb_rate *rate, enum kb_rate_kind kind,
                     struct kb_str key) {
    struct kb_address address;
    uint64_t seed = rate->seed ^ ((uint64_t)kind + 1) * UINT64_C(0x9E3779B97F4A7C15);
    static const unsigned char none[8];
    if (kb_address_parse(&address, key) && address.v6 &&
        memcmp(address.bytes, none, sizeof none) != 0)
        return kb_hash(address.bytes, 8, seed);
    return kb_hash(key.p, key.n, seed);
}

/* The key's place: its own, else that of who is full the soonest. */
static struct place *find(struct kb_rate *rate, uint64_t key) {
    struct place *set = rate->places[key % SETS], *soonest = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key)
            return &set[i];
        if (set[i].full_ms < soonest->full_ms)
            soonest = &set[i];
    }
    *soonest = (struct place){.key = key};
    return soonest;
}

bool kb_rate_change(struct kb_rate *rate, enum kb_rate_kind kind, struct kb_str key,
                    int amount, int64_t now_ms, int64_t *wait_s) {
    int64_t step = kinds[kind].step_ms, most = kinds[kind].burst * step;
    bool may = true;
    (void)pthread_mutex_lock(&rate->lock);
    struct place *place = find(rate, hash(rate, kind, key));
    int64_t full = (place->full_ms < now_ms ? now_ms : place->full_ms) + amount * step;
    may = full - now_ms <= most;
    if (may)
        place->full_ms = full;
    (void)pthread_mutex_unlock(&rate->lock);
    if (!may && wait_s)
        *wait_s = (full - now_ms - most + 999) / 1000;
    return may;
}

/* ---- with the server's clock ------------------------------------------------------- */

bool kb_rate_take(struct kb_server *server, enum kb_rate_kind kind, struct kb_str key,
                  int64_t *wait_s) {
    return kb_rate_change(server->rate, kind, key, 1, kb_steady_ms(), wait_s);
}

void kb_rate_give(struct kb_server *server, enum kb_rate_kind kind, struct kb_str key) {
    (void)kb_rate_change(server->rate, kind, key, -1, kb_steady_ms(), NULL);
}
