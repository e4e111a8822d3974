/* What texts say of each other → edges: an outlet's updates, texts that stand in others
 * without a word of credit, copies of one report that is not here. */
#include "story/chain_make.h"

enum {
    UPDATE_TIME = 7 * 86400, /* after which an outlet's next text is another one */
    LEAST_SLUG = 3,          /* words of an address that are compared */
    LEAST_TITLE = 4,
    MOST_WORDS = 32,
    TOLD_NUMBERS = 8 /* in a sentence of evidence */
};

/* Shares that make an update, where the outlet is the same. */
static const float update_text = .3f, update_words = .7f;

/* ---- evidence ---------------------------------------------------------------------- */

static int percent(float share) {
    return (int)(share * 100 + .5f);
}

/* "9, 14, 187": numbers of a that b has, or that it has not. */
static void list_numbers(const struct kb_chainer *c, size_t a, size_t b, bool shared,
                         struct kb_buf *out) {
    const struct kb_chain_text *x = &c->nodes[a].text, *y = &c->nodes[b].text;
    size_t told = 0;
    for (size_t i = 0; i < x->number_count && told < TOLD_NUMBERS; i++) {
        bool both = false;
        for (size_t k = 0; k < y->number_count && !both; k++)
            both = kb_str_equal(x->numbers[i], y->numbers[k]);
        if (both != shared)
            continue;
        kb_buf_z(out, told++ ? ", " : "");
        kb_buf_str(out, x->numbers[i]);
    }
}

static struct kb_str measured(struct kb_chainer *c, size_t a, size_t b) {
    struct kb_buf out;
    kb_buf_init(&out, KB_LIMIT_META_BYTES);
    kb_buf_printf(&out, "%d%% of its text stands there, %d%% of that text here",
                  percent(kb_chain_inside(c, a, b)), percent(kb_chain_inside(c, b, a)));
    size_t before = out.n;
    kb_buf_z(&out, "; numbers in both: ");
    size_t begin = out.n;
    list_numbers(c, a, b, true, &out);
    if (out.n == begin)
        out.n = before;
    struct kb_str said = kb_arena_dup(c->arena, kb_buf_view(&out));
    kb_buf_free(&out);
    return said;
}

/* ---- updates ----------------------------------------------------------------------- */

struct words {
    uint64_t hashes[MOST_WORDS];
    size_t count;
};

static void cut_words(struct kb_str s, struct words *out) {
    out->count = 0;
    for (size_t pos = kb_text_next_word(s, 0), end; pos < s.n && out->count < MOST_WORDS;
         pos = kb_text_next_word(s, end)) {
        uint64_t hash = 0;
        end = kb_text_word_end(s, pos);
        if (end == pos)
            break;
        for (size_t i = pos; i < end; i++)
            hash = (hash ^ (uint64_t)(unsigned char)kb_lower(s.p[i])) * 1099511628211u;
        bool twice = end - pos < 2;
        for (size_t i = 0; i < out->count; i++)
            twice |= out->hashes[i] == hash;
        if (!twice)
            out->hashes[out->count++] = hash;
    }
}

/* The share of the shorter's words that the other has; 0 where there are too few. */
static float words_alike(struct kb_str a, struct kb_str b, size_t least) {
    struct words x, y;
    size_t both = 0;
    cut_words(a, &x);
    cut_words(b, &y);
    size_t fewer = x.count < y.count ? x.count : y.count;
    if (fewer < least)
        return 0;
    for (size_t i = 0; i < x.count; i++)
        for (size_t k = 0; k < y.count; k++)
            both += x.hashes[i] == y.hashes[k];
    return (float)both / (float)fewer;
}

/* The last part of an address that has words: "sant-oriel-day-two". */
static struct kb_str slug(struct kb_str key) {
    size_t at = key.n;
    while (at && key.p[at - 1] != '/')
        at--;
    return kb_str_slice(key, at, kb_str_find_byte(key, '?'));
}

static bool shares_key(const struct kb_chain_node *a, const struct kb_chain_node *b) {
    for (size_t i = 0; i < KB_COUNT(a->keys); i++)
        for (size_t k = 0; k < KB_COUNT(b->keys); k++)
            if (a->keys[i].n && kb_str_equal(a->keys[i], b->keys[k]))
                return true;
    return false;
}

/* How a is an update of the earlier b, and how sure that is; 0: it is none. */
static float update_of(struct kb_chainer *c, size_t a, size_t b, const char **how) {
    const struct kb_chain_node *x = &c->nodes[a], *y = &c->nodes[b];
    if (x->listing || y->listing || x->outlet != y->outlet ||
        x->outlet == KB_CHAIN_NONE || !kb_chain_one_language(c, a, b))
        return 0;
    *how = "the same address";
    if (shares_key(x, y))
        return .97f;
    if (x->time == INT64_MAX || x->time - y->time > UPDATE_TIME)
        return 0;
    float inside = kb_chain_inside(c, a, b), holds = kb_chain_inside(c, b, a);
    *how = "the same outlet, a text that goes on from it";
    if (inside >= update_text || holds >= update_text)
        return .85f;
    *how = "the same outlet, a like address";
    if (words_alike(slug(x->keys[0]), slug(y->keys[0]), LEAST_SLUG) >= update_words)
        return .7f;
    *how = "the same outlet, a like headline";
    return words_alike(x->article->title, y->article->title, LEAST_TITLE) >= update_words
               ? .7f
               : 0;
}

static struct kb_str say_update(struct kb_chainer *c, size_t a, size_t b,
                                const char *how) {
    struct kb_buf out;
    kb_buf_init(&out, KB_LIMIT_META_BYTES);
    kb_buf_printf(&out, "%s; %d%% of its text stands there", how,
                  percent(kb_chain_inside(c, a, b)));
    size_t before = out.n;
    kb_buf_z(&out, "; other figures: ");
    size_t begin = out.n;
    list_numbers(c, a, b, false, &out);
    if (out.n == begin)
        out.n = before;
    struct kb_str said = kb_arena_dup(c->arena, kb_buf_view(&out));
    kb_buf_free(&out);
    return said;
}

/* Each points to the first of its family, so that a family is one look away. */
bool kb_chain_find_updates(struct kb_chainer *c) {
    for (size_t a = 1; a < c->count; a++) {
        const char *how = "";
        for (size_t b = 0; b < a && !c->chain->articles[a].guest; b++) {
            float sure = c->chain->articles[b].guest ? 0 : update_of(c, a, b, &how);
            if (sure <= 0)
                continue;
            const struct kb_chain_edge edge = {.from = a,
                                               .to = b,
                                               .rel = KB_REL_UPDATE,
                                               .by = KB_CHAIN_BY_TEXTS,
                                               .confidence = sure,
                                               .evidence = say_update(c, a, b, how)};
            if (!kb_chain_add(c, &edge))
                return false;
            break;
        }
    }
    return true;
}

/* ---- texts that stand in others ---------------------------------------------------- */

static bool has_edge_into(const struct kb_chainer *c, size_t node, size_t report) {
    size_t i = KB_CHAIN_NONE;
    while ((i = kb_chain_next(c, node, i)) != KB_CHAIN_NONE) {
        const struct kb_chain_edge *e = &c->chain->edges[i];
        if (!e->carried && e->to != KB_CHAIN_NONE &&
            c->chain->articles[e->to].report == report)
            return true;
    }
    return false;
}

/* The earlier text that this one stands in most; of equal ones the earliest. */
static size_t earlier_text(const struct kb_chainer *c, const struct kb_chain_report *r,
                           size_t node) {
    size_t best = KB_CHAIN_NONE;
    float most = 0;
    for (size_t i = 0; i < r->article_count && r->articles[i] < node; i++) {
        size_t other = r->articles[i];
        float inside = kb_chain_inside(c, node, other);
        if (kb_chain_is_other(c, node, other) && inside > most + .02f &&
            kb_chain_same(c, node, other)) {
            most = inside;
            best = other;
        }
    }
    return best;
}

static bool add_copy(struct kb_chainer *c, size_t from, size_t to, enum kb_rel rel) {
    float inside = kb_chain_inside(c, from, to), holds = kb_chain_inside(c, to, from);
    return kb_chain_add(c,
                        &(struct kb_chain_edge){
                            .from = from,
                            .to = to,
                            .rel = rel,
                            .by = KB_CHAIN_BY_TEXTS,
                            .confidence = .45f + .5f * (inside > holds ? inside : holds),
                            .evidence = measured(c, from, to)});
}

/* Copies that credit somebody who is not here are copies of one report: each is told with
 * the fullest.  One that credits nobody is a reprint of what was there before it. */
static bool find_copy(struct kb_chainer *c, const struct kb_chain_report *r,
                      size_t node) {
    size_t report = c->chain->articles[node].report;
    if (has_edge_into(c, node, report))
        return true;
    if (!c->nodes[node].credits) {
        size_t earlier = earlier_text(c, r, node);
        return earlier == KB_CHAIN_NONE || add_copy(c, node, earlier, KB_REL_REPRINT);
    }
    if (!kb_chain_is_other(c, node, r->fullest) || !kb_chain_same(c, node, r->fullest) ||
        has_edge_into(c, r->fullest, report))
        return true;
    return add_copy(c, node, r->fullest, KB_REL_SAME_TEXT);
}

bool kb_chain_find_reprints(struct kb_chainer *c) {
    for (size_t i = 0; i < c->chain->report_count; i++) {
        const struct kb_chain_report *r = &c->chain->reports[i];
        if (r->article_count < 2)
            continue;
        if (!find_copy(c, r, r->fullest))
            return false;
        for (size_t k = 0; k < r->article_count; k++)
            if (r->articles[k] != r->fullest && !find_copy(c, r, r->articles[k]))
                return false;
    }
    return true;
}
