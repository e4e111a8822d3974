/* What the features know of a whole page, and how numbers become bytes. */
#ifndef KB_PAGE_FACTS_H
#define KB_PAGE_FACTS_H

#include "page/blocks.h"

/* ---- bytes out of numbers ---------------------------------------------------------- */

/* 24 · log2(1 + n), up to 255 at n = 1,580: the steps between 0, 1, 2, 3 stay apart. */
static inline uint8_t kb_log_byte(size_t n) {
    static const uint8_t fine[16] = {0,  24, 38, 48, 56, 62, 67, 72,
                                     76, 80, 83, 86, 89, 91, 94, 96};
    size_t shift = 0, value;
    if (n < 16)
        return fine[n];
    for (n += 1; n >= 32; n >>= 1)
        shift++;
    value = 24 * (4 + shift) + (n - 16) * 24 / 16;
    return (uint8_t)(value > 255 ? 255 : value);
}

static inline uint8_t kb_share(size_t part, size_t whole) {
    if (part >= whole)
        return whole ? 255 : 0;
    if (whole < 1 << 24) /* dividing 64 bits takes some processors three times as long */
        return (uint8_t)((uint32_t)part * 255u / (uint32_t)whole);
    return (uint8_t)(part * 255 / whole);
}

static inline uint8_t kb_flag(bool yes) {
    return yes ? 255 : 0;
}

/* A signed distance around 128: near ones finer than far ones. */
static inline uint8_t kb_signed_log(long long d) {
    uint8_t v = kb_log_byte((size_t)(d < 0 ? -d : d)) / 2;
    return d < 0 ? (uint8_t)(128 - v) : (uint8_t)(128 + (v > 127 ? 127 : v));
}

/* ---- what is known of the whole page ----------------------------------------------- */

/* Kinds of elements and of class words whose nearness is known; kinds of signatures. */
enum { KB_NEAR = (int)KB_TAG_GROUPS + (int)KB_CLASS_COUNT, KB_SIGNATURES = 3 };

struct kb_group { /* blocks with the same signature */
    uint32_t signature;
    uint32_t count, words, link_words, prose, inside;
};

struct kb_facts {
    const struct kb_blocks *blocks;
    const struct kb_page_meta *meta;
    uint8_t (*near)[KB_NEAR]; /* by box: how near an element or class of a kind is */
    struct kb_group *groups[KB_SIGNATURES]; /* hash tables of group_slots */
    size_t group_slots;
    uint32_t *group_of[KB_SIGNATURES]; /* by block */
    uint32_t *dup_of;    /* by block: index of its text's first occurrence */
    uint32_t *dup_count; /* by first occurrence */
    uint32_t *dup_kept;  /* by first occurrence: for the choice, zeroed */
    uint32_t *words_before, *links_before,
        *prose_before;        /* by block: sums, one more entry */
    uint32_t *begins, *whole; /* by block: bits of the phrases that it begins with, and
                                    that it consists of; short blocks only */
    uint32_t main_half, main_most, main_direct; /* boxes: see find_mains */
    uint32_t title_block; /* block that prints the headline, or count */
    uint32_t first_prose, last_prose;
    uint8_t *hidden; /* by box */
    size_t times, h1s;
    uint32_t paragraphs, items, cells, headings, articles, comment_boxes, forms;
    uint8_t url_depth, url_slug_words, url_digits, url_root, url_html, url_length;
};

static inline const struct kb_block *kb_fact_block(const struct kb_facts *f,
                                                   long long i) {
    if (i < 0 || i >= (long long)f->blocks->count)
        return NULL;
    return &f->blocks->items[i];
}

static inline const struct kb_box *kb_fact_box(const struct kb_facts *f, uint32_t i) {
    return &f->blocks->boxes[i];
}

/* The nearest container with more text than the block itself. */
static inline uint32_t kb_fact_container(const struct kb_facts *f,
                                         const struct kb_block *b) {
    const struct kb_box *own = kb_fact_box(f, b->box);
    return own->words > b->words ? b->box : own->up;
}

static inline bool kb_fact_inside(const struct kb_facts *f, uint32_t box, size_t block) {
    return block >= kb_fact_box(f, box)->first && block < kb_fact_box(f, box)->end;
}

#endif
