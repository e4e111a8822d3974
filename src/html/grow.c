/* The growing end of the body's tree: blocks, lines of text, text, pictures.
 *
 * Enters: what the walk over the DOM meets; leaves: nodes at the tree's end.  A line is
 * what holds inline nodes: a paragraph, heading, term or caption.  Paragraphs begin with
 * their first text; a heading, a term and a caption are opened and closed by their
 * elements, and borders of blocks inside them count as white space. */
#include "html/build.h"

/* ---- blocks ------------------------------------------------------------------------ */

struct kb_node *kb_build_add(struct kb_build *b, struct kb_node *parent,
                             enum kb_node_kind kind) {
    return parent ? kb_node_add(b->arena, parent, kind) : NULL;
}

struct kb_node *kb_build_place(struct kb_build *b, enum kb_node_kind kind) {
    struct kb_node *in = b->block;
    switch (in->kind) {
    case KB_NODE_LIST:
        if (kind == KB_NODE_ITEM)
            return in;
        return kind == KB_NODE_LIST && in->last ? in->last
                                                : kb_build_add(b, in, KB_NODE_ITEM);
    case KB_NODE_DEFINITIONS:
        if (kind == KB_NODE_TERM || kind == KB_NODE_DETAIL)
            return in;
        return kb_build_add(b, in, KB_NODE_DETAIL);
    case KB_NODE_TABLE:
        if (kind == KB_NODE_ROW || kind == KB_NODE_CAPTION)
            return in;
        in = kb_build_add(b, in, KB_NODE_ROW);
        return kind == KB_NODE_CELL ? in : kb_build_add(b, in, KB_NODE_CELL);
    case KB_NODE_ROW:
        return kind == KB_NODE_CELL ? in : kb_build_add(b, in, KB_NODE_CELL);
    default: break;
    }
    enum kb_node_kind around = kind == KB_NODE_ITEM ? KB_NODE_LIST : KB_NODE_DEFINITIONS;
    if (kind != KB_NODE_ITEM && kind != KB_NODE_TERM && kind != KB_NODE_DETAIL)
        return in;
    if (!in->last || in->last != b->loose || b->loose->kind != around)
        b->loose = kb_build_add(b, in, around);
    return b->loose;
}

void kb_build_end_line(struct kb_build *b) {
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
        struct kb_node *parent = kb_build_place(b, KB_NODE_FIGURE);
        if (parent)
            kb_node_attach(parent, figure);
    }
}

void kb_build_border(struct kb_build *b) {
    if (!b->fixed)
        kb_build_end_line(b);
    else if (b->line->kind == KB_NODE_CAPTION)
        b->breaks = b->line->first != NULL;
    else
        b->space = true;
}

struct kb_frame *kb_build_push(struct kb_build *b, const lxb_dom_node_t *dom,
                               enum kb_frame_kind kind) {
    void *frames = b->frames;
    if (!kb_arena_grow(b->arena, &frames, b->frame_count, &b->frame_cap,
                       sizeof *b->frames, KB_BUILD_FRAMES))
        return NULL;
    b->frames = frames;
    struct kb_frame *frame = &b->frames[b->frame_count++];
    *frame = (struct kb_frame){.dom = dom, .kind = kind, .block = b->block};
    return frame;
}

void kb_build_open_block(struct kb_build *b, lxb_dom_node_t *dom,
                         enum kb_node_kind kind) {
    kb_build_border(b);
    if (b->fixed || b->nested >= KB_BUILD_NESTED)
        return;
    struct kb_node *node = kb_build_add(b, kb_build_place(b, kind), kind);
    if (!node || !kb_build_push(b, dom, KB_FRAME_BLOCK))
        return;
    b->nested++;
    b->block = node;
    if (dom->local_name == LXB_TAG_TH)
        node->level = 1;
    if (kind == KB_NODE_CELL || (kind == KB_NODE_LIST && dom->local_name == LXB_TAG_OL)) {
        struct kb_str value =
            kb_str_trim(kb_dom_attr(dom, kind == KB_NODE_CELL ? "colspan" : "start"));
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

void kb_build_open_line(struct kb_build *b, lxb_dom_node_t *dom, enum kb_node_kind kind,
                        uint8_t level) {
    kb_build_border(b);
    if (b->fixed)
        return;
    struct kb_node *node = kb_build_add(b, kb_build_place(b, kind), kind);
    if (!node || !kb_build_push(b, dom, KB_FRAME_LINE))
        return;
    node->level = level;
    b->line = node;
    b->fixed = true;
}

/* The innermost figure's frame, if what comes now stands directly in it. */
static struct kb_frame *figure_here(struct kb_build *b) {
    struct kb_frame *frame = b->figure ? &b->frames[b->figure - 1] : NULL;
    return frame && frame->block == b->block ? frame : NULL;
}

static struct kb_node *figure_node(struct kb_build *b, struct kb_frame *frame) {
    if (!frame->node) {
        if (!b->fixed)
            kb_build_end_line(b);
        frame->node = kb_build_add(b, kb_build_place(b, KB_NODE_FIGURE), KB_NODE_FIGURE);
    }
    return frame->node;
}

/* A figure's one caption: a second text goes on in it, on a new line. */
static struct kb_node *caption_of(struct kb_build *b, struct kb_frame *frame) {
    struct kb_node *figure = figure_node(b, frame);
    if (!figure || (figure->last && figure->last->kind == KB_NODE_CAPTION)) {
        b->breaks = figure && figure->last->first;
        return figure ? figure->last : NULL;
    }
    return kb_build_add(b, figure, KB_NODE_CAPTION);
}

void kb_build_open_caption(struct kb_build *b, lxb_dom_node_t *dom) {
    kb_build_border(b);
    if (b->fixed || !b->figure)
        return;
    struct kb_node *caption = caption_of(b, &b->frames[b->figure - 1]);
    if (!caption || !kb_build_push(b, dom, KB_FRAME_LINE))
        return;
    b->line = caption;
    b->fixed = true;
}

/* ---- text -------------------------------------------------------------------------- */

static struct kb_node *inline_parent(const struct kb_build *b, bool *all_open) {
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

static bool resolve_link(struct kb_build *b, struct kb_build_wanted *link) {
    if (!link->resolved) {
        struct kb_str href = kb_str_trim(kb_dom_attr_id(link->dom, LXB_DOM_ATTR_HREF));
        link->resolved = true;
        if (href.n && href.p[0] != '#') /* a place in a page that is not shown */
            link->url = kb_urls_resolve(b->urls, b->arena, href, true);
        link->dead = !link->url.n;
    }
    return !link->dead;
}

static struct kb_node *open_wanted(struct kb_build *b) {
    struct kb_node *node = b->line;
    for (size_t i = 0; i < b->wanted_count && node; i++) {
        struct kb_build_wanted *w = &b->wanted[i];
        if (!w->node && !w->dead && (w->kind != KB_NODE_LINK || resolve_link(b, w))) {
            w->node = kb_build_add(b, node, w->kind);
            if (w->node)
                w->node->url = w->url;
        }
        node = w->node ? w->node : node;
    }
    return node;
}

void kb_build_see(struct kb_build *b) {
    for (size_t i = b->figure; i && !b->frames[i - 1].seen; i = b->frames[i - 1].outer)
        b->frames[i - 1].seen = true;
}

static bool open_paragraph(struct kb_build *b) {
    if (b->breaks > 1 && !b->fixed)
        kb_build_end_line(b);
    if (!b->line) {
        struct kb_frame *frame = figure_here(b);
        if (frame && frame->node && frame->node->first &&
            frame->node->first->kind == KB_NODE_IMAGE) {
            b->line = caption_of(b, frame);
        } else {
            b->line =
                kb_build_add(b, kb_build_place(b, KB_NODE_PARAGRAPH), KB_NODE_PARAGRAPH);
            kb_build_see(b);
        }
    }
    return b->line != NULL;
}

/* What stands between the last text and the one that comes now: a break or a space.
 * Returns whether the next text has to begin with a space. */
static bool open_gap(struct kb_build *b) {
    bool all_open, space = b->space && b->line->first;
    struct kb_node *parent = inline_parent(b, &all_open), *node;
    if (b->breaks && b->line->first) {
        if (b->line->kind == KB_NODE_HEADING || b->line->kind == KB_NODE_TERM)
            space = true;
        else if (kb_build_add(b, parent, KB_NODE_BREAK))
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
    } else if ((node = kb_build_add(b, parent, KB_NODE_TEXT))) {
        node->text = KB_STR(" ");
    }
    return false;
}

void kb_build_add_text(struct kb_build *b, struct kb_str s) {
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

/* ---- pictures ---------------------------------------------------------------------- */

void kb_build_add_image(struct kb_build *b, struct kb_str address, struct kb_str alt) {
    struct kb_str url = kb_urls_resolve(b->urls, b->arena, address, false);
    if (!url.n || kb_str_equal(url, b->last_image))
        return;
    struct kb_frame *frame = b->figure ? &b->frames[b->figure - 1] : NULL;
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
        struct kb_node *before = frame ? frame->image : NULL;
        image->parent = figure;
        image->next = caption;
        if (before)
            before->next = image;
        else
            figure->first = image;
    } else {
        kb_node_attach(figure, image);
    }
    b->last_image = url;
    b->fresh = true;
    if (frame) {
        frame->image = image;
        return;
    }
    *b->later_end = figure;
    b->later_end = &figure->next;
    if (!b->line)
        kb_build_end_line(b);
}
