/* The files of assets/letters enter, one C source with a finished table leaves:
 *     letters OUT.c FILE…
 * Each line is "sound letters…".  The table has every character of the Basic Multilingual
 * Plane: capitals, letters with accents and Hangul syllables get what their parts have
 * (Unicode's canonical decomposition, by utf8proc), so that a look-up is two loads.
 * Runs on the machine that builds; what is wrong with a file ends the build with the
 * line. */
#include "base/base.h"
#include "lang/letters.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

enum { PLANE = 0x10000, LINE = 4096, DOTTED_CIRCLE = 0x25CC };

static char sounds[PLANE][KB_LETTERS_MAX];

static int fail(const char *path, unsigned line, const char *what) {
    fprintf(stderr, "%s:%u: %s\n", path, line, what);
    return 1;
}

static int read_line(const char *path, unsigned number, char *line) {
    size_t n = strspn(line, "abcdefghijklmnopqrstuvwxyz"), len;
    if (n == 0 || n >= KB_LETTERS_MAX || line[n] != ' ')
        return fail(path, number, "wants one to seven Latin letters and a space first");
    const char *end = line + strlen(line);
    for (const char *p = line + n; p < end; p += len) {
        uint32_t c = kb_utf8_next(p, end, &len);
        if (c == ' ' || c == DOTTED_CIRCLE)
            continue;
        if (c < 0x80 || c >= PLANE || c == KB_REPLACEMENT)
            return fail(path, number, "has a letter that cannot stand in the table");
        if (sounds[c][0])
            return fail(path, number, "has a letter that another line has too");
        memcpy(sounds[c], line, n);
    }
    return 0;
}

static int read_file(const char *path) {
    static char line[LINE];
    unsigned number = 0;
    int status = 0;
    FILE *in = fopen(path, "rb");
    if (!in) {
        perror(path);
        return 1;
    }
    while (status == 0 && fgets(line, sizeof line, in)) {
        number++;
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] && line[0] != '#')
            status = read_line(path, number, line);
    }
    if (ferror(in))
        status = fail(path, number, "cannot be read");
    fclose(in);
    return status;
}

/* What c's parts sound like, one behind the other. */
static void derive(uint32_t c) {
    utf8proc_int32_t parts[16];
    int boundary = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char(
        (utf8proc_int32_t)c, parts, 16, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundary);
    char sound[KB_LETTERS_MAX] = "";
    size_t at = 0;
    for (utf8proc_ssize_t i = 0; i < n && i < 16; i++) {
        utf8proc_int32_t part = utf8proc_tolower(parts[i]);
        const char *add = part >= 0x80 && part < PLANE ? sounds[part] : NULL;
        char ascii[2] = {(char)part, '\0'};
        if (part < 0x80)
            add = kb_is_alpha((char)part) ? ascii : NULL;
        for (; add && *add && at + 1 < KB_LETTERS_MAX; add++)
            sound[at++] = *add;
    }
    memcpy(sounds[c], sound, KB_LETTERS_MAX);
}

static void write_table(FILE *out) {
    static char known[PLANE][KB_LETTERS_MAX];
    static uint16_t row[256];
    uint8_t pages[256] = {0};
    size_t count = 1, page_count = 1;
    fputs("/* Made by tools/letters from assets/letters; not by hand. */\n"
          "#include \"lang/letters.h\"\n\n"
          "static const uint16_t sounds[][256] = {\n{0},\n",
          out);
    for (size_t page = 0; page < 256; page++) {
        bool used = false;
        for (size_t i = 0; i < 256; i++) {
            const char *sound = sounds[page << 8 | i];
            size_t k = 0;
            while (sound[0] && k < count && strcmp(known[k], sound) != 0)
                k++;
            if (sound[0] && k == count)
                memcpy(known[count++], sound, KB_LETTERS_MAX);
            row[i] = (uint16_t)k;
            used = used || k;
        }
        if (!used)
            continue;
        pages[page] = (uint8_t)page_count++;
        fputc('{', out);
        for (size_t i = 0; i < 256; i++)
            fprintf(out, "%u%s", row[i], i % 24 == 23 ? ",\n" : ",");
        fputs("},\n", out);
    }
    fputs("};\nstatic const uint8_t pages[256] = {", out);
    for (size_t i = 0; i < 256; i++)
        fprintf(out, "%u%s", pages[i], i % 32 == 31 ? ",\n" : ",");
    fprintf(out, "};\nstatic const char letters[][%d] = {\n", KB_LETTERS_MAX);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "\"%s\",%s", known[i], i % 12 == 11 ? "\n" : "");
    fputs(
        "};\n\nconst struct kb_letters kb_letters_built_in = {pages, sounds, letters};\n",
        out);
}

int main(int count, char **words) {
    if (count < 3) {
        fprintf(stderr, "Usage: letters OUT.c FILE…\n");
        return 2;
    }
    for (int i = 2; i < count; i++) {
        if (read_file(words[i]) != 0)
            return 1;
    }
    for (uint32_t c = 0x80; c < PLANE; c++) {
        if (!sounds[c][0] && (c < 0xD800 || c > 0xDFFF))
            derive(c);
    }
    FILE *out = fopen(words[1], "wb");
    if (!out) {
        perror(words[1]);
        return 1;
    }
    write_table(out);
    if (ferror(out) | fclose(out)) {
        perror(words[1]);
        return 1;
    }
    return 0;
}
