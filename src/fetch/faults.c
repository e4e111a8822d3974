/* What went wrong, in words: libcurl's code and what was received enter; a fault with a
 * sentence that names the host, the limit and the remedy leaves. */
#include "fetch/transfer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name;
    bool passes;
} faults[] = {
#define X(code, name, passes) {name, passes},
    KB_FAULT_LIST(X)
#undef X
};

const char *kb_fault_name(enum kb_fault fault) {
    return (size_t)fault < KB_COUNT(faults) ? faults[fault].name : "unknown";
}

bool kb_fault_passes(enum kb_fault fault) {
    return (size_t)fault < KB_COUNT(faults) && faults[fault].passes;
}

/* The first fault stays: what follows from it is no news.  Bytes that a server chose may
 * stand in it, so control characters do not. */
void kb_transfer_fault(struct kb_transfer *t, enum kb_fault fault, const char *format,
                       ...) {
    struct kb_answer *answer = &t->result->answer;
    char text[512];
    va_list args;
    if (answer->fault != KB_FAULT_NONE)
        return;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0)
        text[0] = '\0';
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '?';
    struct kb_str all = kb_str_z(text);
    all.n = kb_utf8_valid_prefix(all);
    answer->fault = fault;
    answer->message = kb_arena_dup(&t->result->arena, all);
    if (!answer->message.n)
        answer->message = KB_STR("not enough memory");
    kb_transfer_trace(t, KB_TRACE_NOTE, "%.*s", (int)all.n, all.p);
}

void kb_transfer_refused(struct kb_transfer *t, enum kb_guard_kind kind,
                         const char *address) {
    const char *host = t->target->host, *why = kb_guard_text(kind);
    unsigned port = t->target->port;
    char rule[300]; /* what kb_guard_allow would take */
    if (kb_guard_is_web_port(port))
        snprintf(rule, sizeof rule, "%s", host);
    else
        snprintf(rule, sizeof rule, strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, port);
    if (kind == KB_GUARD_PORT)
        kb_transfer_fault(t, KB_FAULT_REFUSED,
                          "port %u of %s is %s, so it is not asked; allow \"%s\" if you "
                          "mean it",
                          port, host, why, rule);
    else if (address && strcmp(address, host) != 0)
        kb_transfer_fault(t, KB_FAULT_REFUSED,
                          "%s stands at %s, %s, so it is not asked; allow \"%s\" if you "
                          "mean it",
                          host, address, why, rule);
    else
        kb_transfer_fault(t, KB_FAULT_REFUSED,
                          "%s is %s, so it is not asked; allow \"%s\" if you mean it",
                          host, why, rule);
}

/* ---- libcurl's codes --------------------------------------------------------------- */

/* What libcurl says of it, in this hop's words or in general. */
static const char *words(const struct kb_transfer *t, CURLcode code) {
    return t->got.error[0] ? t->got.error : curl_easy_strerror(code);
}

static bool said(const struct kb_transfer *t, const char *part) {
    return kb_str_find_nocase(kb_str_z(t->got.error), kb_str_z(part)) != KB_NOT_FOUND;
}

static void tell_limit(struct kb_transfer *t) {
    const struct kb_body *body = &t->got.body;
    const char *host = t->target->host;
    if (t->got.headers_over)
        kb_transfer_fault(t, KB_FAULT_HEADERS,
                          "%s sent more headers than %zu bytes or %d lines, the limit; "
                          "no reader needs that many, tell its owner",
                          host, KB_LIMIT_HEADER_BYTES, KB_LIMIT_HEADER_LINES);
    else if (body->limited)
        kb_transfer_fault(t, KB_FAULT_TOO_LARGE,
                          "what %s sent is larger than %zu bytes, unpacked; raise that "
                          "limit where so much is to be expected",
                          host, kb_transfer_max_bytes(t));
    else if (t->got.crowded)
        kb_transfer_fault(
            t, KB_FAULT_MEMORY,
            "all that is being received has more than %zu bytes, the limit, "
            "and %s sends one of the large bodies; ask for fewer at a time",
            KB_LIMIT_BODIES_BYTES, host);
    else if (body->broken)
        kb_transfer_fault(t, KB_FAULT_ENCODING,
                          "the gzip data from %s is damaged behind %zu bytes, unpacked",
                          host, body->bytes.n);
    else
        kb_transfer_fault(t, KB_FAULT_MEMORY, "not enough memory");
}

static void tell_time(struct kb_transfer *t) {
    const struct kb_client_options *o = &t->client->options;
    const char *host = t->target->host;
    curl_off_t connected = 0, bytes = 0;
    int64_t total = kb_transfer_total_ms(t);
    (void)curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
    (void)curl_easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
    if (t->used_ms >= total)
        kb_transfer_fault(t, KB_FAULT_TIMEOUT,
                          "%s took longer than the %lld ms that a request may take "
                          "(%lld bytes had come); give it longer where it is known to be "
                          "slow",
                          host, (long long)total, (long long)bytes);
    else if (connected == 0)
        kb_transfer_fault(t, KB_FAULT_TIMEOUT,
                          "no connection to %s port %u within %u ms, the limit", host,
                          t->target->port, o->connect_ms);
    else
        kb_transfer_fault(t, KB_FAULT_SLOW,
                          "%s sent less than %u bytes a second for %u s, the limit for "
                          "slow servers (%lld bytes had come)",
                          host, o->slow_bytes, o->slow_seconds, (long long)bytes);
}

/* A proxy that opens no way to the host. */
static bool is_proxys(struct kb_transfer *t, CURLcode code) {
    if (!t->proxied || !said(t, "CONNECT tunnel"))
        return false;
    kb_transfer_fault(t, KB_FAULT_PROXY, "the proxy refuses %s (%s)", t->target->host,
                      words(t, code));
    return true;
}

static void tell_connect(struct kb_transfer *t, CURLcode code) {
    long number = 0;
    if (!t->got.opened && t->got.blocked != KB_GUARD_FREE) {
        kb_transfer_refused(t, t->got.blocked, t->got.blocked_address);
        return;
    }
    if (is_proxys(t, code))
        return;
    (void)curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &number);
    kb_transfer_fault(t, KB_FAULT_CONNECT, "no connection to %s port %u (%s)",
                      t->proxied ? "the proxy for" : t->target->host, t->target->port,
                      number ? strerror((int)number) : words(t, code));
}

/* The connection ended where more should have come. */
static void tell_end(struct kb_transfer *t, CURLcode code) {
    const char *host = t->target->host;
    curl_off_t bytes = 0, length = -1;
    (void)curl_easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
    (void)curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (is_proxys(t, code))
        return;
    if (said(t, "chunk") && code != CURLE_PARTIAL_FILE)
        kb_transfer_fault(
            t, KB_FAULT_ENCODING,
            "the chunks in which %s sends are damaged behind %zu bytes (%s)", host,
            t->got.body.bytes.n, words(t, code));
    else if (!t->got.head_ended)
        kb_transfer_fault(t, KB_FAULT_LOST,
                          "%s closed the connection before its answer was there (%s)",
                          host, words(t, code));
    else if (length >= 0)
        kb_transfer_fault(t, KB_FAULT_SHORT,
                          "the answer of %s ends after %lld of %lld bytes: its "
                          "Content-Length is wrong, or the connection was cut",
                          host, (long long)bytes, (long long)length);
    else if (t->target->https && t->got.until_close)
        kb_transfer_fault(t, KB_FAULT_SHORT,
                          "the TLS connection to %s was cut after %zu bytes without its "
                          "proper end, so more may be missing",
                          host, t->got.body.bytes.n);
    else
        kb_transfer_fault(t, KB_FAULT_SHORT,
                          "the answer of %s ends after %zu bytes, in the middle (%s)",
                          host, t->got.body.bytes.n, words(t, code));
}

static void tell_tls(struct kb_transfer *t, CURLcode code) {
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        kb_transfer_fault(
            t, KB_FAULT_TLS,
            "the certificate of %s cannot be trusted (%s); if you know that "
            "server, make an exception for this address alone",
            t->target->host, words(t, code));
    else
        kb_transfer_fault(t, KB_FAULT_TLS, "no safe connection to %s (%s)",
                          t->target->host, words(t, code));
}

void kb_transfer_tell(struct kb_transfer *t, CURLcode code) {
    const char *host = t->target->host;
    if (t->got.aborted) {
        kb_transfer_refused(t, t->got.blocked, t->got.blocked_address);
        return;
    }
    switch ((int)code) {
    case CURLE_OK: return;
    case CURLE_WRITE_ERROR: tell_limit(t); return;
    case CURLE_OPERATION_TIMEDOUT: tell_time(t); return;
    case CURLE_COULDNT_CONNECT: tell_connect(t, code); return;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_PARTIAL_FILE: tell_end(t, code); return;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CACERT_BADFILE: tell_tls(t, code); return;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
        kb_transfer_fault(t, KB_FAULT_PROXY, "the proxy does not work (%s)",
                          words(t, code));
        return;
    case CURLE_COULDNT_RESOLVE_HOST:
        kb_transfer_fault(t, KB_FAULT_NAME,
                          "the name %s cannot be looked up (%s); is it spelled right?",
                          host, words(t, code));
        return;
    case CURLE_BAD_CONTENT_ENCODING:
        kb_transfer_fault(t, KB_FAULT_ENCODING,
                          "what %s sent is not packed as its Content-Encoding says (%s)",
                          host, words(t, code));
        return;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
        if (said(t, "Location")) { /* libcurl 8.13 and later look for themselves */
            kb_transfer_fault(t, KB_FAULT_REDIRECTS, KB_TWO_PLACES, host, t->got.status);
            return;
        }
        kb_transfer_fault(t, KB_FAULT_PROTOCOL,
                          "what answers at %s port %u is no web server of today (%s)",
                          host, t->target->port, words(t, code));
        return;
    case 100: /* CURLE_TOO_LARGE, of libcurl 8.6 */
        t->got.headers_over = true;
        tell_limit(t);
        return;
    case CURLE_OUT_OF_MEMORY:
        /* libcurl before 8.6 says this of a header line without an end, too. */
        t->got.headers_over = !t->got.head_ended && t->got.sent.n > 0;
        tell_limit(t);
        return;
    default: kb_transfer_fault(t, KB_FAULT_OTHER, "%s: %s", host, words(t, code)); return;
    }
}
