/* Kind `meta`: a page's metadata.
 *
 * Input: input.html (UTF-8).  Options: url; now and fetched, in seconds; state=1 adds the
 * body from embedded state.
 * Outputs:
 *   meta   "key: value" a line, empty values left out, lists an item a line
 *   warnings  about its dates
 *   state  the body from embedded state, with state=1 */
#include "page/people.h"
#include "page/when.h"
#include "runner.h"

#include <stdlib.h>
#include <string.h>

static void line(struct kb_buf *out, const char *key, struct kb_str value) {
    if (!value.n)
        return;
    kb_buf_printf(out, "%s: ", key);
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] == '\n')
            kb_buf_z(out, "\\n");
        else
            kb_buf_char(out, value.p[i]);
    kb_buf_char(out, '\n');
}

static void types(struct kb_buf *out, uint32_t bits) {
    static const char *const names[] = {"article",      "product", "forum",
                                        "listing",      "video",   "recipe",
                                        "organization", "website", "faq"};
    for (size_t i = 0; i < KB_COUNT(names); i++)
        if (bits & 1u << i)
            line(out, "type", kb_str_z(names[i]));
}

static void author(struct kb_buf *out, const struct kb_author *a) {
    kb_buf_printf(out, "author: %.*s", (int)a->name.n, a->name.p);
    if (a->role.n)
        kb_buf_printf(out, " | %.*s", (int)a->role.n, a->role.p);
    if (a->organization.n)
        kb_buf_printf(out, " @ %.*s", (int)a->organization.n, a->organization.p);
    kb_buf_char(out, '\n');
}

static void print(struct kb_case *c, const struct kb_page_meta *meta) {
    struct kb_buf out;
    kb_buf_init(&out, (size_t)1 << 20);
    line(&out, "title", meta->title);
    line(&out, "site_name", meta->site_name);
    line(&out, "description", meta->description);
    line(&out, "canonical_url", meta->canonical_url);
    line(&out, "language", meta->language);
    line(&out, "date_published", meta->date_published);
    line(&out, "date_modified", meta->date_modified);
    line(&out, "section", meta->section);
    line(&out, "image", meta->image);
    for (size_t i = 0; i < meta->author_count; i++)
        author(&out, &meta->authors[i]);
    for (size_t i = 0; i < meta->tag_count; i++)
        line(&out, "tag", meta->tags[i]);
    types(&out, meta->types);
    line(&out, "body_text", meta->body_text);
    line(&out, "rights_holder", meta->rights.holder);
    line(&out, "rights_notice", meta->rights.notice);
    if (meta->rights.free != KB_FREE_UNKNOWN)
        line(&out, "free",
             meta->rights.free == KB_FREE_NO ? KB_STR("no") : KB_STR("yes"));
    if (meta->comment_count >= 0)
        kb_buf_printf(&out, "comments: %ld\n", meta->comment_count);
    if (out.status != KB_OK)
        kb_case_fail(c, "the metadata are too long for a test");
    if (kb_utf8_valid_prefix(kb_buf_view(&out)) != out.n)
        kb_case_fail(c, "the metadata are not valid UTF-8");
    kb_case_output(c, "meta", kb_buf_view(&out));
    kb_buf_free(&out);
}

static int64_t seconds(struct kb_case *c, const char *key) {
    const char *value = kb_case_option(c, key);
    return value ? strtoll(value, NULL, 10) : 0;
}

/* Without a choice of blocks: only what stands near the headline counts. */
static void decide_dates(struct kb_case *c, const struct kb_page_nodes *nodes,
                         const struct kb_blocks *blocks, struct kb_str url,
                         struct kb_arena *arena, struct kb_page_result *result) {
    struct kb_lexicon *lexicon = NULL;
    struct kb_err err = {0};
    struct kb_buf text;
    kb_buf_init(&text, (size_t)1 << 20);
    if (kb_lexicon_new(NULL, &lexicon, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
        return;
    }
    const struct kb_when when = {.nodes = nodes,
                                 .blocks = blocks,
                                 .lexicon = lexicon,
                                 .url = url.n ? url : result->meta.canonical_url,
                                 .now = seconds(c, "now"),
                                 .fetched = seconds(c, "fetched"),
                                 .text = &text,
                                 .arena = arena};
    kb_page_when(&when, result);
    kb_buf_free(&text);
    kb_lexicon_free(lexicon);
}

static void run(struct kb_case *c) {
    struct kb_html *html = NULL;
    struct kb_urls *urls = NULL;
    struct kb_arena arena;
    struct kb_class_table classes;
    struct kb_page_nodes nodes;
    struct kb_blocks blocks;
    struct kb_page_result result = {0};
    struct kb_lexicon *lexicon = NULL;
    struct kb_buf scratch;
    struct kb_html_notes notes;
    struct kb_err err = {0};
    lxb_html_document_t *document;
    const char *state = kb_case_option(c, "state");
    struct kb_str url = kb_str_z(kb_case_option(c, "url"));
    struct kb_str input = kb_case_file(c, "input.html");
    struct kb_buf warnings;
    kb_buf_init(&warnings, (size_t)1 << 16);
    kb_buf_init(&scratch, KB_LIMIT_META_BYTES);
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_class_table_init(&classes);
    if (!input.p) {
        kb_case_fail(c, "input.html is missing");
        return;
    }
    if (kb_lexicon_new(NULL, &lexicon, &err) || kb_html_new(&html, &err) ||
        kb_urls_new(&urls, &err) ||
        kb_html_parse(html, input, 0, &document, &notes, &err) ||
        kb_page_cut(document, &classes, &arena, &nodes, &blocks, &err)) {
        kb_case_fail(c, "%s", err.text);
        goto out;
    }
    if (url.n && !kb_urls_set_base(urls, url))
        kb_case_fail(c, "the address cannot be read: %.*s", (int)url.n, url.p);
    if (kb_page_meta_read(&nodes, url, urls, &arena, &result.meta, &err) ||
        !kb_page_people(&nodes, NULL, NULL, lexicon, url, &scratch, &arena, &result)) {
        kb_case_fail(c, "%s", err.text);
        goto out;
    }
    decide_dates(c, &nodes, &blocks, url, &arena, &result);
    print(c, &result.meta);
    for (size_t i = 0; i < result.warning_count; i++)
        kb_buf_printf(&warnings, "%s\n", result.warnings[i]);
    kb_case_output(c, "warnings", kb_buf_view(&warnings));
    if (state && strcmp(state, "1") == 0)
        kb_case_output(c, "state", kb_page_state_body(&nodes, result.meta.title, &arena));
out:
    kb_buf_free(&warnings);
    kb_arena_free(&arena);
    kb_urls_free(urls);
    kb_html_free(html);
    kb_lexicon_free(lexicon);
    kb_buf_free(&scratch);
}

const struct kb_test_kind kb_kind_meta = {"meta", run};
