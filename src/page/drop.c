/* Boxes that stand in or beside the article and are no part of it.
 *
 * In: blocks with the forests' choice made.  Out: what is left of it.  The forests look
 * at blocks; these rules look at a box as a whole, at what stands before and behind it
 * and at what it is headed by.  Each asks for two signs that have nothing to do with each
 * other, and takes no box away that holds much of what is kept. */
#include "page/choose.h"
#include "page/cut.h"

enum {
    ARTICLE_WORDS = 80, /* kept before a next article may begin */
    BOX_WORDS = 200,    /* longer boxes are more than a card or a call */
    FORM_WORDS = 60,
    REVIEW_MOST = 8, /* tenths of what is kept */
    FORMS = 3,       /* a page with more is made of them */
    CARD_WORDS = 60,
    CLIMB = 6,
    LOOKS = 200, /* blocks that are asked for phrases */
    LOOK_BYTES = 1000
};

#define BIT(phrase) (1u << KB_PHRASE_##phrase)

static const struct kb_box *box_at(const struct kb_chooser *c, uint32_t i) {
    return &c->blocks->boxes[i];
}

static bool holds(const struct kb_box *box, uint32_t block) {
    return block >= box->first && block < box->end;
}

/* True where a box of few words may go: it does not hold the headline, and most of the
 * text stands elsewhere. */
static bool may_go(const struct kb_chooser *c, const struct kb_box *box) {
    return !holds(box, c->facts->title_block) &&
           kb_choose_kept(c, box->first, box->end) * 3 <= kb_choose_kept_all(c);
}

/* True where most of what is kept is running text, and no forum's: lists of teasers and
 * discussions are made of such boxes as these rules take away. */
static bool reads_like_article(const struct kb_chooser *c) {
    const struct kb_blocks *blocks = c->blocks;
    uint32_t prose = 0, linked = 0;
    for (size_t i = 0; i < blocks->count; i++) {
        const struct kb_block *b = &blocks->items[i];
        if (!b->keep)
            continue;
        prose += b->marks & KB_MARK_PROSE ? b->words : 0;
        linked += b->link_words;
    }
    uint32_t all = kb_choose_kept_all(c);
    return prose * 10 >= all * 6 && linked * 5 <= all &&
           !(c->facts->meta->types & (KB_TYPE_FORUM | KB_TYPE_LISTING));
}

/* ---- the next article -------------------------------------------------------------- */

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
           boxes[copy].group == KB_TAG_ARTICLE;
}

/* True where the heading is one of an article of its own: in an article element that does
 * not hold the headline, of the headline's level, with a byline or date below it and
 * prose. */
static bool heads_article(const struct kb_chooser *c, uint32_t heading, uint32_t copy) {
    const struct kb_blocks *blocks = c->blocks;
    const struct kb_box *box = box_at(c, copy),
                        *h = box_at(c, blocks->items[heading].box);
    const struct kb_box *t = box_at(c, blocks->items[c->facts->title_block].box);
    bool article = false, signed_ = false;
    uint32_t at = blocks->items[heading].box;
    for (;; at = blocks->boxes[at].parent) {
        article |= blocks->boxes[at].group == KB_TAG_ARTICLE;
        if (at == copy || !at)
            break;
    }
    for (uint32_t i = heading > box->first + 2 ? heading - 2 : box->first;
         i < heading + 4 && i < box->end; i++) {
        const struct kb_block *b = &blocks->items[i];
        uint32_t classes = b->classes | box_at(c, b->box)->classes;
        signed_ |= i != heading && b->words <= 14 && b->last != KB_CHAR_STOP &&
                   ((classes & (1u << KB_CLASS_AUTHOR | 1u << KB_CLASS_META)) ||
                    (b->marks & (KB_MARK_YEAR | KB_MARK_TIME)));
    }
    return h->level == t->level && box->prose_words >= ARTICLE_WORDS / 2 &&
           box->first + 4 > heading && signed_ && (article || t->level == 1);
}

/* An endless page goes on with the next article, made like the first one: its headline
 * stands in the same elements, in another copy of their container.  That copy is dropped
 * where the first article has some length by then. */
static void drop_next_articles(struct kb_chooser *c) {
    const struct kb_blocks *blocks = c->blocks;
    uint32_t title = c->facts->title_block;
    if (title >= blocks->count || c->facts->meta->types & KB_TYPE_FORUM)
        return;
    for (uint32_t i = title + 1; i < blocks->count; i++) {
        const struct kb_block *b = &blocks->items[i];
        if (box_at(c, b->box)->group != KB_TAG_HEADING ||
            kb_choose_kept(c, title, i) < ARTICLE_WORDS)
            continue;
        uint32_t copy = b->box; /* up to the highest box that does not hold the title */
        while (copy && !holds(box_at(c, box_at(c, copy)->parent), title))
            copy = box_at(c, copy)->parent;
        if (is_headline_of_copy(blocks, blocks->items[title].box, b->box, copy) ||
            heads_article(c, i, copy)) {
            kb_choose_drop(c, box_at(c, copy)->first, box_at(c, copy)->end,
                           KB_REMOVED_RELATED);
            i = box_at(c, copy)->end - 1;
        }
    }
}

/* ---- consent dialogs --------------------------------------------------------------- */

static uint32_t word_hash(const char *word) {
    uint32_t h = KB_WORD_SEED;
    while (*word)
        h = kb_word_more(h, (unsigned char)*word++);
    return kb_word_end(h);
}

/* The technical term, which most languages took over as it is. */
static bool says_cookie(const struct kb_blocks *blocks, const struct kb_block *b) {
    const uint32_t one = word_hash("cookie"), many = word_hash("cookies");
    for (uint32_t k = 0; k < b->word_count; k++) {
        uint32_t word = blocks->words_seen[b->word_first + k];
        if (word == one || word == many)
            return true;
    }
    return false;
}

static bool speaks_of_cookies(const struct kb_chooser *c, const struct kb_block *b) {
    struct kb_str text = kb_str_cut(kb_dom_text(b->node), LOOK_BYTES);
    return says_cookie(c->blocks, b) || kb_lexicon_says_cookies(c->lexicon, text);
}

/* A consent dialog says so in its class, and speaks of cookies. */
static void drop_dialogs(struct kb_chooser *c, size_t *looks) {
    const struct kb_blocks *blocks = c->blocks;
    for (size_t i = 1; i < blocks->box_count && *looks; i++) {
        const struct kb_box *box = &blocks->boxes[i];
        bool found = false;
        if (!(box->classes >> KB_CLASS_COOKIE & 1) || box->words * 4 > blocks->words * 3)
            continue;
        for (uint32_t k = box->first; k < box->end && *looks && !found; k++) {
            if (!blocks->items[k].keep)
                continue;
            found = speaks_of_cookies(c, &blocks->items[k]);
            --*looks;
        }
        if (found)
            kb_choose_drop(c, box->first, box->end, KB_REMOVED_COOKIE_NOTE);
    }
}

/* The longest kept block behind the headline: in the midst of the article. */
static uint32_t longest_kept(const struct kb_chooser *c) {
    uint32_t at = c->facts->title_block;
    for (uint32_t i = at + 1; i < c->blocks->count; i++) {
        const struct kb_block *b = &c->blocks->items[i];
        if (b->keep &&
            (at == c->facts->title_block || b->words > c->blocks->items[at].words))
            at = i;
    }
    return at;
}

/* One without a telling class stands before the headline's container or behind all of the
 * text, and much of it speaks of cookies. */
static void drop_nameless_dialogs(struct kb_chooser *c, size_t *looks) {
    const struct kb_blocks *blocks = c->blocks;
    uint32_t title = c->facts->title_block;
    if (title >= blocks->count)
        return;
    uint32_t core = longest_kept(c);
    for (uint32_t i = 0; i < blocks->count && *looks; i++) {
        if (!blocks->items[i].keep || (i > title && i <= core))
            continue;
        uint32_t at = blocks->items[i].box;
        while (at && !holds(box_at(c, box_at(c, at)->parent), title) &&
               !holds(box_at(c, box_at(c, at)->parent), core))
            at = box_at(c, at)->parent;
        const struct kb_box *box = box_at(c, at);
        uint32_t words = 0, asked = 0, blocks_with = 0;
        if (!at || holds(box, title) || holds(box, core))
            continue;
        /* most boxes cannot be one by their place and size, whatever they say */
        uint32_t kept = kb_choose_kept(c, i, box->end);
        bool last = kb_choose_kept(c, box->end, (uint32_t)blocks->count) * 10 <= kept;
        if ((i >= title && !last) || kept * 2 > kb_choose_kept_all(c)) {
            i = box->end - 1;
            continue;
        }
        for (uint32_t k = i; k < box->end && *looks; k++) {
            if (!blocks->items[k].keep)
                continue;
            bool found = speaks_of_cookies(c, &blocks->items[k]);
            words += found ? blocks->items[k].words : 0;
            blocks_with += found;
            asked += blocks->items[k].words;
            --*looks;
        }
        if (blocks_with >= 2 && words * 3 >= asked)
            kb_choose_drop(c, box->first, box->end, KB_REMOVED_COOKIE_NOTE);
        i = box->end - 1;
    }
}

/* ---- cards and calls inside the body ----------------------------------------------- */

static enum kb_removed_kind kind_of_heading(uint32_t bits) {
    if (bits & BIT(READ_ALSO))
        return KB_REMOVED_RELATED;
    if (bits & BIT(NEWSLETTER))
        return KB_REMOVED_NEWSLETTER;
    return KB_REMOVED_NONE;
}

static bool is_linked(const struct kb_block *b) {
    return b->words && b->link_words * 10u >= b->words * 8u;
}

/* "Read also" over a box of its own takes the box with it, excerpts and all, where links
 * stand in it; over a list or some lines of links, those. */
static void drop_headed(struct kb_chooser *c, uint32_t i) {
    const struct kb_blocks *blocks = c->blocks;
    enum kb_removed_kind kind = kind_of_heading(c->facts->whole[i]);
    const struct kb_box *best = NULL;
    uint32_t at = blocks->items[i].box;
    if (kind == KB_REMOVED_NONE)
        return;
    for (int up = 0; up < CLIMB && at; up++, at = box_at(c, at)->parent) {
        const struct kb_box *box = box_at(c, at);
        uint32_t links = 0;
        if (box->first != i || box->words > BOX_WORDS || !may_go(c, box))
            break;
        for (uint32_t k = i + 1; k < box->end; k++)
            links += blocks->items[k].links > 0;
        if (links * 3 >= box->end - i - 1 && box->link_words * 10 >= box->words)
            best = box;
    }
    uint32_t end = best ? best->end : i + 1;
    while (!best && end < blocks->count && is_linked(&blocks->items[end]) && end < i + 12)
        end++;
    if (end > i + 1)
        kb_choose_drop(c, i, end, kind);
}

static enum kb_removed_kind form_kind(const struct kb_chooser *c,
                                      const struct kb_box *box) {
    const uint32_t calls = BIT(NEWSLETTER) | BIT(SUBSCRIBE);
    if (box->classes >> KB_CLASS_NEWSLETTER & 1)
        return KB_REMOVED_NEWSLETTER;
    for (uint32_t i = box->first; i < box->end; i++)
        if ((c->facts->begins[i] | c->facts->whole[i]) & calls)
            return KB_REMOVED_NEWSLETTER;
    return KB_REMOVED_OTHER;
}

/* A small box with a form in it asks for something: an address, an opinion, a search. */
static void drop_form(struct kb_chooser *c, uint32_t at) {
    const struct kb_box *box = box_at(c, at);
    for (int up = 0; up < 3 && at; up++, at = box->parent) {
        const struct kb_box *wider = box_at(c, box_at(c, at)->parent);
        if (box_at(c, at)->words > FORM_WORDS)
            return;
        box = box_at(c, at);
        if (wider->words > FORM_WORDS || wider->prose_words > box->prose_words + 30)
            break;
    }
    uint32_t kept = kb_choose_kept(c, box->first, box->end);
    if (kept && kept * 6 <= kb_choose_kept_all(c) && may_go(c, box))
        kb_choose_drop(c, box->first, box->end, form_kind(c, box));
}

static void drop_forms(struct kb_chooser *c) {
    uint32_t forms = 0;
    if (c->facts->meta->types & KB_TYPE_PRODUCT)
        return;
    for (uint32_t i = 1; i < c->blocks->box_count; i++)
        forms += box_at(c, i)->group == KB_TAG_FORM &&
                 kb_choose_kept(c, box_at(c, i)->first, box_at(c, i)->end);
    for (uint32_t i = 1; forms <= FORMS && i < c->blocks->box_count; i++)
        if (box_at(c, i)->group == KB_TAG_FORM)
            drop_form(c, i);
}

/* A small box that is called so and asks to subscribe goes as a whole. */
static void drop_calls(struct kb_chooser *c) {
    const uint32_t calls = BIT(NEWSLETTER) | BIT(SUBSCRIBE);
    for (uint32_t i = 1; i < c->blocks->box_count; i++) {
        const struct kb_box *box = box_at(c, i);
        uint32_t said = 0;
        if (!(box->classes >> KB_CLASS_NEWSLETTER & 1) || box->words > FORM_WORDS ||
            !kb_choose_kept(c, box->first, box->end) || !may_go(c, box))
            continue;
        for (uint32_t k = box->first; k < box->end; k++)
            said |= (c->facts->begins[k] | c->facts->whole[k]) & calls;
        if (said)
            kb_choose_drop(c, box->first, box->end,
                           said & BIT(SUBSCRIBE) ? KB_REMOVED_SUBSCRIPTION
                                                 : KB_REMOVED_NEWSLETTER);
    }
}

static bool is_kept_prose(const struct kb_block *b) {
    return b->keep && (b->marks & KB_MARK_PROSE);
}

/* True where the block's first link leads somewhere else: buttons that open and close are
 * links too. */
static bool leads_away(const struct kb_block *b) {
    lxb_dom_node_t *n = b->node;
    for (int up = 0; up < CLIMB && n && kb_dom_tag(n) != LXB_TAG_A; up++)
        n = n->parent;
    if (!n || kb_dom_tag(n) != LXB_TAG_A)
        return false;
    struct kb_str href = kb_str_trim(kb_dom_attr_id(n, LXB_DOM_ATTR_HREF));
    return href.n && href.p[0] != '#' &&
           !kb_str_starts_nocase(href, KB_STR("javascript:"));
}

/* A box between two paragraphs whose whole text is a link: another article's card. */
static void drop_card(struct kb_chooser *c, uint32_t i) {
    const struct kb_blocks *blocks = c->blocks;
    const struct kb_block *b = &blocks->items[i];
    uint32_t at = b->box;
    if (!b->keep || !is_linked(b) || b->words < 3 || !leads_away(b))
        return;
    while (at && box_at(c, box_at(c, at)->parent)->words <= CARD_WORDS &&
           box_at(c, box_at(c, at)->parent)->link_words * 10 >=
               box_at(c, box_at(c, at)->parent)->words * 8)
        at = box_at(c, at)->parent;
    const struct kb_box *box = box_at(c, at);
    if (box->group != KB_TAG_QUOTE && box->group != KB_TAG_ASIDE &&
        box->group != KB_TAG_DIV && box->group != KB_TAG_ARTICLE &&
        box->group != KB_TAG_SECTION && box->group != KB_TAG_FIGURE)
        return;
    if (!box->first || box->end >= blocks->count || !may_go(c, box) ||
        !is_kept_prose(&blocks->items[box->first - 1]) ||
        !is_kept_prose(&blocks->items[box->end]))
        return;
    kb_choose_drop(c, box->first, box->end, KB_REMOVED_RELATED);
}

/* ---- the edges --------------------------------------------------------------------- */

/* Behind the last paragraph and outside of what it stands in, links are the page's. */
static void drop_tail(struct kb_chooser *c) {
    const struct kb_blocks *blocks = c->blocks;
    uint32_t first = (uint32_t)blocks->count, last = 0, i = (uint32_t)blocks->count;
    for (uint32_t k = 0; k < blocks->count; k++)
        if (is_kept_prose(&blocks->items[k])) {
            first = k < first ? k : first;
            last = k;
        }
    if (first >= last)
        return;
    uint32_t at = blocks->items[last].box;
    while (at && !holds(box_at(c, at), first))
        at = box_at(c, at)->parent;
    for (i = last + 1; i < blocks->count; i++)
        if (!holds(box_at(c, at), i) && is_linked(&blocks->items[i]))
            kb_choose_drop(c, i, i + 1, KB_REMOVED_RELATED);
}

/* ---- products ---------------------------------------------------------------------- */

/* What buyers say of a product: boxes that are called reviews, on a page that says that
 * it sells one thing. */
static void drop_reviews(struct kb_chooser *c) {
    for (uint32_t i = 1; i < c->blocks->box_count; i++) {
        const struct kb_box *box = box_at(c, i);
        if (!(box->classes >> KB_CLASS_REVIEW & 1) || holds(box, c->facts->title_block) ||
            kb_choose_kept(c, box->first, box->end) * 10 >
                kb_choose_kept_all(c) * REVIEW_MOST)
            continue;
        kb_choose_drop(c, box->first, box->end, KB_REMOVED_COMMENT);
    }
}

void kb_choose_drop_boxes(struct kb_chooser *c) {
    size_t looks = LOOKS;
    kb_choose_count(c);
    if (reads_like_article(c))
        drop_next_articles(c);
    drop_dialogs(c, &looks);
    kb_choose_count(c);
    drop_nameless_dialogs(c, &looks);
    kb_choose_count(c);
    if (c->facts->meta->types & KB_TYPE_PRODUCT &&
        !(c->facts->meta->types & KB_TYPE_ARTICLE)) {
        drop_reviews(c);
        kb_choose_count(c);
    }
    if (!reads_like_article(c))
        return;
    for (uint32_t i = 0; i < c->blocks->count; i++) {
        drop_headed(c, i);
        drop_card(c, i);
    }
    kb_choose_count(c);
    drop_calls(c);
    drop_forms(c);
    drop_tail(c);
}
