/* A person's rules, as lines with their scopes.  What a line means is wire/rules.h's. */
#ifndef KB_STORE_RULES_H
#define KB_STORE_RULES_H

#include "store/file.h"

struct kb_rule_row {
    int64_t n;
    struct kb_str scope; /* "all", "folder", "feed" */
    struct kb_str value; /* the folder, or the feed's address */
    struct kb_str text;
};

/* All of them, in their order. */
enum kb_status kb_store_rules(struct kb_store *store, struct kb_arena *arena,
                              struct kb_rule_row **rows, size_t *count,
                              struct kb_err *err) KB_MUST_USE;

/* Behind all others; row->n is filled. */
enum kb_status kb_store_rule_add(struct kb_store *store, struct kb_rule_row *row,
                                 struct kb_err *err) KB_MUST_USE;

/* KB_EINPUT where there is none of that number. */
enum kb_status kb_store_rule_remove(struct kb_store *store, int64_t n,
                                    struct kb_err *err) KB_MUST_USE;

#endif
