/* The file itself: opened, brought up to date, written in transactions, looked over. */
#ifndef KB_STORE_FILE_H
#define KB_STORE_FILE_H

#include "base/base.h"

struct kb_store;
struct kb_pen; /* store/pen.h */

enum kb_store_mode {
    KB_STORE_READ,  /* somebody else may write */
    KB_STORE_WRITE, /* the file is there */
    KB_STORE_CREATE /* … or is made */
};

struct kb_store_options {
    enum kb_store_mode mode;
    const char *vfs; /* SQLite's name of another file system, for tests; NULL: its own */
    const struct kb_asset *steps; /* the file's shape, for tests; NULL: assets/sql */
    int step_count;
    int wait_ms;        /* for other writers; 0: KB_LIMIT_STORE_WAIT_MS */
    struct kb_pen *pen; /* of this process's writers; NULL: nobody else writes in it */
    size_t cache_bytes; /* of the file that stay in memory; 0: KB_LIMIT_STORE_CACHE */
    /* Told once when another writer makes us wait.  May be NULL. */
    void (*waiting)(void *context, const char *path);
    void *context;
};

/* Opens path; the file of an older kabar is brought up to date where mode allows it.
 * Fails with KB_EINPUT where the file is no wire, of a newer kabar, or damaged; KB_EIO
 * where it cannot be opened.  The store is the caller's. */
enum kb_status kb_store_open(const char *path, const struct kb_store_options *options,
                             struct kb_store **store, struct kb_err *err) KB_MUST_USE;

/* What is written and not committed is taken back. */
void kb_store_close(struct kb_store *store);

const char *kb_store_path(const struct kb_store *store);

/* The stems that words are indexed by: the store's, for who reads the same texts. */
struct kb_stems;
struct kb_stems *kb_store_stems(struct kb_store *store);

/* What messages call the file from now on: a static text, for who answers people that
 * have no business with its path. */
void kb_store_call(struct kb_store *store, const char *name);

/* ---- transactions ------------------------------------------------------------------ */

/* From begin on nobody else writes; what stands between begin and commit is kept whole
 * or not at all.  After a commit that returned KB_OK it outlives a power cut. */
enum kb_status kb_store_begin(struct kb_store *store, struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_commit(struct kb_store *store, struct kb_err *err) KB_MUST_USE;
void kb_store_rollback(struct kb_store *store);

/* What is read until kb_store_rollback is the file at one time. */
enum kb_status kb_store_begin_reading(struct kb_store *store,
                                      struct kb_err *err) KB_MUST_USE;

/* Gives back the memory that was of use while much was written; for who writes no more
 * for a while, outside of transactions. */
void kb_store_rest(struct kb_store *store);

/* Does another thread wait to write, while this store may? */
bool kb_store_wanted(const struct kb_store *store);

/* Ends what the store is doing, from another thread: it fails, and is taken back. */
void kb_store_interrupt(struct kb_store *store);

/* A number that changes when somebody else has written to the file. */
int64_t kb_store_tide(struct kb_store *store);

/* ---- care -------------------------------------------------------------------------- */

/* Looks the whole file over: SQLite's own checks, rows that name missing ones, stories'
 * counts, the search index; and unless quick, each record and version, and the index
 * against the articles.  told gets one line a fault, with what to do; a kind's first
 * KB_LIMIT_STORE_TOLD are named and the rest counted.  *faults is their number.  KB_OK
 * where the look was possible, also where the file is damaged.
 *
 * All but the index is one snapshot and holds nobody up; the look at the index writes a
 * mark, so others' writing waits, and a store that was opened for reading leaves it
 * out. */
enum kb_status kb_store_check(struct kb_store *store, bool quick,
                              void (*told)(void *context, const char *line),
                              void *context, size_t *faults,
                              struct kb_err *err) KB_MUST_USE;

/* A copy of the file as it is now, while others read and write; it is one file, synced,
 * and was opened once.  Refuses to write over what is there (KB_EINPUT); takes away what
 * it began when it fails.  step is told pages done and in all, and may be NULL.  Not
 * within a transaction. */
enum kb_status kb_store_backup(struct kb_store *store, const char *to,
                               void (*step)(void *context, int done, int all),
                               void *context, struct kb_err *err) KB_MUST_USE;

/* Counts stories again and makes the search index anew where these are not right, merges
 * the index, and gives free pages back to the disk.  Needs room for the file twice over,
 * beside it and in the folder for temporary files, and holds up who writes.  Not within a
 * transaction. */
enum kb_status kb_store_vacuum(struct kb_store *store, struct kb_err *err) KB_MUST_USE;

/* ---- facts about the file: short texts under a key --------------------------------- */

enum kb_status kb_store_set(struct kb_store *store, const char *key, struct kb_str value,
                            struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_get(struct kb_store *store, const char *key,
                            struct kb_arena *arena, struct kb_str *value,
                            struct kb_err *err) KB_MUST_USE;

#endif
