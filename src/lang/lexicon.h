/* Inside of the lexicon: what its three files share, and what the tests look at. */
#ifndef KB_LANG_LEXICON_H
#define KB_LANG_LEXICON_H

#include "lang/lang.h"

/* An empty lexicon; NULL when there is no memory. */
struct kb_lexicon *kb_lexicon_empty(void);

/* How adding one phrase ended. */
enum kb_lexicon_added {
    KB_LEXICON_ADDED,
    KB_LEXICON_TWICE,   /* the same file has it already */
    KB_LEXICON_NO_WORD, /* nothing but punctuation */
    KB_LEXICON_BROKEN,  /* punctuation between its words */
    KB_LEXICON_LONG_WORD,
    KB_LEXICON_MANY, /* KB_LIMIT_PHRASE_VALUES others are spelled alike */
    KB_LEXICON_FULL  /* no memory */
};

/* Adds a phrase of the file with the given number (from 1). */
enum kb_lexicon_added kb_lexicon_add(struct kb_lexicon *lexicon, struct kb_str phrase,
                                     enum kb_phrase kind, unsigned file);
/* The same of a word about names. */
enum kb_lexicon_added kb_lexicon_add_word(struct kb_lexicon *lexicon,
                                          struct kb_str phrase, enum kb_word_kind kind,
                                          unsigned file);

/* Reads one language file's bytes (lexicon_file.c).  name is for messages, "id.lang". */
enum kb_status kb_lexicon_read(struct kb_lexicon *lexicon, const char *name,
                               struct kb_str bytes, unsigned file,
                               struct kb_err *err) KB_MUST_USE;

/* Calls each for every file of dir/part, or of dir where that has no such folder, whose
 * name ends in ending, in the order of names; *files is how many there were
 * (lexicon_dir.c). */
typedef enum kb_status kb_lexicon_each(void *context, const char *name,
                                       struct kb_str bytes, unsigned file,
                                       struct kb_err *err);
enum kb_status kb_lexicon_dir(const char *dir, const char *part, const char *ending,
                              kb_lexicon_each *each, void *context, size_t *files,
                              struct kb_err *err) KB_MUST_USE;

/* The phrase that a section's or an example's key names, or KB_PHRASE_COUNT. */
enum kb_phrase kb_phrase_by_name(struct kb_str name);
/* The section of source words that a name stands for, or KB_SOURCE_WORD_COUNT. */
enum kb_source_word kb_source_word_by_name(struct kb_str name);
const char *kb_phrase_name(enum kb_phrase kind);

/* Adds a phrase of a source section, "told …" (names.c). */
enum kb_lexicon_added kb_lexicon_add_source(struct kb_lexicon *lexicon,
                                            struct kb_str phrase,
                                            enum kb_source_word word);

/* ---- names (names.c, names_file.c) ------------------------------------------------- */

struct kb_names;
struct kb_heads;

/* NULL when there is no memory.  What the names begin with is noted in heads. */
struct kb_names *kb_names_new(struct kb_heads *heads);
void kb_names_free(struct kb_names *names);

/* What a lexicon has of them. */
struct kb_names *kb_lexicon_names(const struct kb_lexicon *lexicon);
struct kb_terms *kb_lexicon_source_terms(const struct kb_lexicon *lexicon);

/* Adds an entry, and a spelling of the entry that was added last.  False past a limit or
 * when there is no memory.  The strings are copied. */
bool kb_names_add(struct kb_names *names, const struct kb_name *entry);
enum kb_lexicon_added kb_names_add_spelling(struct kb_names *names, struct kb_str text,
                                            bool ordinary);

/* The domains of an entry's list, which spaces part. */
size_t kb_names_count_domains(struct kb_str domains);

/* Reads one file of names.  file_name is for messages, "agencies.names". */
enum kb_status kb_names_read(struct kb_names *names, const char *file_name,
                             struct kb_str bytes, struct kb_err *err) KB_MUST_USE;

#endif
