/* Dates of feeds: any text gives a whole date that reads as itself, or none. */
#include "feed/make.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_arena arena;
    struct kb_str raw = {(const char *)data, size};
    int64_t seconds = 0;
    raw.n = kb_utf8_valid_prefix(raw);
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    struct kb_str date = kb_feed_date(&arena, raw);
    if (date.n && (!kb_feed_instant(date, &seconds) || date.n < 20 || date.n > 25))
        kb_fuzz_fail("a date that is no RFC 3339");
    if (date.n && !kb_str_equal(date, kb_feed_date(&arena, date)))
        kb_fuzz_fail("a date that is not read as itself");
    if (!date.n && kb_feed_instant(raw, &seconds) && raw.p[0] != '0')
        kb_fuzz_fail("a whole date that was not read");
    kb_arena_free(&arena);
    return 0;
}
