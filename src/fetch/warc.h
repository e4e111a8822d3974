/* fetch/warc: WARC files in, records out, one at a time; and answers in, a WARC file
 * out.
 *
 * WARC is ISO 28500 (versions 1.0 of 2009 and 1.1 of 2017; 0.17 and 0.18 are read as
 * well).  A file is records one behind the other: plain, in one gzip member or zstd frame
 * each, in members that have nothing to do with the records, or in one over all.  Which
 * it is, is told by the bytes; a zstd dictionary may stand in front, as the IIPC's
 * "Zstandard Compression for WARC Files" 1.0 has it.
 *
 * The reader takes bytes from a function and does no I/O of its own.  It holds one
 * record's headers and, if they are asked for, one block's bytes: memory is bounded by
 * the largest page and not by the file.  Past a damaged record it goes on with the next.
 *
 *     reader = kb_warc_open(fill, context, &err);
 *     while ((step = kb_warc_next(reader, &record, &err)) != KB_WARC_END) {
 *         if (step == KB_WARC_FAILED) …            the bytes or the memory gave out
 *         if (step == KB_WARC_DAMAGED) …           err tells; the next call goes on
 *         if (kb_warc_use(&record) != KB_WARC_PAGE)
 *             continue;                            what is not asked for is passed over
 *         if (kb_warc_body(reader, &record, max, &err) != KB_WARC_RECORD) …
 *         kb_warc_payload(&record, &scratch, max, &payload, &err);
 *     }
 *
 * Records are the caller's, so that one thread may read the next record while another
 * works on the last; only kb_warc_payload costs time and needs no reader. */
#ifndef KB_FETCH_WARC_H
#define KB_FETCH_WARC_H

#include "base/base.h"

#include <sys/types.h>

/* ---- records ----------------------------------------------------------------------- */

enum kb_warc_type {
    KB_WARC_TYPE_OTHER, /* of a later version, or invented: to be passed over */
    KB_WARC_TYPE_WARCINFO,
    KB_WARC_TYPE_RESPONSE,
    KB_WARC_TYPE_RESOURCE,
    KB_WARC_TYPE_REQUEST,
    KB_WARC_TYPE_METADATA,
    KB_WARC_TYPE_REVISIT,
    KB_WARC_TYPE_CONVERSION,
    KB_WARC_TYPE_CONTINUATION
};

/* The record's WARC-Type, "response"; "" for KB_WARC_TYPE_OTHER. */
const char *kb_warc_type_name(enum kb_warc_type type);

/* The head of the HTTP message in a record.  Texts point into the record. */
struct kb_warc_http {
    int status; /* 0: the block is no HTTP response */
    struct kb_str content_type, content_encoding, transfer_encoding;
};

/* One record.  Texts point into its buffers and stand until it is given to kb_warc_next
 * again.  After KB_WARC_DAMAGED only offset and id are filled, as far as they are
 * known. */
struct kb_warc_record {
    enum kb_warc_type type;
    struct kb_str id;            /* WARC-Record-ID with its brackets, "<urn:uuid:…>" */
    struct kb_str target;        /* WARC-Target-URI, brackets of old writers taken off */
    struct kb_str date;          /* WARC-Date as it stands there: kb_warc_time */
    struct kb_str content_type;  /* of the block */
    struct kb_str concurrent_to; /* the first record that it names as made with it */
    bool truncated;              /* the writer cut the block and says so */
    uint64_t length;             /* of the block */
    uint64_t offset; /* in the file: of the record, or of the gzip member or zstd frame
                        that it begins in */
    struct kb_warc_http http;
    struct kb_buf head;      /* the record's own lines */
    struct kb_buf http_head; /* status line and headers of a response */
    struct kb_buf body;      /* the block behind http_head, after kb_warc_body */
};

void kb_warc_record_init(struct kb_warc_record *record);
void kb_warc_record_free(struct kb_warc_record *record);

/* Fills the record from its own lines in record->head.  KB_EINPUT where they are no WARC
 * header, or lack what it must have; the id is filled even so, if it is there. */
enum kb_status kb_warc_record_read(struct kb_warc_record *record,
                                   struct kb_err *err) KB_MUST_USE;

/* Whether the block is the response of an HTTP server. */
bool kb_warc_holds_response(const struct kb_warc_record *record);

/* Seconds since 1970 of a WARC-Date ("2026-11-26T09:30:00Z", in 1.1 with less or more
 * precision).  False where it is none. */
bool kb_warc_time(struct kb_str date, int64_t *seconds);

/* ---- reading ----------------------------------------------------------------------- */

/* Gives up to room bytes of the file at to; 0 at its end, -1 with errno set where it
 * failed. */
typedef ssize_t kb_warc_fill(void *context, char *to, size_t room);

struct kb_warc_reader;

enum kb_warc_step {
    KB_WARC_RECORD,
    KB_WARC_END,
    KB_WARC_DAMAGED, /* a record, or what stands between records; err tells it */
    KB_WARC_FAILED   /* the reader can go on no more: KB_EIO, KB_ENOMEM */
};

/* Whether a file that begins with these bytes (4096 are plenty) is a WARC file, packed or
 * not.  zstd data always counts as one: nothing else that is read here has it. */
bool kb_warc_is(struct kb_str begin);

/* A reader that takes its bytes from fill.  NULL where there is no memory. */
struct kb_warc_reader *kb_warc_open(kb_warc_fill *fill, void *context,
                                    struct kb_err *err) KB_MUST_USE;
void kb_warc_close(struct kb_warc_reader *reader);

/* The next record's header and, of an HTTP response, the response's; what is left of the
 * record before is passed over.  KB_WARC_DAMAGED tells of a piece of the file once,
 * however large it is. */
enum kb_warc_step kb_warc_next(struct kb_warc_reader *reader,
                               struct kb_warc_record *record,
                               struct kb_err *err) KB_MUST_USE;

/* The rest of the record's block into record->body, and a look at how the record ends.
 * KB_WARC_DAMAGED with KB_ELIMIT where it is larger than max bytes. */
enum kb_warc_step kb_warc_body(struct kb_warc_reader *reader,
                               struct kb_warc_record *record, size_t max,
                               struct kb_err *err) KB_MUST_USE;

/* ---- the page in a record ---------------------------------------------------------- */

/* What a record is for whoever looks for pages. */
enum kb_warc_use {
    KB_WARC_PAGE,         /* HTML, XHTML or plain text, and a response had status 200 */
    KB_WARC_OTHER_STATUS, /* a response with another status */
    KB_WARC_OTHER_TYPE,   /* a picture, a feed, a script, robots.txt, a name look-up */
    KB_WARC_REVISIT,      /* its page stands elsewhere */
    KB_WARC_NO_PAGE,      /* request, metadata, warcinfo, continuation */
    KB_WARC_USE_COUNT
};
enum kb_warc_use kb_warc_use(const struct kb_warc_record *record);

/* The Content-Type of the page itself: the response's (where it has none, what the
 * crawler found out), else the block's. */
struct kb_str kb_warc_page_type(const struct kb_warc_record *record);

/* Two buffers for unpacking, to be used again; the caller's. */
struct kb_warc_scratch {
    struct kb_buf at[2];
};
void kb_warc_scratch_free(struct kb_warc_scratch *scratch);

/* The page in record->body: its chunks joined (RFC 9112, in place: record->body changes),
 * its codings undone (RFC 9110: gzip, deflate, br, zstd).  Where a header claims what
 * the bytes are not, they are taken as they are: many crawlers unpack and leave the
 * header.  *payload points into record or scratch.  KB_ELIMIT where the page has more
 * than max bytes, KB_EINPUT where it is damaged; *payload is then what came before. */
enum kb_status kb_warc_payload(struct kb_warc_record *record,
                               struct kb_warc_scratch *scratch, size_t max,
                               struct kb_str *payload, struct kb_err *err) KB_MUST_USE;

/* Header lines ("Name: value", folded ones too) one by one, of WARC and HTTP alike:
 * takes the first off *lines.  False at the empty line or the end; a line without a colon
 * comes with an empty name. */
bool kb_warc_line(struct kb_str *lines, struct kb_str *name, struct kb_str *value);

/* Reads a response's status line and headers; http->status is 0 where it is none. */
void kb_warc_http_read(struct kb_str head, struct kb_warc_http *http);

/* ---- writing ----------------------------------------------------------------------- */

/* How records are packed, each by itself. */
enum kb_warc_packing { KB_WARC_GZIP, KB_WARC_ZSTD, KB_WARC_PLAIN };

/* What the digests of blocks and payloads are. */
enum kb_warc_digest { KB_WARC_SHA1, KB_WARC_SHA256 };

/* Room for a record's id with its brackets and a NUL. */
enum { KB_WARC_ID_BYTES = 48 };

/* Where a file goes and what it is made of; context is handed to both functions.  put
 * writes all of the bytes, false with errno set where it cannot.  random fills n bytes
 * that nobody can guess or have again, false where there are none: ids are made of
 * them. */
struct kb_warc_output {
    bool (*put)(void *context, const char *bytes, size_t n);
    bool (*random)(void *context, unsigned char *to, size_t n);
    void *context;
    enum kb_warc_packing packing;
    enum kb_warc_digest digest;
};

struct kb_warc_writer;

/* The output is copied.  NULL where there is no memory. */
struct kb_warc_writer *kb_warc_writer_new(const struct kb_warc_output *output,
                                          struct kb_err *err) KB_MUST_USE;
void kb_warc_writer_free(struct kb_warc_writer *writer);

/* One record to be written.  Zeroed members are left out of it; texts must not hold
 * control characters, but for head and body, which together are the block. */
struct kb_warc_entry {
    enum kb_warc_type type;
    struct kb_str target;
    int64_t time_ms;            /* since 1970: of the request, or of the file */
    struct kb_str content_type; /* of the block */
    struct kb_str address;      /* of the server: "192.0.2.1" */
    struct kb_str concurrent_to, file_name, profile, protocol, truncated;
    struct kb_str head; /* of an HTTP message, its empty line included */
    struct kb_str body;
};

/* Writes a WARC 1.1 record and gives its id, "<urn:uuid:…>", which may be NULL.  Records
 * behind a warcinfo record name it.  KB_EUSAGE where a text has control characters,
 * KB_EIO where put failed, and what it wrote may then end in the middle of a record. */
enum kb_status kb_warc_write(struct kb_warc_writer *writer,
                             const struct kb_warc_entry *entry, char id[KB_WARC_ID_BYTES],
                             struct kb_err *err) KB_MUST_USE;

/* The record that a file begins with.  fields are lines "name: value", such as operator
 * and robots; software and format are added. */
enum kb_status kb_warc_write_info(struct kb_warc_writer *writer, struct kb_str file_name,
                                  struct kb_str software, struct kb_str fields,
                                  int64_t now_ms, struct kb_err *err) KB_MUST_USE;

struct kb_answer;

/* All hops of an answer (client.h): for each that a server answered a request and a
 * response that name each other.  Bodies come decoded from libcurl, and so they are
 * written: Content-Encoding and Transfer-Encoding, and a Content-Length that is no more
 * true, are kept as X-Crawl-Content-Encoding and so on, as other crawlers do, and a right
 * Content-Length is added.  HTTP/2 is written as HTTP/1.1 with WARC-Protocol, because
 * tools know no other.  A 304 is a revisit.  What a fault cut off says so. */
enum kb_status kb_warc_write_answer(struct kb_warc_writer *writer,
                                    const struct kb_answer *answer,
                                    struct kb_err *err) KB_MUST_USE;

#endif
