/* A method and a path → the route that answers.
 *
 * Tables are short and a path's first bytes tell most of them apart, so they are gone
 * through in order; who stands first wins.  ":x" stands for one part, which is never
 * empty, and may have an ending (":x.atom"); "*" at the end for all that follows, and may
 * be empty. */
#include "serve/http.h"

/* Does pattern match path?  Parts as they stand in path, not decoded yet. */
static bool matches(const char *pattern, struct kb_str path,
                    struct kb_str part[KB_ROUTE_PARTS], size_t *count) {
    size_t at = 0;
    *count = 0;
    while (*pattern) {
        if (*pattern == '*') {
            if (*count == KB_ROUTE_PARTS)
                return false;
            part[(*count)++] = kb_str_slice(path, at, path.n);
            return true;
        }
        if (*pattern == ':') {
            size_t from = at;
            while (*pattern && *pattern != '/' && *pattern != '.')
                pattern++;
            struct kb_str end = {pattern, strcspn(pattern, "/")};
            while (at < path.n && path.p[at] != '/')
                at++;
            struct kb_str found = kb_str_slice(path, from, at);
            if (found.n <= end.n || !kb_str_ends(found, end) || *count == KB_ROUTE_PARTS)
                return false;
            part[(*count)++] = kb_str_slice(found, 0, found.n - end.n);
            pattern += end.n;
            continue;
        }
        if (at == path.n || path.p[at] != *pattern)
            return false;
        at++;
        pattern++;
    }
    return at == path.n;
}

const struct kb_route *kb_route_find(const struct kb_routes *const *tables,
                                     size_t table_count, enum kb_http_method method,
                                     struct kb_str path, struct kb_arena *arena,
                                     struct kb_str part[KB_ROUTE_PARTS],
                                     unsigned *allowed) {
    struct kb_str parts[KB_ROUTE_PARTS];
    size_t count;
    *allowed = 0;
    for (size_t t = 0; t < table_count; t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            const struct kb_route *route = &tables[t]->items[i];
            if (!matches(route->path, path, parts, &count))
                continue;
            *allowed |= 1u << route->method;
            if (route->method != method)
                continue;
            for (size_t k = 0; k < count; k++)
                part[k] = kb_percent_decode(arena, parts[k], false);
            return route;
        }
    }
    return NULL;
}
