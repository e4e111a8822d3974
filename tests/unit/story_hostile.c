/* Stories beside hostile articles: none joins what it has no part in, takes long, or
 * draws others to it. */
#include "unit.h"

#include "story/story.h"

enum { BEGINNING = 1700000000, ORDINARY = 40 };

struct bench {
    struct kb_printer *printer;
    struct kb_grouper *grouper;
    struct kb_arena arena;
    struct kb_decision decision;
    struct kb_err err;
};

static struct bench set_up(void) {
    struct bench b = {.printer = NULL};
    CHECK_INT(kb_printer_new(&b.printer, &b.err), KB_OK);
    CHECK_INT(kb_grouper_new(&b.grouper, &b.err), KB_OK);
    kb_arena_init(&b.arena, KB_LIMIT_DOCUMENT_MEMORY);
    return b;
}

static void tear_down(struct bench *b) {
    kb_printer_free(b->printer);
    kb_grouper_free(b->grouper);
    kb_arena_free(&b->arena);
}

static struct kb_fingerprint take(struct bench *b, struct kb_str title,
                                  struct kb_buf *text) {
    struct kb_fingerprint print;
    kb_arena_reset(&b->arena);
    CHECK_INT(text->status, KB_OK);
    CHECK_INT(kb_fingerprint_take(b->printer, &b->arena, title, kb_buf_view(text),
                                  KB_STR("en"), &print, &b->err),
              KB_OK);
    return print;
}

static uint64_t add(struct bench *b, struct kb_str title, struct kb_buf *text) {
    struct kb_fingerprint print = take(b, title, text);
    CHECK_INT(kb_grouper_add(b->grouper, &print, BEGINNING, &b->decision, &b->err),
              KB_OK);
    return b->decision.story;
}

static void word(uint64_t number, struct kb_buf *out) {
    static const char *const syllables[] = {"ka", "lo", "mi",  "ter", "san", "vo",
                                            "ru", "ne", "gol", "ba",  "shi", "dex"};
    for (int i = 0; i < 4; i++, number /= KB_COUNT(syllables))
        kb_buf_z(out, syllables[number % KB_COUNT(syllables)]);
    kb_buf_char(out, ' ');
}

/* An event's words and everybody's; the same event, another report of it. */
static void ordinary(uint64_t event, uint64_t report, struct kb_buf *out) {
    uint64_t random = event * 7919 + report;
    for (size_t i = 0; i < 200; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        uint64_t r = random >> 33;
        word(r % 2 ? 1000 + event * 40 + r / 2 % 40 : r / 2 % 300, out);
    }
}

static uint64_t add_ordinary(struct bench *b, uint64_t event, uint64_t report) {
    struct kb_buf text;
    kb_buf_init(&text, 1 << 20);
    ordinary(event, report, &text);
    uint64_t story = add(b, KB_STR_NONE, &text);
    kb_buf_free(&text);
    return story;
}

/* After whatever came, ordinary articles find their own stories. */
static void all_is_well(struct bench *b, const uint64_t stories[ORDINARY]) {
    for (uint64_t event = 0; event < ORDINARY; event++)
        CHECK_INT(add_ordinary(b, event, 3), stories[event]);
}

static void found(struct bench *b, uint64_t stories[ORDINARY]) {
    for (uint64_t event = 0; event < ORDINARY; event++) {
        stories[event] = add_ordinary(b, event, 1);
        CHECK_INT(add_ordinary(b, event, 2), stories[event]);
        CHECK_INT(stories[event], event);
    }
}

static void a_text_of_all_words(void) {
    struct bench b = set_up();
    uint64_t stories[ORDINARY];
    struct kb_buf text;
    found(&b, stories);
    kb_buf_init(&text, 1 << 20);
    for (uint64_t i = 0; i < 1000 + ORDINARY * 40; i++)
        word(i, &text);
    add(&b, KB_STR_NONE, &text); /* wherever it goes, nothing follows it */
    all_is_well(&b, stories);
    kb_buf_free(&text);
    tear_down(&b);
}

/* Weather of a thousand towns: no more than a few of them one story, none an
 * ordinary one. */
static void a_thousand_of_one_template(void) {
    struct bench b = set_up();
    uint64_t stories[ORDINARY];
    struct kb_buf text, title;
    found(&b, stories);
    kb_buf_init(&text, 1 << 20);
    kb_buf_init(&title, 1 << 10);
    size_t largest = 0, in_story[1200] = {0};
    for (uint64_t i = 0; i < 1000; i++) {
        uint64_t r = i * 2654435761u;
        kb_buf_clear(&text);
        kb_buf_clear(&title);
        kb_buf_z(&title, "Weather for T");
        word(50000 + i * 13, &title);
        kb_buf_z(&text, "The weather in T");
        word(50000 + i * 13, &text);
        kb_buf_printf(
            &text,
            "today will be mostly cloudy with a high of %d degrees and a low of "
            "%d degrees.  Winds from the west at %d kilometres an hour bring %d "
            "millimetres of rain by the evening.  Sunrise is at 6:%02d, sunset "
            "at 19:%02d.  Tomorrow expect %d degrees and a humidity of %d per "
            "cent with clearing skies towards the night.",
            (int)(r % 37), (int)(r / 37 % 29), (int)(r / 31 % 83), (int)(r / 97 % 59),
            (int)(r / 13 % 60), (int)(r / 17 % 60), (int)(r / 41 % 41),
            (int)(r / 7 % 100));
        uint64_t story = add(&b, kb_buf_view(&title), &text);
        CHECK(story >= ORDINARY);
        if (CHECK(story < KB_COUNT(in_story)) && ++in_story[story] > largest)
            largest = in_story[story];
    }
    CHECK(largest <= 60);
    all_is_well(&b, stories);
    kb_buf_free(&text);
    kb_buf_free(&title);
    tear_down(&b);
}

static void a_thousand_copies(void) {
    struct bench b = set_up();
    uint64_t stories[ORDINARY], first = 0;
    found(&b, stories);
    for (int i = 0; i < 1000; i++) {
        uint64_t story = add_ordinary(&b, 77, 1);
        first = i ? first : story;
        CHECK_INT(story, first);
        CHECK_INT(b.decision.how, i ? KB_JOIN_REPRINT : KB_JOIN_FOUNDED);
        CHECK(b.decision.reprint_count <= KB_REPRINTS);
    }
    all_is_well(&b, stories);
    tear_down(&b);
}

static void a_name_of_a_megabyte(void) {
    struct bench b = set_up();
    uint64_t stories[ORDINARY];
    struct kb_buf text;
    found(&b, stories);
    kb_buf_init(&text, 1 << 22);
    kb_buf_char(&text, 'A');
    for (int i = 0; i < 1 << 20; i++)
        kb_buf_char(&text, (char)('a' + i * 7 % 26));
    uint64_t story = add(&b, kb_buf_view(&text), &text);
    CHECK(story >= ORDINARY);
    kb_buf_clear(&text);
    for (int i = 0; i < 1 << 17; i++)
        kb_buf_z(&text, "\xE4\xBC\x9F\xE5\xA4\xA7 9,"); /* and none that ends */
    CHECK(add(&b, kb_buf_view(&text), &text) > story);
    all_is_well(&b, stories);
    kb_buf_free(&text);
    tear_down(&b);
}

/* The same town's weather each day: each a story, a copy of one with it. */
static void days_of_one_template(void) {
    struct bench b = set_up();
    uint64_t stories[ORDINARY];
    struct kb_buf text;
    found(&b, stories);
    kb_buf_init(&text, 1 << 20);
    found(&b, stories);
    size_t largest = 0, in_story[400] = {0};
    for (uint64_t day = 1; day < 200; day++) {
        uint64_t r = day * 2654435761u;
        kb_buf_clear(&text);
        kb_buf_printf(&text,
                      "The observatory in Tarvik Holm expects %d degrees for today. "
                      "Towards the evening showers come in from the west, and up to %d "
                      "millimetres of rain fall until the morning in the hills above the "
                      "town. Walkers should take the lower path. The ferry keeps to its "
                      "usual hours. On the coast the wind reaches %d kilometres an hour.",
                      (int)(r % 37), (int)(r / 37 % 290), (int)(r / 31 % 830));
        uint64_t story = add(&b, KB_STR_NONE, &text);
        if (CHECK(story < KB_COUNT(in_story)) && ++in_story[story] > largest)
            largest = in_story[story];
    }
    CHECK_INT(largest, 1);
    uint64_t last = b.decision.story;
    CHECK_INT(add(&b, KB_STR_NONE, &text), last);
    CHECK_INT(b.decision.how, KB_JOIN_REPRINT);
    all_is_well(&b, stories);
    kb_buf_free(&text);
    tear_down(&b);
}

/* Names a story's article as its source, and says what it likes. */
static uint64_t add_named(struct bench *b, struct kb_buf *text, uint64_t story) {
    struct kb_fingerprint print = take(b, KB_STR_NONE, text);
    CHECK_INT(
        kb_grouper_add_named(b->grouper, &print, BEGINNING, story, &b->decision, &b->err),
        KB_OK);
    return b->decision.story;
}

/* An address is no way into a story: what stands there has to be near it too. */
static void sources_that_are_none(void) {
    struct bench b = set_up();
    uint64_t stories[ORDINARY];
    struct kb_buf text;
    found(&b, stories);
    kb_buf_init(&text, 1 << 20);
    for (uint64_t event = 100; event < 110; event++) {
        kb_buf_clear(&text);
        ordinary(event, 1, &text);
        CHECK_INT(add_named(&b, &text, stories[0]), ORDINARY + event - 100);
        CHECK_INT(b.decision.how, KB_JOIN_FOUNDED);
    }
    kb_buf_clear(&text);
    ordinary(7, 5, &text);
    CHECK_INT(add_named(&b, &text, stories[3]), stories[7]); /* it is of another */
    for (uint64_t others = 5; others < 7; others++) {
        kb_buf_clear(
            &text); /* where it names no source, too little of it is the event's */
        ordinary(others, 5, &text);
        for (uint64_t i = 0; i < 5; i++)
            ordinary(120 + others * 5 + i, 5, &text);
        if (others % 2) {
            CHECK(add(&b, KB_STR_NONE, &text) > stories[ORDINARY - 1]);
        } else {
            CHECK_INT(add_named(&b, &text, stories[others]), stories[others]);
            CHECK_INT(b.decision.how, KB_JOIN_NAMED);
            CHECK(b.decision.score < 1);
        }
    }
    all_is_well(&b, stories);
    kb_buf_free(&text);
    tear_down(&b);
}

/* What tells of two stories makes them no one story. */
static void digests(void) {
    struct bench b = set_up();
    uint64_t stories[ORDINARY];
    struct kb_buf text;
    found(&b, stories);
    kb_buf_init(&text, 1 << 20);
    for (uint64_t i = 0; i + 1 < ORDINARY; i++) {
        kb_buf_clear(&text);
        ordinary(i, 10 + i, &text);
        ordinary(i + 1, 10 + i, &text);
        add(&b, KB_STR_NONE, &text);
        CHECK(b.decision.same == KB_NO_STORY);
    }
    all_is_well(&b, stories);
    kb_buf_free(&text);
    tear_down(&b);
}

UNIT_MAIN(a_text_of_all_words, a_thousand_of_one_template, a_thousand_copies,
          a_name_of_a_megabyte, sources_that_are_none, digests, days_of_one_template)
