/* Words that rules look for: phrases enter and become needles; a text enters once for all
 * of them, and each needle that stands in it remembers where.
 *
 * Needles stand in a hash table by their last two words, so that a text's words are
 * looked up as they come, and the few before a hit are already folded.  The cost of a
 * text does not grow with the number of needles. */
#include "wire/rule.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    SLOTS_LEAST = 64, /* of the index; four for each needle */
    PART_BYTES = 63   /* of "ferr*", by which it is found: bits of lengths */
};

/* ---- folding ----------------------------------------------------------------------- */

/* Appends text's words with blanks between them. */
static void fold(struct kb_str text, struct kb_buf *buf) {
    struct kb_folded word;
    size_t pos = 0, begin = buf->n;
    for (;;) {
        size_t at = buf->n;
        if (at > begin)
            kb_buf_char(buf, ' ');
        if (!kb_fold_next(text, &pos, buf, &word)) {
            buf->n = buf->n > at ? at : buf->n;
            return;
        }
    }
}

struct kb_str kb_rule_fold(struct kb_arena *arena, struct kb_str text,
                           struct kb_buf *buf) {
    kb_buf_clear(buf);
    fold(text, buf);
    return kb_arena_dup(arena, kb_buf_view(buf));
}

struct kb_str kb_rule_path(struct kb_arena *arena, struct kb_str path,
                           struct kb_buf *buf) {
    kb_buf_clear(buf);
    while (path.n) {
        size_t end = kb_str_find_byte(path, '/'), begin = buf->n;
        struct kb_str part = kb_str_trim(kb_str_slice(path, 0, end));
        path = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(path, end + 1, path.n);
        if (!part.n)
            continue;
        fold(part, buf);
        if (buf->n == begin) /* a folder may be called by a sign alone */
            kb_buf_str(buf, part);
        kb_buf_char(buf, '/');
    }
    return kb_arena_dup(arena, kb_buf_view(buf));
}

/* ---- needles ----------------------------------------------------------------------- */

/* The hash of one byte more of a part; FNV-1a (Fowler, Noll, Vo). */
static uint32_t hash_more(uint32_t hash, char c) {
    return (hash ^ (unsigned char)c) * 16777619u;
}

/* Parts at a word's two ends do not meet. */
static const uint32_t part_seeds[] = {0, 2166136261u, 40389u};

/* The i-th byte from the end that the part is at. */
static char part_byte(struct kb_str word, size_t i, enum kb_rule_end end) {
    return word.p[end == KB_RULE_PREFIX ? i : word.n - 1 - i];
}

static uint32_t part_hash(struct kb_str word, size_t n, enum kb_rule_end end) {
    uint32_t hash = part_seeds[end];
    for (size_t i = 0; i < n; i++)
        hash = hash_more(hash, part_byte(word, i, end));
    return hash;
}

static uint32_t pair_hash(uint32_t before, uint32_t last) {
    return (before ^ last >> 15) * 0x9E3779B1u ^ last;
}

/* How many bytes of "ferr*" it is found by. */
static size_t part_bytes(struct kb_str folded) {
    return folded.n < PART_BYTES ? folded.n : PART_BYTES;
}

/* Stars at a word's ends; false where it has two. */
static bool find_end(struct kb_str text, const struct kb_folded *word,
                     enum kb_rule_end *end) {
    bool before = word->start && text.p[word->start - 1] == '*';
    bool behind = word->end < text.n && text.p[word->end] == '*';
    *end = before ? KB_RULE_SUFFIX : behind ? KB_RULE_PREFIX : KB_RULE_WHOLE;
    return !(before && behind);
}

enum kb_status kb_rule_needle_new(struct kb_rules *rules, struct kb_str text,
                                  uint32_t fields, struct kb_rule_needle **out,
                                  char what[KB_RULE_WHAT]) {
    struct kb_rule_needle *needle = kb_arena_zalloc(&rules->arena, 1, sizeof *needle);
    struct kb_rule_word words[KB_LIMIT_RULE_WORDS];
    struct kb_folded word;
    size_t pos = 0, count = 0;
    uint32_t last = 0, hash = 0;
    bool stars = true;
    kb_buf_clear(&rules->folded);
    while (count < KB_COUNT(words) && kb_fold_next(text, &pos, &rules->folded, &word)) {
        struct kb_str folded = {rules->folded.p + word.at, word.n};
        stars &= find_end(text, &word, &words[count].end);
        words[count].folded = kb_arena_dup(&rules->arena, folded);
        if (words[count].end != KB_RULE_WHOLE)
            hash = part_hash(folded, part_bytes(folded), words[count].end);
        else if (count && words[count - 1].end == KB_RULE_WHOLE)
            hash = pair_hash(last, word.hash);
        else
            hash = word.hash;
        last = word.hash;
        count++;
    }
    struct kb_rule_word *kept = kb_arena_zalloc(&rules->arena, count + 1, sizeof *kept);
    if (!needle || !kept || rules->arena.full || rules->folded.status != KB_OK)
        return KB_ENOMEM;
    if (!count)
        snprintf(what, KB_RULE_WHAT,
                 "the text has no letter or digit that could be found");
    else if (!stars)
        snprintf(what, KB_RULE_WHAT, "a word has a star at one end alone");
    else if (kb_fold_next(text, &pos, &rules->folded, &word))
        snprintf(what, KB_RULE_WHAT,
                 "a text has at most %d words, or characters of a "
                 "script without spaces",
                 KB_LIMIT_RULE_WORDS);
    if (what[0])
        return KB_EINPUT;
    memcpy(kept, words, count * sizeof *kept);
    needle->words = kept;
    needle->count = count;
    needle->fields = fields;
    needle->hash = hash;
    needle->next_of_all = rules->needles;
    rules->needles = needle;
    *out = needle;
    return KB_OK;
}

enum kb_status kb_rule_index(struct kb_rules *rules) {
    size_t count = SLOTS_LEAST / 4, size = SLOTS_LEAST;
    for (struct kb_rule_needle *n = rules->needles; n; n = n->next_of_all)
        count++;
    while (size < count * 4)
        size *= 2;
    struct kb_rule_needle **slots = calloc(size, sizeof(struct kb_rule_needle *));
    if (!slots)
        return KB_ENOMEM;
    free(rules->slots);
    rules->slots = slots;
    rules->slot_count = size;
    memset(rules->lengths, 0, sizeof rules->lengths);
    memset(rules->filter, 0, sizeof rules->filter);
    for (struct kb_rule_needle *n = rules->needles; n; n = n->next_of_all) {
        const struct kb_rule_word *last = &n->words[n->count - 1];
        if (last->end != KB_RULE_WHOLE)
            rules->lengths[last->end - 1] |= UINT64_C(1) << part_bytes(last->folded);
        uint32_t bit = n->hash >> (32 - KB_RULE_FILTER_BITS);
        rules->filter[bit / 64] |= UINT64_C(1) << bit % 64;
        n->next = slots[n->hash & (size - 1)];
        slots[n->hash & (size - 1)] = n;
    }
    return KB_OK;
}

/* ---- a text ------------------------------------------------------------------------ */

/* One string of a field while it is looked through. */
struct scan {
    struct kb_rules *rules;
    enum kb_rule_field field;
    struct kb_str text;
    size_t count; /* words so far */
};

static struct kb_str folded_word(const struct scan *s, size_t i) {
    const struct kb_folded *w = &s->rules->words[i];
    return (struct kb_str){s->rules->folded.p + w->at, w->n};
}

/* Whether a needle ends with the last word that was read. */
static bool ends_here(const struct scan *s, const struct kb_rule_needle *needle) {
    if (needle->count > s->count)
        return false;
    for (size_t i = needle->count, at = s->count; i-- > 0;) {
        struct kb_str word = folded_word(s, --at);
        const struct kb_rule_word *want = &needle->words[i];
        if (want->end == KB_RULE_WHOLE    ? !kb_str_equal(word, want->folded)
            : want->end == KB_RULE_PREFIX ? !kb_str_starts(word, want->folded)
                                          : !kb_str_ends(word, want->folded))
            return false;
    }
    return true;
}

static void look_through(const struct scan *s, uint32_t hash) {
    const struct kb_rules *rules = s->rules;
    const struct kb_folded *last = &rules->words[s->count - 1];
    struct kb_rule_needle *n = rules->slots[hash & (rules->slot_count - 1)];
    for (; n; n = n->next) {
        if (n->hash != hash || n->epoch == rules->epoch || !(n->fields >> s->field & 1) ||
            !ends_here(s, n))
            continue;
        n->epoch = rules->epoch;
        n->found.field = s->field;
        n->found.words =
            kb_str_slice(s->text, rules->words[s->count - n->count].start, last->end);
    }
}

static inline void look_up(const struct scan *s, uint32_t hash) {
    uint32_t bit = hash >> (32 - KB_RULE_FILTER_BITS);
    if (s->rules->filter[bit / 64] >> (bit % 64) & 1)
        look_through(s, hash);
}

/* Parts of the last word, of the lengths that are searched for. */
static void look_up_parts(const struct scan *s, enum kb_rule_end end) {
    uint64_t lengths = s->rules->lengths[end - 1];
    struct kb_str word = folded_word(s, s->count - 1);
    uint32_t hash = part_seeds[end];
    for (size_t i = 0; (lengths >>= 1) && i < word.n; i++) {
        hash = hash_more(hash, part_byte(word, i, end));
        if (lengths & 1)
            look_up(s, hash);
    }
}

static bool grow_words(struct kb_rules *rules) {
    size_t cap = rules->word_cap ? rules->word_cap * 2 : 1024;
    struct kb_folded *words = realloc(rules->words, cap * sizeof *words);
    if (!words)
        return false;
    rules->words = words;
    rules->word_cap = cap;
    return true;
}

static void scan(struct scan *s) {
    struct kb_rules *rules = s->rules;
    size_t pos = 0;
    kb_buf_clear(&rules->folded);
    for (;;) {
        if (s->count == rules->word_cap && !grow_words(rules)) {
            rules->status = KB_ENOMEM;
            return;
        }
        struct kb_folded *word = &rules->words[s->count];
        if (!kb_fold_next(s->text, &pos, &rules->folded, word))
            break;
        s->count++;
        look_up(s, word->hash);
        if (s->count > 1)
            look_up(s, pair_hash(word[-1].hash, word->hash));
        look_up_parts(s, KB_RULE_PREFIX);
        look_up_parts(s, KB_RULE_SUFFIX);
    }
    if (rules->folded.status != KB_OK)
        rules->status = KB_ENOMEM;
}

void kb_rule_scan(struct kb_rules *rules, enum kb_rule_field field) {
    struct kb_rule_views *views = kb_rule_views(rules, field);
    if (views->scanned)
        return;
    views->scanned = true;
    for (size_t i = 0; i < views->count && rules->status == KB_OK; i++) {
        struct scan s = {rules, field, views->items[i].raw, 0};
        scan(&s);
    }
}
