/* Articles and stories as they are kept: a row or a number in, the record loaded again,
 * the story's chain of sources out.
 *
 * Articles of other stories come along where one of the story's names them by address, or
 * they one of the story's: then what was copied is here, though it stands elsewhere. */
#ifndef KB_WIRE_KEPT_H
#define KB_WIRE_KEPT_H

#include "article/article.h"
#include "store/store.h"
#include "story/story.h"

/* What reads them.  Store and arena are the caller's and have to stay; the others are
 * made when they are asked for, and freed by kb_kept_free.  One thread at a time. */
struct kb_kept {
    struct kb_store *store;
    int64_t user;           /* whose marks the rows tell; 0: nobody's */
    struct kb_arena *arena; /* rows, chains */
    struct kb_loader *loader;
    struct kb_lexicon *lexicon;
};
void kb_kept_free(struct kb_kept *kept);

/* Loads a record; *loader is made where it is NULL.  The article's arena is the caller's
 * to free, after a failure too. */
enum kb_status kb_kept_load(struct kb_loader **loader, struct kb_str record,
                            struct kb_article *article, struct kb_err *err) KB_MUST_USE;

/* The article of a row: its record, or what the row says where retention took that.
 * After KB_OK its arena is the caller's to free. */
enum kb_status kb_kept_article(struct kb_kept *kept, const struct kb_row *row,
                               struct kb_article *article,
                               struct kb_err *err) KB_MUST_USE;

/* Tells a story to readers of a language, "de": its title becomes that of its first
 * article in it, "de-AT" too, where it has several languages.  *article is that article's
 * number, else the founder's. */
enum kb_status kb_kept_told_in(struct kb_kept *kept, struct kb_str language,
                               struct kb_story_row *row, int64_t *article,
                               struct kb_err *err) KB_MUST_USE;

struct kb_kept_story {
    struct kb_story_row row;
    struct kb_row *rows; /* the story's articles, oldest first, then guests: articles of
                            other stories that these name by their addresses, and those
                            that name these */
    struct kb_article *articles;
    size_t count, cap, loaded, own; /* own: without the guests */
    struct kb_chain chain;          /* its inputs are rows, in their order */
};

/* Loads the story and makes its chain; to be freed in any case. */
enum kb_status kb_kept_story(struct kb_kept *kept, int64_t story,
                             struct kb_kept_story *out, struct kb_err *err) KB_MUST_USE;
void kb_kept_story_free(struct kb_kept_story *story);

/* An article's place in the chain, or KB_CHAIN_NONE; the row of a place. */
size_t kb_kept_place(const struct kb_kept_story *story, int64_t n);
const struct kb_row *kb_kept_row(const struct kb_kept_story *story, size_t place);

#endif
