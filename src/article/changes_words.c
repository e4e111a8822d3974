/* A text → its paragraphs and words, each with a key of what a reader reads.
 *
 * Keys know no case, no width, no invisible characters and no form of composition (The
 * Unicode Standard, 3.13 and annex 15), but accents: "ma" and "má" are two words in many
 * languages.  Signs that change what is said are words: %, currencies, a minus before a
 * number.  A number is one word with what groups its digits: "1.5" became "15" is a
 * change, "1,500" became "1.500" is none.  Of scripts that write without spaces each
 * character is a word. */
#include "article/changes_words.h"
#include "article/sources.h"

#include <stdlib.h>
#include <utf8proc.h>

enum { DECOMPOSED = 18 /* characters that the longest, U+FDFA, is made of */ };

#define FNV_START UINT64_C(0xCBF29CE484222325)
#define FNV_PRIME UINT64_C(0x100000001B3)

static uint64_t fold_into(uint64_t key, uint32_t c) {
    utf8proc_int32_t parts[DECOMPOSED];
    int boundary = 0;
    if (c < 0x80)
        return (key ^ (uint8_t)kb_lower((char)c)) * FNV_PRIME;
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)c, parts, DECOMPOSED,
                                                 UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                                     UTF8PROC_CASEFOLD | UTF8PROC_IGNORE,
                                                 &boundary);
    for (utf8proc_ssize_t i = 0; i < n && i < DECOMPOSED; i++)
        key = (key ^ (uint64_t)parts[i]) * FNV_PRIME;
    return key;
}

/* Signs that are read: currencies, per cent and per mille, degrees. */
static bool is_sign(uint32_t c) {
    return c == '%' || c == '$' || (c >= 0xA2 && c <= 0xA5) || c == 0xB0 || c == 0x2030 ||
           c == 0x66A || c == 0xFF05 || (c >= 0x20A0 && c <= 0x20CF);
}

static bool is_invisible(uint32_t c) {
    return c == 0xAD || c == 0x640 || (c >= 0x200B && c <= 0x200F) || c == 0x2060 ||
           c == 0xFEFF || (c >= 0x202A && c <= 0x202E);
}

struct cursor {
    struct kb_str text;
    size_t at;
};

static uint32_t look(const struct cursor *c, size_t at, size_t *len) {
    *len = 1;
    return at < c->text.n ? kb_utf8_next(c->text.p + at, c->text.p + c->text.n, len) : 0;
}

static bool digit_at(const struct cursor *c, size_t at) {
    size_t len;
    return kb_digit_value(look(c, at, &len)) >= 0;
}

/* Between two digits: it belongs to the number. */
static bool is_group(uint32_t c) {
    return c == '.' || c == ',' || c == '\'' || c == 0x2019 || c == 0x66B || c == 0x66C;
}

/* A minus: behind no word, before a digit. */
static bool is_minus(const struct cursor *c, uint32_t ch, size_t len, bool behind_word) {
    return (ch == '-' || ch == 0x2212) && !behind_word && digit_at(c, c->at + len);
}

/* Takes a run of letters and digits. */
static void take_run(struct cursor *c, struct kb_change_word *word) {
    size_t len;
    bool digits = false;
    while (c->at < c->text.n) {
        uint32_t ch = look(c, c->at, &len);
        int value = kb_digit_value(ch);
        if (digits && is_group(ch) && digit_at(c, c->at + len)) {
            word->key = (word->key ^ '.') * FNV_PRIME;
        } else if (is_invisible(ch)) {
            ;
        } else if (value >= 0) {
            word->key = (word->key ^ (uint64_t)('0' + value)) * FNV_PRIME;
            word->number = true;
        } else if (kb_is_word_char(ch) && !kb_is_han_like(ch)) {
            word->key = fold_into(word->key, ch);
        } else {
            break;
        }
        digits = value >= 0;
        c->at += len;
    }
}

static bool next_word(struct cursor *c, struct kb_change_word *word) {
    bool behind_word = c->at > 0;
    size_t len;
    for (; c->at < c->text.n; c->at += len) {
        uint32_t ch = look(c, c->at, &len);
        *word = (struct kb_change_word){.start = c->at, .key = FNV_START};
        if (is_invisible(ch))
            continue;
        if (is_sign(ch) || is_minus(c, ch, len, behind_word) || kb_is_han_like(ch)) {
            word->key = fold_into(word->key, ch == 0x2212 ? '-' : ch);
            c->at += len;
        } else if (kb_is_word_char(ch)) {
            take_run(c, word);
        } else {
            behind_word = false;
            continue;
        }
        word->end = c->at;
        return true;
    }
    return false;
}

uint64_t kb_words_key(struct kb_str text) {
    struct cursor c = {text, 0};
    struct kb_change_word word;
    uint64_t key = FNV_START;
    while (next_word(&c, &word))
        key = (key ^ word.key) * FNV_PRIME;
    return key;
}

/* ---- paragraphs -------------------------------------------------------------------- */

static int by_key(const void *a, const void *b) {
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static uint64_t cut_words(struct kb_passage *p, struct kb_arena *arena) {
    struct cursor c = {p->text, 0};
    struct kb_change_word word;
    size_t cap = 0;
    uint64_t key = FNV_START;
    while (next_word(&c, &word)) {
        void *items = p->words;
        if (!kb_arena_grow(arena, &items, p->count, &cap, sizeof *p->words, SIZE_MAX))
            return key;
        p->words = items;
        p->words[p->count++] = word;
        key = (key ^ word.key) * FNV_PRIME;
    }
    p->sorted = kb_arena_zalloc(arena, p->count + 1, sizeof *p->sorted);
    for (size_t i = 0; p->sorted && i < p->count; i++)
        p->sorted[i] = p->words[i].key;
    if (p->sorted)
        qsort(p->sorted, p->count, sizeof *p->sorted, by_key);
    return key;
}

void kb_passages_cut(struct kb_str text, struct kb_arena *arena,
                     struct kb_passages *out) {
    struct kb_str rest = text, paragraph;
    size_t most = 1;
    *out = (struct kb_passages){NULL, NULL, 0};
    for (size_t i = 0; i < text.n; i++)
        most += text.p[i] == '\n';
    out->items = kb_arena_zalloc(arena, most, sizeof *out->items);
    out->keys = kb_arena_zalloc(arena, most, sizeof *out->keys);
    while (out->items && out->keys && (paragraph = kb_next_paragraph(&rest)).n &&
           out->count < most) {
        struct kb_passage *p = &out->items[out->count];
        p->text = paragraph;
        out->keys[out->count++] = cut_words(p, arena);
    }
}

double kb_passage_shared(const struct kb_passage *a, const struct kb_passage *b) {
    size_t shared = 0, least = a->count < b->count ? a->count : b->count;
    for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
        if (a->sorted[i] == b->sorted[k])
            shared++, i++, k++;
        else if (a->sorted[i] < b->sorted[k])
            i++;
        else
            k++;
    }
    return least ? (double)shared / (double)least : 0;
}
