/* HTML of strangers → HTML that is safe to show; see html.h. */
#include "html/html.h"

#include <stdlib.h>

struct kb_sanitizer {
    struct kb_html *html;
};

enum kb_status kb_sanitizer_new(struct kb_sanitizer **out, struct kb_err *err) {
    struct kb_sanitizer *s = calloc(1, sizeof *s);
    *out = NULL;
    if (!s)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for a sanitiser");
    enum kb_status status = kb_html_new(&s->html, err);
    if (status != KB_OK) {
        free(s);
        return status;
    }
    *out = s;
    return KB_OK;
}

void kb_sanitizer_free(struct kb_sanitizer *s) {
    if (!s)
        return;
    kb_html_free(s->html);
    free(s);
}

enum kb_status kb_sanitize(struct kb_sanitizer *s, struct kb_str html,
                           struct kb_urls *urls, struct kb_buf *out, struct kb_err *err) {
    (void)urls;
    return kb_sanitize_text(s, html, out, err);
}

enum kb_status kb_sanitize_text(struct kb_sanitizer *s, struct kb_str html,
                                struct kb_buf *out, struct kb_err *err) {
    lxb_html_document_t *document;
    struct kb_html_notes notes;
    enum kb_status status =
        kb_html_parse(s->html, html, KB_LIMIT_DEPTH, &document, &notes, err);
    if (status != KB_OK)
        return status;
    lxb_dom_node_t *root = lxb_dom_interface_node(document);
    for (lxb_dom_node_t *node = root; node; node = kb_dom_next(node, root, false)) {
        if (node->type == LXB_DOM_NODE_TYPE_TEXT)
            kb_buf_html(out, kb_dom_text(node));
    }
    return out->status;
}
