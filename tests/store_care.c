/* The store's care: a look finds each kind of fault, a copy is a copy, vacuum mends what
 * can be made again. */
#include "store_made.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int failed, checks;
#define CHECK(x)                                                                         \
    do {                                                                                 \
        checks++;                                                                        \
        if (!(x)) {                                                                      \
            failed++;                                                                    \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #x);                               \
        }                                                                                \
    } while (0)

static struct kb_err err;
static char told[4000];

static void hear(void *context, const char *line) {
    size_t n = strlen(told);
    (void)context;
    snprintf(told + n, sizeof told - n, "%s\n", line);
}

static size_t faults_of(struct kb_store *store, bool quick) {
    size_t faults = 0;
    told[0] = '\0';
    CHECK(kb_store_check(store, quick, hear, NULL, &faults, &err) == KB_OK);
    return faults;
}

static void fill(struct kb_store *s) {
    struct made m;
    int64_t n, changed = 0;
    bool newer;
    CHECK(kb_store_begin(s, &err) == KB_OK);
    for (unsigned i = 0; i < 60; i++) {
        CHECK(kb_made_keep(s, i, &n, &err) == KB_OK);
        changed = i == 8 ? n : changed;
    }
    for (unsigned r = 1; r < 4; r++) {
        kb_made(&m, 8, r);
        CHECK(kb_store_change(s, changed, &m.article, 1772700000 + r, KB_STR("x"), &newer,
                              &err) == KB_OK);
        CHECK(newer);
    }
    CHECK(kb_store_commit(s, &err) == KB_OK);
}

/* The file as somebody else might leave it. */
static void hurt(const char *path, const char *sql) {
    sqlite3 *db;
    char *says = NULL;
    CHECK(sqlite3_open(path, &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, sql, NULL, NULL, &says) == SQLITE_OK);
    if (says)
        puts(says);
    sqlite3_free(says);
    sqlite3_close(db);
}

static const struct harm {
    const char *sql, *told;
    bool mended; /* by vacuum */
    bool quick;  /* found by a quick look too */
} harms[] = {
    {"UPDATE body SET record = x'28b52ffd' WHERE article = 5", "a0000004: its record",
     false, false},
    {"UPDATE body SET record = substr(record, 1, 40) || x'00' || substr(record, 42) "
     "WHERE article = 6",
     "a0000005: its record", false, false},
    {"UPDATE body SET record = (SELECT record FROM body WHERE article = 7) WHERE article "
     "= 8",
     "a0000007: its record", false, false},
    {"UPDATE version SET patch = x'00' WHERE number = 2", "a0000008: an older version",
     false, false},
    {"UPDATE unread_count SET count = count + 1", "of owner are not counted right", true,
     true},
    {"UPDATE unread_story SET count = count + 1",
     "of stories of owner are not counted right", true, true},
    {"INSERT INTO unread VALUES (1, 5000, 0, 9)", "not there is unread to owner", true,
     true},
    {"INSERT INTO feed (url, added, articles) VALUES ('https://a.example/', 1, 3);"
     "INSERT INTO subscription (user, feed) SELECT 1, n FROM feed",
     "does not count its articles", true, true},
    {"UPDATE user SET role = 'reader'", "nobody is an owner", false, true},
    {"DELETE FROM version WHERE number = 1", "a0000008: an older version", false, false},
    {"UPDATE story SET articles = 9 WHERE n = 1", "story a0000000 does not count", true,
     true},
    {"UPDATE story SET last = last + 1 WHERE n = 5", "story a0000004 does not count",
     true, true},
    {"DELETE FROM story WHERE n = 9", "a0000009 stands in no story", true, true},
    {"UPDATE article SET story = 1 WHERE story = 13; UPDATE story SET into_story = 1 "
     "WHERE n = 13; UPDATE article SET story = 13 WHERE n = 14",
     "a0000013 stands in no story", true, true},
    {"DELETE FROM search_docsize WHERE id = 3", "a0000002 is missing in the search", true,
     true},
    {"DELETE FROM body WHERE article = 2", "knows an article that is not there", true,
     true},
    {"UPDATE article SET title = 'other words' WHERE n = 4", "does not agree", true,
     false},
    {"DELETE FROM search_data WHERE id > 10", "does not agree", true, true},
    {"UPDATE article SET outlet = 99 WHERE n = 4",
     "a row of article names a row of "
     "outlet",
     false, true},
    {"UPDATE sqlite_sequence SET seq = 3", "given twice", false, true},
};

static void finds(const struct harm *harm) {
    char path[64];
    kb_made_path(path);
    struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
    CHECK(s);
    fill(s);
    CHECK(faults_of(s, false) == 0);
    CHECK(faults_of(s, true) == 0);
    if (told[0])
        puts(told);
    kb_store_close(s);
    hurt(path, harm->sql);
    s = kb_made_open(path, KB_STORE_WRITE, NULL, &err);
    CHECK(s);
    CHECK((faults_of(s, true) > 0) == harm->quick);
    CHECK(faults_of(s, false) > 0);
    CHECK(strstr(told, harm->told));
    if (!strstr(told, harm->told))
        printf("told of %s:\n%s", harm->sql, told);
    if (kb_store_vacuum(s, &err) != KB_OK) {
        printf("vacuum after %s: %s\n", harm->sql, err.text);
        failed++;
    }
    CHECK((faults_of(s, false) == 0) == harm->mended);
    if ((faults_of(s, false) == 0) != harm->mended)
        printf("after %s:\n%s", harm->sql, told);
    kb_store_close(s);
    kb_made_remove(path);
}

static int steps;
static void count_steps(void *context, int done, int all) {
    (void)context;
    steps++;
    CHECK(done <= all);
}

static void copies(void) {
    char path[64], copy[80], wal[90];
    struct kb_row row;
    struct kb_arena arena;
    int64_t n;
    kb_arena_init(&arena, 1 << 20);
    kb_made_path(path);
    snprintf(copy, sizeof copy, "%s.copy", path);
    snprintf(wal, sizeof wal, "%s-wal", copy);
    struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
    CHECK(s);
    fill(s);
    CHECK(kb_store_backup(s, copy, count_steps, NULL, &err) == KB_OK);
    CHECK(steps > 0);
    CHECK(access(wal, F_OK) != 0);
    CHECK(kb_store_backup(s, copy, NULL, NULL, &err) == KB_EINPUT);
    CHECK(strstr(err.text, "is there already"));
    CHECK(kb_store_backup(s, "/nowhere/at/all", NULL, NULL, &err) == KB_EIO);
    CHECK(kb_store_begin(s, &err) == KB_OK);
    CHECK(kb_made_keep(s, 60, &n, &err) == KB_OK);
    CHECK(kb_store_commit(s, &err) == KB_OK);
    kb_store_close(s);
    s = kb_made_open(copy, KB_STORE_WRITE, NULL, &err);
    CHECK(s);
    CHECK(faults_of(s, false) == 0);
    CHECK(kb_store_article(s, 1, KB_STR("a0000059"), &arena, &row, &err) == KB_OK);
    CHECK(kb_store_article(s, 1, KB_STR("a0000060"), &arena, &row, &err) == KB_EINPUT);
    kb_store_close(s);
    kb_arena_free(&arena);
    kb_made_remove(path);
    kb_made_remove(copy);
}

/* An article whose record is damaged is replaced and taken away like any other. */
static void lives_with_damage(void) {
    char path[64];
    struct made m;
    bool newer;
    kb_made_path(path);
    struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
    CHECK(s);
    fill(s);
    kb_store_close(s);
    hurt(path, "UPDATE body SET record = x'28b52ffd' WHERE article IN (9, 10, 11)");
    s = kb_made_open(path, KB_STORE_WRITE, NULL, &err);
    CHECK(s);
    CHECK(kb_store_begin(s, &err) == KB_OK);
    kb_made(&m, 8, 9);
    CHECK(kb_store_change(s, 9, &m.article, 1772800000, KB_STR("x"), &newer, &err) ==
          KB_OK);
    kb_made(&m, 9, 0);
    CHECK(kb_store_change(s, 10, &m.article, 1772800000, KB_STR("x"), &newer, &err) ==
          KB_OK);
    CHECK(kb_made_drop(s, 11, &err) == KB_OK);
    CHECK(kb_store_commit(s, &err) == KB_OK);
    CHECK(faults_of(s, true) == 1 && strstr(told, "old words"));
    CHECK(kb_store_vacuum(s, &err) == KB_OK);
    CHECK(faults_of(s, false) == 0);
    if (told[0])
        puts(told);
    kb_store_close(s);
    kb_made_remove(path);
}

int main(void) {
    for (size_t i = 0; i < KB_COUNT(harms); i++)
        finds(&harms[i]);
    copies();
    lives_with_damage();
    printf("%zu tests, %d checks, %d failed\n", KB_COUNT(harms) + 2, checks, failed);
    return failed != 0;
}
