/* Every allocation of the store and of SQLite fails once, alone or with all behind it:
 * each call says that there is no memory or does what it should, what a commit reported
 * is there, and the same store works on when there is memory again.
 *
 *   store_nomemory             points picked so that it lasts seconds
 *   store_nomemory --all       every point: some minutes
 *   store_nomemory N [all]     one, in this process, for a debugger */
#include "failing.h"
#include "shim_vfs.h"
#include "store_made.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static sqlite3_mem_methods own;

static void *sql_malloc(int n) {
    return kb_fails() ? NULL : own.xMalloc(n);
}

static void *sql_realloc(void *p, int n) {
    return kb_fails() ? NULL : own.xRealloc(p, n);
}

/* ---- the work ---------------------------------------------------------------------- */

static struct kb_err err;
static const char *fault;
static bool kept[100];

/* Whether a call went well; a status that is neither is a fault. */
static bool went(enum kb_status status, const char *what) {
    static char text[400];
    if (status == KB_OK || fault)
        return status == KB_OK;
    if (status != KB_ENOMEM || err.status != KB_ENOMEM || !err.text[0]) {
        snprintf(text, sizeof text, "%s: %s", what, err.text);
        fault = text;
    }
    return false;
}

#define WENT(call) went(call, #call)

static void hear(void *context, const char *line) {
    (void)context;
    static char text[400];
    snprintf(text, sizeof text, "%s", line);
    fault = fault ? fault : text;
}

static void keep_some(struct kb_store *s, unsigned from) {
    int64_t n, founder;
    struct made m;
    struct kb_known known;
    bool good, newer;
    if (!WENT(kb_store_begin(s, &err)))
        return;
    good = true;
    for (unsigned i = from; good && i < from + 3; i++)
        good = WENT(kb_made_keep(s, i, &n, &err));
    kb_made(&m, from, 1);
    good = good && WENT(kb_store_known(s, m.article.id, &known, &err));
    good = good && WENT(kb_store_change(s, known.n, &m.article, 1772700000, KB_STR("x"),
                                        &newer, &err));
    founder = good ? known.n : 0;
    good = good && WENT(kb_store_move(s, n, 0, 1772700001, &err));
    good = good && WENT(kb_store_join(s, founder, n, 1772700002, &n, &err));
    if (!good)
        kb_store_rollback(s);
    else if (WENT(kb_store_commit(s, &err)))
        kept[from] = kept[from + 1] = kept[from + 2] = true;
}

static void read_some(struct kb_store *s) {
    struct kb_arena arena;
    struct kb_row row;
    struct kb_story_row story, *stories;
    struct kb_story_wish wish = {.limit = 5};
    struct kb_str text;
    int64_t seen, *articles;
    size_t count;
    kb_arena_init(&arena, 1 << 22);
    if (kept[0]) {
        bool good =
            WENT(kb_store_article(s, 1, KB_STR("a0000000"), &arena, &row, &err)) &&
            WENT(kb_store_record(s, row.n, &arena, &text, &err));
        if (good && !text.n && !fault)
            fault = "a record is empty";
        if (good)
            (void)WENT(kb_store_version(s, row.n, 1, &arena, &text, &seen, &err));
        (void)WENT(kb_store_story(s, KB_STR("a0000002"), &arena, &story, &err));
    }
    (void)WENT(kb_store_stories(s, &wish, &arena, &stories, &count, &err));
    (void)WENT(kb_store_story_articles(s, 1, 100, &arena, &articles, &count, &err));
    kb_arena_free(&arena);
}

static void feeds(struct kb_store *s) {
    struct kb_feed_new feed = {.url = KB_STR("https://outlet0.example/feed"), .now = 1};
    struct kb_feed_row *rows;
    struct kb_arena arena;
    struct kb_retained gone;
    int64_t n;
    bool fresh;
    size_t count;
    enum kb_entry_known known;
    kb_arena_init(&arena, 1 << 22);
    bool good = WENT(kb_store_begin(s, &err));
    if (good && WENT(kb_store_feed_add(s, 1, &feed, &n, &fresh, &err)) &&
        WENT(kb_store_entry(s, n, 1, 2, &known, &err)) &&
        WENT(kb_store_entry_note(s, n, 1, 2, 3, &err)) &&
        WENT(kb_store_retention_set(s, n, KB_STR("{\"keep_days\": 1}"), &err)))
        (void)WENT(kb_store_commit(s, &err));
    else if (good)
        kb_store_rollback(s);
    (void)WENT(kb_store_feeds(s, 1, KB_FEEDS_ALL, &arena, &rows, &count, &err));
    (void)WENT(kb_store_retain(s, 1, 0, &gone, &err)); /* nothing is so old */
    kb_arena_free(&arena);
}

static void care(struct kb_store *s, const char *path) {
    char copy[80];
    size_t faults;
    snprintf(copy, sizeof copy, "%s.copy", path);
    (void)WENT(kb_store_check(s, false, hear, NULL, &faults, &err));
    (void)WENT(kb_store_backup(s, copy, NULL, NULL, &err));
    (void)WENT(kb_store_vacuum(s, &err));
    kb_made_remove(copy);
}

/* The whole work; then, with memory again, the store goes on, and holds what it said. */
static const char *work(void) {
    char path[64];
    size_t faults;
    struct made m;
    struct kb_known known;
    fault = NULL;
    memset(kept, 0, sizeof kept);
    kb_made_path(path);
    struct kb_store *s = NULL;
    struct kb_store_options options = {.mode = KB_STORE_CREATE, .vfs = SHIM_VFS};
    if (WENT(kb_store_open(path, &options, &s, &err))) {
        keep_some(s, 0);
        read_some(s);
        feeds(s);
        keep_some(s, 4);
        care(s, path);
    }
    size_t made = kb_failing.calls;
    kb_failing.at = 0;
    if (s)
        keep_some(s, 8);
    if (s && !kept[8] && !fault)
        fault = "the store does not work on";
    kb_store_close(s);
    s = NULL;
    if (!fault && WENT(kb_store_open(path, &options, &s, &err))) {
        (void)WENT(kb_store_check(s, false, hear, NULL, &faults, &err));
        for (unsigned i = 0; i < 12; i++) {
            kb_made(&m, i, 0);
            if (WENT(kb_store_known(s, m.article.id, &known, &err)) && kept[i] &&
                !known.n)
                fault = fault ? fault : "an article is lost";
        }
    }
    kb_store_close(s);
    kb_made_remove(path);
    kb_failing.calls = made;
    return fault;
}

/* ---- runs -------------------------------------------------------------------------- */

struct shared {
    size_t n;
    char fault[400];
};

/* Points from, from + step … in one child, and in a new one behind a fault. */
static size_t run(struct shared *shared, size_t from, size_t to, size_t step, bool all,
                  size_t *points) {
    size_t bad = 0;
    while (from <= to) {
        int status;
        fflush(NULL);
        pid_t pid = fork();
        if (pid == 0) {
            kb_failing.all_behind = all;
            for (size_t n = from; n <= to; n += step) {
                shared->n = n;
                kb_failing.calls = 0;
                kb_failing.at = n;
                const char *says = work();
                if (says) {
                    snprintf(shared->fault, sizeof shared->fault, "%s", says);
                    exit(1);
                }
            }
            exit(0); /* the leak check, where there is one, runs here */
        }
        if (pid < 0 || waitpid(pid, &status, 0) < 0)
            exit(2);
        if (status == 0) {
            *points += (to - from) / step + 1;
            break;
        }
        bad++;
        *points += (shared->n - from) / step + 1;
        printf("allocation %zu%s: status %d %s\n", shared->n,
               all ? " and all behind it" : "", status, shared->fault);
        shared->fault[0] = '\0';
        from = shared->n + step;
    }
    return bad;
}

int main(int argc, char **argv) {
    sqlite3_mem_methods wrapped;
    size_t bad = 0, points = 0;
    bool every = argc == 2 && strcmp(argv[1], "--all") == 0;
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &own);
    wrapped = own;
    wrapped.xMalloc = sql_malloc;
    wrapped.xRealloc = sql_realloc;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &wrapped) != SQLITE_OK)
        return 2;
    shim_register();
    if (argc > 1 && !every) {
        kb_failing.at = (size_t)strtoul(argv[1], NULL, 10);
        kb_failing.all_behind = argc > 2;
        const char *says = work();
        puts(says ? says : "good");
        return says != NULL;
    }
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 2;
    const char *says = work();
    size_t total = kb_failing.calls;
    if (says) {
        printf("with all its memory: %s\n", says);
        return 1;
    }
    bad += run(shared, 1, total, every ? 1 : total / 320 + 1, false, &points);
    bad += run(shared, 2, total, every ? 1 : total / 80 + 1, true, &points);
    printf("%zu allocations, %zu points\n", total, points);
    printf("%zu passed, %zu failed\n", points - bad, bad);
    return bad != 0;
}
