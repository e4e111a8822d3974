/* Files enter, one C source with their bytes leaves:
 *     embed OUT.c SYMBOL HEADER FILE…
 * defines `const struct kb_asset SYMBOL[]` and `SYMBOL_count` as HEADER declares them, in
 * the order of the arguments.  Runs on the machine that builds; the same files give the
 * same source. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* One array; false when the file cannot be read. */
static int put_file(FILE *out, const char *path, int index) {
    static char decimal[256][5];
    static unsigned char bytes[1 << 16];
    FILE *in = fopen(path, "rb");
    size_t column = 0, total = 0;
    if (!in)
        return 0;
    for (int i = 0; i < 256 && !decimal[255][0]; i++)
        snprintf(decimal[i], sizeof decimal[i], "%d,", i);
    fprintf(out, "static const unsigned char file_%d[] = {\n", index);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, in)) > 0; total += n) {
        for (size_t i = 0; i < n; i++) {
            fputs(decimal[bytes[i]], out);
            if (++column % 24 == 0)
                putc('\n', out);
        }
    }
    if (!total)
        fputs("0", out); /* an array has a member; the table tells the length */
    fprintf(out, "};\nenum { size_%d = %zu };\n", index, total);
    int fine = !ferror(in);
    fclose(in);
    return fine;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fputs("usage: embed OUT.c SYMBOL HEADER FILE…\n", stderr);
        return 2;
    }
    FILE *out = fopen(argv[1], "wb");
    if (!out) {
        perror(argv[1]);
        return 1;
    }
    fprintf(out, "/* Written by tools/embed.c. */\n#include \"%s\"\n\n", argv[3]);
    for (int i = 4; i < argc; i++) {
        if (!put_file(out, argv[i], i)) {
            perror(argv[i]);
            fclose(out);
            remove(argv[1]);
            return 1;
        }
    }
    fprintf(out, "\nconst struct kb_asset %s[] = {\n", argv[2]);
    for (int i = 4; i < argc; i++)
        fprintf(out, "    {\"%s\", file_%d, size_%d},\n", base_name(argv[i]), i, i);
    fprintf(out, "    {0, 0, 0}};\nconst size_t %s_count = %d;\n", argv[2], argc - 4);
    if (fclose(out) != 0) {
        perror(argv[1]);
        return 1;
    }
    return 0;
}
