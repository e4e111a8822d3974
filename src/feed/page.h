/* Inside feed: what is asked of a page's DOM, for h-feed and for finding feeds. */
#ifndef KB_FEED_PAGE_H
#define KB_FEED_PAGE_H

#include "feed/make.h"

/* The next word of a list that spaces part (class, rel); false at its end. */
bool kb_feed_word(struct kb_str *list, struct kb_str *word);
bool kb_feed_has_word(struct kb_str list, struct kb_str word); /* without case */

/* The text of an element, white space folded, with a picture's alternative text where
 * there is nothing else, at most KB_LIMIT_META_BYTES; valid until out is written
 * again. */
struct kb_str kb_feed_node_text(lxb_dom_node_t *node, struct kb_buf *out);

/* Makes the page's base element, where it has one, the base of its addresses; gives its
 * title (valid until out is written again). */
void kb_feed_page_base(lxb_dom_node_t *document, struct kb_urls *urls,
                       struct kb_arena *arena);
struct kb_str kb_feed_page_title(lxb_dom_node_t *document, struct kb_buf *out);

/* The language that the page's html element names. */
struct kb_str kb_feed_page_language(lxb_dom_node_t *document);

#endif
