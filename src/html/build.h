/* What the files share that make the body's tree from the DOM: build.c walks over the
 * DOM, grow.c lets the tree grow, space.c folds white space, picture.c finds pictures'
 * addresses, tidy.c puts the tree in order. */
#ifndef KB_HTML_BUILD_H
#define KB_HTML_BUILD_H

#include "html/html.h"

enum {
    KB_BUILD_NESTED = 100,    /* blocks in blocks; deeper ones are only borders */
    KB_BUILD_WANTED = 8,      /* one of each inline kind, at most */
    KB_BUILD_FRAMES = 1 << 20 /* elements that are open and have to be undone */
};

enum kb_frame_kind {
    KB_FRAME_INLINE,
    KB_FRAME_BLOCK,
    KB_FRAME_LINE,
    KB_FRAME_FIGURE,
    KB_FRAME_PICTURE,
    KB_FRAME_MUTE,
    KB_FRAME_QUOTE
};

/* What has to be undone when an element of the DOM ends. */
struct kb_frame {
    const lxb_dom_node_t *dom;
    enum kb_frame_kind kind;
    struct kb_node *block; /* the block before */
    struct kb_node *node;  /* FIGURE: its node, once there is one, … */
    struct kb_node *image; /* … and its last picture */
    size_t outer;          /* FIGURE: the figure around it, plus one */
    struct kb_str address; /* PICTURE: from its source elements */
    bool seen;             /* FIGURE: blocks of text in it; PICTURE: its img was taken */
};

struct kb_build_wanted {
    enum kb_node_kind kind;
    lxb_dom_node_t *dom;
    struct kb_node *node; /* where it is open in this paragraph */
    struct kb_str url;
    bool resolved, dead; /* a link without an address */
};

struct kb_build {
    const struct kb_html_chooser *chooser;
    struct kb_urls *urls;
    struct kb_arena *arena;
    struct kb_node *root, *block, *line, *last_text;
    struct kb_node *later, **later_end; /* pictures that wait for the paragraph's end */
    struct kb_node *loose;              /* a list made for items that had none */
    struct kb_str last_image;
    struct kb_frame *frames;
    size_t frame_count, frame_cap;
    struct kb_build_wanted wanted[KB_BUILD_WANTED];
    size_t wanted_count;
    size_t figure;  /* the innermost figure's frame, plus one */
    size_t picture; /* likewise */
    size_t nested, muted;
    unsigned breaks;
    bool fixed; /* line is a heading, term or caption: borders in it do not end it */
    bool space; /* white space waits for the next text */
    bool fresh; /* a picture came, and no text since */
    struct kb_buf code;
};

/* The tree's growing end.  None of these fails loudly: when the arena is full they do
 * nothing, and the walk sees it. */
struct kb_node *kb_build_add(struct kb_build *b, struct kb_node *parent,
                             enum kb_node_kind kind);

/* The block that a new one of this kind goes into: what a list, a table or a row cannot
 * hold gets the item, row and cell that it lacks. */
struct kb_node *kb_build_place(struct kb_build *b, enum kb_node_kind kind);

/* Ends the paragraph, or the heading, term or caption. */
void kb_build_end_line(struct kb_build *b);

/* A block begins or ends here. */
void kb_build_border(struct kb_build *b);

struct kb_frame *kb_build_push(struct kb_build *b, const lxb_dom_node_t *dom,
                               enum kb_frame_kind kind);
void kb_build_open_block(struct kb_build *b, lxb_dom_node_t *dom, enum kb_node_kind kind);
void kb_build_open_line(struct kb_build *b, lxb_dom_node_t *dom, enum kb_node_kind kind,
                        uint8_t level);
void kb_build_open_caption(struct kb_build *b, lxb_dom_node_t *dom);

/* The figures that are open have blocks of text in them. */
void kb_build_see(struct kb_build *b);

/* A text that was chosen: its first byte is not white. */
void kb_build_add_text(struct kb_build *b, struct kb_str s);
void kb_build_add_image(struct kb_build *b, struct kb_str address, struct kb_str alt);

/* What stands at p < end, and its bytes.  STIFF is white space that does not fold
 * inside a text: U+00A0 and U+3000; NONE shows nothing: U+200B, U+FEFF, soft hyphens,
 * controls. */
enum kb_glyph { KB_GLYPH, KB_GLYPH_WHITE, KB_GLYPH_STIFF, KB_GLYPH_NONE };
enum kb_glyph kb_text_look(const char *p, const char *end, size_t *n);

/* Folds s into out, which has room for all of it, without white space at either end, and
 * returns the bytes written.  *space tells whether there was some at the end. */
size_t kb_text_fold(struct kb_str s, char *out, bool *space);

/* The widest candidate of a srcset (HTML Standard, 4.8.4.3), as it stands there; empty
 * where there is none. */
struct kb_str kb_picture_srcset(struct kb_str srcset);

/* True for pictures that stand for a character or a decoration, not for a photograph. */
bool kb_picture_is_tiny(lxb_dom_node_t *img);

/* Takes out what stayed empty, dissolves tables that are only for layout, puts captions
 * where they belong.  Linear in the tree's nodes, without recursion. */
void kb_tree_tidy(struct kb_node *root);

#endif
