/* Is the text a press release?
 *
 * In: the house, the page's address, the lines above the text, the last line of a wire's
 * release ("SOURCE Halmar Yards").  Out: a mark for the role, and who handed it out.
 * A text that speaks of a press release is none: only labels count. */
#include "article/sources.h"
#include "page/line.h"

enum { LABEL_WORDS = 6, LABEL_DISTANCE = 12, SOURCE_WORDS = 8, ISSUER_DISTANCE = 6 };

static bool has_label(const struct kb_finder *f, struct kb_str s) {
    return kb_source_word_next(f->lexicon, s, 0, KB_SOURCE_PRESS_RELEASE) < s.n;
}

/* "SOURCE Halmar Yards" under a release, as the wires print it. */
static void read_issuer(struct kb_finder *f, struct kb_str text) {
    struct kb_str label = KB_STR("SOURCE ");
    text = kb_page_trim(text);
    if (!kb_str_starts(text, label) || kb_page_words(text) > SOURCE_WORDS ||
        kb_page_ends_sentence(text))
        return;
    struct kb_source *issuer =
        kb_sources_add(f, NULL, kb_str_slice(text, label.n, text.n), KB_REL_REPUBLISHED,
                       KB_STR_NONE, text, 0.9f);
    if (issuer)
        issuer->kind = KB_SOURCE_OFFICIAL;
    f->press_release = true;
}

void kb_release_read(struct kb_finder *f) {
    const struct kb_article *a = f->article;
    const struct kb_page_result *r = f->result;
    struct kb_str url = a->url.n ? a->url : a->canonical_url;
    size_t host = kb_str_find(url, KB_STR("://"));
    struct kb_str path = KB_STR_NONE;
    if (host != KB_NOT_FOUND) {
        path = kb_str_slice(url, host + 3, url.n);
        path = kb_str_slice(path, kb_str_find_byte(path, '/'), path.n);
    }
    f->press_release |= f->house && f->house->kind == KB_NAME_RELEASE;
    f->press_release |= path.n && has_label(f, path);
    for (size_t i = 0; i < f->count; i++)
        f->press_release |= f->sources[i].kind == KB_SOURCE_OFFICIAL;
    for (size_t i = 0; i < r->line_count; i++) {
        const struct kb_page_line *l = &r->lines[i];
        if (l->zone != KB_LINE_HEAD && l->distance <= ISSUER_DISTANCE)
            read_issuer(f, l->text);
        if (l->zone == KB_LINE_HEAD && l->distance <= LABEL_DISTANCE &&
            !(l->marks & (KB_LINE_LINK | KB_LINE_ASIDE)) &&
            kb_page_words(l->text) <= LABEL_WORDS)
            f->press_release |= has_label(f, l->text);
    }
    struct kb_str rest = a->content_text, paragraph, last = KB_STR_NONE;
    while ((paragraph = kb_next_paragraph(&rest)).n)
        last = paragraph;
    read_issuer(f, last);
}
