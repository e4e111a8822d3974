/* Bytes of a page enter, valid UTF-8 leaves: the input itself where it already is that.
 *
 * The WHATWG Encoding Standard's labels and decoders are lexbor's, and so is HTML's
 * prescan for <meta>; the guess without a declaration is uchardet's.  What is ours is the
 * order of the witnesses, and the doubt: a declaration is believed as long as the bytes
 * agree with it.  Nearly every page is UTF-8 that is valid, so that is asked first, and
 * such a page costs one pass and no copy. */
#include "lang/charset.h"

#include <lexbor/encoding/encoding.h>
#include <lexbor/html/encoding.h>
#include <uchardet/uchardet.h>

#define PRESCAN_BYTES 1024
#define SAMPLE_BYTES KB_LIMIT_CHARSET_BYTES

/* ---- shape of the bytes ------------------------------------------------------------ */

struct magic {
    uint8_t at, n;
    char bytes[9];
};

static const struct magic magics[] = {
    {0, 5, "%PDF-"},
    {0, 4, "\x89PNG"},
    {0, 4, "GIF8"},
    {0, 3, "\xFF\xD8\xFF"},
    {0, 4, "PK\3\4"},
    {0, 3, "\x1F\x8B\x08"},
    {8, 4, "WEBP"},
    {8, 4, "WAVE"},
    {8, 4, "AVI "},
    {0, 6, "7z\xBC\xAF\x27\x1C"},
    {0, 5, "Rar!\x1A"},
    {0, 4,
     "\x7F"
     "ELF"},
    {0, 4, "OggS"},
    {0, 4, "wOFF"},
    {0, 4, "wOF2"},
    {4, 4, "ftyp"},
    {0, 6,
     "\xFD"
     "7zXZ\0"},
    {0, 4, "\x28\xB5\x2F\xFD"},
    {0, 4, "\0asm"},
    {0, 4, "\xCA\xFE\xBA\xBE"},
    {0, 4, "\xD0\xCF\x11\xE0"},
    {0, 4, "\0\0\1\0"},
    {0, 4, "\x1A\x45\xDF\xA3"},
    {0, 4, "fLaC"},
    {0, 4, "ID3\3"},
    {0, 4, "ID3\4"},
    {0, 4, "II*\0"},
    {0, 4, "MM\0*"},
    {0, 8, "SQLite f"},
    {0, 7, "BZh91AY"},
};

static bool starts(struct kb_str s, const char *bytes, size_t n) {
    return s.n >= n && memcmp(s.p, bytes, n) == 0;
}

/* 'L' or 'B' where every other byte of the beginning is NUL, as in UTF-16 of any page:
 * its markup is ASCII.  0 otherwise. */
static char utf16_order(struct kb_str bytes) {
    size_t n = bytes.n < 256 ? bytes.n & ~(size_t)1 : 256;
    size_t zeros[2] = {0, 0};
    for (size_t i = 0; i < n; i++)
        zeros[i & 1] += bytes.p[i] == 0;
    if (n < 4)
        return 0;
    if (zeros[1] * 5 >= n && zeros[0] * 20 <= n)
        return 'L';
    return zeros[0] * 5 >= n && zeros[1] * 20 <= n ? 'B' : 0;
}

/* The same of UTF-32: each of the first four characters is ASCII. */
static char utf32_order(struct kb_str bytes) {
    bool little = bytes.n >= 16, big = little;
    for (size_t i = 0; i < 16 && bytes.n >= 16; i++) {
        little &= (bytes.p[i] != 0) == (i % 4 == 0);
        big &= (bytes.p[i] != 0) == (i % 4 == 3);
    }
    return little ? 'L' : big ? 'B' : 0;
}

bool kb_lang_looks_binary(struct kb_str bytes) {
    for (size_t i = 0; i < KB_COUNT(magics); i++) {
        const struct magic *m = &magics[i];
        if (bytes.n >= (size_t)m->at + m->n &&
            memcmp(bytes.p + m->at, m->bytes, m->n) == 0)
            return true;
    }
    if (starts(bytes, "\xFF\xFE", 2) || starts(bytes, "\xFE\xFF", 2) ||
        starts(bytes, "\0\0\xFE\xFF", 4) || utf16_order(bytes) || utf32_order(bytes))
        return false;
    size_t n = bytes.n < 1024 ? bytes.n : 1024, control = 0, i = 0;
    for (; i < n; i++) {
        unsigned char c = (unsigned char)bytes.p[i];
        control += c < 0x20 && !kb_is_space((char)c) && c != 0x1B;
    }
    for (i = 0; i < n && kb_is_space(bytes.p[i]);)
        i++;
    /* Random bytes have one control in ten; a damaged page still begins with markup. */
    bool markup = i < n && bytes.p[i] == '<';
    return control * (markup ? 3 : 20) > n;
}

static size_t first_high(struct kb_str s) {
    size_t i = 0;
    for (uint64_t w; i + 8 <= s.n; i += 8) {
        memcpy(&w, s.p + i, 8);
        if (w & 0x8080808080808080u)
            break;
    }
    while (i < s.n && (unsigned char)s.p[i] < 0x80)
        i++;
    return i;
}

/* ---- what is declared -------------------------------------------------------------- */

/* Labels that only name the replacement decoder (iso-2022-kr …) tell nothing of use. */
static const lxb_encoding_data_t *usable(const lxb_encoding_data_t *data) {
    return data && data->encoding != LXB_ENCODING_REPLACEMENT ? data : NULL;
}

static const lxb_encoding_data_t *by_label(struct kb_str label) {
    char other[KB_CHARSET_LABEL];
    label = kb_str_trim(label);
    if (!label.n)
        return NULL;
    const lxb_encoding_data_t *found =
        lxb_encoding_data_by_pre_name((const lxb_char_t *)label.p, label.n);
    if (!found) {
        label = kb_charset_spell(label, other);
        found = label.n
                    ? lxb_encoding_data_by_pre_name((const lxb_char_t *)label.p, label.n)
                    : NULL;
    }
    return usable(found);
}

static struct kb_str http_label(struct kb_str content_type) {
    const lxb_char_t *end = NULL, *p = (const lxb_char_t *)content_type.p;
    if (!content_type.n)
        return KB_STR_NONE;
    p = lxb_html_encoding_content(p, p + content_type.n, &end);
    return p ? (struct kb_str){(const char *)p, (size_t)(end - p)} : KB_STR_NONE;
}

/* HTML's "get an XML encoding": only in a declaration that opens the file. */
static struct kb_str xml_label(struct kb_str head) {
    head = kb_str_trim(kb_str_slice(head, 0, PRESCAN_BYTES));
    size_t end = kb_str_find_byte(head, '>');
    if (!kb_str_starts(head, KB_STR("<?xml")) || end == KB_NOT_FOUND)
        return KB_STR_NONE;
    head.n = end;
    size_t at = kb_str_find(head, KB_STR("encoding"));
    if (at == KB_NOT_FOUND)
        return KB_STR_NONE;
    struct kb_str s = kb_str_trim(kb_str_slice(head, at + 8, head.n));
    if (!s.n || s.p[0] != '=')
        return KB_STR_NONE;
    s = kb_str_trim(kb_str_slice(s, 1, s.n));
    if (!s.n || (s.p[0] != '"' && s.p[0] != '\''))
        return KB_STR_NONE;
    char quote = s.p[0];
    s = kb_str_slice(s, 1, s.n);
    size_t n = kb_str_find_byte(s, quote);
    return n == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(s, 0, n);
}

/* A declaration that can be read in ASCII does not stand in UTF-16. */
static const lxb_encoding_data_t *declared_by_xml(struct kb_str head) {
    const lxb_encoding_data_t *data = by_label(xml_label(head));
    if (data && (data->encoding == LXB_ENCODING_UTF_16LE ||
                 data->encoding == LXB_ENCODING_UTF_16BE))
        return lxb_encoding_data(LXB_ENCODING_UTF_8);
    return data;
}

/* The first <meta> of the first 1,024 bytes that names a known encoding. */
static const lxb_encoding_data_t *declared_by_page(struct kb_str bytes) {
    struct kb_str head = kb_str_slice(bytes, 0, PRESCAN_BYTES);
    const lxb_encoding_data_t *found = NULL;
    lxb_html_encoding_t prescan = {0}; /* what a failed init leaves can be destroyed */
    if (head.n && lxb_html_encoding_init(&prescan) == LXB_STATUS_OK) {
        const lxb_char_t *p = (const lxb_char_t *)head.p;
        if (lxb_html_encoding_determine(&prescan, p, p + head.n) == LXB_STATUS_OK) {
            size_t count = lxb_html_encoding_meta_length(&prescan);
            for (size_t i = 0; i < count && !found; i++) {
                lxb_html_encoding_entry_t *e = lxb_html_encoding_meta_entry(&prescan, i);
                if (e && e->end > e->name)
                    found = usable(lxb_encoding_data_prescan_validate(
                        e->name, (size_t)(e->end - e->name)));
            }
        }
    }
    lxb_html_encoding_destroy(&prescan, false);
    return found ? found : declared_by_xml(head);
}

/* ---- do the bytes agree? ----------------------------------------------------------- */

/* Length of the invalid sequence at p: the "maximal subpart" that one U+FFFD stands
 * for. */
static size_t invalid_bytes(const char *p, const char *end) {
    const unsigned char *b = (const unsigned char *)p;
    unsigned char low = 0x80, high = 0xBF;
    size_t left = (size_t)(end - p), need, i = 1;
    if (b[0] >= 0xC2 && b[0] <= 0xDF)
        need = 2;
    else if (b[0] >= 0xE0 && b[0] <= 0xEF)
        need = 3;
    else if (b[0] >= 0xF0 && b[0] <= 0xF4)
        need = 4;
    else
        return 1;
    if (b[0] == 0xE0)
        low = 0xA0;
    else if (b[0] == 0xED)
        high = 0x9F;
    else if (b[0] == 0xF0)
        low = 0x90;
    else if (b[0] == 0xF4)
        high = 0x8F;
    while (i < need && i < left && b[i] >= low && b[i] <= high) {
        low = 0x80, high = 0xBF;
        i++;
    }
    return i;
}

/* Invalid UTF-8 that still is UTF-8: a cut character, some bytes of another page pasted
 * in.  Text in other encodings has hardly a valid sequence in it. */
static bool mostly_utf8(struct kb_str sample) {
    size_t good = 0, bad = 0;
    for (const char *p = sample.p, *end = p + sample.n; p < end;) {
        size_t len;
        if ((unsigned char)*p < 0x80) {
            p++;
        } else if (kb_utf8_next(p, end, &len) == KB_REPLACEMENT && len == 1) {
            bad++;
            p += invalid_bytes(p, end);
        } else {
            good++;
            p += len;
        }
    }
    return good > bad * 4;
}

static bool is_latin(lxb_encoding_t e) {
    switch (e) {
    case LXB_ENCODING_WINDOWS_1250:
    case LXB_ENCODING_WINDOWS_1252:
    case LXB_ENCODING_WINDOWS_1254:
    case LXB_ENCODING_WINDOWS_1257:
    case LXB_ENCODING_ISO_8859_2:
    case LXB_ENCODING_ISO_8859_3:
    case LXB_ENCODING_ISO_8859_4:
    case LXB_ENCODING_ISO_8859_10:
    case LXB_ENCODING_ISO_8859_13:
    case LXB_ENCODING_ISO_8859_14:
    case LXB_ENCODING_ISO_8859_15:
    case LXB_ENCODING_ISO_8859_16:
    case LXB_ENCODING_MACINTOSH: return true;
    default: return false;
    }
}

/* Latin text seldom has two accented letters side by side; other alphabets have little
 * else. */
static bool reads_as_latin(struct kb_str sample) {
    size_t high = 0, paired = 0;
    for (size_t i = 0; i < sample.n; i++) {
        if ((unsigned char)sample.p[i] < 0xC0)
            continue;
        high++;
        paired += (i && (unsigned char)sample.p[i - 1] >= 0xC0) ||
                  (i + 1 < sample.n && (unsigned char)sample.p[i + 1] >= 0xC0);
    }
    return high < 16 || paired * 2 < high;
}

static bool begin(lxb_encoding_decode_t *context, const lxb_encoding_data_t *data,
                  lxb_codepoint_t *out, size_t n) {
    static const lxb_codepoint_t replace = KB_REPLACEMENT;
    memset(context, 0, sizeof *context);
    return lxb_encoding_decode_init(context, data, out, n) == LXB_STATUS_OK &&
           lxb_encoding_decode_replace_set(context, &replace, 1) == LXB_STATUS_OK;
}

/* Share of what decodes to U+FFFD, at most one in fifty of the characters past ASCII. */
static bool decodes(const lxb_encoding_data_t *data, struct kb_str sample) {
    lxb_codepoint_t out[1024];
    lxb_encoding_decode_t context;
    const lxb_char_t *p = (const lxb_char_t *)sample.p, *end = p + sample.n;
    size_t high = 0, bad = 0;
    if (!begin(&context, data, out, KB_COUNT(out)))
        return false;
    for (;;) {
        lxb_status_t status = data->decode(&context, &p, end);
        size_t n = lxb_encoding_decode_buf_used(&context);
        for (size_t i = 0; i < n; i++) {
            high += out[i] >= 0x80;
            bad += out[i] == KB_REPLACEMENT || (out[i] >= 0x80 && out[i] < 0xA0);
        }
        if (status != LXB_STATUS_SMALL_BUFFER || !n)
            break;
        lxb_encoding_decode_buf_used_set(&context, 0);
    }
    return bad * 50 <= high + 49; /* one may be the character that the sample cuts */
}

static bool agrees(const lxb_encoding_data_t *data, struct kb_str sample) {
    if (data->encoding == LXB_ENCODING_UTF_8)
        return mostly_utf8(sample);
    if (data->encoding == LXB_ENCODING_UTF_16LE ||
        data->encoding == LXB_ENCODING_UTF_16BE)
        return false; /* utf16_order would have seen it */
    if (is_latin(data->encoding) && !reads_as_latin(sample))
        return false;
    return decodes(data, sample);
}

/* ---- the guess --------------------------------------------------------------------- */

static const lxb_encoding_data_t *by_uchardet_name(const char *name) {
    static const char *const other[][2] = {
        {"UHC", "euc-kr"},
        {"MAC-CYRILLIC", "x-mac-cyrillic"},
        {"MAC-CENTRALEUROPE", "windows-1250"},
        {"TIS-620", "windows-874"},
        {"CP949", "euc-kr"},
        {"IBM852", "windows-1250"},
        {"IBM855", "ibm866"},
        {"JOHAB", "euc-kr"},
    };
    for (size_t i = 0; i < KB_COUNT(other); i++)
        if (kb_str_equal_nocase(kb_str_z(name), kb_str_z(other[i][0])))
            return by_label(kb_str_z(other[i][1]));
    return by_label(kb_str_z(name));
}

/* Shows uchardet the stretches around bytes past ASCII: markup says nothing. */
static const lxb_encoding_data_t *detect(struct kb_str bytes, size_t from) {
    const lxb_encoding_data_t *found = NULL;
    uchardet_t detector = uchardet_new();
    if (!detector)
        return NULL;
    size_t shown = 0, i = from > 16 ? from - 16 : 0;
    while (i < bytes.n && shown < SAMPLE_BYTES) {
        size_t end = i + 16, last = i;
        for (; end < bytes.n && end - i < 4096; end++) {
            if ((unsigned char)bytes.p[end] >= 0x80)
                last = end;
            else if (end - last > 32)
                break;
        }
        if (end > bytes.n)
            end = bytes.n;
        if (uchardet_handle_data(detector, bytes.p + i, end - i) != 0)
            break;
        shown += end - i;
        size_t next = end + first_high(kb_str_slice(bytes, end, bytes.n));
        i = next > end + 16 ? next - 16 : end;
    }
    uchardet_data_end(detector);
    found = by_uchardet_name(uchardet_get_charset(detector));
    uchardet_delete(detector);
    return found;
}

/* HTTP, then the page's own word, then the detector; the first that the bytes agree with,
 * else the first at all, else what browsers take. */
static const lxb_encoding_data_t *choose(struct kb_str bytes, size_t from,
                                         const lxb_encoding_data_t *http,
                                         const lxb_encoding_data_t *page) {
    const lxb_encoding_data_t *utf8 = lxb_encoding_data(LXB_ENCODING_UTF_8);
    struct kb_str sample = kb_str_slice(bytes, from, from + SAMPLE_BYTES);
    if (mostly_utf8(sample))
        return utf8;
    if (http && agrees(http, sample))
        return http;
    if (page && page != http && agrees(page, sample))
        return page;
    const lxb_encoding_data_t *guess = detect(bytes, from);
    if (guess && guess != http && guess != page && agrees(guess, sample))
        return guess;
    if (page && page != utf8)
        return page;
    if (http && http != utf8)
        return http;
    return guess ? guess : lxb_encoding_data(LXB_ENCODING_WINDOWS_1252);
}

/* ---- decoding ---------------------------------------------------------------------- */

static bool put(struct kb_buf *out, const lxb_codepoint_t *chars, size_t n,
                bool *replaced) {
    if (out->status != KB_OK)
        return false;
    if (!kb_buf_reserve(out, n * 4) && out->status == KB_ELIMIT)
        out->status =
            KB_OK; /* near the limit the exact need decides, not the worst case */
    for (size_t i = 0; i < n && out->status == KB_OK; i++) {
        char utf8[4];
        size_t len = kb_utf8_put(utf8, chars[i]);
        *replaced |= chars[i] == KB_REPLACEMENT;
        if (out->cap - out->n >= 4) {
            memcpy(out->p + out->n, utf8, 4);
            out->n += len;
        } else {
            kb_buf_add(out, utf8, len);
        }
    }
    return out->status == KB_OK;
}

enum { SLICE_BYTES = 2048 };

static void decode_by_lexbor(const lxb_encoding_data_t *data, struct kb_str bytes,
                             struct kb_buf *out, bool *replaced) {
    lxb_codepoint_t chars[4096];
    lxb_encoding_decode_t context;
    const lxb_char_t *p = (const lxb_char_t *)bytes.p, *end = p + bytes.n;
    if (!begin(&context, data, chars, KB_COUNT(chars)))
        return;
    while (p < end) { /* slices that the buffer always holds: lexbor's decoders of single
                         bytes lose a character where it fills */
        const lxb_char_t *stop = end - p > SLICE_BYTES ? p + SLICE_BYTES : end;
        lxb_status_t status = data->decode(&context, &p, stop);
        if (!put(out, chars, lxb_encoding_decode_buf_used(&context), replaced) ||
            (status != LXB_STATUS_OK && status != LXB_STATUS_CONTINUE))
            break;
        if (status == LXB_STATUS_OK) /* all of the slice, though lexbor leaves p before a
                                        last byte that its tables do not have */
            p = stop;
        lxb_encoding_decode_buf_used_set(&context, 0);
    }
    lxb_encoding_decode_buf_used_set(&context, 0);
    if (lxb_encoding_decode_finish(&context) == LXB_STATUS_OK)
        put(out, chars, lxb_encoding_decode_buf_used(&context), replaced);
}

static void decode_utf8(struct kb_str bytes, struct kb_buf *out, bool *replaced) {
    const char *p = bytes.p, *end = p + bytes.n;
    while (p < end && out->status == KB_OK) {
        size_t good = kb_utf8_valid_prefix((struct kb_str){p, (size_t)(end - p)});
        kb_buf_add(out, p, good);
        p += good;
        if (p < end) {
            kb_buf_add(out, "\xEF\xBF\xBD", 3);
            *replaced = true;
            p += invalid_bytes(p, end);
        }
    }
}

/* Not of the standard, which has no UTF-32; some exports are in it none the less. */
static void decode_utf32(struct kb_str bytes, bool big, struct kb_buf *out,
                         bool *replaced) {
    const unsigned char *b = (const unsigned char *)bytes.p;
    for (size_t i = 0; i + 4 <= bytes.n && out->status == KB_OK; i += 4) {
        lxb_codepoint_t c = 0;
        for (size_t k = 0; k < 4; k++)
            c |= (lxb_codepoint_t)b[i + (big ? 3 - k : k)] << (8 * k);
        if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
            c = KB_REPLACEMENT;
        put(out, &c, 1, replaced);
    }
}

static enum kb_status finish(struct kb_buf *scratch, struct kb_decoded *out,
                             struct kb_err *err) {
    if (scratch->status == KB_ELIMIT)
        return kb_err_set(err, KB_ELIMIT,
                          "the page decoded from %s is larger than %zu bytes "
                          "(limit max_page_bytes, KB_LIMIT_PAGE_BYTES)",
                          out->encoding, scratch->max);
    if (scratch->status != KB_OK)
        return kb_err_set(err, scratch->status, "no memory to decode the page from %s",
                          out->encoding);
    out->text = kb_buf_view(scratch);
    return KB_OK;
}

static enum kb_status decode_as(const lxb_encoding_data_t *data, struct kb_str bytes,
                                struct kb_buf *scratch, struct kb_decoded *out,
                                struct kb_err *err) {
    out->encoding = (const char *)data->name;
    if (data->encoding == LXB_ENCODING_UTF_8) {
        out->text = bytes;
        if (kb_utf8_valid_prefix(bytes) == bytes.n)
            return KB_OK;
        decode_utf8(bytes, scratch, &out->replaced);
    } else {
        decode_by_lexbor(data, bytes, scratch, &out->replaced);
    }
    return finish(scratch, out, err);
}

/* True, and the work is done or failed, where a byte order mark decides. */
static bool decode_by_bom(struct kb_str bytes, struct kb_buf *scratch,
                          struct kb_decoded *out, struct kb_err *err,
                          enum kb_status *status) {
    if (starts(bytes, "\xFF\xFE\0\0", 4) || starts(bytes, "\0\0\xFE\xFF", 4)) {
        bool big = bytes.p[0] == 0;
        out->encoding = big ? "UTF-32BE" : "UTF-32LE";
        decode_utf32(kb_str_slice(bytes, 4, bytes.n), big, scratch, &out->replaced);
        *status = finish(scratch, out, err);
        return true;
    }
    lxb_encoding_t e = LXB_ENCODING_UNDEFINED;
    if (starts(bytes, "\xEF\xBB\xBF", 3))
        e = LXB_ENCODING_UTF_8;
    else if (starts(bytes, "\xFF\xFE", 2))
        e = LXB_ENCODING_UTF_16LE;
    else if (starts(bytes, "\xFE\xFF", 2))
        e = LXB_ENCODING_UTF_16BE;
    if (e == LXB_ENCODING_UNDEFINED)
        return false;
    *status = decode_as(lxb_encoding_data(e),
                        kb_str_slice(bytes, e == LXB_ENCODING_UTF_8 ? 3 : 2, bytes.n),
                        scratch, out, err);
    return true;
}

/* What the web's list does not have, where it is declared. */
static bool decode_by_system(struct kb_str bytes, struct kb_str content_type,
                             struct kb_buf *scratch, struct kb_decoded *out) {
    struct kb_str label = http_label(content_type);
    out->encoding = "of the system";
    if (kb_charset_ebcdic(bytes, scratch, &out->replaced))
        return true;
    if (!label.n)
        label = xml_label(bytes);
    if (label.n && kb_charset_decode(label, bytes, scratch, &out->replaced))
        return true;
    out->encoding = "UTF-8";
    return false;
}

enum kb_status kb_lang_decode(struct kb_str bytes, struct kb_str content_type,
                              struct kb_buf *scratch, struct kb_decoded *out,
                              struct kb_err *err) {
    enum kb_status status;
    const lxb_encoding_data_t *utf8 = lxb_encoding_data(LXB_ENCODING_UTF_8), *used = utf8;
    const lxb_encoding_data_t *http = by_label(http_label(content_type));
    *out = (struct kb_decoded){.text = {"", 0}, .encoding = "UTF-8"};
    kb_buf_clear(scratch);
    if (!bytes.n)
        return KB_OK;
    if (decode_by_bom(bytes, scratch, out, err, &status)) {
        out->declared_wrong =
            http && strcmp((const char *)http->name, out->encoding) != 0;
        return status;
    }
    char order = utf32_order(bytes);
    if (order) {
        out->encoding = order == 'B' ? "UTF-32BE" : "UTF-32LE";
        decode_utf32(bytes, order == 'B', scratch, &out->replaced);
        return finish(scratch, out, err);
    }
    order = utf16_order(bytes);
    if (order) {
        used = lxb_encoding_data(order == 'L' ? LXB_ENCODING_UTF_16LE
                                              : LXB_ENCODING_UTF_16BE);
        out->declared_wrong = http && http != used;
        return decode_as(used, bytes, scratch, out, err);
    }
    const lxb_encoding_data_t *page = declared_by_page(bytes);
    const lxb_encoding_data_t *declared = http ? http : page;
    size_t valid = kb_utf8_valid_prefix(bytes);
    if (valid < bytes.n && !http && (!page || http_label(content_type).n) &&
        decode_by_system(bytes, content_type, scratch, out))
        return finish(scratch, out, err);
    if (valid < bytes.n) {
        used = choose(bytes, first_high(bytes), http, page);
        out->declared_wrong = declared && used != declared;
        return decode_as(used, bytes, scratch, out, err);
    }
    out->text = bytes;
    if (declared == utf8 || (declared && first_high(bytes) < bytes.n)) {
        out->declared_wrong = declared != utf8;
        return KB_OK;
    }
    /* ASCII throughout, or undeclared: the one encoding that hides there has escapes. */
    size_t escape = kb_str_find(bytes, KB_STR("\x1B$"));
    if (escape == KB_NOT_FOUND || first_high(bytes) < bytes.n)
        return KB_OK;
    return decode_as(lxb_encoding_data(LXB_ENCODING_ISO_2022_JP), bytes, scratch, out,
                     err);
}
