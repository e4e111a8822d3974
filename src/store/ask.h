/* What a person types into a search box → articles of the file. */
#ifndef KB_STORE_ASK_H
#define KB_STORE_ASK_H

#include "store/file.h"
#include "store/search.h"

/* Searches for what text says (docs/search.md), in the languages that the newest articles
 * are in.  KB_EINPUT and KB_ELIMIT name the column of text that is wrong.  All of *out is
 * in the arena. */
enum kb_status kb_store_search(struct kb_store *store, struct kb_str text, int64_t now,
                               const struct kb_search_options *options,
                               struct kb_arena *arena, struct kb_search_result *out,
                               struct kb_err *err) KB_MUST_USE;

/* Reads it alone, for kb_search_run. */
enum kb_status kb_store_query(struct kb_store *store, struct kb_str text, int64_t now,
                              struct kb_arena *arena, struct kb_query *query,
                              struct kb_err *err) KB_MUST_USE;

#endif
