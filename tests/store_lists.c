/* Lists of articles against a plain model: some hundred articles of several feeds, three
 * people with feeds, folders, stars and tags of their own, and thousands of random
 * wishes, each answered by the store and by going through everything. */
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

enum { ARTICLES = 400, FEEDS = 6, PEOPLE = 3, TAGS = 2, WISHES = 6000, CHANGES = 300 };
static struct kb_err err;
static unsigned seed = 7;

static unsigned chance(unsigned below) {
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % below;
}

/* ---- the model --------------------------------------------------------------------- */

static const char *const folders[] = {"", "News", "News/Asia", "News & more", "Nothing"};
static const struct kb_str tags[TAGS] = {{"harbour", 7}, {"ferry", 5}};

static struct article {
    int64_t n, time, story;
    int feed; /* 0: none */
    bool carried[FEEDS + 1], german;
    bool unread[PEOPLE + 1], star[PEOPLE + 1], tag[PEOPLE + 1][TAGS];
    int by[PEOPLE + 1]; /* the feed that it is unread by */
} all[ARTICLES];
static size_t count;
static int64_t feeds[FEEDS + 1];
static int follows[PEOPLE + 1][FEEDS + 1]; /* 1 and the folder; 0: not */

static bool is_owner(int64_t user) {
    return user == 1;
}

static bool comes_to(const struct article *a, int64_t user) {
    if (!user)
        return false;
    if (!a->feed && is_owner(user))
        return true;
    for (int f = 1; f <= FEEDS; f++)
        if ((a->feed == f || a->carried[f]) && follows[user][f])
            return true;
    return false;
}

static bool in_folder(int64_t user, int feed, struct kb_str folder) {
    if (!user || !feed || !follows[user][feed])
        return false;
    struct kb_str has = kb_str_z(folders[follows[user][feed] - 1]);
    return kb_str_equal(has, folder) ||
           (kb_str_starts(has, folder) && has.n > folder.n && has.p[folder.n] == '/');
}

static int feed_number(int64_t n) {
    for (int f = 1; f <= FEEDS; f++)
        if (feeds[f] == n)
            return f;
    return 0;
}

static bool of_feed(const struct article *a, const struct kb_article_wish *w, int f) {
    return w->unread ? a->by[w->user] == f : a->feed == f || a->carried[f];
}

static bool meets(const struct article *a, const struct kb_article_wish *w) {
    int64_t u = w->user;
    bool folder = !w->folder.n || w->feed;
    if ((w->unread && !a->unread[u]) || (w->read && a->unread[u]) ||
        (w->starred && !a->star[u]) || (w->story && a->story != w->story) ||
        (w->own && !w->unread && !comes_to(a, u)) || (w->language.n && !a->german) ||
        (w->since && a->time < w->since) || (w->before && a->time >= w->before) ||
        a->n <= w->after || (w->below && a->n >= w->below))
        return false;
    for (int t = 0; t < TAGS; t++)
        if (kb_str_equal(w->tag, tags[t]) && !a->tag[u][t])
            return false;
    /* Where a story, tag or star is looked up, unread counts as being anyone's. */
    bool any = w->story || w->tag.n || w->starred;
    struct kb_article_wish all_feeds = *w;
    if (any)
        all_feeds.unread = false;
    if (w->feed && !of_feed(a, &all_feeds, feed_number(w->feed)))
        return false;
    for (int f = 1; f <= FEEDS && !folder; f++)
        folder = of_feed(a, &all_feeds, f) && in_folder(u, f, w->folder);
    return folder;
}

static enum kb_list_order order;

static int compare(const void *x, const void *y) {
    const struct article *a = *(struct article *const *)x,
                         *b = *(struct article *const *)y;
    int64_t d =
        order == KB_LIST_NEWEST || order == KB_LIST_OLDEST ? a->time - b->time : 0;
    d = d ? d : a->n - b->n;
    if (order == KB_LIST_NEWEST || order == KB_LIST_LAST)
        d = -d;
    return (d > 0) - (d < 0);
}

static size_t by_model(const struct kb_article_wish *w, const struct article **found) {
    const struct article *here[ARTICLES];
    struct article place = {.time = w->behind.time, .n = w->behind.n}, *at = &place;
    size_t n = 0, kept = 0;
    order = w->order;
    for (size_t i = 0; i < count; i++)
        if (meets(&all[i], w)) {
            const struct article *one = &all[i];
            if (!w->behind.n || compare(&at, &one) < 0)
                here[n++] = one;
        }
    qsort(here, n, sizeof *here, compare);
    for (size_t i = w->skip; i < n && (!w->limit || kept < w->limit); i++)
        found[kept++] = here[i];
    return kept;
}

/* ---- both -------------------------------------------------------------------------- */

static void set_unread(struct article *a, int user, bool on, int by) {
    a->unread[user] = on;
    a->by[user] = on ? by : 0;
}

static int feed_for(const struct article *a, int user) {
    if (a->feed && follows[user][a->feed])
        return a->feed;
    for (int f = 1; f <= FEEDS; f++)
        if (a->carried[f] && follows[user][f])
            return f;
    return 0;
}

static void fill(struct kb_store *s) {
    int64_t n;
    bool fresh;
    static const char *const names[] = {"", "", "Kim", "Ada"};
    for (int u = 2; u <= PEOPLE; u++) {
        struct kb_user_new user = {.name = kb_str_z(names[u]), .now = 1};
        CHECK(kb_store_user_add(s, &user, &n, &err) == KB_OK && n == u);
    }
    for (int u = 1; u <= PEOPLE; u++)
        for (int f = 1; f <= FEEDS; f++) {
            char url[40];
            snprintf(url, sizeof url, "https://outlet%d.example/feed", f);
            follows[u][f] = u == 1 && f <= 4 ? 1 + (int)chance(4)
                            : chance(2)      ? 1 + (int)chance(4)
                                             : 0;
            if (f == FEEDS && u == PEOPLE) /* somebody has to */
                follows[u][f] = 1;
            struct kb_feed_new feed = {
                .url = kb_str_z(url),
                .folder = kb_str_z(follows[u][f] ? folders[follows[u][f] - 1] : ""),
                .now = 1};
            if (follows[u][f])
                CHECK(kb_store_feed_add(s, u, &feed, &feeds[f], &fresh, &err) == KB_OK);
        }
}

static void keep_one(struct kb_store *s, unsigned i) {
    struct made m;
    struct article *a = &all[count++];
    char date[40];
    kb_made(&m, i, 0);
    snprintf(date, sizeof date, "2026-03-%02uT%02u:00:00Z", 1 + chance(9), chance(24));
    m.article.date_published = kb_str_z(date);
    do
        a->feed = (int)chance(FEEDS + 1);
    while (a->feed && !feeds[a->feed]);
    struct kb_keep keep = {.seen = 1773600000 + i,
                           .feed = a->feed ? feeds[a->feed] : 0,
                           .story = i % 3 ? all[count - 1 - i % 3].story : 0};
    CHECK(kb_store_keep(s, &m.article, &keep, &a->n, &err) == KB_OK);
    a->time = kb_store_time(&m.article, keep.seen, &a->time);
    a->story = keep.story;
    a->german = i % 5 == 0;
    for (int u = 1; u <= PEOPLE; u++)
        set_unread(a, u, a->feed ? follows[u][a->feed] : is_owner(u), a->feed);
}

/* Another feed has it too. */
static void carry_one(struct kb_store *s) {
    struct article *a = &all[chance((unsigned)count)];
    int f = 1 + (int)chance(FEEDS);
    bool fresh = false, had[PEOPLE + 1];
    if (!feeds[f])
        return;
    for (int u = 1; u <= PEOPLE; u++)
        had[u] = comes_to(a, u);
    CHECK(kb_store_carry(s, a->n, feeds[f], &fresh, &err) == KB_OK);
    CHECK(fresh == (a->feed != f && !a->carried[f]));
    if (!fresh)
        return;
    a->carried[f] = true;
    for (int u = 1; u <= PEOPLE; u++) {
        struct kb_mark mark = {.user = u};
        if (!follows[u][f])
            continue;
        CHECK(kb_store_bring(s, a->n, feeds[f], 9, &mark, &err) == KB_OK);
        if (!had[u])
            set_unread(a, u, true, f);
    }
}

static void mark_one(struct kb_store *s) {
    struct article *a = &all[chance((unsigned)count)];
    int u = 1 + (int)chance(PEOPLE), t = (int)chance(TAGS);
    bool on = chance(2), changed;
    switch (chance(3)) {
    case 0:
        CHECK(kb_store_set_read(s, u, a->n, !on, &changed, &err) == KB_OK);
        CHECK(changed == (a->unread[u] != on));
        if (changed)
            set_unread(a, u, on, feed_for(a, u));
        break;
    case 1:
        CHECK(kb_store_set_starred(s, u, a->n, on ? 5 : 0, &changed, &err) == KB_OK);
        CHECK(changed == (a->star[u] != on));
        a->star[u] = on;
        break;
    default:
        CHECK(kb_store_set_tag(s, u, a->n, tags[t], on, &changed, &err) == KB_OK);
        CHECK(changed == (a->tag[u][t] != on));
        a->tag[u][t] = on;
    }
}

static struct kb_article_wish any_wish(void) {
    const struct article *a = &all[chance((unsigned)count)];
    const struct article *b = &all[chance((unsigned)count)];
    struct kb_article_wish w = {.user = 1 + chance(PEOPLE), .order = chance(4)};
    w.own = chance(3) == 0;
    w.unread = chance(3) == 0;
    w.read = !w.unread && chance(4) == 0;
    w.starred = chance(6) == 0;
    w.story = chance(8) == 0 ? a->story : 0;
    w.feed = chance(4) == 0 ? feeds[1 + chance(FEEDS)] : 0;
    w.folder = chance(4) == 0 ? kb_str_z(folders[1 + chance(4)]) : KB_STR_NONE;
    w.tag = chance(6) == 0 ? tags[chance(TAGS)] : KB_STR_NONE;
    w.language = chance(8) == 0 ? KB_STR("de") : KB_STR_NONE;
    w.since = chance(5) == 0 ? b->time : 0;
    w.before = chance(5) == 0 ? a->time : 0;
    w.after = chance(6) == 0 ? b->n : 0;
    w.below = chance(6) == 0 ? a->n : 0;
    if (chance(3) == 0)
        w.behind = (struct kb_list_place){b->time, b->n};
    w.limit = chance(4) ? 1 + chance(30) : 0;
    w.skip = chance(5) == 0 ? chance(10) : 0;
    return w;
}

static void tell(const struct kb_article_wish *w) {
    printf("  user %lld own %d unread %d read %d star %d story %lld feed %lld folder "
           "%.*s tag %.*s lang %.*s order %d behind %lld limit %zu skip %zu\n",
           (long long)w->user, w->own, w->unread, w->read, w->starred,
           (long long)w->story, (long long)w->feed, (int)w->folder.n, w->folder.p,
           (int)w->tag.n, w->tag.p, (int)w->language.n, w->language.p, (int)w->order,
           (long long)w->behind.n, w->limit, w->skip);
}

static void compare_lists(struct kb_store *s) {
    struct kb_article_wish w = any_wish();
    const struct article *want[ARTICLES];
    struct kb_arena arena;
    int64_t *found, number;
    size_t is = 0, was = by_model(&w, want);
    kb_arena_init(&arena, 1 << 22);
    CHECK(kb_store_articles(s, &w, &arena, &found, &is, &err) == KB_OK);
    bool same = is == was;
    for (size_t i = 0; same && i < is; i++)
        same = found[i] == want[i]->n;
    CHECK(same);
    if (!same) {
        printf("  %zu instead of %zu\n", is, was);
        tell(&w);
    }
    w.skip = 0;
    was = by_model(&w, want);
    CHECK(kb_store_articles_count(s, &w, &number, &err) == KB_OK);
    CHECK(number == (int64_t)was);
    if (number != (int64_t)was)
        tell(&w);
    kb_arena_free(&arena);
}

/* Counts that are kept, against what the model counts. */
static void compare_counts(struct kb_store *s) {
    for (int u = 1; u <= PEOPLE; u++) {
        struct kb_feed_row *rows;
        struct kb_arena arena;
        size_t n, of[FEEDS + 1] = {0}, mine = 0;
        int64_t number, total = 0;
        kb_arena_init(&arena, 1 << 22);
        for (size_t i = 0; i < count; i++)
            if (all[i].unread[u]) {
                of[all[i].by[u]]++;
                total++;
            }
        CHECK(kb_store_unread(s, u, &number, &err) == KB_OK && number == total);
        CHECK(kb_store_feeds(s, u, KB_FEEDS_ALL, &arena, &rows, &n, &err) == KB_OK);
        for (int f = 1; f <= FEEDS; f++)
            mine += follows[u][f] != 0;
        CHECK(n == mine);
        for (size_t i = 0; i < n; i++) {
            int f = feed_number(rows[i].n);
            CHECK(rows[i].unread == (int64_t)of[f] && rows[i].follows);
            CHECK(kb_str_equal(rows[i].folder, kb_str_z(folders[follows[u][f] - 1])));
        }
        kb_arena_free(&arena);
    }
}

static void mark_many(struct kb_store *s) {
    const struct article *a = &all[chance((unsigned)count)];
    int u = 1 + (int)chance(PEOPLE);
    struct kb_mark_wish w = {.up_to = chance(2) ? a->n : 0,
                             .before = chance(3) ? 0 : a->time};
    unsigned what = chance(6);
    int64_t changed, wanted = 0;
    w.feed = what == 0 ? feeds[1 + chance(FEEDS)] : 0;
    w.story = what == 1 ? a->story : 0;
    w.folder = what == 2 ? kb_str_z(folders[1 + chance(4)]) : KB_STR_NONE;
    w.tag = what == 3 ? tags[chance(TAGS)] : KB_STR_NONE;
    w.no_feed = what == 4;
    for (size_t i = 0; i < count; i++) {
        struct article *b = &all[i];
        bool meant = b->unread[u] && (!w.up_to || b->n <= w.up_to) &&
                     (!w.before || b->time < w.before) &&
                     (!w.story || b->story == w.story) &&
                     (!w.feed || feeds[b->by[u]] == w.feed) &&
                     (!w.folder.n || in_folder(u, b->by[u], w.folder)) &&
                     (!w.no_feed || !b->by[u]);
        for (int t = 0; t < TAGS; t++)
            meant = meant && (!kb_str_equal(w.tag, tags[t]) || b->tag[u][t]);
        if (meant)
            set_unread(b, u, false, 0);
        wanted += meant;
    }
    CHECK(kb_store_mark_read(s, u, &w, &changed, &err) == KB_OK);
    CHECK(changed == wanted);
}

/* Somebody leaves a feed, or follows it again. */
static void follow_other(struct kb_store *s) {
    int u = 2 + (int)chance(PEOPLE - 1), f = 1 + (int)chance(FEEDS), others = 0;
    struct kb_arena arena;
    struct kb_feed_row *rows;
    size_t n;
    bool fresh, gone;
    for (int i = 1; i <= PEOPLE; i++)
        others += i != u && follows[i][f];
    if (!feeds[f] || !others)
        return;
    if (follows[u][f]) {
        CHECK(kb_store_feed_remove(s, u, feeds[f], &gone, &err) == KB_OK && !gone);
        follows[u][f] = 0;
        for (size_t i = 0; i < count; i++)
            if (all[i].unread[u] && all[i].by[u] == f)
                set_unread(&all[i], u, comes_to(&all[i], u), feed_for(&all[i], u));
        return;
    }
    kb_arena_init(&arena, 1 << 22);
    CHECK(kb_store_feeds(s, 0, KB_FEEDS_ALL, &arena, &rows, &n, &err) == KB_OK);
    for (size_t i = 0; i < n; i++) {
        struct kb_feed_new feed = {
            .url = rows[i].url, .folder = KB_STR("News"), .now = 2};
        if (rows[i].n != feeds[f])
            continue;
        /* Fewer than KB_LIMIT_FEED_WELCOME are there, so all are unread. */
        for (size_t k = 0; k < count; k++)
            if ((all[k].feed == f || all[k].carried[f]) && !comes_to(&all[k], u) &&
                !all[k].unread[u])
                set_unread(&all[k], u, true, f);
        CHECK(kb_store_feed_add(s, u, &feed, &feeds[f], &fresh, &err) == KB_OK && fresh);
        follows[u][f] = 2;
    }
    kb_arena_free(&arena);
}

/* Person after person has read all; of the last one the table goes at once, unless a
 * bound leaves something of it. */
static void read_all(struct kb_store *s) {
    bool changed_one = false;
    for (size_t i = 0; i < count; i += 9) {
        CHECK(kb_store_set_read(s, 1, all[i].n, false, &changed_one, &err) == KB_OK);
        if (changed_one)
            set_unread(&all[i], 1, true, feed_for(&all[i], 1));
    }
    for (int u = PEOPLE; u >= 1; u--) {
        struct kb_mark_wish w = {.up_to = u == 1 ? all[count / 2].n : 0};
        int64_t changed, number, left = 0, had;
        CHECK(kb_store_unread(s, u, &had, &err) == KB_OK);
        for (size_t i = 0; i < count; i++) {
            if (!w.up_to || all[i].n <= w.up_to)
                set_unread(&all[i], u, false, 0);
            left += all[i].unread[u];
        }
        CHECK(kb_store_mark_read(s, u, &w, &changed, &err) == KB_OK);
        CHECK(changed == had - left && (left > 0) == (u == 1));
        compare_counts(s);
        w.up_to = all[count - 1].n;
        CHECK(kb_store_mark_read(s, u, &w, &changed, &err) == KB_OK && changed == left);
        CHECK(kb_store_unread(s, u, &number, &err) == KB_OK && number == 0);
        for (size_t i = 0; i < count; i++)
            set_unread(&all[i], u, false, 0);
    }
    compare_counts(s);
    for (int i = 0; i < CHANGES; i++) /* triggers count as before */
        mark_one(s);
    compare_counts(s);
}

int main(void) {
    char path[64];
    size_t faults = 0;
    kb_made_path(path);
    struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
    if (!s)
        return 2;
    CHECK(kb_store_begin(s, &err) == KB_OK);
    fill(s);
    for (unsigned i = 0; i < ARTICLES; i++) {
        keep_one(s, i);
        if (i % 4 == 0)
            carry_one(s);
    }
    for (int i = 0; i < CHANGES; i++)
        mark_one(s);
    compare_counts(s);
    for (int i = 0; i < WISHES && failed < 20; i++) {
        compare_lists(s);
        if (i % 10 == 0)
            mark_one(s);
        if (i % 60 == 0)
            mark_many(s);
        if (i % 100 == 0)
            follow_other(s);
        if (i % 50 == 0)
            compare_counts(s);
    }
    read_all(s);
    CHECK(kb_store_commit(s, &err) == KB_OK);
    CHECK(kb_store_check(s, false, NULL, NULL, &faults, &err) == KB_OK && faults == 0);
    kb_store_close(s);
    kb_made_remove(path);
    printf("%d wishes, %d checks, %d failed\n", WISHES, checks, failed);
    return failed != 0;
}
