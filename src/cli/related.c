/* kabar related: articles as JSON Lines in, for each the others that are near it out. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "lines.h"
#include "story/story.h"

enum option { OPTION_MOST, OPTION_HELP };

enum { MOST_MAX = 1000000 };

static const struct kb_cli_option options[] = {
    [OPTION_MOST] = {"most", 'n', "N", "articles that each is given; default 100"},
    [OPTION_HELP] = {"help", 'h', NULL, "this text"},
    {NULL, 0, NULL, NULL},
};

struct related {
    struct kb_printer *printer;
    struct kb_related *related;
    struct kb_arena kept, arena;
    struct kb_str *ids;
    size_t count, cap;
    int most; /* that each is given */
};

static enum kb_status each(void *context, const struct kb_cli_line *line,
                           struct kb_err *err) {
    struct related *r = context;
    struct kb_fingerprint print;
    if (!kb_arena_grow(&r->kept, (void **)&r->ids, r->count, &r->cap, sizeof *r->ids,
                       SIZE_MAX))
        return kb_err_set(err, KB_ENOMEM, "not enough memory for so many articles");
    r->ids[r->count++] = kb_arena_dup(&r->kept, line->id);
    enum kb_status status = kb_fingerprint_take(r->printer, &r->kept, line->title,
                                                line->text, line->language, &print, err);
    return status == KB_OK ? kb_related_add(r->related, &print, err) : status;
}

static enum kb_status print_one(struct related *r, size_t article,
                                struct kb_cli_output *output, struct kb_err *err) {
    struct kb_related_article *all;
    struct kb_buf out;
    struct kb_json json;
    size_t n;
    kb_arena_reset(&r->arena);
    enum kb_status status = kb_related_of(r->related, article, &r->arena, &all, &n, err);
    if (status != KB_OK)
        return status;
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    kb_json_init(&json, &out, 0);
    kb_json_object(&json);
    kb_json_field(&json, "id", r->ids[article]);
    kb_json_field_array(&json, "similar");
    for (size_t i = 0; i < n && i < (size_t)r->most; i++) {
        kb_json_object(&json);
        kb_json_field(&json, "id", r->ids[all[i].article]);
        kb_json_field_real(&json, "score", (double)all[i].score, 4);
        kb_json_object_end(&json);
    }
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    kb_buf_char(&out, '\n');
    if (out.status != KB_OK)
        status = kb_err_set(err, out.status, "not enough memory to print");
    else if (!kb_cli_output_write(output, NULL, 0, out.p, out.n))
        status = KB_EIO;
    kb_buf_free(&out);
    return status;
}

static int set(const struct kb_cli_verb *verb, void *context, unsigned option,
               const char *value) {
    struct related *r = context;
    return kb_cli_set_number(verb, option, value, 1, MOST_MAX, &r->most);
}

static int run(const struct kb_cli_verb *verb, int count, char **words) {
    struct related r = {.most = 100};
    struct kb_cli_output output;
    struct kb_err err = {.text = ""};
    int operands, code = kb_cli_words(verb, count, words, &operands, set, &r);
    if (code == KB_CLI_OK && operands > 1)
        code = kb_cli_wrong(verb, "one file at a time: '%s' is one too many", words[1]);
    if (code != KB_CLI_OK)
        return code;
    const char *path = operands ? words[0] : NULL;
    kb_arena_init(&r.kept, SIZE_MAX);
    kb_arena_init(&r.arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_printer_new(&r.printer, &err);
    if (status == KB_OK)
        status = kb_related_new(&r.related, &err);
    if (status == KB_OK && !kb_cli_output_open(&output, NULL))
        status = KB_EIO;
    if (status == KB_OK)
        status = kb_cli_lines(path, each, &r, &err);
    for (size_t i = 0; status == KB_OK && i < r.count; i++)
        status = print_one(&r, i, &output, &err);
    if (status != KB_OK && err.text[0])
        kb_cli_say("%s", err.text);
    kb_related_free(r.related);
    kb_printer_free(r.printer);
    kb_arena_free(&r.kept);
    kb_arena_free(&r.arena);
    return status == KB_OK ? KB_CLI_OK : KB_CLI_FAILED;
}

const struct kb_cli_verb kb_cli_related = {
    .name = "related",
    .summary = "Find the articles that are near each other",
    .usage = "[OPTION…] [FILE|-]",
    .about =
        "FILE has articles as JSON Lines (id, title, text or content_text, language).\n"
        "For each one a line {\"id\",\"similar\":[{\"id\",\"score\"},…]} is printed,\n"
        "nearest first, also across languages; from a score of 0.5 on two articles\n"
        "would be put into one story.",
    .examples = "  kabar related articles.jsonl | jq -r '[.id, .similar[0].id] | @tsv'\n",
    .options = options,
    .run = run,
};
