/* Which file is the wire, and opening it: --db, else KABAR_DB, else the XDG data folder
 * (XDG Base Directory Specification 0.8). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db.h"

bool kb_cli_db_path(const char *db, struct kb_cli_buf *path) {
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    path->n = 0;
    if (!db || !db[0])
        db = getenv("KABAR_DB");
    if (db && db[0]) {
        kb_cli_buf_z(path, db);
    } else if (data && data[0] == '/') { /* others are to be ignored */
        kb_cli_buf_z(path, data);
        kb_cli_buf_z(path, "/kabar/wire.db");
    } else if (home && home[0]) {
        kb_cli_buf_z(path, home);
        kb_cli_buf_z(path, "/.local/share/kabar/wire.db");
    } else {
        kb_cli_say(
            "where is the wire?  Neither --db nor KABAR_DB names a file, and there "
            "is no HOME");
        return false;
    }
    kb_cli_buf_add(path, "", 1);
    if (path->failed)
        kb_cli_say("not enough memory");
    return !path->failed;
}

/* Makes the folders above path that are missing. */
static bool make_folders(char *path) {
    for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        struct stat info;
        bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        if (made && stat(path, &info) == 0 && !S_ISDIR(info.st_mode)) {
            errno = ENOTDIR;
            made = false;
        }
        if (!made) {
            kb_cli_say("%s: cannot make the folder: %s", path, strerror(errno));
            return false;
        }
        *at = '/';
    }
    return true;
}

static void waiting(void *context, const char *path) {
    (void)context;
    kb_cli_say("%s: another kabar writes to it; waiting", path);
}

struct kb_store *kb_cli_db_open(const char *db, enum kb_store_mode mode) {
    struct kb_store_options options = {.mode = mode, .waiting = waiting};
    struct kb_cli_buf path = {0};
    struct kb_store *store = NULL;
    struct kb_err err = {.text = ""};
    if (!kb_cli_db_path(db, &path))
        goto out;
    if (mode == KB_STORE_CREATE && !make_folders(path.p))
        goto out;
    if (mode != KB_STORE_CREATE && access(path.p, F_OK) != 0 && errno == ENOENT) {
        kb_cli_say("%s: there is no wire yet; `kabar init` makes one", path.p);
        goto out;
    }
    if (kb_store_open(path.p, &options, &store, &err) != KB_OK)
        kb_cli_say("%s", err.text);
out:
    kb_cli_buf_free(&path);
    return store;
}
