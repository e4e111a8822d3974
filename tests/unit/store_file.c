/* The file: made, written, read back, refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/inner.h"
#include "store/store.h"

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

static struct kb_store *open_as(const char *path, enum kb_store_mode mode) {
    struct kb_store_options options = {.mode = mode, .wait_ms = 100};
    struct kb_store *store = NULL;
    if (kb_store_open(path, &options, &store, &err) != KB_OK)
        return NULL;
    return store;
}

static struct kb_article article(const char *id, const char *title, const char *text,
                                 const char *domain, const char *date) {
    struct kb_article a = {0};
    a.id = kb_str_z(id);
    a.title = kb_str_z(title);
    a.content_text = kb_str_z(text);
    a.content_html = kb_str_z("");
    a.publisher_domain = kb_str_z(domain);
    a.language = KB_STR("en");
    a.direction = "ltr";
    a.date_published = kb_str_z(date);
    a.comment_count = -1;
    return a;
}

static enum kb_status drop(struct kb_store *s, int64_t n) {
    int64_t story;
    enum kb_status status = kb_store_take_away(s, n, &story, &err);
    return status == KB_OK && story ? kb_story_recount(s, story, &err) : status;
}

/* How many addresses are noted, and how many of them the records say; -1: not
 * readable. */
static int64_t count(struct kb_store *s, const char *sql) {
    int64_t n = -1;
    bool row = false;
    sqlite3_stmt *stmt = kb_store_sql(s, sql, &err);
    if (stmt && kb_store_step(s, stmt, &row, &err) == KB_OK && row)
        n = sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    return n;
}

static int64_t noted(struct kb_store *s) {
    return count(s, "SELECT count(*) FROM cited");
}

static int64_t said(struct kb_store *s) {
    return count(s, "SELECT count(*) FROM body b, json_each(kb_body_cites(b.record)) j "
                    "JOIN cited c ON c.hash = j.value AND c.article = b.article");
}

/* What articles name as their sources is found again, and an older file's records say the
 * same. */
static void cites(const char *path) {
    struct kb_store *s = open_as(path, KB_STORE_CREATE);
    struct kb_source sources[2] = {
        {.name = KB_STR("One"), .url = KB_STR("http://one.example/ferry#x")},
        {.name = KB_STR("Nobody")}};
    struct kb_article a = article("aaaa1111", "A ferry sank", "It sank on Monday.",
                                  "two.example", "2026-03-02T21:40:00Z");
    struct kb_keep keep = {.seen = 1772600000};
    int64_t n = 0, found[4];
    size_t number = 0;
    bool newer;
    if (!s)
        return;
    a.provenance.sources = sources;
    a.provenance.source_count = 2;
    a.provenance.original_url = KB_STR("https://three.example/a");
    CHECK(kb_store_begin(s, &err) == KB_OK);
    CHECK(kb_store_keep(s, &a, &keep, &n, &err) == KB_OK);
    CHECK(kb_store_find_citing(s, KB_STR("https://www.one.example/ferry/"), found, 4,
                               &number, &err) == KB_OK);
    CHECK(number == 1 && found[0] == n);
    CHECK(noted(s) == 2 && said(s) == 2);
    a.provenance.source_count = 0;
    CHECK(kb_store_change(s, n, &a, 1772700000, KB_STR("abc"), &newer, &err) == KB_OK);
    CHECK(noted(s) == 1 && said(s) == 1);
    CHECK(kb_store_exec(s, "UPDATE body SET record = x'00'", &err) == KB_OK);
    CHECK(said(s) == 0);
    CHECK(drop(s, n) == KB_OK);
    CHECK(noted(s) == 0);
    CHECK(kb_store_commit(s, &err) == KB_OK);
    kb_store_close(s);
}

static void keeps(const char *path) {
    struct kb_store *s = open_as(path, KB_STORE_CREATE);
    struct kb_arena arena;
    struct kb_row row;
    struct kb_story_row story, *stories;
    struct kb_str record;
    size_t count;
    int64_t n1 = 0, n2 = 0, kept, seen;
    bool newer = false;
    kb_arena_init(&arena, 1 << 24);
    CHECK(s);
    if (!s) {
        puts(err.text);
        return;
    }
    struct kb_article a = article("aaaa1111", "A ferry sank", "It sank on Monday.",
                                  "one.example", "2026-03-02T21:40:00Z");
    struct kb_article b = article("bbbb2222", "Ferry sinks", "It sank on a Monday.",
                                  "two.example", "2026-03-02T22:40:00Z");
    a.url = KB_STR("https://www.one.example/ferry/");
    struct kb_keep keep = {.seen = 1772600000, .print = KB_STR("xyz")};
    CHECK(kb_store_begin(s, &err) == KB_OK);
    CHECK(kb_store_keep(s, &a, &keep, &n1, &err) == KB_OK);
    keep.story = n1;
    CHECK(kb_store_keep(s, &b, &keep, &n2, &err) == KB_OK);
    CHECK(kb_store_commit(s, &err) == KB_OK);
    CHECK(kb_store_article(s, 1, KB_STR("aaaa"), &arena, &row, &err) == KB_OK);
    CHECK(row.n == n1 && row.story == n1 && kb_str_equal(row.story_id, a.id));
    CHECK(kb_store_article(s, 1, KB_STR("http://one.example/ferry#x"), &arena, &row,
                           &err) == KB_OK);
    CHECK(row.n == n1);
    CHECK(kb_store_story(s, KB_STR("bbbb2222"), &arena, &story, &err) == KB_OK);
    CHECK(story.articles == 2 && story.outlets == 2 && story.n == n1);
    a.content_text = KB_STR("It sank on Monday. Nine died.");
    CHECK(kb_store_begin(s, &err) == KB_OK);
    CHECK(kb_store_change(s, n1, &a, 1772700000, KB_STR("abc"), &newer, &err) == KB_OK);
    CHECK(newer);
    a.content_text = KB_STR("It sank on Monday: nine died.");
    CHECK(kb_store_change(s, n1, &a, 1772700001, KB_STR("abc"), &newer, &err) == KB_OK);
    CHECK(!newer);
    CHECK(kb_store_move(s, n2, 0, 1772700002, &err) == KB_OK);
    CHECK(kb_store_commit(s, &err) == KB_OK);
    CHECK(kb_store_version(s, n1, 1, &arena, &record, &seen, &err) == KB_OK);
    CHECK(kb_str_find(record, KB_STR("on Monday.\"")) != KB_NOT_FOUND);
    CHECK(seen == 1772600000);
    struct kb_story_wish wish = {.limit = 10};
    CHECK(kb_store_stories(s, &wish, &arena, &stories, &count, &err) == KB_OK);
    CHECK(count == 2 && stories[0].articles == 1);
    CHECK(kb_store_begin(s, &err) == KB_OK);
    CHECK(kb_store_join(s, n1, n2, 1772700003, &kept, &err) == KB_OK);
    CHECK(kept == n1);
    CHECK(kb_store_commit(s, &err) == KB_OK);
    CHECK(kb_store_story(s, KB_STR("bbbb2222"), &arena, &story, &err) == KB_OK);
    CHECK(story.n == n1 && story.articles == 2);
    /* A person has placed them: nothing else moves them. */
    CHECK(kb_store_begin(s, &err) == KB_OK);
    CHECK(kb_store_merge(s, n1, n2, 1772700004, &kept, &err) == KB_OK);
    CHECK(kept == 0);
    CHECK(kb_store_commit(s, &err) == KB_OK);
    CHECK(kb_store_begin(s, &err) == KB_OK);
    CHECK(drop(s, n1) == KB_OK);
    CHECK(kb_store_commit(s, &err) == KB_OK);
    CHECK(kb_store_story(s, KB_STR("aaaa1111"), &arena, &story, &err) == KB_OK);
    CHECK(story.articles == 1);
    if (failed)
        puts(err.text);
    kb_arena_free(&arena);
    kb_store_close(s);
}

/* Of a file that was just made no more stays in memory than of any other. */
static void remembers_little(const char *path) {
    enum { CACHE = 1 << 20, VALUES = 1500, BYTES = 4000 };
    struct kb_store_options options = {.mode = KB_STORE_CREATE, .cache_bytes = CACHE};
    static char value[BYTES];
    char key[16];
    int used = 0, unused = 0;
    struct kb_store *s = NULL;
    CHECK(kb_store_open(path, &options, &s, &err) == KB_OK);
    CHECK(kb_store_begin(s, &err) == KB_OK);
    memset(value, 'a', sizeof value);
    for (int i = 0; i < VALUES; i++) {
        snprintf(key, sizeof key, "k%d", i);
        CHECK(kb_store_set(s, key, (struct kb_str){value, BYTES}, &err) == KB_OK);
    }
    CHECK(kb_store_commit(s, &err) == KB_OK);
    sqlite3_db_status(s->db, SQLITE_DBSTATUS_CACHE_USED, &used, &unused, 0);
    CHECK(used > CACHE / 2 && used < CACHE + CACHE / 4);
    kb_store_close(s);
}

/* A row that memory has no room for is told, and not handed on half empty: a push without
 * its body would be read as empty and thrown away, a hub without its secret believed. */
static void tells_what_has_no_room(const char *path) {
    static char body[40000];
    struct kb_store *s = open_as(path, KB_STORE_CREATE);
    const struct kb_feed_new feed = {.url = KB_STR("https://one.example/feed"),
                                     .now = 1772600000};
    struct kb_push_row push = {.type = KB_STR("application/atom+xml"),
                               .body = {body, sizeof body}};
    struct kb_hub_row hub = {.hub = KB_STR("https://hub.example/"),
                             .topic = feed.url,
                             .callback = KB_STR("https://here.example/websub/token"),
                             .token = KB_STR("token"),
                             .secret = {body, sizeof body}};
    struct kb_saved_row saved;
    struct kb_arena small;
    int64_t n;
    bool fresh, kept;
    if (!s)
        return;
    memset(body, 'x', sizeof body);
    kb_arena_init(&small, 32 << 10);
    CHECK(kb_store_begin(s, &err) == KB_OK);
    CHECK(kb_store_feed_add(s, 1, &feed, &n, &fresh, &err) == KB_OK);
    push.feed = hub.feed = n;
    CHECK(kb_store_push_add(s, &push, 1772600000, &kept, &err) == KB_OK && kept);
    CHECK(kb_store_hub_add(s, &hub, &err) == KB_OK);
    CHECK(kb_store_save_search(s, 1, KB_STR("long"), push.body, 1772600000, &err) ==
          KB_OK);
    CHECK(kb_store_commit(s, &err) == KB_OK);
    CHECK(kb_store_push_next(s, 0, &small, &push, &err) == KB_ENOMEM);
    kb_arena_reset(&small);
    CHECK(kb_store_hub_named(s, KB_STR("token"), &small, &hub, &err) == KB_ENOMEM);
    kb_arena_reset(&small);
    CHECK(kb_store_saved_search(s, 1, KB_STR("long"), &small, &saved, &err) == KB_ENOMEM);
    kb_arena_free(&small);
    kb_store_close(s);
}

int main(void) {
    char path[] = "/tmp/kabar-file-XXXXXX";
    char extra[64];
    int fd = mkstemp(path);
    close(fd);
    keeps(path);
    struct kb_store *s = open_as(path, KB_STORE_READ);
    CHECK(s);
    kb_store_close(s);
    unlink(path);
    cites(path);
    unlink(path);
    remembers_little(path);
    unlink(path);
    tells_what_has_no_room(path);
    unlink(path);
    CHECK(!open_as(path, KB_STORE_WRITE));
    FILE *f = fopen(path, "w");
    fputs("this is a text, and a longer one than a file's head, which is no database; it "
          "goes on and on until a hundred bytes are there",
          f);
    fclose(f);
    CHECK(!open_as(path, KB_STORE_CREATE));
    CHECK(strstr(err.text, "no wire"));
    unlink(path);
    snprintf(extra, sizeof extra, "%s-wal", path);
    unlink(extra);
    snprintf(extra, sizeof extra, "%s-shm", path);
    unlink(extra);
    printf("4 tests, %d checks, %d failed\n", checks, failed);
    return failed != 0;
}
