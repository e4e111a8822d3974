/* From probabilities to a body.
 *
 * In: blocks with a probability each.  Out: which ones are kept.  No fixed threshold
 * holds for all pages: where the model is unsure of everything, a lower one is better.
 * So the cut is the one that promises the best F1 if the probabilities are true (Lewis,
 * "Evaluating and Optimizing Autonomous Text Classification Systems", 1995). */
#include "page/facts.h"

enum {
    CUTS = 11,        /* thresholds: CUT_LOW, CUT_LOW + CUT_STEP, … */
    REPEAT_WORDS = 8, /* shorter texts may rightly stand twice */
    TITLE_WORDS = 3,
    ARTICLE_WORDS = 80,
    CONSENT_LOOKS = 100, /* blocks of dialogs that are asked for cookies */
    CONSENT_BYTES = 1000
};

#define CUT_LOW 0.25f
#define CUT_STEP 0.025f
#define WHOLE_LIST_P 0.05f /* less likely items stay out */

static float best_cut(const struct kb_blocks *blocks, float *promise) {
    float right[CUTS] = {0}, words[CUTS] = {0}, total = 0, best = 0;
    int at = CUTS - 1;
    for (size_t i = 0; i < blocks->count; i++) {
        const struct kb_block *b = &blocks->items[i];
        float n = (float)b->words;
        total += b->p * n;
        if (b->p < CUT_LOW)
            continue;
        int k = (int)((b->p - CUT_LOW) / CUT_STEP);
        k = k < CUTS ? k : CUTS - 1;
        right[k] += b->p * n;
        words[k] += n;
    }
    for (int k = CUTS - 1; k >= 0; k--) {
        if (k < CUTS - 1) {
            right[k] += right[k + 1];
            words[k] += words[k + 1];
        }
        float f = words[k] + total > 0 ? 2 * right[k] / (words[k] + total) : 0;
        if (f >= best - 1e-6f) { /* of equals the lowest, as it takes nothing away */
            best = f;
            at = k;
        }
    }
    *promise = best;
    return CUT_LOW + CUT_STEP * (float)at;
}

/* Of a text that stands on the page several times only the likeliest is kept: teasers
 * and pulled quotes repeat the body. */
static void drop_repeats(struct kb_blocks *blocks, const struct kb_facts *f) {
    for (size_t i = 0; i < blocks->count; i++) {
        struct kb_block *b = &blocks->items[i];
        uint32_t *kept = &f->dup_kept[f->dup_of[i]]; /* index + 1 */
        if (!b->keep || b->words < REPEAT_WORDS)
            continue;
        if (*kept && blocks->items[*kept - 1].p >= b->p) {
            b->keep = false;
            continue;
        }
        if (*kept)
            blocks->items[*kept - 1].keep = false;
        *kept = (uint32_t)i + 1;
    }
}

/* The headline is a field of its own: where it is printed above the text it is no part of
 * it, whatever element it stands in. */
static void drop_headline(struct kb_blocks *blocks, const struct kb_facts *f) {
    if (f->title_block < blocks->count)
        blocks->items[f->title_block].keep = false;
    for (size_t i = 0; i < blocks->count && i < f->first_prose; i++) {
        struct kb_block *b = &blocks->items[i];
        if (b->word_count >= TITLE_WORDS && b->title_hits == b->word_count &&
            b->word_count * 4u >= blocks->title_words * 3u)
            b->keep = false;
    }
}

/* A list or table that is mostly kept is kept whole: its short items and head cells say
 * too little by themselves. */
static void keep_whole_lists(struct kb_blocks *blocks) {
    for (size_t i = 0; i < blocks->box_count; i++) {
        const struct kb_box *box = &blocks->boxes[i];
        uint32_t kept = 0;
        if (box->end - box->first < 2 || box->link_words * 2 > box->words ||
            (box->group != KB_TAG_LIST && box->group != KB_TAG_TABLE &&
             box->group != KB_TAG_DEFINITION))
            continue;
        if (box->group == KB_TAG_TABLE && box->prose_words * 3 > box->words)
            continue; /* a table that the page is laid out with */
        for (uint32_t k = box->first; k < box->end; k++)
            kept += blocks->items[k].keep ? blocks->items[k].words : 0;
        if (kept * 3 < box->words * 2)
            continue;
        for (uint32_t k = box->first; k < box->end; k++)
            blocks->items[k].keep |= blocks->items[k].p > WHOLE_LIST_P;
    }
}

static void drop_range(struct kb_blocks *blocks, uint32_t first, uint32_t end) {
    for (uint32_t i = first; i < end; i++)
        blocks->items[i].keep = false;
}

/* True where heading stands in copy as title stands in the box beside it: in elements of
 * the same make. */
static bool is_headline_of_copy(const struct kb_blocks *blocks, uint32_t title,
                                uint32_t heading, uint32_t copy) {
    const struct kb_box *boxes = blocks->boxes, *t = &boxes[title], *h = &boxes[heading];
    uint32_t twin = title; /* the title's box beside the copy */
    while (twin && boxes[twin].parent != boxes[copy].parent)
        twin = boxes[twin].parent;
    return h->class_hash == t->class_hash && h->parent != t->parent &&
           boxes[h->parent].class_hash == boxes[t->parent].class_hash && twin &&
           boxes[twin].class_hash == boxes[copy].class_hash &&
           (t->level == 1 || boxes[copy].group == KB_TAG_ARTICLE);
}

/* An endless page goes on with the next article, made like the first one: its headline
 * stands in the same elements, in another copy of their container.  That copy is dropped
 * where the first article has some length by then. */
static void drop_next_articles(struct kb_blocks *blocks, const struct kb_facts *f) {
    uint32_t words = 0;
    if (f->title_block >= blocks->count || f->meta->types & KB_TYPE_FORUM)
        return;
    uint32_t title_box = blocks->items[f->title_block].box;
    for (uint32_t i = f->title_block + 1; i < blocks->count; i++) {
        const struct kb_block *b = &blocks->items[i];
        words += b->keep ? b->words : 0;
        if (blocks->boxes[b->box].group != KB_TAG_HEADING || words < ARTICLE_WORDS)
            continue;
        uint32_t copy = b->box; /* up to the highest box that does not hold the title */
        while (copy &&
               (blocks->boxes[blocks->boxes[copy].parent].first > f->title_block ||
                blocks->boxes[blocks->boxes[copy].parent].end <= f->title_block))
            copy = blocks->boxes[copy].parent;
        if (!is_headline_of_copy(blocks, title_box, b->box, copy))
            continue;
        drop_range(blocks, blocks->boxes[copy].first, blocks->boxes[copy].end);
    }
}

/* A consent dialog says so in its class, and speaks of cookies.  Few blocks are asked,
 * and only their beginnings: boxes may stand in boxes. */
static void drop_consent(struct kb_blocks *blocks, const struct kb_lexicon *lexicon) {
    size_t looks = CONSENT_LOOKS;
    for (size_t i = 1; i < blocks->box_count && looks; i++) {
        const struct kb_box *box = &blocks->boxes[i];
        uint32_t bits = 0;
        if (!(box->classes >> KB_CLASS_COOKIE & 1) || box->words * 4 > blocks->words * 3)
            continue;
        for (uint32_t k = box->first; k < box->end && looks && !bits; k++) {
            if (!blocks->items[k].keep)
                continue;
            struct kb_str text = kb_dom_text(blocks->items[k].node);
            bits = kb_lexicon_contains(lexicon, kb_str_cut(text, CONSENT_BYTES)) >>
                       KB_PHRASE_COOKIES &
                   1;
            looks--;
        }
        if (bits)
            drop_range(blocks, box->first, box->end);
    }
}

void kb_page_choose(struct kb_blocks *blocks, const struct kb_facts *facts,
                    const struct kb_lexicon *lexicon, const float *p,
                    struct kb_choice_made *made) {
    *made = (struct kb_choice_made){0};
    for (size_t i = 0; i < blocks->count; i++)
        blocks->items[i].p = p[i];
    float cut = best_cut(blocks, &made->expected);
    for (size_t i = 0; i < blocks->count; i++)
        blocks->items[i].keep = blocks->items[i].p >= cut;
    if (blocks->count) {
        keep_whole_lists(blocks);
        drop_repeats(blocks, facts);
        drop_headline(blocks, facts);
        drop_next_articles(blocks, facts);
        drop_consent(blocks, lexicon);
    }
    for (size_t i = 0; i < blocks->count; i++) {
        if (!blocks->items[i].keep)
            continue;
        if (!made->end)
            made->first = (uint32_t)i;
        made->end = (uint32_t)i + 1;
        made->words += blocks->items[i].words;
    }
    if (!made->end)
        return;
    made->box = blocks->items[made->first].box;
    while (made->box && (blocks->boxes[made->box].end < made->end ||
                         blocks->boxes[made->box].first > made->first))
        made->box = blocks->boxes[made->box].parent;
}

/* The text nodes of a block lie between its first one and the next block's. */
void kb_page_block_text(const struct kb_blocks *blocks, size_t i, struct kb_buf *out) {
    const struct kb_block *b = &blocks->items[i];
    const lxb_dom_node_t *root = blocks->boxes[0].node;
    bool space = false;
    size_t from = out->n;
    for (lxb_dom_node_t *n = b->node; n; n = kb_dom_next(n, root, false)) {
        if (n->type != LXB_DOM_NODE_TYPE_TEXT)
            continue;
        if (n->user && (uintptr_t)n->user != i + 1)
            break;
        struct kb_str s = kb_dom_text(n);
        size_t run = 0;
        for (size_t k = 0; k <= s.n; k++) {
            if (k < s.n && !kb_is_space(s.p[k]))
                continue;
            if (k > run && n->user) {
                if (space && out->n > from)
                    kb_buf_char(out, ' ');
                kb_buf_add(out, s.p + run, k - run);
                space = false;
            }
            space = space || k < s.n;
            run = k + 1;
        }
    }
}
