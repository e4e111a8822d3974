/* The grouper's numbers of articles and stories ↔ the file's, of what it remembers. */
#ifndef KB_WIRE_NUMBERS_H
#define KB_WIRE_NUMBERS_H

#include "story/story.h"

/* Zeroed it is empty. */
struct kb_numbers {
    struct kb_known_story {
        uint64_t number;
        int64_t file;
    } * stories;          /* in the numbers' order */
    int64_t *articles;    /* the file's numbers, of the grouper's from first on */
    uint64_t first, next; /* article's; story's */
    size_t article_count, article_cap, story_count, story_cap;
    struct kb_map of_file; /* story's */
};

void kb_numbers_free(struct kb_numbers *numbers);

/* The grouper has one more article, and maybe a story.  False without memory. */
bool kb_numbers_add(struct kb_numbers *numbers, const struct kb_grouper *grouper,
                    int64_t article, int64_t story) KB_MUST_USE;

/* The file's number of an article or a story; 0 where it is none that is remembered. */
int64_t kb_numbers_article(const struct kb_numbers *numbers, uint64_t article);
int64_t kb_numbers_story(const struct kb_numbers *numbers, uint64_t story);

/* The grouper's number of a story; false where it has none. */
bool kb_numbers_of_file(const struct kb_numbers *numbers, int64_t file, uint64_t *story);

/* The story has another number in the file from now on.  False without memory. */
bool kb_numbers_rename(struct kb_numbers *numbers, uint64_t story,
                       int64_t file) KB_MUST_USE;

#endif
