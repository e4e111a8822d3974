/* Folding text into a terminal's lines; the view and kb_html_wrap stand on it. */
#ifndef KB_HTML_FOLD_H
#define KB_HTML_FOLD_H

#include "html/write.h"

enum { KB_FOLD_BOLD = 1, KB_FOLD_DIM = 2, KB_FOLD_UNDERLINE = 4 };

struct kb_fold {
    struct kb_buf *out;
    struct kb_margin margin;
    int width; /* of the terminal, the margin included */
    bool color;
    bool begun, space, line_end; /* the block has begun; these wait for the next letter */
    unsigned style, shown;       /* wanted, and in force at out's end */
    int column;
    uint32_t last;        /* the letter before */
    size_t break_at;      /* where the line may end, or KB_NOT_FOUND: in out, */
    int break_column;     /* the column behind it, */
    bool break_space;     /* whether a space stands there, */
    unsigned break_style; /* and the style in force */
};

/* width is set within reason: 20 columns at least, 80 for 0. */
void kb_fold_init(struct kb_fold *f, int width, bool color, struct kb_buf *out);

/* A block: text in between is folded, white space in it separates words. */
void kb_fold_begin(struct kb_fold *f);
void kb_fold_text(struct kb_fold *f, struct kb_str text);
void kb_fold_end(struct kb_fold *f);

/* s as a terminal may get it, in one line: without controls and what turns the writing
 * direction, white space folded.  Returns its columns. */
int kb_fold_plain(struct kb_buf *out, struct kb_str s, bool fold_spaces);

#endif
