/* Inside story: which articles stand in which, and the articles that are remembered. */
#ifndef KB_STORY_REPRINTS_H
#define KB_STORY_REPRINTS_H

#include "story/story.h"

/* The share of one text in another that makes a reprint, where they are also at least
 * half as near as one story's articles are. */
static const float kb_reprint_share = .3f, kb_reprint_near = .5f;

/* The share of a text that was filled into a template which makes it a reprint. */
static const float kb_filled_share = .9f;

struct kb_reprints;

enum kb_status kb_reprints_new(struct kb_reprints **out, struct kb_err *err) KB_MUST_USE;
void kb_reprints_free(struct kb_reprints *reprints);

/* Those that share the most, at most KB_REPRINTS; returns how many.  *filled_in: the text
 * was filled into a template that many stories have. */
size_t kb_reprints_find(struct kb_reprints *reprints, const struct kb_fingerprint *print,
                        struct kb_reprint out[KB_REPRINTS], bool *filled_in);

/* Keeps the article as the next number.  story and time are the caller's. */
enum kb_status kb_reprints_add(struct kb_reprints *reprints,
                               const struct kb_fingerprint *print, uint32_t story,
                               int64_t time, struct kb_err *err) KB_MUST_USE;

/* The articles that are remembered have the numbers from first to next - 1. */
uint64_t kb_reprints_first(const struct kb_reprints *reprints);
uint64_t kb_reprints_next(const struct kb_reprints *reprints);

/* What was given with a remembered article. */
uint32_t kb_reprints_story(const struct kb_reprints *reprints, uint64_t article);
void kb_reprints_move(struct kb_reprints *reprints, uint64_t article, uint32_t story);
int64_t kb_reprints_time(const struct kb_reprints *reprints, uint64_t article);

/* Forgets the first one. */
void kb_reprints_forget(struct kb_reprints *reprints);

#endif
