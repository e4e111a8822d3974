/* Trusted proxies: proxy.h tells what enters and leaves.
 *
 * Each proxy adds at the right end whom it saw, so the list is read from there and the
 * first that is no proxy of ours is the client: what stands further left was written by
 * him.  Host and scheme are the nearest proxy's word.
 *
 * Of the two kinds of headers a proxy writes one and hands the other on as the client
 * sent it.  Nearly all write X-Forwarded-…, so Forwarded counts where none of those is
 * there. */
#include "serve/proxy.h"

#include <stdlib.h>

#include "fetch/fetch.h"

struct kb_trust {
    struct net {
        struct kb_address address;
        unsigned bits;
    } nets[KB_LIMIT_TRUSTED];
    size_t count;
    bool local; /* the Unix socket */
};

static struct kb_str next_of(struct kb_str *rest, char c) {
    size_t at = kb_str_find_byte(*rest, c), end = at == KB_NOT_FOUND ? rest->n : at;
    struct kb_str piece = kb_str_trim(kb_str_slice(*rest, 0, end));
    *rest = kb_str_slice(*rest, end + 1, rest->n);
    return piece;
}

/* ---- the option -------------------------------------------------------------------- */

static bool add(struct kb_trust *trust, struct kb_str what) {
    struct net net = {.bits = 0};
    struct kb_str rest = what, address = next_of(&rest, '/');
    int64_t bits;
    if (kb_str_equal(what, KB_STR("unix"))) {
        trust->local = true;
        return true;
    }
    if (trust->count == KB_LIMIT_TRUSTED || !kb_address_parse(&net.address, address))
        return false;
    bits = net.address.v6 ? 128 : 32;
    if (address.n < what.n && !kb_number(rest, 0, bits, &bits))
        return false;
    net.bits = (unsigned)bits;
    trust->nets[trust->count++] = net;
    return true;
}

enum kb_status kb_trust_new(const char *text, struct kb_trust **out, struct kb_err *err) {
    struct kb_str rest = kb_str_z(text);
    struct kb_trust *trust = calloc(1, sizeof *trust);
    *out = trust;
    if (!trust)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the server");
    while (rest.n) {
        struct kb_str one = next_of(&rest, ',');
        if (one.n && !add(trust, one))
            return kb_err_set(err, KB_EUSAGE,
                              "trust: \"%.*s\" is no address, net (10.0.0.0/8) or "
                              "\"unix\", or one more than %d",
                              one.n > 60 ? 60 : (int)one.n, one.p, KB_LIMIT_TRUSTED);
    }
    return KB_OK;
}

void kb_trust_free(struct kb_trust *trust) {
    free(trust);
}

static bool is_in(const struct net *net, const struct kb_address *address) {
    unsigned whole = net->bits / 8, rest = net->bits % 8;
    if (net->address.v6 != address->v6 ||
        memcmp(net->address.bytes, address->bytes, whole) != 0)
        return false;
    unsigned mask = 0xFFu << (8 - rest) & 0xFFu;
    return !rest || ((net->address.bytes[whole] ^ address->bytes[whole]) & mask) == 0;
}

/* An IPv4 peer of a socket for both is "::ffff:192.0.2.1". */
static void plain_v4(struct kb_address *address) {
    static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    if (!address->v6 || memcmp(address->bytes, mapped, sizeof mapped) != 0)
        return;
    memmove(address->bytes, address->bytes + 12, 4);
    address->v6 = false;
}

bool kb_trust_has(const struct kb_trust *trust, struct kb_str text) {
    struct kb_address address;
    if (kb_str_equal(text, KB_STR("unix")))
        return trust->local;
    if (!kb_address_parse(&address, text))
        return false;
    plain_v4(&address);
    for (size_t i = 0; i < trust->count; i++)
        if (is_in(&trust->nets[i], &address))
            return true;
    return false;
}

/* ---- headers ----------------------------------------------------------------------- */

static struct kb_str unquoted(struct kb_str s) {
    if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
        return kb_str_slice(s, 1, s.n - 1);
    return s;
}

/* The address of "192.0.2.1:8080", "[2001:db8::1]:80", "2001:db8::1"; empty where it is
 * none ("unknown", "_hidden"). */
static struct kb_str address_of(struct kb_str s) {
    struct kb_address address;
    s = unquoted(s);
    if (s.n && s.p[0] == '[') {
        size_t end = kb_str_find_byte(s, ']');
        s = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(s, 1, end);
    } else {
        size_t colon = kb_str_find_byte(s, ':');
        if (colon != KB_NOT_FOUND &&
            kb_str_find_byte(kb_str_slice(s, colon + 1, s.n), ':') == KB_NOT_FOUND)
            s = kb_str_slice(s, 0, colon);
    }
    return kb_address_parse(&address, s) ? s : KB_STR_NONE;
}

/* The last piece of a list, which is taken away. */
static struct kb_str last_of(struct kb_str *list) {
    size_t at = list->n;
    while (at && list->p[at - 1] != ',')
        at--;
    struct kb_str piece = kb_str_trim(kb_str_slice(*list, at, list->n));
    *list = kb_str_slice(*list, 0, at ? at - 1 : 0);
    return piece;
}

/* "for" and the like of one element of Forwarded. */
static struct kb_str part_of(struct kb_str element, struct kb_str name) {
    while (element.n) {
        struct kb_str value = next_of(&element, ';'), key = next_of(&value, '=');
        if (kb_str_equal_nocase(key, name))
            return unquoted(value);
    }
    return KB_STR_NONE;
}

/* "/news", "/news/": without the last slash, and only what can stand in a link as it is.
 * What is anything else was not written by a proxy of ours, and is nothing. */
static struct kb_str prefix_of(struct kb_str s) {
    while (kb_str_ends(s, KB_STR("/")))
        s.n--;
    if (!s.n || s.n > KB_LIMIT_PREFIX_BYTES || !kb_path_is_local(s))
        return KB_STR_NONE;
    for (size_t i = 0; i < s.n; i++)
        if ((!kb_is_alpha(s.p[i]) && !kb_is_digit(s.p[i]) &&
             !memchr("/-._~", s.p[i], 5)) ||
            (i && strchr("/.", s.p[i]) && s.p[i - 1] == s.p[i]))
            return KB_STR_NONE;
    return s;
}

/* What all lines of a header say, as one list (RFC 9110, 5.3): some proxies add a line of
 * their own behind the client's.  Empty where there is no memory for it. */
static struct kb_str list_of(const struct kb_http *req, const char *name) {
    struct kb_str all = KB_STR_NONE, wanted = kb_str_z(name);
    for (size_t i = 0; i < req->headers.count; i++) {
        struct kb_str value = req->headers.items[i].value;
        if (!kb_str_equal_nocase(req->headers.items[i].name, wanted) || !value.n)
            continue;
        if (!all.n) {
            all = value;
            continue;
        }
        char *both = kb_arena_alloc(req->arena, all.n + value.n + 1);
        if (!both)
            return KB_STR_NONE;
        memcpy(both, all.p, all.n);
        both[all.n] = ',';
        memcpy(both + all.n + 1, value.p, value.n);
        all = (struct kb_str){both, all.n + 1 + value.n};
    }
    return all;
}

struct kb_str kb_proxy_login(const struct kb_http *req, const char *name) {
    size_t count = 0;
    for (size_t i = 0; i < req->headers.count; i++)
        count += kb_str_equal_nocase(req->headers.items[i].name, kb_str_z(name));
    return count == 1 ? kb_http_header(req, name) : KB_STR_NONE;
}

void kb_proxy_told(const struct kb_trust *trust, struct kb_str peer,
                   const struct kb_http *req, struct kb_told *told) {
    *told = (struct kb_told){.client = peer};
    if (!kb_trust_has(trust, peer))
        return;
    struct kb_str list = list_of(req, "X-Forwarded-For");
    struct kb_str hosts = list_of(req, "X-Forwarded-Host");
    struct kb_str schemes = list_of(req, "X-Forwarded-Proto");
    struct kb_str forwarded =
        list.n || hosts.n || schemes.n ? KB_STR_NONE : list_of(req, "Forwarded");
    if (forwarded.n) {
        struct kb_str rest = forwarded, nearest = last_of(&rest);
        told->host = part_of(nearest, KB_STR("host"));
        told->scheme = part_of(nearest, KB_STR("proto"));
    } else {
        told->host = last_of(&hosts);
        told->scheme = last_of(&schemes);
    }
    told->prefix = prefix_of(kb_http_header(req, "X-Forwarded-Prefix"));
    if (forwarded.n)
        list = forwarded;
    while (list.n && kb_trust_has(trust, told->client)) {
        struct kb_str one = last_of(&list);
        one = address_of(forwarded.n ? part_of(one, KB_STR("for")) : one);
        if (!one.n)
            return;
        told->client = one;
    }
}
