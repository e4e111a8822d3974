/* Is the page a list of articles?
 *
 * In: blocks with the choice made.  Out: yes or no.  Front pages and sections are made of
 * teasers: small boxes with a link and a sentence or two.  Where most of what was kept
 * stands in such boxes, no text in it is long, and the page does not call itself an
 * article, it is a list, whatever the forests made of its sentences. */
#include "page/read_html.h"

enum {
    TEASERS = 4,
    TEASER_WORDS = 90, /* with its headline and its links */
    TEXT_WORDS = 60,   /* longer texts are an article's */
    TITLE_WORDS = 2,
    CLIMB = 4
};

static bool is_linked(const struct kb_block *b) {
    return b->words >= TITLE_WORDS && b->link_words * 10u >= b->words * 8u;
}

/* The box that makes the block a teaser: it is small, and a link stands in it beside
 * other text; 0 for none. */
static uint32_t teaser_of(const struct kb_blocks *blocks, uint32_t block) {
    uint32_t at = blocks->items[block].box;
    for (int up = 0; up < CLIMB && at; up++, at = blocks->boxes[at].parent) {
        const struct kb_box *box = &blocks->boxes[at];
        if (box->words > TEASER_WORDS)
            return 0;
        if (box->end - box->first < 2 || !box->link_words)
            continue;
        for (uint32_t i = box->first; i < box->end && i < box->first + TEASER_WORDS; i++)
            if (is_linked(&blocks->items[i]))
                return at;
    }
    return 0;
}

bool kb_page_is_listing(const struct kb_facts *facts) {
    const struct kb_blocks *blocks = facts->blocks;
    uint32_t teasers = 0, last = 0, words = 0, all = 0;
    if (facts->meta->types & (KB_TYPE_ARTICLE | KB_TYPE_FORUM | KB_TYPE_RECIPE))
        return false;
    for (uint32_t i = 0; i < blocks->count; i++) {
        const struct kb_block *b = &blocks->items[i];
        if (!b->keep)
            continue;
        if (b->words > TEXT_WORDS)
            return false;
        all += b->words;
        uint32_t box = teaser_of(blocks, i);
        if (!box)
            continue;
        words += b->words;
        teasers += box != last;
        last = box;
    }
    return teasers >= TEASERS && words * 10 >= all * 6;
}
