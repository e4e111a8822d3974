/* Articles as they are kept: an id or an address in, the record loaded again out. */
#include "wire.h"

enum kb_status kb_cli_load(struct kb_loader **loader, struct kb_str record,
                           struct kb_article *article, struct kb_err *err) {
    enum kb_status status = KB_OK;
    *article = (struct kb_article){.direction = "ltr", .comment_count = -1};
    kb_arena_init(&article->arena, KB_LIMIT_DOCUMENT_MEMORY);
    if (!*loader)
        status = kb_loader_new(loader, err);
    return status == KB_OK ? kb_article_load(*loader, record, article, err) : status;
}

/* What an article's row says, where retention took the rest. */
static void from_row(const struct kb_row *row, struct kb_article *a) {
    char text[KB_TIME_BYTES];
    a->id = kb_arena_dup(&a->arena, row->id);
    a->url = kb_arena_dup(&a->arena, row->url);
    a->title = kb_arena_dup(&a->arena, row->title);
    a->language = kb_arena_dup(&a->arena, row->language);
    a->byline = kb_arena_dup(&a->arena, row->author);
    a->publisher = kb_arena_dup(&a->arena, row->outlet_name);
    a->publisher_domain = kb_arena_dup(&a->arena, row->outlet_domain);
    if (row->published) {
        kb_time_print(row->published, text);
        a->date_published = kb_arena_dup(&a->arena, kb_str_z(text));
    }
}

enum kb_status kb_cli_wire_article(struct kb_cli_wire *w, const struct kb_row *row,
                                   struct kb_article *article) {
    struct kb_str record;
    struct kb_arena arena;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_store_record(w->store, row->n, &arena, &record, &w->err);
    if (status == KB_OK && !record.n) {
        *article = (struct kb_article){.direction = "ltr", .comment_count = -1};
        kb_arena_init(&article->arena, KB_LIMIT_DOCUMENT_MEMORY);
        from_row(row, article);
    } else if (status == KB_OK) {
        status = kb_cli_load(&w->loader, record, article, &w->err);
        if (status != KB_OK)
            kb_arena_free(&article->arena);
    }
    kb_arena_free(&arena);
    return status;
}
