/* A template of any bytes, and values of any bytes behind a line "==": where it compiles,
 * the page has the same elements and attributes whatever the values are, and no address
 * in it is a script's. */
#include "fuzz.h"

#include <lexbor/html/html.h>
#include <yyjson.h>

#include "serve/messages.h"
#include "serve/template.h"

static const char words[] =
    "@language en\n@name English\n@plural one\n"
    "date.day = {day} {month} {year}\ndate.time = {date}, {hour}:{minute}\n"
    "ago.now = now\nago.minutes = {n} min\nago.hours = {n} h\nago.days = {n} d\n"
    "month.01 = 1\nmonth.02 = 2\nmonth.03 = 3\nmonth.04 = 4\nmonth.05 = 5\n"
    "month.06 = 6\nmonth.07 = 7\nmonth.08 = 8\nmonth.09 = 9\nmonth.10 = 10\n"
    "month.11 = 11\nmonth.12 = 12\nx = says {a}\ny[one] = {n} <\ny[other] = {n} &\n";

static struct kb_str find(void *context, struct kb_str name) {
    return kb_str_equal(name, KB_STR("t"))   ? *(struct kb_str *)context
           : kb_str_equal(name, KB_STR("p")) ? KB_STR("<p title=\"{{a}}\">{{b}}</p>")
                                             : KB_STR_NONE;
}
static struct kb_str find_asset(void *context, struct kb_str name) {
    (void)context;
    return name.n == 1 ? KB_STR("/assets/x") : KB_STR_NONE;
}

/* Values of one sort: each name that a template may ask for. */
static yyjson_mut_doc *make_view(struct kb_str a, struct kb_str b) {
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, root);
    yyjson_mut_obj_add_strn(doc, root, "a", a.p, a.n);
    yyjson_mut_obj_add_strn(doc, root, "b", b.p, b.n);
    yyjson_mut_obj_add_sint(doc, root, "n", 1772487000);
    yyjson_mut_val *list = yyjson_mut_obj_add_arr(doc, root, "l");
    for (int i = 0; i < 3; i++) {
        yyjson_mut_val *item = yyjson_mut_arr_add_obj(doc, list);
        yyjson_mut_obj_add_strn(doc, item, "a", b.p, b.n);
        yyjson_mut_obj_add_strn(doc, item, "c", a.p, a.n);
    }
    return doc;
}

/* Elements and the names of their attributes, in order. */
static void put_element(const lxb_dom_element_t *element, struct kb_buf *out) {
    size_t n;
    const lxb_char_t *name = lxb_dom_element_local_name((lxb_dom_element_t *)element, &n);
    kb_buf_add(out, name, n);
    for (lxb_dom_attr_t *at = element->first_attr; at; at = at->next) {
        name = lxb_dom_attr_local_name(at, &n);
        kb_buf_char(out, ' ');
        kb_buf_add(out, name, n);
        if (n > 2 && name[0] == 'o' && name[1] == 'n')
            kb_fuzz_fail("an event handler");
        const lxb_char_t *value = lxb_dom_attr_value(at, &n);
        struct kb_str text = kb_str_trim((struct kb_str){(const char *)value, n});
        if (kb_str_starts_nocase(text, KB_STR("javascript:")) &&
            (at->node.local_name == LXB_DOM_ATTR_HREF ||
             at->node.local_name == LXB_DOM_ATTR_SRC))
            kb_buf_z(out, " SCRIPT");
    }
    kb_buf_char(out, '\n');
}

static void skeleton(struct kb_str html, struct kb_buf *out) {
    lxb_html_document_t *document = lxb_html_document_create();
    if (!document ||
        lxb_html_document_parse(document, (const lxb_char_t *)(html.n ? html.p : ""),
                                html.n) != LXB_STATUS_OK)
        kb_fuzz_fail("no memory for the page");
    lxb_dom_node_t *root = lxb_dom_interface_node(document), *node = root->first_child;
    while (node) {
        if (node->type == LXB_DOM_NODE_TYPE_ELEMENT)
            put_element(lxb_dom_interface_element(node), out);
        if (node->first_child) {
            node = node->first_child;
            continue;
        }
        while (node && node != root && !node->next)
            node = node->parent;
        node = node && node != root ? node->next : NULL;
    }
    lxb_html_document_destroy(document);
}

static bool render(const struct kb_template *t, const struct kb_messages *m,
                   struct kb_str a, struct kb_str b, struct kb_buf *out) {
    struct kb_buf page;
    struct kb_err err;
    yyjson_mut_doc *view = make_view(a, b);
    struct kb_template_use use = {.root = yyjson_mut_doc_get_root(view),
                                  .language = kb_messages_language(m, 0),
                                  .now = 1772487999,
                                  .base = KB_STR("/base")};
    kb_buf_init(&page, (size_t)1 << 20);
    bool good = kb_template_render(t, &use, &page, &err) == KB_OK;
    if (good)
        skeleton(kb_buf_view(&page), out);
    kb_buf_free(&page);
    yyjson_mut_doc_free(view);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str input = {(const char *)data, size}, text = input, value = KB_STR_NONE;
    size_t end = kb_str_find(input, KB_STR("\n==\n"));
    struct kb_arena arena;
    struct kb_messages *m;
    struct kb_template *t;
    struct kb_err err = {.text = ""};
    struct kb_buf plain, hostile;
    if (end != KB_NOT_FOUND) {
        text = kb_str_slice(input, 0, end);
        value = kb_str_slice(input, end + 4, input.n);
        value.n = kb_utf8_valid_prefix(value);
    }
    if (!value.n || memchr(value.p, '\0', value.n) || kb_is_space(value.p[0]))
        value = KB_STR("\"'><script>alert(1)</script><img src=x onerror=a() {{a}} &lt;");
    struct kb_message_file file = {KB_STR("en"), kb_str_z(words)};
    struct kb_template_from from = {.find = find, .asset = find_asset, .context = &text};
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&plain, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&hostile, KB_LIMIT_OUTPUT_BYTES);
    if (kb_messages_read(&arena, &file, 1, &m, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    from.messages = m;
    if (kb_template_compile(&arena, &from, KB_STR("t"), &t, &err) != KB_OK) {
        if (!err.text[0])
            kb_fuzz_fail("refused without a word");
    } else if (render(t, m, KB_STR("q7vzk2"), KB_STR("q8wzk3"), &plain) &&
               render(t, m, value, KB_STR("javascript:alert(1)//\"<b>"), &hostile) &&
               !kb_str_equal(kb_buf_view(&plain), kb_buf_view(&hostile))) {
        kb_fuzz_fail("a value became markup");
    }
    kb_buf_free(&plain);
    kb_buf_free(&hostile);
    kb_arena_free(&arena);
    return 0;
}
