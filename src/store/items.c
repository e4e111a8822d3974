/* Articles as reader apps ask for them: items.h tells what enters and leaves.  A list
 * of apps has a thousand of them, so each reads a few rows. */
#include "store/items.h"

#include "store/inner.h"

enum kb_status kb_store_comes(struct kb_store *store, int64_t user, int64_t article,
                              bool *theirs, int64_t *feed, struct kb_err *err) {
    bool row = false;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT " KB_COMES " OR EXISTS (SELECT 1 FROM star WHERE article = a.n AND user "
        "= ?1) OR EXISTS (SELECT 1 FROM tag WHERE article = a.n AND user = ?1), "
        "" KB_FEED_FOR " FROM article a WHERE a.n = ?2",
        err);
    *theirs = false;
    *feed = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    kb_bind_int(s, 2, article);
    enum kb_status status = kb_store_step(store, s, &row, err);
    if (row) {
        *theirs = sqlite3_column_int(s, 0) != 0;
        *feed = sqlite3_column_int64(s, 1);
    }
    sqlite3_reset(s);
    return status;
}

/* The first article of each outlet, read off an index until there are enough of them.
 * Who prints without a name is one outlet an article. */
static enum kb_status first_of_each(struct kb_store *store, int64_t story, size_t max,
                                    struct kb_arena *arena, int64_t **articles,
                                    size_t *count, struct kb_err *err) {
    enum kb_status status = KB_OK;
    bool row = true;
    sqlite3_stmt *s =
        kb_store_sql(store,
                     "SELECT n, ifnull(outlet, -n) FROM article INDEXED BY "
                     "article_story_time WHERE story = ?1 ORDER BY time, n LIMIT ?2",
                     err);
    *count = 0;
    *articles = kb_arena_zalloc(arena, max * 2, sizeof **articles);
    if (!s || !*articles)
        return s ? kb_err_set(err, KB_ENOMEM, "%s: not enough memory", store->called)
                 : err->status;
    int64_t *outlets = *articles + max;
    kb_bind_int(s, 1, story);
    kb_bind_int(s, 2, KB_LIMIT_STORY_TELLING);
    while (*count < max && (status = kb_store_step(store, s, &row, err)) == KB_OK &&
           row) {
        size_t i = 0;
        outlets[*count] = sqlite3_column_int64(s, 1);
        while (outlets[i] != outlets[*count])
            i++;
        if (i == *count)
            (*articles)[(*count)++] = sqlite3_column_int64(s, 0);
    }
    sqlite3_reset(s);
    return status;
}

static void take_teller(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    *(struct kb_teller *)item = (struct kb_teller){.article = sqlite3_column_int64(s, 0),
                                                   .time = sqlite3_column_int64(s, 1),
                                                   .outlet = kb_column_dup(arena, s, 2),
                                                   .title = kb_column_dup(arena, s, 3),
                                                   .url = kb_column_dup(arena, s, 4),
                                                   .language = kb_column_dup(arena, s, 5),
                                                   .all = sqlite3_column_int64(s, 6)};
}

static enum kb_status teller(struct kb_store *store, int64_t article,
                             struct kb_arena *arena, struct kb_teller *out,
                             struct kb_err *err) {
    bool found;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT a.n, a.time, iif(o.name = '', o.domain, o.name), a.title, a.url, "
        "a.language, s.outlets FROM article a JOIN story s ON s.n = a.story LEFT JOIN "
        "outlet o ON o.n = a.outlet WHERE a.n = ?1",
        err);
    if (s)
        kb_bind_int(s, 1, article);
    return kb_store_row(store, s, arena, take_teller, out, &found, err);
}

enum kb_status kb_store_tellers(struct kb_store *store, int64_t story, size_t max,
                                struct kb_arena *arena, struct kb_teller **rows,
                                size_t *count, struct kb_err *err) {
    int64_t *articles;
    enum kb_status status =
        first_of_each(store, story, max, arena, &articles, count, err);
    *rows = kb_arena_zalloc(arena, max, sizeof **rows);
    for (size_t i = 0; status == KB_OK && *rows && i < *count; i++) {
        status = teller(store, articles[i], arena, &(*rows)[i], err);
        if ((*rows)[i].all < (int64_t)*count)
            (*rows)[i].all = (int64_t)*count;
    }
    return status == KB_OK && arena->full
               ? kb_err_set(err, KB_ENOMEM, "%s: not enough memory", store->called)
               : status;
}
