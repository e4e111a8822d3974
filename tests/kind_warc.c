/* warc: `recipe` (see warc_make.h) → records: what the reader makes of the file, with the
 * pages' bytes.  The file is read whole, and by pieces of 1 and 7 bytes, which must not
 * matter.  Options:
 *
 *     pack=WORD       how it is packed (warc_make.h); offsets are left out but for none
 *     max=BYTES       the largest page; 1000000
 *     flip=N N …      bytes of the packed file that are turned round
 *     drop=N          the packed file loses its last N bytes
 *     skip=1          no page is asked for, so that all is passed over
 *     offsets=1       offsets are printed
 *     whole=1         it is read whole only: zstd checks a frame before it gives any of
 *                     it, where it has all of it, and only then */
#include "fetch/fetch.h"
#include "runner.h"
#include "warc_make.h"

#include <stdlib.h>

enum { RECORDS_MAX = 64 };

struct source {
    struct kb_str bytes;
    size_t step;
};

static ssize_t fill(void *context, char *to, size_t room) {
    struct source *source = context;
    size_t n = source->bytes.n;
    n = n < room ? n : room;
    n = n < source->step ? n : source->step;
    if (n)
        memcpy(to, source->bytes.p, n);
    source->bytes = kb_str_slice(source->bytes, n, source->bytes.n);
    return (ssize_t)n;
}

static void print_lines(struct kb_buf *out, struct kb_str text) {
    enum { SHOWN = 400 };
    struct kb_str left = kb_str_slice(text, 0, SHOWN);
    while (left.n) {
        struct kb_str line = kb_str_slice(left, 0, kb_str_find_byte(left, '\n'));
        kb_buf_printf(out, "    | %.*s\n", (int)line.n, line.n ? line.p : "");
        left = kb_str_slice(left, line.n + 1, left.n);
    }
    if (text.n > SHOWN)
        kb_buf_printf(out, "    | … %zu bytes in all\n", text.n);
}

static void print_head(struct kb_buf *out, const struct kb_warc_record *record,
                       bool offsets) {
    static const char *const uses[] = {"a page", "other status", "other type", "revisit",
                                       "no page"};
    struct kb_str type = kb_warc_page_type(record);
    int64_t seconds;
    kb_buf_z(out, kb_warc_type_name(record->type));
    if (offsets)
        kb_buf_printf(out, " at %llu", (unsigned long long)record->offset);
    kb_buf_printf(out, " %.*s %.*s, %s\n", (int)record->id.n,
                  record->id.n ? record->id.p : "", (int)record->target.n,
                  record->target.n ? record->target.p : "", uses[kb_warc_use(record)]);
    if (record->http.status)
        kb_buf_printf(out, "    status %d\n", record->http.status);
    if (type.n)
        kb_buf_printf(out, "    type %.*s\n", (int)type.n, type.p);
    if (kb_warc_time(record->date, &seconds))
        kb_buf_printf(out, "    time %lld\n", (long long)seconds);
}

struct reading {
    struct kb_warc_reader *reader;
    struct kb_warc_record record;
    struct kb_warc_scratch scratch;
    struct kb_buf *out;
    size_t max;
    bool offsets, skip;
};

static void print_error(struct reading *reading, const char *what,
                        const struct kb_err *err) {
    kb_buf_printf(reading->out, "%s (%s): %s\n", what, kb_status_name(err->status),
                  err->text);
}

static void print_page(struct reading *reading) {
    struct kb_err err = {KB_OK, ""};
    struct kb_str payload;
    enum kb_warc_step step =
        kb_warc_body(reading->reader, &reading->record, reading->max, &err);
    if (step != KB_WARC_RECORD) {
        print_error(reading, step == KB_WARC_DAMAGED ? "damaged" : "failed", &err);
    } else if (kb_warc_payload(&reading->record, &reading->scratch, reading->max,
                               &payload, &err) != KB_OK) {
        print_error(reading, "bad page", &err);
    } else {
        print_lines(reading->out, payload);
    }
}

static void read_all(struct kb_str bytes, size_t step_bytes, struct reading *reading) {
    struct source source = {bytes, step_bytes};
    struct kb_err err = {KB_OK, ""};
    enum kb_warc_step step;
    kb_buf_clear(reading->out);
    reading->reader = kb_warc_open(fill, &source, &err);
    if (!reading->reader)
        abort();
    while ((step = kb_warc_next(reading->reader, &reading->record, &err)) !=
               KB_WARC_END &&
           step != KB_WARC_FAILED) {
        if (step == KB_WARC_DAMAGED) {
            print_error(reading, "damaged", &err);
            continue;
        }
        print_head(reading->out, &reading->record, reading->offsets);
        if (!reading->skip && kb_warc_use(&reading->record) == KB_WARC_PAGE)
            print_page(reading);
    }
    if (step == KB_WARC_FAILED)
        print_error(reading, "failed", &err);
    kb_warc_close(reading->reader);
}

static void flip(struct kb_buf *file, const char *places) {
    while (places && *places) {
        char *end;
        size_t at = strtoul(places, &end, 10);
        if (at < file->n)
            file->p[at] = (char)~file->p[at];
        places = *end ? end + 1 : end;
    }
}

static void run(struct kb_case *c) {
    const char *pack = kb_case_option(c, "pack"), *max = kb_case_option(c, "max");
    const char *drop = kb_case_option(c, "drop");
    size_t starts[RECORDS_MAX], count, lost = drop ? strtoul(drop, NULL, 10) : 0;
    static const size_t steps[] = {SIZE_MAX, 1, 7, 4099};
    struct kb_buf plain, file, first, again;
    struct reading reading = {.max = max ? strtoul(max, NULL, 10) : 1000000,
                              .offsets = kb_case_option(c, "offsets") != NULL,
                              .skip = kb_case_option(c, "skip") != NULL};
    kb_buf_init(&plain, (size_t)256 << 20);
    kb_buf_init(&file, (size_t)256 << 20);
    kb_buf_init(&first, (size_t)16 << 20);
    kb_buf_init(&again, (size_t)16 << 20);
    kb_warc_record_init(&reading.record);
    count = kb_warc_make(kb_case_file(c, "recipe"), &plain, starts, RECORDS_MAX);
    if (!kb_warc_pack(pack ? pack : "none", kb_buf_view(&plain), starts, count, &file))
        kb_case_fail(c, "no way of packing is called %s", pack);
    flip(&file, kb_case_option(c, "flip"));
    file.n -= lost < file.n ? lost : file.n;
    for (size_t i = 0; i < (kb_case_option(c, "whole") ? 1 : KB_COUNT(steps)); i++) {
        reading.out = i == 0 ? &first : &again;
        read_all(kb_buf_view(&file), steps[i], &reading);
        if (i > 0 && !kb_str_equal(kb_buf_view(&first), kb_buf_view(&again)))
            kb_case_fail(c, "by %zu bytes it reads otherwise:\n%.*s", steps[i],
                         (int)again.n, again.p);
    }
    if (!kb_warc_is(kb_str_slice(kb_buf_view(&file), 0, 4096)))
        kb_buf_z(&first, "not known as a WARC file\n");
    kb_case_output(c, "records", kb_buf_view(&first));
    kb_warc_record_free(&reading.record);
    kb_warc_scratch_free(&reading.scratch);
    kb_buf_free(&plain);
    kb_buf_free(&file);
    kb_buf_free(&first);
    kb_buf_free(&again);
}

const struct kb_test_kind kb_kind_warc = {"warc", run};
