/* The last articles' traits in a ring, each with a link to the one before it in its
 * story.
 *
 * A story's sums tell what it says, but not of which traits they are made: to put one
 * into another its traits have to be found.  Those of the last few thousand articles are
 * kept for that; a story that is older or larger stays where it is. */
#include "story/young.h"

#include <stdlib.h>

struct kb_young {
    struct kb_young_article *of[KB_YOUNG_ARTICLES];
};

enum kb_status kb_young_new(struct kb_young **out, struct kb_err *err) {
    *out = calloc(1, sizeof **out);
    return *out ? KB_OK : kb_err_set(err, KB_ENOMEM, "not enough memory for stories");
}

void kb_young_free(struct kb_young *young) {
    for (size_t i = 0; young && i < KB_YOUNG_ARTICLES; i++)
        free(young->of[i]);
    free(young);
}

static struct kb_young_article *find(struct kb_young *young, uint64_t article) {
    struct kb_young_article *kept = young->of[article % KB_YOUNG_ARTICLES];
    return kept && kept->article == article ? kept : NULL;
}

bool kb_young_add(struct kb_young *young, struct kb_story *story, uint64_t article,
                  uint32_t seed, int64_t time, const struct kb_features *f) {
    struct kb_young_article **place = &young->of[article % KB_YOUNG_ARTICLES], *kept;
    kept = malloc(sizeof *kept + (f->term_count + f->anchor_count) * sizeof *kept->of);
    if (!kept)
        return false;
    *kept = (struct kb_young_article){
        .article = article,
        .before = story->living > 1 ? story->last : KB_NO_ARTICLE,
        .time = time,
        .seed = seed,
        .term_count = (uint16_t)f->term_count,
        .anchor_count = (uint16_t)f->anchor_count,
    };
    memcpy(kept->of, f->terms, f->term_count * sizeof *f->terms);
    memcpy(kept->of + f->term_count, f->anchors, f->anchor_count * sizeof *f->anchors);
    free(*place);
    *place = kept;
    story->last = article;
    return true;
}

void kb_young_features(const struct kb_young_article *a, struct kb_features *out) {
    out->term_count = a->term_count;
    out->anchor_count = a->anchor_count;
    memcpy(out->terms, a->of, a->term_count * sizeof *a->of);
    memcpy(out->anchors, a->of + a->term_count, a->anchor_count * sizeof *a->of);
}

struct kb_young_article *kb_young_last(struct kb_young *young,
                                       const struct kb_story *story) {
    return find(young, story->last);
}

size_t kb_young_articles(struct kb_young *young, const struct kb_story *story,
                         struct kb_young_article **out, size_t most) {
    uint64_t article = story->last;
    size_t n = 0;
    if (story->living > most)
        return 0;
    while (n < story->living && (out[n] = find(young, article)))
        article = out[n++]->before;
    return n == story->living ? n : 0;
}

void kb_young_absorb(struct kb_story *into, const struct kb_story *story,
                     struct kb_young_article *const *articles, size_t n) {
    articles[n - 1]->before = into->last;
    into->last = story->last;
}
