/* What the files share that make the body's tree from the DOM: build.c walks, picture.c
 * finds pictures' addresses, tidy.c puts the tree in order. */
#ifndef KB_HTML_BUILD_H
#define KB_HTML_BUILD_H

#include "html/html.h"

/* What stands at p < end, and its bytes.  STIFF is white space that does not fold inside a
 * text: U+00A0 and U+3000; NONE shows nothing: U+200B, U+FEFF, soft hyphens, controls. */
enum kb_glyph { KB_GLYPH, KB_GLYPH_WHITE, KB_GLYPH_STIFF, KB_GLYPH_NONE };
enum kb_glyph kb_text_look(const char *p, const char *end, size_t *n);

/* Folds s into out, which has room for all of it, without white space at either end, and
 * returns the bytes written.  *space tells whether there was some at the end. */
size_t kb_text_fold(struct kb_str s, char *out, bool *space);

/* The widest candidate of a srcset (HTML Standard, 4.8.4.3), as it stands there; empty
 * where there is none. */
struct kb_str kb_picture_srcset(struct kb_str srcset);

/* What an img (or amp-img) is worth: its address as the page writes it.  Empty where it has
 * none that leads to a picture: placeholders, data: addresses, tracking pixels. */
struct kb_str kb_picture_address(lxb_dom_node_t *img);

/* True for pictures that stand for a character or a decoration, not for a photograph. */
bool kb_picture_is_tiny(lxb_dom_node_t *img);

/* Takes out what stayed empty, dissolves tables that are only for layout, puts captions
 * where they belong.  Linear in the tree's nodes, without recursion. */
void kb_tree_tidy(struct kb_node *root);

#endif
