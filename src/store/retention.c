/* How long articles are kept: retention.h tells what enters and leaves.
 *
 * A sweep walks each feed's articles once, oldest first, along the index of their times,
 * and remembers where it is: articles that stay are not looked at again with each
 * transaction.  Age is counted from when an article came here, as an old archive that is
 * imported today was not meant to go tonight. */
#include "store/retention.h"

#include <stdlib.h>
#include <yyjson.h>

#include "store/articles.h"
#include "store/inner.h"
#include "store/stories.h"

enum { A_DAY = 86400 };

const struct kb_retention kb_retention_none = {.starred = true, .tagged = true};

/* ---- settings ---------------------------------------------------------------------- */

static const char *const names[] = {[KB_RETAIN_ALL] = "all",
                                    [KB_RETAIN_METADATA] = "metadata",
                                    [KB_RETAIN_NOTHING] = "nothing"};

static enum kb_status wrong(struct kb_err *err, const char *member, const char *wants) {
    return kb_err_set(err, KB_EINPUT, "settings: \"%s\" is %s", member, wants);
}

static enum kb_status read_number(yyjson_val *root, const char *member, int64_t *to,
                                  struct kb_err *err) {
    yyjson_val *value = yyjson_obj_get(root, member);
    if (!value || yyjson_is_null(value))
        return KB_OK;
    if (!yyjson_is_uint(value) || yyjson_get_uint(value) > INT32_MAX)
        return wrong(err, member, "a whole number, 0 for no limit");
    *to = (int64_t)yyjson_get_uint(value);
    return KB_OK;
}

static enum kb_status read_truth(yyjson_val *root, const char *member, bool *to,
                                 struct kb_err *err) {
    yyjson_val *value = yyjson_obj_get(root, member);
    if (!value || yyjson_is_null(value))
        return KB_OK;
    if (!yyjson_is_bool(value))
        return wrong(err, member, "true or false");
    *to = yyjson_get_bool(value);
    return KB_OK;
}

static enum kb_status read_keep(yyjson_val *root, enum kb_retain *to,
                                struct kb_err *err) {
    yyjson_val *value = yyjson_obj_get(root, "keep");
    if (!value || yyjson_is_null(value))
        return KB_OK;
    for (int i = KB_RETAIN_ALL; i <= KB_RETAIN_NOTHING; i++) {
        if (yyjson_equals_str(value, names[i])) {
            *to = (enum kb_retain)i;
            return KB_OK;
        }
    }
    return wrong(err, "keep", "\"all\", \"metadata\" or \"nothing\"");
}

/* Fills what the settings say and leaves the rest. */
static enum kb_status read_settings(struct kb_str json, struct kb_retention *r,
                                    struct kb_err *err) {
    yyjson_doc *doc;
    enum kb_status status = kb_store_json(json, &doc);
    yyjson_val *root = yyjson_doc_get_root(doc);
    if (status == KB_ENOMEM)
        return kb_err_set(err, status, "not enough memory for settings");
    if (!yyjson_is_obj(root))
        status = kb_err_set(err, KB_EINPUT, "settings are a JSON object: {…}");
    if (status == KB_OK)
        status = read_number(root, "keep_days", &r->days, err);
    if (status == KB_OK)
        status = read_number(root, "keep_count", &r->count, err);
    if (status == KB_OK)
        status = read_keep(root, &r->keep, err);
    if (status == KB_OK)
        status = read_truth(root, "keep_starred", &r->starred, err);
    if (status == KB_OK)
        status = read_truth(root, "keep_tagged", &r->tagged, err);
    yyjson_doc_free(doc);
    return status;
}

static enum kb_status feed_settings(struct kb_store *store, int64_t feed,
                                    struct kb_arena *arena, struct kb_str *json,
                                    struct kb_err *err) {
    bool found = false;
    sqlite3_stmt *s = kb_store_sql(store, "SELECT settings FROM feed WHERE n = ?1", err);
    *json = KB_STR_NONE;
    if (s)
        kb_bind_int(s, 1, feed);
    enum kb_status status =
        kb_store_row(store, s, arena, kb_take_text, json, &found, err);
    if (status == KB_OK && !found)
        status = kb_err_set(err, KB_EINPUT, "%s: there is no such feed", store->called);
    return status;
}

enum kb_status kb_store_retention(struct kb_store *store, int64_t feed,
                                  struct kb_retention *r, struct kb_err *err) {
    struct kb_arena arena;
    struct kb_str json;
    *r = kb_retention_none;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_store_get(store, KB_META_SETTINGS, &arena, &json, err);
    if (status == KB_OK && json.n)
        status = read_settings(json, r, err);
    if (status == KB_OK && feed)
        status = feed_settings(store, feed, &arena, &json, err);
    if (status == KB_OK && feed && json.n)
        status = read_settings(json, r, err);
    if (r->keep == KB_RETAIN_UNSAID)
        r->keep = r->days || r->count ? KB_RETAIN_NOTHING : KB_RETAIN_ALL;
    kb_arena_free(&arena);
    return status;
}

enum kb_status kb_store_retention_set(struct kb_store *store, int64_t feed,
                                      struct kb_str json, struct kb_err *err) {
    struct kb_retention tried = kb_retention_none;
    enum kb_status status = read_settings(json, &tried, err);
    if (status != KB_OK)
        return status;
    sqlite3_stmt *s =
        feed ? kb_store_sql(store,
                            "UPDATE feed SET settings = json_patch(iif(settings = '', "
                            "'{}', settings), ?1) WHERE n = ?2",
                            err)
             : kb_store_sql(store,
                            "INSERT INTO meta (key, value) VALUES ('settings', "
                            "json_patch('{}', ?1)) ON CONFLICT (key) DO UPDATE SET value "
                            "= json_patch(value, ?1)",
                            err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, json);
    if (feed)
        kb_bind_int(s, 2, feed);
    status = kb_store_run(store, s, err);
    if (status == KB_OK && feed && sqlite3_changes(store->db) == 0)
        status = kb_err_set(err, KB_EINPUT, "%s: there is no such feed", store->called);
    return status;
}

/* ---- the sweep --------------------------------------------------------------------- */

struct sweep {
    struct kb_store *store;
    int64_t now, feed;
    size_t batch;
    struct kb_retention retention;
    int64_t time, n;         /* of the last article looked at */
    int64_t few_time, few_n; /* of the oldest one that the count lets stay */
    int64_t *articles, *stories;
    size_t count;
    struct kb_retained *result;
};

/* Where the feed's newest `count` articles begin; nowhere when there are no more. */
static enum kb_status find_count(struct sweep *w, struct kb_err *err) {
    bool row = false;
    w->few_time = w->few_n = INT64_MIN;
    if (!w->retention.count)
        return KB_OK;
    sqlite3_stmt *s = kb_store_sql(w->store,
                                   "SELECT time, n FROM article WHERE feed IS ?1 ORDER "
                                   "BY time DESC, n DESC LIMIT 1 OFFSET ?2",
                                   err);
    if (!s)
        return err->status;
    kb_bind_ref(s, 1, w->feed);
    kb_bind_int(s, 2, w->retention.count - 1);
    enum kb_status status = kb_store_step(w->store, s, &row, err);
    if (row) {
        w->few_time = sqlite3_column_int64(s, 0);
        w->few_n = sqlite3_column_int64(s, 1);
    }
    sqlite3_reset(s);
    return status;
}

/* An article's time is never after it came here, so the index bounds both. */
static enum kb_status find_old(struct sweep *w, struct kb_err *err) {
    const struct kb_retention *r = &w->retention;
    int64_t old = r->days ? w->now - r->days * A_DAY : INT64_MIN;
    enum kb_status status = KB_OK;
    bool row = true;
    sqlite3_stmt *s = kb_store_sql(
        w->store,
        "SELECT a.n, a.time FROM article a WHERE a.feed IS ?1 AND (a.time, a.n) > (?2, "
        "?3) AND a.time <= max(?4, ?5) AND (a.seen < ?4 OR (a.time, a.n) < (?5, ?6)) "
        "AND NOT (?7 AND EXISTS (SELECT 1 FROM star s WHERE s.article = a.n)) AND NOT "
        "(?8 AND EXISTS (SELECT 1 FROM tag t WHERE "
        "t.article = a.n)) AND (?9 OR EXISTS (SELECT 1 FROM body b WHERE b.article = "
        "a.n)) ORDER BY a.time, a.n LIMIT ?10",
        err);
    if (!s)
        return err->status;
    kb_bind_ref(s, 1, w->feed);
    kb_bind_int(s, 2, w->time);
    kb_bind_int(s, 3, w->n);
    kb_bind_int(s, 4, old);
    kb_bind_int(s, 5, w->few_time);
    kb_bind_int(s, 6, w->few_n);
    kb_bind_int(s, 7, r->starred);
    kb_bind_int(s, 8, r->tagged);
    kb_bind_int(s, 9, r->keep == KB_RETAIN_NOTHING);
    kb_bind_int(s, 10, (int64_t)w->batch);
    w->count = 0;
    while (status == KB_OK && w->count < w->batch &&
           (status = kb_store_step(w->store, s, &row, err)) == KB_OK && row) {
        w->n = w->articles[w->count++] = sqlite3_column_int64(s, 0);
        w->time = sqlite3_column_int64(s, 1);
    }
    sqlite3_reset(s);
    return status;
}

static int by_number(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static enum kb_status take_old(struct sweep *w, struct kb_err *err) {
    enum kb_status status = KB_OK;
    if (w->retention.keep == KB_RETAIN_METADATA) {
        for (size_t i = 0; status == KB_OK && i < w->count; i++)
            status = kb_store_drop_body(w->store, w->articles[i], err);
        return status;
    }
    for (size_t i = 0; status == KB_OK && i < w->count; i++)
        status = kb_store_take_away(w->store, w->articles[i], &w->stories[i], err);
    if (status == KB_OK)
        qsort(w->stories, w->count, sizeof *w->stories, by_number);
    for (size_t i = 0; status == KB_OK && i < w->count; i++) {
        if (i == 0 || w->stories[i] != w->stories[i - 1])
            status = kb_story_recount(w->store, w->stories[i], err);
    }
    return status;
}

/* One transaction; *more tells whether there may be more to do. */
static enum kb_status sweep_once(struct sweep *w, bool *more, struct kb_err *err) {
    enum kb_status status = kb_store_begin(w->store, err);
    if (status == KB_OK)
        status = find_old(w, err);
    if (status == KB_OK)
        status = take_old(w, err);
    if (status == KB_OK)
        status = kb_store_commit(w->store, err);
    if (status != KB_OK) {
        kb_store_rollback(w->store);
        return status;
    }
    *more = w->count == w->batch;
    if (w->retention.keep == KB_RETAIN_METADATA)
        w->result->bodies += (int64_t)w->count;
    else
        w->result->articles += (int64_t)w->count;
    return KB_OK;
}

static enum kb_status sweep_feed(struct sweep *w, int64_t feed, struct kb_err *err) {
    bool more = true;
    w->feed = feed;
    w->time = w->n = INT64_MIN;
    enum kb_status status = kb_store_retention(w->store, feed, &w->retention, err);
    if (status != KB_OK || w->retention.keep == KB_RETAIN_ALL)
        return status;
    status = find_count(w, err);
    while (status == KB_OK && more)
        status = sweep_once(w, &more, err);
    return status;
}

/* ---- what is only remembered for a time -------------------------------------------- */

/* Runs a DELETE of at most ?3 rows until there are no more. */
static enum kb_status forget(struct sweep *w, const char *sql, int64_t first,
                             int64_t second, int64_t *gone, struct kb_err *err) {
    enum kb_status status = KB_OK;
    int changes = 1;
    while (status == KB_OK && changes > 0) {
        sqlite3_stmt *s = kb_store_sql(w->store, sql, err);
        if (!s)
            return err->status;
        kb_bind_int(s, 1, first);
        kb_bind_int(s, 2, second);
        kb_bind_int(s, 3, (int64_t)w->batch * 10);
        status = kb_store_run(w->store, s, err);
        changes = status == KB_OK ? sqlite3_changes(w->store->db) : 0;
        *gone += changes;
    }
    return status;
}

/* Entries that the feed had not when it last had any.  A feed that answers "not modified"
 * for a year, or that is paused, still has its own. */
static enum kb_status forget_entries(struct sweep *w, int64_t feed, struct kb_err *err) {
    return forget(w,
                  "DELETE FROM entry WHERE feed = ?1 AND id IN (SELECT id FROM entry "
                  "WHERE feed = ?1 AND last < (SELECT max(last) FROM entry WHERE feed = "
                  "?1) - ?2 LIMIT ?3)",
                  feed, (int64_t)KB_LIMIT_ENTRY_DAYS * A_DAY, &w->result->entries, err);
}

/* Stories look back from the newest article, which an archive's may be of long ago. */
static enum kb_status forget_prints(struct sweep *w, struct kb_err *err) {
    return forget(w,
                  "DELETE FROM print WHERE article IN (SELECT article FROM print WHERE "
                  "time > 0 AND time < " KB_STORE_PRINTS_NEWEST " - ?1 - ?2 LIMIT ?3)",
                  (int64_t)KB_LIMIT_STORY_DAYS * A_DAY, A_DAY, &w->result->prints, err);
}

static enum kb_status feed_after(struct kb_store *store, int64_t n, int64_t *next,
                                 struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, "SELECT min(n) FROM feed WHERE n > ?1", err);
    if (s)
        kb_bind_int(s, 1, n);
    return kb_store_number(store, s, 0, next, err);
}

enum kb_status kb_store_retain(struct kb_store *store, int64_t now, size_t batch,
                               struct kb_retained *result, struct kb_err *err) {
    struct sweep w = {.store = store, .now = now, .result = result};
    int64_t feed = 0;
    *result = (struct kb_retained){0};
    w.batch = batch ? batch : KB_LIMIT_RETAIN_BATCH;
    w.articles = calloc(w.batch, 2 * sizeof *w.articles);
    if (!w.articles)
        return kb_err_set(err, KB_ENOMEM, "%s: not enough memory", store->called);
    w.stories = w.articles + w.batch;
    enum kb_status status = sweep_feed(&w, 0, err);
    while (status == KB_OK && (status = feed_after(store, feed, &feed, err)) == KB_OK &&
           feed) {
        status = sweep_feed(&w, feed, err);
        if (status == KB_OK)
            status = forget_entries(&w, feed, err);
    }
    if (status == KB_OK)
        status = forget_prints(&w, err);
    free(w.articles);
    return status;
}
