/* Text constructs: plain, HTML, XHTML, base64, and RSS's guess; see xml_feeds.h.
 *
 * The record's titles, descriptions and rights are plain text, its bodies HTML that went
 * through the sanitiser.  Atom says what its texts are; RSS does not, so a text that has
 * an end tag or a reference of HTML, and no tag but HTML's, is taken for HTML. */
#include "feed/xml_feeds.h"

enum kb_feed_type kb_xml_type(struct kb_str told, enum kb_feed_type fallback) {
    told = kb_str_trim(kb_str_slice(told, 0, kb_str_find_byte(told, ';')));
    if (!told.n)
        return fallback;
    if (kb_str_equal_nocase(told, KB_STR("text")) ||
        kb_str_equal_nocase(told, KB_STR("text/plain")))
        return KB_TYPE_TEXT;
    if (kb_str_equal_nocase(told, KB_STR("html")) ||
        kb_str_equal_nocase(told, KB_STR("text/html")))
        return KB_TYPE_HTML;
    if (kb_str_equal_nocase(told, KB_STR("xhtml")) || kb_str_ends(told, KB_STR("+xml")) ||
        kb_str_ends(told, KB_STR("/xml")))
        return KB_TYPE_XHTML;
    if (kb_str_starts_nocase(told, KB_STR("text/")) ||
        kb_str_find_byte(told, '/') == KB_NOT_FOUND)
        return fallback == KB_TYPE_XHTML ? KB_TYPE_HTML : fallback;
    return KB_TYPE_OTHER;
}

static int base64_value(unsigned char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

bool kb_xml_base64(struct kb_buf *buf) {
    size_t n = 0, digits = 0;
    uint32_t bits = 0;
    for (size_t i = 0; i < buf->n; i++) {
        char c = buf->p[i];
        if (kb_is_space(c) || c == '=')
            continue;
        if (base64_value((unsigned char)c) < 0)
            return false;
        digits++;
    }
    if (digits % 4 == 1)
        return false;
    digits = 0;
    for (size_t i = 0; i < buf->n; i++) {
        int v = base64_value((unsigned char)buf->p[i]);
        if (v < 0)
            continue;
        bits = bits << 6 | (uint32_t)v;
        if (digits++ % 4)
            buf->p[n++] = (char)(bits >> (6 - 2 * ((digits - 1) % 4)));
    }
    buf->n = n;
    for (size_t at; (at = kb_utf8_valid_prefix(kb_buf_view(buf))) < buf->n;)
        buf->p[at] = '?';
    return true;
}

struct kb_str kb_xml_fold(struct kb_feed_xml *x, struct kb_str text) {
    struct kb_buf *out = x->make->scratch;
    text = kb_str_trim(text);
    if (!text.n)
        return KB_STR_NONE;
    bool folded = true;
    for (size_t i = 0; i < text.n && folded; i++)
        folded = !kb_is_space(text.p[i]) || (text.p[i] == ' ' && text.p[i + 1] != ' ');
    if (folded)
        return kb_arena_dup(x->make->arena, text);
    kb_buf_clear(out);
    for (size_t i = 0; i < text.n;) {
        size_t end = i;
        while (end < text.n && !kb_is_space(text.p[end]))
            end++;
        kb_buf_str(out, kb_str_slice(text, i, end));
        for (i = end; i < text.n && kb_is_space(text.p[i]);)
            i++;
        if (i < text.n)
            kb_buf_char(out, ' ');
    }
    text = kb_arena_dup(x->make->arena, kb_buf_view(out));
    kb_buf_clear(out);
    return text;
}

/* ---- the guess --------------------------------------------------------------------- */

/* HTML's names that texts are marked up with, each between spaces. */
static const char known_tags[] =
    " a abbr acronym address area article aside audio b bdi bdo big blockquote br button "
    "caption center cite code col colgroup dd del details dfn dir div dl dt em fieldset "
    "figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hr i iframe img input "
    "ins kbd label legend li map mark menu nav nobr noscript ol p picture pre q s samp "
    "script section select small source span strike strong style sub summary sup table "
    "tbody td textarea tfoot th thead time tr tt u ul var video wbr ";

static bool is_known_tag(struct kb_str name) {
    char word[16] = " ";
    if (!name.n || name.n > sizeof word - 3)
        return false;
    for (size_t i = 0; i < name.n; i++)
        word[1 + i] = kb_lower(name.p[i]);
    word[1 + name.n] = ' ';
    return kb_str_find(kb_str_z(known_tags), (struct kb_str){word, name.n + 2}) !=
           KB_NOT_FOUND;
}

static size_t word_end(struct kb_str s, size_t i) {
    while (i < s.n && (kb_is_alpha(s.p[i]) || kb_is_digit(s.p[i])))
        i++;
    return i;
}

static bool is_void_tag(struct kb_str name) {
    return kb_str_equal_nocase(name, KB_STR("br")) ||
           kb_str_equal_nocase(name, KB_STR("img")) ||
           kb_str_equal_nocase(name, KB_STR("hr")) ||
           kb_str_equal_nocase(name, KB_STR("wbr"));
}

static bool looks_like_html(struct kb_str s) {
    bool proof = false;
    for (size_t i = 0; i + 1 < s.n; i++) {
        if (s.p[i] == '<') {
            bool closes = s.p[i + 1] == '/';
            size_t from = i + 1 + closes, end = word_end(s, from);
            struct kb_str name = kb_str_slice(s, from, end);
            if (!name.n || !kb_is_alpha(name.p[0]))
                continue;
            if (!is_known_tag(name))
                return false;
            proof |= (closes && end < s.n && s.p[end] == '>') || is_void_tag(name);
        } else if (s.p[i] == '&') {
            size_t from = i + 1 + (s.p[i + 1] == '#'), end = word_end(s, from);
            proof |= end > from && end < s.n && s.p[end] == ';';
        }
    }
    return proof;
}

static bool is_html(const struct kb_feed_xml *x, const struct kb_feed_rich *rich) {
    if (rich->type == KB_TYPE_HTML || rich->type == KB_TYPE_XHTML)
        return true;
    return (!x->atom || rich->type == KB_TYPE_OTHER) && looks_like_html(rich->raw);
}

/* ---- what leaves ------------------------------------------------------------------- */

static bool has_markup(struct kb_str s) {
    return s.n && (memchr(s.p, '<', s.n) || memchr(s.p, '&', s.n));
}

struct kb_str kb_xml_plain(struct kb_feed_xml *x, const struct kb_feed_rich *rich) {
    if (has_markup(rich->raw) && is_html(x, rich))
        return kb_feed_html_text(x->make, rich->raw);
    return kb_xml_fold(x, rich->raw);
}

void kb_xml_body(struct kb_feed_xml *x, const struct kb_feed_rich *rich,
                 struct kb_feed_body *body) {
    *body = (struct kb_feed_body){.there = rich->raw.n > 0, .language = rich->language};
    if (!rich->raw.n)
        return;
    if (is_html(x, rich))
        body->html = kb_feed_html(x->make, rich->raw);
    else
        body->text = kb_arena_dup(x->make->arena, rich->raw);
}
