/* Statements, steps, and what SQLite says as sentences for people. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/inner.h"

/* The system's own words where there are any: "Input/output error". */
static const char *said(const struct kb_store *store) {
    int number = sqlite3_system_errno(store->db);
    return number ? strerror(number) : sqlite3_errmsg(store->db);
}

static enum kb_status not_yours(const struct kb_store *store, struct kb_err *err) {
    return kb_err_set(err, KB_EIO,
                      "%s: the file, or its folder, may not be written by you",
                      store->called);
}

static enum kb_status cannot_open(const struct kb_store *store, struct kb_err *err) {
    const char *path = store->path, *name = store->called;
    enum kb_store_mode mode = store->options.mode;
    if (mode != KB_STORE_CREATE && access(path, F_OK) != 0 && errno == ENOENT)
        return kb_err_set(err, KB_EIO, "%s: is not there; `kabar init` makes it", name);
    if (mode != KB_STORE_READ && access(path, F_OK) == 0 && access(path, W_OK) != 0)
        return not_yours(store, err);
    if (mode == KB_STORE_READ && access(path, R_OK) == 0)
        return kb_err_set(err, KB_EIO,
                          "%s: who reads needs to write in its folder too, or a copy "
                          "made by `kabar backup` in a folder of their own",
                          name);
    return kb_err_set(err, KB_EIO, "%s: cannot be opened: %s", name, said(store));
}

static enum kb_status tell(const struct kb_store *store, int code, struct kb_err *err) {
    const char *name = store->called;
    switch (code & 0xff) {
    case SQLITE_NOMEM: return kb_err_set(err, KB_ENOMEM, "%s: not enough memory", name);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return kb_err_set(err, KB_EIO,
                          "%s: another kabar has been writing to it for %d s; wait for "
                          "it to end, then try again",
                          name, (store->options.wait_ms + 999) / 1000);
    case SQLITE_FULL:
        return kb_err_set(err, KB_EIO,
                          "%s: the disk is full; what was reported as stored is safe. "
                          "Make room and try again",
                          name);
    case SQLITE_READONLY:
        return store->options.mode == KB_STORE_READ ? cannot_open(store, err)
                                                    : not_yours(store, err);
    case SQLITE_CORRUPT:
        if (code == SQLITE_CORRUPT_VTAB)
            return kb_err_set(err, KB_EINPUT,
                              "%s: the search index is damaged: `kabar vacuum` makes it "
                              "anew",
                              name);
        if (store->opened)
            return kb_err_set(err, KB_EINPUT,
                              "%s: the file is damaged: `kabar check` tells what; or "
                              "%s",
                              name, KB_STORE_TAKE_COPY);
        return kb_err_set(err, KB_EINPUT,
                          "%s: the file is too damaged to be opened: %s; without one, "
                          "`sqlite3 FILE .recover` saves what can still be read",
                          name, KB_STORE_TAKE_COPY);
    case SQLITE_NOTADB:
        return kb_err_set(err, KB_EINPUT,
                          "%s: this is no wire of kabar's, or its beginning is damaged: "
                          "put a copy made by `kabar backup` in its place",
                          name);
    case SQLITE_CANTOPEN: return cannot_open(store, err);
    case SQLITE_IOERR:
        return kb_err_set(err, KB_EIO,
                          "%s: reading or writing failed (%s); what was reported as "
                          "stored is safe. Look at the disk, then run `kabar check`",
                          name, said(store));
    case SQLITE_TOOBIG:
        return kb_err_set(err, KB_ELIMIT, "%s: a value is too large to be stored", name);
    default:
        return kb_err_set(err, KB_EIO, "%s: %s", name,
                          store->db ? sqlite3_errmsg(store->db) : sqlite3_errstr(code));
    }
}

/* Where memory, room or the disk fails, SQLite takes the transaction back, but not
 * always (sqlite.org/lang_transaction.html).  So it is taken back here, and what comes
 * next is told so. */
enum kb_status kb_store_fail(struct kb_store *store, int code, struct kb_err *err) {
    if (code == SQLITE_IOERR_NOMEM)
        code = SQLITE_NOMEM;
    enum kb_status status = tell(store, code, err);
    store->failed = code;
    int kind = code & 0xff;
    if (kind == SQLITE_NOMEM || kind == SQLITE_FULL || kind == SQLITE_IOERR) {
        store->stale = true;
        if (store->begun)
            (void)kb_store_take_back(store);
    }
    return status;
}

sqlite3_stmt *kb_store_sql(struct kb_store *store, const char *sql, struct kb_err *err) {
    bool within = !sqlite3_get_autocommit(store->db);
    if (store->begun && !within) {
        kb_err_set(err, KB_EIO,
                   "%s: what was being written has been taken back after a failure; "
                   "nothing of it was stored",
                   store->called);
        return NULL;
    }
    if (within && !store->begun && !store->reading && !kb_store_take_back(store)) {
        kb_err_set(err, KB_ENOMEM, "%s: not enough memory", store->called);
        return NULL;
    }
    return kb_store_statement(store, sql, err);
}

/* Literals are few and their addresses differ, so a table by address finds them. */
sqlite3_stmt *kb_store_statement(struct kb_store *store, const char *sql,
                                 struct kb_err *err) {
    size_t at = ((uintptr_t)sql >> 3) * 2654435761u % KB_STORE_STATEMENTS, tries = 0;
    while (store->statements[at].sql && store->statements[at].sql != sql) {
        at = (at + 1) % KB_STORE_STATEMENTS;
        if (++tries == KB_STORE_STATEMENTS) {
            kb_err_set(err, KB_ELIMIT, "more than %d statements of SQL",
                       KB_STORE_STATEMENTS);
            return NULL;
        }
    }
    struct kb_statement *s = &store->statements[at];
    if (!s->sql) {
        int code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                      &s->statement, NULL);
        if (code != SQLITE_OK) {
            (void)kb_store_fail(store, code, err);
            return NULL;
        }
        s->sql = sql;
    }
    sqlite3_reset(s->statement);
    return s->statement;
}

enum kb_status kb_store_step(struct kb_store *store, sqlite3_stmt *statement, bool *row,
                             struct kb_err *err) {
    int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    if (*row)
        return KB_OK;
    if (code != SQLITE_DONE) {
        enum kb_status status = kb_store_fail(store, code, err);
        sqlite3_reset(statement);
        return status;
    }
    sqlite3_reset(statement);
    return KB_OK;
}

enum kb_status kb_store_run(struct kb_store *store, sqlite3_stmt *statement,
                            struct kb_err *err) {
    bool row = true;
    enum kb_status status = KB_OK;
    while (status == KB_OK && row)
        status = kb_store_step(store, statement, &row, err);
    return status;
}

enum kb_status kb_store_run_of(struct kb_store *store, const char *sql, int64_t n,
                               struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, sql, err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    return kb_store_run(store, s, err);
}

void kb_take_number(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    (void)arena;
    *(int64_t *)item = sqlite3_column_int64(s, 0);
}

void kb_take_text(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    *(struct kb_str *)item = kb_column_dup(arena, s, 0);
}

enum kb_status kb_store_rows(struct kb_store *store, sqlite3_stmt *s,
                             struct kb_arena *arena, size_t size, kb_take *take,
                             void **items, size_t *count, struct kb_err *err) {
    enum kb_status status;
    size_t cap = 0;
    bool row = false;
    *items = NULL;
    *count = 0;
    while ((status = kb_store_step(store, s, &row, err)) == KB_OK && row &&
           kb_arena_grow(arena, items, *count, &cap, size, SIZE_MAX))
        take(s, arena, (char *)*items + (*count)++ * size);
    sqlite3_reset(s);
    return status == KB_OK && (row || arena->full)
               ? kb_err_set(err, KB_ENOMEM, "%s: not enough memory for the list",
                            store->called)
               : status;
}

enum kb_status kb_store_row(struct kb_store *store, sqlite3_stmt *s,
                            struct kb_arena *arena, kb_take *take, void *item,
                            bool *found, struct kb_err *err) {
    *found = false;
    if (!s)
        return err->status;
    enum kb_status status = kb_store_step(store, s, found, err);
    if (*found)
        take(s, arena, item);
    sqlite3_reset(s);
    return *found && arena->full
               ? kb_err_set(err, KB_ENOMEM, "%s: not enough memory", store->called)
               : status;
}

enum kb_status kb_store_number(struct kb_store *store, sqlite3_stmt *s, int64_t none,
                               int64_t *value, struct kb_err *err) {
    bool row = false;
    *value = none;
    if (!s)
        return err->status;
    enum kb_status status = kb_store_step(store, s, &row, err);
    if (row && sqlite3_column_type(s, 0) != SQLITE_NULL)
        *value = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return status;
}

enum kb_status kb_store_exec(struct kb_store *store, const char *sql,
                             struct kb_err *err) {
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? KB_OK : kb_store_fail(store, code, err);
}
