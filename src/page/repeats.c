/* Texts that stand on a page twice.
 *
 * In: blocks with the forests' choice made.  Out: of whole texts only the likeliest is
 * kept, as teasers repeat the body; and quotations that are pulled out of the text and
 * printed large beside it go, as the text has them. */
#include "page/choose.h"
#include "page/cut.h"

enum {
    REPEAT_WORDS = 8, /* shorter texts may rightly stand twice */
    RUN = 3,          /* words: what is compared of quotations */
    QUOTE_WORDS = 6,
    QUOTE_WORDS_MAX = 80,
    QUOTES = 32, /* quotations of a page that are looked at */
    RUNS = 512,  /* runs of words in all of them */
    SLOTS = 2048,
    NOTE_WORDS = 12 /* who said it, below a quotation */
};

void kb_choose_drop_repeats(struct kb_chooser *c) {
    struct kb_block *items = c->blocks->items;
    for (size_t i = 0; i < c->blocks->count; i++) {
        struct kb_block *b = &items[i];
        uint32_t *kept = &c->facts->dup_kept[c->facts->dup_of[i]]; /* index + 1 */
        if (!b->keep || b->words < REPEAT_WORDS)
            continue;
        if (*kept && items[*kept - 1].p >= b->p) {
            b->keep = false;
            continue;
        }
        if (*kept)
            items[*kept - 1].keep = false;
        *kept = (uint32_t)i + 1;
    }
}

/* The box that sets a block apart as a quotation, or 0. */
static uint32_t quote_box(const struct kb_blocks *blocks, const struct kb_block *b) {
    uint32_t at = b->box;
    for (int up = 0; up < 4 && at; up++, at = blocks->boxes[at].parent) {
        const struct kb_box *box = &blocks->boxes[at];
        if (box->words > QUOTE_WORDS_MAX + NOTE_WORDS)
            return 0;
        if (box->group == KB_TAG_QUOTE || box->group == KB_TAG_ASIDE ||
            box->group == KB_TAG_FIGURE || (box->classes >> KB_CLASS_QUOTE & 1))
            return at;
    }
    return 0;
}

/* The runs of the quotations' words, and how many of each one's the text has. */
struct pulled {
    uint32_t boxes[QUOTES], first[QUOTES], end[QUOTES]; /* runs of each */
    size_t count;
    uint32_t runs[RUNS];
    bool met[RUNS];
    size_t run_count;
    uint16_t slots[SLOTS]; /* index of a run + 1 */
};

static uint32_t run_at(const uint32_t *words) {
    return (words[0] * 0x9E3779B1u ^ words[1]) * 0x85EBCA6Bu ^ words[2];
}

static void add_runs(struct pulled *q, const uint32_t *words, size_t n) {
    for (size_t k = 0; k + RUN <= n && q->run_count < RUNS; k++) {
        uint32_t run = run_at(words + k);
        size_t slot = run >> 7;
        while (q->slots[slot %= SLOTS])
            slot++;
        q->runs[q->run_count++] = run;
        q->slots[slot] = (uint16_t)q->run_count;
    }
}

static void meet_runs(struct pulled *q, const uint32_t *words, size_t n) {
    for (size_t k = 0; k + RUN <= n; k++) {
        uint32_t run = run_at(words + k);
        for (size_t slot = run >> 7; q->slots[slot %= SLOTS]; slot++)
            if (q->runs[q->slots[slot] - 1] == run)
                q->met[q->slots[slot] - 1] = true;
    }
}

static bool is_quote(const struct kb_chooser *c, size_t i, uint32_t *box) {
    const struct kb_block *b = &c->blocks->items[i];
    if (!b->keep || b->word_count < QUOTE_WORDS || b->words > QUOTE_WORDS_MAX)
        return false;
    *box = quote_box(c->blocks, b);
    return *box != 0;
}

void kb_choose_drop_pulled(struct kb_chooser *c) {
    const struct kb_blocks *blocks = c->blocks;
    struct pulled q = {.count = 0};
    uint32_t box;
    for (size_t i = 0; i < blocks->count && q.count < QUOTES; i++) {
        const struct kb_block *b = &blocks->items[i];
        if (!is_quote(c, i, &box))
            continue;
        q.boxes[q.count] = box;
        q.first[q.count] = (uint32_t)q.run_count;
        add_runs(&q, blocks->words_seen + b->word_first, b->word_count);
        q.end[q.count++] = (uint32_t)q.run_count;
    }
    if (!q.count)
        return;
    for (size_t i = 0; i < blocks->count; i++) {
        const struct kb_block *b = &blocks->items[i];
        if (b->keep && !is_quote(c, i, &box))
            meet_runs(&q, blocks->words_seen + b->word_first, b->word_count);
    }
    for (size_t k = 0; k < q.count; k++) {
        const struct kb_box *quote = &blocks->boxes[q.boxes[k]];
        uint32_t met = 0, all = q.end[k] - q.first[k];
        for (uint32_t r = q.first[k]; r < q.end[k]; r++)
            met += q.met[r];
        if (all >= QUOTE_WORDS - RUN && met * 10 >= all * 9)
            kb_choose_drop(c, quote->first, quote->end, KB_REMOVED_OTHER);
    }
}
