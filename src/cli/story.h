/* A story with its chain of sources, for the verbs that tell where news came from. */
#ifndef KB_CLI_STORY_H
#define KB_CLI_STORY_H

#include "story/story.h"
#include "wire.h"

struct kb_cli_story {
    struct kb_story_row row;
    struct kb_row *rows; /* the story's articles, oldest first, then guests: articles of
                            other stories that these name by their addresses */
    struct kb_article *articles;
    size_t count, cap, loaded, own; /* own: without the guests */
    struct kb_lexicon *lexicon;
    struct kb_chain chain; /* its inputs are rows, in their order */
};

/* Loads the story and makes its chain; what it has is w's arena's and its own, to be
 * freed in any case. */
enum kb_status kb_cli_story_load(struct kb_cli_wire *w, int64_t story,
                                 struct kb_cli_story *out) KB_MUST_USE;
void kb_cli_story_free(struct kb_cli_story *story);

#endif
