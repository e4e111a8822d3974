/* The whole file is looked over: lines about its faults leave.
 *
 * A file with damage in it is looked at as far as it can be read: each question stands by
 * itself, and one that meets a damaged page is told and the next one asked.  All but the
 * search index is read in one snapshot, so that who writes meanwhile makes no faults. */
#include <stdarg.h>
#include <stdio.h>
#include <yyjson.h>

#include "store/articles.h"
#include "store/care.h"
#include "store/inner.h"

/* ---- what is told ------------------------------------------------------------------ */

struct look {
    struct kb_store *store;
    void (*told)(void *context, const char *line);
    void *context;
    size_t faults, of_this; /* in all; of the present question */
};

static void say(struct look *look, const char *line) {
    if (look->told)
        look->told(look->context, line);
}

KB_PRINTF(2, 3) static void fault(struct look *look, const char *format, ...) {
    char line[400];
    va_list arguments;
    look->faults++;
    if (++look->of_this > KB_LIMIT_STORE_TOLD)
        return;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    say(look, line);
}

static void next_question(struct look *look) {
    char line[80];
    if (look->of_this > KB_LIMIT_STORE_TOLD) {
        snprintf(line, sizeof line, "… and %zu more of this kind",
                 look->of_this - KB_LIMIT_STORE_TOLD);
        say(look, line);
    }
    look->of_this = 0;
}

/* What cannot be read is a fault, and the look goes on; what else went wrong ends it. */
static enum kb_status bear(struct look *look, enum kb_status status, struct kb_err *err) {
    if (status != KB_EINPUT)
        return status;
    fault(look, "%s",
          look->store->failed == SQLITE_CORRUPT
              ? "a part of the file cannot be read: " KB_STORE_TAKE_COPY
              : err->text);
    return KB_OK;
}

/* ---- questions in SQL: each row is a line for people ------------------------------- */

static const struct question {
    enum kb_rebuild mend; /* what vacuum makes again */
    const char *sql;
} questions[] = {
    {KB_REBUILD_NOTHING,
     "SELECT 'a row of ' || \"table\" || ' names a row of ' || parent || "
     "' that is not there' FROM pragma_foreign_key_check"},
    {KB_REBUILD_STORIES,
     "SELECT 'article ' || a.id || ' stands in no story' FROM article a LEFT JOIN story "
     "s ON s.n = a.story WHERE s.n IS NULL OR s.into_story IS NOT NULL"},
    {KB_REBUILD_STORIES,
     "SELECT 'story ' || s.id || ' does not count its articles right' " KB_STORIES_OFF},
    {KB_REBUILD_NOTHING,
     "SELECT 'story ' || s.id || ' was joined with one that is not older, or not there' "
     "FROM story s LEFT JOIN story o ON o.n = s.into_story WHERE s.into_story IS NOT "
     "NULL AND (o.n IS NULL OR o.n >= s.n)"},
    {KB_REBUILD_SEARCH,
     "SELECT 'article ' || a.id || ' is missing in the search index' FROM body b JOIN "
     "article a ON a.n = b.article WHERE NOT EXISTS (SELECT 1 FROM search_docsize d "
     "WHERE d.id = b.article)"},
    {KB_REBUILD_SEARCH,
     "SELECT 'the search index knows an article that is not there' FROM search_docsize d "
     "WHERE NOT EXISTS (SELECT 1 FROM body b WHERE b.article = d.id)"},
    {KB_REBUILD_SEARCH,
     "SELECT 'the search index has ' || value FROM meta WHERE key = 'search'"},
    {KB_REBUILD_NOTHING,
     "SELECT 'numbers of articles might be given twice' FROM sqlite_sequence WHERE name "
     "= 'article' AND seq < (SELECT max(n) FROM article)"},
    {KB_REBUILD_PEOPLE,
     "SELECT 'an article that is not there is unread to ' || p.name FROM unread u JOIN "
     "shelf h ON h.n = u.shelf JOIN user p ON p.n = h.user WHERE NOT EXISTS (SELECT 1 "
     "FROM article WHERE n = "
     "u.article)"},
    {KB_REBUILD_PEOPLE,
     "SELECT 'unread articles of ' || p.name || ' are not counted right' FROM user p "
     "JOIN shelf h ON h.user = p.n WHERE EXISTS (SELECT feed, count(*) FROM unread WHERE "
     "shelf = h.n GROUP BY feed EXCEPT SELECT feed, count FROM unread_count WHERE shelf "
     "= "
     "h.n) OR EXISTS (SELECT feed, count FROM unread_count WHERE shelf = h.n AND count "
     "<> "
     "0 EXCEPT SELECT feed, count(*) FROM unread WHERE shelf = h.n GROUP BY feed)"},
    {KB_REBUILD_PEOPLE,
     "SELECT 'unread articles of stories of ' || p.name || ' are not counted right' FROM "
     "user p JOIN shelf h ON h.user = p.n WHERE EXISTS (SELECT a.story, count(*) FROM "
     "unread u JOIN article a ON a.n = u.article WHERE u.shelf = h.n GROUP BY a.story "
     "EXCEPT SELECT story, count FROM unread_story WHERE shelf = h.n) OR EXISTS (SELECT "
     "story, count FROM unread_story WHERE shelf = h.n EXCEPT SELECT a.story, count(*) "
     "FROM unread u JOIN article a ON a.n = u.article WHERE u.shelf = h.n GROUP BY "
     "a.story)"},
    {KB_REBUILD_PEOPLE,
     "SELECT p.name || ' has nowhere to keep what is unread' FROM user p WHERE NOT "
     "EXISTS "
     "(SELECT 1 FROM shelf WHERE user = p.n)"},
    {KB_REBUILD_PEOPLE,
     "SELECT 'feed ' || url || ' does not count its articles right' FROM feed WHERE "
     "articles <> (SELECT count(*) FROM article WHERE feed = feed.n)"},
    {KB_REBUILD_PEOPLE,
     "SELECT 'the ' || what || ' of the file are not counted right' FROM total WHERE "
     "count <> iif(what = 'articles', (SELECT count(*) FROM article), (SELECT count(*) "
     "FROM story WHERE into_story IS NULL))"},
    {KB_REBUILD_NOTHING,
     "SELECT 'nobody follows feed ' || url FROM feed f WHERE NOT EXISTS (SELECT 1 FROM "
     "subscription WHERE feed = f.n)"},
    {KB_REBUILD_NOTHING,
     "SELECT 'nobody is an owner' WHERE NOT EXISTS (SELECT 1 FROM user WHERE role = "
     "'owner')"},
    {KB_REBUILD_NOTHING,
     "SELECT 'feed ' || url || ': its settings cannot be read' FROM feed WHERE NOT "
     "json_valid(settings) OR NOT json_valid(state)"},
};

static const char *const remedies[] = {[KB_REBUILD_NOTHING] = "",
                                       [KB_REBUILD_STORIES] = "; `kabar vacuum` mends it",
                                       [KB_REBUILD_SEARCH] = "; `kabar vacuum` mends it",
                                       [KB_REBUILD_PEOPLE] = "; `kabar vacuum` mends it"};

static enum kb_status ask(struct look *look, const char *sql, enum kb_rebuild mend,
                          struct kb_err *err) {
    bool row = true;
    enum kb_status status = KB_OK;
    sqlite3_stmt *s = kb_store_sql(look->store, sql, err);
    if (!s)
        return bear(look, err->status, err);
    while (status == KB_OK &&
           (status = kb_store_step(look->store, s, &row, err)) == KB_OK && row) {
        struct kb_str line = kb_column(s, 0);
        if (!kb_str_equal(line, KB_STR("ok"))) /* as SQLite's own checks end */
            fault(look, "%.*s%s", (int)(line.n < 300 ? line.n : 300), line.p,
                  remedies[mend]);
    }
    sqlite3_reset(s);
    return bear(look, status, err);
}

/* ---- records ----------------------------------------------------------------------- */

/* A record is JSON, its id is the row's, and it has a text. */
static enum kb_status is_record(struct kb_str record, struct kb_str id) {
    yyjson_doc *doc;
    enum kb_status status = kb_store_json(record, &doc);
    yyjson_val *root = yyjson_doc_get_root(doc);
    if (status == KB_OK && (!yyjson_equals_strn(yyjson_obj_get(root, "id"), id.p, id.n) ||
                            !yyjson_is_str(yyjson_obj_get(root, "content_text"))))
        status = KB_EINPUT;
    yyjson_doc_free(doc);
    return status;
}

/* An article's versions, from the newest back to the first: all are there and unpack. */
static enum kb_status look_at_versions(struct look *look, int64_t n, struct kb_str id,
                                       struct kb_arena *arena, struct kb_err *err) {
    struct kb_str record;
    int64_t seen;
    enum kb_status status =
        kb_store_version(look->store, n, 1, arena, &record, &seen, err);
    if (status == KB_OK)
        status = is_record(record, id);
    if (status == KB_EINPUT) {
        fault(look,
              "article %.*s: an older version of it is damaged or missing; its present "
              "one is whole",
              (int)id.n, id.p);
        return KB_OK;
    }
    return status;
}

static enum kb_status look_at_record(struct look *look, int64_t n, struct kb_str id,
                                     int versions, struct kb_arena *arena,
                                     struct kb_err *err) {
    struct kb_str record;
    enum kb_status status = kb_store_record(look->store, n, arena, &record, err);
    if (status == KB_OK && !record.n)
        return KB_OK; /* retention took it */
    if (status == KB_OK)
        status = is_record(record, id);
    if (status == KB_OK && versions > 1)
        return look_at_versions(look, n, id, arena, err);
    if (status == KB_EINPUT) {
        fault(look,
              "article %.*s: its record is damaged; fetch or import the article again, "
              "or take it from a copy",
              (int)id.n, id.p);
        return KB_OK;
    }
    return status;
}

static enum kb_status look_at_records(struct look *look, struct kb_err *err) {
    struct kb_arena arena;
    bool row = true;
    enum kb_status status = KB_OK;
    sqlite3_stmt *s =
        kb_store_sql(look->store, "SELECT n, id, versions FROM article", err);
    if (!s)
        return bear(look, err->status, err);
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    while (status == KB_OK &&
           (status = kb_store_step(look->store, s, &row, err)) == KB_OK && row) {
        kb_arena_reset(&arena);
        struct kb_str id = kb_column_dup(&arena, s, 1);
        status = look_at_record(look, sqlite3_column_int64(s, 0), id,
                                sqlite3_column_int(s, 2), &arena, err);
    }
    sqlite3_reset(s);
    kb_arena_free(&arena);
    return bear(look, status, err);
}

/* ---- the search index -------------------------------------------------------------- */

/* FTS5 reads its own index, and in a full look the articles too, and compares.  Sets
 * *whole. */
static enum kb_status look_at_search(struct kb_store *store, bool quick, bool *whole,
                                     struct kb_err *err) {
    *whole = true;
    enum kb_status status = kb_store_begin(store, err);
    if (status != KB_OK)
        return status;
    sqlite3_stmt *s = kb_store_sql(
        store, "INSERT INTO search (search, rank) VALUES ('integrity-check', ?1)", err);
    if (s) {
        kb_bind_int(s, 1, !quick);
        int code = sqlite3_step(s);
        sqlite3_reset(s);
        *whole = (code & 0xff) != SQLITE_CORRUPT;
        status = code == SQLITE_DONE || !*whole ? KB_OK : kb_store_fail(store, code, err);
    } else {
        status = err->status;
    }
    kb_store_rollback(store);
    return status;
}

/* ---- check ------------------------------------------------------------------------- */

static enum kb_status look_over(struct look *look, bool quick, struct kb_err *err) {
    enum kb_status status =
        ask(look, quick ? "PRAGMA quick_check(100)" : "PRAGMA integrity_check(100)",
            KB_REBUILD_NOTHING, err);
    next_question(look);
    for (size_t i = 0; status == KB_OK && i < KB_COUNT(questions); i++) {
        status = ask(look, questions[i].sql, questions[i].mend, err);
        next_question(look);
    }
    if (status == KB_OK && !quick)
        status = look_at_records(look, err);
    next_question(look);
    return status;
}

/* What is found wrong is written down, so that vacuum need not look for it again. */
static enum kb_status search_agrees(struct look *look, bool quick, struct kb_err *err) {
    bool whole = true;
    enum kb_status status = look_at_search(look->store, quick, &whole, err);
    if (status == KB_OK && !whole) {
        fault(look, "the search index does not agree with the articles%s",
              remedies[KB_REBUILD_SEARCH]);
        status =
            kb_store_set(look->store, KB_META_SEARCH,
                         KB_STR("words that no article has, or not all of them"), err);
    }
    return bear(look, status, err);
}

enum kb_status kb_store_check(struct kb_store *store, bool quick,
                              void (*told)(void *context, const char *line),
                              void *context, size_t *faults, struct kb_err *err) {
    struct look look = {.store = store, .told = told, .context = context};
    *faults = 0;
    enum kb_status status = kb_store_begin_reading(store, err);
    if (status != KB_OK)
        return status;
    status = look_over(&look, quick, err);
    kb_store_rollback(store);
    if (status == KB_OK && store->options.mode != KB_STORE_READ)
        status = search_agrees(&look, quick, err);
    *faults = look.faults;
    return status;
}

enum kb_status kb_store_needs(struct kb_store *store, enum kb_rebuild mend, bool *needs,
                              struct kb_err *err) {
    struct look look = {.store = store};
    bool whole = true;
    enum kb_status status = KB_OK;
    for (size_t i = 0; status == KB_OK && i < KB_COUNT(questions); i++) {
        if (questions[i].mend == mend)
            status = ask(&look, questions[i].sql, mend, err);
    }
    if (status == KB_OK && mend == KB_REBUILD_SEARCH)
        status = look_at_search(store, true, &whole, err);
    *needs = look.faults || !whole;
    return status;
}
