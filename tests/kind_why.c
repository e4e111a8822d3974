/* Kind `why`: what two articles share and whether that joins them.
 *
 * input.jsonl has the two, and behind them any others that tell how common words are
 * (option `usage=yes`) → text, json. */
#include "runner.h"
#include "story/story.h"

enum { RECORDS = 40 };

struct side {
    struct kb_article article;
    struct kb_why_article why;
};

static bool load(struct kb_case *c, struct kb_loader *loader, struct kb_str line,
                 struct side *out) {
    struct kb_err err = {.text = ""};
    struct kb_article *a = &out->article;
    kb_arena_init(&a->arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (kb_article_load(loader, line, a, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
        return false;
    }
    out->why = (struct kb_why_article){
        .title = a->title, .text = a->content_text, .language = a->language};
    if (!kb_date_seconds(a->date_published, &out->why.time))
        out->why.time = 0;
    return true;
}

static void count(struct kb_case *c, struct kb_usage *usage, struct kb_arena *arena,
                  const struct side *side) {
    struct kb_printer *printer = NULL;
    struct kb_fingerprint print;
    struct kb_err err = {.text = ""};
    if (kb_printer_new(&printer, &err) != KB_OK ||
        kb_fingerprint_take(printer, arena, side->why.title, side->why.text,
                            side->why.language, &print, &err) != KB_OK ||
        kb_usage_add(usage, &print, &err) != KB_OK)
        kb_case_fail(c, "%s", err.text);
    kb_printer_free(printer);
}

static void explain(struct kb_case *c, const struct kb_usage *usage,
                    struct kb_arena *arena, const struct side *a, const struct side *b) {
    struct kb_why why;
    struct kb_err err = {.text = ""};
    struct kb_buf out;
    if (kb_why(arena, usage, &a->why, &b->why, &why, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
        return;
    }
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    kb_why_print_text(&why, 80, false, &out);
    kb_case_output(c, "text", kb_buf_view(&out));
    kb_buf_clear(&out);
    kb_why_print_json(&why, 2, &out);
    kb_case_output(c, "json", kb_buf_view(&out));
    kb_buf_free(&out);
}

static void run(struct kb_case *c) {
    static struct side sides[RECORDS];
    struct kb_loader *loader = NULL;
    struct kb_usage *usage = NULL;
    struct kb_arena arena;
    struct kb_err err = {.text = ""};
    struct kb_str lines = kb_case_file(c, "input.jsonl");
    size_t n = 0;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (kb_loader_new(&loader, &err) != KB_OK || kb_usage_new(&usage, &err) != KB_OK)
        kb_case_fail(c, "%s", err.text);
    while (loader && usage && lines.n && n < RECORDS) {
        size_t end = kb_str_find_byte(lines, '\n');
        struct kb_str line = kb_str_slice(lines, 0, end);
        lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(lines, end + 1, lines.n);
        if (!line.n || !load(c, loader, line, &sides[n]))
            continue;
        if (kb_case_option(c, "usage"))
            count(c, usage, &arena, &sides[n]);
        n++;
    }
    if (n >= 2)
        explain(c, kb_case_option(c, "usage") ? usage : NULL, &arena, &sides[0],
                &sides[1]);
    else
        kb_case_fail(c, "input.jsonl has fewer than two articles");
    for (size_t i = 0; i < n; i++)
        kb_arena_free(&sides[i].article.arena);
    kb_usage_free(usage);
    kb_loader_free(loader);
    kb_arena_free(&arena);
}

const struct kb_test_kind kb_kind_why = {"why", run};
