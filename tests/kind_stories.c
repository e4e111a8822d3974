/* Stories: input.jsonl has articles, one JSON object a line (id, title, text, language);
 * the output "stories" is a line a story: its articles' ids, in the order of their
 * coming. */
#include "runner.h"
#include "story/story.h"

#include <yyjson.h>

enum { ARTICLES = 200 };

struct stories {
    struct kb_str ids[ARTICLES];
    size_t story_of[ARTICLES], count;
};

static struct kb_str text_of(yyjson_val *object, const char *key) {
    yyjson_val *value = yyjson_obj_get(object, key);
    return yyjson_is_str(value)
               ? (struct kb_str){yyjson_get_str(value), yyjson_get_len(value)}
               : KB_STR_NONE;
}

static void add(struct kb_case *c, struct kb_str line, struct kb_printer *printer,
                struct kb_grouper *grouper, struct kb_arena *arena,
                struct stories *stories) {
    struct kb_fingerprint print;
    struct kb_err err = {.text = ""};
    struct kb_decision decision;
    yyjson_doc *doc = yyjson_read(line.p, line.n, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    size_t n = stories->count++;
    stories->ids[n] = kb_arena_dup(arena, text_of(root, "id"));
    if (!stories->ids[n].n)
        kb_case_fail(c, "a line without an id: %.*s", (int)line.n, line.p);
    if (kb_fingerprint_take(printer, arena, text_of(root, "title"), text_of(root, "text"),
                            text_of(root, "language"), &print, &err) != KB_OK ||
        kb_grouper_add(grouper, &print, 0, &decision, &err) != KB_OK)
        kb_case_fail(c, "%s", err.text);
    stories->story_of[n] = (size_t)decision.story;
    yyjson_doc_free(doc);
}

static void tell(const struct stories *stories, struct kb_buf *out) {
    for (size_t i = 0; i < stories->count; i++) {
        bool first = true;
        for (size_t k = 0; k < i; k++)
            first = first && stories->story_of[k] != stories->story_of[i];
        for (size_t k = i; first && k < stories->count; k++) {
            if (stories->story_of[k] != stories->story_of[i])
                continue;
            kb_buf_z(out, k > i ? " " : "");
            kb_buf_str(out, stories->ids[k]);
        }
        kb_buf_z(out, first ? "\n" : "");
    }
}

static void run(struct kb_case *c) {
    static struct stories stories;
    struct kb_printer *printer = NULL;
    struct kb_grouper *grouper = NULL;
    struct kb_err err = {.text = ""};
    struct kb_arena arena;
    struct kb_buf out;
    struct kb_str lines = kb_case_file(c, "input.jsonl");
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    stories.count = 0;
    if (kb_printer_new(&printer, &err) != KB_OK ||
        kb_grouper_new(&grouper, &err) != KB_OK)
        kb_case_fail(c, "%s", err.text);
    while (grouper && lines.n && stories.count < ARTICLES) {
        size_t end = kb_str_find_byte(lines, '\n');
        add(c, kb_str_slice(lines, 0, end), printer, grouper, &arena, &stories);
        lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(lines, end + 1, lines.n);
    }
    tell(&stories, &out);
    kb_case_output(c, "stories", kb_buf_view(&out));
    kb_grouper_free(grouper);
    kb_printer_free(printer);
    kb_buf_free(&out);
    kb_arena_free(&arena);
}

const struct kb_test_kind kb_kind_stories = {"stories", run};
