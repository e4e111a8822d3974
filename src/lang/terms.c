/* Phrases with values enter; what begins at a place of a text leaves.
 *
 * Kept apart from lexicon.c: that trie is asked for every line of a page and its answers
 * are features of the learned model, so nothing that is added here may change it.  Here
 * phrases are looked up in the article's neighbourhood alone, and names are found in
 * their inflected forms too. */
#include "lang/terms.h"
#include "lang/tables.h"

#include <stdlib.h>

#define NONE UINT32_MAX

enum {
    LEAST_STEM = 4,      /* letters that stay where an ending is taken off */
    MOST_ENDING = 4,     /* letters of an ending */
    LEAST_SYLLABLES = 2, /* the same in Hangul, where a letter is a syllable */
    MOST_VALUES = 1 << 20
};

/* ---- building ---------------------------------------------------------------------- */

static uint32_t slot_hash(uint32_t parent, uint32_t hash) {
    uint32_t h = (hash ^ parent * 0x9E3779B1u) * 0x85EBCA6Bu;
    return h ^ h >> 15;
}

static uint32_t find_hashed(const struct kb_terms *t, uint32_t parent, const char *text,
                            size_t n, uint32_t hash) {
    uint32_t slot = slot_hash(parent, hash), bit = slot >> (32 - KB_TERMS_SEEN_BITS);
    if (!n || !(t->seen[bit >> 3] >> (bit & 7) & 1))
        return NONE;
    for (size_t i = slot & (t->size - 1);; i = (i + 1) & (t->size - 1)) {
        uint32_t at = t->table[i];
        if (!at)
            return NONE;
        const struct kb_term_node *node = &t->nodes[at];
        if (node->hash == hash && node->parent == parent && node->n == n &&
            memcmp(t->pool + node->text, text, n) == 0)
            return at;
    }
}

static uint32_t find(const struct kb_terms *t, uint32_t parent, const char *text,
                     size_t n) {
    return find_hashed(t, parent, text, n, kb_word_hash(text, n));
}

static void place(struct kb_terms *t, uint32_t at) {
    uint32_t slot = slot_hash(t->nodes[at].parent, t->nodes[at].hash);
    uint32_t bit = slot >> (32 - KB_TERMS_SEEN_BITS);
    size_t i = slot & (t->size - 1);
    t->seen[bit >> 3] |= (uint8_t)(1u << (bit & 7));
    while (t->table[i])
        i = (i + 1) & (t->size - 1);
    t->table[i] = at;
}

/* Room for one more of an array's items; false when there is no memory. */
static bool room(void **items, size_t count, size_t *cap, size_t size, size_t first) {
    if (count < *cap)
        return true;
    size_t more = *cap ? *cap * 2 : first;
    void *grown = realloc(*items, more * size);
    if (!grown)
        return false;
    *items = grown;
    *cap = more;
    return true;
}

static bool grow_table(struct kb_terms *t) {
    if ((t->count + 1) * 2 <= t->size)
        return true;
    size_t size = t->size ? t->size * 2 : 4096;
    uint32_t *table = calloc(size, sizeof *table);
    if (!table)
        return false;
    free(t->table);
    t->table = table;
    t->size = size;
    for (uint32_t i = 1; i < t->count; i++)
        place(t, i);
    return true;
}

static bool grow(struct kb_terms *t) {
    void *nodes = t->nodes, *pool = t->pool;
    bool fine = room(&nodes, t->count, &t->cap, sizeof *t->nodes, 1024);
    t->nodes = nodes;
    /* the pool takes a whole word at a time */
    while (fine && t->pool_cap - t->pool_n < KB_WORD_BYTES) {
        fine = room(&pool, t->pool_cap, &t->pool_cap, 1, 8192);
        t->pool = pool;
    }
    return fine && grow_table(t) && t->count < NONE;
}

struct kb_terms *kb_terms_new(void) {
    struct kb_terms *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    if (!grow(t)) {
        kb_terms_free(t);
        return NULL;
    }
    t->nodes[0] = (struct kb_term_node){.parent = NONE};
    t->count = 1;
    return t;
}

void kb_terms_free(struct kb_terms *t) {
    if (!t)
        return;
    free(t->nodes);
    free(t->table);
    free(t->pool);
    free(t->values);
    free(t);
}

static uint32_t child(struct kb_terms *t, uint32_t parent, const struct kb_word *w) {
    uint32_t at = find_hashed(t, parent, w->text, w->n, w->hash);
    if (at != NONE || !grow(t))
        return at;
    at = (uint32_t)t->count++;
    t->nodes[at] = (struct kb_term_node){
        .parent = parent, .hash = w->hash, .text = (uint32_t)t->pool_n, .n = w->n};
    memcpy(t->pool + t->pool_n, w->text, w->n);
    t->pool_n += w->n;
    place(t, at);
    t->nodes[parent].inner = true;
    return at;
}

enum kb_terms_added kb_terms_add(struct kb_terms *t, struct kb_str phrase,
                                 uint32_t value) {
    uint32_t at = 0;
    size_t pos = 0;
    kb_word_gap(phrase, &pos, phrase.n);
    if (pos == phrase.n)
        return KB_TERMS_NO_WORD;
    while (pos < phrase.n) {
        struct kb_word w;
        kb_word_cut(phrase, pos, &w);
        if (!w.n)
            return KB_TERMS_LONG_WORD;
        at = child(t, at, &w);
        if (at == NONE)
            return KB_TERMS_FULL;
        pos = w.end;
        kb_word_gap(phrase, &pos, phrase.n);
    }
    size_t last = 0, count = 0;
    uint32_t had;
    for (; kb_terms_value(t, at, &last, &had); count++)
        if (had == value)
            return KB_TERMS_TWICE;
    if (count >= KB_LIMIT_PHRASE_VALUES)
        return KB_TERMS_MANY;
    void *values = t->values;
    if (t->value_count >= MOST_VALUES ||
        !room(&values, t->value_count, &t->value_cap, sizeof *t->values, 1024))
        return KB_TERMS_FULL;
    t->values = values;
    t->values[t->value_count++] = (struct kb_term_value){value, 0};
    if (last)
        t->values[last - 1].next = (uint32_t)t->value_count;
    else
        t->nodes[at].value = (uint32_t)t->value_count;
    return KB_TERMS_ADDED;
}

/* ---- looking up -------------------------------------------------------------------- */

/* What may stand between two words of a phrase: spaces and hyphens; or one mark and at
 * most one space behind it, as in "U.S. News" and "Yahoo! News". */
static bool joins(struct kb_str s, size_t from, size_t to, enum kb_gap gap) {
    static const char marks[] = ".!:/&'";
    if (gap != KB_GAP_PUNCTUATION)
        return to - from <= 4 || gap == KB_GAP_NONE;
    return to - from <= 2 && memchr(marks, s.p[from], sizeof marks - 1) &&
           (to - from == 1 || s.p[from + 1] == ' ');
}

static bool is_letter_of(const char *p, uint32_t from, uint32_t to) {
    size_t len;
    uint32_t c = kb_utf8_next(p, p + 4, &len);
    return c >= from && c <= to;
}

/* Where a word's Hangul begins; its length where it has none. */
static size_t hangul_start(const struct kb_word *w) {
    size_t len;
    for (size_t i = 0; i < w->n; i += len) {
        uint32_t c = kb_next_char((struct kb_str){w->text, w->n}, i, &len);
        if (c >= 0xAC00 && c <= 0xD7A3)
            return i;
    }
    return w->n;
}

/* The node of a word with an ending, of ASCII alone as most are: its beginnings are
 * hashed in one pass. */
static uint32_t find_plain_stem(const struct kb_terms *t, uint32_t parent,
                                const struct kb_word *w) {
    uint32_t hashes[MOST_ENDING];
    size_t n = w->n, most = n > LEAST_STEM ? n - LEAST_STEM : 0;
    most = most < MOST_ENDING ? most : MOST_ENDING;
    if (!most)
        return NONE;
    uint32_t hash = kb_word_hash(w->text, n - most);
    for (size_t i = most; i--;) {
        hashes[i] = hash; /* of n - 1 - i bytes */
        hash = kb_word_hash_more(hash, w->text[n - 1 - i]);
    }
    for (size_t i = 0; i < most; i++) {
        uint32_t at = find_hashed(t, parent, w->text, n - 1 - i, hashes[i]);
        if (at != NONE && t->nodes[at].value)
            return at;
    }
    return NONE;
}

static bool is_ascii(const struct kb_word *w) {
    unsigned char all = 0;
    for (size_t i = 0; i < w->n; i++)
        all |= (unsigned char)w->text[i];
    return all < 0x80;
}

/* The node of a word that has an ending more than the phrase's. */
static uint32_t find_stem(const struct kb_terms *t, uint32_t parent,
                          const struct kb_word *w, enum kb_term_form *form) {
    size_t n = w->n;
    const char *apostrophe = memchr(w->text, '\'', n);
    if (apostrophe && apostrophe != w->text) {
        *form = KB_TERM_APOSTROPHE;
        return find(t, parent, w->text, (size_t)(apostrophe - w->text));
    }
    if (is_ascii(w)) {
        *form = KB_TERM_ENDING;
        return find_plain_stem(t, parent, w);
    }
    size_t hangul = hangul_start(w);
    if (hangul && hangul < n) { /* particles behind Latin letters: "CNN에" */
        *form = KB_TERM_APOSTROPHE;
        return find(t, parent, w->text, hangul);
    }
    *form = KB_TERM_ENDING;
    size_t letters = kb_utf8_count((struct kb_str){w->text, n});
    size_t least = hangul < n ? LEAST_SYLLABLES : LEAST_STEM;
    for (int cut = 0; cut < MOST_ENDING && letters > least; cut++, letters--) {
        while (--n && ((unsigned char)w->text[n] & 0xC0) == 0x80) {
        }
        uint32_t at = find(t, parent, w->text, n);
        if (at != NONE && (t->nodes[at].value || t->nodes[at].inner))
            return at;
    }
    return NONE;
}

/* "لرويترز", "ברויטרס": a preposition or conjunction that is one letter. */
static uint32_t find_behind_clitic(const struct kb_terms *t, const struct kb_word *w) {
    if (w->n < 8)
        return NONE;
    bool arabic = is_letter_of(w->text, 0x626, 0x6CC);
    if (!arabic && !is_letter_of(w->text, 0x5D0, 0x5EA))
        return NONE;
    static const char *const clitics[] = {"ل", "ب", "و", "ف", "ک", "ל",
                                          "ב", "ו", "ש", "מ", "ה", "כ"};
    for (size_t i = 0; i < KB_COUNT(clitics); i++)
        if (memcmp(w->text, clitics[i], 2) == 0)
            return find(t, 0, w->text + 2, w->n - 2u);
    return NONE;
}

size_t kb_terms_at(const struct kb_terms *t, struct kb_str s, size_t pos, bool forms,
                   struct kb_term found[KB_TERMS_AT]) {
    size_t count = 0;
    uint32_t at = 0;
    while (pos < s.n) {
        struct kb_word w;
        enum kb_term_form form = KB_TERM_EXACT;
        kb_word_cut(s, pos, &w);
        uint32_t next = find_hashed(t, at, w.text, w.n, w.hash);
        if (next == NONE && forms && !at && w.n) {
            next = find_behind_clitic(t, &w);
            form = KB_TERM_CLITIC;
        }
        if (next == NONE && forms && w.n && !w.number)
            next = find_stem(t, at, &w, &form);
        if (next == NONE)
            break;
        const struct kb_term_node *node = &t->nodes[next];
        if (node->value && count < KB_TERMS_AT)
            found[count++] = (struct kb_term){w.end, next, form};
        if (!node->inner || form == KB_TERM_APOSTROPHE)
            break;
        at = next; /* "Süddeutschen Zeitung": an ending may stand inside a name */
        size_t from = pos = w.end;
        enum kb_gap gap = kb_word_gap(s, &pos, s.n);
        if (!joins(s, from, pos, gap))
            break;
    }
    return count;
}

bool kb_terms_value(const struct kb_terms *t, uint32_t node, size_t *at,
                    uint32_t *value) {
    uint32_t next = *at ? t->values[*at - 1].next : t->nodes[node].value;
    if (!next)
        return false;
    *at = next;
    *value = t->values[next - 1].value;
    return true;
}
