/* A disk that fails: the same work with the first write, sync, truncation or deletion
 * failing, then the second, and so on, until a run passes whole.  Afterwards the file
 * opens, is whole, and has all that a commit reported.
 *
 *   store_faults             the ways in turn, points picked so that it lasts seconds
 *   store_faults --all       every point of every way: some minutes
 *   store_faults WAY POINT   one, for a debugger */
#include "shim_vfs.h"
#include "store_made.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "store/inner.h"

#ifdef __SANITIZE_ADDRESS__
enum { MOST = 100, EARLY = 3, STEP = 499 }; /* a run takes five times as long */
#else
enum { MOST = 100, EARLY = 12, STEP = 61 };
#endif

static const struct way {
    const char *name;
    enum shim_way how;
    bool all;
} ways[] = {{"full", SHIM_FULL, false},     {"full-and-stays", SHIM_FULL, true},
            {"broken", SHIM_BROKEN, false}, {"broken-and-stays", SHIM_BROKEN, true},
            {"cut", SHIM_CUT, false},       {"cut-again", SHIM_CUT, false}};

static struct kb_err err;

/* What was reported: revisions of articles that are there, articles that went. */
struct report {
    int revision[MOST]; /* -1: not kept */
    bool maybe[MOST];   /* a commit that failed may have kept it all the same */
    bool gone[MOST];
    struct {
        unsigned from, articles; /* a bit each of the four from there on */
    } failed[MOST];              /* transactions: all or nothing of each is there */
    size_t failures;
};

/* ---- the work ---------------------------------------------------------------------- */

static enum kb_status change(struct kb_store *s, unsigned i, unsigned revision) {
    struct made m;
    struct kb_known known;
    bool newer;
    kb_made(&m, i, revision);
    enum kb_status status = kb_store_known(s, m.article.id, &known, &err);
    if (status == KB_OK && known.n)
        status = kb_store_change(s, known.n, &m.article, 1772700000, KB_STR("x"), &newer,
                                 &err);
    return status;
}

static enum kb_status drop(struct kb_store *s, unsigned i) {
    struct made m;
    struct kb_known known;
    kb_made(&m, i, 0);
    enum kb_status status = kb_store_known(s, m.article.id, &known, &err);
    return status == KB_OK && known.n ? kb_made_drop(s, known.n, &err) : status;
}

/* Articles from to from + 3 are kept in one transaction; an older one changes, one goes.
 * Where one of them fails all is taken back. */
static void keep_some(struct kb_store *s, unsigned from, struct report *r) {
    struct report now = *r;
    int64_t n;
    if (kb_store_begin(s, &err) != KB_OK)
        return;
    enum kb_status status = KB_OK;
    for (unsigned i = from; status == KB_OK && i < from + 4; i++) {
        status = kb_made_keep(s, i, &n, &err);
        now.revision[i] = 0;
    }
    if (from >= 8 && status == KB_OK && now.revision[from - 7] >= 0) {
        status = change(s, from - 7, (unsigned)now.revision[from - 7] + 1);
        now.revision[from - 7]++;
    }
    if (from >= 8 && status == KB_OK && now.revision[from - 8] >= 0) {
        status = drop(s, from - 8);
        now.revision[from - 8] = -1;
        now.gone[from - 8] = true;
    }
    if (status != KB_OK)
        kb_store_rollback(s);
    else if (kb_store_commit(s, &err) == KB_OK)
        *r = now;
    else {
        for (unsigned i = 0; i < MOST; i++)
            r->maybe[i] |= now.revision[i] != r->revision[i];
        r->failed[r->failures].from = from;
        for (unsigned i = 0; i < 4; i++)
            r->failed[r->failures].articles |= (unsigned)(now.revision[from + i] == 0)
                                               << i;
        r->failures++;
    }
}

/* With so little cache that pages are written before the commit, as with a large
 * transaction: then SQLite takes all of it back by itself when one cannot be. */
static struct kb_store *opened(const char *path) {
    struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, SHIM_VFS, &err);
    if (s)
        sqlite3_exec(s->db, "PRAGMA cache_size = 8", NULL, NULL, NULL);
    return s;
}

/* Commits, and a log that becomes a part of the file: on closing, in vacuum. */
static void work(const char *path, struct report *r) {
    char copy[80];
    struct kb_store *s;
    for (int i = 0; i < MOST; i++)
        r->revision[i] = -1;
    snprintf(copy, sizeof copy, "%s.copy", path);
    s = opened(path);
    for (unsigned i = 0; s && i < 16; i += 4)
        keep_some(s, i, r);
    kb_store_close(s);
    s = opened(path);
    for (unsigned i = 16; s && i < 28; i += 4)
        keep_some(s, i, r);
    if (s && kb_store_backup(s, copy, NULL, NULL, &err) == KB_OK)
        kb_made_remove(copy);
    if (s)
        (void)!kb_store_vacuum(s, &err);
    for (unsigned i = 28; s && i < 36; i += 4)
        keep_some(s, i, r);
    kb_store_close(s);
}

/* ---- what must hold ---------------------------------------------------------------- */

static char told[400];

static void hear(void *context, const char *line) {
    (void)context;
    if (!told[0])
        snprintf(told, sizeof told, "%s", line);
}

static const char *whole_transactions(struct kb_store *s, const struct report *r) {
    for (size_t k = 0; k < r->failures; k++) {
        unsigned there = 0;
        for (unsigned i = 0; i < 4; i++) {
            struct made m;
            struct kb_known known;
            kb_made(&m, r->failed[k].from + i, 0);
            if (kb_store_known(s, m.article.id, &known, &err) != KB_OK)
                return err.text;
            there |= (unsigned)(known.n != 0) << i;
        }
        if (there && there != r->failed[k].articles)
            return "a part of a transaction was kept";
    }
    return NULL;
}

static const char *holds(struct kb_store *s, const struct report *r) {
    static char fault[100];
    struct kb_arena arena;
    struct kb_known known;
    struct kb_str record;
    struct made m;
    fault[0] = '\0';
    kb_arena_init(&arena, 1 << 24);
    for (unsigned i = 0; i < MOST; i++) {
        kb_made(&m, i, r->revision[i] < 0 ? 0 : (unsigned)r->revision[i]);
        if (kb_store_known(s, m.article.id, &known, &err) != KB_OK ||
            kb_store_record(s, known.n, &arena, &record, &err) != KB_OK)
            snprintf(fault, sizeof fault, "%.90s", err.text);
        else if (r->maybe[i])
            continue;
        else if (r->revision[i] >= 0 &&
                 kb_str_find(record, m.article.content_text) == KB_NOT_FOUND)
            snprintf(fault, sizeof fault, "article %u, revision %d, is lost", i,
                     r->revision[i]);
        else if (r->revision[i] < 0 && known.n)
            snprintf(fault, sizeof fault, "article %u %s", i,
                     r->gone[i] ? "is back" : "was not reported");
    }
    kb_arena_free(&arena);
    return fault[0] ? fault : NULL;
}

static bool any(const struct report *r) {
    bool some = false;
    for (int i = 0; i < MOST; i++)
        some |= r->revision[i] >= 0 || r->gone[i];
    return some;
}

/* NULL, or the fault. */
static const char *look(const char *path, const struct report *r) {
    size_t faults = 0;
    told[0] = '\0';
    /* Before anything was reported there may be no file yet. */
    struct kb_store *s =
        kb_made_open(path, any(r) ? KB_STORE_WRITE : KB_STORE_CREATE, SHIM_VFS, &err);
    if (!s)
        return err.text;
    const char *fault = holds(s, r);
    if (!fault)
        fault = whole_transactions(s, r);
    if (!fault && kb_store_check(s, false, hear, NULL, &faults, &err) != KB_OK)
        fault = err.text;
    if (!fault && faults)
        fault = told;
    kb_store_close(s);
    return fault;
}

/* ---- runs -------------------------------------------------------------------------- */

static long last; /* calls of the last run */

/* One run with the point-th call failing; false when it lay behind the end. */
static bool run(const struct way *way, long point, size_t *bad) {
    char path[64], copy[80];
    static struct report r;
    memset(&r, 0, sizeof r);
    kb_made_path(path);
    snprintf(copy, sizeof copy, "%s.copy", path);
    shim_start(way->how, point, way->all,
               (unsigned)point * 97u + (unsigned)(way - ways) * 31u);
    work(path, &r);
    bool failed = shim_failed();
    last = shim_calls();
    if (failed && way->how == SHIM_CUT)
        shim_settle();
    shim_stop();
    const char *fault = look(path, &r);
    if (fault) {
        printf("%s at %ld: %s\n", way->name, point, fault);
        ++*bad;
    }
    if (!fault || !getenv("KABAR_KEEP"))
        kb_made_remove(path);
    else
        printf("kept as %s\n", path);
    kb_made_remove(copy);
    return failed;
}

int main(int argc, char **argv) {
    size_t points = 0, bad = 0;
    struct timespec from, now;
    bool every = argc == 2 && strcmp(argv[1], "--all") == 0;
    shim_register();
    for (size_t i = 0; argc == 3 && i < KB_COUNT(ways); i++) {
        if (strcmp(ways[i].name, argv[1]) == 0) {
            run(&ways[i], atol(argv[2]), &bad);
            return bad != 0;
        }
    }
    static const struct way counting = {"nothing", SHIM_COUNT, false};
    run(&counting, 0, &bad);
    printf("%ld calls\n", last);
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (size_t i = 0; i < KB_COUNT(ways); i++) {
        /* a step that differs from way to way; the first points are all tried */
        for (long k = 1; run(&ways[i], k, &bad);
             k += every || k < EARLY ? 1 : STEP + 2 * (long)i)
            points++;
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    printf("%zu points in %ld s\n", points, (long)(now.tv_sec - from.tv_sec));
    printf("%zu passed, %zu failed\n", points - bad, bad);
    return bad != 0;
}
