/* DOM → the body's tree.
 *
 * Enters: an element and a chooser; leaves: the tree of html.h.  The walk is the DOM's
 * order, and the tree grows at its end alone (grow.c).  Two things are kept apart that
 * markup mixes: the block that is open (a list, a quotation, a cell), and the inline
 * elements that are wanted (a link, emphasis).  A paragraph begins with the first text
 * and ends with the next border of a block; the wanted elements are opened in it when
 * text comes, as the HTML Standard rebuilds its formatting elements.  So a link around
 * three paragraphs becomes three links, and what has no text never comes to be.
 *
 * White space folds as CSS 2.2 says (16.6.1): runs become one space, which goes to the
 * end of the text before it where that stands at the same level, else before the next
 * text. */
#include "html/build.h"

static void take_text(struct kb_build *b, const lxb_dom_node_t *dom) {
    struct kb_str s = kb_dom_text(dom);
    const char *p = s.p, *end = p ? p + s.n : p;
    size_t n;
    enum kb_glyph glyph;
    if (b->muted)
        return;
    for (; p < end && (glyph = kb_text_look(p, end, &n)) != KB_GLYPH; p += n)
        if (glyph != KB_GLYPH_NONE)
            b->space = true;
    if (p < end && b->chooser->text(b->chooser->context, dom) == KB_CHOICE_KEEP)
        kb_build_add_text(b, (struct kb_str){p, (size_t)(end - p)});
}

static void take_image(struct kb_build *b, lxb_dom_node_t *img) {
    struct kb_frame *picture = b->picture ? &b->frames[b->picture - 1] : NULL;
    struct kb_str alt = kb_dom_attr_id(img, LXB_DOM_ATTR_ALT), address;
    if (b->muted && b->fresh)
        return; /* the same picture once more, for browsers without scripts */
    if (kb_picture_is_tiny(img) ||
        kb_str_find(kb_dom_attr(img, "class"), KB_STR("emoji")) != KB_NOT_FOUND) {
        if (alt.n && alt.n <= 16 && (alt.p[0] & 0x80) && !b->muted)
            kb_build_add_text(b, alt); /* a picture of a character */
        return;
    }
    address = kb_picture_address(img);
    if (!address.n && picture)
        address = picture->address;
    if (!address.n)
        return;
    if (picture)
        picture->seen = true;
    kb_build_add_image(b, address, alt);
}

/* ---- elements ---------------------------------------------------------------------- */

/* What an element does.  The default, 0, is a block that leaves only a border. */
enum action {
    BORDER,
    NOTHING, /* an inline element that means nothing here */
    SKIP,    /* its content is not text */
    OPEN,    /* opens a block of the rule's kind, */
    CELL,    /* the same inside a table only */
    LINE,    /* or a line of it */
    WANT,    /* an inline element of the rule's kind */
    HEADING,
    CAPTION,
    FIGURE,
    CODE,
    RULE,
    BREAK,
    IMAGE,
    PICTURE,
    SOURCE,
    VIDEO,
    MUTE,
    QUOTE
};

struct rule {
    uint8_t action, kind;
    bool is_inline;
};

#define T(name, action, kind) [LXB_TAG_##name] = {action, KB_NODE_##kind, false}
#define I(name, action, kind) [LXB_TAG_##name] = {action, KB_NODE_##kind, true}
#define N(name) [LXB_TAG_##name] = {NOTHING, 0, true}
#define S(name) [LXB_TAG_##name] = {SKIP, 0, true}

/* clang-format off */
static const struct rule rules[LXB_TAG__LAST_ENTRY] = {
    T(H1, HEADING, HEADING), T(H2, HEADING, HEADING), T(H3, HEADING, HEADING),
    T(H4, HEADING, HEADING), T(H5, HEADING, HEADING), T(H6, HEADING, HEADING),
    T(UL, OPEN, LIST), T(OL, OPEN, LIST), T(MENU, OPEN, LIST), T(DIR, OPEN, LIST),
    T(LI, OPEN, ITEM), T(DL, OPEN, DEFINITIONS), T(DT, LINE, TERM), T(DD, OPEN, DETAIL),
    T(BLOCKQUOTE, OPEN, QUOTE), T(TABLE, OPEN, TABLE), T(TR, CELL, ROW),
    T(TD, CELL, CELL), T(TH, CELL, CELL), T(CAPTION, CELL, CAPTION),
    T(FIGURE, FIGURE, FIGURE), T(FIGCAPTION, CAPTION, CAPTION),
    T(PRE, CODE, CODE_BLOCK), T(LISTING, CODE, CODE_BLOCK), T(XMP, CODE, CODE_BLOCK),
    T(HR, RULE, RULE),
    I(A, WANT, LINK), I(EM, WANT, EMPHASIS), I(I, WANT, EMPHASIS),
    I(STRONG, WANT, STRONG), I(B, WANT, STRONG), I(CODE, WANT, CODE),
    I(KBD, WANT, CODE), I(SAMP, WANT, CODE), I(TT, WANT, CODE), I(SUB, WANT, SUB),
    I(SUP, WANT, SUP), I(DEL, WANT, DELETED),
    I(S, WANT, DELETED), I(STRIKE, WANT, DELETED), I(BR, BREAK, BREAK),
    I(IMG, IMAGE, IMAGE), I(PICTURE, PICTURE, IMAGE), I(SOURCE, SOURCE, IMAGE),
    I(VIDEO, VIDEO, IMAGE), I(NOSCRIPT, MUTE, IMAGE), I(Q, QUOTE, TEXT),
    N(ABBR), N(ACRONYM), N(BDI), N(BDO), N(BIG), N(CITE), N(DATA), N(DFN), N(FONT),
    N(INS), N(LABEL), N(MARK), N(NOBR), N(OUTPUT), N(RB), N(RUBY), N(SLOT), N(SMALL),
    N(SPAN), N(TIME), N(U), N(VAR), N(WBR),
    S(AREA), S(AUDIO), S(BASE), S(CANVAS), S(COL), S(DATALIST), S(EMBED), S(HEAD),
    S(IFRAME), S(INPUT), S(LINK), S(MAP), S(META), S(METER), S(NOEMBED), S(NOFRAMES),
    S(OBJECT), S(PARAM), S(PROGRESS), S(RP), S(RT), S(RTC), S(SCRIPT), S(SELECT),
    S(STYLE), S(TEMPLATE), S(TEXTAREA), S(TITLE), S(TRACK),
};
/* clang-format on */

static const struct rule *rule_of(const lxb_dom_node_t *dom) {
    static const struct rule skip = {SKIP, 0, true}, nothing = {NOTHING, 0, true},
                             image = {IMAGE, 0, false};
    if (dom->ns != LXB_NS_HTML)
        return dom->ns != LXB_NS_MATH || dom->local_name == LXB_TAG_ANNOTATION_XML
                   ? &skip
                   : &nothing;
    if (dom->local_name < LXB_TAG__LAST_ENTRY)
        return &rules[dom->local_name];
    size_t n = 0;
    const lxb_char_t *name =
        lxb_dom_element_local_name((lxb_dom_element_t *)(uintptr_t)dom, &n);
    if (name && n == 7 && memcmp(name, "amp-img", 7) == 0)
        return &image;
    /* <o:p> and its like come from a word processor. */
    return name && memchr(name, ':', n) ? &nothing : &rules[LXB_TAG__UNDEF];
}

static void want(struct kb_build *b, lxb_dom_node_t *dom, enum kb_node_kind kind) {
    bool bold_already =
        kind == KB_NODE_STRONG && b->line && b->line->kind == KB_NODE_HEADING;
    for (size_t i = 0; i < b->wanted_count && !bold_already; i++)
        bold_already = b->wanted[i].kind == kind;
    if (bold_already || b->wanted_count == KB_BUILD_WANTED ||
        !kb_build_push(b, dom, KB_FRAME_INLINE))
        return;
    b->wanted[b->wanted_count++] = (struct kb_build_wanted){.kind = kind, .dom = dom};
}

/* A heading inside an item is a bold paragraph: there it heads nothing.  In a cell it
 * stays one, as a sign that the table is a scaffold. */
static void open_heading(struct kb_build *b, lxb_dom_node_t *dom) {
    enum kb_node_kind in = b->block->kind;
    kb_build_border(b);
    if (in == KB_NODE_ITEM || in == KB_NODE_DETAIL || in == KB_NODE_LIST ||
        in == KB_NODE_DEFINITIONS) /* the last two get an item or detail for it */
        want(b, dom, KB_NODE_STRONG);
    else
        kb_build_open_line(b, dom, KB_NODE_HEADING,
                           (uint8_t)(dom->local_name - LXB_TAG_H1 + 1));
}

/* A pre's text as it stands.  One that has blocks in it is no code: false. */
static bool take_code(struct kb_build *b, lxb_dom_node_t *pre) {
    bool skip;
    kb_buf_clear(&b->code);
    for (lxb_dom_node_t *at = kb_dom_next(pre, pre, false); at;
         at = kb_dom_next(at, pre, skip)) {
        skip = false;
        if (at->type == LXB_DOM_NODE_TYPE_TEXT) {
            if (!b->muted && b->chooser->text(b->chooser->context, at) == KB_CHOICE_KEEP)
                kb_buf_str(&b->code, kb_dom_text(at));
        } else if (at->type == LXB_DOM_NODE_TYPE_ELEMENT) {
            const struct rule *rule = rule_of(at);
            if (!rule->is_inline)
                return false;
            if (at->local_name == LXB_TAG_BR)
                kb_buf_char(&b->code, '\n');
            skip = rule->action == SKIP ||
                   b->chooser->element(b->chooser->context, at) == KB_CHOICE_DROP;
        }
    }
    struct kb_str s = kb_buf_view(&b->code);
    size_t from = 0;
    while (s.n && kb_is_space(s.p[s.n - 1]))
        s.n--;
    for (size_t i = 0; i < s.n && kb_is_space(s.p[i]); i++)
        if (s.p[i] == '\n')
            from = i + 1;
    s = kb_str_slice(s, from, s.n);
    kb_build_border(b);
    if (!s.n || b->fixed)
        return true;
    struct kb_node *code =
        kb_build_add(b, kb_build_place(b, KB_NODE_CODE_BLOCK), KB_NODE_CODE_BLOCK);
    if (code)
        code->text = kb_arena_dup(b->arena, s);
    kb_build_see(b);
    return true;
}

static void open_figure(struct kb_build *b, lxb_dom_node_t *dom,
                        enum kb_frame_kind kind) {
    size_t *innermost = kind == KB_FRAME_FIGURE ? &b->figure : &b->picture;
    struct kb_frame *frame;
    if (kind == KB_FRAME_FIGURE)
        kb_build_border(b);
    if (b->fixed || !(frame = kb_build_push(b, dom, kind)))
        return;
    frame->outer = *innermost;
    *innermost = b->frame_count;
}

static void take_source(struct kb_build *b, lxb_dom_node_t *source) {
    struct kb_frame *picture = b->picture ? &b->frames[b->picture - 1] : NULL;
    if (!picture || picture->address.n)
        return;
    picture->address = kb_picture_srcset(kb_dom_attr(source, "srcset"));
    if (!picture->address.n)
        picture->address = kb_picture_srcset(kb_dom_attr(source, "data-srcset"));
}

/* Table parts outside a table, and captions of nothing, are only borders. */
static void open_cell(struct kb_build *b, lxb_dom_node_t *dom, enum kb_node_kind kind) {
    enum kb_node_kind in = b->block->kind;
    if (in == KB_NODE_TABLE && kind == KB_NODE_CAPTION)
        kb_build_open_line(b, dom, kind, 0);
    else if (in == KB_NODE_TABLE || (in == KB_NODE_ROW && kind == KB_NODE_CELL))
        kb_build_open_block(b, dom, kind);
    else
        kb_build_border(b);
}

/* Returns whether to walk into it; leave() is called then. */
static bool enter_block(struct kb_build *b, lxb_dom_node_t *dom,
                        const struct rule *rule) {
    switch (rule->action) {
    case OPEN: kb_build_open_block(b, dom, rule->kind); return true;
    case CELL: open_cell(b, dom, rule->kind); return true;
    case LINE: kb_build_open_line(b, dom, rule->kind, 0); return true;
    case HEADING: open_heading(b, dom); return true;
    case CAPTION: kb_build_open_caption(b, dom); return true;
    case FIGURE: open_figure(b, dom, KB_FRAME_FIGURE); return true;
    case IMAGE: take_image(b, dom); return false;
    case CODE:
        if (take_code(b, dom))
            return false;
        break;
    case RULE:
        kb_build_border(b);
        if (b->block == b->root && !b->fixed)
            kb_build_add(b, b->root, KB_NODE_RULE);
        return false;
    default: break;
    }
    kb_build_border(b);
    return true;
}

static bool enter_inline(struct kb_build *b, lxb_dom_node_t *dom,
                         const struct rule *rule) {
    switch (rule->action) {
    case WANT: want(b, dom, rule->kind); break;
    case BREAK: b->breaks += b->line && b->line->first && b->breaks < 2; break;
    case IMAGE: take_image(b, dom); break;
    case PICTURE: open_figure(b, dom, KB_FRAME_PICTURE); break;
    case SOURCE: take_source(b, dom); break;
    case VIDEO: /* its content is for browsers that cannot show it */
        if (kb_dom_attr(dom, "poster").n)
            kb_build_add_image(b, kb_dom_attr(dom, "poster"), KB_STR_NONE);
        return false;
    case MUTE: /* "Please switch on JavaScript": only its pictures count */
        if (b->chooser->noscript)
            break;
        if (kb_build_push(b, dom, KB_FRAME_MUTE))
            b->muted++;
        break;
    case QUOTE:
        if (!b->muted && dom->first_child && kb_build_push(b, dom, KB_FRAME_QUOTE))
            kb_build_add_text(b, KB_STR("\xe2\x80\x9c"));
        break;
    default: break;
    }
    return true;
}

static bool enter(struct kb_build *b, lxb_dom_node_t *dom) {
    const struct rule *rule = rule_of(dom);
    if (rule->action == SKIP)
        return false;
    if (b->chooser->element(b->chooser->context, dom) == KB_CHOICE_DROP) {
        if (!rule->is_inline)
            kb_build_border(b);
        return false;
    }
    return rule->is_inline ? enter_inline(b, dom, rule) : enter_block(b, dom, rule);
}

static void leave(struct kb_build *b, const lxb_dom_node_t *dom) {
    struct kb_frame *frame = b->frame_count ? &b->frames[b->frame_count - 1] : NULL;
    if (!rule_of(dom)->is_inline)
        kb_build_border(b);
    if (!frame || frame->dom != dom)
        return;
    switch (frame->kind) {
    case KB_FRAME_INLINE: b->wanted_count--; break;
    case KB_FRAME_BLOCK:
        b->block = frame->block;
        b->nested--;
        break;
    case KB_FRAME_LINE: kb_build_end_line(b); break;
    case KB_FRAME_FIGURE:
        if (frame->node && frame->seen)
            frame->node->level = 1; /* tidy.c asks for it */
        b->figure = frame->outer;
        break;
    case KB_FRAME_PICTURE:
        b->picture = frame->outer;
        if (!frame->seen && frame->address.n)
            kb_build_add_image(b, frame->address, KB_STR_NONE);
        break;
    case KB_FRAME_MUTE: b->muted--; break;
    case KB_FRAME_QUOTE:
        b->space = false;
        kb_build_add_text(b, KB_STR("\xe2\x80\x9d"));
        break;
    }
    b->frame_count--;
}

static void walk(struct kb_build *b, lxb_dom_node_t *from) {
    lxb_dom_node_t *at = from;
    for (;;) {
        bool entered = false;
        if (at->type == LXB_DOM_NODE_TYPE_ELEMENT)
            entered = enter(b, at);
        else if (at->type == LXB_DOM_NODE_TYPE_TEXT)
            take_text(b, at);
        else if (at->type == LXB_DOM_NODE_TYPE_DOCUMENT ||
                 at->type == LXB_DOM_NODE_TYPE_DOCUMENT_FRAGMENT)
            entered = true;
        if (b->arena->full)
            return;
        if (entered && at->first_child) {
            at = at->first_child;
            continue;
        }
        for (;; at = at->parent, entered = true) {
            if (entered && at->type == LXB_DOM_NODE_TYPE_ELEMENT)
                leave(b, at);
            if (at == from)
                return;
            if (at->next)
                break;
        }
        at = at->next;
    }
}

enum kb_status kb_html_build(lxb_dom_node_t *from, const struct kb_html_chooser *chooser,
                             struct kb_urls *urls, struct kb_arena *arena,
                             struct kb_node **root, struct kb_err *err) {
    struct kb_build b = {.chooser = chooser, .urls = urls, .arena = arena};
    *root = b.root = b.block = kb_node_add(arena, NULL, KB_NODE_ROOT);
    if (!b.root)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the article's body");
    b.later_end = &b.later;
    kb_buf_init(&b.code, KB_LIMIT_PAGE_BYTES);
    walk(&b, from);
    b.block = b.root;
    kb_build_end_line(&b);
    kb_buf_free(&b.code);
    kb_tree_tidy(b.root);
    return KB_OK;
}

/* ---- the chooser that keeps all ---------------------------------------------------- */

static enum kb_choice keep_text(void *context, const lxb_dom_node_t *text) {
    (void)context;
    (void)text;
    return KB_CHOICE_KEEP;
}

/* Most of what has to go is never asked for: see the rules. */
static enum kb_choice keep_element(void *context, const lxb_dom_node_t *element) {
    (void)context;
    return element->local_name == LXB_TAG_BUTTON ? KB_CHOICE_DROP : KB_CHOICE_KEEP;
}

const struct kb_html_chooser kb_html_keep_all = {NULL, keep_text, keep_element, false};
