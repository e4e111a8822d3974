/* Traits and their owners: an inverted index in memory, and products through it.
 *
 * Postings are most of what stories take, and reading them most of what an article costs,
 * so each is 32 bits: the owner in the high ones, in the low ones the weight as a short
 * float, whose exponent begins at the kind's least.  A little that is added to a large
 * weight is rounded up or down by turns, as often as is right: otherwise a sum of many
 * would stand still where one more is less than half of its last bit. */
#include "story/index.h"

#include <stdlib.h>

static const float little = 1.f / 32;

enum { FLOAT_MANTISSA = 23, FLOAT_BIAS = 127, FEW = 2 };

void kb_index_init(struct kb_index *index, struct kb_index_kind kind) {
    *index = (struct kb_index){.kind = kind};
}

/* ---- postings ---------------------------------------------------------------------- */

static unsigned weight_bits(const struct kb_index *index) {
    return 32u - index->kind.owner_bits;
}

static unsigned dropped_bits(const struct kb_index *index) {
    return (unsigned)FLOAT_MANTISSA - index->kind.mantissa_bits;
}

/* The first weight's float, without the bits that are dropped. */
static uint32_t base_of(const struct kb_index *index) {
    return (uint32_t)(FLOAT_BIAS + index->kind.least) << index->kind.mantissa_bits;
}

/* chance: what is added before the rest is cut off, in 32 bits of which the high ones
 * count. */
static uint32_t make_posting(const struct kb_index *index, uint32_t owner, float weight,
                             uint32_t chance) {
    const uint32_t most = (1u << weight_bits(index)) - 1;
    uint32_t bits, base = base_of(index);
    memcpy(&bits, &weight, sizeof bits);
    bits = (bits + (chance >> (32 - dropped_bits(index)))) >> dropped_bits(index);
    bits = bits > base ? bits - base : 0;
    return owner << weight_bits(index) | (bits < most ? bits : most);
}

uint32_t kb_posting_owner(const struct kb_index *index, uint32_t posting) {
    return posting >> weight_bits(index);
}

float kb_posting_weight(const struct kb_index *index, uint32_t posting) {
    uint32_t bits = ((posting & ((1u << weight_bits(index)) - 1)) + base_of(index))
                    << dropped_bits(index);
    float weight;
    memcpy(&weight, &bits, sizeof weight);
    return weight;
}

/* ---- lists ------------------------------------------------------------------------- */

static uint32_t *items(struct kb_posting_list *list) {
    return list->cap ? list->many : list->few;
}

static void free_list(struct kb_posting_list *list) {
    if (list->cap)
        free(list->many);
    *list = (struct kb_posting_list){.key = list->key};
}

void kb_index_free(struct kb_index *index) {
    for (size_t i = 0; i < index->cap; i++)
        free_list(&index->lists[i]);
    free(index->lists);
    kb_index_init(index, index->kind);
}

static size_t home_of(size_t cap, uint32_t key) {
    return (key * 2654435769u) & (cap - 1);
}

static struct kb_posting_list *find(struct kb_posting_list *lists, size_t cap,
                                    uint32_t key) {
    size_t at = home_of(cap, key);
    while (lists[at].key && lists[at].key != key)
        at = (at + 1) & (cap - 1);
    return &lists[at];
}

/* Makes room for more keys, or only drops those whose lists are empty. */
static bool grow(struct kb_index *index) {
    size_t living = 0;
    for (size_t i = 0; i < index->cap; i++)
        living += index->lists[i].count > 0;
    struct kb_index more = {.cap = index->cap ? index->cap : 8192,
                            .used = living,
                            .kind = index->kind,
                            .rolls = index->rolls};
    while (living * 2 >= more.cap)
        more.cap *= 2;
    more.lists = calloc(more.cap, sizeof *more.lists);
    if (!more.lists)
        return false;
    for (size_t i = 0; i < index->cap; i++) {
        if (index->lists[i].count)
            *find(more.lists, more.cap, index->lists[i].key) = index->lists[i];
    }
    free(index->lists);
    *index = more;
    return true;
}

/* Room for so many and an eighth: as many as fit into what malloc gives. */
static uint16_t cap_for(size_t count, uint16_t most) {
    size_t cap = (count + count / 8) / 4 * 4 + 2;
    cap = cap < count ? cap + 4 : cap;
    return (uint16_t)(cap < most ? cap : most);
}

static bool set_cap(struct kb_posting_list *list, uint16_t cap) {
    uint32_t *more = realloc(list->cap ? list->many : NULL, cap * sizeof *more);
    if (!more)
        return false;
    if (!list->cap)
        memcpy(more, list->few, sizeof list->few);
    list->many = more;
    list->cap = cap;
    return true;
}

static bool append(struct kb_posting_list *list, uint32_t posting, uint16_t most) {
    if (list->count == most) {
        list->count /= 2;
        memmove(list->many, list->many + list->count, list->count * sizeof *list->many);
    }
    if (list->count == (list->cap ? list->cap : FEW) &&
        !set_cap(list, cap_for(list->count + 1u, most)))
        return false;
    items(list)[list->count++] = posting;
    return true;
}

static void take_out(struct kb_posting_list *list, size_t at) {
    uint32_t *postings = items(list);
    list->count--;
    memmove(postings + at, postings + at + 1, (list->count - at) * sizeof *postings);
}

/* Where owner stands in the list; its count where it does not. */
static size_t place_of(const struct kb_index *index, struct kb_posting_list *list,
                       uint32_t owner) {
    const uint32_t *postings = items(list);
    const unsigned bits = weight_bits(index);
    size_t i = 0;
    while (i < list->count && postings[i] >> bits != owner)
        i++;
    return i;
}

bool kb_index_add(struct kb_index *index, uint32_t key, uint32_t owner, float weight,
                  float *had) {
    uint32_t chance = 1u << 31;
    if (index->used * 4 >= index->cap * 3 && !grow(index))
        return false;
    struct kb_posting_list *list = find(index->lists, index->cap, key);
    if (!list->key) {
        list->key = key;
        index->used++;
    }
    size_t at = had ? place_of(index, list, owner) : list->count;
    if (at < list->count) { /* it moves to the end, as the youngest */
        *had = kb_posting_weight(index, items(list)[at]);
        if (weight < *had * little)
            chance = ++index->rolls * 2654435769u;
        weight += *had;
        take_out(list, at);
    }
    return append(list, make_posting(index, owner, weight, chance), index->kind.most);
}

const uint32_t *kb_index_get(const struct kb_index *index, uint32_t key, size_t *count) {
    struct kb_posting_list *list =
        index->cap ? find(index->lists, index->cap, key) : NULL;
    *count = list ? list->count : 0;
    return list ? items(list) : NULL;
}

float kb_index_product(const struct kb_index *index, const struct kb_feature *features,
                       size_t n, uint32_t owner) {
    float product = 0;
    for (size_t i = 0; index->cap && i < n; i++) {
        struct kb_posting_list *list = find(index->lists, index->cap, features[i].key);
        size_t at = place_of(index, list, owner);
        if (at < list->count)
            product += kb_posting_weight(index, items(list)[at]) * features[i].weight;
    }
    return product;
}

void kb_index_take(struct kb_index *index, uint32_t key, uint32_t owner) {
    struct kb_posting_list *list = find(index->lists, index->cap, key);
    size_t at = place_of(index, list, owner);
    if (at < list->count)
        take_out(list, at);
}

/* A list that has lost half of its room gives it back; without memory it stays. */
static void sweep_list(const struct kb_index *index, struct kb_posting_list *list,
                       const float *least) {
    uint32_t *postings = items(list);
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        const uint32_t posting = postings[i], owner = kb_posting_owner(index, posting);
        postings[kept] = posting;
        kept += kb_posting_weight(index, posting) >= least[owner];
    }
    list->count = (uint16_t)kept;
    if (!kept)
        free_list(list);
    else if (list->cap && kept < list->cap / 2)
        (void)set_cap(list, cap_for(kept, index->kind.most));
}

bool kb_index_sweep(struct kb_index *index, size_t lists, const float *least) {
    for (; lists && index->hand < index->cap; lists--)
        sweep_list(index, &index->lists[index->hand++], least);
    if (index->hand < index->cap)
        return false;
    index->hand = 0;
    return true;
}

/* ---- shares ------------------------------------------------------------------------ */

void kb_shares_free(struct kb_shares *shares) {
    free(shares->of);
    free(shares->touched);
    *shares = (struct kb_shares){.of = NULL};
}

bool kb_shares_room(struct kb_shares *shares, size_t owner) {
    if (owner < shares->cap)
        return true;
    size_t cap = shares->cap ? shares->cap : 512;
    while (cap <= owner)
        cap += cap / 2;
    struct kb_share *of = realloc(shares->of, cap * sizeof *of);
    if (!of)
        return false;
    shares->of = of;
    uint32_t *touched = realloc(shares->touched, (cap + 1) * sizeof *touched);
    if (!touched)
        return false;
    shares->touched = touched;
    memset(of + shares->cap, 0, (cap - shares->cap) * sizeof *of);
    shares->cap = cap;
    return true;
}

/* The lists of an article's traits, each fetched from memory while those before it are
 * looked up. */
static void find_lists(const struct kb_index *index, const struct kb_feature *features,
                       size_t n, struct kb_posting_list **lists) {
    enum { AHEAD = 8 };
    for (size_t i = 0; i < n + AHEAD; i++) {
        if (i < n)
            __builtin_prefetch(&index->lists[home_of(index->cap, features[i].key)]);
        if (i >= AHEAD) {
            lists[i - AHEAD] = find(index->lists, index->cap, features[i - AHEAD].key);
            __builtin_prefetch(items(lists[i - AHEAD]));
        }
    }
}

/* Without a branch: whether an owner was touched before is anybody's guess. */
static struct kb_share *touch(struct kb_shares *shares, uint32_t owner) {
    struct kb_share *share = &shares->of[owner];
    shares->touched[shares->count] = owner;
    shares->count += (share->terms == 0) & (share->anchors == 0);
    return share;
}

void kb_shares_take(struct kb_shares *shares, const struct kb_index *terms,
                    const struct kb_index *anchors, const struct kb_features *features) {
    struct kb_posting_list *lists[KB_STORY_TERMS];
    _Static_assert(KB_STORY_ANCHORS <= KB_STORY_TERMS, "one array is enough for both");
    size_t count = terms->cap ? features->term_count : 0;
    struct kb_index kind = *terms;
    find_lists(terms, features->terms, count, lists);
    for (size_t i = 0; i < count; i++) {
        const uint32_t *p = items(lists[i]);
        const float weight = features->terms[i].weight;
        for (size_t k = 0; k < lists[i]->count; k++)
            touch(shares, kb_posting_owner(&kind, p[k]))->terms +=
                kb_posting_weight(&kind, p[k]) * weight;
    }
    count = anchors->cap ? features->anchor_count : 0;
    kind = *anchors;
    find_lists(anchors, features->anchors, count, lists);
    for (size_t i = 0; i < count; i++) {
        const uint32_t *p = items(lists[i]);
        const float weight = features->anchors[i].weight;
        for (size_t k = 0; k < lists[i]->count; k++)
            touch(shares, kb_posting_owner(&kind, p[k]))->anchors +=
                kb_posting_weight(&kind, p[k]) * weight;
    }
}

void kb_shares_clear(struct kb_shares *shares) {
    for (size_t i = 0; i < shares->count; i++)
        shares->of[shares->touched[i]] = (struct kb_share){0, 0};
    shares->count = 0;
}

void kb_shares_keep(struct kb_shares *shares, float terms, float anchors) {
    size_t kept = 0;
    for (size_t i = 0; i < shares->count; i++) {
        uint32_t owner = shares->touched[i];
        struct kb_share *share = &shares->of[owner];
        bool near = (share->terms >= terms) | (share->anchors >= anchors);
        shares->touched[kept] = owner;
        kept += near;
        *share = near ? *share : (struct kb_share){0, 0};
    }
    shares->count = kept;
}
