/* The page's text, cut into blocks and counted.
 *
 * In: the DOM.  Out: blocks in document order, each in its box, with counts of words,
 * links and signs, and the words' hashes; on the way the elements that later stages look
 * at enter their lists.  Every node and every visible byte is looked at once, here; all
 * that follows works on the counts.  The cut is Kohlschütter's text block ("Boilerplate
 * Detection using Shallow Text Features", 2010), with a border at each br. */
#include "page/cut.h"

/* What a class attribute says.  Pages repeat few values thousands of times. */
struct class_memo {
    struct kb_str value; /* the DOM's, which does not change meanwhile */
    struct kb_class_said said;
};

enum { MEMOS = 256 };

struct cutter {
    struct kb_arena *arena;
    struct kb_blocks *out;
    const struct kb_class_table *classes;
    struct kb_page_nodes *nodes;
    struct kb_block block; /* the one that grows; empty while chars is 0 */
    uint32_t box;
    uint32_t link_depth, bold_depth, breaks;
    uint32_t tenths, link_tenths; /* of words, in scripts that do not part them */
    uint32_t word, digit_run, digit_value;
    uintptr_t role, itemprop, rel, hidden, aria_hidden; /* attributes that lexbor numbers
                                                      anew in each document */
    struct class_memo memos[MEMOS];
    bool full; /* a word could not be stored */
    bool in_word, word_upper, link_open, picture, time_colon;
    bool noscript;         /* what stands in noscript elements is text as well */
    size_t noscript_bytes; /* of text in noscript elements that was passed over */
};

static bool more_words(struct cutter *c) {
    struct kb_blocks *out = c->out;
    void *words = out->words_seen;
    if (!kb_arena_grow(c->arena, &words, out->word_count, &out->word_cap,
                       sizeof *out->words_seen, KB_LIMIT_WORDS))
        return false;
    out->words_seen = words;
    return true;
}

static bool push_word(struct cutter *c, uint32_t h) {
    struct kb_blocks *out = c->out;
    if (out->word_count == out->word_cap && !more_words(c))
        return false;
    out->words_seen[out->word_count++] = h;
    c->block.word_count++;
    return true;
}

static void end_word(struct cutter *c) {
    struct kb_block *b = &c->block;
    uint32_t h = kb_word_end(c->word);
    b->words++;
    b->uppers = (uint16_t)(b->uppers + c->word_upper);
    b->link_words = (uint16_t)(b->link_words + (c->link_depth > 0));
    b->bold_words = (uint16_t)(b->bold_words + (c->bold_depth > 0));
    b->text_hash = (b->text_hash ^ h) * 0x9E3779B97F4A7C15u;
    c->full |= !push_word(c, h);
    c->in_word = false;
    c->word = KB_WORD_SEED;
}

static void end_digits(struct cutter *c) {
    if (c->digit_run == 4 && c->digit_value >= 1990 && c->digit_value <= 2040)
        c->block.marks |= KB_MARK_YEAR;
    if (c->time_colon && c->digit_run == 2)
        c->block.marks |= KB_MARK_TIME;
    c->time_colon = false;
    c->digit_run = c->digit_value = 0;
}

static void count_sign(struct cutter *c, uint8_t class, uint32_t ch) {
    struct kb_block *b = &c->block;
    switch (class) {
    case KB_CHAR_STOP: b->stops++; break;
    case KB_CHAR_COMMA: b->commas++; break;
    case KB_CHAR_QUOTE: b->quotes++; break;
    case KB_CHAR_BAR: b->bars++; break;
    case KB_CHAR_SIGN:
        if (ch == '@')
            b->marks |= KB_MARK_AT;
        else if (ch == 0xA9 || ch == 0x24D2)
            b->marks |= KB_MARK_COPYRIGHT;
        break;
    default: break;
    }
}

/* The counters are 16 bits wide: a block ends where one of them might run over. */
enum { BLOCK_BYTES_MAX = 60000 };

/* How much of a word a character is worth, in tenths, where words are not parted: a word
 * of Chinese has about two characters, of Japanese in kana three, of Thai five. */
static uint32_t tenths_of_word(uint32_t ch) {
    if (ch < 0x3000)
        return 2;
    return ch <= 0x30FF ? 3 : 5;
}

static void count_han(struct cutter *c, uint32_t ch) {
    uint32_t tenths = tenths_of_word(ch);
    struct kb_block *b = &c->block;
    uint32_t h = kb_word_end(kb_word_more(c->word, ch));
    b->han++;
    b->text_hash = (b->text_hash ^ h) * 0x9E3779B97F4A7C15u;
    c->full |= !push_word(c, h);
    c->tenths += tenths;
    c->link_tenths += c->link_depth ? tenths : 0;
}

static void count_text(struct cutter *c, struct kb_str s) {
    struct kb_block *b = &c->block;
    for (const char *p = s.p, *end = s.p + s.n; p < end;) {
        uint32_t ch = (unsigned char)*p;
        size_t len = 1;
        uint8_t class;
        if (c->in_word) { /* the quick way through a word */
            uint32_t word = c->word;
            const char *from = p;
            while (p < end && *p >= 'a' && *p <= 'z')
                word = (word ^ (unsigned char)*p++) * 0x01000193u;
            if (p != from) {
                c->word = word;
                b->chars += (uint32_t)(p - from);
                b->last = KB_CHAR_LOWER;
                c->time_colon = false;
                if (c->digit_run)
                    end_digits(c);
                continue;
            }
        }
        if (ch < 0x80) {
            class = kb_ascii_class[ch];
        } else {
            ch = kb_utf8_next(p, end, &len);
            class = kb_wide_class(ch);
        }
        p += len;
        bool letter = class <= KB_CHAR_DIGIT || class == KB_CHAR_LETTER;
        if (c->in_word && !letter)
            end_word(c);
        if (class == KB_CHAR_DIGIT) {
            b->digits++;
            c->digit_run++;
            if (c->digit_run <= 4)
                c->digit_value = c->digit_value * 10 + ((ch - '0') & 15);
        } else if (c->digit_run) {
            bool colon = ch == ':' && c->digit_run <= 2;
            end_digits(c);
            c->time_colon = colon;
        } else {
            c->time_colon = false;
        }
        if (class == KB_CHAR_SPACE)
            continue;
        b->chars++;
        b->last = class;
        if (b->first == KB_CHAR_NONE)
            b->first = class;
        if (letter) {
            if (!c->in_word) {
                c->in_word = true;
                c->word_upper = class == KB_CHAR_UPPER;
            }
            b->capitals = (uint16_t)(b->capitals + (class == KB_CHAR_UPPER));
            c->word = kb_word_more(c->word, ch);
        } else if (class == KB_CHAR_HAN) {
            count_han(c, ch);
        } else {
            count_sign(c, class, ch);
        }
    }
}

static struct kb_box *box_of(struct cutter *c) {
    return &c->out->boxes[c->box];
}

/* A block of running text: sentences, not links. */
static bool is_prose(const struct kb_block *b) {
    return b->words >= 10 && b->stops && b->link_words * 3u < b->words;
}

static bool flush(struct cutter *c) {
    struct kb_block *b = &c->block;
    struct kb_blocks *out = c->out;
    if (c->in_word)
        end_word(c);
    if (c->digit_run)
        end_digits(c);
    if (c->full) {
        out->cut = true;
        return false;
    }
    if (b->chars) {
        void *items = out->items;
        if (out->count >= KB_LIMIT_BLOCKS) {
            out->cut = true;
            return false;
        }
        if (!kb_arena_grow(c->arena, &items, out->count, &out->cap, sizeof *out->items,
                           KB_LIMIT_BLOCKS))
            return false;
        out->items = items;
        b->words += (c->tenths + 9) / 10;
        b->link_words = (uint16_t)(b->link_words + (c->link_tenths + 9) / 10);
        struct kb_box *box = box_of(c);
        box->words += b->words;
        box->link_words += b->link_words;
        if (is_prose(b)) {
            b->marks |= KB_MARK_PROSE;
            box->prose_words += b->words;
        }
        box->blocks_with_stop += b->stops > 0;
        out->items[out->count++] = *b;
        c->breaks = 0;
        c->picture = false;
    }
    c->block = (struct kb_block){0};
    c->block.word_first = (uint32_t)out->word_count;
    c->tenths = c->link_tenths = 0;
    c->word = KB_WORD_SEED;
    c->link_open = false;
    return true;
}

static struct kb_class_said class_memo(struct cutter *c, struct kb_str value) {
    size_t last = value.n ? value.n - 1 : 0;
    uint32_t slot = value.n ? (uint32_t)(value.n * 31 + (unsigned char)value.p[0] * 7u +
                                         (unsigned char)value.p[last / 2] * 3u +
                                         (unsigned char)value.p[last])
                            : 0;
    struct class_memo *memo = &c->memos[slot % MEMOS];
    if (!memo->value.p || !kb_str_equal(memo->value, value))
        *memo = (struct class_memo){value, kb_class_words(c->classes, value)};
    return memo->said;
}

static void start_block(struct cutter *c, lxb_dom_node_t *text) {
    struct kb_block *b = &c->block;
    b->node = text;
    b->box = c->box;
    b->breaks = (uint8_t)(c->breaks > 255 ? 255 : c->breaks);
    if (c->picture)
        b->marks |= KB_MARK_IMAGE;
    lxb_dom_node_t *parent = text->parent;
    if (parent && parent != box_of(c)->node &&
        parent->type == LXB_DOM_NODE_TYPE_ELEMENT) {
        struct kb_str class = kb_dom_attr_id(parent, LXB_DOM_ATTR_CLASS);
        if (class.n) {
            b->marks |= KB_MARK_INLINE_BOX;
            b->classes = class_memo(c, class).bits;
        }
    }
}

static bool add_text(struct cutter *c, lxb_dom_node_t *text) {
    struct kb_str s = kb_dom_text(text);
    size_t blank = 0;
    while (blank < s.n && kb_is_space(s.p[blank]))
        blank++;
    if (blank == s.n) { /* nothing but white space, which still ends a word */
        if (s.n && c->in_word)
            end_word(c);
        text->user = NULL;
        return true;
    }
    if (c->block.bytes + s.n > BLOCK_BYTES_MAX && c->block.chars && !flush(c))
        return false;
    if (!c->block.node)
        start_block(c, text);
    if (c->link_open) {
        c->block.links++;
        c->link_open = false;
    }
    text->user = (void *)(uintptr_t)(c->out->count + 1);
    c->block.bytes += (uint32_t)(s.n > UINT32_MAX / 2 ? UINT32_MAX / 2 : s.n);
    count_text(c, kb_str_cut(s, BLOCK_BYTES_MAX));
    return true;
}

static bool says_hidden(struct kb_str style) {
    size_t at = kb_str_find_nocase(style, KB_STR("display"));
    if (at == KB_NOT_FOUND)
        return false;
    struct kb_str rest = kb_str_slice(style, at + 7, style.n);
    while (rest.n && (rest.p[0] == ':' || rest.p[0] == ' '))
        rest.p++, rest.n--;
    return kb_str_starts_nocase(rest, KB_STR("none"));
}

/* An element that says more of itself than that it is text: an author's class, microdata,
 * rel=author. */
static bool note_mark(struct cutter *c, lxb_dom_node_t *node, bool marked) {
    return !marked || kb_page_note_mark(c->arena, c->nodes, node);
}

/* Inline elements are no boxes: of their attributes only marks matter. */
static bool note_inline(struct cutter *c, lxb_dom_node_t *node) {
    const lxb_dom_attr_t *attr =
        lxb_dom_element_first_attribute(lxb_dom_interface_element(node));
    bool marked = false;
    for (; attr; attr = attr->next) {
        uintptr_t name = attr->node.local_name;
        if (!attr->value)
            continue;
        struct kb_str value = {(const char *)attr->value->data, attr->value->length};
        if (name == LXB_DOM_ATTR_CLASS)
            marked |= class_memo(c, value).bits >> KB_CLASS_AUTHOR & 1;
        else if (name == c->itemprop)
            marked = true;
        else if (name == c->rel)
            marked |= kb_str_find(value, KB_STR("author")) != KB_NOT_FOUND;
        else if (name == LXB_DOM_ATTR_HREF)
            marked |= kb_page_leads_to_author(value);
    }
    return note_mark(c, node, marked);
}

/* What an element's attributes say, looked at once. */
static bool read_attributes(struct cutter *c, struct kb_box *box) {
    lxb_dom_attr_t *attr =
        lxb_dom_element_first_attribute(lxb_dom_interface_element(box->node));
    uint32_t hash = (uint32_t)box->node->local_name * 0x9E3779B1u;
    struct kb_class_said said;
    bool marked = false;
    for (; attr; attr = attr->next) {
        struct kb_str value = KB_STR_NONE;
        if (attr->value)
            value = (struct kb_str){(const char *)attr->value->data, attr->value->length};
        switch (attr->node.local_name) {
        case LXB_DOM_ATTR_CLASS:
            said = class_memo(c, value);
            box->classes |= said.bits;
            hash ^= said.hash;
            break;
        case LXB_DOM_ATTR_ID:
            box->classes |= kb_class_words(c->classes, value).bits;
            break;
        case LXB_DOM_ATTR_STYLE:
            if (says_hidden(value))
                box->flags |= KB_BOX_HIDDEN;
            break;
        default:
            marked |= attr->node.local_name == c->itemprop;
            if (attr->node.local_name == c->role || attr->node.local_name == c->itemprop)
                box->classes |= class_memo(c, value).bits;
            else if (attr->node.local_name == c->hidden ||
                     (attr->node.local_name == c->aria_hidden &&
                      kb_str_equal(value, KB_STR("true"))))
                box->flags |= KB_BOX_HIDDEN;
        }
    }
    box->class_hash = kb_word_end(hash);
    return note_mark(c, box->node, marked || box->classes >> KB_CLASS_AUTHOR & 1);
}

static bool open_box(struct cutter *c, lxb_dom_node_t *node, uint8_t group) {
    struct kb_blocks *out = c->out;
    void *boxes = out->boxes;
    if (!kb_arena_grow(c->arena, &boxes, out->box_count, &out->box_cap,
                       sizeof *out->boxes, KB_LIMIT_NODES))
        return false;
    out->boxes = boxes;
    struct kb_box *box = &out->boxes[out->box_count];
    *box = (struct kb_box){.node = node, .parent = c->box, .group = group};
    box->first = (uint32_t)out->count;
    box->pictures = out->pictures;
    if (out->box_count) {
        struct kb_box *parent = &out->boxes[c->box];
        box->depth = (uint16_t)(parent->depth + 1);
        parent->children++;
    }
    if (group == KB_TAG_HEADING)
        box->level = (uint8_t)(node->local_name - LXB_TAG_H1 + 1);
    bool noted = read_attributes(c, box);
    c->box = (uint32_t)out->box_count++;
    node->user = (void *)(uintptr_t)(c->box + 1);
    return noted;
}

static void enter_inline(struct cutter *c, uintptr_t tag, int step) {
    if (tag == LXB_TAG_A) {
        c->link_depth += (uint32_t)step;
        c->link_open = step > 0;
    } else if (tag == LXB_TAG_B || tag == LXB_TAG_STRONG) {
        c->bold_depth += (uint32_t)step;
    }
}

static size_t bytes_of_text(lxb_dom_node_t *root) {
    size_t n = 0;
    for (lxb_dom_node_t *node = root; node; node = kb_dom_next(node, root, false))
        if (node->type == LXB_DOM_NODE_TYPE_TEXT)
            n += kb_dom_text(node).n;
    return n;
}

/* Enters a node; *into tells whether its children are to be looked at. */
static bool enter(struct cutter *c, lxb_dom_node_t *node, bool *into) {
    *into = false;
    if (node->type == LXB_DOM_NODE_TYPE_TEXT)
        return add_text(c, node);
    if (node->type != LXB_DOM_NODE_TYPE_ELEMENT)
        return true;
    struct kb_tag_entry entry = kb_tag_entry(node->local_name);
    if (node->local_name == LXB_TAG_NOSCRIPT && c->noscript)
        entry.kind = KB_BLOCK;
    if (entry.look && !kb_page_note(c->arena, c->nodes, node))
        return false;
    switch (entry.kind) {
    case KB_BLOCK: *into = true; return flush(c) && open_box(c, node, entry.group);
    case KB_INLINE:
        *into = true;
        enter_inline(c, node->local_name, 1);
        return note_inline(c, node);
    case KB_BREAK: {
        uint32_t breaks = c->breaks + 1;
        if (!flush(c))
            return false;
        c->breaks = c->breaks ? breaks : 1;
        return true;
    }
    case KB_PICTURE:
        c->out->pictures++;
        c->picture = true;
        *into = true;
        return true;
    default:
        if (node->local_name == LXB_TAG_NOSCRIPT)
            c->noscript_bytes += bytes_of_text(node);
        return true;
    }
}

static bool leave(struct cutter *c, lxb_dom_node_t *node) {
    if (node->type != LXB_DOM_NODE_TYPE_ELEMENT)
        return true;
    struct kb_tag_entry entry = kb_tag_entry(node->local_name);
    if (node->local_name == LXB_TAG_NOSCRIPT && c->noscript)
        entry.kind = KB_BLOCK;
    if (entry.kind == KB_INLINE) {
        enter_inline(c, node->local_name, -1);
    } else if (entry.kind == KB_BLOCK) {
        if (!flush(c))
            return false;
        struct kb_box *box = box_of(c);
        box->end = (uint32_t)c->out->count;
        box->pictures = c->out->pictures - box->pictures;
        c->box = box->parent;
        c->breaks = 0;
    }
    return true;
}

static void sum_up(struct kb_blocks *out) {
    for (size_t i = out->box_count; i-- > 1;) {
        struct kb_box *box = &out->boxes[i], *parent = &out->boxes[box->parent];
        parent->words += box->words;
        parent->link_words += box->link_words;
        parent->prose_words += box->prose_words;
        parent->blocks_with_stop += box->blocks_with_stop;
    }
    for (size_t i = 1; i < out->box_count; i++) {
        struct kb_box *box = &out->boxes[i], *parent = &out->boxes[box->parent];
        box->up = parent->words <= box->words ? parent->up : box->parent;
    }
    if (out->box_count) {
        out->words = out->boxes[0].words;
        out->link_words = out->boxes[0].link_words;
        out->prose_words = out->boxes[0].prose_words;
    }
}

/* Walks the body once, cutting.  False where a limit ended it. */
static bool cut_all(struct cutter *c, lxb_dom_node_t *root) {
    struct kb_blocks *blocks = c->out;
    lxb_dom_node_t *node = root;
    bool into = true, ok = open_box(c, root, KB_TAG_OTHER);
    while (ok) {
        if (into && node->first_child) {
            node = node->first_child;
        } else {
            while (node != root && ok) {
                ok = leave(c, node);
                if (node->next)
                    break;
                node = node->parent;
            }
            if (node == root || !ok)
                break;
            node = node->next;
        }
        ok = enter(c, node, &into);
    }
    ok = ok && flush(c);
    for (uint32_t i = c->box; blocks->box_count; i = blocks->boxes[i].parent) {
        blocks->boxes[i].end = (uint32_t)blocks->count;
        blocks->boxes[i].pictures = blocks->pictures - blocks->boxes[i].pictures;
        if (!i)
            break;
    }
    sum_up(blocks);
    return ok;
}

/* Pages that scripts fill may carry their text for those without scripts: where the rest
 * has no prose and that is longer than "please switch on JavaScript", it is the text. */
enum { SILENT_PAGE_WORDS = 60, NOSCRIPT_BYTES = 600 };

/* The head's elements: there is no text in it, only what nodes list. */
static bool note_head(struct cutter *c, lxb_dom_node_t *head) {
    bool ok = true;
    for (lxb_dom_node_t *n = head; n && ok; n = kb_dom_next(n, head, false))
        if (n->type == LXB_DOM_NODE_TYPE_ELEMENT && kb_tag_entry(n->local_name).look)
            ok = kb_page_note(c->arena, c->nodes, n);
    return ok;
}

/* An attribute's number in this document; one that nothing has where it does not
 * occur. */
static uintptr_t attribute_id(lxb_html_document_t *document, const char *name) {
    const lxb_dom_attr_data_t *data = lxb_dom_attr_data_by_local_name(
        document->dom_document.attrs, (const lxb_char_t *)name, strlen(name));
    return data ? data->attr_id : LXB_DOM_ATTR__UNDEF;
}

enum kb_status kb_page_cut(lxb_html_document_t *document,
                           const struct kb_class_table *classes, struct kb_arena *arena,
                           struct kb_page_nodes *nodes, struct kb_blocks *blocks,
                           struct kb_err *err) {
    struct cutter fresh = {.arena = arena,
                           .out = blocks,
                           .classes = classes,
                           .nodes = nodes,
                           .word = KB_WORD_SEED};
    fresh.role = attribute_id(document, "role");
    fresh.itemprop = attribute_id(document, "itemprop");
    fresh.rel = attribute_id(document, "rel");
    fresh.hidden = attribute_id(document, "hidden");
    fresh.aria_hidden = attribute_id(document, "aria-hidden");
    *blocks = (struct kb_blocks){0};
    *nodes = (struct kb_page_nodes){
        .html = (lxb_dom_node_t *)lxb_dom_document_element(&document->dom_document),
        .head = (lxb_dom_node_t *)document->head,
        .body = (lxb_dom_node_t *)document->body};
    struct cutter c = fresh;
    bool ok = !nodes->head || note_head(&c, nodes->head);
    if (!nodes->body || !ok)
        return ok ? KB_OK : kb_err_set(err, KB_ENOMEM, "not enough memory");
    const struct kb_page_nodes head = *nodes;
    ok = cut_all(&c, nodes->body);
    if (ok && blocks->prose_words < SILENT_PAGE_WORDS &&
        c.noscript_bytes > NOSCRIPT_BYTES) {
        *blocks = (struct kb_blocks){0};
        *nodes = head;
        c = fresh;
        c.noscript = blocks->noscript = true;
        ok = cut_all(&c, nodes->body);
    }
    if (!ok && arena->full)
        return kb_err_set(err, KB_ENOMEM,
                          "the page's blocks need more memory than %zu bytes",
                          arena->max);
    return KB_OK;
}
