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

/* Whether two of these at least are outlets of the story's articles, or named by them, in
 * the days around time.  lexicon knows them by their other names. */
enum kb_status kb_whose_shared(struct kb_store *store, const struct kb_lexicon *lexicon,
                               const struct kb_article *article, int64_t story,
                               int64_t time, struct kb_arena *arena, bool *shared,
                               struct kb_err *err) KB_MUST_USE;

#endif
