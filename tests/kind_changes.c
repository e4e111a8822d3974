/* Kind `changes`: what changed between two records of one article.
 *
 *   old.json new.json   the records, as kind `record` reads them
 *
 * Outputs: changes (as text without color), color, json (indent 2), html. */
#include "article/article.h"
#include "runner.h"

enum { MEMORY = 64 << 20 };

struct bench {
    struct kb_case *c;
    struct kb_loader *loader;
    struct kb_lexicon *lexicon;
    struct kb_article old, now;
    struct kb_arena arena;
    struct kb_buf out;
};

static void output(struct bench *b, const char *name) {
    kb_case_output(b->c, name, kb_buf_view(&b->out));
    kb_buf_clear(&b->out);
}

static void check(struct bench *b) {
    struct kb_err err = {0};
    struct kb_changes changes;
    if (kb_article_load(b->loader, kb_case_file(b->c, "old.json"), &b->old, &err) !=
            KB_OK ||
        kb_article_load(b->loader, kb_case_file(b->c, "new.json"), &b->now, &err) !=
            KB_OK ||
        kb_article_changes(&b->arena, &b->old, &b->now, b->lexicon, &changes, &err) !=
            KB_OK) {
        kb_case_fail(b->c, "%s", err.text);
        return;
    }
    kb_changes_print_text(&changes, false, &b->out);
    output(b, "changes");
    kb_changes_print_text(&changes, true, &b->out);
    output(b, "color");
    kb_changes_print_json(&changes, 2, &b->out);
    output(b, "json");
    kb_changes_print_html(&changes, &b->out);
    output(b, "html");
    if (kb_article_changes(&b->arena, &b->now, &b->now, b->lexicon, &changes, &err) !=
            KB_OK ||
        !changes.none)
        kb_case_fail(b->c, "an article differs from itself");
}

static void run(struct kb_case *c) {
    struct bench b = {.c = c};
    struct kb_err err = {0};
    kb_arena_init(&b.old.arena, MEMORY);
    kb_arena_init(&b.now.arena, MEMORY);
    kb_arena_init(&b.arena, MEMORY);
    kb_buf_init(&b.out, KB_LIMIT_OUTPUT_BYTES);
    if (kb_loader_new(&b.loader, &err) != KB_OK ||
        kb_lexicon_new(NULL, &b.lexicon, &err) != KB_OK)
        kb_case_fail(c, "%s", err.text);
    else
        check(&b);
    kb_arena_free(&b.old.arena);
    kb_arena_free(&b.now.arena);
    kb_arena_free(&b.arena);
    kb_buf_free(&b.out);
    kb_lexicon_free(b.lexicon);
    kb_loader_free(b.loader);
}

const struct kb_test_kind kb_kind_changes = {"changes", run};
