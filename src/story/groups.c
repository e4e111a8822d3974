/* Articles one by one → stories.
 *
 * A story is the sum of its articles' weights.  An article joins
 *   1. the story of the source that it names, if it is half as near as it had to be;
 *   2. else that of an earlier article that it is a reprint of, or that is one of it;
 *   3. else the nearest story, if it is near enough: within a language by the cosine to
 *      what the story's articles in that language say, across languages by anchors;
 *   4. else it founds one.
 * A story with an article that is made from the same template and has other numbers is no
 * candidate.  One pass (Allan, Papka and Lavrenko, 1998), and a second look at young
 * stories that are near the same article: where one would join the other if it came now,
 * they are one.  The older name stays, so that who saved a link to a story finds it for
 * ever. */
#include "story/stories.h"
#include "story/young.h"

#include <math.h>
#include <stdlib.h>

/* A large sum has a little of everything.  Products are divided by its length to this
 * power and by its articles to the rest: 1 is the cosine, 0 the mean; above 1 what many
 * say counts for more than what one does.  Across languages noise is larger. */
static const float same_power = 1.15f, across_power = .6f;

/* What is looked at a second time: stories of few articles, as long as they are young. */
enum { SMALL = 8, YOUNG = 2 * 86400 };

struct kb_grouper {
    struct kb_usage *usage;
    struct kb_reprints *reprints;
    struct kb_stories stories;
    struct kb_young *young;
};

enum kb_status kb_grouper_new(struct kb_grouper **out, struct kb_err *err) {
    struct kb_grouper *g = calloc(1, sizeof *g);
    *out = NULL;
    if (!g)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for stories");
    kb_index_init(&g->stories.terms, kb_index_stories);
    kb_index_init(&g->stories.anchors, kb_index_stories);
    enum kb_status status = kb_usage_new(&g->usage, err);
    if (status == KB_OK)
        status = kb_reprints_new(&g->reprints, err);
    if (status == KB_OK)
        status = kb_young_new(&g->young, err);
    if (status != KB_OK) {
        kb_grouper_free(g);
        return status;
    }
    *out = g;
    return KB_OK;
}

void kb_grouper_free(struct kb_grouper *g) {
    if (!g)
        return;
    kb_usage_free(g->usage);
    kb_reprints_free(g->reprints);
    kb_young_free(g->young);
    kb_stories_free(&g->stories);
    free(g);
}

int64_t kb_grouper_time(const struct kb_grouper *g) {
    return g->stories.newest;
}

uint64_t kb_grouper_first(const struct kb_grouper *g) {
    return kb_reprints_first(g->reprints);
}

bool kb_grouper_remembers(const struct kb_grouper *g, uint64_t story) {
    return kb_stories_place(&g->stories, story) != KB_NO_PLACE;
}

uint64_t kb_grouper_articles(const struct kb_grouper *g) {
    return kb_reprints_next(g->reprints);
}

uint64_t kb_grouper_stories(const struct kb_grouper *g) {
    return g->stories.next;
}

/* ---- how near ---------------------------------------------------------------------- */

struct near {
    float same, across;
};

static float length(float square, float articles, float power) {
    return powf(square, power / 2) * powf(articles, 1 - power);
}

/* 1 is just near enough. */
static struct near nearness_of(const struct kb_grouper *g, uint32_t place, uint32_t seed,
                               const struct kb_share *share) {
    const struct kb_story *story = &g->stories.of[place];
    const struct kb_story_part *part = kb_stories_part(&g->stories, place, seed);
    struct near near = {0, 0};
    if (part)
        near.same = share->terms / length(part->square, part->articles, same_power) /
                    kb_near_same;
    if (story->part_count > (part ? 1u : 0u) && share->anchors > 0)
        near.across = share->anchors /
                      length(story->anchors_square, story->articles, across_power) /
                      kb_near_across;
    return near;
}

static struct near nearness(const struct kb_grouper *g, uint32_t place, uint32_t seed) {
    return nearness_of(g, place, seed, &g->stories.shares.of[place]);
}

static float nearer_of(struct near near) {
    return near.same > near.across ? near.same : near.across;
}

struct choice {
    uint32_t place;
    float near;
    enum kb_join how;
    uint64_t article;
};

static const struct choice nothing = {KB_NO_PLACE, 0, KB_JOIN_FOUNDED, KB_NO_ARTICLE};

/* The story of the largest part of this text; stories of other texts from its template
 * are blocked. */
static struct choice find_reprint(struct kb_grouper *g, const struct kb_reprint *reprints,
                                  size_t n, bool filled_in, uint32_t seed) {
    float least = filled_in ? kb_filled_share : kb_reprint_share;
    struct choice best = nothing;
    for (size_t i = 0; i < n; i++) {
        const struct kb_reprint *r = &reprints[i];
        float share = r->inside > r->holds ? r->inside : r->holds;
        uint32_t place = kb_reprints_story(g->reprints, r->article);
        if (share < kb_reprint_share)
            continue;
        if (r->conflict)
            g->stories.of[place].blocked = true;
        else if (share >= least && 1 + share > best.near &&
                 nearer_of(nearness(g, place, seed)) >= kb_reprint_near)
            best = (struct choice){place, 1 + share, KB_JOIN_REPRINT, r->article};
    }
    return best;
}

/* Sums are no shorter than 1, so most stories are told to be too far by what they share
 * alone, without being looked at: what is left is half as near as it has to be, which is
 * the least that anything here asks for. */
static void find_shares(struct kb_grouper *g, const struct kb_features *features) {
    struct kb_stories *s = &g->stories;
    kb_shares_take(&s->shares, &s->terms, &s->anchors, features);
    kb_shares_keep(&s->shares, kb_near_same * kb_reprint_near,
                   kb_near_across * kb_reprint_near);
}

static struct choice find_nearest(const struct kb_grouper *g, uint32_t seed) {
    struct choice best = nothing;
    const struct kb_shares *shares = &g->stories.shares;
    for (size_t i = 0; i < shares->count; i++) {
        uint32_t place = shares->touched[i];
        const struct kb_share *share = &shares->of[place];
        if (share->terms < kb_near_same && share->anchors < kb_near_across)
            continue;
        const struct kb_story *story = &g->stories.of[place];
        if (story->blocked || !story->living)
            continue;
        struct near near = nearness(g, place, seed);
        if (nearer_of(near) > best.near)
            best = (struct choice){
                place, nearer_of(near),
                near.same >= near.across ? KB_JOIN_SAME : KB_JOIN_ACROSS, KB_NO_ARTICLE};
    }
    return best.near >= 1 ? best : nothing;
}

/* ---- a second look ----------------------------------------------------------------- */

struct pair {
    uint32_t small, large; /* places, by how many articles stand there */
};

static struct pair pair_of(const struct kb_grouper *g, uint32_t a, uint32_t b) {
    bool less = g->stories.of[a].living < g->stories.of[b].living;
    return less ? (struct pair){a, b} : (struct pair){b, a};
}

/* Whether the small story's articles would join the large one if they came now, in the
 * same days: without times two events of one kind are too like each other. */
static bool are_same(struct kb_grouper *g, struct pair pair, int64_t time) {
    const struct kb_stories *s = &g->stories;
    struct kb_young_article *articles[SMALL], *last;
    size_t n = kb_young_articles(g->young, &s->of[pair.small], articles, SMALL);
    float sum = 0;
    last = kb_young_last(g->young, &s->of[pair.large]);
    if (!n || !last || last->time < time - YOUNG)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct kb_young_article *a = articles[i];
        struct kb_share share = {
            kb_index_product(&s->terms, a->of, a->term_count, pair.large),
            kb_index_product(&s->anchors, a->of + a->term_count, a->anchor_count,
                             pair.large)};
        if (a->time < time - YOUNG || a->time > time + YOUNG ||
            kb_reprints_next(g->reprints) - a->article >= KB_YOUNG_ARTICLES - 1)
            return false; /* one more comes before they are merged */
        sum += nearer_of(nearness_of(g, pair.large, a->seed, &share));
    }
    return sum >= (float)n;
}

/* The nearest story that the article could as well have joined. */
static uint64_t find_same(struct kb_grouper *g, uint32_t place, uint32_t seed,
                          int64_t time) {
    const struct kb_stories *s = &g->stories;
    float near = 1;
    uint32_t other = KB_NO_PLACE;
    for (size_t i = 0; place != KB_NO_PLACE && i < s->shares.count; i++) {
        uint32_t at = s->shares.touched[i];
        const struct kb_share *share = &s->shares.of[at];
        if ((share->terms < kb_near_same && share->anchors < kb_near_across) ||
            at == place || !s->of[at].living || s->of[at].blocked)
            continue;
        float x = nearer_of(nearness(g, at, seed));
        other = x > near ? at : other;
        near = x > near ? x : near;
    }
    if (other == KB_NO_PLACE || !are_same(g, pair_of(g, place, other), time))
        return KB_NO_STORY;
    return s->of[other].number;
}

/* The small story's articles join the large one, which gets the older number. */
static bool absorb(struct kb_grouper *g, struct pair pair,
                   struct kb_young_article *const *articles, size_t n) {
    struct kb_stories *s = &g->stories;
    struct kb_features features;
    bool fine = true;
    kb_young_absorb(&s->of[pair.large], &s->of[pair.small], articles, n);
    for (size_t i = n; i-- > 0;) {
        kb_young_features(articles[i], &features);
        kb_stories_take(s, pair.small, &features);
    }
    for (size_t i = n; fine && i-- > 0;) {
        const struct kb_young_article *a = articles[i];
        kb_young_features(a, &features);
        fine = kb_stories_join(s, pair.large, a->seed, a->time, &features);
        kb_reprints_move(g->reprints, a->article, pair.large);
        kb_stories_leave(s, pair.small);
    }
    kb_stories_rename(s, pair.small, pair.large);
    return fine;
}

/* ---- joining ----------------------------------------------------------------------- */

/* Articles that nobody waits for any more go, and stories that have no other. */
static void forget_old(struct kb_grouper *g, int64_t time) {
    struct kb_reprints *r = g->reprints;
    uint64_t next = kb_reprints_next(r);
    kb_stories_pass(&g->stories, time);
    for (uint64_t first = kb_reprints_first(r); first < next; first++) {
        int64_t then = kb_reprints_time(r, first);
        then = then ? then : g->stories.begun;
        if (next - first < KB_LIMIT_STORY_ARTICLES &&
            then >= g->stories.newest - KB_STORY_SECONDS)
            break;
        kb_stories_leave(&g->stories, kb_reprints_story(r, first));
        kb_reprints_forget(r);
    }
    if (kb_stories_time_to_fade(&g->stories))
        kb_usage_fade(g->usage);
}

/* What an article is, before it is put anywhere. */
static enum kb_status look_at(struct kb_grouper *g, const struct kb_fingerprint *print,
                              int64_t time, struct kb_features *features,
                              struct kb_err *err) {
    forget_old(g, time);
    if (!kb_stories_room(&g->stories))
        return kb_err_set(err, KB_ENOMEM, "not enough memory for stories");
    kb_usage_weigh(g->usage, print, features);
    return kb_usage_add(g->usage, print, err);
}

static enum kb_status join(struct kb_grouper *g, const struct kb_fingerprint *print,
                           int64_t time, const struct kb_features *features,
                           uint32_t place, struct kb_err *err) {
    if (!kb_stories_join(&g->stories, place, print->language_seed, time, features) ||
        !kb_young_add(g->young, &g->stories.of[place], kb_reprints_next(g->reprints),
                      print->language_seed, time, features))
        return kb_err_set(err, KB_ENOMEM, "not enough memory for stories");
    return kb_reprints_add(g->reprints, print, place, time, err);
}

/* The place of a story by its number; a new one where it has none. */
static uint32_t place_of(struct kb_grouper *g, uint64_t story, int64_t time) {
    struct kb_stories *s = &g->stories;
    uint32_t place = kb_stories_place(s, story);
    if (place == KB_NO_PLACE)
        place = kb_stories_found(s, story, time);
    s->next += story == s->next;
    return place;
}

static enum kb_status not_given(const struct kb_grouper *g, uint64_t story,
                                struct kb_err *err) {
    return kb_err_set(err, KB_EUSAGE, "story %llu was not given out, the next is %llu",
                      (unsigned long long)story, (unsigned long long)g->stories.next);
}

/* The story that the article's source stands in, unless the text is another. */
static struct choice find_named(const struct kb_grouper *g, uint64_t story,
                                uint32_t seed) {
    uint32_t place = kb_stories_place(&g->stories, story);
    float near = place == KB_NO_PLACE ? 0 : nearer_of(nearness(g, place, seed));
    return near < kb_named_near || g->stories.of[place].blocked
               ? nothing
               : (struct choice){place, near, KB_JOIN_NAMED, KB_NO_ARTICLE};
}

/* The articles of the smaller of two stories, which would go to the other: at most SMALL,
 * and the one that showed that they are one.  0 where one of the two is no more, or its
 * articles are not known any more. */
static size_t movable(struct kb_grouper *g, uint64_t a, uint64_t b, struct pair *pair,
                      struct kb_young_article *articles[SMALL + 1]) {
    uint32_t x = kb_stories_place(&g->stories, a), y = kb_stories_place(&g->stories, b);
    if (x == KB_NO_PLACE || y == KB_NO_PLACE || x == y)
        return 0;
    *pair = pair_of(g, x, y);
    return kb_young_articles(g->young, &g->stories.of[pair->small], articles, SMALL + 1);
}

/* named: the story of the article's source, or NULL. */
static enum kb_status add(struct kb_grouper *g, const struct kb_fingerprint *print,
                          int64_t time, const uint64_t *named, struct kb_decision *out,
                          struct kb_err *err) {
    struct kb_features features;
    uint32_t seed = print->language_seed;
    enum kb_status status = look_at(g, print, time, &features, err);
    if (status != KB_OK)
        return status;
    bool filled_in;
    size_t n = kb_reprints_find(g->reprints, print, out->reprints, &filled_in);
    struct kb_stories *s = &g->stories;
    find_shares(g, &features);
    struct choice best = find_reprint(g, out->reprints, n, filled_in, seed);
    struct choice by_name = named ? find_named(g, *named, seed) : nothing;
    out->nearest = best.article;
    out->how = best.how;
    if (by_name.place != KB_NO_PLACE)
        best = by_name;
    else if (best.place == KB_NO_PLACE && !filled_in)
        best = find_nearest(g, seed);
    out->how = out->how == KB_JOIN_REPRINT ? out->how : best.how;
    bool dated = time > 0;
    time = kb_stories_time(s, time);
    out->same = dated ? find_same(g, best.place, seed, time) : KB_NO_STORY;
    for (size_t i = 0; i < n; i++)
        s->of[kb_reprints_story(g->reprints, out->reprints[i].article)].blocked = false;
    kb_shares_clear(&s->shares);
    out->article = kb_reprints_next(g->reprints);
    if (best.place == KB_NO_PLACE)
        best.place = place_of(g, s->next, time);
    out->story = s->of[best.place].number;
    out->score = best.near;
    out->reprint_count = n;
    status = join(g, print, time, &features, best.place, err);
    /* The window may have moved on over one of the two. */
    struct kb_young_article *articles[SMALL + 1];
    struct pair pair;
    if (out->same != KB_NO_STORY && !movable(g, out->story, out->same, &pair, articles))
        out->same = KB_NO_STORY;
    return status;
}

enum kb_status kb_grouper_add(struct kb_grouper *g, const struct kb_fingerprint *print,
                              int64_t time, struct kb_decision *out, struct kb_err *err) {
    return add(g, print, time, NULL, out, err);
}

enum kb_status kb_grouper_add_named(struct kb_grouper *g,
                                    const struct kb_fingerprint *print, int64_t time,
                                    uint64_t story, struct kb_decision *out,
                                    struct kb_err *err) {
    return story >= g->stories.next ? not_given(g, story, err)
                                    : add(g, print, time, &story, out, err);
}

uint64_t kb_grouper_nearest(struct kb_grouper *g, const struct kb_fingerprint *print) {
    struct kb_stories *s = &g->stories;
    struct kb_features features;
    float best = 0, second = 0;
    uint64_t story = KB_NO_STORY;
    kb_usage_weigh(g->usage, print, &features);
    kb_shares_take(&s->shares, &s->terms, &s->anchors, &features);
    for (size_t i = 0; i < s->shares.count; i++) {
        uint32_t place = s->shares.touched[i];
        if (!s->of[place].living)
            continue;
        float near = nearer_of(nearness(g, place, print->language_seed));
        second = near > best ? best : near > second ? near : second;
        story = near > best ? s->of[place].number : story;
        best = near > best ? near : best;
    }
    kb_shares_clear(&s->shares);
    return best >= kb_named_near && best >= second * kb_named_margin ? story
                                                                     : KB_NO_STORY;
}

enum kb_status kb_grouper_merge(struct kb_grouper *g, uint64_t a, uint64_t b,
                                struct kb_err *err) {
    struct kb_young_article *articles[SMALL + 1];
    struct pair pair;
    size_t n = movable(g, a, b, &pair, articles);
    if (!n)
        return kb_err_set(err, KB_EUSAGE, "stories %llu and %llu cannot be merged",
                          (unsigned long long)a, (unsigned long long)b);
    return absorb(g, pair, articles, n)
               ? KB_OK
               : kb_err_set(err, KB_ENOMEM, "not enough memory for stories");
}

enum kb_status kb_grouper_restore(struct kb_grouper *g,
                                  const struct kb_fingerprint *print, int64_t time,
                                  uint64_t story, struct kb_err *err) {
    struct kb_features features;
    if (story > g->stories.next)
        return not_given(g, story, err);
    enum kb_status status = look_at(g, print, time, &features, err);
    if (status != KB_OK)
        return status;
    time = kb_stories_time(&g->stories, time);
    uint32_t place = place_of(g, story, time);
    return join(g, print, time, &features, place, err);
}
