/* What texts are.  The file want.kinds is input and output in one: a line is "<kind>
 * <tab> <Content-Type or nothing> <tab> <text>", where \n, \t and \xNN stand for
 * bytes. */
#include "feed/feed.h"
#include "runner.h"

#include <stdlib.h>

static void unescape(struct kb_str text, struct kb_buf *out) {
    kb_buf_clear(out);
    for (size_t i = 0; i < text.n; i++) {
        char next = i + 1 < text.n ? text.p[i + 1] : ' ';
        if (text.p[i] != '\\' || (next != 'n' && next != 't' && next != 'x')) {
            kb_buf_char(out, text.p[i]);
        } else if (next == 'x' && i + 3 < text.n) {
            char hex[3] = {text.p[i + 2], text.p[i + 3], 0};
            kb_buf_char(out, (char)strtol(hex, NULL, 16));
            i += 3;
        } else {
            kb_buf_char(out, next == 'n' ? '\n' : '\t');
            i++;
        }
    }
}

static void run(struct kb_case *c) {
    struct kb_buf out, text;
    struct kb_str lines = kb_case_file(c, "want.kinds");
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&text, KB_LIMIT_OUTPUT_BYTES);
    while (lines.n) {
        size_t end = kb_str_find_byte(lines, '\n');
        struct kb_str line = kb_str_slice(lines, 0, end);
        size_t tab = kb_str_find_byte(line, '\t');
        struct kb_str rest = kb_str_slice(line, tab + 1, line.n);
        size_t second = kb_str_find_byte(rest, '\t');
        lines = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(lines, end + 1, lines.n);
        if (tab == KB_NOT_FOUND || second == KB_NOT_FOUND) {
            kb_case_fail(c, "a line without two tabs: %.*s", (int)line.n, line.p);
            continue;
        }
        unescape(kb_str_slice(rest, second + 1, rest.n), &text);
        kb_buf_z(&out, kb_feed_kind_name(kb_feed_sniff(kb_buf_view(&text),
                                                       kb_str_slice(rest, 0, second))));
        kb_buf_char(&out, '\t');
        kb_buf_str(&out, rest);
        kb_buf_char(&out, '\n');
    }
    kb_case_output(c, "kinds", kb_buf_view(&out));
    kb_buf_free(&text);
    kb_buf_free(&out);
}

const struct kb_test_kind kb_kind_sniff = {"sniff", run};
