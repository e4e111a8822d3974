/* transfer: one request on its way, from kb_client_add to its answer.  Inside fetch.
 *
 * client.c owns transfers and moves them; transfer.c prepares a hop, receive.c takes what
 * libcurl hands over, finish.c turns a hop's end into the next hop or the answer,
 * faults.c finds the words. */
#ifndef KB_FETCH_TRANSFER_H
#define KB_FETCH_TRANSFER_H

#include <arpa/inet.h>
#include <curl/curl.h>

#include "fetch/body.h"
#include "fetch/client.h"
#include "fetch/hosts.h"
#include "fetch/target.h"

/* An answer with what it stands on.  Made with the request, so that a want of memory
 * later can still be told. */
struct kb_result {
    struct kb_answer answer; /* first: the caller's pointer is the result's */
    struct kb_arena arena;   /* its texts, its hops */
    struct kb_buf body;
    struct kb_hop *hops;
    size_t hop_cap;
};

/* What one hop received so far. */
struct kb_reception {
    struct kb_buf sent; /* the request's head, as libcurl wrote it */
    struct kb_buf head; /* the response's */
    struct kb_body body;
    char tls[96];
    char error[CURL_ERROR_SIZE];
    char blocked_address[INET6_ADDRSTRLEN]; /* the last that the guard refused */
    enum kb_guard_kind blocked;
    unsigned opened; /* sockets that the guard let through */
    int status;      /* of the head that is being read */
    bool head_ended;
    bool headers_over; /* more than the limits */
    bool body_begun;
    bool is_redirect; /* its body is nobody's */
    bool crowded;     /* the client's bodies together are too large */
    bool until_close; /* the body's end is the connection's */
    bool tls_seen;    /* libcurl tells TLS's messages … */
    bool tls_ended;   /* … and the last one that must come was among them */
    bool excess;      /* more bytes than Content-Length said */
    bool aborted;     /* by the guard, on a connection that was open already */
    size_t header_bytes, header_lines; /* of all heads of this hop */
};

struct kb_transfer {
    struct kb_turn turn; /* first: a turn is its transfer */
    struct kb_client *client;
    struct kb_transfer *next, *previous; /* of those that are open */
    struct kb_transfer *next_failed;     /* of those whose answer waits */
    void *context;
    struct kb_request request; /* its texts stand behind the transfer */
    struct kb_target origin;   /* the request's URL: whose secrets they are */
    struct kb_target away;     /* where redirects have led */
    struct kb_target *target;  /* this hop's: one of the two */
    struct kb_result *result;
    struct kb_reception got;

    CURL *easy;
    struct curl_slist *lines, *resolve;
    enum kb_method method;
    int64_t added;      /* to the client */
    int64_t turn_since; /* when it last went into a queue */
    int64_t started;    /* this hop, on the client's clock */
    int64_t used_ms;    /* by the hops before */
    bool private_ok;    /* this hop stands on the origin's host, which may be anywhere */
    bool proxied;
    bool http1;   /* HTTP/2 has failed: … */
    bool fresh;   /* … or a connection that was kept; now by a new one */
    bool running; /* libcurl has it */
};

struct kb_client {
    struct kb_client_options options; /* its texts stand in `texts` */
    struct kb_str *resolve;
    struct kb_hosts *hosts;
    CURLM *multi;
    char *agent;
    struct kb_transfer *open;                  /* all, the youngest first */
    struct kb_transfer *failed, **failed_last; /* whose answers need no hop */
    CURL **idle;                               /* easy handles to use again */
    size_t idle_n, open_n, running_n;
    size_t held;          /* bytes in the bodies of all that is under way */
    volatile int stopped; /* sig_atomic_t */
    struct kb_arena texts;
};

/* transfer.c */
enum kb_status kb_transfer_new(struct kb_transfer **out, struct kb_client *client,
                               const struct kb_request *request,
                               struct kb_err *err) KB_MUST_USE;
void kb_transfer_free(
    struct kb_transfer *t); /* with the result, where it has one still */

/* Gives the request a handle of libcurl's, easy or a new one, and takes it away again,
 * clean (NULL where it had none).  begin fails for want of memory. */
bool kb_transfer_begin(struct kb_transfer *t, CURL *easy) KB_MUST_USE;
CURL *kb_transfer_end(struct kb_transfer *t) KB_MUST_USE;

/* Sets t->easy up for this hop.  False for want of memory. */
bool kb_transfer_prepare(struct kb_transfer *t) KB_MUST_USE;

/* The request's limits, its own or the client's. */
size_t kb_transfer_max_bytes(const struct kb_transfer *t);
int64_t kb_transfer_total_ms(const struct kb_transfer *t);

/* Reads url (relative to this hop's) as the transfer's target, and asks the guard.  Where
 * that fails the fault is told in the answer. */
bool kb_transfer_aim(struct kb_transfer *t, struct kb_str url) KB_MUST_USE;

/* receive.c: the callbacks that libcurl calls, set on t->easy.  Adds up libcurl's
 * codes. */
unsigned kb_transfer_listen(struct kb_transfer *t);

/* finish.c: a hop has ended with code.  True where another hop follows (t->target and
 * t->method are set), false where the answer is whole. */
bool kb_transfer_finish(struct kb_transfer *t, CURLcode code) KB_MUST_USE;

/* A response that leads elsewhere. */
bool kb_is_redirect(int status);

/* The value of a head's first line of that name; *again tells whether another line of
 * that name says something else.  again may be NULL. */
struct kb_str kb_head_value(struct kb_str head, struct kb_str name, bool *again);

/* faults.c */
#define KB_TWO_PLACES "%s answers %d, a redirect, but names two places to go to"
void kb_transfer_fault(struct kb_transfer *t, enum kb_fault fault, const char *format,
                       ...) KB_PRINTF(3, 4);
void kb_transfer_tell(struct kb_transfer *t, CURLcode code);
void kb_transfer_refused(struct kb_transfer *t, enum kb_guard_kind kind,
                         const char *address);

/* client.c */
void kb_transfer_trace(const struct kb_transfer *t, enum kb_trace what,
                       const char *format, ...) KB_PRINTF(3, 4);

#endif
