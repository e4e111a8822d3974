/* The interface's words: the files that are built in have all of them, and a file that
 * lacks one is refused; plural forms, numbers, moments, the choice of a language. */
#include "unit.h"

#include "serve/pages.h"

/* The files that are built in, English first; in the arena, which the caller frees. */
static struct kb_messages *built_in(struct kb_arena *arena) {
    struct kb_message_file files[16];
    struct kb_messages *m = NULL;
    struct kb_err err = {.text = ""};
    size_t count = 0;
    kb_arena_init(arena, KB_LIMIT_DOCUMENT_MEMORY);
    for (int others = 0; others < 2; others++)
        for (size_t i = 0; i < kb_pages_files_count; i++) {
            const struct kb_asset *f = &kb_pages_files[i];
            struct kb_str name = kb_str_z(f->name);
            if (kb_str_ends(name, KB_STR(".messages")) && count < KB_COUNT(files) &&
                kb_str_equal(name, KB_STR("en.messages")) == !others)
                files[count++] =
                    (struct kb_message_file){name, {(const char *)f->bytes, f->n}};
        }
    enum kb_status status = kb_messages_read(arena, files, count, &m, &err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = kb_messages_load(arena, m, kb_messages_language(m, i), &err);
    if (CHECK(status == KB_OK))
        return m;
    printf("    %s\n", err.text);
    return NULL;
}

static const struct kb_language *language(const struct kb_messages *m, const char *tag) {
    return kb_messages_choose(m, kb_str_z(tag), KB_STR_NONE);
}

static void has_all_words(void) {
    static const char *const tags[] = {"en", "ar", "de", "id", "zh"};
    struct kb_arena arena;
    const struct kb_messages *m = built_in(&arena);
    for (size_t i = 0; m && i < KB_COUNT(tags); i++)
        CHECK_STR(kb_language_tag(language(m, tags[i])), tags[i]);
    if (m)
        CHECK_INT((long long)kb_messages_languages(m), (long long)KB_COUNT(tags));
    kb_arena_free(&arena);
}

/* The same file with one thing changed. */
static enum kb_status read_two(const char *second, struct kb_err *err) {
    static const char head[] =
        "@plural one\ndate.day = {day}\ndate.time = {hour}\nago.now = now\n"
        "ago.minutes = {n}\nago.hours = {n}\nago.days = {n}\nmonth.01 = 1\n"
        "month.02 = 2\nmonth.03 = 3\nmonth.04 = 4\nmonth.05 = 5\nmonth.06 = 6\n"
        "month.07 = 7\nmonth.08 = 8\nmonth.09 = 9\nmonth.10 = 10\nmonth.11 = 11\n"
        "month.12 = 12\n";
    char a[2000], b[2000];
    struct kb_arena arena;
    struct kb_messages *m;
    int n = snprintf(a, sizeof(a),
                     "@language en\n@name E\n%sx[one] = {n} {who}\n"
                     "x[other] = {n} by {who}\ny = why\n",
                     head);
    int k = snprintf(b, sizeof(b), "@language de\n@name D\n%s%s", head, second);
    struct kb_message_file files[] = {{KB_STR("en"), {a, (size_t)n}},
                                      {KB_STR("de"), {b, (size_t)k}}};
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_messages_read(&arena, files, 2, &m, err);
    if (status == KB_OK)
        status = kb_messages_load(&arena, m, kb_messages_language(m, 1), err);
    kb_arena_free(&arena);
    return status;
}

static void refuses_what_lacks(void) {
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"x[one] = {n} {who}\nx[other] = {n} {who}\n", "missing: y"},
        {"x[one] = {n} {who}\nx[other] = {n} {who}\ny = w\nz = w\n",
         "no such message: z"},
        {"x[other] = {n} {who}\ny = w\n", "missing: x"},
        {"x[one] = {n} {who}\nx[few] = {n} {who}\nx[other] = {n} {who}\ny = w\n",
         "does not have: x"},
        {"x[one] = {n} {whom}\nx[other] = {n} {who}\ny = w\n", "other placeholders: x"},
        {"x[one] = {n} {who}\nx[other] = {n}\ny = w\n", "other placeholders: x"},
        {"x = {n} {who}\ny = w\n", "one language only: x"},
        {"x[one] = {n} {who\nx[other] = {n} {who}\ny = w\n", "between { and }"},
        {"x[one] = {n} {who}\nx[other] = {n} {who}\ny = w\ny = w\n", "twice"},
    };
    struct kb_err err;
    CHECK(read_two("x[one] = {who} {n}\nx[other] = {n} {who}\ny = w\n", &err) == KB_OK);
    for (size_t i = 0; i < KB_COUNT(cases); i++)
        if (!CHECK(read_two(cases[i].text, &err) == KB_EASSET &&
                   strstr(err.text, cases[i].says)))
            printf("    case %zu: %s\n", i, err.text);
}

static void check_words(const struct kb_language *l, const char *key, int64_t n,
                        const char *want) {
    struct kb_buf out;
    kb_buf_init(&out, 1000);
    kb_language_print(l, key, n, &out);
    CHECK_STR(kb_buf_view(&out), want);
    kb_buf_free(&out);
}

static void counts(void) {
    struct kb_arena arena;
    const struct kb_messages *m = built_in(&arena);
    if (!m)
        return;
    const struct kb_language *en = language(m, "en"), *ar = language(m, "ar"),
                             *id = language(m, "id");
    check_words(en, "story.outlets", 1, "1 outlet");
    check_words(en, "story.outlets", 0, "0 outlets");
    check_words(en, "story.outlets", 12345, "12,345 outlets");
    check_words(id, "story.outlets", 1, "1 media");
    check_words(ar, "story.articles", 1, "مقال واحد");
    check_words(ar, "story.articles", 2, "مقالان");
    check_words(ar, "story.articles", 7, "٧ مقالات");
    check_words(ar, "story.articles", 103, "١٠٣ مقالات");
    check_words(ar, "story.articles", 11, "١١ مقالًا");
    check_words(ar, "story.articles", 100, "١٠٠ مقال");
    kb_arena_free(&arena);
}

static void tells_time(void) {
    struct kb_arena arena;
    const struct kb_messages *m = built_in(&arena);
    const int64_t then = 1772487000; /* 2026-03-02T21:30:00Z */
    struct kb_buf out;
    if (!m)
        return;
    kb_buf_init(&out, 1000);
    kb_language_time(language(m, "en"), then, &out);
    CHECK_STR(kb_buf_view(&out), "2 March 2026, 21:30 UTC");
    kb_buf_clear(&out);
    kb_language_day(language(m, "zh"), then, &out);
    CHECK_STR(kb_buf_view(&out), "2026年3月2日");
    kb_buf_clear(&out);
    kb_language_ago(language(m, "de"), then, then + 7300, &out);
    CHECK_STR(kb_buf_view(&out), "vor 2 Stunden");
    kb_buf_clear(&out);
    kb_language_ago(language(m, "en"), then, then + 30 * 86400, &out);
    CHECK_STR(kb_buf_view(&out), "2 March 2026");
    kb_buf_free(&out);
    kb_arena_free(&arena);
}

static void chooses(void) {
    static const struct {
        const char *set, *accepted, *want;
    } cases[] = {{"", "", "en"},
                 {"", "de-AT,de;q=0.9,en;q=0.5", "de"},
                 {"", "fr, en;q=0.3, id;q=0.7", "id"},
                 {"", "fr;q=1, tlh", "en"},
                 {"", "zh-Hant-TW;q=0.1", "zh"},
                 {"", "de;q=0, ar;q=0.001", "ar"},
                 {"ar", "de", "ar"},
                 {"xx", "DE", "de"}};
    struct kb_arena arena;
    const struct kb_messages *m = built_in(&arena);
    for (size_t i = 0; m && i < KB_COUNT(cases); i++)
        CHECK_STR(kb_language_tag(kb_messages_choose(m, kb_str_z(cases[i].set),
                                                     kb_str_z(cases[i].accepted))),
                  cases[i].want);
    kb_arena_free(&arena);
}

UNIT_MAIN(has_all_words, refuses_what_lacks, counts, tells_time, chooses)
