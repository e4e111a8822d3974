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
    KB_STORY_TERMS = 128,  /* terms of an article that count: its weightiest */
    KB_STORY_ANCHORS = 64, /* the same of anchors */
    KB_STORY_SKETCH = 128  /* hashes of shingles */
};

/* The lowest bit of a shingle's hash: it stands in the second half of its text. */
enum { KB_SHINGLE_LATE = 1 };

/* One thing that an article says. */
struct kb_trait {
    uint32_t hash;
    float count;    /* how often; more in the headline */
    uint8_t length; /* characters, at most 255 */
    bool name;      /* written with a capital wherever it stands */
    bool number;
};

struct kb_fingerprint {
    char language[4]; /* kb_lang_primary's */
    uint32_t language_seed;
    struct kb_trait *terms, *anchors; /* in the arena; no two with one hash */
    size_t term_count, anchor_count;
    uint32_t sketch[KB_STORY_SKETCH]; /* the smallest hashes, in order */
    size_t sketch_count, shingle_count;
};

/* What takes fingerprints, used again from article to article; one thread at a time. */
struct kb_printer;

enum kb_status kb_printer_new(struct kb_printer **out, struct kb_err *err) KB_MUST_USE;
void kb_printer_free(struct kb_printer *printer);

/* An article's fingerprint; its traits are in the arena.  language is a BCP 47 tag and
 * may be empty: then the text's is detected.  Past KB_LIMIT_STORY_BYTES text is not
 * looked at. */
enum kb_status kb_fingerprint_take(struct kb_printer *printer, struct kb_arena *arena,
                                   struct kb_str title, struct kb_str text,
                                   struct kb_str language, struct kb_fingerprint *out,
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

/* The weightiest traits: what few others in its language say, names more. */
void kb_usage_weigh(const struct kb_usage *usage, const struct kb_fingerprint *print,
                    struct kb_features *out);

/* ---- stories ----------------------------------------------------------------------- */

/* Articles that come one by one are put into stories; what was decided stays. */
struct kb_grouper;

enum kb_status kb_grouper_new(struct kb_grouper **out, struct kb_err *err) KB_MUST_USE;
void kb_grouper_free(struct kb_grouper *grouper);

/* Puts an article into a story and gives its number; a new story has the next one, from 0
 * on.  score is how near it was: 1 is just enough. */
enum kb_status kb_grouper_add(struct kb_grouper *grouper,
                              const struct kb_fingerprint *print, size_t *story,
                              float *score, struct kb_err *err) KB_MUST_USE;

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

/* ---- a story's chain of sources (chain.h) ------------------------------------------ */

#include "story/chain.h"

#endif
