/* Inside serve: what is counted of requests, for /metrics. */
#ifndef KB_SERVE_METRICS_H
#define KB_SERVE_METRICS_H

#include <stdatomic.h>
#include <stdint.h>

enum {
    KB_METRICS_KINDS = 10,   /* enum kb_route_kind, and what no route has */
    KB_METRICS_CLASSES = 6,  /* 1xx to 5xx, by their first digit */
    KB_METRICS_BUCKETS = 10, /* of the histogram, its last one apart */
    KB_METRICS_PUSHES = 3,   /* enum kb_websub_news */
};

/* Zeroed it is empty; any thread adds to it. */
struct kb_metrics {
    _Atomic uint64_t requests[KB_METRICS_KINDS][KB_METRICS_CLASSES];
    _Atomic uint64_t buckets[KB_METRICS_BUCKETS + 1];
    _Atomic uint64_t microseconds;
    _Atomic uint64_t pushes[KB_METRICS_PUSHES];
};

/* A request was answered: its route's kind (or KB_METRICS_KINDS - 1), status, and how
 * long it took. */
void kb_metrics_add(struct kb_metrics *metrics, unsigned kind, int status,
                    uint64_t microseconds);

/* A hub brought something; enum kb_websub_news tells what became of it. */
void kb_metrics_push(struct kb_metrics *metrics, unsigned news);

#endif
