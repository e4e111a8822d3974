/* A style attribute → what of it is safe.
 *
 * Enters: the attribute's text; leaves: declarations of known properties whose values are
 * made of plain words, numbers and colors.  CSS can load (url), run (expression,
 * binding), cover the reader's own page (position, z-index, negative margins) and push it
 * out of sight (huge lengths); so nothing is repaired or understood here: a declaration
 * is written word for word from a small alphabet or left out.  There are no escapes,
 * comments or functions but those of colors in what leaves.  The properties are CSS 2.1's
 * of text and boxes. */
#include "html/safe.h"

#include <stdlib.h>

enum { MOST_DIGITS = 4, LONGEST_PROPERTY = 40 };

/* ANY takes every word, BOX numbers, colors and the words below. */
enum values { ANY, BOX };

static const struct property {
    struct kb_str name;
    enum values values;
} properties[] = {
#define P(name, values)                                                                  \
    { {name, sizeof name - 1}, values }
    P("background", BOX),
    P("background-color", ANY),
    P("background-x", BOX),
    P("background-y", BOX),
    P("border", BOX),
    P("border-bottom", BOX),
    P("border-bottom-color", ANY),
    P("border-bottom-style", BOX),
    P("border-bottom-width", BOX),
    P("border-collapse", ANY),
    P("border-color", ANY),
    P("border-left", BOX),
    P("border-left-color", ANY),
    P("border-left-style", BOX),
    P("border-left-width", BOX),
    P("border-radius", BOX),
    P("border-right", BOX),
    P("border-right-color", ANY),
    P("border-right-style", BOX),
    P("border-right-width", BOX),
    P("border-spacing", BOX),
    P("border-style", BOX),
    P("border-top", BOX),
    P("border-top-color", ANY),
    P("border-top-style", BOX),
    P("border-top-width", BOX),
    P("border-width", BOX),
    P("clear", ANY),
    P("color", ANY),
    P("direction", ANY),
    P("display", ANY),
    P("float", ANY),
    P("font", ANY),
    P("font-family", ANY),
    P("font-size", ANY),
    P("font-style", ANY),
    P("font-variant", ANY),
    P("font-weight", ANY),
    P("height", ANY),
    P("letter-spacing", ANY),
    P("line-height", ANY),
    P("list-style-type", ANY),
    P("margin", BOX),
    P("margin-bottom", BOX),
    P("margin-left", BOX),
    P("margin-right", BOX),
    P("margin-top", BOX),
    P("max-height", ANY),
    P("max-width", ANY),
    P("overflow", ANY),
    P("padding", BOX),
    P("padding-bottom", BOX),
    P("padding-left", BOX),
    P("padding-right", BOX),
    P("padding-top", BOX),
    P("ruby-align", ANY),
    P("ruby-position", ANY),
    P("text-align", ANY),
    P("text-decoration", ANY),
    P("text-indent", ANY),
    P("text-transform", ANY),
    P("unicode-bidi", ANY),
    P("vertical-align", ANY),
    P("white-space", ANY),
    P("width", ANY),
    P("word-spacing", ANY),
    P("writing-mode", ANY),
};

static const struct kb_str words[] = {
#define W(word)                                                                          \
    { word, sizeof word - 1 }
    W("!important"), W("aqua"),    W("auto"),   W("black"),  W("blue"),
    W("both"),       W("bottom"),  W("center"), W("dashed"), W("dotted"),
    W("double"),     W("fuchsia"), W("gray"),   W("green"),  W("groove"),
    W("inset"),      W("left"),    W("lime"),   W("maroon"), W("medium"),
    W("navy"),       W("none"),    W("olive"),  W("outset"), W("purple"),
    W("red"),        W("ridge"),   W("right"),  W("silver"), W("solid"),
    W("teal"),       W("thick"),   W("thin"),   W("top"),    W("transparent"),
    W("white"),      W("yellow"),
};

static const struct property *property_of(struct kb_str name) {
    size_t from = 0, to = KB_COUNT(properties);
    while (from < to) {
        size_t middle = (from + to) / 2;
        struct kb_str s = properties[middle].name;
        int order = memcmp(name.p, s.p, name.n < s.n ? name.n : s.n);
        order = order ? order : (name.n > s.n) - (name.n < s.n);
        if (!order)
            return &properties[middle];
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NULL;
}

static bool is_letter(char c) {
    return kb_is_alpha(c) || c == '-';
}

/* "12", "1.5em", "100%", "0,": a number with a unit, of a size that stays on the page. */
static bool is_number(struct kb_str s) {
    size_t i = 0, digits = 0;
    for (; i < s.n && kb_is_digit(s.p[i]); i++)
        digits++;
    bool some = digits > 0;
    if (digits > MOST_DIGITS)
        return false;
    if (i < s.n && s.p[i] == '.')
        for (i++; i < s.n && kb_is_digit(s.p[i]); i++)
            some = true;
    if (!some)
        return false;
    if (i < s.n && s.p[i] == '%')
        i++;
    else
        for (digits = i; i < s.n && i - digits < MOST_DIGITS && kb_is_alpha(s.p[i]);)
            i++;
    return i == s.n;
}

static bool is_color(struct kb_str s) {
    if (!s.n || s.p[0] != '#' || s.n > 9)
        return false;
    for (size_t i = 1; i < s.n; i++)
        if (!kb_is_digit(s.p[i]) && !(kb_lower(s.p[i]) >= 'a' && kb_lower(s.p[i]) <= 'f'))
            return false;
    return s.n > 1;
}

/* "rgb(0, 128, 0)" at the head of s: its length, or 0. */
static size_t color_function(struct kb_str s) {
    static const char *const names[] = {"rgb(", "rgba(", "hsl(", "hsla("};
    for (size_t k = 0; k < KB_COUNT(names); k++) {
        if (!kb_str_starts_nocase(s, kb_str_z(names[k])))
            continue;
        for (size_t i = strlen(names[k]); i < s.n; i++) {
            if (s.p[i] == ')')
                return i + 1;
            if (!kb_is_digit(s.p[i]) && !strchr(" ,.%/", s.p[i]))
                return 0;
        }
    }
    return 0;
}

static bool is_word(struct kb_str s, enum values values) {
    if (values == BOX) {
        for (size_t i = 0; i < KB_COUNT(words); i++)
            if (kb_str_equal_nocase(s, words[i]))
                return true;
        return false;
    }
    size_t i = s.n && s.p[0] == '!' ? 1 : 0;
    if (i && !kb_str_equal_nocase(s, KB_STR("!important")))
        return false;
    if (s.n && s.p[0] == '-')
        return false;
    for (; i < s.n; i++)
        if (!is_letter(s.p[i]))
            return false;
    return s.n > 0;
}

/* A quoted name of a font: letters, digits, spaces.  Its length with the quotes, or 0. */
static size_t quoted(struct kb_str s) {
    if (s.p[0] != '\'' && s.p[0] != '"')
        return 0;
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] == s.p[0])
            return i + 1;
        if (!is_letter(s.p[i]) && !kb_is_digit(s.p[i]) && s.p[i] != ' ')
            return 0;
    }
    return 0;
}

/* Words between white space, commas and (in "font") a slash. */
static bool is_value(struct kb_str s, enum values values) {
    size_t i = 0;
    while (i < s.n) {
        struct kb_str rest = kb_str_slice(s, i, s.n);
        size_t n = color_function(rest);
        if (!n && values == ANY)
            n = quoted(rest);
        if (n) {
            i += n;
        } else {
            size_t from = i;
            do
                i++;
            while (i < s.n && !strchr(" ,/!", s.p[i]));
            struct kb_str word = kb_str_slice(s, from, i);
            if (!is_number(word) && !is_color(word) && !is_word(word, values))
                return false;
        }
        while (i < s.n && strchr(" ,/", s.p[i]))
            i++;
    }
    return s.n > 0;
}

/* The declaration's two sides, white space folded and the name in small letters; false
 * where it has no sane form. */
static bool split(struct kb_str s, char name[LONGEST_PROPERTY], struct kb_str *key,
                  struct kb_str *value) {
    size_t colon = kb_str_find_byte(s, ':');
    if (colon == KB_NOT_FOUND)
        return false;
    *key = kb_str_trim(kb_str_slice(s, 0, colon));
    *value = kb_str_trim(kb_str_slice(s, colon + 1, s.n));
    if (!key->n || key->n > LONGEST_PROPERTY)
        return false;
    for (size_t i = 0; i < key->n; i++)
        name[i] = kb_lower(key->p[i]);
    key->p = name;
    for (size_t i = 0; i < value->n; i++)
        if ((unsigned char)value->p[i] < ' ' || (value->p[i] & 0x80))
            return false;
    return true;
}

/* The next declaration, without its semicolon. */
static struct kb_str next(struct kb_str *style) {
    size_t end = kb_str_find_byte(*style, ';');
    struct kb_str s = kb_str_slice(*style, 0, end);
    *style = kb_str_slice(*style, end == KB_NOT_FOUND ? style->n : end + 1, style->n);
    return s;
}

void kb_safe_style(struct kb_str style, struct kb_buf *out) {
    char name[LONGEST_PROPERTY];
    struct kb_str key, value;
    bool first = true;
    while (style.n) {
        if (!split(next(&style), name, &key, &value))
            continue;
        const struct property *property = property_of(key);
        if (!property || !is_value(value, property->values))
            continue;
        if (!first)
            kb_buf_char(out, ' ');
        first = false;
        kb_buf_str(out, key);
        kb_buf_z(out, ": ");
        kb_buf_str(out, value);
        kb_buf_char(out, ';');
    }
}

bool kb_safe_style_hides(struct kb_str style) {
    char name[LONGEST_PROPERTY];
    struct kb_str key, value;
    while (style.n) {
        if (!split(next(&style), name, &key, &value))
            continue;
        if ((kb_str_equal(key, KB_STR("display")) &&
             kb_str_starts_nocase(value, KB_STR("none"))) ||
            (kb_str_equal(key, KB_STR("visibility")) &&
             kb_str_starts_nocase(value, KB_STR("hidden"))))
            return true;
        if (!kb_str_equal(key, KB_STR("width")) && !kb_str_equal(key, KB_STR("height")))
            continue;
        /* 0, 1px, 0.5em, 2px; not 1em, 2%, 10px */
        bool dot = value.n && value.p[0] >= '0' && value.p[0] <= '2' &&
                   (value.n == 1 || !kb_is_digit(value.p[1]));
        if (dot && (value.p[0] == '0' || value.n == 1 ||
                    kb_str_starts_nocase(kb_str_slice(value, 1, value.n), KB_STR("px"))))
            return true;
    }
    return false;
}
