/* Dates of feeds.  The file want.dates is input and output in one: a line is "<date>
 * <tab> <as a feed has it>", the date in whole RFC 3339, "-" where it cannot be read. */
#include "feed/make.h"
#include "runner.h"

static void tell(struct kb_case *c, struct kb_str raw, struct kb_arena *arena,
                 struct kb_buf *out) {
    int64_t seconds;
    struct kb_str date = kb_feed_date(arena, raw);
    if (date.n && !kb_feed_instant(date, &seconds))
        kb_case_fail(c, "no instant: %.*s", (int)date.n, date.p);
    if (date.n && !kb_str_equal(date, kb_feed_date(arena, date)))
        kb_case_fail(c, "not read again: %.*s", (int)date.n, date.p);
    kb_buf_str(out, date.n ? date : KB_STR("-"));
    kb_buf_char(out, '\t');
    kb_buf_str(out, raw);
    kb_buf_char(out, '\n');
}

static void run(struct kb_case *c) {
    struct kb_arena arena;
    struct kb_buf out;
    struct kb_str lines = kb_case_file(c, "want.dates");
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    while (lines.n) {
        size_t end = kb_str_find_byte(lines, '\n');
        struct kb_str line = kb_str_slice(lines, 0, end);
        size_t tab = kb_str_find_byte(line, '\t');
        lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(lines, end + 1, lines.n);
        if (tab != KB_NOT_FOUND)
            tell(c, kb_str_slice(line, tab + 1, line.n), &arena, &out);
        else if (line.n)
            kb_case_fail(c, "a line without a tab: %.*s", (int)line.n, line.p);
    }
    kb_case_output(c, "dates", kb_buf_view(&out));
    kb_buf_free(&out);
    kb_arena_free(&arena);
}

const struct kb_test_kind kb_kind_feed_dates = {"feed_dates", run};
