/* Stories beside a file: prints that are packed, groupers that are filled again, articles
 * that are forgotten, and articles that mean harm. */
#include "unit.h"

#include "story/story.h"

#include <stdlib.h>

enum { DAY = 86400, BEGINNING = 1700000000 };

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

/* Words that nobody knows, the same for the same seed; the first are the commonest. */
static void made_up(uint64_t seed, size_t words, size_t from, size_t to,
                    struct kb_buf *out) {
    static const char *const syllables[] = {"ka", "lo", "mi",  "ter", "san", "vo",
                                            "ru", "ne", "gol", "ba",  "shi", "dex"};
    for (size_t i = 0; i < words; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        uint64_t word = from + (seed >> 33) % (to - from);
        for (size_t k = 0; k < 2 + word % 3; k++)
            kb_buf_z(out, syllables[(word >> (k * 3)) % KB_COUNT(syllables)]);
        kb_buf_printf(out, "%c ", 'a' + (int)(word % 26));
    }
}

static struct kb_fingerprint take(struct bench *b, struct kb_str title,
                                  struct kb_str text) {
    struct kb_fingerprint print;
    kb_arena_reset(&b->arena);
    CHECK_INT(kb_fingerprint_take(b->printer, &b->arena, title, text, KB_STR("en"),
                                  &print, &b->err),
              KB_OK);
    return print;
}

static uint64_t add(struct bench *b, struct kb_str text, int64_t time) {
    struct kb_fingerprint print = take(b, KB_STR_NONE, text);
    CHECK_INT(kb_grouper_add(b->grouper, &print, time, &b->decision, &b->err), KB_OK);
    return b->decision.story;
}

static uint64_t add_made_up(struct bench *b, uint64_t seed, size_t words, int64_t time) {
    struct kb_buf text;
    kb_buf_init(&text, 1 << 20);
    made_up(seed, words, 0, 40000, &text);
    uint64_t story = add(b, kb_buf_view(&text), time);
    kb_buf_free(&text);
    return story;
}

static void prints_pack(void) {
    struct bench b = set_up();
    struct kb_buf text, packed, again;
    struct kb_fingerprint unpacked;
    kb_buf_init(&text, 1 << 20);
    kb_buf_init(&packed, 1 << 16);
    kb_buf_init(&again, 1 << 16);
    made_up(1, 600, 0, 40000, &text);
    kb_buf_z(&text, "in 1,250 of 34 on 2021-12-24");
    struct kb_fingerprint print =
        take(&b, KB_STR("Mayor Anders Holm"), kb_buf_view(&text));
    kb_fingerprint_pack(&print, &packed);
    CHECK_INT(packed.status, KB_OK);
    CHECK(packed.n <= 1229);
    CHECK_INT(kb_fingerprint_unpack(kb_buf_view(&packed), &b.arena, &unpacked, &b.err),
              KB_OK);
    CHECK_INT(unpacked.term_count, print.term_count);
    CHECK_INT(unpacked.language_seed, print.language_seed);
    for (size_t i = 0; i < print.term_count; i++) {
        CHECK(unpacked.terms[i].hash == print.terms[i].hash &&
              unpacked.terms[i].count == print.terms[i].count &&
              unpacked.terms[i].level == print.terms[i].level &&
              unpacked.terms[i].name == print.terms[i].name &&
              unpacked.terms[i].number == print.terms[i].number);
    }
    kb_fingerprint_pack(&unpacked, &again);
    CHECK(kb_str_equal(kb_buf_view(&packed), kb_buf_view(&again)));
    for (size_t n = 0; n < packed.n; n++)
        CHECK_INT(kb_fingerprint_unpack(kb_str_slice(kb_buf_view(&packed), 0, n),
                                        &b.arena, &unpacked, &b.err),
                  KB_EINPUT);
    kb_buf_char(&packed, '\0');
    CHECK_INT(kb_fingerprint_unpack(kb_buf_view(&packed), &b.arena, &unpacked, &b.err),
              KB_EINPUT);
    packed.p[0]++;
    CHECK_INT(kb_fingerprint_unpack(kb_buf_view(&packed), &b.arena, &unpacked, &b.err),
              KB_EINPUT);
    kb_buf_free(&text);
    kb_buf_free(&packed);
    kb_buf_free(&again);
    tear_down(&b);
}

/* A grouper that was filled decides as the one that it was filled from. */
static void groupers_are_filled_again(void) {
    struct bench b = set_up(), c = set_up();
    for (uint64_t i = 0; i < 60; i++) {
        struct kb_buf text;
        kb_buf_init(&text, 1 << 20);
        made_up(i % 20, 120, 0, 40000, &text);
        made_up(i, 80, 0, 40000, &text);
        struct kb_fingerprint print = take(&b, KB_STR_NONE, kb_buf_view(&text));
        int64_t time = BEGINNING + (int64_t)i * 3600;
        CHECK_INT(kb_grouper_add(b.grouper, &print, time, &b.decision, &b.err), KB_OK);
        if (i < 40) {
            CHECK_INT(
                kb_grouper_restore(c.grouper, &print, time, b.decision.story, &c.err),
                KB_OK);
        } else {
            CHECK_INT(kb_grouper_add(c.grouper, &print, time, &c.decision, &c.err),
                      KB_OK);
            CHECK_INT(c.decision.story, b.decision.story);
            CHECK_INT(c.decision.article, b.decision.article);
            CHECK(c.decision.score == b.decision.score);
            CHECK(b.decision.how != KB_JOIN_FOUNDED);
        }
        kb_buf_free(&text);
    }
    struct kb_fingerprint print = take(&c, KB_STR_NONE, KB_STR("one more"));
    CHECK_INT(kb_grouper_restore(c.grouper, &print, 0, 21, &c.err), KB_EUSAGE);
    tear_down(&b);
    tear_down(&c);
}

/* An event's words from one to another, and everybody's. */
static struct kb_fingerprint part_of_event(struct bench *b, uint64_t seed, size_t from,
                                           size_t to) {
    struct kb_buf text;
    kb_buf_init(&text, 1 << 20);
    made_up(seed, 120, 90000 + from, 90000 + to, &text);
    made_up(seed + 1000, 120, 0, 300, &text);
    struct kb_fingerprint print = take(b, KB_STR_NONE, kb_buf_view(&text));
    kb_buf_free(&text);
    return print;
}

enum { OTHERS = 30 };

/* Two stories of one event's ends, and an article of each kind; where undated, nobody
 * knows when they were. */
static void begin_two(struct bench *b, int64_t time) {
    for (uint64_t i = 0; i < OTHERS; i++)
        CHECK_INT(add_made_up(b, 500 + i, 200, time), i);
    struct kb_fingerprint print = part_of_event(b, 1, 0, 24);
    CHECK_INT(kb_grouper_add(b->grouper, &print, time, &b->decision, &b->err), KB_OK);
    CHECK_INT(b->decision.story, OTHERS);
    print = part_of_event(b, 2, 20, 44);
    CHECK_INT(kb_grouper_add(b->grouper, &print, time, &b->decision, &b->err), KB_OK);
    CHECK_INT(b->decision.story, OTHERS + 1);
}

/* Adds articles of all of the event until they show both to be one; how many it took. */
static uint64_t bridge(struct bench *b, int64_t time) {
    for (uint64_t i = 1; i <= 8; i++) {
        struct kb_fingerprint print = part_of_event(b, 10 + i, 0, 44);
        CHECK_INT(kb_grouper_add(b->grouper, &print, time, &b->decision, &b->err), KB_OK);
        CHECK(b->decision.story >= OTHERS);
        if (b->decision.same != KB_NO_STORY)
            return i;
    }
    return 0;
}

static void stories_merge(void) {
    struct bench b = set_up(), c = set_up(), undated = set_up(), late = set_up();
    begin_two(&b, BEGINNING);
    uint64_t took = bridge(&b, BEGINNING + DAY);
    CHECK(took > 0);
    CHECK_INT(b.decision.story + b.decision.same, OTHERS * 2 + 1);
    CHECK_INT(kb_grouper_merge(b.grouper, OTHERS, OTHERS + 1, &b.err), KB_OK);
    CHECK_INT(kb_grouper_merge(b.grouper, OTHERS, OTHERS + 1, &b.err), KB_EUSAGE);
    /* One that is filled with what the file says now decides alike. */
    for (uint64_t i = 0; i < OTHERS; i++)
        add_made_up(&c, 500 + i, 200, BEGINNING);
    for (uint64_t i = 0; i < 2 + took; i++) {
        struct kb_fingerprint print =
            i < 2 ? part_of_event(&c, i + 1, i ? 20 : 0, i ? 44 : 24)
                  : part_of_event(&c, 9 + i, 0, 44);
        CHECK_INT(kb_grouper_restore(c.grouper, &print, BEGINNING + (i < 2 ? 0 : DAY),
                                     OTHERS, &c.err),
                  KB_OK);
    }
    for (uint64_t i = 0; i < 10; i++) {
        struct kb_fingerprint print =
            part_of_event(&b, 30 + i, i % 2 ? 20 : 0, i % 2 ? 44 : 24);
        CHECK_INT(kb_grouper_add(b.grouper, &print, BEGINNING + DAY, &b.decision, &b.err),
                  KB_OK);
        CHECK_INT(kb_grouper_add(c.grouper, &print, BEGINNING + DAY, &c.decision, &c.err),
                  KB_OK);
        CHECK_INT(b.decision.story, OTHERS);
        CHECK_INT(c.decision.story, OTHERS);
        CHECK(b.decision.same == KB_NO_STORY && c.decision.same == KB_NO_STORY);
        double apart = (double)(b.decision.score - c.decision.score);
        CHECK(apart < .005 && apart > -.005); /* sums are rounded: index.h */
    }
    CHECK_INT(add_made_up(&b, 900, 200, BEGINNING + DAY),
              OTHERS + 2); /* not given again */
    begin_two(&undated, 0);
    CHECK_INT(bridge(&undated, 0), 0);
    begin_two(&late, BEGINNING);
    for (int64_t day = 1; day <= 3; day++)
        add_made_up(&late, 800 + (uint64_t)day, 200, BEGINNING + day * DAY);
    CHECK_INT(bridge(&late, BEGINNING + 3 * DAY), 0);
    tear_down(&b);
    tear_down(&c);
    tear_down(&undated);
    tear_down(&late);
}

static void stories_end(void) {
    struct bench b = set_up();
    int64_t last = BEGINNING + 400 * DAY;
    uint64_t first = add_made_up(&b, 1, 200, BEGINNING);
    CHECK_INT(add_made_up(&b, 1, 190, BEGINNING + 20 * DAY), first);
    CHECK_INT(add_made_up(&b, 1, 180, BEGINNING + 45 * DAY), first);
    for (int64_t day = 46; day < 400; day++)
        CHECK(add_made_up(&b, 1000 + (uint64_t)day, 200, BEGINNING + day * DAY) != first);
    uint64_t later = add_made_up(&b, 1, 200, last);
    CHECK(later != first);
    /* what comes late stands with what comes late */
    uint64_t late = add_made_up(&b, 2, 200, BEGINNING);
    CHECK_INT(add_made_up(&b, 2, 190, BEGINNING), late);
    /* one from the future ends nothing */
    add_made_up(&b, 3, 200, last + 4000 * (int64_t)DAY);
    CHECK_INT(add_made_up(&b, 1, 190, last), later);
    CHECK_INT(kb_grouper_articles(b.grouper), 362);
    tear_down(&b);
}

/* What has no date counts as of now, what came before the first that has one as of then;
 * it ends nothing and ends itself. */
static void undated_articles_wait(void) {
    struct bench b = set_up();
    uint64_t first = add_made_up(&b, 1, 200, 0);
    CHECK_INT(kb_grouper_time(b.grouper), 0);
    add_made_up(&b, 2, 200, BEGINNING);
    CHECK_INT(add_made_up(&b, 1, 190, BEGINNING + DAY), first);
    uint64_t second = add_made_up(&b, 3, 200, 0);
    CHECK_INT(kb_grouper_time(b.grouper), BEGINNING + DAY);
    for (int64_t day = 2; day < 29; day++)
        add_made_up(&b, 1000 + (uint64_t)day, 200, BEGINNING + day * DAY);
    CHECK_INT(add_made_up(&b, 1, 180, 0), first);
    for (int64_t day = 29; day < 90; day++)
        add_made_up(&b, 1000 + (uint64_t)day, 200, BEGINNING + day * DAY);
    CHECK(add_made_up(&b, 1, 200, 0) != first);
    CHECK(add_made_up(&b, 3, 200, 0) != second);
    tear_down(&b);
}

UNIT_MAIN(prints_pack, groupers_are_filled_again, stories_merge, stories_end,
          undated_articles_wait)
