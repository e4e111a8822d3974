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

bool kb_cli_db_folders(char *path) {
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

void kb_cli_db_waiting(void *context, const char *path) {
    (void)context;
    kb_cli_say("%s: another kabar writes to it; waiting", path);
}

struct kb_store *kb_cli_db_open(const char *db, enum kb_store_mode mode) {
    struct kb_store_options options = {.mode = mode, .waiting = kb_cli_db_waiting};
    struct kb_cli_buf path = {0};
    struct kb_store *store = NULL;
    struct kb_err err = {.text = ""};
    if (!kb_cli_db_path(db, &path))
        goto out;
    if (mode == KB_STORE_CREATE && !kb_cli_db_folders(path.p))
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

bool kb_cli_db_user(struct kb_store *store, const char *name, int64_t *user) {
    struct kb_user_row *rows = NULL;
    struct kb_user_row row;
    struct kb_arena arena;
    struct kb_err err = {.text = ""};
    size_t count = 0;
    if (!name)
        name = getenv("KABAR_USER");
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = name && name[0]
                                ? kb_store_user(store, kb_str_z(name), &arena, &row, &err)
                                : kb_store_users(store, &arena, &rows, &count, &err);
    *user = status == KB_OK && name && name[0] ? row.n : 0;
    for (size_t i = 0; !*user && i < count; i++)
        *user = rows[i].owner ? rows[i].n : 0;
    if (status == KB_OK && !*user)
        status = kb_err_set(&err, KB_EINPUT, "%s: there is no owner; run `kabar check`",
                            kb_store_path(store));
    if (status != KB_OK)
        kb_cli_say("%s", err.text);
    kb_arena_free(&arena);
    return status == KB_OK;
}
