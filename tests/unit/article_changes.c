/* The comparison of versions: scripts that are scripts and the shortest, hostile texts in
 * bounded time. */
#include "unit.h"

#include "article/article.h"
#include "article/diff.h"

#include <stdlib.h>
#include <time.h>

enum { SMALL = 12 };

static uint32_t seed = 1;

static uint32_t any(uint32_t below) {
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 16) % below;
}

/* What is left of both must be the same sequence; returns how much is not. */
static size_t left_over(const struct kb_diff *d, bool *same) {
    size_t i = 0, k = 0, changed = 0;
    *same = true;
    for (;;) {
        while (i < d->old_count && d->gone[i])
            i++, changed++;
        while (k < d->now_count && d->fresh[k])
            k++, changed++;
        if (i == d->old_count || k == d->now_count)
            break;
        *same &= d->old[i++] == d->now[k++];
    }
    *same &= i == d->old_count && k == d->now_count;
    return changed;
}

/* The distance by the textbook's table. */
static size_t distance(const uint64_t *a, size_t n, const uint64_t *b, size_t m) {
    size_t t[SMALL + 1][SMALL + 1];
    for (size_t i = 0; i <= n; i++)
        for (size_t k = 0; k <= m; k++) {
            if (!i || !k) {
                t[i][k] = i + k;
                continue;
            }
            size_t least = t[i - 1][k] < t[i][k - 1] ? t[i - 1][k] : t[i][k - 1];
            t[i][k] = a[i - 1] == b[k - 1] ? t[i - 1][k - 1] : least + 1;
        }
    return t[n][m];
}

static void shortest_scripts(void) {
    for (int round = 0; round < 20000; round++) {
        uint64_t a[SMALL], b[SMALL];
        uint8_t gone[SMALL] = {0}, fresh[SMALL] = {0};
        size_t n = any(SMALL + 1), m = any(SMALL + 1), steps = 1000000;
        uint32_t letters = 1 + any(6);
        bool same;
        for (size_t i = 0; i < n; i++)
            a[i] = any(letters);
        for (size_t i = 0; i < m; i++)
            b[i] = any(letters);
        struct kb_diff d = {a, b, n, m, gone, fresh, &steps};
        if (!CHECK(kb_diff(&d) == KB_OK))
            return;
        size_t changed = left_over(&d, &same);
        if (!CHECK(same) || !CHECK(changed == distance(a, n, b, m)))
            return;
    }
}

/* However few steps it may take, what it says is true. */
static void few_steps(void) {
    enum { LONG = 3000 };
    static uint64_t a[LONG], b[LONG];
    static uint8_t gone[LONG], fresh[LONG];
    for (int round = 0; round < 40; round++) {
        size_t steps = (size_t)any(20000);
        bool same;
        memset(gone, 0, sizeof gone);
        memset(fresh, 0, sizeof fresh);
        for (size_t i = 0; i < LONG; i++)
            a[i] = any(50), b[i] = any(50);
        struct kb_diff d = {a, b, LONG, LONG, gone, fresh, &steps};
        CHECK(kb_diff(&d) == KB_OK);
        left_over(&d, &same);
        if (!CHECK(same))
            return;
    }
}

static struct kb_str text_of(const char *const words[2], size_t bytes, size_t line) {
    char *p = malloc(bytes + 32);
    size_t n = 0;
    for (size_t i = 0; p && n < bytes; i++)
        n += (size_t)snprintf(p + n, 32, "%s%u%s", words[any(2)], any(100000),
                              line && i % line == line - 1 ? "\n\n" : " ");
    return (struct kb_str){p, n};
}

static double seconds(struct kb_str old, struct kb_str now, struct kb_changes *changes) {
    struct kb_article a = {.content_text = old}, b = {.content_text = now};
    struct kb_arena arena;
    struct kb_err err = {0};
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    clock_t from = clock();
    CHECK(kb_article_changes(&arena, &a, &b, NULL, changes, &err) == KB_OK);
    double took = (double)(clock() - from) / CLOCKS_PER_SEC;
    kb_arena_free(&arena);
    return took;
}

/* The bound is a guard against a hang: half of it is slow even under a sanitizer. */
static void hostile(void) {
    static const char *const left[2] = {"a", "b"}, *const right[2] = {"x", "y"};
    static const size_t lines[] = {0, 1, 10, 1000}; /* words a paragraph; 0: one alone */
    const size_t bytes = (size_t)1 << 20;
    for (size_t i = 0; i < KB_COUNT(lines); i++) {
        struct kb_changes changes;
        struct kb_str a = text_of(left, bytes, lines[i]);
        struct kb_str b = text_of(right, bytes, lines[i]);
        struct kb_str c = text_of(left, bytes, lines[i]); /* some words in common */
        double apart = seconds(a, b, &changes), near = 0;
        CHECK(!changes.none && !changes.cosmetic && changes.words_gone > 1000);
        near = seconds(a, c, &changes);
        printf("1 MB, %zu words a paragraph: nothing in common %.2f s, some %.2f s\n",
               lines[i], apart, near);
        CHECK(apart < 20 && near < 20);
        free((char *)(uintptr_t)a.p);
        free((char *)(uintptr_t)b.p);
        free((char *)(uintptr_t)c.p);
    }
}

static void too_long(void) {
    struct kb_changes changes;
    size_t n = KB_LIMIT_CHANGES_BYTES + 100;
    char *p = malloc(n);
    if (!CHECK(p))
        return;
    memset(p, 'a', n);
    (void)seconds((struct kb_str){p, n}, KB_STR("b"), &changes);
    CHECK(changes.cut);
    free(p);
}

UNIT_MAIN(shortest_scripts, few_steps, hostile, too_long)
