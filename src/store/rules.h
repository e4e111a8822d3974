/* People's rules, as lines with their scopes.  What a line means is wire/rules.h's. */
#ifndef KB_STORE_RULES_H
#define KB_STORE_RULES_H

#include "store/file.h"

struct kb_rule_row {
    int64_t n, user;
    struct kb_str scope; /* "all", "folder", "feed" */
    struct kb_str value; /* the folder, or the feed's address */
    struct kb_str text;
};

/* A person's, in their order; user 0: everybody's, person after person. */
enum kb_status kb_store_rules(struct kb_store *store, int64_t user,
                              struct kb_arena *arena, struct kb_rule_row **rows,
                              size_t *count, struct kb_err *err) KB_MUST_USE;

/* Behind all others of row->user; row->n is filled.  KB_ELIMIT where they have
 * KB_LIMIT_RULES. */
enum kb_status kb_store_rule_add(struct kb_store *store, struct kb_rule_row *row,
                                 struct kb_err *err) KB_MUST_USE;

/* One of row->user's says something else from now on, where it stands.  KB_EINPUT where
 * they have none of that number, as with the next one. */
enum kb_status kb_store_rule_set(struct kb_store *store, const struct kb_rule_row *row,
                                 struct kb_err *err) KB_MUST_USE;
enum kb_status kb_store_rule_remove(struct kb_store *store, int64_t user, int64_t n,
                                    struct kb_err *err) KB_MUST_USE;

#endif
