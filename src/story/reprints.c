/* A sketch enters; the earlier articles whose text stands in this one, or the other way
 * round, leave.
 *
 * Sketches are the smallest hashes of shingles, so below the lesser of two sketches'
 * largest hashes both texts are sampled alike, and shares there estimate shares of the
 * texts (Broder, 1997).  Both directions are kept: a cut reprint stands whole in its
 * original.  Texts made from one template ("… stocks close higher") share most words and
 * differ in their numbers, which reprints do not.
 *
 * Articles stand in a ring, each with its sketch and, for each hash in it that another
 * one had before, a link to the last of these; a table has the youngest one of each hash.
 *  A link is an article's number, a place in its sketch, and a few bits of the hash, so
 *  that
 * looking through the table need not look into articles; all in 32 bits.  Most hashes are
 * one article's alone, so links are few.  The oldest article is the end of all its
 * chains, so forgetting it takes its hashes' entries out of the table where it is also
 * the youngest, and nothing else. */
#include "story/reprints.h"

#include <stdlib.h>

enum {
    CHAIN = 48, /* articles that have a shingle and are looked at: more is boilerplate */
    LEAST_SHARED = 4,  /* shingles that make a candidate */
    BOILERPLATE = 4,   /* stories that a shingle of no story's own stands in */
    NUMBERS = 32,      /* of a text that are compared */
    LEAST_NUMBERS = 3, /* that a conflict takes; of texts that are nearly one, fewer */
    FEW_NUMBERS = 2,
    SEGMENTS =
        64, /* of the table, which grow one by one: old and new are never all there */
    LEAST_ROOM = 128,
    PLACE_BITS =
        7, /* of a link; then the hash's; the rest is an article's number's end */
    HASH_BITS = 6,
    ARTICLE_SHIFT = PLACE_BITS + HASH_BITS
};

/* The share of both texts that a template makes: a report that another one has a part of
 * may well have other numbers.  And the share from which two numbers are enough. */
static const float template_share = .5f, template_whole = .75f;

/* An all-ones place stands in no sketch. */
#define NO_LINK UINT32_MAX
_Static_assert(KB_STORY_SKETCH < 1 << PLACE_BITS, "a link has room for a place");
_Static_assert(KB_LIMIT_STORY_ARTICLES <= (size_t)1 << (32 - ARTICLE_SHIFT - 2),
               "the end of a number tells one remembered article from another");

/* Made as large as it has to be: the sketch, its links, numbers. */
struct kept {
    int64_t time;
    uint32_t story;
    uint32_t linked[(KB_STORY_SKETCH + 31) / 32]; /* bits: hashes that have a link */
    uint8_t shared; /* hashes, with the one that is looked at */
    uint8_t sketch_count, number_count;
    uint32_t words[];
};

struct kb_reprints {
    struct kept **kept; /* a ring: the place is the number's end */
    uint64_t first, next;
    size_t cap; /* a power of two */
    struct segment {
        uint32_t *table; /* links; open addressing by hash */
        uint32_t used, room;
    } segments[SEGMENTS];
    uint64_t touched[KB_STORY_SKETCH * CHAIN];
    uint32_t own[KB_STORY_SKETCH], common[KB_STORY_SKETCH]; /* of the one looked at */
    size_t own_count, common_count;
};

void kb_reprints_free(struct kb_reprints *r) {
    if (!r)
        return;
    for (uint64_t n = r->first; n < r->next; n++)
        free(r->kept[n & (r->cap - 1)]);
    for (size_t i = 0; i < SEGMENTS; i++)
        free(r->segments[i].table);
    free(r->kept);
    free(r);
}

uint64_t kb_reprints_first(const struct kb_reprints *r) {
    return r->first;
}
uint64_t kb_reprints_next(const struct kb_reprints *r) {
    return r->next;
}

static struct kept *kept_of(const struct kb_reprints *r, uint64_t article) {
    return r->kept[article & (r->cap - 1)];
}

static size_t bits_of(uint32_t word) {
    return (size_t)__builtin_popcount(word);
}

/* How many hashes before this place have a link. */
static size_t links_before(const struct kept *kept, size_t place) {
    size_t n = 0, word = 0;
    for (; word < place / 32; word++)
        n += bits_of(kept->linked[word]);
    return place % 32 ? n + bits_of(kept->linked[word] << (32 - place % 32)) : n;
}

static uint32_t *links_of(const struct kept *kept) {
    return (uint32_t *)kept->words + kept->sketch_count;
}

/* The ends of the numbers' hashes, in order. */
static uint16_t *numbers_in(const struct kept *kept) {
    return (uint16_t *)(links_of(kept) + links_before(kept, kept->sketch_count));
}

static uint32_t link_of(const struct kept *kept, size_t place) {
    return kept->linked[place / 32] >> place % 32 & 1
               ? links_of(kept)[links_before(kept, place)]
               : NO_LINK;
}

uint32_t kb_reprints_story(const struct kb_reprints *r, uint64_t article) {
    return kept_of(r, article)->story;
}
void kb_reprints_move(struct kb_reprints *r, uint64_t article, uint32_t story) {
    kept_of(r, article)->story = story;
}
int64_t kb_reprints_time(const struct kb_reprints *r, uint64_t article) {
    return kept_of(r, article)->time;
}

/* ---- links ------------------------------------------------------------------------- */

/* Sketches have the smallest hashes, so their low bits are spread evenly and their high
 * ones are not. */
static uint32_t spread(uint32_t hash) {
    return (hash >> 1) * 2654435769u;
}

static uint32_t some_bits(uint32_t hash) {
    return (hash >> 1 & ((1u << HASH_BITS) - 1)) << PLACE_BITS;
}

static uint32_t link_to(uint64_t article, uint32_t hash, size_t place) {
    return (uint32_t)(article << ARTICLE_SHIFT) | some_bits(hash) | (uint32_t)place;
}

static size_t place_of(uint32_t link) {
    return link & ((1u << PLACE_BITS) - 1);
}

/* How long ago the article came, counted in articles from the next one's number back. */
static uint32_t age_of(const struct kb_reprints *r, uint32_t link) {
    return (uint32_t)((r->next - (link >> ARTICLE_SHIFT)) &
                      ((1u << (32 - ARTICLE_SHIFT)) - 1));
}

static bool is_kept(const struct kb_reprints *r, uint32_t link) {
    return link != NO_LINK && age_of(r, link) <= r->next - r->first;
}

static uint64_t article_of(const struct kb_reprints *r, uint32_t link) {
    return r->next - age_of(r, link);
}

static uint32_t hash_of(const struct kb_reprints *r, uint32_t link) {
    return kept_of(r, article_of(r, link))->words[place_of(link)] | KB_SHINGLE_LATE;
}

static bool has_hash(const struct kb_reprints *r, uint32_t link, uint32_t hash) {
    const uint32_t mask = ((1u << HASH_BITS) - 1) << PLACE_BITS;
    return (link & mask) == some_bits(hash) && hash_of(r, link) == hash;
}

static struct segment *segment_of(struct kb_reprints *r, uint32_t hash) {
    return &r->segments[spread(hash) / (UINT32_MAX / SEGMENTS + 1)];
}

static uint32_t home_of(const struct segment *s, uint32_t hash) {
    return (uint32_t)((uint64_t)(spread(hash) * SEGMENTS) * s->room >> 32);
}

static uint32_t after(const struct segment *s, uint32_t at) {
    return at + 1 == s->room ? 0 : at + 1;
}

static uint32_t steps(const struct segment *s, uint32_t from, uint32_t to) {
    return to >= from ? to - from : to + s->room - from;
}

/* Where a hash's link stands in its segment, or would. */
static uint32_t *find(struct kb_reprints *r, uint32_t hash) {
    const struct segment *s = segment_of(r, hash);
    uint32_t at = home_of(s, hash);
    while (s->table[at] != NO_LINK && !has_hash(r, s->table[at], hash))
        at = after(s, at);
    return &s->table[at];
}

/* A table is larger than what the processor keeps near: it is asked for all places that
 * are looked at before the first is. */
static void expect(struct kb_reprints *r, const uint32_t *hashes, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const struct segment *s = segment_of(r, hashes[i] | KB_SHINGLE_LATE);
        __builtin_prefetch(&s->table[home_of(s, hashes[i] | KB_SHINGLE_LATE)]);
    }
}

static void expect_hash(const struct kb_reprints *r, uint32_t link) {
    if (link != NO_LINK)
        __builtin_prefetch(&kept_of(r, article_of(r, link))->words[place_of(link)]);
}

/* Those behind move up, so that none of them is cut off (Knuth, 6.4, algorithm R). */
static void take_out(struct kb_reprints *r, struct segment *s, uint32_t hole) {
    for (uint32_t at = after(s, hole); s->table[at] != NO_LINK; at = after(s, at)) {
        uint32_t home = home_of(s, hash_of(r, s->table[at]));
        if (steps(s, home, at) >= steps(s, hole, at)) {
            s->table[hole] = s->table[at];
            hole = at;
        }
    }
    s->table[hole] = NO_LINK;
    s->used--;
}

/* ---- comparing --------------------------------------------------------------------- */

static int by_value(const void *a, const void *b) {
    uint16_t x = *(const uint16_t *)a, y = *(const uint16_t *)b;
    return x < y ? -1 : x > y;
}

static size_t numbers_of(const struct kb_fingerprint *print, uint16_t out[NUMBERS]) {
    size_t n = 0;
    for (size_t i = 0; i < print->term_count && n < NUMBERS; i++) {
        if (print->terms[i].number)
            out[n++] = (uint16_t)print->terms[i].hash;
    }
    qsort(out, n, sizeof *out, by_value);
    return n;
}

/* Members of a, up to most, that b has too; in *early those of them that stand in the
 * first half of both texts. */
static size_t common(const uint32_t *a, size_t n, const uint32_t *b, size_t m,
                     uint32_t most, size_t *early) {
    size_t i = 0, k = 0, both = 0;
    *early = 0;
    while (i < n && k < m && a[i] <= most && b[k] <= most) {
        uint32_t x = a[i] | KB_SHINGLE_LATE, y = b[k] | KB_SHINGLE_LATE;
        if (x == y) {
            both++;
            *early += !((a[i] | b[k]) & KB_SHINGLE_LATE);
        }
        i += x <= y;
        k += y <= x;
    }
    return both;
}

static size_t below(const uint32_t *a, size_t n, uint32_t most) {
    size_t i = 0;
    while (i < n && a[i] <= most)
        i++;
    return i;
}

/* The largest hash up to which a sketch has all of its text. */
static uint32_t reach(const uint32_t *sketch, size_t n) {
    return n < KB_STORY_SKETCH ? UINT32_MAX : sketch[n - 1];
}

/* Numbers that both texts have, where order is all that counts. */
static size_t same_numbers(const uint16_t *a, size_t n, const struct kept *kept) {
    const uint16_t *b = numbers_in(kept);
    size_t i = 0, k = 0, both = 0;
    while (i < n && k < kept->number_count) {
        both += a[i] == b[k];
        uint16_t x = a[i], y = b[k];
        i += x <= y;
        k += y <= x;
    }
    return both;
}

static struct kb_reprint compare(const struct kb_reprints *r,
                                 const struct kb_fingerprint *print,
                                 const uint16_t *numbers, size_t number_count,
                                 uint64_t article) {
    const struct kept *kept = kept_of(r, article);
    uint32_t mine = reach(print->sketch, print->sketch_count);
    uint32_t other = reach(kept->words, kept->sketch_count);
    uint32_t most = mine < other ? mine : other;
    size_t early, unused;
    size_t both =
        common(r->own, r->own_count, kept->words, kept->sketch_count, most, &early);
    size_t a = below(r->own, r->own_count, most);
    size_t b = below(kept->words, kept->sketch_count, most) -
               common(r->common, r->common_count, kept->words, kept->sketch_count, most,
                      &unused);
    if (early * 4 < both) /* what only ends alike has the same house, not the same text */
        both = 0;
    size_t fewer = number_count < kept->number_count ? number_count : kept->number_count;
    float inside = a ? (float)both / (float)a : 0, holds = b ? (float)both / (float)b : 0;
    float least = inside < holds ? inside : holds;
    return (struct kb_reprint){
        .article = article,
        .inside = inside,
        .holds = holds,
        .conflict = least >= template_share &&
                    fewer >= (least >= template_whole ? FEW_NUMBERS : LEAST_NUMBERS) &&
                    same_numbers(numbers, number_count, kept) * 2 < fewer,
    };
}

static int nearer(const void *a, const void *b) {
    const struct kb_reprint *x = a, *y = b;
    float p = x->inside + x->holds, q = y->inside + y->holds;
    if (p != q)
        return p > q ? -1 : 1;
    return x->article < y->article ? -1 : x->article > y->article;
}

/* Whether the hash is everybody's: four stories have it. */
static bool is_common(struct kb_reprints *r, uint32_t hash) {
    uint32_t story = 0;
    size_t length = 0, stories = 0;
    for (uint32_t l = *find(r, hash | KB_SHINGLE_LATE); is_kept(r, l) && length < CHAIN;
         length++) {
        const struct kept *kept = kept_of(r, article_of(r, l));
        stories += !length || kept->story != story;
        story = kept->story;
        if (stories == BOILERPLATE)
            return true;
        l = link_of(kept, place_of(l));
    }
    return false;
}

/* Marks the articles that have the hash. */
static size_t follow(struct kb_reprints *r, uint32_t hash, size_t touched) {
    uint32_t l = *find(r, hash | KB_SHINGLE_LATE);
    for (size_t length = 0; is_kept(r, l) && length < CHAIN; length++) {
        uint64_t article = article_of(r, l);
        if (kept_of(r, article)->shared++ == 0)
            r->touched[touched++] = article;
        l = link_of(kept_of(r, article), place_of(l));
    }
    return touched;
}

/* Where more than half of a text is everybody's, its beginning too, it was filled into
 * a template, and only what has nearly all of it is a reprint: then all is compared. */
size_t kb_reprints_find(struct kb_reprints *r, const struct kb_fingerprint *print,
                        struct kb_reprint out[KB_REPRINTS], bool *filled_in) {
    uint16_t numbers[NUMBERS];
    size_t number_count = numbers_of(print, numbers), touched = 0, n = 0;
    r->own_count = r->common_count = 0;
    size_t early = 0, early_common = 0;
    expect(r, print->sketch, print->sketch_count);
    for (size_t i = 0; i < print->sketch_count; i++) {
        bool all = is_common(r, print->sketch[i]);
        early += !(print->sketch[i] & KB_SHINGLE_LATE);
        early_common += all && !(print->sketch[i] & KB_SHINGLE_LATE);
        if (all)
            r->common[r->common_count++] = print->sketch[i];
        else
            r->own[r->own_count++] = print->sketch[i];
    }
    *filled_in = r->common_count > r->own_count && early_common * 4 > early;
    if (*filled_in) {
        memcpy(r->own, print->sketch, print->sketch_count * sizeof *r->own);
        r->own_count = print->sketch_count;
        r->common_count = 0;
    }
    for (size_t i = 0; i < r->own_count; i++)
        touched = follow(r, r->own[i], touched);
    for (size_t i = 0; i < touched; i++) {
        struct kept *kept = kept_of(r, r->touched[i]);
        if (kept->shared >= LEAST_SHARED && n < KB_REPRINTS)
            out[n++] = compare(r, print, numbers, number_count, r->touched[i]);
        kept->shared = 0;
    }
    qsort(out, n, sizeof *out, nearer);
    return n;
}

/* ---- keeping ----------------------------------------------------------------------- */

/* Room for so many more; at least three twentieths are kept free. */
static bool segment_room(struct kb_reprints *r, struct segment *s, uint32_t more) {
    enum { AHEAD = 16 };
    struct segment old = *s;
    if ((old.used + more) * 20 <= old.room * 17)
        return true;
    s->room = old.room ? old.room + old.room / 4 : LEAST_ROOM;
    s->table = malloc(s->room * sizeof *s->table);
    if (!s->table) {
        *s = old;
        return false;
    }
    memset(s->table, 0xFF, s->room * sizeof *s->table); /* NO_LINK */
    for (uint32_t i = 0; i < old.room; i++) {
        if (i + AHEAD < old.room)
            expect_hash(r, old.table[i + AHEAD]);
        if (old.table[i] != NO_LINK)
            *find(r, hash_of(r, old.table[i])) = old.table[i];
    }
    free(old.table);
    return true;
}

enum kb_status kb_reprints_new(struct kb_reprints **out, struct kb_err *err) {
    struct kb_reprints *r = calloc(1, sizeof *r);
    bool fine = r;
    for (size_t i = 0; fine && i < SEGMENTS; i++)
        fine = segment_room(r, &r->segments[i], 1);
    *out = fine ? r : NULL;
    if (!fine)
        kb_reprints_free(r);
    return fine ? KB_OK : kb_err_set(err, KB_ENOMEM, "not enough memory for sketches");
}

static bool ring_grow(struct kb_reprints *r) {
    size_t cap = r->cap ? r->cap * 2 : 256;
    struct kept **more = malloc(cap * sizeof *more);
    if (!more)
        return false;
    for (uint64_t n = r->first; n < r->next; n++)
        more[n & (cap - 1)] = kept_of(r, n);
    free(r->kept);
    r->kept = more;
    r->cap = cap;
    return true;
}

/* The article without its place in any chain; links are those that its hashes get. */
static struct kept *make_kept(const struct kb_fingerprint *print, uint32_t story,
                              int64_t time, const uint32_t links[KB_STORY_SKETCH]) {
    uint16_t numbers[NUMBERS];
    size_t n = print->sketch_count, linked = 0, number_count = numbers_of(print, numbers);
    for (size_t i = 0; i < n; i++)
        linked += links[i] != NO_LINK;
    struct kept *kept = malloc(sizeof *kept + (n + linked) * sizeof(uint32_t) +
                               number_count * sizeof *numbers);
    if (!kept)
        return NULL;
    *kept = (struct kept){.story = story,
                          .time = time,
                          .sketch_count = (uint8_t)n,
                          .number_count = (uint8_t)number_count};
    memcpy(kept->words, print->sketch, n * sizeof(uint32_t));
    for (size_t i = 0, k = n; i < n; i++) {
        if (links[i] == NO_LINK)
            continue;
        kept->linked[i / 32] |= 1u << i % 32;
        kept->words[k++] = links[i];
    }
    memcpy(numbers_in(kept), numbers, number_count * sizeof *numbers);
    return kept;
}

enum kb_status kb_reprints_add(struct kb_reprints *r, const struct kb_fingerprint *print,
                               uint32_t story, int64_t time, struct kb_err *err) {
    uint32_t links[KB_STORY_SKETCH];
    uint64_t article = r->next;
    bool fine = article - r->first < r->cap || ring_grow(r);
    for (size_t i = 0; fine && i < print->sketch_count; i++) {
        uint32_t hash = print->sketch[i] | KB_SHINGLE_LATE;
        fine = segment_room(r, segment_of(r, hash), KB_STORY_SKETCH);
        links[i] = fine ? *find(r, hash) : NO_LINK;
    }
    struct kept *kept = fine ? make_kept(print, story, time, links) : NULL;
    if (!kept)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for sketches");
    r->kept[article & (r->cap - 1)] = kept;
    r->next++;
    for (size_t i = 0; i < print->sketch_count; i++) {
        uint32_t hash = print->sketch[i] | KB_SHINGLE_LATE;
        uint32_t *link = find(r, hash);
        segment_of(r, hash)->used += *link == NO_LINK;
        *link = link_to(article, hash, i);
    }
    return KB_OK;
}

/* Finds the entries of the article, and asks for what has to be known of those behind
 * them. */
static void expect_entries(struct kb_reprints *r, const struct kept *kept) {
    expect(r, kept->words, kept->sketch_count);
    for (size_t i = 0; i < kept->sketch_count; i++) {
        uint32_t hash = kept->words[i] | KB_SHINGLE_LATE;
        const struct segment *s = segment_of(r, hash);
        for (uint32_t at = home_of(s, hash); s->table[at] != NO_LINK; at = after(s, at))
            expect_hash(r, s->table[at]);
    }
}

void kb_reprints_forget(struct kb_reprints *r) {
    struct kept *kept = kept_of(r, r->first);
    expect_entries(r, kept);
    for (size_t i = 0; i < kept->sketch_count; i++) {
        uint32_t hash = kept->words[i] | KB_SHINGLE_LATE, *link = find(r, hash);
        struct segment *s = segment_of(r, hash);
        if (*link == link_to(r->first, hash, i))
            take_out(r, s, (uint32_t)(link - s->table));
    }
    r->first++;
    free(kept);
}
