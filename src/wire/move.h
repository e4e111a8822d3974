/* Another reader's feeds and stars → a person's.
 *
 * The other reader's server is asked through the client, one request at a time, and so
 * within the guard: its list of feeds (OPML), then its starred entries, page by page.
 * Each page is committed before the next is asked for, so who stops in the middle goes on
 * by calling again: what is there already stays as it is.  Nothing is changed over
 * there.
 *
 * Miniflux's REST API v1 (https://miniflux.app/docs/api.html); FreshRSS's dialect of
 * Google Reader's API
 * (https://freshrss.github.io/FreshRSS/en/developers/06_GoogleReader_API.html). */
#ifndef KB_WIRE_MOVE_H
#define KB_WIRE_MOVE_H

#include "fetch/fetch.h"
#include "store/store.h"
#include "wire/desk.h"

enum kb_move_from { KB_MOVE_MINIFLUX, KB_MOVE_FRESHRSS };

struct kb_move_result {
    uint64_t feeds, feeds_fresh; /* in the list; not followed before */
    uint64_t stars, stars_fresh; /* entries that came; not starred before */
    uint64_t articles;           /* that the wire did not have */
    uint64_t left_out;           /* each was told by says */
    uint64_t total;              /* stars over there; 0: the server does not tell */
    bool stopped;
};

struct kb_move_options {
    enum kb_move_from from;
    struct kb_str url;   /* as people type it; with or without the API's own path */
    struct kb_str token; /* Miniflux's; empty: login */
    struct kb_str login; /* "name:password" */
    int64_t user, now;
    const struct kb_client_options *client;
    const struct kb_request *request; /* what goes with each; may be NULL */

    /* Each may be NULL.  stop ends the work soon; told comes after each page; says tells
     * what was left out, and why. */
    bool (*stop)(void *context);
    void (*told)(void *context, const struct kb_move_result *so_far);
    void (*says)(void *context, struct kb_str what);
    void *context;
};

/* Not within a transaction: begins and commits its own by the desk.  A failure's sentence
 * tells what to do; what was committed before it stays, and result tells of it. */
enum kb_status kb_move_in(struct kb_store *store, struct kb_desk *desk,
                          const struct kb_move_options *options,
                          struct kb_move_result *result, struct kb_err *err) KB_MUST_USE;

#endif
