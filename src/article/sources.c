/* Where a text is from: who is credited, by which words.
 *
 * In: a filled article, the lines around its body and what the page's head claims.  Out:
 * desk, dateline, sources with their evidence, the text's role, the original's address.
 *
 * Credits stand in few places, and each place has its own strictness: a dateline or a
 * line "dpa/AFP" names an agency and nothing else; in running text an agency is a source
 * only where a phrase beside it says so ("told Reuters").  A name alone is never a
 * credit: texts speak about agencies too.  Names and phrases are data (assets/names,
 * assets/lang). */
#include "article/sources.h"
#include "page/line.h"

static const char *const kinds[] = {
#define X(code, name) name,
    KB_SOURCE_KIND_LIST(X)
#undef X
};
static const char *const rels[] = {
#define X(code, name) name,
    KB_REL_LIST(X)
#undef X
};
static const char *const roles[] = {
#define X(code, name) name,
    KB_ROLE_LIST(X)
#undef X
};

const char *kb_source_kind_name(enum kb_source_kind kind) {
    return kinds[kind];
}
const char *kb_rel_name(enum kb_rel rel) {
    return rels[rel];
}
const char *kb_role_name(enum kb_role role) {
    return roles[role];
}

static enum kb_source_kind kind_of(const struct kb_name *name) {
    if (!name)
        return KB_SOURCE_OUTLET;
    switch (name->kind) {
    case KB_NAME_WIRE:
    case KB_NAME_PHOTO: return KB_SOURCE_AGENCY;
    case KB_NAME_SOCIAL: return KB_SOURCE_SOCIAL;
    case KB_NAME_RELEASE: return KB_SOURCE_OFFICIAL;
    default: return KB_SOURCE_OUTLET;
    }
}

/* A source that is named by its host alone, and what is known of the same site now. */
static bool is_same_site(const struct kb_source *s, struct kb_str name,
                         struct kb_str url) {
    struct kb_str host = kb_url_host(s->url);
    return host.n && url.n && kb_same_site(s->url, url) &&
           (kb_str_equal_nocase(s->name, host) ||
            kb_str_equal_nocase(name, kb_url_host(url)));
}

struct kb_source *kb_sources_add(struct kb_finder *f, const struct kb_name *name,
                                 struct kb_str text, enum kb_rel rel, struct kb_str url,
                                 struct kb_str evidence, float confidence) {
    struct kb_str printed = name ? name->name : kb_page_trim(text);
    evidence = kb_str_cut(kb_page_trim(evidence), KB_LIMIT_EVIDENCE_BYTES);
    struct kb_str here = f->article->url.n ? f->article->url : f->article->canonical_url;
    if (!printed.n || !evidence.n || kb_house_is(f, name, text))
        return NULL;
    if (url.n && here.n && kb_same_site(url, here))
        url = KB_STR_NONE; /* the house's page about it */
    for (size_t i = 0; i < f->count; i++) {
        struct kb_source *s = &f->sources[i];
        bool named = kb_str_equal_nocase(s->name, printed);
        if (!named && !is_same_site(s, printed, url))
            continue;
        if (!named && kb_str_equal_nocase(s->name, kb_url_host(s->url)))
            s->name = kb_arena_dup(f->arena, printed);
        if (rel > s->rel) {
            s->rel = rel;
            s->confidence = confidence;
            s->evidence = kb_arena_dup(f->arena, evidence);
        }
        if (!s->url.n && url.n)
            s->url = kb_arena_dup(f->arena, url);
        return s;
    }
    void *items = f->sources;
    if (!kb_arena_grow(f->arena, &items, f->count, &f->cap, sizeof *f->sources,
                       KB_LIMIT_SOURCES))
        return NULL;
    f->sources = items;
    f->sources[f->count] =
        (struct kb_source){.name = kb_arena_dup(f->arena, printed),
                           .url = kb_arena_dup(f->arena, url),
                           .evidence = kb_arena_dup(f->arena, evidence),
                           .kind = kind_of(name),
                           .rel = rel,
                           .confidence = confidence};
    return &f->sources[f->count++];
}

size_t kb_sentence_mark(struct kb_str s, size_t from, size_t *behind) {
    size_t len;
    for (size_t i = from; i < s.n; i += len) {
        uint32_t c = kb_utf8_next(s.p + i, s.p + s.n, &len);
        *behind = i + len;
        if (c == ';' || c == '?' || c == '!' || c == 0x3002 || c == 0xFF1F ||
            c == 0xFF01 || c == 0x964 || c == 0x61F || c == 0x6D4)
            return i;
        if (c == '.' && i + 1 < s.n && kb_is_space(s.p[i + 1]))
            return i;
    }
    *behind = s.n;
    return s.n;
}

bool kb_sentence_ends(struct kb_str s) {
    size_t behind;
    return kb_sentence_mark(s, 0, &behind) < s.n;
}

struct kb_str kb_next_paragraph(struct kb_str *rest) {
    struct kb_str out = KB_STR_NONE;
    while (rest->n && !out.n) { /* an item of a list may be empty */
        while (rest->n && (rest->p[0] == '\n' || rest->p[0] == ' '))
            *rest = kb_str_slice(*rest, 1, rest->n);
        if (kb_str_starts(*rest, KB_STR("- "))) /* an item of a list */
            *rest = kb_str_slice(*rest, 2, rest->n);
        size_t end = kb_str_find_byte(*rest, '\n');
        out = kb_str_slice(*rest, 0, end);
        *rest = end == KB_NOT_FOUND ? KB_STR_NONE : kb_str_slice(*rest, end, rest->n);
    }
    return out;
}

static bool is_weightier(const struct kb_source *x, const struct kb_source *y) {
    return x->rel != y->rel ? x->rel > y->rel : x->confidence > y->confidence;
}

/* The most telling first: the strongest relation, then the surest, then what was found
 * first.  qsort keeps no order among equals, or another one with each C library. */
static void sort_by_weight(struct kb_source *sources, size_t count) {
    for (size_t i = 1; i < count; i++) {
        const struct kb_source one = sources[i];
        size_t at = i;
        for (; at && is_weightier(&one, &sources[at - 1]); at--)
            sources[at] = sources[at - 1];
        sources[at] = one;
    }
}

/* The chain that one page can tell: its original, then itself. */
static void make_chain(struct kb_finder *f) {
    struct kb_article *a = f->article;
    const struct kb_source *origin = NULL;
    for (size_t i = 0; i < f->count && !origin; i++)
        if (f->sources[i].rel >= KB_REL_CREDITED)
            origin = &f->sources[i];
    if (!origin)
        return;
    struct kb_chain_link *chain = kb_arena_zalloc(f->arena, 2, sizeof *chain);
    if (!chain)
        return;
    chain[0].publisher = origin->name;
    chain[0].url = origin->url.n ? origin->url : a->provenance.original_url;
    chain[1] = (struct kb_chain_link){.publisher = a->publisher.n ? a->publisher
                                                                  : a->publisher_domain,
                                      .url = kb_article_address(a),
                                      .language = a->language,
                                      .date = a->date_published,
                                      .rel = origin->rel};
    a->provenance.chain = chain;
    a->provenance.chain_count = 2;
}

void kb_sources_finish(struct kb_finder *f) {
    sort_by_weight(f->sources, f->count);
    f->article->provenance.sources = f->sources;
    f->article->provenance.source_count = f->count;
    make_chain(f);
}

void kb_article_find_sources(struct kb_article *article,
                             const struct kb_page_result *result,
                             const struct kb_lexicon *lexicon) {
    struct kb_finder f = {.article = article,
                          .result = result,
                          .lexicon = lexicon,
                          .arena = &article->arena};
    f.language = kb_calendar_language(lexicon, article->language);
    kb_house_find(&f);
    kb_dateline_read(&f);
    kb_head_read(&f);
    kb_credits_read(&f);
    kb_quoted_read(&f);
    kb_photos_read(&f);
    kb_release_read(&f);
    kb_sources_name_hosts(&f);
    kb_role_decide(&f);
    kb_sources_finish(&f);
}
