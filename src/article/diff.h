/* The shortest script that makes one sequence of another: what changes.c compares
 * paragraphs and words with.  Internal to article. */
#ifndef KB_ARTICLE_DIFF_H
#define KB_ARTICLE_DIFF_H

#include "base/base.h"

struct kb_diff {
    const uint64_t *old, *now; /* keys: equal ones are the same thing */
    size_t old_count, now_count;
    uint8_t *gone, *fresh; /* one a key, zeroed; set where it is only in one of them */
    size_t *steps;         /* that may still be taken, for all that is compared */
};

/* KB_ENOMEM alone.  Where the steps end, or two parts are further apart than
 * KB_LIMIT_CHANGES_DISTANCE, the one is taken for gone and the other for new: true, but
 * not the shortest script. */
enum kb_status kb_diff(struct kb_diff *diff) KB_MUST_USE;

#endif
