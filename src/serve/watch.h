/* Over connections: no address has too many, and none holds one for ever.
 *
 * The library closes who is silent; here is closed who trickles: a request has a time in
 * which all of it has to come, and an answer one in which it has to be taken, however
 * steadily bytes go. */
#ifndef KB_SERVE_WATCH_H
#define KB_SERVE_WATCH_H

#include <sys/socket.h>

#include "base/base.h"

struct kb_watch;
struct kb_trust;

enum kb_status kb_watch_new(const struct kb_trust *trust, struct kb_watch **watch,
                            struct kb_err *err) KB_MUST_USE;
void kb_watch_free(struct kb_watch *watch);

/* May this address have one connection more?  Trusted proxies may. */
bool kb_watch_may(struct kb_watch *watch, const struct sockaddr *address);

/* A connection begins and ends; what it waits for: nothing but a next request, the rest
 * of one, or that an answer is taken.  NULL without memory, which the others take. */
struct kb_watched;
struct kb_watched *kb_watch_begin(struct kb_watch *watch, int fd,
                                  const struct sockaddr *address);
void kb_watch_end(struct kb_watch *watch, struct kb_watched *one);
void kb_watch_rests(struct kb_watch *watch, struct kb_watched *one);
void kb_watch_asks(struct kb_watch *watch, struct kb_watched *one);
void kb_watch_answers(struct kb_watch *watch, struct kb_watched *one);
/* … or that something new is told, for as long as one may listen: nobody waits for it at
 * the end. */
void kb_watch_listens(struct kb_watch *watch, struct kb_watched *one);

/* Waits until all requests that have begun are answered, at most
 * KB_LIMIT_SERVE_DRAIN_MS. */
void kb_watch_drain(struct kb_watch *watch);

/* The address as text, "unix" of a Unix socket. */
enum { KB_WATCH_ADDRESS = 48 };
void kb_watch_address(const struct sockaddr *address, char text[KB_WATCH_ADDRESS]);

#endif
