/* Feeds' icons: icons.h tells what enters and leaves.  A picture that no feed has any
 * more goes by the file's own triggers. */
#include "store/icons.h"

#include "store/inner.h"

static void take_icon(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    *(struct kb_icon_row *)item =
        (struct kb_icon_row){sqlite3_column_int64(s, 0), kb_column_dup(arena, s, 1),
                             kb_column_dup(arena, s, 2), kb_column_dup(arena, s, 3)};
}

enum kb_status kb_store_icon(struct kb_store *store, int64_t n, struct kb_str name,
                             struct kb_arena *arena, struct kb_icon_row *row,
                             struct kb_err *err) {
    struct kb_icon_row *rows = NULL;
    size_t count = 0;
    sqlite3_stmt *s =
        n ? kb_store_sql(store, "SELECT n, name, type, bytes FROM icon WHERE n = ?1", err)
          : kb_store_sql(store, "SELECT n, name, type, bytes FROM icon WHERE name = ?1",
                         err);
    *row = (struct kb_icon_row){.n = 0};
    if (!s)
        return err->status;
    if (n)
        kb_bind_int(s, 1, n);
    else
        kb_bind_str(s, 1, name);
    enum kb_status status = kb_store_rows(store, s, arena, sizeof *rows, take_icon,
                                          (void **)&rows, &count, err);
    if (status == KB_OK && count)
        *row = rows[0];
    return status;
}

enum kb_status kb_store_icons(struct kb_store *store, int64_t user,
                              struct kb_arena *arena, struct kb_icon_row **rows,
                              size_t *count, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT n, name, type, NULL FROM icon WHERE n IN (SELECT i.icon FROM "
        "subscription s JOIN feed_icon i ON i.feed = s.feed WHERE s.user = ?1) ORDER BY "
        "n",
        err);
    *rows = NULL;
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    return kb_store_rows(store, s, arena, sizeof **rows, take_icon, (void **)rows, count,
                         err);
}

/* ---- looking for them -------------------------------------------------------------- */

enum kb_status kb_store_icon_named(struct kb_store *store, int64_t feed,
                                   struct kb_str url, int64_t now, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO feed_icon (feed, url, next) VALUES (?1, ?2, ?3) ON CONFLICT (feed) "
        "DO UPDATE SET url = excluded.url, next = excluded.next WHERE url <> "
        "excluded.url",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, feed);
    kb_bind_str(s, 2, url);
    kb_bind_int(s, 3, now);
    return kb_store_run(store, s, err);
}

static void take_wish(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    *(struct kb_icon_wish *)item =
        (struct kb_icon_wish){sqlite3_column_int64(s, 0), kb_column_dup(arena, s, 1),
                              kb_column_dup(arena, s, 2), kb_column_dup(arena, s, 3),
                              kb_column_dup(arena, s, 4)};
}

enum kb_status kb_store_icons_due(struct kb_store *store, int64_t now, size_t most,
                                  struct kb_arena *arena, struct kb_icon_wish **rows,
                                  size_t *count, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT i.feed, i.url, f.url, f.home_url, f.settings FROM feed_icon i JOIN feed "
        "f ON f.n = i.feed WHERE i.next <= ?1 AND NOT f.paused ORDER BY i.next LIMIT ?2",
        err);
    *rows = NULL;
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, now);
    kb_bind_int(s, 2, (int64_t)most);
    return kb_store_rows(store, s, arena, sizeof **rows, take_wish, (void **)rows, count,
                         err);
}

enum kb_status kb_store_icon_later(struct kb_store *store, int64_t feed, int64_t next,
                                   struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store, "UPDATE feed_icon SET next = ?2 WHERE feed = ?1", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, feed);
    kb_bind_int(s, 2, next);
    return kb_store_run(store, s, err);
}

static int64_t hash_of(struct kb_str bytes) {
    return (int64_t)kb_hash(bytes.p, bytes.n, 0);
}

/* The number of these bytes; 0: they are not here yet. */
static enum kb_status find(struct kb_store *store, struct kb_str bytes, int64_t *n,
                           struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store, "SELECT n FROM icon WHERE hash = ?1 AND bytes = ?2 LIMIT 1", err);
    if (s) {
        kb_bind_int(s, 1, hash_of(bytes));
        kb_bind_blob(s, 2, bytes);
    }
    return kb_store_number(store, s, 0, n, err);
}

static enum kb_status add(struct kb_store *store, const struct kb_icon_row *icon,
                          int64_t *n, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store, "INSERT INTO icon (name, hash, type, bytes) VALUES (?1, ?2, ?3, ?4)", err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, icon->name);
    kb_bind_int(s, 2, hash_of(icon->bytes));
    kb_bind_str(s, 3, icon->type);
    kb_bind_blob(s, 4, icon->bytes);
    enum kb_status status = kb_store_run(store, s, err);
    *n = sqlite3_last_insert_rowid(store->db);
    return status;
}

enum kb_status kb_store_icon_put(struct kb_store *store, int64_t feed,
                                 const struct kb_icon_row *icon, int64_t next,
                                 struct kb_err *err) {
    int64_t n = 0;
    enum kb_status status = find(store, icon->bytes, &n, err);
    if (status == KB_OK && !n)
        status = add(store, icon, &n, err);
    if (status != KB_OK)
        return status;
    sqlite3_stmt *s = kb_store_sql(
        store, "UPDATE feed_icon SET icon = ?2, next = ?3 WHERE feed = ?1", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, feed);
    kb_bind_int(s, 2, n);
    kb_bind_int(s, 3, next);
    return kb_store_run(store, s, err);
}
