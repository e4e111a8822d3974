/* Ctrl-C, and SIGHUP for servers: a signal enters, a flag and a readable descriptor
 * leave.
 *
 * The first one asks for an end in order: work under way is finished.  The second one
 * ends the process at once. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

/* A signal handler reaches globals alone. */
static atomic_int interrupted; /* the signal's number */
static atomic_bool hung_up;
static int wake_pipe[2] = {-1, -1};
static struct timespec interrupted_at;

void kb_cli_wake(void) {
    ssize_t ignored = write(wake_pipe[1], "", 1);
    (void)ignored; /* a full pipe wakes as well */
}

/* The first signal ends the run in order, the second one at once.  One that comes in the
 * same instant is the same (a sender may signal us and our group). */
static void on_signal(int number) {
    enum { SAME_MS = 250 };
    int saved = errno;
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (atomic_load(&interrupted)) {
        long ms = (long)(now.tv_sec - interrupted_at.tv_sec) * 1000 +
                  (now.tv_nsec - interrupted_at.tv_nsec) / 1000000;
        if (ms >= SAME_MS)
            _exit(128 + number);
    } else {
        interrupted_at = now;
        atomic_store(&interrupted, number);
        kb_cli_wake();
    }
    errno = saved;
}

bool kb_cli_signals_catch(void) {
    struct sigaction action = {.sa_handler = on_signal}, old;
    const int numbers[] = {SIGINT, SIGTERM};

    if (pipe(wake_pipe) != 0) {
        kb_cli_say("cannot make a pipe: %s", strerror(errno));
        return false;
    }
    for (int i = 0; i < 2; i++) {
        fcntl(wake_pipe[i], F_SETFD, FD_CLOEXEC);
        fcntl(wake_pipe[i], F_SETFL, O_NONBLOCK);
    }
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGINT);
    sigaddset(&action.sa_mask, SIGTERM);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        /* What was told to ignore it (a shell's background job) goes on ignoring it. */
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
    return true;
}

static void on_hangup(int number) {
    int saved = errno;
    (void)number;
    atomic_store(&hung_up, true);
    kb_cli_wake();
    errno = saved;
}

bool kb_cli_signals_catch_hangup(void) {
    struct sigaction action = {.sa_handler = on_hangup};
    sigemptyset(&action.sa_mask);
    return sigaction(SIGHUP, &action, NULL) == 0;
}

bool kb_cli_hangup(void) {
    char bytes[16];
    bool was = atomic_exchange(&hung_up, false);
    while (was && read(wake_pipe[0], bytes, sizeof(bytes)) > 0)
        continue;
    return was;
}

int kb_cli_interrupted(void) {
    return atomic_load(&interrupted);
}

int kb_cli_wake_fd(void) {
    return wake_pipe[0];
}
