/* What the second forest sees: the first one's answers around a block.
 *
 * In: the page's facts and a probability a block.  Out: a matrix of bytes.  A paragraph
 * among likely paragraphs is likely; a short line between two of them belongs to the
 * text; a long one in a container of unlikely ones does not.  This is stacking along the
 * sequence and the tree (Cohen and Carvalho, "Stacked Sequential Learning", 2005). */
#include "page/facts.h"
#include "page/forest.h"

struct sums {        /* running sums, one entry more than blocks */
    float *weighted; /* p · words */
    float *plain;    /* p */
};

struct view {
    const struct kb_facts *f;
    const float *p;
    struct sums sums;
    float *group_p[KB_SIGNATURES]; /* by slot: p · words */
    float total;
    uint32_t first_likely, last_likely;
    float best;
};

static uint8_t unit(float v) {
    return v <= 0 ? 0 : v >= 1 ? 255 : (uint8_t)(v * 255.0f);
}

static float words_of(const struct view *v, size_t i) {
    return (float)(v->f->blocks->items[i].words + 1);
}

static uint8_t p_at(const struct view *v, long long i) {
    return i < 0 || i >= (long long)v->f->blocks->count ? 0 : unit(v->p[i]);
}

/* Mean probability over blocks [from, to), weighed by words. */
static uint8_t mean(const struct view *v, long long from, long long to) {
    const struct kb_facts *f = v->f;
    long long n = (long long)f->blocks->count;
    from = from < 0 ? 0 : from > n ? n : from;
    to = to > n ? n : to < from ? from : to;
    float words =
        (float)(f->words_before[to] - f->words_before[from]) + (float)(to - from);
    return words > 0 ? unit((v->sums.weighted[to] - v->sums.weighted[from]) / words) : 0;
}

static uint8_t plain_mean(const struct view *v, uint32_t from, uint32_t to) {
    return to > from
               ? unit((v->sums.plain[to] - v->sums.plain[from]) / (float)(to - from))
               : 0;
}

static uint8_t group_mean(const struct view *v, size_t i, int kind) {
    uint32_t slot = v->f->group_of[kind][i];
    const struct kb_group *g = &v->f->groups[kind][slot];
    return unit(v->group_p[kind][slot] / (float)(g->words + g->count));
}

static uint8_t box_mean(const struct view *v, const struct kb_box *box) {
    return mean(v, box->first, box->end);
}

/* The likely words in a box, as a share of the page's. */
static uint8_t box_holds(const struct view *v, const struct kb_box *box) {
    float held = v->sums.weighted[box->end] - v->sums.weighted[box->first];
    return v->total > 0 ? unit(held / v->total) : 0;
}

static const char *const names[] = {
#define X(name, value) #name,
#include "page/context.def"
#undef X
};

size_t kb_page_context_count(void) {
    return KB_COUNT(names);
}

const char *kb_page_context_name(size_t feature) {
    return names[feature];
}

static void fill_row(const struct view *v, size_t i, size_t heading, uint8_t *out,
                     size_t stride) {
    const struct kb_block *b = &v->f->blocks->items[i];
    const struct kb_box *box = kb_fact_box(v->f, b->box), *c[4];
    const long long at = (long long)i;
    uint32_t container = kb_fact_container(v->f, b);
    for (int k = 0; k < 4; k++) {
        c[k] = kb_fact_box(v->f, container);
        container = c[k]->up;
    }
#define X(name, value)                                                                   \
    *out = (uint8_t)(value);                                                             \
    out += stride;
#include "page/context.def"
#undef X
}

static bool fill_view(struct view *v, struct kb_arena *arena) {
    const struct kb_facts *f = v->f;
    size_t n = f->blocks->count;
    v->sums.weighted = kb_arena_zalloc(arena, n + 1, sizeof(float));
    v->sums.plain = kb_arena_zalloc(arena, n + 1, sizeof(float));
    for (int k = 0; k < KB_SIGNATURES; k++) {
        v->group_p[k] = kb_arena_zalloc(arena, f->group_slots, sizeof(float));
        if (!v->group_p[k])
            return false;
    }
    if (!v->sums.weighted || !v->sums.plain)
        return false;
    v->first_likely = (uint32_t)n;
    for (size_t i = 0; i < n; i++) {
        float w = v->p[i] * words_of(v, i);
        v->sums.weighted[i + 1] = v->sums.weighted[i] + w;
        v->sums.plain[i + 1] = v->sums.plain[i] + v->p[i];
        for (int k = 0; k < KB_SIGNATURES; k++)
            v->group_p[k][f->group_of[k][i]] += w;
        if (v->p[i] > v->best)
            v->best = v->p[i];
        if (v->p[i] >= 0.5f) {
            v->last_likely = (uint32_t)i;
            if (v->first_likely == n)
                v->first_likely = (uint32_t)i;
        }
    }
    v->total = v->sums.weighted[n];
    return true;
}

/* Whether nobody will look at the row of i: the tile that it stands in is given up. */
static bool is_unasked(const float *p, size_t n, size_t i) {
    size_t from = i / KB_FOREST_TILE * KB_FOREST_TILE, left = n - from;
    return kb_forest_gave_up(p + from, left < KB_FOREST_TILE ? left : KB_FOREST_TILE);
}

enum kb_status kb_page_context(const struct kb_facts *f, const float *p, bool all,
                               struct kb_arena *arena, struct kb_matrix *out) {
    struct view v = {.f = f, .p = p};
    size_t n = f->blocks->count, heading = n;
    bool unasked = false;
    *out = (struct kb_matrix){
        .rows = n, .stride = (n + 31) / 32 * 32, .columns = KB_COUNT(names)};
    if (!n)
        return KB_OK;
    out->data = kb_arena_alloc(arena, out->columns * out->stride);
    if (!out->data || !fill_view(&v, arena))
        return KB_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        if (i % KB_FOREST_TILE == 0)
            unasked = !all && is_unasked(p, n, i);
        if (!unasked)
            fill_row(&v, i, heading, out->data + i, out->stride);
        if (kb_fact_box(f, f->blocks->items[i].box)->group == KB_TAG_HEADING)
            heading = i;
    }
    return KB_OK;
}
