/* Inside store: a text that was found, with marks around what matched. */
#ifndef KB_STORE_MARKED_H
#define KB_STORE_MARKED_H

#include "base/base.h"

/* One place where a phrase of the query stands: words of a column, counted from 0. */
struct kb_match {
    int32_t phrase, column, first, last;
};

struct kb_mark_style {
    struct kb_str begin, end;
};

/* Adds a column's text, which may begin with a tag, to out, with marks around those of
 * the matches that are in it; the matches stand in order.  With a room of 0 all of it,
 * else about so many columns around the best place.  Control characters become blanks:
 * marks may be made of them. */
void kb_mark(struct kb_str text, int column, const struct kb_match *matches, size_t count,
             const struct kb_mark_style *style, size_t room, struct kb_buf *out);

#endif
