/* A file of rules, and below a line of "==" a text that they are applied to.  What was
 * read must be printed so that it reads as the same; what is found lies in the
 * article. */
#include "fuzz.h"
#include "wire/wire.h"

static struct kb_lexicon *lexicon; /* the built-in one */

static void print_again(const struct kb_rules *rules) {
    struct kb_rules *again;
    struct kb_buf once, twice;
    struct kb_err err = {.text = ""};
    kb_buf_init(&once, SIZE_MAX);
    kb_buf_init(&twice, SIZE_MAX);
    kb_rules_write(rules, &once);
    if (kb_rules_new(lexicon, &again, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    /* a rule may grow past its limit when its quotes are written */
    if (kb_rules_read(again, kb_buf_view(&once), &err) == KB_OK) {
        kb_rules_write(again, &twice);
        if (!kb_str_equal(kb_buf_view(&once), kb_buf_view(&twice)))
            kb_fuzz_fail("what was printed reads as other rules");
    } else if (once.n < KB_LIMIT_RULE_BYTES) {
        kb_fuzz_fail(err.text);
    }
    kb_rules_free(again);
    kb_buf_free(&once);
    kb_buf_free(&twice);
}

static bool is_inside(struct kb_str s, struct kb_str whole) {
    return whole.n && s.p >= whole.p && s.p + s.n <= whole.p + whole.n;
}

static void apply(struct kb_rules *rules, struct kb_str text) {
    struct kb_rule_effect effect;
    struct kb_err err = {.text = ""};
    struct kb_str title = kb_str_cut(text, 60);
    struct kb_author author = {.name = title};
    struct kb_source source = {.name = title, .kind = KB_SOURCE_AGENCY};
    struct kb_article article = {.title = title,
                                 .content_text = text,
                                 .authors = &author,
                                 .author_count = 1,
                                 .tags = &title,
                                 .tag_count = 1,
                                 .url = text,
                                 .publisher_domain = title,
                                 .date_published = title,
                                 .language = title};
    article.provenance.sources = &source;
    article.provenance.source_count = 1;
    const struct kb_rule_origin origin = {title, title, title, 1772438400};
    if (kb_rules_apply(rules, &article, &origin, &effect, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    if (effect.by[KB_RULE_KEEP] != KB_NOT_FOUND &&
        effect.by[KB_RULE_DROP] != KB_NOT_FOUND)
        kb_fuzz_fail("kept and dropped");
    for (size_t i = 0; i < effect.hit_count; i++) {
        if (effect.hits[i].rule >= kb_rules_count(rules))
            kb_fuzz_fail("a rule that there is not");
        for (size_t k = 0; k < effect.hits[i].word_count; k++) {
            const struct kb_rule_words *w = &effect.hits[i].words[k];
            if (w->field != KB_RULE_IN_ROLE && !is_inside(w->words, text))
                kb_fuzz_fail("words that do not stand in the article");
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str bytes = {(const char *)data, size};
    size_t end = kb_str_find(bytes, KB_STR("\n==\n"));
    struct kb_str text =
        end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(bytes, end + 4, bytes.n);
    struct kb_rules *rules;
    struct kb_err err = {.text = ""};
    if ((!lexicon && kb_lexicon_new(NULL, &lexicon, &err) != KB_OK) ||
        kb_rules_new(lexicon, &rules, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    if (kb_rules_read(rules, kb_str_slice(bytes, 0, end), &err) == KB_OK) {
        print_again(rules);
        apply(rules, kb_str_slice(text, 0, kb_utf8_valid_prefix(text)));
    } else if (!err.text[0]) {
        kb_fuzz_fail("refused without a word");
    }
    kb_rules_free(rules);
    return 0;
}
