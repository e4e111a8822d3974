/* kabar group: articles as JSON Lines on stdin or from a file, {"id","story","report"}
 * lines out.
 *
 * Articles are grouped as they come: a line's story never depends on what comes after
 * it.  A story's name is the id of its first article; so is a report's, which is the
 * articles that have one text. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "story/story.h"
#include "lines.h"

enum option { OPTION_REPORTS, OPTION_HELP };

static const struct kb_cli_option options[] = {
    [OPTION_REPORTS] = {"reports", 'r', NULL, "as stories take reports: one text each"},
    [OPTION_HELP] = {"help", 'h', NULL, "this text"},
    {NULL, 0, NULL, NULL},
};

struct group {
    struct kb_printer *printer;
    struct kb_grouper *grouper;
    struct kb_arena arena, kept;
    struct article {
        struct kb_str id;
        uint64_t report; /* its first article */
    } * articles;        /* in kept, as the next */
    uint64_t *founders;  /* of stories: their first articles */
    size_t article_count, article_cap, story_count, story_cap;
    bool reports;
    struct kb_cli_output output;
};

/* Remembers what later lines may be told to belong to. */
static bool remember(struct group *g, const struct kb_cli_line *line,
                     const struct kb_decision *decision) {
    uint64_t number = decision->article;
    if (!kb_arena_grow(&g->kept, (void **)&g->articles, g->article_count, &g->article_cap,
                       sizeof *g->articles, SIZE_MAX) ||
        !kb_arena_grow(&g->kept, (void **)&g->founders, g->story_count, &g->story_cap,
                       sizeof *g->founders, SIZE_MAX))
        return false;
    if (decision->story == g->story_count)
        g->founders[g->story_count++] = number;
    g->articles[g->article_count++] = (struct article){
        kb_arena_dup(&g->kept, line->id), decision->how == KB_JOIN_REPRINT
                                              ? g->articles[decision->nearest].report
                                              : number};
    return !g->kept.full;
}

static void field(struct kb_cli_buf *out, const char *name, struct kb_str value) {
    kb_cli_buf_z(out, name);
    kb_cli_buf_json(out, value.p, value.n);
}

static enum kb_status each(void *context, const struct kb_cli_line *line,
                           struct kb_err *err) {
    struct group *g = context;
    struct kb_fingerprint print;
    struct kb_cli_buf out = {0};
    struct kb_decision decision;
    int64_t time = 0;
    kb_arena_reset(&g->arena);
    enum kb_status status = kb_fingerprint_take(g->printer, &g->arena, line->title,
                                                line->text, line->language, &print, err);
    if (!kb_date_seconds(line->date, &time))
        time = 0;
    if (status == KB_OK)
        status = kb_grouper_add(g->grouper, &print, time, &decision, err);
    uint64_t merged = KB_NO_STORY;
    if (status == KB_OK && decision.same != KB_NO_STORY) {
        merged = decision.story > decision.same ? decision.story : decision.same;
        status = kb_grouper_merge(g->grouper, decision.story, decision.same, err);
        decision.story = decision.story < merged ? decision.story : decision.same;
    }
    if (status == KB_OK && !remember(g, line, &decision))
        status = kb_err_set(err, KB_ENOMEM, "not enough memory for so many articles");
    if (status != KB_OK)
        return status;
    struct kb_str report = g->articles[g->articles[decision.article].report].id;
    struct kb_str story = g->articles[g->founders[decision.story]].id;
    field(&out, "{\"id\":", line->id);
    field(&out, ",\"story\":", g->reports ? report : story);
    field(&out, ",\"report\":", report);
    if (merged != KB_NO_STORY && !g->reports)
        field(&out, ",\"merged\":", g->articles[g->founders[merged]].id);
    kb_cli_buf_z(&out, "}\n");
    if (!kb_cli_output_write(&g->output, NULL, 0, out.p, out.n))
        status = KB_EIO;
    kb_cli_buf_free(&out);
    return status;
}

static int set(const struct kb_cli_verb *verb, void *context, unsigned option,
               const char *value) {
    struct group *g = context;
    (void)verb, (void)option, (void)value;
    g->reports = true;
    return KB_CLI_OK;
}

static int run(const struct kb_cli_verb *verb, int count, char **words) {
    struct group g = {.reports = false};
    struct kb_err err = {.text = ""};
    int operands, code = kb_cli_words(verb, count, words, &operands, set, &g);
    if (code == KB_CLI_OK && operands > 1)
        code = kb_cli_wrong(verb, "one file at a time: '%s' is one too many", words[1]);
    if (code != KB_CLI_OK)
        return code;
    const char *path = operands ? words[0] : NULL;
    kb_arena_init(&g.kept, SIZE_MAX);
    kb_arena_init(&g.arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_printer_new(&g.printer, &err);
    if (status == KB_OK)
        status = kb_grouper_new(&g.grouper, &err);
    if (status == KB_OK && !kb_cli_output_open(&g.output, NULL))
        status = KB_EIO;
    if (status == KB_OK)
        status = kb_cli_lines(path, each, &g, &err);
    if (status != KB_OK && err.text[0])
        kb_cli_say("%s", err.text);
    kb_grouper_free(g.grouper);
    kb_printer_free(g.printer);
    kb_arena_free(&g.arena);
    kb_arena_free(&g.kept);
    return status == KB_OK ? KB_CLI_OK : KB_CLI_FAILED;
}

const struct kb_cli_verb kb_cli_group = {
    .name = "group",
    .summary = "Put articles into stories",
    .usage = "[OPTION…] [FILE|-]",
    .about =
        "FILE has articles as JSON Lines (id, title, text or content_text,\n"
        "language, date_published), as `kabar read` prints them.  For each a line\n"
        "{\"id\",\"story\",\"report\"} is printed: a story is what is told of one\n"
        "event, in all languages; a report is the articles of it that have one\n"
        "text.  Both are named after their first article, and what is printed\n"
        "never depends on later lines.  Where an article shows that two stories are\n"
        "one, its line has the younger one's name as \"merged\"; what follows is put\n"
        "into the older one.",
    .examples =
        "  kabar read -f json pages | kabar group | jq -r '[.story, .id] | @tsv'\n",
    .options = options,
    .run = run,
};
