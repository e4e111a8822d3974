/* People's rules: rules.h tells what enters and leaves. */
#include "store/rules.h"

#include "store/inner.h"

static void take_row(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    *(struct kb_rule_row *)item =
        (struct kb_rule_row){sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
                             kb_column_dup(arena, s, 2), kb_column_dup(arena, s, 3),
                             kb_column_dup(arena, s, 4)};
}

enum kb_status kb_store_rules(struct kb_store *store, int64_t user,
                              struct kb_arena *arena, struct kb_rule_row **rows,
                              size_t *count, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT n, user, scope, value, text FROM rule WHERE ?1 IN (0, user) ORDER BY "
        "user, position, n",
        err);
    *rows = NULL;
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    return kb_store_rows(store, s, arena, sizeof **rows, take_row, (void **)rows, count,
                         err);
}

enum kb_status kb_store_rule_add(struct kb_store *store, struct kb_rule_row *row,
                                 struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store,
                     "INSERT INTO rule (position, scope, value, text, user) SELECT "
                     "coalesce(max(position), 0) + 1, ?1, ?2, ?3, ?4 FROM rule HAVING "
                     "count(*) FILTER (WHERE user = ?4) < ?5",
                     err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, row->scope);
    kb_bind_str(s, 2, row->value);
    kb_bind_str(s, 3, row->text);
    kb_bind_int(s, 4, row->user);
    kb_bind_int(s, 5, KB_LIMIT_RULES);
    enum kb_status status = kb_store_run(store, s, err);
    row->n = sqlite3_last_insert_rowid(store->db);
    return status == KB_OK && !sqlite3_changes(store->db)
               ? kb_err_set(err, KB_ELIMIT,
                            "one person has at most %d rules: remove one first",
                            KB_LIMIT_RULES)
               : status;
}

static enum kb_status none(struct kb_store *store, int64_t n, struct kb_err *err) {
    return kb_err_set(err, KB_EINPUT,
                      "%s: there is no rule %lld; `kabar rules` lists them",
                      store->called, (long long)n);
}

enum kb_status kb_store_rule_set(struct kb_store *store, const struct kb_rule_row *row,
                                 struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "UPDATE rule SET scope = ?1, value = ?2, text = ?3 WHERE n = ?4 AND user = ?5",
        err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, row->scope);
    kb_bind_str(s, 2, row->value);
    kb_bind_str(s, 3, row->text);
    kb_bind_int(s, 4, row->n);
    kb_bind_int(s, 5, row->user);
    enum kb_status status = kb_store_run(store, s, err);
    return status == KB_OK && !sqlite3_changes(store->db) ? none(store, row->n, err)
                                                          : status;
}

enum kb_status kb_store_rule_remove(struct kb_store *store, int64_t user, int64_t n,
                                    struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store, "DELETE FROM rule WHERE n = ?1 AND user = ?2", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, user);
    enum kb_status status = kb_store_run(store, s, err);
    return status == KB_OK && !sqlite3_changes(store->db) ? none(store, n, err) : status;
}
