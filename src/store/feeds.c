/* Feeds and their entries: feeds.h tells what enters and leaves. */
#include "store/feeds.h"

#include "store/inner.h"

struct kb_str kb_feed_row_name(const struct kb_feed_row *row) {
    return row->name.n ? row->name : row->title.n ? row->title : row->url;
}

enum kb_status kb_store_feed_add(struct kb_store *store, const struct kb_feed_new *feed,
                                 int64_t *n, bool *fresh, struct kb_err *err) {
    bool row = false, known = false;
    const struct kb_str texts[] = {feed->url, feed->title, feed->folder, feed->home_url,
                                   feed->format};
    enum kb_status status = KB_OK;
    sqlite3_stmt *s = kb_store_sql(store, "SELECT 1 FROM feed WHERE url = ?1", err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, feed->url);
    status = kb_store_step(store, s, &known, err);
    sqlite3_reset(s);
    if (status != KB_OK)
        return status;
    s = kb_store_sql(store,
                     "INSERT INTO feed (url, title, folder, home_url, format, added) "
                     "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (url) DO UPDATE SET "
                     "title = iif(title = '', excluded.title, title), "
                     "folder = iif(folder = '', excluded.folder, folder), "
                     "home_url = iif(home_url = '', excluded.home_url, home_url) "
                     "RETURNING n",
                     err);
    if (!s)
        return err->status;
    for (int i = 0; i < (int)KB_COUNT(texts); i++)
        kb_bind_str(s, i + 1, texts[i]);
    kb_bind_int(s, 6, feed->now);
    status = kb_store_step(store, s, &row, err);
    *n = row ? sqlite3_column_int64(s, 0) : 0;
    *fresh = row && !known;
    return status == KB_OK ? kb_store_run(store, s, err) : status;
}

#define COLUMNS                                                                          \
    "SELECT f.n, f.added, f.next, f.last_success, f.failures, "                          \
    "(SELECT count(*) FROM article WHERE feed = f.n), f.paused, f.url, f.title, "        \
    "f.name, f.folder, f.home_url, f.language, f.format, f.full_text, f.settings, "      \
    "f.says, f.state FROM feed f "

static void take_row(sqlite3_stmt *s, struct kb_arena *arena, struct kb_feed_row *r) {
    int64_t *const numbers[] = {&r->n,        &r->added,   &r->next, &r->last_success,
                                &r->failures, &r->articles};
    struct kb_str *const texts[] = {&r->url,      &r->title,    &r->name,   &r->folder,
                                    &r->home_url, &r->language, &r->format, &r->full_text,
                                    &r->settings, &r->says,     &r->state};
    int at = 0;
    for (size_t i = 0; i < KB_COUNT(numbers); i++)
        *numbers[i] = sqlite3_column_int64(s, at++);
    r->paused = sqlite3_column_int(s, at++) != 0;
    for (size_t i = 0; i < KB_COUNT(texts); i++)
        *texts[i] = kb_column_dup(arena, s, at++);
}

/* Up to max rows of a bound statement. */
static enum kb_status take_rows(struct kb_store *store, sqlite3_stmt *s,
                                struct kb_arena *arena, struct kb_feed_row **rows,
                                size_t *count, struct kb_err *err) {
    enum kb_status status = KB_OK;
    size_t cap = 0;
    bool row = true;
    *rows = NULL;
    *count = 0;
    while (status == KB_OK && (status = kb_store_step(store, s, &row, err)) == KB_OK &&
           row) {
        if (!kb_arena_grow(arena, (void **)rows, *count, &cap, sizeof **rows, SIZE_MAX))
            status = kb_err_set(err, KB_ENOMEM, "%s: not enough memory for the feeds",
                                store->path);
        else
            take_row(s, arena, &(*rows)[(*count)++]);
    }
    sqlite3_reset(s);
    return status;
}

enum kb_status kb_store_feed(struct kb_store *store, struct kb_str name,
                             struct kb_arena *arena, struct kb_feed_row *row,
                             struct kb_err *err) {
    struct kb_feed_row *rows;
    size_t count;
    const int shown = (int)(name.n < 80 ? name.n : 80);
    sqlite3_stmt *s = kb_store_sql(
        store,
        COLUMNS "WHERE f.url = ?1 OR f.title = ?1 COLLATE NOCASE OR f.name = ?1 COLLATE "
                "NOCASE OR CAST(f.n AS TEXT) = ?1 ORDER BY f.url = ?1 DESC LIMIT 2",
        err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, name);
    enum kb_status status = take_rows(store, s, arena, &rows, &count, err);
    if (status == KB_OK && !count)
        return kb_err_set(err, KB_EINPUT,
                          "\"%.*s\": %s has no such feed; `kabar feeds` lists them",
                          shown, name.p, store->path);
    if (status == KB_OK && count > 1 && !kb_str_equal(rows[0].url, name))
        return kb_err_set(err, KB_EINPUT,
                          "\"%.*s\": several feeds are called so: write the number or "
                          "the address that `kabar feeds` tells",
                          shown, name.p);
    if (status == KB_OK)
        *row = rows[0];
    return status;
}

enum kb_status kb_store_feeds(struct kb_store *store, int64_t due, struct kb_arena *arena,
                              struct kb_feed_row **rows, size_t *count,
                              struct kb_err *err) {
    sqlite3_stmt *s =
        due == KB_FEEDS_ALL
            ? kb_store_sql(store,
                           COLUMNS "ORDER BY f.folder, coalesce(nullif(f.name, ''), "
                                   "nullif(f.title, ''), f.url) COLLATE NOCASE",
                           err)
            : kb_store_sql(store,
                           COLUMNS "WHERE NOT f.paused AND f.next <= ?1 ORDER BY f.next, "
                                   "f.n",
                           err);
    if (!s)
        return err->status;
    if (due != KB_FEEDS_ALL)
        kb_bind_int(s, 1, due);
    return take_rows(store, s, arena, rows, count, err);
}

enum kb_status kb_store_feed_visited(struct kb_store *store, int64_t n,
                                     const struct kb_feed_visit *visit,
                                     struct kb_err *err) {
    const struct kb_str texts[] = {visit->state, visit->says,     visit->url,
                                   visit->title, visit->home_url, visit->language,
                                   visit->format};
    sqlite3_stmt *s = kb_store_sql(
        store,
        "UPDATE OR IGNORE feed SET next = ?2, last_success = ?3, failures = ?4, "
        "state = iif(?5 = '', state, ?5), says = iif(?6 = '', says, ?6), "
        "url = iif(?7 = '' OR EXISTS (SELECT 1 FROM feed o WHERE o.url = ?7), url, ?7), "
        "title = iif(?8 = '', title, ?8), home_url = iif(?9 = '', home_url, ?9), "
        "language = iif(?10 = '', language, ?10), format = iif(?11 = '', format, ?11) "
        "WHERE n = ?1",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, visit->next);
    kb_bind_int(s, 3, visit->last_success);
    kb_bind_int(s, 4, visit->failures);
    for (int i = 0; i < (int)KB_COUNT(texts); i++)
        kb_bind_str(s, 5 + i, texts[i]);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_feed_set(struct kb_store *store, int64_t n,
                                 enum kb_feed_setting what, struct kb_str value,
                                 struct kb_err *err) {
    sqlite3_stmt *s = NULL;
    switch (what) {
    case KB_FEED_SET_NAME:
        s = kb_store_sql(store, "UPDATE feed SET name = ?2 WHERE n = ?1", err);
        break;
    case KB_FEED_SET_FOLDER:
        s = kb_store_sql(store, "UPDATE feed SET folder = ?2 WHERE n = ?1", err);
        break;
    case KB_FEED_SET_FULL_TEXT:
        s = kb_store_sql(store, "UPDATE feed SET full_text = ?2 WHERE n = ?1", err);
        break;
    case KB_FEED_SET_SETTINGS:
        s = kb_store_sql(store,
                         "UPDATE feed SET settings = json_patch(iif(settings = '', '{}', "
                         "settings), ?2) WHERE n = ?1",
                         err);
        break;
    case KB_FEED_SET_PAUSED:
        s = kb_store_sql(
            store, "UPDATE feed SET paused = CAST(?2 AS INTEGER) WHERE n = ?1", err);
        break;
    }
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_str(s, 2, value);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_feed_remove(struct kb_store *store, int64_t n,
                                    struct kb_err *err) {
    static const char *const steps[] = {"UPDATE article SET feed = NULL WHERE feed = ?1",
                                        "DELETE FROM entry WHERE feed = ?1",
                                        "DELETE FROM feed WHERE n = ?1"};
    enum kb_status status = KB_OK;
    for (size_t i = 0; status == KB_OK && i < KB_COUNT(steps); i++) {
        sqlite3_stmt *s = kb_store_sql(store, steps[i], err);
        if (!s)
            return err->status;
        kb_bind_int(s, 1, n);
        status = kb_store_run(store, s, err);
    }
    return status;
}

/* ---- entries ----------------------------------------------------------------------- */

enum kb_status kb_store_entry(struct kb_store *store, int64_t feed, uint64_t id,
                              uint64_t content, enum kb_entry_known *known,
                              struct kb_err *err) {
    bool row = false;
    sqlite3_stmt *s =
        kb_store_sql(store, "SELECT content FROM entry WHERE feed = ?1 AND id = ?2", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, feed);
    kb_bind_int(s, 2, (int64_t)id);
    enum kb_status status = kb_store_step(store, s, &row, err);
    *known = !row                                             ? KB_ENTRY_NEW
             : sqlite3_column_int64(s, 0) == (int64_t)content ? KB_ENTRY_SAME
                                                              : KB_ENTRY_CHANGED;
    sqlite3_reset(s);
    return status;
}

/* That an old entry is still there needs no writing more often than daily. */
enum kb_status kb_store_entry_note(struct kb_store *store, int64_t feed, uint64_t id,
                                   uint64_t content, int64_t now, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO entry (feed, id, content, last) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (feed, id) DO UPDATE SET content = ?3, last = ?4 "
        "WHERE content <> ?3 OR last < ?4 - 86400",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, feed);
    kb_bind_int(s, 2, (int64_t)id);
    kb_bind_int(s, 3, (int64_t)content);
    kb_bind_int(s, 4, now);
    return kb_store_run(store, s, err);
}
