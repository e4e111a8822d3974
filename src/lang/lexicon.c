/* Phrases of all languages enter once; a line enters, and what it is a sign of leaves.
 *
 * The phrases make one trie whose edges are words.  Its nodes stand in a single hash
 * table keyed by (parent, word), so a line costs one look-up for each word that it shares
 * with some phrase and one more that fails.  A word is a run of letters and digits; in
 * scripts that write without spaces each character is a word, and phrases begin and end
 * anywhere.  Words are folded (case, Greek accents, Arabic letter forms) while they are
 * cut, and any number is the word "0".  Bitmaps of how phrases begin let `contains` pass
 * over most words without folding them. */
#include "lang/lexicon.h"
#include "lang/asset.h"

#include <stdlib.h>
#include <utf8proc.h>

#define WORD_BYTES 64
#define NONE UINT32_MAX

struct word {
    size_t start, end; /* in the line */
    uint32_t hash;
    uint8_t n; /* folded bytes; 0 where the word is too long for any phrase */
    bool number;
    char text[WORD_BYTES];
};

enum gap { GAP_NONE, GAP_SPACE, GAP_PUNCTUATION };

/* What must stand behind a phrase: anything, a colon, or nothing more. */
enum tail { TAIL_ANY, TAIL_COLON, TAIL_END };

struct node {
    uint32_t parent, hash;
    uint32_t text; /* offset in pool */
    uint8_t n;
    uint32_t bits[3];            /* phrases that end here, by enum tail */
    uint32_t file, file_bits[3]; /* what the last file said, to find doubles */
};

struct kb_lexicon {
    struct node *nodes; /* 0 is the root */
    size_t count, cap;
    uint32_t *table; /* indexes of nodes; NONE is free */
    size_t size;     /* a power of two */
    char *pool;
    size_t pool_n, pool_cap;
    uint8_t first_ascii[1 << 15 >> 3]; /* by the first three letters, 5 bits each */
    uint8_t first_other[1 << 13 >> 3]; /* by the first character's low 13 bits */
};

/* ---- words ------------------------------------------------------------------------- */

/* What c becomes in a folded word: 0 where it is dropped. */
static uint32_t fold(uint32_t c) {
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

static bool is_apostrophe(uint32_t c) {
    return c == '\'' || c == 0x2019 || c == 0x02BC;
}

enum kind { SEPARATOR, LETTER, ALONE, DIGIT, DROPPED };

static enum kind kind_past_ascii(uint32_t c) {
    if (is_digit(c))
        return DIGIT;
    if (c == 0x0E3F || c == 0x0E2F || c == 0x0E5A || c == 0x0E5B || c == 0x104A ||
        c == 0x104B || c == 0x30FB || (c >= 0x17D4 && c <= 0x17DA))
        return SEPARATOR; /* punctuation inside the blocks of spaceless scripts */
    if (kb_is_han_like(c))
        return ALONE;
    if (fold(c) == 0)
        return DROPPED;
    if ((c >= 0x1F000 && c <= 0x1FAFF) || c == 0x0589 || c == 0x05BE || c == 0x05C3 ||
        c == 0x066B || c == 0x066C || c == 0x0F0B || c == 0xA0)
        return SEPARATOR;
    return kb_is_word_char(c) ? LETTER : SEPARATOR;
}

static inline enum kind kind_of(uint32_t c) {
    if (c >= 0x80)
        return kind_past_ascii(c);
    return kb_is_alpha((char)c) ? LETTER : kb_is_digit((char)c) ? DIGIT : SEPARATOR;
}

static inline uint32_t next_char(struct kb_str s, size_t at, size_t *len) {
    if ((unsigned char)s.p[at] < 0x80) {
        *len = 1;
        return (unsigned char)s.p[at];
    }
    return kb_utf8_next(s.p + at, s.p + s.n, len);
}

/* Steps over what stands between words, at most to limit. */
static enum gap skip_gap(struct kb_str s, size_t *pos, size_t limit) {
    enum gap gap = GAP_NONE;
    while (*pos < limit) {
        size_t len;
        uint32_t c = next_char(s, *pos, &len);
        enum kind kind = kind_of(c);
        if (kind != SEPARATOR && kind != DROPPED)
            break;
        bool soft = (c < 0x80 && kb_is_space((char)c)) || c == '-' || c == '&' ||
                    is_apostrophe(c) || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) ||
                    c == 0x2010 || c == 0x2011 || c == 0x202F || c == 0x3000 ||
                    c == 0x05BE;
        if (kind == SEPARATOR) {
            if (!soft)
                gap = GAP_PUNCTUATION;
            else if (gap == GAP_NONE)
                gap = GAP_SPACE;
        }
        *pos += len;
    }
    return gap;
}

static void add_char(struct word *w, uint32_t c) {
    if (w->n > WORD_BYTES - 4) {
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
static size_t number_end(struct kb_str s, size_t at) {
    size_t len;
    while (at < s.n) {
        uint32_t c = next_char(s, at, &len);
        size_t next = at + len, more;
        if (!is_digit(c)) {
            bool joins = c == '.' || c == ',' || c == 0x66B || c == 0x66C || c == 0xA0 ||
                         c == 0x202F || c == 0x2009 || c == 0xFF0C || c == 0xFF0E ||
                         parts_thousands(s, at);
            if (!joins || next >= s.n || !is_digit(next_char(s, next, &more)))
                break;
        }
        at = next;
    }
    if (at < s.n && strchr("kKmM", s.p[at]) && s.p[at] &&
        (at + 1 == s.n || kind_of(next_char(s, at + 1, &len)) == SEPARATOR))
        at++;
    return at;
}

/* Cuts and folds the word at pos, where skip_gap stopped. */
static void cut_word(struct kb_str s, size_t pos, struct word *w) {
    size_t len;
    uint32_t c = next_char(s, pos, &len);
    enum kind kind = kind_of(c);
    w->start = pos;
    w->n = 0;
    w->number = kind == DIGIT;
    if (kind == DIGIT) {
        w->text[w->n++] = '0';
        pos = number_end(s, pos);
    } else if (kind == ALONE) {
        add_char(w, c);
        pos += len;
    } else {
        while (pos < s.n && w->n != UINT8_MAX) {
            c = next_char(s, pos, &len);
            kind = kind_of(c);
            if (kind == LETTER || (kind == DIGIT && w->n)) {
                add_char(w, c < 0x80 ? (unsigned char)kb_lower((char)c) : fold(c));
            } else if (is_apostrophe(c) && pos + len < s.n) {
                size_t more;
                if (kind_of(next_char(s, pos + len, &more)) != LETTER)
                    break;
                add_char(w, '\'');
            } else if (kind != DROPPED) {
                break;
            }
            pos += len;
        }
    }
    w->end = pos;
    if (w->n == UINT8_MAX)
        w->n = 0;
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < w->n; i++)
        h = (h ^ (unsigned char)w->text[i]) * 16777619u;
    w->hash = h;
}

/* ---- the trie ---------------------------------------------------------------------- */

static uint32_t slot_hash(uint32_t parent, uint32_t hash) {
    uint32_t h = (hash ^ parent * 0x9E3779B1u) * 0x85EBCA6Bu;
    return h ^ h >> 15;
}

static uint32_t find(const struct kb_lexicon *x, uint32_t parent, const struct word *w) {
    if (!w->n)
        return NONE;
    for (size_t i = slot_hash(parent, w->hash) & (x->size - 1);;
         i = (i + 1) & (x->size - 1)) {
        uint32_t at = x->table[i];
        if (at == NONE)
            return NONE;
        const struct node *node = &x->nodes[at];
        if (node->hash == w->hash && node->parent == parent && node->n == w->n &&
            memcmp(x->pool + node->text, w->text, w->n) == 0)
            return at;
    }
}

static void place(struct kb_lexicon *x, uint32_t at) {
    size_t i = slot_hash(x->nodes[at].parent, x->nodes[at].hash) & (x->size - 1);
    while (x->table[i] != NONE)
        i = (i + 1) & (x->size - 1);
    x->table[i] = at;
}

/* The table stays at most half full. */
static bool grow(struct kb_lexicon *x) {
    if (x->count == x->cap) {
        size_t cap = x->cap ? x->cap * 2 : 1024;
        struct node *nodes = realloc(x->nodes, cap * sizeof *nodes);
        if (!nodes)
            return false;
        x->nodes = nodes;
        x->cap = cap;
    }
    if (x->pool_cap - x->pool_n < WORD_BYTES) {
        size_t cap = x->pool_cap ? x->pool_cap * 2 : 8192;
        char *pool = realloc(x->pool, cap);
        if (!pool)
            return false;
        x->pool = pool;
        x->pool_cap = cap;
    }
    if ((x->count + 1) * 2 > x->size) {
        size_t size = x->size ? x->size * 2 : 4096;
        uint32_t *table = malloc(size * sizeof *table);
        if (!table)
            return false;
        free(x->table);
        x->table = table;
        x->size = size;
        memset(table, 0xFF, size * sizeof *table);
        for (uint32_t i = 1; i < x->count; i++)
            place(x, i);
    }
    return x->count < NONE;
}

static size_t ascii_key(const unsigned char *p, const unsigned char *end) {
    size_t key = 0, i = 0;
    for (; i < 3 && p + i < end && kb_is_alpha((char)p[i]); i++)
        key = key << 5 | (p[i] & 0x1Fu);
    return key << 5 * (3 - i);
}

static uint32_t child(struct kb_lexicon *x, uint32_t parent, const struct word *w) {
    uint32_t at = find(x, parent, w);
    if (at != NONE || !grow(x))
        return at;
    at = (uint32_t)x->count++;
    x->nodes[at] = (struct node){
        .parent = parent, .hash = w->hash, .text = (uint32_t)x->pool_n, .n = w->n};
    memcpy(x->pool + x->pool_n, w->text, w->n);
    x->pool_n += w->n;
    place(x, at);
    if (parent == 0) {
        size_t len, key;
        struct kb_str text = {w->text, w->n};
        uint32_t c = next_char(text, 0, &len);
        if (c < 0x80 && !w->number) {
            key = ascii_key((const unsigned char *)w->text,
                            (const unsigned char *)w->text + w->n);
            x->first_ascii[key >> 3] |= (uint8_t)(1u << (key & 7));
        } else if (c >= 0x80) {
            key = c & 0x1FFF;
            x->first_other[key >> 3] |= (uint8_t)(1u << (key & 7));
        }
    }
    return at;
}

struct kb_lexicon *kb_lexicon_empty(void) {
    struct kb_lexicon *x = calloc(1, sizeof *x);
    if (!x)
        return NULL;
    if (!grow(x)) {
        kb_lexicon_free(x);
        return NULL;
    }
    x->nodes[0] = (struct node){.parent = NONE};
    x->count = 1;
    return x;
}

void kb_lexicon_free(struct kb_lexicon *x) {
    if (!x)
        return;
    free(x->nodes);
    free(x->table);
    free(x->pool);
    free(x);
}

static size_t colon_end(struct kb_str s, size_t at);

/* "source:" wants a colon, "related." the line's end. */
static enum tail tail_of(struct kb_str phrase, size_t end) {
    struct kb_str rest = kb_str_slice(phrase, end, phrase.n);
    if (colon_end(phrase, end))
        return TAIL_COLON;
    return kb_str_starts(rest, KB_STR(".")) || kb_str_starts(rest, KB_STR("。"))
               ? TAIL_END
               : TAIL_ANY;
}

enum kb_lexicon_added kb_lexicon_add(struct kb_lexicon *x, struct kb_str phrase,
                                     enum kb_phrase kind, unsigned file) {
    uint32_t at = 0, bit = 1u << kind;
    size_t pos = 0, end = 0;
    skip_gap(phrase, &pos, phrase.n);
    if (pos == phrase.n)
        return KB_LEXICON_NO_WORD;
    while (pos < phrase.n) {
        struct word w;
        cut_word(phrase, pos, &w);
        if (!w.n)
            return KB_LEXICON_LONG_WORD;
        at = child(x, at, &w);
        if (at == NONE)
            return KB_LEXICON_FULL;
        pos = end = w.end;
        if (skip_gap(phrase, &pos, phrase.n) == GAP_PUNCTUATION && pos < phrase.n)
            return KB_LEXICON_BROKEN;
    }
    struct node *node = &x->nodes[at];
    enum tail tail = tail_of(phrase, end);
    if (node->file != file) {
        node->file = file;
        memset(node->file_bits, 0, sizeof node->file_bits);
    }
    if (node->file_bits[tail] & bit)
        return KB_LEXICON_TWICE;
    node->file_bits[tail] |= bit;
    node->bits[tail] |= bit;
    return KB_LEXICON_ADDED;
}

/* ---- matching ---------------------------------------------------------------------- */

/* Where the colon behind at ends; 0 where none stands there. */
static size_t colon_end(struct kb_str s, size_t at) {
    size_t len, limit = at + 8 < s.n ? at + 8 : s.n;
    while (at < limit) {
        uint32_t c = next_char(s, at, &len);
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
    for (skip_gap(s, &pos, s.n); pos < s.n; skip_gap(s, &pos, s.n)) {
        if (kind_of(next_char(s, pos, &len)) != DIGIT)
            return false;
        pos = number_end(s, pos);
    }
    return true;
}

/* All phrases that begin with the word at pos; those that want to be the whole line only
 * where the line begins there. */
static struct kb_phrase_hits walk(const struct kb_lexicon *x, struct kb_str s, size_t pos,
                                  bool line_begins) {
    struct kb_phrase_hits hits = {0, 0, 0};
    uint32_t at = 0;
    while (pos < s.n) {
        struct word w;
        cut_word(s, pos, &w);
        at = find(x, at, &w);
        if (at == NONE)
            break;
        const struct node *node = &x->nodes[at];
        if (node->bits[TAIL_ANY] | node->bits[TAIL_COLON] | node->bits[TAIL_END]) {
            size_t colon = node->bits[TAIL_COLON] ? colon_end(s, w.end) : 0;
            bool end = only_numbers(s, w.end);
            uint32_t bits = node->bits[TAIL_ANY] | (colon ? node->bits[TAIL_COLON] : 0) |
                            (end && line_begins ? node->bits[TAIL_END] : 0);
            hits.begins |= bits;
            if (bits)
                hits.prefix_bytes = colon ? colon : w.end;
            if (end)
                hits.whole |= bits;
        }
        pos = w.end;
        if (skip_gap(s, &pos, s.n) == GAP_PUNCTUATION)
            break;
    }
    return hits;
}

/* False where no phrase begins with the word at pos. */
static bool may_begin(const struct kb_lexicon *x, struct kb_str s, size_t pos) {
    const unsigned char *p = (const unsigned char *)s.p + pos;
    size_t key, len;
    if (*p < 0x80) {
        /* What lies past ASCII may be part of the word or not: not told here. */
        for (size_t i = 0; i < 3 && pos + i < s.n; i++)
            if (p[i] >= 0x80 || kb_is_digit((char)p[i]))
                return true;
        key = ascii_key(p, (const unsigned char *)s.p + s.n);
        return x->first_ascii[key >> 3] >> (key & 7) & 1;
    }
    uint32_t c = fold(next_char(s, pos, &len));
    if (c < 0x80)
        return true;
    key = c & 0x1FFF;
    return x->first_other[key >> 3] >> (key & 7) & 1;
}

struct kb_phrase_hits kb_lexicon_match(const struct kb_lexicon *x, struct kb_str line) {
    size_t pos = 0, limit = line.n;
    if (limit > KB_LIMIT_PHRASE_BYTES)
        limit = KB_LIMIT_PHRASE_BYTES;
    skip_gap(line, &pos, limit);
    if (pos >= limit)
        return (struct kb_phrase_hits){0, 0, 0};
    struct kb_phrase_hits hits = {0, 0, 0};
    size_t len;
    bool digit = kind_of(next_char(line, pos, &len)) == DIGIT;
    if (digit || may_begin(x, line, pos))
        hits = walk(x, line, pos, true);
    if (digit) { /* "3 Comments" */
        pos = number_end(line, pos);
        skip_gap(line, &pos, limit);
        if (pos < limit)
            hits.whole |= walk(x, line, pos, true).whole;
    }
    return hits;
}

uint32_t kb_lexicon_contains(const struct kb_lexicon *x, struct kb_str line) {
    uint32_t bits = 0;
    size_t pos = 0;
    for (skip_gap(line, &pos, line.n); pos < line.n; skip_gap(line, &pos, line.n)) {
        size_t len;
        enum kind kind = kind_of(next_char(line, pos, &len));
        if (may_begin(x, line, pos))
            bits |= walk(x, line, pos, false).begins;
        if (kind == DIGIT) {
            pos = number_end(line, pos);
        } else if (kind == ALONE) {
            pos += len;
        } else { /* to the word's end, unfolded */
            do {
                pos += len;
                if (pos >= line.n)
                    break;
                uint32_t c = next_char(line, pos, &len);
                kind = kind_of(c);
                if (is_apostrophe(c))
                    kind = LETTER;
            } while (kind == LETTER || kind == DIGIT || kind == DROPPED);
        }
    }
    return bits;
}

/* ---- loading ----------------------------------------------------------------------- */

static enum kb_status read_one(void *lexicon, const char *name, struct kb_str bytes,
                               unsigned file, struct kb_err *err) {
    return kb_lexicon_read(lexicon, name, bytes, file, err);
}

enum kb_status kb_lexicon_new(const char *dir, struct kb_lexicon **out,
                              struct kb_err *err) {
    enum kb_status status = KB_OK;
    struct kb_lexicon *x = kb_lexicon_empty();
    *out = NULL;
    if (!x)
        return kb_err_set(err, KB_ENOMEM, "no memory for the language data");
    if (dir) {
        status = kb_lexicon_dir(dir, read_one, x, err);
    } else {
        for (size_t i = 0; i < kb_assets_lang_count && status == KB_OK; i++) {
            const struct kb_asset *a = &kb_assets_lang[i];
            struct kb_str bytes = {(const char *)a->bytes, a->n};
            status = kb_lexicon_read(x, a->name, bytes, (unsigned)i + 1, err);
        }
    }
    if (status != KB_OK) {
        kb_lexicon_free(x);
        return status;
    }
    *out = x;
    return KB_OK;
}
