/* The page's text, cut into blocks and counted.
 *
 * In: the DOM's body and the texts known beforehand.  Out: blocks in document order, each in
 * its box, with counts of words, links, signs and agreements.  Every visible byte is looked
 * at once, here; all that follows works on the counts.  The cut is Kohlschütter's text block
 * ("Boilerplate Detection using Shallow Text Features", 2010), with a border at each br. */
#include "page/blocks.h"

#include <stdlib.h>

enum tag_kind { BLOCK, INLINE, SKIP, BREAK, PICTURE };

struct tag_entry {
    uint8_t kind, group;
};

static struct tag_entry tag_entry(uintptr_t tag) {
    switch (tag) {
    case LXB_TAG_SCRIPT: case LXB_TAG_STYLE: case LXB_TAG_NOSCRIPT: case LXB_TAG_TEMPLATE:
    case LXB_TAG_SVG: case LXB_TAG_MATH: case LXB_TAG_IFRAME: case LXB_TAG_OBJECT:
    case LXB_TAG_CANVAS: case LXB_TAG_SELECT: case LXB_TAG_OPTION: case LXB_TAG_DATALIST:
    case LXB_TAG_AUDIO: case LXB_TAG_VIDEO: case LXB_TAG_MAP: case LXB_TAG_TEXTAREA:
    case LXB_TAG_HEAD: case LXB_TAG_EMBED: case LXB_TAG_INPUT: case LXB_TAG_TITLE:
    case LXB_TAG_NOEMBED: case LXB_TAG_NOFRAMES: case LXB_TAG_METER: case LXB_TAG_PROGRESS:
        return (struct tag_entry){SKIP, KB_TAG_OTHER};
    case LXB_TAG_A: case LXB_TAG_ABBR: case LXB_TAG_ACRONYM: case LXB_TAG_B:
    case LXB_TAG_BDI: case LXB_TAG_BDO: case LXB_TAG_BIG: case LXB_TAG_CITE:
    case LXB_TAG_CODE: case LXB_TAG_DATA: case LXB_TAG_DEL: case LXB_TAG_DFN:
    case LXB_TAG_EM: case LXB_TAG_FONT: case LXB_TAG_I: case LXB_TAG_INS: case LXB_TAG_KBD:
    case LXB_TAG_MARK: case LXB_TAG_NOBR: case LXB_TAG_Q: case LXB_TAG_RB: case LXB_TAG_RP:
    case LXB_TAG_RT: case LXB_TAG_RUBY: case LXB_TAG_S: case LXB_TAG_SAMP:
    case LXB_TAG_SMALL: case LXB_TAG_SPAN: case LXB_TAG_STRIKE: case LXB_TAG_STRONG:
    case LXB_TAG_SUB: case LXB_TAG_SUP: case LXB_TAG_TIME: case LXB_TAG_TT: case LXB_TAG_U:
    case LXB_TAG_VAR: case LXB_TAG_WBR: case LXB_TAG_OUTPUT:
        return (struct tag_entry){INLINE, KB_TAG_OTHER};
    case LXB_TAG_IMG: case LXB_TAG_PICTURE: case LXB_TAG_SOURCE:
        return (struct tag_entry){PICTURE, KB_TAG_OTHER};
    case LXB_TAG_BR: return (struct tag_entry){BREAK, KB_TAG_OTHER};
    case LXB_TAG_DIV: case LXB_TAG_CENTER: return (struct tag_entry){BLOCK, KB_TAG_DIV};
    case LXB_TAG_P: return (struct tag_entry){BLOCK, KB_TAG_P};
    case LXB_TAG_H1: case LXB_TAG_H2: case LXB_TAG_H3: case LXB_TAG_H4: case LXB_TAG_H5:
    case LXB_TAG_H6: return (struct tag_entry){BLOCK, KB_TAG_HEADING};
    case LXB_TAG_LI: return (struct tag_entry){BLOCK, KB_TAG_LI};
    case LXB_TAG_UL: case LXB_TAG_OL: case LXB_TAG_MENU:
        return (struct tag_entry){BLOCK, KB_TAG_LIST};
    case LXB_TAG_TD: case LXB_TAG_TH: return (struct tag_entry){BLOCK, KB_TAG_CELL};
    case LXB_TAG_TABLE: case LXB_TAG_TR: case LXB_TAG_TBODY: case LXB_TAG_THEAD:
    case LXB_TAG_TFOOT: return (struct tag_entry){BLOCK, KB_TAG_TABLE};
    case LXB_TAG_DL: case LXB_TAG_DT: case LXB_TAG_DD:
        return (struct tag_entry){BLOCK, KB_TAG_DEFINITION};
    case LXB_TAG_BLOCKQUOTE: return (struct tag_entry){BLOCK, KB_TAG_QUOTE};
    case LXB_TAG_PRE: return (struct tag_entry){BLOCK, KB_TAG_PRE};
    case LXB_TAG_FIGURE: return (struct tag_entry){BLOCK, KB_TAG_FIGURE};
    case LXB_TAG_FIGCAPTION: case LXB_TAG_CAPTION:
        return (struct tag_entry){BLOCK, KB_TAG_CAPTION};
    case LXB_TAG_ARTICLE: return (struct tag_entry){BLOCK, KB_TAG_ARTICLE};
    case LXB_TAG_MAIN: return (struct tag_entry){BLOCK, KB_TAG_MAIN};
    case LXB_TAG_SECTION: return (struct tag_entry){BLOCK, KB_TAG_SECTION};
    case LXB_TAG_ASIDE: return (struct tag_entry){BLOCK, KB_TAG_ASIDE};
    case LXB_TAG_NAV: return (struct tag_entry){BLOCK, KB_TAG_NAV};
    case LXB_TAG_HEADER: return (struct tag_entry){BLOCK, KB_TAG_HEADER};
    case LXB_TAG_FOOTER: return (struct tag_entry){BLOCK, KB_TAG_FOOTER};
    case LXB_TAG_FORM: case LXB_TAG_FIELDSET: return (struct tag_entry){BLOCK, KB_TAG_FORM};
    case LXB_TAG_BUTTON: case LXB_TAG_LABEL: case LXB_TAG_LEGEND: case LXB_TAG_SUMMARY:
        return (struct tag_entry){BLOCK, KB_TAG_BUTTON};
    case LXB_TAG_DETAILS: case LXB_TAG_DIALOG:
        return (struct tag_entry){BLOCK, KB_TAG_DETAILS};
    case LXB_TAG_ADDRESS: return (struct tag_entry){BLOCK, KB_TAG_ADDRESS};
    default: return (struct tag_entry){BLOCK, KB_TAG_OTHER};
    }
}

/* ---- texts known beforehand ---------------------------------------------------------------- */

enum { KNOWN_BITS = 2048, BODY_BITS_MAX = 1 << 20 };

struct kb_known_texts {
    uint32_t title[KNOWN_BITS / 32], about[KNOWN_BITS / 32];
    uint32_t *body; /* shingles of three words; NULL where there is no body */
    uint32_t body_mask;
};

static bool bit_test(const uint32_t *bits, uint32_t i) {
    return bits[i / 32] >> (i % 32) & 1;
}

static void bit_set(uint32_t *bits, uint32_t i) {
    bits[i / 32] |= 1u << (i % 32);
}

static uint32_t mix(uint32_t h) {
    h ^= h >> 16;
    h *= 0x7FEB352Du;
    h ^= h >> 15;
    return h;
}

static uint32_t fold(uint32_t c) {
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) ||
        (c >= 0x410 && c <= 0x42F))
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40F)
        return c + 0x50;
    return c;
}

static uint32_t hash_more(uint32_t h, uint32_t c) {
    return (h ^ fold(c)) * 0x01000193u;
}

/* Calls take(context, hash) for each word of a text; a Han-like character is a word. */
static void each_word(struct kb_str s, void (*take)(void *, uint32_t), void *context) {
    uint32_t h = 0x811C9DC5u;
    bool in_word = false;
    for (const char *p = s.p, *end = s.p + s.n; p < end;) {
        size_t len;
        uint32_t c = kb_utf8_next(p, end, &len);
        p += len;
        bool han = kb_is_han_like(c), word = kb_is_word_char(c);
        if (in_word && (han || !word)) {
            take(context, mix(h));
            h = 0x811C9DC5u;
            in_word = false;
        }
        if (han) {
            take(context, mix(hash_more(h, c)));
        } else if (word) {
            h = hash_more(h, c);
            in_word = true;
        }
    }
    if (in_word)
        take(context, mix(h));
}

struct shingler {
    struct kb_known_texts *known;
    uint32_t before[2];
    size_t count;
};

static uint32_t shingle(const uint32_t before[2], uint32_t h) {
    return mix(before[0] * 31u + before[1] * 7u + h);
}

static void take_title(void *context, uint32_t h) {
    bit_set(((struct kb_known_texts *)context)->title, h % KNOWN_BITS);
}

static void take_about(void *context, uint32_t h) {
    bit_set(((struct kb_known_texts *)context)->about, h % KNOWN_BITS);
}

static void take_body(void *context, uint32_t h) {
    struct shingler *s = context;
    if (++s->count > 2)
        bit_set(s->known->body, shingle(s->before, h) & s->known->body_mask);
    s->before[0] = s->before[1];
    s->before[1] = h;
}

struct kb_known_texts *kb_known_texts_new(struct kb_arena *arena,
                                          const struct kb_page_meta *meta) {
    struct kb_known_texts *known = kb_arena_zalloc(arena, 1, sizeof *known);
    if (!known)
        return NULL;
    each_word(meta->title, take_title, known);
    each_word(meta->description, take_about, known);
    if (meta->body_text.n >= 100) {
        uint32_t bits = 1 << 12; /* about 10 bits a word: false hits under one in ten */
        while (bits < BODY_BITS_MAX && bits < meta->body_text.n * 2)
            bits *= 2;
        known->body = kb_arena_zalloc(arena, bits / 32, sizeof *known->body);
        known->body_mask = bits - 1;
        struct shingler s = {.known = known};
        if (known->body)
            each_word(meta->body_text, take_body, &s);
    }
    return known;
}

/* ---- counting characters -------------------------------------------------------------------- */

#define L KB_CHAR_LOWER
#define U KB_CHAR_UPPER
#define D KB_CHAR_DIGIT
#define S KB_CHAR_STOP
#define C KB_CHAR_COMMA
#define O KB_CHAR_COLON
#define Q KB_CHAR_QUOTE
#define H KB_CHAR_DASH
#define B KB_CHAR_BAR
#define K KB_CHAR_BRACKET
#define G KB_CHAR_SIGN
#define W KB_CHAR_SPACE

static const uint8_t ascii_class[128] = {
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W,
    W, S, Q, G, G, G, G, Q, K, K, G, G, C, H, S, B, D, D, D, D, D, D, D, D, D, D, O, C, B, G, B, S,
    G, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, K, G, K, G, G,
    G, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, K, B, K, G, G};

#undef L
#undef U
#undef D
#undef S
#undef C
#undef O
#undef Q
#undef H
#undef B
#undef K
#undef G
#undef W

static uint8_t wide_class(uint32_t c) {
    if (c == 0xA0 || c == 0x200B || c == 0xFEFF || c == 0x3000 || c == 0xAD)
        return KB_CHAR_SPACE;
    if (kb_is_han_like(c) && kb_is_word_char(c))
        return KB_CHAR_HAN;
    switch (c) {
    case 0x3002: case 0xFF01: case 0xFF1F: case 0x61F: case 0x6D4: case 0x964: case 0x965:
    case 0x2026: case 0xFF0E: case 0x104B: case 0x17D4:
        return KB_CHAR_STOP;
    case 0xFF0C: case 0x3001: case 0x60C: case 0x61B: case 0xFF1B: case 0x104A:
        return KB_CHAR_COMMA;
    case 0xFF1A: return KB_CHAR_COLON;
    case 0xAB: case 0xBB: case 0x300C: case 0x300D: case 0x300E: case 0x300F: case 0x2039:
        return KB_CHAR_QUOTE;
    case 0xB7: case 0x2022: case 0x203A: case 0xFF5C: case 0x25CF: case 0x25AA: case 0x2192:
        return KB_CHAR_BAR;
    case 0x3010: case 0x3011: case 0xFF08: case 0xFF09: return KB_CHAR_BRACKET;
    default: break;
    }
    if (c >= 0x2018 && c <= 0x201F)
        return KB_CHAR_QUOTE;
    if (c >= 0x2010 && c <= 0x2015)
        return KB_CHAR_DASH;
    if (c >= 0x2000 && c <= 0x200A)
        return KB_CHAR_SPACE;
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) ||
        (c >= 0x400 && c <= 0x42F))
        return KB_CHAR_UPPER;
    if (!kb_is_word_char(c))
        return KB_CHAR_SIGN;
    if ((c >= 0xDF && c <= 0x24F) || (c >= 0x3B1 && c <= 0x3C9) || (c >= 0x430 && c <= 0x45F))
        return KB_CHAR_LOWER;
    return KB_CHAR_LETTER;
}

/* ---- the cut ---------------------------------------------------------------------------------- */

struct cutter {
    struct kb_arena *arena;
    struct kb_blocks *out;
    const struct kb_class_table *classes;
    const struct kb_known_texts *known;
    struct kb_block block; /* the one that grows; empty while chars is 0 */
    uint32_t box;
    uint32_t link_depth, bold_depth, breaks;
    uint32_t link_han;
    uint32_t word, before[2], words_seen, digit_run, digit_value;
    bool in_word, word_upper, link_open, picture, time_colon;
    bool noscript; /* what stands in noscript elements is text as well */
};

static void end_word(struct cutter *c) {
    struct kb_block *b = &c->block;
    uint32_t h = mix(c->word);
    b->words++;
    b->uppers = (uint16_t)(b->uppers + c->word_upper);
    b->link_words = (uint16_t)(b->link_words + (c->link_depth > 0));
    b->bold_words = (uint16_t)(b->bold_words + (c->bold_depth > 0));
    c->in_word = false;
    c->words_seen++;
    b->text_hash = (b->text_hash ^ h) * 0x9E3779B97F4A7C15u;
    if (c->known) {
        b->title_hits = (uint16_t)(b->title_hits + bit_test(c->known->title, h % KNOWN_BITS));
        b->about_hits = (uint16_t)(b->about_hits + bit_test(c->known->about, h % KNOWN_BITS));
        if (c->known->body && c->words_seen > 2) {
            b->shingles++;
            b->body_hits = (uint16_t)(b->body_hits +
                                      bit_test(c->known->body,
                                               shingle(c->before, h) & c->known->body_mask));
        }
    }
    c->before[0] = c->before[1];
    c->before[1] = h;
    c->word = 0x811C9DC5u;
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
        else if (ch == 0xA9)
            b->marks |= KB_MARK_COPYRIGHT;
        break;
    default: break;
    }
}

/* The counters are 16 bits wide: a block ends where one of them might run over. */
enum { BLOCK_BYTES_MAX = 60000 };

static void count_text(struct cutter *c, struct kb_str s) {
    struct kb_block *b = &c->block;
    for (const char *p = s.p, *end = s.p + s.n; p < end;) {
        uint32_t ch = (unsigned char)*p;
        size_t len = 1;
        uint8_t class;
        if (ch < 0x80) {
            class = ascii_class[ch];
        } else {
            ch = kb_utf8_next(p, end, &len);
            class = wide_class(ch);
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
            c->word = hash_more(c->word, ch);
        } else if (class == KB_CHAR_HAN) {
            b->han++;
            c->word_upper = false;
            c->word = hash_more(c->word, ch);
            c->link_han += c->link_depth > 0;
            end_word(c);
            b->words--;
            b->link_words = (uint16_t)(b->link_words - (c->link_depth > 0));
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
        b->words += (b->han + 1u) / 2;
        b->link_words = (uint16_t)(b->link_words + (c->link_han + 1) / 2);
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
    c->link_han = c->words_seen = 0;
    c->word = 0x811C9DC5u;
    c->link_open = false;
    return true;
}

static void start_block(struct cutter *c, lxb_dom_node_t *text) {
    struct kb_block *b = &c->block;
    b->node = text;
    b->box = c->box;
    b->breaks = (uint8_t)(c->breaks > 255 ? 255 : c->breaks);
    if (c->picture)
        b->marks |= KB_MARK_IMAGE;
    lxb_dom_node_t *parent = text->parent;
    if (parent && parent != box_of(c)->node && parent->type == LXB_DOM_NODE_TYPE_ELEMENT) {
        struct kb_str class = kb_dom_attr_id(parent, LXB_DOM_ATTR_CLASS);
        if (class.n) {
            b->marks |= KB_MARK_INLINE_BOX;
            b->classes = kb_class_words(c->classes, class);
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

/* What an element's attributes say, looked at once. */
static void read_attributes(const struct cutter *c, struct kb_box *box) {
    lxb_dom_attr_t *attr = lxb_dom_element_first_attribute(
        lxb_dom_interface_element(box->node));
    uint32_t hash = (uint32_t)box->node->local_name * 0x9E3779B1u;
    for (; attr; attr = attr->next) {
        struct kb_str value = KB_STR_NONE;
        if (attr->value)
            value = (struct kb_str){(const char *)attr->value->data, attr->value->length};
        switch (attr->node.local_name) {
        case LXB_DOM_ATTR_CLASS:
            box->classes |= kb_class_words(c->classes, value);
            for (size_t i = 0; i < value.n && i < 256; i++)
                if (!kb_is_digit(value.p[i]))
                    hash = hash_more(hash, (unsigned char)value.p[i]);
            break;
        case LXB_DOM_ATTR_ID:
            box->classes |= kb_class_words(c->classes, value);
            break;
        case LXB_DOM_ATTR_STYLE:
            if (says_hidden(value))
                box->flags |= KB_BOX_HIDDEN;
            break;
        default: {
            size_t n;
            const char *name = (const char *)lxb_dom_attr_local_name(attr, &n);
            struct kb_str key = {name, name ? n : 0};
            if (kb_str_equal(key, KB_STR("role")) || kb_str_equal(key, KB_STR("itemprop")))
                box->classes |= kb_class_words(c->classes, value);
            else if (kb_str_equal(key, KB_STR("hidden")) ||
                     (kb_str_equal(key, KB_STR("aria-hidden")) &&
                      kb_str_equal(value, KB_STR("true"))))
                box->flags |= KB_BOX_HIDDEN;
        }
        }
    }
    box->class_hash = mix(hash);
}

static bool open_box(struct cutter *c, lxb_dom_node_t *node, uint8_t group) {
    struct kb_blocks *out = c->out;
    void *boxes = out->boxes;
    if (!kb_arena_grow(c->arena, &boxes, out->box_count, &out->box_cap, sizeof *out->boxes,
                       KB_LIMIT_NODES))
        return false;
    out->boxes = boxes;
    struct kb_box *box = &out->boxes[out->box_count];
    *box = (struct kb_box){.node = node, .parent = c->box, .group = group};
    box->first = (uint32_t)out->count;
    if (out->box_count) {
        struct kb_box *parent = &out->boxes[c->box];
        box->depth = (uint16_t)(parent->depth + 1);
        parent->children++;
    }
    if (group == KB_TAG_HEADING)
        box->level = (uint8_t)(node->local_name - LXB_TAG_H1 + 1);
    read_attributes(c, box);
    c->box = (uint32_t)out->box_count++;
    node->user = (void *)(uintptr_t)(c->box + 1);
    return true;
}

static void enter_inline(struct cutter *c, uintptr_t tag, int step) {
    if (tag == LXB_TAG_A) {
        c->link_depth += (uint32_t)step;
        c->link_open = step > 0;
    } else if (tag == LXB_TAG_B || tag == LXB_TAG_STRONG) {
        c->bold_depth += (uint32_t)step;
    }
}

/* Enters a node; *into tells whether its children are to be looked at. */
static bool enter(struct cutter *c, lxb_dom_node_t *node, bool *into) {
    *into = false;
    if (node->type == LXB_DOM_NODE_TYPE_TEXT)
        return add_text(c, node);
    if (node->type != LXB_DOM_NODE_TYPE_ELEMENT)
        return true;
    struct tag_entry entry = tag_entry(node->local_name);
    if (node->local_name == LXB_TAG_NOSCRIPT && c->noscript)
        entry.kind = BLOCK;
    switch (entry.kind) {
    case BLOCK:
        *into = true;
        return flush(c) && open_box(c, node, entry.group);
    case INLINE:
        *into = true;
        enter_inline(c, node->local_name, 1);
        return true;
    case BREAK: {
        uint32_t breaks = c->breaks + 1;
        if (!flush(c))
            return false;
        c->breaks = c->breaks ? breaks : 1;
        return true;
    }
    case PICTURE:
        c->picture = true;
        *into = true;
        return true;
    default:
        return true;
    }
}

static bool leave(struct cutter *c, lxb_dom_node_t *node) {
    if (node->type != LXB_DOM_NODE_TYPE_ELEMENT)
        return true;
    struct tag_entry entry = tag_entry(node->local_name);
    if (node->local_name == LXB_TAG_NOSCRIPT && c->noscript)
        entry.kind = BLOCK;
    if (entry.kind == INLINE) {
        enter_inline(c, node->local_name, -1);
    } else if (entry.kind == BLOCK) {
        if (!flush(c))
            return false;
        struct kb_box *box = box_of(c);
        box->end = (uint32_t)c->out->count;
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
        if (!i)
            break;
    }
    sum_up(blocks);
    return ok;
}

/* Pages that scripts fill may carry their text for those without scripts: where the rest
 * says next to nothing, that is the text. */
enum { SILENT_PAGE_WORDS = 60 };

enum kb_status kb_page_cut(const struct kb_page_nodes *nodes,
                           const struct kb_class_table *classes,
                           const struct kb_known_texts *known, struct kb_arena *arena,
                           struct kb_blocks *blocks, struct kb_err *err) {
    struct cutter fresh = {.arena = arena, .out = blocks, .classes = classes,
                           .known = known, .word = 0x811C9DC5u};
    *blocks = (struct kb_blocks){0};
    if (!nodes->body)
        return KB_OK;
    struct cutter c = fresh;
    bool ok = cut_all(&c, nodes->body);
    if (ok && blocks->words < SILENT_PAGE_WORDS) {
        *blocks = (struct kb_blocks){0};
        c = fresh;
        c.noscript = true;
        ok = cut_all(&c, nodes->body);
    }
    if (!ok && arena->full)
        return kb_err_set(err, KB_ENOMEM, "the page's blocks need more memory than %zu bytes",
                          arena->max);
    return KB_OK;
}
