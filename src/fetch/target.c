/* Addresses: what a person, a feed or a server wrote enters; a handle of libcurl's and
 * its parts leave.
 *
 * The parser is libcurl's (RFC 3986 with WHATWG's numbers).  It is run twice: the first
 * time undoes percent signs and international names, after which a host may be a number
 * in disguise; the second reads it as such.  International names are lexbor's (Unicode TS
 * 46, as browsers have them): libcurl's depend on the process's locale.
 *
 * Invisible characters in a host are refused rather than dropped, as IDNA would: two
 * addresses that look alike and are different serve nobody (Unicode TR 36). */
#include "fetch/target.h"
#include "fetch/guard.h"

#include <lexbor/unicode/idna.h>
#include <stdlib.h>

/* What a reader cannot see, or what turns the order of what he sees. */
static bool is_invisible(uint32_t c) {
    static const uint32_t ranges[][2] = {
        {0x00, 0x20},     {0x7f, 0xa0},     {0xad, 0xad},       {0x34f, 0x34f},
        {0x61c, 0x61c},   {0x115f, 0x1160}, {0x17b4, 0x17b5},   {0x180b, 0x180f},
        {0x2000, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f},   {0x2800, 0x2800},
        {0x3000, 0x3000}, {0x3164, 0x3164}, {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},
        {0xffa0, 0xffa0}, {0xfff0, 0xfffd}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
    };
    for (size_t i = 0; i < KB_COUNT(ranges); i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

static uint32_t first_invisible(struct kb_str host) {
    for (size_t i = 0, len = 0; i < host.n; i += len) {
        uint32_t c = kb_utf8_next(host.p + i, host.p + host.n, &len);
        if (is_invisible(c))
            return c;
    }
    return 0;
}

/* At most 80 bytes of an address for a message, unprintable ones as '?'. */
static const char *shown(struct kb_str url, char room[96]) {
    struct kb_str part = kb_str_cut(url, 80);
    for (size_t i = 0; i < part.n; i++) {
        unsigned char c = (unsigned char)part.p[i];
        room[i] = c < 0x20 || c == 0x7f ? '?' : (char)c;
    }
    memcpy(room + part.n, url.n > part.n ? "…" : "", url.n > part.n ? sizeof "…" : 1);
    return room;
}

static bool is_ascii(struct kb_str text) {
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] >= 0x80)
            return false;
    return true;
}

/* lexbor's callback: the finished name, into the CURLU that arg is. */
static lxb_status_t take_name(const lxb_char_t *name, size_t n, void *arg) {
    char host[256]; /* DNS has names of 253 bytes */
    if (n == 0 || n >= sizeof host)
        return LXB_STATUS_ERROR;
    memcpy(host, name, n);
    host[n] = '\0';
    return curl_url_set(arg, CURLUPART_HOST, host, 0) ? LXB_STATUS_ERROR : LXB_STATUS_OK;
}

/* An international name in Punycode. */
static CURLUcode name_in_ascii(CURLU *handle, struct kb_str host) {
    lxb_unicode_idna_t *idna = lxb_unicode_idna_create();
    CURLUcode code = CURLUE_OUT_OF_MEMORY;
    if (lxb_unicode_idna_init(idna) == LXB_STATUS_OK)
        code = lxb_unicode_idna_to_ascii(idna, (const lxb_char_t *)host.p, host.n,
                                         take_name, handle, LXB_UNICODE_IDNA_FLAG_UNDEF)
                   ? CURLUE_BAD_HOSTNAME
                   : CURLUE_OK;
    lxb_unicode_idna_destroy(idna, true);
    return code;
}

static struct kb_str without_dot(struct kb_str host) {
    return kb_str_slice(host, 0, host.n - kb_str_ends(host, KB_STR(".")));
}

/* Does the host end in a number?  Then it is an IPv4 address or nothing (WHATWG URL,
 * "ends in a number checker"): no name server is asked what 127.0.0.1.2 is. */
static bool ends_in_number(struct kb_str host) {
    size_t from = host.n;
    while (from && host.p[from - 1] != '.')
        from--;
    struct kb_str label = kb_str_slice(host, from, host.n);
    bool hex = kb_str_starts_nocase(label, KB_STR("0x"));
    for (size_t i = hex ? 2 : 0; i < label.n; i++) {
        char c = kb_lower(label.p[i]);
        if (!kb_is_digit(c) && !(hex && c >= 'a' && c <= 'f'))
            return false;
    }
    return label.n > 0;
}

/* Makes the host of handle one of ASCII characters. */
static CURLUcode settle_host(CURLU *handle, struct kb_str url, struct kb_err *err) {
    char *found = NULL, *ascii = NULL, room[96];
    CURLUcode code = curl_url_get(handle, CURLUPART_HOST, &found, 0);
    struct kb_str host = kb_str_z(found);
    uint32_t c = first_invisible(host);
    if (c) {
        kb_err_set(err, KB_EINPUT,
                   "the host's name in %s holds U+%04X, which nobody can see; type the "
                   "address anew",
                   shown(url, room), (unsigned)c);
        code = CURLUE_BAD_HOSTNAME;
    }
    if (!code && !is_ascii(host))
        code = name_in_ascii(handle, host);
    if (!code)
        code = curl_url_get(handle, CURLUPART_HOST, &ascii, 0);
    if (!code) {
        host = without_dot(kb_str_z(ascii));
        if (ends_in_number(host))
            ascii[host.n] = '\0'; /* libcurl takes no number with a dot behind it */
        code = curl_url_set(handle, CURLUPART_HOST, ascii, 0);
    }
    curl_free(found);
    curl_free(ascii);
    return code;
}

static CURLUcode take_login(struct kb_target *target) {
    CURLUcode code =
        curl_url_get(target->handle, CURLUPART_USER, &target->user, CURLU_URLDECODE);
    if (code == CURLUE_OK || code == CURLUE_NO_USER)
        code = curl_url_get(target->handle, CURLUPART_PASSWORD, &target->password,
                            CURLU_URLDECODE);
    if (code == CURLUE_NO_PASSWORD)
        code = CURLUE_OK;
    static const CURLUPart parts[] = {CURLUPART_USER, CURLUPART_PASSWORD,
                                      CURLUPART_OPTIONS, CURLUPART_FRAGMENT};
    for (size_t i = 0; !code && i < KB_COUNT(parts); i++)
        code = curl_url_set(target->handle, parts[i], NULL, 0);
    return code;
}

/* Parses text (with base), and once more what came of it. */
static CURLUcode parse(struct kb_target *target, const char *text, const char *base,
                       struct kb_str url, struct kb_err *err) {
    char *written = NULL;
    CURLUcode code = CURLUE_OK;
    if (base)
        code = curl_url_set(target->handle, CURLUPART_URL, base, 0);
    if (!code)
        code = curl_url_set(target->handle, CURLUPART_URL, text, CURLU_URLENCODE);
    if (!code)
        code = take_login(target);
    if (!code)
        code = settle_host(target->handle, url, err);
    if (!code)
        code = curl_url_get(target->handle, CURLUPART_URL, &written, 0);
    if (!code)
        code = curl_url_set(target->handle, CURLUPART_URL, written, 0);
    if (!code)
        code = curl_url_get(target->handle, CURLUPART_URL, &target->url, 0);
    curl_free(written);
    return code;
}

/* Letters, digits, hyphens and dots, and the low line that some hosts have. */
static bool is_name(struct kb_str host) {
    for (size_t i = 0; i < host.n; i++)
        if (!kb_is_alpha(host.p[i]) && !kb_is_digit(host.p[i]) && host.p[i] != '-' &&
            host.p[i] != '.' && host.p[i] != '_')
            return false;
    return host.n > 0;
}

/* Host, port and scheme out of the handle. */
static enum kb_status take_parts(struct kb_target *target, struct kb_err *err) {
    enum kb_status status = KB_ENOMEM;
    char *scheme = NULL, *port = NULL, *host = NULL;
    if (curl_url_get(target->handle, CURLUPART_SCHEME, &scheme, 0) ||
        curl_url_get(target->handle, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) ||
        curl_url_get(target->handle, CURLUPART_HOST, &host, 0)) {
        kb_err_set(err, status, "not enough memory");
        goto out;
    }
    target->https = strcmp(scheme, "https") == 0;
    if (!target->https && strcmp(scheme, "http") != 0) {
        status = kb_err_set(err, KB_EINPUT,
                            "%s: addresses are not asked; give an http: or https: one",
                            scheme);
        goto out;
    }
    target->port = (unsigned)strtoul(port, NULL, 10);
    target->host = host;
    host = NULL;
    for (char *p = target->host; *p; p++)
        *p = kb_lower(*p);
    size_t n = strlen(target->host);
    if (n > 2 && target->host[0] == '[') {
        memmove(target->host, target->host + 1, n - 2);
        target->host[n - 2] = '\0';
    }
    struct kb_address address;
    struct kb_str name = kb_str_z(target->host);
    if (!kb_address_parse(&address, name) &&
        (!is_name(name) || ends_in_number(without_dot(name)))) {
        status =
            kb_err_set(err, KB_EINPUT, "%.80s is no host's name and no address", name.p);
        goto out;
    }
    status = KB_OK;
out:
    curl_free(scheme);
    curl_free(port);
    curl_free(host);
    return status;
}

enum kb_status kb_target_read(struct kb_target *target, struct kb_str url,
                              struct kb_str base, struct kb_err *err) {
    enum kb_status status = KB_ENOMEM;
    char *text = NULL, *from = NULL, room[96];
    struct kb_err said = {0};
    *target = (struct kb_target){0};
    url = kb_str_trim(url);
    if (url.n > KB_LIMIT_URL_BYTES)
        return kb_err_set(err, KB_ELIMIT, "the address has %zu bytes; the limit is %d",
                          url.n, KB_LIMIT_URL_BYTES);
    if (!url.n || memchr(url.p, 0, url.n))
        return kb_err_set(err, KB_EINPUT, "the address is empty or holds a zero byte");
    text = malloc(url.n + 1);
    from = base.n ? malloc(base.n + 1) : NULL;
    target->handle = curl_url();
    if (!text || !target->handle || (base.n && !from)) {
        kb_err_set(err, status, "not enough memory");
        goto out;
    }
    memcpy(text, url.p, url.n);
    text[url.n] = '\0';
    if (from) {
        memcpy(from, base.p, base.n);
        from[base.n] = '\0';
    }
    CURLUcode code = parse(target, text, from, url, &said);
    if (!code)
        status = take_parts(target, err);
    else if (code == CURLUE_OUT_OF_MEMORY)
        kb_err_set(err, status, "not enough memory");
    else if (said.status != KB_OK)
        status = kb_err_set(err, KB_EINPUT, "%s", said.text);
    else if (code == CURLUE_UNSUPPORTED_SCHEME || code == CURLUE_BAD_SCHEME)
        status = kb_err_set(err, KB_EINPUT,
                            "%s does not begin with http:// or https://; give such an "
                            "address",
                            shown(url, room));
    else
        status = kb_err_set(err, KB_EINPUT, "%s is no address that can be asked (%s)",
                            shown(url, room), curl_url_strerror(code));
out:
    free(text);
    free(from);
    return status;
}

void kb_target_free(struct kb_target *target) {
    curl_url_cleanup(target->handle);
    curl_free(target->url);
    curl_free(target->host);
    curl_free(target->user);
    curl_free(target->password);
    *target = (struct kb_target){0};
}

bool kb_target_same_origin(const struct kb_target *from, const struct kb_target *to,
                           bool upgrade) {
    if (strcmp(from->host, to->host) != 0)
        return false;
    if (from->https == to->https)
        return from->port == to->port;
    return upgrade && to->https && from->port == 80 && to->port == 443;
}
