/* decode: `input` (bytes) and the option content_type → text, encoding, and notes
 * ("declared_wrong", "replaced", "binary", one a line; "error …" where it fails).
 * The option max bounds the decoded size. */
#include "lang/lang.h"
#include "runner.h"

#include <stdlib.h>

static void run(struct kb_case *c) {
    const char *type = kb_case_option(c, "content_type"), *max = kb_case_option(c, "max");
    struct kb_buf scratch, notes;
    struct kb_decoded out;
    struct kb_err err = {KB_OK, ""};
    struct kb_str input = kb_case_file(c, "input");
    kb_buf_init(&scratch, max ? strtoul(max, NULL, 10) : (size_t)1 << 20);
    kb_buf_init(&notes, 4096);
    if (kb_lang_looks_binary(input))
        kb_buf_z(&notes, "binary\n");
    if (kb_lang_decode(input, kb_str_z(type), &scratch, &out, &err) != KB_OK) {
        kb_buf_printf(&notes, "error %s: %s\n", kb_status_name(err.status), err.text);
    } else {
        if (out.declared_wrong)
            kb_buf_z(&notes, "declared_wrong\n");
        if (out.replaced)
            kb_buf_z(&notes, "replaced\n");
        if (kb_utf8_valid_prefix(out.text) < out.text.n)
            kb_case_fail(c, "the text is not valid UTF-8");
        kb_case_output(c, "text", out.text);
        kb_case_output(c, "encoding", kb_str_z(out.encoding));
    }
    kb_case_output(c, "notes", kb_buf_view(&notes));
    kb_buf_free(&scratch);
    kb_buf_free(&notes);
}

const struct kb_test_kind kb_kind_decode = {"decode", run};
