/* Records in, a WARC 1.1 file out.
 *
 * Methods: ISO 28500:2017.  Each record is packed by itself (Annex D), so that a reader
 * can begin at any of them and one that is damaged takes no other with it.  Digests are
 * written as all tools write them, the algorithm's name, a colon and base32 (RFC 4648).
 * Ids are UUIDs of version 4 (RFC 9562).
 *
 * There is no clock and no file here: times come with the entries, bytes and chance by
 * the two functions of struct kb_warc_output. */
#include "fetch/warc.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zlib.h>
#include <zstd.h>

/* Packed bytes are handed out in pieces of this size. */
#define OUT_BYTES ((size_t)64 << 10)

enum { GZIP_ALONE = 15 + 16, UUID_BYTES = 16, BASE32_BYTES = 64 };

struct kb_warc_writer {
    struct kb_warc_output output;
    z_stream z;
    bool z_ready;
    ZSTD_CCtx *zstd;
    EVP_MD_CTX *digest;
    char *out;
    struct kb_buf head;
    char info_id[KB_WARC_ID_BYTES]; /* of the last warcinfo record */
};

struct kb_warc_writer *kb_warc_writer_new(const struct kb_warc_output *output,
                                          struct kb_err *err) {
    struct kb_warc_writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        goto no_memory;
    writer->output = *output;
    kb_buf_init(&writer->head, KB_LIMIT_WARC_HEAD_BYTES);
    writer->out = malloc(OUT_BYTES);
    writer->digest = EVP_MD_CTX_new();
    if (!writer->out || !writer->digest)
        goto no_memory;
    if (output->packing == KB_WARC_GZIP) {
        if (deflateInit2(&writer->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_ALONE, 8,
                         Z_DEFAULT_STRATEGY) != Z_OK)
            goto no_memory;
        writer->z_ready = true;
    }
    if (output->packing == KB_WARC_ZSTD) {
        writer->zstd = ZSTD_createCCtx();
        if (!writer->zstd)
            goto no_memory;
        ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_checksumFlag, 1);
    }
    return writer;

no_memory:
    kb_warc_writer_free(writer);
    kb_err_set(err, KB_ENOMEM, "not enough memory to write a WARC file");
    return NULL;
}

void kb_warc_writer_free(struct kb_warc_writer *writer) {
    if (!writer)
        return;
    if (writer->z_ready)
        deflateEnd(&writer->z);
    ZSTD_freeCCtx(writer->zstd);
    EVP_MD_CTX_free(writer->digest);
    kb_buf_free(&writer->head);
    free(writer->out);
    free(writer);
}

/* ---- bytes out --------------------------------------------------------------------- */

static enum kb_status put(struct kb_warc_writer *writer, const char *p, size_t n,
                          struct kb_err *err) {
    if (n == 0 || writer->output.put(writer->output.context, p, n))
        return KB_OK;
    return kb_err_set(err, KB_EIO, "cannot write the WARC file: %s", strerror(errno));
}

static enum kb_status no_packing(struct kb_err *err) {
    return kb_err_set(err, KB_ENOMEM, "not enough memory to pack a WARC record");
}

static enum kb_status put_gzip(struct kb_warc_writer *writer, struct kb_str bytes,
                               bool last, struct kb_err *err) {
    enum { MOST = 1 << 30 }; /* zlib counts in 32 bits */
    z_stream *z = &writer->z;
    int got = Z_OK;
    do {
        size_t n = bytes.n < MOST ? bytes.n : MOST;
        z->next_in = (unsigned char *)(uintptr_t)bytes.p;
        z->avail_in = (uInt)n;
        bytes = kb_str_slice(bytes, n, bytes.n);
        do {
            z->next_out = (unsigned char *)writer->out;
            z->avail_out = (uInt)OUT_BYTES;
            got = deflate(z, last && !bytes.n ? Z_FINISH : Z_NO_FLUSH);
            if (got == Z_STREAM_ERROR)
                return no_packing(err);
            enum kb_status status =
                put(writer, writer->out, OUT_BYTES - z->avail_out, err);
            if (status != KB_OK)
                return status;
        } while (z->avail_out == 0);
    } while (bytes.n);
    return KB_OK;
}

static enum kb_status put_zstd(struct kb_warc_writer *writer, struct kb_str bytes,
                               bool last, struct kb_err *err) {
    ZSTD_inBuffer in = {bytes.p, bytes.n, 0};
    size_t left;
    do {
        ZSTD_outBuffer out = {writer->out, OUT_BYTES, 0};
        left = ZSTD_compressStream2(writer->zstd, &out, &in,
                                    last ? ZSTD_e_end : ZSTD_e_continue);
        if (ZSTD_isError(left))
            return no_packing(err);
        enum kb_status status = put(writer, writer->out, out.pos, err);
        if (status != KB_OK)
            return status;
    } while (last ? left > 0 : in.pos < in.size);
    return KB_OK;
}

/* A piece of a record; last ends its member. */
static enum kb_status put_packed(struct kb_warc_writer *writer, struct kb_str bytes,
                                 bool last, struct kb_err *err) {
    switch (writer->output.packing) {
    case KB_WARC_GZIP: return put_gzip(writer, bytes, last, err);
    case KB_WARC_ZSTD: return put_zstd(writer, bytes, last, err);
    default: return put(writer, bytes.p, bytes.n, err);
    }
}

/* ---- the header -------------------------------------------------------------------- */

static void base32(const unsigned char *bytes, size_t n, char out[BASE32_BYTES]) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint64_t bits = 0;
    size_t have = 0, at = 0;
    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | bytes[i];
        for (have += 8; have >= 5; have -= 5)
            out[at++] = digits[bits >> (have - 5) & 31];
    }
    if (have)
        out[at++] = digits[bits << (5 - have) & 31];
    while (at % 8)
        out[at++] = '=';
    out[at] = 0;
}

/* "WARC-Block-Digest: sha1:…" of the two pieces together. */
static enum kb_status add_digest(struct kb_warc_writer *writer, const char *name,
                                 struct kb_str one, struct kb_str two,
                                 struct kb_err *err) {
    bool sha1 = writer->output.digest == KB_WARC_SHA1;
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    char text[BASE32_BYTES];
    if (EVP_DigestInit_ex(writer->digest, sha1 ? EVP_sha1() : EVP_sha256(), NULL) != 1 ||
        EVP_DigestUpdate(writer->digest, one.n ? one.p : "", one.n) != 1 ||
        EVP_DigestUpdate(writer->digest, two.n ? two.p : "", two.n) != 1 ||
        EVP_DigestFinal_ex(writer->digest, bytes, &n) != 1)
        return kb_err_set(err, KB_ENOMEM, "no digest can be made for a WARC record");
    base32(bytes, n, text);
    kb_buf_printf(&writer->head, "%s: %s:%s\r\n", name, sha1 ? "sha1" : "sha256", text);
    return KB_OK;
}

static enum kb_status make_id(struct kb_warc_writer *writer, char id[KB_WARC_ID_BYTES],
                              struct kb_err *err) {
    unsigned char b[UUID_BYTES];
    if (!writer->output.random(writer->output.context, b, sizeof b))
        return kb_err_set(err, KB_EIO, "no random bytes are to be had for a record's id");
    b[6] = (b[6] & 0x0F) | 0x40;
    b[8] = (b[8] & 0x3F) | 0x80;
    snprintf(id, KB_WARC_ID_BYTES,
             "<urn:uuid:%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x"
             "%02x>",
             b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
             b[12], b[13], b[14], b[15]);
    return KB_OK;
}

static bool is_printable(struct kb_str text) {
    for (size_t i = 0; i < text.n; i++) {
        if ((unsigned char)text.p[i] < ' ' || text.p[i] == 0x7F)
            return false;
    }
    return true;
}

static enum kb_status add_field(struct kb_warc_writer *writer, const char *name,
                                struct kb_str value, struct kb_err *err) {
    if (!value.n)
        return KB_OK;
    if (!is_printable(value))
        return kb_err_set(err, KB_EUSAGE, "%s of a WARC record has control characters",
                          name);
    kb_buf_printf(&writer->head, "%s: %.*s\r\n", name, (int)value.n, value.p);
    return KB_OK;
}

static enum kb_status add_date(struct kb_warc_writer *writer, int64_t ms,
                               struct kb_err *err) {
    time_t seconds = (time_t)(ms / 1000 - (ms % 1000 < 0));
    struct tm t;
    char text[64];
    if (!gmtime_r(&seconds, &t) ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &t) == 0)
        return kb_err_set(err, KB_EUSAGE, "a WARC record has a time that cannot be");
    kb_buf_printf(&writer->head, "WARC-Date: %s\r\n", text);
    return KB_OK;
}

/* The record's lines but for its digests and length, in their usual order. */
static enum kb_status add_fields(struct kb_warc_writer *writer,
                                 const struct kb_warc_entry *entry, const char *id,
                                 struct kb_err *err) {
    bool info = entry->type == KB_WARC_TYPE_WARCINFO;
    const struct {
        const char *name;
        struct kb_str value;
    } fields[] = {
        {"WARC-Record-ID", kb_str_z(id)},
        {"WARC-Filename", entry->file_name},
        {"WARC-Warcinfo-ID", info ? KB_STR_NONE : kb_str_z(writer->info_id)},
        {"WARC-Target-URI", entry->target},
        {"WARC-IP-Address", entry->address},
        {"WARC-Concurrent-To", entry->concurrent_to},
        {"WARC-Profile", entry->profile},
        {"WARC-Protocol", entry->protocol},
        {"WARC-Truncated", entry->truncated},
        {"Content-Type", entry->content_type},
    };
    enum kb_status status = KB_OK;
    kb_buf_clear(&writer->head);
    kb_buf_printf(&writer->head, "WARC/1.1\r\nWARC-Type: %s\r\n",
                  kb_warc_type_name(entry->type));
    status = add_date(writer, entry->time_ms, err);
    for (size_t i = 0; i < KB_COUNT(fields) && status == KB_OK; i++)
        status = add_field(writer, fields[i].name, fields[i].value, err);
    return status;
}

enum kb_status kb_warc_write(struct kb_warc_writer *writer,
                             const struct kb_warc_entry *entry, char id[KB_WARC_ID_BYTES],
                             struct kb_err *err) {
    char own_id[KB_WARC_ID_BYTES];
    bool is_http = entry->head.n > 0 && entry->type != KB_WARC_TYPE_REVISIT;
    enum kb_status status;
    if (!id)
        id = own_id;
    if (entry->type == KB_WARC_TYPE_OTHER)
        return kb_err_set(err, KB_EUSAGE, "a WARC record has to have a type");
    if ((status = make_id(writer, id, err)) != KB_OK ||
        (status = add_fields(writer, entry, id, err)) != KB_OK ||
        (status = add_digest(writer, "WARC-Block-Digest", entry->head, entry->body,
                             err)) != KB_OK)
        return status;
    if (is_http && (status = add_digest(writer, "WARC-Payload-Digest", entry->body,
                                        KB_STR_NONE, err)) != KB_OK)
        return status;
    kb_buf_printf(&writer->head, "Content-Length: %zu\r\n\r\n",
                  entry->head.n + entry->body.n);
    if (writer->head.status != KB_OK)
        return kb_err_set(err, writer->head.status,
                          "the header of a WARC record has more than %zu bytes",
                          KB_LIMIT_WARC_HEAD_BYTES);
    if (writer->z_ready)
        deflateReset(&writer->z);
    if (writer->zstd)
        ZSTD_CCtx_reset(writer->zstd, ZSTD_reset_session_only);
    const struct kb_str pieces[] = {kb_buf_view(&writer->head), entry->head, entry->body,
                                    KB_STR("\r\n\r\n")};
    for (size_t i = 0; i < KB_COUNT(pieces) && status == KB_OK; i++)
        status = put_packed(writer, pieces[i], i + 1 == KB_COUNT(pieces), err);
    if (entry->type == KB_WARC_TYPE_WARCINFO && status == KB_OK)
        memcpy(writer->info_id, id, sizeof writer->info_id);
    return status;
}

enum kb_status kb_warc_write_info(struct kb_warc_writer *writer, struct kb_str file_name,
                                  struct kb_str software, struct kb_str fields,
                                  int64_t now_ms, struct kb_err *err) {
    struct kb_buf body;
    kb_buf_init(&body, KB_LIMIT_WARC_HEAD_BYTES);
    kb_buf_printf(&body, "software: %.*s\r\n", (int)software.n,
                  software.n ? software.p : "");
    kb_buf_z(&body, "format: WARC File Format 1.1\r\n"
                    "conformsTo: http://iipc.github.io/warc-specifications/"
                    "specifications/warc-format/warc-1.1/\r\n");
    struct kb_str name, value;
    while (kb_warc_line(&fields, &name, &value))
        kb_buf_printf(&body, "%.*s: %.*s\r\n", (int)name.n, name.n ? name.p : "",
                      (int)value.n, value.n ? value.p : "");
    const struct kb_warc_entry entry = {
        .type = KB_WARC_TYPE_WARCINFO,
        .time_ms = now_ms,
        .file_name = file_name,
        .content_type = KB_STR("application/warc-fields"),
        .body = kb_buf_view(&body),
    };
    enum kb_status status =
        body.status == KB_OK
            ? kb_warc_write(writer, &entry, NULL, err)
            : kb_err_set(err, body.status, "the warcinfo record has more than %zu bytes",
                         KB_LIMIT_WARC_HEAD_BYTES);
    kb_buf_free(&body);
    return status;
}
