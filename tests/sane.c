/* An article enters, the first broken promise of kabar.h leaves (or none). */
#include "sane.h"

#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <yyjson.h>

const char *kb_sane_text(kabar_text text, const char *kind, int number, int key) {
    static _Thread_local char fault[128];
    struct kb_str s = {text.data, text.size};
    const char *what = NULL;
    if (!text.data)
        what = "is NULL";
    else if (text.data[text.size] != '\0')
        what = "has no NUL behind it";
    else if (kb_utf8_valid_prefix(s) != s.n)
        what = "is not valid UTF-8";
    if (!what)
        return NULL;
    snprintf(fault, sizeof fault, "%s %d, key %d %s", kind, number, key, what);
    return fault;
}

static const char *fields_fault(const kabar_article *article) {
    const char *fault = NULL;
    for (int field = 0; field < KABAR_FIELD_COUNT && !fault; field++)
        fault = kb_sane_text(kabar_get(article, (kabar_field)field), "field", field, 0);
    if (fault)
        return fault;
    for (int list = 0; list < KABAR_LIST_COUNT; list++) {
        size_t count = kabar_count(article, (kabar_list)list);
        if (count > KB_LIMIT_LIST_ITEMS)
            return "a list has more items than its limit";
        for (size_t i = 0; i <= count; i++)
            for (int key = 0; key < KABAR_KEY_COUNT; key++) {
                kabar_text item =
                    kabar_item(article, (kabar_list)list, i, (kabar_key)key);
                fault = kb_sane_text(item, "list", list, key);
                if (fault)
                    return fault;
                if (i == count && item.size)
                    return "an item past the end is not empty";
            }
    }
    double confidence = kabar_confidence(article);
    if (!(confidence >= 0 && confidence <= 1))
        return "the confidence is not between 0 and 1";
    return NULL;
}

/* Whether one of count beginnings stands at s. */
static bool begins(struct kb_str s, const char *const *beginnings, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (kb_str_starts_nocase(s, kb_str_z(beginnings[i])))
            return true;
    return false;
}

/* Walks tags and texts as a browser does: a > ends a tag only outside of quotes. */
static const char *html_fault(struct kb_str html) {
    static const char *const tags[] = {"<script", "<style",    "<iframe", "<object",
                                       "<embed",  "<form",     "<base",   "<svg",
                                       "<input",  "<meta http"};
    static const char *const values[] = {"=\"javascript:", "=\"data:", "=\"vbscript:"};
    static const char *const names[] = {" on", " style=", " srcdoc="};
    bool in_tag = false, in_quotes = false;
    for (size_t i = 0; i < html.n; i++) {
        char c = html.p[i];
        struct kb_str rest = kb_str_slice(html, i, html.n);
        if (!in_tag && c == '<') {
            in_tag = true;
            if (begins(rest, tags, KB_COUNT(tags)))
                return "the HTML holds an element that no printed HTML may hold";
        } else if (in_tag && c == '"') {
            in_quotes = !in_quotes;
        } else if (in_tag && !in_quotes && c == '>') {
            in_tag = false;
        } else if (in_tag && !in_quotes && c == '=' &&
                   begins(rest, values, KB_COUNT(values))) {
            return "the HTML holds an address that runs";
        } else if (in_tag && !in_quotes && c == ' ' &&
                   begins(rest, names, KB_COUNT(names))) {
            return "the HTML holds an attribute that no printed HTML may hold";
        }
    }
    return in_tag ? "the HTML ends inside a tag" : NULL;
}

/* The JSON's text and the field must be the same: the writer's escapes are undone by a
 * reader that is not ours. */
static const char *json_fault(struct kb_str json, const kabar_article *article) {
    yyjson_doc *doc = yyjson_read(json.p, json.n, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    const char *fault = NULL;
    const char *schema = yyjson_get_str(yyjson_obj_get(root, "schema"));
    yyjson_val *text = yyjson_obj_get(root, "content_text");
    kabar_text want = kabar_get(article, KABAR_TEXT);
    struct kb_str got = {yyjson_get_str(text), yyjson_get_len(text)};
    if (!doc)
        fault = "the JSON cannot be read";
    else if (!schema || strcmp(schema, "kabar.article/1") != 0)
        fault = "the JSON's schema is not kabar.article/1";
    else if (!kb_str_equal(got, (struct kb_str){want.data, want.size}))
        fault = "the JSON's content_text is not the article's text";
    yyjson_doc_free(doc);
    return fault;
}

/* True where a value is null: what is not known is left out. */
static bool has_null(yyjson_val *root) {
    size_t left = KB_LIMIT_JSON_VALUES;
    yyjson_val *end = root ? unsafe_yyjson_get_next(root) : NULL;
    for (yyjson_val *v = root; v < end && left; left--) {
        if (yyjson_is_null(v))
            return true;
        v = unsafe_yyjson_is_ctn(v) ? v + 1 : unsafe_yyjson_get_next(v);
    }
    return false;
}

/* The body's text as JSON-LD and ninjs have it. */
static yyjson_val *text_of(yyjson_val *root, kabar_format format) {
    if (format == KABAR_FORMAT_JSONLD)
        return yyjson_obj_get(root, "articleBody");
    yyjson_val *body = yyjson_arr_get(yyjson_obj_get(root, "bodies"), 0);
    return yyjson_obj_get(body, "value");
}

static const char *vocabulary_fault(struct kb_str json, kabar_format format,
                                    const kabar_article *article) {
    const bool ld = format == KABAR_FORMAT_JSONLD;
    yyjson_doc *doc = yyjson_read(json.p, json.n, 0);
    yyjson_val *root = yyjson_doc_get_root(doc), *text = text_of(root, format);
    const char *type = yyjson_get_str(yyjson_obj_get(root, ld ? "@type" : "type"));
    const char *uri = yyjson_get_str(yyjson_obj_get(root, ld ? "@id" : "uri"));
    kabar_text want = kabar_get(article, KABAR_TEXT);
    struct kb_str got = {yyjson_get_str(text), yyjson_get_len(text)};
    const char *fault = NULL;
    if (!doc)
        fault = "the document cannot be read as JSON";
    else if (!type || strcmp(type, ld ? "NewsArticle" : "text") != 0)
        fault = "the document is of another type";
    else if (!uri || !strchr(uri, ':') || uri[strcspn(uri, " \"<>\\^`{|}")])
        fault = "the document's address is none";
    else if (!kb_str_equal(got, (struct kb_str){want.data, want.size}))
        fault = "the document's text is not the article's";
    else if (has_null(root))
        fault = "the document holds a null";
    yyjson_doc_free(doc);
    return fault;
}

static const char *print_fault(const kabar_article *article, kabar_format format,
                               const kabar_print_options *options) {
    kabar_buffer out = {0};
    kabar_error error = {0};
    const char *fault = NULL;
    kabar_status status = kabar_print(article, format, options, &out, &error);
    struct kb_str s = {out.data, out.size};
    if (status == KABAR_ELIMIT || status == KABAR_ENOMEM) {
        if (out.size)
            fault = "a failed print left something in the buffer";
        else if (!error.message[0])
            fault = "a failed print has no message";
    } else if (status != KABAR_OK) {
        fault = "printing failed without a reason";
    } else if (!out.data || out.data[out.size] != '\0') {
        fault = "no NUL behind what was printed";
    } else if (kb_utf8_valid_prefix(s) != s.n) {
        fault = "what was printed is not valid UTF-8";
    } else if (s.n && s.p[s.n - 1] != '\n') {
        fault = "no line feed ends what was printed";
    } else if (format == KABAR_FORMAT_HTML) {
        fault = html_fault(s);
    } else if (format == KABAR_FORMAT_JSON) {
        fault = json_fault(s, article);
    } else if (format == KABAR_FORMAT_JSONLD || format == KABAR_FORMAT_NINJS) {
        fault = vocabulary_fault(s, format, article);
    } else if (format == KABAR_FORMAT_VIEW && !(options && options->color) && s.n &&
               memchr(s.p, 0x1B, s.n)) {
        fault = "the view holds a terminal escape of the page's";
    }
    kabar_buffer_free(&out);
    return fault;
}

const char *kb_sane_article(const kabar_article *article) {
    const kabar_print_options narrow = {.size = sizeof narrow, .width = 20};
    const kabar_print_options wide = {
        .size = sizeof wide, .width = 72, .color = 1, .indent = 2};
    const char *fault = fields_fault(article);
    for (int format = KABAR_FORMAT_TEXT; format <= KABAR_FORMAT_NINJS && !fault;
         format++) {
        fault = print_fault(article, (kabar_format)format, NULL);
        if (!fault && format == KABAR_FORMAT_VIEW)
            fault = print_fault(article, (kabar_format)format, &narrow);
        if (!fault && format >= KABAR_FORMAT_JSON)
            fault = print_fault(article, (kabar_format)format, &wide);
    }
    return fault;
}
