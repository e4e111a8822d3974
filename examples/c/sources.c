/* Shows where each page's text is from: headline, outlet, language, what the text is, and
 * its sources with the words that prove them.  `./dev demo` runs it over examples/wire.
 *
 *     cc -std=c11 sources.c $(pkg-config --cflags --libs kabar) -o sources
 *     ./sources pages/...
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kabar.h>

enum { MAX_BYTES = 1 << 24, LINE = 78 };

static const char *bold = "", *dim = "", *plain = "";

/* Columns that a character takes, by the first of its UTF-8 bytes; enough to cut a
 * line. */
static int columns(const unsigned char *p) {
    if ((*p & 0xC0) == 0x80)
        return 0;
    return (*p > 0xE2 && *p < 0xEE) || (*p == 0xE2 && p[1] >= 0xBA) ? 2 : 1;
}

/* The beginning of a text on the line, cut by "…" where room columns do not hold it.
 * Returns the columns that are left. */
static int put(const char *text, int room) {
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (columns(p) >= room) {
            fputs("…", stdout);
            return 0;
        }
        room -= columns(p);
        putchar(*p == '\n' || *p == '\t' ? ' ' : *p);
    }
    return room;
}

static const char *value(const kabar_article *article, kabar_list list, size_t i,
                         kabar_key key) {
    return kabar_item(article, list, i, key).data;
}

static void print_source(const kabar_article *article, size_t i) {
    const char *relation = value(article, KABAR_SOURCES, i, KABAR_RELATION);
    printf("     %-17s", relation);
    int room = put(value(article, KABAR_SOURCES, i, KABAR_NAME), LINE - 22);
    if (room > 12) {
        fputs(dim, stdout);
        room = put("  “", room);
        put(value(article, KABAR_SOURCES, i, KABAR_EVIDENCE), room - 1);
        printf("”%s", plain);
    }
    putchar('\n');
}

static void print_article(const kabar_article *article) {
    const char *outlet = kabar_get(article, KABAR_PUBLISHER).data;
    const char *domain = kabar_get(article, KABAR_PUBLISHER_DOMAIN).data;
    if (!*outlet)
        outlet = *domain ? domain : "(outlet not told)";
    printf("\n %s", bold);
    put(kabar_get(article, KABAR_TITLE).data, LINE - 1);
    printf("%s\n   ", plain);
    int room = put(outlet, LINE - 3);
    room = put(", ", room);
    room = put(kabar_get(article, KABAR_LANGUAGE).data, room);
    for (size_t i = 0; i < kabar_count(article, KABAR_ROLES); i++) {
        room = put(i ? ", " : ": ", room);
        room = put(value(article, KABAR_ROLES, i, KABAR_NAME), room);
    }
    putchar('\n');
    for (size_t i = 0; i < kabar_count(article, KABAR_SOURCES); i++)
        print_source(article, i);
    if (*kabar_get(article, KABAR_ORIGINAL_URL).data) {
        fputs("     original         ", stdout);
        put(kabar_get(article, KABAR_ORIGINAL_URL).data, LINE - 22);
        putchar('\n');
    }
}

/* The file's bytes; -1 where it cannot be read. */
static int load(const char *path, char *bytes, size_t *size) {
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return -1;
    *size = fread(bytes, 1, MAX_BYTES, file);
    int failed = ferror(file);
    fclose(file);
    return failed ? -1 : 0;
}

int main(int argc, char **argv) {
    int status = 0;
    kabar_error error = {0};
    kabar_reader *reader = NULL;
    char *bytes = malloc(MAX_BYTES);
    if (isatty(STDOUT_FILENO))
        bold = "\033[1m", dim = "\033[2m", plain = "\033[0m";
    if (bytes == NULL || kabar_reader_new(NULL, &reader, &error) != KABAR_OK) {
        fprintf(stderr, "sources: %s\n", bytes ? error.message : "no memory");
        free(bytes);
        return 1;
    }
    for (int i = 1; i < argc; i++) {
        kabar_article *article = NULL;
        size_t size = 0;
        if (load(argv[i], bytes, &size) != 0) {
            perror(argv[i]);
            status = 1;
        } else if (kabar_read(reader, bytes, size, NULL, &article, &error) != KABAR_OK) {
            fprintf(stderr, "%s: %s\n", argv[i], error.message);
            status = 1;
        } else {
            print_article(article);
        }
        kabar_article_free(article);
    }
    kabar_reader_free(reader);
    free(bytes);
    return status;
}
