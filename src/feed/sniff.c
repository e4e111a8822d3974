/* What a text is: feed, site map, OPML list, page, robots.txt …; told from its beginning.
 *
 * The first element decides, behind XML's prolog, comments and what servers write before
 * it by mistake.  Servers' Content-Types are wrong as often as not and only decide where
 * the text leaves it open.  After the ideas, not the table, of the WHATWG MIME Sniffing
 * Standard. */
#include "feed/make.h"

enum {
    LOOK_BYTES = 8192,   /* notices and comments before the first element end before */
    BINARY_BYTES = 512,  /* of which … */
    BINARY_CONTROLS = 8, /* … so many control characters make no text */
    ADDRESS_LINES = 3    /* lines that have to be addresses in a site map of text */
};

static const struct {
    const char *name;
    enum kb_feed_kind kind;
} roots[] = {
    {"rss", KB_KIND_FEED},       {"rdf", KB_KIND_FEED},
    {"feed", KB_KIND_FEED},      {"channel", KB_KIND_FEED},
    {"urlset", KB_KIND_SITEMAP}, {"sitemapindex", KB_KIND_SITEMAP_INDEX},
    {"opml", KB_KIND_OPML},      {"html", KB_KIND_PAGE},
    {"head", KB_KIND_PAGE},      {"body", KB_KIND_PAGE},
};

const char *kb_feed_kind_name(enum kb_feed_kind kind) {
    static const char *const names[] = {
        [KB_KIND_EMPTY] = "nothing",
        [KB_KIND_FEED] = "a feed",
        [KB_KIND_JSON] = "JSON",
        [KB_KIND_SITEMAP] = "a site map",
        [KB_KIND_SITEMAP_INDEX] = "an index of site maps",
        [KB_KIND_SITEMAP_TEXT] = "a list of addresses",
        [KB_KIND_OPML] = "an OPML list",
        [KB_KIND_PAGE] = "a page",
        [KB_KIND_XML] = "XML",
        [KB_KIND_ROBOTS] = "a robots.txt",
        [KB_KIND_TEXT] = "a plain text",
        [KB_KIND_BINARY] = "no text",
    };
    return names[kind];
}

/* ---- elements ---------------------------------------------------------------------- */

static bool is_name(char c) {
    return kb_is_alpha(c) || kb_is_digit(c) || c == '-' || c == '_' || c == '.';
}

/* The kind that the element whose tag begins at pos makes of the text; KB_KIND_TEXT where
 * there is no tag, KB_KIND_XML where it is another element's. */
static enum kb_feed_kind kind_at(struct kb_str text, size_t pos) {
    size_t start = pos + 1, end = start;
    while (end < text.n && is_name(text.p[end]))
        end++;
    if (end < text.n && text.p[end] == ':' && end > start) {
        start = ++end;
        while (end < text.n && is_name(text.p[end]))
            end++;
    }
    struct kb_str name = kb_str_slice(text, start, end);
    if (!name.n || !kb_is_alpha(*name.p))
        return KB_KIND_TEXT;
    for (size_t i = 0; i < KB_COUNT(roots); i++) {
        if (kb_str_equal_nocase(name, kb_str_z(roots[i].name)))
            return roots[i].kind;
    }
    return KB_KIND_XML;
}

/* The end of what begins at pos as declaration, comment or doctype; pos where nothing
 * of these does. */
static size_t past_prolog(struct kb_str text, size_t pos) {
    struct kb_str rest = kb_str_slice(text, pos, text.n);
    const struct kb_str close = kb_str_starts(rest, KB_STR("<?"))     ? KB_STR("?>")
                                : kb_str_starts(rest, KB_STR("<!--")) ? KB_STR("-->")
                                                                      : KB_STR(">");
    if (!kb_str_starts(rest, KB_STR("<?")) && !kb_str_starts(rest, KB_STR("<!")))
        return pos;
    if (kb_str_starts_nocase(rest, KB_STR("<!doctype"))) { /* "[" opens its inner part */
        size_t inner = kb_str_find_byte(rest, '['), end = kb_str_find_byte(rest, '>');
        size_t over = kb_str_find(rest, KB_STR("]>"));
        if (inner < end && over != KB_NOT_FOUND)
            return pos + over + 2;
    }
    size_t end = kb_str_find(rest, close);
    return end == KB_NOT_FOUND ? text.n : pos + end + close.n;
}

/* The first element's kind; where that says nothing, that of the first one that does: a
 * server's notices stand before it, and *start is where it begins. */
static enum kb_feed_kind first_element(struct kb_str text, size_t *start) {
    enum kb_feed_kind first = KB_KIND_TEXT;
    bool html = false; /* its doctype says so, which some feeds copy */
    for (size_t pos = 0; pos < text.n;) {
        size_t tag = kb_str_find_byte(kb_str_slice(text, pos, text.n), '<');
        if (tag == KB_NOT_FOUND)
            break;
        pos += tag;
        html |= kb_str_starts_nocase(kb_str_slice(text, pos, text.n),
                                     KB_STR("<!doctype html"));
        size_t next = past_prolog(text, pos);
        if (next > pos) {
            pos = next;
            continue;
        }
        enum kb_feed_kind kind = kind_at(text, pos++);
        if (html && kind != KB_KIND_FEED)
            return KB_KIND_PAGE;
        if (kind != KB_KIND_TEXT && kind != KB_KIND_XML) {
            *start = first == KB_KIND_XML ? pos - 1 : 0;
            return kind;
        }
        first = kind == KB_KIND_XML ? kind : first;
    }
    return html ? KB_KIND_PAGE : first;
}

/* ---- lines ------------------------------------------------------------------------- */

static struct kb_str next_line(struct kb_str *text) {
    while (text->n) {
        size_t end = kb_str_find_byte(*text, '\n');
        struct kb_str line = kb_str_trim(kb_str_slice(*text, 0, end));
        *text = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*text, end + 1, text->n);
        if (line.n)
            return line;
    }
    return KB_STR_NONE;
}

static bool is_address(struct kb_str line) {
    if (!kb_str_starts_nocase(line, KB_STR("http://")) &&
        !kb_str_starts_nocase(line, KB_STR("https://")))
        return false;
    for (size_t i = 0; i < line.n; i++) {
        if (kb_is_space(line.p[i]))
            return false;
    }
    return true;
}

static bool is_sitemap_text(struct kb_str text) {
    bool any = false;
    for (int i = 0; i < ADDRESS_LINES; i++) {
        struct kb_str line = next_line(&text);
        if (!line.n)
            return any;
        if (!is_address(line))
            return false;
        any = true;
    }
    return any;
}

static bool is_robots(struct kb_str text) {
    static const char *const rules[] = {"user-agent", "sitemap", "disallow", "allow",
                                        "crawl-delay"};
    for (struct kb_str line; (line = next_line(&text)).n;) {
        if (line.p[0] == '#')
            continue;
        struct kb_str name =
            kb_str_trim(kb_str_slice(line, 0, kb_str_find_byte(line, ':')));
        for (size_t i = 0; i < KB_COUNT(rules); i++) {
            if (name.n < line.n && kb_str_equal_nocase(name, kb_str_z(rules[i])))
                return true;
        }
        return false;
    }
    return false;
}

static bool is_binary(struct kb_str text) {
    size_t controls = 0;
    for (size_t i = 0; i < text.n && i < BINARY_BYTES; i++) {
        unsigned char c = (unsigned char)text.p[i];
        controls += c < ' ' && !kb_is_space((char)c) && c != 0x1B;
    }
    return controls > BINARY_CONTROLS;
}

enum kb_feed_kind kb_feed_sniff(struct kb_str text, struct kb_str content_type) {
    size_t start;
    return kb_feed_sniff_start(text, content_type, &start);
}

enum kb_feed_kind kb_feed_sniff_start(struct kb_str text, struct kb_str content_type,
                                      size_t *start) {
    *start = 0;
    if (kb_str_starts(text, KB_STR("\xEF\xBB\xBF")))
        text = kb_str_slice(text, 3, text.n);
    text = kb_str_slice(kb_str_trim(text), 0, LOOK_BYTES);
    if (!text.n)
        return KB_KIND_EMPTY;
    if (is_binary(text))
        return KB_KIND_BINARY;
    if (text.p[0] == '{')
        return KB_KIND_JSON;
    enum kb_feed_kind kind = first_element(text, start);
    bool html = kb_str_find_nocase(content_type, KB_STR("html")) != KB_NOT_FOUND;
    if (kind == KB_KIND_XML && html)
        return KB_KIND_PAGE;
    if (kind != KB_KIND_TEXT)
        return kind;
    if (kb_str_find_nocase(content_type, KB_STR("json")) != KB_NOT_FOUND ||
        text.p[0] == '[')
        return KB_KIND_JSON;
    if (is_sitemap_text(text))
        return KB_KIND_SITEMAP_TEXT;
    return is_robots(text) ? KB_KIND_ROBOTS : html ? KB_KIND_PAGE : KB_KIND_TEXT;
}
