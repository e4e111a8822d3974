/* Every allocation fails once: reading and printing a page, and a feed, must end with
 * KABAR_ENOMEM or with what was read, without a crash, a leak, or a lie.
 *
 * The linker's --wrap sends the calls of malloc, calloc and realloc in the library, and
 * in what is linked into it statically, through here.  The n-th fails; with `all`, those
 * behind it fail too, as on a machine that has no more.  Each run is a child process, so
 * that a crash tells its n.
 *
 * Two faults of lexbor 3.0 are let be.  lxb_html_document_create, when an allocation in
 * it fails, destroys the document through an owner that it has not yet set, and crashes:
 * that call is spared.  lxb_html_parser_init keeps what it had when it fails: the leak
 * check does not look there. */
#include "failing.h"
#include "sane.h"
#include "wire/wire.h"

#include "article/article.h"

#include <lexbor/html/html.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:lxb_html_parser_init\n";
}

lxb_html_document_t *__real_lxb_html_document_create(void);
lxb_html_document_t *__wrap_lxb_html_document_create(void);

static size_t first_calls; /* of the first page, its reader and its formats */

lxb_html_document_t *__wrap_lxb_html_document_create(void) {
    kb_failing.spared = true;
    lxb_html_document_t *document = __real_lxb_html_document_create();
    kb_failing.spared = false;
    return document;
}

static const char page_html[] =
    "<!doctype html><html lang=en><head><title>Wall agreed</title>"
    "<base href=\"https://wire.example/a/\">"
    "<script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\"headline\":\"Wall "
    "agreed\",\"author\":[{\"name\":\"Ida "
    "Kern\"}],\"datePublished\":\"2025-01-02\"}</script>"
    "</head><body><nav><a href=/>Home</a></nav><article><h1>Wall agreed</h1>"
    "<p class=byline>By Ida Kern</p>"
    "<p>The council of the island town met on Monday evening and agreed on the new "
    "harbour "
    "wall, which will cost four million crowns and take two winters to build.</p>"
    "<ul><li>One<li>Two</ul><figure><img src=a.jpg><figcaption>The "
    "basin</figcaption></figure>"
    "<p>Caf\xE9 owners had asked for it, the <a href=\"../b\">mayor</a> said.</p>"
    "<table><tr><th>Year<th>Cost<tr><td>1<td>2</table><p>Read also: <a "
    "href=c>more</a></p>"
    "</article></body></html>";

/* Reader, article, every format.  Returns a fault, or NULL. */
static const char *read_page(void) {
    const kabar_page page = {.size = sizeof page, .url = "https://wire.example/a/b"};
    /* few words, because each is read anew for each allocation */
    const kabar_options options = {.size = sizeof options,
                                   .assets_dir = "tests/nomemory"};
    kabar_reader *reader;
    kabar_article *article = NULL;
    kabar_error error = {0};
    const char *fault = NULL;
    kabar_status status = kabar_reader_new(&options, &reader, &error);
    if (status == KABAR_OK)
        status =
            kabar_read(reader, page_html, sizeof page_html - 1, &page, &article, &error);
    if (status == KABAR_OK)
        fault = kb_sane_article(article);
    else if (status != KABAR_ENOMEM)
        fault = "the status is not no-memory";
    else if (!error.message[0])
        fault = "no message";
    kabar_article_free(article);
    first_calls = kb_failing.calls;
    kb_failing.at = 0;
    if (!fault && reader) { /* the reader is whole again */
        status =
            kabar_read(reader, page_html, sizeof page_html - 1, &page, &article, &error);
        if (status != KABAR_OK ||
            !strstr(kabar_get(article, KABAR_TEXT).data, "The council of the island"))
            fault = "the reader does not read the next page";
        kabar_article_free(article);
    }
    kabar_reader_free(reader);
    return fault;
}

static const char feed_xml[] =
    "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><rss version=\"2.0\" "
    "xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><title>Wall & basin</title>"
    "<link>https://wire.example/</link><item><title>Caf\xE9 &eacute;</title>"
    "<link>/1</link><description>&lt;p onclick=x>The <a href=b>council</a> agreed.&lt;/p>"
    "</description><pubDate>Tue, 3 Mar 2026 08:15 GMT</pubDate><category>Walls</category>"
    "<author>ida@wire.example (Ida Kern)</author><media:thumbnail url=\"a.jpg\"/></item>"
    "</channel></rss>";
static const char feed_json[] =
    "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Wall\",\"items\":["
    "{\"id\":\"1\",\"content_html\":\"<p>Agreed.</p>\",\"tags\":[\"a\"]},{\"id\":\"2";

static const char feed_sitemap[] =
    "<urlset><url><loc>/1</loc><news><title>Wall</title><keywords>a, b</keywords></news>"
    "<image><loc>/1.jpg</loc></image><link hreflang=\"de\" "
    "href=\"/de/1\"/></url></urlset>";
static const char feed_opml[] =
    "<opml version=\"2.0\"><head><title>Mine</title></head><body><outline text=\"A\">"
    "<outline text=\"Wall &amp;lt;b&amp;gt;\" xmlUrl=\"feed://wire.example/rss\"/>"
    "</outline></body></opml>";
static const char feed_page[] =
    "<!doctype html><div class=h-feed><div class=h-entry><a class=\"p-name u-url\" "
    "href=\"/1\">Wall</a><div class=e-content><p>A <b>new</b> wall</div><span "
    "class=\"p-author h-card\">Ida</span></div></div>";

/* A feed, both formats; and the same one again. */
static const char *read_feed(const char *bytes, size_t size) {
    const kabar_feed_hints hints = {.size = sizeof hints,
                                    .base_url = "https://wire.example/feed"};
    kabar_feed *feed;
    kabar_buffer out = {0};
    kabar_error error = {0};
    const char *fault = NULL;
    kabar_status status = kabar_feed_new(&feed, &error);
    if (status == KABAR_OK)
        status = kabar_feed_read(feed, bytes, size, &hints, &error);
    bool read = status == KABAR_OK;
    if (read)
        status = kabar_feed_print(feed, KABAR_FORMAT_JSON, NULL, &out, &error);
    if (status == KABAR_OK)
        status = kabar_feed_print(feed, KABAR_FORMAT_VIEW, NULL, &out, &error);
    if (status != KABAR_OK && status != KABAR_ENOMEM)
        fault = "the status is not no-memory";
    else if (status != KABAR_OK && !error.message[0])
        fault = "no message";
    if (read && kabar_feed_count(feed) != 1)
        fault = "an item is lost without a word";
    first_calls = kb_failing.calls;
    kb_failing.at = 0; /* the checks have memory, and the feed is whole again */
    if (!fault && read)
        fault = kb_sane_feed(feed);
    if (!fault && feed) {
        status = kabar_feed_read(feed, bytes, size, &hints, &error);
        if (status != KABAR_OK || kabar_feed_count(feed) != 1)
            fault = "the next feed is not read";
    }
    kabar_buffer_free(&out);
    kabar_feed_free(feed);
    return fault;
}

static const char *read_xml(void) {
    return read_feed(feed_xml, sizeof feed_xml - 1);
}

static const char *read_json(void) {
    return read_feed(feed_json, sizeof feed_json - 1);
}

static const char *read_sitemap(void) {
    return read_feed(feed_sitemap, sizeof feed_sitemap - 1);
}

static const char *read_opml(void) {
    return read_feed(feed_opml, sizeof feed_opml - 1);
}

static const char *read_page_feed(void) {
    return read_feed(feed_page, sizeof feed_page - 1);
}

static const char record_json[] =
    "{\"url\":\"https://wire.example/1\",\"title\":\"Wall\",\"content_html\":\"<p "
    "onclick=x>The <a href=b>council</a> agreed.<table><tr><td>1<td>2<tr><td>3<td>4\","
    "\"tags\":[\"a\"],\"authors\":[{\"name\":\"Ida\\nKern\"}],\"provenance\":{"
    "\"sources\":[{\"kind\":\"outlet\",\"rel\":\"quoted\",\"evidence\":\"a\"}]}}";

/* A record; and the same one again. */
static const char *read_record(void) {
    struct kb_loader *loader;
    struct kb_article article = {0};
    struct kb_err err = {0};
    const struct kb_str json = {record_json, sizeof record_json - 1};
    const char *fault = NULL;
    kb_arena_init(&article.arena, (size_t)1 << 20);
    enum kb_status status = kb_loader_new(&loader, &err);
    if (status == KB_OK)
        status = kb_article_load(loader, json, &article, &err);
    first_calls = kb_failing.calls;
    kb_failing.at = 0;
    if (status != KB_OK && status != KB_ENOMEM)
        fault = "the status is not no-memory";
    else if (status != KB_OK && !err.text[0])
        fault = "no message";
    if (loader) {
        kb_arena_reset(&article.arena);
        if (kb_article_load(loader, json, &article, &err) != KB_OK ||
            !kb_str_equal(kb_str_slice(article.content_text, 0, 19),
                          KB_STR("The council agreed.")))
            fault = "the next record is not read";
    }
    kb_arena_free(&article.arena);
    kb_loader_free(loader);
    return fault;
}

/* A feed's entry as an article. */
static const char *read_entry(void) {
    struct kb_lexicon *lexicon = NULL;
    struct kb_feed_reader *feeds = NULL;
    struct kb_feed *feed;
    struct kb_buf text;
    struct kb_article_tools tools = {.text = &text};
    struct kb_article article = {0};
    const struct kb_feed_hints hints = {.base_url = KB_STR("https://wire.example/")};
    struct kb_err err = {0};
    const char *fault = NULL;
    kb_buf_init(&text, (size_t)1 << 20);
    kb_arena_init(&article.arena, (size_t)4 << 20);
    enum kb_status status = kb_lexicon_new("tests/nomemory", &lexicon, &err);
    tools.lexicon = lexicon;
    if (status == KB_OK)
        status = kb_page_tools_new(lexicon, &tools.page, &err);
    if (status == KB_OK)
        status = kb_feed_reader_new(&feeds, &err);
    if (status == KB_OK)
        status = kb_feed_read(feeds, (struct kb_str){feed_xml, sizeof feed_xml - 1},
                              &hints, &feed, &err);
    if (status == KB_OK)
        status = kb_article_from_entry(&tools, feed, feed->items.items, KB_STR_NONE,
                                       &article, &err);
    if (status == KB_OK)
        status = kb_article_merge_entry(&tools, feed, feed->items.items, &article, &err);
    first_calls = kb_failing.calls;
    kb_failing.at = 0;
    if (status != KB_OK && status != KB_ENOMEM)
        fault = "the status is not no-memory";
    else if (status == KB_OK &&
             !kb_str_starts(article.content_text, KB_STR("The council agreed.")))
        fault = "the entry's text is another one";
    kb_arena_free(&article.arena);
    kb_buf_free(&text);
    kb_feed_reader_free(feeds);
    kb_page_tools_free(tools.page);
    kb_lexicon_free(lexicon);
    return fault;
}

/* Rules are read, written and applied; and once more. */
static const char *apply_rules(void) {
    static const char text[] =
        "drop if title has \"wall\", \"har*\" and not author is \"Ida\"\n[folder \"A\"]\n"
        "star, tag \"b\" if text matches /(k|c)ouncil/i and older than 1 day\n";
    const struct kb_str lines = {text, sizeof text - 1};
    struct kb_author author = {.name = KB_STR("Ida Kern")};
    const struct kb_article article = {.title = KB_STR("Harbour wall"),
                                       .content_text = KB_STR("The council agreed."),
                                       .date_published = KB_STR("2025-01-02"),
                                       .authors = &author,
                                       .author_count = 1};
    const struct kb_rule_origin origin = {.folder = KB_STR("A/B"), .now = 1772438400};
    struct kb_rules *rules;
    struct kb_rule_effect effect;
    struct kb_err err = {.text = ""};
    struct kb_buf out;
    const char *fault = NULL;
    kb_buf_init(&out, 4096);
    enum kb_status status = kb_rules_new(NULL, &rules, &err);
    if (status == KB_OK)
        status = kb_rules_read(rules, lines, &err);
    if (status == KB_OK)
        status = kb_rules_apply(rules, &article, &origin, &effect, &err);
    if (status != KB_OK && status != KB_ENOMEM)
        fault = "the status is not no-memory";
    else if (status != KB_OK && !err.text[0])
        fault = "no message";
    else if (status == KB_OK && effect.hit_count != 2)
        fault = "an effect is lost without a word";
    if (status == KB_OK)
        kb_rules_write(rules, &out);
    first_calls = kb_failing.calls;
    kb_failing.at = 0;
    if (!fault && rules && !kb_rules_count(rules) &&
        kb_rules_read(rules, lines, &err) != KB_OK)
        fault = "the rules are not read again";
    if (!fault && rules &&
        (kb_rules_apply(rules, &article, &origin, &effect, &err) != KB_OK ||
         effect.hit_count != 2))
        fault = "the next article is not looked at";
    kb_rules_free(rules);
    kb_buf_free(&out);
    return fault;
}

static const struct subject {
    const char *name;
    const char *(*read)(void);
} subjects[] = {
    {"page", read_page},       {"xml", read_xml},     {"json", read_json},
    {"sitemap", read_sitemap}, {"opml", read_opml},   {"h-feed", read_page_feed},
    {"record", read_record},   {"entry", read_entry}, {"rules", apply_rules}};

static const struct subject *subject;

static const char *read_it(void) {
    return subject->read();
}

struct shared {
    size_t n;
    char fault[200];
};

/* Runs n = from, from + step … in one child, and in a new one behind a crash. */
static size_t run(struct shared *shared, size_t from, size_t to, size_t step, bool all) {
    size_t failures = 0;
    while (from <= to) {
        fflush(NULL);
        pid_t pid = fork();
        if (pid < 0)
            exit(2);
        if (pid == 0) {
            kb_failing.all_behind = all;
            for (size_t n = from; n <= to; n += step) {
                shared->n = n;
                kb_failing.calls = 0;
                kb_failing.at = n;
                const char *fault = read_it();
                if (fault) {
                    snprintf(shared->fault, sizeof shared->fault, "%s", fault);
                    exit(1);
                }
            }
            exit(0); /* the leak check, where there is one, runs here */
        }
        int status;
        if (waitpid(pid, &status, 0) < 0)
            exit(2);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
            break;
        failures++;
        printf("allocation %zu%s: ", shared->n, all ? " and all behind it" : "");
        if (WIFSIGNALED(status))
            printf("signal %d\n", WTERMSIG(status));
        else
            printf("status %d %s\n", WEXITSTATUS(status), shared->fault);
        shared->fault[0] = '\0';
        from = shared->n + step;
    }
    return failures;
}

static size_t run_all(struct shared *shared) {
    const char *fault = read_it();
    if (fault) {
        printf("%s, without any failure: %s\n", subject->name, fault);
        return 1;
    }
    kb_failing.calls = 0;
    if (read_it())
        return 1;
    size_t total = first_calls, step = total / 3000 + 1;
    size_t failures = run(shared, 1, total, step, false);
    failures += run(shared, 1, total, step, true);
    printf("%s: %zu allocations, each %zu. failed: %zu failures\n", subject->name, total,
           step, failures);
    return failures;
}

int main(int argc, char **argv) {
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    size_t failures = 0;
    if (shared == MAP_FAILED)
        return 2;
    for (size_t i = 0; i < KB_COUNT(subjects); i++) {
        if (argc > 1 && strcmp(argv[1], subjects[i].name) != 0)
            continue;
        subject = &subjects[i];
        kb_failing.calls = 0;
        if (argc > 2) { /* one allocation alone, in this process, for a debugger */
            kb_failing.at = strtoul(argv[2], NULL, 10);
            kb_failing.all_behind = argc > 3;
            const char *fault = read_it();
            puts(fault ? fault : "fine");
            return fault ? 1 : 0;
        }
        failures += run_all(shared);
    }
    munmap(shared, sizeof *shared);
    return failures ? 1 : 0;
}
