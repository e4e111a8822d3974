/* The sources of an article in words, for a person.
 *
 * In: the record.  Out: a relation's words ("translated from"), what the article is by
 * its roles, and one short paragraph for documents, built as a tree so that each format's
 * own writer escapes it. */
#include "article/print.h"

/* Sources that a document's line names: past them a reader has the record. */
enum { LINE_SOURCES = 6, SOURCE_NODES = 5 };

bool kb_article_has_role(const struct kb_article *a, enum kb_role role) {
    for (size_t i = 0; i < a->provenance.role_count; i++)
        if (a->provenance.roles[i] == role)
            return true;
    return false;
}

const char *kb_rel_words(enum kb_rel rel) {
    static const char *const words[KB_REL_COUNT] = {
        [KB_REL_QUOTED] = "quotes",
        [KB_REL_CREDITED] = "credits",
        [KB_REL_COMPILED] = "compiled from",
        [KB_REL_REPUBLISHED] = "republished from",
        [KB_REL_TRANSLATED] = "translated from",
        [KB_REL_REPRINT] = "reprint of",
        [KB_REL_SAME_TEXT] = "the same text as",
        [KB_REL_UPDATE] = "update of"};
    return words[rel];
}

enum kb_role kb_credit_role(const struct kb_article *a, const struct kb_source *s) {
    if (s->rel != KB_REL_CREDITED)
        return KB_ROLE_UNKNOWN;
    if (kb_article_has_role(a, KB_ROLE_PRESS_RELEASE))
        return KB_ROLE_PRESS_RELEASE;
    return s->kind == KB_SOURCE_AGENCY && kb_article_has_role(a, KB_ROLE_AGENCY_COPY)
               ? KB_ROLE_AGENCY_COPY
               : KB_ROLE_UNKNOWN;
}

const char *kb_told_relation(const struct kb_article *a, const struct kb_source *s) {
    switch (kb_credit_role(a, s)) {
    case KB_ROLE_PRESS_RELEASE: return "press release of";
    case KB_ROLE_AGENCY_COPY: return "agency copy of";
    default: return kb_rel_words(s->rel);
    }
}

void kb_told_role(const struct kb_article *a, struct kb_buf *out) {
    static const char *const words[] = {
        [KB_ROLE_AGENCY_COPY] = "agency copy", [KB_ROLE_REWRITE] = "rewrite",
        [KB_ROLE_COMPILATION] = "compilation", [KB_ROLE_REPUBLICATION] = "republication",
        [KB_ROLE_TRANSLATION] = "translation", [KB_ROLE_PRESS_RELEASE] = "press release"};
    size_t told = 0;
    for (size_t i = 0; i < a->provenance.role_count; i++) {
        enum kb_role role = a->provenance.roles[i];
        if (role >= KB_COUNT(words) || !words[role])
            continue;
        kb_buf_z(out, told++ ? ", " : "");
        kb_buf_z(out, words[role]);
    }
}

bool kb_told_any(const struct kb_article *a) {
    const struct kb_provenance *p = &a->provenance;
    return p->source_count || p->original_url.n;
}

/* A paragraph under construction; nodes are the caller's. */
struct line {
    struct kb_node paragraph;
    struct kb_node nodes[LINE_SOURCES * SOURCE_NODES + 8];
    size_t count;
};

static struct kb_node *add(struct line *l, struct kb_node *parent, enum kb_node_kind kind,
                           struct kb_str text) {
    struct kb_node *node = &l->nodes[l->count++];
    *node = (struct kb_node){.kind = kind, .text = text};
    kb_node_attach(parent, node);
    return node;
}

static void add_link(struct line *l, struct kb_record_facts *f, struct kb_str text,
                     struct kb_str url) {
    if (kb_facts_uri(f, url).n) {
        struct kb_node *link = add(l, &l->paragraph, KB_NODE_LINK, KB_STR_NONE);
        link->url = url;
        add(l, link, KB_NODE_TEXT, text);
    } else {
        add(l, &l->paragraph, KB_NODE_TEXT, text);
    }
}

void kb_told_line(const struct kb_article *a,
                  void (*write)(const struct kb_node *root, struct kb_buf *out),
                  struct kb_buf *out) {
    const struct kb_provenance *p = &a->provenance;
    struct line l = {.paragraph = {.kind = KB_NODE_PARAGRAPH}};
    struct kb_node root = {.kind = KB_NODE_ROOT};
    struct kb_record_facts f;
    size_t i = 0;
    if (!kb_told_any(a))
        return;
    kb_facts_init(&f, a);
    add(&l, &l.paragraph, KB_NODE_TEXT, KB_STR("Sources: "));
    for (; i < p->source_count && i < LINE_SOURCES; i++) {
        const struct kb_source *s = &p->sources[i];
        const char *relation = kb_told_relation(a, s);
        bool same = i && strcmp(relation, kb_told_relation(a, s - 1)) == 0;
        if (i)
            add(&l, &l.paragraph, KB_NODE_TEXT, same ? KB_STR(", ") : KB_STR("; "));
        if (!same) {
            add(&l, &l.paragraph, KB_NODE_TEXT, kb_str_z(relation));
            add(&l, &l.paragraph, KB_NODE_TEXT, KB_STR(" "));
        }
        struct kb_str url = kb_facts_source_url(&f, i);
        add_link(&l, &f, s->name.n ? s->name : url, url);
    }
    if (i < p->source_count)
        add(&l, &l.paragraph, KB_NODE_TEXT, KB_STR(" and others"));
    if (p->original_url.n && f.original_source == KB_FACTS_NONE) {
        add(&l, &l.paragraph, KB_NODE_TEXT,
            p->source_count ? KB_STR("; original at ") : KB_STR("original at "));
        add_link(&l, &f, p->original_url, p->original_url);
    }
    kb_node_attach(&root, &l.paragraph);
    write(&root, out);
    kb_facts_end(&f, out);
}
