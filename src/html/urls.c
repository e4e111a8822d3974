/* Addresses (WHATWG URL Standard, by lexbor).
 *
 * Enters: an address as a page writes it; leaves: its absolute form in an arena without
 * tracking parameters (track.c), or nothing.  What schemes may leave is decided here, for
 * pages and feeds alike.  Most addresses of a page are absolute already and need no
 * change, which a look at each byte can tell; the others go through lexbor's parser,
 * against one base. */
#include "html/html.h"

enum { LONGEST_SCHEME = 12 };

#include <lexbor/url/url.h>

#include <stdlib.h>

enum { MEMORY = 8 << 10, MOST_CHUNKS = 8 };

struct kb_urls {
    lxb_url_parser_t parser,
        base_parser; /* of its own, since memory is cleared as a whole */
    lexbor_mraw_t *memory, *base_memory;
    lxb_url_t *base;
    struct kb_buf out;
};

static bool open_parser(lxb_url_parser_t *parser, lexbor_mraw_t **memory) {
    *memory = lexbor_mraw_create();
    return *memory && lexbor_mraw_init(*memory, MEMORY) == LXB_STATUS_OK &&
           lxb_url_parser_init(parser, *memory) == LXB_STATUS_OK;
}

enum kb_status kb_urls_new(struct kb_urls **out, struct kb_err *err) {
    struct kb_urls *urls = calloc(1, sizeof *urls);
    *out = NULL;
    if (urls) {
        kb_buf_init(&urls->out, 4 * (size_t)KB_LIMIT_URL_BYTES);
        if (open_parser(&urls->parser, &urls->memory) &&
            open_parser(&urls->base_parser, &urls->base_memory)) {
            *out = urls;
            return KB_OK;
        }
    }
    kb_urls_free(urls);
    return kb_err_set(err, KB_ENOMEM, "not enough memory for a parser of addresses");
}

void kb_urls_free(struct kb_urls *urls) {
    if (!urls)
        return;
    lxb_url_parser_destroy(&urls->parser, false);
    lxb_url_parser_destroy(&urls->base_parser, false);
    lexbor_mraw_destroy(urls->memory, true);
    lexbor_mraw_destroy(urls->base_memory, true);
    kb_buf_free(&urls->out);
    free(urls);
}

static bool is_web(const lxb_url_t *url) {
    return url->scheme.type == LXB_URL_SCHEMEL_TYPE_HTTP ||
           url->scheme.type == LXB_URL_SCHEMEL_TYPE_HTTPS;
}

/* Bytes that stand in a serialised path, query and fragment as they are.  Dots after a
 * slash and percent signs are looked at by the caller. */
static bool is_plain(unsigned char c) {
    return kb_is_alpha((char)c) || (c >= '0' && c <= '9') ||
           (c && strchr("-_~!$&()*+,;=:@/%", c));
}

/* Whether an address is absolute, http(s), and already in its serialised form:
 * lower-case scheme and host name, a path (unless bare), no dot segments.  True is
 * certain, false may be wrong. */
static bool is_ready(struct kb_str s, bool bare) {
    size_t i, host, label;
    if (kb_str_starts(s, KB_STR("https://")))
        i = 8;
    else if (kb_str_starts(s, KB_STR("http://")))
        i = 7;
    else
        return false;
    for (host = label = i; i < s.n && s.p[i] != '/'; i++) {
        char c = s.p[i];
        if (c == '.') {
            if (i == label)
                return false;
            label = i + 1;
        } else if (!((c >= 'a' && c <= 'z') || kb_is_digit(c) || c == '-')) {
            return false;
        }
    }
    /* The last label begins with a letter, so that it is no number, and no label begins
     * with xn--, so that there is nothing to check in it. */
    if ((i == s.n && !bare) || i == host || i == label || !kb_is_alpha(s.p[label]) ||
        kb_str_find(kb_str_slice(s, host, i), KB_STR("xn--")) != KB_NOT_FOUND)
        return false;
    bool path = true, fragment = false;
    for (; i < s.n; i++) {
        char c = s.p[i];
        if (path && c == '/' && i + 1 < s.n && (s.p[i + 1] == '.' || s.p[i + 1] == '%'))
            return false;
        if (c == '#' && !fragment)
            fragment = true;
        else if (c != '?' && c != '.' && !is_plain((unsigned char)c))
            return false;
        if (c == '?' || c == '#')
            path = false;
    }
    return true;
}

static lxb_status_t add(const lxb_char_t *data, size_t n, void *context) {
    kb_buf_add(context, data, n);
    return LXB_STATUS_OK;
}

/* Addresses of many pages may go through one parser: its memory is cleared when it has
 * grown, not each time. */
static void clear(lxb_url_parser_t *parser, lexbor_mraw_t *memory) {
    lxb_url_parser_clean(parser);
    if (memory->mem->chunk_length > MOST_CHUNKS)
        lexbor_mraw_clean(memory);
}

/* What the standard strips at both ends is the parser's matter; a length is ours. */
static bool is_sane(struct kb_str s) {
    return s.n && s.n <= KB_LIMIT_URL_BYTES;
}

/* Tabs and line feeds are taken out here: lexbor does it too, in a copy that it loses
 * where the address is none. */
static lxb_url_t *parse_by(lxb_url_parser_t *parser, const lxb_url_t *base,
                           struct kb_str s) {
    char stripped[KB_LIMIT_URL_BYTES];
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < sizeof stripped; i++) {
        if (s.p[i] != '\t' && s.p[i] != '\n' && s.p[i] != '\r')
            stripped[n++] = s.p[i];
    }
    return lxb_url_parse(parser, base, (const lxb_char_t *)stripped, n);
}

static lxb_url_t *parse(struct kb_urls *urls, const lxb_url_t *base, struct kb_str s) {
    return parse_by(&urls->parser, base, s);
}

bool kb_urls_set_base(struct kb_urls *urls, struct kb_str base) {
    urls->base = NULL;
    lxb_url_parser_clean(&urls->base_parser);
    lexbor_mraw_clean(urls->base_memory);
    if (!is_sane(base))
        return false;
    lxb_url_t *url = parse_by(&urls->base_parser, NULL, base);
    if (!url || !is_web(url))
        return false;
    urls->base = url;
    return true;
}

/* The standard encodes control bytes, spaces and angle brackets everywhere but in a mail
 * address; lexbor 3.0 leaves one that follows a broken percent sign ("%2\x19").  What
 * could break out of a link is no address. */
static bool is_printable(struct kb_str s) {
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7F || s.p[i] == '<' ||
            s.p[i] == '>')
            return false;
    return true;
}

/* Where a link may lead, http and https apart: to a person, a message or a file that some
 * program of the reader's opens.  None of them runs in the page that shows the link. */
static bool is_link_scheme(const lxb_url_t *url) {
    static const struct kb_str schemes[] = {
#define SCHEME(name) {name, sizeof name - 1}
        SCHEME("mailto"), SCHEME("tel"),    SCHEME("sms"),    SCHEME("ftp"),
        SCHEME("ftps"),   SCHEME("sftp"),   SCHEME("geo"),    SCHEME("news"),
        SCHEME("nntp"),   SCHEME("irc"),    SCHEME("ircs"),   SCHEME("xmpp"),
        SCHEME("sip"),    SCHEME("sips"),   SCHEME("matrix"), SCHEME("magnet"),
        SCHEME("webcal"), SCHEME("gopher"), SCHEME("gemini"), SCHEME("urn"),
        SCHEME("callto"), SCHEME("rtsp"),
    };
    struct kb_str name = {(const char *)url->scheme.name.data, url->scheme.name.length};
    for (size_t i = 0; i < KB_COUNT(schemes); i++)
        if (kb_str_equal(name, schemes[i]))
            return true;
    return false;
}

/* An address that the parser has taken apart, put together again; empty where its scheme
 * is not allowed. */
static struct kb_str serialized(struct kb_urls *urls, struct kb_arena *arena,
                                const lxb_url_t *url, bool link) {
    if (!is_web(url) && !(link && is_link_scheme(url)))
        return KB_STR_NONE;
    kb_buf_clear(&urls->out);
    if (lxb_url_serialize(url, add, &urls->out, false) != LXB_STATUS_OK ||
        urls->out.status != KB_OK || urls->out.n > KB_LIMIT_URL_BYTES ||
        !is_printable(kb_buf_view(&urls->out)))
        return KB_STR_NONE;
    return kb_url_untrack(arena, kb_arena_dup(arena, kb_buf_view(&urls->out)));
}

struct kb_str kb_urls_resolve(struct kb_urls *urls, struct kb_arena *arena,
                              struct kb_str address, bool link) {
    struct kb_str result = KB_STR_NONE;
    if (!is_sane(address))
        return result;
    if (is_ready(address, false))
        return kb_url_untrack(arena, kb_arena_dup(arena, address));
    lxb_url_t *url = parse(urls, urls->base, address);
    if (url) {
        result = serialized(urls, arena, url, link);
        lxb_url_destroy(url);
    }
    clear(&urls->parser, urls->memory);
    return result;
}

/* "a/b", "?q", "#x": as a browser would read it, this needs a base and gets its scheme
 * from there. */
static bool is_relative(struct kb_urls *urls, struct kb_str address) {
    static const char base[] = "https://base.invalid/";
    lxb_url_t *url = parse(urls, NULL, address), *some, *whole = NULL;
    bool relative = false;
    if (!url && (some = parse(urls, NULL, KB_STR(base)))) {
        whole = parse(urls, some, address);
        relative = whole && is_web(whole);
        lxb_url_destroy(some);
    }
    if (url)
        lxb_url_destroy(url);
    if (whole)
        lxb_url_destroy(whole);
    clear(&urls->parser, urls->memory);
    return relative;
}

struct kb_str kb_urls_safe(struct kb_urls *urls, struct kb_arena *arena,
                           struct kb_str address, bool link) {
    if (is_sane(address) && is_ready(address, true))
        return kb_url_untrack(arena, address);
    struct kb_str result = kb_urls_resolve(urls, arena, address, link);
    if (urls->base || result.n || !is_sane(address) || !is_relative(urls, address))
        return result;
    char *out = kb_arena_alloc(arena, address.n);
    size_t n = 0;
    for (size_t i = 0; out && i < address.n; i++)
        if ((unsigned char)address.p[i] > ' ' || (address.p[i] == ' ' && n))
            out[n++] = address.p[i];
    while (n && out[n - 1] == ' ')
        n--;
    struct kb_str s = {out, n};
    if (n != address.n && (!is_sane(s) || !is_relative(urls, s)))
        return KB_STR_NONE; /* "/", a control, "/": what was left out hid the host */
    size_t colon = kb_str_find_byte(s, ':');
    for (size_t i = 0; colon != KB_NOT_FOUND && i <= colon; i++)
        if (i == colon)
            return KB_STR_NONE; /* what could be a scheme for somebody */
        else if (strchr("/?#", s.p[i]))
            break;
    s = kb_url_untrack(arena, s);
    while (s.n && s.p[s.n - 1] == ' ') /* which stood before what was taken off */
        s.n--;
    return s;
}

bool kb_url_is_web(struct kb_str url) {
    return kb_str_starts_nocase(url, KB_STR("https://")) ||
           kb_str_starts_nocase(url, KB_STR("http://"));
}

struct kb_str kb_url_host(struct kb_str url) {
    size_t at = kb_str_find(kb_str_slice(url, 0, LONGEST_SCHEME), KB_STR("://"));
    if (at == KB_NOT_FOUND)
        return KB_STR_NONE;
    struct kb_str host = kb_str_slice(url, at + 3, url.n);
    size_t end = 0, from = 0;
    for (; end < host.n && !strchr("/?#", host.p[end]); end++)
        from = host.p[end] == '@' ? end + 1 : from;
    host = kb_str_slice(host, from, end);
    end = host.n && host.p[0] == '[' ? kb_str_find_byte(host, ']') : KB_NOT_FOUND;
    host = end == KB_NOT_FOUND ? kb_str_slice(host, 0, kb_str_find_byte(host, ':'))
                               : kb_str_slice(host, 0, end + 1); /* IPv6 */
    return kb_str_starts_nocase(host, KB_STR("www.")) ? kb_str_slice(host, 4, host.n)
                                                      : host;
}

uint64_t kb_url_key(struct kb_str url) {
    struct kb_str host = kb_url_host(url);
    char small[256];
    uint64_t key = 0;
    if (!host.n) /* no address: a name that a feed gave */
        return kb_hash(url.p, url.n, 1);
    for (size_t i = 0; i < host.n && i < sizeof small; i++)
        small[i] = kb_lower(host.p[i]);
    key = kb_hash(small, host.n < sizeof small ? host.n : sizeof small, 0);
    struct kb_str path = kb_str_slice(url, (size_t)(host.p + host.n - url.p), url.n);
    path = kb_str_slice(path, 0, kb_str_find_byte(path, '#'));
    while (path.n && path.p[path.n - 1] == '/')
        path.n--;
    return kb_hash(path.p, path.n, key);
}
