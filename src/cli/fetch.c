/* kabar fetch: addresses in, what stands there out: a feed, an article, a site's feeds.
 *
 * Here are the words of the command line; fetch_one.c and fetch_many.c do the work. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "db.h"
#include "fetch.h"

enum { ARTICLES_MAX = 1000 };

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
    OPTION_ALL,
    OPTION_DB,
    OPTION_REQUEST, /* and those behind it: fetch_words.c */
    OPTION_WIDTH = OPTION_REQUEST + KB_CLI_REQUEST_OPTIONS,
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
    [OPTION_ALL] = {"all", 0, NULL, "a round: also feeds whose time has not come"},
    [OPTION_DB] = KB_CLI_DB_OPTION,
    KB_CLI_REQUEST_ROWS(OPTION_REQUEST),
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
    .usage = "[OPTION…] [URL…]",
    .about =
        "Without an address: one round of the wire's feeds that are due (`kabar add`).\n"
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
        "  kabar fetch                                  what is new in the wire's feeds\n"
        "  kabar fetch --state feeds.state --due --paths-from feeds.txt\n"
        "\n"
        "Exit status: 0 done, 1 an address failed (the rest is printed), 2 wrong call.\n",
    .options = options,
    .run = run,
};

/* What the words said. */
struct call {
    struct kb_cli_fetch_options fetch;
    char **operands; /* moved to the front of the words */
    int operand_count;
    size_t under_way;
    const char *color;
    const char *db;
    bool all, format_set, width_set, indent_set, progress_set, no_progress;
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

static int set(const struct kb_cli_verb *verb, void *context, unsigned option,
               const char *value) {
    struct call *call = context;
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
    case OPTION_ALL: call->all = true; break;
    case OPTION_DB: call->db = value; break;
    default: return kb_cli_set_request(verb, OPTION_REQUEST, option, value, fetch);
    }
    return KB_CLI_OK;
}

/* A round's feeds have their own settings, and its lines one form. */
static int check_round(const struct kb_cli_verb *verb, const struct call *call) {
    const struct kb_cli_fetch_options *fetch = &call->fetch;
    const struct kb_request *request = &fetch->request;
    if (call->format_set || call->width_set || call->indent_set || fetch->articles ||
        fetch->as != KB_CLI_AS_AUTO || fetch->state || fetch->due)
        return kb_cli_wrong(verb, "no address; --format, --as, --articles, --state and "
                                  "others do not go with a round of the wire's feeds");
    if (request->header_count || request->cookie.n || request->login.n ||
        request->insecure_tls || request->max_bytes)
        return kb_cli_wrong(verb, "no address; what goes with the requests of a feed of "
                                  "the wire is set by `kabar feeds --settings`");
    return KB_CLI_OK;
}

static int check(const struct kb_cli_verb *verb, struct call *call, bool *many) {
    struct kb_cli_fetch_options *fetch = &call->fetch;
    *many = fetch->list || call->operand_count > 1;
    if (fetch->list && call->operand_count)
        return kb_cli_wrong(verb, "--paths-from takes the place of addresses on the "
                                  "command line: give one of the two");
    if (!*many && !call->operand_count)
        return check_round(verb, call);
    if (call->all || call->db)
        return kb_cli_wrong(verb, "--all and --db go with a round of the wire's feeds, "
                                  "which no address is named for");
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
    fetch->client.trace = many || fetch->verbose ? kb_cli_trace : NULL;
    fetch->client.trace_arg = fetch;
    fetch->under_way = &call->under_way;
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
    if (!kb_cli_request_defaults(&call.fetch))
        return KB_CLI_FAILED;
    call.operands = words;
    int status = kb_cli_words(verb, count, words, &call.operand_count, set, &call);
    if (status == KB_CLI_OK)
        status = check(verb, &call, &many);
    if (status == KB_CLI_OK) {
        fill_in(&call, many);
        status = many || call.operand_count
                     ? fetch(&call, many)
                     : kb_cli_fetch_round(&call.fetch, call.db, call.all);
    }
    kb_guard_free(call.fetch.guard);
    return status;
}
