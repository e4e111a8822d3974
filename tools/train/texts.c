/* Cross-validated answers → the texts that kabar would print with them.
 *
 *     texts LIST ROWS P OUTDIR
 *
 * LIST and ROWS are those of `rows`; P has a 32-bit float a block.  OUTDIR gets NAME.json
 * a page, with the text and the title, for a scorer.  So a figure is that of the whole
 * program, not of the model alone. */
#include "article/article.h"
#include "page/read_html.h"

#include <stdio.h>
#include <stdlib.h>

static bool load(struct kb_buf *buf, const char *path) {
    FILE *f = fopen(path, "rb");
    size_t n;
    if (!f)
        return false;
    kb_buf_clear(buf);
    while (kb_buf_reserve(buf, 65536) && (n = fread(buf->p + buf->n, 1, 65536, f)) > 0)
        buf->n += n;
    fclose(f);
    return buf->status == KB_OK;
}

/* How many blocks each page of a rows file has; skips the rest of the page. */
static bool next_count(FILE *rows, uint32_t *count) {
    uint32_t counts[2], n;
    if (fread(counts, sizeof counts, 1, rows) != 1)
        return false;
    for (uint32_t i = 0; i < counts[0]; i++) {
        if (fread(&n, sizeof n, 1, rows) != 1 || fseek(rows, n, SEEK_CUR) ||
            fread(&n, sizeof n, 1, rows) != 1 || fseek(rows, 4L * n, SEEK_CUR))
            return false;
    }
    *count = counts[0];
    return fseek(rows, (long)counts[0] * counts[1], SEEK_CUR) == 0;
}

static bool print(struct kb_article *a, const char *dir, const char *path) {
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    const char *name = slash ? slash + 1 : path;
    char out_path[4096];
    struct kb_buf out;
    snprintf(out_path, sizeof out_path, "%s/%.*s.json", dir, (int)(dot - name), name);
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    kb_article_print_json(a, 0, &out);
    FILE *f = fopen(out_path, "wb");
    bool ok = f && fwrite(out.p, 1, out.n, f) == out.n;
    ok = f && fclose(f) == 0 && ok;
    kb_buf_free(&out);
    return ok;
}

int main(int argc, char **argv) {
    static char line[8192];
    struct kb_lexicon *lexicon;
    struct kb_page_tools *tools;
    struct kb_buf bytes, decoded, text;
    struct kb_err err = {0};
    FILE *list, *rows, *p;
    if (argc != 5) {
        fputs("usage: texts LIST ROWS P OUTDIR\n", stderr);
        return 2;
    }
    kb_buf_init(&bytes, KB_LIMIT_PAGE_BYTES);
    kb_buf_init(&decoded, KB_LIMIT_PAGE_BYTES * 3);
    kb_buf_init(&text, KB_LIMIT_OUTPUT_BYTES);
    list = fopen(argv[1], "r"), rows = fopen(argv[2], "rb"), p = fopen(argv[3], "rb");
    if (!list || !rows || !p || kb_lexicon_new(NULL, &lexicon, &err) ||
        kb_page_tools_new(lexicon, &tools, &err)) {
        fprintf(stderr, "texts: %s\n", err.text);
        return 1;
    }
    while (fgets(line, sizeof line, list)) {
        struct kb_article a = {0};
        struct kb_page_result result;
        struct kb_decoded utf8;
        uint32_t count = 0;
        line[strcspn(line, "\n")] = '\0';
        char *url = strchr(line, '\t'), *fold = url ? strchr(url + 1, '\t') : NULL;
        if (!fold || !next_count(rows, &count))
            return 1;
        *url++ = *fold = '\0';
        float *answers = calloc(count + 1, sizeof *answers);
        kb_arena_init(&a.arena, KB_LIMIT_DOCUMENT_MEMORY);
        if (!answers || fread(answers, sizeof *answers, count, p) != count ||
            !load(&bytes, line))
            return 1;
        kb_page_tools_answer(tools, answers);
        struct kb_article_hints hints = {kb_str_z(url), KB_STR_NONE};
        if (kb_lang_decode(kb_buf_view(&bytes), KB_STR_NONE, &decoded, &utf8, &err) ||
            kb_page_read_html(tools, utf8.text, hints.url, 0, &a.arena, &result, &err) ||
            kb_article_fill(&a, &result, &hints, lexicon, &text, &err) ||
            !print(&a, argv[4], line)) {
            fprintf(stderr, "texts: %s: %s\n", line, err.text);
            return 1;
        }
        kb_arena_free(&a.arena);
        free(answers);
    }
    return 0;
}
