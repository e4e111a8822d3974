/* Two texts, parted by \x01, as versions of one article: what changed, put together
 * again, is the new one; and nothing changed where they are the same. */
#include "article/article.h"
#include "fuzz.h"

enum { MEMORY = 64 << 20, OUTPUT = 16 << 20 };

static void compare(const struct kb_article *old, const struct kb_article *now,
                    struct kb_arena *arena, struct kb_changes *changes) {
    struct kb_err err = {0};
    if (kb_article_changes(arena, old, now, NULL, changes, &err) != KB_OK)
        kb_fuzz_fail(err.text);
}

static void take(struct kb_buf *out, struct kb_str text) {
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '\n' && text.p[i] != ' ' && text.p[i] != '-')
            kb_buf_char(out, text.p[i]);
}

static void check_new(const struct kb_changes *changes, struct kb_str text) {
    struct kb_buf got, want;
    kb_buf_init(&got, OUTPUT);
    kb_buf_init(&want, OUTPUT);
    for (size_t i = 0; i < changes->block_count; i++) {
        const struct kb_change_block *b = &changes->blocks[i];
        if (b->change == KB_CHANGE_NONE || b->change == KB_CHANGE_NEW)
            take(&got, b->text);
        for (size_t k = 0; k < b->run_count; k++)
            if (b->runs[k].change != KB_CHANGE_GONE)
                take(&got, b->runs[k].text);
    }
    take(&want, text);
    if (!kb_str_equal(kb_buf_view(&got), kb_buf_view(&want)))
        kb_fuzz_fail("what stayed and what is new are not the new text");
    kb_buf_free(&got);
    kb_buf_free(&want);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str input = {(const char *)data, size};
    size_t at = kb_str_find_byte(input, '\x01');
    struct kb_article old = {.content_text = kb_str_slice(input, 0, at)};
    struct kb_article now = {.content_text = kb_str_slice(input, at, input.n)};
    struct kb_changes changes;
    struct kb_arena arena;
    struct kb_buf out;
    if (kb_utf8_valid_prefix(input) != input.n)
        return 0;
    now.content_text = kb_str_slice(now.content_text, 1, now.content_text.n);
    kb_arena_init(&arena, MEMORY);
    kb_buf_init(&out, OUTPUT);
    compare(&old, &now, &arena, &changes);
    check_new(&changes, now.content_text);
    kb_changes_print_text(&changes, true, &out);
    kb_changes_print_json(&changes, 0, &out);
    kb_changes_print_html(&changes, &out);
    if (out.status != KB_OK || kb_utf8_valid_prefix(kb_buf_view(&out)) != out.n)
        kb_fuzz_fail("what is printed is not valid UTF-8");
    compare(&now, &now, &arena, &changes);
    if (!changes.none)
        kb_fuzz_fail("a text differs from itself");
    kb_buf_free(&out);
    kb_arena_free(&arena);
    return 0;
}
