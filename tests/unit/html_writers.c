/* The tree's four writers on trees made by hand: what no page's bytes can bring about
 * (nesting past the parser's limit, full buffers), and the finer points of each form. */
#include "unit.h"

#include "html/html.h"

static struct kb_arena arena;

static struct kb_node *tree(void) {
    kb_arena_reset(&arena);
    return kb_node_add(&arena, NULL, KB_NODE_ROOT);
}

static struct kb_node *add(struct kb_node *parent, enum kb_node_kind kind,
                           const char *text) {
    struct kb_node *node = kb_node_add(&arena, parent, kind);
    if (text && node)
        kb_node_add_text(&arena, node, kb_str_z(text));
    return node;
}

static void say(struct kb_node *parent, const char *text) {
    kb_node_add_text(&arena, parent, kb_str_z(text));
}

static struct kb_node *list(struct kb_node *parent, int ordered, int start) {
    struct kb_node *node = add(parent, KB_NODE_LIST, NULL);
    node->level = (uint8_t)ordered;
    node->number = (uint16_t)start;
    return node;
}

enum form { TEXT, MARKDOWN, HTML, VIEW, COLOR };

static void print(const struct kb_node *root, enum form form, int width,
                  struct kb_buf *out) {
    switch (form) {
    case TEXT: kb_html_write_text(root, out); break;
    case MARKDOWN: kb_html_write_markdown(root, out); break;
    case HTML: kb_html_write_html(root, out); break;
    default: kb_html_write_view(root, width, form == COLOR, out); break;
    }
}

static struct kb_buf out;

static struct kb_str got(const struct kb_node *root, enum form form) {
    kb_buf_clear(&out);
    print(root, form, 40, &out);
    CHECK(out.status == KB_OK);
    return kb_buf_view(&out);
}

static struct kb_str markdown_of(const char *text) {
    struct kb_node *root = tree();
    add(root, KB_NODE_PARAGRAPH, text);
    return got(root, MARKDOWN);
}

static void nothing(void) {
    struct kb_node *root = tree();
    for (int form = TEXT; form <= COLOR; form++)
        CHECK_STR(got(root, (enum form)form), "");
    add(root, KB_NODE_PARAGRAPH, " ");
    add(add(list(root, 0, 0), KB_NODE_ITEM, NULL), KB_NODE_QUOTE, NULL);
    add(add(root, KB_NODE_PARAGRAPH, NULL), KB_NODE_STRONG, " ");
    add(root, KB_NODE_HEADING, "");
    add(root, KB_NODE_CODE_BLOCK, NULL);
    add(root, KB_NODE_TABLE, NULL);
    add(root, KB_NODE_FIGURE, NULL);
    add(root, KB_NODE_DEFINITIONS, NULL);
    for (int form = TEXT; form <= COLOR; form++)
        CHECK_STR(got(root, (enum form)form), "");
}

static void empty_blocks_leave_no_gap(void) {
    struct kb_node *root = tree();
    add(root, KB_NODE_PARAGRAPH, "a");
    add(root, KB_NODE_PARAGRAPH, " ");
    struct kb_node *items = list(root, 1, 3);
    add(items, KB_NODE_ITEM, "");
    add(items, KB_NODE_ITEM, "b");
    add(root, KB_NODE_QUOTE, NULL);
    add(root, KB_NODE_PARAGRAPH, "c");
    CHECK_STR(got(root, TEXT), "a\n\n3. b\n\nc");
    CHECK_STR(got(root, MARKDOWN), "a\n\n3. b\n\nc");
    CHECK_STR(got(root, HTML), "<p>a</p>\n<ol start=\"3\">\n<li>b</li>\n</ol>\n<p>c</p>");
    CHECK_STR(got(root, VIEW), "a\n\n3. b\n\nc");
}

static void spaces_move_out(void) {
    struct kb_node *root = tree(), *p = add(root, KB_NODE_PARAGRAPH, " one");
    add(p, KB_NODE_STRONG, " two ");
    add(p, KB_NODE_EMPHASIS, "three");
    kb_node_add(&arena, p, KB_NODE_BREAK);
    say(p, " four ");
    kb_node_add(&arena, p, KB_NODE_BREAK);
    CHECK_STR(got(root, TEXT), "one two three\nfour");
    CHECK_STR(got(root, MARKDOWN), "one **two** *three*\\\nfour");
    CHECK_STR(got(root, HTML), "<p>one<strong> two</strong> <em>three</em><br>four</p>");
}

static void emphasis_that_markdown_cannot_say(void) {
    struct kb_node *root = tree(), *p = add(root, KB_NODE_PARAGRAPH, NULL);
    add(p, KB_NODE_STRONG, "重要。");
    say(p, "之后");
    CHECK_STR(got(root, MARKDOWN), "<strong>重要。</strong>之后");
    root = tree(), p = add(root, KB_NODE_PARAGRAPH, "之");
    add(p, KB_NODE_STRONG, "重要");
    say(p, "后");
    CHECK_STR(got(root, MARKDOWN), "之**重要**后");
    root = tree(), p = add(root, KB_NODE_PARAGRAPH, NULL);
    add(p, KB_NODE_EMPHASIS, "a");
    add(p, KB_NODE_EMPHASIS, "b");
    add(p, KB_NODE_STRONG, "c");
    CHECK_STR(got(root, MARKDOWN), "*ab*<strong>c</strong>");
    root = tree(), p = add(root, KB_NODE_PARAGRAPH, NULL);
    add(add(p, KB_NODE_STRONG, "a "), KB_NODE_EMPHASIS, "b");
    CHECK_STR(got(root, MARKDOWN), "**a *b***");
    root = tree(), p = add(root, KB_NODE_PARAGRAPH, "x");
    add(p, KB_NODE_EMPHASIS, "“a”");
    say(p, "y");
    CHECK_STR(got(root, MARKDOWN), "x<em>“a”</em>y");
}

static void markdown_escapes(void) {
    CHECK_STR(markdown_of("1. a"), "1\\. a");
    CHECK_STR(markdown_of("2026) a"), "2026\\) a");
    CHECK_STR(markdown_of("1.5 a"), "1.5 a");
    CHECK_STR(markdown_of("- a - b"), "\\- a - b");
    CHECK_STR(markdown_of("---"), "\\---");
    CHECK_STR(markdown_of("-5 °C"), "-5 °C");
    CHECK_STR(markdown_of("+ a"), "\\+ a");
    CHECK_STR(markdown_of("# a"), "\\# a");
    CHECK_STR(markdown_of("#a #b"), "#a #b");
    CHECK_STR(markdown_of("> a"), "\\> a");
    CHECK_STR(markdown_of("==="), "\\===");
    CHECK_STR(markdown_of("| a | b"), "\\| a | b");
    CHECK_STR(markdown_of("3 < 4 > 2 <b> </b>"), "3 < 4 > 2 \\<b> \\</b>");
    CHECK_STR(markdown_of("AT&T &amp; &#38; R&D"), "AT&T \\&amp; \\&#38; R&D");
    CHECK_STR(markdown_of("a_b _c_ *d* `e` [f] ~g~ \\"),
              "a_b \\_c\\_ \\*d\\* \\`e\\` \\[f] \\~g\\~ \\\\");
    CHECK_STR(markdown_of("a\x1B[31m\x7F\xC2\x9B b\xC2\xA0"
                          "c"),
              "a\\[31m b\xC2\xA0"
              "c");
    struct kb_node *root = tree(), *p = add(root, KB_NODE_PARAGRAPH, "a");
    kb_node_add(&arena, p, KB_NODE_BREAK);
    say(p, "---");
    kb_node_add(&arena, p, KB_NODE_BREAK);
    say(p, "1. b");
    CHECK_STR(got(root, MARKDOWN), "a\\\n\\---\\\n1\\. b");
    root = tree();
    add(root, KB_NODE_HEADING, "C# and #")->level = 2;
    CHECK_STR(got(root, MARKDOWN), "## C\\# and \\#");
}

static void links_and_code(void) {
    struct kb_node *root = tree(), *p = add(root, KB_NODE_PARAGRAPH, "see!");
    add(p, KB_NODE_LINK, "a [b]")->url = kb_str_z("https://a.example/x_(y)?a=1&amp;b");
    say(p, " ");
    add(p, KB_NODE_CODE, "x ` y");
    say(p, " ");
    struct kb_node *image = kb_node_add(&arena, p, KB_NODE_IMAGE);
    image->url = kb_str_z("https://a.example/i.png");
    image->text = kb_str_z("an \"image\"");
    CHECK_STR(got(root, MARKDOWN),
              "see\\![a \\[b\\]](<https://a.example/x_(y)?a=1&amp;amp;b>) ``x ` y`` "
              "![an \"image\"](https://a.example/i.png)");
    CHECK_STR(got(root, HTML),
              "<p>see!<a href=\"https://a.example/x_(y)?a=1&amp;amp;b\">a [b]</a> "
              "<code>x ` y</code> <img src=\"https://a.example/i.png\" "
              "alt=\"an &quot;image&quot;\"></p>");
    CHECK_STR(got(root, TEXT), "see!a [b] x ` y");
}

static void lists(void) {
    struct kb_node *root = tree(), *items = list(root, 0, 0), *item;
    item = add(items, KB_NODE_ITEM, "a");
    add(list(item, 1, 9), KB_NODE_ITEM, "b");
    add(item->last, KB_NODE_ITEM, "c");
    add(list(root, 0, 0), KB_NODE_ITEM, "d");
    CHECK_STR(got(root, TEXT), "- a\n  9. b\n  10. c\n\n- d");
    CHECK_STR(got(root, MARKDOWN), "- a\n\n  9. b\n  10. c\n\n* d");
    CHECK_STR(
        got(root, HTML),
        "<ul>\n<li>a\n<ol start=\"9\">\n<li>b</li>\n<li>c</li>\n</ol>\n</li>\n</ul>\n"
        "<ul>\n<li>d</li>\n</ul>");
    root = tree(), item = add(list(root, 0, 0), KB_NODE_ITEM, NULL);
    add(item, KB_NODE_PARAGRAPH, "a");
    add(item, KB_NODE_PARAGRAPH, "b");
    add(item->parent, KB_NODE_ITEM, "c");
    CHECK_STR(got(root, TEXT), "- a\n\n  b\n\n- c");
    CHECK_STR(got(root, MARKDOWN), "- a\n\n  b\n\n- c");
    CHECK_STR(got(root, HTML),
              "<ul>\n<li>\n<p>a</p>\n<p>b</p>\n</li>\n<li>c</li>\n</ul>");
}

static void folding(void) {
    kb_buf_clear(&out);
    kb_html_wrap(KB_STR("The quick brown fox jumps over the lazy dog"), 24, 4, &out);
    CHECK_STR(kb_buf_view(&out),
              "    The quick brown fox\n    jumps over the lazy\n    dog");
    kb_buf_clear(&out);
    kb_html_wrap(KB_STR("一二三四五六七八九十。一二"), 20, 0, &out);
    CHECK_STR(kb_buf_view(&out), "一二三四五六七八九\n十。一二");
    kb_buf_clear(&out);
    kb_html_wrap(KB_STR("一二三四五六七八九「十」"), 20, 0, &out);
    CHECK_STR(kb_buf_view(&out), "一二三四五六七八九\n「十」");
    kb_buf_clear(&out);
    kb_html_wrap(KB_STR("ab 0123456789012345678901234567890"), 20, 0, &out);
    CHECK_STR(kb_buf_view(&out), "ab\n01234567890123456789\n01234567890");
    kb_buf_clear(&out); /* e with an acute as two characters is one column */
    kb_html_wrap(KB_STR("0123456789e\xCC\x81"
                        "e\xCC\x81"
                        "e\xCC\x81 34567890"),
                 20, 0, &out);
    CHECK_STR(kb_buf_view(&out), "0123456789e\xCC\x81"
                                 "e\xCC\x81"
                                 "e\xCC\x81\n34567890");
    kb_buf_clear(&out);
    kb_html_wrap(KB_STR("a\x1B]0;x\x07\xE2\x80\xAE"
                        "b\xE2\x81\xA6\xC2\x85"
                        "c"),
                 20, 0, &out);
    CHECK_STR(kb_buf_view(&out), "a]0;xbc");
}

static void colors(void) {
    struct kb_node *root = tree();
    add(root, KB_NODE_HEADING, "Head")->level = 1;
    struct kb_node *p = add(add(root, KB_NODE_QUOTE, NULL), KB_NODE_PARAGRAPH,
                            "some words that come before ");
    add(p, KB_NODE_LINK, "a linked text")->url = kb_str_z("https://a.example/");
    say(p, " end");
    CHECK_STR(got(root, VIEW),
              "Head\n\n│ some words that come before a linked\n│ text end");
    CHECK_STR(got(root, COLOR), "\x1B[1mHead\x1B[0m\n\n│ some words that come before "
                                "\x1B[4ma linked\x1B[0m\n│ \x1B[4mtext\x1B[0m end");
}

static void deep(enum kb_node_kind kind, enum kb_node_kind inner) {
    struct kb_node *root = tree(), *node = root;
    for (int i = 0; i < 5000; i++) {
        node = add(node, kind, NULL);
        if (inner != kind)
            node = add(node, inner, "x");
    }
    say(node, "bottom");
    for (int form = TEXT; form <= COLOR; form++) {
        struct kb_str s = got(root, (enum form)form);
        CHECK(kb_str_find(s, KB_STR("bottom")) != KB_NOT_FOUND);
        CHECK(s.n < (size_t)3 << 20);
    }
}

static void deep_nesting(void) {
    deep(KB_NODE_LIST, KB_NODE_ITEM);
    deep(KB_NODE_QUOTE, KB_NODE_QUOTE);
    deep(KB_NODE_QUOTE, KB_NODE_PARAGRAPH);
    deep(KB_NODE_EMPHASIS, KB_NODE_EMPHASIS);
    deep(KB_NODE_EMPHASIS, KB_NODE_STRONG);
    deep(KB_NODE_LINK, KB_NODE_CODE);
    deep(KB_NODE_TABLE, KB_NODE_ROW);
    deep(KB_NODE_DEFINITIONS, KB_NODE_DETAIL);
    deep(KB_NODE_CELL, KB_NODE_PARAGRAPH);
}

/* A megabyte of each kind of text takes about as many bytes again. */
static void much_text(void) {
    static const char *const units[] = {"word ",     "word",     "**_[`", "一",    "ก",
                                        "e\xCC\x81", "\xC2\xA0", "\x1B",  "<&>\"", "a\n"};
    static char text[1 << 20];
    for (size_t i = 0; i < KB_COUNT(units); i++) {
        size_t unit = strlen(units[i]), n = sizeof text / unit * unit;
        for (size_t at = 0; at < n; at += unit)
            memcpy(text + at, units[i], unit);
        struct kb_node *root = tree(), *p = add(root, KB_NODE_PARAGRAPH, NULL);
        kb_node_add_text(&arena, add(p, KB_NODE_STRONG, NULL), (struct kb_str){text, n});
        for (int form = TEXT; form <= COLOR; form++)
            CHECK(got(root, (enum form)form).n <= 6 * n);
    }
}

/* Whatever the limit, what is written is the beginning of the whole, or near it (an
 * opening delimiter may not have been exchanged yet), and nothing is written behind it.
 */
static void full_buffers(void) {
    struct kb_node *root = tree(), *p = add(root, KB_NODE_PARAGRAPH, "1. a");
    add(p, KB_NODE_STRONG, "重要。");
    add(p, KB_NODE_CODE, "`x`");
    add(p, KB_NODE_LINK, "l!")->url = kb_str_z("https://a.example/(x)");
    kb_node_add(&arena, p, KB_NODE_BREAK);
    say(p, "- a long line of words that must be folded somewhere on its way");
    add(add(list(root, 1, 1), KB_NODE_ITEM, "item"), KB_NODE_QUOTE, "quote");
    struct kb_node *row = add(add(root, KB_NODE_TABLE, NULL), KB_NODE_ROW, NULL);
    add(row, KB_NODE_CELL, "cell");
    add(row, KB_NODE_CELL, "cell");
    for (int form = TEXT; form <= COLOR; form++) {
        size_t whole = got(root, (enum form)form).n;
        for (size_t max = 0; max <= whole + 200; max++) {
            struct kb_buf small;
            kb_buf_init(&small, max);
            print(root, (enum form)form, 40, &small);
            CHECK(small.n <= max && (small.status == KB_OK || small.status == KB_ELIMIT));
            CHECK(max >= whole || small.status == KB_ELIMIT);
            kb_buf_free(&small);
        }
    }
}

static void finish(void) {
    kb_buf_free(&out);
    kb_arena_free(&arena);
}

static void start(void) {
    kb_arena_init(&arena, (size_t)256 << 20);
    kb_buf_init(&out, (size_t)64 << 20);
}

UNIT_MAIN(start, nothing, empty_blocks_leave_no_gap, spaces_move_out,
          emphasis_that_markdown_cannot_say, markdown_escapes, links_and_code, lists,
          folding, colors, deep_nesting, much_text, full_buffers, finish)
