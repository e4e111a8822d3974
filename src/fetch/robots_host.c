/* A host's robots.txt (robots_host.h): robots.c decides, this keeps what it decided from
 * and by. */
#include "fetch/robots_host.h"

#include <stdlib.h>

struct kb_robots_host *kb_robots_host_new(struct kb_str url) {
    static const struct kb_str path = {"/robots.txt", 11};
    struct kb_str origin = kb_robots_origin(url);
    struct kb_robots_host *host = calloc(1, sizeof *host);
    if (!host)
        return NULL;
    kb_arena_init(&host->arena, KB_LIMIT_DOCUMENT_MEMORY);
    char *at = kb_arena_alloc(&host->arena, origin.n + path.n);
    if (!at) {
        kb_robots_host_free(host);
        return NULL;
    }
    if (origin.n)
        memcpy(at, origin.p, origin.n);
    memcpy(at + origin.n, path.p, path.n);
    host->url = (struct kb_str){at, origin.n + path.n};
    host->origin = (struct kb_str){at, origin.n};
    host->state.access = KB_ROBOTS_NOTHING;
    return host;
}

void kb_robots_host_free(struct kb_robots_host *host) {
    if (!host)
        return;
    kb_answer_free(host->answer);
    kb_arena_free(&host->arena);
    free(host);
}

struct kb_request kb_robots_host_request(const struct kb_robots_host *host) {
    return (struct kb_request){
        .url = host->url, .wanted = KB_WANT_TEXT, .max_bytes = KB_LIMIT_ROBOTS_BYTES};
}

void kb_robots_host_answered(struct kb_robots_host *host, struct kb_answer *answer,
                             int64_t now) {
    host->answer = answer;
    /* A file past the limit is read as far as it came. */
    bool came = answer->fault == KB_FAULT_NONE || answer->fault == KB_FAULT_TOO_LARGE;
    int status = answer->fault == KB_FAULT_REDIRECTS ? 302 : came ? answer->status : 0;
    kb_robots_after(&host->state, status, now, &host->state);
    if (host->state.access == KB_ROBOTS_RULES &&
        !kb_robots_parse(&host->arena, answer->body, KB_STR("kabar"), &host->rules))
        host->state.access = KB_ROBOTS_NOTHING;
}
