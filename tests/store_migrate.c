/* Files of every released version are opened, brought up to date and whole; a step that
 * fails leaves the file as it was; a newer kabar's file is refused.
 *
 *   store_migrate              opens each tests/store/version-N.db.zst
 *   store_migrate --make FILE  writes one with this kabar (tests/store/make)
 *   store_migrate --whole      prints what its steps make, as one step (the same) */
#include "store_made.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

#include "store/migrate.h"

static int failed, checks;
#define CHECK(x)                                                                         \
    do {                                                                                 \
        checks++;                                                                        \
        if (!(x)) {                                                                      \
            failed++;                                                                    \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #x);                               \
        }                                                                                \
    } while (0)

enum { ARTICLES = 40 };
static struct kb_err err;

/* ---- what such a file holds -------------------------------------------------------- */

static void fill(struct kb_store *s) {
    struct kb_feed_new feed = {.url = KB_STR("https://outlet0.example/feed"), .now = 1};
    struct made m;
    bool fresh, newer;
    int64_t n, f, kept;
    CHECK(kb_store_begin(s, &err) == KB_OK);
    CHECK(kb_store_feed_add(s, 1, &feed, &f, &fresh, &err) == KB_OK);
    CHECK(kb_store_retention_set(s, f, KB_STR("{\"keep_days\": 9}"), &err) == KB_OK);
    CHECK(kb_store_entry_note(s, f, 1, 2, 3, &err) == KB_OK);
    for (unsigned i = 0; i < ARTICLES; i++)
        CHECK(kb_made_keep(s, i, &n, &err) == KB_OK);
    for (unsigned i = 0; i < ARTICLES; i += 10) {
        kb_made(&m, i, 1);
        CHECK(kb_store_change(s, i + 1, &m.article, 1772700000, KB_STR("x"), &newer,
                              &err) == KB_OK);
    }
    CHECK(kb_store_join(s, 1, 5, 1772700001, &kept, &err) == KB_OK);
    CHECK(kb_store_move(s, 11, 0, 1772700002, &err) == KB_OK);
    CHECK(kb_store_commit(s, &err) == KB_OK);
}

static void hear(void *context, const char *line) {
    (void)context;
    puts(line);
}

static void holds_all(struct kb_store *s) {
    struct kb_arena arena;
    struct kb_str record;
    struct kb_story_row story;
    struct kb_retention r;
    int64_t seen;
    size_t faults = 0;
    struct made m;
    kb_arena_init(&arena, 1 << 24);
    CHECK(kb_store_check(s, false, hear, NULL, &faults, &err) == KB_OK);
    CHECK(faults == 0);
    for (unsigned i = 0; i < ARTICLES; i++) {
        kb_made(&m, i, i % 10 == 0);
        CHECK(kb_store_record(s, i + 1, &arena, &record, &err) == KB_OK);
        CHECK(kb_str_find(record, m.article.content_text) != KB_NOT_FOUND);
        kb_made(&m, i, 0);
        if (i % 10 == 0)
            CHECK(kb_store_version(s, i + 1, 1, &arena, &record, &seen, &err) == KB_OK);
        CHECK(kb_str_find(record, m.article.content_text) != KB_NOT_FOUND);
    }
    CHECK(kb_store_story(s, KB_STR("a0000004"), &arena, &story, &err) == KB_OK);
    CHECK(story.n == 1 && story.articles == 8);
    CHECK(kb_store_story(s, KB_STR("a0000010"), &arena, &story, &err) == KB_OK);
    CHECK(story.n == 11 && story.articles == 1);
    CHECK(kb_store_retention(s, 1, &r, &err) == KB_OK);
    CHECK(r.days == 9);
    kb_arena_free(&arena);
}

/* ---- as a small file --------------------------------------------------------------- */

static char *read_all(const char *path, size_t *n) {
    FILE *f = fopen(path, "rb");
    char *bytes = malloc(1 << 24);
    if (!f || !bytes)
        exit(2);
    *n = fread(bytes, 1, 1 << 24, f);
    fclose(f);
    return bytes;
}

static void write_all(const char *path, const void *bytes, size_t n) {
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes, 1, n, f) != n || fclose(f) != 0)
        exit(2);
}

static int make(const char *to) {
    char path[64];
    size_t n;
    kb_made_path(path);
    struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
    if (!s) {
        puts(err.text);
        return 1;
    }
    fill(s);
    CHECK(kb_store_vacuum(s, &err) == KB_OK);
    kb_store_close(s);
    char *bytes = read_all(path, &n), *packed = malloc(ZSTD_compressBound(n));
    if (!packed)
        return 1;
    write_all(to, packed, ZSTD_compress(packed, ZSTD_compressBound(n), bytes, n, 19));
    kb_made_remove(path);
    free(bytes);
    free(packed);
    return failed != 0;
}

static void unpack(const char *from, const char *path) {
    size_t n;
    char *packed = read_all(from, &n), *bytes = malloc(1 << 24);
    size_t size = bytes ? ZSTD_decompress(bytes, 1 << 24, packed, n) : (size_t)-1;
    if (ZSTD_isError(size))
        exit(2);
    write_all(path, bytes, size);
    free(packed);
    free(bytes);
}

/* ---- as one step ------------------------------------------------------------------- */

static sqlite3_stmt *prepared(sqlite3 *db, const char *sql) {
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
        printf("%s: %s\n", sql, sqlite3_errmsg(db));
        exit(2);
    }
    return s;
}

static void print_rows(sqlite3 *db, const char *table) {
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT * FROM \"%s\"", table);
    sqlite3_stmt *s = prepared(db, sql);
    while (sqlite3_step(s) == SQLITE_ROW) {
        printf("INSERT INTO %s VALUES (", table);
        for (int i = 0; i < sqlite3_column_count(s); i++) {
            const char *text = (const char *)sqlite3_column_text(s, i);
            char *value = sqlite3_column_type(s, i) == SQLITE_INTEGER
                              ? sqlite3_mprintf("%s", text)
                              : sqlite3_mprintf("%Q", text);
            printf("%s%s", i ? ", " : "", value ? value : "");
            sqlite3_free(value);
        }
        printf(");\n");
    }
    sqlite3_finalize(s);
}

/* Rows come before what follows them: triggers would count them twice. */
static int print_whole(void) {
    static const char own[] = "sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT "
                              "LIKE 'search_%' AND ";
    const struct kb_store_options steps = {.mode = KB_STORE_CREATE,
                                           .steps = kb_store_sql_files,
                                           .step_count = (int)kb_store_sql_files_count};
    char path[64], sql[300];
    struct kb_store *store;
    sqlite3 *db;
    kb_made_path(path);
    if (kb_store_open(path, &steps, &store, &err) != KB_OK)
        return 1;
    kb_store_close(store);
    if (sqlite3_open(path, &db) != SQLITE_OK)
        return 1;
    printf("-- What the steps make of an empty file, for new ones.  Written by "
           "tests/store/make,\n-- not by hand.\n\n");
    for (int rest = 0; rest < 2; rest++) {
        snprintf(sql, sizeof sql,
                 "SELECT sql, name FROM sqlite_schema WHERE (%s (type = 'table' AND sql "
                 "NOT LIKE 'CREATE VIRTUAL%%') = %d) OR (%d AND name = 'search_text') "
                 "ORDER BY rowid",
                 own, !rest, rest);
        sqlite3_stmt *s = prepared(db, sql);
        while (sqlite3_step(s) == SQLITE_ROW) {
            printf("%s;\n", (const char *)sqlite3_column_text(s, 0));
            if (!rest)
                print_rows(db, (const char *)sqlite3_column_text(s, 1));
        }
        sqlite3_finalize(s);
    }
    printf("PRAGMA user_version = %zu;\n", kb_store_sql_files_count);
    sqlite3_close(db);
    kb_made_remove(path);
    return 0;
}

/* ---- tests ------------------------------------------------------------------------- */

/* All tables and indexes as their SQL, without SQLite's own and the search index's. */
static void shape_of(const char *path, char shape[], size_t size) {
    sqlite3 *db;
    sqlite3_stmt *s;
    shape[0] = '\0';
    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK(sqlite3_prepare_v2(db, "SELECT sql FROM sqlite_schema ORDER BY type, name", -1,
                             &s, NULL) == SQLITE_OK);
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *sql = (const char *)sqlite3_column_text(s, 0);
        size_t n = strlen(shape);
        snprintf(shape + n, size - n, "%s\n", sql ? sql : "");
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
}

static void opens(const char *file) {
    static char old[1 << 16], new[1 << 16];
    char path[64], fresh[64];
    kb_made_path(path);
    kb_made_path(fresh);
    unpack(file, path);
    struct kb_store *s = kb_made_open(path, KB_STORE_WRITE, NULL, &err);
    CHECK(s);
    if (!s) {
        printf("%s: %s\n", file, err.text);
        return;
    }
    holds_all(s);
    kb_store_close(s);
    kb_store_close(kb_made_open(fresh, KB_STORE_CREATE, NULL, &err));
    shape_of(path, old, sizeof old);
    shape_of(fresh, new, sizeof new);
    CHECK(strcmp(old, new) == 0);
    if (strcmp(old, new) != 0)
        printf("%s, brought up to date, has not the shape of a new file; before its "
               "version is released, make it anew (tests/store/make)\n",
               file);
    kb_made_remove(path);
    kb_made_remove(fresh);
}

/* What people said in a file of version 1 is the first person's. */
static void keeps_what_was_said(void) {
    static const char said[] =
        "INSERT INTO feed (n, url, name, folder, added) VALUES (3, 'https://a.example/', "
        "'Harbour', 'News/Sea', 77);"
        "INSERT INTO story VALUES (1, 'a1', 't', NULL, 3, 3, 0, ' en ', 5, 7, 7);"
        "INSERT INTO article (id, story, report, feed, time, seen, text_hash, is_read, "
        "starred) VALUES ('a1', 1, 1, 3, 5, 9, 0, 0, 1), ('a2', 1, 2, 3, 6, 9, 0, 1, 0), "
        "('a3', 1, 3, NULL, 7, 9, 0, 0, 0);"
        "INSERT INTO tag VALUES (2, 'ferry'), (3, 'ferry');"
        "INSERT INTO rule VALUES (4, 1, 'all', '', 'star if title has \"ferry\"');"
        "INSERT INTO saved VALUES ('sea', 'harbour', 8);";
    char path[64];
    struct kb_arena arena;
    struct kb_store_options first = {
        .mode = KB_STORE_CREATE, .steps = kb_store_sql_files, .step_count = 1};
    struct kb_store *s;
    struct kb_feed_row feed;
    struct kb_row row;
    struct kb_rule_row *rules;
    struct kb_saved_row saved;
    struct kb_tag_row *tags;
    struct kb_user_row user;
    sqlite3 *db;
    size_t count;
    kb_made_path(path);
    kb_arena_init(&arena, 1 << 20);
    CHECK(kb_store_open(path, &first, &s, &err) == KB_OK);
    kb_store_close(s);
    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, said, NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(db);
    s = kb_made_open(path, KB_STORE_WRITE, NULL, &err);
    CHECK(s);
    CHECK(kb_store_user_at(s, 1, &arena, &user, &err) == KB_OK && user.owner);
    CHECK(kb_str_equal(user.name, KB_STR("owner")) && !user.password.n);
    CHECK(kb_store_feed(s, 1, KB_STR("harbour"), &arena, &feed, &err) == KB_OK);
    CHECK(kb_str_equal(feed.folder, KB_STR("News/Sea")) && feed.followed == 77);
    CHECK(feed.unread == 1 && feed.articles == 2);
    CHECK(kb_store_article_at(s, 1, 1, &arena, &row, &err) == KB_OK);
    CHECK(!row.is_read && row.starred);
    CHECK(kb_store_article_at(s, 1, 2, &arena, &row, &err) == KB_OK);
    CHECK(row.is_read && !row.starred);
    CHECK(kb_store_tags(s, 1, &arena, &tags, &count, &err) == KB_OK && count == 1);
    CHECK(tags[0].articles == 2 && tags[0].unread == 1);
    CHECK(kb_store_rules(s, 1, &arena, &rules, &count, &err) == KB_OK && count == 1);
    CHECK(rules[0].n == 4);
    CHECK(kb_store_saved_search(s, 1, KB_STR("sea"), &arena, &saved, &err) == KB_OK);
    CHECK(kb_str_equal(saved.query, KB_STR("harbour")) && saved.added == 8);
    kb_store_close(s);
    kb_arena_free(&arena);
    kb_made_remove(path);
}

static struct kb_store *open_with(const char *path, enum kb_store_mode mode,
                                  const char *second) {
    struct kb_asset steps[16];
    struct kb_store *s;
    size_t n = kb_store_sql_files_count;
    memcpy(steps, kb_store_sql_files, n * sizeof *steps);
    steps[n] = (struct kb_asset){"next", (const unsigned char *)second, strlen(second)};
    struct kb_store_options options = {
        .mode = mode, .steps = steps, .step_count = (int)n + 1};
    return kb_store_open(path, &options, &s, &err) == KB_OK ? s : NULL;
}

static void goes_on(void) {
    static const char half[] = "ALTER TABLE story ADD COLUMN mood TEXT; UPDATE story SET "
                               "mood = 'calm'; DELETE FROM body; DROP INDEX print_time; "
                               "INSERT INTO story (n) VALUES (NULL);";
    static const char good[] = "ALTER TABLE story ADD COLUMN mood TEXT;";
    char path[64];
    kb_made_path(path);
    struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
    CHECK(s);
    fill(s);
    kb_store_close(s);
    CHECK(!open_with(path, KB_STORE_WRITE, half));
    CHECK(strstr(err.text, "NOT NULL"));
    CHECK(!open_with(path, KB_STORE_READ, good));
    CHECK(strstr(err.text, "brings it up to date"));
    s = kb_made_open(path, KB_STORE_WRITE, NULL, &err);
    CHECK(s);
    holds_all(s);
    struct kb_store *new = open_with(path, KB_STORE_WRITE, good);
    CHECK(new);
    CHECK(kb_store_begin(s, &err) == KB_EINPUT); /* under the feet of the old one */
    CHECK(strstr(err.text, "newer kabar"));
    kb_store_close(s);
    holds_all(new);
    kb_store_close(new);
    for (int mode = KB_STORE_READ; mode <= KB_STORE_CREATE; mode++) {
        CHECK(!kb_made_open(path, (enum kb_store_mode)mode, NULL, &err));
        CHECK(err.status == KB_EINPUT && strstr(err.text, "newer kabar"));
    }
    kb_made_remove(path);
}

/* A new file holds what the steps make, rows too; and what comes after it by steps. */
static void begins_whole(void) {
    static const char said[] =
        "SELECT (SELECT group_concat(what || count, ' ') FROM (SELECT * FROM total ORDER "
        "BY what)), (SELECT n || name || role FROM user), (SELECT n || user FROM shelf), "
        "(SELECT group_concat(name || seq, ' ') FROM (SELECT * FROM sqlite_sequence "
        "ORDER BY name))";
    const struct kb_store_options by_steps = {.mode = KB_STORE_CREATE,
                                              .steps = kb_store_sql_files,
                                              .step_count =
                                                  (int)kb_store_sql_files_count};
    char path[64], rows[2][400] = {"", ""};
    for (int i = 0; i < 2; i++) {
        struct kb_store_options options = by_steps;
        struct kb_store *store;
        sqlite3 *db;
        kb_made_path(path);
        options.steps = i ? options.steps : NULL;
        CHECK(kb_store_open(path, &options, &store, &err) == KB_OK);
        kb_store_close(store);
        CHECK(sqlite3_open(path, &db) == SQLITE_OK);
        sqlite3_stmt *s = prepared(db, said);
        if (sqlite3_step(s) == SQLITE_ROW)
            snprintf(rows[i], sizeof rows[i], "%s, %s, %s, %s", sqlite3_column_text(s, 0),
                     sqlite3_column_text(s, 1), sqlite3_column_text(s, 2),
                     sqlite3_column_text(s, 3));
        sqlite3_finalize(s);
        sqlite3_close(db);
        kb_made_remove(path);
    }
    CHECK(rows[0][0] && strcmp(rows[0], rows[1]) == 0);
}

/* Somebody else's database stays as it was. */
static void leaves_others(void) {
    char path[64];
    sqlite3 *db;
    size_t before, after;
    kb_made_path(path);
    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, "CREATE TABLE own (x); INSERT INTO own VALUES (1)", NULL, NULL,
                       NULL) == SQLITE_OK);
    sqlite3_close(db);
    char *was = read_all(path, &before);
    for (int mode = KB_STORE_READ; mode <= KB_STORE_CREATE; mode++) {
        CHECK(!kb_made_open(path, (enum kb_store_mode)mode, NULL, &err));
        CHECK(err.status == KB_EINPUT && strstr(err.text, "not one of kabar's"));
    }
    char *is = read_all(path, &after);
    CHECK(before == after && memcmp(was, is, before) == 0);
    free(was);
    free(is);
    kb_made_remove(path);
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "--make") == 0)
        return make(argv[2]);
    if (argc == 2 && strcmp(argv[1], "--whole") == 0)
        return print_whole();
    DIR *folder = opendir("tests/store");
    size_t files = 0;
    for (struct dirent *e; folder && (e = readdir(folder));) {
        char name[300];
        snprintf(name, sizeof name, "tests/store/%s", e->d_name);
        if (strstr(e->d_name, ".db.zst")) {
            opens(name);
            files++;
        }
    }
    if (folder)
        closedir(folder);
    CHECK(files == kb_store_sql_files_count);
    goes_on();
    keeps_what_was_said();
    leaves_others();
    begins_whole();
    printf("%zu tests, %d checks, %d failed\n", files + 4, checks, failed);
    return failed != 0;
}
