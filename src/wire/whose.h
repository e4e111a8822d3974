/* An article and what it says of its sources enter; the story that these stand in
 * leaves. */
#ifndef KB_WIRE_WHOSE_H
#define KB_WIRE_WHOSE_H

#include "article/article.h"
#include "store/store.h"

/* The story of the article that this one says it is from, by its address: 0 where it
 * names none that is here.  Who is merely quoted may have told another story. */
enum kb_status kb_whose_story(struct kb_store *store, const struct kb_article *article,
                              struct kb_arena *arena, int64_t *story,
                              struct kb_err *err) KB_MUST_USE;

/* Whether the article names two sources or more that its text is from: then it is worth
 * asking whether a story has them too. */
bool kb_whose_several(const struct kb_article *article);

/* Those of them that are outlets of the story's articles, or named by these, in the days
 * around time and before the article of a number; the names are the article's.  lexicon
 * knows them by their other names. */
enum { KB_WHOSE_NAMES = 8, KB_WHOSE_ENOUGH = 2 };
struct kb_whose_names {
    struct kb_str of[KB_WHOSE_NAMES];
    size_t count;
};
enum kb_status kb_whose_shared(struct kb_store *store, const struct kb_lexicon *lexicon,
                               const struct kb_article *article, int64_t story,
                               int64_t before, int64_t time, struct kb_arena *arena,
                               struct kb_whose_names *shared,
                               struct kb_err *err) KB_MUST_USE;

#endif
