/* DOM → the body's tree.
 *
 * Enters: an element and a chooser; leaves: the tree of html.h.  The walk is the DOM's
 * order, and the tree grows at its end alone.  Two things are kept apart that markup
 * mixes: the block that is open (a list, a quotation, a cell), and the inline elements
 * that are wanted (a link, emphasis).  A paragraph begins with the first text and ends
 * with the next border of a block; the wanted elements are opened in it when text comes,
 * as the HTML Standard rebuilds its formatting elements.  So a link around three
 * paragraphs becomes three links, and what has no text never comes to be.
 *
 * White space folds as CSS 2.2 says (16.6.1): runs become one space, which goes to the end
 * of the text before it where that stands at the same level, else before the next text. */
#include "html/build.h"

enum {
    MOST_NESTED = 100, /* blocks in blocks; deeper ones are only borders */
    MOST_WANTED = 8,   /* one of each inline kind, at most */
    MOST_FRAMES = 1 << 20
};

enum frame_kind { INLINE, BLOCK, LINE, FIGURE, PICTURE, MUTE, QUOTE_MARKS };

/* What has to be undone when an element of the DOM ends. */
struct frame {
    const lxb_dom_node_t *dom;
    enum frame_kind kind;
    struct kb_node *block; /* the block before */
    struct kb_node *node;  /* FIGURE: its node, once there is one */
    size_t outer;          /* FIGURE: the figure around it, plus one */
    struct kb_str address; /* PICTURE: from its source elements */
    bool seen;             /* FIGURE: blocks of text in it; PICTURE: its img was taken */
};

struct wanted {
    enum kb_node_kind kind;
    lxb_dom_node_t *dom;
    struct kb_node *node; /* where it is open in this paragraph */
    struct kb_str url;
    bool resolved, dead;  /* a link without an address */
};

struct build {
    const struct kb_html_chooser *chooser;
    struct kb_urls *urls;
    struct kb_arena *arena;
    struct kb_node *root, *block, *line, *last_text;
    struct kb_node *later, **later_end; /* pictures that wait for the paragraph's end */
    struct kb_node *loose;              /* a list made for items that had none */
    struct kb_str last_image;
    struct frame *frames;
    size_t frame_count, frame_cap;
    struct wanted wanted[MOST_WANTED];
    size_t wanted_count;
    size_t figure;  /* the innermost figure's frame, plus one */
    size_t picture; /* likewise */
    size_t nested, muted;
    unsigned breaks;
    bool fixed;     /* line is a heading, term or caption: borders in it do not end it */
    bool space;     /* white space waits for the next text */
    bool fresh;     /* a picture came, and no text since */
    struct kb_buf code;
};

/* ---- blocks ----------------------------------------------------------------------------- */

static struct kb_node *add(struct build *b, struct kb_node *parent,
                           enum kb_node_kind kind) {
    return parent ? kb_node_add(b->arena, parent, kind) : NULL;
}

/* The block that a new one of this kind goes into: what a list, a table or a row cannot
 * hold gets the item, row and cell that it lacks. */
static struct kb_node *place(struct build *b, enum kb_node_kind kind) {
    struct kb_node *in = b->block;
    switch (in->kind) {
    case KB_NODE_LIST:
        if (kind == KB_NODE_ITEM)
            return in;
        return kind == KB_NODE_LIST && in->last ? in->last : add(b, in, KB_NODE_ITEM);
    case KB_NODE_DEFINITIONS:
        if (kind == KB_NODE_TERM || kind == KB_NODE_DETAIL)
            return in;
        return add(b, in, KB_NODE_DETAIL);
    case KB_NODE_TABLE:
        if (kind == KB_NODE_ROW || kind == KB_NODE_CAPTION)
            return in;
        in = add(b, in, KB_NODE_ROW);
        return kind == KB_NODE_CELL ? in : add(b, in, KB_NODE_CELL);
    case KB_NODE_ROW:
        return kind == KB_NODE_CELL ? in : add(b, in, KB_NODE_CELL);
    default:
        break;
    }
    enum kb_node_kind around = kind == KB_NODE_ITEM ? KB_NODE_LIST : KB_NODE_DEFINITIONS;
    if (kind != KB_NODE_ITEM && kind != KB_NODE_TERM && kind != KB_NODE_DETAIL)
        return in;
    if (!in->last || in->last != b->loose || b->loose->kind != around)
        b->loose = add(b, in, around);
    return b->loose;
}

static void attach(struct kb_node *parent, struct kb_node *node) {
    node->parent = parent;
    node->next = NULL;
    if (parent->last)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
}

/* Ends the paragraph, or the heading, term or caption. */
static void end_line(struct build *b) {
    b->line = b->last_text = NULL;
    b->fixed = b->space = false;
    b->breaks = 0;
    for (size_t i = 0; i < b->wanted_count; i++)
        b->wanted[i].node = NULL;
    struct kb_node *figure = b->later, *next;
    b->later = NULL;
    b->later_end = &b->later;
    for (; figure; figure = next) {
        next = figure->next;
        struct kb_node *parent = place(b, KB_NODE_FIGURE);
        if (parent)
            attach(parent, figure);
    }
}

/* A block begins or ends here. */
static void border(struct build *b) {
    if (!b->fixed)
        end_line(b);
    else if (b->line->kind == KB_NODE_CAPTION)
        b->breaks = b->line->first != NULL;
    else
        b->space = true;
}

static struct frame *push(struct build *b, const lxb_dom_node_t *dom,
                          enum frame_kind kind) {
    void *frames = b->frames;
    if (!kb_arena_grow(b->arena, &frames, b->frame_count, &b->frame_cap,
                       sizeof *b->frames, MOST_FRAMES))
        return NULL;
    b->frames = frames;
    struct frame *frame = &b->frames[b->frame_count++];
    *frame = (struct frame){.dom = dom, .kind = kind, .block = b->block};
    return frame;
}

static void open_block(struct build *b, lxb_dom_node_t *dom, enum kb_node_kind kind) {
    border(b);
    if (b->fixed || b->nested >= MOST_NESTED)
        return;
    struct kb_node *node = add(b, place(b, kind), kind);
    if (!node || !push(b, dom, BLOCK))
        return;
    b->nested++;
    b->block = node;
    if (dom->local_name == LXB_TAG_TH)
        node->level = 1;
    if (kind == KB_NODE_CELL || (kind == KB_NODE_LIST && dom->local_name == LXB_TAG_OL)) {
        struct kb_str value = kb_str_trim(
            kb_dom_attr(dom, kind == KB_NODE_CELL ? "colspan" : "start"));
        unsigned number = 0;
        for (size_t i = 0; i < value.n && i < 4 && kb_is_digit(value.p[i]); i++)
            number = number * 10 + (unsigned)(value.p[i] - '0');
        if (kind == KB_NODE_LIST)
            node->level = 1;
        if (kind == KB_NODE_LIST && value.n && kb_is_digit(value.p[0]))
            node->number = (uint16_t)number;
        else
            node->number = (uint16_t)(number < 1 ? 1 : number > 1000 ? 1000 : number);
    }
}

static void open_line(struct build *b, lxb_dom_node_t *dom, enum kb_node_kind kind,
                      uint8_t level) {
    border(b);
    if (b->fixed)
        return;
    struct kb_node *node = add(b, place(b, kind), kind);
    if (!node || !push(b, dom, LINE))
        return;
    node->level = level;
    b->line = node;
    b->fixed = true;
}

/* The innermost figure's frame, if what comes now stands directly in it. */
static struct frame *figure_here(struct build *b) {
    struct frame *frame = b->figure ? &b->frames[b->figure - 1] : NULL;
    return frame && frame->block == b->block ? frame : NULL;
}

static struct kb_node *figure_node(struct build *b, struct frame *frame) {
    if (!frame->node) {
        if (!b->fixed)
            end_line(b);
        frame->node = add(b, place(b, KB_NODE_FIGURE), KB_NODE_FIGURE);
    }
    return frame->node;
}

/* A figure's one caption: a second text goes on in it, on a new line. */
static struct kb_node *caption_of(struct build *b, struct frame *frame) {
    struct kb_node *figure = figure_node(b, frame);
    if (!figure || (figure->last && figure->last->kind == KB_NODE_CAPTION)) {
        b->breaks = figure && figure->last->first;
        return figure ? figure->last : NULL;
    }
    return add(b, figure, KB_NODE_CAPTION);
}

static void open_caption(struct build *b, lxb_dom_node_t *dom) {
    border(b);
    if (b->fixed || !b->figure)
        return;
    struct kb_node *caption = caption_of(b, &b->frames[b->figure - 1]);
    if (!caption || !push(b, dom, LINE))
        return;
    b->line = caption;
    b->fixed = true;
}

/* ---- text -------------------------------------------------------------------------------- */

static struct kb_node *inline_parent(const struct build *b, bool *all_open) {
    struct kb_node *node = b->line;
    *all_open = true;
    for (size_t i = 0; i < b->wanted_count; i++) {
        if (b->wanted[i].node)
            node = b->wanted[i].node;
        else if (!b->wanted[i].dead)
            *all_open = false;
    }
    return node;
}

static bool resolve_link(struct build *b, struct wanted *link) {
    if (!link->resolved) {
        struct kb_str href = kb_str_trim(kb_dom_attr_id(link->dom, LXB_DOM_ATTR_HREF));
        link->resolved = true;
        if (href.n && href.p[0] != '#') /* a place in a page that is not shown */
            link->url = kb_urls_resolve(b->urls, b->arena, href, true);
        link->dead = !link->url.n;
    }
    return !link->dead;
}

static struct kb_node *open_wanted(struct build *b) {
    struct kb_node *node = b->line;
    for (size_t i = 0; i < b->wanted_count && node; i++) {
        struct wanted *w = &b->wanted[i];
        if (!w->node && !w->dead && (w->kind != KB_NODE_LINK || resolve_link(b, w))) {
            w->node = add(b, node, w->kind);
            if (w->node)
                w->node->url = w->url;
        }
        node = w->node ? w->node : node;
    }
    return node;
}

/* The figures that are open have blocks of text in them. */
static void see(struct build *b) {
    for (size_t i = b->figure; i && !b->frames[i - 1].seen; i = b->frames[i - 1].outer)
        b->frames[i - 1].seen = true;
}

static bool open_paragraph(struct build *b) {
    if (b->breaks > 1 && !b->fixed)
        end_line(b);
    if (!b->line) {
        struct frame *frame = figure_here(b);
        if (frame && frame->node && frame->node->first &&
            frame->node->first->kind == KB_NODE_IMAGE) {
            b->line = caption_of(b, frame);
        } else {
            b->line = add(b, place(b, KB_NODE_PARAGRAPH), KB_NODE_PARAGRAPH);
            see(b);
        }
    }
    return b->line != NULL;
}

/* What stands between the last text and the one that comes now: a break or a space.
 * Returns whether the next text has to begin with a space. */
static bool open_gap(struct build *b) {
    bool all_open, space = b->space && b->line->first;
    struct kb_node *parent = inline_parent(b, &all_open), *node;
    if (b->breaks && b->line->first) {
        if (b->line->kind == KB_NODE_HEADING || b->line->kind == KB_NODE_TERM)
            space = true;
        else if (add(b, parent, KB_NODE_BREAK))
            space = false;
    }
    b->breaks = 0;
    b->space = false;
    if (!space || all_open)
        return space;
    if (b->last_text && b->last_text == parent->last) {
        char *end = (char *)(uintptr_t)(b->last_text->text.p + b->last_text->text.n);
        *end = ' '; /* each text has room for it */
        b->last_text->text.n++;
    } else if ((node = add(b, parent, KB_NODE_TEXT))) {
        node->text = KB_STR(" ");
    }
    return false;
}

/* A text that was chosen: its first byte is not white. */
static void add_text(struct build *b, struct kb_str s) {
    bool space = false;
    if (!open_paragraph(b))
        return;
    bool lead = open_gap(b);
    struct kb_node *parent = open_wanted(b);
    char *out = kb_arena_alloc(b->arena, s.n + 2);
    if (!out || !parent)
        return;
    out[0] = ' ';
    size_t n = kb_text_fold(s, out + lead, &space) + lead;
    struct kb_node *text = kb_node_add_text(b->arena, parent, (struct kb_str){out, n});
    b->last_text = text;
    b->space = space;
    b->fresh = false;
}

static void take_text(struct build *b, const lxb_dom_node_t *dom) {
    struct kb_str s = kb_dom_text(dom);
    const char *p = s.p, *end = s.p + s.n;
    size_t n;
    enum kb_glyph glyph;
    if (b->muted)
        return;
    for (; p < end && (glyph = kb_text_look(p, end, &n)) != KB_GLYPH; p += n)
        if (glyph != KB_GLYPH_NONE)
            b->space = true;
    if (p < end && b->chooser->text(b->chooser->context, dom) == KB_CHOICE_KEEP)
        add_text(b, (struct kb_str){p, (size_t)(end - p)});
}

/* ---- pictures ------------------------------------------------------------------------------ */

static void add_image(struct build *b, struct kb_str address, struct kb_str alt) {
    struct kb_str url = kb_urls_resolve(b->urls, b->arena, address, false);
    if (!url.n || kb_str_equal(url, b->last_image))
        return;
    struct frame *frame = b->figure ? &b->frames[b->figure - 1] : NULL;
    struct kb_node *figure, *image;
    if (b->fixed && !(frame && b->line->kind == KB_NODE_CAPTION))
        return; /* a heading holds no pictures */
    figure = frame ? figure_node(b, frame) : kb_node_add(b->arena, NULL, KB_NODE_FIGURE);
    image = figure ? kb_node_add(b->arena, NULL, KB_NODE_IMAGE) : NULL;
    char *text = kb_arena_alloc(b->arena, alt.n + 2);
    if (!image || !text)
        return;
    bool space;
    image->url = url;
    image->text = (struct kb_str){text, kb_text_fold(alt, text, &space)};
    struct kb_node *caption = figure->last;
    if (caption && caption->kind == KB_NODE_CAPTION) { /* it stays behind the pictures */
        struct kb_node *before = figure->first;
        while (before != caption && before->next != caption)
            before = before->next;
        image->parent = figure;
        image->next = caption;
        if (before == caption)
            figure->first = image;
        else
            before->next = image;
    } else {
        attach(figure, image);
    }
    b->last_image = url;
    b->fresh = true;
    if (frame)
        return;
    *b->later_end = figure;
    b->later_end = &figure->next;
    if (!b->line)
        end_line(b);
}

static void take_image(struct build *b, lxb_dom_node_t *img) {
    struct frame *picture = b->picture ? &b->frames[b->picture - 1] : NULL;
    struct kb_str alt = kb_dom_attr_id(img, LXB_DOM_ATTR_ALT), address;
    if (b->muted && b->fresh)
        return; /* the same picture once more, for browsers without scripts */
    if (kb_picture_is_tiny(img) || kb_str_find(kb_dom_attr(img, "class"),
                                               KB_STR("emoji")) != KB_NOT_FOUND) {
        if (alt.n && alt.n <= 16 && (alt.p[0] & 0x80) && !b->muted)
            add_text(b, alt); /* a picture of a character */
        return;
    }
    address = kb_picture_address(img);
    if (!address.n && picture)
        address = picture->address;
    if (!address.n)
        return;
    if (picture)
        picture->seen = true;
    add_image(b, address, alt);
}

/* ---- elements ------------------------------------------------------------------------------ */

enum part { PART_BLOCK, PART_INLINE, PART_SKIP };

/* What an element is where nothing else is said of it. */
static enum part part_of(const lxb_dom_node_t *dom) {
    if (dom->ns != LXB_NS_HTML)
        return dom->ns != LXB_NS_MATH || dom->local_name == LXB_TAG_ANNOTATION_XML
                   ? PART_SKIP : PART_INLINE;
    switch (dom->local_name) {
    case LXB_TAG_A: case LXB_TAG_ABBR: case LXB_TAG_ACRONYM: case LXB_TAG_B:
    case LXB_TAG_BDI: case LXB_TAG_BDO: case LXB_TAG_BIG: case LXB_TAG_BR:
    case LXB_TAG_CITE: case LXB_TAG_CODE: case LXB_TAG_DATA: case LXB_TAG_DEL:
    case LXB_TAG_DFN: case LXB_TAG_EM: case LXB_TAG_FONT: case LXB_TAG_I:
    case LXB_TAG_IMG: case LXB_TAG_INS: case LXB_TAG_KBD: case LXB_TAG_LABEL:
    case LXB_TAG_MARK: case LXB_TAG_NOBR: case LXB_TAG_NOSCRIPT: case LXB_TAG_OUTPUT:
    case LXB_TAG_PICTURE: case LXB_TAG_Q: case LXB_TAG_RB: case LXB_TAG_RUBY:
    case LXB_TAG_S: case LXB_TAG_SAMP: case LXB_TAG_SLOT: case LXB_TAG_SMALL:
    case LXB_TAG_SOURCE: case LXB_TAG_SPAN: case LXB_TAG_STRIKE: case LXB_TAG_STRONG:
    case LXB_TAG_SUB: case LXB_TAG_SUP: case LXB_TAG_TIME: case LXB_TAG_TT:
    case LXB_TAG_U: case LXB_TAG_VAR: case LXB_TAG_WBR: case LXB_TAG_VIDEO:
        return PART_INLINE;
    case LXB_TAG_AREA: case LXB_TAG_AUDIO: case LXB_TAG_BASE: case LXB_TAG_CANVAS:
    case LXB_TAG_COL: case LXB_TAG_DATALIST: case LXB_TAG_EMBED: case LXB_TAG_HEAD:
    case LXB_TAG_IFRAME: case LXB_TAG_INPUT: case LXB_TAG_LINK: case LXB_TAG_MAP:
    case LXB_TAG_META: case LXB_TAG_METER: case LXB_TAG_NOEMBED: case LXB_TAG_NOFRAMES:
    case LXB_TAG_OBJECT: case LXB_TAG_PARAM: case LXB_TAG_PROGRESS: case LXB_TAG_RP:
    case LXB_TAG_RT: case LXB_TAG_RTC: case LXB_TAG_SCRIPT: case LXB_TAG_SELECT:
    case LXB_TAG_STYLE: case LXB_TAG_TEMPLATE: case LXB_TAG_TEXTAREA:
    case LXB_TAG_TITLE: case LXB_TAG_TRACK:
        return PART_SKIP;
    default:
        break;
    }
    if (dom->local_name < LXB_TAG__LAST_ENTRY)
        return PART_BLOCK;
    size_t n = 0; /* <o:p> and its like come from a word processor */
    const lxb_char_t *name = lxb_dom_element_local_name(
        (lxb_dom_element_t *)(uintptr_t)dom, &n);
    return name && memchr(name, ':', n) ? PART_INLINE : PART_BLOCK;
}

static void want(struct build *b, lxb_dom_node_t *dom, enum kb_node_kind kind) {
    bool bold_already = kind == KB_NODE_STRONG && b->line &&
                        b->line->kind == KB_NODE_HEADING;
    for (size_t i = 0; i < b->wanted_count && !bold_already; i++)
        bold_already = b->wanted[i].kind == kind;
    if (bold_already || b->wanted_count == MOST_WANTED || !push(b, dom, INLINE))
        return;
    b->wanted[b->wanted_count++] = (struct wanted){.kind = kind, .dom = dom};
}

/* A heading inside an item or a cell is a bold paragraph: there it heads nothing. */
static void open_heading(struct build *b, lxb_dom_node_t *dom) {
    enum kb_node_kind in = b->block->kind;
    border(b);
    if (in == KB_NODE_ITEM || in == KB_NODE_CELL || in == KB_NODE_DETAIL)
        want(b, dom, KB_NODE_STRONG);
    else
        open_line(b, dom, KB_NODE_HEADING, (uint8_t)(dom->local_name - LXB_TAG_H1 + 1));
}

/* A pre's text as it stands.  One that has blocks in it is no code: false. */
static bool take_code(struct build *b, lxb_dom_node_t *pre) {
    bool skip;
    kb_buf_clear(&b->code);
    for (lxb_dom_node_t *at = kb_dom_next(pre, pre, false); at;
         at = kb_dom_next(at, pre, skip)) {
        skip = false;
        if (at->type == LXB_DOM_NODE_TYPE_TEXT) {
            if (!b->muted && b->chooser->text(b->chooser->context, at) == KB_CHOICE_KEEP)
                kb_buf_str(&b->code, kb_dom_text(at));
        } else if (at->type == LXB_DOM_NODE_TYPE_ELEMENT) {
            enum part part = part_of(at);
            if (part == PART_BLOCK)
                return false;
            if (at->local_name == LXB_TAG_BR)
                kb_buf_char(&b->code, '\n');
            skip = part == PART_SKIP ||
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
    border(b);
    if (!s.n || b->fixed)
        return true;
    struct kb_node *code = add(b, place(b, KB_NODE_CODE_BLOCK), KB_NODE_CODE_BLOCK);
    if (code)
        code->text = kb_arena_dup(b->arena, s);
    see(b);
    return true;
}

static void open_figure(struct build *b, lxb_dom_node_t *dom, enum frame_kind kind) {
    size_t *innermost = kind == FIGURE ? &b->figure : &b->picture;
    struct frame *frame;
    if (kind == FIGURE)
        border(b);
    if (b->fixed || !(frame = push(b, dom, kind)))
        return;
    frame->outer = *innermost;
    *innermost = b->frame_count;
}

static void take_source(struct build *b, lxb_dom_node_t *source) {
    struct frame *picture = b->picture ? &b->frames[b->picture - 1] : NULL;
    if (!picture || picture->address.n)
        return;
    picture->address = kb_picture_srcset(kb_dom_attr(source, "srcset"));
    if (!picture->address.n)
        picture->address = kb_picture_srcset(kb_dom_attr(source, "data-srcset"));
}

static bool is_amp_image(const lxb_dom_node_t *dom) {
    size_t n = 0;
    const lxb_char_t *name = lxb_dom_element_local_name(
        (lxb_dom_element_t *)(uintptr_t)dom, &n);
    return name && n == 7 && memcmp(name, "amp-img", 7) == 0;
}

static bool enter_block(struct build *b, lxb_dom_node_t *dom) {
    enum kb_node_kind in = b->block->kind;
    switch (dom->local_name) {
    case LXB_TAG_H1: case LXB_TAG_H2: case LXB_TAG_H3: case LXB_TAG_H4: case LXB_TAG_H5:
    case LXB_TAG_H6:
        open_heading(b, dom);
        return true;
    case LXB_TAG_UL: case LXB_TAG_OL: case LXB_TAG_MENU: case LXB_TAG_DIR:
        open_block(b, dom, KB_NODE_LIST);
        return true;
    case LXB_TAG_LI:
        open_block(b, dom, KB_NODE_ITEM);
        return true;
    case LXB_TAG_DL:
        open_block(b, dom, KB_NODE_DEFINITIONS);
        return true;
    case LXB_TAG_DT:
        open_line(b, dom, KB_NODE_TERM, 0);
        return true;
    case LXB_TAG_DD:
        open_block(b, dom, KB_NODE_DETAIL);
        return true;
    case LXB_TAG_BLOCKQUOTE:
        open_block(b, dom, KB_NODE_QUOTE);
        return true;
    case LXB_TAG_TABLE:
        open_block(b, dom, KB_NODE_TABLE);
        return true;
    case LXB_TAG_TR:
        if (in == KB_NODE_TABLE)
            open_block(b, dom, KB_NODE_ROW);
        break;
    case LXB_TAG_TD: case LXB_TAG_TH:
        if (in == KB_NODE_TABLE || in == KB_NODE_ROW)
            open_block(b, dom, KB_NODE_CELL);
        break;
    case LXB_TAG_CAPTION:
        if (in == KB_NODE_TABLE)
            open_line(b, dom, KB_NODE_CAPTION, 0);
        break;
    case LXB_TAG_FIGURE:
        open_figure(b, dom, FIGURE);
        return true;
    case LXB_TAG_FIGCAPTION:
        open_caption(b, dom);
        return true;
    case LXB_TAG_PRE: case LXB_TAG_LISTING: case LXB_TAG_XMP:
        if (take_code(b, dom))
            return false;
        break;
    case LXB_TAG_HR:
        border(b);
        if (b->block == b->root && !b->fixed)
            add(b, b->root, KB_NODE_RULE);
        return false;
    default:
        if (dom->local_name >= LXB_TAG__LAST_ENTRY && is_amp_image(dom)) {
            take_image(b, dom);
            return false;
        }
    }
    border(b);
    return true;
}

static bool enter_inline(struct build *b, lxb_dom_node_t *dom) {
    struct frame *frame;
    switch (dom->local_name) {
    case LXB_TAG_A:
        want(b, dom, KB_NODE_LINK);
        break;
    case LXB_TAG_EM: case LXB_TAG_I:
        want(b, dom, KB_NODE_EMPHASIS);
        break;
    case LXB_TAG_STRONG: case LXB_TAG_B:
        want(b, dom, KB_NODE_STRONG);
        break;
    case LXB_TAG_CODE: case LXB_TAG_KBD: case LXB_TAG_SAMP: case LXB_TAG_TT:
        want(b, dom, KB_NODE_CODE);
        break;
    case LXB_TAG_SUB:
        want(b, dom, KB_NODE_SUB);
        break;
    case LXB_TAG_SUP:
        want(b, dom, KB_NODE_SUP);
        break;
    case LXB_TAG_DEL: case LXB_TAG_S: case LXB_TAG_STRIKE:
        want(b, dom, KB_NODE_DELETED);
        break;
    case LXB_TAG_BR:
        b->breaks += b->line && b->line->first && b->breaks < 2;
        break;
    case LXB_TAG_IMG:
        take_image(b, dom);
        break;
    case LXB_TAG_PICTURE:
        open_figure(b, dom, PICTURE);
        break;
    case LXB_TAG_SOURCE:
        take_source(b, dom);
        break;
    case LXB_TAG_VIDEO: /* its content is for browsers that cannot show it */
        if (kb_dom_attr(dom, "poster").n)
            add_image(b, kb_dom_attr(dom, "poster"), KB_STR_NONE);
        return false;
    case LXB_TAG_NOSCRIPT: /* "Please switch on JavaScript": only its pictures count */
        if ((frame = push(b, dom, MUTE)))
            b->muted++;
        break;
    case LXB_TAG_Q:
        if (!b->muted && dom->first_child && push(b, dom, QUOTE_MARKS))
            add_text(b, KB_STR("\xe2\x80\x9c"));
        break;
    default:
        break;
    }
    return true;
}

/* Returns whether to walk into it; leave() is called then. */
static bool enter(struct build *b, lxb_dom_node_t *dom) {
    enum part part = part_of(dom);
    if (part == PART_SKIP)
        return false;
    if (b->chooser->element(b->chooser->context, dom) == KB_CHOICE_DROP) {
        if (part == PART_BLOCK)
            border(b);
        return false;
    }
    return part == PART_BLOCK ? enter_block(b, dom) : enter_inline(b, dom);
}

static void leave(struct build *b, const lxb_dom_node_t *dom) {
    struct frame *frame = b->frame_count ? &b->frames[b->frame_count - 1] : NULL;
    if (part_of(dom) == PART_BLOCK)
        border(b);
    if (!frame || frame->dom != dom)
        return;
    switch (frame->kind) {
    case INLINE:
        b->wanted_count--;
        break;
    case BLOCK:
        b->block = frame->block;
        b->nested--;
        break;
    case LINE:
        end_line(b);
        break;
    case FIGURE:
        if (frame->node && frame->seen)
            frame->node->level = 1; /* tidy.c asks for it */
        b->figure = frame->outer;
        break;
    case PICTURE:
        b->picture = frame->outer;
        if (!frame->seen && frame->address.n)
            add_image(b, frame->address, KB_STR_NONE);
        break;
    case MUTE:
        b->muted--;
        break;
    case QUOTE_MARKS:
        b->space = false;
        add_text(b, KB_STR("\xe2\x80\x9d"));
        break;
    }
    b->frame_count--;
}

static void walk(struct build *b, lxb_dom_node_t *from) {
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
    struct build b = {.chooser = chooser, .urls = urls, .arena = arena};
    *root = b.root = b.block = kb_node_add(arena, NULL, KB_NODE_ROOT);
    if (!b.root)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the article's body");
    b.later_end = &b.later;
    kb_buf_init(&b.code, KB_LIMIT_PAGE_BYTES);
    walk(&b, from);
    b.block = b.root;
    end_line(&b);
    kb_buf_free(&b.code);
    kb_tree_tidy(b.root);
    return KB_OK;
}

/* ---- the chooser that keeps all ------------------------------------------------------------- */

static enum kb_choice keep_text(void *context, const lxb_dom_node_t *text) {
    (void)context;
    (void)text;
    return KB_CHOICE_KEEP;
}

/* Most of what has to go is never asked for: see part_of. */
static enum kb_choice keep_element(void *context, const lxb_dom_node_t *element) {
    (void)context;
    return element->local_name == LXB_TAG_BUTTON ? KB_CHOICE_DROP : KB_CHOICE_KEEP;
}

const struct kb_html_chooser kb_html_keep_all = {NULL, keep_text, keep_element};
