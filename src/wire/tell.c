/* What is kept → JSON: the members by which the command, the server and its own API tell
 * of an article, a story and their sources, so that who knows one knows all. */
#include "wire/tell.h"

void kb_tell_raw(struct kb_json *json, struct kb_str value) {
    json->after_key = false;
    kb_buf_str(json->out, value);
}

void kb_tell_time(struct kb_json *json, const char *key, int64_t moment) {
    char text[KB_TIME_BYTES];
    if (!moment)
        return;
    kb_time_print(moment, text);
    kb_json_field(json, key, kb_str_z(text));
}

void kb_tell_row_members(struct kb_json *json, const struct kb_row *row) {
    kb_json_field(json, "id", row->id);
    kb_json_field(json, "story", row->story_id);
    kb_json_field(json, "title", row->title);
    kb_json_field(json, "url", row->url);
    kb_json_field(json, "language", row->language);
    if (row->outlet) {
        kb_json_field_object(json, "outlet");
        kb_json_field(json, "name", row->outlet_name);
        kb_json_field(json, "domain", row->outlet_domain);
        kb_json_object_end(json);
    }
    kb_json_field(json, "author", row->author);
    kb_tell_time(json, "time", row->time);
    kb_tell_time(json, "published", row->published);
    kb_tell_time(json, "seen", row->seen);
    kb_tell_time(json, "changed", row->changed);
    kb_json_field_int(json, "versions", row->versions);
    kb_json_field_bool(json, "read", row->is_read);
    kb_json_field_bool(json, "starred", row->starred);
}

void kb_tell_row(struct kb_json *json, const struct kb_row *row) {
    kb_json_object(json);
    kb_tell_row_members(json, row);
    kb_json_object_end(json);
}

static void put_languages(struct kb_json *json, struct kb_str tags) {
    kb_json_field_array(json, "languages");
    for (tags = kb_str_trim(tags); tags.n; tags = kb_str_trim(tags)) {
        size_t end = kb_str_find_byte(tags, ' ');
        kb_json_str(json, kb_str_slice(tags, 0, end));
        tags = kb_str_slice(tags, end == KB_NOT_FOUND ? tags.n : end, tags.n);
    }
    kb_json_array_end(json);
}

void kb_tell_story(struct kb_json *json, const struct kb_story_row *story) {
    kb_json_field(json, "id", story->id);
    kb_json_field(json, "title", story->title);
    kb_json_field_int(json, "articles", story->articles);
    kb_json_field_int(json, "reports", story->reports);
    kb_json_field_int(json, "outlets", story->outlets);
    put_languages(json, story->languages);
    kb_tell_time(json, "first", story->first);
    kb_tell_time(json, "last", story->last);
}

/* ---- sources ----------------------------------------------------------------------- */

void kb_tell_sources(struct kb_json *json, const struct kb_article *a) {
    const struct kb_provenance *p = &a->provenance;
    kb_json_field_array(json, "roles");
    for (size_t i = 0; i < p->role_count; i++)
        kb_json_str(json, kb_str_z(kb_role_name(p->roles[i])));
    kb_json_array_end(json);
    kb_json_field_array(json, "sources");
    for (size_t i = 0; i < p->source_count; i++) {
        const struct kb_source *source = &p->sources[i];
        kb_json_object(json);
        kb_json_field(json, "name", source->name);
        kb_json_field(json, "kind", kb_str_z(kb_source_kind_name(source->kind)));
        kb_json_field(json, "rel", kb_str_z(kb_rel_name(source->rel)));
        kb_json_field(json, "url", source->url);
        kb_json_field(json, "evidence", source->evidence);
        kb_json_field_real(json, "confidence", (double)source->confidence, 2);
        kb_json_object_end(json);
    }
    kb_json_array_end(json);
}

/* The edges that begin, or end, at the article. */
void kb_tell_edges(struct kb_json *json, const struct kb_kept_story *s, size_t place,
                   const char *key, bool ends) {
    kb_json_field_array(json, key);
    for (size_t i = 0; i < s->chain.edge_count; i++) {
        const struct kb_chain_edge *edge = &s->chain.edges[i];
        size_t other = ends ? edge->from : edge->to;
        if ((ends ? edge->to : edge->from) != place)
            continue;
        kb_json_object(json);
        kb_json_field(json, "rel", kb_str_z(kb_rel_name(edge->rel)));
        kb_json_field(json, "by", kb_str_z(kb_chain_by_name(edge->by)));
        kb_json_field_real(json, "confidence", (double)edge->confidence, 2);
        kb_json_field(json, "evidence", edge->evidence);
        if (other == KB_CHAIN_NONE) {
            kb_json_field(json, "missing", edge->name);
            kb_json_field(json, "url", edge->url);
        } else {
            kb_json_key(json, "article");
            kb_tell_row(json, kb_kept_row(s, other));
        }
        kb_json_object_end(json);
    }
    kb_json_array_end(json);
}
