/* The file's shape, step by step: assets/sql/NNN-….sql makes version NNN of the one
 * before.  A new file goes through all of them, so that an old file and a new one are the
 * same in the end; each runs in the one transaction that also sets the version.  A step
 * that was released is never changed. */
#include "store/migrate.h"

#include <stdio.h>

#include "store/inner.h"

/* assets/sql's last number. */
const int kb_store_newest_version = 1;

enum kb_status kb_store_migrate(struct kb_store *store, int from, struct kb_err *err) {
    char mark[96];
    int64_t now = 0;
    enum kb_status status = kb_store_begin(store, err);
    if (status != KB_OK)
        return status;
    /* Another process may have been quicker while we waited. */
    sqlite3_stmt *s = kb_store_sql(store, "PRAGMA user_version", err);
    bool row = false;
    if (!s)
        status = err->status;
    else
        status = kb_store_step(store, s, &row, err);
    if (row)
        now = sqlite3_column_int64(s, 0);
    if (s)
        sqlite3_reset(s);
    from = now > from ? (int)now : from;
    for (int i = from; status == KB_OK && i < kb_store_newest_version; i++) {
        const struct kb_asset *file = &kb_store_sql_files[i];
        struct kb_buf sql;
        kb_buf_init(&sql, KB_LIMIT_LANG_FILE_BYTES);
        kb_buf_add(&sql, file->bytes, file->n);
        kb_buf_char(&sql, '\0');
        status = sql.status == KB_OK
                     ? kb_store_exec(store, sql.p, err)
                     : kb_err_set(err, sql.status, "%s: no memory", store->path);
        kb_buf_free(&sql);
    }
    snprintf(mark, sizeof mark,
             "PRAGMA application_id = 0x6b616272; PRAGMA user_version = %d",
             kb_store_newest_version);
    if (status == KB_OK)
        status = kb_store_exec(store, mark, err);
    if (status == KB_OK)
        return kb_store_commit(store, err);
    kb_store_rollback(store);
    return status;
}
