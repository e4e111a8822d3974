/* A rule's line → the rule: one function for each line of the grammar in docs/rules.md.
 *
 * Nothing is guessed: what cannot be read ends the rule with the column, what was
 * expected there, and the nearest word.  Parentheses are the one thing that nests, to
 * KB_LIMIT_RULE_DEPTH. */
#include "wire/rule_token.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- tests ------------------------------------------------------------------------- */

static const char *const field_names[] = {
#define X(code, name) name,
    KB_RULE_FIELD_LIST(X)
#undef X
};

static const char a_test[] = "a field (title, text, author, outlet, language, agency, "
                             "source, role, tag, section, url, feed, folder), older, "
                             "not or (";

static bool take_field(struct kb_rule_parser *p, uint32_t *fields) {
    const char *names[KB_RULE_FIELD_COUNT + 2];
    for (size_t i = 0; i < KB_RULE_FIELD_COUNT; i++) {
        names[i] = field_names[i];
        if (kb_rule_take(p, field_names[i])) {
            *fields |= 1u << i;
            return true;
        }
    }
    names[KB_RULE_FIELD_COUNT] = "older";
    names[KB_RULE_FIELD_COUNT + 1] = "not";
    kb_rule_expect(p,
                   p->token.kind == KB_TOKEN_TEXT
                       ? "a field; several texts have commas between them"
                   : *fields ? "a field"
                             : a_test,
                   names, KB_COUNT(names));
    return false;
}

static bool take_op(struct kb_rule_parser *p, struct kb_rule_test *test) {
    static const char *const names[] = {"has", "is", "matches"};
    const char *at = p->token.at.p;
    for (size_t i = 0; i < KB_COUNT(names); i++) {
        if (!kb_rule_take(p, names[i]))
            continue;
        test->op = (enum kb_rule_op)i;
        for (enum kb_rule_field f = 0; f < KB_RULE_FIELD_COUNT; f++) {
            if (test->fields >> f & 1 && !kb_rule_may(f, test->op)) {
                kb_rule_wrong(p, at, "%s is one word: expected is", field_names[f]);
                return false;
            }
        }
        return true;
    }
    kb_rule_expect(p, "has, is or matches", names, KB_COUNT(names));
    return false;
}

/* A value of has and is, or of matches. */
static bool take_value(struct kb_rule_parser *p, struct kb_rule_test *test,
                       struct kb_rule_value *v) {
    char what[KB_RULE_WHAT] = "";
    const char *at = p->token.at.p;
    if (test->op == KB_RULE_MATCHES ? !kb_rule_take_pattern(p, &v->text, &v->flags)
                                    : !kb_rule_take_text(p, "a text in quotes", &v->text))
        return false;
    enum kb_status status = kb_rule_value_set(p->rules, test, v, what);
    if (status == KB_EINPUT)
        kb_rule_wrong(p, at, "%s", what);
    else if (status != KB_OK)
        kb_rule_no_memory(p);
    return status == KB_OK;
}

static void take_values(struct kb_rule_parser *p, struct kb_rule_test *test) {
    struct kb_rule_value **last = &test->values;
    do {
        *last = kb_rule_room(p, sizeof **last);
        if (!*last || !take_value(p, test, *last))
            return;
        last = &(*last)->next;
    } while (kb_rule_take_kind(p, KB_TOKEN_COMMA));
}

/* "than 3 days", behind "older". */
static void take_age(struct kb_rule_parser *p, struct kb_rule_test *test) {
    static const struct {
        const char *one, *many;
        int64_t seconds;
    } units[] = {
        {"hour", "hours", 3600}, {"day", "days", 86400}, {"week", "weeks", 7 * 86400}};
    static const char *const names[] = {"hours", "days", "weeks"}, *const than[] = {
                                                                       "than"};
    struct kb_rule_value *v = test->values = kb_rule_room(p, sizeof *v);
    long number = 0;
    if (!kb_rule_take(p, "than")) {
        kb_rule_expect(p, "than", than, 1);
        return;
    }
    if (p->token.kind == KB_TOKEN_WORD && p->token.at.n <= 5)
        for (size_t i = 0; i < p->token.at.n; i++)
            number = kb_is_digit(p->token.at.p[i]) && number >= 0
                         ? number * 10 + p->token.at.p[i] - '0'
                         : -1;
    if (number <= 0 || !v) {
        kb_rule_expect(p, "a number from 1 to 99999", NULL, 0);
        return;
    }
    v->text = p->token.at;
    kb_rule_next(p);
    for (size_t i = 0; i < KB_COUNT(units); i++) {
        if (kb_rule_take(p, units[i].one) || kb_rule_take(p, units[i].many)) {
            const char *unit = number == 1 ? units[i].one : units[i].many;
            char text[24];
            int n = snprintf(text, sizeof text, "%ld %s", number, unit);
            v->text = kb_arena_dup(&p->rules->arena, (struct kb_str){text, (size_t)n});
            v->seconds = number * units[i].seconds;
            return;
        }
    }
    kb_rule_expect(p, "hours, days or weeks", names, KB_COUNT(names));
}

static struct kb_rule_node *take_test(struct kb_rule_parser *p) {
    struct kb_rule_node *node = kb_rule_room(p, sizeof *node);
    struct kb_rule_test *test = kb_rule_room(p, sizeof *test);
    if (!node || !test)
        return NULL;
    node->kind = KB_RULE_ONE;
    node->test = test;
    if (kb_rule_take(p, "older")) {
        test->op = KB_RULE_OLDER;
        take_age(p, test);
        return node;
    }
    do {
        if (!take_field(p, &test->fields))
            return NULL;
    } while (kb_rule_take(p, "or") || kb_rule_take_kind(p, KB_TOKEN_COMMA));
    if (take_op(p, test))
        take_values(p, test);
    return node;
}

/* ---- conditions -------------------------------------------------------------------- */

static struct kb_rule_node *take_any_of(struct kb_rule_parser *p);

static struct kb_rule_node *take_one(struct kb_rule_parser *p) {
    struct kb_rule_node *node;
    bool negated = false;
    while (kb_rule_take(p, "not"))
        negated = !negated;
    const char *at = p->token.at.p;
    if (!kb_rule_take_kind(p, KB_TOKEN_OPEN)) {
        node = take_test(p);
    } else if (++p->depth > KB_LIMIT_RULE_DEPTH) {
        kb_rule_wrong(p, at, "parentheses nest at most %d deep", KB_LIMIT_RULE_DEPTH);
        return NULL;
    } else {
        node = take_any_of(p);
        if (p->status == KB_OK && !kb_rule_take_kind(p, KB_TOKEN_CLOSE))
            kb_rule_expect(p, "and, or or )", (const char *const[]){"and", "or"}, 2);
        p->depth--;
    }
    if (node)
        node->negated ^= negated;
    return p->status == KB_OK ? node : NULL;
}

/* Parts with `word` between them.  Parts of parts that are joined by the same word are
 * parts of the whole. */
static struct kb_rule_node *join(struct kb_rule_parser *p, const char *word,
                                 enum kb_rule_node_kind kind,
                                 struct kb_rule_node *(*take)(struct kb_rule_parser *)) {
    struct kb_rule_node *first = take(p), *node, **last;
    if (!first || !kb_rule_is(p, word))
        return first;
    node = kb_rule_room(p, sizeof *node);
    if (!node)
        return NULL;
    node->kind = kind;
    last = &node->child;
    for (struct kb_rule_node *part = first; part; part = take(p)) {
        *last = part->kind == kind && !part->negated ? part->child : part;
        while (*last)
            last = &(*last)->next;
        if (!kb_rule_take(p, word))
            break;
    }
    return p->status == KB_OK ? node : NULL;
}

static struct kb_rule_node *take_all_of(struct kb_rule_parser *p) {
    return join(p, "and", KB_RULE_ALL_OF, take_one);
}

static struct kb_rule_node *take_any_of(struct kb_rule_parser *p) {
    return join(p, "or", KB_RULE_ANY_OF, take_all_of);
}

/* ---- actions ----------------------------------------------------------------------- */

static void take_tag(struct kb_rule_parser *p, struct kb_rule *rule) {
    struct kb_rule_tag_name **last = &rule->tags;
    const char *at = p->token.at.p;
    struct kb_str name;
    if (!kb_rule_take_text(p, "the tag's name in quotes", &name))
        return;
    name = kb_str_trim(name);
    if (!name.n || name.n > KB_LIMIT_META_BYTES)
        kb_rule_wrong(p, at, "expected a tag's name of 1 to %d bytes",
                      KB_LIMIT_META_BYTES);
    for (; *last; last = &(*last)->next)
        if (kb_str_equal((*last)->name, name))
            return;
    *last = kb_rule_room(p, sizeof **last);
    if (*last)
        (*last)->name = name;
}

static void take_action(struct kb_rule_parser *p, struct kb_rule *rule) {
    static const char *const first[] = {"keep", "drop", "star", "mark", "full", "tag"};
    static const char *const second[] = {NULL, NULL, NULL, "read", "text", NULL};
    const char *at = p->token.at.p;
    for (size_t i = 0; i < KB_COUNT(first); i++) {
        if (!kb_rule_take(p, first[i]))
            continue;
        if (second[i] && !kb_rule_take(p, second[i]))
            kb_rule_expect(p, second[i], &second[i], 1);
        rule->actions |= 1u << i;
        if (i == KB_RULE_TAG)
            take_tag(p, rule);
        if (rule->actions & 1u << KB_RULE_KEEP && rule->actions & 1u << KB_RULE_DROP)
            kb_rule_wrong(p, at, "a rule can keep an article or drop it, not both");
        return;
    }
    kb_rule_expect(p, "an action: keep, drop, star, mark read, full text or tag", first,
                   KB_COUNT(first));
}

enum kb_status kb_rule_parse(struct kb_rules *rules, struct kb_str text,
                             struct kb_rule *rule, struct kb_err *err) {
    static const char *const behind_actions[] = {"if", "always", "and"};
    static const char *const behind_test[] = {"and", "or"};
    struct kb_rule_parser parser = {.rules = rules, .text = text, .err = err};
    struct kb_rule_parser *p = &parser;
    kb_rule_begin(p);
    do
        take_action(p, rule);
    while (p->status == KB_OK &&
           (kb_rule_take(p, "and") || kb_rule_take_kind(p, KB_TOKEN_COMMA)));
    if (p->status != KB_OK)
        return p->status;
    bool always = kb_rule_take(p, "always");
    if (!always && !kb_rule_take(p, "if"))
        kb_rule_expect(p, "if and a condition, or always", behind_actions,
                       KB_COUNT(behind_actions));
    else if (!always)
        rule->condition = take_any_of(p);
    if (p->status == KB_OK && p->token.kind != KB_TOKEN_END)
        kb_rule_expect(p,
                       always ? "the end"
                       : p->token.kind == KB_TOKEN_WORD
                           ? "and, or, a comma or the end (a text of several words needs "
                             "quotes)"
                           : "and, or, a comma or the end",
                       behind_test, KB_COUNT(behind_test));
    if (p->status == KB_OK && rules->arena.full)
        kb_rule_no_memory(p);
    return p->status;
}
