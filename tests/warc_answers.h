/* Answers out of recipes, for the tests of writing WARC files: text in, answers out.
 *
 *     @answer [FAULT]     begins an answer, with a fault's name where it has one
 *     @hop STATUS MS ADDRESS URL
 *     @request, @response  the lines behind it are the head as sent, as received
 *     @body               the lines behind it are the body
 *     @repeat N TEXT      TEXT N times
 *
 * Lines of heads end in CR LF, those of bodies in LF. */
#ifndef KB_TESTS_WARC_ANSWERS_H
#define KB_TESTS_WARC_ANSWERS_H

#include "fetch/fetch.h"

struct kb_test_answers {
    struct kb_arena arena;
    struct kb_answer *at;
    size_t n;
};

void kb_test_answers_read(struct kb_str recipe, struct kb_test_answers *answers);
void kb_test_answers_free(struct kb_test_answers *answers);

/* A file of them in memory, and ids that count up from 1. */
struct kb_test_warc {
    struct kb_buf bytes;
    unsigned char next_id;
};

/* The answers behind a warcinfo record. */
enum kb_status kb_test_warc_write(const struct kb_test_answers *answers,
                                  enum kb_warc_packing packing,
                                  enum kb_warc_digest digest, struct kb_test_warc *warc,
                                  struct kb_err *err);

#endif
