/* The end of a hop: what was received enters; the next hop, or the answer, leaves.
 *
 * Redirects are followed by RFC 9110, 15.4, and as browsers do (Fetch, "HTTP-redirect
 * fetch"): a POST turns into a GET but by 307 and 308.  A circle is an address that comes
 * up again although no cookie was set since, for that is how sites send readers around.
 *
 * What the person gave for one origin (login, cookie, headers) stays there; validators go
 * along, because they came from wherever the last answer was found. */
#include "fetch/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t milliseconds(CURL *easy, CURLINFO which) {
    curl_off_t microseconds = 0;
    (void)curl_easy_getinfo(easy, which, &microseconds);
    return microseconds / 1000;
}

/* ---- the record of a hop ----------------------------------------------------------- */

static const char *http_version(CURL *easy) {
    long version = 0;
    (void)curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
    switch (version) {
    case CURL_HTTP_VERSION_1_0: return "HTTP/1.0";
    case CURL_HTTP_VERSION_1_1: return "HTTP/1.1";
    case CURL_HTTP_VERSION_2_0: return "HTTP/2";
    case 30: return "HTTP/3";
    default: return "";
    }
}

static int64_t wall_clock(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct kb_hop *add_hop(struct kb_transfer *t, int64_t took) {
    struct kb_result *r = t->result;
    struct kb_answer *answer = &r->answer;
    char *address = NULL;
    long port = 0;
    void *hops = r->hops;
    if (!kb_arena_grow(&r->arena, &hops, answer->hop_count, &r->hop_cap, sizeof *r->hops,
                       KB_LIMIT_HOPS + 2))
        return NULL;
    r->hops = hops;
    (void)curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &address);
    (void)curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_PORT, &port);
    struct kb_hop *hop = &r->hops[answer->hop_count++];
    *hop = (struct kb_hop){
        .url = kb_arena_dup(&r->arena, kb_str_z(t->target->url)),
        .status = t->got.status,
        .permanent = t->got.status == 301 || t->got.status == 308,
        .started = wall_clock() - took,
        .request_head = kb_arena_dup(&r->arena, kb_buf_view(&t->got.sent)),
        .response_head = kb_arena_dup(&r->arena, kb_buf_view(&t->got.head)),
        .address = kb_arena_dup(&r->arena, kb_str_z(address)),
        .port = (unsigned)port,
        .http = http_version(t->easy),
        .tls = kb_arena_dup(&r->arena, kb_str_z(t->got.tls)),
    };
    answer->hops = r->hops;
    return hop;
}

/* ---- redirects --------------------------------------------------------------------- */

/* Was this address asked already, without a cookie that would change the answer? */
static bool is_circle(const struct kb_transfer *t) {
    const struct kb_answer *answer = &t->result->answer;
    for (size_t i = answer->hop_count; i > 0; i--) {
        const struct kb_hop *hop = &answer->hops[i - 1];
        if (kb_head_value(hop->response_head, KB_STR("set-cookie"), NULL).p)
            return false;
        if (kb_str_equal(hop->url, kb_str_z(t->target->url)))
            return true;
    }
    return false;
}

/* Turns the transfer to where the response leads.  False with the fault told. */
static bool follow(struct kb_transfer *t, const struct kb_hop *hop) {
    const struct kb_answer *answer = &t->result->answer;
    int status = hop->status;
    bool again;
    struct kb_str where = kb_head_value(hop->response_head, KB_STR("location"), &again);
    if (!where.n || again) {
        kb_transfer_fault(t, KB_FAULT_REDIRECTS, "%s answers %d, a redirect, but says %s",
                          t->target->host, status,
                          again ? "two places to go to" : "nowhere to go to");
        return false;
    }
    if (answer->hop_count > t->client->options.max_hops) {
        kb_transfer_fault(t, KB_FAULT_REDIRECTS,
                          "more than %u redirects, the limit; the last leads to %.*s",
                          t->client->options.max_hops,
                          (int)(where.n < 200 ? where.n : 200), where.p);
        return false;
    }
    bool secrets = kb_target_same_origin(&t->origin, t->target, true);
    if (!kb_transfer_aim(t, where))
        return false;
    if (status == 303 ? t->method == KB_POST : status < 303 && t->method == KB_POST)
        t->method = KB_GET;
    if (is_circle(t)) {
        kb_transfer_fault(t, KB_FAULT_REDIRECTS,
                          "the redirects go round in a circle, by %s", t->target->url);
        return false;
    }
    kb_transfer_trace(t, KB_TRACE_NOTE, "redirected by %d%s to %s", status,
                      hop->permanent ? " (for good)" : "", t->target->url);
    if (secrets && !kb_target_same_origin(&t->origin, t->target, true) &&
        (t->request.cookie.n || t->request.login.n || t->request.header_count ||
         t->origin.user))
        kb_transfer_trace(t, KB_TRACE_NOTE,
                          "another origin: login, cookie and own headers stay behind");
    return true;
}

/* Has all come that was to come?  Servers may hang up on a request's body once they have
 * answered, and libcurl tells the error and not the answer. */
static bool is_whole(const struct kb_transfer *t) {
    curl_off_t length = -1, bytes = 0;
    int status = t->got.status;
    if (!t->got.head_ended || status < 200)
        return false;
    if (status == 204 || status == 304 || t->method == KB_HEAD)
        return true;
    (void)curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    (void)curl_easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
    return length >= 0 && bytes == length;
}

/* Where one more try is in order: HTTP/2, in which servers and what stands before them
 * fail in ways of their own; and a connection that was kept, and that the other end had
 * given up meanwhile. */
static bool is_worth_another(struct kb_transfer *t, CURLcode code) {
    bool lost =
        code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR || code == CURLE_GOT_NOTHING;
    struct kb_str sent = kb_buf_view(&t->got.sent);
    const char *why = t->got.error[0] ? t->got.error : curl_easy_strerror(code);
    if (t->fresh || t->method == KB_POST)
        return false;
    sent = kb_str_trim(kb_str_slice(sent, 0, kb_str_find_byte(sent, '\n')));
    bool http2 = kb_str_ends(sent, KB_STR("HTTP/2"));
    if (code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM ||
        (http2 && (lost || code == CURLE_PARTIAL_FILE))) {
        t->http1 = *kb_host_http1(t->turn.host) = true;
        kb_transfer_trace(t, KB_TRACE_NOTE, "HTTP/2 failed (%s); once more by HTTP/1.1",
                          why);
    } else if (lost && !t->got.opened && !t->got.head.n) {
        kb_transfer_trace(t, KB_TRACE_NOTE,
                          "the connection was lost (%s); once more by a new one", why);
    } else {
        return false;
    }
    t->fresh = true;
    return true;
}

/* ---- the answer -------------------------------------------------------------------- */

static void take_headers(struct kb_transfer *t, struct kb_str head) {
    struct kb_result *r = t->result;
    struct kb_header *headers = NULL;
    size_t count = 0, cap = 0;
    while (head.n) {
        size_t end = kb_str_find_byte(head, '\n');
        struct kb_str line = kb_str_slice(head, 0, end);
        size_t colon = kb_str_find_byte(line, ':');
        void *items = headers;
        head = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(head, end + 1, head.n);
        if (colon == KB_NOT_FOUND || kb_str_starts(line, KB_STR("HTTP/")))
            continue;
        if (!kb_arena_grow(&r->arena, &items, count, &cap, sizeof *headers,
                           KB_LIMIT_HEADER_LINES))
            break;
        headers = items;
        headers[count++] =
            (struct kb_header){kb_str_trim(kb_str_slice(line, 0, colon)),
                               kb_str_trim(kb_str_slice(line, colon + 1, line.n))};
    }
    r->answer.headers = headers;
    r->answer.header_count = count;
    r->answer.content_type = kb_answer_header(&r->answer, KB_STR("content-type"));
}

/* The lines of one name as one value (RFC 9110, 5.3); almost always there is one line. */
static struct kb_str joined(struct kb_result *r, struct kb_str name) {
    const struct kb_answer *a = &r->answer;
    struct kb_str value = kb_answer_header(a, name);
    struct kb_buf all;
    size_t count = 0;
    kb_buf_init(&all, KB_LIMIT_HEADER_BYTES);
    for (size_t i = 0; i < a->header_count; i++)
        if (kb_str_equal_nocase(a->headers[i].name, name)) {
            kb_buf_z(&all, count++ ? ", " : "");
            kb_buf_str(&all, a->headers[i].value);
        }
    if (count > 1 && all.status == KB_OK)
        value = kb_arena_dup(&r->arena, kb_buf_view(&all));
    kb_buf_free(&all);
    return value;
}

static void take_cache(struct kb_result *r) {
    r->answer.cache = (struct kb_fetch_headers){
        .cache_control = joined(r, KB_STR("cache-control")),
        .expires = kb_answer_header(&r->answer, KB_STR("expires")),
        .age = kb_answer_header(&r->answer, KB_STR("age")),
        .date = kb_answer_header(&r->answer, KB_STR("date")),
        .etag = kb_answer_header(&r->answer, KB_STR("etag")),
        .last_modified = kb_answer_header(&r->answer, KB_STR("last-modified")),
        .retry_after = kb_answer_header(&r->answer, KB_STR("retry-after")),
    };
    r->answer.retry_after = kb_fetch_retry_after(&r->answer.cache, wall_clock() / 1000);
}

static void take_times(struct kb_transfer *t) {
    struct kb_answer *a = &t->result->answer;
    curl_off_t bytes = 0;
    (void)curl_easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
    a->wire_bytes = bytes;
    a->name_ms = milliseconds(t->easy, CURLINFO_NAMELOOKUP_TIME_T);
    a->connect_ms = milliseconds(t->easy, CURLINFO_CONNECT_TIME_T);
    a->tls_ms = milliseconds(t->easy, CURLINFO_APPCONNECT_TIME_T);
    a->first_byte_ms = milliseconds(t->easy, CURLINFO_STARTTRANSFER_TIME_T);
    a->hop_ms = milliseconds(t->easy, CURLINFO_TOTAL_TIME_T);
    a->total_ms = t->used_ms;
}

static void take_answer(struct kb_transfer *t, const struct kb_hop *hop) {
    struct kb_result *r = t->result;
    struct kb_answer *a = &r->answer;
    a->url = hop->url;
    a->status = hop->status;
    a->moved = a->hop_count > 1;
    for (size_t i = 0; i + 1 < a->hop_count; i++)
        a->moved &= a->hops[i].permanent;
    take_headers(t, hop->response_head);
    take_cache(r);
    take_times(t);
    t->client->held -= t->got.body.bytes.n;
    r->body = t->got.body.bytes;
    t->got.body.bytes = (struct kb_buf){0};
    a->body = kb_buf_view(&r->body);
    a->unpacked = t->got.body.unpacked;
    if (t->got.excess)
        a->note =
            KB_STR("the server sent more bytes than its Content-Length says; what is "
                   "behind them was not read, so the end may be missing");
}

bool kb_transfer_finish(struct kb_transfer *t, CURLcode code) {
    struct kb_result *r = t->result;
    int64_t took = kb_steady_ms() - t->started;
    t->used_ms += took;
    if (code == CURLE_OK && t->got.body_begun) {
        t->client->held -= t->got.body.bytes.n;
        if (!kb_body_end(&t->got.body))
            code = CURLE_WRITE_ERROR;
        t->client->held += t->got.body.bytes.n;
    }
    if (code == CURLE_WRITE_ERROR && t->got.is_redirect && t->got.body.limited)
        code = CURLE_OK; /* enough was read of a page that nobody wants */
    /* Where the connection's end is the body's, TLS must say that it is no cut (RFC 8446,
     * 6.1); libcurl minds or not, by its version. */
    if (code == CURLE_OK && t->got.until_close && t->got.tls_seen && !t->got.tls_ended)
        code = CURLE_PARTIAL_FILE;
    if ((code == CURLE_HTTP2_STREAM || code == CURLE_SEND_ERROR ||
         code == CURLE_RECV_ERROR) &&
        is_whole(t))
        code = CURLE_OK;
    if (code != CURLE_OK && is_worth_another(t, code))
        return true;
    struct kb_hop *hop = add_hop(t, took);
    if (!hop) {
        kb_transfer_fault(t, KB_FAULT_MEMORY, "not enough memory");
        return false;
    }
    kb_transfer_tell(t, code);
    if (code == CURLE_OK && !t->request.no_redirects && kb_is_redirect(hop->status)) {
        hop->body = kb_arena_dup(&r->arena, kb_buf_view(&t->got.body.bytes));
        if (follow(t, hop) && !r->arena.full)
            return true;
    }
    take_answer(t, hop);
    if (r->arena.full)
        kb_transfer_fault(t, KB_FAULT_MEMORY, "not enough memory");
    return false;
}

struct kb_str kb_answer_header(const struct kb_answer *answer, struct kb_str name) {
    for (size_t i = 0; i < answer->header_count; i++)
        if (kb_str_equal_nocase(answer->headers[i].name, name))
            return answer->headers[i].value;
    return KB_STR_NONE;
}

struct kb_answer *kb_answer_brought(struct kb_str url, struct kb_str type,
                                    struct kb_str body) {
    struct kb_result *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    kb_arena_init(&r->arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&r->body, body.n);
    kb_buf_str(&r->body, body);
    r->answer = (struct kb_answer){.asked = kb_arena_dup(&r->arena, url),
                                   .status = 200,
                                   .content_type = kb_arena_dup(&r->arena, type),
                                   .body = kb_buf_view(&r->body),
                                   .wire_bytes = (int64_t)body.n,
                                   .retry_after = -1};
    r->answer.url = r->answer.asked;
    if (r->body.status == KB_OK && !r->arena.full)
        return &r->answer;
    kb_answer_free(&r->answer);
    return NULL;
}

void kb_answer_free(struct kb_answer *answer) {
    struct kb_result *r = (struct kb_result *)(void *)answer;
    if (!r)
        return;
    kb_buf_free(&r->body);
    kb_arena_free(&r->arena);
    free(r);
}
