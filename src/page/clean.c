/* Cleaning of metadata values: raw bytes of an attribute or a JSON string enter, one
 * line of plain UTF-8 leaves.
 *
 * Values come through one to three encoders (a template's, an editor's, a plug-in's), so
 * entities are decoded until nothing changes, at most twice: the parser did it once
 * before for attributes.  Most values need nothing, so a scan for the few bytes that ask
 * for work comes first. */
#include "page/line.h"
#include "page/meta.h"

#include <utf8proc.h>

struct entity {
    char name[8];
    uint16_t c;
};

/* HTML's entities (WHATWG, section 13.5) as far as encoders write them: Latin-1,
 * punctuation, and the letters of Central Europe.  Sorted by byte. */
static const struct entity entities[] = {
    {"AElig", 0xC6},    {"Aacute", 0xC1},   {"Acirc", 0xC2},   {"Agrave", 0xC0},
    {"Aring", 0xC5},    {"Atilde", 0xC3},   {"Auml", 0xC4},    {"Ccaron", 0x10C},
    {"Ccedil", 0xC7},   {"Dagger", 0x2021}, {"ETH", 0xD0},     {"Eacute", 0xC9},
    {"Ecirc", 0xCA},    {"Egrave", 0xC8},   {"Euml", 0xCB},    {"Iacute", 0xCD},
    {"Icirc", 0xCE},    {"Igrave", 0xCC},   {"Iuml", 0xCF},    {"Lstrok", 0x141},
    {"NewLine", 0xA},   {"Ntilde", 0xD1},   {"OElig", 0x152},  {"Oacute", 0xD3},
    {"Ocirc", 0xD4},    {"Ograve", 0xD2},   {"Oslash", 0xD8},  {"Otilde", 0xD5},
    {"Ouml", 0xD6},     {"Prime", 0x2033},  {"Scaron", 0x160}, {"THORN", 0xDE},
    {"Tab", 0x9},       {"Uacute", 0xDA},   {"Ucirc", 0xDB},   {"Ugrave", 0xD9},
    {"Uuml", 0xDC},     {"Yacute", 0xDD},   {"Yuml", 0x178},   {"Zcaron", 0x17D},
    {"aacute", 0xE1},   {"acirc", 0xE2},    {"acute", 0xB4},   {"aelig", 0xE6},
    {"agrave", 0xE0},   {"amp", 0x26},      {"aogon", 0x105},  {"apos", 0x27},
    {"aring", 0xE5},    {"asymp", 0x2248},  {"atilde", 0xE3},  {"auml", 0xE4},
    {"bdquo", 0x201E},  {"brvbar", 0xA6},   {"bull", 0x2022},  {"cacute", 0x107},
    {"ccaron", 0x10D},  {"ccedil", 0xE7},   {"cedil", 0xB8},   {"cent", 0xA2},
    {"colon", 0x3A},    {"comma", 0x2C},    {"commat", 0x40},  {"copy", 0xA9},
    {"curren", 0xA4},   {"dagger", 0x2020}, {"deg", 0xB0},     {"divide", 0xF7},
    {"dollar", 0x24},   {"eacute", 0xE9},   {"ecaron", 0x11B}, {"ecirc", 0xEA},
    {"egrave", 0xE8},   {"emsp", 0x2003},   {"ensp", 0x2002},  {"eogon", 0x119},
    {"equals", 0x3D},   {"eth", 0xF0},      {"euml", 0xEB},    {"euro", 0x20AC},
    {"excl", 0x21},     {"fnof", 0x192},    {"frac12", 0xBD},  {"frac14", 0xBC},
    {"frac34", 0xBE},   {"gbreve", 0x11F},  {"ge", 0x2265},    {"gt", 0x3E},
    {"hellip", 0x2026}, {"horbar", 0x2015}, {"iacute", 0xED},  {"icirc", 0xEE},
    {"idot", 0x131},    {"iexcl", 0xA1},    {"igrave", 0xEC},  {"infin", 0x221E},
    {"iquest", 0xBF},   {"iuml", 0xEF},     {"laquo", 0xAB},   {"larr", 0x2190},
    {"ldquo", 0x201C},  {"le", 0x2264},     {"lowbar", 0x5F},  {"lpar", 0x28},
    {"lrm", 0x200E},    {"lsaquo", 0x2039}, {"lsquo", 0x2018}, {"lstrok", 0x142},
    {"lt", 0x3C},       {"macr", 0xAF},     {"mdash", 0x2014}, {"micro", 0xB5},
    {"middot", 0xB7},   {"minus", 0x2212},  {"nacute", 0x144}, {"nbsp", 0xA0},
    {"ndash", 0x2013},  {"ne", 0x2260},     {"not", 0xAC},     {"ntilde", 0xF1},
    {"num", 0x23},      {"oacute", 0xF3},   {"ocirc", 0xF4},   {"oelig", 0x153},
    {"ograve", 0xF2},   {"ordf", 0xAA},     {"ordm", 0xBA},    {"oslash", 0xF8},
    {"otilde", 0xF5},   {"ouml", 0xF6},     {"para", 0xB6},    {"percnt", 0x25},
    {"period", 0x2E},   {"permil", 0x2030}, {"plus", 0x2B},    {"plusmn", 0xB1},
    {"pound", 0xA3},    {"prime", 0x2032},  {"quest", 0x3F},   {"quot", 0x22},
    {"raquo", 0xBB},    {"rarr", 0x2192},   {"rcaron", 0x159}, {"rdquo", 0x201D},
    {"reg", 0xAE},      {"rlm", 0x200F},    {"rpar", 0x29},    {"rsaquo", 0x203A},
    {"rsquo", 0x2019},  {"sacute", 0x15B},  {"sbquo", 0x201A}, {"scaron", 0x161},
    {"scedil", 0x15F},  {"sect", 0xA7},     {"semi", 0x3B},    {"shy", 0xAD},
    {"sol", 0x2F},      {"sup1", 0xB9},     {"sup2", 0xB2},    {"sup3", 0xB3},
    {"szlig", 0xDF},    {"thinsp", 0x2009}, {"thorn", 0xFE},   {"times", 0xD7},
    {"trade", 0x2122},  {"uacute", 0xFA},   {"ucirc", 0xFB},   {"ugrave", 0xF9},
    {"uml", 0xA8},      {"uuml", 0xFC},     {"verbar", 0x7C},  {"vert", 0x7C},
    {"yacute", 0xFD},   {"yen", 0xA5},      {"yuml", 0xFF},    {"zacute", 0x17A},
    {"zcaron", 0x17E},  {"zwj", 0x200D},    {"zwnj", 0x200C},
};

static uint32_t named(const char *p, size_t n) {
    size_t low = 0, high = KB_COUNT(entities);
    if (n >= sizeof entities[0].name + 1)
        return 0;
    while (low < high) {
        size_t mid = (low + high) / 2;
        const char *name = entities[mid].name;
        size_t len = 0;
        while (len < sizeof entities[0].name && name[len])
            len++;
        int order = memcmp(p, name, n < len ? n : len);
        if (!order)
            order = n < len ? -1 : n > len;
        if (!order)
            return entities[mid].c;
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return 0;
}

/* C1 numbers are Windows-1252 (WHATWG, numeric character reference end state): of them
 * only the quotes, dashes and dots that editors write. */
static uint32_t windows_1252(uint32_t c) {
    static const uint16_t high[] = {
        0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
        0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
    return c >= 0x80 && c <= 0x9F && high[c - 0x80] ? high[c - 0x80] : c;
}

/* The entity at p (an ampersand): its character and its length, or 0. */
static uint32_t entity_at(const char *p, const char *end, size_t *len) {
    const char *q = p + 1;
    uint32_t c = 0;
    if (q < end && *q == '#') {
        bool hex = ++q < end && (*q | 0x20) == 'x';
        const char *digits = q += hex;
        for (; q < end && q - digits < 8; q++) {
            int d = hex || kb_is_digit(*q) ? kb_hex_digit(*q) : -1;
            if (d < 0)
                break;
            c = c * (hex ? 16 : 10) + (uint32_t)d;
        }
        if (q == digits || q == end || *q != ';' || !c)
            return 0;
        c = windows_1252(c);
        *len = (size_t)(q - p) + 1;
        return c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF) ? KB_REPLACEMENT : c;
    }
    while (q < end && q - p < 10 && (kb_is_alpha(*q) || kb_is_digit(*q)))
        q++;
    if (q == end || *q != ';' || q == p + 1)
        return 0;
    c = named(p + 1, (size_t)(q - p) - 1);
    *len = (size_t)(q - p) + 1;
    return c;
}

/* Decodes in into out (room for in.n bytes: no entity is shorter than its character). */
static size_t decode(struct kb_str in, char *out) {
    const char *p = in.p, *end = in.p + in.n;
    char *to = out;
    while (p < end) {
        const char *amp = memchr(p, '&', (size_t)(end - p));
        size_t plain = (size_t)((amp ? amp : end) - p), len;
        memmove(to, p, plain);
        to += plain;
        if (!amp)
            break;
        p = amp;
        uint32_t c = entity_at(p, end, &len);
        if (c) {
            to += kb_utf8_put(to, c);
            p += len;
        } else {
            *to++ = *p++;
        }
    }
    return (size_t)(to - out);
}

struct kb_str kb_page_entities(struct kb_arena *arena, struct kb_str raw) {
    char *out = kb_arena_alloc(arena, raw.n + 1);
    if (!out)
        return KB_STR_NONE;
    size_t n = decode(raw, out);
    out[n] = '\0';
    return (struct kb_str){out, n};
}

/* Length of the tag at p (a "<"), or 0: only what a headline or a paragraph is marked up
 * with, so that "a < b > c" stays.  *gap says whether it parts words. */
static size_t tag_at(const char *p, const char *end, bool *gap) {
    static const char *const names[] = {
        "a",      "abbr",   "b",     "br",         "cite", "div",  "em",
        "h1",     "h2",     "h3",    "i",          "li",   "mark", "p",
        "q",      "s",      "span",  "strong",     "sub",  "sup",  "u",
        "ul",     "font",   "small", "blockquote", "img",  "ol",   "figure",
        "iframe", "script", "table", "td",         "tr"};
    const char *q = p + 1;
    q += q < end && *q == '/';
    const char *name = q;
    while (q < end && q - name < 12 && (kb_is_alpha(*q) || kb_is_digit(*q)))
        q++;
    struct kb_str got = {name, (size_t)(q - name)};
    size_t i = 0;
    while (i < KB_COUNT(names) && !kb_str_equal_nocase(got, kb_str_z(names[i])))
        i++;
    if (i == KB_COUNT(names))
        return 0;
    if (q < end && *q != '>' && *q != '/' && !kb_is_space(*q))
        return 0;
    size_t most = (size_t)(end - q) < 1000 ? (size_t)(end - q) : 1000;
    const char *close = most ? memchr(q, '>', most) : NULL;
    if (!close)
        return 0;
    *gap = kb_str_equal_nocase(got, KB_STR("br")) || kb_lower(*name) == 'p' ||
           kb_lower(*name) == 'd' || kb_lower(*name) == 'l' || kb_lower(*name) == 'h';
    return (size_t)(close - p) + 1;
}

bool kb_page_has_tags(struct kb_str s) {
    const char *p = s.p, *end = s.p + s.n;
    while (p < end && (p = memchr(p, '<', (size_t)(end - p)))) {
        bool gap;
        if (tag_at(p, end, &gap))
            return true;
        p++;
    }
    return false;
}

/* Folds white space and drops tags, soft hyphens and zero-width spaces.  out may be
 * s.p. */
static size_t fold(struct kb_str s, char *out) {
    const char *p = s.p, *end = s.p + s.n;
    char *to = out;
    bool space = false;
    while (p < end) {
        size_t len = 1;
        unsigned char b = (unsigned char)*p;
        bool gap = b <= ' ' || b == 0x7F, drop = false;
        if (b == '<') {
            size_t tag = tag_at(p, end, &gap);
            drop = tag != 0;
            len = tag ? tag : 1;
        } else if (b >= 0x80) {
            uint32_t c = kb_utf8_next(p, end, &len);
            gap = c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
                  c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
                  c == 0x3000 || (c >= 0x80 && c <= 0x9F);
            drop = c == 0xAD || c == 0x200B || c == 0x2060 || c == 0xFEFF ||
                   (c == KB_REPLACEMENT && len == 1);
        }
        if (gap) {
            space = true;
        } else if (!drop) {
            if (space && to != out)
                *to++ = ' ';
            space = false;
            memmove(to, p, len);
            to += len;
        }
        p += len;
    }
    return (size_t)(to - out);
}

/* Nothing to do: no entity, tag, control character, second space or odd character. */
static bool is_clean(struct kb_str s) {
    bool space = true;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char b = (unsigned char)s.p[i];
        if (b == ' ') {
            if (space)
                return false;
            space = true;
            continue;
        }
        if (b < ' ' || b == '&' || b == '<' || b == 0x7F || b == 0xC2 || b == 0xEF ||
            b >= 0xF0 ||
            (b == 0xE2 && i + 1 < s.n && (unsigned char)s.p[i + 1] <= 0x81) ||
            (b == 0xE3 && i + 1 < s.n && (unsigned char)s.p[i + 1] == 0x80) || b == 0xED)
            return false;
        space = false;
    }
    return !space && kb_utf8_valid_prefix(s) == s.n;
}

struct kb_str kb_page_clean(struct kb_arena *arena, struct kb_str raw, size_t max) {
    raw = kb_str_trim(kb_str_cut(raw, max * 4));
    if (!raw.n)
        return KB_STR_NONE;
    if (raw.n <= max && is_clean(raw))
        return kb_arena_dup(arena, raw);
    char *out = kb_arena_alloc(arena, raw.n + 1);
    if (!out)
        return KB_STR_NONE;
    size_t n = raw.n;
    memcpy(out, raw.p, n);
    for (int i = 0; i < 2 && memchr(out, '&', n); i++) {
        size_t before = n;
        n = decode((struct kb_str){out, n}, out);
        if (n == before)
            break;
    }
    n = fold((struct kb_str){out, n}, out);
    n = kb_str_cut((struct kb_str){out, n}, max).n;
    out[n] = '\0';
    return (struct kb_str){out, n};
}

struct kb_str kb_page_key(struct kb_arena *arena, struct kb_str s, bool tight) {
    /* lower-casing may lengthen a character from two to three bytes */
    char *out = kb_arena_alloc(arena, s.n * 2 + 1);
    if (!out)
        return KB_STR_NONE;
    const char *p = s.p, *end = s.p + s.n;
    char *to = out;
    bool space = false;
    while (p < end) {
        size_t len = 1;
        uint32_t c =
            (unsigned char)*p < 0x80 ? (unsigned char)*p : kb_utf8_next(p, end, &len);
        p += len;
        if (!kb_is_word_char(c)) {
            /* an apostrophe does not part words: "don't" stands as "dont" elsewhere */
            space = space || (c != '\'' && c != 0x2019 && c != 0x2018);
            continue;
        }
        if (space && to != out && !tight)
            *to++ = ' ';
        space = false;
        if (c < 0x80)
            *to++ = kb_lower((char)c);
        else
            to += kb_utf8_put(to, (uint32_t)utf8proc_tolower((utf8proc_int32_t)c));
    }
    *to = '\0';
    return (struct kb_str){out, (size_t)(to - out)};
}

/* ---- lists ------------------------------------------------------------------------- */

void kb_page_list_add(struct kb_page_list *list, struct kb_arena *arena,
                      struct kb_str s) {
    if (!s.n)
        return;
    for (size_t i = 0; i < list->count; i++)
        if (kb_str_equal_nocase(list->items[i], s))
            return;
    void *items = list->items;
    if (!kb_arena_grow(arena, &items, list->count, &list->cap, sizeof s,
                       KB_PAGE_LIST_MAX))
        return;
    list->items = items;
    list->items[list->count++] = s;
}

void kb_page_tags_add(struct kb_page_list *list, struct kb_arena *arena,
                      struct kb_str raw) {
    raw = kb_page_clean(arena, raw, KB_LIMIT_META_BYTES);
    char mark = kb_str_find_byte(raw, ',') == KB_NOT_FOUND ? ';' : ',';
    while (raw.n && list->count < KB_PAGE_LIST_MAX) {
        size_t at = kb_str_find_byte(raw, mark);
        struct kb_str part = kb_str_trim(kb_str_slice(raw, 0, at));
        if (part.n && part.n <= 200)
            kb_page_list_add(list, arena, part);
        raw = at == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(raw, at + 1, raw.n);
    }
}

/* "5 min read", "4 Minuten Lesezeit", "3 phút đọc" */
static bool is_minutes(struct kb_str s) {
    static const char *const units[] = {"min",  "мин",   "хв",    "phút",  "dk", "dakika",
                                        "perc", "λεπτ",  "menit", "минут", "דק", "دق",
                                        "मिनट", "মিনিট", "นาที",   "分",    "분"};
    size_t n = 0;
    while (n < s.n && n < 3 && kb_is_digit(s.p[n]))
        n++;
    s = kb_str_trim(kb_str_slice(s, n, s.n));
    if (!n || s.n > 40)
        return false;
    for (size_t i = 0; i < KB_COUNT(units); i++)
        if (kb_str_starts_nocase(s, kb_str_z(units[i])))
            return true;
    return false;
}

/* The length of s without a mark or a short word at its end that led to a date. */
static size_t without_joint(struct kb_str s) {
    static const char *const joints[] = {
        "|",    "•",       "·",      "–",         "—",     "-",    ",",
        ":",    "(",       "/",      " on",       " am",   " le",  " el",
        " vom", "updated", "posted", "published", "fecha", "date", "опубликовано"};
    for (size_t i = 0; i < KB_COUNT(joints); i++) {
        struct kb_str end = kb_str_z(joints[i]);
        if (s.n >= end.n && kb_str_equal_nocase(kb_str_slice(s, s.n - end.n, s.n), end))
            return s.n - end.n;
    }
    return s.n;
}

static struct kb_str without_joints(struct kb_str s) {
    for (size_t n = s.n + 1; s.n < n;) {
        n = s.n;
        s = kb_str_trim(s);
        s.n = without_joint(s);
    }
    return s;
}

/* Where the date begins that s ends with, s.n where it ends with none.  The last place
 * from which on all is a date, for words before it may be a name's; but behind a bar or
 * dash the weekday belongs to it. */
static size_t date_start(struct kb_str s) {
    size_t start = s.n, words = 0;
    uint32_t before = 0;
    for (size_t i = 0, len; i < s.n && words < 32; i += len) {
        uint32_t c = kb_utf8_next(s.p + i, s.p + s.n, &len);
        if (kb_is_space(s.p[i]))
            continue;
        bool begins = !i || kb_is_space(s.p[i - 1]);
        words += begins;
        if (begins && kb_page_is_date(kb_str_slice(s, i, s.n), NULL)) {
            start = i;
            if (before == 0xB7 || kb_page_is_dash(before))
                return start;
        }
        before = c;
    }
    return start;
}

struct kb_str kb_page_without_date(struct kb_str s) {
    bool digit = false;
    for (size_t i = 0; i < s.n && !digit; i++)
        digit = kb_is_digit(s.p[i]);
    if (!digit || s.n > 300)
        return s;
    for (size_t i = 0; i < s.n; i++) {
        bool begins = kb_is_digit(s.p[i]) && (!i || kb_is_space(s.p[i - 1]));
        if (begins && is_minutes(kb_str_slice(s, i, s.n)))
            s = without_joints(kb_str_slice(s, 0, i));
    }
    size_t start = date_start(s);
    return start < s.n ? without_joints(kb_str_slice(s, 0, start)) : s;
}
