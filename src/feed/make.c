/* What the readers of the formats share: new records, warnings, addresses, HTML.
 *
 * Enters: strings as a feed writes them; leaves: strings in the record's arena, safe to
 * keep and to show. */
#include "feed/make.h"

#include <stdarg.h>
#include <stdio.h>

/* ---- lists ------------------------------------------------------------------------- */

void *kb_feed_full(struct kb_feed_make *make) {
    if (!make->arena->full)
        kb_feed_warn(
            make,
            "a list has more than %d members (KB_LIMIT_FEED_ITEMS): the rest was "
            "left out",
            KB_LIMIT_FEED_ITEMS);
    return NULL;
}

/* ---- records ----------------------------------------------------------------------- */

static void not_told(struct kb_feed_common *c) {
    c->itunes.block = c->itunes.is_explicit = -1;
}

struct kb_feed *kb_feed_new(struct kb_feed_make *make) {
    struct kb_feed *feed = kb_arena_zalloc(make->arena, 1, sizeof *feed);
    if (feed)
        not_told(&feed->c);
    return feed;
}

struct kb_feed_item *kb_feed_item_add(struct kb_feed_make *make) {
    struct kb_feed_item *item = kb_feed_add(make, &make->feed->items);
    if (item) {
        not_told(&item->c);
        item->comment_count = -1;
    }
    return item;
}

/* An id that stays the same from reading to reading: the address, else a hash of what the
 * item says, 16 hex digits. */
static struct kb_str make_id(struct kb_feed_make *make, const struct kb_feed_item *item) {
    if (item->url.n || item->external_url.n)
        return item->url.n ? item->url : item->external_url;
    const struct kb_str parts[] = {
        item->c.title,
        item->c.date_published,
        item->content_html,
        item->content_text,
        item->summary,
        item->attachments.count ? item->attachments.items[0].url : KB_STR_NONE,
    };
    uint64_t hash = 0;
    char digits[24];
    for (size_t i = 0; i < KB_COUNT(parts); i++)
        hash = kb_hash(parts[i].p, parts[i].n, hash + i);
    snprintf(digits, sizeof digits, "%016llx", (unsigned long long)hash);
    return kb_arena_dup(make->arena, kb_str_z(digits));
}

void kb_feed_finish(struct kb_feed_make *make) {
    struct kb_feed *feed = make->feed;
    for (size_t i = 0; i < feed->items.count; i++) {
        struct kb_feed_item *item = &feed->items.items[i];
        if (!item->c.id.n)
            item->c.id = make_id(make, item);
    }
}

/* ---- warnings ---------------------------------------------------------------------- */

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

/* ---- addresses --------------------------------------------------------------------- */

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

/* An absolute address that is written in an address's own characters stays as it is, byte
 * for byte: its form is the server's matter, and readers compare it. */
static bool is_whole(struct kb_str s) {
    size_t i = kb_str_starts_nocase(s, KB_STR("https://")) ? 8 : 7;
    if (i == 7 && !kb_str_starts_nocase(s, KB_STR("http://")))
        return false;
    if (i == s.n || !(kb_is_alpha(s.p[i]) || kb_is_digit(s.p[i])))
        return false;
    for (; i < s.n; i++) {
        char c = s.p[i];
        if (!kb_is_alpha(c) && !kb_is_digit(c) && !strchr("-._~:/?#[]@!$&'()*+,;=%", c))
            return false;
    }
    return true;
}

struct kb_str kb_feed_url(struct kb_feed_make *make, struct kb_str address) {
    address = kb_str_trim(address);
    if (!address.n || address.n > KB_LIMIT_URL_BYTES || is_unsafe(address))
        return KB_STR_NONE;
    if (is_whole(address))
        return kb_arena_dup(make->arena, address);
    struct kb_str url = kb_urls_resolve(make->urls, make->arena, address, true);
    return url.n ? url : kb_arena_dup(make->arena, address);
}

/* ---- HTML -------------------------------------------------------------------------- */

/* What was written into the scratch, in the arena. */
static struct kb_str take(struct kb_feed_make *make, enum kb_status status) {
    struct kb_str text = kb_str_trim(kb_buf_view(make->scratch));
    if (status == KB_OK)
        status = make->scratch->status;
    if (status == KB_ENOMEM)
        kb_feed_no_memory(make);
    else if (status != KB_OK)
        kb_feed_warn(make, "a text that cannot be made safe was left out: %s",
                     kb_status_text(status));
    if (status != KB_OK)
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

/* The type that an attachment's address speaks of; JSON Feed requires one, and RFC 9110
 * (section 8.3) has a name for what is not known. */
struct kb_str kb_feed_attachment_type(const struct kb_feed_attachment *attachment) {
    static const struct {
        const char *end, *type;
    } known[] = {
        {".mp3", "audio/mpeg"},      {".m4a", "audio/mp4"},  {".ogg", "audio/ogg"},
        {".opus", "audio/ogg"},      {".mp4", "video/mp4"},  {".m4v", "video/mp4"},
        {".webm", "video/webm"},     {".jpg", "image/jpeg"}, {".jpeg", "image/jpeg"},
        {".png", "image/png"},       {".gif", "image/gif"},  {".webp", "image/webp"},
        {".pdf", "application/pdf"},
    };
    struct kb_str path = attachment->url;
    if (attachment->mime_type.n)
        return attachment->mime_type;
    path = kb_str_slice(path, 0, kb_str_find_byte(path, '#'));
    path = kb_str_slice(path, 0, kb_str_find_byte(path, '?'));
    for (size_t i = 0; i < KB_COUNT(known); i++) {
        size_t n = strlen(known[i].end);
        if (path.n > n && kb_str_equal_nocase(kb_str_slice(path, path.n - n, path.n),
                                              kb_str_z(known[i].end)))
            return kb_str_z(known[i].type);
    }
    return KB_STR("application/octet-stream");
}
