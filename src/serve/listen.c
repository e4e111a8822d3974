/* Where the server listens: an address of this machine, or a Unix socket.
 *
 *     127.0.0.1:8080   [::1]:8080   localhost:0   unix:/run/kabar/kabar.sock
 *
 * Port 0 lets the system choose.  Sockets that were handed in (systemd) are used as they
 * are. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "serve/inner.h"

enum { BACKLOG = 1024 };

/* "host:port" taken apart; false where there is no port, or none that there can be. */
static bool split(const char *listen, char host[KB_SERVE_ADDRESS], const char **port) {
    const char *colon = strrchr(listen, ':');
    struct kb_str name = {listen, colon ? (size_t)(colon - listen) : 0};
    int64_t number;
    if (!colon || name.n >= KB_SERVE_ADDRESS ||
        !kb_number(kb_str_z(colon + 1), 0, UINT16_MAX, &number))
        return false;
    if (name.n >= 2 && name.p[0] == '[' && name.p[name.n - 1] == ']')
        name = kb_str_slice(name, 1, name.n - 1);
    memcpy(host, name.p, name.n);
    host[name.n] = '\0';
    *port = colon + 1;
    return true;
}

/* What the log says: with the port that the system chose. */
static void say_address(struct kb_server *server, int fd) {
    struct sockaddr_storage at = {0};
    socklen_t length = sizeof(at);
    char host[100], port[16];
    if (server->unix_path[0]) {
        (void)snprintf(server->address, sizeof(server->address), "unix:%.200s",
                       server->unix_path);
        return;
    }
    if (getsockname(fd, (struct sockaddr *)&at, &length) != 0 ||
        at.ss_family == AF_UNIX ||
        getnameinfo((struct sockaddr *)&at, length, host, sizeof(host), port,
                    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        (void)snprintf(server->address, sizeof(server->address), "a socket");
        return;
    }
    bool six = strchr(host, ':') != NULL;
    (void)snprintf(server->address, sizeof(server->address), "http%s://%s%s%s:%s%.80s/",
                   server->cert ? "s" : "", six ? "[" : "", host, six ? "]" : "", port,
                   server->base);
}

static enum kb_status failed(const char *listen, const char *what, struct kb_err *err) {
    return kb_err_set(err, KB_EIO, "%.100s: %s: %s%s", listen, what, strerror(errno),
                      errno == EADDRINUSE
                          ? "; another server is there: stop it, or choose another port "
                            "with --listen"
                          : "");
}

static bool to_nonblocking(int fd) {
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
           fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

/* A socket that a server left behind when it was killed: nobody answers there. */
static void take_away_dead(const struct sockaddr_un *at) {
    struct stat info;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return;
    if (stat(at->sun_path, &info) == 0 && S_ISSOCK(info.st_mode) &&
        connect(fd, (const struct sockaddr *)at, sizeof(*at)) != 0 &&
        errno == ECONNREFUSED)
        (void)unlink(at->sun_path);
    (void)close(fd);
}

static enum kb_status bind_unix(struct kb_server *server, const char *path,
                                struct kb_err *err) {
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(at.sun_path))
        return kb_err_set(err, KB_EUSAGE, "%.100s: a socket's path has at most %zu bytes",
                          path, sizeof(at.sun_path) - 1);
    memcpy(at.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0)
        return failed(path, "no socket", err);
    take_away_dead(&at);
    if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 || listen(fd, BACKLOG) != 0 ||
        chmod(path, 0660) != 0 || !to_nonblocking(fd)) {
        enum kb_status status = failed(path, "cannot listen", err);
        (void)close(fd);
        return status;
    }
    (void)snprintf(server->unix_path, sizeof(server->unix_path), "%s", path);
    server->sockets[server->socket_count++] = fd;
    return KB_OK;
}

static int bind_one(const struct addrinfo *at) {
    int on = 1, fd = socket(at->ai_family, at->ai_socktype, at->ai_protocol);
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0 &&
        to_nonblocking(fd))
        return fd;
    int was = errno;
    (void)close(fd);
    errno = was;
    return -1;
}

/* The first address that a name has here is enough: "localhost" has two. */
static enum kb_status bind_inet(struct kb_server *server, const char *where,
                                struct kb_err *err) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    char host[KB_SERVE_ADDRESS];
    const char *port;
    if (!split(where, host, &port))
        return kb_err_set(err, KB_EUSAGE,
                          "\"%.100s\" is no address to listen on; it is HOST:PORT, as in "
                          "127.0.0.1:8080, or unix:PATH",
                          where);
    int code = getaddrinfo(host[0] ? host : NULL, port, &hints, &found);
    if (code != 0)
        return kb_err_set(err, KB_EUSAGE, "%.100s: %s", where, gai_strerror(code));
    int fd = -1;
    for (const struct addrinfo *at = found; at && fd < 0; at = at->ai_next)
        fd = bind_one(at);
    freeaddrinfo(found);
    if (fd < 0)
        return failed(where, "cannot listen", err);
    server->sockets[server->socket_count++] = fd;
    return KB_OK;
}

enum kb_status kb_server_listen(struct kb_server *server, struct kb_err *err) {
    const struct kb_server_options *options = &server->options;
    enum kb_status status = KB_OK;
    for (size_t i = 0; i < options->socket_count && i < KB_SERVE_SOCKETS; i++) {
        if (!to_nonblocking(options->sockets[i]))
            return failed("a socket that was handed in", "cannot be used", err);
        server->sockets[server->socket_count++] = options->sockets[i];
    }
    if (options->unix_path)
        (void)snprintf(server->unix_path, sizeof(server->unix_path), "%s",
                       options->unix_path);
    if (!server->socket_count) {
        const char *listen = options->listen ? options->listen : "127.0.0.1:8080";
        bool local = strncmp(listen, "unix:", 5) == 0;
        status =
            local ? bind_unix(server, listen + 5, err) : bind_inet(server, listen, err);
    }
    if (status == KB_OK)
        say_address(server, server->sockets[0]);
    return status;
}
