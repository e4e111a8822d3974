/* A file of rules → rules: sections and lines, in the parser's own quotes. */
#include "wire/rule_token.h"

#include <stdio.h>

/* "[folder "News"]" */
static enum kb_status read_section(struct kb_rules *rules, struct kb_str line,
                                   struct kb_rule_scope *scope, struct kb_err *err) {
    static const char *const names[] = {
#define X(code, name) name,
        KB_RULE_SCOPE_LIST(X)
#undef X
    };
    enum kb_rule_scope_kind kind = 0;
    if (line.p[line.n - 1] != ']')
        return kb_err_set(err, KB_EINPUT, "the section has no ] at its end");
    struct kb_rule_parser p = {
        .rules = rules, .text = kb_str_slice(line, 0, line.n - 1), .pos = 1, .err = err};
    kb_rule_begin(&p);
    while (kind < KB_RULE_SCOPE_COUNT && !kb_rule_take(&p, names[kind]))
        kind++;
    if (kind == KB_RULE_SCOPE_COUNT) {
        kb_rule_expect(&p, "[all], [folder \"…\"] or [feed \"…\"]", names,
                       KB_COUNT(names));
        return p.status;
    }
    *scope = (struct kb_rule_scope){.kind = kind};
    if (kind != KB_RULE_FOR_ALL)
        (void)kb_rule_take_text(&p,
                                kind == KB_RULE_FOR_FOLDER
                                    ? "the folder's name in quotes"
                                    : "the feed's address in quotes",
                                &scope->name);
    if (p.status == KB_OK && p.token.kind != KB_TOKEN_END)
        kb_rule_expect(&p, "]", NULL, 0);
    return p.status;
}

static enum kb_status read_line(struct kb_rules *rules, struct kb_str line,
                                struct kb_rule_scope *scope, struct kb_err *err) {
    if (!line.n || line.p[0] == '#')
        return KB_OK;
    return line.p[0] == '[' ? read_section(rules, line, scope, err)
                            : kb_rules_add(rules, line, scope, err);
}

enum kb_status kb_rules_read(struct kb_rules *rules, struct kb_str text,
                             struct kb_err *err) {
    struct kb_rule_scope scope = {.kind = KB_RULE_FOR_ALL};
    size_t before = rules->count, number = 1;
    if (text.n > KB_LIMIT_RULES_FILE_BYTES)
        return kb_err_set(err, KB_EINPUT, "a file of rules has at most %zu MB",
                          KB_LIMIT_RULES_FILE_BYTES >> 20);
    if (kb_str_starts(text, KB_STR("\xEF\xBB\xBF")))
        text = kb_str_slice(text, 3, text.n);
    for (; text.n; number++) {
        struct kb_err why = {.text = ""};
        size_t end = kb_str_find_byte(text, '\n');
        struct kb_str line = kb_str_slice(text, 0, end);
        text = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(text, end + 1, text.n);
        enum kb_status status = read_line(rules, kb_str_trim(line), &scope, &why);
        if (status != KB_OK) {
            rules->count = before;
            return kb_err_set(err, status, "line %zu, %.*s", number,
                              (int)sizeof why.text - 32, why.text);
        }
    }
    return KB_OK;
}
