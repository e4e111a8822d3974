/* What articles name as their sources, by hashes of addresses as `address` has them: so
 * that an article finds who has taken it up, wherever that stands.
 *
 * A record's provenance enters: its original's address, its sources' and its chain's. */
#include "store/cited.h"

#include "html/html.h"
#include "store/inner.h"

static enum kb_status put(struct kb_store *store, int64_t n, struct kb_str url,
                          struct kb_err *err) {
    if (!url.n)
        return KB_OK;
    sqlite3_stmt *s = kb_store_sql(
        store, "INSERT OR IGNORE INTO cited (hash, article) VALUES (?1, ?2)", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, (int64_t)kb_url_key(url));
    kb_bind_int(s, 2, n);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_cite(struct kb_store *store, int64_t n,
                             const struct kb_article *article, struct kb_err *err) {
    const struct kb_provenance *p = &article->provenance;
    sqlite3_stmt *s = kb_store_sql(store, "DELETE FROM cited WHERE article = ?1", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    enum kb_status status = kb_store_run(store, s, err);
    if (status == KB_OK)
        status = put(store, n, p->original_url, err);
    for (size_t i = 0; status == KB_OK && i < p->source_count && i < KB_LIMIT_SOURCES;
         i++)
        status = put(store, n, p->sources[i].url, err);
    for (size_t i = 0; status == KB_OK && i < p->chain_count && i < KB_LIMIT_SOURCES; i++)
        status = put(store, n, p->chain[i].url, err);
    return status;
}

enum kb_status kb_store_find_citing(struct kb_store *store, struct kb_str url,
                                    int64_t *found, size_t max, size_t *count,
                                    struct kb_err *err) {
    return kb_store_find_hash(
        store, "SELECT article FROM cited WHERE hash = ?1 ORDER BY article DESC LIMIT ?2",
        url, found, max, count, err);
}

static void take_named(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    struct kb_named *row = item;
    row->outlet = kb_column_dup(arena, s, 0);
    row->sources = kb_column_dup(arena, s, 1);
}

enum kb_status kb_store_story_names(struct kb_store *store, int64_t story, int64_t below,
                                    int64_t from, int64_t to, size_t max,
                                    struct kb_arena *arena, struct kb_named **rows,
                                    size_t *count, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT o.name, a.agencies FROM article a INDEXED BY article_story_time "
        "LEFT JOIN outlet o ON o.n = a.outlet WHERE a.story = ?1 AND a.time BETWEEN ?2 "
        "AND ?3 AND a.n < ?5 ORDER BY a.time DESC LIMIT ?4",
        err);
    *rows = NULL;
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, story);
    kb_bind_int(s, 2, from);
    kb_bind_int(s, 3, to);
    kb_bind_int(s, 4, (int64_t)max);
    kb_bind_int(s, 5, below);
    return kb_store_rows(store, s, arena, sizeof **rows, take_named, (void **)rows, count,
                         err);
}
