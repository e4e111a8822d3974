/* Kind `entry`: an entry of a feed as an article.
 *
 *   input.*         a feed; option entry: the number of the entry, from 0 (default);
 *                   option url: where the feed was read
 *   page.html       where it is there, the page that the entry leads to: its article is
 *                   completed by the entry.  Option page_url: its address (default: the
 *                   entry's)
 *
 * Outputs: json (indent 2), text; sources: "rel name url ~ evidence" a line. */
#include "article/article.h"
#include "runner.h"

#include <stdlib.h>

enum { MEMORY = 64 << 20 };

struct bench {
    struct kb_case *c;
    struct kb_lexicon *lexicon;
    struct kb_feed_reader *feeds;
    struct kb_article_tools tools;
    struct kb_buf text, out;
    struct kb_article article;
};

static enum kb_status read_page(struct bench *b, struct kb_str html, struct kb_str url,
                                struct kb_err *err) {
    struct kb_page_result result;
    const struct kb_article_hints hints = {url, KB_STR_NONE};
    enum kb_status status =
        kb_page_read_html(b->tools.page, html, url, 0, &b->article.arena, &result, err);
    return status == KB_OK
               ? kb_article_fill(&b->article, &result, &hints, b->lexicon, &b->text, err)
               : status;
}

static void outputs(struct bench *b) {
    const struct kb_provenance *p = &b->article.provenance;
    kb_article_print_json(&b->article, 2, &b->out);
    kb_case_output(b->c, "json", kb_buf_view(&b->out));
    kb_buf_clear(&b->out);
    kb_article_print_text(&b->article, &b->out);
    kb_case_output(b->c, "text", kb_buf_view(&b->out));
    kb_buf_clear(&b->out);
    for (size_t i = 0; i < p->source_count; i++) {
        const struct kb_source *s = &p->sources[i];
        kb_buf_printf(&b->out, "%s %.*s %.*s ~ %.*s\n", kb_rel_name(s->rel),
                      (int)s->name.n, s->name.p, (int)s->url.n, s->url.n ? s->url.p : "",
                      (int)s->evidence.n, s->evidence.p);
    }
    kb_case_output(b->c, "sources", kb_buf_view(&b->out));
}

static struct kb_str input(struct kb_case *c) {
    static const char *const names[] = {"input.xml", "input.json", "input.html"};
    struct kb_str found = KB_STR_NONE;
    for (size_t i = 0; i < KB_COUNT(names) && !found.p; i++)
        found = kb_case_file(c, names[i]);
    return found;
}

static void check(struct bench *b) {
    const char *number = kb_case_option(b->c, "entry");
    const struct kb_feed_hints hints = {.base_url =
                                            kb_str_z(kb_case_option(b->c, "url"))};
    size_t entry = number ? (size_t)strtoul(number, NULL, 10) : 0;
    struct kb_str page = kb_case_file(b->c, "page.html");
    struct kb_str url = kb_str_z(kb_case_option(b->c, "page_url"));
    struct kb_err err = {0};
    struct kb_feed *feed;
    enum kb_status status = kb_feed_read(b->feeds, input(b->c), &hints, &feed, &err);
    if (status != KB_OK || entry >= feed->items.count) {
        kb_case_fail(b->c, "no feed, or no such entry: %s", err.text);
        return;
    }
    const struct kb_feed_item *item = &feed->items.items[entry];
    if (page.p)
        status = read_page(b, page, url.n ? url : item->url, &err);
    if (status == KB_OK)
        status = page.p ? kb_article_merge_entry(&b->tools, feed, item, &b->article, &err)
                        : kb_article_from_entry(&b->tools, feed, item, KB_STR_NONE,
                                                &b->article, &err);
    if (status != KB_OK)
        kb_case_fail(b->c, "%s", err.text);
    else
        outputs(b);
}

static void run(struct kb_case *c) {
    struct bench b = {.c = c};
    struct kb_err err = {0};
    kb_buf_init(&b.text, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&b.out, KB_LIMIT_OUTPUT_BYTES);
    kb_arena_init(&b.article.arena, MEMORY);
    if (kb_lexicon_new(NULL, &b.lexicon, &err) != KB_OK ||
        kb_page_tools_new(b.lexicon, &b.tools.page, &err) != KB_OK ||
        kb_feed_reader_new(&b.feeds, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
    } else {
        b.tools.lexicon = b.lexicon;
        b.tools.text = &b.text;
        check(&b);
    }
    kb_arena_free(&b.article.arena);
    kb_buf_free(&b.text);
    kb_buf_free(&b.out);
    kb_feed_reader_free(b.feeds);
    kb_page_tools_free(b.tools.page);
    kb_lexicon_free(b.lexicon);
}

const struct kb_test_kind kb_kind_entry = {"entry", run};
