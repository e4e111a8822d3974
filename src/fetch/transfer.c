/* A request and its hops' set-up: a request enters; a handle of libcurl's that will ask
 * for exactly that, and nothing that the request did not say, leaves.
 *
 * libcurl has conveniences that a fetcher must not have (netrc, other protocols,
 * redirects of its own, the environment's proxies): each is turned off by name here.
 * Redirects are followed by finish.c, so that every hop passes the guard, is recorded,
 * and loses the secrets of the origin that they were given for. */
#include "fetch/transfer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- taking a request -------------------------------------------------------------- */

static bool is_clean(struct kb_str text) {
    for (size_t i = 0; i < text.n; i++)
        if (((unsigned char)text.p[i] < 0x20 && text.p[i] != '\t') || text.p[i] == 0x7f)
            return false;
    return true;
}

static bool is_token(struct kb_str name) {
    for (size_t i = 0; i < name.n; i++)
        if (!kb_is_alpha(name.p[i]) && !kb_is_digit(name.p[i]) &&
            !strchr("!#$%&'*+-.^_`|~", name.p[i]))
            return false;
    return name.n > 0;
}

/* Lines that say where a message ends, or whose it is, are the client's own. */
static bool is_own(struct kb_str name) {
    static const char *const own[] = {
        "host",    "content-length", "transfer-encoding", "connection", "te",
        "upgrade", "expect"};
    for (size_t i = 0; i < KB_COUNT(own); i++)
        if (kb_str_equal_nocase(name, kb_str_z(own[i])))
            return true;
    return false;
}

static bool is_proxy(struct kb_str proxy) {
    static const char *const kinds[] = {"http://", "https://", "socks5h://",
                                        "socks4a://"};
    if (!proxy.n || kb_str_find(proxy, KB_STR("://")) == KB_NOT_FOUND)
        return true;
    for (size_t i = 0; i < KB_COUNT(kinds); i++)
        if (kb_str_starts_nocase(proxy, kb_str_z(kinds[i])))
            return true;
    return false;
}

static enum kb_status check(const struct kb_request *r, struct kb_err *err) {
    const struct kb_str texts[] = {r->cookie, r->login, r->proxy, r->body_type};
    size_t bytes = 0;
    for (size_t i = 0; i < KB_COUNT(texts); i++) {
        bytes += texts[i].n;
        if (!is_clean(texts[i]))
            return kb_err_set(err, KB_EUSAGE,
                              "a cookie, login, proxy or content type holds a control "
                              "character");
    }
    if (!is_proxy(r->proxy))
        return kb_err_set(err, KB_EUSAGE,
                          "a proxy is http://, https:// or socks5h://HOST:PORT; others "
                          "leave looking up names to this machine, past the guard");
    if (r->header_count > KB_LIMIT_REQUEST_HEADERS)
        return kb_err_set(err, KB_ELIMIT, "a request takes at most %d headers",
                          KB_LIMIT_REQUEST_HEADERS);
    for (size_t i = 0; i < r->header_count; i++) {
        const struct kb_header *h = &r->headers[i];
        bytes += h->name.n + h->value.n;
        if (!is_token(h->name) || !is_clean(h->value))
            return kb_err_set(err, KB_EUSAGE, "\"%.*s\" is no header that can be sent",
                              (int)(h->name.n < 80 ? h->name.n : 80), h->name.p);
        if (is_own(h->name))
            return kb_err_set(err, KB_EUSAGE, "%.*s is a header that kabar writes itself",
                              (int)h->name.n, h->name.p);
    }
    if (bytes > KB_LIMIT_REQUEST_BYTES)
        return kb_err_set(err, KB_ELIMIT, "a request's headers take at most %zu bytes",
                          KB_LIMIT_REQUEST_BYTES);
    return KB_OK;
}

/* Copies text to *at, with a NUL behind it. */
static struct kb_str copy(char **at, struct kb_str text) {
    struct kb_str out = {*at, text.n};
    if (text.n)
        memcpy(*at, text.p, text.n);
    (*at)[text.n] = '\0';
    *at += text.n + 1;
    return out;
}

static struct kb_str *text_of(struct kb_request *r, size_t i) {
    struct kb_str *texts[] = {&r->url,   &r->etag,  &r->last_modified, &r->cookie,
                              &r->login, &r->proxy, &r->body,          &r->body_type};
    return i < KB_COUNT(texts) ? texts[i] : NULL;
}

/* A transfer that has a copy of all that request points to behind it. */
static struct kb_transfer *copy_request(const struct kb_request *request) {
    struct kb_request r = *request;
    size_t aligned = r.header_count * sizeof *r.headers, bytes = 0;
    for (size_t i = 0; text_of(&r, i); i++)
        bytes += text_of(&r, i)->n + 1;
    for (size_t i = 0; i < r.header_count; i++)
        bytes += r.headers[i].name.n + r.headers[i].value.n + 2;
    struct kb_transfer *t = calloc(1, sizeof *t + aligned + bytes);
    if (!t)
        return NULL;
    struct kb_header *headers = (struct kb_header *)(void *)(t + 1);
    char *at = (char *)(t + 1) + aligned;
    for (size_t i = 0; i < r.header_count; i++)
        headers[i] =
            (struct kb_header){copy(&at, request->headers[i].name),
                               copy(&at, kb_str_trim(request->headers[i].value))};
    r.headers = headers;
    for (size_t i = 0; text_of(&r, i); i++)
        *text_of(&r, i) = copy(&at, *text_of(&r, i));
    t->request = r;
    return t;
}

/* Headers and pages of all hops, addresses, messages. */
#define RESULT_MEMORY                                                                    \
    ((KB_LIMIT_HOPS + 2) *                                                               \
     (4 * KB_LIMIT_HEADER_BYTES + KB_LIMIT_HOP_BYTES + 4 * KB_LIMIT_URL_BYTES))

enum kb_status kb_transfer_new(struct kb_transfer **out, struct kb_client *client,
                               const struct kb_request *request, struct kb_err *err) {
    enum kb_status status = check(request, err);
    struct kb_transfer *t = NULL;
    *out = NULL;
    if (status != KB_OK)
        return status;
    t = copy_request(request);
    if (t)
        t->result = calloc(1, sizeof *t->result);
    if (!t || !t->result) {
        free(t);
        return kb_err_set(err, KB_ENOMEM, "not enough memory");
    }
    kb_arena_init(&t->result->arena, RESULT_MEMORY);
    t->result->answer.retry_after = -1;
    t->client = client;
    t->method = request->method;
    if (!t->request.proxy.n)
        t->request.proxy = client->options.proxy;
    t->proxied = t->request.proxy.n > 0;
    *out = t;
    return KB_OK;
}

static void clear_hop(struct kb_transfer *t) {
    kb_buf_free(&t->got.sent);
    kb_buf_free(&t->got.head);
    t->client->held -= t->got.body.bytes.n;
    kb_body_free(&t->got.body);
    curl_slist_free_all(t->lines);
    curl_slist_free_all(t->resolve);
    t->lines = t->resolve = NULL;
    t->got = (struct kb_reception){0};
}

void kb_transfer_free(struct kb_transfer *t) {
    clear_hop(t);
    kb_target_free(&t->origin);
    kb_target_free(&t->away);
    if (t->result)
        kb_answer_free(&t->result->answer);
    free(t);
}

bool kb_transfer_aim(struct kb_transfer *t, struct kb_str url) {
    struct kb_target target;
    struct kb_err err = {0};
    bool first = !t->target;
    enum kb_status status =
        kb_target_read(&target, url, kb_str_z(first ? NULL : t->target->url), &err);
    if (status != KB_OK) {
        kb_target_free(&target);
        kb_transfer_fault(t, status == KB_ENOMEM ? KB_FAULT_MEMORY : KB_FAULT_ADDRESS,
                          first ? "%s" : "the server redirected, but %s", err.text);
        return false;
    }
    t->target = first ? &t->origin : &t->away;
    kb_target_free(t->target);
    *t->target = target;
    t->private_ok = t->request.allow_private && strcmp(t->origin.host, target.host) == 0;
    if (t->private_ok)
        return true;
    enum kb_guard_kind kind =
        kb_guard_host(t->client->options.guard, kb_str_z(target.host), target.port);
    if (kind != KB_GUARD_FREE)
        kb_transfer_refused(t, kind, NULL);
    return kind == KB_GUARD_FREE;
}

/* ---- a hop's headers --------------------------------------------------------------- */

static bool add_line(struct kb_transfer *t, const char *format, ...) KB_PRINTF(2, 3);

static bool add_line(struct kb_transfer *t, const char *format, ...) {
    char *line = NULL;
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    if (n >= 0)
        line = malloc((size_t)n + 1);
    struct curl_slist *lines = NULL;
    if (line && vsnprintf(line, (size_t)n + 1, format, again) == n)
        lines = curl_slist_append(t->lines, line);
    va_end(again);
    va_end(args);
    free(line);
    if (lines)
        t->lines = lines;
    return lines != NULL;
}

static bool says(const struct kb_transfer *t, bool secrets, const char *name) {
    for (size_t i = 0; secrets && i < t->request.header_count; i++)
        if (kb_str_equal_nocase(t->request.headers[i].name, kb_str_z(name)))
            return true;
    return false;
}

static const char *accept_line(enum kb_wanted wanted) {
    switch (wanted) {
    case KB_WANT_FEED:
        return "application/atom+xml, application/rss+xml, application/feed+json, "
               "application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, "
               "application/json;q=0.7, */*;q=0.5";
    case KB_WANT_PAGE: return "text/html, application/xhtml+xml;q=0.9, */*;q=0.5";
    case KB_WANT_TEXT: return "text/plain, */*;q=0.5";
    default: return "*/*";
    }
}

/* Validators are a server's own words; one that cannot stand in a header is not sent. */
static bool add_validator(struct kb_transfer *t, const char *name, struct kb_str value) {
    if (!value.n || !is_clean(value))
        return true;
    return add_line(t, "%s: %.*s", name, (int)value.n, value.p);
}

static bool add_lines(struct kb_transfer *t, bool secrets) {
    const struct kb_request *r = &t->request;
    for (size_t i = 0; secrets && i < r->header_count; i++) {
        struct kb_str name = r->headers[i].name, value = r->headers[i].value;
        /* libcurl's spelling of a header with nothing in it has a semicolon. */
        if (!(value.n ? add_line(t, "%s: %s", name.p, value.p)
                      : add_line(t, "%s;", name.p)))
            return false;
    }
    if (!says(t, secrets, "accept") && !add_line(t, "Accept: %s", accept_line(r->wanted)))
        return false;
    if (!add_validator(t, "If-None-Match", r->etag) ||
        !add_validator(t, "If-Modified-Since", r->last_modified))
        return false;
    if (t->method != KB_POST)
        return true;
    return add_line(t, "Expect:") &&
           add_line(t, "Content-Type: %s",
                    r->body_type.n ? r->body_type.p
                                   : "application/x-www-form-urlencoded");
}

/* "+HOST:PORT:ADDRESSES" for each of the options' answers that is about this host. */
static bool add_resolve(struct kb_transfer *t) {
    struct kb_str host = kb_str_z(t->target->host);
    for (size_t i = 0; i < t->client->options.resolve_count; i++) {
        struct kb_str entry = t->client->options.resolve[i];
        size_t equals = kb_str_find_byte(entry, '=');
        struct kb_str name = kb_str_slice(entry, 0, equals);
        bool below = kb_str_starts(name, KB_STR("."));
        if (!(below ? kb_str_ends(host, name) : kb_str_equal_nocase(host, name)))
            continue;
        struct kb_buf line;
        struct curl_slist *list = NULL;
        kb_buf_init(&line, KB_LIMIT_REQUEST_BYTES);
        kb_buf_printf(&line, "+%s:%u:%s", t->target->host, t->target->port,
                      entry.p + equals + 1);
        kb_buf_char(&line, '\0');
        if (line.status == KB_OK)
            list = curl_slist_append(t->resolve, line.p);
        kb_buf_free(&line);
        if (!list)
            return false;
        t->resolve = list;
    }
    return true;
}

/* ---- a hop's handle ---------------------------------------------------------------- */

static unsigned set_login(struct kb_transfer *t, bool secrets) {
    const struct kb_request *r = &t->request;
    const struct kb_target *origin = &t->origin;
    unsigned bad = 0;
    bad |= curl_easy_setopt(t->easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    bad |= curl_easy_setopt(t->easy, CURLOPT_USERPWD,
                            secrets && r->login.n ? r->login.p : NULL);
    if (secrets && !r->login.n && (origin->user || origin->password)) {
        bad |=
            curl_easy_setopt(t->easy, CURLOPT_USERNAME, origin->user ? origin->user : "");
        bad |= curl_easy_setopt(t->easy, CURLOPT_PASSWORD,
                                origin->password ? origin->password : "");
    }
    bad |= curl_easy_setopt(t->easy, CURLOPT_COOKIE,
                            secrets && r->cookie.n ? r->cookie.p : NULL);
    return bad;
}

static unsigned set_request(struct kb_transfer *t) {
    const struct kb_request *r = &t->request;
    unsigned bad = 0;
    bad |= curl_easy_setopt(t->easy, CURLOPT_CURLU, t->target->handle);
    bad |= curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->lines);
    bad |= curl_easy_setopt(t->easy, CURLOPT_USERAGENT, t->client->agent);
    bad |= curl_easy_setopt(t->easy, CURLOPT_ACCEPT_ENCODING, "");
    bad |= curl_easy_setopt(t->easy, CURLOPT_HTTPGET, 1L);
    if (t->method == KB_HEAD)
        bad |= curl_easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
    if (t->method == KB_POST) {
        bad |= curl_easy_setopt(t->easy, CURLOPT_POST, 1L);
        bad |= curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, r->body.p);
        bad |=
            curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n);
    }
    return bad;
}

static unsigned set_security(struct kb_transfer *t) {
    const struct kb_client_options *o = &t->client->options;
    bool home = strcmp(t->origin.host, t->target->host) == 0;
    long verify = t->request.insecure_tls && home ? 0L : 1L;
    unsigned bad = 0;
    bad |= curl_easy_setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    bad |= curl_easy_setopt(t->easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    bad |= curl_easy_setopt(t->easy, CURLOPT_FOLLOWLOCATION, 0L);
    bad |= curl_easy_setopt(t->easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    bad |= curl_easy_setopt(t->easy, CURLOPT_HTTP09_ALLOWED, 0L);
    bad |= curl_easy_setopt(t->easy, CURLOPT_PROXY,
                            t->request.proxy.n ? t->request.proxy.p : "");
    bad |= curl_easy_setopt(t->easy, CURLOPT_NOPROXY, "");
    bad |= curl_easy_setopt(t->easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    bad |= curl_easy_setopt(t->easy, CURLOPT_SSL_VERIFYPEER, verify);
    bad |= curl_easy_setopt(t->easy, CURLOPT_SSL_VERIFYHOST, verify * 2);
    bad |= curl_easy_setopt(t->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (o->ca_file.n)
        bad |= curl_easy_setopt(t->easy, CURLOPT_CAINFO, o->ca_file.p);
    bad |= curl_easy_setopt(t->easy, CURLOPT_RESOLVE, t->resolve);
    return bad;
}

size_t kb_transfer_max_bytes(const struct kb_transfer *t) {
    if (t->request.max_bytes)
        return t->request.max_bytes;
    return t->request.wanted == KB_WANT_FEED ? KB_LIMIT_FEED_BYTES : KB_LIMIT_PAGE_BYTES;
}

int64_t kb_transfer_total_ms(const struct kb_transfer *t) {
    return t->request.total_ms ? t->request.total_ms : t->client->options.total_ms;
}

static unsigned set_limits(struct kb_transfer *t) {
    const struct kb_client_options *o = &t->client->options;
    int64_t left = kb_transfer_total_ms(t) - t->used_ms;
    bool http1 = t->http1 || t->request.no_http2 || *kb_host_http1(t->turn.host);
    unsigned bad = 0;
    bad |= curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
    bad |= curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)(left > 1 ? left : 1));
    bad |= curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)o->connect_ms);
    bad |= curl_easy_setopt(t->easy, CURLOPT_LOW_SPEED_LIMIT, (long)o->slow_bytes);
    bad |= curl_easy_setopt(t->easy, CURLOPT_LOW_SPEED_TIME, (long)o->slow_seconds);
    /* A libcurl without HTTP/2 refuses the option, and does right by HTTP/1.1. */
    (void)curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION,
                           http1 ? (long)CURL_HTTP_VERSION_1_1
                                 : (long)CURL_HTTP_VERSION_2TLS);
    bad |= curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, t->fresh ? 1L : 0L);
    return bad;
}

bool kb_transfer_prepare(struct kb_transfer *t) {
    bool secrets = kb_target_same_origin(&t->origin, t->target, true);
    clear_hop(t);
    kb_buf_init(&t->got.sent, 2 * KB_LIMIT_REQUEST_BYTES + KB_LIMIT_HEADER_BYTES);
    kb_buf_init(&t->got.head, KB_LIMIT_HEADER_BYTES + 1);
    if (!add_lines(t, secrets) || !add_resolve(t))
        return false;
    return (set_request(t) | set_login(t, secrets) | set_security(t) | set_limits(t) |
            kb_transfer_listen(t)) == 0;
}

/* Cookies of a redirect live as long as their request: sites send readers around until
 * they come back with one.  So the handle is the request's, and is not reset between its
 * hops: each option that depends on a hop is set for each. */
bool kb_transfer_begin(struct kb_transfer *t, CURL *easy) {
    t->easy = easy ? easy : curl_easy_init();
    return t->easy && curl_easy_setopt(t->easy, CURLOPT_COOKIEFILE, "") == CURLE_OK;
}

CURL *kb_transfer_end(struct kb_transfer *t) {
    CURL *easy = t->easy;
    t->easy = NULL;
    if (!easy)
        return NULL;
    /* Ends the cookies; without it libcurl before 8 would lose memory by the reset. */
    (void)curl_easy_setopt(easy, CURLOPT_COOKIEFILE, NULL);
    curl_easy_reset(easy);
    return easy;
}
