/* Reads feeds of any kind and lists their items.
 *
 *     cc -std=c11 feed.c $(pkg-config --cflags --libs kabar) -o feed
 *     ./feed news.rss other.atom
 */
#include <stdio.h>
#include <stdlib.h>

#include <kabar.h>

enum { LARGEST = 8 << 20 };

/* What the feed does not tell is an empty text: it may go to printf as it is. */
static void list(const kabar_feed *feed) {
    printf("%s (%s), %zu items\n", kabar_feed_get(feed, KABAR_FEED_TITLE).data,
           kabar_feed_get(feed, KABAR_FEED_FORMAT).data, kabar_feed_count(feed));
    for (size_t i = 0; i < kabar_feed_count(feed); i++)
        printf("  %s\n    %s  %s\n", kabar_feed_item(feed, i, KABAR_ITEM_TITLE).data,
               kabar_feed_item(feed, i, KABAR_ITEM_DATE_PUBLISHED).data,
               kabar_feed_item(feed, i, KABAR_ITEM_URL).data);
    for (size_t i = 0; i < kabar_feed_warning_count(feed); i++)
        printf("  note: %s\n", kabar_feed_warning(feed, i).data);
}

/* Returns whether the file was a feed. */
static int read_file(kabar_feed *feed, const char *path, char *bytes) {
    kabar_error error = {0};
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return 0;
    }
    size_t size = fread(bytes, 1, LARGEST, file);
    fclose(file);
    if (kabar_feed_read(feed, bytes, size, NULL, &error) != KABAR_OK) {
        fprintf(stderr, "%s: %s (%s)\n", path, error.message,
                kabar_status_name(error.status));
        return 0;
    }
    list(feed);
    return 1;
}

int main(int argc, char **argv) {
    /* One kabar_feed takes one feed after the other, and reuses its memory. */
    kabar_feed *feed = NULL;
    kabar_error error = {0};
    char *bytes = malloc(LARGEST);
    int failed = 0;
    if (bytes == NULL || kabar_feed_new(&feed, &error) != KABAR_OK) {
        fprintf(stderr, "not enough memory\n");
        free(bytes);
        return 1;
    }
    for (int i = 1; i < argc; i++)
        failed += !read_file(feed, argv[i], bytes);
    kabar_feed_free(feed);
    free(bytes);
    return failed ? 1 : 0;
}
