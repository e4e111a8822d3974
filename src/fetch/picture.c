/* A picture's first bytes: picture.h tells what enters and leaves.  The sizes stand where
 * PNG (ISO 15948), GIF89a, JPEG (ITU T.81, B.2.2), WebP (RFC 9649) and the ispe box of
 * AVIF (ISO 23008-12) have them. */
#include "fetch/picture.h"

static const struct {
    const char *type, *end;
} kinds[] = {
#define X(code, type, end) {type, end},
    KB_PICTURE_LIST(X)
#undef X
};

const char *kb_picture_type(enum kb_picture_kind kind) {
    return kinds[kind].type;
}

const char *kb_picture_end(enum kb_picture_kind kind) {
    return kinds[kind].end;
}

/* n bytes at `at` as a number, the largest byte first or last; 0 past the end. */
static unsigned big(struct kb_str s, size_t at, size_t n) {
    unsigned value = 0;
    for (size_t i = 0; at + n <= s.n && i < n; i++)
        value = value << 8 | (unsigned char)s.p[at + i];
    return value;
}

static unsigned little(struct kb_str s, size_t at, size_t n) {
    unsigned value = 0;
    for (size_t i = n; at + n <= s.n && i > 0; i--)
        value = value << 8 | (unsigned char)s.p[at + i - 1];
    return value;
}

static bool has(struct kb_str s, size_t at, struct kb_str what) {
    return at <= s.n && kb_str_starts(kb_str_slice(s, at, s.n), what);
}

/* The first frame header (SOF) among the segments. */
static void jpeg_size(struct kb_str s, struct kb_picture_facts *facts) {
    for (size_t at = 2; at + 9 <= s.n && big(s, at, 1) == 0xFF;) {
        unsigned marker = big(s, at + 1, 1), length = big(s, at + 2, 2);
        if (marker == 0xFF) { /* a filling byte */
            at++;
            continue;
        }
        if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 &&
            marker != 0xCC) {
            facts->height = big(s, at + 5, 2);
            facts->width = big(s, at + 7, 2);
            return;
        }
        if (length < 2)
            return;
        at += 2 + length;
    }
}

static void webp_size(struct kb_str s, struct kb_picture_facts *facts) {
    if (has(s, 12, KB_STR("VP8X")) && s.n >= 30) {
        facts->width = little(s, 24, 3) + 1;
        facts->height = little(s, 27, 3) + 1;
    } else if (has(s, 12, KB_STR("VP8 ")) && has(s, 23, KB_STR("\x9D\x01\x2A"))) {
        facts->width = little(s, 26, 2) & 0x3FFF;
        facts->height = little(s, 28, 2) & 0x3FFF;
    } else if (has(s, 12, KB_STR("VP8L")) && has(s, 20, KB_STR("\x2F")) && s.n >= 25) {
        unsigned bits = little(s, 21, 4);
        facts->width = (bits & 0x3FFF) + 1;
        facts->height = (bits >> 14 & 0x3FFF) + 1;
    }
}

/* Is one of the brands of the file's first box AVIF's? */
static bool is_avif(struct kb_str s) {
    size_t end = big(s, 0, 4);
    if (!has(s, 4, KB_STR("ftyp")) || end < 16 || end > s.n)
        return false;
    for (size_t at = 8; at + 4 <= end;
         at += at == 8 ? 8 : 4) /* a version stands between */
        if (has(s, at, KB_STR("avif")) || has(s, at, KB_STR("avis")))
            return true;
    return false;
}

/* The largest of the sizes that items have: tiles of a grid are smaller than the whole.
 * The box of an item's size is 20 bytes, its name behind four of them. */
static void avif_size(struct kb_str s, struct kb_picture_facts *facts) {
    enum { HEAD = 16 << 10 };
    struct kb_str rest = kb_str_slice(s, 0, HEAD);
    for (;;) {
        size_t at = kb_str_find(rest, KB_STR("ispe"));
        if (at == KB_NOT_FOUND)
            return;
        rest = kb_str_slice(rest, at + 4, rest.n);
        unsigned width = big(rest, 4, 4), height = big(rest, 8, 4);
        if ((uint64_t)width * height > (uint64_t)facts->width * facts->height) {
            facts->width = width;
            facts->height = height;
        }
    }
}

struct kb_picture_facts kb_picture_sniff(struct kb_str s) {
    struct kb_picture_facts facts = {.kind = KB_PICTURE_NONE};
    if (has(s, 0, KB_STR("\x89PNG\r\n\x1A\n"))) {
        facts.kind = KB_PICTURE_PNG;
        facts.width = big(s, 16, 4);
        facts.height = big(s, 20, 4);
    } else if (has(s, 0, KB_STR("GIF87a")) || has(s, 0, KB_STR("GIF89a"))) {
        facts.kind = KB_PICTURE_GIF;
        facts.width = little(s, 6, 2);
        facts.height = little(s, 8, 2);
    } else if (has(s, 0, KB_STR("\xFF\xD8\xFF"))) {
        facts.kind = KB_PICTURE_JPEG;
        jpeg_size(s, &facts);
    } else if (has(s, 0, KB_STR("RIFF")) && has(s, 8, KB_STR("WEBP"))) {
        facts.kind = KB_PICTURE_WEBP;
        webp_size(s, &facts);
    } else if (has(s, 0, KB_STR("\0\0\1\0")) && little(s, 4, 2) && s.n >= 22) {
        facts.kind = KB_PICTURE_ICO; /* of several sizes: the first one's; 0 is 256 */
        facts.width = big(s, 6, 1) ? big(s, 6, 1) : 256;
        facts.height = big(s, 7, 1) ? big(s, 7, 1) : 256;
    } else if (is_avif(s)) {
        facts.kind = KB_PICTURE_AVIF;
        avif_size(s, &facts);
    }
    return facts;
}
