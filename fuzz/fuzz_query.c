/* Whatever is typed into a search box: the query is told wrong by us, or FTS5 takes it.
 * The first byte chooses the languages; the rest is the query, and an article's text too,
 * which is then searched and marked. */
#include "fuzz.h"

#include "store/migrate.h"
#include "store/search.h"
#include "store/tokenizer.h"

static void must(int code, sqlite3 *db) {
    if (code != SQLITE_OK)
        kb_fuzz_fail(sqlite3_errmsg(db));
}

static void body_text(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    sqlite3_result_value(context, values[0]);
}

static sqlite3 *open(void) {
    sqlite3 *db;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
        kb_tokenizer_register(db, NULL, NULL) != KB_OK)
        kb_fuzz_fail("no database");
    must(sqlite3_create_function(db, "kb_body_text", 1, SQLITE_UTF8, NULL, body_text,
                                 NULL, NULL),
         db);
    must(sqlite3_create_function(db, "kb_body_cites", 1, SQLITE_UTF8, NULL, body_text,
                                 NULL, NULL),
         db); /* there is nothing to fill */
    for (size_t i = 0; i < kb_store_sql_files_count; i++) {
        char *sql = sqlite3_mprintf("%.*s", (int)kb_store_sql_files[i].n,
                                    (const char *)kb_store_sql_files[i].bytes);
        must(sqlite3_exec(db, sql, NULL, NULL, NULL), db);
        sqlite3_free(sql);
    }
    return db;
}

static void store(sqlite3 *db, const char *language, struct kb_str text) {
    sqlite3_stmt *put;
    must(sqlite3_exec(db, "DELETE FROM body; DELETE FROM article", NULL, NULL, NULL), db);
    must(sqlite3_exec(db, "INSERT INTO search (search) VALUES ('delete-all')", NULL, NULL,
                      NULL),
         db);
    static const char *const sql[] = {
        ("INSERT INTO article (n, id, story, report, time, seen, title, text_hash, "
         "language) VALUES (1, 'id', 1, 1, 0, 0, 'title', 0, ?2)"),
        "INSERT INTO body VALUES (1, ?1)",
        "INSERT INTO search (rowid, title, author, text) SELECT * FROM search_text"};
    for (size_t i = 0; i < KB_COUNT(sql); i++) {
        must(sqlite3_prepare_v2(db, sql[i], -1, &put, NULL), db);
        if (i == 1)
            sqlite3_bind_text(put, 1, text.p, (int)text.n, SQLITE_STATIC);
        if (i == 0)
            sqlite3_bind_text(put, 2, language, -1, SQLITE_STATIC);
        if (sqlite3_step(put) != SQLITE_DONE)
            kb_fuzz_fail(sqlite3_errmsg(db));
        sqlite3_finalize(put);
    }
    must(sqlite3_exec(db,
                      "INSERT INTO search (search, rank) VALUES ('integrity-check', 1)",
                      NULL, NULL, NULL),
         db);
}

static void search(sqlite3 *db, struct kb_arena *arena, struct kb_query *query,
                   enum kb_search_order order) {
    struct kb_search_result result;
    struct kb_err err;
    struct kb_search_options options = {.limit = 10,
                                        .order = order,
                                        .style = {KB_STR("\x02"), KB_STR("\x03")},
                                        .room = 60};
    if (kb_search_run(db, arena, query, &options, &result, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    for (size_t i = 0; i < result.count; i++) {
        size_t open = 0;
        struct kb_str s = result.hits[i].snippet;
        for (size_t k = 0; k < s.n; k++) {
            open += s.p[k] == '\x02';
            if (s.p[k] == '\x03' && open-- != 1)
                kb_fuzz_fail("marks that do not belong together");
        }
        if (open)
            kb_fuzz_fail("a mark that is not closed");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static sqlite3 *db; /* opening takes most of the time */
    static const char *const languages[] = {"", "de", "tr", "zh"};
    const struct kb_str some[] = {KB_STR("en"), KB_STR("tr"), KB_STR("xx"), KB_STR("zh")};
    struct kb_arena arena;
    struct kb_query query;
    struct kb_err err;
    if (!size)
        return 0;
    if (!db)
        db = open();
    struct kb_str text = {(const char *)data + 1, size - 1};
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    store(db, languages[data[0] & 3], text);
    if (kb_query_parse(&arena, text, 1772438400, some, data[0] >> 2 & 3, &query, &err) ==
        KB_OK) {
        search(db, &arena, &query, KB_SEARCH_RANK);
        search(db, &arena, &query, KB_SEARCH_NEWEST);
    }
    kb_arena_free(&arena);
    return 0;
}
