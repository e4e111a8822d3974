/* What the first forest sees of a block: one byte a question.
 *
 * In: the counted blocks and boxes, the page's metadata and address.  Out: a matrix of
 * bytes, one column a feature.  Counts enter as logarithms, shares as 255ths, distances
 * fading from 255.  Bytes make the forest's comparisons sixteen to an instruction, and the
 * same bytes are what the training program sees, so nothing can differ between the two. */
#include "page/blocks.h"

#include <stdlib.h>

/* ---- bytes out of numbers --------------------------------------------------------------------- */

/* 24 · log2(1 + n), up to 255 at n = 1,580: the steps between 0, 1, 2, 3 stay apart. */
static uint8_t log_byte(size_t n) {
    static const uint8_t fine[16] = {0, 24, 38, 48, 56, 62, 67, 72,
                                     76, 80, 83, 86, 89, 91, 94, 96};
    size_t shift = 0, value;
    if (n < 16)
        return fine[n];
    for (n += 1; n >= 32; n >>= 1)
        shift++;
    value = 24 * (4 + shift) + (n - 16) * 24 / 16;
    return value > 255 ? 255 : (uint8_t)value;
}

static uint8_t share(size_t part, size_t whole) {
    if (!whole)
        return 0;
    return part >= whole ? 255 : (uint8_t)(part * 255 / whole);
}

static uint8_t flag(bool yes) {
    return yes ? 255 : 0;
}

/* A signed distance around 128: near ones finer than far ones. */
static uint8_t signed_log(long long d) {
    uint8_t v = log_byte((size_t)(d < 0 ? -d : d)) / 2;
    return d < 0 ? (uint8_t)(128 - v) : (uint8_t)(128 + (v > 127 ? 127 : v));
}

/* ---- what is known of the whole page ------------------------------------------------------------ */

enum { NEAR = KB_TAG_GROUPS + KB_CLASS_COUNT, FADE = 20, FAR = 40, CHAIN = 5, SIGNATURES = 3 };

struct group { /* of blocks with the same signature */
    uint32_t signature;
    uint32_t count, words, link_words, prose, inside;
};

struct page {
    const struct kb_blocks *blocks;
    const struct kb_page_meta *meta;
    uint8_t (*near)[NEAR];       /* by box: how near an element or class of a kind is */
    uint32_t *up;                /* by box: the next container with more text */
    struct group *groups[SIGNATURES];
    uint32_t *group_of[SIGNATURES]; /* by block */
    uint32_t *dup_of;            /* by block: index of its text's first occurrence */
    uint32_t *dup_count;         /* by first occurrence */
    uint32_t *words_before, *links_before, *prose_before; /* by block: sums, one more entry */
    uint32_t main_half, main_most, main_direct; /* boxes: see find_mains */
    uint32_t title_block;        /* block that prints the headline, or count */
    uint32_t first_prose, last_prose;
    uint8_t *hidden;             /* by box */
    size_t times, h1s;
    uint32_t paragraphs, items, cells, headings, articles, comment_boxes, forms;
    uint8_t url_depth, url_slug_words, url_digits, url_root, url_html, url_length;
};

static const struct kb_block *block_at(const struct page *p, long long i) {
    if (i < 0 || i >= (long long)p->blocks->count)
        return NULL;
    return &p->blocks->items[i];
}

static const struct kb_box *box_at(const struct page *p, uint32_t i) {
    return &p->blocks->boxes[i];
}

static bool is_prose(const struct kb_block *b) {
    return b->words >= 10 && b->stops && b->link_words * 3u < b->words;
}

/* Nearness of kinds of elements and classes, handed down from box to box. */
static void fill_near(struct page *p) {
    for (size_t i = 0; i < p->blocks->box_count; i++) {
        const struct kb_box *box = &p->blocks->boxes[i];
        uint8_t *own = p->near[i];
        p->hidden[i] = flag((box->flags & KB_BOX_HIDDEN) || (i && p->hidden[box->parent]));
        if (i) {
            const uint8_t *from = p->near[box->parent];
            for (size_t k = 0; k < NEAR; k++) {
                uint8_t v = from[k];
                own[k] = v > FAR + FADE ? (uint8_t)(v - FADE) : v ? FAR : 0;
            }
        } else {
            memset(own, 0, NEAR);
        }
        own[box->group] = 255;
        for (uint32_t bits = box->classes, k = 0; bits; bits >>= 1, k++)
            if (bits & 1)
                own[KB_TAG_GROUPS + k] = 255;
    }
}

/* The containers that count: wrappers without text of their own are passed over. */
static void fill_up(struct page *p) {
    for (uint32_t i = 0; i < p->blocks->box_count; i++) {
        const struct kb_box *box = box_at(p, i), *parent = box_at(p, box->parent);
        p->up[i] = i && parent->words <= box->words ? p->up[box->parent] : box->parent;
    }
}

static uint32_t container_of(const struct page *p, const struct kb_block *b) {
    return box_at(p, b->box)->words > b->words ? b->box : p->up[b->box];
}

/* Three guesses at the article's container: the deepest box that holds half of the page's
 * prose, the deepest that holds four fifths, and the one with most prose directly in it
 * (a block's words count whole for its container, half for the next one, as in
 * Readability's scoring). */
static bool find_mains(struct page *p, struct kb_arena *arena) {
    const struct kb_blocks *blocks = p->blocks;
    size_t prose = blocks->prose_words;
    uint32_t *direct = kb_arena_zalloc(arena, blocks->box_count, sizeof *direct);
    if (!direct)
        return false;
    for (uint32_t i = 0; i < blocks->box_count; i++) {
        const struct kb_box *box = box_at(p, i);
        size_t own = prose ? box->prose_words : box->words - box->link_words;
        size_t all = prose ? prose : blocks->words - blocks->link_words;
        if (own * 2 >= all && box->depth >= box_at(p, p->main_half)->depth)
            p->main_half = i;
        if (own * 5 >= all * 4 && box->depth >= box_at(p, p->main_most)->depth)
            p->main_most = i;
    }
    for (size_t i = 0; i < blocks->count; i++) {
        const struct kb_block *b = &blocks->items[i];
        uint32_t at = container_of(p, b);
        uint32_t words = is_prose(b) ? b->words : 0;
        direct[at] += 2 * words;
        if (at)
            direct[p->up[at]] += words;
    }
    for (uint32_t i = 0; i < blocks->box_count; i++)
        if (direct[i] > direct[p->main_direct])
            p->main_direct = i;
    return true;
}

static bool inside(const struct page *p, uint32_t box, size_t block) {
    return block >= box_at(p, box)->first && block < box_at(p, box)->end;
}

static uint32_t combine(uint32_t a, uint32_t b) {
    return (a * 0x9E3779B1u ^ b) * 0x85EBCA6Bu;
}

static uint32_t signature(const struct page *p, const struct kb_block *b, int kind) {
    const struct kb_box *own = box_at(p, b->box), *up = box_at(p, own->parent);
    const struct kb_box *next = box_at(p, up->parent);
    switch (kind) {
    case 0: return combine(own->class_hash, up->class_hash);
    case 1: return combine(combine(own->class_hash, up->class_hash), next->class_hash);
    default: {
        uint32_t h = own->depth;
        for (int i = 0; i < 5; i++) {
            h = combine(h, (uint32_t)own->node->local_name);
            own = box_at(p, own->parent);
        }
        return h;
    }
    }
}

static bool fill_groups(struct page *p, struct kb_arena *arena) {
    const struct kb_blocks *blocks = p->blocks;
    size_t size = 16;
    while (size < blocks->count * 2)
        size *= 2;
    for (int k = 0; k < SIGNATURES; k++) {
        struct group *groups = kb_arena_zalloc(arena, size, sizeof *groups);
        p->group_of[k] = kb_arena_zalloc(arena, blocks->count, sizeof **p->group_of);
        if (!groups || !p->group_of[k])
            return false;
        for (size_t i = 0; i < blocks->count; i++) {
            const struct kb_block *b = &blocks->items[i];
            uint32_t sign = signature(p, b, k) | 1, slot = sign * 0x9E3779B1u >> 7;
            while (groups[slot &= (uint32_t)size - 1].signature &&
                   groups[slot].signature != sign)
                slot++;
            struct group *g = &groups[slot];
            g->signature = sign;
            g->count++;
            g->words += b->words;
            g->link_words += b->link_words;
            g->prose += is_prose(b) ? b->words : 0;
            g->inside += inside(p, p->main_half, i);
            p->group_of[k][i] = slot;
        }
        p->groups[k] = groups;
    }
    return true;
}

static bool fill_duplicates(struct page *p, struct kb_arena *arena) {
    const struct kb_blocks *blocks = p->blocks;
    size_t size = 16;
    while (size < blocks->count * 2)
        size *= 2;
    uint32_t *table = kb_arena_zalloc(arena, size, sizeof *table);
    p->dup_of = kb_arena_zalloc(arena, blocks->count, sizeof *p->dup_of);
    p->dup_count = kb_arena_zalloc(arena, blocks->count, sizeof *p->dup_count);
    if (!table || !p->dup_of || !p->dup_count)
        return false;
    for (uint32_t i = 0; i < blocks->count; i++) {
        uint64_t h = blocks->items[i].text_hash;
        size_t slot = (size_t)(h >> 20);
        while (table[slot &= size - 1] && blocks->items[table[slot] - 1].text_hash != h)
            slot++;
        if (!table[slot])
            table[slot] = i + 1;
        p->dup_of[i] = table[slot] - 1;
        p->dup_count[table[slot] - 1]++;
    }
    return true;
}

static bool fill_sums(struct page *p, struct kb_arena *arena) {
    const struct kb_blocks *blocks = p->blocks;
    size_t n = blocks->count + 1;
    p->words_before = kb_arena_zalloc(arena, n, sizeof *p->words_before);
    p->links_before = kb_arena_zalloc(arena, n, sizeof *p->links_before);
    p->prose_before = kb_arena_zalloc(arena, n, sizeof *p->prose_before);
    if (!p->words_before || !p->links_before || !p->prose_before)
        return false;
    p->first_prose = (uint32_t)blocks->count;
    uint32_t best_hits = 0;
    p->title_block = (uint32_t)blocks->count;
    for (uint32_t i = 0; i < blocks->count; i++) {
        const struct kb_block *b = &blocks->items[i];
        const struct kb_box *box = box_at(p, b->box);
        bool prose = is_prose(b);
        p->words_before[i + 1] = p->words_before[i] + b->words;
        p->links_before[i + 1] = p->links_before[i] + b->link_words;
        p->prose_before[i + 1] = p->prose_before[i] + (prose ? b->words : 0);
        if (prose && inside(p, p->main_half, i)) {
            p->last_prose = i;
            if (p->first_prose == blocks->count)
                p->first_prose = i;
        }
        p->paragraphs += box->group == KB_TAG_P;
        p->items += box->group == KB_TAG_LI;
        p->cells += box->group == KB_TAG_CELL;
        p->headings += box->group == KB_TAG_HEADING;
        uint32_t n_words = b->words + b->han / 2;
        if (box->group == KB_TAG_HEADING && b->title_hits * 4u >= n_words * 3u) {
            uint32_t hits = b->title_hits * 4u + (box->level == 1 ? 2 : 0);
            if (hits > best_hits) {
                best_hits = hits;
                p->title_block = i;
            }
        }
    }
    for (size_t i = 0; i < blocks->box_count; i++) {
        p->articles += blocks->boxes[i].group == KB_TAG_ARTICLE;
        p->forms += blocks->boxes[i].group == KB_TAG_FORM;
        p->comment_boxes += (blocks->boxes[i].classes >> KB_CLASS_COMMENT) & 1;
    }
    return true;
}

static void read_url(struct page *p, struct kb_str url) {
    size_t scheme = kb_str_find(url, KB_STR("://"));
    struct kb_str rest = url;
    if (scheme != KB_NOT_FOUND)
        rest = kb_str_slice(url, scheme + 3, url.n);
    size_t slash = kb_str_find_byte(rest, '/');
    rest = slash == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(rest, slash + 1, rest.n);
    size_t query = kb_str_find_byte(rest, '?');
    if (query != KB_NOT_FOUND)
        rest.n = query;
    p->url_root = flag(url.n && !rest.n);
    p->url_length = log_byte(rest.n);
    p->url_html = flag(kb_str_find(rest, KB_STR(".htm")) != KB_NOT_FOUND);
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
    p->url_depth = log_byte(depth);
    p->url_slug_words = log_byte(hyphens);
    p->url_digits = log_byte(longest);
}

/* ---- one block's surroundings --------------------------------------------------------------------- */

struct chain { /* the containers around a block, the nearest first */
    const struct kb_box *box[CHAIN];
    uint32_t index[CHAIN];
};

static void fill_chain(const struct page *p, const struct kb_block *b, struct chain *out) {
    uint32_t at = container_of(p, b);
    for (int i = 0; i < CHAIN; i++) {
        out->index[i] = at;
        out->box[i] = box_at(p, at);
        at = p->up[at];
    }
}

/* How a block lies to a container: inside and near 255, outside and far 0. */
static uint8_t lies_to(const struct page *p, uint32_t target, const struct kb_block *b,
                       size_t i) {
    const struct kb_box *t = box_at(p, target);
    uint32_t at = container_of(p, b);
    if (inside(p, target, i)) {
        int steps = 0;
        for (; at != target && box_at(p, at)->depth > t->depth && steps < 6; steps++)
            at = p->up[at];
        return (uint8_t)(255 - 18 * steps);
    }
    int steps = 0;
    for (; steps < 8 && at; steps++) {
        const struct kb_box *box = box_at(p, at);
        if (box->first <= t->first && box->end >= t->end)
            break;
        at = p->up[at];
    }
    return (uint8_t)(120 - 14 * steps);
}

static uint8_t kind_byte(const struct page *p, const struct kb_block *b) {
    if (!b)
        return 0;
    switch (box_at(p, b->box)->group) {
    case KB_TAG_P: return 255;
    case KB_TAG_QUOTE: case KB_TAG_PRE: return 220;
    case KB_TAG_LI: case KB_TAG_DEFINITION: return 180;
    case KB_TAG_CELL: return 150;
    case KB_TAG_HEADING: return 120;
    case KB_TAG_CAPTION: case KB_TAG_FIGURE: return 90;
    case KB_TAG_BUTTON: case KB_TAG_FORM: return 30;
    default: return 60;
    }
}

struct around { /* neighbours at one distance on one side */
    uint8_t words, links, kind, stop, same_box, same_sign;
};

static struct around look_at(const struct page *p, size_t i, long long step) {
    const struct kb_block *b = block_at(p, (long long)i), *n = block_at(p, (long long)i + step);
    struct around a = {0};
    if (!n)
        return a;
    size_t at = (size_t)((long long)i + step);
    a.words = log_byte(n->words);
    a.links = share(n->link_words, n->words);
    a.kind = kind_byte(p, n);
    a.stop = flag(n->last == KB_CHAR_STOP || n->last == KB_CHAR_QUOTE);
    a.same_box = flag(container_of(p, n) == container_of(p, b));
    a.same_sign = flag(p->group_of[0][at] == p->group_of[0][i]);
    return a;
}

struct window {
    uint8_t words, links, prose;
};

static struct window sum_window(const struct page *p, long long from, long long to) {
    long long n = (long long)p->blocks->count;
    from = from < 0 ? 0 : from > n ? n : from;
    to = to > n ? n : to < from ? from : to;
    size_t words = p->words_before[to] - p->words_before[from];
    size_t links = p->links_before[to] - p->links_before[from];
    size_t prose = p->prose_before[to] - p->prose_before[from];
    return (struct window){log_byte(words), share(links, words), share(prose, words)};
}

struct heading { /* the nearest heading before a block */
    uint32_t at;     /* count where there is none */
    uint8_t level;
};

static uint8_t near_of(const struct page *p, const struct kb_block *b, size_t k) {
    if (k >= KB_TAG_GROUPS && (b->classes >> (k - KB_TAG_GROUPS) & 1))
        return 255;
    return p->near[b->box][k];
}

/* ---- the features ------------------------------------------------------------------------------------ */

/* Name and value; the values are expressions over the locals of fill_row below. */
#define FEATURES(X)                                                                      \
    X(words, log_byte(b->words))                                                         \
    X(chars, log_byte(b->chars / 2))                                                     \
    X(word_length, share(b->chars, b->words * 16u))                                      \
    X(link_share, share(b->link_words, b->words))                                        \
    X(links, log_byte(b->links))                                                         \
    X(plain_words, log_byte(b->words - (b->link_words < b->words ? b->link_words : b->words))) \
    X(bold_share, share(b->bold_words, b->words))                                        \
    X(stops, log_byte(b->stops))                                                         \
    X(stop_rate, share(b->stops * 8u, b->words))                                         \
    X(commas, log_byte(b->commas))                                                       \
    X(comma_rate, share(b->commas * 8u, b->words))                                       \
    X(digit_share, share(b->digits, b->chars))                                           \
    X(upper_share, share(b->uppers, b->words))                                           \
    X(capital_share, share(b->capitals, b->chars))                                       \
    X(bars, log_byte(b->bars))                                                           \
    X(quotes, log_byte(b->quotes))                                                       \
    X(han_share, share(b->han, b->chars))                                                \
    X(title_share, share(b->title_hits, b->words + b->han / 2u))                         \
    X(about_share, share(b->about_hits, b->words + b->han / 2u))                         \
    X(body_share, share(b->body_hits, b->shingles))                                      \
    X(body_known, flag(b->shingles > 0) / 2 + flag(p->meta->body_text.n >= 100) / 2)     \
    X(first_upper, flag(b->first == KB_CHAR_UPPER))                                      \
    X(first_lower, flag(b->first == KB_CHAR_LOWER))                                      \
    X(first_digit, flag(b->first == KB_CHAR_DIGIT))                                      \
    X(first_sign, flag(b->first == KB_CHAR_SIGN || b->first == KB_CHAR_BAR ||            \
                       b->first == KB_CHAR_DASH || b->first == KB_CHAR_BRACKET))         \
    X(first_quote, flag(b->first == KB_CHAR_QUOTE))                                      \
    X(last_stop, flag(b->last == KB_CHAR_STOP))                                          \
    X(last_colon, flag(b->last == KB_CHAR_COLON))                                        \
    X(last_quote, flag(b->last == KB_CHAR_QUOTE))                                        \
    X(last_letter, flag(b->last <= KB_CHAR_DIGIT || b->last == KB_CHAR_LETTER))          \
    X(last_bracket, flag(b->last == KB_CHAR_BRACKET))                                    \
    X(copyright, flag(b->marks & KB_MARK_COPYRIGHT))                                     \
    X(at_sign, flag(b->marks & KB_MARK_AT))                                              \
    X(year, flag(b->marks & KB_MARK_YEAR))                                               \
    X(clock, flag(b->marks & KB_MARK_TIME))                                              \
    X(picture, flag(b->marks & KB_MARK_IMAGE))                                           \
    X(inline_class, flag(b->marks & KB_MARK_INLINE_BOX))                                 \
    X(breaks, log_byte(b->breaks))                                                       \
    X(prose, flag(is_prose(b)))                                                          \
    X(kind, kind_byte(p, b))                                                             \
    X(is_p, flag(own->group == KB_TAG_P))                                                \
    X(is_heading, own->group == KB_TAG_HEADING ? (uint8_t)(255 - 20 * own->level) : 0)   \
    X(is_li, flag(own->group == KB_TAG_LI))                                              \
    X(is_cell, flag(own->group == KB_TAG_CELL))                                          \
    X(is_div, flag(own->group == KB_TAG_DIV))                                            \
    X(is_other, flag(own->group == KB_TAG_OTHER))                                        \
    X(is_button, flag(own->group == KB_TAG_BUTTON))                                      \
    X(own_alone, share(b->words, own->words))                                            \
    X(own_children, log_byte(own->children))                                             \
    X(depth, (uint8_t)(own->depth > 63 ? 255 : own->depth * 4))                          \
    X(hidden, p->hidden[b->box])                                                         \
    X(c0_words, log_byte(c.box[0]->words))                                               \
    X(c0_links, share(c.box[0]->link_words, c.box[0]->words))                            \
    X(c0_prose, share(c.box[0]->prose_words, c.box[0]->words))                           \
    X(c0_blocks, log_byte(c.box[0]->end - c.box[0]->first))                              \
    X(c0_children, log_byte(c.box[0]->children))                                         \
    X(c0_share, share(b->words, c.box[0]->words))                                        \
    X(c0_at, share(i - c.box[0]->first, c.box[0]->end - c.box[0]->first))                \
    X(c0_stops, share(c.box[0]->blocks_with_stop, c.box[0]->end - c.box[0]->first))      \
    X(c1_words, log_byte(c.box[1]->words))                                               \
    X(c1_links, share(c.box[1]->link_words, c.box[1]->words))                            \
    X(c1_prose, share(c.box[1]->prose_words, c.box[1]->words))                           \
    X(c1_blocks, log_byte(c.box[1]->end - c.box[1]->first))                              \
    X(c1_children, log_byte(c.box[1]->children))                                         \
    X(c1_share, share(c.box[0]->words, c.box[1]->words))                                 \
    X(c1_at, share(i - c.box[1]->first, c.box[1]->end - c.box[1]->first))                \
    X(c1_stops, share(c.box[1]->blocks_with_stop, c.box[1]->end - c.box[1]->first))      \
    X(c2_words, log_byte(c.box[2]->words))                                               \
    X(c2_links, share(c.box[2]->link_words, c.box[2]->words))                            \
    X(c2_prose, share(c.box[2]->prose_words, c.box[2]->words))                           \
    X(c2_blocks, log_byte(c.box[2]->end - c.box[2]->first))                              \
    X(c2_children, log_byte(c.box[2]->children))                                         \
    X(c2_at, share(i - c.box[2]->first, c.box[2]->end - c.box[2]->first))                \
    X(c3_words, log_byte(c.box[3]->words))                                               \
    X(c3_links, share(c.box[3]->link_words, c.box[3]->words))                            \
    X(c3_prose, share(c.box[3]->prose_words, c.box[3]->words))                           \
    X(c3_children, log_byte(c.box[3]->children))                                         \
    X(c4_links, share(c.box[4]->link_words, c.box[4]->words))                            \
    X(c4_prose, share(c.box[4]->prose_words, c.box[4]->words))                           \
    X(to_half, lies_to(p, p->main_half, b, i))                                           \
    X(to_most, lies_to(p, p->main_most, b, i))                                           \
    X(to_direct, lies_to(p, p->main_direct, b, i))                                       \
    X(s0_count, log_byte(g[0]->count))                                                   \
    X(s0_words, log_byte(g[0]->words / g[0]->count))                                     \
    X(s0_links, share(g[0]->link_words, g[0]->words))                                    \
    X(s0_prose, share(g[0]->prose, g[0]->words))                                         \
    X(s0_inside, share(g[0]->inside, g[0]->count))                                       \
    X(s0_share, share(g[0]->prose, p->blocks->prose_words))                              \
    X(s1_count, log_byte(g[1]->count))                                                   \
    X(s1_words, log_byte(g[1]->words / g[1]->count))                                     \
    X(s1_links, share(g[1]->link_words, g[1]->words))                                    \
    X(s1_prose, share(g[1]->prose, g[1]->words))                                         \
    X(s1_inside, share(g[1]->inside, g[1]->count))                                       \
    X(s1_share, share(g[1]->prose, p->blocks->prose_words))                              \
    X(s2_count, log_byte(g[2]->count))                                                   \
    X(s2_words, log_byte(g[2]->words / g[2]->count))                                     \
    X(s2_links, share(g[2]->link_words, g[2]->words))                                    \
    X(s2_prose, share(g[2]->prose, g[2]->words))                                         \
    X(s2_share, share(g[2]->prose, p->blocks->prose_words))                              \
    X(p1_words, n[0].words) X(p1_links, n[0].links) X(p1_kind, n[0].kind)                \
    X(p1_stop, n[0].stop) X(p1_box, n[0].same_box) X(p1_sign, n[0].same_sign)            \
    X(n1_words, n[1].words) X(n1_links, n[1].links) X(n1_kind, n[1].kind)                \
    X(n1_stop, n[1].stop) X(n1_box, n[1].same_box) X(n1_sign, n[1].same_sign)            \
    X(p2_words, n[2].words) X(p2_links, n[2].links) X(p2_kind, n[2].kind)                \
    X(p2_stop, n[2].stop) X(p2_box, n[2].same_box) X(p2_sign, n[2].same_sign)            \
    X(n2_words, n[3].words) X(n2_links, n[3].links) X(n2_kind, n[3].kind)                \
    X(n2_stop, n[3].stop) X(n2_box, n[3].same_box) X(n2_sign, n[3].same_sign)            \
    X(p3_words, n[4].words) X(p3_links, n[4].links) X(p3_kind, n[4].kind)                \
    X(n3_words, n[5].words) X(n3_links, n[5].links) X(n3_kind, n[5].kind)                \
    X(w3_words, w[0].words) X(w3_links, w[0].links) X(w3_prose, w[0].prose)              \
    X(w8_words, w[1].words) X(w8_links, w[1].links) X(w8_prose, w[1].prose)              \
    X(b12_words, w[2].words) X(b12_links, w[2].links) X(b12_prose, w[2].prose)           \
    X(a12_words, w[3].words) X(a12_links, w[3].links) X(a12_prose, w[3].prose)           \
    X(heading_away, hd.at < i ? log_byte(i - hd.at) : 255)                               \
    X(heading_words, hd.at < i ? log_byte(p->words_before[i] - p->words_before[hd.at]) : 255) \
    X(heading_level, hd.level)                                                           \
    X(heading_near, hd.at < i ? flag(container_of(p, block_at(p, hd.at)) == c.index[0]) : 0) \
    X(next_heading, next_heading > i ? log_byte(next_heading - i) : 255)                 \
    X(title_away, p->title_block < count ? signed_log((long long)i - p->title_block) : 0) \
    X(title_words_away, p->title_block < count                                           \
          ? signed_log((long long)p->words_before[i] - p->words_before[p->title_block]) : 0) \
    X(is_title, flag(i == p->title_block))                                               \
    X(first_prose_away, signed_log((long long)i - p->first_prose))                       \
    X(last_prose_away, signed_log((long long)i - p->last_prose))                         \
    X(at_blocks, share(i, count))                                                        \
    X(at_words, share(p->words_before[i], p->blocks->words))                             \
    X(at_prose, share(p->prose_before[i], p->blocks->prose_words))                       \
    X(in_half, share(i - mh->first, i >= mh->first ? mh->end - mh->first : 0))           \
    X(dup_count, log_byte(p->dup_count[p->dup_of[i]] - 1))                               \
    X(dup_again, flag(p->dup_of[i] != i))                                                \
    X(page_words, log_byte(p->blocks->words / 8))                                        \
    X(page_blocks, log_byte(count / 4))                                                  \
    X(page_links, share(p->blocks->link_words, p->blocks->words))                        \
    X(page_prose, share(p->blocks->prose_words, p->blocks->words))                       \
    X(page_prose_words, log_byte(p->blocks->prose_words / 4))                            \
    X(page_main, share(box_at(p, p->main_direct)->prose_words, p->blocks->prose_words))  \
    X(page_half_links, share(mh->link_words, mh->words))                                 \
    X(page_paragraphs, share(p->paragraphs, count))                                      \
    X(page_items, share(p->items, count))                                                \
    X(page_cells, share(p->cells, count))                                                \
    X(page_headings, share(p->headings, count))                                          \
    X(page_articles, log_byte(p->articles))                                              \
    X(page_comments, log_byte(p->comment_boxes))                                         \
    X(page_forms, log_byte(p->forms))                                                    \
    X(page_times, log_byte(p->times))                                                    \
    X(page_h1, log_byte(p->h1s))                                                         \
    X(type_article, flag(p->meta->types & KB_TYPE_ARTICLE))                              \
    X(type_product, flag(p->meta->types & KB_TYPE_PRODUCT))                              \
    X(type_forum, flag(p->meta->types & KB_TYPE_FORUM))                                  \
    X(type_listing, flag(p->meta->types & KB_TYPE_LISTING))                              \
    X(type_other, (uint8_t)((p->meta->types >> 4 & 31) * 8))                             \
    X(url_root, p->url_root) X(url_depth, p->url_depth) X(url_digits, p->url_digits)     \
    X(url_slug, p->url_slug_words) X(url_html, p->url_html) X(url_length, p->url_length)

/* Nearness columns follow the list: the tag groups, then the class words. */
static const char *const near_names[NEAR] = {
    "near_other", "near_div", "near_p", "near_heading", "near_li", "near_list", "near_cell",
    "near_table", "near_definition", "near_quote", "near_pre", "near_figure",
    "near_caption", "near_article", "near_main", "near_section", "near_aside", "near_nav",
    "near_header", "near_footer", "near_form", "near_button", "near_details",
    "near_address",
#define X(name) "class_" #name,
    KB_CLASS_LIST(X)
#undef X
};

static const char *const list_names[] = {
#define X(name, value) #name,
    FEATURES(X)
#undef X
};

enum { LISTED = KB_COUNT(list_names) };

size_t kb_page_feature_count(void) {
    return LISTED + NEAR;
}

const char *kb_page_feature_name(size_t feature) {
    return feature < LISTED ? list_names[feature] : near_names[feature - LISTED];
}

static void fill_row(const struct page *p, size_t i, struct heading hd, size_t next_heading,
                     uint8_t *out, size_t stride) {
    const struct kb_block *b = &p->blocks->items[i];
    const struct kb_box *own = box_at(p, b->box), *mh = box_at(p, p->main_half);
    const size_t count = p->blocks->count;
    const long long at = (long long)i;
    const struct group *g[SIGNATURES];
    struct chain c;
    fill_chain(p, b, &c);
    for (int k = 0; k < SIGNATURES; k++)
        g[k] = &p->groups[k][p->group_of[k][i]];
    const struct around n[6] = {look_at(p, i, -1), look_at(p, i, 1), look_at(p, i, -2),
                                look_at(p, i, 2), look_at(p, i, -3), look_at(p, i, 3)};
    const struct window w[4] = {sum_window(p, at - 3, at + 4), sum_window(p, at - 8, at + 9),
                                sum_window(p, at - 12, at), sum_window(p, at + 1, at + 13)};
#define X(name, value)                                                                   \
    *out = (uint8_t)(value);                                                             \
    out += stride;
    FEATURES(X)
#undef X
    for (size_t k = 0; k < NEAR; k++, out += stride)
        *out = near_of(p, b, k);
}

enum kb_status kb_page_features(const struct kb_blocks *blocks,
                                const struct kb_page_meta *meta, struct kb_str url,
                                const struct kb_page_nodes *nodes, struct kb_arena *arena,
                                struct kb_matrix *out) {
    struct page p = {.blocks = blocks, .meta = meta, .times = nodes->time_count,
                     .h1s = nodes->heading_count};
    size_t n = blocks->count;
    *out = (struct kb_matrix){.rows = n, .stride = (n + 31) / 32 * 32,
                              .columns = kb_page_feature_count()};
    if (!n)
        return KB_OK;
    p.near = kb_arena_zalloc(arena, blocks->box_count, sizeof *p.near);
    p.up = kb_arena_zalloc(arena, blocks->box_count, sizeof *p.up);
    p.hidden = kb_arena_zalloc(arena, blocks->box_count, 1);
    out->data = kb_arena_zalloc(arena, out->columns, out->stride);
    if (!p.near || !p.up || !p.hidden || !out->data)
        return KB_ENOMEM;
    fill_near(&p);
    fill_up(&p);
    if (!find_mains(&p, arena) || !fill_groups(&p, arena) || !fill_duplicates(&p, arena) ||
        !fill_sums(&p, arena))
        return KB_ENOMEM;
    read_url(&p, url);
    struct heading hd = {.at = (uint32_t)n};
    size_t next_heading = 0;
    for (size_t i = 0; i < n; i++) {
        if (next_heading <= i) {
            next_heading = i + 1;
            while (next_heading < n &&
                   box_at(&p, blocks->items[next_heading].box)->group != KB_TAG_HEADING)
                next_heading++;
            next_heading = next_heading < n ? next_heading : 0;
            if (!next_heading)
                next_heading = SIZE_MAX;
        }
        fill_row(&p, i, hd, next_heading == SIZE_MAX ? 0 : next_heading, out->data + i,
                 out->stride);
        const struct kb_box *own = box_at(&p, blocks->items[i].box);
        if (own->group == KB_TAG_HEADING)
            hd = (struct heading){(uint32_t)i, (uint8_t)(255 - 20 * own->level)};
    }
    return KB_OK;
}
