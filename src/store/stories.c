/* Stories: counts that follow their articles, lists, and a person's corrections.
 *
 * The front list is one index: heat is a story's last time, and half a day for each
 * doubling of its outlets.  It does not change while nothing happens, so nothing has to
 * be reckoned anew as time goes by (the order of Reddit's front page, 2005), and the
 * first page costs the same whatever the file holds. */
#include "store/stories.h"

#include <math.h>

#include "store/inner.h"
#include "store/marks.h"

static const double half_day = 43200;

static double heat_of(int64_t last, int64_t outlets) {
    return (double)last + half_day * log2(outlets > 1 ? (double)outlets : 1);
}

/* ---- counts ------------------------------------------------------------------------ */

enum kb_status kb_story_before(struct kb_store *store, struct kb_story_gain *gain,
                               struct kb_err *err) {
    bool row = false;
    gain->new_outlet = gain->outlet != 0;
    gain->new_report = true;
    if (!gain->story)
        return KB_OK;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT NOT EXISTS (SELECT 1 FROM article WHERE story = ?1 AND outlet = ?2), "
        "CASE WHEN ?3 IS NULL THEN 1 WHEN EXISTS (SELECT 1 FROM article WHERE n = ?3 AND "
        "story = ?1) THEN 0 ELSE NOT EXISTS (SELECT 1 FROM article WHERE story = ?1 AND "
        "report = coalesce((SELECT report FROM article WHERE n = ?3), ?3)) END",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, gain->story);
    kb_bind_ref(s, 2, gain->outlet);
    kb_bind_ref(s, 3, gain->report);
    enum kb_status status = kb_store_step(store, s, &row, err);
    if (row) {
        gain->new_outlet = gain->outlet && sqlite3_column_int(s, 0);
        gain->new_report = sqlite3_column_int(s, 1) != 0;
    }
    sqlite3_reset(s);
    return status;
}

static enum kb_status found(struct kb_store *store, const struct kb_story_gain *g,
                            int64_t n, struct kb_str id, struct kb_str title,
                            struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "INSERT INTO story (n, id, title, articles, reports, outlets, languages, first, "
        "last, heat) VALUES (?1, ?2, ?3, 1, 1, ?4, ' ' || ?5 || ' ', ?6, ?6, ?7)",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, n);
    kb_bind_str(s, 2, id);
    kb_bind_str(s, 3, title);
    kb_bind_int(s, 4, g->new_outlet);
    kb_bind_str(s, 5, g->language);
    kb_bind_int(s, 6, g->time);
    kb_bind_real(s, 7, heat_of(g->time, 1));
    return kb_store_run(store, s, err);
}

/* SQLite's math functions may not be there, so heat is reckoned here. */
static enum kb_status set_heat(struct kb_store *store, int64_t story, int64_t last,
                               int64_t outlets, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, "UPDATE story SET heat = ?2 WHERE n = ?1", err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, story);
    kb_bind_real(s, 2, heat_of(last, outlets));
    return kb_store_run(store, s, err);
}

enum kb_status kb_story_after(struct kb_store *store, const struct kb_story_gain *g,
                              int64_t n, struct kb_str id, struct kb_str title,
                              struct kb_err *err) {
    bool row = false;
    int64_t last = 0, outlets = 0;
    if (!g->story)
        return found(store, g, n, id, title, err);
    sqlite3_stmt *s = kb_store_sql(
        store,
        "UPDATE story SET articles = articles + 1, reports = reports + ?2, outlets = "
        "outlets + ?3, languages = iif(instr(languages, ' ' || ?4 || ' '), languages, "
        "languages || ?4 || ' '), first = min(first, ?5), last = max(last, ?5) "
        "WHERE n = ?1 RETURNING last, outlets",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, g->story);
    kb_bind_int(s, 2, g->new_report);
    kb_bind_int(s, 3, g->new_outlet);
    kb_bind_str(s, 4, g->language);
    kb_bind_int(s, 5, g->time);
    enum kb_status status = kb_store_step(store, s, &row, err);
    if (row) {
        last = sqlite3_column_int64(s, 0);
        outlets = sqlite3_column_int64(s, 1);
    }
    if (status == KB_OK)
        status = kb_store_run(store, s, err);
    if (status == KB_OK && !row)
        status = kb_err_set(err, KB_EINPUT, "%s: a story is missing; run `kabar check`",
                            store->called);
    return status == KB_OK ? set_heat(store, g->story, last, outlets, err) : status;
}

enum kb_status kb_story_recount(struct kb_store *store, int64_t story,
                                struct kb_err *err) {
    bool row = false;
    int64_t articles = 0, last = 0, outlets = 0;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "UPDATE story SET (articles, reports, outlets, languages, first, last) = "
        "(SELECT count(*), count(DISTINCT report), count(DISTINCT outlet), ' ' || "
        "coalesce((SELECT group_concat(language, ' ') FROM (SELECT language FROM article "
        "WHERE story = ?1 GROUP BY language ORDER BY min(n))), '') || ' ', "
        "coalesce(min(time), first), coalesce(max(time), last) FROM article "
        "WHERE story = "
        "?1) WHERE n = ?1 AND into_story IS NULL RETURNING articles, last, outlets",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, story);
    enum kb_status status = kb_store_step(store, s, &row, err);
    if (row) {
        articles = sqlite3_column_int64(s, 0);
        last = sqlite3_column_int64(s, 1);
        outlets = sqlite3_column_int64(s, 2);
    }
    if (status == KB_OK)
        status = kb_store_run(store, s, err);
    if (status != KB_OK || !row)
        return status;
    if (articles)
        return set_heat(store, story, last, outlets, err);
    /* Its aliases stand for nothing any more. */
    s = kb_store_sql(
        store,
        "DELETE FROM story WHERE n IN (WITH RECURSIVE gone (n) AS (SELECT ?1 "
        "UNION SELECT o.n FROM gone JOIN story o ON o.into_story = gone.n) "
        "SELECT n FROM gone)",
        err);
    if (!s)
        return err->status;
    kb_bind_int(s, 1, story);
    return kb_store_run(store, s, err);
}

/* ---- reading ----------------------------------------------------------------------- */

#define COLUMNS(unread)                                                                  \
    "SELECT s.n, s.articles, s.reports, s.outlets, s.first, s.last, s.heat, s.id, "      \
    "s.title, s.languages, " unread " FROM story s "

static void take_row(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    struct kb_story_row *r = item;
    *r = (struct kb_story_row){
        .n = sqlite3_column_int64(s, 0),
        .articles = sqlite3_column_int64(s, 1),
        .reports = sqlite3_column_int64(s, 2),
        .outlets = sqlite3_column_int64(s, 3),
        .first = sqlite3_column_int64(s, 4),
        .last = sqlite3_column_int64(s, 5),
        .heat = sqlite3_column_double(s, 6),
        .id = kb_column_dup(arena, s, 7),
        .title = kb_column_dup(arena, s, 8),
        .languages = kb_str_trim(kb_column_dup(arena, s, 9)),
        .unread = sqlite3_column_int64(s, 10),
    };
    r->language = kb_str_slice(r->languages, 0, kb_str_find_byte(r->languages, ' '));
}

/* What a story was joined into, and that again.  It is an older one each time: in a
 * damaged file there is no circle. */
static enum kb_status end_of(struct kb_store *store, int64_t *n, struct kb_err *err) {
    enum kb_status status = KB_OK;
    bool found = true;
    for (int64_t next = *n; status == KB_OK && found && next;) {
        sqlite3_stmt *s =
            kb_store_sql(store, "SELECT into_story FROM story WHERE n = ?1", err);
        if (!s)
            return err->status;
        *n = next;
        kb_bind_int(s, 1, *n);
        status = kb_store_step(store, s, &found, err);
        next = found ? sqlite3_column_int64(s, 0) : 0;
        next = next < *n ? next : 0;
        sqlite3_reset(s);
    }
    return status;
}

/* The story with this id, 0 where there is none. */
static enum kb_status story_called(struct kb_store *store, struct kb_str id, int64_t *n,
                                   struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, "SELECT n FROM story WHERE id = ?1", err);
    if (s)
        kb_bind_str(s, 1, id);
    return kb_store_number(store, s, 0, n, err);
}

enum kb_status kb_story_home(struct kb_store *store, struct kb_str id, int64_t *n,
                             struct kb_err *err) {
    enum kb_status status = story_called(store, id, n, err);
    return status == KB_OK && *n ? end_of(store, n, err) : status;
}

enum kb_status kb_store_story_at(struct kb_store *store, int64_t n,
                                 struct kb_arena *arena, struct kb_story_row *row,
                                 struct kb_err *err) {
    bool found = false;
    enum kb_status status = end_of(store, &n, err);
    if (status != KB_OK)
        return status;
    sqlite3_stmt *s = kb_store_sql(store, COLUMNS("0") "WHERE s.n = ?1", err);
    if (s)
        kb_bind_int(s, 1, n);
    status = kb_store_row(store, s, arena, take_row, row, &found, err);
    return status == KB_OK && !found
               ? kb_err_set(err, KB_EINPUT, "%s: there is no such story", store->called)
               : status;
}

/* The one story whose id begins so; else 0. */
static enum kb_status story_beginning(struct kb_store *store, struct kb_str name,
                                      int64_t *n, struct kb_err *err) {
    enum { SHORTEST = 4 };
    bool found = false;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT min(n), count(*) FROM (SELECT n FROM story WHERE id >= ?1 AND id < ?1 || "
        "x'7f' LIMIT 2)",
        err);
    if (!s)
        return err->status;
    kb_bind_str(s, 1, name);
    enum kb_status status = kb_store_step(store, s, &found, err);
    *n = found && name.n >= SHORTEST && sqlite3_column_int(s, 1) == 1
             ? sqlite3_column_int64(s, 0)
             : 0;
    sqlite3_reset(s);
    return status;
}

enum kb_status kb_store_story(struct kb_store *store, struct kb_str name,
                              struct kb_arena *arena, struct kb_story_row *row,
                              struct kb_err *err) {
    int64_t n = 0;
    struct kb_row article = {0};
    enum kb_status status = story_called(store, name, &n, err);
    if (status == KB_OK && !n)
        status = story_beginning(store, name, &n, err);
    if (status == KB_OK && !n) {
        status = kb_store_article(store, 0, name, arena, &article, err);
        n = article.story;
    }
    return status == KB_OK ? kb_store_story_at(store, n, arena, row, err) : status;
}

/* One statement for all wishes: what does not matter is NULL, and the order is read off
 * an index in both. */
#define WISHES                                                                           \
    "WHERE s.into_story IS NULL AND s.articles > 0 AND s.last >= ?9 AND s.first < ?2 "   \
    "AND s.outlets >= ?3 "                                                               \
    "AND (?4 IS NULL OR instr(s.languages, ' ' || ?4 || ' ') "                           \
    "OR instr(s.languages, ' ' || ?4 || '-')) "                                          \
    "AND (?5 IS NULL OR EXISTS (SELECT 1 FROM article a "                                \
    "JOIN outlet o ON o.n = a.outlet WHERE a.story = s.n "                               \
    "AND (o.domain = ?5 OR o.name = ?5 COLLATE NOCASE))) "                               \
    "AND (?6 IS NULL OR EXISTS (SELECT 1 FROM article a JOIN tag t ON t.article = a.n "  \
    "WHERE a.story = s.n AND t.user = ?1 AND t.name = ?6)) "                             \
    "AND (NOT ?10 OR EXISTS (SELECT 1 FROM article a WHERE a.story = s.n AND " KB_COMES  \
    ")) AND (NOT ?11 OR EXISTS (SELECT 1 FROM unread_story WHERE shelf = " KB_SHELF      \
    " AND story = s.n)) AND s.n >= ?12 "

#define UNREAD                                                                           \
    "coalesce((SELECT count FROM unread_story WHERE shelf = " KB_SHELF                   \
    " AND story = s.n), 0)"

enum kb_status kb_store_newest_story(struct kb_store *store, int64_t *n,
                                     struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(store, "SELECT max(n) FROM story", err);
    return kb_store_number(store, s, 0, n, err);
}

/* Each order is read off an index; but where a person has little unread, their few
 * stories are looked up and sorted. */
static const char *list_of(const struct kb_story_wish *wish, bool few) {
#define FEW "AND s.n IN (SELECT story FROM unread_story WHERE shelf = " KB_SHELF ") "
#define BEHIND "AND (s.heat, s.n) < (?13, ?14) ORDER BY s.heat DESC, s.n DESC"
#define LIST(index, rest) COLUMNS(UNREAD) index WISHES rest " LIMIT ?7 OFFSET ?8"
    if (wish->from)
        return LIST("NOT INDEXED ", "ORDER BY s.n");
    if (few)
        return wish->newest ? LIST("NOT INDEXED ", FEW "ORDER BY s.last DESC")
                            : LIST("NOT INDEXED ", FEW BEHIND);
    if (!wish->newest)
        return LIST("INDEXED BY story_heat ", BEHIND);
    return wish->min_outlets > 1 ? LIST("INDEXED BY story_several ",
                                        "AND s.outlets > 1 ORDER BY s.last DESC")
                                 : LIST("INDEXED BY story_last ", "ORDER BY s.last DESC");
#undef LIST
#undef BEHIND
#undef FEW
}

enum kb_status kb_store_stories(struct kb_store *store, const struct kb_story_wish *wish,
                                struct kb_arena *arena, struct kb_story_row **rows,
                                size_t *count, struct kb_err *err) {
    const struct kb_str texts[] = {wish->language, wish->outlet, wish->tag};
    enum kb_status status = KB_OK;
    bool all = false, own = wish->own;
    int64_t unread = 0;
    *rows = NULL;
    *count = 0;
    if (own && (status = kb_store_gets_all(store, wish->user, &all, err)) != KB_OK)
        return status;
    own = own && !all;
    if (wish->unread &&
        (status = kb_store_unread(store, wish->user, &unread, err)) != KB_OK)
        return status;
    sqlite3_stmt *s = kb_store_sql(
        store, list_of(wish, wish->unread && unread <= KB_LIMIT_UNREAD_SORTED), err);
    if (!s)
        return err->status;
    kb_bind_int(s, 9, wish->since);
    kb_bind_int(s, 2, wish->before ? wish->before : INT64_MAX);
    kb_bind_int(s, 3, wish->min_outlets);
    for (int i = 0; i < 3; i++) {
        if (texts[i].n)
            kb_bind_str(s, 4 + i, texts[i]);
        else
            sqlite3_bind_null(s, 4 + i);
    }
    kb_bind_int(s, 7, wish->limit ? (int64_t)wish->limit : -1);
    kb_bind_int(s, 8, (int64_t)wish->offset);
    kb_bind_int(s, 1, wish->user);
    kb_bind_int(s, 10, own);
    kb_bind_int(s, 11, wish->unread);
    kb_bind_int(s, 12, wish->from);
    kb_bind_real(s, 13, wish->behind.n ? wish->behind.heat : (double)INFINITY);
    kb_bind_int(s, 14, wish->behind.n);
    return kb_store_rows(store, s, arena, sizeof **rows, take_row, (void **)rows, count,
                         err);
}

enum kb_status kb_store_story_articles(struct kb_store *store, int64_t story, size_t max,
                                       struct kb_arena *arena, int64_t **articles,
                                       size_t *count, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT n FROM article INDEXED BY article_story_time WHERE story = ?1 ORDER BY "
        "time, n LIMIT ?2",
        err);
    *articles = NULL;
    *count = 0;
    if (!s)
        return err->status;
    kb_bind_int(s, 1, story);
    kb_bind_int(s, 2, (int64_t)max);
    return kb_store_rows(store, s, arena, sizeof **articles, kb_take_number,
                         (void **)articles, count, err);
}

enum kb_status kb_store_story_unread(struct kb_store *store, int64_t user, int64_t story,
                                     int64_t *count, struct kb_err *err) {
    sqlite3_stmt *s = kb_store_sql(
        store, "SELECT count FROM unread_story WHERE shelf = " KB_SHELF " AND story = ?2",
        err);
    if (s) {
        kb_bind_int(s, 1, user);
        kb_bind_int(s, 2, story);
    }
    return kb_store_number(store, s, 0, count, err);
}

struct told {
    int64_t article;
    struct kb_str title;
};

static void take_told(sqlite3_stmt *s, struct kb_arena *arena, void *item) {
    *(struct told *)item =
        (struct told){sqlite3_column_int64(s, 0), kb_column_dup(arena, s, 1)};
}

/* "de" and what begins with "de-": '.' is what follows '-'. */
enum kb_status kb_store_story_told(struct kb_store *store, int64_t story,
                                   struct kb_str language, struct kb_arena *arena,
                                   int64_t *article, struct kb_str *title,
                                   struct kb_err *err) {
    struct told told = {.article = 0};
    bool found;
    sqlite3_stmt *s = kb_store_sql(
        store,
        "SELECT n, title FROM article INDEXED BY article_story_time WHERE story = ?1 AND "
        "(language = ?2 OR (language > ?2 || '-' AND language < ?2 || '.')) ORDER BY "
        "time, n LIMIT 1",
        err);
    if (s) {
        kb_bind_int(s, 1, story);
        kb_bind_str(s, 2, language);
    }
    enum kb_status status = kb_store_row(store, s, arena, take_told, &told, &found, err);
    *article = told.article;
    *title = told.title;
    return status;
}
