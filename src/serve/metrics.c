/* What the server counts → /metrics, in Prometheus's text format 0.0.4.
 *
 * Numbers tell strangers how much somebody reads: they are for this machine, and for who
 * has a token, unless the setting says otherwise.  A proxy here speaks for anybody, so
 * what came through one needs a token too. */
#include "serve/metrics.h"

#include <stdio.h>
#include <unistd.h>

#include "serve/inner.h"
#include "serve/who.h"
#include "serve/programs.h"

#define TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Upper bounds in microseconds: pages take one millisecond, passwords a hundred. */
static const uint64_t bounds[KB_METRICS_BUCKETS] = {
    500, 1000, 2500, 5000, 10000, 50000, 100000, 500000, 1000000, 5000000};

void kb_metrics_add(struct kb_metrics *metrics, unsigned kind, int status,
                    uint64_t microseconds) {
    unsigned first = status < 100 || status > 599 ? 5 : (unsigned)status / 100;
    size_t bucket = 0;
    if (kind >= KB_METRICS_KINDS)
        kind = KB_METRICS_KINDS - 1;
    while (bucket < KB_METRICS_BUCKETS && microseconds > bounds[bucket])
        bucket++;
    atomic_fetch_add_explicit(&metrics->requests[kind][first], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&metrics->buckets[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&metrics->microseconds, microseconds, memory_order_relaxed);
}

void kb_metrics_push(struct kb_metrics *metrics, unsigned news) {
    atomic_fetch_add_explicit(&metrics->pushes[news % KB_METRICS_PUSHES], 1,
                              memory_order_relaxed);
}

static uint64_t value_of(_Atomic uint64_t *number) {
    return atomic_load_explicit(number, memory_order_relaxed);
}

/* ---- printed ----------------------------------------------------------------------- */

static void head(struct kb_buf *out, const char *name, const char *type,
                 const char *help) {
    kb_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void gauge(struct kb_buf *out, const char *name, const char *help, int64_t value) {
    head(out, name, "gauge", help);
    kb_buf_printf(out, "%s %lld\n", name, (long long)value);
}

static void put_requests(struct kb_metrics *m, struct kb_buf *out) {
    static const char *const kinds[KB_METRICS_KINDS] = {
        [KB_ROUTE_OPEN] = "open",         [KB_ROUTE_PAGE] = "page",
        [KB_ROUTE_API] = "api",           [KB_ROUTE_APP] = "app",
        [KB_ROUTE_GREADER] = "greader",   [KB_ROUTE_FEVER] = "fever",
        [KB_ROUTE_MINIFLUX] = "miniflux", [KB_ROUTE_NEXTCLOUD] = "nextcloud",
        [KB_ROUTE_PLAIN] = "plain",       [KB_METRICS_KINDS - 1] = "none"};
    uint64_t sum = 0;
    head(out, "kabar_requests_total", "counter", "Requests by kind and class of status.");
    for (size_t kind = 0; kind < KB_METRICS_KINDS; kind++)
        for (size_t first = 1; first < KB_METRICS_CLASSES; first++) {
            uint64_t n = value_of(&m->requests[kind][first]);
            if (n)
                kb_buf_printf(out,
                              "kabar_requests_total{kind=\"%s\",status=\"%zuxx\"} %llu\n",
                              kinds[kind], first, (unsigned long long)n);
        }
    head(out, "kabar_request_seconds", "histogram", "How long answers took to make.");
    for (size_t i = 0; i <= KB_METRICS_BUCKETS; i++) {
        char bound[24] = "+Inf";
        sum += value_of(&m->buckets[i]);
        if (i < KB_METRICS_BUCKETS)
            (void)snprintf(bound, sizeof bound, "%g", (double)bounds[i] / 1e6);
        kb_buf_printf(out, "kabar_request_seconds_bucket{le=\"%s\"} %llu\n", bound,
                      (unsigned long long)sum);
    }
    kb_buf_printf(out,
                  "kabar_request_seconds_sum %.6f\nkabar_request_seconds_count %llu\n",
                  (double)value_of(&m->microseconds) / 1e6, (unsigned long long)sum);
}

static enum kb_status put_feeds(struct kb_http *req, struct kb_buf *out,
                                struct kb_err *err) {
    struct kb_feed_row *rows;
    size_t count;
    int64_t due = 0, failing = 0, paused = 0, last = 0;
    enum kb_status status =
        kb_store_feeds(req->store, 0, KB_FEEDS_ALL, req->arena, &rows, &count, err);
    if (status != KB_OK)
        return status;
    for (size_t i = 0; i < count; i++) {
        due += !rows[i].paused && rows[i].next <= req->now;
        failing += rows[i].failures > 0;
        paused += rows[i].paused;
        if (rows[i].last_success > last)
            last = rows[i].last_success;
    }
    gauge(out, "kabar_feeds", "Feeds that somebody follows.", (int64_t)count);
    gauge(out, "kabar_feeds_due", "Feeds whose time has come.", due);
    gauge(out, "kabar_feeds_failing", "Feeds that could not be had the last time.",
          failing);
    gauge(out, "kabar_feeds_paused", "Feeds that are not asked.", paused);
    gauge(out, "kabar_last_fetch_timestamp_seconds",
          "When a feed was had last; 0: never.", last);
    return KB_OK;
}

static enum kb_status put_hubs(struct kb_http *req, struct kb_buf *out,
                               struct kb_err *err) {
    static const char *const results[KB_METRICS_PUSHES] = {[KB_WEBSUB_IGNORE] = "ignored",
                                                           [KB_WEBSUB_LOOK] = "hint",
                                                           [KB_WEBSUB_TAKE] = "taken"};
    int64_t count;
    enum kb_status status = kb_store_hubs_count(req->store, req->now, &count, err);
    if (status != KB_OK)
        return status;
    gauge(out, "kabar_hub_leases", "Feeds whose news a hub brings.", count);
    head(out, "kabar_pushes_total", "counter",
         "What hubs brought: ignored, a hint to look, taken.");
    for (size_t i = 0; i < KB_METRICS_PUSHES; i++)
        kb_buf_printf(out, "kabar_pushes_total{result=\"%s\"} %llu\n", results[i],
                      (unsigned long long)value_of(&req->server->metrics.pushes[i]));
    return KB_OK;
}

static void counter(struct kb_buf *out, const char *name, const char *help,
                    uint64_t value) {
    head(out, name, "counter", help);
    kb_buf_printf(out, "%s %llu\n", name, (unsigned long long)value);
}

/* What the fetching did since the server began; nothing where it does not fetch. */
static void put_fetching(struct kb_server *server, struct kb_buf *out) {
    struct kb_loop_counts counts;
    if (!server->loop)
        return;
    kb_loop_count(server->loop, &counts);
    counter(out, "kabar_fetch_rounds_total", "Rounds of feeds that were due.",
            counts.rounds);
    counter(out, "kabar_fetch_rounds_failed_total", "Rounds that failed.", counts.failed);
    counter(out, "kabar_fetch_bytes_total", "Bodies that came, as they came.",
            counts.bytes);
    head(out, "kabar_fetch_answers_total", "counter",
         "Answers of feeds, pages and hubs by class of status; none: no answer came.");
    for (int i = 0; i < KB_LOOP_CLASSES; i++) {
        char class[8] = "none";
        if (i)
            (void)snprintf(class, sizeof class, "%dxx", i);
        kb_buf_printf(out, "kabar_fetch_answers_total{status=\"%s\"} %llu\n", class,
                      (unsigned long long)counts.answers[i]);
    }
    counter(out, "kabar_pushes_read_total", "What hubs brought and was read.",
            counts.pushes);
    gauge(out, "kabar_fetch_silent_seconds",
          "For how long the fetching has given no sign of life while it works.",
          kb_loop_silent(server->loop) / 1000);
}

/* Resident memory as the system counts it; nothing where it does not tell. */
static void put_memory(struct kb_buf *out) {
    long long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file)
        return;
    if (fscanf(file, "%lld %lld", &pages, &resident) == 2)
        gauge(out, "process_resident_memory_bytes", "Resident memory.",
              resident * sysconf(_SC_PAGESIZE));
    (void)fclose(file);
}

static bool is_here(const struct kb_http *req) {
    if (kb_http_header(req, "X-Forwarded-For").n || kb_http_header(req, "Forwarded").n)
        return false;
    return kb_str_starts(req->client, KB_STR("127.")) ||
           kb_str_equal(req->client, KB_STR("::1")) ||
           kb_str_starts(req->client, KB_STR("::ffff:127."));
}

static enum kb_status answer(struct kb_http *req, struct kb_reply *res,
                             struct kb_err *err) {
    static const struct kb_route as_api = {
        .kind = KB_ROUTE_API, .least = KB_RANK_READER, .may = KB_MAY_READ};
    const char *who = req->server->options.metrics;
    struct kb_store_counts counts;
    enum kb_status status = KB_OK;
    if (who && strcmp(who, "off") == 0)
        return kb_refuse(res, 404, "there is nothing here");
    if (!is_here(req) && !(who && strcmp(who, "all") == 0))
        status = kb_who_find(req, &as_api, res, err);
    if (status != KB_OK || res->status)
        return status;
    status = kb_store_count(req->store, 0, &counts, err);
    if (status != KB_OK)
        return status;
    res->type = TYPE;
    put_requests(&req->server->metrics, &res->body);
    gauge(&res->body, "kabar_articles", "Articles of the wire.", counts.articles);
    gauge(&res->body, "kabar_stories", "Stories of the wire.", counts.stories);
    gauge(&res->body, "kabar_newest_article_timestamp_seconds",
          "Time of the newest article; 0: none.", counts.last);
    status = put_feeds(req, &res->body, err);
    if (status == KB_OK)
        status = put_hubs(req, &res->body, err);
    put_fetching(req->server, &res->body);
    put_memory(&res->body);
    return status == KB_OK ? res->body.status : status;
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/metrics", KB_ROUTE_PLAIN, KB_RANK_NOBODY, 0, answer, 0},
};
const struct kb_routes kb_routes_metrics = {routes, KB_COUNT(routes)};
