/* The wire's file, for the verbs that look into it or write to it. */
#ifndef KB_CLI_DB_H
#define KB_CLI_DB_H

#include "cli.h"
#include "store/store.h"

/* "--db FILE", for a verb's table of options. */
#define KB_CLI_DB_OPTION                                                                 \
    { "db", 0, "FILE", "the wire; else KABAR_DB, else kabar/wire.db in\nXDG_DATA_HOME" }

/* "--user NAME", the same; where --user is a login already, "--for NAME". */
#define KB_CLI_USER_OPTION                                                               \
    { "user", 0, "NAME", "who acts; else KABAR_USER, else the first owner" }
#define KB_CLI_FOR_OPTION                                                                \
    { "for", 0, "NAME", "who follows it; else KABAR_USER, else the first owner" }

/* Opens the wire that --db names (NULL: none does).  On failure it says so, with what to
 * do, and returns NULL. */
struct kb_store *kb_cli_db_open(const char *db, enum kb_store_mode mode);

/* Makes the folders above a path that are missing; false, and said so, where it
 * cannot. */
bool kb_cli_db_folders(char *path);

/* kb_store_options.waiting: says that another process writes. */
void kb_cli_db_waiting(void *context, const char *path);

/* The number of who acts (NULL: --user names nobody); false, and said so, where the wire
 * knows no such person. */
bool kb_cli_db_user(struct kb_store *store, const char *name, int64_t *user);

/* The wire's path, in a buffer of the caller's; false, and said so, where there is no
 * home folder to put it into. */
bool kb_cli_db_path(const char *db, struct kb_cli_buf *path);

#endif
