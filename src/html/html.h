/* html: HTML bytes → DOM; DOM → the article's body as a small tree; the tree → text,
 * Markdown, HTML, a terminal view.
 *
 * May include base and lang, and lexbor.
 *
 * Between the page's DOM and every printed form stands one tree, struct kb_node: only
 * what an article can be made of, in an arena, with decoded UTF-8 and absolute, checked
 * addresses.  It is built once (from the DOM, a plain text, a script's text or a feed's
 * entry) and every writer is a walk over it.  What the tree cannot hold cannot be
 * printed:  it is the allow-list of the sanitiser. */
#ifndef KB_HTML_H
#define KB_HTML_H

#include "base/base.h"
#include "lang/lang.h"

#include <lexbor/dom/interfaces/character_data.h>
#include <lexbor/html/html.h>

/* ---- the body's tree --------------------------------------------------------------- */

enum kb_node_kind {
    KB_NODE_ROOT,
    /* blocks */
    KB_NODE_PARAGRAPH,
    KB_NODE_HEADING, /* level 1 to 6 */
    KB_NODE_LIST,    /* level 1 when ordered, else 0; start in number */
    KB_NODE_ITEM,
    KB_NODE_DEFINITIONS, /* dl: terms and details */
    KB_NODE_TERM,
    KB_NODE_DETAIL,
    KB_NODE_QUOTE,
    KB_NODE_CODE_BLOCK, /* text as it stands */
    KB_NODE_TABLE,
    KB_NODE_ROW,
    KB_NODE_CELL,   /* level 1 for a header cell; number: columns that it spans */
    KB_NODE_FIGURE, /* image nodes, then at most one caption */
    KB_NODE_CAPTION,
    KB_NODE_RULE,
    /* inline */
    KB_NODE_TEXT, /* text */
    KB_NODE_BREAK,
    KB_NODE_LINK, /* url */
    KB_NODE_EMPHASIS,
    KB_NODE_STRONG,
    KB_NODE_CODE,
    KB_NODE_SUB,
    KB_NODE_SUP,
    KB_NODE_DELETED,
    KB_NODE_IMAGE /* url, text: its alternative text */
};

struct kb_node {
    enum kb_node_kind kind;
    uint8_t level;
    uint16_t number;
    struct kb_str text; /* of TEXT, CODE_BLOCK, IMAGE; white space folded but in code */
    struct kb_str url;  /* of LINK and IMAGE: absolute, of kb_urls_resolve */
    struct kb_node *parent, *first, *last, *next;
};

/* A new node at the end of parent's children (parent may be NULL).  NULL when the arena
 * is full. */
struct kb_node *kb_node_add(struct kb_arena *arena, struct kb_node *parent,
                            enum kb_node_kind kind);
struct kb_node *kb_node_add_text(struct kb_arena *arena, struct kb_node *parent,
                                 struct kb_str text);

/* Puts a node that stands nowhere at the end of parent's children. */
void kb_node_attach(struct kb_node *parent, struct kb_node *node);

/* The text of a node and what is under it, appended to out without any markup. */
void kb_node_text(const struct kb_node *node, struct kb_buf *out);

/* ---- writers: each walks the tree without recursion deeper than KB_LIMIT_DEPTH ----- */

/* Text: one empty line between blocks, items of a list on lines of their own ("- ",
 * "1. "), nested ones indented by two spaces, cells of a row parted by a tab, captions
 * and pictures left out. */
void kb_html_write_text(const struct kb_node *root, struct kb_buf *out);

/* CommonMark 0.31 with GitHub's tables; what could be read as markup is escaped. */
void kb_html_write_markdown(const struct kb_node *root, struct kb_buf *out);

/* Clean HTML (WHATWG): h1–h6, p, ul, ol, li, dl, blockquote, pre, table, figure,
 * figcaption, hr, br, a, em, strong, code, sub, sup, del, img; no class, id, style. */
void kb_html_write_html(const struct kb_node *root, struct kb_buf *out);

/* For a terminal of width columns (UAX #11 widths by utf8proc); color adds bold and
 * dim. */
void kb_html_write_view(const struct kb_node *root, int width, bool color,
                        struct kb_buf *out);

/* Folds text into lines of width columns, indent spaces at their beginning included; used
 * by whoever prints headings for people.  No line feed at the end, as with all
 * writers. */
void kb_html_wrap(struct kb_str text, int width, int indent, struct kb_buf *out);

/* text in one line of width columns at most, for a terminal: white space folded, what
 * would steer a terminal dropped, "…" where it was cut.  Returns its columns. */
int kb_html_line(struct kb_str text, int width, struct kb_buf *out);

/* ---- HTML bytes → DOM -------------------------------------------------------------- */

/* A parser with a document that is used again for every page. */
struct kb_html;

enum kb_status kb_html_new(struct kb_html **out, struct kb_err *err) KB_MUST_USE;
void kb_html_free(struct kb_html *html);

/* From now on no attribute enters the DOM but those by these names (lower case, an empty
 * one at the end, static) and those that kb_html_build looks at. */
void kb_html_want(struct kb_html *html, const struct kb_str *names);

/* What the parser had to leave out. */
struct kb_html_notes {
    bool depth_cut;      /* KB_LIMIT_DEPTH: deeper elements were flattened */
    bool nodes_cut;      /* KB_LIMIT_NODES: the rest of the page was not read */
    bool formatting_cut; /* KB_LIMIT_FORMATTING */
    bool attributes_cut; /* KB_LIMIT_ATTRIBUTES */
    bool shadows;        /* it has roots of shadow trees as templates */
};

/* From now on such roots are drawn as their hosts' first children, or wait as all
 * templates. */
void kb_html_draw_shadows(struct kb_html *html, bool draw);

/* Parses a document (a fragment is a document too, as browsers take it).  text is valid
 * UTF-8 and must stay until the next call.  The document belongs to html and lives
 * until the next parse.  max_depth 0 takes KB_LIMIT_DEPTH. */
enum kb_status kb_html_parse(struct kb_html *html, struct kb_str text, size_t max_depth,
                             lxb_html_document_t **document, struct kb_html_notes *notes,
                             struct kb_err *err) KB_MUST_USE;

/* ---- small questions to the DOM ---------------------------------------------------- */

static inline uintptr_t kb_dom_tag(const lxb_dom_node_t *node) {
    return node->type == LXB_DOM_NODE_TYPE_ELEMENT ? node->local_name : LXB_TAG__UNDEF;
}

/* An attribute's value by its lexbor id (LXB_DOM_ATTR_HREF …) or by name (lower case),
 * empty where it is missing, or kept out by kb_html_want: a page's list stands in
 * page/read_html.c.  The text belongs to the DOM. */
struct kb_str kb_dom_attr_id(lxb_dom_node_t *node, uintptr_t id);
struct kb_str kb_dom_attr(lxb_dom_node_t *node, const char *name);

/* The next node in document order inside root, or NULL: into children first, or past them
 * with skip. */
static inline lxb_dom_node_t *kb_dom_next(lxb_dom_node_t *node,
                                          const lxb_dom_node_t *root, bool skip) {
    if (!skip && node->first_child)
        return node->first_child;
    while (node != root && !node->next)
        node = node->parent;
    return node == root ? NULL : node->next;
}

/* A text or comment node's bytes. */
static inline struct kb_str kb_dom_text(const lxb_dom_node_t *node) {
    const lexbor_str_t *s = &((const lxb_dom_character_data_t *)node)->data;
    return (struct kb_str){(const char *)s->data, s->length};
}

/* What an img (or amp-img) is worth: its address as the page writes it.  Empty where
 * it has none that leads to a picture: placeholders, data: addresses, tracking pixels. */
struct kb_str kb_picture_address(lxb_dom_node_t *img);

/* The same without a look at srcset; late: the address is not the one in src. */
struct kb_str kb_picture_named(lxb_dom_node_t *img, bool *late);

/* Whether an address leads to a picture, not to a placeholder or nowhere. */
bool kb_picture_is_address(struct kb_str address);

/* An img that nobody is meant to see: a dot by its size or style, or hidden. */
bool kb_picture_is_pixel(lxb_dom_node_t *img);

/* ---- addresses (WHATWG URL Standard, by lexbor) ------------------------------------ */

struct kb_urls; /* a parser of addresses with one base, used again */

enum kb_status kb_urls_new(struct kb_urls **out, struct kb_err *err) KB_MUST_USE;
void kb_urls_free(struct kb_urls *urls);

/* Sets the base that relative addresses are resolved against; empty for none.  Returns
 * false (and no base) where it is no http(s) address. */
bool kb_urls_set_base(struct kb_urls *urls, struct kb_str base);

/* The absolute form of address in the arena: http and https, and where it is a link's
 * also mailto, tel and the others of urls.c's list.  Empty for anything else:
 * javascript:, data:, broken ones, relative ones without a base.  Tracking parameters are
 * left out.  Absolute http(s) addresses that need no change take a quick path. */
struct kb_str kb_urls_resolve(struct kb_urls *urls, struct kb_arena *arena,
                              struct kb_str address, bool link);

/* The same for what stays where it stands: a relative address without a base, and
 * "https://host" without a slash, are left as they are.  May be address itself. */
struct kb_str kb_urls_safe(struct kb_urls *urls, struct kb_arena *arena,
                           struct kb_str address, bool link);

/* The address without the parameters that only say who sent the reader (tracking.def): in
 * the arena, or url itself where it has none. */
struct kb_str kb_url_untrack(struct kb_arena *arena, struct kb_str url);

/* An address's host without user, port and www; a slice of it.  Empty where it has no
 * scheme. */
struct kb_str kb_url_host(struct kb_str url);

/* Does it begin with http:// or https://? */
bool kb_url_is_web(struct kb_str url);

/* A hash that is the same for addresses of one page: scheme, "www.", a last slash and the
 * fragment make no difference, nor does the case of the host's letters. */
uint64_t kb_url_key(struct kb_str url);

/* ---- the sanitiser ----------------------------------------------------------------- */

/* Fragments of HTML that strangers wrote → HTML that is safe to show: an allow-list of
 * elements, attributes and address schemes over lexbor's DOM (never over text, so that
 * what a browser will see is what was checked).  Used again from fragment to fragment. */
struct kb_sanitizer;

enum kb_status kb_sanitizer_new(struct kb_sanitizer **out,
                                struct kb_err *err) KB_MUST_USE;
void kb_sanitizer_free(struct kb_sanitizer *sanitizer);

/* Appends the safe form of html (valid UTF-8) to out.  Addresses are resolved against
 * urls' base (left as they stand where they are relative and there is none), tracking
 * parameters and tracking pixels are left out.  Past KB_LIMIT_DEPTH or KB_LIMIT_NODES the
 * rest is left out and the result is still whole HTML. */
enum kb_status kb_sanitize(struct kb_sanitizer *sanitizer, struct kb_str html,
                           struct kb_urls *urls, struct kb_buf *out,
                           struct kb_err *err) KB_MUST_USE;

/* Appends html's text alone: white space folded, no markup, nothing of scripts or
 * styles. */
enum kb_status kb_sanitize_text(struct kb_sanitizer *sanitizer, struct kb_str html,
                                struct kb_buf *out, struct kb_err *err) KB_MUST_USE;

/* ---- DOM → tree -------------------------------------------------------------------- */

/* Which parts of the DOM are the article.  The builder asks for each text node and each
 * picture, in document order; what is inside an element that was refused is not asked
 * for. */
enum kb_choice { KB_CHOICE_DROP, KB_CHOICE_KEEP };

struct kb_html_chooser {
    void *context;
    /* Text nodes: keep or drop.  Elements: KB_CHOICE_DROP skips the whole subtree; img,
     * picture, video and figure elements are kept only where this says KEEP. */
    enum kb_choice (*text)(void *context, const lxb_dom_node_t *text);
    enum kb_choice (*element)(void *context, const lxb_dom_node_t *element);
    bool noscript; /* text in noscript elements is asked for too: it is the page's own */
};

/* Keeps all that a reader of the page could see as an article: drops script, style,
 * template, noscript (but for a lazy picture in it), svg, iframe, form controls and
 * head. */
extern const struct kb_html_chooser kb_html_keep_all;

/* Builds the tree of what chooser keeps under from.  Structure comes from the elements
 * (p, h1–h6, ul, ol, li, dl, dt, dd, blockquote, pre, table, tr, td, th, figure,
 * figcaption, hr, br, a, em, i, strong, b, code, kbd, samp, sub, sup, del, s, img,
 * amp-img); div, span and unknown elements leave only paragraph borders.  Two or more br
 * in a row part
 * paragraphs.  Empty elements vanish; a table that is only for layout (one column, or
 * blocks in cells and no header) becomes paragraphs.  Pictures' addresses come from
 * src, data-src, data-original, srcset (the largest) and are resolved.  A limit that is
 * reached cuts the tree and leaves it valid. */
enum kb_status kb_html_build(lxb_dom_node_t *from, const struct kb_html_chooser *chooser,
                             struct kb_urls *urls, struct kb_arena *arena,
                             struct kb_node **root, struct kb_err *err) KB_MUST_USE;

#endif
