/* The text of scripts and styles.
 *
 * Enters: what follows a script's or style's begin tag; leaves: where its end tag stands.
 * Half of a page's bytes are scripts and styles, and a tokenizer looks at each of them;
 * all that can end them is "</script" or "</style" (HTML Standard, 13.2.5.4 and .12), so
 * a search for "<" will do.  A script that has "<!--" in it can have whole scripts inside
 * (13.2.5.20): such a one, and one with NUL in it, is left to the tokenizer. */
#include "html/parse.h"

#include <lexbor/dom/interfaces/text.h>

static bool ends_name(struct kb_str text, size_t at) {
    char c = at < text.n ? text.p[at] : '\v'; /* which is no white space in HTML */
    return c == '/' || c == '>' || (kb_is_space(c) && c != '\v');
}

size_t kb_html_raw_end(struct kb_str text, struct kb_str name) {
    for (size_t at = 0; at < text.n; at++) {
        size_t step = kb_str_find_byte(kb_str_slice(text, at, text.n), '<');
        if (step == KB_NOT_FOUND)
            break;
        at += step;
        struct kb_str rest = kb_str_slice(text, at + 1, text.n);
        if (kb_str_starts(rest, KB_STR("!--")))
            break;
        if (rest.n && rest.p[0] == '/' &&
            kb_str_starts_nocase(kb_str_slice(rest, 1, rest.n), name) &&
            ends_name(rest, 1 + name.n))
            return memchr(text.p, '\0', at) ? KB_NOT_FOUND : at;
    }
    return KB_NOT_FOUND;
}

/* text with its line ends as HTML has them; n is how many bytes came out. */
static lxb_char_t *with_line_feeds(lxb_html_document_t *document, struct kb_str text,
                                   size_t *n) {
    lxb_char_t *out = lexbor_mraw_alloc(document->dom_document.text, text.n);
    for (size_t i = *n = 0; out && i < text.n; i++)
        if (text.p[i] != '\r')
            out[(*n)++] = (lxb_char_t)text.p[i];
        else if (i + 1 == text.n || text.p[i + 1] != '\n')
            out[(*n)++] = '\n';
    return out;
}

bool kb_html_raw_add(lxb_html_document_t *document, lxb_dom_node_t *parent,
                     struct kb_str text) {
    size_t n = text.n;
    lxb_char_t *p = (lxb_char_t *)text.p;
    if (kb_str_find_byte(text, '\r') != KB_NOT_FOUND)
        p = with_line_feeds(document, text, &n);
    lxb_dom_text_t *node = lxb_dom_text_interface_create(&document->dom_document);
    if (!node || !p)
        return false;
    node->char_data.data = (lexbor_str_t){p, n};
    lxb_dom_node_insert_child(parent, lxb_dom_interface_node(node));
    return true;
}
