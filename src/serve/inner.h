/* Inside serve: what its files share of the server, and what each of them answers. */
#ifndef KB_SERVE_INNER_H
#define KB_SERVE_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "serve/events.h"
#include "serve/hook.h"
#include "serve/hooks.h"
#include "serve/metrics.h"
#include "serve/pictures.h"
#include "serve/proxy.h"
#include "serve/rate.h"
#include "serve/serve.h"
#include "serve/watch.h"
#include "wire/wire.h"

struct MHD_Daemon;

enum {
    KB_SERVE_SOCKETS = 8,  /* that one server listens on */
    KB_SERVE_THREADS = 64, /* that answer, each with an open file */
    KB_SERVE_ADDRESS = 256,
    KB_SERVE_USED = 64 /* passes that were used since something was written */
};

struct kb_server {
    struct kb_server_options options;
    char *db, *base, *public_url;
    char *callback; /* hubs find us below this address; NULL: they do not */
    struct kb_pages *pages;
    pthread_t loader; /* mhd.c's, until it has started */
    bool loads;
    char address[KB_SERVE_ADDRESS];
    int sockets[KB_SERVE_SOCKETS];
    struct MHD_Daemon *daemons[KB_SERVE_SOCKETS];
    size_t socket_count;
    char unix_path[KB_SERVE_ADDRESS]; /* taken away at the end; empty: none */

    pthread_mutex_t lock; /* of readers */
    struct kb_store *readers[KB_SERVE_THREADS];
    size_t reader_count;

    struct kb_pen *pen; /* of writer, from begin to commit, and of the loop */
    struct kb_loop *loop;
    struct kb_store *writer;
    struct kb_events *events; /* who listens (events.h) */
    struct kb_hooks *hooks;   /* who is sent them (hooks.h); NULL: nobody */

    struct kb_metrics metrics;
    struct kb_trust *trust; /* whose word on clients is taken (proxy.h) */
    char *cert, *key;       /* PEM; NULL: plain HTTP */
    struct kb_watch *watch; /* over connections (watch.h) */
    _Atomic size_t bodies;  /* bytes of requests' large bodies that are held */

    struct kb_pictures *pictures;      /* NULL: none are shown (pictures.h) */
    char picture_key[KB_SECRET_BYTES]; /* that addresses of pictures are signed by */

    struct kb_rate *rate; /* who asks too often (rate.h) */

    struct kb_server_used {
        int64_t pass, now, expires;
    } used[KB_SERVE_USED]; /* under lock */
    size_t used_count;
    char form_key[KB_SECRET_BYTES];   /* new at each start */
    char setup_code[KB_SECRET_BYTES]; /* who shows it may make the owner's account; empty
                                       * once there is one */
    pthread_mutex_t argon;            /* one password at a time: each takes 64 MiB */
};

/* A file to read, at one moment, until it is given back. */
enum kb_status kb_server_reader(struct kb_server *server, struct kb_store **store,
                                struct kb_err *err) KB_MUST_USE;
void kb_server_reader_back(struct kb_server *server, struct kb_store *store);

/* ---- sockets (listen.c) ------------------------------------------------------------ */

/* Binds what options name, or takes the sockets that were handed in. */
enum kb_status kb_server_listen(struct kb_server *server, struct kb_err *err) KB_MUST_USE;

/* ---- the HTTP library (mhd.c) ------------------------------------------------------ */

/* Begins to load it, where it is loaded when it is first called (src/late), beside what
 * else there is to do before the server starts; and waits until it is there. */
void kb_mhd_load(struct kb_server *server);
void kb_mhd_loaded(struct kb_server *server);

enum kb_status kb_mhd_start(struct kb_server *server, struct kb_err *err) KB_MUST_USE;
void kb_mhd_stop(struct kb_server *server);

/* Days after which a session that was not used ends. */
int kb_server_session_days(const struct kb_server *server);

/* ---- who asks (who.h) -------------------------------------------------------------- */

/* A pass was used: written down with the next thing that is written anyway.
 * expires 0: as it was. */
void kb_server_used(struct kb_server *server, int64_t pass, int64_t now, int64_t expires);
/* Into rows of the file, when each was used that is not written yet. */
struct kb_pass_row;
void kb_server_used_last(struct kb_server *server, struct kb_pass_row *rows,
                         size_t count);

/* What forms are made by for people whom the proxy logged in: the server's own secret and
 * their name; in the request's arena. */
struct kb_str kb_server_form_key(const struct kb_http *req);

/* ---- pictures (page_picture.c) ----------------------------------------------------- */

/* A picture as the answer, in a sandbox should anybody open it by itself. */
enum kb_status kb_reply_picture(struct kb_reply *res, const char *type,
                                struct kb_str bytes, struct kb_err *err) KB_MUST_USE;

/* The key that addresses are signed by, out of the file, or made and kept there. */
enum kb_status kb_server_picture_key(struct kb_server *server,
                                     struct kb_err *err) KB_MUST_USE;

/* ---- lists of feeds (opml.c) ------------------------------------------------------- */

/* Who asks follows the feeds of an OPML list; *fresh is how many they did not before.
 * KB_EINPUT where the bytes are none. */
enum kb_status kb_server_follow(struct kb_http *req, struct kb_str bytes, uint64_t *fresh,
                                struct kb_err *err) KB_MUST_USE;
/* Answers with what they follow. */
enum kb_status kb_server_opml(struct kb_http *req, struct kb_reply *res,
                              struct kb_err *err) KB_MUST_USE;

/* ---- hooks (hooks_edit.c) ---------------------------------------------------------- */

/* One more of who asks (name, url, query): its number, and the secret, which is shown
 * once.  KB_EINPUT where something of it is wrong, KB_ELIMIT where they have as many as
 * may be. */
enum kb_status kb_server_hook_add(struct kb_http *req, const struct kb_hook_row *hook,
                                  char secret[KB_HOOK_SECRET_BYTES], int64_t *n,
                                  struct kb_err *err) KB_MUST_USE;

/* One of theirs is changed, tried, ended; KB_EINPUT where they have none of that
 * number. */
struct kb_hook_change {
    enum kb_hook_setting what;
    struct kb_str value;
};
enum kb_status kb_server_hook_set(struct kb_http *req, int64_t n,
                                  const struct kb_hook_change *changes, size_t count,
                                  struct kb_err *err) KB_MUST_USE;
enum kb_status kb_server_hook_test(struct kb_http *req, int64_t n,
                                   struct kb_err *err) KB_MUST_USE;
enum kb_status kb_server_hook_remove(struct kb_http *req, int64_t n,
                                     struct kb_err *err) KB_MUST_USE;

/* ---- who answers ------------------------------------------------------------------- */

/* The route of a request, its parts filled in; else why not. */
const struct kb_route *kb_server_route(struct kb_http *req, unsigned *allowed);

/* The tables, in the order in which they are gone through (routes.c). */
extern const struct kb_routes *const kb_route_tables[];
extern const size_t kb_route_table_count;

extern const struct kb_routes kb_routes_health, kb_routes_assets, kb_routes_icons,
    kb_routes_help, kb_routes_front, kb_routes_story, kb_routes_article, kb_routes_marks,
    kb_routes_picture, kb_routes_changes;
extern const struct kb_routes kb_routes_login, kb_routes_settings, kb_routes_hooks;
extern const struct kb_routes kb_routes_lists;
extern const struct kb_routes kb_routes_feeds, kb_routes_rules, kb_routes_websub;
extern const struct kb_routes kb_routes_greader, kb_routes_fever;
extern const struct kb_routes kb_routes_miniflux, kb_routes_nextcloud;

#endif
