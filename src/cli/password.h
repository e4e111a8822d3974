/* A password that a person types. */
#ifndef KB_CLI_PASSWORD_H
#define KB_CLI_PASSWORD_H

#include "cli.h"
#include "wire/wire.h"

/* Reads one, twice without echo where standard input is a terminal, else a line of it;
 * kept gets the text that it is kept as.  False, and said why, where there is none. */
bool kb_cli_password(char kept[KB_PASSWORD_BYTES]);

/* Reads what lets us in elsewhere: once, without echo at a terminal, else a line of
 * standard input.  False, and said why, where there is none; kb_secret_wipe it. */
bool kb_cli_secret(const char *prompt, char text[KB_PASSWORD_MOST + 2]);

#endif
