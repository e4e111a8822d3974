/* The tokenizer `kabar`: for now FTS5's own unicode61 under that name. */
#include "store/tokenizer.h"

static void tagged(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    sqlite3_result_value(context, values[1]);
}

static fts5_api *api_of(sqlite3 *db) {
    fts5_api *api = NULL;
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &s, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(s, 1, (void *)&api, "fts5_api_ptr", NULL);
        sqlite3_step(s);
    }
    sqlite3_finalize(s);
    return api;
}

enum kb_status kb_tokenizer_register(sqlite3 *db, struct kb_err *err) {
    fts5_api *api = api_of(db);
    fts5_tokenizer own;
    void *data = NULL;
    if (!api || api->xFindTokenizer(api, "unicode61", &data, &own) != SQLITE_OK ||
        api->xCreateTokenizer(api, "kabar", data, &own, NULL) != SQLITE_OK ||
        sqlite3_create_function_v2(db, "kb_tagged", 2,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                   NULL, tagged, NULL, NULL, NULL) != SQLITE_OK)
        return kb_err_set(err, KB_EIO, "this SQLite has no full-text search (FTS5)");
    return KB_OK;
}
