/* What a proxy in front says of a request's client, where its word is taken.
 *
 * The peer's address, the option and headers enter; who really asks, by which host and
 * scheme, leaves.  X-Forwarded-For, -Proto, -Host go before Forwarded (RFC 7239);
 * X-Forwarded-Prefix has nothing like it there.
 * Pure. */
#ifndef KB_SERVE_PROXY_H
#define KB_SERVE_PROXY_H

#include "serve/http.h"

struct kb_trust;

/* "127.0.0.1, 10.0.0.0/8, ::1, unix"; NULL or empty: nobody is trusted. */
enum kb_status kb_trust_new(const char *text, struct kb_trust **trust,
                            struct kb_err *err) KB_MUST_USE;
void kb_trust_free(struct kb_trust *trust);

/* address: as text, or "unix". */
bool kb_trust_has(const struct kb_trust *trust, struct kb_str address);

struct kb_told {
    struct kb_str client;       /* the nearest one that is no trusted proxy */
    struct kb_str host, scheme; /* empty: not told */
    struct kb_str prefix;       /* a path that it took off: "/news"; empty: none */
};

/* What the headers tell where peer is trusted; else peer alone. */
void kb_proxy_told(const struct kb_trust *trust, struct kb_str peer,
                   const struct kb_http *req, struct kb_told *told);

/* Whom that header says a proxy has logged in; nobody where there are two of it: then one
 * of them may be the client's. */
struct kb_str kb_proxy_login(const struct kb_http *req, const char *name);

#endif
