/* Dates that people read.  The file want.dates is input and output in one: a line is
 * "<dates> <tab> <a line of a page>", where the dates are in RFC 3339 with ", " between,
 * "changed" before one that the line says to be of a change, and "-" stands for none.
 *
 * Options: language, region; now=SECONDS for relative dates. */
#include "page/when.h"
#include "runner.h"

#include <stdlib.h>

static void tell(struct kb_str line, const struct kb_spoken_hints *hints,
                 struct kb_arena *arena, struct kb_buf *out) {
    struct kb_spoken_date dates[KB_SPOKEN_MAX];
    size_t n = kb_spoken_dates(line, hints, dates);
    for (size_t i = 0; i < n; i++) {
        kb_buf_z(out, i ? ", " : "");
        kb_buf_z(out, dates[i].changed ? "changed " : "");
        kb_buf_str(out, kb_moment_print(arena, &dates[i].m));
    }
    kb_buf_z(out, n ? "\t" : "-\t");
    kb_buf_str(out, line);
    kb_buf_char(out, '\n');
}

static void run(struct kb_case *c) {
    struct kb_lexicon *lexicon = NULL;
    struct kb_err err = {0};
    struct kb_arena arena;
    struct kb_buf out;
    struct kb_str lines = kb_case_file(c, "want.dates");
    const char *language = kb_case_option(c, "language"), *now = kb_case_option(c, "now");
    struct kb_spoken_hints hints = {.now = now ? strtoll(now, NULL, 10) : 0};
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    if (kb_lexicon_new(NULL, &lexicon, &err) != KB_OK)
        kb_case_fail(c, "%s", err.text);
    hints.lexicon = lexicon;
    if (lexicon) {
        hints.language = kb_calendar_language(lexicon, kb_str_z(language));
        hints.order = kb_calendar_order(lexicon, hints.language,
                                        kb_str_z(kb_case_option(c, "region")));
        if (language && !hints.language)
            kb_case_fail(c, "no file has the language %s", language);
    }
    while (lexicon && lines.n) {
        size_t end = kb_str_find_byte(lines, '\n');
        struct kb_str line = kb_str_slice(lines, 0, end);
        size_t tab = kb_str_find_byte(line, '\t');
        lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(lines, end + 1, lines.n);
        if (tab != KB_NOT_FOUND)
            tell(kb_str_slice(line, tab + 1, line.n), &hints, &arena, &out);
        else if (line.n)
            kb_case_fail(c, "a line without a tab: %.*s", (int)line.n, line.p);
    }
    kb_case_output(c, "dates", kb_buf_view(&out));
    kb_buf_free(&out);
    kb_arena_free(&arena);
    kb_lexicon_free(lexicon);
}

const struct kb_test_kind kb_kind_dates = {"dates", run};
