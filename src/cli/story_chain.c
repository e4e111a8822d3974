/* A story's articles out of the wire → their chain of sources.
 *
 * Articles of other stories come along where one of the story's names them by address:
 * then what was copied is here, though it stands elsewhere. */
#include "story.h"

/* Articles that are loaded: some times what a chain can have, so that it can choose those
 * that say most of their sources; past them show tells how many are left out. */
enum { GUESTS_MOST = 64, ARTICLES_MOST = 4 * KB_LIMIT_CHAIN_ARTICLES };

static enum kb_status add(struct kb_cli_wire *w, struct kb_cli_story *s, int64_t n) {
    if (!kb_arena_grow(&w->arena, (void **)&s->rows, s->count, &s->cap, sizeof *s->rows,
                       SIZE_MAX))
        return kb_err_set(&w->err, KB_ENOMEM, "not enough memory for the story");
    return kb_store_article_at(w->store, n, &w->arena, &s->rows[s->count++], &w->err);
}

static bool has(const struct kb_cli_story *s, int64_t n) {
    for (size_t i = 0; i < s->count; i++)
        if (s->rows[i].n == n)
            return true;
    return false;
}

static enum kb_status invite(struct kb_cli_wire *w, struct kb_cli_story *s,
                             struct kb_str url, size_t *guests) {
    int64_t found[4];
    size_t count = 0;
    if (!url.n || *guests >= GUESTS_MOST)
        return KB_OK;
    enum kb_status status =
        kb_store_find_address(w->store, url, found, KB_COUNT(found), &count, &w->err);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        if (has(s, found[i]))
            continue;
        status = add(w, s, found[i]);
        (*guests)++;
    }
    return status;
}

static enum kb_status invite_sources(struct kb_cli_wire *w, struct kb_cli_story *s,
                                     const struct kb_article *article, size_t *guests) {
    const struct kb_provenance *p = &article->provenance;
    enum kb_status status = invite(w, s, p->original_url, guests);
    for (size_t i = 0; status == KB_OK && i < p->source_count; i++)
        status = invite(w, s, p->sources[i].url, guests);
    for (size_t i = 0; status == KB_OK && i < p->chain_count; i++)
        status = invite(w, s, p->chain[i].url, guests);
    return status;
}

/* Rows from `from` on are loaded.  The rows may move, the articles do not. */
static enum kb_status load(struct kb_cli_wire *w, struct kb_cli_story *s) {
    enum kb_status status = KB_OK;
    struct kb_article *articles =
        kb_arena_zalloc(&w->arena, s->count ? s->count : 1, sizeof *articles);
    if (!articles)
        return kb_err_set(&w->err, KB_ENOMEM, "not enough memory for the story");
    for (size_t i = 0; i < s->loaded; i++)
        articles[i] = s->articles[i];
    s->articles = articles;
    for (; status == KB_OK && s->loaded < s->count; s->loaded += status == KB_OK)
        status = kb_cli_wire_article(w, &s->rows[s->loaded], &s->articles[s->loaded]);
    return status;
}

static enum kb_status make_chain(struct kb_cli_wire *w, struct kb_cli_story *s,
                                 size_t guests_from) {
    struct kb_chain_input *inputs =
        kb_arena_zalloc(&w->arena, s->count ? s->count : 1, sizeof *inputs);
    enum kb_status status = kb_lexicon_new(NULL, &s->lexicon, &w->err);
    if (!inputs)
        return kb_err_set(&w->err, KB_ENOMEM, "not enough memory for the story");
    for (size_t i = 0; i < s->count; i++)
        inputs[i] = (struct kb_chain_input){.article = &s->articles[i],
                                            .seen = s->rows[i].seen,
                                            .guest = i >= guests_from};
    return status == KB_OK ? kb_chain_build(&w->arena, s->lexicon, inputs, s->count,
                                            &s->chain, &w->err)
                           : status;
}

enum kb_status kb_cli_story_load(struct kb_cli_wire *w, int64_t story,
                                 struct kb_cli_story *s) {
    int64_t *articles;
    size_t count = 0, guests = 0;
    *s = (struct kb_cli_story){.count = 0};
    enum kb_status status =
        kb_store_story_at(w->store, story, &w->arena, &s->row, &w->err);
    if (status == KB_OK)
        status = kb_store_story_articles(w->store, s->row.n, ARTICLES_MOST, &w->arena,
                                         &articles, &count, &w->err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = add(w, s, articles[i]);
    if (status == KB_OK)
        status = load(w, s);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = invite_sources(w, s, &s->articles[i], &guests);
    if (status == KB_OK)
        status = load(w, s);
    s->own = count;
    return status == KB_OK ? make_chain(w, s, count) : status;
}

void kb_cli_story_free(struct kb_cli_story *s) {
    for (size_t i = 0; i < s->loaded; i++)
        kb_arena_free(&s->articles[i].arena);
    kb_lexicon_free(s->lexicon);
}
