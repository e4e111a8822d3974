/* Hooks: people's programs are sent new stories as the fetching commits them.
 *
 *     kb_hooks_new(server, client_options, &hooks, &err);  // a thread of its own
 *     kb_hooks_wake(hooks, false);     // something was committed
 *     kb_hooks_wake(hooks, true);      // a person changed or tries a hook: look at once
 *     kb_hooks_free(hooks);            // deliveries under way are given up
 *
 * What a hook is still to be told follows from its row (store/hooks.h): articles behind
 * its mark.  Before a delivery is sent, how far it goes is committed; after the answer,
 * that it came.  So a process that is killed sends the same delivery again, with the same
 * id, and nothing is lost; and a hook that was down is told what it missed, some stories
 * at a time, as far back as KB_LIMIT_HOOK_BACK articles. */
#ifndef KB_SERVE_HOOKS_H
#define KB_SERVE_HOOKS_H

#include "fetch/fetch.h"

struct kb_server;
struct kb_hooks;

/* client: contact, guard, proxy and certificates are taken from it. */
enum kb_status kb_hooks_new(struct kb_server *server,
                            const struct kb_client_options *client,
                            struct kb_hooks **hooks, struct kb_err *err) KB_MUST_USE;
void kb_hooks_wake(struct kb_hooks *hooks, bool at_once);
void kb_hooks_free(struct kb_hooks *hooks);

#endif
