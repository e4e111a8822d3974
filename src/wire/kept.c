/* An article's row → the article, loaded again of its record. */
#include "wire/kept.h"

void kb_kept_free(struct kb_kept *kept) {
    kb_loader_free(kept->loader);
    kb_lexicon_free(kept->lexicon);
    kept->loader = NULL;
    kept->lexicon = NULL;
}

enum kb_status kb_kept_load(struct kb_loader **loader, struct kb_str record,
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
    a->body = kb_node_add(&a->arena, NULL, KB_NODE_ROOT);
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

enum kb_status kb_kept_article(struct kb_kept *kept, const struct kb_row *row,
                               struct kb_article *article, struct kb_err *err) {
    struct kb_str record;
    struct kb_arena arena;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_store_record(kept->store, row->n, &arena, &record, err);
    if (status == KB_OK && !record.n) {
        *article = (struct kb_article){.direction = "ltr", .comment_count = -1};
        kb_arena_init(&article->arena, KB_LIMIT_DOCUMENT_MEMORY);
        from_row(row, article);
        if (article->arena.full) {
            kb_arena_free(&article->arena);
            status = kb_err_set(err, KB_ENOMEM, "not enough memory for the article");
        }
    } else if (status == KB_OK) {
        status = kb_kept_load(&kept->loader, record, article, err);
        if (status != KB_OK)
            kb_arena_free(&article->arena);
    }
    kb_arena_free(&arena);
    return status;
}

/* "de-AT en id": is the language among them, or a kind of it, beside others? */
static bool has_language(struct kb_str tags, struct kb_str language) {
    bool found = false, others = false;
    while (tags.n) {
        size_t end = kb_str_find_byte(tags, ' ');
        struct kb_str tag = kb_str_slice(tags, 0, end);
        if (kb_str_starts(tag, language) &&
            (tag.n == language.n || tag.p[language.n] == '-'))
            found = true;
        else
            others = true;
        tags = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(tags, end + 1, tags.n);
    }
    return found && others;
}

enum kb_status kb_kept_told_in(struct kb_kept *kept, struct kb_str language,
                               struct kb_story_row *row, int64_t *article,
                               struct kb_err *err) {
    struct kb_str title;
    int64_t n;
    *article = row->n;
    if (!language.n || !has_language(row->languages, language))
        return KB_OK;
    enum kb_status status =
        kb_store_story_told(kept->store, row->n, language, kept->arena, &n, &title, err);
    if (status == KB_OK && title.n) {
        row->title = title;
        row->language = language;
        *article = n;
    }
    return status;
}
