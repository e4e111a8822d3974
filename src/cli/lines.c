/* JSON Lines of articles in, one article a call out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <yyjson.h>

#include "lines.h"

static struct kb_str text_of(yyjson_val *object, const char *key, const char *other) {
    yyjson_val *value = yyjson_obj_get(object, key);
    if (!yyjson_is_str(value) && other)
        value = yyjson_obj_get(object, other);
    return yyjson_is_str(value)
               ? (struct kb_str){yyjson_get_str(value), yyjson_get_len(value)}
               : KB_STR_NONE;
}

enum kb_status kb_cli_lines(const char *path,
                            enum kb_status (*each)(void *context,
                                                   const struct kb_cli_line *line,
                                                   struct kb_err *err),
                            void *context, struct kb_err *err) {
    bool from_stdin = !path || strcmp(path, "-") == 0;
    FILE *in = from_stdin ? stdin : fopen(path, "rb");
    const char *name = from_stdin ? "standard input" : path;
    enum kb_status status = KB_OK;
    char *bytes = NULL;
    size_t room = 0, number = 0;
    if (!in)
        return kb_err_set(err, KB_EIO, "%s: cannot open: %s", path, strerror(errno));
    for (ssize_t n; status == KB_OK && (n = getline(&bytes, &room, in)) > 0;) {
        number++;
        if (bytes[strspn(bytes, " \t\r\n")] == '\0')
            continue;
        yyjson_doc *doc = yyjson_read(bytes, (size_t)n, 0);
        yyjson_val *root = yyjson_doc_get_root(doc);
        struct kb_cli_line line = {.id = text_of(root, "id", NULL),
                                   .title = text_of(root, "title", NULL),
                                   .text = text_of(root, "content_text", "text"),
                                   .language = text_of(root, "language", NULL),
                                   .outlet = text_of(root, "outlet", NULL),
                                   .date = text_of(root, "date_published", "date")};
        if (!yyjson_is_obj(root) || !line.id.n)
            status = kb_err_set(err, KB_EINPUT,
                                "%s:%zu: wants a JSON object with \"id\" in each line",
                                name, number);
        else
            status = each(context, &line, err);
        yyjson_doc_free(doc);
    }
    if (status == KB_OK && ferror(in))
        status = kb_err_set(err, KB_EIO, "%s: cannot read: %s", name, strerror(errno));
    free(bytes);
    if (!from_stdin)
        fclose(in);
    return status;
}
