/* The interface's words: files of messages, one a language → messages to be printed.
 *
 *     @language de
 *     @name Deutsch
 *     @direction ltr
 *     @plural one              none, one, arabic: CLDR's categories of whole numbers
 *     @digits 0123456789
 *     @group .
 *     front.title = Was neu ist
 *     story.outlets[one] = {n} Medium
 *     story.outlets[other] = {n} Medien
 *
 * The first file is the measure: each other one has its keys and no others, the same
 * placeholders in each, and the plural forms that its language has.  {n} is the number
 * that chooses the form.  Pure. */
#ifndef KB_SERVE_MESSAGES_H
#define KB_SERVE_MESSAGES_H

#include "base/base.h"

struct kb_messages;
struct kb_language;

#define KB_MESSAGE_NONE ((size_t)-1)

/* The texts stay the caller's, and have to live as long as the messages, which are in the
 * arena.  KB_EASSET names file, line and what is wrong.  The first file is read whole, of
 * each other what it says of itself: most servers are read in one language or two. */
struct kb_message_file {
    struct kb_str name, text;
};
enum kb_status kb_messages_read(struct kb_arena *arena,
                                const struct kb_message_file *files, size_t count,
                                struct kb_messages **out, struct kb_err *err) KB_MUST_USE;

/* A language's messages, where they are not read yet: before anything is printed in it.
 * One thread at a time. */
enum kb_status kb_messages_load(struct kb_arena *arena, struct kb_messages *messages,
                                const struct kb_language *language,
                                struct kb_err *err) KB_MUST_USE;

/* A message's number, the same in all languages. */
size_t kb_messages_find(const struct kb_messages *messages, struct kb_str key);
/* Is there one that begins so? */
bool kb_messages_begins(const struct kb_messages *messages, struct kb_str beginning);

/* ---- languages --------------------------------------------------------------------- */

size_t kb_messages_languages(const struct kb_messages *messages);
const struct kb_language *kb_messages_language(const struct kb_messages *messages,
                                               size_t i);

/* The language that a person set ("de"), else the best of Accept-Language (RFC 9110
 * 12.5.4), else the first. */
const struct kb_language *kb_messages_choose(const struct kb_messages *messages,
                                             struct kb_str set, struct kb_str accepted);

struct kb_str kb_language_tag(const struct kb_language *language);
struct kb_str kb_language_direction(const struct kb_language *language);

/* ---- printing: plain text, to be escaped by who prints it -------------------------- */

/* A message's pieces: text, then what the placeholder of that name stands for, by turns;
 * the last has no name. */
struct kb_message_piece {
    struct kb_str text, name;
};
/* n chooses the form.  *count pieces. */
const struct kb_message_piece *kb_language_message(const struct kb_language *language,
                                                   size_t message, int64_t n,
                                                   size_t *count);

/* "1,234". */
void kb_language_number(const struct kb_language *language, int64_t n,
                        struct kb_buf *out);
/* "3 November 2026"; with the hour, in UTC; "3 hours ago" and the day past a week. */
void kb_language_day(const struct kb_language *language, int64_t time,
                     struct kb_buf *out);
void kb_language_time(const struct kb_language *language, int64_t time,
                      struct kb_buf *out);
void kb_language_ago(const struct kb_language *language, int64_t time, int64_t now,
                     struct kb_buf *out);
/* A message whose only placeholder is {n}; for what is no page. */
void kb_language_print(const struct kb_language *language, const char *key, int64_t n,
                       struct kb_buf *out);

#endif
