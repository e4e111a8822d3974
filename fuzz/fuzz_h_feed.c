/* Pages as feeds, and what pages name: any page, with and without its address. */
#include "feed/make.h"
#include "fuzz.h"

static void check_address(struct kb_str url) {
    if (url.n && !kb_str_starts(url, KB_STR("http://")) &&
        !kb_str_starts(url, KB_STR("https://")))
        kb_fuzz_fail("an address that is none of the web's");
}

static void check_discovery(const struct kb_discovery *found) {
    for (size_t i = 0; i < found->feeds.count; i++)
        check_address(found->feeds.items[i].url);
    for (size_t i = 0; i < found->articles.count; i++)
        check_address(found->articles.items[i].url);
    for (size_t i = 0; i < found->hubs.count; i++)
        check_address(found->hubs.items[i]);
    if (found->feeds.count > KB_LIMIT_FOUND_FEEDS + 1 ||
        found->articles.count > KB_LIMIT_FOUND_ARTICLES)
        kb_fuzz_fail("more than the limits allow");
}

static void check_feed(const struct kb_feed *feed) {
    struct kb_buf out;
    int64_t seconds;
    for (size_t i = 0; i < feed->items.count; i++) {
        struct kb_str date = feed->items.items[i].c.date_published;
        if (!feed->items.items[i].c.id.n)
            kb_fuzz_fail("an item without an id");
        if (date.n && !kb_feed_instant(date, &seconds))
            kb_fuzz_fail("a date that is none");
    }
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    kb_feed_print(feed, 0, &out);
    if (out.status != KB_OK || kb_utf8_valid_prefix(kb_buf_view(&out)) != out.n)
        kb_fuzz_fail("what is printed is no text");
    kb_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct kb_feed_reader *reader;
    struct kb_str bytes = {(const char *)data, size};
    uint8_t option = kb_fuzz_option(&bytes);
    const struct kb_feed_hints hints = {
        .base_url = option & 1 ? KB_STR("https://www.example.org/news/") : KB_STR_NONE,
        .content_type = KB_STR("text/html")};
    struct kb_err err = {0};
    struct kb_feed *feed;
    struct kb_discovery *found;
    if (!reader && kb_feed_reader_new(&reader, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    if (kb_feed_discover(reader, bytes, &hints, &found, &err) == KB_OK)
        check_discovery(found);
    if (kb_feed_read(reader, bytes, &hints, &feed, &err) == KB_OK)
        check_feed(feed);
    else if (!err.text[0])
        kb_fuzz_fail("refused without a word");
    return 0;
}
