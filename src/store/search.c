/* A query → SQL of constant pieces, its values bound → the best articles, marked.
 *
 * First each article that matches gives its row and what it is ordered by, and a heap
 * keeps the best (no sorting of all, and the count for nothing); then the shown ones
 * alone are read and marked.  Words alone need no other table than the index.  Ranking is
 * FTS5's bm25 (Robertson and others, 1994), a word in the title counting more. */
#include "store/search.h"

#include <stdlib.h>

#include "store/inner.h"
#include "store/tokenizer.h"

/* How much a word counts in title, author and text. */
#define BM25 "bm25(search, 5.0, 3.0, 1.0)"

/* Columns of the table `search`. */
enum { COLUMN_TITLE, COLUMN_AUTHOR, COLUMN_TEXT };

/* The type of the pointer that kb_keep is given: SQL cannot make one up. */
#define HEAP_NAME "kb_heap"

enum { BINDS_MOST = 7 + 2 * KB_LIMIT_QUERY_FILTERS };

struct heap;

struct bind {
    struct kb_str text; /* where text.p is not NULL */
    struct heap *heap;  /* else where that is not */
    int64_t number;
};

/* SQL under way, with what its question marks stand for. */
struct sql {
    struct kb_buf text;
    struct bind binds[BINDS_MOST];
    size_t count;
};

static void bind_text(struct sql *sql, struct kb_str text) {
    if (sql->count < BINDS_MOST)
        sql->binds[sql->count++] = (struct bind){.text = text.p ? text : KB_STR("")};
}

static void bind_heap(struct sql *sql, struct heap *heap) {
    if (sql->count < BINDS_MOST)
        sql->binds[sql->count++] = (struct bind){.heap = heap};
}

static void bind_number(struct sql *sql, int64_t number) {
    if (sql->count < BINDS_MOST)
        sql->binds[sql->count++] = (struct bind){.number = number};
}

/* ---- filters ----------------------------------------------------------------------- */

/* Each with one question mark for its value, but ?1 for whose marks and names.  The
 * address of a feed that others follow may have a secret in it, and finds nothing. */
static const char *const conditions[KB_FILTER_COUNT] = {
    [KB_FILTER_OUTLET] = "a.outlet IN (SELECT n FROM outlet WHERE "
                         "instr(kb_words(domain || char(31) || name), ?) > 0)",
    [KB_FILTER_LANGUAGE] =
        "kb_primary(a.language) || substr(a.language, instr(a.language || '-', '-')) "
        "|| '-' LIKE ?",
    [KB_FILTER_AGENCY] = "instr(kb_words(a.agencies), ?) > 0",
    [KB_FILTER_FEED] = "a.feed IN (SELECT f.n FROM feed f LEFT JOIN subscription s ON "
                       "s.user = ?1 AND s.feed = f.n WHERE instr(kb_words(iif(s.user IS "
                       "NULL, '', url) || char(31) || title || char(31) || "
                       "ifnull(s.name, '')), ?) > 0)",
    [KB_FILTER_FOLDER] = "a.feed IN (SELECT feed FROM subscription WHERE user = ?1 AND "
                         "instr('^' || kb_words(folder), '^' || ?) > 0)",
    [KB_FILTER_TAG] = "a.n IN (SELECT article FROM tag WHERE user = ?1 AND "
                      "kb_words(name) = ?)",
    [KB_FILTER_ROLE] = "instr(' ' || a.roles || ' ', ' ' || ? || ' ') > 0",
    [KB_FILTER_STORY] =
        "a.story = (SELECT ifnull(into_story, n) FROM story WHERE id = ?)",
};

#define UNREAD                                                                           \
    "EXISTS (SELECT 1 FROM unread WHERE shelf = " KB_SHELF " AND article = a.n)"
static const char *const is_conditions[] = {
    [KB_IS_STARRED] = "EXISTS (SELECT 1 FROM star WHERE article = a.n AND user = ?1)",
    [KB_IS_READ] = ("NOT " UNREAD),
    [KB_IS_UNREAD] = UNREAD};

static void add_filter(struct kb_arena *arena, const struct kb_filter *f,
                       struct sql *sql) {
    kb_buf_z(&sql->text, f->negated ? "NOT ifnull(" : "(");
    switch (f->kind) {
    case KB_FILTER_IS: kb_buf_z(&sql->text, is_conditions[f->is]); break;
    case KB_FILTER_AFTER:
    case KB_FILTER_BEFORE:
    case KB_FILTER_ON:
        kb_buf_z(&sql->text, "a.time >= ? AND a.time < ?");
        bind_number(sql, f->from);
        bind_number(sql, f->to);
        break;
    case KB_FILTER_LANGUAGE: { /* of "zh" also "zh-Hant" */
        char pattern[32];
        struct kb_buf p = {.p = pattern, .cap = sizeof pattern, .max = sizeof pattern};
        kb_buf_str(&p, f->value);
        kb_buf_z(&p, "-%");
        kb_buf_z(&sql->text, conditions[f->kind]);
        bind_text(sql, kb_arena_dup(arena, kb_buf_view(&p)));
        break;
    }
    default: kb_buf_z(&sql->text, conditions[f->kind]); bind_text(sql, f->value);
    }
    kb_buf_z(&sql->text, f->negated ? ", 0)" : ")");
}

static void add_filters(struct kb_arena *arena, const struct kb_query *query,
                        struct sql *sql) {
    for (size_t i = 0; i < query->filter_count; i++) {
        const struct kb_filter *f = &query->filters[i];
        bool same = i && f[-1].group == f->group;
        bool more = i + 1 < query->filter_count && f[1].group == f->group;
        kb_buf_z(&sql->text, same ? " OR " : " AND (");
        add_filter(arena, f, sql);
        if (!more)
            kb_buf_char(&sql->text, ')');
    }
}

/* Where only some articles are asked.  The plus keeps SQLite from reading all of them in
 * the order of their times instead. */
static bool is_narrow(const struct kb_search_options *options) {
    return options->after || options->below || options->story;
}

static void add_place(const struct kb_search_options *options, const char *number,
                      struct sql *sql) {
    if (!is_narrow(options))
        return;
    kb_buf_printf(&sql->text, " AND %s > ? AND %s < ?", number, number);
    bind_number(sql, options->after);
    bind_number(sql, options->below ? options->below : INT64_MAX);
    if (!options->story)
        return;
    kb_buf_z(&sql->text, " AND a.story = ?");
    bind_number(sql, options->story);
}

/* With words each row that matches is shown to kb_keep; else rows come with their
 * time. */
static void write_sql(struct kb_arena *arena, const struct kb_query *query,
                      const struct kb_search_options *options, struct kb_str match,
                      struct heap *heap, struct sql *sql) {
    bool words = query->root && !query->without;
    bool by_time = options->order == KB_SEARCH_NEWEST;
    bind_number(sql, options->user);
    if (!words) {
        kb_buf_z(&sql->text, "SELECT a.n, a.time FROM article a WHERE ?1 IS NOT NULL");
        if (query->root) {
            kb_buf_z(&sql->text, " AND a.n NOT IN (SELECT rowid FROM search WHERE search "
                                 "MATCH ?2)");
            bind_text(sql, match);
        }
    } else {
        kb_buf_z(&sql->text, by_time ? "SELECT kb_keep(search, 0, a.time, ?2)"
                                     : "SELECT kb_keep(search, " BM25 ", 0, ?2)");
        if (options->story)
            kb_buf_z(&sql->text, " FROM article a CROSS JOIN search ON search.rowid = "
                                 "a.n");
        else
            kb_buf_z(&sql->text, " FROM search");
        if (!options->story && (by_time || query->filter_count))
            kb_buf_z(&sql->text, " CROSS JOIN article a ON a.n = search.rowid");
        kb_buf_z(&sql->text, " WHERE search MATCH ?3");
        bind_heap(sql, heap);
        bind_text(sql, match);
    }
    add_place(options, words ? "search.rowid" : "a.n", sql);
    add_filters(arena, query, sql);
    if (!words) {
        kb_buf_printf(&sql->text, " ORDER BY %sa.time DESC, a.n DESC LIMIT ?",
                      is_narrow(options) ? "+" : "");
        bind_number(sql, (int64_t)(options->limit + options->offset + 1));
    }
}

/* ---- SQLite ------------------------------------------------------------------------ */

static enum kb_status fail(sqlite3 *db, int code, struct kb_err *err) {
    return kb_err_set(err, (code & 0xFF) == SQLITE_NOMEM ? KB_ENOMEM : KB_EIO,
                      "the search failed: %s", sqlite3_errmsg(db));
}

static enum kb_status prepare(sqlite3 *db, const struct sql *sql, sqlite3_stmt **out,
                              struct kb_err *err) {
    *out = NULL;
    if (sql->text.status != KB_OK)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the search");
    int code = sqlite3_prepare_v2(db, sql->text.p, (int)sql->text.n, out, NULL);
    for (size_t i = 0; code == SQLITE_OK && i < sql->count; i++) {
        const struct bind *b = &sql->binds[i];
        int at = (int)i + 1;
        code = b->text.p ? sqlite3_bind_text64(*out, at, b->text.p, b->text.n,
                                               SQLITE_STATIC, SQLITE_UTF8)
               : b->heap ? sqlite3_bind_pointer(*out, at, b->heap, HEAP_NAME, NULL)
                         : sqlite3_bind_int64(*out, at, b->number);
    }
    return code == SQLITE_OK ? KB_OK : fail(db, code, err);
}

/* ---- the best ---------------------------------------------------------------------- */

struct found {
    int64_t n, time;
    double rank;
    size_t slot; /* of its matches */
    size_t match_count;
};

struct heap {
    struct found *items; /* the worst first */
    size_t count, most;
    int64_t total;            /* shown to it */
    struct kb_match *matches; /* KB_LIMIT_MARKS a slot */
};

static bool is_better(const struct found *a, const struct found *b) {
    if (a->rank < b->rank || b->rank < a->rank)
        return a->rank < b->rank;
    return a->time != b->time ? a->time > b->time : a->n > b->n;
}

static void sink(struct heap *heap, size_t at) {
    for (size_t child; (child = 2 * at + 1) < heap->count; at = child) {
        if (child + 1 < heap->count &&
            is_better(&heap->items[child], &heap->items[child + 1]))
            child++;
        if (!is_better(&heap->items[at], &heap->items[child]))
            return;
        struct found moved = heap->items[at];
        heap->items[at] = heap->items[child];
        heap->items[child] = moved;
    }
}

/* Makes room for an item that is good enough, and sets its slot: what is to be kept with
 * it goes there, then comes admit. */
static bool make_room(struct heap *heap, struct found *item) {
    heap->total++;
    if (heap->count < heap->most) {
        item->slot = heap->count;
        return true;
    }
    item->slot = heap->most ? heap->items[0].slot : 0;
    return heap->most && is_better(item, &heap->items[0]);
}

static void admit(struct heap *heap, const struct found *item) {
    if (heap->count < heap->most) {
        heap->items[heap->count++] = *item;
        if (heap->count == heap->most)
            for (size_t i = heap->count / 2; i-- > 0;)
                sink(heap, i);
    } else {
        heap->items[0] = *item;
        sink(heap, 0);
    }
}

static int by_order(const void *a, const void *b) {
    return is_better(a, b) ? -1 : 1;
}

/* Where the query's phrases stand in this row's title and text. */
static int save_matches(const Fts5ExtensionApi *api, Fts5Context *fts, struct heap *heap,
                        struct found *item) {
    struct kb_match *to = heap->matches + item->slot * KB_LIMIT_MARKS;
    int count = 0, code = api->xInstCount(fts, &count);
    for (int i = 0; code == SQLITE_OK && i < count; i++) {
        int phrase, column, at;
        code = api->xInst(fts, i, &phrase, &column, &at);
        if (code == SQLITE_OK && column != COLUMN_AUTHOR &&
            item->match_count < KB_LIMIT_MARKS)
            to[item->match_count++] =
                (struct kb_match){.phrase = phrase,
                                  .column = column,
                                  .first = at,
                                  .last = at + api->xPhraseSize(fts, phrase) - 1};
    }
    return code;
}

/* kb_keep(search, rank, time, heap): SQL's way to the heap, for the row that FTS5 is
 * at. */
static void keep(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *context,
                 int count, sqlite3_value **values) {
    struct heap *heap = count == 3 ? sqlite3_value_pointer(values[2], HEAP_NAME) : NULL;
    if (!heap) {
        sqlite3_result_error(context, "kb_keep is for kabar's own searches", -1);
        return;
    }
    struct found item = {.n = api->xRowid(fts),
                         .rank = sqlite3_value_double(values[0]),
                         .time = sqlite3_value_int64(values[1])};
    if (!make_room(heap, &item))
        return;
    int code = save_matches(api, fts, heap, &item);
    if (code == SQLITE_OK)
        admit(heap, &item);
    else
        sqlite3_result_error_code(context, code);
}

enum kb_status kb_search_register(struct fts5_api *api, struct kb_err *err) {
    int code = api->xCreateFunction(api, "kb_keep", NULL, keep, NULL);
    return code == SQLITE_OK
               ? KB_OK
               : kb_err_set(err, KB_ENOMEM, "kb_keep: %s", sqlite3_errstr(code));
}

static enum kb_status collect(sqlite3 *db, sqlite3_stmt *rows, bool words,
                              struct heap *heap, struct kb_err *err) {
    int code;
    while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
        struct found item = {.n = 0};
        if (words) /* it has been kept */
            continue;
        item.n = sqlite3_column_int64(rows, 0);
        item.time = sqlite3_column_int64(rows, 1);
        if (make_room(heap, &item))
            admit(heap, &item);
    }
    qsort(heap->items, heap->count, sizeof heap->items[0], by_order);
    return code == SQLITE_DONE ? KB_OK : fail(db, code, err);
}

/* ---- what is shown ----------------------------------------------------------------- */

static struct kb_str column_str(sqlite3_stmt *row, int at) {
    const char *p = (const char *)sqlite3_column_text(row, at);
    return (struct kb_str){p, p ? (size_t)sqlite3_column_bytes(row, at) : 0};
}

static enum kb_status show(sqlite3 *db, struct kb_arena *arena, const struct heap *heap,
                           const struct kb_search_options *options,
                           struct kb_search_result *out, struct kb_err *err) {
    struct sql sql = {.count = 0};
    sqlite3_stmt *row = NULL;
    struct kb_buf marked;
    kb_buf_init(&sql.text, KB_LIMIT_QUERY_BYTES);
    kb_buf_init(&marked, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_z(&sql.text,
             options->room ? "SELECT a.id, a.time, a.title, kb_body_text(b.record) FROM "
                             "article a LEFT JOIN body b ON b.article = a.n WHERE a.n = ?"
                           : "SELECT id, time, title, '' FROM article WHERE n = ?");
    enum kb_status status = prepare(db, &sql, &row, err);
    for (size_t i = 0; status == KB_OK && i < out->count; i++) {
        const struct found *found = &heap->items[options->offset + i];
        const struct kb_match *matches = heap->matches + found->slot * KB_LIMIT_MARKS;
        struct kb_search_hit *hit = &out->hits[i];
        sqlite3_reset(row);
        sqlite3_bind_int64(row, 1, found->n);
        int code = sqlite3_step(row);
        if (code != SQLITE_ROW) {
            status = fail(db, code, err);
            break;
        }
        hit->n = found->n;
        hit->rank = found->rank;
        hit->id = kb_arena_dup(arena, column_str(row, 0));
        hit->time = sqlite3_column_int64(row, 1);
        kb_mark(column_str(row, 2), COLUMN_TITLE, matches, found->match_count,
                &options->style, 0, &marked);
        hit->title = kb_arena_dup(arena, kb_buf_view(&marked));
        kb_buf_clear(&marked);
        kb_mark(column_str(row, 3), COLUMN_TEXT, matches, found->match_count,
                &options->style, options->room, &marked);
        hit->snippet = kb_arena_dup(arena, kb_buf_view(&marked));
        kb_buf_clear(&marked);
    }
    if (status == KB_OK && arena->full)
        status = kb_err_set(err, KB_ENOMEM, "not enough memory for the results");
    sqlite3_finalize(row);
    kb_buf_free(&marked);
    kb_buf_free(&sql.text);
    return status;
}

/* ---- the whole --------------------------------------------------------------------- */

/* Does the index have this word?  Where that cannot be told, it may. */
static bool has_form(void *context, struct kb_str form) {
    sqlite3_stmt *ask = context;
    char match[KB_LIMIT_TOKEN_BYTES + 8];
    struct kb_buf text = {.p = match, .cap = sizeof match, .max = sizeof match};
    kb_buf_z(&text, "\"\x01-\x02");
    kb_buf_str(&text, form);
    kb_buf_char(&text, '"');
    sqlite3_reset(ask);
    sqlite3_bind_text(ask, 1, text.p, (int)text.n, SQLITE_STATIC);
    int code = sqlite3_step(ask);
    sqlite3_reset(ask);
    return code != SQLITE_DONE;
}

static enum kb_status narrow(sqlite3 *db, struct kb_arena *arena, struct kb_query *query,
                             struct kb_err *err) {
    struct sql sql = {.count = 0};
    sqlite3_stmt *ask = NULL;
    kb_buf_init(&sql.text, KB_LIMIT_QUERY_BYTES);
    kb_buf_z(&sql.text, "SELECT 1 FROM search WHERE search MATCH ? LIMIT 1");
    enum kb_status status = prepare(db, &sql, &ask, err);
    if (status == KB_OK)
        status = kb_query_narrow(query, arena, has_form, ask, err);
    sqlite3_finalize(ask);
    kb_buf_free(&sql.text);
    return status;
}

/* Shows the heap every article that matches. */
static enum kb_status fill(sqlite3 *db, struct kb_arena *arena,
                           const struct kb_query *query,
                           const struct kb_search_options *options, struct heap *heap,
                           struct kb_err *err) {
    struct sql sql = {.count = 0};
    struct kb_buf match;
    sqlite3_stmt *rows = NULL;
    bool words = query->root && !query->without;
    kb_buf_init(&match, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&sql.text, KB_LIMIT_OUTPUT_BYTES);
    kb_query_match(query, &match);
    write_sql(arena, query, options, kb_buf_view(&match), heap, &sql);
    heap->items = calloc(heap->most + 1, sizeof *heap->items);
    heap->matches =
        calloc(words ? heap->most + 1 : 1, KB_LIMIT_MARKS * sizeof *heap->matches);
    enum kb_status status =
        heap->items && heap->matches && match.status == KB_OK && !arena->full
            ? prepare(db, &sql, &rows, err)
            : kb_err_set(err, KB_ENOMEM, "not enough memory for the search");
    if (status == KB_OK)
        status = collect(db, rows, words, heap, err);
    sqlite3_finalize(rows);
    kb_buf_free(&sql.text);
    kb_buf_free(&match);
    return status;
}

enum kb_status kb_search_run(sqlite3 *db, struct kb_arena *arena, struct kb_query *query,
                             const struct kb_search_options *options,
                             struct kb_search_result *out, struct kb_err *err) {
    struct heap heap = {.most = options->limit + options->offset};
    bool words = query->root && !query->without;
    *out = (struct kb_search_result){.count = 0};
    if (options->limit > KB_LIMIT_SEARCH_RESULTS ||
        options->offset > KB_LIMIT_SEARCH_RESULTS - options->limit)
        return kb_err_set(err, KB_ELIMIT,
                          "a search gives %d results; narrow it down to see others",
                          KB_LIMIT_SEARCH_RESULTS);
    /* What is counted is still there when it is shown. */
    bool held = sqlite3_exec(db, "SAVEPOINT kb_search", NULL, NULL, NULL) == SQLITE_OK;
    enum kb_status status = narrow(db, arena, query, err);
    if (status == KB_OK)
        status = fill(db, arena, query, options, &heap, err);
    if (status == KB_OK) {
        out->at_least = !words && heap.total > (int64_t)heap.most;
        out->total = out->at_least ? (int64_t)heap.most : heap.total;
        out->count = heap.count > options->offset ? heap.count - options->offset : 0;
        out->hits = kb_arena_zalloc(arena, out->count + 1, sizeof *out->hits);
        status = out->hits
                     ? show(db, arena, &heap, options, out, err)
                     : kb_err_set(err, KB_ENOMEM, "not enough memory for the results");
    }
    if (held)
        sqlite3_exec(db, "RELEASE kb_search", NULL, NULL, NULL);
    free(heap.items);
    free(heap.matches);
    return status;
}
