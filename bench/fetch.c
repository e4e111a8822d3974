/* How many feeds a minute, and how well-behaved: 2,000 feeds on 200 hosts of a local
 * server that answers after 50 ms.
 *
 *     build/release/bench/bench_fetch [KEY=NUMBER…]
 *
 * The server is a child of its own, so that its memory is not counted; it answers every
 * request on a connection after the delay, with a feed of some kilobytes.  The hosts are
 * names that the client is told to find on loopback.
 *
 * What the spacing makes necessary is the time from the first to the last start on one
 * host, (feeds a host - 1) * spacing, and the last answer's delay.  The ratio of the time
 * taken to that one must be 1.3 or less, and the client's memory 40 MB or less. */
#include "fetch/fetch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 1024, REQUEST = 4096 };

static int64_t now_ms(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void die(const char *what) {
    fprintf(stderr, "bench_fetch: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* ---- the server -------------------------------------------------------------------- */

struct connection {
    int64_t due; /* when its answer goes out; 0: none is asked for */
    size_t got;
    char request[REQUEST];
};

static char *make_answer(size_t bytes, size_t *n) {
    char *out = malloc(bytes + 200);
    if (!out)
        die("memory");
    int head = snprintf(out, 200,
                        "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
                        "Content-Length: %zu\r\n\r\n",
                        bytes);
    memset(out + head, '<', bytes);
    *n = (size_t)head + bytes;
    return out;
}

/* A whole request has come on this connection: its answer is due later. */
static bool take_request(struct connection *c, int fd, int64_t delay) {
    ssize_t n = read(fd, c->request + c->got, sizeof c->request - 1 - c->got);
    if (n <= 0)
        return n < 0 && errno == EINTR;
    c->got += (size_t)n;
    c->request[c->got] = '\0';
    if (strstr(c->request, "\r\n\r\n")) {
        c->due = now_ms() + delay;
        c->got = 0;
    }
    return c->got < sizeof c->request - 1;
}

/* Answers until it is killed. */
static void serve(int listener, int64_t delay, size_t bytes) {
    static struct pollfd fds[CONNECTIONS + 1];
    static struct connection connections[CONNECTIONS + 1];
    size_t n, count = 1;
    char *answer = make_answer(bytes, &n);
    fds[0] = (struct pollfd){.fd = listener, .events = POLLIN};
    for (;;) {
        int64_t now = now_ms(), wait = 1000;
        for (size_t i = 1; i < count; i++) {
            struct connection *c = &connections[i];
            if (c->due && c->due <= now) {
                c->due = 0;
                if (write(fds[i].fd, answer, n) != (ssize_t)n)
                    fds[i].revents = POLLHUP;
            } else if (c->due && c->due - now < wait) {
                wait = c->due - now;
            }
        }
        if (poll(fds, (nfds_t)count, (int)wait) < 0 && errno != EINTR)
            die("poll");
        for (size_t i = count; i-- > 1;)
            if (fds[i].revents && !take_request(&connections[i], fds[i].fd, delay)) {
                close(fds[i].fd);
                fds[i] = fds[--count];
                connections[i] = connections[count];
            }
        if (fds[0].revents && count <= CONNECTIONS) {
            connections[count] = (struct connection){0};
            fds[count] =
                (struct pollfd){.fd = accept(listener, NULL, NULL), .events = POLLIN};
            count += fds[count].fd >= 0;
        }
    }
}

static pid_t start_server(unsigned *port, int64_t delay, size_t bytes) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 ||
        listen(listener, CONNECTIONS) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        die("listening on loopback");
    *port = ntohs(address.sin_port);
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0)
        serve(listener, delay, bytes);
    close(listener);
    return child;
}

/* ---- the client -------------------------------------------------------------------- */

struct tally {
    size_t good, bad;
    int64_t last;
};

static void count_answer(void *arg, void *context, struct kb_answer *answer) {
    struct tally *tally = arg;
    (void)context;
    if (answer->fault == KB_FAULT_NONE && answer->status == 200) {
        tally->good++;
    } else {
        if (!tally->bad++)
            fprintf(stderr, "bench_fetch: %.*s\n", (int)answer->message.n,
                    answer->message.n ? answer->message.p : "");
    }
    tally->last = now_ms();
    kb_answer_free(answer);
}

struct setting {
    const char *name;
    unsigned value;
};

static void fetch_all(const struct kb_client_options *options, unsigned feeds,
                      unsigned hosts, unsigned port, struct tally *tally) {
    struct kb_client *client;
    struct kb_err err;
    char url[128];
    if (kb_client_new(&client, options, &err) != KB_OK) {
        fprintf(stderr, "bench_fetch: %s\n", err.text);
        exit(1);
    }
    for (unsigned i = 0; i < feeds; i++) {
        struct kb_request request = {.wanted = KB_WANT_FEED};
        snprintf(url, sizeof url, "http://h%u.example.org:%u/feed/%u.xml", i % hosts,
                 port, i);
        request.url = kb_str_z(url);
        if (kb_client_add(client, &request, NULL, &err) != KB_OK) {
            fprintf(stderr, "bench_fetch: %s\n", err.text);
            exit(1);
        }
    }
    while (kb_client_open(client))
        if (kb_client_step(client, 1000, count_answer, tally, &err) != KB_OK) {
            fprintf(stderr, "bench_fetch: %s\n", err.text);
            exit(1);
        }
    kb_client_free(client);
}

static double peak_mb(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

int main(int argc, char **argv) {
    struct kb_client_options options;
    struct tally tally = {0};
    struct kb_err err;
    kb_client_defaults(&options);
    struct setting settings[] = {
        {"feeds", 2000},
        {"hosts", 200},
        {"delay", 50},
        {"bytes", 8192},
        {"spacing", options.spacing_ms},
        {"per_host", options.per_host},
        {"connections", options.connections},
    };
    for (int i = 1; i < argc; i++) {
        size_t n = strcspn(argv[i], "="), j = 0;
        while (j < KB_COUNT(settings) && (strncmp(settings[j].name, argv[i], n) != 0 ||
                                          settings[j].name[n] != '\0'))
            j++;
        if (j == KB_COUNT(settings) || argv[i][n] != '=') {
            fprintf(stderr, "bench_fetch: there is no setting %s\n", argv[i]);
            return 2;
        }
        settings[j].value = (unsigned)strtoul(argv[i] + n + 1, NULL, 10);
    }
    unsigned feeds = settings[0].value, hosts = settings[1].value, port;
    int64_t delay = settings[2].value, begun;
    options.spacing_ms = settings[4].value;
    options.per_host = settings[5].value;
    options.connections = settings[6].value;
    pid_t server = start_server(&port, delay, settings[3].value);
    struct kb_guard *guard = kb_guard_new();
    struct kb_str resolve = KB_STR(".example.org=127.0.0.1");
    char rule[32];
    snprintf(rule, sizeof rule, "127.0.0.1:%u", port);
    if (!guard || kb_guard_allow(guard, kb_str_z(rule), &err) != KB_OK)
        die("guard");
    options.guard = guard;
    options.resolve = &resolve;
    options.resolve_count = 1;
    double before = peak_mb();
    begun = now_ms();
    fetch_all(&options, feeds, hosts, port, &tally);
    kill(server, SIGTERM);
    (void)waitpid(server, NULL, 0);
    kb_guard_free(guard);
    unsigned most = (feeds + hosts - 1) / hosts; /* on one host */
    double needed = (double)((most - 1) * options.spacing_ms + delay) / 1000;
    double took = (double)(tally.last - begun) / 1000;
    printf(
        "%u feeds on %u hosts, %lld ms away, %u ms between two of a host, %u at a time\n",
        feeds, hosts, (long long)delay, options.spacing_ms, options.connections);
    printf("%zu came, %zu did not\n", tally.good, tally.bad);
    printf("time        %8.2f s\n", took);
    printf("necessary   %8.2f s\n", needed);
    printf("ratio       %8.2f    (1.3 or less)\n", took / needed);
    printf("peak memory %8.1f MB (40 or less; %.1f before the first request)\n",
           peak_mb(), before);
    return tally.bad ? 1 : 0;
}
