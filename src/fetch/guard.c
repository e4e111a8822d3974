/* What kabar may connect to: an address, a name or a port enters, a verdict leaves.
 *
 * The blocks are those of IANA's registries of special-purpose addresses (RFC 6890; IPv4
 * and IPv6, with RFC 9637's documentation block), the services that clouds put at fixed
 * addresses, and the names that belong to local networks (RFC 6761, 6762, 8375, ICANN's
 * "internal").  Of IPv6 only 2000::/3 is given out, so all else is refused without being
 * named.
 *
 * Addresses that carry another one are refused as a whole (no name server has a reason to
 * answer with them), except NAT64's: where a net has no IPv4 they are how IPv4 is
 * reached, and so the address inside decides. */
#include "fetch/guard.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

const char *kb_guard_text(enum kb_guard_kind kind) {
    static const char *const texts[] = {
#define X(code, name, text) text,
        KB_GUARD_LIST(X)
#undef X
    };
    return (size_t)kind < KB_COUNT(texts) ? texts[kind] : "unknown";
}

/* ---- addresses --------------------------------------------------------------------- */

struct block {
    unsigned char bytes[16];
    unsigned char bits;
    unsigned char kind; /* enum kb_guard_kind */
};

/* The first block that holds an address decides. */
/* clang-format off */
static const struct block blocks4[] = {
    {{255, 255, 255, 255}, 32, KB_GUARD_BROADCAST},
    {{0, 0, 0, 0}, 32, KB_GUARD_UNSPECIFIED},
    {{0}, 8, KB_GUARD_RESERVED},                        /* this network, RFC 791 */
    {{10}, 8, KB_GUARD_PRIVATE},                        /* RFC 1918 */
    {{100, 100, 100, 200}, 32, KB_GUARD_METADATA},
    {{100, 64}, 10, KB_GUARD_SHARED},                   /* RFC 6598 */
    {{127}, 8, KB_GUARD_LOOPBACK},
    {{168, 63, 129, 16}, 32, KB_GUARD_METADATA},        /* public, yet a cloud's */
    {{169, 254, 169, 254}, 32, KB_GUARD_METADATA},
    {{169, 254, 170, 2}, 32, KB_GUARD_METADATA},
    {{169, 254}, 16, KB_GUARD_LINK_LOCAL},              /* RFC 3927 */
    {{172, 16}, 12, KB_GUARD_PRIVATE},
    {{192, 0, 0, 192}, 32, KB_GUARD_METADATA},
    {{192, 0, 0}, 24, KB_GUARD_RESERVED},               /* RFC 6890 */
    {{192, 0, 2}, 24, KB_GUARD_DOCUMENTATION},          /* RFC 5737 */
    {{192, 88, 99}, 24, KB_GUARD_TUNNEL},               /* 6to4 relays, RFC 7526 */
    {{192, 168}, 16, KB_GUARD_PRIVATE},
    {{198, 18}, 15, KB_GUARD_BENCHMARK},                /* RFC 2544 */
    {{198, 51, 100}, 24, KB_GUARD_DOCUMENTATION},
    {{203, 0, 113}, 24, KB_GUARD_DOCUMENTATION},
    {{233, 252, 0}, 24, KB_GUARD_DOCUMENTATION},        /* RFC 6676 */
    {{224}, 4, KB_GUARD_MULTICAST},                     /* RFC 5771 */
    {{240}, 4, KB_GUARD_RESERVED},                      /* RFC 1112 */
};

static const struct block blocks6[] = {
    {{0}, 128, KB_GUARD_UNSPECIFIED},
    {{[15] = 1}, 128, KB_GUARD_LOOPBACK},
    {{[10] = 0xff, 0xff}, 96, KB_GUARD_MAPPED},         /* RFC 4291, 2.5.5.2 */
    {{[8] = 0xff, 0xff}, 96, KB_GUARD_MAPPED},          /* translated, RFC 2765 */
    {{0}, 96, KB_GUARD_MAPPED},                         /* compatible, 2.5.5.1 */
    {{0x00, 0x64, 0xff, 0x9b, 0, 1}, 48, KB_GUARD_TUNNEL}, /* NAT64, RFC 8215 */
    {{0x20, 0x01}, 32, KB_GUARD_TUNNEL},                /* Teredo, RFC 4380 */
    {{0x20, 0x01, 0x00, 0x02, 0, 0}, 48, KB_GUARD_BENCHMARK}, /* RFC 5180 */
    {{0x20, 0x01}, 23, KB_GUARD_RESERVED},              /* RFC 2928 */
    {{0x20, 0x01, 0x0d, 0xb8}, 32, KB_GUARD_DOCUMENTATION}, /* RFC 3849 */
    {{0x20, 0x02}, 16, KB_GUARD_TUNNEL},                /* 6to4, RFC 3056 */
    {{0x3f, 0xff}, 20, KB_GUARD_DOCUMENTATION},         /* RFC 9637 */
    {{0xfd, 0x00, 0x0e, 0xc2, [14] = 2, 0x54}, 128, KB_GUARD_METADATA},
    {{0xfd, 0x20, 0x00, 0xce, [14] = 2, 0x54}, 128, KB_GUARD_METADATA},
    {{0xfc}, 7, KB_GUARD_PRIVATE},                      /* RFC 4193 */
    {{0xfe, 0x80}, 10, KB_GUARD_LINK_LOCAL},
    {{0xfe, 0xc0}, 10, KB_GUARD_PRIVATE},               /* site-local, RFC 3879 */
    {{0xff}, 8, KB_GUARD_MULTICAST},
};
/* clang-format on */

static bool is_within(const unsigned char *address, const unsigned char *block,
                      unsigned bits) {
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(address, block, whole) != 0)
        return false;
    return rest == 0 || (address[whole] ^ block[whole]) >> (8 - rest) == 0;
}

static enum kb_guard_kind kind4(const unsigned char *bytes) {
    for (size_t i = 0; i < KB_COUNT(blocks4); i++)
        if (is_within(bytes, blocks4[i].bytes, blocks4[i].bits))
            return (enum kb_guard_kind)blocks4[i].kind;
    return KB_GUARD_FREE;
}

enum kb_guard_kind kb_address_kind(const struct kb_address *address) {
    static const unsigned char nat64[12] = {0x00, 0x64, 0xff, 0x9b}; /* RFC 6052 */
    const unsigned char *bytes = address->bytes;
    if (!address->v6)
        return kind4(bytes);
    if (is_within(bytes, nat64, 96))
        return kind4(bytes + 12);
    for (size_t i = 0; i < KB_COUNT(blocks6); i++)
        if (is_within(bytes, blocks6[i].bytes, blocks6[i].bits))
            return (enum kb_guard_kind)blocks6[i].kind;
    return bytes[0] >> 5 == 1 ? KB_GUARD_FREE : KB_GUARD_RESERVED; /* 2000::/3 */
}

bool kb_address_parse(struct kb_address *address, struct kb_str text) {
    char z[INET6_ADDRSTRLEN + 1];
    *address = (struct kb_address){0};
    if (text.n >= 2 && text.p[0] == '[' && text.p[text.n - 1] == ']')
        text = kb_str_slice(text, 1, text.n - 1);
    text = kb_str_slice(text, 0, kb_str_find_byte(text, '%')); /* a zone: fe80::1%eth0 */
    if (text.n == 0 || text.n >= sizeof z || memchr(text.p, 0, text.n))
        return false;
    memcpy(z, text.p, text.n);
    z[text.n] = '\0';
    if (inet_pton(AF_INET, z, address->bytes) == 1)
        return true;
    address->v6 = inet_pton(AF_INET6, z, address->bytes) == 1;
    return address->v6;
}

/* ---- what a person allows ---------------------------------------------------------- */

enum { WEB_PORTS = -1, ALL_PORTS = -2 };

struct rule {
    enum { RULE_ANY, RULE_ADDRESS, RULE_NAME } kind;
    struct kb_address address;
    unsigned bits;
    char name[256]; /* of DNS: at most 253 bytes */
    int port;       /* or WEB_PORTS, ALL_PORTS */
};

struct kb_guard {
    struct rule *rules;
    size_t count, cap;
};

struct kb_guard *kb_guard_new(void) {
    return calloc(1, sizeof(struct kb_guard));
}

void kb_guard_free(struct kb_guard *guard) {
    if (guard)
        free(guard->rules);
    free(guard);
}

static struct kb_str without_dot(struct kb_str host) {
    return kb_str_ends(host, KB_STR(".")) ? kb_str_slice(host, 0, host.n - 1) : host;
}

/* Digits alone, within max. */
static bool read_number(struct kb_str text, unsigned max, unsigned *value) {
    *value = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (!kb_is_digit(text.p[i]))
            return false;
        *value = *value * 10 + (unsigned)(text.p[i] - '0');
        if (*value > max)
            return false;
    }
    return text.n > 0;
}

/* Takes ":PORT" off the end of what.  An IPv6 address without brackets has none. */
static bool read_port(struct kb_str *what, int *port) {
    size_t colon = KB_NOT_FOUND, colons = 0;
    unsigned number;
    *port = WEB_PORTS;
    for (size_t i = 0; i < what->n; i++)
        if (what->p[i] == ':')
            colon = i, colons++;
    if (!colons || what->p[what->n - 1] == ']' || (colons > 1 && what->p[0] != '['))
        return true;
    struct kb_str text = kb_str_slice(*what, colon + 1, what->n);
    *what = kb_str_slice(*what, 0, colon);
    if (kb_str_equal(text, KB_STR("*"))) {
        *port = ALL_PORTS;
        return true;
    }
    if (!read_number(text, 65535, &number) || number == 0)
        return false;
    *port = (int)number;
    return true;
}

static bool is_name(struct kb_str text) {
    if (text.n == 0 || text.n > 253)
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (!kb_is_alpha(text.p[i]) && !kb_is_digit(text.p[i]) && text.p[i] != '-' &&
            text.p[i] != '.' && text.p[i] != '_')
            return false;
    return true;
}

static bool read_rule(struct rule *rule, struct kb_str what) {
    size_t slash;
    *rule = (struct rule){0};
    if (!read_port(&what, &rule->port))
        return false;
    if (what.n == 0)
        return rule->port >= 0;
    slash = kb_str_find_byte(what, '/');
    if (kb_address_parse(&rule->address, kb_str_slice(what, 0, slash))) {
        unsigned most = rule->address.v6 ? 128 : 32;
        rule->kind = RULE_ADDRESS;
        rule->bits = most;
        return slash == KB_NOT_FOUND ||
               read_number(kb_str_slice(what, slash + 1, what.n), most, &rule->bits);
    }
    if (!is_name(what))
        return false;
    rule->kind = RULE_NAME;
    what = without_dot(what);
    for (size_t i = 0; i < what.n; i++)
        rule->name[i] = kb_lower(what.p[i]);
    return true;
}

enum kb_status kb_guard_allow(struct kb_guard *guard, struct kb_str what,
                              struct kb_err *err) {
    struct rule rule;
    if (!read_rule(&rule, what))
        return kb_err_set(err, KB_EUSAGE,
                          "\"%.*s\" cannot be allowed: give an address or block "
                          "(10.1.0.0/16), a name (intranet.example.org), each with :PORT "
                          "or not, or :PORT alone",
                          (int)(what.n < 80 ? what.n : 80), what.n ? what.p : "");
    if (guard->count == KB_LIMIT_GUARD_RULES)
        return kb_err_set(err, KB_ELIMIT, "more than %d things are allowed",
                          KB_LIMIT_GUARD_RULES);
    if (guard->count == guard->cap) {
        size_t cap = guard->cap ? guard->cap * 2 : 4;
        struct rule *rules = realloc(guard->rules, cap * sizeof *rules);
        if (!rules)
            return kb_err_set(err, KB_ENOMEM, "not enough memory");
        guard->rules = rules;
        guard->cap = cap;
    }
    guard->rules[guard->count++] = rule;
    return KB_OK;
}

/* ---- verdicts ---------------------------------------------------------------------- */

/* Where web servers are met: the schemes' own ports and the usual ones beside them. */
bool kb_guard_is_web_port(unsigned port) {
    static const unsigned ports[] = {80, 443, 591, 8000, 8008, 8080, 8088, 8443, 8888};
    for (size_t i = 0; i < KB_COUNT(ports); i++)
        if (ports[i] == port)
            return true;
    return false;
}

/* Is host the name, or below it where the name begins with a dot? */
static bool is_named(struct kb_str host, const char *name) {
    struct kb_str want = kb_str_z(name);
    if (!kb_str_starts(want, KB_STR(".")))
        return kb_str_equal_nocase(host, want);
    return host.n > want.n &&
           kb_str_equal_nocase(kb_str_slice(host, host.n - want.n, host.n), want);
}

static bool is_port_of(const struct rule *rule, unsigned port) {
    if (rule->port == ALL_PORTS)
        return true;
    return rule->port == WEB_PORTS ? kb_guard_is_web_port(port) : rule->port == (int)port;
}

/* Does the guard allow this host or address at this port?  address may be NULL. */
static bool is_allowed(const struct kb_guard *guard, struct kb_str host,
                       const struct kb_address *address, unsigned port) {
    for (size_t i = 0; guard && i < guard->count; i++) {
        const struct rule *rule = &guard->rules[i];
        if (!is_port_of(rule, port))
            continue;
        if (rule->kind == RULE_NAME && is_named(host, rule->name))
            return true;
        if (rule->kind == RULE_ADDRESS && address && address->v6 == rule->address.v6 &&
            is_within(address->bytes, rule->address.bytes, rule->bits))
            return true;
    }
    return false;
}

static enum kb_guard_kind port_kind(const struct kb_guard *guard, unsigned port) {
    for (size_t i = 0; guard && i < guard->count; i++)
        if (guard->rules[i].kind == RULE_ANY && is_port_of(&guard->rules[i], port))
            return KB_GUARD_FREE;
    return kb_guard_is_web_port(port) ? KB_GUARD_FREE : KB_GUARD_PORT;
}

/* Is there an address that is allowed at this port?  A name may turn out to stand
 * there. */
static bool depends_on_address(const struct kb_guard *guard, unsigned port) {
    for (size_t i = 0; guard && i < guard->count; i++)
        if (guard->rules[i].kind == RULE_ADDRESS && is_port_of(&guard->rules[i], port))
            return true;
    return false;
}

enum kb_guard_kind kb_guard_address(const struct kb_guard *guard, struct kb_str host,
                                    const struct kb_address *address, unsigned port) {
    if (is_allowed(guard, without_dot(host), address, port))
        return KB_GUARD_FREE;
    enum kb_guard_kind kind = kb_address_kind(address);
    return kind != KB_GUARD_FREE ? kind : port_kind(guard, port);
}

enum kb_guard_kind kb_guard_host(const struct kb_guard *guard, struct kb_str host,
                                 unsigned port) {
    static const struct {
        const char *name;
        enum kb_guard_kind kind;
    } local[] = {
        {"localhost", KB_GUARD_LOOPBACK}, {".localhost", KB_GUARD_LOOPBACK},
        {".localdomain", KB_GUARD_NAME},  {".local", KB_GUARD_NAME},
        {".internal", KB_GUARD_NAME},     {".home.arpa", KB_GUARD_NAME},
        {".intranet", KB_GUARD_NAME},     {".lan", KB_GUARD_NAME},
    };
    struct kb_address address;
    host = without_dot(host);
    if (kb_address_parse(&address, host))
        return kb_guard_address(guard, host, &address, port);
    if (is_allowed(guard, host, NULL, port) || depends_on_address(guard, port))
        return KB_GUARD_FREE;
    for (size_t i = 0; i < KB_COUNT(local); i++)
        if (is_named(host, local[i].name))
            return local[i].kind;
    return port_kind(guard, port);
}
