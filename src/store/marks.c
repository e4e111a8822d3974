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

/* A statement whose ?1 is a number and ?2 a truth; *changes gets the rows it changed. */
static enum kb_status set(struct kb_store *store, const char *sql, int64_t n, bool on,
                          int64_t *changes, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, sql, err);
    *changes = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, on);
    enum kb_status status = kb_store_run(store, s, err);
    if (status == KB_OK)
        *changes = sqlite3_changes64(store->db);
    return status;
}

enum kb_status kb_store_set_read(struct kb_store *store, int64_t article, bool on,
                                 bool *changed, struct kb_err *err) {
    int64_t changes;
    enum kb_status status =
        set(store, "UPDATE article SET is_read = ?2 WHERE n = ?1 AND is_read <> ?2",
            article, on, &changes, err);
    *changed = changes > 0;
    return status;
}

enum kb_status kb_store_set_starred(struct kb_store *store, int64_t article, bool on,
                                    bool *changed, struct kb_err *err) {
    int64_t changes;
    enum kb_status status =
        set(store, "UPDATE article SET starred = ?2 WHERE n = ?1 AND starred <> ?2",
            article, on, &changes, err);
    *changed = changes > 0;
    return status;
}

enum kb_status kb_store_set_story_read(struct kb_store *store, int64_t story, bool on,
                                       int64_t *changed, struct kb_err *err) {
    return set(store,
               "UPDATE article SET is_read = ?2 WHERE story = ?1 AND is_read <> ?2",
               story, on, changed, err);
}

enum kb_status kb_store_set_tag(struct kb_store *store, int64_t article,
                                struct kb_str name, bool on, bool *changed,
                                struct kb_err *err) {
    sqlite3_stmt *s =
        on ? kb_store_sql(
                 store, "INSERT OR IGNORE INTO tag (article, name) VALUES (?1, ?2)", err)
           : kb_store_sql(store, "DELETE FROM tag WHERE article = ?1 AND name = ?2", err);
    *changed = false;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, article);
    kb_bind_str(s, 2, name);
    enum kb_status status = kb_store_run(store, s, err);
    if (status == KB_OK)
        *changed = sqlite3_changes(store->db) > 0;
    return status;
}

/* ---- lists ------------------------------------------------------------------------- */

/* Room for one more of a list, or KB_ENOMEM. */
static enum kb_status room(struct kb_store *store, struct kb_arena *arena, void **items,
                           size_t count, size_t *cap, size_t size, struct kb_err *err) {
    if (kb_arena_grow(arena, items, count, cap, size, SIZE_MAX))
        return KB_OK;
    return kb_err_set(err, KB_ENOMEM, "%s: not enough memory for the list", store->path);
}

enum kb_status kb_store_tags(struct kb_store *store, struct kb_arena *arena,
                             struct kb_tag_row **rows, size_t *count,
                             struct kb_err *err) {
    enum kb_status status = KB_OK;
    size_t cap = 0;
    bool row = true;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT t.name, count(*), max(a.time) FROM tag t JOIN article a ON a.n = "
        "t.article GROUP BY t.name ORDER BY t.name",
        err);
    *rows = NULL;
    *count = 0;
    if (!s)
        return err->status;
    while (status == KB_OK && (status = kb_store_step(store, s, &row, err)) == KB_OK &&
           row) {
        status = room(store, arena, (void **)rows, *count, &cap, sizeof **rows, err);
        if (status == KB_OK)
            (*rows)[(*count)++] =
                (struct kb_tag_row){.name = kb_column_dup(arena, s, 0),
                                    .articles = sqlite3_column_int64(s, 1),
                                    .last = sqlite3_column_int64(s, 2)};
    }
    sqlite3_reset(s);
    return status;
}

enum kb_status kb_store_article_tags(struct kb_store *store, int64_t article,
                                     struct kb_arena *arena, struct kb_str **names,
                                     size_t *count, struct kb_err *err) {
    enum kb_status status = KB_OK;
    size_t cap = 0;
    bool row = true;
    sqlite3_stmt *s =
        kb_store_sql(store, "SELECT name FROM tag WHERE article = ?1 ORDER BY name", err);
    *names = NULL;
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, article);
    while (status == KB_OK && (status = kb_store_step(store, s, &row, err)) == KB_OK &&
           row) {
        status = room(store, arena, (void **)names, *count, &cap, sizeof **names, err);
        if (status == KB_OK)
            (*names)[(*count)++] = kb_column_dup(arena, s, 0);
    }
    sqlite3_reset(s);
    return status;
}

/* ---- saved searches ---------------------------------------------------------------- */

enum kb_status kb_store_save_search(struct kb_store *store, struct kb_str name,
                                    struct kb_str query, int64_t now,
                                    struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store, "INSERT OR REPLACE INTO saved (name, query, added) VALUES (?1, ?2, ?3)",
        err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, name);
    kb_bind_str(s, 2, query);
    kb_bind_int(s, 3, now);
    return kb_store_run(store, s, err);
}

static enum kb_status no_search(struct kb_str name, struct kb_err *err) {
    return kb_err_set(err, KB_EINPUT,
                      "no search is saved as \"%.*s\"; `kabar search --saved` lists them",
                      (int)kb_str_cut(name, 60).n, name.p);
}

enum kb_status kb_store_forget_search(struct kb_store *store, struct kb_str name,
                                      struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, "DELETE FROM saved WHERE name = ?1", err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, name);
    enum kb_status status = kb_store_run(store, s, err);
    return status == KB_OK && !sqlite3_changes(store->db) ? no_search(name, err) : status;
}

static struct kb_saved_row take_saved(struct kb_arena *arena, sqlite3_stmt *s) {
    return (struct kb_saved_row){kb_column_dup(arena, s, 0), kb_column_dup(arena, s, 1),
                                 sqlite3_column_int64(s, 2)};
}

enum kb_status kb_store_saved_search(struct kb_store *store, struct kb_str name,
                                     struct kb_arena *arena, struct kb_saved_row *out,
                                     struct kb_err *err) {
    bool row = false;
    sqlite3_stmt *s =
        kb_store_sql(store, "SELECT name, query, added FROM saved WHERE name = ?1", err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, name);
    enum kb_status status = kb_store_step(store, s, &row, err);
    if (row)
        *out = take_saved(arena, s);
    sqlite3_reset(s);
    return status == KB_OK && !row ? no_search(name, err) : status;
}

enum kb_status kb_store_saved_searches(struct kb_store *store, struct kb_arena *arena,
                                       struct kb_saved_row **rows, size_t *count,
                                       struct kb_err *err) {
    enum kb_status status = KB_OK;
    size_t cap = 0;
    bool row = true;
    sqlite3_stmt *s =
        kb_store_sql(store, "SELECT name, query, added FROM saved ORDER BY name", err);
    *rows = NULL;
    *count = 0;
    if (!s)
        return err->status;
    while (status == KB_OK && (status = kb_store_step(store, s, &row, err)) == KB_OK &&
           row) {
        status = room(store, arena, (void **)rows, *count, &cap, sizeof **rows, err);
        if (status == KB_OK)
            (*rows)[(*count)++] = take_saved(arena, s);
    }
    sqlite3_reset(s);
    return status;
}
