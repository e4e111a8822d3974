/* kabar rules: a person's rules listed, added, taken away, tried before they are kept,
 * and carried as a file from one wire to another. */
#include <stdlib.h>
#include <string.h>

#include "html/html.h"
#include "wire.h"
#include "wire/wire.h"

enum option { OPTION_FEED, OPTION_FOLDER, OPTION_LAST, OPTION_COMMON };

static const struct kb_cli_option options[] = {
    [OPTION_FEED] = {"feed", 0, "FEED", "the rule is for this feed alone"},
    [OPTION_FOLDER] = {"folder", 0, "NAME", "… for this folder, and those in it"},
    [OPTION_LAST] = {"last", 0, "N", "test: the last N articles; default 1000"},
    [OPTION_COMMON] = KB_CLI_WIRE_OPTION_LIST};

enum { LAST_MOST = 1000000 };

struct call {
    const char *feed, *folder;
    int last;
};

static int set(struct kb_cli_wire *w, unsigned option, const char *value) {
    struct call *call = w->call;
    if (option == OPTION_LAST)
        return kb_cli_set_number(w->verb, option, value, 1, LAST_MOST, &call->last);
    if (option == OPTION_FEED)
        call->feed = value;
    else
        call->folder = value;
    return KB_CLI_OK;
}

static enum kb_status list(struct kb_cli_wire *w);
static enum kb_status add(struct kb_cli_wire *w);
static enum kb_status take_away(struct kb_cli_wire *w);
static enum kb_status test(struct kb_cli_wire *w);
static enum kb_status print_file(struct kb_cli_wire *w);
static enum kb_status add_file(struct kb_cli_wire *w);

/* The first operand, how many more it takes, and what they are called. */
static const struct act {
    const char *name, *wants;
    int least, most;
    bool writes;
    enum kb_status (*work)(struct kb_cli_wire *w);
} acts[] = {
    {"add", "one rule, in quotation marks", 1, 1, true, add},
    {"remove", "one number", 1, 1, true, take_away},
    {"test", "one rule, in quotation marks", 0, 1, false, test},
    {"import", "one file, or - for stdin", 1, 1, true, add_file},
    {"export", "nothing more", 0, 0, false, print_file},
};

/* NULL: a list is wanted, or the word is none of them. */
static const struct act *act_of(const struct kb_cli_wire *w) {
    for (size_t i = 0; w->count && i < KB_COUNT(acts); i++)
        if (strcmp(w->operands[0], acts[i].name) == 0)
            return &acts[i];
    return NULL;
}

static int check(struct kb_cli_wire *w, enum kb_store_mode *mode) {
    const struct call *call = w->call;
    const struct act *act = act_of(w);
    if (!act || !act->writes)
        *mode = KB_STORE_READ;
    if (call->feed && call->folder)
        return kb_cli_wrong(w->verb, "--feed and --folder: give one of the two");
    if (w->count && !act)
        return kb_cli_wrong(w->verb,
                            "'%s' is none of add, remove, test, import and export",
                            w->operands[0]);
    if (act && (w->count - 1 < act->least || w->count - 1 > act->most))
        return kb_cli_wrong(w->verb, "%s wants %s", act->name, act->wants);
    return KB_CLI_OK;
}

/* ---- rules as rows ----------------------------------------------------------------- */

static enum kb_status scope_of(struct kb_cli_wire *w, struct kb_rule_row *row) {
    const struct call *call = w->call;
    struct kb_feed_row feed;
    enum kb_status status = KB_OK;
    row->scope = KB_STR("all");
    if (call->folder) {
        row->scope = KB_STR("folder");
        row->value = kb_str_z(call->folder);
    } else if (call->feed) {
        status = kb_store_feed(w->store, w->user, kb_str_z(call->feed), &w->arena, &feed,
                               &w->err);
        row->scope = KB_STR("feed");
        if (status == KB_OK)
            row->value = feed.url;
    }
    return status;
}

static void print_rule(struct kb_cli_wire *w, const struct kb_rule_row *row) {
    struct kb_json json;
    if (w->json) {
        kb_json_init(&json, &w->out, 0);
        kb_json_object(&json);
        kb_json_field_int(&json, "n", row->n);
        kb_json_field(&json, "scope", row->scope);
        kb_json_field(&json, "of", row->value);
        kb_json_field(&json, "rule", row->text);
        kb_json_object_end(&json);
        kb_buf_char(&w->out, '\n');
        return;
    }
    kb_buf_printf(&w->out, "%3lld  ", (long long)row->n);
    kb_html_line(row->text, KB_LIMIT_META_BYTES, &w->out);
    if (row->value.n) {
        kb_cli_wire_style(w, "2");
        kb_buf_printf(&w->out, "  (%.*s ", (int)row->scope.n, row->scope.p);
        kb_html_line(row->value, KB_LIMIT_META_BYTES, &w->out);
        kb_buf_char(&w->out, ')');
        kb_cli_wire_plain(w);
    }
    kb_buf_char(&w->out, '\n');
}

static enum kb_status list(struct kb_cli_wire *w) {
    struct kb_rule_row *rows;
    size_t count = 0;
    enum kb_status status =
        kb_store_rules(w->store, w->user, &w->arena, &rows, &count, &w->err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        print_rule(w, &rows[i]);
    if (status == KB_OK && !count && !w->json)
        kb_buf_z(&w->out, "no rule yet, as in: kabar rules add 'star if title has "
                          "\"ferry\"'\n");
    return status;
}

/* Keeps rules, each in the one form that says the same. */
static enum kb_status keep(struct kb_cli_wire *w, const struct kb_rules *rules) {
    enum kb_status status = KB_OK;
    struct kb_buf text;
    kb_buf_init(&text, KB_LIMIT_META_BYTES * 4);
    for (size_t i = 0; status == KB_OK && i < kb_rules_count(rules); i++) {
        const struct kb_rule_scope scope = kb_rule_scope(rules, i);
        kb_buf_clear(&text);
        kb_rule_print(rules, i, &text);
        struct kb_rule_row row = {.user = w->user,
                                  .scope = kb_str_z(kb_rule_scope_name(scope.kind)),
                                  .value = scope.name,
                                  .text = kb_buf_view(&text)};
        status = text.status == KB_OK
                     ? kb_store_rule_add(w->store, &row, &w->err)
                     : kb_err_set(&w->err, text.status, "the rule is too long");
        if (status == KB_OK)
            print_rule(w, &row);
    }
    kb_buf_free(&text);
    return status;
}

static enum kb_status add(struct kb_cli_wire *w) {
    struct kb_rule_row row = {.user = w->user, .text = kb_str_z(w->operands[1])};
    struct kb_rules *rules = NULL;
    enum kb_status status = scope_of(w, &row);
    if (status == KB_OK)
        status = kb_rules_new(NULL, &rules, &w->err);
    if (status == KB_OK)
        status = kb_desk_add_rule(rules, &row, &w->err);
    if (status == KB_OK)
        status = keep(w, rules);
    kb_rules_free(rules);
    return status;
}

static enum kb_status print_file(struct kb_cli_wire *w) {
    struct kb_rules *rules = NULL;
    struct kb_rule_row *rows;
    size_t count = 0;
    enum kb_status status =
        kb_store_rules(w->store, w->user, &w->arena, &rows, &count, &w->err);
    if (status == KB_OK)
        status = kb_rules_new(NULL, &rules, &w->err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = kb_desk_add_rule(rules, &rows[i], &w->err);
    if (status == KB_OK)
        kb_rules_write(rules, &w->out);
    kb_rules_free(rules);
    return status;
}

/* A file's rules go behind those that are there: all of them or none. */
static enum kb_status add_file(struct kb_cli_wire *w) {
    const char *path = strcmp(w->operands[1], "-") == 0 ? NULL : w->operands[1];
    const char *bytes;
    size_t size;
    struct kb_rules *rules = NULL;
    struct kb_cli_input input;
    kabar_error error;
    enum kb_status status = KB_OK;
    kb_cli_input_init(&input, KB_LIMIT_RULES_FILE_BYTES, NULL);
    if (kb_cli_input_load(&input, path, &bytes, &size, &error) != KABAR_OK)
        status = kb_err_set(&w->err, KB_EIO, "%s: %s", w->operands[1], error.message);
    if (status == KB_OK)
        status = kb_rules_new(NULL, &rules, &w->err);
    if (status == KB_OK) {
        struct kb_err why = {.text = ""};
        status = kb_rules_read(rules, (struct kb_str){bytes, size}, &why);
        if (status != KB_OK)
            kb_err_set(&w->err, status, "%s: %s", w->operands[1], why.text);
        else
            status = keep(w, rules);
    }
    kb_rules_free(rules);
    kb_cli_input_free(&input);
    return status;
}

static enum kb_status take_away(struct kb_cli_wire *w) {
    long n = 0;
    if (!kb_cli_number(w->operands[1], 1, LAST_MOST, &n))
        return kb_err_set(&w->err, KB_EINPUT,
                          "a rule is named by its number in the list, not '%.40s'",
                          w->operands[1]);
    return kb_store_rule_remove(w->store, w->user, n, &w->err);
}

/* ---- test -------------------------------------------------------------------------- */

/* What one rule would do, and by which words. */
static enum kb_status print_hit(void *context, const struct kb_row *row,
                                const struct kb_article *a,
                                const struct kb_rule_effect *effect, struct kb_err *err) {
    struct kb_cli_wire *w = context;
    struct kb_json json;
    (void)err;
    kb_json_init(&json, &w->out, 0);
    if (w->json) {
        kb_json_object(&json);
        kb_json_field(&json, "id", row->id);
        kb_json_field(&json, "title", a->title);
        kb_json_field_array(&json, "does");
    } else {
        kb_cli_row_line(w, row);
        kb_buf_z(&w->out, "     →");
    }
    for (int i = 0; i < KB_RULE_ACTION_COUNT; i++) {
        if (effect->by[i] == KB_NOT_FOUND)
            continue;
        const char *name = kb_rule_action_name((enum kb_rule_action)i);
        if (w->json)
            kb_json_str(&json, kb_str_z(name));
        else
            kb_buf_printf(&w->out, " %s", name);
    }
    if (w->json) {
        kb_json_array_end(&json);
        kb_json_field_array(&json, "words");
    }
    for (size_t i = 0; i < effect->hit_count; i++) {
        const struct kb_rule_hit *hit = &effect->hits[i];
        for (size_t k = 0; k < hit->word_count; k++) {
            if (w->json) {
                kb_json_str(&json, hit->words[k].words);
                continue;
            }
            kb_buf_printf(&w->out, "%s%s: ", k || i ? ", " : "  ",
                          kb_rule_field_name(hit->words[k].field));
            kb_html_line(hit->words[k].words, 200, &w->out);
        }
    }
    if (w->json) {
        kb_json_array_end(&json);
        kb_json_object_end(&json);
    }
    kb_buf_char(&w->out, '\n');
    return w->out.status;
}

/* The rule that is named, or without one those that are kept. */
static enum kb_status test(struct kb_cli_wire *w) {
    const struct call *call = w->call;
    struct kb_rule_row one = {.user = w->user};
    struct kb_trial trial = {
        .user = w->user, .last = (size_t)call->last, .each = print_hit, .context = w};
    enum kb_status status = KB_OK;
    if (w->count == 2) {
        one.text = kb_str_z(w->operands[1]);
        trial.rule = &one;
        status = scope_of(w, &one);
    }
    if (status == KB_OK)
        status = kb_trial_run(w->store, &trial, &w->err);
    if (status == KB_OK && !w->json) {
        kb_buf_printf(&w->out, "%llu of the last %llu articles",
                      (unsigned long long)trial.matched,
                      (unsigned long long)trial.looked);
        if (trial.undecided)
            kb_buf_printf(&w->out, "; of %llu a condition could not be decided",
                          (unsigned long long)trial.undecided);
        kb_buf_char(&w->out, '\n');
    }
    return status;
}

static enum kb_status work(struct kb_cli_wire *w) {
    const struct act *act = act_of(w);
    return act ? act->work(w) : list(w);
}

static const struct kb_cli_wire_job job = {
    .most = 2,
    .mode = KB_STORE_WRITE,
    .call_bytes = sizeof(struct call),
    .call = &(const struct call){.last = KB_TRIAL_LAST},
    .set = set,
    .check = check,
    .work = work,
};

const struct kb_cli_verb kb_cli_rules = {
    .name = "rules",
    .summary = "List, try, add and remove rules for new articles",
    .usage = "[OPTION…] [add RULE | remove N | test [RULE] | import FILE | export]",
    .about =
        "A rule says what becomes of new articles: keep, drop, star, tag, mark read or\n"
        "fetch full text, by words, patterns, author, outlet, language, agency. test\n"
        "shows what a rule, or those that are kept, would have done to the last\n"
        "articles, and changes nothing. export prints the rules as a file, import adds\n"
        "those of one. docs/rules.md tells the language.",
    .examples = "  kabar rules test 'drop if title has \"sponsored\"'\n"
                "  kabar rules add 'drop if title has \"sponsored\"'\n"
                "  kabar rules add --folder Asia 'tag \"ferry\" if text has \"ferry\"'\n",
    .manual = "wire",
    .options = options,
    .wire = &job,
};
