/* body: an answer's bytes, counted while they come; for what hubs push too.
 *
 * What libcurl hands over (Content-Encoding undone) enters piece by piece; one run of
 * bytes leaves.  Where the bytes are gzip although no header said so they are
 * unpacked. */
#ifndef KB_FETCH_BODY_H
#define KB_FETCH_BODY_H

#include "base/base.h"

struct kb_inflate;

struct kb_body {
    struct kb_buf bytes; /* what is kept */
    size_t max;          /* of bytes.n */
    struct kb_inflate *inflate;
    unsigned char head[2]; /* the first bytes, until they tell what comes */
    unsigned char head_n;
    bool plain;    /* the first bytes were looked at: it is not gzip */
    bool unpacked; /* it is, and was unpacked */
    bool limited;  /* more came than max */
    bool broken;   /* gzip that cannot be unpacked */
    bool nomem;
};

void kb_body_init(struct kb_body *body, size_t max);

/* Takes n bytes more.  False when no more are wanted: limited, broken or nomem is set. */
bool kb_body_add(struct kb_body *body, const void *p, size_t n) KB_MUST_USE;

/* The last byte has come.  False where it was one too early for gzip: broken is set, what
 * was unpacked stays. */
bool kb_body_end(struct kb_body *body) KB_MUST_USE;

void kb_body_free(struct kb_body *body);

#endif
