/* The inverted index: what 32 bits keep of an owner and a weight, and who is let go
 * of. */
#include "unit.h"

#include "story/index.h"

#include <math.h>

enum { KEY = 77 };

static float weight_of(const struct kb_index *index, uint32_t owner) {
    const struct kb_feature feature = {KEY, 1};
    return kb_index_product(index, &feature, 1, owner);
}

static bool near(float got, float want, float share) {
    return fabsf(got - want) <= want * share;
}

static void postings_keep_owners_and_weights(void) {
    static const float weights[] = {.02f, .3f, 1, 7.3f, 1e6f, 1e13f};
    const uint32_t last = (1u << kb_index_stories.owner_bits) - 1;
    struct kb_index index;
    kb_index_init(&index, kb_index_stories);
    for (uint32_t i = 0; i < KB_COUNT(weights); i++)
        CHECK(kb_index_add(&index, KEY, last - i, weights[i], NULL));
    for (uint32_t i = 0; i < KB_COUNT(weights); i++)
        CHECK(near(weight_of(&index, last - i), weights[i], .002f));
    CHECK(weight_of(&index, 0) == 0);
    kb_index_free(&index);
}

/* One more is far less than the sum's last bit, and counts. */
static void sums_of_many_do_not_stand_still(void) {
    enum { TIMES = 20000 };
    struct kb_index index;
    float had, before = 0;
    kb_index_init(&index, kb_index_stories);
    for (int i = 0; i < TIMES; i++) {
        had = 0;
        CHECK(kb_index_add(&index, KEY, 5, .1f, &had));
        CHECK(had == before);
        before = weight_of(&index, 5);
    }
    CHECK(near(before, .1f * TIMES, .1f));
    kb_index_free(&index);
}

static void lists_stay_short(void) {
    enum { OWNERS = KB_LIMIT_POSTINGS + 10 };
    float least[OWNERS] = {0};
    struct kb_index index;
    size_t count;
    kb_index_init(&index, kb_index_stories);
    for (uint32_t i = 0; i < OWNERS; i++)
        CHECK(kb_index_add(&index, KEY, i, 1, NULL));
    CHECK(weight_of(&index, 0) == 0); /* the older half is gone */
    CHECK(weight_of(&index, OWNERS - 1) == 1);
    (void)kb_index_get(&index, KEY, &count);
    CHECK_INT(count, KB_LIMIT_POSTINGS / 2 + 10);
    kb_index_take(&index, KEY, OWNERS - 1);
    CHECK(weight_of(&index, OWNERS - 1) == 0);
    for (uint32_t i = 0; i < OWNERS - 3; i++)
        least[i] = 2;
    while (!kb_index_sweep(&index, 100, least)) {
    }
    (void)kb_index_get(&index, KEY, &count);
    CHECK_INT(count, 2);
    CHECK(weight_of(&index, OWNERS - 2) == 1 && weight_of(&index, OWNERS - 3) == 1);
    kb_index_free(&index);
}

UNIT_MAIN(postings_keep_owners_and_weights, sums_of_many_do_not_stand_still,
          lists_stay_short)
