/* Versions: what an article said before.
 *
 * The newest record stands in `body`; each older one is packed with the one after it as
 * its dictionary, so that it costs what changed and no more. */
#include "store/articles.h"
#include "store/inner.h"
#include "store/pack.h"

/* From the newest record back: each older one is packed with the one after it. */
enum kb_status kb_store_version(struct kb_store *store, int64_t n, int number,
                                struct kb_arena *arena, struct kb_str *record,
                                int64_t *seen, struct kb_err *err) {
    bool row = true, reached = false;
    enum kb_status status = kb_store_record(store, n, arena, record, err);
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT number, seen, patch FROM version WHERE article = ?1 AND number >= ?2 "
        "ORDER BY number DESC",
        err);
    if (status != KB_OK || !s)
        return status != KB_OK ? status : err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, number);
    while (status == KB_OK && (status = kb_store_step(store, s, &row, err)) == KB_OK &&
           row) {
        struct kb_str newer = *record;
        reached = sqlite3_column_int(s, 0) == number;
        *seen = sqlite3_column_int64(s, 1);
        status = kb_pack_get(store->pack, kb_column(s, 2), newer, arena, record, err);
    }
    sqlite3_reset(s);
    if (status == KB_OK && !reached)
        status = kb_err_set(err, KB_EINPUT, "%s: the article has no version %d",
                            store->called, number);
    return status;
}

/* Packs old with newer as version `number`, in place of what was there. */
static enum kb_status put(struct kb_store *store, int64_t n, int number, int64_t seen,
                          struct kb_str old, struct kb_str newer, struct kb_err *err) {
    struct kb_str patch;
    enum kb_status status = kb_pack_put(store->pack, old, newer, &patch, err);
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO version (article, number, seen, patch) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (article, number) DO UPDATE SET patch = excluded.patch",
        err);
    if (status != KB_OK || !s)
        return status != KB_OK ? status : err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, number);
    kb_bind_int(s, 3, seen);
    kb_bind_blob(s, 4, patch);
    return kb_store_run(store, s, err);
}

/* The last of the older versions is packed anew, with what will stand after it. */
static enum kb_status follow(struct kb_store *store, int64_t n, int number,
                             struct kb_str newer, struct kb_arena *arena,
                             struct kb_err *err) {
    struct kb_str old;
    int64_t seen = 0;
    if (number < 1)
        return KB_OK;
    enum kb_status status = kb_store_version(store, n, number, arena, &old, &seen, err);
    return status == KB_OK ? put(store, n, number, seen, old, newer, err) : status;
}

enum kb_status kb_versions_forget(struct kb_store *store, int64_t n, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, "DELETE FROM version WHERE article = ?1", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    enum kb_status status = kb_store_run(store, s, err);
    s = kb_store_sql(store, "UPDATE article SET versions = 1 WHERE n = ?1", err);
    if (status != KB_OK || !s)
        return status != KB_OK ? status : err->status;
    kb_bind_int(s, 1, n);
    return kb_store_run(store, s, err);
}

enum kb_status kb_version_put(struct kb_store *store, int64_t n, struct kb_str newer,
                              bool *new_version, struct kb_err *err) {
    struct kb_arena arena;
    struct kb_str old = KB_STR_NONE;
    struct kb_row row = {0};
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_store_article_at(store, 0, n, &arena, &row, err);
    if (status == KB_OK && !*new_version)
        status = follow(store, n, row.versions - 1, newer, &arena, err);
    else if (status == KB_OK)
        status = kb_store_record(store, n, &arena, &old, err);
    if (status == KB_OK && old.n)
        status = put(store, n, row.versions, row.changed ? row.changed : row.seen, old,
                     newer, err);
    else if (status == KB_EINPUT)
        status = kb_versions_forget(store, n, err), *new_version = false;
    kb_arena_free(&arena);
    return status;
}

/* Is the record one of the article's versions? */
static enum kb_status is_known(struct kb_store *store, const struct kb_row *row,
                               struct kb_str record, struct kb_arena *arena, bool *known,
                               struct kb_err *err) {
    enum kb_status status = KB_OK;
    int64_t seen;
    *known = false;
    for (int i = row->versions - 1; status == KB_OK && i >= 1 && !*known; i--) {
        struct kb_str old;
        status = kb_store_version(store, row->n, i, arena, &old, &seen, err);
        *known = status == KB_OK && kb_str_equal(old, record);
    }
    return status;
}

static enum kb_status count_up(struct kb_store *store, int64_t n, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store, "UPDATE article SET versions = versions + 1 WHERE n = ?1", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_older(struct kb_store *store, int64_t n,
                              const struct kb_article *article, int64_t seen, bool *added,
                              struct kb_err *err) {
    struct kb_arena arena;
    struct kb_str newest = KB_STR_NONE;
    struct kb_row row = {0};
    struct kb_buf old;
    bool known = false;
    kb_buf_init(&old, KB_LIMIT_OUTPUT_BYTES);
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_article_print_json(article, 0, &old);
    enum kb_status status = old.status;
    if (status != KB_OK)
        kb_err_set(err, status, "%s: not enough memory for a version", store->called);
    else
        status = kb_store_article_at(store, 0, n, &arena, &row, err);
    if (status == KB_OK)
        status = is_known(store, &row, kb_buf_view(&old), &arena, &known, err);
    if (status == KB_EINPUT) {
        status = kb_versions_forget(store, n, err);
        row.versions = 1;
    }
    if (status == KB_OK && !known)
        status = kb_store_record(store, n, &arena, &newest, err);
    *added = status == KB_OK && newest.n;
    if (*added)
        status = follow(store, n, row.versions - 1, kb_buf_view(&old), &arena, err);
    if (status == KB_OK && *added)
        status = put(store, n, row.versions, seen, kb_buf_view(&old), newest, err);
    if (status == KB_OK && *added)
        status = count_up(store, n, err);
    kb_arena_free(&arena);
    kb_buf_free(&old);
    return status;
}
