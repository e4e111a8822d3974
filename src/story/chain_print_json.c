/* A chain → JSON (kabar.chain/1, docs/chain.schema.json): articles by their places, the
 * reports that they are, the edges between them.  Numbers of articles and reports are
 * places in these lists, because an address' versions have one id. */
#include "story/chain_print.h"

static void put_time(struct kb_json *json, const char *key, int64_t time) {
    char text[KB_TIME_BYTES];
    if (time == KB_CHAIN_NO_TIME)
        return;
    kb_time_print(time, text);
    kb_json_field(json, key, kb_str_z(text));
}

static void put_number(struct kb_json *json, const char *key, size_t number) {
    if (number == KB_CHAIN_NONE)
        return;
    kb_json_field_int(json, key, (int64_t)number);
}

static void put_pieces(struct kb_json *json, const struct kb_chain *chain,
                       const char *key, size_t article,
                       const struct kb_chain_piece *pieces, size_t count) {
    if (!count)
        return;
    kb_json_field_array(json, key);
    for (size_t i = 0; i < count; i++) {
        kb_json_object(json);
        put_number(json, "from", pieces[i].from);
        put_number(json, "to", pieces[i].to);
        kb_json_field_str(json, "text", kb_chain_piece_text(chain, article, &pieces[i]));
        kb_json_object_end(json);
    }
    kb_json_array_end(json);
}

static void put_article(struct kb_json *json, const struct kb_chain *chain, size_t i) {
    const struct kb_chain_article *a = &chain->articles[i];
    kb_json_object(json);
    kb_json_field(json, "id", a->article->id);
    kb_json_field(json, "url", a->article->url);
    kb_json_field(json, "title", a->article->title);
    kb_json_field(json, "outlet", a->outlet);
    kb_json_field(json, "language", a->article->language);
    put_time(json, "seen", a->seen);
    kb_json_field(json, "date_published", a->article->date_published);
    kb_json_field(json, "date_modified", a->article->date_modified);
    put_number(json, "report", a->report);
    if (a->guest) {
        kb_json_field_bool(json, "guest", true);
    }
    kb_json_field(json, "story", a->story);
    put_pieces(json, chain, "added", i, a->added, a->added_count);
    put_number(json, "against", a->against);
    put_pieces(json, chain, "left_out", a->against, a->left_out, a->left_out_count);
    kb_json_object_end(json);
}

static void put_report(struct kb_json *json, const struct kb_chain_report *r) {
    kb_json_object(json);
    kb_json_field_array(json, "articles");
    for (size_t i = 0; i < r->article_count; i++)
        kb_json_int(json, (int64_t)r->articles[i]);
    kb_json_array_end(json);
    put_number(json, "outlets", r->outlet_count);
    put_number(json, "fullest", r->fullest);
    put_number(json, "first_seen", r->first_seen);
    put_number(json, "first_claimed", r->first_claimed);
    put_number(json, "origin", r->origin);
    kb_json_field(json, "origin_name", r->origin_name);
    kb_json_object_end(json);
}

static void put_edge(struct kb_json *json, const struct kb_chain_edge *e) {
    kb_json_object(json);
    put_number(json, "from", e->from);
    put_number(json, "to", e->to);
    if (e->to == KB_CHAIN_NONE)
        put_number(json, "gap", e->gap);
    kb_json_field(json, "rel", kb_str_z(kb_rel_name(e->rel)));
    kb_json_field(json, "by", kb_str_z(kb_chain_by_name(e->by)));
    kb_json_field(json, "name", e->name);
    kb_json_field(json, "url", e->url);
    kb_json_field(json, "evidence", e->evidence);
    kb_json_field_real(json, "confidence", (double)e->confidence, 2);
    if (e->carried) {
        kb_json_field_bool(json, "carried", true);
    }
    if (e->inside >= 0) {
        kb_json_field_real(json, "inside", (double)e->inside, 3);
        kb_json_field_real(json, "holds", (double)e->holds, 3);
    }
    if (e->to != KB_CHAIN_NONE)
        put_number(json, "numbers", e->numbers);
    kb_json_object_end(json);
}

void kb_chain_print_json(const struct kb_chain *chain, int indent, struct kb_buf *out) {
    struct kb_json json;
    kb_json_init(&json, out, indent);
    kb_json_object(&json);
    kb_json_field(&json, "schema", KB_STR("kabar.chain/1"));
    put_number(&json, "outlets", chain->outlet_count);
    put_number(&json, "languages", chain->language_count);
    put_number(&json, "gaps", chain->gap_count);
    put_number(&json, "first_seen", chain->first_seen);
    put_number(&json, "first_claimed", chain->first_claimed);
    if (chain->left_out)
        put_number(&json, "left_out", chain->left_out);
    kb_json_field_array(&json, "articles");
    for (size_t i = 0; i < chain->article_count; i++)
        put_article(&json, chain, i);
    kb_json_array_end(&json);
    kb_json_field_array(&json, "reports");
    for (size_t i = 0; i < chain->report_count; i++)
        put_report(&json, &chain->reports[i]);
    kb_json_array_end(&json);
    kb_json_field_array(&json, "edges");
    for (size_t i = 0; i < chain->edge_count; i++)
        put_edge(&json, &chain->edges[i]);
    kb_json_array_end(&json);
    kb_json_object_end(&json);
    kb_buf_char(out, '\n');
}
