/* Push: feeds whose news a hub brings by itself, instead of being asked (W3C WebSub).
 *
 *     a feed names a hub                kb_push_offer   → a subscription in the file
 *     the subscription is due           kb_push_ask     → a request to the hub
 *     the hub answered                  kb_push_asked   → when to ask again
 *     the hub asks back                 kb_push_verify  → the reply; the lease
 *     the hub brings news               kb_push_judge, _keep → the reply; in the file
 *     they wait to be read              (round.c)       → a visit without a request
 *
 * What to say and what to believe is decided by fetch/websub.h; here is who does it, and
 * when.  What a hub brought is in the file before it is told that it was taken. */
#ifndef KB_WIRE_PUSH_H
#define KB_WIRE_PUSH_H

#include "fetch/fetch.h"
#include "store/store.h"

/* ---- in a round -------------------------------------------------------------------- */

struct kb_round;
struct kb_visit;

/* The visit's feed was read: it is subscribed to at the hub that it names, where it was
 * not; a hub that it names no more is left. */
enum kb_status kb_push_offer(struct kb_visit *visit);

/* Hubs that are to be spoken to are asked (kb_round_ask_hub). */
enum kb_status kb_push_ask(struct kb_round *round);

/* Hub number `hub` answered what it was asked when its row said `next`. */
enum kb_status kb_push_asked(struct kb_round *round, int64_t hub, int64_t next,
                             const struct kb_answer *answer);

/* ---- what hubs send, for the server ------------------------------------------------ */

/* A GET on the callback that ends with token, within a transaction.  Strings of the reply
 * are the query's. */
enum kb_status kb_push_verify(struct kb_store *store, struct kb_str token,
                              const struct kb_websub_query *query, int64_t now,
                              struct kb_arena *arena, struct kb_websub_reply *reply,
                              struct kb_err *err) KB_MUST_USE;

/* A POST: the Link headers joined with ", ", X-Hub-Signature, Content-Type, the body. */
struct kb_pushed {
    struct kb_str links, signature, type, body;
};

/* Is it to be believed?  *hub is the subscription.  Only reads. */
enum kb_status kb_push_judge(struct kb_store *store, struct kb_str token,
                             const struct kb_pushed *pushed, struct kb_arena *arena,
                             struct kb_hub_row *hub, enum kb_websub_news *news,
                             struct kb_websub_reply *reply,
                             struct kb_err *err) KB_MUST_USE;

/* … and kept, or the feed is made due, within a transaction.  *full: too much of it waits
 * to be read, so that this was not kept and is to be brought again. */
enum kb_status kb_push_keep(struct kb_store *store, const struct kb_hub_row *hub,
                            const struct kb_pushed *pushed, enum kb_websub_news news,
                            int64_t now, bool *full, struct kb_err *err) KB_MUST_USE;

#endif
