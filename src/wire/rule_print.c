/* A rule → its line, in the one form that says the same; rules → their file.
 *
 * Texts stand in quotes, languages and roles do not; parentheses stand where the tree
 * needs them.  Reading what is printed gives the same tree. */
#include "wire/rule.h"

static void print_text(struct kb_str text, struct kb_buf *out) {
    kb_buf_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"' || text.p[i] == '\\')
            kb_buf_char(out, '\\');
        kb_buf_char(out, text.p[i]);
    }
    kb_buf_char(out, '"');
}

static void print_value(const struct kb_rule_test *test, const struct kb_rule_value *v,
                        struct kb_buf *out) {
    const uint32_t bare = 1u << KB_RULE_IN_LANGUAGE | 1u << KB_RULE_IN_ROLE;
    if (test->op == KB_RULE_MATCHES) {
        kb_buf_char(out, '/');
        kb_buf_str(out, v->text);
        kb_buf_char(out, '/');
        kb_buf_str(out, v->flags);
    } else if (test->op == KB_RULE_OLDER || (v->text.n && !(test->fields & ~bare))) {
        kb_buf_str(out, v->text);
    } else {
        print_text(v->text, out);
    }
}

static void print_test(const struct kb_rule_test *test, struct kb_buf *out) {
    static const char *const ops[] = {" has ", " is ", " matches ", "older than "};
    const char *before = "";
    for (enum kb_rule_field f = 0; f < KB_RULE_FIELD_COUNT; f++) {
        if (!(test->fields >> f & 1))
            continue;
        kb_buf_z(out, before);
        kb_buf_z(out, kb_rule_field_name(f));
        before = " or ";
    }
    before = ops[test->op];
    for (const struct kb_rule_value *v = test->values; v; v = v->next) {
        kb_buf_z(out, before);
        print_value(test, v, out);
        before = ", ";
    }
}

/* Calls itself as deep as parentheses nest. */
static void print_node(const struct kb_rule_node *node, bool inside, struct kb_buf *out) {
    bool enclosed = node->kind != KB_RULE_ONE && (inside || node->negated);
    if (node->negated)
        kb_buf_z(out, "not ");
    if (enclosed)
        kb_buf_char(out, '(');
    if (node->kind == KB_RULE_ONE)
        print_test(node->test, out);
    for (const struct kb_rule_node *c = node->child; c; c = c->next) {
        if (c != node->child)
            kb_buf_z(out, node->kind == KB_RULE_ALL_OF ? " and " : " or ");
        print_node(c, node->kind == KB_RULE_ALL_OF, out);
    }
    if (enclosed)
        kb_buf_char(out, ')');
}

void kb_rule_print(const struct kb_rules *rules, size_t number, struct kb_buf *out) {
    const struct kb_rule *rule = rules->rules[number];
    const char *before = "";
    for (enum kb_rule_action a = 0; a < KB_RULE_TAG; a++) {
        if (!(rule->actions >> a & 1))
            continue;
        kb_buf_z(out, before);
        kb_buf_z(out, kb_rule_action_name(a));
        before = ", ";
    }
    for (const struct kb_rule_tag_name *t = rule->tags; t; t = t->next) {
        kb_buf_z(out, before);
        kb_buf_z(out, "tag ");
        print_text(t->name, out);
        before = ", ";
    }
    kb_buf_z(out, rule->condition ? " if " : " always");
    if (rule->condition)
        print_node(rule->condition, false, out);
}

/* ---- files ------------------------------------------------------------------------- */

static void print_scope(const struct kb_rule_scope *scope, struct kb_buf *out) {
    kb_buf_printf(out, "[%s", kb_rule_scope_name(scope->kind));
    if (scope->kind != KB_RULE_FOR_ALL) {
        kb_buf_char(out, ' ');
        print_text(scope->name, out);
    }
    kb_buf_z(out, "]\n");
}

void kb_rules_write(const struct kb_rules *rules, struct kb_buf *out) {
    const struct kb_rule_scope *last =
        &(const struct kb_rule_scope){KB_RULE_FOR_ALL, KB_STR_NONE};
    for (size_t i = 0; i < rules->count; i++) {
        const struct kb_rule_scope *scope = &rules->rules[i]->scope;
        if (scope->kind != last->kind || !kb_str_equal(scope->name, last->name)) {
            if (i)
                kb_buf_char(out, '\n');
            print_scope(scope, out);
        }
        last = scope;
        kb_rule_print(rules, i, out);
        kb_buf_char(out, '\n');
    }
}
