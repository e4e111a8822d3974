/* Inside story: what the last articles said, trait by trait, so that a story that has few
 * others can be looked at a second time, and be put into another one. */
#ifndef KB_STORY_YOUNG_H
#define KB_STORY_YOUNG_H

#include "story/stories.h"

/* That are kept: two days of a hundred outlets, five megabytes. */
enum { KB_YOUNG_ARTICLES = 4096 };

struct kb_young_article {
    uint64_t article, before; /* the one before it in its story, or KB_NO_ARTICLE */
    int64_t time;
    uint32_t seed; /* its language's */
    uint16_t term_count, anchor_count;
    struct kb_feature of[]; /* terms, then anchors */
};

struct kb_young;

enum kb_status kb_young_new(struct kb_young **out, struct kb_err *err) KB_MUST_USE;
void kb_young_free(struct kb_young *young);

/* Keeps what an article said that its story has just got.  False without memory. */
bool kb_young_add(struct kb_young *young, struct kb_story *story, uint64_t article,
                  uint32_t seed, int64_t time,
                  const struct kb_features *features) KB_MUST_USE;

/* What it said. */
void kb_young_features(const struct kb_young_article *article, struct kb_features *out);

/* All articles of a story, the last first.  0 where they are more than most, or where one
 * of them is not kept any more. */
size_t kb_young_articles(struct kb_young *young, const struct kb_story *story,
                         struct kb_young_article **out, size_t most);

/* The last one that joined the story; NULL where it is not kept any more. */
struct kb_young_article *kb_young_last(struct kb_young *young,
                                       const struct kb_story *story);

/* The story's articles, which are all of these, are into's from now on. */
void kb_young_absorb(struct kb_story *into, const struct kb_story *story,
                     struct kb_young_article *const *articles, size_t n);

#endif
