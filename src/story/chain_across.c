/* Texts in different languages → how alike they are, and translations that nobody owns
 * to.
 *
 * What crosses languages is numbers and the consonants of names (docs/stories.md).  Two
 * reports of one event share many of them; a translation has them in the same paragraphs,
 * in the same order, and nearly all numbers.  That is still a guess, and said as one: the
 * confidence stays low. */
#include "story/chain_make.h"

#include <math.h>
#include <stdlib.h>

enum {
    PARAGRAPHS = 64,   /* of one text that are compared */
    LEAST_ANCHORS = 3, /* of a paragraph that is compared */
    LEAST_PARAGRAPHS = 4,
    LEAST_NUMBERS = 5,
    CANDIDATES = 4 /* of an original */
};

/* What a translation takes: shares of numbers, of paragraphs that have their like, and of
 * these in order.  Reports of one event that nobody translated reach .82, 1 and .83;
 * where the page itself says that it is a translation, less will do. */
struct bar {
    float numbers, paired, ordered, sure;
};
static const struct bar silent = {.85f, .8f, .9f, .35f}, owned = {.7f, .75f, .8f, .6f};

/* How alike two paragraphs have to be. */
static const float least_like = .3f;

/* The weightiest anchors of a text, by key. */
struct kb_chain_anchors {
    struct kb_feature of[KB_STORY_ANCHORS];
    size_t count;
};

/* ---- whole texts ------------------------------------------------------------------- */

static int by_key(const void *a, const void *b) {
    const struct kb_feature *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

static bool take_print(struct kb_chainer *c, struct kb_arena *arena, struct kb_str title,
                       struct kb_str text, const char *language,
                       struct kb_fingerprint *out) {
    struct kb_err err;
    return (c->printer || kb_printer_new(&c->printer, &err) == KB_OK) &&
           kb_fingerprint_take(c->printer, arena, title, text, kb_str_z(language), out,
                               &err) == KB_OK;
}

static bool take_anchors(struct kb_chainer *c, struct kb_usage *usage,
                         struct kb_fingerprint *prints) {
    struct kb_features features;
    struct kb_err err;
    for (size_t i = 0; i < c->count; i++) {
        const struct kb_chain_node *n = &c->nodes[i];
        if (n->print)
            prints[i] = *n->print;
        else if (!take_print(c, &c->scratch, n->article->title, n->article->content_text,
                             n->language, &prints[i]))
            return false;
        if (kb_usage_add(usage, &prints[i], &err) != KB_OK)
            return false;
    }
    for (size_t i = 0; i < c->count; i++) {
        kb_usage_weigh(usage, &prints[i], &features);
        memcpy(c->anchors[i].of, features.anchors, sizeof features.anchors);
        c->anchors[i].count = features.anchor_count;
        qsort(c->anchors[i].of, c->anchors[i].count, sizeof c->anchors[i].of[0], by_key);
    }
    return true;
}

/* All at once, when the first pair is asked for. */
static bool weigh_all(struct kb_chainer *c) {
    struct kb_err err;
    struct kb_usage *usage = NULL;
    struct kb_fingerprint *prints =
        kb_arena_zalloc(&c->scratch, c->count + 1, sizeof *prints);
    c->anchors = kb_arena_zalloc(&c->scratch, c->count + 1, sizeof *c->anchors);
    bool fine = prints && c->anchors && kb_usage_new(&usage, &err) == KB_OK &&
                take_anchors(c, usage, prints);
    kb_usage_free(usage);
    return fine;
}

float kb_chain_alike(struct kb_chainer *c, size_t a, size_t b) {
    if (!c->anchors && !weigh_all(c)) {
        c->scratch.full = true;
        return 0;
    }
    const struct kb_chain_anchors *x = &c->anchors[a], *y = &c->anchors[b];
    float sum = 0;
    for (size_t i = 0, k = 0; i < x->count && k < y->count;) {
        uint32_t p = x->of[i].key, q = y->of[k].key;
        if (p == q)
            sum += x->of[i].weight * y->of[k].weight;
        i += p <= q;
        k += q <= p;
    }
    return sum;
}

/* ---- paragraphs -------------------------------------------------------------------- */

/* One anchor of a paragraph: of one text, by value and then by paragraph. */
struct anchor {
    uint32_t hash;
    uint16_t paragraph;
    bool number;
};

struct outline {
    struct anchor *anchors;
    size_t count, cap, paragraphs;
};

static int by_hash(const void *a, const void *b) {
    const struct anchor *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->paragraph < y->paragraph ? -1 : x->paragraph > y->paragraph;
}

static struct kb_str next_paragraph(struct kb_str *rest) {
    struct kb_str s = KB_STR_NONE;
    while (rest->n && !s.n) {
        size_t end = kb_str_find_byte(*rest, '\n');
        s = kb_str_trim(kb_str_slice(*rest, 0, end));
        *rest = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*rest, end + 1, rest->n);
    }
    return s;
}

/* Paragraphs with too little to tell are left out. */
static bool take_outline(struct kb_chainer *c, struct kb_arena *arena, size_t node,
                         struct outline *out) {
    struct kb_str rest = c->nodes[node].article->content_text, s;
    struct kb_fingerprint print;
    *out = (struct outline){.anchors = NULL};
    rest = kb_str_cut(rest, KB_LIMIT_STORY_BYTES);
    while (out->paragraphs < PARAGRAPHS && (s = next_paragraph(&rest)).n) {
        if (!take_print(c, arena, KB_STR_NONE, s, c->nodes[node].language, &print))
            return false;
        if (print.anchor_count < LEAST_ANCHORS)
            continue;
        for (size_t i = 0; i < print.anchor_count; i++) {
            void *items = out->anchors;
            if (!kb_arena_grow(arena, &items, out->count, &out->cap, sizeof *out->anchors,
                               SIZE_MAX))
                return false;
            out->anchors = items;
            out->anchors[out->count++] =
                (struct anchor){print.anchors[i].hash, (uint16_t)out->paragraphs,
                                print.anchors[i].number};
        }
        out->paragraphs++;
    }
    if (out->count)
        qsort(out->anchors, out->count, sizeof *out->anchors, by_hash);
    return true;
}

/* How alike each paragraph of one text is to each of the other. */
struct table {
    float of[PARAGRAPHS][PARAGRAPHS], mine[PARAGRAPHS], its[PARAGRAPHS];
};

static size_t run_of(const struct outline *o, size_t at) {
    size_t end = at;
    while (end < o->count && o->anchors[end].hash == o->anchors[at].hash)
        end++;
    return end - at;
}

/* An anchor weighs less the more paragraphs have it; a number double. */
static void compare(const struct outline *x, const struct outline *y, struct table *t) {
    const float all = (float)(x->paragraphs + y->paragraphs);
    memset(t, 0, sizeof *t);
    for (size_t i = 0, k = 0; i < x->count || k < y->count;) {
        uint32_t p = i < x->count ? x->anchors[i].hash : UINT32_MAX;
        uint32_t q = k < y->count ? y->anchors[k].hash : UINT32_MAX;
        size_t n = i < x->count && p <= q ? run_of(x, i) : 0;
        size_t m = k < y->count && q <= p ? run_of(y, k) : 0;
        bool number = n ? x->anchors[i].number : m && y->anchors[k].number;
        float weight = logf(1 + all / (float)(n + m)) * (number ? 2 : 1);
        for (size_t a = 0; m && a < n; a++) {
            t->mine[x->anchors[i + a].paragraph] += weight;
            for (size_t b = 0; b < m; b++)
                t->of[x->anchors[i + a].paragraph][y->anchors[k + b].paragraph] += weight;
        }
        for (size_t b = 0; n && b < m; b++)
            t->its[y->anchors[k + b].paragraph] += weight;
        i += n;
        k += m;
    }
}

/* The longest run of rising places among n: how many paragraphs stand in order. */
static size_t in_order(const size_t *places, size_t n) {
    size_t length[PARAGRAPHS], longest = 0;
    for (size_t i = 0; i < n; i++) {
        length[i] = 1;
        for (size_t k = 0; k < i; k++)
            if (places[k] < places[i] && length[k] >= length[i])
                length[i] = length[k] + 1;
        longest = length[i] > longest ? length[i] : longest;
    }
    return longest;
}

struct likeness {
    size_t paragraphs, paired, ordered;
};

static void pair_up(const struct outline *x, const struct outline *y, struct table *t,
                    struct likeness *out) {
    size_t places[PARAGRAPHS];
    compare(x, y, t);
    *out = (struct likeness){.paragraphs = x->paragraphs};
    for (size_t i = 0; i < x->paragraphs; i++) {
        size_t best = 0;
        float most = 0;
        for (size_t k = 0; k < y->paragraphs; k++) {
            float like = t->of[i][k] / sqrtf(t->mine[i] * t->its[k] + 1e-6f);
            if (like > most) {
                most = like;
                best = k;
            }
        }
        if (most >= least_like)
            places[out->paired++] = best;
    }
    out->ordered = in_order(places, out->paired);
}

/* ---- translations ------------------------------------------------------------------ */

static bool may_translate(struct kb_chainer *c, size_t a, size_t b, size_t *both) {
    size_t fewer;
    if (c->chain->articles[b].guest || c->nodes[b].listing || c->nodes[a].listing ||
        kb_chain_one_language(c, a, b) || c->nodes[a].outlet == KB_CHAIN_NONE ||
        c->nodes[a].outlet == c->nodes[b].outlet)
        return false;
    const struct bar *bar = c->nodes[a].translation ? &owned : &silent;
    *both = kb_chain_numbers(c, a, b, &fewer);
    return *both >= LEAST_NUMBERS && (float)*both >= bar->numbers * (float)fewer;
}

static bool is_translation(const struct likeness *l, size_t its, const struct bar *bar) {
    return l->paragraphs >= LEAST_PARAGRAPHS && its < 2 * l->paragraphs &&
           (float)l->paired >= bar->paired * (float)l->paragraphs &&
           (float)l->ordered >= bar->ordered * (float)l->paired;
}

struct candidate {
    size_t article, numbers;
};

/* The earlier texts that share most numbers, the most first. */
static size_t candidates_of(struct kb_chainer *c, size_t node,
                            struct candidate out[CANDIDATES]) {
    size_t n = 0, both;
    for (size_t b = 0; b < node; b++) {
        if (!may_translate(c, node, b, &both))
            continue;
        size_t at = n < CANDIDATES ? n++ : CANDIDATES;
        for (; at && out[at - 1].numbers < both; at--)
            if (at < CANDIDATES)
                out[at] = out[at - 1];
        if (at < CANDIDATES)
            out[at] = (struct candidate){b, both};
    }
    return n;
}

/* Adds the candidate that is the same text in another language. */
static bool find_original(struct kb_chainer *c, struct kb_arena *arena, struct table *t,
                          size_t node) {
    struct candidate all[CANDIDATES], found = {KB_CHAIN_NONE, 0};
    struct outline mine, its;
    struct likeness like, best = {0};
    const struct bar *bar = c->nodes[node].translation ? &owned : &silent;
    size_t n = candidates_of(c, node, all);
    if (n && !take_outline(c, arena, node, &mine))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!take_outline(c, arena, all[i].article, &its))
            return false;
        pair_up(&mine, &its, t, &like);
        if (is_translation(&like, its.paragraphs, bar) && like.ordered > best.ordered) {
            found = all[i];
            best = like;
        }
    }
    if (found.article == KB_CHAIN_NONE)
        return true;
    return kb_chain_add(
        c, &(struct kb_chain_edge){
               .from = node,
               .to = found.article,
               .rel = KB_REL_TRANSLATED,
               .by = KB_CHAIN_BY_TEXTS,
               .confidence = bar->sure,
               .evidence = kb_arena_printf(
                   c->arena,
                   "%zu of %zu paragraphs have the names and numbers of one there, "
                   "%zu of them in its order; %zu numbers in both",
                   best.paired, best.paragraphs, best.ordered, found.numbers)});
}

bool kb_chain_find_translations(struct kb_chainer *c) {
    struct table *table = malloc(sizeof *table);
    struct kb_arena arena;
    bool fine = table != NULL;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    for (size_t i = 1; fine && i < c->count; i++) {
        const struct kb_chain_node *n = &c->nodes[i];
        if (n->credits || c->chain->articles[i].guest ||
            n->text.number_count < LEAST_NUMBERS)
            continue;
        fine = find_original(c, &arena, table, i);
        kb_arena_reset(&arena);
    }
    kb_arena_free(&arena);
    free(table);
    return fine && !c->scratch.full;
}
