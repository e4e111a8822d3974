/* WARC files out of recipes, for the tests: a recipe's text enters, a file's bytes leave.
 *
 * A recipe is lines; those that begin with @ are commands:
 *
 *     @record [VERSION]   begins a record; the lines behind it are its header's, and a
 *                         Content-Length is added unless one is there
 *     @http               the lines behind it are the block's HTTP header
 *     @body [CODING…]     the lines behind it are the body, or the block where there is
 *                         no HTTP header; codings are put on in their order: gzip, zlib,
 *                         deflate, zstd, chunked, chunked=BYTES
 *     @repeat N TEXT      TEXT N times, in the place where it stands
 *     @hex DIGITS         bytes
 *     @feeds N            N line feeds end the record, not 2
 *     @cut N              the block loses its last N bytes, after it was counted
 *     @raw                ends the record; the lines behind it stand between records
 *
 * Header lines end in CR LF, all others in LF. */
#ifndef KB_TESTS_WARC_MAKE_H
#define KB_TESTS_WARC_MAKE_H

#include "base/base.h"

/* Adds the records that a recipe tells to out, and to starts (room for max) where each
 * begins; returns how many there are. */
size_t kb_warc_make(struct kb_str recipe, struct kb_buf *out, size_t *starts, size_t max);

/* Packs plain into out: "none", "gzip" (a member a record), "gzip-all", "gzip-blocks"
 * (members of 100 bytes), "zstd", "zstd-all", "zstd-dictionary" (a frame a record, the
 * dictionary in front), "zstd-packed-dictionary".  False for another word. */
bool kb_warc_pack(const char *how, struct kb_str plain, const size_t *starts,
                  size_t count, struct kb_buf *out);

/* One coding of a body. */
bool kb_warc_encode(struct kb_str coding, struct kb_str plain, struct kb_buf *out);

#endif
