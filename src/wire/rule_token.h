/* A rule's line in tokens: inner header of the parser. */
#ifndef KB_WIRE_RULE_TOKEN_H
#define KB_WIRE_RULE_TOKEN_H

#include "wire/rule.h"

enum kb_token_kind {
    KB_TOKEN_END,
    KB_TOKEN_WORD, /* letters and signs up to a blank, a comma or a parenthesis */
    KB_TOKEN_TEXT, /* in quotes */
    KB_TOKEN_OPEN,
    KB_TOKEN_CLOSE,
    KB_TOKEN_COMMA
};

struct kb_token {
    enum kb_token_kind kind;
    struct kb_str at;   /* as it stands in the line */
    struct kb_str text; /* what it says, without quotes */
};

struct kb_rule_parser {
    struct kb_rules *rules;
    struct kb_str text;
    size_t pos; /* behind the token */
    struct kb_token token;
    unsigned depth;        /* of parentheses */
    enum kb_status status; /* the first fault stays */
    struct kb_err *err;
};

/* Checks the line's bytes and reads the first token. */
void kb_rule_begin(struct kb_rule_parser *p);
void kb_rule_next(struct kb_rule_parser *p);

/* Whether the token is that word, in any case; and steps behind it where it is. */
bool kb_rule_is(const struct kb_rule_parser *p, const char *word);
bool kb_rule_take(struct kb_rule_parser *p, const char *word);
bool kb_rule_take_kind(struct kb_rule_parser *p, enum kb_token_kind kind);

/* A text in quotes, or one word that is none of the language's joints; a pattern. */
bool kb_rule_take_text(struct kb_rule_parser *p, const char *what, struct kb_str *text);
bool kb_rule_take_pattern(struct kb_rule_parser *p, struct kb_str *text,
                          struct kb_str *flags);

/* Faults.  names: what may have been meant. */
void kb_rule_wrong(struct kb_rule_parser *p, const char *at, const char *format, ...)
    KB_PRINTF(3, 4);
void kb_rule_expect(struct kb_rule_parser *p, const char *what, const char *const *names,
                    size_t count);
void kb_rule_no_memory(struct kb_rule_parser *p);

/* Zeroed room in the rules' arena; NULL, and a fault, where there is none. */
void *kb_rule_room(struct kb_rule_parser *p, size_t n);

#endif
