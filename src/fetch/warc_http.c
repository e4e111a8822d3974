/* The HTTP message in a WARC record: the block's bytes in, the page's out.
 *
 * Chunks are RFC 9112's, codings RFC 9110's; zlib, zstd and brotli undo them.  A record
 * should hold what the server sent, and often does not: many crawlers keep the unpacked
 * page beside headers that speak of gzip and chunks.  So a header is believed only where
 * the bytes look like what it claims. */
#include "fetch/warc.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* Room that unpacking begins with, and its steps. */
#define STEP_BYTES ((size_t)256 << 10)

/* Scratch beyond this is given back before the next page. */
#define KEEP_BYTES ((size_t)4 << 20)

/* ---- the head ---------------------------------------------------------------------- */

/* "HTTP/1.1 200 OK", "HTTP/2 200"; 0 where it is none. */
static int status_of(struct kb_str line) {
    int status = 0;
    size_t blank = kb_str_find_byte(line, ' ');
    if (!kb_str_starts_nocase(line, KB_STR("HTTP/")) || blank == KB_NOT_FOUND)
        return 0;
    line = kb_str_trim(kb_str_slice(line, blank, line.n));
    for (size_t i = 0; i < 3; i++) {
        if (i >= line.n || !kb_is_digit(line.p[i]))
            return 0;
        status = status * 10 + (line.p[i] - '0');
    }
    return line.n == 3 || !kb_is_digit(line.p[3]) ? status : 0;
}

void kb_warc_http_read(struct kb_str head, struct kb_warc_http *http) {
    struct kb_str lines = head, name, value;
    *http = (struct kb_warc_http){0};
    size_t feed = kb_str_find_byte(head, '\n');
    http->status = status_of(kb_str_trim(kb_str_slice(head, 0, feed)));
    if (http->status == 0)
        return;
    lines = kb_str_slice(head, feed == KB_NOT_FOUND ? head.n : feed + 1, head.n);
    while (kb_warc_line(&lines, &name, &value)) {
        /* Of a type that comes twice the first counts; codings are rarely repeated. */
        if (kb_str_equal_nocase(name, KB_STR("Content-Type")) && !http->content_type.n)
            http->content_type = value;
        else if (kb_str_equal_nocase(name, KB_STR("Content-Encoding")))
            http->content_encoding = value;
        else if (kb_str_equal_nocase(name, KB_STR("Transfer-Encoding")))
            http->transfer_encoding = value;
    }
}

/* ---- chunks ------------------------------------------------------------------------ */

/* The line in front of a chunk: its size, and in *n the line's bytes.  False where it is
 * none. */
static bool chunk_line(struct kb_str text, uint64_t *size, size_t *n) {
    size_t at = 0, feed;
    *size = 0;
    while (at < text.n && kb_hex_digit(text.p[at]) >= 0) {
        if (*size > UINT64_MAX >> 5)
            return false;
        *size = *size << 4 | (uint64_t)kb_hex_digit(text.p[at++]);
    }
    feed = kb_str_find_byte(kb_str_slice(text, 0, KB_LIMIT_WARC_CHUNK_LINE_BYTES), '\n');
    if (at == 0 || feed == KB_NOT_FOUND || feed < at)
        return false;
    *n = feed + 1;
    struct kb_str rest = kb_str_trim(kb_str_slice(text, at, feed));
    return rest.n == 0 || rest.p[0] == ';';
}

/* Joins the chunks where they stand; what is left in *body is whole but for an error. */
static enum kb_status join_chunks(struct kb_buf *body, bool may_end, struct kb_err *err) {
    struct kb_str left = kb_buf_view(body);
    size_t to = 0, n;
    uint64_t size, count = 0;
    enum kb_status status = KB_OK;

    if (!chunk_line(left, &size, &n))
        return KB_OK; /* not chunked, or not any more */
    for (;; count++) {
        if (left.n == 0)
            break; /* the last chunk is missing, and nothing is known to be lost */
        if (!chunk_line(left, &size, &n)) {
            status =
                kb_err_set(err, KB_EINPUT,
                           "chunk %llu of the body has no size in front, or one that "
                           "cannot be",
                           (unsigned long long)count + 1);
            break;
        }
        left = kb_str_slice(left, n, left.n);
        if (size == 0)
            break; /* trailers behind the last chunk say nothing of the page */
        size_t take = size < left.n ? (size_t)size : left.n;
        if (take)
            memmove(body->p + to, left.p, take);
        to += take;
        if (take < size && !may_end) {
            status =
                kb_err_set(err, KB_EINPUT,
                           "chunk %llu of the body says %llu bytes, and %zu are there",
                           (unsigned long long)count + 1, (unsigned long long)size, take);
            break;
        }
        left = kb_str_slice(left, take, left.n);
        if (left.n && left.p[0] == '\r')
            left = kb_str_slice(left, 1, left.n);
        if (left.n && left.p[0] == '\n')
            left = kb_str_slice(left, 1, left.n);
    }
    body->n = to;
    return status;
}

/* ---- codings ----------------------------------------------------------------------- */

/* One coding's work: bytes in, bytes out, until the end of either. */
struct unpack {
    struct kb_str in;
    struct kb_buf *out;
    size_t max;
    bool may_end; /* the record was cut, so that an early end is no fault */
    const char *name;
    struct kb_err *err;
};

static enum kb_status no_memory(struct kb_err *err) {
    return kb_err_set(err, KB_ENOMEM, "not enough memory to unpack the page");
}

static enum kb_status too_large(struct unpack *unpack) {
    return kb_err_set(unpack->err, KB_ELIMIT,
                      "the page unpacks (%s) to more than %zu bytes (max-page-bytes): "
                      "raise the limit",
                      unpack->name, unpack->max);
}

/* Room for more: up to one byte past the limit, which then shows that it is passed. */
static enum kb_status make_room(struct unpack *unpack, size_t *room) {
    size_t step = unpack->out->n > STEP_BYTES ? unpack->out->n : STEP_BYTES;
    if (unpack->out->n > unpack->max)
        return too_large(unpack);
    *room = unpack->max + 1 - unpack->out->n;
    if (*room > step)
        *room = step;
    return kb_buf_reserve(unpack->out, *room) ? KB_OK : no_memory(unpack->err);
}

static enum kb_status damaged(struct unpack *unpack, const char *why) {
    return kb_err_set(unpack->err, KB_EINPUT, "the body's %s data is damaged (%s)",
                      unpack->name, why ? why : "cannot be unpacked");
}

static enum kb_status early_end(struct unpack *unpack) {
    return unpack->may_end
               ? KB_OK
               : kb_err_set(unpack->err, KB_EINPUT,
                            "the body ends in the middle of its %s data", unpack->name);
}

static bool begins(struct kb_str in, const char *magic, size_t n) {
    return in.n >= n && memcmp(in.p, magic, n) == 0;
}

/* RFC 1950: "deflate" is zlib's form, though some servers send none. */
static bool has_zlib_head(struct kb_str in) {
    return in.n >= 2 && (in.p[0] & 0x0F) == 8 &&
           ((unsigned char)in.p[0] << 8 | (unsigned char)in.p[1]) % 31 == 0;
}

static enum kb_status inflate_all(struct unpack *unpack, int window) {
    z_stream z = {0};
    enum kb_status status = KB_OK;
    int got = Z_OK;
    struct kb_str in = unpack->in;
    if (inflateInit2(&z, window) != Z_OK)
        return no_memory(unpack->err);
    z.next_in = (unsigned char *)(uintptr_t)in.p;
    while (status == KB_OK) {
        size_t room = 0, fed = in.n - (size_t)((const char *)z.next_in - in.p);
        if ((status = make_room(unpack, &room)) != KB_OK)
            break;
        z.avail_in = (uInt)(fed < (size_t)1 << 30 ? fed : (size_t)1 << 30);
        z.next_out = (unsigned char *)unpack->out->p + unpack->out->n;
        z.avail_out = (uInt)room;
        got = inflate(&z, Z_NO_FLUSH);
        unpack->out->n += room - z.avail_out;
        fed = in.n - (size_t)((const char *)z.next_in - in.p);
        if (got == Z_STREAM_END) {
            /* Several gzip members may follow one another; other bytes are padding. */
            if (!begins((struct kb_str){(const char *)z.next_in, fed}, "\x1F\x8B\x08", 3))
                break;
            inflateReset(&z);
        } else if (got == Z_MEM_ERROR) {
            status = no_memory(unpack->err);
        } else if (got != Z_OK && got != Z_BUF_ERROR) {
            status = damaged(unpack, z.msg);
        } else if (fed == 0 && z.avail_out > 0) {
            status = early_end(unpack);
            break;
        }
    }
    inflateEnd(&z);
    return status;
}

static enum kb_status unpack_gzip(struct unpack *unpack) {
    enum { GZIP_ALONE = 15 + 16 };
    return inflate_all(unpack, GZIP_ALONE);
}

static enum kb_status unpack_deflate(struct unpack *unpack) {
    return inflate_all(unpack, has_zlib_head(unpack->in) ? 15 : -15);
}

static enum kb_status unpack_zstd(struct unpack *unpack) {
    ZSTD_DCtx *zstd = ZSTD_createDCtx();
    ZSTD_inBuffer in = {unpack->in.p, unpack->in.n, 0};
    enum kb_status status = zstd ? KB_OK : no_memory(unpack->err);
    size_t left = 1;
    while (status == KB_OK && in.pos < in.size + (left != 0)) {
        size_t room = 0;
        if ((status = make_room(unpack, &room)) != KB_OK)
            break;
        ZSTD_outBuffer out = {unpack->out->p + unpack->out->n, room, 0};
        left = ZSTD_decompressStream(zstd, &out, &in);
        unpack->out->n += out.pos;
        if (ZSTD_isError(left))
            status = ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation
                         ? no_memory(unpack->err)
                         : damaged(unpack, ZSTD_getErrorName(left));
        else if (left > 0 && in.pos == in.size && out.pos < out.size) {
            status = early_end(unpack);
            break;
        }
    }
    ZSTD_freeDCtx(zstd);
    return status;
}

static enum kb_status unpack_brotli(struct unpack *unpack) {
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    BrotliDecoderResult got = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    const uint8_t *next = (const uint8_t *)unpack->in.p;
    size_t left = unpack->in.n;
    enum kb_status status = state ? KB_OK : no_memory(unpack->err);
    while (status == KB_OK && got == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        size_t room;
        if ((status = make_room(unpack, &room)) != KB_OK)
            break;
        uint8_t *to = (uint8_t *)unpack->out->p + unpack->out->n;
        size_t had = room;
        got = BrotliDecoderDecompressStream(state, &left, &next, &room, &to, NULL);
        unpack->out->n += had - room;
        if (got == BROTLI_DECODER_RESULT_ERROR)
            status = damaged(unpack,
                             BrotliDecoderErrorString(BrotliDecoderGetErrorCode(state)));
        else if (got == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT)
            status = early_end(unpack);
    }
    if (state)
        BrotliDecoderDestroyInstance(state);
    return status;
}

static bool looks_gzip(struct kb_str in) {
    return begins(in, "\x1F\x8B\x08", 3);
}

static bool looks_zstd(struct kb_str in) {
    return begins(in, "\x28\xB5\x2F\xFD", 4);
}

/* brotli and raw deflate have no magic; but a page that was unpacked begins with a
 * tag, which neither does often. */
static bool looks_packed(struct kb_str in) {
    struct kb_str text = kb_str_trim(kb_str_slice(in, 0, 64));
    if (kb_str_starts(text, KB_STR("\xEF\xBB\xBF")))
        text = kb_str_trim(kb_str_slice(text, 3, text.n));
    return !(text.n > 1 && text.p[0] == '<' &&
             (kb_is_alpha(text.p[1]) || text.p[1] == '!' || text.p[1] == '?'));
}

static const struct coding {
    const char *name, *also;
    bool (*looks)(struct kb_str in);
    enum kb_status (*unpack)(struct unpack *unpack);
} codings[] = {
    {"gzip", "x-gzip", looks_gzip, unpack_gzip},
    {"br", "brotli", looks_packed, unpack_brotli},
    {"deflate", "x-deflate", looks_packed, unpack_deflate},
    {"zstd", "x-zstd", looks_zstd, unpack_zstd},
};

static const struct coding *find_coding(struct kb_str name) {
    for (size_t i = 0; i < KB_COUNT(codings); i++) {
        if (kb_str_equal_nocase(name, kb_str_z(codings[i].name)) ||
            kb_str_equal_nocase(name, kb_str_z(codings[i].also)))
            return &codings[i];
    }
    return NULL;
}

/* The last member of a list with commas, taken off it: the coding that was put on
 * last. */
static struct kb_str take_last(struct kb_str *list) {
    size_t at = list->n;
    while (at > 0 && list->p[at - 1] != ',')
        at--;
    struct kb_str last = kb_str_trim(kb_str_slice(*list, at, list->n));
    *list = kb_str_slice(*list, 0, at ? at - 1 : 0);
    return last;
}

void kb_warc_scratch_free(struct kb_warc_scratch *scratch) {
    for (size_t i = 0; i < KB_COUNT(scratch->at); i++)
        kb_buf_free(&scratch->at[i]);
}

/* Undoes the codings of a list, the last one first. */
static enum kb_status undo(struct kb_str list, bool may_end,
                           struct kb_warc_scratch *scratch, size_t *used, size_t max,
                           struct kb_str *payload, struct kb_err *err) {
    while (list.n) {
        struct kb_str name = take_last(&list);
        const struct coding *coding = find_coding(name);
        if (!name.n || kb_str_equal_nocase(name, KB_STR("identity")) ||
            kb_str_equal_nocase(name, KB_STR("chunked")))
            continue;
        if (!coding)
            return kb_err_set(err, KB_EINPUT,
                              "the body has a coding that is not known here: %.*s",
                              (int)kb_str_cut(name, 40).n, name.p);
        if (!coding->looks(*payload))
            continue;
        if (*used == KB_LIMIT_WARC_CODINGS)
            return kb_err_set(err, KB_ELIMIT, "the body is packed more than %d times",
                              KB_LIMIT_WARC_CODINGS);
        struct kb_buf *out = &scratch->at[(*used)++ % 2];
        struct unpack unpack = {*payload, out, max, may_end, coding->name, err};
        if (out->cap > KEEP_BYTES)
            kb_buf_free(out);
        kb_buf_clear(out);
        out->max = max + 1;
        enum kb_status status = coding->unpack(&unpack);
        *payload = kb_buf_view(out);
        if (status == KB_OK && out->n > max)
            status = too_large(&unpack);
        if (status != KB_OK)
            return status;
    }
    return KB_OK;
}

enum kb_status kb_warc_payload(struct kb_warc_record *record,
                               struct kb_warc_scratch *scratch, size_t max,
                               struct kb_str *payload, struct kb_err *err) {
    const struct kb_warc_http *http = &record->http;
    bool chunked =
        kb_str_find_nocase(http->transfer_encoding, KB_STR("chunked")) != KB_NOT_FOUND;
    enum kb_status status = KB_OK;
    size_t used = 0;
    if (http->status && chunked)
        status = join_chunks(&record->body, record->truncated, err);
    *payload = kb_buf_view(&record->body);
    if (status == KB_OK && http->status)
        status = undo(http->transfer_encoding, record->truncated, scratch, &used, max,
                      payload, err);
    if (status == KB_OK && http->status)
        status = undo(http->content_encoding, record->truncated, scratch, &used, max,
                      payload, err);
    if (status == KB_OK && payload->n > max)
        status =
            kb_err_set(err, KB_ELIMIT,
                       "the page has more than %zu bytes (max-page-bytes): raise the "
                       "limit",
                       max);
    return status;
}
