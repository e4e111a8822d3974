/* rules: a person's lines and an article enter; what is to be done with it leaves, with
 * the rule that says so and the words that it found.
 *
 *     drop if title has "sponsored"
 *     star if author is "Ana Reyes" and language is id
 *
 * Pure: no I/O, no clock.  docs/rules.md tells the language, and in which order rules are
 * looked at: a feed's before its folders', those before the rules for all, each in the
 * order in which they were added.  The first keep or drop that matches decides between
 * these two; everything else adds up. */
#ifndef KB_WIRE_RULES_H
#define KB_WIRE_RULES_H

#include "article/article.h"

/* ---- what a rule consists of ------------------------------------------------------- */

#define KB_RULE_ACTION_LIST(X)                                                           \
    X(KB_RULE_KEEP, "keep")                                                              \
    X(KB_RULE_DROP, "drop")                                                              \
    X(KB_RULE_STAR, "star")                                                              \
    X(KB_RULE_READ, "mark read")                                                         \
    X(KB_RULE_FULL_TEXT, "full text")                                                    \
    X(KB_RULE_TAG, "tag")

/* What a condition looks at. */
#define KB_RULE_FIELD_LIST(X)                                                            \
    X(KB_RULE_IN_TITLE, "title")                                                         \
    X(KB_RULE_IN_TEXT, "text") /* the summary and the body */                            \
    X(KB_RULE_IN_AUTHOR, "author")                                                       \
    X(KB_RULE_IN_OUTLET, "outlet")                                                       \
    X(KB_RULE_IN_LANGUAGE, "language")                                                   \
    X(KB_RULE_IN_AGENCY, "agency") /* agencies whose text it is, wholly or in part */    \
    X(KB_RULE_IN_SOURCE, "source") /* whoever is credited or quoted */                   \
    X(KB_RULE_IN_ROLE, "role")                                                           \
    X(KB_RULE_IN_TAG, "tag")                                                             \
    X(KB_RULE_IN_SECTION, "section")                                                     \
    X(KB_RULE_IN_URL, "url")                                                             \
    X(KB_RULE_IN_FEED, "feed")                                                           \
    X(KB_RULE_IN_FOLDER, "folder")

/* What a rule holds for, in the order in which they are looked at; the words of files and
 * rows. */
#define KB_RULE_SCOPE_LIST(X)                                                            \
    X(KB_RULE_FOR_FEED, "feed")                                                          \
    X(KB_RULE_FOR_FOLDER, "folder")                                                      \
    X(KB_RULE_FOR_ALL, "all")

#define X(code, name) code,
enum kb_rule_action { KB_RULE_ACTION_LIST(X) KB_RULE_ACTION_COUNT };
enum kb_rule_field { KB_RULE_FIELD_LIST(X) KB_RULE_FIELD_COUNT };
enum kb_rule_scope_kind { KB_RULE_SCOPE_LIST(X) KB_RULE_SCOPE_COUNT };
#undef X

const char *kb_rule_action_name(enum kb_rule_action action);
const char *kb_rule_field_name(enum kb_rule_field field);
const char *kb_rule_scope_name(enum kb_rule_scope_kind kind);

/* name: the feed's address; the folder as a path, "News/Asia", whose sub-folders are
 * meant too; empty for all. */
struct kb_rule_scope {
    enum kb_rule_scope_kind kind;
    struct kb_str name;
};

/* ---- rules ------------------------------------------------------------------------- */

/* Rules that stand together; one thread at a time. */
struct kb_rules;

/* lexicon knows agencies by all their names; it has to stay, and may be NULL. */
enum kb_status kb_rules_new(const struct kb_lexicon *lexicon, struct kb_rules **out,
                            struct kb_err *err) KB_MUST_USE;
void kb_rules_free(struct kb_rules *rules);

/* Adds a rule, whose number is how many there were before it.  KB_EINPUT where text is
 * none: the message names the column, what was expected there, and the nearest word. */
enum kb_status kb_rules_add(struct kb_rules *rules, struct kb_str text,
                            const struct kb_rule_scope *scope,
                            struct kb_err *err) KB_MUST_USE;

size_t kb_rules_count(const struct kb_rules *rules);
struct kb_rule_scope kb_rule_scope(const struct kb_rules *rules, size_t number);

/* The rule in the one form that says the same: reading it gives the same rule. */
void kb_rule_print(const struct kb_rules *rules, size_t number, struct kb_buf *out);

/* Adds the rules of a file: one a line, # before comments, under [all] (where it begins),
 * [folder "News"], [feed "https://…"].  All of them or, where one is wrong, none; the
 * message names the line. */
enum kb_status kb_rules_read(struct kb_rules *rules, struct kb_str text,
                             struct kb_err *err) KB_MUST_USE;
void kb_rules_write(const struct kb_rules *rules, struct kb_buf *out);

/* ---- an article -------------------------------------------------------------------- */

/* Where an article came from; empty where it is not known. */
struct kb_rule_origin {
    struct kb_str feed_url, feed_title;
    struct kb_str folder; /* "News/Asia" */
    int64_t now;          /* seconds since 1970 */
};

/* Words of the article that made a condition true. */
struct kb_rule_words {
    enum kb_rule_field field;
    struct kb_str words;
};

/* A rule that matched. */
struct kb_rule_hit {
    size_t rule;
    const struct kb_rule_words *words;
    size_t word_count;
};

struct kb_rule_tag {
    struct kb_str name;
    size_t rule;
};

/* A condition that could not be decided, and did not match for that. */
struct kb_rule_fault {
    size_t rule;
    const char *what;
};

/* Lives until the next article, or until the rules or the article change. */
struct kb_rule_effect {
    size_t by[KB_RULE_ACTION_COUNT]; /* the first rule that says so, or KB_NOT_FOUND; of
                                        keep and drop one alone */
    const struct kb_rule_tag *tags;  /* no two the same */
    size_t tag_count;
    const struct kb_rule_hit *hits; /* in the order in which they were looked at */
    size_t hit_count;
    const struct kb_rule_fault *faults;
    size_t fault_count;
    bool cut; /* the text is longer than KB_LIMIT_RULE_TEXT_BYTES: its end was not seen */
};

enum kb_status kb_rules_apply(struct kb_rules *rules, const struct kb_article *article,
                              const struct kb_rule_origin *origin,
                              struct kb_rule_effect *effect,
                              struct kb_err *err) KB_MUST_USE;

#endif
