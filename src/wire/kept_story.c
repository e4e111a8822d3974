/* A story's articles out of the wire → their chain of sources. */
#include "wire/kept.h"

/* Articles that are loaded: some times what a chain can have, so that it can choose those
 * that say most of their sources; past them show tells how many are left out. */
enum { GUESTS_MOST = 64, TAKERS_MOST = 64, ARTICLES_MOST = 4 * KB_LIMIT_CHAIN_ARTICLES };

static enum kb_status add(struct kb_kept *k, struct kb_kept_story *s, int64_t n,
                          struct kb_err *err) {
    if (!kb_arena_grow(k->arena, (void **)&s->rows, s->count, &s->cap, sizeof *s->rows,
                       SIZE_MAX))
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the story");
    return kb_store_article_at(k->store, k->user, n, k->arena, &s->rows[s->count++], err);
}

static bool has(const struct kb_kept_story *s, int64_t n) {
    for (size_t i = 0; i < s->count; i++)
        if (s->rows[i].n == n)
            return true;
    return false;
}

static enum kb_status invite(struct kb_kept *k, struct kb_kept_story *s,
                             struct kb_str url, size_t *guests, struct kb_err *err) {
    int64_t found[4];
    size_t count = 0;
    if (!url.n || *guests >= GUESTS_MOST)
        return KB_OK;
    enum kb_status status =
        kb_store_find_address(k->store, url, found, KB_COUNT(found), &count, err);
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        if (has(s, found[i]))
            continue;
        status = add(k, s, found[i], err);
        (*guests)++;
    }
    return status;
}

static enum kb_status invite_sources(struct kb_kept *k, struct kb_kept_story *s,
                                     const struct kb_article *article, size_t *guests,
                                     struct kb_err *err) {
    const struct kb_provenance *p = &article->provenance;
    enum kb_status status = invite(k, s, p->original_url, guests, err);
    for (size_t i = 0; status == KB_OK && i < p->source_count; i++)
        status = invite(k, s, p->sources[i].url, guests, err);
    for (size_t i = 0; status == KB_OK && i < p->chain_count; i++)
        status = invite(k, s, p->chain[i].url, guests, err);
    return status;
}

/* Articles of other stories that name this one. */
static enum kb_status invite_takers(struct kb_kept *k, struct kb_kept_story *s,
                                    const struct kb_article *article, size_t takers_from,
                                    struct kb_err *err) {
    const struct kb_str urls[] = {article->url, kb_article_address(article)};
    int64_t found[TAKERS_MOST];
    enum kb_status status = KB_OK;
    for (size_t u = 0; status == KB_OK && u < KB_COUNT(urls); u++) {
        size_t count = 0;
        if (urls[u].n)
            status = kb_store_find_citing(k->store, urls[u], found, KB_COUNT(found),
                                          &count, err);
        for (size_t i = 0; status == KB_OK && i < count; i++)
            if (s->count - takers_from < TAKERS_MOST && !has(s, found[i]))
                status = add(k, s, found[i], err);
    }
    return status;
}

/* Rows from `from` on are loaded.  The rows may move, the articles do not. */
static enum kb_status load(struct kb_kept *k, struct kb_kept_story *s,
                           struct kb_err *err) {
    enum kb_status status = KB_OK;
    struct kb_article *articles =
        kb_arena_zalloc(k->arena, s->count ? s->count : 1, sizeof *articles);
    if (!articles)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the story");
    for (size_t i = 0; i < s->loaded; i++)
        articles[i] = s->articles[i];
    s->articles = articles;
    for (; status == KB_OK && s->loaded < s->count; s->loaded += status == KB_OK)
        status = kb_kept_article(k, &s->rows[s->loaded], &s->articles[s->loaded], err);
    return status;
}

static enum kb_status make_chain(struct kb_kept *k, struct kb_kept_story *s,
                                 size_t guests_from, size_t takers_from,
                                 struct kb_err *err) {
    struct kb_chain_input *inputs =
        kb_arena_zalloc(k->arena, s->count ? s->count : 1, sizeof *inputs);
    enum kb_status status = k->lexicon ? KB_OK : kb_lexicon_new(NULL, &k->lexicon, err);
    if (!inputs)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the story");
    for (size_t i = 0; i < s->count; i++)
        inputs[i] = (struct kb_chain_input){
            .article = &s->articles[i],
            .seen = s->rows[i].seen,
            .guest = i >= guests_from,
            .taker = i >= takers_from,
            .story = i >= guests_from ? s->rows[i].story_id : KB_STR_NONE};
    return status == KB_OK
               ? kb_chain_build(k->arena, k->lexicon, inputs, s->count, &s->chain, err)
               : status;
}

enum kb_status kb_kept_story(struct kb_kept *k, int64_t story, struct kb_kept_story *s,
                             struct kb_err *err) {
    int64_t *articles;
    size_t count = 0, guests = 0, sources;
    *s = (struct kb_kept_story){.count = 0};
    enum kb_status status = kb_store_story_at(k->store, story, k->arena, &s->row, err);
    if (status == KB_OK)
        status = kb_store_story_articles(k->store, s->row.n, ARTICLES_MOST, k->arena,
                                         &articles, &count, err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = add(k, s, articles[i], err);
    if (status == KB_OK)
        status = load(k, s, err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = invite_sources(k, s, &s->articles[i], &guests, err);
    sources = s->count;
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = invite_takers(k, s, &s->articles[i], sources, err);
    if (status == KB_OK)
        status = load(k, s, err);
    s->own = count;
    return status == KB_OK ? make_chain(k, s, count, sources, err) : status;
}

void kb_kept_story_free(struct kb_kept_story *s) {
    for (size_t i = 0; i < s->loaded; i++)
        kb_arena_free(&s->articles[i].arena);
}

size_t kb_kept_place(const struct kb_kept_story *s, int64_t n) {
    for (size_t i = 0; i < s->chain.article_count; i++)
        if (s->rows[s->chain.articles[i].input].n == n)
            return i;
    return KB_CHAIN_NONE;
}

const struct kb_row *kb_kept_row(const struct kb_kept_story *s, size_t place) {
    return &s->rows[s->chain.articles[place].input];
}
