/* Chains at their limits: many articles, long ones, many credits, no memory. */
#include "story/story.h"
#include "unit.h"

#include <stdlib.h>

enum { MANY = 1200, WORDS = 4000 };

static struct kb_article articles[MANY];
static struct kb_chain_input inputs[MANY];

/* Words that no two of them are alike in, "w17x3": number of text and of word. */
static char *words(size_t text, size_t count) {
    char *out = malloc(count * 16 + 1), *p = out;
    for (size_t i = 0; out && i < count; i++)
        p += snprintf(p, 16, "w%zux%zu%s", text, i, i % 12 == 11 ? ".\n" : " ");
    return out;
}

static void make(size_t n, const char *text) {
    for (size_t i = 0; i < n; i++) {
        articles[i] = (struct kb_article){
            .content_text = kb_str_z(text), .language = KB_STR("en"), .direction = "ltr"};
        inputs[i] = (struct kb_chain_input){.article = &articles[i],
                                            .seen = 1000000000 + (int64_t)i};
    }
}

static enum kb_status build(size_t n, size_t memory, struct kb_arena *arena,
                            struct kb_chain *chain) {
    struct kb_err err = {.text = ""};
    kb_arena_init(arena, memory);
    return kb_chain_build(arena, NULL, inputs, n, chain, &err);
}

static void none(void) {
    struct kb_arena arena;
    struct kb_chain chain;
    struct kb_buf out;
    kb_buf_init(&out, 1 << 16);
    CHECK_INT(build(0, 1 << 20, &arena, &chain), KB_OK);
    CHECK_INT(chain.article_count + chain.edge_count + chain.report_count, 0);
    CHECK_INT(chain.first_seen == KB_CHAIN_NONE, 1);
    kb_chain_print_text(&chain, 80, false, &out);
    kb_chain_print_json(&chain, 0, &out);
    kb_chain_print_html(&chain, &out);
    kb_chain_print_dot(&chain, &out);
    CHECK_INT(out.status, KB_OK);
    kb_buf_free(&out);
    kb_arena_free(&arena);
}

/* Hundreds of outlets with one long text: one report; past the limit they are counted. */
static void many_copies(void) {
    struct kb_arena arena;
    struct kb_chain chain;
    static char hosts[MANY][40];
    char *text = words(0, WORDS);
    make(MANY, text);
    for (size_t i = 0; i < MANY; i++) {
        snprintf(hosts[i], sizeof hosts[i], "https://o%zu.example/one/text", i);
        articles[i].url = kb_str_z(hosts[i]);
    }
    CHECK_INT(build(MANY, KB_LIMIT_DOCUMENT_MEMORY, &arena, &chain), KB_OK);
    CHECK_INT(chain.article_count, KB_LIMIT_CHAIN_ARTICLES);
    CHECK_INT(chain.left_out, MANY - KB_LIMIT_CHAIN_ARTICLES);
    CHECK_INT(chain.report_count, 1);
    CHECK_INT(chain.reports[0].outlet_count, KB_LIMIT_CHAIN_ARTICLES);
    CHECK_INT(chain.edge_count, KB_LIMIT_CHAIN_ARTICLES - 1);
    CHECK_INT(chain.reports[0].folded, KB_LIMIT_CHAIN_ARTICLES - KB_CHAIN_SHOWN);
    for (size_t i = 0; i < chain.edge_count; i++)
        CHECK(chain.edges[i].rel == KB_REL_REPRINT && chain.edges[i].to == 0);
    kb_arena_free(&arena);
    free(text);
}

/* Each with as many credits as a record may have, of names of a megabyte. */
static void many_credits(void) {
    static struct kb_source sources[KB_LIMIT_SOURCES * 4];
    struct kb_arena arena;
    struct kb_chain chain;
    size_t big = (size_t)1 << 20;
    char *name = malloc(big), *text = words(1, 300);
    if (!CHECK(name && text))
        return;
    for (size_t i = 0; i < big; i++)
        name[i] = (char)('a' + i % 26);
    make(200, text);
    for (size_t i = 0; i < KB_COUNT(sources); i++)
        sources[i] = (struct kb_source){.name = {name + i, big - 1000},
                                        .evidence = KB_STR("so it says"),
                                        .rel = i % KB_REL_OF_PAGES,
                                        .confidence = 1};
    for (size_t i = 0; i < 200; i++) {
        articles[i].provenance.sources = sources;
        articles[i].provenance.source_count = KB_COUNT(sources);
    }
    CHECK_INT(build(200, KB_LIMIT_DOCUMENT_MEMORY, &arena, &chain), KB_OK);
    CHECK(chain.edge_count <= 201 * KB_LIMIT_SOURCES);
    kb_arena_free(&arena);
    free(name);
    free(text);
}

/* The order in which articles are handed over changes nothing. */
static void any_order(void) {
    struct kb_arena first, second;
    struct kb_chain a, b;
    char *texts[6];
    for (size_t i = 0; i < 6; i++)
        texts[i] = words(i / 2, 200);
    make(6, "");
    for (size_t i = 0; i < 6; i++)
        articles[i].content_text = kb_str_z(texts[i]);
    CHECK_INT(build(6, 1 << 24, &first, &a), KB_OK);
    for (size_t i = 0; i < 3; i++) {
        struct kb_chain_input swap = inputs[i];
        inputs[i] = inputs[5 - i];
        inputs[5 - i] = swap;
    }
    CHECK_INT(build(6, 1 << 24, &second, &b), KB_OK);
    CHECK_INT(a.edge_count, 3);
    CHECK_INT(a.edge_count, b.edge_count);
    for (size_t i = 0; i < a.edge_count && i < b.edge_count; i++)
        CHECK(a.edges[i].from == b.edges[i].from && a.edges[i].to == b.edges[i].to &&
              a.edges[i].rel == b.edges[i].rel);
    kb_arena_free(&first);
    kb_arena_free(&second);
    for (size_t i = 0; i < 6; i++)
        free(texts[i]);
}

/* An arena that ends early leaves an error and an empty chain. */
static void no_memory(void) {
    struct kb_arena arena;
    struct kb_chain chain;
    char *text = words(2, 400);
    make(40, text);
    for (size_t memory = 256; memory < 40000; memory += 1500) {
        enum kb_status status = build(40, memory, &arena, &chain);
        CHECK(status == KB_OK || status == KB_ENOMEM);
        CHECK(status == KB_OK || (!chain.article_count && !chain.edge_count));
        kb_arena_free(&arena);
    }
    free(text);
}

UNIT_MAIN(none, many_copies, many_credits, any_order, no_memory)
