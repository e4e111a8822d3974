/* The terminal: its columns, and whether it wants color. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "cli.h"

int kb_cli_columns(int fd) {
    struct winsize size;
    const char *set = getenv("COLUMNS");
    long columns;

    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    if (set && kb_cli_number(set, 1, 10000, &columns))
        return (int)columns;
    return 80;
}

int kb_cli_view_columns(int fd) {
    int columns = kb_cli_columns(fd);
    return columns < KB_CLI_WIDTH_MIN   ? KB_CLI_WIDTH_MIN
           : columns > KB_CLI_WIDTH_MAX ? KB_CLI_WIDTH_MAX
                                        : columns;
}

bool kb_cli_is_when(const char *when) {
    return strcmp(when, "auto") == 0 || strcmp(when, "always") == 0 ||
           strcmp(when, "never") == 0;
}

bool kb_cli_wants_color(const char *when, bool terminal) {
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    if (strcmp(when, "auto") != 0)
        return strcmp(when, "always") == 0;
    return terminal && !(no_color && no_color[0]) && !(term && strcmp(term, "dumb") == 0);
}
