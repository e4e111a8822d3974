/* The progress line: numbers in, one line on stderr that is drawn over and over.
 *
 * Only the thread that writes pages out calls these, so that the line, messages and pages
 * never mix. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

/* At most ten updates a second, and none before half a second has gone by: short work
 * needs no line. */
#define UPDATE_SECONDS 0.1
#define FIRST_SECONDS 0.5

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void kb_cli_progress_start(struct kb_cli_progress *progress, bool on) {
    *progress = (struct kb_cli_progress){.on = on, .unit = "pages"};
    if (!on)
        return;
    progress->columns = kb_cli_columns(STDERR_FILENO);
    progress->start = now();
    progress->last = progress->start + FIRST_SECONDS - UPDATE_SECONDS;
}

/* "59", "1:05", "2:03:04" */
static void print_time(char *out, size_t size, double seconds) {
    unsigned long s = seconds < 1e8 ? (unsigned long)(seconds + 0.5) : 100000000;
    if (s >= 3600)
        snprintf(out, size, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(out, size, "%lu:%02lu", s / 60, s % 60);
}

void kb_cli_progress_show(struct kb_cli_progress *progress, uint64_t done, uint64_t total,
                          uint64_t failed) {
    char line[200], left[32];
    double t, spent, rate;
    size_t n;

    if (!progress->on)
        return;
    t = now();
    if (t - progress->last < UPDATE_SECONDS)
        return;
    progress->last = t;
    spent = t - progress->start;
    rate = spent > 0 ? (double)done / spent : 0;

    n = (size_t)snprintf(line, sizeof(line), "\r%llu", (unsigned long long)done);
    if (total > 0)
        n += (size_t)snprintf(line + n, sizeof(line) - n, "/%llu",
                              (unsigned long long)total);
    n += (size_t)snprintf(line + n, sizeof(line) - n, " %s, %.*f/s", progress->unit,
                          rate < 10 ? 1 : 0, rate);
    if (total >= done && total > 0 && done > 0) {
        print_time(left, sizeof(left), (double)(total - done) / rate);
        n += (size_t)snprintf(line + n, sizeof(line) - n, ", %s left", left);
    }
    n += (size_t)snprintf(line + n, sizeof(line) - n, ", %llu failed",
                          (unsigned long long)failed);
    /* A line that wraps could not be drawn over. */
    if (n > (size_t)progress->columns)
        n = (size_t)progress->columns;
    memcpy(line + n, "\033[K", 3);
    progress->drawn = write(STDERR_FILENO, line, n + 3) > 0;
}

void kb_cli_progress_erase(struct kb_cli_progress *progress) {
    if (progress->drawn)
        progress->drawn = write(STDERR_FILENO, "\r\033[K", 4) < 0;
}
