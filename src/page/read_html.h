/* What the files share that make a result of a page's HTML: read_html.c leads, removed.c
 * lists what was taken out, keep.c chooses pictures, state.c looks elsewhere. */
#ifndef KB_PAGE_READ_HTML_H
#define KB_PAGE_READ_HTML_H

#include "page/facts.h"

/* Names and lists what was left out inside the body; takes kept lines that are plainly
 * debris out as well.  text is scratch.  False when memory ends. */
bool kb_page_list_removed(const struct kb_lexicon *lexicon, const struct kb_facts *facts,
                          struct kb_blocks *blocks, const struct kb_choice_made *made,
                          struct kb_buf *text, struct kb_arena *arena,
                          struct kb_page_result *result);

/* Lists the lines that stand around the body and are not of it (lines.c); text is
 * scratch.  False when memory ends. */
bool kb_page_list_lines(const struct kb_facts *facts, const struct kb_choice_made *made,
                        struct kb_urls *urls, struct kb_buf *text, struct kb_arena *arena,
                        struct kb_page_result *result);

/* Cuts the desk tag or dateline off the head of the built body and lists it; text is
 * scratch. */
bool kb_page_take_lead_tag(const struct kb_lexicon *lexicon, struct kb_arena *arena,
                           struct kb_buf *text, struct kb_page_result *result);

/* True where the page is made of teasers: a front page, a section (listing.c). */
bool kb_page_is_listing(const struct kb_facts *facts);

/* For measuring a model with its cross-validated answers: the next pages take these
 * probabilities, one a block, instead of the forests'; NULL ends that. */
void kb_page_tools_answer(struct kb_page_tools *tools, const float *answers);

/* What the builder is asked with (keep.c). */
struct kb_keeper {
    const struct kb_blocks *blocks;
    const struct kb_choice_made *made;
    const uint32_t *kept_before;  /* by block: kept ones before it; one more entry */
    const lxb_dom_node_t *figure; /* the figure kept last */
};
bool kb_keeper_init(struct kb_keeper *keeper, const struct kb_blocks *blocks,
                    const struct kb_choice_made *made, struct kb_arena *arena);
enum kb_choice kb_keeper_text(void *keeper, const lxb_dom_node_t *text);
enum kb_choice kb_keeper_element(void *keeper, const lxb_dom_node_t *element);

/* The pictures of the body, and the lead picture before them (keep.c). */
bool kb_page_list_images(struct kb_arena *arena, struct kb_page_result *result);

#endif
