/* A folder's name enters, the bytes of its data files are handed on.
 *
 * The only file of the module that does I/O: who writes a language's data tries it
 * without building anything (--assets DIR). */
#include "lang/lexicon.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_FILES 1000

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of the folder's *.lang files, sorted; each is the caller's, as is the
 * array. */
static enum kb_status list(const char *dir, const char *ending, char ***names,
                           size_t *count, struct kb_err *err) {
    DIR *folder = opendir(dir);
    size_t cap = 0;
    if (!folder)
        return kb_err_set(err, KB_EIO, "%s: %s", dir, strerror(errno));
    enum kb_status status = KB_OK;
    for (struct dirent *e; status == KB_OK && (e = readdir(folder)) != NULL;) {
        if (e->d_name[0] == '.' || !kb_str_ends(kb_str_z(e->d_name), kb_str_z(ending)))
            continue;
        if (*count == MAX_FILES) {
            status =
                kb_err_set(err, KB_ELIMIT, "%s: more than %d data files", dir, MAX_FILES);
            break;
        }
        if (*count == cap) {
            cap = cap ? cap * 2 : 64;
            char **more = realloc(*names, cap * sizeof *more);
            if (more)
                *names = more;
            else
                status = KB_ENOMEM;
        }
        char *copy = status == KB_OK ? strdup(e->d_name) : NULL;
        if (copy)
            (*names)[(*count)++] = copy;
        else
            status = kb_err_set(err, KB_ENOMEM, "%s: no memory to list it", dir);
    }
    closedir(folder);
    if (*count)
        qsort(*names, *count, sizeof **names, by_name);
    return status;
}

static enum kb_status slurp(const char *dir, const char *name, struct kb_buf *buf,
                            struct kb_err *err) {
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n < 0 || (size_t)n >= sizeof path)
        return kb_err_set(err, KB_EIO, "%s/%s: the path is too long", dir, name);
    FILE *f = fopen(path, "rb");
    if (!f)
        return kb_err_set(err, KB_EIO, "%s: %s", path, strerror(errno));
    char piece[8192];
    kb_buf_clear(buf);
    for (size_t got; (got = fread(piece, 1, sizeof piece, f)) > 0;)
        kb_buf_add(buf, piece, got);
    bool broken = ferror(f) != 0;
    fclose(f);
    if (broken)
        return kb_err_set(err, KB_EIO, "%s: %s", path, strerror(errno));
    if (buf->status == KB_ELIMIT)
        return kb_err_set(err, KB_ELIMIT,
                          "%s: larger than %zu bytes "
                          "(KB_LIMIT_NAMES_FILE_BYTES)",
                          path, buf->max);
    if (buf->status != KB_OK)
        return kb_err_set(err, buf->status, "%s: no memory to read it", path);
    return KB_OK;
}

/* The assets' folder has the files in a folder of their kind. */
static const char *inside(const char *dir, const char *part, char *path, size_t size) {
    int n = snprintf(path, size, "%s/%s", dir, part);
    DIR *folder = n > 0 && (size_t)n < size ? opendir(path) : NULL;
    if (!folder)
        return dir;
    closedir(folder);
    return path;
}

enum kb_status kb_lexicon_dir(const char *dir, const char *part, const char *ending,
                              kb_lexicon_each *each, void *context, size_t *files,
                              struct kb_err *err) {
    char **names = NULL;
    size_t count = 0;
    char path[4096];
    struct kb_buf buf;
    dir = inside(dir, part, path, sizeof path);
    kb_buf_init(&buf, KB_LIMIT_NAMES_FILE_BYTES);
    enum kb_status status = list(dir, ending, &names, &count, err);
    for (size_t i = 0; i < count && status == KB_OK; i++) {
        status = slurp(dir, names[i], &buf, err);
        if (status == KB_OK)
            status = each(context, names[i], kb_buf_view(&buf), (unsigned)i + 1, err);
    }
    *files = count;
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
    kb_buf_free(&buf);
    return status;
}
