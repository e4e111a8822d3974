/* Articles that are all there → for each, the others that are near it.
 *
 * The same terms and anchors as stories are made of, article by article: within a
 * language the cosine of terms, across languages that of anchors, each as a share of what
 * is just enough for one story, so that both stand on one scale.
 *
 * Of one event, each text says what the other's headline says; of two that are near (one
 * match and another, a verdict and the appeal) the headlines tell what is different, and
 * the numbers are others.  So within a language the cosine is multiplied by how much of
 * each headline stands in the other text, and by how many of their numbers agree. */
#include "story/index.h"

#include <math.h>
#include <stdlib.h>

/* What every headline is taken to share, and the share that changes nothing. */
static const float cover_least = .2f, cover_usual = .45f;

/* So many numbers that half agree are taken to be in each text: where it has few they say
 * little. */
static const float numbers_usual = 3;

/* Of an article's headline and another's: the share that the other text says; and the
 * numbers that both have. */
struct cover {
    float mine, its;
    unsigned numbers;
};

struct kb_related {
    struct kb_usage *usage;
    struct kb_fingerprint *prints;
    struct kb_index terms, anchors, headlines;
    struct kb_shares shares;
    struct cover *covers; /* by article; all zero between uses */
    uint8_t *numbers;     /* by article: how many it has */
    size_t count, cap;
    bool indexed;
};

enum kb_status kb_related_new(struct kb_related **out, struct kb_err *err) {
    struct kb_related *r = calloc(1, sizeof *r);
    *out = NULL;
    if (!r)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for articles");
    kb_index_init(&r->terms, kb_index_articles);
    kb_index_init(&r->anchors, kb_index_articles);
    kb_index_init(&r->headlines, kb_index_articles);
    enum kb_status status = kb_usage_new(&r->usage, err);
    if (status != KB_OK) {
        free(r);
        return status;
    }
    *out = r;
    return KB_OK;
}

void kb_related_free(struct kb_related *r) {
    if (!r)
        return;
    kb_usage_free(r->usage);
    kb_index_free(&r->terms);
    kb_index_free(&r->anchors);
    kb_index_free(&r->headlines);
    kb_shares_free(&r->shares);
    free(r->covers);
    free(r->numbers);
    free(r->prints);
    free(r);
}

enum kb_status kb_related_add(struct kb_related *r, const struct kb_fingerprint *print,
                              struct kb_err *err) {
    if (r->count == (size_t)1 << kb_index_articles.owner_bits)
        return kb_err_set(err, KB_ELIMIT,
                          "more than %zu articles at once: compare them in parts",
                          r->count);
    if (r->count == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 256;
        struct kb_fingerprint *prints = realloc(r->prints, cap * sizeof *prints);
        if (!prints)
            return kb_err_set(err, KB_ENOMEM, "not enough memory for articles");
        r->prints = prints;
        r->cap = cap;
    }
    r->prints[r->count++] = *print;
    return kb_usage_add(r->usage, print, err);
}

/* What all say is known: the indexes are made of it. */
static bool index_all(struct kb_related *r) {
    struct kb_features f;
    struct kb_feature head[KB_STORY_TERMS];
    free(r->covers);
    free(r->numbers);
    r->covers = calloc(r->count + 1, sizeof *r->covers);
    r->numbers = calloc(r->count + 1, sizeof *r->numbers);
    bool fine = r->covers && r->numbers &&
                (r->count == 0 || kb_shares_room(&r->shares, r->count - 1));
    for (size_t i = 0; fine && i < r->count; i++) {
        size_t n = kb_usage_headline(r->usage, &r->prints[i], head);
        for (size_t k = 0; fine && k < n; k++)
            fine = kb_index_add(&r->headlines, head[k].key, (uint32_t)i, head[k].weight,
                                NULL);
        kb_usage_weigh(r->usage, &r->prints[i], &f);
        for (size_t k = 0; k < r->prints[i].term_count; k++)
            r->numbers[i] += r->prints[i].terms[k].number;
        for (size_t k = 0; fine && k < f.term_count; k++)
            fine = kb_index_add(&r->terms, f.terms[k].key, (uint32_t)i, f.terms[k].weight,
                                NULL);
        for (size_t k = 0; fine && k < f.anchor_count; k++)
            fine = kb_index_add(&r->anchors, f.anchors[k].key, (uint32_t)i,
                                f.anchors[k].weight, NULL);
    }
    r->indexed = fine;
    return fine;
}

/* Through the indexes in both directions, of those that share terms. */
static void take_covers(struct kb_related *r, size_t article,
                        const struct kb_features *features) {
    struct kb_feature head[KB_STORY_TERMS];
    size_t n = kb_usage_headline(r->usage, &r->prints[article], head), count;
    for (size_t i = 0; i < n; i++) {
        const uint32_t *said = kb_index_get(&r->terms, head[i].key, &count);
        for (size_t k = 0; k < count; k++) {
            uint32_t owner = kb_posting_owner(&r->terms, said[k]);
            if (r->shares.of[owner].terms > 0)
                r->covers[owner].mine += head[i].weight;
        }
    }
    for (size_t i = 0; i < features->term_count; i++) {
        const uint32_t *heads =
            kb_index_get(&r->headlines, features->terms[i].key, &count);
        for (size_t k = 0; k < count; k++) {
            uint32_t owner = kb_posting_owner(&r->headlines, heads[k]);
            if (r->shares.of[owner].terms > 0)
                r->covers[owner].its += kb_posting_weight(&r->headlines, heads[k]);
        }
    }
}

/* Numbers that others have too.  Features are in the order of the print's terms. */
static void take_numbers(struct kb_related *r, const struct kb_fingerprint *print,
                         const struct kb_features *features) {
    const struct kb_trait *term = print->terms;
    size_t count;
    for (size_t i = 0; i < features->term_count; i++, term++) {
        while (term->hash != features->terms[i].key)
            term++;
        const uint32_t *said = kb_index_get(&r->terms, term->hash, &count);
        for (size_t k = 0; term->number && k < count; k++)
            r->covers[kb_posting_owner(&r->terms, said[k])].numbers++;
    }
}

/* Both headlines count: the geometric mean.  Where half of the numbers agree they change
 * nothing. */
static float factor_of(const struct cover *cover, unsigned mine, unsigned its) {
    float fewer = (float)(mine < its ? mine : its);
    return sqrtf((cover->mine + cover_least) * (cover->its + cover_least)) /
           (cover_usual + cover_least) *
           sqrtf(((float)cover->numbers * 2 + numbers_usual) / (fewer + numbers_usual));
}

static int nearer(const void *a, const void *b) {
    const struct kb_related_article *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->article < y->article ? -1 : x->article > y->article;
}

enum kb_status kb_related_of(struct kb_related *r, size_t article, struct kb_arena *arena,
                             struct kb_related_article **out, size_t *count,
                             struct kb_err *err) {
    struct kb_features features;
    *count = 0;
    if (!r->indexed && !index_all(r))
        return kb_err_set(err, KB_ENOMEM, "not enough memory for articles");
    kb_usage_weigh(r->usage, &r->prints[article], &features);
    kb_shares_take(&r->shares, &r->terms, &r->anchors, &features);
    take_covers(r, article, &features);
    take_numbers(r, &r->prints[article], &features);
    struct kb_related_article *all =
        kb_arena_zalloc(arena, r->shares.count + 1, sizeof *all);
    for (size_t i = 0; all && i < r->shares.count; i++) {
        uint32_t other = r->shares.touched[i];
        const struct kb_share *share = &r->shares.of[other];
        bool same = r->prints[other].language_seed == r->prints[article].language_seed;
        float near = same ? share->terms / kb_near_same *
                                factor_of(&r->covers[other], r->numbers[article],
                                          r->numbers[other])
                          : share->anchors / kb_near_across;
        r->covers[other] = (struct cover){.mine = 0};
        if (other != article)
            all[(*count)++] = (struct kb_related_article){other, near / (1 + near)};
    }
    kb_shares_clear(&r->shares);
    if (!all)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for what is related");
    qsort(all, *count, sizeof *all, nearer);
    *out = all;
    return KB_OK;
}
