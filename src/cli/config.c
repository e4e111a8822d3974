/* kabar config: what the server's settings are, where each is from, what each means. */
#include <string.h>

#include "settings.h"

enum { OPTION_JSON = KB_SETTING_COUNT + 1, OPTION_HELP };

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

static int run(const struct kb_cli_verb *verb, int count, char **words) {
    struct kb_cli_args args = {.verb = verb, .words = words, .count = count};
    struct kb_cli_flags flags = {0};
    struct kb_settings settings = {.file = NULL};
    unsigned which = KB_SETTING_COUNT;
    const char *value;
    bool json = false;
    int found, status = KB_CLI_OK;
    while (status == KB_CLI_OK &&
           (found = kb_cli_args_next(&args, &value)) != KB_CLI_END) {
        if (kb_cli_flag_take(&flags, found, value, &status))
            continue;
        if (found == OPTION_JSON)
            json = true;
        else if (found == OPTION_HELP)
            return kb_cli_help_verb(verb);
        else if (found == KB_CLI_OPERAND && which == KB_SETTING_COUNT)
            status = find(verb, value, &which);
        else
            status = found == KB_CLI_OPERAND
                         ? kb_cli_wrong(verb, "takes one setting's name at most")
                         : KB_CLI_WRONG;
    }
    if (status == KB_CLI_OK)
        status = kb_cli_settings_load(&flags, &settings)
                     ? print(&settings, (enum kb_setting)which, json)
                     : KB_CLI_WRONG;
    kb_settings_free(&settings);
    kb_cli_flags_free(&flags);
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
