/* JSON Feed: the input is the document, or what stands in one: in an item, in a text. */
#include "fuzz.h"

static const struct kb_fuzz_wrapper wrappers[] = {
    {"", ""},
    {"{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"T\",", "}"},
    {"{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":\"1\"},{",
     "},{\"id\":\"3\"}]}"},
    {"{\"items\":[{\"content_html\":\"", "\",\"url\":\"a\"}]}"},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str input = {(const char *)data, size};
    uint8_t option = kb_fuzz_option(&input);
    const kabar_feed_hints hints = {
        .size = sizeof hints,
        .base_url = option & 0x10 ? "https://wire.example/feeds/a.json" : NULL,
        .content_language = option & 0x20 ? "nn, en" : NULL};
    kb_fuzz_feed_in(&wrappers[option % KB_COUNT(wrappers)], input, &hints);
    return 0;
}
