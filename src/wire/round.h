/* A round: the feeds that are due are asked, what is new in them is taken to the desk,
 * and each is told when it is asked again (fetch/plan.h).
 *
 * Entries whose text is a teaser have their page fetched, where the feed's setting, or a
 * rule, wants it and the site's robots.txt allows it.  An entry is marked as looked at in
 * the transaction that keeps its article, and a feed's validators are kept after its last
 * entry: a round that is killed loses nothing, and the next one goes on. */
#ifndef KB_WIRE_ROUND_H
#define KB_WIRE_ROUND_H

#include "fetch/fetch.h"
#include "wire/desk.h"

/* What one feed's visit brought. */
struct kb_round_told {
    const struct kb_feed_row *feed;
    struct kb_str says; /* how it went, and when it is asked again */
    bool failed;
    int64_t next;
    bool pushed;                      /* a hub brought it */
    uint64_t fresh, changed, dropped; /* articles */
    uint64_t pages, pages_failed;     /* that were fetched; that could not be had now */
};

struct kb_round_options {
    const struct kb_client_options *client;
    bool all;                    /* also feeds that are not due; paused ones never */
    int64_t feed;                /* this one alone, due or not; 0: any */
    bool (*stop)(void *context); /* asked between steps; may be NULL */
    /* After the commit that keeps what it tells; may be NULL. */
    void (*told)(void *context, const struct kb_round_told *told);
    /* Asked between steps: are there feeds that became due since?  May be NULL. */
    bool (*more)(void *context);
    /* Each answer passes here before anything else; false ends the round.  May be
     * NULL. */
    bool (*took)(void *context, const struct kb_answer *answer);
    /* Between steps and between articles: it goes on.  May be NULL. */
    void (*alive)(void *context);
    bool icons; /* feeds' icons are wanted: kb_round_icons looks for them */
    /* Hubs find us at this address and a token behind it (push.h); NULL: nowhere. */
    const char *callback;
    void *context;
};

struct kb_round_result {
    uint64_t feeds, failed, fresh, changed, dropped, stories;
    bool stopped;
};

enum kb_status kb_round_run(struct kb_store *store, struct kb_desk *desk,
                            const struct kb_round_options *options,
                            struct kb_round_result *result,
                            struct kb_err *err) KB_MUST_USE;

/* Between rounds: the icons of feeds that are due are looked for (icons.h), until there
 * are no more, or more says that news are due, which go first. */
enum kb_status kb_round_icons(struct kb_store *store,
                              const struct kb_round_options *options,
                              struct kb_err *err) KB_MUST_USE;

#endif
