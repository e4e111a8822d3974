/* How fast kabar reads feeds, against the XML parser that it stands on.
 *
 * Four feeds of 500 items are made of invented words in eight languages: RSS with whole
 * articles in CDATA, Atom with whole articles escaped, RSS with summaries alone, and the
 * Atom in English alone, which libxml2 reads twice as fast.  Each round takes a feed in
 * turns through
 *   dom    libxml2 alone: xmlReadMemory, recovering, without the network, and the free
 *   feed   kb_feed_read, which also sanitises all HTML, and kb_feed_print
 * in processor time of the thread.  Leaves the speeds of the median round, the median of
 * the rounds' ratios, and the ratio for all feeds together. */
#include "feed/feed.h"

#include <libxml/parser.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ITEMS = 500, MAX_ROUNDS = 1000, FORMS = 4 };

/* What must be reached; the reason is in README.md. */
static const double least_ratio = .4;

/* ---- words ------------------------------------------------------------------------- */

/* A language is its syllables, what parts words, and what ends a sentence. */
static const struct language {
    const char *tag, *syllables, *space, *stop;
} languages[] = {
    {"en", "ber con der dis ent er har ing land mer on per re sel ter ton ver wal", " ",
     ". "},
    {"fr", "au bé cha de eau gé lai mon nou ou pré qui rê son té ui vé", " ", ". "},
    {"vi", "ba bến cầu đi gió hải kịp làng mưa nước ông phố sông thuyền yên", " ", ". "},
    {"pl", "bo cze dź ga je kła ły mie no ó prze rzy są ście tra wy żeg", " ", ". "},
    {"ru", "ба ве го да жи за ка ло мо ни пре ро ста ты че шко я", " ", ". "},
    {"ar", "با تن جر حل دم رس سا شم عب فر قل كت لي من نه ور", " ", ". "},
    {"hi", "का खे गा चि जी टा ती दु ना पे बा मी रा ले वि सा", " ", "। "},
    {"zh", "港 口 风 船 灯 塔 桥 水 人 说 在 夜 里 归 来 潮 平", "", "。"},
};

static uint32_t state = 1;

/* Knuth's linear congruential generator: the same feeds on every machine. */
static unsigned below(unsigned n) {
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % n;
}

static void syllable(struct kb_buf *out, const struct language *language) {
    unsigned count = 1, pick;
    const char *p = language->syllables, *end;
    for (const char *s = p; *s; s++)
        count += *s == ' ';
    for (pick = below(count); pick; pick--)
        p = strchr(p, ' ') + 1;
    end = strchr(p, ' ');
    kb_buf_add(out, p, end ? (size_t)(end - p) : strlen(p));
}

static void words(struct kb_buf *out, const struct language *language, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        if (i)
            kb_buf_z(out, language->space);
        for (unsigned k = 1 + below(4); k; k--)
            syllable(out, language);
    }
}

/* ---- an article's HTML ------------------------------------------------------------- */

static void paragraph(struct kb_buf *out, const struct language *language) {
    kb_buf_z(out, "<p>");
    for (unsigned sentences = 2 + below(4); sentences; sentences--) {
        words(out, language, 4 + below(8));
        if (below(4) == 0) {
            kb_buf_printf(out, " <a href=\"https://wire.example/%u/%05u/%s\">",
                          2000 + below(27), below(99999),
                          below(3) ? "" : "?utm_source=rss&amp;id=7");
            words(out, language, 2);
            kb_buf_z(out, "</a> ");
        } else if (below(5) == 0) {
            kb_buf_z(out, " <em>");
            words(out, language, 1);
            kb_buf_z(out, "</em>&nbsp;");
        }
        words(out, language, 3 + below(8));
        kb_buf_z(out, language->stop);
    }
    kb_buf_z(out, "</p>\n");
}

static void article(struct kb_buf *out, const struct language *language) {
    for (unsigned i = 5 + below(8); i; i--) {
        paragraph(out, language);
        switch (below(9)) {
        case 0:
            kb_buf_printf(
                out,
                "<figure class=\"wp-block-image\"><img src=\"https://a.example/%u.jpg\" "
                "srcset=\"https://a.example/%u-300.jpg 300w\" width=\"640\" alt=\"",
                below(9999), below(9999));
            words(out, language, 4);
            kb_buf_z(out, "\" loading=\"lazy\"><figcaption>");
            words(out, language, 8);
            kb_buf_z(out, "</figcaption></figure>\n");
            break;
        case 1:
            kb_buf_z(out, "<blockquote class=\"quote\" style=\"margin:0\">");
            paragraph(out, language);
            kb_buf_z(out, "</blockquote>\n");
            break;
        case 2:
            kb_buf_z(out, "<ul><li>");
            words(out, language, 5);
            kb_buf_z(out, "</li><li><strong>");
            words(out, language, 5);
            kb_buf_z(out, "</strong></li></ul>\n");
            break;
        case 3:
            kb_buf_z(out, "<h2>");
            words(out, language, 5);
            kb_buf_z(out, "</h2>\n");
            break;
        default: break;
        }
    }
    if (below(3) == 0)
        kb_buf_z(out, "<img src=\"https://count.example/p.gif\" width=\"1\" "
                      "height=\"1\" alt=\"\"><script>count()</script>\n");
}

/* ---- feeds ------------------------------------------------------------------------- */

static void rss_item(struct kb_buf *out, const struct language *language, unsigned i,
                     bool whole) {
    kb_buf_z(out, "<item>\n<title>");
    words(out, language, 8);
    kb_buf_printf(out,
                  "</title>\n<link>https://wire.example/%u/</link>\n"
                  "<guid isPermaLink=\"false\">https://wire.example/?p=%u</guid>\n"
                  "<pubDate>Tue, %02u Mar 2026 %02u:%02u:00 +0100</pubDate>\n"
                  "<dc:creator><![CDATA[",
                  i, i, 1 + i % 28, i % 24, i % 60);
    words(out, language, 2);
    kb_buf_z(out, "]]></dc:creator>\n");
    for (unsigned k = 1 + below(4); k; k--) {
        kb_buf_z(out, "<category><![CDATA[");
        words(out, language, 1);
        kb_buf_z(out, "]]></category>\n");
    }
    kb_buf_z(out, "<description><![CDATA[");
    paragraph(out, language);
    kb_buf_z(out, "]]></description>\n");
    if (whole) {
        kb_buf_z(out, "<content:encoded><![CDATA[");
        article(out, language);
        kb_buf_z(out, "]]></content:encoded>\n");
    }
    kb_buf_printf(out,
                  "<media:thumbnail url=\"https://a.example/%u.jpg\" width=\"320\"/>\n"
                  "<slash:comments>%u</slash:comments>\n</item>\n",
                  i, below(90));
}

static void rss(struct kb_buf *out, bool whole) {
    kb_buf_z(out,
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" "
             "xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" "
             "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
             "xmlns:media=\"http://search.yahoo.com/mrss/\" "
             "xmlns:slash=\"http://purl.org/rss/1.0/modules/slash/\">\n<channel>\n"
             "<title>Wire</title>\n<link>https://wire.example/</link>\n"
             "<description>Of invented words</description>\n<language>mul</language>\n");
    for (unsigned i = 0; i < ITEMS; i++)
        rss_item(out, &languages[i % KB_COUNT(languages)], i, whole);
    kb_buf_z(out, "</channel>\n</rss>\n");
}

static void atom(struct kb_buf *out, size_t tongues) {
    struct kb_buf html;
    kb_buf_init(&html, (size_t)1 << 24);
    kb_buf_z(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>Wire</title>\n"
                  "<id>tag:wire.example,2026:feed</id>\n"
                  "<link href=\"https://wire.example/\"/>\n"
                  "<updated>2026-03-31T00:00:00Z</updated>\n");
    for (unsigned i = 0; i < ITEMS; i++) {
        const struct language *language = &languages[i % tongues];
        kb_buf_printf(out,
                      "<entry xml:lang=\"%s\">\n<id>tag:wire.example,2026:%u</id>\n"
                      "<link rel=\"alternate\" type=\"text/html\" "
                      "href=\"https://wire.example/%u\"/>\n"
                      "<published>2026-03-%02uT%02u:%02u:00+01:00</published>\n"
                      "<updated>2026-03-%02uT%02u:%02u:30+01:00</updated>\n"
                      "<title type=\"html\">",
                      language->tag, i, i, 1 + i % 28, i % 24, i % 60, 1 + i % 28, i % 24,
                      i % 60);
        words(out, language, 8);
        kb_buf_z(out, "</title>\n<author><name>");
        words(out, language, 2);
        kb_buf_z(out, "</name></author>\n<category term=\"");
        words(out, language, 1);
        kb_buf_z(out, "\"/>\n<summary type=\"html\">");
        kb_buf_clear(&html);
        paragraph(&html, language);
        kb_buf_html(out, kb_buf_view(&html));
        kb_buf_z(out, "</summary>\n<content type=\"html\">");
        kb_buf_clear(&html);
        article(&html, language);
        kb_buf_html(out, kb_buf_view(&html));
        kb_buf_z(out, "</content>\n</entry>\n");
    }
    kb_buf_z(out, "</feed>\n");
    kb_buf_free(&html);
}

/* ---- the measuring ----------------------------------------------------------------- */

static _Noreturn void die(const char *what) {
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double time_dom(struct kb_str text) {
    double start = seconds();
    xmlDocPtr document =
        xmlReadMemory(text.p, (int)text.n, "feed.xml", NULL,
                      XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOERROR |
                          XML_PARSE_NOWARNING | XML_PARSE_HUGE);
    if (!document)
        die("libxml2 does not read the feed");
    xmlFreeDoc(document);
    return seconds() - start;
}

/* items: as many as there must be; 0: any number. */
static double time_feed(struct kb_feed_reader *reader, struct kb_str text, size_t items,
                        struct kb_buf *out) {
    struct kb_feed *feed;
    struct kb_err err = {0};
    double start = seconds();
    kb_buf_clear(out);
    if (kb_feed_read(reader, text, NULL, &feed, &err) != KB_OK)
        die(err.text);
    kb_feed_print(feed, 0, out);
    double took = seconds() - start;
    if (out->status != KB_OK || (items && feed->items.count != items))
        die("items are missing");
    return took;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *values, int n) {
    qsort(values, (size_t)n, sizeof *values, by_value);
    return values[n / 2];
}

/* Seconds of all feeds, each its median. */
struct sum {
    double dom, feed;
};

/* One feed's line. */
static void measure(struct kb_feed_reader *reader, const char *name, struct kb_str text,
                    size_t items, int rounds, struct kb_buf *out, struct sum *sum) {
    static double dom[MAX_ROUNDS], feed[MAX_ROUNDS], ratio[MAX_ROUNDS];
    const double megabytes = (double)text.n / 1e6;
    time_dom(text); /* to warm up */
    time_feed(reader, text, items, out);
    for (int i = 0; i < rounds; i++) {
        dom[i] = time_dom(text);
        feed[i] = time_feed(reader, text, items, out);
        ratio[i] = dom[i] / feed[i];
    }
    double parse = median(dom, rounds), read = median(feed, rounds);
    sum->dom += parse;
    sum->feed += read;
    printf("%-32s %6.1f MB  %7.0f MB/s  %7.0f MB/s  %5.2f\n", name, megabytes,
           megabytes / parse, megabytes / read, median(ratio, rounds));
}

/* A feed of the person's own, which may have any number of items. */
static void read_file(struct kb_buf *out, const char *path) {
    char piece[65536];
    FILE *file = fopen(path, "rb");
    if (!file)
        die("a file cannot be opened");
    for (size_t n; (n = fread(piece, 1, sizeof piece, file)) > 0;)
        kb_buf_add(out, piece, n);
    fclose(file);
}

static void measure_made(struct kb_feed_reader *reader, int rounds, int written,
                         struct kb_buf *out, struct sum *sum) {
    static const char *const names[FORMS] = {"RSS, articles in CDATA",
                                             "Atom, articles escaped", "RSS, summaries",
                                             "Atom, escaped, English"};
    struct kb_buf texts[FORMS];
    for (int i = 0; i < FORMS; i++)
        kb_buf_init(&texts[i], KB_LIMIT_FEED_BYTES);
    rss(&texts[0], true);
    atom(&texts[1], KB_COUNT(languages));
    rss(&texts[2], false);
    atom(&texts[3], 1);
    for (int i = 0; i < FORMS; i++) {
        if (written == i && fwrite(texts[i].p, 1, texts[i].n, stdout) != texts[i].n)
            die("a feed cannot be written");
        if (written < 0)
            measure(reader, names[i], kb_buf_view(&texts[i]), ITEMS, rounds, out, sum);
        kb_buf_free(&texts[i]);
    }
}

int main(int argc, char **argv) {
    struct kb_buf out, text;
    struct kb_feed_reader *reader;
    struct kb_err err = {0};
    struct sum sum = {0};
    int rounds = 15, written = -1, at = 1;
    for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
        if (strcmp(argv[at], "--rounds") == 0)
            rounds = atoi(argv[at + 1]);
        else if (strcmp(argv[at], "--write") == 0)
            written = atoi(argv[at + 1]);
    }
    if (rounds < 1 || rounds > MAX_ROUNDS || written >= FORMS ||
        (at < argc && argv[at][0] == '-')) {
        fputs("usage: bench_feeds [--rounds N] [FILE...]\n"
              "       bench_feeds --write 0|1|2|3\n",
              stderr);
        return 2;
    }
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&text, KB_LIMIT_FEED_BYTES);
    if (kb_feed_reader_new(&reader, &err) != KB_OK)
        die(err.text);
    if (written < 0)
        printf("%-32s   %6s     %12s  %13s  %5s\n", "feeds, on one core", "size",
               "libxml2's DOM", "kabar", "ratio");
    if (at == argc)
        measure_made(reader, rounds, written, &out, &sum);
    for (; at < argc; at++) {
        kb_buf_clear(&text);
        read_file(&text, argv[at]);
        measure(reader, argv[at], kb_buf_view(&text), 0, rounds, &out, &sum);
    }
    if (written < 0)
        printf("together: %.2f of libxml2's speed; wanted %.1f: %s\n", sum.dom / sum.feed,
               least_ratio,
               sum.dom / sum.feed >= least_ratio ? "reached" : "NOT REACHED");
    kb_feed_reader_free(reader);
    kb_buf_free(&out);
    kb_buf_free(&text);
    xmlCleanupParser();
    return 0;
}
