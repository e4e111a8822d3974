/* The fetching thread: loop.h tells what enters and leaves.
 *
 * It has a store and a desk of its own, opened when it begins, and sleeps until the next
 * feed is due.  A round that goes on is told of feeds that became due meanwhile, so a
 * slow server keeps nobody waiting.  A round that failed is told and tried again after a
 * while: a full disk is no reason to end the server. */
#include "wire/loop.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "store/store.h"
#include "wire/rest.h"

/* Seconds: between two looks while nothing is due (another process may have added a
 * feed); after a failure; between two rounds, so that one asks several feeds; before all,
 * as who starts the server wants a page first, and taking in a large wire takes a core
 * for seconds. */
enum { LOOK_S = 60, AGAIN_S = 30, GATHER_S = 2, START_S = 1, A_DAY = 86400 };

struct kb_loop {
    struct kb_loop_options options;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t change;
    bool stop, woken, may_interrupt, rests; /* under lock, like … */
    int64_t heard;                /* … when its thread gave a sign of life, and … */
    struct kb_loop_counts counts; /* … what it did */
    struct kb_store *store;
};

static bool is_set(struct kb_loop *loop, const bool *flag) {
    (void)pthread_mutex_lock(&loop->lock);
    bool set = *flag;
    (void)pthread_mutex_unlock(&loop->lock);
    return set;
}

static bool stops(void *context) {
    struct kb_loop *loop = context;
    return is_set(loop, &loop->stop);
}

static bool more(void *context) {
    struct kb_loop *loop = context;
    (void)pthread_mutex_lock(&loop->lock);
    bool woken = loop->woken;
    loop->woken = false;
    (void)pthread_mutex_unlock(&loop->lock);
    return woken;
}

/* While icons are looked for: are there news to ask for? */
static bool news_due(void *context) {
    struct kb_loop *loop = context;
    struct kb_err none = {.text = ""};
    int64_t next;
    return is_set(loop, &loop->woken) ||
           kb_store_feed_next(loop->store, &next, &none) != KB_OK ||
           next <= (int64_t)time(NULL);
}

static void alive(void *context) {
    struct kb_loop *loop = context;
    (void)pthread_mutex_lock(&loop->lock);
    loop->heard = kb_steady_ms();
    (void)pthread_mutex_unlock(&loop->lock);
}

static bool took(void *context, const struct kb_answer *answer) {
    struct kb_loop *loop = context;
    int class = answer->fault == KB_FAULT_NONE ? answer->status / 100 : 0;
    (void)pthread_mutex_lock(&loop->lock);
    loop->heard = kb_steady_ms();
    loop->counts.answers[class > 0 && class < KB_LOOP_CLASSES ? class : 0]++;
    loop->counts.bytes += (uint64_t)(answer->wire_bytes > 0 ? answer->wire_bytes : 0);
    (void)pthread_mutex_unlock(&loop->lock);
    return true;
}

static void told(void *context, const struct kb_round_told *what) {
    struct kb_loop *loop = context;
    (void)pthread_mutex_lock(&loop->lock);
    loop->counts.pushes += what->pushed;
    (void)pthread_mutex_unlock(&loop->lock);
    if (loop->options.told)
        loop->options.told(loop->options.context, what);
}

/* Sleeps for so many seconds, or until it is woken or stopped. */
static void rest(struct kb_loop *loop, int64_t seconds, bool wakes) {
    struct timespec until = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &until); /* whoever sets the day's time */
    until.tv_sec += (time_t)seconds;
    (void)pthread_mutex_lock(&loop->lock);
    loop->rests = true;
    while (!loop->stop && !(wakes && loop->woken) &&
           pthread_cond_timedwait(&loop->change, &loop->lock, &until) == 0)
        continue;
    loop->rests = false;
    loop->heard = kb_steady_ms();
    if (wakes)
        loop->woken = false;
    (void)pthread_mutex_unlock(&loop->lock);
}

/* Whether what is done now ends when the thread is to stop. */
static void set_interrupt(struct kb_loop *loop, bool may) {
    (void)pthread_mutex_lock(&loop->lock);
    loop->may_interrupt = may;
    (void)pthread_mutex_unlock(&loop->lock);
}

/* ---- once a day -------------------------------------------------------------------- */

static bool is_time(struct kb_store *store, int64_t now, struct kb_err *err) {
    struct kb_arena arena;
    struct kb_str last = KB_STR_NONE;
    int64_t at = 0;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    bool known = kb_store_get(store, "retained", &arena, &last, err) == KB_OK &&
                 kb_date_seconds(last, &at);
    kb_arena_free(&arena);
    return !known || now - at >= A_DAY || at > now;
}

static enum kb_status retain(struct kb_loop *loop, int64_t now, struct kb_err *err) {
    struct kb_retained gone;
    char text[KB_TIME_BYTES];
    if (!is_time(loop->store, now, err))
        return KB_OK;
    set_interrupt(loop, true);
    enum kb_status status = kb_store_retain(loop->store, now, 0, &gone, err);
    set_interrupt(loop, false);
    if (status == KB_OK)
        status = kb_store_begin(loop->store, err);
    if (status != KB_OK)
        return status;
    kb_time_print(now, text);
    status = kb_store_set(loop->store, "retained", kb_str_z(text), err);
    if (status == KB_OK)
        return kb_store_commit(loop->store, err);
    kb_store_rollback(loop->store);
    return status;
}

/* A round needs much more than its thread does until the next one. */
static void rest_memory(struct kb_loop *loop, struct kb_desk *desk) {
    if (desk)
        kb_desk_rest(desk);
    if (loop->store)
        kb_store_rest(loop->store);
    if (loop->options.rests)
        loop->options.rests(loop->options.context);
    kb_rest();
}

/* ---- the thread -------------------------------------------------------------------- */

static void count_round(struct kb_loop *loop, enum kb_status status) {
    (void)pthread_mutex_lock(&loop->lock);
    loop->counts.rounds++;
    loop->counts.failed += status != KB_OK;
    (void)pthread_mutex_unlock(&loop->lock);
}

/* What hubs would have brought while nobody was here is looked for. */
static enum kb_status begin(struct kb_loop *loop, struct kb_err *err) {
    enum kb_status status = kb_store_begin(loop->store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_hubs_begin(loop->store, kb_str_z(loop->options.callback),
                                 (int64_t)time(NULL), kb_fetch_policy_default.floor, err);
    if (status == KB_OK)
        return kb_store_commit(loop->store, err);
    kb_store_rollback(loop->store);
    return status;
}

/* What there is to do now; in *wait the seconds until there is more. */
static enum kb_status work(struct kb_loop *loop, struct kb_desk *desk, int64_t *wait,
                           struct kb_err *err) {
    struct kb_round_options round = {.client = loop->options.client,
                                     .stop = stops,
                                     .told = told,
                                     .more = more,
                                     .took = took,
                                     .alive = alive,
                                     .callback = loop->options.callback,
                                     .icons = loop->options.icons,
                                     .context = loop};
    struct kb_round_result result;
    int64_t now = (int64_t)time(NULL), next, hub = 0;
    *wait = GATHER_S;
    enum kb_status status = kb_store_feed_next(loop->store, &next, err);
    if (status == KB_OK)
        status = kb_store_hub_next(loop->store, round.callback != NULL, &hub, err);
    next = hub < next ? hub : next;
    if (status == KB_OK && next <= now) {
        set_interrupt(loop, true);
        status = kb_desk_ready(desk, err);
        set_interrupt(loop, false);
        if (status != KB_OK)
            return status;
        status = kb_round_run(loop->store, desk, &round, &result, err);
        count_round(loop, status);
        if (status == KB_OK && loop->options.ended)
            loop->options.ended(loop->options.context, &result);
        return status;
    }
    if (status == KB_OK)
        status = retain(loop, now, err);
    for (bool left = true; status == KB_OK && left && !stops(loop);)
        status = kb_store_clear(loop->store, &left, err);
    round.more = news_due;
    if (status == KB_OK && loop->options.icons)
        status = kb_round_icons(loop->store, &round, err);
    now = (int64_t)time(NULL);
    *wait = next - now < LOOK_S ? next - now : LOOK_S;
    return status;
}

/* The file and the desk; where one of them failed, it is tried anew. */
static enum kb_status make_ready(struct kb_loop *loop, struct kb_desk **desk,
                                 struct kb_err *err) {
    const struct kb_store_options open = {.mode = KB_STORE_WRITE,
                                          .pen = loop->options.pen,
                                          .cache_bytes = KB_LIMIT_LOOP_CACHE};
    enum kb_status status = KB_OK;
    if (*desk)
        return KB_OK;
    if (!loop->store)
        status = kb_store_open(loop->options.db, &open, &loop->store, err);
    if (status == KB_OK)
        status = begin(loop, err);
    return status == KB_OK ? kb_desk_new(loop->store, desk, err) : status;
}

static void *run(void *context) {
    struct kb_loop *loop = context;
    struct kb_desk *desk = NULL;
    struct kb_err err = {.text = ""};
    rest(loop, START_S, true);
    while (!stops(loop)) {
        int64_t wait = AGAIN_S;
        enum kb_status status = make_ready(loop, &desk, &err);
        if (status == KB_OK)
            status = work(loop, desk, &wait, &err);
        rest_memory(loop, desk);
        if (status != KB_OK && !stops(loop)) {
            if (loop->options.failed)
                loop->options.failed(loop->options.context, err.text);
            wait = AGAIN_S;
        }
        rest(loop, wait, status == KB_OK && wait != GATHER_S);
    }
    kb_desk_free(desk);
    return NULL;
}

enum kb_status kb_loop_start(const struct kb_loop_options *options, struct kb_loop **out,
                             struct kb_err *err) {
    struct kb_loop *loop = calloc(1, sizeof *loop);
    *out = NULL;
    if (!loop || pthread_mutex_init(&loop->lock, NULL) != 0) {
        free(loop);
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the fetching");
    }
    loop->options = *options;
    loop->heard = kb_steady_ms();
    pthread_condattr_t steady;
    (void)pthread_condattr_init(&steady);
    (void)pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&loop->change, &steady);
    (void)pthread_condattr_destroy(&steady);
    if (pthread_create(&loop->thread, NULL, run, loop) == 0) {
        *out = loop;
        return KB_OK;
    }
    (void)pthread_cond_destroy(&loop->change);
    (void)pthread_mutex_destroy(&loop->lock);
    free(loop);
    return kb_err_set(err, KB_ENOMEM, "no thread can be made for the fetching");
}

void kb_loop_count(struct kb_loop *loop, struct kb_loop_counts *counts) {
    (void)pthread_mutex_lock(&loop->lock);
    *counts = loop->counts;
    (void)pthread_mutex_unlock(&loop->lock);
}

int64_t kb_loop_silent(struct kb_loop *loop) {
    (void)pthread_mutex_lock(&loop->lock);
    int64_t silent = loop->rests ? 0 : kb_steady_ms() - loop->heard;
    (void)pthread_mutex_unlock(&loop->lock);
    return silent;
}

void kb_loop_wake(struct kb_loop *loop) {
    if (!loop)
        return;
    (void)pthread_mutex_lock(&loop->lock);
    loop->woken = true;
    (void)pthread_cond_signal(&loop->change);
    (void)pthread_mutex_unlock(&loop->lock);
}

void kb_loop_stop(struct kb_loop *loop) {
    if (!loop)
        return;
    (void)pthread_mutex_lock(&loop->lock);
    loop->stop = true;
    if (loop->may_interrupt) /* what it has committed stays done */
        kb_store_interrupt(loop->store);
    (void)pthread_cond_signal(&loop->change);
    (void)pthread_mutex_unlock(&loop->lock);
}

void kb_loop_free(struct kb_loop *loop) {
    if (!loop)
        return;
    kb_loop_stop(loop);
    (void)pthread_join(loop->thread, NULL);
    kb_store_close(loop->store);
    (void)pthread_cond_destroy(&loop->change);
    (void)pthread_mutex_destroy(&loop->lock);
    free(loop);
}
