/* Reads one news page and shows the most that the library gives: the record's fields, its
 * lists, and the article printed as Markdown.
 *
 *     cc -std=c11 read.c $(pkg-config --cflags --libs kabar) -o read
 *     ./read page.html https://example.org/news/1
 */
#include <stdio.h>
#include <stdlib.h>

#include <kabar.h>

/* A whole file in memory; the caller frees it.  NULL where it cannot be read. */
static char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;

    char *bytes = NULL;
    size_t used = 0, room = 0;
    for (;;) {
        if (used == room) {
            room = room ? 2 * room : 65536;
            char *more = realloc(bytes, room);
            if (more == NULL)
                break;
            bytes = more;
        }
        size_t got = fread(bytes + used, 1, room - used, file);
        used += got;
        if (got == 0)
            break;
    }
    int failed = ferror(file) || !feof(file);
    fclose(file);
    if (failed) {
        free(bytes);
        return NULL;
    }
    *size = used;
    return bytes;
}

/* A field that the page does not tell is an empty text, so nothing has to be asked first.
 * Its data ends with a NUL byte: it may go to printf as it is. */
static void show(const char *name, kabar_text text) {
    if (text.size > 0)
        printf("%-10s %s\n", name, text.data);
}

static void show_article(const kabar_article *article) {
    show("title", kabar_get(article, KABAR_TITLE));
    show("byline", kabar_get(article, KABAR_BYLINE));
    show("published", kabar_get(article, KABAR_DATE_PUBLISHED));
    show("language", kabar_get(article, KABAR_LANGUAGE));
    printf("%-10s %.2f\n", "confidence", kabar_confidence(article));

    for (size_t i = 0; i < kabar_count(article, KABAR_IMAGES); i++) {
        show("picture", kabar_item(article, KABAR_IMAGES, i, KABAR_ADDRESS));
        show("  caption", kabar_item(article, KABAR_IMAGES, i, KABAR_CAPTION));
    }
    for (size_t i = 0; i < kabar_count(article, KABAR_REMOVED); i++) {
        show("removed", kabar_item(article, KABAR_REMOVED, i, KABAR_KIND));
        show("  text", kabar_item(article, KABAR_REMOVED, i, KABAR_VALUE));
    }
    for (size_t i = 0; i < kabar_count(article, KABAR_WARNINGS); i++)
        show("warning", kabar_item(article, KABAR_WARNINGS, i, KABAR_VALUE));
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: read FILE [URL]\n");
        return 2;
    }
    size_t size = 0;
    char *bytes = read_file(argv[1], &size);
    if (bytes == NULL) {
        perror(argv[1]);
        return 1;
    }

    /* One reader reads any number of pages, one after the other, and reuses its
     * memory. */
    kabar_reader *reader = NULL;
    kabar_article *article = NULL;
    kabar_buffer markdown = {0};
    kabar_error error = {0};
    kabar_page page = {.size = sizeof page, .url = argc > 2 ? argv[2] : NULL};

    kabar_status status = kabar_reader_new(NULL, &reader, &error);
    if (status == KABAR_OK)
        status = kabar_read(reader, bytes, size, &page, &article, &error);
    free(bytes); /* the article keeps nothing of it */
    if (status == KABAR_OK)
        status = kabar_print(article, KABAR_FORMAT_MARKDOWN, NULL, &markdown, &error);
    if (status == KABAR_OK) {
        show_article(article);
        printf("\n");
        fwrite(markdown.data, 1, markdown.size, stdout);
    } else {
        fprintf(stderr, "%s: %s (%s)\n", argv[1], error.message,
                kabar_status_name(status));
    }

    /* Freeing NULL is allowed, so one way out serves success and failure. */
    kabar_buffer_free(&markdown);
    kabar_article_free(article);
    kabar_reader_free(reader);
    return status == KABAR_OK ? 0 : 1;
}
