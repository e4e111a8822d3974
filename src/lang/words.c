/* A line enters, its words leave one by one, folded: what the tries of phrases and names
 * are made of and looked up with.
 *
 * One look at each character; folding is table-free but for utf8proc's case mapping. */
#include "lang/words.h"
#include "lang/tables.h"

#include <utf8proc.h>

uint32_t kb_word_fold(uint32_t c) {
    if (c < 0x250) {
        if (c == 0x130 || c == 0x131)
            return 'i'; /* Turkish capitals are written with either i */
        if (c == 0xAD)
            return 0;
        return (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
    }
    if (c >= 0x370 && c < 0x400) {
        static const char accented[] = "\xAC\xAD\xAE\xAF\xCC\xCD\xCE";
        static const uint16_t plain[] = {0x3B1, 0x3B5, 0x3B7, 0x3B9, 0x3BF, 0x3C5, 0x3C9};
        c = (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
        if (c == 0x3C2)
            return 0x3C3;
        const char *hit =
            c < 0x3D0 && c != 0x300 ? strchr(accented, (char)(c & 0xFF)) : NULL;
        return hit && *hit ? plain[hit - accented] : c;
    }
    if (c < 0x530) /* combining marks, Cyrillic */
        return c == 0x401 || c == 0x451 ? 0x435
                                        : (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
    if (c >= 0x591 && c <= 0x5C7 && c != 0x5BE)
        return 0; /* Hebrew points */
    if (c >= 0x622 && c <= 0x6D3) {
        if (c == 0x640 || (c >= 0x64B && c <= 0x65F) || c == 0x670)
            return 0; /* tatweel, Arabic marks */
        if (c == 0x622 || c == 0x623 || c == 0x625)
            return 0x627;
        if (c == 0x64A || c == 0x649)
            return 0x6CC; /* Persian and Urdu write another yeh and kaf */
        return c == 0x643 ? 0x6A9 : c == 0x6C1 || c == 0x6D5 ? 0x647 : c;
    }
    if ((c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
        (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF || (c >= 0xFE00 && c <= 0xFE0F))
        return 0; /* joiners, directions, variation selectors */
    if (c >= 0xFF10 && c <= 0xFF5A)
        return (uint32_t)kb_lower((char)(c - 0xFEE0));
    return c >= 0x1E00 ? (uint32_t)utf8proc_tolower((utf8proc_int32_t)c) : c;
}

/* The value of a decimal digit past ASCII is of no interest, only that it is one. */
static bool is_digit(uint32_t c) {
    if (c < 0x80)
        return kb_is_digit((char)c);
    return (c >= 0x660 && c <= 0x669) || (c >= 0x6F0 && c <= 0x6F9) ||
           (c >= 0x966 && c <= 0x96F) || (c >= 0x9E6 && c <= 0x9EF) ||
           (c >= 0xBE6 && c <= 0xBEF) || (c >= 0xE50 && c <= 0xE59) ||
           (c >= 0xFF10 && c <= 0xFF19);
}

enum kb_char_kind kb_char_kind_past_ascii(uint32_t c) {
    if (is_digit(c))
        return KB_CHAR_KIND_DIGIT;
    if (c == 0x0E3F || c == 0x0E2F || c == 0x0E5A || c == 0x0E5B || c == 0x104A ||
        c == 0x104B || c == 0x30FB || (c >= 0x17D4 && c <= 0x17DA))
        return KB_CHAR_KIND_SEPARATOR; /* punctuation of spaceless scripts */
    if (kb_is_han_like(c))
        return KB_CHAR_KIND_ALONE;
    if (kb_word_fold(c) == 0)
        return KB_CHAR_KIND_DROPPED;
    if ((c >= 0x1F000 && c <= 0x1FAFF) || c == 0x0589 || c == 0x05BE || c == 0x05C3 ||
        c == 0x066B || c == 0x066C || c == 0x0F0B || c == 0xA0)
        return KB_CHAR_KIND_SEPARATOR;
    return kb_is_word_char(c) ? KB_CHAR_KIND_LETTER : KB_CHAR_KIND_SEPARATOR;
}

/* What most text is made of: letters and digits of ASCII. */
static bool is_plain(char c) {
    return kb_is_alpha(c) || kb_is_digit(c);
}

enum kb_gap kb_word_gap(struct kb_str s, size_t *pos, size_t limit) {
    if (*pos < limit && is_plain(s.p[*pos]))
        return KB_GAP_NONE;
    if (*pos + 1 < limit && s.p[*pos] == ' ' && is_plain(s.p[*pos + 1])) {
        ++*pos;
        return KB_GAP_SPACE;
    }
    enum kb_gap gap = KB_GAP_NONE;
    while (*pos < limit) {
        size_t len;
        uint32_t c = kb_next_char(s, *pos, &len);
        enum kb_char_kind kind = kb_char_kind(c);
        if (kind != KB_CHAR_KIND_SEPARATOR && kind != KB_CHAR_KIND_DROPPED)
            break;
        bool soft = (c < 0x80 && kb_is_space((char)c)) || c == '-' || c == '&' ||
                    kb_is_apostrophe(c) || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) ||
                    c == 0x2010 || c == 0x2011 || c == 0x202F || c == 0x3000 ||
                    c == 0x05BE;
        if (kind == KB_CHAR_KIND_SEPARATOR) {
            if (!soft)
                gap = KB_GAP_PUNCTUATION;
            else if (gap == KB_GAP_NONE)
                gap = KB_GAP_SPACE;
        }
        *pos += len;
    }
    return gap;
}

static void add_char(struct kb_word *w, uint32_t c) {
    if (w->n > KB_WORD_BYTES - 4) {
        w->n = UINT8_MAX; /* too long; told as 0 at the end */
        return;
    }
    if (c < 0x80)
        w->text[w->n++] = (char)c;
    else
        w->n = (uint8_t)(w->n + kb_utf8_put(w->text + w->n, c));
}

/* True where a space at `at` parts thousands: three digits follow, and no fourth. */
static bool parts_thousands(struct kb_str s, size_t at) {
    size_t digits = 0;
    for (size_t i = at + 1; i < s.n && digits < 4 && kb_is_digit(s.p[i]); i++)
        digits++;
    return s.p[at] == ' ' && digits == 3;
}

/* Digits, with separators only between them, and a unit letter: "1,234", "1 234",
 * "1.2K". */
size_t kb_number_end(struct kb_str s, size_t at) {
    size_t len;
    while (at < s.n) {
        uint32_t c = kb_next_char(s, at, &len);
        size_t next = at + len, more;
        if (!is_digit(c)) {
            bool joins = c == '.' || c == ',' || c == 0x66B || c == 0x66C || c == 0xA0 ||
                         c == 0x202F || c == 0x2009 || c == 0xFF0C || c == 0xFF0E ||
                         parts_thousands(s, at);
            if (!joins || next >= s.n || !is_digit(kb_next_char(s, next, &more)))
                break;
        }
        at = next;
    }
    if (at < s.n && strchr("kKmM", s.p[at]) && s.p[at] &&
        (at + 1 == s.n ||
         kb_char_kind(kb_next_char(s, at + 1, &len)) == KB_CHAR_KIND_SEPARATOR))
        at++;
    return at;
}

#define HASH_SEED 2166136261u

uint32_t kb_word_hash(const char *text, size_t n) {
    uint32_t h = HASH_SEED;
    for (size_t i = 0; i < n; i++)
        h = kb_word_hash_more(h, text[i]);
    return h;
}

/* A word of ASCII alone, which most are: true where all of it was cut.  Otherwise what
 * was cut of it stands in w, and *pos behind that. */
static bool cut_plain(struct kb_str s, size_t *pos, struct kb_word *w) {
    uint32_t hash = HASH_SEED;
    size_t at = *pos, n = 0;
    while (at < s.n && n <= KB_WORD_BYTES - 4 && is_plain(s.p[at])) {
        char c = kb_lower(s.p[at++]);
        w->text[n++] = c;
        hash = kb_word_hash_more(hash, c);
    }
    w->n = (uint8_t)n;
    w->hash = hash;
    *pos = at;
    return at == s.n ||
           ((unsigned char)s.p[at] < 0x80 && !is_plain(s.p[at]) && s.p[at] != '\'');
}

void kb_word_cut(struct kb_str s, size_t pos, struct kb_word *w) {
    size_t len;
    uint32_t c = kb_next_char(s, pos, &len);
    enum kb_char_kind kind = kb_char_kind(c);
    w->start = pos;
    w->n = 0;
    w->number = kind == KB_CHAR_KIND_DIGIT;
    if (kind == KB_CHAR_KIND_DIGIT) {
        w->text[w->n++] = '0';
        pos = kb_number_end(s, pos);
    } else if (kind == KB_CHAR_KIND_ALONE) {
        add_char(w, c);
        pos += len;
    } else {
        if (c < 0x80 && cut_plain(s, &pos, w)) {
            w->end = pos;
            return;
        }
        while (pos < s.n && w->n != UINT8_MAX) {
            c = kb_next_char(s, pos, &len);
            kind = kb_char_kind(c);
            if (kind == KB_CHAR_KIND_LETTER || (kind == KB_CHAR_KIND_DIGIT && w->n)) {
                add_char(w,
                         c < 0x80 ? (unsigned char)kb_lower((char)c) : kb_word_fold(c));
            } else if (kb_is_apostrophe(c) && pos + len < s.n) {
                size_t more;
                if (kb_char_kind(kb_next_char(s, pos + len, &more)) !=
                    KB_CHAR_KIND_LETTER)
                    break;
                add_char(w, '\'');
            } else if (kind != KB_CHAR_KIND_DROPPED) {
                break;
            }
            pos += len;
        }
    }
    w->end = pos;
    if (w->n == UINT8_MAX)
        w->n = 0;
    w->hash = kb_word_hash(w->text, w->n);
}

size_t kb_word_end(struct kb_str s, size_t pos, enum kb_char_kind *kind) {
    size_t len;
    enum kb_char_kind k = kb_char_kind(kb_next_char(s, pos, &len));
    *kind = k;
    if (k == KB_CHAR_KIND_DIGIT)
        return kb_number_end(s, pos);
    if (k == KB_CHAR_KIND_ALONE)
        return pos + len;
    do {
        pos += len;
        while (pos < s.n && is_plain(s.p[pos]))
            pos++;
        if (pos >= s.n)
            break;
        uint32_t c = kb_next_char(s, pos, &len);
        k = kb_char_kind(c);
        if (kb_is_apostrophe(c))
            k = KB_CHAR_KIND_LETTER;
    } while (k == KB_CHAR_KIND_LETTER || k == KB_CHAR_KIND_DIGIT ||
             k == KB_CHAR_KIND_DROPPED);
    return pos;
}

/* ---- how a word begins ------------------------------------------------------------- */

enum {
    HEAD_LETTERS = 4,  /* as many as stay where terms.c takes an ending off */
    HEAD_SYLLABLES = 2 /* the same in Hangul */
};

static bool is_hangul(uint32_t c) {
    return c >= 0xAC00 && c <= 0xD7A3;
}

static uint32_t head_more(uint32_t key, uint32_t c) {
    return (key ^ c) * 0x01000193u;
}

/* Ends where the word does, before an apostrophe, and where Hangul is joined to other
 * letters: a name may end there ("Reuters'ın", "CNN에"). */
uint32_t kb_head_key(struct kb_str s, size_t pos) {
    uint32_t key = 0;
    size_t len, letters = 0, most = HEAD_LETTERS, at = pos;
    for (; letters < most && at < s.n && kb_is_alpha(s.p[at]); at++, letters++)
        key = head_more(key, (unsigned char)s.p[at] | 0x20u);
    for (; letters < most && at < s.n; at += len) {
        uint32_t c = kb_next_char(s, at, &len);
        enum kb_char_kind kind = kb_char_kind(c);
        if (kind == KB_CHAR_KIND_DROPPED)
            continue;
        if (kind == KB_CHAR_KIND_SEPARATOR || kb_is_apostrophe(c) ||
            (letters && kind == KB_CHAR_KIND_ALONE))
            break;
        if (is_hangul(c)) {
            if (letters && most == HEAD_LETTERS)
                break;
            most = HEAD_SYLLABLES;
        }
        if (!letters && kind != KB_CHAR_KIND_LETTER)
            most = 1; /* a character that is a word, or a number: all are one word */
        bool number = !letters++ && kind == KB_CHAR_KIND_DIGIT;
        key = head_more(key, number ? '0' : kb_word_fold(c));
    }
    return key * 0x9E3779B1u >> (32 - KB_HEAD_BITS);
}

void kb_head_note(struct kb_heads *heads, struct kb_str phrase, enum kb_head head) {
    size_t pos = 0, second;
    enum kb_char_kind kind;
    kb_word_gap(phrase, &pos, phrase.n);
    if (pos == phrase.n)
        return;
    second = kb_word_end(phrase, pos, &kind);
    kb_word_gap(phrase, &second, phrase.n);
    heads->of[kb_head_key(phrase, pos)] |= (uint16_t)head;
    if (!(head & KB_HEAD_SOURCES))
        return;
    if (second < phrase.n)
        heads->of[kb_head_key(phrase, second)] |= KB_HEAD_SECOND;
    else
        heads->of[kb_head_key(phrase, pos)] |= KB_HEAD_ALONE;
}
