/* The file is copied, and put in order. */
#include "store/care.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "store/inner.h"
#include "store/stories.h"

/* ---- copies ------------------------------------------------------------------------ */

/* The name is taken at once, so that two copies at a time cannot become one, and nothing
 * that lies there is written over.  What SQLite would lay beside it must not be there
 * either: it would be taken for a part of the copy. */
static enum kb_status claim(const char *to, struct kb_err *err) {
    static const char *const beside[] = {"-journal", "-wal"};
    char name[4096];
    if (access(to, F_OK) == 0) /* first: a wire in use has its log beside it */
        return kb_err_set(err, KB_EINPUT,
                          "%s: is there already and is not written over: take another "
                          "name",
                          to);
    for (size_t i = 0; i < KB_COUNT(beside); i++) {
        if (snprintf(name, sizeof name, "%s%s", to, beside[i]) >= (int)sizeof name)
            return kb_err_set(err, KB_EINPUT, "the copy's name is too long");
        if (access(name, F_OK) == 0)
            return kb_err_set(err, KB_EINPUT,
                              "%s: lies beside where the copy would be: take another "
                              "name, or remove it",
                              name);
    }
    int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return kb_err_set(err, KB_EIO, "%s: cannot be made: %s", to, strerror(errno));
    close(fd);
    return KB_OK;
}

/* SQLite's code as a sentence about the copy. */
static enum kb_status copy_fail(sqlite3 *copy, const char *to, int code,
                                struct kb_err *err) {
    if ((code & 0xff) == SQLITE_NOMEM || code == SQLITE_IOERR_NOMEM)
        return kb_err_set(err, KB_ENOMEM, "%s: not enough memory", to);
    if ((code & 0xff) == SQLITE_FULL)
        return kb_err_set(err, KB_EIO, "%s: the disk is full; the copy was taken away",
                          to);
    return kb_err_set(err, KB_EIO, "%s: the copy failed (%s) and was taken away", to,
                      copy ? sqlite3_errmsg(copy) : sqlite3_errstr(code));
}

static int copy_pages(sqlite3_backup *copying,
                      void (*step)(void *context, int done, int all), void *context) {
    enum { PAGES = 1024 }; /* 8 MB between two words of progress */
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(copying, PAGES);
        int all = sqlite3_backup_pagecount(copying);
        if (step)
            step(context, all - sqlite3_backup_remaining(copying), all);
    }
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* The snapshot is held from the first page to the last: else SQLite begins the copy anew
 * whenever somebody writes, and does not end while a busy wire fetches.  EXTRA syncs the
 * folder too. */
static enum kb_status copy_to(struct kb_store *store, const char *to,
                              void (*step)(void *context, int done, int all),
                              void *context, struct kb_err *err) {
    sqlite3 *copy = NULL;
    sqlite3_backup *copying = NULL;
    enum kb_status status = KB_OK;
    int code = sqlite3_open_v2(to, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                               store->options.vfs);
    if (code == SQLITE_OK)
        code = sqlite3_exec(copy, "PRAGMA synchronous = EXTRA", NULL, NULL, NULL);
    if (code == SQLITE_OK) {
        copying = sqlite3_backup_init(copy, "main", store->db, "main");
        code = copying ? copy_pages(copying, step, context) : sqlite3_errcode(copy);
        int end = sqlite3_backup_finish(copying);
        code = code == SQLITE_OK ? end : code;
    }
    if (code != SQLITE_OK)
        status = copy_fail(copy, to, code, err);
    code = sqlite3_close(copy);
    if (status == KB_OK && code != SQLITE_OK)
        status = copy_fail(NULL, to, code, err);
    return status;
}

/* The copy opens as a wire. */
static enum kb_status try_copy(struct kb_store *store, const char *to,
                               struct kb_err *err) {
    struct kb_store_options options = store->options;
    struct kb_store *copy;
    options.mode = KB_STORE_WRITE; /* who only reads leaves files beside it */
    enum kb_status status = kb_store_open(to, &options, &copy, err);
    if (status == KB_OK)
        kb_store_close(copy);
    return status;
}

enum kb_status kb_store_backup(struct kb_store *store, const char *to,
                               void (*step)(void *context, int done, int all),
                               void *context, struct kb_err *err) {
    enum kb_status status = claim(to, err);
    if (status != KB_OK)
        return status;
    status = kb_store_begin_reading(store, err);
    if (status == KB_OK)
        status = kb_store_exec(store, "SELECT 1 FROM meta", err);
    if (status == KB_OK)
        status = copy_to(store, to, step, context, err);
    kb_store_rollback(store);
    if (status == KB_OK)
        status = try_copy(store, to, err);
    if (status != KB_OK)
        unlink(to);
    return status;
}

/* ---- order ------------------------------------------------------------------------- */

/* Segments of the index become one, in steps that let others write in between (FTS5,
 * "merge": a negative number first, positive ones until nothing is written). */
static enum kb_status merge_step(struct kb_store *store, int64_t pages, bool *more,
                                 struct kb_err *err) {
    enum { IDLE = 2 };
    int64_t before = sqlite3_total_changes64(store->db);
    enum kb_status status = kb_store_begin(store, err);
    if (status != KB_OK)
        return status;
    sqlite3_stmt *s = kb_store_sql(
        store, "INSERT INTO search (search, rank) VALUES ('merge', ?1)", err);
    if (s)
        kb_bind_int(s, 1, pages);
    status = s ? kb_store_run(store, s, err) : err->status;
    *more = sqlite3_total_changes64(store->db) - before >= IDLE;
    if (status == KB_OK)
        return kb_store_commit(store, err);
    kb_store_rollback(store);
    return status;
}

static enum kb_status merge_search(struct kb_store *store, struct kb_err *err) {
    enum { PAGES = 2000 };
    bool more = true;
    enum kb_status status = merge_step(store, -PAGES, &more, err);
    while (status == KB_OK && more)
        status = merge_step(store, PAGES, &more, err);
    return status;
}

/* The index is made anew where it is not whole, else put in order. */
static enum kb_status tidy_search(struct kb_store *store, struct kb_err *err) {
    bool broken = false;
    enum kb_status status = kb_store_needs(store, KB_REBUILD_SEARCH, &broken, err);
    if (status != KB_OK || !broken)
        return status == KB_OK ? merge_search(store, err) : status;
    status = kb_store_begin(store, err);
    if (status == KB_OK)
        status = kb_store_exec(store,
                               "INSERT INTO search (search) VALUES ('rebuild');"
                               "DELETE FROM meta WHERE key = 'search'",
                               err);
    if (status == KB_OK)
        return kb_store_commit(store, err);
    kb_store_rollback(store);
    return status;
}

/* Articles of an alias go to the story that it stands for, and on; a story that is
 * missing is made of its founder, or of its oldest article where that is gone. */
static enum kb_status find_homes(struct kb_store *store, struct kb_err *err) {
    int64_t before;
    enum kb_status status;
    do {
        before = sqlite3_total_changes64(store->db);
        status = kb_store_exec(
            store,
            "UPDATE article SET story = (SELECT s.into_story FROM story s WHERE s.n = "
            "article.story) WHERE story IN (SELECT n FROM story WHERE into_story < n)",
            err);
    } while (status == KB_OK && sqlite3_total_changes64(store->db) > before);
    return status != KB_OK
               ? status
               : kb_store_exec(
                     store,
                     "INSERT INTO story (n, id, title, articles, reports, outlets, "
                     "languages, first, last, heat) SELECT a.story, a.id, a.title, 0, 0, "
                     "0, '', a.time, a.time, a.time FROM article a WHERE a.n IN (SELECT "
                     "coalesce(max(b.n) FILTER (WHERE b.n = b.story), min(b.n)) FROM "
                     "article b WHERE NOT EXISTS (SELECT 1 FROM story s WHERE s.n = "
                     "b.story) GROUP BY b.story) ON CONFLICT DO NOTHING",
                     err);
}

static enum kb_status count_again(struct kb_store *store, struct kb_err *err) {
    struct kb_arena arena;
    int64_t *stories;
    size_t count;
    sqlite3_stmt *s = kb_store_sql(store, "SELECT s.n " KB_STORIES_OFF, err);
    if (!s)
        return err->status;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_store_rows(store, s, &arena, sizeof *stories,
                                          kb_take_number, (void **)&stories, &count, err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = kb_story_recount(store, stories[i], err);
    kb_arena_free(&arena);
    return status;
}

static enum kb_status tidy_stories(struct kb_store *store, struct kb_err *err) {
    bool off = false;
    enum kb_status status = kb_store_needs(store, KB_REBUILD_STORIES, &off, err);
    if (status != KB_OK || !off)
        return status;
    status = kb_store_begin(store, err);
    if (status == KB_OK)
        status = find_homes(store, err);
    if (status == KB_OK)
        status = count_again(store, err);
    if (status == KB_OK)
        return kb_store_commit(store, err);
    kb_store_rollback(store);
    return status;
}

/* What is unread, and how many, as the triggers would have it. */
static enum kb_status tidy_people(struct kb_store *store, struct kb_err *err) {
    bool off = false;
    enum kb_status status = kb_store_needs(store, KB_REBUILD_PEOPLE, &off, err);
    if (status != KB_OK || !off)
        return status;
    status = kb_store_begin(store, err);
    if (status == KB_OK)
        status = kb_store_exec(
            store,
            "DELETE FROM unread WHERE NOT EXISTS (SELECT 1 FROM article WHERE n = "
            "unread.article);"
            "DELETE FROM unread_count;"
            "INSERT INTO unread_count (shelf, feed, count) SELECT shelf, feed, count(*) "
            "FROM unread WHERE shelf IN (SELECT n FROM shelf WHERE user NOT NULL) GROUP "
            "BY shelf, feed;"
            "DELETE FROM unread_story;"
            "INSERT INTO unread_story (shelf, story, count) SELECT u.shelf, a.story, "
            "count(*) FROM unread u JOIN article a ON a.n = u.article GROUP BY u.shelf, "
            "a.story;"
            "UPDATE feed SET articles = (SELECT count(*) FROM article WHERE feed = "
            "feed.n);"
            "UPDATE total SET count = iif(what = 'articles', (SELECT count(*) FROM "
            "article), (SELECT count(*) FROM story WHERE into_story IS NULL))",
            err);
    if (status == KB_OK)
        return kb_store_commit(store, err);
    kb_store_rollback(store);
    return status;
}

/* The new file is put together on the disk, as it may be larger than memory.  Readers may
 * keep the log from being cut, which the next one to close the file makes good. */
enum kb_status kb_store_vacuum(struct kb_store *store, struct kb_err *err) {
    enum kb_status status = tidy_stories(store, err);
    if (status == KB_OK)
        status = tidy_people(store, err);
    if (status == KB_OK)
        status = tidy_search(store, err);
    if (status == KB_OK)
        status = kb_store_exec(store, "PRAGMA temp_store = FILE; VACUUM", err);
    if (status == KB_OK) {
        int code = sqlite3_wal_checkpoint_v2(store->db, "main",
                                             SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY)
            status = kb_store_fail(store, code, err);
    }
    sqlite3_exec(store->db, "PRAGMA temp_store = MEMORY", NULL, NULL, NULL);
    return status;
}
