/* article: a page's result → the record, and the record → every printed format.
 *
 * May include page and what is below it.  The public functions of kabar.h stand in
 * api.c. */
#ifndef KB_ARTICLE_H
#define KB_ARTICLE_H

#include "page/page.h"

#include <kabar.h>

struct kb_article {
    struct kb_arena arena; /* owns everything below */
    struct kb_str id, url, canonical_url, title, summary, content_text, content_html;
    struct kb_str language, date_published, date_modified, byline, desk;
    struct kb_str publisher, publisher_domain, section, image;
    const char *direction;
    bool not_free;
    struct kb_str *authors, *tags;
    size_t author_count, tag_count;
    struct kb_page_image *images;
    size_t image_count;
    struct kb_removed *removed;
    size_t removed_count;
    const char *warnings[KB_LIMIT_WARNINGS];
    size_t warning_count;
    float confidence;
    struct kb_node *body;
};

/* What is known of a page apart from its bytes; empty where nothing is. */
struct kb_article_hints {
    struct kb_str url, language;
};

/* Fills article (whose arena holds result) from result.  text is scratch. */
enum kb_status kb_article_fill(struct kb_article *article,
                               const struct kb_page_result *result,
                               const struct kb_article_hints *hints, struct kb_buf *text,
                               struct kb_err *err) KB_MUST_USE;

/* ---- printing: each appends to out, a line feed at the end ------------------------- */

void kb_article_print_text(const struct kb_article *article, struct kb_buf *out);
void kb_article_print_markdown(const struct kb_article *article, struct kb_buf *out);
void kb_article_print_html(const struct kb_article *article, struct kb_buf *out);
void kb_article_print_json(const struct kb_article *article, int indent,
                           struct kb_buf *out);
void kb_article_print_view(const struct kb_article *article, int width, bool color,
                           struct kb_buf *out);

#endif
