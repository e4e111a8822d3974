/* Kind `search`: a small wire, and what is found in it.
 *
 * The file `corpus` has the articles, in the order in which they come in: lines "key
 * value" with an empty line behind each article.  Keys: id, language, outlet (domain and
 * name), feed (address, folder), time (2026-03-01), author, role, agency, tag (these may
 * come again), story (the id of its first article), starred, read, title, text.
 *
 * The file want.search is input and output in one.  Lines that begin with ">" are the
 * answers, and --accept writes them anew.  The others:
 *
 *     languages en,de     the wire's, from here on; at first en
 *     page LIMIT OFFSET   from here on; at first 20 0
 *     order rank|newest   from here on; at first rank
 *     room N              columns of a snippet, from here on; at first 60
 *     ? QUERY             is searched
 *     ids QUERY           the same, and only the ids are told
 *     # …                 a remark
 *
 * An answer tells how many there are, then for each its id, title and snippet, with
 * [marks]. */
#include "runner.h"

#include "store/migrate.h"
#include "store/search.h"
#include "store/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>

struct asker {
    struct kb_case *c;
    sqlite3 *db;
    struct kb_buf *out;
    struct kb_str languages[8];
    size_t language_count;
    struct kb_search_options options;
};

/* ---- the wire ---------------------------------------------------------------------- */

static void body_text(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    sqlite3_result_value(context, values[0]); /* kept plain here */
}

static void run_sql(struct asker *a, const char *sql, const struct kb_str *values,
                    size_t count) {
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(a->db, sql, -1, &s, NULL);
    for (size_t i = 0; code == SQLITE_OK && i < count; i++)
        if (values[i].p)
            sqlite3_bind_text(s, (int)i + 1, values[i].p, (int)values[i].n,
                              SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = sqlite3_step(s);
    if (code != SQLITE_DONE && code != SQLITE_ROW)
        kb_case_fail(a->c, "%s: %s", sql, sqlite3_errmsg(a->db));
    sqlite3_finalize(s);
}

static sqlite3 *open_wire(struct kb_case *c) {
    sqlite3 *db;
    struct kb_err err;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
        kb_tokenizer_register(db, NULL, &err) != KB_OK ||
        sqlite3_create_function(db, "kb_body_text", 1, SQLITE_UTF8, NULL, body_text, NULL,
                                NULL) != SQLITE_OK ||
        sqlite3_create_function(db, "kb_body_cites", 1, SQLITE_UTF8, NULL, body_text,
                                NULL, NULL) != SQLITE_OK) /* there is nothing to fill */
        kb_case_fail(c, "no database");
    for (size_t i = 0; i < kb_store_sql_files_count; i++) {
        char *sql = sqlite3_mprintf("%.*s", (int)kb_store_sql_files[i].n,
                                    (const char *)kb_store_sql_files[i].bytes);
        if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
            kb_case_fail(c, "%s: %s", kb_store_sql_files[i].name, sqlite3_errmsg(db));
        sqlite3_free(sql);
    }
    return db;
}

static bool take(struct kb_str *line, const char *head) {
    size_t n = strlen(head);
    if (!kb_str_starts(*line, kb_str_z(head)) || (line->n > n && line->p[n] != ' '))
        return false;
    *line = kb_str_slice(*line, n + 1, line->n);
    return true;
}

static struct kb_str line_of(struct kb_str *lines) {
    size_t end = kb_str_find_byte(*lines, '\n');
    struct kb_str line = kb_str_slice(*lines, 0, end);
    *lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*lines, end + 1, lines->n);
    return line;
}

static void cut(struct kb_str s, struct kb_str two[2]) {
    size_t at = kb_str_find_byte(s, ' ');
    two[0] = kb_str_slice(s, 0, at);
    two[1] = at == KB_NOT_FOUND ? KB_STR("") : kb_str_slice(s, at + 1, s.n);
}

/* A key of the last article; columns of its row are written one by one. */
static void set(struct asker *a, struct kb_str line) {
    static const char *const columns[][2] = {
        {"language", "UPDATE article SET language = ?1 WHERE n = (SELECT max(n) FROM "
                     "article)"},
        {"author",
         "UPDATE article SET author = ?1 WHERE n = (SELECT max(n) FROM article)"},
        {"title", "UPDATE article SET title = ?1 WHERE n = (SELECT max(n) FROM article)"},
        {"text", "INSERT INTO body SELECT max(n), ?1 FROM article"},
        {"time", "UPDATE article SET time = strftime('%s', ?1) WHERE n = (SELECT max(n) "
                 "FROM article)"},
        {"role", "UPDATE article SET roles = rtrim(roles) || ' ' || ?1 || ' ' WHERE n = "
                 "(SELECT max(n) FROM article)"},
        {"agency", "UPDATE article SET agencies = agencies || char(31) || ?1 WHERE n = "
                   "(SELECT max(n) FROM article)"},
        {"tag", "INSERT INTO tag SELECT max(n), 1, ?1 FROM article"},
        {"story",
         "UPDATE article SET story = (SELECT n FROM story WHERE id = ?1) WHERE n "
         "= (SELECT max(n) FROM article)"},
        {"starred", "INSERT INTO star (article, user) SELECT max(n), 1 FROM article"},
        {"read", "DELETE FROM unread WHERE article = (SELECT max(n) FROM article)"},
    };
    struct kb_str two[2];
    if (take(&line, "id")) {
        run_sql(a,
                "INSERT INTO article (id, story, report, time, seen, text_hash) VALUES "
                "(?1, 0, 0, 0, 0, 0)",
                &line, 1);
        run_sql(a,
                "INSERT INTO story SELECT max(n), ?1, '', NULL, 1, 1, 1, '', 0, 0, 0 "
                "FROM article",
                &line, 1);
        run_sql(a, "UPDATE article SET story = n, report = n WHERE id = ?1", &line, 1);
        run_sql(a, "INSERT INTO unread SELECT 1, n, 0, 0 FROM article WHERE id = ?1",
                &line, 1);
    } else if (take(&line, "outlet")) {
        cut(line, two);
        run_sql(a, "INSERT OR IGNORE INTO outlet (domain, name) VALUES (?1, ?2)", two, 2);
        run_sql(a,
                "UPDATE article SET outlet = (SELECT n FROM outlet WHERE domain = ?1) "
                "WHERE n = (SELECT max(n) FROM article)",
                two, 1);
    } else if (take(&line, "feed")) {
        cut(line, two);
        run_sql(a, "INSERT OR IGNORE INTO feed (url, added) VALUES (?1, 0)", two, 1);
        run_sql(a,
                "INSERT OR IGNORE INTO subscription (user, feed, folder) SELECT 1, n, ?2 "
                "FROM feed WHERE url = ?1",
                two, 2);
        run_sql(a,
                "UPDATE article SET feed = (SELECT n FROM feed WHERE url = ?1) WHERE n "
                "= (SELECT max(n) FROM article)",
                two, 1);
    } else {
        for (size_t i = 0; i < KB_COUNT(columns); i++)
            if (take(&line, columns[i][0])) {
                run_sql(a, columns[i][1], &line, 1);
                return;
            }
        if (line.n && line.p[0] != '#')
            kb_case_fail(a->c, "what is this line? %.*s", (int)line.n, line.p);
    }
}

/* ---- queries ----------------------------------------------------------------------- */

static void search(struct asker *a, struct kb_str text, bool ids) {
    struct kb_arena arena;
    struct kb_query query;
    struct kb_search_result result;
    struct kb_err err;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (kb_query_parse(&arena, text, 1772438400, a->languages, a->language_count, &query,
                       &err) != KB_OK ||
        kb_search_run(a->db, &arena, &query, &a->options, &result, &err) != KB_OK) {
        kb_buf_printf(a->out, "> %s: %s\n", kb_status_name(err.status), err.text);
        kb_arena_free(&arena);
        return;
    }
    kb_buf_printf(a->out, "> %d%s%s", (int)result.total, result.at_least ? "+" : "",
                  ids ? ":" : "\n");
    for (size_t i = 0; i < result.count; i++) {
        const struct kb_search_hit *h = &result.hits[i];
        if (ids)
            kb_buf_printf(a->out, " %.*s", (int)h->id.n, h->id.p);
        else
            kb_buf_printf(a->out, "> %.*s: %.*s | %.*s\n", (int)h->id.n, h->id.p,
                          (int)h->title.n, h->title.p, (int)h->snippet.n, h->snippet.p);
    }
    if (ids)
        kb_buf_char(a->out, '\n');
    kb_arena_free(&arena);
}

static void set_languages(struct asker *a, struct kb_str list) {
    a->language_count = 0;
    while (list.n && a->language_count < KB_COUNT(a->languages)) {
        size_t end = kb_str_find_byte(list, ',');
        a->languages[a->language_count++] = kb_str_slice(list, 0, end);
        list = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(list, end + 1, list.n);
    }
}

static void take_line(struct asker *a, struct kb_str line) {
    char *end;
    if (kb_str_starts(line, KB_STR(">")))
        return;
    kb_buf_str(a->out, line);
    kb_buf_char(a->out, '\n');
    if (take(&line, "languages")) {
        set_languages(a, line);
    } else if (take(&line, "page")) {
        a->options.limit = strtoul(line.p, &end, 10);
        a->options.offset = strtoul(end, NULL, 10);
    } else if (take(&line, "order")) {
        a->options.order = line.p[0] == 'n' ? KB_SEARCH_NEWEST : KB_SEARCH_RANK;
    } else if (take(&line, "room")) {
        a->options.room = strtoul(line.p, NULL, 10);
    } else if (take(&line, "?")) {
        search(a, line, false);
    } else if (take(&line, "ids")) {
        search(a, line, true);
    } else if (line.n && line.p[0] != '#' && line.p[0] != '=') {
        kb_case_fail(a->c, "what is this line? %.*s", (int)line.n, line.p);
    }
}

static void run(struct kb_case *c) {
    struct kb_str corpus = kb_case_file(c, "corpus");
    struct kb_str lines = kb_case_file(c, "want.search");
    struct kb_buf out;
    struct asker a = {
        .c = c,
        .db = open_wire(c),
        .out = &out,
        .options = {
            .user = 1, .limit = 20, .style = {KB_STR("["), KB_STR("]")}, .room = 60}};
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    set_languages(&a, KB_STR("en"));
    while (corpus.n)
        set(&a, line_of(&corpus));
    run_sql(
        &a,
        "INSERT INTO search (rowid, title, author, text) SELECT n, title, author, text "
        "FROM search_text",
        NULL, 0);
    run_sql(&a, "INSERT INTO search (search, rank) VALUES ('integrity-check', 1)", NULL,
            0);
    while (lines.n)
        take_line(&a, line_of(&lines));
    kb_case_output(c, "search", kb_buf_view(&out));
    sqlite3_close(a.db);
    kb_buf_free(&out);
}

const struct kb_test_kind kb_kind_search = {"search", run};
