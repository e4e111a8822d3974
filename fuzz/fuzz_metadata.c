/* Metadata: the input is put where a page declares things.  It is cut at each byte 0x01
 * into pieces, and the byte behind that says what a piece becomes: JSON-LD, a state
 * object, a meta tag, a title, a byline, a time.  Without one, all of it is JSON-LD. */
#include "fuzz.h"

#include <stdlib.h>

static const struct wrapper {
    const char *before, *behind;
    bool quoted; /* stands in an attribute */
} wrappers[] = {
    {"<script type=\"application/ld+json\">", "</script>", false},
    {"<script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\"@ty"
     "pe\":"
     "\"NewsArticle\",",
     "}</script>", false},
    {"<script id=\"__NEXT_DATA__\" type=\"application/json\">", "</script>", false},
    {"<script>window.__NUXT__=", "</script>", false},
    {"<script>window.__APOLLO_STATE__ = ", ";</script>", false},
    {"<meta property=\"og:title\" content=\"", "\">", true},
    {"<meta property=\"article:published_time\" content=\"", "\">", true},
    {"<meta name=\"author\" content=\"", "\">", true},
    {"<meta name=\"keywords\" content=\"", "\">", true},
    {"<meta name=\"", "\" content=\"2025-02-03T04:05:06Z\">", true},
    {"<meta property=\"og:locale\" content=\"", "\">", true},
    {"<meta property=\"og:image\" content=\"", "\">", true},
    {"<link rel=\"canonical\" href=\"", "\">", true},
    {"<base href=\"", "\">", true},
    {"<title>", "</title>", false},
    {"<p class=\"byline\">", "</p>", false},
    {"<time datetime=\"", "\">now</time>", true},
    {"<span itemprop=\"author\">", "</span>", false},
    {"<a rel=\"author\">", "</a>", false},
    {"<div class=\"author\"><span>By ", "</span></div>", false},
    {"<div itemscope itemtype=\"https://schema.org/Article\"><p itemprop=\"keywords\">",
     "</p></div>", false},
    {"<h1>", "</h1>", false},
    {"", "", false},
};

static void add_piece(struct kb_buf *page, struct kb_str piece, uint8_t kind) {
    const struct wrapper *wrapper = &wrappers[kind % KB_COUNT(wrappers)];
    kb_buf_z(page, wrapper->before);
    for (size_t i = 0; i < piece.n; i++)
        if (wrapper->quoted && piece.p[i] == '"')
            kb_buf_z(page, "&quot;");
        else
            kb_buf_char(page, piece.p[i]);
    kb_buf_z(page, wrapper->behind);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const kabar_page page = {.size = sizeof page,
                             .url = "https://wire.example/2025/02/03/a"};
    struct kb_str input = {(const char *)data, size};
    struct kb_buf html;
    kb_buf_init(&html, (size_t)16 << 20);
    kb_buf_z(&html, "<!doctype html><html><head>");
    uint8_t kind = 0;
    for (size_t from = 0; from < input.n;) {
        size_t end = kb_str_find_byte(kb_str_slice(input, from, input.n), '\1');
        end = end == KB_NOT_FOUND ? input.n : from + end;
        add_piece(&html, kb_str_slice(input, from, end), kind);
        kind = end + 1 < input.n ? (uint8_t)input.p[end + 1] : 0;
        from = end + 2;
    }
    kb_buf_z(&html,
             "<body><article><p>The council of the island town met on Monday evening "
             "and agreed on the new harbour wall, the mayor said.</p></article>");
    kabar_article_free(kb_fuzz_read(kb_buf_view(&html), &page));
    kb_buf_free(&html);
    return 0;
}
