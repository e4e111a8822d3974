/* What libcurl hands over: sockets to open, header lines, pieces of the body, its own
 * words; a hop's reception leaves.
 *
 * The guard is asked here a second and a third time: for every address before a socket to
 * it is opened, so that a name server that changes its answers gains nothing; and once
 * the connection stands, because it may be an old one that was opened for a request with
 * an exception.
 *
 * Two things have no other door than libcurl's verbose lines: the request's head as it
 * was sent, and that a server has sent more than it said. */
#include "fetch/transfer.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* ---- sockets ----------------------------------------------------------------------- */

static bool from_sockaddr(struct kb_address *address, const struct curl_sockaddr *from) {
    *address = (struct kb_address){.v6 = from->family == AF_INET6};
    /* addrlen bytes lie there, more than the struct sockaddr of the type. */
    const char *bytes = (const char *)from + offsetof(struct curl_sockaddr, addr);
    if (from->family == AF_INET && from->addrlen >= sizeof(struct sockaddr_in)) {
        memcpy(address->bytes, bytes + offsetof(struct sockaddr_in, sin_addr), 4);
        return true;
    }
    if (from->family == AF_INET6 && from->addrlen >= sizeof(struct sockaddr_in6)) {
        memcpy(address->bytes, bytes + offsetof(struct sockaddr_in6, sin6_addr), 16);
        return true;
    }
    return false;
}

static enum kb_guard_kind ask_guard(const struct kb_transfer *t,
                                    const struct kb_address *address) {
    if (t->private_ok || t->proxied)
        return KB_GUARD_FREE;
    return kb_guard_address(t->client->options.guard, kb_str_z(t->target->host), address,
                            t->target->port);
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose,
                                 struct curl_sockaddr *where) {
    struct kb_transfer *t = arg;
    struct kb_address address;
    if (purpose != CURLSOCKTYPE_IPCXN || !from_sockaddr(&address, where))
        return CURL_SOCKET_BAD;
    enum kb_guard_kind kind = ask_guard(t, &address);
    if (kind != KB_GUARD_FREE) {
        t->got.blocked = kind;
        if (!inet_ntop(where->family, address.bytes, t->got.blocked_address,
                       sizeof t->got.blocked_address))
            t->got.blocked_address[0] = '\0';
        kb_transfer_trace(t, KB_TRACE_NOTE, "the guard refuses %s: %s",
                          t->got.blocked_address, kb_guard_text(kind));
        return CURL_SOCKET_BAD;
    }
    int fd = socket(where->family, where->socktype, where->protocol);
    if (fd < 0)
        return CURL_SOCKET_BAD;
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    t->got.opened++;
    return fd;
}

static int connected(void *arg, char *primary, char *local, int port, int local_port) {
    struct kb_transfer *t = arg;
    struct kb_address address;
    (void)local;
    (void)local_port;
    kb_transfer_trace(t, KB_TRACE_CONNECTION, "%s to %s port %d%s%s%s",
                      t->got.opened ? "connected" : "an open connection", primary, port,
                      t->proxied ? ", the proxy" : "", t->got.tls[0] ? ", " : "",
                      t->got.tls);
    enum kb_guard_kind kind = kb_address_parse(&address, kb_str_z(primary))
                                  ? ask_guard(t, &address)
                                  : KB_GUARD_RESERVED;
    if (t->proxied || kind == KB_GUARD_FREE)
        return CURL_PREREQFUNC_OK;
    t->got.aborted = true;
    t->got.blocked = kind;
    snprintf(t->got.blocked_address, sizeof t->got.blocked_address, "%s", primary);
    return CURL_PREREQFUNC_ABORT;
}

/* ---- the head ---------------------------------------------------------------------- */

/* The status of a line that begins a head, or 0. */
static int status_of(struct kb_str line) {
    size_t space = kb_str_find_byte(line, ' ');
    int status = 0;
    if (!kb_str_starts(line, KB_STR("HTTP/")) || space == KB_NOT_FOUND)
        return 0;
    for (size_t i = space + 1; i < line.n && i < space + 4 && kb_is_digit(line.p[i]); i++)
        status = status * 10 + (line.p[i] - '0');
    return status;
}

static struct kb_str without_end(struct kb_str line) {
    while (line.n && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == '\n'))
        line.n--;
    return line;
}

static size_t on_header(char *p, size_t size, size_t count, void *arg) {
    struct kb_transfer *t = arg;
    struct kb_reception *got = &t->got;
    struct kb_str line = {p, size * count}, text = without_end(line);
    int status = status_of(line);
    got->header_bytes += line.n;
    got->header_lines++;
    if (got->header_bytes > KB_LIMIT_HEADER_BYTES ||
        got->header_lines > KB_LIMIT_HEADER_LINES) {
        got->headers_over = true;
        return 0;
    }
    if (status && (got->head_ended || !got->head.n)) { /* a 1xx went before */
        kb_buf_clear(&got->head);
        got->head_ended = false;
        got->status = status;
    }
    if (text.n)
        kb_transfer_trace(t, KB_TRACE_RECEIVED, "%.*s", (int)text.n, text.p);
    if (got->head_ended)
        return line.n; /* a trailer: counted, and nobody's */
    /* A line that begins with a blank goes on with the one before (RFC 9112, 5.2). */
    if (text.n && (line.p[0] == ' ' || line.p[0] == '\t') && got->head.n) {
        got->head.n = without_end(kb_buf_view(&got->head)).n;
        kb_buf_char(&got->head, ' ');
        line = (struct kb_str){kb_str_trim(text).p, 0};
        line.n = (size_t)(p + size * count - line.p);
    }
    kb_buf_str(&got->head, line);
    got->head_ended = text.n == 0;
    return got->head.status == KB_OK ? size * count : 0;
}

bool kb_is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 ||
           status == 308;
}

struct kb_str kb_head_value(struct kb_str head, struct kb_str name, bool *again) {
    struct kb_str found = KB_STR_NONE;
    if (again)
        *again = false;
    while (head.n) {
        size_t end = kb_str_find_byte(head, '\n');
        struct kb_str line = kb_str_slice(head, 0, end);
        size_t colon = kb_str_find_byte(line, ':');
        head = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(head, end + 1, head.n);
        if (colon == KB_NOT_FOUND ||
            !kb_str_equal_nocase(kb_str_trim(kb_str_slice(line, 0, colon)), name))
            continue;
        struct kb_str value = kb_str_trim(kb_str_slice(line, colon + 1, line.n));
        if (!found.p)
            found = value.n ? value : KB_STR("");
        else if (again && !kb_str_equal(found, value))
            *again = true;
    }
    return found;
}

/* ---- the body ---------------------------------------------------------------------- */

static bool begin_body(struct kb_transfer *t) {
    struct kb_reception *got = &t->got;
    size_t max = kb_transfer_max_bytes(t);
    curl_off_t length = -1;
    long version = 0;
    got->body_begun = true;
    got->is_redirect =
        !t->request.no_redirects && kb_is_redirect(got->status) &&
        kb_head_value(kb_buf_view(&got->head), KB_STR("location"), NULL).n > 0;
    if (got->is_redirect && max > KB_LIMIT_HOP_BYTES)
        max = KB_LIMIT_HOP_BYTES;
    kb_body_init(&got->body, max);
    (void)curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version);
    (void)curl_easy_getinfo(t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    got->until_close =
        version < CURL_HTTP_VERSION_2_0 && length < 0 &&
        !kb_head_value(kb_buf_view(&got->head), KB_STR("transfer-encoding"), NULL).n;
    if (length > 0 && (uint64_t)length > max && !got->is_redirect)
        got->body.limited = true;
    return !got->body.limited;
}

static size_t on_body(char *p, size_t size, size_t count, void *arg) {
    struct kb_transfer *t = arg;
    struct kb_body *body = &t->got.body;
    size_t *held = &t->client->held;
    if (!t->got.body_begun && !begin_body(t))
        return 0;
    *held -= body->bytes.n;
    bool more = kb_body_add(body, p, size * count);
    *held += body->bytes.n;
    t->got.crowded =
        *held > KB_LIMIT_BODIES_BYTES && body->bytes.n > KB_LIMIT_BODY_SHARE_BYTES;
    return more && !t->got.crowded ? size * count : 0;
}

/* ---- libcurl's own words ----------------------------------------------------------- */

/* Does the line's name say that its value is a secret: Authorization, Cookie,
 * X-Api-Key? */
static bool is_secret(struct kb_str line) {
    static const char *const words[] = {"auth", "cookie", "key", "token", "secret"};
    struct kb_str name = kb_str_slice(line, 0, kb_str_find_byte(line, ':'));
    for (size_t i = 0; name.n < line.n && i < KB_COUNT(words); i++)
        if (kb_str_find_nocase(name, kb_str_z(words[i])) != KB_NOT_FOUND)
            return true;
    return false;
}

/* The request's head, without what is the person's secret. */
static void on_sent(struct kb_transfer *t, struct kb_str head) {
    struct kb_buf *sent = &t->got.sent;
    if (kb_str_ends(kb_buf_view(sent), KB_STR("\r\n\r\n")))
        kb_buf_clear(sent); /* a proxy's CONNECT, or a first try */
    while (head.n) {
        size_t end = kb_str_find_byte(head, '\n');
        struct kb_str line = kb_str_slice(head, 0, end);
        head = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(head, end + 1, head.n);
        line = without_end(line);
        if (is_secret(line)) {
            kb_buf_str(sent, kb_str_slice(line, 0, kb_str_find_byte(line, ':') + 1));
            kb_buf_z(sent, " (hidden)");
        } else {
            kb_buf_str(sent, line);
        }
        kb_buf_z(sent, "\r\n");
        if (line.n)
            kb_transfer_trace(t, KB_TRACE_SENT, "%.*s%s",
                              is_secret(line) ? (int)kb_str_find_byte(line, ':') + 1
                                              : (int)line.n,
                              line.p, is_secret(line) ? " (hidden)" : "");
    }
}

static void on_text(struct kb_transfer *t, struct kb_str text) {
    static const struct kb_str using = {"SSL connection using ", 21};
    struct kb_reception *got = &t->got;
    if (kb_str_starts(text, using)) {
        text = kb_str_trim(kb_str_slice(text, using.n, text.n));
        snprintf(got->tls, sizeof got->tls, "%.*s", (int)text.n, text.p);
    } else if (kb_str_starts_nocase(text, KB_STR("excess found"))) {
        got->excess = true;
    } else if (kb_str_starts(text, KB_STR("TLS")) &&
               kb_str_find(text, KB_STR("(IN)")) != KB_NOT_FOUND) {
        got->tls_seen = true;
        got->tls_ended |= kb_str_find(text, KB_STR("close notify")) != KB_NOT_FOUND;
    }
}

static int on_words(CURL *easy, curl_infotype type, char *p, size_t n, void *arg) {
    (void)easy;
    if (type == CURLINFO_HEADER_OUT)
        on_sent(arg, (struct kb_str){p, n});
    else if (type == CURLINFO_TEXT)
        on_text(arg, (struct kb_str){p, n});
    return 0;
}

unsigned kb_transfer_listen(struct kb_transfer *t) {
    unsigned bad = 0;
    bad |= curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    bad |= curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->got.error);
    bad |= curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    bad |= curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t);
    bad |= curl_easy_setopt(t->easy, CURLOPT_PREREQFUNCTION, connected);
    bad |= curl_easy_setopt(t->easy, CURLOPT_PREREQDATA, t);
    bad |= curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header);
    bad |= curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
    bad |= curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
    bad |= curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
    bad |= curl_easy_setopt(t->easy, CURLOPT_DEBUGFUNCTION, on_words);
    bad |= curl_easy_setopt(t->easy, CURLOPT_DEBUGDATA, t);
    bad |= curl_easy_setopt(t->easy, CURLOPT_VERBOSE, 1L);
    return bad;
}
