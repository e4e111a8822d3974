/* Several processes on one file, and what a process that ended left beside it: work or
 * wait with a message; whole transactions are seen; a log or its index that is missing,
 * damaged or left over makes no lie. */
#define _GNU_SOURCE /* unshare */
#include "store_made.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/inner.h"

static int failed, checks;
#define CHECK(x)                                                                         \
    do {                                                                                 \
        checks++;                                                                        \
        if (!(x)) {                                                                      \
            failed++;                                                                    \
            printf("%s:%d: %s (%s)\n", __FILE__, __LINE__, #x, err.text);                \
        }                                                                                \
    } while (0)

static struct kb_err err;

static void hear(void *context, const char *line) {
    (void)context;
    (void)line;
}

static size_t faults_of(struct kb_store *s) {
    size_t faults = 0;
    CHECK(kb_store_check(s, false, hear, NULL, &faults, &err) == KB_OK);
    return faults;
}

/* A child, whose own checks count. */
static pid_t start(void) {
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        failed = 0;
    return pid;
}

static void end(void) {
    fflush(stdout);
    _exit(failed != 0);
}

static void pause_ms(long ms) {
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* A transaction of ten articles. */
static void keep_ten(struct kb_store *s, unsigned from) {
    int64_t n;
    CHECK(kb_store_begin(s, &err) == KB_OK);
    for (unsigned i = from; i < from + 10; i++)
        CHECK(kb_made_keep(s, i, &n, &err) == KB_OK);
    CHECK(kb_store_commit(s, &err) == KB_OK);
}

/* Articles there, and the sum of what their stories count, in one look. */
static int64_t count(struct kb_store *s, int64_t *counted) {
    sqlite3_stmt *q = kb_store_sql(
        s, "SELECT (SELECT count(*) FROM article), (SELECT sum(articles) FROM story)",
        &err);
    bool row = false;
    CHECK(q && kb_store_step(s, q, &row, &err) == KB_OK && row);
    int64_t n = q ? sqlite3_column_int64(q, 0) : -1;
    *counted = q ? sqlite3_column_int64(q, 1) : -1;
    if (q)
        sqlite3_reset(q);
    return n;
}

static void ended_well(pid_t pid) {
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- at one time ------------------------------------------------------------------- */

static int waits;
static void waiting(void *context, const char *path) {
    CHECK(strcmp(context, "me") == 0 && path[0] == '/');
    waits++;
}

/* A child writes for so long in one transaction. */
static pid_t long_writer(const char *path, unsigned article, long ms) {
    int ends[2];
    char ready;
    if (pipe(ends) != 0)
        exit(2);
    pid_t pid = start();
    if (pid == 0) {
        int64_t n;
        struct kb_store *s = kb_made_open(path, KB_STORE_WRITE, NULL, &err);
        CHECK(s && kb_store_begin(s, &err) == KB_OK);
        CHECK(kb_made_keep(s, article, &n, &err) == KB_OK);
        CHECK(write(ends[1], "x", 1) == 1);
        pause_ms(ms);
        CHECK(kb_store_commit(s, &err) == KB_OK);
        kb_store_close(s);
        end();
    }
    CHECK(read(ends[0], &ready, 1) == 1);
    close(ends[0]);
    close(ends[1]);
    return pid;
}

static void waits_with_a_word(void) {
    char path[64];
    int64_t counted;
    kb_made_path(path);
    struct kb_store_options options = {
        .mode = KB_STORE_CREATE, .wait_ms = 20000, .waiting = waiting, .context = "me"};
    struct kb_store *s = NULL;
    CHECK(kb_store_open(path, &options, &s, &err) == KB_OK);
    keep_ten(s, 0);
    CHECK(waits == 0);
    pid_t pid = long_writer(path, 500, 1200);
    CHECK(count(s, &counted) == 10); /* reading does not wait */
    keep_ten(s, 10);
    CHECK(waits == 1);
    ended_well(pid);
    kb_store_close(s);
    options.wait_ms = 300;
    CHECK(kb_store_open(path, &options, &s, &err) == KB_OK);
    pid = long_writer(path, 501, 1200);
    CHECK(kb_store_begin(s, &err) == KB_EIO && strstr(err.text, "another kabar"));
    ended_well(pid);
    keep_ten(s, 20);
    CHECK(count(s, &counted) == 32 && faults_of(s) == 0);
    kb_store_close(s);
    kb_made_remove(path);
}

/* Readers, a copy and looks at the file while somebody writes: tens and nothing else. */
static void sees_whole_transactions(void) {
    enum { TENS = 20 };
    char path[64], copy[80];
    int64_t last = 0, n, counted;
    size_t looks = 0, faults;
    kb_made_path(path);
    snprintf(copy, sizeof copy, "%s.copy", path);
    struct kb_store *w = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
    CHECK(w);
    kb_store_close(w);
    pid_t pid = start();
    if (pid == 0) {
        w = kb_made_open(path, KB_STORE_WRITE, NULL, &err);
        for (unsigned i = 0; i < TENS; i++)
            keep_ten(w, i * 10);
        kb_store_close(w);
        end();
    }
    struct kb_store *s = kb_made_open(path, KB_STORE_READ, NULL, &err);
    CHECK(s);
    do {
        n = count(s, &counted);
        CHECK(n % 10 == 0 && n == counted && n >= last);
        if (looks++ % 50 == 0)
            CHECK(kb_store_check(s, false, hear, NULL, &faults, &err) == KB_OK &&
                  faults == 0);
        if (looks == 60) {
            CHECK(kb_store_backup(s, copy, NULL, NULL, &err) == KB_OK);
            struct kb_store *c = kb_made_open(copy, KB_STORE_WRITE, NULL, &err);
            int64_t in_copy = count(c, &counted);
            CHECK(in_copy % 10 == 0 && in_copy == counted && in_copy >= n);
            CHECK(faults_of(c) == 0);
            kb_store_close(c);
        }
        last = n;
    } while (n < TENS * 10 && waitpid(pid, NULL, WNOHANG) == 0);
    CHECK(count(s, &counted) == TENS * 10);
    kb_store_close(s);
    waitpid(pid, NULL, 0);
    kb_made_remove(path);
    kb_made_remove(copy);
}

static void made_at_one_time(void) {
    enum { CHILDREN = 4 };
    pid_t pids[CHILDREN];
    char path[64];
    int64_t counted;
    kb_made_path(path);
    for (unsigned c = 0; c < CHILDREN; c++) {
        pids[c] = start();
        if (pids[c] == 0) {
            struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
            CHECK(s);
            if (s)
                keep_ten(s, c * 12);
            kb_store_close(s);
            end();
        }
    }
    for (unsigned c = 0; c < CHILDREN; c++)
        ended_well(pids[c]);
    struct kb_store *s = kb_made_open(path, KB_STORE_WRITE, NULL, &err);
    CHECK(s && count(s, &counted) == CHILDREN * 10 && faults_of(s) == 0);
    kb_store_close(s);
    kb_made_remove(path);
}

/* ---- what was left ----------------------------------------------------------------- */

static void beside(const char *path, const char *end, char name[128]) {
    snprintf(name, 128, "%s%s", path, end);
}

/* Six tens of which the log alone has the last five: the writer was killed. */
static void leave(char path[64]) {
    int status;
    kb_made_path(path);
    struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
    CHECK(s);
    keep_ten(s, 0);
    kb_store_close(s);
    pid_t pid = start();
    if (pid == 0) {
        s = kb_made_open(path, KB_STORE_WRITE, NULL, &err);
        for (unsigned i = 1; i < 6; i++)
            keep_ten(s, i * 10);
        raise(SIGKILL);
    }
    waitpid(pid, &status, 0);
    CHECK(WIFSIGNALED(status));
}

static unsigned char *slurp(const char *name, size_t *n) {
    FILE *f = fopen(name, "rb");
    unsigned char *bytes = malloc(1 << 23);
    if (!bytes)
        exit(2);
    *n = f ? fread(bytes, 1, 1 << 23, f) : 0;
    if (f)
        fclose(f);
    return bytes;
}

static void spill(const char *name, const unsigned char *bytes, size_t n) {
    FILE *f = fopen(name, "wb");
    if (!f || fwrite(bytes, 1, n, f) != n || fclose(f) != 0)
        exit(2);
}

/* Opens what is left, to read first where that is asked: so many articles, or -1 where
 * any number of tens will do, and no fault. */
static void holds(const char *path, bool read_first, int64_t want) {
    int64_t counted;
    for (int mode = read_first ? KB_STORE_READ : KB_STORE_WRITE; mode <= KB_STORE_WRITE;
         mode++) {
        struct kb_store *s = kb_made_open(path, (enum kb_store_mode)mode, NULL, &err);
        CHECK(s);
        if (!s)
            continue;
        int64_t n = count(s, &counted);
        CHECK(want < 0 ? n % 10 == 0 && n >= 10 : n == want);
        CHECK(n == counted && faults_of(s) == 0);
        kb_store_close(s);
    }
    kb_made_remove(path);
}

static void logs_left(void) {
    char path[64], log[128], index[128];
    size_t n;
    for (int read_first = 0; read_first < 2; read_first++) {
        leave(path);
        holds(path, read_first, 60);
        leave(path); /* no index: it is made anew from the log */
        beside(path, "-shm", index);
        CHECK(unlink(index) == 0);
        holds(path, read_first, 60);
        leave(path); /* another's index */
        beside(path, "-shm", index);
        unsigned char *bytes = slurp(index, &n);
        for (size_t i = 0; i < n; i++)
            bytes[i] = (unsigned char)(i * 7);
        spill(index, bytes, n);
        free(bytes);
        holds(path, read_first, 60);
        leave(path); /* no log: the file as it was when it was last complete */
        beside(path, "-wal", log);
        CHECK(unlink(log) == 0);
        holds(path, read_first, 10);
    }
    for (unsigned cut = 0; cut < 24; cut++) { /* a short one, a damaged one */
        leave(path);
        beside(path, "-wal", log);
        unsigned char *bytes = slurp(log, &n);
        size_t at = n / 24 * cut + cut * 37 % 512;
        if (cut % 2)
            memset(bytes + at, 0x5a, n - at < 600 ? n - at : 600);
        spill(log, bytes, cut % 2 ? n : at);
        free(bytes);
        holds(path, cut % 4 < 2, -1);
    }
}

/* A file with damage is refused with what to do, or opens and the look tells; nothing
 * crashes, whatever is asked of it. */
static void damaged_file(void) {
    char path[64];
    size_t n, refused = 0, told = 0, none = 0;
    struct kb_arena arena;
    kb_made_path(path);
    kb_arena_init(&arena, 1 << 26);
    struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
    CHECK(s);
    for (unsigned i = 0; i < 6; i++)
        keep_ten(s, i * 10);
    kb_store_close(s);
    unsigned char *whole = slurp(path, &n), *bytes = malloc(n);
    if (!bytes)
        exit(2);
    unsigned seed = 7;
    for (unsigned i = 0; i < 120; i++) {
        size_t at, many;
        memcpy(bytes, whole, n);
        seed = seed * 1103515245u + 12345u;
        at = i < 8 ? i * 12 : (seed >> 8) % n;
        many = i % 3 == 0 ? 1 : i % 3 == 1 ? 64 : 5000;
        memset(bytes + at, (int)(seed >> 24), n - at < many ? n - at : many);
        spill(path, bytes, i % 10 == 9 ? at : n);
        s = kb_made_open(path, KB_STORE_WRITE, NULL, &err);
        if (!s) {
            CHECK(err.status == KB_EINPUT &&
                  (strstr(err.text, "kabar") || strstr(err.text, "empty")));
            refused++;
            kb_made_remove(path);
            continue;
        }
        size_t faults = faults_of(s);
        told += faults > 0;
        none += faults == 0;
        struct kb_story_row *rows;
        struct kb_story_wish wish = {.limit = 50};
        struct kb_retained gone;
        struct kb_str record;
        size_t found;
        (void)!kb_store_stories(s, &wish, &arena, &rows, &found, &err);
        for (int64_t k = 1; k < 60; k++)
            (void)!kb_store_record(s, k, &arena, &record, &err);
        if (kb_store_retention_set(s, 0, KB_STR("{\"keep_days\": 1}"), &err) == KB_OK)
            (void)!kb_store_retain(s, 1999999999, 7, &gone, &err);
        (void)!kb_store_vacuum(s, &err);
        kb_store_close(s);
        kb_arena_reset(&arena);
        kb_made_remove(path);
    }
    printf("of 120 damaged files %zu refused, %zu told, %zu as good as whole\n", refused,
           told, none);
    CHECK(refused > 5 && told > 20);
    kb_arena_free(&arena);
    free(whole);
    free(bytes);
}

/* ---- who may not write ------------------------------------------------------------- */

/* As somebody else: 0 where it went as wanted. */
static int as_guest(const char *path, enum kb_store_mode mode, const char *says) {
    pid_t pid = start();
    int status = 0;
    if (pid == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(0);
        struct kb_store *s = kb_made_open(path, mode, NULL, &err);
        int64_t counted;
        bool good = says ? !s && strstr(err.text, says) : s && count(s, &counted) == 10;
        if (!good)
            printf("guest: %s\n", s ? "opened" : err.text);
        fflush(stdout);
        kb_store_close(s);
        _exit(!good);
    }
    waitpid(pid, &status, 0);
    return status;
}

static void guests(void) {
    char folder[64], path[80];
    kb_made_path(folder);
    CHECK(mkdir(folder, 0755) == 0);
    snprintf(path, sizeof path, "%s/wire.db", folder);
    struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
    CHECK(s);
    keep_ten(s, 0);
    CHECK(chmod(folder, 0555) == 0);
    CHECK(as_guest(path, KB_STORE_READ, NULL) == 0); /* beside one who writes */
    if (geteuid() == 0) {
        CHECK(as_guest(path, KB_STORE_WRITE, "may not be written") == 0);
        kb_store_close(s);
        CHECK(as_guest(path, KB_STORE_READ, "write in its folder") == 0);
        CHECK(chmod(path, 0600) == 0);
        CHECK(as_guest(path, KB_STORE_READ, "Permission denied") == 0);
    } else {
        kb_store_close(s);
    }
    CHECK(chmod(folder, 0755) == 0);
    kb_made_remove(path);
    CHECK(rmdir(folder) == 0);
}

/* A copy on a disk that cannot be written; where we may not mount one it is left out. */
static void read_only_disk(void) {
    char folder[64], path[80];
    int status = 0;
    kb_made_path(folder);
    CHECK(mkdir(folder, 0755) == 0);
    snprintf(path, sizeof path, "%s/a%%b?c#.db", folder);
    pid_t pid = start();
    if (pid == 0) {
        int64_t counted;
        if (unshare(CLONE_NEWNS) != 0 ||
            mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
            mount("none", folder, "tmpfs", 0, NULL) != 0)
            _exit(99);
        struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
        CHECK(s);
        keep_ten(s, 0);
        kb_store_close(s);
        CHECK(mount(NULL, folder, NULL, MS_REMOUNT | MS_RDONLY, NULL) == 0);
        CHECK(!kb_made_open(path, KB_STORE_WRITE, NULL, &err));
        CHECK(strstr(err.text, "may not be written"));
        s = kb_made_open(path, KB_STORE_READ, NULL, &err);
        CHECK(s && count(s, &counted) == 10 && faults_of(s) == 0);
        kb_store_close(s);
        end();
    }
    waitpid(pid, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 99)
        puts("no disk can be mounted here: left out");
    else
        CHECK(status == 0);
    CHECK(rmdir(folder) == 0);
}

static void no_files(void) {
    static const char *const names[] = {"", ":memory:", "file:x?mode=memory"};
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        CHECK(!kb_made_open(names[i], KB_STORE_CREATE, NULL, &err));
        CHECK(err.status == KB_EINPUT && strstr(err.text, "kept in a file"));
    }
    CHECK(!kb_made_open("/nowhere/wire.db", KB_STORE_CREATE, NULL, &err));
    CHECK(!kb_made_open("/nowhere/wire.db", KB_STORE_READ, NULL, &err));
    CHECK(strstr(err.text, "kabar init"));
    CHECK(!kb_made_open("/", KB_STORE_WRITE, NULL, &err));
}

int main(void) {
    waits_with_a_word();
    sees_whole_transactions();
    made_at_one_time();
    logs_left();
    damaged_file();
    guests();
    read_only_disk();
    no_files();
    printf("8 tests, %d checks, %d failed\n", checks, failed);
    return failed != 0;
}
