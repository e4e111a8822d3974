/* The list of connections and the thread that goes over it: watch.h tells why.
 *
 * A socket is shut down, not closed: the library sees its end and closes it, and has told
 * us before (kb_watch_end), so a number that the system gave to another socket is never
 * touched. */
#include "serve/watch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "fetch/fetch.h"
#include "serve/proxy.h"

struct kb_watched {
    struct kb_watched *next, *before;
    int fd;
    bool rests;
    int64_t until; /* seconds of a steady clock */
    char address[KB_WATCH_ADDRESS];
};

struct kb_watch {
    const struct kb_trust *trust;
    pthread_mutex_t lock;
    pthread_cond_t change;
    pthread_t thread;
    bool stop;
    struct kb_watched *first;
};

static int64_t steady(void) {
    return kb_steady_ms() / 1000;
}

void kb_watch_address(const struct sockaddr *at, char text[KB_WATCH_ADDRESS]) {
    (void)snprintf(text, KB_WATCH_ADDRESS, "unix");
    if (at && at->sa_family == AF_INET)
        (void)inet_ntop(AF_INET,
                        &((const struct sockaddr_in *)(const void *)at)->sin_addr, text,
                        KB_WATCH_ADDRESS);
    else if (at && at->sa_family == AF_INET6) {
        const struct in6_addr *six =
            &((const struct sockaddr_in6 *)(const void *)at)->sin6_addr;
        bool four = IN6_IS_ADDR_V4MAPPED(six); /* of a socket for both */
        (void)inet_ntop(four ? AF_INET : AF_INET6,
                        four ? six->s6_addr + 12 : (const void *)six, text,
                        KB_WATCH_ADDRESS);
    }
}

static void *sweep(void *context) {
    struct kb_watch *watch = context;
    (void)pthread_mutex_lock(&watch->lock);
    while (!watch->stop) {
        struct timespec until = {0};
        (void)clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec++;
        (void)pthread_cond_timedwait(&watch->change, &watch->lock, &until);
        int64_t now = steady();
        for (struct kb_watched *one = watch->first; one; one = one->next)
            if (one->until <= now)
                (void)shutdown(one->fd, SHUT_RDWR);
    }
    (void)pthread_mutex_unlock(&watch->lock);
    return NULL;
}

enum kb_status kb_watch_new(const struct kb_trust *trust, struct kb_watch **out,
                            struct kb_err *err) {
    struct kb_watch *watch = calloc(1, sizeof *watch);
    *out = NULL;
    if (!watch || pthread_mutex_init(&watch->lock, NULL) != 0) {
        free(watch);
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the server");
    }
    watch->trust = trust;
    pthread_condattr_t steady;
    (void)pthread_condattr_init(&steady);
    (void)pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&watch->change, &steady);
    (void)pthread_condattr_destroy(&steady);
    if (pthread_create(&watch->thread, NULL, sweep, watch) != 0) {
        (void)pthread_cond_destroy(&watch->change);
        (void)pthread_mutex_destroy(&watch->lock);
        free(watch);
        return kb_err_set(err, KB_ENOMEM, "no thread can be made for the server");
    }
    *out = watch;
    return KB_OK;
}

/* The daemons have ended, and with them all connections. */
void kb_watch_free(struct kb_watch *watch) {
    if (!watch)
        return;
    (void)pthread_mutex_lock(&watch->lock);
    watch->stop = true;
    (void)pthread_cond_signal(&watch->change);
    (void)pthread_mutex_unlock(&watch->lock);
    (void)pthread_join(watch->thread, NULL);
    while (watch->first)
        kb_watch_end(watch, watch->first);
    (void)pthread_cond_destroy(&watch->change);
    (void)pthread_mutex_destroy(&watch->lock);
    free(watch);
}

bool kb_watch_may(struct kb_watch *watch, const struct sockaddr *address) {
    char text[KB_WATCH_ADDRESS];
    size_t count = 0;
    kb_watch_address(address, text);
    if (strcmp(text, "unix") == 0 || kb_trust_has(watch->trust, kb_str_z(text)))
        return true;
    (void)pthread_mutex_lock(&watch->lock);
    for (struct kb_watched *one = watch->first; one; one = one->next)
        count += strcmp(one->address, text) == 0;
    (void)pthread_mutex_unlock(&watch->lock);
    return count < KB_LIMIT_SERVE_PER_ADDRESS;
}

struct kb_watched *kb_watch_begin(struct kb_watch *watch, int fd,
                                  const struct sockaddr *address) {
    struct kb_watched *one = calloc(1, sizeof *one);
    if (!one)
        return NULL;
    one->fd = fd;
    one->until = steady() + KB_LIMIT_SERVE_REQUEST_S;
    kb_watch_address(address, one->address);
    (void)pthread_mutex_lock(&watch->lock);
    one->next = watch->first;
    if (watch->first)
        watch->first->before = one;
    watch->first = one;
    (void)pthread_mutex_unlock(&watch->lock);
    return one;
}

void kb_watch_end(struct kb_watch *watch, struct kb_watched *one) {
    if (!one)
        return;
    (void)pthread_mutex_lock(&watch->lock);
    if (one->next)
        one->next->before = one->before;
    if (one->before)
        one->before->next = one->next;
    else
        watch->first = one->next;
    (void)pthread_mutex_unlock(&watch->lock);
    free(one);
}

static void wait_for(struct kb_watch *watch, struct kb_watched *one, int64_t seconds,
                     bool rests) {
    if (!one)
        return;
    (void)pthread_mutex_lock(&watch->lock);
    one->until = steady() + seconds;
    one->rests = rests;
    (void)pthread_mutex_unlock(&watch->lock);
}

void kb_watch_rests(struct kb_watch *watch, struct kb_watched *one) {
    wait_for(watch, one, KB_LIMIT_SERVE_REQUEST_S, true);
}

void kb_watch_drain(struct kb_watch *watch) {
    enum { STEP_MS = 10 };
    const struct timespec step = {0, STEP_MS * 1000000L};
    bool busy = true;
    for (int ms = 0; busy && ms < KB_LIMIT_SERVE_DRAIN_MS; ms += STEP_MS) {
        busy = false;
        (void)pthread_mutex_lock(&watch->lock);
        for (struct kb_watched *one = watch->first; one && !busy; one = one->next)
            busy = !one->rests;
        (void)pthread_mutex_unlock(&watch->lock);
        if (busy)
            (void)nanosleep(&step, NULL);
    }
}

void kb_watch_asks(struct kb_watch *watch, struct kb_watched *one) {
    wait_for(watch, one, KB_LIMIT_SERVE_REQUEST_S, false);
}

void kb_watch_answers(struct kb_watch *watch, struct kb_watched *one) {
    wait_for(watch, one, KB_LIMIT_SERVE_ANSWER_S, false);
}

void kb_watch_listens(struct kb_watch *watch, struct kb_watched *one) {
    wait_for(watch, one, KB_LIMIT_EVENTS_S + KB_LIMIT_SERVE_REQUEST_S, true);
}
