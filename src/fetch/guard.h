/* guard: no way into the machine's own nets.  Inside fetch.
 *
 * A host's name, an address that was looked up, or a port enters; whether kabar may ask
 * there, and why not, leaves.  Pure: the look-up is somebody else's, so the same check
 * serves the address in a link, the one that a name server gave, and the one that a
 * connection really has. */
#ifndef KB_FETCH_GUARD_H
#define KB_FETCH_GUARD_H

#include "base/base.h"

/* code, name, what it is for people */
#define KB_GUARD_LIST(X)                                                                 \
    X(KB_GUARD_FREE, "public", "a public address")                                       \
    X(KB_GUARD_UNSPECIFIED, "unspecified", "no address of any machine")                  \
    X(KB_GUARD_LOOPBACK, "loopback", "this machine itself")                              \
    X(KB_GUARD_PRIVATE, "private", "a private network")                                  \
    X(KB_GUARD_SHARED, "shared", "a provider's inner network")                           \
    X(KB_GUARD_LINK_LOCAL, "link-local", "the local network")                            \
    X(KB_GUARD_METADATA, "metadata", "a cloud machine's metadata service")               \
    X(KB_GUARD_MULTICAST, "multicast", "a multicast group")                              \
    X(KB_GUARD_BROADCAST, "broadcast", "a broadcast address")                            \
    X(KB_GUARD_DOCUMENTATION, "documentation", "set aside for documentation")            \
    X(KB_GUARD_BENCHMARK, "benchmark", "set aside for benchmarks")                       \
    X(KB_GUARD_MAPPED, "mapped", "an IPv4 address in IPv6's clothes")                    \
    X(KB_GUARD_TUNNEL, "tunnel", "a tunnel's address")                                   \
    X(KB_GUARD_RESERVED, "reserved", "reserved by IANA")                                 \
    X(KB_GUARD_NAME, "local-name", "a name of the local network")                        \
    X(KB_GUARD_PORT, "port", "not a port of web servers")

enum kb_guard_kind {
#define X(code, name, text) code,
    KB_GUARD_LIST(X)
#undef X
};

const char *kb_guard_text(enum kb_guard_kind kind);

/* An IPv4 (4 bytes) or IPv6 (16 bytes) address in network order. */
struct kb_address {
    unsigned char bytes[16];
    bool v6;
};

/* "192.0.2.1", "2001:db8::1", the latter also in brackets or with a zone.  False for
 * anything else: names, and the odd spellings ("0x7f.1") that a URL parser has to undo
 * first. */
bool kb_address_parse(struct kb_address *address, struct kb_str text);

/* What an address is by IANA's registries, whatever a guard allows. */
enum kb_guard_kind kb_address_kind(const struct kb_address *address);

struct kb_guard; /* what a person allows */

struct kb_guard *kb_guard_new(void); /* allows nothing; NULL without memory */
void kb_guard_free(struct kb_guard *guard);

/* Allows one thing more: an address or a block of them ("10.1.0.0/16", "::1"), a name
 * ("intranet.example.org"; ".example.org" for all names below), each with the ports of
 * web servers, or followed by ":PORT" or ":*"; ":PORT" alone allows a port everywhere.
 * IPv6 with a port takes brackets. */
enum kb_status kb_guard_allow(struct kb_guard *guard, struct kb_str what,
                              struct kb_err *err) KB_MUST_USE;

/* Is this one of the ports where web servers are met (80, 443, 591, 8000, 8008, 8080,
 * 8088, 8443, 8888)? */
bool kb_guard_is_web_port(unsigned port);

/* May kabar ask this host, as it is written in a URL (no brackets are needed), at this
 * port?  A host that is an address is judged as one; a name still has to be looked up.
 * guard may be NULL: nothing is allowed then but what is public. */
enum kb_guard_kind kb_guard_host(const struct kb_guard *guard, struct kb_str host,
                                 unsigned port);

/* May kabar connect to address:port, which it was given for host? */
enum kb_guard_kind kb_guard_address(const struct kb_guard *guard, struct kb_str host,
                                    const struct kb_address *address, unsigned port);

#endif
