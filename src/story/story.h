/* story: articles → fingerprints; fingerprints → stories, and who is near whom.
 *
 * May include base, lang, html, page, feed and article.  Pure: no I/O, no clock.
 *
 * A fingerprint is what one article says, counted: its terms (stems; two characters of
 * scripts without spaces), its anchors (what crosses languages: numbers, and words'
 * consonants), a sketch of its word sequences.  Weights come later, from how often
 * everybody else says the same.  docs/stories.md tells the method and its
 * measurements. */
#ifndef KB_STORY_H
#define KB_STORY_H

#include "base/base.h"
#include "lang/lang.h"

/* ---- fingerprints ------------------------------------------------------------------ */

enum {
    KB_STORY_TERMS = 128,  /* terms of an article that are kept: its weightiest */
    KB_STORY_ANCHORS = 64, /* the same of anchors */
    KB_STORY_SKETCH = 80   /* hashes of shingles */
};

/* The lowest bit of a shingle's hash: it stands in the second half of its text. */
enum { KB_SHINGLE_LATE = 1 };

/* One thing that an article says. */
struct kb_trait {
    uint32_t hash;
    float count;   /* how often; more in the headline; one of a few steps */
    uint8_t level; /* how common such a thing is before anything was seen, below
                      KB_TRAIT_LEVELS; higher is rarer */
    bool name;     /* written with a capital wherever that says something */
    bool plain;    /* while it is counted: somewhere without one */
    bool head;     /* the headline says it; not packed, grouping does not ask */
    bool number;
};

enum { KB_TRAIT_LEVELS = 8 };

struct kb_fingerprint {
    char language[4]; /* kb_lang_primary's */
    uint32_t language_seed;
    struct kb_trait *terms, *anchors; /* in the arena, by hash; no two with one */
    size_t term_count, anchor_count;
    uint32_t sketch[KB_STORY_SKETCH]; /* the smallest hashes, in order */
    size_t sketch_count, shingle_count;
};

/* What takes fingerprints, used again from article to article; one thread at a time. */
struct kb_printer;

enum kb_status kb_printer_new(struct kb_printer **out, struct kb_err *err) KB_MUST_USE;
void kb_printer_free(struct kb_printer *printer);

/* It asks these stems from now on, which stay the caller's and outlive it: who looks at
 * the same texts knows their words already. */
struct kb_stems;
void kb_printer_share(struct kb_printer *printer, struct kb_stems *stems);

/* An article's fingerprint; its traits are in the arena.  language is a BCP 47 tag and
 * may be empty: then the text's is detected.  Past KB_LIMIT_STORY_BYTES text is not
 * looked at. */
enum kb_status kb_fingerprint_take(struct kb_printer *printer, struct kb_arena *arena,
                                   struct kb_str title, struct kb_str text,
                                   struct kb_str language, struct kb_fingerprint *out,
                                   struct kb_err *err) KB_MUST_USE;

/* A fingerprint as bytes that last: the same on every machine, some 1,050 of a usual
 * article.  Nothing is lost: an unpacked print groups as the one that was packed.  The
 * buffer's status tells whether there was memory. */
void kb_fingerprint_pack(const struct kb_fingerprint *print, struct kb_buf *out);

/* The print of such bytes; its traits are in the arena.  KB_EINPUT where they are damaged
 * or of another version: then it is taken anew from the article. */
enum kb_status kb_fingerprint_unpack(struct kb_str bytes, struct kb_arena *arena,
                                     struct kb_fingerprint *out,
                                     struct kb_err *err) KB_MUST_USE;

/* ---- weights ----------------------------------------------------------------------- */

/* A trait's share in an article; an article's shares have the length 1 as a vector. */
struct kb_feature {
    uint32_t key;
    float weight;
};

struct kb_features {
    struct kb_feature terms[KB_STORY_TERMS], anchors[KB_STORY_ANCHORS];
    size_t term_count, anchor_count;
};

/* In how many articles each trait stood, by language. */
struct kb_usage;

enum kb_status kb_usage_new(struct kb_usage **out, struct kb_err *err) KB_MUST_USE;
void kb_usage_free(struct kb_usage *usage);

/* Counts an article in. */
enum kb_status kb_usage_add(struct kb_usage *usage, const struct kb_fingerprint *print,
                            struct kb_err *err) KB_MUST_USE;

/* Lets what was counted so far count half. */
void kb_usage_fade(struct kb_usage *usage);

/* The traits' weights: what few others in its language say tells most, names more. */
void kb_usage_weigh(const struct kb_usage *usage, const struct kb_fingerprint *print,
                    struct kb_features *out);

/* Each term of the headline with its share of what the headline says: all are 1 together.
 * Returns how many. */
size_t kb_usage_headline(const struct kb_usage *usage, const struct kb_fingerprint *print,
                         struct kb_feature out[KB_STORY_TERMS]);

/* ---- stories ----------------------------------------------------------------------- */

/* Articles that come one by one are put into stories; what was decided stays.
 *
 * Articles and stories have running numbers from 0 on, which are never used again; who
 * keeps them under other names keeps the numbers beside.  Remembered are the articles of
 * the last KB_LIMIT_STORY_DAYS before the newest, at most KB_LIMIT_STORY_ARTICLES of
 * them, and the stories that have one of them; no article joins others.  So memory, and
 * what one more article costs, depend on how many come in that time. */
struct kb_grouper;

enum kb_status kb_grouper_new(struct kb_grouper **out, struct kb_err *err) KB_MUST_USE;
void kb_grouper_free(struct kb_grouper *grouper);

/* What time it is for the grouper: the newest article's, where that can be believed; 0
 * before the first that has one. */
int64_t kb_grouper_time(const struct kb_grouper *grouper);

/* The first article that is remembered; whether a story is, by its number. */
uint64_t kb_grouper_first(const struct kb_grouper *grouper);
bool kb_grouper_remembers(const struct kb_grouper *grouper, uint64_t story);

/* The numbers that the next article and the next new story get. */
uint64_t kb_grouper_articles(const struct kb_grouper *grouper);
uint64_t kb_grouper_stories(const struct kb_grouper *grouper);

enum kb_join {
    KB_JOIN_FOUNDED, /* nothing was near enough: a story of its own */
    KB_JOIN_REPRINT, /* an earlier article's text, or part of it */
    KB_JOIN_SAME,    /* near what the story says in its language */
    KB_JOIN_ACROSS,  /* near what it says in others */
    KB_JOIN_NAMED    /* its source's story, and not far from it */
};

#define KB_NO_ARTICLE UINT64_MAX
#define KB_NO_STORY UINT64_MAX

enum { KB_REPRINTS = 64 };

/* An earlier article that has words of this one. */
struct kb_reprint {
    uint64_t article;
    float inside, holds; /* the share of this one's text in it, of its in this one */
    bool conflict;       /* the words are alike and the numbers are not: one template */
};

struct kb_decision {
    uint64_t article, story; /* this article's number; its story's */
    float score;             /* 1 is just near enough; 0 where it founded the story */
    enum kb_join how;
    uint64_t nearest; /* the article that it is a reprint of, or KB_NO_ARTICLE */
    uint64_t same;    /* another story that proves to be this one, or KB_NO_STORY */
    struct kb_reprint reprints[KB_REPRINTS]; /* those that share the most first */
    size_t reprint_count;
};

/* Puts an article into a story.  time is in seconds since 1970, 0 where nobody knows:
 * then it counts as from now.  An article may come late, and one from the future counts
 * as one of tomorrow. */
enum kb_status kb_grouper_add(struct kb_grouper *grouper,
                              const struct kb_fingerprint *print, int64_t time,
                              struct kb_decision *out, struct kb_err *err) KB_MUST_USE;

/* The same for an article that names its source, which stands in that story: it joins it
 * unless it is far from what the story says, for a page can name what it likes. */
enum kb_status kb_grouper_add_named(struct kb_grouper *grouper,
                                    const struct kb_fingerprint *print, int64_t time,
                                    uint64_t story, struct kb_decision *out,
                                    struct kb_err *err) KB_MUST_USE;

/* The story that an article is nearest to, half as near as it had to be to join it at
 * least, and half as near again as to any other: KB_NO_STORY where there is none.  For
 * who has more to say for it. */
uint64_t kb_grouper_nearest(struct kb_grouper *grouper,
                            const struct kb_fingerprint *print);

/* Two stories become one, as a decision said that they are: it has the older number, the
 * younger is given out no more.  For who agrees, and tells it those who know the younger
 * one; before the next article. */
enum kb_status kb_grouper_merge(struct kb_grouper *grouper, uint64_t a, uint64_t b,
                                struct kb_err *err) KB_MUST_USE;

/* Puts the next article into the story that it was found to be in before, a number that
 * was given out or, for a new one, kb_grouper_stories': so a grouper is filled from what
 * was kept, in the articles' order. */
enum kb_status kb_grouper_restore(struct kb_grouper *grouper,
                                  const struct kb_fingerprint *print, int64_t time,
                                  uint64_t story, struct kb_err *err) KB_MUST_USE;

/* ---- what is related --------------------------------------------------------------- */

/* Articles that are all known before the first question. */
struct kb_related;

struct kb_related_article {
    size_t article;
    float score; /* 0 to 1; from .5 on near enough for one story */
};

enum kb_status kb_related_new(struct kb_related **out, struct kb_err *err) KB_MUST_USE;
void kb_related_free(struct kb_related *related);

/* Adds the next article, from 0 on.  The print's traits have to stay. */
enum kb_status kb_related_add(struct kb_related *related,
                              const struct kb_fingerprint *print,
                              struct kb_err *err) KB_MUST_USE;

/* All that share something with an article, nearest first, in the arena.  From the first
 * call on no article can be added. */
enum kb_status kb_related_of(struct kb_related *related, size_t article,
                             struct kb_arena *arena, struct kb_related_article **out,
                             size_t *count, struct kb_err *err) KB_MUST_USE;

/* ---- a story's chain of sources (chain.h), why two articles are near (why.h) ------- */

#include "story/chain.h"
#include "story/why.h"

#endif
