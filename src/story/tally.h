/* Inside story: counting what one article says, and what all say. */
#ifndef KB_STORY_TALLY_H
#define KB_STORY_TALLY_H

#include "story/story.h"

/* ---- one article's traits (tally.c) ------------------------------------------------ */

enum { KB_TALLY_SLOTS = 8192, KB_TALLY_TRAITS = 4096 };

struct kb_tally {
    uint16_t slots[KB_TALLY_SLOTS]; /* index + 1 into traits */
    struct kb_trait traits[KB_TALLY_TRAITS];
    size_t count;
};

void kb_tally_clear(struct kb_tally *tally);

/* Adds to what hash stands for; past KB_TALLY_TRAITS different ones nothing is added. */
void kb_tally_add(struct kb_tally *tally, struct kb_trait trait);

/* ---- in how many articles (tally.c) ------------------------------------------------ */

struct kb_counts {
    uint32_t *keys, *counts; /* open addressing; key 0 is free */
    size_t used, cap;        /* cap is a power of two */
};

void kb_counts_free(struct kb_counts *counts);
uint32_t kb_counts_of(const struct kb_counts *counts, uint32_t key);

/* Adds one; false without memory. */
bool kb_counts_add(struct kb_counts *counts, uint32_t key) KB_MUST_USE;

#endif
