/* The grouper counts articles and stories from 0 on, the file has numbers of its own:
 * both ways, of what the grouper remembers and no more, so that a year's news takes what
 * a month's does.  What it forgot is let go of where an array is full. */
#include "wire/numbers.h"

#include <stdlib.h>

void kb_numbers_free(struct kb_numbers *n) {
    free(n->articles);
    free(n->stories);
    kb_map_free(&n->of_file);
    *n = (struct kb_numbers){.first = 0};
}

/* Makes room for one more where an array is full: by a half, but not for what would fit
 * beside a quarter that is free. */
static bool room(void **items, size_t count, size_t *cap, size_t size) {
    enum { LEAST = 1024 };
    if (count < *cap - *cap / 4)
        return true;
    size_t more = *cap ? *cap + *cap / 2 : LEAST;
    void *bigger = realloc(*items, more * size);
    if (!bigger)
        return false;
    *items = bigger;
    *cap = more;
    return true;
}

static bool add_article(struct kb_numbers *n, uint64_t first, int64_t article) {
    if (n->article_count == n->article_cap) {
        size_t gone = first > n->first ? (size_t)(first - n->first) : 0;
        gone = gone < n->article_count ? gone : n->article_count;
        n->article_count -= gone;
        n->first += gone;
        if (gone)
            memmove(n->articles, n->articles + gone,
                    n->article_count * sizeof *n->articles);
        void *items = n->articles;
        if (!room(&items, n->article_count, &n->article_cap, sizeof *n->articles))
            return false;
        n->articles = items;
    }
    n->articles[n->article_count++] = article;
    return true;
}

static bool add_story(struct kb_numbers *n, const struct kb_grouper *grouper,
                      int64_t file) {
    bool fine = true;
    if (n->story_count == n->story_cap) {
        size_t kept = 0;
        kb_map_free(&n->of_file);
        for (size_t i = 0; fine && i < n->story_count; i++) {
            if (!kb_grouper_remembers(grouper, n->stories[i].number))
                continue;
            fine = kb_map_put(&n->of_file, n->stories[i].file, n->stories[i].number);
            n->stories[kept++] = n->stories[i];
        }
        void *items = n->stories;
        n->story_count = kept;
        fine = fine && room(&items, kept, &n->story_cap, sizeof *n->stories);
        n->stories = items;
    }
    fine = fine && kb_map_put(&n->of_file, file, n->next);
    if (fine)
        n->stories[n->story_count++] = (struct kb_known_story){n->next++, file};
    return fine;
}

bool kb_numbers_add(struct kb_numbers *n, const struct kb_grouper *grouper,
                    int64_t article, int64_t story) {
    return add_article(n, kb_grouper_first(grouper), article) &&
           (kb_grouper_stories(grouper) == n->next || add_story(n, grouper, story));
}

int64_t kb_numbers_article(const struct kb_numbers *n, uint64_t article) {
    return article >= n->first && article - n->first < n->article_count
               ? n->articles[article - n->first]
               : 0;
}

static struct kb_known_story *find(const struct kb_numbers *n, uint64_t story) {
    size_t low = 0, high = n->story_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (n->stories[middle].number < story)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n->story_count && n->stories[low].number == story ? &n->stories[low]
                                                                   : NULL;
}

int64_t kb_numbers_story(const struct kb_numbers *n, uint64_t story) {
    const struct kb_known_story *known = find(n, story);
    return known ? known->file : 0;
}

bool kb_numbers_of_file(const struct kb_numbers *n, int64_t file, uint64_t *story) {
    return kb_map_get(&n->of_file, file, story);
}

bool kb_numbers_rename(struct kb_numbers *n, uint64_t story, int64_t file) {
    struct kb_known_story *known = find(n, story);
    if (known)
        known->file = file;
    return kb_map_put(&n->of_file, file, story);
}
