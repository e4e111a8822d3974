/* A picture's bytes → what kind it is, and how large.  Pure.
 *
 * What a server says of its bytes is not asked: a kind is known by how the bytes begin
 * (WHATWG MIME Sniffing, section 6.1), and only kinds that browsers show without running
 * anything are known here.  SVG is a document with scripts and is none of them. */
#ifndef KB_FETCH_PICTURE_H
#define KB_FETCH_PICTURE_H

#include "base/base.h"

/* code, media type, the end of a file's name */
#define KB_PICTURE_LIST(X)                                                               \
    X(KB_PICTURE_NONE, "", "")                                                           \
    X(KB_PICTURE_PNG, "image/png", "png")                                                \
    X(KB_PICTURE_JPEG, "image/jpeg", "jpg")                                              \
    X(KB_PICTURE_GIF, "image/gif", "gif")                                                \
    X(KB_PICTURE_WEBP, "image/webp", "webp")                                             \
    X(KB_PICTURE_AVIF, "image/avif", "avif")                                             \
    X(KB_PICTURE_ICO, "image/x-icon", "ico")

enum kb_picture_kind {
#define X(code, type, end) code,
    KB_PICTURE_LIST(X)
#undef X
};

struct kb_picture_facts {
    enum kb_picture_kind kind;
    unsigned width, height; /* 0: not told where it is looked for */
};

struct kb_picture_facts kb_picture_sniff(struct kb_str bytes);
const char *kb_picture_type(enum kb_picture_kind kind);
const char *kb_picture_end(enum kb_picture_kind kind);

#endif
