/* The paths of many pages: operands (files, folders, "-") or a list in, one path at a
 * time out.
 *
 * A list is read as a stream and never kept, so that a million paths cost no memory.  A
 * folder's names are kept while it is being gone through, because they come sorted.
 * Folders are walked with a stack of their own (no recursion), and symbolic links to
 * folders below the one that was named are not followed: loops cannot happen, and no page
 * comes twice. */
#define _DEFAULT_SOURCE /* d_type: spares a stat for every name */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

enum {
    FOLDER_DEPTH = 128,       /* folders in folders; a deeper one is reported */
    LIST_BUFFER = 64 << 10,   /* bytes of the list that are read at once */
    PATH_BYTES_MAX = 16 << 10 /* bytes of one path; systems allow 4096 */
};

/* One open folder: its names, sorted, each behind a byte 'd' or 'f'. */
struct folder {
    char *names;
    const char **sorted;
    size_t count, at;
    size_t path_n; /* length of the folder's path in kb_cli_paths.path */
};

struct kb_cli_paths {
    char **operands;
    int count, at;

    struct folder folders[FOLDER_DEPTH];
    int depth;
    struct kb_cli_buf path; /* of the folder that is being gone through */
    uint64_t found;         /* pages in the folder operand so far */
    uint64_t counted;       /* total, by kb_cli_paths_count */

    bool from_list, list_failed, list_ended;
    const char *list_name;
    int list, wake;
    int separator; /* '\n' or NUL, whichever comes first; -1 before */
    char *buffer;
    size_t buffer_n, buffer_at;
    uint64_t list_size; /* bytes, 0 where not known */
    uint64_t list_read, lines;
};

/* ---- folders ----------------------------------------------------------------------- */

bool kb_cli_ends_with(const char *name, const char *end) {
    size_t n = strlen(name), m = strlen(end);
    return n > m && strcasecmp(name + n - m, end) == 0;
}

static bool is_page_name(const char *name) {
    static const char *const ends[] = {
        ".html",     ".htm",    ".xhtml", ".txt",     ".html.gz",  ".htm.gz",
        ".xhtml.gz", ".txt.gz", ".warc",  ".warc.gz", ".warc.zst",
    };
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        if (kb_cli_ends_with(name, ends[i]))
            return true;
    }
    return false;
}

/* 'd' for a folder, 'f' for a file or a link to one, 0 for what is left alone. */
static char entry_kind(DIR *dir, const struct dirent *entry) {
    struct stat info;
    bool page = is_page_name(entry->d_name);

    if (entry->d_name[0] == '.')
        return 0;
    if (entry->d_type == DT_REG)
        return page ? 'f' : 0;
    if (entry->d_type == DT_DIR)
        return 'd';
    if (entry->d_type == DT_UNKNOWN) {
        if (fstatat(dirfd(dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0)
            return page ? 'f' : 0; /* opening it will tell why */
        if (S_ISDIR(info.st_mode))
            return 'd';
        if (S_ISREG(info.st_mode))
            return page ? 'f' : 0;
        if (!S_ISLNK(info.st_mode))
            return 0;
    } else if (entry->d_type != DT_LNK) {
        return 0;
    }
    if (!page)
        return 0;
    return fstatat(dirfd(dir), entry->d_name, &info, 0) != 0 || S_ISREG(info.st_mode)
               ? 'f'
               : 0;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a + 1, *(const char *const *)b + 1);
}

static bool sort_folder(struct folder *folder, struct kb_cli_buf *names) {
    char *at = names->p;
    folder->names = names->p;
    folder->sorted = malloc((folder->count + 1) * sizeof(*folder->sorted));
    if (!folder->sorted)
        return false;
    for (size_t i = 0; i < folder->count; i++) {
        folder->sorted[i] = at;
        at += strlen(at) + 1;
    }
    qsort(folder->sorted, folder->count, sizeof(*folder->sorted), compare_names);
    return true;
}

static kabar_status read_folder(DIR *dir, struct folder *folder, kabar_error *error) {
    struct kb_cli_buf names = {0};
    struct dirent *entry;
    kabar_status status = KABAR_OK;

    *folder = (struct folder){0};
    while ((errno = 0, entry = readdir(dir)) != NULL) {
        char kind = entry_kind(dir, entry);
        if (!kind)
            continue;
        kb_cli_buf_add(&names, &kind, 1);
        kb_cli_buf_add(&names, entry->d_name, strlen(entry->d_name) + 1);
        folder->count++;
    }
    if (errno)
        status =
            kb_cli_error(error, KABAR_EIO, "cannot read the folder: %s", strerror(errno));
    else if (names.failed || !sort_folder(folder, &names))
        status = kb_cli_error(error, KABAR_ENOMEM,
                              "not enough memory for the folder's names: give them with "
                              "--paths-from");
    if (status != KABAR_OK)
        kb_cli_buf_free(&names);
    return status;
}

/* Opens the folder whose path stands in paths->path. */
static kabar_status enter_folder(struct kb_cli_paths *paths, kabar_error *error) {
    struct folder *folder = &paths->folders[paths->depth];
    kabar_status status;
    DIR *dir;

    if (paths->depth == FOLDER_DEPTH)
        return kb_cli_error(error, KABAR_ELIMIT,
                            "more than %d folders deep: name this folder "
                            "itself on the command line",
                            FOLDER_DEPTH);
    dir = opendir(paths->path.p);
    if (!dir)
        return kb_cli_error(error, KABAR_EIO, "cannot open the folder: %s",
                            strerror(errno));
    status = read_folder(dir, folder, error);
    closedir(dir);
    folder->path_n = paths->path.n - 1;
    if (status == KABAR_OK)
        paths->depth++;
    return status;
}

static void leave_folder(struct kb_cli_paths *paths) {
    struct folder *folder = &paths->folders[--paths->depth];
    free(folder->names);
    free(folder->sorted);
}

/* paths->path becomes the folder's path, a slash and name; the NUL counts in n. */
static bool join(struct kb_cli_paths *paths, const struct folder *folder,
                 const char *name) {
    struct kb_cli_buf *path = &paths->path;
    path->n = folder->path_n;
    if (path->n > 0 && path->p[path->n - 1] != '/')
        kb_cli_buf_add(path, "/", 1);
    kb_cli_buf_add(path, name, strlen(name) + 1);
    return !path->failed;
}

static void give(struct kb_cli_path *path, const char *text, size_t n) {
    path->text.n = 0;
    kb_cli_buf_add(&path->text, text, n);
    kb_cli_buf_add(&path->text, "", 1);
    if (path->text.failed) {
        kb_cli_buf_free(&path->text);
        path->error.status = KABAR_ENOMEM;
        strcpy(path->error.message, "not enough memory for the path");
    } else {
        path->text.n--;
    }
}

/* The next page of the folders that are open; false when they are done. */
static bool next_in_folders(struct kb_cli_paths *paths, struct kb_cli_path *path) {
    while (paths->depth > 0) {
        struct folder *folder = &paths->folders[paths->depth - 1];
        const char *entry;
        bool ok;
        if (folder->at == folder->count) {
            leave_folder(paths);
            continue;
        }
        entry = folder->sorted[folder->at++];
        ok = join(paths, folder, entry + 1);
        if (ok && entry[0] == 'd' && enter_folder(paths, &path->error) == KABAR_OK)
            continue;
        if (!ok) {
            paths->path.failed = false;
            kb_cli_error(&path->error, KABAR_ENOMEM, "not enough memory for the path");
        }
        paths->found++;
        give(path, paths->path.p, ok ? paths->path.n - 1 : folder->path_n);
        return true;
    }
    return false;
}

static bool next_operand(struct kb_cli_paths *paths, struct kb_cli_path *path) {
    struct stat info;

    for (;;) {
        const char *operand;
        bool in_folder = paths->depth > 0;
        if (next_in_folders(paths, path))
            return true;
        if (in_folder && paths->found == 0) {
            operand = paths->operands[paths->at - 1];
            give(path, operand, strlen(operand));
            kb_cli_error(
                &path->error, KABAR_EINPUT,
                "no pages in the folder (.html, .htm, .xhtml, .txt, .warc, each also "
                ".gz): name the files, or use --paths-from");
            return true;
        }
        if (paths->at >= paths->count)
            return false;
        operand = paths->operands[paths->at++];
        paths->found = 0;
        if (strcmp(operand, "-") == 0) {
            path->is_stdin = true;
        } else if (stat(operand, &info) == 0 && S_ISDIR(info.st_mode)) {
            paths->path.n = 0;
            kb_cli_buf_add(&paths->path, operand, strlen(operand) + 1);
            if (!paths->path.failed && enter_folder(paths, &path->error) == KABAR_OK)
                continue;
        }
        give(path, operand, strlen(operand));
        return true;
    }
}

/* ---- lists ------------------------------------------------------------------------- */

static bool fill(struct kb_cli_paths *paths) {
    ssize_t got;

    if (paths->list_ended)
        return false;
    for (;;) {
        struct pollfd wait[2] = {{paths->list, POLLIN, 0}, {paths->wake, POLLIN, 0}};
        if (poll(wait, paths->wake >= 0 ? 2 : 1, -1) < 0 && errno != EINTR)
            break;
        if (wait[1].revents) {
            paths->list_ended = true;
            return false;
        }
        if (!wait[0].revents)
            continue;
        got = read(paths->list, paths->buffer, LIST_BUFFER);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            break;
        paths->list_ended = got == 0;
        paths->buffer_n = (size_t)got;
        paths->buffer_at = 0;
        return got > 0;
    }
    kb_cli_say("cannot read the paths from %s: %s", paths->list_name, strerror(errno));
    paths->list_ended = paths->list_failed = true;
    return false;
}

/* The list's paths end in line feeds, or all in NUL bytes as find -print0 has it: which
 * of the two is told by the one that comes first. */
static size_t find_separator(struct kb_cli_paths *paths) {
    const char *p = paths->buffer + paths->buffer_at;
    size_t n = paths->buffer_n - paths->buffer_at;
    const char *end;

    for (size_t i = 0; paths->separator < 0 && i < n; i++) {
        if (p[i] == '\n' || p[i] == 0)
            paths->separator = p[i];
    }
    end = paths->separator < 0 ? NULL : memchr(p, paths->separator, n);
    return end ? (size_t)(end - p) : n;
}

static bool next_in_list(struct kb_cli_paths *paths, struct kb_cli_path *path) {
    struct kb_cli_buf *text = &path->text;

    for (;;) {
        bool ended = false, any = false;
        text->n = 0;
        while (!ended) {
            size_t n, keep;
            if (paths->buffer_at == paths->buffer_n && !fill(paths))
                break;
            any = true;
            n = find_separator(paths);
            ended = n < paths->buffer_n - paths->buffer_at;
            keep = n < PATH_BYTES_MAX - text->n ? n : PATH_BYTES_MAX - text->n;
            kb_cli_buf_add(text, paths->buffer + paths->buffer_at, keep);
            paths->buffer_at += n + ended;
            paths->list_read += n + ended;
        }
        if (!any)
            return false;
        if (text->n > 0 && text->p[text->n - 1] == '\r' && paths->separator != 0)
            text->n--;
        if (text->n == 0 && !text->failed)
            continue; /* an empty line is no path */
        paths->lines++;
        kb_cli_buf_add(text, "", 1);
        if (text->failed) {
            kb_cli_buf_free(text);
            path->error.status = KABAR_ENOMEM;
            strcpy(path->error.message, "not enough memory for the path");
        } else if (--text->n == PATH_BYTES_MAX) {
            kb_cli_error(&path->error, KABAR_ELIMIT, "the path is longer than %d bytes",
                         PATH_BYTES_MAX);
        } else if (strlen(text->p) != text->n) {
            kb_cli_error(&path->error, KABAR_EIO, "the path has a NUL byte in it");
        }
        return true;
    }
}

static bool open_list(struct kb_cli_paths *paths, const char *list) {
    struct stat info;
    off_t at;

    paths->from_list = true;
    paths->separator = -1;
    paths->list = STDIN_FILENO;
    paths->list_name = strcmp(list, "-") == 0 ? "standard input" : list;
    if (strcmp(list, "-") != 0)
        paths->list = open(list, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (paths->list < 0 || fstat(paths->list, &info) != 0) {
        kb_cli_say("cannot read the paths from %s: %s", paths->list_name,
                   strerror(errno));
        return false;
    }
    at = lseek(paths->list, 0, SEEK_CUR);
    if (S_ISREG(info.st_mode) && at >= 0 && info.st_size > at)
        paths->list_size = (uint64_t)(info.st_size - at);
    paths->buffer = malloc(LIST_BUFFER);
    if (!paths->buffer)
        kb_cli_say("not enough memory");
    return paths->buffer != NULL;
}

/* ---- both -------------------------------------------------------------------------- */

struct kb_cli_paths *kb_cli_paths_open(char **operands, int count, const char *list,
                                       int wake) {
    struct kb_cli_paths *paths = calloc(1, sizeof(*paths));
    if (!paths) {
        kb_cli_say("not enough memory");
        return NULL;
    }
    paths->operands = operands;
    paths->count = count;
    paths->wake = wake;
    paths->list = -1;
    if (list && !open_list(paths, list)) {
        kb_cli_paths_close(paths);
        return NULL;
    }
    return paths;
}

void kb_cli_paths_close(struct kb_cli_paths *paths) {
    if (!paths)
        return;
    while (paths->depth > 0)
        leave_folder(paths);
    if (paths->list > STDIN_FILENO)
        close(paths->list);
    kb_cli_buf_free(&paths->path);
    free(paths->buffer);
    free(paths);
}

bool kb_cli_paths_next(struct kb_cli_paths *paths, struct kb_cli_path *path) {
    path->is_stdin = false;
    path->error.status = KABAR_OK;
    return paths->from_list ? next_in_list(paths, path) : next_operand(paths, path);
}

void kb_cli_paths_count(struct kb_cli_paths *paths) {
    struct kb_cli_path path = {0};
    struct kb_cli_paths *again;

    if (paths->from_list)
        return;
    again = kb_cli_paths_open(paths->operands, paths->count, NULL, -1);
    while (again && kb_cli_paths_next(again, &path))
        paths->counted++;
    kb_cli_paths_close(again);
    kb_cli_buf_free(&path.text);
}

uint64_t kb_cli_paths_total(const struct kb_cli_paths *paths) {
    if (!paths->from_list)
        return paths->counted;
    if (paths->list_ended)
        return paths->lines;
    if (paths->list_size == 0 || paths->list_read == 0 || paths->lines == 0)
        return 0;
    /* As many paths to a byte in the rest of the list as in what was read. */
    return (uint64_t)((double)paths->lines * (double)paths->list_size /
                          (double)paths->list_read +
                      0.5);
}

bool kb_cli_paths_failed(const struct kb_cli_paths *paths) {
    return paths->list_failed;
}
