/* A page's HTML → its body, what was taken out of it, its metadata.
 *
 * The order: parse, look around (scan), read the head (meta), cut the text into blocks,
 * score them twice, choose, name what was left out, build the body's tree.  Where the
 * markup has no article, the text is looked for in JSON-LD and in embedded state
 * objects. */
#include "page/forest.h"
#include "page/people.h"
#include "page/read_html.h"
#include "page/when.h"

#include <stdlib.h>

enum {
    FEW_WORDS = 60,      /* a body below it is looked for elsewhere */
    FALLBACK_TIMES = 3,  /* and replaced by one that is so many times longer */
    SHORT_ARTICLE = 120, /* words: below it confidence fades */
    FALLBACK_DEPTH = 100,
    NOTICE_WORDS = 400, /* consent and error pages are shorter */
    NOTICE_BLOCKS = 100,
    NOTICE_LINE = 6 /* words: shorter lines without a stop are menus */
};

#define LISTING_CONFIDENCE 0.3f
#define LINKED_SHARE 0.2f
#define STRANGER_SHARE 0.3f

/* Of an entry's words so many have to be found again, in the body or in what was taken
 * out of it; else all of it is the body, and that sure. */
#define KEPT_SHARE 0.8
#define FRAGMENT_CONFIDENCE 0.7f

struct kb_page_tools {
    struct kb_html *html;
    struct kb_urls *urls;
    const struct kb_lexicon *lexicon;
    struct kb_class_table classes;
    struct kb_arena scratch; /* blocks, features, probabilities: forgotten after a page */
    struct kb_buf text;
    int64_t now, fetched; /* seconds since 1970; 0: not known */
    const float *answers; /* training: the next page's probabilities, not the forests' */
};

void kb_page_tools_answer(struct kb_page_tools *tools, const float *answers) {
    tools->answers = answers;
}

/* What this module asks of elements. */
#define A(name)                                                                          \
    { name, sizeof name - 1 }
static const struct kb_str attributes[] = {
    A("id"),       A("style"),    A("role"),        A("itemprop"), A("itemscope"),
    A("itemtype"), A("rel"),      A("name"),        A("content"),  A("title"),
    A("property"), A("datetime"), A("http-equiv"),  A("hidden"),   A("lang"),
    A("pubdate"),  A("xml:lang"), A("aria-hidden"), {NULL, 0}};
#undef A

enum kb_status kb_page_tools_new(const struct kb_lexicon *lexicon,
                                 struct kb_page_tools **out, struct kb_err *err) {
    struct kb_page_tools *t = calloc(1, sizeof *t);
    *out = NULL;
    if (!t)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for a reader");
    t->lexicon = lexicon;
    kb_class_table_init(&t->classes);
    kb_arena_init(&t->scratch, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&t->text, KB_LIMIT_PAGE_BYTES);
    enum kb_status status = kb_html_new(&t->html, err);
    if (status == KB_OK)
        status = kb_urls_new(&t->urls, err);
    if (status == KB_OK)
        kb_html_want(t->html, attributes);
    if (status != KB_OK) {
        kb_page_tools_free(t);
        return status;
    }
    *out = t;
    return KB_OK;
}

void kb_page_tools_free(struct kb_page_tools *t) {
    if (!t)
        return;
    kb_html_free(t->html);
    kb_urls_free(t->urls);
    kb_arena_free(&t->scratch);
    kb_buf_free(&t->text);
    free(t);
}

void kb_page_tools_time(struct kb_page_tools *tools, int64_t now, int64_t fetched) {
    tools->now = fetched && (!now || fetched < now) ? fetched : now;
    tools->fetched = fetched;
}

/* One page on its way. */
struct reading {
    struct kb_page_tools *t;
    struct kb_str url;
    struct kb_arena *arena;
    struct kb_page_result *result;
    struct kb_err *err;
    struct kb_page_nodes nodes;
    struct kb_blocks blocks;
    struct kb_facts *facts;
    struct kb_choice_made made;
    size_t notice; /* of notices: what the page is instead of an article */
};

static enum kb_status out_of_memory(struct kb_err *err, const struct kb_arena *arena) {
    return kb_err_set(err, KB_ENOMEM,
                      "the page needs more memory than KB_LIMIT_DOCUMENT_MEMORY allows "
                      "(%zu bytes)",
                      arena->max);
}

/* A probability a block: the second forest's, which has seen the first one's of the
 * block's surroundings; NULL when memory ends. */
static const float *answer(struct reading *r) {
    struct kb_arena *scratch = &r->t->scratch;
    struct kb_matrix first, second;
    if (kb_page_features(r->facts, scratch, &first))
        return NULL;
    const float *p = kb_forest_answer(&kb_forest_first, &first, NULL, scratch);
    if (!p || kb_page_context(r->facts, p, false, scratch, &second))
        return NULL;
    return kb_forest_answer(&kb_forest_second, &second, p, scratch);
}

static enum kb_status score(struct reading *r) {
    struct kb_arena *scratch = &r->t->scratch;
    if (kb_page_facts(&r->blocks, &r->result->meta, r->url, &r->nodes, r->t->lexicon,
                      scratch, &r->facts))
        return out_of_memory(r->err, scratch);
    const float *p = r->t->answers ? r->t->answers : answer(r);
    if (!p)
        return out_of_memory(r->err, scratch);
    if (!kb_page_choose(&r->blocks, r->facts, r->t->lexicon, p, scratch, &r->made))
        return out_of_memory(r->err, scratch);
    return KB_OK;
}

/* The body's tree from what was chosen. */
static enum kb_status build(struct reading *r) {
    struct kb_keeper keeper;
    struct kb_html_chooser chooser = {&keeper, kb_keeper_text, kb_keeper_element,
                                      r->blocks.noscript};
    if (!r->made.end) {
        r->result->body = kb_node_add(r->arena, NULL, KB_NODE_ROOT);
        return r->result->body ? KB_OK : out_of_memory(r->err, r->arena);
    }
    if (!kb_page_list_removed(r->t->lexicon, r->facts, &r->blocks, &r->made, &r->t->text,
                              r->arena, r->result) ||
        !kb_page_list_lines(r->facts, &r->made, r->t->urls, &r->t->text, r->arena,
                            r->result) ||
        !kb_keeper_init(&keeper, &r->blocks, &r->made, &r->t->scratch))
        return out_of_memory(r->err, r->arena);
    return kb_html_build(r->blocks.boxes[r->made.box].node, &chooser, r->t->urls,
                         r->arena, &r->result->body, r->err);
}

static size_t count_words(struct kb_str s) {
    size_t words = 0, han = 0;
    bool in = false;
    for (const char *p = s.p, *end = s.p + s.n; p < end;) {
        size_t len;
        uint32_t c = kb_utf8_next(p, end, &len);
        bool word = kb_is_word_char(c);
        han += kb_is_han_like(c);
        words += word && !in;
        in = word;
        p += len;
    }
    return words + han / 2;
}

/* A text from a script: HTML or plain.  All of it is the body. */
static enum kb_status take_text(struct reading *r, struct kb_str text,
                                const char *warning) {
    struct kb_page_result *result = r->result;
    enum kb_status status;
    result->removed_count = 0;
    if (kb_str_find(text, KB_STR("</")) != KB_NOT_FOUND ||
        kb_str_find_nocase(text, KB_STR("<br")) != KB_NOT_FOUND) {
        lxb_html_document_t *document;
        struct kb_html_notes notes = {0};
        status =
            kb_html_parse(r->t->html, text, FALLBACK_DEPTH, &document, &notes, r->err);
        if (status != KB_OK)
            return status;
        status = kb_html_build(lxb_dom_interface_node(document), &kb_html_keep_all,
                               r->t->urls, r->arena, &result->body, r->err);
    } else {
        struct kb_page_result plain = {0};
        status = kb_page_read_plain(text, r->t->lexicon, r->arena, &plain, r->err);
        result->body = plain.body;
        result->removed = plain.removed;
        result->removed_count = plain.removed_count;
        if (!result->byline.n)
            result->byline = plain.byline;
    }
    if (status == KB_OK && warning)
        kb_page_warn(result, warning);
    return status;
}

/* How much of the kept text stands in JSON-LD's body. */
static float share_in_body(const struct kb_blocks *blocks) {
    size_t hits = 0, all = 0;
    for (size_t i = 0; i < blocks->count; i++)
        if (blocks->items[i].keep) {
            hits += blocks->items[i].body_hits;
            all += blocks->items[i].shingles;
        }
    return all ? (float)hits / (float)all : 0;
}

/* Where the markup says little, or something else than the article: JSON-LD's
 * articleBody, then embedded state objects.  *words is set to the words of what was
 * taken. */
static enum kb_status fall_back(struct reading *r, size_t *words) {
    struct kb_str body = r->result->meta.body_text;
    size_t have = *words;
    if (have >= FEW_WORDS && share_in_body(&r->blocks) >= STRANGER_SHARE)
        return KB_OK;
    size_t found = count_words(body);
    if (have >= FEW_WORDS && !(found >= SHORT_ARTICLE && have * FALLBACK_TIMES < found))
        return KB_OK;
    if (found >= FEW_WORDS && found > have * FALLBACK_TIMES) {
        *words = found;
        return take_text(r, body,
                         "the text was read from the page's JSON-LD: its markup has "
                         "none");
    }
    body = kb_page_state_body(&r->nodes, r->result->meta.title, r->arena);
    found = count_words(body);
    if (found < FEW_WORDS || found <= have * FALLBACK_TIMES)
        return KB_OK;
    *words = found;
    return take_text(r, body,
                     "the text was read from a state object in a script: the page's "
                     "markup has none");
}

/* What short pages say that are no articles: in their title, or in most of their
 * lines. */
static const struct {
    enum kb_phrase phrase;
    float confidence;
    const char *warning;
} notices[] = {
    {KB_PHRASE_ERROR_PAGE, 0.1f, "this looks like an error page, not an article"},
    {KB_PHRASE_COOKIES, 0.1f, "this looks like a consent page, not an article"},
    {KB_PHRASE_SUBSCRIBE, 0.25f,
     "this page asks to log in or subscribe: the text may be cut"},
};

/* Which notice the page is, or KB_COUNT(notices).  Asked while the DOM is whole: a
 * fallback parses something else into it. */
static size_t find_notice(struct reading *r) {
    const struct kb_blocks *blocks = &r->blocks;
    size_t matching[KB_COUNT(notices)] = {0}, all = 0;
    if (!blocks->count || blocks->words > NOTICE_WORDS)
        return KB_COUNT(notices);
    uint32_t title = kb_lexicon_match(r->t->lexicon, r->result->meta.title).begins;
    for (size_t i = 0; i < blocks->count && i < NOTICE_BLOCKS; i++) {
        const struct kb_block *b = &blocks->items[i];
        if (b->link_words * 2u >= b->words || (b->words < NOTICE_LINE && !b->stops))
            continue; /* a menu's */
        kb_buf_clear(&r->t->text);
        kb_page_block_text(blocks, i, &r->t->text);
        uint32_t bits = kb_lexicon_contains(r->t->lexicon, kb_buf_view(&r->t->text));
        all += b->words;
        for (size_t k = 0; k < KB_COUNT(notices); k++)
            matching[k] += bits >> notices[k].phrase & 1 ? b->words : 0;
    }
    for (size_t k = 0; k < KB_COUNT(notices); k++)
        if ((title >> notices[k].phrase & 1) || (all && matching[k] * 5 >= all * 2))
            return k;
    return KB_COUNT(notices);
}

/* The share of the kept words that are links: front pages and lists have many. */
static float linked_share(const struct kb_blocks *blocks) {
    size_t words = 0, linked = 0;
    for (size_t i = 0; i < blocks->count; i++)
        if (blocks->items[i].keep) {
            words += blocks->items[i].words;
            linked += blocks->items[i].link_words;
        }
    return words ? (float)linked / (float)words : 0;
}

static void judge(struct reading *r, size_t words, float linked, bool from_script) {
    struct kb_page_result *result = r->result;
    float sure = r->made.expected;
    if (from_script)
        sure = sure > 0.6f ? sure : 0.6f;
    else if (linked > LINKED_SHARE)
        sure *= 1.0f - linked;
    if (words < SHORT_ARTICLE)
        sure *= 0.4f + 0.6f * (float)words / SHORT_ARTICLE;
    if (r->notice < KB_COUNT(notices) && !from_script) {
        kb_page_warn(result, notices[r->notice].warning);
        if (sure > notices[r->notice].confidence)
            sure = notices[r->notice].confidence;
    } else if (words && !from_script && kb_page_is_listing(r->facts)) {
        kb_page_warn(result, "this looks like a list of articles, not an article");
        if (sure > LISTING_CONFIDENCE)
            sure = LISTING_CONFIDENCE;
    } else if (!words) {
        kb_page_warn(result, "no article was found on this page");
        sure = 0;
    } else if (sure < 0.4f) {
        kb_page_warn(result, "little on this page reads like an article");
    }
    result->confidence = sure;
}

/* While the DOM is whole: a fallback parses something else into it. */
static void choose_dates(struct reading *r) {
    const struct kb_when when = {.nodes = &r->nodes,
                                 .blocks = &r->blocks,
                                 .lexicon = r->t->lexicon,
                                 .first = r->made.first,
                                 .end = r->made.end,
                                 .begins = r->facts->begins,
                                 .url = r->url,
                                 .now = r->t->now,
                                 .fetched = r->t->fetched,
                                 .text = &r->t->text,
                                 .arena = r->arena};
    kb_page_when(&when, r->result);
}

static void note_limits(struct kb_page_result *result, const struct kb_html_notes *notes,
                        const struct kb_blocks *blocks) {
    if (notes->depth_cut)
        kb_page_warn(result, "elements nest deeper than KB_LIMIT_DEPTH: flattened");
    if (notes->nodes_cut)
        kb_page_warn(result, "more elements than KB_LIMIT_NODES: the rest was not read");
    if (notes->formatting_cut)
        kb_page_warn(result,
                     "more open formatting elements than KB_LIMIT_FORMATTING: some "
                     "were left out");
    if (notes->attributes_cut)
        kb_page_warn(result,
                     "more attributes than KB_LIMIT_ATTRIBUTES: the rest was left "
                     "out");
    if (blocks->cut)
        kb_page_warn(result,
                     "more text blocks than KB_LIMIT_BLOCKS: the rest was not read");
}

/* The page's bytes → blocks. */
static enum kb_status cut(struct reading *r, struct kb_str html, size_t max_depth,
                          struct kb_html_notes *notes) {
    lxb_html_document_t *document;
    kb_arena_reset(&r->t->scratch);
    r->nodes = (struct kb_page_nodes){0};
    r->blocks = (struct kb_blocks){0};
    enum kb_status status =
        kb_html_parse(r->t->html, html, max_depth, &document, notes, r->err);
    if (status != KB_OK)
        return status;
    return kb_page_cut(document, &r->t->classes, &r->t->scratch, &r->nodes, &r->blocks,
                       r->err);
}

enum kb_status kb_page_read_html(struct kb_page_tools *t, struct kb_str html,
                                 struct kb_str url, size_t max_depth,
                                 struct kb_arena *arena, struct kb_page_result *result,
                                 struct kb_err *err) {
    struct reading r = {.t = t, .url = url, .arena = arena, .result = result, .err = err};
    struct kb_html_notes notes = {0};
    *result = (struct kb_page_result){0};
    kb_urls_set_base(t->urls, url);
    enum kb_status status = cut(&r, html, max_depth, &notes);
    if (status == KB_OK && notes.shadows && !r.blocks.prose_words) {
        kb_html_draw_shadows(t->html, true);
        status = cut(&r, html, max_depth, &notes);
        kb_html_draw_shadows(t->html, false);
    }
    if (status == KB_OK)
        status = kb_page_meta_read(&r.nodes, url, t->urls, arena, &result->meta, err);
    if (status == KB_OK && !url.n && result->meta.canonical_url.n) {
        r.url = result->meta.canonical_url;
        kb_urls_set_base(t->urls, r.url);
    }
    if (status == KB_OK &&
        kb_page_match_known(&r.blocks, &result->meta, kb_word_memory, &t->scratch))
        return out_of_memory(err, &t->scratch);
    if (status == KB_OK)
        status = score(&r);
    if (status == KB_OK)
        status = build(&r);
    size_t words = r.made.words;
    if (status == KB_OK && !kb_page_people(&r.nodes, r.facts, &r.made, t->lexicon, r.url,
                                           &t->text, arena, result))
        return out_of_memory(err, arena);
    if (status == KB_OK)
        choose_dates(&r);
    if (status == KB_OK)
        r.notice = find_notice(&r);
    if (status == KB_OK)
        status = fall_back(&r, &words);
    if (status != KB_OK)
        return status;
    if (!kb_page_take_lead_tag(t->lexicon, arena, &t->text, result) ||
        !kb_page_people_lead(t->lexicon, arena, result) ||
        !kb_page_list_images(arena, result))
        return out_of_memory(err, arena);
    judge(&r, words, linked_share(&r.blocks), words != r.made.words);
    note_limits(result, &notes, &r.blocks);
    return KB_OK;
}

/* ---- an entry's text --------------------------------------------------------------- */

/* Words between tags; html is whole, as the sanitiser writes it. */
static size_t count_markup_words(struct kb_str html) {
    size_t words = 0;
    while (html.n) {
        size_t tag = kb_str_find_byte(html, '<');
        words += count_words(kb_str_slice(html, 0, tag));
        html = tag == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(html, tag, html.n);
        size_t end = kb_str_find_byte(html, '>');
        html = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(html, end + 1, html.n);
    }
    return words;
}

static size_t count_result_words(struct kb_page_tools *t,
                                 const struct kb_page_result *result) {
    kb_buf_clear(&t->text);
    kb_node_text(result->body, &t->text);
    size_t words = count_words(kb_buf_view(&t->text));
    for (size_t i = 0; i < result->removed_count; i++)
        words += count_words(result->removed[i].text);
    return words;
}

static void write_meta(struct kb_buf *out, const char *open, struct kb_str content) {
    if (!content.n)
        return;
    kb_buf_z(out, open);
    kb_buf_html(out, content);
    kb_buf_z(out, "\">");
}

static void write_fragment(struct kb_str html, const struct kb_page_fragment *f,
                           struct kb_buf *out) {
    kb_buf_z(out, "<!doctype html><html><head><title>");
    kb_buf_html(out, f->title);
    kb_buf_z(out, "</title>");
    write_meta(out, "<meta property=\"og:site_name\" content=\"", f->site_name);
    for (size_t i = 0; i < f->author_count; i++)
        write_meta(out, "<meta name=\"author\" content=\"", f->authors[i]);
    kb_buf_z(out, "</head><body><article>");
    kb_buf_str(out, html);
    kb_buf_z(out, "</article></body></html>");
}

/* All of the fragment, where too little was found in it. */
static enum kb_status take_all(struct kb_page_tools *t, struct kb_str html,
                               struct kb_arena *arena, struct kb_page_result *result,
                               size_t words, struct kb_err *err) {
    struct reading r = {.t = t, .arena = arena, .result = result, .err = err};
    result->warning_count = 0;
    result->image_count = 0;
    enum kb_status status = take_text(&r, html, NULL);
    if (status != KB_OK)
        return status;
    if (!kb_page_take_lead_tag(t->lexicon, arena, &t->text, result) ||
        !kb_page_people_lead(t->lexicon, arena, result) ||
        !kb_page_list_images(arena, result))
        return out_of_memory(err, arena);
    result->confidence = FRAGMENT_CONFIDENCE;
    if (words < SHORT_ARTICLE)
        result->confidence *= (float)words / SHORT_ARTICLE;
    return KB_OK;
}

enum kb_status kb_page_read_fragment(struct kb_page_tools *t, struct kb_str html,
                                     const struct kb_page_fragment *fragment,
                                     struct kb_arena *arena,
                                     struct kb_page_result *result, struct kb_err *err) {
    struct kb_buf page;
    kb_buf_init(&page, KB_LIMIT_PAGE_BYTES);
    write_fragment(html, fragment, &page);
    enum kb_status status = page.status;
    if (status != KB_OK)
        (void)kb_err_set(err, status, "the entry's text: %s", kb_status_text(status));
    else
        status = kb_page_read_html(t, kb_buf_view(&page), fragment->url, 0, arena, result,
                                   err);
    if (status == KB_OK) {
        size_t words = count_markup_words(html);
        if (count_result_words(t, result) < (size_t)((double)words * KEPT_SHARE) ||
            (!result->body->first && words))
            status = take_all(t, kb_buf_view(&page), arena, result, words, err);
    }
    kb_buf_free(&page);
    return status;
}
