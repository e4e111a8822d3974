/* References and the entities of a document type; see mend.h.
 *
 * XML has five entities.  Feeds also use HTML's, with or without a DTD, and some define
 * their own.  All become text here, "<" in them too, since the parser never sees the DTD.
 * What they may grow to is bounded; external ones are never loaded. */
#include "feed/mend.h"

#include <stdio.h>

enum {
    LONGEST_NAME = 40,   /* HTML's longest has 31 */
    DEEPEST = 8,         /* entities in entities */
    MOST_ENTITIES = 300, /* of a DTD; HTML's own has 253 */
    MOST_ASKED = 50000   /* times that the HTML parser is asked for a name */
};

/* What Windows-1252 has at 80 to 9F, which is what references to these mean. */
static const uint16_t windows[32] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
    0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

uint32_t kb_mend_windows(uint32_t c) {
    return c >= 0x80 && c < 0xA0 ? windows[c - 0x80] : c;
}

/* The end of "&name;" or "&#12;" at from, or KB_NOT_FOUND. */
static size_t reference_end(struct kb_str s, size_t from) {
    size_t i = from + 1;
    i += i < s.n && s.p[i] == '#';
    while (i < s.n && i - from < LONGEST_NAME &&
           (kb_is_alpha(s.p[i]) || kb_is_digit(s.p[i]) || strchr("_.-", s.p[i])))
        i++;
    return i < s.n && s.p[i] == ';' && i > from + 1 ? i + 1 : KB_NOT_FOUND;
}

/* The character of "#123" or "#x1F"; KB_REPLACEMENT where it is none. */
static uint32_t number(struct kb_str s) {
    bool hex = s.n > 1 && kb_lower(s.p[1]) == 'x';
    uint32_t c = 0;
    size_t i = hex ? 2 : 1;
    if (i == s.n)
        return KB_REPLACEMENT;
    for (; i < s.n; i++) {
        int d = hex || kb_is_digit(s.p[i]) ? kb_hex_digit(s.p[i]) : -1;
        if (d < 0)
            return KB_REPLACEMENT;
        c = c * (hex ? 16 : 10) + (uint32_t)d;
        if (c > 0x10FFFF)
            return KB_REPLACEMENT;
    }
    return kb_mend_windows(c);
}

static bool is_xml_char(uint32_t c) {
    return c == '\t' || c == '\n' || c == '\r' ||
           (c >= 0x20 && c != 0xFFFE && c != 0xFFFF && !(c >= 0xD800 && c <= 0xDFFF));
}

static bool is_predefined(struct kb_str name) {
    static const char *const names[] = {"amp", "lt", "gt", "quot", "apos"};
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        if (kb_str_equal(name, kb_str_z(names[i])))
            return true;
    }
    return false;
}

static const struct kb_mend_entity *declared(const struct kb_mend *m,
                                             struct kb_str name) {
    for (size_t i = 0; i < m->entities.count; i++) {
        if (kb_str_equal(m->entities.items[i].name, name))
            return &m->entities.items[i];
    }
    return NULL;
}

/* The text of a fragment, unfolded: its first text node. */
static struct kb_str parsed(struct kb_mend *m, struct kb_str html) {
    lxb_html_document_t *document;
    struct kb_html_notes notes;
    if (kb_html_parse(m->make->html, html, 0, &document, &notes, NULL) != KB_OK)
        return KB_STR_NONE;
    lxb_dom_node_t *root = lxb_dom_interface_node(document), *node = root;
    while (node && node->type != LXB_DOM_NODE_TYPE_TEXT)
        node = kb_dom_next(node, root, false);
    return node ? kb_dom_text(node) : KB_STR_NONE;
}

/* HTML's own, by the HTML parser: "&nbsp;" → U+00A0; empty where it has none. */
static struct kb_str html_entity(struct kb_mend *m, struct kb_str name) {
    size_t slot = kb_hash(name.p, name.n, 0) % KB_COUNT(m->html);
    if (kb_str_equal(m->html[slot].name, name))
        return m->html[slot].chars;
    if (m->asked++ > MOST_ASKED)
        return KB_STR_NONE;
    /* In XML these two are XHTML 1.0's; HTML gave them other brackets later. */
    if (kb_str_equal(name, KB_STR("lang")))
        return KB_STR("\xE2\x8C\xA9");
    if (kb_str_equal(name, KB_STR("rang")))
        return KB_STR("\xE2\x8C\xAA");
    char html[LONGEST_NAME + 8];
    int n = snprintf(html, sizeof html, "x&%.*s;", (int)name.n, name.p);
    struct kb_str text = parsed(m, (struct kb_str){html, n > 0 ? (size_t)n : 0});
    bool known = text.n > 1 && !kb_str_ends(text, KB_STR(";"));
    text =
        known ? kb_arena_dup(m->make->arena, kb_str_slice(text, 1, text.n)) : KB_STR_NONE;
    m->html[slot].name = name;
    m->html[slot].chars = text;
    return text;
}

static void put_text(struct kb_mend *m, struct kb_str text) {
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '<')
            kb_buf_z(m->out, "&lt;");
        else if (text.p[i] == '&')
            kb_buf_z(m->out, "&amp;");
        else
            kb_buf_char(m->out, text.p[i]);
    }
}

static void put_number(struct kb_mend *m, uint32_t c) {
    char utf8[4];
    if (is_xml_char(c))
        put_text(m, (struct kb_str){utf8, kb_utf8_put(utf8, c)});
}

/* An entity's value, entities in it too. */
static void expand(struct kb_mend *m, const struct kb_mend_entity *entity, int depth) {
    struct kb_str s = entity->value;
    if (entity->external) {
        kb_feed_warn(m->make, "an entity that stands outside the feed was not loaded");
        return;
    }
    for (size_t i = 0; i < s.n;) {
        size_t end = s.p[i] == '&' ? reference_end(s, i) : KB_NOT_FOUND;
        if (m->expanded >= KB_LIMIT_ENTITY_BYTES || depth == DEEPEST) {
            kb_feed_warn(m->make,
                         "entities became too long or too deep, the rest was left out "
                         "(KB_LIMIT_ENTITY_BYTES)");
            return;
        }
        m->expanded++; /* a step, so that entities of nothing are bounded too */
        if (end == KB_NOT_FOUND) {
            size_t len; /* a whole character: the limit may come behind it */
            kb_utf8_next(s.p + i, s.p + s.n, &len);
            put_text(m, kb_str_slice(s, i, i + len));
            i += len;
            continue;
        }
        struct kb_str name = kb_str_slice(s, i + 1, end - 1);
        const struct kb_mend_entity *inner = declared(m, name);
        if (name.p[0] == '#')
            put_number(m, number(name));
        else if (is_predefined(name))
            kb_buf_str(m->out, kb_str_slice(s, i, end));
        else if (inner)
            expand(m, inner, depth + 1);
        else
            put_text(m, html_entity(m, name));
        i = end;
    }
}

size_t kb_mend_reference(struct kb_mend *m, size_t from) {
    size_t end = reference_end(m->text, from);
    if (end != KB_NOT_FOUND) {
        struct kb_str name = kb_str_slice(m->text, from + 1, end - 1);
        const struct kb_mend_entity *entity;
        if (name.p[0] == '#') {
            uint32_t c = number(name);
            bool xml = name.n > 1 && name.p[1] != 'X' && is_xml_char(c);
            if (!xml || c == KB_REPLACEMENT || (c >= 0x80 && c < 0x3000)) {
                kb_mend_replace(m, from, end, KB_STR_NONE);
                put_number(m, c);
            }
            return end;
        }
        if (is_predefined(name))
            return end;
        if ((entity = declared(m, name))) {
            kb_mend_replace(m, from, end, KB_STR_NONE);
            expand(m, entity, 0);
            return end;
        }
        struct kb_str chars = html_entity(m, name);
        if (chars.n) {
            kb_mend_replace(m, from, end, KB_STR_NONE);
            put_text(m, chars);
            kb_feed_warn(m->make, "names of HTML's characters stand in the XML");
            return end;
        }
    }
    kb_mend_replace(m, from, from + 1, KB_STR("&amp;"));
    if (!m->told_bare)
        kb_feed_warn(m->make, "a bare & was taken as text");
    m->told_bare = true;
    return from + 1;
}

/* ---- the document type ------------------------------------------------------------- */

static size_t skip_space(struct kb_str s, size_t i) {
    while (i < s.n && kb_is_space(s.p[i]))
        i++;
    return i;
}

/* "<!ENTITY name 'value'" or "<!ENTITY name SYSTEM …"; returns where to go on. */
static size_t declare(struct kb_mend *m, size_t from) {
    struct kb_str s = m->text;
    size_t name = skip_space(s, from + 8), name_end = kb_mend_name(s, name);
    if (name_end == name) /* "%": only for DTDs */
        return from + 8;
    size_t value = skip_space(s, name_end), end = value;
    bool external = !(value < s.n && (s.p[value] == '"' || s.p[value] == '\''));
    if (!external) {
        end = kb_str_find_byte(kb_str_slice(s, value + 1, s.n), s.p[value]);
        if (end == KB_NOT_FOUND)
            return s.n;
        end += value + 1;
    }
    if (m->entities.count < MOST_ENTITIES &&
        !declared(m, kb_str_slice(s, name, name_end))) {
        struct kb_mend_entity *entity = kb_feed_add(m->make, &m->entities);
        if (entity)
            *entity = (struct kb_mend_entity){kb_str_slice(s, name, name_end),
                                              kb_str_slice(s, value + 1, end), external};
    }
    return external ? name_end : end + 1;
}

size_t kb_mend_doctype(struct kb_mend *m, size_t from) {
    struct kb_str s = m->text;
    bool inside = false;
    size_t i = from + 9;
    while (i < s.n) {
        struct kb_str rest = kb_str_slice(s, i, s.n);
        char c = s.p[i];
        if (c == '>' && !inside)
            return i + 1;
        if (c == '[' || c == ']') {
            inside = c == '[';
        } else if (c == '"' || c == '\'') {
            size_t n = kb_str_find_byte(kb_str_slice(rest, 1, rest.n), c);
            i += n == KB_NOT_FOUND ? 0 : n + 1;
        } else if (kb_str_starts(rest, KB_STR("<!--"))) {
            size_t n = kb_str_find(rest, KB_STR("-->"));
            i = n == KB_NOT_FOUND ? s.n : i + n;
        } else if (kb_str_starts(rest, KB_STR("<!ENTITY"))) {
            i = declare(m, i);
            continue;
        } else if (c == '<' && !inside) {
            return i; /* never ended */
        }
        i++;
    }
    size_t end = kb_str_find_byte(kb_str_slice(s, from, s.n), '>');
    return end == KB_NOT_FOUND ? s.n : from + end + 1;
}
