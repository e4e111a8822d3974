/* Addresses: the input is a base and an address, parted by a line feed.  What comes out
 * is empty, or an http or https address, or for a link one of a scheme that runs nothing,
 * without spaces and angle brackets.
 * (Quotation marks are allowed in a host by the standard: writers escape them.) */
#include "fuzz.h"
#include "html/html.h"

static void check(struct kb_str url, bool link) {
    static const char *const never[] = {
        "javascript:", "vbscript:", "data:", "file:", "blob:", "about:", "ws:", "wss:"};
    if (!url.n)
        return;
    if (!link && !kb_str_starts(url, KB_STR("https://")) &&
        !kb_str_starts(url, KB_STR("http://")))
        kb_fuzz_fail("an address of another kind");
    for (size_t i = 0; i < KB_COUNT(never); i++)
        if (kb_str_starts_nocase(url, kb_str_z(never[i])))
            kb_fuzz_fail("an address that must not leave");
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || url.p[i] == '<' || url.p[i] == '>')
            kb_fuzz_fail("an address that breaks out of a link");
    if (kb_utf8_valid_prefix(url) != url.n)
        kb_fuzz_fail("an address that is not valid UTF-8");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct kb_urls *urls;
    static struct kb_arena arena;
    struct kb_err err = {0};
    struct kb_str input = {(const char *)data, size}, base = KB_STR_NONE;
    if (!urls) {
        kb_arena_init(&arena, (size_t)64 << 20);
        if (kb_urls_new(&urls, &err) != KB_OK)
            kb_fuzz_fail(err.text);
    }
    input.n = kb_utf8_valid_prefix(input);
    size_t end = kb_str_find_byte(input, '\n');
    if (end != KB_NOT_FOUND) {
        base = kb_str_slice(input, 0, end);
        input = kb_str_slice(input, end + 1, input.n);
    }
    kb_arena_reset(&arena);
    (void)kb_urls_set_base(urls, base);
    for (int link = 0; link < 2; link++) {
        struct kb_str once = kb_urls_resolve(urls, &arena, input, link);
        check(once, link);
        struct kb_str twice = kb_urls_resolve(urls, &arena, once, link);
        check(twice, link);
        if (once.n && !twice.n)
            kb_fuzz_fail("an address that is none when it is resolved again");
    }
    return 0;
}
