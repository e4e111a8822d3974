/* The wire's file, for the verbs that look into it or write to it. */
#ifndef KB_CLI_DB_H
#define KB_CLI_DB_H

#include "cli.h"
#include "store/store.h"

/* "--db FILE", for a verb's table of options. */
#define KB_CLI_DB_OPTION                                                                 \
    { "db", 0, "FILE", "the wire; else KABAR_DB, else kabar/wire.db in XDG_DATA_HOME" }

/* Opens the wire that --db names (NULL: none does).  On failure it says so, with what to
 * do, and returns NULL. */
struct kb_store *kb_cli_db_open(const char *db, enum kb_store_mode mode);

/* The wire's path, in a buffer of the caller's; false, and said so, where there is no
 * home folder to put it into. */
bool kb_cli_db_path(const char *db, struct kb_cli_buf *path);

#endif
