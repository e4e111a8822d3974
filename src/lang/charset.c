/* Encodings that the web's list does not have (DOS's and IBM's code pages, KOI8-T,
 * Mac's):  bytes → UTF-8 by the C library's iconv(3); see charset.h.
 *
 * Browsers refuse them, and pages are not in them; some feeds of old programs are.  Which
 * there are is the system's matter: musl has few, glibc nearly all.  UTF-7 is refused: it
 * hides markup from whoever looks at the bytes. */
#include "lang/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>

static const char *const spellings[][2] = {
    {"macroman", "macintosh"},
    {"mac-roman", "macintosh"},
    {"maccyrillic", "x-mac-cyrillic"},
    {"mac-cyrillic", "x-mac-cyrillic"},
    {"latin-1", "latin1"},
    {"8859", "latin1"},
    {"iso8859", "latin1"},
    {"u8", "utf-8"},
    {"utf", "utf-8"},
    {"cp65001", "utf-8"},
    {"cp874", "windows-874"},
    {"cp932", "shift_jis"},
    {"s-jis", "shift_jis"},
    {"mskanji", "shift_jis"},
    {"cp936", "gbk"},
    {"cp949", "euc-kr"},
    {"uhc", "euc-kr"},
    {"cp950", "big5"},
    {"ujis", "euc-jp"},
    {"csibm866", "ibm866"},
    {"euccn", "gbk"},
    {"euc-cn", "gbk"},
    {"shift-jis", "shift_jis"},
};

/* … and those that the C library spells in another way. */
static const char *const iconv_spellings[][2] = {
    {"maccentraleurope", "MAC-CENTRALEUROPE"},
    {"maclatin2", "MAC-CENTRALEUROPE"},
    {"mac-latin2", "MAC-CENTRALEUROPE"},
    {"mac-centeuro", "MAC-CENTRALEUROPE"},
    {"macgreek", "MACGREEK"},
    {"kz1048", "RK1048"},
    {"kz-1048", "RK1048"},
    {"strk1048-2002", "RK1048"},
    {"ptcp154", "PT154"},
    {"cp154", "PT154"},
    {"ms1361", "JOHAB"},
    {"hp-roman8", "HP-ROMAN8"},
    {"macturkish", "MACTURKISH"},
};

static const char *spelled(const char *const table[][2], size_t count,
                           struct kb_str label) {
    for (size_t i = 0; i < count; i++) {
        if (kb_str_equal(label, kb_str_z(table[i][0])))
            return table[i][1];
    }
    return NULL;
}

struct kb_str kb_charset_spell(struct kb_str label, char *out) {
    label = kb_str_trim(label);
    if (!label.n || label.n >= KB_CHARSET_LABEL)
        return KB_STR_NONE;
    for (size_t i = 0; i < label.n; i++)
        out[i] = label.p[i] == '_' ? '-' : kb_lower(label.p[i]);
    out[label.n] = 0;
    struct kb_str plain = {out, label.n};
    const char *other = spelled(spellings, KB_COUNT(spellings), plain);
    if (other)
        snprintf(out, KB_CHARSET_LABEL, "%s", other);
    return kb_str_z(out);
}

static iconv_t try(const char *prefix, const char *name) {
    char full[KB_CHARSET_LABEL + 8];
    snprintf(full, sizeof full, "%s%s", prefix, name);
    return iconv_open("UTF-8", full);
}

/* By its own name, the C library's spelling, or as a code page of that number. */
static iconv_t find(struct kb_str label) {
    char plain[KB_CHARSET_LABEL];
    const iconv_t none = (iconv_t)-1; /* NOLINT: POSIX's own value */
    struct kb_str name = kb_charset_spell(label, plain);
    if (!name.n || kb_str_find(name, KB_STR("utf-7")) != KB_NOT_FOUND ||
        kb_str_find_byte(name, '/') != KB_NOT_FOUND)
        return none;
    const char *other = spelled(iconv_spellings, KB_COUNT(iconv_spellings), name);
    iconv_t found = try("", other ? other : plain);
    size_t letters = 0;
    while (letters < name.n && !kb_is_digit(plain[letters]))
        letters++;
    struct kb_str word = kb_str_slice(name, 0, letters);
    if (found == none &&
        (!word.n || kb_str_equal(word, KB_STR("cp")) ||
         kb_str_equal(word, KB_STR("ibm")) || kb_str_equal(word, KB_STR("csibm")))) {
        found = try("CP", plain + letters);
        if (found == none)
            found = try("IBM", plain + letters);
    }
    return found;
}

bool kb_charset_decode(struct kb_str label, struct kb_str bytes, struct kb_buf *out,
                       bool *replaced) {
    iconv_t converter = find(label);
    char chunk[4096], *from = (char *)bytes.p; /* iconv reads through it alone */
    size_t left = bytes.n, bad = 0, start = out->n;
    if (converter == (iconv_t)-1) /* NOLINT: POSIX's own value */
        return false;
    while (left && out->status == KB_OK) {
        char *to = chunk;
        size_t room = sizeof chunk;
        size_t status = iconv(converter, &from, &left, &to, &room);
        kb_buf_add(out, chunk, (size_t)(to - chunk));
        if (status == (size_t)-1 && errno != E2BIG) { /* no character, or half of one */
            kb_buf_z(out, "\xEF\xBF\xBD");
            from++;
            left--;
            bad++;
        }
    }
    iconv_close(converter);
    *replaced |= bad > 0;
    if (bad * 50 <= bytes.n && kb_utf8_valid_prefix(kb_buf_view(out)) == out->n)
        return true;
    out->n = start;
    return false;
}

bool kb_charset_ebcdic(struct kb_str bytes, struct kb_buf *out, bool *replaced) {
    static const char opening[] = {0x4C, 0x6F, (char)0xA7, (char)0x94}; /* "<?xm" */
    if (bytes.n < 64 || memcmp(bytes.p, opening, sizeof opening) != 0)
        return false;
    const size_t start = out->n;
    char label[KB_CHARSET_LABEL] = "IBM037";
    if (!kb_charset_decode(kb_str_z(label), kb_str_slice(bytes, 0, 256), out, replaced))
        return false;
    struct kb_str head = kb_str_slice(kb_buf_view(out), start, out->n);
    size_t at = kb_str_find(head, KB_STR("encoding="));
    if (at != KB_NOT_FOUND) {
        struct kb_str value = kb_str_slice(head, at + 10, head.n);
        size_t n = 0;
        while (n < value.n && n + 1 < sizeof label && !strchr("\"'>", value.p[n]))
            n++;
        memcpy(label, value.p, n);
        label[n] = 0;
    }
    out->n = start;
    return kb_charset_decode(kb_str_z(label), bytes, out, replaced) ||
           kb_charset_decode(KB_STR("IBM037"), bytes, out, replaced);
}
