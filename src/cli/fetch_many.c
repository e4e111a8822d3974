/* Thousands of addresses: a list in, a line of JSON for each out, in the order in which
 * they are done.
 *
 * One thread does it all: the client drives the connections, and an answer is read and
 * printed between two of its steps.  Addresses are taken from the list while fewer than
 * WINDOW are open: that many hosts can be served side by side, and however long the list
 * is, no more is kept.
 *
 * After Ctrl-C no address is taken any more; requests that have begun are finished and
 * printed, those that still wait for their host's turn are dropped and counted. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fetch.h"

enum { WINDOW = 2000, STEP_MS = 100, LAST_SECONDS = 20, READ_BYTES = 65536 };

struct many {
    struct kb_cli_fetcher *fetcher;
    struct kb_cli_output output;
    struct kb_cli_progress progress;
    struct kb_buf text;
    /* The list: words of the command line, or lines of fd. */
    char **urls;
    int count, at, fd;
    struct kb_buf lines; /* read, and from `used` on not yet taken */
    size_t used;
    bool ended, stop;
    uint64_t done, failed, early, dropped;
};

/* ---- the list ---------------------------------------------------------------------- */

/* Reads what is there, without waiting for more; false where the list failed. */
static bool read_more(struct many *many, int wait_ms) {
    struct pollfd ready = {.fd = many->fd, .events = POLLIN};
    if (many->used)
        memmove(many->lines.p, many->lines.p + many->used, many->lines.n - many->used);
    many->lines.n -= many->used;
    many->used = 0;
    if (poll(&ready, 1, wait_ms) <= 0)
        return true;
    if (!kb_buf_reserve(&many->lines, READ_BYTES)) {
        kb_cli_say("%s: a line is too long to be an address",
                   many->fetcher->options->list);
        return false;
    }
    ssize_t got = read(many->fd, many->lines.p + many->lines.n, READ_BYTES);
    if (got < 0 && errno != EINTR && errno != EAGAIN) {
        kb_cli_say("%s: %s", many->fetcher->options->list, strerror(errno));
        return false;
    }
    many->ended = got == 0;
    many->lines.n += got > 0 ? (size_t)got : 0;
    return true;
}

/* The next address that is there; false where none is, for now or for good. */
static bool next_url(struct many *many, struct kb_str *url) {
    while (many->at < many->count) {
        *url = kb_str_z(many->urls[many->at++]);
        if (url->n)
            return true;
    }
    while (many->fd >= 0) {
        struct kb_str rest = {many->lines.p, many->lines.n};
        rest = kb_str_slice(rest, many->used, rest.n);
        size_t end = kb_str_find_byte(rest, '\n');
        if (end == KB_NOT_FOUND && !(many->ended && rest.n))
            return false;
        many->used += end == KB_NOT_FOUND ? rest.n : end + 1;
        *url = kb_str_trim(kb_str_slice(rest, 0, end));
        if (url->n && url->p[0] != '#')
            return true;
    }
    return false;
}

static bool is_at_end(const struct many *many) {
    return many->at == many->count &&
           (many->fd < 0 || (many->ended && many->used == many->lines.n));
}

/* ---- one address ------------------------------------------------------------------- */

static bool write_line(struct many *many, struct kb_cli_visit *visit, struct kb_str url,
                       const struct kb_answer *answer,
                       const struct kb_fetch_verdict *verdict) {
    kb_buf_clear(&many->text);
    kb_cli_visit_line(visit, url, answer, verdict, &many->text);
    if (many->text.status != KB_OK) {
        kb_cli_say("%.*s: %s", (int)url.n, url.p, kb_status_text(many->text.status));
        many->failed++;
        return true;
    }
    if (many->progress.drawn)
        kb_cli_progress_erase(&many->progress);
    return kb_cli_output_write(&many->output, NULL, 0, many->text.p, many->text.n);
}

static void on_done(void *arg, void *context, struct kb_answer *answer) {
    struct many *many = arg;
    struct kb_cli_job *job = context;
    struct kb_cli_visit visit;
    struct kb_fetch_verdict verdict;
    const struct kb_str url = {job->url, job->n};
    if (answer->fault == KB_FAULT_STOPPED) {
        many->dropped++;
    } else if (!many->stop) {
        many->stop = !kb_cli_fetcher_took(many->fetcher, answer);
        kb_cli_visit(many->fetcher, answer, many->fetcher->options->as, &visit);
        bool learned =
            kb_cli_learn(many->fetcher, url, answer, &visit, job->conditional, &verdict);
        many->failed += visit.kind == KB_CLI_NOTHING;
        many->done++;
        if (!write_line(many, &visit, url, answer, learned ? &verdict : NULL))
            many->stop = true;
        kb_cli_visit_free(&visit);
        kb_cli_progress_show(&many->progress, many->done, 0, many->failed);
    }
    *many->fetcher->options->under_way -= job->counted;
    kb_answer_free(answer);
    free(job);
}

static bool add(struct many *many, struct kb_str url) {
    struct kb_request request;
    struct kb_err err = {KB_OK, ""};
    if (kb_cli_is_early(many->fetcher, url)) {
        many->early++;
        return true;
    }
    struct kb_cli_job *job = calloc(1, sizeof(*job) + url.n + 1);
    if (!job) {
        kb_cli_say("%s", kb_status_text(KB_ENOMEM));
        return false;
    }
    memcpy(job->url, url.p, url.n);
    job->n = url.n;
    kb_cli_request_named(many->fetcher, (struct kb_str){job->url, job->n}, &request);
    job->conditional = request.etag.n || request.last_modified.n;
    if (kb_client_add(many->fetcher->client, &request, job, &err) == KB_OK)
        return true;
    kb_cli_say("%s", err.text[0] ? err.text : kb_status_text(err.status));
    free(job);
    return false;
}

/* ---- all of them ------------------------------------------------------------------- */

static bool take_urls(struct many *many) {
    struct kb_client *client = many->fetcher->client;
    struct kb_str url;
    while (kb_client_open(client) < WINDOW) {
        if (next_url(many, &url)) {
            if (!add(many, url))
                return false;
        } else if (is_at_end(many) || many->fd < 0 || many->ended) {
            return true;
        } else {
            size_t before = many->lines.n - many->used;
            if (!read_more(many, kb_client_open(client) ? 0 : STEP_MS))
                return false;
            if (many->lines.n - many->used == before && !many->ended)
                return true; /* nothing there yet */
        }
    }
    return true;
}

static int run(struct many *many) {
    struct kb_client *client = many->fetcher->client;
    struct kb_err err = {KB_OK, ""};
    time_t last = 0;
    bool ok = true;
    while (ok && (!is_at_end(many) || kb_client_open(client))) {
        if (kb_cli_interrupted() || many->stop) {
            if (!last)
                last = time(NULL) + LAST_SECONDS;
            if (many->stop || !*many->fetcher->options->under_way || time(NULL) >= last)
                kb_client_stop(client);
            if (!kb_client_open(client))
                break;
        } else {
            ok = take_urls(many);
        }
        if (ok && kb_client_open(client) &&
            kb_client_step(client, STEP_MS, on_done, many, &err) != KB_OK) {
            kb_cli_say("%s", err.text[0] ? err.text : kb_status_text(err.status));
            ok = false;
        }
    }
    return ok && !many->stop && !many->failed ? KB_CLI_OK : KB_CLI_FAILED;
}

/* What did not get a line is told. */
static int say_end(const struct many *many, int status) {
    unsigned long long done = many->done, dropped = many->dropped, failed = many->failed;
    if (kb_cli_interrupted()) {
        kb_cli_say("interrupted after %llu address%s%s; what is printed is whole", done,
                   done == 1 ? "" : "es",
                   dropped ? ", some that waited were not asked" : "");
        return 128 + kb_cli_interrupted();
    }
    if (many->early)
        kb_cli_say("%llu of %llu are not due yet", (unsigned long long)many->early,
                   (unsigned long long)many->early + done);
    if (failed)
        kb_cli_say("%llu of %llu failed", failed, done);
    return status;
}

static bool open_list(struct many *many) {
    const char *list = many->fetcher->options->list;
    many->fd = -1;
    if (!list)
        return true;
    many->fd = strcmp(list, "-") == 0 ? STDIN_FILENO : open(list, O_RDONLY | O_CLOEXEC);
    if (many->fd < 0)
        kb_cli_say("%s: %s", list, strerror(errno));
    return many->fd >= 0;
}

int kb_cli_fetch_many(struct kb_cli_fetcher *fetcher, char **urls, int count) {
    const struct kb_cli_fetch_options *options = fetcher->options;
    struct many many = {.fetcher = fetcher, .urls = urls, .count = count};
    int status = KB_CLI_FAILED;
    kb_buf_init(&many.text, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&many.lines, 4 * READ_BYTES);
    if (open_list(&many) && kb_cli_output_open(&many.output, options->output)) {
        kb_cli_progress_start(&many.progress, options->progress);
        many.progress.unit = "addresses";
        status = run(&many);
        kb_cli_progress_erase(&many.progress);
        status = say_end(&many, status);
        if (!kb_cli_output_close(&many.output) && status == KB_CLI_OK)
            status = KB_CLI_FAILED;
    }
    if (many.fd > STDIN_FILENO)
        close(many.fd);
    kb_buf_free(&many.lines);
    kb_buf_free(&many.text);
    return status;
}
