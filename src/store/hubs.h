/* Subscriptions at hubs (W3C WebSub): by which hub a feed's news come here, until when;
 * and what hubs brought that has not been read yet.
 *
 * What is to be said to a hub, and believed of it, is decided elsewhere (fetch/websub.h,
 * wire/push.h). */
#ifndef KB_STORE_HUBS_H
#define KB_STORE_HUBS_H

#include "store/file.h"

struct kb_hub_row {
    int64_t n;
    int64_t feed;      /* 0: nobody follows it any more, and the hub is to be told */
    struct kb_str hub; /* its address */
    struct kb_str topic;
    struct kb_str callback; /* where the hub finds us: an address that ends with … */
    struct kb_str token;    /* … what nobody can guess */
    struct kb_str secret;
    bool denied;
    int64_t lease_until; /* 0: not confirmed */
    int64_t next;        /* when to speak to the hub again */
    int64_t tries;
    int64_t pushed;              /* when it last brought news that were taken; 0: never */
    struct kb_str says;          /* how the last request to the hub went, for people */
    struct kb_str feed_url;      /* of the feed, also where it was left */
    struct kb_str feed_settings; /* … JSON */
    bool paused;                 /* … is not asked, nor is the hub */
};

/* A new one; of a feed that has one already the former loses its feed. */
enum kb_status kb_store_hub_add(struct kb_store *store, const struct kb_hub_row *row,
                                struct kb_err *err) KB_MUST_USE;

/* The feed's is left: the hub is to be told at once. */
enum kb_status kb_store_hub_leave(struct kb_store *store, int64_t feed,
                                  struct kb_err *err) KB_MUST_USE;

/* By the feed, by its token, by its number; n is 0 where there is none. */
enum kb_status kb_store_hub_of(struct kb_store *store, int64_t feed,
                               struct kb_arena *arena, struct kb_hub_row *row,
                               struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_hub_named(struct kb_store *store, struct kb_str token,
                                  struct kb_arena *arena, struct kb_hub_row *row,
                                  struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_hub_at(struct kb_store *store, int64_t n, struct kb_arena *arena,
                               struct kb_hub_row *row, struct kb_err *err) KB_MUST_USE;

/* Those of all feeds that have one, by the feeds' numbers. */
enum kb_status kb_store_hubs(struct kb_store *store, struct kb_arena *arena,
                             struct kb_hub_row **rows, size_t *count,
                             struct kb_err *err) KB_MUST_USE;

/* Those that are to be spoken to, at most max, the longest due first. */
enum kb_status kb_store_hubs_due(struct kb_store *store, int64_t now, size_t max,
                                 struct kb_arena *arena, struct kb_hub_row **rows,
                                 size_t *count, struct kb_err *err) KB_MUST_USE;

/* When something is to be done next: 0 where a hub's news wait to be read, KB_FEEDS_ALL
 * where nothing is; without speaks hubs are not spoken to. */
enum kb_status kb_store_hub_next(struct kb_store *store, bool speaks, int64_t *next,
                                 struct kb_err *err) KB_MUST_USE;

/* denied, lease_until, next, tries and says of the row as they are now; and it goes. */
enum kb_status kb_store_hub_set(struct kb_store *store, const struct kb_hub_row *row,
                                struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_hub_remove(struct kb_store *store, int64_t n,
                                   struct kb_err *err) KB_MUST_USE;

/* The server is found below this address from now on (empty: from nowhere), and was away:
 * subscriptions with another one are begun anew, and feeds whose news a hub would have
 * brought are asked soon: at the earliest `least` seconds after they were had last. */
enum kb_status kb_store_hubs_begin(struct kb_store *store, struct kb_str below,
                                   int64_t now, int64_t least,
                                   struct kb_err *err) KB_MUST_USE;

/* How many hold: the lease goes on. */
enum kb_status kb_store_hubs_count(struct kb_store *store, int64_t now, int64_t *count,
                                   struct kb_err *err) KB_MUST_USE;

/* ---- what hubs brought ------------------------------------------------------------- */

struct kb_push_row {
    int64_t n, feed;
    struct kb_str topic, type, body; /* where it is from; its Content-Type; its bytes */
};

/* Kept until it is read.  Of a feed with KB_LIMIT_PUSHES of them nothing is kept:
 * *kept is false, and the feed is to be asked. */
enum kb_status kb_store_push_add(struct kb_store *store, const struct kb_push_row *row,
                                 int64_t now, bool *kept, struct kb_err *err) KB_MUST_USE;

/* The oldest after number `after`; n is 0 where there is none. */
enum kb_status kb_store_push_next(struct kb_store *store, int64_t after,
                                  struct kb_arena *arena, struct kb_push_row *row,
                                  struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_push_remove(struct kb_store *store, int64_t n,
                                    struct kb_err *err) KB_MUST_USE;

#endif
