/* Inside story: which articles stand in which. */
#ifndef KB_STORY_REPRINTS_H
#define KB_STORY_REPRINTS_H

#include "story/story.h"

enum { KB_REPRINT_NUMBERS = 32, KB_REPRINTS = 64 };

/* An earlier article that has words of this one. */
struct kb_reprint {
    uint32_t article;
    float inside, holds; /* the share of this one's text in it, of its in this one */
    bool conflict;       /* the words are alike and the numbers are not: one template */
};

struct kb_reprints;

enum kb_status kb_reprints_new(struct kb_reprints **out, struct kb_err *err) KB_MUST_USE;
void kb_reprints_free(struct kb_reprints *reprints);

/* Those that share the most, at most KB_REPRINTS; returns how many. */
size_t kb_reprints_find(struct kb_reprints *reprints, const struct kb_fingerprint *print,
                        struct kb_reprint out[KB_REPRINTS]);

/* Keeps the article as the next number, from 0 on. */
enum kb_status kb_reprints_add(struct kb_reprints *reprints,
                               const struct kb_fingerprint *print, uint32_t story,
                               struct kb_err *err) KB_MUST_USE;

#endif
