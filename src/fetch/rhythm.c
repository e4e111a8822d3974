/* A feed's rhythm: times of entries enter, how long to wait leaves (plan.h).
 *
 * A short list of gaps instead of a mean: feeds come in bursts, fall silent at night and
 * stop for months, and the median of the last gaps is moved by none of these.  While a
 * feed is silent longer than usual the waits grow with the silence, so that after its
 * night the first piece is found soon and a sleeping feed is seldom asked.
 * Twice a gap is the least that does not miss a change of rhythm (the sampling theorem's
 * argument, as in Cho and Garcia-Molina, "Estimating frequency of change", 2003). */
#include "fetch/plan.h"

enum { HALVES = 2, SILENCE_PARTS = 8, GAPS_KNOWN = 2 };

/* The gaps and the newest time of a list need one time more than there are gaps. */
enum { TIMES = KB_LIMIT_RHYTHM_GAPS + 1 };

/* The latest times, the newest first. */
struct times {
    int64_t at[TIMES];
    size_t count;
};

/* Puts a time in its place, unless it stands near another.  The other one stays where it
 * is: were it moved, a steady stream would push one time before it for ever. */
static void put(struct times *times, int64_t t, int64_t together) {
    size_t i = 0;
    while (i < times->count && times->at[i] > t)
        i++;
    if ((i && times->at[i - 1] - t < together) ||
        (i < times->count && t - times->at[i] < together))
        return;
    if (i == TIMES)
        return;
    if (times->count < TIMES)
        times->count++;
    memmove(times->at + i + 1, times->at + i,
            (times->count - 1 - i) * sizeof times->at[0]);
    times->at[i] = t;
}

void kb_fetch_rhythm_learn(struct kb_fetch_rhythm *rhythm, const int64_t *times,
                           size_t count, int64_t together, int64_t now) {
    struct times latest = {0};
    if (rhythm->newest)
        latest.at[latest.count++] = rhythm->newest;
    for (size_t i = 0; i < rhythm->count; i++, latest.count++)
        latest.at[latest.count] = latest.at[latest.count - 1] - rhythm->gaps[i];
    for (size_t i = 0; i < count; i++) {
        int64_t t = times && times[i] > 0 && times[i] < now ? times[i] : now;
        put(&latest, t, together);
    }
    *rhythm = (struct kb_fetch_rhythm){.newest = latest.count ? latest.at[0] : 0};
    for (size_t i = 1; i < latest.count; i++) {
        int64_t gap = latest.at[i - 1] - latest.at[i];
        rhythm->gaps[rhythm->count++] = gap < UINT32_MAX ? (uint32_t)gap : UINT32_MAX;
    }
}

int64_t kb_fetch_rhythm_gap(const struct kb_fetch_rhythm *rhythm) {
    uint32_t sorted[KB_LIMIT_RHYTHM_GAPS];
    if (rhythm->count < GAPS_KNOWN)
        return 0;
    for (size_t i = 0; i < rhythm->count; i++) {
        size_t at = i;
        for (; at && sorted[at - 1] > rhythm->gaps[i]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = rhythm->gaps[i];
    }
    return sorted[rhythm->count / 2];
}

int64_t kb_fetch_rhythm_wait(const struct kb_fetch_rhythm *rhythm, int64_t now) {
    int64_t gap = kb_fetch_rhythm_gap(rhythm), silence = now - rhythm->newest;
    if (!gap)
        return 0;
    return gap / HALVES > silence / SILENCE_PARTS ? gap / HALVES
                                                  : silence / SILENCE_PARTS;
}
