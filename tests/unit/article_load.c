/* Limits of the reading of records: long lists, long texts, little memory. */
#include "unit.h"

#include "article/article.h"

static struct kb_loader *loader;
static struct kb_article article;
static struct kb_buf json;

static enum kb_status load(struct kb_err *err) {
    kb_arena_reset(&article.arena);
    return kb_article_load(loader, kb_buf_view(&json), &article, err);
}

static bool warns(const char *part) {
    for (size_t i = 0; i < article.warning_count; i++)
        if (strstr(article.warnings[i], part))
            return true;
    return false;
}

static void long_lists(void) {
    struct kb_err err = {0};
    kb_buf_clear(&json);
    kb_buf_z(&json, "{\"tags\":[\"a\"");
    for (int i = 0; i < KB_LIMIT_LIST_ITEMS + 10; i++)
        kb_buf_z(&json, ",\"b\"");
    kb_buf_z(&json, "],\"provenance\":{\"sources\":[");
    for (int i = 0; i < KB_LIMIT_SOURCES + 10; i++)
        kb_buf_printf(&json,
                      "%s{\"kind\":\"outlet\",\"rel\":\"quoted\",\"evidence\":\"a\"}",
                      i ? "," : "");
    kb_buf_z(&json, "]},\"extraction\":{\"warnings\":[\"w\"");
    for (int i = 0; i < KB_LIMIT_WARNINGS; i++)
        kb_buf_printf(&json, ",\"w%d\"", i);
    kb_buf_z(&json, "]}}");
    CHECK(load(&err) == KB_OK);
    CHECK(article.tag_count == KB_LIMIT_LIST_ITEMS);
    CHECK(article.provenance.source_count == KB_LIMIT_SOURCES);
    CHECK(article.warning_count == KB_LIMIT_WARNINGS);
    CHECK(warns("a list of the record is longer than its limit"));
}

static void many_values(void) {
    struct kb_err err = {0};
    kb_buf_clear(&json);
    kb_buf_z(&json, "{\"unknown\":[0");
    for (int i = 0; i < KB_LIMIT_JSON_VALUES; i++)
        kb_buf_z(&json, ",0");
    kb_buf_z(&json, "]}");
    CHECK(load(&err) == KB_ELIMIT);
    CHECK(strstr(err.text, "KB_LIMIT_JSON_VALUES"));
}

static void long_texts(void) {
    struct kb_err err = {0};
    kb_buf_clear(&json);
    kb_buf_z(&json, "{\"title\":\"");
    for (int i = 0; i < KB_LIMIT_META_BYTES / 2; i++)
        kb_buf_z(&json, "\xC3\xA9");
    kb_buf_z(&json, "\xC3\xA9\",\"url\":\"https://harbour.example/");
    for (int i = 0; i < KB_LIMIT_URL_BYTES; i++)
        kb_buf_char(&json, 'a');
    kb_buf_z(&json, "\"}");
    CHECK(load(&err) == KB_OK);
    CHECK(article.title.n == KB_LIMIT_META_BYTES && !article.url.n);
    CHECK(warns("KB_LIMIT_META_BYTES") && warns("KB_LIMIT_URL_BYTES"));
}

/* Nested lists would take sixteen bytes of memory for one of text. */
static void little_memory(void) {
    struct kb_err err = {0};
    struct kb_article small = {0};
    kb_arena_init(&small.arena, 64 << 10);
    kb_buf_clear(&json);
    for (int i = 0; i < 64 << 10; i++)
        kb_buf_char(&json, '[');
    enum kb_status status = kb_article_load(loader, kb_buf_view(&json), &small, &err);
    CHECK(status == KB_ELIMIT);
    kb_buf_clear(&json);
    kb_buf_z(&json, "{\"content_text\":\"");
    for (int i = 0; i < 30 << 10; i++)
        kb_buf_char(&json, 'a');
    kb_buf_z(&json, "\"}");
    kb_arena_reset(&small.arena);
    status = kb_article_load(loader, kb_buf_view(&json), &small, &err);
    CHECK(status == KB_ELIMIT);
    CHECK(load(&err) == KB_OK); /* and where there is memory it is read */
    kb_arena_free(&small.arena);
}

static void begin(void) {
    struct kb_err err = {0};
    CHECK(kb_loader_new(&loader, &err) == KB_OK);
    kb_arena_init(&article.arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&json, (size_t)16 << 20);
}

static void end(void) {
    kb_buf_free(&json);
    kb_arena_free(&article.arena);
    kb_loader_free(loader);
}

UNIT_MAIN(begin, long_lists, many_values, long_texts, little_memory, end)
