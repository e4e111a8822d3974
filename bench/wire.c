/* The wire with many articles: what one more costs, and what looking into it costs.
 *
 *     bench_wire [--articles N] [--small N] [--db FILE] [--keep]
 *
 * Articles are made up: words of a vocabulary whose frequencies follow Zipf's law, spread
 * over a year; a third of them tell an event that others have told in the last days.  The
 * same cost is measured when the file has --small articles and when it has --articles, in
 * the processor time of the thread, so the ratios stand whatever else the machine does.
 * Nothing but the file is written, and taken away at the end without --keep. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/inner.h"
#include "store/search.h"
#include "story/story.h"
#include "wire/wire.h"

enum {
    WORDS = 60000,
    TEXT_WORDS = 320,
    OUTLETS = 200,
    EVENT_WORDS = 14,
    PROBE = 1000, /* articles that a cost is measured with */
    BATCH = 500,
    START = 1735689600, /* 2025-01-01 */
    YEAR = 31536000
};

static struct kb_err err;
static _Noreturn void give_up(const char *what) {
    fprintf(stderr, "bench_wire: %s: %s\n", what, err.text);
    exit(1);
}
#define DO(x)                                                                            \
    do {                                                                                 \
        if ((x) != KB_OK)                                                                \
            give_up(#x);                                                                 \
    } while (0)

static double cpu(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- made-up articles -------------------------------------------------------------- */

static uint64_t seed = 1;
static uint32_t dice(uint32_t sides) { /* xorshift64* */
    seed ^= seed >> 12, seed ^= seed << 25, seed ^= seed >> 27;
    return (uint32_t)((seed * 2685821657736338717u) >> 32) % sides;
}

static char words[WORDS][20];
static double reach[WORDS]; /* cumulative shares of the words by rank */

static void make_words(void) {
    static const char *const parts[] = {"ba",  "ke",  "li", "mor", "tu", "san",
                                        "de",  "ri",  "vo", "pel", "ga", "nu",
                                        "shi", "tra", "co", "len"};
    double sum = 0;
    for (size_t i = 0; i < WORDS; i++) {
        size_t n = 0, rest = i + 7;
        do {
            n += (size_t)snprintf(words[i] + n, sizeof words[i] - n, "%s",
                                  parts[rest % 16]);
            rest /= 16;
        } while (rest && n + 4 < sizeof words[i]);
        sum += 1.0 / (double)(i + 3);
        reach[i] = sum;
    }
    for (size_t i = 0; i < WORDS; i++)
        reach[i] /= sum;
}

static const char *some_word(void) {
    double at = (double)dice(1u << 30) / (double)(1u << 30);
    size_t low = 0, high = WORDS - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (reach[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return words[low];
}

/* An event has words of its own, which its articles sprinkle over their texts. */
static const char *event_word(uint32_t event) {
    uint64_t keep = seed;
    seed = (uint64_t)event * 977 + 13 + dice(EVENT_WORDS) * 1000003u;
    const char *word = words[200 + dice(WORDS - 200)];
    seed = keep * 6364136223846793005u + 1;
    return word;
}

static void put_words(struct kb_buf *to, uint32_t event, size_t count, bool title) {
    for (size_t i = 0; i < count; i++) {
        const char *word = dice(title ? 2 : 9) ? some_word() : event_word(event);
        kb_buf_z(to, i ? " " : "");
        if (i % 17 == 0 || (title && i == 0)) {
            kb_buf_char(to, (char)(word[0] & ~0x20));
            word++;
        }
        kb_buf_z(to, word);
        if (i % 17 == 16)
            kb_buf_z(to, i % 85 == 84 ? ".\n\n" : ".");
    }
}

struct maker {
    struct kb_buf title, text, html;
    char id[24], url[80], domain[40], date[KB_TIME_BYTES];
    size_t made, all;
    uint32_t events;
};

static void make(struct maker *m, struct kb_article *a, int64_t *time) {
    uint32_t event = m->events > 40 && dice(3) == 0 ? m->events - dice(40) : ++m->events;
    *time = START + (int64_t)((double)m->made / (double)m->all * YEAR);
    kb_buf_clear(&m->title);
    kb_buf_clear(&m->text);
    kb_buf_clear(&m->html);
    put_words(&m->title, event, 9, true);
    put_words(&m->text, event, TEXT_WORDS, false);
    kb_buf_z(&m->html, "<p>");
    kb_buf_str(&m->html, kb_buf_view(&m->text));
    kb_buf_z(&m->html, "</p>");
    uint32_t outlet = dice(OUTLETS);
    snprintf(m->id, sizeof m->id, "%016llx",
             (unsigned long long)(m->made + 1) * 0x9E3779B97F4A7C15u);
    snprintf(m->domain, sizeof m->domain, "outlet%u.example", outlet);
    snprintf(m->url, sizeof m->url, "https://%s/news/%zu", m->domain, m->made);
    kb_time_print(*time, m->date);
    *a = (struct kb_article){
        .id = kb_str_z(m->id),
        .url = kb_str_z(m->url),
        .title = kb_buf_view(&m->title),
        .content_text = kb_buf_view(&m->text),
        .content_html = kb_buf_view(&m->html),
        .language = KB_STR("en"),
        .direction = "ltr",
        .publisher = kb_str_z(m->domain),
        .publisher_domain = kb_str_z(m->domain),
        .date_published = kb_str_z(m->date),
        .comment_count = -1,
        .confidence = 1,
    };
    m->made++;
}

/* ---- keeping ----------------------------------------------------------------------- */

static void keep(struct maker *m, struct kb_desk *desk, size_t count, double *seconds) {
    double took = 0;
    for (size_t i = 0; i < count; i++) {
        struct kb_article a;
        struct kb_taken taken;
        struct kb_desk_origin origin = {.feed = 0};
        make(m, &a, &origin.now);
        double begun = cpu();
        if (i % BATCH == 0)
            DO(kb_desk_begin(desk, &err));
        DO(kb_desk_take(desk, &a, &origin, &taken, &err));
        if (i % BATCH == BATCH - 1 || i + 1 == count)
            DO(kb_desk_commit(desk, &err));
        took += cpu() - begun;
    }
    if (seconds)
        *seconds = took / (double)count;
}

/* ---- looking ----------------------------------------------------------------------- */

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

enum { ROUNDS = 21 };

static double front_list(struct kb_store *store) {
    double took[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        struct kb_story_wish wish = {.limit = 50};
        struct kb_story_row *rows;
        struct kb_arena arena;
        size_t count;
        kb_arena_init(&arena, SIZE_MAX);
        double begun = cpu();
        DO(kb_store_stories(store, &wish, &arena, &rows, &count, &err));
        took[i] = cpu() - begun;
        kb_arena_free(&arena);
    }
    qsort(took, ROUNDS, sizeof *took, by_value);
    return took[ROUNDS / 2];
}

/* Two words that each stand in a few articles of a hundred. */
static struct kb_str two_words(void) {
    static char text[48];
    snprintf(text, sizeof text, "%s %s", words[300], words[420]);
    return kb_str_z(text);
}

static double search(struct kb_store *store, int64_t *total) {
    double took[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        struct kb_arena arena;
        struct kb_query query;
        struct kb_search_result result;
        const struct kb_str english = KB_STR("en");
        const struct kb_search_options options = {.limit = 20, .room = 200};
        kb_arena_init(&arena, SIZE_MAX);
        double begun = cpu();
        DO(kb_query_parse(&arena, two_words(), START, &english, 1, &query, &err));
        DO(kb_search_run(store->db, &arena, &query, &options, &result, &err));
        took[i] = cpu() - begun;
        *total = result.total;
        kb_arena_free(&arena);
    }
    qsort(took, ROUNDS, sizeof *took, by_value);
    return took[ROUNDS / 2];
}

/* FTS5 alone over the same rows. */
static double bare(struct kb_store *store) {
    double took[ROUNDS];
    struct kb_arena arena;
    struct kb_query query;
    struct kb_buf match;
    const struct kb_str english = KB_STR("en");
    kb_arena_init(&arena, SIZE_MAX);
    kb_buf_init(&match, 1 << 16);
    DO(kb_query_parse(&arena, two_words(), START, &english, 1, &query, &err));
    kb_query_match(&query, &match);
    for (int i = 0; i < ROUNDS; i++) {
        bool row = true;
        double begun = cpu();
        sqlite3_stmt *s = kb_store_sql(
            store,
            "SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rank LIMIT 20",
            &err);
        if (!s)
            give_up("bare search");
        kb_bind_str(s, 1, kb_buf_view(&match));
        while (row)
            DO(kb_store_step(store, s, &row, &err));
        took[i] = cpu() - begun;
    }
    kb_arena_free(&arena);
    kb_buf_free(&match);
    qsort(took, ROUNDS, sizeof *took, by_value);
    return took[ROUNDS / 2];
}

static int64_t sum_of(struct kb_store *store, const char *sql) {
    bool row = false;
    int64_t sum = 0;
    sqlite3_stmt *s = kb_store_sql(store, sql, &err);
    if (!s)
        give_up(sql);
    DO(kb_store_step(store, s, &row, &err));
    sum = row ? sqlite3_column_int64(s, 0) : 0;
    sqlite3_reset(s);
    return sum;
}

/* ---- grouping alone ---------------------------------------------------------------- */

/* A loop that is the same everywhere, to see the machine by. */
static double reference(void) {
    double begun = cpu();
    volatile uint64_t sink = 0;
    uint64_t h = 1;
    for (size_t i = 0; i < 50000000; i++)
        h = (h ^ i) * 0x9E3779B97F4A7C15u;
    sink = h;
    (void)sink;
    return cpu() - begun;
}

static double group(size_t count) {
    struct maker m = {.all = count};
    struct kb_printer *printer;
    struct kb_grouper *grouper;
    struct kb_arena arena;
    double took = 0;
    kb_buf_init(&m.title, 1 << 20), kb_buf_init(&m.text, 1 << 20),
        kb_buf_init(&m.html, 1 << 20);
    kb_arena_init(&arena, SIZE_MAX);
    DO(kb_printer_new(&printer, &err));
    DO(kb_grouper_new(&grouper, &err));
    for (size_t i = 0; i < count; i++) {
        struct kb_fingerprint print;
        struct kb_decision decision;
        struct kb_article a;
        int64_t time;
        make(&m, &a, &time);
        kb_arena_reset(&arena);
        double begun = cpu();
        DO(kb_fingerprint_take(printer, &arena, a.title, a.content_text, a.language,
                               &print, &err));
        DO(kb_grouper_add(grouper, &print, START + (int64_t)i * 31, &decision, &err));
        took += cpu() - begun;
    }
    kb_grouper_free(grouper);
    kb_printer_free(printer);
    kb_arena_free(&arena);
    kb_buf_free(&m.title), kb_buf_free(&m.text), kb_buf_free(&m.html);
    return (double)count / took;
}

/* ---- the run ----------------------------------------------------------------------- */

static long peak_mb(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss / 1024;
}

static void line(const char *what, double value, const char *unit, const char *wanted) {
    printf("%-58s %10.3f %-10s %s\n", what, value, unit, wanted);
    fflush(stdout);
}

int main(int count, char **args) {
    size_t articles = 100000, small = 10000;
    const char *path = "/tmp/kabar-bench-wire.db";
    bool keeps = false;
    for (int i = 1; i < count; i++) {
        const char *value = i + 1 < count ? args[i + 1] : "";
        if (strcmp(args[i], "--keep") == 0) {
            keeps = true;
            continue;
        }
        if (strcmp(args[i], "--articles") == 0)
            articles = strtoul(value, NULL, 10);
        else if (strcmp(args[i], "--small") == 0)
            small = strtoul(value, NULL, 10);
        else if (strcmp(args[i], "--db") == 0)
            path = value;
        i++;
    }
    if (articles < small + 2 * PROBE || access(path, F_OK) == 0) {
        fprintf(stderr, "bench_wire: %s\n",
                access(path, F_OK) == 0 ? "the file is there already; --db names another"
                                        : "--articles has to be above --small");
        return 2;
    }
    make_words();
    printf("reference loop: %.2f s\n", reference());
    line("grouping alone", group(20000), "a second", ">= 4000 on a quiet machine");

    struct maker m = {.all = articles};
    kb_buf_init(&m.title, 1 << 20), kb_buf_init(&m.text, 1 << 20),
        kb_buf_init(&m.html, 1 << 20);
    struct kb_store_options options = {.mode = KB_STORE_CREATE};
    struct kb_store *store;
    struct kb_desk *desk;
    double cost_small, cost, list_small, list, found, alone;
    int64_t total = 0;
    DO(kb_store_open(path, &options, &store, &err));
    DO(kb_desk_new(store, &desk, &err));
    keep(&m, desk, small - PROBE, NULL);
    keep(&m, desk, PROBE, &cost_small);
    list_small = front_list(store);
    for (size_t left = articles - small - PROBE; left;) {
        size_t n = left < 20000 ? left : 20000;
        keep(&m, desk, n, NULL);
        left -= n;
        fprintf(stderr, "%zu articles\r", m.made);
    }
    keep(&m, desk, PROBE, &cost);
    list = front_list(store);
    found = search(store, &total);
    alone = bare(store);
    long peak = peak_mb();
    kb_desk_free(desk);
    line("one more article, the small file", cost_small * 1e6, "us", "");
    line("one more article, the large file", cost * 1e6, "us", "");
    line("  large to small", cost / cost_small, "", "<= 1.5");
    line("front list, large to small", list / list_small, "", "<= 1.5");
    printf("search: %lld articles match\n", (long long)total);
    line("first page of a two-word search to FTS5 alone", found / alone, "", "<= 1.5");
    line("peak memory", (double)peak, "MB", "<= 300");
    int64_t packed = sum_of(store, "SELECT sum(length(record)) FROM body");
    DO(kb_store_exec(store, "PRAGMA wal_checkpoint(TRUNCATE)", &err));
    kb_store_close(store);
    struct stat info;
    stat(path, &info);
    line("bytes of an article above its packed record",
         ((double)info.st_size - (double)packed) / (double)articles, "", "<= 2560");
    line("bytes of its packed record", (double)packed / (double)articles, "", "");
    if (!keeps)
        unlink(path);
    return 0;
}
