/* The parser's gate against large hostile pages, the builder against a small arena.  What
 * the gate must not let grow: depth, rebuilt formatting, attributes, nodes, texts that
 * are joined piece by piece.  No times are measured: what is quadratic takes hours. */
#include "unit.h"

#include "html/html.h"

struct seen {
    struct kb_html_notes notes;
    size_t nodes, depth, text;
};

static struct kb_html *parser;
static struct kb_buf page;

static void repeat(size_t count, const char *what) {
    for (size_t i = 0; i < count; i++)
        kb_buf_z(&page, what);
}

/* Parses what stands in page, walks the tree, empties page. */
static struct seen parse(size_t max_depth) {
    struct seen seen = {0};
    lxb_html_document_t *document;
    if (!parser && !CHECK(kb_html_new(&parser, NULL) == KB_OK))
        return seen;
    if (CHECK(kb_html_parse(parser, kb_buf_view(&page), max_depth, &document, &seen.notes,
                            NULL) == KB_OK)) {
        lxb_dom_node_t *root = lxb_dom_interface_node(document), *at = root, *up;
        size_t depth = 0;
        for (; at; at = kb_dom_next(at, root, false)) {
            seen.nodes++;
            if (at->type == LXB_DOM_NODE_TYPE_TEXT)
                seen.text += kb_dom_text(at).n;
            if (at->first_child)
                continue;
            for (depth = 0, up = at; up && depth <= 2 * KB_LIMIT_DEPTH; up = up->parent)
                depth++;
            seen.depth = depth > seen.depth ? depth : seen.depth;
        }
    }
    kb_buf_clear(&page);
    return seen;
}

static void depth(void) {
    static const char *const tags[] = {
        "<div>",      "<span>",       "<table><tr><td>", "<ul><li>", "<svg>",
        "<math><mi>", "<svg><title>", "<b><p>",          "<button>", "<table><caption>"};
    for (size_t i = 0; i < KB_COUNT(tags); i++) {
        repeat(50000, tags[i]);
        kb_buf_z(&page, "end");
        struct seen seen = parse(0);
        CHECK(seen.depth < KB_LIMIT_DEPTH + 2 * KB_LIMIT_FORMATTING);
        CHECK(seen.notes.depth_cut || seen.notes.formatting_cut || seen.depth < 100);
        CHECK(seen.text >= 3);
    }
    repeat(100, "<div>");
    CHECK(parse(50).depth <= 52);
    repeat(100, "<div>");
    CHECK(!parse(0).notes.depth_cut);
}

static void end_tags_of_what_was_dropped(void) {
    repeat(10000, "<div>");
    kb_buf_z(&page, "deep");
    repeat(10000, "</div>");
    kb_buf_z(&page, "<p>after");
    lxb_html_document_t *document;
    CHECK(kb_html_parse(parser, kb_buf_view(&page), 0, &document, NULL, NULL) == KB_OK);
    lxb_dom_node_t *last = lxb_dom_interface_node(document->body)->last_child;
    CHECK(last->local_name == LXB_TAG_P);
    CHECK_STR(kb_dom_text(last->first_child), "after");
    kb_buf_clear(&page);
}

/* Attributes that nobody asks for do not enter, whatever stands around them. */
static void wanted_attributes(void) {
    static const struct kb_str names[] = {{"data-own", 8}, {NULL, 0}};
    struct kb_html *own = NULL;
    lxb_html_document_t *document;
    if (!CHECK(kb_html_new(&own, NULL) == KB_OK))
        return;
    kb_html_want(own, names);
    for (int round = 0; round < 2; round++) { /* the library numbers names anew */
        struct kb_str text =
            KB_STR("<p data-x=1 class=a onclick=x data-own=2 data-y>text<svg width=9 "
                   "class=b><path d=M0></svg><a onclick=y data-z href=/b>link</a>");
        CHECK(kb_html_parse(own, text, 0, &document, NULL, NULL) == KB_OK);
        lxb_dom_node_t *p = lxb_dom_interface_node(document->body)->first_child;
        lxb_dom_node_t *svg = p->first_child->next, *a = svg->next;
        CHECK_STR(kb_dom_attr(p, "class"), "a");
        CHECK_STR(kb_dom_attr(p, "data-own"), "2");
        CHECK_STR(kb_dom_attr(a, "href"), "/b");
        CHECK(!kb_dom_attr(p, "data-x").n && !kb_dom_attr(p, "onclick").n);
        CHECK(lxb_dom_interface_element(p)->first_attr->next ==
              lxb_dom_interface_element(p)->last_attr);
        CHECK(lxb_dom_interface_element(a)->first_attr ==
              lxb_dom_interface_element(a)->last_attr);
        CHECK(!lxb_dom_interface_element(svg)->first_attr &&
              !lxb_dom_interface_element(svg->first_child)->first_attr);
    }
    kb_html_free(own);
}

static void formatting(void) {
    for (int i = 0; i < 100000; i++)
        kb_buf_printf(&page, "<font a=%d>", i);
    repeat(1000, "<p>x");
    struct seen seen = parse(0);
    CHECK(seen.notes.formatting_cut);
    CHECK(seen.nodes < 200000);
    repeat(200000, "<p><b>x");
    CHECK(parse(0).nodes <= KB_LIMIT_NODES + 50000);
}

static void attributes(void) {
    kb_buf_z(&page, "<p");
    repeat(500000, " a=1");
    kb_buf_z(&page, ">text</p><p>after");
    struct seen seen = parse(0);
    CHECK(seen.notes.attributes_cut);
    CHECK_INT(seen.text, sizeof "textafter" - 1);
    kb_buf_z(&page, "<p");
    for (int i = 0; i < 500000; i++)
        kb_buf_printf(&page, " a%d=1", i);
    kb_buf_z(&page, ">text");
    CHECK(parse(0).notes.attributes_cut);
}

static void nodes(void) {
    repeat(KB_LIMIT_NODES + KB_LIMIT_NODES / 2, "<p>x");
    struct seen seen = parse(0);
    CHECK(seen.notes.nodes_cut);
    CHECK(seen.nodes > KB_LIMIT_NODES / 2 && seen.nodes < 2 * (size_t)KB_LIMIT_NODES);
    kb_buf_z(&page, "<p>small");
    seen = parse(0);
    CHECK(!seen.notes.nodes_cut);
    CHECK_INT(seen.text, 5);
}

static void texts(void) {
    repeat(200000, "x</z a=1>");
    CHECK_INT(parse(0).text, 200000);
    kb_buf_z(&page, "<table>");
    repeat(200000, "x<tr a=b>");
    CHECK_INT(parse(0).text, 200000);
    repeat(1000000, "&amp;");
    CHECK_INT(parse(0).text, 1000000);
    repeat(3000000, "<");
    CHECK_INT(parse(0).text, 3000000);
    kb_buf_z(&page, "<!--");
    repeat(1000000, "--!");
    CHECK_INT(parse(0).text, 0);
}

/* Whatever the arena holds: no crash, and a tree that can be walked. */
static void small_arenas(void) {
    static const char html[] =
        "<h1>A</h1><p>b <a href='https://a.example/'>c</a><ul><li>d<li><img src=https://"
        "a.example/e.jpg>f</ul><table><tr><th>g<td>h<tr><td>i<td>j</table><pre>k</pre>"
        "<figure><img src=https://a.example/l.jpg><figcaption>m</figcaption></figure>";
    struct kb_urls *urls;
    lxb_html_document_t *document;
    struct kb_buf out;
    kb_buf_init(&out, 1 << 20);
    if (!CHECK(kb_urls_new(&urls, NULL) == KB_OK))
        return;
    repeat(40, html);
    CHECK(kb_html_parse(parser, kb_buf_view(&page), 0, &document, NULL, NULL) == KB_OK);
    for (size_t max = 0; max < (size_t)256 << 10; max += 4 << 10) {
        struct kb_arena arena;
        struct kb_node *root;
        kb_arena_init(&arena, max);
        enum kb_status status =
            kb_html_build(lxb_dom_interface_node(document), &kb_html_keep_all, urls,
                          &arena, &root, NULL);
        CHECK(status == KB_OK || (status == KB_ENOMEM && !root));
        kb_buf_clear(&out);
        if (root)
            kb_node_text(root, &out);
        CHECK(arena.full || out.n > 400);
        kb_arena_free(&arena);
    }
    kb_buf_clear(&page);
    kb_buf_free(&out);
    kb_urls_free(urls);
}

/* A page without a doctype is read in quirks mode, where a table does not close a
 * paragraph; the next page is not. */
static void modes(void) {
    static const char *const text = "<p>a<table><tr><td>b</table>";
    kb_buf_z(&page, "<!DOCTYPE html>");
    kb_buf_z(&page, text);
    struct seen first = parse(0);
    kb_buf_z(&page, text);
    CHECK(parse(0).depth != first.depth);
    kb_buf_z(&page, "<!DOCTYPE html>");
    kb_buf_z(&page, text);
    CHECK(parse(0).depth == first.depth);
}

static void begin(void) {
    kb_buf_init(&page, (size_t)64 << 20);
}

static void end(void) {
    kb_html_free(parser);
    kb_buf_free(&page);
}

UNIT_MAIN(begin, depth, end_tags_of_what_was_dropped, wanted_attributes, formatting,
          attributes, nodes, texts, modes, small_arenas, end)
