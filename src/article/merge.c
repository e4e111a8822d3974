/* A page's article, completed by the feed's entry that led to it.
 *
 * In: an article that was read of a page, and its entry.  Out: the same article with what
 * the page did not tell.  The page goes first, because it is the text itself and newer
 * than what the feed's readers were once sent; where the two contradict each other a
 * warning says so. */
#include "article/entry.h"
#include "article/print.h"

/* A day between two dates is a zone that one of them forgot; more is another date. */
enum { SAME_DATE_SECONDS = 26 * 3600, TITLE_WORDS = 64 };

static void complete(struct kb_article *a, struct kb_str *field, struct kb_str value) {
    if (!field->n)
        *field = kb_arena_dup(&a->arena, value);
}

/* ---- dates ------------------------------------------------------------------------- */

/* Feeds have no days without a time: midnight is one. */
static bool is_midnight(struct kb_str date) {
    return kb_str_find(date, KB_STR("T00:00:00")) != KB_NOT_FOUND;
}

static void merge_date(struct kb_article *a, struct kb_str *field, struct kb_str told,
                       const char *warning) {
    int64_t page, entry;
    if (!told.n)
        return;
    if (!field->n) {
        *field = kb_arena_dup(&a->arena, told);
        return;
    }
    if (!kb_date_seconds(*field, &page) || !kb_date_seconds(told, &entry))
        return;
    int64_t apart = page > entry ? page - entry : entry - page;
    if (apart > SAME_DATE_SECONDS)
        kb_article_warn(a, warning);
    else if (kb_facts_date(*field) == KB_DATE_DAY && !is_midnight(told) &&
             kb_str_starts(told, *field))
        *field = kb_arena_dup(&a->arena, told); /* the same day, and the time of it */
}

/* ---- titles ------------------------------------------------------------------------ */

/* Hashes of a title's words, each once. */
static size_t words_of(struct kb_str title, struct kb_buf *text,
                       uint32_t words[TITLE_WORDS]) {
    struct kb_folded word;
    size_t pos = 0, n = 0;
    kb_buf_clear(text);
    while (n < TITLE_WORDS && kb_fold_next(title, &pos, text, &word)) {
        size_t i = 0;
        while (i < n && words[i] != word.hash)
            i++;
        if (i == n)
            words[n++] = word.hash;
    }
    return n;
}

/* Headlines are rewritten; two that share less than a third of their words are about
 * different things. */
static bool is_other_title(struct kb_str a, struct kb_str b, struct kb_buf *text) {
    uint32_t first[TITLE_WORDS], second[TITLE_WORDS];
    size_t n = words_of(a, text, first), m = words_of(b, text, second), shared = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < m; k++)
            shared += first[i] == second[k];
    return n && m && shared * 3 < (n < m ? n : m);
}

/* ---- sources ----------------------------------------------------------------------- */

/* What the text is, where the entry names a source that the page did not. */
static void merge_role(struct kb_provenance *p) {
    const enum kb_rel rel = p->source_count ? p->sources[0].rel : KB_REL_QUOTED;
    bool own = true;
    for (size_t i = 0; i < p->role_count; i++)
        own &= p->roles[i] == KB_ROLE_ORIGINAL || p->roles[i] == KB_ROLE_UNKNOWN;
    if (!own || rel < KB_REL_CREDITED)
        return;
    p->roles[0] = rel == KB_REL_TRANSLATED    ? KB_ROLE_TRANSLATION
                  : rel == KB_REL_REPUBLISHED ? KB_ROLE_REPUBLICATION
                                              : KB_ROLE_REWRITE;
    p->role_count = 1;
}

static void merge_sources(const struct kb_article_tools *tools,
                          const struct kb_feed *feed, const struct kb_feed_item *item,
                          struct kb_article *a) {
    struct kb_provenance *p = &a->provenance;
    struct kb_claims claims = {.count = 0};
    struct kb_finder f = {.article = a,
                          .lexicon = tools->lexicon,
                          .arena = &a->arena,
                          .sources = p->sources,
                          .count = p->source_count,
                          .cap = p->source_count};
    kb_entry_claims(feed, item, &a->arena, tools->text, &claims);
    if (!claims.count)
        return;
    kb_house_find(&f);
    for (size_t i = 0; i < claims.count; i++)
        kb_claim_read(&f, &claims.items[i]);
    kb_sources_finish(&f);
    merge_role(p);
}

enum kb_status kb_article_merge_entry(const struct kb_article_tools *tools,
                                      const struct kb_feed *feed,
                                      const struct kb_feed_item *item,
                                      struct kb_article *a, struct kb_err *err) {
    struct kb_str house = kb_entry_house(feed, item);
    if (a->title.n && is_other_title(a->title, item->c.title, tools->text))
        kb_article_warn(a, "the feed's title for it is another one than the page's");
    complete(a, &a->title, item->c.title);
    complete(a, &a->url, kb_url_untrack(&a->arena, kb_entry_url(feed, item)));
    complete(a, &a->summary, item->summary);
    complete(a, &a->image, item->image);
    complete(a, &a->publisher, house);
    complete(a, &a->rights.notice, item->c.rights);
    merge_date(a, &a->date_published, item->c.date_published,
               "the feed tells another date of publication than the page");
    merge_date(a, &a->date_modified, item->c.date_modified,
               "the feed tells another date of change than the page");
    if (!a->author_count)
        a->author_count = kb_entry_authors(feed, item, NULL, 0, &a->arena, &a->authors);
    if (!a->tag_count)
        a->tag_count = kb_entry_tags(item, &a->arena, &a->tags);
    if (!a->attachment_count)
        a->attachment_count = kb_entry_attachments(item, &a->arena, &a->attachments);
    if (a->comment_count < 0 && item->comment_count >= 0)
        a->comment_count = (long)item->comment_count;
    if (!a->language.n)
        kb_article_tell_language(a, item->c.language.n ? item->c.language
                                                       : feed->c.language);
    merge_sources(tools, feed, item, a);
    if (a->arena.full)
        return kb_err_set(err, KB_ENOMEM, "not enough memory for the article");
    return KB_OK;
}
