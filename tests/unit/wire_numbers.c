/* The grouper's numbers and the file's: both ways, of what is remembered, and no more. */
#include "unit.h"

#include "wire/numbers.h"

enum { HOUR = 3600, BEGINNING = 1700000000, ARTICLES = 6000, STORIES = ARTICLES / 2 };

/* Two articles say the same two words, which no others say. */
static void add(struct kb_grouper *grouper, uint32_t i, struct kb_decision *decision) {
    struct kb_trait terms[2], anchor = {.hash = i / 2 + 1, .count = 1, .name = true};
    struct kb_fingerprint print = {
        .language = "en",
        .language_seed = 7,
        .terms = terms,
        .anchors = &anchor,
        .term_count = KB_COUNT(terms),
        .anchor_count = 1,
    };
    struct kb_err err;
    for (uint32_t k = 0; k < KB_COUNT(terms); k++)
        terms[k] = (struct kb_trait){.hash = i / 2 * 2 + k + 1, .count = 1, .level = 5};
    CHECK_INT(
        kb_grouper_add(grouper, &print, BEGINNING + (int64_t)i * HOUR, decision, &err),
        KB_OK);
}

static void numbers_are_of_what_is_remembered(void) {
    struct kb_numbers numbers = {.first = 0};
    struct kb_grouper *grouper;
    struct kb_decision decision;
    struct kb_err err;
    uint64_t story;
    CHECK_INT(kb_grouper_new(&grouper, &err), KB_OK);
    for (uint32_t i = 0; i < ARTICLES; i++) {
        add(grouper, i, &decision);
        CHECK_INT(decision.story, i / 2);
        CHECK(kb_numbers_add(&numbers, grouper, 1000 + i, 1000 + i / 2 * 2));
    }
    CHECK(numbers.article_cap < ARTICLES / 2 && numbers.story_cap < STORIES);
    for (uint64_t i = kb_grouper_first(grouper); i < ARTICLES; i++) {
        int64_t file = 1000 + (int64_t)i / 2 * 2;
        CHECK_INT(kb_numbers_article(&numbers, i), 1000 + (int64_t)i);
        CHECK_INT(kb_numbers_story(&numbers, i / 2), file);
        CHECK(kb_numbers_of_file(&numbers, file, &story) && story == i / 2);
    }
    CHECK_INT(kb_numbers_article(&numbers, 0), 0);
    CHECK_INT(kb_numbers_article(&numbers, ARTICLES), 0);
    CHECK_INT(kb_numbers_story(&numbers, 0), 0);
    CHECK(!kb_numbers_of_file(&numbers, 1000, &story));
    CHECK(kb_numbers_rename(&numbers, STORIES - 1, 5));
    CHECK_INT(kb_numbers_story(&numbers, STORIES - 1), 5);
    CHECK(kb_numbers_of_file(&numbers, 5, &story) && story == STORIES - 1);
    kb_numbers_free(&numbers);
    kb_grouper_free(grouper);
}

UNIT_MAIN(numbers_are_of_what_is_remembered)
