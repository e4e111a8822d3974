/* Articles as JSON Lines, for the verbs that are filters. */
#ifndef KB_CLI_LINES_H
#define KB_CLI_LINES_H

#include "base/base.h"

struct kb_cli_line {
    struct kb_str id, title, text, language, outlet, date;
};

/* Calls each with every line of the file (stdin: NULL), until it fails. */
enum kb_status kb_cli_lines(const char *path,
                            enum kb_status (*each)(void *context,
                                                   const struct kb_cli_line *line,
                                                   struct kb_err *err),
                            void *context, struct kb_err *err);

#endif
