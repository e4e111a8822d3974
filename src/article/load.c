/* A record as JSON → the article.
 *
 * In: one object, as kabar prints it (print_json.c), or an article from elsewhere that
 * has some of JSON Feed 1.1's item names.  Out: struct kb_article with its body, so that
 * every format can be printed of it again.
 *
 * A stranger may have written the record.  What is missing is made or stays empty; what
 * has a wrong type is refused, with the field's name, because a guess would stand in the
 * record for ever.  Markup goes through the one parser and builder (html/html.h), and
 * what is kept as content_html was written anew from the tree: the record's own HTML is
 * never shown.  Texts lose their control characters, addresses must be of the web, dates
 * those of RFC 3339. */
#include "article/load.h"

#include <stdlib.h>

struct kb_loader {
    struct kb_html *html;
    struct kb_urls *urls;
    struct kb_buf text;
};

enum {
    KEEP_BUFFER = 1 << 20, /* larger ones are given back after a record */
    ROUNDS = 4             /* until HTML reads as itself */
};

/* Attributes that matter besides those that html looks at. */
static const struct kb_str no_others[] = {{NULL, 0}};

enum kb_status kb_loader_new(struct kb_loader **out, struct kb_err *err) {
    struct kb_loader *loader = calloc(1, sizeof *loader);
    *out = NULL;
    if (!loader)
        return kb_err_set(err, KB_ENOMEM, "not enough memory to read records");
    kb_buf_init(&loader->text, KB_LIMIT_OUTPUT_BYTES);
    enum kb_status status = kb_html_new(&loader->html, err);
    if (status == KB_OK)
        status = kb_urls_new(&loader->urls, err);
    if (status != KB_OK) {
        kb_loader_free(loader);
        return status;
    }
    kb_html_want(loader->html, no_others);
    *out = loader;
    return KB_OK;
}

void kb_loader_free(struct kb_loader *loader) {
    if (!loader)
        return;
    kb_html_free(loader->html);
    kb_urls_free(loader->urls);
    kb_buf_free(&loader->text);
    free(loader);
}

/* ---- the body ---------------------------------------------------------------------- */

static void parse_html(struct kb_load *l, struct kb_str html) {
    struct kb_article *a = l->article;
    lxb_html_document_t *document;
    struct kb_html_notes notes = {0};
    l->status = kb_html_parse(l->loader->html, html, 0, &document, &notes, l->err);
    if (l->status == KB_OK)
        l->status = kb_html_build(lxb_dom_interface_node(document), &kb_html_keep_all,
                                  l->loader->urls, &a->arena, &a->body, l->err);
    if (notes.nodes_cut)
        kb_article_warn(a, "the record has more elements than KB_LIMIT_NODES: the rest "
                           "was not read");
}

/* One paragraph; its lines stand on lines of their own. */
static void add_paragraph(struct kb_article *a, struct kb_str text) {
    struct kb_node *p = NULL;
    while (text.n) {
        size_t end = kb_str_find_byte(text, '\n');
        struct kb_str line = kb_str_trim(kb_str_slice(text, 0, end));
        text = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(text, end + 1, text.n);
        if (!line.n)
            continue;
        if (p)
            (void)kb_node_add(&a->arena, p, KB_NODE_BREAK);
        else
            p = kb_node_add(&a->arena, a->body, KB_NODE_PARAGRAPH);
        if (!p)
            return;
        (void)kb_node_add_text(&a->arena, p, line);
    }
}

/* Paragraphs are parted by empty lines; where there is none, each line is one. */
static void from_text(struct kb_article *a, struct kb_str text) {
    const bool parted = kb_str_find(text, KB_STR("\n\n")) != KB_NOT_FOUND;
    const struct kb_str between = parted ? KB_STR("\n\n") : KB_STR("\n");
    a->body = kb_node_add(&a->arena, NULL, KB_NODE_ROOT);
    while (a->body && text.n) {
        size_t end = kb_str_find(text, between);
        add_paragraph(a, kb_str_slice(text, 0, end));
        text = end == KB_NOT_FOUND ? KB_STR_NONE
                                   : kb_str_slice(text, end + between.n, text.n);
    }
}

/* What write makes of the body, in the arena. */
static struct kb_str written(struct kb_load *l, void (*write)(const struct kb_node *root,
                                                              struct kb_buf *out)) {
    struct kb_buf *text = &l->loader->text;
    kb_buf_clear(text);
    write(l->article->body, text);
    if (text->status != KB_OK && l->status == KB_OK)
        l->status = kb_err_set(l->err, text->status, "the record's text: %s",
                               kb_status_text(text->status));
    return kb_arena_dup(&l->article->arena, kb_buf_view(text));
}

/* The body of html, and the HTML of the body.  kabar's own HTML comes out as it was;
 * what comes out of broken markup may read as another tree, and is read again. */
static void from_html(struct kb_load *l, struct kb_str html) {
    struct kb_article *a = l->article;
    kb_urls_set_base(l->loader->urls, a->url.n ? a->url : a->canonical_url);
    for (int i = 0; i < ROUNDS; i++) {
        parse_html(l, html);
        if (l->status != KB_OK)
            return;
        a->content_html = written(l, kb_html_write_html);
        if (kb_str_equal(a->content_html, html))
            return;
        html = a->content_html;
    }
}

static void make_body(struct kb_load *l, struct kb_str html) {
    struct kb_article *a = l->article;
    if (kb_str_trim(html).n)
        from_html(l, html);
    if (l->status == KB_OK && (!a->body || !a->body->first)) {
        from_text(a, a->content_text);
        if (a->body)
            a->content_html = written(l, kb_html_write_html);
    }
    if (l->status == KB_OK && a->body && !a->content_text.n)
        a->content_text = written(l, kb_html_write_text);
}

/* ---- the record -------------------------------------------------------------------- */

/* What is missing and can be told from the rest, as article.c tells it of pages. */
static void complete(struct kb_article *a) {
    const char *told = a->direction;
    kb_article_tell_language(a, KB_STR_NONE);
    if (told)
        a->direction = told;
    if (!a->publisher_domain.n)
        a->publisher_domain = kb_arena_dup(&a->arena, kb_url_host(kb_article_address(a)));
    if (!a->provenance.role_count)
        a->provenance.roles[a->provenance.role_count++] = KB_ROLE_UNKNOWN;
    if (!a->id.n)
        a->id = kb_article_make_id(a);
}

/* yyjson takes all its memory by these; a document is one or two blocks. */
struct bound {
    size_t most;
    bool reached;
};

static bool fits(struct bound *bound, size_t size) {
    bound->reached |= size > bound->most;
    return size <= bound->most;
}

static void *limited_malloc(void *context, size_t size) {
    return fits(context, size) ? malloc(size) : NULL;
}

static void *limited_realloc(void *context, void *p, size_t old, size_t size) {
    (void)old;
    return fits(context, size) ? realloc(p, size) : NULL;
}

static void plain_free(void *context, void *p) {
    (void)context;
    free(p);
}

static enum kb_status parse(struct kb_str json, size_t most, yyjson_doc **out,
                            struct kb_err *err) {
    struct bound bound = {.most = most};
    const yyjson_alc memory = {limited_malloc, limited_realloc, plain_free, &bound};
    yyjson_read_err fault = {0};
    if (json.n > KB_LIMIT_OUTPUT_BYTES)
        return kb_err_set(err, KB_ELIMIT,
                          "the record has %zu bytes, the limit KB_LIMIT_OUTPUT_BYTES is "
                          "%zu",
                          json.n, KB_LIMIT_OUTPUT_BYTES);
    yyjson_doc *doc =
        yyjson_read_opts((char *)(uintptr_t)json.p, json.n, 0, &memory, &fault);
    if (!doc && fault.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
        return kb_err_set(err, bound.reached ? KB_ELIMIT : KB_ENOMEM,
                          "not enough memory for the record (%zu bytes allowed)", most);
    if (!doc)
        return kb_err_set(err, KB_EINPUT, "the record is no JSON: %s, at byte %zu",
                          fault.msg, fault.pos);
    *out = doc; /* whose allocator is copied, and frees without the bound */
    if (!yyjson_is_obj(yyjson_doc_get_root(doc)))
        return kb_err_set(err, KB_EINPUT, "the record is no JSON object");
    if (yyjson_doc_get_val_count(doc) > KB_LIMIT_JSON_VALUES)
        return kb_err_set(err, KB_ELIMIT,
                          "the record has more values than KB_LIMIT_JSON_VALUES (%d)",
                          KB_LIMIT_JSON_VALUES);
    return KB_OK;
}

enum kb_status kb_article_load(struct kb_loader *loader, struct kb_str json,
                               struct kb_article *a, struct kb_err *err) {
    struct kb_load l = {.loader = loader, .article = a, .err = err};
    const struct kb_arena arena = a->arena;
    yyjson_doc *doc = NULL;
    *a = (struct kb_article){.arena = arena, .comment_count = -1};
    l.status = parse(json, arena.max, &doc, err);
    if (l.status == KB_OK) {
        struct kb_str html = kb_load_fields(&l, yyjson_doc_get_root(doc));
        if (l.status == KB_OK)
            make_body(&l, html);
        if (l.status == KB_OK && a->body)
            complete(a);
    }
    yyjson_doc_free(doc);
    if (loader->text.cap > KEEP_BUFFER)
        kb_buf_free(&loader->text);
    if (l.status == KB_OK && a->arena.full)
        l.status = kb_err_set(err, a->arena.limited ? KB_ELIMIT : KB_ENOMEM,
                              "not enough memory for the record (%zu bytes allowed)",
                              a->arena.max);
    return l.status;
}

size_t kb_record_attachments(yyjson_val *record, struct kb_arena *arena,
                             struct kb_feed_attachment **out) {
    yyjson_val *list = yyjson_obj_get(record, "attachments"), *file;
    size_t i, count, n = 0;
    *out = kb_arena_zalloc(arena, yyjson_arr_size(list) + 1, sizeof **out);
    yyjson_arr_foreach(list, i, count, file) {
        const char *const keys[] = {"url", "mime_type", "title"};
        struct kb_str texts[KB_COUNT(keys)];
        if (!*out || n == KB_LIMIT_ATTACHMENTS)
            break;
        for (size_t k = 0; k < KB_COUNT(keys); k++) {
            yyjson_val *value = yyjson_obj_get(file, keys[k]);
            texts[k] = kb_arena_dup(
                arena, (struct kb_str){yyjson_get_str(value), yyjson_get_len(value)});
        }
        (*out)[n++] = (struct kb_feed_attachment){
            .url = texts[0],
            .mime_type = texts[1],
            .title = texts[2],
            .size = yyjson_get_sint(yyjson_obj_get(file, "size_in_bytes")),
            .seconds = yyjson_get_num(yyjson_obj_get(file, "duration_in_seconds"))};
    }
    return n;
}
