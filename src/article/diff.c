/* Two sequences of keys → which are only in one of them.
 *
 * The method is E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986),
 * the variation in linear space: the furthest paths from both ends meet in the middle of
 * a shortest script, which parts the problem in two of half the distance.  Two texts with
 * nothing in common cost their length squared, so the distance and the steps are bounded:
 * past them a part counts as replaced. */
#include "article/diff.h"

#include <stdlib.h>

/* Halves of KB_LIMIT_CHANGES_DISTANCE until one is left. */
enum { DEPTH = 32, UNREACHED = -2 };

struct box {
    size_t a, a_end, b, b_end; /* of old, of now */
};

struct search {
    struct kb_diff *diff;
    int32_t *forth, *back; /* by diagonal, from -reach to reach */
    int32_t reach;
};

static bool same(const struct search *s, const struct box *box, int32_t x, int32_t y,
                 bool backward) {
    size_t i = backward ? box->a_end - 1 - (size_t)x : box->a + (size_t)x;
    size_t k = backward ? box->b_end - 1 - (size_t)y : box->b + (size_t)y;
    return s->diff->old[i] == s->diff->now[k];
}

/* The furthest point of diagonal k with d changes; UNREACHED outside of the box. */
static int32_t furthest(struct search *s, const struct box *box, const int32_t *v,
                        int32_t d, int32_t k, bool backward) {
    const int32_t n = (int32_t)(box->a_end - box->a), m = (int32_t)(box->b_end - box->b);
    int32_t right = k > -d ? v[k - 1] + 1 : UNREACHED,
            down = k < d ? v[k + 1] : UNREACHED;
    if (right > n || right - k > m || right < 1)
        right = UNREACHED;
    if (down < 0 || down - k > m)
        down = UNREACHED;
    int32_t x = d ? (right > down ? right : down) : 0, from = x;
    if (x == UNREACHED)
        return x;
    while (x < n && x - k < m && same(s, box, x, x - k, backward))
        x++;
    size_t cost = (size_t)(x - from) + 1;
    *s->diff->steps -= cost < *s->diff->steps ? cost : *s->diff->steps;
    return x;
}

/* Where a shortest path through the box can be parted; false where the limits end the
 * search. */
static bool find_middle(struct search *s, const struct box *box, int32_t *x, int32_t *y) {
    const int32_t n = (int32_t)(box->a_end - box->a), m = (int32_t)(box->b_end - box->b);
    const int32_t delta = n - m;
    int32_t most = (n + m + 1) / 2;
    if (most > s->reach - 1)
        most = s->reach - 1;
    for (int32_t d = 0; d <= most && *s->diff->steps; d++) {
        for (int32_t k = -d; k <= d; k += 2) {
            int32_t at = s->forth[k] = furthest(s, box, s->forth, d, k, false);
            int32_t other = delta - k;
            if ((delta & 1) && at >= 0 && other > -d && other < d &&
                s->back[other] >= 0 && at + s->back[other] >= n) {
                *x = at, *y = at - k;
                return true;
            }
        }
        for (int32_t k = -d; k <= d; k += 2) {
            int32_t at = s->back[k] = furthest(s, box, s->back, d, k, true);
            int32_t other = delta - k;
            if (!(delta & 1) && at >= 0 && other >= -d && other <= d &&
                s->forth[other] >= 0 && at + s->forth[other] >= n) {
                *x = n - at, *y = m - (at - k);
                return true;
            }
        }
    }
    return false;
}

static void trim(const struct kb_diff *diff, struct box *box) {
    while (box->a < box->a_end && box->b < box->b_end &&
           diff->old[box->a] == diff->now[box->b])
        box->a++, box->b++;
    while (box->a < box->a_end && box->b < box->b_end &&
           diff->old[box->a_end - 1] == diff->now[box->b_end - 1])
        box->a_end--, box->b_end--;
}

static void replace(const struct kb_diff *diff, const struct box *box) {
    memset(diff->gone + box->a, 1, box->a_end - box->a);
    memset(diff->fresh + box->b, 1, box->b_end - box->b);
}

/* Parts boxes until nothing is left to part; those that wait stand on a stack, whose
 * depth is bounded because each part has half the distance. */
static void compare(struct search *s) {
    struct kb_diff *diff = s->diff;
    struct box waiting[DEPTH];
    size_t n = 0;
    waiting[n++] = (struct box){0, diff->old_count, 0, diff->now_count};
    while (n) {
        struct box box = waiting[--n];
        int32_t x, y;
        trim(diff, &box);
        if (box.a == box.a_end || box.b == box.b_end || n + 2 > DEPTH ||
            !find_middle(s, &box, &x, &y)) {
            replace(diff, &box);
            continue;
        }
        size_t a = box.a + (size_t)x, b = box.b + (size_t)y;
        waiting[n++] = (struct box){a, box.a_end, b, box.b_end};
        waiting[n++] = (struct box){box.a, a, box.b, b};
    }
}

enum kb_status kb_diff(struct kb_diff *diff) {
    size_t longest = (diff->old_count + diff->now_count) / 2 + 2;
    int32_t reach = longest < KB_LIMIT_CHANGES_DISTANCE ? (int32_t)longest
                                                        : KB_LIMIT_CHANGES_DISTANCE;
    size_t width = 2 * (size_t)reach + 1;
    if (diff->old_count > INT32_MAX / 2 || diff->now_count > INT32_MAX / 2) {
        replace(diff, &(struct box){0, diff->old_count, 0, diff->now_count});
        return KB_OK;
    }
    int32_t *room = malloc(2 * width * sizeof *room);
    if (!room)
        return KB_ENOMEM;
    struct search s = {diff, room + reach, room + width + reach, reach};
    compare(&s);
    free(room);
    return KB_OK;
}
