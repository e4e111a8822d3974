/* JSON Feed: the input is the document, or what stands in one: in an item, in a text. */
#include "fuzz.h"

#include <stdlib.h>

static const struct wrapper {
    const char *before, *behind;
} wrappers[] = {
    {"", ""},
    {"{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"T\",", "}"},
    {"{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":\"1\"},{",
     "},{\"id\":\"3\"}]}"},
    {"{\"items\":[{\"content_html\":\"", "\",\"url\":\"a\"}]}"},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str input = {(const char *)data, size};
    uint8_t option = kb_fuzz_option(&input);
    const struct wrapper *wrapper = &wrappers[option % KB_COUNT(wrappers)];
    const kabar_feed_hints hints = {
        .size = sizeof hints,
        .base_url = option & 0x10 ? "https://wire.example/feeds/a.json" : NULL,
        .content_language = option & 0x20 ? "nn, en" : NULL};
    struct kb_buf text;
    kb_buf_init(&text, (size_t)1 << 24);
    kb_buf_z(&text, wrapper->before);
    kb_buf_str(&text, input);
    kb_buf_z(&text, wrapper->behind);
    kb_fuzz_feed(kb_buf_view(&text), &hints);
    kb_buf_free(&text);
    return 0;
}
