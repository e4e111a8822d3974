/* Shows in short what comes out of each page: title, language, how the text begins, and
 * what was taken out of the body.  `./dev demo` runs it over examples/pages.
 *
 *     cc -std=c11 overview.c $(pkg-config --cflags --libs kabar) -o overview
 *     ./overview pages/...
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <kabar.h>

enum { LEAD = 200, PIECE = 60, PIECES = 6, MAX_BYTES = 1 << 24 };

static const char *bold = "", *dim = "", *plain = "";

/* Columns that a character takes, by the first of its UTF-8 bytes: the three-byte
 * characters from U+1100 (Hangul) and from U+2E80 to U+DFFF are mostly wide, the marks of
 * Indian and Arabic scripts are not told apart from letters.  Enough to cut a line. */
static size_t columns(const unsigned char *p) {
    if ((*p & 0xC0) == 0x80)
        return 0;
    return (*p > 0xE2 && *p < 0xEE) || (*p == 0xE2 && p[1] >= 0xBA) ? 2 : 1;
}

/* The beginning of a text on one line, at most so many columns wide; a cut is shown by
 * "…".  Texts are valid UTF-8 with a NUL behind them. */
static void print_short(kabar_text text, size_t width) {
    int space = 1;
    for (size_t i = 0; i < text.size; i++) {
        const unsigned char *p = (const unsigned char *)text.data + i;
        int blank = *p == ' ' || *p == '\n' || *p == '\t';
        if (blank && space)
            continue;
        size_t needed = columns(p);
        if (needed > width) {
            fputs("…", stdout);
            return;
        }
        width -= needed;
        putchar(blank ? ' ' : *p);
        space = blank;
    }
}

static void print_removed(const kabar_article *article) {
    size_t count = kabar_count(article, KABAR_REMOVED);
    for (size_t i = 0; i < count && i < PIECES; i++) {
        printf("   %s%s %-13s%s ", dim, i == 0 ? "removed" : "       ",
               kabar_item(article, KABAR_REMOVED, i, KABAR_KIND).data, plain);
        print_short(kabar_item(article, KABAR_REMOVED, i, KABAR_VALUE), PIECE);
        putchar('\n');
    }
    if (count > PIECES)
        printf("   %s        and %zu more%s\n", dim, count - PIECES, plain);
}

static void print_article(const char *path, const kabar_article *article) {
    const char *slash = strrchr(path, '/');
    const char *title = kabar_get(article, KABAR_TITLE).data;
    printf("\n %s%s%s\n", bold, *title ? title : "(no title)", plain);
    printf("   %s%s  %s, %s, confidence %.2f, %zu bytes of text, pictures: %zu%s\n", dim,
           slash ? slash + 1 : path, kabar_get(article, KABAR_LANGUAGE).data,
           kabar_get(article, KABAR_DIRECTION).data, kabar_confidence(article),
           kabar_get(article, KABAR_TEXT).size, kabar_count(article, KABAR_IMAGES),
           plain);
    printf("   ");
    print_short(kabar_get(article, KABAR_TEXT), LEAD);
    putchar('\n');
    print_removed(article);
    for (size_t i = 0; i < kabar_count(article, KABAR_WARNINGS); i++)
        printf("   %swarning%s %s\n", dim, plain,
               kabar_item(article, KABAR_WARNINGS, i, KABAR_VALUE).data);
}

/* The file's bytes into memory that is used for every page; 0 with *size on success. */
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
    if (isatty(STDOUT_FILENO))
        bold = "\033[1m", dim = "\033[2m", plain = "\033[0m";

    int status = 0;
    kabar_error error = {0};
    kabar_reader *reader = NULL;
    char *bytes = malloc(MAX_BYTES);
    if (bytes == NULL || kabar_reader_new(NULL, &reader, &error) != KABAR_OK) {
        fprintf(stderr, "overview: %s\n", bytes ? error.message : "no memory");
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
            print_article(argv[i], article);
        }
        kabar_article_free(article);
    }
    kabar_reader_free(reader);
    free(bytes);
    return status;
}
