/* What stood in the body and is not the article.
 *
 * In: blocks with the choice made.  Out: kept blocks that are plainly debris lose their
 * place; everything left out that lies inside the body gets a kind and goes on the list.
 * Nothing is silently lost: what nobody can name is listed as "other". */
#include "page/meta.h"
#include "page/read_html.h"

enum {
    SHORT_LINE = 60, /* words: longer blocks are no debris lines */
    MARGIN = 5,      /* blocks before and after the kept ones that are looked at */
    BYLINE_BYTES = 200,
    HEAD_BLOCKS = 12, /* below the headline, where bylines are looked for */
    EDGE = 3,         /* kept blocks at either end that are always looked at */
    FEW = 24          /* words: of lines that may be debris by their shape alone */
};

#define LIKELY 0.9f

static bool has_class(const struct kb_blocks *blocks, const struct kb_block *b,
                      enum kb_class_bit bit) {
    uint32_t i = b->box;
    if (b->classes >> bit & 1)
        return true;
    for (int up = 0; up < 4; up++) {
        if (blocks->boxes[i].classes >> bit & 1)
            return true;
        if (!i)
            break;
        i = blocks->boxes[i].parent;
    }
    return false;
}

static bool in_group(const struct kb_blocks *blocks, const struct kb_block *b,
                     enum kb_tag_group group) {
    uint32_t i = b->box;
    for (int up = 0; up < 4; up++) {
        if (blocks->boxes[i].group == group)
            return true;
        if (!i)
            break;
        i = blocks->boxes[i].parent;
    }
    return false;
}

/* What the place in the page says of a block that was left out. */
static enum kb_removed_kind by_place(const struct kb_blocks *blocks,
                                     const struct kb_facts *facts, size_t i, bool before,
                                     bool after) {
    static const struct {
        enum kb_class_bit bit;
        enum kb_removed_kind kind;
    } by_class[] = {
        {KB_CLASS_CAPTION, KB_REMOVED_CAPTION},
        {KB_CLASS_AUTHOR, KB_REMOVED_BYLINE},
        {KB_CLASS_NEWSLETTER, KB_REMOVED_NEWSLETTER},
        {KB_CLASS_SHARE, KB_REMOVED_SHARE},
        {KB_CLASS_RELATED, KB_REMOVED_RELATED},
        {KB_CLASS_COMMENT, KB_REMOVED_COMMENT},
        {KB_CLASS_COOKIE, KB_REMOVED_COOKIE_NOTE},
        {KB_CLASS_AD, KB_REMOVED_AD},
        {KB_CLASS_CARD, KB_REMOVED_RELATED},
        {KB_CLASS_SUMMARY, KB_REMOVED_STANDFIRST},
    };
    const struct kb_block *b = &blocks->items[i];
    const struct kb_box *own = &blocks->boxes[b->box];
    uint32_t words = b->word_count;
    if (i == facts->title_block ||
        (own->group == KB_TAG_HEADING && b->title_hits * 4u >= words * 3u))
        return KB_REMOVED_HEADLINE;
    if (in_group(blocks, b, KB_TAG_CAPTION) || in_group(blocks, b, KB_TAG_FIGURE))
        return KB_REMOVED_CAPTION;
    if (before && b->words >= 8 && b->about_hits * 4u >= words * 3u)
        return KB_REMOVED_STANDFIRST;
    for (size_t k = 0; k < KB_COUNT(by_class); k++) {
        bool long_byline =
            by_class[k].kind == KB_REMOVED_BYLINE && (after || b->words > 12);
        bool late_lead = by_class[k].kind == KB_REMOVED_STANDFIRST && !before;
        if (has_class(blocks, b, by_class[k].bit) && !late_lead)
            return long_byline ? KB_REMOVED_AUTHOR_BIO : by_class[k].kind;
    }
    if (b->words && b->link_words * 10u >= b->words * 9u && b->words >= 4)
        return KB_REMOVED_RELATED;
    return KB_REMOVED_OTHER;
}

struct lister {
    struct kb_arena *arena;
    struct kb_page_result *result;
    size_t cap;
};

/* Lists a text; false when memory ends.  Past the limit of a list nothing is added. */
static bool list(struct lister *l, enum kb_removed_kind kind, struct kb_str text) {
    struct kb_page_result *r = l->result;
    void *items = r->removed;
    if (r->removed_count >= KB_LIMIT_LIST_ITEMS)
        return true;
    if (!kb_arena_grow(l->arena, &items, r->removed_count, &l->cap, sizeof *r->removed,
                       KB_LIMIT_LIST_ITEMS))
        return false;
    r->removed = items;
    text = kb_arena_dup(l->arena, kb_str_cut(text, KB_LIMIT_META_BYTES));
    r->removed[r->removed_count++] = (struct kb_removed){kind, text};
    return !l->arena->full;
}

/* Kept blocks that are looked at again: the model was not sure, or a phrase speaks
 * against them, or they are short and no sentence. */
static bool doubtful(const struct kb_facts *facts, size_t i) {
    const struct kb_block *b = &facts->blocks->items[i];
    return b->p < LIKELY || facts->begins[i] || facts->whole[i] ||
           (b->words <= FEW && b->last != KB_CHAR_STOP && b->last != KB_CHAR_QUOTE);
}

/* Takes the byline from between headline and text where it stands outside of the text's
 * box: it is not listed then, as nothing was taken out, but it is known. */
static void find_byline(const struct kb_lexicon *lexicon, const struct kb_facts *facts,
                        uint32_t end, struct kb_buf *text, struct kb_arena *arena,
                        struct kb_page_result *result) {
    const struct kb_blocks *blocks = facts->blocks;
    uint32_t i = facts->title_block + 1;
    for (; i < end && i <= facts->title_block + HEAD_BLOCKS && !result->byline.n; i++) {
        const struct kb_block *b = &blocks->items[i];
        if (b->keep || b->words > FEW || !has_class(blocks, b, KB_CLASS_AUTHOR))
            continue;
        struct kb_line_place place = {.index = 1, .count = end};
        kb_buf_clear(text);
        kb_page_block_line(blocks, i, text);
        if (kb_page_debris(lexicon, kb_buf_view(text), &place) == KB_REMOVED_BYLINE)
            result->byline = kb_arena_dup(
                arena, kb_page_without_date(kb_str_cut(kb_buf_view(text), BYLINE_BYTES)));
    }
}

bool kb_page_list_removed(const struct kb_lexicon *lexicon, const struct kb_facts *facts,
                          struct kb_blocks *blocks, const struct kb_choice_made *made,
                          struct kb_buf *text, struct kb_arena *arena,
                          struct kb_page_result *result) {
    struct lister l = {arena, result, 0};
    const struct kb_box *box = &blocks->boxes[made->box];
    uint32_t from = made->first > MARGIN ? made->first - MARGIN : 0;
    uint32_t to =
        made->end + MARGIN < blocks->count ? made->end + MARGIN : (uint32_t)blocks->count;
    from = from < box->first ? box->first : from;
    to = to > box->end ? box->end : to;
    for (uint32_t i = from; i < to; i++) {
        struct kb_block *b = &blocks->items[i];
        bool within = i >= made->first && i < made->end;
        bool edge = i < made->first + EDGE || i + EDGE >= made->end;
        if (b->keep && (b->words > SHORT_LINE || (!edge && !doubtful(facts, i))))
            continue;
        kb_buf_clear(text);
        kb_page_block_line(blocks, i, text);
        struct kb_line_place place = {.index = i - made->first,
                                      .count = made->end - made->first,
                                      .all_link = b->links && b->link_words >= b->words,
                                      .after_picture = b->marks & KB_MARK_IMAGE};
        place.index = within ? place.index : i < made->first ? 0 : place.count - 1;
        enum kb_removed_kind kind = KB_REMOVED_OTHER;
        if (!b->keep && b->removed)
            kind = (enum kb_removed_kind)b->removed;
        else if (!b->keep)
            kind = by_place(blocks, facts, i, i < made->first, i >= made->end);
        if (kind == KB_REMOVED_OTHER && b->words <= SHORT_LINE)
            kind = kb_page_debris(lexicon, kb_buf_view(text), &place);
        if (b->keep && kind == KB_REMOVED_NONE)
            continue;
        if (kind == KB_REMOVED_NONE)
            kind = KB_REMOVED_OTHER;
        if (kind == KB_REMOVED_OTHER && !within)
            continue; /* beside the body, and nothing that it is known for */
        b->keep = false;
        b->removed = (uint8_t)kind;
        if (kind == KB_REMOVED_BYLINE && !result->byline.n)
            result->byline = kb_arena_dup(
                arena, kb_page_without_date(kb_str_cut(kb_buf_view(text), BYLINE_BYTES)));
        if (!list(&l, kind, kb_buf_view(text)))
            return false;
    }
    if (!result->byline.n && facts->title_block < made->first)
        find_byline(lexicon, facts, made->first, text, arena, result);
    return !arena->full;
}

/* The next paragraph at or behind n, over subheadings and pictures. */
static struct kb_node *paragraph_from(struct kb_node *n) {
    while (n && (n->kind == KB_NODE_HEADING || n->kind == KB_NODE_FIGURE))
        n = n->next;
    return n && n->kind == KB_NODE_PARAGRAPH ? n : NULL;
}

/* Takes the first bytes of text away from a node and what is under it. */
static void take_head(struct kb_node *root, size_t bytes) {
    struct kb_node *n = root;
    while (n && bytes) {
        if (n->kind == KB_NODE_TEXT) {
            size_t part = bytes < n->text.n ? bytes : n->text.n;
            n->text = kb_str_slice(n->text, part, n->text.n);
            bytes -= part;
        }
        if (n->first) {
            n = n->first;
            continue;
        }
        while (n != root && !n->next)
            n = n->parent;
        n = n == root ? NULL : n->next;
    }
}

/* Moves the piece that was listed last to where a text's head stands: behind what is
 * printed above it. */
static void put_at_head(struct kb_page_result *result) {
    size_t last = result->removed_count - 1, at = 0;
    struct kb_removed piece = result->removed[last];
    while (at < last && (result->removed[at].kind == KB_REMOVED_HEADLINE ||
                         result->removed[at].kind == KB_REMOVED_STANDFIRST ||
                         result->removed[at].kind == KB_REMOVED_BYLINE ||
                         result->removed[at].kind == KB_REMOVED_SHARE ||
                         result->removed[at].kind == KB_REMOVED_CAPTION))
        at++;
    memmove(result->removed + at + 1, result->removed + at, (last - at) * sizeof piece);
    result->removed[at] = piece;
}

/* A standfirst may stand above the paragraph that begins with the dateline. */
enum { LEAD_PARAGRAPHS = 2 };

bool kb_page_take_lead_tag(const struct kb_lexicon *lexicon, struct kb_arena *arena,
                           struct kb_buf *text, struct kb_page_result *result) {
    struct lister l = {arena, result, result->removed_count};
    const size_t before = result->removed_count;
    struct kb_node *paragraph = paragraph_from(result->body->first);
    for (int i = 0; i < LEAD_PARAGRAPHS && paragraph; i++) {
        enum kb_removed_kind kind = KB_REMOVED_NONE;
        kb_buf_clear(text);
        kb_node_text(paragraph, text);
        struct kb_str all = kb_buf_view(text);
        size_t n = kb_page_lead_tag(lexicon, all, &kind);
        if (n && n < all.n &&
            kb_str_find_byte(kb_str_slice(all, 0, n), '\n') == KB_NOT_FOUND) {
            take_head(paragraph, n);
            if (!list(&l, kind, kb_str_trim(kb_str_slice(all, 0, n))))
                return false;
            if (result->removed_count > before) /* no limit was reached */
                put_at_head(result);
            return true;
        }
        paragraph = paragraph_from(paragraph->next);
    }
    return true;
}
