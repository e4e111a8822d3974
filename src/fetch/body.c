/* An answer's bytes: pieces enter, one bounded run of bytes leaves.
 *
 * Servers send "feed.xml.gz" as it lies on the disk, or gzip with no word about it in the
 * headers; the two bytes of its magic (RFC 1952) begin no text of any kind, so they are
 * believed.  Unpacked bytes count against the limit as they come: a bomb costs the limit
 * and no more.  Files of several members, as logs have them, are read to the end. */
#define ZLIB_CONST
#include "fetch/body.h"

#include <stdlib.h>
#include <zlib.h>

struct kb_inflate {
    z_stream z;
    bool ended;  /* a member was whole; what follows is another one, or padding */
    bool padded; /* it was padding: whatever else comes is nobody's */
};

void kb_body_init(struct kb_body *body, size_t max) {
    *body = (struct kb_body){.max = max};
    kb_buf_init(&body->bytes, max);
}

void kb_body_free(struct kb_body *body) {
    if (body->inflate)
        inflateEnd(&body->inflate->z);
    free(body->inflate);
    kb_buf_free(&body->bytes);
    *body = (struct kb_body){0};
}

static bool keep(struct kb_body *body, const void *p, size_t n) {
    size_t room = body->max - body->bytes.n;
    body->limited |= n > room;
    kb_buf_add(&body->bytes, p, n < room ? n : room);
    body->nomem |= body->bytes.status == KB_ENOMEM;
    return !body->limited && !body->nomem;
}

static bool start(struct kb_body *body) {
    body->inflate = calloc(1, sizeof *body->inflate);
    body->unpacked = true;
    if (body->inflate && inflateInit2(&body->inflate->z, 15 + 16) == Z_OK)
        return true;
    free(body->inflate);
    body->inflate = NULL;
    body->nomem = true;
    return false;
}

static bool unpack(struct kb_body *body, const unsigned char *p, size_t n) {
    unsigned char room[16 << 10];
    struct kb_inflate *in = body->inflate;
    in->z.next_in = p;
    in->z.avail_in = (unsigned)n;
    do {
        if (in->ended) {
            in->padded |= in->z.avail_in > 0 && *in->z.next_in != 0x1f;
            if (in->z.avail_in == 0 || in->padded)
                return true;
            in->ended = false;
            if (inflateReset(&in->z) != Z_OK)
                return false;
        }
        in->z.next_out = room;
        in->z.avail_out = sizeof room;
        int code = inflate(&in->z, Z_NO_FLUSH);
        if (!keep(body, room, sizeof room - in->z.avail_out))
            return false;
        in->ended = code == Z_STREAM_END;
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
            body->broken = true;
            return false;
        }
    } while (in->z.avail_in || in->z.avail_out == 0);
    return true;
}

static bool pass(struct kb_body *body, const void *p, size_t n) {
    if (!body->unpacked)
        return keep(body, p, n);
    for (const unsigned char *at = p; n;) { /* zlib counts in unsigned */
        size_t piece = n < ((size_t)1 << 20) ? n : (size_t)1 << 20;
        if (!unpack(body, at, piece))
            return false;
        at += piece;
        n -= piece;
    }
    return true;
}

bool kb_body_add(struct kb_body *body, const void *p, size_t n) {
    const unsigned char *at = p;
    if (body->limited || body->broken || body->nomem)
        return false;
    if (!body->plain && !body->unpacked) {
        while (n && body->head_n < 2) {
            body->head[body->head_n++] = *at++;
            n--;
        }
        if (body->head_n < 2)
            return true;
        if (body->head[0] == 0x1f && body->head[1] == 0x8b) {
            if (!start(body))
                return false;
        } else {
            body->plain = true;
        }
        if (!pass(body, body->head, 2))
            return false;
    }
    return pass(body, at, n);
}

bool kb_body_end(struct kb_body *body) {
    if (!body->plain && !body->unpacked && !keep(body, body->head, body->head_n))
        return false;
    if (body->unpacked && !body->inflate->ended)
        body->broken = true;
    return !body->broken && !body->limited && !body->nomem;
}
