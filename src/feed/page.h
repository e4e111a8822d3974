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
struct kb_str kb_feed_node_text(struct kb_feed_make *make, lxb_dom_node_t *node,
                                struct kb_buf *out);

/* Makes the page's base element, where it has one, the base of its addresses; gives its
 * title (valid until out is written again). */
void kb_feed_page_base(lxb_dom_node_t *document, struct kb_urls *urls,
                       struct kb_arena *arena);
struct kb_str kb_feed_page_title(struct kb_feed_make *make, lxb_dom_node_t *document,
                                 struct kb_buf *out);

/* The language that the page's html element names. */
struct kb_str kb_feed_page_language(lxb_dom_node_t *document);

/* Whether the page is an h-feed (h_feed.c). */
bool kb_feed_page_is_feed(struct kb_feed_make *make, lxb_dom_node_t *document);

/* A link of the page, with what stands around its places. */
struct kb_feed_anchor {
    struct kb_str url, text;
    size_t weight; /* of the text: characters, two for those of scripts without spaces */
    bool heading;  /* stands in a heading, or a heading in it */
    bool main;     /* stands somewhere outside of menus, headers and footers */
};

/* The links that look like articles of the site of base, the most likely first. */
void kb_feed_find_articles(struct kb_feed_make *make,
                           const struct kb_feed_anchor *anchors, size_t count,
                           struct kb_str base, struct kb_discovery *found);

#endif
