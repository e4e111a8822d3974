/* The chain of sources: a story's articles → who has what from whom.
 *
 * Enter all articles of one story; leave the reports that they are (an agency's story
 * under a hundred outlets' names is one), and edges between them: what the pages say
 * themselves, resolved to the articles that are here, and what their texts say where the
 * pages are silent.  What is credited and not here is an edge to nothing: a gap.
 * docs/chain.md tells the method, the words and how sure each is. */
#ifndef KB_STORY_CHAIN_H
#define KB_STORY_CHAIN_H

#include "article/article.h"
#include "base/base.h"
#include "lang/lang.h"

struct kb_fingerprint;

/* Who says so. */
#define KB_CHAIN_BY_LIST(X)                                                              \
    X(KB_CHAIN_BY_PAGE, "page")                                                          \
    X(KB_CHAIN_BY_TEXTS, "texts")

#define X(code, name) code,
enum kb_chain_by { KB_CHAIN_BY_LIST(X) };
#undef X

const char *kb_chain_by_name(enum kb_chain_by by);

#define KB_CHAIN_NONE ((size_t)-1) /* no article, no report */
#define KB_CHAIN_NO_TIME INT64_MIN

/* Past so many articles a report is folded, and so many of it stay. */
enum { KB_CHAIN_FOLD = 5, KB_CHAIN_SHOWN = 3 };

struct kb_chain_input {
    const struct kb_article *article;
    int64_t seen; /* seconds since 1970: when it was first read; 0: not known */
    const struct kb_fingerprint *print; /* NULL: taken of the text where it is needed */
    /* Of another story: others may have something from it, and it from those of the story
     * that it names by address; no more is asked. */
    bool guest;
    bool taker;          /* a guest that is here for what it has from others alone */
    struct kb_str story; /* a guest's: the id that people find it by; may be empty */
};

/* A part of an article's content_text, in bytes. */
struct kb_chain_piece {
    size_t from, to;
};

struct kb_chain_article {
    size_t input; /* its place among the inputs */
    const struct kb_article *article;
    struct kb_str outlet;              /* what to call its publisher; may be empty */
    int64_t seen, published, modified; /* the pages' claims, or KB_CHAIN_NO_TIME */
    bool day_only;                     /* published names a day and no time */
    bool guest, taker;
    struct kb_str story; /* a guest's */
    size_t report;       /* KB_CHAIN_NONE for guests */
    bool folded;         /* one of many of its report, to be told by number alone */
    /* Of a report with earlier texts: what it has that none of them has, and what it left
     * out of the one that it stands nearest to. */
    struct kb_chain_piece *added, *left_out; /* in its own text; in against's */
    size_t added_count, left_out_count;
    size_t against; /* or KB_CHAIN_NONE */
};

struct kb_chain_report {
    size_t *articles; /* the oldest first */
    size_t article_count, outlet_count;
    size_t folded;                    /* articles of it that are */
    size_t fullest;                   /* the copy that holds most of the others */
    size_t first_seen, first_claimed; /* articles, or KB_CHAIN_NONE */
    size_t origin;                    /* the article that the text is from, or: */
    struct kb_str origin_name;        /* who has it, whose page is not here */
};

struct kb_chain_edge {
    size_t from, to; /* to is KB_CHAIN_NONE in a gap */
    size_t gap;      /* the gap's number: one of all edges to one missing source */
    struct kb_str name, url; /* as the page credits it; of texts: empty */
    enum kb_rel rel;
    enum kb_chain_by by;
    float confidence; /* 0 to 1 */
    bool carried;     /* the credit stands in the text that this one was made from, and
                         came with it */
    struct kb_str evidence; /* words of the page; what was measured */
    /* Between two texts of one language: the share of from's in to's, and of to's in
     * from's; -1 where that was not measured. */
    float inside, holds;
    unsigned numbers; /* that both texts have, two digits at least */
};

struct kb_chain {
    struct kb_chain_article *articles; /* in order of time */
    struct kb_chain_report *reports;   /* in order of their first articles */
    struct kb_chain_edge *edges;       /* by from; an article's strongest first */
    size_t article_count, report_count, edge_count;
    size_t guest_count, outlet_count, language_count, gap_count;
    size_t left_out;                  /* articles past KB_LIMIT_CHAIN_ARTICLES */
    size_t first_seen, first_claimed; /* articles, or KB_CHAIN_NONE */
};

/* All in the arena; texts are the arena's or the articles', which have to stay.  lexicon
 * knows agencies and outlets by their other names; without one (NULL) they are matched by
 * spelling and address alone.  Past KB_LIMIT_CHAIN_ARTICLES the oldest stay, and those
 * that say most of their sources. */
enum kb_status kb_chain_build(struct kb_arena *arena, const struct kb_lexicon *lexicon,
                              const struct kb_chain_input *inputs, size_t count,
                              struct kb_chain *out, struct kb_err *err) KB_MUST_USE;

/* ---- printing: each appends to out, a line feed at the end ------------------------- */

/* For a terminal: the articles in order of time, who had it first, who has it from whom
 * with the evidence, gaps as gaps; of a report under many names the first ones and how
 * many more.  JSON: docs/chain.schema.json.  HTML: a whole small document without
 * scripts.  dot: for Graphviz.  A guest is told where somebody has something from it
 * or it from somebody, with its title and its story; in JSON it is one of the
 * articles. */

void kb_chain_print_text(const struct kb_chain *chain, int width, bool color,
                         struct kb_buf *out);
void kb_chain_print_json(const struct kb_chain *chain, int indent, struct kb_buf *out);
void kb_chain_print_html(const struct kb_chain *chain, struct kb_buf *out);
void kb_chain_print_dot(const struct kb_chain *chain, struct kb_buf *out);

#endif
