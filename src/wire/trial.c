/* A trial: the articles are read as they are kept, each put to the rules with the feed
 * that it came by, as the person calls it. */
#include "wire/trial.h"

#include "wire/desk.h"

struct tools {
    struct kb_rules *rules;
    struct kb_loader *loader;
    struct kb_lexicon *lexicon;
};

static enum kb_status origin_of(struct kb_store *store, int64_t user,
                                const struct kb_row *row, struct kb_arena *arena,
                                struct kb_rule_origin *origin, struct kb_err *err) {
    struct kb_feed_row feed;
    *origin = (struct kb_rule_origin){.now = row->seen};
    if (!row->feed)
        return KB_OK;
    enum kb_status status = kb_store_feed_at(store, user, row->feed, arena, &feed, err);
    if (status != KB_OK || !feed.n) /* somebody else's */
        return status;
    origin->feed_url = feed.url;
    origin->feed_title = kb_feed_row_name(&feed);
    origin->folder = feed.folder;
    return KB_OK;
}

static enum kb_status try_one(struct kb_store *store, struct kb_trial *trial,
                              const struct tools *t, int64_t n, struct kb_err *err) {
    struct kb_article a = {0};
    struct kb_rule_origin origin;
    struct kb_rule_effect effect;
    struct kb_arena arena;
    struct kb_row row;
    struct kb_str record;
    bool any = false;
    kb_arena_init(&a.arena, KB_LIMIT_DOCUMENT_MEMORY);
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = kb_store_article_at(store, trial->user, n, &arena, &row, err);
    if (status == KB_OK)
        status = kb_store_record(store, n, &arena, &record, err);
    if (status != KB_OK || !record.n)
        goto out;
    status = origin_of(store, trial->user, &row, &arena, &origin, err);
    if (status == KB_OK)
        status = kb_article_load(t->loader, record, &a, err);
    if (status == KB_OK)
        status = kb_rules_apply(t->rules, &a, &origin, &effect, err);
    if (status != KB_OK)
        goto out;
    trial->looked++;
    trial->undecided += effect.fault_count != 0;
    for (int i = 0; i < KB_RULE_ACTION_COUNT; i++)
        any = any || effect.by[i] != KB_NOT_FOUND;
    if (any) {
        trial->matched++;
        status = trial->each(trial->context, &row, &a, &effect, err);
    }
out:
    kb_arena_free(&a.arena);
    kb_arena_free(&arena);
    return status;
}

static enum kb_status fill(struct kb_store *store, const struct kb_trial *trial,
                           struct tools *t, struct kb_arena *arena, struct kb_err *err) {
    struct kb_rule_row *kept = NULL;
    const struct kb_rule_row *rows = trial->rule;
    size_t count = 1;
    enum kb_status status = kb_lexicon_new(NULL, &t->lexicon, err);
    if (status == KB_OK)
        status = kb_rules_new(t->lexicon, &t->rules, err);
    if (status == KB_OK)
        status = kb_loader_new(&t->loader, err);
    if (status == KB_OK && !rows) {
        status = kb_store_rules(store, trial->user, arena, &kept, &count, err);
        rows = kept;
    }
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = kb_desk_add_rule(t->rules, &rows[i], err);
    return status;
}

enum kb_status kb_trial_run(struct kb_store *store, struct kb_trial *trial,
                            struct kb_err *err) {
    const struct kb_article_wish wish = {.user = trial->user, .limit = trial->last};
    struct tools t = {.rules = NULL};
    struct kb_arena arena;
    int64_t *articles = NULL;
    size_t count = 0;
    kb_arena_init(&arena, KB_LIMIT_DOCUMENT_MEMORY);
    enum kb_status status = fill(store, trial, &t, &arena, err);
    if (status == KB_OK)
        status = kb_store_articles(store, &wish, &arena, &articles, &count, err);
    for (size_t i = 0; status == KB_OK && i < count; i++)
        status = try_one(store, trial, &t, articles[i], err);
    kb_rules_free(t.rules);
    kb_loader_free(t.loader);
    kb_lexicon_free(t.lexicon);
    kb_arena_free(&arena);
    return status;
}

enum kb_status kb_rule_tidy(const struct kb_rule_row *row, struct kb_buf *out,
                            struct kb_err *err) {
    struct kb_rules *rules = NULL;
    struct kb_buf text;
    kb_buf_init(&text, KB_LIMIT_META_BYTES * 4);
    enum kb_status status = kb_rules_new(NULL, &rules, err);
    if (status == KB_OK)
        status = kb_desk_add_rule(rules, row, err);
    if (status == KB_OK) {
        kb_rule_print(rules, 0, &text);
        kb_buf_str(out, kb_str_trim(kb_buf_view(&text)));
        status = text.status == KB_OK ? out->status : text.status;
    }
    kb_rules_free(rules);
    kb_buf_free(&text);
    return status;
}
