/* Inside store: the open file, its statements, and what went wrong in words. */
#ifndef KB_STORE_INNER_H
#define KB_STORE_INNER_H

#include <sqlite3.h>

#include "base/base.h"
#include "store/file.h"

/* Statements that stay prepared: one for each text, which is a literal. */
enum { KB_STORE_STATEMENTS = 512 };

struct kb_pack;  /* pack.h */
struct kb_words; /* tokenizer.h */

struct kb_store {
    sqlite3 *db;
    char *path;
    const char *called; /* in messages: the path, or what kb_store_call says */
    struct kb_store_options options;
    bool told_waiting;
    bool opened;  /* so that `kabar check` can look into it */
    bool begun;   /* a transaction, which a failure may have ended without our doing */
    bool reading; /* … that only reads */
    bool has_pen;
    int failed;   /* SQLite's code of the last failure */
    bool stale;   /* FTS5 may remember what was taken back */
    bool damaged; /* a record could not be unpacked since this was last false */
    struct kb_statement {
        const char *sql; /* the literal's address is the key */
        sqlite3_stmt *statement;
    } statements[KB_STORE_STATEMENTS];
    struct kb_pack *pack;
    struct kb_words *words; /* the tokenizer's */
    struct kb_buf record;   /* scratch for one article's JSON */
    struct kb_buf waiting;  /* words that are to go into the index (words.h) */
};

/* The remedy for damage that nothing else mends. */
#define KB_STORE_TAKE_COPY                                                               \
    "put a copy made by `kabar backup` in its place, and the files -wal and -shm "       \
    "beside it away"

/* What SQLite said, as a sentence with the remedy; returns its status.  A transaction
 * does not outlive a failure of memory, room or the disk. */
enum kb_status kb_store_fail(struct kb_store *store, int code, struct kb_err *err);

/* A statement, ready to be bound: prepared at its first use, reset at each.  sql is a
 * literal.  NULL, and *err filled, where it cannot be prepared, or where the transaction
 * that it was to be a part of is gone: SQLite takes all of it back when the disk is full
 * or fails, and what comes after must not be kept alone. */
sqlite3_stmt *kb_store_sql(struct kb_store *store, const char *sql, struct kb_err *err);
/* … whatever became of the transaction. */
sqlite3_stmt *kb_store_statement(struct kb_store *store, const char *sql,
                                 struct kb_err *err);

static inline void kb_bind_int(sqlite3_stmt *s, int at, int64_t value) {
    sqlite3_bind_int64(s, at, value);
}
static inline void kb_bind_real(sqlite3_stmt *s, int at, double value) {
    sqlite3_bind_double(s, at, value);
}
/* 0 is NULL. */
static inline void kb_bind_ref(sqlite3_stmt *s, int at, int64_t value) {
    if (value)
        sqlite3_bind_int64(s, at, value);
    else
        sqlite3_bind_null(s, at);
}
/* Text and bytes stay the caller's, and live until the statement is reset. */
static inline void kb_bind_str(sqlite3_stmt *s, int at, struct kb_str value) {
    sqlite3_bind_text64(s, at, value.n ? value.p : "", value.n, SQLITE_STATIC,
                        SQLITE_UTF8);
}
static inline void kb_bind_blob(sqlite3_stmt *s, int at, struct kb_str value) {
    sqlite3_bind_blob64(s, at, value.n ? value.p : "", value.n, SQLITE_STATIC);
}

/* One step: *row tells whether there is a row.  After the last row, or a failure, the
 * statement is reset. */
enum kb_status kb_store_step(struct kb_store *store, sqlite3_stmt *statement, bool *row,
                             struct kb_err *err) KB_MUST_USE;

/* A statement that gives no rows, run whole; and one whose only value is a number. */
enum kb_status kb_store_run(struct kb_store *store, sqlite3_stmt *statement,
                            struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_run_of(struct kb_store *store, const char *sql, int64_t n,
                               struct kb_err *err) KB_MUST_USE;

/* All rows of a bound statement, which is reset: an array of count items of size bytes in
 * the arena, each filled in by take.  KB_ENOMEM where the arena is full. */
typedef void kb_take(sqlite3_stmt *s, struct kb_arena *arena, void *item);
enum kb_status kb_store_rows(struct kb_store *store, sqlite3_stmt *s,
                             struct kb_arena *arena, size_t size, kb_take *take,
                             void **items, size_t *count, struct kb_err *err) KB_MUST_USE;
/* … of one number each, an int64_t; of one text each, a struct kb_str. */
kb_take kb_take_number, kb_take_text;

/* The first row of a bound statement, which is reset, filled in by take; *found is false
 * where there is none, and item stays as it is.  KB_ENOMEM where the arena is full: half
 * a row is never handed on.  s may be NULL: then *err says why. */
enum kb_status kb_store_row(struct kb_store *store, sqlite3_stmt *s,
                            struct kb_arena *arena, kb_take *take, void *item,
                            bool *found, struct kb_err *err) KB_MUST_USE;

/* The number that a bound statement gives, which is reset; none where it is NULL, or
 * there is no row.  s may be NULL, as above. */
enum kb_status kb_store_number(struct kb_store *store, sqlite3_stmt *s, int64_t none,
                               int64_t *value, struct kb_err *err) KB_MUST_USE;

/* Ends a transaction as failed: until its owner ends it, kb_store_sql gives nothing.
 * False where even that takes more memory than there is; then it is tried again before
 * anything else is done. */
bool kb_store_take_back(struct kb_store *store);

/* Several statements without values. */
enum kb_status kb_store_exec(struct kb_store *store, const char *sql,
                             struct kb_err *err) KB_MUST_USE;

/* A column's text or bytes: SQLite's until the next step; and a copy in the arena. */
static inline struct kb_str kb_column(sqlite3_stmt *s, int at) {
    const void *p = sqlite3_column_blob(s, at);
    return (struct kb_str){p, p ? (size_t)sqlite3_column_bytes(s, at) : 0};
}
static inline struct kb_str kb_column_dup(struct kb_arena *arena, sqlite3_stmt *s,
                                          int at) {
    return kb_arena_dup(arena, kb_column(s, at));
}

/* Brings the file up to the newest version, the number of its steps (migrate.c), in one
 * transaction. */
enum kb_status kb_store_migrate(struct kb_store *store, int from,
                                struct kb_err *err) KB_MUST_USE;
int kb_store_newest(const struct kb_store *store);
enum kb_status kb_store_version_now(struct kb_store *store, int *version,
                                    struct kb_err *err) KB_MUST_USE;

/* The shelf that a person's unread articles stand on. */
#define KB_SHELF "(SELECT n FROM shelf WHERE user = ?1)"

/* By which feed an article (a) comes to a person (?1): the first that they follow; 0:
 * none. */
#define KB_FEED_FOR                                                                      \
    "coalesce((SELECT feed FROM subscription WHERE user = ?1 AND feed = a.feed), "       \
    "(SELECT min(c.feed) FROM carried c JOIN subscription s ON s.user = ?1 AND s.feed "  \
    "= c.feed WHERE c.article = a.n), 0)"

/* An article (a) comes to a person (?1): by a feed that they follow, or it is of no feed
 * and they are an owner. */
#define KB_COMES                                                                         \
    "(EXISTS (SELECT 1 FROM subscription WHERE user = ?1 AND feed = a.feed) OR "         \
    "(a.feed IS NULL AND EXISTS (SELECT 1 FROM user WHERE n = ?1 AND role = 'owner')) "  \
    "OR EXISTS (SELECT 1 FROM carried c JOIN subscription s ON s.user = ?1 AND s.feed "  \
    "= c.feed WHERE c.article = a.n))"

/* Does everything on the wire come to them?  Then nothing need be asked of each row. */
enum kb_status kb_store_gets_all(struct kb_store *store, int64_t user, bool *all,
                                 struct kb_err *err) KB_MUST_USE;

/* A subscription stands in a folder (?17), or in one below it. */
#define KB_IN_FOLDER "(folder = ?17 OR substr(folder, 1, length(?17) + 1) = ?17 || '/')"

/* A record as JSON, for yyjson_doc_free; KB_EINPUT where it is none, without a
 * message. */
struct yyjson_doc;
enum kb_status kb_store_json(struct kb_str record, struct yyjson_doc **doc) KB_MUST_USE;

/* Facts about the file: what is wrong with the search index; settings as JSON. */
#define KB_META_SEARCH "search"
#define KB_META_SETTINGS "settings"

/* The record that newer replaces becomes a version (versions.c).  Where the change is
 * cosmetic it does not; but the version before was packed with it, and is packed with
 * newer from now on.  Where the old record is damaged there is nothing to keep:
 * *new_version is false. */
enum kb_status kb_version_put(struct kb_store *store, int64_t n, struct kb_str newer,
                              bool *new_version, struct kb_err *err) KB_MUST_USE;

/* Forgets an article's older versions: it goes, or they cannot be reached because one on
 * the way to them is damaged. */
enum kb_status kb_versions_forget(struct kb_store *store, int64_t n,
                                  struct kb_err *err) KB_MUST_USE;

/* The articles that sql finds by an address' hash (?1), at most max (?2) (find.c). */
enum kb_status kb_store_find_hash(struct kb_store *store, const char *sql,
                                  struct kb_str url, int64_t *found, size_t max,
                                  size_t *count, struct kb_err *err) KB_MUST_USE;

/* kb_body_text and kb_body_cites for SQL (find.c). */
enum kb_status kb_store_functions(struct kb_store *store, struct kb_err *err) KB_MUST_USE;

/* The time of the newest fingerprints in SQL.  Eight articles have to say so, since one
 * or two are wrong more often; where there are fewer, all are of now. */
#define KB_STORE_PRINTS_NEWEST                                                           \
    "coalesce((SELECT time FROM print ORDER BY time DESC LIMIT 1 OFFSET 7), 0)"

#endif
