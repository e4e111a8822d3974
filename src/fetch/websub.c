/* Subscriptions at hubs: messages enter, replies and the next state leave (websub.h).
 *
 * By the W3C's recommendation of 23 January 2018; the sections named are its own.
 * Whether a hub may confirm is decided by what we want now, not by what we asked last: a
 * hub that renews by itself is welcome, and a confirmation that comes too late for a
 * subscription we have left is refused. */
#include "fetch/websub.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdarg.h>
#include <stdio.h>

#define MINUTE ((int64_t)60)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* What we ask for; hubs give what they like. */
#define LEASE (10 * DAY)

/* No renewals closer together than this, whatever the lease; and no longer lease is
 * believed, so that a hub that died is noticed. */
#define RENEW_MIN HOUR
#define LEASE_MAX (30 * DAY)

/* How long a hub may take to ask back; how long to wait after it refused or failed. */
#define CONFIRM_IN HOUR
#define FAILED_WAIT (15 * MINUTE)
#define REFUSED_WAIT DAY
#define DENIED_WAIT (7 * DAY)

static void say(struct kb_websub_reply *reply, int status, const char *format, ...)
    KB_PRINTF(3, 4);
static void say(struct kb_websub_reply *reply, int status, const char *format, ...) {
    va_list args;
    *reply = (struct kb_websub_reply){.status = status};
    va_start(args, format);
    vsnprintf(reply->says, sizeof reply->says, format, args);
    va_end(args);
}

/* ---- Link headers (RFC 8288) ------------------------------------------------------- */

struct link {
    struct kb_str target, rel;
};

/* One parameter of a link: `; rel="hub self"`; *header behind it. */
static void take_parameter(struct kb_str *header, struct link *link) {
    size_t i = 0, from, to;
    struct kb_str s = *header;
    while (i < s.n && (s.p[i] == ';' || kb_is_space(s.p[i])))
        i++;
    for (from = i; i < s.n && s.p[i] != '=' && s.p[i] != ';' && s.p[i] != ',';)
        i++;
    struct kb_str name = kb_str_trim(kb_str_slice(s, from, i));
    if (i < s.n && s.p[i] == '=')
        for (i++; i < s.n && kb_is_space(s.p[i]);)
            i++;
    if (i < s.n && s.p[i] == '"') {
        for (from = ++i; i < s.n && s.p[i] != '"';)
            i += s.p[i] == '\\' ? 2 : 1;
        to = i++;
    } else {
        for (from = i; i < s.n && s.p[i] != ';' && s.p[i] != ',';)
            i++;
        to = i;
    }
    if (!link->rel.n && kb_str_equal_nocase(name, KB_STR("rel")))
        link->rel = kb_str_trim(kb_str_slice(s, from, to));
    *header = kb_str_slice(s, i, s.n);
}

static bool next_link(struct kb_str *header, struct link *link) {
    size_t from = kb_str_find_byte(*header, '<'), to;
    if (from == KB_NOT_FOUND)
        return false;
    *header = kb_str_slice(*header, from + 1, header->n);
    to = kb_str_find_byte(*header, '>');
    if (to == KB_NOT_FOUND)
        return false;
    *link = (struct link){.target = kb_str_trim(kb_str_slice(*header, 0, to))};
    *header = kb_str_slice(*header, to + 1, header->n);
    while (header->n && header->p[0] != ',')
        take_parameter(header, link);
    return true;
}

/* Is name among the words of a rel? */
static bool has_rel(struct kb_str rel, struct kb_str name) {
    while (rel.n) {
        size_t end = kb_str_find_byte(rel, ' ');
        if (kb_str_equal_nocase(kb_str_slice(rel, 0, end), name))
            return true;
        rel = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(rel, end + 1, rel.n);
    }
    return false;
}

static struct kb_str first_link(struct kb_str header, struct kb_str rel) {
    struct link link;
    while (next_link(&header, &link))
        if (has_rel(link.rel, rel) && link.target.n)
            return link.target;
    return KB_STR_NONE;
}

bool kb_websub_discover(struct kb_str link_header, struct kb_str feed_hub,
                        struct kb_str feed_self, struct kb_str address,
                        struct kb_websub_offer *offer) {
    struct kb_str self = first_link(link_header, KB_STR("self"));
    offer->hub = first_link(link_header, KB_STR("hub"));
    if (!offer->hub.n) {
        offer->hub = feed_hub;
        self = feed_self;
    }
    offer->topic = self.n ? self : address;
    return offer->hub.n && offer->hub.n <= KB_LIMIT_URL_BYTES && offer->topic.n &&
           offer->topic.n <= KB_LIMIT_URL_BYTES;
}

/* ---- the request ------------------------------------------------------------------- */

static void form_field(struct kb_buf *out, const char *name, struct kb_str value) {
    static const char hex[] = "0123456789ABCDEF";
    kb_buf_z(out, out->n ? "&" : "");
    kb_buf_z(out, name);
    kb_buf_char(out, '=');
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if (kb_is_alpha((char)c) || kb_is_digit((char)c) || (c && strchr("-._~", c))) {
            kb_buf_char(out, (char)c);
        } else {
            kb_buf_char(out, '%');
            kb_buf_char(out, hex[c >> 4]);
            kb_buf_char(out, hex[c & 15]);
        }
    }
}

static bool is_signed(const struct kb_websub *sub) {
    return sub->secret.n && sub->secret.n < KB_LIMIT_WEBSUB_SECRET &&
           kb_str_starts_nocase(sub->hub, KB_STR("https://"));
}

void kb_websub_form(const struct kb_websub *sub, struct kb_str callback,
                    struct kb_buf *out) {
    kb_buf_clear(out);
    form_field(out, "hub.callback", callback);
    form_field(out, "hub.mode", kb_str_z(sub->wanted ? "subscribe" : "unsubscribe"));
    form_field(out, "hub.topic", sub->topic);
    if (!sub->wanted)
        return;
    kb_buf_printf(out, "&hub.lease_seconds=%lld", (long long)LEASE);
    if (is_signed(sub))
        form_field(out, "hub.secret", sub->secret);
}

/* first, doubled with each try, at most a day, but for those that begin higher. */
static int64_t back_off(int64_t first, uint32_t tries) {
    int64_t wait = first;
    for (uint32_t i = 1; i < tries && wait < DAY; i++)
        wait *= 2;
    return wait > DAY && wait > first ? DAY : wait;
}

void kb_websub_asked(const struct kb_websub *sub, int status, int64_t now,
                     struct kb_websub *next) {
    *next = *sub;
    next->tries++;
    if (status >= 200 && status < 300)
        next->next = now + back_off(CONFIRM_IN, next->tries);
    else if (status >= 400 && status < 500 && status != 408 && status != 429)
        next->next = now + REFUSED_WAIT;
    else
        next->next = now + back_off(FAILED_WAIT, next->tries);
}

/* ---- the hub asks back ------------------------------------------------------------- */

static struct kb_str decoded(struct kb_arena *arena, struct kb_str s) {
    char *out = kb_arena_alloc(arena, s.n ? s.n : 1);
    size_t n = 0;
    if (!out)
        return KB_STR_NONE;
    for (size_t i = 0; i < s.n; i++) {
        int high = i + 2 < s.n && s.p[i] == '%' ? kb_hex_digit(s.p[i + 1]) : -1;
        int low = high >= 0 ? kb_hex_digit(s.p[i + 2]) : -1;
        out[n++] = low >= 0 ? (char)(high << 4 | low) : s.p[i] == '+' ? ' ' : s.p[i];
        i += low >= 0 ? 2 : 0;
    }
    return (struct kb_str){out, n};
}

bool kb_websub_query_read(struct kb_arena *arena, struct kb_str raw,
                          struct kb_websub_query *query) {
    struct kb_str *const fields[] = {&query->mode, &query->topic, &query->challenge,
                                     &query->lease_seconds, &query->reason};
    static const char *const names[] = {"hub.mode", "hub.topic", "hub.challenge",
                                        "hub.lease_seconds", "hub.reason"};
    *query = (struct kb_websub_query){.mode = KB_STR_NONE};
    while (raw.n) {
        size_t end = kb_str_find_byte(raw, '&');
        struct kb_str pair = kb_str_slice(raw, 0, end);
        size_t equal = kb_str_find_byte(pair, '=');
        raw = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(raw, end + 1, raw.n);
        for (size_t i = 0; equal != KB_NOT_FOUND && i < KB_COUNT(names); i++)
            if (!fields[i]->n && /* the first one counts */
                kb_str_equal(kb_str_slice(pair, 0, equal), kb_str_z(names[i])))
                *fields[i] = decoded(arena, kb_str_slice(pair, equal + 1, pair.n));
    }
    return !arena->full;
}

/* The hub's lease, within reason; ours where it gives none. */
static int64_t lease_of(struct kb_str text) {
    int64_t seconds = 0;
    size_t i = 0;
    for (; i < text.n && kb_is_digit(text.p[i]) && seconds < LEASE_MAX; i++)
        seconds = seconds * 10 + (text.p[i] - '0');
    if (!i || (i < text.n && !kb_is_digit(text.p[i])))
        return LEASE;
    return seconds < LEASE_MAX ? seconds : LEASE_MAX;
}

/* After three quarters of the lease, less a bit of each subscription's own. */
static int64_t renewal(const struct kb_websub *sub, int64_t lease, int64_t now) {
    const uint64_t mixed[2] = {sub->seed, (uint64_t)now};
    int64_t part = (int64_t)(kb_hash(mixed, sizeof mixed, 0) % 1024);
    int64_t wait = lease * 3 / 4 - (sub->seed ? lease / 16 * part / 1024 : 0);
    return now + (wait < RENEW_MIN ? RENEW_MIN : wait);
}

void kb_websub_verify(const struct kb_websub *sub, const struct kb_websub_query *query,
                      int64_t now, struct kb_websub *next,
                      struct kb_websub_reply *reply) {
    bool subscribe = kb_str_equal(query->mode, KB_STR("subscribe"));
    bool leave = kb_str_equal(query->mode, KB_STR("unsubscribe"));
    bool denied = kb_str_equal(query->mode, KB_STR("denied"));
    *next = *sub;
    if (!subscribe && !leave && !denied) {
        say(reply, 404, "the hub asks for a mode that there is not");
    } else if (!kb_str_equal(query->topic, sub->topic)) {
        say(reply, 404, "the hub means another topic");
    } else if (denied) { /* section 5.2 */
        struct kb_str why = kb_str_cut(query->reason, 120);
        next->denied = true;
        next->lease_until = 0;
        next->next = now + DENIED_WAIT;
        say(reply, 200, "the hub denies the subscription%s%.*s", why.n ? ": " : "",
            (int)why.n, why.p);
    } else if (!query->challenge.n || query->challenge.n > KB_LIMIT_WEBSUB_CHALLENGE) {
        say(reply, 404, "the hub's challenge is missing, or too long");
    } else if (subscribe != sub->wanted) {
        say(reply, 404, "the hub wants to confirm what nobody asked for");
    } else {
        int64_t lease = lease_of(query->lease_seconds);
        next->denied = false;
        next->tries = 0;
        next->lease_until = subscribe ? now + lease : 0;
        next->next = subscribe ? renewal(sub, lease, now) : KB_WEBSUB_NEVER;
        say(reply, 200, subscribe ? "the hub will bring news" : "the hub is left");
        reply->body = query->challenge;
    }
}

/* ---- the hub brings news ----------------------------------------------------------- */

static const EVP_MD *method_of(struct kb_str name) {
    if (kb_str_equal_nocase(name, KB_STR("sha1")))
        return EVP_sha1();
    if (kb_str_equal_nocase(name, KB_STR("sha256")))
        return EVP_sha256();
    if (kb_str_equal_nocase(name, KB_STR("sha384")))
        return EVP_sha384();
    return kb_str_equal_nocase(name, KB_STR("sha512")) ? EVP_sha512() : NULL;
}

/* Section 8: "method=hexadecimal".  The comparison takes as long for a digest that is
 * wrong in its first byte as for one that is wrong in its last. */
static bool is_genuine(struct kb_str secret, struct kb_str signature,
                       struct kb_str body) {
    unsigned char want[EVP_MAX_MD_SIZE], got[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    size_t equal = kb_str_find_byte(signature, '=');
    struct kb_str hex;
    const EVP_MD *method;
    if (equal == KB_NOT_FOUND)
        return false;
    method = method_of(kb_str_trim(kb_str_slice(signature, 0, equal)));
    hex = kb_str_trim(kb_str_slice(signature, equal + 1, signature.n));
    if (!method ||
        !HMAC(method, secret.p, (int)secret.n,
              (const unsigned char *)(body.n ? body.p : ""), body.n, want, &n) ||
        hex.n != 2 * (size_t)n)
        return false;
    for (size_t i = 0; i < n; i++) {
        int high = kb_hex_digit(hex.p[2 * i]), low = kb_hex_digit(hex.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        got[i] = (unsigned char)(high << 4 | low);
    }
    return CRYPTO_memcmp(want, got, n) == 0;
}

enum kb_websub_news kb_websub_receive(const struct kb_websub *sub,
                                      struct kb_str link_header, struct kb_str signature,
                                      struct kb_str body, struct kb_websub_reply *reply) {
    struct kb_str self = first_link(link_header, KB_STR("self"));
    if (!sub->wanted) {
        say(reply, 410, "nobody wants this any more"); /* the hub may forget us */
        return KB_WEBSUB_IGNORE;
    }
    if (self.n && !kb_str_equal(self, sub->topic)) {
        say(reply, 202, "ignored: it is about another topic");
        return KB_WEBSUB_IGNORE;
    }
    if (!is_signed(sub)) {
        say(reply, 202, "unsigned, so it is a hint to look");
        return KB_WEBSUB_LOOK;
    }
    if (!signature.n || !is_genuine(sub->secret, kb_str_trim(signature), body)) {
        say(reply, 202,
            signature.n ? "ignored: the signature is wrong"
                        : "ignored: it is not signed");
        return KB_WEBSUB_IGNORE;
    }
    say(reply, 202, "signed by the hub");
    return KB_WEBSUB_TAKE;
}
