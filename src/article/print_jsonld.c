/* The record → JSON-LD, a NewsArticle of schema.org.
 *
 * In: the record.  Out: one object whose properties all belong to the types that carry
 * them (https://schema.org, version 29), in the table's vocabulary:
 *
 *     translated_from            translationOfWork
 *     republished_, compiled_from, credited    isBasedOn; an agency is the
 *                                sourceOrganization as well
 *     quoted                     citation
 *
 * Each of these is a work of the source, because a source's name alone is no work: its
 * publisher (a person: its author) has the name, and its creditText the page's words that
 * prove it.  The chain stands in the work that is its last step, the older ones nested by
 * isBasedOn or translationOfWork.  A date that does not exist and an address that is none
 * are left out. */
#include "article/print.h"

#include <stdio.h>

struct ld {
    struct kb_json json;
    struct kb_record_facts facts;
};

static void typed(struct ld *ld, const char *type) {
    kb_json_object(&ld->json);
    kb_json_field(&ld->json, "@type", kb_str_z(type));
}

static void uri(struct ld *ld, const char *key, struct kb_str url) {
    kb_json_field(&ld->json, key, kb_facts_uri(&ld->facts, url));
}

static void date(struct ld *ld, const char *key, struct kb_str value) {
    if (kb_facts_date(value) != KB_DATE_NONE)
        kb_json_field(&ld->json, key, value);
}

/* key: {type, name}. */
static void named(struct ld *ld, const char *key, const char *type, struct kb_str name) {
    if (!name.n)
        return;
    kb_json_key(&ld->json, key);
    typed(ld, type);
    kb_json_field(&ld->json, "name", name);
    kb_json_object_end(&ld->json);
}

/* Persons under the property of their role. */
static void people(struct ld *ld, const char *role) {
    const struct kb_article *a = ld->facts.article;
    size_t written = 0;
    for (size_t i = 0; i < a->author_count; i++) {
        const struct kb_record_person p = kb_facts_person(a, i);
        if (!p.name.n || !kb_facts_has_role(&p, role))
            continue;
        if (!written++) {
            kb_json_field_array(&ld->json, role);
        }
        typed(ld, "Person");
        kb_json_field(&ld->json, "name", p.name);
        if (strcmp(role, "contributor") == 0)
            kb_json_field(&ld->json, "jobTitle", p.role);
        named(ld, "worksFor", "Organization", p.organization);
        kb_json_object_end(&ld->json);
    }
    if (written)
        kb_json_array_end(&ld->json);
}

static void pictures(struct ld *ld) {
    struct kb_page_image picture;
    size_t written = 0;
    for (size_t i = 0; kb_facts_picture(&ld->facts, i, &picture); i++) {
        if (!kb_facts_uri(&ld->facts, picture.url).n)
            continue;
        if (!written++) {
            kb_json_field_array(&ld->json, "image");
        }
        typed(ld, "ImageObject");
        uri(ld, "contentUrl", picture.url);
        kb_json_field(&ld->json, "caption", picture.caption);
        kb_json_field(&ld->json, "creditText", picture.credit);
        kb_json_object_end(&ld->json);
    }
    if (written)
        kb_json_array_end(&ld->json);
}

/* "PT1834S": as ISO 8601 has it. */
static void duration(struct ld *ld, double seconds) {
    char text[40];
    int n = snprintf(text, sizeof text, "PT%.0fS", seconds);
    if (seconds >= 1)
        kb_json_field(&ld->json, "duration", (struct kb_str){text, (size_t)n});
}

static void attachments(struct ld *ld) {
    const struct kb_article *a = ld->facts.article;
    size_t written = 0;
    for (size_t i = 0; i < a->attachment_count; i++) {
        const struct kb_feed_attachment *file = &a->attachments[i];
        bool audio = kb_str_starts_nocase(file->mime_type, KB_STR("audio/"));
        bool video = kb_str_starts_nocase(file->mime_type, KB_STR("video/"));
        if (!kb_facts_uri(&ld->facts, file->url).n)
            continue;
        if (!written++) {
            kb_json_key(&ld->json, "associatedMedia");
            kb_json_array(&ld->json);
        }
        typed(ld, audio ? "AudioObject" : video ? "VideoObject" : "MediaObject");
        uri(ld, "contentUrl", file->url);
        kb_json_field(&ld->json, "encodingFormat", file->mime_type);
        kb_json_field(&ld->json, "name", file->title);
        duration(ld, file->seconds);
        kb_json_object_end(&ld->json);
    }
    if (written)
        kb_json_array_end(&ld->json);
}

static void publisher(struct ld *ld) {
    const struct kb_article *a = ld->facts.article;
    struct kb_str name = a->publisher.n ? a->publisher : a->publisher_domain;
    if (!name.n)
        return;
    kb_json_key(&ld->json, "publisher");
    typed(ld, "NewsMediaOrganization");
    kb_json_field(&ld->json, "name", name);
    if (a->publisher.n) /* the domain is a name of its own, no address that was seen */
        kb_json_field(&ld->json, "alternateName", a->publisher_domain);
    kb_json_object_end(&ld->json);
}

static void keywords(struct ld *ld) {
    const struct kb_article *a = ld->facts.article;
    kb_json_strings(&ld->json, "keywords", a->tags, a->tag_count);
}

/* ---- where the text is from -------------------------------------------------------- */

/* The steps of the chain before step, each in the one that was made from it. */
static void older_steps(struct ld *ld, size_t step) {
    const struct kb_chain_link *chain = ld->facts.article->provenance.chain;
    size_t open = 0;
    for (; step > 0 && open < KB_LIMIT_JSON_DEPTH - 8; step--, open++) {
        const struct kb_chain_link *before = &chain[step - 1];
        kb_json_key(&ld->json, chain[step].rel == KB_REL_TRANSLATED ? "translationOfWork"
                                                                    : "isBasedOn");
        typed(ld, "CreativeWork");
        uri(ld, "url", before->url);
        named(ld, "publisher", "NewsMediaOrganization", before->publisher);
        kb_json_field(&ld->json, "inLanguage", before->language);
        date(ld, "datePublished", before->date);
    }
    while (open--)
        kb_json_object_end(&ld->json);
}

static void work(struct ld *ld, size_t i) {
    const struct kb_provenance *p = &ld->facts.article->provenance;
    const struct kb_source *s = &p->sources[i];
    bool medium = s->kind == KB_SOURCE_AGENCY || s->kind == KB_SOURCE_OUTLET;
    typed(ld, "CreativeWork");
    uri(ld, "url", kb_facts_source_url(&ld->facts, i));
    if (s->kind == KB_SOURCE_PERSON)
        named(ld, "author", "Person", s->name);
    else
        named(ld, "publisher", medium ? "NewsMediaOrganization" : "Organization",
              s->name);
    kb_json_field(&ld->json, "creditText", s->evidence);
    if (i == ld->facts.chain_source) {
        const struct kb_chain_link *step = &p->chain[ld->facts.chain_steps - 1];
        kb_json_field(&ld->json, "inLanguage", step->language);
        date(ld, "datePublished", step->date);
        older_steps(ld, ld->facts.chain_steps - 1);
    }
    kb_json_object_end(&ld->json);
}

static const char *property_of(enum kb_rel rel) {
    return rel == KB_REL_TRANSLATED ? "translationOfWork"
           : rel == KB_REL_QUOTED   ? "citation"
                                    : "isBasedOn";
}

/* Opens the property's list with its first value. */
static void begin(struct ld *ld, const char *property, size_t *written) {
    if ((*written)++)
        return;
    kb_json_field_array(&ld->json, property);
}

/* A chain's last step, or the original's address, that no source tells of. */
static void untold(struct ld *ld, const char *property, size_t *written) {
    const struct kb_record_facts *f = &ld->facts;
    const struct kb_provenance *p = &f->article->provenance;
    bool translation = p->role_count && p->roles[0] == KB_ROLE_TRANSLATION;
    struct kb_str url =
        f->original_source == KB_FACTS_NONE ? p->original_url : KB_STR_NONE;
    enum kb_rel rel = translation ? KB_REL_TRANSLATED : KB_REL_REPUBLISHED;
    if (f->chain_steps && f->chain_source == KB_FACTS_NONE) {
        const struct kb_chain_link *step = &p->chain[f->chain_steps - 1];
        if (strcmp(property_of(p->chain[f->chain_steps].rel), property) == 0) {
            begin(ld, property, written);
            typed(ld, "CreativeWork");
            uri(ld, "url", step->url);
            named(ld, "publisher", "NewsMediaOrganization", step->publisher);
            kb_json_field(&ld->json, "inLanguage", step->language);
            date(ld, "datePublished", step->date);
            older_steps(ld, f->chain_steps - 1);
            kb_json_object_end(&ld->json);
        }
        if (kb_str_equal(step->url, url))
            return;
    }
    if (strcmp(property_of(rel), property) != 0 || !kb_facts_uri(&ld->facts, url).n)
        return;
    begin(ld, property, written);
    typed(ld, "CreativeWork");
    uri(ld, "url", url);
    kb_json_object_end(&ld->json);
}

static void sources(struct ld *ld, const char *property) {
    const struct kb_provenance *p = &ld->facts.article->provenance;
    size_t written = 0;
    for (size_t i = 0; i < p->source_count; i++) {
        if (strcmp(property_of(p->sources[i].rel), property) != 0)
            continue;
        begin(ld, property, &written);
        work(ld, i);
    }
    untold(ld, property, &written);
    if (written)
        kb_json_array_end(&ld->json);
}

static void agencies(struct ld *ld) {
    const struct kb_provenance *p = &ld->facts.article->provenance;
    size_t written = 0;
    for (size_t i = 0; i < p->source_count; i++) {
        const struct kb_source *s = &p->sources[i];
        if (s->kind != KB_SOURCE_AGENCY || s->rel == KB_REL_QUOTED || !s->name.n)
            continue;
        begin(ld, "sourceOrganization", &written);
        typed(ld, "NewsMediaOrganization");
        kb_json_field(&ld->json, "name", s->name);
        kb_json_object_end(&ld->json);
    }
    if (written)
        kb_json_array_end(&ld->json);
}

static void provenance(struct ld *ld) {
    sources(ld, "translationOfWork");
    sources(ld, "isBasedOn");
    sources(ld, "citation");
    agencies(ld);
}

/* ---- the article ------------------------------------------------------------------- */

static void text(struct ld *ld) {
    const struct kb_article *a = ld->facts.article;
    size_t chars, words;
    kb_json_field(&ld->json, "headline", a->title);
    kb_json_field(&ld->json, "description", a->summary);
    kb_json_field(&ld->json, "articleBody", a->content_text);
    kb_facts_count(a->content_text, &chars, &words);
    kb_json_field_int(&ld->json, "wordCount", (int64_t)words);
    kb_json_field(&ld->json, "inLanguage", a->language);
    date(ld, "datePublished", a->date_published);
    date(ld, "dateModified", a->date_modified);
    kb_json_field(&ld->json, "dateline", a->dateline.raw);
    named(ld, "locationCreated", "Place", a->dateline.place);
}

static void terms(struct ld *ld) {
    const struct kb_record_terms t = kb_facts_terms(ld->facts.article);
    if (t.is_free || t.is_not_free) {
        kb_json_field_bool(&ld->json, "isAccessibleForFree", t.is_free);
    }
    named(ld, "copyrightHolder", "Organization", t.holder);
    kb_json_field(&ld->json, "copyrightNotice", t.notice);
    if (t.comments >= 0) {
        kb_json_field_int(&ld->json, "commentCount", t.comments);
    }
}

void kb_article_print_jsonld(const struct kb_article *a, int indent, struct kb_buf *out) {
    struct ld ld;
    kb_json_init(&ld.json, out, indent);
    kb_facts_init(&ld.facts, a);
    kb_json_object(&ld.json);
    kb_json_field(&ld.json, "@context", KB_STR("https://schema.org"));
    kb_json_field(&ld.json, "@type", KB_STR("NewsArticle"));
    kb_json_field(&ld.json, "@id", kb_facts_id(&ld.facts));
    uri(&ld, "url", a->url.n ? a->url : a->canonical_url);
    uri(&ld, "mainEntityOfPage", a->canonical_url.n ? a->canonical_url : a->url);
    text(&ld);
    people(&ld, "author");
    people(&ld, "editor");
    people(&ld, "translator");
    people(&ld, "contributor");
    if (!a->author_count)
        kb_json_field(&ld.json, "creditText", a->byline);
    publisher(&ld);
    pictures(&ld);
    attachments(&ld);
    keywords(&ld);
    kb_json_field(&ld.json, "articleSection", a->section);
    terms(&ld);
    provenance(&ld);
    named(&ld, "sdPublisher", "Organization", KB_STR("kabar"));
    kb_json_object_end(&ld.json);
    kb_buf_char(out, '\n');
    kb_facts_end(&ld.facts, out);
}
