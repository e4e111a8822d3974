/* Kind `record`: a record as JSON back into an article.
 *
 *   input.json      the record → json (indent 2), text, md, html, view (72 columns),
 *                   jsonld, ninjs; or error: "status: message" where it is refused
 *   input.jsonl     a record a line → lines: for each its title, or why it is refused
 *   pages=yes       every page of tests/read, examples/pages and examples/wire: its
 *                   record, read back, must print all formats as the page's article
 *                   does, byte for byte → pages: how many were compared
 *
 * Whatever is read back, its JSON must come out the same when it is read once more. */
#include "article/article.h"
#include "runner.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { FORMATS = 7, OUTPUT = 64 << 20, MEMORY = 256 << 20 };

static const char *const format_names[FORMATS] = {"json", "text",   "md",   "html",
                                                  "view", "jsonld", "ninjs"};

static void print(const struct kb_article *a, size_t format, struct kb_buf *out) {
    kb_buf_clear(out);
    switch (format) {
    case 0: kb_article_print_json(a, 2, out); break;
    case 1: kb_article_print_text(a, out); break;
    case 2: kb_article_print_markdown(a, out); break;
    case 3: kb_article_print_html(a, out); break;
    case 4: kb_article_print_view(a, 72, false, out); break;
    case 5: kb_article_print_jsonld(a, 2, out); break;
    default: kb_article_print_ninjs(a, 2, out); break;
    }
}

struct bench {
    struct kb_case *c;
    struct kb_loader *loader;
    struct kb_article article, again;
    struct kb_buf out, other;
    kabar_reader *reader;
    size_t pages;
};

static enum kb_status load(struct bench *b, struct kb_str json, struct kb_article *a,
                           struct kb_err *err) {
    kb_arena_reset(&a->arena);
    return kb_article_load(b->loader, json, a, err);
}

/* The record of an article, once more. */
static void check_again(struct bench *b, const char *name) {
    struct kb_err err = {0};
    print(&b->article, 0, &b->other);
    if (load(b, kb_buf_view(&b->other), &b->again, &err) != KB_OK) {
        kb_case_fail(b->c, "%s: its own JSON is refused: %s", name, err.text);
        return;
    }
    for (size_t i = 0; i < FORMATS; i++) {
        print(&b->article, i, &b->other);
        print(&b->again, i, &b->out);
        if (!kb_str_equal(kb_buf_view(&b->out), kb_buf_view(&b->other)))
            kb_case_fail(b->c, "%s: %s differs when it is read once more", name,
                         format_names[i]);
    }
}

static void one_record(struct bench *b) {
    struct kb_err err = {0};
    struct kb_str input = kb_case_file(b->c, "input.json");
    enum kb_status status = load(b, input, &b->article, &err);
    if (status != KB_OK) {
        kb_buf_printf(&b->out, "%s: %s\n", kb_status_name(status), err.text);
        kb_case_output(b->c, "error", kb_buf_view(&b->out));
        if (!kb_case_file(b->c, "want.error").p)
            kb_case_fail(b->c, "refused: %s", err.text);
        return;
    }
    for (size_t i = 0; i < FORMATS; i++) {
        print(&b->article, i, &b->out);
        kb_case_output(b->c, format_names[i], kb_buf_view(&b->out));
    }
    check_again(b, "input.json");
}

static void lines(struct bench *b, struct kb_str rest) {
    while (rest.n) {
        struct kb_err err = {0};
        size_t end = kb_str_find_byte(rest, '\n');
        struct kb_str line = kb_str_slice(rest, 0, end);
        rest = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(rest, end + 1, rest.n);
        enum kb_status status = load(b, line, &b->article, &err);
        if (status != KB_OK) {
            kb_buf_printf(&b->out, "%s: %s\n", kb_status_name(status), err.text);
            continue;
        }
        kb_buf_str(&b->out, b->article.title);
        for (size_t i = 0; i < b->article.warning_count; i++)
            kb_buf_printf(&b->out, " | %s", b->article.warnings[i]);
        kb_buf_char(&b->out, '\n');
    }
    kb_case_output(b->c, "lines", kb_buf_view(&b->out));
}

/* ---- all pages --------------------------------------------------------------------- */

/* The formats of the public API, in the order of format_names. */
static const kabar_format public_formats[FORMATS] = {
    KABAR_FORMAT_JSON, KABAR_FORMAT_TEXT,   KABAR_FORMAT_MARKDOWN, KABAR_FORMAT_HTML,
    KABAR_FORMAT_VIEW, KABAR_FORMAT_JSONLD, KABAR_FORMAT_NINJS};

static void compare(struct bench *b, const char *name, const kabar_article *page,
                    const struct kb_article *a) {
    const kabar_print_options options = {
        .size = sizeof options, .width = 72, .indent = 2};
    for (size_t i = 0; i < FORMATS; i++) {
        kabar_buffer want = {0};
        kabar_error error;
        print(a, i, &b->out);
        if (kabar_print(page, public_formats[i], &options, &want, &error) != KABAR_OK ||
            !kb_str_equal(kb_buf_view(&b->out), (struct kb_str){want.data, want.size})) {
            size_t at = 0;
            while (at < want.size && at < b->out.n && want.data[at] == b->out.p[at])
                at++;
            kb_case_fail(b->c,
                         "%s: %s differs at byte %zu: page \"%.60s\", record "
                         "\"%.60s\"",
                         name, format_names[i], at, at < want.size ? want.data + at : "",
                         at < b->out.n ? b->out.p + at : "");
        }
        kabar_buffer_free(&want);
    }
}

static void page(struct bench *b, const char *name, struct kb_str bytes,
                 const kabar_page *hints) {
    kabar_article *article = NULL;
    kabar_buffer json = {0};
    kabar_error error;
    struct kb_err err = {0};
    if (kabar_read(b->reader, bytes.p, bytes.n, hints, &article, &error) != KABAR_OK)
        return; /* pages that are refused have no record */
    if (kabar_print(article, KABAR_FORMAT_JSON, NULL, &json, &error) != KABAR_OK ||
        load(b, (struct kb_str){json.data, json.size}, &b->article, &err) != KB_OK)
        kb_case_fail(b->c, "%s: %s", name, err.text);
    else
        compare(b, name, article, &b->article);
    b->pages++;
    kabar_buffer_free(&json);
    kabar_article_free(article);
}

/* The value of a line key=value; NULL where there is none.  Cuts the line in text. */
static const char *value_of(struct kb_str text, const char *key, char *room,
                            size_t size) {
    while (text.n) {
        size_t end = kb_str_find_byte(text, '\n'), equal;
        struct kb_str line = kb_str_slice(text, 0, end);
        text = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(text, end + 1, text.n);
        equal = kb_str_find_byte(line, '=');
        if (equal == KB_NOT_FOUND ||
            !kb_str_equal(kb_str_slice(line, 0, equal), kb_str_z(key)))
            continue;
        line = kb_str_slice(line, equal + 1, line.n);
        snprintf(room, size, "%.*s", (int)line.n, line.p);
        return room;
    }
    return NULL;
}

static void read_case(struct bench *b, const char *name) {
    static const char *const inputs[] = {"input.html", "input.txt", "input.bin"};
    char path[512], url[1024], language[64], type[128];
    struct kb_str bytes = KB_STR_NONE;
    for (size_t i = 0; i < KB_COUNT(inputs) && !bytes.p; i++) {
        snprintf(path, sizeof path, "../../read/%s/%s", name, inputs[i]);
        bytes = kb_case_file(b->c, path);
    }
    snprintf(path, sizeof path, "../../read/%s/options", name);
    struct kb_str options = kb_case_file(b->c, path);
    const kabar_page hints = {
        .size = sizeof hints,
        .url = value_of(options, "url", url, sizeof url),
        .language = value_of(options, "language", language, sizeof language),
        .content_type = value_of(options, "content_type", type, sizeof type)};
    if (bytes.p)
        page(b, name, bytes, &hints);
}

static void example(struct bench *b, const char *folder, const char *name) {
    char path[512];
    struct kb_str file = kb_str_z(name);
    const kabar_page hints = {.size = sizeof hints, .url = "https://wire.example/news/1"};
    if (!kb_str_ends(file, KB_STR(".html")) && !kb_str_ends(file, KB_STR(".txt")))
        return;
    snprintf(path, sizeof path, "../../../%s/%s", folder, name);
    page(b, name, kb_case_file(b->c, path), &hints);
}

static void all_pages(struct bench *b) {
    static const char *const folders[] = {"tests/read", "examples/pages",
                                          "examples/wire"};
    kabar_error error;
    if (kabar_reader_new(NULL, &b->reader, &error) != KABAR_OK) {
        kb_case_fail(b->c, "%s", error.message);
        return;
    }
    for (size_t i = 0; i < KB_COUNT(folders); i++) {
        DIR *dir = opendir(folders[i]);
        size_t before = b->pages;
        for (struct dirent *entry; dir && (entry = readdir(dir));)
            if (i == 0 && entry->d_name[0] != '.')
                read_case(b, entry->d_name);
            else if (i > 0)
                example(b, folders[i], entry->d_name);
        if (b->pages == before)
            kb_case_fail(b->c, "no page in %s", folders[i]);
        if (dir)
            closedir(dir);
    }
    kabar_reader_free(b->reader);
    kb_case_output(b->c, "pages",
                   b->pages > 100 ? KB_STR("more than 100\n") : KB_STR("too few\n"));
}

static void run(struct kb_case *c) {
    struct bench b = {.c = c};
    struct kb_err err = {0};
    if (kb_loader_new(&b.loader, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
        return;
    }
    kb_arena_init(&b.article.arena, MEMORY);
    kb_arena_init(&b.again.arena, MEMORY);
    kb_buf_init(&b.out, OUTPUT);
    kb_buf_init(&b.other, OUTPUT);
    if (kb_case_option(c, "pages"))
        all_pages(&b);
    else if (kb_case_file(c, "input.jsonl").p)
        lines(&b, kb_case_file(c, "input.jsonl"));
    else
        one_record(&b);
    kb_buf_free(&b.out);
    kb_buf_free(&b.other);
    kb_arena_free(&b.article.arena);
    kb_arena_free(&b.again.arena);
    kb_loader_free(b.loader);
}

const struct kb_test_kind kb_kind_record = {"record", run};
