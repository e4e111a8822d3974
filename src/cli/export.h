/* kabar export: what its formats share. */
#ifndef KB_CLI_EXPORT_H
#define KB_CLI_EXPORT_H

#include "fetch/fetch.h"
#include "wire.h"

struct kb_cli_export {
    struct kb_article_wish wish;
    struct kb_str query; /* a search, else empty */
    size_t most;         /* 0: all */
    const char *story;
    struct kb_json json; /* the document, of JSON Feed */
    struct kb_warc_writer *warc;
    int64_t articles;
    int format; /* of export.c's; -1: not said */
};

/* Lists of feeds, in their folders. */
enum kb_status kb_cli_export_opml(struct kb_cli_wire *w) KB_MUST_USE;

/* One document, JSON Feed 1.1. */
enum kb_status kb_cli_export_feed_begin(struct kb_cli_wire *w) KB_MUST_USE;
enum kb_status kb_cli_export_feed(struct kb_cli_wire *w, const struct kb_row *row,
                                  const struct kb_article *article) KB_MUST_USE;
enum kb_status kb_cli_export_feed_end(struct kb_cli_wire *w) KB_MUST_USE;

/* A WARC file of conversions: articles as HTML, and their records as metadata. */
enum kb_status kb_cli_export_warc_begin(struct kb_cli_wire *w) KB_MUST_USE;
enum kb_status kb_cli_export_warc(struct kb_cli_wire *w, const struct kb_row *row,
                                  const struct kb_article *article) KB_MUST_USE;

#endif
