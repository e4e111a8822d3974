/* What must be true of every article, whatever the page was: used by the tests, the
 * hostile inputs and the fuzz targets. */
#ifndef KB_TESTS_SANE_H
#define KB_TESTS_SANE_H

#include <kabar.h>

/* Asks for every field and item, prints every format, and checks that all of it is valid
 * UTF-8 with a NUL behind it, that the JSON is JSON and says the same as the fields, that
 * the HTML holds nothing that runs, and that the view holds no terminal escapes.  Returns
 * NULL, or a sentence about the first thing that is wrong, which lasts until the next
 * call. */
const char *kb_sane_article(const kabar_article *article);

#endif
