/* A host's robots.txt, for who asks for it: an address enters, the request for its host's
 * file leaves; the answer enters, what holds for the host leaves.  When to ask and who
 * waits is the caller's. */
#ifndef KB_FETCH_ROBOTS_HOST_H
#define KB_FETCH_ROBOTS_HOST_H

#include "fetch/client.h"
#include "fetch/robots.h"

struct kb_robots_host {
    struct kb_str origin; /* "https://example.org" */
    struct kb_robots_state state;
    struct kb_robots rules;   /* where state.access is KB_ROBOTS_RULES */
    struct kb_answer *answer; /* its body is the file; NULL: none has come */
    struct kb_arena arena;
    struct kb_str url; /* of the file */
};

/* Of an address's host; nothing is allowed yet.  NULL without memory. */
struct kb_robots_host *kb_robots_host_new(struct kb_str url);
void kb_robots_host_free(struct kb_robots_host *host);

/* Asks for the file; the host's until it goes. */
struct kb_request kb_robots_host_request(const struct kb_robots_host *host);

/* What came, which belongs to the host from now on. */
void kb_robots_host_answered(struct kb_robots_host *host, struct kb_answer *answer,
                             int64_t now);

#endif
