/* What the files share that choose: choose.c asks the forests' answers, the others take
 * away what a page's structure speaks against. */
#ifndef KB_PAGE_CHOOSE_H
#define KB_PAGE_CHOOSE_H

#include "page/facts.h"

/* The choice on its way. */
struct kb_chooser {
    struct kb_blocks *blocks;
    const struct kb_facts *facts;
    const struct kb_lexicon *lexicon;
    uint32_t *kept; /* by block: kept words before it; one more entry */
};

/* Sums up anew what is kept. */
void kb_choose_count(struct kb_chooser *c);

static inline uint32_t kb_choose_kept(const struct kb_chooser *c, uint32_t first,
                                      uint32_t end) {
    return c->kept[end] - c->kept[first];
}

static inline uint32_t kb_choose_kept_all(const struct kb_chooser *c) {
    return c->kept[c->blocks->count];
}

/* Takes kept blocks out of [first, end); kind is what they are listed as. */
void kb_choose_drop(struct kb_chooser *c, uint32_t first, uint32_t end,
                    enum kb_removed_kind kind);

/* Texts that the page says twice (repeats.c). */
void kb_choose_drop_repeats(struct kb_chooser *c);
void kb_choose_drop_pulled(struct kb_chooser *c);

/* The sentence or two between headline and text (standfirst.c). */
void kb_choose_drop_standfirst(struct kb_chooser *c);

/* Boxes that are no part of the article (drop.c). */
void kb_choose_drop_boxes(struct kb_chooser *c);

#endif
