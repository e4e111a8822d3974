/* state: what is known of a feed ↔ members of a JSON object, for whoever keeps it from
 * one call to the next: the verb's file of states, the store.
 *
 * Its names are those of struct kb_fetch_state; what is 0 or empty is left out.  Others
 * may stand beside them in the object. */
#ifndef KB_FETCH_STATE_H
#define KB_FETCH_STATE_H

#include "fetch/plan.h"

#include <yyjson.h>

/* Writes the members into an object that is open. */
void kb_fetch_state_print(struct kb_json *json, const struct kb_fetch_state *state);

/* Reads them; the strings are object's.  What is missing is 0 or empty.  KB_EINPUT, with
 * the member's name, where one is of a wrong type; a number that cannot be is the nearest
 * one that can, so that whatever was printed is read. */
enum kb_status kb_fetch_state_read(yyjson_val *object, struct kb_fetch_state *state,
                                   struct kb_err *err) KB_MUST_USE;

#endif
