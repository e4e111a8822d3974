/* systemd's protocols by hand: they are a few variables and a datagram. */
#include "systemd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

enum { FIRST_SOCKET = 3 };

/* Is the variable of that name our own process's number? */
static bool is_ours(const char *name) {
    const char *text = getenv(name);
    long number;
    return text && kb_cli_number(text, 1, 0x7FFFFFFF, &number) && number == getpid();
}

size_t kb_cli_systemd_sockets(int *first) {
    const char *text = getenv("LISTEN_FDS");
    long count = 0;
    *first = FIRST_SOCKET;
    if (!text || !is_ours("LISTEN_PID") || !kb_cli_number(text, 1, 64, &count))
        return 0;
    return (size_t)count;
}

void kb_cli_systemd_tell(const char *state) {
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t n = path ? strlen(path) : 0;
    if (n < 2 || n >= sizeof(to.sun_path) || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(to.sun_path, path, n);
    if (path[0] == '@') /* Linux's names that are no files */
        to.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (fd < 0)
        return;
    (void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
    (void)close(fd);
}

void kb_cli_systemd_reloading(void) {
    struct timespec now = {0};
    char text[80];
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    (void)snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld",
                   (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    kb_cli_systemd_tell(text);
}

int kb_cli_systemd_watch_ms(void) {
    const char *text = getenv("WATCHDOG_USEC");
    long usec;
    if (!text || (getenv("WATCHDOG_PID") && !is_ours("WATCHDOG_PID")) ||
        !kb_cli_number(text, 2000, 0x7FFFFFFF, &usec))
        return -1;
    return (int)(usec / 2000);
}
