/* Language files: the input is a file, then (behind a byte 0x01) lines to look up in it.
 * A file is read or refused with a message that names its line. */
#include "fuzz.h"
#include "lang/lexicon.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str input = {(const char *)data, size}, lines = KB_STR_NONE;
    struct kb_lexicon *lexicon = kb_lexicon_empty();
    struct kb_err err = {0};
    if (!lexicon)
        kb_fuzz_fail("not enough memory");
    size_t end = kb_str_find_byte(input, '\1');
    if (end != KB_NOT_FOUND) {
        lines = kb_str_slice(input, end + 1, input.n);
        lines.n = kb_utf8_valid_prefix(lines);
        input = kb_str_slice(input, 0, end);
    }
    enum kb_status status = kb_lexicon_read(lexicon, "fuzz.lang", input, 1, &err);
    if (status != KB_OK && !strstr(err.text, "fuzz.lang"))
        kb_fuzz_fail("a message without the file's name");
    struct kb_str both[] = {lines, input};
    both[1].n = kb_utf8_valid_prefix(both[1]);
    for (size_t i = 0; i < KB_COUNT(both); i++) {
        struct kb_phrase_hits hits = kb_lexicon_match(lexicon, both[i]);
        if (hits.prefix_bytes > both[i].n || (hits.whole & ~hits.begins))
            kb_fuzz_fail("a match that cannot be");
        (void)kb_lexicon_contains(lexicon, both[i]);
    }
    kb_lexicon_free(lexicon);
    return 0;
}
