/* Marks that people set, and saved searches.  Each change is one statement that says
 * whether it changed anything, so that nothing is read first. */
#include "store/marks.h"

#include "store/inner.h"

enum kb_status kb_store_name(struct kb_str text, struct kb_str *name,
                             struct kb_err *err) {
    *name = kb_str_trim(text);
    if (!name->n)
        return kb_err_set(err, KB_EINPUT, "a name is empty");
    if (name->n > KB_STORE_NAME_BYTES)
        return kb_err_set(err, KB_EINPUT, "a name has more than %d bytes: \"%.*s…\"",
                          KB_STORE_NAME_BYTES, (int)kb_str_cut(*name, 40).n, name->p);
    if (kb_utf8_valid_prefix(*name) != name->n)
        return kb_err_set(err, KB_EINPUT, "a name is no UTF-8");
    for (size_t i = 0; i < name->n; i++)
        if ((unsigned char)name->p[i] < ' ' || name->p[i] == 0x7F)
            return kb_err_set(err, KB_EINPUT, "a name has a control character in it");
    return KB_OK;
}

/* ---- an article's marks ------------------------------------------------------------ */

/* A statement of ?1 a person, ?2 an article and ?3; *changed: whether it changed a
 * row. */
static enum kb_status set(struct kb_store *store, sqlite3_stmt *s, int64_t user,
                          int64_t article, bool *changed, struct kb_err *err) {
    *changed = false;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    kb_bind_int(s, 2, article);
    enum kb_status status = kb_store_run(store, s, err);
    if (status == KB_OK)
        *changed = sqlite3_changes(store->db) > 0;
    return status;
}

/* … of what an app asks for that wants to know what has changed since. */
static enum kb_status set_noted(struct kb_store *store, sqlite3_stmt *s, int64_t user,
                                int64_t article, bool *changed, struct kb_err *err) {
    bool noted;
    enum kb_status status = set(store, s, user, article, changed, err);
    if (status != KB_OK || !*changed)
        return status;
    return set(store,
               kb_store_sql(store,
                            "INSERT OR REPLACE INTO marked (user, article, at) VALUES "
                            "(?1, ?2, unixepoch())",
                            err),
               user, article, &noted, err);
}

enum kb_status kb_store_set_read(struct kb_store *store, int64_t user, int64_t article,
                                 bool on, bool *changed, struct kb_err *err) {
    sqlite3_stmt *s =
        on ? kb_store_sql(
                 store, "DELETE FROM unread WHERE shelf = " KB_SHELF " AND article = ?2",
                 err)
           : kb_store_sql(store,
                          "INSERT OR IGNORE INTO unread (shelf, article, feed, time) "
                          "SELECT " KB_SHELF ", a.n, " KB_FEED_FOR
                          ", a.time FROM article a WHERE a.n = ?2",
                          err);
    return set_noted(store, s, user, article, changed, err);
}

enum kb_status kb_store_set_starred(struct kb_store *store, int64_t user, int64_t article,
                                    int64_t at, bool *changed, struct kb_err *err) {
    sqlite3_stmt *s =
        at ? kb_store_sql(store,
                          "INSERT OR IGNORE INTO star (user, article, at) SELECT ?1, n, "
                          "?3 FROM article WHERE n = ?2",
                          err)
           : kb_store_sql(store, "DELETE FROM star WHERE user = ?1 AND article = ?2",
                          err);
    if (s && at)
        kb_bind_int(s, 3, at);
    return set_noted(store, s, user, article, changed, err);
}

enum kb_status kb_store_set_tag(struct kb_store *store, int64_t user, int64_t article,
                                struct kb_str name, bool on, bool *changed,
                                struct kb_err *err) {
    sqlite3_stmt *s =
        on ? kb_store_sql(store,
                          "INSERT OR IGNORE INTO tag (user, article, name) SELECT ?1, n, "
                          "?3 FROM article WHERE n = ?2",
                          err)
           : kb_store_sql(
                 store, "DELETE FROM tag WHERE user = ?1 AND article = ?2 AND name = ?3",
                 err);
    if (s)
        kb_bind_str(s, 3, name);
    return set(store, s, user, article, changed, err);
}

enum kb_status kb_store_unread(struct kb_store *store, int64_t user, int64_t *count,
                               struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store, "SELECT sum(count) FROM unread_count WHERE shelf = " KB_SHELF, err);
    if (s)
        kb_bind_int(s, 1, user);
    return kb_store_number(store, s, 0, count, err);
}

/* ---- lists ------------------------------------------------------------------------- */

static void take_tag(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    *(struct kb_tag_row *)item =
        (struct kb_tag_row){.name = kb_column_dup(arena, s, 0),
                            .articles = sqlite3_column_int64(s, 1),
                            .unread = sqlite3_column_int64(s, 2),
                            .last = sqlite3_column_int64(s, 3)};
}

enum kb_status kb_store_tags(struct kb_store *store, int64_t user, struct kb_arena *arena,
                             struct kb_tag_row **rows, size_t *count,
                             struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT t.name, count(*), count(u.article), max(a.time) FROM tag t JOIN article "
        "a ON a.n = t.article LEFT JOIN unread u ON u.shelf = " KB_SHELF
        " AND u.article = t.article WHERE t.user = ?1 GROUP BY t.name ORDER BY t.name",
        err);
    *rows = NULL;
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    return kb_store_rows(store, s, arena, sizeof **rows, take_tag, (void **)rows, count,
                         err);
}

enum kb_status kb_store_article_tags(struct kb_store *store, int64_t user,
                                     int64_t article, struct kb_arena *arena,
                                     struct kb_str **names, size_t *count,
                                     struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store,
                     "SELECT name FROM tag WHERE article = ?1 AND user = ?2 ORDER BY "
                     "name",
                     err);
    *names = NULL;
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, article);
    kb_bind_int(s, 2, user);
    return kb_store_rows(store, s, arena, sizeof **names, kb_take_text, (void **)names,
                         count, err);
}

/* Of an article that has both names one is left. */
enum kb_status kb_store_tag_rename(struct kb_store *store, int64_t user,
                                   struct kb_str from, struct kb_str to, int64_t *changed,
                                   struct kb_err *err) {
    enum kb_status status = KB_OK;
    *changed = 0;
    if (kb_str_equal(from, to))
        return KB_OK;
    if (to.n) {
        sqlite3_stmt *s = kb_store_sql(store,
                                       "INSERT OR IGNORE INTO tag (article, user, name) "
                                       "SELECT article, user, ?3 FROM tag WHERE user = "
                                       "?1 AND name = ?2",
                                       err);
        if (!s)
            return err->status;
        kb_bind_int(s, 1, user);
        kb_bind_str(s, 2, from);
        kb_bind_str(s, 3, to);
        status = kb_store_run(store, s, err);
    }
    sqlite3_stmt *s =
        kb_store_sql(store, "DELETE FROM tag WHERE user = ?1 AND name = ?2", err);
    if (status != KB_OK || !s)
        return status != KB_OK ? status : err->status;
    kb_bind_int(s, 1, user);
    kb_bind_str(s, 2, from);
    status = kb_store_run(store, s, err);
    if (status == KB_OK)
        *changed = sqlite3_changes64(store->db);
    return status;
}

/* ---- saved searches ---------------------------------------------------------------- */

enum kb_status kb_store_save_search(struct kb_store *store, int64_t user,
                                    struct kb_str name, struct kb_str query, int64_t now,
                                    struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT OR REPLACE INTO saved (name, query, added, user) VALUES (?1, ?2, ?3, ?4)",
        err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, name);
    kb_bind_str(s, 2, query);
    kb_bind_int(s, 3, now);
    kb_bind_int(s, 4, user);
    return kb_store_run(store, s, err);
}

static enum kb_status no_search(struct kb_str name, struct kb_err *err) {
    return kb_err_set(err, KB_EINPUT,
                      "no search is saved as \"%.*s\"; `kabar search --saved` lists them",
                      (int)kb_str_cut(name, 60).n, name.p);
}

enum kb_status kb_store_forget_search(struct kb_store *store, int64_t user,
                                      struct kb_str name, struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store, "DELETE FROM saved WHERE name = ?1 AND user = ?2", err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, name);
    kb_bind_int(s, 2, user);
    enum kb_status status = kb_store_run(store, s, err);
    return status == KB_OK && !sqlite3_changes(store->db) ? no_search(name, err) : status;
}

static void take_saved(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    *(struct kb_saved_row *)item =
        (struct kb_saved_row){kb_column_dup(arena, s, 0), kb_column_dup(arena, s, 1),
                              sqlite3_column_int64(s, 2)};
}

enum kb_status kb_store_saved_search(struct kb_store *store, int64_t user,
                                     struct kb_str name, struct kb_arena *arena,
                                     struct kb_saved_row *out, struct kb_err *err) {
    bool found;
    sqlite3_stmt *s = kb_store_sql(
        store, "SELECT name, query, added FROM saved WHERE name = ?1 AND user = ?2", err);
    if (s) {
        kb_bind_str(s, 1, name);
        kb_bind_int(s, 2, user);
    }
    enum kb_status status = kb_store_row(store, s, arena, take_saved, out, &found, err);
    return status == KB_OK && !found ? no_search(name, err) : status;
}

enum kb_status kb_store_saved_searches(struct kb_store *store, int64_t user,
                                       struct kb_arena *arena, struct kb_saved_row **rows,
                                       size_t *count, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store, "SELECT name, query, added FROM saved WHERE user = ?1 ORDER BY name", err);
    *rows = NULL;
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    return kb_store_rows(store, s, arena, sizeof **rows, take_saved, (void **)rows, count,
                         err);
}
