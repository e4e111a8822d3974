/* Inside store: articles' words enter the search index, and are taken out of it.
 *
 * Words wait until the transaction ends and then go in one after the other: FTS5 writes
 * what it has gathered to the file whenever a statement of several rows begins, which
 * each article has, so a transaction of a hundred articles would make a hundred small
 * indexes, to be merged again.  They are stemmed as they come, right after who took the
 * article's fingerprint asked the same stems.  What waits is part of the transaction: it
 * goes in before its commit, and is gone when it is taken back.  A search within the
 * transaction does not find it. */
#ifndef KB_STORE_WORDS_H
#define KB_STORE_WORDS_H

#include "base/base.h"

struct kb_article;
struct kb_store;

/* A new article's words; author is as in its row.  Within a transaction. */
enum kb_status kb_words_put(struct kb_store *store, int64_t n,
                            const struct kb_article *article, struct kb_str author,
                            struct kb_err *err) KB_MUST_USE;

/* Takes what the index has of an article out, as the view says it.  Of a damaged record
 * nobody can say its words any more: they stay, and `kabar vacuum` makes the index
 * anew. */
enum kb_status kb_words_out(struct kb_store *store, int64_t n,
                            struct kb_err *err) KB_MUST_USE;

/* All that waits goes in; or is forgotten. */
enum kb_status kb_words_settle(struct kb_store *store, struct kb_err *err) KB_MUST_USE;
void kb_words_forget(struct kb_store *store);

#endif
