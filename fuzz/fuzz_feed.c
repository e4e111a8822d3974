/* RSS, RDF, Atom, CDF: the input is the document, or what stands in one: in a channel, in
 * an item, in a text, in a document type. */
#include "fuzz.h"

static const struct kb_fuzz_wrapper wrappers[] = {
    {"", ""},
    {"<rss version=\"2.0\"><channel><title>T</title>", "</channel></rss>"},
    {"<rss version=\"2.0\"><channel><item><title>T</title>", "</item></channel></rss>"},
    {"<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry>", "</entry></feed>"},
    {"<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><content type=\"xhtml\">",
     "</content></entry></feed>"},
    {"<rss><channel><item><description>", "</description></item></channel></rss>"},
    {"<!DOCTYPE rss [", "]><rss><channel><title>&a;&b;</title></channel></rss>"},
    {"<?xml version=\"1.0\" encoding=\"", "\"?><rss><channel/></rss>"},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct kb_str input = {(const char *)data, size};
    uint8_t option = kb_fuzz_option(&input);
    const kabar_feed_hints hints = {
        .size = sizeof hints,
        .base_url = option & 0x10 ? "https://wire.example/feeds/a.xml" : NULL,
        .content_type = option & 0x20 ? "text/xml; charset=850" : NULL,
        .content_language = option & 0x40 ? "nn, en" : NULL};
    kb_fuzz_feed_in(&wrappers[option % KB_COUNT(wrappers)], input, &hints);
    return 0;
}
