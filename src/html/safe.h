/* Inside html: the policy of safe HTML, which is data: which elements, which attributes,
 * what addresses (safe.c).  Feeds' HTML and pages' bodies are both held against it. */
#ifndef KB_HTML_SAFE_H
#define KB_HTML_SAFE_H

#include "html/html.h"

/* What holds of an element; 0 for one that is not allowed: its tags are left out, what
 * stands in it stays. */
enum {
    KB_SAFE_KEEP = 1 << 0,
    KB_SAFE_VOID = 1 << 1,   /* has no content and no end tag */
    KB_SAFE_MUTE = 1 << 2,   /* left out with all that stands in it */
    KB_SAFE_RAW = 1 << 3,    /* its content is text, as the tokenizer sees it */
    KB_SAFE_BLOCK = 1 << 4,  /* ends an open paragraph; text is parted by it */
    KB_SAFE_BORDER = 1 << 5, /* text is parted by it */
    KB_SAFE_PLAYER = 1 << 6, /* becomes a link where it plays something */
    /* How the tree builder treats it; see sanitize_sure.c. */
    KB_SAFE_LINE = 1 << 7,    /* a first line feed in it is dropped */
    KB_SAFE_HEADING = 1 << 8, /* ends a heading */
    KB_SAFE_ITEM = 1 << 9,    /* ends an open one of its kind: li; dd and dt */
    KB_SAFE_LIST = 1 << 10,   /* … unless this stands between */
    KB_SAFE_TABLE = 1 << 11,  /* a table or a part of one */
    KB_SAFE_STRAY = 1 << 12,  /* a part of a table that stands in none */
    KB_SAFE_RUBY = 1 << 13,   /* ends others of its kind */
    KB_SAFE_SELECT = 1 << 14, /* parsed by rules of its own */
    KB_SAFE_LINK = 1 << 15,   /* ends an open link */
    KB_SAFE_ISLAND = 1 << 16, /* SVG or MathML begins */
    KB_SAFE_DRAWN = 1 << 17   /* of SVG: there is something to see */
};

struct kb_safe_element {
    struct kb_str name; /* as it is printed */
    uint32_t traits;
};

/* The rule for an element or for a tag (by lexbor's id and name space); never NULL. */
const struct kb_safe_element *kb_safe_element(uintptr_t tag, uintptr_t ns);

/* A table's part outside of any table would be dropped by the tree builder, and its text
 * run into its neighbour's.  It goes through it under the name of an element that HTML
 * does not know.  0 where tag is no such part. */
uintptr_t kb_safe_stray(uintptr_t tag);

enum kb_safe_kind {
    KB_SAFE_NEVER,
    KB_SAFE_TEXT,    /* any value */
    KB_SAFE_HREF,    /* an address to go to; in SVG a link's alone */
    KB_SAFE_SRC,     /* an address that is loaded: a picture, a sound */
    KB_SAFE_SRCSET,  /* several */
    KB_SAFE_IDS,     /* names of elements: get a prefix, so that they never name the
                        reader's own */
    KB_SAFE_HASH,    /* "#name" */
    KB_SAFE_NAME,    /* not on elements that a script could find by it */
    KB_SAFE_CLASS,   /* only "language-…" and "lang-…" */
    KB_SAFE_STYLE,   /* see safe_style.c */
    KB_SAFE_PRELOAD, /* "none" or "metadata" */
    KB_SAFE_SIZE, /* a size or a colour, which in SVG is a property of style: as ISLE */
    KB_SAFE_ISLE, /* of SVG and MathML alone: no address in it but "url(#name)" */
    KB_SAFE_XLINK /* an address to go to, of SVG and MathML alone */
};

struct kb_safe_attribute {
    struct kb_str name;
    enum kb_safe_kind kind;
};

/* Characters that sanitised HTML is written without, in text and values: what is judged
 * is judged without them, or left out for them. */
static inline bool kb_safe_is_control(char c) {
    return (unsigned char)c < ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r';
}

extern const struct kb_safe_attribute kb_safe_attributes[];
extern const size_t kb_safe_attribute_count;

/* ---- styles (safe_style.c) --------------------------------------------------------- */

/* Appends the declarations of a style attribute that only change how its own text looks:
 * "color: red; margin: 0;". */
void kb_safe_style(struct kb_str style, struct kb_buf *out);

/* Whether a style hides what it is given to, or makes it a dot. */
bool kb_safe_style_hides(struct kb_str style);

#endif
