/* kabar feed: a feed in, one JSON Feed document or a list for the eyes out.
 *
 * The feed is a file, standard input, or what stands at an address (address.c). */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "address.h"
#include "cli.h"

/* The library's own limit. */
#define MAX_FEED_BYTES ((size_t)128 << 20)

enum option {
    OPTION_FORMAT,
    OPTION_BASE_URL,
    OPTION_CONTENT_TYPE,
    OPTION_CONTENT_LANGUAGE,
    OPTION_OUTPUT,
    OPTION_WIDTH,
    OPTION_COLOR,
    OPTION_INDENT,
    OPTION_MAX_BYTES,
    OPTION_ALLOW_PRIVATE,
    OPTION_HELP
};

static const struct kb_cli_option options[] = {
    [OPTION_FORMAT] = {"format", 'f', "FORMAT",
                       "json (JSON Feed 1.1) or view (a list for the eyes).\n"
                       "On a terminal: view; else: json"},
    [OPTION_BASE_URL] = {"base-url", 'u', "URL",
                         "where the feed stood: links are completed with it"},
    [OPTION_CONTENT_TYPE] = {"content-type", 0, "TYPE",
                             "as HTTP gave it: \"text/xml; charset=koi8-r\""},
    [OPTION_CONTENT_LANGUAGE] = {"content-language", 0, "TAG",
                                 "as HTTP gave it, for a feed that names none"},
    [OPTION_OUTPUT] = {"output", 'o', "FILE", "write there"},
    [OPTION_WIDTH] = {"width", 'w', "N", "columns of view; default: the terminal's"},
    [OPTION_COLOR] = {"color", 0, "WHEN", "auto, always or never: bold and dim in view"},
    [OPTION_INDENT] = {"indent", 0, "N", "spaces a level of JSON; 0: one line"},
    [OPTION_MAX_BYTES] = {"max-bytes", 0, "SIZE",
                          "refuse larger feeds; default, and at most, 128M"},
    [OPTION_ALLOW_PRIVATE] = {"allow-private", 0, "WHAT",
                              "ask there though it is no public address:\n"
                              "10.0.0.0/8, [::1]:8080, feeds.example.org"},
    [OPTION_HELP] = {"help", 'h', NULL, "this text"},
    {NULL, 0, NULL, NULL},
};

static int run(const struct kb_cli_verb *verb, int count, char **words);

const struct kb_cli_verb kb_cli_feed = {
    .name = "feed",
    .summary = "Read a feed into JSON Feed",
    .usage = "[OPTION…] [FILE|URL|-]",
    .about =
        "FILE holds a feed: RSS 0.90 to 2.0, RDF, Atom, CDF or JSON Feed, a site map,\n"
        "an OPML list or an h-feed page, in any encoding, also gzipped.  All become one\n"
        "form, JSON Feed 1.1; what it has no word for stands under \"_kabar\".  HTML is\n"
        "made safe.  A broken feed is read as far as it goes, with a warning on\n"
        "standard error.  - is standard input, as is nothing at all in a pipe; a URL is\n"
        "fetched, and kabar fetch can do more of that.",
    .examples =
        "  kabar feed news.rss                      the headlines here\n"
        "  curl -s https://example.org/rss | kabar feed -u https://example.org/rss\n"
        "  kabar feed https://example.org/rss       fetch it\n"
        "  kabar feed news.rss | jq -r '.items[].url'\n"
        "  kabar feed --indent 2 -o news.json news.atom.gz\n"
        "\n"
        "Exit status: 0 done, 1 it is no feed or cannot be read, 2 a wrong call.\n",
    .options = options,
    .run = run,
};

/* What the words said. */
struct call {
    kabar_feed_hints hints;
    kabar_print_options print;
    kabar_format format;
    const char *operand, *output, *color, *allow;
    bool format_set, width_set, indent_set;
};

/* ---- the words --------------------------------------------------------------------- */

static int set_format(const struct kb_cli_verb *verb, struct call *call,
                      const char *value) {
    call->format_set = true;
    if (strcmp(value, "json") == 0)
        call->format = KABAR_FORMAT_JSON;
    else if (strcmp(value, "view") == 0)
        call->format = KABAR_FORMAT_VIEW;
    else
        return kb_cli_wrong(verb, "unknown format '%s'; formats: json, view", value);
    return KB_CLI_OK;
}

static int set_size(const struct kb_cli_verb *verb, struct call *call,
                    const char *value) {
    if (!kb_cli_size(value, &call->hints.max_feed_bytes) ||
        call->hints.max_feed_bytes > MAX_FEED_BYTES)
        return kb_cli_wrong(
            verb, "--max-bytes wants a size from 1 to 128M, as in 500K or 64M, not '%s'",
            value);
    return KB_CLI_OK;
}

static int set(const struct kb_cli_verb *verb, void *context, unsigned option,
               const char *value) {
    struct call *call = context;
    switch (option) {
    case OPTION_FORMAT: return set_format(verb, call, value);
    case OPTION_BASE_URL: call->hints.base_url = value; break;
    case OPTION_CONTENT_TYPE: call->hints.content_type = value; break;
    case OPTION_CONTENT_LANGUAGE: call->hints.content_language = value; break;
    case OPTION_OUTPUT: call->output = value; break;
    case OPTION_WIDTH:
        call->width_set = true;
        return kb_cli_set_number(verb, option, value, KB_CLI_WIDTH_MIN, KB_CLI_WIDTH_MAX,
                                 &call->print.width);
    case OPTION_COLOR: return kb_cli_set_color(verb, value, &call->color);
    case OPTION_INDENT:
        call->indent_set = true;
        return kb_cli_set_number(verb, option, value, 0, KB_CLI_INDENT_MAX,
                                 &call->print.indent);
    case OPTION_MAX_BYTES: return set_size(verb, call, value);
    case OPTION_ALLOW_PRIVATE: call->allow = value; break;
    }
    return KB_CLI_OK;
}

static int check(const struct kb_cli_verb *verb, int operands, char **words) {
    if (operands && !words[0][0])
        return kb_cli_wrong(verb, "a file's name is empty");
    if (operands > 1)
        return kb_cli_wrong(verb, "one feed at a time: '%s' is one too many", words[1]);
    if (!operands && isatty(STDIN_FILENO))
        return kb_cli_wrong(verb, "no feed to read\n"
                                  "Usage: kabar feed [OPTION…] [FILE|URL|-]\n"
                                  "As in: kabar feed news.rss");
    return KB_CLI_OK;
}

static void fill_in(struct call *call) {
    bool terminal = !call->output && isatty(STDOUT_FILENO);
    if (!call->format_set)
        call->format = terminal ? KABAR_FORMAT_VIEW : KABAR_FORMAT_JSON;
    if (!call->indent_set)
        call->print.indent = terminal ? 2 : 0;
    if (!call->width_set)
        call->print.width = kb_cli_view_columns(STDOUT_FILENO);
    call->print.color = kb_cli_wants_color(call->color, terminal);
}

/* ---- the work ---------------------------------------------------------------------- */

/* What a feed was read from: its bytes, and whoever owns them. */
struct source {
    struct kb_cli_input input;
    struct kb_cli_address address;
    const char *bytes;
    size_t size;
};

/* The feed's text into buffer; its warnings are said, or stand in the view. */
static kabar_status print_feed(const struct call *call, const struct source *source,
                               kabar_buffer *buffer, kabar_error *error) {
    kabar_feed *feed = NULL;
    kabar_status status = kabar_feed_new(&feed, error);
    if (status == KABAR_OK)
        status = kabar_feed_read(feed, source->bytes, source->size, &call->hints, error);
    if (status == KABAR_OK)
        status = kabar_feed_print(feed, call->format, &call->print, buffer, error);
    if (status == KABAR_OK && call->format == KABAR_FORMAT_JSON) {
        for (size_t i = 0; i < kabar_feed_warning_count(feed); i++)
            kb_cli_say("%s: %s", call->operand, kabar_feed_warning(feed, i).data);
    }
    kabar_feed_free(feed);
    return status;
}

/* From an address; what the words say goes before what the server says. */
static kabar_status fetch(struct call *call, struct source *source, kabar_error *error) {
    struct kb_cli_address *address = &source->address;
    kabar_feed_hints *hints = &call->hints;
    kabar_status status = kb_cli_address_load(address, call->operand, call->allow,
                                              hints->max_feed_bytes, error);
    if (status != KABAR_OK)
        return status;
    if (address->answer->moved)
        kb_cli_say("%s: has moved for good to %s", call->operand, address->url);
    hints->base_url = hints->base_url ? hints->base_url : address->url;
    hints->content_type =
        hints->content_type ? hints->content_type : address->content_type;
    hints->content_language =
        hints->content_language ? hints->content_language : address->content_language;
    source->bytes = address->answer->body.n ? address->answer->body.p : "";
    source->size = address->answer->body.n;
    return KABAR_OK;
}

static kabar_status load(struct call *call, struct source *source, kabar_error *error) {
    const char *path = strcmp(call->operand, "-") == 0 ? NULL : call->operand;
    struct stat info;
    if (!path)
        call->operand = "standard input";
    if (path && kb_cli_is_address(path))
        return fetch(call, source, error);
    if (path && stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return kb_cli_error(error, KABAR_EIO, "is a folder: name a feed in it");
    return kb_cli_input_load(&source->input, path, &source->bytes, &source->size, error);
}

static int feed(struct call *call) {
    struct source source = {.bytes = ""};
    struct kb_cli_output output;
    kabar_buffer buffer = {0};
    kabar_error error = {KABAR_OK, ""};
    int exit_status = KB_CLI_FAILED;

    kb_cli_input_init(&source.input, call->hints.max_feed_bytes, "max-bytes");
    kabar_status status = load(call, &source, &error);
    if (status == KABAR_OK)
        status = print_feed(call, &source, &buffer, &error);
    if (status != KABAR_OK) {
        kb_cli_say("%s: %s", call->operand,
                   error.message[0] ? error.message : kabar_status_name(status));
    } else if (kb_cli_output_open(&output, call->output)) {
        /* Opened last, so that a feed that fails leaves an older file alone. */
        bool ok = kb_cli_output_write(&output, NULL, 0, buffer.data, buffer.size);
        ok = kb_cli_output_close(&output) && ok;
        exit_status = ok ? KB_CLI_OK : KB_CLI_FAILED;
    }
    kabar_buffer_free(&buffer);
    kb_cli_address_free(&source.address);
    kb_cli_input_free(&source.input);
    return exit_status;
}

static int run(const struct kb_cli_verb *verb, int count, char **words) {
    struct call call = {.color = "auto"};
    call.hints.size = sizeof(call.hints);
    call.hints.max_feed_bytes = MAX_FEED_BYTES;
    call.print.size = sizeof(call.print);
    int operands, status = kb_cli_words(verb, count, words, &operands, set, &call);
    if (status == KB_CLI_OK)
        status = check(verb, operands, words);
    if (status != KB_CLI_OK)
        return status;
    call.operand = operands ? words[0] : "-";
    fill_in(&call);
    return feed(&call);
}
