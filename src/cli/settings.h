/* Settings of the server, for the verbs that take them. */
#ifndef KB_CLI_SETTINGS_H
#define KB_CLI_SETTINGS_H

#include "cli.h"
#include "serve/serve.h"

/* A flag for each setting, in the table's order, and --config behind them. */
#define KB_CLI_SETTING_OPTION(code, name, letter, value, kind, least, most, usual, help) \
    {name, letter, value, help},
#define KB_CLI_SETTING_OPTIONS                                                           \
    KB_SETTINGS_LIST(KB_CLI_SETTING_OPTION) {                                            \
        "config", 0, "FILE",                                                             \
            "settings; else KABAR_CONFIG, else kabar/kabar.conf in\n"                    \
            "XDG_CONFIG_HOME, else /etc/kabar.conf"                                      \
    }

/* Flags as they were given, to be set anew when the file is read again. */
struct kb_cli_flags {
    const char *config; /* --config */
    struct kb_cli_flag {
        enum kb_setting which;
        const char *value;
    } * items;
    size_t count, cap;
};

/* Takes one of the options above; an exit status. */
int kb_cli_flag_take(struct kb_cli_flags *flags, unsigned option, const char *value);
void kb_cli_flags_free(struct kb_cli_flags *flags);

/* All settings: flags, environment, file.  Says so where something is wrong. */
bool kb_cli_settings_load(const struct kb_cli_flags *flags, struct kb_settings *settings);

#endif
