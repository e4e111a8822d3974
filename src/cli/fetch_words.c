/* The options that go with requests, for the verbs that make some: words in, what a
 * client and its requests are told out. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fetch.h"

enum { SECONDS_MAX = 86400, SPACING_MAX = 600000 };

bool kb_cli_request_defaults(struct kb_cli_fetch_options *fetch) {
    kb_client_defaults(&fetch->client);
    fetch->guard = kb_guard_new();
    fetch->client.guard = fetch->guard;
    fetch->client.resolve = fetch->resolve;
    fetch->request.headers = fetch->headers;
    if (!fetch->guard)
        kb_cli_say("%s", kb_status_text(KB_ENOMEM));
    return fetch->guard != NULL;
}

/* A header for the request: "Name: value", or a name of its own with its value. */
static int add_header(const struct kb_cli_verb *verb, struct kb_cli_fetch_options *fetch,
                      struct kb_str name, struct kb_str value) {
    if (fetch->request.header_count == KB_CLI_FETCH_HEADERS)
        return kb_cli_wrong(verb, "at most %d headers", KB_CLI_FETCH_HEADERS);
    fetch->headers[fetch->request.header_count++] =
        (struct kb_header){kb_str_trim(name), kb_str_trim(value)};
    return KB_CLI_OK;
}

static int set_header(const struct kb_cli_verb *verb, struct kb_cli_fetch_options *fetch,
                      const char *value) {
    struct kb_str line = kb_str_z(value);
    size_t colon = kb_str_find_byte(line, ':');
    if (colon == KB_NOT_FOUND || !colon)
        return kb_cli_wrong(verb, "--header wants \"Name: value\", not '%s'", value);
    return add_header(verb, fetch, kb_str_slice(line, 0, colon),
                      kb_str_slice(line, colon + 1, line.n));
}

static int allow(const struct kb_cli_verb *verb, struct kb_cli_fetch_options *fetch,
                 const char *what, bool port) {
    char text[300];
    struct kb_err err = {KB_OK, ""};
    size_t n = strlen(what);
    if (n + 2 > sizeof(text))
        return kb_cli_wrong(verb, "'%.40s…' is too long to be allowed", what);
    text[0] = ':';
    memcpy(text + port, what, n + 1);
    if (kb_guard_allow(fetch->guard, kb_str_z(text), &err) != KB_OK)
        return kb_cli_wrong(verb, "--allow-%s: %s", port ? "port" : "private", err.text);
    return KB_CLI_OK;
}

static int set_proxy(const struct kb_cli_verb *verb, struct kb_cli_fetch_options *fetch,
                     const char *value) {
    struct kb_str proxy = kb_str_z(value);
    if (!kb_str_starts(proxy, KB_STR("http://")) &&
        !kb_str_starts(proxy, KB_STR("https://")) &&
        !kb_str_starts(proxy, KB_STR("socks5h://")))
        return kb_cli_wrong(verb,
                            "--proxy wants an http://, https:// or socks5h:// address, "
                            "not '%s'",
                            value);
    fetch->client.proxy = proxy;
    return KB_CLI_OK;
}

static int set_ca_file(const struct kb_cli_verb *verb, struct kb_cli_fetch_options *fetch,
                       const char *value) {
    if (access(value, R_OK) != 0)
        return kb_cli_wrong(verb, "--ca-file: %s: %s", value, strerror(errno));
    fetch->client.ca_file = kb_str_z(value);
    return KB_CLI_OK;
}

static int set_resolve(const struct kb_cli_verb *verb, struct kb_cli_fetch_options *fetch,
                       const char *value) {
    struct kb_client_options *client = &fetch->client;
    if (!strchr(value, '='))
        return kb_cli_wrong(verb, "--resolve wants NAME=ADDRESS, not '%s'", value);
    if (client->resolve_count == KB_CLI_FETCH_RESOLVE)
        return kb_cli_wrong(verb, "at most %d times --resolve", KB_CLI_FETCH_RESOLVE);
    fetch->resolve[client->resolve_count++] = kb_str_z(value);
    return KB_CLI_OK;
}

static int set_milliseconds(const struct kb_cli_verb *verb, unsigned option,
                            const char *value, int max, int unit, unsigned *ms) {
    int number = 0;
    int status = kb_cli_set_number(verb, option, value, unit == 1 ? 0 : 1, max, &number);
    if (status == KB_CLI_OK)
        *ms = (unsigned)number * (unsigned)unit;
    return status;
}

static int set_size(const struct kb_cli_verb *verb, struct kb_cli_fetch_options *fetch,
                    const char *value) {
    if (!kb_cli_size(value, &fetch->request.max_bytes) ||
        fetch->request.max_bytes > KB_LIMIT_FEED_BYTES)
        return kb_cli_wrong(
            verb, "--max-bytes wants a size from 1 to 128M, as in 500K or 64M, not '%s'",
            value);
    return KB_CLI_OK;
}

int kb_cli_set_request(const struct kb_cli_verb *verb, unsigned first, unsigned option,
                       const char *value, struct kb_cli_fetch_options *fetch) {
    struct kb_client_options *client = &fetch->client;
    struct kb_request *request = &fetch->request;
    switch ((enum kb_cli_request_option)(option - first)) {
    case KB_CLI_REQ_CONTACT: client->contact = kb_str_z(value); break;
    case KB_CLI_REQ_USER_AGENT:
        return add_header(verb, fetch, KB_STR("User-Agent"), kb_str_z(value));
    case KB_CLI_REQ_HEADER: return set_header(verb, fetch, value);
    case KB_CLI_REQ_COOKIE: request->cookie = kb_str_z(value); break;
    case KB_CLI_REQ_USER: request->login = kb_str_z(value); break;
    case KB_CLI_REQ_PROXY: return set_proxy(verb, fetch, value);
    case KB_CLI_REQ_INSECURE: request->insecure_tls = true; break;
    case KB_CLI_REQ_CA_FILE: return set_ca_file(verb, fetch, value);
    case KB_CLI_REQ_ALLOW_PRIVATE: return allow(verb, fetch, value, false);
    case KB_CLI_REQ_ALLOW_PORT: return allow(verb, fetch, value, true);
    case KB_CLI_REQ_RESOLVE: return set_resolve(verb, fetch, value);
    case KB_CLI_REQ_TIMEOUT:
        return set_milliseconds(verb, option, value, SECONDS_MAX, 1000,
                                &client->total_ms);
    case KB_CLI_REQ_SPACING:
        return set_milliseconds(verb, option, value, SPACING_MAX, 1, &client->spacing_ms);
    default: return set_size(verb, fetch, value);
    }
    return KB_CLI_OK;
}
