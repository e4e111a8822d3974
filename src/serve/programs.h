/* Inside serve: what programs are given: feeds, the API, metrics. */
#ifndef KB_SERVE_PROGRAMS_H
#define KB_SERVE_PROGRAMS_H

#include "serve/inner.h"

extern const struct kb_routes kb_routes_out, kb_routes_out_article;
extern const struct kb_routes kb_routes_api, kb_routes_api_articles;
extern const struct kb_routes kb_routes_api_marks, kb_routes_api_feeds;
extern const struct kb_routes kb_routes_api_people, kb_routes_api_events;
extern const struct kb_routes kb_routes_api_hooks;
extern const struct kb_routes kb_routes_metrics;

#endif
