/* kabar import: files in, articles in the wire out.
 *
 * What a file is shows in its first bytes: an OPML list adds feeds, a feed its entries,
 * JSON Lines are articles, all else are pages (files, folders, WARC), which several
 * threads read and one keeps.  Articles are reported when they are committed, and not
 * before: who is told of one finds it in the file, whatever happens then. */
#include <errno.h>
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
    OPTION_FOR,
    OPTION_JOBS,
    OPTION_PATHS_FROM,
    OPTION_JSON,
    OPTION_QUIET,
    OPTION_HELP
};

static const struct kb_cli_option options[] = {
    [OPTION_DB] = KB_CLI_DB_OPTION,
    [OPTION_FOR] = KB_CLI_FOR_OPTION,
    [OPTION_JOBS] = {"jobs", 'j', "N", "threads that read pages; default: the cores"},
    [OPTION_PATHS_FROM] = {"paths-from", 0, "FILE",
                           "read paths of pages from FILE (-: standard\n"
                           "input), one a line"},
    [OPTION_JSON] = {"json", 0, NULL, "a line of JSON for each article that was stored"},
    [OPTION_QUIET] = {"quiet", 'q', NULL, "no count at the end, no progress"},
    [OPTION_HELP] = {"help", 'h', NULL, "this text"},
    {NULL, 0, NULL, NULL},
};

/* Articles in one transaction: enough to spread the cost of a sync, few enough that
 * nobody waits long for us. */
enum { BATCH_ARTICLES = 500, BATCH_SECONDS = 1 };

enum { JOBS_MAX = 512 };

/* Lines are read in pieces of this size. */
enum { PIECE_BYTES = 64 << 10 };

struct import {
    struct kb_store *store;
    int64_t user; /* who follows the feeds of lists */
    struct kb_desk *desk;
    struct kb_loader *loader;
    struct kb_feed_reader *feeds;
    struct kb_lexicon *lexicon;
    struct kb_article_tools tools; /* for entries of feeds */
    struct kb_buf text;            /* the tools' */
    struct kb_buf lines;           /* reports that wait for the commit */
    struct kb_cli_output output;
    bool json, quiet, open, failed;
    size_t batch;
    int64_t before; /* the time of the last article that had one */
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
    int64_t published, time = kb_store_time(a, origin->now, &published);
    im->before = time ? time : im->before;
    im->batch++;
    im->pending[taken.what]++;
    im->pending_stories += taken.founded;
    if (im->json && taken.what != KB_TAKEN_SAME)
        report(im, a, &taken, path);
    return true;
}

/* ---- pages ------------------------------------------------------------------------- */

static bool take_page(void *context, const kabar_article *article, const char *path,
                      bool kept, int64_t fetched) {
    struct import *im = context;
    int64_t now = (int64_t)time(NULL);
    const struct kb_desk_origin origin = {
        .now = fetched > 0 && fetched < now ? fetched : now, .about = im->before};
    const struct kb_article *a = kb_article_of(article);
    if (kept ? !a->title.n && !a->content_text.n
             : !a->content_text.n || a->confidence < KB_LIMIT_ARTICLE_SURE) {
        /* A WARC file has many: its address names the page. */
        kb_cli_say("%s%s%.*s: left out: %s",
                   path && strcmp(path, "-") != 0 ? path : "standard input",
                   a->url.n ? ": " : "", (int)a->url.n, a->url.n ? a->url.p : "",
                   a->warning_count ? a->warnings[0] : "there is no article in it");
        return true;
    }
    return take(im, a, &origin, path);
}

/* ---- lines of JSON ----------------------------------------------------------------- */

static bool take_line(struct import *im, const char *path, size_t number,
                      struct kb_buf *line) {
    struct kb_article a = {0};
    struct kb_err err = {.text = ""};
    struct kb_desk_origin origin = {.now = (int64_t)time(NULL), .about = im->before};
    struct kb_str text = kb_str_trim(kb_buf_view(line));
    enum kb_status status = line->status;
    bool ok = true;
    if (status == KB_OK && !text.n)
        goto out;
    kb_arena_init(&a.arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (status != KB_OK)
        kb_err_set(&err, status, "%s", kb_status_text(status));
    else
        status = kb_article_load(im->loader, text, &a, &err);
    if (status != KB_OK) {
        kb_cli_say("%s:%zu: %s", path, number, err.text);
        im->failed = true;
    } else if (!a.title.n && !a.content_text.n) {
        /* As a page that kabar read could not read, or another program's record. */
        kb_cli_say(
            "%s:%zu: left out: there is no \"title\" and no \"content_text\" in it", path,
            number);
    } else {
        ok = take(im, &a, &origin, path);
    }
    kb_arena_free(&a.arena);
out:
    kb_buf_clear(line);
    return ok;
}

/* Lines are read as they come, so that a million of them cost no memory. */
static bool take_lines(struct import *im, struct kb_cli_source *source,
                       const char *path) {
    char piece[PIECE_BYTES];
    struct kb_cli_gunzip unpack;
    struct kb_buf line;
    size_t number = 1;
    bool ok = true;
    ssize_t n = 1;
    kb_buf_init(&line, KB_LIMIT_OUTPUT_BYTES);
    source->wake = kb_cli_wake_fd();
    if (!kb_cli_gunzip_open(&unpack, source)) {
        kb_cli_say("%s: not enough memory", path);
        im->failed = true;
        return false;
    }
    while (ok && n > 0 && !kb_cli_interrupted()) {
        n = kb_cli_gunzip_read(&unpack, piece, sizeof piece);
        const char *at = piece, *end = piece + (n > 0 ? n : 0);
        for (const char *feed;
             ok && (feed = memchr(at, '\n', (size_t)(end - at))) != NULL; at = feed + 1) {
            kb_buf_add(&line, at, (size_t)(feed - at));
            ok = take_line(im, path, number++, &line);
        }
        if (ok)
            kb_buf_add(&line, at, (size_t)(end - at));
    }
    if (ok && n == 0) /* the last may end without a line feed */
        ok = take_line(im, path, number, &line);
    if (n < 0 && !kb_cli_interrupted()) {
        kb_cli_say("%s: cannot read: %s", path,
                   errno == EBADMSG ? "damaged gzip data" : strerror(errno));
        im->failed = true;
    }
    kb_cli_gunzip_close(&unpack);
    kb_buf_free(&line);
    return ok;
}

/* ---- feeds and lists of feeds ------------------------------------------------------ */

static bool take_list(struct import *im, const struct kb_feed *list, const char *path) {
    struct kb_err err = {.text = ""};
    uint64_t fresh = 0;
    if (!begin(im))
        return false;
    if (kb_follow_list(im->store, im->user, list, (int64_t)time(NULL), &fresh, &err) !=
        KB_OK)
        return fail(im, path, &err);
    im->lists += fresh;
    return true;
}

/* Oldest first, as feeds have the newest on top. */
static bool take_entries(struct import *im, const struct kb_feed *feed,
                         const char *path) {
    struct kb_desk_origin origin = {.now = (int64_t)time(NULL), .entry = true};
    struct kb_err err = {.text = ""};
    bool ok = true;
    kb_page_tools_time(im->tools.page, origin.now, origin.now);
    for (size_t i = feed->items.count; ok && i-- > 0 && !kb_cli_interrupted();) {
        struct kb_article a = {0};
        origin.about = kb_entry_about(feed, i);
        kb_arena_init(&a.arena, KB_LIMIT_DOCUMENT_MEMORY);
        if (kb_article_from_entry(&im->tools, feed, &feed->items.items[i], KB_STR_NONE,
                                  &a, &err) != KB_OK)
            ok = fail(im, path, &err);
        else if (a.content_text.n || a.title.n)
            ok = take(im, &a, &origin, path);
        kb_arena_free(&a.arena);
    }
    return ok;
}

/* What the file is; pages are left to the others. */
enum kind { PAGES, LINES, FEED, LIST };

static enum kind kind_of(struct kb_str head) {
    switch (kb_cli_kind(head)) {
    case KB_KIND_OPML: return LIST;
    case KB_KIND_FEED: return FEED;
    case KB_KIND_JSON: return LINES;
    default: return PAGES;
    }
}

/* All but pages; the source is closed. */
static bool take_file(struct import *im, struct kb_cli_source *source, const char *path,
                      enum kind kind) {
    struct kb_cli_input input;
    struct kb_feed *feed;
    struct kb_err err = {.text = ""};
    kabar_error error = {KABAR_OK, ""};
    const struct kb_feed_hints hints = {.base_url = KB_STR_NONE};
    const char *bytes;
    size_t size;
    bool ok = true;
    if (kind == LINES) {
        ok = take_lines(im, source, path);
        kb_cli_source_close(source);
        return ok;
    }
    kb_cli_input_init(&input, KB_LIMIT_FEED_BYTES, "max-page-bytes");
    if (kb_cli_input_take(&input, source, &bytes, &size, &error) != KABAR_OK) {
        kb_cli_say("%s: %s", path, error.message);
        im->failed = true;
    } else if (kb_feed_read(im->feeds, (struct kb_str){bytes, size}, &hints, &feed,
                            &err) != KB_OK) {
        kb_cli_say("%s: %s", path, err.text);
        im->failed = true;
    } else {
        ok = kind == LIST ? take_list(im, feed, path) : take_entries(im, feed, path);
    }
    kb_cli_input_free(&input);
    return ok;
}

/* ---- the call ---------------------------------------------------------------------- */

struct call {
    struct import *import;
    struct kb_cli_read_options read;
    struct kb_cli_source input; /* standard input, where a page comes from there */
    const char *db, *user_name;
    char **operands;
    int count;
};

static int set(const struct kb_cli_verb *verb, void *context, unsigned option,
               const char *value) {
    struct call *call = context;
    switch (option) {
    case OPTION_DB: call->db = value; break;
    case OPTION_FOR: call->user_name = value; break;
    case OPTION_JOBS:
        return kb_cli_set_number(verb, option, value, 1, JOBS_MAX, &call->read.jobs);
    case OPTION_PATHS_FROM: call->read.list = value; break;
    case OPTION_JSON: call->import->json = true; break;
    case OPTION_QUIET: call->import->quiet = true; break;
    }
    return KB_CLI_OK;
}

static int check(const struct kb_cli_verb *verb, const struct call *call) {
    if (!call->count && !call->read.list)
        return kb_cli_wrong(verb, "nothing to import: name a file or folder");
    if (call->count && call->read.list)
        return kb_cli_wrong(verb, "--paths-from takes the place of files on the command "
                                  "line: give one of the two");
    return KB_CLI_OK;
}

/* Lists, feeds and lines are taken in their order; pages are gathered for the threads,
 * standard input before the others, as it is open already. */
static bool sort_out(struct import *im, struct call *call, int *pages) {
    bool ok = true;
    for (int i = 0; ok && i < call->count && !kb_cli_interrupted(); i++) {
        char *path = call->operands[i];
        bool from_stdin = strcmp(path, "-") == 0;
        struct kb_cli_source source;
        char head[KB_CLI_HEAD_BYTES];
        kabar_error error;
        enum kind kind = PAGES;
        bool open = kb_cli_source_open(&source, from_stdin ? NULL : path, &error) ==
                    KABAR_OK; /* else the threads will tell why not */
        if (open)
            kind = kind_of((struct kb_str){head, kb_cli_source_head(&source, head)});
        if (kind != PAGES) {
            ok = take_file(im, &source, from_stdin ? "standard input" : path, kind);
            continue;
        }
        call->operands[(*pages)++] = path;
        if (open && from_stdin && !call->read.first) {
            call->operands[*pages - 1] = call->operands[0];
            call->operands[0] = path;
            call->input = source;
            call->read.first = &call->input;
        } else if (open) {
            kb_cli_source_close(&source);
        }
    }
    return ok;
}

static int say_end(const struct import *im) {
    const uint64_t *c = im->counts;
    if (!im->quiet && !im->json) {
        printf("%llu new, %llu changed, %llu as before",
               (unsigned long long)c[KB_TAKEN_NEW],
               (unsigned long long)c[KB_TAKEN_CHANGED],
               (unsigned long long)(c[KB_TAKEN_COSMETIC] + c[KB_TAKEN_SAME]));
        if (c[KB_TAKEN_DROPPED])
            printf(", %llu dropped by rules", (unsigned long long)c[KB_TAKEN_DROPPED]);
        printf("; %llu new %s", (unsigned long long)im->stories,
               im->stories == 1 ? "story" : "stories");
        if (im->lists)
            printf("; %llu %s added", (unsigned long long)im->lists,
                   im->lists == 1 ? "feed" : "feeds");
        printf("\n");
    }
    if (kb_cli_interrupted())
        return 128 + kb_cli_interrupted();
    return im->failed ? KB_CLI_FAILED : KB_CLI_OK;
}

static enum kb_status tools(struct import *im, struct kb_err *err) {
    enum kb_status status = kb_desk_new(im->store, &im->desk, err);
    if (status == KB_OK)
        status = kb_loader_new(&im->loader, err);
    if (status == KB_OK)
        status = kb_feed_reader_new(&im->feeds, err);
    if (status == KB_OK)
        status = kb_lexicon_new(NULL, &im->lexicon, err);
    if (status == KB_OK)
        status = kb_page_tools_new(im->lexicon, &im->tools.page, err);
    im->tools.lexicon = im->lexicon;
    im->tools.text = &im->text;
    return status;
}

static int run(const struct kb_cli_verb *verb, int count, char **words) {
    struct import im = {.output.fd = -1};
    struct call call = {.import = &im,
                        .read = {.take = take_page, .take_context = &im},
                        .operands = words};
    struct kb_err err = {.text = ""};
    int pages = 0, status;
    kb_buf_init(&im.lines, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&im.text, KB_LIMIT_OUTPUT_BYTES);
    kb_cli_read_defaults(&call.read);
    status = kb_cli_words(verb, count, words, &call.count, set, &call);
    if (status == KB_CLI_OK)
        status = check(verb, &call);
    if (status != KB_CLI_OK)
        goto out;
    status = KB_CLI_FAILED;
    im.store = kb_cli_db_open(call.db, KB_STORE_CREATE);
    if (!im.store || !kb_cli_db_user(im.store, call.user_name, &im.user) ||
        !kb_cli_output_open(&im.output, NULL))
        goto out;
    if (!kb_cli_signals_catch())
        goto out;
    if (tools(&im, &err) != KB_OK) {
        fail(&im, NULL, &err);
        goto out;
    }
    bool ok = sort_out(&im, &call, &pages);
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
    kb_page_tools_free(im.tools.page);
    kb_lexicon_free(im.lexicon);
    kb_buf_free(&im.text);
    kb_store_close(im.store);
    kb_buf_free(&im.lines);
    return status;
}

const struct kb_cli_verb kb_cli_import = {
    .name = "import",
    .summary = "Take pages, feeds, lists of feeds and articles into the wire",
    .usage = "[OPTION…] FILE|FOLDER|-…",
    .about =
        "Pages (HTML, text, WARC files, folders of them) become articles, put into\n"
        "stories with what is there. An OPML list adds its feeds, a saved\n"
        "feed its entries. JSON Lines are articles as `kabar read --format json` prints\n"
        "them, or another program's with some of id, url, title, content_text or text,\n"
        "content_html, language and date_published.",
    .examples = "  kabar import pages/ crawl.warc.gz\n"
                "  kabar import subscriptions.opml\n"
                "  kabar read -j 4 pages/ | kabar import -\n",
    .manual = "wire",
    .options = options,
    .run = run,
};
