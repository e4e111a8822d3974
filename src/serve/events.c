/* Who listens, and the thread that tells them: events.h says how.
 *
 * The form is HTML's (WHATWG, Server-sent events): each story is an event with the number
 * of the article that founded it as its id.  Articles are numbered as they are committed
 * and no number comes again, so Last-Event-ID is a place to go on from.
 *
 * The lock is never held while the file is read: what a tap wants is copied out, looked
 * up, and given to the tap if it is still there. */
#include "serve/events.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "serve/inner.h"

/* Milliseconds: between two looks, so that a round's many commits are one; of silence,
 * after which proxies would hang up; and that the end waits for last bytes. */
enum { GATHER_MS = 500, BEAT_MS = 20000, LAST_MS = 300 };

/* Stories that are looked up for one tap at a time. */
enum { AT_ONCE = 50 };

struct kb_tap {
    struct kb_tap *next;
    struct kb_events *events;
    uint64_t serial; /* of this one alone */
    struct kb_tap_wish wish;
    struct kb_buf text; /* from at on to be taken */
    size_t at;
    int64_t began, said; /* steady milliseconds */
    bool more;           /* there is more in the file than was looked up */
    bool paused, over;
    void *connection;
    struct kb_tap_line line;
};

struct kb_events {
    struct kb_server *server;
    pthread_t thread;
    pthread_mutex_t lock; /* of all that follows, and of all taps */
    pthread_cond_t change, gone;
    bool woken, ended, stop;
    int64_t looked;
    uint64_t serials;
    struct kb_tap *first;
    size_t count;
};

static void wait_until(struct kb_events *events, pthread_cond_t *what, int64_t ms) {
    struct timespec t = {.tv_sec = (time_t)(ms / 1000),
                         .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)pthread_cond_timedwait(what, &events->lock, &t);
}

/* ---- what is told (the lock is held) ----------------------------------------------- */

static bool is_empty(const struct kb_tap *tap) {
    return tap->at >= tap->text.n;
}

static void go_on(struct kb_tap *tap) {
    if (!tap->paused)
        return;
    tap->paused = false;
    tap->line.resume(tap->connection);
}

/* When somebody has to be told something, be it that the server is still there. */
static int64_t next_look(const struct kb_events *events) {
    int64_t at = INT64_MAX;
    for (const struct kb_tap *tap = events->first; tap; tap = tap->next)
        if (tap->said + BEAT_MS < at)
            at = tap->said + BEAT_MS;
    if (events->woken && events->looked + GATHER_MS < at)
        at = events->looked + GATHER_MS;
    return at;
}

/* Silence is broken; who has listened for long comes again, and shows again that they
 * may. */
static void keep_up(struct kb_events *events, int64_t now) {
    const int64_t most = (int64_t)KB_LIMIT_EVENTS_S * 1000;
    for (struct kb_tap *tap = events->first; tap; tap = tap->next) {
        if (now - tap->said < BEAT_MS && now - tap->began < most)
            continue;
        tap->said = now;
        if (now - tap->began >= most) {
            tap->over = true;
            go_on(tap);
        } else if (is_empty(tap) && tap->connection) {
            kb_buf_clear(&tap->text);
            tap->at = 0;
            kb_buf_z(&tap->text, ":\n\n");
            go_on(tap);
        }
    }
}

/* ---- what is new (the lock is not held) -------------------------------------------- */

static void put_story(struct kb_buf *text, const struct kb_story_row *row) {
    struct kb_json json;
    kb_buf_printf(text, "id: %lld\nevent: story\ndata: ", (long long)row->n);
    kb_json_init(&json, text, 0);
    kb_json_object(&json);
    kb_tell_story(&json, row);
    kb_json_object_end(&json);
    kb_buf_z(text, "\n\n");
}

/* What is new to a wish, as events; its mark goes on. */
static enum kb_status look_up(struct kb_store *store, struct kb_tap_wish *wish,
                              int64_t newest, struct kb_buf *text, bool *more,
                              struct kb_err *err) {
    const struct kb_story_wish what = {.user = wish->user,
                                       .own = !wish->all,
                                       .language = kb_str_z(wish->language),
                                       .outlet = kb_str_z(wish->outlet),
                                       .from = wish->mark + 1,
                                       .limit = AT_ONCE};
    struct kb_arena arena;
    struct kb_story_row *rows;
    size_t count;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_store_stories(store, &what, &arena, &rows, &count, err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        put_story(text, &rows[i]);
    if (status == KB_OK)
        status = text->status;
    if (status == KB_OK) {
        *more = count == AT_ONCE;
        wish->mark = *more ? rows[count - 1].n : newest;
    }
    kb_arena_free(&arena);
    return status;
}

/* The first tap behind this serial that has taken all and may be told of something. */
static bool next_tap(struct kb_events *events, int64_t newest, uint64_t *serial,
                     struct kb_tap_wish *wish) {
    const struct kb_tap *found = NULL;
    (void)pthread_mutex_lock(&events->lock);
    for (const struct kb_tap *tap = events->first; tap; tap = tap->next)
        if (tap->serial > *serial && (!found || tap->serial < found->serial) &&
            is_empty(tap) && tap->connection && tap->wish.mark < newest)
            found = tap;
    if (found) {
        *serial = found->serial;
        *wish = found->wish;
    }
    (void)pthread_mutex_unlock(&events->lock);
    return found;
}

static void give(struct kb_events *events, uint64_t serial, int64_t mark,
                 struct kb_buf *text, bool more) {
    (void)pthread_mutex_lock(&events->lock);
    struct kb_tap *tap = events->first;
    while (tap && tap->serial != serial)
        tap = tap->next;
    if (tap) {
        tap->wish.mark = mark;
        tap->more = more;
        if (text->n) {
            kb_buf_free(&tap->text);
            tap->text = *text;
            *text = (struct kb_buf){0};
            tap->at = 0;
            tap->said = kb_steady_ms();
            go_on(tap);
        }
    }
    (void)pthread_mutex_unlock(&events->lock);
    kb_buf_free(text);
}

/* A look that fails is made again with the next. */
static void look(struct kb_events *events) {
    struct kb_store *store;
    struct kb_tap_wish wish;
    struct kb_buf text;
    struct kb_err err;
    uint64_t serial = 0;
    int64_t newest = 0;
    bool more = false;
    if (kb_server_reader(events->server, &store, &err) != KB_OK)
        return;
    enum kb_status status = kb_store_newest_story(store, &newest, &err);
    while (status == KB_OK && next_tap(events, newest, &serial, &wish)) {
        kb_buf_init(&text, KB_LIMIT_ANSWER_BYTES);
        status = look_up(store, &wish, newest, &text, &more, &err);
        if (status == KB_OK)
            give(events, serial, wish.mark, &text, more);
        else
            kb_buf_free(&text);
    }
    kb_server_reader_back(events->server, store);
}

static void *run(void *context) {
    struct kb_events *events = context;
    (void)pthread_mutex_lock(&events->lock);
    while (!events->stop) {
        int64_t now = kb_steady_ms(), at = next_look(events);
        if (!events->first) {
            (void)pthread_cond_wait(&events->change, &events->lock);
        } else if (at > now) {
            wait_until(events, &events->change, at);
        } else {
            events->woken = false;
            events->looked = now;
            (void)pthread_mutex_unlock(&events->lock);
            look(events);
            (void)pthread_mutex_lock(&events->lock);
            keep_up(events, now);
        }
    }
    (void)pthread_mutex_unlock(&events->lock);
    return NULL;
}

/* ---- begun and ended --------------------------------------------------------------- */

enum kb_status kb_events_new(struct kb_server *server, struct kb_events **out,
                             struct kb_err *err) {
    struct kb_events *events = calloc(1, sizeof *events);
    pthread_condattr_t steady;
    *out = NULL;
    if (!events || pthread_mutex_init(&events->lock, NULL) != 0) {
        free(events);
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the server");
    }
    events->server = server;
    (void)pthread_condattr_init(&steady);
    (void)pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&events->change, &steady);
    (void)pthread_cond_init(&events->gone, &steady);
    (void)pthread_condattr_destroy(&steady);
    if (pthread_create(&events->thread, NULL, run, events) != 0) {
        (void)pthread_cond_destroy(&events->change);
        (void)pthread_cond_destroy(&events->gone);
        (void)pthread_mutex_destroy(&events->lock);
        free(events);
        return kb_err_set(err, KB_ENOMEM, "no thread can be made for the server");
    }
    *out = events;
    return KB_OK;
}

void kb_events_wake(struct kb_events *events) {
    if (!events)
        return;
    (void)pthread_mutex_lock(&events->lock);
    events->woken = true;
    (void)pthread_cond_signal(&events->change);
    (void)pthread_mutex_unlock(&events->lock);
}

void kb_events_end(struct kb_events *events) {
    if (!events)
        return;
    (void)pthread_mutex_lock(&events->lock);
    events->ended = true;
    for (struct kb_tap *tap = events->first; tap; tap = tap->next) {
        tap->over = true;
        go_on(tap);
    }
    int64_t now = kb_steady_ms(), end = now + LAST_MS;
    for (; events->first && now < end; now = kb_steady_ms())
        wait_until(events, &events->gone, end);
    (void)pthread_mutex_unlock(&events->lock);
}

void kb_events_free(struct kb_events *events) {
    if (!events)
        return;
    (void)pthread_mutex_lock(&events->lock);
    events->stop = true;
    (void)pthread_cond_signal(&events->change);
    (void)pthread_mutex_unlock(&events->lock);
    (void)pthread_join(events->thread, NULL);
    (void)pthread_cond_destroy(&events->change);
    (void)pthread_cond_destroy(&events->gone);
    (void)pthread_mutex_destroy(&events->lock);
    free(events);
}

/* ---- one who listens --------------------------------------------------------------- */

enum kb_status kb_events_listen(struct kb_events *events, const struct kb_tap_wish *wish,
                                struct kb_tap **out) {
    struct kb_tap *tap = calloc(1, sizeof *tap);
    enum kb_status status = KB_OK;
    size_t own = 0;
    *out = NULL;
    if (!tap)
        return KB_ENOMEM;
    tap->events = events;
    tap->wish = *wish;
    tap->began = tap->said = kb_steady_ms();
    kb_buf_init(&tap->text, KB_LIMIT_ANSWER_BYTES);
    (void)pthread_mutex_lock(&events->lock);
    for (const struct kb_tap *one = events->first; one; one = one->next)
        own += one->wish.user == wish->user;
    if (events->ended || events->count >= KB_LIMIT_EVENTS_LISTENERS)
        status = KB_ENOMEM;
    else if (own >= KB_LIMIT_EVENTS_OF_ONE)
        status = KB_ELIMIT;
    if (status == KB_OK) {
        tap->serial = ++events->serials;
        tap->next = events->first;
        events->first = tap;
        events->count++;
    }
    (void)pthread_mutex_unlock(&events->lock);
    if (status == KB_OK)
        *out = tap;
    else
        free(tap);
    return status;
}

void kb_tap_begin(struct kb_tap *tap, struct kb_buf *text, void *connection,
                  const struct kb_tap_line *line) {
    struct kb_events *events = tap->events;
    (void)pthread_mutex_lock(&events->lock);
    kb_buf_free(&tap->text);
    tap->text = *text;
    *text = (struct kb_buf){0};
    tap->more = true;
    tap->connection = connection;
    tap->line = *line;
    (void)pthread_mutex_unlock(&events->lock);
}

size_t kb_tap_take(struct kb_tap *tap, char *room, size_t n, bool *over) {
    struct kb_events *events = tap->events;
    (void)pthread_mutex_lock(&events->lock);
    size_t left = tap->text.n - tap->at;
    n = n < left ? n : left;
    if (n) {
        memcpy(room, tap->text.p + tap->at, n);
        tap->at += n;
    }
    if (!n && !tap->over)
        tap->over = tap->line.is_gone(tap->connection);
    *over = !n && tap->over;
    if (!n && !tap->over) {
        /* All is taken: what was committed since the request's own look is looked up. */
        if (tap->more) {
            tap->more = false;
            events->woken = true;
            (void)pthread_cond_signal(&events->change);
        }
        tap->paused = true;
        tap->line.pause(tap->connection);
    }
    (void)pthread_mutex_unlock(&events->lock);
    return n;
}

void kb_tap_free(struct kb_tap *tap) {
    struct kb_events *events = tap->events;
    (void)pthread_mutex_lock(&events->lock);
    struct kb_tap **at = &events->first;
    while (*at && *at != tap)
        at = &(*at)->next;
    if (*at) {
        *at = tap->next;
        events->count--;
    }
    (void)pthread_cond_signal(&events->gone);
    (void)pthread_mutex_unlock(&events->lock);
    kb_buf_free(&tap->text);
    free(tap);
}
