/* Plain texts that are made to hurt: each must end, within its memory, with what was
 * read. */
#include "page/page.h"
#include "unit.h"

#include <stdlib.h>

static struct kb_lexicon *lexicon;

/* Reads text with at most max bytes of arena; the caller frees the arena. */
static enum kb_status read_text(struct kb_str text, size_t max, struct kb_arena *arena,
                                struct kb_page_result *result) {
    struct kb_err err = {0};
    kb_arena_init(arena, max);
    return kb_page_read_plain(text, lexicon, arena, result, &err);
}

static bool warns_of(const struct kb_page_result *result, const char *word) {
    for (size_t i = 0; i < result->warning_count; i++)
        if (strstr(result->warnings[i], word))
            return true;
    return false;
}

/* unit again and again, up to n bytes; NULL-safe through CHECK. */
static struct kb_str repeat(const char *unit, size_t n) {
    size_t step = strlen(unit);
    char *p = malloc(n);
    for (size_t i = 0; p && i < n; i++)
        p[i] = unit[i % step];
    return (struct kb_str){p, p ? n : 0};
}

static void one_long_line(void) {
    struct kb_arena arena;
    struct kb_page_result result;
    struct kb_str text = repeat("a word and another, ", (size_t)8 << 20);
    CHECK(read_text(text, KB_LIMIT_DOCUMENT_MEMORY, &arena, &result) == KB_OK);
    CHECK(result.body->first && !result.body->first->next);
    CHECK(result.body->first->first->text.n + 1 >= text.n);
    CHECK(result.warning_count == 0);
    kb_arena_free(&arena);
    free((void *)text.p);
}

static void empty_lines(void) {
    struct kb_arena arena;
    struct kb_page_result result;
    struct kb_str text = repeat("\n", 10000000);
    CHECK(read_text(text, (size_t)1 << 20, &arena, &result) == KB_OK);
    CHECK(!result.body->first && result.confidence == 0);
    CHECK(warns_of(&result, "empty"));
    kb_arena_free(&arena);
    free((void *)text.p);
    CHECK(read_text(KB_STR_NONE, (size_t)1 << 20, &arena, &result) == KB_OK);
    CHECK(warns_of(&result, "empty"));
    kb_arena_free(&arena);
}

static void too_many_blocks(void) {
    struct kb_arena arena;
    struct kb_page_result result;
    struct kb_str text =
        repeat("It rains on the harbour, and it will go on.\n\n", 4 << 20);
    size_t blocks = 0;
    CHECK(read_text(text, KB_LIMIT_DOCUMENT_MEMORY, &arena, &result) == KB_OK);
    for (struct kb_node *n = result.body->first; n; n = n->next)
        blocks++;
    CHECK(blocks == KB_LIMIT_BLOCKS);
    CHECK(warns_of(&result, "KB_LIMIT_BLOCKS"));
    kb_arena_free(&arena);
    free((void *)text.p);
}

/* Whatever the memory: a status of no memory, or a body that is whole and a warning. */
static void little_memory(void) {
    struct kb_str text =
        repeat("It rains on the harbour, and it will go on.\n\n- one\n- two\n"
               "Photo: AFP\n\n",
               100000);
    for (size_t max = 0; max < 200000; max += 1777) {
        struct kb_arena arena;
        struct kb_page_result result;
        enum kb_status status = read_text(text, max, &arena, &result);
        CHECK(status == KB_OK || status == KB_ENOMEM);
        if (status == KB_OK) {
            CHECK(arena.held <= max + 4096 && !arena.full);
            CHECK(warns_of(&result, "KB_LIMIT_DOCUMENT_MEMORY"));
        }
        kb_arena_free(&arena);
    }
    free((void *)text.p);
}

static void one_line_in_little_memory(void) {
    struct kb_arena arena;
    struct kb_page_result result;
    struct kb_str text = repeat("a word and another, ", (size_t)4 << 20);
    CHECK(read_text(text, (size_t)1 << 20, &arena, &result) == KB_OK);
    CHECK(result.body->first != NULL);
    CHECK(warns_of(&result, "KB_LIMIT_DOCUMENT_MEMORY"));
    kb_arena_free(&arena);
    free((void *)text.p);
}

/* Lines that make a careless reader quadratic. */
static void baits(void) {
    static const char *const units[] = {
        "\r",
        "(",
        "Foto: ",
        "\xC2\xA9",
        "> x\n",
        "# x\n",
        "x\n===\n",
        "Title: x\n",
        "1. x\n",
        "   - x\n",
        "Ab - ",
        "3 May 2025 ",
        "/AFP",
        "Facebook ",
        "=",
        "\xC2\xAD\n",
        "\xE6\x91\x84",
        "\xF0\x9F\x98\x80",
        "\x01",
        "[ad_2]\n",
        "a\f",
        "---\n",
    };
    for (size_t i = 0; i < KB_COUNT(units); i++) {
        struct kb_arena arena;
        struct kb_page_result result;
        size_t step = strlen(units[i]);
        struct kb_str text = repeat(units[i], 400000 / step * step);
        CHECK(read_text(text, (size_t)64 << 20, &arena, &result) == KB_OK);
        CHECK(result.confidence >= 0 && result.confidence <= 1);
        kb_arena_free(&arena);
        free((void *)text.p);
    }
}

static void warnings_are_bounded(void) {
    static char texts[2 * KB_LIMIT_WARNINGS][16];
    struct kb_page_result result = {0};
    for (size_t i = 0; i < KB_COUNT(texts); i++) {
        snprintf(texts[i], sizeof texts[i], "warning %zu", i / 2);
        kb_page_warn(&result, texts[i]);
    }
    CHECK(result.warning_count == KB_LIMIT_WARNINGS);
    kb_page_warn(&result, "one more");
    CHECK(result.warning_count == KB_LIMIT_WARNINGS);
}

static void names_of_kinds(void) {
    CHECK(strcmp(kb_removed_name(KB_REMOVED_DESK_TAG), "desk_tag") == 0);
    CHECK(strcmp(kb_removed_name(KB_REMOVED_NONE), "") == 0);
    CHECK(strcmp(kb_removed_name(KB_REMOVED_COUNT), "") == 0);
}

static void lexicon_begin(void) {
    CHECK(kb_lexicon_new(NULL, &lexicon, NULL) == KB_OK);
}

static void lexicon_end(void) {
    kb_lexicon_free(lexicon);
}

UNIT_MAIN(lexicon_begin, one_long_line, empty_lines, too_many_blocks, little_memory,
          one_line_in_little_memory, baits, warnings_are_bounded, names_of_kinds,
          lexicon_end)
