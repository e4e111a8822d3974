/* kabar: reads news pages and feeds.
 *
 * A page's bytes go in, an article comes out: its title, clean text and HTML, pictures,
 * and what was taken out of the body.  Typical use, without checks:
 *
 *     kabar_reader *reader;
 *     kabar_article *article;
 *     kabar_buffer out = {0};
 *     kabar_reader_new(NULL, &reader, NULL);
 *     kabar_read(reader, bytes, size, NULL, &article, NULL);
 *     kabar_print(article, KABAR_FORMAT_MARKDOWN, NULL, &out, NULL);
 *     fwrite(out.data, 1, out.size, stdout);
 *     kabar_buffer_free(&out);
 *     kabar_article_free(article);
 *     kabar_reader_free(reader);
 *
 * Rules that hold everywhere:
 *   - The library keeps no globals, prints nothing and never ends the process.  A reader
 *     serves one thread at a time; make one a thread.  Articles stand by themselves: they
 *     may outlive their reader and be freed in another thread.
 *   - All text that leaves is valid UTF-8.  A kabar_text is owned by the article or feed
 *     that it was asked of, has a NUL byte behind its size, and is empty (size 0, never
 *     NULL data) where the page does not tell.
 *   - Every function that can fail returns a kabar_status and fills an optional
 *     kabar_error with a sentence for a person.  Out-parameters are set to NULL on
 *     failure.
 *   - Sizes are bytes.
 */
#ifndef KABAR_H
#define KABAR_H

#include <stddef.h>
#include <stdint.h>

#define KABAR_VERSION "0.1.0"

#if defined(_WIN32)
#define KABAR_API
#elif defined(__GNUC__)
#define KABAR_API __attribute__((visibility("default")))
#else
#define KABAR_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum kabar_status {
    KABAR_OK = 0,
    KABAR_ENOMEM = 1, /* the system gave no memory */
    KABAR_ELIMIT = 2, /* a limit was reached before anything could be read */
    KABAR_EINPUT = 3, /* the input is no page or feed: binary, or broken beyond reading */
    KABAR_EUSAGE = 4, /* an argument is wrong */
    KABAR_EASSET = 5, /* a data file is wrong */
    KABAR_EIO = 6     /* a data file could not be read */
} kabar_status;

/* A status's short name ("bad-input"), in static storage. */
KABAR_API const char *kabar_status_name(kabar_status status);

/* The version of the library that runs, "0.1.0". */
KABAR_API const char *kabar_version(void);

typedef struct kabar_error {
    kabar_status status;
    char message[256]; /* what happened, the limit's name, what to do */
} kabar_error;

typedef struct kabar_text {
    const char *data;
    size_t size;
} kabar_text;

/* ---- the reader -------------------------------------------------------------------- */

typedef struct kabar_reader kabar_reader;

/* Set size to sizeof(kabar_options); zero or NULL fields take the default. */
typedef struct kabar_options {
    size_t size;
    const char *assets_dir; /* read data files from here instead of the built-in ones */
    size_t max_page_bytes;  /* default 64 MiB */
    size_t max_depth;       /* nesting of elements, default 512 */
    size_t max_memory;      /* of one article, default 512 MiB */
    int64_t now;            /* seconds since 1970: dates past it are left out of articles,
                               with a warning; 0: not known, none is */
} kabar_options;

/* Makes a reader; options may be NULL.  The reader is the caller's, freed with
 * kabar_reader_free.  Fails with KABAR_EASSET or KABAR_EIO when assets_dir is wrong. */
KABAR_API kabar_status kabar_reader_new(const kabar_options *options,
                                        kabar_reader **reader, kabar_error *error);
KABAR_API void kabar_reader_free(kabar_reader *reader);

/* ---- reading ----------------------------------------------------------------------- */

typedef struct kabar_article kabar_article;

/* What is known of a page apart from its bytes.  Set size to sizeof(kabar_page). */
typedef struct kabar_page {
    size_t size;
    const char *url;          /* where it stood: relative links are resolved against it */
    const char *language;     /* BCP 47, overrides what the page says and is detected */
    const char *content_type; /* the HTTP header's value; its charset goes before <meta>.
                                 text/plain reads the bytes as a plain text */
    int64_t fetched;          /* seconds since 1970: when the bytes came from the web.
                                 "3 hours ago" is reckoned from it; 0: not known, such
                                 dates are left unread */
} kabar_page;

/* Reads a page: HTML, XHTML, AMP, an HTML fragment or plain text, in any encoding of
 * the WHATWG standard.  bytes are not kept.  page may be NULL.  The article is the
 * caller's, freed with kabar_article_free.
 *
 * A page without an article (a consent page, an error page, an empty one) is no failure:
 * the article has a low confidence and warnings.  Past a limit inside the page the rest
 * is left out and a warning names the limit. */
KABAR_API kabar_status kabar_read(kabar_reader *reader, const void *bytes, size_t size,
                                  const kabar_page *page, kabar_article **article,
                                  kabar_error *error);
KABAR_API void kabar_article_free(kabar_article *article);

/* ---- the article's fields ---------------------------------------------------------- */

typedef enum kabar_field {
    KABAR_ID, /* stable for a page's address, or for its text without one */
    KABAR_URL,
    KABAR_CANONICAL_URL,
    KABAR_TITLE,
    KABAR_SUMMARY,
    KABAR_TEXT,      /* the body: blocks with one empty line between them */
    KABAR_HTML,      /* the body: headings, paragraphs, lists, quotes, tables, figures */
    KABAR_LANGUAGE,  /* BCP 47 */
    KABAR_DIRECTION, /* "ltr" or "rtl" */
    KABAR_DATE_PUBLISHED, /* RFC 3339, with the precision that the page has */
    KABAR_DATE_MODIFIED,
    KABAR_BYLINE,
    KABAR_DESK,
    KABAR_PUBLISHER,
    KABAR_PUBLISHER_DOMAIN,
    KABAR_SECTION,
    KABAR_IMAGE,    /* the lead picture's address */
    KABAR_DATELINE, /* as printed: "BERLIN, 3 May (dpa) –" */
    KABAR_DATELINE_PLACE,
    KABAR_DATELINE_DATE, /* as printed */
    KABAR_DATELINE_AGENCY,
    KABAR_ORIGINAL_URL, /* where the page says that its text stood first */
    KABAR_FIELD_COUNT
} kabar_field;

KABAR_API kabar_text kabar_get(const kabar_article *article, kabar_field field);

/* Lists: how many items, and one item's value under a key.  A key that the list does not
 * have, or an index past the end, gives an empty text. */
typedef enum kabar_list {
    KABAR_AUTHORS,  /* KABAR_NAME, KABAR_ROLE, KABAR_ORGANIZATION */
    KABAR_IMAGES,   /* KABAR_ADDRESS, KABAR_CAPTION, KABAR_CREDIT */
    KABAR_TAGS,     /* KABAR_NAME */
    KABAR_REMOVED,  /* KABAR_KIND, KABAR_VALUE */
    KABAR_SOURCES,  /* KABAR_NAME, KABAR_KIND, KABAR_RELATION, KABAR_ADDRESS,
                      KABAR_EVIDENCE */
    KABAR_WARNINGS, /* KABAR_VALUE */
    KABAR_ROLES,    /* KABAR_NAME: original, agency_copy, rewrite, compilation … */
    KABAR_CHAIN,    /* the oldest first: KABAR_NAME of the publisher, KABAR_ADDRESS,
                       KABAR_KIND (language), KABAR_VALUE (date), KABAR_RELATION */
    KABAR_LIST_COUNT
} kabar_list;

typedef enum kabar_key {
    KABAR_NAME,
    KABAR_ROLE,
    KABAR_ORGANIZATION,
    KABAR_ADDRESS,
    KABAR_CAPTION,
    KABAR_CREDIT,
    KABAR_KIND,
    KABAR_VALUE,
    KABAR_RELATION,
    KABAR_EVIDENCE,
    KABAR_KEY_COUNT
} kabar_key;

KABAR_API size_t kabar_count(const kabar_article *article, kabar_list list);
KABAR_API kabar_text kabar_item(const kabar_article *article, kabar_list list,
                                size_t index, kabar_key key);

/* How sure the reader is that the text is the page's article: 0 to 1. */
KABAR_API double kabar_confidence(const kabar_article *article);

/* ---- printing ---------------------------------------------------------------------- */

typedef enum kabar_format {
    KABAR_FORMAT_TEXT,     /* the body alone */
    KABAR_FORMAT_MARKDOWN, /* CommonMark with tables, headline first */
    KABAR_FORMAT_HTML,     /* a whole small document */
    KABAR_FORMAT_JSON,     /* the whole record, schema kabar.article/1 */
    KABAR_FORMAT_VIEW,     /* for a terminal: wrapped, headline, byline, sources */
    KABAR_FORMAT_JSONLD,   /* schema.org's NewsArticle, with the sources as its works */
    KABAR_FORMAT_NINJS     /* IPTC's ninjs 3.1, an item of type text */
} kabar_format;

/* The format that a name ("text", "markdown", "html", "json", "view", "jsonld", "ninjs")
 * stands for, or -1. */
KABAR_API int kabar_format_by_name(const char *name);

typedef struct kabar_print_options {
    size_t size;
    int width;  /* KABAR_FORMAT_VIEW: columns, default 80 */
    int color;  /* KABAR_FORMAT_VIEW: bold and dim by terminal escapes */
    int indent; /* the three of JSON: spaces a level; 0 prints one line */
} kabar_print_options;

/* Bytes that grow.  Zero it before the first use; data has a NUL behind size. */
typedef struct kabar_buffer {
    char *data;
    size_t size;
    size_t capacity;
} kabar_buffer;

/* Appends the article in a format; options may be NULL.  On failure the buffer is as it
 * was.  A line feed ends what is printed. */
KABAR_API kabar_status kabar_print(const kabar_article *article, kabar_format format,
                                   const kabar_print_options *options,
                                   kabar_buffer *buffer, kabar_error *error);
KABAR_API void kabar_buffer_free(kabar_buffer *buffer);

/* ---- feeds ------------------------------------------------------------------------- */

/* A feed that is read into again and again, without an article's word lists: light to
 * make, one thread at a time.  Each reading drops what was there, texts included. */
typedef struct kabar_feed kabar_feed;

/* What is known of a feed apart from its bytes.  Set size to
 * sizeof(kabar_feed_hints). */
typedef struct kabar_feed_hints {
    size_t size;
    const char *base_url;         /* where it stood: relative addresses' base */
    const char *content_type;     /* the HTTP header's value */
    const char *content_language; /* the same */
    size_t max_feed_bytes;        /* default, and at most, 128 MiB */
} kabar_feed_hints;

KABAR_API kabar_status kabar_feed_new(kabar_feed **feed, kabar_error *error);
KABAR_API void kabar_feed_free(kabar_feed *feed);

/* Reads RSS, RDF, Atom, CDF, JSON Feed, a site map, an OPML list or an h-feed page, in
 * any encoding; hints may be NULL.  A broken feed is read as far as it goes, with
 * warnings.  KABAR_EINPUT where it is no feed at all; feed is then empty. */
KABAR_API kabar_status kabar_feed_read(kabar_feed *feed, const void *bytes, size_t size,
                                       const kabar_feed_hints *hints, kabar_error *error);

/* Printed as JSON (KABAR_FORMAT_JSON) a feed is a JSON Feed 1.1 document, and it has far
 * more than the fields here.  Plain texts but for KABAR_ITEM_HTML, which is safe HTML. */
typedef enum kabar_feed_field {
    KABAR_FEED_TITLE,
    KABAR_FEED_DESCRIPTION,
    KABAR_FEED_HOME_URL,
    KABAR_FEED_URL,
    KABAR_FEED_LANGUAGE, /* BCP 47 */
    KABAR_FEED_ICON,     /* its picture's address */
    KABAR_FEED_FORMAT,   /* what it was: "rss-2.0", "atom-1.0", "sitemap" … */
    KABAR_FEED_FIELD_COUNT
} kabar_feed_field;

typedef enum kabar_item_field {
    KABAR_ITEM_ID,
    KABAR_ITEM_URL,
    KABAR_ITEM_TITLE,
    KABAR_ITEM_AUTHOR, /* the first one's name, or mail address */
    KABAR_ITEM_SUMMARY,
    KABAR_ITEM_HTML, /* the body, sanitised */
    KABAR_ITEM_TEXT, /* the body, where the feed has it as plain text */
    KABAR_ITEM_LANGUAGE,
    KABAR_ITEM_IMAGE,
    KABAR_ITEM_DATE_PUBLISHED, /* RFC 3339 */
    KABAR_ITEM_DATE_MODIFIED,
    KABAR_ITEM_ATTACHMENT, /* the first one's address: a podcast's sound */
    KABAR_ITEM_FIELD_COUNT
} kabar_item_field;

KABAR_API kabar_text kabar_feed_get(const kabar_feed *feed, kabar_feed_field field);
KABAR_API size_t kabar_feed_count(const kabar_feed *feed); /* items */
KABAR_API kabar_text kabar_feed_item(const kabar_feed *feed, size_t index,
                                     kabar_item_field field);
KABAR_API size_t kabar_feed_warning_count(const kabar_feed *feed);
KABAR_API kabar_text kabar_feed_warning(const kabar_feed *feed, size_t index);

/* Appends the feed as KABAR_FORMAT_JSON or KABAR_FORMAT_VIEW (a list for a terminal), as
 * kabar_print does it. */
KABAR_API kabar_status kabar_feed_print(const kabar_feed *feed, kabar_format format,
                                        const kabar_print_options *options,
                                        kabar_buffer *buffer, kabar_error *error);

#ifdef __cplusplus
}
#endif

#endif
