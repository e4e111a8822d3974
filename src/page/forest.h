/* Forests of symmetric trees over bytes. */
#ifndef KB_PAGE_FOREST_H
#define KB_PAGE_FOREST_H

#include "page/blocks.h"

enum { KB_TREE_DEPTH = 6, KB_TREE_LEAVES = 1 << KB_TREE_DEPTH, KB_LEAF_UNIT = 4096 };

struct kb_question {
    uint16_t column;
    uint8_t byte; /* yes where the value is greater */
};

struct kb_forest {
    size_t trees;
    float bias;
    const struct kb_question *questions; /* KB_TREE_DEPTH a tree */
    const int16_t *leaves; /* KB_TREE_LEAVES a tree, log-odds · KB_LEAF_UNIT */
};

extern const struct kb_forest kb_forest_first, kb_forest_second; /* model.c */

/* Rows are answered so many at a time. */
enum { KB_FOREST_TILE = 64 };

/* True where an earlier forest gave up n rows, so that a later one does not look. */
bool kb_forest_gave_up(const float *before, size_t n);

/* A probability for each row, in the arena; NULL when it is full.  before (may be NULL)
 * is what an earlier forest said: rows that it plainly gave up keep that. */
float *kb_forest_answer(const struct kb_forest *forest, const struct kb_matrix *rows,
                        const float *before, struct kb_arena *arena);

#endif
