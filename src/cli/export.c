/* kabar export: what the wire keeps, in other programs' formats.
 *
 * Articles are gone through in the order that they came, some hundred at a time, and
 * written as they are read, so that a million of them take no memory.  JSON Feed alone
 * is one document, the newest first, and has a bound. */
#include <stdlib.h>
#include <string.h>

#include "export.h"

enum option {
    OPTION_FORMAT,
    OPTION_OUTPUT,
    OPTION_STORY,
    OPTION_QUERY,
    OPTION_TAG,
    OPTION_STARRED,
    OPTION_UNREAD,
    OPTION_LANGUAGE,
    OPTION_OUTLET,
    OPTION_SINCE,
    OPTION_BEFORE,
    OPTION_MOST,
    OPTION_COMMON
};

enum { MOST_MAX = 1000000000, PAGE = 500 };

static const struct kb_cli_option options[] = {
    [OPTION_FORMAT] = {"format", 'f', "FORMAT",
                       "jsonl (records, one a line; the default), ninjs\n(IPTC, "
                       "one a line), jsonfeed, warc, or opml (the feeds)"},
    [OPTION_OUTPUT] = {"output", 'o', "FILE",
                       "write there; .jsonl, .json (JSON Feed), .opml, .warc,\n"
                       ".warc.gz and .warc.zst say the format"},
    [OPTION_STORY] = {"story", 0, "ID", "the articles of a story"},
    [OPTION_QUERY] = {"query", 'q', "QUERY", "that kabar search finds, in that order"},
    [OPTION_TAG] = {"tag", 't', "NAME", "with this tag"},
    [OPTION_STARRED] = {"starred", 0, NULL, "with a star"},
    [OPTION_UNREAD] = {"unread", 0, NULL, "not marked as read"},
    [OPTION_LANGUAGE] = {"language", 'l', "TAG", "in this language: en, zh"},
    [OPTION_OUTLET] = {"outlet", 0, "NAME", "of this outlet: its domain or its name"},
    [OPTION_SINCE] = {"since", 0, "TIME", "from then on: 12h, 7d, 2026-11-01, yesterday"},
    [OPTION_BEFORE] = {"before", 0, "TIME", "before then"},
    [OPTION_MOST] = {"most", 'n', "N", "the newest N"},
    [OPTION_COMMON] = KB_CLI_WIRE_OPTION_LIST};

enum format {
    FORMAT_JSONL,
    FORMAT_NINJS,
    FORMAT_JSONFEED,
    FORMAT_WARC,
    FORMAT_OPML,
    FORMAT_COUNT
};
#define FORMATS "Formats: jsonl, ninjs, jsonfeed, warc, opml"
static const char *const formats[] = {[FORMAT_JSONL] = "jsonl",
                                      [FORMAT_NINJS] = "ninjs",
                                      [FORMAT_JSONFEED] = "jsonfeed",
                                      [FORMAT_WARC] = "warc",
                                      [FORMAT_OPML] = "opml"};

/* ---- the words --------------------------------------------------------------------- */

static int set_format(struct kb_cli_wire *w, const char *value) {
    const char *near = kb_nearest(value, formats, FORMAT_COUNT);
    for (int i = 0; i < FORMAT_COUNT; i++) {
        if (strcmp(value, formats[i]) != 0)
            continue;
        ((struct kb_cli_export *)w->call)->format = i;
        return KB_CLI_OK;
    }
    if (near)
        return kb_cli_wrong(w->verb, "unknown format '%s'; did you mean '%s'? " FORMATS,
                            value, near);
    return kb_cli_wrong(w->verb, "unknown format '%s'. " FORMATS, value);
}

static int set(struct kb_cli_wire *w, unsigned option, const char *value) {
    struct kb_cli_export *export = w->call;
    struct kb_article_wish *wish = &export->wish;
    int number = 0, status;
    switch ((enum option)option) {
    case OPTION_FORMAT: return set_format(w, value);
    case OPTION_OUTPUT: w->path = value; break;
    case OPTION_STORY: export->story = value; break;
    case OPTION_QUERY: export->query = kb_str_z(value); break;
    case OPTION_TAG: wish->tag = kb_str_z(value); break;
    case OPTION_STARRED: wish->starred = true; break;
    case OPTION_UNREAD: wish->unread = true; break;
    case OPTION_LANGUAGE: wish->language = kb_str_z(value); break;
    case OPTION_OUTLET: wish->outlet = kb_str_z(value); break;
    case OPTION_SINCE: return kb_cli_set_when(w, option, value, &wish->since);
    case OPTION_BEFORE: return kb_cli_set_when(w, option, value, &wish->before);
    case OPTION_MOST:
        status = kb_cli_set_number(w->verb, option, value, 1, MOST_MAX, &number);
        export->most = (size_t)number;
        return status;
    case OPTION_COMMON: break;
    }
    return KB_CLI_OK;
}

/* ---- the output's name ------------------------------------------------------------ */

/* What the end of a name says: the format, where -f does not, and which may stand in such
 * a file at all.  Nothing is packed but WARC, so the ends of packed files are here to be
 * refused. */
struct ending {
    const char *end;
    int format; /* -1: it says none */
    unsigned may;
};

#define MAY(format) (1u << (format))
enum {
    MAY_LINES = MAY(FORMAT_JSONL) | MAY(FORMAT_NINJS),
    MAY_WARC = MAY(FORMAT_WARC),
};

static const struct ending endings[] = {
    {".jsonl", FORMAT_JSONL, MAY_LINES},
    {".ndjson", FORMAT_JSONL, MAY_LINES},
    {".json", FORMAT_JSONFEED, MAY_LINES | MAY(FORMAT_JSONFEED)},
    {".opml", FORMAT_OPML, MAY(FORMAT_OPML)},
    {".warc", FORMAT_WARC, MAY_WARC},
    {".warc.gz", FORMAT_WARC, MAY_WARC},
    {".warc.zst", FORMAT_WARC, MAY_WARC},
    {".gz", -1, MAY_WARC},
    {".zst", -1, MAY_WARC},
    {".bz2", -1, 0},
    {".xz", -1, 0},
    {".zip", -1, 0},
    {".7z", -1, 0},
    {".tar", -1, 0},
    {".tgz", -1, 0},
};

static const struct ending *ending_of(const char *path) {
    for (size_t i = 0; i < KB_COUNT(endings); i++)
        if (kb_cli_ends_with(path, endings[i].end))
            return &endings[i];
    return NULL;
}

/* ".csv"; NULL where the name has no end that could be meant to say something: /dev/fd/3,
 * news, news-2026.11.27. */
static const char *unknown_end(const char *path) {
    enum { LONGEST = 8 };
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    if (!dot || dot == path || (slash && dot <= slash + 1))
        return NULL;
    size_t digits = strspn(dot + 1, "0123456789"), n = strlen(dot + 1);
    return n > 0 && n <= LONGEST && digits < n ? dot : NULL;
}

static int name_says(struct kb_cli_wire *w) {
    struct kb_cli_export *export = w->call;
    const struct ending *ending = w->path ? ending_of(w->path) : NULL;
    const char *end = w->path && !ending ? unknown_end(w->path) : NULL;
    const bool packed = ending && ending->format < 0;
    if (export->format < 0 && !packed && !end)
        export->format = ending ? ending->format : FORMAT_JSONL;
    if (export->format < 0 && end)
        return kb_cli_wrong(
            w->verb,
            "%s: the ending %s says no format; .jsonl, .json (JSON Feed), "
            ".opml, .warc,\n.warc.gz and .warc.zst do, or -f. " FORMATS,
            w->path, end);
    if (packed && (export->format < 0 || !(ending->may & MAY(export->format))))
        return kb_cli_wrong(w->verb,
                            "%s: only WARC is packed, as .warc.gz or .warc.zst; all else "
                            "goes through a pipe:\nkabar export -f jsonl | gzip > "
                            "articles.jsonl.gz. " FORMATS,
                            w->path);
    if (ending && !(ending->may & MAY(export->format)))
        return kb_cli_wrong(w->verb,
                            "%s: the ending %s says %s, and -f says %s: choose another "
                            "name, or leave -f out",
                            w->path, ending->end, formats[ending->format],
                            formats[export->format]);
    return KB_CLI_OK;
}

static int check(struct kb_cli_wire *w, enum kb_store_mode *mode) {
    struct kb_cli_export *export = w->call;
    const struct kb_article_wish *wish = &export->wish;
    (void)mode;
    if (export->query.n &&
        (wish->language.n || wish->outlet.n || wish->tag.n || wish->since ||
         wish->before || wish->starred || wish->unread || export->story))
        return kb_cli_wrong(w->verb, "a query says by itself what articles it wants: "
                                     "language:de, tag:name, after:7d, is:starred");
    return name_says(w);
}

/* ---- the work ---------------------------------------------------------------------- */

static enum kb_status begin(struct kb_cli_wire *w) {
    switch (((struct kb_cli_export *)w->call)->format) {
    case FORMAT_JSONFEED: return kb_cli_export_feed_begin(w);
    case FORMAT_WARC: return kb_cli_export_warc_begin(w);
    default: return KB_OK;
    }
}

static enum kb_status put(struct kb_cli_wire *w, const struct kb_row *row,
                          const struct kb_article *article) {
    switch (((struct kb_cli_export *)w->call)->format) {
    case FORMAT_JSONFEED: return kb_cli_export_feed(w, row, article);
    case FORMAT_WARC: return kb_cli_export_warc(w, row, article);
    case FORMAT_NINJS: kb_article_print_ninjs(article, 0, &w->out); break;
    default: kb_article_print_json(article, 0, &w->out); break;
    }
    return KB_OK;
}

static enum kb_status put_number(struct kb_cli_wire *w, int64_t n) {
    struct kb_cli_export *export = w->call;
    struct kb_article article;
    struct kb_row row;
    enum { FLUSH_BYTES = 1 << 18 };
    kb_arena_reset(&w->arena);
    enum kb_status status =
        kb_store_article_at(w->store, w->user, n, &w->arena, &row, &w->err);
    if (status == KB_OK)
        status = kb_kept_article(&w->kept, &row, &article, &w->err);
    if (status != KB_OK)
        return status;
    status = put(w, &row, &article);
    kb_arena_free(&article.arena);
    export->articles++;
    return status == KB_OK && w->out.n > FLUSH_BYTES ? kb_cli_wire_flush(w) : status;
}

/* All that the wish wants, a page of numbers after the other. */
static enum kb_status put_all(struct kb_cli_wire *w) {
    struct kb_cli_export *export = w->call;
    struct kb_article_wish wish = export->wish;
    const bool one_page = export->most || export->format == FORMAT_JSONFEED;
    struct kb_arena arena;
    int64_t *numbers;
    size_t count = 0;
    wish.user = w->user;
    wish.order = one_page ? KB_LIST_NEWEST : KB_LIST_FIRST;
    wish.limit = !one_page ? PAGE : export->most ? export->most : KB_LIMIT_FEED_ITEMS;
    kb_arena_init(&arena, SIZE_MAX);
    enum kb_status status;
    do {
        kb_arena_reset(&arena);
        status = kb_store_articles(w->store, &wish, &arena, &numbers, &count, &w->err);
        for (size_t i = 0; status == KB_OK && i < count; i++) {
            status = put_number(w, numbers[i]);
            wish.after = numbers[i];
        }
    } while (status == KB_OK && count == PAGE && !one_page);
    if (status == KB_OK && !export->most && one_page && count == KB_LIMIT_FEED_ITEMS)
        kb_cli_say("a JSON Feed has %d items at most, and that is the newest ones: -f "
                   "jsonl has no bound",
                   KB_LIMIT_FEED_ITEMS);
    kb_arena_free(&arena);
    return status;
}

/* What a search finds, the best first. */
static enum kb_status put_found(struct kb_cli_wire *w) {
    struct kb_cli_export *export = w->call;
    const struct kb_search_options search = {
        .user = w->user,
        .limit = export->most && export->most < KB_LIMIT_SEARCH_RESULTS
                     ? export->most
                     : KB_LIMIT_SEARCH_RESULTS};
    struct kb_search_result result;
    struct kb_arena arena;
    kb_arena_init(&arena, SIZE_MAX);
    enum kb_status status = kb_store_search(w->store, export->query, w->now, &search,
                                            &arena, &result, &w->err);
    for (size_t i = 0; status == KB_OK && i < result.count; i++)
        status = put_number(w, result.hits[i].n);
    if (status == KB_OK && result.count == KB_LIMIT_SEARCH_RESULTS)
        kb_cli_say("a search gives %d articles at most; there are more",
                   KB_LIMIT_SEARCH_RESULTS);
    kb_arena_free(&arena);
    return status;
}

static enum kb_status work(struct kb_cli_wire *w) {
    struct kb_cli_export *export = w->call;
    struct kb_story_row story;
    enum kb_status status = KB_OK;
    if (export->format == FORMAT_OPML)
        return kb_cli_export_opml(w);
    if (export->story)
        status =
            kb_store_story(w->store, kb_str_z(export->story), &w->arena, &story, &w->err);
    if (status == KB_OK && export->story)
        export->wish.story = story.n;
    if (status == KB_OK)
        status = begin(w);
    if (status == KB_OK)
        status = export->query.n ? put_found(w) : put_all(w);
    if (status == KB_OK && export->format == FORMAT_JSONFEED)
        status = kb_cli_export_feed_end(w);
    kb_warc_writer_free(export->warc);
    return status;
}

static const struct kb_cli_wire_job job = {
    .mode = KB_STORE_READ,
    .call_bytes = sizeof(struct kb_cli_export),
    .call = &(const struct kb_cli_export){.format = -1},
    .set = set,
    .check = check,
    .work = work,
};

const struct kb_cli_verb kb_cli_export = {
    .name = "export",
    .summary = "Write articles or feeds for other programs",
    .usage = "[OPTION…]",
    .about =
        "Writes the articles that the options ask for, all where they ask for nothing,\n"
        "in the order in which they came.  kabar import reads jsonl, warc and opml\n"
        "again as they were, jsonfeed as a feed.  The wire keeps articles and not what\n"
        "servers sent, so warc has conversion records: each article as HTML, with its\n"
        "record as metadata.",
    .examples = "  kabar export > articles.jsonl\n"
                "  kabar export --tag ferries -o ferries.json\n"
                "  kabar export --story 3f0baf76 -f ninjs\n"
                "  kabar export -o feeds.opml\n"
                "  kabar export --since 7d -o week.warc.gz\n",
    .manual = "wire",
    .options = options,
    .wire = &job,
};
