/* Settings of the server: flags, environment and the file, put together. */
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int kb_cli_flag_take(struct kb_cli_flags *flags, unsigned option, const char *value) {
    if (option == KB_SETTING_COUNT) {
        flags->config = value;
        return KB_CLI_OK;
    }
    if (flags->count == flags->cap) {
        size_t cap = flags->cap ? flags->cap * 2 : 16;
        struct kb_cli_flag *items = realloc(flags->items, cap * sizeof(*items));
        if (!items) {
            kb_cli_say("not enough memory");
            return KB_CLI_FAILED;
        }
        flags->items = items;
        flags->cap = cap;
    }
    flags->items[flags->count++] = (struct kb_cli_flag){(enum kb_setting)option, value};
    return KB_CLI_OK;
}

void kb_cli_flags_free(struct kb_cli_flags *flags) {
    free(flags->items);
    *flags = (struct kb_cli_flags){0};
}

/* ---- the file ---------------------------------------------------------------------- */

/* Which one it is, and whether it has to be there. */
static bool find_file(const struct kb_cli_flags *flags, struct kb_cli_buf *path,
                      bool *must) {
    const char *named = flags->config ? flags->config : getenv("KABAR_CONFIG");
    const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    *must = named && named[0];
    if (*must) {
        kb_cli_buf_z(path, named);
    } else if (folder && folder[0] == '/') {
        kb_cli_buf_z(path, folder);
        kb_cli_buf_z(path, "/kabar/kabar.conf");
    } else if (home && home[0]) {
        kb_cli_buf_z(path, home);
        kb_cli_buf_z(path, "/.config/kabar/kabar.conf");
    }
    kb_cli_buf_add(path, "", 1);
    if (!path->failed && !*must && (path->n == 1 || access(path->p, F_OK) != 0)) {
        path->n = 0;
        kb_cli_buf_z(path, "/etc/kabar.conf");
        kb_cli_buf_add(path, "", 1);
    }
    if (path->failed)
        kb_cli_say("not enough memory");
    return !path->failed;
}

/* One byte more than it may have tells that it has too many. */
static bool load_file(const char *path, bool must, struct kb_settings *settings) {
    static const size_t most = KB_LIMIT_SETTINGS_BYTES;
    struct kb_err err = {.text = ""};
    size_t n = 0;
    ssize_t got = 0;
    bool good = false;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT && !must)
        return true;
    char *bytes = malloc(most + 1);
    while (fd >= 0 && bytes && n <= most && (got = read(fd, bytes + n, most + 1 - n)) > 0)
        n += (size_t)got;
    if (fd < 0 || got < 0 || !bytes)
        kb_cli_say("%s: cannot be read: %s", path, bytes ? strerror(errno) : "no memory");
    else if (n > most)
        kb_cli_say("%s: settings have at most %zu bytes", path, most);
    else if (kb_settings_read(settings, (struct kb_str){bytes, n}, path, &err) != KB_OK)
        kb_cli_say("%s", err.text);
    else
        good = true;
    free(bytes);
    if (fd >= 0)
        (void)close(fd);
    return good;
}

/* ---- together ---------------------------------------------------------------------- */

static const char *environment(void *context, const char *name) {
    (void)context;
    return getenv(name);
}

bool kb_cli_settings_load(const struct kb_cli_flags *flags,
                          struct kb_settings *settings) {
    struct kb_cli_buf path = {0};
    struct kb_err err = {.text = ""};
    bool must;
    *settings = (struct kb_settings){.file = NULL};
    bool good = find_file(flags, &path, &must) && load_file(path.p, must, settings);
    kb_cli_buf_free(&path);
    if (!good)
        return false;
    enum kb_status status = kb_settings_environment(settings, environment, NULL, &err);
    for (size_t i = 0; status == KB_OK && i < flags->count; i++)
        status = kb_settings_set(settings, flags->items[i].which,
                                 kb_str_z(flags->items[i].value), KB_FROM_FLAG, 0, &err);
    if (status == KB_OK)
        status = kb_settings_check(settings, &err);
    if (status != KB_OK)
        kb_cli_say("%s", err.text);
    return status == KB_OK;
}
