/* Inside the messages: what the reader of files and the printers share. */
#ifndef KB_SERVE_MESSAGES_INNER_H
#define KB_SERVE_MESSAGES_INNER_H

#include "serve/messages.h"

#define KB_PLURAL_LIST(X)                                                                \
    X(KB_PLURAL_ZERO, "zero")                                                            \
    X(KB_PLURAL_ONE, "one")                                                              \
    X(KB_PLURAL_TWO, "two")                                                              \
    X(KB_PLURAL_FEW, "few")                                                              \
    X(KB_PLURAL_MANY, "many")                                                            \
    X(KB_PLURAL_OTHER, "other")

/* Messages that the printers themselves use. */
#define KB_OWN_LIST(X)                                                                   \
    X(KB_OWN_DAY, "date.day")                                                            \
    X(KB_OWN_TIME, "date.time")                                                          \
    X(KB_OWN_NOW, "ago.now")                                                             \
    X(KB_OWN_MINUTES, "ago.minutes")                                                     \
    X(KB_OWN_HOURS, "ago.hours")                                                         \
    X(KB_OWN_DAYS, "ago.days")                                                           \
    X(KB_OWN_MONTH_1, "month.01")                                                        \
    X(KB_OWN_MONTH_2, "month.02")                                                        \
    X(KB_OWN_MONTH_3, "month.03")                                                        \
    X(KB_OWN_MONTH_4, "month.04")                                                        \
    X(KB_OWN_MONTH_5, "month.05")                                                        \
    X(KB_OWN_MONTH_6, "month.06")                                                        \
    X(KB_OWN_MONTH_7, "month.07")                                                        \
    X(KB_OWN_MONTH_8, "month.08")                                                        \
    X(KB_OWN_MONTH_9, "month.09")                                                        \
    X(KB_OWN_MONTH_10, "month.10")                                                       \
    X(KB_OWN_MONTH_11, "month.11")                                                       \
    X(KB_OWN_MONTH_12, "month.12")

#define X(code, name) code,
enum kb_plural { KB_PLURAL_LIST(X) KB_PLURAL_COUNT };
enum kb_own { KB_OWN_LIST(X) KB_OWN_COUNT };
#undef X

enum kb_plural_rule { KB_PLURAL_NONE_RULE, KB_PLURAL_ONE_RULE, KB_PLURAL_ARABIC_RULE };

/* Pieces of one message. */
enum { KB_MESSAGE_PIECES = 8 };

struct kb_message_form {
    struct kb_message_piece *pieces;
    size_t count;
};
struct kb_message {
    struct kb_message_form forms[KB_PLURAL_COUNT];
    bool plural;
};

struct kb_language {
    struct kb_str tag, name, direction, digits, group;
    enum kb_plural_rule rule;
    struct kb_message *of; /* NULL: they are not read yet */
    const struct kb_messages *messages;
    struct kb_message_file file;
};

struct kb_messages {
    struct kb_str *keys; /* sorted */
    size_t count;
    struct kb_language *languages;
    size_t language_count;
    size_t own[KB_OWN_COUNT];
};

extern const char *const kb_plural_names[KB_PLURAL_COUNT];
bool kb_plural_rule(struct kb_str name, enum kb_plural_rule *rule);
bool kb_plural_has(enum kb_plural_rule rule, enum kb_plural form);

#endif
