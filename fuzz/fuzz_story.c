/* Stories: articles of any text, each its own story or another's, never out of range; a
 * packed print is the same when it is unpacked; damaged ones are refused or are some
 * print that can be packed again. */
#include "fuzz.h"
#include "story/story.h"

static const char *const languages[] = {"", "en", "zh", "th", "ar", "xx-Latn", "de"};

/* Packs and unpacks, and wants to have the same bytes again. */
static void there_and_back(struct kb_arena *arena, const struct kb_fingerprint *print,
                           struct kb_fingerprint *again) {
    struct kb_err err = {.text = ""};
    struct kb_buf first, second;
    kb_buf_init(&first, 1 << 16);
    kb_buf_init(&second, 1 << 16);
    kb_fingerprint_pack(print, &first);
    if (kb_fingerprint_unpack(kb_buf_view(&first), arena, again, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    kb_fingerprint_pack(again, &second);
    if (!kb_str_equal(kb_buf_view(&first), kb_buf_view(&second)))
        kb_fuzz_fail("a print changes by being packed");
    kb_buf_free(&first);
    kb_buf_free(&second);
}

static void group(struct kb_grouper *grouper, const struct kb_fingerprint *print,
                  int64_t time) {
    struct kb_err err = {.text = ""};
    struct kb_decision decision;
    uint64_t stories = kb_grouper_stories(grouper),
             articles = kb_grouper_articles(grouper);
    if (kb_grouper_add(grouper, print, time, &decision, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    if (decision.story > stories || decision.article != articles ||
        !(decision.score >= 0) || decision.reprint_count > KB_REPRINTS ||
        (decision.story == stories) != (decision.how == KB_JOIN_FOUNDED))
        kb_fuzz_fail("a story that nobody founded");
    if (kb_grouper_restore(grouper, print, time / 2, (uint64_t)time % (stories + 1),
                           &err) != KB_OK)
        kb_fuzz_fail(err.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct kb_printer *printer;
    struct kb_grouper *grouper;
    struct kb_err err = {.text = ""};
    struct kb_str bytes = {(const char *)data, size};
    struct kb_fingerprint print, again;
    struct kb_arena arena;
    uint8_t option = kb_fuzz_option(&bytes);
    if (!printer && kb_printer_new(&printer, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    if (kb_grouper_new(&grouper, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (kb_fingerprint_unpack(bytes, &arena, &print, &err) == KB_OK) {
        there_and_back(&arena, &print, &again);
        group(grouper, &print, (int64_t)option << 22);
    }
    bytes.n = kb_utf8_valid_prefix(bytes);
    for (size_t count = 0; count < 8; count++) {
        /* eight pieces of the text, overlapping by half */
        struct kb_str text =
            kb_str_slice(bytes, bytes.n / 9 * count, bytes.n / 9 * (count + 2));
        while (text.n && ((unsigned char)text.p[0] & 0xC0) == 0x80)
            text = kb_str_slice(text, 1, text.n);
        text.n = kb_utf8_valid_prefix(text);
        kb_arena_reset(&arena);
        if (kb_fingerprint_take(printer, &arena, kb_str_cut(text, 40), text,
                                kb_str_z(languages[option % KB_COUNT(languages)]), &print,
                                &err) != KB_OK)
            kb_fuzz_fail(err.text);
        there_and_back(&arena, &print, &again);
        group(grouper, &again, (int64_t)(option ^ count * 37) << 20);
    }
    kb_grouper_free(grouper);
    kb_arena_free(&arena);
    return 0;
}
