/* Subscriptions at hubs and what they brought: hubs.h tells what enters and leaves. */
#include "store/hubs.h"

#include "store/feeds.h"
#include "store/inner.h"

/* ---- written ----------------------------------------------------------------------- */

enum kb_status kb_store_hub_leave(struct kb_store *store, int64_t feed,
                                  struct kb_err *err) {
    return kb_store_run_of(store, "UPDATE hub SET feed = NULL WHERE feed = ?1", feed,
                           err);
}

enum kb_status kb_store_hub_add(struct kb_store *store, const struct kb_hub_row *row,
                                struct kb_err *err) {
    enum kb_status status = kb_store_hub_leave(store, row->feed, err);
    if (status != KB_OK)
        return status;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO hub (feed, hub, topic, callback, token, secret, next) VALUES (?1, "
        "?2, ?3, ?4, ?5, ?6, ?7)",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, row->feed);
    kb_bind_str(s, 2, row->hub);
    kb_bind_str(s, 3, row->topic);
    kb_bind_str(s, 4, row->callback);
    kb_bind_str(s, 5, row->token);
    kb_bind_str(s, 6, row->secret);
    kb_bind_int(s, 7, row->next);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_hub_set(struct kb_store *store, const struct kb_hub_row *row,
                                struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "UPDATE hub SET denied = ?2, lease_until = ?3, next = ?4, tries = ?5, says = ?6 "
        "WHERE n = ?1",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, row->n);
    kb_bind_int(s, 2, row->denied);
    kb_bind_int(s, 3, row->lease_until);
    kb_bind_int(s, 4, row->next);
    kb_bind_int(s, 5, row->tries);
    kb_bind_str(s, 6, row->says);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_hub_remove(struct kb_store *store, int64_t n,
                                   struct kb_err *err) {
    return kb_store_run_of(store, "DELETE FROM hub WHERE n = ?1", n, err);
}

enum kb_status kb_store_hubs_begin(struct kb_store *store, struct kb_str below,
                                   int64_t now, int64_t least, struct kb_err *err) {
    static const char *const steps[] = {
        "UPDATE feed SET next = min(next, max(?2, last_success + ?3)) WHERE n IN (SELECT "
        "feed FROM hub WHERE lease_until > ?2) AND ?1 = ?1",
        /* The same token: the hub's confirmation names it. */
        "UPDATE hub SET callback = iif(?1 = '', callback, ?1 || token), lease_until = 0, "
        "next = ?2, tries = 0 WHERE callback <> ?1 || token AND feed IS NOT NULL "
        "AND ?3 = ?3",
    };
    enum kb_status status = KB_OK;
    for (size_t i = 0; status == KB_OK && i < KB_COUNT(steps); i++) {
        sqlite3_stmt *s = kb_store_sql(store, steps[i], err);
        if (!s)
            return err->status;
        kb_bind_str(s, 1, below);
        kb_bind_int(s, 2, now);
        kb_bind_int(s, 3, least);
        status = kb_store_run(store, s, err);
    }
    return status;
}

/* ---- read -------------------------------------------------------------------------- */

#define COLUMNS                                                                          \
    "SELECT h.n, coalesce(h.feed, 0), h.denied, h.lease_until, h.next, h.tries, "        \
    "coalesce(f.paused, 0), h.hub, h.topic, h.callback, h.token, h.secret, h.says, "     \
    "coalesce(f.url, h.left_url), coalesce(f.settings, h.left_settings), h.pushed FROM " \
    "hub h LEFT JOIN feed f ON f.n = h.feed "

static void take_row(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    struct kb_hub_row *r = item;
    struct kb_str *const texts[] = {&r->hub,      &r->topic,        &r->callback,
                                    &r->token,    &r->secret,       &r->says,
                                    &r->feed_url, &r->feed_settings};
    r->n = sqlite3_column_int64(s, 0);
    r->feed = sqlite3_column_int64(s, 1);
    r->denied = sqlite3_column_int(s, 2) != 0;
    r->lease_until = sqlite3_column_int64(s, 3);
    r->next = sqlite3_column_int64(s, 4);
    r->tries = sqlite3_column_int64(s, 5);
    r->paused = sqlite3_column_int(s, 6) != 0;
    for (size_t i = 0; i < KB_COUNT(texts); i++)
        *texts[i] = kb_column_dup(arena, s, (int)i + 7);
    r->pushed = sqlite3_column_int64(s, 7 + (int)KB_COUNT(texts));
}

/* The one row of a bound statement, if any. */
static enum kb_status take_one(struct kb_store *store, sqlite3_stmt *s,
                               struct kb_arena *arena, struct kb_hub_row *row,
                               struct kb_err *err) {
    bool found;
    *row = (struct kb_hub_row){.n = 0};
    return kb_store_row(store, s, arena, take_row, row, &found, err);
}

static enum kb_status by_number(struct kb_store *store, const char *sql, int64_t n,
                                struct kb_arena *arena, struct kb_hub_row *row,
                                struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, sql, err);
    if (s)
        kb_bind_int(s, 1, n);
    return take_one(store, s, arena, row, err);
}

enum kb_status kb_store_hub_of(struct kb_store *store, int64_t feed,
                               struct kb_arena *arena, struct kb_hub_row *row,
                               struct kb_err *err) {
    return by_number(store, COLUMNS "WHERE h.feed = ?1", feed, arena, row, err);
}

enum kb_status kb_store_hub_at(struct kb_store *store, int64_t n, struct kb_arena *arena,
                               struct kb_hub_row *row, struct kb_err *err) {
    return by_number(store, COLUMNS "WHERE h.n = ?1", n, arena, row, err);
}

enum kb_status kb_store_hub_named(struct kb_store *store, struct kb_str token,
                                  struct kb_arena *arena, struct kb_hub_row *row,
                                  struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, COLUMNS "WHERE h.token = ?1", err);
    if (s)
        kb_bind_str(s, 1, token);
    return take_one(store, s, arena, row, err);
}

enum kb_status kb_store_hubs(struct kb_store *store, struct kb_arena *arena,
                             struct kb_hub_row **rows, size_t *count,
                             struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store, COLUMNS "WHERE h.feed IS NOT NULL ORDER BY h.feed", err);
    *rows = NULL;
    *count = 0;
    return s ? kb_store_rows(store, s, arena, sizeof **rows, take_row, (void **)rows,
                             count, err)
             : err->status;
}

enum kb_status kb_store_hubs_due(struct kb_store *store, int64_t now, size_t max,
                                 struct kb_arena *arena, struct kb_hub_row **rows,
                                 size_t *count, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        COLUMNS "WHERE h.next <= ?1 AND f.paused IS NOT 1 ORDER BY h.next, h.n LIMIT ?2",
        err);
    *rows = NULL;
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, now);
    kb_bind_int(s, 2, (int64_t)max);
    return kb_store_rows(store, s, arena, sizeof **rows, take_row, (void **)rows, count,
                         err);
}

enum kb_status kb_store_hub_next(struct kb_store *store, bool speaks, int64_t *next,
                                 struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT min(next) FROM (SELECT h.next FROM hub h LEFT JOIN feed f ON f.n = "
        "h.feed WHERE ?1 AND f.paused IS NOT 1 UNION ALL SELECT 0 FROM push)",
        err);
    if (s)
        kb_bind_int(s, 1, speaks);
    return kb_store_number(store, s, KB_FEEDS_ALL, next, err);
}

enum kb_status kb_store_hubs_count(struct kb_store *store, int64_t now, int64_t *count,
                                   struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store, "SELECT count(*) FROM hub WHERE feed IS NOT NULL AND lease_until > ?1",
        err);
    if (s)
        kb_bind_int(s, 1, now);
    return kb_store_number(store, s, 0, count, err);
}

/* ---- what hubs brought ------------------------------------------------------------- */

enum kb_status kb_store_push_add(struct kb_store *store, const struct kb_push_row *row,
                                 int64_t now, bool *kept, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO push (feed, came, topic, type, body) SELECT ?1, ?2, ?3, ?4, ?5 "
        "WHERE (SELECT count(*) FROM push WHERE feed = ?1) < ?6 RETURNING n",
        err);
    *kept = false;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, row->feed);
    kb_bind_int(s, 2, now);
    kb_bind_str(s, 3, row->topic);
    kb_bind_str(s, 4, row->type);
    kb_bind_blob(s, 5, row->body);
    kb_bind_int(s, 6, KB_LIMIT_PUSHES);
    enum kb_status status = kb_store_step(store, s, kept, err);
    return status == KB_OK && *kept ? kb_store_run(store, s, err) : status;
}

static void take_push(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    *(struct kb_push_row *)item =
        (struct kb_push_row){sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
                             kb_column_dup(arena, s, 2), kb_column_dup(arena, s, 3),
                             kb_column_dup(arena, s, 4)};
}

enum kb_status kb_store_push_next(struct kb_store *store, int64_t after,
                                  struct kb_arena *arena, struct kb_push_row *row,
                                  struct kb_err *err) {
    bool found;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT n, feed, topic, type, body FROM push WHERE n > ?1 ORDER BY n LIMIT 1",
        err);
    *row = (struct kb_push_row){.n = 0};
    if (s)
        kb_bind_int(s, 1, after);
    return kb_store_row(store, s, arena, take_push, row, &found, err);
}

enum kb_status kb_store_push_remove(struct kb_store *store, int64_t n,
                                    struct kb_err *err) {
    return kb_store_run_of(store, "DELETE FROM push WHERE n = ?1", n, err);
}
