/* Kind `read`: a whole page through the public API.
 *
 * Input: input.html, or input.txt, or input.bin.  Options: url, language, content_type,
 * max_page_bytes, max_depth, max_memory.  input.txt without a content_type is left to the
 * reader's own sniffing, as input.bin is.  Outputs:
 *   text md html json jsonld ninjs view
 *                            the formats; the three of JSON by indent 2, view 72 columns
 *                            wide
 *   title                    the headline
 *   removed                  "kind: text" a line, line feeds in it as " / "
 *   images                   "address | caption | credit" a line
 *   warnings                 a line each
 *   language                 as detected or declared
 *   confidence               low (under .4), middle, high (from .7)
 *   error                    "status: message" where the page is refused */
#include "runner.h"
#include "sane.h"

#include <stdio.h>
#include <stdlib.h>

static void print(struct kb_case *c, const kabar_article *article, const char *name,
                  kabar_format format) {
    const kabar_print_options options = {
        .size = sizeof options, .width = 72, .indent = 2};
    kabar_buffer out = {0};
    kabar_error error;
    if (kabar_print(article, format, &options, &out, &error) != KABAR_OK)
        kb_case_fail(c, "%s: %s", name, error.message);
    kb_case_output(c, name, (struct kb_str){out.data, out.size});
    kabar_buffer_free(&out);
}

static void add_folded(struct kb_buf *out, kabar_text text) {
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '\n')
            kb_buf_z(out, " / ");
        else
            kb_buf_char(out, text.data[i]);
}

/* A list as lines: the values under keys, with between between them. */
static void list(struct kb_case *c, const kabar_article *article, const char *name,
                 kabar_list which, const kabar_key *keys, size_t count,
                 const char *between) {
    struct kb_buf out;
    kb_buf_init(&out, (size_t)16 << 20);
    for (size_t i = 0; i < kabar_count(article, which); i++) {
        for (size_t k = 0; k < count; k++) {
            if (k)
                kb_buf_z(&out, between);
            add_folded(&out, kabar_item(article, which, i, keys[k]));
        }
        kb_buf_char(&out, '\n');
    }
    if (out.status != KB_OK)
        kb_case_fail(c, "%s is too long for a test", name);
    kb_case_output(c, name, kb_buf_view(&out));
    kb_buf_free(&out);
}

static void field(struct kb_case *c, const kabar_article *article, const char *name,
                  kabar_field which) {
    struct kb_buf out;
    kb_buf_init(&out, (size_t)1 << 20);
    add_folded(&out, kabar_get(article, which));
    kb_buf_char(&out, '\n');
    kb_case_output(c, name, kb_buf_view(&out));
    kb_buf_free(&out);
}

static void outputs(struct kb_case *c, const kabar_article *article) {
    static const kabar_key removed[] = {KABAR_KIND, KABAR_VALUE};
    static const kabar_key images[] = {KABAR_ADDRESS, KABAR_CAPTION, KABAR_CREDIT};
    static const kabar_key warnings[] = {KABAR_VALUE};
    print(c, article, "text", KABAR_FORMAT_TEXT);
    print(c, article, "md", KABAR_FORMAT_MARKDOWN);
    print(c, article, "html", KABAR_FORMAT_HTML);
    print(c, article, "json", KABAR_FORMAT_JSON);
    print(c, article, "jsonld", KABAR_FORMAT_JSONLD);
    print(c, article, "ninjs", KABAR_FORMAT_NINJS);
    print(c, article, "view", KABAR_FORMAT_VIEW);
    field(c, article, "title", KABAR_TITLE);
    field(c, article, "language", KABAR_LANGUAGE);
    double sure = kabar_confidence(article);
    kb_case_output(c, "confidence",
                   kb_str_z(sure < .4   ? "low\n"
                            : sure < .7 ? "middle\n"
                                        : "high\n"));
    list(c, article, "removed", KABAR_REMOVED, removed, KB_COUNT(removed), ": ");
    list(c, article, "images", KABAR_IMAGES, images, KB_COUNT(images), " | ");
    list(c, article, "warnings", KABAR_WARNINGS, warnings, KB_COUNT(warnings), "");
}

static size_t number(struct kb_case *c, const char *key) {
    const char *value = kb_case_option(c, key);
    return value ? (size_t)strtoull(value, NULL, 10) : 0;
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
    static const char *const names[] = {"input.html", "input.txt", "input.bin"};
    struct kb_str input = KB_STR_NONE;
    for (size_t i = 0; i < KB_COUNT(names) && !input.p; i++)
        input = kb_case_file(c, names[i]);
    if (!input.p) {
        kb_case_fail(c, "has no input.html, input.txt or input.bin");
        return;
    }
    const kabar_options options = {.size = sizeof options,
                                   .max_page_bytes = number(c, "max_page_bytes"),
                                   .max_depth = number(c, "max_depth"),
                                   .max_memory = number(c, "max_memory")};
    const kabar_page page = {.size = sizeof page,
                             .url = kb_case_option(c, "url"),
                             .language = kb_case_option(c, "language"),
                             .content_type = kb_case_option(c, "content_type")};
    kabar_reader *reader;
    kabar_article *article = NULL;
    kabar_error error = {0};
    kabar_status status = kabar_reader_new(&options, &reader, &error);
    if (status != KABAR_OK) {
        kb_case_fail(c, "no reader: %s", error.message);
        return;
    }
    status = kabar_read(reader, input.p, input.n, &page, &article, &error);
    kabar_reader_free(reader); /* the article stands by itself */
    if (status == KABAR_OK) {
        const char *fault = kb_sane_article(article);
        if (fault)
            kb_case_fail(c, "%s", fault);
        outputs(c, article);
    } else {
        if (article)
            kb_case_fail(c, "refused, and an article all the same");
        refused(c, status, &error);
    }
    kabar_article_free(article);
}

const struct kb_test_kind kb_kind_read = {"read", run};
