/* Plain texts: text.txt enters; text, html, removed and fields leave.
 *
 * fields: title, byline, date, url, language, the confidence as low, middle or high, and
 * the warnings; lines without a value are left out. */
#include "html/html.h"
#include "page/page.h"
#include "runner.h"

static void field(struct kb_buf *out, const char *name, struct kb_str value) {
    if (!value.n)
        return;
    kb_buf_printf(out, "%s: ", name);
    kb_buf_str(out, value);
    kb_buf_char(out, '\n');
}

static void fields(const struct kb_page_result *r, struct kb_buf *out) {
    field(out, "title", r->meta.title);
    field(out, "byline", r->byline);
    field(out, "published", r->meta.date_published);
    field(out, "modified", r->meta.date_modified);
    field(out, "url", r->meta.canonical_url);
    field(out, "language", r->meta.language);
    field(out, "confidence",
          kb_str_z(r->confidence < 0.35f  ? "low"
                   : r->confidence < 0.7f ? "middle"
                                          : "high"));
    for (size_t i = 0; i < r->warning_count; i++)
        field(out, "warning", kb_str_z(r->warnings[i]));
}

static void run(struct kb_case *c) {
    struct kb_lexicon *lexicon = NULL;
    struct kb_arena arena;
    struct kb_buf out;
    struct kb_page_result result;
    struct kb_err err = {0};
    struct kb_str text = kb_case_file(c, "text.txt");
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    if (!text.p) {
        kb_case_fail(c, "text.txt is missing");
        goto out;
    }
    if (kb_lexicon_new(NULL, &lexicon, &err) != KB_OK ||
        kb_page_read_plain(text, lexicon, &arena, &result, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
        goto out;
    }
    kb_html_write_text(result.body, &out);
    kb_case_output(c, "text", kb_buf_view(&out));
    kb_buf_clear(&out);
    kb_html_write_html(result.body, &out);
    kb_case_output(c, "html", kb_buf_view(&out));
    kb_buf_clear(&out);
    for (size_t i = 0; i < result.removed_count; i++)
        field(&out, kb_removed_name(result.removed[i].kind), result.removed[i].text);
    kb_case_output(c, "removed", kb_buf_view(&out));
    kb_buf_clear(&out);
    fields(&result, &out);
    kb_case_output(c, "fields", kb_buf_view(&out));
out:
    kb_buf_free(&out);
    kb_arena_free(&arena);
    kb_lexicon_free(lexicon);
}

const struct kb_test_kind kb_kind_plain = {"plain", run};
