/* An address → the same without what only says who sent the reader.
 *
 * Enters: an address; leaves: a copy without the parameters of tracking.def, or the
 * address itself where it has none.  Parameters are looked for in the query and, since
 * some are written there, in a fragment that is made of parameters.  Names are compared
 * as they stand, small letters for capitals; "amp;utm_source", which comes of an
 * ampersand that was escaped twice, counts too.  The others stay as they are, in their
 * order. */
#include "html/html.h"

static const struct {
    struct kb_str name;
    bool head;
} names[] = {
#define NAME(name) {{name, sizeof name - 1}, false},
#define HEAD(name) {{name, sizeof name - 1}, true},
#include "html/tracking.def"
};

static bool is_tracking(struct kb_str parameter) {
    if (kb_str_starts(parameter, KB_STR("amp;")))
        parameter = kb_str_slice(parameter, 4, parameter.n);
    struct kb_str name = kb_str_slice(parameter, 0, kb_str_find_byte(parameter, '='));
    for (size_t i = 0; i < KB_COUNT(names); i++)
        if (names[i].head ? kb_str_starts_nocase(name, names[i].name)
                          : kb_str_equal_nocase(name, names[i].name))
            return true;
    return false;
}

/* The next parameter of list, without its ampersand. */
static struct kb_str next(struct kb_str *list) {
    size_t end = kb_str_find_byte(*list, '&');
    struct kb_str s = kb_str_slice(*list, 0, end);
    *list = kb_str_slice(*list, end == KB_NOT_FOUND ? list->n : end + 1, list->n);
    return s;
}

static bool has_tracking(struct kb_str list) {
    while (list.n)
        if (is_tracking(next(&list)))
            return true;
    return false;
}

/* Writes mark and the parameters that stay. */
static char *put(char *out, char mark, struct kb_str list) {
    while (list.n) {
        struct kb_str s = next(&list);
        if (is_tracking(s))
            continue;
        *out++ = mark;
        mark = '&';
        if (s.n)
            memcpy(out, s.p, s.n);
        out += s.n;
    }
    return out;
}

struct kb_str kb_url_untrack(struct kb_arena *arena, struct kb_str url) {
    size_t hash = kb_str_find_byte(url, '#');
    struct kb_str fragment =
        kb_str_slice(url, hash == KB_NOT_FOUND ? url.n : hash + 1, url.n);
    struct kb_str rest = kb_str_slice(url, 0, hash);
    size_t mark = kb_str_find_byte(rest, '?');
    struct kb_str query =
        kb_str_slice(rest, mark == KB_NOT_FOUND ? rest.n : mark + 1, rest.n);
    bool in_query = has_tracking(query), in_fragment = has_tracking(fragment);
    if (!in_query && !in_fragment)
        return url;
    char *out = kb_arena_alloc(arena, url.n), *p = out;
    if (!out)
        return url;
    rest = kb_str_slice(rest, 0, in_query ? mark : rest.n);
    if (rest.n)
        memcpy(p, rest.p, rest.n);
    p += rest.n;
    if (in_query)
        p = put(p, '?', query);
    if (in_fragment) {
        p = put(p, '#', fragment);
    } else if (hash != KB_NOT_FOUND) {
        *p++ = '#';
        if (fragment.n)
            memcpy(p, fragment.p, fragment.n);
        p += fragment.n;
    }
    return (struct kb_str){out, (size_t)(p - out)};
}
