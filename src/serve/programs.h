/* Inside serve: what programs are given: feeds, the API, metrics. */
#ifndef KB_SERVE_PROGRAMS_H
#define KB_SERVE_PROGRAMS_H

#include "serve/inner.h"

extern const struct kb_routes kb_routes_out, kb_routes_out_article;
extern const struct kb_routes kb_routes_api, kb_routes_api_articles;
extern const struct kb_routes kb_routes_api_marks, kb_routes_api_feeds;
extern const struct kb_routes kb_routes_api_people, kb_routes_metrics;

/* For an article's page: <script type="application/ld+json"> with the article as
 * schema.org has it: data that nothing runs, escaped so that no text of it ends it
 * (out_article.c). */
void kb_out_jsonld_script(const struct kb_article *article, struct kb_buf *out);

#endif
