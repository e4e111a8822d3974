/* Traits and their owners: an inverted index in memory, and products through it. */
#include "story/index.h"

#include <stdlib.h>

void kb_index_init(struct kb_index *index, uint16_t most) {
    *index = (struct kb_index){.most = most};
}

static struct kb_posting *items(struct kb_posting_list *list) {
    return list->cap ? list->many : &list->one;
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
    kb_index_init(index, index->most);
}

static struct kb_posting_list *find(struct kb_posting_list *lists, size_t cap,
                                    uint32_t key) {
    size_t at = (key * 2654435769u) & (cap - 1);
    while (lists[at].key && lists[at].key != key)
        at = (at + 1) & (cap - 1);
    return &lists[at];
}

/* Makes room for more keys, or only drops those whose lists are empty. */
static bool grow(struct kb_index *index) {
    size_t living = 0;
    for (size_t i = 0; i < index->cap; i++)
        living += index->lists[i].count > 0;
    struct kb_index more = {
        .cap = index->cap ? index->cap : 8192, .used = living, .most = index->most};
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

static bool append(struct kb_posting_list *list, struct kb_posting posting,
                   uint16_t most) {
    if (list->count == most) {
        list->count /= 2;
        memmove(list->many, list->many + list->count, list->count * sizeof *list->many);
    }
    if (list->count == (list->cap ? list->cap : 1)) {
        /* By a half, and odd: that is how many fit into what malloc gives. */
        uint16_t cap = (uint16_t)((list->cap + list->cap / 2) | 3);
        cap = cap < most ? cap : most;
        struct kb_posting *more =
            realloc(list->cap ? list->many : NULL, cap * sizeof *more);
        if (!more)
            return false;
        if (!list->cap)
            more[0] = list->one;
        list->many = more;
        list->cap = cap;
    }
    items(list)[list->count++] = posting;
    return true;
}

bool kb_index_add(struct kb_index *index, uint32_t key, uint32_t owner, float weight,
                  float *had) {
    if (index->used * 4 >= index->cap * 3 && !grow(index))
        return false;
    struct kb_posting_list *list = find(index->lists, index->cap, key);
    if (!list->key) {
        list->key = key;
        index->used++;
    }
    struct kb_posting *postings = items(list);
    for (size_t i = had ? list->count : 0; i-- > 0;) {
        if (postings[i].owner == owner) {
            *had = postings[i].weight;
            list->count--; /* it moves to the end, as the youngest */
            memmove(postings + i, postings + i + 1, (list->count - i) * sizeof *postings);
            weight += *had;
            break;
        }
    }
    return append(list, (struct kb_posting){owner, weight}, index->most);
}

const struct kb_posting *kb_index_get(const struct kb_index *index, uint32_t key,
                                      size_t *count) {
    struct kb_posting_list *list =
        index->cap ? find(index->lists, index->cap, key) : NULL;
    *count = list ? list->count : 0;
    return list ? items(list) : NULL;
}

float kb_index_product(const struct kb_index *index, const struct kb_feature *features,
                       size_t n, uint32_t owner) {
    float product = 0;
    size_t count;
    for (size_t i = 0; i < n; i++) {
        const struct kb_posting *postings = kb_index_get(index, features[i].key, &count);
        for (size_t k = 0; k < count; k++) {
            if (postings[k].owner == owner)
                product += postings[k].weight * features[i].weight;
        }
    }
    return product;
}

void kb_index_take(struct kb_index *index, uint32_t key, uint32_t owner) {
    struct kb_posting_list *list = find(index->lists, index->cap, key);
    struct kb_posting *postings = items(list);
    for (size_t i = 0; i < list->count; i++) {
        if (postings[i].owner == owner) {
            list->count--;
            memmove(postings + i, postings + i + 1, (list->count - i) * sizeof *postings);
            return;
        }
    }
}

static void sweep_list(struct kb_posting_list *list, const float *least) {
    struct kb_posting *postings = items(list);
    uint16_t kept = 0;
    for (uint16_t i = 0; i < list->count; i++) {
        if (postings[i].weight >= least[postings[i].owner])
            postings[kept++] = postings[i];
    }
    list->count = kept;
    if (!kept)
        free_list(list);
}

bool kb_index_sweep(struct kb_index *index, size_t lists, const float *least) {
    for (; lists && index->hand < index->cap; lists--)
        sweep_list(&index->lists[index->hand++], least);
    if (index->hand < index->cap)
        return false;
    index->hand = 0;
    return true;
}

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
        cap *= 2;
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

/* Without a branch: whether an owner was touched before is anybody's guess. */
static struct kb_share *touch(struct kb_shares *shares, uint32_t owner) {
    struct kb_share *share = &shares->of[owner];
    shares->touched[shares->count] = owner;
    shares->count += (share->terms == 0) & (share->anchors == 0);
    return share;
}

/* The lists of an article's traits, each fetched from memory while those before it are
 * looked up. */
static void find_lists(const struct kb_index *index, const struct kb_feature *features,
                       size_t n, struct kb_posting_list **lists) {
    enum { AHEAD = 8 };
    for (size_t i = 0; i < n + AHEAD; i++) {
        if (i < n)
            __builtin_prefetch(
                &index->lists[(features[i].key * 2654435769u) & (index->cap - 1)]);
        if (i >= AHEAD) {
            lists[i - AHEAD] = find(index->lists, index->cap, features[i - AHEAD].key);
            __builtin_prefetch(items(lists[i - AHEAD]));
        }
    }
}

void kb_shares_take(struct kb_shares *shares, const struct kb_index *terms,
                    const struct kb_index *anchors, const struct kb_features *features) {
    struct kb_posting_list *lists[KB_STORY_TERMS];
    _Static_assert(KB_STORY_ANCHORS <= KB_STORY_TERMS, "one array is enough for both");
    size_t count = terms->cap ? features->term_count : 0;
    find_lists(terms, features->terms, count, lists);
    for (size_t i = 0; i < count; i++) {
        const struct kb_posting *postings = items(lists[i]);
        const float weight = features->terms[i].weight;
        for (size_t k = 0; k < lists[i]->count; k++)
            touch(shares, postings[k].owner)->terms += postings[k].weight * weight;
    }
    count = anchors->cap ? features->anchor_count : 0;
    find_lists(anchors, features->anchors, count, lists);
    for (size_t i = 0; i < count; i++) {
        const struct kb_posting *postings = items(lists[i]);
        const float weight = features->anchors[i].weight;
        for (size_t k = 0; k < lists[i]->count; k++)
            touch(shares, postings[k].owner)->anchors += postings[k].weight * weight;
    }
}

void kb_shares_clear(struct kb_shares *shares) {
    for (size_t i = 0; i < shares->count; i++)
        shares->of[shares->touched[i]] = (struct kb_share){0, 0};
    shares->count = 0;
}
