/* A wire of a case's own, in a file that goes with it. */
#ifndef KB_TESTS_MADE_WIRE_H
#define KB_TESTS_MADE_WIRE_H

#include "runner.h"
#include "store/store.h"

struct kb_made_wire {
    char folder[64], path[96];
    struct kb_store *store; /* open for reading and writing */
};

/* Takes the case's file `records` in, articles as JSON, one a line, in their order; they
 * came at `now`.  False, and told, where that fails. */
bool kb_made_wire(struct kb_case *c, int64_t now, struct kb_made_wire *wire);
void kb_made_wire_end(struct kb_made_wire *wire);

#endif
