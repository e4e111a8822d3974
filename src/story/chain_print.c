/* A chain → lines for a terminal; and what all its printers share.
 *
 * Times are UTC's, because articles of one story come from many zones and stand in one
 * order.  A report under a hundred names would hide the rest of the story: it is folded
 * to its first articles and a number. */
#include "story/chain_print.h"

#include "html/html.h"

/* ---- shared ------------------------------------------------------------------------ */

struct kb_str kb_chain_outlet(const struct kb_chain *chain, size_t article) {
    struct kb_str name = chain->articles[article].outlet;
    return name.n ? name : KB_STR("an unnamed outlet");
}

size_t kb_chain_first(const struct kb_chain *chain) {
    size_t first = 0;
    if (chain->first_claimed != KB_CHAIN_NONE)
        return chain->first_claimed;
    if (chain->first_seen != KB_CHAIN_NONE)
        return chain->first_seen;
    while (first < chain->article_count && chain->articles[first].guest)
        first++;
    return first < chain->article_count ? first : KB_CHAIN_NONE;
}

static void put_count(struct kb_buf *out, size_t count, const char *what) {
    kb_buf_printf(out, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

void kb_chain_put_counts(struct kb_buf *out, const struct kb_chain *chain) {
    put_count(out, chain->article_count - chain->guest_count, "article");
    kb_buf_z(out, ", ");
    put_count(out, chain->outlet_count, "outlet");
    kb_buf_z(out, ", ");
    put_count(out, chain->language_count, "language");
    kb_buf_z(out, ", ");
    put_count(out, chain->report_count, "report");
}

void kb_chain_put_time(struct kb_buf *out, int64_t time, bool day_only) {
    char text[KB_TIME_BYTES];
    kb_time_print(time, text);
    text[10] = ' '; /* "2026-03-02T21:52:00Z" */
    kb_buf_add(out, text, day_only ? 10 : 16);
}

void kb_chain_put_when(struct kb_buf *out, const struct kb_chain_article *a) {
    if (a->published != KB_CHAIN_NO_TIME)
        kb_chain_put_time(out, a->published, a->day_only);
    else if (a->seen != KB_CHAIN_NO_TIME)
        kb_chain_put_time(out, a->seen, false);
}

void kb_chain_edges_of(const struct kb_chain *chain, size_t article, size_t *from,
                       size_t *to) {
    size_t low = 0, high = chain->edge_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (chain->edges[middle].from < article)
            low = middle + 1;
        else
            high = middle;
    }
    for (*from = low; low < chain->edge_count && chain->edges[low].from == article;
         low++) {
    }
    *to = low;
}

size_t kb_chain_next_taken(const struct kb_chain *chain, size_t article, size_t edge) {
    while (chain->guest_count && edge < chain->edge_count &&
           (chain->edges[edge].to != article || chain->edges[edge].carried ||
            !chain->articles[chain->edges[edge].from].guest))
        edge++;
    return chain->guest_count ? edge : chain->edge_count;
}

struct kb_str kb_chain_piece_text(const struct kb_chain *chain, size_t article,
                                  const struct kb_chain_piece *piece) {
    return kb_str_slice(chain->articles[article].article->content_text, piece->from,
                        piece->to);
}

struct kb_str kb_chain_origin(const struct kb_chain *chain, size_t report) {
    const struct kb_chain_report *r = &chain->reports[report];
    return r->origin == KB_CHAIN_NONE ? r->origin_name
                                      : kb_chain_outlet(chain, r->origin);
}

void kb_chain_paragraph(struct kb_buf *line, int width, int indent, const char *style,
                        struct kb_buf *out) {
    if (line->n) {
        kb_buf_z(out, style);
        kb_html_wrap(kb_buf_view(line), width, indent, out);
        kb_buf_z(out, style[0] ? "\033[0m\n" : "\n");
    }
    if (line->status != KB_OK && out->status == KB_OK)
        out->status = line->status;
    kb_buf_clear(line);
}

/* ---- for a terminal ---------------------------------------------------------------- */

enum { INDENT = 4, TOLD_PIECES = 2, PIECE_BYTES = 160, TOLD_OUTLETS = 8, ID_SHOWN = 8 };

struct printer {
    const struct kb_chain *chain;
    struct kb_buf *out;
    struct kb_buf line; /* the paragraph that is being made */
    int width;
    bool color;
};

/* Prints the paragraph, folded, in a style. */
static void paragraph(struct printer *p, int indent, const char *style) {
    kb_chain_paragraph(&p->line, p->width, indent, p->color ? style : "", p->out);
}

static void put_who(struct printer *p, size_t article) {
    const struct kb_chain_article *a = &p->chain->articles[article];
    kb_buf_str(&p->line, kb_chain_outlet(p->chain, article));
    size_t before = p->line.n;
    kb_buf_z(&p->line, ", ");
    size_t begin = p->line.n;
    kb_chain_put_when(&p->line, a);
    if (p->line.n == begin)
        p->line.n = before;
}

static void head(struct printer *p) {
    const struct kb_chain *c = p->chain;
    size_t first = kb_chain_first(c);
    if (first != KB_CHAIN_NONE)
        kb_buf_str(&p->line, c->articles[first].article->title);
    paragraph(p, 0, "\033[1m");
    kb_chain_put_counts(&p->line, c);
    if (c->left_out)
        kb_buf_printf(&p->line, "; %zu articles past the limit of %d are not looked at",
                      c->left_out, KB_LIMIT_CHAIN_ARTICLES);
    paragraph(p, 0, "");
    if (c->first_seen != KB_CHAIN_NONE) {
        kb_buf_z(&p->line, "First seen here: ");
        kb_buf_str(&p->line, kb_chain_outlet(c, c->first_seen));
        kb_buf_z(&p->line, ", ");
        kb_chain_put_time(&p->line, c->articles[c->first_seen].seen, false);
        kb_buf_z(&p->line, " UTC");
        paragraph(p, 0, "");
    }
    if (c->first_claimed != KB_CHAIN_NONE) {
        kb_buf_z(&p->line, "Claims to be first: ");
        put_who(p, c->first_claimed);
        kb_buf_z(&p->line, c->articles[c->first_claimed].day_only ? "" : " UTC");
        paragraph(p, 0, "");
    }
}

static void put_share(struct printer *p, const struct kb_chain_edge *e) {
    if (e->by == KB_CHAIN_BY_PAGE &&
        (e->inside >= .01f || (e->inside >= 0 && e->rel == KB_REL_REPUBLISHED)))
        kb_buf_printf(&p->line, ", %d%% of its text stands there",
                      (int)(e->inside * 100 + .5f));
}

/* What a guest is: nothing else tells of it. */
static void put_guest(struct printer *p, const struct kb_chain_article *a) {
    if (a->article->title.n) {
        kb_buf_z(&p->line, ", \xE2\x80\x9C");
        kb_buf_str(&p->line, kb_str_cut(a->article->title, PIECE_BYTES));
        kb_buf_z(&p->line, a->article->title.n > PIECE_BYTES ? "\xE2\x80\xA6\xE2\x80\x9D"
                                                             : "\xE2\x80\x9D");
    }
    kb_buf_z(&p->line, ", of another story");
    if (a->story.n) {
        kb_buf_z(&p->line, " (");
        kb_buf_str(&p->line, a->story);
        kb_buf_char(&p->line, ')');
    }
}

/* What says so, and how sure that is. */
static void put_proof(struct printer *p, const struct kb_chain_edge *e) {
    bool page = e->by == KB_CHAIN_BY_PAGE;
    kb_buf_z(&p->line,
             page ? " \xE2\x80\x94 the page: \xE2\x80\x9C" : " \xE2\x80\x94 the texts: ");
    kb_buf_str(&p->line, e->evidence);
    kb_buf_z(&p->line, page ? "\xE2\x80\x9D" : "");
    put_share(p, e);
    kb_buf_printf(&p->line, " (%d%% sure)", (int)(e->confidence * 100 + .5f));
    paragraph(p, INDENT, "");
}

static void put_edge(struct printer *p, const struct kb_chain_edge *e) {
    kb_buf_z(&p->line, e->to == KB_CHAIN_NONE ? "? " : "\xE2\x86\x90 ");
    kb_buf_z(&p->line, kb_rel_words(e->rel));
    kb_buf_char(&p->line, ' ');
    if (e->to == KB_CHAIN_NONE) {
        kb_buf_str(&p->line, e->name);
        kb_buf_z(&p->line, ", which is not here");
    } else {
        put_who(p, e->to);
        if (p->chain->articles[e->to].guest)
            put_guest(p, &p->chain->articles[e->to]);
    }
    put_proof(p, e);
}

/* Articles of other stories that have something from this one. */
static void put_takers(struct printer *p, size_t article) {
    const struct kb_chain *c = p->chain;
    size_t told = 0;
    for (size_t i = 0; (i = kb_chain_next_taken(c, article, i)) < c->edge_count; i++) {
        if (told++ >= KB_CHAIN_TOLD_TAKERS)
            continue;
        kb_buf_z(&p->line, "\xE2\x86\x92 taken up by ");
        put_who(p, c->edges[i].from);
        put_guest(p, &c->articles[c->edges[i].from]);
        kb_buf_printf(&p->line, ": %s it", kb_rel_words(c->edges[i].rel));
        put_proof(p, &c->edges[i]);
    }
    if (told <= KB_CHAIN_TOLD_TAKERS)
        return;
    kb_buf_printf(&p->line, "\xE2\x86\x92 and by %zu more of other stories",
                  told - KB_CHAIN_TOLD_TAKERS);
    paragraph(p, INDENT, "");
}

static void put_pieces(struct printer *p, size_t article, const char *what,
                       const struct kb_chain_piece *pieces, size_t count) {
    for (size_t i = 0; i < count && i < TOLD_PIECES; i++) {
        struct kb_str text = kb_chain_piece_text(p->chain, article, &pieces[i]);
        kb_buf_printf(&p->line, "%s \xE2\x80\x9C", what);
        kb_buf_str(&p->line, kb_str_cut(text, PIECE_BYTES));
        kb_buf_z(&p->line,
                 text.n > PIECE_BYTES ? "\xE2\x80\xA6\xE2\x80\x9D" : "\xE2\x80\x9D");
        if (i + 1 == TOLD_PIECES && count > TOLD_PIECES)
            kb_buf_printf(&p->line, " and %zu more", count - TOLD_PIECES);
        paragraph(p, INDENT, "\033[2m");
    }
}

static void put_article(struct printer *p, size_t article) {
    const struct kb_chain *c = p->chain;
    const struct kb_chain_article *a = &c->articles[article];
    size_t from, to;
    kb_buf_char(p->out, '\n');
    kb_chain_put_when(&p->line, a);
    kb_buf_z(&p->line, p->line.n ? "  " : "");
    kb_buf_str(&p->line, kb_chain_outlet(c, article));
    if (a->article->language.n) {
        kb_buf_z(&p->line, " (");
        kb_buf_str(&p->line, a->article->language);
        kb_buf_char(&p->line, ')');
    }
    if (a->article->id.n) { /* by which other verbs take it */
        kb_buf_z(&p->line, ", ");
        kb_buf_str(&p->line, kb_str_cut(a->article->id, ID_SHOWN));
    }
    paragraph(p, 0, "\033[1m");
    kb_buf_str(&p->line, a->article->title);
    paragraph(p, INDENT, "");
    kb_chain_edges_of(c, article, &from, &to);
    for (; from < to; from++)
        if (!c->edges[from].carried)
            put_edge(p, &c->edges[from]);
    put_takers(p, article);
    put_pieces(p, article, "+ new here:", a->added, a->added_count);
    put_pieces(p, a->against, "\xE2\x88\x92 left out:", a->left_out, a->left_out_count);
}

/* "and 97 more outlets have this text: …", under the last of its report that is shown. */
static void put_folded(struct printer *p, size_t article) {
    const struct kb_chain *c = p->chain;
    size_t report = c->articles[article].report, told = 0;
    if (report == KB_CHAIN_NONE)
        return;
    const struct kb_chain_report *r = &c->reports[report];
    if (!r->folded || article != r->articles[KB_CHAIN_SHOWN - 1])
        return;
    kb_buf_char(p->out, '\n');
    kb_buf_printf(&p->line, "and %zu more of this text: ", r->folded);
    for (size_t i = 0; i < r->article_count && told < TOLD_OUTLETS; i++) {
        if (!c->articles[r->articles[i]].folded)
            continue;
        kb_buf_z(&p->line, told++ ? ", " : "");
        kb_buf_str(&p->line, kb_chain_outlet(c, r->articles[i]));
    }
    kb_buf_z(&p->line, r->folded > told ? " \xE2\x80\xA6" : "");
    paragraph(p, 0, "");
}

static void put_reports(struct printer *p) {
    const struct kb_chain *c = p->chain;
    bool first = true;
    for (size_t i = 0; i < c->report_count; i++) {
        const struct kb_chain_report *r = &c->reports[i];
        if (r->article_count < 2)
            continue;
        if (first)
            kb_buf_char(p->out, '\n');
        first = false;
        kb_buf_z(&p->line, "One report: from ");
        kb_buf_str(&p->line, kb_chain_origin(c, i));
        kb_buf_z(&p->line, r->origin == KB_CHAIN_NONE ? ", which is not here" : "");
        kb_buf_printf(&p->line, "; %zu articles, %zu outlet%s; fullest at ",
                      r->article_count, r->outlet_count, r->outlet_count == 1 ? "" : "s");
        put_who(p, r->fullest);
        paragraph(p, 0, "");
    }
}

void kb_chain_print_text(const struct kb_chain *chain, int width, bool color,
                         struct kb_buf *out) {
    struct printer p = {.chain = chain, .out = out, .width = width, .color = color};
    kb_buf_init(&p.line, KB_LIMIT_META_BYTES * 8);
    head(&p);
    for (size_t i = 0; i < chain->article_count; i++) {
        if (chain->articles[i].folded || chain->articles[i].guest)
            continue;
        put_article(&p, i);
        put_folded(&p, i);
    }
    put_reports(&p);
    kb_buf_free(&p.line);
}
