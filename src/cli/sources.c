/* kabar sources: where an article has its text from, and who has it from there. */
#include <string.h>

#include "html/html.h"
#include "wire.h"

static const struct kb_cli_option options[] = {KB_CLI_WIRE_OPTION_LIST};

/* "agency_copy" as people write it. */
static void put_words(struct kb_buf *out, const char *name) {
    for (; *name; name++)
        kb_buf_char(out, *name == '_' ? ' ' : *name);
}

/* ---- for people -------------------------------------------------------------------- */

static void put_indented(struct kb_cli_wire *w, struct kb_str text, int indent) {
    if (!text.n)
        return;
    kb_cli_wire_style(w, "2");
    kb_html_wrap(text, w->width, indent, &w->out);
    kb_cli_wire_plain(w);
    kb_buf_char(&w->out, '\n');
}

static void put_sure(struct kb_cli_wire *w, float confidence) {
    kb_buf_printf(&w->out, ", %d%% sure\n", (int)(confidence * 100 + .5F));
}

static void head(struct kb_cli_wire *w, const char *text, bool *first) {
    if (!*first)
        return;
    *first = false;
    kb_buf_char(&w->out, '\n');
    kb_cli_wire_style(w, "1");
    kb_buf_z(&w->out, text);
    kb_cli_wire_plain(w);
    kb_buf_char(&w->out, '\n');
}

static void print_own(struct kb_cli_wire *w, const struct kb_article *a) {
    const struct kb_provenance *p = &a->provenance;
    bool first = true;
    for (size_t i = 0; i < p->source_count; i++) {
        const struct kb_source *source = &p->sources[i];
        head(w, "What the page says", &first);
        kb_buf_printf(&w->out, "  %s ", kb_told_relation(a, source));
        kb_html_line(source->name.n ? source->name : source->url, w->width, &w->out);
        kb_buf_printf(&w->out, " (%s)", kb_source_kind_name(source->kind));
        put_sure(w, source->confidence);
        put_indented(w, source->evidence, 6);
        put_indented(w, source->url, 6);
    }
    if (first)
        kb_buf_z(&w->out, "\nThe page names no source.\n");
}

static void print_other(struct kb_cli_wire *w, const struct kb_kept_story *s,
                        size_t place) {
    char moment[KB_CLI_MOMENT_BYTES];
    const struct kb_row *row = kb_kept_row(s, place);
    kb_cli_moment(w->now, row->time, moment);
    if (kb_html_line(kb_cli_outlet(row), w->width / 2, &w->out))
        kb_buf_z(&w->out, ", ");
    kb_buf_printf(&w->out, "%s, ", moment);
    kb_buf_str(&w->out, kb_cli_short_id(row->id));
    if (s->chain.articles[place].guest)
        kb_buf_printf(&w->out, ", of another story (%.*s)",
                      (int)kb_cli_short_id(row->story_id).n,
                      kb_cli_short_id(row->story_id).p);
}

static void print_title(struct kb_cli_wire *w, const struct kb_kept_story *s,
                        size_t place) {
    kb_html_wrap(kb_kept_row(s, place)->title, w->width, 6, &w->out);
    kb_buf_char(&w->out, '\n');
}

static void print_edges(struct kb_cli_wire *w, const struct kb_kept_story *s,
                        size_t place) {
    bool first = true;
    for (size_t i = 0; i < s->chain.edge_count; i++) {
        const struct kb_chain_edge *edge = &s->chain.edges[i];
        if (edge->from != place || edge->to == KB_CHAIN_NONE)
            continue;
        head(w, "Where it has it from, of what is here", &first);
        kb_buf_printf(&w->out, "  %s ", kb_rel_words(edge->rel));
        print_other(w, s, edge->to);
        put_sure(w, edge->confidence);
        print_title(w, s, edge->to);
        put_indented(w, edge->evidence, 6);
    }
    first = true;
    for (size_t i = 0; i < s->chain.edge_count; i++) {
        const struct kb_chain_edge *edge = &s->chain.edges[i];
        if (edge->to != place)
            continue;
        head(w, "Who has it from here", &first);
        kb_buf_z(&w->out, "  ");
        print_other(w, s, edge->from);
        kb_buf_printf(&w->out, ": %s it", kb_rel_words(edge->rel));
        put_sure(w, edge->confidence);
        print_title(w, s, edge->from);
        put_indented(w, edge->evidence, 6);
    }
}

static void print_text(struct kb_cli_wire *w, const struct kb_kept_story *s,
                       const struct kb_row *row, const struct kb_article *a,
                       size_t place) {
    char moment[KB_CLI_MOMENT_BYTES];
    kb_cli_moment(w->now, row->time, moment);
    kb_cli_wire_style(w, "1");
    kb_html_wrap(row->title, w->width, 0, &w->out);
    kb_cli_wire_plain(w);
    kb_buf_char(&w->out, '\n');
    if (kb_html_line(kb_cli_outlet(row), w->width, &w->out))
        kb_buf_z(&w->out, ", ");
    kb_buf_printf(&w->out, "%s, ", moment);
    kb_buf_str(&w->out, row->id);
    for (size_t i = 0; i < a->provenance.role_count; i++) {
        if (a->provenance.roles[i] == KB_ROLE_UNKNOWN)
            continue;
        kb_buf_z(&w->out, ", ");
        put_words(&w->out, kb_role_name(a->provenance.roles[i]));
    }
    kb_buf_char(&w->out, '\n');
    print_own(w, a);
    if (place != KB_CHAIN_NONE)
        print_edges(w, s, place);
}

/* ---- JSON -------------------------------------------------------------------------- */

static void print_json(struct kb_cli_wire *w, const struct kb_kept_story *s,
                       const struct kb_row *row, const struct kb_article *a,
                       size_t place) {
    struct kb_json json;
    kb_json_init(&json, &w->out, 0);
    kb_json_object(&json);
    kb_json_key(&json, "article");
    kb_tell_row(&json, row);
    kb_tell_sources(&json, a);
    kb_tell_edges(&json, s, place, "has_from", false);
    kb_tell_edges(&json, s, place, "given_to", true);
    kb_json_object_end(&json);
    kb_buf_char(&w->out, '\n');
}

static enum kb_status work(struct kb_cli_wire *w) {
    struct kb_kept_story story = {.count = 0};
    struct kb_row row;
    size_t place;
    enum kb_status status = kb_store_article(w->store, w->user, kb_str_z(w->operands[0]),
                                             &w->arena, &row, &w->err);
    if (status == KB_OK)
        status = kb_kept_story(&w->kept, row.story, &story, &w->err);
    if (status == KB_OK) {
        struct kb_article article;
        place = kb_kept_place(&story, row.n);
        status = kb_kept_article(&w->kept, &row, &article, &w->err);
        if (status == KB_OK) {
            (w->json ? print_json : print_text)(w, &story, &row, &article, place);
            kb_arena_free(&article.arena);
        }
    }
    kb_kept_story_free(&story);
    return status;
}

static const struct kb_cli_wire_job job = {
    .least = 1, .most = 1, .mode = KB_STORE_READ, .work = work};

const struct kb_cli_verb kb_cli_sources = {
    .name = "sources",
    .summary = "Tell where an article has its text from",
    .usage = "[OPTION…] ID",
    .about =
        "ID is an article's id, its first characters (four or more), or its address.\n"
        "Printed are the sources that the page itself names, with the words that say\n"
        "so, and the other articles of its story that it has something from, or that\n"
        "have something from it.",
    .examples = "  kabar sources 17695c70\n"
                "  kabar sources 17695c70 | jq '.given_to[].article.title'\n",
    .manual = "wire",
    .options = options,
    .wire = &job,
};
