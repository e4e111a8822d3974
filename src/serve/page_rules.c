/* Rules: a person's lines, added and taken away; and a rule tried on the last articles
 * before it is kept. */
#include "serve/inner.h"
#include "serve/pages.h"

enum { SHOWN = 50 };

struct trial_page {
    struct kb_view *view;
    yyjson_mut_val *list;
    size_t shown;
};

/* One article that the rule does something to; the first ones are shown. */
static enum kb_status add_hit(void *context, const struct kb_row *row,
                              const struct kb_article *article,
                              const struct kb_rule_effect *effect, struct kb_err *err) {
    struct trial_page *page = context;
    struct kb_arena *arena = page->view->arena;
    (void)err;
    if (page->shown++ >= SHOWN)
        return KB_OK;
    yyjson_mut_val *item = kb_view_item(page->view, page->list);
    kb_view_str(page->view, item, "id", kb_arena_dup(arena, row->id));
    kb_view_str(page->view, item, "title", kb_arena_dup(arena, article->title));
    kb_view_str(page->view, item, "dir", kb_pages_direction(row->language));
    yyjson_mut_val *does = kb_view_list(page->view, item, "does");
    for (int i = 0; i < KB_RULE_ACTION_COUNT; i++)
        if (effect->by[i] != KB_NOT_FOUND)
            kb_view_text(page->view, does,
                         kb_str_z(kb_rule_action_name((enum kb_rule_action)i)));
    yyjson_mut_val *words = kb_view_list(page->view, item, "words");
    for (size_t i = 0; i < effect->hit_count; i++)
        for (size_t k = 0; k < effect->hits[i].word_count; k++)
            kb_view_text(
                page->view, words,
                kb_arena_dup(arena, kb_str_cut(effect->hits[i].words[k].words, 200)));
    return KB_OK;
}

static enum kb_status add_trial(struct kb_http *req, struct kb_view *view,
                                const struct kb_rule_row *rule, struct kb_err *err) {
    struct trial_page page = {view, kb_view_list(view, NULL, "hits"), 0};
    struct kb_trial trial = {.user = req->who.user,
                             .rule = rule,
                             .last = KB_TRIAL_LAST,
                             .each = add_hit,
                             .context = &page};
    enum kb_status status = kb_trial_run(req->store, &trial, err);
    if (status != KB_OK)
        return status;
    kb_view_bool(view, NULL, "tried", true);
    kb_view_int(view, NULL, "matched", (int64_t)trial.matched);
    kb_view_int(view, NULL, "looked", (int64_t)trial.looked);
    return KB_OK;
}

static enum kb_status show(struct kb_http *req, struct kb_reply *res,
                           const struct kb_rule_row *rule, const char *wrong,
                           struct kb_err *err) {
    struct kb_rule_row *rows;
    struct kb_view view;
    size_t count;
    if (!kb_pages_view(req, &view, KB_STR("rules")))
        return KB_ENOMEM;
    kb_pages_title(req, &view, "nav.rules");
    enum kb_status status =
        kb_store_rules(req->store, req->who.user, req->arena, &rows, &count, err);
    yyjson_mut_val *list = kb_view_list(&view, NULL, "rules");
    for (size_t i = 0; status == KB_OK && i < count; i++) {
        yyjson_mut_val *item = kb_view_item(&view, list);
        kb_view_int(&view, item, "n", rows[i].n);
        kb_view_str(&view, item, "text", rows[i].text);
        kb_view_str(&view, item, "of", rows[i].value);
    }
    if (rule) {
        kb_view_str(&view, NULL, "rule", rule->text);
        kb_view_str(&view, NULL, "folder", rule->value);
    }
    if (status == KB_OK && rule && !wrong)
        status = add_trial(req, &view, rule, err);
    if (status == KB_EINPUT || status == KB_ELIMIT) {
        wrong = err->text;
        status = KB_OK;
    }
    kb_view_str(&view, NULL, "wrong", kb_arena_dup(req->arena, kb_str_z(wrong)));
    if (wrong)
        res->status = 422;
    return status == KB_OK ? kb_page(req, res, "rules.html", &view, err) : status;
}

static enum kb_status get_rules(struct kb_http *req, struct kb_reply *res,
                                struct kb_err *err) {
    return show(req, res, NULL, NULL, err);
}

/* As it is kept it is printed anew; what was typed stays as it is for who has to mend
 * it. */
static enum kb_status keep(struct kb_http *req, const struct kb_rule_row *typed,
                           struct kb_err *err) {
    struct kb_rule_row rule = *typed;
    struct kb_store *store;
    struct kb_buf text;
    kb_buf_init(&text, KB_LIMIT_META_BYTES * 4);
    enum kb_status status = kb_rule_tidy(&rule, &text, err);
    rule.text = kb_arena_dup(req->arena, kb_buf_view(&text));
    kb_buf_free(&text);
    if (status == KB_OK)
        status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_rule_add(store, &rule, err);
    return kb_server_end(req->server, status, err);
}

static enum kb_status take_away(struct kb_http *req, int64_t n, struct kb_err *err) {
    struct kb_store *store;
    enum kb_status status = kb_server_begin(req->server, &store, err);
    if (status != KB_OK)
        return status;
    status = kb_store_rule_remove(store, req->who.user, n, err);
    return kb_server_end(req->server, status, err);
}

static enum kb_status post_rules(struct kb_http *req, struct kb_reply *res,
                                 struct kb_err *err) {
    struct kb_rule_row rule = {.user = req->who.user,
                               .scope = KB_STR("all"),
                               .text = kb_str_trim(kb_http_form(req, "rule"))};
    struct kb_str folder = kb_str_trim(kb_http_form(req, "folder"));
    enum kb_status status;
    int64_t n;
    if (kb_number(kb_http_form(req, "remove"), 1, INT64_MAX, &n)) {
        status = take_away(req, n, err);
        return status == KB_OK ? kb_redirect(req, res, KB_STR("/rules")) : status;
    }
    if (folder.n) {
        rule.scope = KB_STR("folder");
        rule.value = folder;
    }
    if (!kb_pairs_has(req->form, "keep"))
        return show(req, res, &rule, NULL, err);
    status = keep(req, &rule, err);
    if (status == KB_EINPUT || status == KB_ELIMIT) {
        char wrong[sizeof(err->text)];
        memcpy(wrong, err->text, sizeof(wrong));
        return show(req, res, &rule, wrong, err);
    }
    return status == KB_OK ? kb_redirect(req, res, KB_STR("/rules")) : status;
}

static const struct kb_route routes[] = {
    {KB_HTTP_GET, "/rules", KB_ROUTE_PAGE, KB_RANK_READER, 0, get_rules, 0},
    {KB_HTTP_POST, "/rules", KB_ROUTE_PAGE, KB_RANK_READER, 0, post_rules, 0},
};
const struct kb_routes kb_routes_rules = {routes, KB_COUNT(routes)};
