/* Inside story: what the files share that build a chain.
 *
 * chain.c leads: it puts the articles in order and the result together.  chain_text.c
 * compares texts; chain_names.c finds whom a credit means; chain_page.c makes edges of
 * what pages say, chain_found.c of what texts say, chain_across.c of texts in different
 * languages; chain_report.c parts articles into reports and says what each has of its
 * own. */
#ifndef KB_STORY_CHAIN_MAKE_H
#define KB_STORY_CHAIN_MAKE_H

#include "story/story.h"

enum { KB_CHAIN_NUMBERS = 64 };

/* A text cut for comparing. */
struct kb_chain_text {
    uint32_t *shingles;  /* in order of the text */
    uint32_t *from, *to; /* where each stands, in bytes */
    uint32_t *set;       /* the same without doubles, by value */
    size_t count, set_count, words;
    size_t sampled; /* of the set, what was compared */
    struct kb_str
        *numbers;         /* ASCII digits without separators; two at least; no doubles */
    uint32_t *number_set; /* their hashes, by value */
    size_t number_count;
};

/* A name, and by what it is told to be another's. */
struct kb_chain_name {
    struct kb_str text;
    const struct kb_name *entry; /* the table's, or NULL */
    struct kb_str letters;       /* small Latin letters and digits alone */
    struct kb_str bones;         /* its consonants, by class */
};

struct kb_chain_outlet {
    struct kb_chain_name name;
    struct kb_str domain;
    bool agency;
};

/* What is kept beside an edge while the chain is made. */
struct kb_chain_side {
    struct kb_chain_name name;
    size_t next; /* edge of the same article, or KB_CHAIN_NONE */
};

struct kb_chain_node {
    const struct kb_article *article;
    const struct kb_fingerprint *print; /* or NULL: not taken yet */
    char language[4];
    size_t outlet;         /* KB_CHAIN_NONE where nothing names it */
    int64_t time;          /* of publication, or when it was seen; INT64_MAX: not known */
    int64_t last;          /* when it was changed last */
    struct kb_str keys[2]; /* its addresses, reduced to what tells them apart */
    struct kb_chain_text text;
    size_t edges; /* its first one in chain->edges, or KB_CHAIN_NONE */
    bool agency_copy, translation, release, listing;
    bool credits; /* its page names whom its text is from */
};

struct kb_chainer {
    struct kb_arena *arena; /* of the result */
    struct kb_arena scratch;
    const struct kb_lexicon *lexicon;
    struct kb_chain *chain;
    struct kb_chain_node *nodes; /* as chain->articles */
    size_t count;
    struct kb_chain_outlet *outlets;
    size_t outlet_count;
    uint32_t *shared;            /* count × count: shingles that two texts have */
    struct kb_chain_side *sides; /* as chain->edges */
    size_t edge_cap, side_cap;
    struct kb_printer *printer;       /* made when it is first needed */
    struct kb_chain_anchors *anchors; /* chain_across.c's */
};

/* ---- texts (chain_text.c) ---------------------------------------------------------- */

/* Cuts all texts and counts what they share; false without memory. */
bool kb_chain_compare(struct kb_chainer *c) KB_MUST_USE;

/* The share of a's text that stands in b's: 0 to 1. */
float kb_chain_inside(const struct kb_chainer *c, size_t a, size_t b);

/* Shingles that both have. */
size_t kb_chain_shared(const struct kb_chainer *c, size_t a, size_t b);

/* Numbers that both texts have; *fewer is how many the one has that has fewer. */
size_t kb_chain_numbers(const struct kb_chainer *c, size_t a, size_t b, size_t *fewer);

/* The words are alike and the numbers are not: one template. */
bool kb_chain_conflict(const struct kb_chainer *c, size_t a, size_t b);

/* One text, whole or in part, with or without additions. */
bool kb_chain_same(const struct kb_chainer *c, size_t a, size_t b);

/* ---- whose (chain_names.c) --------------------------------------------------------- */

/* The nodes' outlets and addresses; false without memory. */
bool kb_chain_name_all(struct kb_chainer *c) KB_MUST_USE;

/* What tells an address apart: no scheme, www, tracking parameters, fragment or slash at
 * its end. */
struct kb_str kb_chain_key(struct kb_arena *arena, struct kb_str url);

void kb_chain_know(struct kb_chainer *c, struct kb_str name, struct kb_chain_name *out);

/* How well a credit fits an outlet: 0 not at all, 1 by its address. */
float kb_chain_fits(const struct kb_chainer *c, const struct kb_chain_name *name,
                    struct kb_str url, size_t outlet);

/* The article is by an agency that the name describes ("the Velmoran news agency") by a
 * word that its text has. */
bool kb_chain_describes(struct kb_chainer *c, const struct kb_chain_name *name,
                        size_t node);

bool kb_chain_same_name(const struct kb_chain_name *a, const struct kb_chain_name *b);

/* ---- edges ------------------------------------------------------------------------- */

/* Adds an edge, or strengthens the one between the two (or to the gap of that name),
 * with what is measured between their texts; false without memory. */
bool kb_chain_add(struct kb_chainer *c, const struct kb_chain_edge *edge) KB_MUST_USE;

/* The next edge of an article, from KB_CHAIN_NONE on; KB_CHAIN_NONE past the last. */
size_t kb_chain_next(const struct kb_chainer *c, size_t from, size_t edge);

bool kb_chain_read_pages(struct kb_chainer *c) KB_MUST_USE;        /* chain_page.c */
bool kb_chain_read_quoted(struct kb_chainer *c) KB_MUST_USE;       /* chain_quoted.c */
bool kb_chain_find_updates(struct kb_chainer *c) KB_MUST_USE;      /* chain_found.c */
bool kb_chain_find_reprints(struct kb_chainer *c) KB_MUST_USE;     /* chain_found.c */
bool kb_chain_find_translations(struct kb_chainer *c) KB_MUST_USE; /* chain_across.c */

/* How alike two texts are by what crosses languages: 0 to 1; -1 without memory. */
float kb_chain_alike(struct kb_chainer *c, size_t a, size_t b);

/* target may be what node has something from: another outlet's article that is no
 * younger.
 */
bool kb_chain_may_precede(const struct kb_chainer *c, size_t node, size_t target);

/* Two articles of two outlets, as far as these are known. */
bool kb_chain_is_other(const struct kb_chainer *c, size_t a, size_t b);

/* Same language, as far as both are known. */
bool kb_chain_one_language(const struct kb_chainer *c, size_t a, size_t b);

/* ---- reports (chain_report.c) ------------------------------------------------------ */

bool kb_chain_make_reports(struct kb_chainer *c) KB_MUST_USE;
bool kb_chain_find_origins(struct kb_chainer *c) KB_MUST_USE;
bool kb_chain_find_additions(struct kb_chainer *c) KB_MUST_USE;

#endif
