/* What a page names: input.html and the option base → its feeds and articles.
 *
 * Outputs: feeds, lines "<url> <tab> <type> <tab> <title>"; articles, lines "<url> <tab>
 * <what the link reads>"; page: whether it is a list or a feed, its hubs and its self. */
#include "feed/feed.h"
#include "runner.h"

static void tell_feeds(struct kb_case *c, const struct kb_discovery *found,
                       struct kb_buf *out) {
    kb_buf_clear(out);
    for (size_t i = 0; i < found->feeds.count; i++) {
        const struct kb_found_feed *feed = &found->feeds.items[i];
        kb_buf_str(out, feed->url);
        kb_buf_char(out, '\t');
        kb_buf_str(out, feed->type);
        kb_buf_char(out, '\t');
        kb_buf_str(out, feed->title);
        kb_buf_char(out, '\n');
    }
    kb_case_output(c, "feeds", kb_buf_view(out));
}

static void tell_articles(struct kb_case *c, const struct kb_discovery *found,
                          struct kb_buf *out) {
    kb_buf_clear(out);
    for (size_t i = 0; i < found->articles.count; i++) {
        const struct kb_found_article *article = &found->articles.items[i];
        kb_buf_str(out, article->url);
        kb_buf_char(out, '\t');
        kb_buf_str(out, article->text);
        kb_buf_char(out, '\n');
        if (i && article->score > found->articles.items[i - 1].score)
            kb_case_fail(c, "the most likely article does not come first");
    }
    kb_case_output(c, "articles", kb_buf_view(out));
}

static void tell_page(struct kb_case *c, const struct kb_discovery *found,
                      struct kb_buf *out) {
    kb_buf_clear(out);
    kb_buf_printf(out, "title %.*s\n", (int)found->title.n,
                  found->title.p ? found->title.p : "");
    kb_buf_z(out, found->is_list ? "list\n" : "");
    kb_buf_z(out, found->is_feed ? "feed\n" : "");
    for (size_t i = 0; i < found->hubs.count; i++) {
        kb_buf_z(out, "hub ");
        kb_buf_str(out, found->hubs.items[i]);
        kb_buf_char(out, '\n');
    }
    if (found->icon.n)
        kb_buf_printf(out, "icon %.*s\n", (int)found->icon.n, found->icon.p);
    if (found->self.n)
        kb_buf_printf(out, "self %.*s\n", (int)found->self.n, found->self.p);
    kb_case_output(c, "page", kb_buf_view(out));
}

static void run(struct kb_case *c) {
    struct kb_feed_reader *reader = NULL;
    struct kb_discovery *found;
    struct kb_err err = {0};
    struct kb_buf out;
    const struct kb_feed_hints hints = {.base_url = kb_str_z(kb_case_option(c, "base"))};
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    if (kb_feed_reader_new(&reader, &err) != KB_OK ||
        kb_feed_discover(reader, kb_case_file(c, "input.html"), &hints, &found, &err) !=
            KB_OK) {
        kb_case_fail(c, "%s", err.text);
    } else {
        tell_feeds(c, found, &out);
        tell_articles(c, found, &out);
        tell_page(c, found, &out);
    }
    kb_buf_free(&out);
    kb_feed_reader_free(reader);
}

const struct kb_test_kind kb_kind_discover = {"discover", run};
