/* Inside story: counting what one article says, and what all say. */
#ifndef KB_STORY_TALLY_H
#define KB_STORY_TALLY_H

#include "story/story.h"

/* Hashes of what is hashed already, one behind the other. */
static inline uint64_t kb_mix(uint64_t all, uint64_t next) {
    all = (all ^ next) * 0x9E3779B97F4A7C15u;
    return all ^ all >> 29;
}

/* ---- one article's traits (tally.c) ------------------------------------------------ */

enum { KB_KEEP_MOST = 128 };
enum { KB_TALLY_SLOTS = 8192, KB_TALLY_TRAITS = 4096 };

struct kb_tally {
    uint16_t slots[KB_TALLY_SLOTS]; /* index + 1 into traits */
    struct kb_trait traits[KB_TALLY_TRAITS];
    size_t count;
};

void kb_tally_clear(struct kb_tally *tally);

/* Adds to what hash stands for, which is not 0; past KB_TALLY_TRAITS different ones
 * nothing is added. */
void kb_tally_add(struct kb_tally *tally, struct kb_trait trait);

/* What is kept of the traits of one article: at most KB_KEEP_MOST that weigh most by what
 * is known of them alone, by hash; counts become steps (keep.c). */
void kb_tally_keep(struct kb_tally *tally, size_t most, bool anchors);

/* The steps that counts are kept in (keep.c). */
enum { KB_COUNT_STEPS = 16 };
float kb_count_of_step(unsigned step);
unsigned kb_count_step(float count);

/* A trait's level by its length; its weight where seen of so many articles have it
 * (usage.c). */
unsigned kb_trait_level(size_t length, bool number);
float kb_trait_weigh(const struct kb_trait *trait, bool anchor, float seen,
                     float articles);

/* Sets the seed that goes with the print's language (fingerprint.c). */
void kb_print_language(struct kb_fingerprint *print);

/* ---- in how many articles (tally.c) ------------------------------------------------ */

struct kb_counts {
    struct kb_count {
        uint32_t key, count;
    } * of;           /* open addressing; key 0 is free */
    size_t used, cap; /* cap is a power of two */
};

/* Fetches what will be asked for from memory. */
void kb_counts_expect(const struct kb_counts *counts, uint32_t key);

void kb_counts_free(struct kb_counts *counts);
uint32_t kb_counts_of(const struct kb_counts *counts, uint32_t key);

/* Halves all; what becomes nothing goes. */
void kb_counts_halve(struct kb_counts *counts);

/* Adds one; false without memory. */
bool kb_counts_add(struct kb_counts *counts, uint32_t key) KB_MUST_USE;

#endif
