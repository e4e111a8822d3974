/* What several printers of the record share: its addresses, dates, pictures, people and
 * sources as other vocabularies want them (facts.c), and its sources in words for a
 * person (told.c). */
#ifndef KB_ARTICLE_PRINT_H
#define KB_ARTICLE_PRINT_H

#include "article/article.h"

/* ---- facts: the record as JSON-LD and ninjs print it (facts.c) --------------------- */

struct kb_record_facts {
    const struct kb_article *article;
    struct kb_buf scratch;  /* the address that was made last */
    size_t lead;            /* the lead picture among the pictures, or: none */
    size_t chain_steps;     /* the chain's steps behind the article itself */
    size_t chain_source;    /* the source that is the chain's last step, or: none */
    size_t original_source; /* the source that original_url is told with, or: none */
};

#define KB_FACTS_NONE ((size_t)-1)

void kb_facts_init(struct kb_record_facts *f, const struct kb_article *article);

/* Frees f; a failure of its own becomes one of out. */
void kb_facts_end(struct kb_record_facts *f, struct kb_buf *out);

/* Characters and words of a text. */
void kb_facts_count(struct kb_str text, size_t *chars, size_t *words);

/* An address as RFC 3986 has it, everything else in it percent-encoded; empty where url
 * is no address on the web.  Good until the next call. */
struct kb_str kb_facts_uri(struct kb_record_facts *f, struct kb_str url);

/* The article's own identifier: its address, else a URN of its id.  Good until the next
 * call of kb_facts_uri. */
struct kb_str kb_facts_id(struct kb_record_facts *f);

/* The address of source i's text; original_url counts for the source whose text the
 * article has. */
struct kb_str kb_facts_source_url(const struct kb_record_facts *f, size_t i);

/* The pictures, the lead one first; false past the last. */
bool kb_facts_picture(const struct kb_record_facts *f, size_t i,
                      struct kb_page_image *picture);

struct kb_record_person {
    struct kb_str name, role, organization;
};
struct kb_record_person kb_facts_person(const struct kb_article *article, size_t i);

/* True where a person has the role ("translator"), or for "author" none that is known. */
bool kb_facts_has_role(const struct kb_record_person *person, const char *role);

/* Rights and comments, as far as the page tells. */
struct kb_record_terms {
    struct kb_str holder, notice;
    bool is_free, is_not_free;
    int64_t comments; /* -1: not told */
};
struct kb_record_terms kb_facts_terms(const struct kb_article *article);

/* How precise a date of the record is; KB_DATE_NONE where it is no date that exists. */
enum kb_date_form { KB_DATE_NONE, KB_DATE_DAY, KB_DATE_LOCAL, KB_DATE_MOMENT };
enum kb_date_form kb_facts_date(struct kb_str date);

/* ---- told: sources in words (told.c) ----------------------------------------------- */

/* What the article is by its roles ("Translation"), appended; nothing where that is
 * unknown or its own. */
void kb_told_role(const struct kb_article *article, struct kb_buf *out);

/* True where the page tells where its text is from. */
bool kb_told_any(const struct kb_article *article);

/* The sources as one paragraph of a document, written by write to out.  Nothing where
 * nothing is known. */
void kb_told_line(const struct kb_article *article,
                  void (*write)(const struct kb_node *root, struct kb_buf *out),
                  struct kb_buf *out);

#endif
