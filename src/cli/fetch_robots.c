/* May an address be read that nobody named?  Addresses enter, yes or no leaves; the
 * robots.txt of each host is fetched once a call.
 *
 * What a person names is fetched as by a browser; what kabar finds by itself (well-known
 * paths, site maps, the articles of a page or feed) only where robots.txt allows it, and
 * as slowly as its Crawl-delay asks. */
#include <poll.h>
#include <stdlib.h>

#include "fetch.h"

struct kb_cli_robots {
    struct kb_robots_host *host;
    int64_t asked; /* milliseconds of a steady clock: when it was last allowed */
    struct kb_cli_robots *next;
};

static void read_file(struct kb_cli_fetcher *fetcher, struct kb_robots_host *host) {
    struct kb_request request = kb_robots_host_request(host);
    request.insecure_tls = fetcher->options->request.insecure_tls;
    struct kb_answer *answer = kb_cli_fetch_now(fetcher, &request);
    if (!answer)
        return;
    kb_robots_host_answered(host, answer, fetcher->now);
    kb_cli_tell(fetcher->options, "%.*s: %s", (int)host->url.n, host->url.p,
                host->state.access == KB_ROBOTS_RULES ? "its rules are obeyed"
                : host->state.access == KB_ROBOTS_ALL ? "there is none, all is allowed"
                                                      : "it cannot be read, so nothing "
                                                        "is allowed");
}

static struct kb_cli_robots *robots_of(struct kb_cli_fetcher *fetcher,
                                       struct kb_str url) {
    struct kb_str origin = kb_robots_origin(url);
    for (struct kb_cli_robots *r = fetcher->robots; r; r = r->next)
        if (kb_str_equal(r->host->origin, origin))
            return r;
    struct kb_cli_robots *robots = calloc(1, sizeof(*robots));
    if (!robots || !(robots->host = kb_robots_host_new(url))) {
        free(robots);
        return NULL;
    }
    robots->next = fetcher->robots;
    fetcher->robots = robots;
    read_file(fetcher, robots->host);
    return robots;
}

/* Crawl-delay: what the client's spacing does not wait already.  Ctrl-C ends it. */
static void wait_turn(struct kb_cli_robots *robots) {
    struct pollfd wake = {.fd = kb_cli_wake_fd(), .events = POLLIN};
    int64_t left = robots->asked + robots->host->rules.crawl_delay - kb_steady_ms();
    if (robots->asked && left > 0)
        poll(&wake, 1, (int)left);
    robots->asked = kb_steady_ms();
}

bool kb_cli_robots_allow(struct kb_cli_fetcher *fetcher, struct kb_str url) {
    const struct kb_robots_rule *by = NULL;
    struct kb_cli_robots *robots = robots_of(fetcher, url);
    if (!robots || robots->host->state.access == KB_ROBOTS_NOTHING)
        return false;
    if (robots->host->state.access == KB_ROBOTS_ALL)
        return true;
    if (kb_robots_allows(&robots->host->rules, url, &by)) {
        wait_turn(robots);
        return true;
    }
    kb_cli_tell(fetcher->options, "%.*s: robots.txt says Disallow: %.*s", (int)url.n,
                url.p, by ? (int)by->text.n : 0, by ? by->text.p : "");
    return false;
}

const struct kb_robots *kb_cli_robots_of(struct kb_cli_fetcher *fetcher,
                                         struct kb_str url) {
    static const struct kb_robots none;
    const struct kb_cli_robots *robots = robots_of(fetcher, url);
    return robots && robots->host->state.access == KB_ROBOTS_RULES ? &robots->host->rules
                                                                   : &none;
}

void kb_cli_robots_free(struct kb_cli_robots *robots) {
    while (robots) {
        struct kb_cli_robots *next = robots->next;
        kb_robots_host_free(robots->host);
        free(robots);
        robots = next;
    }
}
