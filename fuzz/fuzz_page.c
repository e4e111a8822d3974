/* A page through the whole reader, with and without an address, a language and a
 * header. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const urls[] = {NULL, "https://wire.example/a/b?c=d#e", "x", ""};
    static const char *const types[] = {NULL, "text/html; charset=windows-1252",
                                        "application/xhtml+xml",
                                        "text/html; charset=utf-16le"};
    static const char *const languages[] = {NULL, "id", "zh-Hant-TW", "not a language"};
    struct kb_str bytes = {(const char *)data, size};
    uint8_t option = kb_fuzz_option(&bytes);
    const kabar_page page = {.size = sizeof page,
                             .url = urls[option & 3],
                             .content_type = types[option >> 2 & 3],
                             .language = languages[option >> 4 & 3]};
    kabar_article_free(kb_fuzz_read(bytes, option & 64 ? NULL : &page));
    return 0;
}
