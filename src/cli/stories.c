/* kabar stories: what is new and big. */
#include <string.h>

#include "html/html.h"
#include "wire.h"

enum option {
    OPTION_SINCE,
    OPTION_BEFORE,
    OPTION_LANGUAGE,
    OPTION_OUTLET,
    OPTION_TAG,
    OPTION_QUERY,
    OPTION_OUTLETS,
    OPTION_NEWEST,
    OPTION_MOST,
    OPTION_COMMON
};

enum { MOST = 20, MOST_MAX = 100000 };

static const struct kb_cli_option options[] = {
    [OPTION_SINCE] = {"since", 0, "TIME",
                      "stories with news since then: 12h, 7d, 2026-11-01,\n"
                      "today, yesterday, a weekday"},
    [OPTION_BEFORE] = {"before", 0, "TIME", "stories that began before then"},
    [OPTION_LANGUAGE] = {"language", 'l', "TAG", "told in it: en, zh"},
    [OPTION_OUTLET] = {"outlet", 0, "NAME", "told by it: its domain or its name"},
    [OPTION_TAG] = {"tag", 't', "NAME", "with an article that has this tag"},
    [OPTION_QUERY] = {"query", 'q', "QUERY",
                      "with an article that kabar search finds, in its order"},
    [OPTION_OUTLETS] = {"outlets", 0, "N", "told by N outlets or more"},
    [OPTION_NEWEST] = {"newest", 0, NULL, "the newest first; else what is new and big"},
    [OPTION_MOST] = {"most", 'n', "N", "stories that are listed; default 20"},
    [OPTION_COMMON] = KB_CLI_WIRE_OPTION_LIST};

struct call {
    struct kb_story_wish wish;
    struct kb_str query;
};

static int set(struct kb_cli_wire *w, unsigned option, const char *value) {
    struct kb_story_wish *wish = &((struct call *)w->call)->wish;
    int number = 0, status;
    switch ((enum option)option) {
    case OPTION_SINCE: return kb_cli_set_when(w, option, value, &wish->since);
    case OPTION_BEFORE: return kb_cli_set_when(w, option, value, &wish->before);
    case OPTION_LANGUAGE: wish->language = kb_str_z(value); break;
    case OPTION_OUTLET: wish->outlet = kb_str_z(value); break;
    case OPTION_TAG: wish->tag = kb_str_z(value); break;
    case OPTION_QUERY: ((struct call *)w->call)->query = kb_str_z(value); break;
    case OPTION_NEWEST: wish->newest = true; break;
    case OPTION_OUTLETS:
        status = kb_cli_set_number(w->verb, option, value, 1, MOST_MAX, &number);
        wish->min_outlets = number;
        return status;
    case OPTION_MOST:
        status = kb_cli_set_number(w->verb, option, value, 1, MOST_MAX, &number);
        wish->limit = (size_t)number;
        return status;
    case OPTION_COMMON: break;
    }
    return KB_CLI_OK;
}

/* ---- the list ---------------------------------------------------------------------- */

/* A story's second line, in cells that stand under each other. */
enum cell { CELL_ARTICLES, CELL_OUTLETS, CELL_LANGUAGES, CELL_AGE, CELL_COUNT };

struct line {
    struct kb_str title; /* in the reader's language where an article is */
    struct kb_str cells[CELL_COUNT];
    struct kb_row first; /* n is 0 where there is none */
};

static struct kb_str counted(struct kb_cli_wire *w, int64_t n, const char *one,
                             const char *many) {
    char text[48];
    struct kb_buf buf;
    kb_buf_init(&buf, sizeof text);
    kb_buf_printf(&buf, "%lld %s", (long long)n, n == 1 ? one : many);
    struct kb_str out = kb_arena_dup(&w->arena, kb_buf_view(&buf));
    kb_buf_free(&buf);
    return out;
}

/* One language by its tag, more by their number. */
static struct kb_str languages(struct kb_cli_wire *w, struct kb_str tags) {
    tags = kb_str_trim(tags);
    int64_t n = tags.n > 0;
    for (size_t i = 0; i < tags.n; i++)
        n += tags.p[i] == ' ';
    return n == 1 ? tags : counted(w, n, "language", "languages");
}

static enum kb_status make_line(struct kb_cli_wire *w, const struct kb_story_row *story,
                                struct line *line) {
    const struct kb_story_wish *wish = &((struct call *)w->call)->wish;
    char age[KB_CLI_MOMENT_BYTES];
    int64_t *first;
    size_t count;
    kb_cli_age(w->now, story->last, age);
    line->cells[CELL_ARTICLES] = counted(w, story->articles, "article", "articles");
    line->cells[CELL_OUTLETS] = counted(w, story->outlets, "outlet", "outlets");
    line->cells[CELL_LANGUAGES] = languages(w, story->languages);
    line->cells[CELL_AGE] = kb_arena_dup(&w->arena, kb_str_z(age));
    enum kb_status status = kb_store_story_articles(w->store, story->n, 1, &w->arena,
                                                    &first, &count, &w->err);
    if (status == KB_OK && count)
        status = kb_store_article_at(w->store, w->user, first[0], &w->arena, &line->first,
                                     &w->err);
    struct kb_story_row told = *story;
    int64_t article;
    if (line->first.title.n)
        told.title = line->first.title;
    if (status == KB_OK)
        status = kb_kept_told_in(
            &w->kept, wish->language.n ? wish->language : kb_cli_reader_language(), &told,
            &article, &w->err);
    line->title = told.title;
    return status;
}

/* "first: VENA, 2 Mar 21:52" in what is left of the line; without the time where the name
 * would be cut for it. */
static void print_first(struct kb_cli_wire *w, const struct kb_row *first, int columns) {
    enum { NAME_LEAST = 4 };
    char moment[KB_CLI_MOMENT_BYTES];
    struct kb_str outlet = kb_cli_outlet(first);
    kb_cli_moment(w->now, first->time, moment);
    columns -= (int)strlen("first: ");
    if (!first->n || columns < NAME_LEAST)
        return;
    kb_buf_z(&w->out, "first: ");
    int name = kb_html_line(outlet, columns, &w->out);
    if (!name)
        kb_buf_z(&w->out, moment);
    else if (name + (int)strlen(", ") + (int)strlen(moment) <= columns)
        kb_buf_printf(&w->out, ", %s", moment);
}

static void print_line(struct kb_cli_wire *w, const struct kb_story_row *story,
                       const struct line *line, size_t rank, int rank_width,
                       const int widths[CELL_COUNT]) {
    const int margin = rank_width + 2;
    int used = margin;
    kb_buf_printf(&w->out, "%*zu  ", rank_width, rank);
    kb_cli_wire_style(w, "1");
    kb_cli_wire_cell(w, line->title, w->width - margin - KB_CLI_ID_SHOWN - 2);
    kb_cli_wire_plain(w);
    kb_cli_wire_style(w, "2");
    kb_buf_z(&w->out, "  ");
    kb_buf_str(&w->out, kb_cli_short_id(story->id));
    kb_buf_printf(&w->out, "\n%*s", margin, "");
    for (int i = 0; i < CELL_COUNT && used + widths[i] <= w->width; i++) {
        kb_cli_wire_cell(w, line->cells[i], widths[i] + 2);
        used += widths[i] + 2;
    }
    print_first(w, &line->first, w->width - used);
    while (w->out.n && w->out.p[w->out.n - 1] == ' ')
        w->out.n--;
    kb_cli_wire_plain(w);
    kb_buf_char(&w->out, '\n');
}

static enum kb_status say_none(struct kb_cli_wire *w) {
    struct kb_store_counts counts;
    enum kb_status status = kb_store_count(w->store, w->user, &counts, &w->err);
    if (status == KB_OK && counts.articles)
        kb_buf_z(&w->out, "no story fits\n");
    else if (status == KB_OK && counts.feeds)
        kb_buf_z(&w->out, "no article yet: kabar fetch brings what the feeds have\n");
    else if (status == KB_OK)
        kb_buf_z(&w->out, "no article yet: kabar add https://example.org/ adds a feed, "
                          "kabar import FILE pages\n");
    return status;
}

static enum kb_status print_people(struct kb_cli_wire *w, const struct kb_story_row *rows,
                                   size_t count) {
    struct line *lines = kb_arena_zalloc(&w->arena, count ? count : 1, sizeof *lines);
    enum kb_status status = KB_OK;
    int widths[CELL_COUNT] = {0}, rank_width = 1;
    if (!lines)
        return kb_err_set(&w->err, KB_ENOMEM, "not enough memory for the list");
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        status = make_line(w, &rows[i], &lines[i]);
        for (int k = 0; k < CELL_COUNT; k++)
            if ((int)lines[i].cells[k].n > widths[k])
                widths[k] = (int)lines[i].cells[k].n;
    }
    for (size_t n = count; n >= 10; n /= 10)
        rank_width++;
    for (size_t i = 0; status == KB_OK && i < count; i++)
        print_line(w, &rows[i], &lines[i], i + 1, rank_width, widths);
    return status == KB_OK && !count ? say_none(w) : status;
}

static enum kb_status print_json(struct kb_cli_wire *w,
                                 const struct kb_story_row *story) {
    struct line line = {0};
    struct kb_json json;
    enum kb_status status = make_line(w, story, &line);
    if (status != KB_OK)
        return status;
    kb_json_init(&json, &w->out, 0);
    kb_json_object(&json);
    kb_tell_story(&json, story);
    if (line.first.n) {
        kb_json_key(&json, "first_article");
        kb_tell_row(&json, &line.first);
    }
    kb_json_object_end(&json);
    kb_buf_char(&w->out, '\n');
    return KB_OK;
}

/* ---- stories of articles that were searched for ------------------------------------ */

static int check(struct kb_cli_wire *w, enum kb_store_mode *mode) {
    const struct call *call = w->call;
    const struct kb_story_wish *wish = &call->wish;
    (void)mode;
    if (call->query.n && (wish->language.n || wish->outlet.n || wish->tag.n))
        return kb_cli_wrong(w->verb, "a query says by itself what articles it wants: "
                                     "language:de, outlet:example.org, tag:name");
    return KB_CLI_OK;
}

static bool fits(const struct kb_story_wish *wish, const struct kb_story_row *row) {
    return row->last >= wish->since && (!wish->before || row->first < wish->before) &&
           row->outlets >= wish->min_outlets;
}

static bool listed(const struct kb_story_row *rows, size_t count, int64_t story) {
    for (size_t i = 0; i < count; i++)
        if (rows[i].n == story)
            return true;
    return false;
}

/* The best articles' stories, each once; past so many articles nobody looks. */
static enum kb_status stories_found(struct kb_cli_wire *w, struct kb_story_row **rows,
                                    size_t *count) {
    const struct call *call = w->call;
    enum { ARTICLES = 2000 };
    const struct kb_search_options search = {.user = w->user,
                                             .limit = ARTICLES,
                                             .order = call->wish.newest ? KB_SEARCH_NEWEST
                                                                        : KB_SEARCH_RANK};
    struct kb_search_result result;
    size_t cap = 0;
    *rows = NULL;
    *count = 0;
    enum kb_status status = kb_store_search(w->store, call->query, w->now, &search,
                                            &w->arena, &result, &w->err);
    for (size_t i = 0; status == KB_OK && i < result.count && *count < call->wish.limit;
         i++) {
        struct kb_row article;
        status = kb_store_article_at(w->store, w->user, result.hits[i].n, &w->arena,
                                     &article, &w->err);
        if (status != KB_OK || listed(*rows, *count, article.story))
            continue;
        if (!kb_arena_grow(&w->arena, (void **)rows, *count, &cap, sizeof **rows,
                           SIZE_MAX))
            return kb_err_set(&w->err, KB_ENOMEM, "not enough memory for the list");
        status = kb_store_story_at(w->store, article.story, &w->arena, &(*rows)[*count],
                                   &w->err);
        *count += status == KB_OK && fits(&call->wish, &(*rows)[*count]);
    }
    return status;
}

static enum kb_status work(struct kb_cli_wire *w) {
    struct call *call = w->call;
    struct kb_story_row *rows;
    size_t count;
    call->wish.user = w->user;
    call->wish.own = true;
    enum kb_status status =
        call->query.n
            ? stories_found(w, &rows, &count)
            : kb_store_stories(w->store, &call->wish, &w->arena, &rows, &count, &w->err);
    if (status == KB_OK && !w->json)
        return print_people(w, rows, count);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = print_json(w, &rows[i]);
    return status;
}

static const struct kb_cli_wire_job job = {
    .mode = KB_STORE_READ,
    .call_bytes = sizeof(struct call),
    .call = &(const struct call){.wish.limit = MOST},
    .set = set,
    .check = check,
    .work = work,
};

const struct kb_cli_verb kb_cli_stories = {
    .name = "stories",
    .summary = "List the stories: what is new and big first",
    .usage = "[OPTION…]",
    .about =
        "A story is what several articles tell of one event, in any language.  Those\n"
        "with news come first, and each doubling of a story's outlets counts as much\n"
        "as half a day.  Of each: its id, how many tell it, how old its last news is,\n"
        "and who had it first; in a terminal its headline in your language (LANG) where\n"
        "an article is in it.  kabar show ID tells the rest.",
    .examples = "  kabar stories --since yesterday\n"
                "  kabar stories --language de --outlets 3 -n 50\n"
                "  kabar stories --since 7d | jq -r '[.outlets, .title] | @tsv'\n",
    .manual = "wire",
    .options = options,
    .wire = &job,
};
