/* libmicrohttpd ↔ requests and answers.
 *
 * The library reads and writes the sockets, one set of threads for each, and calls here:
 * once with the request line (told), with the head and each piece of the body (take), and
 * when all was sent (done).  A call is one request's memory.  A request that waits for a
 * picture is laid aside (suspended) and taken again when it is woken. */
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "serve/inner.h"

struct call {
    struct kb_server *server;
    struct kb_arena arena;
    struct kb_http req;
    struct kb_buf body;
    struct kb_pair *fields; /* of a multipart body */
    size_t field_count, field_cap;
    struct kb_str authority; /* of a target in absolute form */
    struct kb_str prefix;    /* that a proxy took off the path */
    bool begun, refused, crowded;
    size_t held; /* of the body, as far as it counts */
    struct kb_picture_waiter waiter;
};

/* ---- the head ---------------------------------------------------------------------- */

/* The path stays as it was sent; names in it are decoded part by part. */
static size_t keep_percent(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

static struct kb_watched *watched(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void *told(void *context, const char *target, struct MHD_Connection *connection) {
    struct call *call = calloc(1, sizeof(*call));
    if (!call)
        return NULL;
    call->server = context;
    kb_watch_asks(call->server->watch, watched(connection));
    kb_arena_init(&call->arena, KB_LIMIT_ANSWER_MEMORY);
    call->req.arena = &call->arena;
    struct kb_str whole = kb_arena_dup(&call->arena, kb_str_z(target));
    kb_target_parse(whole, &call->req.path, &call->req.query_text, &call->authority);
    return call;
}

struct header_list {
    struct kb_arena *arena;
    struct kb_pair *items;
    size_t count, cap;
};

static enum MHD_Result add_header(void *context, enum MHD_ValueKind kind,
                                  const char *name, size_t name_n, const char *value,
                                  size_t value_n) {
    struct header_list *list = context;
    (void)kind;
    if (!kb_arena_grow(list->arena, (void **)&list->items, list->count, &list->cap,
                       sizeof(*list->items), KB_LIMIT_FIELDS))
        return MHD_NO;
    list->items[list->count++] =
        (struct kb_pair){{name, name_n}, {value ? value : "", value ? value_n : 0}};
    return MHD_YES;
}

/* Who asks, and by which host, as the connection or a trusted proxy tells it. */
static void read_client(struct kb_server *server, struct MHD_Connection *connection,
                        struct kb_http *req, struct kb_told *told) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[KB_WATCH_ADDRESS];
    kb_watch_address(info ? info->client_addr : NULL, text);
    struct kb_str peer = kb_arena_dup(req->arena, kb_str_z(text));
    kb_proxy_told(server->trust, peer, req, told);
    req->client = told->client;
    req->secure = told->scheme.n ? kb_str_equal_nocase(told->scheme, KB_STR("https"))
                                 : server->cert != NULL;
    if (server->options.login_header && kb_trust_has(server->trust, peer))
        req->proxy_user = kb_proxy_login(req, server->options.login_header);
}

static bool read_method(const char *method, struct kb_http *req) {
    static const char *const names[] = {
#define X(code, name) name,
        KB_HTTP_METHOD_LIST(X)
#undef X
    };
    req->head = strcmp(method, "HEAD") == 0;
    for (size_t i = 0; i < KB_COUNT(names); i++)
        if (strcmp(method, names[i]) == 0 || (i == 0 && req->head)) {
            req->method = (enum kb_http_method)i;
            return true;
        }
    return false;
}

/* "https://news.example.org", as the options or the request say. */
static void read_origin(struct kb_server *server, struct kb_http *req,
                        const struct kb_told *told) {
    struct kb_str host = told->host.n ? told->host : kb_http_header(req, "Host");
    if (server->public_url[0]) {
        req->origin = kb_str_z(server->public_url);
        req->secure = kb_str_starts(req->origin, KB_STR("https:"));
        return;
    }
    for (size_t i = 0; i < host.n; i++)
        if (!kb_is_alpha(host.p[i]) && !kb_is_digit(host.p[i]) &&
            !memchr("-._:[]", host.p[i], 6))
            host = KB_STR("localhost");
    struct kb_buf text;
    kb_buf_init(&text, KB_LIMIT_URL_BYTES);
    kb_buf_z(&text, req->secure ? "https://" : "http://");
    kb_buf_str(&text, host.n ? host : KB_STR("localhost"));
    req->origin = kb_arena_dup(req->arena, kb_buf_view(&text));
    kb_buf_free(&text);
}

/* Takes the base path off, and finds what stands in front of links: what a proxy took
 * off, and ours.  False where the request is not below our base; a proxy that took off
 * the same has done it for us. */
static bool below_base(const struct kb_server *server, struct kb_http *req,
                       struct kb_str prefix) {
    struct kb_str base = kb_str_z(server->base);
    bool below = kb_str_starts(req->path, base) &&
                 (!base.n || req->path.n == base.n || req->path.p[base.n] == '/');
    bool same = kb_str_equal(prefix, base);
    req->base = base;
    if (!below)
        return same;
    req->path = kb_str_slice(req->path, base.n, req->path.n);
    if (!req->path.n)
        req->path = KB_STR("/");
    if (!prefix.n || same)
        return true;
    char *whole = kb_arena_alloc(req->arena, prefix.n + base.n + 1);
    if (!whole)
        return false;
    memcpy(whole, prefix.p, prefix.n);
    memcpy(whole + prefix.n, base.n ? base.p : "", base.n);
    req->base = (struct kb_str){whole, prefix.n + base.n};
    return true;
}

static void read_head(struct call *call, struct MHD_Connection *connection) {
    struct kb_http *req = &call->req;
    struct header_list list = {.arena = req->arena};
    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, add_header, &list);
    req->headers = (struct kb_pairs){list.items, list.count};
    req->server = call->server;
    req->now = (int64_t)time(NULL);
    struct kb_told who;
    read_client(call->server, connection, req, &who);
    read_origin(call->server, req, &who);
    call->prefix = who.prefix;
    struct kb_str type = kb_http_header(req, "Content-Type");
    size_t end = kb_str_find_byte(type, ';');
    type = kb_str_trim(kb_str_slice(type, 0, end == KB_NOT_FOUND ? type.n : end));
    char *lower = kb_arena_alloc(req->arena, type.n + 1);
    for (size_t i = 0; lower && i < type.n; i++)
        lower[i] = kb_lower(type.p[i]);
    if (lower)
        req->type = (struct kb_str){lower, type.n};
    if (!kb_pairs_parse(req->arena, req->query_text, &req->query) ||
        !kb_cookies_parse(req->arena, kb_http_header(req, "Cookie"), &req->cookies))
        call->refused = true;
}

/* ---- the body ---------------------------------------------------------------------- */

/* How much of large bodies is held, of all requests: who may send them is known only when
 * they are whole. */
static void count_body(struct call *call) {
    size_t now = call->body.n > KB_LIMIT_SERVE_BODY_SMALL ? call->body.n : 0;
    size_t all =
        atomic_fetch_add(&call->server->bodies, now - call->held) + now - call->held;
    call->held = now;
    if (now && all > KB_LIMIT_SERVE_BODIES) {
        call->crowded = true;
        kb_buf_free(&call->body);
        count_body(call);
    }
}

static void take_body(struct call *call, const char *data, size_t n) {
    if (call->crowded)
        return;
    kb_buf_add(&call->body, data, n);
    count_body(call);
}

static enum MHD_Result add_field(void *context, enum MHD_ValueKind kind, const char *name,
                                 const char *file, const char *type, const char *coding,
                                 const char *data, uint64_t at, size_t n) {
    struct call *call = context;
    (void)kind, (void)file, (void)type, (void)coding;
    struct kb_str piece = {data, n};
    if (at && call->field_count) { /* the next piece of the field before */
        struct kb_pair *last = &call->fields[call->field_count - 1];
        char *whole = kb_arena_alloc(&call->arena, last->value.n + n + 1);
        if (!whole)
            return MHD_NO;
        memcpy(whole, last->value.p, last->value.n);
        memcpy(whole + last->value.n, data, n);
        last->value = (struct kb_str){whole, last->value.n + n};
        return MHD_YES;
    }
    if (!kb_arena_grow(&call->arena, (void **)&call->fields, call->field_count,
                       &call->field_cap, sizeof(*call->fields), KB_LIMIT_FIELDS))
        return MHD_NO;
    call->fields[call->field_count++] = (struct kb_pair){
        kb_arena_dup(&call->arena, kb_str_z(name)), kb_arena_dup(&call->arena, piece)};
    return MHD_YES;
}

/* The whole body is one piece for the library, so that a field comes in few. */
static bool read_multipart(struct call *call, struct MHD_Connection *connection) {
    struct MHD_PostProcessor *parser =
        MHD_create_post_processor(connection, KB_LIMIT_MULTIPART_PIECE, add_field, call);
    bool good = parser && MHD_post_process(parser, call->body.p, call->body.n) == MHD_YES;
    if (parser)
        good = MHD_destroy_post_processor(parser) == MHD_YES && good;
    call->req.form = (struct kb_pairs){call->fields, call->field_count};
    return good;
}

static bool read_body(struct call *call, struct MHD_Connection *connection) {
    struct kb_http *req = &call->req;
    req->body = kb_buf_view(&call->body);
    if (!req->body.n)
        return true;
    if (kb_str_equal(req->type, KB_STR("multipart/form-data")))
        return read_multipart(call, connection);
    /* Some reader apps send JSON under this type: then it is no form. */
    if (kb_str_equal(req->type, KB_STR("application/x-www-form-urlencoded")) &&
        req->body.p[0] != '{' && req->body.p[0] != '[')
        return kb_pairs_parse(req->arena, req->body, &req->form);
    return true;
}

/* ---- the answer -------------------------------------------------------------------- */

/* Packs a body where that is worth it and the client takes it. */
static void pack(const struct kb_http *req, struct kb_reply *res) {
    z_stream z = {0};
    if (res->body.n < KB_LIMIT_ANSWER_PLAIN || !res->type ||
        strncmp(res->type, "image/", 6) == 0)
        return;
    kb_reply_header(res, "Vary", KB_STR("Accept-Encoding"));
    if (!kb_takes_gzip(kb_http_header(req, "Accept-Encoding")) ||
        deflateInit2(&z, 4, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return;
    struct kb_buf packed;
    kb_buf_init(&packed, res->body.max);
    size_t room = deflateBound(&z, (uLong)res->body.n);
    if (kb_buf_reserve(&packed, room)) {
        z.next_in = (Bytef *)res->body.p;
        z.avail_in = (uInt)res->body.n;
        z.next_out = (Bytef *)packed.p;
        z.avail_out = (uInt)room;
        if (deflate(&z, Z_FINISH) == Z_STREAM_END) {
            packed.n = room - z.avail_out;
            kb_buf_free(&res->body);
            res->body = packed;
            packed = (struct kb_buf){0};
            kb_reply_header(res, "Content-Encoding", KB_STR("gzip"));
        }
    }
    kb_buf_free(&packed);
    (void)deflateEnd(&z);
}

static void tag(const struct kb_http *req, struct kb_reply *res) {
    char text[48];
    if (!res->tagged || res->status != 200)
        return;
    int n =
        snprintf(text, sizeof(text), "W/\"%016llx%zx\"",
                 (unsigned long long)kb_hash(res->body.p, res->body.n, 7), res->body.n);
    struct kb_str etag = kb_arena_dup(req->arena, (struct kb_str){text, (size_t)n});
    kb_reply_header(res, "ETag", etag);
    if (kb_str_find(kb_http_header(req, "If-None-Match"), etag) != KB_NOT_FOUND) {
        res->status = 304;
        res->type = NULL;
        kb_buf_clear(&res->body);
    }
}

static const struct {
    const char *name, *value;
} always[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"X-Frame-Options", "DENY"},
    /* No script, style or picture of anybody else's, none inside the page. */
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
     "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
     "base-uri 'none'; frame-ancestors 'none'"},
};

static void add(struct MHD_Response *response, const char *name, const char *value) {
    (void)MHD_add_response_header(response, name, value);
}

static void pause_connection(void *connection) {
    MHD_suspend_connection(connection);
}

static void resume_connection(void *connection) {
    MHD_resume_connection(connection);
}

/* The library looks at no connection that is paused, and the system takes a heartbeat for
 * one that was closed. */
static bool is_gone(void *connection) {
    char byte;
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    ssize_t n = fd ? recv(fd->connect_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) : 0;
    return !n || (n < 0 && errno != EAGAIN && errno != EINTR);
}

static ssize_t take_events(void *context, uint64_t at, char *room, size_t n) {
    bool over;
    (void)at;
    size_t taken = kb_tap_take(context, room, n, &over);
    return over ? MHD_CONTENT_READER_END_OF_STREAM : (ssize_t)taken;
}

static void free_tap(void *context) {
    kb_tap_free(context);
}

/* An answer that goes on: events for as long as somebody listens. */
static struct MHD_Response *begin_events(struct call *call,
                                         struct MHD_Connection *connection,
                                         struct kb_reply *res) {
    static const struct kb_tap_line line = {pause_connection, resume_connection, is_gone};
    enum { PIECE = 4096 };
    kb_tap_begin(res->tap, &res->body, connection, &line);
    struct MHD_Response *response = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, PIECE, take_events, res->tap, free_tap);
    if (response)
        kb_watch_listens(call->server->watch, watched(connection));
    else
        kb_tap_free(res->tap);
    return response;
}

/* Has the handler said it in its own way? */
static bool replaces(const struct kb_reply *res, const char *name) {
    for (size_t i = 0; i < res->header_count; i++)
        if (kb_str_equal_nocase(res->headers[i].name, kb_str_z(name)))
            return true;
    return false;
}

static enum MHD_Result send_answer(struct call *call, struct MHD_Connection *connection,
                                   struct kb_reply *res) {
    struct MHD_Response *response;
    if (res->tap) {
        response = begin_events(call, connection, res);
    } else {
        tag(&call->req, res);
        pack(&call->req, res);
        response = MHD_create_response_from_buffer_with_free_callback(res->body.n,
                                                                      res->body.p, free);
    }
    if (!response) {
        kb_buf_free(&res->body);
        return MHD_NO;
    }
    if (res->type)
        add(response, "Content-Type", res->type);
    if (call->server->cert)
        add(response, "Strict-Transport-Security", "max-age=31536000");
    for (size_t i = 0; i < KB_COUNT(always); i++)
        if (!replaces(res, always[i].name))
            add(response, always[i].name, always[i].value);
    if (!res->may_store)
        add(response, "Cache-Control", res->tagged ? "private, no-cache" : "no-store");
    for (size_t i = 0; i < res->header_count; i++)
        add(response, res->headers[i].name.p, res->headers[i].value.p);
    enum MHD_Result result =
        MHD_queue_response(connection, (unsigned)res->status, response);
    MHD_destroy_response(response);
    return result;
}

/* ---- the library's calls ----------------------------------------------------------- */

static enum MHD_Result refuse(struct call *call, struct MHD_Connection *connection,
                              int status, const char *says) {
    struct kb_reply res = {.type = KB_TYPE_TEXT, .status = status};
    kb_buf_init(&res.body, 1024);
    kb_buf_printf(&res.body, "%s\n", says);
    return send_answer(call, connection, &res);
}

static enum MHD_Result begin(struct call *call, struct MHD_Connection *connection,
                             const char *method) {
    unsigned allowed;
    call->begun = true;
    if (!read_method(method, &call->req))
        return refuse(call, connection, 501, "this server does not know that method");
    read_head(call, connection);
    if (call->refused || call->arena.full)
        return refuse(call, connection, 400, "the request has too many fields");
    if (!kb_head_is_sound(call->req.headers))
        return refuse(call, connection, 400, "its host or its length is not clear");
    if (!kb_target_is_own(call->authority, kb_http_header(&call->req, "Host")))
        return refuse(call, connection, 421, "the address is another server's");
    if (!below_base(call->server, &call->req, call->prefix))
        return refuse(call, connection, 404, "this server answers below its base path");
    const struct kb_route *route = kb_server_route(&call->req, &allowed);
    size_t max = route && route->body_max ? route->body_max : KB_LIMIT_FORM_BYTES;
    int64_t length = 0;
    kb_buf_init(&call->body, max);
    struct kb_str says = kb_http_header(&call->req, "Content-Length");
    if (says.n && !kb_number(says, 0, (int64_t)max, &length))
        return refuse(call, connection, 413, "the request is larger than it may be here");
    return MHD_YES;
}

/* First laid aside, then made known: who wakes it finds it asleep. */
static enum MHD_Result lay_aside(struct call *call, struct MHD_Connection *connection,
                                 struct kb_reply *res) {
    kb_buf_free(&res->body);
    call->waiter.wake = resume_connection;
    call->waiter.context = connection;
    MHD_suspend_connection(connection);
    kb_pictures_await(call->server->pictures, call->req.picture, &call->waiter);
    return MHD_YES;
}

static enum MHD_Result take(void *context, struct MHD_Connection *connection,
                            const char *url, const char *method, const char *version,
                            const char *data, size_t *n, void **own) {
    struct call *call = *own;
    (void)context, (void)url, (void)version;
    if (!call)
        return MHD_NO;
    if (!call->begun)
        return begin(call, connection, method);
    if (*n) { /* what is too much is read and forgotten: then it can be refused */
        take_body(call, data, *n);
        *n = 0;
        return MHD_YES;
    }
    if (call->crowded)
        return refuse(call, connection, 503, "too much is sent at once; try again later");
    if (call->body.status != KB_OK)
        return refuse(call, connection, 413, "the request is larger than it may be here");
    if (!read_body(call, connection))
        return refuse(call, connection, 400, "the request's fields cannot be read");
    kb_watch_answers(call->server->watch, watched(connection));
    struct kb_reply res = {.status = 0};
    kb_buf_init(&res.body, KB_LIMIT_ANSWER_BYTES);
    kb_server_answer(call->server, &call->req, &res);
    if (res.waits)
        return lay_aside(call, connection, &res);
    return send_answer(call, connection, &res);
}

static void done(void *context, struct MHD_Connection *connection, void **own,
                 enum MHD_RequestTerminationCode code) {
    struct call *call = *own;
    struct kb_server *server = context;
    (void)code;
    kb_watch_rests(server->watch, watched(connection));
    if (!call)
        return;
    kb_pictures_give(server->pictures, call->req.picture);
    kb_buf_free(&call->body);
    count_body(call);
    kb_arena_free(&call->arena);
    free(call);
    *own = NULL;
}

/* ---- begun and ended --------------------------------------------------------------- */

static unsigned thread_count(const struct kb_server *server) {
    long cores = server->options.threads > 0 ? server->options.threads
                                             : sysconf(_SC_NPROCESSORS_ONLN);
    if (cores < 2)
        cores = 2;
    return cores > KB_SERVE_THREADS ? KB_SERVE_THREADS : (unsigned)cores;
}

static enum MHD_Result may_connect(void *context, const struct sockaddr *address,
                                   socklen_t length) {
    struct kb_server *server = context;
    (void)length;
    return kb_watch_may(server->watch, address) ? MHD_YES : MHD_NO;
}

static void connected(void *context, struct MHD_Connection *connection, void **own,
                      enum MHD_ConnectionNotificationCode code) {
    struct kb_server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *fd =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        int number = fd ? fd->connect_fd : -1;
        const union MHD_ConnectionInfo *at =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
        *own = kb_watch_begin(server->watch, number, at ? at->client_addr : NULL);
    } else {
        kb_watch_end(server->watch, *own);
        *own = NULL;
    }
}

static void *load(void *context) {
    (void)context;
    (void)MHD_get_version();
    return NULL;
}

void kb_mhd_load(struct kb_server *server) {
    server->loads = pthread_create(&server->loader, NULL, load, NULL) == 0;
}

void kb_mhd_loaded(struct kb_server *server) {
    if (server->loads)
        (void)pthread_join(server->loader, NULL);
    server->loads = false;
}

enum kb_status kb_mhd_start(struct kb_server *server, struct kb_err *err) {
    struct MHD_OptionItem tls[] = {{MHD_OPTION_END, 0, NULL},
                                   {MHD_OPTION_HTTPS_MEM_KEY, 0, server->key},
                                   {MHD_OPTION_END, 0, NULL}};
    if (server->cert)
        tls[0] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, server->cert};
    enum kb_status status = kb_watch_new(server->trust, &server->watch, err);
    if (status != KB_OK)
        return status;
    kb_mhd_loaded(server);
    for (size_t i = 0; i < server->socket_count; i++) {
        server->daemons[i] = MHD_start_daemon(
            MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME |
                (server->cert ? MHD_USE_TLS : 0),
            0, may_connect, server, take, server, MHD_OPTION_LISTEN_SOCKET,
            server->sockets[i], MHD_OPTION_THREAD_POOL_SIZE, thread_count(server),
            MHD_OPTION_CONNECTION_LIMIT, (unsigned)KB_LIMIT_SERVE_CONNECTIONS,
            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)KB_LIMIT_SERVE_IDLE_S,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)KB_LIMIT_SERVE_HEAD_BYTES,
            MHD_OPTION_URI_LOG_CALLBACK, told, server, MHD_OPTION_UNESCAPE_CALLBACK,
            keep_percent, NULL, MHD_OPTION_NOTIFY_COMPLETED, done, server,
            MHD_OPTION_NOTIFY_CONNECTION, connected, server, MHD_OPTION_ARRAY, tls,
            MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
        if (!server->daemons[i])
            return kb_err_set(err, KB_EIO,
                              server->cert
                                  ? "the server does not start: are tls-cert and "
                                    "tls-key a certificate and its key?"
                                  : "the HTTP server does not start");
    }
    return KB_OK;
}

void kb_mhd_stop(struct kb_server *server) {
    for (size_t i = 0; i < server->socket_count; i++)
        if (server->daemons[i])
            /* Left alone the library would shut the socket down, which another server
             * may have taken over. */
            if (MHD_quiesce_daemon(server->daemons[i]) == MHD_INVALID_SOCKET)
                server->sockets[i] = -1;
    kb_pictures_stop(server->pictures); /* who waits for one is answered */
    if (server->watch)
        kb_watch_drain(server->watch);
    for (size_t i = 0; i < server->socket_count; i++)
        if (server->daemons[i]) {
            MHD_stop_daemon(server->daemons[i]);
            server->daemons[i] = NULL;
        }
    kb_watch_free(server->watch);
    server->watch = NULL;
}
