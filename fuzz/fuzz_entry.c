/* A feed, of which the first entries become articles, alone and as what completes a
 * page's.  Each keeps every promise of kabar.h. */
#include "article/article.h"
#include "fuzz.h"
#include "sane.h"

#include <stdlib.h>

enum { MEMORY = 64 << 20, ENTRIES = 3 };

static struct bench {
    struct kb_lexicon *lexicon;
    struct kb_article_tools tools;
    struct kb_buf text;
    struct kb_feed_reader *feeds;
} bench; /* lives as long as the process */

static void begin(void) {
    struct kb_err err = {0};
    kb_buf_init(&bench.text, KB_LIMIT_OUTPUT_BYTES);
    if (kb_lexicon_new(NULL, &bench.lexicon, &err) != KB_OK ||
        kb_page_tools_new(bench.lexicon, &bench.tools.page, &err) != KB_OK ||
        kb_feed_reader_new(&bench.feeds, &err) != KB_OK)
        kb_fuzz_fail(err.text);
    bench.tools.lexicon = bench.lexicon;
    bench.tools.text = &bench.text;
}

static void check(const struct kb_article *article, enum kb_status status,
                  const struct kb_err *err) {
    if (status == KB_ELIMIT || status == KB_ENOMEM)
        return;
    if (status != KB_OK)
        kb_fuzz_fail(err->text);
    /* the public article is this struct and nothing else */
    const char *fault = kb_sane_article((const kabar_article *)(const void *)article);
    if (fault)
        kb_fuzz_fail(fault);
}

static void one(const struct kb_feed *feed, const struct kb_feed_item *item) {
    static const char page[] = "<title>Wall agreed</title><p>The council agreed.</p>";
    struct kb_article alone = {0}, merged = {0};
    struct kb_page_result result;
    const struct kb_article_hints hints = {item->url, KB_STR_NONE};
    struct kb_err err = {0};
    kb_arena_init(&alone.arena, MEMORY);
    kb_arena_init(&merged.arena, MEMORY);
    check(&alone,
          kb_article_from_entry(&bench.tools, feed, item, KB_STR_NONE, &alone, &err),
          &err);
    enum kb_status status = kb_page_read_html(bench.tools.page, kb_str_z(page), item->url,
                                              0, &merged.arena, &result, &err);
    if (status == KB_OK)
        status =
            kb_article_fill(&merged, &result, &hints, bench.lexicon, &bench.text, &err);
    if (status == KB_OK)
        status = kb_article_merge_entry(&bench.tools, feed, item, &merged, &err);
    check(&merged, status, &err);
    kb_arena_free(&alone.arena);
    kb_arena_free(&merged.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct kb_feed_hints hints = {.base_url = KB_STR("https://wire.example/feed")};
    struct kb_feed *feed;
    struct kb_err err = {0};
    if (!bench.feeds)
        begin();
    if (kb_feed_read(bench.feeds, (struct kb_str){(const char *)data, size}, &hints,
                     &feed, &err) != KB_OK)
        return 0;
    for (size_t i = 0; i < feed->items.count && i < ENTRIES; i++)
        one(feed, &feed->items.items[i]);
    return 0;
}
