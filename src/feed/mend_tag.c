/* Start tags: the strict scan that nearly all pass, and the rewriting of the others
 * (attributes without quotes or values, doubled ones, "<" in values); see mend.h. */
#include "feed/mend.h"

#include <libxml/tree.h>

/* A value of a broken tag ends within this, or its quotation mark was never closed. */
enum { LONGEST_VALUE = KB_LIMIT_URL_BYTES };

static bool is_name_byte(unsigned char c) {
    return kb_is_alpha((char)c) || kb_is_digit((char)c) || c == '_' || c == '-' ||
           c == '.' || c == ':' || c >= 0x80;
}

/* Names past ASCII are rare: libxml2 tells which characters may stand in them. */
static bool is_valid(struct kb_str name) {
    char z[128];
    if (name.n >= sizeof z)
        return false;
    memcpy(z, name.p, name.n);
    z[name.n] = 0;
    return xmlValidateQName((const xmlChar *)z, 0) == 0;
}

size_t kb_mend_name(struct kb_str text, size_t from) {
    size_t i = from;
    unsigned high = 0;
    if (i >= text.n || !is_name_byte((unsigned char)text.p[i]) ||
        kb_is_digit(text.p[i]) || strchr("-.:", text.p[i]))
        return from;
    for (; i < text.n && is_name_byte((unsigned char)text.p[i]); i++)
        high |= (unsigned char)text.p[i] & 0x80;
    return high && !is_valid(kb_str_slice(text, from, i)) ? from : i;
}

static size_t skip_space(struct kb_str s, size_t i) {
    while (i < s.n &&
           (s.p[i] == ' ' || s.p[i] == '\n' || s.p[i] == '\t' || s.p[i] == '\r'))
        i++;
    return i;
}

static bool is_among(struct kb_str name, const struct kb_str *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (kb_str_equal(names[i], name))
            return true;
    }
    return false;
}

bool kb_mend_knows(struct kb_mend *m, struct kb_str name) {
    uint64_t hash = kb_hash(name.p, name.n, 0) % KB_MEND_NAME_BITS;
    uint64_t *word = &m->names[hash / 64], bit = (uint64_t)1 << hash % 64;
    if (*word & bit)
        return true;
    if (m->name_count >= KB_LIMIT_XML_NAMES) {
        kb_feed_warn(m->make, "more than %d different names (KB_LIMIT_XML_NAMES)",
                     KB_LIMIT_XML_NAMES);
        return false;
    }
    m->name_count++;
    *word |= bit;
    return true;
}

struct kb_mend_tag kb_mend_scan(struct kb_mend *m, size_t from) {
    struct kb_str s = m->text;
    struct kb_str names[KB_LIMIT_ATTRIBUTES];
    size_t count = 0, i = kb_mend_name(s, from + 1);
    struct kb_mend_tag tag = {.name = kb_str_slice(s, from + 1, i), .bad = true};
    for (;;) {
        size_t name = skip_space(s, i);
        if (name < s.n && s.p[name] == '/') {
            tag.closed = true;
            name++;
        }
        if (name < s.n && s.p[name] == '>') {
            tag.end = name + 1;
            tag.bad = false;
            return tag;
        }
        i = kb_mend_name(s, name);
        if (tag.closed || i == name || !kb_is_space(s.p[name - 1]) ||
            count == KB_COUNT(names))
            break;
        names[count] = kb_str_slice(s, name, i);
        tag.spaces += kb_str_starts(names[count], KB_STR("xmlns"));
        if (is_among(names[count], names, count) || !kb_mend_knows(m, names[count]))
            break;
        count++;
        i = skip_space(s, i);
        if (i >= s.n || s.p[i] != '=')
            break;
        i = skip_space(s, i + 1);
        if (i >= s.n || (s.p[i] != '"' && s.p[i] != '\''))
            break;
        char quote = s.p[i++];
        for (; i < s.n && s.p[i] != quote && s.p[i] != '<'; i++)
            tag.references |= s.p[i] == '&';
        if (i >= s.n || s.p[i] != quote)
            break;
        i++;
    }
    tag.closed = false;
    return tag;
}

/* ---- tags that are not XML --------------------------------------------------------- */

/* The value at *i as a browser would take it, and *i behind it. */
static struct kb_str loose_value(struct kb_str s, size_t *i) {
    size_t from = *i, end = from;
    if (from < s.n && (s.p[from] == '"' || s.p[from] == '\'')) {
        struct kb_str rest = kb_str_slice(s, from + 1, from + 1 + LONGEST_VALUE);
        size_t n = kb_str_find_byte(rest, s.p[from]);
        size_t next = n == KB_NOT_FOUND ? s.n : from + 1 + n + 1;
        if (next < s.n && strchr("/> \t\r\n", s.p[next])) {
            *i = next;
            return kb_str_slice(rest, 0, n);
        }
        from = end = from + 1; /* never closed, or closed in another tag */
    }
    while (end < s.n && !strchr("\"'<> \t\r\n", s.p[end]))
        end++;
    *i = end;
    while (*i < s.n && (s.p[*i] == '"' || s.p[*i] == '\''))
        ++*i;
    return kb_str_slice(s, from, end);
}

static void put_value(struct kb_mend *m, struct kb_str value) {
    kb_buf_z(m->out, "=\"");
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (c == '<' || c == '"') {
            kb_buf_z(m->out, c == '<' ? "&lt;" : "&quot;");
        } else if (c == '&') {
            size_t at = (size_t)(value.p - m->text.p) + i, end;
            m->done = at;
            end = kb_mend_reference(m, at);
            kb_buf_str(m->out, kb_str_slice(m->text, m->done, end));
            i += end - at - 1;
        } else {
            kb_buf_char(m->out, c);
        }
    }
    kb_buf_char(m->out, '"');
}

/* Where the tag ends, behind its ">"; KB_NOT_FOUND where it does not. */
static size_t loose_end(struct kb_str s, size_t i) {
    while (i < s.n && s.p[i] != '>' && s.p[i] != '<') {
        if (s.p[i] == '=') {
            i = skip_space(s, i + 1);
            loose_value(s, &i);
        } else {
            i++;
        }
    }
    return i < s.n && s.p[i] == '>' ? i + 1 : KB_NOT_FOUND;
}

bool kb_mend_rewrite(struct kb_mend *m, size_t from, struct kb_mend_tag *tag) {
    struct kb_str names[KB_LIMIT_ATTRIBUTES], s = m->text;
    size_t count = 0, i = from + 1 + tag->name.n, end = loose_end(s, i);
    if (end == KB_NOT_FOUND)
        return false;
    kb_feed_warn(m->make, "a tag with broken attributes was mended");
    tag->spaces = 0;
    kb_mend_replace(m, from, i, KB_STR("<"));
    kb_buf_str(m->out, tag->name);
    while (i < end - 1) {
        size_t name_end = kb_mend_name(s, i);
        struct kb_str name = kb_str_slice(s, i, name_end), value = KB_STR_NONE;
        tag->closed = s.p[i] == '/' && i + 2 == end;
        if (!name.n) { /* a whole character, which is in no name */
            size_t len;
            kb_utf8_next(s.p + i, s.p + end, &len);
            i += len;
            continue;
        }
        i = skip_space(s, name_end);
        if (i < end - 1 && s.p[i] == '=') {
            i = skip_space(s, i + 1);
            value = loose_value(s, &i);
        }
        bool space = kb_str_starts(name, KB_STR("xmlns"));
        if (count == KB_COUNT(names) || is_among(name, names, count) ||
            !kb_mend_knows(m, name) ||
            (space && m->spaces + tag->spaces >= KB_LIMIT_NAMESPACES))
            continue;
        tag->spaces += space;
        names[count++] = name;
        kb_buf_char(m->out, ' ');
        kb_buf_str(m->out, name);
        put_value(m, value);
    }
    kb_buf_z(m->out, tag->closed ? "/>" : ">");
    m->done = tag->end = end;
    return true;
}
