/* Every allocation fails once: a client must answer each request that it took, or say
 * that it cannot go on, without a crash or a leak.
 *
 * The linker's --wrap sends kabar's calls of malloc, calloc and realloc through here, and
 * libcurl is given the same functions; the n-th call fails, alone or with all behind it.
 * Each run is a child process, so that a crash tells its n.  The server is a child too:
 * it redirects, answers, and answers with gzip that no header tells of. */
#include "failing.h"
#include "fetch/fetch.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static char *duplicate(const char *z) {
    size_t n = strlen(z) + 1;
    char *copy = __wrap_malloc(n);
    return copy ? memcpy(copy, z, n) : NULL;
}

/* ---- the server -------------------------------------------------------------------- */

static void serve(int listener) {
    static const char go[] =
        "HTTP/1.1 302 Found\r\nLocation: /ok\r\nSet-Cookie: a=1\r\nContent-Length: 4\r\n"
        "Cache-Control: no-cache\r\n\r\nthen";
    static const char ok[] =
        "HTTP/1.1 200 OK\r\nCache-Control: a\r\nCache-Control: b\r\n"
        "Content-Length: 25\r\n\r\n"
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xb3)*.\xb6\x03\x00\x1a+\x01\xf0\x05"
        "\x00\x00\x00";
    for (;;) {
        char request[4096];
        struct timeval patience = {.tv_usec =
                                       100000}; /* for those who connect and stop */
        int fd = accept(listener, NULL, NULL);
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ssize_t n = fd < 0 ? 0 : read(fd, request, sizeof request - 1);
        request[n > 0 ? n : 0] = '\0';
        bool is_go = strncmp(request, "GET /go", 7) == 0;
        if (n > 0 &&
            write(fd, is_go ? go : ok, is_go ? sizeof go - 1 : sizeof ok - 1) < 0)
            perror("nomemory: write");
        if (fd >= 0)
            close(fd);
    }
}

static pid_t start_server(unsigned *port) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 ||
        listen(listener, 64) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        exit(2);
    *port = ntohs(address.sin_port);
    pid_t child = fork();
    if (child == 0)
        serve(listener);
    close(listener);
    return child;
}

/* ---- one run ----------------------------------------------------------------------- */

static void on_done(void *arg, void *context, struct kb_answer *answer) {
    size_t *answers = arg;
    (void)context;
    ++*answers;
    if (answer->fault == KB_FAULT_NONE && answer->status == 200 &&
        !kb_str_equal(answer->body, KB_STR("<rss>"))) {
        fprintf(stderr, "nomemory: another body\n");
        exit(1);
    }
    kb_answer_free(answer);
}

/* Whether all went as it does with memory enough. */
static bool fetch(unsigned port) {
    static const char *const urls[] = {"http://news.example.org:%u/go",
                                       "http://10.0.0.1/",
                                       "http://news.example.org:%u/ok", "nothing"};
    struct kb_client_options options;
    struct kb_client *client = NULL;
    struct kb_guard *guard = kb_guard_new();
    struct kb_err err = {0};
    struct kb_str resolve = KB_STR(".example.org=127.0.0.1");
    size_t taken = 0, answers = 0;
    bool whole = false;
    char text[64];
    snprintf(text, sizeof text, "127.0.0.1:%u", port);
    kb_client_defaults(&options);
    options.spacing_ms = 0;
    options.guard = guard;
    options.resolve = &resolve;
    options.resolve_count = 1;
    if (!guard || kb_guard_allow(guard, kb_str_z(text), &err) != KB_OK ||
        kb_client_new(&client, &options, &err) != KB_OK)
        goto out;
    for (size_t i = 0; i < KB_COUNT(urls); i++) {
        struct kb_header header = {KB_STR("X-Wire"), KB_STR("1")};
        struct kb_request request = {.etag = KB_STR("\"a\""), .headers = &header};
        request.header_count = 1;
        snprintf(text, sizeof text, urls[i], port);
        request.url = kb_str_z(text);
        taken += kb_client_add(client, &request, NULL, &err) == KB_OK;
    }
    whole = true;
    while (whole && kb_client_open(client))
        whole = kb_client_step(client, 100, on_done, &answers, &err) == KB_OK;
    if (whole && taken != answers) {
        fprintf(stderr, "nomemory: %zu requests, %zu answers\n", taken, answers);
        exit(1);
    }
    whole = whole && taken == KB_COUNT(urls);
out:
    kb_client_free(client);
    kb_guard_free(guard);
    return whole;
}

static bool run(unsigned port, size_t n, bool all) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        alarm(20); /* a hang is a failure, too */
        kb_failing.at = n;
        kb_failing.all_behind = all;
        kb_failing.calls = 0;
        (void)fetch(port);
        curl_global_cleanup();
        exit(0); /* where leaks are looked for */
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        printf("FAIL allocation %zu%s: status %d\n", n, all ? " and all behind" : "",
               status);
        return false;
    }
    return true;
}

/* With a number, that allocation alone, in this process; with a word behind it, all
 * behind it too. */
int main(int argc, char **argv) {
    unsigned port;
    size_t passed = 0, failed = 0, total;
    pid_t server = start_server(&port);
    if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, __wrap_malloc, free, __wrap_realloc,
                             duplicate, __wrap_calloc) != CURLE_OK)
        return 2;
    if (argc > 1)
        kb_failing.at = (size_t)strtoul(argv[1], NULL, 10);
    kb_failing.all_behind = argc > 2;
    kb_failing.calls = 0;
    bool good = fetch(port);
    total = kb_failing.calls;
    if (argc > 1) {
        (void)kill(server, SIGTERM);
        return good ? 0 : 1;
    }
    printf("%zu allocations\n", total);
    (void)fflush(stdout); /* else each child prints it again */
    for (size_t n = 1; good && n <= total; n++)
        for (int all = 0; all < 2; all++)
            if (run(port, n, all))
                passed++;
            else
                failed++;
    failed += !good;
    (void)kill(server, SIGTERM);
    (void)waitpid(server, NULL, 0);
    curl_global_cleanup();
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed ? 1 : 0;
}
