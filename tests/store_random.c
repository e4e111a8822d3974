/* Whatever is done to a file, in whatever order, `kabar check` finds nothing: thousands
 * of changes drawn by a seed (articles come, change, move, go; stories join and split;
 * feeds and people come and go; marks; retention; what is taken back), the file looked
 * over every now and then, and put in order at the end.  A failure names its seed. */
#include "store_made.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/inner.h"

enum { STEPS = 1500, LOOK_EVERY = 250, ARTICLES = 400, FEEDS = 6 };
static const int64_t day = 86400, now0 = 1772600000;

struct wire {
    struct kb_store *store;
    uint64_t seed;
    unsigned made; /* articles so far: their names */
    int64_t now;
    struct kb_err err;
};

static unsigned draw(struct wire *w, unsigned below) {
    w->seed ^= w->seed << 13;
    w->seed ^= w->seed >> 7;
    w->seed ^= w->seed << 17;
    return (unsigned)(w->seed % below);
}

/* ---- what there is ----------------------------------------------------------------- */

/* A number that a list of numbers has, drawn, within the transaction; 0: it is empty. */
static int64_t any(struct wire *w, const char *sql) {
    int64_t found = 0;
    sqlite3_stmt *s = kb_store_sql(w->store, sql, &w->err);
    if (s)
        kb_bind_int(s, 1, draw(w, 1000000));
    if (kb_store_number(w->store, s, 0, &found, &w->err) != KB_OK) {
        puts(w->err.text);
        exit(2);
    }
    return found;
}

#define ONE_OF(table, where)                                                             \
    "SELECT n FROM " table " WHERE " where " ORDER BY n LIMIT 1 OFFSET ?1 % max(1, "     \
    "(SELECT count(*) FROM " table " WHERE " where "))"

static int64_t an_article(struct wire *w) {
    return any(w, ONE_OF("article", "1"));
}
static int64_t a_story(struct wire *w) {
    return any(w, ONE_OF("story", "into_story IS NULL"));
}
static int64_t a_feed(struct wire *w) {
    return any(w, ONE_OF("feed", "1"));
}
static int64_t a_person(struct wire *w) {
    return any(w, ONE_OF("user", "1"));
}

/* ---- what is done ------------------------------------------------------------------ */

static enum kb_status keep(struct wire *w) {
    static struct made m;
    const int64_t feed = draw(w, 4) ? a_feed(w) : 0, story = draw(w, 3) ? a_story(w) : 0;
    struct kb_keep k = {.seen = w->now,
                        .time = w->now - draw(w, 20) * day,
                        .feed = feed,
                        .story = story,
                        .report = draw(w, 3) ? 0 : an_article(w),
                        .print = KB_STR("print")};
    int64_t n;
    /* Some come back under a name that there was. */
    unsigned name = w->made && !draw(w, 5) ? draw(w, w->made) : w->made++;
    struct kb_known known;
    kb_made(&m, name, 0);
    enum kb_status status = kb_store_known(w->store, m.article.id, &known, &w->err);
    return status == KB_OK && !known.n
               ? kb_store_keep(w->store, &m.article, &k, &n, &w->err)
               : status;
}

static enum kb_status change(struct wire *w) {
    static struct made m;
    static const char *const languages[] = {"en", "de", "id", "ar"};
    struct kb_known known;
    bool changed;
    if (!w->made)
        return KB_OK;
    kb_made(&m, draw(w, w->made), draw(w, 5));
    m.article.language = kb_str_z(languages[draw(w, KB_COUNT(languages))]);
    enum kb_status status = kb_store_known(w->store, m.article.id, &known, &w->err);
    if (status != KB_OK || !known.n)
        return status;
    return draw(w, 4) ? kb_store_change(w->store, known.n, &m.article, w->now,
                                        KB_STR("other"), &changed, &w->err)
                      : kb_store_older(w->store, known.n, &m.article, w->now - day,
                                       &changed, &w->err);
}

static enum kb_status place(struct wire *w) {
    int64_t a = a_story(w), b = a_story(w), article = an_article(w), kept;
    enum kb_status status = KB_OK;
    if (!a || !article)
        return KB_OK;
    switch (draw(w, 4)) {
    case 0: status = kb_store_join(w->store, a, b, w->now, &kept, &w->err); break;
    case 1: status = kb_store_merge(w->store, a, b, w->now, &kept, &w->err); break;
    case 2: status = kb_store_move(w->store, article, a, w->now, &w->err); break;
    default: status = kb_store_move(w->store, article, 0, w->now, &w->err);
    }
    return status == KB_EINPUT ? KB_OK : status; /* where it stands already */
}

static enum kb_status take_away(struct wire *w) {
    int64_t article = an_article(w);
    if (!article || draw(w, 3))
        return KB_OK;
    return draw(w, 2) ? kb_made_drop(w->store, article, &w->err)
                      : kb_store_drop_body(w->store, article, &w->err);
}

static enum kb_status follow(struct wire *w) {
    char url[64];
    struct kb_feed_new new = {.now = w->now,
                              .folder = draw(w, 2) ? KB_STR("a/b") : KB_STR("")};
    int64_t n, person = a_person(w), feed = a_feed(w), changed;
    bool fresh;
    snprintf(url, sizeof url, "https://outlet%u.example/feed", draw(w, FEEDS));
    new.url = kb_str_z(url);
    if (draw(w, 3))
        return kb_store_feed_add(w->store, person, &new, &n, &fresh, &w->err);
    if (!draw(w, 3))
        return kb_store_folder_rename(w->store, person, KB_STR("a"), KB_STR("c"),
                                      &changed, &w->err);
    return feed ? kb_store_feed_remove(w->store, person, feed, &fresh, &w->err) : KB_OK;
}

static enum kb_status carry(struct wire *w) {
    int64_t article = an_article(w), feed = a_feed(w);
    const struct kb_mark mark = {.user = a_person(w), .starred = !draw(w, 4)};
    bool fresh = false;
    if (!article || !feed)
        return KB_OK;
    enum kb_status status = kb_store_carry(w->store, article, feed, &fresh, &w->err);
    struct kb_follower *rows;
    struct kb_arena arena;
    size_t count;
    kb_arena_init(&arena, 1 << 20);
    if (status == KB_OK && fresh)
        status = kb_store_followers(w->store, feed, &arena, &rows, &count, &w->err);
    for (size_t i = 0; status == KB_OK && fresh && i < count; i++) {
        struct kb_mark each = mark;
        each.user = rows[i].user;
        status = kb_store_bring(w->store, article, feed, w->now, &each, &w->err);
    }
    kb_arena_free(&arena);
    return status;
}

static enum kb_status people(struct wire *w) {
    char name[32];
    int64_t n, person = a_person(w);
    struct kb_user_new new = {.owner = !draw(w, 3), .now = w->now};
    snprintf(name, sizeof name, "person %u", draw(w, 5));
    new.name = kb_str_z(name);
    enum kb_status status = KB_OK;
    switch (draw(w, 4)) {
    case 0: status = kb_store_user_remove(w->store, person, &w->err); break;
    case 1:
        status =
            kb_store_user_set(w->store, person, KB_USER_SET_ROLE,
                              draw(w, 2) ? KB_STR("owner") : KB_STR("reader"), &w->err);
        break;
    default: status = kb_store_user_add(w->store, &new, &n, &w->err);
    }
    return status == KB_EINPUT ? KB_OK
                               : status; /* the last owner, a name that is there */
}

static enum kb_status mark(struct wire *w) {
    int64_t person = a_person(w), article = an_article(w), changed;
    struct kb_mark_wish wish = {.up_to = draw(w, 2) ? article : 0};
    bool was;
    switch (draw(w, 8)) {
    case 0: wish.feed = a_feed(w); break;
    case 1: wish.folder = KB_STR("a"); break;
    case 2: wish.story = a_story(w); break;
    case 3: return kb_store_new_shelf(w->store, person, &w->err);
    case 4: return kb_store_set_starred(w->store, person, article, w->now, &was, &w->err);
    case 5:
        return kb_store_set_tag(w->store, person, article, KB_STR("sea"), draw(w, 2),
                                &was, &w->err);
    default:
        return kb_store_set_read(w->store, person, article, draw(w, 2), &was, &w->err);
    }
    return kb_store_mark_read(w->store, person, &wish, &changed, &w->err);
}

static enum kb_status step(struct wire *w) {
    static enum kb_status (*const acts[])(struct wire *) = {
        keep,      keep,   keep,  keep, change, change, place,
        take_away, follow, carry, mark, mark,   people};
    return acts[draw(w, KB_COUNT(acts))](w);
}

/* ---- transactions ------------------------------------------------------------------ */

/* One to four steps; sometimes all are taken back. */
static enum kb_status change_some(struct wire *w) {
    enum kb_status status = kb_store_begin(w->store, &w->err);
    if (status != KB_OK)
        return status;
    for (unsigned i = draw(w, 4) + 1; status == KB_OK && i > 0; i--)
        status = step(w);
    w->now += 600;
    if (status == KB_OK && draw(w, 12))
        return kb_store_commit(w->store, &w->err);
    kb_store_rollback(w->store);
    return status;
}

static enum kb_status sweep(struct wire *w) {
    static const char *const settings[] = {
        "{\"keep_days\": 9, \"keep\": \"nothing\"}",
        "{\"keep_days\": 5, \"keep\": \"metadata\"}",
        "{\"keep_days\": null, \"keep_count\": 90, \"keep\": \"nothing\"}",
        "{\"keep_days\": null, \"keep_count\": null, \"keep\": null}"};
    struct kb_retained gone;
    bool left = true;
    enum kb_status status = kb_store_begin(w->store, &w->err);
    if (status == KB_OK)
        status = kb_store_retention_set(
            w->store, 0, kb_str_z(settings[draw(w, KB_COUNT(settings))]), &w->err);
    if (status == KB_OK)
        status = kb_store_commit(w->store, &w->err);
    if (status == KB_OK)
        status = kb_store_retain(w->store, w->now, 1 + draw(w, 40), &gone, &w->err);
    while (status == KB_OK && left)
        status = kb_store_clear(w->store, &left, &w->err);
    return status;
}

/* ---- looked over ------------------------------------------------------------------- */

static void hear(void *context, const char *line) {
    (void)context;
    puts(line);
}

/* What check does not ask: unread articles come by a feed that the person follows, and
 * what a story was joined into has all that was its. */
static int64_t strays(struct wire *w) {
    return any(w, "SELECT count(*) FROM unread u JOIN shelf h ON h.n = u.shelf WHERE "
                  "h.user NOT NULL AND u.feed <> 0 AND NOT EXISTS (SELECT 1 FROM "
                  "subscription s WHERE s.user = h.user AND s.feed = u.feed) AND ?1");
}

static bool is_whole(struct wire *w, bool quick) {
    size_t faults = 0;
    int64_t stray = strays(w);
    bool checked = kb_store_check(w->store, quick, hear, NULL, &faults, &w->err) == KB_OK;
    if (!checked)
        puts(w->err.text);
    if (stray)
        printf("%lld unread articles come by no feed of theirs\n", (long long)stray);
    return checked && !faults && !stray;
}

static bool run(uint64_t seed) {
    struct wire w = {.seed = seed, .now = now0};
    char path[64];
    bool good = true;
    unsigned i = 0;
    kb_made_path(path);
    w.store = kb_made_open(path, KB_STORE_CREATE, NULL, &w.err);
    for (; w.store && good && i < STEPS; i++) {
        enum kb_status status = i % 100 == 99 ? sweep(&w) : change_some(&w);
        if (status != KB_OK)
            puts(w.err.text);
        good = status == KB_OK && (i % LOOK_EVERY || is_whole(&w, i % 2 == 0));
        if (w.made > ARTICLES)
            w.made = ARTICLES / 2; /* names come again */
    }
    good = good && w.store && kb_store_vacuum(w.store, &w.err) == KB_OK &&
           is_whole(&w, false);
    if (!good)
        printf("seed %llu, step %u\n", (unsigned long long)seed, i);
    kb_store_close(w.store);
    kb_made_remove(path);
    return good;
}

/* Words: seeds of one's own. */
int main(int count, char **words) {
    static const uint64_t seeds[] = {1, 22, 333};
    size_t failed = 0, all = count > 1 ? (size_t)count - 1 : KB_COUNT(seeds);
    for (size_t i = 0; i < all; i++)
        failed += !run(count > 1 ? strtoull(words[i + 1], NULL, 10) : seeds[i]);
    printf("%zu seeds, %zu failed\n", all, failed);
    return failed != 0;
}
