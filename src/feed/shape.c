/* What an address looks like; see shape.h.
 *
 * No site has a rule of its own.  Sites name articles in few ways: by a date, by the
 * headline's words with hyphens between, by a number, by an id of letters and digits;
 * and lists by one short word, or by "tag", "author", "page" before the last segment. */
#include "feed/shape.h"

static bool is_one_of(struct kb_str word, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (kb_str_equal_nocase(word, kb_str_z(list[i])))
            return true;
    }
    return false;
}

static struct kb_str behind_host(struct kb_str url) {
    size_t at = kb_str_find(url, KB_STR("://"));
    if (at == KB_NOT_FOUND)
        return KB_STR_NONE;
    url = kb_str_slice(url, at + 3, url.n);
    for (size_t i = 0; i < url.n; i++) {
        if (url.p[i] == '/' || url.p[i] == '?' || url.p[i] == '#')
            return kb_str_slice(url, i, kb_str_find_byte(url, '#'));
    }
    return KB_STR_NONE;
}

struct kb_str kb_shape_path(struct kb_str url) {
    struct kb_str rest = behind_host(url);
    return kb_str_slice(rest, 0, kb_str_find_byte(rest, '?'));
}

/* ---- segments ---------------------------------------------------------------------- */

static int number(struct kb_str digits) {
    int value = 0;
    for (size_t i = 0; i < digits.n; i++) {
        if (!kb_is_digit(digits.p[i]) || value > 99999999)
            return -1;
        value = value * 10 + (digits.p[i] - '0');
    }
    return digits.n ? value : -1;
}

static bool is_year(int value) {
    return value >= 1990 && value < 2100;
}

/* "2024-05-03", "20240503" somewhere in a segment. */
static bool has_date(struct kb_str s) {
    for (size_t i = 0; i + 8 <= s.n; i++) {
        if (i && kb_is_digit(s.p[i - 1]))
            continue;
        struct kb_str at = kb_str_slice(s, i, s.n);
        if (!is_year(number(kb_str_slice(at, 0, 4))))
            continue;
        bool parted =
            at.n >= 10 && (at.p[4] == '-' || at.p[4] == '_') && at.p[7] == at.p[4];
        int month = number(parted ? kb_str_slice(at, 5, 7) : kb_str_slice(at, 4, 6));
        int day = number(parted ? kb_str_slice(at, 8, 10) : kb_str_slice(at, 6, 8));
        size_t end = parted ? 10 : 8;
        if (month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
            (end == at.n || !kb_is_digit(at.p[end])))
            return true;
    }
    return false;
}

static bool is_listing(struct kb_str segment) {
    static const char *const names[] = {
        "tag",      "tags",     "topic",   "topics",   "category",  "categories",
        "author",   "authors",  "autor",   "auteur",   "page",      "seite",
        "pagina",   "search",   "user",    "users",    "profile",   "archive",
        "archives", "label",    "labels",  "thema",    "themen",    "rubrik",
        "keyword",  "login",    "account", "gallery",  "video",     "videos",
        "wp-admin", "wp-login", "cart",    "shop",     "subscribe", "contact",
        "about",    "privacy",  "terms",   "impressum"};
    return is_one_of(segment, names, KB_COUNT(names));
}

/* Cuts a file's ending off a segment and notes what it says. */
static struct kb_str without_ending(struct kb_str segment, struct kb_shape *shape) {
    static const char *const pages[] = {"html", "htm",  "shtml", "xhtml", "php",
                                        "asp",  "aspx", "jsp",   "amp",   "phtml"};
    static const char *const files[] = {
        "jpg", "jpeg", "png", "gif",  "webp", "svg", "ico", "pdf",
        "mp3", "mp4",  "m4a", "avi",  "zip",  "gz",  "css", "js",
        "xml", "rss",  "rdf", "atom", "json", "txt", "doc", "docx",
        "xls", "xlsx", "ppt", "epub", "apk",  "exe", "ics", "webmanifest"};
    size_t dot = segment.n;
    while (dot && segment.p[dot - 1] != '.')
        dot--;
    struct kb_str ending = kb_str_slice(segment, dot, segment.n);
    if (dot < 2 || !ending.n)
        return segment;
    shape->page = is_one_of(ending, pages, KB_COUNT(pages));
    shape->file = is_one_of(ending, files, KB_COUNT(files));
    return shape->page || shape->file ? kb_str_slice(segment, 0, dot - 1) : segment;
}

/* Words, digits and letters of the last segment. */
static void read_last(struct kb_str s, struct kb_shape *shape) {
    int run = 0, letters = 0, digits = 0;
    bool in_word = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool escape = c == '%' && i + 2 < s.n && kb_hex_digit(s.p[i + 1]) >= 0 &&
                      kb_hex_digit(s.p[i + 2]) >= 0;
        /* an escaped byte that begins a character of more than one */
        bool foreign =
            escape && (kb_lower(s.p[i + 1]) == 'c' || kb_lower(s.p[i + 1]) == 'd' ||
                       kb_lower(s.p[i + 1]) == 'e');
        i += escape ? 2 : 0;
        shape->foreign += foreign || ((unsigned char)c >= 0xC0);
        run = kb_is_digit(c) ? run + 1 : 0;
        shape->id_digits = run > shape->id_digits ? run : shape->id_digits;
        letters += kb_is_alpha(c);
        digits += kb_is_digit(c);
        bool letter = kb_is_alpha(c) || escape || (unsigned char)c >= 0x80;
        bool border = c == '-' || c == '_' || c == '+' || c == '.';
        if (letter && !in_word)
            shape->words++;
        in_word = !border && (letter || in_word);
    }
    shape->mixed = s.n >= 8 && shape->words <= 1 && letters && digits >= 2;
}

void kb_shape_read(struct kb_str url, struct kb_shape *shape) {
    struct kb_str rest = behind_host(url), before = KB_STR_NONE, last = KB_STR_NONE;
    size_t mark = kb_str_find_byte(rest, '?');
    struct kb_str query =
        mark == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(rest, mark + 1, rest.n);
    struct kb_str path = kb_str_slice(rest, 0, mark);
    memset(shape, 0, sizeof *shape);
    while (path.n) {
        size_t slash = kb_str_find_byte(path, '/');
        struct kb_str segment = kb_str_slice(path, 0, slash);
        path =
            slash == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(path, slash + 1, path.n);
        if (!segment.n)
            continue;
        int value = number(segment);
        shape->dated =
            shape->dated || has_date(segment) ||
            (is_year(number(last)) && last.n == 4 && value >= 1 && value <= 12);
        before = last;
        last = segment;
        shape->depth++;
    }
    shape->listing = is_listing(last) || is_listing(before);
    read_last(without_ending(last, shape), shape);
    while (query.n) {
        size_t next = kb_str_find_byte(query, '&');
        struct kb_str pair = kb_str_slice(query, 0, next);
        query =
            next == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(query, next + 1, query.n);
        size_t equal = kb_str_find_byte(pair, '=');
        if (equal == KB_NOT_FOUND || equal + 3 > pair.n)
            continue;
        shape->query_id =
            shape->query_id || number(kb_str_slice(pair, equal + 1, pair.n)) >= 100;
    }
}

int kb_shape_score(const struct kb_shape *s) {
    int score = 0;
    if (s->file || (s->depth == 0 && !s->query_id))
        return -10;
    score += s->dated ? 4 : 0;
    score += s->words >= 5 ? 4 : s->words >= 3 ? 3 : s->words == 2 ? 1 : 0;
    score += s->foreign >= 8 ? 3 : s->foreign >= 4 ? 1 : 0;
    score += s->id_digits >= 5 ? 3 : s->id_digits == 4 && s->page ? 1 : 0;
    score += s->mixed && s->id_digits < 5 ? 2 : 0;
    score += s->query_id ? 3 : 0;
    score += s->page ? 1 : 0;
    score += s->depth >= 3 ? 1 : 0;
    score -= s->listing ? 6 : 0;
    return score;
}

/* ---- sites and feeds --------------------------------------------------------------- */

bool kb_shape_same_site(struct kb_str a, struct kb_str b) {
    struct kb_str longer = a.n >= b.n ? a : b, shorter = a.n >= b.n ? b : a;
    if (!shorter.n || kb_str_find_byte(shorter, '.') == KB_NOT_FOUND)
        return a.n && kb_str_equal_nocase(a, b);
    struct kb_str tail = kb_str_slice(longer, longer.n - shorter.n, longer.n);
    return kb_str_equal_nocase(tail, shorter) &&
           (longer.n == shorter.n || longer.p[longer.n - shorter.n - 1] == '.');
}

bool kb_shape_is_feed(struct kb_str url) {
    static const char *const names[] = {"feed", "feeds", "rss", "rss2", "atom", "rdf"};
    static const char *const endings[] = {".rss", ".atom", ".rdf", "feed.json"};
    static const char *const queries[] = {"feed=rss",   "feed=atom", "format=feed",
                                          "format=rss", "type=rss",  "format=atom"};
    struct kb_str rest = behind_host(url), path = kb_shape_path(url);
    struct kb_str query = kb_str_slice(rest, path.n, rest.n);
    for (size_t i = 0; i < KB_COUNT(queries); i++) {
        if (kb_str_find_nocase(query, kb_str_z(queries[i])) != KB_NOT_FOUND)
            return true;
    }
    while (path.n && path.p[path.n - 1] == '/')
        path.n--;
    size_t start = path.n;
    while (start && path.p[start - 1] != '/')
        start--;
    struct kb_str last = kb_str_slice(path, start, path.n);
    if (is_one_of(last, names, KB_COUNT(names)))
        return true;
    for (size_t i = 0; i < KB_COUNT(endings); i++) {
        struct kb_str ending = kb_str_z(endings[i]);
        if (last.n >= ending.n &&
            kb_str_equal_nocase(kb_str_slice(last, last.n - ending.n, last.n), ending))
            return true;
    }
    /* "rss.xml", "feed_de.php", "index.xml" */
    bool xml = kb_str_find_nocase(last, KB_STR(".xml")) != KB_NOT_FOUND ||
               kb_str_find_nocase(last, KB_STR(".php")) != KB_NOT_FOUND;
    return kb_str_equal_nocase(last, KB_STR("index.xml")) ||
           (xml && (kb_str_find_nocase(last, KB_STR("rss")) != KB_NOT_FOUND ||
                    kb_str_find_nocase(last, KB_STR("feed")) != KB_NOT_FOUND ||
                    kb_str_find_nocase(last, KB_STR("atom")) != KB_NOT_FOUND));
}
