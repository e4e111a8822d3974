/* Rules and an article → what is to be done with it.
 *
 * Rules stand in the order in which they are looked at, and a rule is a tree of tests.  A
 * field's strings are collected, and looked through for the words of all rules, when the
 * first test asks for them (rule_field.c, rule_words.c). */
#include "wire/rule.h"

#include <stdlib.h>

enum {
    /* What one byte of a text may become when it is folded: U+FDFA, of three bytes, is a
     * sentence. */
    FOLDED_BYTES = 24,
    EVIDENCE = 16 /* conditions that are told of one rule */
};

const char *kb_rule_action_name(enum kb_rule_action action) {
    static const char *const names[] = {
#define X(code, name) name,
        KB_RULE_ACTION_LIST(X)
#undef X
    };
    return names[action];
}

const char *kb_rule_field_name(enum kb_rule_field field) {
    static const char *const names[] = {
#define X(code, name) name,
        KB_RULE_FIELD_LIST(X)
#undef X
    };
    return names[field];
}

const char *kb_rule_scope_name(enum kb_rule_scope_kind kind) {
    static const char *const names[] = {
#define X(code, name) name,
        KB_RULE_SCOPE_LIST(X)
#undef X
    };
    return names[kind];
}

/* ---- rules ------------------------------------------------------------------------- */

enum kb_status kb_rules_new(const struct kb_lexicon *lexicon, struct kb_rules **out,
                            struct kb_err *err) {
    struct kb_rules *rules = calloc(1, sizeof *rules);
    *out = rules;
    if (!rules)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for rules");
    rules->lexicon = lexicon;
    kb_arena_init(&rules->arena, KB_LIMIT_RULES_MEMORY);
    kb_arena_init(&rules->scratch, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&rules->folded, FOLDED_BYTES * KB_LIMIT_RULE_TEXT_BYTES);
    return KB_OK;
}

void kb_rules_free(struct kb_rules *rules) {
    if (!rules)
        return;
    kb_rule_patterns_free(rules);
    kb_buf_free(&rules->folded);
    kb_arena_free(&rules->scratch);
    kb_arena_free(&rules->arena);
    free(rules->words);
    free(rules->slots);
    free(rules->order);
    free(rules);
}

static enum kb_status no_room(const struct kb_rules *rules, struct kb_err *err) {
    if (rules->count >= KB_LIMIT_RULES)
        return kb_err_set(err, KB_ELIMIT, "there are at most %d rules; take some out",
                          KB_LIMIT_RULES);
    return rules->arena.limited
               ? kb_err_set(err, KB_ELIMIT,
                            "the rules take more than %zu MB of memory; take some out",
                            KB_LIMIT_RULES_MEMORY >> 20)
               : kb_err_set(err, KB_ENOMEM, "not enough memory for rules");
}

enum kb_status kb_rules_add(struct kb_rules *rules, struct kb_str text,
                            const struct kb_rule_scope *scope, struct kb_err *err) {
    void *list = rules->rules;
    rules->arena.full = rules->arena.limited = false; /* whatever the last rule met */
    struct kb_rule *rule = kb_arena_zalloc(&rules->arena, 1, sizeof *rule);
    if (!rule || !kb_arena_grow(&rules->arena, &list, rules->count, &rules->cap,
                                sizeof(struct kb_rule *), KB_LIMIT_RULES))
        return no_room(rules, err);
    rules->rules = list;
    enum kb_status status = kb_rule_parse(rules, text, rule, err);
    if (status != KB_OK)
        return status;
    rule->scope = *scope;
    rule->scope.name = kb_arena_dup(&rules->arena, scope->name);
    if (scope->kind == KB_RULE_FOR_FOLDER)
        rule->path = kb_rule_path(&rules->arena, scope->name, &rules->folded);
    if (rules->arena.full || rules->folded.status != KB_OK)
        return no_room(rules, err);
    if (scope->kind == KB_RULE_FOR_FOLDER && !rule->path.n)
        return kb_err_set(err, KB_EINPUT, "the folder of the rule has no name");
    rules->rules[rules->count++] = rule;
    rules->ready = false;
    return KB_OK;
}

size_t kb_rules_count(const struct kb_rules *rules) {
    return rules->count;
}

struct kb_rule_scope kb_rule_scope(const struct kb_rules *rules, size_t number) {
    return rules->rules[number]->scope;
}

/* ---- the order --------------------------------------------------------------------- */

/* Feeds, then folders, the deepest first, then all; as they were added. */
struct place {
    const struct kb_rule *rule;
    size_t number;
};

static int by_order(const void *a, const void *b) {
    const struct place *x = a, *y = b;
    if (x->rule->scope.kind != y->rule->scope.kind)
        return x->rule->scope.kind < y->rule->scope.kind ? -1 : 1;
    if (x->rule->path.n != y->rule->path.n)
        return x->rule->path.n > y->rule->path.n ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

static enum kb_status make_ready(struct kb_rules *rules) {
    struct place *places = malloc((rules->count + 1) * sizeof *places);
    size_t *order = malloc((rules->count + 1) * sizeof *order);
    enum kb_status status = places && order ? kb_rule_index(rules) : KB_ENOMEM;
    if (status != KB_OK) {
        free(places);
        free(order);
        return status;
    }
    for (size_t i = 0; i < rules->count; i++)
        places[i] = (struct place){rules->rules[i], i};
    qsort(places, rules->count, sizeof *places, by_order);
    for (size_t i = 0; i < rules->count; i++)
        order[i] = places[i].number;
    free(places);
    free(rules->order);
    rules->order = order;
    rules->ready = true;
    return KB_OK;
}

/* ---- an article -------------------------------------------------------------------- */

/* Room for one more in a list of the effect's. */
static bool grow(struct kb_rules *rules, void **list, size_t count, size_t *cap,
                 size_t size) {
    if (kb_arena_grow(&rules->scratch, list, count, cap, size, SIZE_MAX / 2))
        return true;
    rules->status = KB_ENOMEM;
    return false;
}

void kb_rule_evidence(struct kb_rules *rules, const struct kb_rule_words *words) {
    if (rules->evidence_count < EVIDENCE && words->words.n)
        rules->evidence[rules->evidence_count++] = *words;
}

void kb_rule_fault(struct kb_rules *rules, const char *what) {
    struct kb_rule_effect *effect = rules->effect;
    void *list = rules->faults;
    size_t n = effect->fault_count;
    if ((n && rules->faults[n - 1].rule == rules->rule) ||
        !grow(rules, &list, n, &rules->fault_cap, sizeof *rules->faults))
        return;
    rules->faults = list;
    rules->faults[n] = (struct kb_rule_fault){rules->rule, what};
    effect->fault_count++;
}

/* Calls itself as deep as parentheses nest. */
static enum kb_rule_truth holds(struct kb_rules *rules, const struct kb_rule_node *node) {
    size_t before = rules->evidence_count;
    bool all = node->kind == KB_RULE_ALL_OF;
    enum kb_rule_truth end = all ? KB_RULE_FALSE : KB_RULE_TRUE; /* decides the whole */
    enum kb_rule_truth truth = all ? KB_RULE_TRUE : KB_RULE_FALSE;
    if (node->kind == KB_RULE_ONE)
        truth = kb_rule_test(rules, node->test);
    for (const struct kb_rule_node *c = node->child; c && truth != end; c = c->next) {
        enum kb_rule_truth one = holds(rules, c);
        if (all ? one < truth : one > truth)
            truth = one;
    }
    if (truth != KB_RULE_TRUE || node->negated)
        rules->evidence_count = before;
    return node->negated ? KB_RULE_TRUE - truth : truth;
}

static void add_tag(struct kb_rules *rules, struct kb_str name) {
    struct kb_rule_effect *effect = rules->effect;
    void *list = rules->tags;
    for (size_t i = 0; i < effect->tag_count; i++)
        if (kb_str_equal(rules->tags[i].name, name))
            return;
    if (!grow(rules, &list, effect->tag_count, &rules->tag_cap, sizeof *rules->tags))
        return;
    rules->tags = list;
    rules->tags[effect->tag_count++] = (struct kb_rule_tag){name, rules->rule};
}

/* The rule that is looked at matched, by the evidence that was gathered. */
static void act(struct kb_rules *rules, const struct kb_rule *rule) {
    struct kb_rule_effect *effect = rules->effect;
    void *list = rules->hits;
    if (!grow(rules, &list, effect->hit_count, &rules->hit_cap, sizeof *rules->hits))
        return;
    rules->hits = list;
    struct kb_rule_words *words =
        kb_arena_alloc(&rules->scratch, (rules->evidence_count + 1) * sizeof *words);
    if (!words) {
        rules->status = KB_ENOMEM;
        return;
    }
    memcpy(words, rules->evidence, rules->evidence_count * sizeof *words);
    rules->hits[effect->hit_count++] =
        (struct kb_rule_hit){rules->rule, words, rules->evidence_count};
    for (enum kb_rule_action a = 0; a < KB_RULE_ACTION_COUNT; a++) {
        bool decided = a <= KB_RULE_DROP && (effect->by[KB_RULE_KEEP] != KB_NOT_FOUND ||
                                             effect->by[KB_RULE_DROP] != KB_NOT_FOUND);
        if (rule->actions >> a & 1 && effect->by[a] == KB_NOT_FOUND && !decided)
            effect->by[a] = rules->rule;
    }
    for (const struct kb_rule_tag_name *t = rule->tags; t; t = t->next)
        add_tag(rules, t->name);
}

static bool is_meant(const struct kb_rules *rules, const struct kb_rule *rule,
                     struct kb_str path) {
    switch (rule->scope.kind) {
    case KB_RULE_FOR_FEED: return kb_str_equal(rule->scope.name, rules->origin->feed_url);
    case KB_RULE_FOR_FOLDER: return kb_str_starts(path, rule->path);
    case KB_RULE_FOR_ALL:
    case KB_RULE_SCOPE_COUNT: break;
    }
    return true;
}

static void begin(struct kb_rules *rules, const struct kb_article *article,
                  const struct kb_rule_origin *origin, struct kb_rule_effect *effect) {
    kb_arena_reset(&rules->scratch);
    kb_buf_clear(&rules->folded);
    memset(rules->views, 0, sizeof rules->views);
    rules->hits = NULL;
    rules->tags = NULL;
    rules->faults = NULL;
    rules->hit_cap = rules->tag_cap = rules->fault_cap = 0;
    rules->status = KB_OK;
    rules->article = article;
    rules->origin = origin;
    rules->effect = effect;
    *effect = (struct kb_rule_effect){.cut = false};
    for (size_t i = 0; i < KB_RULE_ACTION_COUNT; i++)
        effect->by[i] = KB_NOT_FOUND;
    if (++rules->epoch == 0) { /* after four thousand million articles */
        for (struct kb_rule_needle *n = rules->needles; n; n = n->next_of_all)
            n->epoch = 0;
        rules->epoch = 1;
    }
}

enum kb_status kb_rules_apply(struct kb_rules *rules, const struct kb_article *article,
                              const struct kb_rule_origin *origin,
                              struct kb_rule_effect *effect, struct kb_err *err) {
    struct kb_rule_words evidence[EVIDENCE];
    begin(rules, article, origin, effect);
    if (!rules->ready)
        rules->status = make_ready(rules);
    rules->evidence = evidence;
    struct kb_str path = kb_rule_path(&rules->scratch, origin->folder, &rules->folded);
    for (size_t i = 0; i < rules->count && rules->status == KB_OK; i++) {
        const struct kb_rule *rule = rules->rules[rules->order[i]];
        rules->rule = rules->order[i];
        rules->evidence_count = 0;
        if (is_meant(rules, rule, path) &&
            (!rule->condition || holds(rules, rule->condition) == KB_RULE_TRUE))
            act(rules, rule);
    }
    rules->evidence = NULL;
    if (rules->status != KB_OK || rules->scratch.full)
        return kb_err_set(err, KB_ENOMEM, "not enough memory to apply rules");
    effect->hits = rules->hits;
    effect->tags = rules->tags;
    effect->faults = rules->faults;
    return KB_OK;
}
