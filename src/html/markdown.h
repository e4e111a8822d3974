/* Markdown's inline half: text, links, emphasis and code spans of one block.
 *
 * write_markdown.c walks the blocks and calls in here; nobody else does. */
#ifndef KB_HTML_MARKDOWN_H
#define KB_HTML_MARKDOWN_H

#include "html/write.h"

enum kb_md_place {
    KB_MD_PARAGRAPH,
    KB_MD_HEADING, /* one line; a closing run of # has a meaning */
    KB_MD_CELL     /* one line; | has a meaning */
};

/* An inline element that is open, or waits for its first letter, or for what follows it.
 */
struct kb_md_mark {
    const struct kb_node *node; /* of a link: its address */
    enum kb_node_kind kind;
    enum { KB_MD_WAITING, KB_MD_DELIMITED, KB_MD_TAGGED } state;
    bool closing;
    bool joined; /* its opening delimiter is part of a run of three */
    size_t at;   /* where its opening delimiter stands in out */
};

#define KB_MD_MARKS 16 /* seven kinds, each at most once open and once waiting */

struct kb_md {
    struct kb_buf *out;
    struct kb_margin margin;
    enum kb_md_place place;
    bool begun; /* the block has its first letter */
    bool space; /* these two wait for the next letter */
    unsigned breaks;
    bool more;   /* the block goes on behind the text that is being written */
    size_t line; /* where the current line's text begins in out */
    size_t nest[KB_NODE_IMAGE + 1];
    struct kb_md_mark mark[KB_MD_MARKS];
    int mark_count;
};

/* Opens and closes a block; what lies between is written with kb_md_run. */
void kb_md_begin(struct kb_md *w, enum kb_md_place place);
void kb_md_end(struct kb_md *w);

/* Inline nodes: top's children from one to before stop. */
void kb_md_run(struct kb_md *w, const struct kb_node *top, const struct kb_node *from,
               const struct kb_node *stop);

/* An inline element that no node of its own stands for. */
void kb_md_enter(struct kb_md *w, enum kb_node_kind kind, const struct kb_node *node);
void kb_md_leave(struct kb_md *w, enum kb_node_kind kind);

#endif
