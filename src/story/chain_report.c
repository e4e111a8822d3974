/* Articles → reports: which are one text, where each report is from, and what each outlet
 * added to it or left out. */
#include "story/chain_make.h"

#include <stdlib.h>

enum { LEAST_WORDS = 4 /* of a sentence that is told as added */ };

/* A sentence of which less than this stands in another text is not from it. */
static const float least_covered = .2f;

/* By which a copy has to be fuller than an earlier one. */
static const float least_fuller = .02f;

/* ---- one text ---------------------------------------------------------------------- */

/* The report of the earlier article that has most of this text, or that it updates. */
static size_t report_of(const struct kb_chainer *c, size_t node) {
    size_t best = KB_CHAIN_NONE, i = KB_CHAIN_NONE;
    float most = 0;
    while ((i = kb_chain_next(c, node, i)) != KB_CHAIN_NONE) {
        const struct kb_chain_edge *e = &c->chain->edges[i];
        if (e->rel == KB_REL_UPDATE)
            return c->chain->articles[e->to].report;
    }
    for (size_t k = 0; k < node; k++) {
        float inside = kb_chain_inside(c, node, k), holds = kb_chain_inside(c, k, node);
        float share = inside > holds ? inside : holds;
        if (share > most && !c->chain->articles[k].guest && kb_chain_same(c, node, k)) {
            most = share;
            best = c->chain->articles[k].report;
        }
    }
    return best;
}

/* How much more of the others' texts stands in a than in b.  What only one of the two
 * has counts less the more others have it not either: it may be that outlet's own. */
static float fuller(const struct kb_chainer *c, const struct kb_chain_report *r, size_t a,
                    size_t b) {
    float sum = (kb_chain_inside(c, b, a) - kb_chain_inside(c, a, b)) /
                (float)(r->article_count - 1);
    for (size_t i = 0; i < r->article_count; i++) {
        size_t other = r->articles[i];
        if (other != a && other != b)
            sum += kb_chain_inside(c, other, a) - kb_chain_inside(c, other, b);
    }
    return sum;
}

static size_t fullest_of(const struct kb_chainer *c, const struct kb_chain_report *r) {
    size_t best = r->articles[0];
    for (size_t i = 1; i < r->article_count; i++)
        if (fuller(c, r, r->articles[i], best) > least_fuller)
            best = r->articles[i];
    return best;
}

static size_t first_of(const struct kb_chainer *c, const struct kb_chain_report *r,
                       bool seen) {
    size_t best = KB_CHAIN_NONE;
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < r->article_count; i++) {
        const struct kb_chain_article *a = &c->chain->articles[r->articles[i]];
        int64_t time = seen ? a->seen : a->published;
        if (time != KB_CHAIN_NO_TIME && time < least) {
            least = time;
            best = r->articles[i];
        }
    }
    return best;
}

static size_t count_outlets(const struct kb_chainer *c, const struct kb_chain_report *r) {
    size_t count = 0;
    for (size_t i = 0; i < r->article_count; i++) {
        size_t outlet = c->nodes[r->articles[i]].outlet;
        bool first = outlet != KB_CHAIN_NONE;
        for (size_t k = 0; first && k < i; k++)
            first = c->nodes[r->articles[k]].outlet != outlet;
        count += first;
    }
    return count;
}

bool kb_chain_make_reports(struct kb_chainer *c) {
    struct kb_chain *chain = c->chain;
    chain->reports = kb_arena_zalloc(c->arena, c->count + 1, sizeof *chain->reports);
    if (!chain->reports)
        return false;
    for (size_t i = 0; i < c->count; i++) {
        if (chain->articles[i].guest)
            continue;
        size_t report = report_of(c, i);
        chain->articles[i].report =
            report == KB_CHAIN_NONE ? chain->report_count++ : report;
        chain->reports[chain->articles[i].report].article_count++;
    }
    for (size_t r = 0; r < chain->report_count; r++) {
        struct kb_chain_report *report = &chain->reports[r];
        report->articles = kb_arena_zalloc(c->arena, report->article_count + 1,
                                           sizeof *report->articles);
        if (!report->articles)
            return false;
        report->article_count = 0;
    }
    for (size_t i = 0; i < c->count; i++) {
        if (chain->articles[i].guest)
            continue;
        struct kb_chain_report *report = &chain->reports[chain->articles[i].report];
        report->articles[report->article_count++] = i;
    }
    for (size_t r = 0; r < chain->report_count; r++) {
        struct kb_chain_report *report = &chain->reports[r];
        report->fullest = fullest_of(c, report);
        report->outlet_count = count_outlets(c, report);
        report->first_seen = first_of(c, report, true);
        report->first_claimed = first_of(c, report, false);
        report->origin = KB_CHAIN_NONE;
    }
    return true;
}

/* ---- where it is from -------------------------------------------------------------- */

/* What the texts deny is less sure than this, and makes no text another's. */
static const float least_sure = .3f;

/* The edge by which a text is another's: not what quotes, adds or is compiled. */
static const struct kb_chain_edge *made_of(const struct kb_chainer *c, size_t node) {
    const struct kb_chain_edge *best = NULL;
    size_t i = KB_CHAIN_NONE;
    while ((i = kb_chain_next(c, node, i)) != KB_CHAIN_NONE) {
        const struct kb_chain_edge *e = &c->chain->edges[i];
        bool whole = e->rel >= KB_REL_REPUBLISHED ||
                     (e->rel == KB_REL_CREDITED &&
                      (c->nodes[node].agency_copy ||
                       (e->to != KB_CHAIN_NONE && kb_chain_same(c, node, e->to))));
        if (whole && !e->carried && e->confidence >= least_sure &&
            (!best || e->rel == KB_REL_TRANSLATED ||
             (e->to != KB_CHAIN_NONE && best->to == KB_CHAIN_NONE)))
            best = e;
    }
    return best;
}

/* Two edges to nothing are to one source, as far as names tell. */
static bool is_one_gap(const struct kb_chainer *c, const struct kb_chain_edge *a,
                       const struct kb_chain_edge *b) {
    return kb_chain_same_name(&c->sides[a - c->chain->edges].name,
                              &c->sides[b - c->chain->edges].name);
}

static const struct kb_chain_edge *gap_of(const struct kb_chainer *c, size_t node) {
    size_t i = KB_CHAIN_NONE;
    while ((i = kb_chain_next(c, node, i)) != KB_CHAIN_NONE) {
        const struct kb_chain_edge *e = &c->chain->edges[i];
        if (e->to == KB_CHAIN_NONE && !e->carried &&
            (e->rel >= KB_REL_REPUBLISHED ||
             (e->rel == KB_REL_CREDITED && c->nodes[node].agency_copy)))
            return e;
    }
    return NULL;
}

/* What more than half of a report's articles credit and is not here; NULL where there is
 * no such thing.  The oldest copy may credit nobody, and its date is its own claim. */
static const struct kb_chain_edge *most_credited(const struct kb_chainer *c,
                                                 const struct kb_chain_report *report) {
    const struct kb_chain_edge *best = NULL;
    size_t most = report->article_count / 2;
    for (size_t i = 0; i < report->article_count && i < report->article_count - most;
         i++) {
        const struct kb_chain_edge *gap = gap_of(c, report->articles[i]);
        size_t n = 0;
        for (size_t k = i; gap && k < report->article_count; k++) {
            const struct kb_chain_edge *other = gap_of(c, report->articles[k]);
            n += other && is_one_gap(c, gap, other);
        }
        if (n > most) {
            best = gap;
            break;
        }
    }
    return best;
}

bool kb_chain_find_origins(struct kb_chainer *c) {
    for (size_t r = 0; r < c->chain->report_count; r++) {
        struct kb_chain_report *report = &c->chain->reports[r];
        size_t at = report->articles[0];
        const struct kb_chain_edge *edge = made_of(c, at);
        /* one step an article at most: pages may credit each other in a ring */
        size_t steps = 0;
        for (; edge && edge->to != KB_CHAIN_NONE && steps <= c->count; steps++) {
            at = edge->to;
            edge = made_of(c, at);
        }
        const struct kb_chain_edge *gap = gap_of(c, at);
        if (!gap && at == report->articles[0])
            gap = most_credited(c, report);
        report->origin = steps > c->count ? report->articles[0] : at;
        if (gap) {
            report->origin = KB_CHAIN_NONE;
            report->origin_name = gap->name;
        }
    }
    return true;
}

/* ---- sentences --------------------------------------------------------------------- */

static bool ends_sentence(uint32_t letter, struct kb_str s, size_t behind) {
    if (letter == '\n' || letter == 0x3002 || letter == 0xFF01 || letter == 0xFF1F ||
        letter == 0x964 || letter == 0x61F || letter == 0x6D4)
        return true;
    return (letter == '.' || letter == '!' || letter == '?') && behind < s.n &&
           kb_is_space(s.p[behind]);
}

static size_t sentence_end(struct kb_str s, size_t from) {
    size_t len;
    for (size_t i = from; i < s.n; i += len) {
        uint32_t letter = kb_utf8_next(s.p + i, s.p + s.n, &len);
        if (ends_sentence(letter, s, i + len))
            return i + len;
    }
    return s.n;
}

struct marker {
    struct kb_arena *arena;
    const struct kb_chain_text *text;
    struct kb_str s;
    const bool *covered; /* of each shingle */
    struct kb_chain_piece *pieces;
    size_t count, cap;
};

/* Adds [from, to), and joins it with the piece before it. */
static bool add_piece(struct marker *m, size_t from, size_t to) {
    while (from < to && kb_is_space(m->s.p[from]))
        from++;
    while (to > from && kb_is_space(m->s.p[to - 1]))
        to--;
    if (m->count) {
        struct kb_chain_piece *last = &m->pieces[m->count - 1];
        struct kb_str gap = kb_str_slice(m->s, last->to, from);
        if (!kb_str_trim(gap).n || m->count == KB_LIMIT_CHAIN_PIECES) {
            last->to = to;
            return true;
        }
    }
    void *items = m->pieces;
    if (!kb_arena_grow(m->arena, &items, m->count, &m->cap, sizeof *m->pieces,
                       KB_LIMIT_CHAIN_PIECES))
        return false;
    m->pieces = items;
    m->pieces[m->count++] = (struct kb_chain_piece){from, to};
    return true;
}

/* The sentences of which next to nothing is covered. */
static bool mark(struct marker *m) {
    const struct kb_chain_text *t = m->text;
    size_t i = 0; /* the first shingle that begins in the sentence */
    m->s = kb_str_cut(m->s, KB_LIMIT_STORY_BYTES);
    for (size_t from = 0, to; from < m->s.n; from = to) {
        size_t shingles = 0, reach = from, covered = 0, all = 0;
        to = sentence_end(m->s, from);
        for (; i < t->count && t->from[i] < to; i++) {
            size_t start = t->from[i] > reach ? t->from[i] : reach;
            size_t end = t->to[i] < to ? t->to[i] : to;
            shingles++;
            if (end <= start)
                continue;
            all += end - start;
            covered += m->covered[i] ? end - start : 0;
            reach = end;
        }
        if (shingles >= LEAST_WORDS && (float)covered < least_covered * (float)all &&
            !add_piece(m, from, to))
            return false;
    }
    return true;
}

/* ---- what was added, what was left out --------------------------------------------- */

static bool has_shingle(const struct kb_chain_text *t, uint32_t hash) {
    size_t from = 0, to = t->set_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (t->set[middle] < hash)
            from = middle + 1;
        else
            to = middle;
    }
    return from < t->set_count && t->set[from] == hash;
}

static size_t against_of(const struct kb_chainer *c, const struct kb_chain_report *r,
                         size_t node) {
    const struct kb_chain_edge *edge = made_of(c, node);
    size_t report = c->chain->articles[node].report;
    if (edge && edge->to != KB_CHAIN_NONE &&
        c->chain->articles[edge->to].report == report)
        return edge->to;
    return r->fullest < node ? r->fullest : KB_CHAIN_NONE; /* in order of time */
}

static bool find_left_out(struct kb_chainer *c, const struct kb_chain_report *r,
                          size_t node, bool *covered) {
    struct kb_chain_article *a = &c->chain->articles[node];
    a->against = against_of(c, r, node);
    if (a->against == KB_CHAIN_NONE)
        return true;
    const struct kb_chain_text *t = &c->nodes[a->against].text;
    for (size_t i = 0; i < t->count; i++)
        covered[i] = has_shingle(&c->nodes[node].text, t->shingles[i]);
    struct marker m = {.arena = c->arena,
                       .text = t,
                       .s = c->nodes[a->against].article->content_text,
                       .covered = covered};
    if (!mark(&m))
        return false;
    a->left_out = m.pieces;
    a->left_out_count = m.count;
    return true;
}

/* A set of the shingles that stood in an earlier text. */
struct seen {
    uint32_t *slots; /* open addressing; 0 is free */
    size_t cap;
};

/* Whether hash is in; with add it is from now on. */
static bool seen_before(struct seen *seen, uint32_t hash, bool add) {
    hash = hash ? hash : 1;
    size_t at = hash & (seen->cap - 1);
    while (seen->slots[at] && seen->slots[at] != hash)
        at = (at + 1) & (seen->cap - 1);
    bool was = seen->slots[at] == hash;
    if (add)
        seen->slots[at] = hash;
    return was;
}

static bool find_added(struct kb_chainer *c, const struct kb_chain_report *r,
                       struct seen *seen, bool *covered) {
    for (size_t i = 0; i < r->article_count; i++) {
        size_t node = r->articles[i];
        const struct kb_chain_text *t = &c->nodes[node].text;
        struct kb_chain_article *a = &c->chain->articles[node];
        for (size_t k = 0; i && k < t->count; k++)
            covered[k] = seen_before(seen, t->shingles[k], false);
        struct marker m = {.arena = c->arena,
                           .text = t,
                           .s = a->article->content_text,
                           .covered = covered};
        if (i && !mark(&m))
            return false;
        a->added = m.pieces;
        a->added_count = m.count;
        for (size_t k = 0; k < t->count; k++)
            (void)seen_before(seen, t->shingles[k], true);
        if (!find_left_out(c, r, node, covered))
            return false;
    }
    return true;
}

bool kb_chain_find_additions(struct kb_chainer *c) {
    bool fine = true;
    for (size_t i = 0; fine && i < c->chain->report_count; i++) {
        const struct kb_chain_report *r = &c->chain->reports[i];
        size_t total = 0, longest = 0;
        struct seen seen = {.cap = 256};
        if (r->article_count < 2)
            continue;
        for (size_t k = 0; k < r->article_count; k++) {
            const struct kb_chain_text *t = &c->nodes[r->articles[k]].text;
            total += t->set_count;
            longest = t->count > longest ? t->count : longest;
        }
        while (seen.cap < total * 2)
            seen.cap *= 2;
        seen.slots = calloc(seen.cap, sizeof *seen.slots);
        bool *covered = calloc(longest + 1, sizeof *covered);
        fine = seen.slots && covered && find_added(c, r, &seen, covered);
        free(covered);
        free(seen.slots);
    }
    return fine;
}
