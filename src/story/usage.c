/* How often everybody says something, and so how much it tells when one says it.
 *
 * Weight is (1 + ln tf) · idf^p, after Spärck Jones (1972) and Salton; names and
 * numbers have factors.  Counts are by language: a word is rare or common in its own.  At
 * the beginning nothing is known of what is common; there a word's length stands in, as
 * short words are common in every language (Zipf, 1935), as if it had been seen in PRIOR
 * articles. */
#include "story/tally.h"

#include <math.h>

#include <stdlib.h>

/* Terms tell more when they are names, less when they are numbers; of anchors numbers
 * tell most: they are the same in every language. */
struct scale {
    float idf_power, name, number;
};
static const struct scale of_terms = {1.3f, 3, .5f}, of_anchors = {1.5f, 1, 2};
static const float prior_articles = 10, least_weight = .02f;

struct kb_usage {
    struct kb_counts terms, anchors, articles; /* the last by language */
};

enum kb_status kb_usage_new(struct kb_usage **out, struct kb_err *err) {
    *out = calloc(1, sizeof **out);
    return *out ? KB_OK : kb_err_set(err, KB_ENOMEM, "not enough memory for counts");
}

void kb_usage_free(struct kb_usage *usage) {
    if (!usage)
        return;
    kb_counts_free(&usage->terms);
    kb_counts_free(&usage->anchors);
    kb_counts_free(&usage->articles);
    free(usage);
}

/* Anchors are the same in all languages; how common they are is not. */
static uint32_t anchor_key(const struct kb_fingerprint *print, uint32_t hash) {
    return hash * 2246822519u ^ print->language_seed;
}

enum kb_status kb_usage_add(struct kb_usage *usage, const struct kb_fingerprint *print,
                            struct kb_err *err) {
    bool fine = kb_counts_add(&usage->articles, print->language_seed);
    for (size_t i = 0; fine && i < print->term_count; i++)
        fine = kb_counts_add(&usage->terms, print->terms[i].hash);
    for (size_t i = 0; fine && i < print->anchor_count; i++)
        fine = kb_counts_add(&usage->anchors, anchor_key(print, print->anchors[i].hash));
    return fine ? KB_OK : kb_err_set(err, KB_ENOMEM, "not enough memory for counts");
}

void kb_usage_fade(struct kb_usage *usage) {
    kb_counts_halve(&usage->terms);
    kb_counts_halve(&usage->anchors);
    kb_counts_halve(&usage->articles);
}

/* The share of articles that a trait of each level is expected in; of anchors that are no
 * names the lower row, as many words have the same consonants. */
static const float expected[KB_TRAIT_LEVELS] = {.5f,  .3f,  .25f, .12f,
                                                .08f, .03f, .02f, .01f};
static const float expected_plain[KB_TRAIT_LEVELS] = {.5f, .5f,  .5f, .4f,
                                                      .2f, .12f, .1f, .06f};

/* Of words by their characters, of numbers by their digits. */
unsigned kb_trait_level(size_t length, bool number) {
    static const uint8_t words[] = {0, 0, 0, 2, 4, 5}, numbers[] = {1, 1, 3, 5, 6};
    if (number)
        return length < KB_COUNT(numbers) ? numbers[length] : KB_TRAIT_LEVELS - 1;
    return length < KB_COUNT(words) ? words[length] : KB_TRAIT_LEVELS - 1;
}

float kb_trait_weigh(const struct kb_trait *trait, bool anchor, float seen,
                     float articles) {
    const struct scale *scale = anchor ? &of_anchors : &of_terms;
    bool plain = anchor && !trait->name && !trait->number;
    float share = (plain ? expected_plain : expected)[trait->level];
    float others = seen + prior_articles * share;
    float idf = logf((articles + prior_articles + 1) / (others + .5f));
    float tf = trait->count >= 1 ? 1 + logf(trait->count) : trait->count;
    if (idf <= 0)
        return 0;
    float kind = trait->name ? scale->name : trait->number ? scale->number : 1;
    return tf * powf(idf, scale->idf_power) * kind;
}

/* What weighs next to nothing goes: it is what most articles say, and costs most. */
static size_t normalise(struct kb_feature *all, size_t n) {
    double sum = 0;
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)all[i].weight * (double)all[i].weight;
    float scale = sum > 0 ? (float)(1 / sqrt(sum)) : 0;
    for (size_t i = 0; i < n; i++) {
        if (all[i].weight * scale >= least_weight)
            all[kept++] = (struct kb_feature){all[i].key, all[i].weight * scale};
    }
    return kept;
}

/* The counts stand far from each other: those of all traits are asked for at once. */
static void expect(const struct kb_usage *usage, const struct kb_fingerprint *print) {
    for (size_t i = 0; i < print->term_count; i++)
        kb_counts_expect(&usage->terms, print->terms[i].hash);
    for (size_t i = 0; i < print->anchor_count; i++)
        kb_counts_expect(&usage->anchors, anchor_key(print, print->anchors[i].hash));
}

void kb_usage_weigh(const struct kb_usage *usage, const struct kb_fingerprint *print,
                    struct kb_features *out) {
    float articles = (float)kb_counts_of(&usage->articles, print->language_seed);
    expect(usage, print);
    size_t n = 0;
    for (size_t i = 0; i < print->term_count; i++) {
        const struct kb_trait *t = &print->terms[i];
        float w = kb_trait_weigh(t, false, (float)kb_counts_of(&usage->terms, t->hash),
                                 articles);
        if (w > 0)
            out->terms[n++] = (struct kb_feature){t->hash, w};
    }
    out->term_count = normalise(out->terms, n);
    n = 0;
    for (size_t i = 0; i < print->anchor_count; i++) {
        const struct kb_trait *t = &print->anchors[i];
        uint32_t seen = kb_counts_of(&usage->anchors, anchor_key(print, t->hash));
        float w = kb_trait_weigh(t, true, (float)seen, articles);
        if (w > 0)
            out->anchors[n++] = (struct kb_feature){t->hash, w};
    }
    out->anchor_count = normalise(out->anchors, n);
}

/* By idf alone: a power of it, or a factor for names, would leave a headline to one
 * word. */
size_t kb_usage_headline(const struct kb_usage *usage, const struct kb_fingerprint *print,
                         struct kb_feature out[KB_STORY_TERMS]) {
    float articles = (float)kb_counts_of(&usage->articles, print->language_seed), sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < print->term_count; i++) {
        const struct kb_trait *t = &print->terms[i];
        float seen = (float)kb_counts_of(&usage->terms, t->hash);
        float idf = logf((articles + prior_articles + 1) / (seen + .5f));
        if (!t->head || idf <= 0)
            continue;
        out[n++] = (struct kb_feature){t->hash, idf};
        sum += idf;
    }
    for (size_t i = 0; i < n; i++)
        out[i].weight /= sum;
    return n;
}
