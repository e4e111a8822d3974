/* A sketch enters; the earlier articles whose text stands in this one, or the other way
 * round, leave.
 *
 * Sketches are the smallest hashes of shingles, so below the lesser of two sketches'
 * largest hashes both texts are sampled alike, and shares there estimate shares of the
 * texts (Broder, 1997).  Both directions are kept: a cut reprint stands whole in its
 * original.  Texts made from one template ("… stocks close higher") share most words and
 * differ in their numbers, which reprints do not. */
#include "story/reprints.h"

#include <stdlib.h>

enum {
    POSTINGS = 48, /* articles that one shingle is remembered of: more is boilerplate */
    LEAST_SHARED = 4,  /* shingles that make a candidate */
    BOILERPLATE = 4,   /* stories that a shingle of no story's own stands in */
    LEAST_NUMBERS = 2, /* that a conflict takes */
    LEAST_ROOM = 4096
};

struct kept {
    uint32_t sketch[KB_STORY_SKETCH];
    uint32_t numbers[KB_REPRINT_NUMBERS]; /* in order */
    uint16_t sketch_count, number_count;
    uint32_t shared; /* with the one that is looked at */
};

struct posting {
    uint32_t hash;
    uint32_t count;
    uint32_t *articles;
    uint32_t story, stories; /* the last one, and how many differing there were */
};

struct kb_reprints {
    struct kept *kept;
    uint32_t *touched;
    size_t count, cap;
    struct posting *postings; /* open addressing; hash 0 is free */
    size_t used, room;
    uint32_t own[KB_STORY_SKETCH], common[KB_STORY_SKETCH]; /* of the one looked at */
    size_t own_count, common_count;
};

enum kb_status kb_reprints_new(struct kb_reprints **out, struct kb_err *err) {
    *out = calloc(1, sizeof **out);
    return *out ? KB_OK : kb_err_set(err, KB_ENOMEM, "not enough memory for sketches");
}

void kb_reprints_free(struct kb_reprints *r) {
    if (!r)
        return;
    for (size_t i = 0; i < r->room; i++)
        free(r->postings[i].articles);
    free(r->postings);
    free(r->kept);
    free(r->touched);
    free(r);
}

static struct posting *find(struct posting *postings, size_t room, uint32_t hash) {
    size_t at = hash & (room - 1); /* hashes are even enough as they are */
    while (postings[at].hash && postings[at].hash != hash)
        at = (at + 1) & (room - 1);
    return &postings[at];
}

/* ---- comparing --------------------------------------------------------------------- */

static int by_value(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static size_t numbers_of(const struct kb_fingerprint *print,
                         uint32_t out[KB_REPRINT_NUMBERS]) {
    size_t n = 0;
    for (size_t i = 0; i < print->term_count && n < KB_REPRINT_NUMBERS; i++) {
        if (print->terms[i].number)
            out[n++] = print->terms[i].hash;
    }
    qsort(out, n, sizeof *out, by_value);
    return n;
}

/* Members of a, up to most, that b has too; in *early those of them that stand in the
 * first half of both texts. */
static size_t common(const uint32_t *a, size_t n, const uint32_t *b, size_t m,
                     uint32_t most, size_t *early) {
    size_t i = 0, k = 0, both = 0;
    *early = 0;
    while (i < n && k < m && a[i] <= most && b[k] <= most) {
        uint32_t x = a[i] | KB_SHINGLE_LATE, y = b[k] | KB_SHINGLE_LATE;
        if (x == y) {
            both++;
            *early += !((a[i] | b[k]) & KB_SHINGLE_LATE);
        }
        i += x <= y;
        k += y <= x;
    }
    return both;
}

static size_t below(const uint32_t *a, size_t n, uint32_t most) {
    size_t i = 0;
    while (i < n && a[i] <= most)
        i++;
    return i;
}

/* The largest hash up to which a sketch has all of its text. */
static uint32_t reach(const uint32_t *sketch, size_t n) {
    return n < KB_STORY_SKETCH ? UINT32_MAX : sketch[n - 1];
}

/* Numbers that both texts have, where order is all that counts. */
static size_t same_numbers(const uint32_t *a, size_t n, const struct kept *kept) {
    size_t i = 0, k = 0, both = 0;
    while (i < n && k < kept->number_count) {
        both += a[i] == kept->numbers[k];
        uint32_t x = a[i], y = kept->numbers[k];
        i += x <= y;
        k += y <= x;
    }
    return both;
}

static struct kb_reprint compare(const struct kb_reprints *r,
                                 const struct kb_fingerprint *print,
                                 const uint32_t *numbers, size_t number_count,
                                 uint32_t article) {
    const struct kept *kept = &r->kept[article];
    uint32_t mine = reach(print->sketch, print->sketch_count);
    uint32_t other = reach(kept->sketch, kept->sketch_count);
    uint32_t most = mine < other ? mine : other;
    size_t early, unused;
    size_t both =
        common(r->own, r->own_count, kept->sketch, kept->sketch_count, most, &early);
    size_t a = below(r->own, r->own_count, most);
    size_t b = below(kept->sketch, kept->sketch_count, most) -
               common(r->common, r->common_count, kept->sketch, kept->sketch_count, most,
                      &unused);
    if (early * 4 < both) /* what only ends alike has the same house, not the same text */
        both = 0;
    size_t fewer = number_count < kept->number_count ? number_count : kept->number_count;
    return (struct kb_reprint){
        .article = article,
        .inside = a ? (float)both / (float)a : 0,
        .holds = b ? (float)both / (float)b : 0,
        .conflict = fewer >= LEAST_NUMBERS &&
                    same_numbers(numbers, number_count, kept) * 2 < fewer,
    };
}

static int nearer(const void *a, const void *b) {
    const struct kb_reprint *x = a, *y = b;
    float p = x->inside + x->holds, q = y->inside + y->holds;
    if (p != q)
        return p > q ? -1 : 1;
    return x->article < y->article ? -1 : x->article > y->article;
}

size_t kb_reprints_find(struct kb_reprints *r, const struct kb_fingerprint *print,
                        struct kb_reprint out[KB_REPRINTS]) {
    uint32_t numbers[KB_REPRINT_NUMBERS];
    size_t number_count = numbers_of(print, numbers), touched = 0, n = 0;
    r->own_count = r->common_count = 0;
    for (size_t i = 0; r->room && i < print->sketch_count; i++) {
        const struct posting *p =
            find(r->postings, r->room, print->sketch[i] | KB_SHINGLE_LATE);
        if (p->stories >= BOILERPLATE) {
            r->common[r->common_count++] = print->sketch[i];
            continue;
        }
        r->own[r->own_count++] = print->sketch[i];
        for (size_t k = 0; k < p->count; k++) {
            if (r->kept[p->articles[k]].shared++ == 0)
                r->touched[touched++] = p->articles[k];
        }
    }
    for (size_t i = 0; i < touched; i++) {
        struct kept *kept = &r->kept[r->touched[i]];
        if (kept->shared >= LEAST_SHARED && n < KB_REPRINTS)
            out[n++] = compare(r, print, numbers, number_count, r->touched[i]);
        kept->shared = 0;
    }
    qsort(out, n, sizeof *out, nearer);
    return n;
}

/* ---- keeping ----------------------------------------------------------------------- */

static bool postings_grow(struct kb_reprints *r) {
    size_t room = r->room ? r->room * 2 : LEAST_ROOM;
    struct posting *more = calloc(room, sizeof *more);
    if (!more)
        return false;
    for (size_t i = 0; i < r->room; i++) {
        if (r->postings[i].hash)
            *find(more, room, r->postings[i].hash) = r->postings[i];
    }
    free(r->postings);
    r->postings = more;
    r->room = room;
    return true;
}

static bool post(struct kb_reprints *r, uint32_t hash, uint32_t article, uint32_t story) {
    if (r->used * 2 >= r->room && !postings_grow(r))
        return false;
    struct posting *p = find(r->postings, r->room, hash | KB_SHINGLE_LATE);
    if (!p->hash) {
        p->hash = hash | KB_SHINGLE_LATE;
        r->used++;
    }
    if (!p->stories || p->story != story)
        p->stories++;
    p->story = story;
    if (p->count == POSTINGS)
        return true;
    if ((p->count & (p->count - 1)) == 0) { /* full at each power of two */
        size_t cap = p->count ? p->count * 2 : 1;
        uint32_t *articles = realloc(p->articles, cap * sizeof *articles);
        if (!articles)
            return false;
        p->articles = articles;
    }
    p->articles[p->count++] = article;
    return true;
}

static bool room_for_one(struct kb_reprints *r) {
    if (r->count < r->cap)
        return true;
    size_t cap = r->cap ? r->cap * 2 : 256;
    struct kept *kept = realloc(r->kept, cap * sizeof *kept);
    if (kept)
        r->kept = kept;
    uint32_t *touched = realloc(r->touched, cap * sizeof *touched);
    if (touched)
        r->touched = touched;
    if (!kept || !touched)
        return false;
    r->cap = cap;
    return true;
}

enum kb_status kb_reprints_add(struct kb_reprints *r, const struct kb_fingerprint *print,
                               uint32_t story, struct kb_err *err) {
    bool fine = room_for_one(r);
    if (fine) {
        struct kept *kept = &r->kept[r->count];
        *kept = (struct kept){.sketch_count = (uint16_t)print->sketch_count};
        memcpy(kept->sketch, print->sketch, print->sketch_count * sizeof(uint32_t));
        kept->number_count = (uint16_t)numbers_of(print, kept->numbers);
    }
    for (size_t i = 0; fine && i < print->sketch_count; i++)
        fine = post(r, print->sketch[i], (uint32_t)r->count, story);
    if (!fine)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for sketches");
    r->count++;
    return KB_OK;
}
