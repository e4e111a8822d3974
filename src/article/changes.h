/* changes: what changed between two records of one article.
 *
 * Part of article.h, which includes it.  Texts in it are slices of the two articles,
 * which have to stay; lists are in the arena. */
#ifndef KB_ARTICLE_CHANGES_H
#define KB_ARTICLE_CHANGES_H

#include "base/base.h"
#include "lang/lang.h"

struct kb_article;

enum kb_change { KB_CHANGE_NONE, KB_CHANGE_GONE, KB_CHANGE_NEW, KB_CHANGE_INSIDE };

/* Words of a paragraph that changed inside. */
struct kb_change_run {
    enum kb_change change; /* NONE, GONE, NEW */
    struct kb_str text;    /* with the spaces and marks behind its words */
};

/* A paragraph. */
struct kb_change_block {
    enum kb_change change;
    struct kb_str text; /* of INSIDE the new one */
    struct kb_change_run *runs;
    size_t run_count;
    bool cosmetic; /* reads the same, or is a counter of comments or views */
};

/* A value beside the text: "title", "date_published", "authors", "image", "caption" … */
struct kb_change_field {
    const char *name;
    struct kb_str old, now; /* one may be empty */
    bool cosmetic;
};

/* A number in the text that became another one. */
struct kb_change_number {
    struct kb_str old, now;
};

struct kb_changes {
    struct kb_change_field *fields;
    struct kb_change_block *blocks; /* all paragraphs, in the new text's order */
    struct kb_change_number *numbers;
    size_t field_count, block_count, number_count;
    size_t words_gone, words_new;
    struct kb_str language; /* of the new one */
    const char *direction;
    bool none;     /* the two are the same to the byte, as far as is looked at */
    bool cosmetic; /* nobody who read the one has to read the other */
    bool cut;      /* KB_LIMIT_CHANGES_BYTES: the rest of the texts was not compared */
};

/* Compares title, summary, dates, authors, pictures and text: by paragraphs, then by the
 * words of those that changed.  Cosmetic are white space, punctuation, the kind of
 * quotation marks, case, markup, the date of change, counts of comments, other sizes of
 * the same pictures.  lexicon knows counters; it may be NULL. */
enum kb_status kb_article_changes(struct kb_arena *arena, const struct kb_article *old,
                                  const struct kb_article *now,
                                  const struct kb_lexicon *lexicon,
                                  struct kb_changes *changes,
                                  struct kb_err *err) KB_MUST_USE;

/* Each appends to out, a line feed at the end.  Text: lines with - and +, changed
 * paragraphs with ~ and their words between [- -] and {+ +}, or in color. */
void kb_changes_print_text(const struct kb_changes *changes, bool color,
                           struct kb_buf *out);
void kb_changes_print_json(const struct kb_changes *changes, int indent,
                           struct kb_buf *out);
void kb_changes_print_html(const struct kb_changes *changes, struct kb_buf *out);

#endif
