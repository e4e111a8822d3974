/* Who asks too often: a token bucket for each key (an address, a name).
 *
 *     int64_t wait;
 *     if (!kb_rate_take(server, KB_RATE_LOGIN, req->client, &wait))
 *         …refuse with 429 and "Retry-After: wait"…
 *     if (the password is right)
 *         kb_rate_give(server, KB_RATE_LOGIN, req->client);
 *
 * The table is of one size whatever comes: who has been quiet the longest is forgotten
 * for who comes new.  An IPv6 address counts with its /64, which is one customer's. */
#ifndef KB_SERVE_RATE_H
#define KB_SERVE_RATE_H

#include "base/base.h"

struct kb_server;

/* code, at once, milliseconds until one more, what is counted */
#define KB_RATE_LIST(X)                                                                  \
    X(KB_RATE_LOGIN, 10, 6000)  /* wrong passwords from an address */                    \
    X(KB_RATE_NAME, 30, 10000)  /* wrong passwords for a name, from anywhere */          \
    X(KB_RATE_TOKEN, 30, 1000)  /* unknown tokens and sessions from an address */        \
    X(KB_RATE_PICTURE, 300, 50) /* pictures for an address */
enum kb_rate_kind {
#define X(code, burst, step_ms) code,
    KB_RATE_LIST(X)
#undef X
};

/* Takes one; false where none is left, and then *wait_s (not NULL) is after how many
 * seconds there is one.  Of any thread. */
bool kb_rate_take(struct kb_server *server, enum kb_rate_kind kind, struct kb_str key,
                  int64_t *wait_s);

/* Gives back what was taken: it was a right one. */
void kb_rate_give(struct kb_server *server, enum kb_rate_kind kind, struct kb_str key);

/* ---- the table, without a clock ---------------------------------------------------- */

struct kb_rate;

/* seed: random, so that nobody can choose whose place he shares.  NULL without memory. */
struct kb_rate *kb_rate_new(uint64_t seed);
void kb_rate_free(struct kb_rate *rate);

/* amount 1 takes, -1 gives back. */
bool kb_rate_change(struct kb_rate *rate, enum kb_rate_kind kind, struct kb_str key,
                    int amount, int64_t now_ms, int64_t *wait_s);

#endif
