/* WARC files: whatever the bytes are, reading ends, tells what is damaged, and holds no
 * more than it was allowed; what was read can be written, and is then read as it was. */
#include "fuzz.h"

#include "fetch/fetch.h"

struct source {
    struct kb_str left;
    size_t step;
};

static ssize_t fill(void *context, char *to, size_t room) {
    struct source *source = context;
    size_t n = source->left.n < room ? source->left.n : room;
    n = n < source->step ? n : source->step;
    if (n)
        memcpy(to, source->left.p, n);
    source->left = kb_str_slice(source->left, n, source->left.n);
    return (ssize_t)n;
}

static bool put(void *context, const char *bytes, size_t n) {
    kb_buf_add(context, bytes, n);
    return true;
}

static bool no_chance(void *context, unsigned char *to, size_t n) {
    (void)context;
    memset(to, 7, n);
    return true;
}

/* One record in a file of its own, and out of it again. */
static void write_and_read(const struct kb_warc_record *record,
                           enum kb_warc_packing how) {
    struct kb_buf file;
    struct kb_err err = {KB_OK, ""};
    struct kb_warc_record again;
    kb_buf_init(&file, (size_t)64 << 20);
    const struct kb_warc_output output = {put, no_chance, &file, how, KB_WARC_SHA1};
    const struct kb_warc_entry entry = {.type = record->type,
                                        .target = record->target,
                                        .content_type = record->content_type,
                                        .head = kb_buf_view(&record->http_head),
                                        .body = kb_buf_view(&record->body)};
    struct kb_warc_writer *writer = kb_warc_writer_new(&output, &err);
    enum kb_status status =
        writer ? kb_warc_write(writer, &entry, NULL, &err) : KB_ENOMEM;
    struct source source = {kb_buf_view(&file), SIZE_MAX};
    struct kb_warc_reader *reader = kb_warc_open(fill, &source, &err);
    kb_warc_record_init(&again);
    if (status == KB_OK) {
        if (!kb_warc_is(kb_buf_view(&file)))
            kb_fuzz_fail("what was written is not known as a WARC file");
        if (kb_warc_next(reader, &again, &err) != KB_WARC_RECORD ||
            kb_warc_body(reader, &again, SIZE_MAX, &err) != KB_WARC_RECORD)
            kb_fuzz_fail(err.text);
        if (again.type != record->type ||
            again.http_head.n + again.body.n != record->http_head.n + record->body.n)
            kb_fuzz_fail("a record that was written is read otherwise");
        if (kb_warc_next(reader, &again, &err) != KB_WARC_END)
            kb_fuzz_fail("there is more in a file than was written");
    } else if (status != KB_EUSAGE && status != KB_ELIMIT) {
        kb_fuzz_fail(err.text);
    }
    kb_warc_record_free(&again);
    kb_warc_close(reader);
    kb_warc_writer_free(writer);
    kb_buf_free(&file);
}

static void read_page(struct kb_warc_record *record, struct kb_warc_scratch *scratch,
                      size_t max) {
    struct kb_err err = {KB_OK, ""};
    struct kb_str payload;
    int64_t seconds;
    enum kb_status status = kb_warc_payload(record, scratch, max, &payload, &err);
    if (status != KB_OK && !err.text[0])
        kb_fuzz_fail("a page that failed has no message");
    if (status == KB_OK && payload.n > max)
        kb_fuzz_fail("a page is larger than the limit");
    for (size_t i = 0; i < payload.n; i += 61) { /* all of it can be read */
        if (payload.p[i] == 0 && max == 0)
            kb_fuzz_fail("nothing was allowed");
    }
    (void)kb_warc_time(record->date, &seconds);
    (void)kb_warc_page_type(record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const size_t steps[] = {SIZE_MAX, 1, 7, 100};
    struct kb_str bytes = {(const char *)data, size};
    uint8_t option = kb_fuzz_option(&bytes);
    size_t max = option & 4 ? 2000 : (size_t)1 << 20;
    bool skip = option & 8;
    struct source source = {bytes, steps[option & 3]};
    struct kb_err err = {KB_OK, ""};
    struct kb_warc_record record;
    struct kb_warc_scratch scratch = {0};
    struct kb_warc_reader *reader = kb_warc_open(fill, &source, &err);
    enum kb_warc_step step;
    if (!reader)
        kb_fuzz_fail("no reader");
    kb_warc_record_init(&record);
    (void)kb_warc_is(bytes);
    while ((step = kb_warc_next(reader, &record, &err)) != KB_WARC_END) {
        if (step != KB_WARC_RECORD && !err.text[0])
            kb_fuzz_fail("a damage has no message");
        if (step == KB_WARC_FAILED)
            break;
        if (step == KB_WARC_DAMAGED || skip)
            continue;
        enum kb_warc_use use = kb_warc_use(&record);
        step = kb_warc_body(reader, &record, max, &err);
        if (step == KB_WARC_FAILED)
            break;
        if (step == KB_WARC_DAMAGED)
            continue;
        if (record.body.n > max)
            kb_fuzz_fail("a body is larger than the limit");
        if ((option & 0xC0) == 0xC0) /* costs a hundred times the reading */
            write_and_read(&record, (enum kb_warc_packing)((option >> 4 & 3) % 3));
        if (use == KB_WARC_PAGE)
            read_page(&record, &scratch, max);
    }
    kb_warc_record_free(&record);
    kb_warc_scratch_free(&scratch);
    kb_warc_close(reader);
    return 0;
}
