/* Articles as reader apps ask for them: items.h tells what enters and leaves.  Each is
 * one statement, because a list of apps has a thousand of them. */
#include "store/items.h"

#include "store/inner.h"

enum kb_status kb_store_comes(struct kb_store *store, int64_t user, int64_t article,
                              bool *theirs, int64_t *feed, struct kb_err *err) {
    bool row = false;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT " KB_COMES " OR EXISTS (SELECT 1 FROM star WHERE article = a.n AND user "
        "= ?1) OR EXISTS (SELECT 1 FROM tag WHERE article = a.n AND user = ?1), "
        "" KB_FEED_FOR " FROM article a WHERE a.n = ?2",
        err);
    *theirs = false;
    *feed = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    kb_bind_int(s, 2, article);
    enum kb_status status = kb_store_step(store, s, &row, err);
    if (row) {
        *theirs = sqlite3_column_int(s, 0) != 0;
        *feed = sqlite3_column_int64(s, 1);
    }
    sqlite3_reset(s);
    return status;
}

static void take_teller(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    *(struct kb_teller *)item = (struct kb_teller){.article = sqlite3_column_int64(s, 0),
                                                   .time = sqlite3_column_int64(s, 1),
                                                   .outlet = kb_column_dup(arena, s, 2),
                                                   .title = kb_column_dup(arena, s, 3),
                                                   .url = kb_column_dup(arena, s, 4),
                                                   .language = kb_column_dup(arena, s, 5),
                                                   .all = sqlite3_column_int64(s, 6)};
}

enum kb_status kb_store_tellers(struct kb_store *store, int64_t story, size_t max,
                                struct kb_arena *arena, struct kb_teller **rows,
                                size_t *count, struct kb_err *err) {
    /* With min() the other columns are those of the row that has it (SQLite, "bare
     * columns in an aggregate query").  Who prints without a name is told apart by
     * number. */
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT n, at, (SELECT iif(name = '', domain, name) FROM outlet WHERE n = o), "
        "title, url, language, count(*) OVER () FROM (SELECT n, min(time) AS at, outlet "
        "AS o, title, url, language FROM article WHERE story = ?1 GROUP BY "
        "coalesce(outlet, -n)) ORDER BY at, n LIMIT ?2",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, story);
    kb_bind_int(s, 2, (int64_t)max);
    return kb_store_rows(store, s, arena, sizeof **rows, take_teller, (void **)rows,
                         count, err);
}
