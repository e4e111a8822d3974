/* A chain → Graphviz (the DOT language): an article a node, a report of several a
 * cluster, a gap a dashed node.  Strings of pages stand in double quotes with quotes and
 * backslashes escaped, so that none of them is markup. */
#include "story/chain_print.h"

enum { TITLE_BYTES = 72 };

static void put_string(struct kb_buf *out, struct kb_str s) {
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 || c == 0x7F) {
            kb_buf_char(out, ' ');
        } else {
            kb_buf_z(out, c == '"' || c == '\\' ? "\\" : "");
            kb_buf_char(out, (char)c);
        }
    }
}

static void put_node(struct kb_buf *out, const struct kb_chain *chain, size_t i) {
    const struct kb_chain_article *a = &chain->articles[i];
    struct kb_str title = a->article->title;
    kb_buf_printf(out, "    a%zu [label=\"", i);
    put_string(out, kb_chain_outlet(chain, i));
    kb_buf_z(out, "\\n");
    kb_chain_put_when(out, a);
    kb_buf_z(out, "\\n");
    put_string(out, kb_str_cut(title, TITLE_BYTES));
    kb_buf_z(out, title.n > TITLE_BYTES ? "\xE2\x80\xA6" : "");
    if (a->guest) {
        kb_buf_z(out, "\\n(of another story");
        kb_buf_z(out, a->story.n ? ": " : "");
        put_string(out, a->story);
        kb_buf_char(out, ')');
    }
    kb_buf_char(out, '"');
    if (kb_url_is_web(a->article->url)) {
        kb_buf_z(out, ", URL=\"");
        put_string(out, a->article->url);
        kb_buf_char(out, '"');
    }
    kb_buf_z(out, a->guest ? ", style=dotted];\n" : "];\n");
}

/* Is anything told of a guest? */
static bool is_met(const struct kb_chain *chain, size_t guest) {
    for (size_t i = 0; i < chain->edge_count; i++)
        if (!chain->edges[i].carried &&
            (chain->edges[i].from == guest || chain->edges[i].to == guest))
            return true;
    return false;
}

static void put_report(struct kb_buf *out, const struct kb_chain *chain, size_t i) {
    const struct kb_chain_report *r = &chain->reports[i];
    if (r->article_count > 1) {
        kb_buf_printf(out, "  subgraph cluster_%zu {\n    label=\"", i);
        put_string(out, kb_chain_origin(chain, i));
        kb_buf_printf(out, "%s: %zu articles\";\n",
                      r->origin == KB_CHAIN_NONE ? " (not here)" : "", r->article_count);
    }
    for (size_t k = 0; k < r->article_count; k++)
        if (!chain->articles[r->articles[k]].folded)
            put_node(out, chain, r->articles[k]);
    if (r->folded)
        kb_buf_printf(out, "    more%zu [label=\"and %zu more\", style=dashed];\n", i,
                      r->folded);
    kb_buf_z(out, r->article_count > 1 ? "  }\n" : "");
}

static void put_edge(struct kb_buf *out, const struct kb_chain *chain, size_t i) {
    const struct kb_chain_edge *e = &chain->edges[i];
    if (e->carried || chain->articles[e->from].folded)
        return;
    if (e->to == KB_CHAIN_NONE) {
        kb_buf_printf(out, "  g%zu [label=\"", e->gap); /* again and again: the same */
        put_string(out, e->name);
        kb_buf_printf(out, "\\n(not here)\", style=dashed];\n  a%zu -> g%zu", e->from,
                      e->gap);
    } else if (chain->articles[e->to].folded) {
        kb_buf_printf(out, "  a%zu -> more%zu", e->from, chain->articles[e->to].report);
    } else {
        kb_buf_printf(out, "  a%zu -> a%zu", e->from, e->to);
    }
    kb_buf_printf(out, " [label=\"%s\"%s];\n", kb_rel_name(e->rel),
                  e->by == KB_CHAIN_BY_TEXTS ? ", style=dashed" : "");
}

void kb_chain_print_dot(const struct kb_chain *chain, struct kb_buf *out) {
    kb_buf_z(out, "digraph chain {\n  rankdir=RL;\n  node [shape=box];\n");
    for (size_t i = 0; i < chain->report_count; i++)
        put_report(out, chain, i);
    for (size_t i = 0; i < chain->article_count; i++)
        if (chain->articles[i].guest && is_met(chain, i))
            put_node(out, chain, i);
    for (size_t i = 0; i < chain->edge_count; i++)
        put_edge(out, chain, i);
    kb_buf_z(out, "}\n");
}
