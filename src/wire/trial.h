/* Rules, tried before they are kept: what they would have done to the last articles. */
#ifndef KB_WIRE_TRIAL_H
#define KB_WIRE_TRIAL_H

#include "store/store.h"
#include "wire/rules.h"

/* Articles that a trial looks at where nobody says how many. */
enum { KB_TRIAL_LAST = 1000 };

struct kb_trial {
    int64_t user;                   /* whose rules, folders and names of feeds */
    const struct kb_rule_row *rule; /* NULL: those that the person keeps */
    size_t last;                    /* articles, the newest first */
    /* Told of each article that a rule does something to; all of it lives until the
     * callee returns. */
    enum kb_status (*each)(void *context, const struct kb_row *row,
                           const struct kb_article *article,
                           const struct kb_rule_effect *effect, struct kb_err *err);
    void *context;
    uint64_t looked, matched, undecided; /* what came out */
};

/* Reads only.  KB_EINPUT where the rule is none, with the column. */
enum kb_status kb_trial_run(struct kb_store *store, struct kb_trial *trial,
                            struct kb_err *err) KB_MUST_USE;

/* Adds the rule's line in the one form that says the same to out. */
enum kb_status kb_rule_tidy(const struct kb_rule_row *row, struct kb_buf *out,
                            struct kb_err *err) KB_MUST_USE;

#endif
