/* Articles one by one → stories.
 *
 * A story is the sum of its articles' weights.  An article joins
 *   1. the story of an earlier article that it is a reprint of, or that is one of it;
 *   2. else the nearest story, if it is near enough: within a language by the cosine to
 *      what the story's articles in that language say, across languages by anchors;
 *   3. else it founds one.
 * A story with an article that is made from the same template and has other numbers is no
 * candidate.  One pass, and nothing is taken back (Allan, Papka and Lavrenko, 1998), so
 * that who saved a link to a story finds it for ever. */
#include "story/index.h"
#include "story/reprints.h"
#include "story/tally.h"

#include <math.h>
#include <stdlib.h>

/* The share of one text in another that makes a reprint, where they are also at least
 * half as near as one story's articles are. */
static const float reprint_share = .3f, reprint_near = .5f;

/* A large sum has a little of everything.  Across languages, where noise is larger, its
 * products are divided by its length to this power and by its articles to the rest: 1 is
 * the cosine, 0 the mean. */
static const float length_power = .6f;

enum { LANGUAGES = 8 }; /* of one story that are kept apart; others count as across */

struct part { /* a story in one language */
    uint32_t language_seed;
    float square; /* of the sum's length */
};

struct story {
    struct part parts[LANGUAGES];
    uint32_t part_count;
    float anchors_square, articles;
    bool blocked; /* while one article is looked at */
};

struct kb_grouper {
    struct kb_usage *usage;
    struct kb_reprints *reprints;
    struct kb_index terms, anchors;
    struct kb_shares shares;
    uint32_t *story_of; /* of each article */
    struct story *stories;
    size_t article_count, article_cap, count, cap;
};

enum kb_status kb_grouper_new(struct kb_grouper **out, struct kb_err *err) {
    struct kb_grouper *g = calloc(1, sizeof *g);
    *out = NULL;
    if (!g)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for stories");
    enum kb_status status = kb_usage_new(&g->usage, err);
    if (status == KB_OK)
        status = kb_reprints_new(&g->reprints, err);
    if (status != KB_OK) {
        kb_grouper_free(g);
        return status;
    }
    *out = g;
    return KB_OK;
}

void kb_grouper_free(struct kb_grouper *g) {
    if (!g)
        return;
    kb_usage_free(g->usage);
    kb_reprints_free(g->reprints);
    kb_index_free(&g->terms);
    kb_index_free(&g->anchors);
    kb_shares_free(&g->shares);
    free(g->story_of);
    free(g->stories);
    free(g);
}

/* ---- how near ---------------------------------------------------------------------- */

static struct part *part_of(struct story *story, uint32_t seed) {
    for (size_t i = 0; i < story->part_count; i++) {
        if (story->parts[i].language_seed == seed)
            return &story->parts[i];
    }
    return NULL;
}

/* 1 is just near enough. */
static float nearness(struct kb_grouper *g, uint32_t number, uint32_t seed) {
    struct story *story = &g->stories[number];
    const struct kb_share *share = &g->shares.of[number];
    const struct part *part = part_of(story, seed);
    float same = 0, across = 0;
    if (part)
        same = share->terms / sqrtf(part->square) / kb_near_same;
    if (story->part_count > (part ? 1u : 0u))
        across = share->anchors / powf(story->anchors_square, length_power / 2) /
                 powf(story->articles, 1 - length_power) / kb_near_across;
    return same > across ? same : across;
}

struct choice {
    size_t story;
    float near;
};

/* The story of the largest part of this text; stories of other texts from its template
 * are blocked. */
static struct choice find_reprint(struct kb_grouper *g, const struct kb_reprint *reprints,
                                  size_t n, uint32_t seed) {
    struct choice best = {g->count, 0};
    for (size_t i = 0; i < n; i++) {
        const struct kb_reprint *r = &reprints[i];
        float share = r->inside > r->holds ? r->inside : r->holds;
        uint32_t story = g->story_of[r->article];
        if (share < reprint_share)
            continue;
        if (r->conflict)
            g->stories[story].blocked = true;
        else if (1 + share > best.near && nearness(g, story, seed) >= reprint_near)
            best = (struct choice){story, 1 + share};
    }
    return best;
}

static struct choice find_nearest(struct kb_grouper *g, uint32_t seed) {
    struct choice best = {g->count, 0};
    for (size_t i = 0; i < g->shares.count; i++) {
        uint32_t story = g->shares.touched[i];
        float near = nearness(g, story, seed);
        if (near > best.near && !g->stories[story].blocked)
            best = (struct choice){story, near};
    }
    if (best.near < 1)
        best.story = g->count;
    return best;
}

/* ---- joining ----------------------------------------------------------------------- */

static bool make_room(struct kb_grouper *g) {
    if (g->count == g->cap) {
        size_t cap = g->cap ? g->cap * 2 : 512;
        struct story *stories = realloc(g->stories, cap * sizeof *stories);
        if (!stories)
            return false;
        g->stories = stories;
        g->cap = cap;
    }
    if (g->article_count == g->article_cap) {
        size_t cap = g->article_cap ? g->article_cap * 2 : 512;
        uint32_t *more = realloc(g->story_of, cap * sizeof *more);
        if (!more)
            return false;
        g->story_of = more;
        g->article_cap = cap;
    }
    return kb_shares_room(&g->shares, g->count);
}

static bool join(struct kb_grouper *g, uint32_t number, uint32_t seed,
                 const struct kb_features *f) {
    if (number == g->count)
        g->stories[g->count++] = (struct story){.part_count = 0};
    struct story *story = &g->stories[number];
    const struct kb_share *share = &g->shares.of[number];
    struct part *part = part_of(story, seed);
    if (!part && story->part_count < LANGUAGES) {
        part = &story->parts[story->part_count++];
        *part = (struct part){.language_seed = seed};
    }
    if (part)
        part->square += 2 * share->terms + 1;
    story->anchors_square += 2 * share->anchors + 1;
    story->articles++;
    g->story_of[g->article_count++] = number;
    bool fine = true;
    for (size_t i = 0; fine && i < f->term_count; i++)
        fine = kb_index_add(&g->terms, f->terms[i].key, number, f->terms[i].weight);
    for (size_t i = 0; fine && i < f->anchor_count; i++)
        fine = kb_index_add(&g->anchors, f->anchors[i].key, number, f->anchors[i].weight);
    return fine;
}

enum kb_status kb_grouper_add(struct kb_grouper *g, const struct kb_fingerprint *print,
                              size_t *story, float *score, struct kb_err *err) {
    struct kb_features features;
    struct kb_reprint reprints[KB_REPRINTS];
    uint32_t seed = print->language_seed;
    if (!make_room(g))
        return kb_err_set(err, KB_ENOMEM, "not enough memory for stories");
    kb_usage_weigh(g->usage, print, &features);
    enum kb_status status = kb_usage_add(g->usage, print, err);
    if (status != KB_OK)
        return status;
    size_t n = kb_reprints_find(g->reprints, print, reprints);
    kb_shares_take(&g->shares, &g->terms, &g->anchors, &features);
    struct choice best = find_reprint(g, reprints, n, seed);
    if (best.near < 1)
        best = find_nearest(g, seed);
    for (size_t i = 0; i < n; i++)
        g->stories[g->story_of[reprints[i].article]].blocked = false;
    if (!join(g, (uint32_t)best.story, seed, &features))
        status = kb_err_set(err, KB_ENOMEM, "not enough memory for stories");
    if (status == KB_OK)
        status = kb_reprints_add(g->reprints, print, (uint32_t)best.story, err);
    kb_shares_clear(&g->shares);
    *story = best.story;
    *score = best.near;
    return status;
}
