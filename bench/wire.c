/* The wire with many articles: what one more costs, and what looking into it costs.
 *
 *     bench_wire [--articles N] [--small N] [--db FILE] [--keep]
 *
 * Articles are made up: words of a vocabulary whose frequencies follow Zipf's law, spread
 * over a year; a third of them tell an event that others have told in the last days.
 * Costs are measured in a file with --articles and in one with --small, by turns, in the
 * processor time of the thread: what else the machine does slows both alike.  With --keep
 * the large file stays, and one that is there already is gone on with: a million articles
 * need not be made twice.  Nothing but the two files is written. */
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
    BATCH = 500,
    PROBES = 12,        /* batches that a cost is measured with, after one that is not */
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
    uint64_t seed;
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

/* A file, and who puts articles into it. */
struct wire {
    const char *path;
    struct kb_store *store;
    struct kb_desk *desk;
    struct maker maker;
};

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

static void maker_init(struct maker *m, size_t all) {
    *m = (struct maker){.all = all, .seed = 1};
    kb_buf_init(&m->title, 1 << 20);
    kb_buf_init(&m->text, 1 << 20);
    kb_buf_init(&m->html, 1 << 20);
}

static void maker_free(struct maker *m) {
    kb_buf_free(&m->title);
    kb_buf_free(&m->text);
    kb_buf_free(&m->html);
}

/* A file that is there already is gone on with: by other dice, two thirds of its articles
 * told something new. */
static void wire_open(struct wire *wire, const char *path, size_t all) {
    struct kb_store_options options = {.mode = KB_STORE_CREATE};
    wire->path = path;
    maker_init(&wire->maker, all);
    DO(kb_store_open(path, &options, &wire->store, &err));
    DO(kb_desk_new(wire->store, &wire->desk, &err));
    wire->maker.made = (size_t)sum_of(wire->store, "SELECT count(*) FROM article");
    wire->maker.seed += wire->maker.made;
    wire->maker.events = (uint32_t)(wire->maker.made / 3 * 2);
}

static void wire_close(struct wire *wire, bool stays) {
    kb_desk_free(wire->desk);
    kb_store_close(wire->store);
    maker_free(&wire->maker);
    if (!stays)
        unlink(wire->path);
}

/* So many more articles; the seconds that it took. */
static double keep(struct wire *wire, size_t count) {
    double took = 0;
    seed = wire->maker.seed;
    for (size_t i = 0; i < count; i++) {
        struct kb_article a;
        struct kb_taken taken;
        struct kb_desk_origin origin = {.feed = 0};
        make(&wire->maker, &a, &origin.now);
        double begun = cpu();
        if (i % BATCH == 0)
            DO(kb_desk_begin(wire->desk, &err));
        DO(kb_desk_take(wire->desk, &a, &origin, &taken, &err));
        if (i % BATCH == BATCH - 1 || i + 1 == count)
            DO(kb_desk_commit(wire->desk, &err));
        took += cpu() - begun;
    }
    wire->maker.seed = seed;
    return took;
}

/* Until there are so many. */
static void fill(struct wire *wire, size_t articles) {
    enum { SHOWN = 20000 };
    while (wire->maker.made < articles) {
        size_t left = articles - wire->maker.made;
        (void)keep(wire, left < SHOWN ? left : SHOWN);
        fprintf(stderr, "%zu articles\r", wire->maker.made);
    }
}

/* What one more article costs in each file. */
static void cost_of_one(struct wire *large, struct wire *small, double *in_large,
                        double *in_small) {
    *in_large = *in_small = 0;
    (void)keep(large, BATCH);
    (void)keep(small, BATCH);
    for (int i = 0; i < PROBES; i++) {
        *in_large += keep(large, BATCH) / (PROBES * BATCH);
        *in_small += keep(small, BATCH) / (PROBES * BATCH);
    }
}

/* ---- looking ----------------------------------------------------------------------- */

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

enum { ROUNDS = 21 };

static double median(double *took) {
    qsort(took, ROUNDS, sizeof *took, by_value);
    return took[ROUNDS / 2];
}

static double front_list(struct kb_store *store) {
    struct kb_story_wish wish = {.limit = 50};
    struct kb_story_row *rows;
    struct kb_arena arena;
    size_t count;
    kb_arena_init(&arena, SIZE_MAX);
    double begun = cpu();
    DO(kb_store_stories(store, &wish, &arena, &rows, &count, &err));
    double took = cpu() - begun;
    kb_arena_free(&arena);
    return took;
}

static double front_lists(struct wire *large, struct wire *small) {
    double in_large[ROUNDS], in_small[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        in_large[i] = front_list(large->store);
        in_small[i] = front_list(small->store);
    }
    return median(in_large) / median(in_small);
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
    return median(took);
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
    return median(took);
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
    struct maker m;
    struct kb_printer *printer;
    struct kb_grouper *grouper;
    struct kb_arena arena;
    double took = 0;
    maker_init(&m, count);
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
    maker_free(&m);
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

static void report(struct wire *large, struct wire *small) {
    double in_large, in_small;
    int64_t total = 0;
    struct stat info;
    cost_of_one(large, small, &in_large, &in_small);
    line("one more article, the small file", in_small * 1e6, "us", "");
    line("one more article, the large file", in_large * 1e6, "us", "");
    line("  large to small", in_large / in_small, "", "<= 1.5");
    line("front list, large to small", front_lists(large, small), "", "<= 1.5");
    double found = search(large->store, &total), alone = bare(large->store);
    printf("search: %lld articles match\n", (long long)total);
    line("first page of a two-word search to FTS5 alone", found / alone, "", "<= 1.5");
    double articles = (double)large->maker.made,
           packed = (double)sum_of(large->store, "SELECT sum(length(record)) FROM body");
    DO(kb_store_exec(large->store, "PRAGMA wal_checkpoint(TRUNCATE)", &err));
    stat(large->path, &info);
    line("bytes of an article above its packed record",
         ((double)info.st_size - packed) / articles, "", "<= 2560");
    line("bytes of its packed record", packed / articles, "", "");
}

int main(int count, char **args) {
    size_t articles = 100000, few = 10000;
    const char *path = "/tmp/kabar-bench-wire.db";
    struct wire large, small;
    bool stays = false;
    char beside[4096];
    for (int i = 1; i < count; i++) {
        if (strcmp(args[i], "--keep") == 0)
            stays = true;
        else if (i + 1 < count && strcmp(args[i], "--articles") == 0)
            articles = strtoul(args[++i], NULL, 10);
        else if (i + 1 < count && strcmp(args[i], "--small") == 0)
            few = strtoul(args[++i], NULL, 10);
        else if (i + 1 < count && strcmp(args[i], "--db") == 0)
            path = args[++i];
        else
            articles = 0;
    }
    snprintf(beside, sizeof beside, "%s.small", path);
    if (articles < few || !few || access(beside, F_OK) == 0 ||
        (!stays && access(path, F_OK) == 0)) {
        fprintf(stderr,
                "bench_wire [--articles N] [--small N] [--db FILE] [--keep]; FILE and "
                "FILE.small must not be there, FILE may with --keep\n");
        return 2;
    }
    make_words();
    printf("reference loop: %.2f s\n", reference());
    line("grouping alone", group(20000), "a second", ">= 4000 on a quiet machine");
    wire_open(&large, path, articles);
    fill(&large, articles);
    long peak = peak_mb(); /* with one file open */
    wire_open(&small, beside, articles);
    fill(&small, few);
    report(&large, &small);
    line("peak memory", (double)peak, "MB", "<= 300");
    wire_close(&small, false);
    wire_close(&large, stays);
    return 0;
}
