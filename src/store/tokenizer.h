/* Inside store: what FTS5 finds in a text, and the functions of SQL that go with it. */
#ifndef KB_STORE_TOKENIZER_H
#define KB_STORE_TOKENIZER_H

#include <sqlite3.h>

#include "base/base.h"

/* FTS5 tells its tokenizer no language; so a text begins with its own, between these two
 * bytes: one code, or in a query several with commas ("\x01de,en,-\x02…"), where - stands
 * for the word as it is. */
#define KB_TAG_BEGIN '\x01'
#define KB_TAG_END '\x02'

/* Gives a connection, before it touches a table that uses them, the tokenizer `kabar` and
 *
 *     kb_tagged(language, text)   the text with its language before it
 *     kb_words(text)              its folded words, a space before, between and behind;
 *                                 two where U+001F parts names
 *     kb_primary(language)        the code alone: "zh" of "zho-CN"
 *
 * *words are what the tokenizer works with, the connection's; words may be NULL. */
struct kb_stems;
struct kb_words {
    struct kb_stems *stems;
    bool ready; /* texts are kb_words_read's tokens */
};
enum kb_status kb_tokenizer_register(sqlite3 *db, struct kb_words **words,
                                     struct kb_err *err) KB_MUST_USE;

/* search.c's part of it: what keeps the best of the articles that match. */
struct fts5_api;
enum kb_status kb_search_register(struct fts5_api *api, struct kb_err *err) KB_MUST_USE;

/* What a code of a tag makes of a query's word in small letters; returns how many. */
enum { KB_WORD_FORMS = 2 };
struct kb_word_form {
    size_t n;
    char bytes[KB_LIMIT_TOKEN_BYTES];
};
size_t kb_word_forms(struct kb_stems *stems, const char *code, struct kb_str small,
                     struct kb_word_form out[KB_WORD_FORMS]);
static inline bool kb_word_form_equal(const struct kb_word_form *a,
                                      const struct kb_word_form *b) {
    return a->n == b->n && !memcmp(a->bytes, b->bytes, a->n);
}

/* Adds a text's tokens, as the tokenizer gives them, for when words.ready is set: then
 * what FTS5 is told for a text are such tokens. */
void kb_words_read(struct kb_words *words, struct kb_str language, struct kb_str text,
                   struct kb_buf *out);

/* A text without the tag before it, where it has one. */
struct kb_str kb_tag_skip(struct kb_str text);

#endif
