/* fetch/warc_stream: a WARC file's bytes in, its unpacked bytes out, member by member.
 *
 * A member is a gzip member, a zstd frame, or all of a plain file.  Bytes never come from
 * two members in one call, so that the caller knows which bytes the checks of a member
 * were good for, and where its next record begins. */
#ifndef KB_FETCH_WARC_STREAM_H
#define KB_FETCH_WARC_STREAM_H

#include "fetch/warc.h"

#include <zlib.h>
#include <zstd.h>

enum kb_warc_flow {
    KB_FLOW_BYTES,
    KB_FLOW_MEMBER_END, /* there may be bytes with it */
    KB_FLOW_END,
    KB_FLOW_DAMAGED,
    KB_FLOW_FAILED
};

enum kb_warc_packing_seen { KB_SEEN_NOTHING, KB_SEEN_PLAIN, KB_SEEN_GZIP, KB_SEEN_ZSTD };

struct kb_warc_stream {
    kb_warc_fill *fill;
    void *context;
    char *raw; /* bytes as they stand in the file */
    size_t at, n;
    uint64_t base; /* raw[0]'s place in the file */
    bool ended;
    enum kb_warc_packing_seen kind; /* of the member */
    bool open;                      /* a member is */
    uint64_t member;                /* its place in the file */
    z_stream z;
    bool z_ready;
    ZSTD_DCtx *zstd;
    struct kb_err damage; /* to be told when the bytes before it have been given */
};

bool kb_warc_stream_init(struct kb_warc_stream *stream, kb_warc_fill *fill,
                         void *context);
void kb_warc_stream_free(struct kb_warc_stream *stream);

/* Opens the next member: KB_FLOW_BYTES, or KB_FLOW_END, _DAMAGED, _FAILED. */
enum kb_warc_flow kb_warc_stream_member(struct kb_warc_stream *stream,
                                        struct kb_err *err);

/* Bytes of the open member, *got of them.  With KB_FLOW_MEMBER_END the member was whole
 * and its checksum right. */
enum kb_warc_flow kb_warc_stream_read(struct kb_warc_stream *stream, char *to,
                                      size_t room, size_t *got, struct kb_err *err);

/* After KB_FLOW_DAMAGED: goes to what looks like the beginning of another member, also
 * where the damaged one's bytes ran over it. */
enum kb_warc_flow kb_warc_stream_resync(struct kb_warc_stream *stream,
                                        struct kb_err *err);

/* The place in the file of the member, or in a plain file of the next byte. */
uint64_t kb_warc_stream_offset(const struct kb_warc_stream *stream);

#endif
