/* Stories: articles of any text, each its own story or another's, never out of range. */
#include "fuzz.h"
#include "story/story.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct kb_printer *printer;
    static const char *const languages[] = {"", "en", "zh", "th", "ar", "xx-Latn", "de"};
    struct kb_grouper *grouper;
    struct kb_err err = {.text = ""};
    struct kb_str bytes = {(const char *)data, size};
    struct kb_arena arena;
    uint8_t option = kb_fuzz_option(&bytes);
    if (!printer && kb_printer_new(&printer, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    if (kb_grouper_new(&grouper, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    bytes.n = kb_utf8_valid_prefix(bytes);
    for (size_t count = 0, stories = 0; count < 8; count++) {
        /* eight pieces of the text, overlapping by half */
        struct kb_str text =
            kb_str_slice(bytes, bytes.n / 9 * count, bytes.n / 9 * (count + 2));
        struct kb_fingerprint print;
        size_t story;
        float score;
        while (text.n && ((unsigned char)text.p[0] & 0xC0) == 0x80)
            text = kb_str_slice(text, 1, text.n);
        text.n = kb_utf8_valid_prefix(text);
        kb_arena_reset(&arena);
        if (kb_fingerprint_take(printer, &arena, kb_str_cut(text, 40), text,
                                kb_str_z(languages[option % KB_COUNT(languages)]), &print,
                                &err) != KB_OK ||
            kb_grouper_add(grouper, &print, &story, &score, &err) != KB_OK)
            kb_fuzz_fail(err.text);
        if (story > stories || !(score >= 0))
            kb_fuzz_fail("a story that nobody founded");
        stories += story == stories;
    }
    kb_grouper_free(grouper);
    kb_arena_free(&arena);
    return 0;
}
