/* The tests' own idea of what is harmless: it shares no table with the sanitiser. */
#include "harmless.h"

#include <stdio.h>

static char fault[300];

static const char *say(const char *what, struct kb_str name, struct kb_str more) {
    snprintf(fault, sizeof fault, "%s: %.*s %.*s", what, (int)kb_str_cut(name, 60).n,
             name.n ? name.p : "", (int)kb_str_cut(more, 120).n, more.n ? more.p : "");
    return fault;
}

static bool in(struct kb_str s, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (kb_str_equal_nocase(s, kb_str_z(list[i])))
            return true;
    return false;
}

/* Everything that these can be made to do is out of the question. */
static bool is_active(struct kb_str name) {
    static const char *const names[] = {
        "script",        "style",      "iframe",        "frame",
        "frameset",      "object",     "embed",         "applet",
        "meta",          "link",       "base",          "form",
        "button",        "xml",        "bgsound",       "layer",
        "import",        "isindex",    "portal",        "fencedframe",
        "set",           "animate",    "animatemotion", "animatetransform",
        "foreignobject", "template",   "noscript",      "noembed",
        "noframes",      "plaintext",  "xmp",           "annotation-xml",
        "mglyph",        "malignmark", "use",           "keygen",
        "marquee",       "slot",       "canvas",
    };
    return in(name, names, KB_COUNT(names));
}

/* Whether a candidate of a srcset begins with javascript: or the like; within a path the
 * same letters are harmless. */
static bool has_script(struct kb_str set) {
    for (size_t i = 0; i < set.n; i++) {
        if (i && !kb_is_space(set.p[i - 1]) && set.p[i - 1] != ',')
            continue;
        size_t end = i;
        while (end < set.n && kb_is_alpha(set.p[end]))
            end++;
        if (end < set.n && set.p[end] == ':' && end - i >= 6 &&
            kb_str_equal_nocase(kb_str_slice(set, end - 6, end), KB_STR("script")))
            return true;
    }
    return false;
}

static bool is_address(struct kb_str name) {
    static const char *const names[] = {
        "href",   "src",     "action",   "background", "cite",       "data",
        "dynsrc", "icon",    "longdesc", "lowsrc",     "poster",     "profile",
        "usemap", "datasrc", "urn",      "vrml",       "xlink:href",
    };
    return in(name, names, KB_COUNT(names));
}

static bool is_bad_attribute(struct kb_str name) {
    static const char *const names[] = {
        "srcdoc",     "formaction", "ping",        "autofocus",     "autoplay",
        "target",     "is",         "slot",        "manifest",      "archive",
        "classid",    "codebase",   "http-equiv",  "nonce",         "popovertarget",
        "commandfor", "command",    "xmlns:xlink", "attributename", "from",
        "to",         "values",     "by",          "begin",
    };
    return in(name, names, KB_COUNT(names)) ||
           (name.n > 2 && kb_str_starts_nocase(name, KB_STR("on"))) ||
           kb_str_starts_nocase(name, KB_STR("data-"));
}

/* The scheme as a browser finds it: controls and spaces do not count. */
static const char *look_at_address(struct kb_str name, struct kb_str value) {
    static const char *const schemes[] = {
        "http",   "https",  "mailto", "tel",    "sms",    "ftp",  "ftps",   "sftp",
        "geo",    "news",   "nntp",   "irc",    "ircs",   "xmpp", "sip",    "sips",
        "matrix", "magnet", "webcal", "gopher", "gemini", "urn",  "callto", "rtsp",
    };
    char scheme[32];
    size_t n = 0;
    for (size_t i = 0; i < value.n && n < sizeof scheme; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if (strchr("/?#", (int)c))
            return NULL;
        if (c == ':') {
            struct kb_str s = {scheme, n};
            if (in(s, schemes, KB_COUNT(schemes)) ||
                (kb_str_equal_nocase(s, KB_STR("data")) &&
                 (kb_str_starts_nocase(value, KB_STR("data:image/png;base64,")) ||
                  kb_str_starts_nocase(value, KB_STR("data:image/gif;base64,")) ||
                  kb_str_starts_nocase(value, KB_STR("data:image/jpeg;base64,")) ||
                  kb_str_starts_nocase(value, KB_STR("data:image/jpg;base64,")) ||
                  kb_str_starts_nocase(value, KB_STR("data:image/webp;base64,")) ||
                  kb_str_starts_nocase(value, KB_STR("data:image/avif;base64,")) ||
                  kb_str_starts_nocase(value, KB_STR("data:image/bmp;base64,")))))
                return NULL;
            return say("a scheme that is not a link's", name, value);
        }
        if (c > ' ' && c < 0x7f)
            scheme[n++] = (char)c;
    }
    return NULL;
}

/* What loads or runs anywhere in a style, and properties that do, or that put the element
 * over the page.  A value's word alone is none of these: a font may be called "binding",
 * and ruby-position is another property than position. */
static const char *look_at_style(struct kb_str value) {
    static const char *const bad[] = {"url(", "expression(", "script:", "\\",
                                      "/*",   "{",           "<",       "@"};
    static const char *const names[] = {"position", "z-index", "behavior", "-moz-binding",
                                        "-ms-behavior"};
    for (size_t i = 0; i < KB_COUNT(bad); i++)
        if (kb_str_find_nocase(value, kb_str_z(bad[i])) != KB_NOT_FOUND)
            return say("a style with", kb_str_z(bad[i]), value);
    for (struct kb_str rest = value; rest.n;) {
        size_t end = kb_str_find_byte(rest, ';');
        struct kb_str one = kb_str_slice(rest, 0, end);
        rest = kb_str_slice(rest, end == KB_NOT_FOUND ? rest.n : end + 1, rest.n);
        one = kb_str_trim(kb_str_slice(one, 0, kb_str_find_byte(one, ':')));
        if (in(one, names, KB_COUNT(names)))
            return say("a style with", one, value);
    }
    return NULL;
}

/* The presentation attributes of SVG 1.1 and 2 (6.6), which are properties of style:
 * there "url(" loads.  Elsewhere it is letters, which a title may well have. */
static const char properties[] =
    " alignment-baseline baseline-shift clip clip-path clip-rule color color- "
    "interpolation color-interpolation-filters color-profile color-rendering cursor "
    "cx cy d direction display dominant-baseline enable-background fill fill- "
    "opacity fill-rule filter flood-color flood-opacity font font-family font-size "
    "font-size-adjust font-stretch font-style font-variant font-weight glyph- "
    "orientation-horizontal glyph-orientation-vertical height image-rendering "
    "kerning letter-spacing lighting-color marker marker-end marker-mid marker- "
    "start mask mask-type opacity overflow paint-order pointer-events r rx ry "
    "shape-rendering stop-color stop-opacity stroke stroke-dasharray stroke- "
    "dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity "
    "stroke-width text-anchor text-decoration text-overflow text-rendering "
    "transform transform-origin unicode-bidi vector-effect visibility white-space "
    "width word-spacing writing-mode x y ";

static bool is_property(struct kb_str name) {
    char word[64];
    int n = snprintf(word, sizeof word, " %.*s ", (int)name.n, name.n ? name.p : "");
    return n > 2 && (size_t)n < sizeof word && strstr(properties, word);
}

static const char *look_at_element(lxb_dom_node_t *node) {
    lxb_dom_element_t *element = lxb_dom_interface_element(node);
    struct kb_str name, value;
    name.p = (const char *)lxb_dom_element_local_name(element, &name.n);
    if (is_active(name))
        return say("an element", name, KB_STR_NONE);
    for (lxb_dom_attr_t *a = element->first_attr; a; a = a->next) {
        const char *why = NULL;
        name.p = (const char *)lxb_dom_attr_qualified_name(a, &name.n);
        value.n = 0;
        value.p = (const char *)lxb_dom_attr_value(a, &value.n);
        if (is_bad_attribute(name))
            why = say("an attribute", name, value);
        else if (is_address(name))
            why = look_at_address(name, value);
        else if (kb_str_equal(name, KB_STR("style")))
            why = look_at_style(value);
        else if (node->ns == LXB_NS_SVG && is_property(name) &&
                 kb_str_find_nocase(value, KB_STR("url(")) != KB_NOT_FOUND &&
                 !kb_str_starts(value, KB_STR("url(#user-content-")))
            why = say("a drawing that loads", name, value);
        else if (kb_str_equal(name, KB_STR("srcset")) && has_script(value))
            why = say("a srcset with", value, KB_STR_NONE);
        if (why)
            return why;
    }
    return NULL;
}

/* Elements that stand in the page before the sanitised part begins. */
static const char *look(struct kb_html *html, const char *before, struct kb_str safe) {
    lxb_html_document_t *document;
    struct kb_err err;
    struct kb_buf page;
    const char *why = NULL;
    kb_buf_init(&page, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_z(&page, "<!doctype html><body>");
    kb_buf_z(&page, before);
    kb_buf_z(&page, "<!--here-->");
    kb_buf_str(&page, safe);
    if (kb_html_parse(html, kb_buf_view(&page), 0, &document, NULL, &err) != KB_OK) {
        why = say(err.text, KB_STR_NONE, KB_STR_NONE);
    } else {
        lxb_dom_node_t *root = lxb_dom_interface_node(document), *node;
        bool begun = false;
        for (node = root; node && !why; node = kb_dom_next(node, root, false)) {
            if (node->type == LXB_DOM_NODE_TYPE_COMMENT && kb_dom_text(node).n) {
                if (begun)
                    why = say("a comment", kb_dom_text(node), KB_STR_NONE);
                begun = true;
            } else if (node->type == LXB_DOM_NODE_TYPE_ELEMENT && begun) {
                why = look_at_element(node);
            }
        }
    }
    kb_buf_free(&page);
    return why;
}

const char *kb_harmless(struct kb_html *html, struct kb_str safe) {
    static const char *const before[] = {
        "",
        "<svg>",
        "<math>",
        "<math><mtext>",
        "<math><annotation-xml>",
        "<svg><desc>",
        "<table>",
        "<table><tr><td>",
        "<select>",
        "<p>",
        "<a href=x>",
        "<h1>",
        "<ul><li>",
    };
    for (size_t i = 0; i < KB_COUNT(before); i++) {
        const char *why = look(html, before[i], safe);
        if (why)
            return why;
    }
    return NULL;
}
