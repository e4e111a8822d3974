/* Data in the form of C: hostile pages, the same ones each time (xorshift with fixed seeds).
 * Each is a page that some real program sent, or that a parser's author would rather not
 * see: what is large is large in one thing alone, so that a slow answer names its cause. */
#include "hard/inputs.h"

size_t kb_hard_scale = 1;

#define MILLION 1000000
#define MB ((size_t)1 << 20)

static const char prose[] =
    "<p>The council of the island town met on Monday evening and agreed on the new harbour "
    "wall, which will cost four million crowns and take two winters to build, the mayor "
    "said after the vote.</p>";

static uint64_t xorshift(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static size_t scaled(size_t count) {
    return count / kb_hard_scale + 1;
}

static void repeat(struct kb_buf *out, const char *piece, size_t count) {
    struct kb_str s = kb_str_z(piece);
    for (size_t i = scaled(count); i > 0; i--)
        kb_buf_str(out, s);
}

/* The piece again and again up to bytes. */
static void fill(struct kb_buf *out, const char *piece, size_t bytes) {
    repeat(out, piece, bytes / strlen(piece));
}

static void head(struct kb_buf *out) {
    kb_buf_z(out, "<!doctype html><html lang=en><head><meta charset=utf-8><title>Harbour "
                  "wall agreed</title></head><body><article><h1>Harbour wall agreed</h1>");
    kb_buf_z(out, prose);
    kb_buf_z(out, prose);
}

static void foot(struct kb_buf *out) {
    kb_buf_z(out, "</article></body></html>");
}

static void around(struct kb_buf *out, const char *piece, size_t count) {
    head(out);
    repeat(out, piece, count);
    foot(out);
}

void kb_hard_sample(struct kb_buf *out) {
    kb_buf_z(out,
             "<!doctype html><html lang=\"id\"><head><meta charset=\"utf-8\"><title>Dermaga "
             "baru \xE2\x80\x93 Kabar Teluk</title><meta name=\"description\" content=\"Kota "
             "pulau itu sepakat &amp; mulai.\"><script type=\"application/ld+json\">{"
             "\"@context\":\"https://schema.org\",\"@graph\":[{\"@type\":\"NewsArticle\","
             "\"headline\":\"Dermaga baru \\u2013 \\ud83d\\udcf0\",\"author\":[{\"name\":\"Rina "
             "Salim\"}],\"datePublished\":\"2025-03-04T05:06:07+07:00\"}]}</script><style>p{"
             "color:red}</style></head><body class=\"a b\"><!-- a comment --><nav><ul><li><a "
             "href=\"/\">Beranda</a></ul></nav><article><h1>Dermaga baru</h1>");
    for (int i = 0; i < 12; i++) {
        kb_buf_z(out, prose);
        kb_buf_z(out, "<p>\xE6\xB8\xAF\xE5\x8F\xA3\xE7\x9A\x84\xE6\x96\xB0\xE5\xA2\x99 &euro;"
                      "&#x20AC;&#8364; &notin; &amp;amp;</p><ul><li>a<ol><li>b</ol></ul>"
                      "<table><tr><th>A<td>B<tr><td colspan=2>C</table><figure><img src=x.jpg "
                      "srcset=\"y.jpg 2x, z.jpg 1000w\"><figcaption>D</figcaption></figure>"
                      "<blockquote>E<br><br>F</blockquote><pre>g\n  h</pre><svg><path d=\"M0"
                      "\"/><title>t</title></svg><script>var a = '<p>';</script>");
    }
    foot(out);
}

/* ---- bytes that are no page ------------------------------------------------------------- */

static void empty(struct kb_buf *out) {
    (void)out;
}

static void one_byte(struct kb_buf *out) {
    kb_buf_z(out, "<");
}

static void bom_alone(struct kb_buf *out) {
    kb_buf_z(out, "\xEF\xBB\xBF");
}

static void spaces(struct kb_buf *out) {
    fill(out, " \n\t\r\f", 20 * MB);
}

static void random_bytes(struct kb_buf *out) {
    uint64_t state = 88172645463325252u;
    for (size_t i = scaled(MB); i > 0; i--)
        kb_buf_char(out, (char)xorshift(&state));
}

static void png(struct kb_buf *out) {
    kb_buf_add(out, "\x89PNG\r\n\x1A\n\0\0\0\rIHDR", 16);
    random_bytes(out);
}

static void pdf(struct kb_buf *out) {
    kb_buf_z(out, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj\n<</Filter/FlateDecode>>stream\n");
    random_bytes(out);
}

static void gzip(struct kb_buf *out) {
    kb_buf_add(out, "\x1F\x8B\x08\0\0\0\0\0\0\3", 10);
    random_bytes(out);
}

static void zip(struct kb_buf *out) {
    kb_buf_add(out, "PK\3\4\x14\0\0\0\x08\0", 10);
    random_bytes(out);
}

static void zeros(struct kb_buf *out) {
    for (size_t i = scaled(MB); i > 0; i--)
        kb_buf_char(out, '\0');
}

/* ---- encodings --------------------------------------------------------------------------- */

static void invalid_utf8(struct kb_buf *out) {
    uint64_t state = 362436069;
    head(out);
    size_t from = out->n;
    for (int i = 0; i < 2000; i++)
        kb_buf_z(out, prose);
    for (size_t i = from; i < out->n; i++)
        if (xorshift(&state) % 40 == 0)
            out->p[i] = (char)(0x80 | xorshift(&state));
    foot(out);
}

static void nul_bytes(struct kb_buf *out) {
    static const char piece[] =
        "<p\0>a\0b</p><i\0mg src=\"a\0b\"><!-- \0 --><a href=\"\0\">";
    head(out);
    for (int i = 0; i < 1000; i++) {
        kb_buf_z(out, prose);
        kb_buf_add(out, piece, sizeof piece - 1);
    }
    foot(out);
}

static void utf16(struct kb_buf *out, bool big, bool bom) {
    struct kb_buf page;
    kb_buf_init(&page, MB);
    head(&page);
    for (int i = 0; i < 20; i++)
        kb_buf_z(&page, prose);
    foot(&page);
    if (bom)
        kb_buf_z(out, big ? "\xFE\xFF" : "\xFF\xFE");
    for (size_t i = 0; i < page.n; i++) {
        kb_buf_char(out, (char)(big ? '\0' : page.p[i]));
        kb_buf_char(out, (char)(big ? page.p[i] : '\0'));
    }
    kb_buf_free(&page);
}

static void utf16le_bom(struct kb_buf *out) {
    utf16(out, false, true);
}
static void utf16be_bom(struct kb_buf *out) {
    utf16(out, true, true);
}
static void utf16le(struct kb_buf *out) {
    utf16(out, false, false);
}
static void utf16be(struct kb_buf *out) {
    utf16(out, true, false);
}

static void utf16_odd(struct kb_buf *out) { /* lone surrogates, an odd number of bytes */
    kb_buf_z(out, "\xFF\xFE");
    for (int i = 0; i < 100000; i++)
        kb_buf_add(out, "\0\xD8<\0p\0>\0\0\xDC", 10);
    kb_buf_char(out, 'x');
}

static void utf32(struct kb_buf *out) {
    kb_buf_add(out, "\xFF\xFE\0\0", 4);
    for (const char *p = prose; *p; p++)
        kb_buf_add(out, (char[4]){*p, 0, 0, 0}, 4);
}

static void labels(struct kb_buf *out, const char *label, const char *bytes) {
    kb_buf_printf(out, "<meta charset=\"%s\"><article>", label);
    fill(out, bytes, 5 * MB);
}

static void label_unknown(struct kb_buf *out) {
    labels(out, "x-no-such-thing\xFF", "<p>text</p>");
}
static void label_utf7(struct kb_buf *out) {
    labels(out, "utf-7", "+ADw-script+AD4-alert(1)+ADw-/script+AD4- ");
}
static void label_iso2022jp(struct kb_buf *out) {
    labels(out, "iso-2022-jp", "\x1B$B\x1B(B\x1B$@~~\x1B(J\x80");
}
static void label_gb18030(struct kb_buf *out) {
    labels(out, "gb18030", "\x81\x30\x81\x30\xFE\x39\xFE\x39\x81<p>\x84\x31");
}
static void label_replacement(struct kb_buf *out) {
    labels(out, "hz-gb-2312", "~{VPND~}<p>");
}
static void label_long(struct kb_buf *out) {
    kb_buf_z(out, "<meta charset=");
    fill(out, "utf", 10 * MB);
}

/* ---- size -------------------------------------------------------------------------------- */

static const char sentence[] = "The wall is to keep the winter storms out of the old basin. ";

static void text_200_mb(struct kb_buf *out) {
    size_t scale = kb_hard_scale; /* must pass the limit whatever the scale is */
    kb_hard_scale = scale > 2 ? 2 : scale;
    fill(out, sentence, 200 * MB);
    kb_hard_scale = scale;
}

static void text_60_mb(struct kb_buf *out) {
    fill(out, sentence, 60 * MB);
}

static void html_60_mb(struct kb_buf *out) {
    head(out);
    fill(out, prose, 60 * MB);
    foot(out);
}

static void word_50_mb(struct kb_buf *out) {
    head(out);
    kb_buf_z(out, "<p>");
    fill(out, "wall", 50 * MB);
    foot(out);
}

static void plain_word_50_mb(struct kb_buf *out) {
    fill(out, "wall", 50 * MB);
}

static void plain_lines(struct kb_buf *out) {
    fill(out, "a\n", 20 * MB);
}

static void plain_list(struct kb_buf *out) {
    fill(out, "- a\n  - b\n", 20 * MB);
}

static void title_10_mb(struct kb_buf *out) {
    kb_buf_z(out, "<title>");
    fill(out, "wall | - : ", 10 * MB);
    kb_buf_z(out, "</title>");
    around(out, prose, 20);
}

static void doctype_10_mb(struct kb_buf *out) {
    kb_buf_z(out, "<!doctype html PUBLIC \"");
    fill(out, "a ", 10 * MB);
    around(out, prose, 20);
}

/* ---- many of one thing -------------------------------------------------------------------- */

#define MANY(name, piece, count)                                                         \
    static void name(struct kb_buf *out) {                                               \
        around(out, piece, count);                                                       \
    }

MANY(nested_div, "<div>", MILLION)
MANY(nested_b, "<b>", MILLION)
MANY(nested_table, "<table>", MILLION)
MANY(nested_cells, "<table><tr><td>", MILLION / 3)
MANY(nested_ul, "<ul><li>", MILLION / 2)
MANY(nested_ul_alone, "<ul>", MILLION)
MANY(nested_dl, "<dl><dd>", MILLION / 2)
MANY(nested_svg, "<svg>", MILLION)
MANY(nested_g, "<svg><g>", MILLION / 2)
MANY(nested_math, "<math><mi>", MILLION / 2)
MANY(nested_foreign, "<svg><foreignObject>", MILLION / 2)
MANY(nested_span, "<span>", MILLION)
MANY(nested_quote, "<blockquote>", MILLION)
MANY(nested_template, "<template>", MILLION)
MANY(nested_select, "<select><option>", MILLION / 2)
MANY(nested_button, "<button>", MILLION)
MANY(nested_a_b, "<a href=x><b>", MILLION / 2)
MANY(nested_h1, "<h1><span>", MILLION / 2)
MANY(nested_article, "<article>", MILLION)
MANY(nested_unknown, "<x-y>", MILLION)
MANY(nested_ruby, "<ruby><rt>", MILLION / 2)
MANY(nested_object, "<object>", MILLION)
MANY(nested_applet, "<applet><b>", MILLION / 2)
MANY(nested_form, "<form><div>", MILLION / 2)
MANY(p_b_i, "<p><b><i><u>", MILLION / 4)
MANY(misnested, "<b><p></b><i></p></i>", MILLION / 4)
MANY(adoption, "<a><p></a><b><div></b>", MILLION / 4)
MANY(fostered, "<table><tr><div>a</div>", MILLION / 4)
MANY(fostered_text, "<table>a<b>", MILLION / 2)
MANY(end_tags, "</p></br></div></b></x>", MILLION / 4)
MANY(many_br, "<br>", MILLION)
MANY(many_br_text, "a<br><br>", MILLION)
MANY(many_p, "<p>", MILLION)
MANY(many_p_text, "<p>wall</p>", MILLION)
MANY(many_a, "<a href=\"/x\">wall</a> ", MILLION)
MANY(many_a_open, "<a href=x>", MILLION)
MANY(many_h1, "<h1>Harbour wall agreed</h1>", 100000)
MANY(many_meta, "<meta property=\"og:title\" content=\"Harbour wall\">", 100000)
MANY(many_links, "<link rel=canonical href=\"https://a.example/b\">", 100000)
MANY(many_articles, "<article><h2>Harbour</h2><p>The wall is to keep the winter storms out of "
                    "the old basin, the mayor said.</p></article>", 10000)
MANY(many_li, "<ul><li>wall</ul>", MILLION / 2)
MANY(many_td, "<td>wall", MILLION)
MANY(many_cells, "<table><tr><td>a<td colspan=1000>b</table>", MILLION / 4)
MANY(many_images, "<img src=a.jpg srcset=\"b.jpg 1x, c.jpg 2x\">", MILLION / 4)
MANY(many_figures, "<figure><img src=a.jpg><figcaption>b</figcaption></figure>", MILLION / 8)
MANY(many_times, "<time datetime=\"2025-01-01\">1</time>", MILLION / 4)
MANY(many_comments, "<!---->", MILLION)
MANY(many_scripts, "<script>1</script>", MILLION / 2)
MANY(many_jsonld, "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\","
                  "\"headline\":\"Harbour wall\"}</script>", 100000)
MANY(many_classes, "<p class=\"a b c d e f g h i j k l m n o p q r s t u v w x y z share "
                   "related comment\">wall</p>", MILLION / 8)
MANY(many_bases, "<base href=\"//b.example/\">", 100000)
MANY(many_read_also, "<p>Read also: Read also: Read also: the wall</p>", 100000)
MANY(many_by, "<p class=byline>By By By By, By and By</p>", 100000)
MANY(many_pre, "<pre>\n\n</pre>", MILLION / 2)
MANY(many_hr, "<hr>", MILLION)
MANY(many_frames, "<frameset><frame>", MILLION / 4)
MANY(many_options, "<option>a", MILLION)
MANY(many_lt, "<", 60 * MILLION)
MANY(many_amp, "&", 60 * MILLION)
MANY(entities, "&amp;", 10 * MILLION)
MANY(entities_unknown, "&xyzzy;", 5 * MILLION)
MANY(entities_cut, "&notit", 5 * MILLION)
MANY(entities_number, "&#0;&#xD800;&#x110000;&#99999999999;", MILLION)
MANY(entities_long, "&CounterClockwiseContourIntegral;", MILLION)
MANY(escapes, "<p>\x1B[31mred\x1B[0m \x1B]0;title\x07 \xC2\x9B" "31m</p>", 1000)
MANY(overrides, "<p>\xE2\x80\xAE" "abc\xE2\x80\xAC\xE2\x81\xA6</p>", 100000)
MANY(combining, "a\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81", MILLION)
MANY(stars, "*_`[](<>#", MILLION)
MANY(pipes, "<table><tr><th>|</th></tr><tr><td>|\n|</td></tr></table>", MILLION / 8)

static void nested_font(struct kb_buf *out) {
    head(out);
    for (size_t i = scaled(MILLION); i > 0; i--)
        kb_buf_printf(out, "<font size=%zu>", i);
    foot(out);
}

static void fonts_in_paragraphs(struct kb_buf *out) {
    head(out);
    for (size_t i = scaled(MILLION / 8); i > 0; i--)
        kb_buf_printf(out, "<p><font size=%zu>a", i);
    foot(out);
}

static void attributes(struct kb_buf *out) {
    head(out);
    kb_buf_z(out, "<p ");
    for (size_t i = scaled(MILLION); i > 0; i--)
        kb_buf_printf(out, "a%zu=%zu ", i, i);
    kb_buf_z(out, ">The wall</p>");
    foot(out);
}

static void attributes_same(struct kb_buf *out) {
    head(out);
    kb_buf_z(out, "<p ");
    fill(out, "a=1 ", 4 * MILLION);
    kb_buf_z(out, ">The wall</p>");
    foot(out);
}

static void attributes_spread(struct kb_buf *out) {
    head(out);
    for (size_t i = scaled(MILLION / 10); i > 0; i--)
        kb_buf_printf(out, "<p a%zu b c=d e=\"f\" style='g' id=h%zu class=i x y z>", i, i);
    foot(out);
}

static void attribute_50_mb(struct kb_buf *out) {
    head(out);
    kb_buf_z(out, "<p class=\"");
    fill(out, "share related ", 50 * MB);
    kb_buf_z(out, "\">The wall</p>");
    foot(out);
}

static void srcset(struct kb_buf *out) {
    head(out);
    kb_buf_z(out, "<figure><img src=a.jpg srcset=\"");
    fill(out, "b.jpg 1x, ", 10 * MB);
    kb_buf_z(out, "\"></figure>");
    foot(out);
}

static void tag_name_10_mb(struct kb_buf *out) {
    head(out);
    kb_buf_z(out, "<");
    fill(out, "a", 10 * MB);
    kb_buf_z(out, ">");
    foot(out);
}

static void tag_names(struct kb_buf *out) {
    head(out);
    for (size_t i = scaled(MILLION / 4); i > 0; i--)
        kb_buf_printf(out, "<x%zu>a</x%zu>", i, i);
    foot(out);
}

/* ---- what is never closed ------------------------------------------------------------------ */

static void open_with(struct kb_buf *out, const char *opening) {
    head(out);
    kb_buf_z(out, opening);
    fill(out, prose, 10 * MB);
}

static void open_comment(struct kb_buf *out) {
    open_with(out, "<!-- ");
}
static void open_script(struct kb_buf *out) {
    open_with(out, "<script><!--<script>");
}
static void open_style(struct kb_buf *out) {
    open_with(out, "<style>");
}
static void open_title(struct kb_buf *out) {
    open_with(out, "<title>");
}
static void open_textarea(struct kb_buf *out) {
    open_with(out, "<textarea>");
}
static void open_plaintext(struct kb_buf *out) {
    open_with(out, "<plaintext>");
}
static void open_noscript(struct kb_buf *out) {
    open_with(out, "<noscript>");
}
static void open_attribute(struct kb_buf *out) {
    open_with(out, "<p title=\"");
}
static void open_cdata(struct kb_buf *out) {
    open_with(out, "<svg><![CDATA[");
}
static void open_template(struct kb_buf *out) {
    open_with(out, "<template>");
}
static void open_frameset(struct kb_buf *out) {
    kb_buf_z(out, "<html><frameset><frame src=a>");
    fill(out, prose, 10 * MB);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void with_json(struct kb_buf *out, const char *type, const char *before,
                      const char *piece, size_t count, const char *behind) {
    kb_buf_printf(out, "<!doctype html><title>Harbour wall agreed</title><script %s>%s", type,
                  before);
    repeat(out, piece, count);
    kb_buf_z(out, behind);
    kb_buf_z(out, "</script>");
    around(out, prose, 20);
}

#define LD "type=\"application/ld+json\""
#define NEXT "id=\"__NEXT_DATA__\" type=\"application/json\""

#define JSON(name, type, before, piece, count, behind)                                   \
    static void name(struct kb_buf *out) {                                               \
        with_json(out, type, before, piece, count, behind);                              \
    }

JSON(ld_deep, LD, "", "[", MILLION, "")
JSON(ld_deep_objects, LD, "", "{\"@graph\":", MILLION, "")
JSON(ld_deep_pairs, LD, "", "[{\"a\":", MILLION / 2, "")
JSON(ld_array_10_mb, LD, "[", "{\"@type\":\"NewsArticle\"},", 10 * MILLION / 24, "{}]")
JSON(ld_numbers, LD, "[", "1e999,-0.0,", MILLION, "0]")
JSON(ld_string_10_mb, LD, "{\"@type\":\"NewsArticle\",\"headline\":\"", "wall ", 2 * MILLION,
     "\"}")
JSON(ld_body_10_mb, LD, "{\"@type\":\"NewsArticle\",\"articleBody\":\"", "The wall is built. ",
     MILLION / 2, "\"}")
JSON(ld_string_20_mb, LD, "{\"@type\":\"NewsArticle\",\"headline\":\"", "wall ", 4 * MILLION,
     "\"}")
JSON(ld_escapes, LD, "{\"@type\":\"NewsArticle\",\"headline\":\"", "\\ud800\\u0000\\n",
     MILLION / 2, "\"}")
JSON(ld_same_keys, LD, "{", "\"@type\":\"NewsArticle\",\"headline\":\"wall\",", 200000,
     "\"a\":1}")
JSON(ld_authors, LD, "{\"@type\":\"NewsArticle\",\"author\":[", "{\"name\":\"A B\"},", 200000,
     "{}]}")
JSON(ld_keywords, LD, "{\"@type\":\"NewsArticle\",\"keywords\":\"", "wall, ", MILLION, "\"}")
JSON(ld_types, LD, "{\"@type\":[", "\"NewsArticle\",", MILLION / 2, "\"Article\"]}")
JSON(ld_open, LD, "{\"@type\":\"NewsArticle\",\"headline\":\"", "wall\n\t", MILLION, "")
JSON(ld_commas, LD, "[", ",", MILLION, "]")
JSON(ld_comments, LD, "", "/* a */", MILLION, "{}")
JSON(ld_comment_open, LD, "/*", "a", MILLION, "")
JSON(ld_html, LD, "", "<!-- <p> -->", MILLION / 2, "{}")
JSON(state_deep, NEXT, "", "{\"props\":[", MILLION, "")
JSON(state_wide, NEXT, "{\"props\":[", "{\"text\":\"The wall is to keep the storms out.\"},",
     200000, "{}]}")
JSON(state_string, NEXT, "{\"props\":\"", "<p>The wall is to keep the storms out.</p>", 200000,
     "\"}")
JSON(state_html, "", "window.__NUXT__=", "{\"a\":\"<p>\\u003cp\\u003eThe wall.</p>\"},", 100000,
     "")
JSON(state_braces, "", "window.__APOLLO_STATE__ = ", "{", MILLION, "")

/* ---- bait for patterns ------------------------------------------------------------------------ */

static void in_meta(struct kb_buf *out, const char *name, const char *piece, size_t count) {
    kb_buf_printf(out, "<!doctype html><meta name=\"%s\" property=\"%s\" content=\"", name, name);
    repeat(out, piece, count);
    kb_buf_z(out, "!\">");
    around(out, prose, 20);
}

static void bait_date(struct kb_buf *out) {
    in_meta(out, "article:published_time", "1-1-1T1:1:1+1 ", MILLION / 4);
}
static void bait_author(struct kb_buf *out) {
    in_meta(out, "author", "By and, By & ", MILLION / 4);
}
static void bait_keywords(struct kb_buf *out) {
    in_meta(out, "keywords", ",;, a", MILLION);
}
static void bait_title(struct kb_buf *out) {
    in_meta(out, "og:title", "a - | \xE2\x80\x93 :", MILLION / 2);
}
static void bait_image(struct kb_buf *out) {
    in_meta(out, "og:image", "https:////a/../%zz?#", MILLION / 4);
}
static void bait_language(struct kb_buf *out) {
    in_meta(out, "og:locale", "en-", MILLION);
}
static void bait_lines(struct kb_buf *out) {
    head(out);
    for (size_t i = scaled(2000); i > 0; i--) {
        kb_buf_z(out, "<p>");
        for (int k = 0; k < 2000; k++)
            kb_buf_z(out, "(((");
        kb_buf_z(out, "aaaaaaaa</p>");
    }
    foot(out);
}
static void bait_plain(struct kb_buf *out) {
    fill(out, "CITY, 3 May (A", MB);
    kb_buf_char(out, '\n');
    fill(out, "[ad_", MB);
    kb_buf_char(out, '\n');
    fill(out, "By By By ", MB);
    kb_buf_char(out, '\n');
    fill(out, "1,", MB);
}

static void bases(struct kb_buf *out) {
    static const char *const hrefs[] = {"javascript:alert(1)//", "data:text/html,x", "",
                                        "//", "http://", "https://[::1", "file:///etc/",
                                        "https://a.example/%00/", "\x01https://b.example"};
    for (size_t i = 0; i < KB_COUNT(hrefs); i++)
        kb_buf_printf(out, "<base href=\"%s\">", hrefs[i]);
    head(out);
    for (size_t i = 0; i < KB_COUNT(hrefs); i++)
        kb_buf_printf(out, "%s<p>See <a href=\"%s\">one</a>, <a href=\" java\nscript:x\">two</a>, "
                           "<a href=\"JaVaScRiPt&colon;x\">three</a>, <img src=\"%s\"></p>",
                      prose, hrefs[i], hrefs[i]);
    foot(out);
}

static void base_1_mb(struct kb_buf *out) {
    kb_buf_z(out, "<base href=\"https://a.example/");
    fill(out, "../b/", MB);
    kb_buf_z(out, "\">");
    around(out, "<p><a href=x>The wall is to keep the storms out of the basin</a></p>", 20000);
}

static void markup_in_text(struct kb_buf *out) {
    around(out, "<p>&lt;script&gt;alert(1)&lt;/script&gt; <a href='x\" onclick=\"y'>z</a> "
                "<img alt='\"><script>' src='a.jpg\"onerror=x'></p><pre>&lt;/pre>``` ~~~</pre>"
                "<svg><style><!--</style><img src=x onerror=1>--></style></svg>",
           1000);
}

/* ---- the list ---------------------------------------------------------------------------------- */

#define READ(make) {#make, make, KB_HARD_READ, NULL, NULL, NULL}
#define TEXT(make) {#make, make, KB_HARD_READ, NULL, "The council of the island town", NULL}
#define PLAIN(make) {#make, make, KB_HARD_READ, "text/plain; charset=utf-8", NULL, NULL}
#define EITHER(make) {#make, make, KB_HARD_EITHER, NULL, NULL, NULL}
#define REFUSED(make) {#make, make, KB_HARD_REFUSED, NULL, NULL, NULL}

const struct kb_hard_input kb_hard_inputs[] = {
    EITHER(empty), READ(one_byte), EITHER(bom_alone), EITHER(spaces), EITHER(random_bytes),
    REFUSED(png), REFUSED(pdf), REFUSED(gzip), REFUSED(zip), REFUSED(zeros),
    TEXT(invalid_utf8), TEXT(nul_bytes), TEXT(utf16le_bom), TEXT(utf16be_bom),
    EITHER(utf16le), EITHER(utf16be), EITHER(utf16_odd), EITHER(utf32), READ(label_unknown),
    READ(label_utf7), READ(label_iso2022jp), READ(label_gb18030), READ(label_replacement),
    READ(label_long),
    {"text_200_mb", text_200_mb, KB_HARD_LIMIT, NULL, NULL, NULL},
    {"text_200_mb_plain", text_200_mb, KB_HARD_LIMIT, "text/plain", NULL, NULL},
    READ(text_60_mb), PLAIN(text_60_mb), READ(html_60_mb), READ(word_50_mb),
    PLAIN(plain_word_50_mb), PLAIN(plain_lines), PLAIN(plain_list), READ(title_10_mb),
    READ(doctype_10_mb),
    READ(nested_div), READ(nested_b), READ(nested_table), READ(nested_cells), READ(nested_ul),
    READ(nested_ul_alone), READ(nested_dl), READ(nested_svg), READ(nested_g),
    READ(nested_math), READ(nested_foreign), READ(nested_span), READ(nested_quote),
    READ(nested_template), READ(nested_select), READ(nested_button), READ(nested_a_b),
    READ(nested_h1), READ(nested_article), READ(nested_unknown), READ(nested_ruby),
    READ(nested_object), READ(nested_applet), READ(nested_form), READ(nested_font),
    READ(fonts_in_paragraphs), READ(p_b_i), READ(misnested), READ(adoption), READ(fostered),
    READ(fostered_text), READ(end_tags), READ(many_br), READ(many_br_text), READ(many_p),
    READ(many_p_text), READ(many_a), READ(many_a_open), READ(many_h1), READ(many_meta),
    READ(many_links), READ(many_articles), READ(many_li), READ(many_td), READ(many_cells),
    READ(many_images), READ(many_figures), READ(many_times), READ(many_comments),
    READ(many_scripts), READ(many_jsonld), READ(many_classes), READ(many_bases),
    READ(many_read_also), READ(many_by), READ(many_pre), READ(many_hr), READ(many_frames),
    READ(many_options), READ(many_lt), READ(many_amp), READ(entities),
    READ(entities_unknown), READ(entities_cut), READ(entities_number), READ(entities_long),
    READ(escapes), READ(overrides), READ(combining), READ(stars), READ(pipes),
    READ(attributes), READ(attributes_same), READ(attributes_spread), READ(attribute_50_mb),
    READ(srcset), READ(tag_name_10_mb), READ(tag_names),
    READ(open_comment), READ(open_script), READ(open_style), READ(open_title),
    READ(open_textarea), READ(open_plaintext), READ(open_noscript), READ(open_attribute),
    READ(open_cdata), READ(open_template), READ(open_frameset),
    TEXT(ld_deep), TEXT(ld_deep_objects), TEXT(ld_deep_pairs), TEXT(ld_array_10_mb),
    TEXT(ld_numbers), TEXT(ld_string_10_mb), READ(ld_body_10_mb), TEXT(ld_string_20_mb),
    TEXT(ld_escapes), TEXT(ld_same_keys), TEXT(ld_authors), TEXT(ld_keywords),
    TEXT(ld_types), TEXT(ld_open), TEXT(ld_commas), TEXT(ld_comments),
    TEXT(ld_comment_open), TEXT(ld_html), READ(state_deep), READ(state_wide),
    READ(state_string), READ(state_html), READ(state_braces),
    TEXT(bait_date), TEXT(bait_author), TEXT(bait_keywords), TEXT(bait_title),
    TEXT(bait_image), TEXT(bait_language), READ(bait_lines), PLAIN(bait_plain),
    TEXT(bases), READ(base_1_mb), READ(markup_in_text),
};
const size_t kb_hard_input_count = KB_COUNT(kb_hard_inputs);
