/* Inside story: what the printers of a chain share. */
#ifndef KB_STORY_CHAIN_PRINT_H
#define KB_STORY_CHAIN_PRINT_H

#include "story/story.h"

/* What to call an article's outlet: its name, its host, or "an unnamed outlet". */
struct kb_str kb_chain_outlet(const struct kb_chain *chain, size_t article);

/* The article that a story is headed by: the first by the pages' claims, else by when it
 * was seen, else as they stand; KB_CHAIN_NONE where there is none. */
size_t kb_chain_first(const struct kb_chain *chain);

/* "2 articles, 1 outlet, 1 language, 2 reports". */
void kb_chain_put_counts(struct kb_buf *out, const struct kb_chain *chain);

/* "2026-03-02 21:52", in UTC, appended; a day alone where no more is known. */
void kb_chain_put_time(struct kb_buf *out, int64_t time, bool day_only);

/* When the article was published by its own claim, else when it was seen; nothing where
 * neither is known. */
void kb_chain_put_when(struct kb_buf *out, const struct kb_chain_article *article);

/* Prints line, a paragraph, folded to width columns; then it is empty.  style is an
 * escape sequence, or "". */
void kb_chain_paragraph(struct kb_buf *line, int width, int indent, const char *style,
                        struct kb_buf *out);

/* The edges of an article: [*from, *to) in chain->edges. */
void kb_chain_edges_of(const struct kb_chain *chain, size_t article, size_t *from,
                       size_t *to);

/* The next edge that goes out from a guest to an article, from `edge` on; edge_count
 * where there is none.  So many of one article's are told, and the others counted. */
size_t kb_chain_next_taken(const struct kb_chain *chain, size_t article, size_t edge);
enum { KB_CHAIN_TOLD_TAKERS = 5 };

/* The words of a piece of an article's text. */
struct kb_str kb_chain_piece_text(const struct kb_chain *chain, size_t article,
                                  const struct kb_chain_piece *piece);

/* Who has a report first, who its text is from: the article's outlet, or the name of one
 * that is not here. */
struct kb_str kb_chain_origin(const struct kb_chain *chain, size_t report);

#endif
