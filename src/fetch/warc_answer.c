/* A client's answer in; the records of its hops, request and response, out.
 *
 * A WARC record should hold what the server sent.  libcurl hands bodies over decoded, and
 * the bytes before that are gone; so the header is mended to fit, and says what it was:
 * Common Crawl's way, whose X-Crawl- names are kept. */
#include "fetch/client.h"
#include "fetch/warc.h"

/* The first line of a message, up to its line feed. */
static struct kb_str first_line(struct kb_str head) {
    size_t feed = kb_str_find_byte(head, '\n');
    return kb_str_trim(kb_str_slice(head, 0, feed));
}

/* "HTTP/2 200" → "HTTP/1.1 200", "GET / HTTP/2" → "GET / HTTP/1.1". */
static void add_first_line(struct kb_buf *out, struct kb_str line) {
    size_t at = kb_str_find(line, KB_STR("HTTP/"));
    size_t end = at;
    if (at != KB_NOT_FOUND) {
        while (end < line.n && line.p[end] != ' ')
            end++;
        kb_buf_str(out, kb_str_slice(line, 0, at));
        kb_buf_z(out, "HTTP/1.1");
        kb_buf_str(out, kb_str_slice(line, end, line.n));
        if (at == 0 && line.n == end + 4) /* "HTTP/2 200" has no words behind it */
            kb_buf_z(out, " ");
    } else {
        kb_buf_str(out, line);
    }
    kb_buf_z(out, "\r\n");
}

static bool is_old_http(struct kb_str line) {
    return kb_str_find(line, KB_STR("HTTP/1")) != KB_NOT_FOUND;
}

/* What later protocols are called by ALPN (RFC 7301). */
static struct kb_str protocol_of(struct kb_str line) {
    if (kb_str_find(line, KB_STR("HTTP/2")) != KB_NOT_FOUND)
        return KB_STR("h2");
    if (kb_str_find(line, KB_STR("HTTP/3")) != KB_NOT_FOUND)
        return KB_STR("h3");
    return KB_STR_NONE;
}

static bool is_length(struct kb_str value, size_t n) {
    size_t number = 0;
    for (size_t i = 0; i < value.n; i++) {
        if (!kb_is_digit(value.p[i]) || number > SIZE_MAX / 10 - 1)
            return false;
        number = number * 10 + (size_t)(value.p[i] - '0');
    }
    return value.n > 0 && number == n;
}

static bool is_coding(struct kb_str name, struct kb_str value) {
    if (kb_str_equal_nocase(name, KB_STR("Content-Encoding")))
        return !kb_str_equal_nocase(value, KB_STR("identity"));
    return kb_str_equal_nocase(name, KB_STR("Transfer-Encoding"));
}

/* The header as it came, mended to a body of n decoded bytes. */
static void add_response_head(struct kb_buf *out, struct kb_str head, size_t n,
                              bool has_body) {
    struct kb_str line = first_line(head), name, value;
    struct kb_str lines = kb_str_slice(head, kb_str_find_byte(head, '\n') + 1, head.n);
    bool has_length = false;
    if (is_old_http(line)) {
        kb_buf_str(out, line);
        kb_buf_z(out, "\r\n");
    } else {
        add_first_line(out, line);
    }
    while (kb_warc_line(&lines, &name, &value)) {
        bool length = kb_str_equal_nocase(name, KB_STR("Content-Length"));
        if (has_body && (is_coding(name, value) || (length && !is_length(value, n))))
            kb_buf_z(out, "X-Crawl-");
        else
            has_length |= length;
        if (name.n) {
            kb_buf_str(out, name);
            kb_buf_z(out, ": ");
        }
        kb_buf_str(out, value);
        kb_buf_z(out, "\r\n");
    }
    if (has_body && !has_length)
        kb_buf_printf(out, "Content-Length: %zu\r\n", n);
    kb_buf_z(out, "\r\n");
}

static void add_request_head(struct kb_buf *out, struct kb_str head) {
    struct kb_str line = first_line(head);
    if (is_old_http(line)) {
        kb_buf_str(out, head);
        return;
    }
    add_first_line(out, line);
    kb_buf_str(out, kb_str_slice(head, kb_str_find_byte(head, '\n') + 1, head.n));
}

/* Why a body ends before its end, in WARC's words.  The other faults are of a hop that
 * was not answered, or of a redirect that leads nowhere and is whole itself. */
static struct kb_str truncated_by(enum kb_fault fault) {
    switch (fault) {
    case KB_FAULT_TOO_LARGE: return KB_STR("length");
    case KB_FAULT_TIMEOUT:
    case KB_FAULT_SLOW: return KB_STR("time");
    case KB_FAULT_SHORT:
    case KB_FAULT_LOST: return KB_STR("disconnect");
    case KB_FAULT_ENCODING:
    case KB_FAULT_PROTOCOL:
    case KB_FAULT_STOPPED:
    case KB_FAULT_MEMORY:
    case KB_FAULT_OTHER: return KB_STR("unspecified");
    default: return KB_STR_NONE;
    }
}

static enum kb_status write_hop(struct kb_warc_writer *writer, const struct kb_hop *hop,
                                struct kb_str body, struct kb_str truncated,
                                struct kb_buf *head, struct kb_err *err) {
    bool asked_head = kb_str_starts(hop->request_head, KB_STR("HEAD "));
    bool bare = hop->status == 304 || hop->status == 204 || asked_head;
    char id[KB_WARC_ID_BYTES];
    struct kb_str line = first_line(hop->response_head);
    struct kb_warc_entry entry = {
        .type = KB_WARC_TYPE_RESPONSE,
        .target = hop->url,
        .time_ms = hop->started,
        .content_type = KB_STR("application/http; msgtype=response"),
        .address = hop->address,
        .protocol = protocol_of(line),
        .truncated = truncated,
        .body = bare ? KB_STR_NONE : body,
    };
    if (hop->status == 304) {
        entry.type = KB_WARC_TYPE_REVISIT;
        entry.profile = KB_STR("http://netpreserve.org/warc/1.1/revisit/"
                               "server-not-modified");
    }
    kb_buf_clear(head);
    add_response_head(head, hop->response_head, entry.body.n, !bare);
    entry.head = kb_buf_view(head);
    enum kb_status status = head->status;
    if (status == KB_OK)
        status = kb_warc_write(writer, &entry, id, err);
    else
        kb_err_set(err, status, "the HTTP header has more than %zu bytes", head->max);
    if (status != KB_OK || !hop->request_head.n)
        return status;
    kb_buf_clear(head);
    add_request_head(head, hop->request_head);
    const struct kb_warc_entry request = {
        .type = KB_WARC_TYPE_REQUEST,
        .target = hop->url,
        .time_ms = hop->started,
        .content_type = KB_STR("application/http; msgtype=request"),
        .address = hop->address,
        .concurrent_to = kb_str_z(id),
        .protocol = entry.protocol,
        .head = kb_buf_view(head),
    };
    if (head->status != KB_OK)
        return kb_err_set(err, head->status, "the HTTP header has more than %zu bytes",
                          head->max);
    return kb_warc_write(writer, &request, NULL, err);
}

enum kb_status kb_warc_write_answer(struct kb_warc_writer *writer,
                                    const struct kb_answer *answer, struct kb_err *err) {
    struct kb_buf head;
    enum kb_status status = KB_OK;
    kb_buf_init(&head, KB_LIMIT_WARC_HTTP_BYTES);
    for (size_t i = 0; i < answer->hop_count && status == KB_OK; i++) {
        const struct kb_hop *hop = &answer->hops[i];
        bool last = i + 1 == answer->hop_count;
        struct kb_str body = last && !hop->body.n ? answer->body : hop->body;
        struct kb_str truncated = KB_STR_NONE;
        if (last)
            truncated = truncated_by(answer->fault);
        else if (body.n >= KB_LIMIT_HOP_BYTES)
            truncated = KB_STR("length");
        /* Nothing came of a hop without a status: there is nothing to keep. */
        if (hop->status > 0 && hop->response_head.n > 0)
            status = write_hop(writer, hop, body, truncated, &head, err);
    }
    kb_buf_free(&head);
    return status;
}
