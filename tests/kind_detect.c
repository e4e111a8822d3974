/* detect: each line of `input` is `declared | text` → one line `language direction`. */
#include "lang/lang.h"
#include "runner.h"

static void run(struct kb_case *c) {
    struct kb_str rest = kb_case_file(c, "input");
    struct kb_buf out;
    kb_buf_init(&out, (size_t)1 << 20);
    while (rest.n) {
        size_t end = kb_str_find_byte(rest, '\n');
        struct kb_str line = kb_str_slice(rest, 0, end);
        rest = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(rest, end + 1, rest.n);
        size_t bar = kb_str_find_byte(line, '|');
        if (bar == KB_NOT_FOUND)
            continue;
        struct kb_text_language language;
        kb_lang_reconcile(kb_str_slice(line, 0, bar), kb_str_slice(line, bar + 1, line.n),
                          &language);
        kb_buf_printf(&out, "%s %s\n", language.tag[0] ? language.tag : "unknown",
                      kb_lang_direction(kb_str_z(language.tag)));
        if (language.confidence < 0 || language.confidence > 1)
            kb_case_fail(c, "confidence %g", (double)language.confidence);
    }
    kb_case_output(c, "languages", kb_buf_view(&out));
    kb_buf_free(&out);
}

const struct kb_test_kind kb_kind_detect = {"detect", run};
