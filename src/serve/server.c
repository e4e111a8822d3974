/* The server: its open files, the pen that writes, and one request's way to its
 * answer. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "html/html.h"
#include "serve/apps.h"
#include "serve/inner.h"
#include "serve/pages.h"
#include "serve/who.h"

/* What messages of the store call the file. */
#define FILE_NAME "the wire"

#define WEBSUB_PATH "/websub/"

enum { HTTPS_PORT = 443 };

/* ---- made and taken apart ---------------------------------------------------------- */

static char *copied(const char *z) {
    return strdup(z ? z : "");
}

static uint64_t random_seed(void) {
    uint64_t seed = (uint64_t)time(NULL);
    (void)!getrandom(&seed, sizeof(seed), GRND_NONBLOCK);
    return seed;
}

/* A wire that nobody has a password for gets a code: who reads the log, or is on this
 * machine, makes the owner's account. */
static enum kb_status make_setup_code(struct kb_server *server, struct kb_err *err) {
    struct kb_arena arena;
    struct kb_user_row *rows;
    size_t count;
    bool settled = false;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_store_users(server->writer, &arena, &rows, &count, err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        settled = settled || rows[i].password.n;
    if (status == KB_OK && !settled)
        status = kb_secret_make(server->setup_code, err);
    kb_arena_free(&arena);
    return status;
}

void kb_server_setup(const struct kb_server *server, char text[KB_SETUP_ADDRESS_BYTES]) {
    bool unix_socket = strncmp(server->address, "http", 4) != 0;
    text[0] = '\0';
    if (server->setup_code[0])
        (void)snprintf(text, KB_SETUP_ADDRESS_BYTES, "%s%s%ssetup?code=%s",
                       server->public_url[0] ? server->public_url
                       : unix_socket         ? "http://localhost"
                                             : server->address,
                       server->public_url[0] || unix_socket ? server->base : "",
                       server->public_url[0] || unix_socket ? "/" : "",
                       server->setup_code);
}

static enum kb_status read_pem(const char *path, char **text, struct kb_err *err) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t n = 0;
    ssize_t got = 0;
    *text = malloc(KB_LIMIT_PEM_BYTES + 1);
    while (fd >= 0 && *text && n <= KB_LIMIT_PEM_BYTES &&
           (got = read(fd, *text + n, KB_LIMIT_PEM_BYTES + 1 - n)) > 0)
        n += (size_t)got;
    if (fd >= 0)
        (void)close(fd);
    if (fd < 0 || got < 0 || !*text || !n)
        return kb_err_set(err, KB_EUSAGE,
                          "%.150s: cannot be read: a PEM file is needed for HTTPS", path);
    if (n > KB_LIMIT_PEM_BYTES)
        return kb_err_set(err, KB_ELIMIT, "%.150s: has more than %zu bytes", path,
                          (size_t)KB_LIMIT_PEM_BYTES);
    (*text)[n] = '\0';
    return KB_OK;
}

enum kb_status kb_server_new(const struct kb_server_options *options,
                             struct kb_server **out, struct kb_err *err) {
    struct kb_store_options open = {.mode = options->create ? KB_STORE_CREATE
                                                            : KB_STORE_WRITE,
                                    .waiting = options->waiting,
                                    .cache_bytes = KB_LIMIT_SERVE_CACHE};
    enum kb_status status = KB_ENOMEM;
    struct kb_server *server = calloc(1, sizeof(*server));
    *out = NULL;
    if (!server)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the server");
    server->options = *options;
    if (pthread_mutex_init(&server->lock, NULL) != 0 ||
        pthread_mutex_init(&server->argon, NULL) != 0) {
        free(server);
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the server");
    }
    kb_mhd_load(server);
    server->rate = kb_rate_new(random_seed());
    open.pen = server->pen = kb_pen_new();
    server->db = copied(options->db);
    server->base = copied(options->base);
    server->public_url = copied(options->public_url);
    if (!server->rate || !server->pen || !server->db || !server->base ||
        !server->public_url) {
        (void)kb_err_set(err, KB_ENOMEM, "not enough memory for the server");
        goto out;
    }
    for (size_t n = strlen(server->base); n && server->base[n - 1] == '/'; n--)
        server->base[n - 1] = '\0';
    if (server->base[0] && !kb_path_is_local(kb_str_z(server->base))) {
        status = kb_err_set(err, KB_EUSAGE,
                            "the base path is \"%.80s\"; it begins with a slash, as in "
                            "/news",
                            server->base);
        goto out;
    }
    status = kb_pages_new(options->assets, &server->pages, err);
    if (status == KB_OK)
        status = kb_trust_new(options->trust, &server->trust, err);
    if (status == KB_OK && options->tls_cert)
        status = read_pem(options->tls_cert, &server->cert, err);
    if (status == KB_OK && options->tls_cert)
        status = read_pem(options->tls_key, &server->key, err);
    if (status == KB_OK)
        status = kb_secret_make(server->form_key, err);
    if (status == KB_OK)
        status = kb_store_open(server->db, &open, &server->writer, err);
    if (status == KB_OK)
        status = make_setup_code(server, err);
    if (status == KB_OK && options->pictures)
        status = kb_server_picture_key(server, err);
    if (status == KB_OK) /* who starts it knows the path; who asks it has no use for it */
        kb_store_call(server->writer, FILE_NAME);
out:
    if (status != KB_OK) {
        kb_server_free(server);
        server = NULL;
    }
    *out = server;
    return status;
}

/* The loop's words go on to whom they are for; what is new, to who listens. */
static void fetched(void *context, const struct kb_round_told *told) {
    struct kb_server *server = context;
    const struct kb_loop_options *loop = server->options.loop;
    if (told->fresh) {
        kb_events_wake(server->events);
        kb_hooks_wake(server->hooks, false);
    }
    if (loop->told)
        loop->told(loop->context, told);
}

static void round_ended(void *context, const struct kb_round_result *result) {
    const struct kb_loop_options *loop = ((struct kb_server *)context)->options.loop;
    if (loop->ended)
        loop->ended(loop->context, result);
}

static void round_failed(void *context, const char *says) {
    const struct kb_loop_options *loop = ((struct kb_server *)context)->options.loop;
    if (loop->failed)
        loop->failed(loop->context, says);
}

/* Files that nobody reads or writes just now keep none of their pages. */
static void rests(void *context) {
    struct kb_server *server = context;
    (void)pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < server->reader_count; i++)
        kb_store_rest(server->readers[i]);
    (void)pthread_mutex_unlock(&server->lock);
    kb_pen_take(server->pen);
    kb_store_rest(server->writer);
    kb_pen_give(server->pen);
}

/* Where hubs find us: where people do, unless that is a place that the guard would not
 * let us ask either. */
static enum kb_status make_callback(struct kb_server *server, struct kb_err *err) {
    const struct kb_loop_options *loop = server->options.loop;
    struct kb_str url = kb_str_z(server->public_url);
    struct kb_str host = kb_url_host(url);
    while (kb_str_ends(url, KB_STR("/")))
        url.n--;
    if (host.n > 2 && host.p[0] == '[')
        host = kb_str_slice(host, 1, host.n - 1);
    if (!server->options.websub || !loop || !url.n ||
        kb_guard_host(loop->client->guard, host, HTTPS_PORT) != KB_GUARD_FREE)
        return KB_OK;
    size_t n = url.n + strlen(server->base) + sizeof WEBSUB_PATH;
    server->callback = malloc(n);
    if (!server->callback)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the server");
    (void)snprintf(server->callback, n, "%.*s%s" WEBSUB_PATH, (int)url.n, url.p,
                   server->base);
    return KB_OK;
}

enum kb_status kb_server_start(struct kb_server *server, struct kb_err *err) {
    enum kb_status status = make_callback(server, err);
    if (status == KB_OK)
        status = kb_server_listen(server, err);
    if (status == KB_OK && server->options.pictures)
        status = kb_pictures_new(server->options.pictures, &server->pictures, err);
    if (status == KB_OK)
        status = kb_events_new(server, &server->events, err);
    if (status == KB_OK && server->options.client)
        status = kb_hooks_new(server, server->options.client, &server->hooks, err);
    if (status == KB_OK && server->options.loop) {
        struct kb_loop_options loop = *server->options.loop;
        loop.db = server->db;
        loop.pen = server->pen;
        loop.told = fetched;
        loop.ended = round_ended;
        loop.failed = round_failed;
        loop.rests = rests;
        loop.context = server;
        loop.callback = server->callback;
        loop.icons = server->options.pictures != NULL;
        status = kb_loop_start(&loop, &server->loop, err);
    }
    if (status == KB_OK) /* last: what answers finds all that it asks */
        status = kb_mhd_start(server, err);
    return status;
}

void kb_server_stop(struct kb_server *server) {
    kb_loop_stop(server->loop); /* comes to its end while requests do */
    kb_events_end(server->events);
    kb_mhd_stop(server);
    kb_loop_free(server->loop);
    kb_pictures_free(server->pictures);
    kb_hooks_free(server->hooks);
    server->loop = NULL;
    kb_events_free(server->events);
    server->events = NULL;
    server->hooks = NULL;
    server->pictures = NULL;
    for (size_t i = 0; i < server->socket_count; i++)
        if (server->sockets[i] >= 0)
            (void)close(server->sockets[i]);
    server->socket_count = 0;
    if (server->unix_path[0])
        (void)unlink(server->unix_path);
    server->unix_path[0] = '\0';
}

void kb_server_free(struct kb_server *server) {
    if (!server)
        return;
    kb_mhd_loaded(server);
    kb_server_stop(server);
    for (size_t i = 0; i < server->reader_count; i++)
        kb_store_close(server->readers[i]);
    kb_store_close(server->writer);
    kb_pen_free(server->pen);
    kb_trust_free(server->trust);
    free(server->cert);
    free(server->key);
    kb_rate_free(server->rate);
    kb_pages_free(server->pages);
    (void)pthread_mutex_destroy(&server->lock);
    (void)pthread_mutex_destroy(&server->argon);
    free(server->db);
    free(server->base);
    free(server->public_url);
    free(server->callback);
    free(server);
}

size_t kb_server_hand_over(struct kb_server *server, int *sockets, size_t room) {
    size_t count = 0;
    for (size_t i = 0; i < server->socket_count && count < room; i++) {
        int copy = fcntl(server->sockets[i], F_DUPFD_CLOEXEC, 3);
        if (copy >= 0)
            sockets[count++] = copy;
    }
    if (count)
        server->unix_path[0] = '\0';
    return count;
}

void kb_server_take(struct kb_server *server, const int *sockets, size_t count,
                    const char *unix_path) {
    server->options.sockets = sockets;
    server->options.socket_count = count;
    server->options.unix_path = unix_path;
}

int kb_server_session_days(const struct kb_server *server) {
    int days = server->options.session_days;
    return days > 0 ? days : KB_LIMIT_SESSION_DAYS;
}

void kb_server_wake(struct kb_server *server) {
    kb_loop_wake(server->loop);
}

enum kb_status kb_server_refresh(struct kb_server *server, int64_t feed, int64_t now,
                                 struct kb_err *err) {
    struct kb_store *store;
    enum kb_status status = kb_server_begin(server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_server_end(server, kb_store_feed_due(store, feed, now, err), err);
    if (status == KB_OK)
        kb_server_wake(server);
    return status;
}

const char *kb_server_callback(const struct kb_server *server) {
    return server->callback;
}

int64_t kb_server_silent(struct kb_server *server) {
    return server->loop ? kb_loop_silent(server->loop) : 0;
}

const char *kb_server_address(const struct kb_server *server) {
    return server->address;
}

/* ---- files ------------------------------------------------------------------------- */

/* A file that nobody reads now, or one more. */
enum kb_status kb_server_reader(struct kb_server *server, struct kb_store **store,
                                struct kb_err *err) {
    struct kb_store_options open = {.mode = KB_STORE_READ,
                                    .cache_bytes = KB_LIMIT_SERVE_CACHE};
    enum kb_status status = KB_OK;
    *store = NULL;
    (void)pthread_mutex_lock(&server->lock);
    if (server->reader_count)
        *store = server->readers[--server->reader_count];
    (void)pthread_mutex_unlock(&server->lock);
    if (!*store)
        status = kb_store_open(server->db, &open, store, err);
    if (status == KB_OK) {
        kb_store_call(*store, FILE_NAME);
        status = kb_store_begin_reading(*store, err);
        if (status != KB_OK) {
            kb_store_close(*store);
            *store = NULL;
        }
    }
    return status;
}

void kb_server_reader_back(struct kb_server *server, struct kb_store *store) {
    if (!store)
        return;
    kb_store_rollback(store);
    (void)pthread_mutex_lock(&server->lock);
    if (server->reader_count < KB_SERVE_THREADS) {
        server->readers[server->reader_count++] = store;
        store = NULL;
    }
    (void)pthread_mutex_unlock(&server->lock);
    kb_store_close(store);
}

enum kb_status kb_server_begin(struct kb_server *server, struct kb_store **store,
                               struct kb_err *err) {
    *store = server->writer;
    return kb_store_begin(server->writer, err);
}

/* Writes down which passes were used; what fails here is only that. */
static void write_used(struct kb_server *server) {
    struct kb_server_used used[KB_SERVE_USED];
    struct kb_err err;
    (void)pthread_mutex_lock(&server->lock);
    size_t count = server->used_count;
    memcpy(used, server->used, sizeof(used));
    server->used_count = 0;
    (void)pthread_mutex_unlock(&server->lock);
    for (size_t i = 0; i < count; i++)
        if (kb_store_pass_used(server->writer, used[i].pass, used[i].now, used[i].expires,
                               KB_STR_NONE, KB_STR_NONE, &err) != KB_OK)
            return;
}

void kb_server_used(struct kb_server *server, int64_t pass, int64_t now,
                    int64_t expires) {
    size_t i = 0;
    (void)pthread_mutex_lock(&server->lock);
    while (i < server->used_count && server->used[i].pass != pass)
        i++;
    if (i < KB_SERVE_USED) {
        server->used[i] = (struct kb_server_used){pass, now, expires};
        if (i == server->used_count)
            server->used_count++;
    }
    (void)pthread_mutex_unlock(&server->lock);
}

void kb_server_used_last(struct kb_server *server, struct kb_pass_row *rows,
                         size_t count) {
    (void)pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < server->used_count; k++)
            if (server->used[k].pass == rows[i].n && server->used[k].now > rows[i].used)
                rows[i].used = server->used[k].now;
    (void)pthread_mutex_unlock(&server->lock);
}

enum kb_status kb_server_commit(struct kb_server *server, struct kb_err *err) {
    write_used(server);
    return kb_store_commit(server->writer, err);
}

void kb_server_rollback(struct kb_server *server) {
    kb_store_rollback(server->writer);
}

enum kb_status kb_server_end(struct kb_server *server, enum kb_status done,
                             struct kb_err *err) {
    if (done == KB_OK)
        return kb_server_commit(server, err);
    kb_server_rollback(server);
    return done;
}

struct kb_str kb_server_form_key(const struct kb_http *req) {
    size_t n = strlen(req->server->form_key);
    char *text = kb_arena_alloc(req->arena, n + req->who.name.n + 1);
    if (!text)
        return KB_STR_NONE;
    memcpy(text, req->server->form_key, n);
    memcpy(text + n, req->who.name.n ? req->who.name.p : "", req->who.name.n);
    return (struct kb_str){text, n + req->who.name.n};
}

/* ---- a request --------------------------------------------------------------------- */

const struct kb_route *kb_server_route(struct kb_http *req, unsigned *allowed) {
    return kb_route_find(kb_route_tables, kb_route_table_count, req->method, req->path,
                         req->arena, req->part, allowed);
}

/* The sentence of a refusal as a body of the kind that asks. */
static void print_refusal(struct kb_http *req, enum kb_route_kind kind,
                          struct kb_reply *res) {
    struct kb_json json;
    kb_buf_clear(&res->body);
    res->body.status = KB_OK;
    if (kb_app_print_refusal(kind, res))
        return;
    if ((kind == KB_ROUTE_PAGE || kind == KB_ROUTE_OPEN) && kb_pages_refusal(req, res))
        return;
    if (kind != KB_ROUTE_API) {
        res->type = KB_TYPE_TEXT;
        kb_buf_printf(&res->body, "%s\n", res->says);
        return;
    }
    res->type = KB_TYPE_JSON;
    kb_json_init(&json, &res->body, 0);
    kb_json_object(&json);
    kb_json_field_object(&json, "error");
    kb_json_field_int(&json, "status", res->status);
    kb_json_field(&json, "says", kb_str_z(res->says));
    kb_json_object_end(&json);
    kb_json_object_end(&json);
    kb_buf_char(&res->body, '\n');
}

/* A status of ours as HTTP's: X-macro's fourth column. */
static int http_status(enum kb_status status) {
    static const int http[] = {
#define X(code, name, text, number) number,
        KB_STATUS_LIST(X)
#undef X
    };
    return http[status];
}

static void refuse_path(struct kb_http *req, struct kb_reply *res, unsigned allowed) {
    static const char *const names[] = {
#define X(code, name) name,
        KB_HTTP_METHOD_LIST(X)
#undef X
    };
    if (!allowed) {
        (void)!kb_refuse(res, 404, "there is nothing here");
        return;
    }
    struct kb_buf list;
    kb_buf_init(&list, 100);
    for (unsigned i = 0; i < KB_COUNT(names); i++)
        if (allowed & 1u << i)
            kb_buf_printf(&list, "%s%s", list.n ? ", " : "", names[i]);
    kb_reply_header(res, "Allow", kb_arena_dup(req->arena, kb_buf_view(&list)));
    kb_buf_free(&list);
    (void)!kb_refuse(res, 405, "this address does not take that method");
}

/* No route knows the path by this method.  What may be asked of it from another site's
 * script is told all the same: of the apps' dialects all. */
static void answer_nowhere(struct kb_http *req, struct kb_reply *res,
                           enum kb_route_kind kind, unsigned allowed) {
    bool dialect = kb_app_cross_origin(kind, res);
    if (dialect && allowed && req->method == KB_HTTP_OPTIONS)
        kb_app_preflight(res);
    else
        refuse_path(req, res, allowed);
}

/* The log gets the file's path; who asks gets the sentence, and not even that where the
 * file could not be opened: then it begins with the path. */
static void refuse_failure(const struct kb_server *server, struct kb_reply *res,
                           enum kb_status status, const struct kb_err *err) {
    const char *says = err->text[0] ? err->text : kb_status_text(status);
    size_t n = strlen(server->db);
    bool has_path = strncmp(says, server->db, n) == 0 && says[n] == ':';
    char line[sizeof(err->text) + PATH_MAX];
    (void)snprintf(line, sizeof(line), "%s%s%s", has_path ? "" : server->db,
                   has_path ? "" : ": ", says);
    if (server->options.fault && http_status(status) >= 500)
        server->options.fault(line);
    (void)!kb_refuse(res, http_status(status), "%s",
                     has_path ? "the wire cannot be read just now; its log tells why"
                              : says);
}

/* Where there is nothing stands a page too, with the way back of who is logged in. */
static const struct kb_route nowhere = {KB_HTTP_GET, "", KB_ROUTE_OPEN, KB_RANK_NOBODY, 0,
                                        NULL,        0};

static uint64_t microseconds_now(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void kb_server_answer(struct kb_server *server, struct kb_http *req,
                      struct kb_reply *res) {
    uint64_t began = microseconds_now();
    struct kb_err err = {.text = ""};
    enum kb_status status = KB_OK;
    unsigned allowed = 0;
    req->server = server;
    res->status = 0;
    const struct kb_route *route = kb_server_route(req, &allowed);
    const enum kb_route_kind kind = route ? route->kind : kb_app_kind_of(req->path);
    bool page = !route && req->method == KB_HTTP_GET && kind == KB_ROUTE_OPEN;
    if (route)
        (void)kb_app_cross_origin(kind, res);
    else
        answer_nowhere(req, res, kind, allowed);
    if (route || page) {
        status = kb_server_reader(server, &req->store, &err);
        if (status == KB_OK)
            status = kb_who_find(req, route ? route : &nowhere, res, &err);
        if (status == KB_OK && !res->status)
            status = route->handle(req, res, &err);
        kb_server_reader_back(server, req->store);
        req->store = NULL;
    }
    if (status == KB_OK && req->arena->full)
        status = kb_err_set(&err, KB_ENOMEM, "this answer needs more memory than it may");
    if (status == KB_OK)
        status = res->body.status;
    if (status != KB_OK) {
        if (res->tap)
            kb_tap_free(res->tap);
        res->tap = NULL;
        res->waits = false;
        refuse_failure(server, res, status, &err);
    }
    if (res->waits) /* it is counted when it is answered */
        return;
    if (!res->status)
        res->status = 200;
    if (res->says[0] && !res->body.n)
        print_refusal(req, kind, res);
    kb_metrics_add(&server->metrics, route ? (unsigned)route->kind : KB_METRICS_KINDS,
                   res->status, microseconds_now() - began);
}
