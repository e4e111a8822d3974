/* feed: bytes of a feed, a site map, an OPML list or an h-feed page → one record, struct
 * kb_feed; the record → JSON Feed 1.1.
 *
 * May include base, lang and html, libxml2 and yyjson.  Pure: no I/O, no clock; external
 * entities are never loaded.
 *
 * Every format becomes the same record.  Its names are JSON Feed 1.1's where it has one;
 * what JSON Feed has no word for is printed under "_kabar" (docs/feed.md tells each key).
 * Text is valid UTF-8.  Fields called html have been through the sanitiser
 * (html/html.h), addresses are absolute where a base is known; all other texts are
 * plain. */
#ifndef KB_FEED_H
#define KB_FEED_H

#include "base/base.h"
#include "html/html.h"

/* ---- the record: all of it in the reader's arena ----------------------------------- */

/* A list in the arena; grown by kb_feed_add. */
#define KB_FEED_LIST(type)                                                               \
    struct {                                                                             \
        type *items;                                                                     \
        size_t count, cap;                                                               \
    }

struct kb_feed_person {
    struct kb_str name, url, email, avatar;
};

struct kb_feed_link {
    struct kb_str href, rel, type, hreflang, title;
    int64_t length; /* bytes; 0: not told */
};

struct kb_feed_category {
    struct kb_str term, scheme, label;
};

struct kb_feed_image {
    struct kb_str url, title, link, description;
    int64_t width, height; /* 0: not told */
};

struct kb_feed_attachment {
    struct kb_str url, mime_type, title;
    int64_t size;   /* bytes; 0: not told */
    double seconds; /* 0: not told */
};

/* Its type as told, else as its address's ending says; never empty. */
struct kb_str kb_feed_attachment_type(const struct kb_feed_attachment *attachment);

struct kb_feed_hub {
    struct kb_str type, url; /* "WebSub", "rssCloud" */
};

/* What iTunes' elements say.  The two booleans: -1 not told, 0, 1. */
struct kb_feed_itunes {
    struct kb_str author, subtitle, summary, owner_name, owner_email; /* of feeds */
    struct kb_str season, episode, episode_type;                      /* of items */
    double duration;                                                  /* 0: not told */
    int8_t block, is_explicit;
};

struct kb_feed_credit {
    struct kb_str role, name;
};

struct kb_feed_media {
    KB_FEED_LIST(struct kb_feed_image) thumbnails;
    KB_FEED_LIST(struct kb_feed_credit) credits;
    struct kb_str player;
};

struct kb_feed_chapter {
    double start; /* seconds */
    struct kb_str title, url, image;
};

struct kb_feed_position {
    double longitude, latitude;
};

/* A GeoJSON geometry: points as longitude and latitude. */
enum kb_geo_kind { KB_GEO_NONE, KB_GEO_POINT, KB_GEO_LINE, KB_GEO_POLYGON };

struct kb_feed_geo {
    enum kb_geo_kind kind;
    KB_FEED_LIST(struct kb_feed_position) positions;
};

/* What feeds and items have alike. */
struct kb_feed_common {
    struct kb_str id;       /* atom:id, guid, rdf:about */
    struct kb_str title;    /* plain */
    struct kb_str language; /* BCP 47 */
    struct kb_str date_published, date_modified, date_created; /* RFC 3339, whole */
    struct kb_str rights, license;
    KB_FEED_LIST(struct kb_feed_person) authors, contributors;
    struct kb_feed_person publisher;
    KB_FEED_LIST(struct kb_feed_link) links;
    KB_FEED_LIST(struct kb_feed_category) categories;
    struct kb_feed_itunes itunes;
};

/* An entry of an OPML list: the folders that it stands in, the outermost first. */
struct kb_feed_outline {
    KB_FEED_LIST(struct kb_str) folders;
    struct kb_str type, version; /* "rss", "link", "include"; "RSS2" */
};

struct kb_feed_item {
    struct kb_feed_common c;
    struct kb_str url, external_url;
    struct kb_str content_html, content_text;
    struct kb_str summary, summary_html;
    struct kb_str image, banner_image;
    struct kb_str date_expires;
    struct kb_str comments_url, comments_feed_url;
    int64_t comment_count; /* slash:comments, thr:total; -1: not told */
    KB_FEED_LIST(struct kb_feed_attachment) attachments;
    struct kb_feed *source; /* where it was first published: a feed without items */
    struct kb_feed_geo geo;
    struct kb_feed_media media;
    KB_FEED_LIST(struct kb_feed_chapter) chapters;
    struct kb_str change_frequency;  /* of site maps: "daily" */
    double priority;                 /* the same, from 0 (or not told) to 1 */
    struct kb_feed_outline *outline; /* of OPML lists; else NULL */
    /* For printing alone, without indent: more members of _kabar as JSON, with commas
     * between them. */
    struct kb_str members;
};

struct kb_feed {
    struct kb_feed_common c;
    const char *source_format; /* "rss-2.0", "atom-1.0", "sitemap", "opml" …; static */
    struct kb_str home_page_url, feed_url, next_url;
    struct kb_str description, user_comment;
    struct kb_str icon, favicon;
    bool expired;
    struct kb_feed_image image;
    struct {
        struct kb_str name, url, version;
    } generator;
    /* How often it asks to be read: minutes, 0 where not told; hours and days (Monday
     * is 0) in which not, as bits. */
    int64_t ttl, update_minutes; /* rss:ttl; sy:updatePeriod through sy:updateFrequency */
    uint32_t skip_hours;
    uint8_t skip_days;
    struct kb_str new_feed_url;
    KB_FEED_LIST(struct kb_feed_hub) hubs;
    KB_FEED_LIST(struct kb_feed_item) items;
    KB_FEED_LIST(struct kb_str) warnings; /* for people: what was wrong, what was done */
};

/* ---- bytes → record ---------------------------------------------------------------- */

/* What is known of the bytes from elsewhere. */
struct kb_feed_hints {
    struct kb_str base_url;         /* where it was read: relative addresses' base */
    struct kb_str content_type;     /* the HTTP header's value */
    struct kb_str content_language; /* the same */
};

/* A parser of feeds, used again from feed to feed; one thread at a time. */
struct kb_feed_reader;

enum kb_status kb_feed_reader_new(struct kb_feed_reader **out,
                                  struct kb_err *err) KB_MUST_USE;
void kb_feed_reader_free(struct kb_feed_reader *reader);

/* Reads bytes (in any encoding) into *feed, which belongs to the reader and lives until
 * its next call.  A broken feed is read as far as it goes, with warnings.  KB_EINPUT with
 * a plain sentence where it is no feed at all (a page, a bot check, an empty answer);
 * KB_ELIMIT past KB_LIMIT_FEED_BYTES. */
enum kb_status kb_feed_read(struct kb_feed_reader *reader, struct kb_str bytes,
                            const struct kb_feed_hints *hints, struct kb_feed **feed,
                            struct kb_err *err) KB_MUST_USE;

/* What a text is, told from its beginning: a page's Content-Type is asked only where the
 * text leaves it open. */
enum kb_feed_kind {
    KB_KIND_EMPTY,
    KB_KIND_FEED, /* RSS, RDF, Atom, CDF */
    KB_KIND_JSON, /* a JSON Feed, if any */
    KB_KIND_SITEMAP,
    KB_KIND_SITEMAP_INDEX,
    KB_KIND_SITEMAP_TEXT, /* one address a line */
    KB_KIND_OPML,
    KB_KIND_PAGE,   /* HTML or XHTML */
    KB_KIND_XML,    /* some other XML */
    KB_KIND_ROBOTS, /* robots.txt */
    KB_KIND_TEXT,
    KB_KIND_BINARY
};

/* text is UTF-8 or near it; content_type may be empty. */
enum kb_feed_kind kb_feed_sniff(struct kb_str text, struct kb_str content_type);

/* What a person calls it: "a page". */
const char *kb_feed_kind_name(enum kb_feed_kind kind);

/* ---- a page → the feeds and articles that it names (discover.c, articles.c) -------- */

struct kb_found_feed {
    struct kb_str url, title, type; /* type: as the page says, or empty */
    bool linked;                    /* by a link element; else an ordinary link */
};

struct kb_found_article {
    struct kb_str url, text; /* text: what the link reads */
    int score;
};

struct kb_discovery {
    struct kb_str title;                            /* of the page */
    KB_FEED_LIST(struct kb_found_feed) feeds;       /* the most likely first */
    KB_FEED_LIST(struct kb_found_article) articles; /* the same; of the same site */
    KB_FEED_LIST(struct kb_str) hubs;               /* WebSub: rel=hub */
    struct kb_str self;                             /* … and rel=self */
    struct kb_str icon; /* that browsers show beside its title; empty: none named */
    bool is_feed;       /* the page is an h-feed itself */
    bool is_list;       /* a home page or a list of articles, not an article */
};

/* What the page names.  Like kb_feed_read's record it belongs to the reader and lives
 * until its next call.  Without hints->base_url only absolute addresses are found. */
enum kb_status kb_feed_discover(struct kb_feed_reader *reader, struct kb_str bytes,
                                const struct kb_feed_hints *hints,
                                struct kb_discovery **discovery,
                                struct kb_err *err) KB_MUST_USE;

/* Paths at which sites without a link to their feed often have one, in the order in which
 * they are worth a try. */
struct kb_feed_path {
    const char *path, *who; /* who: what writes it there */
};
extern const struct kb_feed_path kb_feed_paths[];
extern const size_t kb_feed_path_count;

/* ---- record → OPML ----------------------------------------------------------------- */

/* Prints the items as an OPML 2.0 list of feeds, in their folders: url is a feed's
 * address, external_url its site's.  Folders come in the order of their names, feeds in
 * that of the record. */
void kb_opml_print(const struct kb_feed *feed, struct kb_buf *out);

/* ---- record → JSON Feed 1.1 -------------------------------------------------------- */

/* One document and a line feed; indent spaces a level, 0: one line. */
void kb_feed_print(const struct kb_feed *feed, int indent, struct kb_buf *out);

/* Atom 1.0 (RFC 4287) and RSS 2.0: a whole document, well-formed whatever the record
 * holds. */
void kb_feed_print_atom(const struct kb_feed *feed, struct kb_buf *out);
void kb_feed_print_rss(const struct kb_feed *feed, struct kb_buf *out);

/* Text, or an attribute's value between quotes: escaped, without the characters that XML
 * 1.0 has none of (section 2.2). */
void kb_xml_text(struct kb_buf *out, struct kb_str s);

/* A list for a terminal of width columns: title, date, author, address of each item. */
void kb_feed_print_view(const struct kb_feed *feed, int width, bool color,
                        struct kb_buf *out);

#endif
