/* A plain text through the reader. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const types[] = {"text/plain", "text/plain; charset=utf-8",
                                        "text/plain; charset=gb18030",
                                        "TEXT/PLAIN;charset=\"x"};
    struct kb_str bytes = {(const char *)data, size};
    uint8_t option = kb_fuzz_option(&bytes);
    const kabar_page page = {.size = sizeof page,
                             .url = option & 4 ? "https://wire.example/a.txt" : NULL,
                             .content_type = types[option & 3]};
    kabar_article_free(kb_fuzz_read(bytes, &page));
    return 0;
}
