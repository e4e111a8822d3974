/* The lines around the body: bylines and credit lines above it, source lines, copyright
 * and agencies' signs below it.
 *
 * In: blocks with the choice made and the debris named.  Out: those near the body that
 * are not of it, each with what the elements around it are named and with its first
 * link.  Whose they are is decided later (article/sources.c): credits are printed there,
 * and only few of these lines are debris that removed[] would list. */
#include "page/meta.h"
#include "page/read_html.h"

enum {
    ABOVE = 30,     /* blocks before the body, and below the headline if that is nearer */
    OVER_TITLE = 3, /* blocks above the headline */
    BELOW = 24,     /* blocks behind the body */
    MOST_WORDS = 60, /* longer ones are no credit lines */
    CLIMBS = 6,
    CREDIT_WORDS = 12,  /* of a line that its class alone calls a credit */
    FIGURE_PICTURES = 6 /* of a box around one caption; more are a gallery's */
};

/* What a block's own elements and those around it say. */
static unsigned marks_of(const struct kb_blocks *blocks, const struct kb_block *b) {
    static const uint32_t bylines = 1u << KB_CLASS_AUTHOR | 1u << KB_CLASS_META;
    static const uint32_t asides = 1u << KB_CLASS_NAV | 1u << KB_CLASS_RELATED |
                                   1u << KB_CLASS_SHARE | 1u << KB_CLASS_COMMENT |
                                   1u << KB_CLASS_SIDEBAR | 1u << KB_CLASS_NEWSLETTER |
                                   1u << KB_CLASS_FORUM | 1u << KB_CLASS_AD;
    uint32_t i = b->box, classes = b->classes;
    unsigned marks = 0;
    for (int up = 0; up < CLIMBS; up++) {
        const struct kb_box *box = &blocks->boxes[i];
        classes |= box->classes;
        if (box->group == KB_TAG_FIGURE || box->group == KB_TAG_CAPTION)
            marks |= KB_LINE_CAPTION;
        if (box->group == KB_TAG_NAV || box->group == KB_TAG_ASIDE ||
            box->group == KB_TAG_FORM)
            marks |= KB_LINE_ASIDE;
        if (box->group == KB_TAG_FOOTER)
            marks |= KB_LINE_FOOTER;
        if (!i)
            break;
        i = box->parent;
    }
    marks |= classes & bylines ? KB_LINE_BYLINE : 0;
    marks |= classes & asides ? KB_LINE_ASIDE : 0;
    marks |= classes >> KB_CLASS_FOOTER & 1 ? KB_LINE_FOOTER : 0;
    marks |= classes >> KB_CLASS_CAPTION & 1 ? KB_LINE_CAPTION : 0;
    marks |= b->marks & KB_MARK_IMAGE ? KB_LINE_PICTURE : 0;
    if (b->links && b->link_words >= b->words)
        marks |= KB_LINE_LINK;
    return marks;
}

/* True where a figure's elements stand around the block. */
static bool is_figures(const struct kb_blocks *blocks, const struct kb_block *b) {
    uint32_t i = b->box;
    for (int up = 0; up < CLIMBS; up++, i = blocks->boxes[i].parent)
        if (blocks->boxes[i].group == KB_TAG_FIGURE ||
            blocks->boxes[i].group == KB_TAG_CAPTION)
            return true;
    return false;
}

/* The address of the first link that a block's text stands in or has in it. */
static struct kb_str link_of(const struct kb_blocks *blocks, size_t i,
                             struct kb_urls *urls, struct kb_arena *arena) {
    const lxb_dom_node_t *root = blocks->boxes[0].node;
    int steps = 0;
    for (lxb_dom_node_t *n = blocks->items[i].node; n && steps < 64;
         n = kb_dom_next(n, root, false), steps++) {
        if (n->type == LXB_DOM_NODE_TYPE_TEXT && n->user && (uintptr_t)n->user != i + 1)
            break;
        lxb_dom_node_t *a = n;
        for (int up = 0; a && up < CLIMBS && kb_dom_tag(a) != LXB_TAG_A; up++)
            a = a->parent;
        if (a && kb_dom_tag(a) == LXB_TAG_A)
            return kb_urls_resolve(urls, arena, kb_dom_attr_id(a, LXB_DOM_ATTR_HREF),
                                   false);
    }
    return KB_STR_NONE;
}

/* The address of the picture that a caption belongs to: the first one in the smallest box
 * around it that has pictures. */
static struct kb_str picture_of(const struct kb_blocks *blocks, const struct kb_block *b,
                                struct kb_urls *urls, struct kb_arena *arena) {
    uint32_t i = b->box;
    for (int up = 0; up < CLIMBS && !blocks->boxes[i].pictures; up++)
        i = blocks->boxes[i].parent;
    const struct kb_box *box = &blocks->boxes[i];
    if (!box->pictures || box->pictures > FIGURE_PICTURES)
        return KB_STR_NONE;
    int steps = 0;
    for (lxb_dom_node_t *n = box->node; n && steps < 256;
         n = kb_dom_next(n, box->node, false), steps++) {
        if (kb_dom_tag(n) != LXB_TAG_IMG)
            continue;
        struct kb_str address = kb_picture_address(n);
        if (address.n)
            return kb_urls_resolve(urls, arena, address, false);
    }
    return KB_STR_NONE;
}

/* True for the elements that captions have their credits in. */
static bool is_for_credits(const lxb_dom_node_t *n) {
    static const char *const words[] = {"credit",   "copyright",   "photographer",
                                        "courtesy", "attribution", "source"};
    if (n->type != LXB_DOM_NODE_TYPE_ELEMENT)
        return false;
    if (n->local_name == LXB_TAG_CITE)
        return true;
    struct kb_str class =
        kb_dom_attr_id((lxb_dom_node_t *)(uintptr_t)n, LXB_DOM_ATTR_CLASS);
    for (size_t i = 0; class.n && i < KB_COUNT(words); i++)
        if (kb_str_find_nocase(class, kb_str_z(words[i])) != KB_NOT_FOUND)
            return true;
    return false;
}

/* The text of the inline element for credits that ends a caption. */
static struct kb_str credit_of(const struct kb_blocks *blocks, size_t i,
                               struct kb_arena *arena) {
    const lxb_dom_node_t *root = blocks->boxes[blocks->items[i].box].node;
    lxb_dom_node_t *found = NULL;
    int steps = 0;
    for (lxb_dom_node_t *n = blocks->items[i].node; n && steps < 64;
         n = kb_dom_next(n, root, false), steps++) {
        if (n->type != LXB_DOM_NODE_TYPE_TEXT || !n->user)
            continue;
        if ((uintptr_t)n->user != i + 1)
            break;
        found = NULL;
        lxb_dom_node_t *up = n->parent;
        for (int climbs = 0; up && up != root && climbs < CLIMBS;
             up = up->parent, climbs++)
            if (is_for_credits(up))
                found = up;
    }
    return found ? kb_page_element_text(arena, found) : KB_STR_NONE;
}

bool kb_page_list_lines(const struct kb_facts *facts, const struct kb_choice_made *made,
                        struct kb_urls *urls, struct kb_buf *text, struct kb_arena *arena,
                        struct kb_page_result *result) {
    const struct kb_blocks *blocks = facts->blocks;
    uint32_t first = made->first, end = made->end, title = facts->title_block;
    uint32_t from = first > ABOVE ? first - ABOVE : 0;
    if (title < first && title >= from)
        from = title > OVER_TITLE ? title - OVER_TITLE : 0;
    uint32_t to = end + BELOW < blocks->count ? end + BELOW : (uint32_t)blocks->count;
    size_t cap = 0;
    for (uint32_t i = from; i < to; i++) {
        const struct kb_block *b = &blocks->items[i];
        if (b->keep || !b->bytes || b->words > MOST_WORDS || i == title)
            continue;
        unsigned marks = marks_of(blocks, b);
        if (marks & KB_LINE_LINK && marks & KB_LINE_ASIDE &&
            !(marks & (KB_LINE_BYLINE | KB_LINE_CAPTION)))
            continue; /* a menu's */
        void *items = result->lines;
        if (!kb_arena_grow(arena, &items, result->line_count, &cap, sizeof *result->lines,
                           KB_LIMIT_LIST_ITEMS))
            return !arena->full;
        result->lines = items;
        kb_buf_clear(text);
        kb_page_block_line(blocks, i, text);
        struct kb_page_line line = {.text = kb_arena_dup(arena, kb_buf_view(text)),
                                    .zone = i < first ? KB_LINE_HEAD
                                            : i < end ? KB_LINE_BODY
                                                      : KB_LINE_TAIL,
                                    .marks = marks,
                                    .distance = i < first ? first - i
                                                : i < end ? 0
                                                          : i - end + 1,
                                    .removed = (enum kb_removed_kind)b->removed};
        if (line.marks & (KB_LINE_CAPTION | KB_LINE_PICTURE))
            line.picture = picture_of(blocks, b, urls, arena);
        /* "credit" is a class of texts' too */
        if (!line.picture.n && b->words <= CREDIT_WORDS && !is_figures(blocks, b)) {
            line.marks &= ~(unsigned)KB_LINE_CAPTION;
            if (line.removed == KB_REMOVED_CAPTION)
                line.removed = KB_REMOVED_OTHER;
        }
        if (line.picture.n && line.marks & KB_LINE_CAPTION)
            line.credit = credit_of(blocks, i, arena);
        if (b->links)
            line.url = link_of(blocks, i, urls, arena);
        result->lines[result->line_count++] = line;
    }
    return !arena->full;
}
