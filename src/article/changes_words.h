/* What two versions of a text are compared by: paragraphs, and their words as a reader
 * reads them (changes_words.c).  Internal to article. */
#ifndef KB_ARTICLE_CHANGES_WORDS_H
#define KB_ARTICLE_CHANGES_WORDS_H

#include "article/article.h"

struct kb_change_word {
    size_t start, end; /* in the passage's text */
    uint64_t key;
    bool number;
};

/* A paragraph with its words. */
struct kb_passage {
    struct kb_str text;
    struct kb_change_word *words;
    uint64_t *sorted; /* its words' keys, for kb_passage_shared */
    size_t count;
};

struct kb_passages {
    struct kb_passage *items;
    uint64_t *keys; /* of the words of each */
    size_t count;
};

/* The paragraphs of a text; memory's end is the arena's full flag. */
void kb_passages_cut(struct kb_str text, struct kb_arena *arena, struct kb_passages *out);

/* The share of the shorter one's words that stand in the other. */
double kb_passage_shared(const struct kb_passage *a, const struct kb_passage *b);

static inline struct kb_str kb_passage_word(const struct kb_passage *p, size_t i) {
    return kb_str_slice(p->text, p->words[i].start, p->words[i].end);
}

/* One key for all words of a text. */
uint64_t kb_words_key(struct kb_str text);

#endif
