/* Site maps: XML and text, whatever the beginning says; items have addresses that can be
 * followed, and what is printed is whole. */
#include "feed/make.h"
#include "fuzz.h"

static void check(const struct kb_feed *feed) {
    static struct kb_buf out;
    int64_t seconds;
    for (size_t i = 0; i < feed->items.count; i++) {
        const struct kb_feed_item *item = &feed->items.items[i];
        if (!item->c.id.n || !item->url.n)
            kb_fuzz_fail("an entry without an address");
        if (kb_str_starts_nocase(item->url, KB_STR("javascript:")))
            kb_fuzz_fail("an address that runs code");
        if (item->c.date_modified.n && !kb_feed_instant(item->c.date_modified, &seconds))
            kb_fuzz_fail("a date that is none");
        if (item->priority < 0 || item->priority > 1)
            kb_fuzz_fail("a priority that is none");
    }
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    kb_feed_print(feed, 0, &out);
    if (out.status != KB_OK || kb_utf8_valid_prefix(kb_buf_view(&out)) != out.n)
        kb_fuzz_fail("what is printed is no text");
    kb_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct kb_feed_reader *reader;
    static const struct kb_feed_hints with_base = {
        .base_url = {"https://www.example.org/sitemap.xml", 35}};
    struct kb_str bytes = {(const char *)data, size};
    uint8_t option = kb_fuzz_option(&bytes);
    struct kb_err err = {0};
    struct kb_feed *feed;
    if (!reader && kb_feed_reader_new(&reader, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    enum kb_status status =
        kb_feed_read(reader, bytes, option & 1 ? &with_base : NULL, &feed, &err);
    if (status == KB_OK &&
        kb_str_starts(kb_str_z(feed->source_format), KB_STR("sitemap")))
        check(feed);
    else if (status != KB_OK && !err.text[0])
        kb_fuzz_fail("refused without a word");
    return 0;
}
