/* Whose turn it is: requests enter, each leaves when its host may be asked.
 *
 * Each host has a queue of its own, and those whose head could start stand in a heap by
 * the time when it may.  The host that may start first, and of equals the one that has
 * waited longest, comes next: a thousand feeds of one host delay nobody else's, and what
 * a round costs is the logarithm of the hosts.
 *
 * A redirect goes before its new host's queue, so that what was begun is ended; on the
 * host that sent it, it is a part of the same visit and does not wait for the spacing. */
#include "fetch/hosts.h"

#include <stdlib.h>

enum { NOT_IN_HEAP = -1, FIRST_BUCKETS = 64 };

struct kb_host {
    struct kb_host *next; /* of the same bucket */
    struct kb_turn *first, **last;
    unsigned active;
    int64_t free_at;      /* the spacing's end */
    int64_t paused_until; /* Retry-After's */
    int64_t due;          /* its key in the heap */
    uint64_t order;       /* among equals in the heap */
    int at;               /* its place there */
    bool http1;
    bool closed; /* paused for longer than anybody waits */
    bool visit;  /* its first turn is a redirect of its own */
    size_t name_n;
    char name[];
};

struct kb_hosts {
    struct kb_hosts_limits limits;
    struct kb_host **buckets;
    size_t bucket_count, count, sweep_at;
    size_t drain_at;       /* the bucket that kb_hosts_drain has come to */
    struct kb_host **heap; /* room for all hosts */
    size_t heap_n, heap_cap;
    uint64_t order, seed;
};

struct kb_hosts *kb_hosts_new(struct kb_hosts_limits limits) {
    struct kb_hosts *hosts = calloc(1, sizeof *hosts);
    if (!hosts)
        return NULL;
    hosts->limits = limits;
    hosts->seed = (uint64_t)(uintptr_t)hosts; /* nobody outside can know it */
    hosts->bucket_count = hosts->sweep_at = FIRST_BUCKETS;
    hosts->buckets = calloc(FIRST_BUCKETS, sizeof(struct kb_host *));
    if (hosts->buckets)
        return hosts;
    free(hosts);
    return NULL;
}

void kb_hosts_free(struct kb_hosts *hosts) {
    if (!hosts)
        return;
    for (size_t i = 0; i < hosts->bucket_count; i++)
        for (struct kb_host *h = hosts->buckets[i], *next; h; h = next) {
            next = h->next;
            free(h);
        }
    free(hosts->buckets);
    free(hosts->heap);
    free(hosts);
}

/* ---- the heap ---------------------------------------------------------------------- */

static bool goes_before(const struct kb_host *a, const struct kb_host *b) {
    return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void put(struct kb_hosts *hosts, size_t at, struct kb_host *host) {
    hosts->heap[at] = host;
    host->at = (int)at;
}

static void sift_up(struct kb_hosts *hosts, size_t at, struct kb_host *host) {
    while (at && goes_before(host, hosts->heap[(at - 1) / 2])) {
        put(hosts, at, hosts->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(hosts, at, host);
}

static void sift_down(struct kb_hosts *hosts, size_t at, struct kb_host *host) {
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < hosts->heap_n &&
            goes_before(hosts->heap[child + 1], hosts->heap[child]))
            child++;
        if (child >= hosts->heap_n || !goes_before(hosts->heap[child], host))
            break;
        put(hosts, at, hosts->heap[child]);
        at = child;
    }
    put(hosts, at, host);
}

static void leave_heap(struct kb_hosts *hosts, struct kb_host *host) {
    if (host->at == NOT_IN_HEAP)
        return;
    size_t at = (size_t)host->at;
    struct kb_host *last = hosts->heap[--hosts->heap_n];
    host->at = NOT_IN_HEAP;
    if (last == host)
        return;
    if (at && goes_before(last, hosts->heap[(at - 1) / 2]))
        sift_up(hosts, at, last);
    else
        sift_down(hosts, at, last);
}

/* Puts the host where it belongs now. */
static void settle(struct kb_hosts *hosts, struct kb_host *host) {
    leave_heap(hosts, host);
    if (!host->first || (host->active >= hosts->limits.per_host && !host->closed))
        return;
    host->due = host->visit ? 0 : host->free_at;
    if (host->due < host->paused_until)
        host->due = host->paused_until;
    if (host->closed)
        host->due = 0;
    host->order = hosts->order++;
    sift_up(hosts, hosts->heap_n++, host);
}

/* ---- the table --------------------------------------------------------------------- */

static bool is_idle(const struct kb_host *host, int64_t now) {
    return !host->first && !host->active && host->free_at <= now &&
           host->paused_until <= now;
}

/* Forgets the hosts that nothing is known of, and gives the others room. */
static bool make_room(struct kb_hosts *hosts, int64_t now) {
    for (size_t i = 0; i < hosts->bucket_count; i++)
        for (struct kb_host **h = &hosts->buckets[i]; *h;) {
            struct kb_host *host = *h;
            if (!is_idle(host, now)) {
                h = &host->next;
                continue;
            }
            *h = host->next;
            free(host);
            hosts->count--;
        }
    size_t count = hosts->bucket_count;
    while (count < hosts->count * 2)
        count *= 2;
    struct kb_host **buckets = calloc(count, sizeof(struct kb_host *));
    if (!buckets)
        return false;
    for (size_t i = 0; i < hosts->bucket_count; i++)
        for (struct kb_host *h = hosts->buckets[i], *next; h; h = next) {
            size_t to = kb_hash(h->name, h->name_n, hosts->seed) & (count - 1);
            next = h->next;
            h->next = buckets[to];
            buckets[to] = h;
        }
    free(hosts->buckets);
    hosts->buckets = buckets;
    hosts->bucket_count = hosts->sweep_at = count;
    return true;
}

static struct kb_host *find(struct kb_hosts *hosts, struct kb_str name) {
    size_t at = kb_hash(name.p, name.n, hosts->seed) & (hosts->bucket_count - 1);
    struct kb_host *host = hosts->buckets[at];
    while (host && (host->name_n != name.n || memcmp(host->name, name.p, name.n) != 0))
        host = host->next;
    return host;
}

static struct kb_host *find_or_add(struct kb_hosts *hosts, struct kb_str name,
                                   int64_t now) {
    struct kb_host *host = find(hosts, name);
    if (host)
        return host;
    if (hosts->count >= hosts->sweep_at && !make_room(hosts, now))
        return NULL;
    if (hosts->count >= hosts->heap_cap) {
        size_t cap = hosts->heap_cap ? hosts->heap_cap * 2 : FIRST_BUCKETS;
        struct kb_host **heap = realloc(hosts->heap, cap * sizeof(struct kb_host *));
        if (!heap)
            return NULL;
        hosts->heap = heap;
        hosts->heap_cap = cap;
    }
    host = calloc(1, sizeof *host + name.n);
    if (!host)
        return NULL;
    host->last = &host->first;
    host->at = NOT_IN_HEAP;
    host->name_n = name.n;
    memcpy(host->name, name.p, name.n);
    size_t at = kb_hash(name.p, name.n, hosts->seed) & (hosts->bucket_count - 1);
    host->next = hosts->buckets[at];
    hosts->buckets[at] = host;
    hosts->count++;
    return host;
}

/* ---- turns ------------------------------------------------------------------------- */

bool kb_hosts_push(struct kb_hosts *hosts, struct kb_turn *turn, struct kb_str name,
                   const struct kb_host *from, int64_t now) {
    struct kb_host *host = find_or_add(hosts, name, now);
    if (!host)
        return false;
    *turn = (struct kb_turn){.host = host, .hop = from != NULL};
    if (turn->hop) {
        turn->next = host->first;
        if (!host->first)
            host->last = &turn->next;
        host->first = turn;
        host->visit = from == host;
    } else {
        *host->last = turn;
        host->last = &turn->next;
    }
    settle(hosts, host);
    return true;
}

static struct kb_turn *take_first(struct kb_host *host) {
    struct kb_turn *turn = host->first;
    host->first = turn->next;
    if (!host->first)
        host->last = &host->first;
    turn->next = NULL;
    host->visit = false;
    return turn;
}

struct kb_turn *kb_hosts_next(struct kb_hosts *hosts, int64_t now, bool *closed) {
    struct kb_host *host = hosts->heap_n ? hosts->heap[0] : NULL;
    *closed = false;
    if (host && host->closed && host->paused_until <= now) {
        host->closed = false;
        settle(hosts, host);
        host = hosts->heap_n ? hosts->heap[0] : NULL;
    }
    if (!host || host->due > now)
        return NULL;
    *closed = host->closed;
    struct kb_turn *turn = take_first(host);
    if (!host->closed) {
        host->active++;
        host->free_at = now + hosts->limits.spacing;
    }
    settle(hosts, host);
    return turn;
}

int64_t kb_hosts_due(const struct kb_hosts *hosts, int64_t now) {
    if (!hosts->heap_n)
        return -1;
    return hosts->heap[0]->due > now ? hosts->heap[0]->due : now;
}

void kb_hosts_done(struct kb_hosts *hosts, struct kb_turn *turn) {
    turn->host->active--;
    settle(hosts, turn->host);
}

void kb_hosts_pause(struct kb_hosts *hosts, struct kb_host *host, int64_t until,
                    int64_t now) {
    if (until <= host->paused_until)
        return;
    host->paused_until = until;
    host->closed = until - now > hosts->limits.max_wait;
    settle(hosts, host);
}

bool kb_hosts_pause_name(struct kb_hosts *hosts, struct kb_str name, int64_t until,
                         int64_t now) {
    struct kb_host *host = find_or_add(hosts, name, now);
    if (host)
        kb_hosts_pause(hosts, host, until, now);
    return host != NULL;
}

struct kb_turn *kb_hosts_drain(struct kb_hosts *hosts) {
    for (; hosts->drain_at < hosts->bucket_count; hosts->drain_at++)
        for (struct kb_host *h = hosts->buckets[hosts->drain_at]; h; h = h->next)
            if (h->first) {
                struct kb_turn *turn = take_first(h);
                settle(hosts, h);
                return turn;
            }
    hosts->drain_at = 0;
    return NULL;
}

int64_t kb_host_pause(const struct kb_host *host, int64_t now) {
    return host->paused_until > now ? host->paused_until - now : 0;
}

bool *kb_host_http1(struct kb_host *host) {
    return &host->http1;
}
