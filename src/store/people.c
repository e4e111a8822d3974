/* People: people.h tells what enters and leaves. */
#include "store/people.h"

#include <yyjson.h>

#include "store/feeds.h"
#include "store/inner.h"
#include "store/marks.h"

/* ---- names ------------------------------------------------------------------------- */

static enum kb_status user_name(struct kb_str text, struct kb_str *name,
                                struct kb_err *err) {
    enum kb_status status = kb_store_name(text, name, err);
    if (status != KB_OK)
        return status;
    if (name->n > KB_USER_NAME_BYTES)
        return kb_err_set(err, KB_EINPUT, "a person's name has more than %d bytes",
                          KB_USER_NAME_BYTES);
    for (size_t i = 0; i < name->n; i++)
        if (name->p[i] == ':' || name->p[i] == '/')
            return kb_err_set(err, KB_EINPUT,
                              "a person's name has a colon or a slash in it: logins are "
                              "written name:password");
    return KB_OK;
}

static enum kb_status nobody(struct kb_store *store, struct kb_str name,
                             struct kb_err *err) {
    return kb_err_set(err, KB_EINPUT,
                      "\"%.*s\": %s knows no such person; `kabar user list` tells whom",
                      (int)kb_str_cut(name, 60).n, name.p, store->called);
}

/* ---- rows -------------------------------------------------------------------------- */

#define COLUMNS                                                                          \
    "SELECT n, added, seen, role = 'owner', name, password, settings FROM user "

static void take_user(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    *(struct kb_user_row *)item = (struct kb_user_row){
        .n = sqlite3_column_int64(s, 0),
        .added = sqlite3_column_int64(s, 1),
        .seen = sqlite3_column_int64(s, 2),
        .owner = sqlite3_column_int(s, 3) != 0,
        .name = kb_column_dup(arena, s, 4),
        .password = kb_column_dup(arena, s, 5),
        .settings = kb_column_dup(arena, s, 6),
    };
}

static enum kb_status take_users(struct kb_store *store, sqlite3_stmt *s,
                                 struct kb_arena *arena, struct kb_user_row **rows,
                                 size_t *count, struct kb_err *err) {
    *rows = NULL;
    *count = 0;
    return kb_store_rows(store, s, arena, sizeof **rows, take_user, (void **)rows, count,
                         err);
}

enum kb_status kb_store_user(struct kb_store *store, struct kb_str name,
                             struct kb_arena *arena, struct kb_user_row *row,
                             struct kb_err *err) {
    struct kb_user_row *rows;
    size_t count = 0;
    sqlite3_stmt *s = kb_store_sql(store, COLUMNS "WHERE name = ?1", err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, name);
    enum kb_status status = take_users(store, s, arena, &rows, &count, err);
    if (status == KB_OK && !count)
        return nobody(store, name, err);
    if (status == KB_OK)
        *row = rows[0];
    return status;
}

enum kb_status kb_store_user_at(struct kb_store *store, int64_t n, struct kb_arena *arena,
                                struct kb_user_row *row, struct kb_err *err) {
    struct kb_user_row *rows;
    size_t count = 0;
    sqlite3_stmt *s = kb_store_sql(store, COLUMNS "WHERE n = ?1", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    enum kb_status status = take_users(store, s, arena, &rows, &count, err);
    if (status == KB_OK && !count)
        return kb_err_set(err, KB_EINPUT, "%s: there is no such person", store->called);
    if (status == KB_OK)
        *row = rows[0];
    return status;
}

enum kb_status kb_store_users(struct kb_store *store, struct kb_arena *arena,
                              struct kb_user_row **rows, size_t *count,
                              struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, COLUMNS "ORDER BY n", err);
    return s ? take_users(store, s, arena, rows, count, err) : err->status;
}

/* ---- changes ----------------------------------------------------------------------- */

/* Is there a row of ?1 a text and ?2 a number? */
static enum kb_status is_there(struct kb_store *store, const char *sql,
                               struct kb_str text, int64_t n, bool *there,
                               struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, sql, err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, text);
    kb_bind_int(s, 2, n);
    enum kb_status status = kb_store_step(store, s, there, err);
    sqlite3_reset(s);
    return status;
}

/* A name for a person n (0: a new one) that nobody else has. */
static enum kb_status free_name(struct kb_store *store, struct kb_str text, int64_t n,
                                struct kb_str *name, struct kb_err *err) {
    bool taken = false;
    enum kb_status status = user_name(text, name, err);
    if (status == KB_OK)
        status = is_there(store, "SELECT 1 FROM user WHERE name = ?1 AND n <> ?2", *name,
                          n, &taken, err);
    if (status == KB_OK && taken)
        status = kb_err_set(err, KB_EINPUT, "\"%.*s\": somebody is called so already",
                            (int)name->n, name->p);
    return status;
}

enum kb_status kb_store_user_add(struct kb_store *store, const struct kb_user_new *user,
                                 int64_t *n, struct kb_err *err) {
    struct kb_str name;
    enum kb_status status = free_name(store, user->name, 0, &name, err);
    if (status != KB_OK)
        return status;
    sqlite3_stmt *s = kb_store_sql(store,
                                   "INSERT INTO user (name, role, password, added) "
                                   "VALUES (?1, iif(?2, 'owner', 'reader'), ?3, ?4)",
                                   err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, name);
    kb_bind_int(s, 2, user->owner);
    kb_bind_str(s, 3, user->password);
    kb_bind_int(s, 4, user->now);
    status = kb_store_run(store, s, err);
    *n = sqlite3_last_insert_rowid(store->db);
    return status;
}

/* There has to be another owner. */
static enum kb_status not_the_last(struct kb_store *store, int64_t n,
                                   struct kb_err *err) {
    bool other = false;
    enum kb_status status =
        is_there(store,
                 "SELECT 1 FROM user WHERE (n = ?2 AND role <> ?1) OR (n <> ?2 AND role "
                 "= ?1) LIMIT 1",
                 KB_STR("owner"), n, &other, err);
    if (status == KB_OK && !other)
        status = kb_err_set(err, KB_EINPUT,
                            "%s: this is the only owner: make somebody else one first",
                            store->called);
    return status;
}

static enum kb_status is_role(struct kb_store *store, int64_t n, struct kb_str role,
                              struct kb_err *err) {
    if (kb_str_equal(role, KB_STR("owner")))
        return KB_OK;
    if (!kb_str_equal(role, KB_STR("reader")))
        return kb_err_set(err, KB_EINPUT, "a person is \"owner\" or \"reader\"");
    return not_the_last(store, n, err);
}

static enum kb_status is_object(struct kb_str json, struct kb_err *err) {
    yyjson_doc *doc;
    enum kb_status status = kb_store_json(json, &doc);
    if (status == KB_ENOMEM)
        return kb_err_set(err, status, "not enough memory for settings");
    if (!yyjson_is_obj(yyjson_doc_get_root(doc)))
        status = kb_err_set(err, KB_EINPUT, "settings are a JSON object: {…}");
    yyjson_doc_free(doc);
    return status;
}

/* Fever's key is made of the name. */
static enum kb_status forget_fever(struct kb_store *store, int64_t n,
                                   struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store, "UPDATE pass SET fever = NULL WHERE user = ?1", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_user_set(struct kb_store *store, int64_t n,
                                 enum kb_user_setting what, struct kb_str value,
                                 struct kb_err *err) {
    enum kb_status status = KB_OK;
    sqlite3_stmt *s = NULL;
    switch (what) {
    case KB_USER_SET_NAME:
        status = free_name(store, value, n, &value, err);
        if (status == KB_OK)
            status = forget_fever(store, n, err);
        s = kb_store_sql(store, "UPDATE user SET name = ?2 WHERE n = ?1", err);
        break;
    case KB_USER_SET_ROLE:
        status = is_role(store, n, value, err);
        s = kb_store_sql(store, "UPDATE user SET role = ?2 WHERE n = ?1", err);
        break;
    case KB_USER_SET_PASSWORD:
        s = kb_store_sql(store, "UPDATE user SET password = ?2 WHERE n = ?1", err);
        break;
    case KB_USER_SET_SETTINGS:
        status = is_object(value, err);
        s = kb_store_sql(
            store, "UPDATE user SET settings = json_patch(settings, ?2) WHERE n = ?1",
            err);
        break;
    }
    if (status != KB_OK || !s)
        return status != KB_OK ? status : err->status;
    kb_bind_int(s, 1, n);
    kb_bind_str(s, 2, value);
    status = kb_store_run(store, s, err);
    if (status == KB_OK && !sqlite3_changes(store->db))
        status = kb_err_set(err, KB_EINPUT, "%s: there is no such person", store->called);
    return status;
}

static enum kb_status run_on(struct kb_store *store, const char *sql, int64_t n,
                             int64_t value, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, sql, err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, value);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_user_seen(struct kb_store *store, int64_t n, int64_t now,
                                  struct kb_err *err) {
    return run_on(store, "UPDATE user SET seen = ?2 WHERE n = ?1", n, now, err);
}

enum kb_status kb_store_user_remove(struct kb_store *store, int64_t n,
                                    struct kb_err *err) {
    struct kb_arena arena;
    struct kb_feed_row *feeds = NULL;
    size_t count = 0;
    bool gone;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = not_the_last(store, n, err);
    /* First what they have not read, at once: a feed that goes need not look at it. */
    if (status == KB_OK)
        status = kb_store_new_shelf(store, n, err);
    if (status == KB_OK)
        status = kb_store_feeds(store, n, KB_FEEDS_ALL, &arena, &feeds, &count, err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = kb_store_feed_remove(store, n, feeds[i].n, &gone, err);
    if (status == KB_OK)
        status = run_on(store, "DELETE FROM user WHERE n = ?1 AND ?2 = ?2", n, 0, err);
    if (status == KB_OK && !sqlite3_changes(store->db))
        status = kb_err_set(err, KB_EINPUT, "%s: there is no such person", store->called);
    kb_arena_free(&arena);
    return status;
}
