/* Server-sent events: who listens is told of new stories as the fetching commits them.
 *
 *     kb_events_new(server, &events, &err);     // one thread for all who listen
 *     kb_events_listen(events, &wish, &tap);    // a handler: res->tap = tap
 *     kb_tap_begin(tap, text, connection, &line);  // mhd.c: the answer's head is sent
 *     kb_events_wake(events);                   // something was committed
 *     kb_events_end(events);                    // all are sent home
 *     kb_events_free(events);
 *
 * A tap is one listener.  It holds what its connection has still to take; while that is
 * nothing, the connection is paused and costs no thread.  The events' thread looks what
 * is new to each, and only for those that have taken what they were given: who is slow
 * gets it later and loses nothing.  Another process's commits are seen with the next
 * heartbeat. */
#ifndef KB_SERVE_EVENTS_H
#define KB_SERVE_EVENTS_H

#include "base/base.h"

struct kb_server;
struct kb_events;
struct kb_tap;

enum { KB_TAP_LANGUAGE = 32, KB_TAP_OUTLET = 256 };

/* What a listener wants: texts end in 0 and are empty where it does not matter. */
struct kb_tap_wish {
    int64_t user;
    bool all;     /* the whole wire, and not only what they follow */
    int64_t mark; /* stories founded by a later article than this number */
    char language[KB_TAP_LANGUAGE], outlet[KB_TAP_OUTLET];
};

/* How a connection is paused, and goes on; has its other end gone? */
struct kb_tap_line {
    void (*pause)(void *connection);
    void (*resume)(void *connection);
    bool (*is_gone)(void *connection);
};

enum kb_status kb_events_new(struct kb_server *server, struct kb_events **events,
                             struct kb_err *err) KB_MUST_USE;
void kb_events_wake(struct kb_events *events);
void kb_events_end(struct kb_events *events);
void kb_events_free(struct kb_events *events); /* no tap is left */

/* One listener more.  KB_ELIMIT where this person has too many; KB_ENOMEM where all have,
 * or at the end. */
enum kb_status kb_events_listen(struct kb_events *events, const struct kb_tap_wish *wish,
                                struct kb_tap **tap) KB_MUST_USE;

/* The connection takes text first; the buffer is the tap's from now on. */
void kb_tap_begin(struct kb_tap *tap, struct kb_buf *text, void *connection,
                  const struct kb_tap_line *line);
/* The next bytes; 0: none now, the connection is paused.  True in *over: the last have
 * gone. */
size_t kb_tap_take(struct kb_tap *tap, char *room, size_t n, bool *over);
void kb_tap_free(struct kb_tap *tap);

#endif
