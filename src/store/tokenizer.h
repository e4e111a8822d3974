/* Inside store: what FTS5 finds in a text, and the functions of SQL that go with it. */
#ifndef KB_STORE_TOKENIZER_H
#define KB_STORE_TOKENIZER_H

#include <sqlite3.h>

#include "base/base.h"

/* FTS5 tells its tokenizer no language; so a text begins with its own, between these two
 * bytes: one code, or in a query several with commas ("\x01de,en\x02…"). */
#define KB_TAG_BEGIN '\x01'
#define KB_TAG_END '\x02'

/* Gives a connection, before it touches a table that uses them, the tokenizer `kabar` and
 *
 *     kb_tagged(language, text)   the text with its language before it
 *     kb_words(text)              its folded words, a space before, between and behind;
 *                                 two where U+001F parts names */
enum kb_status kb_tokenizer_register(sqlite3 *db, struct kb_err *err) KB_MUST_USE;

/* search.c's part of it: what keeps the best of the articles that match. */
struct fts5_api;
enum kb_status kb_search_register(struct fts5_api *api, struct kb_err *err) KB_MUST_USE;

/* A text without the tag before it, where it has one. */
struct kb_str kb_tag_skip(struct kb_str text);

#endif
