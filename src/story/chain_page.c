/* What the pages say of their sources → edges to the articles that are here, gaps for
 * those that are not.
 *
 * Each article's record names sources with the words that prove them.  An address that is
 * one of an article here is that article.  A name is an outlet's; where several of its
 * articles are here, and none may be younger than the text that credits it, the one
 * counts whose text stands most in this one, else the one that is most alike, else the
 * last.  What the page only took over with its text (a translation keeps the original's
 * credits) is marked as carried.  A guest's page is read for what it has from articles of
 * the story by address. */
#include "story/chain_make.h"

enum {
    CREDITS = KB_LIMIT_SOURCES + 8, /* of one article: sources, original, chain */
    LEAST_SHINGLES = 12,            /* of a text that is compared */
    LEAST_PATH = 16, /* bytes of an address that is one article's and no section's */
    SLACK = 2 * 3600 /* seconds that a target may be younger: clocks differ, and a live
                        report is dated by its beginning */
};

/* An outlet's text of the same language of which less stands in the copy is another
 * report of that outlet's. */
static const float least_copied = .2f, nothing_copied = .05f, doubt = .3f,
                   described = .5f;

struct credit {
    struct kb_chain_name name;
    struct kb_str url, key, evidence; /* key: kb_chain_key's */
    enum kb_rel rel;
    float confidence;
    bool far; /* a step before the one that the text was taken from */
};

struct credits {
    struct credit items[CREDITS];
    size_t count;
};

/* ---- what a record names ----------------------------------------------------------- */

static bool is_new(const struct credits *all, const struct credit *credit) {
    for (size_t i = 0; i < all->count; i++) {
        const struct credit *other = &all->items[i];
        if ((credit->key.n && kb_str_equal(other->key, credit->key)) ||
            (!credit->key.n && kb_chain_same_name(&other->name, &credit->name)))
            return false;
    }
    return true;
}

static void add_credit(struct kb_chainer *c, size_t own, struct credits *all,
                       struct kb_str name, struct credit credit) {
    kb_chain_know(c, name, &credit.name);
    credit.key = kb_chain_key(&c->scratch, credit.url);
    if (own != KB_CHAIN_NONE && kb_chain_fits(c, &credit.name, credit.url, own) > 0)
        return; /* no house is a source of its own text */
    if (all->count < CREDITS && is_new(all, &credit))
        all->items[all->count++] = credit;
}

static void take_credits(struct kb_chainer *c, size_t node, struct credits *all) {
    const struct kb_provenance *p = &c->nodes[node].article->provenance;
    const size_t own = c->nodes[node].outlet;
    all->count = 0;
    for (size_t i = 0; i < p->source_count && i < KB_LIMIT_SOURCES; i++) {
        const struct kb_source *s = &p->sources[i];
        add_credit(c, own, all, s->name,
                   (struct credit){.url = s->url,
                                   .evidence = s->evidence,
                                   .rel = s->rel,
                                   .confidence = s->confidence});
    }
    if (p->original_url.n)
        add_credit(c, own, all, kb_url_host(p->original_url),
                   (struct credit){.url = p->original_url,
                                   .evidence = p->original_url,
                                   .rel = KB_REL_REPUBLISHED,
                                   .confidence = .9f});
    for (size_t i = p->chain_count; i-- > 1;) { /* the step right before it first */
        const struct kb_chain_link *step = &p->chain[i - 1];
        if (step->url.n || step->publisher.n)
            add_credit(
                c, own, all, step->publisher.n ? step->publisher : kb_url_host(step->url),
                (struct credit){.url = step->url,
                                .evidence = step->url.n ? step->url : step->publisher,
                                .rel = p->chain[i].rel,
                                .confidence = .7f,
                                .far = i + 1 < p->chain_count});
    }
}

/* ---- which article is meant -------------------------------------------------------- */

bool kb_chain_is_other(const struct kb_chainer *c, size_t a, size_t b) {
    return a != b && (c->nodes[a].outlet == KB_CHAIN_NONE ||
                      c->nodes[a].outlet != c->nodes[b].outlet);
}

static size_t by_address(const struct kb_chainer *c, size_t node, struct kb_str key) {
    size_t best = KB_CHAIN_NONE;
    for (size_t i = 0; key.n && i < c->count; i++) {
        const struct kb_chain_node *n = &c->nodes[i];
        if (i == node ||
            !(kb_str_equal(n->keys[0], key) || kb_str_equal(n->keys[1], key)))
            continue;
        /* of an address' versions the last one before this article */
        if (best == KB_CHAIN_NONE || n->last <= c->nodes[node].last)
            best = i;
    }
    return best;
}

bool kb_chain_may_precede(const struct kb_chainer *c, size_t node, size_t target) {
    const struct kb_chain_node *a = &c->nodes[node], *b = &c->nodes[target];
    if (!kb_chain_is_other(c, node, target) || b->listing ||
        c->chain->articles[target].taker)
        return false;
    return a->last == INT64_MAX || b->time == INT64_MAX || b->time <= a->last + SLACK;
}

struct target {
    size_t article;
    float fit, near;
};

/* How near a candidate's text is: what stands in this one counts most. */
static float nearness(struct kb_chainer *c, size_t node, size_t candidate) {
    float copied = kb_chain_inside(c, node, candidate);
    if (copied < .05f)
        copied = 0;
    return copied + .5f * kb_chain_alike(c, node, candidate);
}

/* The best of an outlet's articles. */
static struct target by_name(struct kb_chainer *c, size_t node, const struct credit *w) {
    struct target best = {KB_CHAIN_NONE, 0, 0};
    for (size_t o = 0; o < c->outlet_count; o++) {
        float fit = kb_chain_fits(c, &w->name, w->url, o);
        if (fit <= 0 || fit < best.fit)
            continue;
        for (size_t i = 0; i < c->count; i++) {
            if (c->nodes[i].outlet != o || !kb_chain_may_precede(c, node, i))
                continue;
            float near = nearness(c, node, i);
            if (best.article == KB_CHAIN_NONE || fit > best.fit || near >= best.near)
                best = (struct target){i, fit, near};
        }
    }
    return best;
}

/* "The Velmoran news agency": the one agency whose report may be meant. */
static struct target by_description(struct kb_chainer *c, size_t node,
                                    const struct credit *w) {
    struct target best = {KB_CHAIN_NONE, 0, 0};
    for (size_t i = 0; i < c->count; i++) {
        if (!kb_chain_may_precede(c, node, i) || !kb_chain_describes(c, &w->name, i))
            continue;
        if (best.article != KB_CHAIN_NONE &&
            c->nodes[best.article].outlet != c->nodes[i].outlet)
            return (struct target){KB_CHAIN_NONE, 0, 0};
        float near = nearness(c, node, i);
        if (best.article == KB_CHAIN_NONE || near >= best.near)
            best = (struct target){i, described, near};
    }
    return best;
}

/* The outlet is meant, and another report of its: this one claims to be a copy, and next
 * to nothing of it stands there. */
static bool is_other_report(const struct kb_chainer *c, size_t node, size_t target,
                            enum kb_rel rel) {
    const struct kb_chain_text *t = &c->nodes[target].text;
    bool copies = rel == KB_REL_REPUBLISHED ||
                  (rel == KB_REL_CREDITED && c->nodes[node].agency_copy);
    return copies && t->count && c->nodes[node].text.count &&
           kb_chain_one_language(c, node, target) &&
           kb_chain_inside(c, node, target) < least_copied &&
           kb_chain_inside(c, target, node) < least_copied;
}

static struct target find_target(struct kb_chainer *c, size_t node,
                                 const struct credit *w) {
    struct target target = {by_address(c, node, w->key), 1, 1};
    if (target.article != KB_CHAIN_NONE)
        return target;
    /* an address that is one article's, and that article is not here */
    bool elsewhere = w->key.n > kb_url_host(w->url).n + LEAST_PATH;
    if (!elsewhere)
        target = by_name(c, node, w);
    if (!elsewhere && target.article == KB_CHAIN_NONE)
        target = by_description(c, node, w);
    if (target.article != KB_CHAIN_NONE &&
        is_other_report(c, node, target.article, w->rel))
        target.article = KB_CHAIN_NONE;
    return target;
}

/* ---- edges ------------------------------------------------------------------------- */

/* What a whole text of another language is, is a translation; what an agency sends out,
 * is credited and not republished. */
static enum kb_rel rel_between(const struct kb_chainer *c, size_t node, size_t target,
                               enum kb_rel rel) {
    if (rel == KB_REL_REPUBLISHED && !kb_chain_one_language(c, node, target))
        return KB_REL_TRANSLATED;
    if (rel == KB_REL_REPUBLISHED && c->nodes[target].outlet != KB_CHAIN_NONE &&
        c->outlets[c->nodes[target].outlet].agency)
        return KB_REL_CREDITED;
    return rel;
}

/* One of the story's that a guest names by address, as the step right before it. */
static size_t taken_from(const struct kb_chainer *c, size_t node,
                         const struct credit *w) {
    size_t article = w->far ? KB_CHAIN_NONE : by_address(c, node, w->key);
    return article == KB_CHAIN_NONE || c->chain->articles[article].guest ? KB_CHAIN_NONE
                                                                         : article;
}

/* A page may name any address as that of its text.  Where next to nothing of either text
 * stands in the other, it is not so. */
static float believed(const struct kb_chainer *c, size_t node, size_t target,
                      enum kb_rel rel) {
    bool denied = rel == KB_REL_REPUBLISHED &&
                  c->nodes[node].text.count >= LEAST_SHINGLES &&
                  c->nodes[target].text.count >= LEAST_SHINGLES &&
                  kb_chain_one_language(c, node, target) &&
                  kb_chain_inside(c, node, target) < nothing_copied &&
                  kb_chain_inside(c, target, node) < nothing_copied;
    return denied ? doubt : 1;
}

static bool add_edge(struct kb_chainer *c, size_t node, const struct credit *w) {
    const bool guest = c->chain->articles[node].guest;
    struct target target =
        guest ? (struct target){taken_from(c, node, w), 1, 1} : find_target(c, node, w);
    if (guest && target.article == KB_CHAIN_NONE)
        return true;
    struct kb_chain_edge edge = {.from = node,
                                 .to = target.article,
                                 .name = w->name.text,
                                 .url = w->url,
                                 .rel = w->rel,
                                 .by = KB_CHAIN_BY_PAGE,
                                 .confidence = w->confidence,
                                 .carried = w->far,
                                 .evidence = w->evidence};
    if (edge.to != KB_CHAIN_NONE) {
        edge.rel = rel_between(c, node, edge.to, w->rel);
        edge.confidence *= target.fit * believed(c, node, edge.to, edge.rel);
    }
    c->nodes[node].credits |= w->rel >= KB_REL_CREDITED;
    return kb_chain_add(c, &edge);
}

/* ---- press releases ---------------------------------------------------------------- */

/* The words of text from the sentence's beginning to the phrase of a press release. */
static struct kb_str says_release(const struct kb_chainer *c, struct kb_str text) {
    size_t at = c->lexicon
                    ? kb_source_word_next(c->lexicon, text, 0, KB_SOURCE_PRESS_RELEASE)
                    : text.n,
           from = at;
    if (at == text.n)
        return KB_STR_NONE;
    while (from && text.p[from - 1] != '\n' &&
           !(text.p[from - 1] == ' ' && from > 1 && strchr(".!?", text.p[from - 2])))
        from--;
    struct kb_source_phrase found[KB_SOURCE_PHRASES_AT];
    size_t n = kb_source_phrases_at(c->lexicon, text, at, found);
    return kb_str_slice(text, from, n ? found[n - 1].end : at);
}

/* Who sent a release out: its official source, else its outlet. */
static struct kb_str issuer_of(const struct kb_chainer *c, size_t release) {
    const struct kb_provenance *p = &c->nodes[release].article->provenance;
    for (size_t i = 0; i < p->source_count; i++)
        if (p->sources[i].kind == KB_SOURCE_OFFICIAL)
            return p->sources[i].name;
    return c->chain->articles[release].outlet;
}

/* An article that speaks of a press release and names who sent out the one that is
 * here. */
static bool read_release(struct kb_chainer *c, size_t node) {
    const struct kb_article *a = c->nodes[node].article;
    struct kb_str words = KB_STR_NONE;
    for (size_t i = 0; i < c->count; i++) {
        if (!c->nodes[i].release || !kb_chain_may_precede(c, node, i))
            continue;
        struct kb_str issuer = issuer_of(c, i);
        if (!words.n)
            words = says_release(c, a->content_text);
        if (!words.n)
            return true;
        if (issuer.n < 4 || kb_str_find(a->content_text, issuer) == KB_NOT_FOUND)
            continue;
        c->nodes[node].credits = true;
        if (!kb_chain_add(c, &(struct kb_chain_edge){
                                 .from = node,
                                 .to = i,
                                 .name = issuer,
                                 .rel = KB_REL_CREDITED,
                                 .by = KB_CHAIN_BY_PAGE,
                                 .confidence = .7f,
                                 .evidence = kb_str_cut(words, KB_LIMIT_EVIDENCE_BYTES)}))
            return false;
    }
    return true;
}

/* ---- what came with the text ------------------------------------------------------- */

static bool is_same_source(const struct kb_chainer *c, size_t a, size_t b) {
    const struct kb_chain_edge *x = &c->chain->edges[a], *y = &c->chain->edges[b];
    if (x->to != KB_CHAIN_NONE && y->to != KB_CHAIN_NONE)
        return x->to == y->to;
    return kb_chain_same_name(&c->sides[a].name, &c->sides[b].name);
}

static bool has_source(const struct kb_chainer *c, size_t article, size_t edge) {
    for (size_t i = kb_chain_next(c, article, KB_CHAIN_NONE); i != KB_CHAIN_NONE;
         i = kb_chain_next(c, article, i))
        if (is_same_source(c, edge, i))
            return true;
    return false;
}

/* Where an article is wholly made of another, the credits of both are that one's. */
static void mark_carried(struct kb_chainer *c, size_t node) {
    size_t made = KB_CHAIN_NONE, i = KB_CHAIN_NONE;
    while ((i = kb_chain_next(c, node, i)) != KB_CHAIN_NONE) {
        const struct kb_chain_edge *edge = &c->chain->edges[i];
        if (edge->to != KB_CHAIN_NONE && !edge->carried &&
            (edge->rel == KB_REL_REPUBLISHED || edge->rel == KB_REL_TRANSLATED))
            made = made == KB_CHAIN_NONE ||
                           edge->confidence > c->chain->edges[made].confidence
                       ? i
                       : made;
    }
    if (made == KB_CHAIN_NONE)
        return;
    while ((i = kb_chain_next(c, node, i)) != KB_CHAIN_NONE)
        if (i != made && has_source(c, c->chain->edges[made].to, i))
            c->chain->edges[i].carried = true;
}

bool kb_chain_read_pages(struct kb_chainer *c) {
    struct credits credits;
    for (size_t i = 0; i < c->count; i++) {
        if (c->nodes[i].listing)
            continue;
        take_credits(c, i, &credits);
        for (size_t k = 0; k < credits.count; k++)
            if (!add_edge(c, i, &credits.items[k]))
                return false;
        if (!c->chain->articles[i].guest && !c->nodes[i].credits &&
            !c->nodes[i].release && !read_release(c, i))
            return false;
    }
    for (size_t i = 0; i < c->count; i++)
        mark_carried(c, i);
    return true;
}
