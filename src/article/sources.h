/* article's inner header: what the files share that find out where a text is from.
 *
 * sources.c leads and keeps the list; house.c knows whose page it is; head.c reads what
 * the page's head claims; credit_line.c takes short lines apart; credits.c reads bylines,
 * credit lines and source lines, notes.c notes; photos.c gives pictures their credits;
 * quoted.c finds media that are quoted in running text; dateline.c the dateline; role.c
 * and release.c say what the text is by all that. */
#ifndef KB_ARTICLE_SOURCES_H
#define KB_ARTICLE_SOURCES_H

#include "article/article.h"

enum { KB_HOUSE_NAMES = 6 };

struct kb_finder {
    struct kb_article *article;
    const struct kb_page_result *result;
    const struct kb_lexicon *lexicon;
    struct kb_arena *arena;
    /* whose page it is */
    const struct kb_name *house;
    struct kb_str house_names[KB_HOUSE_NAMES];
    size_t house_count;
    char country[3];
    unsigned language; /* the article's, for the calendar */
    /* what was found */
    struct kb_source *sources;
    size_t count, cap;
    size_t image_cap; /* of the article's pictures, where photos.c added some */
    bool agencies;    /* agencies without names */
    bool staff;       /* staff of the house had a part in an agency's text */
    bool press_release;
    bool rests;         /* a medium is quoted in the text's first paragraphs */
    struct kb_str sign; /* of the desk or the writer: "ino" */
};

/* ---- the list (sources.c) ---------------------------------------------------------- */

/* Adds a source, or strengthens the one of that name, and returns it: good until the next
 * one is added.  NULL where nothing is one: the house itself never is.  name is the
 * table's entry, or NULL and text names it. */
struct kb_source *kb_sources_add(struct kb_finder *f, const struct kb_name *name,
                                 struct kb_str text, enum kb_rel rel, struct kb_str url,
                                 struct kb_str evidence, float confidence);

/* Adds the outlet behind an address where the text stands whole, and takes the address as
 * the original's.  Nothing where it is this site.  rel may become translated_from, by
 * kb_slug_is_foreign. */
void kb_sources_add_original(struct kb_finder *f, struct kb_str name, struct kb_str url,
                             struct kb_str evidence, enum kb_rel rel, float confidence);

/* True where the words of an address are not the text's: the text at it is in another
 * language. */
bool kb_slug_is_foreign(struct kb_str url, struct kb_str title, struct kb_str text);

/* Gives sources that are known by their host alone the name that the page prints. */
void kb_sources_name_hosts(struct kb_finder *f);

/* Ends the search: the sources to the article, the most telling first, and the chain. */
void kb_sources_finish(struct kb_finder *f);

/* ---- the house (house.c) ----------------------------------------------------------- */

void kb_house_find(struct kb_finder *f);

/* The label before the public suffix, roughly: "bbc" of "news.bbc.co.uk". */
struct kb_str kb_main_label(struct kb_str host);

/* True where the name, or the text, is the page's own house. */
bool kb_house_is(const struct kb_finder *f, const struct kb_name *name,
                 struct kb_str text);

/* Bytes of the house's name that text begins with at pos; 0 where it does not. */
size_t kb_house_at(const struct kb_finder *f, struct kb_str text, size_t pos);

/* ---- short lines (credit_line.c) --------------------------------------------------- */

enum { KB_CREDIT_NAMES = 32 };

struct kb_credit_name {
    const struct kb_name *name;
    size_t start, end;
    bool ordinary;
};

struct kb_credit_line {
    struct kb_credit_name names[KB_CREDIT_NAMES]; /* not the house's */
    size_t count, wires;                          /* wires: news agencies among them */
    bool more;                                    /* names that found no room */
    bool house;
    bool joined;      /* an agency stands beside people as one of them: "Jane Doe and
                         AP", "Doe/AP"; not "Jane Doe, AP" */
    bool newsroom;    /* "Redaktion", "staff" */
    bool agencies;    /* "Agenturen" */
    bool copyright;   /* begins with © or its like */
    unsigned phrases; /* 1u << enum kb_source_word */
    uint32_t begins;  /* 1u << enum kb_phrase: what the line begins with */
    size_t behind;    /* where the phrase that it begins with ends */
    struct kb_str sign;
    size_t people; /* capitalised words that nothing else explains */
    size_t others; /* words that nothing explains */
    size_t plain;  /* words of scripts without case */
    size_t digits, words;
};

void kb_credit_line_read(const struct kb_finder *f, struct kb_str text,
                         struct kb_credit_line *line);

/* ---- lists of names (name_list.c) -------------------------------------------------- */

struct kb_name_list {
    struct {
        const struct kb_name *name; /* NULL where no table has it */
        struct kb_str text;
    } items[KB_CREDIT_NAMES];
    size_t count, known;
    bool house, agencies; /* the house's own name, agencies without names among them */
    bool more;            /* names that found no room */
    bool strange;         /* a part that is no name */
};

void kb_name_list_read(const struct kb_finder *f, struct kb_str s,
                       struct kb_name_list *list);

/* ---- notes (notes.c) --------------------------------------------------------------- */

/* Adds whom the notes in text credit; url is of a link in it. */
void kb_note_read(struct kb_finder *f, struct kb_str text, struct kb_str url);

/* "Publicado originalmente en …": a phrase of republishing or translating in the line's
 * first words. */
bool kb_note_begins(const struct kb_finder *f, struct kb_str text);

/* ---- the readers ------------------------------------------------------------------- */

void kb_head_read(struct kb_finder *f);
void kb_claim_read(struct kb_finder *f, const struct kb_claim *claim); /* head.c */
void kb_credits_read(struct kb_finder *f);
void kb_quoted_read(struct kb_finder *f);
void kb_dateline_read(struct kb_finder *f);
void kb_dateline_read_alone(struct kb_finder *f); /* dateline_alone.c */
void kb_photos_read(struct kb_finder *f);
void kb_release_read(struct kb_finder *f);
void kb_role_decide(struct kb_finder *f);

/* True where a sentence ends inside s. */
bool kb_sentence_ends(struct kb_str s);

/* Where the first mark at or behind from stands that ends a sentence inside s, and where
 * it ends; s.n where none does. */
size_t kb_sentence_mark(struct kb_str s, size_t from, size_t *behind);

/* The paragraphs of the article's text one after the other: rest begins as content_text;
 * empty at the end. */
struct kb_str kb_next_paragraph(struct kb_str *rest);

#endif
