/* Kind `sanitize`: a feed's HTML through the sanitiser.
 *
 * Input: input.html, UTF-8; a line feed at its end does not count.  Options: base, the
 * base of its addresses.  Outputs: html; text.  Of every case is also asked that the HTML
 * comes out the same when it is sanitised again, with the base and without, and that it
 * is harmless (harmless.h) however it is parsed. */
#include "harmless.h"
#include "runner.h"

struct sanitize_test {
    struct kb_sanitizer *sanitizer;
    struct kb_html *html;
    struct kb_urls *urls, *no_base;
    struct kb_buf out, again;
};

static void repeat(struct kb_case *c, struct sanitize_test *t, struct kb_urls *urls,
                   const char *how) {
    struct kb_err err;
    kb_buf_clear(&t->again);
    if (kb_sanitize(t->sanitizer, kb_buf_view(&t->out), urls, &t->again, &err) != KB_OK)
        kb_case_fail(c, "%s", err.text);
    else if (!kb_str_equal(kb_buf_view(&t->out), kb_buf_view(&t->again)))
        kb_case_fail(c, "it changes when it is sanitised again (%s):\n%.*s", how,
                     (int)t->again.n, t->again.p);
}

static void check(struct kb_case *c, struct sanitize_test *t) {
    struct kb_err err;
    struct kb_str input = kb_case_file(c, "input.html");
    if (input.n && input.p[input.n - 1] == '\n')
        input.n--;
    if (kb_sanitize(t->sanitizer, input, t->urls, &t->out, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
        return;
    }
    const char *fault = kb_harmless(t->html, kb_buf_view(&t->out));
    if (fault)
        kb_case_fail(c, "%s", fault);
    repeat(c, t, t->urls, "same base");
    repeat(c, t, t->no_base, "no base");
    kb_buf_char(&t->out, '\n');
    kb_case_output(c, "html", kb_buf_view(&t->out));
    kb_buf_clear(&t->out);
    if (kb_sanitize_text(t->sanitizer, input, &t->out, &err) != KB_OK)
        kb_case_fail(c, "%s", err.text);
    kb_buf_char(&t->out, '\n');
    kb_case_output(c, "text", kb_buf_view(&t->out));
}

static void run(struct kb_case *c) {
    struct sanitize_test t = {0};
    struct kb_err err;
    const char *base = kb_case_option(c, "base");
    kb_buf_init(&t.out, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&t.again, KB_LIMIT_OUTPUT_BYTES);
    if (kb_sanitizer_new(&t.sanitizer, &err) != KB_OK ||
        kb_html_new(&t.html, &err) != KB_OK || kb_urls_new(&t.urls, &err) != KB_OK ||
        kb_urls_new(&t.no_base, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
    } else {
        if (base && !kb_urls_set_base(t.urls, kb_str_z(base)))
            kb_case_fail(c, "not an address: %s", base);
        check(c, &t);
    }
    kb_buf_free(&t.again);
    kb_buf_free(&t.out);
    kb_urls_free(t.no_base);
    kb_urls_free(t.urls);
    kb_html_free(t.html);
    kb_sanitizer_free(t.sanitizer);
}

const struct kb_test_kind kb_kind_sanitize = {"sanitize", run};
