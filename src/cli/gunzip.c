/* A source's bytes in, unpacked where they are gzip (RFC 1952), as they come: for lines,
 * of which a file may have any number.  Members one behind the other are one file, as
 * gunzip has it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "cli.h"

bool kb_cli_is_gzip(const char *p, size_t n) {
    return n >= 18 && (unsigned char)p[0] == 0x1F && (unsigned char)p[1] == 0x8B &&
           p[2] == 8;
}

size_t kb_cli_source_head(const struct kb_cli_source *source,
                          char out[KB_CLI_HEAD_BYTES]) {
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)source->head,
                  .avail_in = (uInt)source->head_n,
                  .next_out = (unsigned char *)out,
                  .avail_out = KB_CLI_HEAD_BYTES};
    if (!kb_cli_is_gzip(source->head, source->head_n) ||
        inflateInit2(&z, KB_CLI_GZIP_ALONE) != Z_OK) {
        memcpy(out, source->head, source->head_n);
        return source->head_n;
    }
    (void)inflate(&z, Z_SYNC_FLUSH); /* what can be had of it */
    inflateEnd(&z);
    return KB_CLI_HEAD_BYTES - z.avail_out;
}

enum kb_feed_kind kb_cli_kind(struct kb_str head) {
    enum kb_feed_kind kind = kb_feed_sniff(head, KB_STR_NONE);
    size_t at = kb_str_find_byte(head, '{');
    if (kind != KB_KIND_JSON)
        return kind;
    struct kb_str member =
        kb_str_trim(kb_str_slice(head, at == KB_NOT_FOUND ? head.n : at + 1, head.n));
    if (!member.n || (*member.p != '"' && *member.p != '}'))
        return KB_KIND_TEXT;
    return kb_str_find(head, KB_STR("\"https://jsonfeed.org/version/")) == KB_NOT_FOUND
               ? KB_KIND_JSON
               : KB_KIND_FEED;
}

bool kb_cli_gunzip_open(struct kb_cli_gunzip *unpack, struct kb_cli_source *source) {
    *unpack = (struct kb_cli_gunzip){.source = source};
    if (!kb_cli_is_gzip(source->head, source->head_n))
        return true;
    unpack->z = calloc(1, sizeof *unpack->z);
    if (unpack->z && inflateInit2(unpack->z, KB_CLI_GZIP_ALONE) == Z_OK)
        return true;
    free(unpack->z);
    unpack->z = NULL;
    return false;
}

void kb_cli_gunzip_close(struct kb_cli_gunzip *unpack) {
    if (unpack->z)
        inflateEnd(unpack->z);
    free(unpack->z);
    unpack->z = NULL;
}

ssize_t kb_cli_gunzip_read(struct kb_cli_gunzip *unpack, char *to, size_t room) {
    z_stream *z = unpack->z;
    if (!z)
        return kb_cli_source_read(unpack->source, to, room);
    z->next_out = (unsigned char *)to;
    z->avail_out = (uInt)room;
    while (z->avail_out == room) {
        if (!z->avail_in) {
            ssize_t n = kb_cli_source_read(unpack->source, unpack->in, sizeof unpack->in);
            if (n < 0 || (n == 0 && unpack->whole))
                return n;
            if (n == 0)
                break; /* it ends before its end */
            z->next_in = (unsigned char *)unpack->in;
            z->avail_in = (uInt)n;
        }
        if (unpack->whole && !z->next_in[0])
            return 0; /* padding behind the last member is no member */
        if (unpack->whole && inflateReset(z) != Z_OK)
            break;
        int got = inflate(z, Z_NO_FLUSH);
        unpack->whole = got == Z_STREAM_END;
        if (got != Z_OK && got != Z_STREAM_END && got != Z_BUF_ERROR)
            break;
    }
    if (z->avail_out < room)
        return (ssize_t)(room - z->avail_out);
    errno = EBADMSG;
    return -1;
}
