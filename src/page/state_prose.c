/* Prose in JSON: a string or a list of blocks enters, its length or its HTML leaves.
 *
 * Content systems keep a body as one string of HTML, or as a list of typed blocks, each
 * with its text in a field, in a list of inline parts, or in a model with more of the
 * same (Arc's content_elements, Gutenberg's blocks, Contentful's and ProseMirror's
 * documents, Portable Text).  The forms differ in names more than in shape, so names are
 * looked for in classes; a block whose class is unknown counts as a paragraph if it
 * holds text and does not look like a card (a title with an address) or a comment (a
 * user). */
#include "page/state.h"

enum {
    LEAST = 400,       /* bytes of text that make a body */
    BODY_MAX = 4 << 20 /* bytes printed */
};

/* ---- prose in a string ------------------------------------------------------------- */

static bool ends_sentence(const char *p, const char *end) {
    size_t left = (size_t)(end - p);
    if (*p == '.' || *p == '!' || *p == '?')
        return left < 2 || memchr(" \n\r\t<\"')\xE2\xC2", p[1], 10);
    if ((unsigned char)*p < 0xD8 || left < 2)
        return false;
    size_t len;
    uint32_t c = kb_utf8_next(p, end, &len);
    return c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0x061F || c == 0x06D4 ||
           c == 0x0964 || c == 0x104B || c == 0x17D4;
}

struct prose {
    size_t text, spaces, wide, code, sentences, longest;
};

static struct prose examine(struct kb_str s) {
    struct prose r = {0};
    size_t run = 0;
    for (const char *p = s.p, *end = s.p + s.n; p < end; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '<' && p + 1 < end &&
            (kb_is_alpha(p[1]) || p[1] == '/' || p[1] == '!')) {
            size_t most = (size_t)(end - p) < 4000 ? (size_t)(end - p) : 4000;
            const char *close = memchr(p, '>', most);
            if (close) {
                p = close;
                run = 0;
                continue;
            }
        }
        r.text++;
        run = kb_is_space(*p) ? 0 : run + 1;
        r.longest = run > r.longest && c < 0x80 ? run : r.longest;
        r.spaces += kb_is_space(*p);
        r.wide += c >= 0xE0;
        r.code += c == '{' || c == '}' || c == '=' || c == '_' || c == '\\' ||
                  (c == ';' && p + 1 < end && (p[1] == '\n' || p[1] == '}'));
        if ((c < 0x40 || c >= 0xD8) && ends_sentence(p, end))
            r.sentences++;
    }
    return r;
}

size_t kb_state_prose(struct kb_str s) {
    if (s.n < LEAST)
        return 0;
    if (s.p[0] == '{' || s.p[0] == '[' || kb_str_starts(s, KB_STR("http")) ||
        kb_str_starts(s, KB_STR("data:")) || kb_str_starts(s, KB_STR("function")) ||
        kb_str_starts(s, KB_STR("//")) || kb_str_starts(s, KB_STR("window.")) ||
        kb_str_find_nocase(kb_str_slice(s, 0, 400), KB_STR("<script")) != KB_NOT_FOUND)
        return 0;
    /* a first look at the head spares the walk over large pictures and code */
    struct prose head = examine(kb_str_cut(s, 2000));
    if (head.spaces * 12 < head.text && head.wide * 5 < head.text)
        return 0;
    struct prose r = s.n <= 2000 ? head : examine(s);
    if (r.text < LEAST || r.sentences < 3 || r.code * 50 > r.text)
        return 0;
    return r.text;
}

/* ---- blocks ------------------------------------------------------------------------ */

enum block {
    BLOCK_SKIP,
    BLOCK_TEXT,
    BLOCK_HEADING,
    BLOCK_LIST,
    BLOCK_QUOTE,
    BLOCK_UNKNOWN
};

/* What a block's own name says it is. */
static enum block block_of(struct kb_str type) {
    static const struct {
        const char *word;
        enum block block;
    } words[] = {{"header", BLOCK_HEADING},    {"heading", BLOCK_HEADING},
                 {"subhead", BLOCK_HEADING},   {"title", BLOCK_HEADING},
                 {"list", BLOCK_LIST},         {"quote", BLOCK_QUOTE},
                 {"image", BLOCK_SKIP},        {"video", BLOCK_SKIP},
                 {"photo", BLOCK_SKIP},        {"embed", BLOCK_SKIP},
                 {"gallery", BLOCK_SKIP},      {"advert", BLOCK_SKIP},
                 {"picture", BLOCK_SKIP},      {"related", BLOCK_SKIP},
                 {"promo", BLOCK_SKIP},        {"newsletter", BLOCK_SKIP},
                 {"social", BLOCK_SKIP},       {"audio", BLOCK_SKIP},
                 {"interstitial", BLOCK_SKIP}, {"teaser", BLOCK_SKIP},
                 {"comment", BLOCK_SKIP},      {"media", BLOCK_SKIP},
                 {"caption", BLOCK_SKIP},      {"tweet", BLOCK_SKIP},
                 {"person", BLOCK_SKIP},       {"author", BLOCK_SKIP},
                 {"asset", BLOCK_SKIP},        {"button", BLOCK_SKIP},
                 {"recommend", BLOCK_SKIP},    {"para", BLOCK_TEXT},
                 {"text", BLOCK_TEXT},         {"html", BLOCK_TEXT},
                 {"markdown", BLOCK_TEXT},     {"section", BLOCK_TEXT},
                 {"block", BLOCK_TEXT},        {"content", BLOCK_TEXT},
                 {"chapter", BLOCK_TEXT},      {"body", BLOCK_TEXT}};
    if (!type.n)
        return BLOCK_UNKNOWN;
    if (kb_str_equal_nocase(type, KB_STR("p")) ||
        kb_str_equal_nocase(type, KB_STR("span")))
        return BLOCK_TEXT;
    if (type.n == 2 && kb_lower(type.p[0]) == 'h' && kb_is_digit(type.p[1]))
        return BLOCK_HEADING;
    if (kb_str_equal_nocase(type, KB_STR("ul")) ||
        kb_str_equal_nocase(type, KB_STR("ol")))
        return BLOCK_LIST;
    if (kb_str_equal_nocase(type, KB_STR("ad")) ||
        kb_str_equal_nocase(type, KB_STR("ads")))
        return BLOCK_SKIP;
    for (size_t i = 0; i < KB_COUNT(words); i++)
        if (kb_str_find_nocase(type, kb_str_z(words[i].word)) != KB_NOT_FOUND)
            return words[i].block;
    return BLOCK_UNKNOWN;
}

static enum block object_block(const struct kb_json_tree *tree, yyjson_val *object) {
    static const char *const names[] = {"type",  "_type", "nodeType", "__typename",
                                        "style", "kind",  "name",     "component"};
    enum block block = BLOCK_UNKNOWN;
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        struct kb_str type = kb_json_view(kb_json_get(tree, object, names[i]));
        if (!type.n || type.n > 64)
            continue;
        enum block got = block_of(type);
        /* {"_type": "block", "style": "h2"}: the later name is the narrower */
        if (got != BLOCK_UNKNOWN && (block == BLOCK_UNKNOWN || block == BLOCK_TEXT))
            block = got;
        if (block == BLOCK_SKIP)
            break;
    }
    return block;
}

/* Something else than a part of a text: a link to an article, a comment, a person. */
static bool is_card(const struct kb_json_tree *tree, yyjson_val *object) {
    static const char *const names[] = {"title",         "headline",    "author",
                                        "user",          "username",    "slug",
                                        "datePublished", "publishedAt", "price"};
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        yyjson_val *v = kb_json_get(tree, object, names[i]);
        if (v && !yyjson_is_null(v) && !(yyjson_is_str(v) && !yyjson_get_len(v)))
            return true;
    }
    return false;
}

struct sink {
    struct kb_json_tree *tree;
    struct kb_buf *out; /* NULL: only measured */
    size_t text, blocks, sentences, linked;
    bool in_link;
};

static const char *const text_fields[] = {
    "text",      "html",     "content",   "value",    "body",    "copy",
    "paragraph", "textHtml", "innerHTML", "rendered", "markdown"};
static const char *const list_fields[] = {
    "content",    "children", "nodes", "blocks", "items",
    "text",       "model",    "data",  "body",   "content_elements",
    "paragraphs", "value",    "html"};

static void sink_text(struct sink *k, struct kb_str s) {
    if (k->tree->elements && s.n && s.p[0] == '$') {
        if (s.n < 2 || s.p[1] != '$')
            return; /* "$undefined", a module, a row that is missing */
        s = kb_str_slice(s, 1, s.n);
    }
    struct prose r = examine(s);
    k->text += r.text;
    k->linked += k->in_link ? r.text : 0;
    k->sentences += r.sentences;
    if (!k->out)
        return;
    /* text that holds markup or entities is HTML already */
    size_t amp = kb_str_find_byte(s, '&');
    bool html = kb_page_has_tags(s);
    if (!html && amp != KB_NOT_FOUND) {
        size_t end = kb_str_find_byte(kb_str_slice(s, amp, amp + 10), ';');
        html = end != KB_NOT_FOUND && end > 1;
    }
    if (html)
        kb_buf_str(k->out, s);
    else
        kb_buf_html(k->out, s);
}

static bool spend(struct sink *k, int depth) {
    if (depth > KB_LIMIT_JSON_DEPTH || !k->tree->budget)
        return false;
    k->tree->budget--;
    return true;
}

static void inline_element(struct sink *k, yyjson_val *element, int depth);

/* The text of inline parts, one after the other. */
static void inline_text(struct sink *k, yyjson_val *value, int depth) {
    value = kb_json_follow(k->tree, value);
    if (!value || !spend(k, depth))
        return;
    if (yyjson_is_str(value)) {
        sink_text(k, kb_json_view(value));
    } else if (kb_state_is_element(k->tree, value)) {
        inline_element(k, value, depth);
    } else if (yyjson_is_arr(value)) {
        yyjson_val *item;
        size_t i, max;
        yyjson_arr_foreach(value, i, max, item) {
            inline_text(k, item, depth + 1);
        }
    } else if (yyjson_is_obj(value)) {
        for (size_t i = 0; i < KB_COUNT(text_fields); i++) {
            yyjson_val *v = kb_json_get(k->tree, value, text_fields[i]);
            if (yyjson_is_str(v) && yyjson_get_len(v)) {
                inline_text(k, v, depth + 1);
                return;
            }
        }
        for (size_t i = 0; i < KB_COUNT(list_fields); i++) {
            yyjson_val *v = kb_json_get(k->tree, value, list_fields[i]);
            if (yyjson_is_arr(v) || yyjson_is_obj(v)) {
                inline_text(k, v, depth + 1);
                return;
            }
        }
    }
}

static void open_tag(struct sink *k, const char *name) {
    if (k->out)
        kb_buf_printf(k->out, "<%s>", name);
}

static void close_tag(struct sink *k, const char *name) {
    if (k->out)
        kb_buf_printf(k->out, "</%s>\n", name);
}

static void put_block(struct sink *k, enum block block, yyjson_val *value, int depth) {
    static const char *const tags[] = {
        [BLOCK_SKIP] = "p",  [BLOCK_TEXT] = "p",           [BLOCK_HEADING] = "h2",
        [BLOCK_LIST] = "ul", [BLOCK_QUOTE] = "blockquote", [BLOCK_UNKNOWN] = "p"};
    struct kb_str text = kb_json_view(value);
    k->blocks++;
    /* HTML with paragraphs of its own needs none of ours */
    if (text.n &&
        (kb_str_starts(text, KB_STR("<p")) || kb_str_starts(text, KB_STR("<h")) ||
         kb_str_starts(text, KB_STR("<ul")) || kb_str_starts(text, KB_STR("<ol")) ||
         kb_str_starts(text, KB_STR("<div")))) {
        sink_text(k, text);
        if (k->out)
            kb_buf_char(k->out, '\n');
        return;
    }
    open_tag(k, tags[block]);
    if (block == BLOCK_LIST && yyjson_is_arr(value)) {
        yyjson_val *item;
        size_t i, max;
        yyjson_arr_foreach(value, i, max, item) {
            open_tag(k, "li");
            inline_text(k, item, depth + 1);
            close_tag(k, "li");
        }
    } else {
        inline_text(k, value, depth + 1);
    }
    close_tag(k, tags[block]);
}

/* Whether a list holds blocks rather than the inline parts of one. */
static bool holds_blocks(struct sink *k, yyjson_val *value) {
    yyjson_val *item;
    size_t i, max;
    if (!yyjson_is_arr(value))
        return false;
    yyjson_arr_foreach(value, i, max, item) {
        if (i >= 8)
            break;
        yyjson_val *block = kb_json_follow(k->tree, item);
        if (!yyjson_is_obj(block))
            continue;
        for (size_t n = 0; n < 4; n++) {
            static const char *const names[] = {"type", "_type", "nodeType",
                                                "__typename"};
            struct kb_str type = kb_json_view(kb_json_get(k->tree, block, names[n]));
            if (kb_str_find_nocase(kb_str_cut(type, 64), KB_STR("para")) !=
                    KB_NOT_FOUND ||
                kb_str_equal_nocase(type, KB_STR("p")) || block_of(type) == BLOCK_HEADING)
                return true;
        }
    }
    return false;
}

/* ---- a stream's elements ----------------------------------------------------------- */

enum element { ELEMENT_SKIP, ELEMENT_INLINE, ELEMENT_BLOCK, ELEMENT_BOX };

static bool is_one_of(struct kb_str name, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (kb_str_equal(name, kb_str_z(words[i])))
            return true;
    return false;
}

/* What an element is by its tag; components ("$L1f") are boxes. */
static enum element element_of(struct kb_str tag, enum block *block) {
    static const char *const skipped[] = {
        "h1",     "nav",   "header", "footer", "aside",    "form",  "button",
        "script", "style", "svg",    "figure", "img",      "input", "picture",
        "iframe", "video", "audio",  "select", "template", "label", "noscript",
        "title",  "meta",  "link",   "time",   "dialog",   "hr",    "head"};
    static const char *const inlined[] = {
        "a",    "span", "b",    "strong", "i",    "em", "u", "small", "sub", "sup",
        "mark", "br",   "code", "cite",   "abbr", "q",  "s", "del",   "ins", "wbr"};
    *block = BLOCK_TEXT;
    if (is_one_of(tag, skipped, KB_COUNT(skipped)))
        return ELEMENT_SKIP;
    if (is_one_of(tag, inlined, KB_COUNT(inlined)))
        return ELEMENT_INLINE;
    if (kb_str_equal(tag, KB_STR("blockquote")))
        *block = BLOCK_QUOTE;
    else if (kb_str_equal(tag, KB_STR("ul")) || kb_str_equal(tag, KB_STR("ol")))
        *block = BLOCK_LIST;
    else if (tag.n == 2 && tag.p[0] == 'h' && kb_is_digit(tag.p[1]))
        *block = BLOCK_HEADING;
    else if (!kb_str_equal(tag, KB_STR("p")) && !kb_str_equal(tag, KB_STR("li")) &&
             !kb_str_equal(tag, KB_STR("pre")))
        return ELEMENT_BOX;
    return ELEMENT_BLOCK;
}

static struct kb_str tag_of(yyjson_val *element) {
    return kb_json_view(yyjson_arr_get(element, 1));
}

/* An element's children, or the HTML that it is filled with. */
static yyjson_val *children_of(struct sink *k, yyjson_val *element, bool *html) {
    yyjson_val *props = kb_json_follow(k->tree, yyjson_arr_get(element, 3));
    yyjson_val *inner = kb_json_get(k->tree, props, "dangerouslySetInnerHTML");
    inner = kb_json_get(k->tree, inner, "__html");
    *html = yyjson_is_str(inner);
    return *html ? inner : kb_json_get(k->tree, props, "children");
}

static void inline_element(struct sink *k, yyjson_val *element, int depth) {
    enum block block;
    struct kb_str tag = tag_of(element);
    bool html, in_link = k->in_link;
    if (element_of(tag, &block) == ELEMENT_SKIP)
        return;
    if (kb_str_equal(tag, KB_STR("br")) && k->out)
        kb_buf_z(k->out, "<br>");
    k->in_link |= kb_str_equal(tag, KB_STR("a"));
    inline_text(k, children_of(k, element, &html), depth + 1);
    k->in_link = in_link;
}

/* Whether children are blocks or boxes rather than a text with inline elements. */
static bool parts_blocks(struct sink *k, yyjson_val *children, int depth) {
    yyjson_val *item;
    size_t i, max;
    enum block block;
    children = kb_json_follow(k->tree, children);
    if (!yyjson_is_arr(children) || !spend(k, depth))
        return false;
    if (kb_state_is_element(k->tree, children)) {
        bool html;
        enum element kind = element_of(tag_of(children), &block);
        return kind == ELEMENT_BLOCK || kind == ELEMENT_BOX ||
               (kind == ELEMENT_INLINE &&
                parts_blocks(k, children_of(k, children, &html), depth + 1));
    }
    yyjson_arr_foreach(children, i, max, item) {
        if (parts_blocks(k, item, depth + 1))
            return true;
    }
    return false;
}

static void add_block(struct sink *k, yyjson_val *value, int depth);
static void add_blocks(struct sink *k, yyjson_val *array, int depth);

/* A text that is a block by itself if it is long enough and no mere row of links. */
static void put_text(struct sink *k, enum block block, yyjson_val *value, int depth) {
    struct sink look = {.tree = k->tree};
    inline_text(&look, value, depth + 1);
    bool text = block == BLOCK_TEXT ? look.text >= 40 : look.text > 0;
    if (text && look.linked * 2 <= look.text)
        put_block(k, block, value, depth);
}

static void add_element(struct sink *k, yyjson_val *element, int depth) {
    enum block block;
    enum element kind = element_of(tag_of(element), &block);
    bool html;
    yyjson_val *children = kind == ELEMENT_SKIP ? NULL : children_of(k, element, &html);
    if (!children)
        return;
    if (kind == ELEMENT_BLOCK && tag_of(element).p[0] == 'p' && !html)
        put_block(k, block, children, depth);
    else if (kind == ELEMENT_BLOCK || html || !parts_blocks(k, children, depth))
        put_text(k, block, children, depth);
    else
        add_block(k, children, depth + 1);
}

/* ---- blocks of a list -------------------------------------------------------------- */

static void add_block(struct sink *k, yyjson_val *value, int depth) {
    value = kb_json_follow(k->tree, value);
    if (!value || !spend(k, depth))
        return;
    if (k->tree->elements && yyjson_is_arr(value)) {
        if (kb_state_is_element(k->tree, value))
            add_element(k, value, depth);
        else
            add_blocks(k, value, depth + 1);
        return;
    }
    if (yyjson_is_str(value)) {
        struct kb_str s = kb_json_view(value);
        /* of bare strings only sentences: lists of names and keys are many */
        if (s.n >= 40 && kb_str_find_byte(s, ' ') != KB_NOT_FOUND)
            put_block(k, BLOCK_TEXT, value, depth);
        return;
    }
    if (!yyjson_is_obj(value))
        return;
    enum block block = object_block(k->tree, value);
    if (block == BLOCK_SKIP || (block == BLOCK_UNKNOWN && is_card(k->tree, value)))
        return;
    for (size_t i = 0; block != BLOCK_LIST && i < KB_COUNT(text_fields); i++) {
        yyjson_val *v = kb_json_get(k->tree, value, text_fields[i]);
        if (!yyjson_is_str(v) || !yyjson_get_len(v))
            continue;
        /* colours, addresses and keys stand in fields named "value" too */
        if (block != BLOCK_UNKNOWN ||
            kb_str_find_byte(kb_json_view(v), ' ') != KB_NOT_FOUND ||
            (unsigned char)*yyjson_get_str(v) >= 0xE0)
            put_block(k, block, v, depth + 1);
        return;
    }
    for (size_t i = 0; i < KB_COUNT(list_fields); i++) {
        yyjson_val *v = kb_json_get(k->tree, value, list_fields[i]);
        for (int hops = 0; yyjson_is_obj(v) && hops < 3;
             hops++) { /* model: {blocks: […]} */
            yyjson_val *inner = NULL;
            for (size_t n = 0; n < KB_COUNT(list_fields) && !inner; n++)
                inner = kb_json_get(k->tree, v, list_fields[n]);
            v = inner;
        }
        if (yyjson_is_str(v) && yyjson_get_len(v)) {
            put_block(k, block, v, depth + 1);
            return;
        }
        if (!yyjson_is_arr(v) || !yyjson_arr_size(v))
            continue;
        if (block != BLOCK_LIST && holds_blocks(k, v)) {
            yyjson_val *item;
            size_t n, max;
            yyjson_arr_foreach(v, n, max, item) {
                add_block(k, item, depth + 1);
            }
        } else {
            put_block(k, block, v, depth + 1);
        }
        return;
    }
}

static void add_blocks(struct sink *k, yyjson_val *array, int depth) {
    yyjson_val *item;
    size_t i, max;
    yyjson_arr_foreach(array, i, max, item) {
        add_block(k, item, depth);
    }
}

size_t kb_state_measure(struct kb_json_tree *tree, yyjson_val *array) {
    if (yyjson_arr_size(array) < 2 || kb_state_is_element(tree, array))
        return 0;
    struct sink k = {.tree = tree};
    add_blocks(&k, array, 1);
    if (k.blocks < 2 || k.text < LEAST || k.sentences < 3 || k.text / k.blocks < 30)
        return 0;
    return k.text;
}

/* ---- printing ---------------------------------------------------------------------- */

/* Lone surrogates from escapes, and NUL bytes, go. */
static struct kb_str valid_copy(struct kb_arena *arena, struct kb_str s) {
    char *out = kb_arena_alloc(arena, s.n + 1);
    size_t n = 0;
    if (!out)
        return KB_STR_NONE;
    for (const char *p = s.p, *end = s.p + s.n; p < end;) {
        size_t len = 1;
        bool bad = (unsigned char)*p >= 0x80
                       ? kb_utf8_next(p, end, &len) == KB_REPLACEMENT && len == 1
                       : *p == '\0';
        if (!bad) {
            memcpy(out + n, p, len);
            n += len;
        }
        p += len;
    }
    out[n] = '\0';
    return (struct kb_str){out, n};
}

struct kb_str kb_state_print(struct kb_json_tree *tree, struct kb_arena *arena,
                             yyjson_val *value) {
    if (yyjson_is_str(value)) {
        struct kb_str s = kb_str_cut(kb_json_view(value), BODY_MAX);
        if (!kb_page_has_tags(s) && kb_str_find(s, KB_STR("&lt;p")) != KB_NOT_FOUND)
            s = kb_page_entities(arena, s);
        return valid_copy(arena, s);
    }
    struct kb_buf out;
    kb_buf_init(&out, BODY_MAX);
    struct sink k = {.tree = tree, .out = &out};
    tree->budget = 4 * (size_t)KB_LIMIT_JSON_VALUES;
    add_blocks(&k, value, 1);
    struct kb_str body = valid_copy(arena, kb_buf_view(&out));
    kb_buf_free(&out);
    return body;
}
