/* The record → JSON, schema kabar.article/1: JSON Feed 1.1's names where it has them.
 * What the page does not tell is left out. */
#include "article/article.h"

static void people(struct kb_json *json, const struct kb_article *a) {
    if (!a->author_count)
        return;
    kb_json_field_array(json, "authors");
    for (size_t i = 0; i < a->author_count; i++) {
        kb_json_object(json);
        kb_json_field(json, "name", a->authors[i].name);
        kb_json_field(json, "role", a->authors[i].role);
        kb_json_field(json, "organization", a->authors[i].organization);
        kb_json_object_end(json);
    }
    kb_json_array_end(json);
}

static void house(struct kb_json *json, const struct kb_article *a) {
    if (!a->publisher.n && !a->publisher_domain.n)
        return;
    kb_json_field_object(json, "publisher");
    kb_json_field(json, "name", a->publisher);
    kb_json_field(json, "domain", a->publisher_domain);
    kb_json_object_end(json);
}

static void pictures(struct kb_json *json, const struct kb_article *a) {
    if (!a->image_count)
        return;
    kb_json_field_array(json, "images");
    for (size_t i = 0; i < a->image_count; i++) {
        kb_json_object(json);
        kb_json_field(json, "url", a->images[i].url);
        kb_json_field(json, "caption", a->images[i].caption);
        kb_json_field(json, "credit", a->images[i].credit);
        kb_json_object_end(json);
    }
    kb_json_array_end(json);
}

static void attachments(struct kb_json *json, const struct kb_article *a) {
    if (!a->attachment_count)
        return;
    kb_json_field_array(json, "attachments");
    for (size_t i = 0; i < a->attachment_count; i++) {
        const struct kb_feed_attachment *file = &a->attachments[i];
        kb_json_object(json);
        kb_json_field(json, "url", file->url);
        kb_json_field(json, "mime_type", file->mime_type);
        kb_json_field(json, "title", file->title);
        if (file->size)
            kb_json_field_int(json, "size_in_bytes", file->size);
        if (file->seconds > 0) {
            kb_json_key(json, "duration_in_seconds");
            kb_json_number(json, file->seconds);
        }
        kb_json_object_end(json);
    }
    kb_json_array_end(json);
}

static void dateline(struct kb_json *json, const struct kb_dateline *d) {
    if (!d->raw.n)
        return;
    kb_json_field_object(json, "dateline");
    kb_json_field(json, "raw", d->raw);
    kb_json_field(json, "place", d->place);
    kb_json_field(json, "date", d->date);
    kb_json_field(json, "agency", d->agency);
    kb_json_object_end(json);
}

static void source(struct kb_json *json, const struct kb_source *s) {
    kb_json_object(json);
    kb_json_field(json, "name", s->name);
    kb_json_field(json, "kind", kb_str_z(kb_source_kind_name(s->kind)));
    kb_json_field(json, "rel", kb_str_z(kb_rel_name(s->rel)));
    kb_json_field(json, "url", s->url);
    kb_json_field(json, "evidence", s->evidence);
    kb_json_field_real(json, "confidence", (double)s->confidence, 2);
    kb_json_object_end(json);
}

static void chain_link(struct kb_json *json, const struct kb_chain_link *c, bool first) {
    kb_json_object(json);
    kb_json_field(json, "publisher", c->publisher);
    kb_json_field(json, "url", c->url);
    kb_json_field(json, "language", c->language);
    kb_json_field(json, "date", c->date);
    if (!first)
        kb_json_field(json, "rel", kb_str_z(kb_rel_name(c->rel)));
    kb_json_object_end(json);
}

static void provenance(struct kb_json *json, const struct kb_provenance *p) {
    kb_json_field_object(json, "provenance");
    kb_json_field_array(json, "role");
    for (size_t i = 0; i < p->role_count; i++)
        kb_json_str(json, kb_str_z(kb_role_name(p->roles[i])));
    kb_json_array_end(json);
    kb_json_field_array(json, "sources");
    for (size_t i = 0; i < p->source_count; i++)
        source(json, &p->sources[i]);
    kb_json_array_end(json);
    kb_json_field(json, "original_url", p->original_url);
    if (p->chain_count) {
        kb_json_field_array(json, "chain");
        for (size_t i = 0; i < p->chain_count; i++)
            chain_link(json, &p->chain[i], i == 0);
        kb_json_array_end(json);
    }
    kb_json_object_end(json);
}

static void rights(struct kb_json *json, const struct kb_rights *r) {
    if (!r->holder.n && !r->notice.n && r->free == KB_FREE_UNKNOWN)
        return;
    kb_json_field_object(json, "rights");
    kb_json_field(json, "holder", r->holder);
    kb_json_field(json, "notice", r->notice);
    if (r->free != KB_FREE_UNKNOWN) {
        kb_json_field_bool(json, "free", r->free == KB_FREE_YES);
    }
    kb_json_object_end(json);
}

static void removed_pieces(struct kb_json *json, const struct kb_article *a) {
    kb_json_field_array(json, "removed");
    for (size_t i = 0; i < a->removed_count; i++) {
        kb_json_object(json);
        kb_json_field(json, "kind", kb_str_z(kb_removed_name(a->removed[i].kind)));
        kb_json_field(json, "text", a->removed[i].text);
        kb_json_object_end(json);
    }
    kb_json_array_end(json);
}

static void extraction(struct kb_json *json, const struct kb_article *a) {
    kb_json_field_object(json, "extraction");
    kb_json_field(json, "engine", KB_STR("kabar"));
    kb_json_field(json, "version", a->version.n ? a->version : KB_STR(KABAR_VERSION));
    kb_json_field_real(json, "confidence", (double)a->confidence, 2);
    kb_json_field_array(json, "warnings");
    for (size_t i = 0; i < a->warning_count; i++)
        kb_json_str(json, kb_str_z(a->warnings[i]));
    kb_json_array_end(json);
    kb_json_object_end(json);
}

void kb_article_print_json(const struct kb_article *a, int indent, struct kb_buf *out) {
    struct kb_json json;
    kb_json_init(&json, out, indent);
    kb_json_object(&json);
    kb_json_field(&json, "schema", KB_STR("kabar.article/1"));
    kb_json_field(&json, "id", a->id);
    kb_json_field(&json, "url", a->url);
    kb_json_field(&json, "canonical_url", a->canonical_url);
    kb_json_field(&json, "title", a->title);
    kb_json_field(&json, "summary", a->summary);
    kb_json_field_str(&json, "content_text", a->content_text);
    kb_json_field_str(&json, "content_html", a->content_html);
    kb_json_field(&json, "language", a->language);
    kb_json_field(&json, "direction", kb_str_z(a->direction));
    kb_json_field(&json, "date_published", a->date_published);
    kb_json_field(&json, "date_modified", a->date_modified);
    kb_json_field(&json, "byline", a->byline);
    people(&json, a);
    kb_json_field(&json, "desk", a->desk);
    dateline(&json, &a->dateline);
    house(&json, a);
    kb_json_field(&json, "image", a->image);
    pictures(&json, a);
    attachments(&json, a);
    kb_json_strings(&json, "tags", a->tags, a->tag_count);
    kb_json_field(&json, "section", a->section);
    if (a->comment_count >= 0) {
        kb_json_field_int(&json, "comment_count", a->comment_count);
    }
    rights(&json, &a->rights);
    removed_pieces(&json, a);
    provenance(&json, &a->provenance);
    extraction(&json, a);
    kb_json_object_end(&json);
    kb_buf_char(out, '\n');
}
