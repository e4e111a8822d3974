/* kill -9 at 200 random moments: a child keeps, changes and drops articles, puts the file
 * in order now and then, and tells of each commit when it is done; the parent kills it,
 * opens the file, looks it over, and finds all that was told.
 *
 *   store_crash [KILLS [SEED]] */
#include "store_made.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { A_FILE = 20, MOST = 20000 }; /* kills of one file; articles */

static struct kb_err err;
static int revisions[MOST]; /* told of: -1 not yet, -2 dropped */
static unsigned seed;

static unsigned chance(void) {
    seed = seed * 1103515245u + 12345u;
    return seed >> 16;
}

/* ---- the child --------------------------------------------------------------------- */

struct word { /* what was committed, in one write */
    int article, revision;
};

static void must(enum kb_status status) {
    if (status == KB_OK)
        return;
    printf("child: %s\n", err.text);
    fflush(stdout);
    _exit(3);
}

static int64_t number_of(struct kb_store *s, unsigned i) {
    struct made m;
    struct kb_known known;
    kb_made(&m, i, 0);
    must(kb_store_known(s, m.article.id, &known, &err));
    return known.n;
}

/* One transaction: some new articles, an older one changed, one dropped. */
static void once(struct kb_store *s, int tell, unsigned *next) {
    struct word words[24];
    size_t count = 0;
    struct made m;
    int64_t n;
    bool newer;
    must(kb_store_begin(s, &err));
    for (unsigned more = 1 + chance() % 12; more > 0; more--, ++*next) {
        if (!number_of(s, *next))
            must(kb_made_keep(s, *next, &n, &err));
        words[count++] = (struct word){(int)*next, 0};
    }
    unsigned old = chance() % *next, revision = chance() % 5;
    if (old % 9 && revisions[old] >= -1 && (n = number_of(s, old))) {
        kb_made(&m, old, revision);
        must(kb_store_change(s, n, &m.article, 1772700000, KB_STR("x"), &newer, &err));
        words[count++] = (struct word){(int)old, (int)revision};
    }
    old = chance() % *next / 9 * 9 + 8; /* only these go */
    if (old + 1 < *next && (n = number_of(s, old))) {
        must(kb_made_drop(s, n, &err));
        words[count++] = (struct word){(int)old, -2};
    }
    must(kb_store_commit(s, &err));
    if (write(tell, words, count * sizeof *words) < 0)
        _exit(4);
}

static void child(const char *path, int tell, unsigned next) {
    struct kb_store *s = kb_made_open(path, KB_STORE_CREATE, NULL, &err);
    if (!s)
        must(err.status);
    for (;;) {
        once(s, tell, &next);
        if (chance() % 40 == 0)
            must(kb_store_vacuum(s, &err));
        if (chance() % 40 == 0) {
            kb_store_close(s);
            s = kb_made_open(path, KB_STORE_WRITE, NULL, &err);
            if (!s)
                must(err.status);
        }
    }
}

/* ---- the parent -------------------------------------------------------------------- */

static void hear(void *context, const char *line) {
    (void)context;
    printf("    %s\n", line);
}

/* A change that was committed and not told of may be there too, so of changed articles
 * any revision will do that is not older than the file's beginning; the text must be one
 * of the article's own. */
static size_t missing(struct kb_store *s) {
    struct kb_arena arena;
    struct kb_known known;
    struct kb_str record;
    struct made m;
    size_t lost = 0;
    kb_arena_init(&arena, 1 << 26);
    for (unsigned i = 0; i < MOST; i++) {
        if (revisions[i] == -1)
            continue;
        kb_made(&m, i, 0);
        if (kb_store_known(s, m.article.id, &known, &err) != KB_OK) {
            puts(err.text);
            return 1;
        }
        bool there = known.n != 0;
        if (there && revisions[i] >= 0) {
            bool own = false;
            kb_arena_reset(&arena);
            there = kb_store_record(s, known.n, &arena, &record, &err) == KB_OK;
            for (unsigned r = 0; there && r < 5 && !own; r++) {
                kb_made(&m, i, r);
                own = kb_str_find(record, m.article.content_text) != KB_NOT_FOUND;
            }
            there = own;
        }
        if (i % 9 != 8 && !there && ++lost)
            printf("    article %u was told of, and is lost\n", i);
        if (revisions[i] == -2 && known.n && ++lost)
            printf("    article %u was dropped, and is back\n", i);
    }
    kb_arena_free(&arena);
    return lost;
}

/* The file as the child left it, read first by one who may not write. */
static size_t look(const char *path, bool read_first) {
    size_t faults = 0, bad = 0;
    struct kb_store *s;
    if (read_first) {
        s = kb_made_open(path, KB_STORE_READ, NULL, &err);
        if (!s)
            printf("    to read: %s\n", err.text);
        bad += !s || missing(s);
        kb_store_close(s);
    }
    s = kb_made_open(path, KB_STORE_WRITE, NULL, &err);
    if (!s) {
        printf("    %s\n", err.text);
        return 1;
    }
    bad += missing(s);
    if (kb_store_check(s, false, hear, NULL, &faults, &err) != KB_OK)
        bad++, puts(err.text);
    kb_store_close(s);
    return bad + faults;
}

static size_t kill_once(const char *path, unsigned *next, size_t *told) {
    int ends[2];
    struct word word;
    unsigned wait = chance() % 60000;
    struct timespec moment = {0, (long)wait * 1000};
    int status;
    if (pipe(ends) != 0)
        exit(2);
    chance();
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        child(path, ends[1], *next);
    }
    close(ends[1]);
    if (chance() % 4) /* mostly from its first commit on, however slow the machine is */
        poll(&(struct pollfd){.fd = ends[0], .events = POLLIN}, 1, 60000);
    nanosleep(&moment, NULL);
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    bool any = *told > 0;
    while (read(ends[0], &word, sizeof word) == (ssize_t)sizeof word) {
        revisions[word.article] = word.revision;
        if (word.article >= (int)*next)
            *next = (unsigned)word.article + 1;
        ++*told;
        any = true;
    }
    close(ends[0]);
    if (!WIFSIGNALED(status)) {
        puts("    the child ended by itself");
        return 1;
    }
    return any ? look(path, chance() % 2) : 0;
}

int main(int argc, char **argv) {
    int kills = argc > 1 ? atoi(argv[1]) : 200;
    size_t told = 0, bad = 0, here = 0;
    unsigned next = 0;
    char path[64];
    seed = argc > 2 ? (unsigned)atoi(argv[2]) : 1;
    for (int i = 0; i < kills; i++) {
        if (i % A_FILE == 0) {
            if (i)
                kb_made_remove(path);
            kb_made_path(path);
            memset(revisions, 0xff, sizeof revisions);
            told += here;
            here = next = 0;
        }
        unsigned was = seed;
        size_t faults = kill_once(path, &next, &here);
        if (faults)
            printf("kill %d (seed %u): %zu faults\n", i, was, faults);
        bad += faults != 0;
    }
    kb_made_remove(path);
    printf("%zu words of commits, %d kills\n", told + here, kills);
    if (!(told + here)) { /* then nothing was tried */
        puts("no child came as far as a commit");
        bad = (size_t)kills;
    }
    printf("%d passed, %zu failed\n", kills - (int)bad, bad);
    return bad != 0;
}
