/* Retention: each setting takes away what it says and nothing else, counts follow, and
 * what went does not come back. */
#include "store_made.h"

#include <stdio.h>
#include <stdlib.h>

static int failed, checks;
#define CHECK(x)                                                                         \
    do {                                                                                 \
        checks++;                                                                        \
        if (!(x)) {                                                                      \
            failed++;                                                                    \
            printf("%s:%d: %s\n", __FILE__, __LINE__, #x);                               \
        }                                                                                \
    } while (0)

#define DAY ((int64_t)86400)
static const int64_t now = 1772600000 + 1000 * DAY;
static struct kb_err err;

static void hear(void *context, const char *line) {
    (void)context;
    puts(line);
}

/* Articles 0 to 39 of a feed, one a day, the last one today; 40 to 49 of none, as old.
 * Article 3 has a star, 4 a tag; every fourth founds a story of four. */
static struct kb_store *filled(const char *path, int64_t *feed) {
    struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
    const struct kb_str tag = KB_STR("harbour");
    struct kb_feed_new new = {.url = KB_STR("https://outlet0.example/feed"), .now = 1};
    bool fresh;
    int64_t n, founder = 0;
    if (!s)
        exit(2);
    CHECK(kb_store_begin(s, &err) == KB_OK);
    CHECK(kb_store_feed_add(s, 1, &new, feed, &fresh, &err) == KB_OK);
    for (unsigned i = 0; i < 50; i++) {
        struct made m;
        const struct kb_mark mark = {
            .user = 1, .starred = i == 3, .tags = &tag, .tag_count = i == 4};
        struct kb_keep keep = {.seen = now - (39 - (int)i % 40) * DAY,
                               .feed = i < 40 ? *feed : 0,
                               .story = i % 4 ? founder : 0,
                               .print = KB_STR("x"),
                               .counts = now - (39 - (int)i % 40) * DAY,
                               .marks = &mark,
                               .mark_count = 1};
        kb_made(&m, i, 0);
        m.article.date_published = KB_STR_NONE;
        CHECK(kb_store_keep(s, &m.article, &keep, &n, &err) == KB_OK);
        founder = i % 4 ? founder : n;
    }
    CHECK(kb_store_commit(s, &err) == KB_OK);
    return s;
}

static void whole(struct kb_store *s) {
    size_t faults = 0;
    CHECK(kb_store_check(s, false, hear, NULL, &faults, &err) == KB_OK);
    CHECK(faults == 0);
}

static bool has(struct kb_store *s, unsigned i, bool *body) {
    struct made m;
    struct kb_known known = {0};
    kb_made(&m, i, 0);
    CHECK(kb_store_known(s, m.article.id, &known, &err) == KB_OK);
    *body = known.has_body;
    return known.n != 0;
}

static const struct wish {
    const char *file, *feed; /* settings */
    int articles, bodies;    /* that go */
    unsigned first;          /* article of the feed that stays, after 3 and 4 */
} wishes[] = {
    {"{}", "{}", 0, 0, 0},
    {"{\"keep_days\": 0}", "{\"keep_count\": 0}", 0, 0, 0},
    {"{}", "{\"keep_days\": 9}", 28, 0, 30}, /* 30 older ones, but 3 and 4 */
    {"{}", "{\"keep_days\": 9, \"keep_tagged\": false}", 29, 0, 30},
    {"{}", "{\"keep_days\": 9, \"keep_tagged\": false, \"keep_starred\": false}", 30, 0,
     30},
    {"{}", "{\"keep_days\": 9, \"keep\": \"metadata\"}", 0, 28, 30},
    {"{}", "{\"keep_days\": 9, \"keep\": \"all\"}", 0, 0, 0},
    {"{}", "{\"keep_count\": 5}", 33, 0, 35},
    {"{}", "{\"keep_count\": 5, \"keep_days\": 2}", 35, 0, 37},
    {"{}", "{\"keep_count\": 40}", 0, 0, 0},
    {"{\"keep_days\": 9}", "{}", 38, 0, 30}, /* those of no feed too */
    {"{\"keep_days\": 9}", "{\"keep\": \"all\"}", 10, 0, 0},
    {"{\"keep_days\": 9}", "{\"keep_days\": 0}", 10, 0, 0},
    {"{\"keep_count\": 4, \"keep\": \"metadata\"}", "{\"keep\": \"nothing\"}", 34, 6, 36},
};

static void keeps(const struct wish *wish, size_t batch) {
    char path[64];
    int64_t feed;
    bool body;
    struct kb_retained r;
    kb_made_path(path);
    struct kb_store *s = filled(path, &feed);
    CHECK(kb_store_retention_set(s, 0, kb_str_z(wish->file), &err) == KB_OK);
    CHECK(kb_store_retention_set(s, feed, kb_str_z(wish->feed), &err) == KB_OK);
    CHECK(kb_store_retain(s, now, batch, &r, &err) == KB_OK);
    CHECK(r.articles == wish->articles && r.bodies == wish->bodies);
    if (r.articles != wish->articles || r.bodies != wish->bodies)
        printf("%s %s: %d articles, %d bodies went\n", wish->file, wish->feed,
               (int)r.articles, (int)r.bodies);
    for (unsigned i = 5; i < 40; i++) {
        bool there = has(s, i, &body);
        CHECK((there && body) == (i >= wish->first));
        CHECK(there || wish->bodies == 0 || wish->articles > 0);
    }
    whole(s);
    CHECK(kb_store_retain(s, now, batch, &r, &err) == KB_OK);
    CHECK(r.articles == 0 && r.bodies == 0);
    kb_store_close(s);
    kb_made_remove(path);
}

/* A body that comes back after retention took it, changed twice: its versions hold. */
static void comes_back(void) {
    char path[64];
    int64_t feed, n;
    bool newer, body;
    struct made m;
    struct kb_known known;
    struct kb_retained r;
    kb_made_path(path);
    struct kb_store *s = filled(path, &feed);
    kb_made(&m, 10, 1);
    CHECK(kb_store_known(s, m.article.id, &known, &err) == KB_OK);
    n = known.n;
    CHECK(kb_store_begin(s, &err) == KB_OK);
    CHECK(kb_store_change(s, n, &m.article, now, KB_STR("x"), &newer, &err) == KB_OK);
    CHECK(kb_store_commit(s, &err) == KB_OK);
    CHECK(kb_store_retention_set(
              s, 0, KB_STR("{\"keep_days\": 1, \"keep\": \"metadata\"}"), &err) == KB_OK);
    CHECK(kb_store_retain(s, now, 0, &r, &err) == KB_OK);
    CHECK(has(s, 10, &body) && !body);
    CHECK(kb_store_begin(s, &err) == KB_OK);
    for (unsigned i = 1; i < 6; i++) {
        kb_made(&m, 10, i / 2); /* with a cosmetic change in between */
        m.article.section = i % 2 ? KB_STR("port") : KB_STR("sea");
        CHECK(kb_store_change(s, n, &m.article, now, KB_STR("x"), &newer, &err) == KB_OK);
    }
    CHECK(kb_store_commit(s, &err) == KB_OK);
    whole(s);
    kb_store_close(s);
    kb_made_remove(path);
}

/* What was known of an entry, which is noted then. */
static enum kb_status note(struct kb_store *s, int64_t feed, uint64_t id,
                           uint64_t content, int64_t at, enum kb_entry_known *known) {
    enum kb_status status = kb_store_entry(s, feed, id, content, known, &err);
    return status == KB_OK ? kb_store_entry_note(s, feed, id, content, at, &err) : status;
}

/* Entries stay known while the feed has them, whatever the clock says. */
static void remembers(void) {
    char path[64];
    int64_t feed;
    enum kb_entry_known known;
    struct kb_retained r;
    kb_made_path(path);
    struct kb_store *s = filled(path, &feed);
    CHECK(note(s, feed, 1, 1, now - 500 * DAY, &known) == KB_OK);
    CHECK(note(s, feed, 2, 1, now - 300 * DAY, &known) == KB_OK);
    CHECK(note(s, feed, 3, 1, now - 300 * DAY, &known) == KB_OK);
    CHECK(kb_store_retain(s, now, 0, &r, &err) == KB_OK);
    CHECK(r.entries == 1);
    /* more than 31 days before the eighth newest, from the feed and from none */
    CHECK(r.prints == 1 + 1);
    CHECK(note(s, feed, 1, 1, now, &known) == KB_OK);
    CHECK(known == KB_ENTRY_NEW);
    CHECK(note(s, feed, 2, 1, now, &known) == KB_OK);
    CHECK(known == KB_ENTRY_SAME);
    CHECK(kb_store_retain(s, now, 0, &r, &err) == KB_OK);
    CHECK(r.entries == 1); /* the third: the feed was seen without it */
    kb_store_close(s);
    kb_made_remove(path);
}

/* A story that was joined goes with its aliases when its last article does. */
static void aliases(void) {
    char path[64];
    int64_t feed, kept;
    struct kb_story_row row;
    struct kb_arena arena;
    struct kb_retained r;
    kb_made_path(path);
    kb_arena_init(&arena, 1 << 20);
    struct kb_store *s = filled(path, &feed);
    CHECK(kb_store_begin(s, &err) == KB_OK);
    CHECK(kb_store_join(s, 9, 13, now, &kept, &err) == KB_OK);
    CHECK(kb_store_join(s, 13 - 8, 9, now, &kept, &err) == KB_OK);
    CHECK(kb_store_commit(s, &err) == KB_OK);
    CHECK(kb_store_story(s, KB_STR("a0000012"), &arena, &row, &err) == KB_OK);
    CHECK(row.n == 5 && row.articles == 12);
    /* One that is founded again takes nothing with it that was joined before. */
    CHECK(kb_store_begin(s, &err) == KB_OK);
    CHECK(kb_store_move(s, 9, 0, now, &err) == KB_OK);
    CHECK(kb_store_story(s, KB_STR("a0000008"), &arena, &row, &err) == KB_OK);
    CHECK(row.n == 9 && row.articles == 1);
    CHECK(kb_store_story(s, KB_STR("a0000012"), &arena, &row, &err) == KB_OK);
    CHECK(row.n == 5 && row.articles == 11);
    kb_store_rollback(s);
    CHECK(kb_store_retention_set(s, 0,
                                 KB_STR("{\"keep_days\": 20, \"keep_tagged\": false}"),
                                 &err) == KB_OK);
    CHECK(kb_store_retain(s, now, 3, &r, &err) == KB_OK);
    CHECK(kb_store_story(s, KB_STR("a0000012"), &arena, &row, &err) == KB_EINPUT);
    whole(s);
    kb_arena_free(&arena);
    kb_store_close(s);
    kb_made_remove(path);
}

/* A founder that went and comes back stands in its story again, and can be moved out of
 * another one into it. */
static void founder(void) {
    char path[64];
    int64_t feed, n;
    struct made m;
    struct kb_row row;
    struct kb_arena arena;
    kb_made_path(path);
    kb_arena_init(&arena, 1 << 20);
    struct kb_store *s = filled(path, &feed);
    CHECK(kb_store_begin(s, &err) == KB_OK);
    CHECK(kb_made_drop(s, 9, &err) == KB_OK);
    CHECK(kb_made_keep(s, 8, &n, &err) == KB_OK);
    CHECK(kb_store_article_at(s, 1, n, &arena, &row, &err) == KB_OK);
    CHECK(n > 9 && row.story == 9);
    CHECK(kb_store_move(s, n, 0, now, &err) == KB_EINPUT);
    CHECK(kb_made_drop(s, n, &err) == KB_OK);
    struct kb_keep keep = {.seen = now, .story = 1};
    kb_made(&m, 8, 0);
    CHECK(kb_store_keep(s, &m.article, &keep, &n, &err) == KB_OK);
    CHECK(kb_store_move(s, n, 0, now, &err) == KB_OK);
    CHECK(kb_store_article_at(s, 1, n, &arena, &row, &err) == KB_OK);
    CHECK(row.story == 9 && row.fixed);
    CHECK(kb_store_commit(s, &err) == KB_OK);
    whole(s);
    kb_arena_free(&arena);
    kb_store_close(s);
    kb_made_remove(path);
}

static void refuses(void) {
    static const char *const bad[][2] = {
        {"{\"keep_days\": -1}", "keep_days"},
        {"{\"keep_days\": \"9\"}", "keep_days"},
        {"{\"keep_count\": 1.5}", "keep_count"},
        {"{\"keep_count\": 99999999999}", "keep_count"},
        {"{\"keep\": \"some\"}", "metadata"},
        {"{\"keep_starred\": 1}", "keep_starred"},
        {"[]", "object"},
        {"{", "object"},
        {"", "object"},
    };
    char path[64];
    int64_t feed;
    struct kb_retention r;
    kb_made_path(path);
    struct kb_store *s = filled(path, &feed);
    for (size_t i = 0; i < KB_COUNT(bad); i++) {
        CHECK(kb_store_retention_set(s, feed, kb_str_z(bad[i][0]), &err) == KB_EINPUT);
        CHECK(strstr(err.text, bad[i][1]));
    }
    CHECK(kb_store_retention_set(s, 99, KB_STR("{}"), &err) == KB_EINPUT);
    CHECK(kb_store_retention_set(s, feed, KB_STR("{\"keep_days\": 7, \"other\": [1]}"),
                                 &err) == KB_OK);
    CHECK(kb_store_retention(s, feed, &r, &err) == KB_OK);
    CHECK(r.days == 7 && r.keep == KB_RETAIN_NOTHING && r.starred && r.tagged);
    CHECK(kb_store_retention_set(s, feed, KB_STR("{\"keep_days\": null}"), &err) ==
          KB_OK);
    CHECK(kb_store_retention(s, feed, &r, &err) == KB_OK);
    CHECK(r.days == 0 && r.keep == KB_RETAIN_ALL);
    kb_store_close(s);
    kb_made_remove(path);
}

int main(void) {
    for (size_t i = 0; i < KB_COUNT(wishes); i++) {
        keeps(&wishes[i], 0);
        keeps(&wishes[i], 7);
    }
    comes_back();
    remembers();
    aliases();
    founder();
    refuses();
    printf("%zu tests, %d checks, %d failed\n", KB_COUNT(wishes) * 2 + 5, checks, failed);
    return failed != 0;
}
