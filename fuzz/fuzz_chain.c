/* Chains: articles whose texts, names, addresses and times are pieces of one input.
 * Edges lead between articles that are there, reports part them, pieces stand at
 * characters of their texts, what is printed is UTF-8; and why the first two are near. */
#include "fuzz.h"
#include "story/story.h"

enum { ARTICLES = 8, SOURCES = 3, PIECES = 97 };

static const char *const languages[] = {"", "en", "zh", "th", "ar", "xx-Latn", "de"};

/* A piece of the input, cut at characters. */
static struct kb_str piece(struct kb_str all, size_t number, size_t most) {
    size_t from = all.n / PIECES * (number % PIECES);
    struct kb_str s = kb_str_slice(all, from, from + most);
    while (s.n && ((unsigned char)s.p[0] & 0xC0) == 0x80)
        s = kb_str_slice(s, 1, s.n);
    s.n = kb_utf8_valid_prefix(s);
    return s;
}

/* Every other address is one of a few that articles have. */
static struct kb_str address(size_t number) {
    static const char *const some[] = {
        "https://www.a.example/one/long/enough?utm_source=x",
        "http://a.example/one/long/enough/",
        "https://b.example/",
        "c.example/two",
        "",
        "https://m.b.example/three#four"};
    return kb_str_z(some[number % KB_COUNT(some)]);
}

static void make(struct kb_str all, uint8_t option, size_t i, struct kb_article *a,
                 struct kb_source *sources, struct kb_chain_link *steps) {
    *a = (struct kb_article){.direction = "ltr"};
    a->id = piece(all, i, 16);
    a->title = piece(all, i * 3, 60);
    a->content_text = piece(all, (option & 3) * i * 5, all.n);
    a->language = kb_str_z(languages[(option + i) % KB_COUNT(languages)]);
    a->publisher = piece(all, i * 7 + 1, 12);
    a->url = address(option + i);
    a->date_published = i & 1 ? piece(all, i * 11, 20) : KB_STR("2026-01-13T08:00:00Z");
    a->dateline.raw = piece(all, i * 13, 40);
    for (size_t k = 0; k < SOURCES; k++)
        sources[k] = (struct kb_source){.name = piece(all, (i + k) * 7 + 1, 12),
                                        .url = address(option * k + i),
                                        .evidence = piece(all, i * 17 + k, 30),
                                        .kind = (option + k) % KB_SOURCE_KIND_COUNT,
                                        .rel = (option / 4 + i + k) % KB_REL_OF_PAGES,
                                        .confidence = .5f};
    for (size_t k = 0; k < SOURCES; k++)
        steps[k] = (struct kb_chain_link){
            .publisher = sources[k].name, .url = address(i + k), .rel = sources[k].rel};
    a->provenance.roles[0] = (option + i) % KB_ROLE_COUNT;
    a->provenance.role_count = 1;
    a->provenance.sources = sources, a->provenance.source_count = SOURCES;
    a->provenance.chain = steps, a->provenance.chain_count = option & 8 ? SOURCES : 0;
    a->provenance.original_url = address(option / 8 + i);
}

/* ---- what must hold ---------------------------------------------------------------- */

static void check_pieces(const struct kb_chain_piece *pieces, size_t count,
                         struct kb_str text) {
    size_t last = 0;
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].from < last || pieces[i].to <= pieces[i].from ||
            pieces[i].to > text.n ||
            kb_utf8_valid_prefix(kb_str_slice(text, pieces[i].from, pieces[i].to)) !=
                pieces[i].to - pieces[i].from)
            kb_fuzz_fail("a piece that is none of the text");
        last = pieces[i].to;
    }
}

static void check(const struct kb_chain *chain) {
    size_t members = 0;
    for (size_t i = 0; i < chain->report_count; i++)
        members += chain->reports[i].article_count;
    if (members + chain->guest_count != chain->article_count)
        kb_fuzz_fail("an article of no report, or of two");
    for (size_t i = 0; i < chain->article_count; i++) {
        const struct kb_chain_article *a = &chain->articles[i];
        check_pieces(a->added, a->added_count, a->article->content_text);
        if (a->left_out_count)
            check_pieces(a->left_out, a->left_out_count,
                         chain->articles[a->against].article->content_text);
    }
    for (size_t i = 0; i < chain->edge_count; i++) {
        const struct kb_chain_edge *e = &chain->edges[i];
        if (e->from >= chain->article_count || e->from == e->to ||
            (e->to != KB_CHAIN_NONE && e->to >= chain->article_count) ||
            (i && chain->edges[i - 1].from > e->from) || e->rel >= KB_REL_COUNT ||
            !(e->confidence > 0 && e->confidence <= 1))
            kb_fuzz_fail("an edge that cannot be");
    }
}

static void print(const struct kb_chain *chain, const struct kb_why *why) {
    struct kb_buf out;
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    kb_chain_print_text(chain, 60, true, &out);
    kb_chain_print_json(chain, 2, &out);
    kb_chain_print_html(chain, &out);
    kb_chain_print_dot(chain, &out);
    kb_why_print_text(why, 60, false, &out);
    kb_why_print_json(why, 0, &out);
    if (out.status != KB_OK || kb_utf8_valid_prefix(kb_buf_view(&out)) != out.n)
        kb_fuzz_fail("what is printed is no text");
    kb_buf_free(&out);
}

static void explain(struct kb_arena *arena, const struct kb_article *a,
                    const struct kb_article *b, struct kb_why *why) {
    struct kb_err err = {.text = ""};
    const struct kb_why_article x = {a->title, kb_str_cut(a->content_text, 2000),
                                     a->language, 0, NULL},
                                y = {b->title, kb_str_cut(b->content_text, 2000),
                                     b->language, 0, NULL};
    if (kb_why(arena, NULL, &x, &y, why, &err) != KB_OK || !why->verdict.n)
        kb_fuzz_fail(err.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct kb_lexicon *lexicon;
    struct kb_article articles[ARTICLES];
    struct kb_source sources[ARTICLES][SOURCES];
    struct kb_chain_link steps[ARTICLES][SOURCES];
    struct kb_chain_input inputs[ARTICLES];
    struct kb_str bytes = {(const char *)data, size};
    struct kb_err err = {.text = ""};
    struct kb_arena arena;
    struct kb_chain chain;
    struct kb_why why;
    uint8_t option = kb_fuzz_option(&bytes);
    if (!lexicon && kb_lexicon_new(NULL, &lexicon, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    bytes = kb_str_cut(bytes, 1 << 14);
    bytes.n = kb_utf8_valid_prefix(bytes);
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    for (size_t i = 0; i < ARTICLES; i++) {
        make(bytes, option, i, &articles[i], sources[i], steps[i]);
        inputs[i] = (struct kb_chain_input){.article = &articles[i],
                                            .seen = (int64_t)option * (int64_t)i,
                                            .guest = option & 16 && i == 3};
    }
    if (kb_chain_build(&arena, option & 32 ? NULL : lexicon, inputs, ARTICLES, &chain,
                       &err) != KB_OK)
        kb_fuzz_fail(err.text);
    check(&chain);
    explain(&arena, &articles[0], &articles[1], &why);
    print(&chain, &why);
    kb_arena_free(&arena);
    return 0;
}
