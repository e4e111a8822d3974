/* An element's attributes → what of them is safe, written.
 *
 * Enters: an element of the DOM and its rule; leaves: name="value" for each attribute
 * that the policy knows, its value checked by its kind.  Values stand in double quotes
 * with <, >, & and the quote escaped, so that nothing in one can be read as markup,
 * whatever a parser takes to be open.  An empty value has nothing to check and stays. */
#include "html/build.h"
#include "html/sanitize.h"

/* Before the names of strangers' elements: theirs never are the reader's own. */
#define PREFIX "user-content-"

void kb_sanitize_put(struct kb_buf *out, struct kb_str s) {
    for (size_t from = 0; from < s.n;) {
        size_t n = kb_html_plain(kb_str_slice(s, from, s.n));
        kb_buf_add(out, s.p + from, n);
        from += n;
        if (from == s.n)
            break;
        switch (s.p[from]) {
        case '&': kb_buf_z(out, "&amp;"); break;
        case '<': kb_buf_z(out, "&lt;"); break;
        case '>': kb_buf_z(out, "&gt;"); break;
        case '"': kb_buf_z(out, "&quot;"); break;
        case '\n':
        case '\r': kb_buf_char(out, '\n'); break;
        case '\t': kb_buf_char(out, '\t'); break;
        case '\f': kb_buf_char(out, ' '); break;
        default: break; /* controls show nothing */
        }
        from++;
    }
}

/* ---- names ------------------------------------------------------------------------- */

static size_t slot_of(struct kb_str name) {
    return kb_hash(name.p, name.n, 0) % KB_SANITIZE_SLOTS;
}

void kb_sanitize_learn(struct kb_sanitizer *s) {
    for (size_t i = 0; i < kb_safe_attribute_count; i++) {
        size_t at = slot_of(kb_safe_attributes[i].name);
        while (s->slots[at])
            at = (at + 1) % KB_SANITIZE_SLOTS;
        s->slots[at] = (uint16_t)(i + 1);
    }
}

static const struct kb_safe_attribute *find(const struct kb_sanitizer *s,
                                            struct kb_str name) {
    for (size_t at = slot_of(name); s->slots[at]; at = (at + 1) % KB_SANITIZE_SLOTS) {
        const struct kb_safe_attribute *a = &kb_safe_attributes[s->slots[at] - 1];
        if (kb_str_equal(a->name, name))
            return a;
    }
    return NULL;
}

/* ---- values ------------------------------------------------------------------------ */

static void put(struct kb_sanitizer *s, struct kb_str name, struct kb_str value) {
    kb_buf_char(s->out, ' ');
    kb_buf_str(s->out, name);
    kb_buf_add(s->out, "=\"", 2);
    kb_sanitize_put(s->out, value);
    kb_buf_char(s->out, '"');
}

/* The value that was put together in s->text; nothing where it is empty. */
static void put_gathered(struct kb_sanitizer *s, struct kb_str name) {
    if (s->text.status != KB_OK)
        s->out->status = s->text.status; /* kb_sanitize tells it */
    else if (s->text.n)
        put(s, name, kb_buf_view(&s->text));
}

/* A picture inside its address: base64 of a kind of file that holds nothing but a
 * picture. */
static struct kb_str data_picture(struct kb_str s) {
    static const char *const types[] = {"png;",  "gif;",  "jpeg;", "jpg;",
                                        "webp;", "avif;", "bmp;"};
    struct kb_str head = KB_STR("data:image/"), base64 = KB_STR("base64,"), rest;
    s = kb_str_trim(s);
    if (!kb_str_starts_nocase(s, head) || s.n > KB_LIMIT_DATA_PICTURE_BYTES)
        return KB_STR_NONE;
    rest = kb_str_slice(s, head.n, s.n);
    for (size_t i = 0; i < KB_COUNT(types); i++) {
        struct kb_str type = kb_str_z(types[i]);
        if (!kb_str_starts_nocase(rest, type))
            continue;
        rest = kb_str_slice(rest, type.n, rest.n);
        if (!kb_str_starts_nocase(rest, base64))
            return KB_STR_NONE;
        for (i = base64.n; i < rest.n; i++)
            if (!kb_is_alpha(rest.p[i]) && !kb_is_digit(rest.p[i]) &&
                !strchr("+/=", rest.p[i]))
                return KB_STR_NONE;
        return s;
    }
    return KB_STR_NONE;
}

static struct kb_str loaded(struct kb_sanitizer *s, struct kb_str address) {
    struct kb_str data = data_picture(address);
    return data.n ? data : kb_urls_safe(s->urls, &s->arena, address, false);
}

/* "2x", "640w": what may stand behind an address. */
static bool is_descriptor(struct kb_str s) {
    size_t i = 0, n = s.n;
    if (n < 2 || n > 10 || (s.p[n - 1] != 'x' && s.p[n - 1] != 'w' && s.p[n - 1] != 'h'))
        return false;
    while (i < n - 1 && (kb_is_digit(s.p[i]) || s.p[i] == '.'))
        i++;
    return i == n - 1;
}

/* The candidates one after the other (HTML Standard, 4.8.4.3.5), each resolved. */
static void put_srcset(struct kb_sanitizer *s, struct kb_str name, struct kb_str set) {
    size_t i = 0;
    kb_buf_clear(&s->text);
    while (i < set.n) {
        while (i < set.n && (kb_is_space(set.p[i]) || set.p[i] == ','))
            i++;
        size_t from = i;
        while (i < set.n && !kb_is_space(set.p[i]))
            i++;
        struct kb_str url = kb_str_slice(set, from, i), rest = KB_STR_NONE;
        bool bare = url.n && url.p[url.n - 1] == ',';
        while (url.n && url.p[url.n - 1] == ',')
            url.n--;
        if (!bare) {
            from = i;
            while (i < set.n && set.p[i] != ',')
                i++;
            rest = kb_str_trim(kb_str_slice(set, from, i));
        }
        url = kb_urls_safe(s->urls, &s->arena, url, false);
        if (!url.n || url.p[0] == ',' || url.p[url.n - 1] == ',' ||
            kb_str_find_byte(url, ' ') != KB_NOT_FOUND ||
            (rest.n && !is_descriptor(rest)))
            continue;
        kb_buf_z(&s->text, s->text.n ? ", " : "");
        kb_buf_str(&s->text, url);
        if (rest.n) {
            kb_buf_char(&s->text, ' ');
            kb_buf_str(&s->text, rest);
        }
    }
    put_gathered(s, name);
}

/* Writes the words of value that pass, or nothing where none does. */
static void put_words(struct kb_sanitizer *s, struct kb_str name, struct kb_str value,
                      enum kb_safe_kind kind) {
    size_t i = 0;
    kb_buf_clear(&s->text);
    while (i < value.n) {
        size_t from = i;
        while (i < value.n && !kb_is_space(value.p[i]))
            i++;
        struct kb_str word = kb_str_slice(value, from, i++);
        if (!word.n ||
            (kind == KB_SAFE_CLASS && !kb_str_starts(word, KB_STR("language-")) &&
             !kb_str_starts(word, KB_STR("lang-"))))
            continue;
        kb_buf_z(&s->text, s->text.n ? " " : "");
        if (kind == KB_SAFE_IDS && !kb_str_starts(word, KB_STR(PREFIX)))
            kb_buf_z(&s->text, PREFIX);
        kb_buf_str(&s->text, word);
    }
    put_gathered(s, name);
}

static void put_address(struct kb_sanitizer *s, struct kb_str name, struct kb_str url) {
    if (url.n)
        put(s, name, url);
}

static void put_style(struct kb_sanitizer *s, struct kb_str name, struct kb_str style) {
    kb_buf_clear(&s->text);
    kb_safe_style(style, &s->text);
    put_gathered(s, name);
}

/* A paint may be "url(#name)", a gradient of the same drawing; no other function that
 * loads, and no escape that could hide one, nor a control: they are not written, and
 * "u\1rl(" would be "url(". */
static void put_isle(struct kb_sanitizer *s, struct kb_str name, struct kb_str value) {
    struct kb_str here = KB_STR("url(#"), own = KB_STR("url(#" PREFIX);
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] == '\\' || kb_safe_is_control(value.p[i]))
            return;
    if (kb_str_find_nocase(value, KB_STR("url")) == KB_NOT_FOUND) {
        put(s, name, value);
    } else if (kb_str_starts(value, here) && value.p[value.n - 1] == ')') {
        for (size_t i = here.n; i < value.n - 1; i++)
            if (!kb_is_alpha(value.p[i]) && !kb_is_digit(value.p[i]) &&
                !strchr("-_", value.p[i]))
                return;
        kb_buf_clear(&s->text);
        kb_buf_str(&s->text, own);
        value = kb_str_slice(value, kb_str_starts(value, own) ? own.n : here.n, value.n);
        kb_buf_str(&s->text, value);
        put_gathered(s, name);
    }
}

static void put_value(struct kb_sanitizer *s, const struct kb_safe_attribute *a,
                      struct kb_str value) {
    switch (a->kind) {
    case KB_SAFE_TEXT:
    case KB_SAFE_NAME: put(s, a->name, value); break;
    case KB_SAFE_SIZE: /* a page that opens a drawing before it makes it a property */
    case KB_SAFE_ISLE: put_isle(s, a->name, value); break;
    case KB_SAFE_HREF:
    case KB_SAFE_XLINK:
        put_address(s, a->name, kb_urls_safe(s->urls, &s->arena, value, true));
        break;
    case KB_SAFE_SRC: put_address(s, a->name, loaded(s, value)); break;
    case KB_SAFE_SRCSET: put_srcset(s, a->name, value); break;
    case KB_SAFE_IDS:
    case KB_SAFE_CLASS: put_words(s, a->name, value, a->kind); break;
    case KB_SAFE_HASH:
        if (value.p[0] == '#')
            put(s, a->name, value);
        break;
    case KB_SAFE_STYLE: put_style(s, a->name, value); break;
    case KB_SAFE_PRELOAD:
        if (kb_str_equal_nocase(value, KB_STR("none")) ||
            kb_str_equal_nocase(value, KB_STR("metadata")))
            put(s, a->name, value);
        break;
    case KB_SAFE_NEVER: break;
    }
}

/* ---- elements that need a look at all of their attributes -------------------------- */

/* What an img would load besides srcset: a late picture's address or src. */
static struct kb_str picture_address(struct kb_sanitizer *s, lxb_dom_node_t *img,
                                     bool *late) {
    struct kb_str address = kb_picture_named(img, late);
    if (address.n) { /* "pix\nel.gif" is a placeholder once it is written */
        address = kb_urls_safe(s->urls, &s->arena, address, false);
        return kb_picture_is_address(address) ? address : KB_STR_NONE;
    }
    return data_picture(kb_dom_attr_id(img, LXB_DOM_ATTR_SRC));
}

bool kb_sanitize_wants_picture(struct kb_sanitizer *s, lxb_dom_node_t *img) {
    bool late;
    if (kb_picture_is_pixel(img))
        return false;
    struct kb_str url = picture_address(s, img, &late);
    if (!url.n && !kb_dom_attr_id(img, LXB_DOM_ATTR_ALT).n &&
        kb_dom_attr_id(img, LXB_DOM_ATTR_SRC).n)
        return false; /* nothing to see: a placeholder, an address that is not safe */
    bool again = url.n && !late && kb_str_equal(url, s->late);
    s->late = late ? url : KB_STR_NONE;
    return !again;
}

static void put_picture(struct kb_sanitizer *s, lxb_dom_node_t *node) {
    static const char *const sets[] = {"srcset", "data-srcset", "data-lazy-srcset"};
    bool late, img = node->local_name == LXB_TAG_IMG;
    struct kb_str url = img ? picture_address(s, node, &late) : KB_STR_NONE;
    if (url.n)
        put(s, KB_STR("src"), url);
    for (size_t i = KB_COUNT(sets); i--;) {
        struct kb_str set = kb_dom_attr(node, sets[i]);
        if (!set.n)
            continue;
        put_srcset(s, KB_STR("srcset"), set);
        return;
    }
}

void kb_sanitize_player(struct kb_sanitizer *s, lxb_dom_node_t *frame) {
    struct kb_str src = kb_dom_attr_id(frame, LXB_DOM_ATTR_SRC);
    struct kb_str title = kb_str_trim(kb_dom_attr_id(frame, LXB_DOM_ATTR_TITLE));
    if (!src.n)
        src = kb_dom_attr(frame, "data-src");
    struct kb_str url = kb_urls_resolve(s->urls, &s->arena, src, false);
    if (!url.n)
        return;
    kb_buf_z(s->out, "<a");
    put(s, KB_STR("href"), url);
    kb_buf_char(s->out, '>');
    kb_sanitize_put(s->out, title.n ? title : kb_url_host(url));
    kb_buf_z(s->out, "</a>");
}

/* Whether an attribute of this kind may stand on an element at all. */
static bool is_allowed(const lxb_dom_node_t *node, const struct kb_safe_element *rule,
                       enum kb_safe_kind kind) {
    uintptr_t tag = node->local_name;
    switch (node->ns) {
    case LXB_NS_MATH:
        return kind == KB_SAFE_TEXT || kind == KB_SAFE_SIZE || kind == KB_SAFE_ISLE ||
               kind == KB_SAFE_XLINK;
    case LXB_NS_SVG:
        return kind == KB_SAFE_TEXT || kind == KB_SAFE_SIZE || kind == KB_SAFE_ISLE ||
               kind == KB_SAFE_IDS ||
               (tag == LXB_TAG_A && (kind == KB_SAFE_HREF || kind == KB_SAFE_XLINK));
    default: break;
    }
    if (tag == LXB_TAG_IMG && (kind == KB_SAFE_SRC || kind == KB_SAFE_SRCSET))
        return false; /* put_picture has written them */
    if (tag == LXB_TAG_SOURCE && kind == KB_SAFE_SRCSET)
        return false;
    if (kind == KB_SAFE_NAME)
        return tag != LXB_TAG_IMG && tag != LXB_TAG_INPUT &&
               !(rule->traits & (KB_SAFE_RAW | KB_SAFE_SELECT));
    return kind != KB_SAFE_ISLE && kind != KB_SAFE_XLINK;
}

/* The name as HTML writes it: "xlink:href", "viewbox". */
static struct kb_str name_of(lxb_dom_attr_t *attr) {
    struct kb_str name = KB_STR_NONE;
    if (attr->node.ns == LXB_NS_XLINK || attr->node.ns == LXB_NS_XML)
        name.p = (const char *)lxb_dom_attr_qualified_name(attr, &name.n);
    else if (attr->node.ns != LXB_NS_XMLNS)
        name.p = (const char *)lxb_dom_attr_local_name(attr, &name.n);
    return name;
}

void kb_sanitize_attributes(struct kb_sanitizer *s, lxb_dom_node_t *node,
                            const struct kb_safe_element *rule) {
    if (node->ns == LXB_NS_HTML &&
        (node->local_name == LXB_TAG_IMG || node->local_name == LXB_TAG_SOURCE))
        put_picture(s, node);
    for (lxb_dom_attr_t *attr = lxb_dom_interface_element(node)->first_attr; attr;
         attr = attr->next) {
        struct kb_str name = name_of(attr), value = KB_STR_NONE;
        const struct kb_safe_attribute *a = name.n ? find(s, name) : NULL;
        if (!a || !is_allowed(node, rule, a->kind))
            continue;
        value.p = (const char *)lxb_dom_attr_value(attr, &value.n);
        if (value.n)
            put_value(s, a, value);
        else
            put(s, a->name, KB_STR_NONE);
    }
}
