/* How fast rules are applied to articles.
 *
 * Articles of 3,000 bytes of invented words, in a language of ASCII, one of accents, and
 * in Cyrillic, Arabic and Chinese, go through sets of rules: the processor time of the
 * thread, the median of nine rounds.  Beside them what one pattern may cost at most. */
#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ARTICLES = 400, BYTES = 3000, ROUNDS = 9, WORD_RULES = 20, MANY_RULES = 2000 };

/* What must be reached with the word rules, in articles a second; README.md. */
static const double least = 50000;

static const struct language {
    const char *tag, *syllables, *space;
} languages[] = {
    {"en", "ber con der dis ent er har ing land mer on per re sel ter ton ver wal", " "},
    {"fr", "au bé cha de eau gai lai mon nou ou pre qui ra son te ui vi en", " "},
    {"ru", "ба ве го да жи за ка ло мо ни пре ро ста ты че шко я", " "},
    {"ar", "با تن جر حل دم رس سا شم عب فر قل كت لي من نه ور", " "},
    {"zh", NULL, ""},
};

static uint32_t state = 1;

/* Knuth's linear congruential generator: the same texts on every machine. */
static unsigned below(unsigned n) {
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % n;
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void word(struct kb_buf *out, const struct language *language) {
    for (unsigned k = 1 + below(4); k; k--) {
        unsigned count = 1, pick;
        const char *p = language->syllables, *end;
        if (!p) { /* eight hundred characters, a few of them often */
            char han[4];
            kb_buf_add(out, han, kb_utf8_put(han, 0x4E00 + below(1 + below(800))));
            continue;
        }
        for (const char *s = p; *s; s++)
            count += *s == ' ';
        for (pick = below(count); pick; pick--)
            p = strchr(p, ' ') + 1;
        end = strchr(p, ' ');
        kb_buf_add(out, p, end ? (size_t)(end - p) : strlen(p));
    }
}

static void text(struct kb_buf *out, const struct language *language, size_t bytes) {
    for (size_t end = out->n + bytes, n = 1; out->n < end; n++) {
        word(out, language);
        kb_buf_z(out, n % 12 ? language->space : ".\n");
    }
}

static void fail(const char *what) {
    fprintf(stderr, "bench_rules: %s\n", what);
    exit(2);
}

static struct kb_rules *rules_new(void) {
    struct kb_rules *rules;
    if (kb_rules_new(NULL, &rules, NULL) != KB_OK)
        fail("no memory");
    return rules;
}

static void add(struct kb_rules *rules, const char *line) {
    struct kb_err err;
    if (kb_rules_add(rules, kb_str_z(line),
                     &(const struct kb_rule_scope){KB_RULE_FOR_ALL, KB_STR_NONE},
                     &err) != KB_OK)
        fail(err.text);
}

/* Rules with a word, two words, or the beginning of a word of the language. */
static struct kb_rules *word_rules(const struct language *language, unsigned count) {
    struct kb_rules *rules = rules_new();
    for (unsigned i = 0; i < count; i++) {
        struct kb_buf line;
        kb_buf_init(&line, 1000);
        kb_buf_printf(&line, "tag \"t%u\" if title or text has \"", i % 10);
        word(&line, language);
        word(&line, language);
        kb_buf_z(&line, i % 4 == 1 ? " " : "");
        if (i % 4 == 1)
            word(&line, language);
        kb_buf_z(&line, i % 4 == 2 ? "*\"" : "\"");
        kb_buf_char(&line, '\0');
        add(rules, line.p);
        kb_buf_free(&line);
    }
    return rules;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Articles a second. */
static double measure(struct kb_rules *rules, const struct kb_article *articles,
                      size_t *hits) {
    static const struct kb_rule_origin origin = {.now = 1772438400};
    double times[ROUNDS];
    for (size_t round = 0; round < ROUNDS; round++) {
        double start = seconds();
        *hits = 0;
        for (size_t i = 0; i < ARTICLES; i++) {
            struct kb_rule_effect effect;
            if (kb_rules_apply(rules, &articles[i], &origin, &effect, NULL) != KB_OK)
                fail("no memory");
            *hits += effect.hit_count;
        }
        times[round] = seconds() - start;
    }
    qsort(times, ROUNDS, sizeof *times, by_value);
    return ARTICLES / times[ROUNDS / 2];
}

static bool measure_language(const struct language *language, bool alone) {
    static struct kb_article articles[ARTICLES];
    struct kb_buf titles, texts;
    struct kb_rules *few = word_rules(language, WORD_RULES);
    struct kb_rules *many = word_rules(language, MANY_RULES), *patterns = rules_new();
    size_t hits[3];
    kb_buf_init(&titles, SIZE_MAX);
    kb_buf_init(&texts, SIZE_MAX);
    if (!kb_buf_reserve(&titles, ARTICLES * 200) ||
        !kb_buf_reserve(&texts, (size_t)ARTICLES * BYTES * 2))
        fail("no memory");
    for (size_t i = 0; i < ARTICLES; i++) {
        size_t title = titles.n, at = texts.n;
        text(&titles, language, 60);
        text(&texts, language, BYTES);
        articles[i].title = (struct kb_str){titles.p + title, titles.n - title};
        articles[i].content_text = (struct kb_str){texts.p + at, texts.n - at};
    }
    for (int i = 0; i < WORD_RULES; i++)
        add(patterns, i % 2 ? "star if text matches /\\bker(mer|ton)\\b/i"
                            : "star if title or text matches /пресс-?тур|万.{0,3}三/");
    double speed = measure(few, articles, &hits[0]);
    if (alone) {
        printf("%s  %.0f articles/s\n", language->tag, speed);
        exit(0);
    }
    double with_many = measure(many, articles, &hits[1]);
    double with_patterns = measure(patterns, articles, &hits[2]);
    printf("%s  %3d word rules %7.0f articles/s, %4.0f MB/s, %.2f hits each;  "
           "%d: %6.0f/s, %.0f hits;  %d patterns: %5.0f/s\n",
           language->tag, WORD_RULES, speed, speed * BYTES / 1e6,
           (double)hits[0] / ARTICLES, MANY_RULES, with_many, (double)hits[1] / ARTICLES,
           WORD_RULES, with_patterns);
    kb_rules_free(few);
    kb_rules_free(many);
    kb_rules_free(patterns);
    kb_buf_free(&titles);
    kb_buf_free(&texts);
    return speed >= least;
}

/* The slowest that a pattern may be in a text of the greatest length. */
static void measure_slow(const char *rule, const char *piece) {
    static const struct kb_rule_origin origin = {.now = 1772438400};
    struct kb_rules *rules = rules_new();
    struct kb_rule_effect effect;
    struct kb_buf text;
    kb_buf_init(&text, SIZE_MAX);
    while (text.n < KB_LIMIT_RULE_TEXT_BYTES)
        kb_buf_z(&text, piece);
    struct kb_article article = {.content_text = kb_buf_view(&text)};
    add(rules, rule);
    double start = seconds();
    if (kb_rules_apply(rules, &article, &origin, &effect, NULL) != KB_OK)
        fail("no memory");
    printf("%-50s %6.1f ms%s\n", rule, (seconds() - start) * 1e3,
           effect.fault_count ? ", given up" : "");
    kb_rules_free(rules);
    kb_buf_free(&text);
}

/* With a language's tag the word rules in it alone, for a profiler. */
int main(int argc, char **argv) {
    bool fine = true;
    for (size_t i = 0; i < KB_COUNT(languages); i++)
        if (argc < 2 || strcmp(argv[1], languages[i].tag) == 0)
            fine &= measure_language(&languages[i], argc > 1);
    measure_slow("drop if text matches /(a+)+$/", "aaaaaaaaaaaaaaaab");
    measure_slow("drop if text matches /a[^z]*[zy]/", "a");
    measure_slow("drop if text matches /(?:a|aa|aaa)*[zy]/", "a");
    measure_slow("drop if text matches /^(?=.*[zy])(?=.*b)/s", "a");
    measure_slow("drop if text matches /(\\w+ )+[zy]/", "wer das liest ");
    measure_slow("drop if text matches /\\w+feuer/", "Wer das liest hat Zeit. ");
    measure_slow("drop if text matches /(?i)[a-z ]{3,40}(feuer|fyr)/",
                 "Wer liest hat Zeit. ");
    measure_slow("drop if text matches /.*.*.*zy/", "a");
    if (!fine)
        printf("below %.0f articles a second\n", least);
    return fine ? 0 : 1;
}
