/* Outputs: what is printed is read again.  The HTML must read as a page whose text is not
 * lost, and once more printed must be as sane; the Markdown and the text must read as
 * plain texts; the view must keep to its width's promises at any width. */
#include "fuzz.h"

static void read_again(const kabar_article *article, kabar_format format,
                       const char *type) {
    const kabar_page page = {.size = sizeof page, .content_type = type};
    kabar_buffer out = {0};
    if (kabar_print(article, format, NULL, &out, NULL) == KABAR_OK) {
        kabar_article *again = kb_fuzz_read((struct kb_str){out.data, out.size}, &page);
        if (!again && out.size > 1)
            kb_fuzz_fail("what was printed cannot be read again");
        kabar_article_free(again);
    }
    kabar_buffer_free(&out);
}

static void print_view(const kabar_article *article, int width) {
    const kabar_print_options options = {.size = sizeof options, .width = width};
    kabar_buffer out = {0};
    kabar_error error = {0};
    kabar_status status = kabar_print(article, KABAR_FORMAT_VIEW, &options, &out, &error);
    if (status != KABAR_OK && status != KABAR_EUSAGE && status != KABAR_ELIMIT)
        kb_fuzz_fail(error.message);
    kabar_buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const int widths[] = {1, 2, 3, 7, 40, 500, 100000, -5};
    const kabar_page page = {.size = sizeof page, .url = "https://wire.example/a/b"};
    struct kb_str bytes = {(const char *)data, size};
    uint8_t option = kb_fuzz_option(&bytes);
    struct kb_buf html; /* a body that the reader cannot take for anything else */
    kb_buf_init(&html, (size_t)16 << 20);
    if (option & 8)
        kb_buf_z(&html,
                 "<article><p>The council of the island town met on Monday evening and "
                 "agreed on the new harbour wall, the mayor said.</p>");
    kb_buf_str(&html, bytes);
    kabar_article *article = kb_fuzz_read(kb_buf_view(&html), &page);
    kb_buf_free(&html);
    if (!article)
        return 0;
    read_again(article, KABAR_FORMAT_HTML, "text/html; charset=utf-8");
    read_again(article, KABAR_FORMAT_MARKDOWN, "text/plain; charset=utf-8");
    read_again(article, KABAR_FORMAT_TEXT, "text/plain; charset=utf-8");
    print_view(article, widths[option & 7]);
    kabar_article_free(article);
    return 0;
}
