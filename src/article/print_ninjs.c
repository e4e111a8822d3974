/* The record → ninjs 3.1 (IPTC, News in JSON), an item of type text.
 *
 * In: the record.  Out: one object that is valid by ninjs-schema_3.1.json, which allows
 * no key of ours.  Whom the text is from stands in infoSources by its relation; what has
 * an address (the text that was translated or copied, the chain before it, the pictures)
 * is an association.  ninjs has dates with time and zone only, and no place for the
 * words that prove a source: both stand in edNote, which is for people who handle the
 * item, so that nothing is lost and nothing is invented. */
#include "article/print.h"

struct nin {
    struct kb_json json;
    struct kb_record_facts facts;
    size_t associations; /* written */
};

static void list(struct nin *n, const char *key) {
    kb_json_field_array(&n->json, key);
}

/* key: [{role, contentType, value}] without the end. */
static void text_item(struct nin *n, const char *role, const char *type,
                      struct kb_str value) {
    kb_json_object(&n->json);
    kb_json_field(&n->json, "role", kb_str_z(role));
    kb_json_field(&n->json, "contentType", kb_str_z(type));
    kb_json_field_str(&n->json, "value", value);
}

static void text_list(struct nin *n, const char *key, const char *role,
                      struct kb_str value) {
    if (!value.n)
        return;
    list(n, key);
    text_item(n, role, "text/plain", value);
    kb_json_object_end(&n->json);
    kb_json_array_end(&n->json);
}

static void bodies(struct nin *n) {
    const struct kb_article *a = n->facts.article;
    size_t chars, words;
    if (!a->content_text.n && !a->content_html.n)
        return;
    list(n, "bodies");
    text_item(n, "body", "text/plain", a->content_text);
    kb_facts_count(a->content_text, &chars, &words);
    kb_json_field_int(&n->json, "charCount", (int64_t)chars);
    kb_json_field_int(&n->json, "wordCount", (int64_t)words);
    kb_json_object_end(&n->json);
    text_item(n, "body", "text/html", a->content_html);
    kb_json_object_end(&n->json);
    kb_json_array_end(&n->json);
}

static void moment(struct nin *n, const char *key, struct kb_str date) {
    char room[KB_DATE_ROOM];
    kb_json_field(&n->json, key, kb_article_moment(date, room));
}

static void dates(struct nin *n) {
    const struct kb_article *a = n->facts.article;
    bool modified = kb_facts_date(a->date_modified) == KB_DATE_MOMENT;
    moment(n, "contentCreated", a->date_published);
    moment(n, "versionCreated", modified ? a->date_modified : a->date_published);
}

/* {role, value}, where there is a value. */
static void alternative(struct nin *n, const char *role, struct kb_str value) {
    if (!value.n)
        return;
    kb_json_object(&n->json);
    kb_json_field(&n->json, "role", kb_str_z(role));
    kb_json_field(&n->json, "value", value);
    kb_json_object_end(&n->json);
}

static void identifiers(struct nin *n) {
    const struct kb_article *a = n->facts.article;
    kb_json_field(&n->json, "uri", kb_facts_id(&n->facts));
    list(n, "altIds");
    alternative(n, "id", a->id);
    alternative(n, "url", a->url);
    alternative(n, "canonical_url", a->canonical_url);
    kb_json_array_end(&n->json);
    kb_json_field_object(&n->json, "standard");
    kb_json_field(&n->json, "name", KB_STR("ninjs"));
    kb_json_field(&n->json, "version", KB_STR("3.1"));
    kb_json_field(&n->json, "schema",
                  KB_STR("http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"));
    kb_json_object_end(&n->json);
}

/* ---- names ------------------------------------------------------------------------- */

/* {name, rel}. */
static void named(struct nin *n, struct kb_str name, const char *rel) {
    kb_json_object(&n->json);
    kb_json_field(&n->json, "name", name);
    kb_json_field(&n->json, "rel", kb_str_z(rel));
    kb_json_object_end(&n->json);
}

static const char *role_of(const struct kb_record_person *p) {
    static const char *const roles[] = {"author", "editor", "translator"};
    for (size_t i = 0; i < KB_COUNT(roles); i++)
        if (kb_facts_has_role(p, roles[i]))
            return roles[i];
    return "contributor";
}

static void people(struct nin *n) {
    const struct kb_article *a = n->facts.article;
    kb_json_field(&n->json, "by", a->byline);
    if (!a->author_count)
        return;
    list(n, "people");
    for (size_t i = 0; i < a->author_count; i++) {
        const struct kb_record_person p = kb_facts_person(a, i);
        if (p.name.n)
            named(n, p.name, role_of(&p));
    }
    kb_json_array_end(&n->json);
}

/* Those before i whose organization is the same: it is told once. */
static bool told_before(const struct kb_article *a, size_t i, struct kb_str name) {
    for (size_t k = 0; k < i && k < 8; k++)
        if (kb_str_equal(kb_facts_person(a, k).organization, name))
            return true;
    return false;
}

static void organisations(struct nin *n) {
    const struct kb_article *a = n->facts.article;
    list(n, "organisations");
    if (a->publisher.n || a->publisher_domain.n) {
        kb_json_object(&n->json);
        kb_json_field(&n->json, "name",
                      a->publisher.n ? a->publisher : a->publisher_domain);
        kb_json_field(&n->json, "rel", KB_STR("publisher"));
        kb_json_field(&n->json, "literal", a->publisher_domain);
        kb_json_object_end(&n->json);
    }
    for (size_t i = 0; i < a->author_count; i++) {
        const struct kb_record_person p = kb_facts_person(a, i);
        if (p.organization.n && !told_before(a, i, p.organization))
            named(n, p.organization, "affiliation");
    }
    kb_json_array_end(&n->json);
}

static void places(struct nin *n) {
    const struct kb_article *a = n->facts.article;
    kb_json_field(&n->json, "located", a->dateline.place);
    if (!a->dateline.place.n)
        return;
    list(n, "places");
    named(n, a->dateline.place, "dateline");
    kb_json_array_end(&n->json);
}

static void subjects(struct nin *n) {
    const struct kb_article *a = n->facts.article;
    if (!a->section.n && !a->tag_count)
        return;
    list(n, "subjects");
    if (a->section.n)
        named(n, a->section, "section");
    for (size_t i = 0; i < a->tag_count; i++)
        named(n, a->tags[i], "tag");
    kb_json_array_end(&n->json);
}

static void genres(struct nin *n) {
    const struct kb_provenance *p = &n->facts.article->provenance;
    if (!p->role_count || p->roles[0] == KB_ROLE_UNKNOWN)
        return;
    list(n, "genres");
    for (size_t i = 0; i < p->role_count; i++) {
        kb_json_object(&n->json);
        kb_json_field(&n->json, "name", kb_str_z(kb_role_name(p->roles[i])));
        kb_json_object_end(&n->json);
    }
    kb_json_array_end(&n->json);
}

static void info_sources(struct nin *n) {
    const struct kb_provenance *p = &n->facts.article->provenance;
    if (!p->source_count)
        return;
    list(n, "infoSources");
    for (size_t i = 0; i < p->source_count; i++) {
        kb_json_object(&n->json);
        kb_json_field(&n->json, "name", p->sources[i].name);
        kb_json_field(&n->json, "role", kb_str_z(kb_rel_name(p->sources[i].rel)));
        kb_json_object_end(&n->json);
    }
    kb_json_array_end(&n->json);
}

/* ---- associations ------------------------------------------------------------------ */

/* Opens an association; name and address are the schema's wish. */
static void associate(struct nin *n, struct kb_str url, struct kb_str name,
                      const char *rel, const char *type) {
    if (!n->associations++)
        list(n, "associations");
    kb_json_object(&n->json);
    kb_json_field(&n->json, "uri", url);
    kb_json_field(&n->json, "name", name);
    kb_json_field(&n->json, "rel", kb_str_z(rel));
    kb_json_field(&n->json, "type", kb_str_z(type));
    kb_json_field(&n->json, "representationType", KB_STR("partial"));
}

static void publisher(struct nin *n, struct kb_str name) {
    if (!name.n)
        return;
    list(n, "organisations");
    named(n, name, "publisher");
    kb_json_array_end(&n->json);
}

/* One text before this one: a source's, or a step of the chain. */
static void original(struct nin *n, struct kb_str url, struct kb_str name,
                     const char *rel, const struct kb_chain_link *step) {
    struct kb_str address = kb_facts_uri(&n->facts, url);
    if (!address.n)
        return;
    associate(n, address, name.n ? name : KB_STR("original"), rel, "text");
    if (step) {
        kb_json_field(&n->json, "language", step->language);
        moment(n, "contentCreated", step->date);
    }
    publisher(n, name);
    kb_json_object_end(&n->json);
}

static void originals(struct nin *n) {
    const struct kb_record_facts *f = &n->facts;
    const struct kb_provenance *p = &f->article->provenance;
    size_t steps = f->chain_steps;
    bool told = f->original_source != KB_FACTS_NONE;
    for (size_t i = 0; i < p->source_count; i++)
        original(n, kb_facts_source_url(f, i), p->sources[i].name,
                 kb_rel_name(p->sources[i].rel),
                 i == f->chain_source ? &p->chain[steps - 1] : NULL);
    for (size_t i = steps - (f->chain_source != KB_FACTS_NONE); i > 0; i--) {
        const struct kb_chain_link *step = &p->chain[i - 1];
        original(n, step->url, step->publisher, kb_rel_name(p->chain[i].rel), step);
        told = told || kb_str_equal(step->url, p->original_url);
    }
    if (!told)
        original(n, p->original_url, KB_STR_NONE, "original", NULL);
}

static void pictures(struct nin *n) {
    struct kb_page_image picture;
    for (size_t i = 0; kb_facts_picture(&n->facts, i, &picture); i++) {
        struct kb_str url = kb_facts_uri(&n->facts, picture.url);
        if (!url.n)
            continue;
        associate(n, url, picture.caption.n ? picture.caption : KB_STR("picture"),
                  i == 0 && n->facts.article->image.n ? "lead" : "picture", "picture");
        kb_json_field(&n->json, "by", picture.credit);
        text_list(n, "descriptions", "caption", picture.caption);
        list(n, "renditions");
        kb_json_object(&n->json);
        kb_json_field(&n->json, "name", KB_STR("main"));
        kb_json_field(&n->json, "href", kb_facts_uri(&n->facts, picture.url));
        kb_json_object_end(&n->json);
        kb_json_array_end(&n->json);
        kb_json_object_end(&n->json);
    }
}

/* A feed's files. */
static void attachments(struct nin *n) {
    const struct kb_article *a = n->facts.article;
    for (size_t i = 0; i < a->attachment_count; i++) {
        const struct kb_feed_attachment *file = &a->attachments[i];
        bool audio = kb_str_starts_nocase(file->mime_type, KB_STR("audio/"));
        bool video = kb_str_starts_nocase(file->mime_type, KB_STR("video/"));
        struct kb_str url = kb_facts_uri(&n->facts, file->url);
        if (!url.n)
            continue;
        associate(n, url, file->title.n ? file->title : KB_STR("attachment"),
                  "attachment",
                  audio   ? "audio"
                  : video ? "video"
                          : "component");
        list(n, "renditions");
        kb_json_object(&n->json);
        kb_json_field(&n->json, "name", KB_STR("main"));
        kb_json_field(&n->json, "href", kb_facts_uri(&n->facts, file->url));
        kb_json_field(&n->json, "contentType", file->mime_type);
        if (file->size)
            kb_json_field_int(&n->json, "sizeInBytes", file->size);
        if (file->seconds > 0) {
            kb_json_key(&n->json, "duration");
            kb_json_number(&n->json, file->seconds);
        }
        kb_json_object_end(&n->json);
        kb_json_array_end(&n->json);
        kb_json_object_end(&n->json);
    }
}

/* ---- rights, the note -------------------------------------------------------------- */

static void rights(struct nin *n, const struct kb_record_terms *t) {
    kb_json_field(&n->json, "copyrightHolder", t->holder);
    kb_json_field(&n->json, "copyrightNotice", t->notice);
    if (t->is_free)
        kb_json_field(&n->json, "usageTerms", KB_STR("free to read at its address"));
    else if (t->is_not_free)
        kb_json_field(&n->json, "usageTerms",
                      KB_STR("behind a paywall or a registration at its address"));
}

static void note_line(struct kb_buf *note, const char *label, struct kb_str value) {
    if (value.n)
        kb_buf_printf(note, "%s%s: ", note->n ? "\n" : "", label),
            kb_buf_str(note, value);
}

static void note(struct nin *n) {
    const struct kb_article *a = n->facts.article;
    const struct kb_provenance *p = &a->provenance;
    struct kb_buf *note = &n->facts.scratch;
    note->n = 0;
    if (kb_facts_date(a->date_published) != KB_DATE_MOMENT)
        note_line(note, "published, as the page tells it", a->date_published);
    if (kb_facts_date(a->date_modified) != KB_DATE_MOMENT)
        note_line(note, "modified, as the page tells it", a->date_modified);
    note_line(note, "desk", a->desk);
    note_line(note, "dateline", a->dateline.raw);
    for (size_t i = 0; i < p->source_count; i++) {
        note_line(note, kb_rel_name(p->sources[i].rel), p->sources[i].name);
        if (p->sources[i].evidence.n) {
            kb_buf_z(note, " \xE2\x80\x93 ");
            kb_buf_str(note, p->sources[i].evidence);
        }
    }
    kb_json_field(&n->json, "edNote", kb_buf_view(note));
}

void kb_article_print_ninjs(const struct kb_article *a, int indent, struct kb_buf *out) {
    const struct kb_record_terms terms = kb_facts_terms(a);
    struct nin n = {0};
    kb_json_init(&n.json, out, indent);
    kb_facts_init(&n.facts, a);
    kb_json_object(&n.json);
    identifiers(&n);
    kb_json_field(&n.json, "type", KB_STR("text"));
    kb_json_field(&n.json, "representationType",
                  a->body->first && !terms.is_not_free ? KB_STR("full")
                                                       : KB_STR("partial"));
    kb_json_field(&n.json, "language", a->language);
    dates(&n);
    text_list(&n, "headlines", "main", a->title);
    text_list(&n, "descriptions", "summary", a->summary);
    bodies(&n);
    people(&n);
    organisations(&n);
    places(&n);
    subjects(&n);
    genres(&n);
    info_sources(&n);
    rights(&n, &terms);
    note(&n);
    originals(&n);
    pictures(&n);
    attachments(&n);
    if (n.associations)
        kb_json_array_end(&n.json);
    kb_json_object_end(&n.json);
    kb_buf_char(out, '\n');
    kb_facts_end(&n.facts, out);
}
