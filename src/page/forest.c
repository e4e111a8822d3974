/* Forests of symmetric trees: a matrix of bytes enters, a probability a row leaves.
 *
 * In a symmetric tree all nodes of a level ask the same question (Kohavi and Li,
 * "Oblivious Decision Trees, Graphs, and Top-Down Pruning", 1995; boosted in
 * Prokhorenkova et al., "CatBoost", 2018), so a row's leaf is six comparisons side by
 * side and no branch.  With a column of bytes a question, the compiler makes sixteen
 * comparisons an instruction. */
#include "page/forest.h"

#include <math.h>

enum {
    ROUND = 48,              /* trees between two looks at whether the tile is settled */
    LOST = -3 * KB_LEAF_UNIT /* log-odds below which no row comes back */
};

#define LOST_P 0.04f

static void ask(const uint8_t *column, uint8_t byte, uint8_t bit, size_t n,
                uint8_t *restrict leaf) {
    for (size_t r = 0; r < n; r++)
        leaf[r] = (uint8_t)(leaf[r] | (column[r] > byte ? bit : 0));
}

static bool all_lost(const int32_t *sums, size_t n, int32_t bias) {
    for (size_t r = 0; r < n; r++)
        if (sums[r] + bias > LOST)
            return false;
    return true;
}

/* Most of a page is plainly no article: menus, lists of links, footers.  Such rows stand
 * together, and the trees come in the order of their worth, so a tile of them is left
 * after a part of the forest. */
static void answer_tile(const struct kb_forest *forest, const struct kb_matrix *rows,
                        size_t from, size_t n, int32_t *restrict sums) {
    const struct kb_question *q = forest->questions;
    const int16_t *leaves = forest->leaves;
    const int32_t bias = (int32_t)(forest->bias * KB_LEAF_UNIT);
    uint8_t leaf[KB_FOREST_TILE];
    for (size_t t = 0; t < forest->trees; t++) {
        if (t && t % ROUND == 0 && all_lost(sums, n, bias))
            return;
        memset(leaf, 0, n);
        for (int level = 0; level < KB_TREE_DEPTH; level++, q++)
            ask(rows->data + q->column * rows->stride + from, q->byte,
                (uint8_t)(1 << level), n, leaf);
        for (size_t r = 0; r < n; r++)
            sums[r] += leaves[leaf[r]];
        leaves += KB_TREE_LEAVES;
    }
}

bool kb_forest_gave_up(const float *before, size_t n) {
    for (size_t r = 0; r < n; r++)
        if (before[r] > LOST_P)
            return false;
    return true;
}

float *kb_forest_answer(const struct kb_forest *forest, const struct kb_matrix *rows,
                        const float *before, struct kb_arena *arena) {
    float *p = kb_arena_alloc(arena, (rows->rows + 1) * sizeof *p);
    if (!p)
        return NULL;
    for (size_t from = 0; from < rows->rows; from += KB_FOREST_TILE) {
        size_t n =
            rows->rows - from < KB_FOREST_TILE ? rows->rows - from : KB_FOREST_TILE;
        int32_t sums[KB_FOREST_TILE] = {0};
        if (before && kb_forest_gave_up(before + from, n)) {
            memcpy(p + from, before + from, n * sizeof *p);
            continue;
        }
        answer_tile(forest, rows, from, n, sums);
        for (size_t r = 0; r < n; r++)
            p[from + r] =
                1.0f / (1.0f + expf(-(forest->bias + (float)sums[r] / KB_LEAF_UNIT)));
    }
    return p;
}
