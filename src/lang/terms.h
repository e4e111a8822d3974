/* A trie of phrases with values: inner header of lang.
 *
 * Phrases of the source sections and names of media enter once; then, for a place in a
 * text, every phrase that begins there leaves with its values.  Edges are folded words
 * (words.h), nodes stand in one hash table keyed by (parent, word), as in lexicon.c. */
#ifndef KB_LANG_TERMS_H
#define KB_LANG_TERMS_H

#include "lang/words.h"

struct kb_terms;

struct kb_terms *kb_terms_new(void); /* NULL when there is no memory */
void kb_terms_free(struct kb_terms *terms);

enum kb_terms_added {
    KB_TERMS_ADDED,
    KB_TERMS_TWICE, /* the phrase has the value already */
    KB_TERMS_MANY,  /* the phrase has KB_LIMIT_PHRASE_VALUES of them */
    KB_TERMS_NO_WORD,
    KB_TERMS_LONG_WORD,
    KB_TERMS_FULL /* no memory */
};

/* Gives phrase one more value.  Case does not count.  Full stops and the like may stand
 * between its words where no space does. */
enum kb_terms_added kb_terms_add(struct kb_terms *terms, struct kb_str phrase,
                                 uint32_t value);

/* How the last word of a phrase may differ from what stands in a text. */
enum kb_term_form {
    KB_TERM_EXACT,
    KB_TERM_APOSTROPHE, /* "Reuters's", "Reuters'ın" */
    KB_TERM_ENDING,     /* up to three more letters: "Reutersin", "Рейтеру" */
    KB_TERM_CLITIC      /* one Arabic or Hebrew letter before it */
};

struct kb_term {
    size_t end;    /* in the text, behind the phrase as it stands there */
    uint32_t node; /* for kb_terms_value */
    enum kb_term_form form;
};

enum { KB_TERMS_AT = 8 };

/* The phrases that begin at pos, where a word begins; the longest last.  With forms the
 * last word may differ from the phrase's by more than its case. */
size_t kb_terms_at(const struct kb_terms *terms, struct kb_str s, size_t pos, bool forms,
                   struct kb_term found[KB_TERMS_AT]);

/* The values of a node: *at is 0 at first; false past the last one. */
bool kb_terms_value(const struct kb_terms *terms, uint32_t node, size_t *at,
                    uint32_t *value);

#endif
