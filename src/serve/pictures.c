/* The thread that fetches pictures, and what it keeps: pictures.h tells what enters and
 * leaves.
 *
 * All pictures stand in one list, the one that was last asked for first; one that has
 * gone from the list lives until its last holder gives it back. */
#include "serve/pictures.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

/* Milliseconds: between two looks at the queue and the clock while something is under
 * way; a picture is fresh; so is that there is none. */
enum { STEP_MS = 20, FRESH_MS = 24 * 3600 * 1000, FAILED_MS = 60 * 1000 };

struct kb_picture {
    struct kb_picture *next, *before; /* in the list, where it is */
    struct kb_picture *queued;        /* the next that is to be asked for */
    struct kb_picture_waiter *waiters;
    char *url;
    size_t url_n;
    uint64_t hash;
    unsigned holds; /* the list's, the client's, those who look */
    bool listed;
    int status; /* 0: on its way */
    int64_t until;
    struct kb_picture_facts facts;
    struct kb_buf bytes;
    char says[160];
};

struct kb_pictures {
    struct kb_client *client; /* the thread's */
    pthread_t thread;
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t change;
    bool stop, running;
    struct kb_picture *first, *last;
    struct kb_picture *queue, **queue_end;
    size_t count, coming, bytes;
};

/* ---- the list; under the lock ------------------------------------------------------ */

static void let_go(struct kb_picture *one) {
    if (--one->holds)
        return;
    kb_buf_free(&one->bytes);
    free(one->url);
    free(one);
}

/* These two leave the list's hold as it is. */
static void unlink_one(struct kb_pictures *p, struct kb_picture *one) {
    if (one->next)
        one->next->before = one->before;
    else
        p->last = one->before;
    if (one->before)
        one->before->next = one->next;
    else
        p->first = one->next;
    p->count--;
    p->bytes -= one->bytes.n;
    one->listed = false;
}

static void link_first(struct kb_pictures *p, struct kb_picture *one) {
    one->before = NULL;
    one->next = p->first;
    if (p->first)
        p->first->before = one;
    else
        p->last = one;
    p->first = one;
    p->count++;
    p->bytes += one->bytes.n;
    one->listed = true;
}

static void take_out(struct kb_pictures *p, struct kb_picture *one) {
    unlink_one(p, one);
    let_go(one);
}

/* What was not asked for the longest goes, but for what is on its way. */
static void make_room(struct kb_pictures *p) {
    struct kb_picture *one = p->last, *before;
    for (; one &&
           (p->count > KB_LIMIT_PICTURES_KEPT || p->bytes > KB_LIMIT_PICTURES_KEPT_BYTES);
         one = before) {
        before = one->before;
        if (one->status)
            take_out(p, one);
    }
}

static struct kb_picture *find(struct kb_pictures *p, struct kb_str url) {
    uint64_t hash = kb_hash(url.p, url.n, 0);
    int64_t now = kb_steady_ms();
    struct kb_picture *one = p->first;
    while (one && (one->hash != hash ||
                   !kb_str_equal((struct kb_str){one->url, one->url_n}, url)))
        one = one->next;
    if (one && one->status && one->until <= now) {
        take_out(p, one);
        return NULL;
    }
    return one;
}

static struct kb_picture *make(struct kb_str url) {
    struct kb_picture *one = calloc(1, sizeof(*one));
    char *copy = malloc(url.n + 1);
    if (!one || !copy || !url.n) {
        free(one);
        free(copy);
        return NULL;
    }
    memcpy(copy, url.p, url.n);
    one->url = copy;
    one->url_n = url.n;
    one->hash = kb_hash(url.p, url.n, 0);
    kb_buf_init(&one->bytes, KB_LIMIT_PICTURE_BYTES);
    return one;
}

/* Takes the waiters that are woken now: all, or those whose time is over. */
static struct kb_picture_waiter *due(struct kb_picture *one, int64_t now, bool all) {
    struct kb_picture_waiter *found = NULL, **at = &one->waiters;
    while (*at) {
        struct kb_picture_waiter *waiter = *at;
        if (!all && waiter->until > now) {
            at = &waiter->next;
            continue;
        }
        *at = waiter->next;
        waiter->next = found;
        found = waiter;
    }
    return found;
}

/* Without the lock: a waiter is gone as soon as it is woken. */
static void wake(struct kb_picture_waiter *waiter) {
    while (waiter) {
        struct kb_picture_waiter *next = waiter->next;
        waiter->wake(waiter->context);
        waiter = next;
    }
}

/* ---- an answer came ---------------------------------------------------------------- */

static void says(struct kb_picture *one, int status, const char *text) {
    struct kb_str cut = kb_str_cut(kb_str_z(text), sizeof(one->says) - 1);
    one->status = status;
    memcpy(one->says, cut.p, cut.n);
    one->says[cut.n] = '\0';
}

/* What a fault of the client's is to who looks at the picture. */
static void read_fault(struct kb_picture *one, enum kb_fault fault) {
    switch (fault) {
    case KB_FAULT_ADDRESS:
    case KB_FAULT_REFUSED:
        says(one, 403, "this address may not be asked for pictures");
        break;
    case KB_FAULT_TOO_LARGE: says(one, 502, "the picture is too large"); break;
    case KB_FAULT_TIMEOUT:
    case KB_FAULT_SLOW: says(one, 504, "the picture's server is too slow"); break;
    case KB_FAULT_STOPPED: says(one, 503, "this server is being stopped"); break;
    default: says(one, 502, "the picture's server cannot be reached"); break;
    }
}

/* Fills in all but what the lock is for. */
static void read_answer(struct kb_picture *one, const struct kb_answer *answer) {
    if (answer->fault != KB_FAULT_NONE) {
        read_fault(one, answer->fault);
        return;
    }
    if (answer->status != 200) {
        says(one, answer->status == 404 || answer->status == 410 ? 404 : 502,
             "the picture's server does not give it");
        return;
    }
    one->facts = kb_picture_sniff(answer->body);
    if (one->facts.kind == KB_PICTURE_NONE) {
        says(one, 415, "what is there is no picture that can be shown");
        return;
    }
    kb_buf_str(&one->bytes, answer->body);
    if (one->bytes.status != KB_OK)
        says(one, 503, "there is not enough memory for the picture");
    else
        one->status = 200;
}

/* `from` is where it was read to, not yet seen by others: it becomes what `one` is. */
static void settle(struct kb_pictures *p, struct kb_picture *one,
                   struct kb_picture *from) {
    (void)pthread_mutex_lock(&p->lock);
    one->facts = from->facts;
    one->status = from->status;
    memcpy(one->says, from->says, sizeof(one->says));
    struct kb_buf empty = one->bytes;
    one->bytes = from->bytes;
    from->bytes = empty;
    if (one->listed)
        p->bytes += one->bytes.n;
    one->until = kb_steady_ms() + (one->status == 200 ? FRESH_MS : FAILED_MS);
    p->coming--;
    struct kb_picture_waiter *waiters = due(one, 0, true);
    make_room(p);
    let_go(one);
    (void)pthread_mutex_unlock(&p->lock);
    wake(waiters);
}

static void came(void *arg, void *context, struct kb_answer *answer) {
    struct kb_picture from = {.status = 0};
    kb_buf_init(&from.bytes, KB_LIMIT_PICTURE_BYTES);
    read_answer(&from, answer);
    kb_answer_free(answer);
    settle(arg, context, &from);
    kb_buf_free(&from.bytes);
}

static void failed(struct kb_pictures *p, struct kb_picture *one, const char *text) {
    struct kb_picture from = {.status = 0};
    says(&from, 503, text);
    settle(p, one, &from);
}

/* ---- the thread -------------------------------------------------------------------- */

static void ask(struct kb_pictures *p, struct kb_picture *one) {
    static const struct kb_header accept = {
        KB_STR("Accept"),
        KB_STR("image/avif, image/webp, image/png, image/jpeg, image/gif")};
    const struct kb_request request = {.url = {one->url, one->url_n},
                                       .headers = &accept,
                                       .header_count = 1,
                                       .max_bytes = KB_LIMIT_PICTURE_BYTES};
    struct kb_err err;
    if (kb_client_add(p->client, &request, one, &err) != KB_OK)
        failed(p, one, "the picture cannot be asked for");
}

/* What was queued; waits for it where nothing is under way. */
static struct kb_picture *next_queued(struct kb_pictures *p, bool *stop) {
    (void)pthread_mutex_lock(&p->lock);
    while (!p->stop && !p->queue && !kb_client_open(p->client))
        (void)pthread_cond_wait(&p->change, &p->lock);
    struct kb_picture *queue = p->queue;
    p->queue = NULL;
    p->queue_end = &p->queue;
    *stop = p->stop;
    (void)pthread_mutex_unlock(&p->lock);
    return queue;
}

/* Wakes who has waited for long enough; all: everybody, for it ends. */
static void wake_late(struct kb_pictures *p, bool all) {
    struct kb_picture_waiter *late = NULL;
    int64_t now = kb_steady_ms();
    (void)pthread_mutex_lock(&p->lock);
    for (struct kb_picture *one = p->first; one; one = one->next) {
        struct kb_picture_waiter *some = due(one, now, all);
        while (some) {
            struct kb_picture_waiter *next = some->next;
            some->next = late;
            late = some;
            some = next;
        }
    }
    (void)pthread_mutex_unlock(&p->lock);
    wake(late);
}

static void *run(void *context) {
    struct kb_pictures *p = context;
    struct kb_err err;
    bool stop = false;
    while (!stop) {
        struct kb_picture *one = next_queued(p, &stop), *next;
        for (; one; one = next) {
            next = one->queued;
            ask(p, one);
        }
        if (stop)
            kb_client_stop(p->client); /* all are answered by the next step */
        if (kb_client_open(p->client) &&
            kb_client_step(p->client, STEP_MS, came, p, &err) != KB_OK)
            (void)nanosleep(&(const struct timespec){.tv_nsec = STEP_MS * 1000000L},
                            NULL);
        wake_late(p, stop);
    }
    return NULL;
}

/* ---- made and ended ---------------------------------------------------------------- */

enum kb_status kb_pictures_new(const struct kb_client_options *client,
                               struct kb_pictures **out, struct kb_err *err) {
    struct kb_client_options options = *client;
    struct kb_pictures *p = calloc(1, sizeof(*p));
    *out = NULL;
    if (!p || pthread_mutex_init(&p->lock, NULL) != 0) {
        free(p);
        return kb_err_set(err, KB_ENOMEM, "not enough memory for pictures");
    }
    (void)pthread_cond_init(&p->change, NULL);
    p->queue_end = &p->queue;
    /* As a browser asks for a page's pictures: some at once, and none for long. */
    options.connections = KB_LIMIT_PICTURES_AT_ONCE;
    options.per_host = KB_LIMIT_PICTURES_AT_ONCE / 2;
    options.spacing_ms = 0;
    options.max_wait_ms = 0;
    options.connect_ms = KB_LIMIT_PICTURE_FETCH_MS / 2;
    options.total_ms = KB_LIMIT_PICTURE_FETCH_MS;
    enum kb_status status = kb_client_new(&p->client, &options, err);
    if (status == KB_OK && pthread_create(&p->thread, NULL, run, p) != 0)
        status = kb_err_set(err, KB_ENOMEM, "no thread can be made for pictures");
    p->running = status == KB_OK;
    if (status != KB_OK) {
        kb_pictures_free(p);
        p = NULL;
    }
    *out = p;
    return status;
}

void kb_pictures_stop(struct kb_pictures *p) {
    if (!p || !p->running)
        return;
    (void)pthread_mutex_lock(&p->lock);
    p->stop = true;
    (void)pthread_cond_signal(&p->change);
    (void)pthread_mutex_unlock(&p->lock);
    (void)pthread_join(p->thread, NULL);
    p->running = false;
}

void kb_pictures_free(struct kb_pictures *p) {
    if (!p)
        return;
    kb_pictures_stop(p);
    kb_client_free(p->client);
    while (p->first) {
        p->first->holds = 1; /* the client's went with it */
        take_out(p, p->first);
    }
    (void)pthread_cond_destroy(&p->change);
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}

/* ---- for those who answer ---------------------------------------------------------- */

struct kb_picture *kb_pictures_take(struct kb_pictures *p, struct kb_str url) {
    (void)pthread_mutex_lock(&p->lock);
    struct kb_picture *one = p->stop ? NULL : find(p, url);
    if (one) {
        unlink_one(p, one);
        link_first(p, one);
        one->holds++; /* who asks */
    } else if (!p->stop && p->coming < KB_LIMIT_PICTURES_COMING) {
        one = make(url);
        if (one) {
            link_first(p, one);
            one->holds = 3; /* the list's, the client's, and who asks */
            *p->queue_end = one;
            p->queue_end = &one->queued;
            p->coming++;
            make_room(p);
            (void)pthread_cond_signal(&p->change);
        }
    }
    (void)pthread_mutex_unlock(&p->lock);
    return one;
}

void kb_pictures_give(struct kb_pictures *p, struct kb_picture *one) {
    if (!p || !one)
        return;
    (void)pthread_mutex_lock(&p->lock);
    let_go(one);
    (void)pthread_mutex_unlock(&p->lock);
}

int kb_pictures_look(struct kb_pictures *p, const struct kb_picture *one,
                     struct kb_picture_facts *facts, struct kb_str *bytes,
                     const char **why) {
    (void)pthread_mutex_lock(&p->lock);
    int status = one->status;
    *facts = one->facts;
    *bytes = kb_buf_view(&one->bytes);
    *why = one->says;
    (void)pthread_mutex_unlock(&p->lock);
    return status;
}

void kb_pictures_await(struct kb_pictures *p, struct kb_picture *one,
                       struct kb_picture_waiter *waiter) {
    (void)pthread_mutex_lock(&p->lock);
    waiter->until = kb_steady_ms() + KB_LIMIT_PICTURE_WAIT_MS;
    waiter->next = NULL;
    bool waits = !one->status && !p->stop && one->listed;
    if (waits) {
        waiter->next = one->waiters;
        one->waiters = waiter;
    }
    (void)pthread_mutex_unlock(&p->lock);
    if (!waits)
        wake(waiter);
}

struct kb_picture_facts kb_pictures_known(struct kb_pictures *p, struct kb_str url) {
    struct kb_picture_facts facts = {.kind = KB_PICTURE_NONE};
    if (!p)
        return facts;
    (void)pthread_mutex_lock(&p->lock);
    const struct kb_picture *one = find(p, url);
    if (one && one->status == 200)
        facts = one->facts;
    (void)pthread_mutex_unlock(&p->lock);
    return facts;
}
