/* Inside serve: what the pages of stories and articles share. */
#ifndef KB_SERVE_PAGE_STORY_H
#define KB_SERVE_PAGE_STORY_H

#include "serve/view.h"
#include "wire/wire.h"

/* What a list says of a story: "id", "title", "outlets", "since", … */
void kb_page_story_row(struct kb_view *view, yyjson_mut_val *item,
                       const struct kb_story_row *row);

/* A text's beginning, cut behind a word, with an ellipsis. */
struct kb_str kb_page_excerpt(struct kb_str text, size_t most, struct kb_arena *arena);

/* What to call the outlet of an article of the chain. */
struct kb_str kb_page_outlet(const struct kb_kept_story *story, size_t place);

/* The chain as a picture, "picture": SVG, or nothing where nobody has it from anybody. */
struct kb_http;
void kb_page_chain(const struct kb_http *req, struct kb_view *view,
                   const struct kb_kept_story *story);

#endif
