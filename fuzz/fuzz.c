/* What the fuzz targets share. */
#include "fuzz.h"

#include "sane.h"

#include <stdio.h>
#include <stdlib.h>

kabar_reader *kb_fuzz_reader(void) {
    static kabar_reader *reader; /* lives as long as the process */
    kabar_error error = {0};
    if (!reader && kabar_reader_new(NULL, &reader, &error) != KABAR_OK)
        kb_fuzz_fail(error.message);
    return reader;
}

_Noreturn void kb_fuzz_fail(const char *what) {
    fprintf(stderr, "fuzz: %s\n", what);
    abort();
}

uint8_t kb_fuzz_option(struct kb_str *input) {
    if (!input->n)
        return 0;
    input->n--;
    return (uint8_t)input->p[input->n];
}

kabar_article *kb_fuzz_read(struct kb_str bytes, const kabar_page *page) {
    kabar_article *article;
    kabar_error error = {0};
    /* A copy of the exact size: the sanitizer then sees a read past the end. */
    char *copy = malloc(bytes.n ? bytes.n : 1);
    if (!copy)
        kb_fuzz_fail("not enough memory");
    if (bytes.n)
        memcpy(copy, bytes.p, bytes.n);
    kabar_status status =
        kabar_read(kb_fuzz_reader(), copy, bytes.n, page, &article, &error);
    free(copy); /* the article must not point into it */
    if (status != KABAR_OK) {
        if (status != KABAR_EINPUT && status != KABAR_ELIMIT)
            kb_fuzz_fail(error.message);
        if (article)
            kb_fuzz_fail("a failed read left an article");
        if (!error.message[0])
            kb_fuzz_fail("a failed read has no message");
        return NULL;
    }
    const char *fault = kb_sane_article(article);
    if (fault)
        kb_fuzz_fail(fault);
    return article;
}

static kabar_feed *new_feed(void) {
    kabar_feed *feed;
    kabar_error error = {0};
    if (kabar_feed_new(&feed, &error) != KABAR_OK)
        kb_fuzz_fail(error.message);
    return feed;
}

/* The printed document is a JSON Feed of as many items. */
static void read_again(const kabar_feed *feed) {
    static kabar_feed *again;
    kabar_buffer out = {0};
    kabar_error error = {0};
    if (!again)
        again = new_feed();
    kabar_status status = kabar_feed_print(feed, KABAR_FORMAT_JSON, NULL, &out, &error);
    if (status == KABAR_OK)
        status = kabar_feed_read(again, out.data, out.size, NULL, &error);
    kabar_buffer_free(&out);
    if (status != KABAR_OK && status != KABAR_ELIMIT)
        kb_fuzz_fail(error.message);
    if (status == KABAR_OK && kabar_feed_count(again) != kabar_feed_count(feed))
        kb_fuzz_fail("what was printed has another number of items");
}

bool kb_fuzz_feed(struct kb_str bytes, const kabar_feed_hints *hints) {
    static kabar_feed *feed; /* lives as long as the process */
    kabar_error error = {0};
    if (!feed)
        feed = new_feed();
    char *copy = malloc(bytes.n ? bytes.n : 1);
    if (!copy)
        kb_fuzz_fail("not enough memory");
    if (bytes.n)
        memcpy(copy, bytes.p, bytes.n);
    kabar_status status = kabar_feed_read(feed, copy, bytes.n, hints, &error);
    free(copy); /* the feed must not point into it */
    if (status != KABAR_OK) {
        if (status != KABAR_EINPUT && status != KABAR_ELIMIT)
            kb_fuzz_fail(error.message);
        if (kabar_feed_count(feed))
            kb_fuzz_fail("a failed read left items");
        if (!error.message[0])
            kb_fuzz_fail("a failed read has no message");
        return false;
    }
    const char *fault = kb_sane_feed(feed);
    if (fault)
        kb_fuzz_fail(fault);
    read_again(feed);
    return true;
}

void kb_fuzz_feed_in(const struct kb_fuzz_wrapper *wrapper, struct kb_str input,
                     const kabar_feed_hints *hints) {
    struct kb_buf text;
    kb_buf_init(&text, (size_t)1 << 24);
    kb_buf_z(&text, wrapper->before);
    kb_buf_str(&text, input);
    kb_buf_z(&text, wrapper->behind);
    kb_fuzz_feed(kb_buf_view(&text), hints);
    kb_buf_free(&text);
}
