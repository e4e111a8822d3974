/* Paths enter, pages in memory leave. */
#include "pages.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zlib.h>

enum { MAX_FOLDERS_DEEP = 16 };

static _Noreturn void die(const char *what, const char *path) {
    fprintf(stderr, "%s: %s\n", path, what);
    exit(2);
}

/* zlib reads plain files as they are, so there is one way for both. */
bool kb_page_file_read(const char *path, struct kb_buf *buf) {
    gzFile file = gzopen(path, "rb");
    if (!file)
        return false;
    kb_buf_clear(buf);
    int got = 0;
    while (kb_buf_reserve(buf, (size_t)1 << 16) &&
           (got = gzread(file, buf->p + buf->n, 1 << 16)) > 0)
        buf->n += (size_t)got;
    bool ok = got == 0 && buf->status == KB_OK;
    return gzclose(file) == Z_OK && ok;
}

static bool has_page_name(const char *name) {
    static const char *const ends[] = {".html", ".htm", ".xhtml", ".txt"};
    struct kb_str s = kb_str_z(name);
    if (kb_str_ends(s, KB_STR(".gz")))
        s.n -= 3;
    for (size_t i = 0; i < KB_COUNT(ends); i++)
        if (kb_str_ends(s, kb_str_z(ends[i])))
            return true;
    return false;
}

static void add_path(struct kb_page_files *pages, const char *path) {
    if (pages->n == pages->cap) {
        pages->cap = pages->cap ? pages->cap * 2 : 256;
        struct kb_page_file *at = realloc(pages->at, pages->cap * sizeof *at);
        if (!at)
            die("not enough memory", path);
        pages->at = at;
    }
    size_t n = strlen(path) + 1;
    char *copy = malloc(n);
    if (!copy)
        die("not enough memory", path);
    memcpy(copy, path, n);
    pages->at[pages->n++] = (struct kb_page_file){.path = copy};
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of a folder's entries, sorted; the caller frees them. */
static char **names_of(const char *folder, size_t *count) {
    DIR *dir = opendir(folder);
    char **names = NULL;
    size_t n = 0, cap = 0;
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        if (n == cap) {
            cap = cap ? cap * 2 : 64;
            char **more = realloc(names, cap * sizeof *more);
            if (!more)
                die("not enough memory", folder);
            names = more;
        }
        names[n] = malloc(strlen(entry->d_name) + 1);
        if (!names[n])
            die("not enough memory", folder);
        memcpy(names[n], entry->d_name, strlen(entry->d_name) + 1);
        n++;
    }
    if (dir)
        closedir(dir);
    if (n)
        qsort(names, n, sizeof *names, by_name);
    *count = n;
    return names;
}

static void walk(struct kb_page_files *pages, const char *path, const char *only,
                 int depth) {
    struct stat info;
    if (stat(path, &info) != 0)
        die(strerror(errno), path);
    if (!S_ISDIR(info.st_mode)) {
        const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
        bool wanted = only ? strncmp(name, only, strlen(only)) == 0
                           : depth == 0 || has_page_name(name);
        if (wanted)
            add_path(pages, path);
        return;
    }
    if (depth == MAX_FOLDERS_DEEP)
        return;
    size_t count;
    char **names = names_of(path, &count);
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(path) + strlen(names[i]) + 2;
        char *inner = malloc(n);
        if (!inner)
            die("not enough memory", path);
        snprintf(inner, n, "%s/%s", path, names[i]);
        walk(pages, inner, only, depth + 1);
        free(inner);
        free(names[i]);
    }
    free(names);
}

void kb_page_paths_add(struct kb_page_files *pages, const char *path, const char *only) {
    walk(pages, path, only, 0);
}

void kb_page_files_add(struct kb_page_files *pages, const char *path, const char *only) {
    struct kb_buf buf;
    size_t from = pages->n;
    walk(pages, path, only, 0);
    kb_buf_init(&buf, (size_t)1 << 30);
    for (size_t i = from; i < pages->n; i++) {
        struct kb_page_file *page = &pages->at[i];
        if (!kb_page_file_read(page->path, &buf))
            die("cannot be read", page->path);
        char *copy = malloc(buf.n + 1);
        if (!copy)
            die("not enough memory", page->path);
        if (buf.n)
            memcpy(copy, buf.p, buf.n);
        copy[buf.n] = '\0';
        page->bytes = (struct kb_str){copy, buf.n};
        pages->bytes += buf.n;
        if (buf.n > pages->largest)
            pages->largest = buf.n;
    }
    kb_buf_free(&buf);
}

void kb_page_samples_add(struct kb_page_files *pages, const char *root) {
    char path[4096];
    struct stat info;
    snprintf(path, sizeof path, "%s/tests", root);
    kb_page_files_add(pages, path, "input.");
    snprintf(path, sizeof path, "%s/examples/pages", root);
    if (stat(path, &info) == 0)
        kb_page_files_add(pages, path, NULL);
}

void kb_page_files_free(struct kb_page_files *pages) {
    for (size_t i = 0; i < pages->n; i++) {
        free(pages->at[i].path);
        free((char *)(uintptr_t)pages->at[i].bytes.p);
    }
    free(pages->at);
    *pages = (struct kb_page_files){0};
}
