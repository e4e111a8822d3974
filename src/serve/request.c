/* Bytes of a request → its target and its fields: queries and forms
 * (application/x-www-form-urlencoded, as the WHATWG's URL standard reads it), cookies
 * (RFC 6265), percent signs (RFC 3986), Basic (RFC 7617).  Pure, and every one of them is
 * fuzzed. */
#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

#include "html/html.h"
#include "serve/http.h"

/* ---- fields ------------------------------------------------------------------------ */

static struct kb_str first(struct kb_pairs pairs, const char *name, bool any_case) {
    struct kb_str wanted = kb_str_z(name);
    for (size_t i = 0; i < pairs.count; i++) {
        struct kb_str has = pairs.items[i].name;
        if (any_case ? kb_str_equal_nocase(has, wanted) : kb_str_equal(has, wanted))
            return pairs.items[i].value;
    }
    return KB_STR_NONE;
}

struct kb_str kb_http_header(const struct kb_http *req, const char *name) {
    return first(req->headers, name, true);
}

struct kb_str kb_http_cookie(const struct kb_http *req, const char *name) {
    return first(req->cookies, name, false);
}

struct kb_str kb_http_query(const struct kb_http *req, const char *name) {
    return first(req->query, name, false);
}

struct kb_str kb_http_form(const struct kb_http *req, const char *name) {
    return first(req->form, name, false);
}

bool kb_pairs_has(struct kb_pairs pairs, const char *name) {
    struct kb_str wanted = kb_str_z(name);
    for (size_t i = 0; i < pairs.count; i++)
        if (kb_str_equal(pairs.items[i].name, wanted))
            return true;
    return false;
}

struct kb_str kb_http_field(const struct kb_http *req, const char *name) {
    return kb_pairs_has(req->form, name) ? kb_http_form(req, name)
                                         : kb_http_query(req, name);
}

bool kb_http_each(const struct kb_http *req, const char *name, size_t *at,
                  struct kb_str *value) {
    struct kb_str wanted = kb_str_z(name);
    for (; *at < req->form.count + req->query.count; (*at)++) {
        const struct kb_pair *pair = *at < req->form.count
                                         ? &req->form.items[*at]
                                         : &req->query.items[*at - req->form.count];
        if (kb_str_equal(pair->name, wanted)) {
            *value = pair->value;
            (*at)++;
            return true;
        }
    }
    return false;
}

bool kb_head_is_sound(struct kb_pairs headers) {
    size_t hosts = 0, lengths = 0;
    for (size_t i = 0; i < headers.count; i++) {
        const struct kb_pair *header = &headers.items[i];
        hosts += kb_str_equal_nocase(header->name, KB_STR("Host"));
        lengths += kb_str_equal_nocase(header->name, KB_STR("Content-Length"));
        if (!kb_str_equal_nocase(header->name, KB_STR("Transfer-Encoding")))
            continue;
        lengths++;
        if (!kb_str_equal_nocase(kb_str_trim(header->value), KB_STR("chunked")))
            return false;
    }
    return hosts <= 1 && lengths <= 1;
}

bool kb_number(struct kb_str text, int64_t least, int64_t most, int64_t *value) {
    bool minus = text.n && text.p[0] == '-';
    uint64_t n = 0;
    if (text.n == minus || text.n > 20u)
        return false;
    for (size_t i = minus; i < text.n; i++) {
        if (!kb_is_digit(text.p[i]) || n > (uint64_t)INT64_MAX / 10)
            return false;
        n = n * 10 + (uint64_t)(text.p[i] - '0');
    }
    if (n > INT64_MAX)
        return false;
    *value = minus ? -(int64_t)n : (int64_t)n;
    return *value >= least && *value <= most;
}

/* ---- percent signs ----------------------------------------------------------------- */

/* Bytes of text that are not UTF-8 become U+FFFD, which has three. */
static struct kb_str repaired(struct kb_arena *arena, struct kb_str text) {
    size_t good = kb_utf8_valid_prefix(text), n = 0;
    if (good == text.n)
        return text;
    char *out = kb_arena_alloc(arena, text.n * 3 + 1);
    if (!out)
        return KB_STR_NONE;
    for (const char *p = text.p, *end = p + text.n; p < end;) {
        size_t length;
        n += kb_utf8_put(out + n, kb_utf8_next(p, end, &length));
        p += length;
    }
    return (struct kb_str){out, n};
}

struct kb_str kb_percent_decode(struct kb_arena *arena, struct kb_str text, bool plus) {
    char *out = kb_arena_alloc(arena, text.n + 1);
    size_t n = 0;
    if (!out)
        return KB_STR_NONE;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%' && i + 2 < text.n && kb_hex_digit(text.p[i + 1]) >= 0 &&
            kb_hex_digit(text.p[i + 2]) >= 0) {
            c = (char)(kb_hex_digit(text.p[i + 1]) << 4 | kb_hex_digit(text.p[i + 2]));
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        out[n++] = c;
    }
    return repaired(arena, (struct kb_str){out, n});
}

/* ---- lists of pairs ---------------------------------------------------------------- */

/* The next piece of *rest up to c, which is taken away too. */
static struct kb_str piece(struct kb_str *rest, char c) {
    size_t end = kb_str_find_byte(*rest, c);
    struct kb_str found = kb_str_slice(*rest, 0, end == KB_NOT_FOUND ? rest->n : end);
    *rest = kb_str_slice(*rest, end == KB_NOT_FOUND ? rest->n : end + 1, rest->n);
    return found;
}

bool kb_pairs_parse(struct kb_arena *arena, struct kb_str text, struct kb_pairs *pairs) {
    struct kb_pair *items = NULL;
    size_t count = 0, cap = 0;
    *pairs = (struct kb_pairs){NULL, 0};
    while (text.n) {
        struct kb_str value = piece(&text, '&'), name = piece(&value, '=');
        if (!name.n && !value.n)
            continue;
        if (!kb_arena_grow(arena, (void **)&items, count, &cap, sizeof(*items),
                           KB_LIMIT_FIELDS))
            return false;
        items[count++] = (struct kb_pair){kb_percent_decode(arena, name, true),
                                          kb_percent_decode(arena, value, true)};
    }
    *pairs = (struct kb_pairs){items, count};
    return !arena->full;
}

bool kb_cookies_parse(struct kb_arena *arena, struct kb_str text,
                      struct kb_pairs *pairs) {
    struct kb_pair *items = NULL;
    size_t count = 0, cap = 0;
    *pairs = (struct kb_pairs){NULL, 0};
    while (text.n) {
        struct kb_str value = piece(&text, ';'), name = kb_str_trim(piece(&value, '='));
        value = kb_str_trim(value);
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
            value = kb_str_slice(value, 1, value.n - 1);
        if (!name.n)
            continue;
        if (!kb_arena_grow(arena, (void **)&items, count, &cap, sizeof(*items),
                           KB_LIMIT_FIELDS))
            return false;
        items[count++] = (struct kb_pair){name, value};
    }
    *pairs = (struct kb_pairs){items, count};
    return true;
}

/* ---- the target (RFC 9112, 3.2) ---------------------------------------------------- */

void kb_target_parse(struct kb_str target, struct kb_str *path, struct kb_str *query,
                     struct kb_str *authority) {
    *authority = KB_STR_NONE;
    if (kb_url_is_web(target)) {
        struct kb_str rest =
            kb_str_slice(target, kb_str_find_byte(target, ':') + 3, target.n);
        size_t end = 0;
        while (end < rest.n && !strchr("/?#", rest.p[end]))
            end++;
        *authority = kb_str_slice(rest, 0, end);
        target = end ? kb_str_slice(rest, end, rest.n) : target;
    }
    *path = piece(&target, '?');
    *query = target;
    if (authority->n && !path->n)
        *path = KB_STR("/");
}

/* Ports that need not be said; who says them means the same. */
static struct kb_str without_port(struct kb_str host) {
    static const char *const ports[] = {":80", ":443"};
    for (size_t i = 0; i < KB_COUNT(ports); i++)
        if (kb_str_ends(host, kb_str_z(ports[i])))
            return kb_str_slice(host, 0, host.n - strlen(ports[i]));
    return host;
}

bool kb_target_is_own(struct kb_str authority, struct kb_str host) {
    return !authority.n || !host.n ||
           kb_str_equal_nocase(without_port(authority), without_port(host));
}

/* ---- what the client takes (RFC 9110, 12.5.3) -------------------------------------- */

bool kb_takes_gzip(struct kb_str accept_encoding) {
    while (accept_encoding.n) {
        struct kb_str one = piece(&accept_encoding, ','), name = piece(&one, ';');
        if (!kb_str_equal_nocase(kb_str_trim(name), KB_STR("gzip")))
            continue;
        struct kb_str key = kb_str_trim(piece(&one, '=')), weight = kb_str_trim(one);
        bool none = kb_str_equal_nocase(key, KB_STR("q")) && weight.n;
        for (size_t i = 0; i < weight.n; i++)
            none = none && (weight.p[i] == '0' || weight.p[i] == '.');
        return !none;
    }
    return false;
}

/* ---- Basic ------------------------------------------------------------------------- */

static int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (kb_is_digit(c))
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

bool kb_basic_parse(struct kb_arena *arena, struct kb_str header, struct kb_str *name,
                    struct kb_str *password) {
    unsigned bits = 0, held = 0;
    size_t n = 0;
    if (!kb_str_starts_nocase(header, KB_STR("Basic ")))
        return false;
    header = kb_str_trim(kb_str_slice(header, 6, header.n));
    while (kb_str_ends(header, KB_STR("=")))
        header.n--;
    char *out = kb_arena_alloc(arena, header.n + 1);
    if (!out)
        return false;
    for (size_t i = 0; i < header.n; i++) {
        int digit = base64_digit(header.p[i]);
        if (digit < 0)
            return false;
        bits = (bits << 6 | (unsigned)digit) & 0xFFFF;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[n++] = (char)(bits >> held & 0xFF);
        }
    }
    struct kb_str plain = {out, n};
    *name = piece(&plain, ':');
    *password = plain;
    return kb_utf8_valid_prefix((struct kb_str){out, n}) == n;
}

/* ---- where to go next -------------------------------------------------------------- */

bool kb_path_is_local(struct kb_str path) {
    if (!path.n || path.p[0] != '/' ||
        (path.n > 1 && (path.p[1] == '/' || path.p[1] == '\\')))
        return false;
    for (size_t i = 0; i < path.n; i++)
        if ((unsigned char)path.p[i] <= ' ' || path.p[i] == '\\' || path.p[i] == 0x7F)
            return false;
    return true;
}
