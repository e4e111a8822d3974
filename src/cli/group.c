/* kabar group: articles as JSON Lines on stdin or from a file, {"id","story"} lines out.
 *
 * Articles are grouped as they come: a line's story never depends on what comes after
 * it.  A story's name is the id of its first article. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "story/story.h"
#include "lines.h"

enum option { OPTION_HELP };

static const struct kb_cli_option options[] = {
    [OPTION_HELP] = {"help", 'h', NULL, "this text"},
    {NULL, 0, NULL, NULL},
};

struct group {
    struct kb_printer *printer;
    struct kb_grouper *grouper;
    struct kb_arena arena;
    char **names; /* of stories */
    size_t count, cap;
    struct kb_cli_output output;
};

static bool keep_name(struct group *g, struct kb_str id) {
    if (g->count == g->cap) {
        size_t cap = g->cap ? g->cap * 2 : 256;
        char **names = realloc(g->names, cap * sizeof *names);
        if (!names)
            return false;
        g->names = names;
        g->cap = cap;
    }
    g->names[g->count] = strndup(id.p, id.n);
    return g->names[g->count++] != NULL;
}

static enum kb_status each(void *context, const struct kb_cli_line *line,
                           struct kb_err *err) {
    struct group *g = context;
    struct kb_fingerprint print;
    struct kb_cli_buf out = {0};
    size_t story;
    float score;
    kb_arena_reset(&g->arena);
    enum kb_status status = kb_fingerprint_take(g->printer, &g->arena, line->title,
                                                line->text, line->language, &print, err);
    if (status == KB_OK)
        status = kb_grouper_add(g->grouper, &print, &story, &score, err);
    if (status == KB_OK && story == g->count && !keep_name(g, line->id))
        status = kb_err_set(err, KB_ENOMEM, "not enough memory");
    if (status != KB_OK)
        return status;
    kb_cli_buf_z(&out, "{\"id\":");
    kb_cli_buf_json(&out, line->id.p, line->id.n);
    kb_cli_buf_z(&out, ",\"story\":");
    kb_cli_buf_json(&out, g->names[story], strlen(g->names[story]));
    kb_cli_buf_z(&out, "}\n");
    if (!kb_cli_output_write(&g->output, NULL, 0, out.p, out.n))
        status = KB_EIO;
    kb_cli_buf_free(&out);
    return status;
}

static int run(const struct kb_cli_verb *verb, int count, char **words) {
    struct kb_cli_args args = {.verb = verb, .words = words, .count = count};
    struct group g = {.count = 0};
    struct kb_err err = {.text = ""};
    const char *value, *path = NULL;
    for (int option; (option = kb_cli_args_next(&args, &value)) != KB_CLI_END;) {
        if (option == KB_CLI_BAD)
            return KB_CLI_WRONG;
        if (option == OPTION_HELP)
            return kb_cli_help_verb(verb);
        path = words[args.at - 1];
    }
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
    for (size_t i = 0; i < g.count; i++)
        free(g.names[i]);
    free(g.names);
    return status == KB_OK ? KB_CLI_OK : KB_CLI_FAILED;
}

const struct kb_cli_verb kb_cli_group = {
    .name = "group",
    .summary = "Put articles into stories",
    .usage = "[OPTION…] [FILE|-]",
    .about = "FILE has articles as JSON Lines (id, title, text or content_text,\n"
             "language), as `kabar read` prints them.  For each a line\n"
             "{\"id\",\"story\"} is printed, also across languages.  A story's name is\n"
             "the id of its first article, and what is printed never depends on\n"
             "later lines.",
    .examples =
        "  kabar read -f json pages | kabar group | jq -r '[.story, .id] | @tsv'\n",
    .options = options,
    .run = run,
};
