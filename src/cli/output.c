/* Bytes out: messages, growing buffers, JSON strings (RFC 8259), whole writes.
 *
 * Everything goes through write(2), so that a full disk is seen with the page that did
 * not fit, and a message is never torn by another thread's. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cli.h"

enum { MESSAGE_MAX = 8192 };

/* Names of files and pieces of pages stand in messages; what would steer a terminal must
 * not get there: C0, DEL and, in UTF-8, C1. */
static void make_printable(char *p, size_t n) {
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if ((c < ' ' && c != '\n') || c == 0x7F)
            p[i] = '?';
        else if (c == 0xC2 && i + 1 < n && (unsigned char)p[i + 1] < 0xA0)
            p[i] = p[i + 1] = '?';
    }
}

void kb_cli_say(const char *format, ...) {
    char text[MESSAGE_MAX];
    int prefix = snprintf(text, sizeof(text), "kabar: ");
    size_t n = (size_t)prefix;
    int more;
    va_list list;

    va_start(list, format);
    more = vsnprintf(text + n, sizeof(text) - n - 1, format, list);
    va_end(list);
    if (more < 0)
        return;
    n += (size_t)more < sizeof(text) - n - 1 ? (size_t)more : sizeof(text) - n - 2;
    make_printable(text, n);
    text[n++] = '\n';
    /* Where stderr itself is broken there is nobody left to tell. */
    for (size_t at = 0; at < n;) {
        ssize_t got = write(STDERR_FILENO, text + at, n - at);
        if (got < 0 && errno != EINTR)
            return;
        if (got > 0)
            at += (size_t)got;
    }
}

kabar_status kb_cli_error(kabar_error *error, kabar_status status, const char *format,
                          ...) {
    va_list list;
    va_start(list, format);
    error->status = status;
    vsnprintf(error->message, sizeof(error->message), format, list);
    va_end(list);
    return status;
}

/* ---- buffers ----------------------------------------------------------------------- */

bool kb_cli_buf_reserve(struct kb_cli_buf *buf, size_t more) {
    size_t cap = buf->cap ? buf->cap : 256;
    char *p;

    if (buf->failed)
        return false;
    if (more <= buf->cap - buf->n)
        return true;
    while (cap - buf->n < more) {
        if (cap > SIZE_MAX / 2) {
            buf->failed = true;
            return false;
        }
        cap *= 2;
    }
    p = realloc(buf->p, cap);
    if (!p) {
        buf->failed = true;
        return false;
    }
    buf->p = p;
    buf->cap = cap;
    return true;
}

void kb_cli_buf_add(struct kb_cli_buf *buf, const void *p, size_t n) {
    if (n && kb_cli_buf_reserve(buf, n)) {
        memcpy(buf->p + buf->n, p, n);
        buf->n += n;
    }
}

void kb_cli_buf_z(struct kb_cli_buf *buf, const char *z) {
    kb_cli_buf_add(buf, z, strlen(z));
}

void kb_cli_buf_free(struct kb_cli_buf *buf) {
    free(buf->p);
    *buf = (struct kb_cli_buf){0};
}

/* Length of the UTF-8 character at p (The Unicode Standard, table 3-7), 0 if none. */
static size_t utf8_length(const char *text, size_t n) {
    const unsigned char *p = (const unsigned char *)text;
    unsigned char low = 0x80, high = 0xBF;
    size_t length;

    if (p[0] < 0x80)
        return 1;
    if (p[0] < 0xC2 || p[0] > 0xF4)
        return 0;
    length = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (p[0] == 0xE0)
        low = 0xA0;
    else if (p[0] == 0xED)
        high = 0x9F;
    else if (p[0] == 0xF0)
        low = 0x90;
    else if (p[0] == 0xF4)
        high = 0x8F;
    if (n < length || p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++) {
        if (p[i] < 0x80 || p[i] > 0xBF)
            return 0;
    }
    return length;
}

void kb_cli_buf_json(struct kb_cli_buf *buf, const char *p, size_t n) {
    kb_cli_buf_add(buf, "\"", 1);
    for (size_t i = 0; i < n;) {
        size_t length = utf8_length(p + i, n - i);
        unsigned char c = (unsigned char)p[i];
        char escape[8];
        if (length == 0) { /* a file name need not be UTF-8 */
            kb_cli_buf_z(buf, "\xEF\xBF\xBD");
            i++;
            continue;
        }
        if (c == '"' || c == '\\') {
            kb_cli_buf_add(buf, "\\", 1);
            kb_cli_buf_add(buf, p + i, 1);
        } else if (c < ' ' || c == 0x7F) {
            snprintf(escape, sizeof(escape), "\\u%04x", c);
            kb_cli_buf_z(buf, escape);
        } else {
            kb_cli_buf_add(buf, p + i, length);
        }
        i += length;
    }
    kb_cli_buf_add(buf, "\"", 1);
}

/* ---- the output -------------------------------------------------------------------- */

bool kb_cli_output_open(struct kb_cli_output *out, const char *path) {
    *out = (struct kb_cli_output){STDOUT_FILENO, "standard output", false};
    if (!path)
        return true;
    out->name = path;
    out->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    out->close = out->fd >= 0;
    if (out->fd < 0)
        kb_cli_say("cannot write to %s: %s", path, strerror(errno));
    return out->fd >= 0;
}

bool kb_cli_output_write(struct kb_cli_output *out, const void *head, size_t head_n,
                         const void *body, size_t body_n) {
    /* writev does not write to its pieces; its struct only cannot say so. */
    struct iovec pieces[2] = {{(void *)(uintptr_t)head, head_n},
                              {(void *)(uintptr_t)body, body_n}};
    int at = 0;

    while (at < 2) {
        ssize_t got;
        if (pieces[at].iov_len == 0) {
            at++;
            continue;
        }
        got = writev(out->fd, pieces + at, 2 - at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN) { /* a terminal that somebody made non-blocking */
            poll(&(struct pollfd){out->fd, POLLOUT, 0}, 1, -1);
            continue;
        }
        if (got < 0) {
            if (errno != EPIPE)
                kb_cli_say("cannot write to %s: %s", out->name, strerror(errno));
            return false;
        }
        for (size_t left = (size_t)got; left > 0;) {
            size_t n = left < pieces[at].iov_len ? left : pieces[at].iov_len;
            pieces[at].iov_base = (char *)pieces[at].iov_base + n;
            pieces[at].iov_len -= n;
            left -= n;
            if (pieces[at].iov_len == 0)
                at++;
        }
    }
    return true;
}

bool kb_cli_output_close(struct kb_cli_output *out) {
    if (out->close && close(out->fd) != 0) {
        kb_cli_say("cannot write to %s: %s", out->name, strerror(errno));
        return false;
    }
    return true;
}
