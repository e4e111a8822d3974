/* Pages from files and folders into memory, for the tests of many pages and the bench. */
#ifndef KB_TESTS_PAGES_H
#define KB_TESTS_PAGES_H

#include "base/base.h"

struct kb_page_file {
    char *path;
    struct kb_str bytes; /* with a NUL behind them; unpacked where the file is .gz */
};

struct kb_page_files {
    struct kb_page_file *at;
    size_t n, cap;
    size_t bytes;   /* of all pages */
    size_t largest; /* of one page */
};

/* Adds a file, or a folder's pages (.html, .htm, .xhtml, .txt, and each with .gz) with
 * those of the folders in it, in the order of their names.  With only, files whose names
 * begin with it.  A file that cannot be read ends the process with a message: the caller
 * is a test or a bench. */
void kb_page_files_add(struct kb_page_files *pages, const char *path, const char *only);

/* The paths alone: bytes stay empty. */
void kb_page_paths_add(struct kb_page_files *pages, const char *path, const char *only);

/* One file's bytes into buf, unpacked where it is .gz.  False where it cannot be read. */
bool kb_page_file_read(const char *path, struct kb_buf *buf);

void kb_page_files_free(struct kb_page_files *pages);

/* The sample pages of the tests: tests/<kind>/<case>/input* and examples/pages, from the
 * project's folder root. */
void kb_page_samples_add(struct kb_page_files *pages, const char *root);

#endif
