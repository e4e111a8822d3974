/* The file is opened, brought up to date, written in transactions.
 *
 * SQLite in WAL mode: one writes while many read what was there before.  Each commit is
 * synced to the disk (synchronous = FULL), because an article that was reported as stored
 * must outlive a power cut; who stores many puts them into one transaction.  The settings
 * that keep a hostile or damaged file from doing harm are SQLite's own advice
 * (sqlite.org/security.html). */
#include "store/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "store/inner.h"
#include "store/pack.h"
#include "store/pen.h"
#include "store/tokenizer.h"
#include "store/words.h"

#define APPLICATION_ID 0x6b616272 /* "kabr" */

/* ---- waiting for another writer ---------------------------------------------------- */

static int busy(void *context, int tries) {
    struct kb_store *store = context;
    enum { STEP_MS = 20, TELL_AFTER = 25 };
    struct timespec step = {0, STEP_MS * 1000000L};
    if (tries * STEP_MS >= store->options.wait_ms)
        return 0;
    if (tries >= TELL_AFTER && !store->told_waiting && store->options.waiting) {
        store->told_waiting = true;
        store->options.waiting(store->options.context, store->path);
    }
    nanosleep(&step, NULL);
    return 1;
}

/* ---- opening ----------------------------------------------------------------------- */

static enum kb_status number(struct kb_store *store, const char *pragma, int64_t *value,
                             struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, pragma, err);
    bool row = false;
    if (!s)
        return err->status;
    enum kb_status status = kb_store_step(store, s, &row, err);
    *value = row ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    return status;
}

static void harden(sqlite3 *db) {
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_extended_result_codes(db, 1);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 1);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, (int)KB_LIMIT_OUTPUT_BYTES);
}

enum kb_status kb_store_version_now(struct kb_store *store, int *version,
                                    struct kb_err *err) {
    int64_t value = 0;
    enum kb_status status = number(store, "PRAGMA user_version", &value, err);
    *version = (int)value;
    if (status == KB_OK && value > kb_store_newest(store))
        status = kb_err_set(err, KB_EINPUT,
                            "%s: a newer kabar wrote this file (its version is %d, this "
                            "kabar knows %d): use the newer one",
                            store->called, *version, kb_store_newest(store));
    return status;
}

/* Is it ours?  Nothing is written before that is known; and it is read at one time, as
 * another process may just be making the file. */
static enum kb_status look(struct kb_store *store, int *version, struct kb_err *err) {
    int64_t id = 0, tables = 0;
    enum kb_status status = kb_store_begin_reading(store, err);
    if (status == KB_OK)
        status = number(store, "SELECT count(*) FROM sqlite_schema", &tables, err);
    if (status == KB_OK)
        status = number(store, "PRAGMA application_id", &id, err);
    if (status == KB_OK && id != APPLICATION_ID && (id || tables))
        status =
            kb_err_set(err, KB_EINPUT, "%s: this is a database, but not one of kabar's",
                       store->called);
    if (status == KB_OK)
        status = kb_store_version_now(store, version, err);
    kb_store_rollback(store);
    if (status != KB_OK)
        return status;
    if (sqlite3_db_readonly(store->db, "main") == 1 &&
        store->options.mode != KB_STORE_READ)
        return kb_store_fail(store, SQLITE_READONLY, err);
    if (!tables && store->options.mode != KB_STORE_CREATE)
        return kb_err_set(err, KB_EINPUT,
                          "%s: the file is empty; `kabar init` makes a wire of it",
                          store->called);
    if (*version < kb_store_newest(store) && store->options.mode == KB_STORE_READ)
        return kb_err_set(err, KB_EINPUT,
                          "%s: an older kabar wrote this file; any command that writes, "
                          "such as `kabar init`, brings it up to date",
                          store->called);
    return KB_OK;
}

/* The log beside the file needs memory that processes share, which folders of other
 * machines may not have: then SQLite stays with another way, silently. */
static enum kb_status log_ahead(struct kb_store *store, struct kb_err *err) {
    bool row = false, wal = false;
    sqlite3_stmt *s = kb_store_sql(store, "PRAGMA journal_mode = WAL", err);
    if (!s)
        return err->status;
    enum kb_status status = kb_store_step(store, s, &row, err);
    wal = row && kb_str_equal(kb_column(s, 0), KB_STR("wal"));
    sqlite3_reset(s);
    if (status == KB_OK && !wal)
        status = kb_err_set(err, KB_EIO,
                            "%s: several processes cannot share a file in this folder (a "
                            "network's?): put it on a disk of this machine",
                            store->called);
    return status;
}

static int64_t milliseconds(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The log, and the file's shape.  Where several make one file, SQLite refuses at once and
 * does not ask whether to wait, as both could wait for each other; but nothing is held
 * here between two tries, so waiting is right; no longer than for any writer. */
static enum kb_status bring_up(struct kb_store *store, int had, struct kb_err *err) {
    const struct timespec step = {0, 20 * 1000000L};
    int64_t until = milliseconds() + store->options.wait_ms;
    for (;;) {
        store->failed = SQLITE_OK;
        enum kb_status status = log_ahead(store, err);
        if (status == KB_OK)
            status = kb_store_exec(store,
                                   "PRAGMA synchronous = FULL;"
                                   "PRAGMA journal_size_limit = 67108864;"
                                   "PRAGMA wal_autocheckpoint = 2000",
                                   err);
        if (status == KB_OK && had < kb_store_newest(store))
            status = kb_store_migrate(store, had, err);
        if (status == KB_OK || (store->failed & 0xff) != SQLITE_BUSY ||
            milliseconds() >= until)
            return status;
        nanosleep(&step, NULL);
    }
}

static enum kb_status set_cache(struct kb_store *store, struct kb_err *err) {
    size_t bytes = store->options.cache_bytes;
    char text[48];
    (void)snprintf(text, sizeof text, "PRAGMA cache_size = -%zu",
                   (bytes ? bytes : KB_LIMIT_STORE_CACHE) / 1024);
    return kb_store_exec(store, text, err);
}

static enum kb_status set_up(struct kb_store *store, struct kb_err *err) {
    int had = 0;
    harden(store->db);
    sqlite3_busy_handler(store->db, busy, store);
    enum kb_status status =
        kb_store_exec(store,
                      "PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON;"
                      "PRAGMA temp_store = MEMORY",
                      err);
    if (status == KB_OK)
        status = kb_tokenizer_register(store->db, &store->words, err);
    if (status == KB_OK)
        status = kb_store_functions(store, err);
    if (status == KB_OK)
        status = look(store, &had, err);
    if (status == KB_OK && !had && store->options.mode != KB_STORE_READ)
        status = kb_store_exec(store, "PRAGMA page_size = 8192", err);
    if (status == KB_OK) /* in pages of the size that the file has by now */
        status = set_cache(store, err);
    if (status != KB_OK || store->options.mode == KB_STORE_READ)
        return status;
    return bring_up(store, had, err);
}

/* Names that SQLite takes for something else, so that all would be gone at the end. */
static bool names_a_file(const char *path) {
    return path[0] && path[0] != ':' && strncmp(path, "file:", 5) != 0;
}

/* On a disk that nobody can write to, a copy on a DVD say, SQLite need not guard against
 * writers, and could not: there the file alone is read.  Where a log lies beside it, the
 * file alone is not the whole. */
static bool cannot_change(const struct kb_store *store) {
    struct statvfs disk;
    struct kb_buf log;
    kb_buf_init(&log, KB_LIMIT_META_BYTES);
    kb_buf_printf(&log, "%s-wal", store->path);
    kb_buf_char(&log, '\0');
    bool alone = log.status == KB_OK && access(log.p, F_OK) != 0;
    kb_buf_free(&log);
    return store->options.mode == KB_STORE_READ && alone &&
           statvfs(store->path, &disk) == 0 && (disk.f_flag & ST_RDONLY);
}

static enum kb_status open_file(struct kb_store *store, struct kb_err *err) {
    static const int flags[] = {
        [KB_STORE_READ] = SQLITE_OPEN_READONLY,
        [KB_STORE_WRITE] = SQLITE_OPEN_READWRITE,
        [KB_STORE_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
    };
    bool still = cannot_change(store);
    int flag = flags[store->options.mode] | SQLITE_OPEN_NOMUTEX;
    struct kb_buf name;
    kb_buf_init(&name, KB_LIMIT_META_BYTES);
    if (still)
        kb_buf_z(&name, "file:");
    for (const char *p = store->path; *p; p++) {
        if (still && strchr("%?#", *p))
            kb_buf_printf(&name, "%%%02X", (unsigned char)*p);
        else
            kb_buf_char(&name, *p);
    }
    kb_buf_z(&name, still ? "?immutable=1" : "");
    kb_buf_char(&name, '\0');
    enum kb_status status =
        name.status == KB_OK
            ? KB_OK
            : kb_err_set(err, name.status, "%s: not enough memory", store->called);
    if (status == KB_OK) {
        int code = sqlite3_open_v2(
            name.p, &store->db, flag | (still ? SQLITE_OPEN_URI : 0), store->options.vfs);
        if (code != SQLITE_OK)
            status = kb_store_fail(store, code, err);
    }
    kb_buf_free(&name);
    return status;
}

enum kb_status kb_store_open(const char *path, const struct kb_store_options *options,
                             struct kb_store **out, struct kb_err *err) {
    struct kb_err local = {0};
    err = err ? err : &local;
    *out = NULL;
    if (!names_a_file(path))
        return kb_err_set(err, KB_EINPUT,
                          "\"%s\": a wire is kept in a file: write its path (./ before a "
                          "name that begins with a colon or \"file:\")",
                          path);
    struct kb_store *store = calloc(1, sizeof *store);
    if (!store)
        return kb_err_set(err, KB_ENOMEM, "%s: not enough memory", path);
    enum kb_status status = KB_OK;
    store->options = *options;
    if (!store->options.wait_ms)
        store->options.wait_ms = KB_LIMIT_STORE_WAIT_MS;
    kb_buf_init(&store->record, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&store->waiting, KB_LIMIT_STORE_WAITING + KB_LIMIT_OUTPUT_BYTES);
    store->called = path;
    store->path = strdup(path);
    if (!store->path)
        status = kb_err_set(err, KB_ENOMEM, "%s: not enough memory", path);
    else
        store->called = store->path;
    if (status == KB_OK)
        status = kb_pack_new(&store->pack, err);
    if (status == KB_OK)
        status = open_file(store, err);
    if (status == KB_OK)
        status = set_up(store, err);
    if (status != KB_OK) {
        kb_store_close(store);
        return status;
    }
    store->opened = true;
    *out = store;
    return KB_OK;
}

static void give_pen(struct kb_store *store);

void kb_store_close(struct kb_store *store) {
    if (!store)
        return;
    for (size_t i = 0; i < KB_STORE_STATEMENTS; i++)
        sqlite3_finalize(store->statements[i].statement);
    sqlite3_close(store->db);
    give_pen(store);
    kb_pack_free(store->pack);
    kb_buf_free(&store->record);
    kb_buf_free(&store->waiting);
    free(store->path);
    free(store);
}

struct kb_stems *kb_store_stems(struct kb_store *store) {
    return store->words->stems;
}

const char *kb_store_path(const struct kb_store *store) {
    return store->path;
}

void kb_store_call(struct kb_store *store, const char *name) {
    store->called = name;
}

/* ---- transactions ------------------------------------------------------------------ */

static const char rollback[] = "ROLLBACK";

static enum kb_status run(struct kb_store *store, const char *sql, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, sql, err);
    return s ? kb_store_run(store, s, err) : err->status;
}

/* What takes back is prepared before there is anything to take back: it should not fail
 * where there is no memory. */
static enum kb_status start(struct kb_store *store, const char *sql, bool *started,
                            struct kb_err *err) {
    enum kb_status status = KB_OK;
    if (!kb_store_sql(store, rollback, err))
        return err->status;
    status = run(store, sql, err);
    *started = *started || status == KB_OK;
    return status;
}

static void give_pen(struct kb_store *store) {
    if (!store->has_pen)
        return;
    store->has_pen = false;
    kb_pen_give(store->options.pen);
}

bool kb_store_wanted(const struct kb_store *store) {
    return store->has_pen && kb_pen_wanted(store->options.pen);
}

void kb_store_rest(struct kb_store *store) {
    (void)sqlite3_db_release_memory(store->db);
    kb_buf_free(&store->waiting);
}

void kb_store_interrupt(struct kb_store *store) {
    sqlite3_interrupt(store->db);
}

enum kb_status kb_store_begin_reading(struct kb_store *store, struct kb_err *err) {
    return start(store, "BEGIN", &store->reading, err);
}

/* FTS5 of SQLite 3.40 keeps its counts of words in memory, and where reading them failed
 * it takes them to be 0 and would write that.  It forgets them when a transaction that it
 * took part in is taken back, so one is, in which it does nothing. */
static enum kb_status refresh_search(struct kb_store *store, struct kb_err *err) {
    enum kb_status status =
        run(store, "INSERT INTO search (search, rank) VALUES ('merge', 0)", err);
    (void)kb_store_take_back(store);
    store->begun = false;
    if (status != KB_OK)
        return status;
    store->stale = false;
    return start(store, "BEGIN IMMEDIATE", &store->begun, err);
}

enum kb_status kb_store_begin(struct kb_store *store, struct kb_err *err) {
    int version;
    if (store->options.pen) {
        kb_pen_take(store->options.pen);
        store->has_pen = true;
    }
    store->told_waiting = false;
    enum kb_status status = start(store, "BEGIN IMMEDIATE", &store->begun, err);
    if (status == KB_OK && store->stale)
        status = refresh_search(store, err);
    if (status == KB_OK)
        status = kb_store_version_now(store, &version, err);
    /* a newer kabar may have changed the file while we had it open */
    if (status != KB_OK)
        kb_store_rollback(store);
    return status;
}

/* A commit that fails for want of room leaves the transaction open: it is taken back,
 * so that the next one begins on what the file has. */
enum kb_status kb_store_commit(struct kb_store *store, struct kb_err *err) {
    enum kb_status status = kb_words_settle(store, err);
    if (status == KB_OK)
        status = run(store, "COMMIT", err);
    if (status != KB_OK)
        kb_store_rollback(store);
    store->begun = false;
    give_pen(store);
    return status;
}

bool kb_store_take_back(struct kb_store *store) {
    struct kb_err ignored;
    kb_words_forget(store);
    if (sqlite3_get_autocommit(store->db))
        return true;
    sqlite3_stmt *s = kb_store_statement(store, rollback, &ignored);
    sqlite3_step(s);
    sqlite3_reset(s);
    return sqlite3_get_autocommit(store->db);
}

void kb_store_rollback(struct kb_store *store) {
    (void)kb_store_take_back(store);
    store->begun = store->reading = false;
    give_pen(store);
}

int64_t kb_store_tide(struct kb_store *store) {
    int64_t tide = 0;
    struct kb_err err;
    return number(store, "PRAGMA data_version", &tide, &err) == KB_OK ? tide : -1;
}

/* ---- facts ------------------------------------------------------------------------- */

enum kb_status kb_store_set(struct kb_store *store, const char *key, struct kb_str value,
                            struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store, "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, kb_str_z(key));
    kb_bind_str(s, 2, value);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_get(struct kb_store *store, const char *key,
                            struct kb_arena *arena, struct kb_str *value,
                            struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, "SELECT value FROM meta WHERE key = ?1", err);
    bool found;
    *value = KB_STR_NONE;
    if (s)
        kb_bind_str(s, 1, kb_str_z(key));
    return kb_store_row(store, s, arena, kb_take_text, value, &found, err);
}
