/* Kind `html`: markup through the parser, the builder and the four writers.
 *
 * Input: input.html, a document or a fragment, of which all is kept.  Options: url, the
 * base of its addresses.  Outputs: text, md, html; view, 60 columns wide without color;
 * notes, what the parser had to leave out, a line each.  The html output must come out
 * the same when it is read and written again. */
#include "runner.h"

#include "html/html.h"

struct html_test {
    struct kb_html *html;
    struct kb_urls *urls;
    struct kb_arena arena;
    struct kb_buf out, again;
    struct kb_html_notes notes;
};

static struct kb_node *build(struct kb_case *c, struct html_test *t,
                             struct kb_str input) {
    lxb_html_document_t *document;
    struct kb_node *root;
    struct kb_err err;
    if (kb_html_parse(t->html, input, 0, &document, &t->notes, &err) != KB_OK ||
        kb_html_build(lxb_dom_interface_node(document), &kb_html_keep_all, t->urls,
                      &t->arena, &root, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
        return NULL;
    }
    return root;
}

static void write_notes(struct kb_case *c, const struct html_test *t) {
    struct kb_buf out;
    kb_buf_init(&out, 1 << 10);
    kb_buf_z(&out, t->notes.depth_cut ? "depth\n" : "");
    kb_buf_z(&out, t->notes.nodes_cut ? "nodes\n" : "");
    kb_buf_z(&out, t->notes.formatting_cut ? "formatting\n" : "");
    kb_buf_z(&out, t->notes.attributes_cut ? "attributes\n" : "");
    kb_case_output(c, "notes", kb_buf_view(&out));
    kb_buf_free(&out);
}

static void check(struct kb_case *c, struct html_test *t) {
    struct kb_node *root = build(c, t, kb_case_file(c, "input.html"));
    if (!root)
        return;
    write_notes(c, t);
    kb_html_write_text(root, &t->out);
    kb_case_output(c, "text", kb_buf_view(&t->out));
    kb_buf_clear(&t->out);
    kb_html_write_markdown(root, &t->out);
    kb_case_output(c, "md", kb_buf_view(&t->out));
    kb_buf_clear(&t->out);
    kb_html_write_view(root, 60, false, &t->out);
    kb_case_output(c, "view", kb_buf_view(&t->out));
    kb_buf_clear(&t->out);
    kb_html_write_html(root, &t->out);
    kb_case_output(c, "html", kb_buf_view(&t->out));
    root = build(c, t, kb_buf_view(&t->out));
    if (!root)
        return;
    kb_html_write_html(root, &t->again);
    if (!kb_str_equal(kb_buf_view(&t->out), kb_buf_view(&t->again)))
        kb_case_fail(c, "the HTML changes when it is read again:\n%.*s", (int)t->again.n,
                     t->again.p);
}

static void run(struct kb_case *c) {
    struct html_test t = {0};
    struct kb_err err;
    const char *url = kb_case_option(c, "url");
    kb_arena_init(&t.arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&t.out, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&t.again, KB_LIMIT_OUTPUT_BYTES);
    if (kb_html_new(&t.html, &err) != KB_OK || kb_urls_new(&t.urls, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
    } else {
        if (url && !kb_urls_set_base(t.urls, kb_str_z(url)))
            kb_case_fail(c, "not an address: %s", url);
        check(c, &t);
    }
    kb_buf_free(&t.again);
    kb_buf_free(&t.out);
    kb_arena_free(&t.arena);
    kb_urls_free(t.urls);
    kb_html_free(t.html);
}

const struct kb_test_kind kb_kind_html = {"html", run};
