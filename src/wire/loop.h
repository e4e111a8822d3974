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

enum { KB_LOOP_CLASSES = 6 };

/* Copied, but for what its pointers point to, which has to outlive the loop. */
struct kb_loop_options {
    const char *db;
    struct kb_pen *pen; /* of the process's writers; NULL: it alone writes */
    const struct kb_client_options *client;
    /* Hubs find the server at this address and a token behind it (push.h); NULL: they do
     * not. */
    const char *callback;
    bool icons; /* feeds' icons are looked for */
    /* Called by the loop's thread; may be NULL. */
    void (*told)(void *context, const struct kb_round_told *told);
    void (*ended)(void *context, const struct kb_round_result *result);
    void (*failed)(void *context, const char *says);
    void (*rests)(void *context); /* there is nothing to do: what is held can go */
    void *context;
};

enum kb_status kb_loop_start(const struct kb_loop_options *options, struct kb_loop **loop,
                             struct kb_err *err) KB_MUST_USE;
void kb_loop_wake(struct kb_loop *loop);

/* What it did since it began. */
struct kb_loop_counts {
    uint64_t rounds, failed;           /* rounds that ended, and that failed */
    uint64_t answers[KB_LOOP_CLASSES]; /* by status: 1xx … 5xx; 0: none came */
    uint64_t bytes;                    /* of bodies, as they came */
    uint64_t pushes;                   /* that hubs brought and were read */
};
void kb_loop_count(struct kb_loop *loop, struct kb_loop_counts *counts);

/* For how many milliseconds nothing was heard of its thread while it had something to do;
 * 0 while it rests.  A watchdog asks. */
int64_t kb_loop_silent(struct kb_loop *loop);
void kb_loop_stop(struct kb_loop *loop);
void kb_loop_free(struct kb_loop *loop);

#endif
