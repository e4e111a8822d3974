/* A search as a person asks for it: the query is read, its languages are looked up, and
 * the page of results comes back.
 *
 * Which languages many articles are in is asked of the newest ones alone: of a million
 * articles that costs the same as of ten thousand, and what came last year in a language
 * is found with language:. */
#include "store/ask.h"

#include "store/inner.h"

enum { LANGUAGES = KB_LIMIT_QUERY_LANGUAGES };

static enum kb_status languages(struct kb_store *store, struct kb_arena *arena,
                                struct kb_str found[LANGUAGES], size_t *count,
                                struct kb_err *err) {
    enum kb_status status = KB_OK;
    bool row = true;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT language FROM (SELECT language FROM article ORDER BY n DESC LIMIT 5000) "
        "WHERE language <> '' GROUP BY language ORDER BY count(*) DESC, language",
        err);
    *count = 0;
    if (!s)
        return err->status;
    while (*count < LANGUAGES && (status = kb_store_step(store, s, &row, err)) == KB_OK &&
           row)
        found[(*count)++] = kb_column_dup(arena, s, 0);
    sqlite3_reset(s);
    return status;
}

enum kb_status kb_store_query(struct kb_store *store, struct kb_str text, int64_t now,
                              struct kb_arena *arena, struct kb_query *query,
                              struct kb_err *err) {
    struct kb_str known[LANGUAGES];
    size_t count;
    enum kb_status status = languages(store, arena, known, &count, err);
    return status == KB_OK ? kb_query_parse(arena, text, now, known, count, query, err)
                           : status;
}

enum kb_status kb_store_search(struct kb_store *store, struct kb_str text, int64_t now,
                               const struct kb_search_options *options,
                               struct kb_arena *arena, struct kb_search_result *out,
                               struct kb_err *err) {
    struct kb_query query;
    *out = (struct kb_search_result){0};
    enum kb_status status = kb_store_query(store, text, now, arena, &query, err);
    return status == KB_OK ? kb_search_run(store->db, arena, &query, options, out, err)
                           : status;
}
