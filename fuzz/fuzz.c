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
