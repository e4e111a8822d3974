/* page's inner header: a plain text cut into units: paragraphs, headings, items. */
#ifndef KB_PAGE_UNITS_H
#define KB_PAGE_UNITS_H

#include "page/page.h"

enum kb_unit_kind {
    KB_UNIT_PARAGRAPH,
    KB_UNIT_HEADING, /* marked as one: underlined, or with # */
    KB_UNIT_BULLET,
    KB_UNIT_NUMBER, /* "3. ": an item where its neighbours count on */
    KB_UNIT_QUOTE,  /* "> " */
    KB_UNIT_RULE,
    KB_UNIT_HEADER /* a line of an e-mail-like header at the text's head */
};

struct kb_unit {
    enum kb_unit_kind kind;
    struct kb_str raw; /* in the text: from its first line's text to its last line's */
    size_t mark;       /* bytes of the bullet or number at raw's head */
    uint32_t number;   /* of KB_UNIT_NUMBER; the level of a heading */
    uint16_t indent;   /* columns */
    bool blank_before, blank_after;
    bool joined; /* several lines */
};

struct kb_units {
    struct kb_unit *items;
    size_t count, cap;
    bool wrapped;  /* lines were broken by hand at a like width */
    size_t width;  /* of such lines, in columns */
    bool blanks;   /* paragraphs are parted by empty lines somewhere */
    bool too_many; /* KB_LIMIT_BLOCKS */
    bool no_room;  /* the arena's */
};

/* Cuts text.  Never fails: what did not fit is told by the two flags. */
void kb_page_units_cut(struct kb_str text, struct kb_arena *arena,
                       struct kb_units *units);

#endif
