/* Counting: traits of one article in a table of fixed size, and how many articles have
 * each in one that grows. */
#include "story/tally.h"

#include <stdlib.h>

void kb_tally_clear(struct kb_tally *tally) {
    memset(tally->slots, 0, sizeof tally->slots);
    tally->count = 0;
}

void kb_tally_add(struct kb_tally *tally, struct kb_trait trait) {
    size_t at = trait.hash % KB_TALLY_SLOTS;
    while (tally->slots[at] && tally->traits[tally->slots[at] - 1].hash != trait.hash)
        at = (at + 1) % KB_TALLY_SLOTS;
    if (tally->slots[at]) {
        struct kb_trait *same = &tally->traits[tally->slots[at] - 1];
        same->count += trait.count;
        same->name = same->name || trait.name;
        same->plain = same->plain || trait.plain;
        same->head = same->head || trait.head;
    } else if (tally->count < KB_TALLY_TRAITS) {
        tally->traits[tally->count++] = trait;
        tally->slots[at] = (uint16_t)tally->count;
    }
}

void kb_counts_free(struct kb_counts *counts) {
    free(counts->of);
    *counts = (struct kb_counts){.of = NULL};
}

static size_t home_of(const struct kb_counts *c, uint32_t key) {
    return (key * 2654435769u) & (c->cap - 1);
}

/* Where key stands, or would. */
static struct kb_count *find(const struct kb_counts *c, uint32_t key) {
    size_t at = home_of(c, key);
    while (c->of[at].key && c->of[at].key != key)
        at = (at + 1) & (c->cap - 1);
    return &c->of[at];
}

void kb_counts_expect(const struct kb_counts *counts, uint32_t key) {
    if (counts->cap)
        __builtin_prefetch(&counts->of[home_of(counts, key)]);
}

uint32_t kb_counts_of(const struct kb_counts *counts, uint32_t key) {
    return counts->cap ? find(counts, key ? key : 1)->count : 0;
}

static bool grow(struct kb_counts *c) {
    struct kb_counts more = {.cap = c->cap ? c->cap * 2 : 4096, .used = c->used};
    more.of = calloc(more.cap, sizeof *more.of);
    if (!more.of)
        return false;
    for (size_t i = 0; i < c->cap; i++) {
        if (c->of[i].key)
            *find(&more, c->of[i].key) = c->of[i];
    }
    kb_counts_free(c);
    *c = more;
    return true;
}

/* A key that goes leaves a hole behind which others of its run were not found: all of the
 * table is made anew, as large as what is left needs. */
void kb_counts_halve(struct kb_counts *c) {
    struct kb_counts less = {.cap = 4096};
    size_t left = 0;
    for (size_t i = 0; i < c->cap; i++)
        left += c->of[i].count >= 2;
    while (left * 2 >= less.cap)
        less.cap *= 2;
    less.of = calloc(less.cap, sizeof *less.of);
    if (!less.of) /* then they stay as they are: it does no harm */
        return;
    for (size_t i = 0; i < c->cap; i++) {
        if (c->of[i].count >= 2)
            *find(&less, c->of[i].key) =
                (struct kb_count){c->of[i].key, c->of[i].count / 2};
    }
    less.used = left;
    kb_counts_free(c);
    *c = less;
}

bool kb_counts_add(struct kb_counts *counts, uint32_t key) {
    if (counts->used * 4 >= counts->cap * 3 && !grow(counts))
        return false;
    key = key ? key : 1;
    struct kb_count *at = find(counts, key);
    if (!at->key) {
        at->key = key;
        counts->used++;
    }
    at->count++;
    return true;
}
