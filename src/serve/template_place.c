/* A template's bytes → where in the HTML the next one stands.
 *
 * The tokenizer of the HTML Standard (13.2.5), cut down to the HTML that we write: double
 * quotes only, no comments, no element whose content is no ordinary text but an empty
 * script.  What is left out is refused, so that what is here and what a browser does are
 * the same. */
#include "serve/template_inner.h"

static bool listed(struct kb_str name, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (kb_str_equal(name, kb_str_z(list[i])))
            return true;
    return false;
}

static struct kb_str name_of(const struct kb_place *place) {
    return (struct kb_str){place->name, place->name_n};
}

static void add_name(struct kb_place *place, char c) {
    if (place->name_n < KB_PLACE_NAME_BYTES)
        place->name[place->name_n++] = kb_lower(c);
}

/* ---- names ------------------------------------------------------------------------- */

static const char *end_tag_name(struct kb_place *place) {
    static const char *const refused[] = {"style",   "plaintext", "xmp",      "iframe",
                                          "noembed", "noframes",  "noscript", "object",
                                          "embed",   "base",      "frame",    "frameset"};
    struct kb_str name = name_of(place);
    bool script = kb_str_equal(name, KB_STR("script"));
    if (listed(name, refused, KB_COUNT(refused)))
        return "an element that pages must not have";
    if (place->script && !(script && place->closing))
        return "a script in the page";
    place->script = script && !place->closing;
    return NULL;
}

static const char *end_attribute_name(struct kb_place *place) {
    static const char *const addresses[] = {"href", "src",    "action",     "formaction",
                                            "cite", "poster", "xlink:href", "data"};
    static const char *const refused[] = {"style", "srcdoc", "srcset", "ping",
                                          "http-equiv"};
    struct kb_str name = name_of(place);
    if (listed(name, refused, KB_COUNT(refused)) || kb_str_starts(name, KB_STR("on")))
        return "an attribute that pages must not have";
    place->url =
        listed(name, addresses, KB_COUNT(addresses)) ? KB_URL_START : KB_URL_NONE;
    return NULL;
}

/* ---- steps ------------------------------------------------------------------------- */

static const char *close_tag(struct kb_place *place) {
    place->kind = place->script ? KB_PLACE_SCRIPT : KB_PLACE_TEXT;
    place->closing = false;
    return NULL;
}

static const char *step_less(struct kb_place *place, char c) {
    if (kb_is_alpha(c)) {
        place->kind = KB_PLACE_TAG_NAME;
        place->name_n = 0;
        add_name(place, c);
        return NULL;
    }
    if (c == '/' && !place->closing) {
        place->closing = true;
        return NULL;
    }
    if (c == '!' && !place->closing && !place->script) {
        place->kind = KB_PLACE_BANG;
        return NULL;
    }
    return "\"<\" that begins no tag; in text it is &lt;";
}

static const char *step_tag(struct kb_place *place, char c) {
    if (kb_is_space(c) || c == '/') {
        place->kind = KB_PLACE_TAG;
        return NULL;
    }
    if (c == '>')
        return close_tag(place);
    if (place->kind == KB_PLACE_TIGHT)
        return "a blank is missing before an attribute";
    if (!kb_is_alpha(c))
        return "an attribute's name begins with a letter";
    place->kind = KB_PLACE_NAME;
    place->name_n = 0;
    add_name(place, c);
    return NULL;
}

static bool in_name(char c) {
    return kb_is_alpha(c) || kb_is_digit(c) || c == '-' || c == ':';
}

static const char *step_name(struct kb_place *place, char c) {
    bool tag = place->kind == KB_PLACE_TAG_NAME;
    if (in_name(c)) {
        add_name(place, c);
        return NULL;
    }
    const char *wrong = tag ? end_tag_name(place) : end_attribute_name(place);
    if (wrong)
        return wrong;
    if (c == '=' && !tag) {
        place->kind = KB_PLACE_EQUALS;
        return NULL;
    }
    place->kind = KB_PLACE_TIGHT;
    return step_tag(place, c);
}

static const char *step_bare(struct kb_place *place, char c) {
    if (kb_is_space(c)) {
        place->kind = KB_PLACE_TAG;
        return NULL;
    }
    if (c == '>')
        return close_tag(place);
    return in_name(c) || c == '.' || c == '_' || c == '%'
               ? NULL
               : "this value needs double quotes";
}

static const char *step_quoted(struct kb_place *place, char c) {
    if (c == '"') {
        place->kind = KB_PLACE_TIGHT;
        place->url = KB_URL_NONE;
        return NULL;
    }
    if (place->url == KB_URL_START && c == '/')
        return "a path of this server begins with {{base}}";
    if (place->url != KB_URL_NONE)
        place->url = KB_URL_INSIDE;
    return NULL;
}

const char *kb_place_step(struct kb_place *place, char c) {
    if (!c || c == '\f' || c == '\v' || (c == '\'' && place->kind == KB_PLACE_EQUALS))
        return "values stand between double quotes";
    switch (place->kind) {
    case KB_PLACE_TEXT:
        if (c == '<')
            place->kind = KB_PLACE_LESS;
        return NULL;
    case KB_PLACE_LESS: return step_less(place, c);
    case KB_PLACE_TAG_NAME:
    case KB_PLACE_NAME: return step_name(place, c);
    case KB_PLACE_TAG:
    case KB_PLACE_TIGHT: return step_tag(place, c);
    case KB_PLACE_EQUALS:
        place->kind = c == '"' ? KB_PLACE_QUOTED : KB_PLACE_BARE;
        return c == '"'     ? NULL
               : place->url ? "an address needs double quotes"
                            : step_bare(place, c);
    case KB_PLACE_BARE: return step_bare(place, c);
    case KB_PLACE_QUOTED: return step_quoted(place, c);
    case KB_PLACE_BANG:
        if (c == '>')
            place->kind = KB_PLACE_TEXT;
        return kb_is_alpha(c) || c == ' ' || c == '>' ? NULL : "no comments; {{! … }}";
    case KB_PLACE_SCRIPT:
        place->kind = c == '<' ? KB_PLACE_LESS : KB_PLACE_SCRIPT;
        return kb_is_space(c) || c == '<' ? NULL : "a script in the page";
    }
    return NULL;
}

/* ---- sections and holes ------------------------------------------------------------ */

const char *kb_place_section(struct kb_place *place) {
    const char *wrong;
    switch (place->kind) {
    case KB_PLACE_TEXT:
    case KB_PLACE_TAG:
    case KB_PLACE_TIGHT:
    case KB_PLACE_QUOTED: return NULL;
    case KB_PLACE_TAG_NAME:
        wrong = end_tag_name(place);
        place->kind = KB_PLACE_TIGHT;
        return wrong;
    case KB_PLACE_NAME:
        wrong = end_attribute_name(place);
        place->url = KB_URL_NONE;
        place->kind = KB_PLACE_TIGHT;
        return wrong;
    case KB_PLACE_BARE: place->kind = KB_PLACE_TIGHT; return NULL;
    case KB_PLACE_LESS:
    case KB_PLACE_EQUALS:
    case KB_PLACE_BANG:
    case KB_PLACE_SCRIPT: break;
    }
    return "a section cannot begin or end here";
}

const char *kb_place_hole(const struct kb_place *place) {
    return place->kind == KB_PLACE_TEXT || place->kind == KB_PLACE_QUOTED
               ? NULL
               : "a value can stand in text and between double quotes only";
}

bool kb_place_join(struct kb_place *a, const struct kb_place *b) {
    if (a->kind != b->kind || a->script != b->script || a->closing != b->closing ||
        (a->url == KB_URL_NONE) != (b->url == KB_URL_NONE))
        return false;
    if (a->url != b->url)
        a->url = KB_URL_INSIDE;
    return true;
}
