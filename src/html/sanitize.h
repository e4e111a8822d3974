/* What the sanitiser's files share: sanitize.c walks over the DOM, sanitize_attr.c writes
 * attributes, sanitize_sure.c tells whether the result will be read as it was meant. */
#ifndef KB_HTML_SANITIZE_H
#define KB_HTML_SANITIZE_H

#include "html/parse.h"
#include "html/safe.h"

enum {
    KB_SANITIZE_OPEN = 2 * KB_LIMIT_DEPTH, /* elements written and not yet closed */
    KB_SANITIZE_SLOTS = 1024,              /* of the table of attributes' names */
    KB_SANITIZE_PLAIN_DEPTH = 60           /* no limit of the parser is near */
};

struct kb_sanitize_open {
    const lxb_dom_node_t *node;
    const struct kb_safe_element *rule;
};

struct kb_sanitizer {
    struct kb_html *html;
    struct kb_html_filter filter;
    struct kb_arena arena; /* addresses of one fragment */
    struct kb_urls *urls;
    struct kb_buf *out, before, text, mended;
    struct kb_str source; /* what is being parsed */
    size_t torn; /* where a comment begins that nothing ends; its length if none */
    bool marked; /* "<![CDATA[" stands in it */
    struct kb_sanitize_open open[KB_SANITIZE_OPEN];
    size_t depth;
    unsigned paragraphs, headings, links, tables; /* of them */
    const lxb_dom_node_t *island; /* the formula or drawing that is open */
    const lxb_dom_node_t *raw;    /* what is open and holds text alone */
    struct kb_str late; /* a picture's address that stood in a data- attribute … */
    bool line_feed;     /* the next byte would be dropped if it were a line feed */
    bool unsure;        /* the result may be read otherwise: it has to be tried */
    uint16_t slots[KB_SANITIZE_SLOTS]; /* of kb_safe_attributes, plus one */
};

/* Makes the table of attributes' names. */
void kb_sanitize_learn(struct kb_sanitizer *s);

/* Writes an element's attributes, each with a space before it. */
void kb_sanitize_attributes(struct kb_sanitizer *s, lxb_dom_node_t *node,
                            const struct kb_safe_element *rule);

/* Whether an img is worth writing: no pixel or placeholder, no second copy of a late
 * picture. */
bool kb_sanitize_wants_picture(struct kb_sanitizer *s, lxb_dom_node_t *img);

/* A frame that plays something → a link to it. */
void kb_sanitize_player(struct kb_sanitizer *s, lxb_dom_node_t *frame);

/* Text as it stands in HTML: no byte of it can begin or end anything. */
void kb_sanitize_put(struct kb_buf *out, struct kb_str s);

/* Whether a begin tag, written now, will be read as a child of what is open. */
bool kb_sanitize_is_sure(const struct kb_sanitizer *s, uintptr_t tag,
                         const struct kb_safe_element *rule);
bool kb_sanitize_text_is_sure(const struct kb_sanitizer *s, struct kb_str text);

#endif
