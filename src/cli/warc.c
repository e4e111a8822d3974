/* WARC files: a file's bytes in, the pages in it out, one after the other.
 *
 * Reading is fetch/warc's.  Here it is said which records are asked for, and counted what
 * was passed over, because a crawl of which half is missing must not look like a whole
 * one. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

kabar_status kb_cli_warc_open(struct kb_cli_warc *warc, struct kb_cli_source *source,
                              const struct kb_cli_buf *path, kabar_error *error) {
    struct kb_err err = {KB_OK, ""};

    warc->source = *source;
    source->fd = -1;
    warc->path.n = 0;
    kb_warc_record_init(&warc->ahead);
    warc->looked = false;
    kb_cli_buf_add(&warc->path, path->p, path->n);
    kb_cli_buf_add(&warc->path, "", 1);
    if (!warc->path.failed)
        warc->reader = kb_warc_open(kb_cli_source_read, &warc->source, &err);
    if (warc->reader)
        return KABAR_OK;
    kb_cli_source_close(&warc->source);
    return kb_cli_error(error, KABAR_ENOMEM, "not enough memory to read the file");
}

void kb_cli_warc_close(struct kb_cli_warc *warc) {
    if (warc->reader)
        kb_cli_source_close(&warc->source);
    kb_warc_close(warc->reader);
    warc->reader = NULL;
    kb_warc_record_free(&warc->ahead);
    if (warc->path.failed)
        kb_cli_buf_free(&warc->path);
}

/* The two enums are one list, in the same order. */
static void fill_error(kabar_error *error, const struct kb_err *err) {
    error->status = (kabar_status)err->status;
    memcpy(error->message, err->text, sizeof(error->message));
}

/* ---- what kabar exported ----------------------------------------------------------- */

/* An export has each article twice: as a page for everybody, a conversion, and behind it
 * as the record that it is kept as (export_warc.c).  The page has less in it, so the
 * record is read in its place. */
bool kb_cli_warc_is_kept(const struct kb_warc_record *record) {
    return record->type == KB_WARC_TYPE_METADATA;
}

static bool is_record_of(const struct kb_warc_record *behind,
                         const struct kb_warc_record *page) {
    return behind->type == KB_WARC_TYPE_METADATA && behind->concurrent_to.n &&
           kb_str_equal(behind->concurrent_to, page->id) &&
           kb_str_starts_nocase(behind->content_type, KB_STR("application/json"));
}

static enum kb_warc_step next(struct kb_cli_warc *warc, struct kb_warc_record *record,
                              struct kb_err *err) {
    struct kb_warc_record before = *record;
    if (!warc->looked)
        return kb_warc_next(warc->reader, record, err);
    warc->looked = false;
    *record = warc->ahead;
    warc->ahead = before;
    *err = warc->ahead_err;
    return warc->ahead_step;
}

/* The record behind a page of an export, if it is one, into *record. */
static void look_behind(struct kb_cli_warc *warc, struct kb_warc_record *record,
                        size_t max) {
    if (record->type != KB_WARC_TYPE_CONVERSION)
        return;
    warc->ahead_step = kb_warc_next(warc->reader, &warc->ahead, &warc->ahead_err);
    warc->looked = true;
    if (warc->ahead_step != KB_WARC_RECORD || !is_record_of(&warc->ahead, record))
        return;
    warc->ahead_step = kb_warc_body(warc->reader, &warc->ahead, max, &warc->ahead_err);
    if (warc->ahead_step == KB_WARC_RECORD &&
        kb_str_find(kb_buf_view(&warc->ahead.body), KB_STR("\"kabar.article/")) !=
            KB_NOT_FOUND)
        (void)next(warc, record, &warc->ahead_err);
}

bool kb_cli_warc_next(struct kb_cli_warc *warc, struct kb_warc_record *record, size_t max,
                      struct kb_cli_warc_counts *counts, kabar_error *error) {
    struct kb_err err = {KB_OK, ""};

    *error = (kabar_error){KABAR_OK, ""};
    for (;;) {
        enum kb_warc_step step = next(warc, record, &err);
        if (step == KB_WARC_END)
            return false;
        if (step == KB_WARC_RECORD) {
            enum kb_warc_use use = kb_warc_use(record);
            if (use == KB_WARC_PAGE)
                step = kb_warc_body(warc->reader, record, max, &err);
            counts->records[use] += step == KB_WARC_RECORD;
            if (use == KB_WARC_PAGE && step == KB_WARC_RECORD)
                look_behind(warc, record, max);
            if (use != KB_WARC_PAGE)
                continue;
        }
        if (step != KB_WARC_RECORD) {
            counts->damaged += step == KB_WARC_DAMAGED;
            fill_error(error, &err);
        }
        if (step == KB_WARC_FAILED)
            kb_cli_warc_close(warc);
        return true;
    }
}

/* ", 3 of another type": what there is none of is left out. */
static void add_count(struct kb_cli_buf *text, const char *before, uint64_t count,
                      const char *what) {
    char number[32];

    if (count == 0)
        return;
    snprintf(number, sizeof(number), "%llu ", (unsigned long long)count);
    kb_cli_buf_z(text, before);
    kb_cli_buf_z(text, number);
    kb_cli_buf_z(text, what);
}

void kb_cli_warc_say(const struct kb_cli_warc_counts *counts) {
    static const char *const passed_over[KB_WARC_USE_COUNT] = {
        [KB_WARC_OTHER_STATUS] = "with another status than 200",
        [KB_WARC_OTHER_TYPE] = "of another type",
        [KB_WARC_REVISIT] = "that revisit a page",
        [KB_WARC_NO_PAGE] = "with a request or a note",
    };
    const uint64_t *n = counts->records;
    const char *before = "; passed over: ";
    struct kb_cli_buf text = {0};

    if (counts->files == 0)
        return;
    add_count(&text, "", counts->files,
              counts->files == 1 ? "WARC file: " : "WARC files: ");
    if (n[KB_WARC_PAGE] == 0)
        kb_cli_buf_z(&text, "no pages");
    add_count(&text, "", n[KB_WARC_PAGE], n[KB_WARC_PAGE] == 1 ? "page" : "pages");
    add_count(&text, ", ", counts->damaged,
              counts->damaged == 1 ? "damaged place" : "damaged places");
    for (size_t i = 0; i < KB_WARC_USE_COUNT; i++) {
        if (!passed_over[i] || n[i] == 0)
            continue;
        add_count(&text, before, n[i], passed_over[i]);
        before = ", ";
    }
    kb_cli_buf_add(&text, "", 1);
    if (!text.failed)
        kb_cli_say("%s", text.p);
    kb_cli_buf_free(&text);
}
