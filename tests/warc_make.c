/* WARC files out of recipes: see warc_make.h. */
#include "warc_make.h"

#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

/* A dictionary of plain bytes: zstd takes any. */
static const char dictionary[] =
    "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-"
    "8000-000000000000>\r\nContent-Type: application/http; msgtype=response\r\n"
    "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<!doctype html>";

static void add_deflated(struct kb_str in, int window, struct kb_buf *out) {
    z_stream z = {0};
    if (deflateInit2(&z, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    size_t room = deflateBound(&z, in.n);
    if (!kb_buf_reserve(out, room))
        abort();
    z.next_in = (unsigned char *)(uintptr_t)in.p;
    z.avail_in = (uInt)in.n;
    z.next_out = (unsigned char *)out->p + out->n;
    z.avail_out = (uInt)room;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        abort();
    out->n += room - z.avail_out;
    deflateEnd(&z);
}

static void add_zstd(struct kb_str in, struct kb_str with, struct kb_buf *out) {
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    size_t room = ZSTD_compressBound(in.n), n;
    if (!zstd || !kb_buf_reserve(out, room))
        abort();
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
    ZSTD_CCtx_loadDictionary(zstd, with.p, with.n);
    n = ZSTD_compress2(zstd, out->p + out->n, room, in.p, in.n);
    if (ZSTD_isError(n))
        abort();
    out->n += n;
    ZSTD_freeCCtx(zstd);
}

bool kb_warc_encode(struct kb_str coding, struct kb_str plain, struct kb_buf *out) {
    enum { GZIP = 15 + 16, ZLIB = 15, RAW = -15 };
    size_t step = 0;
    if (kb_str_equal(coding, KB_STR("gzip"))) {
        add_deflated(plain, GZIP, out);
    } else if (kb_str_equal(coding, KB_STR("zlib"))) {
        add_deflated(plain, ZLIB, out);
    } else if (kb_str_equal(coding, KB_STR("deflate"))) {
        add_deflated(plain, RAW, out);
    } else if (kb_str_equal(coding, KB_STR("zstd"))) {
        add_zstd(plain, KB_STR_NONE, out);
    } else if (kb_str_starts(coding, KB_STR("chunked"))) {
        if (coding.n > 8)
            step = strtoul(coding.p + 8, NULL, 10);
        for (size_t at = 0; at < plain.n; at += step) {
            if (!step || step > plain.n - at)
                step = plain.n - at;
            kb_buf_printf(out, "%zx\r\n", step);
            kb_buf_add(out, plain.p + at, step);
            kb_buf_z(out, "\r\n");
        }
        kb_buf_z(out, "0\r\n\r\n");
    } else {
        return false;
    }
    return true;
}

/* ---- recipes ----------------------------------------------------------------------- */

struct make {
    struct kb_buf *out;
    struct kb_buf head, http, body;
    struct kb_buf *to; /* where lines go */
    struct kb_str codings;
    size_t *starts, count, max;
    size_t feeds, cut;
    bool open, has_http, has_length;
};

static struct kb_str take_word(struct kb_str *line) {
    *line = kb_str_trim(*line);
    size_t n = kb_str_find_byte(*line, ' ');
    struct kb_str word = kb_str_slice(*line, 0, n);
    *line = kb_str_slice(*line, word.n + 1, line->n);
    return word;
}

static void encode_body(struct make *make) {
    while (make->codings.n) {
        struct kb_buf packed;
        kb_buf_init(&packed, make->body.max);
        if (!kb_warc_encode(take_word(&make->codings), kb_buf_view(&make->body), &packed))
            abort();
        kb_buf_free(&make->body);
        make->body = packed;
    }
}

static void end_record(struct make *make) {
    if (!make->open)
        return;
    encode_body(make);
    if (make->has_http)
        kb_buf_z(&make->http, "\r\n");
    kb_buf_str(make->out, kb_buf_view(&make->head));
    if (!make->has_length)
        kb_buf_printf(make->out, "Content-Length: %zu\r\n", make->http.n + make->body.n);
    kb_buf_z(make->out, "\r\n");
    kb_buf_str(make->out, kb_buf_view(&make->http));
    kb_buf_str(make->out, kb_buf_view(&make->body));
    make->out->n -= make->cut;
    for (size_t i = 0; i < make->feeds; i++)
        kb_buf_z(make->out, "\r\n");
    kb_buf_clear(&make->head);
    kb_buf_clear(&make->http);
    kb_buf_clear(&make->body);
    make->open = false;
}

static void begin_record(struct make *make, struct kb_str version) {
    if (make->count == make->max)
        abort();
    make->starts[make->count++] = make->out->n;
    make->open = true;
    make->has_http = make->has_length = false;
    make->codings = KB_STR_NONE;
    make->feeds = 2;
    make->cut = 0;
    make->to = &make->head;
    kb_buf_str(&make->head, version.n ? version : KB_STR("WARC/1.1"));
    kb_buf_z(&make->head, "\r\n");
}

static void command(struct make *make, struct kb_str line) {
    struct kb_str name = take_word(&line);
    if (kb_str_equal(name, KB_STR("record"))) {
        end_record(make);
        begin_record(make, line);
    } else if (kb_str_equal(name, KB_STR("http"))) {
        make->to = &make->http;
        make->has_http = true;
    } else if (kb_str_equal(name, KB_STR("body"))) {
        make->to = &make->body;
        make->codings = line;
    } else if (kb_str_equal(name, KB_STR("repeat"))) {
        struct kb_str times = take_word(&line);
        for (size_t n = strtoul(times.p, NULL, 10); n > 0; n--)
            kb_buf_str(make->to, line);
    } else if (kb_str_equal(name, KB_STR("hex"))) {
        for (size_t i = 0; i + 1 < line.n; i += 2) {
            char digits[3] = {line.p[i], line.p[i + 1], 0};
            kb_buf_char(make->to, (char)strtoul(digits, NULL, 16));
        }
    } else if (kb_str_equal(name, KB_STR("feeds"))) {
        make->feeds = strtoul(line.p, NULL, 10);
    } else if (kb_str_equal(name, KB_STR("cut"))) {
        make->cut = strtoul(line.p, NULL, 10);
    } else if (kb_str_equal(name, KB_STR("raw"))) {
        end_record(make);
        make->to = make->out;
    } else {
        abort();
    }
}

size_t kb_warc_make(struct kb_str recipe, struct kb_buf *out, size_t *starts,
                    size_t max) {
    struct make make = {.out = out, .to = out, .starts = starts, .max = max};
    kb_buf_init(&make.head, (size_t)64 << 20);
    kb_buf_init(&make.http, (size_t)64 << 20);
    kb_buf_init(&make.body, (size_t)64 << 20);
    while (recipe.n) {
        size_t n = kb_str_find_byte(recipe, '\n');
        struct kb_str line = kb_str_slice(recipe, 0, n);
        recipe = kb_str_slice(recipe, line.n + 1, recipe.n);
        if (line.n && line.p[0] == '@') {
            command(&make, kb_str_slice(line, 1, line.n));
            continue;
        }
        if (kb_str_starts(line, KB_STR("Content-Length:")) && make.to == &make.head)
            make.has_length = true;
        kb_buf_str(make.to, line);
        kb_buf_z(make.to, make.to == &make.head || make.to == &make.http ? "\r\n" : "\n");
    }
    end_record(&make);
    kb_buf_free(&make.head);
    kb_buf_free(&make.http);
    kb_buf_free(&make.body);
    return make.count;
}

/* ---- packing ----------------------------------------------------------------------- */

static void add_little_endian(struct kb_buf *out, uint32_t number) {
    for (unsigned shift = 0; shift < 32; shift += 8)
        kb_buf_char(out, (char)(number >> shift));
}

static void add_dictionary(struct kb_buf *out, bool packed) {
    struct kb_str plain = {dictionary, sizeof dictionary - 1};
    struct kb_buf bytes;
    kb_buf_init(&bytes, 4096);
    if (packed)
        add_zstd(plain, KB_STR_NONE, &bytes);
    else
        kb_buf_str(&bytes, plain);
    add_little_endian(out, 0x184D2A5D);
    add_little_endian(out, (uint32_t)bytes.n);
    kb_buf_str(out, kb_buf_view(&bytes));
    kb_buf_free(&bytes);
}

bool kb_warc_pack(const char *how, struct kb_str plain, const size_t *starts,
                  size_t count, struct kb_buf *out) {
    enum { BLOCK = 100 };
    struct kb_str name = kb_str_z(how), with = KB_STR_NONE;
    bool zstd = kb_str_starts(name, KB_STR("zstd"));
    bool gzip = kb_str_starts(name, KB_STR("gzip"));
    bool all = kb_str_ends(name, KB_STR("-all"));
    bool blocks = kb_str_ends(name, KB_STR("-blocks"));
    if (kb_str_equal(name, KB_STR("none"))) {
        kb_buf_str(out, plain);
        return true;
    }
    if (kb_str_ends(name, KB_STR("dictionary"))) {
        with = (struct kb_str){dictionary, sizeof dictionary - 1};
        add_dictionary(out, kb_str_equal(name, KB_STR("zstd-packed-dictionary")));
    }
    for (size_t i = 0, at = 0, end; at < plain.n; i++, at = end) {
        end = blocks          ? at + BLOCK
              : all           ? plain.n
              : i + 1 < count ? starts[i + 1]
                              : plain.n;
        if (zstd)
            add_zstd(kb_str_slice(plain, at, end), with, out);
        else
            add_deflated(kb_str_slice(plain, at, end), 15 + 16, out);
    }
    return zstd || gzip;
}
