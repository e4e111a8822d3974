/* What a person says of stories: join, split, move.  It is done at once, written down,
 * and holds for ever: an article that a person placed is never placed again, and a story
 * that was joined keeps its id as an alias.  Stories that prove to be one are merged in
 * the same way, and written down too, so that every process sees it. */
#include "store/inner.h"
#include "store/stories.h"

static enum kb_status write_down(struct kb_store *store, const char *kind, int64_t now,
                                 int64_t article, int64_t story, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO correction (at, kind, article, story) SELECT ?1, ?2, "
        "coalesce((SELECT "
        "id FROM article WHERE n = ?3), (SELECT id FROM story WHERE n = ?3), ''), "
        "coalesce((SELECT id FROM story WHERE n = ?4), '')",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, now);
    kb_bind_str(s, 2, kb_str_z(kind));
    kb_bind_int(s, 3, article);
    kb_bind_int(s, 4, story);
    return kb_store_run(store, s, err);
}

static enum kb_status two(struct kb_store *store, const char *sql, int64_t a, int64_t b,
                          struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, sql, err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, a);
    kb_bind_int(s, 2, b);
    return kb_store_run(store, s, err);
}

/* sql says what becomes of the articles.  What the young one stood for goes on with them:
 * should it be founded again, it is for its own article alone. */
static enum kb_status unite(struct kb_store *store, const char *kind, const char *sql,
                            int64_t old, int64_t young, int64_t now, struct kb_err *err) {
    enum kb_status status = write_down(store, kind, now, young, old, err);
    if (status == KB_OK)
        status = two(store, sql, old, young, err);
    if (status == KB_OK)
        status =
            two(store, "UPDATE story SET into_story = ?1 WHERE n = ?2 OR into_story = ?2",
                old, young, err);
    return status == KB_OK ? kb_story_recount(store, old, err) : status;
}

enum kb_status kb_store_join(struct kb_store *store, int64_t a, int64_t b, int64_t now,
                             int64_t *kept, struct kb_err *err) {
    int64_t old = a < b ? a : b, young = a < b ? b : a;
    *kept = old;
    if (a == b)
        return kb_err_set(err, KB_EINPUT, "%s: these are one story already",
                          store->called);
    return unite(store, "join",
                 "UPDATE article SET story = ?1, fixed = 1 WHERE story = ?2", old, young,
                 now, err);
}

/* Whether a person has placed an article of either. */
static enum kb_status placed(struct kb_store *store, int64_t a, int64_t b, bool *found,
                             struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store, "SELECT 1 FROM article WHERE story IN (?1, ?2) AND fixed LIMIT 1", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, a);
    kb_bind_int(s, 2, b);
    enum kb_status status = kb_store_step(store, s, found, err);
    sqlite3_reset(s);
    return status;
}

enum kb_status kb_store_merge(struct kb_store *store, int64_t a, int64_t b, int64_t now,
                              int64_t *kept, struct kb_err *err) {
    int64_t old = a < b ? a : b, young = a < b ? b : a;
    bool fixed = false;
    enum kb_status status = placed(store, a, b, &fixed, err);
    *kept = fixed || a == b ? 0 : old;
    if (status != KB_OK || !*kept)
        return status;
    return unite(store, "merge", "UPDATE article SET story = ?1 WHERE story = ?2", old,
                 young, now, err);
}

/* A story of an article alone; it may have been one before, perhaps under another number:
 * an article that was taken away and came back has a new one, its story has not. */
static enum kb_status found_again(struct kb_store *store, int64_t article, int64_t story,
                                  struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO story (n, id, title, articles, reports, outlets, languages, first, "
        "last, heat) SELECT ?2, id, title, 0, 0, 0, '', time, time, time FROM article "
        "WHERE n = ?1 ON CONFLICT (n) DO UPDATE SET into_story = NULL",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, article);
    kb_bind_int(s, 2, story);
    return kb_store_run(store, s, err);
}

/* Where an article stands, and the story that it founded or would found. */
static enum kb_status story_of(struct kb_store *store, int64_t article, int64_t *story,
                               int64_t *own, struct kb_err *err) {
    bool row = false;
    sqlite3_stmt *s = kb_store_sql(store,
                                   "SELECT a.story, coalesce(s.n, a.n) FROM article a "
                                   "LEFT JOIN story s ON s.id = a.id WHERE a.n = ?1",
                                   err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, article);
    enum kb_status status = kb_store_step(store, s, &row, err);
    *story = row ? sqlite3_column_int64(s, 0) : 0;
    *own = row ? sqlite3_column_int64(s, 1) : 0;
    sqlite3_reset(s);
    if (status == KB_OK && !row)
        status =
            kb_err_set(err, KB_EINPUT, "%s: there is no such article", store->called);
    return status;
}

enum kb_status kb_store_move(struct kb_store *store, int64_t article, int64_t to,
                             int64_t now, struct kb_err *err) {
    int64_t from = 0, own = 0;
    enum kb_status status = story_of(store, article, &from, &own, err);
    if (status != KB_OK)
        return status;
    if (from == to)
        return kb_err_set(err, KB_EINPUT, "%s: the article stands in that story already",
                          store->called);
    if (!to && from == own)
        return kb_err_set(err, KB_EINPUT,
                          "%s: the article founded this story, which is named after it: "
                          "move the others, or join them to another story",
                          store->called);
    status = write_down(store, to ? "move" : "split", now, article, to ? to : from, err);
    if (status == KB_OK && !to)
        status = found_again(store, article, own, err);
    to = to ? to : own;
    if (status == KB_OK)
        status = two(store, "UPDATE article SET story = ?1, fixed = 1 WHERE n = ?2", to,
                     article, err);
    if (status == KB_OK)
        status = kb_story_recount(store, from, err);
    return status == KB_OK ? kb_story_recount(store, to, err) : status;
}

enum kb_status kb_store_corrections(struct kb_store *store, int64_t *count,
                                    struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, "SELECT max(n) FROM correction", err);
    return kb_store_number(store, s, 0, count, err);
}
