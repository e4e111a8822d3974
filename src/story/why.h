/* Why two articles are near each other, or are not: what they share, in their own words,
 * and what the grouper makes of it.
 *
 * It is the grouper's own reckoning (docs/stories.md) with the second article in the
 * place of a story; a story of many articles says more than any one of them.  So an
 * article may be in a story with one that it is not near to. */
#ifndef KB_STORY_WHY_H
#define KB_STORY_WHY_H

#include "base/base.h"
#include "lang/lang.h"

struct kb_fingerprint;
struct kb_usage;

struct kb_why_article {
    struct kb_str title, text, language; /* language: BCP 47; empty: detected */
    int64_t time;                        /* seconds since 1970; 0: not known */
    const struct kb_fingerprint *print;  /* NULL: taken of the text */
};

/* Something that both say. */
struct kb_why_shared {
    struct kb_str words[2]; /* as the first and the second print it; empty where it stands
                               past what was looked through */
    float weight;           /* its part of the cosine */
    bool name, number;
};

struct kb_why {
    char languages[2][4];
    struct kb_why_shared *terms, *anchors; /* the weightiest first */
    size_t term_count, anchor_count;
    struct kb_str *numbers[2]; /* that one has and the other has not */
    size_t number_count[2];
    float inside, holds;  /* shares of the first's text in the second's, and of that in
                            it, by their sketches */
    bool conflict;        /* the words are alike and the numbers are not */
    bool timed;           /* both times are known: */
    double hours;         /* from the first to the second */
    bool across;          /* two languages: anchors count, else terms do */
    float cosine, enough; /* what was reached, and what is just enough for one story */
    float reprint_enough; /* the share that makes a reprint */
    bool joins;
    struct kb_str verdict; /* a sentence */
};

/* All in the arena; the words are the articles'.  usage tells how common words are, and
 * may be NULL: then nothing is known but how long they are. */
enum kb_status kb_why(struct kb_arena *arena, const struct kb_usage *usage,
                      const struct kb_why_article *a, const struct kb_why_article *b,
                      struct kb_why *out, struct kb_err *err) KB_MUST_USE;

void kb_why_print_text(const struct kb_why *why, int width, bool color,
                       struct kb_buf *out);
void kb_why_print_json(const struct kb_why *why, int indent, struct kb_buf *out);

#endif
