/* Bytes that may be a picture's: its kind and size stay what the bytes can tell. */
#include "fuzz.h"

#include "fetch/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str bytes = {(const char *)data, size};
    struct kb_picture_facts facts = kb_picture_sniff(bytes);
    bool shown = kb_picture_type(facts.kind)[0] != '\0';
    if (shown != (facts.kind != KB_PICTURE_NONE))
        kb_fuzz_fail("a kind without a type");
    if (!shown && (facts.width || facts.height))
        kb_fuzz_fail("the size of no picture");
    if (shown && (kb_str_starts(bytes, KB_STR("<")) || size < 3))
        kb_fuzz_fail("a document, or nothing, as a picture");
    return 0;
}
