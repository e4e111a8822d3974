/* All traits of an article → the few that are kept of it, in a form that can be packed.
 *
 * What is kept has to be chosen when the article comes, for whoever fills a grouper from
 * a file later has no more than that; so it is chosen by what is known of the trait
 * alone.  Weights by what others say come later, and from what is kept. */
#include "story/tally.h"

#include <stdlib.h>

static const float steps[KB_COUNT_STEPS] = {.15f, .25f, .4f, .6f, 1,  1.5f, 2,  3,
                                            4,    5,    7,   9,   12, 16,   22, 30};

float kb_count_of_step(unsigned step) {
    return steps[step];
}

/* The nearest, as a factor. */
unsigned kb_count_step(float count) {
    unsigned step = 0;
    while (step + 1 < KB_COUNT_STEPS && count * count >= steps[step] * steps[step + 1])
        step++;
    return step;
}

struct choice {
    float weight;
    uint32_t trait;
};

/* Of the same weight the one that the text has first; so no two are alike. */
static bool heavier(struct choice x, struct choice y) {
    return x.weight != y.weight ? x.weight > y.weight : x.trait < y.trait;
}

static struct choice middle(struct choice a, struct choice b, struct choice c) {
    if (heavier(b, a)) {
        struct choice other = a;
        a = b;
        b = other;
    }
    return heavier(b, c) ? b : heavier(a, c) ? c : a;
}

/* Brings the most that are heaviest to the front: quickselect (Hoare, 1961). */
static void select_heaviest(struct choice *all, size_t n, size_t most) {
    size_t from = 0, to = n;
    while (to - from > 1) {
        struct choice pivot = middle(all[from], all[(from + to - 1) / 2], all[to - 1]);
        size_t i = from, k = to - 1;
        for (;; i++, k--) {
            while (heavier(all[i], pivot))
                i++;
            while (heavier(pivot, all[k]))
                k--;
            if (i >= k)
                break;
            struct choice other = all[i];
            all[i] = all[k];
            all[k] = other;
        }
        if (most == k + 1)
            return;
        if (most < k + 1)
            to = k + 1;
        else
            from = k + 1;
    }
}

/* What traits of a kind weigh as long as nothing was seen; 0: not asked yet. */
struct known {
    float of[3][KB_TRAIT_LEVELS][KB_COUNT_STEPS];
};

static float weigh(struct known *known, const struct kb_trait *trait, unsigned step,
                   bool anchor) {
    unsigned kind = trait->name ? 1 : trait->number ? 2 : 0;
    float *weight = &known->of[kind][trait->level][step];
    if (*weight == 0)
        *weight = kb_trait_weigh(trait, anchor, 0, 0);
    return *weight;
}

static int by_hash(const void *a, const void *b) {
    const struct kb_trait *x = a, *y = b;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

void kb_tally_keep(struct kb_tally *tally, size_t most, bool anchors) {
    struct choice all[KB_TALLY_TRAITS];
    struct kb_trait kept[KB_KEEP_MOST];
    struct known known;
    if (tally->count > most)
        memset(&known, 0, sizeof known);
    for (size_t i = 0; i < tally->count; i++) {
        struct kb_trait *trait = &tally->traits[i];
        unsigned step = kb_count_step(trait->count);
        trait->count = steps[step];
        trait->name = trait->name && !trait->plain;
        if (tally->count > most)
            all[i] = (struct choice){weigh(&known, trait, step, anchors), (uint32_t)i};
    }
    if (tally->count > most) {
        select_heaviest(all, tally->count, most);
        for (size_t i = 0; i < most; i++)
            kept[i] = tally->traits[all[i].trait];
        memcpy(tally->traits, kept, most * sizeof *kept);
        tally->count = most;
    }
    qsort(tally->traits, tally->count, sizeof *tally->traits, by_hash);
}
