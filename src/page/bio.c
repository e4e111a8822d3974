/* Who wrote the page by the words about the writer at its end: "Ann Lee", and below it
 * "Ann has written about rivers for twenty years."
 *
 * Blocks enter, a name leaves.  No label is needed, and no language: a line is a name,
 * the next paragraph begins with it, and the name also stands above the text or describes
 * a picture right before it.  Of several such nobody is taken: those are a team, or
 * people of the text. */
#include "page/line.h"
#include "page/people.h"

enum {
    ABOVE_TEXT = 20, /* blocks above the text that may have the name … */
    INTO_TEXT = 3,   /* … and in its beginning */
    BEFORE_END = 6,  /* blocks before the text's end … */
    BEHIND_END = 30, /* … and behind it that may tell about its bearer */
    CLIMBS = 3,      /* elements from the name to one with its bearer's picture */
    STEPS = 40,      /* nodes in there */
    ABOVE_WORDS = 3, /* blocks from the name to the words about its bearer */
    HEAD_BYTES = 24, /* of those, in which the first name stands */
    NAME_WORDS = 4,
    NAME_COLUMNS = 40
};

/* The name that a block consists of, without degrees; empty where it is none. */
static struct kb_str name_of(const struct kb_facts *facts,
                             const struct kb_lexicon *lexicon, uint32_t block,
                             struct kb_buf *text) {
    const struct kb_block *b = &facts->blocks->items[block];
    if (b->words < 2 || b->words > NAME_WORDS + 2 || b->digits || b->stops > 2)
        return KB_STR_NONE;
    kb_buf_clear(text);
    kb_page_block_text(facts->blocks, block, text);
    struct kb_str s = kb_page_trim(kb_buf_view(text));
    s = kb_page_trim(kb_str_slice(s, 0, kb_str_find_byte(s, ',')));
    size_t words = kb_page_words(s);
    if (words < 2 || words > NAME_WORDS || kb_page_columns(s) > NAME_COLUMNS ||
        kb_page_all_upper(s) || kb_str_starts(s, KB_STR("The ")) ||
        kb_page_first_letter(s) != KB_LETTER_UPPER || kb_lexicon_contains(lexicon, s) ||
        !kb_page_is_names(lexicon, s, NAME_WORDS))
        return KB_STR_NONE;
    return s;
}

/* A paragraph soon below the block begins with the name's first word. */
static bool is_told_about(const struct kb_facts *facts, uint32_t block,
                          struct kb_str first, struct kb_buf *text) {
    const struct kb_blocks *blocks = facts->blocks;
    for (uint32_t i = block + 1; i <= block + ABOVE_WORDS && i < blocks->count; i++) {
        if (!(blocks->items[i].marks & KB_MARK_PROSE))
            continue;
        kb_buf_clear(text);
        kb_page_block_text(blocks, i, text);
        struct kb_str head = kb_str_slice(kb_buf_view(text), 0, HEAD_BYTES);
        size_t at = kb_str_find(head, first);
        return at != KB_NOT_FOUND && at + first.n < head.n &&
               !kb_is_alpha(head.p[at + first.n]) &&
               (!at || !kb_is_alpha(head.p[at - 1]));
    }
    return false;
}

/* The same name is a block of its own above the text. */
static bool stands_above(const struct kb_facts *facts, uint32_t text_begins,
                         struct kb_str name, struct kb_buf *text) {
    uint32_t to = text_begins + INTO_TEXT;
    for (uint32_t i = to > ABOVE_TEXT ? to - ABOVE_TEXT : 0;
         i < to && i < facts->blocks->count; i++) {
        if (facts->blocks->items[i].words > NAME_WORDS)
            continue;
        kb_buf_clear(text);
        kb_page_block_text(facts->blocks, i, text);
        if (kb_str_equal(kb_page_trim(kb_buf_view(text)), name))
            return true;
    }
    return false;
}

/* A picture in the elements around the block is described by the name. */
static bool has_portrait(const struct kb_facts *facts, uint32_t block,
                         struct kb_str name) {
    lxb_dom_node_t *root = facts->blocks->items[block].node;
    for (int up = 0; up < CLIMBS && root->parent; up++)
        root = root->parent;
    int steps = 0;
    for (lxb_dom_node_t *n = root; n && steps < STEPS;
         n = kb_dom_next(n, root, false), steps++)
        if (kb_dom_tag(n) == LXB_TAG_IMG &&
            kb_str_find(kb_dom_attr(n, "alt"), name) != KB_NOT_FOUND)
            return true;
    return false;
}

struct kb_str kb_page_bio(const struct kb_facts *facts, const struct kb_choice_made *made,
                          const struct kb_lexicon *lexicon, struct kb_buf *text,
                          struct kb_arena *arena) {
    uint32_t count = (uint32_t)facts->blocks->count, end = made->end;
    uint32_t to = end + BEHIND_END < count ? end + BEHIND_END : count;
    struct kb_str found = KB_STR_NONE;
    for (uint32_t i = end > BEFORE_END ? end - BEFORE_END : 0; end && i < to; i++) {
        struct kb_str name = kb_arena_dup(arena, name_of(facts, lexicon, i, text));
        struct kb_str rest = name, first = kb_page_word(&rest);
        if (!name.n || kb_str_equal(name, found) || facts->title_block == i ||
            !is_told_about(facts, i, first, text) ||
            !(has_portrait(facts, i, name) ||
              stands_above(facts, made->first, name, text)))
            continue;
        if (found.n)
            return KB_STR_NONE;
        found = name;
    }
    return found;
}
