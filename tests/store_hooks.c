/* Hooks: what is new to one, by which article, once; in order, some at a time; whose they
 * are; what a person says in between stays. */
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

enum { NOW = 1772700000, ARTICLES = 40 };
static struct kb_err err;
static struct kb_arena arena;

static void keep(struct kb_store *s, unsigned from, unsigned to) {
    int64_t n;
    CHECK(kb_store_begin(s, &err) == KB_OK);
    for (unsigned i = from; i < to; i++)
        CHECK(kb_made_keep(s, i, &n, &err) == KB_OK);
    CHECK(kb_store_commit(s, &err) == KB_OK);
}

static int64_t add(struct kb_store *s, int64_t user, const char *name,
                   const char *query) {
    const struct kb_hook_row hook = {.user = user,
                                     .name = kb_str_z(name),
                                     .url = KB_STR("https://hooks.example.org/x"),
                                     .query = kb_str_z(query),
                                     .secret = KB_STR("whsec_eA=="),
                                     .added = NOW};
    int64_t n = 0;
    enum kb_status status = kb_store_hook_add(s, &hook, &n, &err);
    return status == KB_OK ? n : 0;
}

static struct kb_hook_row get(struct kb_store *s, int64_t user, int64_t n) {
    struct kb_hook_row row = {.n = 0};
    CHECK(kb_store_hook(s, user, n, &arena, &row, &err) == KB_OK);
    return row;
}

/* Stories that come, in bites of max; each once. */
static size_t told(struct kb_store *s, const struct kb_hook_row *hook, int64_t from,
                   int64_t to, size_t max, int64_t stories[], size_t room) {
    size_t all = 0, count;
    struct kb_hook_news *news;
    for (int64_t mark = from; mark < to;) {
        int64_t up_to = to;
        CHECK(kb_store_hook_news(s, hook, mark, &up_to, max, NOW, &arena, &news, &count,
                                 &err) == KB_OK);
        CHECK(count <= max && up_to > mark && up_to <= to);
        if (up_to <= mark)
            break;
        for (size_t i = 0; i < count && all < room; i++) {
            CHECK(news[i].article > mark && news[i].article <= up_to);
            CHECK(!i || news[i].article > news[i - 1].article);
            for (size_t k = 0; k < all; k++)
                CHECK(stories[k] != news[i].story);
            stories[all++] = news[i].story;
        }
        mark = up_to;
    }
    return all;
}

static void news(struct kb_store *s) {
    int64_t once[ARTICLES], bites[ARTICLES], n;
    struct kb_hook_news *rows;
    size_t count;
    keep(s, 0, 10);
    int64_t all = add(s, 1, "all", ""), german = add(s, 1, "de", "language:de");
    struct kb_hook_row hook = get(s, 1, all);
    CHECK(hook.mark == 10 && hook.state == KB_HOOK_ON && !hook.up_to && !hook.next);
    keep(s, 10, ARTICLES);
    CHECK(kb_store_newest_article(s, &n, &err) == KB_OK && n == ARTICLES);

    /* 0, 4, 8 were founded before; 12, 16 … 36 come, a story each four. */
    size_t got = told(s, &hook, hook.mark, n, 100, once, ARTICLES);
    CHECK(got == 7 && once[0] == 13 && once[6] == 37);
    CHECK(told(s, &hook, hook.mark, n, 1, bites, ARTICLES) == got);
    CHECK(memcmp(once, bites, got * sizeof *once) == 0);
    CHECK(told(s, &hook, hook.mark, n, 3, bites, ARTICLES) == got);
    CHECK(told(s, &hook, 0, n, 100, bites, ARTICLES) == 10);

    /* Every fifth is German: 10 joined the story of 8, which had no German one before. */
    hook = get(s, 1, german);
    got = told(s, &hook, hook.mark, n, 2, once, ARTICLES);
    CHECK(got == 6 && once[0] == 9);

    /* Words, and what matches nothing, and what cannot be read. */
    hook.query = KB_STR("language:de OR");
    n = ARTICLES;
    CHECK(kb_store_hook_news(s, &hook, 0, &n, 9, NOW, &arena, &rows, &count, &err) !=
          KB_OK);
    hook.query = KB_STR("nowherenoword");
    CHECK(told(s, &hook, 0, ARTICLES, 9, once, ARTICLES) == 0);
}

/* Words go through the search index, within a range and within a story. */
static void words(struct kb_store *s) {
    int64_t once[ARTICLES];
    struct made m;
    kb_made(&m, 12, 0);
    struct kb_hook_row hook = {.user = 1, .query = m.article.title};
    size_t all = told(s, &hook, 0, ARTICLES, 2, once, ARTICLES);
    bool found = false;
    for (size_t i = 0; i < all; i++)
        found = found || once[i] == 13;
    CHECK(found);
    CHECK(told(s, &hook, ARTICLES, ARTICLES, 2, once, ARTICLES) == 0);
}

static void whose(struct kb_store *s) {
    const struct kb_user_new user = {.name = KB_STR("Ines"), .now = NOW};
    struct kb_hook_row row, *rows;
    int64_t reader, once[ARTICLES];
    size_t count;
    CHECK(kb_store_user_add(s, &user, &reader, &err) == KB_OK);
    int64_t theirs = add(s, reader, " mine ", "");
    row = get(s, reader, theirs);
    CHECK(kb_str_equal(row.name, KB_STR("mine")));
    CHECK(told(s, &row, 0, ARTICLES, 100, once, ARTICLES) == 0); /* follows nothing */
    CHECK(kb_store_hook(s, 1, theirs, &arena, &row, &err) == KB_EINPUT);
    CHECK(kb_store_hook_remove(s, 1, theirs, &err) == KB_EINPUT);
    CHECK(kb_store_hook_test(s, 1, theirs, NOW, &err) == KB_EINPUT);
    CHECK(kb_store_hook_set(s, 1, theirs, KB_HOOK_SET_NAME, KB_STR("x"), &err) ==
          KB_EINPUT);
    CHECK(kb_store_hooks(s, reader, &arena, &rows, &count, &err) == KB_OK && count == 1);
    CHECK(kb_store_hooks(s, 0, &arena, &rows, &count, &err) == KB_OK && count == 3);
    CHECK(!add(s, reader, "  ", "") && err.status == KB_EINPUT);
    for (int i = 1; i < KB_LIMIT_HOOKS; i++)
        CHECK(add(s, reader, "more", ""));
    CHECK(!add(s, reader, "more", "") && err.status == KB_ELIMIT);
    CHECK(kb_store_user_remove(s, reader, &err) == KB_OK);
    CHECK(kb_store_hooks(s, 0, &arena, &rows, &count, &err) == KB_OK && count == 2);
}

static void said_in_between(struct kb_store *s) {
    struct kb_hook_row row, now;
    int64_t n = add(s, 1, "busy", "");
    row = get(s, 1, n);
    row.mark = 45;
    row.failures = 4;
    row.next = NOW + 99;
    row.state = KB_HOOK_RESTING;
    row.says = KB_STR("no answer");
    CHECK(kb_store_hook_note(s, &row, &err) == KB_OK);
    now = get(s, 1, n);
    CHECK(now.mark == 45 && now.state == KB_HOOK_RESTING && now.next == NOW + 99);
    CHECK(kb_str_equal(now.says, row.says));
    CHECK(kb_store_hook_set(s, 1, n, KB_HOOK_SET_STATE, KB_STR("gone"), &err) ==
          KB_EINPUT);
    CHECK(kb_store_hook_set(s, 1, n, KB_HOOK_SET_STATE, KB_STR("on"), &err) == KB_OK);
    CHECK(kb_store_hook_test(s, 1, n, NOW + 1, &err) == KB_OK);
    row.mark = 50; /* the one that was read before */
    row.failures = 5;
    CHECK(kb_store_hook_note(s, &row, &err) == KB_OK);
    now = get(s, 1, n);
    CHECK(now.mark == 50 && now.state == KB_HOOK_ON && !now.next && !now.failures);
    CHECK(now.test == NOW + 1);
    CHECK(kb_store_hook_set(s, 1, n, KB_HOOK_SET_QUERY, KB_STR("ferry"), &err) == KB_OK);
    row.mark = 48; /* a delivery of the former query comes to its end */
    row.up_to = 55;
    CHECK(kb_store_hook_note(s, &row, &err) == KB_OK);
    now = get(s, 1, n);
    CHECK(now.mark == 50 && !now.up_to);
    CHECK(kb_store_hook_remove(s, 1, n, &err) == KB_OK);
    CHECK(kb_store_hook_note(s, &row, &err) == KB_OK); /* it stays gone */
    CHECK(kb_store_hook(s, 1, n, &arena, &row, &err) == KB_EINPUT);
}

int main(void) {
    char path[64];
    kb_made_path(path);
    kb_arena_init(&arena, 1 << 24);
    struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
    CHECK(s);
    if (s) {
        news(s);
        words(s);
        whose(s);
        said_in_between(s);
    } else {
        puts(err.text);
    }
    kb_store_close(s);
    kb_arena_free(&arena);
    kb_made_remove(path);
    printf("4 tests, %d checks, %d failed\n", checks, failed);
    return failed != 0;
}
