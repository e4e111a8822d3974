/* The standfirst: a sentence or two between the headline and the text.
 *
 * In: blocks with the forests' choice made.  Out: the first kept block below the headline
 * is dropped where it plainly is one: the page calls it so in a class; or it stands with
 * the headline in a box that the text is not in, and is short and marked as a summary, or
 * is a heading with the byline below it.
 *
 * No more than that, as the answers that kabar is measured with disagree: one set counts
 * the standfirst as text, the other does not, and what is called "lead" or "intro" is the
 * article's first paragraph as often as not.  docs/architecture.md has the figures. */
#include "page/choose.h"

enum {
    NAMED_WORDS = 60,
    SUMMARY_WORDS = 16,
    HEADING_WORDS = 25,
    LEAST_WORDS = 4,
    CLIMB = 3,
    CLASS_BYTES = 200,
    LONGEST_NAME = 16
};

/* What editors and their systems call it, where the word means nothing else. */
static bool is_name(struct kb_str word) {
    static const char *const names[] = {
        "standfirst", "dek",        "deck",        "subtitle",  "subheadline", "subhead",
        "subheading", "preamble",   "ingress",     "manchet",   "underrubrik", "chapo",
        "chapeau",    "entradilla", "bajada",      "subtitulo", "linhafina",   "sapo",
        "perex",      "zajawka",    "sottotitolo", "podnaslov", "podtytul",
    };
    for (size_t i = 0; i < KB_COUNT(names); i++)
        if (kb_str_equal_nocase(word, kb_str_z(names[i])))
            return true;
    return false;
}

/* Words as in class_words.c, and "sub-title" as one. */
static bool says_standfirst(struct kb_str value) {
    char word[LONGEST_NAME];
    size_t n = 0;
    value = kb_str_cut(value, CLASS_BYTES);
    for (size_t i = 0; i <= value.n; i++) {
        char c = i < value.n ? value.p[i] : ' ';
        bool capital =
            i && c >= 'A' && c <= 'Z' && value.p[i - 1] >= 'a' && value.p[i - 1] <= 'z';
        bool sub = n == 3 && memcmp(word, "sub", 3) == 0;
        if (n && !sub && (capital || !kb_is_alpha(c))) {
            if (n <= LONGEST_NAME && is_name((struct kb_str){word, n}))
                return true;
            n = 0;
        } else if (sub && kb_is_space(c)) {
            n = 0;
        }
        if (kb_is_alpha(c)) {
            if (n < LONGEST_NAME)
                word[n] = kb_lower(c);
            n++;
        }
    }
    return false;
}

static bool holds(const struct kb_box *box, uint32_t block) {
    return block >= box->first && block < box->end;
}

/* What the block's surroundings say, as far up as they hold little else. */
struct look {
    bool named, summary;
    uint32_t box; /* the one that says so */
};

static struct look look_at(const struct kb_blocks *blocks, const struct kb_block *b) {
    const uint32_t summary = 1u << KB_CLASS_SUMMARY;
    struct look look = {.box = b->box};
    uint32_t at = b->box;
    const lxb_dom_node_t *own = blocks->boxes[at].node;
    lxb_dom_node_t *parent = b->node->parent;
    if (parent && parent != own && parent->type == LXB_DOM_NODE_TYPE_ELEMENT)
        look.named = says_standfirst(kb_dom_attr_id(parent, LXB_DOM_ATTR_CLASS));
    look.summary = b->classes & summary;
    for (int up = 0; up < CLIMB && blocks->boxes[at].words <= NAMED_WORDS; up++) {
        const struct kb_box *box = &blocks->boxes[at];
        bool named = says_standfirst(kb_dom_attr_id(box->node, LXB_DOM_ATTR_CLASS));
        if (named || (!look.named && box->classes & summary))
            look.box = at;
        look.named |= named;
        look.summary |= (box->classes & summary) != 0;
        if (!at)
            break;
        at = box->parent;
    }
    return look;
}

/* True where the block stands with the headline in a box that the text is not in. */
static bool with_headline(const struct kb_chooser *c, uint32_t block, uint32_t core) {
    const struct kb_box *boxes = c->blocks->boxes;
    for (uint32_t at = c->blocks->items[block].box; at; at = boxes[at].parent) {
        if (holds(&boxes[at], core))
            return false;
        if (holds(&boxes[at], c->facts->title_block))
            return true;
    }
    return false;
}

/* True where a byline or date, and nothing that is kept, stands right below. */
static bool above_byline(const struct kb_blocks *blocks, uint32_t i) {
    const uint32_t signs = 1u << KB_CLASS_AUTHOR | 1u << KB_CLASS_META;
    for (i++; i < blocks->count && !blocks->items[i].keep; i++) {
        const struct kb_block *b = &blocks->items[i];
        const struct kb_box *box = &blocks->boxes[b->box];
        uint32_t classes = b->classes | box->classes | blocks->boxes[box->parent].classes;
        if (b->words <= 14 &&
            ((classes & signs) || (b->marks & (KB_MARK_YEAR | KB_MARK_TIME))))
            return true;
    }
    return false;
}

void kb_choose_drop_standfirst(struct kb_chooser *c) {
    const struct kb_blocks *blocks = c->blocks;
    uint32_t first =
        c->facts->title_block < blocks->count ? c->facts->title_block + 1 : 0;
    while (first < blocks->count && !blocks->items[first].keep)
        first++;
    if (first >= blocks->count)
        return;
    const struct kb_block *b = &blocks->items[first];
    uint32_t core = first;
    for (uint32_t i = first; i < blocks->count; i++)
        if (blocks->items[i].keep && blocks->items[i].words > blocks->items[core].words)
            core = i;
    struct look look = look_at(blocks, b);
    const struct kb_box *box = &blocks->boxes[look.box];
    bool heading = blocks->boxes[b->box].group == KB_TAG_HEADING;
    if (core == first || b->words < LEAST_WORDS || b->words > NAMED_WORDS)
        return;
    if (look.named && !holds(box, core)) {
        kb_choose_drop(c, first, box->end, KB_REMOVED_STANDFIRST);
        return;
    }
    if (!with_headline(c, first, core))
        return;
    if ((look.summary && b->words <= SUMMARY_WORDS) ||
        (heading && b->words <= HEADING_WORDS && above_byline(blocks, first)))
        kb_choose_drop(c, first, first + 1, KB_REMOVED_STANDFIRST);
}
