/* A story's chain → a picture: one line a report, missing source or article of another
 * story, the oldest on top, and arcs from whom the news is to who has it from there.
 *
 * An arc diagram (Wattenberg 2002): nothing lies over anything else, it is as wide as a
 * phone, and it reads downwards as time goes.  Whole lines are what pages say, dashed
 * ones what only the texts show; a ring is a source that is not here, or not of this
 * story.  Only dots and arcs are drawn, the longer an arc the further out, so that none
 * covers another.  Names are text beside them, in any script and direction; the style
 * sheet makes its rows as high as ours (ROW 16ths of a rem) and mirrors the arcs.  All
 * words and links are in the list below too. */
#include "serve/inner.h"
#include "serve/page_story.h"
#include "serve/pages.h"

enum {
    ROWS = 40,
    ROW = 46,  /* height */
    LINE = 14, /* where its first line of text stands */
    WIDTH = 96,
    STEM = WIDTH - 10, /* where the dots stand */
    NEAR = 16,         /* how far out an arc to the next row goes, and the longest one */
    FAR = STEM - 4,
    NAME_BYTES = 200,
    ARCS = 200
};

struct row {
    size_t report; /* or KB_CHAIN_NONE: */
    size_t guest;  /* an article of another story, or KB_CHAIN_NONE: */
    size_t gap;    /* its number */
    struct kb_str name;
    const struct kb_chain_edge *told; /* the strongest edge from here */
    size_t told_to;
};

struct picture {
    const struct kb_chain *chain;
    const struct kb_kept_story *story;
    const struct kb_language *language;
    struct kb_str base;
    struct row rows[ROWS];
    size_t count;
    struct kb_buf *out;
};

static size_t row_of_report(const struct picture *p, size_t report) {
    for (size_t i = 0; i < p->count; i++)
        if (p->rows[i].report == report)
            return i;
    return ROWS;
}

static size_t row_of_gap(const struct picture *p, size_t gap) {
    for (size_t i = 0; i < p->count; i++)
        if (p->rows[i].report == KB_CHAIN_NONE && p->rows[i].guest == KB_CHAIN_NONE &&
            p->rows[i].gap == gap)
            return i;
    return ROWS;
}

static size_t row_of_guest(const struct picture *p, size_t guest) {
    for (size_t i = 0; i < p->count; i++)
        if (p->rows[i].guest == guest)
            return i;
    return ROWS;
}

/* Where an edge ends. */
static size_t row_of_end(const struct picture *p, const struct kb_chain_edge *e) {
    if (e->to == KB_CHAIN_NONE)
        return row_of_gap(p, e->gap);
    size_t report = p->chain->articles[e->to].report;
    return report == KB_CHAIN_NONE ? row_of_guest(p, e->to) : row_of_report(p, report);
}

/* The rows that an edge joins; false where it has none, or begins where it ends. */
static bool ends_of(const struct picture *p, const struct kb_chain_edge *e, size_t *from,
                    size_t *to) {
    size_t report = p->chain->articles[e->from].report;
    if (e->carried)
        return false;
    *from = report == KB_CHAIN_NONE ? row_of_guest(p, e->from) : row_of_report(p, report);
    *to = row_of_end(p, e);
    return *from < ROWS && *to < ROWS && *from != *to;
}

static void add_row(struct picture *p, struct row row) {
    if (p->count < ROWS)
        p->rows[p->count++] = row;
}

/* Has the report an edge to anything but itself? */
static bool is_joined(const struct kb_chain *c, size_t report) {
    for (size_t k = 0; k < c->edge_count; k++) {
        const struct kb_chain_edge *e = &c->edges[k];
        size_t from = c->articles[e->from].report;
        size_t to = e->to == KB_CHAIN_NONE ? KB_CHAIN_NONE : c->articles[e->to].report;
        if (!e->carried && from != to && (from == report || to == report))
            return true;
    }
    return false;
}

/* What a report names and is not here, or not in this story, each once, at the first
 * report that names it. */
static void add_outside(struct picture *p, size_t report) {
    const struct kb_chain *c = p->chain;
    for (size_t i = 0; i < c->edge_count; i++) {
        const struct kb_chain_edge *e = &c->edges[i];
        bool gap = e->to == KB_CHAIN_NONE, guest = !gap && c->articles[e->to].guest;
        if ((gap || guest) && !e->carried && c->articles[e->from].report == report &&
            row_of_end(p, e) == ROWS)
            add_row(p, (struct row){.report = KB_CHAIN_NONE,
                                    .guest = e->to,
                                    .gap = e->gap,
                                    .name = guest       ? kb_pages_outlet(p->story, e->to)
                                            : e->name.n ? e->name
                                                        : e->url});
    }
}

/* Articles of other stories that have something from the report, below it. */
static void add_takers(struct picture *p, size_t report) {
    const struct kb_chain *c = p->chain;
    for (size_t i = 0; i < c->edge_count; i++) {
        const struct kb_chain_edge *e = &c->edges[i];
        if (e->to != KB_CHAIN_NONE && !e->carried && c->articles[e->from].guest &&
            c->articles[e->to].report == report && row_of_guest(p, e->from) == ROWS)
            add_row(p, (struct row){.report = KB_CHAIN_NONE,
                                    .guest = e->from,
                                    .name = kb_pages_outlet(p->story, e->from)});
    }
}

/* Missing sources stand right above: the news was theirs before. */
static void make_rows(struct picture *p) {
    const struct kb_chain *c = p->chain;
    for (size_t i = 0; i < c->report_count; i++) {
        if (!is_joined(c, i))
            continue;
        add_outside(p, i);
        add_row(p, (struct row){
                       .report = i,
                       .guest = KB_CHAIN_NONE,
                       .name = kb_pages_outlet(p->story, c->reports[i].articles[0])});
        add_takers(p, i);
    }
    for (size_t i = 0; i < c->edge_count; i++) {
        size_t from, to;
        const struct kb_chain_edge *e = &c->edges[i];
        if (ends_of(p, e, &from, &to) &&
            (!p->rows[from].told || p->rows[from].told->confidence < e->confidence)) {
            p->rows[from].told = e;
            p->rows[from].told_to = to;
        }
    }
}

/* ---- drawing ----------------------------------------------------------------------- */

static int y_of(size_t row) {
    return (int)row * ROW + LINE;
}

static size_t rows_apart(size_t from, size_t to) {
    return from > to ? from - to : to - from;
}

/* From the source to who has it from there; most: what the longest arc goes over. */
static void put_arc(struct picture *p, const struct kb_chain_edge *e, size_t from,
                    size_t to, size_t most) {
    int apart = (int)rows_apart(from, to) - 1, widest = most > 1 ? (int)most - 1 : 1;
    int reach = NEAR + (FAR - NEAR) * apart / (widest > 8 ? widest : 8);
    int a = y_of(to), b = y_of(from) + (from > to ? -7 : 7);
    int bend = STEM - reach * 4 / 3; /* a cubic goes three quarters of the way */
    kb_buf_printf(p->out,
                  "<path class=\"%s\" d=\"M%d %dC%d %d %d %d %d %d\" "
                  "marker-end=\"url(#arrow)\"/>",
                  e->by == KB_CHAIN_BY_PAGE ? "says" : "shows", STEM, a, bend, a, bend, b,
                  STEM - 6, b);
}

static void put_name(struct picture *p, struct kb_str name) {
    struct kb_str cut = kb_str_cut(name, NAME_BYTES);
    kb_buf_html(p->out, cut);
    if (cut.n < name.n)
        kb_buf_z(p->out, "…");
}

static void put_words(struct picture *p, const char *key) {
    struct kb_buf words;
    kb_buf_init(&words, KB_LIMIT_TEMPLATE_WORDS);
    kb_language_print(p->language, key, 0, &words);
    kb_buf_html(p->out, kb_buf_view(&words));
    kb_buf_free(&words);
}

/* What a row says in small: whom it has it from, or when it was. */
static void put_what(struct picture *p, const struct row *row) {
    char key[48] = "rel.";
    if (row->report == KB_CHAIN_NONE && row->guest != KB_CHAIN_NONE) {
        put_words(p, "story.other");
        kb_buf_z(p->out, ": ");
        put_name(p, p->chain->articles[row->guest].article->title);
    } else if (row->report == KB_CHAIN_NONE) {
        put_words(p, "story.gap");
    } else if (row->told) {
        const char *name = kb_rel_name(row->told->rel);
        size_t n = strlen(name);
        if (n < sizeof(key) - 4)
            memcpy(key + 4, name, n + 1);
        put_words(p, key);
        kb_buf_char(p->out, ' ');
        put_name(p, p->rows[row->told_to].name);
    } else {
        const struct kb_row *first =
            kb_kept_row(p->story, p->chain->reports[row->report].articles[0]);
        kb_language_time(p->language, first->time, p->out);
    }
}

/* A row's page.  Not for the keyboard: the list below has the same links. */
static bool put_link(struct picture *p, const struct row *row) {
    bool report = row->report != KB_CHAIN_NONE;
    if (!report && row->guest == KB_CHAIN_NONE)
        return false;
    size_t article = report ? p->chain->reports[row->report].articles[0] : row->guest;
    const struct kb_row *kept = kb_kept_row(p->story, article);
    kb_buf_z(p->out, "<a tabindex=\"-1\" href=\"");
    kb_buf_html(p->out, p->base);
    kb_buf_z(p->out, report ? "/article/" : "/story/");
    kb_buf_html(p->out, report ? kept->id : kept->story_id);
    kb_buf_z(p->out, "\">");
    return true;
}

static void put_row(struct picture *p, size_t at) {
    const struct row *row = &p->rows[at];
    kb_buf_z(p->out, "<li><b dir=\"auto\">");
    bool link = put_link(p, row);
    put_name(p, row->name);
    kb_buf_z(p->out, link ? "</a>" : "");
    if (row->report != KB_CHAIN_NONE &&
        p->chain->reports[row->report].article_count > 1) {
        kb_buf_z(p->out, " +");
        kb_language_number(p->language,
                           (int64_t)p->chain->reports[row->report].article_count - 1,
                           p->out);
    }
    kb_buf_z(p->out, "</b><span>");
    put_what(p, row);
    kb_buf_z(p->out, "</span></li>");
}

static void draw_arcs(struct picture *p) {
    size_t from, to, most = 0, arcs = 0;
    for (size_t i = 0; i < p->chain->edge_count; i++)
        if (ends_of(p, &p->chain->edges[i], &from, &to) && rows_apart(from, to) > most)
            most = rows_apart(from, to);
    for (size_t i = 0; i < p->chain->edge_count && arcs < ARCS; i++)
        if (ends_of(p, &p->chain->edges[i], &from, &to)) {
            put_arc(p, &p->chain->edges[i], from, to, most);
            arcs++;
        }
}

static void draw(struct picture *p) {
    kb_buf_printf(p->out,
                  "<div class=\"chain\" aria-hidden=\"true\">"
                  "<svg viewBox=\"0 0 %d %d\" focusable=\"false\"><defs>"
                  "<marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"6\" refY=\"4\" "
                  "markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">"
                  "<path d=\"M0 0L8 4L0 8z\"/></marker></defs>",
                  WIDTH, (int)p->count * ROW);
    draw_arcs(p);
    for (size_t i = 0; i < p->count; i++)
        kb_buf_printf(p->out, "<circle%s cx=\"%d\" cy=\"%d\" r=\"5\"/>",
                      p->rows[i].report == KB_CHAIN_NONE ? " class=\"gap\"" : "", STEM,
                      y_of(i));
    kb_buf_z(p->out, "</svg><ol>");
    for (size_t i = 0; i < p->count; i++)
        put_row(p, i);
    kb_buf_z(p->out, "</ol></div>");
}

void kb_pages_chain(const struct kb_http *req, struct kb_view *view,
                    const struct kb_kept_story *story) {
    struct kb_buf out;
    const struct kb_language *language = kb_pages_language(req);
    struct picture *p = kb_arena_zalloc(view->arena, 1, sizeof(*p));
    if (!p)
        return;
    kb_buf_init(&out, KB_LIMIT_OUTPUT_BYTES);
    p->chain = &story->chain;
    p->story = story;
    p->language = language;
    p->base = req->base;
    p->out = &out;
    make_rows(p);
    if (p->count > 1) {
        draw(p);
        if (out.status == KB_OK)
            kb_view_raw(view, NULL, "picture",
                        kb_arena_dup(view->arena, kb_buf_view(&out)));
    }
    kb_buf_free(&out);
}
