/* Many requests at once: requests enter, each waits for its host's turn, is asked, and
 * its answer leaves as soon as it is whole.
 *
 * One thread and libcurl's multi interface: the time goes into waiting, and what runs in
 * one thread needs no locks.  (libcurl looks names up in threads of its own.)  Three
 * things bound what is held: the requests under way, each body's limit, and that answers
 * belong to the caller from the moment they are there.
 *
 * libcurl counts its own initialisations, so each client does one and undoes it, and
 * nothing global is kept here.  It is started when the first request comes: with OpenSSL
 * behind it that takes as long as all else of a server's start. */
#include "fetch/transfer.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kabar.h"

int64_t kb_steady_ms(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void kb_transfer_trace(const struct kb_transfer *t, enum kb_trace what,
                       const char *format, ...) {
    const struct kb_client_options *o = &t->client->options;
    char text[1024];
    va_list args;
    if (!o->trace)
        return;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n >= 0)
        o->trace(o->trace_arg, t->context, what, kb_str_z(text));
}

/* ---- the client -------------------------------------------------------------------- */

enum kb_status kb_client_check(const struct kb_guard *guard, struct kb_str url,
                               struct kb_err *err) {
    struct kb_target target;
    enum kb_status status = kb_target_read(&target, url, KB_STR_NONE, err);
    enum kb_guard_kind kind =
        status == KB_OK ? kb_guard_host(guard, kb_str_z(target.host), target.port)
                        : KB_GUARD_FREE;
    if (kind != KB_GUARD_FREE)
        status =
            kb_err_set(err, KB_EINPUT, "%.100s is %s: not asked unless it is allowed",
                       target.host, kb_guard_text(kind));
    else if (status != KB_OK && status != KB_ENOMEM)
        status = KB_EINPUT;
    kb_target_free(&target);
    return status;
}

void kb_client_defaults(struct kb_client_options *options) {
    *options = (struct kb_client_options){
        .connections = 128,
        .per_host = 2,
        .spacing_ms = 1000,
        .max_wait_ms = 60 * 1000,
        .pause_ms = 30 * 1000,
        .connect_ms = 15 * 1000,
        .total_ms = 120 * 1000,
        .slow_bytes = 100,
        .slow_seconds = 30,
        .max_hops = KB_LIMIT_HOPS,
    };
}

static enum kb_status check(const struct kb_client_options *o, struct kb_err *err) {
    for (size_t i = 0; i < o->contact.n; i++)
        if ((unsigned char)o->contact.p[i] < 0x20 || o->contact.p[i] == ')')
            return kb_err_set(err, KB_EUSAGE,
                              "the contact holds a character that cannot "
                              "stand in a User-Agent");
    for (size_t i = 0; i < o->resolve_count; i++)
        if (kb_str_find_byte(o->resolve[i], '=') == KB_NOT_FOUND)
            return kb_err_set(err, KB_EUSAGE, "\"%.*s\" is not NAME=ADDRESS",
                              (int)(o->resolve[i].n < 80 ? o->resolve[i].n : 80),
                              o->resolve[i].p);
    if (!o->connections || o->connections > KB_LIMIT_CONNECTIONS || !o->per_host)
        return kb_err_set(err, KB_EUSAGE,
                          "connections are 1 to %d, and at least 1 a host",
                          KB_LIMIT_CONNECTIONS);
    if (o->max_hops > KB_LIMIT_HOPS)
        return kb_err_set(err, KB_EUSAGE, "redirects are at most %d", KB_LIMIT_HOPS);
    return KB_OK;
}

static bool copy_texts(struct kb_client *client) {
    struct kb_client_options *o = &client->options;
    struct kb_arena *arena = &client->texts;
    kb_arena_init(arena, KB_LIMIT_DOCUMENT_MEMORY);
    o->contact = kb_arena_dup(arena, o->contact);
    o->proxy = kb_arena_dup(arena, o->proxy);
    o->ca_file = kb_arena_dup(arena, o->ca_file);
    struct kb_str *resolve =
        kb_arena_zalloc(arena, o->resolve_count + 1, sizeof *resolve);
    for (size_t i = 0; resolve && i < o->resolve_count; i++)
        resolve[i] = kb_arena_dup(arena, o->resolve[i]);
    o->resolve = resolve;
    size_t room = sizeof "kabar/" KABAR_VERSION " (+)" + o->contact.n;
    client->agent = kb_arena_alloc(arena, room);
    if (client->agent && o->contact.n)
        snprintf(client->agent, room, "kabar/" KABAR_VERSION " (+%s)", o->contact.p);
    else if (client->agent)
        snprintf(client->agent, room, "kabar/" KABAR_VERSION);
    return !arena->full;
}

enum kb_status kb_client_new(struct kb_client **out,
                             const struct kb_client_options *options,
                             struct kb_err *err) {
    enum kb_status status = check(options, err);
    struct kb_client *client = NULL;
    *out = NULL;
    if (status != KB_OK)
        return status;
    client = calloc(1, sizeof *client);
    if (!client)
        return kb_err_set(err, KB_ENOMEM, "not enough memory");
    client->options = *options;
    client->failed_last = &client->failed;
    struct kb_hosts_limits limits = {.per_host = options->per_host,
                                     .spacing = options->spacing_ms,
                                     .max_wait = options->max_wait_ms};
    client->hosts = kb_hosts_new(limits);
    client->idle = calloc(options->connections, sizeof(CURL *));
    if (!client->hosts || !client->idle || !copy_texts(client)) {
        kb_client_free(client);
        return kb_err_set(err, KB_ENOMEM, "not enough memory");
    }
    *out = client;
    return KB_OK;
}

/* Clients begin and end in several threads; before 7.84 libcurl counted without a
 * lock. */
static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;

static bool begin_libcurl(void) {
    (void)pthread_mutex_lock(&counting);
    bool begun = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    (void)pthread_mutex_unlock(&counting);
    return begun;
}

static void end_libcurl(void) {
    (void)pthread_mutex_lock(&counting);
    curl_global_cleanup();
    (void)pthread_mutex_unlock(&counting);
}

static enum kb_status wake_up(struct kb_client *client, struct kb_err *err) {
    if (client->multi)
        return KB_OK;
    if (!begin_libcurl())
        return kb_err_set(err, KB_ENOMEM, "libcurl does not start");
    CURLM *multi = curl_multi_init();
    if (!multi || curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS,
                                    (long)client->options.connections * 2)) {
        (void)curl_multi_cleanup(multi);
        end_libcurl();
        return kb_err_set(err, KB_ENOMEM, "not enough memory");
    }
    client->multi = multi;
    return KB_OK;
}

/* Takes the transfer out of the client; its answer is the caller's. */
static struct kb_answer *release(struct kb_client *client, struct kb_transfer *t) {
    struct kb_answer *answer = &t->result->answer;
    if (t->next)
        t->next->previous = t->previous;
    if (t->previous)
        t->previous->next = t->next;
    else
        client->open = t->next;
    client->open_n--;
    answer->asked = kb_arena_dup(&t->result->arena, t->request.url);
    if (!answer->url.n)
        answer->url = t->target
                          ? kb_arena_dup(&t->result->arena, kb_str_z(t->target->url))
                          : answer->asked;
    CURL *easy = kb_transfer_end(t);
    if (easy && client->idle_n < client->options.connections)
        client->idle[client->idle_n++] = easy;
    else
        curl_easy_cleanup(easy);
    t->result = NULL;
    kb_transfer_free(t);
    return answer;
}

static void stop_running(struct kb_client *client, struct kb_transfer *t) {
    if (!t->running)
        return;
    (void)curl_multi_remove_handle(client->multi, t->easy);
    t->running = false;
    client->running_n--;
}

void kb_client_free(struct kb_client *client) {
    if (!client)
        return;
    for (struct kb_transfer *t = client->open; t; t = client->open) {
        stop_running(client, t);
        kb_answer_free(release(client, t));
    }
    for (size_t i = 0; i < client->idle_n; i++)
        curl_easy_cleanup(client->idle[i]);
    free(client->idle);
    if (client->multi) {
        (void)curl_multi_cleanup(client->multi);
        end_libcurl();
    }
    kb_hosts_free(client->hosts);
    kb_arena_free(&client->texts);
    free(client);
}

size_t kb_client_open(const struct kb_client *client) {
    return client->open_n;
}

void kb_client_stop(struct kb_client *client) {
    client->stopped = 1;
    if (client->multi)
        (void)curl_multi_wakeup(client->multi);
}

/* ---- requests come ----------------------------------------------------------------- */

static void put_failed(struct kb_client *client, struct kb_transfer *t) {
    t->next_failed = NULL;
    *client->failed_last = t;
    client->failed_last = &t->next_failed;
}

/* Puts the transfer into the queue of its target's host. */
static void put_queued(struct kb_client *client, struct kb_transfer *t,
                       const struct kb_host *from) {
    int64_t now = kb_steady_ms();
    t->turn_since = now;
    if (!kb_hosts_push(client->hosts, &t->turn, kb_str_z(t->target->host), from, now)) {
        kb_transfer_fault(t, KB_FAULT_MEMORY, "not enough memory");
        put_failed(client, t);
    }
}

enum kb_status kb_client_add(struct kb_client *client, const struct kb_request *request,
                             void *context, struct kb_err *err) {
    struct kb_transfer *t;
    enum kb_status status = wake_up(client, err);
    if (status == KB_OK)
        status = kb_transfer_new(&t, client, request, err);
    if (status != KB_OK)
        return status;
    t->context = context;
    t->next = client->open;
    if (t->next)
        t->next->previous = t;
    client->open = t;
    client->open_n++;
    bool aimed = kb_transfer_aim(t, t->request.url);
    if (aimed)
        put_queued(client, t, NULL);
    else
        put_failed(client, t);
    return KB_OK;
}

/* ---- and go ------------------------------------------------------------------------ */

static void tell_paused(struct kb_transfer *t, int64_t now) {
    kb_transfer_fault(t, KB_FAULT_PAUSED,
                      "%s asked to be left alone and wants it for %lld s more; ask again "
                      "after that",
                      t->target->host,
                      (long long)(kb_host_pause(t->turn.host, now) + 999) / 1000);
    t->result->answer.retry_after = (kb_host_pause(t->turn.host, now) + 999) / 1000;
}

static bool start(struct kb_client *client, struct kb_transfer *t, int64_t now) {
    t->result->answer.waited += now - t->turn_since;
    if (now - t->turn_since > 1)
        kb_transfer_trace(t, KB_TRACE_NOTE, "waited %lld ms for its turn",
                          (long long)(now - t->turn_since));
    kb_transfer_trace(t, KB_TRACE_HOP, "%s %s",
                      t->method == KB_POST   ? "POST"
                      : t->method == KB_HEAD ? "HEAD"
                                             : "GET",
                      t->target->url);
    t->started = now;
    bool ready =
        t->easy ||
        kb_transfer_begin(t, client->idle_n ? client->idle[--client->idle_n] : NULL);
    if (!ready || !kb_transfer_prepare(t) ||
        curl_multi_add_handle(client->multi, t->easy) != CURLM_OK) {
        kb_transfer_fault(t, KB_FAULT_MEMORY, "not enough memory, or no such libcurl");
        return false;
    }
    t->running = true;
    client->running_n++;
    return true;
}

static void start_all(struct kb_client *client) {
    int64_t now = kb_steady_ms();
    while (client->running_n < client->options.connections) {
        bool closed;
        struct kb_turn *turn = kb_hosts_next(client->hosts, now, &closed);
        struct kb_transfer *t = (struct kb_transfer *)(void *)turn;
        if (!t)
            return;
        if (closed) {
            tell_paused(t, now);
            put_failed(client, t);
        } else if (!start(client, t, now)) {
            kb_hosts_done(client->hosts, turn);
            put_failed(client, t);
        }
    }
}

/* Some servers say when they want to be asked again; those that only say that it was too
 * much get a pause of ours. */
static void mind_pause(struct kb_client *client, const struct kb_transfer *t) {
    if (client->options.no_pauses)
        return;
    const struct kb_answer *a = &t->result->answer;
    int64_t now = kb_steady_ms(), pause = 0;
    if (a->status != 429 && a->status != 503)
        return;
    if (a->retry_after > 0)
        pause = a->retry_after * 1000;
    else if (a->status == 429)
        pause = client->options.pause_ms;
    if (!pause)
        return;
    kb_hosts_pause(client->hosts, t->turn.host, now + pause, now);
    kb_transfer_trace(t, KB_TRACE_NOTE, "%s is left alone for %lld s", t->target->host,
                      (long long)pause / 1000);
}

enum kb_status kb_client_pause(struct kb_client *client, struct kb_str url,
                               int64_t seconds, struct kb_err *err) {
    struct kb_target target;
    int64_t now = kb_steady_ms();
    enum kb_status status = kb_target_read(&target, url, KB_STR_NONE, err);
    if (status == KB_OK && !client->options.no_pauses &&
        !kb_hosts_pause_name(client->hosts, kb_str_z(target.host), now + seconds * 1000,
                             now))
        status = kb_err_set(err, KB_ENOMEM, "not enough memory for a host");
    kb_target_free(&target);
    return status;
}

/* A hop has ended.  Returns the transfer where its answer is whole. */
static struct kb_transfer *take_hop(struct kb_client *client, struct kb_transfer *t,
                                    CURLcode code) {
    stop_running(client, t);
    struct kb_turn ended = t->turn;
    bool goes_on = kb_transfer_finish(t, code);
    if (goes_on)
        put_queued(client, t, ended.host);
    else
        mind_pause(client, t);
    kb_hosts_done(client->hosts, &ended);
    return goes_on ? NULL : t;
}

/* Everything that is open becomes an answer that it was given up. */
static void stop_all(struct kb_client *client) {
    while (kb_hosts_drain(client->hosts))
        ; /* they stand in client->open */
    client->failed = NULL;
    client->failed_last = &client->failed;
    for (struct kb_transfer *t = client->open; t; t = t->next) {
        if (t->running) {
            stop_running(client, t);
            kb_hosts_done(client->hosts, &t->turn);
        }
        kb_transfer_fault(t, KB_FAULT_STOPPED, "stopped before the answer was there");
        put_failed(client, t);
    }
}

/* Hands over what is there; returns how many. */
static size_t hand_over(struct kb_client *client, kb_client_done *on_done, void *arg) {
    size_t count = 0;
    for (struct kb_transfer *t; (t = client->failed) != NULL; count++) {
        void *context = t->context;
        client->failed = t->next_failed;
        if (!client->failed)
            client->failed_last = &client->failed;
        on_done(arg, context, release(client, t));
    }
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(client->multi, &left));) {
        struct kb_transfer *t = NULL;
        char *private = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
        t = take_hop(client, (struct kb_transfer *)(void *)private, message->data.result);
        if (!t)
            continue;
        void *context = t->context;
        on_done(arg, context, release(client, t));
        count++;
    }
    return count;
}

enum kb_status kb_client_step(struct kb_client *client, unsigned timeout_ms,
                              kb_client_done *on_done, void *arg, struct kb_err *err) {
    int running;
    CURLMcode code;
    if (!client->multi) /* nothing was asked yet */
        return KB_OK;
    for (int round = 0; round < 2; round++) {
        if (client->stopped)
            stop_all(client);
        start_all(client);
        code = curl_multi_perform(client->multi, &running);
        size_t count = code ? 0 : hand_over(client, on_done, arg);
        if (code || count || round == 1 || !timeout_ms || !client->open_n)
            break;
        int64_t now = kb_steady_ms(), due = kb_hosts_due(client->hosts, now);
        int wait = timeout_ms > 60000 ? 60000 : (int)timeout_ms;
        if (client->running_n < client->options.connections && due >= 0 &&
            due - now < wait)
            wait = (int)(due - now);
        code = curl_multi_poll(client->multi, NULL, 0, wait, NULL);
        if (code)
            break;
    }
    if (code == CURLM_OK)
        return KB_OK;
    return kb_err_set(err, code == CURLM_OUT_OF_MEMORY ? KB_ENOMEM : KB_EIO,
                      "libcurl cannot go on: %s", curl_multi_strerror(code));
}
