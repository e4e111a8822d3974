/* What must be true of sanitised HTML, told without the sanitiser's own tables: used by
 * the tests and the fuzz target. */
#ifndef KB_TESTS_HARMLESS_H
#define KB_TESTS_HARMLESS_H

#include "html/html.h"

/* Parses safe (sanitised HTML) alone and inside of what changes how a parser reads it
 * (SVG, MathML, a table, a title …), and looks at all that each tree holds: no element
 * that runs, loads a document, sends or speaks for the page, no attribute that does, no
 * address with another scheme than those of links.  NULL, or a sentence about the first
 * fault, which lasts until the next call. */
const char *kb_harmless(struct kb_html *html, struct kb_str safe);

#endif
