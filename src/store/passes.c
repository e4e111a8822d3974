/* Passes: what lets people's browsers, apps and programs in; people.h tells what enters
 * and leaves.  A pass is found by its hash, so that what is kept here opens nothing. */
#include "store/inner.h"
#include "store/people.h"

const char *const kb_pass_kinds[] = {
    [KB_PASS_SESSION] = "session", [KB_PASS_APP] = "app", [KB_PASS_TOKEN] = "token"};

/* ---- scopes ------------------------------------------------------------------------ */

static const struct {
    const char *name;
    enum kb_scope scope;
} scopes_all[] = {{"read", KB_SCOPE_READ},
                  {"mark", KB_SCOPE_MARK},
                  {"feeds", KB_SCOPE_FEEDS},
                  {"admin", KB_SCOPE_ADMIN}};

enum kb_status kb_scopes_read(struct kb_str text, unsigned *scopes, struct kb_err *err) {
    *scopes = 0;
    for (size_t at = 0; at < text.n;) {
        size_t end = at, i = 0;
        while (end < text.n && text.p[end] != ' ' && text.p[end] != ',')
            end++;
        struct kb_str word = kb_str_slice(text, at, end);
        at = end + 1;
        if (!word.n)
            continue;
        while (i < KB_COUNT(scopes_all) &&
               !kb_str_equal(word, kb_str_z(scopes_all[i].name)))
            i++;
        if (i == KB_COUNT(scopes_all))
            return kb_err_set(err, KB_EINPUT,
                              "\"%.*s\" is none of read, mark, feeds and admin",
                              (int)kb_str_cut(word, 40).n, word.p);
        *scopes |= scopes_all[i].scope;
    }
    return KB_OK;
}

void kb_scopes_print(unsigned scopes, char text[KB_SCOPES_BYTES]) {
    struct kb_buf out = {.p = text, .cap = KB_SCOPES_BYTES, .max = KB_SCOPES_BYTES};
    for (size_t i = 0; i < KB_COUNT(scopes_all); i++) {
        if (!(scopes & scopes_all[i].scope))
            continue;
        kb_buf_z(&out, out.n ? " " : "");
        kb_buf_z(&out, scopes_all[i].name);
    }
    kb_buf_char(&out, '\0');
}

/* ---- rows -------------------------------------------------------------------------- */

#define COLUMNS                                                                          \
    "SELECT p.n, p.user, p.added, p.used, p.expires, p.kind, p.scopes, u.role = "        \
    "'owner', u.name, p.name, p.agent, p.client FROM pass p JOIN user u ON u.n = "       \
    "p.user "

static void take_row(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    struct kb_pass_row *r = item;
    struct kb_err ignored;
    struct kb_str kind = kb_column(s, 5);
    *r = (struct kb_pass_row){
        .n = sqlite3_column_int64(s, 0),
        .user = sqlite3_column_int64(s, 1),
        .added = sqlite3_column_int64(s, 2),
        .used = sqlite3_column_int64(s, 3),
        .expires = sqlite3_column_int64(s, 4),
        .kind = kb_str_equal(kind, KB_STR("session")) ? KB_PASS_SESSION
                : kb_str_equal(kind, KB_STR("app"))   ? KB_PASS_APP
                                                      : KB_PASS_TOKEN,
        .owner = sqlite3_column_int(s, 7) != 0,
        .user_name = kb_column_dup(arena, s, 8),
        .name = kb_column_dup(arena, s, 9),
        .agent = kb_column_dup(arena, s, 10),
        .client = kb_column_dup(arena, s, 11),
    };
    /* A word of a newer kabar grants nothing here. */
    if (kb_scopes_read(kb_column(s, 6), &r->scopes, &ignored) != KB_OK)
        r->scopes = 0;
    if (r->kind != KB_PASS_TOKEN)
        r->scopes = KB_SCOPES_ALL;
}

static enum kb_status one(struct kb_store *store, sqlite3_stmt *s, int64_t now,
                          struct kb_arena *arena, struct kb_pass_row *row, bool *found,
                          bool *stale, struct kb_err *err) {
    enum { MINUTE = 60 };
    *stale = false;
    enum kb_status status = kb_store_row(store, s, arena, take_row, row, found, err);
    if (*found && row->expires && row->expires <= now)
        *found = false;
    *stale = *found && row->used <= now - MINUTE;
    return status;
}

enum kb_status kb_store_pass(struct kb_store *store, enum kb_pass_kind kind,
                             struct kb_str hash, int64_t now, struct kb_arena *arena,
                             struct kb_pass_row *row, bool *found, bool *stale,
                             struct kb_err *err) {
    *found = *stale = false;
    sqlite3_stmt *s =
        kb_store_sql(store, COLUMNS "WHERE p.hash = ?1 AND p.kind = ?2", err);
    if (!s)
        return err->status;
    kb_bind_blob(s, 1, hash);
    kb_bind_str(s, 2, kb_str_z(kb_pass_kinds[kind]));
    return one(store, s, now, arena, row, found, stale, err);
}

enum kb_status kb_store_pass_fever(struct kb_store *store, struct kb_str key, int64_t now,
                                   struct kb_arena *arena, struct kb_pass_row *row,
                                   bool *found, bool *stale, struct kb_err *err) {
    *found = *stale = false;
    sqlite3_stmt *s =
        kb_store_sql(store, COLUMNS "WHERE p.fever = ?1 AND p.kind = 'app'", err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, key);
    return one(store, s, now, arena, row, found, stale, err);
}

enum kb_status kb_store_passes(struct kb_store *store, int64_t user,
                               struct kb_arena *arena, struct kb_pass_row **rows,
                               size_t *count, struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store, COLUMNS "WHERE p.user = ?1 ORDER BY p.n DESC", err);
    *rows = NULL;
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    return kb_store_rows(store, s, arena, sizeof **rows, take_row, (void **)rows, count,
                         err);
}

/* ---- changes ----------------------------------------------------------------------- */

enum kb_status kb_store_pass_add(struct kb_store *store, const struct kb_pass_new *pass,
                                 int64_t *n, struct kb_err *err) {
    char scopes[KB_SCOPES_BYTES];
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO pass (user, kind, name, scopes, hash, fever, added, expires, agent, "
        "client, used) VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, ''), ?7, ?8, ?9, ?10, "
        "iif(?2 = 'session', ?7, 0))",
        err);
    if (!s)
        return err->status;
    kb_scopes_print(pass->kind == KB_PASS_TOKEN ? pass->scopes : 0, scopes);
    kb_bind_int(s, 1, pass->user);
    kb_bind_str(s, 2, kb_str_z(kb_pass_kinds[pass->kind]));
    kb_bind_str(s, 3, pass->name);
    kb_bind_str(s, 4, kb_str_z(scopes));
    kb_bind_blob(s, 5, pass->hash);
    kb_bind_str(s, 6, pass->fever);
    kb_bind_int(s, 7, pass->now);
    kb_bind_int(s, 8, pass->expires);
    kb_bind_str(s, 9, pass->agent);
    kb_bind_str(s, 10, pass->client);
    enum kb_status status = kb_store_run(store, s, err);
    *n = sqlite3_last_insert_rowid(store->db);
    return status;
}

enum kb_status kb_store_pass_used(struct kb_store *store, int64_t n, int64_t now,
                                  int64_t expires, struct kb_str agent,
                                  struct kb_str client, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "UPDATE pass SET used = ?2, expires = iif(?3, ?3, expires), agent = iif(?4 = "
        "'', agent, ?4), client = iif(?5 = '', client, ?5) WHERE n = ?1",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, now);
    kb_bind_int(s, 3, expires);
    kb_bind_str(s, 4, agent);
    kb_bind_str(s, 5, client);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_pass_end(struct kb_store *store, int64_t user, int64_t n,
                                 struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store, "DELETE FROM pass WHERE n = ?1 AND user = ?2", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, user);
    enum kb_status status = kb_store_run(store, s, err);
    if (status == KB_OK && !sqlite3_changes(store->db))
        status = kb_err_set(err, KB_EINPUT,
                            "%s: they have no pass %lld; `kabar pass list` tells which",
                            store->called, (long long)n);
    return status;
}

enum kb_status kb_store_passes_end(struct kb_store *store, int64_t user,
                                   enum kb_pass_kind kind, int64_t but, int64_t *count,
                                   struct kb_err *err) {
    *count = 0;
    sqlite3_stmt *s = kb_store_sql(
        store, "DELETE FROM pass WHERE user = ?1 AND kind = ?2 AND n <> ?3", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    kb_bind_str(s, 2, kb_str_z(kb_pass_kinds[kind]));
    kb_bind_int(s, 3, but);
    enum kb_status status = kb_store_run(store, s, err);
    if (status == KB_OK)
        *count = sqlite3_changes64(store->db);
    return status;
}

enum kb_status kb_store_passes_expire(struct kb_store *store, int64_t now, int64_t *count,
                                      struct kb_err *err) {
    *count = 0;
    sqlite3_stmt *s =
        kb_store_sql(store, "DELETE FROM pass WHERE expires BETWEEN 1 AND ?1", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, now);
    enum kb_status status = kb_store_run(store, s, err);
    if (status == KB_OK)
        *count = sqlite3_changes64(store->db);
    return status;
}
