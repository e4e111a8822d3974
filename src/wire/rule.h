/* What a rule is made of: inner header of wire's rules.
 *
 * A rule is parsed (rule_parse.c) into nodes, tests and values that live in the rules'
 * arena and are printed from there (rule_print.c).  Words that are searched for become
 * needles, so that a text is folded and looked through once for all rules
 * (rule_words.c). */
#ifndef KB_WIRE_RULE_H
#define KB_WIRE_RULE_H

#include "wire/rules.h"

enum {
    KB_RULE_WHAT = 180,      /* bytes of what is wrong with a value */
    KB_RULE_FILTER_BITS = 14 /* of a hash: most words of a text are no needle's */
};

/* What cannot be decided stays so under a not, and no rule matches by it (Kleene's
 * logic): a slow pattern, the age of what has no date. */
enum kb_rule_truth { KB_RULE_FALSE, KB_RULE_UNDECIDED, KB_RULE_TRUE };

enum kb_rule_op { KB_RULE_HAS, KB_RULE_IS, KB_RULE_MATCHES, KB_RULE_OLDER };

struct kb_rule_word {
    struct kb_str folded;
    enum kb_rule_end { KB_RULE_WHOLE, KB_RULE_PREFIX, KB_RULE_SUFFIX } end;
};

/* Words in a row that are searched for. */
struct kb_rule_needle {
    struct kb_rule_needle *next_of_all, *next; /* next: in its slot of the index */
    const struct kb_rule_word *words;
    size_t count;
    uint32_t hash;   /* of the last two words, or of a part of the last */
    uint32_t fields; /* bits 1u << KB_RULE_IN_… */
    uint32_t epoch;  /* of the article that it was last found in … */
    struct kb_rule_words found;
};

struct kb_rule_pattern; /* rule_pattern.c */

struct kb_rule_value {
    struct kb_rule_value *next;
    struct kb_str text;   /* as written; a pattern's between its slashes */
    struct kb_str flags;  /* of a pattern */
    struct kb_str folded; /* is: its words; those of an agency's own name; as a folder;
                             without its "www." where it is a domain */
    struct kb_str own_name, path, domain;
    struct kb_rule_needle *needle; /* has; NULL for addresses alone */
    struct kb_rule_pattern *pattern;
    int64_t seconds; /* older than */
};

struct kb_rule_test {
    uint32_t fields; /* bits 1u << KB_RULE_IN_… */
    enum kb_rule_op op;
    struct kb_rule_value *values; /* any of them will do */
};

enum kb_rule_node_kind { KB_RULE_ALL_OF, KB_RULE_ANY_OF, KB_RULE_ONE };

/* The children of one are never of its own kind without a not: one condition has one
 * tree. */
struct kb_rule_node {
    enum kb_rule_node_kind kind;
    bool negated;
    struct kb_rule_node *next, *child;
    struct kb_rule_test *test;
};

struct kb_rule_tag_name {
    struct kb_rule_tag_name *next;
    struct kb_str name;
};

struct kb_rule {
    struct kb_rule_scope scope;
    struct kb_str path; /* of a folder: folded, as kb_rule_path makes it */
    uint32_t actions;   /* bits 1u << KB_RULE_… */
    struct kb_rule_tag_name *tags;
    struct kb_rule_node *condition; /* NULL: always */
};

/* A string of the article's, or of where it is from. */
struct kb_rule_view {
    struct kb_str raw;
    struct kb_str folded; /* its words with blanks between them */
    bool is_folded;
};

struct kb_rule_views {
    struct kb_rule_view *items;
    size_t count, cap;
    bool filled, scanned;
};

struct kb_rules {
    const struct kb_lexicon *lexicon;
    struct kb_arena arena; /* rules and what they consist of */
    struct kb_rule **rules;
    size_t count, cap;
    size_t *order; /* of looking at them; made, like the index, before an article */
    struct kb_rule_needle *needles;
    struct kb_rule_pattern *patterns;
    struct kb_rule_matcher *matcher;
    /* the index of needles by their last words */
    struct kb_rule_needle **slots;
    size_t slot_count;
    uint64_t filter[(1 << KB_RULE_FILTER_BITS) / 64]; /* bits of the hashes in it */
    uint64_t lengths[2]; /* bits of how many bytes prefixes and suffixes have */
    bool ready;

    /* the article that is looked at */
    struct kb_arena scratch;
    struct kb_buf folded;
    struct kb_folded *words;
    size_t word_cap;
    uint32_t epoch;
    const struct kb_article *article;
    const struct kb_rule_origin *origin;
    struct kb_rule_views views[KB_RULE_FIELD_COUNT];
    struct kb_rule_effect *effect;
    size_t rule;                    /* that is looked at */
    struct kb_rule_words *evidence; /* for it; there is room while an article is seen */
    size_t evidence_count;
    struct kb_rule_hit *hits;
    struct kb_rule_tag *tags;
    struct kb_rule_fault *faults;
    size_t hit_cap, tag_cap, fault_cap;
    enum kb_status status; /* the first fault stays */
};

/* rule_parse.c: a line → a rule in rules' arena. */
enum kb_status kb_rule_parse(struct kb_rules *rules, struct kb_str text,
                             struct kb_rule *rule, struct kb_err *err) KB_MUST_USE;

/* The column of p in text: characters from 1 on. */
size_t kb_rule_column(struct kb_str text, const char *p);

/* rule_value.c: text (and flags) of a value → what it is compared by; KB_EINPUT with what
 * is wrong where it can be none. */
enum kb_status kb_rule_value_set(struct kb_rules *rules, const struct kb_rule_test *test,
                                 struct kb_rule_value *value, char what[KB_RULE_WHAT]);

/* A medium's own name, where text is all of one of its names; else empty. */
struct kb_str kb_rule_own_name(const struct kb_rules *rules, struct kb_str text);
bool kb_rule_may(enum kb_rule_field field, enum kb_rule_op op);

/* rule_words.c: a text's words with blanks between them, and a folder's path so that what
 * is below begins with it; in the arena, which tells when it is full. */
struct kb_str kb_rule_fold(struct kb_arena *arena, struct kb_str text,
                           struct kb_buf *buf);
struct kb_str kb_rule_path(struct kb_arena *arena, struct kb_str path,
                           struct kb_buf *buf);
enum kb_status kb_rule_needle_new(struct kb_rules *rules, struct kb_str text,
                                  uint32_t fields, struct kb_rule_needle **out,
                                  char what[KB_RULE_WHAT]);
enum kb_status kb_rule_index(struct kb_rules *rules);
void kb_rule_scan(struct kb_rules *rules, enum kb_rule_field field);

/* rule_field.c: the strings of a field, and a test of them. */
struct kb_rule_views *kb_rule_views(struct kb_rules *rules, enum kb_rule_field field);
enum kb_rule_truth kb_rule_test(struct kb_rules *rules, const struct kb_rule_test *test);

/* rules.c: what a test found, or why it could not be decided. */
void kb_rule_evidence(struct kb_rules *rules, const struct kb_rule_words *words);
void kb_rule_fault(struct kb_rules *rules, const char *what);

/* rule_pattern.c: PCRE2. */
enum kb_rule_matched {
    KB_RULE_MATCH_NONE,
    KB_RULE_MATCH_FOUND,
    KB_RULE_MATCH_LIMIT,
    KB_RULE_MATCH_MEMORY
};
enum kb_status kb_rule_pattern_new(struct kb_rules *rules, struct kb_str text,
                                   struct kb_str flags, struct kb_rule_pattern **out,
                                   char what[KB_RULE_WHAT]);
void kb_rule_patterns_free(struct kb_rules *rules);
enum kb_rule_matched kb_rule_pattern_find(const struct kb_rules *rules,
                                          const struct kb_rule_pattern *pattern,
                                          struct kb_str text, struct kb_str *found);

#endif
