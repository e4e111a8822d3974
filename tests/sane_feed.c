/* A feed enters, the first broken promise of kabar.h leaves (or none). */
#include <yyjson.h>

#include "harmless.h"
#include "sane.h"

static const char *fields_fault(const kabar_feed *feed) {
    const char *fault = NULL;
    size_t count = kabar_feed_count(feed);
    for (int field = 0; field < KABAR_FEED_FIELD_COUNT && !fault; field++)
        fault = kb_sane_text(kabar_feed_get(feed, (kabar_feed_field)field),
                             "feed's field", field, 0);
    for (size_t i = 0; i <= count && !fault; i++) {
        for (int field = 0; field < KABAR_ITEM_FIELD_COUNT && !fault; field++) {
            kabar_text text = kabar_feed_item(feed, i, (kabar_item_field)field);
            fault = kb_sane_text(text, "item's field", field, 0);
            if (i == count && text.size)
                fault = "an item past the end is not empty";
        }
        if (i < count && !fault && !kabar_feed_item(feed, i, KABAR_ITEM_ID).size)
            fault = "an item has no id";
    }
    count = kabar_feed_warning_count(feed);
    for (size_t i = 0; i <= count && !fault; i++)
        fault = kb_sane_text(kabar_feed_warning(feed, i), "warning", (int)i, 0);
    return fault;
}

/* Members by their names: HTML must be safe, addresses must not run. */
static const char *member_fault(struct kb_html *html, yyjson_val *key,
                                yyjson_val *value) {
    static const char *const addresses[] = {
        "url",   "home_page_url", "feed_url", "external_url", "icon",
        "image", "banner_image",  "href",     "favicon",      "avatar"};
    static const char *const schemes[] = {"javascript:", "vbscript:", "data:"};
    struct kb_str name = {yyjson_get_str(key), yyjson_get_len(key)};
    struct kb_str text = {yyjson_get_str(value), yyjson_get_len(value)};
    if (kb_str_ends(name, KB_STR("_html")))
        return kb_harmless(html, text);
    for (size_t i = 0; i < KB_COUNT(addresses); i++) {
        for (size_t k = 0; k < KB_COUNT(schemes); k++) {
            if (kb_str_equal(name, kb_str_z(addresses[i])) &&
                kb_str_starts_nocase(text, kb_str_z(schemes[k])))
                return "an address runs";
        }
    }
    return NULL;
}

/* Every member of the document, one behind the other as yyjson keeps them. */
static const char *members_fault(struct kb_html *html, yyjson_val *root) {
    yyjson_val *end = unsafe_yyjson_get_next(root);
    const char *fault = NULL;
    for (yyjson_val *v = root; v < end && !fault; v++) {
        if (yyjson_is_null(v))
            return "the document holds a null";
        if (!yyjson_is_obj(v))
            continue;
        yyjson_obj_iter iter = yyjson_obj_iter_with(v);
        for (yyjson_val *key; !fault && (key = yyjson_obj_iter_next(&iter));) {
            yyjson_val *value = yyjson_obj_iter_get_val(key);
            if (yyjson_is_str(value))
                fault = member_fault(html, key, value);
            else if (yyjson_is_ctn(value) && yyjson_get_len(value) == 0 &&
                     !yyjson_equals_str(key, "items"))
                fault = "the document holds an empty list or object";
        }
    }
    return fault;
}

/* What JSON Feed 1.1 requires; all_members: which costs most, once a feed. */
static const char *document_fault(yyjson_val *root, const kabar_feed *feed,
                                  bool all_members) {
    yyjson_val *items = yyjson_obj_get(root, "items"), *item;
    size_t i, max;
    if (!yyjson_equals_str(yyjson_obj_get(root, "version"),
                           "https://jsonfeed.org/version/1.1"))
        return "the document's version is not 1.1";
    if (!yyjson_is_str(yyjson_obj_get(root, "title")))
        return "the document has no title";
    if (yyjson_arr_size(items) != kabar_feed_count(feed))
        return "the document has not as many items as the feed";
    if (!yyjson_is_str(yyjson_obj_get(yyjson_obj_get(root, "_kabar"), "source_format")))
        return "the document does not tell the source's format";
    yyjson_arr_foreach(items, i, max, item) {
        kabar_text title = kabar_feed_item(feed, i, KABAR_ITEM_TITLE);
        yyjson_val *printed = yyjson_obj_get(item, "title");
        struct kb_str got = {yyjson_get_str(printed), yyjson_get_len(printed)};
        if (!yyjson_get_len(yyjson_obj_get(item, "id")))
            return "an item of the document has no id";
        if (!yyjson_is_str(yyjson_obj_get(item, "content_html")) &&
            !yyjson_is_str(yyjson_obj_get(item, "content_text")))
            return "an item of the document has no content";
        if (!kb_str_equal(got, (struct kb_str){title.data, title.size}))
            return "an item's title is another one in the document";
    }
    struct kb_html *html;
    if (!all_members)
        return NULL;
    if (kb_html_new(&html, NULL) != KB_OK)
        return "not enough memory for the checks";
    const char *fault = members_fault(html, root);
    kb_html_free(html);
    return fault;
}

static const char *print_fault(const kabar_feed *feed, kabar_format format,
                               const kabar_print_options *options) {
    kabar_buffer out = {0};
    kabar_error error = {0};
    const char *fault = NULL;
    kabar_status status = kabar_feed_print(feed, format, options, &out, &error);
    struct kb_str s = {out.data, out.size};
    if (status == KABAR_ELIMIT || status == KABAR_ENOMEM) {
        fault = out.size            ? "a failed print left something in the buffer"
                : !error.message[0] ? "a failed print has no message"
                                    : NULL;
    } else if (status != KABAR_OK) {
        fault = "printing failed without a reason";
    } else if (!s.n || s.p[s.n] != '\0' || s.p[s.n - 1] != '\n') {
        fault = "what was printed does not end with a line feed and a NUL";
    } else if (kb_utf8_valid_prefix(s) != s.n) {
        fault = "what was printed is not valid UTF-8";
    } else if (format == KABAR_FORMAT_JSON) {
        yyjson_doc *doc = yyjson_read(s.p, s.n, 0);
        fault = doc ? document_fault(yyjson_doc_get_root(doc), feed, !options)
                    : "the document cannot be read as JSON";
        yyjson_doc_free(doc);
    } else if (!(options && options->color) && memchr(s.p, 0x1B, s.n)) {
        fault = "the view holds a terminal escape of the feed's";
    }
    kabar_buffer_free(&out);
    return fault;
}

const char *kb_sane_feed(const kabar_feed *feed) {
    const kabar_print_options narrow = {.size = sizeof narrow, .width = 20, .indent = 3};
    const char *fault = fields_fault(feed);
    if (!fault)
        fault = print_fault(feed, KABAR_FORMAT_JSON, NULL);
    if (!fault)
        fault = print_fault(feed, KABAR_FORMAT_JSON, &narrow);
    if (!fault)
        fault = print_fault(feed, KABAR_FORMAT_VIEW, &narrow);
    return fault;
}
