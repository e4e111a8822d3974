/* Inside serve: what the pages of stories and articles share. */
#ifndef KB_SERVE_PAGE_STORY_H
#define KB_SERVE_PAGE_STORY_H

#include "serve/view.h"
#include "wire/wire.h"

/* What a list says of a story: "id", "title", "outlets", "since", … */
void kb_pages_story_row(struct kb_view *view, yyjson_mut_val *item,
                        const struct kb_story_row *row);

/* Tells a story in the reader's language: its title becomes that of its first article in
 * it.  *article is that one's number, else the founder's. */
struct kb_http;
enum kb_status kb_pages_story_own(struct kb_http *req, struct kb_story_row *row,
                                  int64_t *article, struct kb_err *err) KB_MUST_USE;

/* A text's beginning, cut behind a word, with an ellipsis. */
struct kb_str kb_pages_excerpt(struct kb_str text, size_t most, struct kb_arena *arena);

/* What to call the outlet of an article of the chain. */
struct kb_str kb_pages_outlet(const struct kb_kept_story *story, size_t place);

/* The chain as a picture, "picture": SVG, or nothing where nobody has it from anybody. */
void kb_pages_chain(const struct kb_http *req, struct kb_view *view,
                    const struct kb_kept_story *story);

#endif
