/* kabar read: pages in, articles out.
 *
 * One page is read on this thread alone; many are bulk.c's work. */
#ifdef __linux__
#define _GNU_SOURCE /* sched_getaffinity: the cores that this process may use */
#include <time.h>
#include <sched.h>
#endif
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "db.h"

/* A page's bytes where nothing else is said; the library's own limit is the same. */
#define DEFAULT_PAGE_BYTES ((size_t)64 << 20)

/* zlib counts in 32 bits. */
#define MAX_PAGE_BYTES ((size_t)2 << 30)

enum { JOBS_MAX = 256, VERSION_MAX = 1000000 };

#define FORMATS "text, markdown, html, json, jsonld, ninjs, view"

enum option {
    OPTION_FORMAT,
    OPTION_URL,
    OPTION_LANGUAGE,
    OPTION_CONTENT_TYPE,
    OPTION_OUTPUT,
    OPTION_WIDTH,
    OPTION_COLOR,
    OPTION_INDENT,
    OPTION_JOBS,
    OPTION_PATHS_FROM,
    OPTION_PROGRESS,
    OPTION_NO_PROGRESS,
    OPTION_MAX_PAGE_BYTES,
    OPTION_ASSETS,
    OPTION_DB,
    OPTION_VERSIONS,
    OPTION_VERSION,
    OPTION_CHANGES,
    OPTION_HELP
};

static const struct kb_cli_option options[] = {
    [OPTION_FORMAT] = {"format", 'f', "FORMAT",
                       "text, markdown, html, json, jsonld (schema.org),\n"
                       "ninjs (IPTC) or view (for the eyes).\n"
                       "One page on a terminal: view; else: json"},
    [OPTION_URL] = {"url", 'u', "URL", "the page's address: links are completed with it"},
    [OPTION_LANGUAGE] = {"language", 0, "TAG",
                         "the page's language (en, zh-Hant): not guessed"},
    [OPTION_CONTENT_TYPE] = {"content-type", 0, "TYPE",
                             "as HTTP gave it: \"text/html; charset=gbk\""},
    [OPTION_OUTPUT] = {"output", 'o', "FILE",
                       "write there; .txt, .md and .html say the format"},
    [OPTION_WIDTH] = {"width", 'w', "N", "columns of view; default: the terminal's"},
    [OPTION_COLOR] = {"color", 0, "WHEN", "auto, always or never: bold and dim in view"},
    [OPTION_INDENT] = {"indent", 0, "N", "spaces a level of JSON; 0: one line a page"},
    [OPTION_JOBS] = {"jobs", 'j', "N", "threads for many pages; default: one a core"},
    [OPTION_PATHS_FROM] = {"paths-from", 0, "FILE",
                           "read the files that FILE names, one a line;\n"
                           "\"-\": standard input"},
    [OPTION_PROGRESS] = {"progress", 0, NULL,
                         "show progress even where stderr is no terminal"},
    [OPTION_NO_PROGRESS] = {"no-progress", 0, NULL, "show none"},
    [OPTION_MAX_PAGE_BYTES] = {"max-page-bytes", 0, "SIZE",
                               "refuse larger pages; default 64M, at most 2G"},
    [OPTION_ASSETS] = {"assets", 0, "DIR",
                       "read data files from DIR, not the built-in ones"},
    [OPTION_DB] = KB_CLI_DB_OPTION,
    [OPTION_VERSIONS] = {"versions", 0, NULL, "of an article of the wire: its versions"},
    [OPTION_VERSION] = {"version", 0, "N", "the N-th of them, 1 the first"},
    [OPTION_CHANGES] = {"changes", 0, NULL,
                        "what changed from each to the next, or to --version\nN"},
    [OPTION_HELP] = {"help", 'h', NULL, "this text"},
    {NULL, 0, NULL, NULL},
};

static int run(const struct kb_cli_verb *verb, int count, char **words);

const struct kb_cli_verb kb_cli_read = {
    .name = "read",
    .summary = "Take the article out of saved pages",
    .usage = "[OPTION…] [FILE|FOLDER|ID|-]…",
    .about =
        "FILE holds a page: HTML, XHTML, AMP, a piece of HTML or plain text, in any\n"
        "encoding, also gzipped; or many of them: a WARC file, also in gzip or zstd.\n"
        "A FOLDER stands for the .html, .htm, .xhtml, .txt and .warc files (and their\n"
        ".gz, and .warc.zst) in it and below.  - is standard input, as is nothing at\n"
        "all in a pipe.  Many pages give one line of JSON each, in their order.\n"
        "ID is an article of the wire: its id, or an address that the wire has.",
    .examples =
        "  kabar read page.html                     read it here\n"
        "  curl -s https://example.org/news | kabar read -u https://example.org/news\n"
        "  kabar read -f markdown -o note.md page.html\n"
        "  kabar read -f text page.html.gz | wc -w\n"
        "  kabar read page.html | jq -r .title      fields of the record\n"
        "  kabar read -j 4 pages/ > articles.jsonl\n"
        "  kabar read crawl.warc.gz > articles.jsonl\n"
        "  find . -name '*.html' | kabar read --paths-from - > articles.jsonl\n"
        "\n"
        "Exit status: 0 done, 1 a page failed (the rest is printed), 2 a wrong call.\n",
    .options = options,
    .run = run,
};

/* What the words said. */
struct call {
    struct kb_cli_read_options read;
    char **operands; /* moved to the front of the words */
    int operand_count;
    const char *color;
    struct kb_cli_kept kept;
    bool format_set, width_set, indent_set, progress_set, no_progress;
};

/* ---- the words --------------------------------------------------------------------- */

static int set_format(const struct kb_cli_verb *verb, struct call *call,
                      const char *value) {
    static const char *const names[] = {"text",   "markdown", "html", "json",
                                        "jsonld", "ninjs",    "view"};
    const char *near;
    int format = kabar_format_by_name(value);

    if (format >= 0) {
        call->read.format = (kabar_format)format;
        call->format_set = true;
        return KB_CLI_OK;
    }
    near = kb_nearest(value, names, sizeof(names) / sizeof(names[0]));
    if (near)
        return kb_cli_wrong(verb,
                            "unknown format '%s'; did you mean '%s'? Formats: " FORMATS,
                            value, near);
    return kb_cli_wrong(verb, "unknown format '%s'; formats: " FORMATS, value);
}

static int set_size(const struct kb_cli_verb *verb, struct call *call,
                    const char *value) {
    if (!kb_cli_size(value, &call->read.max_page_bytes) ||
        call->read.max_page_bytes > MAX_PAGE_BYTES)
        return kb_cli_wrong(
            verb,
            "--max-page-bytes wants a size from 1 to 2G, as in 500K, 64M or "
            "1G, not '%s'",
            value);
    call->read.reader.max_page_bytes = call->read.max_page_bytes;
    return KB_CLI_OK;
}

static int set(const struct kb_cli_verb *verb, void *context, unsigned option,
               const char *value) {
    struct call *call = context;
    struct kb_cli_read_options *read = &call->read;
    switch (option) {
    case OPTION_FORMAT: return set_format(verb, call, value);
    case OPTION_URL: read->page.url = value; break;
    case OPTION_LANGUAGE: read->page.language = value; break;
    case OPTION_CONTENT_TYPE: read->page.content_type = value; break;
    case OPTION_OUTPUT: read->output = value; break;
    case OPTION_WIDTH:
        call->width_set = true;
        return kb_cli_set_number(verb, option, value, KB_CLI_WIDTH_MIN, KB_CLI_WIDTH_MAX,
                                 &read->print.width);
    case OPTION_COLOR: return kb_cli_set_color(verb, value, &call->color);
    case OPTION_INDENT:
        call->indent_set = true;
        return kb_cli_set_number(verb, option, value, 0, KB_CLI_INDENT_MAX,
                                 &read->print.indent);
    case OPTION_JOBS:
        return kb_cli_set_number(verb, option, value, 1, JOBS_MAX, &read->jobs);
    case OPTION_PATHS_FROM: read->list = value; break;
    case OPTION_PROGRESS:
        call->progress_set = true;
        call->no_progress = false;
        break;
    case OPTION_NO_PROGRESS:
        call->progress_set = false;
        call->no_progress = true;
        break;
    case OPTION_MAX_PAGE_BYTES: return set_size(verb, call, value);
    case OPTION_ASSETS: read->reader.assets_dir = value; break;
    case OPTION_DB: call->kept.db = value; break;
    case OPTION_VERSIONS: call->kept.versions = true; break;
    case OPTION_CHANGES: call->kept.changes = true; break;
    case OPTION_VERSION:
        return kb_cli_set_number(verb, option, value, 1, VERSION_MAX,
                                 &call->kept.version);
    }
    return KB_CLI_OK;
}

static bool has_folder(const struct call *call) {
    struct stat info;
    for (int i = 0; i < call->operand_count; i++) {
        if (stat(call->operands[i], &info) == 0 && S_ISDIR(info.st_mode))
            return true;
    }
    return false;
}

/* Whether there may be more pages than operands. */
static bool has_warc(const struct call *call) {
    struct kb_cli_source source;
    kabar_error error;
    for (int i = 0; i < call->operand_count; i++) {
        bool found = strcmp(call->operands[i], "-") == 0;
        if (!found &&
            kb_cli_source_open(&source, call->operands[i], &error) == KABAR_OK) {
            found = kb_cli_source_is_warc(&source);
            kb_cli_source_close(&source);
        }
        if (found)
            return true;
    }
    return false;
}

/* The first of the files to be read that is the output as well, or NULL.  One page is
 * read whole before anything is written; many are not. */
static const char *read_and_written(const struct call *call) {
    const char *list = call->read.list;
    struct stat out, in;

    if (!call->read.output || stat(call->read.output, &out) != 0 || !S_ISREG(out.st_mode))
        return NULL;
    if (list && stat(list, &in) == 0 && in.st_dev == out.st_dev &&
        in.st_ino == out.st_ino)
        return list;
    for (int i = 0; i < call->operand_count; i++) {
        if (stat(call->operands[i], &in) == 0 && in.st_dev == out.st_dev &&
            in.st_ino == out.st_ino)
            return call->operands[i];
    }
    return NULL;
}

/* Whether the words ask for many pages; wrong combinations are told. */
static int check(const struct kb_cli_verb *verb, struct call *call, bool *many) {
    struct kb_cli_read_options *read = &call->read;
    int stdins = 0;

    for (int i = 0; i < call->operand_count; i++) {
        stdins += strcmp(call->operands[i], "-") == 0;
        if (!call->operands[i][0])
            return kb_cli_wrong(verb, "a file's name is empty");
    }
    if (stdins > 1)
        return kb_cli_wrong(verb, "- (standard input) can be read only once");
    if (read->list && call->operand_count)
        return kb_cli_wrong(verb,
                            "--paths-from takes the place of files on the command line: "
                            "give one of the two");
    if (!read->list && call->operand_count == 0 && isatty(STDIN_FILENO))
        return kb_cli_wrong(verb, "no page to read\n"
                                  "Usage: kabar read [OPTION…] [FILE|FOLDER|-]…\n"
                                  "As in: kabar read page.html");
    *many = read->list || call->operand_count > 1 ||
            (call->operand_count == 1 && has_folder(call));
    return KB_CLI_OK;
}

static int check_many(const struct kb_cli_verb *verb, const struct call *call) {
    if (call->read.page.url)
        return kb_cli_wrong(verb, "--url goes with one page, not with many");
    if (read_and_written(call))
        return kb_cli_wrong(verb,
                            "%s would be written while it is read: choose another -o",
                            read_and_written(call));
    return KB_CLI_OK;
}

/* ---- what is left open ------------------------------------------------------------- */

static int format_of_name(const char *name) {
    static const struct {
        const char *end;
        kabar_format format;
    } ends[] = {
        {".txt", KABAR_FORMAT_TEXT},
        {".md", KABAR_FORMAT_MARKDOWN},
        {".html", KABAR_FORMAT_HTML},
        {".htm", KABAR_FORMAT_HTML},
    };
    const char *dot = name ? strrchr(name, '.') : NULL;

    for (size_t i = 0; dot && i < sizeof(ends) / sizeof(ends[0]); i++) {
        if (strcasecmp(dot, ends[i].end) == 0)
            return (int)ends[i].format;
    }
    return -1;
}

int kb_cli_cores(void) {
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
        return CPU_COUNT(&set);
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

static void fill_in(struct call *call, bool many) {
    struct kb_cli_read_options *read = &call->read;
    bool terminal = !read->output && isatty(STDOUT_FILENO);
    int named = format_of_name(read->output);

    if (!call->format_set) {
        read->format = many || !terminal ? KABAR_FORMAT_JSON : KABAR_FORMAT_VIEW;
        if (!many && named >= 0)
            read->format = (kabar_format)named;
    }
    if (!call->indent_set)
        read->print.indent = terminal && !many ? 2 : 0;
    if (!call->width_set) {
        read->print.width = kb_cli_view_columns(STDOUT_FILENO);
    }
    read->print.color = kb_cli_wants_color(call->color, terminal);
    if (read->jobs == 0)
        read->jobs = many ? kb_cli_cores() : 1;
    if (read->jobs > JOBS_MAX)
        read->jobs = JOBS_MAX;
    if (!read->list && read->jobs > call->operand_count && !has_folder(call) &&
        !has_warc(call))
        read->jobs = call->operand_count ? call->operand_count : 1;
    /* On a terminal that the pages go to as well, they show the progress themselves. */
    read->progress =
        call->progress_set || (!call->no_progress && !terminal && isatty(STDERR_FILENO));
}

void kb_cli_read_defaults(struct kb_cli_read_options *read) {
    read->page.size = sizeof(read->page);
    read->reader.size = sizeof(read->reader);
    read->reader.now = (int64_t)time(NULL);
    read->print.size = sizeof(read->print);
    read->max_page_bytes = DEFAULT_PAGE_BYTES;
}

/* ---- the work ---------------------------------------------------------------------- */

static int read_one(const struct kb_cli_read_options *read, const char *operand,
                    struct kb_cli_source *source) {
    struct kb_cli_worker worker = {.source.fd = -1};
    struct kb_cli_output output;
    kabar_buffer buffer = {0};
    kabar_error error;
    int status = kb_cli_worker_init(&worker, read);

    worker.source = *source;
    if (status == KB_CLI_OK && kb_cli_worker_page(&worker, &buffer, &error) != KABAR_OK) {
        kb_cli_say("%s: %s", operand, error.message);
        status = KB_CLI_FAILED;
    }
    /* The output is opened last, so that a page that fails leaves an older file alone. */
    if (status == KB_CLI_OK) {
        bool ok = kb_cli_output_open(&output, read->output);
        ok = ok && kb_cli_output_write(&output, NULL, 0, buffer.data, buffer.size);
        ok = kb_cli_output_close(&output) && ok;
        status = ok ? KB_CLI_OK : KB_CLI_FAILED;
    }
    kabar_buffer_free(&buffer);
    kb_cli_worker_free(&worker);
    return status;
}

/* One operand: a page, or a WARC file with many. */
static int read_operand(const struct kb_cli_verb *verb, struct call *call) {
    struct kb_cli_read_options *read = &call->read;
    const char *operand = call->operand_count ? call->operands[0] : "-";
    bool from_stdin = strcmp(operand, "-") == 0;
    static char dash[] = "-";
    char *operands[] = {dash};
    struct kb_cli_source source;
    kabar_error error = {KABAR_OK, ""};
    int status;

    if (kb_cli_source_open(&source, from_stdin ? NULL : operand, &error) != KABAR_OK) {
        kb_cli_say("%s: %s", from_stdin ? "standard input" : operand, error.message);
        return KB_CLI_FAILED;
    }
    if (!kb_cli_source_is_warc(&source)) {
        fill_in(call, false);
        return read_one(read, from_stdin ? "standard input" : operand, &source);
    }
    status = check_many(verb, call);
    if (status != KB_CLI_OK) {
        kb_cli_source_close(&source);
        return status;
    }
    fill_in(call, true);
    read->first = &source;
    return kb_cli_bulk(read, call->operand_count ? call->operands : operands, 1);
}

/* Whether it is an article of the wire that the words ask for; *status is what is wrong
 * with that. */
static bool asks_wire(const struct kb_cli_verb *verb, struct call *call, int *status) {
    struct kb_cli_kept *kept = &call->kept;
    bool sure = kept->version || kept->versions || kept->changes;
    *status = KB_CLI_OK;
    if (sure && (call->operand_count != 1 || call->read.list)) {
        *status = kb_cli_wrong(verb, "--versions, --version and --changes go with one "
                                     "article of the wire: kabar read --versions ID");
        return true;
    }
    if (call->operand_count != 1)
        return false;
    kept->name = call->operands[0];
    return sure || (kb_cli_is_kept(kept->name) && kb_cli_has_wire(kept->db));
}

static int run(const struct kb_cli_verb *verb, int count, char **words) {
    struct call call = {.color = "auto"};
    struct kb_cli_read_options *read = &call.read;
    bool many = false;
    int status;

    kb_cli_read_defaults(read);
    call.operands = words;
    status = kb_cli_words(verb, count, words, &call.operand_count, set, &call);
    if (status == KB_CLI_OK && asks_wire(verb, &call, &status)) {
        fill_in(&call, false);
        return status == KB_CLI_OK ? kb_cli_read_kept(read, &call.kept) : status;
    }
    if (status == KB_CLI_OK)
        status = check(verb, &call, &many);
    if (status != KB_CLI_OK)
        return status;
    if (!many)
        return read_operand(verb, &call);
    status = check_many(verb, &call);
    if (status != KB_CLI_OK)
        return status;
    fill_in(&call, true);
    return kb_cli_bulk(read, call.operands, call.operand_count);
}
