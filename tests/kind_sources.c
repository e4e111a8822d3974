/* Kind `sources`: whom a text credits, by which words.
 *
 *   builtin=yes   runs the examples of the source sections of every language file:
 *                 `quoted Reuters: sentence` (a relation, then the names that must be
 *                 found with it), `nobody: sentence`.  Each sentence is an article of
 *                 its own.
 *   otherwise     a page as for kind `read` (input.html or input.txt; options url,
 *                 language) → sources: the record's lines that tell where it is from:
 *                     role = …        desk = …       dateline = place | date | agency
 *                     author = name | role           photo = credit
 *                     source = name | kind | rel | url ~ evidence
 *                     original_url = … */
#include "article/article.h"
#include "asset.h"
#include "lang/lexicon.h"
#include "runner.h"
#include "sane.h"

#include <stdio.h>

static struct kb_str cut(struct kb_str *rest, char mark) {
    size_t at = kb_str_find_byte(*rest, mark);
    struct kb_str out = kb_str_trim(kb_str_slice(*rest, 0, at));
    *rest = at == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*rest, at + 1, rest->n);
    return out;
}

/* ---- examples of the language files ------------------------------------------------ */

struct bench {
    struct kb_case *c;
    const struct kb_lexicon *lexicon;
    const char *file;
};

static const struct kb_source *find(const struct kb_article *a, struct kb_str name) {
    for (size_t i = 0; i < a->provenance.source_count; i++)
        if (kb_str_equal_nocase(a->provenance.sources[i].name, name))
            return &a->provenance.sources[i];
    return NULL;
}

/* The table's name for a spelling in an example. */
static struct kb_str canonical(const struct bench *b, struct kb_str name) {
    struct kb_name_hit hit;
    if (kb_name_at(b->lexicon, name, kb_text_next_word(name, 0), "", &hit) &&
        kb_text_next_word(name, hit.end) >= name.n)
        return hit.name->name;
    return name;
}

static void fail(const struct bench *b, const char *what, struct kb_str name,
                 struct kb_str line) {
    kb_case_fail(b->c, "%s: %s %.*s: %.*s", b->file, what, (int)name.n,
                 name.n ? name.p : "", (int)line.n, line.p);
}

static void example(const struct bench *b, struct kb_str line) {
    struct kb_str rest = line, key = cut(&rest, ':'), text = kb_str_trim(rest);
    struct kb_str names = key, word = cut(&names, ' ');
    enum kb_source_word kind = kb_source_word_by_name(word);
    bool nobody = kb_str_equal(key, KB_STR("nobody"));
    bool several = kb_str_find_byte(names, ',') != KB_NOT_FOUND;
    struct kb_article a = {0};
    struct kb_page_result result = {0};
    if (!nobody && kind > KB_SOURCE_TRANSLATED_FROM)
        return;
    kb_arena_init(&a.arena, (size_t)1 << 20);
    a.content_text = kb_arena_dup(&a.arena, text);
    kb_article_find_sources(&a, &result, b->lexicon);
    if (nobody && a.provenance.source_count)
        fail(b, "credits nobody, but not for kabar:", a.provenance.sources[0].name, line);
    while (!nobody && names.n) {
        struct kb_str name = cut(&names, ',');
        const struct kb_source *s = find(&a, canonical(b, name));
        static const enum kb_rel rels[] = {KB_REL_QUOTED, KB_REL_CREDITED,
                                           KB_REL_COMPILED, KB_REL_REPUBLISHED,
                                           KB_REL_TRANSLATED};
        if (!s)
            fail(b, "no source", name, line);
        else if (s->rel != rels[kind] && !(several && s->rel == KB_REL_COMPILED))
            fail(b, kb_rel_name(s->rel), name, line);
    }
    kb_arena_free(&a.arena);
}

static bool is_source_example(struct kb_str line) {
    struct kb_str rest = line, key = cut(&rest, ':'), word = cut(&key, ' ');
    return kb_str_equal(word, KB_STR("nobody")) ||
           kb_source_word_by_name(word) < KB_SOURCE_WORD_COUNT;
}

static void run_examples(struct kb_case *c) {
    struct kb_lexicon *lexicon = NULL;
    struct kb_err err;
    if (kb_lexicon_new(NULL, &lexicon, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
        return;
    }
    for (size_t i = 0; i < kb_assets_lang_count; i++) {
        const struct kb_asset *asset = &kb_assets_lang[i];
        const struct bench b = {c, lexicon, asset->name};
        struct kb_str rest = {(const char *)asset->bytes, asset->n};
        bool inside = false;
        while (rest.n) {
            struct kb_str line = cut(&rest, '\n');
            if (line.n && line.p[0] == '[')
                inside = kb_str_equal(line, KB_STR("[examples]"));
            else if (inside && line.n && line.p[0] != '#' && is_source_example(line))
                example(&b, line);
        }
    }
    kb_lexicon_free(lexicon);
}

/* ---- whole pages ------------------------------------------------------------------- */

static void put(struct kb_buf *out, const char *key, kabar_text text) {
    if (text.size)
        kb_buf_printf(out, "%s = %s\n", key, text.data);
}

static void run_page(struct kb_case *c) {
    kabar_reader *reader = NULL;
    kabar_article *a = NULL;
    kabar_error error;
    struct kb_buf out;
    const kabar_page page = {.size = sizeof page,
                             .url = kb_case_option(c, "url"),
                             .language = kb_case_option(c, "language")};
    struct kb_str input = kb_case_file(c, "input.html");
    if (!input.p)
        input = kb_case_file(c, "input.txt");
    if (kabar_reader_new(NULL, &reader, &error) ||
        kabar_read(reader, input.p, input.n, &page, &a, &error)) {
        kb_case_fail(c, "%s", error.message);
        kabar_reader_free(reader);
        return;
    }
    kb_buf_init(&out, (size_t)1 << 20);
    for (size_t i = 0; i < kabar_count(a, KABAR_ROLES); i++)
        put(&out, "role", kabar_item(a, KABAR_ROLES, i, KABAR_NAME));
    put(&out, "desk", kabar_get(a, KABAR_DESK));
    if (kabar_get(a, KABAR_DATELINE).size)
        kb_buf_printf(&out, "dateline = %s | %s | %s\n",
                      kabar_get(a, KABAR_DATELINE_PLACE).data,
                      kabar_get(a, KABAR_DATELINE_DATE).data,
                      kabar_get(a, KABAR_DATELINE_AGENCY).data);
    for (size_t i = 0; i < kabar_count(a, KABAR_AUTHORS); i++) {
        kabar_text role = kabar_item(a, KABAR_AUTHORS, i, KABAR_ROLE);
        kb_buf_printf(&out, "author = %s%s%s\n",
                      kabar_item(a, KABAR_AUTHORS, i, KABAR_NAME).data,
                      role.size ? " | " : "", role.data);
    }
    for (size_t i = 0; i < kabar_count(a, KABAR_IMAGES); i++)
        put(&out, "photo", kabar_item(a, KABAR_IMAGES, i, KABAR_CREDIT));
    for (size_t i = 0; i < kabar_count(a, KABAR_SOURCES); i++)
        kb_buf_printf(&out, "source = %s | %s | %s | %s ~ %s\n",
                      kabar_item(a, KABAR_SOURCES, i, KABAR_NAME).data,
                      kabar_item(a, KABAR_SOURCES, i, KABAR_KIND).data,
                      kabar_item(a, KABAR_SOURCES, i, KABAR_RELATION).data,
                      kabar_item(a, KABAR_SOURCES, i, KABAR_ADDRESS).data,
                      kabar_item(a, KABAR_SOURCES, i, KABAR_EVIDENCE).data);
    put(&out, "original_url", kabar_get(a, KABAR_ORIGINAL_URL));
    kb_case_output(c, "sources", kb_buf_view(&out));
    kb_buf_free(&out);
    kabar_article_free(a);
    kabar_reader_free(reader);
}

static void run(struct kb_case *c) {
    if (kb_case_option(c, "builtin")) {
        run_examples(c);
        kb_case_output(c, "done", KB_STR("examples ran\n"));
    } else {
        run_page(c);
    }
}

const struct kb_test_kind kb_kind_sources = {"sources", run};
