/* OPML lists: what is printed of one reads as the same list. */
#include "feed/feed.h"
#include "fuzz.h"

static struct kb_feed *read_list(struct kb_feed_reader *reader, struct kb_str bytes) {
    struct kb_feed *feed;
    struct kb_err err = {0};
    enum kb_status status = kb_feed_read(reader, bytes, NULL, &feed, &err);
    if (status != KB_OK && !err.text[0])
        kb_fuzz_fail("refused without a word");
    return status == KB_OK && kb_str_starts(kb_str_z(feed->source_format), KB_STR("opml"))
               ? feed
               : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct kb_feed_reader *reader;
    struct kb_str bytes = {(const char *)data, size};
    struct kb_err err = {0};
    struct kb_buf first, second;
    if (!reader && kb_feed_reader_new(&reader, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    struct kb_feed *feed = read_list(reader, bytes);
    if (!feed)
        return 0;
    kb_buf_init(&first, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&second, KB_LIMIT_OUTPUT_BYTES);
    kb_opml_print(feed, &first);
    size_t count = feed->items.count;
    feed = read_list(reader, kb_buf_view(&first));
    if (!feed || feed->items.count != count)
        kb_fuzz_fail("a list that is not read again");
    kb_opml_print(feed, &second);
    if (!kb_str_equal(kb_buf_view(&first), kb_buf_view(&second)))
        kb_fuzz_fail("a list that reads as another one");
    kb_buf_free(&first);
    kb_buf_free(&second);
    return 0;
}
