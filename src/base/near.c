/* A mistyped word → the one of a few that was likely meant. */
#include "base/base.h"

/* Longest word that is compared: the edit distance takes the square of it. */
enum { WORD_MAX = 40 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Insertions, deletions, changes and swaps of neighbours that turn a into b (optimal
 * string alignment, after Damerau 1964). */
static size_t distance(const char *a, const char *b) {
    size_t rows[3][WORD_MAX + 1];
    size_t n = strlen(a), m = strlen(b);
    size_t *before = rows[0], *last = rows[1], *row = rows[2];

    if (n > WORD_MAX || m > WORD_MAX)
        return WORD_MAX;
    for (size_t j = 0; j <= m; j++)
        before[j] = last[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *old = before;
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        before = last;
        last = row;
        row = old;
    }
    return last[m];
}

const char *kb_nearest(const char *word, const char *const *names, size_t count) {
    const char *best = NULL;
    size_t n = strlen(word);
    size_t limit = n <= 3 ? 1 : n <= 5 ? 2 : 3;
    size_t best_distance = limit + 1;

    for (size_t i = 0; i < count; i++) {
        size_t d = distance(word, names[i]);
        if (n >= 2 && strncmp(word, names[i], n) == 0)
            d = 1; /* a shortened name */
        if (d < best_distance && d < strlen(names[i])) {
            best = names[i];
            best_distance = d;
        }
    }
    return best;
}
