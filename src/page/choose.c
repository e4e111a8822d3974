/* From probabilities to a body.
 *
 * In: blocks with a probability each.  Out: which ones are kept.  No fixed threshold
 * holds for all pages: where the model is unsure of everything, a lower one is better.
 * So the cut is the one that promises the best F1 if the probabilities are true (Lewis,
 * "Evaluating and Optimizing Autonomous Text Classification Systems", 1995). */
#include "page/choose.h"
#include "page/read_html.h"

enum {
    CUTS = 11, /* thresholds: CUT_LOW, CUT_LOW + CUT_STEP, … */
    TITLE_WORDS = 3,
    QUOTE_WORDS = 200,
    QUOTE_NOTE_WORDS = 12,
    HOUR_WORDS = 8,      /* of a line that tells when an entry was written */
    BARE_HOUR_WORDS = 4, /* "7:12 p.m. CET" */
    ENTRY_GAP = 3,       /* blocks from there to the entry's text */
    HEADING_GAP = 2      /* blocks between a heading and the text above it */
};

#define CUT_LOW 0.25f
#define CUT_STEP 0.025f
#define HEADING_P 0.3f
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

/* What a quotation's box has besides, who said it, belongs to it. */
static void keep_whole_quotes(struct kb_blocks *blocks) {
    for (size_t i = 0; i < blocks->box_count; i++) {
        const struct kb_box *box = &blocks->boxes[i];
        uint32_t kept = 0;
        if (box->end - box->first < 2 || box->group != KB_TAG_QUOTE ||
            box->link_words * 4 > box->words || box->words > QUOTE_WORDS)
            continue;
        for (uint32_t k = box->first; k < box->end; k++)
            kept += blocks->items[k].keep ? blocks->items[k].words : 0;
        if (kept * 2 < box->words)
            continue;
        for (uint32_t k = box->end; k-- > box->first && !blocks->items[k].keep;)
            if (blocks->items[k].words <= QUOTE_NOTE_WORDS &&
                (blocks->items[k].first == KB_CHAR_DASH ||
                 !(blocks->items[k].marks & KB_MARK_AT)))
                blocks->items[k].keep = blocks->items[k].p > WHOLE_LIST_P;
    }
}

/* The end of what is said of the term that box number i is: the next term behind a
 * description, or the list's end. */
static uint32_t end_of_term(const struct kb_blocks *blocks, size_t i) {
    const struct kb_box *boxes = blocks->boxes, *list = &boxes[boxes[i].parent];
    bool described = false;
    for (size_t k = i + 1; k < blocks->box_count && boxes[k].first < list->end; k++) {
        bool term = boxes[k].node->local_name == LXB_TAG_DT;
        if (boxes[k].parent != boxes[i].parent)
            continue;
        if (term && described)
            return boxes[k].first;
        described |= !term;
    }
    return list->end;
}

/* A term and what is said of it are one: where either is kept the other is too, and the
 * list's next ones.  Names and numbers beside terms, as in members' profiles, do not
 * count. */
static void keep_whole_terms(struct kb_blocks *blocks) {
    uint32_t last = 0; /* list with a kept term */
    for (size_t i = 1; i < blocks->box_count; i++) {
        const struct kb_box *box = &blocks->boxes[i], *list = &blocks->boxes[box->parent];
        if (box->group != KB_TAG_DEFINITION || box->node->local_name != LXB_TAG_DT ||
            list->link_words * 2 > list->words)
            continue;
        uint32_t end = end_of_term(blocks, i), sentences = 0, kept = last == box->parent;
        for (uint32_t k = box->first; k < end; k++) {
            const struct kb_block *b = &blocks->items[k];
            kept += b->keep;
            sentences +=
                k >= box->end && (b->marks & KB_MARK_PROSE || (b->stops && !b->digits));
        }
        if (!kept || !sentences)
            continue;
        last = box->parent;
        for (uint32_t k = box->first; k < end; k++)
            blocks->items[k].keep |= blocks->items[k].p > WHOLE_LIST_P;
    }
}

/* A line that tells an hour, before kept text. */
static bool is_hour_of_entry(const struct kb_blocks *blocks, size_t i) {
    const struct kb_block *b = &blocks->items[i];
    size_t to = i + ENTRY_GAP < blocks->count ? i + ENTRY_GAP : blocks->count - 1;
    bool text = false;
    for (size_t k = i + 1; k <= to; k++)
        text |= blocks->items[k].keep && !(blocks->items[k].marks & KB_MARK_TIME);
    return text && b->marks & KB_MARK_TIME && b->words <= HOUR_WORDS;
}

/* The hours of a live report's entries: where two are kept, or three tell nothing else,
 * all of their make are. */
static void keep_hours(struct kb_blocks *blocks, const struct kb_facts *f) {
    const uint32_t *group_of = f->group_of[0];
    uint32_t kept = 0, bare = 0, group = 0;
    for (size_t i = 0; i < blocks->count && kept < 2 && bare < 3; i++) {
        const struct kb_block *b = &blocks->items[i];
        if (!is_hour_of_entry(blocks, i))
            continue;
        if (group_of[i] != group)
            kept = bare = 0;
        group = group_of[i];
        kept += b->keep;
        bare += b->words <= BARE_HOUR_WORDS && !(b->marks & KB_MARK_YEAR);
    }
    for (size_t i = 0; i < blocks->count && (kept > 1 || bare > 2); i++)
        if (group_of[i] == group && is_hour_of_entry(blocks, i))
            blocks->items[i].keep = true;
}

/* All text of the element is whole numbers, each by one larger than the last: the lines'
 * numbers beside a program. */
static bool counts_lines(lxb_dom_node_t *root) {
    unsigned long last = 0, number = 0;
    size_t count = 0;
    for (lxb_dom_node_t *n = root; n; n = kb_dom_next(n, root, false)) {
        if (n->type != LXB_DOM_NODE_TYPE_TEXT)
            continue;
        struct kb_str s = kb_dom_text(n);
        for (size_t i = 0; i < s.n; i++) {
            bool digit = kb_is_digit(s.p[i]);
            if ((!digit && !kb_is_space(s.p[i])) || number > KB_LIMIT_NODES)
                return false;
            number = digit ? number * 10 + (unsigned long)(s.p[i] - '0') : number;
            if (!digit || (i + 1 < s.n && kb_is_digit(s.p[i + 1])))
                continue;
            if (count && number != last + 1)
                return false;
            last = number;
            number = 0;
            count++;
        }
    }
    return count > 1;
}

static void drop_line_numbers(struct kb_blocks *blocks) {
    for (size_t i = 1; i < blocks->box_count; i++)
        if (blocks->boxes[i].group == KB_TAG_PRE && counts_lines(blocks->boxes[i].node))
            for (uint32_t k = blocks->boxes[i].first; k < blocks->boxes[i].end; k++)
                blocks->items[k].keep = false;
}

/* A heading between text stands with the text below it, where the forests are in
 * doubt. */
static void keep_headings(struct kb_blocks *blocks) {
    size_t last = 0;
    for (size_t i = 1; i + 1 < blocks->count; i++) {
        struct kb_block *b = &blocks->items[i];
        const struct kb_block *next = b + 1;
        if (b->keep) {
            last = i;
            continue;
        }
        const struct kb_box *box = &blocks->boxes[b->box];
        b->keep = box->group == KB_TAG_HEADING && box->level > 1 && !b->links && last &&
                  i - last <= HEADING_GAP && next->keep &&
                  blocks->boxes[next->box].group != KB_TAG_HEADING && b->p > HEADING_P;
    }
}

void kb_choose_count(struct kb_chooser *c) {
    c->kept[0] = 0;
    for (size_t i = 0; i < c->blocks->count; i++) {
        const struct kb_block *b = &c->blocks->items[i];
        c->kept[i + 1] = c->kept[i] + (b->keep ? b->words : 0);
    }
}

void kb_choose_drop(struct kb_chooser *c, uint32_t first, uint32_t end,
                    enum kb_removed_kind kind) {
    for (uint32_t i = first; i < end; i++) {
        struct kb_block *b = &c->blocks->items[i];
        if (b->keep)
            b->removed = (uint8_t)kind;
        b->keep = false;
    }
}

bool kb_page_choose(struct kb_blocks *blocks, const struct kb_facts *facts,
                    const struct kb_lexicon *lexicon, const float *p,
                    struct kb_arena *arena, struct kb_choice_made *made) {
    struct kb_chooser c = {blocks, facts, lexicon, NULL};
    c.kept = kb_arena_alloc(arena, (blocks->count + 1) * sizeof *c.kept);
    *made = (struct kb_choice_made){0};
    if (!c.kept)
        return false;
    for (size_t i = 0; i < blocks->count; i++)
        blocks->items[i].p = p[i];
    float cut = best_cut(blocks, &made->expected);
    for (size_t i = 0; i < blocks->count; i++)
        blocks->items[i].keep = blocks->items[i].p >= cut;
    bool forum = facts->meta->types & KB_TYPE_FORUM;
    if (blocks->count) {
        keep_whole_lists(blocks);
        if (!(facts->meta->types & KB_TYPE_PRODUCT))
            keep_whole_terms(blocks);
        keep_headings(blocks);
        if (!kb_page_is_listing(facts))
            keep_hours(blocks, facts);
        drop_line_numbers(blocks);
        if (!forum)
            keep_whole_quotes(blocks);
        kb_choose_drop_repeats(&c);
        if (!forum) /* where people quote one another */
            kb_choose_drop_pulled(&c);
        drop_headline(blocks, facts);
        kb_choose_drop_standfirst(&c);
        kb_choose_drop_boxes(&c);
    }
    uint32_t head = UINT32_MAX; /* the standfirst stood in the body too */
    for (size_t i = 0; i < blocks->count; i++) {
        if (!made->end && blocks->items[i].removed == KB_REMOVED_STANDFIRST)
            head = (uint32_t)i;
        if (!blocks->items[i].keep)
            continue;
        if (!made->end)
            made->first = (uint32_t)i;
        made->end = (uint32_t)i + 1;
        made->words += blocks->items[i].words;
    }
    if (!made->end)
        return true;
    head = head < made->first ? head : made->first;
    made->box = blocks->items[head].box;
    while (made->box && (blocks->boxes[made->box].end < made->end ||
                         blocks->boxes[made->box].first > head))
        made->box = blocks->boxes[made->box].parent;
    return true;
}

/* The text nodes of a block lie between its first one and the next block's. */
/* "<span>Bédar</span><span>Foto: …", "<b>AP</b><a>Show more": a letter, and then a word
 * that begins with a capital; or a number. */
static bool runs_into(char before, struct kb_str s) {
    bool letter = kb_is_alpha(before) || (unsigned char)before >= 0x80;
    if (!s.n || !(letter || kb_is_digit(before)))
        return false;
    bool capital = s.p[0] >= 'A' && s.p[0] <= 'Z';
    bool shout = before >= 'A' && before <= 'Z';
    bool word = s.n > 1 && s.p[1] >= 'a' && s.p[1] <= 'z';
    return (capital && (!shout || word)) || kb_is_digit(s.p[0]);
}

static void block_text(const struct kb_blocks *blocks, size_t i, bool apart,
                       struct kb_buf *out) {
    const struct kb_block *b = &blocks->items[i];
    const lxb_dom_node_t *root = blocks->boxes[0].node, *last = NULL;
    bool space = false;
    size_t from = out->n;
    for (lxb_dom_node_t *n = b->node; n; n = kb_dom_next(n, root, false)) {
        if (n->type != LXB_DOM_NODE_TYPE_TEXT)
            continue;
        if (n->user && (uintptr_t)n->user != i + 1)
            break;
        struct kb_str s = kb_dom_text(n);
        if (!n->user) { /* of no block: a script, white space */
            for (size_t k = 0; k < s.n && !space; k++)
                space = kb_is_space(s.p[k]);
            continue;
        }
        size_t run = 0;
        if (apart && last && last->parent != n->parent && out->n > from)
            space |= runs_into(out->p[out->n - 1], s);
        last = n;
        for (size_t k = 0; k <= s.n; k++) {
            if (k < s.n && !kb_is_space(s.p[k]))
                continue;
            if (k > run) {
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

void kb_page_block_text(const struct kb_blocks *blocks, size_t i, struct kb_buf *out) {
    block_text(blocks, i, false, out);
}

void kb_page_block_line(const struct kb_blocks *blocks, size_t i, struct kb_buf *out) {
    block_text(blocks, i, true, out);
}
