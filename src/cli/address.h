/* Inside cli: one address's bytes over HTTP. */
#ifndef KB_CLI_ADDRESS_H
#define KB_CLI_ADDRESS_H

#include "cli.h"
#include "fetch/fetch.h"

struct kb_cli_address {
    struct kb_answer *answer;              /* its body is what came */
    char *url;                             /* where it came from in the end */
    char *content_type, *content_language; /* NULL where the server does not tell */
};

/* Whether an operand is an address and no file. */
bool kb_cli_is_address(const char *operand);

/* Asks for url.  allow is what may be private, as kb_guard_allow takes it, or NULL; max
 * the bytes of an unpacked answer.  Anything but a good answer is a failure.  To be freed
 * in every case. */
kabar_status kb_cli_address_load(struct kb_cli_address *address, const char *url,
                                 const char *allow, size_t max, kabar_error *error);
void kb_cli_address_free(struct kb_cli_address *address);

#endif
