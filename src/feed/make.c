/* What the readers of the formats share: lists' warnings, addresses, HTML.
 *
 * Enters: strings as a feed writes them; leaves: strings in the record's arena, safe to
 * keep and to show. */
#include "feed/make.h"

#include <stdarg.h>
#include <stdio.h>

void kb_feed_warn(struct kb_feed_make *make, const char *format, ...) {
    char text[256];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct kb_str said = kb_str_z(n < 0 ? "" : text);
    struct kb_feed *feed = make->feed;
    if (feed->warnings.count >= KB_LIMIT_WARNINGS)
        return;
    for (size_t i = 0; i < feed->warnings.count; i++) {
        if (kb_str_equal(feed->warnings.items[i], said))
            return;
    }
    struct kb_str *warning = kb_feed_add(make, &feed->warnings);
    if (warning)
        *warning = kb_arena_dup(make->arena, said);
}

/* Addresses that run code or carry a document in them are none, also with the control
 * characters that browsers leave out. */
static bool is_unsafe(struct kb_str address) {
    static const char *const schemes[] = {"javascript:", "vbscript:", "data:", "file:"};
    char head[16];
    size_t n = 0;
    for (size_t i = 0; i < address.n && n < sizeof head; i++) {
        if ((unsigned char)address.p[i] > ' ' && address.p[i] != 0x7F)
            head[n++] = address.p[i];
    }
    for (size_t i = 0; i < KB_COUNT(schemes); i++) {
        if (kb_str_starts_nocase((struct kb_str){head, n}, kb_str_z(schemes[i])))
            return true;
    }
    return false;
}

struct kb_str kb_feed_url(struct kb_feed_make *make, struct kb_str address) {
    address = kb_str_trim(address);
    if (!address.n || address.n > KB_LIMIT_URL_BYTES || is_unsafe(address))
        return KB_STR_NONE;
    struct kb_str url = kb_urls_resolve(make->urls, make->arena, address, true);
    return url.n ? url : kb_arena_dup(make->arena, address);
}

/* What was written into the scratch, in the arena. */
static struct kb_str take(struct kb_feed_make *make, enum kb_status status) {
    struct kb_str text = kb_str_trim(kb_buf_view(make->scratch));
    if (status != KB_OK || make->scratch->status != KB_OK)
        text = KB_STR_NONE;
    if (text.n)
        text = kb_arena_dup(make->arena, text);
    kb_buf_clear(make->scratch);
    return text;
}

struct kb_str kb_feed_html(struct kb_feed_make *make, struct kb_str html) {
    kb_buf_clear(make->scratch);
    return take(make,
                kb_sanitize(make->sanitizer, html, make->urls, make->scratch, make->err));
}

struct kb_str kb_feed_html_text(struct kb_feed_make *make, struct kb_str html) {
    kb_buf_clear(make->scratch);
    return take(make, kb_sanitize_text(make->sanitizer, html, make->scratch, make->err));
}
