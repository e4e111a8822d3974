/* Strings with lengths and UTF-8: bytes enter, slices and answers leave; nothing is
 * copied. */
#include "base/base.h"

struct kb_str kb_str_z(const char *z) {
    return (struct kb_str){z, z ? strlen(z) : 0};
}

bool kb_str_equal(struct kb_str a, struct kb_str b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool kb_str_equal_nocase(struct kb_str a, struct kb_str b) {
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (kb_lower(a.p[i]) != kb_lower(b.p[i]))
            return false;
    return true;
}

bool kb_str_starts(struct kb_str s, struct kb_str prefix) {
    return s.n >= prefix.n && kb_str_equal((struct kb_str){s.p, prefix.n}, prefix);
}

bool kb_str_ends(struct kb_str s, struct kb_str suffix) {
    return s.n >= suffix.n && kb_str_equal(kb_str_slice(s, s.n - suffix.n, s.n), suffix);
}

bool kb_str_starts_nocase(struct kb_str s, struct kb_str prefix) {
    return s.n >= prefix.n && kb_str_equal_nocase((struct kb_str){s.p, prefix.n}, prefix);
}

struct kb_str kb_str_trim(struct kb_str s) {
    for (;;) {
        if (s.n && kb_is_space(s.p[0])) {
            s.p++, s.n--;
        } else if (kb_str_starts(s, KB_STR("\xC2\xA0"))) {
            s.p += 2, s.n -= 2;
        } else {
            break;
        }
    }
    for (;;) {
        if (s.n && kb_is_space(s.p[s.n - 1]))
            s.n--;
        else if (kb_str_ends(s, KB_STR("\xC2\xA0")))
            s.n -= 2;
        else
            return s;
    }
}

struct kb_str kb_str_slice(struct kb_str s, size_t from, size_t to) {
    if (to > s.n)
        to = s.n;
    if (from >= to)
        return KB_STR_NONE;
    return (struct kb_str){s.p + from, to - from};
}

struct kb_str kb_str_cut(struct kb_str s, size_t max) {
    if (s.n <= max)
        return s;
    while (max && ((unsigned char)s.p[max] & 0xC0) == 0x80)
        max--;
    return (struct kb_str){s.p, max};
}

size_t kb_str_find(struct kb_str s, struct kb_str needle) {
    if (!needle.n)
        return 0;
    const char *p = s.p;
    for (size_t left = s.n; left >= needle.n;) {
        const char *hit = memchr(p, needle.p[0], left - needle.n + 1);
        if (!hit)
            break;
        if (memcmp(hit, needle.p, needle.n) == 0)
            return (size_t)(hit - s.p);
        left -= (size_t)(hit - p) + 1;
        p = hit + 1;
    }
    return KB_NOT_FOUND;
}

size_t kb_str_find_nocase(struct kb_str s, struct kb_str needle) {
    if (!needle.n)
        return 0;
    char first = kb_lower(needle.p[0]);
    for (size_t i = 0; i + needle.n <= s.n; i++)
        if (kb_lower(s.p[i]) == first &&
            kb_str_equal_nocase((struct kb_str){s.p + i, needle.n}, needle))
            return i;
    return KB_NOT_FOUND;
}

size_t kb_str_find_byte(struct kb_str s, char c) {
    const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;
    return hit ? (size_t)(hit - s.p) : KB_NOT_FOUND;
}

#define PLAIN(small) [small] = small, [small - 0x20] = small
const char kb_plain_small[256] = {
    ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5',
    ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9', PLAIN('a'),  PLAIN('b'),
    PLAIN('c'),  PLAIN('d'),  PLAIN('e'),  PLAIN('f'),  PLAIN('g'),  PLAIN('h'),
    PLAIN('i'),  PLAIN('j'),  PLAIN('k'),  PLAIN('l'),  PLAIN('m'),  PLAIN('n'),
    PLAIN('o'),  PLAIN('p'),  PLAIN('q'),  PLAIN('r'),  PLAIN('s'),  PLAIN('t'),
    PLAIN('u'),  PLAIN('v'),  PLAIN('w'),  PLAIN('x'),  PLAIN('y'),  PLAIN('z')};

uint64_t kb_hash(const void *p, size_t n, uint64_t seed) {
    const unsigned char *b = p;
    uint64_t h = seed ^ 0xCBF29CE484222325u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ b[i]) * 0x100000001B3u;
    h ^= h >> 32;
    h *= 0xD6E8FEB86659FD93u;
    return h ^ h >> 32;
}

/* The table 3-7 of the standard: how long a sequence is by its first byte, and which
 * second bytes it may have. */
uint32_t kb_utf8_next(const char *p, const char *end, size_t *len) {
    const unsigned char *b = (const unsigned char *)p;
    size_t left = (size_t)(end - p);
    *len = 1;
    if (b[0] < 0x80)
        return b[0];
    if (b[0] < 0xC2 || b[0] > 0xF4)
        return KB_REPLACEMENT;
    if (b[0] < 0xE0) {
        if (left < 2 || (b[1] & 0xC0) != 0x80)
            return KB_REPLACEMENT;
        *len = 2;
        return (b[0] & 0x1Fu) << 6 | (b[1] & 0x3Fu);
    }
    if (b[0] < 0xF0) {
        if (left < 3 || (b[1] & 0xC0) != 0x80 || (b[2] & 0xC0) != 0x80 ||
            (b[0] == 0xE0 && b[1] < 0xA0) || (b[0] == 0xED && b[1] > 0x9F))
            return KB_REPLACEMENT;
        *len = 3;
        return (b[0] & 0x0Fu) << 12 | (b[1] & 0x3Fu) << 6 | (b[2] & 0x3Fu);
    }
    if (left < 4 || (b[1] & 0xC0) != 0x80 || (b[2] & 0xC0) != 0x80 ||
        (b[3] & 0xC0) != 0x80 || (b[0] == 0xF0 && b[1] < 0x90) ||
        (b[0] == 0xF4 && b[1] > 0x8F))
        return KB_REPLACEMENT;
    *len = 4;
    return (b[0] & 0x07u) << 18 | (b[1] & 0x3Fu) << 12 | (b[2] & 0x3Fu) << 6 |
           (b[3] & 0x3Fu);
}

size_t kb_utf8_put(char *out, uint32_t c) {
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = KB_REPLACEMENT;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* UTF-8 as an automaton whose state is a number of bits to shift by: a byte's word holds,
 * at each state's place, the state that follows (Per Vognsen's shift-based automaton,
 * 2022).  It has no branch that letters and spaces in turns could mislead. */
enum { BAD, WHOLE, TAIL1, TAIL2, TAIL3, AFTER_E0, AFTER_ED, AFTER_F0, AFTER_F4 };

#define TO(from, to) ((uint64_t)(6 * (to)) << (6 * (from)))
#define TAILS (TO(TAIL1, WHOLE) | TO(TAIL2, TAIL1) | TO(TAIL3, TAIL2))
#define X4(word) word, word, word, word
#define X16(word) X4(word), X4(word), X4(word), X4(word)
#define X64(word) X16(word), X16(word), X16(word), X16(word)

static const uint64_t moves[256] = {
    X64(TO(WHOLE, WHOLE)),
    X64(TO(WHOLE, WHOLE)),
    /* 80, 90, A0 */
    X16(TAILS | TO(AFTER_ED, TAIL1) | TO(AFTER_F4, TAIL2)),
    X16(TAILS | TO(AFTER_ED, TAIL1) | TO(AFTER_F0, TAIL2)),
    X16(TAILS | TO(AFTER_E0, TAIL1) | TO(AFTER_F0, TAIL2)),
    X16(TAILS | TO(AFTER_E0, TAIL1) | TO(AFTER_F0, TAIL2)),
    /* C0 and C1 would be overlong */
    0,
    0,
    TO(WHOLE, TAIL1),
    TO(WHOLE, TAIL1),
    X4(TO(WHOLE, TAIL1)),
    X4(TO(WHOLE, TAIL1)),
    X4(TO(WHOLE, TAIL1)),
    X16(TO(WHOLE, TAIL1)),
    /* E0 */
    TO(WHOLE, AFTER_E0),
    X4(TO(WHOLE, TAIL2)),
    X4(TO(WHOLE, TAIL2)),
    X4(TO(WHOLE, TAIL2)),
    TO(WHOLE, AFTER_ED),
    TO(WHOLE, TAIL2),
    TO(WHOLE, TAIL2),
    /* F0; from F5 on nothing begins */
    TO(WHOLE, AFTER_F0),
    TO(WHOLE, TAIL3),
    TO(WHOLE, TAIL3),
    TO(WHOLE, TAIL3),
    TO(WHOLE, AFTER_F4),
};

/* Past a block of valid characters, where one stands at p. */
static const char *past_valid_block(const char *p, const char *end) {
    enum { BLOCK = 64 };
    uint64_t state = 6 * WHOLE;
    if (end - p < BLOCK)
        return p;
    for (int i = 0; i < BLOCK; i++)
        state = moves[(unsigned char)p[i]] >> (state & 63);
    if ((state & 63) == BAD)
        return p;
    p += BLOCK;
    if ((state & 63) == 6 * WHOLE)
        return p;
    do /* back to the character that the block cuts */
        p--;
    while (((unsigned char)*p & 0xC0) == 0x80);
    return p;
}

/* Thirty-two ASCII bytes at a time: most of a page's bytes are markup and scripts. */
size_t kb_utf8_valid_prefix(struct kb_str s) {
    if (!s.n)
        return 0;
    const char *p = s.p, *end = s.p + s.n;
    while (p < end) {
        while (end - p >= 32) {
            uint64_t w[4];
            memcpy(w, p, 32);
            if ((w[0] | w[1] | w[2] | w[3]) & 0x8080808080808080u)
                break;
            p += 32;
        }
        const char *behind = past_valid_block(p, end);
        if (behind > p) {
            p = behind;
            continue;
        }
        while (p < end && (unsigned char)*p < 0x80)
            p++;
        while (p < end && (unsigned char)*p >= 0x80) {
            size_t len;
            if (kb_utf8_next(p, end, &len) == KB_REPLACEMENT && len == 1)
                return (size_t)(p - s.p);
            p += len;
        }
    }
    return (size_t)(p - s.p);
}

size_t kb_utf8_count(struct kb_str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

bool kb_is_han_like(uint32_t c) {
    return c >= 0x0E00 && ((c <= 0x0EFF) ||                 /* Thai, Lao */
                           (c >= 0x1000 && c <= 0x109F) ||  /* Burmese */
                           (c >= 0x1780 && c <= 0x17FF) ||  /* Khmer */
                           (c >= 0x3040 && c <= 0x30FF) ||  /* kana */
                           (c >= 0x3400 && c <= 0x9FFF) ||  /* Han */
                           (c >= 0xF900 && c <= 0xFAFF) ||  /* Han, compatibility */
                           (c >= 0x20000 && c <= 0x323AF)); /* Han, extensions */
}

bool kb_is_word_char(uint32_t c) {
    if (c < 0x80)
        return kb_is_digit((char)c) || kb_is_alpha((char)c);
    if (c < 0xC0) /* Latin-1: of its symbols only these three are letters */
        return c == 0xAA || c == 0xB5 || c == 0xBA;
    return c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c <= 0x2BFF) &&
           !(c >= 0x3000 && c <= 0x3020 && c != 0x3005) &&
           !(c >= 0xFE10 && c <= 0xFE4F) && !(c >= 0xFF00 && c <= 0xFF0F) &&
           !(c >= 0xFF1A && c <= 0xFF20) && !(c >= 0xFF3B && c <= 0xFF40) &&
           !(c >= 0xFF5B && c <= 0xFF65) && c != 0x30FB && c != 0x060C && c != 0x061B &&
           c != 0x061F && c != 0x06D4 && c != 0x0964 && c != 0x0965 && c != 0xFEFF &&
           c != 0xFFFD;
}
