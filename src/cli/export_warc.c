/* Articles → a WARC file.
 *
 * The wire keeps articles and not the bytes that servers gave, so there are no responses
 * to write.  What is written is what ISO 28500 has "conversion" for, the content in
 * another form: the article as a small HTML document, dated when it came here; and its
 * whole record beside it, as metadata of the same moment.  `kabar fetch --warc` writes
 * what servers said, when they say it. */
#define _DEFAULT_SOURCE /* getentropy */
#include <string.h>
#include <unistd.h>

#include "export.h"

static bool put(void *context, const char *bytes, size_t n) {
    struct kb_buf *out = context;
    kb_buf_add(out, bytes, n);
    return out->status == KB_OK;
}

static bool random_bytes(void *context, unsigned char *to, size_t n) {
    (void)context;
    return getentropy(to, n) == 0;
}

static enum kb_warc_packing packing_of(const char *path) {
    return kb_cli_ends_with(path, ".gz")    ? KB_WARC_GZIP
           : kb_cli_ends_with(path, ".zst") ? KB_WARC_ZSTD
                                            : KB_WARC_PLAIN;
}

enum kb_status kb_cli_export_warc_begin(struct kb_cli_wire *w) {
    struct kb_cli_export *export = w->call;
    const char *path = w->path ? w->path : "", *name = strrchr(path, '/');
    const struct kb_warc_output output = {.put = put,
                                          .random = random_bytes,
                                          .context = &w->out,
                                          .packing = packing_of(path)};
    export->warc = kb_warc_writer_new(&output, &w->err);
    if (!export->warc)
        return w->err.status;
    return kb_warc_write_info(
        export->warc, kb_str_z(name ? name + 1 : path), KB_STR("kabar/" KABAR_VERSION),
        KB_STR("description: articles as kabar keeps them, not what servers sent\r\n"),
        w->now * 1000, &w->err);
}

enum kb_status kb_cli_export_warc(struct kb_cli_wire *w, const struct kb_row *row,
                                  const struct kb_article *article) {
    struct kb_cli_export *export = w->call;
    char id[KB_WARC_ID_BYTES];
    struct kb_buf body, target;
    kb_buf_init(&body, KB_LIMIT_OUTPUT_BYTES);
    kb_buf_init(&target, KB_LIMIT_URL_BYTES * 2);
    if (article->url.n)
        kb_buf_str(&target, article->url);
    else
        kb_buf_printf(&target, "urn:x-kabar:%.*s", (int)row->id.n, row->id.p);
    kb_article_print_html(article, &body);
    struct kb_warc_entry entry = {.type = KB_WARC_TYPE_CONVERSION,
                                  .target = kb_buf_view(&target),
                                  .time_ms = row->seen * 1000,
                                  .content_type = KB_STR("text/html; charset=utf-8"),
                                  .body = kb_buf_view(&body)};
    enum kb_status status = body.status != KB_OK ? body.status : target.status;
    if (status == KB_OK)
        status = kb_warc_write(export->warc, &entry, id, &w->err);
    kb_buf_clear(&body);
    kb_article_print_json(article, 0, &body);
    entry.type = KB_WARC_TYPE_METADATA;
    entry.content_type = KB_STR("application/json");
    entry.concurrent_to = kb_str_z(id);
    entry.body = kb_buf_view(&body);
    if (status == KB_OK)
        status = body.status;
    if (status == KB_OK)
        status = kb_warc_write(export->warc, &entry, NULL, &w->err);
    if (status != KB_OK && !w->err.text[0])
        (void)kb_err_set(&w->err, status, "not enough memory for the file");
    kb_buf_free(&body);
    kb_buf_free(&target);
    return status;
}
