/* How a line is cut into the words of the data files: inner header of lang.
 *
 * A word is a run of letters and digits; in scripts that write without spaces each
 * character is a word.  Words are folded while they are cut (case, Greek accents, Arabic
 * letter forms), and any number is the word "0". */
#ifndef KB_LANG_WORDS_H
#define KB_LANG_WORDS_H

#include "lang/lang.h"

#define KB_WORD_BYTES 64

struct kb_word {
    size_t start, end; /* in the line */
    uint32_t hash;
    uint8_t n; /* folded bytes; 0 where the word is too long for any phrase */
    bool number;
    char text[KB_WORD_BYTES];
};

/* What stands between two words. */
enum kb_gap { KB_GAP_NONE, KB_GAP_SPACE, KB_GAP_PUNCTUATION };

enum kb_char_kind {
    KB_CHAR_KIND_SEPARATOR,
    KB_CHAR_KIND_LETTER,
    KB_CHAR_KIND_ALONE, /* a word by itself */
    KB_CHAR_KIND_DIGIT,
    KB_CHAR_KIND_DROPPED
};

enum kb_char_kind kb_char_kind_past_ascii(uint32_t c);
static inline enum kb_char_kind kb_char_kind(uint32_t c) {
    if (c >= 0x80)
        return kb_char_kind_past_ascii(c);
    return kb_is_alpha((char)c)   ? KB_CHAR_KIND_LETTER
           : kb_is_digit((char)c) ? KB_CHAR_KIND_DIGIT
                                  : KB_CHAR_KIND_SEPARATOR;
}

static inline uint32_t kb_next_char(struct kb_str s, size_t at, size_t *len) {
    if ((unsigned char)s.p[at] < 0x80) {
        *len = 1;
        return (unsigned char)s.p[at];
    }
    return kb_utf8_next(s.p + at, s.p + s.n, len);
}

static inline bool kb_is_apostrophe(uint32_t c) {
    return c == '\'' || c == 0x2019 || c == 0x02BC;
}

/* What c becomes in a folded word: 0 where it is dropped. */
uint32_t kb_word_fold(uint32_t c);

/* Steps over what stands between words, at most to limit. */
enum kb_gap kb_word_gap(struct kb_str s, size_t *pos, size_t limit);

/* Cuts and folds the word at pos, where kb_word_gap stopped. */
void kb_word_cut(struct kb_str s, size_t pos, struct kb_word *w);

/* The hash of a folded word's bytes. */
uint32_t kb_word_hash(const char *text, size_t n);
static inline uint32_t kb_word_hash_more(uint32_t hash, char c) {
    return (hash ^ (unsigned char)c) * 16777619u;
}

/* Where the word at pos ends, without folding it; *kind is that of its first
 * character. */
size_t kb_word_end(struct kb_str s, size_t pos, enum kb_char_kind *kind);

/* The beginning of the word behind the one at pos: what kb_word_end and kb_word_gap say,
 * in one step where both words are of ASCII and a space stands between.  *plain: so it
 * was, and the word has no apostrophe. */
static inline size_t kb_word_after(struct kb_str s, size_t pos, bool *plain) {
    size_t at = pos;
    while (at < s.n && (kb_is_alpha(s.p[at]) || (kb_is_digit(s.p[at]) && at > pos)))
        at++;
    *plain = at > pos && at + 1 < s.n && s.p[at] == ' ' &&
             (kb_is_alpha(s.p[at + 1]) || kb_is_digit(s.p[at + 1]));
    if (*plain)
        return at + 1;
    enum kb_char_kind kind;
    pos = kb_word_end(s, pos, &kind);
    kb_word_gap(s, &pos, s.n);
    return pos;
}

/* Where the number ends that begins at `at`. */
size_t kb_number_end(struct kb_str s, size_t at);

#endif
