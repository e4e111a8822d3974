/* Hostile inputs through the public API, each in a process of its own with limits on
 * memory and processor time: none may crash, hang, grow without bound, or give anything
 * that breaks kabar.h's promises.
 *
 * The time limit is a guard against a hang, not a measure: the bench measures. */
#include "hard/inputs.h"
#include "sane.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

enum {
    CPU_SECONDS = 60,
    CPU_SECONDS_SANITIZED = 300,
    SCALE_SANITIZED = 25,
    MAX_JOBS = 16,
    TRUNCATION_STEP = 997,
    RANDOM_EDITS = 400
};

#define MAX_INPUT ((size_t)256 << 20)
/* A page of 64 MiB, its tree of two million nodes, and the record in every format. */
#define MAX_ADDRESS_SPACE ((rlim_t)2 << 30)

static struct {
    const char *only;
    bool list, verbose;
    int jobs;
} settings = {.jobs = 1};

/* ---- one input, in the child ------------------------------------------------------- */

/* The first thing that is wrong, or an empty text. */
typedef void check_fn(const void *what, char *fault, size_t size);

static const char *warning_fault(const kabar_article *article, const char *word) {
    for (size_t i = 0; i < kabar_count(article, KABAR_WARNINGS); i++)
        if (strstr(kabar_item(article, KABAR_WARNINGS, i, KABAR_VALUE).data, word))
            return NULL;
    return "no warning names the limit";
}

static void check_article(const struct kb_hard_input *input, const kabar_article *article,
                          char *fault, size_t size) {
    const char *wrong = kb_sane_article(article);
    if (!wrong && input->holds &&
        !strstr(kabar_get(article, KABAR_TEXT).data, input->holds))
        wrong = "the article's text is lost";
    if (!wrong && input->warns)
        wrong = warning_fault(article, input->warns);
    if (wrong)
        snprintf(fault, size, "%s", wrong);
}

static void check_status(const struct kb_hard_input *input, kabar_status status,
                         const kabar_error *error, char *fault, size_t size) {
    const char *wrong = NULL;
    switch (input->want) {
    case KB_HARD_READ:
        if (status != KABAR_OK)
            wrong = "refused";
        break;
    case KB_HARD_REFUSED:
        if (status != KABAR_EINPUT)
            wrong = "wanted bad-input";
        break;
    case KB_HARD_LIMIT:
        if (status != KABAR_ELIMIT)
            wrong = "wanted limit";
        else if (!strstr(error->message, "max_page_bytes"))
            wrong = "the message does not name max_page_bytes";
        break;
    case KB_HARD_EITHER:
        if (status != KABAR_OK && status != KABAR_EINPUT)
            wrong = "wanted an article or bad-input";
        break;
    }
    if (!wrong && status != KABAR_OK && !error->message[0])
        wrong = "no message";
    if (wrong)
        snprintf(fault, size, "%s: status %s, message \"%s\"", wrong,
                 kabar_status_name(status), status == KABAR_OK ? "" : error->message);
}

static void check_input(const void *what, char *fault, size_t size) {
    const struct kb_hard_input *input = what;
    const kabar_page page = {.size = sizeof page,
                             .url = "https://wire.example/news/1",
                             .content_type = input->content_type};
    kabar_reader *reader;
    kabar_article *article;
    kabar_error error = {0};
    struct kb_buf bytes;
    kb_buf_init(&bytes, MAX_INPUT);
    input->make(&bytes);
    if (bytes.status != KB_OK || kabar_reader_new(NULL, &reader, &error) != KABAR_OK) {
        snprintf(fault, size, "the test has no input or no reader: %s", error.message);
        kb_buf_free(&bytes);
        return;
    }
    kabar_status status = kabar_read(reader, bytes.p, bytes.n, &page, &article, &error);
    kb_buf_free(&bytes);
    check_status(input, status, &error, fault, size);
    if (status == KABAR_OK && !fault[0])
        check_article(input, article, fault, size);
    else if (status != KABAR_OK && article)
        snprintf(fault, size, "a failed read left an article");
    kabar_article_free(article);

    /* The same reader must read the next page as if nothing had been. */
    const char next[] =
        "<title>Quiet</title><p>The basin lay still on Sunday morning, and the "
        "harbour master went home early for once.</p>";
    if (!fault[0] &&
        (kabar_read(reader, next, sizeof next - 1, NULL, &article, &error) != KABAR_OK ||
         !strstr(kabar_get(article, KABAR_TEXT).data, "The basin lay still")))
        snprintf(fault, size, "the reader cannot read the next page");
    kabar_article_free(article);
    kabar_reader_free(reader);
}

/* ---- many small inputs with one reader --------------------------------------------- */

static bool read_one(kabar_reader *reader, struct kb_str bytes, char *fault,
                     size_t size) {
    kabar_article *article;
    kabar_error error = {0};
    kabar_status status = kabar_read(reader, bytes.p, bytes.n, NULL, &article, &error);
    const char *wrong = NULL;
    if (status == KABAR_OK)
        wrong = kb_sane_article(article);
    else if (status != KABAR_EINPUT || !error.message[0])
        wrong = "refused without a reason";
    kabar_article_free(article);
    if (wrong)
        snprintf(fault, size, "%zu bytes: %s", bytes.n, wrong);
    return !wrong;
}

static kabar_reader *sample_reader(struct kb_buf *sample) {
    kabar_reader *reader = NULL;
    kb_buf_init(sample, MAX_INPUT);
    kb_hard_sample(sample);
    return kabar_reader_new(NULL, &reader, NULL) == KABAR_OK ? reader : NULL;
}

/* A page that breaks off, at steps that meet every kind of place in it. */
static void check_truncated(const void *what, char *fault, size_t size) {
    struct kb_buf sample;
    kabar_reader *reader = sample_reader(&sample);
    (void)what;
    for (size_t n = 0; n < 2500 && n < sample.n; n += 7)
        if (!fault[0] &&
            !read_one(reader, kb_str_slice(kb_buf_view(&sample), 0, n), fault, size))
            break;
    for (size_t n = 0; n < sample.n && !fault[0]; n += TRUNCATION_STEP / 11)
        read_one(reader, kb_str_slice(kb_buf_view(&sample), 0, n), fault, size);
    for (size_t n = 0; n < sample.n && !fault[0]; n += TRUNCATION_STEP)
        read_one(reader, kb_str_slice(kb_buf_view(&sample), n, sample.n), fault, size);
    kabar_reader_free(reader);
    kb_buf_free(&sample);
}

/* A page with bytes changed, doubled and lost. */
static void check_edited(const void *what, char *fault, size_t size) {
    struct kb_buf sample;
    kabar_reader *reader = sample_reader(&sample);
    uint64_t state = 2463534242u;
    (void)what;
    for (int i = 0; i < RANDOM_EDITS && !fault[0]; i++) {
        for (int k = 0; k < 20; k++) {
            static const char bait[] = "<>&\"'=/!-[]{}:,\\ \n\0\xFF";
            state = state * 6364136223846793005u + 1442695040888963407u;
            size_t at = (size_t)(state >> 33) % sample.n;
            sample.p[at] = k % 3 ? bait[(state >> 20) % (sizeof bait - 1)]
                                 : sample.p[(state >> 13) % sample.n];
        }
        read_one(reader, kb_buf_view(&sample), fault, size);
    }
    kabar_reader_free(reader);
    kb_buf_free(&sample);
}

/* ---- limits that the caller sets --------------------------------------------------- */

struct limit {
    const char *name, *word; /* what the message or the warning must hold */
    kabar_options options;
    const char *piece;
    size_t count;
    bool refused;
};

#define SENTENCE                                                                         \
    "<p>The council of the island town met on Monday evening and agreed on the new "     \
    "harbour wall, which will cost four million crowns, the mayor said."

static const struct limit limits[] = {
    {"max_page_bytes", "max_page_bytes", {.max_page_bytes = 5000}, SENTENCE, 1000, true},
    {"max_depth", "KB_LIMIT_DEPTH", {.max_depth = 40}, "<div>" SENTENCE, 100, false},
    {"max_memory",
     "KB_LIMIT_DOCUMENT_MEMORY",
     {.max_memory = 200000},
     SENTENCE,
     20000,
     true},
};

/* Past max_memory a part may be read: then a warning must name it. */
static void check_limit(const void *what, char *fault, size_t size) {
    const struct limit *limit = what;
    kabar_options options = limit->options;
    kabar_reader *reader;
    kabar_article *article;
    kabar_error error = {0};
    struct kb_buf bytes;
    kb_buf_init(&bytes, MAX_INPUT);
    kb_buf_z(&bytes, "<!doctype html><title>Wall</title><body>");
    for (size_t i = 0; i < limit->count; i++)
        kb_buf_printf(&bytes, "%s (%zu)", limit->piece, i); /* no two are the same */
    options.size = sizeof options;
    kabar_status status = kabar_reader_new(&options, &reader, &error);
    if (status == KABAR_OK)
        status = kabar_read(reader, bytes.p, bytes.n, NULL, &article, &error);
    if (status == KABAR_OK) {
        const char *wrong = kb_sane_article(article);
        if (!wrong && limit->refused && strcmp(limit->name, "max_page_bytes") == 0)
            wrong = "not refused";
        if (!wrong)
            wrong = warning_fault(article, limit->word);
        if (wrong)
            snprintf(fault, size, "%s", wrong);
        kabar_article_free(article);
    } else if (!limit->refused || status != KABAR_ELIMIT ||
               !strstr(error.message, limit->word)) {
        snprintf(fault, size, "status %s, message \"%s\"", kabar_status_name(status),
                 error.message);
    }
    kabar_reader_free(reader);
    kb_buf_free(&bytes);
}

/* ---- wrong calls ------------------------------------------------------------------- */

static void check_calls(const void *what, char *fault, size_t size) {
    kabar_reader *reader = NULL;
    kabar_article *article = (kabar_article *)(uintptr_t)&what;
    kabar_error error = {0};
    kabar_buffer buffer = {0};
    const kabar_options no_folder = {.size = sizeof no_folder,
                                     .assets_dir = "/nowhere/at/all"};
    const char *wrong = NULL;
    if (kabar_reader_new(&no_folder, &reader, &error) == KABAR_OK || reader)
        wrong = "a reader without its data files";
    else if (!error.message[0])
        wrong = "no message for missing data files";
    else if (kabar_reader_new(NULL, &reader, NULL) != KABAR_OK)
        wrong = "no reader";
    else if (kabar_read(NULL, "a", 1, NULL, &article, &error) != KABAR_EUSAGE)
        wrong = "a read without a reader";
    else if (kabar_read(reader, NULL, 1, NULL, &article, &error) != KABAR_EUSAGE ||
             article)
        wrong = "a read of nothing";
    else if (kabar_read(reader, "a", 1, NULL, NULL, &error) != KABAR_EUSAGE)
        wrong = "a read to nowhere";
    else if (kabar_read(reader, NULL, 0, NULL, &article, NULL) == KABAR_EUSAGE)
        wrong = "no bytes at NULL are a wrong call";
    kabar_article_free(article);
    if (!wrong && kabar_read(reader, "<p>a", 4, NULL, &article, NULL) != KABAR_OK)
        wrong = "a small page is refused";
    if (!wrong) {
        if (kabar_print(article, (kabar_format)99, NULL, &buffer, &error) != KABAR_EUSAGE)
            wrong = "a format that is none";
        else if (kabar_print(NULL, KABAR_FORMAT_TEXT, NULL, &buffer, NULL) !=
                 KABAR_EUSAGE)
            wrong = "nothing printed";
        else if (kabar_get(article, (kabar_field)-1).size ||
                 kabar_get(article, KABAR_FIELD_COUNT).size ||
                 kabar_count(article, (kabar_list)99) ||
                 kabar_item(article, (kabar_list)-1, 0, KABAR_NAME).size)
            wrong = "a field or a list that is none";
        kabar_article_free(article);
    }
    kabar_article_free(NULL);
    kabar_reader_free(NULL);
    kabar_buffer_free(&buffer);
    kabar_reader_free(reader);
    if (wrong)
        snprintf(fault, size, "%s", wrong);
}

/* ---- processes --------------------------------------------------------------------- */

struct task {
    const char *name;
    check_fn *check;
    const void *what;
    pid_t pid;
    int pipe;
};

static void set_limits(void) {
    rlim_t seconds = SANITIZED ? CPU_SECONDS_SANITIZED : CPU_SECONDS;
    struct rlimit cpu = {seconds, seconds};
    struct rlimit space = {MAX_ADDRESS_SPACE, MAX_ADDRESS_SPACE};
    struct rlimit core = {0, 0};
    setrlimit(RLIMIT_CPU, &cpu);
    setrlimit(RLIMIT_CORE, &core);
    if (!SANITIZED) /* their shadow memory takes terabytes of addresses */
        setrlimit(RLIMIT_AS, &space);
}

static bool start(struct task *task) {
    int ends[2];
    fflush(NULL);
    if (pipe(ends) != 0)
        return false;
    task->pid = fork();
    if (task->pid < 0)
        return false;
    if (task->pid == 0) {
        char fault[512] = "";
        close(ends[0]);
        set_limits();
        task->check(task->what, fault, sizeof fault);
        if (fault[0] && write(ends[1], fault, strlen(fault)) < 0)
            exit(3);
        exit(fault[0] ? 1 : 0);
    }
    close(ends[1]);
    task->pipe = ends[0];
    return true;
}

static bool finish(const struct task *task, int status, const struct rusage *usage) {
    char fault[513] = "";
    ssize_t n = read(task->pipe, fault, sizeof fault - 1);
    close(task->pipe);
    bool ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (n <= 0 && WIFSIGNALED(status))
        snprintf(fault, sizeof fault, "ended by signal %d%s", WTERMSIG(status),
                 WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL
                     ? " (too much processor time?)"
                     : "");
    else if (n <= 0 && !ok)
        snprintf(fault, sizeof fault, "ended with status %d", WEXITSTATUS(status));
    if (!ok || settings.verbose)
        printf("%s %-22s %7.2f s %6ld MB%s%s\n", ok ? "ok  " : "FAIL", task->name,
               (double)usage->ru_utime.tv_sec + (double)usage->ru_utime.tv_usec / 1e6,
               usage->ru_maxrss / 1024, fault[0] ? "  " : "", fault);
    return ok;
}

static int run(struct task *tasks, size_t count) {
    size_t next = 0, passed = 0, failed = 0;
    int living = 0;
    while (next < count || living) {
        if (next < count && living < settings.jobs) {
            if (!start(&tasks[next])) {
                perror("hard");
                return 2;
            }
            next++;
            living++;
            continue;
        }
        int status;
        struct rusage usage;
        pid_t pid = wait4(-1, &status, 0, &usage);
        for (size_t i = 0; i < next; i++)
            if (tasks[i].pid == pid) {
                bool ok = finish(&tasks[i], status, &usage);
                *(ok ? &passed : &failed) += 1;
                tasks[i].pid = 0;
                living--;
            }
    }
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed ? 1 : 0;
}

static bool read_settings(int argc, char **argv) {
    if (SANITIZED)
        kb_hard_scale = SCALE_SANITIZED;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--list") == 0)
            settings.list = true;
        else if (strcmp(argv[i], "-v") == 0)
            settings.verbose = true;
        else if (strcmp(argv[i], "--jobs") == 0 && i + 1 < argc)
            settings.jobs = atoi(argv[++i]);
        else if (strcmp(argv[i], "--scale") == 0 && i + 1 < argc)
            kb_hard_scale = (size_t)strtoul(argv[++i], NULL, 10);
        else if (argv[i][0] != '-' && !settings.only)
            settings.only = argv[i];
        else
            return false;
    }
    return settings.jobs >= 1 && settings.jobs <= MAX_JOBS && kb_hard_scale >= 1;
}

static void add(struct task *tasks, size_t *count, const char *name, check_fn *check,
                const void *what) {
    if (!settings.only || strstr(name, settings.only))
        tasks[(*count)++] = (struct task){.name = name, .check = check, .what = what};
}

int main(int argc, char **argv) {
    if (!read_settings(argc, argv)) {
        fputs("hard [NAME-PART] [--list] [-v] [--jobs N] [--scale N]\n", stderr);
        return 2;
    }
    struct task *tasks = calloc(
        kb_hard_input_count + kb_hard_feed_count() + KB_COUNT(limits) + 3, sizeof *tasks);
    static size_t feeds[256];
    size_t count = 0;
    if (!tasks)
        return 2;
    add(tasks, &count, "wrong_calls", check_calls, NULL);
    add(tasks, &count, "truncated", check_truncated, NULL);
    add(tasks, &count, "edited", check_edited, NULL);
    for (size_t i = 0; i < KB_COUNT(limits); i++)
        add(tasks, &count, limits[i].name, check_limit, &limits[i]);
    for (size_t i = 0; i < kb_hard_input_count; i++)
        add(tasks, &count, kb_hard_inputs[i].name, check_input, &kb_hard_inputs[i]);
    for (size_t i = 0; i < kb_hard_feed_count() && i < KB_COUNT(feeds); i++) {
        feeds[i] = i;
        add(tasks, &count, kb_hard_feed_name(i), kb_hard_check_feed, &feeds[i]);
    }
    int result = 0;
    if (settings.list)
        for (size_t i = 0; i < count; i++)
            puts(tasks[i].name);
    else
        result = run(tasks, count);
    free(tasks);
    return result;
}
