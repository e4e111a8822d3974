/* A record as JSON, or what stands in one: as it is, in a list of objects, in a text.
 * What is read keeps every promise of kabar.h, and reads as itself when it is printed. */
#include "article/article.h"
#include "fuzz.h"
#include "sane.h"

#include <stdlib.h>

enum { MEMORY = 64 << 20, OUTPUT = 16 << 20 };

static const struct wrapper {
    const char *before, *behind;
} wrappers[] = {
    {"", ""},
    {"{\"title\":\"T\",", "}"},
    {"{\"url\":\"https://wire.example/a/b\",\"content_html\":\"", "\"}"},
    {"{\"provenance\":{\"role\":[\"rewrite\"],\"sources\":[{", "}]}}"},
};

static struct kb_loader *loader(void) {
    static struct kb_loader *made; /* lives as long as the process */
    struct kb_err err = {0};
    if (!made && kb_loader_new(&made, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    return made;
}

static bool load(struct kb_str json, struct kb_article *article) {
    struct kb_err err = {0};
    kb_arena_init(&article->arena, MEMORY);
    enum kb_status status = kb_article_load(loader(), json, article, &err);
    if (status != KB_OK && status != KB_EINPUT && status != KB_ELIMIT)
        kb_fuzz_fail(err.text);
    if (status != KB_OK && !err.text[0])
        kb_fuzz_fail("a refusal has no message");
    return status == KB_OK;
}

static void check(const struct kb_article *article) {
    struct kb_article again = {0};
    struct kb_buf first, second;
    /* the public article is this struct and nothing else */
    const char *fault = kb_sane_article((const kabar_article *)(const void *)article);
    if (fault)
        kb_fuzz_fail(fault);
    kb_buf_init(&first, OUTPUT);
    kb_buf_init(&second, OUTPUT);
    kb_article_print_json(article, 0, &first);
    if (first.status == KB_OK) {
        if (!load(kb_buf_view(&first), &again))
            kb_fuzz_fail("what was printed of a record is refused");
        kb_article_print_json(&again, 0, &second);
        if (second.status == KB_OK &&
            !kb_str_equal(kb_buf_view(&first), kb_buf_view(&second)))
            kb_fuzz_fail("what was printed of a record is another one when it is read");
        kb_arena_free(&again.arena);
    }
    kb_buf_free(&first);
    kb_buf_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str input = {(const char *)data, size};
    const struct wrapper *wrapper =
        &wrappers[kb_fuzz_option(&input) % KB_COUNT(wrappers)];
    struct kb_article article = {0};
    struct kb_buf text;
    kb_buf_init(&text, (size_t)1 << 24);
    kb_buf_z(&text, wrapper->before);
    kb_buf_str(&text, input);
    kb_buf_z(&text, wrapper->behind);
    if (load(kb_buf_view(&text), &article))
        check(&article);
    kb_arena_free(&article.arena);
    kb_buf_free(&text);
    return 0;
}
