/* client: requests → answers over HTTP, many at once in one thread.
 *
 * A request enters with all that it is to say; its answer leaves: an HTTP response after
 * its redirects, or a fault with a sentence for people.  What to ask, and when again, is
 * decided elsewhere (plan, robots); the client keeps what may never be broken: the guard
 * on every hop and every connection, the limits, and each host's own pace.
 *
 *     kb_client_defaults(&options);
 *     kb_client_new(&client, &options, &err);
 *     kb_client_add(client, &request, context, &err);      // as often as wanted
 *     while (kb_client_open(client))
 *         kb_client_step(client, 1000, on_done, arg, &err);
 *     kb_client_free(client);
 *
 * A client belongs to one thread.  libcurl counts its initialisations itself; before
 * libcurl 7.84 the first client has to be made before other threads start. */
#ifndef KB_FETCH_CLIENT_H
#define KB_FETCH_CLIENT_H

#include "base/base.h"
#include "fetch/cache.h"
#include "fetch/guard.h"

/* ---- faults ------------------------------------------------------------------------ */

/* code, name, whether asking again later may help */
#define KB_FAULT_LIST(X)                                                                 \
    X(KB_FAULT_NONE, "none", false)           /* an answer came, of whatever status */   \
    X(KB_FAULT_ADDRESS, "bad-address", false) /* no address that can be asked */         \
    X(KB_FAULT_REFUSED, "refused", false)     /* the guard's */                          \
    X(KB_FAULT_NAME, "no-such-host", true)    /* the name cannot be looked up */         \
    X(KB_FAULT_CONNECT, "no-connection", true)                                           \
    X(KB_FAULT_PROXY, "proxy", true)                                                     \
    X(KB_FAULT_TLS, "tls", true)              /* certificate or handshake */             \
    X(KB_FAULT_TIMEOUT, "timeout", true)      /* the whole took too long */              \
    X(KB_FAULT_SLOW, "too-slow", true)        /* bytes trickle or have stopped */        \
    X(KB_FAULT_LOST, "connection-lost", true) /* before the answer began */              \
    X(KB_FAULT_SHORT, "cut-off", true)        /* in the middle of the body */            \
    X(KB_FAULT_TOO_LARGE, "too-large", false) /* the body's limit */                     \
    X(KB_FAULT_HEADERS, "headers-too-large", false)                                      \
    X(KB_FAULT_ENCODING, "bad-encoding", true) /* gzip and the like, chunks */           \
    X(KB_FAULT_PROTOCOL, "not-http", true)     /* what came is no HTTP */                \
    X(KB_FAULT_REDIRECTS, "redirects", true)   /* too many, in a circle, nowhere */      \
    X(KB_FAULT_PAUSED, "paused", true)         /* the host asked to be left alone */     \
    X(KB_FAULT_STOPPED, "stopped", true)       /* kb_client_stop */                      \
    X(KB_FAULT_MEMORY, "no-memory", true)                                                \
    X(KB_FAULT_OTHER, "failed", true) /* libcurl's own words tell */

enum kb_fault {
#define X(code, name, passes) code,
    KB_FAULT_LIST(X)
#undef X
};

const char *kb_fault_name(enum kb_fault fault);
bool kb_fault_passes(enum kb_fault fault);

/* ---- request ----------------------------------------------------------------------- */

struct kb_header {
    struct kb_str name, value;
};

enum kb_method { KB_GET, KB_HEAD, KB_POST };

/* What the answer is wanted for: decides the Accept header and the body's limit. */
enum kb_wanted { KB_WANT_ANY, KB_WANT_FEED, KB_WANT_PAGE, KB_WANT_TEXT };

/* Zeroed it is a GET of nothing; url is all that must be set.  kb_client_add copies what
 * it needs.  Texts that go into headers must not hold control characters. */
struct kb_request {
    struct kb_str url; /* user:password@ in it are taken as `login` is */
    enum kb_method method;
    enum kb_wanted wanted;

    struct kb_str etag;          /* sent back byte for byte as If-None-Match */
    struct kb_str last_modified; /* … as If-Modified-Since */

    /* For the URL's own host alone: none of these follows a redirect to another origin,
     * but all follow one from http to https on the same host. */
    const struct kb_header *headers; /* these replace the client's own of that name */
    size_t header_count;
    struct kb_str cookie; /* "a=1; b=2" */
    struct kb_str login;  /* "user:password", for Basic */

    struct kb_str proxy; /* "http://…", "https://…" or "socks5h://…"; empty: options' */
    bool insecure_tls;  /* this server's certificate need not be a good one */
    bool allow_private; /* the URL's own host may stand at any address and port */
    bool no_http2;
    bool no_redirects; /* a 3xx is the answer */

    size_t max_bytes;  /* of the decoded body; 0: by what is wanted */
    unsigned total_ms; /* of all hops, without waiting for turns; 0: options' */

    struct kb_str body;      /* of a POST */
    struct kb_str body_type; /* its Content-Type */
};

/* ---- answer ------------------------------------------------------------------------ */

struct kb_hop {
    struct kb_str url;          /* asked, without user and fragment */
    int status;                 /* 0 where none came */
    bool permanent;             /* 301 or 308: the next hop's address replaces this one */
    int64_t started;            /* milliseconds since 1970 */
    struct kb_str request_head; /* as sent, without the person's secrets */
    struct kb_str response_head; /* as received, up to and with the empty line */
    struct kb_str body;          /* of a redirect: its page, at most KB_LIMIT_HOP_BYTES */
    struct kb_str address;       /* that was connected to: "2001:db8::1" */
    unsigned port;
    const char *http;  /* "HTTP/1.1", "HTTP/2"; static */
    struct kb_str tls; /* "TLSv1.3 / TLS_AES_256_GCM_SHA384"; empty without */
};

/* Everything in it belongs to the answer, which belongs to whoever got it:
 * kb_answer_free. */
struct kb_answer {
    enum kb_fault fault;
    struct kb_str message; /* the fault in a sentence: what, which limit, what to do */
    struct kb_str note;    /* something to know of an answer that is none the worse */

    struct kb_str asked; /* the request's url as given */
    struct kb_str url;   /* the last hop's */
    int status;          /* the last hop's */
    const struct kb_hop *hops;
    size_t hop_count;
    bool moved; /* each redirect on the way was a permanent one, and there was one */

    const struct kb_header *headers; /* the last hop's, in their order */
    size_t header_count;
    struct kb_str content_type;
    struct kb_fetch_headers cache; /* what plan.h wants to know of them */

    struct kb_str body; /* decoded; with a fault, what came of it */
    bool unpacked;      /* it was gzip without a header to say so */
    int64_t wire_bytes; /* of the body, before decoding */

    int64_t retry_after; /* seconds from now, as the server asked; -1 where it did not */

    /* Milliseconds: of waiting for turns; of the last hop until its name was looked up,
     * the connection stood, TLS stood, the first byte came, all had come; of all hops. */
    int64_t waited, name_ms, connect_ms, tls_ms, first_byte_ms, hop_ms, total_ms;
};

/* The value of the last hop's first header of that name, whatever the case of its
 * letters; empty where there is none. */
struct kb_str kb_answer_header(const struct kb_answer *answer, struct kb_str name);

void kb_answer_free(struct kb_answer *answer);

/* An answer that nobody asked for, as a hub brings it: 200, from url.  NULL without
 * memory. */
struct kb_answer *kb_answer_brought(struct kb_str url, struct kb_str type,
                                    struct kb_str body);

/* ---- client ------------------------------------------------------------------------ */

/* What a trace tells: a request begins; what was decided; the connection; a header line
 * sent, received. */
enum kb_trace {
    KB_TRACE_HOP,
    KB_TRACE_NOTE,
    KB_TRACE_CONNECTION,
    KB_TRACE_SENT,
    KB_TRACE_RECEIVED
};

struct kb_client_options {
    struct kb_str contact; /* an address or page for who is bothered: "kabar/1 (+…)" */
    unsigned connections;  /* requests under way, at most KB_LIMIT_CONNECTIONS */
    unsigned per_host;     /* … to one host */
    unsigned spacing_ms;   /* between the starts of two requests to one host */
    unsigned max_wait_ms;  /* of requests for a host that sent Retry-After; past it they
                               get KB_FAULT_PAUSED */
    unsigned pause_ms;     /* after a 429 without Retry-After */
    bool no_pauses;        /* hosts that ask for one are the caller's to mind */
    unsigned connect_ms;   /* name, connection and TLS of one hop */
    unsigned total_ms;     /* of one request with its redirects */
    unsigned slow_bytes;   /* a second: slower … */
    unsigned slow_seconds; /* … for so long is too slow; waiting counts */
    unsigned max_hops;     /* redirects of one request */
    /* For all requests that name none.  The environment's (http_proxy …) is never asked
     * here: behind a proxy it is the proxy that looks names up, so the guard judges
     * names, ports and written addresses alone, and that is for the person to decide. */
    struct kb_str proxy;
    struct kb_str ca_file; /* certificates to trust in place of the system's */

    /* What is allowed besides public addresses; NULL: nothing.  Stays the caller's, and
     * must live as long as the client. */
    const struct kb_guard *guard;

    /* Names that are not looked up: "NAME=ADDRESS[,ADDRESS…]"; ".example.org=…" for all
     * names below.  The guard judges these addresses as any other.  Copied. */
    const struct kb_str *resolve;
    size_t resolve_count;

    /* Where not NULL, told of each step; context is the request's. */
    void (*trace)(void *trace_arg, void *context, enum kb_trace what, struct kb_str text);
    void *trace_arg;
};

/* Can this address be asked at all, as far as it can be told without looking its name up?
 * KB_EINPUT and why not: it is none, or the guard (which may be NULL) is against it. */
enum kb_status kb_client_check(const struct kb_guard *guard, struct kb_str url,
                               struct kb_err *err) KB_MUST_USE;

void kb_client_defaults(struct kb_client_options *options);

struct kb_client;

enum kb_status kb_client_new(struct kb_client **client,
                             const struct kb_client_options *options,
                             struct kb_err *err) KB_MUST_USE;

/* Whatever is open is given up without an answer. */
void kb_client_free(struct kb_client *client);

/* Takes a request; its answer comes by a later kb_client_step, also where the address is
 * a bad one.  Fails for want of memory, and (KB_EUSAGE) where the request itself is
 * wrong: control characters in a header, a proxy of another kind. */
enum kb_status kb_client_add(struct kb_client *client, const struct kb_request *request,
                             void *context, struct kb_err *err) KB_MUST_USE;

/* The address's host is left alone for so many seconds more: what it asked an earlier
 * client for.  KB_EINPUT where the address is none. */
enum kb_status kb_client_pause(struct kb_client *client, struct kb_str url,
                               int64_t seconds, struct kb_err *err) KB_MUST_USE;

/* Requests without an answer so far.  Callers with very many addresses add more while
 * this is below some thousands: each that waits costs some 3 KB. */
size_t kb_client_open(const struct kb_client *client);

/* The answer now belongs to the callee, which may add requests. */
typedef void kb_client_done(void *arg, void *context, struct kb_answer *answer);

/* Does what there is to do, waiting at most timeout_ms for it, and hands over the answers
 * that are whole. */
enum kb_status kb_client_step(struct kb_client *client, unsigned timeout_ms,
                              kb_client_done *on_done, void *arg,
                              struct kb_err *err) KB_MUST_USE;

/* Gives all open requests up: they are answered with KB_FAULT_STOPPED by the next step,
 * and so are those that are added later.  May be called from a signal's handler. */
void kb_client_stop(struct kb_client *client);

/* Milliseconds of a clock that only goes on. */
int64_t kb_steady_ms(void);

#endif
