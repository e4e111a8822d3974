/* How fast kabar reads, against the HTML parser that it stands on.
 *
 * Pages in memory enter, ratios leave.  One round parses and reads the same pages,
 * sixty-four at a time and in turns, so that a machine that slows down or speeds up does
 * so for both.  What is compared:
 *   parse   lexbor alone: one document, cleaned and used again for each page
 *   read    kabar_read and the record as JSON: every field, the text and the HTML
 * One core is measured in processor time of the thread, because other programs on the
 * machine then count for less; two threads against one in time on the wall.  Each page's
 * own times are the least of all rounds. */
#include "pages.h"

#include <kabar.h>
#include <lexbor/html/html.h>

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, MAX_ROUNDS = 1000, THREADS = 2 };

/* What must be reached; the reasons are in README.md. */
static const double least_ratio = .5, most_page_ratio = 4, least_scaling = 1.8;
#define MOST_MEMORY(largest) (((size_t)16 << 20) + 10 * (largest))

static struct {
    int rounds;
    bool json;
    bool slow; /* print the slowest pages */
    bool no_threads, no_memory;
} settings = {.rounds = 7};

struct result {
    size_t pages, bytes, largest;
    double parse, read;          /* seconds for all pages: the median round */
    double ratio;                /* parse / read: the median of the rounds' ratios */
    double p50, p90, p99, worst; /* read / parse, by page */
    size_t worst_page;
    size_t peak;     /* bytes */
    double one, two; /* seconds on the wall: the best round */
    size_t failures;
};

static double seconds(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Sorts values and gives the one that a share of them does not pass. */
static double quantile(double *values, size_t n, double share) {
    qsort(values, n, sizeof *values, by_value);
    size_t at = (size_t)ceil(share * (double)n);
    return n ? values[at ? at - 1 : 0] : 0;
}

static _Noreturn void die(const char *what) {
    fprintf(stderr, "bench: %s\n", what);
    exit(2);
}

static double *numbers(size_t n, double value) {
    double *p = malloc((n + 1) * sizeof *p);
    if (!p)
        die("not enough memory");
    for (size_t i = 0; i < n; i++)
        p[i] = value;
    return p;
}

/* ---- the two that are compared ----------------------------------------------------- */

struct bench {
    const struct kb_page_files *pages;
    lxb_html_document_t *document;
    kabar_reader *reader;
    kabar_buffer out;
    double *parse, *read; /* the least time of each page */
    size_t failures;
};

static void parse_page(struct bench *bench, size_t i) {
    struct kb_str page = bench->pages->at[i].bytes;
    lxb_html_document_clean(bench->document);
    if (lxb_html_document_parse(bench->document, (const lxb_char_t *)page.p, page.n) !=
        LXB_STATUS_OK)
        die("lexbor cannot parse a page");
}

static bool read_bytes(kabar_reader *reader, struct kb_str page, kabar_buffer *out) {
    kabar_article *article;
    if (kabar_read(reader, page.p, page.n, NULL, &article, NULL) != KABAR_OK)
        return false;
    out->size = 0;
    bool ok = kabar_print(article, KABAR_FORMAT_JSON, NULL, out, NULL) == KABAR_OK;
    kabar_article_free(article);
    return ok;
}

static double time_batch(struct bench *bench, size_t from, size_t to, bool read) {
    double sum = 0, *least = read ? bench->read : bench->parse;
    for (size_t i = from; i < to; i++) {
        double start = seconds(CLOCK_THREAD_CPUTIME_ID);
        if (!read)
            parse_page(bench, i);
        else if (!read_bytes(bench->reader, bench->pages->at[i].bytes, &bench->out))
            bench->failures++;
        double took = seconds(CLOCK_THREAD_CPUTIME_ID) - start;
        least[i] = took < least[i] ? took : least[i];
        sum += took;
    }
    return sum;
}

static void one_core(const struct kb_page_files *pages, struct result *result) {
    struct bench bench = {.pages = pages,
                          .document = lxb_html_document_create(),
                          .parse = numbers(pages->n, INFINITY),
                          .read = numbers(pages->n, INFINITY)};
    double *parses = numbers((size_t)settings.rounds, 0);
    double *reads = numbers((size_t)settings.rounds, 0);
    double *ratios = numbers(pages->n + (size_t)settings.rounds, 0);
    size_t rounds = (size_t)settings.rounds;
    if (!bench.document || kabar_reader_new(NULL, &bench.reader, NULL) != KABAR_OK)
        die("no reader");
    for (size_t round = 0; round <= rounds; round++) { /* round 0 warms up */
        double parse = 0, read = 0;
        for (size_t from = 0; from < pages->n; from += BATCH) {
            size_t to = from + BATCH < pages->n ? from + BATCH : pages->n;
            bool read_first = (round + from / BATCH) % 2;
            for (int turn = 0; turn < 2; turn++) {
                bool which = read_first == (turn == 0);
                *(which ? &read : &parse) += time_batch(&bench, from, to, which);
            }
        }
        if (round == 0) {
            result->failures = bench.failures;
            continue;
        }
        parses[round - 1] = parse;
        reads[round - 1] = read;
        ratios[round - 1] = parse / read;
    }
    result->ratio = quantile(ratios, rounds, .5);
    result->parse = quantile(parses, rounds, .5);
    result->read = quantile(reads, rounds, .5);
    for (size_t i = 0; i < pages->n; i++) {
        ratios[i] = bench.read[i] / bench.parse[i];
        if (ratios[i] > result->worst) {
            result->worst = ratios[i];
            result->worst_page = i;
        }
        if (settings.slow && ratios[i] > most_page_ratio / 2)
            fprintf(stderr, "%5.1f times  %8.3f ms  %8zu bytes  %s\n", ratios[i],
                    bench.read[i] * 1e3, pages->at[i].bytes.n, pages->at[i].path);
    }
    result->p50 = quantile(ratios, pages->n, .5);
    result->p90 = quantile(ratios, pages->n, .9);
    result->p99 = quantile(ratios, pages->n, .99);
    free(parses);
    free(reads);
    free(ratios);
    free(bench.parse);
    free(bench.read);
    kabar_buffer_free(&bench.out);
    kabar_reader_free(bench.reader);
    lxb_html_document_destroy(bench.document);
}

/* ---- two threads against one ------------------------------------------------------- */

struct team {
    const struct kb_page_files *pages;
    atomic_size_t next;
};

struct worker {
    struct team *team;
    kabar_reader *reader;
    kabar_buffer out;
    pthread_t thread;
};

static void *work(void *argument) {
    struct worker *worker = argument;
    const struct kb_page_files *pages = worker->team->pages;
    for (size_t i; (i = atomic_fetch_add(&worker->team->next, 1)) < pages->n;)
        read_bytes(worker->reader, pages->at[i].bytes, &worker->out);
    return NULL;
}

static double team_time(struct team *team, struct worker *workers, int count) {
    double start = seconds(CLOCK_MONOTONIC);
    atomic_store(&team->next, 0);
    for (int i = 0; i < count; i++)
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            die("no thread");
    for (int i = 0; i < count; i++)
        pthread_join(workers[i].thread, NULL);
    return seconds(CLOCK_MONOTONIC) - start;
}

static void threads(const struct kb_page_files *pages, struct result *result) {
    struct team team = {.pages = pages};
    struct worker workers[THREADS] = {0};
    for (int i = 0; i < THREADS; i++) {
        workers[i].team = &team;
        if (kabar_reader_new(NULL, &workers[i].reader, NULL) != KABAR_OK)
            die("no reader");
    }
    result->one = result->two = INFINITY;
    for (int round = 0; round <= settings.rounds; round++) {
        double one = team_time(&team, workers, 1);
        double two = team_time(&team, workers, THREADS);
        if (round == 0)
            continue;
        result->one = one < result->one ? one : result->one;
        result->two = two < result->two ? two : result->two;
    }
    for (int i = 0; i < THREADS; i++) {
        kabar_buffer_free(&workers[i].out);
        kabar_reader_free(workers[i].reader);
    }
}

/* ---- memory ------------------------------------------------------------------------ */

static size_t peak_bytes(void) {
    char line[256];
    unsigned long kilobytes = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmHWM: %lu", &kilobytes) == 1)
            break;
    if (file)
        fclose(file);
    return (size_t)kilobytes * 1024;
}

/* A process that reads each page from its file into one buffer, before the pages of the
 * other measurements are loaded: its peak, that buffer taken off. */
static size_t peak_memory(const struct kb_page_files *paths) {
    int ends[2];
    size_t peak = 0;
    if (pipe(ends) != 0)
        die("no pipe");
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        die("no process");
    if (pid == 0) {
        struct kb_buf page;
        kabar_reader *reader;
        kabar_buffer out = {0};
        size_t largest = 0;
        kb_buf_init(&page, (size_t)1 << 30);
        if (kabar_reader_new(NULL, &reader, NULL) != KABAR_OK)
            _exit(2);
        for (size_t i = 0; i < paths->n; i++) {
            if (!kb_page_file_read(paths->at[i].path, &page))
                _exit(2);
            largest = page.n > largest ? page.n : largest;
            read_bytes(reader, kb_buf_view(&page), &out);
        }
        peak = peak_bytes();
        peak = peak > largest ? peak - largest : 0;
        if (write(ends[1], &peak, sizeof peak) != sizeof peak)
            _exit(2);
        _exit(0);
    }
    close(ends[1]);
    if (read(ends[0], &peak, sizeof peak) != sizeof peak)
        die("the memory of reading cannot be measured");
    close(ends[0]);
    waitpid(pid, NULL, 0);
    return peak;
}

/* ---- what is printed --------------------------------------------------------------- */

static void machine(char *out, size_t size) {
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(out, size, "unknown processor");
    while (file && fgets(line, sizeof line, file)) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon)
            continue;
        line[strcspn(line, "\n")] = '\0';
        snprintf(out, size, "%s", colon + 2);
        break;
    }
    if (file)
        fclose(file);
}

static const char *verdict(bool ok) {
    return ok ? "reached" : "MISSED";
}

static void print_text(const struct result *r, const struct kb_page_files *pages) {
    char cpu[256];
    double n = (double)r->pages, mb = (double)r->bytes / 1e6;
    machine(cpu, sizeof cpu);
    printf("kabar %s, %s, %ld cores, compiler %s\n", kabar_version(), cpu,
           sysconf(_SC_NPROCESSORS_ONLN), __VERSION__);
    printf("%zu pages, %.1f MB, the largest %.2f MB; %d rounds\n\n", r->pages, mb,
           (double)r->largest / 1e6, settings.rounds);
    printf("%-34s %9.0f pages/s %8.1f MB/s\n", "lexbor alone (parse)", n / r->parse,
           mb / r->parse);
    printf("%-34s %9.0f pages/s %8.1f MB/s\n", "kabar, all fields, JSON", n / r->read,
           mb / r->read);
    printf("%-34s %9.3f  wanted %.1f or more: %s\n", "kabar's speed to lexbor's",
           r->ratio, least_ratio, verdict(r->ratio >= least_ratio));
    printf("%-34s %9.2f  p90 %.2f  p99 %.2f  worst %.2f\n",
           "a page's time to its own parse, p50", r->p50, r->p90, r->p99, r->worst);
    printf("%-34s %9.2f  wanted %.1f or less: %s\n", "  one page in a hundred", r->p99,
           most_page_ratio, verdict(r->p99 <= most_page_ratio));
    if (r->worst > most_page_ratio)
        printf("  the worst: %s\n", pages->at[r->worst_page].path);
    if (r->peak)
        printf("%-34s %6.1f MB  wanted %.1f or less: %s\n", "peak memory, the page apart",
               (double)r->peak / 1e6, (double)MOST_MEMORY(r->largest) / 1e6,
               verdict(r->peak <= MOST_MEMORY(r->largest)));
    if (r->two > 0)
        printf("%-34s %9.2f  wanted %.1f or more: %s\n", "two threads to one",
               r->one / r->two, least_scaling, verdict(r->one / r->two >= least_scaling));
    if (r->failures)
        printf("%zu pages could not be read\n", r->failures);
}

static void print_json(const struct result *r) {
    char cpu[256];
    struct kb_buf buf;
    struct kb_json json;
    double n = (double)r->pages, mb = (double)r->bytes / 1e6;
    machine(cpu, sizeof cpu);
    const struct {
        const char *key;
        double value;
        int decimals;
    } rows[] = {{"pages", n, 0},
                {"megabytes", mb, 3},
                {"largest_megabytes", (double)r->largest / 1e6, 3},
                {"failures", (double)r->failures, 0},
                {"parse_pages_per_second", n / r->parse, 1},
                {"parse_megabytes_per_second", mb / r->parse, 1},
                {"read_pages_per_second", n / r->read, 1},
                {"read_megabytes_per_second", mb / r->read, 1},
                {"speed_to_parse", r->ratio, 4},
                {"page_to_own_parse_p50", r->p50, 3},
                {"page_to_own_parse_p90", r->p90, 3},
                {"page_to_own_parse_p99", r->p99, 3},
                {"page_to_own_parse_worst", r->worst, 3},
                {"peak_megabytes", (double)r->peak / 1e6, 1},
                {"peak_megabytes_wanted", (double)MOST_MEMORY(r->largest) / 1e6, 1},
                {"two_threads_to_one", r->two > 0 ? r->one / r->two : 0, 3}};
    kb_buf_init(&buf, (size_t)1 << 16);
    kb_json_init(&json, &buf, 2);
    kb_json_object(&json);
    kb_json_field(&json, "version", kb_str_z(kabar_version()));
    kb_json_field(&json, "processor", kb_str_z(cpu));
    kb_json_key(&json, "cores");
    kb_json_int(&json, sysconf(_SC_NPROCESSORS_ONLN));
    for (size_t i = 0; i < KB_COUNT(rows); i++) {
        kb_json_key(&json, rows[i].key);
        kb_json_real(&json, rows[i].value, rows[i].decimals);
    }
    kb_json_object_end(&json);
    printf("%.*s\n", (int)buf.n, buf.n ? buf.p : "");
    kb_buf_free(&buf);
}

/* Plain texts are left out: a parser of HTML has nothing to do there. */
static void drop_texts(struct kb_page_files *paths) {
    size_t n = 0;
    for (size_t i = 0; i < paths->n; i++) {
        struct kb_str path = kb_str_z(paths->at[i].path);
        if (kb_str_ends(path, KB_STR(".txt")) || kb_str_ends(path, KB_STR(".txt.gz")))
            free(paths->at[i].path);
        else
            paths->at[n++] = paths->at[i];
    }
    paths->n = n;
}

static const char usage[] =
    "bench [--rounds N] [--json] [--slow] [--no-threads] [--no-memory] [[--pages] "
    "PATH]…\n"
    "  measures reading pages (.html, .htm, .txt, .gz of them) against parsing them;\n"
    "  from files and folders; without one: examples/pages\n"
    "  --slow        names the pages that take more than twice their own parse\n";

int main(int argc, char **argv) {
    struct kb_page_files paths = {0}, pages = {0};
    struct result result = {0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            settings.json = true;
        else if (strcmp(argv[i], "--slow") == 0)
            settings.slow = true;
        else if (strcmp(argv[i], "--no-threads") == 0)
            settings.no_threads = true;
        else if (strcmp(argv[i], "--no-memory") == 0)
            settings.no_memory = true;
        else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            settings.rounds = atoi(argv[++i]);
        else if (strcmp(argv[i], "--pages") == 0 && i + 1 < argc)
            kb_page_paths_add(&paths, argv[++i], NULL);
        else if (argv[i][0] == '-')
            settings.rounds = 0;
        else
            kb_page_paths_add(&paths, argv[i], NULL);
    }
    if (settings.rounds < 1 || settings.rounds > MAX_ROUNDS) {
        fputs(usage, stderr);
        return 2;
    }
    if (!paths.n)
        kb_page_paths_add(&paths, "examples/pages", NULL);
    drop_texts(&paths);
    if (!paths.n)
        die("no pages");
    if (!settings.no_memory)
        result.peak = peak_memory(&paths);
    for (size_t i = 0; i < paths.n; i++)
        kb_page_files_add(&pages, paths.at[i].path, NULL);
    result.pages = pages.n;
    result.bytes = pages.bytes;
    result.largest = pages.largest;
    one_core(&pages, &result);
    if (!settings.no_threads)
        threads(&pages, &result);
    if (settings.json)
        print_json(&result);
    else
        print_text(&result, &pages);
    kb_page_files_free(&pages);
    kb_page_files_free(&paths);
    return 0;
}
