/* What may stand in a condition: a field, an operator and a value enter; the value as it
 * is compared leaves, or why it can be none. */
#include "wire/rule.h"

#include <stdio.h>

bool kb_rule_may(enum kb_rule_field field, enum kb_rule_op op) {
    bool one_word = field == KB_RULE_IN_LANGUAGE || field == KB_RULE_IN_ROLE;
    return op == KB_RULE_IS || (op != KB_RULE_OLDER && !one_word);
}

/* "agency copy", "agency-copy", "agency_copy"; KB_ROLE_COUNT where it is none. */
static enum kb_role find_role(struct kb_str text) {
    enum kb_role role = 0;
    for (; role < KB_ROLE_COUNT; role++) {
        struct kb_str name = kb_str_z(kb_role_name(role));
        size_t i = 0;
        while (i < name.n && i < text.n &&
               (name.p[i] == kb_lower(text.p[i]) ||
                (name.p[i] == '_' && strchr("- ", text.p[i]))))
            i++;
        if (i == name.n && i == text.n)
            break;
    }
    return role;
}

static void no_role(struct kb_str text, char what[KB_RULE_WHAT]) {
    const char *names[KB_ROLE_COUNT];
    char word[40];
    for (size_t i = 0; i < KB_ROLE_COUNT; i++)
        names[i] = kb_role_name((enum kb_role)i);
    text = kb_str_cut(text, sizeof word - 1);
    snprintf(word, sizeof word, "%.*s", (int)text.n, text.p);
    const char *near = kb_nearest(word, names, KB_COUNT(names));
    if (near) {
        snprintf(what, KB_RULE_WHAT, "there is no role \"%s\"; did you mean %s?", word,
                 near);
        return;
    }
    size_t n = (size_t)snprintf(what, KB_RULE_WHAT, "expected a role:");
    for (size_t i = 0; i < KB_ROLE_COUNT && n < KB_RULE_WHAT; i++)
        n +=
            (size_t)snprintf(what + n, KB_RULE_WHAT - n, "%s %s", i ? "," : "", names[i]);
}

struct kb_str kb_rule_own_name(const struct kb_rules *rules, struct kb_str text) {
    struct kb_name_hit hit;
    size_t from = kb_text_next_word(text, 0);
    if (rules->lexicon && from < text.n &&
        kb_name_at(rules->lexicon, text, from, "", &hit) &&
        kb_text_next_word(text, hit.end) >= text.n)
        return hit.name->name;
    return KB_STR_NONE;
}

/* Subtags of letters and digits (BCP 47, section 2.1), a language's first. */
static bool is_language_tag(struct kb_str text) {
    char primary[4];
    for (size_t i = 0; i < text.n; i++)
        if (!kb_is_alpha(text.p[i]) && !kb_is_digit(text.p[i]) && text.p[i] != '-')
            return false;
    kb_lang_primary(text, primary);
    return primary[0] != '\0';
}

static bool is_domain(struct kb_str text) {
    return kb_str_find_byte(text, '.') != KB_NOT_FOUND &&
           kb_str_find_byte(text, ' ') == KB_NOT_FOUND &&
           kb_str_find_byte(text, '/') == KB_NOT_FOUND;
}

/* Fields whose values are compared by their words. */
enum {
    BY_LETTER = 1u << KB_RULE_IN_URL | 1u << KB_RULE_IN_FEED | 1u << KB_RULE_IN_FOLDER |
                1u << KB_RULE_IN_ROLE | 1u << KB_RULE_IN_LANGUAGE,
    NAMES = 1u << KB_RULE_IN_AGENCY | 1u << KB_RULE_IN_SOURCE
};

static enum kb_status set_is(struct kb_rules *rules, uint32_t fields,
                             struct kb_rule_value *v, char what[KB_RULE_WHAT]) {
    if (fields & 1u << KB_RULE_IN_ROLE) {
        enum kb_role role = find_role(v->text);
        if (role == KB_ROLE_COUNT) {
            no_role(v->text, what);
            return KB_EINPUT;
        }
        v->text = kb_str_z(kb_role_name(role));
    }
    if (v->text.n && fields & 1u << KB_RULE_IN_LANGUAGE && !is_language_tag(v->text)) {
        snprintf(what, KB_RULE_WHAT,
                 "a language is told by its code, as en, id or zh-Hant");
        return KB_EINPUT;
    }
    v->folded = kb_rule_fold(&rules->arena, v->text, &rules->folded);
    v->path = kb_rule_path(&rules->arena, v->text, &rules->folded);
    if (fields & NAMES)
        v->own_name =
            kb_rule_fold(&rules->arena, kb_rule_own_name(rules, v->text), &rules->folded);
    if (is_domain(v->text))
        v->domain = kb_str_starts_nocase(v->text, KB_STR("www."))
                        ? kb_str_slice(v->text, 4, v->text.n)
                        : v->text;
    if (v->text.n && !v->folded.n && fields & ~(uint32_t)BY_LETTER) {
        snprintf(what, KB_RULE_WHAT, "the text has no letter or digit to compare");
        return KB_EINPUT;
    }
    return rules->arena.full || rules->folded.status != KB_OK ? KB_ENOMEM : KB_OK;
}

enum kb_status kb_rule_value_set(struct kb_rules *rules, const struct kb_rule_test *test,
                                 struct kb_rule_value *v, char what[KB_RULE_WHAT]) {
    uint32_t by_words = test->fields & ~(1u << KB_RULE_IN_URL);
    what[0] = '\0';
    switch (test->op) {
    case KB_RULE_MATCHES:
        return kb_rule_pattern_new(rules, v->text, v->flags, &v->pattern, what);
    case KB_RULE_IS: return set_is(rules, test->fields, v, what);
    case KB_RULE_HAS:
        if (by_words)
            return kb_rule_needle_new(rules, v->text, by_words, &v->needle, what);
        if (!v->text.n)
            snprintf(what, KB_RULE_WHAT, "an empty text stands everywhere");
        return v->text.n ? KB_OK : KB_EINPUT;
    case KB_RULE_OLDER: break;
    }
    return KB_OK;
}
