/* Lines of a body: what the built-in phrases, the desk tags and the datelines make of any
 * text, at any place. */
#include "fuzz.h"
#include "page/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct kb_lexicon *lexicon;
    struct kb_err err = {0};
    struct kb_str line = {(const char *)data, size};
    uint8_t option = kb_fuzz_option(&line);
    if (!lexicon && kb_lexicon_new(NULL, &lexicon, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    line.n = kb_utf8_valid_prefix(line);
    const struct kb_line_place place = {.index = option & 3,
                                        .count = (option & 3u) + 1 + (option >> 2 & 3u),
                                        .all_link = option & 16,
                                        .after_picture = option & 32,
                                        .has_picture = option & 64};
    if (kb_page_debris(lexicon, line, &place) >= KB_REMOVED_COUNT)
        kb_fuzz_fail("a kind that there is not");
    enum kb_removed_kind kind = KB_REMOVED_NONE;
    size_t n = kb_page_lead_tag(lexicon, line, &kind);
    if (n > line.n)
        kb_fuzz_fail("a tag longer than its paragraph");
    if (n < line.n && ((unsigned char)line.p[n] & 0xC0) == 0x80)
        kb_fuzz_fail("a tag that ends inside a character");
    struct kb_phrase_hits hits = kb_lexicon_match(lexicon, line);
    if (hits.prefix_bytes > line.n)
        kb_fuzz_fail("a phrase longer than its line");
    (void)kb_lexicon_contains(lexicon, line);
    return 0;
}
