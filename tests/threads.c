/* Many threads, a reader each, over all sample pages: each must print the same bytes as
 * one thread does, whatever page it read before.  Built with ThreadSanitizer it finds
 * shared state; without it, state that leaks from page to page. */
#include "pages.h"

#include <kabar.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 8, ROUNDS = 2 };

static struct kb_page_files pages;
static uint64_t *wanted; /* of each page: a hash of all its formats */

static uint64_t read_page(kabar_reader *reader, const struct kb_page_file *file) {
    const kabar_page page = {.size = sizeof page, .url = "https://wire.example/a/b"};
    kabar_article *article;
    kabar_error error = {0};
    kabar_status status =
        kabar_read(reader, file->bytes.p, file->bytes.n, &page, &article, &error);
    uint64_t hash = kb_hash(error.message, strlen(error.message), (uint64_t)status);
    for (int format = 0; status == KABAR_OK && format <= KABAR_FORMAT_NINJS; format++) {
        kabar_buffer out = {0};
        if (kabar_print(article, (kabar_format)format, NULL, &out, &error) == KABAR_OK)
            hash = kb_hash(out.data, out.size, hash);
        kabar_buffer_free(&out);
    }
    kabar_article_free(article);
    return hash;
}

/* Each thread begins at a page of its own, so that no two read the same one. */
static void *work(void *argument) {
    size_t first = *(const size_t *)argument;
    size_t different = 0;
    kabar_reader *reader;
    if (kabar_reader_new(NULL, &reader, NULL) != KABAR_OK)
        return (void *)(uintptr_t)1;
    for (size_t i = 0; i < pages.n * ROUNDS; i++) {
        size_t at = (first + i) % pages.n;
        if (read_page(reader, &pages.at[at]) != wanted[at]) {
            printf("%s differs in thread %zu\n", pages.at[at].path, first);
            different++;
        }
    }
    kabar_reader_free(reader);
    return (void *)(uintptr_t)different;
}

int main(int argc, char **argv) {
    pthread_t threads[THREADS];
    size_t starts[THREADS], different = 0;
    kb_page_samples_add(&pages, argc > 1 ? argv[1] : ".");
    wanted = calloc(pages.n + 1, sizeof *wanted);
    if (!pages.n || !wanted) {
        fputs("threads: no sample pages\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < pages.n; i++) { /* a fresh reader for each page */
        kabar_reader *reader;
        if (kabar_reader_new(NULL, &reader, NULL) != KABAR_OK)
            return 2;
        wanted[i] = read_page(reader, &pages.at[i]);
        kabar_reader_free(reader);
    }
    for (size_t i = 0; i < THREADS; i++) {
        starts[i] = i;
        if (pthread_create(&threads[i], NULL, work, &starts[i]) != 0)
            return 2;
    }
    for (size_t i = 0; i < THREADS; i++) {
        void *result;
        pthread_join(threads[i], &result);
        different += (size_t)(uintptr_t)result;
    }
    printf("%zu pages, %d threads, %zu differ\n", pages.n, THREADS, different);
    kb_page_files_free(&pages);
    free(wanted);
    return different ? 1 : 0;
}
