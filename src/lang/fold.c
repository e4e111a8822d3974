/* A text → its words as a reader compares them: without case, accents and width.
 *
 * "Élysée", "elysee" and "ＥＬＹＳＥＥ" are one word.  Latin letters become what they sound
 * like in ASCII (assets/letters), other scripts keep their letters: Greek and Cyrillic
 * lose their accents, Arabic and Hebrew their points, and what Unicode writes only for
 * the sake of another look (wide, bold, presentation forms; NFKC of The Unicode Standard,
 * annex 15) becomes the plain character.  Indic and Thai vowel signs are no accents and
 * stay; so do kana's voicing marks, because バス is a bus and パス a pass.
 *
 * Of scripts that write without spaces, and of Hangul, whose particles are joined to
 * their words, each character is a word: a phrase of them is found inside any run. */
#include "lang/words.h"

#include <utf8proc.h>

enum { DECOMPOSED = 18 /* characters that the longest, U+FDFA, is made of */ };

static bool is_hangul(uint32_t c) {
    return c >= 0xAC00 && c <= 0xD7A3;
}

static bool is_narrow_kana(uint32_t c) {
    return c >= 0xFF66 && c <= 0xFF9F;
}

static bool is_latin(uint32_t c) {
    return (c >= 0xAA && c < 0x250) || (c >= 0x1E00 && c < 0x1F00);
}

/* Accents that can stand on any letter. */
static bool is_accent(uint32_t c) {
    return (c >= 0x300 && c <= 0x36F) || (c >= 0x483 && c <= 0x489) ||
           (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
           (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE20 && c <= 0xFE2F) ||
           (c >= 0x6D6 && c <= 0x6ED && c != 0x6DD && c != 0x6DE && c != 0x6E9);
}

/* Written in Unicode only for another look. */
static bool is_variant(uint32_t c) {
    return (c >= 0x1F00 && c < 0x2000) || (c >= 0x2070 && c < 0x2190) ||
           (c >= 0x2460 && c < 0x2500) || (c >= 0x3130 && c < 0x3400) ||
           (c >= 0xF900 && c < 0x10000) || (c >= 0x1D400 && c < 0x1D800) || c == 0x2C7C;
}

static size_t put(uint32_t c, char *out) {
    int digit = kb_digit_value(c);
    c = digit >= 0 ? (uint32_t)('0' + digit) : kb_word_fold(c);
    return c ? kb_utf8_put(out, c) : 0;
}

static size_t fold_variant(uint32_t c, char out[KB_FOLD_BYTES]) {
    utf8proc_int32_t parts[DECOMPOSED];
    int last = 0;
    utf8proc_ssize_t count =
        utf8proc_decompose_char((utf8proc_int32_t)c, parts, DECOMPOSED,
                                UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &last);
    size_t n = 0;
    if (count > DECOMPOSED)
        return put(c, out);
    if (count > 1) /* kana that are joined to their marks, Hangul of its letters */
        count = utf8proc_normalize_utf32(parts, count, UTF8PROC_COMPOSE);
    for (utf8proc_ssize_t i = 0; i < count && n + 8 <= KB_FOLD_BYTES; i++) {
        uint32_t part = (uint32_t)parts[i];
        if (part >= 0x1F00 && part < 0x2000) { /* Greek that was composed anew */
            utf8proc_int32_t greek[DECOMPOSED];
            if (utf8proc_decompose_char(parts[i], greek, DECOMPOSED, UTF8PROC_DECOMPOSE,
                                        &last) > 0)
                part = (uint32_t)greek[0];
        }
        if (part < 0x80 ? kb_is_word_char(part) : !is_accent(part) && part != 0x345)
            n += is_latin(part) ? kb_fold_char(part, out + n) : put(part, out + n);
    }
    return n;
}

size_t kb_fold_char(uint32_t c, char out[KB_FOLD_BYTES]) {
    if (c < 0x80) {
        out[0] = kb_lower((char)c);
        return 1;
    }
    if (is_latin(c)) {
        const char *letters = kb_letters(c);
        size_t n = 0;
        for (; letters[n]; n++)
            out[n] = letters[n];
        return n ? n : put(c, out);
    }
    if (is_accent(c) || c == 0x93C) /* Hindi writes फ़ as फ as often, and चाँद as चांद */
        return 0;
    if (c == 0x901)
        c = 0x902;
    if (c == 0x450 || c == 0x45D || c == 0x400 || c == 0x40D) /* ѐ and ѝ */
        return kb_utf8_put(out, c == 0x450 || c == 0x400 ? 0x435 : 0x438);
    return is_variant(c) ? fold_variant(c, out) : put(c, out);
}

/* ---- words ------------------------------------------------------------------------- */

#define HASH_SEED 2166136261u

static void add(struct kb_buf *out, struct kb_folded *word, const char *p, size_t n) {
    if (!kb_buf_reserve(out, n))
        return;
    for (size_t i = 0; i < n; i++) {
        out->p[out->n++] = p[i];
        word->hash = kb_word_hash_more(word->hash, p[i]);
    }
}

static bool is_plain(char c) {
    return kb_is_alpha(c) || kb_is_digit(c);
}

/* Letters and digits of ASCII from at on: what most words are made of. */
static size_t add_plain(struct kb_str text, size_t at, struct kb_buf *out,
                        struct kb_folded *word) {
    size_t end = at;
    uint32_t hash = word->hash;
    while (end < text.n && is_plain(text.p[end]))
        end++;
    if (!kb_buf_reserve(out, end - at))
        return end;
    char *to = out->p + out->n;
    for (size_t i = at; i < end; i++) {
        char c = kb_lower(text.p[i]);
        *to++ = c;
        hash = kb_word_hash_more(hash, c);
    }
    out->n += end - at;
    word->hash = hash;
    return end;
}

/* Letters of the scripts with most texts, which are told at once: folded at folded, and
 * how many bytes.  0 where c is none of them, which tells nothing. */
static size_t fold_common(uint32_t c, char folded[KB_FOLD_BYTES]) {
    if (c >= 0x410 && c <= 0x44F)
        return kb_utf8_put(folded, c < 0x430 ? c + 0x20 : c);
    if (c >= 0x627 && c <= 0x648 && (c <= 0x63A || c >= 0x641) && c != 0x643)
        return kb_utf8_put(folded, c);
    return c >= 0xC0 && c <= 0x17F && c != 0xD7 && c != 0xF7 ? kb_fold_char(c, folded)
                                                             : 0;
}

static bool is_han(uint32_t c) {
    return c >= 0x4E00 && c <= 0x9FFF;
}

/* A character that is a word, with the voicing mark behind it, if there is one. */
static size_t add_alone(struct kb_str text, size_t at, struct kb_buf *out,
                        struct kb_folded *word) {
    char folded[KB_FOLD_BYTES];
    size_t len, more = 0;
    uint32_t c = kb_next_char(text, at, &len), mark = 0;
    if (is_han(c) || is_hangul(c)) {
        add(out, word, text.p + at, len);
        return at + len;
    }
    size_t n = kb_fold_char(c, folded);
    if (at + len < text.n)
        mark = kb_next_char(text, at + len, &more);
    if (mark == 0x3099 || mark == 0x309A || mark == 0xFF9E || mark == 0xFF9F) {
        size_t unused;
        bool half = mark == 0x309A || mark == 0xFF9F;
        utf8proc_int32_t pair[3] = {
            (utf8proc_int32_t)kb_utf8_next(folded, folded + n, &unused),
            half ? 0x309A : 0x3099};
        if (utf8proc_normalize_utf32(pair, 2, UTF8PROC_COMPOSE) == 1) {
            n = kb_utf8_put(folded, (uint32_t)pair[0]);
            len += more;
        }
    }
    add(out, word, folded, n);
    return at + len;
}

bool kb_fold_next(struct kb_str text, size_t *pos, struct kb_buf *out,
                  struct kb_folded *word) {
    size_t at = *pos, start = at;
    *word = (struct kb_folded){.at = out->n, .hash = HASH_SEED};
    while (at < text.n) {
        char folded[KB_FOLD_BYTES];
        size_t len, n;
        bool begun = out->n > word->at;
        if (!begun)
            start = at;
        if ((unsigned char)text.p[at] < 0x80) {
            if (is_plain(text.p[at]))
                at = add_plain(text, at, out, word);
            else if (begun)
                break;
            else
                at++;
            continue;
        }
        uint32_t c = kb_next_char(text, at, &len);
        if ((n = fold_common(c, folded)) > 0) {
            add(out, word, folded, n);
            at += len;
            continue;
        }
        enum kb_char_kind kind =
            is_han(c) || is_hangul(c) ? KB_CHAR_KIND_ALONE : kb_char_kind(c);
        bool alone = kind == KB_CHAR_KIND_ALONE || is_narrow_kana(c);
        if (begun && (alone || kind == KB_CHAR_KIND_SEPARATOR))
            break;
        if (alone) {
            at = add_alone(text, at, out, word);
            if (out->n > word->at)
                break;
            continue;
        }
        if (kind != KB_CHAR_KIND_SEPARATOR && kind != KB_CHAR_KIND_DROPPED)
            add(out, word, folded, kb_fold_char(c, folded));
        at += len;
    }
    word->start = start;
    *pos = word->end = at;
    word->n = out->n - word->at;
    return word->n > 0 && out->status == KB_OK;
}
