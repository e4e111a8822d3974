/* warc_sample ANSWERS FOLDER: the WARC files that kabar writes of an answers' recipe, in
 * all ways of packing, for the check by other tools (warc_tools.py). */
#include "warc_answers.h"

#include <stdio.h>
#include <stdlib.h>

static void read_file(const char *path, struct kb_buf *buf) {
    FILE *file = fopen(path, "rb");
    char piece[4096];
    size_t n;
    if (!file) {
        perror(path);
        exit(2);
    }
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        kb_buf_add(buf, piece, n);
    fclose(file);
}

static void write_file(const char *folder, const char *name, struct kb_str bytes) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes.p, 1, bytes.n, file) != bytes.n || fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        enum kb_warc_packing packing;
        enum kb_warc_digest digest;
    } ways[] = {{"plain.warc", KB_WARC_PLAIN, KB_WARC_SHA1},
                {"gzip.warc.gz", KB_WARC_GZIP, KB_WARC_SHA1},
                {"sha256.warc.gz", KB_WARC_GZIP, KB_WARC_SHA256},
                {"zstd.warc.zst", KB_WARC_ZSTD, KB_WARC_SHA1}};
    struct kb_test_answers answers;
    struct kb_test_warc warc = {0};
    struct kb_buf recipe;
    struct kb_err err = {KB_OK, ""};
    if (argc != 3) {
        fputs("warc_sample ANSWERS FOLDER\n", stderr);
        return 2;
    }
    kb_buf_init(&recipe, (size_t)1 << 20);
    kb_buf_init(&warc.bytes, (size_t)64 << 20);
    read_file(argv[1], &recipe);
    kb_test_answers_read(kb_buf_view(&recipe), &answers);
    for (size_t i = 0; i < KB_COUNT(ways); i++) {
        if (kb_test_warc_write(&answers, ways[i].packing, ways[i].digest, &warc, &err) !=
            KB_OK) {
            fprintf(stderr, "warc_sample: %s\n", err.text);
            return 1;
        }
        write_file(argv[2], ways[i].name, kb_buf_view(&warc.bytes));
    }
    kb_test_answers_free(&answers);
    kb_buf_free(&recipe);
    kb_buf_free(&warc.bytes);
    return 0;
}
