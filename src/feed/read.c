/* A feed's bytes → the record: decoding, telling the format, one reader for each.
 *
 * The format is told from the text, because servers' Content-Types are wrong as often as
 * not (sniff.c). */
#include "feed/make.h"

#include <stdlib.h>

struct kb_feed_reader {
    struct kb_arena arena;
    struct kb_urls *urls;
    struct kb_sanitizer *sanitizer;
    struct kb_html *html;
    struct kb_buf decoded, scratch;
};

enum kb_status kb_feed_reader_new(struct kb_feed_reader **out, struct kb_err *err) {
    struct kb_feed_reader *r = calloc(1, sizeof *r);
    *out = NULL;
    if (!r)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for a reader of feeds");
    kb_arena_init(&r->arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_buf_init(&r->decoded, KB_LIMIT_FEED_BYTES * 3);
    kb_buf_init(&r->scratch, KB_LIMIT_OUTPUT_BYTES);
    enum kb_status status = kb_urls_new(&r->urls, err);
    if (status == KB_OK)
        status = kb_sanitizer_new(&r->sanitizer, err);
    if (status == KB_OK)
        status = kb_html_new(&r->html, err);
    if (status != KB_OK) {
        kb_feed_reader_free(r);
        return status;
    }
    *out = r;
    return KB_OK;
}

void kb_feed_reader_free(struct kb_feed_reader *r) {
    if (!r)
        return;
    kb_html_free(r->html);
    kb_sanitizer_free(r->sanitizer);
    kb_urls_free(r->urls);
    kb_buf_free(&r->scratch);
    kb_buf_free(&r->decoded);
    kb_arena_free(&r->arena);
    free(r);
}

static enum kb_status read_kind(struct kb_feed_make *make, enum kb_feed_kind kind,
                                struct kb_str text) {
    switch (kind) {
    case KB_KIND_JSON: return kb_feed_read_json(make, text);
    case KB_KIND_SITEMAP:
    case KB_KIND_SITEMAP_INDEX: return kb_feed_read_sitemap(make, text);
    case KB_KIND_SITEMAP_TEXT: return kb_feed_read_sitemap_text(make, text);
    case KB_KIND_OPML: return kb_feed_read_opml(make, text);
    case KB_KIND_PAGE: return kb_feed_read_page(make, text);
    case KB_KIND_FEED:
    case KB_KIND_XML: return kb_feed_read_xml(make, text);
    case KB_KIND_EMPTY: return kb_err_set(make->err, KB_EINPUT, "the answer is empty");
    case KB_KIND_ROBOTS:
    case KB_KIND_TEXT:
    case KB_KIND_BINARY: break;
    }
    return kb_err_set(make->err, KB_EINPUT, "this is %s, no feed",
                      kb_feed_kind_name(kind));
}

/* Empties the reader and fills *make and *text for new bytes. */
static enum kb_status begin(struct kb_feed_reader *r, struct kb_str bytes,
                            const struct kb_feed_hints *hints, struct kb_err *err,
                            struct kb_feed_make *make, struct kb_str *text) {
    static const struct kb_feed_hints none = {.base_url = {NULL, 0}};
    struct kb_decoded decoded;
    *make = (struct kb_feed_make){.arena = &r->arena,
                                  .urls = r->urls,
                                  .sanitizer = r->sanitizer,
                                  .html = r->html,
                                  .scratch = &r->scratch,
                                  .hints = hints ? hints : &none,
                                  .err = err};
    kb_arena_reset(&r->arena);
    if (bytes.n > KB_LIMIT_FEED_BYTES)
        return kb_err_set(err, KB_ELIMIT,
                          "the feed has more than %zu bytes "
                          "(KB_LIMIT_FEED_BYTES)",
                          KB_LIMIT_FEED_BYTES);
    enum kb_status status =
        kb_lang_decode(bytes, make->hints->content_type, &r->decoded, &decoded, err);
    if (status != KB_OK)
        return status;
    make->feed = kb_feed_new(make);
    if (!make->feed)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the feed");
    kb_urls_set_base(r->urls, make->hints->base_url);
    *text = kb_str_trim(decoded.text);
    return KB_OK;
}

static enum kb_status check_memory(const struct kb_feed_reader *r, struct kb_err *err) {
    if (!r->arena.full)
        return KB_OK;
    return kb_err_set(err, r->arena.limited ? KB_ELIMIT : KB_ENOMEM,
                      r->arena.limited
                          ? "the feed needs more memory than its limit "
                            "(KB_LIMIT_DOCUMENT_MEMORY, %zu bytes)"
                          : "not enough memory for the feed (%zu bytes at most)",
                      r->arena.max);
}

enum kb_status kb_feed_read(struct kb_feed_reader *r, struct kb_str bytes,
                            const struct kb_feed_hints *hints, struct kb_feed **feed,
                            struct kb_err *err) {
    struct kb_feed_make make;
    struct kb_str text;
    *feed = NULL;
    enum kb_status status = begin(r, bytes, hints, err, &make, &text);
    if (status != KB_OK)
        return status;
    size_t start;
    enum kb_feed_kind kind = kb_feed_sniff_start(text, make.hints->content_type, &start);
    if (start && kind != KB_KIND_PAGE) {
        kb_feed_warn(&make, "elements before the root were left out");
        text = kb_str_slice(text, start, text.n);
    }
    status = read_kind(&make, kind, text);
    if (status != KB_OK)
        return status;
    kb_feed_finish(&make);
    status = check_memory(r, err);
    *feed = status == KB_OK ? make.feed : NULL;
    return status;
}

enum kb_status kb_feed_discover(struct kb_feed_reader *r, struct kb_str bytes,
                                const struct kb_feed_hints *hints,
                                struct kb_discovery **discovery, struct kb_err *err) {
    struct kb_feed_make make;
    struct kb_str text;
    *discovery = NULL;
    enum kb_status status = begin(r, bytes, hints, err, &make, &text);
    if (status != KB_OK)
        return status;
    struct kb_discovery *found = kb_arena_zalloc(&r->arena, 1, sizeof *found);
    if (found)
        status = kb_feed_discover_page(&make, text, found);
    if (status == KB_OK)
        status = check_memory(r, err);
    *discovery = status == KB_OK ? found : NULL;
    return status;
}
