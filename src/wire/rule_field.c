/* An article, and where it is from → the strings of each field; a condition's test on
 * them. */
#include "wire/rule.h"

/* ---- the strings of a field -------------------------------------------------------- */

static void view(struct kb_rules *rules, struct kb_rule_views *views, struct kb_str s) {
    void *items = views->items;
    struct kb_str cut = kb_str_cut(s, KB_LIMIT_RULE_TEXT_BYTES);
    if (!s.n)
        return;
    if (!kb_arena_grow(&rules->scratch, &items, views->count, &views->cap,
                       sizeof *views->items, KB_LIMIT_LIST_ITEMS * 2)) {
        rules->status = KB_ENOMEM;
        return;
    }
    views->items = items;
    views->items[views->count++] = (struct kb_rule_view){.raw = cut};
    rules->effect->cut |= cut.n < s.n;
}

/* "example.org" of "https://user@example.org:81/a". */
static struct kb_str host_of(struct kb_str url) {
    size_t at = kb_str_find(url, KB_STR("://")), end;
    if (at == KB_NOT_FOUND)
        return KB_STR_NONE;
    url = kb_str_slice(url, at + 3, url.n);
    for (end = 0; end < url.n && !strchr("/?#", url.p[end]); end++)
        if (url.p[end] == '@')
            at = end;
    url = kb_str_slice(url, 0, end);
    at = kb_str_find_byte(url, '@');
    url = at == KB_NOT_FOUND ? url : kb_str_slice(url, at + 1, url.n);
    return kb_str_slice(url, 0, kb_str_find_byte(url, ':'));
}

static void view_sources(struct kb_rules *rules, struct kb_rule_views *views,
                         bool agencies) {
    const struct kb_provenance *p = &rules->article->provenance;
    for (size_t i = 0; i < p->source_count; i++) {
        const struct kb_source *s = &p->sources[i];
        if (!agencies || (s->kind == KB_SOURCE_AGENCY && s->rel != KB_REL_QUOTED))
            view(rules, views, s->name);
        if (!agencies)
            view(rules, views, host_of(s->url));
    }
}

static void fill(struct kb_rules *rules, enum kb_rule_field field,
                 struct kb_rule_views *v) {
    const struct kb_article *a = rules->article;
    const struct kb_provenance *p = &a->provenance;
    switch (field) {
    case KB_RULE_IN_TITLE: view(rules, v, a->title); break;
    case KB_RULE_IN_TEXT:
        view(rules, v, a->summary);
        view(rules, v, a->content_text);
        break;
    case KB_RULE_IN_AUTHOR:
        for (size_t i = 0; i < a->author_count; i++)
            view(rules, v, a->authors[i].name);
        view(rules, v, a->byline);
        break;
    case KB_RULE_IN_OUTLET:
        view(rules, v, a->publisher);
        view(rules, v, a->publisher_domain.n ? a->publisher_domain : host_of(a->url));
        break;
    case KB_RULE_IN_LANGUAGE: view(rules, v, a->language); break;
    case KB_RULE_IN_AGENCY:
        view_sources(rules, v, true);
        view(rules, v, a->dateline.agency);
        break;
    case KB_RULE_IN_SOURCE: view_sources(rules, v, false); break;
    case KB_RULE_IN_ROLE:
        for (size_t i = 0; i < p->role_count; i++)
            view(rules, v, kb_str_z(kb_role_name(p->roles[i])));
        if (!p->role_count)
            view(rules, v, kb_str_z(kb_role_name(KB_ROLE_UNKNOWN)));
        break;
    case KB_RULE_IN_TAG:
        for (size_t i = 0; i < a->tag_count; i++)
            view(rules, v, a->tags[i]);
        break;
    case KB_RULE_IN_SECTION: view(rules, v, a->section); break;
    case KB_RULE_IN_URL:
        view(rules, v, a->url);
        view(rules, v, a->canonical_url);
        break;
    case KB_RULE_IN_FEED:
        view(rules, v, rules->origin->feed_title);
        view(rules, v, rules->origin->feed_url);
        break;
    case KB_RULE_IN_FOLDER: view(rules, v, rules->origin->folder); break;
    case KB_RULE_FIELD_COUNT: break;
    }
}

struct kb_rule_views *kb_rule_views(struct kb_rules *rules, enum kb_rule_field field) {
    struct kb_rule_views *views = &rules->views[field];
    if (!views->filled)
        fill(rules, field, views);
    views->filled = true;
    return views;
}

/* ---- is ---------------------------------------------------------------------------- */

/* "id" is "id-ID" too, "zh-Hant" is "zh-Hant-TW" (RFC 4647, basic filtering). */
static bool is_language(struct kb_str tag, struct kb_str wanted) {
    char a[4], b[4];
    size_t dash = kb_str_find_byte(wanted, '-');
    kb_lang_primary(tag, a);
    kb_lang_primary(wanted, b);
    if (strcmp(a, b) != 0 || dash == KB_NOT_FOUND)
        return strcmp(a, b) == 0;
    size_t behind = kb_str_find_byte(tag, '-');
    struct kb_str rest = kb_str_slice(wanted, dash, wanted.n);
    tag = behind == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(tag, behind, tag.n);
    return kb_str_starts_nocase(tag, rest) && (tag.n == rest.n || tag.p[rest.n] == '-');
}

static bool is_within(struct kb_str host, struct kb_str domain) {
    size_t n = domain.n;
    return n && host.n >= n &&
           kb_str_equal_nocase(kb_str_slice(host, host.n - n, host.n), domain) &&
           (host.n == n || host.p[host.n - n - 1] == '.');
}

/* A string's words; of an agency or another source those of its own name. */
static struct kb_str folded(struct kb_rules *rules, enum kb_rule_field field,
                            struct kb_rule_view *view) {
    if (!view->is_folded) {
        struct kb_str name = KB_STR_NONE;
        if (field == KB_RULE_IN_AGENCY || field == KB_RULE_IN_SOURCE)
            name = kb_rule_own_name(rules, view->raw);
        view->folded =
            kb_rule_fold(&rules->scratch, name.n ? name : view->raw, &rules->folded);
        view->is_folded = true;
        if (rules->scratch.full || rules->folded.status != KB_OK)
            rules->status = KB_ENOMEM;
    }
    return view->folded;
}

static bool is(struct kb_rules *rules, enum kb_rule_field field,
               struct kb_rule_view *view, const struct kb_rule_value *v) {
    struct kb_str path;
    switch (field) {
    case KB_RULE_IN_LANGUAGE: return is_language(view->raw, v->text);
    case KB_RULE_IN_ROLE:
    case KB_RULE_IN_URL: return kb_str_equal(view->raw, v->text);
    case KB_RULE_IN_FOLDER:
        path = kb_rule_path(&rules->scratch, view->raw, &rules->folded);
        return v->path.n && kb_str_starts(path, v->path);
    case KB_RULE_IN_FEED:
        if (kb_str_find(v->text, KB_STR("://")) != KB_NOT_FOUND)
            return kb_str_equal(view->raw, v->text);
        break;
    case KB_RULE_IN_OUTLET:
    case KB_RULE_IN_SOURCE:
        if (is_within(view->raw, v->domain))
            return true;
        break;
    default: break;
    }
    struct kb_str words = folded(rules, field, view);
    return words.n && (kb_str_equal(words, v->folded) ||
                       (v->own_name.n && kb_str_equal(words, v->own_name)));
}

/* ---- a test ------------------------------------------------------------------------ */

static enum kb_rule_truth matches(struct kb_rules *rules,
                                  const struct kb_rule_pattern *pattern,
                                  struct kb_str text, struct kb_str *found) {
    switch (kb_rule_pattern_find(rules, pattern, text, found)) {
    case KB_RULE_MATCH_FOUND: return KB_RULE_TRUE;
    case KB_RULE_MATCH_LIMIT:
        kb_rule_fault(rules, "a pattern took too many steps");
        return KB_RULE_UNDECIDED;
    case KB_RULE_MATCH_MEMORY: rules->status = KB_ENOMEM; break;
    case KB_RULE_MATCH_NONE: break;
    }
    return KB_RULE_FALSE;
}

/* Whether a value fits in one string of the field; *found is what of it. */
static enum kb_rule_truth fits_one(struct kb_rules *rules, enum kb_rule_field field,
                                   enum kb_rule_op op, const struct kb_rule_value *v,
                                   struct kb_rule_view *view, struct kb_str *found) {
    size_t at;
    *found = view->raw;
    if (op == KB_RULE_MATCHES)
        return matches(rules, v->pattern, view->raw, found);
    if (op == KB_RULE_IS)
        return is(rules, field, view, v) ? KB_RULE_TRUE : KB_RULE_FALSE;
    at = kb_str_find_nocase(view->raw, v->text);
    if (at == KB_NOT_FOUND)
        return KB_RULE_FALSE;
    *found = kb_str_slice(view->raw, at, at + v->text.n);
    return KB_RULE_TRUE;
}

/* The same in any of them. */
static enum kb_rule_truth fits(struct kb_rules *rules, enum kb_rule_field field,
                               enum kb_rule_op op, const struct kb_rule_value *v,
                               struct kb_str *found) {
    struct kb_rule_views *views = kb_rule_views(rules, field);
    enum kb_rule_truth best = KB_RULE_FALSE;
    if (op == KB_RULE_IS && !v->text.n)
        return views->count ? KB_RULE_FALSE : KB_RULE_TRUE;
    for (size_t i = 0; i < views->count && best != KB_RULE_TRUE && rules->status == KB_OK;
         i++) {
        enum kb_rule_truth one = fits_one(rules, field, op, v, &views->items[i], found);
        best = one > best ? one : best;
    }
    return best;
}

static enum kb_rule_truth is_older(const struct kb_rules *rules,
                                   const struct kb_rule_value *v) {
    const struct kb_article *a = rules->article;
    int64_t at;
    if (!kb_date_seconds(a->date_published.n ? a->date_published : a->date_modified, &at))
        return KB_RULE_UNDECIDED;
    return rules->origin->now - at > v->seconds ? KB_RULE_TRUE : KB_RULE_FALSE;
}

enum kb_rule_truth kb_rule_test(struct kb_rules *rules, const struct kb_rule_test *test) {
    enum kb_rule_truth best = KB_RULE_FALSE;
    if (test->op == KB_RULE_OLDER)
        return is_older(rules, test->values);
    for (enum kb_rule_field f = 0; f < KB_RULE_FIELD_COUNT; f++) {
        bool by_needle = test->op == KB_RULE_HAS && f != KB_RULE_IN_URL;
        if (!(test->fields >> f & 1))
            continue;
        if (by_needle)
            kb_rule_scan(rules, f);
        for (const struct kb_rule_value *v = test->values; v; v = v->next) {
            struct kb_rule_words words = {.field = f};
            enum kb_rule_truth one = !by_needle
                                         ? fits(rules, f, test->op, v, &words.words)
                                     : v->needle->epoch == rules->epoch ? KB_RULE_TRUE
                                                                        : KB_RULE_FALSE;
            if (one == KB_RULE_TRUE) {
                kb_rule_evidence(rules, by_needle ? &v->needle->found : &words);
                return KB_RULE_TRUE;
            }
            best = one > best ? one : best;
        }
    }
    return best;
}
