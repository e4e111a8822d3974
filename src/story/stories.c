/* The stories that are remembered: what they say, when they fade, when their places are
 * used again. */
#include "story/stories.h"

#include <math.h>
#include <stdlib.h>

/* What is this much older counts half. */
static const float half_life = 4 * 86400;

/* Weights grow no further than a posting can hold: what goes on for half a year no longer
 * fades. */
static const float growth_most = 46;

/* A weight that has faded to this is nothing. */
static const float nothing = .002f;

enum {
    DAY = 86400,
    AHEAD_MOST = 8,   /* articles in a row that are right, and the time is wrong */
    SWEEP_TURN = 8192 /* articles in whose time all lists are looked at */
};

/* A story waits for two turns of the sweep at most before its place is free. */
#define PLACES ((size_t)1 << kb_index_stories.owner_bits)
_Static_assert(KB_LIMIT_STORY_ARTICLES + 4 * (size_t)SWEEP_TURN <= (size_t)1 << 18,
               "a posting has room for a place");

void kb_stories_free(struct kb_stories *s) {
    kb_index_free(&s->terms);
    kb_index_free(&s->anchors);
    kb_shares_free(&s->shares);
    free(s->of);
    free(s->parts);
    free(s->least);
    free(s->table);
    *s = (struct kb_stories){.of = NULL};
}

/* ---- numbers → places -------------------------------------------------------------- */

static size_t home_of(const struct kb_stories *s, uint64_t number) {
    return (size_t)(number * 0x9E3779B97F4A7C15u >> 20) & (s->table_cap - 1);
}

static void enter(struct kb_stories *s, uint32_t place) {
    size_t at = home_of(s, s->of[place].number);
    while (s->table[at])
        at = (at + 1) & (s->table_cap - 1);
    s->table[at] = place + 1;
    s->table_used++;
}

/* Entries of stories that are gone stay until the table is full; then only the others
 * enter the new one. */
static bool table_renew(struct kb_stories *s) {
    size_t living = 0, cap = 1024;
    for (size_t i = 0; i < s->count; i++)
        living += s->of[i].living > 0;
    while (cap < living * 4)
        cap *= 2;
    uint32_t *table = calloc(cap, sizeof *table);
    if (!table)
        return false;
    free(s->table);
    s->table = table;
    s->table_cap = cap;
    s->table_used = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (s->of[i].living)
            enter(s, (uint32_t)i);
    }
    return true;
}

uint32_t kb_stories_place(const struct kb_stories *s, uint64_t number) {
    for (size_t at = s->table_cap ? home_of(s, number) : 0; s->table_cap && s->table[at];
         at = (at + 1) & (s->table_cap - 1)) {
        const struct kb_story *story = &s->of[s->table[at] - 1];
        if (story->number == number && story->living)
            return s->table[at] - 1;
    }
    return KB_NO_PLACE;
}

/* ---- places ------------------------------------------------------------------------ */

bool kb_stories_room(struct kb_stories *s) {
    if (s->count == s->cap) {
        size_t cap = s->cap ? s->cap + s->cap / 2 : 512;
        struct kb_story *of = realloc(s->of, cap * sizeof *of);
        if (of)
            s->of = of;
        float *least = realloc(s->least, cap * sizeof *least);
        if (least)
            s->least = least;
        if (!of || !least)
            return false;
        s->cap = cap;
        if (s->count == 0)
            s->free = s->left = s->left_before = s->parts_free = KB_NO_PLACE;
    }
    if (s->free == KB_NO_PLACE && s->count == PLACES)
        return false;
    if (s->table_used * 2 >= s->table_cap && !table_renew(s))
        return false;
    return kb_shares_room(&s->shares, s->count);
}

uint32_t kb_stories_found(struct kb_stories *s, uint64_t number, int64_t time) {
    uint32_t place = s->free;
    if (place != KB_NO_PLACE)
        s->free = s->of[place].after;
    else
        place = (uint32_t)s->count++;
    s->of[place] =
        (struct kb_story){.number = number, .since = time, .part = {.more = KB_NO_PLACE}};
    enter(s, place);
    return place;
}

void kb_stories_leave(struct kb_stories *s, uint32_t place) {
    struct kb_story *story = &s->of[place];
    if (--story->living)
        return;
    for (uint32_t at = story->part.more, next; at != KB_NO_PLACE; at = next) {
        next = s->parts[at].more;
        s->parts[at].more = s->parts_free;
        s->parts_free = at;
    }
    story->part.more = KB_NO_PLACE;
    story->part_count = 0;
    s->least[place] = INFINITY;
    story->after = s->left;
    s->left = place;
}

/* A few lists of each index with every article.  When all were looked at, what was left
 * before they began is free. */
static void sweep(struct kb_stories *s) {
    if (!s->terms_swept)
        s->terms_swept =
            kb_index_sweep(&s->terms, s->terms.cap / SWEEP_TURN + 1, s->least);
    if (!s->anchors_swept)
        s->anchors_swept =
            kb_index_sweep(&s->anchors, s->anchors.cap / SWEEP_TURN + 1, s->least);
    if (!s->terms_swept || !s->anchors_swept)
        return;
    while (s->left_before != KB_NO_PLACE) {
        uint32_t place = s->left_before;
        s->left_before = s->of[place].after;
        s->of[place].after = s->free;
        s->free = place;
    }
    s->left_before = s->left;
    s->left = KB_NO_PLACE;
    s->terms_swept = s->anchors_swept = false;
}

/* ---- time -------------------------------------------------------------------------- */

void kb_stories_pass(struct kb_stories *s, int64_t time) {
    if (time <= 0)
        return;
    if (s->newest == 0)
        s->newest = s->faded = s->begun = time;
    if (time <= s->newest + DAY) {
        s->ahead = 0;
        s->newest = time > s->newest ? time : s->newest;
        return;
    }
    s->ahead_least = s->ahead && s->ahead_least < time ? s->ahead_least : time;
    if (++s->ahead == AHEAD_MOST) {
        s->newest = s->ahead_least;
        s->ahead = 0;
    }
}

int64_t kb_stories_time(const struct kb_stories *s, int64_t time) {
    int64_t least = s->newest - KB_STORY_SECONDS / 2;
    if (time <= 0 || time > s->newest)
        return s->newest;
    return time < least ? least : time;
}

bool kb_stories_time_to_fade(struct kb_stories *s) {
    if (++s->since_fade < KB_LIMIT_STORY_ARTICLES / 2 &&
        s->newest - s->faded < KB_STORY_SECONDS / 2)
        return false;
    s->since_fade = 0;
    s->faded = s->newest;
    return true;
}

/* ---- what a story says ------------------------------------------------------------- */

/* Nearly all stories have one language; the parts of others stand in an array for all. */
struct kb_story_part *kb_stories_part(const struct kb_stories *s, uint32_t place,
                                      uint32_t seed) {
    struct kb_story *story = &s->of[place];
    struct kb_story_part *part = &story->part;
    for (size_t i = 0; i < story->part_count; i++) {
        if (part->language_seed == seed)
            return part;
        part = part->more == KB_NO_PLACE ? NULL : &s->parts[part->more];
    }
    return NULL;
}

/* NULL where the story has too many; false without memory. */
static bool add_part(struct kb_stories *s, uint32_t place, uint32_t seed,
                     struct kb_story_part **out) {
    struct kb_story *story = &s->of[place];
    uint32_t more = story->part.more, at = s->parts_free;
    *out = NULL;
    if (story->part_count == KB_STORY_LANGUAGES)
        return true;
    if (story->part_count++ == 0) {
        *out = &story->part;
    } else if (at != KB_NO_PLACE) {
        s->parts_free = s->parts[at].more;
    } else {
        if (s->parts_count == s->parts_cap) {
            size_t cap = s->parts_cap ? s->parts_cap + s->parts_cap / 2 : 64;
            struct kb_story_part *parts = realloc(s->parts, cap * sizeof *parts);
            if (!parts)
                return false;
            s->parts = parts;
            s->parts_cap = cap;
        }
        at = (uint32_t)s->parts_count++;
    }
    if (!*out) {
        story->part.more = at;
        *out = &s->parts[at];
    }
    **out = (struct kb_story_part){.language_seed = seed, .more = more};
    return true;
}

/* Adds the features times growth; gives what the square of the sum's length grows by. */
static bool add_all(struct kb_index *index, const struct kb_feature *features, size_t n,
                    uint32_t place, float growth, bool fresh, float *square) {
    float shared = 0;
    bool fine = true;
    for (size_t i = 0; fine && i < n; i++) {
        float had = 0;
        fine = kb_index_add(index, features[i].key, place, features[i].weight * growth,
                            fresh ? NULL : &had);
        shared += had * features[i].weight;
    }
    *square += 2 * shared * growth + growth * growth;
    return fine;
}

void kb_stories_take(struct kb_stories *s, uint32_t place, const struct kb_features *f) {
    for (size_t i = 0; i < f->term_count; i++)
        kb_index_take(&s->terms, f->terms[i].key, place);
    for (size_t i = 0; i < f->anchor_count; i++)
        kb_index_take(&s->anchors, f->anchors[i].key, place);
}

void kb_stories_rename(struct kb_stories *s, uint32_t from, uint32_t to) {
    if (s->of[from].number > s->of[to].number)
        return;
    s->of[to].number = s->of[from].number;
    enter(s, to);
}

bool kb_stories_join(struct kb_stories *s, uint32_t place, uint32_t seed, int64_t time,
                     const struct kb_features *f) {
    struct kb_story *story = &s->of[place];
    story->since = story->since ? story->since : s->begun;
    float age = (float)(time - story->since) / half_life, unused = 0;
    float growth = exp2f(fminf(fmaxf(age, -growth_most / 4), growth_most));
    bool fresh = story->living == 0;
    struct kb_story_part *part = kb_stories_part(s, place, seed);
    if (!part && !add_part(s, place, seed, &part))
        return false;
    if (part)
        part->articles += growth;
    story->living++;
    story->articles += growth;
    s->least[place] = fmaxf(fresh ? 0 : s->least[place], growth * nothing);
    bool fine = add_all(&s->terms, f->terms, f->term_count, place, growth, fresh,
                        part ? &part->square : &unused) &&
                add_all(&s->anchors, f->anchors, f->anchor_count, place, growth, fresh,
                        &story->anchors_square);
    sweep(s);
    return fine;
}
