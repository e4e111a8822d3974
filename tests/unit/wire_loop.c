/* The loop is heard of: it is silent while something in it hangs, and only then. */
#include "unit.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "wire/wire.h"

/* A thread that waits until the test lets it go on. */
struct gate {
    pthread_mutex_t lock;
    pthread_cond_t change;
    bool hangs, open;
};

static void hang(void *context, const struct kb_round_told *told) {
    struct gate *gate = context;
    (void)told;
    (void)pthread_mutex_lock(&gate->lock);
    gate->hangs = true;
    (void)pthread_cond_broadcast(&gate->change);
    while (!gate->open)
        (void)pthread_cond_wait(&gate->change, &gate->lock);
    (void)pthread_mutex_unlock(&gate->lock);
}

static void make_feed(const char *db) {
    const struct kb_store_options options = {.mode = KB_STORE_CREATE};
    const struct kb_feed_new feed = {.url = KB_STR("http://127.0.0.1:1/feed"), .now = 1};
    struct kb_store *store;
    struct kb_err err = {.text = ""};
    int64_t n;
    bool fresh;
    if (!CHECK(kb_store_open(db, &options, &store, &err) == KB_OK))
        return;
    CHECK(kb_store_begin(store, &err) == KB_OK);
    CHECK(kb_store_feed_add(store, 1, &feed, &n, &fresh, &err) == KB_OK);
    CHECK(kb_store_commit(store, &err) == KB_OK);
    kb_store_close(store);
}

static void nap(void) {
    const struct timespec some = {.tv_nsec = 2000000};
    (void)nanosleep(&some, NULL);
}

/* The feed stands at an address that the guard refuses, so that its visit ends at once
 * and is told. */
static void is_heard(const char *db) {
    struct gate gate = {.hangs = false};
    struct kb_client_options client;
    struct kb_loop_counts counts;
    struct kb_loop *loop;
    struct kb_err err = {.text = ""};
    (void)pthread_mutex_init(&gate.lock, NULL);
    (void)pthread_cond_init(&gate.change, NULL);
    kb_client_defaults(&client);
    const struct kb_loop_options options = {
        .db = db, .client = &client, .told = hang, .context = &gate};
    if (!CHECK(kb_loop_start(&options, &loop, &err) == KB_OK))
        return;
    (void)pthread_mutex_lock(&gate.lock);
    while (!gate.hangs)
        (void)pthread_cond_wait(&gate.change, &gate.lock);
    (void)pthread_mutex_unlock(&gate.lock);
    while (kb_loop_silent(loop) < 50) /* grows for as long as it hangs */
        nap();
    kb_loop_count(loop, &counts);
    CHECK(counts.rounds == 0 && counts.answers[0] == 1 && counts.bytes == 0);
    (void)pthread_mutex_lock(&gate.lock);
    gate.open = true;
    (void)pthread_cond_broadcast(&gate.change);
    (void)pthread_mutex_unlock(&gate.lock);
    while (kb_loop_silent(loop)) /* it rests: nothing is due */
        nap();
    kb_loop_count(loop, &counts);
    CHECK(counts.rounds == 1 && counts.failed == 0);
    kb_loop_free(loop);
    (void)pthread_cond_destroy(&gate.change);
    (void)pthread_mutex_destroy(&gate.lock);
}

static void is_silent_while_it_hangs(void) {
    static const char *const ends[] = {"", "-wal", "-shm"};
    char folder[] = "/tmp/kabar-loop-XXXXXX", db[64], path[80];
    if (!CHECK(mkdtemp(folder)))
        return;
    (void)snprintf(db, sizeof db, "%s/wire.db", folder);
    make_feed(db);
    is_heard(db);
    for (size_t i = 0; i < KB_COUNT(ends); i++) {
        (void)snprintf(path, sizeof path, "%s%s", db, ends[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
}

UNIT_MAIN(is_silent_while_it_hangs)
