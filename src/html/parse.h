/* Inside html: a fragment's way through the parser, for the sanitiser. */
#ifndef KB_HTML_PARSE_H
#define KB_HTML_PARSE_H

#include "html/html.h"

#include <lexbor/html/token.h>
#include <lexbor/html/tree.h>

/* Looks at every token between the tokenizer and the tree builder; may give a tag another
 * name.  False leaves the token out, as if it did not stand in the text. */
struct kb_html_filter {
    void *context;
    bool (*admit)(void *context, lxb_html_token_t *token, const lxb_html_tree_t *tree);
};

/* Parses text as a browser does what is set as a body's innerHTML, in a page without
 * quirks: *body is its parent in the DOM, and lives until the next parse.  The gate of
 * kb_html_parse stands before the filter's back: limits and notes are the same. */
enum kb_status kb_html_parse_fragment(struct kb_html *html, struct kb_str text,
                                      const struct kb_html_filter *filter,
                                      lxb_dom_node_t **body, struct kb_html_notes *notes,
                                      struct kb_err *err) KB_MUST_USE;

/* Which attributes enter the tree (attributes.c): all where names is NULL. */
struct kb_html_seen {
    const lxb_dom_attr_data_t *data; /* the library's record of a name */
    bool wanted;
};
struct kb_html_wanted {
    const struct kb_str *names; /* besides those that html looks at; an empty one ends */
    struct kb_html_seen seen[512];
};

void kb_html_drop_unwanted(struct kb_html_wanted *wanted, lxb_html_token_t *token,
                           const lxb_html_tree_t *tree);

/* Where "</name" and what ends a name stand (raw.c); KB_NOT_FOUND where the tokenizer has
 * to find out. */
size_t kb_html_raw_end(struct kb_str text, struct kb_str name);

/* Makes text, as it stands, parent's child: it must live as long as the document.  False
 * without memory. */
bool kb_html_raw_add(lxb_html_document_t *document, lxb_dom_node_t *parent,
                     struct kb_str text);

/* The element whose content the tree builder is in; NULL before there is one. */
static inline const lxb_dom_node_t *kb_html_top(const lxb_html_tree_t *tree) {
    size_t n = tree->open_elements->length;
    return n ? tree->open_elements->list[n - 1] : NULL;
}

#endif
