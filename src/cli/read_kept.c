/* kabar read ID: an article of the wire, its older versions, and what changed between
 * them. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "html/html.h"
#include "wire.h"

struct kept {
    const struct kb_cli_read_options *read;
    const struct kb_cli_kept *wish;
    struct kb_store *store;
    struct kb_arena arena;
    struct kb_loader *loader;
    struct kb_lexicon *lexicon;
    struct kb_row row;
    struct kb_buf out;
    struct kb_err err;
};

bool kb_cli_is_kept(const char *operand) {
    enum { SHORTEST = 4, LONGEST = 64 };
    struct kb_str s = kb_str_z(operand);
    if (access(operand, F_OK) == 0)
        return false;
    if (kb_url_is_web(s))
        return true;
    return s.n >= SHORTEST && s.n <= LONGEST &&
           strspn(operand, "0123456789abcdef") == s.n;
}

bool kb_cli_has_wire(const char *db) {
    struct kb_cli_buf path = {0};
    bool found = kb_cli_db_path(db, &path) && access(path.p, F_OK) == 0;
    kb_cli_buf_free(&path);
    return found;
}

/* ---- one version ------------------------------------------------------------------- */

/* The record of a version, 0 the newest, loaded; its arena is to be freed, after a
 * failure too. */
static enum kb_status load(struct kept *k, int version, struct kb_article *article,
                           int64_t *seen) {
    struct kb_str record;
    enum kb_status status;
    *article = (struct kb_article){0};
    *seen = k->row.versions > 1 ? k->row.changed : k->row.seen;
    if (version && version != k->row.versions)
        status = kb_store_version(k->store, k->row.n, version, &k->arena, &record, seen,
                                  &k->err);
    else
        status = kb_store_record(k->store, k->row.n, &k->arena, &record, &k->err);
    if (status != KB_OK)
        return status;
    if (!record.n)
        return kb_err_set(&k->err, KB_EINPUT,
                          "%s: the article's text was thrown away, as the settings want "
                          "it (kabar retain)",
                          k->wish->name);
    return kb_kept_load(&k->loader, record, article, &k->err);
}

static void print(struct kept *k, const struct kb_article *a) {
    const kabar_print_options *p = &k->read->print;
    switch (k->read->format) {
    case KABAR_FORMAT_TEXT: kb_article_print_text(a, &k->out); break;
    case KABAR_FORMAT_MARKDOWN: kb_article_print_markdown(a, &k->out); break;
    case KABAR_FORMAT_HTML: kb_article_print_html(a, &k->out); break;
    case KABAR_FORMAT_JSON: kb_article_print_json(a, p->indent, &k->out); break;
    case KABAR_FORMAT_JSONLD: kb_article_print_jsonld(a, p->indent, &k->out); break;
    case KABAR_FORMAT_NINJS: kb_article_print_ninjs(a, p->indent, &k->out); break;
    case KABAR_FORMAT_VIEW:
        kb_article_print_view(a, p->width, p->color != 0, &k->out);
        break;
    }
}

static enum kb_status print_version(struct kept *k) {
    struct kb_article article;
    int64_t seen;
    enum kb_status status = load(k, k->wish->version, &article, &seen);
    if (status == KB_OK)
        print(k, &article);
    kb_arena_free(&article.arena);
    return status;
}

/* ---- the list of versions ---------------------------------------------------------- */

static enum kb_status list_versions(struct kept *k) {
    bool json =
        k->read->format != KABAR_FORMAT_VIEW && k->read->format != KABAR_FORMAT_TEXT;
    enum kb_status status = KB_OK;
    for (int i = 1; status == KB_OK && i <= k->row.versions; i++) {
        char moment[KB_CLI_MOMENT_BYTES];
        struct kb_article article;
        struct kb_json out;
        int64_t seen;
        status = load(k, i, &article, &seen);
        if (status != KB_OK) {
            kb_arena_free(&article.arena);
            break;
        }
        if (json) {
            kb_json_init(&out, &k->out, 0);
            kb_json_object(&out);
            kb_json_field_int(&out, "version", i);
            kb_tell_time(&out, "seen", seen);
            kb_json_field(&out, "date_modified", article.date_modified);
            kb_json_field(&out, "title", article.title);
            kb_json_field_int(&out, "characters",
                              (int64_t)kb_utf8_count(article.content_text));
            kb_json_object_end(&out);
        } else {
            kb_cli_moment((int64_t)time(NULL), seen, moment);
            kb_buf_printf(&k->out, "%3d  %-12s  ", i, moment);
            kb_html_line(article.title, k->read->print.width - 19, &k->out);
        }
        kb_buf_char(&k->out, '\n');
        kb_arena_free(&article.arena);
    }
    return status;
}

/* ---- what changed ------------------------------------------------------------------ */

static void put_changes(struct kept *k, const struct kb_changes *changes, int version,
                        int64_t seen) {
    char moment[KB_CLI_MOMENT_BYTES];
    switch (k->read->format) {
    case KABAR_FORMAT_VIEW:
    case KABAR_FORMAT_TEXT:
    case KABAR_FORMAT_MARKDOWN:
        kb_cli_moment((int64_t)time(NULL), seen, moment);
        kb_buf_printf(&k->out, "version %d, %s\n", version, moment);
        kb_changes_print_text(changes, k->read->print.color != 0, &k->out);
        kb_buf_char(&k->out, '\n');
        break;
    case KABAR_FORMAT_HTML: kb_changes_print_html(changes, &k->out); break;
    default: {
        struct kb_json json;
        struct kb_buf text;
        kb_buf_init(&text, KB_LIMIT_OUTPUT_BYTES);
        kb_changes_print_json(changes, 0, &text);
        kb_json_init(&json, &k->out, 0);
        kb_json_object(&json);
        kb_json_field_int(&json, "version", version);
        kb_tell_time(&json, "seen", seen);
        kb_json_key(&json, "changes");
        kb_tell_raw(&json, kb_str_trim(kb_buf_view(&text)));
        kb_json_object_end(&json);
        kb_buf_char(&k->out, '\n');
        if (text.status != KB_OK)
            k->out.status = text.status;
        kb_buf_free(&text);
    }
    }
}

/* Versions one after the other, or the one that is asked for, each with the one
 * before. */
static enum kb_status print_changes(struct kept *k) {
    int last = k->wish->version ? k->wish->version : k->row.versions;
    int first = k->wish->version ? k->wish->version : 2;
    enum kb_status status = KB_OK;
    if (last < 2)
        return kb_err_set(&k->err, KB_EINPUT, "%s: nothing came before its first version",
                          k->wish->name);
    status = kb_lexicon_new(NULL, &k->lexicon, &k->err);
    for (int i = first; status == KB_OK && i <= last; i++) {
        struct kb_article old = {0}, now = {0};
        struct kb_changes changes;
        int64_t seen, ignored;
        status = load(k, i - 1, &old, &ignored);
        if (status == KB_OK)
            status = load(k, i, &now, &seen);
        if (status == KB_OK)
            status =
                kb_article_changes(&k->arena, &old, &now, k->lexicon, &changes, &k->err);
        if (status == KB_OK)
            put_changes(k, &changes, i, seen);
        kb_arena_free(&old.arena);
        kb_arena_free(&now.arena);
    }
    return status;
}

/* ---- the call ---------------------------------------------------------------------- */

static enum kb_status work(struct kept *k) {
    k->store = kb_cli_db_open(k->wish->db, KB_STORE_READ);
    if (!k->store)
        return KB_EIO; /* and it has been said */
    enum kb_status status = kb_store_article(k->store, 0, kb_str_z(k->wish->name),
                                             &k->arena, &k->row, &k->err);
    if (status == KB_OK && k->wish->version > k->row.versions)
        return kb_err_set(&k->err, KB_EINPUT, "%s: the article has %d %s", k->wish->name,
                          k->row.versions, k->row.versions == 1 ? "version" : "versions");
    if (status == KB_OK)
        status = k->wish->changes    ? print_changes(k)
                 : k->wish->versions ? list_versions(k)
                                     : print_version(k);
    if (status == KB_OK && k->out.status != KB_OK)
        status = kb_err_set(&k->err, k->out.status, "not enough memory to print");
    return status;
}

int kb_cli_read_kept(const struct kb_cli_read_options *read,
                     const struct kb_cli_kept *wish) {
    struct kept k = {.read = read, .wish = wish};
    struct kb_cli_output output;
    kb_arena_init(&k.arena, SIZE_MAX);
    kb_buf_init(&k.out, KB_LIMIT_OUTPUT_BYTES);
    enum kb_status status = work(&k);
    if (status != KB_OK && k.err.text[0])
        kb_cli_say("%s", k.err.text);
    bool ok = status == KB_OK && kb_cli_output_open(&output, read->output);
    if (ok) {
        ok = kb_cli_output_write(&output, NULL, 0, k.out.p, k.out.n);
        ok = kb_cli_output_close(&output) && ok;
    }
    kb_loader_free(k.loader);
    kb_lexicon_free(k.lexicon);
    kb_store_close(k.store);
    kb_arena_free(&k.arena);
    kb_buf_free(&k.out);
    return ok ? KB_CLI_OK : KB_CLI_FAILED;
}
