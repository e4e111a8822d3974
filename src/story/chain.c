/* A story's articles → its chain: order, bounds, and the result put together.
 *
 * First the articles are put in order of time and cut for comparing; then come the edges,
 * the surest first: what pages say, a house's own updates, texts that stand in others,
 * translations that nobody owns to.  A later step adds nothing where an earlier one
 * knows better. */
#include "story/chain_make.h"

#include <stdlib.h>

enum { DAY = 86400 };

static const char *const bys[] = {
#define X(code, name) name,
    KB_CHAIN_BY_LIST(X)
#undef X
};

const char *kb_chain_by_name(enum kb_chain_by by) {
    return bys[by];
}

/* ---- times ------------------------------------------------------------------------- */

/* A record's date; a day alone tells no order within it. */
static int64_t moment(struct kb_str date, bool *day_only) {
    int64_t time;
    *day_only = kb_str_find_byte(date, ':') == KB_NOT_FOUND;
    return kb_date_seconds(date, &time) ? time : KB_CHAIN_NO_TIME;
}

/* What a page claims to be published long after it was seen here, was not. */
static int64_t believed(int64_t claimed, int64_t seen) {
    if (seen && (claimed == KB_CHAIN_NO_TIME || claimed > seen + DAY))
        return seen;
    return claimed == KB_CHAIN_NO_TIME ? INT64_MAX : claimed;
}

/* ---- order and bounds -------------------------------------------------------------- */

struct place {
    size_t input;
    int64_t time, last;
    size_t telling; /* sources that its record names */
};

/* Those whose time nobody knows come last; one address' versions in order of change. */
static int by_time(const void *a, const void *b) {
    const struct place *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->last != y->last)
        return x->last < y->last ? -1 : 1;
    return x->input < y->input ? -1 : x->input > y->input;
}

static int by_telling(const void *a, const void *b) {
    const struct place *x = a, *y = b;
    if (x->telling != y->telling)
        return x->telling > y->telling ? -1 : 1;
    return by_time(a, b);
}

/* The older half of what there is room for stays, and of the others those that say most
 * of where they are from. */
static struct place *choose(struct kb_chainer *c, const struct kb_chain_input *inputs,
                            size_t count, size_t *kept) {
    struct place *places = kb_arena_zalloc(&c->scratch, count + 1, sizeof *places);
    *kept = count < KB_LIMIT_CHAIN_ARTICLES ? count : KB_LIMIT_CHAIN_ARTICLES;
    for (size_t i = 0; places && i < count; i++) {
        const struct kb_article *a = inputs[i].article;
        bool day;
        int64_t changed = moment(a->date_modified, &day);
        int64_t time = believed(moment(a->date_published, &day), inputs[i].seen);
        places[i] = (struct place){
            i, time, changed == KB_CHAIN_NO_TIME || changed < time ? time : changed,
            a->provenance.source_count};
    }
    if (!places)
        return NULL;
    qsort(places, count, sizeof *places, by_time);
    if (count > *kept) {
        size_t half = *kept / 2;
        qsort(places + half, count - half, sizeof *places, by_telling);
        qsort(places, *kept, sizeof *places, by_time);
    }
    return places;
}

/* A page that is no article: a list, an error. */
static bool is_listing(const struct kb_article *a) {
    return a->warning_count > 0 && a->confidence < .4f;
}

static void fill(struct kb_chainer *c, size_t at, const struct kb_chain_input *input,
                 const struct place *place) {
    const struct kb_article *a = input->article;
    struct kb_chain_article *article = &c->chain->articles[at];
    struct kb_chain_node *node = &c->nodes[at];
    struct kb_text_language language;
    bool day, day_only;
    int64_t published = moment(a->date_published, &day_only);
    *article =
        (struct kb_chain_article){.input = place->input,
                                  .article = a,
                                  .seen = input->seen ? input->seen : KB_CHAIN_NO_TIME,
                                  .published = published,
                                  .day_only = day_only && published != KB_CHAIN_NO_TIME,
                                  .modified = moment(a->date_modified, &day),
                                  .guest = input->guest,
                                  .taker = input->taker,
                                  .story = input->story,
                                  .report = KB_CHAIN_NONE,
                                  .against = KB_CHAIN_NONE};
    *node =
        (struct kb_chain_node){.article = a,
                               .print = input->print,
                               .time = place->time,
                               .last = place->last,
                               .edges = KB_CHAIN_NONE,
                               .agency_copy = kb_article_has_role(a, KB_ROLE_AGENCY_COPY),
                               .translation = kb_article_has_role(a, KB_ROLE_TRANSLATION),
                               .release = kb_article_has_role(a, KB_ROLE_PRESS_RELEASE),
                               .listing = is_listing(a)};
    kb_lang_primary(a->language, node->language);
    if (!node->language[0]) {
        kb_lang_detect(a->content_text, KB_STR_NONE, &language);
        kb_lang_primary(kb_str_z(language.tag), node->language);
    }
}

/* ---- edges ------------------------------------------------------------------------- */

bool kb_chain_one_language(const struct kb_chainer *c, size_t a, size_t b) {
    const char *x = c->nodes[a].language, *y = c->nodes[b].language;
    return !x[0] || !y[0] || strcmp(x, y) == 0;
}

size_t kb_chain_next(const struct kb_chainer *c, size_t from, size_t edge) {
    return edge == KB_CHAIN_NONE ? c->nodes[from].edges : c->sides[edge].next;
}

static void measure(const struct kb_chainer *c, struct kb_chain_edge *edge) {
    size_t fewer;
    edge->inside = edge->holds = -1;
    if (edge->to == KB_CHAIN_NONE)
        return;
    if (kb_chain_one_language(c, edge->from, edge->to)) {
        edge->inside = kb_chain_inside(c, edge->from, edge->to);
        edge->holds = kb_chain_inside(c, edge->to, edge->from);
    }
    edge->numbers = (unsigned)kb_chain_numbers(c, edge->from, edge->to, &fewer);
}

/* The edge that says the same already. */
static size_t find_edge(const struct kb_chainer *c, const struct kb_chain_edge *edge,
                        const struct kb_chain_name *name) {
    size_t i = KB_CHAIN_NONE;
    while ((i = kb_chain_next(c, edge->from, i)) != KB_CHAIN_NONE) {
        const struct kb_chain_edge *other = &c->chain->edges[i];
        if (other->to == edge->to &&
            (edge->to != KB_CHAIN_NONE || kb_chain_same_name(&c->sides[i].name, name)))
            return i;
    }
    return KB_CHAIN_NONE;
}

bool kb_chain_add(struct kb_chainer *c, const struct kb_chain_edge *edge) {
    struct kb_chain *chain = c->chain;
    struct kb_chain_side side = {.next = c->nodes[edge->from].edges};
    kb_chain_know(c, edge->name, &side.name);
    size_t same = find_edge(c, edge, &side.name);
    if (same != KB_CHAIN_NONE) {
        struct kb_chain_edge *other = &chain->edges[same];
        if (edge->rel > other->rel) {
            other->rel = edge->rel;
            other->evidence = edge->evidence;
            other->confidence = edge->confidence;
        }
        if (!other->url.n)
            other->url = edge->url;
        other->carried = other->carried && edge->carried;
        return true;
    }
    void *edges = chain->edges, *sides = c->sides;
    if (!kb_arena_grow(c->arena, &edges, chain->edge_count, &c->edge_cap,
                       sizeof *chain->edges, SIZE_MAX))
        return false;
    chain->edges = edges;
    if (!kb_arena_grow(&c->scratch, &sides, chain->edge_count, &c->side_cap,
                       sizeof *c->sides, SIZE_MAX))
        return false;
    c->sides = sides;
    c->nodes[edge->from].edges = chain->edge_count;
    c->sides[chain->edge_count] = side;
    chain->edges[chain->edge_count] = *edge;
    measure(c, &chain->edges[chain->edge_count++]);
    return true;
}

/* By article, what it took over last, the strongest first. */
static int by_article(const void *a, const void *b) {
    const struct kb_chain_edge *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->carried != y->carried)
        return x->carried ? 1 : -1;
    if (x->rel != y->rel)
        return x->rel > y->rel ? -1 : 1;
    if (x->to != y->to)
        return x->to < y->to ? -1 : 1;
    size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
    int order = n ? memcmp(x->name.p, y->name.p, n) : 0;
    return order ? order : x->name.n < y->name.n ? -1 : x->name.n > y->name.n;
}

/* One missing source, however pages spell it, has one number: by the table's entry, else
 * by its letters. */
static uint64_t identity(const struct kb_chain_name *name) {
    struct kb_str s = name->letters.n ? name->letters : name->text;
    uint64_t hash =
        name->entry ? kb_hash(&name->entry, sizeof name->entry, 1) : kb_hash(s.p, s.n, 0);
    return hash ? hash : 1;
}

static bool number_gaps(struct kb_chainer *c) {
    struct kb_chain *chain = c->chain;
    size_t cap = 64;
    while (cap < chain->edge_count * 2)
        cap *= 2;
    uint64_t *keys = kb_arena_zalloc(&c->scratch, cap, sizeof *keys);
    size_t *numbers = kb_arena_zalloc(&c->scratch, cap, sizeof *numbers);
    for (size_t i = 0; keys && numbers && i < chain->edge_count; i++) {
        if (chain->edges[i].to != KB_CHAIN_NONE)
            continue;
        uint64_t key = identity(&c->sides[i].name);
        size_t at = key & (cap - 1);
        while (keys[at] && keys[at] != key)
            at = (at + 1) & (cap - 1);
        if (!keys[at]) {
            keys[at] = key;
            numbers[at] = chain->gap_count++;
        }
        chain->edges[i].gap = numbers[at];
    }
    return keys && numbers;
}

/* Of a report under many names the first articles stay, the fullest, and what others
 * outside of it are from. */
static void fold(struct kb_chain *chain) {
    for (size_t i = 0; i < chain->report_count; i++) {
        struct kb_chain_report *r = &chain->reports[i];
        for (size_t k = KB_CHAIN_SHOWN;
             r->article_count > KB_CHAIN_FOLD && k < r->article_count; k++)
            chain->articles[r->articles[k]].folded = r->articles[k] != r->fullest;
    }
    for (size_t i = 0; i < chain->edge_count; i++) {
        const struct kb_chain_edge *e = &chain->edges[i];
        if (e->to != KB_CHAIN_NONE &&
            chain->articles[e->from].report != chain->articles[e->to].report)
            chain->articles[e->to].folded = false;
    }
    for (size_t i = 0; i < chain->article_count; i++)
        if (chain->articles[i].folded)
            chain->reports[chain->articles[i].report].folded++;
}

/* ---- the whole --------------------------------------------------------------------- */

/* The first by a time; guests are another story's. */
static size_t first_by(const struct kb_chain *chain, bool seen) {
    size_t best = KB_CHAIN_NONE;
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < chain->article_count; i++) {
        const struct kb_chain_article *a = &chain->articles[i];
        int64_t time = seen ? a->seen : a->published;
        if (!a->guest && time != KB_CHAIN_NO_TIME && time < least) {
            least = time;
            best = i;
        }
    }
    return best;
}

static void summarise(struct kb_chainer *c) {
    struct kb_chain *chain = c->chain;
    chain->first_seen = first_by(chain, true);
    chain->first_claimed = first_by(chain, false);
    for (size_t i = 0; i < c->count; i++) {
        bool outlet = c->nodes[i].outlet != KB_CHAIN_NONE, language = true;
        chain->guest_count += chain->articles[i].guest;
        if (outlet) {
            struct kb_chain_outlet *o = &c->outlets[c->nodes[i].outlet];
            chain->articles[i].outlet = o->name.text.n ? o->name.text : o->domain;
        }
        for (size_t k = 0; k < i; k++) {
            if (chain->articles[k].guest)
                continue;
            outlet = outlet && c->nodes[k].outlet != c->nodes[i].outlet;
            language = language && strcmp(c->nodes[k].language, c->nodes[i].language);
        }
        chain->outlet_count += outlet && !chain->articles[i].guest;
        chain->language_count += language && !chain->articles[i].guest;
    }
}

static bool build(struct kb_chainer *c) {
    if (!kb_chain_name_all(c) || !kb_chain_compare(c))
        return false;
    summarise(c);
    return kb_chain_read_pages(c) && kb_chain_read_quoted(c) &&
           kb_chain_find_updates(c) && kb_chain_make_reports(c) &&
           kb_chain_find_reprints(c) && kb_chain_find_translations(c) &&
           kb_chain_find_origins(c) && kb_chain_find_additions(c) && number_gaps(c);
}

enum kb_status kb_chain_build(struct kb_arena *arena, const struct kb_lexicon *lexicon,
                              const struct kb_chain_input *inputs, size_t count,
                              struct kb_chain *out, struct kb_err *err) {
    struct kb_chainer c = {.arena = arena, .lexicon = lexicon, .chain = out};
    *out = (struct kb_chain){.first_seen = KB_CHAIN_NONE, .first_claimed = KB_CHAIN_NONE};
    kb_arena_init(&c.scratch, KB_LIMIT_DOCUMENT_MEMORY);
    struct place *places = choose(&c, inputs, count, &c.count);
    if (places) {
        out->articles = kb_arena_zalloc(arena, c.count + 1, sizeof *out->articles);
        c.nodes = kb_arena_zalloc(&c.scratch, c.count + 1, sizeof *c.nodes);
    }
    bool fine = places && out->articles && c.nodes;
    if (fine) {
        out->article_count = c.count;
        out->left_out = count - c.count;
        for (size_t i = 0; i < c.count; i++)
            fill(&c, i, &inputs[places[i].input], &places[i]);
        fine = build(&c);
    }
    kb_printer_free(c.printer);
    kb_arena_free(&c.scratch);
    if (!fine || arena->full) {
        *out = (struct kb_chain){.article_count = 0};
        return kb_err_set(err, KB_ENOMEM, "not enough memory for a chain of %zu articles",
                          count);
    }
    fold(out);
    if (out->edge_count)
        qsort(out->edges, out->edge_count, sizeof *out->edges, by_article);
    return KB_OK;
}
