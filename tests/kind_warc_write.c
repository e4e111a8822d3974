/* warc_write: `answers` (see warc_answers.h) → warc: the plain WARC file, without its CR.
 *
 * It is written packed by gzip and zstd too, and with the other digest: each is read
 * again, and must have the same records with the same blocks. */
#include "runner.h"
#include "warc_answers.h"

#include <stdlib.h>

static ssize_t fill(void *context, char *to, size_t room) {
    struct kb_str *left = context;
    size_t n = left->n < room ? left->n : room;
    if (n)
        memcpy(to, left->p, n);
    *left = kb_str_slice(*left, n, left->n);
    return (ssize_t)n;
}

/* What is read of a file again: types, ids, targets, and the blocks. */
static void read_again(struct kb_case *c, struct kb_str bytes, struct kb_buf *out) {
    struct kb_err err = {KB_OK, ""};
    struct kb_warc_record record;
    struct kb_warc_reader *reader = kb_warc_open(fill, &bytes, &err);
    enum kb_warc_step step;
    kb_buf_clear(out);
    kb_warc_record_init(&record);
    while (reader && (step = kb_warc_next(reader, &record, &err)) != KB_WARC_END) {
        if (step == KB_WARC_RECORD)
            step = kb_warc_body(reader, &record, SIZE_MAX, &err);
        if (step != KB_WARC_RECORD) {
            kb_case_fail(c, "what was written cannot be read: %s", err.text);
            break;
        }
        kb_buf_z(out, kb_warc_type_name(record.type));
        kb_buf_str(out, record.id);
        kb_buf_str(out, record.target);
        kb_buf_str(out, kb_buf_view(&record.http_head));
        kb_buf_str(out, kb_buf_view(&record.body));
    }
    kb_warc_record_free(&record);
    kb_warc_close(reader);
}

static void add_without_cr(struct kb_buf *out, struct kb_str text) {
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '\r')
            kb_buf_char(out, text.p[i]);
    }
}

static void run(struct kb_case *c) {
    static const struct {
        enum kb_warc_packing packing;
        enum kb_warc_digest digest;
    } ways[] = {{KB_WARC_PLAIN, KB_WARC_SHA1},
                {KB_WARC_GZIP, KB_WARC_SHA1},
                {KB_WARC_ZSTD, KB_WARC_SHA1},
                {KB_WARC_GZIP, KB_WARC_SHA256}};
    struct kb_test_answers answers;
    struct kb_test_warc warc = {0};
    struct kb_buf shown, first, again;
    kb_buf_init(&warc.bytes, (size_t)16 << 20);
    kb_buf_init(&shown, (size_t)16 << 20);
    kb_buf_init(&first, (size_t)16 << 20);
    kb_buf_init(&again, (size_t)16 << 20);
    kb_test_answers_read(kb_case_file(c, "answers"), &answers);
    for (size_t i = 0; i < KB_COUNT(ways); i++) {
        struct kb_err err = {KB_OK, ""};
        if (kb_test_warc_write(&answers, ways[i].packing, ways[i].digest, &warc, &err) !=
            KB_OK) {
            kb_buf_printf(&shown, "%s\n", err.text);
            break;
        }
        if (i == 0)
            add_without_cr(&shown, kb_buf_view(&warc.bytes));
        read_again(c, kb_buf_view(&warc.bytes), i == 0 ? &first : &again);
        if (i > 0 && !kb_str_equal(kb_buf_view(&first), kb_buf_view(&again)))
            kb_case_fail(c, "packed in way %zu it has other records", i);
    }
    kb_case_output(c, "warc", kb_buf_view(&shown));
    kb_test_answers_free(&answers);
    kb_buf_free(&warc.bytes);
    kb_buf_free(&shown);
    kb_buf_free(&first);
    kb_buf_free(&again);
}

const struct kb_test_kind kb_kind_warc_write = {"warc_write", run};
