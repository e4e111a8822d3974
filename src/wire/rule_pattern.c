/* Patterns (PCRE2): a pattern's text enters; where it matches leaves, or that it took too
 * long.
 *
 * Backtracking can take time that grows with any power of the text's length.  PCRE2's own
 * limit counts anew at each place where a match may begin, so what is counted here is the
 * whole of a search: a callout before each item of the pattern (PCRE2_AUTO_CALLOUT) adds
 * the characters that were stepped over since the last one.  What could take time without
 * a callout is refused: references back, and verbs.  The compiler to machine code is not
 * used: it counts otherwise, and a rule has to say the same on every machine. */
#include "wire/rule.h"

#include <stdio.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
    PATTERN_DEPTH = 40,    /* of parentheses */
    HEAP_KIB = 8192,       /* of one search */
    BACKTRACKS = 10000000, /* PCRE2's own limits: behind ours, and never met first */
    BACKTRACK_DEPTH = 10000000
};

struct kb_rule_pattern {
    struct kb_rule_pattern *next;
    pcre2_code *code;
};

/* What all patterns share. */
struct kb_rule_matcher {
    pcre2_general_context *general;
    pcre2_compile_context *compile;
    pcre2_match_context *match;
    pcre2_match_data *data;
};

/* A search's steps. */
struct search {
    size_t steps, at;
};

/* The sanitizers' and the tests' allocators are to see PCRE2's calls as ours. */
static void *take(size_t n, void *unused) {
    (void)unused;
    return malloc(n);
}

static void give(void *p, void *unused) {
    (void)unused;
    free(p);
}

static int count_step(pcre2_callout_block *block, void *data) {
    struct search *search = data;
    size_t at = block->current_position;
    search->steps += 1 + (at > search->at ? at - search->at : 0);
    search->at = at;
    return search->steps > KB_LIMIT_PATTERN_STEPS ? PCRE2_ERROR_MATCHLIMIT : 0;
}

static void free_matcher(struct kb_rule_matcher *m) {
    if (!m)
        return;
    pcre2_match_data_free(m->data);
    pcre2_match_context_free(m->match);
    pcre2_compile_context_free(m->compile);
    pcre2_general_context_free(m->general);
    free(m);
}

static bool make_matcher(struct kb_rules *rules) {
    struct kb_rule_matcher *m = rules->matcher ? NULL : calloc(1, sizeof *m);
    if (rules->matcher)
        return true;
    if (!m || !(m->general = pcre2_general_context_create(take, give, NULL)) ||
        !(m->compile = pcre2_compile_context_create(m->general)) ||
        !(m->match = pcre2_match_context_create(m->general)) ||
        !(m->data = pcre2_match_data_create(1, m->general))) {
        free_matcher(m);
        return false;
    }
    pcre2_set_parens_nest_limit(m->compile, PATTERN_DEPTH);
    pcre2_set_match_limit(m->match, BACKTRACKS);
    pcre2_set_depth_limit(m->match, BACKTRACK_DEPTH);
    pcre2_set_heap_limit(m->match, HEAP_KIB);
    rules->matcher = m;
    return true;
}

static uint32_t options(struct kb_str flags) {
    uint32_t o = PCRE2_UTF | PCRE2_UCP | PCRE2_AUTO_CALLOUT | PCRE2_NEVER_BACKSLASH_C |
                 PCRE2_MATCH_INVALID_UTF;
    for (size_t i = 0; i < flags.n; i++)
        o |= flags.p[i] == 'i'   ? PCRE2_CASELESS
             : flags.p[i] == 'm' ? PCRE2_MULTILINE
             : flags.p[i] == 's' ? PCRE2_DOTALL
                                 : PCRE2_EXTENDED;
    return o;
}

/* Verbs and references back step through the text without a callout. */
static const char *forbidden(struct kb_str text, pcre2_code *code) {
    uint32_t back = 0;
    for (size_t i = 0; i + 1 < text.n; i++) {
        if (text.p[i] == '\\')
            i++;
        else if (text.p[i] == '(' && text.p[i + 1] == '*')
            return "patterns have no verbs: write \"\\(*\" for these characters";
    }
    (void)pcre2_pattern_info(code, PCRE2_INFO_BACKREFMAX, &back);
    return back ? "patterns have no references back (\\1): they may take any time" : NULL;
}

/* The pattern, before what it is kept in; NULL with *what, or without memory. */
static pcre2_code *compile(struct kb_rules *rules, struct kb_str text,
                           struct kb_str flags, char what[KB_RULE_WHAT]) {
    int error;
    size_t at;
    PCRE2_UCHAR message[KB_RULE_WHAT - 40];
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)text.p, text.n, options(flags), &error,
                                     &at, rules->matcher->compile);
    if (code)
        return code;
    if (error == PCRE2_ERROR_NOMEMORY || error == 121 /* failed to get memory */)
        return NULL;
    if (pcre2_get_error_message(error, message, sizeof message) < 0)
        snprintf((char *)message, sizeof message, "no pattern");
    snprintf(what, KB_RULE_WHAT, "%s, at character %zu of the pattern", (char *)message,
             kb_rule_column(text, text.p + (at < text.n ? at : text.n)));
    return NULL;
}

enum kb_status kb_rule_pattern_new(struct kb_rules *rules, struct kb_str text,
                                   struct kb_str flags, struct kb_rule_pattern **out,
                                   char what[KB_RULE_WHAT]) {
    struct kb_rule_pattern *pattern = kb_arena_zalloc(&rules->arena, 1, sizeof *pattern);
    struct kb_str found;
    if (text.n > KB_LIMIT_PATTERN_BYTES) {
        snprintf(what, KB_RULE_WHAT, "a pattern has at most %d bytes",
                 KB_LIMIT_PATTERN_BYTES);
        return KB_EINPUT;
    }
    if (!pattern || !make_matcher(rules))
        return KB_ENOMEM;
    pattern->code = compile(rules, text, flags, what);
    if (!pattern->code)
        return what[0] ? KB_EINPUT : KB_ENOMEM;
    pattern->next = rules->patterns;
    rules->patterns = pattern;
    *out = pattern;
    const char *why = forbidden(text, pattern->code);
    if (!why &&
        kb_rule_pattern_find(rules, pattern, KB_STR(""), &found) == KB_RULE_MATCH_FOUND)
        why = "the pattern matches an empty text too, and with it every article (an "
              "empty field: is \"\")";
    if (why)
        snprintf(what, KB_RULE_WHAT, "%s", why);
    return why ? KB_EINPUT : KB_OK;
}

void kb_rule_patterns_free(struct kb_rules *rules) {
    for (struct kb_rule_pattern *p = rules->patterns; p; p = p->next)
        pcre2_code_free(p->code);
    rules->patterns = NULL;
    free_matcher(rules->matcher);
    rules->matcher = NULL;
}

enum kb_rule_matched kb_rule_pattern_find(const struct kb_rules *rules,
                                          const struct kb_rule_pattern *pattern,
                                          struct kb_str text, struct kb_str *found) {
    struct kb_rule_matcher *m = rules->matcher;
    struct search search = {0};
    pcre2_set_callout(m->match, count_step, &search);
    int rc = pcre2_match(pattern->code, (PCRE2_SPTR)(text.n ? text.p : ""), text.n, 0, 0,
                         m->data, m->match);
    switch (rc) {
    case PCRE2_ERROR_NOMATCH: return KB_RULE_MATCH_NONE;
    case PCRE2_ERROR_NOMEMORY: return KB_RULE_MATCH_MEMORY;
    default: break;
    }
    if (rc < 0)
        return KB_RULE_MATCH_LIMIT;
    const size_t *ends = pcre2_get_ovector_pointer(m->data);
    *found = kb_str_slice(text, ends[0], ends[1]);
    return KB_RULE_MATCH_FOUND;
}
