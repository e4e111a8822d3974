/* asked: the client's answer as the plan wants to see it.
 *
 * An answer of the client's enters; leaves struct kb_fetch_answer, all of it that is told
 * without reading the body. */
#ifndef KB_FETCH_ASKED_H
#define KB_FETCH_ASKED_H

#include "fetch/client.h"
#include "fetch/plan.h"

/* hops has room for KB_LIMIT_HOPS + 1; all strings are the answer's.  is_feed, instead,
 * entries and wishes are the caller's to fill in. */
void kb_fetch_asked(const struct kb_answer *answer, bool conditional,
                    struct kb_fetch_hop *hops, struct kb_fetch_answer *out);

#endif
