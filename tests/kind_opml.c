/* Lists of feeds: input.xml, an OPML list, is read and printed again.
 *
 * Outputs: opml, what is printed; warnings, a line each; error.  What was printed must
 * read as itself. */
#include "feed/feed.h"
#include "runner.h"

static bool read_and_print(struct kb_case *c, struct kb_feed_reader *reader,
                           struct kb_str input, struct kb_buf *out,
                           struct kb_buf *warnings) {
    struct kb_feed *feed = NULL;
    struct kb_err err = {0};
    const struct kb_feed_hints hints = {.base_url = kb_str_z(kb_case_option(c, "base"))};
    if (kb_feed_read(reader, input, &hints, &feed, &err) != KB_OK) {
        kb_case_output(c, "error", kb_str_z(err.text));
        return false;
    }
    for (size_t i = 0; i < feed->warnings.count; i++) {
        kb_buf_str(warnings, feed->warnings.items[i]);
        kb_buf_char(warnings, '\n');
    }
    kb_opml_print(feed, out);
    return true;
}

static void run(struct kb_case *c) {
    struct kb_feed_reader *reader = NULL;
    struct kb_buf first, second, warnings;
    struct kb_err err = {0};
    kb_buf_init(&first, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&second, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&warnings, KB_LIMIT_OUTPUT_BYTES);
    if (kb_feed_reader_new(&reader, &err) != KB_OK)
        kb_case_fail(c, "%s", err.text);
    if (reader &&
        read_and_print(c, reader, kb_case_file(c, "input.xml"), &first, &warnings)) {
        kb_case_output(c, "opml", kb_buf_view(&first));
        kb_case_output(c, "warnings", kb_buf_view(&warnings));
        if (!read_and_print(c, reader, kb_buf_view(&first), &second, &warnings) ||
            !kb_str_equal(kb_buf_view(&first), kb_buf_view(&second)))
            kb_case_fail(c, "what was printed does not read as itself:\n%.*s",
                         (int)second.n, second.p);
    }
    kb_feed_reader_free(reader);
    kb_buf_free(&warnings);
    kb_buf_free(&second);
    kb_buf_free(&first);
}

const struct kb_test_kind kb_kind_opml = {"opml", run};
