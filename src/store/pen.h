/* The pen: who writes to one file from several threads of one process takes turns, in the
 * order in which they came.
 *
 * SQLite's own lock is tried again and again, so that who writes much (a round of feeds)
 * keeps out who writes a little (a mark); a ticket keeps the order.  A store that was
 * opened with a pen holds it from kb_store_begin to commit or rollback. */
#ifndef KB_STORE_PEN_H
#define KB_STORE_PEN_H

#include <stdbool.h>

struct kb_pen;

struct kb_pen *kb_pen_new(void); /* NULL without memory */
void kb_pen_free(struct kb_pen *pen);

void kb_pen_take(struct kb_pen *pen);
void kb_pen_give(struct kb_pen *pen);

/* Does somebody wait for it? */
bool kb_pen_wanted(struct kb_pen *pen);

#endif
