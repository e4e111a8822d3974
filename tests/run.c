/* The runner of the data-driven tests: folders tests/<kind>/<case>/ enter, differences
 * between outputs and want.* files leave.
 *
 * The cases stand in one list; N worker processes take them one by one over shared
 * memory.  A worker that dies (a crash, a sanitiser's report, the alarm) fails its one
 * case, and another worker goes on.  --accept writes the wanted files anew: look at the
 * difference in the version control before you keep it. */
#include "runner.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define KIND(name) extern const struct kb_test_kind kb_kind_##name;
#include "kind_list.h"
#undef KIND

static const struct kb_test_kind *const kinds[] = {
#define KIND(name) &kb_kind_##name,
#include "kind_list.h"
#undef KIND
};

enum {
    MAX_CASES = 20000,
    MAX_FILES = 256,    /* that one case may open */
    MAX_WANTS = 64,     /* want.* files of one case */
    CASE_SECONDS = 300, /* a hang guard, not a time limit: sanitisers are slow */
    CONTEXT_LINES = 2,
    SHOWN_LINES = 12,
    MAX_JOBS = 64
};

#define MAX_FILE_BYTES ((size_t)256 << 20)

struct want {
    char *name;
    bool met;
};

struct kb_case {
    const struct kb_test_kind *kind;
    char *name; /* kind/case */
    char *dir;
    struct kb_str files[MAX_FILES];
    size_t file_count;
    char *options;
    size_t options_size;
    struct want wants[MAX_WANTS];
    size_t want_count;
    bool asks; /* has.* files: lines that an output must hold */
    struct kb_buf report;
    int failures;
};

enum state { WAITING, RUNNING, PASSED, FAILED, KNOWN };

struct shared {
    atomic_size_t next;
    atomic_int states[MAX_CASES];
};

static struct {
    const char *root;
    const char *kind, *substring;
    const char *accept_new; /* comma-separated names */
    bool accept, list;
    int jobs;
} settings = {.root = "tests", .jobs = 1};

static _Noreturn void die(const char *format, ...) {
    va_list args;
    va_start(args, format);
    fputs("run: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(2);
}

static char *join(const char *a, const char *between, const char *b) {
    size_t n = strlen(a) + strlen(between) + strlen(b) + 1;
    char *s = malloc(n);
    if (!s)
        die("not enough memory");
    snprintf(s, n, "%s%s%s", a, between, b);
    return s;
}

/* ---- files ------------------------------------------------------------------------- */

/* The whole file with a NUL behind it; p NULL where it is missing. */
static struct kb_str read_file(const char *path) {
    struct stat info;
    FILE *file = fopen(path, "rb");
    if (!file)
        return KB_STR_NONE;
    if (fstat(fileno(file), &info) != 0 || !S_ISREG(info.st_mode) ||
        (size_t)info.st_size > MAX_FILE_BYTES)
        die("%s: not a file, or too large for a test", path);
    size_t n = (size_t)info.st_size;
    char *p = malloc(n + 1);
    if (!p)
        die("not enough memory for %s", path);
    if (fread(p, 1, n, file) != n)
        die("%s cannot be read", path);
    fclose(file);
    p[n] = '\0';
    return (struct kb_str){p, n};
}

static bool write_file(const char *path, struct kb_str bytes) {
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    bool ok = fwrite(bytes.p ? bytes.p : "", 1, bytes.n, file) == bytes.n;
    return fclose(file) == 0 && ok;
}

/* ---- what a kind may ask ----------------------------------------------------------- */

const char *kb_case_name(const struct kb_case *c) {
    return c->name;
}

struct kb_str kb_case_file(struct kb_case *c, const char *name) {
    char *path = join(c->dir, "/", name);
    struct kb_str file = read_file(path);
    free(path);
    if (file.p) {
        if (c->file_count == MAX_FILES)
            die("%s opens too many files", c->name);
        c->files[c->file_count++] = file;
    }
    return file;
}

/* The file is cut into NUL-terminated lines once; a look-up walks them. */
static void load_options(struct kb_case *c) {
    struct kb_str file = kb_case_file(c, "options");
    c->options = calloc(1, file.n + 1);
    if (!c->options)
        die("not enough memory");
    for (size_t i = 0; i < file.n; i++)
        c->options[i] = (char)(file.p[i] == '\n' ? '\0' : file.p[i]);
    c->options_size = file.n;
}

const char *kb_case_option(struct kb_case *c, const char *key) {
    size_t n = strlen(key);
    if (!c->options)
        load_options(c);
    for (size_t i = 0; i < c->options_size;) {
        const char *line = c->options + i;
        if (strncmp(line, key, n) == 0 && line[n] == '=')
            return line + n + 1;
        i += strlen(line) + 1;
    }
    return NULL;
}

static void report_va(struct kb_case *c, const char *format, va_list args) {
    char text[2048];
    if (vsnprintf(text, sizeof text, format, args) < 0)
        text[0] = '\0';
    kb_buf_z(&c->report, text);
}

void kb_case_fail(struct kb_case *c, const char *format, ...) {
    va_list args;
    va_start(args, format);
    kb_buf_z(&c->report, "  ");
    report_va(c, format, args);
    kb_buf_char(&c->report, '\n');
    va_end(args);
    c->failures++;
}

/* ---- differences ------------------------------------------------------------------- */

struct lines {
    struct kb_str *at;
    size_t n;
};

static struct lines split(struct kb_str s) {
    struct lines lines = {0};
    size_t cap = 1;
    for (size_t i = 0; i < s.n; i++)
        cap += s.p[i] == '\n';
    lines.at = calloc(cap, sizeof *lines.at);
    if (!lines.at)
        die("not enough memory");
    for (size_t i = 0; i < s.n;) {
        size_t end = kb_str_find_byte(kb_str_slice(s, i, s.n), '\n');
        end = end == KB_NOT_FOUND ? s.n : i + end + 1;
        lines.at[lines.n++] = kb_str_slice(s, i, end);
        i = end;
    }
    return lines;
}

static void put_lines(struct kb_buf *out, char mark, const struct lines *lines,
                      size_t from, size_t to) {
    size_t shown = 0;
    for (size_t i = from; i < to; i++, shown++) {
        if (shown == SHOWN_LINES) {
            kb_buf_printf(out, "    %c … %zu more\n", mark, to - i);
            return;
        }
        struct kb_str line = lines->at[i];
        bool ended = line.n && line.p[line.n - 1] == '\n';
        if (ended)
            line.n--;
        kb_buf_printf(out, "    %c", mark);
        for (struct kb_str left = kb_str_cut(line, 300); left.n; left.p++, left.n--)
            if ((unsigned char)*left.p < 0x20 && *left.p != '\t')
                kb_buf_printf(out, "\\x%02x", (unsigned)(unsigned char)*left.p);
            else
                kb_buf_char(out, *left.p);
        kb_buf_z(out, line.n > 300 ? " …" : "");
        kb_buf_z(out, ended ? "\n" : " (no line feed at the end)\n");
    }
}

/* What is left when the equal lines at both ends are taken off: short and linear; golden
 * files differ in one place most of the time. */
static void put_difference(struct kb_case *c, struct kb_str want, struct kb_str got) {
    struct lines a = split(want), b = split(got);
    size_t head = 0, tail = 0;
    while (head < a.n && head < b.n && kb_str_equal(a.at[head], b.at[head]))
        head++;
    while (tail < a.n - head && tail < b.n - head &&
           kb_str_equal(a.at[a.n - 1 - tail], b.at[b.n - 1 - tail]))
        tail++;
    kb_buf_printf(&c->report, "    @@ line %zu\n", head + 1);
    put_lines(&c->report, ' ', &a, head > CONTEXT_LINES ? head - CONTEXT_LINES : 0, head);
    put_lines(&c->report, '-', &a, head, a.n - tail);
    put_lines(&c->report, '+', &b, head, b.n - tail);
    size_t behind = tail < CONTEXT_LINES ? tail : CONTEXT_LINES;
    put_lines(&c->report, ' ', &a, a.n - tail, a.n - tail + behind);
    free(a.at);
    free(b.at);
}

static bool in_list(const char *list, const char *name) {
    size_t n = strlen(name);
    for (const char *p = list; p && *p;) {
        size_t len = strcspn(p, ",");
        if (len == n && memcmp(p, name, n) == 0)
            return true;
        p += len + (p[len] == ',');
    }
    return false;
}

static struct want *find_want(struct kb_case *c, const char *name) {
    for (size_t i = 0; i < c->want_count; i++)
        if (strcmp(c->wants[i].name, name) == 0)
            return &c->wants[i];
    return NULL;
}

static struct want *add_want(struct kb_case *c, const char *name) {
    if (c->want_count == MAX_WANTS)
        die("%s has too many want files", c->name);
    c->wants[c->want_count] = (struct want){.name = join(name, "", "")};
    return &c->wants[c->want_count++];
}

/* The lines of has.<name> and not.<name>. */
static void check_lines(struct kb_case *c, const char *prefix, const char *name,
                        struct kb_str bytes) {
    char *file = join(prefix, ".", name);
    struct kb_str lines = kb_case_file(c, file);
    bool wanted = strcmp(prefix, "has") == 0;
    while (lines.n) {
        size_t end = kb_str_find_byte(lines, '\n');
        struct kb_str line = kb_str_slice(lines, 0, end == KB_NOT_FOUND ? lines.n : end);
        lines = kb_str_slice(lines, line.n + 1, lines.n);
        if (line.n && (kb_str_find(bytes, line) != KB_NOT_FOUND) != wanted)
            kb_case_fail(c, "%s %s “%.*s”", name, wanted ? "lacks" : "holds",
                         (int)(line.n < 300 ? line.n : 300), line.p);
    }
    free(file);
}

void kb_case_output(struct kb_case *c, const char *name, struct kb_str bytes) {
    check_lines(c, "has", name, bytes);
    check_lines(c, "not", name, bytes);
    struct want *want = find_want(c, name);
    if (!want && in_list(settings.accept_new, name))
        want = add_want(c, name);
    if (!want)
        return;
    want->met = true;
    char *file = join("want.", "", name), *path = join(c->dir, "/", file);
    struct kb_str wanted = read_file(path);
    bool accept = settings.accept || in_list(settings.accept_new, name);
    if (wanted.p && kb_str_equal(wanted, bytes)) {
        /* as it should be */
    } else if (accept && write_file(path, bytes)) {
        kb_buf_printf(&c->report, "  %s written\n", path);
    } else {
        kb_case_fail(c, "%s differs (- wanted, + got)", file);
        put_difference(c, wanted, bytes);
    }
    free((char *)(uintptr_t)wanted.p);
    free(path);
    free(file);
}

/* ---- one case ---------------------------------------------------------------------- */

static void find_wants(struct kb_case *c) {
    DIR *dir = opendir(c->dir);
    if (!dir)
        die("%s: %s", c->dir, strerror(errno));
    for (struct dirent *entry; (entry = readdir(dir));)
        if (strncmp(entry->d_name, "want.", 5) == 0)
            add_want(c, entry->d_name + 5);
        else if (strncmp(entry->d_name, "has.", 4) == 0)
            c->asks = true;
    closedir(dir);
}

/* A case that is known to fall short says so in a line; the difference is shown to who
 * asks for the case by name. */
static enum state judge(struct kb_case *c, char **head) {
    const char *why = kb_case_option(c, "known");
    if (!why || settings.accept) {
        *head = join(c->failures ? "FAIL " : "     ", c->name, "\n");
        return c->failures ? FAILED : PASSED;
    }
    char *first = join("known ", c->name, ": ");
    *head = c->failures ? join(first, why, "\n")
                        : join("PASSES ", c->name, ": take known= out of its options\n");
    free(first);
    if (!settings.substring || !c->failures)
        kb_buf_clear(&c->report);
    return c->failures ? KNOWN : PASSED;
}

/* What there is to say is written at once, so that workers do not mix their lines. */
static enum state run_case(const struct kb_test_kind *kind, char *name, char *dir) {
    struct kb_case c = {.kind = kind, .name = name, .dir = dir};
    kb_buf_init(&c.report, (size_t)1 << 20);
    find_wants(&c);
    alarm(CASE_SECONDS);
    kind->run(&c);
    alarm(0);
    if (!c.want_count && !c.asks)
        kb_case_fail(&c, "has no want.* file");
    for (size_t i = 0; i < c.want_count; i++)
        if (!c.wants[i].met)
            kb_case_fail(&c, "want.%s: the kind gave no such output", c.wants[i].name);
    char *head;
    enum state state = judge(&c, &head);
    if (c.report.n || kb_case_option(&c, "known")) {
        struct kb_buf all;
        kb_buf_init(&all, (size_t)2 << 20);
        kb_buf_z(&all, head);
        kb_buf_str(&all, kb_buf_view(&c.report));
        fwrite(all.p, 1, all.n, stdout);
        fflush(stdout);
        kb_buf_free(&all);
    }
    free(head);
    for (size_t i = 0; i < c.want_count; i++)
        free(c.wants[i].name);
    for (size_t i = 0; i < c.file_count; i++)
        free((char *)(uintptr_t)c.files[i].p);
    free(c.options);
    kb_buf_free(&c.report);
    return state;
}

/* ---- all cases --------------------------------------------------------------------- */

struct entry {
    const struct kb_test_kind *kind;
    char *name, *dir;
};

static struct entry cases[MAX_CASES];
static size_t case_count;

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static void find_cases(const struct kb_test_kind *kind) {
    char *folder = join(settings.root, "/", kind->name);
    DIR *dir = opendir(folder);
    size_t from = case_count;
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        struct stat info;
        if (entry->d_name[0] == '.')
            continue;
        char *path = join(folder, "/", entry->d_name);
        char *name = join(kind->name, "/", entry->d_name);
        bool wanted = !settings.substring || strstr(name, settings.substring);
        if (wanted && stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
            if (case_count == MAX_CASES)
                die("more than %d cases", MAX_CASES);
            cases[case_count++] = (struct entry){kind, name, path};
        } else {
            free(path);
            free(name);
        }
    }
    if (dir)
        closedir(dir);
    free(folder);
    if (case_count > from)
        qsort(cases + from, case_count - from, sizeof *cases, by_name);
}

static void work(struct shared *shared) {
    for (size_t i; (i = atomic_fetch_add(&shared->next, 1)) < case_count;) {
        atomic_store(&shared->states[i], RUNNING);
        enum state state = run_case(cases[i].kind, cases[i].name, cases[i].dir);
        atomic_store(&shared->states[i], (int)state);
    }
}

static void free_cases(void) {
    for (size_t i = 0; i < case_count; i++) {
        free(cases[i].name);
        free(cases[i].dir);
    }
}

static pid_t start_worker(struct shared *shared) {
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        die("fork: %s", strerror(errno));
    if (pid == 0) {
        work(shared);
        free_cases();
        exit(0); /* not _exit: the sanitisers look for leaks here */
    }
    return pid;
}

/* A worker that dies leaves its case RUNNING, which counts as failed, and is replaced. */
static int run_all(struct shared *shared) {
    int living = 0, broken = 0;
    for (int i = 0; i < settings.jobs; i++) {
        start_worker(shared);
        living++;
    }
    while (living) {
        int status;
        pid_t pid = wait(&status);
        if (pid < 0)
            die("wait: %s", strerror(errno));
        living--;
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
            continue;
        broken++;
        if (WIFSIGNALED(status))
            printf("a worker ended by signal %d\n", WTERMSIG(status));
        else
            printf("a worker ended with status %d\n", WEXITSTATUS(status));
        if (atomic_load(&shared->next) < case_count) {
            start_worker(shared);
            living++;
        }
    }
    return broken;
}

static void usage(FILE *out) {
    fputs(
        "run: runs the data-driven tests\n"
        "  --kind NAME         this kind alone\n"
        "  --case SUBSTRING    cases with this in kind/case\n"
        "  --accept            write want.* files that differ anew\n"
        "  --accept-new NAMES  and make these (comma-separated) where they are missing\n"
        "  --jobs N            N processes\n"
        "  --dir DIR           where the kinds' folders are (tests)\n"
        "  --list              print the cases' names\n",
        out);
}

static void read_settings(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];
        if (strcmp(arg, "--accept") == 0) {
            settings.accept = true;
            continue;
        }
        if (strcmp(arg, "--list") == 0) {
            settings.list = true;
            continue;
        }
        if (strcmp(arg, "--help") == 0) {
            usage(stdout);
            exit(0);
        }
        const char *value = i + 1 < argc ? argv[++i] : NULL;
        if (!value) {
            usage(stderr);
            exit(2);
        }
        if (strcmp(arg, "--kind") == 0)
            settings.kind = value;
        else if (strcmp(arg, "--case") == 0)
            settings.substring = value;
        else if (strcmp(arg, "--accept-new") == 0)
            settings.accept_new = value;
        else if (strcmp(arg, "--dir") == 0)
            settings.root = value;
        else if (strcmp(arg, "--jobs") == 0)
            settings.jobs = atoi(value);
        else
            die("unknown option %s", arg);
    }
    if (settings.jobs < 1 || settings.jobs > MAX_JOBS)
        die("--jobs takes 1 to %d", MAX_JOBS);
}

int main(int argc, char **argv) {
    read_settings(argc, argv);
    bool known = !settings.kind;
    for (size_t i = 0; i < KB_COUNT(kinds); i++) {
        if (settings.kind && strcmp(settings.kind, kinds[i]->name) != 0)
            continue;
        known = true;
        find_cases(kinds[i]);
    }
    if (!known)
        die("there is no kind %s", settings.kind);
    if (settings.list) {
        for (size_t i = 0; i < case_count; i++)
            puts(cases[i].name);
        free_cases();
        return 0;
    }
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        die("mmap: %s", strerror(errno));
    int broken = run_all(shared);
    size_t passed = 0, failed = 0, short_of = 0;
    for (size_t i = 0; i < case_count; i++) {
        int state = atomic_load(&shared->states[i]);
        if (state == RUNNING || state == WAITING)
            printf("FAIL %s\n  it ended its process\n", cases[i].name);
        *(state == PASSED ? &passed : state == KNOWN ? &short_of : &failed) += 1;
    }
    munmap(shared, sizeof *shared);
    free_cases();
    printf("%zu passed, %zu failed", passed, failed);
    if (short_of)
        printf(", %zu known to fall short", short_of);
    putchar('\n');
    return failed || broken ? 1 : 0;
}
