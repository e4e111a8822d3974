/* The gate: pages that kabar found by itself wait here until their host's robots.txt is
 * known, and then for their turn where it asks for a delay (RFC 9309).
 *
 * Inside wire.  The gate asks for the file by the client that it was given, and is told
 * of the answer by whoever gets the client's answers. */
#ifndef KB_WIRE_GATE_H
#define KB_WIRE_GATE_H

#include "fetch/fetch.h"

struct kb_gate;

/* A page at the gate; the caller's, and in one list at a time. */
struct kb_gate_item {
    struct kb_gate_item *next;
    struct kb_str url;
};

struct kb_gate_host;

/* The page may be asked for now; robots.txt forbids it; or that file cannot be had, and
 * until it can nothing is allowed (RFC 9309, 2.3.1.4). */
enum kb_gate_word { KB_GATE_MAY, KB_GATE_NEVER, KB_GATE_LATER };
typedef void kb_gate_open(void *arg, struct kb_gate_item *item, enum kb_gate_word word);

/* ask sends for a robots.txt, with the host as its context's subject; false without
 * memory. */
typedef bool kb_gate_ask(void *arg, const struct kb_robots_host *robots,
                         struct kb_gate_host *host);

enum kb_status kb_gate_new(struct kb_gate **gate, kb_gate_open *open, kb_gate_ask *ask,
                           void *arg, struct kb_err *err) KB_MUST_USE;
void kb_gate_free(struct kb_gate *gate);

/* The item waits, or is let through at once.  False without memory. */
bool kb_gate_add(struct kb_gate *gate, struct kb_gate_item *item) KB_MUST_USE;

/* The answer for a host's robots.txt; it belongs to the gate from now on. */
void kb_gate_answered(struct kb_gate *gate, struct kb_gate_host *host,
                      struct kb_answer *answer, int64_t now);

/* Lets through whose turn it is (milliseconds of a steady clock).  Returns how many wait
 * for a turn. */
size_t kb_gate_turn(struct kb_gate *gate, int64_t steady_ms);

#endif
