/* A chain → a small document: no scripts, no pictures, nothing loaded.  All that pages
 * say is escaped; an address is a link only where it is http or https. */
#include "story/chain_print.h"

/* Text of pages, which may turn the writing direction: not beyond its end. */
static void put_text(struct kb_buf *out, struct kb_str text) {
    kb_buf_z(out, "<bdi>");
    kb_buf_html(out, text);
    kb_buf_z(out, "</bdi>");
}

static void put_link(struct kb_buf *out, struct kb_str url, struct kb_str text) {
    bool web = kb_url_is_web(url);
    if (web) {
        kb_buf_z(out, "<a rel=\"nofollow noreferrer\" href=\"");
        kb_buf_html(out, url);
        kb_buf_z(out, "\">");
    }
    put_text(out, text);
    kb_buf_z(out, web ? "</a>" : "");
}

static void put_outlet(struct kb_buf *out, const struct kb_chain *chain, size_t article) {
    kb_buf_printf(out, "<a href=\"#a%zu\">", article);
    put_text(out, kb_chain_outlet(chain, article));
    kb_buf_z(out, "</a>");
}

static void put_title(struct kb_buf *out, const struct kb_article *a) {
    kb_buf_z(out, "<span dir=\"auto\" lang=\"");
    kb_buf_html(out, a->language);
    kb_buf_z(out, "\">");
    put_link(out, a->url, a->title.n ? a->title : a->url);
    kb_buf_z(out, "</span>");
}

/* Another end of an edge: a guest has no place of its own in the document. */
static void put_end(struct kb_buf *out, const struct kb_chain *chain, size_t article) {
    const struct kb_chain_article *a = &chain->articles[article];
    if (!a->guest) {
        put_outlet(out, chain, article);
        return;
    }
    kb_buf_z(out, "<b>");
    put_text(out, kb_chain_outlet(chain, article));
    kb_buf_z(out, "</b> <time>");
    kb_chain_put_when(out, a);
    kb_buf_z(out, "</time> ");
    put_title(out, a->article);
    kb_buf_z(out, ", of another story");
    if (a->story.n) {
        kb_buf_z(out, " (<code>");
        kb_buf_html(out, a->story);
        kb_buf_z(out, "</code>)");
    }
}

/* What says so, and how sure that is. */
static void put_proof(struct kb_buf *out, const struct kb_chain_edge *e) {
    bool page = e->by == KB_CHAIN_BY_PAGE;
    kb_buf_z(out, page ? ": <q>" : ": ");
    put_text(out, e->evidence);
    kb_buf_z(out, page ? "</q>" : "");
    kb_buf_printf(out, " <small>%s, %d%% sure</small></li>\n",
                  page ? "the page says so" : "the texts say so",
                  (int)(e->confidence * 100 + .5f));
}

static void put_edge(struct kb_buf *out, const struct kb_chain *chain,
                     const struct kb_chain_edge *e) {
    kb_buf_printf(out, "<li>%s ", kb_rel_words(e->rel));
    if (e->to != KB_CHAIN_NONE) {
        put_end(out, chain, e->to);
    } else {
        kb_buf_z(out, "<b>");
        put_link(out, e->url, e->name.n ? e->name : e->url);
        kb_buf_z(out, "</b>, which is not here");
    }
    put_proof(out, e);
}

/* Articles of other stories that have something from this one. */
static void put_takers(struct kb_buf *out, const struct kb_chain *c, size_t article) {
    size_t told = 0;
    for (size_t i = 0; (i = kb_chain_next_taken(c, article, i)) < c->edge_count; i++) {
        if (told++ >= KB_CHAIN_TOLD_TAKERS)
            continue;
        kb_buf_z(out, "<li>taken up by ");
        put_end(out, c, c->edges[i].from);
        kb_buf_printf(out, ": %s it", kb_rel_words(c->edges[i].rel));
        put_proof(out, &c->edges[i]);
    }
    if (told > KB_CHAIN_TOLD_TAKERS)
        kb_buf_printf(out, "<li>and by %zu more of other stories</li>\n",
                      told - KB_CHAIN_TOLD_TAKERS);
}

static void put_pieces(struct kb_buf *out, const struct kb_chain *chain, const char *what,
                       size_t article, const struct kb_chain_piece *pieces,
                       size_t count) {
    if (!count)
        return;
    kb_buf_printf(out, "<details><summary>%s</summary>\n", what);
    for (size_t i = 0; i < count; i++) {
        kb_buf_z(out, "<blockquote>");
        kb_buf_html(out, kb_chain_piece_text(chain, article, &pieces[i]));
        kb_buf_z(out, "</blockquote>\n");
    }
    kb_buf_z(out, "</details>\n");
}

static void put_article(struct kb_buf *out, const struct kb_chain *chain, size_t i) {
    const struct kb_chain_article *a = &chain->articles[i];
    size_t from, to;
    kb_buf_printf(out, "<li id=\"a%zu\"><p><b>", i);
    put_text(out, kb_chain_outlet(chain, i));
    kb_buf_z(out, "</b> <time>");
    kb_chain_put_when(out, a);
    kb_buf_z(out, "</time><br>");
    put_title(out, a->article);
    kb_buf_z(out, "</p>\n");
    kb_chain_edges_of(chain, i, &from, &to);
    bool list = from < to || kb_chain_next_taken(chain, i, 0) < chain->edge_count;
    kb_buf_z(out, list ? "<ul>\n" : "");
    for (size_t k = from; k < to; k++)
        if (!chain->edges[k].carried)
            put_edge(out, chain, &chain->edges[k]);
    put_takers(out, chain, i);
    kb_buf_z(out, list ? "</ul>\n" : "");
    put_pieces(out, chain, "new here", i, a->added, a->added_count);
    put_pieces(out, chain, "left out", a->against, a->left_out, a->left_out_count);
    kb_buf_z(out, "</li>\n");
}

static void put_folded(struct kb_buf *out, const struct kb_chain *chain, size_t report) {
    const struct kb_chain_report *r = &chain->reports[report];
    if (!r->folded)
        return;
    kb_buf_z(out, "<details><summary>");
    put_text(out, kb_chain_outlet(chain, r->articles[0]));
    kb_buf_printf(out, " and others: %zu more of this text</summary>\n<ol>\n", r->folded);
    for (size_t i = 0; i < r->article_count; i++)
        if (chain->articles[r->articles[i]].folded)
            put_article(out, chain, r->articles[i]);
    kb_buf_z(out, "</ol>\n</details>\n");
}

static void put_first(struct kb_buf *out, const struct kb_chain *chain, const char *what,
                      size_t article, int64_t time, bool day_only) {
    if (article == KB_CHAIN_NONE)
        return;
    kb_buf_printf(out, "<p>%s: ", what);
    put_outlet(out, chain, article);
    kb_buf_z(out, ", <time>");
    kb_chain_put_time(out, time, day_only);
    kb_buf_z(out, day_only ? "</time></p>\n" : " UTC</time></p>\n");
}

void kb_chain_print_html(const struct kb_chain *chain, struct kb_buf *out) {
    size_t seen = chain->first_seen, claimed = chain->first_claimed;
    size_t first = kb_chain_first(chain);
    struct kb_str title =
        first != KB_CHAIN_NONE ? chain->articles[first].article->title : KB_STR_NONE;
    kb_buf_z(out, "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    kb_buf_html(out, title);
    kb_buf_z(out, "</title>\n</head>\n<body>\n<h1 dir=\"auto\">");
    put_text(out, title);
    kb_buf_z(out, "</h1>\n<p>");
    kb_chain_put_counts(out, chain);
    if (chain->left_out)
        kb_buf_printf(out, "; %zu articles past the limit are not looked at",
                      chain->left_out);
    kb_buf_z(out, "</p>\n");
    if (seen != KB_CHAIN_NONE)
        put_first(out, chain, "First seen here", seen, chain->articles[seen].seen, false);
    if (claimed != KB_CHAIN_NONE)
        put_first(out, chain, "Claims to be first", claimed,
                  chain->articles[claimed].published, chain->articles[claimed].day_only);
    kb_buf_z(out, "<ol>\n");
    for (size_t i = 0; i < chain->article_count; i++)
        if (!chain->articles[i].folded && !chain->articles[i].guest)
            put_article(out, chain, i);
    kb_buf_z(out, "</ol>\n");
    for (size_t i = 0; i < chain->report_count; i++)
        put_folded(out, chain, i);
    kb_buf_z(out, "</body>\n</html>\n");
}
