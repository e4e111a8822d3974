/* websub: news that a hub brings, instead of asking for them (W3C WebSub, 2018).
 *
 * For a server: what to send to a hub, what to answer when the hub asks back, and whether
 * to believe what it brings.  A subscription and a message enter; the next subscription
 * and an answer leave.  Pure: `now` and random bytes are handed in; strings in what
 * leaves are those of what entered.  Times are seconds since 1970.
 *
 *     kb_websub_discover     headers and feed → hub and topic, if it has a hub
 *     kb_websub_form         → the body of the request to the hub      (due at sub.next)
 *     kb_websub_asked        the hub's answer → when to ask again
 *     kb_websub_verify       GET on the callback → the reply; the lease
 *     kb_websub_receive      POST on the callback → the reply; believed or not
 */
#ifndef KB_FETCH_WEBSUB_H
#define KB_FETCH_WEBSUB_H

#include "base/base.h"

struct kb_websub {
    struct kb_str hub, topic; /* absolute addresses */
    struct kb_str secret;     /* below KB_LIMIT_WEBSUB_SECRET bytes; may be empty */
    bool wanted;              /* else: to be unsubscribed */
    bool denied;              /* the hub has said no */
    int64_t lease_until;      /* 0: not confirmed */
    int64_t next;             /* when to send the next request; 0: now */
    uint32_t tries;           /* requests since the last confirmation */
    uint64_t seed;            /* any number of its own: spreads the renewals */
};

#define KB_WEBSUB_NEVER INT64_MAX

/* ---- subscribing ------------------------------------------------------------------- */

struct kb_websub_offer {
    struct kb_str hub, topic; /* as written: relative to where the feed was read */
};

/* Is there a hub?  link_header is the answer's Link header (RFC 8288), several of them
 * joined with ", "; where it names no hub the feed's own links count.  The topic is
 * rel="self" of the same place, else the address itself. */
bool kb_websub_discover(struct kb_str link_header, struct kb_str feed_hub,
                        struct kb_str feed_self, struct kb_str address,
                        struct kb_websub_offer *offer);

/* The body of the request to sub->hub, application/x-www-form-urlencoded: to subscribe
 * where it is wanted, else to unsubscribe.  The secret is sent to hubs with https alone
 * (section 5.1); a subscription without one is a mere hint to look. */
void kb_websub_form(const struct kb_websub *sub, struct kb_str callback,
                    struct kb_buf *out);

/* The hub answered the request with status; 0: it did not. */
void kb_websub_asked(const struct kb_websub *sub, int status, int64_t now,
                     struct kb_websub *next);

/* ---- what the hub sends ------------------------------------------------------------ */

enum { KB_WEBSUB_SAY_BYTES = 200 };

struct kb_websub_reply {
    int status;         /* of our HTTP answer */
    struct kb_str body; /* of it: the challenge; text/plain, for a stranger wrote it */
    char says[KB_WEBSUB_SAY_BYTES];
};

/* What a GET on the callback asks, decoded. */
struct kb_websub_query {
    struct kb_str mode, topic, challenge, lease_seconds, reason;
};

/* Reads the query of an address ("hub.mode=subscribe&…"); false where the arena is full.
 * For servers that have not decoded it themselves. */
bool kb_websub_query_read(struct kb_arena *arena, struct kb_str raw,
                          struct kb_websub_query *query) KB_MUST_USE;

void kb_websub_verify(const struct kb_websub *sub, const struct kb_websub_query *query,
                      int64_t now, struct kb_websub *next, struct kb_websub_reply *reply);

enum kb_websub_news {
    KB_WEBSUB_IGNORE, /* not for us, or not from the hub */
    KB_WEBSUB_LOOK,   /* unsigned: ask the feed itself, now */
    KB_WEBSUB_TAKE,   /* signed: the body is the feed */
};

/* A POST on the callback.  link_header as above; signature is X-Hub-Signature.  The reply
 * does not tell a forger that he failed (section 7.1.2). */
enum kb_websub_news kb_websub_receive(const struct kb_websub *sub,
                                      struct kb_str link_header, struct kb_str signature,
                                      struct kb_str body, struct kb_websub_reply *reply);

#endif
