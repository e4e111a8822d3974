/* What must be true of every article and feed, whatever the input was: used by the tests,
 * the hostile inputs and the fuzz targets. */
#ifndef KB_TESTS_SANE_H
#define KB_TESTS_SANE_H

#include "base/base.h"

#include <kabar.h>

/* Asks for every field and item, prints every format, and checks that all of it is valid
 * UTF-8 with a NUL behind it, that the JSON is JSON and says the same as the fields, that
 * the HTML holds nothing that runs, and that the view holds no terminal escapes.  Returns
 * NULL, or a sentence about the first thing that is wrong, which lasts until the next
 * call. */
const char *kb_sane_article(const kabar_article *article);

/* The same for a feed: fields and items, the JSON Feed document with what 1.1 requires,
 * no active HTML and no address that runs in it, no escapes in the view (sane_feed.c). */
const char *kb_sane_feed(const kabar_feed *feed);

/* What both ask: a text's promises; which text it is stands in the answer. */
const char *kb_sane_text(kabar_text text, const char *kind, int number, int key);

#endif
