/* Names of media at the edges: a text's end, and what one file may hold. */
#include "lang/lexicon.h"
#include "unit.h"

#include <stdlib.h>

static enum kb_status read_names(struct kb_lexicon *x, struct kb_buf *file,
                                 struct kb_err *err) {
    return kb_names_read(kb_lexicon_names(x), "t.names", kb_buf_view(file), err);
}

/* Texts without a word in them, or with none at their end: nothing is read behind it. */
static void ends(void) {
    static const char *const texts[] = {"", " ", "...", "Tide ", "\xE2\x80\xA6"};
    struct kb_lexicon *x = NULL;
    struct kb_err err = {0};
    struct kb_name_hit hit;
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    CHECK(kb_lexicon_new(NULL, &x, &err) == KB_OK);
    for (size_t i = 0; x && i < KB_COUNT(texts); i++) {
        size_t n = strlen(texts[i]);
        char *copy = malloc(n ? n : 1);
        CHECK(copy != NULL);
        if (!copy)
            continue;
        if (n)
            memcpy(copy, texts[i], n);
        struct kb_str text = {copy, n};
        CHECK_INT(kb_text_next_word(text, n), n);
        CHECK_INT(kb_text_word_end(text, n), n);
        CHECK(!kb_name_at(x, text, n, "", &hit));
        CHECK_INT(kb_source_phrases_at(x, text, n, found), 0);
        for (unsigned word = 0; word < KB_SOURCE_WORD_COUNT; word++)
            CHECK_INT(kb_source_phrases_of(x, text, n, (enum kb_source_word)word, found),
                      0);
        free(copy);
    }
    kb_lexicon_free(x);
}

/* As many domains as the table of hosts has room for would be looked through for ever. */
static void domains(void) {
    struct kb_lexicon *x = kb_lexicon_empty();
    struct kb_err err = {0};
    struct kb_buf file;
    kb_buf_init(&file, 1 << 20);
    for (int i = 0; i < 60; i++) {
        kb_buf_printf(&file, "Tide %c%c | wire | - |", 'A' + i / 26, 'a' + i % 26);
        for (int k = 0; k < KB_LIMIT_NAME_DOMAINS; k++)
            kb_buf_printf(&file, " t%dx%d.example", i, k);
        kb_buf_z(&file, " |\n");
    }
    CHECK(x && read_names(x, &file, &err) == KB_OK);
    const struct kb_name *last = kb_name_by_host(x, KB_STR("www.t59x31.example"));
    CHECK(last && kb_str_equal(last->name, KB_STR("Tide Ch")));
    CHECK(kb_name_by_host(x, KB_STR("unknown.example")) == NULL);
    kb_buf_clear(&file);
    kb_buf_z(&file, "Tide | wire | - |");
    for (int k = 0; k < 2000; k++)
        kb_buf_printf(&file, " t%d.example", k);
    CHECK(read_names(x, &file, &err) != KB_OK);
    CHECK(strstr(err.text, "KB_LIMIT_NAME_DOMAINS") != NULL);
    kb_lexicon_free(x);
    kb_buf_free(&file);
}

/* Names that are spelled alike are looked through one by one. */
static void alike(void) {
    struct kb_lexicon *x = kb_lexicon_empty();
    struct kb_err err = {0};
    struct kb_buf file;
    kb_buf_init(&file, 1 << 20);
    for (int i = 0; i <= KB_LIMIT_PHRASE_VALUES; i++)
        kb_buf_z(&file, "Tide | wire | - | - |\n");
    CHECK(x && read_names(x, &file, &err) != KB_OK);
    CHECK(strstr(err.text, "t.names:65: ") && strstr(err.text, "KB_LIMIT_PHRASE_VALUES"));
    kb_lexicon_free(x);
    kb_buf_free(&file);
}

UNIT_MAIN(ends, domains, alike)
