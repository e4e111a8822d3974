/* kabar fetch: addresses in, what stands there out: a feed, an article, a site's feeds.
 *
 * Here are the words of the command line; fetch_one.c and fetch_many.c do the work. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fetch.h"

enum { ARTICLES_MAX = 1000, RESOLVE_MAX = 64, SECONDS_MAX = 86400, SPACING_MAX = 600000 };

#define FORMATS "json, view; of articles text, markdown, html, jsonld, ninjs too"

enum option {
    OPTION_FORMAT,
    OPTION_AS,
    OPTION_ARTICLES,
    OPTION_OUTPUT,
    OPTION_VERBOSE,
    OPTION_JOBS,
    OPTION_PATHS_FROM,
    OPTION_PROGRESS,
    OPTION_NO_PROGRESS,
    OPTION_STATE,
    OPTION_DUE,
    OPTION_WARC,
    OPTION_CONTACT,
    OPTION_USER_AGENT,
    OPTION_HEADER,
    OPTION_COOKIE,
    OPTION_USER,
    OPTION_PROXY,
    OPTION_INSECURE,
    OPTION_CA_FILE,
    OPTION_ALLOW_PRIVATE,
    OPTION_ALLOW_PORT,
    OPTION_RESOLVE,
    OPTION_TIMEOUT,
    OPTION_MAX_BYTES,
    OPTION_SPACING,
    OPTION_WIDTH,
    OPTION_COLOR,
    OPTION_INDENT,
    OPTION_HELP
};

static const struct kb_cli_option options[] = {
    [OPTION_FORMAT] = {"format", 'f', "FORMAT",
                       "json or view; of articles also text, markdown,\n"
                       "html, jsonld, ninjs.  On a terminal: view; else: json"},
    [OPTION_AS] = {"as", 0, "KIND",
                   "what it is taken for: auto, feed (of a page: the\n"
                   "feed that it names), article or site"},
    [OPTION_ARTICLES] = {"articles", 'n', "N",
                         "read the first N articles of a feed or site"},
    [OPTION_OUTPUT] = {"output", 'o', "FILE", "write there"},
    [OPTION_VERBOSE] = {"verbose", 'v', NULL,
                        "tell each request, header and decision on stderr"},
    [OPTION_JOBS] = {"jobs", 'j', "N", "connections at a time; default 64, at most 512"},
    [OPTION_PATHS_FROM] = {"paths-from", 0, "FILE",
                           "fetch the addresses in FILE, one a line; \"-\":\n"
                           "standard input.  A line of JSON for each"},
    [OPTION_PROGRESS] = {"progress", 0, NULL,
                         "show progress even where stderr is no terminal"},
    [OPTION_NO_PROGRESS] = {"no-progress", 0, NULL, "show none"},
    [OPTION_STATE] = {"state", 0, "FILE",
                      "keep there what is known of feeds: they are asked\n"
                      "whether they have changed"},
    [OPTION_DUE] = {"due", 0, NULL, "with --state: only feeds whose time has come"},
    [OPTION_WARC] = {"warc", 0, "FILE", "write what came to a WARC file, gzipped"},
    [OPTION_CONTACT] = {"contact", 0, "TEXT",
                        "who you are, in the User-Agent: a page or a mail\n"
                        "address"},
    [OPTION_USER_AGENT] = {"user-agent", 0, "TEXT", "the whole User-Agent"},
    [OPTION_HEADER] = {"header", 'H', "LINE", "a header for the address's host alone"},
    [OPTION_COOKIE] = {"cookie", 0, "TEXT", "\"name=value; …\", for that host alone"},
    [OPTION_USER] = {"user", 0, "NAME:PASS", "log in there (Basic)"},
    [OPTION_PROXY] = {"proxy", 0, "URL", "go by this proxy: http, https or socks5h"},
    [OPTION_INSECURE] = {"insecure", 0, NULL, "do not check the host's certificate"},
    [OPTION_CA_FILE] = {"ca-file", 0, "FILE",
                        "certificates to trust, instead of the system's"},
    [OPTION_ALLOW_PRIVATE] = {"allow-private", 0, "WHAT",
                              "go to a private address, block, or name too:\n"
                              "10.0.0.0/8, [::1]:8080, feeds.example.org"},
    [OPTION_ALLOW_PORT] = {"allow-port", 0, "N",
                           "go to a port too that is none of web servers"},
    [OPTION_RESOLVE] = {"resolve", 0, "NAME=ADDR", "do not look NAME up"},
    [OPTION_TIMEOUT] = {"timeout", 0, "SECONDS", "for one address, redirects included"},
    [OPTION_MAX_BYTES] = {"max-bytes", 0, "SIZE",
                          "refuse larger answers, unpacked; at most 128M"},
    [OPTION_SPACING] = {"spacing", 0, "MS",
                        "between two requests to one host; default 1000"},
    [OPTION_WIDTH] = {"width", 'w', "N", "columns of view; default: the terminal's"},
    [OPTION_COLOR] = {"color", 0, "WHEN", "auto, always or never: bold and dim in view"},
    [OPTION_INDENT] = {"indent", 0, "N", "spaces a level of JSON; 0: one line"},
    [OPTION_HELP] = {"help", 'h', NULL, "this text"},
    {NULL, 0, NULL, NULL},
};

static int run(const struct kb_cli_verb *verb, int count, char **words);

const struct kb_cli_verb kb_cli_fetch = {
    .name = "fetch",
    .summary = "Fetch feeds, articles and sites",
    .usage = "[OPTION…] URL…",
    .about =
        "Asks for an address as a careful reader does, and prints what stands there: a\n"
        "feed as JSON Feed, a page as its article, a site's front page as its feeds\n"
        "and articles.  Private addresses are refused on every hop, a host is asked\n"
        "once a second at most, and what kabar finds by itself it reads only where\n"
        "robots.txt allows it.  Several addresses give one line of JSON each, in the\n"
        "order in which they are done.",
    .examples =
        "  kabar fetch https://example.org/             its feeds and articles\n"
        "  kabar fetch https://example.org/feed | jq -r '.items[].url'\n"
        "  kabar fetch -f markdown https://example.org/news/1\n"
        "  kabar fetch -n 5 https://example.org/feed    the newest five, whole\n"
        "  kabar fetch -v -o /dev/null https://example.org/feed\n"
        "  kabar fetch --paths-from urls.txt > out.jsonl\n"
        "  kabar fetch --state feeds.state --due --paths-from feeds.txt\n"
        "\n"
        "Exit status: 0 done, 1 an address failed (the rest is printed), 2 wrong call.\n",
    .options = options,
    .run = run,
};

/* What the words said. */
struct call {
    struct kb_cli_fetch_options fetch;
    struct kb_str resolve[RESOLVE_MAX];
    char **operands; /* moved to the front of the words */
    int operand_count;
    size_t under_way;
    const char *color;
    bool format_set, width_set, indent_set, progress_set, no_progress, help;
};

/* ---- the words --------------------------------------------------------------------- */

static int set_format(const struct kb_cli_verb *verb, struct call *call,
                      const char *value) {
    int format = kabar_format_by_name(value);
    if (format < 0)
        return kb_cli_wrong(verb, "unknown format '%s'; formats: " FORMATS, value);
    call->fetch.format = (kabar_format)format;
    call->format_set = true;
    return KB_CLI_OK;
}

static int set_as(const struct kb_cli_verb *verb, struct call *call, const char *value) {
    static const char *const names[] = {"auto", "feed", "article", "site"};
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        if (strcmp(value, names[i]) == 0) {
            call->fetch.as = (enum kb_cli_as)i;
            return KB_CLI_OK;
        }
    }
    return kb_cli_wrong(verb, "--as wants auto, feed, article or site, not '%s'", value);
}

/* A header for the request: "Name: value", or a name of its own with its value. */
static int add_header(const struct kb_cli_verb *verb, struct call *call,
                      struct kb_str name, struct kb_str value) {
    struct kb_cli_fetch_options *fetch = &call->fetch;
    if (fetch->request.header_count == KB_CLI_FETCH_HEADERS)
        return kb_cli_wrong(verb, "at most %d headers", KB_CLI_FETCH_HEADERS);
    fetch->headers[fetch->request.header_count++] =
        (struct kb_header){kb_str_trim(name), kb_str_trim(value)};
    return KB_CLI_OK;
}

static int set_header(const struct kb_cli_verb *verb, struct call *call,
                      const char *value) {
    struct kb_str line = kb_str_z(value);
    size_t colon = kb_str_find_byte(line, ':');
    if (colon == KB_NOT_FOUND || !colon)
        return kb_cli_wrong(verb, "--header wants \"Name: value\", not '%s'", value);
    return add_header(verb, call, kb_str_slice(line, 0, colon),
                      kb_str_slice(line, colon + 1, line.n));
}

static int allow(const struct kb_cli_verb *verb, struct call *call, const char *what,
                 bool port) {
    char text[300];
    struct kb_err err = {KB_OK, ""};
    size_t n = strlen(what);
    if (n + 2 > sizeof(text))
        return kb_cli_wrong(verb, "'%.40s…' is too long to be allowed", what);
    text[0] = ':';
    memcpy(text + port, what, n + 1);
    if (kb_guard_allow(call->fetch.guard, kb_str_z(text), &err) != KB_OK)
        return kb_cli_wrong(verb, "--allow-%s: %s", port ? "port" : "private", err.text);
    return KB_CLI_OK;
}

static int set_proxy(const struct kb_cli_verb *verb, struct call *call,
                     const char *value) {
    struct kb_str proxy = kb_str_z(value);
    if (!kb_str_starts(proxy, KB_STR("http://")) &&
        !kb_str_starts(proxy, KB_STR("https://")) &&
        !kb_str_starts(proxy, KB_STR("socks5h://")))
        return kb_cli_wrong(verb,
                            "--proxy wants an http://, https:// or socks5h:// address, "
                            "not '%s'",
                            value);
    call->fetch.client.proxy = proxy;
    return KB_CLI_OK;
}

static int set_ca_file(const struct kb_cli_verb *verb, struct call *call,
                       const char *value) {
    if (access(value, R_OK) != 0)
        return kb_cli_wrong(verb, "--ca-file: %s: %s", value, strerror(errno));
    call->fetch.client.ca_file = kb_str_z(value);
    return KB_CLI_OK;
}

static int set_resolve(const struct kb_cli_verb *verb, struct call *call,
                       const char *value) {
    struct kb_client_options *client = &call->fetch.client;
    if (!strchr(value, '='))
        return kb_cli_wrong(verb, "--resolve wants NAME=ADDRESS, not '%s'", value);
    if (client->resolve_count == RESOLVE_MAX)
        return kb_cli_wrong(verb, "at most %d times --resolve", RESOLVE_MAX);
    call->resolve[client->resolve_count++] = kb_str_z(value);
    return KB_CLI_OK;
}

static int set_milliseconds(const struct kb_cli_verb *verb, enum option option,
                            const char *value, int max, int unit, unsigned *ms) {
    int number = 0;
    int status = kb_cli_set_number(verb, option, value, unit == 1 ? 0 : 1, max, &number);
    if (status == KB_CLI_OK)
        *ms = (unsigned)number * (unsigned)unit;
    return status;
}

static int set_size(const struct kb_cli_verb *verb, struct call *call,
                    const char *value) {
    if (!kb_cli_size(value, &call->fetch.request.max_bytes) ||
        call->fetch.request.max_bytes > KB_LIMIT_FEED_BYTES)
        return kb_cli_wrong(
            verb, "--max-bytes wants a size from 1 to 128M, as in 500K or 64M, not '%s'",
            value);
    return KB_CLI_OK;
}

/* What goes with the requests. */
static int set_request(const struct kb_cli_verb *verb, struct call *call,
                       enum option option, const char *value) {
    struct kb_client_options *client = &call->fetch.client;
    struct kb_request *request = &call->fetch.request;
    switch (option) {
    case OPTION_CONTACT: client->contact = kb_str_z(value); break;
    case OPTION_USER_AGENT:
        return add_header(verb, call, KB_STR("User-Agent"), kb_str_z(value));
    case OPTION_HEADER: return set_header(verb, call, value);
    case OPTION_COOKIE: request->cookie = kb_str_z(value); break;
    case OPTION_USER: request->login = kb_str_z(value); break;
    case OPTION_PROXY: return set_proxy(verb, call, value);
    case OPTION_INSECURE: request->insecure_tls = true; break;
    case OPTION_CA_FILE: return set_ca_file(verb, call, value);
    case OPTION_ALLOW_PRIVATE: return allow(verb, call, value, false);
    case OPTION_ALLOW_PORT: return allow(verb, call, value, true);
    case OPTION_RESOLVE: return set_resolve(verb, call, value);
    case OPTION_TIMEOUT:
        return set_milliseconds(verb, option, value, SECONDS_MAX, 1000,
                                &client->total_ms);
    case OPTION_SPACING:
        return set_milliseconds(verb, option, value, SPACING_MAX, 1, &client->spacing_ms);
    default: return set_size(verb, call, value);
    }
    return KB_CLI_OK;
}

static int set_option(const struct kb_cli_verb *verb, struct call *call,
                      enum option option, const char *value) {
    struct kb_cli_fetch_options *fetch = &call->fetch;
    switch (option) {
    case OPTION_FORMAT: return set_format(verb, call, value);
    case OPTION_AS: return set_as(verb, call, value);
    case OPTION_ARTICLES:
        return kb_cli_set_number(verb, option, value, 1, ARTICLES_MAX, &fetch->articles);
    case OPTION_OUTPUT: fetch->output = value; break;
    case OPTION_VERBOSE: fetch->verbose = true; break;
    case OPTION_JOBS:
        return kb_cli_set_number(verb, option, value, 1, KB_LIMIT_CONNECTIONS,
                                 &fetch->jobs);
    case OPTION_PATHS_FROM: fetch->list = value; break;
    case OPTION_PROGRESS:
    case OPTION_NO_PROGRESS:
        call->progress_set = option == OPTION_PROGRESS;
        call->no_progress = option == OPTION_NO_PROGRESS;
        break;
    case OPTION_STATE: fetch->state = value; break;
    case OPTION_DUE: fetch->due = true; break;
    case OPTION_WARC: fetch->warc = value; break;
    case OPTION_WIDTH:
        call->width_set = true;
        return kb_cli_set_number(verb, option, value, KB_CLI_WIDTH_MIN, KB_CLI_WIDTH_MAX,
                                 &fetch->print.width);
    case OPTION_COLOR: return kb_cli_set_color(verb, value, &call->color);
    case OPTION_INDENT:
        call->indent_set = true;
        return kb_cli_set_number(verb, option, value, 0, KB_CLI_INDENT_MAX,
                                 &fetch->print.indent);
    case OPTION_HELP: call->help = true; break;
    default: return set_request(verb, call, option, value);
    }
    return KB_CLI_OK;
}

static int parse(const struct kb_cli_verb *verb, struct call *call, int count,
                 char **words) {
    struct kb_cli_args args = {.verb = verb, .words = words, .count = count};
    call->operands = words;
    for (;;) {
        const char *value;
        int option = kb_cli_args_next(&args, &value), status = KB_CLI_OK;
        if (option == KB_CLI_END)
            return KB_CLI_OK;
        if (option == KB_CLI_BAD)
            return KB_CLI_WRONG;
        if (option == KB_CLI_OPERAND)
            call->operands[call->operand_count++] = words[args.at - 1];
        else
            status = set_option(verb, call, (enum option)option, value);
        if (status != KB_CLI_OK || call->help)
            return status;
    }
}

static int check(const struct kb_cli_verb *verb, struct call *call, bool *many) {
    struct kb_cli_fetch_options *fetch = &call->fetch;
    *many = fetch->list || call->operand_count > 1;
    if (fetch->list && call->operand_count)
        return kb_cli_wrong(verb, "--paths-from takes the place of addresses on the "
                                  "command line: give one of the two");
    if (!*many && !call->operand_count)
        return kb_cli_wrong(verb, "no address to fetch\n"
                                  "Usage: kabar fetch [OPTION…] URL…\n"
                                  "As in: kabar fetch https://example.org/feed");
    if (*many && call->format_set && fetch->format != KABAR_FORMAT_JSON)
        return kb_cli_wrong(verb, "several addresses are printed as lines of JSON: "
                                  "--format goes with one");
    if (*many && fetch->articles)
        return kb_cli_wrong(verb, "--articles goes with one address");
    if (fetch->due && !fetch->state)
        return kb_cli_wrong(verb, "--due asks what --state FILE knows");
    return KB_CLI_OK;
}

static void fill_in(struct call *call, bool many) {
    struct kb_cli_fetch_options *fetch = &call->fetch;
    bool terminal = !fetch->output && isatty(STDOUT_FILENO);
    if (!call->format_set)
        fetch->format = terminal && !many ? KABAR_FORMAT_VIEW : KABAR_FORMAT_JSON;
    if (!call->indent_set)
        fetch->print.indent = terminal && !many && !fetch->articles ? 2 : 0;
    if (!call->width_set)
        fetch->print.width = kb_cli_view_columns(STDOUT_FILENO);
    fetch->print.color = kb_cli_wants_color(call->color, terminal);
    if (fetch->jobs)
        fetch->client.connections = (unsigned)fetch->jobs;
    fetch->progress =
        many && (call->progress_set || (!call->no_progress && !terminal &&
                                        !fetch->verbose && isatty(STDERR_FILENO)));
    fetch->client.guard = fetch->guard;
    fetch->client.resolve = call->resolve;
    fetch->client.trace = many || fetch->verbose ? kb_cli_trace : NULL;
    fetch->client.trace_arg = fetch;
    fetch->under_way = &call->under_way;
    fetch->request.headers = fetch->headers;
}

/* ---- the work ---------------------------------------------------------------------- */

static int fetch(struct call *call, bool many) {
    struct kb_cli_fetcher fetcher = {.now = (int64_t)time(NULL)};
    int status = KB_CLI_FAILED;
    if (kb_cli_fetcher_open(&fetcher, &call->fetch))
        status = many ? kb_cli_fetch_many(&fetcher, call->operands, call->operand_count)
                      : kb_cli_fetch_one(&fetcher, call->operands[0]);
    if (!kb_cli_fetcher_close(&fetcher) && status == KB_CLI_OK)
        status = KB_CLI_FAILED;
    return status;
}

static int run(const struct kb_cli_verb *verb, int count, char **words) {
    struct call call = {.color = "auto"};
    bool many = false;
    call.fetch.print.size = sizeof(call.fetch.print);
    call.fetch.guard = kb_guard_new();
    if (!call.fetch.guard) {
        kb_cli_say("%s", kb_status_text(KB_ENOMEM));
        return KB_CLI_FAILED;
    }
    kb_client_defaults(&call.fetch.client);
    int status = parse(verb, &call, count, words);
    if (status == KB_CLI_OK && call.help) {
        status = kb_cli_help_verb(verb);
    } else {
        if (status == KB_CLI_OK)
            status = check(verb, &call, &many);
        if (status == KB_CLI_OK) {
            fill_in(&call, many);
            status = fetch(&call, many);
        }
    }
    kb_guard_free(call.fetch.guard);
    return status;
}
