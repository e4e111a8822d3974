/* May an address be read that nobody named?  Addresses enter, yes or no leaves; the
 * robots.txt of each host is fetched once a call.
 *
 * What a person names is fetched as by a browser; what kabar finds by itself (well-known
 * paths, site maps, the articles of a page or feed) only where robots.txt allows it, and
 * as slowly as its Crawl-delay asks. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"

struct kb_cli_robots {
    struct kb_str origin; /* "https://example.org" */
    struct kb_robots_state state;
    struct kb_robots rules;
    int64_t asked; /* milliseconds of a steady clock: when it was last allowed */
    struct kb_answer *answer; /* its body is the file */
    struct kb_arena arena;
    struct kb_cli_robots *next;
};

static void read_file(struct kb_cli_fetcher *fetcher, struct kb_cli_robots *robots) {
    struct kb_answer *answer;
    struct kb_request request;
    char url[KB_LIMIT_URL_BYTES];
    static const char path[] = "/robots.txt";
    if (robots->origin.n + sizeof(path) > sizeof(url))
        return;
    memcpy(url, robots->origin.p, robots->origin.n);
    memcpy(url + robots->origin.n, path, sizeof(path));
    kb_cli_request_found(fetcher, kb_str_z(url), KB_WANT_TEXT, &request);
    request.max_bytes = KB_LIMIT_ROBOTS_BYTES;
    answer = kb_cli_fetch_now(fetcher, &request);
    if (!answer)
        return;
    robots->answer = answer;
    /* A file past the limit is read as far as it came. */
    bool answered = answer->fault == KB_FAULT_NONE || answer->fault == KB_FAULT_TOO_LARGE;
    int status = answer->fault == KB_FAULT_REDIRECTS ? 302
                 : answered                          ? answer->status
                                                     : 0;
    kb_robots_after(&robots->state, status, fetcher->now, &robots->state);
    if (robots->state.access == KB_ROBOTS_RULES &&
        !kb_robots_parse(&robots->arena, answer->body, KB_STR("kabar"), &robots->rules))
        robots->state.access = KB_ROBOTS_NOTHING;
    kb_cli_tell(fetcher->options, "%s: %s", url,
                robots->state.access == KB_ROBOTS_RULES ? "its rules are obeyed"
                : robots->state.access == KB_ROBOTS_ALL ? "there is none, all is allowed"
                                                        : "it cannot be read, so nothing "
                                                          "is allowed");
}

static struct kb_cli_robots *robots_of(struct kb_cli_fetcher *fetcher,
                                       struct kb_str url) {
    struct kb_str origin = kb_robots_origin(url);
    for (struct kb_cli_robots *r = fetcher->robots; r; r = r->next)
        if (kb_str_equal(r->origin, origin))
            return r;
    struct kb_cli_robots *robots = calloc(1, sizeof(*robots));
    if (!robots)
        return NULL;
    kb_arena_init(&robots->arena, KB_LIMIT_DOCUMENT_MEMORY);
    robots->origin = kb_arena_dup(&robots->arena, origin);
    robots->state.access = KB_ROBOTS_NOTHING;
    robots->next = fetcher->robots;
    fetcher->robots = robots;
    read_file(fetcher, robots);
    return robots;
}

/* Crawl-delay: what the client's spacing does not wait already.  Ctrl-C ends it. */
static void wait_turn(struct kb_cli_robots *robots) {
    struct pollfd wake = {.fd = kb_cli_wake_fd(), .events = POLLIN};
    int64_t left = robots->asked + robots->rules.crawl_delay - kb_steady_ms();
    if (robots->asked && left > 0)
        poll(&wake, 1, (int)left);
    robots->asked = kb_steady_ms();
}

bool kb_cli_robots_allow(struct kb_cli_fetcher *fetcher, struct kb_str url) {
    const struct kb_robots_rule *by = NULL;
    struct kb_cli_robots *robots = robots_of(fetcher, url);
    if (!robots || robots->state.access == KB_ROBOTS_NOTHING)
        return false;
    if (robots->state.access == KB_ROBOTS_ALL)
        return true;
    if (kb_robots_allows(&robots->rules, url, &by)) {
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
    return robots && robots->state.access == KB_ROBOTS_RULES ? &robots->rules : &none;
}

void kb_cli_robots_free(struct kb_cli_robots *robots) {
    while (robots) {
        struct kb_cli_robots *next = robots->next;
        kb_answer_free(robots->answer);
        kb_arena_free(&robots->arena);
        free(robots);
        robots = next;
    }
}
