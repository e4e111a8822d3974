/* Will HTML that is about to be written be read as the tree that it was written from?
 *
 * Enters: what is open and what comes; leaves: yes for certain, or perhaps not.  The
 * HTML Standard warns (13.3) that a tree written and read again can be another one:
 * a paragraph in a paragraph, a link in a link, what was moved out of a table.  In such a
 * difference an attack can hide (mutation XSS), and two readers may see two texts.  The
 * rules here are those of the tree builder (13.2.6.4.7, "in body") turned round: which
 * begin tags close or move something.  They are stricter than it where that is simpler,
 * because all that "perhaps" costs is that the result is read once more. */
#include "html/sanitize.h"

static uintptr_t top_tag(const struct kb_sanitizer *s) {
    return s->depth ? s->open[s->depth - 1].node->local_name : LXB_TAG__UNDEF;
}

/* What may stand in a table's frame, by the parent. */
static bool fits_table(uintptr_t parent, uintptr_t tag) {
    switch (parent) {
    case LXB_TAG_TABLE:
        return tag == LXB_TAG_CAPTION || tag == LXB_TAG_COLGROUP ||
               tag == LXB_TAG_TBODY || tag == LXB_TAG_THEAD || tag == LXB_TAG_TFOOT;
    case LXB_TAG_TBODY:
    case LXB_TAG_THEAD:
    case LXB_TAG_TFOOT: return tag == LXB_TAG_TR;
    case LXB_TAG_TR: return tag == LXB_TAG_TD || tag == LXB_TAG_TH;
    case LXB_TAG_COLGROUP: return tag == LXB_TAG_COL;
    default: return tag == LXB_TAG_TABLE;
    }
}

static bool is_frame(uintptr_t tag) {
    return tag == LXB_TAG_TABLE || tag == LXB_TAG_TBODY || tag == LXB_TAG_THEAD ||
           tag == LXB_TAG_TFOOT || tag == LXB_TAG_TR || tag == LXB_TAG_COLGROUP;
}

/* An item ends the one that is open, unless a list began between them. */
static bool ends_item(const struct kb_sanitizer *s, uintptr_t tag) {
    for (size_t i = s->depth; i--;) {
        uint32_t traits = s->open[i].rule->traits;
        if (traits & (KB_SAFE_LIST | KB_SAFE_TABLE))
            return false;
        if ((traits & KB_SAFE_ITEM) &&
            (s->open[i].node->local_name == LXB_TAG_LI) == (tag == LXB_TAG_LI))
            return true;
    }
    return false;
}

bool kb_sanitize_is_sure(const struct kb_sanitizer *s, uintptr_t tag,
                         const struct kb_safe_element *rule) {
    uint32_t traits = rule->traits;
    if (s->island)
        return true; /* it is tried as a whole */
    if (s->depth >= KB_SANITIZE_PLAIN_DEPTH ||
        (traits & (KB_SAFE_SELECT | KB_SAFE_ISLAND)) ||
        ((traits & KB_SAFE_BLOCK) && s->paragraphs) ||
        ((traits & KB_SAFE_HEADING) && s->headings) ||
        ((traits & KB_SAFE_LINK) && s->links) ||
        ((traits & KB_SAFE_STRAY) && s->tables) ||
        ((traits & KB_SAFE_RUBY) && top_tag(s) != LXB_TAG_RUBY))
        return false;
    if ((traits & KB_SAFE_TABLE) || is_frame(top_tag(s))) {
        if (!fits_table(top_tag(s), tag))
            return false;
    }
    return !(traits & KB_SAFE_ITEM) || !ends_item(s, tag);
}

bool kb_sanitize_text_is_sure(const struct kb_sanitizer *s, struct kb_str text) {
    if (!is_frame(top_tag(s)))
        return true;
    for (size_t i = 0; i < text.n; i++)
        if (!kb_is_space(text.p[i]))
            return false;
    return true;
}
