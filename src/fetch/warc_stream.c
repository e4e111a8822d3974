/* A WARC file's bytes in; unpacked bytes out, one member at a time.
 *
 * zlib (RFC 1952) and zstd (RFC 8878) unpack; what each member is, is told by its first
 * bytes, so files that were put together from different ones are read as well.  A
 * skippable frame 0x184D2A5D at the head of a file is its zstd dictionary (IIPC,
 * "Zstandard Compression for WARC Files" 1.0), packed itself or not.
 *
 * Damage is usually seen behind the place where it is: a decoder that lost its way runs
 * on, at times over the end of its member.  So the last bytes before the place of reading
 * are kept, and the search for the next member begins among them. */
#include "fetch/warc_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <zstd_errors.h>

/* RAW_BYTES are read at once; KEEP_BYTES of them stay for the search.  A decoder that is
 * lost is so within some hundred bytes, mostly: invalid codes are frequent. */
#define RAW_BYTES ((size_t)256 << 10)
#define KEEP_BYTES ((size_t)64 << 10)

/* What looks like a member is tried with so many bytes of it. */
enum { PROBE_BYTES = 4096, PROBE_TEXT = 64 };

enum { GZIP_ALONE = 15 + 16, MAGIC_BYTES = 4, SKIPPABLE_HEAD = 8 };
#define SKIPPABLE_MAGIC 0x184D2A50u
#define SKIPPABLE_MASK 0xFFFFFFF0u
#define DICTIONARY_MAGIC 0x184D2A5Du
#define ZSTD_MAGIC 0xFD2FB528u

static uint32_t little_endian(const char *text) {
    const unsigned char *p = (const unsigned char *)text;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

/* RFC 1952: magic, deflate, and none of the reserved flags. */
static bool is_gzip(const char *p, size_t n) {
    return n >= MAGIC_BYTES && (unsigned char)p[0] == 0x1F &&
           (unsigned char)p[1] == 0x8B && p[2] == 8 && !((unsigned char)p[3] & 0xE0);
}

static bool is_zstd(const char *p, size_t n) {
    return n >= MAGIC_BYTES && little_endian(p) == ZSTD_MAGIC;
}

static bool is_skippable(const char *p, size_t n) {
    return n >= MAGIC_BYTES && (little_endian(p) & SKIPPABLE_MASK) == SKIPPABLE_MAGIC;
}

static bool is_warc(const char *p, size_t n) {
    return n >= 5 && memcmp(p, "WARC/", 5) == 0;
}

/* The first bytes of what may be a gzip member, unpacked; 0 where it is none. */
static size_t try_gzip(const char *p, size_t n, char text[PROBE_TEXT]) {
    z_stream z = {0};
    size_t got = 0;
    if (inflateInit2(&z, GZIP_ALONE) != Z_OK)
        return 0;
    z.next_in = (unsigned char *)(uintptr_t)p;
    z.avail_in = (uInt)(n < PROBE_BYTES ? n : PROBE_BYTES);
    z.next_out = (unsigned char *)text;
    z.avail_out = PROBE_TEXT;
    int status = inflate(&z, Z_SYNC_FLUSH);
    if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR)
        got = PROBE_TEXT - z.avail_out;
    inflateEnd(&z);
    return got;
}

bool kb_warc_is(struct kb_str begin) {
    char text[PROBE_TEXT];
    if (is_gzip(begin.p, begin.n))
        return is_warc(text, try_gzip(begin.p, begin.n, text));
    return is_warc(begin.p, begin.n) || is_zstd(begin.p, begin.n) ||
           is_skippable(begin.p, begin.n);
}

/* ---- raw bytes --------------------------------------------------------------------- */

bool kb_warc_stream_init(struct kb_warc_stream *stream, kb_warc_fill *fill,
                         void *context) {
    *stream = (struct kb_warc_stream){.fill = fill, .context = context};
    stream->raw = malloc(RAW_BYTES);
    return stream->raw != NULL;
}

void kb_warc_stream_free(struct kb_warc_stream *stream) {
    free(stream->raw);
    if (stream->z_ready)
        inflateEnd(&stream->z);
    ZSTD_freeDCtx(stream->zstd);
    *stream = (struct kb_warc_stream){0};
}

static enum kb_warc_flow no_memory(struct kb_err *err) {
    kb_err_set(err, KB_ENOMEM, "not enough memory to unpack the file");
    return KB_FLOW_FAILED;
}

static enum kb_warc_flow filled(struct kb_warc_stream *stream, ssize_t got,
                                struct kb_err *err) {
    if (got < 0) {
        kb_err_set(err, KB_EIO, "cannot read: %s", strerror(errno));
        return KB_FLOW_FAILED;
    }
    stream->ended = got == 0;
    return stream->ended ? KB_FLOW_END : KB_FLOW_BYTES;
}

/* More raw bytes behind those that are there. */
static enum kb_warc_flow raw_more(struct kb_warc_stream *stream, struct kb_err *err) {
    if (stream->ended)
        return KB_FLOW_END;
    if (stream->n == RAW_BYTES) {
        size_t drop = stream->at > KEEP_BYTES ? stream->at - KEEP_BYTES : 0;
        if (stream->member > stream->base + drop)
            drop = (size_t)(stream->member - stream->base);
        if (drop > stream->at)
            drop = stream->at;
        stream->n -= drop;
        stream->at -= drop;
        stream->base += drop;
        memmove(stream->raw, stream->raw + drop, stream->n);
    }
    ssize_t got =
        stream->fill(stream->context, stream->raw + stream->n, RAW_BYTES - stream->n);
    if (got > 0)
        stream->n += (size_t)got;
    return filled(stream, got, err);
}

/* Makes n raw bytes stand at stream->at, or as many as the file has. */
static enum kb_warc_flow raw_need(struct kb_warc_stream *stream, size_t n,
                                  struct kb_err *err) {
    while (stream->n - stream->at < n) {
        enum kb_warc_flow flow = raw_more(stream, err);
        if (flow != KB_FLOW_BYTES)
            return flow == KB_FLOW_END ? KB_FLOW_BYTES : flow;
    }
    return KB_FLOW_BYTES;
}

static uint64_t raw_offset(const struct kb_warc_stream *stream) {
    return stream->base + stream->at;
}

uint64_t kb_warc_stream_offset(const struct kb_warc_stream *stream) {
    return stream->kind == KB_SEEN_PLAIN ? raw_offset(stream) : stream->member;
}

/* ---- members ----------------------------------------------------------------------- */

static enum kb_warc_flow open_gzip(struct kb_warc_stream *stream, struct kb_err *err) {
    stream->kind = KB_SEEN_GZIP;
    if (!stream->z_ready) {
        stream->z = (z_stream){0};
        if (inflateInit2(&stream->z, GZIP_ALONE) != Z_OK)
            return no_memory(err);
        stream->z_ready = true;
    } else if (inflateReset(&stream->z) != Z_OK) {
        return no_memory(err);
    }
    return KB_FLOW_BYTES;
}

static bool zstd_ready(struct kb_warc_stream *stream) {
    if (!stream->zstd)
        stream->zstd = ZSTD_createDCtx();
    return stream->zstd != NULL;
}

static enum kb_warc_flow open_zstd(struct kb_warc_stream *stream, struct kb_err *err) {
    stream->kind = KB_SEEN_ZSTD;
    if (!zstd_ready(stream))
        return no_memory(err);
    ZSTD_DCtx_reset(stream->zstd, ZSTD_reset_session_only);
    return KB_FLOW_BYTES;
}

static enum kb_warc_flow bad_dictionary(struct kb_err *err, const char *why) {
    kb_err_set(err, KB_EINPUT,
               "the zstd dictionary at the head of the file is damaged: %s", why);
    return KB_FLOW_FAILED; /* no frame can be read without it */
}

/* A dictionary that is a zstd frame itself is unpacked first. */
static enum kb_warc_flow load_dictionary(struct kb_warc_stream *stream, const char *p,
                                         size_t n, struct kb_err *err) {
    char *plain = NULL;
    enum kb_warc_flow flow = KB_FLOW_BYTES;
    if (!zstd_ready(stream))
        return no_memory(err);
    if (is_zstd(p, n)) {
        unsigned long long size = ZSTD_getFrameContentSize(p, n);
        if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ||
            size > KB_LIMIT_WARC_DICTIONARY_BYTES)
            return bad_dictionary(err, "its size cannot be");
        plain = malloc((size_t)size + 1);
        if (!plain)
            return no_memory(err);
        n = ZSTD_decompressDCtx(stream->zstd, plain, (size_t)size, p, n);
        if (ZSTD_isError(n)) {
            flow = bad_dictionary(err, ZSTD_getErrorName(n));
            goto out;
        }
        p = plain;
    }
    size_t status = ZSTD_DCtx_loadDictionary(stream->zstd, p, n);
    if (ZSTD_isError(status))
        flow = bad_dictionary(err, ZSTD_getErrorName(status));
out:
    free(plain);
    return flow;
}

static enum kb_warc_flow read_dictionary(struct kb_warc_stream *stream, size_t n,
                                         struct kb_err *err) {
    enum kb_warc_flow flow = KB_FLOW_BYTES;
    size_t got = 0;
    if (n > KB_LIMIT_WARC_DICTIONARY_BYTES)
        return bad_dictionary(err, "it is too large");
    char *bytes = malloc(n + 1);
    if (!bytes)
        return no_memory(err);
    while (got < n) {
        size_t step = stream->n - stream->at;
        if (step > n - got)
            step = n - got;
        memcpy(bytes + got, stream->raw + stream->at, step);
        stream->at += step;
        got += step;
        if (got < n && (flow = raw_more(stream, err)) != KB_FLOW_BYTES)
            break;
    }
    if (flow == KB_FLOW_BYTES)
        flow = load_dictionary(stream, bytes, n, err);
    else if (flow == KB_FLOW_END)
        flow = bad_dictionary(err, "the file ends in it");
    free(bytes);
    return flow;
}

/* A skippable frame; the one at the head may be the dictionary. */
static enum kb_warc_flow skip_frame(struct kb_warc_stream *stream, struct kb_err *err) {
    enum kb_warc_flow flow = raw_need(stream, SKIPPABLE_HEAD, err);
    if (flow != KB_FLOW_BYTES)
        return flow;
    if (stream->n - stream->at < SKIPPABLE_HEAD) {
        kb_err_set(err, KB_EINPUT, "the file ends in the middle of a zstd frame");
        stream->at = stream->n;
        return KB_FLOW_DAMAGED;
    }
    const char *p = stream->raw + stream->at;
    uint64_t left = little_endian(p + MAGIC_BYTES);
    bool dictionary = little_endian(p) == DICTIONARY_MAGIC && raw_offset(stream) == 0;
    stream->at += SKIPPABLE_HEAD;
    stream->kind = KB_SEEN_ZSTD;
    if (dictionary)
        return read_dictionary(stream, (size_t)left, err);
    while (left > 0) {
        size_t step = stream->n - stream->at;
        if (step > left)
            step = (size_t)left;
        stream->at += step;
        left -= step;
        if (left > 0 && (flow = raw_more(stream, err)) != KB_FLOW_BYTES)
            return flow;
    }
    return KB_FLOW_BYTES;
}

enum kb_warc_flow kb_warc_stream_member(struct kb_warc_stream *stream,
                                        struct kb_err *err) {
    for (;;) {
        stream->member = raw_offset(stream);
        enum kb_warc_flow flow = raw_need(stream, MAGIC_BYTES + 1, err);
        if (flow != KB_FLOW_BYTES)
            return flow;
        const char *p = stream->raw + stream->at;
        size_t n = stream->n - stream->at;
        if (n == 0)
            return KB_FLOW_END;
        stream->open = true;
        if (is_gzip(p, n))
            return open_gzip(stream, err);
        if (is_zstd(p, n))
            return open_zstd(stream, err);
        if (stream->kind == KB_SEEN_PLAIN || is_warc(p, n)) {
            stream->kind = KB_SEEN_PLAIN;
            return KB_FLOW_BYTES;
        }
        stream->open = false;
        if (is_skippable(p, n)) {
            if ((flow = skip_frame(stream, err)) != KB_FLOW_BYTES)
                return flow;
        } else if (*p == 0 || kb_is_space(*p)) {
            stream->at++; /* padding between members, and of tapes behind the last */
        } else {
            kb_err_set(err, KB_EINPUT, "no %s begins here",
                       stream->kind == KB_SEEN_GZIP   ? "gzip member"
                       : stream->kind == KB_SEEN_ZSTD ? "zstd frame"
                                                      : "WARC record, packed or not,");
            return KB_FLOW_DAMAGED;
        }
    }
}

/* ---- reading ----------------------------------------------------------------------- */

static enum kb_warc_flow read_plain(struct kb_warc_stream *stream, char *to, size_t room,
                                    size_t *got, struct kb_err *err) {
    if (stream->at == stream->n && room >= KEEP_BYTES && !stream->ended) {
        /* A block of some size goes to its place at once. */
        ssize_t direct = stream->fill(stream->context, to, room);
        stream->base += stream->n;
        stream->at = stream->n = 0;
        if (direct > 0) {
            stream->base += (uint64_t)direct;
            *got = (size_t)direct;
        }
        return filled(stream, direct, err);
    }
    if (stream->at == stream->n) {
        enum kb_warc_flow flow = raw_more(stream, err);
        if (flow != KB_FLOW_BYTES)
            return flow;
    }
    *got = stream->n - stream->at < room ? stream->n - stream->at : room;
    memcpy(to, stream->raw + stream->at, *got);
    stream->at += *got;
    stream->member = raw_offset(stream); /* nothing before it need be kept */
    return KB_FLOW_BYTES;
}

static enum kb_warc_flow ends_early(const char *what, struct kb_err *err) {
    kb_err_set(err, KB_EINPUT, "the file ends in the middle of a %s", what);
    return KB_FLOW_DAMAGED;
}

static enum kb_warc_flow read_gzip(struct kb_warc_stream *stream, char *to, size_t room,
                                   size_t *got, struct kb_err *err) {
    z_stream *z = &stream->z;
    z->next_out = (unsigned char *)to;
    z->avail_out = (uInt)room;
    while (z->avail_out > 0) {
        if (stream->at == stream->n) {
            enum kb_warc_flow flow = raw_more(stream, err);
            if (flow != KB_FLOW_BYTES)
                return flow == KB_FLOW_END ? ends_early("gzip member", err) : flow;
        }
        z->next_in = (unsigned char *)stream->raw + stream->at;
        z->avail_in = (uInt)(stream->n - stream->at);
        int status = inflate(z, Z_NO_FLUSH);
        stream->at = stream->n - z->avail_in;
        *got = room - z->avail_out;
        if (status == Z_STREAM_END) {
            stream->open = false;
            return KB_FLOW_MEMBER_END;
        }
        if (status == Z_MEM_ERROR)
            return no_memory(err);
        if (status != Z_OK && status != Z_BUF_ERROR) {
            kb_err_set(err, KB_EINPUT, "the gzip member is damaged (%s)",
                       z->msg ? z->msg : "cannot be unpacked");
            return KB_FLOW_DAMAGED;
        }
    }
    return KB_FLOW_BYTES;
}

static enum kb_warc_flow read_zstd(struct kb_warc_stream *stream, char *to, size_t room,
                                   size_t *got, struct kb_err *err) {
    ZSTD_outBuffer out = {to, room, 0};
    while (out.pos < out.size) {
        if (stream->at == stream->n) {
            enum kb_warc_flow flow = raw_more(stream, err);
            if (flow != KB_FLOW_BYTES)
                return flow == KB_FLOW_END ? ends_early("zstd frame", err) : flow;
        }
        ZSTD_inBuffer in = {stream->raw + stream->at, stream->n - stream->at, 0};
        size_t status = ZSTD_decompressStream(stream->zstd, &out, &in);
        stream->at += in.pos;
        *got = out.pos;
        if (status == 0) {
            stream->open = false;
            return KB_FLOW_MEMBER_END;
        }
        if (ZSTD_isError(status)) {
            if (ZSTD_getErrorCode(status) == ZSTD_error_memory_allocation)
                return no_memory(err);
            kb_err_set(err, KB_EINPUT, "the zstd frame is damaged (%s)",
                       ZSTD_getErrorName(status));
            return KB_FLOW_DAMAGED;
        }
    }
    return KB_FLOW_BYTES;
}

enum kb_warc_flow kb_warc_stream_read(struct kb_warc_stream *stream, char *to,
                                      size_t room, size_t *got, struct kb_err *err) {
    /* zlib counts in 32 bits. */
    size_t most = (size_t)1 << 30;
    *got = 0;
    if (room > most)
        room = most;
    if (stream->damage.status != KB_OK) {
        *err = stream->damage;
        stream->damage.status = KB_OK;
        return KB_FLOW_DAMAGED;
    }
    enum kb_warc_flow flow =
        stream->kind == KB_SEEN_GZIP   ? read_gzip(stream, to, room, got, err)
        : stream->kind == KB_SEEN_ZSTD ? read_zstd(stream, to, room, got, err)
                                       : read_plain(stream, to, room, got, err);
    if (flow == KB_FLOW_DAMAGED && *got > 0) {
        stream->damage = *err;
        flow = KB_FLOW_BYTES;
    }
    return flow;
}

/* ---- after damage ------------------------------------------------------------------ */

enum kb_warc_flow kb_warc_stream_resync(struct kb_warc_stream *stream,
                                        struct kb_err *err) {
    char text[PROBE_TEXT];
    uint64_t from = stream->member + 1;

    stream->open = false;
    stream->damage.status = KB_OK;
    if (from < stream->base)
        from = stream->base;
    if (from - stream->base < stream->n)
        stream->at = (size_t)(from - stream->base);
    for (;; stream->at++) {
        enum kb_warc_flow flow;
        stream->member = raw_offset(stream); /* nothing before it need be kept */
        flow = raw_need(stream, MAGIC_BYTES + 1, err);
        if (flow != KB_FLOW_BYTES)
            return flow;
        const char *p = stream->raw + stream->at;
        size_t n = stream->n - stream->at;
        if (n < MAGIC_BYTES) {
            stream->at = stream->n;
            return KB_FLOW_END;
        }
        if (is_zstd(p, n) || (stream->kind == KB_SEEN_NOTHING && is_warc(p, n)))
            return KB_FLOW_BYTES;
        if (!is_gzip(p, n))
            continue;
        if ((flow = raw_need(stream, PROBE_BYTES, err)) != KB_FLOW_BYTES)
            return flow;
        n = stream->n - stream->at;
        if (try_gzip(stream->raw + stream->at, n, text) > 0)
            return KB_FLOW_BYTES;
    }
}
