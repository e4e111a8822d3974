/* Pictures of others: their addresses → their bytes, fetched once for all who look.
 *
 * One thread of its own has a client (fetch/client.h: the guard on every hop, limits) and
 * asks for several at a time; what came stays in a cache of bounded size, and so for a
 * while does that nothing came.  Nobody here waits: who asks for a picture that is not
 * there yet leaves a waiter, whose connection the HTTP library lays aside (suspends), and
 * is woken when the picture came, or could not, or is too long in coming.  So a slow
 * server takes none of the threads that answer, however many pictures a page has; a pool
 * of threads that wait would be as many connections poorer at the first slow host. */
#ifndef KB_SERVE_PICTURES_H
#define KB_SERVE_PICTURES_H

#include "fetch/fetch.h"

struct kb_pictures;
struct kb_picture;

/* client: whose guard, contact and proxies are taken; copied but for what it points
 * to. */
enum kb_status kb_pictures_new(const struct kb_client_options *client,
                               struct kb_pictures **pictures,
                               struct kb_err *err) KB_MUST_USE;

/* Gives up what is on its way and wakes all that wait; from now on nothing is taken. */
void kb_pictures_stop(struct kb_pictures *pictures);
void kb_pictures_free(struct kb_pictures *pictures);

/* What follows may be called by any thread. */

/* The picture at url, which is asked for where it is not there.  It is held until it is
 * given back.  NULL: too many are on their way, or no memory, or it was stopped. */
struct kb_picture *kb_pictures_take(struct kb_pictures *pictures, struct kb_str url);
void kb_pictures_give(struct kb_pictures *pictures, struct kb_picture *picture);

/* 0 while it is on its way; 200: the rest of it stands still while it is held; else what
 * is to be answered, and *says why. */
int kb_pictures_look(struct kb_pictures *pictures, const struct kb_picture *picture,
                     struct kb_picture_facts *facts, struct kb_str *bytes,
                     const char **says);

/* Calls wake once, maybe before it returns, and within KB_LIMIT_PICTURE_WAIT_MS.  The
 * waiter is the caller's and has to live until then. */
struct kb_picture_waiter {
    struct kb_picture_waiter *next;
    void (*wake)(void *context);
    void *context;
    int64_t until; /* set here */
};
void kb_pictures_await(struct kb_pictures *pictures, struct kb_picture *picture,
                       struct kb_picture_waiter *waiter);

/* The size of a picture that is there already; zeros where it is not. */
struct kb_picture_facts kb_pictures_known(struct kb_pictures *pictures,
                                          struct kb_str url);

#endif
