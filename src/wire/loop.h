/* The loop: feeds are asked when they are due, in a thread of its own, for as long as the
 * process lives; once a day what nobody wants to keep goes.
 *
 *     kb_loop_start(&options, &loop, &err);
 *     kb_loop_wake(loop);                   // a feed was added or made due
 *     kb_loop_stop(loop);                   // asks for the end, of any thread
 *     kb_loop_free(loop);                   // waits for it: a second, or less
 */
#ifndef KB_WIRE_LOOP_H
#define KB_WIRE_LOOP_H

#include "wire/round.h"

struct kb_loop;

/* Copied, but for what its pointers point to, which has to outlive the loop. */
struct kb_loop_options {
    const char *db;
    struct kb_pen *pen; /* of the process's writers; NULL: it alone writes */
    const struct kb_client_options *client;
    /* Called by the loop's thread; may be NULL. */
    void (*told)(void *context, const struct kb_round_told *told);
    void (*ended)(void *context, const struct kb_round_result *result);
    void (*failed)(void *context, const char *says);
    void *context;
};

enum kb_status kb_loop_start(const struct kb_loop_options *options, struct kb_loop **loop,
                             struct kb_err *err) KB_MUST_USE;
void kb_loop_wake(struct kb_loop *loop);
void kb_loop_stop(struct kb_loop *loop);
void kb_loop_free(struct kb_loop *loop);

#endif
