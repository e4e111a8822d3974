/* Many marks at once: what is read now, of a feed, a folder, a story, or all of it.
 *
 * What a person has not read stands on their shelf.  Who has read all gets an empty one,
 * and what they have yet to read is put there: that costs the same whatever was unread.
 * The old shelf is nobody's, and is cleared in small pieces (kb_store_clear).  What is
 * less than all goes row by row, some ten microseconds each. */
#include "store/inner.h"
#include "store/marks.h"

enum {
    SMALL = 5000,           /* unread articles that go row by row: some 50 ms */
    MOVED = 5000,           /* … that are put on a new shelf, at the most */
    NOTED = KB_UNDONE_MOST, /* of many that are marked the newest are told as changed */
    PIECE = 500,            /* rows that are cleared in one transaction: some 50 ms */
    NOTED_DAYS = 60         /* that a mark is remembered as a change */
};

/* ---- row by row -------------------------------------------------------------------- */

#define WHICH "FROM unread WHERE shelf = " KB_SHELF " AND article <= ?2 AND time < ?3 "
#define OF_A_STORY "AND article IN (SELECT n FROM article WHERE story = ?4)"
#define OF_A_FEED "AND feed = ?4"
#define OF_A_FOLDER                                                                      \
    "AND feed IN (SELECT feed FROM subscription WHERE user = ?1 AND " KB_IN_FOLDER ")"
#define OF_A_TAG "AND article IN (SELECT article FROM tag WHERE user = ?1 AND name = ?4)"
#define BOTH(rest)                                                                       \
    {                                                                                    \
        "INSERT OR REPLACE INTO marked (user, article, at) SELECT ?1, article, "         \
        "unixepoch() " WHICH rest " ORDER BY article DESC LIMIT ?5",                     \
            "DELETE " WHICH rest                                                         \
    }

enum which { OF_ALL, OF_STORY, OF_FEED, OF_NO_FEED, OF_FOLDER, OF_TAG };
static const char *const read_now[][2] = {
    [OF_ALL] = BOTH(""),
    [OF_STORY] = BOTH(OF_A_STORY),
    [OF_FEED] = BOTH(OF_A_FEED),
    [OF_NO_FEED] = BOTH("AND feed = 0"),
    [OF_FOLDER] = BOTH(OF_A_FOLDER),
    [OF_TAG] = BOTH(OF_A_TAG),
};

static enum which which_of(const struct kb_mark_wish *wish) {
    return wish->story                         ? OF_STORY
           : wish->feed                        ? OF_FEED
           : wish->no_feed                     ? OF_NO_FEED
           : wish->folder.n || wish->no_folder ? OF_FOLDER
           : wish->tag.n                       ? OF_TAG
                                               : OF_ALL;
}

/* A statement about the person's unread articles, ?1 to ?3 bound: theirs, and as far as
 * the wish reaches. */
static sqlite3_stmt *sql_of(struct kb_store *store, const char *sql, int64_t user,
                            const struct kb_mark_wish *wish, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, sql, err);
    if (!s)
        return NULL;
    kb_bind_int(s, 1, user);
    kb_bind_int(s, 2, wish->up_to ? wish->up_to : INT64_MAX);
    kb_bind_int(s, 3, wish->before ? wish->before : INT64_MAX);
    return s;
}

/* The first statement notes what is marked, the second marks it. */
static enum kb_status run_mark(struct kb_store *store, int64_t user, const char *sql,
                               const struct kb_mark_wish *wish, struct kb_err *err) {
    enum which which = which_of(wish);
    sqlite3_stmt *s = sql_of(store, sql, user, wish, err);
    if (!s)
        return err->status;
    kb_bind_int(s, 5, NOTED);
    if (which == OF_STORY || which == OF_FEED)
        kb_bind_int(s, 4, which == OF_STORY ? wish->story : wish->feed);
    if (which == OF_FOLDER)
        kb_bind_str(s, 17, wish->folder);
    if (which == OF_TAG)
        kb_bind_str(s, 4, wish->tag);
    return kb_store_run(store, s, err);
}

/* ---- a new shelf ------------------------------------------------------------------- */

enum kb_status kb_store_new_shelf(struct kb_store *store, int64_t user,
                                  struct kb_err *err) {
    enum kb_status status = kb_store_run_of(
        store, "DELETE FROM unread_count WHERE shelf = " KB_SHELF, user, err);
    if (status == KB_OK)
        status = kb_store_run_of(store, "UPDATE shelf SET user = NULL WHERE user = ?1",
                                 user, err);
    return status == KB_OK
               ? kb_store_run_of(
                     store, "INSERT INTO shelf (user) SELECT n FROM user WHERE n = ?1",
                     user, err)
               : status;
}

/* Is much unread, and would little of it be left?  Each is one look at an index, or
 * reads no more than what would be moved.  *old is the shelf that it stands on. */
static enum kb_status takes_most(struct kb_store *store, int64_t user,
                                 const struct kb_mark_wish *wish, bool *most,
                                 int64_t *old, struct kb_err *err) {
    bool row = false;
    *most = false;
    if (which_of(wish) != OF_ALL)
        return KB_OK;
    sqlite3_stmt *s = sql_of(
        store,
        "SELECT h.n, (SELECT coalesce(sum(count), 0) FROM unread_count WHERE shelf = "
        "h.n), (SELECT count(*) FROM (SELECT 1 FROM unread WHERE shelf = h.n AND article "
        "> ?2 LIMIT ?4)) + (SELECT count(*) FROM (SELECT 1 FROM unread INDEXED BY "
        "unread_time WHERE shelf = h.n AND time >= ?3 LIMIT ?4)) FROM shelf h WHERE "
        "h.user = ?1",
        user, wish, err);
    if (!s)
        return err->status;
    kb_bind_int(s, 4, MOVED);
    enum kb_status status = kb_store_step(store, s, &row, err);
    if (row) {
        *old = sqlite3_column_int64(s, 0);
        *most = sqlite3_column_int64(s, 1) > SMALL && sqlite3_column_int64(s, 2) < MOVED;
    }
    sqlite3_reset(s);
    return status;
}

static enum kb_status move_rest(struct kb_store *store, int64_t user, int64_t old,
                                const struct kb_mark_wish *wish, struct kb_err *err) {
    sqlite3_stmt *s = sql_of(
        store,
        "INSERT INTO unread (shelf, article, feed, time) SELECT " KB_SHELF
        ", article, feed, time FROM (SELECT article, feed, time FROM unread WHERE shelf "
        "= ?4 AND article > ?2 UNION SELECT article, feed, time FROM unread INDEXED BY "
        "unread_time WHERE shelf = ?4 AND time >= ?3)",
        user, wish, err);
    if (!s)
        return err->status;
    kb_bind_int(s, 4, old);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_mark_read(struct kb_store *store, int64_t user,
                                  const struct kb_mark_wish *wish, int64_t *changed,
                                  struct kb_err *err) {
    const char *const *sql = read_now[which_of(wish)];
    int64_t old = 0, left = 0;
    bool most = false;
    *changed = 0;
    enum kb_status status = takes_most(store, user, wish, &most, &old, err);
    if (status == KB_OK)
        status = run_mark(store, user, sql[0], wish, err);
    if (status != KB_OK)
        return status;
    if (!most || !store->begun) {
        status = run_mark(store, user, sql[1], wish, err);
        if (status == KB_OK)
            *changed = sqlite3_changes64(store->db);
        return status;
    }
    status = kb_store_unread(store, user, changed, err);
    if (status == KB_OK)
        status = kb_store_new_shelf(store, user, err);
    if (status == KB_OK)
        status = move_rest(store, user, old, wish, err);
    if (status == KB_OK)
        status = kb_store_unread(store, user, &left, err);
    *changed -= left;
    return status;
}

/* ---- undone ------------------------------------------------------------------------ */

enum kb_status kb_store_marked_last(struct kb_store *store, int64_t user, int64_t *at,
                                    struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store, "SELECT max(at) FROM marked WHERE user = ?1", err);
    if (s)
        kb_bind_int(s, 1, user);
    return kb_store_number(store, s, 0, at, err);
}

/* It is a change again, which apps are told of. */
enum kb_status kb_store_unmark(struct kb_store *store, int64_t user, int64_t at,
                               int64_t *changed, struct kb_err *err) {
    static const char *const steps[] = {
        "INSERT OR IGNORE INTO unread (shelf, article, feed, time) SELECT " KB_SHELF
        ", a.n, " KB_FEED_FOR ", a.time FROM marked m CROSS JOIN article a ON a.n = "
        "m.article WHERE m.user = ?1 AND m.at = ?2 AND " KB_COMES,
        "UPDATE marked SET at = unixepoch() WHERE user = ?1 AND at = ?2"};
    enum kb_status status = KB_OK;
    for (size_t i = 0; status == KB_OK && i < KB_COUNT(steps); i++) {
        sqlite3_stmt *s = kb_store_sql(store, steps[i], err);
        if (!s)
            return err->status;
        kb_bind_int(s, 1, user);
        kb_bind_int(s, 2, at);
        status = kb_store_run(store, s, err);
        if (status == KB_OK && i == 0)
            *changed = sqlite3_changes64(store->db);
    }
    return status;
}

/* ---- cleared ----------------------------------------------------------------------- */

/* The first shelf that is nobody's; 0: there is none.  *only: all shelves that anything
 * stands on are, and the table may go page by page, a hundred times as fast. */
static enum kb_status old_shelf(struct kb_store *store, int64_t *n, bool *only,
                                struct kb_err *err) {
    bool row = false;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT (SELECT min(n) FROM shelf WHERE user IS NULL), NOT EXISTS (SELECT 1 FROM "
        "shelf h CROSS JOIN unread u ON u.shelf = h.n WHERE h.user NOT NULL)",
        err);
    if (!s)
        return err->status;
    enum kb_status status = kb_store_step(store, s, &row, err);
    *n = row ? sqlite3_column_int64(s, 0) : 0;
    *only = row && sqlite3_column_int(s, 1);
    sqlite3_reset(s);
    return status;
}

static enum kb_status clear_table(struct kb_store *store, struct kb_err *err) {
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    enum kb_status status =
        kb_store_exec(store, "DELETE FROM unread; DELETE FROM unread_story", err);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
    return status == KB_OK
               ? kb_store_exec(store, "DELETE FROM shelf WHERE user IS NULL", err)
               : status;
}

static enum kb_status clear_piece(struct kb_store *store, int64_t shelf,
                                  struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store,
                     "DELETE FROM unread WHERE shelf = ?1 AND article <= "
                     "(SELECT max(article) FROM (SELECT article FROM unread "
                     "WHERE shelf = ?1 ORDER BY article LIMIT ?2))",
                     err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, shelf);
    kb_bind_int(s, 2, PIECE);
    enum kb_status status = kb_store_run(store, s, err);
    if (status != KB_OK || sqlite3_changes64(store->db) >= PIECE)
        return status;
    return kb_store_run_of(store, "DELETE FROM shelf WHERE n = ?1", shelf, err);
}

enum kb_status kb_store_clear(struct kb_store *store, bool *left, struct kb_err *err) {
    int64_t shelf = 0;
    bool only = false;
    *left = false;
    enum kb_status status = old_shelf(store, &shelf, &only, err);
    if (status != KB_OK || !shelf)
        return status;
    status = kb_store_begin(store, err);
    if (status != KB_OK)
        return status;
    status = old_shelf(store, &shelf, &only, err);
    if (status == KB_OK && shelf)
        status = only ? clear_table(store, err) : clear_piece(store, shelf, err);
    if (status == KB_OK)
        status = kb_store_run_of(
            store,
            "DELETE FROM marked WHERE user IN (SELECT n FROM user) AND at < "
            "unixepoch() - ?1",
            (int64_t)NOTED_DAYS * 86400, err);
    if (status == KB_OK) {
        *left = shelf != 0;
        return kb_store_commit(store, err);
    }
    kb_store_rollback(store);
    return status;
}

/* ---- what was marked --------------------------------------------------------------- */

enum kb_status kb_store_marked(struct kb_store *store, int64_t user, int64_t since,
                               size_t limit, struct kb_arena *arena, int64_t **articles,
                               size_t *count, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store,
                                   "SELECT article FROM marked WHERE user = ?1 AND at >= "
                                   "?2 ORDER BY at, article LIMIT ?3",
                                   err);
    *articles = NULL;
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    kb_bind_int(s, 2, since);
    kb_bind_int(s, 3, limit < INT64_MAX ? (int64_t)limit : -1);
    return kb_store_rows(store, s, arena, sizeof **articles, kb_take_number,
                         (void **)articles, count, err);
}

enum kb_status kb_store_marked_at(struct kb_store *store, int64_t user, int64_t article,
                                  int64_t *at, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store, "SELECT at FROM marked WHERE user = ?1 AND article = ?2", err);
    if (s) {
        kb_bind_int(s, 1, user);
        kb_bind_int(s, 2, article);
    }
    return kb_store_number(store, s, 0, at, err);
}
