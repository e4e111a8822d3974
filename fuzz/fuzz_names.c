/* Files of agencies' and outlets' names: the input is a file; what is behind a byte 0x01
 * in it, else the file itself, is a text in which its names are looked for.  A file is
 * read or refused with a message that names it. */
#include "fuzz.h"
#include "lang/lexicon.h"

#include <stdlib.h>

/* A copy that ends where its memory does, so that a look past the text is seen. */
static void look(const struct kb_lexicon *lexicon, struct kb_str text) {
    struct kb_name_hit hit;
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    text.n = kb_utf8_valid_prefix(text);
    char *copy = malloc(text.n ? text.n : 1);
    if (!copy)
        kb_fuzz_fail("not enough memory");
    if (text.n)
        memcpy(copy, text.p, text.n);
    text.p = copy;
    for (size_t at = 0; kb_name_next(lexicon, text, at, "ID", &hit); at = hit.end) {
        if (hit.start < at || hit.end <= hit.start || hit.end > text.n)
            kb_fuzz_fail("a name outside the text");
        if (!hit.name || !hit.name->name.n || hit.name->kind >= KB_NAME_KIND_COUNT)
            kb_fuzz_fail("a name that no file has");
    }
    size_t end = kb_text_next_word(text, text.n);
    if (end != text.n || kb_text_word_end(text, end) != text.n ||
        kb_name_at(lexicon, text, end, "", &hit) ||
        kb_source_phrases_at(lexicon, text, end, found))
        kb_fuzz_fail("something behind the text's end");
    (void)kb_name_by_host(lexicon, text);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str input = {(const char *)data, size}, text = input;
    struct kb_lexicon *lexicon = kb_lexicon_empty();
    struct kb_err err = {0};
    if (!lexicon)
        kb_fuzz_fail("not enough memory");
    size_t end = kb_str_find_byte(input, '\1');
    if (end != KB_NOT_FOUND) {
        text = kb_str_slice(input, end + 1, input.n);
        input = kb_str_slice(input, 0, end);
    }
    enum kb_status status =
        kb_names_read(kb_lexicon_names(lexicon), "fuzz.names", input, &err);
    if (status != KB_OK && !strstr(err.text, "fuzz.names"))
        kb_fuzz_fail("a message without the file's name");
    look(lexicon, text);
    kb_lexicon_free(lexicon);
    return 0;
}
