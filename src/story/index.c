/* Traits and their owners: an inverted index in memory, and products through it. */
#include "story/index.h"

#include <stdlib.h>

void kb_index_free(struct kb_index *index) {
    for (size_t i = 0; i < index->cap; i++)
        free(index->lists[i].items);
    free(index->lists);
    *index = (struct kb_index){.lists = NULL};
}

static struct kb_posting_list *find(const struct kb_index *index, uint32_t key) {
    size_t at = (key * 2654435769u) & (index->cap - 1);
    while (index->lists[at].key && index->lists[at].key != key)
        at = (at + 1) & (index->cap - 1);
    return &index->lists[at];
}

static bool grow(struct kb_index *index) {
    struct kb_index more = {.cap = index->cap ? index->cap * 2 : 8192,
                            .used = index->used};
    more.lists = calloc(more.cap, sizeof *more.lists);
    if (!more.lists)
        return false;
    for (size_t i = 0; i < index->cap; i++) {
        if (index->lists[i].key)
            *find(&more, index->lists[i].key) = index->lists[i];
    }
    free(index->lists);
    *index = more;
    return true;
}

static bool append(struct kb_posting_list *list, struct kb_posting posting) {
    if (list->count == KB_LIMIT_POSTINGS) {
        memmove(list->items, list->items + 1, (list->count - 1) * sizeof *list->items);
        list->count--;
    }
    if (list->count == list->cap) {
        uint32_t cap = list->cap ? list->cap * 2 : 2;
        struct kb_posting *items = realloc(list->items, cap * sizeof *items);
        if (!items)
            return false;
        list->items = items;
        list->cap = cap;
    }
    list->items[list->count++] = posting;
    return true;
}

bool kb_index_add(struct kb_index *index, uint32_t key, uint32_t owner, float weight) {
    key = key ? key : 1;
    if (index->used * 2 >= index->cap && !grow(index))
        return false;
    struct kb_posting_list *list = find(index, key);
    if (!list->key) {
        list->key = key;
        index->used++;
    }
    for (size_t i = list->count; i-- > 0;) {
        if (list->items[i].owner == owner) {
            list->items[i].weight += weight;
            return true;
        }
    }
    return append(list, (struct kb_posting){owner, weight});
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
    uint32_t *touched = realloc(shares->touched, cap * sizeof *touched);
    if (!touched)
        return false;
    shares->touched = touched;
    memset(of + shares->cap, 0, (cap - shares->cap) * sizeof *of);
    shares->cap = cap;
    return true;
}

static const struct kb_posting_list *list_of(const struct kb_index *index, uint32_t key) {
    static const struct kb_posting_list none = {.count = 0};
    return index->cap ? find(index, key ? key : 1) : &none;
}

static struct kb_share *touch(struct kb_shares *shares, uint32_t owner) {
    struct kb_share *share = &shares->of[owner];
    if (share->terms == 0 && share->anchors == 0)
        shares->touched[shares->count++] = owner;
    return share;
}

void kb_shares_take(struct kb_shares *shares, const struct kb_index *terms,
                    const struct kb_index *anchors, const struct kb_features *features) {
    for (size_t i = 0; i < features->term_count; i++) {
        const struct kb_posting_list *list = list_of(terms, features->terms[i].key);
        for (size_t k = 0; k < list->count; k++)
            touch(shares, list->items[k].owner)->terms +=
                list->items[k].weight * features->terms[i].weight;
    }
    for (size_t i = 0; i < features->anchor_count; i++) {
        const struct kb_posting_list *list = list_of(anchors, features->anchors[i].key);
        for (size_t k = 0; k < list->count; k++)
            touch(shares, list->items[k].owner)->anchors +=
                list->items[k].weight * features->anchors[i].weight;
    }
}

void kb_shares_clear(struct kb_shares *shares) {
    for (size_t i = 0; i < shares->count; i++)
        shares->of[shares->touched[i]] = (struct kb_share){0, 0};
    shares->count = 0;
}
