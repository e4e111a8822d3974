/* A feed's HTML through the sanitiser.  Whatever goes in, what comes out is valid UTF-8,
 * harmless however it is parsed (tests/harmless.c), and the same when it is sanitised
 * again.  The last byte chooses whether there is a base. */
#include "fuzz.h"

#include "harmless.h"

static struct {
    struct kb_sanitizer *sanitizer;
    struct kb_html *html;
    struct kb_urls *urls;
    struct kb_buf once, twice;
} tools;

static void make_tools(void) {
    struct kb_err err = {0};
    if (tools.sanitizer)
        return;
    if (kb_sanitizer_new(&tools.sanitizer, &err) != KB_OK ||
        kb_html_new(&tools.html, &err) != KB_OK ||
        kb_urls_new(&tools.urls, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    kb_buf_init(&tools.once, (size_t)64 << 20);
    kb_buf_init(&tools.twice, (size_t)64 << 20);
}

static void sanitize(struct kb_str html, struct kb_buf *out) {
    struct kb_err err = {0};
    kb_buf_clear(out);
    if (kb_sanitize(tools.sanitizer, html, tools.urls, out, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    if (kb_utf8_valid_prefix(kb_buf_view(out)) != out->n)
        kb_fuzz_fail("the HTML is not valid UTF-8");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str input = {(const char *)data, size};
    struct kb_err err = {0};
    uint8_t option = kb_fuzz_option(&input);
    make_tools();
    input.n = kb_utf8_valid_prefix(input);
    (void)kb_urls_set_base(tools.urls,
                           option & 1 ? KB_STR("https://wire.example/a/b") : KB_STR_NONE);
    sanitize(input, &tools.once);
    const char *fault = kb_harmless(tools.html, kb_buf_view(&tools.once));
    if (fault)
        kb_fuzz_fail(fault);
    sanitize(kb_buf_view(&tools.once), &tools.twice);
    if (!kb_str_equal(kb_buf_view(&tools.once), kb_buf_view(&tools.twice)))
        kb_fuzz_fail("the HTML changes when it is sanitised again");
    kb_buf_clear(&tools.once);
    if (kb_sanitize_text(tools.sanitizer, input, &tools.once, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    if (kb_utf8_valid_prefix(kb_buf_view(&tools.once)) != tools.once.n)
        kb_fuzz_fail("the text is not valid UTF-8");
    return 0;
}
