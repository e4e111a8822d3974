/* serve: the store → web pages, feeds, reader APIs, own API, metrics, over HTTP.
 *
 *     kb_server_new(&options, &server, &err);
 *     kb_server_start(server, &err);      // its threads answer from now on
 *     …
 *     kb_server_stop(server);             // requests under way are answered first
 *     kb_server_free(server);
 *
 * libmicrohttpd has the sockets and the protocol (RFC 9110, 9112); each request is a
 * struct kb_http and goes to the handler that its route names (http.h).  Each thread
 * reads the file at one moment, a snapshot a request; who writes takes the pen, one at a
 * time, and what is answered as done is on the disk. */
#ifndef KB_SERVE_H
#define KB_SERVE_H

#include "serve/http.h"
#include "serve/mcp.h"
#include "store/store.h"
#include "serve/settings.h"
#include "wire/wire.h"

struct kb_server_options {
    const char *db;
    bool create; /* … which is made where there is none */
    /* Told of a file that another process writes to for long.  May be NULL. */
    void (*waiting)(void *context, const char *path);
    const char *listen; /* "127.0.0.1:8080", "[::1]:0", "unix:/run/kabar.sock" */
    const int *sockets; /* in place of listen: already bound, as systemd gives them */
    size_t socket_count;
    const char *base;       /* "/news"; "" */
    const char *public_url; /* where people find it; "": as the request says */
    bool websub; /* hubs that feeds name bring news there, where it is no private place */
    const char *assets; /* a folder to read templates and the like from; NULL: built in */
    int threads;        /* 0: as many as cores, at least two */
    const char *unix_path;    /* of a socket that was handed in: taken away at the end */
    const char *trust;        /* proxies: "127.0.0.1, 10.0.0.0/8, unix"; NULL: none */
    const char *login_header; /* in which they name a person; NULL: none */
    const char *tls_cert, *tls_key; /* files; NULL: plain HTTP */
    int session_days;               /* 0: KB_LIMIT_SESSION_DAYS */
    const char *metrics;            /* "off", "local", "all"; NULL: local */
    /* Told of a request that failed for a reason of ours, with the file's path: the
     * client gets no path.  May be NULL. */
    void (*fault)(const char *says);
    /* By which people's hooks are sent new stories; NULL: none is sent any. */
    const struct kb_client_options *client;
    /* Where not NULL, feeds are asked when they are due: db and pen are filled in. */
    const struct kb_loop_options *loop;
    /* Where not NULL, pages show pictures, which are fetched so; else they link to
     * them. */
    const struct kb_client_options *pictures;
};

enum kb_status kb_server_new(const struct kb_server_options *options,
                             struct kb_server **server, struct kb_err *err) KB_MUST_USE;
enum kb_status kb_server_start(struct kb_server *server, struct kb_err *err) KB_MUST_USE;
void kb_server_stop(struct kb_server *server);
void kb_server_free(struct kb_server *server);

/* Copies of its sockets for a server that takes its place, which may listen before this
 * one stops; the Unix socket's path stays. */
/* … and sockets in place of options.listen, before it starts; unix_path: to be taken away
 * at the end.  Both stay the caller's, the sockets until it starts. */
void kb_server_take(struct kb_server *server, const int *sockets, size_t count,
                    const char *unix_path);
size_t kb_server_hand_over(struct kb_server *server, int *sockets, size_t room);

/* Where it listens, for the log: "http://127.0.0.1:8080/news". */
const char *kb_server_address(const struct kb_server *server);

/* Below which address hubs find it; NULL: nowhere. */
const char *kb_server_callback(const struct kb_server *server);

/* The fetching thread has something to do and gave no sign of life for so long. */
int64_t kb_server_silent(struct kb_server *server);

/* The address of the first visit, with its one-time code, for the log; empty where the
 * wire has an owner. */
enum { KB_SETUP_ADDRESS_BYTES = 512 };
void kb_server_setup(const struct kb_server *server, char text[KB_SETUP_ADDRESS_BYTES]);

/* ---- for handlers ------------------------------------------------------------------ */

/* Adds the address by which a page shows the picture at url (not escaped as HTML); false
 * where it shows none. */
bool kb_picture_url(const struct kb_http *req, struct kb_str url, struct kb_buf *out);

/* A feed was added, or made due: the loop looks at once.  _refresh makes one due (0: all)
 * and wakes it. */
void kb_server_wake(struct kb_server *server);
enum kb_status kb_server_refresh(struct kb_server *server, int64_t feed, int64_t now,
                                 struct kb_err *err) KB_MUST_USE;

/* Takes the pen: waits for its turn, and begins a transaction in *store, which is written
 * through until commit or rollback, one of which must follow.  Others wait: be quick. */
enum kb_status kb_server_begin(struct kb_server *server, struct kb_store **store,
                               struct kb_err *err) KB_MUST_USE;
enum kb_status kb_server_commit(struct kb_server *server, struct kb_err *err) KB_MUST_USE;
void kb_server_rollback(struct kb_server *server);

/* Commits where what was done gave KB_OK, else takes it back; the first failure. */
enum kb_status kb_server_end(struct kb_server *server, enum kb_status done,
                             struct kb_err *err) KB_MUST_USE;

/* One answer to one request, without HTTP: what tests and fuzzers call; mhd.c calls it
 * too.  The response's body is the caller's to free. */
void kb_server_answer(struct kb_server *server, struct kb_http *req,
                      struct kb_reply *res);

#endif
