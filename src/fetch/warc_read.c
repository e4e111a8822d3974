/* WARC records: a file's unpacked bytes in, one record after the other out.
 *
 * The grammar is ISO 28500:2017 (WARC 1.1), of which 1.0 and the drafts 0.17 and 0.18
 * differ in nothing that matters here.
 *
 * What is damaged is told once and passed over.  There are two ways back: members (gzip,
 * zstd) are looked for by their magic in warc_stream.c; inside a member, and in plain
 * files, the next line that begins with "WARC/" is taken.  A Content-Length that is too
 * large swallows the records behind it: when a record turns out not to end where it
 * should, what was read of it since the first such line is read again.  That line alone
 * proves nothing (a page may tell of WARC files), so it is looked at only then. */
#include "fetch/warc.h"
#include "fetch/warc_stream.h"

#include <stdio.h>
#include <stdlib.h>

/* Bytes that are unpacked at once. */
#define WINDOW_BYTES ((size_t)64 << 10)

/* A body's room grows in steps that begin here, so that a length that lies costs
 * nothing. */
#define BODY_STEP ((size_t)1 << 20)

enum { ID_BYTES = 128 };

static const struct kb_str mark = {"\nWARC/", 6};

struct kb_warc_reader {
    struct kb_warc_stream stream;
    struct kb_buf window; /* bytes of the open member alone, from window_at on */
    size_t window_at;
    bool member_ended; /* the stream has no more of the member */
    bool resync;       /* a damage was told, and no record found since */
    bool in_block;
    uint64_t left; /* bytes of the block that were not taken */
    uint64_t offset;
    char id[ID_BYTES];    /* of the record, for messages */
    struct kb_buf spool;  /* what a block may have swallowed, while it is passed over */
    bool spooling, noted; /* noted: note is to be told before the next record */
    struct kb_err note;
};

struct kb_warc_reader *kb_warc_open(kb_warc_fill *fill, void *context,
                                    struct kb_err *err) {
    struct kb_warc_reader *reader = calloc(1, sizeof *reader);
    if (!reader || !kb_warc_stream_init(&reader->stream, fill, context)) {
        free(reader);
        kb_err_set(err, KB_ENOMEM, "not enough memory to read the file");
        return NULL;
    }
    kb_buf_init(&reader->window, KB_LIMIT_WARC_SWALLOWED_BYTES +
                                     KB_LIMIT_WARC_HTTP_BYTES + 2 * WINDOW_BYTES);
    kb_buf_init(&reader->spool, KB_LIMIT_WARC_SWALLOWED_BYTES);
    reader->member_ended = true;
    return reader;
}

void kb_warc_close(struct kb_warc_reader *reader) {
    if (!reader)
        return;
    kb_warc_stream_free(&reader->stream);
    kb_buf_free(&reader->window);
    kb_buf_free(&reader->spool);
    free(reader);
}

void kb_warc_record_init(struct kb_warc_record *record) {
    *record = (struct kb_warc_record){0};
    kb_buf_init(&record->head, KB_LIMIT_WARC_HEAD_BYTES);
    kb_buf_init(&record->http_head, KB_LIMIT_WARC_HTTP_BYTES);
    kb_buf_init(&record->body, SIZE_MAX / 2);
}

void kb_warc_record_free(struct kb_warc_record *record) {
    kb_buf_free(&record->head);
    kb_buf_free(&record->http_head);
    kb_buf_free(&record->body);
}

/* Empties the record and keeps its memory, but for that of a body beyond the usual. */
static void record_clear(struct kb_warc_record *record) {
    struct kb_warc_record old = *record;
    kb_buf_clear(&old.head);
    kb_buf_clear(&old.http_head);
    kb_buf_clear(&old.body);
    if (old.body.cap > 4 * BODY_STEP)
        kb_buf_free(&old.body);
    *record = (struct kb_warc_record){
        .head = old.head, .http_head = old.http_head, .body = old.body};
}

/* ---- the window -------------------------------------------------------------------- */

static struct kb_str window(const struct kb_warc_reader *reader) {
    return (struct kb_str){reader->window.p + reader->window_at,
                           reader->window.n - reader->window_at};
}

static uint64_t offset_here(const struct kb_warc_reader *reader) {
    uint64_t offset = kb_warc_stream_offset(&reader->stream);
    return reader->stream.kind == KB_SEEN_PLAIN ? offset - window(reader).n : offset;
}

/* Takes what is left of the window to its front. */
static void compact(struct kb_warc_reader *reader) {
    if (!reader->window_at)
        return;
    reader->window.n -= reader->window_at;
    memmove(reader->window.p, reader->window.p + reader->window_at, reader->window.n);
    reader->window_at = 0;
}

/* More bytes of the member behind the window's. */
static enum kb_warc_flow more(struct kb_warc_reader *reader, struct kb_err *err) {
    size_t got;
    if (reader->member_ended)
        return KB_FLOW_MEMBER_END;
    compact(reader);
    if (!kb_buf_reserve(&reader->window, WINDOW_BYTES)) {
        kb_err_set(err, KB_ENOMEM, "not enough memory to read the file");
        return KB_FLOW_FAILED;
    }
    enum kb_warc_flow flow = kb_warc_stream_read(
        &reader->stream, reader->window.p + reader->window.n, WINDOW_BYTES, &got, err);
    reader->window.n += got;
    if (flow == KB_FLOW_MEMBER_END || flow == KB_FLOW_END)
        reader->member_ended = true;
    return got > 0 && flow == KB_FLOW_MEMBER_END ? KB_FLOW_BYTES
           : flow == KB_FLOW_END                 ? KB_FLOW_MEMBER_END
                                                 : flow;
}

/* Makes n bytes of the member stand in the window; KB_FLOW_MEMBER_END where it has
 * fewer. */
static enum kb_warc_flow need(struct kb_warc_reader *reader, size_t n,
                              struct kb_err *err) {
    while (window(reader).n < n) {
        enum kb_warc_flow flow = more(reader, err);
        if (flow != KB_FLOW_BYTES)
            return flow;
    }
    return KB_FLOW_BYTES;
}

static enum kb_warc_flow open_member(struct kb_warc_reader *reader, struct kb_err *err) {
    enum kb_warc_flow flow = kb_warc_stream_member(&reader->stream, err);
    reader->member_ended = flow != KB_FLOW_BYTES;
    return flow;
}

/* More bytes for a record that began in an earlier member: files exist whose members have
 * nothing to do with their records.  A member that begins with a record ends the one
 * before: KB_FLOW_MEMBER_END; as does the end of the file: KB_FLOW_END. */
static enum kb_warc_flow more_across(struct kb_warc_reader *reader, struct kb_err *err) {
    for (;;) {
        enum kb_warc_flow flow = more(reader, err);
        if (flow != KB_FLOW_MEMBER_END)
            return flow;
        size_t before = window(reader).n;
        if ((flow = open_member(reader, err)) != KB_FLOW_BYTES)
            return flow;
        flow = need(reader, before + mark.n - 1, err);
        if (flow != KB_FLOW_BYTES && flow != KB_FLOW_MEMBER_END)
            return flow;
        if (kb_str_starts(kb_str_slice(window(reader), before, SIZE_MAX),
                          kb_str_slice(mark, 1, mark.n))) {
            reader->window_at += before;
            return KB_FLOW_MEMBER_END;
        }
        if (window(reader).n > before)
            return KB_FLOW_BYTES;
    }
}

/* ---- what is told ------------------------------------------------------------------ */

/* err->text gets the place and the record in front. */
static void tell(const struct kb_warc_reader *reader, struct kb_err *err,
                 enum kb_status status, const char *what) {
    char text[sizeof err->text];
    strncpy(text, what, sizeof text - 1);
    text[sizeof text - 1] = 0;
    kb_err_set(err, status, "offset %llu%s%s: %s", (unsigned long long)reader->offset,
               reader->id[0] ? ", record " : "", reader->id, text);
}

static void show_damage(const struct kb_warc_reader *reader,
                        struct kb_warc_record *record) {
    record_clear(record);
    record->offset = reader->offset;
    kb_buf_z(&record->head, reader->id);
    record->id = kb_buf_view(&record->head);
}

/* The record, or what stands in a record's place, is lost: the search for the next one
 * begins.  err holds what happened. */
static enum kb_warc_step damaged(struct kb_warc_reader *reader,
                                 struct kb_warc_record *record, struct kb_err *err) {
    struct kb_err why = *err;
    tell(reader, err, KB_EINPUT, why.text);
    show_damage(reader, record);
    reader->in_block = false;
    reader->resync = true;
    return KB_WARC_DAMAGED;
}

/* What the stream cannot read: the window goes, and the next member is looked for. */
static enum kb_warc_step stream_damaged(struct kb_warc_reader *reader,
                                        struct kb_warc_record *record,
                                        struct kb_err *err) {
    struct kb_err failure = {KB_OK, ""};
    bool known = reader->resync;
    if (!reader->in_block && !known)
        reader->offset = kb_warc_stream_offset(&reader->stream);
    kb_buf_clear(&reader->window);
    reader->window_at = 0;
    reader->member_ended = true;
    if (kb_warc_stream_resync(&reader->stream, &failure) == KB_FLOW_FAILED) {
        *err = failure;
        return KB_WARC_FAILED;
    }
    return damaged(reader, record, err);
}

/* What went wrong inside a record, as a step. */
static enum kb_warc_step broken(struct kb_warc_reader *reader,
                                struct kb_warc_record *record, enum kb_warc_flow flow,
                                const char *where, struct kb_err *err) {
    if (flow == KB_FLOW_FAILED)
        return KB_WARC_FAILED;
    if (flow == KB_FLOW_DAMAGED)
        return stream_damaged(reader, record, err);
    kb_err_set(err, KB_EINPUT, "the %s ends in the middle of %s",
               flow == KB_FLOW_END || reader->stream.kind == KB_SEEN_PLAIN ? "file"
               : reader->stream.kind == KB_SEEN_GZIP                       ? "gzip member"
                                                                           : "zstd frame",
               where);
    return damaged(reader, record, err);
}

/* ---- blocks ------------------------------------------------------------------------ */

/* Has bytes read again, before the window's. */
static bool give_back(struct kb_warc_reader *reader, struct kb_str bytes) {
    struct kb_buf joined;
    kb_buf_init(&joined, reader->window.max);
    kb_buf_str(&joined, bytes);
    kb_buf_str(&joined, window(reader));
    if (joined.status != KB_OK) {
        kb_buf_free(&joined);
        return false;
    }
    kb_buf_free(&reader->window);
    reader->window = joined;
    reader->window_at = 0;
    return true;
}

/* The block did not end where its Content-Length says, or the file ended before: if it
 * swallowed records, they are read again. */
static enum kb_warc_step wrong_length(struct kb_warc_reader *reader,
                                      struct kb_warc_record *record, const char *what,
                                      struct kb_err *err) {
    struct kb_str swallowed = kb_buf_view(&reader->spool);
    if (!swallowed.n) {
        size_t at = kb_str_find(kb_buf_view(&record->body), mark);
        if (at != KB_NOT_FOUND)
            swallowed = kb_str_slice(kb_buf_view(&record->body), at + 1, SIZE_MAX);
    }
    if (swallowed.n && give_back(reader, swallowed))
        what = "the Content-Length is wrong: other records begin inside the block";
    kb_buf_free(&reader->spool);
    kb_err_set(err, KB_EINPUT, "%s", what);
    return damaged(reader, record, err);
}

/* Behind a block stand two line feeds.  Fewer are told, and the record is good. */
static enum kb_warc_step block_end(struct kb_warc_reader *reader,
                                   struct kb_warc_record *record, struct kb_err *err) {
    enum kb_warc_flow flow = need(reader, 4, err);
    if (flow == KB_FLOW_FAILED || flow == KB_FLOW_DAMAGED)
        return broken(reader, record, flow, "the record", err);
    struct kb_str end = kb_str_slice(window(reader), 0, 4);
    size_t feeds = 0, n = 0;
    while (feeds < 2 && n < end.n) {
        if (end.p[n] == '\r' && n + 1 < end.n && end.p[n + 1] == '\n')
            n++;
        if (end.p[n] != '\n')
            break;
        n++;
        feeds++;
    }
    reader->window_at += n;
    if (feeds < 2) {
        flow = need(reader, mark.n - 1, err);
        if (flow == KB_FLOW_FAILED || flow == KB_FLOW_DAMAGED)
            return broken(reader, record, flow, "the record", err);
        struct kb_str next = window(reader);
        if (next.n && !kb_str_starts(next, kb_str_slice(mark, 1, mark.n)))
            return wrong_length(reader, record,
                                "the Content-Length is wrong, or the line feeds behind "
                                "the record are missing",
                                err);
        tell(reader, &reader->note, KB_EINPUT,
             "the two line feeds behind the record are missing; it is read all the same");
        reader->noted = true;
    }
    reader->in_block = false;
    kb_buf_free(&reader->spool);
    /* The member's checksum stands behind its last byte. */
    if (reader->stream.kind != KB_SEEN_PLAIN && !window(reader).n) {
        flow = more(reader, err);
        if (flow == KB_FLOW_FAILED || flow == KB_FLOW_DAMAGED)
            return broken(reader, record, flow, "the record", err);
    }
    return KB_WARC_RECORD;
}

static enum kb_warc_step block_broken(struct kb_warc_reader *reader,
                                      struct kb_warc_record *record,
                                      enum kb_warc_flow flow, struct kb_err *err) {
    char text[160];
    if (flow == KB_FLOW_FAILED || flow == KB_FLOW_DAMAGED)
        return broken(reader, record, flow, "the block", err);
    snprintf(text, sizeof text,
             "the %s ends before the record does: %llu of %llu bytes %s",
             flow == KB_FLOW_END ? "file" : "gzip member or zstd frame",
             (unsigned long long)(record->length - reader->left),
             (unsigned long long)record->length,
             flow == KB_FLOW_END ? "are there" : "are there (Content-Length wrong?)");
    return wrong_length(reader, record, text, err);
}

/* Passes over some of the window, and keeps it from the first record's beginning on. */
static void pass_over(struct kb_warc_reader *reader) {
    struct kb_str bytes = window(reader);
    if (bytes.n > reader->left)
        bytes.n = (size_t)reader->left;
    if (!reader->spooling) {
        size_t at = kb_str_find(bytes, mark);
        if (at != KB_NOT_FOUND) {
            reader->spooling = true;
            reader->window_at += at + 1;
            reader->left -= at + 1;
            bytes = kb_str_slice(bytes, at + 1, bytes.n);
        } else if (bytes.n < reader->left) {
            /* The mark may stand across the window's end. */
            bytes.n -= bytes.n < mark.n ? bytes.n : mark.n - 1;
        }
    }
    if (reader->spooling)
        kb_buf_str(&reader->spool, bytes);
    reader->window_at += bytes.n;
    reader->left -= bytes.n;
}

/* What is left of a record that nobody asked for. */
static enum kb_warc_step skip_block(struct kb_warc_reader *reader,
                                    struct kb_warc_record *record, struct kb_err *err) {
    kb_buf_free(&reader->spool);
    reader->spooling = false;
    while (reader->left > 0) {
        struct kb_str bytes = window(reader);
        if (bytes.n < mark.n && bytes.n < reader->left) {
            enum kb_warc_flow flow = more_across(reader, err);
            if (flow != KB_FLOW_BYTES)
                return block_broken(reader, record, flow, err);
        }
        pass_over(reader);
    }
    return block_end(reader, record, err);
}

enum kb_warc_step kb_warc_body(struct kb_warc_reader *reader,
                               struct kb_warc_record *record, size_t max,
                               struct kb_err *err) {
    struct kb_buf *body = &record->body;
    if (reader->left > max) {
        char text[160];
        snprintf(text, sizeof text,
                 "the page has more than %zu bytes (max-page-bytes): raise the limit",
                 max);
        tell(reader, err, KB_ELIMIT, text);
        return KB_WARC_DAMAGED;
    }
    while (reader->left > 0) {
        struct kb_str bytes = window(reader);
        size_t step = reader->left < BODY_STEP ? (size_t)reader->left : BODY_STEP;
        enum kb_warc_flow flow = KB_FLOW_BYTES;
        if (!kb_buf_reserve(body, step)) {
            kb_err_set(err, KB_ENOMEM, "not enough memory to hold the page");
            return KB_WARC_FAILED;
        }
        if (bytes.n > 0) {
            step = bytes.n < step ? bytes.n : step;
            kb_buf_add(body, bytes.p, step);
            reader->window_at += step;
        } else if (reader->member_ended) {
            flow = more_across(reader, err);
            step = 0;
        } else {
            flow =
                kb_warc_stream_read(&reader->stream, body->p + body->n, step, &step, err);
            body->n += step;
            reader->member_ended = flow == KB_FLOW_MEMBER_END || flow == KB_FLOW_END;
            if (flow == KB_FLOW_MEMBER_END)
                flow = KB_FLOW_BYTES;
        }
        reader->left -= step;
        if (flow != KB_FLOW_BYTES)
            return block_broken(reader, record, flow, err);
    }
    return block_end(reader, record, err);
}

/* ---- the next record --------------------------------------------------------------- */

/* Where the lines at p end, the empty one counted; 0 where they do not.  *seen bytes were
 * looked at before. */
static size_t lines_end(struct kb_str bytes, size_t *seen) {
    for (size_t at = *seen; at < bytes.n; at++) {
        const char *feed = memchr(bytes.p + at, '\n', bytes.n - at);
        if (!feed)
            break;
        at = (size_t)(feed - bytes.p);
        if (at + 1 < bytes.n && bytes.p[at + 1] == '\n')
            return at + 2;
        if (at + 2 < bytes.n && bytes.p[at + 1] == '\r' && bytes.p[at + 2] == '\n')
            return at + 3;
    }
    *seen = bytes.n > 2 ? bytes.n - 2 : 0;
    return 0;
}

/* Goes to the beginning of a record.  What else stands in its place is damage, and passed
 * over where that is known. */
static enum kb_warc_step find_record(struct kb_warc_reader *reader,
                                     struct kb_warc_record *record, struct kb_err *err) {
    struct kb_str word = kb_str_slice(mark, 1, mark.n);
    bool line_start = true;
    for (;;) {
        enum kb_warc_flow flow = need(reader, mark.n - !reader->resync, err);
        struct kb_str bytes = window(reader);
        if (line_start && kb_str_starts(bytes, word))
            return KB_WARC_RECORD;
        if (flow == KB_FLOW_MEMBER_END && (!bytes.n || reader->resync)) {
            reader->window_at = reader->window.n;
            flow = open_member(reader, err);
            if (flow == KB_FLOW_END)
                return KB_WARC_END;
            line_start = true;
            if (flow == KB_FLOW_BYTES)
                continue;
        }
        if (flow == KB_FLOW_FAILED || flow == KB_FLOW_DAMAGED)
            return broken(reader, record, flow, "a record", err);
        if (!reader->resync && kb_is_space(bytes.p[0])) {
            reader->window_at++;
        } else if (!reader->resync) {
            reader->offset = offset_here(reader);
            kb_err_set(err, KB_EINPUT, "no WARC record begins here");
            return damaged(reader, record, err);
        } else {
            size_t at = kb_str_find(bytes, mark);
            line_start = at != KB_NOT_FOUND;
            reader->window_at += line_start ? at + 1 : bytes.n - (mark.n - 1);
        }
    }
}

static enum kb_warc_step no_head(struct kb_warc_reader *reader,
                                 struct kb_warc_record *record, enum kb_status status,
                                 struct kb_err *err) {
    if (status == KB_ENOMEM) {
        kb_err_set(err, KB_ENOMEM, "not enough memory to read the file");
        return KB_WARC_FAILED;
    }
    reader->window_at++; /* the search must not find it again */
    kb_err_set(err, KB_EINPUT, "the record's header has more than %zu bytes",
               KB_LIMIT_WARC_HEAD_BYTES);
    return damaged(reader, record, err);
}

/* The record's own lines into record->head. */
static enum kb_warc_step read_head(struct kb_warc_reader *reader,
                                   struct kb_warc_record *record, struct kb_err *err) {
    size_t seen = 0, n;
    reader->offset = offset_here(reader);
    while (!(n = lines_end(window(reader), &seen))) {
        if (window(reader).n >= KB_LIMIT_WARC_HEAD_BYTES)
            return no_head(reader, record, KB_ELIMIT, err);
        enum kb_warc_flow flow = more_across(reader, err);
        if (flow == KB_FLOW_END)
            reader->window_at = reader->window.n;
        if (flow != KB_FLOW_BYTES)
            return broken(reader, record, flow, "a record's header", err);
    }
    kb_buf_add(&record->head, window(reader).p, n);
    if (record->head.status != KB_OK)
        return no_head(reader, record, record->head.status, err);
    reader->window_at += n;
    enum kb_status status = kb_warc_record_read(record, err);
    snprintf(reader->id, sizeof reader->id, "%.*s", (int)record->id.n,
             record->id.n ? record->id.p : "");
    if (status != KB_OK)
        return damaged(reader, record, err);
    record->offset = reader->offset;
    reader->resync = false;
    reader->in_block = true;
    reader->left = record->length;
    return KB_WARC_RECORD;
}

/* A response's status line and headers into record->http_head. */
static enum kb_warc_step read_http(struct kb_warc_reader *reader,
                                   struct kb_warc_record *record, struct kb_err *err) {
    size_t seen = 0, n;
    for (;;) {
        struct kb_str bytes = window(reader);
        if (bytes.n > reader->left)
            bytes.n = (size_t)reader->left;
        n = lines_end(bytes, &seen);
        if (!n && bytes.n == reader->left)
            n = bytes.n; /* a response without a body */
        if (n)
            break;
        if (bytes.n >= KB_LIMIT_WARC_HTTP_BYTES)
            break;
        enum kb_warc_flow flow = more_across(reader, err);
        if (flow != KB_FLOW_BYTES)
            return block_broken(reader, record, flow, err);
    }
    kb_buf_add(&record->http_head, window(reader).p, n);
    if (record->http_head.status == KB_ENOMEM) {
        kb_err_set(err, KB_ENOMEM, "not enough memory to read the file");
        return KB_WARC_FAILED;
    }
    if (record->http_head.status != KB_OK || !n) {
        char text[160];
        snprintf(text, sizeof text,
                 "the HTTP header in the record has more than %zu bytes",
                 KB_LIMIT_WARC_HTTP_BYTES);
        tell(reader, err, KB_EINPUT, text);
        return KB_WARC_DAMAGED; /* what is left of the record is passed over */
    }
    reader->window_at += n;
    reader->left -= n;
    kb_warc_http_read(kb_buf_view(&record->http_head), &record->http);
    return KB_WARC_RECORD;
}

enum kb_warc_step kb_warc_next(struct kb_warc_reader *reader,
                               struct kb_warc_record *record, struct kb_err *err) {
    record_clear(record);
    if (reader->in_block) {
        enum kb_warc_step step = skip_block(reader, record, err);
        if (step != KB_WARC_RECORD)
            return step;
    }
    if (reader->noted) {
        reader->noted = false;
        *err = reader->note;
        show_damage(reader, record);
        return KB_WARC_DAMAGED;
    }
    for (;;) {
        bool known = reader->resync;
        reader->id[0] = 0;
        enum kb_warc_step step = find_record(reader, record, err);
        if (step == KB_WARC_RECORD)
            step = read_head(reader, record, err);
        if (step == KB_WARC_RECORD && kb_warc_holds_response(record))
            return read_http(reader, record, err);
        if (step != KB_WARC_DAMAGED || !known)
            return step;
    }
}
