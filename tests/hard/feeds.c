/* Feeds of the same kind as the pages in inputs.c: each is large in one thing alone. */
#include "hard/inputs.h"
#include "sane.h"

#include <stdio.h>

#define MILLION 1000000
#define MB ((size_t)1 << 20)

static const char rss[] = "<rss version=\"2.0\"><channel><title>Harbour</title>";
static const char item[] = "<item><title>The wall is agreed</title>";
static const char tail[] = "</item></channel></rss>";

struct input {
    const char *name;
    const char *before, *piece; /* %zu in the piece: its number */
    size_t count;
    const char *behind;
    const char *warns;  /* a word of the warning that it must carry, or NULL */
    kabar_status wants; /* KABAR_OK: it is read */
};

#define IN_ITEM(name, piece, count)                                                      \
    { name, NULL, piece, count, tail, NULL, KABAR_OK }
#define IN_TEXT(name, piece, count)                                                      \
    { name, "<description>", piece, count, tail, NULL, KABAR_OK }

static const struct input inputs[] = {
    {"feed_130_mb", NULL, "<category>wall %zu</category>\n", 5 * MILLION, tail, NULL,
     KABAR_ELIMIT},
    {"feed_laughs", "<!DOCTYPE rss [<!ENTITY e0 \"ha\">", "<!ENTITY e%zu \"&e0;&e0;\">",
     100, "]><rss><channel><title>&e5;</title></channel></rss>", NULL, KABAR_OK},
    {"feed_laughs_wide",
     "<!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaaaaaaaaaaaa\"><!ENTITY b "
     "\"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c "
     "\"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]><rss><channel><title>",
     "&c;", MILLION, "</title></channel></rss>", "KB_LIMIT_ENTITY_BYTES", KABAR_OK},
    {"feed_entities_outside",
     "<!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><rss><channel><title>",
     "&x;", MILLION, "</title></channel></rss>", "not loaded", KABAR_OK},
    {"feed_doctype_open", "<!DOCTYPE rss [", "<!ENTITY a '\"", MILLION, "", NULL,
     KABAR_EINPUT},
    {"feed_nested", NULL, "<a>", MILLION, tail, "KB_LIMIT_DEPTH", KABAR_OK},
    {"feed_nested_items", NULL, "<item>", MILLION / 10, tail, NULL, KABAR_OK},
    {"feed_nested_sources", NULL, "<source>", MILLION, tail, NULL, KABAR_OK},
    {"feed_nested_names", NULL, "<x%zu xmlns:n%zu=\"urn:u\">", 100000, tail, NULL,
     KABAR_OK},
    {"feed_namespaces", "<x ", " xmlns:n%zu=\"urn:u\"", 100000,
     "/></item></channel></rss>", NULL, KABAR_OK},
    {"feed_attributes", "<x ", " a%zu=\"b\"", MILLION, "/></item></channel></rss>", NULL,
     KABAR_OK},
    {"feed_attributes_bare", "<x ", " a%zu", MILLION, "/></item></channel></rss>", NULL,
     KABAR_OK},
    {"feed_attributes_same", "<x ", " a=b", MILLION, "/></item></channel></rss>", NULL,
     KABAR_OK},
    {"feed_attribute_long", "<x a=\"", "wall", 10 * MILLION,
     "\"/></item></channel></rss>", NULL, KABAR_OK},
    {"feed_attribute_open", "<x a=\"", "wall ", 10 * MILLION, "", NULL, KABAR_OK},
    IN_ITEM("feed_end_tags", "</b>", 10 * MILLION),
    IN_ITEM("feed_end_tags_open", "</b", 10 * MILLION),
    {"feed_elements", NULL, "<e%zu/>", 3 * MILLION, tail, "KB_LIMIT_XML_NAMES", KABAR_OK},
    IN_ITEM("feed_attribute_names", "<e a%zu=''/>", 2 * MILLION),
    IN_ITEM("feed_less_than", "<", 20 * MILLION),
    IN_ITEM("feed_tags_open", "<a ", 10 * MILLION),
    IN_ITEM("feed_quotes_open", "<a b=\"", 10 * MILLION),
    IN_ITEM("feed_comments_open", "<!--", 10 * MILLION),
    IN_ITEM("feed_instructions_open", "<?a", 10 * MILLION),
    IN_ITEM("feed_cdata", "<![CDATA[a]]>", 3 * MILLION),
    IN_ITEM("feed_cdata_open", "<![CDATA[", 10 * MILLION),
    IN_TEXT("feed_ampersands", "&", 20 * MILLION),
    IN_TEXT("feed_references", "&e%zu;", 3 * MILLION),
    IN_TEXT("feed_references_html", "&nbsp;&eacute;&hellip;", MILLION),
    IN_TEXT(
        "feed_references_far",
        "&nbsp; the council of the island town met on Monday evening and agreed on the "
        "new wall &amp; the harbour, which will cost four million crowns. &lt;p&gt;",
        200000),
    IN_TEXT("feed_controls",
            "the council of the island town met on Monday evening and agreed on "
            "the new wall of the harbour \x01\xC2\x80",
            MILLION / 2),
    IN_TEXT("feed_markup", "<b>a</b>", MILLION),
    IN_TEXT("feed_markup_nested", "<b>", MILLION),
    {"feed_base64", "<content mode=\"base64\">", "d2FsbCA8Yj4g", 3 * MILLION, tail, NULL,
     KABAR_OK},
    {"feed_title", "</item><item><title>", "the &lt;b&gt; wall ", 2 * MILLION, "</title>",
     NULL, KABAR_OK},
    {"feed_date", "<pubDate>", "1 ", 10 * MILLION, tail, NULL, KABAR_OK},
    {"feed_person", "<author>", "a@b.", 3 * MILLION, tail, NULL, KABAR_OK},
    {"feed_positions", "<georss:line>", "1 2 ", 5 * MILLION, tail, NULL, KABAR_OK},
    IN_ITEM("feed_categories", "<category>c%zu</category>", MILLION),
    IN_ITEM("feed_links", "<link href=\"https://wire.example/%zu\"/>", MILLION),
    IN_ITEM("feed_enclosures", "<enclosure url=\"https://wire.example/%zu\"/>", MILLION),
    IN_ITEM("feed_persons", "<author>a%zu</author>", MILLION),
    IN_ITEM("feed_thumbnails", "<media:thumbnail url=\"a%zu\"/>", MILLION),
    IN_ITEM("feed_chapters", "<psc:chapter start=\"%zu\"/>", MILLION),
    IN_ITEM("feed_bases", "<a xml:base=\"b%zu/\"/>", 300000),
    {"feed_items", NULL, "</item><item><guid>%zu</guid>", 450000, tail,
     "KB_LIMIT_FEED_ITEMS", KABAR_OK},
    {"feed_items_open", NULL, "<item><guid>%zu", 450000, "", "KB_LIMIT_FEED_ITEMS",
     KABAR_OK},
    {"feed_warnings", NULL, "<pubDate>never %zu</pubDate>", 300000, tail, NULL, KABAR_OK},
};

size_t kb_hard_feed_count(void) {
    return KB_COUNT(inputs);
}

const char *kb_hard_feed_name(size_t i) {
    return inputs[i].name;
}

static void make(const struct input *input, struct kb_buf *out) {
    const char *before = input->before ? input->before : "";
    const char *mark = strstr(input->piece, "%zu");
    if (before[0] != '<' || before[1] != '!') {
        kb_buf_z(out, rss);
        kb_buf_z(out, item);
    }
    kb_buf_z(out, before);
    /* what must be refused for its size is as large as that asks for */
    bool whole = input->wants == KABAR_ELIMIT && kb_hard_scale <= KB_HARD_REACHES;
    for (size_t i = 0; i < input->count / (whole ? 1 : kb_hard_scale) + 1; i++) {
        if (!mark) {
            kb_buf_z(out, input->piece);
            continue;
        }
        for (const char *p = input->piece, *next; *p; p = next) {
            next = strstr(p, "%zu");
            kb_buf_add(out, p, next ? (size_t)(next - p) : strlen(p));
            if (next)
                kb_buf_printf(out, "%zu", i);
            next = next ? next + 3 : p + strlen(p);
        }
    }
    kb_buf_z(out, input->behind);
}

static const char *warning_fault(const kabar_feed *feed, const char *word) {
    for (size_t i = 0; i < kabar_feed_warning_count(feed); i++) {
        if (strstr(kabar_feed_warning(feed, i).data, word))
            return NULL;
    }
    return "it lacks its warning";
}

void kb_hard_check_feed(const void *what, char *fault, size_t size) {
    const struct input *input = &inputs[*(const size_t *)what];
    kabar_feed *feed;
    kabar_error error = {0};
    kabar_buffer out = {0};
    struct kb_buf bytes;
    const char *wrong = NULL;
    kb_buf_init(&bytes, 256 * MB);
    make(input, &bytes);
    if (bytes.status != KB_OK || kabar_feed_new(&feed, &error) != KABAR_OK) {
        snprintf(fault, size, "the test has no input or no feed: %s", error.message);
        kb_buf_free(&bytes);
        return;
    }
    kabar_status status = kabar_feed_read(feed, bytes.p, bytes.n, NULL, &error);
    kb_buf_free(&bytes);
    bool scaled = kb_hard_scale > KB_HARD_REACHES; /* small ones need not */
    if (status != input->wants && !(scaled && status == KABAR_OK))
        wrong = "another status was wanted";
    else if (status != KABAR_OK && !error.message[0])
        wrong = "no message";
    if (!wrong && status == KABAR_OK) {
        wrong = kb_sane_feed(feed);
        if (!wrong && input->warns && !scaled)
            wrong = warning_fault(feed, input->warns);
        if (!wrong &&
            kabar_feed_print(feed, KABAR_FORMAT_JSON, NULL, &out, &error) != KABAR_OK)
            wrong = "it cannot be printed";
    }
    if (wrong)
        snprintf(fault, size, "%s: status %s, message \"%s\"", wrong,
                 kabar_status_name(status), error.message);
    kabar_buffer_free(&out);
    kabar_feed_free(feed);
}
