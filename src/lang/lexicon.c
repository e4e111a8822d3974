/* Phrases of all languages enter once; a line enters, and what it is a sign of leaves.
 *
 * The phrases make one trie whose edges are words.  Its nodes stand in a single hash
 * table keyed by (parent, word), so a line costs one look-up for each word that it shares
 * with some phrase and one more that fails.  A word is a run of letters and digits; in
 * scripts that write without spaces each character is a word, and phrases begin and end
 * anywhere.  Words are folded (case, Greek accents, Arabic letter forms) while they are
 * cut, and any number is the word "0".  A table of how phrases begin lets `contains` pass
 * over most words without folding them. */
#include "lang/lexicon.h"
#include "lang/tables.h"
#include "lang/terms.h"

#include <stdlib.h>

#define NONE UINT32_MAX

/* ---- the trie ---------------------------------------------------------------------- */

static uint32_t slot_hash(uint32_t parent, uint32_t hash) {
    uint32_t h = (hash ^ parent * 0x9E3779B1u) * 0x85EBCA6Bu;
    return h ^ h >> 15;
}

static uint32_t find(const struct kb_trie *x, uint32_t parent, const struct kb_word *w) {
    if (!w->n)
        return NONE;
    for (size_t i = slot_hash(parent, w->hash) & (x->size - 1);;
         i = (i + 1) & (x->size - 1)) {
        uint32_t at = x->table[i];
        if (!at)
            return NONE;
        const struct kb_trie_node *node = &x->nodes[at];
        if (node->hash == w->hash && node->parent == parent && node->n == w->n &&
            memcmp(x->pool + node->text, w->text, w->n) == 0)
            return at;
    }
}

static void place(struct kb_trie *x, uint32_t at) {
    size_t i = slot_hash(x->nodes[at].parent, x->nodes[at].hash) & (x->size - 1);
    while (x->table[i])
        i = (i + 1) & (x->size - 1);
    x->table[i] = at;
}

/* The table stays at most half full. */
static bool grow(struct kb_trie *x) {
    if (x->count == x->cap) {
        size_t cap = x->cap ? x->cap * 2 : 1024;
        struct kb_trie_node *nodes = realloc(x->nodes, cap * sizeof *nodes);
        x->nodes = nodes ? nodes : x->nodes;
        struct kb_trie_said *said = realloc(x->said, cap * sizeof *said);
        x->said = said ? said : x->said;
        if (!nodes || !said)
            return false;
        x->cap = cap;
    }
    if (x->pool_cap - x->pool_n < KB_WORD_BYTES) {
        size_t cap = x->pool_cap ? x->pool_cap * 2 : 8192;
        char *pool = realloc(x->pool, cap);
        if (!pool)
            return false;
        x->pool = pool;
        x->pool_cap = cap;
    }
    if ((x->count + 1) * 2 > x->size) {
        size_t size = x->size ? x->size * 2 : 4096;
        uint32_t *table = calloc(size, sizeof *table);
        if (!table)
            return false;
        free(x->table);
        x->table = table;
        x->size = size;
        for (uint32_t i = 1; i < x->count; i++)
            place(x, i);
    }
    return x->count < NONE;
}

static uint32_t child(struct kb_trie *x, uint32_t parent, const struct kb_word *w) {
    uint32_t at = find(x, parent, w);
    if (at != NONE || !grow(x))
        return at;
    at = (uint32_t)x->count++;
    x->nodes[at] = (struct kb_trie_node){
        .parent = parent, .hash = w->hash, .text = (uint32_t)x->pool_n, .n = w->n};
    x->said[at] = (struct kb_trie_said){0};
    memcpy(x->pool + x->pool_n, w->text, w->n);
    x->pool_n += w->n;
    place(x, at);
    return at;
}

static bool trie_begin(struct kb_trie *x) {
    if (!grow(x))
        return false;
    x->nodes[0] = (struct kb_trie_node){.parent = NONE};
    x->said[0] = (struct kb_trie_said){0};
    x->count = 1;
    return true;
}

static void trie_free(struct kb_trie *x) {
    free(x->nodes);
    free(x->said);
    free(x->table);
    free(x->pool);
}

struct kb_lexicon *kb_lexicon_empty(void) {
    struct kb_lexicon *x = calloc(1, sizeof *x);
    if (!x)
        return NULL;
    x->sources = kb_terms_new();
    x->names = kb_names_new(&x->heads);
    if (!x->sources || !x->names || !trie_begin(&x->phrases) || !trie_begin(&x->words)) {
        kb_lexicon_free(x);
        return NULL;
    }
    return x;
}

void kb_lexicon_free(struct kb_lexicon *x) {
    if (!x || x->built_in)
        return;
    trie_free(&x->phrases);
    trie_free(&x->words);
    kb_terms_free(x->sources);
    kb_names_free(x->names);
    kb_calendar_free(&x->calendar);
    free(x);
}

struct kb_names *kb_lexicon_names(const struct kb_lexicon *x) {
    return x->names;
}

struct kb_terms *kb_lexicon_source_terms(const struct kb_lexicon *x) {
    return x->sources;
}

struct kb_calendar *kb_lexicon_calendar(struct kb_lexicon *x) {
    return &x->calendar;
}

const struct kb_calendar *kb_lexicon_calendar_of(const struct kb_lexicon *x) {
    return &x->calendar;
}

static size_t colon_end(struct kb_str s, size_t at);

/* "source:" wants a colon, "related." the line's end. */
static enum kb_tail tail_of(struct kb_str phrase, size_t end) {
    struct kb_str rest = kb_str_slice(phrase, end, phrase.n);
    if (colon_end(phrase, end))
        return KB_TAIL_COLON;
    return kb_str_starts(rest, KB_STR(".")) || kb_str_starts(rest, KB_STR("。"))
               ? KB_TAIL_END
               : KB_TAIL_ANY;
}

static enum kb_lexicon_added add(struct kb_trie *x, struct kb_str phrase, unsigned kind,
                                 unsigned file) {
    uint32_t at = 0, bit = 1u << kind;
    size_t pos = 0, end = 0;
    kb_word_gap(phrase, &pos, phrase.n);
    if (pos == phrase.n)
        return KB_LEXICON_NO_WORD;
    while (pos < phrase.n) {
        struct kb_word w;
        kb_word_cut(phrase, pos, &w);
        if (!w.n)
            return KB_LEXICON_LONG_WORD;
        at = child(x, at, &w);
        if (at == NONE)
            return KB_LEXICON_FULL;
        pos = end = w.end;
        if (kb_word_gap(phrase, &pos, phrase.n) == KB_GAP_PUNCTUATION && pos < phrase.n)
            return KB_LEXICON_BROKEN;
    }
    struct kb_trie_said *said = &x->said[at];
    enum kb_tail tail = tail_of(phrase, end);
    if (said->file != file)
        *said = (struct kb_trie_said){.file = file};
    if (said->bits[tail] & bit)
        return KB_LEXICON_TWICE;
    said->bits[tail] |= bit;
    x->nodes[at].bits[tail] |= bit;
    return KB_LEXICON_ADDED;
}

enum kb_lexicon_added kb_lexicon_add(struct kb_lexicon *x, struct kb_str phrase,
                                     enum kb_phrase kind, unsigned file) {
    kb_head_note(&x->heads, phrase, KB_HEAD_PHRASE);
    return add(&x->phrases, phrase, kind, file);
}

enum kb_lexicon_added kb_lexicon_add_word(struct kb_lexicon *x, struct kb_str phrase,
                                          enum kb_word_kind kind, unsigned file) {
    kb_head_note(&x->heads, phrase, KB_HEAD_WORD);
    return add(&x->words, phrase, kind, file);
}

/* ---- matching ---------------------------------------------------------------------- */

/* Where the colon behind at ends; 0 where none stands there. */
static size_t colon_end(struct kb_str s, size_t at) {
    size_t len, limit = at + 8 < s.n ? at + 8 : s.n;
    while (at < limit) {
        uint32_t c = kb_next_char(s, at, &len);
        at += len;
        if (c == ':' || c == 0xFF1A || c == 0xFE55)
            return at;
        if (c != ' ' && c != 0xA0 && c != 0x202F)
            break;
    }
    return 0;
}

/* True where nothing but numbers and punctuation follows. */
static bool only_numbers(struct kb_str s, size_t pos) {
    size_t len;
    if (s.n - pos > KB_LIMIT_PHRASE_BYTES)
        return false;
    for (kb_word_gap(s, &pos, s.n); pos < s.n; kb_word_gap(s, &pos, s.n)) {
        if (kb_char_kind(kb_next_char(s, pos, &len)) != KB_CHAR_KIND_DIGIT)
            return false;
        pos = kb_number_end(s, pos);
    }
    return true;
}

/* All phrases that begin with the word at pos; those that want to be the whole line only
 * where the line begins there. */
static struct kb_phrase_hits walk(const struct kb_trie *x, struct kb_str s, size_t pos,
                                  bool line_begins) {
    struct kb_phrase_hits hits = {0, 0, 0};
    uint32_t at = 0;
    while (pos < s.n) {
        struct kb_word w;
        kb_word_cut(s, pos, &w);
        at = find(x, at, &w);
        if (at == NONE)
            break;
        const struct kb_trie_node *node = &x->nodes[at];
        if (node->bits[KB_TAIL_ANY] | node->bits[KB_TAIL_COLON] |
            node->bits[KB_TAIL_END]) {
            size_t colon = node->bits[KB_TAIL_COLON] ? colon_end(s, w.end) : 0;
            bool end = only_numbers(s, w.end);
            uint32_t bits = node->bits[KB_TAIL_ANY] |
                            (colon ? node->bits[KB_TAIL_COLON] : 0) |
                            (end && line_begins ? node->bits[KB_TAIL_END] : 0);
            hits.begins |= bits;
            if (bits)
                hits.prefix_bytes = colon ? colon : w.end;
            if (end)
                hits.whole |= bits;
        }
        pos = w.end;
        if (kb_word_gap(s, &pos, s.n) == KB_GAP_PUNCTUATION)
            break;
    }
    return hits;
}

struct kb_phrase_hits kb_lexicon_match(const struct kb_lexicon *lexicon,
                                       struct kb_str line) {
    const struct kb_trie *x = &lexicon->phrases;
    size_t pos = 0, limit = line.n;
    if (limit > KB_LIMIT_PHRASE_BYTES)
        limit = KB_LIMIT_PHRASE_BYTES;
    kb_word_gap(line, &pos, limit);
    if (pos >= limit)
        return (struct kb_phrase_hits){0, 0, 0};
    struct kb_phrase_hits hits = {0, 0, 0};
    size_t len;
    bool digit = kb_char_kind(kb_next_char(line, pos, &len)) == KB_CHAR_KIND_DIGIT;
    if (kb_head_has(&lexicon->heads, line, pos, KB_HEAD_PHRASE))
        hits = walk(x, line, pos, true);
    if (digit) { /* "3 Comments" */
        pos = kb_number_end(line, pos);
        kb_word_gap(line, &pos, limit);
        if (pos < limit && kb_head_has(&lexicon->heads, line, pos, KB_HEAD_PHRASE))
            hits.whole |= walk(x, line, pos, true).whole;
    }
    return hits;
}

uint32_t kb_lexicon_contains(const struct kb_lexicon *lexicon, struct kb_str line) {
    const struct kb_trie *x = &lexicon->phrases;
    uint32_t bits = 0;
    size_t pos = 0;
    enum kb_char_kind kind;
    for (kb_word_gap(line, &pos, line.n); pos < line.n; kb_word_gap(line, &pos, line.n)) {
        if (kb_head_has(&lexicon->heads, line, pos, KB_HEAD_PHRASE))
            bits |= walk(x, line, pos, false).begins;
        pos = kb_word_end(line, pos, &kind);
    }
    return bits;
}

bool kb_lexicon_says_cookies(const struct kb_lexicon *lexicon, struct kb_str line) {
    const uint32_t cookies = 1u << KB_PHRASE_COOKIES;
    size_t pos = 0;
    bool plain;
    for (kb_word_gap(line, &pos, line.n); pos < line.n;
         pos = kb_word_after(line, pos, &plain))
        if (kb_head_has(&lexicon->heads, line, pos, KB_HEAD_PHRASE) &&
            walk(&lexicon->phrases, line, pos, false).begins & cookies)
            return true;
    return false;
}

uint32_t kb_lexicon_words(const struct kb_lexicon *lexicon, struct kb_str line,
                          size_t pos, uint32_t kinds, size_t *end) {
    const struct kb_trie *x = &lexicon->words;
    uint32_t found = 0, at = 0;
    size_t limit =
        pos + KB_LIMIT_PHRASE_BYTES < line.n ? pos + KB_LIMIT_PHRASE_BYTES : line.n;
    *end = pos;
    kb_word_gap(line, &pos, limit);
    if (pos >= limit || !kb_head_has(&lexicon->heads, line, pos, KB_HEAD_WORD))
        return 0;
    while (pos < limit) {
        struct kb_word w;
        kb_word_cut(line, pos, &w);
        at = find(x, at, &w);
        if (at == NONE)
            break;
        const struct kb_trie_node *node = &x->nodes[at];
        uint32_t bits = node->bits[KB_TAIL_ANY] & kinds;
        if (node->bits[KB_TAIL_COLON] & kinds && colon_end(line, w.end))
            bits |= node->bits[KB_TAIL_COLON] & kinds;
        if (node->bits[KB_TAIL_END] & kinds && only_numbers(line, w.end))
            bits |= node->bits[KB_TAIL_END] & kinds;
        if (bits) {
            found = bits;
            *end = w.end;
        }
        pos = w.end;
        if (kb_word_gap(line, &pos, limit) == KB_GAP_PUNCTUATION)
            break;
    }
    return found;
}
