/* A query → SQL of constant pieces, its values bound → the best articles, marked.
 *
 * First each article that matches gives its row and what it is ordered by, and a heap
 * keeps the best (no sorting of all, and the count for nothing); then the shown ones
 * alone are read and marked.  Words alone need no other table than the index.  Ranking is
 * FTS5's bm25 (Robertson and others, 1994), a word in the title counting more. */
#include "store/search.h"

#include <stdlib.h>

#include "store/tokenizer.h"

/* How much a word counts in title, author and text. */
#define BM25 "bm25(search, 5.0, 3.0, 1.0)"

enum { BINDS_MOST = 2 + 2 * KB_LIMIT_QUERY_FILTERS };

struct bind {
    bool is_text;
    struct kb_str text;
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
        sql->binds[sql->count++] = (struct bind){.is_text = true, .text = text};
}

static void bind_number(struct sql *sql, int64_t number) {
    if (sql->count < BINDS_MOST)
        sql->binds[sql->count++] = (struct bind){.number = number};
}

/* ---- filters ----------------------------------------------------------------------- */

/* Each with one question mark. */
static const char *const conditions[KB_FILTER_COUNT] = {
    [KB_FILTER_OUTLET] = "a.outlet IN (SELECT n FROM outlet WHERE "
                         "instr(kb_words(domain || char(31) || name), ?) > 0)",
    [KB_FILTER_LANGUAGE] = "a.language || '-' LIKE ?",
    [KB_FILTER_AGENCY] = "instr(kb_words(a.agencies), ?) > 0",
    [KB_FILTER_FEED] = "a.feed IN (SELECT n FROM feed WHERE instr(kb_words("
                       "url || char(31) || title || char(31) || name), ?) > 0)",
    [KB_FILTER_FOLDER] = "a.feed IN (SELECT n FROM feed WHERE "
                         "instr('^' || kb_words(folder), '^' || ?) > 0)",
    [KB_FILTER_TAG] = "a.n IN (SELECT article FROM tag WHERE kb_words(name) = ?)",
    [KB_FILTER_ROLE] = "instr(' ' || a.roles || ' ', ' ' || ? || ' ') > 0",
    [KB_FILTER_STORY] =
        "a.story = (SELECT ifnull(into_story, n) FROM story WHERE id = ?)",
};

static const char *const is_conditions[] = {[KB_IS_STARRED] = "a.starred",
                                            [KB_IS_READ] = "a.is_read",
                                            [KB_IS_UNREAD] = "NOT a.is_read"};

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

/* The rows that match, each with its rank and time. */
static void write_sql(struct kb_arena *arena, const struct kb_query *query,
                      const struct kb_search_options *options, struct kb_str match,
                      struct sql *sql) {
    bool words = query->root && !query->without;
    bool by_time = options->order == KB_SEARCH_NEWEST;
    if (!words) {
        kb_buf_z(&sql->text, "SELECT a.n, 0, a.time FROM article a WHERE 1");
        if (query->root) {
            kb_buf_z(&sql->text, " AND a.n NOT IN (SELECT rowid FROM search WHERE search "
                                 "MATCH ?)");
            bind_text(sql, match);
        }
    } else {
        kb_buf_z(&sql->text, by_time ? "SELECT search.rowid, 0, a.time"
                                     : "SELECT search.rowid, " BM25 ", 0");
        kb_buf_z(&sql->text, " FROM search");
        if (by_time || query->filter_count)
            kb_buf_z(&sql->text, " CROSS JOIN article a ON a.n = search.rowid");
        kb_buf_z(&sql->text, " WHERE search MATCH ?");
        bind_text(sql, match);
    }
    add_filters(arena, query, sql);
    if (!words) {
        kb_buf_z(&sql->text, " ORDER BY a.time DESC, a.n DESC LIMIT ?");
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
        code = b->is_text
                   ? sqlite3_bind_text64(*out, (int)i + 1, b->text.n ? b->text.p : "",
                                         b->text.n, SQLITE_STATIC, SQLITE_UTF8)
                   : sqlite3_bind_int64(*out, (int)i + 1, b->number);
    }
    return code == SQLITE_OK ? KB_OK : fail(db, code, err);
}

static struct kb_str column_dup(struct kb_arena *arena, sqlite3_stmt *statement, int at) {
    const char *p = (const char *)sqlite3_column_text(statement, at);
    struct kb_str s = {p, p ? (size_t)sqlite3_column_bytes(statement, at) : 0};
    return kb_arena_dup(arena, s);
}

/* ---- the best ---------------------------------------------------------------------- */

struct found {
    int64_t n, time;
    double rank;
};

struct heap {
    struct found *items; /* the worst first */
    size_t count, most;
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

static void keep(struct heap *heap, const struct found *item) {
    if (heap->count < heap->most) {
        heap->items[heap->count++] = *item;
        if (heap->count == heap->most)
            for (size_t i = heap->count / 2; i-- > 0;)
                sink(heap, i);
    } else if (heap->most && is_better(item, &heap->items[0])) {
        heap->items[0] = *item;
        sink(heap, 0);
    }
}

static int by_order(const void *a, const void *b) {
    return is_better(a, b) ? -1 : 1;
}

static enum kb_status collect(sqlite3 *db, sqlite3_stmt *rows, struct heap *heap,
                              int64_t *total, struct kb_err *err) {
    int code;
    while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
        struct found item = {.n = sqlite3_column_int64(rows, 0),
                             .rank = sqlite3_column_double(rows, 1),
                             .time = sqlite3_column_int64(rows, 2)};
        keep(heap, &item);
        ++*total;
    }
    qsort(heap->items, heap->count, sizeof heap->items[0], by_order);
    return code == SQLITE_DONE ? KB_OK : fail(db, code, err);
}

/* ---- what is shown ----------------------------------------------------------------- */

/* An article's title and the beginning of its text. */
static void take_plain(struct kb_arena *arena, sqlite3_stmt *row, size_t room,
                       struct kb_search_hit *hit) {
    struct kb_buf cut;
    struct kb_str *to[] = {&hit->title, &hit->snippet};
    kb_buf_init(&cut, KB_LIMIT_OUTPUT_BYTES);
    for (int i = 0; i < 2; i++) {
        const char *p = (const char *)sqlite3_column_text(row, 2 + i);
        struct kb_str s = {p, p ? (size_t)sqlite3_column_bytes(row, 2 + i) : 0};
        kb_buf_clear(&cut);
        kb_excerpt(s, i ? room : 0, &cut);
        *to[i] = kb_arena_dup(arena, kb_buf_view(&cut));
    }
    kb_buf_free(&cut);
}

static enum kb_status show(sqlite3 *db, struct kb_arena *arena, bool words,
                           struct kb_str match, const struct kb_search_options *options,
                           struct kb_search_result *out, struct kb_err *err) {
    struct sql sql = {.count = 0};
    sqlite3_stmt *row = NULL;
    kb_buf_init(&sql.text, KB_LIMIT_QUERY_BYTES);
    bind_number(&sql, 0);
    if (words) {
        kb_buf_z(
            &sql.text,
            "SELECT a.id, a.time, kb_marked(search, 0, ?3, ?4, 0), "
            "iif(?5, kb_marked(search, 2, ?3, ?4, ?5), '') FROM search CROSS JOIN "
            "article a ON a.n = search.rowid WHERE search MATCH ?2 AND search.rowid = "
            "?1");
        bind_text(&sql, match);
        bind_text(&sql, options->begin);
        bind_text(&sql, options->end);
        bind_number(&sql, (int64_t)options->room);
    } else {
        kb_buf_z(&sql.text,
                 "SELECT a.id, a.time, a.title, iif(?2, t.text, '') FROM "
                 "article a LEFT JOIN search_text t ON t.n = a.n WHERE a.n = ?1");
        bind_number(&sql, (int64_t)options->room);
    }
    enum kb_status status = prepare(db, &sql, &row, err);
    for (size_t i = 0; status == KB_OK && i < out->count; i++) {
        struct kb_search_hit *hit = &out->hits[i];
        sqlite3_reset(row);
        sqlite3_bind_int64(row, 1, hit->n);
        int code = sqlite3_step(row);
        if (code != SQLITE_ROW) {
            status = fail(db, code, err);
            break;
        }
        hit->id = column_dup(arena, row, 0);
        hit->time = sqlite3_column_int64(row, 1);
        if (words) {
            hit->title = column_dup(arena, row, 2);
            hit->snippet = column_dup(arena, row, 3);
        } else {
            take_plain(arena, row, options->room, hit);
        }
    }
    sqlite3_finalize(row);
    kb_buf_free(&sql.text);
    return status;
}

enum kb_status kb_search_run(sqlite3 *db, struct kb_arena *arena,
                             const struct kb_query *query,
                             const struct kb_search_options *options,
                             struct kb_search_result *out, struct kb_err *err) {
    struct sql sql = {.count = 0};
    struct kb_buf match;
    struct heap heap = {.most = options->limit + options->offset};
    sqlite3_stmt *rows = NULL;
    bool words = query->root && !query->without;
    *out = (struct kb_search_result){.count = 0};
    if (options->limit > KB_LIMIT_SEARCH_RESULTS ||
        options->offset > KB_LIMIT_SEARCH_RESULTS - options->limit)
        return kb_err_set(err, KB_ELIMIT,
                          "a search gives %d results; narrow it down to see others",
                          KB_LIMIT_SEARCH_RESULTS);
    kb_buf_init(&match, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&sql.text, KB_LIMIT_OUTPUT_BYTES);
    kb_query_match(query, &match);
    write_sql(arena, query, options, kb_buf_view(&match), &sql);
    heap.items = calloc(heap.most + 1, sizeof *heap.items);
    enum kb_status status =
        heap.items && match.status == KB_OK
            ? prepare(db, &sql, &rows, err)
            : kb_err_set(err, KB_ENOMEM, "not enough memory for the search");
    /* Rows that are counted are there when they are shown. */
    bool held = sqlite3_exec(db, "SAVEPOINT kb_search", NULL, NULL, NULL) == SQLITE_OK;
    if (status == KB_OK)
        status = collect(db, rows, &heap, &out->total, err);
    sqlite3_finalize(rows);
    if (status != KB_OK)
        goto out;
    out->at_least = !words && out->total > (int64_t)heap.most;
    if (out->at_least)
        out->total = (int64_t)heap.most;
    size_t first = options->offset < heap.count ? options->offset : heap.count;
    out->count = heap.count - first;
    out->hits = kb_arena_zalloc(arena, out->count + 1, sizeof *out->hits);
    for (size_t i = 0; out->hits && i < out->count; i++) {
        out->hits[i].n = heap.items[first + i].n;
        out->hits[i].rank = heap.items[first + i].rank;
    }
    if (out->hits)
        status = show(db, arena, words, kb_buf_view(&match), options, out, err);
    if (status == KB_OK && arena->full)
        status = kb_err_set(err, KB_ENOMEM, "not enough memory for the results");
out:
    if (held)
        sqlite3_exec(db, "RELEASE kb_search", NULL, NULL, NULL);
    free(heap.items);
    kb_buf_free(&sql.text);
    kb_buf_free(&match);
    return status;
}
