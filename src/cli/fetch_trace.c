/* What --verbose tells on standard error: each request, connection and header line as the
 * client met it, and our own decisions.
 *
 *     = GET https://example.org/feed          a request begins
 *     + 192.0.2.1:443, TLSv1.3                its connection
 *     > user-agent: …                         sent
 *     < HTTP/2 200                            received
 *     * Retry-After: …                        decided */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fetch.h"

enum { LINE = 2048 };

/* One line in one write, without what would steer a terminal. */
static void line(char mark, struct kb_str text) {
    char out[LINE + 4];
    size_t n = 0;
    out[n++] = mark;
    out[n++] = ' ';
    for (size_t i = 0; i < text.n && n < LINE; i++) {
        unsigned char c = (unsigned char)text.p[i];
        out[n++] = c < ' ' || c == 0x7F ? '?' : text.p[i];
    }
    out[n++] = '\n';
    ssize_t ignored = write(STDERR_FILENO, out, n);
    (void)ignored;
}

void kb_cli_trace(void *arg, void *context, enum kb_trace what, struct kb_str text) {
    static const char marks[] = {[KB_TRACE_HOP] = '=',
                                 [KB_TRACE_NOTE] = '*',
                                 [KB_TRACE_CONNECTION] = '+',
                                 [KB_TRACE_SENT] = '>',
                                 [KB_TRACE_RECEIVED] = '<'};
    const struct kb_cli_fetch_options *options = arg;
    struct kb_cli_job *job = context;
    if (job && what == KB_TRACE_HOP && !job->started) {
        job->started = true;
        job->counted = !kb_cli_interrupted();
        *options->under_way += job->counted;
    }
    if (!options->verbose)
        return;
    while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
        text.n--;
    if (text.n)
        line(marks[what], text);
}

void kb_cli_tell(const struct kb_cli_fetch_options *options, const char *format, ...) {
    char text[LINE];
    va_list list;
    if (!options->verbose)
        return;
    va_start(list, format);
    int n = vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    if (n > 0)
        line('*', (struct kb_str){text, (size_t)n < LINE ? (size_t)n : LINE - 1});
}
