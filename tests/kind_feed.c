/* Kind `feed`: a feed's bytes through the public API.
 *
 * Input: input.xml, input.json, input.html or input.bin.  Options: base, content_type,
 * content_language, max_feed_bytes.  Outputs:
 *   json       the JSON Feed document, two spaces a level
 *   view       the list for a terminal, 72 columns wide
 *   warnings   a line each
 *   error      "status: message" where the input is refused
 *
 * What was printed must be read again, as JSON Feed, with the same items. */
#include "runner.h"
#include "sane.h"

#include <stdlib.h>

static void print(struct kb_case *c, const kabar_feed *feed, const char *name,
                  kabar_format format, kabar_buffer *out) {
    const kabar_print_options options = {
        .size = sizeof options, .width = 72, .indent = 2};
    kabar_error error;
    out->size = 0;
    if (kabar_feed_print(feed, format, &options, out, &error) != KABAR_OK)
        kb_case_fail(c, "%s: %s", name, error.message);
    kb_case_output(c, name, (struct kb_str){out->data, out->size});
}

static bool same(kabar_text a, kabar_text b) {
    return kb_str_equal((struct kb_str){a.data, a.size}, (struct kb_str){b.data, b.size});
}

static void read_again(struct kb_case *c, const kabar_feed *feed,
                       const kabar_buffer *json) {
    static const kabar_item_field fields[] = {
        KABAR_ITEM_ID,   KABAR_ITEM_URL,     KABAR_ITEM_TITLE,
        KABAR_ITEM_TEXT, KABAR_ITEM_SUMMARY, KABAR_ITEM_DATE_PUBLISHED};
    kabar_feed *again;
    kabar_error error = {0};
    if (kabar_feed_new(&again, &error) != KABAR_OK) {
        kb_case_fail(c, "no second feed: %s", error.message);
        return;
    }
    if (kabar_feed_read(again, json->data, json->size, NULL, &error) != KABAR_OK)
        kb_case_fail(c, "what was printed is refused: %s", error.message);
    else if (kabar_feed_count(again) != kabar_feed_count(feed))
        kb_case_fail(c, "what was printed has %zu items and not %zu",
                     kabar_feed_count(again), kabar_feed_count(feed));
    for (size_t i = 0; i < kabar_feed_count(again); i++) {
        for (size_t k = 0; k < KB_COUNT(fields); k++) {
            kabar_text was = kabar_feed_item(feed, i, fields[k]);
            kabar_text is = kabar_feed_item(again, i, fields[k]);
            if (!same(was, is))
                kb_case_fail(c, "item %zu read again has “%s” and not “%s”", i, is.data,
                             was.data);
        }
    }
    kabar_feed_free(again);
}

static void outputs(struct kb_case *c, const kabar_feed *feed) {
    kabar_buffer out = {0};
    struct kb_buf warnings;
    print(c, feed, "view", KABAR_FORMAT_VIEW, &out);
    print(c, feed, "json", KABAR_FORMAT_JSON, &out);
    read_again(c, feed, &out);
    kabar_buffer_free(&out);
    kb_buf_init(&warnings, (size_t)1 << 20);
    for (size_t i = 0; i < kabar_feed_warning_count(feed); i++)
        kb_buf_printf(&warnings, "%s\n", kabar_feed_warning(feed, i).data);
    kb_case_output(c, "warnings", kb_buf_view(&warnings));
    kb_buf_free(&warnings);
}

static void refused(struct kb_case *c, kabar_status status, const kabar_error *error) {
    struct kb_buf out;
    kb_buf_init(&out, 4096);
    kb_buf_printf(&out, "%s: %s\n", kabar_status_name(status), error->message);
    if (!kb_case_file(c, "want.error").p && !kb_case_file(c, "has.error").p)
        kb_case_fail(c, "refused: %s", error->message);
    kb_case_output(c, "error", kb_buf_view(&out));
    kb_buf_free(&out);
}

static void run(struct kb_case *c) {
    static const char *const names[] = {"input.xml", "input.json", "input.html",
                                        "input.bin"};
    struct kb_str input = KB_STR_NONE;
    for (size_t i = 0; i < KB_COUNT(names) && !input.p; i++)
        input = kb_case_file(c, names[i]);
    if (!input.p) {
        kb_case_fail(c, "has no input.xml, input.json, input.html or input.bin");
        return;
    }
    const char *most = kb_case_option(c, "max_feed_bytes");
    const kabar_feed_hints hints = {
        .size = sizeof hints,
        .base_url = kb_case_option(c, "base"),
        .content_type = kb_case_option(c, "content_type"),
        .content_language = kb_case_option(c, "content_language"),
        .max_feed_bytes = most ? (size_t)strtoull(most, NULL, 10) : 0};
    kabar_feed *feed;
    kabar_error error = {0};
    if (kabar_feed_new(&feed, &error) != KABAR_OK) {
        kb_case_fail(c, "no feed: %s", error.message);
        return;
    }
    kabar_status status = kabar_feed_read(feed, input.p, input.n, &hints, &error);
    if (status == KABAR_OK) {
        const char *fault = kb_sane_feed(feed);
        if (fault)
            kb_case_fail(c, "%s", fault);
        outputs(c, feed);
    } else {
        if (kabar_feed_count(feed))
            kb_case_fail(c, "refused, and items all the same");
        refused(c, status, &error);
    }
    kabar_feed_free(feed);
}

const struct kb_test_kind kb_kind_feed = {"feed", run};
