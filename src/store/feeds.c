/* Feeds and their entries: feeds.h tells what enters and leaves. */
#include "store/feeds.h"

#include <stdio.h>

#include "store/inner.h"

struct kb_str kb_feed_row_name(const struct kb_feed_row *row) {
    return row->name.n ? row->name : row->title.n ? row->title : row->url;
}

/* ---- following --------------------------------------------------------------------- */

/* The feed's row, made where it is new. */
static enum kb_status put_feed(struct kb_store *store, const struct kb_feed_new *feed,
                               int64_t *n, struct kb_err *err) {
    bool row = false;
    const struct kb_str texts[] = {feed->url, feed->title, feed->home_url, feed->format};
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO feed (url, title, home_url, format, added) VALUES (?1, ?2, ?3, ?4, "
        "?5) ON CONFLICT (url) DO UPDATE SET "
        "title = iif(title = '', excluded.title, title), "
        "home_url = iif(home_url = '', excluded.home_url, home_url) RETURNING n",
        err);
    if (!s)
        return err->status;
    for (int i = 0; i < (int)KB_COUNT(texts); i++)
        kb_bind_str(s, i + 1, texts[i]);
    kb_bind_int(s, 5, feed->now);
    enum kb_status status = kb_store_step(store, s, &row, err);
    *n = row ? sqlite3_column_int64(s, 0) : 0;
    return status == KB_OK ? kb_store_run(store, s, err) : status;
}

/* Does the person follow the feed; does anybody? */
static enum kb_status follows(struct kb_store *store, int64_t user, int64_t n, bool *they,
                              bool *any, struct kb_err *err) {
    bool row = false;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT EXISTS (SELECT 1 FROM subscription WHERE user = ?1 AND feed = ?2), "
        "EXISTS (SELECT 1 FROM subscription WHERE feed = ?2)",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    kb_bind_int(s, 2, n);
    enum kb_status status = kb_store_step(store, s, &row, err);
    *they = row && sqlite3_column_int(s, 0);
    *any = row && sqlite3_column_int(s, 1);
    sqlite3_reset(s);
    return status;
}

/* Something to read at once; what came to them by another feed is not new to them. */
static enum kb_status welcome(struct kb_store *store, int64_t user, int64_t n,
                              struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT OR IGNORE INTO unread (shelf, article, feed, time) SELECT " KB_SHELF
        ", a.n, ?2, a.time FROM (SELECT n, time FROM article WHERE feed = ?2 UNION ALL "
        "SELECT article, time FROM carried WHERE feed = ?2 ORDER BY time DESC LIMIT ?3) "
        "l JOIN article a ON a.n = l.n WHERE NOT EXISTS (SELECT 1 FROM subscription o "
        "WHERE o.user = ?1 AND o.feed = a.feed AND o.feed <> ?2) AND NOT EXISTS (SELECT "
        "1 FROM carried c JOIN subscription o ON o.user = ?1 AND o.feed = c.feed WHERE "
        "c.article = a.n AND c.feed <> ?2)",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    kb_bind_int(s, 2, n);
    kb_bind_int(s, 3, KB_LIMIT_FEED_WELCOME);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_feed_add(struct kb_store *store, int64_t user,
                                 const struct kb_feed_new *feed, int64_t *n, bool *fresh,
                                 struct kb_err *err) {
    bool they = false, any = false;
    enum kb_status status = put_feed(store, feed, n, err);
    if (status == KB_OK)
        status = follows(store, user, *n, &they, &any, err);
    *fresh = status == KB_OK && !they;
    if (status != KB_OK)
        return status;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO subscription (user, feed, folder, added) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (user, feed) DO UPDATE SET folder = iif(folder = '', "
        "excluded.folder, folder)",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    kb_bind_int(s, 2, *n);
    kb_bind_str(s, 3, feed->folder);
    kb_bind_int(s, 4, feed->now);
    status = kb_store_run(store, s, err);
    return status == KB_OK && !they && any ? welcome(store, user, *n, err) : status;
}

/* A statement of ?1 a person and ?2 a feed. */
static enum kb_status run_two(struct kb_store *store, const char *sql, int64_t user,
                              int64_t n, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, sql, err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    kb_bind_int(s, 2, n);
    return kb_store_run(store, s, err);
}

/* What a person has unread of a feed that they follow no more: it stays where it comes to
 * them by another one, or (of owners) where it is of no feed now. */
static enum kb_status leave_unread(struct kb_store *store, int64_t user, int64_t n,
                                   struct kb_err *err) {
    static const char *const steps[] = {
        "DELETE FROM unread WHERE shelf = " KB_SHELF
        " AND feed = ?2 AND EXISTS (SELECT 1 FROM article a WHERE a.n = unread.article "
        "AND NOT " KB_COMES ")",
        "UPDATE unread SET feed = (SELECT " KB_FEED_FOR
        " FROM article a WHERE a.n = unread.article) WHERE shelf = " KB_SHELF
        " AND feed = ?2"};
    enum kb_status status = KB_OK;
    for (size_t i = 0; status == KB_OK && i < KB_COUNT(steps); i++)
        status = run_two(store, steps[i], user, n, err);
    return status;
}

/* Another feed that has an article too is where it is from now. */
enum kb_status kb_store_feed_remove(struct kb_store *store, int64_t user, int64_t n,
                                    bool *gone, struct kb_err *err) {
    static const char let_go[] =
        "UPDATE article SET feed = (SELECT min(c.feed) FROM carried c WHERE c.article = "
        "article.n AND c.feed <> ?2) WHERE feed = ?2 AND ?1 = ?1";
    bool they = false, any = false;
    enum kb_status status = run_two(
        store, "DELETE FROM subscription WHERE user = ?1 AND feed = ?2", user, n, err);
    if (status == KB_OK)
        status = follows(store, user, n, &they, &any, err);
    *gone = status == KB_OK && !any;
    if (status == KB_OK && *gone)
        status = run_two(store, let_go, user, n, err);
    if (status == KB_OK)
        status = leave_unread(store, user, n, err);
    if (status == KB_OK && *gone)
        status =
            run_two(store, "DELETE FROM feed WHERE n = ?2 AND ?1 = ?1", user, n, err);
    return status;
}

static void take_follower(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    *(struct kb_follower *)item =
        (struct kb_follower){sqlite3_column_int64(s, 0), sqlite3_column_int(s, 1) != 0,
                             kb_column_dup(arena, s, 2), kb_column_dup(arena, s, 3)};
}

enum kb_status kb_store_followers(struct kb_store *store, int64_t feed,
                                  struct kb_arena *arena, struct kb_follower **rows,
                                  size_t *count, struct kb_err *err) {
    sqlite3_stmt *s =
        feed ? kb_store_sql(
                   store,
                   "SELECT u.n, u.role = 'owner', s.name, s.folder FROM subscription s "
                   "JOIN user u ON u.n = s.user WHERE s.feed = ?1 ORDER BY "
                   "u.role <> 'owner', u.n",
                   err)
             : kb_store_sql(
                   store,
                   "SELECT n, 1, '', '' FROM user WHERE role = 'owner' AND ?1 = 0 "
                   "ORDER BY n",
                   err);
    *rows = NULL;
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, feed);
    return kb_store_rows(store, s, arena, sizeof **rows, take_follower, (void **)rows,
                         count, err);
}

static enum kb_status follow_instead(struct kb_store *store,
                                     const struct kb_follower *who, int64_t n,
                                     int64_t with, int64_t now, struct kb_err *err) {
    bool they = false, any = false;
    enum kb_status status = follows(store, who->user, with, &they, &any, err);
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO subscription (user, feed, name, folder, added) VALUES (?1, ?2, ?3, "
        "?4, ?5) ON CONFLICT (user, feed) DO UPDATE SET name = iif(name = '', "
        "excluded.name, name), folder = iif(folder = '', excluded.folder, folder)",
        err);
    if (status != KB_OK || !s)
        return status != KB_OK ? status : err->status;
    kb_bind_int(s, 1, who->user);
    kb_bind_int(s, 2, with);
    kb_bind_str(s, 3, who->name);
    kb_bind_str(s, 4, who->folder);
    kb_bind_int(s, 5, now);
    status = kb_store_run(store, s, err);
    if (status == KB_OK && !they)
        status = welcome(store, who->user, with, err);
    return status == KB_OK ? kb_store_feed_remove(store, who->user, n, &any, err)
                           : status;
}

enum kb_status kb_store_feed_unite(struct kb_store *store, int64_t n, int64_t with,
                                   int64_t now, struct kb_err *err) {
    struct kb_follower *rows;
    struct kb_arena arena;
    size_t count = 0;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_store_followers(store, n, &arena, &rows, &count, err);
    if (status == KB_OK)
        status = run_two(store,
                         "UPDATE rule SET value = (SELECT url FROM feed WHERE n = ?2) "
                         "WHERE scope = 'feed' AND value = (SELECT url FROM feed WHERE n "
                         "= ?1)",
                         n, with, err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = follow_instead(store, &rows[i], n, with, now, err);
    kb_arena_free(&arena);
    return status;
}

/* ---- lists ------------------------------------------------------------------------- */

/* Whose view it is: ?9, or of nobody's the first who follows the feed. */
#define COLUMNS                                                                          \
    "SELECT f.n, f.added, f.next, f.last_success, f.failures, f.articles, "              \
    "coalesce(c.count, 0), coalesce((SELECT max(time) FROM article WHERE feed = f.n), "  \
    "0), coalesce(i.icon, 0), coalesce(s.added, 0), s.user IS NOT NULL, f.paused, "      \
    "coalesce(s.name, ''), coalesce(s.folder, ''), f.url, f.title, f.home_url, "         \
    "f.language, f.format, f.full_text, f.settings, f.says, f.state, coalesce((SELECT "  \
    "name FROM icon WHERE n = i.icon), '') FROM feed f LEFT JOIN feed_icon i ON i.feed " \
    "= f.n LEFT JOIN subscription s ON s.user = iif(?9, ?9, (SELECT min(user) FROM "     \
    "subscription WHERE feed = f.n)) AND s.feed = f.n LEFT JOIN unread_count c ON "      \
    "c.shelf = (SELECT n FROM shelf WHERE user = ?9) AND c.feed = f.n "                  \
    "WHERE (?9 = 0 OR s.user IS NOT NULL) "

static void take_row(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    struct kb_feed_row *r = item;
    int64_t *const numbers[] = {&r->n,        &r->added,    &r->next,   &r->last_success,
                                &r->failures, &r->articles, &r->unread, &r->newest,
                                &r->icon,     &r->followed};
    struct kb_str *const texts[] = {
        &r->name,   &r->folder,    &r->url,      &r->title, &r->home_url, &r->language,
        &r->format, &r->full_text, &r->settings, &r->says,  &r->state,    &r->icon_name};
    int at = 0;
    for (size_t i = 0; i < KB_COUNT(numbers); i++)
        *numbers[i] = sqlite3_column_int64(s, at++);
    r->follows = sqlite3_column_int(s, at++) != 0;
    r->paused = sqlite3_column_int(s, at++) != 0;
    for (size_t i = 0; i < KB_COUNT(texts); i++)
        *texts[i] = kb_column_dup(arena, s, at++);
}

/* Up to max rows of a bound statement. */
static enum kb_status take_rows(struct kb_store *store, sqlite3_stmt *s,
                                struct kb_arena *arena, struct kb_feed_row **rows,
                                size_t *count, struct kb_err *err) {
    *rows = NULL;
    *count = 0;
    return kb_store_rows(store, s, arena, sizeof **rows, take_row, (void **)rows, count,
                         err);
}

static bool is_number(int64_t n, struct kb_str name) {
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", (long long)n);
    return kb_str_equal(name, kb_str_z(text));
}

enum kb_status kb_store_feed(struct kb_store *store, int64_t user, struct kb_str name,
                             struct kb_arena *arena, struct kb_feed_row *row,
                             struct kb_err *err) {
    struct kb_feed_row *rows;
    size_t count;
    const int shown = (int)(name.n < 80 ? name.n : 80);
    sqlite3_stmt *s = kb_store_sql(
        store,
        COLUMNS "AND (f.url = ?1 OR f.title = ?1 COLLATE NOCASE OR s.name = ?1 COLLATE "
                "NOCASE OR CAST(f.n AS TEXT) = ?1) ORDER BY f.url = ?1 DESC, "
                "CAST(f.n AS TEXT) = ?1 DESC LIMIT 2",
        err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, name);
    kb_bind_int(s, 9, user);
    enum kb_status status = take_rows(store, s, arena, &rows, &count, err);
    if (status == KB_OK && !count)
        return kb_err_set(err, KB_EINPUT,
                          "\"%.*s\": %s has no such feed; `kabar feeds` lists them",
                          shown, name.p, store->called);
    /* A feed may call itself by another one's number. */
    if (status == KB_OK && count > 1 && !kb_str_equal(rows[0].url, name) &&
        !is_number(rows[0].n, name))
        return kb_err_set(err, KB_EINPUT,
                          "\"%.*s\": several feeds are called so: write the number or "
                          "the address that `kabar feeds` tells",
                          shown, name.p);
    if (status == KB_OK)
        *row = rows[0];
    return status;
}

enum kb_status kb_store_feed_at(struct kb_store *store, int64_t user, int64_t n,
                                struct kb_arena *arena, struct kb_feed_row *row,
                                struct kb_err *err) {
    struct kb_feed_row *rows;
    size_t count;
    sqlite3_stmt *s = kb_store_sql(store, COLUMNS "AND f.n = ?1", err);
    *row = (struct kb_feed_row){.n = 0};
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 9, user);
    enum kb_status status = take_rows(store, s, arena, &rows, &count, err);
    if (status == KB_OK && count)
        *row = rows[0];
    return status;
}

enum kb_status kb_store_feeds(struct kb_store *store, int64_t user, int64_t due,
                              struct kb_arena *arena, struct kb_feed_row **rows,
                              size_t *count, struct kb_err *err) {
    sqlite3_stmt *s =
        due == KB_FEEDS_ALL
            ? kb_store_sql(store,
                           COLUMNS "ORDER BY s.folder, coalesce(nullif(s.name, ''), "
                                   "nullif(f.title, ''), f.url) COLLATE NOCASE",
                           err)
            : kb_store_sql(store,
                           COLUMNS "AND NOT f.paused AND f.next <= ?1 ORDER BY f.next, "
                                   "f.n",
                           err);
    if (!s)
        return err->status;
    kb_bind_int(s, 9, user);
    if (due != KB_FEEDS_ALL)
        kb_bind_int(s, 1, due);
    return take_rows(store, s, arena, rows, count, err);
}

enum kb_status kb_store_feed_next(struct kb_store *store, int64_t *next,
                                  struct kb_err *err) {
    sqlite3_stmt *s =
        kb_store_sql(store, "SELECT min(next) FROM feed WHERE NOT paused", err);
    return kb_store_number(store, s, KB_FEEDS_ALL, next, err);
}

enum kb_status kb_store_feed_due(struct kb_store *store, int64_t n, int64_t now,
                                 struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store, "UPDATE feed SET next = ?2 WHERE (n = ?1 OR ?1 = 0) AND next > ?2", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, now);
    return kb_store_run(store, s, err);
}

/* Rules for a feed name it by its address: they move with it. */
static enum kb_status move_rules(struct kb_store *store, int64_t n, struct kb_str url,
                                 struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "UPDATE rule SET value = ?2 WHERE scope = 'feed' AND value = (SELECT url FROM "
        "feed WHERE n = ?1) AND NOT EXISTS (SELECT 1 FROM feed WHERE url = ?2)",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_str(s, 2, url);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_feed_visited(struct kb_store *store, int64_t n,
                                     const struct kb_feed_visit *visit,
                                     struct kb_err *err) {
    const struct kb_str texts[] = {visit->state, visit->says,     visit->url,
                                   visit->title, visit->home_url, visit->language,
                                   visit->format};
    enum kb_status status = visit->url.n ? move_rules(store, n, visit->url, err) : KB_OK;
    if (status != KB_OK)
        return status;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "UPDATE OR IGNORE feed SET next = iif(?2 < 0, next, ?2), last_success = ?3, "
        "failures = ?4, state = iif(?5 = '', state, ?5), says = iif(?6 = '', says, ?6), "
        "url = iif(?7 = '' OR EXISTS (SELECT 1 FROM feed o WHERE o.url = ?7), url, ?7), "
        "title = iif(?8 = '', title, ?8), home_url = iif(?9 = '', home_url, ?9), "
        "language = iif(?10 = '', language, ?10), format = iif(?11 = '', format, ?11) "
        "WHERE n = ?1",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_int(s, 2, visit->next);
    kb_bind_int(s, 3, visit->last_success);
    kb_bind_int(s, 4, visit->failures);
    for (int i = 0; i < (int)KB_COUNT(texts); i++)
        kb_bind_str(s, 5 + i, texts[i]);
    return kb_store_run(store, s, err);
}

enum kb_status kb_store_feed_set(struct kb_store *store, int64_t user, int64_t n,
                                 enum kb_feed_setting what, struct kb_str value,
                                 struct kb_err *err) {
    sqlite3_stmt *s = NULL;
    switch (what) {
    case KB_FEED_SET_NAME:
        s = kb_store_sql(
            store, "UPDATE subscription SET name = ?2 WHERE feed = ?1 AND user = ?3",
            err);
        break;
    case KB_FEED_SET_FOLDER:
        s = kb_store_sql(
            store, "UPDATE subscription SET folder = ?2 WHERE feed = ?1 AND user = ?3",
            err);
        break;
    case KB_FEED_SET_FULL_TEXT:
        s = kb_store_sql(store, "UPDATE feed SET full_text = ?2 WHERE n = ?1", err);
        break;
    case KB_FEED_SET_SETTINGS:
        s = kb_store_sql(store,
                         "UPDATE feed SET settings = json_patch(iif(settings = '', '{}', "
                         "settings), ?2) WHERE n = ?1",
                         err);
        break;
    case KB_FEED_SET_PAUSED:
        s = kb_store_sql(
            store, "UPDATE feed SET paused = CAST(?2 AS INTEGER) WHERE n = ?1", err);
        break;
    }
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_str(s, 2, value);
    if (what == KB_FEED_SET_NAME || what == KB_FEED_SET_FOLDER)
        kb_bind_int(s, 3, user);
    return kb_store_run(store, s, err);
}

/* ---- folders ----------------------------------------------------------------------- */

static void take_folder(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    *(struct kb_folder_row *)item =
        (struct kb_folder_row){kb_column_dup(arena, s, 0), sqlite3_column_int64(s, 1),
                               sqlite3_column_int64(s, 2)};
}

enum kb_status kb_store_folders(struct kb_store *store, int64_t user,
                                struct kb_arena *arena, struct kb_folder_row **rows,
                                size_t *count, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT s.folder, count(*), coalesce(sum(c.count), 0) FROM subscription s LEFT "
        "JOIN unread_count c ON c.shelf = " KB_SHELF
        " AND c.feed = s.feed WHERE s.user = ?1 AND s.folder <> '' GROUP BY s.folder "
        "ORDER BY s.folder",
        err);
    *rows = NULL;
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    return kb_store_rows(store, s, arena, sizeof **rows, take_folder, (void **)rows,
                         count, err);
}

enum kb_status kb_store_folder_rename(struct kb_store *store, int64_t user,
                                      struct kb_str from, struct kb_str to,
                                      int64_t *changed, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "UPDATE subscription SET folder = iif(?3 = '', '', ?3 || substr(folder, "
        "length(?17) + 1)) WHERE user = ?1 AND ?17 <> '' AND " KB_IN_FOLDER,
        err);
    *changed = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    kb_bind_str(s, 17, from);
    kb_bind_str(s, 3, to);
    enum kb_status status = kb_store_run(store, s, err);
    if (status == KB_OK)
        *changed = sqlite3_changes64(store->db);
    if (status != KB_OK || !to.n)
        return status;
    /* Rules for the folder go with it; those of one that is gone wait for another. */
    s = kb_store_sql(store,
                     "UPDATE rule SET value = ?3 || substr(value, length(?17) + 1) WHERE "
                     "user = ?1 AND scope = 'folder' AND ?17 <> '' AND (value = ?17 OR "
                     "substr(value, 1, length(?17) + 1) = ?17 || '/')",
                     err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, user);
    kb_bind_str(s, 17, from);
    kb_bind_str(s, 3, to);
    return kb_store_run(store, s, err);
}

/* ---- entries ----------------------------------------------------------------------- */

enum kb_status kb_store_entry(struct kb_store *store, int64_t feed, uint64_t id,
                              uint64_t content, enum kb_entry_known *known,
                              struct kb_err *err) {
    bool row = false;
    sqlite3_stmt *s =
        kb_store_sql(store, "SELECT content FROM entry WHERE feed = ?1 AND id = ?2", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, feed);
    kb_bind_int(s, 2, (int64_t)id);
    enum kb_status status = kb_store_step(store, s, &row, err);
    *known = !row                                             ? KB_ENTRY_NEW
             : sqlite3_column_int64(s, 0) == (int64_t)content ? KB_ENTRY_SAME
                                                              : KB_ENTRY_CHANGED;
    sqlite3_reset(s);
    return status;
}

/* That an old entry is still there needs no writing more often than daily. */
enum kb_status kb_store_entry_note(struct kb_store *store, int64_t feed, uint64_t id,
                                   uint64_t content, int64_t now, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO entry (feed, id, content, last) VALUES (?1, ?2, ?3, ?4) "
        "ON CONFLICT (feed, id) DO UPDATE SET content = ?3, last = ?4 "
        "WHERE content <> ?3 OR last < ?4 - 86400",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, feed);
    kb_bind_int(s, 2, (int64_t)id);
    kb_bind_int(s, 3, (int64_t)content);
    kb_bind_int(s, 4, now);
    return kb_store_run(store, s, err);
}
