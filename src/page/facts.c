/* What features need to know of a whole page.
 *
 * In: blocks, boxes, metadata, address.  Out: struct kb_facts in the arena: likely
 * containers of the article, groups of blocks of the same make, repeated texts, running
 * sums.  Everything here is linear in blocks and boxes. */
#include "page/facts.h"

enum { FADE = 20, FAR = 40 };

/* Nearness of kinds of elements and classes, handed down from box to box. */
static void fill_near(struct kb_facts *f) {
    for (size_t i = 0; i < f->blocks->box_count; i++) {
        const struct kb_box *box = &f->blocks->boxes[i];
        uint8_t *own = f->near[i];
        f->hidden[i] =
            kb_flag((box->flags & KB_BOX_HIDDEN) || (i && f->hidden[box->parent]));
        if (i) {
            const uint8_t *from = f->near[box->parent];
            for (size_t k = 0; k < KB_NEAR; k++) {
                uint8_t v = from[k];
                own[k] = v > FAR + FADE ? (uint8_t)(v - FADE) : v ? FAR : 0;
            }
        } else {
            memset(own, 0, KB_NEAR);
        }
        own[box->group] = 255;
        for (uint32_t bits = box->classes, k = 0; bits; bits >>= 1, k++)
            if (bits & 1)
                own[KB_TAG_GROUPS + k] = 255;
    }
}

/* Three guesses at the article's container: the deepest box that holds half of the page's
 * prose, the deepest that holds four fifths, and the one with most prose directly in it
 * (a block's words count whole for its container, half for the next one, as in
 * Readability's scoring). */
static bool find_mains(struct kb_facts *f, struct kb_arena *arena) {
    const struct kb_blocks *blocks = f->blocks;
    size_t prose = blocks->prose_words;
    uint32_t *direct = kb_arena_zalloc(arena, blocks->box_count, sizeof *direct);
    if (!direct)
        return false;
    for (uint32_t i = 0; i < blocks->box_count; i++) {
        const struct kb_box *box = kb_fact_box(f, i);
        size_t own = prose ? box->prose_words : box->words - box->link_words;
        size_t all = prose ? prose : blocks->words - blocks->link_words;
        if (own * 2 >= all && box->depth >= kb_fact_box(f, f->main_half)->depth)
            f->main_half = i;
        if (own * 5 >= all * 4 && box->depth >= kb_fact_box(f, f->main_most)->depth)
            f->main_most = i;
    }
    for (size_t i = 0; i < blocks->count; i++) {
        const struct kb_block *b = &blocks->items[i];
        uint32_t at = kb_fact_container(f, b);
        uint32_t words = (b->marks & KB_MARK_PROSE) ? b->words : 0;
        direct[at] += 2 * words;
        if (at)
            direct[kb_fact_box(f, at)->up] += words;
    }
    for (uint32_t i = 0; i < blocks->box_count; i++)
        if (direct[i] > direct[f->main_direct])
            f->main_direct = i;
    return true;
}

static uint32_t combine(uint32_t a, uint32_t b) {
    return (a * 0x9E3779B1u ^ b) * 0x85EBCA6Bu;
}

static uint32_t signature(const struct kb_facts *f, const struct kb_block *b, int kind) {
    const struct kb_box *own = kb_fact_box(f, b->box), *up = kb_fact_box(f, own->parent);
    const struct kb_box *next = kb_fact_box(f, up->parent);
    switch (kind) {
    case 0: return combine(own->class_hash, up->class_hash);
    case 1: return combine(combine(own->class_hash, up->class_hash), next->class_hash);
    default: {
        uint32_t h = own->depth;
        for (int i = 0; i < 5; i++) {
            h = combine(h, (uint32_t)own->node->local_name);
            own = kb_fact_box(f, own->parent);
        }
        return h;
    }
    }
}

static bool fill_groups(struct kb_facts *f, struct kb_arena *arena) {
    const struct kb_blocks *blocks = f->blocks;
    size_t size = 16;
    while (size < blocks->count * 2)
        size *= 2;
    f->group_slots = size;
    for (int k = 0; k < KB_SIGNATURES; k++) {
        struct kb_group *groups = kb_arena_zalloc(arena, size, sizeof *groups);
        f->group_of[k] = kb_arena_zalloc(arena, blocks->count, sizeof **f->group_of);
        if (!groups || !f->group_of[k])
            return false;
        for (size_t i = 0; i < blocks->count; i++) {
            const struct kb_block *b = &blocks->items[i];
            uint32_t sign = signature(f, b, k) | 1, slot = sign * 0x9E3779B1u >> 7;
            while (groups[slot &= (uint32_t)size - 1].signature &&
                   groups[slot].signature != sign)
                slot++;
            struct kb_group *g = &groups[slot];
            g->signature = sign;
            g->count++;
            g->words += b->words;
            g->link_words += b->link_words;
            g->prose += (b->marks & KB_MARK_PROSE) ? b->words : 0;
            g->inside += kb_fact_inside(f, f->main_half, i);
            f->group_of[k][i] = slot;
        }
        f->groups[k] = groups;
    }
    return true;
}

static bool fill_duplicates(struct kb_facts *f, struct kb_arena *arena) {
    const struct kb_blocks *blocks = f->blocks;
    size_t size = 16;
    while (size < blocks->count * 2)
        size *= 2;
    uint32_t *table = kb_arena_zalloc(arena, size, sizeof *table);
    f->dup_of = kb_arena_zalloc(arena, blocks->count, sizeof *f->dup_of);
    f->dup_count = kb_arena_zalloc(arena, blocks->count, sizeof *f->dup_count);
    f->dup_kept = kb_arena_zalloc(arena, blocks->count, sizeof *f->dup_kept);
    if (!table || !f->dup_of || !f->dup_count || !f->dup_kept)
        return false;
    for (uint32_t i = 0; i < blocks->count; i++) {
        uint64_t h = blocks->items[i].text_hash;
        size_t slot = (size_t)(h >> 20);
        while (table[slot &= size - 1] && blocks->items[table[slot] - 1].text_hash != h)
            slot++;
        if (!table[slot])
            table[slot] = i + 1;
        f->dup_of[i] = table[slot] - 1;
        f->dup_count[table[slot] - 1]++;
    }
    return true;
}

static bool fill_sums(struct kb_facts *f, struct kb_arena *arena) {
    const struct kb_blocks *blocks = f->blocks;
    size_t n = blocks->count + 1;
    f->words_before = kb_arena_zalloc(arena, n, sizeof *f->words_before);
    f->links_before = kb_arena_zalloc(arena, n, sizeof *f->links_before);
    f->prose_before = kb_arena_zalloc(arena, n, sizeof *f->prose_before);
    if (!f->words_before || !f->links_before || !f->prose_before)
        return false;
    f->first_prose = (uint32_t)blocks->count;
    uint32_t best_hits = 0;
    f->title_block = (uint32_t)blocks->count;
    for (uint32_t i = 0; i < blocks->count; i++) {
        const struct kb_block *b = &blocks->items[i];
        const struct kb_box *box = kb_fact_box(f, b->box);
        bool prose = (b->marks & KB_MARK_PROSE);
        f->words_before[i + 1] = f->words_before[i] + b->words;
        f->links_before[i + 1] = f->links_before[i] + b->link_words;
        f->prose_before[i + 1] = f->prose_before[i] + (prose ? b->words : 0);
        if (prose && kb_fact_inside(f, f->main_half, i)) {
            f->last_prose = i;
            if (f->first_prose == blocks->count)
                f->first_prose = i;
        }
        f->paragraphs += box->group == KB_TAG_P;
        f->items += box->group == KB_TAG_LI;
        f->cells += box->group == KB_TAG_CELL;
        f->headings += box->group == KB_TAG_HEADING;
        uint32_t n_words = b->word_count;
        if (box->group == KB_TAG_HEADING && b->title_hits * 4u >= n_words * 3u) {
            uint32_t hits = b->title_hits * 4u + (box->level == 1 ? 2 : 0);
            if (hits > best_hits) {
                best_hits = hits;
                f->title_block = i;
            }
        }
    }
    for (size_t i = 0; i < blocks->box_count; i++) {
        f->articles += blocks->boxes[i].group == KB_TAG_ARTICLE;
        f->forms += blocks->boxes[i].group == KB_TAG_FORM;
        f->comment_boxes += (blocks->boxes[i].classes >> KB_CLASS_COMMENT) & 1;
    }
    return true;
}

enum { PHRASE_WORDS = 14 }; /* longer blocks are not looked up */

/* What the languages' phrases say of short blocks: of their first text, as it stands. */
static bool fill_phrases(struct kb_facts *f, const struct kb_lexicon *lexicon,
                         struct kb_arena *arena) {
    const struct kb_blocks *blocks = f->blocks;
    f->begins = kb_arena_zalloc(arena, blocks->count, sizeof *f->begins);
    f->whole = kb_arena_zalloc(arena, blocks->count, sizeof *f->whole);
    if (!f->begins || !f->whole)
        return false;
    for (size_t i = 0; lexicon && i < blocks->count; i++) {
        const struct kb_block *b = &blocks->items[i];
        if (b->words > PHRASE_WORDS)
            continue;
        struct kb_str text = kb_str_trim(kb_dom_text(b->node));
        struct kb_phrase_hits hits = kb_lexicon_match(lexicon, text);
        f->begins[i] = hits.begins;
        f->whole[i] = hits.whole;
    }
    return true;
}

static void read_url(struct kb_facts *f, struct kb_str url) {
    size_t scheme = kb_str_find(url, KB_STR("://"));
    struct kb_str rest = url;
    if (scheme != KB_NOT_FOUND)
        rest = kb_str_slice(url, scheme + 3, url.n);
    size_t slash = kb_str_find_byte(rest, '/');
    rest = slash == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(rest, slash + 1, rest.n);
    size_t query = kb_str_find_byte(rest, '?');
    if (query != KB_NOT_FOUND)
        rest.n = query;
    f->url_root = kb_flag(url.n && !rest.n);
    f->url_length = kb_log_byte(rest.n);
    f->url_html = kb_flag(kb_str_find(rest, KB_STR(".htm")) != KB_NOT_FOUND);
    size_t depth = 0, hyphens = 0, digits = 0, longest = 0;
    for (size_t i = 0; i < rest.n; i++) {
        if (rest.p[i] == '/' && i + 1 < rest.n) {
            depth++;
            hyphens = 0;
        }
        hyphens += rest.p[i] == '-' || rest.p[i] == '_';
        digits = kb_is_digit(rest.p[i]) ? digits + 1 : 0;
        longest = digits > longest ? digits : longest;
    }
    f->url_depth = kb_log_byte(depth);
    f->url_slug_words = kb_log_byte(hyphens);
    f->url_digits = kb_log_byte(longest);
}

enum kb_status kb_page_facts(const struct kb_blocks *blocks,
                             const struct kb_page_meta *meta, struct kb_str url,
                             const struct kb_page_nodes *nodes,
                             const struct kb_lexicon *lexicon, struct kb_arena *arena,
                             struct kb_facts **out) {
    struct kb_facts *f = kb_arena_zalloc(arena, 1, sizeof *f);
    if (!f)
        return KB_ENOMEM;
    *f = (struct kb_facts){.blocks = blocks,
                           .meta = meta,
                           .times = nodes->time_count,
                           .h1s = nodes->heading_count};
    *out = f;
    if (!blocks->count)
        return KB_OK;
    f->near = kb_arena_alloc(arena, blocks->box_count * sizeof *f->near);
    f->hidden = kb_arena_alloc(arena, blocks->box_count);
    if (!f->near || !f->hidden)
        return KB_ENOMEM;
    fill_near(f);
    read_url(f, url);
    if (!find_mains(f, arena) || !fill_groups(f, arena) || !fill_duplicates(f, arena) ||
        !fill_sums(f, arena) || !fill_phrases(f, lexicon, arena))
        return KB_ENOMEM;
    return KB_OK;
}
