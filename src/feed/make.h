/* Inside feed: what the readers of the formats share while a record is made.
 *
 * kb_feed_read (read.c) decodes the bytes, tells the format and calls one of the readers
 * below, each in a file of its own. */
#ifndef KB_FEED_MAKE_H
#define KB_FEED_MAKE_H

#include "feed/feed.h"

struct kb_feed_make {
    struct kb_arena *arena;
    struct kb_urls *urls; /* base: the hints' address, until a reader sets another */
    struct kb_sanitizer *sanitizer;
    struct kb_html *html;   /* for whole pages (h-feed) */
    struct kb_buf *scratch; /* empty between calls of the functions below */
    const struct kb_feed_hints *hints;
    struct kb_feed *feed; /* zeroed; source_format is set by the reader */
    struct kb_err *err;
};

/* The readers: text is the whole input as valid UTF-8 (without a BOM); one that was made
 * from another encoding may still carry an XML declaration, whose encoding is void.
 * KB_EINPUT where nothing of the format is found. */
enum kb_status kb_feed_read_xml(struct kb_feed_make *make,
                                struct kb_str text) KB_MUST_USE;
enum kb_status kb_feed_read_json(struct kb_feed_make *make,
                                 struct kb_str text) KB_MUST_USE;
enum kb_status kb_feed_read_page(struct kb_feed_make *make,
                                 struct kb_str text) KB_MUST_USE;
enum kb_status kb_feed_read_sitemap(struct kb_feed_make *make,
                                    struct kb_str xml) KB_MUST_USE;
enum kb_status kb_feed_read_sitemap_text(struct kb_feed_make *make,
                                         struct kb_str lines) KB_MUST_USE;
enum kb_status kb_feed_read_opml(struct kb_feed_make *make,
                                 struct kb_str xml) KB_MUST_USE;

/* A name as a list keeps it: without white space around it, cut to KB_LIMIT_META_BYTES
 * (opml.c). */
struct kb_str kb_opml_cut(struct kb_str text);

/* Whether a text of OPML has a tag or an entity in it, and so is HTML (opml.c). */
bool kb_opml_has_markup(struct kb_str text);

/* What a page names, into *found, which is zeroed (discover.c). */
enum kb_status kb_feed_discover_page(struct kb_feed_make *make, struct kb_str text,
                                     struct kb_discovery *found) KB_MUST_USE;

/* kb_feed_sniff, and where in a trimmed text the root element begins if other elements
 * stand before it, as servers' notices do; else 0 (sniff.c). */
enum kb_feed_kind kb_feed_sniff_start(struct kb_str text, struct kb_str content_type,
                                      size_t *start);

/* ---- small helpers (make.c) -------------------------------------------------------- */

/* A new zeroed member at the end of a KB_FEED_LIST; NULL when the arena is full, or, with
 * a warning, when the list has KB_LIMIT_FEED_ITEMS. */
#define kb_feed_add(make, list)                                                          \
    (kb_arena_grow((make)->arena, (void **)&(list)->items, (list)->count, &(list)->cap,  \
                   sizeof *(list)->items, KB_LIMIT_FEED_ITEMS)                           \
         ? memset(&(list)->items[(list)->count++], 0, sizeof *(list)->items)             \
         : kb_feed_full(make))
void *kb_feed_full(struct kb_feed_make *make);

/* A zeroed feed (the record itself, an item's source), and a new item at the record's
 * end; what is not told is marked so where zero would tell something.  NULL as above. */
struct kb_feed *kb_feed_new(struct kb_feed_make *make);
struct kb_feed_item *kb_feed_item_add(struct kb_feed_make *make);

/* Notes that memory was refused where that cannot be said at once: the whole reading ends
 * with KB_ENOMEM. */
static inline void kb_feed_no_memory(struct kb_feed_make *make) {
    make->arena->full = true;
}

/* Appends to a buffer of a reader's own, whose failing is noted so. */
static inline void kb_feed_gather(struct kb_feed_make *make, struct kb_buf *out,
                                  struct kb_str text) {
    kb_buf_str(out, text);
    if (out->status == KB_ENOMEM)
        kb_feed_no_memory(make);
}

/* What is done with every record at its end: items without an id get one. */
void kb_feed_finish(struct kb_feed_make *make);

/* Adds a warning once (the same text is not repeated), up to KB_LIMIT_WARNINGS. */
void kb_feed_warn(struct kb_feed_make *make, const char *format, ...) KB_PRINTF(2, 3);

/* The absolute form in the arena of an address as the feed writes it; where there is no
 * base the address as it stands, unless it is of a scheme that runs code. */
struct kb_str kb_feed_url(struct kb_feed_make *make, struct kb_str address);

/* HTML → safe HTML, HTML → its text, in the arena. */
struct kb_str kb_feed_html(struct kb_feed_make *make, struct kb_str html);
struct kb_str kb_feed_html_text(struct kb_feed_make *make, struct kb_str html);

/* A date in any form that feeds have (RFC 822, RFC 3339 and ISO 8601, asctime, Greek,
 * Hungarian, Korean …) as a whole RFC 3339 date and time in the arena; empty where it
 * cannot be read (dates.c).  A date alone begins at 00:00:00Z, a time without a zone is
 * UTC. */
struct kb_str kb_feed_date(struct kb_arena *arena, struct kb_str raw);

/* Seconds since 1970 of what kb_feed_date gave; false where it is none. */
bool kb_feed_instant(struct kb_str rfc3339, int64_t *seconds);

#endif
