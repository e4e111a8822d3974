/* hosts: whose turn it is.  Inside fetch.
 *
 * Requests enter with the name of their host; they leave one by one, at the time when
 * that host may be asked again.  Pure: `now` is handed in, in milliseconds of any clock
 * that does not go back. */
#ifndef KB_FETCH_HOSTS_H
#define KB_FETCH_HOSTS_H

#include "base/base.h"

struct kb_hosts;
struct kb_host;

struct kb_hosts_limits {
    unsigned per_host; /* requests to one host at a time, at least 1 */
    int64_t spacing;   /* between the starts of two of them */
    int64_t max_wait;  /* a host that wants to be left alone for longer is given up */
};

/* A request's place in its host's queue; a member of the request, which must not move. */
struct kb_turn {
    struct kb_turn *next;
    struct kb_host *host;
    bool hop; /* a redirect: before all others, and on the host that sent it without
                 waiting */
};

struct kb_hosts *kb_hosts_new(struct kb_hosts_limits limits); /* NULL without memory */

/* Turns that wait in it are forgotten; take them out before (kb_hosts_drain). */
void kb_hosts_free(struct kb_hosts *hosts);

/* Puts a turn behind those of its host; from is the host that redirected here, or NULL.
 * False without memory. */
bool kb_hosts_push(struct kb_hosts *hosts, struct kb_turn *turn, struct kb_str name,
                   const struct kb_host *from, int64_t now) KB_MUST_USE;

/* The turn that is to start now, or NULL.  Where *closed is set it must not start: its
 * host wants no requests for longer than anybody would wait.  Else it counts as one of
 * its host's until kb_hosts_done. */
struct kb_turn *kb_hosts_next(struct kb_hosts *hosts, int64_t now, bool *closed);

/* When kb_hosts_next will have one, as far as is known: not before; -1 for never. */
int64_t kb_hosts_due(const struct kb_hosts *hosts, int64_t now);

/* The turn's request has ended.  The host stays known while it must be left alone. */
void kb_hosts_done(struct kb_hosts *hosts, struct kb_turn *turn);

/* The host wants to be left alone until then (Retry-After). */
void kb_hosts_pause(struct kb_hosts *hosts, struct kb_host *host, int64_t until,
                    int64_t now);

/* The same of a host that nobody may have asked yet.  False without memory. */
bool kb_hosts_pause_name(struct kb_hosts *hosts, struct kb_str name, int64_t until,
                         int64_t now) KB_MUST_USE;

/* Any turn that waits, taken out; NULL when none is left. */
struct kb_turn *kb_hosts_drain(struct kb_hosts *hosts);

/* How long the host still wants to be left alone, 0 for not at all. */
int64_t kb_host_pause(const struct kb_host *host, int64_t now);

/* HTTP/2 has failed there: the next requests go by HTTP/1.1. */
bool *kb_host_http1(struct kb_host *host);

#endif
