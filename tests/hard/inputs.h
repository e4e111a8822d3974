/* Hostile inputs, made in memory. */
#ifndef KB_TESTS_HARD_INPUTS_H
#define KB_TESTS_HARD_INPUTS_H

#include "base/base.h"

/* What is wanted of the reader. */
enum kb_hard_want {
    KB_HARD_READ,    /* an article, maybe an empty one */
    KB_HARD_REFUSED, /* no page: bad-input */
    KB_HARD_LIMIT,   /* too large: limit, and the message names it */
    KB_HARD_EITHER   /* an article or bad-input: both are right */
};

struct kb_hard_input {
    const char *name;
    void (*make)(struct kb_buf *out);
    enum kb_hard_want want;
    const char *content_type; /* NULL for none */
    const char *holds;        /* words that the text must hold, or NULL */
    const char *warns;        /* a word of the warning that it must carry, or NULL */
};

extern const struct kb_hard_input kb_hard_inputs[];
extern const size_t kb_hard_input_count;

/* Counts and sizes are divided by it: builds with sanitizers are slow.  1 at first.
 * Up to KB_HARD_REACHES each feed still reaches the limit that it is for. */
extern size_t kb_hard_scale;
enum { KB_HARD_REACHES = 4 };

/* A page with everything in it: for truncation. */
void kb_hard_sample(struct kb_buf *out);

/* Hostile feeds (feeds.c); what points to the number of one. */
size_t kb_hard_feed_count(void);
const char *kb_hard_feed_name(size_t number);
void kb_hard_check_feed(const void *what, char *fault, size_t size);

#endif
