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
    free(counts->keys);
    free(counts->counts);
    *counts = (struct kb_counts){.keys = NULL};
}

/* Where key stands, or would. */
static size_t find(const struct kb_counts *c, uint32_t key) {
    size_t at = (key * 2654435769u) & (c->cap - 1);
    while (c->keys[at] && c->keys[at] != key)
        at = (at + 1) & (c->cap - 1);
    return at;
}

uint32_t kb_counts_of(const struct kb_counts *counts, uint32_t key) {
    return counts->cap ? counts->counts[find(counts, key ? key : 1)] : 0;
}

static bool grow(struct kb_counts *c) {
    struct kb_counts more = {.cap = c->cap ? c->cap * 2 : 4096, .used = c->used};
    more.keys = calloc(more.cap, sizeof *more.keys);
    more.counts = calloc(more.cap, sizeof *more.counts);
    if (!more.keys || !more.counts) {
        kb_counts_free(&more);
        return false;
    }
    for (size_t i = 0; i < c->cap; i++) {
        if (c->keys[i]) {
            size_t at = find(&more, c->keys[i]);
            more.keys[at] = c->keys[i];
            more.counts[at] = c->counts[i];
        }
    }
    kb_counts_free(c);
    *c = more;
    return true;
}

/* A key that goes leaves a hole behind which others of its run were not found: all of the
 * table is made anew in its place, run by run. */
void kb_counts_halve(struct kb_counts *c) {
    struct kb_counts old = *c;
    *c = (struct kb_counts){.cap = old.cap};
    c->keys = calloc(old.cap, sizeof *c->keys);
    c->counts = calloc(old.cap, sizeof *c->counts);
    if (!c->keys || !c->counts) { /* then they stay as they are: it does no harm */
        kb_counts_free(c);
        *c = old;
        return;
    }
    for (size_t i = 0; i < old.cap; i++) {
        if (old.counts[i] >= 2) {
            size_t at = find(c, old.keys[i]);
            c->keys[at] = old.keys[i];
            c->counts[at] = old.counts[i] / 2;
            c->used++;
        }
    }
    kb_counts_free(&old);
}

bool kb_counts_add(struct kb_counts *counts, uint32_t key) {
    if (counts->used * 4 >= counts->cap * 3 && !grow(counts))
        return false;
    key = key ? key : 1;
    size_t at = find(counts, key);
    if (!counts->keys[at]) {
        counts->keys[at] = key;
        counts->used++;
    }
    counts->counts[at]++;
    return true;
}
