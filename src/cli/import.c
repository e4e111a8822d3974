/* kabar import: files in, articles in the wire out.
 *
 * What a file is shows in its first bytes: an OPML list adds feeds, a feed its entries,
 * JSON Lines are articles, all else are pages (files, folders, WARC), which several
 * threads read and one keeps.  Articles are reported when they are committed, and not
 * before: who is told of one finds it in the file, whatever happens then. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "db.h"
#include "feed/feed.h"
#include "wire/wire.h"

enum option {
    OPTION_DB,
    OPTION_JOBS,
    OPTION_PATHS_FROM,
    OPTION_JSON,
    OPTION_QUIET,
    OPTION_HELP
};

static const struct kb_cli_option options[] = {
    [OPTION_DB] = KB_CLI_DB_OPTION,
    [OPTION_JOBS] = {"jobs", 'j', "N", "threads that read pages; default: the cores"},
    [OPTION_PATHS_FROM] = {"paths-from", 0, "FILE",
                           "read paths of pages from FILE (-: "
                           "standard input), one a line"},
    [OPTION_JSON] = {"json", 0, NULL, "a line of JSON for each article that was stored"},
    [OPTION_QUIET] = {"quiet", 'q', NULL, "no count at the end, no progress"},
    [OPTION_HELP] = {"help", 'h', NULL, "this text"},
    {NULL, 0, NULL, NULL},
};

/* Articles in one transaction: enough to spread the cost of a sync, few enough that
 * nobody waits long for us. */
enum { BATCH_ARTICLES = 500, BATCH_SECONDS = 1 };

struct import {
    struct kb_store *store;
    struct kb_desk *desk;
    struct kb_loader *loader;
    struct kb_feed_reader *feeds;
    struct kb_buf lines; /* reports that wait for the commit */
    struct kb_cli_output output;
    bool json, quiet, open, failed;
    size_t batch;
    time_t begun;
    uint64_t counts[KB_TAKEN_DROPPED + 1], pending[KB_TAKEN_DROPPED + 1];
    uint64_t stories, pending_stories, lists;
};

static bool fail(struct import *im, const char *what, const struct kb_err *err) {
    if (what)
        kb_cli_say("%s: %s", what, err->text);
    else
        kb_cli_say("%s", err->text);
    im->failed = true;
    return false;
}

/* ---- transactions ------------------------------------------------------------------ */

static bool commit(struct import *im) {
    struct kb_err err = {.text = ""};
    if (!im->open)
        return true;
    im->open = false;
    if (kb_desk_commit(im->desk, &err) != KB_OK)
        return fail(im, NULL, &err);
    for (size_t i = 0; i <= KB_TAKEN_DROPPED; i++) {
        im->counts[i] += im->pending[i];
        im->pending[i] = 0;
    }
    im->stories += im->pending_stories;
    im->pending_stories = 0;
    if (im->lines.n &&
        !kb_cli_output_write(&im->output, NULL, 0, im->lines.p, im->lines.n))
        return false;
    kb_buf_clear(&im->lines);
    return true;
}

static bool begin(struct import *im) {
    struct kb_err err = {.text = ""};
    if (im->open && im->batch < BATCH_ARTICLES && time(NULL) - im->begun <= BATCH_SECONDS)
        return true;
    if (!commit(im))
        return false;
    if (kb_desk_begin(im->desk, &err) != KB_OK)
        return fail(im, NULL, &err);
    im->open = true;
    im->batch = 0;
    im->begun = time(NULL);
    return true;
}

static void report(struct import *im, const struct kb_article *a,
                   const struct kb_taken *taken, const char *path) {
    static const char *const words[] = {
        [KB_TAKEN_NEW] = "new",           [KB_TAKEN_CHANGED] = "changed",
        [KB_TAKEN_COSMETIC] = "cosmetic", [KB_TAKEN_SAME] = "same",
        [KB_TAKEN_DROPPED] = "dropped",
    };
    struct kb_json json;
    kb_json_init(&json, &im->lines, 0);
    kb_json_object(&json);
    kb_json_field(&json, "id", a->id);
    kb_json_field(&json, "what", kb_str_z(words[taken->what]));
    kb_json_field(&json, "title", a->title);
    kb_json_field(&json, "path", kb_str_z(path));
    kb_json_object_end(&json);
    kb_buf_char(&im->lines, '\n');
}

static bool take(struct import *im, const struct kb_article *a,
                 const struct kb_desk_origin *origin, const char *path) {
    struct kb_taken taken;
    struct kb_err err = {.text = ""};
    if (!begin(im))
        return false;
    if (kb_desk_take(im->desk, a, origin, &taken, &err) != KB_OK)
        return fail(im, path, &err);
    im->batch++;
    im->pending[taken.what]++;
    im->pending_stories += taken.founded;
    if (im->json && taken.what != KB_TAKEN_SAME)
        report(im, a, &taken, path);
    return true;
}

/* ---- pages ------------------------------------------------------------------------- */

static bool take_page(void *context, const kabar_article *article, const char *path,
                      int64_t fetched) {
    struct import *im = context;
    int64_t now = (int64_t)time(NULL);
    const struct kb_desk_origin origin = {.now = fetched > 0 && fetched < now ? fetched
                                                                              : now};
    const struct kb_article *a = kb_article_of(article);
    if (!a->content_text.n || a->confidence < KB_LIMIT_ARTICLE_SURE) {
        kb_cli_say("%s: left out: %s", path ? path : "standard input",
                   a->warning_count ? a->warnings[0] : "there is no article in it");
        return true;
    }
    return take(im, a, &origin, path);
}

/* ---- lines of JSON ----------------------------------------------------------------- */

static bool take_line(struct import *im, const char *path, size_t number,
                      struct kb_str line) {
    struct kb_article a = {0};
    struct kb_err err = {.text = ""};
    struct kb_desk_origin origin = {.now = (int64_t)time(NULL)};
    bool ok = true;
    kb_arena_init(&a.arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (kb_article_load(im->loader, line, &a, &err) != KB_OK) {
        kb_cli_say("%s:%zu: %s", path, number, err.text);
        im->failed = true;
    } else {
        ok = take(im, &a, &origin, path);
    }
    kb_arena_free(&a.arena);
    return ok;
}

/* The next line of a source, in *line; false at its end, and where it fails. */
static bool next_line(struct kb_cli_source *source, struct kb_cli_buf *rest,
                      struct kb_cli_buf *line, bool *broken) {
    char piece[1 << 15];
    line->n = 0;
    for (;;) {
        char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
        size_t n = end ? (size_t)(end - rest->p) + 1 : rest->n;
        kb_cli_buf_add(line, rest->p, n);
        memmove(rest->p, rest->p + n, rest->n - n);
        rest->n -= n;
        if (end || line->failed || line->n > KB_LIMIT_OUTPUT_BYTES)
            break;
        ssize_t got = kb_cli_source_read(source, piece, sizeof piece);
        if (got <= 0) {
            *broken = got < 0;
            return line->n > 0 && !*broken;
        }
        kb_cli_buf_add(rest, piece, (size_t)got);
    }
    *broken = line->failed || line->n > KB_LIMIT_OUTPUT_BYTES;
    return !*broken;
}

/* The file is read as it comes, so that a million lines cost no memory. */
static bool take_lines(struct import *im, const char *path,
                       struct kb_cli_source *source) {
    struct kb_cli_buf rest = {0}, line = {0};
    size_t number = 0;
    bool ok = true, broken = false;
    while (ok && !kb_cli_interrupted() && next_line(source, &rest, &line, &broken)) {
        struct kb_str text = kb_str_trim((struct kb_str){line.p, line.n});
        number++;
        ok = !text.n || take_line(im, path, number, text);
    }
    if (broken) {
        kb_cli_say("%s: cannot be read behind line %zu", path, number);
        im->failed = true;
    }
    kb_cli_buf_free(&rest);
    kb_cli_buf_free(&line);
    return ok;
}

/* ---- feeds and lists of feeds ------------------------------------------------------ */

static struct kb_str folder_of(const struct kb_feed_item *item, struct kb_buf *path) {
    kb_buf_clear(path);
    for (size_t i = 0; item->outline && i < item->outline->folders.count; i++) {
        kb_buf_z(path, i ? "/" : "");
        kb_buf_str(path, item->outline->folders.items[i]);
    }
    return kb_buf_view(path);
}

static bool take_list(struct import *im, const struct kb_feed *list, const char *path) {
    struct kb_err err = {.text = ""};
    struct kb_buf folder;
    bool ok = begin(im);
    kb_buf_init(&folder, KB_LIMIT_META_BYTES);
    for (size_t i = 0; ok && i < list->items.count; i++) {
        const struct kb_feed_item *item = &list->items.items[i];
        const struct kb_feed_new feed = {.url = item->url,
                                         .title = item->c.title,
                                         .home_url = item->external_url,
                                         .folder = folder_of(item, &folder),
                                         .now = (int64_t)time(NULL)};
        int64_t n;
        bool fresh;
        if (!feed.url.n)
            continue;
        if (kb_store_feed_add(im->store, &feed, &n, &fresh, &err) != KB_OK)
            ok = fail(im, path, &err);
        im->lists += fresh;
    }
    kb_buf_free(&folder);
    return ok;
}

/* What the file is; pages are left to the others. */
enum kind { PAGES, LINES, LIST };

static enum kind kind_of(struct kb_str head, struct kb_feed_reader *feeds) {
    (void)feeds;
    struct kb_str text = kb_str_trim(head);
    enum kb_feed_kind kind = kb_feed_sniff(text, KB_STR_NONE);
    if (kind == KB_KIND_OPML)
        return LIST;
    if (text.n && text.p[0] == '{')
        return LINES;
    return PAGES;
}

static bool take_file(struct import *im, const char *path, enum kind kind,
                      struct kb_cli_source *source) {
    struct kb_cli_input input;
    struct kb_feed *feed;
    struct kb_err err = {.text = ""};
    kabar_error error = {KABAR_OK, ""};
    const char *bytes;
    size_t size;
    bool ok = true;
    if (kind == LINES)
        return take_lines(im, path, source);
    kb_cli_input_init(&input, KB_LIMIT_FEED_BYTES, "max-page-bytes");
    const struct kb_feed_hints hints = {.base_url = KB_STR_NONE};
    if (kb_cli_input_take(&input, source, &bytes, &size, &error) != KABAR_OK) {
        kb_cli_say("%s: %s", path, error.message);
        im->failed = true;
    } else if (kb_feed_read(im->feeds, (struct kb_str){bytes, size}, &hints, &feed,
                            &err) != KB_OK) {
        kb_cli_say("%s: %s", path, err.text);
        im->failed = true;
    } else {
        ok = take_list(im, feed, path);
    }
    kb_cli_input_free(&input);
    return ok;
}

/* ---- the call ---------------------------------------------------------------------- */

struct call {
    struct kb_cli_read_options read;
    const char *db;
    char **operands;
    int count;
    bool help;
};

static int parse(const struct kb_cli_verb *verb, struct call *call, struct import *im,
                 int count, char **words) {
    struct kb_cli_args args = {.verb = verb, .words = words, .count = count};
    const char *value;
    for (int option; (option = kb_cli_args_next(&args, &value)) != KB_CLI_END;) {
        int status = KB_CLI_OK;
        switch (option) {
        case KB_CLI_BAD: return KB_CLI_WRONG;
        case KB_CLI_OPERAND: call->operands[call->count++] = words[args.at - 1]; break;
        case OPTION_DB: call->db = value; break;
        case OPTION_JOBS:
            status =
                kb_cli_set_number(verb, OPTION_JOBS, value, 1, 512, &call->read.jobs);
            break;
        case OPTION_PATHS_FROM: call->read.list = value; break;
        case OPTION_JSON: im->json = true; break;
        case OPTION_QUIET: im->quiet = true; break;
        default: call->help = true; break;
        }
        if (status != KB_CLI_OK)
            return status;
    }
    if (!call->help && !call->count && !call->read.list)
        return kb_cli_wrong(verb, "nothing to import: name a file or folder");
    if (call->count && call->read.list)
        return kb_cli_wrong(verb, "--paths-from takes the place of files on the command "
                                  "line: give one of the two");
    return KB_CLI_OK;
}

/* Lists and lines are taken in their order; pages are gathered for the threads.  Standard
 * input cannot be opened twice: where it has pages they are read first. */
static bool sort_out(struct import *im, struct call *call, int *pages,
                     struct kb_cli_source *first) {
    bool ok = true;
    for (int i = 0; ok && i < call->count && !kb_cli_interrupted(); i++) {
        char *path = call->operands[i];
        bool is_stdin = strcmp(path, "-") == 0;
        struct kb_cli_source source;
        kabar_error error;
        enum kind kind = PAGES;
        if (kb_cli_source_open(&source, is_stdin ? NULL : path, &error) == KABAR_OK) {
            kind = kind_of((struct kb_str){source.head, source.head_n}, im->feeds);
            if (kind != PAGES)
                ok = take_file(im, path, kind, &source);
            if (kind == PAGES && is_stdin) {
                *first = source;
                call->read.first = first;
            } else {
                kb_cli_source_close(&source);
            }
        }
        if (kind != PAGES)
            continue;
        call->operands[(*pages)++] = path;
        if (is_stdin) {
            call->operands[*pages - 1] = call->operands[0];
            call->operands[0] = path;
        }
    }
    return ok;
}

static int say_end(const struct import *im) {
    const uint64_t *c = im->counts;
    if (!im->quiet && !im->json)
        printf("%llu new, %llu changed, %llu as before; %llu new %s%s",
               (unsigned long long)c[KB_TAKEN_NEW],
               (unsigned long long)c[KB_TAKEN_CHANGED],
               (unsigned long long)(c[KB_TAKEN_COSMETIC] + c[KB_TAKEN_SAME]),

               (unsigned long long)im->stories, im->stories == 1 ? "story" : "stories",
               im->lists ? "" : "\n");
    if (!im->quiet && !im->json && im->lists)
        printf("; %llu %s added\n", (unsigned long long)im->lists,
               im->lists == 1 ? "feed" : "feeds");
    return im->failed ? KB_CLI_FAILED : KB_CLI_OK;
}

static int run(const struct kb_cli_verb *verb, int count, char **words) {
    struct import im = {.output.fd = -1};
    struct call call = {.read = {.take = take_page, .take_context = &im}};
    struct kb_err err = {.text = ""};
    int pages = 0, status;
    call.operands = calloc((size_t)count + 1, sizeof *call.operands);
    if (!call.operands) {
        kb_cli_say("not enough memory");
        return KB_CLI_FAILED;
    }
    kb_buf_init(&im.lines, KB_LIMIT_OUTPUT_BYTES);
    kb_cli_read_defaults(&call.read);
    status = parse(verb, &call, &im, count, words);
    if (status == KB_CLI_OK && call.help)
        status = kb_cli_help_verb(verb);
    if (status != KB_CLI_OK || call.help)
        goto out;
    status = KB_CLI_FAILED;
    im.store = kb_cli_db_open(call.db, KB_STORE_CREATE);
    if (!im.store || !kb_cli_output_open(&im.output, NULL))
        goto out;
    if (kb_desk_new(im.store, &im.desk, &err) != KB_OK ||
        kb_loader_new(&im.loader, &err) != KB_OK ||
        kb_feed_reader_new(&im.feeds, &err) != KB_OK) {
        fail(&im, NULL, &err);
        goto out;
    }
    struct kb_cli_source first = {.fd = -1};
    bool ok = sort_out(&im, &call, &pages, &first);
    if (ok && (pages || call.read.list)) {
        call.read.jobs = call.read.jobs ? call.read.jobs : kb_cli_cores();
        call.read.progress = !im.quiet && isatty(STDERR_FILENO);
        status = kb_cli_bulk(&call.read, call.operands, pages);
        im.failed = im.failed || status != KB_CLI_OK;
    }
    ok = commit(&im) && ok;
    status = say_end(&im);
out:
    kb_desk_free(im.desk);
    kb_loader_free(im.loader);
    kb_feed_reader_free(im.feeds);
    kb_store_close(im.store);
    kb_buf_free(&im.lines);
    free(call.operands);
    return status;
}

const struct kb_cli_verb kb_cli_import = {
    .name = "import",
    .summary = "Take pages, feeds, lists of feeds and articles into the wire",
    .usage = "[OPTION…] FILE|FOLDER|-…",
    .about = "Pages (HTML, text, WARC files, folders of them) become articles, put into\n"
             "stories with what is there. An OPML list adds its feeds. JSON Lines are\n"
             "articles as `kabar read --format json` prints them.",
    .examples = "  kabar import pages/ crawl.warc.gz\n"
                "  kabar import subscriptions.opml\n"
                "  kabar read -j 4 pages/ | kabar import -\n",
    .options = options,
    .run = run,
};
