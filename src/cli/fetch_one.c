/* One address: fetched, and what it is printed; then, if asked for, the articles that it
 * names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fetch.h"

/* What is written, piece by piece: opened with the first piece, so that an address that
 * fails leaves an older file alone. */
struct sink {
    struct kb_cli_output output;
    const char *path;
    struct kb_buf text;
    bool open, failed;
};

static void flush(struct sink *sink) {
    if (sink->text.status != KB_OK)
        kb_cli_say("%s", kb_status_text(sink->text.status));
    else if (sink->open || (sink->open = kb_cli_output_open(&sink->output, sink->path)))
        sink->failed =
            !kb_cli_output_write(&sink->output, NULL, 0, sink->text.p, sink->text.n) ||
            sink->failed;
    sink->failed = sink->failed || !sink->open || sink->text.status != KB_OK;
    kb_buf_clear(&sink->text);
}

static bool say_failure(struct kb_str url, const struct kb_cli_visit *visit) {
    kb_cli_say("%.*s: %s", (int)kb_str_cut(url, 300).n, url.p, visit->message);
    return false;
}

/* ---- articles ---------------------------------------------------------------------- */

static bool read_article(struct kb_cli_fetcher *fetcher, struct kb_str url,
                         struct sink *sink) {
    const struct kb_cli_fetch_options *options = fetcher->options;
    struct kb_cli_visit visit;
    struct kb_request request;
    bool ok = false;
    if (!kb_cli_robots_allow(fetcher, url)) {
        kb_cli_say("%.*s: left out, as the site's robots.txt wants it",
                   (int)kb_str_cut(url, 300).n, url.p);
        return true; /* no failure: it is what was asked for */
    }
    kb_cli_request_found(fetcher, url, KB_WANT_PAGE, &request);
    struct kb_answer *answer = kb_cli_fetch_now(fetcher, &request);
    if (!answer)
        return false;
    kb_cli_visit(fetcher, answer, KB_CLI_AS_ARTICLE, &visit);
    if (visit.kind == KB_CLI_NOTHING)
        ok = say_failure(url, &visit);
    else if (visit.article)
        ok = kb_cli_visit_print(&visit, options->format, &options->print, &sink->text);
    if (ok) {
        if (options->format == KABAR_FORMAT_VIEW || options->format == KABAR_FORMAT_TEXT)
            kb_buf_char(&sink->text, '\n');
        flush(sink);
    }
    kb_cli_visit_free(&visit);
    kb_answer_free(answer);
    return ok;
}

/* urls are copied first: the readers forget them with the next page. */
static bool read_articles(struct kb_cli_fetcher *fetcher, const struct kb_cli_links *from,
                          struct sink *sink) {
    bool ok = true;
    size_t want = (size_t)fetcher->options->articles;
    for (size_t i = 0; i < from->count && i < want && !kb_cli_interrupted(); i++)
        ok = read_article(fetcher, from->items[i].url, sink) && ok;
    return ok;
}

/* ---- what it is -------------------------------------------------------------------- */

static bool take_feed(struct kb_cli_fetcher *fetcher, const struct kb_answer *answer,
                      struct kb_cli_visit *visit, struct sink *sink) {
    const struct kb_cli_fetch_options *options = fetcher->options;
    const struct kb_feed *feed = visit->feed;
    if (options->format != KABAR_FORMAT_JSON && options->format != KABAR_FORMAT_VIEW &&
        !options->articles) {
        kb_cli_say("%.*s: a feed is printed as json or view", (int)answer->url.n,
                   answer->url.p);
        return false;
    }
    for (size_t i = 0; i < feed->warnings.count && options->format == KABAR_FORMAT_JSON;
         i++)
        kb_cli_say("%.*s: %.*s", (int)answer->asked.n, answer->asked.p,
                   (int)feed->warnings.items[i].n, feed->warnings.items[i].p);
    if (!options->articles) {
        bool ok =
            kb_cli_visit_print(visit, options->format, &options->print, &sink->text);
        flush(sink);
        return ok;
    }
    struct kb_cli_site site = {.url = KB_STR_NONE};
    kb_arena_init(&site.arena, KB_LIMIT_DOCUMENT_MEMORY);
    for (size_t i = 0; i < feed->items.count; i++)
        kb_cli_site_add(
            &site, &site.articles,
            (struct kb_cli_link){feed->items.items[i].url, KB_STR_NONE, NULL});
    bool ok = read_articles(fetcher, &site.articles, sink);
    kb_cli_site_free(&site);
    return ok;
}

static bool take_site(struct kb_cli_fetcher *fetcher, const struct kb_answer *answer,
                      struct kb_cli_visit *visit, struct sink *sink) {
    const struct kb_cli_fetch_options *options = fetcher->options;
    struct kb_cli_site site;
    bool ok = kb_cli_site_take(&site, answer, visit->site);
    if (!ok) {
        kb_cli_say("%s", kb_status_text(KB_ENOMEM));
    } else if (options->articles) {
        if (!site.articles.count)
            kb_cli_site_search(fetcher, &site);
        ok = read_articles(fetcher, &site.articles, sink);
    } else {
        kb_cli_site_search(fetcher, &site);
        kb_cli_site_print(&site,
                          options->format == KABAR_FORMAT_VIEW ? KABAR_FORMAT_VIEW
                                                               : KABAR_FORMAT_JSON,
                          &options->print, &sink->text);
        flush(sink);
    }
    kb_cli_site_free(&site);
    return ok;
}

static bool take_article(struct kb_cli_fetcher *fetcher, struct kb_cli_visit *visit,
                         struct sink *sink) {
    const struct kb_cli_fetch_options *options = fetcher->options;
    bool ok = kb_cli_visit_print(visit, options->format, &options->print, &sink->text);
    if (ok)
        flush(sink);
    return ok;
}

/* --as feed, and a page came: the first feed that it names. */
static bool take_its_feed(struct kb_cli_fetcher *fetcher, const struct kb_answer *page,
                          struct sink *sink) {
    struct kb_cli_visit visit;
    struct kb_request request;
    struct kb_discovery *found;
    struct kb_err err = {KB_OK, ""};
    const struct kb_feed_hints hints = {page->url, page->content_type, KB_STR_NONE};
    bool ok = false;
    if (kb_feed_discover(fetcher->feeds, page->body, &hints, &found, &err) != KB_OK ||
        !found->feeds.count) {
        kb_cli_say("%.*s: a page that names no feed", (int)page->url.n, page->url.p);
        return false;
    }
    kb_cli_request_found(fetcher, found->feeds.items[0].url, KB_WANT_FEED, &request);
    struct kb_answer *answer = kb_cli_fetch_now(fetcher, &request);
    if (!answer)
        return false;
    kb_cli_visit(fetcher, answer, KB_CLI_AS_FEED, &visit);
    ok = visit.kind == KB_CLI_FEED ? take_feed(fetcher, answer, &visit, sink)
                                   : say_failure(answer->asked, &visit);
    kb_cli_visit_free(&visit);
    kb_answer_free(answer);
    return ok;
}

static bool take_answer(struct kb_cli_fetcher *fetcher, struct kb_str url,
                        const struct kb_answer *answer, bool conditional,
                        struct sink *sink) {
    const struct kb_cli_fetch_options *options = fetcher->options;
    struct kb_cli_visit visit;
    struct kb_fetch_verdict verdict;
    bool ok = true;
    kb_cli_visit(fetcher, answer, options->as, &visit);
    if (answer->note.n)
        kb_cli_tell(options, "%.*s", (int)answer->note.n, answer->note.p);
    static const char *const kinds[] = {"nothing that can be read", "what it was",
                                        "a feed", "an article", "a site"};
    kb_cli_tell(options, "it is %s", kinds[visit.kind]);
    if (kb_cli_learn(fetcher, url, answer, &visit, conditional, &verdict))
        kb_cli_tell(options, "%s", verdict.says);
    switch (visit.kind) {
    case KB_CLI_FEED: ok = take_feed(fetcher, answer, &visit, sink); break;
    case KB_CLI_SITE: ok = take_site(fetcher, answer, &visit, sink); break;
    case KB_CLI_ARTICLE: ok = take_article(fetcher, &visit, sink); break;
    case KB_CLI_UNCHANGED: kb_cli_say("not modified since the last time"); break;
    case KB_CLI_NOTHING:
        ok = options->as == KB_CLI_AS_FEED && answer->status == 200 &&
                     kb_feed_sniff(answer->body, answer->content_type) == KB_KIND_PAGE
                 ? take_its_feed(fetcher, answer, sink)
                 : say_failure(url, &visit);
        break;
    }
    kb_cli_visit_free(&visit);
    return ok;
}

int kb_cli_fetch_one(struct kb_cli_fetcher *fetcher, const char *url) {
    struct sink sink = {.path = fetcher->options->output};
    struct kb_request request;
    char whole[KB_LIMIT_URL_BYTES + 1];
    bool ok = false;
    if (!strchr(url, ':')) { /* a bare "example.org/news" */
        snprintf(whole, sizeof(whole), "https://%s", url);
        url = whole;
    }
    if (kb_cli_is_early(fetcher, kb_str_z(url))) {
        bool gone = kb_cli_state_find(fetcher->state, kb_str_z(url))->gone;
        kb_cli_say("%s: %s", url,
                   gone ? "it is gone for good, and no longer asked"
                        : "its time has not come");
        return KB_CLI_OK;
    }
    kb_buf_init(&sink.text, KB_LIMIT_OUTPUT_BYTES);
    kb_cli_request_named(fetcher, kb_str_z(url), &request);
    bool conditional = request.etag.n || request.last_modified.n;
    struct kb_answer *answer = kb_cli_fetch_now(fetcher, &request);
    if (answer)
        ok = take_answer(fetcher, kb_str_z(url), answer, conditional, &sink);
    kb_answer_free(answer);
    if (sink.open && !kb_cli_output_close(&sink.output))
        ok = false;
    kb_buf_free(&sink.text);
    if (kb_cli_interrupted())
        return 128 + kb_cli_interrupted();
    return ok && !sink.failed ? KB_CLI_OK : KB_CLI_FAILED;
}
