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
static const struct scale of_terms = {1.3f, 3, .7f}, of_anchors = {1.5f, 1, 2};
static const float prior_articles = 10;

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

/* The share of articles that a word of so many characters, or a number of so many digits,
 * stands in. */
static float expected(const struct kb_trait *trait) {
    static const float words[] = {.5f, .5f, .5f, .25f, .08f, .03f};
    static const float numbers[] = {.3f, .3f, .12f, .04f, .02f};
    if (trait->number)
        return trait->length < KB_COUNT(numbers) ? numbers[trait->length] : .01f;
    return trait->length < KB_COUNT(words) ? words[trait->length] : .01f;
}

static float weigh(const struct kb_trait *trait, uint32_t seen, float articles,
                   const struct scale *scale) {
    float others = (float)seen + prior_articles * expected(trait);
    float idf = logf((articles + prior_articles + 1) / (others + .5f));
    float tf = trait->count >= 1 ? 1 + logf(trait->count) : trait->count;
    if (idf <= 0)
        return 0;
    float kind = trait->name ? scale->name : trait->number ? scale->number : 1;
    return tf * powf(idf, scale->idf_power) * kind;
}

/* Heavier first; the same order on every machine. */
static int heavier(const void *a, const void *b) {
    const struct kb_feature *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return x->key < y->key ? -1 : x->key > y->key;
}

static size_t select_top(struct kb_feature *all, size_t n, struct kb_feature *out,
                         size_t most) {
    double sum = 0;
    qsort(all, n, sizeof *all, heavier);
    n = n < most ? n : most;
    for (size_t i = 0; i < n; i++)
        sum += (double)all[i].weight * all[i].weight;
    float scale = sum > 0 ? (float)(1 / sqrt(sum)) : 0;
    for (size_t i = 0; i < n; i++)
        out[i] = (struct kb_feature){all[i].key, all[i].weight * scale};
    return n;
}

void kb_usage_weigh(const struct kb_usage *usage, const struct kb_fingerprint *print,
                    struct kb_features *out) {
    struct kb_feature all[KB_TALLY_TRAITS];
    float articles = (float)kb_counts_of(&usage->articles, print->language_seed);
    size_t n = 0;
    for (size_t i = 0; i < print->term_count; i++) {
        const struct kb_trait *t = &print->terms[i];
        float w = weigh(t, kb_counts_of(&usage->terms, t->hash), articles, &of_terms);
        if (w > 0)
            all[n++] = (struct kb_feature){t->hash, w};
    }
    out->term_count = select_top(all, n, out->terms, KB_STORY_TERMS);
    n = 0;
    for (size_t i = 0; i < print->anchor_count; i++) {
        const struct kb_trait *t = &print->anchors[i];
        uint32_t seen = kb_counts_of(&usage->anchors, anchor_key(print, t->hash));
        float w = weigh(t, seen, articles, &of_anchors);
        if (w > 0)
            all[n++] = (struct kb_feature){t->hash, w};
    }
    out->anchor_count = select_top(all, n, out->anchors, KB_STORY_ANCHORS);
}
