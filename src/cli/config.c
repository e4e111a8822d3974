/* kabar config: what the server's settings are, where each is from, what each means. */
#include <string.h>

#include "settings.h"

enum { OPTION_JSON = KB_SETTING_COUNT + 1 };

static const struct kb_cli_option options[] = {KB_CLI_SETTING_OPTIONS,
                                               {"json", 0, NULL, "as JSON"},
                                               {"help", 'h', NULL, "this text"},
                                               {NULL, 0, NULL, NULL}};

static int print(const struct kb_settings *settings, enum kb_setting which, bool json) {
    struct kb_cli_output out;
    struct kb_buf text;
    int status = KB_CLI_FAILED;
    kb_buf_init(&text, KB_LIMIT_META_BYTES * 16);
    kb_settings_print(settings, which, json, &text);
    if (kb_cli_output_open(&out, NULL)) {
        bool good = kb_cli_output_write(&out, NULL, 0, text.p, text.n);
        if (kb_cli_output_close(&out) && good)
            status = KB_CLI_OK;
    }
    kb_buf_free(&text);
    return status;
}

static int find(const struct kb_cli_verb *verb, const char *name, unsigned *which) {
    const char *names[KB_SETTING_COUNT];
    for (*which = 0; *which < KB_SETTING_COUNT; (*which)++) {
        names[*which] = kb_setting_rows[*which].name;
        if (strcmp(name, names[*which]) == 0)
            return KB_CLI_OK;
    }
    const char *near = kb_nearest(name, names, KB_SETTING_COUNT);
    return near ? kb_cli_wrong(verb, "there is no setting '%s'; did you mean '%s'?", name,
                               near)
                : kb_cli_wrong(verb, "there is no setting '%s'", name);
}

struct call {
    struct kb_cli_flags flags;
    bool json;
};

static int set(const struct kb_cli_verb *verb, void *context, unsigned option,
               const char *value) {
    struct call *call = context;
    (void)verb;
    if (option != OPTION_JSON)
        return kb_cli_flag_take(&call->flags, option, value);
    call->json = true;
    return KB_CLI_OK;
}

static int run(const struct kb_cli_verb *verb, int count, char **words) {
    struct call call = {.json = false};
    struct kb_settings settings = {.file = NULL};
    unsigned which = KB_SETTING_COUNT;
    int operands, status = kb_cli_words(verb, count, words, &operands, set, &call);
    if (status == KB_CLI_OK && operands > 1)
        status = kb_cli_wrong(verb, "takes one setting's name at most");
    if (status == KB_CLI_OK && operands)
        status = find(verb, words[0], &which);
    if (status == KB_CLI_OK)
        status = kb_cli_settings_load(&call.flags, &settings)
                     ? print(&settings, (enum kb_setting)which, call.json)
                     : KB_CLI_WRONG;
    kb_settings_free(&settings);
    kb_cli_flags_free(&call.flags);
    return status;
}

const struct kb_cli_verb kb_cli_config = {
    .name = "config",
    .summary = "Show the server's settings, and where each is from",
    .usage = "[OPTION…] [NAME]",
    .about = "Prints each setting as a line of the file of settings, with what it means\n"
             "and where its value is from: a flag, KABAR_NAME in the environment, the\n"
             "file, or what is usual.  Starts nothing.",
    .examples = "  kabar config\n"
                "  kabar config listen\n"
                "  kabar config --json | jq -r '.[] | .name + \"=\" + .value'\n"
                "  kabar config > ~/.config/kabar/kabar.conf\n",
    .options = options,
    .run = run,
};
