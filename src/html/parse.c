/* HTML bytes → DOM.
 *
 * Enters: a page's text, UTF-8; leaves: lexbor's document, the same one for every page.
 * The method is the HTML Standard's (WHATWG, section 13.2), done by lexbor; what stands
 * here keeps a hostile page from costing more than its size.  The tree builder walks its
 * open elements for most tags, rebuilds open formatting elements in every paragraph, and
 * compares a tag's attributes with each other: each of that is a product of two numbers
 * that a page chooses.  So every token passes a gate on its way from the tokenizer to the
 * tree builder, which drops what would push one of the numbers over its limit.  A tag
 * that is dropped takes its end tag with it, so that what was open stays open.
 *
 * In XHTML "<script … />" and "<div />" are whole elements.  Read as HTML they are begin
 * tags, and a script without an end swallows the page; so in pages that say they are
 * XHTML (an XML declaration, or such a doctype) the gate sends an end tag after them.
 *
 * The input goes in by pieces of CHUNK bytes, because a single token can be as long as
 * the page and the gate sees it only when it is whole.  Texts of scripts and styles, half
 * of all bytes, do not go through the tokenizer: raw.c looks for their end, and the DOM's
 * text is the page's own bytes. */
#include "html/parse.h"

#include <lexbor/html/parser.h>
#include <lexbor/html/tokenizer.h>
#include <lexbor/html/tokenizer/state.h>
#include <lexbor/html/tokenizer/state_rawtext.h>
#include <lexbor/html/tokenizer/state_script.h>

#include <stdlib.h>

enum {
    CHUNK = 64 << 10,
    /* Pieces in which the library takes memory for nodes and for texts: it keeps the
     * first one from page to page, and most pages need no other. */
    NODE_MEMORY = 1 << 20,
    TEXT_MEMORY = 512 << 10,
    /* A token costs as much more as elements are open; each so many count as a token. */
    DEAR_DEPTH = 64,
    /* Names of elements and attributes that HTML does not know: they are kept in a
     * table of 128 chains. */
    MOST_NAMES = 10000,
    /* A text that follows a text is joined to it by copying; past this size it gets a
     * node of its own. */
    LARGEST_JOINED = 4 << 10,
    /* Pages past this size make the next page start with a new document: the library
     * keeps its largest buffers. */
    LARGEST_KEPT_PAGE = 4 << 20
};

struct kb_html {
    lxb_html_document_t *document;
    lxb_html_tokenizer_token_f build; /* the tree builder's own callback */
    lxb_html_tree_t *tree;
    size_t largest; /* bytes of the largest page that the document has seen */
    size_t max_depth;
    size_t tokens;
    size_t most_chunks; /* of memory for nodes */
    size_t dropped_sum; /* open tags that were dropped, in all and by name */
    uint32_t dropped[LXB_TAG__LAST_ENTRY];
    bool xhtml;
    bool draw;                    /* roots of shadow trees */
    uint32_t templates, shadows;  /* open template elements; those that are drawn */
    const char *next, *stop;      /* of the text: what the tokenizer has not been given */
    struct kb_html_wanted wanted; /* attributes */
    const struct kb_html_filter *filter; /* of a fragment, once its body is open */
    struct kb_html_notes notes;
};

enum { FORMATTING = 1, FLAT = 2 };

#define F(name) [LXB_TAG_##name] = FORMATTING
#define V(name) [LXB_TAG_##name] = FLAT

/* Elements that the tree builder rebuilds, and elements that cannot nest: void ones, and
 * those whose content the tokenizer reads as text.  The latter must never be dropped, or
 * a script's text would become the page's. */
/* clang-format off */
static const uint8_t traits[LXB_TAG__LAST_ENTRY] = {
    F(A), F(B), F(BIG), F(CODE), F(EM), F(FONT), F(I), F(NOBR), F(S), F(SMALL), F(STRIKE),
    F(STRONG), F(TT), F(U),
    V(AREA), V(BASE), V(BR), V(COL), V(EMBED), V(HR), V(IMG), V(INPUT), V(LINK), V(META),
    V(PARAM), V(SOURCE), V(TRACK), V(WBR),
    V(SCRIPT), V(STYLE), V(TITLE), V(TEXTAREA), V(XMP), V(IFRAME), V(NOEMBED),
    V(NOFRAMES),
};
/* clang-format on */

/* In SVG and MathML every element can nest. */
static bool is_flat(uint8_t trait, const lxb_html_tree_t *tree) {
    const lxb_dom_node_t *top = kb_html_top(tree);
    return (trait & FLAT) && (!top || top->ns == LXB_NS_HTML);
}

static void forget_dropped(struct kb_html *html) {
    memset(html->dropped, 0, sizeof html->dropped);
    html->dropped_sum = 0;
}

/* Whether a tag goes on to the tree builder. */
static bool admit_tag(struct kb_html *html, const lxb_html_token_t *token) {
    const lxb_html_tree_t *tree = html->tree;
    size_t name = token->tag_id < LXB_TAG__LAST_ENTRY ? token->tag_id : 0;
    bool deep = tree->open_elements->length >= html->max_depth;
    bool many = tree->active_formatting->length >= KB_LIMIT_FORMATTING;
    if (html->dropped_sum && !deep && !many)
        forget_dropped(html); /* end tags were left out: what is deep has been closed */
    if (token->type & LXB_HTML_TOKEN_TYPE_CLOSE) {
        if (!html->dropped_sum || !html->dropped[name])
            return true;
        html->dropped[name]--;
        html->dropped_sum--;
        return false;
    }
    if (deep && !is_flat(traits[name], tree)) {
        html->notes.depth_cut = true;
    } else if (many && (traits[name] & FORMATTING)) {
        html->notes.formatting_cut = true;
    } else {
        return true;
    }
    html->dropped[name]++;
    html->dropped_sum++;
    return false;
}

/* A template that says it is the root of a shadow tree becomes a div where such are to be
 * drawn.  Others wait for scripts, and so does what stands in them. */
static void open_shadow(struct kb_html *html, lxb_html_token_t *token) {
    if (token->type & LXB_HTML_TOKEN_TYPE_CLOSE) {
        if (html->templates) {
            html->templates--;
        } else if (html->shadows) {
            html->shadows--;
            token->tag_id = LXB_TAG_DIV;
        }
        return;
    }
    bool shadow = false;
    for (const lxb_html_token_attr_t *a = token->attr_first; a && !shadow; a = a->next) {
        const lexbor_hash_entry_t *name = a->name ? &a->name->entry : NULL;
        struct kb_str s = {name ? (const char *)lexbor_hash_entry_str(name) : "",
                           name ? name->length : 0};
        shadow = kb_str_equal(s, KB_STR("shadowrootmode"));
    }
    html->notes.shadows |= shadow;
    if (shadow && html->draw && !html->templates) {
        html->shadows++;
        token->tag_id = LXB_TAG_DIV;
    } else {
        html->templates++;
    }
}

/* Cuts a token's list of attributes.  While the token is still being read its last one
 * must stay. */
static void cut_attributes(struct kb_html *html, lxb_html_tokenizer_t *tkz,
                           lxb_html_token_t *token, bool whole) {
    lxb_html_token_attr_t *attr = token->attr_first, *last = token->attr_last, *next;
    size_t count = 1;
    while (attr && count < KB_LIMIT_ATTRIBUTES) {
        attr = attr->next;
        count++;
    }
    if (!attr || attr == last || attr->next == last)
        return;
    html->notes.attributes_cut = true;
    next = attr->next;
    attr->next = whole ? NULL : last;
    token->attr_last = whole ? attr : last;
    if (!whole)
        last->prev = attr;
    for (; next && next != last; next = attr) {
        attr = next->next;
        lexbor_dobject_free(tkz->dobj_token_attr, next);
    }
}

/* Keeps a text from growing by many small joins: where the tree builder would join the
 * next text to a long one, an empty comment is put between them. */
static void part_texts(struct kb_html *html) {
    const lexbor_array_t *open = html->tree->open_elements;
    size_t i = open->length;
    if (!i)
        return;
    lxb_dom_node_t *parent = open->list[i - 1], *before = NULL, *text;
    if (parent->ns == LXB_NS_HTML &&
        (parent->local_name == LXB_TAG_TABLE || parent->local_name == LXB_TAG_TBODY ||
         parent->local_name == LXB_TAG_TFOOT || parent->local_name == LXB_TAG_THEAD ||
         parent->local_name == LXB_TAG_TR)) { /* its text goes before the table */
        while (i && ((lxb_dom_node_t *)open->list[i - 1])->local_name != LXB_TAG_TABLE)
            i--;
        before = i ? open->list[i - 1] : NULL;
        if (!before || !before->parent)
            return;
    }
    text = before ? before->prev : parent->last_child;
    if (!text || text->type != LXB_DOM_NODE_TYPE_TEXT ||
        kb_dom_text(text).n < LARGEST_JOINED)
        return;
    lxb_dom_comment_t *comment = lxb_dom_document_create_comment(
        &html->document->dom_document, (const lxb_char_t *)"", 0);
    if (!comment)
        return;
    if (before)
        lxb_dom_node_insert_before(before, lxb_dom_interface_node(comment));
    else
        lxb_dom_node_insert_child(parent, lxb_dom_interface_node(comment));
}

/* An XHTML page's "<div />": builds it and closes what it has opened, and brings the
 * tokenizer back from a script's or title's text. */
static lxb_html_token_t *build_whole(struct kb_html *html, lxb_html_tokenizer_t *tkz,
                                     lxb_html_token_t *token, bool admit) {
    size_t name = token->tag_id < LXB_TAG__LAST_ENTRY ? token->tag_id : 0;
    if (!admit) { /* dropped, and no end tag will come */
        html->dropped_sum -= html->dropped[name] > 0;
        html->dropped[name] -= html->dropped[name] > 0;
        return token;
    }
    const lxb_dom_node_t *before = kb_html_top(html->tree), *opened;
    token = html->build(tkz, token, html->tree);
    opened = kb_html_top(html->tree);
    if (!token || !opened || opened == before || opened->ns != LXB_NS_HTML ||
        opened->local_name != token->tag_id || name == LXB_TAG_HTML ||
        name == LXB_TAG_HEAD || name == LXB_TAG_BODY)
        return token;
    lxb_html_token_attr_t *first = token->attr_first, *last = token->attr_last;
    token->type = LXB_HTML_TOKEN_TYPE_CLOSE;
    token->attr_first = token->attr_last = NULL;
    lxb_html_tokenizer_state_set(tkz, lxb_html_tokenizer_state_data_before);
    lxb_html_token_t *after = html->build(tkz, token, html->tree);
    token->attr_first = first;
    token->attr_last = last;
    return after;
}

/* Says the text of itself that it is XHTML? */
static bool is_xhtml(struct kb_str text) {
    struct kb_str head = kb_str_trim(kb_str_slice(text, 0, 1024));
    if (kb_str_starts(head, KB_STR("<?xml ")))
        return true;
    do { /* most texts, and nearly all fragments, have no "<!" */
        size_t at = kb_str_find(head, KB_STR("<!"));
        if (at == KB_NOT_FOUND)
            return false;
        head = kb_str_slice(head, at + 2, head.n);
    } while (!kb_str_starts_nocase(head, KB_STR("doctype")));
    head = kb_str_slice(head, 0, kb_str_find_byte(head, '>'));
    return kb_str_find_nocase(head, KB_STR("//dtd xhtml")) != KB_NOT_FOUND;
}

/* ---- scripts and styles ------------------------------------------------------------ */

static bool begins_raw_text(const lxb_html_tokenizer_t *tkz) {
    return (tkz->tmp_tag_id == LXB_TAG_SCRIPT &&
            tkz->state == lxb_html_tokenizer_state_script_data_before) ||
           (tkz->tmp_tag_id == LXB_TAG_STYLE &&
            tkz->state == lxb_html_tokenizer_state_rawtext_before);
}

/* The tokenizer's state behind a script's or style's begin tag: goes to the end tag in
 * one step, past the end of the piece if need be. */
static const lxb_char_t *raw_text(lxb_html_tokenizer_t *tkz, const lxb_char_t *data,
                                  const lxb_char_t *end) {
    struct kb_html *html = tkz->callback_token_ctx;
    const bool script = tkz->tmp_tag_id == LXB_TAG_SCRIPT;
    const struct kb_str name = script ? KB_STR("script") : KB_STR("style");
    const struct kb_str text = {(const char *)data,
                                (size_t)(html->stop - (const char *)data)};
    const size_t n = tkz->is_eof ? KB_NOT_FOUND : kb_html_raw_end(text, name);
    if (n == KB_NOT_FOUND)
        return script ? lxb_html_tokenizer_state_script_data_before(tkz, data, end)
                      : lxb_html_tokenizer_state_rawtext_before(tkz, data, end);
    const lexbor_array_t *open = html->tree->open_elements;
    if (n && !kb_html_raw_add(html->document, open->list[open->length - 1],
                              kb_str_slice(text, 0, n))) {
        tkz->status = LXB_STATUS_ERROR_MEMORY_ALLOCATION;
        return end;
    }
    lxb_html_tokenizer_state_set(tkz, lxb_html_tokenizer_state_data_before);
    if (n <= (size_t)(end - data))
        return data + n;
    html->next = text.p + n;
    return end;
}

static lxb_html_token_t *gate(lxb_html_tokenizer_t *tkz, lxb_html_token_t *token,
                              void *context) {
    struct kb_html *html = context;
    const struct kb_html_filter *filter = html->filter;
    bool wanted = !filter || filter->admit(filter->context, token, html->tree);
    bool admit = wanted;
    if (!wanted) {
        ; /* as if it were not there */
    } else if (token->tag_id == LXB_TAG__TEXT) {
        part_texts(html);
    } else if (token->tag_id > LXB_TAG__EM_DOCTYPE) {
        if (token->tag_id == LXB_TAG_TEMPLATE && !filter)
            open_shadow(html, token);
        if (tkz->dobj_token_attr->allocated > KB_LIMIT_ATTRIBUTES)
            cut_attributes(html, tkz, token, true);
        kb_html_drop_unwanted(&html->wanted, token, html->tree);
        admit = admit_tag(html, token);
    }
    html->tokens += 1 + html->tree->open_elements->length / DEAR_DEPTH;
    if (html->tokens > 2 * (size_t)KB_LIMIT_NODES ||
        html->document->dom_document.mraw->mem->chunk_length > html->most_chunks) {
        html->notes.nodes_cut = true;
        admit = token->tag_id == LXB_TAG__END_OF_FILE;
    }
    if (html->xhtml && wanted && (token->type & LXB_HTML_TOKEN_TYPE_CLOSE_SELF) &&
        !(token->type & LXB_HTML_TOKEN_TYPE_CLOSE))
        token = build_whole(html, tkz, token, admit);
    else if (admit)
        token = html->build(tkz, token, html->tree);
    if (!filter && begins_raw_text(tkz))
        lxb_html_tokenizer_state_set(tkz, raw_text);
    if (tkz->dobj_token_attr->allocated > 32) /* a token's attributes end with it */
        lexbor_dobject_clean(tkz->dobj_token_attr);
    tkz->parse_errors->length = 0; /* nobody reads them, and a page may have millions */
    html->tree->parse_errors->length = 0;
    return token;
}

/* ---- the document ------------------------------------------------------------------ */

static void close_document(struct kb_html *html) {
    if (html->document)
        lxb_html_document_destroy(html->document);
    html->document = NULL;
    html->largest = 0;
}

static bool set_memory(lexbor_mraw_t *memory, size_t chunk) {
    lexbor_mraw_destroy(memory, false);
    return lexbor_mraw_init(memory, chunk) == LXB_STATUS_OK;
}

static enum kb_status open_document(struct kb_html *html, struct kb_err *err) {
    html->document = lxb_html_document_create();
    if (!html->document || !set_memory(html->document->dom_document.mraw, NODE_MEMORY) ||
        !set_memory(html->document->dom_document.text, TEXT_MEMORY) ||
        lxb_html_document_parse_chunk_begin(html->document)) {
        close_document(html);
        return kb_err_set(err, KB_ENOMEM, "not enough memory for an HTML parser");
    }
    lxb_html_parser_t *parser = html->document->dom_document.parser;
    html->tree = parser->tree;
    html->build = parser->tkz->callback_token_done;
    lxb_html_tokenizer_callback_token_done_set(parser->tkz, gate, html);
    lxb_html_tokenizer_keep_duplicate_set(parser->tkz, true); /* the tree builder looks */
    html->most_chunks = KB_LIMIT_NODES / (NODE_MEMORY / sizeof(lxb_html_element_t));
    return KB_OK;
}

enum kb_status kb_html_new(struct kb_html **out, struct kb_err *err) {
    struct kb_html *html = calloc(1, sizeof *html);
    *out = NULL;
    if (!html)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for an HTML parser");
    enum kb_status status = open_document(html, err);
    if (status) {
        free(html);
        return status;
    }
    *out = html;
    return KB_OK;
}

void kb_html_want(struct kb_html *html, const struct kb_str *names) {
    html->wanted.names = names;
}

void kb_html_draw_shadows(struct kb_html *html, bool draw) {
    html->draw = draw;
}

void kb_html_free(struct kb_html *html) {
    if (!html)
        return;
    close_document(html);
    free(html);
}

/* Between two pieces: is the tokenizer inside a token that grows past all measure? */
static bool tamed(struct kb_html *html, lxb_html_tokenizer_t *tkz) {
    const lxb_dom_document_t *document = &html->document->dom_document;
    if (tkz->token && tkz->dobj_token_attr->allocated > KB_LIMIT_ATTRIBUTES)
        cut_attributes(html, tkz, tkz->token, false);
    tkz->parse_errors->length = 0;
    /* The library lets a token's buffer grow by a page of memory at a time. */
    if (tkz->pos - tkz->start > CHUNK / 2 && tkz->end - tkz->pos < 4 * CHUNK &&
        lxb_html_tokenizer_temp_realloc(tkz, (size_t)(tkz->end - tkz->start) + 4 * CHUNK))
        return false;
    if (document->tags->entries->allocated > MOST_NAMES ||
        document->attrs->entries->allocated > MOST_NAMES)
        html->notes.nodes_cut = true;
    return !html->notes.nodes_cut;
}

/* Makes the document ready for a text. */
static enum kb_status begin(struct kb_html *html, struct kb_str text, size_t max_depth,
                            struct kb_err *err) {
    enum kb_status status;
    if (html->largest > LARGEST_KEPT_PAGE)
        close_document(html);
    if (html->document) {
        lxb_html_document_clean(html->document);
        /* which the library leaves as the last page had it: in quirks mode a table does
         * not close a paragraph */
        html->document->dom_document.compat_mode = LXB_DOM_DOCUMENT_CMODE_NO_QUIRKS;
    } else if ((status = open_document(html, err))) {
        return status;
    }
    html->largest = text.n > html->largest ? text.n : html->largest;
    html->max_depth = max_depth;
    html->tokens = 0;
    html->templates = html->shadows = 0;
    html->xhtml = is_xhtml(text);
    html->filter = NULL;
    memset(html->wanted.seen, 0, sizeof html->wanted.seen);
    html->notes = (struct kb_html_notes){0};
    forget_dropped(html);
    return KB_OK;
}

static lxb_status_t feed(struct kb_html *html, struct kb_str text) {
    lxb_status_t failed = LXB_STATUS_OK;
    html->next = text.p;
    html->stop = text.p + text.n;
    while (!failed && html->next < html->stop) {
        const char *piece = html->next;
        size_t left = (size_t)(html->stop - piece), n = left < CHUNK ? left : CHUNK;
        html->next += n;
        failed =
            lxb_html_document_parse_chunk(html->document, (const lxb_char_t *)piece, n);
        if (!failed && html->next < html->stop && !tamed(html, html->tree->tkz_ref))
            return html->tree->tkz_ref->status;
    }
    return failed;
}

static enum kb_status end(struct kb_html *html, lxb_status_t failed,
                          struct kb_html_notes *notes, struct kb_err *err) {
    if (!failed)
        failed = lxb_html_document_parse_chunk_end(html->document);
    if (notes)
        *notes = html->notes;
    if (!failed)
        return KB_OK;
    close_document(html);
    return kb_err_set(err, KB_ENOMEM, "the page cannot be parsed: not enough memory");
}

enum kb_status kb_html_parse(struct kb_html *html, struct kb_str text, size_t max_depth,
                             lxb_html_document_t **document, struct kb_html_notes *notes,
                             struct kb_err *err) {
    *document = NULL;
    enum kb_status status =
        begin(html, text, max_depth ? max_depth : KB_LIMIT_DEPTH, err);
    if (status)
        return status;
    lxb_status_t failed = lxb_html_document_parse_chunk_begin(html->document);
    status = end(html, failed ? failed : feed(html, text), notes, err);
    if (!status)
        *document = html->document;
    return status;
}

enum kb_status kb_html_parse_fragment(struct kb_html *html, struct kb_str text,
                                      const struct kb_html_filter *filter,
                                      lxb_dom_node_t **body, struct kb_html_notes *notes,
                                      struct kb_err *err) {
    *body = NULL;
    enum kb_status status = begin(html, text, KB_LIMIT_DEPTH, err);
    if (status)
        return status;
    lxb_status_t failed = lxb_html_document_parse_chunk_begin(html->document);
    if (!failed)
        failed = feed(html, KB_STR("<!doctype html><body>"));
    html->filter = filter;
    status = end(html, failed ? failed : feed(html, text), notes, err);
    html->filter = NULL;
    if (!status)
        *body = lxb_dom_interface_node(lxb_html_document_body_element(html->document));
    if (!status && !*body)
        status = kb_err_set(err, KB_ENOMEM, "the fragment cannot be parsed");
    return status;
}
