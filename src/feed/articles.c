/* The links of a page → those that look like articles of its site.
 *
 * A link is judged by its address (shape.c), by its text (headlines are longer than
 * names of sections), by what it stands in, and by its company: links whose addresses
 * are of one make are articles together or none of them is.  These are general rules; no
 * site has one of its own, and no language. */
#include "feed/page.h"
#include "feed/shape.h"

#include <stdlib.h>

enum {
    ENOUGH = 5,    /* a score from which on a link is told */
    COMPANY = 3,   /* links that make a group */
    HEADLINE = 30, /* weights of texts: a headline, … */
    SHORT_LINE = 18,
    NAME = 12 /* … a section's name */
};

struct link {
    const struct kb_feed_anchor *anchor;
    int score;
    uint8_t make; /* what addresses of one make have alike */
};

struct group {
    size_t count, weight;
};

static uint8_t make_of(const struct kb_shape *shape) {
    int depth = shape->depth > 7 ? 7 : shape->depth;
    return (uint8_t)(depth | shape->dated << 3 | shape->page << 4 |
                     (shape->id_digits >= 5) << 5 | (shape->words >= 3) << 6 |
                     shape->query_id << 7);
}

static int text_score(const struct kb_feed_anchor *a) {
    int score = a->weight >= 2 * HEADLINE ? 4
                : a->weight >= HEADLINE   ? 3
                : a->weight >= SHORT_LINE ? 1
                : a->weight >= NAME       ? 0
                                          : -2;
    return score + (a->heading ? 3 : 0) - (a->main ? 0 : 4);
}

static int company_score(const struct group *group) {
    if (group->count < COMPANY)
        return 0;
    size_t mean = group->weight / group->count;
    return mean >= HEADLINE ? 2 : mean < NAME ? -2 : 0;
}

static int compare(const void *left, const void *right) {
    const struct link *a = left, *b = right;
    return a->score != b->score ? b->score - a->score
                                : (a->anchor > b->anchor) - (a->anchor < b->anchor);
}

/* Two addresses of the page itself: with and without the last slash. */
static bool is_page(struct kb_str url, struct kb_str base) {
    if (url.n && url.p[url.n - 1] == '/')
        url.n--;
    base = kb_str_slice(base, 0, kb_str_find_byte(base, '#'));
    if (base.n && base.p[base.n - 1] == '/')
        base.n--;
    return kb_str_equal(url, base);
}

void kb_feed_find_articles(struct kb_feed_make *make,
                           const struct kb_feed_anchor *anchors, size_t count,
                           struct kb_str base, struct kb_discovery *found) {
    struct group groups[256] = {{0, 0}};
    struct kb_str host = kb_url_host(base);
    struct link *links = kb_arena_zalloc(make->arena, count ? count : 1, sizeof *links);
    size_t n = 0;
    for (size_t i = 0; links && i < count; i++) {
        struct kb_shape shape;
        if (!kb_shape_same_site(kb_url_host(anchors[i].url), host) ||
            is_page(anchors[i].url, base))
            continue;
        kb_shape_read(anchors[i].url, &shape);
        int score = kb_shape_score(&shape);
        if (score < 0)
            continue;
        links[n] = (struct link){&anchors[i], score, make_of(&shape)};
        groups[links[n].make].count++;
        groups[links[n++].make].weight += anchors[i].weight;
    }
    for (size_t i = 0; i < n; i++)
        links[i].score +=
            text_score(links[i].anchor) + company_score(&groups[links[i].make]);
    if (n)
        qsort(links, n, sizeof *links, compare);
    for (size_t i = 0; i < n && links[i].score >= ENOUGH && i < KB_LIMIT_FOUND_ARTICLES;
         i++) {
        struct kb_found_article *article = kb_feed_add(make, &found->articles);
        if (article)
            *article = (struct kb_found_article){links[i].anchor->url,
                                                 links[i].anchor->text, links[i].score};
    }
}
