/* What the first forest sees of a block: one byte a question.
 *
 * In: the page's facts.  Out: a matrix of bytes, one column a feature.  Counts enter as
 * logarithms, shares as 255ths, distances fading from 255.  Bytes make the forest's
 * comparisons sixteen to an instruction, and the same bytes are what the training program
 * sees, so nothing can differ between the two. */
#include "page/facts.h"

/* ---- what several blocks ask ------------------------------------------------------- */

/* Bytes of a box, of a group of blocks and of a block, reckoned when the first block asks
 * for them: logarithms and quotients are most of what a row costs. */
struct box_said {
    bool known;
    uint8_t words, links, prose, blocks, children, stops;
};
struct group_said {
    bool known;
    uint8_t count, words, links, prose, inside, share;
};
struct look {
    uint8_t words, links, kind, stop;
};

struct said {
    const struct kb_facts *f;
    struct box_said *boxes;
    struct group_said *groups[KB_SIGNATURES]; /* by slot */
    struct look *looks;                       /* by block */
};

static const struct box_said *box_said(const struct said *s, uint32_t at) {
    struct box_said *out = &s->boxes[at];
    const struct kb_box *box = kb_fact_box(s->f, at);
    if (!out->known)
        *out = (struct box_said){true,
                                 kb_log_byte(box->words),
                                 kb_share(box->link_words, box->words),
                                 kb_share(box->prose_words, box->words),
                                 kb_log_byte(box->end - box->first),
                                 kb_log_byte(box->children),
                                 kb_share(box->blocks_with_stop, box->end - box->first)};
    return out;
}

static const struct group_said *group_said(const struct said *s, int kind, size_t i) {
    uint32_t slot = s->f->group_of[kind][i];
    struct group_said *out = &s->groups[kind][slot];
    const struct kb_group *g = &s->f->groups[kind][slot];
    if (!out->known)
        *out = (struct group_said){true,
                                   kb_log_byte(g->count),
                                   kb_log_byte(g->words / g->count),
                                   kb_share(g->link_words, g->words),
                                   kb_share(g->prose, g->words),
                                   kb_share(g->inside, g->count),
                                   kb_share(g->prose, s->f->blocks->prose_words)};
    return out;
}

/* ---- one block's surroundings ------------------------------------------------------ */

enum { CHAIN = 5 };

struct chain { /* the containers around a block, the nearest first */
    const struct kb_box *box[CHAIN];
    const struct box_said *said[CHAIN];
    uint32_t index[CHAIN];
};

static void fill_chain(const struct said *s, const struct kb_block *b,
                       struct chain *out) {
    uint32_t at = kb_fact_container(s->f, b);
    for (int i = 0; i < CHAIN; i++) {
        out->index[i] = at;
        out->box[i] = kb_fact_box(s->f, at);
        out->said[i] = box_said(s, at);
        at = out->box[i]->up;
    }
}

/* How a block lies to a container: inside and near 255, outside and far 0. */
static uint8_t lies_to(const struct kb_facts *f, uint32_t target,
                       const struct kb_block *b, size_t i) {
    const struct kb_box *t = kb_fact_box(f, target);
    uint32_t at = kb_fact_container(f, b);
    if (kb_fact_inside(f, target, i)) {
        int steps = 0;
        for (; at != target && kb_fact_box(f, at)->depth > t->depth && steps < 6; steps++)
            at = kb_fact_box(f, at)->up;
        return (uint8_t)(255 - 18 * steps);
    }
    int steps = 0;
    for (; steps < 8 && at; steps++) {
        const struct kb_box *box = kb_fact_box(f, at);
        if (box->first <= t->first && box->end >= t->end)
            break;
        at = kb_fact_box(f, at)->up;
    }
    return (uint8_t)(120 - 14 * steps);
}

static uint8_t kind_byte(const struct kb_facts *f, const struct kb_block *b) {
    switch (kb_fact_box(f, b->box)->group) {
    case KB_TAG_P: return 255;
    case KB_TAG_QUOTE:
    case KB_TAG_PRE: return 220;
    case KB_TAG_LI:
    case KB_TAG_DEFINITION: return 180;
    case KB_TAG_CELL: return 150;
    case KB_TAG_HEADING: return 120;
    case KB_TAG_CAPTION:
    case KB_TAG_FIGURE: return 90;
    case KB_TAG_BUTTON:
    case KB_TAG_FORM: return 30;
    default: return 60;
    }
}

static void fill_looks(struct said *s) {
    const struct kb_facts *f = s->f;
    for (size_t i = 0; i < f->blocks->count; i++) {
        const struct kb_block *b = &f->blocks->items[i];
        s->looks[i] = (struct look){
            kb_log_byte(b->words), kb_share(b->link_words, b->words), kind_byte(f, b),
            kb_flag(b->last == KB_CHAR_STOP || b->last == KB_CHAR_QUOTE)};
    }
}

struct around { /* a neighbour */
    struct look look;
    uint8_t same_box, same_sign;
};

static struct around look_at(const struct said *s, size_t i, uint32_t container,
                             long long step) {
    const struct kb_facts *f = s->f;
    const struct kb_block *n = kb_fact_block(f, (long long)i + step);
    size_t at = (size_t)((long long)i + step);
    if (!n)
        return (struct around){0};
    return (struct around){s->looks[at], kb_flag(kb_fact_container(f, n) == container),
                           kb_flag(f->group_of[0][at] == f->group_of[0][i])};
}

struct window {
    uint8_t words, links, prose;
};

static struct window sum_window(const struct kb_facts *f, long long from, long long to) {
    long long n = (long long)f->blocks->count;
    from = from < 0 ? 0 : from > n ? n : from;
    to = to > n ? n : to < from ? from : to;
    size_t words = f->words_before[to] - f->words_before[from];
    size_t links = f->links_before[to] - f->links_before[from];
    size_t prose = f->prose_before[to] - f->prose_before[from];
    return (struct window){kb_log_byte(words), kb_share(links, words),
                           kb_share(prose, words)};
}

/* Remembered log-odds, 0 at 128. */
static uint8_t odds(int v) {
    v += 128;
    return v < 0 ? 0 : v > 255 ? 255 : (uint8_t)v;
}

static uint8_t odds_at(const struct kb_facts *f, long long i) {
    const struct kb_block *b = kb_fact_block(f, i);
    return b ? odds(b->remembered) : 128;
}

/* The mean over blocks [from, to), weighed by words. */
static uint8_t odds_around(const struct kb_facts *f, long long from, long long to) {
    int sum = 0, words = 0;
    for (long long i = from; i < to; i++) {
        const struct kb_block *b = kb_fact_block(f, i);
        int n = b ? (int)(b->word_count < 100 ? b->word_count : 100) : 0;
        sum += b ? n * b->remembered : 0;
        words += n;
    }
    return odds(words ? sum / words : 0);
}

/* What a phrase's bits say: the whole block, its beginning, or nothing. */
static uint8_t phrase(const struct kb_facts *f, size_t i, uint32_t bits) {
    return f->whole[i] & bits ? 255 : f->begins[i] & bits ? 128 : 0;
}

/* Where the page last said that something else begins: comments, related articles, a
 * newsletter's box; index + 1. */
struct last_signs {
    size_t comments, related, letter;
};

#define SIGN(name) (1u << KB_PHRASE_##name)

static void note_signs(const struct kb_facts *f, size_t i, struct last_signs *last) {
    if (f->whole[i] & SIGN(COMMENTS))
        last->comments = i + 1;
    if (f->whole[i] & SIGN(READ_ALSO))
        last->related = i + 1;
    if (f->begins[i] & (SIGN(NEWSLETTER) | SIGN(SUBSCRIBE)))
        last->letter = i + 1;
}

static uint8_t since(size_t sign, size_t i) {
    return sign ? kb_log_byte(i + 1 - sign) : 255;
}

struct heading { /* the nearest heading before a block */
    uint32_t at; /* count where there is none */
    uint8_t level;
};

static bool is_heading(const struct kb_facts *f, size_t i) {
    return kb_fact_box(f, f->blocks->items[i].box)->group == KB_TAG_HEADING;
}

static uint8_t heading_byte(const struct kb_facts *f, size_t i) {
    return (uint8_t)(255 - 20 * kb_fact_box(f, f->blocks->items[i].box)->level);
}

/* ---- the features ------------------------------------------------------------------ */

/* Nearness columns follow the list: the tag groups, then the class words. */
static const char *const near_names[KB_NEAR] = {
    "near_other",    "near_div",    "near_p",       "near_heading",    "near_li",
    "near_list",     "near_cell",   "near_table",   "near_definition", "near_quote",
    "near_pre",      "near_figure", "near_caption", "near_article",    "near_main",
    "near_section",  "near_aside",  "near_nav",     "near_header",     "near_footer",
    "near_form",     "near_button", "near_details", "near_address",
#define X(name) "class_" #name,
    KB_CLASS_LIST(X)
#undef X
};

static const char *const list_names[] = {
#define X(name, value) #name,
#define P X
#include "page/features.def"
#undef P
#undef X
};

enum { LISTED = KB_COUNT(list_names) };

size_t kb_page_feature_count(void) {
    return LISTED + KB_NEAR;
}

const char *kb_page_feature_name(size_t feature) {
    return feature < LISTED ? list_names[feature] : near_names[feature - LISTED];
}

/* The columns that are the same for all of the page. */
static void fill_page(const struct kb_facts *f, uint8_t *out, size_t stride) {
    const struct kb_box *mh = kb_fact_box(f, f->main_half);
    const size_t count = f->blocks->count;
#define X(name, value) out += stride;
#define P(name, value)                                                                   \
    memset(out, (uint8_t)(value), count);                                                \
    out += stride;
#include "page/features.def"
#undef P
#undef X
}

static void fill_near(const struct kb_facts *f, const struct kb_block *b, uint8_t *out,
                      size_t stride) {
    const uint8_t *near = f->near[b->box];
    for (size_t k = 0; k < KB_TAG_GROUPS; k++, out += stride)
        *out = near[k];
    for (size_t k = 0; k < KB_CLASS_COUNT; k++, out += stride)
        *out = b->classes >> k & 1 ? 255 : near[KB_TAG_GROUPS + k];
}

static void fill_row(const struct said *s, size_t i, struct heading hd,
                     size_t next_heading, const struct last_signs *last, uint8_t *out,
                     size_t stride) {
    const struct kb_facts *f = s->f;
    const struct kb_block *b = &f->blocks->items[i];
    const struct kb_box *own = kb_fact_box(f, b->box), *mh = kb_fact_box(f, f->main_half);
    const struct look *own_look = &s->looks[i];
    const size_t count = f->blocks->count;
    const long long at = (long long)i;
    const struct group_said *g[KB_SIGNATURES];
    struct chain c;
    fill_chain(s, b, &c);
    for (int k = 0; k < KB_SIGNATURES; k++)
        g[k] = group_said(s, k, i);
    const uint32_t in = c.index[0];
    const struct around n[6] = {look_at(s, i, in, -1), look_at(s, i, in, 1),
                                look_at(s, i, in, -2), look_at(s, i, in, 2),
                                look_at(s, i, in, -3), look_at(s, i, in, 3)};
    const struct window w[4] = {sum_window(f, at - 3, at + 4),
                                sum_window(f, at - 8, at + 9), sum_window(f, at - 12, at),
                                sum_window(f, at + 1, at + 13)};
#define X(name, value)                                                                   \
    *out = (uint8_t)(value);                                                             \
    out += stride;
#define P(name, value) out += stride;
#include "page/features.def"
#undef P
#undef X
    fill_near(f, b, out, stride);
}

static bool said_new(const struct kb_facts *f, struct kb_arena *arena, struct said *s) {
    const size_t boxes = f->blocks->box_count;
    s->f = f;
    s->boxes = kb_arena_zalloc(arena, boxes, sizeof *s->boxes);
    s->looks = kb_arena_zalloc(arena, f->blocks->count, sizeof *s->looks);
    if (!s->boxes || !s->looks)
        return false;
    for (int k = 0; k < KB_SIGNATURES; k++) {
        s->groups[k] = kb_arena_zalloc(arena, f->group_slots, sizeof **s->groups);
        if (!s->groups[k])
            return false;
    }
    fill_looks(s);
    return true;
}

enum kb_status kb_page_features(const struct kb_facts *f, struct kb_arena *arena,
                                struct kb_matrix *out) {
    size_t n = f->blocks->count, next = 0;
    struct heading hd = {.at = (uint32_t)n};
    struct last_signs last = {0};
    struct said said;
    *out = (struct kb_matrix){
        .rows = n, .stride = (n + 31) / 32 * 32, .columns = kb_page_feature_count()};
    if (!n)
        return KB_OK;
    out->data = kb_arena_alloc(arena, out->columns * out->stride);
    if (!out->data || !said_new(f, arena, &said))
        return KB_ENOMEM;
    fill_page(f, out->data, out->stride);
    for (size_t i = 0; i < n; i++) {
        if (next <= i)
            for (next = i + 1; next < n && !is_heading(f, next); next++)
                ;
        note_signs(f, i, &last);
        fill_row(&said, i, hd, next < n ? next : 0, &last, out->data + i, out->stride);
        if (is_heading(f, i))
            hd = (struct heading){(uint32_t)i, heading_byte(f, i)};
    }
    return KB_OK;
}
