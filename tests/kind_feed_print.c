/* Kind `feed_print`: a feed, printed as Atom and as RSS.
 *
 *   input.xml, input.json   a feed → atom, rss: what is printed of it.  Each must read
 *                           again, without a warning, as the same items: title, address,
 *                           whole dates, first author, and where they are from. */
#include "feed/feed.h"
#include "runner.h"

static const struct kb_feed_hints no_hints;

static struct kb_str via_of(const struct kb_feed_item *item) {
    for (size_t i = 0; i < item->c.links.count; i++)
        if (kb_str_equal(item->c.links.items[i].rel, KB_STR("via")))
            return item->c.links.items[i].href;
    return KB_STR_NONE;
}

static void same(struct kb_case *c, const char *format, size_t i, const char *what,
                 struct kb_str is, struct kb_str was) {
    if (!kb_str_equal(is, was))
        kb_case_fail(c, "%s: item %zu reads again with the %s “%.*s” and not “%.*s”",
                     format, i, what, (int)is.n, is.p, (int)was.n, was.p);
}

static int64_t moment(struct kb_str date) {
    int64_t seconds = 0;
    return date.n && kb_date_seconds(date, &seconds) ? seconds : 0;
}

static void same_item(struct kb_case *c, const char *format, size_t i,
                      const struct kb_feed_item *is, const struct kb_feed_item *was) {
    same(c, format, i, "title", is->c.title, was->c.title);
    same(c, format, i, "address", is->url, was->url);
    same(c, format, i, "via", via_of(is), via_of(was));
    if (moment(is->c.date_published) != moment(was->c.date_published))
        kb_case_fail(c, "%s: item %zu has another date", format, i);
    if (is->c.authors.count && was->c.authors.count)
        same(c, format, i, "author", is->c.authors.items[0].name,
             was->c.authors.items[0].name);
    if (was->source && was->source->c.title.n &&
        (was->source->feed_url.n || was->source->home_page_url.n))
        same(c, format, i, "source", is->source ? is->source->c.title : KB_STR_NONE,
             was->source->c.title);
}

static void print(struct kb_case *c, const char *format, const struct kb_feed *feed,
                  void (*printer)(const struct kb_feed *feed, struct kb_buf *out)) {
    struct kb_feed_reader *reader = NULL;
    struct kb_feed *again;
    struct kb_err err = {.text = ""};
    struct kb_buf out;
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    printer(feed, &out);
    kb_case_output(c, format, kb_buf_view(&out));
    if (kb_feed_reader_new(&reader, &err) != KB_OK ||
        kb_feed_read(reader, kb_buf_view(&out), &no_hints, &again, &err) != KB_OK)
        kb_case_fail(c, "%s: %s", format, err.text);
    else if (again->items.count != feed->items.count)
        kb_case_fail(c, "%s: %zu items and not %zu", format, again->items.count,
                     feed->items.count);
    else {
        for (size_t i = 0; i < again->warnings.count; i++)
            kb_case_fail(c, "%s: %.*s", format, (int)again->warnings.items[i].n,
                         again->warnings.items[i].p);
        for (size_t i = 0; i < again->items.count; i++)
            same_item(c, format, i, &again->items.items[i], &feed->items.items[i]);
    }
    kb_feed_reader_free(reader);
    kb_buf_free(&out);
}

static void run(struct kb_case *c) {
    struct kb_feed_reader *reader = NULL;
    struct kb_feed *feed;
    struct kb_err err = {.text = ""};
    struct kb_str bytes = kb_case_file(c, "input.xml");
    if (!bytes.p)
        bytes = kb_case_file(c, "input.json");
    if (kb_feed_reader_new(&reader, &err) != KB_OK ||
        kb_feed_read(reader, bytes, &no_hints, &feed, &err) != KB_OK) {
        kb_case_fail(c, "%s", err.text);
    } else {
        print(c, "atom", feed, kb_feed_print_atom);
        print(c, "rss", feed, kb_feed_print_rss);
    }
    kb_feed_reader_free(reader);
}

const struct kb_test_kind kb_kind_feed_print = {"feed_print", run};
