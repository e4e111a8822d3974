/* Articles' texts → how much of each stands in each other.
 *
 * Whole texts are at hand, so shares are counted and not estimated: directed containment
 * of shingles (Broder, 1997), four words or six characters long.  One inverted index
 * counts for all pairs at once what they share; texts that share nothing are never
 * compared.  Where that would still cost too much, because hundreds of long texts are
 * one, a fair part of the shingles is counted: those whose hash is a multiple of a
 * number. */
#include "story/chain_make.h"

#include <stdlib.h>
#include <utf8proc.h>

enum {
    SHINGLE_WORDS = 4,
    SHINGLE_CHARACTERS = 6,
    NUMBER_BYTES = 16,
    LEAST_SHARED = 12, /* shingles: a sentence, which may be quoted from one mouth */
    LEAST_NUMBERS = 2  /* that a conflict takes */
};

/* The share of the shorter text that makes two articles one report. */
static const float same_share = .5f;

/* ---- cutting ----------------------------------------------------------------------- */

struct cutter {
    struct kb_chain_text *out;
    struct kb_arena *arena;
    struct kb_str s;
    size_t cap, number_cap;
    uint64_t recent[SHINGLE_CHARACTERS];
    uint32_t starts[SHINGLE_CHARACTERS]; /* of these, the newest first */
    bool fine;
};

static bool grow_shingles(struct cutter *c) {
    struct kb_chain_text *t = c->out;
    if (t->count < c->cap)
        return true;
    size_t cap = c->cap ? c->cap * 2 : 512;
    uint32_t *more = kb_arena_alloc(c->arena, cap * 3 * sizeof *more);
    if (!more)
        return false;
    if (t->count) {
        memcpy(more, t->shingles, t->count * sizeof *more);
        memcpy(more + cap, t->from, t->count * sizeof *more);
        memcpy(more + 2 * cap, t->to, t->count * sizeof *more);
    }
    t->shingles = more;
    t->from = more + cap;
    t->to = more + 2 * cap;
    c->cap = cap;
    return true;
}

static void add_word(struct cutter *c, uint64_t hash, size_t from, size_t to,
                     size_t size) {
    struct kb_chain_text *t = c->out;
    memmove(c->recent + 1, c->recent, sizeof c->recent - sizeof c->recent[0]);
    memmove(c->starts + 1, c->starts, sizeof c->starts - sizeof c->starts[0]);
    c->recent[0] = hash;
    c->starts[0] = (uint32_t)from;
    if (++t->words < size || t->count >= KB_LIMIT_CHAIN_SHINGLES)
        return;
    c->fine = c->fine && grow_shingles(c);
    if (!c->fine)
        return;
    t->shingles[t->count] =
        (uint32_t)kb_hash(c->recent, size * sizeof c->recent[0], size);
    t->from[t->count] = c->starts[size - 1];
    t->to[t->count++] = (uint32_t)to;
}

static size_t cut_word(struct cutter *c, size_t at) {
    size_t from = at, len;
    uint64_t hash = 0;
    for (; at < c->s.n; at += len) {
        uint32_t letter = kb_utf8_next(c->s.p + at, c->s.p + c->s.n, &len);
        if (!kb_is_word_char(letter) || kb_is_han_like(letter))
            break;
        letter = letter < 0x80 ? (uint32_t)kb_lower((char)letter)
                               : (uint32_t)utf8proc_tolower((utf8proc_int32_t)letter);
        hash = (hash ^ letter) * 1099511628211u;
    }
    add_word(c, hash, from, at, SHINGLE_WORDS);
    return at;
}

/* A point or comma before exactly three digits parts thousands. */
static bool parts_thousands(struct kb_str s, size_t at) {
    size_t digits = 0, len;
    for (; at < s.n && digits < 4; at += len, digits++)
        if (kb_digit_value(kb_utf8_next(s.p + at, s.p + s.n, &len)) < 0)
            break;
    return digits == 3;
}

static void keep_number(struct cutter *c, const char *digits, size_t n) {
    struct kb_chain_text *t = c->out;
    const struct kb_str number = {digits, n};
    if (n < 2 || t->number_count == KB_CHAIN_NUMBERS)
        return;
    for (size_t i = 0; i < t->number_count; i++)
        if (kb_str_equal(t->numbers[i], number))
            return;
    void *items = t->numbers;
    c->fine = c->fine && kb_arena_grow(c->arena, &items, t->number_count, &c->number_cap,
                                       sizeof *t->numbers, KB_CHAIN_NUMBERS);
    if (!c->fine)
        return;
    t->numbers = items;
    t->numbers[t->number_count++] = kb_arena_dup(c->arena, number);
}

/* Whole numbers, in whatever digits; what stands behind a point ends one. */
static size_t cut_number(struct cutter *c, size_t at) {
    char digits[NUMBER_BYTES];
    size_t n = 0, len;
    for (; at < c->s.n; at += len) {
        uint32_t sign = kb_utf8_next(c->s.p + at, c->s.p + c->s.n, &len);
        int digit = kb_digit_value(sign);
        if (digit < 0 && !((sign == '.' || sign == ',' || sign == 0x66C) &&
                           parts_thousands(c->s, at + len)))
            break;
        if (digit >= 0 && n < sizeof digits)
            digits[n++] = (char)('0' + digit);
    }
    keep_number(c, digits, n);
    return at;
}

static int by_value(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static bool make_set(struct kb_chain_text *t, struct kb_arena *arena) {
    t->set = kb_arena_alloc(arena, (t->count + 1) * sizeof *t->set);
    if (!t->set)
        return false;
    if (t->count) {
        memcpy(t->set, t->shingles, t->count * sizeof *t->set);
        qsort(t->set, t->count, sizeof *t->set, by_value);
    }
    for (size_t i = 0; i < t->count; i++)
        if (!t->set_count || t->set[t->set_count - 1] != t->set[i])
            t->set[t->set_count++] = t->set[i];
    t->number_set = kb_arena_alloc(arena, (t->number_count + 1) * sizeof *t->number_set);
    for (size_t i = 0; t->number_set && i < t->number_count; i++)
        t->number_set[i] = (uint32_t)kb_hash(t->numbers[i].p, t->numbers[i].n, 0);
    if (t->number_set && t->number_count)
        qsort(t->number_set, t->number_count, sizeof *t->number_set, by_value);
    return t->number_set != NULL;
}

static bool cut_text(struct kb_arena *arena, struct kb_str s, struct kb_chain_text *out) {
    struct cutter c = {.out = out,
                       .arena = arena,
                       .s = kb_str_cut(s, KB_LIMIT_STORY_BYTES),
                       .fine = true};
    size_t len;
    for (size_t at = 0; at < c.s.n && c.fine;) {
        uint32_t letter = kb_utf8_next(c.s.p + at, c.s.p + c.s.n, &len);
        if (kb_digit_value(letter) >= 0) {
            size_t end = cut_number(&c, at);
            add_word(&c, kb_hash(c.s.p + at, end - at, 1), at, end, SHINGLE_WORDS);
            at = end;
        } else if (kb_is_han_like(letter)) {
            add_word(&c, letter, at, at + len, SHINGLE_CHARACTERS);
            at += len;
        } else if (kb_is_word_char(letter)) {
            at = cut_word(&c, at);
        } else {
            at += len;
        }
    }
    return c.fine && make_set(out, arena);
}

/* ---- counting what is shared ------------------------------------------------------- */

static int by_packed(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Behind the last of those with the hash at i. */
static size_t run_end(const uint64_t *all, size_t n, size_t i) {
    size_t end = i + 1;
    while (end < n && all[end] >> 16 == all[i] >> 16)
        end++;
    return end;
}

static void count_run(struct kb_chainer *c, const uint64_t *run, size_t n) {
    for (size_t i = 0; i < n; i++) {
        size_t a = run[i] & 0xFFFF;
        c->nodes[a].text.sampled++;
        for (size_t k = 0; k < n; k++)
            c->shared[a * c->count + (run[k] & 0xFFFF)]++;
    }
}

bool kb_chain_compare(struct kb_chainer *c) {
    size_t total = 0, n = 0, cost = 0;
    for (size_t i = 0; i < c->count; i++) {
        if (!cut_text(&c->scratch, c->nodes[i].article->content_text, &c->nodes[i].text))
            return false;
        total += c->nodes[i].text.set_count;
    }
    c->shared = kb_arena_zalloc(&c->scratch, c->count * c->count + 1, sizeof *c->shared);
    uint64_t *all = malloc((total + 1) * sizeof *all);
    if (!c->shared || !all) {
        free(all);
        return false;
    }
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < c->nodes[i].text.set_count; k++)
            all[n++] = (uint64_t)c->nodes[i].text.set[k] << 16 | i;
    qsort(all, n, sizeof *all, by_packed);
    for (size_t i = 0, end; i < n; i = end) {
        end = run_end(all, n, i);
        cost += (end - i) * (end - i);
    }
    const size_t every = 1 + cost / KB_LIMIT_CHAIN_STEPS;
    for (size_t i = 0, end; i < n; i = end) {
        end = run_end(all, n, i);
        if ((all[i] >> 16) % every == 0)
            count_run(c, all + i, end - i);
    }
    free(all);
    return true;
}

/* ---- questions --------------------------------------------------------------------- */

size_t kb_chain_shared(const struct kb_chainer *c, size_t a, size_t b) {
    const struct kb_chain_text *t = &c->nodes[a].text;
    size_t shared = c->shared[a * c->count + b];
    return t->sampled ? shared * t->set_count / t->sampled : 0;
}

float kb_chain_inside(const struct kb_chainer *c, size_t a, size_t b) {
    const struct kb_chain_text *t = &c->nodes[a].text;
    return t->sampled ? (float)c->shared[a * c->count + b] / (float)t->sampled : 0;
}

size_t kb_chain_numbers(const struct kb_chainer *c, size_t a, size_t b, size_t *fewer) {
    const struct kb_chain_text *x = &c->nodes[a].text, *y = &c->nodes[b].text;
    size_t both = 0;
    for (size_t i = 0, k = 0; i < x->number_count && k < y->number_count;) {
        uint32_t p = x->number_set[i], q = y->number_set[k];
        both += p == q;
        i += p <= q;
        k += q <= p;
    }
    *fewer = x->number_count < y->number_count ? x->number_count : y->number_count;
    return both;
}

bool kb_chain_conflict(const struct kb_chainer *c, size_t a, size_t b) {
    size_t fewer, both = kb_chain_numbers(c, a, b, &fewer);
    return fewer >= LEAST_NUMBERS && both * 2 < fewer;
}

bool kb_chain_same(const struct kb_chainer *c, size_t a, size_t b) {
    float inside = kb_chain_inside(c, a, b), holds = kb_chain_inside(c, b, a);
    return (inside >= same_share || holds >= same_share) &&
           kb_chain_shared(c, a, b) >= LEAST_SHARED && !kb_chain_conflict(c, a, b);
}
