/* Inside story: the stories that are remembered, and what they say. */
#ifndef KB_STORY_STORIES_H
#define KB_STORY_STORIES_H

#include "story/index.h"
#include "story/reprints.h"

#define KB_STORY_SECONDS ((int64_t)KB_LIMIT_STORY_DAYS * 86400)
#define KB_NO_PLACE UINT32_MAX

enum { KB_STORY_LANGUAGES = 8 }; /* that are kept apart; others count as across */

struct kb_story_part { /* a story in one language */
    uint32_t language_seed;
    float square; /* of the sum's length */
    float articles;
    uint32_t more; /* the story's next part, or KB_NO_PLACE */
};

/* All sums are of weights that grow with time, so that what is old counts less: where one
 * half-life passes, what comes counts double (forward decay; Cormode and others, 2009).
 * Nearness does not change when all of a story's weights grow by one factor. */
struct kb_story {
    uint64_t number;
    int64_t since;   /* when its weights begin to grow: at 1 */
    uint64_t last;   /* article that joined: young.h */
    uint32_t living; /* its remembered articles; 0: the place is free, or soon */
    uint32_t after;  /* in one of the lists of places */
    float anchors_square, articles;
    struct kb_story_part part; /* the first; those behind it are in no order */
    uint8_t part_count;
    bool blocked; /* while one article is looked at */
};

/* Stories stand in places, which are used again: a place is free when the sweep through
 * the indexes has taken out what its last story said. */
struct kb_stories {
    struct kb_story *of;
    float *least; /* of each place: postings below are nothing */
    size_t count, cap;
    struct kb_story_part *parts; /* of stories in several languages */
    size_t parts_count, parts_cap;
    uint32_t parts_free;
    uint64_t next; /* story's number */
    uint32_t free, left, left_before;
    bool terms_swept, anchors_swept;
    struct kb_index terms, anchors;
    struct kb_shares shares;
    uint32_t *table; /* number → place + 1; open addressing, 0 is free */
    size_t table_cap, table_used;
    int64_t newest, faded, ahead_least;
    int64_t begun; /* when the first was that has a time; those before it have 0 */
    size_t ahead, since_fade; /* articles */
};

void kb_stories_free(struct kb_stories *stories);

/* Makes room for one more.  False without memory. */
bool kb_stories_room(struct kb_stories *stories) KB_MUST_USE;

/* Lets time pass up to that of the next article; 0 is unknown.  One article far ahead of
 * all others is wrong; several one behind the other are not. */
void kb_stories_pass(struct kb_stories *stories, int64_t time);

/* When an article counts as from: one from the future as from now, one that is too late
 * for all others as from the middle of what is remembered. */
int64_t kb_stories_time(const struct kb_stories *stories, int64_t time);

/* Whether half of what was counted is too old; asked once an article. */
bool kb_stories_time_to_fade(struct kb_stories *stories);

/* The place of a new story that begins then; there is room. */
uint32_t kb_stories_found(struct kb_stories *stories, uint64_t number, int64_t time);

/* Where a story stands, or KB_NO_PLACE. */
uint32_t kb_stories_place(const struct kb_stories *stories, uint64_t number);

/* What it says in a language; NULL where it says nothing in it, or in too many. */
struct kb_story_part *kb_stories_part(const struct kb_stories *stories, uint32_t place,
                                      uint32_t seed);

/* Adds an article to the story.  False without memory. */
bool kb_stories_join(struct kb_stories *stories, uint32_t place, uint32_t seed,
                     int64_t time, const struct kb_features *features) KB_MUST_USE;

/* Takes out of the indexes what an article of the story said, and all others that said
 * the same: for a story that has no article any more. */
void kb_stories_take(struct kb_stories *stories, uint32_t place,
                     const struct kb_features *features);

/* The story in to is called by the older of both numbers. */
void kb_stories_rename(struct kb_stories *stories, uint32_t from, uint32_t to);

/* One of the story's articles is forgotten. */
void kb_stories_leave(struct kb_stories *stories, uint32_t place);

#endif
