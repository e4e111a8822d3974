/* Inside story: an inverted index, trait → what has it, and how much. */
#ifndef KB_STORY_INDEX_H
#define KB_STORY_INDEX_H

#include "story/story.h"

/* What is just near enough for one story, as a cosine.  Measured: docs/stories.md. */
static const float kb_near_same = .26f, kb_near_across = .16f;

/* The share of it that an article of the story has which its source stands in. */
static const float kb_named_near = .5f;

/* … and how much nearer it is than to any other, where only names lead there. */
static const float kb_named_margin = 1.5f;

/* An owner (a story's place or an article's number) and a weight in 32 bits: the weight
 * is a float of a few bits, from 2^least on. */
struct kb_index_kind {
    uint16_t most; /* postings of one list */
    uint8_t owner_bits, mantissa_bits;
    int8_t least;
};

/* Of stories weights grow with time: 2^-11 to 2^53, to two in a thousand.  Of articles
 * they do not: 2^-7 to 2. */
static const struct kb_index_kind kb_index_stories = {KB_LIMIT_POSTINGS, 18, 8, -11},
                                  kb_index_articles = {KB_LIMIT_RELATED, 22, 7, -7};

/* Two postings stand in the list itself: most traits have no more. */
struct kb_posting_list {
    uint32_t key;
    uint16_t count, cap; /* cap 0: in few */
    union {
        uint32_t few[2], *many;
    };
};

struct kb_index {
    struct kb_index_kind kind;
    struct kb_posting_list *lists; /* open addressing; key 0 is free */
    size_t used, cap;              /* cap is a power of two */
    size_t hand;                   /* the next list to be swept */
    uint32_t rolls;                /* of sums that were rounded either way */
};

void kb_index_init(struct kb_index *index, struct kb_index_kind kind);
void kb_index_free(struct kb_index *index);

/* Adds weight to what owner has of key, and gives what it had; had NULL: it has nothing
 * of it yet, which need not be looked for.  A list that is full loses the older half.
 * False without memory. */
bool kb_index_add(struct kb_index *index, uint32_t key, uint32_t owner, float weight,
                  float *had) KB_MUST_USE;

/* The product with what owner has. */
float kb_index_product(const struct kb_index *index, const struct kb_feature *features,
                       size_t n, uint32_t owner);

/* What has key. */
const uint32_t *kb_index_get(const struct kb_index *index, uint32_t key, size_t *count);
uint32_t kb_posting_owner(const struct kb_index *index, uint32_t posting);
float kb_posting_weight(const struct kb_index *index, uint32_t posting);

/* Takes key away from owner. */
void kb_index_take(struct kb_index *index, uint32_t key, uint32_t owner);

/* Looks at the next lists and takes out postings that are below their owner's least;
 * true when the last list was reached. */
bool kb_index_sweep(struct kb_index *index, size_t lists, const float *least);

/* What an article shares with each owner, as inner products; found while going through
 * its traits, so that owners which share nothing cost nothing. */
struct kb_shares {
    struct kb_share {
        float terms, anchors;
    } * of;            /* by owner; all zero between uses */
    uint32_t *touched; /* owners that share something */
    size_t count, cap; /* touched; owners that there is room for */
};

void kb_shares_free(struct kb_shares *shares);

/* Makes room for owners 0 to owner.  False without memory. */
bool kb_shares_room(struct kb_shares *shares, size_t owner) KB_MUST_USE;

/* Fills shares from both indexes; kb_shares_clear empties them again. */
void kb_shares_take(struct kb_shares *shares, const struct kb_index *terms,
                    const struct kb_index *anchors, const struct kb_features *features);
void kb_shares_clear(struct kb_shares *shares);

/* Lets go of owners that share less than that of both. */
void kb_shares_keep(struct kb_shares *shares, float terms, float anchors);

#endif
