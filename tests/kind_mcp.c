/* Kind `mcp`: messages of the Model Context Protocol, and what a wire answers.
 *
 *   records    the wire's articles as JSON, one a line; they came at 2026-03-05T12:00Z
 *   lines      messages, one a line → lines: each behind "> ", and below it the answer as
 *              it is sent (none: a notification); "\n" in it begins a line, "\"" is ",
 *              so that people can read it.  "@N TEXT" sends TEXT N times in a row. */
#include "made_wire.h"

#include "serve/mcp.h"

#include <stdlib.h>

static const int64_t now = 1772712000; /* 2026-03-05T12:00Z */

/* The answer with what JSON escapes in it taken back: for people, no JSON any more. */
static void put_readable(struct kb_str text, struct kb_buf *out) {
    for (size_t i = 0; i < text.n; i++) {
        char next = i + 1 < text.n ? text.p[i + 1] : '\0';
        bool escaped = text.p[i] == '\\' && (next == 'n' || next == '"' || next == '\\');
        kb_buf_char(out, !escaped ? text.p[i] : next == 'n' ? '\n' : next);
        i += escaped;
    }
}

static void put_repeated(struct kb_str line, struct kb_buf *out) {
    char *end;
    if (!line.n || line.p[0] != '@') {
        kb_buf_str(out, line);
        return;
    }
    long times = strtol(line.p + 1, &end, 10);
    size_t at = (size_t)(end - line.p) + 1;
    while (times-- > 0)
        kb_buf_str(out, kb_str_slice(line, at, line.n));
}

static void ask(struct kb_case *c, struct kb_mcp *mcp, struct kb_str line,
                struct kb_buf *out) {
    struct kb_buf message, answer;
    struct kb_err err = {.text = ""};
    kb_buf_init(&message, SIZE_MAX);
    kb_buf_init(&answer, SIZE_MAX);
    put_repeated(line, &message);
    kb_buf_z(out, "> ");
    kb_buf_str(out, line);
    kb_buf_char(out, '\n');
    if (kb_mcp_answer(mcp, kb_buf_view(&message), now, &answer, &err) != KB_OK)
        kb_case_fail(c, "%s", err.text);
    put_readable(kb_buf_view(&answer), out);
    kb_buf_char(out, '\n');
    kb_buf_free(&message);
    kb_buf_free(&answer);
}

static void run(struct kb_case *c) {
    struct kb_str rest = kb_case_file(c, "lines");
    struct kb_made_wire wire;
    struct kb_mcp *mcp = NULL;
    struct kb_err err = {.text = ""};
    struct kb_buf out;
    kb_buf_init(&out, SIZE_MAX);
    bool good = kb_made_wire(c, now, &wire);
    if (good && kb_mcp_new(wire.store, KB_USER_FIRST, &mcp, &err) != KB_OK)
        kb_case_fail(c, "%s", err.text);
    while (mcp && rest.n) {
        size_t end = kb_str_find_byte(rest, '\n');
        ask(c, mcp, kb_str_slice(rest, 0, end), &out);
        rest = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(rest, end + 1, rest.n);
    }
    kb_case_output(c, "lines", kb_buf_view(&out));
    kb_mcp_free(mcp);
    kb_made_wire_end(&wire);
    kb_buf_free(&out);
}

const struct kb_test_kind kb_kind_mcp = {"mcp", run};
