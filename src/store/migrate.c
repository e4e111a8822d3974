/* The file's shape, step by step: assets/sql/NNN-….sql makes version NNN of the one
 * before.  A new file is made by assets/sql/whole, which is what all steps together make
 * of an empty file (tests/store_migrate.c compares them): SQLite reads the whole shape
 * anew for each column that a step renames, which takes five times as long.  All runs in
 * the one transaction that also sets the version.  A step that was released is never
 * changed. */
#include "store/migrate.h"

#include <stdio.h>

#include "store/inner.h"

int kb_store_newest(const struct kb_store *store) {
    return store->options.steps ? store->options.step_count
                                : (int)kb_store_sql_files_count;
}

static enum kb_status step(struct kb_store *store, const struct kb_asset *file,
                           struct kb_err *err) {
    struct kb_buf sql;
    kb_buf_init(&sql, KB_LIMIT_LANG_FILE_BYTES);
    kb_buf_add(&sql, file->bytes, file->n);
    kb_buf_char(&sql, '\0');
    enum kb_status status =
        sql.status == KB_OK
            ? kb_store_exec(store, sql.p, err)
            : kb_err_set(err, sql.status, "%s: not enough memory", store->called);
    kb_buf_free(&sql);
    return status;
}

enum kb_status kb_store_migrate(struct kb_store *store, int from, struct kb_err *err) {
    const struct kb_asset *files =
        store->options.steps ? store->options.steps : kb_store_sql_files;
    char mark[96];
    enum kb_status status = kb_store_begin(store, err);
    if (status == KB_OK)
        status = kb_store_version_now(store, &from, err); /* another may have done it */
    if (status == KB_OK && !from && !store->options.steps) {
        status = step(store, kb_store_sql_whole, err);
        if (status == KB_OK)
            status = kb_store_version_now(store, &from, err);
    }
    for (int i = from; status == KB_OK && i < kb_store_newest(store); i++)
        status = step(store, &files[i], err);
    snprintf(mark, sizeof mark,
             "PRAGMA application_id = 0x6b616272; PRAGMA user_version = %d",
             kb_store_newest(store));
    if (status == KB_OK)
        status = kb_store_exec(store, mark, err);
    if (status == KB_OK)
        return kb_store_commit(store, err);
    kb_store_rollback(store);
    return status;
}
