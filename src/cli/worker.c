/* One thread's reading: a page's bytes, a record of a WARC file in; its article out,
 * printed or to be handed over. */
#include <stdlib.h>
#include <string.h>

#include "article/article.h"
#include "cli.h"

int kb_cli_worker_init(struct kb_cli_worker *worker,
                       const struct kb_cli_read_options *read_options) {
    kabar_error error = {KABAR_OK, ""};
    kabar_status status;

    worker->options = read_options;
    worker->source.fd = -1;
    kb_warc_record_init(&worker->record);
    kb_cli_input_init(&worker->input, read_options->max_page_bytes, "max-page-bytes");
    status = kabar_reader_new(&read_options->reader, &worker->reader, &error);
    if (status == KABAR_OK)
        return KB_CLI_OK;
    if (error.message[0])
        kb_cli_say("%s", error.message);
    else
        kb_cli_say("cannot start: %s", kabar_status_name(status));
    return status == KABAR_EUSAGE ? KB_CLI_WRONG : KB_CLI_FAILED;
}

void kb_cli_worker_free(struct kb_cli_worker *worker) {
    kabar_reader_free(worker->reader);
    kb_cli_source_close(&worker->source);
    kb_cli_input_free(&worker->input);
    kb_warc_record_free(&worker->record);
    kb_warc_scratch_free(&worker->scratch);
    kb_cli_buf_free(&worker->names);
    kb_loader_free(worker->loader);
}

/* An article into buffer, or to be handed over. */
static kabar_status put_article(struct kb_cli_worker *worker, kabar_article *article,
                                kabar_buffer *buffer, kabar_error *error) {
    const struct kb_cli_read_options *read = worker->options;
    if (read->take) {
        worker->article = article;
        return KABAR_OK;
    }
    kabar_status status = kabar_print(article, read->format, &read->print, buffer, error);
    kabar_article_free(article);
    return status;
}

/* A page's bytes into buffer, as an article. */
static kabar_status read_bytes(struct kb_cli_worker *worker, const char *bytes,
                               size_t size, const kabar_page *page, kabar_buffer *buffer,
                               kabar_error *error) {
    kabar_article *article = NULL;
    kabar_status status = kabar_read(worker->reader, bytes, size, page, &article, error);

    worker->fetched = page->fetched;
    worker->kept = false;
    return status == KABAR_OK ? put_article(worker, article, buffer, error) : status;
}

/* A record that kabar exported. */
static kabar_status read_kept(struct kb_cli_worker *worker, kabar_buffer *buffer,
                              kabar_error *error) {
    struct kb_err err = {.text = ""};
    kabar_article *article = NULL;
    enum kb_status status = worker->loader ? KB_OK : kb_loader_new(&worker->loader, &err);

    worker->fetched = 0;
    worker->kept = true;
    kb_warc_time(worker->record.date, &worker->fetched);
    if (status == KB_OK)
        status = kb_article_open(worker->loader, kb_buf_view(&worker->record.body),
                                 &article, &err);
    if (status == KB_OK)
        return put_article(worker, article, buffer, error);
    return kb_cli_error(error, (kabar_status)status, "%s", err.text);
}

/* Records and feeds are no pages, and read as one they make an article of nonsense.  Who
 * says what a file is, is believed. */
static kabar_status look(struct kb_cli_worker *worker, kabar_error *error) {
    char head[KB_CLI_HEAD_BYTES];
    if (worker->options->page.content_type)
        return KABAR_OK;
    size_t n = kb_cli_source_head(&worker->source, head);
    enum kb_feed_kind kind = kb_cli_kind((struct kb_str){head, n});
    switch (kind) {
    case KB_KIND_JSON:
        return kb_cli_error(error, KABAR_EINPUT,
                            "this is JSON and no page: `kabar import` takes records, one "
                            "a line, into the wire");
    case KB_KIND_FEED:
    case KB_KIND_SITEMAP:
    case KB_KIND_SITEMAP_INDEX:
    case KB_KIND_OPML:
        return kb_cli_error(error, KABAR_EINPUT,
                            "this is %s and no page: `kabar feed` reads it",
                            kb_feed_kind_name(kind));
    default: return KABAR_OK;
    }
}

kabar_status kb_cli_worker_page(struct kb_cli_worker *worker, kabar_buffer *buffer,
                                kabar_error *error) {
    const char *bytes;
    size_t size;
    kabar_status status;

    *error = (kabar_error){KABAR_OK, ""};
    status = look(worker, error);
    if (status == KABAR_OK)
        status = kb_cli_input_take(&worker->input, &worker->source, &bytes, &size, error);
    else
        kb_cli_source_close(&worker->source);
    if (status == KABAR_OK)
        status = read_bytes(worker, bytes, size, &worker->options->page, buffer, error);
    error->status = status;
    if (status != KABAR_OK && !error->message[0])
        kb_cli_error(error, status, "%s", kabar_status_name(status));
    return status;
}

/* What the record tells of its page; words of the command line go before it. */
static kabar_status record_page(struct kb_cli_worker *worker, kabar_page *page) {
    struct kb_cli_buf *names = &worker->names;
    const struct kb_warc_record *record = &worker->record;
    struct kb_str type = kb_warc_page_type(record);

    *page = worker->options->page;
    names->n = 0;
    kb_cli_buf_add(names, record->target.p, record->target.n);
    kb_cli_buf_add(names, "", 1);
    kb_cli_buf_add(names, type.p, type.n);
    kb_cli_buf_add(names, "", 1);
    if (names->failed) {
        kb_cli_buf_free(names);
        return KABAR_ENOMEM;
    }
    page->url = names->p;
    if (!page->content_type && type.n)
        page->content_type = names->p + record->target.n + 1;
    kb_warc_time(record->date, &page->fetched);
    return KABAR_OK;
}

/* A page's bytes, out of their chunks and codings. */
static kabar_status read_payload(struct kb_cli_worker *worker, kabar_buffer *buffer,
                                 kabar_error *error) {
    struct kb_err err = {KB_OK, ""};
    struct kb_str bytes;
    kabar_page page;
    kabar_status status = (kabar_status)kb_warc_payload(
        &worker->record, &worker->scratch, worker->options->max_page_bytes, &bytes, &err);
    if (status != KABAR_OK)
        return kb_cli_error(error, status, "%s", err.text);
    status = record_page(worker, &page);
    return status == KABAR_OK
               ? read_bytes(worker, bytes.n ? bytes.p : "", bytes.n, &page, buffer, error)
               : status;
}

kabar_status kb_cli_worker_record(struct kb_cli_worker *worker, kabar_buffer *buffer,
                                  kabar_error *error) {
    const struct kb_warc_record *record = &worker->record;
    kabar_error why = {KABAR_OK, ""};
    kabar_status status = kb_cli_warc_is_kept(record)
                              ? read_kept(worker, buffer, &why)
                              : read_payload(worker, buffer, &why);

    *error = (kabar_error){KABAR_OK, ""};
    if (status == KABAR_OK)
        return KABAR_OK;
    return kb_cli_error(error, status, "offset %llu, record %.*s: %s",
                        (unsigned long long)record->offset, (int)record->id.n,
                        record->id.n ? record->id.p : "",
                        why.message[0] ? why.message : kabar_status_name(status));
}
